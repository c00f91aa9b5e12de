//! A suite of conversations (`aegis: suite/v1` with `bot`) as people and the generator write it.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::bot::talk::{Answer, Mock, Update};
use crate::bot::value::plain;
use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Place};
use crate::suite::case::{after_colon, to_json};
use crate::syntax::{Decoder, Format, Kind, Node, ProblemKind, Text, Tree};

/// When the first turn of a case happens if it does not say so: 2026-01-01T00:00:00Z, in milliseconds since 1970.
pub const START: i64 = 1_767_225_600_000;
/// The chat of a case that names none.
pub const CHAT: &str = "chat-1";
/// The longest wait before a turn, in seconds: ten years.
const LONGEST_WAIT: f64 = 315_360_000.0;

/// A suite that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct BotSuite {
    /// The file as reports show it.
    pub file: Arc<str>,
    /// The bot's id.
    pub bot: String,
    /// The cases.
    pub cases: Vec<Conversation>,
}

/// A case: a conversation in one chat.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Its name, unique in the suite and stable.
    pub id: String,
    /// The chat's locale; the bot's default one if it says none.
    pub locale: Option<String>,
    /// The chat.
    pub chat: String,
    /// When the first turn happens if it does not wait, in milliseconds since 1970.
    pub now: i64,
    /// What answers requests.
    pub mocks: Vec<Mock>,
    /// What is said, and expected.
    pub turns: Vec<Exchange>,
    /// Where it is written.
    pub place: Place,
}

/// A turn: what is sent to the bot, and what should come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// The text; an update may have none.
    pub send: Option<String>,
    /// How long after the turn before it, in milliseconds.
    pub after: i64,
    /// What should come of it: `messages`, `requests`, `state`, at least one of them; nothing if it is not judged.
    pub expect: Option<Value>,
    /// Where that is written.
    pub place: Place,
    /// The bytes of the value of `expect` in the file, with what stands between it and the colon: for `--accept`.
    pub expect_range: Range<usize>,
}

impl Conversation {
    /// The updates that the bot gets.
    pub fn updates(&self, default_locale: &str) -> Vec<Update> {
        let locale = self.locale.as_deref().unwrap_or(default_locale);
        let mut now = self.now;
        let update = |turn: &Exchange| {
            now = now.saturating_add(turn.after);
            Update { text: turn.send.clone(), locale: locale.to_owned(), chat_id: self.chat.clone(), now }
        };
        self.turns.iter().map(update).collect()
    }
}

/// The mocks of a file that holds nothing else: a list of them.
///
/// # Errors
/// Everything that is wrong with it, as `SUITE_INVALID`.
pub fn mocks(text: &Text, format: Format, file: &Arc<str>) -> Result<Vec<Mock>, Diagnostics> {
    let tree = crate::suite::case::tree(text, format, file)?;
    let lines = LineMap::new(text.as_str());
    let mut reader = Reader { decoder: Decoder::default(), lines: &lines, file: Arc::clone(file) };
    let mocks = reader.mocks(tree.root());
    let mut diagnostics = Diagnostics::new();
    for problem in reader.decoder.problems {
        let place = lines.place(Arc::clone(file), problem.range, problem.pointer);
        diagnostics.push(Diagnostic::error(Code::SuiteInvalid, problem.message).at(place).help(problem.help));
    }
    match mocks {
        Some(mocks) if diagnostics.is_empty() => Ok(mocks),
        _ => Err(diagnostics),
    }
}

/// Reads the cases of suites.
pub(in crate::suite) struct Reader<'r> {
    /// What was wrong so far.
    pub(in crate::suite) decoder: Decoder,
    pub(in crate::suite) lines: &'r LineMap<'r>,
    pub(in crate::suite) file: Arc<str>,
}

