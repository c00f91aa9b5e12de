//! What a pack is made of, borrowed from the sources that it was read from.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use semver::Version;

use crate::oid::Oid;

mod lexicon;

pub use crate::layer::Layer;
pub use lexicon::{Lexicon, Term};

/// How a term sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Register {
    /// For alerts and documents.
    Formal,
    /// Anywhere.
    Neutral,
    /// Among colleagues.
    Informal,
}

impl Register {
    /// The words and what they mean.
    pub const WORDS: [(&'static str, Self); 3] =
        [("formal", Self::Formal), ("neutral", Self::Neutral), ("informal", Self::Informal)];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// How urgent a rule is; the order is that of firing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Priority {
    /// Said first.
    Emergency,
    /// Said before what is routine.
    Urgent,
    /// The default.
    Routine,
}

impl Priority {
    /// The words and what they mean.
    pub const WORDS: [(&'static str, Self); 3] =
        [("emergency", Self::Emergency), ("urgent", Self::Urgent), ("routine", Self::Routine)];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

/// A source's number: its place in the table of source names.
pub type SourceId = u32;

/// Which definition something was stated in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The layer that stated it.
    pub layer: Layer,
    /// The file.
    pub source: SourceId,
    /// The entry's version there.
    pub version: Version,
    /// The entry's index in its document, from 0.
    pub index: u32,
}

/// A step of an escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation<'a> {
    /// Seconds without an acknowledgement.
    pub after_s: u64,
    /// Who hears it.
    pub to: &'a str,
    /// What is said.
    pub say: &'a str,
}

/// What is said when an event happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<'a> {
    /// The event.
    pub event: &'a str,
    /// How urgent.
    pub priority: Priority,
    /// What is said.
    pub say: &'a str,
    /// What counts as having heard.
    pub acknowledge: Vec<&'a str>,
    /// What happens otherwise, as stated.
    pub escalate: Vec<Escalation<'a>>,
}

/// What a slot takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotKind<'a> {
    /// Any text.
    String,
    /// An integer.
    Integer,
    /// One of these texts.
    Enum(Vec<&'a str>),
}

impl SlotKind<'_> {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Enum(_) => "enum",
        }
    }
}

/// A value for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(untagged)]
pub enum SlotValue<'a> {
    /// A text.
    Text(&'a str),
    /// An integer.
    Integer(i64),
}

impl std::fmt::Display for SlotValue<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(value) => write!(f, "{value}"),
        }
    }
}

/// Names with what they stand for, in the order of RFC 8785.
pub type Named<'a, T> = Vec<(&'a str, T)>;

/// An example of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateExample<'a> {
    /// The values.
    pub slots: Named<'a, SlotValue<'a>>,
    /// What comes out.
    pub text: &'a str,
}

/// A text with slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template<'a> {
    /// The text as written.
    pub text: &'a str,
    /// The slots.
    pub slots: Named<'a, SlotKind<'a>>,
    /// Examples.
    pub examples: Vec<TemplateExample<'a>>,
}

/// Which registers may be used under which OIDs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The OIDs, themselves included.
    pub applies_to: Vec<Oid>,
    /// The registers that may be used.
    pub registers: Vec<Register>,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'a> {
    /// Terms.
    Lexicon(Lexicon<'a>),
    /// What is said when an event happens.
    Rule(Rule<'a>),
    /// A text with slots.
    Template(Template<'a>),
    /// Which registers may be used where.
    Policy(Policy),
    /// Another OID, for a deprecation window.
    Alias(Oid),
}

impl Body<'_> {
    /// The words for the kinds.
    pub const KINDS: [&'static str; 5] = ["lexicon", "rule", "template", "policy", "alias"];

    /// The number of the kind in [`Self::KINDS`].
    pub const fn number(&self) -> u8 {
        match self {
            Self::Lexicon(_) => 0,
            Self::Rule(_) => 1,
            Self::Template(_) => 2,
            Self::Policy(_) => 3,
            Self::Alias(_) => 4,
        }
    }

    /// The word for the kind.
    pub const fn kind(&self) -> &'static str {
        Self::KINDS[self.number() as usize]
    }
}

/// Where an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The layer.
    pub layer: Layer,
    /// The file.
    pub source: SourceId,
    /// The line of the mapping's first key, from 1.
    pub line: u32,
    /// The entry's index in its document, from 0.
    pub index: u32,
    /// The layers that define the OID and lost, most specific first.
    pub overrode: Vec<Layer>,
    /// Whether the operator forced this definition.
    pub preferred: bool,
}

