//! What revisions, channels and revocations belong to: a pack or a bot. Where each of them stands. Pure.

use std::fmt;

use crate::diag::{Code, Diagnostic, Outcome};
use crate::oid::Oid;

use super::{Digest, Folder, Key, KeyError, bots, layout};

/// The longest name of a channel, in bytes.
pub const MAX_CHANNEL: usize = 64;
/// How many digits the number of a channel document has.
const DIGITS: usize = 20;

/// A pack or a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The pack of an OID.
    Pack(Oid),
    /// A bot, by its id.
    Bot(String),
}

impl Subject {
    /// A bot of this id, if it can be one: `^[a-z0-9][a-z0-9_-]{0,62}$`, and not `packs`.
    pub fn bot(id: &str) -> Option<Self> {
        let mut bytes = id.bytes();
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let good =
            bytes.next().is_some_and(is_plain) && bytes.all(|b| is_plain(b) || matches!(b, b'_' | b'-'));
        (good && id.len() <= 63 && id != layout::PACKS).then(|| Self::Bot(id.to_owned()))
    }

    /// The pack of this OID, if it is one, in its only form.
    pub fn pack(oid: &str) -> Option<Self> {
        let parsed: Oid = oid.parse().ok()?;
        (parsed.to_string() == oid).then_some(Self::Pack(parsed))
    }

    /// Its folder in a store.
    ///
    /// # Errors
    /// The OID is longer than a folder's name may be, or the bot's id cannot name one.
    pub fn folder(&self) -> Outcome<Folder> {
        match self {
            Self::Pack(oid) => layout::packs_of(oid),
            Self::Bot(id) if id == layout::PACKS || id.starts_with('.') || id.contains('/') => {
                Err(usage(format!("`{id}` is no bot's id"), "write the `meta.botId` of its spec"))
            }
            Self::Bot(id) => bots::scope(Some(id)),
        }
    }

    /// The folder of one of its revisions.
    ///
    /// # Errors
    /// As [`Subject::folder`].
    pub fn revision(&self, hash: Digest) -> Outcome<Folder> {
        self.below(&hash.to_string())
    }

    /// The folder of the documents of one of its channels.
    ///
    /// # Errors
    /// As [`Subject::folder`]; `USAGE_INVALID` for a name that no channel can have.
    pub fn channel(&self, name: &str) -> Outcome<Folder> {
        check_channel(name)?;
        self.below(&format!("channels/{name}"))
    }

    /// The document of a channel for readers who are content with a hint.
    ///
    /// # Errors
    /// As [`Subject::channel`].
    pub fn hint(&self, name: &str) -> Outcome<Key> {
        check_channel(name)?;
        self.channels()?.key(&format!("{name}.json")).map_err(|error| refused(name, error))
    }

    /// The document that revokes one of its revisions.
    ///
    /// # Errors
    /// As [`Subject::folder`].
    pub fn revocation(&self, hash: Digest) -> Outcome<Key> {
        self.revision(hash)?.key(layout::REVOKED).map_err(|error| refused(layout::REVOKED, error))
    }

    /// The name of the file of a revision whose presence is the commit.
    pub const fn manifest_name(&self) -> &'static str {
        match self {
            Self::Pack(_) => layout::MANIFEST,
            Self::Bot(_) => bots::PASSPORT,
        }
    }

    /// The manifest of one of its revisions.
    ///
    /// # Errors
    /// As [`Subject::folder`].
    pub fn manifest(&self, hash: Digest) -> Outcome<Key> {
        let name = self.manifest_name();
        self.revision(hash)?.key(name).map_err(|error| refused(name, error))
    }

    /// The folder of all its channels.
    ///
    /// # Errors
    /// As [`Subject::folder`].
    pub fn channels(&self) -> Outcome<Folder> {
        self.below("channels")
    }

    fn below(&self, rest: &str) -> Outcome<Folder> {
        let folder = self.folder()?;
        Folder::new(&format!("{}/{rest}", folder.path())).map_err(|error| refused(rest, error))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pack(oid) => write!(f, "the pack {oid}"),
            Self::Bot(id) => write!(f, "the bot `{id}`"),
        }
    }
}

/// The name of the document with this number.
pub fn numbered(sequence: u64) -> String {
    format!("{sequence:0DIGITS$}.json")
}

/// The number of the document with this name; `None` for a name of anything else.
pub fn number_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".json").filter(|digits| digits.len() == DIGITS)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Whether a text can be a channel's name.
pub fn is_channel(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    begins && name.len() <= MAX_CHANNEL && name.bytes().all(is_inner)
}

fn check_channel(name: &str) -> Outcome<()> {
    if is_channel(name) {
        return Ok(());
    }
    let help = "name a channel such as `stable`: letters, digits, `.`, `_` and `-`, a letter or a digit first, at most 64";
    Err(usage(format!("`{name}` cannot be the name of a channel"), help))
}

fn usage(message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(Code::UsageInvalid, message).help(help))
}

fn refused(name: &str, error: KeyError) -> Box<Diagnostic> {
    let message = format!("`{name}` cannot stand in a store: {error}");
    Box::new(Diagnostic::error(Code::NotSupported, message).help("choose a shorter name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_its_place() {
        let hash = Digest::of(b"x");
        let pack = Subject::Pack("1.0".parse().unwrap());
        assert_eq!(pack.manifest(hash).unwrap().as_str(), format!("packs/1.0/{hash}/metadata.json"));
        assert_eq!(pack.channel("stable").unwrap().path(), "packs/1.0/channels/stable");
        assert_eq!(pack.hint("stable").unwrap().as_str(), "packs/1.0/channels/stable.json");
        let bot = Subject::Bot("pizza".to_owned());
        assert_eq!(bot.manifest(hash).unwrap().as_str(), format!("pizza/{hash}/rev.json"));
        assert_eq!(bot.revocation(hash).unwrap().as_str(), format!("pizza/{hash}/revoked.json"));
        assert_eq!(bot.channel("v1.2_a-b").unwrap().path(), "pizza/channels/v1.2_a-b");
        for id in ["packs", ".aegis", "a/b", "", ".."] {
            assert_eq!(Subject::Bot(id.to_owned()).folder().unwrap_err().code, Code::UsageInvalid, "{id}");
        }
        for name in ["", ".", "..", "a/b", "-x", "ä", "a b", &"x".repeat(65)] {
            assert_eq!(pack.channel(name).unwrap_err().code, Code::UsageInvalid, "{name}");
        }
    }

    #[test]
    fn numbers_are_named_so_that_their_order_is_that_of_their_names() {
        assert_eq!(numbered(7), "00000000000000000007.json");
        assert_eq!(number_of(&numbered(u64::MAX)), Some(u64::MAX));
        for name in
            ["7.json", "0000000000000000000x.json", "99999999999999999999.json", "00000000000000000007"]
        {
            assert_eq!(number_of(name), None, "{name}");
        }
    }
}
