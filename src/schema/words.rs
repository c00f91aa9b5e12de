//! The words that all documents share: identifiers, versions, texts, and the choices among a few names.

use schemars::JsonSchema;
use serde_json::{Value, json};

// X.660: the first arc is 0, 1 or 2, and under 0 and 1 the second is at most 39. At most 32 arcs, no leading zeros.
// That an arc fits in 63 bits is left to the decoder beyond its number of digits.
const OID: &str = r"^(?:[01](?:\.(?:[0-9]|[1-3][0-9])(?:\.(?:0|[1-9][0-9]{0,18})){0,30})?|2(?:\.(?:0|[1-9][0-9]{0,18})){0,31})$";
const ENTRY_OID: &str =
    r"^(?:[01]\.(?:[0-9]|[1-3][0-9])(?:\.(?:0|[1-9][0-9]{0,18})){0,30}|2(?:\.(?:0|[1-9][0-9]{0,18})){1,31})$";
// The pattern that semver.org recommends.
const VERSION: &str = r"^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:-(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$";
const LANGUAGE: &str = r"^(?:[A-Za-z]{2,8}|[xXiI])(?:-[A-Za-z0-9]{1,8})*$";

fn not_packs() -> Value {
    json!({"const": "packs"})
}

/// An object identifier: dotted decimal arcs (ITU-T X.660). Quote it in YAML.
#[derive(Debug, JsonSchema)]
#[schemars(extend("pattern" = OID, "examples" = ["1.0"]))]
pub struct Oid(pub String);

/// The object identifier of an entry: at least two arcs (ITU-T X.660). Quote it in YAML.
#[derive(Debug, JsonSchema)]
#[schemars(extend("pattern" = ENTRY_OID, "examples" = ["1.0.2"]))]
pub struct EntryOid(pub String);

/// A version: MAJOR.MINOR.PATCH (semver.org).
#[derive(Debug, JsonSchema)]
#[schemars(extend("pattern" = VERSION, "examples" = ["1.2.0"]))]
pub struct Version(pub String);

/// A language tag (BCP 47).
#[derive(Debug, JsonSchema)]
#[schemars(extend("pattern" = LANGUAGE, "examples" = ["en", "pt-BR"]))]
pub struct Language(pub String);

/// A text that is not empty.
#[derive(Debug, JsonSchema)]
#[schemars(extend("pattern" = r"\S"))]
pub struct Text(pub String);

/// The identifier of a bot: lower case letters, digits, `_` and `-`; no bot is called `packs`.
#[derive(Debug, JsonSchema)]
#[schemars(extend("pattern" = "^[a-z0-9][a-z0-9_-]{0,62}$", "not" = not_packs()))]
pub struct BotId(pub String);

/// A number of things, at least one.
#[derive(Debug, JsonSchema)]
#[schemars(extend("type" = "integer", "minimum" = 1, "maximum" = i64::MAX))]
pub struct Count(pub Value);

/// The register of a term: how it is spoken.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Register {
    /// On the record: instructions, reports, papers.
    Formal,
    /// Anywhere.
    Neutral,
    /// Among colleagues.
    Informal,
}

/// How urgent a rule is. Emergencies speak first.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Priority {
    /// Everyday.
    Routine,
    /// Before routine.
    Urgent,
    /// Before everything else.
    Emergency,
}

/// A layer. Local wins over domain, domain over global.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum LayerName {
    /// What holds everywhere.
    Global,
    /// What holds in one field of work.
    Domain,
    /// What holds at one site.
    Local,
}

/// What an entry is.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum EntryKind {
    /// Terms and their meanings.
    Lexicon,
    /// What is said when an event happens.
    Rule,
    /// A text with slots.
    Template,
    /// Which registers may be used where.
    Policy,
    /// A renumbered OID.
    Alias,
}