/// An entry of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its identifier.
    pub oid: Oid,
    /// What people call it; only aliases may have none.
    pub title: Option<&'a str>,
    /// Its version.
    pub version: Version,
    /// Other entries that it speaks of, if it states them.
    pub refs: Option<Vec<Oid>>,
    /// Where the references stand, if not in the entry's own definition (lexicons unite).
    pub refs_from: Option<Box<Origin>>,
    /// Labels, if it states them.
    pub tags: Option<Vec<&'a str>>,
    /// The language, where it differs from the pack's.
    pub language: Option<&'a str>,
    /// Whether a more specific layer may not state it again.
    pub is_final: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// What it is.
    pub body: Body<'a>,
}

impl Entry<'_> {
    /// The references, none if none are stated.
    pub fn refs(&self) -> &[Oid] {
        self.refs.as_deref().unwrap_or_default()
    }
}

/// Something that a layer says of an OID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement<'a> {
    /// A definition.
    Define(Arc<Entry<'a>>),
    /// A tombstone.
    Remove(Box<Tombstone>),
}

/// What a layer says of an OID that it takes away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The OID.
    pub oid: Oid,
    /// The tombstone's version.
    pub version: Version,
    /// Where it stands; `overrode` names its own layer if that also defines the OID, at a lower version.
    pub origin: Origin,
}

impl<'a> Statement<'a> {
    /// The OID that it speaks of.
    pub fn oid(&self) -> &Oid {
        match self {
            Self::Define(entry) => &entry.oid,
            Self::Remove(tombstone) => &tombstone.oid,
        }
    }

    /// Whether its layer defines the OID, be it with what lost to a tombstone.
    pub fn defines(&self) -> bool {
        match self {
            Self::Define(_) => true,
            Self::Remove(tombstone) => !tombstone.origin.overrode.is_empty(),
        }
    }

    /// Its version.
    pub fn version(&self) -> &Version {
        match self {
            Self::Define(entry) => &entry.version,
            Self::Remove(tombstone) => &tombstone.version,
        }
    }

    /// Where it stands.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Define(entry) => &entry.origin,
            Self::Remove(tombstone) => &tombstone.origin,
        }
    }

    /// The definition, if it is one.
    pub fn entry(&self) -> Option<&Entry<'a>> {
        match self {
            Self::Define(entry) => Some(entry),
            Self::Remove(_) => None,
        }
    }
}

/// What a document says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    /// What it is about.
    pub oid: Oid,
    /// What people call it.
    pub title: Cow<'a, str>,
    /// Its version.
    pub version: Version,
    /// Its language, if it states one.
    pub language: Option<Cow<'a, str>>,
    /// The layer that it was read for.
    pub layer: Layer,
    /// The file.
    pub source: SourceId,
}

/// What the sources of a project state.
#[derive(Debug, Default)]
pub struct Loaded<'a> {
    /// What the documents say of themselves, in the order of the sources.
    pub documents: Vec<Document<'a>>,
    /// What they state.
    pub statements: Vec<Statement<'a>>,
    /// OIDs whose definitions were not sound.
    pub broken: HashSet<Oid>,
    /// The names of all sources: the files in their order, then what `.1337` files name as theirs.
    pub names: Vec<Arc<str>>,
}
