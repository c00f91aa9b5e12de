//! Keys: the names of objects in a store, and the folders that they stand in.
//!
//! One rule for every back end, the strictest of all: what is a key here is a key in a folder and in a bucket alike.

use std::fmt;
use std::sync::Arc;

/// The longest key, in bytes: S3's limit.
pub const MAX_KEY: usize = 1024;
/// The longest segment of a key, in bytes: the limit of file systems.
pub const MAX_SEGMENT: usize = 255;
/// Where back ends may keep what is not finished. No key lies in it.
pub(super) const SCRATCH: &str = ".aegis/tmp";

/// The name of an object: segments that are separated by `/`. The order is that of the bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing between two slashes, at the beginning or at the end.
    #[error("a segment is empty: a slash stands at an end or beside another")]
    EmptySegment,
    /// `.` or `..`.
    #[error("a segment is `.` or `..`")]
    DotSegment,
    /// NUL, another control character, or a backslash.
    #[error("it holds a control character or a backslash")]
    Character,
    /// Longer than [`MAX_KEY`], or a segment longer than [`MAX_SEGMENT`].
    #[error("it is longer than 1,024 bytes, or a segment is longer than 255")]
    TooLong,
    /// In the folder that back ends keep for themselves.
    #[error("`.aegis/tmp` is the store's own")]
    Reserved,
}

impl Key {
    /// A key of this text.
    ///
    /// # Errors
    /// Why the text is no key.
    pub fn new(text: &str) -> Result<Self, KeyError> {
        if text.len() > MAX_KEY {
            return Err(KeyError::TooLong);
        }
        if text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(KeyError::Character);
        }
        for segment in text.split('/') {
            match segment {
                "" => return Err(KeyError::EmptySegment),
                "." | ".." => return Err(KeyError::DotSegment),
                _ if segment.len() > MAX_SEGMENT => return Err(KeyError::TooLong),
                _ => {}
            }
        }
        if text.strip_prefix(SCRATCH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err(KeyError::Reserved);
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments, from the root; there is at least one.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?})", self.as_str())
    }
}

/// A folder of keys: the root, or what a key is, read as a folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folder(Arc<str>);

impl Folder {
    /// The whole store.
    pub fn root() -> Self {
        Self("".into())
    }

    /// The folder of this path, which has the form of a key.
    ///
    /// # Errors
    /// Why the path is no key.
    pub fn new(path: &str) -> Result<Self, KeyError> {
        Key::new(path).map(|key| Self(format!("{key}/").into()))
    }

    /// What every key in it begins with: nothing, or a path with a slash at its end.
    pub fn as_prefix(&self) -> &str {
        &self.0
    }

    /// Its path without the slash at the end; empty for the root.
    pub fn path(&self) -> &str {
        self.0.strip_suffix('/').unwrap_or("")
    }

    /// The key of a name in this folder. The name may have several segments.
    ///
    /// # Errors
    /// Why they do not make a key together.
    pub fn key(&self, name: &str) -> Result<Key, KeyError> {
        // `packs/1.0/` and an empty or absolute name leave an empty segment, which is refused.
        Key::new(&format!("{}{name}", self.0))
    }

    /// The name of a key in this folder, if it stands there.
    pub fn name_of<'k>(&self, key: &'k Key) -> Option<&'k str> {
        key.as_str().strip_prefix(&*self.0)
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Folder({:?})", self.as_prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_and_that_are_not() {
        for good in
            ["a", "a/b.json", ".aegis/probe", ".aegis/tmpx", "a b/ü+%2f?#&", "...", "a/..b", &"x".repeat(255)]
        {
            assert_eq!(Key::new(good).unwrap().as_str(), good);
        }
        let long = vec!["x".repeat(200); 6].join("/");
        let segment = "x".repeat(256);
        for (bad, why) in [
            ("", KeyError::EmptySegment),
            ("/a", KeyError::EmptySegment),
            ("a/", KeyError::EmptySegment),
            ("a//b", KeyError::EmptySegment),
            ("..", KeyError::DotSegment),
            ("a/../b", KeyError::DotSegment),
            ("a/.", KeyError::DotSegment),
            ("a\0b", KeyError::Character),
            ("a\nb", KeyError::Character),
            ("a\\b", KeyError::Character),
            (&segment, KeyError::TooLong),
            (&long, KeyError::TooLong),
            (".aegis/tmp", KeyError::Reserved),
            (".aegis/tmp/x", KeyError::Reserved),
        ] {
            assert_eq!(Key::new(bad), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn folders_make_and_name_their_keys() {
        let folder = Folder::new("packs/1.0").unwrap();
        assert_eq!(folder.as_prefix(), "packs/1.0/");
        assert_eq!(folder.path(), "packs/1.0");
        let key = folder.key("a/b").unwrap();
        assert_eq!(key.as_str(), "packs/1.0/a/b");
        assert_eq!(folder.name_of(&key), Some("a/b"));
        assert_eq!(Folder::new("packs/1").unwrap().name_of(&key), None);
        assert_eq!(Folder::root().name_of(&key), Some("packs/1.0/a/b"));
        assert_eq!(folder.key(""), Err(KeyError::EmptySegment));
        assert_eq!(folder.key("../x"), Err(KeyError::DotSegment));
        assert_eq!(folder.key(".aegis/tmp/x").unwrap().as_str(), "packs/1.0/.aegis/tmp/x");
        assert_eq!(Folder::root().key(".aegis/tmp/x"), Err(KeyError::Reserved));
    }
}
