//! `aegis: project/v1`, the file `aegis.yaml`, as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::{BotId, Count, Language, LayerName, Oid, Text, Version};

/// A project: one runtime pack, merged from three layers, its suites and its bots. Paths are relative to this file.
#[derive(Debug, JsonSchema)]
#[schemars(title = "AEGIS project", deny_unknown_fields)]
pub struct Project {
    /// The form of this document.
    pub aegis: Form,
    /// The runtime pack.
    pub pack: Option<Pack>,
    /// Globs of suites that people wrote.
    pub suites: Option<Vec<Text>>,
    /// The bots.
    pub bots: Option<Vec<Bot>>,
    /// Where to publish; `file://.aegis/store`, if it is missing.
    pub store: Option<Store>,
    /// How releases are made.
    pub release: Option<Release>,
    /// How semantic changes are judged.
    pub semver: Option<Semver>,
    /// Findings of preflight that are accepted, each with its reason.
    pub waivers: Option<Vec<Waiver>>,
}

/// The form of a project.
#[derive(Debug, JsonSchema)]
pub enum Form {
    /// This one.
    #[schemars(rename = "project/v1")]
    V1,
}

/// The runtime pack.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Pack {
    /// Its name.
    pub name: Text,
    /// Its identifier.
    pub oid: Oid,
    /// What a document that names no language is written in; `en`, if it is missing.
    pub language: Option<Language>,
    /// `auto` (the default), or the version that the author keeps.
    pub version: Option<PackVersion>,
    /// The sources of each layer.
    pub layers: Layers,
    /// Definitions that the operator forces against the order of the layers.
    pub prefer: Option<Vec<Preference>>,
    /// Bounds.
    pub limits: Option<Limits>,
    /// Where to publish the pack, instead of the project's store.
    pub store: Option<Store>,
}

/// The version of a pack.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum PackVersion {
    /// It follows from what changed since the last release.
    Auto(Auto),
    /// The author keeps it.
    Kept(Version),
}

/// That the version follows from what changed since the last release.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Auto {
    /// From what changed.
    Auto,
}

/// The sources of each layer: files, folders (read recursively) and URLs. One layer has at least one.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("anyOf" = one_source()))]
pub struct Layers {
    /// What holds everywhere.
    pub global: Option<Vec<Text>>,
    /// What holds in one field of work.
    pub domain: Option<Vec<Text>>,
    /// What holds at one site.
    pub local: Option<Vec<Text>>,
}

fn one_source() -> Value {
    let one = |layer: &str| json!({"required": [layer], "properties": {layer: {"minItems": 1}}});
    json!([one("global"), one("domain"), one("local")])
}

/// A definition that the operator forces.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Preference {
    /// The entry.
    pub oid: Oid,
    /// The layer whose definition stands.
    pub layer: LayerName,
    /// The source in that layer, if several define it.
    pub source: Option<Text>,
}

/// Bounds of a pack.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Limits {
    /// Bounds of the local layer.
    pub local: Option<LocalLimits>,
}

/// Bounds of the local layer.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LocalLimits {
    /// Bytes of all its sources together; 1048576, if it is missing.
    pub max_bytes: Option<Count>,
    /// Entries and tombstones; 10000, if it is missing.
    pub max_entries: Option<Count>,
    /// Characters of a term or an alias; 200, if it is missing.
    pub max_term_chars: Option<Count>,
    /// Characters of any other text; 2000, if it is missing.
    pub max_text_chars: Option<Count>,
}

/// A store: its URL, or its URL with settings.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Store {
    /// `file://`, `s3://`, `gs://`, `az://`, `oci://`, or a path.
    Url(Text),
    /// With settings.
    Settings(StoreSettings),
}

/// A store with settings.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct StoreSettings {
    /// `file://`, `s3://`, `gs://`, `az://`, `oci://`, or a path.
    pub url: Text,
    /// The endpoint of a compatible server.
    pub endpoint: Option<Text>,
    /// Whether the bucket stands in the path instead of the host's name.
    pub path_style: Option<bool>,
    /// The storage class of what is written.
    pub storage_class: Option<Text>,
    /// The KMS key that encrypts what is written.
    pub kms_key: Option<Text>,
    /// Object Lock retention.
    pub object_lock: Option<ObjectLock>,
}

/// For how long the store itself refuses to change or delete what is written.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ObjectLock {
    /// Who may lift it.
    pub mode: LockMode,
    /// How many days it lasts.
    #[schemars(extend("type" = "integer", "minimum" = 1, "maximum" = 36_500))]
    pub days: u32,
}

/// Who may lift a retention.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum LockMode {
    /// Those with a permission of their own.
    Governance,
    /// Nobody.
    Compliance,
}

/// A bot.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Bot {
    /// Its identifier: `meta.botId` of its spec.
    pub id: BotId,
    /// Its spec.
    pub spec: Text,
    /// Its script; generated from the spec, if it is missing.
    pub script: Option<Text>,
    /// How its script was made.
    pub build: Option<Text>,
    /// Where to publish it, instead of the project's store.
    pub store: Option<Store>,
}

/// How releases are made.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Release {
    /// Which tags are made.
    pub tags: Option<Vec<TagKind>>,
    /// Whether `v1` and `v1.2` move along.
    pub floating: Option<bool>,
    /// The OIDs that get a tag beside the pack's; the documents', if it is missing.
    pub oids: Option<Vec<Oid>>,
    /// What stands before `v1.2.0` in a tag; empty, if it is missing.
    pub prefix: Option<String>,
    /// Branches beside the default one that may be released.
    pub branches: Option<Vec<Text>>,
}

/// A kind of tag.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum TagKind {
    /// `v1.2.0`.
    Semver,
    /// `1.4.1-v1.2.0`.
    Oid,
}

/// How semantic changes are judged.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Semver {
    /// Levels of changes that the project raises or lowers, by rule.
    pub levels: Option<BTreeMap<String, Level>>,
    /// The file of approved breaks.
    pub approved: Option<Text>,
}

/// How large a change is.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Level {
    /// Reworded.
    Patch,
    /// Something new.
    Minor,
    /// Something that agents relied on is gone or different.
    Major,
}

/// A finding of preflight that is accepted.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Waiver {
    /// The check.
    pub check: Text,
    /// The bot; all of them, if it is missing.
    pub bot: Option<BotId>,
    /// Why.
    pub reason: Text,
    /// The last day on which it holds.
    #[schemars(extend("pattern" = "^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"))]
    pub expires: Option<String>,
}
