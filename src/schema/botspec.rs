//! BotSpec v1, the file `spec.json`, as it is written. Here the schema is the judge: `bot::load` validates by it.
//!
//! A step's form depends on its `type`, which `if`/`then` says so that a validator complains about the one form that is
//! meant, and not about six. Limits stand here too, for editors; `bot::load` gives them their own code.

use serde_json::{Map, Value, json};

/// The largest integer that every reader of JSON holds.
const SAFE: u64 = (1 << 53) - 1;
/// The types of steps.
const STEPS: [&str; 6] = ["reply", "ask", "validate", "save", "apiCall", "goto"];
/// The names that a state field may not have: `_` is the script's own, and scripts may not write the others at all.
const RESERVED: [&str; 10] = [
    "_",
    "__proto__",
    "constructor",
    "prototype",
    "caller",
    "callee",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
];

/// The schema of a spec.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "AEGIS BotSpec",
        "description": "A bot: what starts it, what it says and asks, what it remembers, and what it may reach.",
        "type": "object",
        "required": ["meta", "flows", "security"],
        "additionalProperties": false,
        "properties": {
            "meta": meta(),
            "commands": array(command(), "What starts a flow by its name."),
            "intents": array(intent(), "What starts a flow by a word. The highest priority wins; of equal ones the first."),
            "flows": {
                "type": "array", "minItems": 1, "maxItems": 100, "items": {"$ref": "#/$defs/flow"},
                "description": "What happens.",
            },
            "state": state(),
            "localization": {
                "type": "object", "description": "Texts by locale, then by key.",
                "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "telemetry": telemetry(),
            "security": security(),
        },
        "$defs": defs(),
    })
}

fn text(description: &str) -> Value {
    json!({"type": "string", "pattern": "\\S", "description": description})
}

fn integer(description: &str, maximum: u64) -> Value {
    json!({"type": "integer", "minimum": 0, "maximum": maximum, "description": description})
}

fn array(items: Value, description: &str) -> Value {
    json!({"type": "array", "items": items, "description": description})
}

fn object(required: &[&str], properties: Value, description: &str) -> Value {
    json!({
        "type": "object", "required": required, "additionalProperties": false, "properties": properties,
        "description": description,
    })
}

fn meta() -> Value {
    let version = r"^1\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:-(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$";
    let retention = object(
        &[],
        json!({"stateDays": integer("States of chats.", SAFE), "eventsDays": integer("Events.", SAFE)}),
        "How long data is kept, in days.",
    );
    object(
        &["botId", "name", "locales", "defaultLocale", "schema_ver"],
        json!({
            "botId": {
                "type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,62}$", "not": {"const": "packs"},
                "description": "The first part of its keys in a store; no bot is called `packs`.",
            },
            "name": text("Its name for people."),
            "locales": {
                "type": "array", "minItems": 1, "uniqueItems": true,
                "items": text("A locale such as `en` or `pt-BR`."), "description": "The locales that it speaks.",
            },
            "defaultLocale": text("The one of its locales that stands in for all others."),
            "schema_ver": {
                "type": "string", "pattern": version, "examples": ["1.0.0"],
                "description": "The version of the schema: SemVer, major 1.",
            },
            "timezone": {
                "type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}$",
                "examples": ["Europe/Zurich"], "description": "An IANA time zone.",
            },
            "retention": retention,
            "pii_policy": {
                "enum": ["mask", "forbid", "allow"], "description": "What happens to personal data.",
            },
        }),
        "What the bot is.",
    )
}

fn command() -> Value {
    object(
        &["cmd", "flow"],
        json!({
            "cmd": {
                "type": "string", "pattern": r"^/[^\s@]+$", "examples": ["/start"],
                "description": "The command with its slash.",
            },
            "flow": text("The flow that it starts."),
            "description": {"type": "string", "description": "What it is for, for people."},
        }),
        "A command.",
    )
}

