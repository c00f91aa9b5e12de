//! `aegis: suite/v1` as it is written.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use super::{EntryKind, LayerName, Oid, Priority, Register, Text, Version};

/// A suite: questions to a compiled pack, or conversations with a bot, each with what is expected.
#[derive(Debug, JsonSchema)]
#[schemars(title = "AEGIS suite", untagged)]
pub enum Suite {
    /// Questions to a pack.
    Pack(PackSuite),
    /// Conversations with a bot.
    Bot(super::conversation::BotSuite),
}

/// Questions to a compiled pack, each with the answer that is expected. An expectation names one field of the answer or
/// more; what it does not name is not compared.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PackSuite {
    /// The form of this document.
    pub aegis: Form,
    /// The pack that is tested.
    pub pack: Oid,
    /// The cases. No two have one id.
    pub cases: Vec<Case>,
}

/// The form of a suite.
#[derive(Debug, JsonSchema)]
pub enum Form {
    /// This one.
    #[schemars(rename = "suite/v1")]
    V1,
}

/// A case: a question and the answer that is expected.
#[derive(Debug, JsonSchema)]
#[schemars(tag = "kind", rename_all = "lowercase")]
pub enum Case {
    /// Kind, version and layer of an OID.
    Resolve(OidCase<ExpectEntry>),
    /// The SHA-256 of an entry's canonical content.
    Digest(OidCase<ExpectDigest>),
    /// An OID or a term that is not there.
    Absent(AbsentCase),
    /// The senses of a term.
    Lookup(LookupCase),
    /// The terms in a text.
    Scan(ScanCase),
    /// Where an alias ends.
    Alias(OidCase<ExpectTarget>),
    /// What a template gives.
    Render(RenderCase),
    /// What an event makes the rules say.
    Fire(FireCase),
    /// The registers that are allowed at an OID.
    Register(OidCase<ExpectRegisters>),
    /// The children of an OID, or the entries without an ancestor.
    Tree(TreeCase),
    /// Whether the JSON export and the `.1337` agree.
    Export(ExportCase),
}

/// A question about an OID.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OidCase<E> {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// The OID.
    pub oid: Oid,
    /// What should come out.
    pub expect: E,
}

/// Whether something is not there.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("anyOf" = oid_or_term()))]
pub struct AbsentCase {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// The OID.
    pub oid: Option<Oid>,
    /// The term.
    pub term: Option<String>,
    /// What should come out.
    pub expect: ExpectAbsent,
}

fn oid_or_term() -> Value {
    json!([{"required": ["oid"]}, {"required": ["term"]}])
}

/// A question about a term.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LookupCase {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// The term or alias.
    pub term: String,
    /// What should come out.
    pub expect: ExpectSenses,
}

/// A question about a text.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ScanCase {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// The text.
    pub text: String,
    /// What should come out.
    pub expect: ExpectHits,
}

/// What a template gives.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RenderCase {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// The template.
    pub oid: Oid,
    /// The values of its slots, by name. A bad one gives the error `SLOT_INVALID`.
    pub slots: Option<BTreeMap<String, Value>>,
    /// What should come out.
    pub expect: ExpectText,
}

/// What an event makes the rules say.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FireCase {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// The event.
    pub event: String,
    /// What should come out.
    pub expect: ExpectSaid,
}

/// The children of an OID.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TreeCase {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// The OID; the entries without an ancestor, if it is missing.
    pub oid: Option<Oid>,
    /// What should come out.
    pub expect: ExpectChildren,
}

/// Whether the JSON export and the `.1337` agree.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExportCase {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// What should come out.
    pub expect: ExpectAgree,
}

/// Of an entry.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct ExpectEntry {
    /// What it is.
    #[schemars(rename = "kind")]
    pub entry: Option<EntryKind>,
    /// Its version.
    pub version: Option<Version>,
    /// The layer that its definition comes from.
    pub layer: Option<LayerName>,
}

/// Of an entry's content.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct ExpectDigest {
    /// Its SHA-256, hexadecimal.
    #[schemars(extend("pattern" = "^[0-9a-f]{64}$"))]
    pub sha256: Option<String>,
    /// The layer that its definition comes from.
    pub layer: Option<LayerName>,
    /// How many of a lexicon's terms come from each layer.
    pub terms: Option<std::collections::BTreeMap<String, u64>>,
}

/// Of something that may not be there.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectAbsent {
    /// Whether it is not there.
    pub absent: bool,
}

/// Of a term.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectSenses {
    /// Its senses, in look-up order.
    pub senses: Vec<Sense>,
}

/// A sense of a term.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct Sense {
    /// The lexicon.
    pub oid: Option<Oid>,
    /// The term as the pack writes it.
    pub term: Option<String>,
    /// What it means.
    pub meaning: Option<String>,
    /// How it is spoken.
    pub register: Option<Register>,
    /// The layer that it comes from.
    pub layer: Option<LayerName>,
}

/// Of a text.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectHits {
    /// The terms that occur in it, one a sense.
    pub hits: Vec<Hit>,
}

/// An occurrence of a term.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct Hit {
    /// Where it begins, in bytes of the text.
    pub start: Option<u32>,
    /// Where it ends.
    pub end: Option<u32>,
    /// The term as the pack writes it.
    pub term: Option<String>,
    /// The lexicon.
    pub oid: Option<Oid>,
}

/// Of an alias.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectTarget {
    /// The OID at its end; `null` for what is no alias.
    #[schemars(transform = or_null)]
    pub target: Oid,
}

/// Of a template.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct ExpectText {
    /// The text.
    pub text: Option<String>,
    /// The code of the error.
    pub error: Option<String>,
}

/// Of an event.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectSaid {
    /// What is said, in this order.
    pub said: Vec<Said>,
}

/// What a rule says.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct Said {
    /// The rule.
    pub oid: Option<Oid>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// What it says.
    pub say: Option<String>,
    /// What counts as an answer.
    pub acknowledge: Option<Vec<String>>,
    /// What happens when nobody answers, by delay.
    pub escalate: Option<Vec<Step>>,
}

/// A step that is taken when nobody answers.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Step {
    /// After how many seconds.
    pub after_s: Option<u64>,
    /// To whom.
    pub to: Option<String>,
    /// What is said to them.
    pub say: Option<String>,
}

/// Of an OID's policies.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectRegisters {
    /// The registers that they allow together.
    pub registers: Vec<Register>,
}

/// Of a tree.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct ExpectChildren {
    /// The children, by OID; `null` if the OID is not there.
    #[schemars(transform = or_null)]
    pub children: Option<Vec<Oid>>,
    /// How many entries the pack has, of the tree without an OID.
    pub entries: Option<u64>,
}

/// Of the exports.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectAgree {
    /// Whether they agree.
    pub agree: bool,
}

/// What is described here, or `null`.
pub(super) fn or_null(schema: &mut Schema) {
    let description = schema.remove("description").unwrap_or_default();
    let value = std::mem::take(schema).to_value();
    schema.insert("anyOf".to_owned(), json!([value, {"const": null}]));
    schema.insert("description".to_owned(), description);
}
