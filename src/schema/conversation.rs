//! Conversations with a bot in `aegis: suite/v1`, as they are written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::Text;
use super::suite::{Form, or_null};

/// Conversations with a bot, each turn with what should come of it.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BotSuite {
    /// The form of this document.
    pub aegis: Form,
    /// The bot that is tested.
    pub bot: Text,
    /// The cases. No two have one id.
    pub cases: Vec<Conversation>,
}

/// A conversation in one chat. At least one of its turns expects something.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Conversation {
    /// Its name, unique in the suite and stable.
    pub id: Text,
    /// What sort of case it is.
    pub kind: ConversationKind,
    /// The chat's locale; the bot's default one if it is missing.
    pub locale: Option<Text>,
    /// The chat's id; `chat-1` if it is missing.
    pub chat: Option<Text>,
    /// When the conversation begins, in milliseconds since 1970; the beginning of 2026 if it is missing.
    #[schemars(range(min = 0, max = 9_007_199_254_740_992_i64))]
    pub now: Option<u64>,
    /// What answers the bot's requests.
    pub mocks: Option<Vec<Mock>>,
    /// What is said, in order.
    #[schemars(extend("contains" = expects()))]
    pub turns: Vec<Turn>,
}

/// The kind of a conversation.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum ConversationKind {
    /// This one.
    Conversation,
}

/// What is sent to the bot, and what should come of it.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Turn {
    /// The text; `null` for an update without text.
    #[schemars(transform = or_null)]
    pub send: String,
    /// How many seconds after the turn before it.
    #[schemars(range(min = 0, max = 315_360_000))]
    pub after: Option<f64>,
    /// What should come of it.
    pub expect: Option<Expect>,
}

/// What should come of a turn: what is named is compared.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
pub struct Expect {
    /// All messages, in order, each of them whole.
    pub messages: Option<Vec<Message>>,
    /// All requests, in order; of each what is named.
    pub requests: Option<Vec<Request>>,
    /// State fields after the turn; `null` for what is unset.
    pub state: Option<BTreeMap<String, Value>>,
}

/// A message.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Message {
    /// Its text; it has no keyboard.
    Text(String),
    /// Its text and its keyboard.
    Whole(WholeMessage),
}

/// A message in full.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WholeMessage {
    /// The text.
    pub text: String,
    /// Rows of labels; without it the message has none.
    pub keyboard: Option<Vec<Vec<String>>>,
}

/// A request, by what is named of it; `null` for what it does not have.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, rename_all = "camelCase", extend("minProperties" = 1))]
pub struct Request {
    /// The method, in capitals.
    pub method: Option<Value>,
    /// The URL.
    pub url: Option<Value>,
    /// The headers.
    pub headers: Option<Value>,
    /// The body.
    pub body: Option<Value>,
    /// How long it waits for an answer, in milliseconds.
    pub timeout_ms: Option<Value>,
    /// How often it is tried again.
    pub retries: Option<Value>,
    /// How long it waits before that, in milliseconds.
    pub backoff_ms: Option<Value>,
    /// The status of the last answer; 0 if there was none.
    pub status: Option<Value>,
    /// How many attempts were made.
    pub attempts: Option<Value>,
}

/// What answers requests with this method and URL.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Mock {
    /// The method; `GET` if it is missing.
    pub method: Option<Text>,
    /// The URL, in full.
    pub url: Text,
    /// The answers, one an attempt; the last is given again and again.
    #[schemars(length(min = 1))]
    pub answers: Vec<Answer>,
}

/// What one attempt meets.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Answer {
    /// Something goes wrong.
    Trouble(Trouble),
    /// An answer.
    Answer(Body),
}

/// What goes wrong with an attempt.
#[derive(Debug, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum Trouble {
    /// No answer comes in time.
    Timeout,
    /// Nothing is reached.
    NetworkError,
    /// The answer is larger than the spec allows.
    Oversized,
}

/// An answer: its status, and a body as JSON or as text.
#[derive(Debug, JsonSchema)]
#[schemars(deny_unknown_fields, extend("not" = both()))]
pub struct Body {
    /// The status; 200 if it is missing.
    #[schemars(range(min = 100, max = 599))]
    pub status: Option<u16>,
    /// The body as JSON.
    pub json: Option<Value>,
    /// The body as text.
    pub text: Option<String>,
}

fn expects() -> Value {
    json!({"required": ["expect"]})
}

fn both() -> Value {
    json!({"required": ["json", "text"]})
}