fn intent() -> Value {
    let words = array(text("A word or several."), "The words of a locale.");
    object(
        &["id", "keywords", "priority", "flow"],
        json!({
            "id": text("Its name."),
            "keywords": {
                "type": "object", "additionalProperties": words,
                "description": "The words that start it, by locale.",
            },
            "priority": {
                "type": "integer", "minimum": -(SAFE as i64), "maximum": SAFE, "description": "The highest wins.",
            },
            "cooldownSec": integer("For how long it is passed over in a chat after it fired, in seconds.", SAFE / 1000),
            "flow": text("The flow that it starts."),
        }),
        "Words that start a flow.",
    )
}

fn state() -> Value {
    let default = |kind: &str| {
        json!({
            "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
            "then": {"properties": {"default": {"type": kind, "description": "A value of the field's type."}}},
        })
    };
    let mut field = object(
        &["type"],
        json!({
            "type": {"enum": ["string", "number", "boolean", "object"], "description": "What it holds."},
            "pii": {"type": "boolean", "description": "Whether it is personal."},
            "default": {"description": "What it holds at first: a value of its type."},
        }),
        "A state field.",
    );
    field["allOf"] = ["string", "number", "boolean", "object"].map(default).into();
    let names = json!({"minLength": 1, "pattern": "^[^{}]*$", "not": {"enum": RESERVED}});
    object(
        &[],
        json!({
            "fields": {
                "type": "object", "propertyNames": names, "additionalProperties": field,
                "description": "The fields by name.",
            },
            "ttlDays": integer("How many days the state of a silent chat is kept.", 60),
        }),
        "What is remembered of a chat.",
    )
}

fn telemetry() -> Value {
    let events = ["flow_started", "step_completed", "validation_failed", "api_ok", "api_error"];
    object(
        &["enabled"],
        json!({
            "enabled": {"type": "boolean", "description": "Whether anything is reported."},
            "events": array(json!({"enum": events}), "What is reported."),
        }),
        "What is reported about the bot's running.",
    )
}

fn security() -> Value {
    let host = json!({
        "type": "string", "pattern": r"^[^\s/?#@:*\\]+$|^\[[0-9A-Fa-f:.]+\]$", "examples": ["api.example.com"],
        "description": "A host, without scheme, port and path.",
    });
    let limits = object(
        &["maxPerUpdate", "timeoutMs"],
        json!({
            "maxPerUpdate": integer("Attempts in one update.", 2),
            "timeoutMs": integer("The longest time-out, in milliseconds.", 5000),
        }),
        "Limits of API calls.",
    );
    object(
        &["outboundAllowList", "maxApiResponseKB", "apiCall"],
        json!({
            "outboundAllowList": array(host, "The hosts that the bot may call."),
            "maxApiResponseKB": integer("The largest answer, in KB of 1,024 bytes.", 64),
            "apiCall": limits,
        }),
        "What the script may reach.",
    )
}

fn defs() -> Value {
    let cases: Vec<Value> = STEPS
        .iter()
        .map(|kind| {
            json!({
                "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
                "then": {"$ref": format!("#/$defs/{kind}")},
            })
        })
        .collect();
    let flow = object(
        &["id", "steps"],
        json!({
            "id": text("Its name."),
            "steps": {
                "type": "array", "minItems": 1, "maxItems": 50, "items": {"$ref": "#/$defs/step"},
                "description": "The steps; the first is where the flow begins.",
            },
        }),
        "A sequence of steps.",
    );
    let step = json!({
        "type": "object", "required": ["id", "type"], "description": "A step of a flow.",
        "properties": {
            "id": {"description": "Its name, unique in its flow."},
            "type": {"enum": STEPS, "description": "What it does."},
        },
        "allOf": cases,
    });
    let mut defs = Map::from_iter([("flow".to_owned(), flow), ("step".to_owned(), step)]);
    for (name, schema) in [
        ("reply", reply()),
        ("ask", ask()),
        ("validate", validate()),
        ("save", save()),
        ("apiCall", api_call()),
        ("goto", goto()),
    ] {
        defs.insert(name.to_owned(), schema);
    }
    defs.into()
}

