//! Requests of a script: read, judged, and answered by mocks. Nothing here reaches the network: there is nothing to reach it
//! with.

use serde_json::{Map, Value};
use url::Url;

use super::Bot;
use super::plain::Plain;
use crate::bot::mock::is_worth_retrying;
use crate::bot::talk::{Answer, Mock, Request};
use crate::diag::Code;

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const OPTIONS: &[&str] = &["method", "url", "headers", "body", "timeoutMs", "retries", "backoffMs"];

/// Why a request is not made. The promise is rejected, and what it is decides whether catching that helps.
#[derive(Debug, PartialEq)]
pub(super) enum Refused {
    /// The script asked for something that makes no sense; a sentence.
    Misuse(String),
    /// It may not do that, caught or not.
    Broken(Code, String),
}

/// A request that may be made.
#[derive(Debug)]
pub(super) struct Wanted {
    /// As it is written down, with its status and attempts so far.
    pub(super) request: Request,
    url: Url,
}

impl Wanted {
    /// Reads what a script handed to `http`.
    ///
    /// # Errors
    /// See [`Refused`].
    pub(super) fn read(options: &Plain, bot: &Bot) -> Result<Self, Refused> {
        let Plain::Members(members) = options else {
            return Err(misuse(format!(
                "http wants an object such as {{method, url}}, not {}",
                options.kind()
            )));
        };
        if let Some((name, _)) = members.iter().find(|(name, _)| !OPTIONS.contains(&name.as_str())) {
            return Err(misuse(format!("http has no option `{name}`; it has {}", OPTIONS.join(", "))));
        }
        let method = text(options, "method")?.unwrap_or("GET").to_ascii_uppercase();
        if !METHODS.contains(&method.as_str()) {
            return Err(misuse(format!("`{method}` is no HTTP method")));
        }
        let Some(url) = text(options, "url")? else {
            return Err(misuse("http wants a `url`".to_owned()));
        };
        let parsed = judge(url, bot)?;
        let timeout_ms = whole(options, "timeoutMs")?;
        if let Some(asked) = timeout_ms.filter(|&asked| asked > bot.timeout_ms) {
            let limit = bot.timeout_ms;
            let text =
                format!("http was asked to wait {asked} ms; the spec's `apiCall.timeoutMs` is {limit} ms");
            return Err(Refused::Broken(Code::LimitExceeded, text));
        }
        let request = Request {
            method,
            url: url.to_owned(),
            headers: headers(options)?,
            body: options.member("body").map(Plain::to_value),
            timeout_ms,
            retries: whole(options, "retries")?,
            backoff_ms: whole(options, "backoffMs")?,
            status: 0,
            attempts: 0,
        };
        Ok(Self { request, url: parsed })
    }
}

/// Reads a URL as the WHATWG standard reads it, and refuses where it may not lead.
fn judge(text: &str, bot: &Bot) -> Result<Url, Refused> {
    let url = Url::parse(text).map_err(|error| misuse(format!("`{text}` is no URL: {error}")))?;
    let broken = |what: String| Err(Refused::Broken(Code::SecurityViolation, what));
    if url.scheme() != "https" {
        return broken(format!("http was asked for `{text}`, which is not https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return broken("http was given a URL with credentials in it".to_owned());
    }
    let host = url.host_str().unwrap_or_default();
    if !bot.hosts.iter().any(|allowed| allowed == host) {
        return broken(format!("http was asked for the host `{host}`, which is not in `outboundAllowList`"));
    }
    Ok(url)
}

fn misuse(text: String) -> Refused {
    Refused::Misuse(text)
}

fn text<'a>(options: &'a Plain, name: &str) -> Result<Option<&'a str>, Refused> {
    match options.member(name) {
        None | Some(Plain::Null) => Ok(None),
        Some(Plain::Text(text)) => Ok(Some(text)),
        Some(other) => Err(misuse(format!("http's `{name}` has to be a text, not {}", other.kind()))),
    }
}

fn whole(options: &Plain, name: &str) -> Result<Option<u64>, Refused> {
    match options.member(name) {
        None | Some(Plain::Null) => Ok(None),
        Some(value) => match value.to_value().as_u64() {
            Some(number) => Ok(Some(number)),
            None => {
                let what =
                    format!("http's `{name}` has to be a whole number from 0, not {}", value.to_json());
                Err(misuse(what))
            }
        },
    }
}

