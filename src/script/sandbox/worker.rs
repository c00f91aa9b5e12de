//! The worker: the same program again, started for one thing. It gives up what it can, reads scripts and conversations from
//! standard input, answers on standard output, and ends with its input. One script after the other, a fresh engine each
//! conversation.

use std::io::{self, Write};
use std::process::ExitCode;

use super::wire::{Order, Word, receive, send};
use super::{Bot, Conversation, Limits, Script, Session, jail, start};
use crate::diag::Code;

/// The argument that makes the program a worker. Not for people.
pub const ARGUMENT: &str = "__sandbox";

/// What is left of a second when time is up, and the work around the script, in seconds.
const SPARE: u64 = 2;
/// Reading, compiling and measuring a script, in seconds.
const PREPARING: u64 = 10;

/// Works until standard input ends.
pub fn work() -> ExitCode {
    // The compiler wants more stack than the first thread may have.
    let thread = std::thread::Builder::new().stack_size(super::bytecode::THREAD_STACK).spawn(serve);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn serve() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    send(&mut output, &Word::Hello(jail::enter()))?;
    let mut job = None;
    while let Some(order) = receive(&mut input)? {
        match (order, &job) {
            (Order::Script(source, mark, bot, limits), _) => {
                jail::may_work(PREPARING);
                let compiled = Script::compile_here(&source)
                    .map(|(script, took)| (script.marked(mark.as_deref()), took));
                send(&mut output, &Word::Compiled(compiled.as_ref().err().cloned()))?;
                job = compiled.ok().map(|(script, took)| (script, took, bot, limits));
            }
            (Order::Converse(conversation), Some((script, _, bot, limits))) => {
                converse(&mut output, script, bot, *limits, &conversation)?;
            }
            (Order::Start, Some((script, compiled, bot, limits))) => {
                jail::may_work(PREPARING);
                let word = match start(script, *compiled, bot, *limits) {
                    Ok(took) => Word::Started(took),
                    Err(failure) => Word::Done(Vec::new(), Some(failure)),
                };
                send(&mut output, &word)?;
            }
            (Order::Converse(_) | Order::Start, None) => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
    Ok(())
}

fn converse(
    output: &mut impl Write,
    script: &Script,
    bot: &Bot,
    limits: Limits,
    conversation: &Conversation,
) -> io::Result<()> {
    let budget = limits.update.max(limits.cold_start).as_secs() + SPARE;
    jail::may_work(budget);
    let mut session = match Session::open(script, bot, &conversation.mocks, limits) {
        Ok(session) => session,
        Err(failure) => return send(output, &Word::Done(Vec::new(), Some(failure))),
    };
    for update in &conversation.updates {
        jail::may_work(budget);
        match session.update(update) {
            Ok(turn) => send(output, &Word::Turn(turn))?,
            Err(failure) => return send(output, &Word::Done(session.missing(), Some(failure))),
        }
    }
    send(output, &Word::Done(session.missing(), None))
}

/// What a signal says of the script that was at work when it came.
pub(super) fn verdict(signal: Option<i32>) -> (Code, String) {
    // Numbers of Linux and macOS alike, where they differ in nothing that is used here.
    let name = match signal {
        Some(4) => "SIGILL",
        Some(6) => "SIGABRT",
        Some(8) => "SIGFPE",
        Some(9) => {
            let text =
                "the process that ran the script was killed from outside, most likely for want of memory";
            return (Code::MemoryExceeded, text.to_owned());
        }
        Some(11) => "SIGSEGV",
        Some(24) => {
            let text =
                "the script worked beyond its time in a function of the engine that cannot be interrupted";
            return (Code::UpdateTimeout, text.to_owned());
        }
        Some(31) => "SIGSYS",
        Some(_) => "a signal",
        None => return (Code::BotRuntime, "the process that ran the script ended".to_owned()),
    };
    (
        Code::BotRuntime,
        format!("the script brought down the engine ({name}); the process that ran it is gone, aegis is not"),
    )
}
