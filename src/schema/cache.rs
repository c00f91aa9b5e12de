//! `aegis: cache/v1` as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::{EntryOid, Language, Oid, Priority, Register, Text, Version};

/// The greatest integer that a slot or a delay may have: what a double holds exactly.
const MAX_INTEGER: i64 = (1 << 53) - 1;

/// A cache document: entries of one layer of a pack.
#[derive(Debug, JsonSchema)]
#[schemars(title = "AEGIS cache document", deny_unknown_fields)]
pub struct Cache {
    /// The form of this document.
    pub aegis: Form,
    /// What this document is about.
    pub oid: Oid,
    /// What people call it.
    pub title: Text,
    /// Its version, which entries have too that state none.
    pub version: Version,
    /// The language of its texts; the pack's, if it is missing.
    pub language: Option<Language>,
    /// What it states; may be empty.
    pub entries: Vec<Statement>,
}

/// The form of a cache document.
#[derive(Debug, JsonSchema)]
pub enum Form {
    /// This one.
    #[schemars(rename = "cache/v1")]
    V1,
}

/// What a document states of an OID.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Statement {
    /// A definition.
    Entry(Entry),
    /// A removal.
    Tombstone(Tombstone),
}

/// Drops what a broader layer defined.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Tombstone {
    /// The OID that goes.
    pub oid: EntryOid,
    /// Always `true`.
    #[schemars(extend("const" = true))]
    pub removed: bool,
    /// Its version; the document's, if it is missing.
    pub version: Option<Version>,
}

/// A definition.
#[derive(Debug, JsonSchema)]
#[schemars(tag = "kind", rename_all = "lowercase")]
pub enum Entry {
    /// Terms and their meanings.
    Lexicon(Lexicon),
    /// What is said when an event happens.
    Rule(Rule),
    /// A text with slots.
    Template(Template),
    /// Which registers may be used under which OIDs.
    Policy(Policy),
    /// A renumbered OID, for a deprecation window.
    Alias(Alias),
}

/// What every entry may have.
#[derive(Debug, JsonSchema)]
pub struct Common {
    /// Its identifier.
    pub oid: EntryOid,
    /// Its version; the document's, if it is missing.
    pub version: Option<Version>,
    /// Other entries that it speaks of. They have to exist after the merge.
    pub refs: Option<Vec<Oid>>,
    /// Labels.
    pub tags: Option<Vec<Text>>,
    /// Whether a more specific layer may not state it again.
    #[schemars(rename = "final")]
    pub is_final: Option<bool>,
}

/// Terms and their meanings.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Lexicon {
    /// What every entry may have.
    #[schemars(flatten)]
    pub common: Common,
    /// What people call it.
    pub title: Text,
    /// The terms; may be empty.
    pub terms: Vec<Term>,
}

/// A term.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Term {
    /// The word or phrase itself.
    pub term: Text,
    /// What it means.
    pub meaning: Text,
    /// How it is spoken; neutral, if it is missing.
    pub register: Option<Register>,
    /// Other words for the same.
    pub aliases: Option<Vec<Text>>,
    /// Sentences in which the term or one of its aliases stands.
    pub examples: Option<Vec<Text>>,
}

/// What is said when an event happens.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Rule {
    /// What every entry may have.
    #[schemars(flatten)]
    pub common: Common,
    /// What people call it.
    pub title: Text,
    /// The event.
    pub event: Text,
    /// How urgent it is; routine, if it is missing.
    pub priority: Option<Priority>,
    /// What is said.
    pub say: Text,
    /// What counts as an answer.
    pub acknowledge: Option<Vec<Text>>,
    /// What happens when nobody answers.
    pub escalate: Option<Vec<Escalation>>,
}

/// A step that is taken when nobody answers.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Escalation {
    /// After how many seconds.
    #[schemars(extend("type" = "integer", "minimum" = 0, "maximum" = MAX_INTEGER))]
    pub after_s: Value,
    /// To whom.
    pub to: Text,
    /// What is said to them.
    pub say: Text,
}

/// A text with slots.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Template {
    /// What every entry may have.
    #[schemars(flatten)]
    pub common: Common,
    /// What people call it.
    pub title: Text,
    /// The text: `{name}` is a slot, `{{` and `}}` are literal braces.
    pub text: Text,
    /// The slots, by name.
    pub slots: Option<BTreeMap<String, Slot>>,
    /// What the text becomes.
    pub examples: Option<Vec<TemplateExample>>,
}

/// What a slot takes.
#[derive(Debug, JsonSchema)]
#[schemars(tag = "type", rename_all = "lowercase")]
pub enum Slot {
    /// Any text.
    String(Plain),
    /// An integer.
    Integer(Plain),
    /// One of several texts.
    Enum(Choice),
}

/// A slot without further fields.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Plain {}

/// A slot that takes one of several texts.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Choice {
    /// The texts. Quote what would be a number.
    #[schemars(length(min = 1))]
    pub values: Vec<Text>,
}

/// What a template becomes with certain values.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TemplateExample {
    /// The values of the slots, by name.
    pub slots: Option<BTreeMap<String, SlotValue>>,
    /// The text that comes out.
    pub text: Text,
}

/// The value of a slot: a text, or an integer for an integer slot.
#[derive(Debug, JsonSchema)]
#[schemars(transform = slot_value)]
pub struct SlotValue(pub Value);

fn slot_value(schema: &mut schemars::Schema) {
    let integer = json!({"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER});
    schema.insert("anyOf".to_owned(), json!([{"type": "string"}, integer]));
}

/// Which registers may be used under which OIDs.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Policy {
    /// What every entry may have.
    #[schemars(flatten)]
    pub common: Common,
    /// What people call it.
    pub title: Text,
    /// The OIDs whose subtrees it governs.
    pub applies_to: Vec<Oid>,
    /// The registers that it allows.
    #[schemars(length(min = 1))]
    pub registers: Vec<Register>,
}

/// A renumbered OID.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Alias {
    /// What every entry may have.
    #[schemars(flatten)]
    pub common: Common,
    /// What people call it.
    pub title: Option<Text>,
    /// The OID that it stands for.
    pub target: Oid,
}
