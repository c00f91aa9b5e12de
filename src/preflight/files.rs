//! What stands in a revision's folder, as bytes. Whoever reads it does not follow links, and says what it did not read.

use std::sync::Arc;

use crate::bot::revision::{FILES, REV, Revision, SCRIPT, SPEC};

/// The largest file that is read at all, in bytes. No file of a revision may be nearly as large.
pub const MOST: u64 = 64 << 20;
/// What may stand beside the three files: that the revision was revoked.
pub const REVOKED: &str = "revoked.json";

/// What stands in the place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Missing,
    /// Something that is no file, and what.
    NoFile(&'static str),
    /// A file of so many bytes, which are too many to be read.
    TooLarge(u64),
    /// A file.
    Bytes(Vec<u8>),
}

impl Content {
    /// The bytes, if there are any.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// Why there are none.
    pub fn why(&self, name: &str) -> String {
        match self {
            Self::Missing => format!("{name} is missing"),
            Self::NoFile(what) => format!("{name} is {what}"),
            Self::TooLarge(_) => format!("{name} is too large to be read"),
            Self::Bytes(_) => format!("{name} was read"),
        }
    }
}

/// Something that does not belong to a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Its name.
    pub name: String,
    /// What it is.
    pub what: &'static str,
}

/// What stands in a revision's folder.
#[derive(Debug, Clone)]
pub struct Files {
    /// The folder as people know it.
    pub shown: String,
    /// The name of the folder, which should be the revision's hash; none where there is no folder yet.
    pub name: Option<String>,
    /// The bot under whose id it stands, where that counts (in a store).
    pub bot: Option<String>,
    /// `bot.js`.
    pub script: Content,
    /// `spec.json`.
    pub spec: Content,
    /// `rev.json`.
    pub rev: Content,
    /// What does not belong there, in the order of names.
    pub strays: Vec<Stray>,
    /// Names that people know files by, where they do not stand in the folder yet.
    called: Vec<(&'static str, Arc<str>)>,
}

impl Files {
    /// A folder with nothing in it.
    pub fn none(shown: String) -> Self {
        let [script, spec, rev] = [Content::Missing, Content::Missing, Content::Missing];
        Self { shown, name: None, bot: None, script, spec, rev, strays: Vec::new(), called: Vec::new() }
    }

    /// What a revision that was just made would stand there as.
    pub fn of(revision: &Revision, shown: String) -> Self {
        let mut files = Self::none(shown);
        for (name, bytes) in revision.files() {
            files.put(name, Content::Bytes(bytes.to_vec()));
        }
        files
    }

    /// Puts something in the place of one of the three files; anything else is a stray.
    pub fn put(&mut self, name: &str, content: Content) {
        match (name, content) {
            (SCRIPT, content) => self.script = content,
            (SPEC, content) => self.spec = content,
            (REV, content) => self.rev = content,
            (REVOKED, Content::Bytes(_) | Content::TooLarge(_) | Content::Missing) => {}
            (_, content) => {
                let what = match content {
                    Content::NoFile(what) => what,
                    _ => "a file",
                };
                self.strays.push(Stray { name: name.to_owned(), what });
            }
        }
    }

    /// Says by which name people know one of the files.
    pub fn call(&mut self, name: &'static str, shown: Arc<str>) {
        self.called.push((name, shown));
    }

    /// The name of a file, as people know it.
    pub fn name_of(&self, name: &str) -> Arc<str> {
        let called = self.called.iter().find(|(own, _)| *own == name).map(|(_, shown)| Arc::clone(shown));
        called.unwrap_or_else(|| match self.shown.as_str() {
            "" | "." => name.into(),
            folder => format!("{folder}/{name}").into(),
        })
    }

    /// What stands in the place of one of the three files.
    pub fn get(&self, name: &str) -> &Content {
        match name {
            SCRIPT => &self.script,
            SPEC => &self.spec,
            _ => &self.rev,
        }
    }

    /// The three files, by name.
    pub fn all(&self) -> [(&'static str, &Content); 3] {
        FILES.map(|name| (name, self.get(name)))
    }
}