impl Reader<'_> {
    /// The suite, if it can be made out.
    pub(in crate::suite) fn suite(&mut self, tree: &Tree<'_>) -> Option<BotSuite> {
        let root = tree.root();
        let what = "a suite of conversations";
        let [form, bot, cases] = self.decoder.fields(root, what, &["aegis", "bot", "cases"])?;
        self.decoder.form(tree, form, "a suite", "suite/v1");
        let bot = self.decoder.required(root, bot, what, "bot");
        let bot = bot.and_then(|node| self.decoder.text(node, "a suite's `bot`"));
        let cases = self.decoder.required(root, cases, what, "cases")?;
        let items: Vec<_> = self.decoder.list(cases, "`cases`")?.collect();
        let mut seen = std::collections::HashSet::new();
        let mut found = Vec::with_capacity(items.len());
        for (number, item) in items.into_iter().enumerate() {
            let Some(case) = self.case(item, number) else { continue };
            if !seen.insert(case.id.clone()) {
                let help = "give each case an id of its own: reports are read by it";
                self.decoder.schema(item, format!("the id `{}` stands twice in the suite", case.id), help);
            }
            found.push(case);
        }
        Some(BotSuite { file: Arc::clone(&self.file), bot: bot?.to_owned(), cases: found })
    }

    fn case(&mut self, node: Node<'_, '_>, number: usize) -> Option<Conversation> {
        let names = ["id", "kind", "locale", "chat", "now", "mocks", "turns"];
        let [id, kind, locale, chat, now, mocks, turns] =
            self.decoder.fields(node, "a conversation", &names)?;
        let id = self.decoder.required(node, id, "a conversation", "id");
        let kind = self.decoder.required(node, kind, "a conversation", "kind");
        let turns = self.decoder.required(node, turns, "a conversation", "turns");
        let id = id.and_then(|node| self.decoder.text(node, "a case's `id`"));
        let kinds = [("conversation", ())];
        kind.and_then(|node| self.decoder.one_of(node, "the `kind` of a bot's case", &kinds));
        let locale = locale.and_then(|node| self.decoder.text(node, "a case's `locale`"));
        let chat = chat.and_then(|node| self.decoder.text(node, "a case's `chat`"));
        let now = now.and_then(|node| self.decoder.integer(node, "a case's `now`", 0..=(1 << 53)));
        let mocks = mocks.map_or(Some(Vec::new()), |node| self.mocks(node));
        let turns = self.turns(turns?, &format!("/cases/{number}/turns"))?;
        let place = self.lines.place(Arc::clone(&self.file), node.range(), format!("/cases/{number}"));
        Some(Conversation {
            id: id?.to_owned(),
            locale: locale.map(str::to_owned),
            chat: chat.unwrap_or(CHAT).to_owned(),
            now: now.unwrap_or(START),
            mocks: mocks?,
            turns,
            place,
        })
    }

    fn turns(&mut self, node: Node<'_, '_>, pointer: &str) -> Option<Vec<Exchange>> {
        let items: Vec<_> = self.decoder.list(node, "`turns`")?.collect();
        let mut turns = Vec::with_capacity(items.len());
        for (number, item) in items.iter().enumerate() {
            turns.push(self.turn(*item, &format!("{pointer}/{number}")));
        }
        let turns: Vec<_> = turns.into_iter().collect::<Option<_>>()?;
        if turns.iter().all(|turn: &Exchange| turn.expect.is_none()) {
            let message = "no turn of this conversation expects anything: such a case could not fail";
            self.decoder.schema(
                node,
                message,
                "write `expect` in a turn, or record it with `aegis bot run --record`",
            );
            return None;
        }
        Some(turns)
    }

    fn turn(&mut self, node: Node<'_, '_>, pointer: &str) -> Option<Exchange> {
        let [send, after, expect] = self.decoder.fields(node, "a turn", &["send", "after", "expect"])?;
        let send = self.decoder.required(node, send, "a turn", "send").and_then(|send| match send.kind() {
            // An update that is no text: a sticker, a photo.
            Kind::Null if !send.raw().is_empty() => Some(None),
            _ => {
                let what = "what a turn sends (`null` for an update without text)";
                self.decoder.any_text(send, what).map(|text| Some(text.to_owned()))
            }
        });
        let after = after.map_or(Some(0), |node| self.seconds(node));
        let (value, place, range) = match expect {
            Some(expect) => {
                let place =
                    self.lines.place(Arc::clone(&self.file), expect.range(), format!("{pointer}/expect"));
                (Some(self.expectation(expect)?), place, after_colon(node, expect))
            }
            None => (None, self.lines.place(Arc::clone(&self.file), node.range(), pointer.to_owned()), 0..0),
        };
        Some(Exchange { send: send?, after: after?, expect: value, place, expect_range: range })
    }

    fn seconds(&mut self, node: Node<'_, '_>) -> Option<i64> {
        let number = match node.kind() {
            Kind::Int | Kind::Float => node.raw().parse::<f64>().ok(),
            _ => None,
        };
        let seconds = number.filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds));
        if seconds.is_none() {
            self.decoder.expected(node, "a turn's `after` is a number of seconds, 0 or more");
        }
        seconds.map(|seconds| (seconds * 1000.0).round() as i64)
    }

    fn expectation(&mut self, node: Node<'_, '_>) -> Option<Value> {
        let what = "a turn's `expect`";
        let [messages, requests, state] =
            self.decoder.fields(node, what, &["messages", "requests", "state"])?;
        if messages.is_none() && requests.is_none() && state.is_none() {
            let help = "write: messages, requests, state";
            self.decoder.schema(node, format!("{what} is empty: such a turn could not fail"), help);
            return None;
        }
        let mut expect = Map::new();
        if let Some(messages) = messages {
            let items: Vec<_> = self.decoder.list(messages, "`messages`")?.collect();
            let items: Vec<_> = items.into_iter().map(|item| self.message(item)).collect();
            expect.insert("messages".to_owned(), items.into_iter().collect::<Option<_>>()?);
        }
        if let Some(requests) = requests {
            let items: Vec<_> = self.decoder.list(requests, "`requests`")?.collect();
            let items: Vec<_> = items.into_iter().map(|item| self.request(item)).collect();
            expect.insert("requests".to_owned(), items.into_iter().collect::<Option<_>>()?);
        }
        if let Some(state) = state {
            if state.kind() != Kind::Map {
                self.decoder.expected(state, "`state` is a mapping of fields");
                return None;
            }
            expect.insert("state".to_owned(), plain(&to_json(state)));
        }
        Some(Value::Object(expect))
    }

    /// A message is its text, or a mapping.
    fn message(&mut self, node: Node<'_, '_>) -> Option<Value> {
        if let Some(text) = node.as_str() {
            return Some(super::actual::message(text, None));
        }
        let [text, keyboard] = self.decoder.fields(node, "a message", &["text", "keyboard"])?;
        let text = self.decoder.required(node, text, "a message", "text")?;
        let text = self.decoder.any_text(text, "a message's `text`")?;
        let Some(keyboard) = keyboard else { return Some(super::actual::message(text, None)) };
        let rows: Vec<_> = self.decoder.list(keyboard, "a `keyboard`")?.collect();
        let mut found = Vec::new();
        for row in rows {
            let labels: Vec<_> = self.decoder.list(row, "a row of a `keyboard`")?.collect();
            let labels =
                labels.into_iter().map(|label| self.decoder.any_text(label, "a label").map(str::to_owned));
            found.push(labels.collect::<Option<Vec<_>>>()?);
        }
        Some(super::actual::message(text, Some(&found)))
    }

    fn request(&mut self, node: Node<'_, '_>) -> Option<Value> {
        self.decoder.fields(node, "a request", &super::actual::REQUEST)?;
        if node.entries().next().is_none() {
            self.decoder.schema(node, "a request is empty: it would match anything", "name its fields");
            return None;
        }
        Some(plain(&to_json(node)))
    }

    fn mocks(&mut self, node: Node<'_, '_>) -> Option<Vec<Mock>> {
        let items: Vec<_> = self.decoder.list(node, "`mocks`")?.collect();
        let mocks: Vec<_> = items.into_iter().map(|item| self.mock(item)).collect();
        mocks.into_iter().collect()
    }

    fn mock(&mut self, node: Node<'_, '_>) -> Option<Mock> {
        let [method, url, answers] = self.decoder.fields(node, "a mock", &["method", "url", "answers"])?;
        let url = self.decoder.required(node, url, "a mock", "url");
        let answers = self.decoder.required(node, answers, "a mock", "answers");
        let method = method.map_or(Some("GET"), |node| self.decoder.text(node, "a mock's `method`"));
        let url = url.and_then(|node| self.decoder.text(node, "a mock's `url`"));
        let items: Vec<_> = self.decoder.list(answers?, "`answers`")?.collect();
        if items.is_empty() {
            self.decoder.schema(
                node,
                "a mock has no answers",
                "write what the world answers, one an attempt",
            );
        }
        let answers: Vec<_> = items.into_iter().map(|item| self.answer(item)).collect();
        let answers: Vec<_> = answers.into_iter().collect::<Option<_>>()?;
        Some(Mock { method: method?.to_ascii_uppercase(), url: url?.to_owned(), answers })
    }

    /// An answer is `{status, json}`, `{status, text}`, or the name of what goes wrong.
    fn answer(&mut self, node: Node<'_, '_>) -> Option<Answer> {
        if node.kind() != Kind::Map {
            let names = [("timeout", 0), ("network-error", 1), ("oversized", 2)];
            let number = self.decoder.one_of(node, "an answer that is no mapping", &names)?;
            return [Answer::Timeout, Answer::NetworkError, Answer::Oversized].into_iter().nth(number);
        }
        let [status, json, text] = self.decoder.fields(node, "an answer", &["status", "json", "text"])?;
        let status =
            status.map_or(Some(200), |node| self.decoder.integer(node, "an answer's `status`", 100..=599));
        let status = u16::try_from(status?).ok()?;
        match (json, text) {
            (Some(json), None) => Some(Answer::Json { status, body: plain(&to_json(json)) }),
            (None, Some(text)) => {
                let body = self.decoder.any_text(text, "an answer's `text`")?.to_owned();
                Some(Answer::Text { status, body })
            }
            (None, None) => Some(Answer::Text { status, body: String::new() }),
            (Some(_), Some(text)) => {
                let help = "keep one of `json` and `text`";
                self.decoder.problem(ProblemKind::Schema, text, "an answer has one body, not two", help);
                None
            }
        }
    }
}
