//! The sandbox: `bot.js` in an engine that cannot compile texts, with bounded memory, stack and time, and nothing of the host but
//! `ctx`. Answers requests by mocks; never by the network. Judges no script by its text (that is the filter), and expects
//! nothing of one that the filter let pass.

mod bytecode;
mod ears;
mod failure;
mod http;
mod jail;
mod ledger;
mod memory;
mod pages;
mod plain;
mod pool;
mod sdk;
mod session;
mod state;
mod trace;
mod watch;
mod wire;
mod worker;

use std::ffi::CStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::bot::spec::Spec;
use crate::bot::talk::{Mock, Turn, Update};
use crate::diag::Code;
use bytecode::Bytecode;
pub use failure::{Failure, Spot};
pub use pages::keep_small;
pub use pool::{Job, Sandbox};
pub use session::Session;
use trace::Marked;
pub use worker::{ARGUMENT, work};

/// What a script may take. The default is what the contract promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory of the engine, in bytes.
    pub memory: usize,
    /// Stack of the engine, in bytes; the thread needs half a megabyte more.
    pub stack: usize,
    /// Processor time of engine, compilation, top level and first no-op update together; of the top level alone where
    /// the script is compiled already.
    pub cold_start: Duration,
    /// Processor time of one update.
    pub update: Duration,
    /// Calls of `ctx.goto` in one update.
    pub transitions: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            stack: 1 << 20,
            cold_start: Duration::from_millis(400),
            update: Duration::from_secs(10),
            transitions: 200,
        }
    }
}

/// What the host knows of a bot: all that a script's behaviour depends on beside the script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bot {
    /// `ctx.botId`.
    pub id: String,
    /// The locale of an update that has none of its own: that of the cold start.
    pub locale: String,
    /// The defaults of the declared state fields that have one.
    pub defaults: Map<String, Value>,
    /// The hosts that `http` may reach, as the URL standard writes them.
    pub hosts: Vec<String>,
    /// The largest answer of `http`, in bytes.
    pub max_answer: usize,
    /// Attempts of `http` in one update.
    pub attempts: u64,
    /// The longest time-out that `http` may be asked for, in milliseconds.
    pub timeout_ms: u64,
}

impl Bot {
    /// What a spec says of its bot.
    pub fn of(spec: &Spec) -> Self {
        let fields = spec.state.fields.iter();
        let security = &spec.security;
        // Hosts in a list may be written in any case, or in their own script.
        let host = |name: &String| match url::Host::parse(name) {
            Ok(host) => host.to_string(),
            Err(_) => name.clone(),
        };
        Self {
            id: spec.meta.bot_id.clone(),
            locale: spec.meta.default_locale.clone(),
            defaults: fields
                .filter_map(|(name, field)| Some((name.clone(), field.default.clone()?)))
                .collect(),
            hosts: security.outbound_allow_list.iter().map(host).collect(),
            max_answer: usize::try_from(security.max_api_response_kb.saturating_mul(1024))
                .unwrap_or(usize::MAX),
            attempts: security.api_call.max_per_update,
            timeout_ms: security.api_call.timeout_ms,
        }
    }
}

/// A compiled `bot.js`. Compiled once, it is loaded into as many fresh engines as there are conversations.
#[derive(Debug, Clone)]
pub struct Script {
    bytecode: Bytecode,
    source: Arc<str>,
    /// The name of the function that marks what is thrown, where the script is run again for its sake.
    mark: Option<Arc<str>>,
}

impl Script {
    /// Compiles a script, as a classic script in sloppy mode. Nothing of it runs.
    ///
    /// # Errors
    /// `BOT_SYNTAX`, with line and column.
    pub fn compile(source: &str) -> Result<Self, Failure> {
        Self::made(source, Bytecode::compile).map(|(script, _)| script)
    }

    /// The same on this thread, which has stack enough; and the processor time that it took.
    fn compile_here(source: &str) -> Result<(Self, Duration), Failure> {
        Self::made(source, Bytecode::compile_here)
    }

    /// With the processor time that it took.
    fn made(source: &str, compile: Compile) -> Result<(Self, Duration), Failure> {
        let (bytecode, took) = compile(source, c"bot.js").map_err(|failure| failure.located(source))?;
        Ok((Self { bytecode, source: source.into(), mark: None }, took))
    }
}