fn headers(options: &Plain) -> Result<Option<Map<String, Value>>, Refused> {
    let members = match options.member("headers") {
        None | Some(Plain::Null) => return Ok(None),
        Some(Plain::Members(members)) => members,
        Some(other) => {
            return Err(misuse(format!("http's `headers` has to be an object, not {}", other.kind())));
        }
    };
    let mut found = Map::new();
    for (name, value) in members {
        // RFC 9110: a name is a token, a value has no control characters.
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(is_token) {
            return Err(misuse(format!("`{}` is no name of a header", name.escape_debug())));
        }
        match value {
            Plain::Text(text) if !text.chars().any(|c| c.is_control() && c != '\t') => {
                found.insert(name.clone(), text.clone().into());
            }
            Plain::Text(_) => {
                return Err(misuse(format!("the header `{name}` has control characters in it")));
            }
            other => {
                return Err(misuse(format!("the header `{name}` has to be a text, not {}", other.kind())));
            }
        }
    }
    Ok(Some(found))
}

/// The mocks of a conversation, and how many of their answers were given.
#[derive(Debug)]
pub(super) struct World {
    mocks: Vec<(String, String, Vec<Answer>)>,
    given: Vec<usize>,
}

/// What a request came to.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    json: Value,
    text: String,
    /// Whether no mock answers it.
    pub(super) is_missing: bool,
}

impl World {
    /// A world in which nothing was asked yet.
    pub(super) fn new(mocks: &[Mock]) -> Self {
        let mocks: Vec<_> = mocks
            .iter()
            .map(|mock| (mock.method.to_ascii_uppercase(), standard(&mock.url), mock.answers.clone()))
            .collect();
        Self { given: vec![0; mocks.len()], mocks }
    }

    /// Makes a request, and tries again as often as it asks for while that may help. `attempt` counts, and refuses.
    ///
    /// # Errors
    /// `attempt` refused.
    pub(super) fn request(
        &mut self,
        wanted: &mut Wanted,
        bot: &Bot,
        mut attempt: impl FnMut() -> Result<(), Refused>,
    ) -> Result<Reply, Refused> {
        let Wanted { request, url } = wanted;
        let tries = request.retries.unwrap_or(0).saturating_add(1);
        loop {
            attempt()?;
            request.attempts += 1;
            let answer = self.answer(&request.method, url.as_str());
            let (mut status, mut json, mut text) = answer.map_or_else(nothing, read);
            let is_oversized = text.len() > bot.max_answer;
            if is_oversized {
                (status, json, text) = nothing();
            }
            request.status = status;
            let is_final = is_oversized || answer.is_none_or(|answer| !is_worth_retrying(answer));
            if is_final || u64::from(request.attempts) >= tries {
                return Ok(Reply { status, json, text, is_missing: answer.is_none() });
            }
        }
    }

    /// The next answer; the last one is given again and again.
    fn answer(&mut self, method: &str, url: &str) -> Option<&Answer> {
        let at = self.mocks.iter().position(|mock| mock.0 == method && mock.1 == url)?;
        let answers = &self.mocks[at].2;
        let answer = answers.get(self.given[at]).or(answers.last());
        self.given[at] = self.given[at].saturating_add(1);
        answer
    }
}

impl Reply {
    /// What the script gets, as JSON.
    pub(super) fn to_json(&self) -> String {
        let status = self.status;
        let ok = (200..300).contains(&status);
        let mut out = format!("{{\"ok\":{ok},\"status\":{status},\"json\":{},\"text\":", self.json);
        super::plain::quote(&self.text, &mut out);
        out.push('}');
        out
    }
}

/// A URL as the standard writes it; one that is none matches nothing but itself.
fn standard(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), String::from)
}

/// Status, JSON and text of an answer.
fn read(answer: &Answer) -> (u16, Value, String) {
    match answer {
        Answer::Json { status, body } => (*status, body.clone(), body.to_string()),
        Answer::Text { status, body } => {
            (*status, serde_json::from_str(body).unwrap_or_default(), body.clone())
        }
        Answer::Timeout | Answer::NetworkError | Answer::Oversized => nothing(),
    }
}

/// What arrives if nothing does.
const fn nothing() -> (u16, Value, String) {
    (0, Value::Null, String::new())
}
