//! The functions of `ctx`: the only things of the host that a script can touch. Each takes plain data, answers with a
//! promise, and writes into the ledger.

use std::cell::RefCell;
use std::rc::Rc;

use rquickjs::function::Rest;
use rquickjs::{Ctx, Function, Persistent, Promise, Value};

use super::failure::{Failure, thrown};
use super::http::Refused;
use super::ledger::{self, Ledger};
use super::plain::{self, Plain, Unfit};
use super::state;
use crate::diag::Code;

/// What a message or a request may take when it is copied, in bytes. The ledger bounds their sum.
const LARGEST: usize = 1 << 20;

/// The names of the functions, in the order in which the prelude takes them.
const NAMES: [&str; 5] = ["sendMessage", "getState", "setState", "http", "goto"];

/// What the functions work with. It is theirs and the session's.
pub(super) struct Desk {
    /// What is written down.
    pub(super) ledger: RefCell<Ledger>,
    /// The prelude's maker of errors, which have a stack trace that way. The session takes it away before the engine goes.
    pub(super) fail: RefCell<Option<Persistent<Function<'static>>>>,
}

/// The functions, in the order of their names.
pub(super) fn functions<'js>(ctx: &Ctx<'js>, desk: &Rc<Desk>) -> rquickjs::Result<[Function<'js>; 5]> {
    let [send, get, set, http, goto] = NAMES;
    Ok([
        function(ctx, desk, send, |ledger, value| {
            let message = take(value, LARGEST, messages_too_large)?;
            ledger.borrow_mut().send(message).map(|()| None).map_err(Problem::Refused)
        })?,
        function(ctx, desk, get, |ledger, _| Ok(Some(ledger.borrow().state())))?,
        function(ctx, desk, set, |ledger, value| {
            // The budget counts a little more than the canonical text has, which is measured afterwards.
            let state = take(value, 4 * state::LARGEST, ledger::too_large)?;
            ledger.borrow_mut().set_state(state).map(|()| None).map_err(Problem::Refused)
        })?,
        function(ctx, desk, http, |ledger, value| {
            let options = take(value, LARGEST, messages_too_large)?;
            ledger.borrow_mut().http(&options).map(Some).map_err(Problem::Refused)
        })?,
        function(ctx, desk, goto, |ledger, value| {
            let flow = take(value, LARGEST, messages_too_large)?;
            ledger.borrow_mut().goto(flow).map(|()| None).map_err(Problem::Refused)
        })?,
    ])
}

/// Why a function of `ctx` rejects.
enum Problem {
    /// The script threw while its value was read.
    Threw,
    /// The host refuses.
    Refused(Refused),
}

/// Copies an argument before the ledger is touched: copying may run getters of the script, which may call `ctx` again.
fn take(value: &Value<'_>, budget: usize, too_large: fn() -> Refused) -> Result<Plain, Problem> {
    plain::copy(value, budget).map_err(|unfit| match unfit {
        Unfit::Threw => Problem::Threw,
        Unfit::Large => Problem::Refused(too_large()),
        Unfit::NotData(text) => {
            Problem::Refused(Refused::Misuse(format!("the argument is no plain data: {text}")))
        }
    })
}

fn messages_too_large() -> Refused {
    Refused::Broken(Code::LimitExceeded, "an argument of a function of ctx is larger than 1 MiB".to_owned())
}

/// What a function of `ctx` does: the result as JSON, or nothing.
type Work = fn(&RefCell<Ledger>, &Value<'_>) -> Result<Option<String>, Problem>;

fn function<'js>(
    ctx: &Ctx<'js>,
    desk: &Rc<Desk>,
    name: &'static str,
    work: Work,
) -> rquickjs::Result<Function<'js>> {
    let desk = Rc::clone(desk);
    let called = move |ctx: Ctx<'js>, arguments: Rest<Value<'js>>| -> rquickjs::Result<Promise<'js>> {
        let (promise, resolve, reject) = ctx.promise()?;
        let argument = arguments.0.into_iter().next().unwrap_or_else(|| Value::new_undefined(ctx.clone()));
        match work(&desk.ledger, &argument) {
            Ok(None) => resolve.call::<_, ()>((Value::new_undefined(ctx.clone()),))?,
            Ok(Some(json)) => resolve.call::<_, ()>((ctx.json_parse(json)?,))?,
            Err(problem) => reject.call::<_, ()>((error(&ctx, &desk, name, problem)?,))?,
        }
        Ok(promise)
    };
    Function::new(ctx.clone(), called)?.with_name(name)
}

/// The error that a promise is rejected with. What is broken for good is written down, with the place of the call.
fn error<'js>(ctx: &Ctx<'js>, host: &Desk, name: &str, problem: Problem) -> rquickjs::Result<Value<'js>> {
    let (kind, text, broken) = match problem {
        Problem::Threw => {
            let error = ctx.catch();
            return if error.is_uncatchable_error() { Err(ctx.throw(error)) } else { Ok(error) };
        }
        Problem::Refused(Refused::Misuse(text)) if text.starts_with(name) => ("TypeError", text, None),
        Problem::Refused(Refused::Misuse(text)) => ("TypeError", format!("{name}: {text}"), None),
        Problem::Refused(Refused::Broken(code, text)) => ("RangeError", text, Some(code)),
    };
    let Some(fail) = host.fail.borrow().clone() else { return Err(rquickjs::Error::Unknown) };
    let error: Value<'js> = fail.restore(ctx)?.call((kind, text.as_str()))?;
    if let Some(code) = broken {
        let (_, place) = thrown(ctx, &error);
        host.ledger.borrow_mut().broken.get_or_insert_with(|| Failure::new(code, text, place));
    }
    Ok(error)
}
