//! The world of a conversation: what answers requests, instead of the network. Knows no script: the interpreter and the
//! sandbox ask it alike.

use serde_json::Value;

use url::Url;

use super::talk::{Answer, Mock};

/// Mocks, and how many of their answers were given.
#[derive(Debug, Clone)]
pub struct World<'m> {
    mocks: &'m [Mock],
    given: Vec<usize>,
    largest: usize,
}

/// What a request comes to after all its attempts.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The status of the last attempt's answer; 0 if there was none.
    pub status: u16,
    /// Its body as JSON; `null` if it is none.
    pub json: Value,
    /// Its body as text.
    pub text: String,
    /// How many attempts were made.
    pub attempts: u32,
    /// What the last attempt met; nothing if no mock answers such a request.
    pub met: Option<Met>,
}

/// What an attempt met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// An answer.
    Answer,
    /// No answer before the time-out.
    Timeout,
    /// No connection.
    NetworkError,
    /// An answer larger than allowed.
    Oversized,
}

impl Outcome {
    /// Whether the status is one of success.
    pub const fn ok(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

impl<'m> World<'m> {
    /// A world in which nothing was asked yet, and no answer has more than `largest` bytes.
    pub fn new(mocks: &'m [Mock], largest: usize) -> Self {
        Self::resumed(mocks, Vec::new(), largest)
    }

    /// The same after so many answers of each mock; of those that are not counted, none was given.
    pub fn resumed(mocks: &'m [Mock], mut given: Vec<usize>, largest: usize) -> Self {
        given.resize(mocks.len(), 0);
        Self { mocks, given, largest }
    }

    /// How many answers each mock gave.
    pub fn given(&self) -> &[usize] {
        &self.given
    }

    /// Makes a request, and as many more attempts as it allows while they are worth it.
    pub fn request(&mut self, method: &str, url: &str, retries: u64) -> Outcome {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let answer = self.answer(method, url);
            let (mut status, mut json, mut text) = answer.map_or_else(nothing, read);
            let is_oversized = text.len() > self.largest;
            if is_oversized {
                (status, json, text) = nothing();
            }
            let is_final = is_oversized || answer.is_none_or(|answer| !is_worth_retrying(answer));
            if is_final || u64::from(attempts) > retries {
                return Outcome {
                    status,
                    json,
                    text,
                    attempts,
                    met: if is_oversized { Some(Met::Oversized) } else { answer.map(met) },
                };
            }
        }
    }

    /// The next answer to a request; the last one is given again and again.
    pub fn answer(&mut self, method: &str, url: &str) -> Option<&'m Answer> {
        let mut asked = None;
        let is_meant = |mock: &Mock| {
            // Most are written as they are asked for.
            mock.method.eq_ignore_ascii_case(method)
                && (mock.url == url || standard(&mock.url) == *asked.get_or_insert_with(|| standard(url)))
        };
        let at = self.mocks.iter().position(is_meant)?;
        let answers = &self.mocks[at].answers;
        let answer = answers.get(self.given[at]).or(answers.last());
        self.given[at] += 1;
        answer
    }
}

/// A URL as the standard writes it; one that is none matches nothing but itself.
fn standard(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), String::from)
}

/// Whether trying again may help: without an answer in time, when the server is in trouble, when it asks for patience.
pub const fn is_worth_retrying(answer: &Answer) -> bool {
    match answer {
        Answer::Timeout | Answer::NetworkError => true,
        Answer::Oversized => false,
        Answer::Json { status, .. } | Answer::Text { status, .. } => matches!(status, 429 | 500..=599),
    }
}

const fn met(answer: &Answer) -> Met {
    match answer {
        Answer::Json { .. } | Answer::Text { .. } => Met::Answer,
        Answer::Timeout => Met::Timeout,
        Answer::NetworkError => Met::NetworkError,
        Answer::Oversized => Met::Oversized,
    }
}

const fn nothing() -> (u16, Value, String) {
    (0, Value::Null, String::new())
}

fn read(answer: &Answer) -> (u16, Value, String) {
    match answer {
        Answer::Json { status, body } => (*status, body.clone(), body.to_string()),
        Answer::Text { status, body } => {
            (*status, serde_json::from_str(body).unwrap_or(Value::Null), body.clone())
        }
        Answer::Timeout | Answer::NetworkError | Answer::Oversized => nothing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_come_in_order_and_the_last_stays() {
        let ok = Answer::Json { status: 200, body: json!({"a": 1}) };
        let busy = Answer::Text { status: 503, body: "busy".into() };
        let mocks = [Mock {
            method: "GET".into(),
            url: "https://a/".into(),
            answers: vec![Answer::Timeout, busy, ok],
        }];
        let mut world = World::new(&mocks, 100);
        let first = world.request("GET", "https://a/", 1);
        assert_eq!((first.status, first.text.as_str(), first.attempts, first.ok()), (503, "busy", 2, false));
        let second = world.request("GET", "https://a/", 5);
        assert_eq!((second.status, second.attempts, second.json), (200, 1, json!({"a": 1})));
        assert_eq!(world.request("GET", "https://a/", 0).status, 200);
        let large =
            [Mock { answers: vec![Answer::Text { status: 500, body: "x".repeat(101) }], ..mocks[0].clone() }];
        let large = World::new(&large, 100).request("GET", "https://A:443", 3);
        assert_eq!((large.status, large.attempts, large.met), (0, 1, Some(Met::Oversized)));
        let missing = world.request("POST", "https://a/", 2);
        assert!(missing.met.is_none() && missing.status == 0 && missing.attempts == 1);
    }

    #[test]
    fn a_world_goes_on_where_another_one_stopped() {
        let answers = [1, 2, 3].map(|n| Answer::Json { status: 200, body: json!(n) }).to_vec();
        let mocks = ["https://a/", "https://b/"].map(|url| Mock {
            method: "GET".into(),
            url: url.into(),
            answers: answers.clone(),
        });
        let mut first = World::new(&mocks[..1], 100);
        assert_eq!(
            first.request("GET", "https://a", 0).json,
            json!(1),
            "a URL is read as the standard reads it"
        );
        assert_eq!(first.given(), [1]);
        let mut second = World::resumed(&mocks, first.given().to_vec(), 100);
        assert_eq!(second.request("get", "https://a/", 0).json, json!(2));
        assert_eq!(second.request("GET", "https://b/", 0).json, json!(1));
        assert_eq!(second.given(), [2, 1]);
    }

    #[test]
    fn what_cannot_change_is_not_tried_again() {
        for (answer, attempts) in [
            (Answer::Oversized, 1),
            (Answer::Text { status: 404, body: String::new() }, 1),
            (Answer::Text { status: 429, body: String::new() }, 3),
            (Answer::NetworkError, 3),
        ] {
            let mocks = [Mock { method: "GET".into(), url: "u".into(), answers: vec![answer] }];
            assert_eq!(World::new(&mocks, 100).request("GET", "u", 2).attempts, attempts);
        }
    }
}