impl Script {
    fn marked(self, name: Option<&str>) -> Self {
        Self { mark: name.map(Arc::from), ..self }
    }
}

/// Where a script is compiled: on a thread of its own, or here.
type Compile = fn(&str, &CStr) -> Result<(Bytecode, Duration), Failure>;

/// What is said in a conversation, and what the world answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// The updates, in order.
    pub updates: Vec<Update>,
    /// What answers the script's requests.
    pub mocks: Vec<Mock>,
}

/// What came of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What the bot did, an update each, as far as it went.
    pub turns: Vec<Turn>,
    /// Requests that no mock answers. A conversation with one proves nothing.
    pub missing: Vec<Missing>,
    /// Why it did not go on.
    pub failure: Option<Failure>,
}

/// A request that no mock answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// In which update, from 0.
    pub update: usize,
    /// The method.
    pub method: String,
    /// The URL as the script gave it.
    pub url: String,
}

/// Runs a conversation in a fresh engine of this process. Only for scripts that somebody vouches for: see [`Session`].
pub fn converse(script: &Script, bot: &Bot, conversation: &Conversation, limits: Limits) -> Run {
    let run = converse_once(script, bot, conversation, limits);
    located(run, &script.source, |marked| {
        let script = Script::compile(&marked.source)?.marked(Some(&marked.name));
        Ok(converse_once(&script, bot, conversation, limits))
    })
}

fn converse_once(script: &Script, bot: &Bot, conversation: &Conversation, limits: Limits) -> Run {
    let mut run = Run { turns: Vec::new(), missing: Vec::new(), failure: None };
    let mut session = match Session::open(script, bot, &conversation.mocks, limits) {
        Ok(session) => session,
        Err(failure) => return Run { failure: Some(failure), ..run },
    };
    for update in &conversation.updates {
        match session.update(update) {
            Ok(turn) => run.turns.push(turn),
            Err(failure) => {
                run.failure = Some(failure);
                break;
            }
        }
    }
    run.missing = session.missing();
    run
}

/// Finds the place of a failure that has none, by running the conversation again with marks.
fn located(mut run: Run, source: &str, again: impl FnOnce(&Marked) -> Result<Run, Failure>) -> Run {
    if let Some(failure) = run.failure.as_mut().filter(|failure| failure.is_lost())
        && let Some(marked) = Marked::of(source)
    {
        let found = again(&marked).ok().and_then(|second| second.failure);
        failure.place = marked.spot(found.and_then(|found| found.place).and_then(Spot::marked));
    }
    run
}

/// How much processor time a script needs from its text to the end of a first update that asks nothing of it.
///
/// # Errors
/// It fails, or takes longer than the limit: `COLD_START_EXCEEDED`.
pub fn cold_start(source: &str, bot: &Bot, limits: Limits) -> Result<Duration, Failure> {
    let (script, compiled) = Script::made(source, Bytecode::compile)?;
    start(&script, compiled, bot, limits)
}

/// The same of a script whose compilation took so much.
fn start(script: &Script, compiled: Duration, bot: &Bot, limits: Limits) -> Result<Duration, Failure> {
    let begun = watch::worked();
    // All of it has that time together, so no part of it has more.
    let limits = Limits { update: limits.update.min(limits.cold_start), ..limits };
    let nothing = Update { text: None, locale: bot.locale.clone(), chat_id: "0".to_owned(), now: 0 };
    let mut session = Session::open(script, bot, &[], limits)?;
    session.update(&nothing).map_err(|failure| match failure.code {
        Code::UpdateTimeout => Failure { code: Code::ColdStartExceeded, ..failure },
        _ => failure,
    })?;
    let took = compiled + watch::worked().saturating_sub(begun);
    if took > limits.cold_start {
        let (took, limit) = (took.as_millis(), limits.cold_start.as_millis());
        let text = format!(
            "engine, compilation, top level and a first update took {took} ms; the limit is {limit} ms"
        );
        return Err(Failure::new(Code::ColdStartExceeded, text, None));
    }
    Ok(took)
}

/// The prelude, compiled once in a process.
fn prelude() -> Result<&'static Bytecode, Failure> {
    static COMPILED: OnceLock<Result<Bytecode, Failure>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(|| {
        Bytecode::compile_here(include_str!("prelude.js"), c"prelude.js").map(|(prelude, _)| prelude)
    });
    compiled.as_ref().map_err(Clone::clone)
}

#[cfg(test)]
mod tests;
