//! BotSpec v1 as a typed model: what everything that works on a spec (rules, generator, interpreter, suites, diagrams)
//! reads. It is decoded from JSON that the schema (`schema/botspec.schema.json`) accepted, and judges nothing itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A bot's spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What the bot is.
    pub meta: Meta,
    /// What starts a flow by its name.
    #[serde(default)]
    pub commands: Vec<Command>,
    /// What starts a flow by a word.
    #[serde(default)]
    pub intents: Vec<Intent>,
    /// What happens.
    pub flows: Vec<Flow>,
    /// What is remembered of a chat.
    #[serde(default)]
    pub state: State,
    /// Texts by locale, then by key.
    #[serde(default)]
    pub localization: BTreeMap<String, BTreeMap<String, String>>,
    /// What is reported about the bot's running.
    #[serde(default)]
    pub telemetry: Option<Telemetry>,
    /// What the script may reach.
    pub security: Security,
}

/// What a bot is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// Its id, the first part of every key in a store.
    #[serde(rename = "botId")]
    pub bot_id: String,
    /// Its name for people.
    pub name: String,
    /// The locales that it speaks, at least one.
    pub locales: Vec<String>,
    /// The one that stands in for all others.
    #[serde(rename = "defaultLocale")]
    pub default_locale: String,
    /// The version of the schema (SemVer, major 1).
    pub schema_ver: String,
    /// An IANA time zone.
    #[serde(default)]
    pub timezone: Option<String>,
    /// How long data is kept.
    #[serde(default)]
    pub retention: Option<Retention>,
    /// What happens to personal data: `mask`, `forbid`, `allow`.
    #[serde(default)]
    pub pii_policy: Option<String>,
}

/// How long data is kept, in days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Retention {
    /// States of chats.
    #[serde(default)]
    pub state_days: Option<u64>,
    /// Events.
    #[serde(default)]
    pub events_days: Option<u64>,
}

/// A command such as `/start`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The command with its slash.
    pub cmd: String,
    /// The flow that it starts.
    pub flow: String,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
}

/// Words that start a flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Intent {
    /// Its id.
    pub id: String,
    /// The words, by locale.
    pub keywords: BTreeMap<String, Vec<String>>,
    /// The highest wins; of equal ones the first in the spec.
    pub priority: i64,
    /// How long it is passed over in a chat after it fired, in seconds.
    #[serde(default)]
    pub cooldown_sec: Option<u64>,
    /// The flow that it starts.
    pub flow: String,
}

/// A sequence of steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Its id.
    pub id: String,
    /// The steps; the first is where the flow begins.
    pub steps: Vec<Step>,
}

/// A step of a flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its id, unique in its flow.
    pub id: String,
    /// What comes after it; the following step if absent, and after the last the flow's end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What it does.
    #[serde(flatten)]
    pub action: Action,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Action {
    /// Sends a message.
    Reply {
        /// The text, or its key.
        #[serde(flatten)]
        text: TextRef,
        /// Rows of labels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keyboard: Option<Vec<Vec<String>>>,
    },
    /// Sends a question and waits for the answer.
    Ask {
        /// The text, or its key.
        #[serde(flatten)]
        text: TextRef,
        /// The state field that takes the answer.
        save: String,
    },
    /// Judges a state field.
    Validate {
        /// The field.
        field: String,
        /// What the whole value must match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        regex: Option<String>,
        /// The values that it may have.
        #[serde(default, rename = "enum", skip_serializing_if = "Option::is_none")]
        values: Option<Vec<Value>>,
        /// A small JSON Schema.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        schema: Option<Value>,
        /// The step that follows a refusal; without it the flow ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_fail: Option<String>,
    },
    /// Sets a state field.
    Save {
        /// The field.
        field: String,
        /// The value; texts in it may hold substitutions.
        value: Value,
    },
    /// Calls an API.
    ApiCall {
        /// The HTTP method.
        method: String,
        /// The URL; substituted values are percent-encoded.
        url: String,
        /// The body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
        /// How long to wait, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timeout_ms: Option<u64>,
        /// How often to try again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retries: Option<u64>,
        /// How long to wait before that, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        backoff_ms: Option<u64>,
        /// JSON pointers in the answer, and the state fields that take what stands there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        map: Option<BTreeMap<String, String>>,
        /// The step that follows a failure; without it the flow ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_fail: Option<String>,
    },
    /// Goes elsewhere.
    Goto {
        /// A flow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_flow: Option<String>,
        /// A step of the same flow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_step: Option<String>,
        /// Only if this holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<When>,
        /// Where to go if it does not hold; the following step if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        else_next: Option<String>,
    },
}

/// A text, or the key of one in `localization`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TextRef {
    /// The text itself.
    Text(String),
    /// Its key.
    TextKey(String),
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The state field.
    pub field: String,
    /// The value that it must have.
    pub equals: Value,
}

/// What is remembered of a chat.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct State {
    /// The fields by name.
    #[serde(default)]
    pub fields: BTreeMap<String, Field>,
    /// How many days a state is kept.
    #[serde(default)]
    pub ttl_days: Option<u64>,
}

/// A state field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Whether it is personal.
    #[serde(default)]
    pub pii: Option<bool>,
    /// What it holds at first.
    #[serde(default)]
    pub default: Option<Value>,
}

/// What a state field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// A text.
    String,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// An object.
    Object,
}

/// What is reported about the bot's running.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Whether anything is.
    pub enabled: bool,
    /// Which events.
    #[serde(default)]
    pub events: Option<Vec<String>>,
}

/// What the script may reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Security {
    /// Hosts.
    pub outbound_allow_list: Vec<String>,
    /// The largest answer, in KB of 1,024 bytes.
    #[serde(rename = "maxApiResponseKB")]
    pub max_api_response_kb: u64,
    /// Limits of calls.
    pub api_call: ApiLimits,
}

/// Limits of API calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ApiLimits {
    /// Attempts in one update.
    pub max_per_update: u64,
    /// The longest time-out, in milliseconds.
    pub timeout_ms: u64,
}
