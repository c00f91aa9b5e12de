//! What happens in a conversation: what is sent to a bot, what the world answers, and what the bot does. The interpreter of
//! specs, the sandbox and the suites all speak in these types, so that their results can be compared.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One update that a bot gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// What the person wrote; an update may have no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The chat's locale.
    pub locale: String,
    /// The chat.
    #[serde(rename = "chatId")]
    pub chat_id: String,
    /// The host's clock, in milliseconds since 1970.
    pub now: i64,
}

/// What the world answers to the requests that match it; answers are used in order, the last one again and again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mock {
    /// The method, in upper case.
    pub method: String,
    /// The URL, in full.
    pub url: String,
    /// The answers, one an attempt.
    pub answers: Vec<Answer>,
}

/// What one attempt of a request meets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Answer {
    /// An answer with a JSON body.
    Json {
        /// The status.
        status: u16,
        /// The body.
        body: Value,
    },
    /// An answer with a text body.
    Text {
        /// The status.
        status: u16,
        /// The body.
        body: String,
    },
    /// No answer before the time-out.
    Timeout,
    /// No connection.
    NetworkError,
    /// An answer larger than allowed.
    Oversized,
}

/// Something that a bot did, in the order in which it did it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Effect {
    /// It sent a message.
    Message {
        /// The text.
        text: String,
        /// Rows of labels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keyboard: Option<Vec<Vec<String>>>,
    },
    /// It called an API.
    Http(Request),
    /// It recorded a transition.
    Goto {
        /// The flow.
        flow: String,
    },
}

/// A request as the script asked for it; retries are the host's, and stand here as asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Map<String, Value>>,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// How long it waits, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// How often it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retries: Option<u64>,
    /// How long it waits before that, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff_ms: Option<u64>,
    /// The status of the last attempt's answer; 0 if there was none.
    pub status: u16,
    /// How many attempts were made.
    pub attempts: u32,
}

/// What came of one update.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// What the bot did.
    pub effects: Vec<Effect>,
    /// The whole state after it, the script's own `_` included.
    pub state: Map<String, Value>,
}