/// A step of one type. `choice` are fields of which exactly one has to be there.
fn step(required: &[&str], fields: Value, choice: &[&str], description: &str) -> Value {
    let mut properties = json!({
        "id": text("Its name, unique in its flow."),
        "type": {},
        "next": text("The step that comes after it; the following one, if it is missing, and after the last the flow's end."),
    });
    if let (Value::Object(all), Value::Object(own)) = (&mut properties, fields) {
        all.extend(own);
    }
    let mut schema = object(required, properties, description);
    if !choice.is_empty() {
        schema["oneOf"] = choice.iter().map(|name| json!({"required": [name]})).collect();
    }
    schema
}

fn reply() -> Value {
    let keyboard = array(array(json!({"type": "string"}), "A row of labels."), "Rows of labels.");
    let fields = json!({
        "text": {"type": "string", "description": "The text itself."},
        "textKey": text("The key of the text in `localization`."),
        "keyboard": keyboard,
    });
    step(&[], fields, &["text", "textKey"], "Sends a message.")
}

fn ask() -> Value {
    let fields = json!({
        "text": {"type": "string", "description": "The text itself."},
        "textKey": text("The key of the text in `localization`."),
        "save": text("The state field, of type `string`, that takes the answer."),
    });
    step(&["save"], fields, &["text", "textKey"], "Sends a question and waits for the answer.")
}

fn validate() -> Value {
    let kinds = json!({"enum": ["string", "number", "integer", "boolean", "object", "array", "null"]});
    let pattern = |description: &str| json!({"type": "string", "maxLength": 500, "description": description});
    let schema = object(
        &[],
        json!({
            "type": {"anyOf": [kinds, {"type": "array", "items": kinds}], "description": "What it is."},
            "enum": array(json!({}), "The values that it may have."),
            "const": {"description": "The value that it has to have."},
            "minLength": integer("Characters at least.", SAFE),
            "maxLength": integer("Characters at most.", SAFE),
            "pattern": pattern("What it has to match somewhere, in the common subset of RE2 and ECMAScript."),
            "minimum": {"type": "number", "description": "The smallest number."},
            "maximum": {"type": "number", "description": "The largest number."},
        }),
        "A small JSON Schema.",
    );
    let fields = json!({
        "field": text("The state field."),
        "regex": pattern("What the whole value has to match, in the common subset of RE2 and ECMAScript."),
        "enum": array(json!({}), "The values that it may have."),
        "schema": schema,
        "onFail": text("The step that follows a refusal; without it the flow ends."),
    });
    step(&["field"], fields, &["regex", "enum", "schema"], "Judges a state field.")
}

fn save() -> Value {
    let fields = json!({
        "field": text("The state field."),
        "value": {"description": "Its new value; texts in it may hold substitutions."},
    });
    step(&["field", "value"], fields, &[], "Sets a state field.")
}

fn api_call() -> Value {
    let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let pointer = r"^(?:/(?:[^~/]|~[01])*)*$";
    let fields = json!({
        "method": {"enum": methods, "description": "The HTTP method."},
        "url": text("The URL, `https` and with its host written out; substituted values are percent-encoded."),
        "body": {"description": "The body, sent as JSON."},
        "timeoutMs": integer("How long to wait, in milliseconds; no longer than `security.apiCall.timeoutMs`.", SAFE),
        "retries": integer("How often to try again; 0, if it is missing.", SAFE),
        "backoffMs": integer("How long to wait before that, in milliseconds.", SAFE),
        "map": {
            "type": "object", "propertyNames": {"pattern": pointer},
            "additionalProperties": text("The state field that takes what stands there."),
            "description": "JSON pointers in the answer, and where what stands there goes.",
        },
        "onFail": text("The step that follows a failure; without it the flow ends."),
    });
    step(&["method", "url"], fields, &[], "Calls an API.")
}

fn goto() -> Value {
    let when = object(
        &["field", "equals"],
        json!({
            "field": text("The state field."),
            "equals": {"description": "The value that it has to have."},
        }),
        "Only if this holds.",
    );
    let fields = json!({
        "targetFlow": text("A flow."),
        "targetStep": text("A step of the same flow."),
        "when": when,
        "elseNext": text("Where to go if it does not hold; the following step, if it is missing."),
    });
    let mut schema = step(&[], fields, &["targetFlow", "targetStep"], "Goes elsewhere.");
    schema["dependentRequired"] = json!({"elseNext": ["when"]});
    schema
}
