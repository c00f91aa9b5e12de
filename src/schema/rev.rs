//! `rev.json`, the passport of a revision, and `build.json`, from which part of it comes. The schemas are the judges:
//! `bot::revision` decodes what they take.

use serde_json::{Value, json};

/// The largest integer that every reader of JSON holds.
const SAFE: u64 = (1 << 53) - 1;
const VERSION: &str = r"^1\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:-(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$";
const TIME: &str = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$";

fn text(description: &str) -> Value {
    json!({"type": "string", "pattern": "\\S", "description": description})
}

fn pattern(pattern: &str, description: &str) -> Value {
    json!({"type": "string", "pattern": pattern, "description": description})
}

fn object(required: &[&str], properties: Value, description: &str) -> Value {
    json!({
        "type": "object", "required": required, "additionalProperties": false, "properties": properties,
        "description": description,
    })
}

fn how_made() -> Value {
    json!({
        "model": text("What wrote the script; `template/1` is the built-in compiler."),
        "seed": {"type": "integer", "minimum": 0, "maximum": SAFE, "description": "The seed that the model was given."},
        "sdkVersion": pattern(VERSION, "The version of the SDK: SemVer, major 1."),
        "astRulesVersion": pattern(VERSION, "The version of the rules of scripts: SemVer, major 1."),
        "generatorGitSha": pattern("^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$", "The commit of the generator: 40 or 64 hexadecimal digits."),
        "builtAt": pattern(TIME, "When it was built: RFC 3339, such as 2026-03-01T12:00:00Z."),
    })
}

/// The schema of `build.json`.
pub fn build() -> Value {
    let mut properties = how_made();
    properties["specVersion"] = json!({
        "type": "integer", "minimum": 1, "maximum": SAFE, "description": "The version of the spec, from 1.",
    });
    properties["author"] = text("Who had it made.");
    properties["notes"] = json!({"type": "string", "description": "What there is to say about it."});
    let required = ["model", "seed", "sdkVersion", "astRulesVersion", "generatorGitSha", "specVersion"];
    let mut schema = object(&required, properties, "How a bot's script was made.");
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "AEGIS build of a bot".into();
    schema
}

/// The schema of `rev.json`.
pub fn rev() -> Value {
    let hash = |description: &str| pattern("^[0-9a-f]{64}$", description);
    let size = |description: &str| json!({"type": "integer", "minimum": 0, "maximum": SAFE, "description": description});
    let key = |file: &str| {
        let form = format!("^[a-z0-9][a-z0-9_-]{{0,62}}/[0-9a-f]{{64}}/{}$", file.replace('.', "\\."));
        pattern(&form, &format!("The key of `{file}` in a store: <botId>/<revHash>/{file}."))
    };
    let security = object(
        &["outboundAllowList", "maxApiResponseKB", "apiCall"],
        json!({
            "outboundAllowList": {"type": "array", "items": {"type": "string"}, "description": "The hosts that it may call."},
            "maxApiResponseKB": size("The largest answer, in KB."),
            "apiCall": object(
                &["maxPerUpdate", "timeoutMs"],
                json!({"maxPerUpdate": size("Attempts in one update."), "timeoutMs": size("The longest time-out.")}),
                "Limits of API calls.",
            ),
        }),
        "The security of the spec, repeated.",
    );
    let properties = json!({
        "revHash": hash("The identity of the revision."),
        "specVersion": {"type": "integer", "minimum": 1, "maximum": SAFE, "description": "The version of the spec."},
        "artifacts": object(
            &["bot.js", "rev.json", "spec.json"],
            json!({"bot.js": key("bot.js"), "rev.json": key("rev.json"), "spec.json": key("spec.json")}),
            "Where its files stand in a store.",
        ),
        "build": object(
            &["model", "seed", "sdkVersion", "astRulesVersion", "generatorGitSha", "builtAt"],
            how_made(),
            "How it was made.",
        ),
        "hashes": object(
            &["bot.js", "spec.json"],
            json!({"bot.js": hash("SHA-256 of `bot.js`."), "spec.json": hash("SHA-256 of `spec.json`.")}),
            "The SHA-256 of its files.",
        ),
        "sizes": object(
            &["bot.js", "spec.json"],
            json!({"bot.js": size("Bytes of `bot.js`."), "spec.json": size("Bytes of `spec.json`.")}),
            "The sizes of its files, in bytes.",
        ),
        "security": security,
        "author": text("Who had it made."),
        "notes": {"type": "string", "description": "What there is to say about it."},
    });
    let required = ["revHash", "specVersion", "artifacts", "build", "hashes", "sizes", "security", "author"];
    let mut schema = object(&required, properties, "The passport of a bot's revision.");
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "AEGIS revision".into();
    schema
}
