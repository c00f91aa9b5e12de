//! The host's side of a conversation: what the bot did in this update, what it may still do, what the world answers. Knows
//! no engine.

use super::failure::Failure;
use super::http::{Refused, Reply, Wanted, World};
use super::plain::Plain;
use super::state::{self, States};
use super::{Bot, Limits, Missing};
use crate::bot::talk::{Effect, Mock, Turn, Update};
use crate::diag::Code;

/// Messages and transitions of one update that the host keeps, in bytes. The contract has no such bound; without one a
/// script could fill the host's memory instead of its own.
const KEPT: usize = 1 << 20;

/// What is written down of a conversation.
pub(super) struct Ledger {
    bot: Bot,
    limits: Limits,
    world: World,
    states: States,
    chat: String,
    effects: Vec<Effect>,
    bytes: usize,
    transitions: u64,
    attempts: u64,
    updates: usize,
    /// The first limit or rule that was broken, even if the script caught the rejection.
    pub(super) broken: Option<Failure>,
    /// Requests that no mock answers.
    pub(super) missing: Vec<Missing>,
}

impl Ledger {
    /// Nothing happened yet.
    pub(super) fn new(bot: &Bot, limits: Limits, mocks: &[Mock]) -> Self {
        Self {
            world: World::new(mocks),
            states: States::new(&bot.defaults),
            bot: bot.clone(),
            limits,
            chat: String::new(),
            effects: Vec::new(),
            bytes: 0,
            transitions: 0,
            attempts: 0,
            updates: 0,
            broken: None,
            missing: Vec::new(),
        }
    }

    /// An update begins.
    pub(super) fn begin(&mut self, update: &Update) {
        self.chat.clone_from(&update.chat_id);
        self.effects.clear();
        (self.bytes, self.transitions, self.attempts) = (0, 0, 0);
        self.updates += 1;
    }

    /// What the prelude makes `ctx` of, as JSON.
    pub(super) fn given(&self, update: &Update) -> String {
        let text = update.text.as_deref();
        serde_json::json!({
            "botId": self.bot.id,
            "chatId": update.chat_id,
            "locale": update.locale,
            "now": update.now,
            "text": text,
            "update": update,
        })
        .to_string()
    }

    /// It ended well.
    pub(super) fn end(&mut self) -> Turn {
        Turn { effects: std::mem::take(&mut self.effects), state: self.states.to_map(&self.chat) }
    }

    /// `ctx.sendMessage`.
    pub(super) fn send(&mut self, message: Plain) -> Result<(), Refused> {
        let (text, keyboard) = match message {
            Plain::Text(text) => (text, None),
            Plain::Members(members) => parts(members)?,
            other => {
                let kind = other.kind();
                return Err(Refused::Misuse(format!(
                    "sendMessage wants a text or {{text, keyboard}}, not {kind}"
                )));
            }
        };
        let labels = keyboard.iter().flatten().flatten();
        self.keep(text.len() + labels.map(|label| label.len() + 1).sum::<usize>())?;
        self.effects.push(Effect::Message { text, keyboard });
        Ok(())
    }

    /// `ctx.getState`, as JSON.
    pub(super) fn state(&self) -> String {
        self.states.get(&self.chat).to_json()
    }

    /// `ctx.setState`.
    pub(super) fn set_state(&mut self, state: Plain) -> Result<(), Refused> {
        if state.to_json().len() > state::LARGEST {
            return Err(too_large());
        }
        match state {
            Plain::Members(members) => {
                self.states.set(&self.chat, members);
                Ok(())
            }
            other => Err(Refused::Misuse(format!("setState wants an object, not {}", other.kind()))),
        }
    }

    /// `ctx.http`: the answer as JSON.
    pub(super) fn http(&mut self, options: &Plain) -> Result<String, Refused> {
        let mut wanted = Wanted::read(options, &self.bot)?;
        self.keep(options.to_json().len())?;
        let (attempts, limit) = (&mut self.attempts, self.bot.attempts);
        let count = || {
            if *attempts == limit {
                let text = format!("more than {limit} attempts of http in one update, retries included");
                return Err(Refused::Broken(Code::LimitExceeded, text));
            }
            *attempts += 1;
            Ok(())
        };
        let reply = self.world.request(&mut wanted, &self.bot, count);
        let request = wanted.request;
        if let Ok(Reply { is_missing: true, .. }) = reply {
            let (method, url) = (request.method.clone(), request.url.clone());
            self.missing.push(Missing { update: self.updates - 1, method, url });
        }
        if request.attempts > 0 {
            self.effects.push(Effect::Http(request));
        }
        reply.map(|reply| reply.to_json())
    }

    /// `ctx.goto`.
    pub(super) fn goto(&mut self, flow: Plain) -> Result<(), Refused> {
        let Plain::Text(flow) = flow else {
            return Err(Refused::Misuse(format!("goto wants the id of a flow, not {}", flow.kind())));
        };
        if self.transitions == self.limits.transitions {
            let text = format!("more than {} transitions in one update", self.limits.transitions);
            return Err(Refused::Broken(Code::LimitExceeded, text));
        }
        self.transitions += 1;
        self.keep(flow.len())?;
        self.effects.push(Effect::Goto { flow });
        Ok(())
    }

    fn keep(&mut self, bytes: usize) -> Result<(), Refused> {
        /// What the smallest effect takes.
        const EACH: usize = 64;
        self.bytes = self.bytes.saturating_add(bytes).saturating_add(EACH);
        if self.bytes > KEPT {
            let text =
                "the messages, requests and transitions of one update come to more than 1 MiB".to_owned();
            return Err(Refused::Broken(Code::LimitExceeded, text));
        }
        Ok(())
    }
}

/// A state that is larger than allowed.
pub(super) fn too_large() -> Refused {
    Refused::Broken(Code::LimitExceeded, "setState was given more than 64 KB of canonical JSON".to_owned())
}

type Message = (String, Option<Vec<Vec<String>>>);

fn parts(members: Vec<(String, Plain)>) -> Result<Message, Refused> {
    let (mut text, mut keyboard) = (None, None);
    for (name, value) in members {
        match (name.as_str(), value) {
            ("text", Plain::Text(found)) => text = Some(found),
            ("keyboard", Plain::Null) => {}
            ("keyboard", value) => keyboard = Some(rows(value)?),
            ("text", other) => {
                return Err(Refused::Misuse(format!(
                    "the message's `text` has to be a text, not {}",
                    other.kind()
                )));
            }
            _ => return Err(Refused::Misuse(format!("a message has `text` and `keyboard`, no `{name}`"))),
        }
    }
    text.map(|text| (text, keyboard)).ok_or_else(|| Refused::Misuse("the message has no `text`".to_owned()))
}

fn rows(keyboard: Plain) -> Result<Vec<Vec<String>>, Refused> {
    let refused = || Refused::Misuse("a keyboard is a list of rows, a row a list of texts".to_owned());
    let Plain::List(rows) = keyboard else { return Err(refused()) };
    let label = |label| if let Plain::Text(text) = label { Ok(text) } else { Err(refused()) };
    let row = |row| match row {
        Plain::List(labels) => labels.into_iter().map(label).collect(),
        _ => Err(refused()),
    };
    rows.into_iter().map(row).collect()
}
