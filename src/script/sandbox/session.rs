//! One conversation with one script, in a fresh engine of this process. Native loops of the engine that it does not
//! interrupt (`[].indexOf.call({length: 2 ** 40})`) would hang here: scripts that nobody vouches for run in a worker process
//! (`Sandbox`), which can be killed.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rquickjs::context::intrinsic;
use rquickjs::promise::PromiseState;
use rquickjs::{Context, Ctx, Function, Object, Persistent, Runtime, Value};

use super::bytecode::Bytecode;
use super::failure::{Failure, Spot, thrown};
use super::ledger::Ledger;
use super::memory::Metered;
use super::sdk::{self, Desk};
use super::watch::Watch;
use super::{Bot, Limits, Missing, Script, prelude};
use crate::bot::talk::{Mock, Turn, Update};
use crate::diag::Code;

/// What the engine has. Not `Eval`: without it neither `eval` nor `Function` nor anything else can compile a text. Not
/// `Proxy`, typed arrays, `Atomics`, weak references, `performance`, `DOMException`.
type Intrinsics = (
    intrinsic::Date,
    intrinsic::RegExpCompiler,
    intrinsic::RegExp,
    intrinsic::Json,
    intrinsic::MapSet,
    intrinsic::Promise,
);

/// How many unhandled rejections are kept to be told.
const REJECTIONS: usize = 16;

type Kept = Persistent<Value<'static>>;

/// A conversation in progress.
pub struct Session {
    // Order matters: values go before the engine that they live in.
    handler: Option<Persistent<Function<'static>>>,
    make: Option<Persistent<Function<'static>>>,
    functions: Option<[Persistent<Function<'static>>; 5]>,
    rejections: Rc<RefCell<Vec<(Kept, Kept)>>>,
    context: Context,
    runtime: Runtime,
    watch: Rc<Watch>,
    desk: Rc<Desk>,
    limits: Limits,
    source: Arc<str>,
    mark: Option<Arc<str>>,
}

impl Session {
    /// A fresh engine, the script loaded into it.
    ///
    /// # Errors
    /// The top level throws, takes too long or too much memory, or exports no handler.
    pub fn open(script: &Script, bot: &Bot, mocks: &[Mock], limits: Limits) -> Result<Self, Failure> {
        let mut session = Self::engine(script, bot, mocks, limits)?;
        session.watch.start(limits.cold_start);
        let loaded = session.load(&script.bytecode);
        session.settle(loaded, Code::ColdStartExceeded)?;
        Ok(session)
    }

    fn engine(script: &Script, bot: &Bot, mocks: &[Mock], limits: Limits) -> Result<Self, Failure> {
        let watch = Watch::new(limits.memory);
        let failed = |error: rquickjs::Error| Failure::internal(&error.to_string());
        let runtime = Runtime::new_with_alloc(Metered(Rc::clone(&watch))).map_err(failed)?;
        runtime.set_max_stack_size(limits.stack);
        let asked = Rc::clone(&watch);
        runtime.set_interrupt_handler(Some(Box::new(move || asked.look())));
        let context = Context::custom::<Intrinsics>(&runtime).map_err(failed)?;
        let rejections = Rc::new(RefCell::new(Vec::new()));
        track(&runtime, &rejections);
        let ledger = RefCell::new(Ledger::new(bot, limits, mocks));
        let desk = Rc::new(Desk { ledger, fail: RefCell::new(None) });
        Ok(Self {
            handler: None,
            make: None,
            functions: None,
            rejections,
            context,
            runtime,
            watch,
            desk,
            limits,
            source: Arc::clone(&script.source),
            mark: script.mark.clone(),
        })
    }

    /// Runs the prelude and the script's top level.
    fn load(&mut self, script: &Bytecode) -> Result<(), Thrown> {
        let prelude = prelude()?;
        let context = self.context.clone();
        context.with(|ctx| {
            let caught = |error| Thrown::catch(&ctx, error);
            let made = prelude.run(&ctx).and_then(|made| made.get::<Object<'_>>()).map_err(caught)?;
            let part = |name: &str| made.get::<_, Function<'_>>(name).map_err(caught);
            self.make = Some(Persistent::save(&ctx, part("make")?));
            self.desk.fail.replace(Some(Persistent::save(&ctx, part("fail")?)));
            let functions = sdk::functions(&ctx, &self.desk).map_err(caught)?;
            self.functions = Some(functions.map(|function| Persistent::save(&ctx, function)));
            let module = Object::new(ctx.clone()).map_err(caught)?;
            let exports = Object::new(ctx.clone()).map_err(caught)?;
            module.set("exports", exports).map_err(caught)?;
            ctx.globals().set("module", module.clone()).map_err(caught)?;
            script.run(&ctx).map_err(caught)?;
            let handler =
                module.get::<_, Value<'_>>("exports").and_then(|exports| match exports.as_object() {
                    Some(exports) => exports.get::<_, Value<'_>>("handleUpdate"),
                    None => Ok(exports),
                });
            match handler.map_err(caught)?.into_function() {
                Some(handler) => {
                    self.handler = Some(Persistent::save(&ctx, handler));
                    Ok(())
                }
                None => Err(Thrown::said("the script sets no function `module.exports.handleUpdate`")),
            }
        })?;
        self.drain()
    }

    /// Lets the bot handle an update.
    ///
    /// # Errors
    /// See [`Failure`]. After one the conversation is over: what an engine would say that was stopped midway means nothing.
    pub fn update(&mut self, update: &Update) -> Result<Turn, Failure> {
        self.desk.ledger.borrow_mut().begin(update);
        self.watch.start(self.limits.update);
        let handled = self.handle(update);
        self.settle(handled, Code::UpdateTimeout)?;
        Ok(self.desk.ledger.borrow_mut().end())
    }

    /// Requests so far that no mock answered.
    pub fn missing(&self) -> Vec<Missing> {
        self.desk.ledger.borrow().missing.clone()
    }

    fn handle(&mut self, update: &Update) -> Result<(), Thrown> {
        let promise = self.context.with(|ctx| -> Result<Option<Kept>, Thrown> {
            let called = self.call(&ctx, update).map_err(|error| Thrown::catch(&ctx, error))?;
            if called.is_undefined() {
                return Ok(None);
            }
            if called.is_promise() {
                Ok(Some(Persistent::save(&ctx, called)))
            } else {
                Err(returned(&called))
            }
        })?;
        self.drain()?;
        let Some(promise) = promise else { return Ok(()) };
        self.context.with(|ctx| {
            let caught = |error| Thrown::catch(&ctx, error);
            let promise = promise.restore(&ctx).map_err(caught)?;
            let Some(promise) = promise.into_promise() else { return Ok(()) };
            match promise.state() {
                PromiseState::Pending => Err(Thrown::said(
                    "the handler waits for a promise that nothing will ever settle: no timer and no event comes to a bot",
                )),
                PromiseState::Rejected => match promise.result::<Value<'_>>() {
                    Some(Err(error)) => Err(caught(error)),
                    _ => Err(Thrown::said("the handler's promise was rejected")),
                },
                PromiseState::Resolved => match promise.result::<Value<'_>>() {
                    Some(Ok(value)) if !value.is_undefined() => Err(returned(&value)),
                    _ => Ok(()),
                },
            }
        })
    }

    fn call<'js>(&self, ctx: &Ctx<'js>, update: &Update) -> rquickjs::Result<Value<'js>> {
        let (Some(make), Some(handler), Some(functions)) = (&self.make, &self.handler, &self.functions)
        else {
            return Err(rquickjs::Error::Unknown);
        };
        let [send, get, set, http, goto] = functions;
        let given = ctx.json_parse(self.desk.ledger.borrow().given(update))?;
        let make = make.clone().restore(ctx)?;
        let bot: Value<'js> =
            make.call((given, send.clone(), get.clone(), set.clone(), http.clone(), goto.clone()))?;
        handler.clone().restore(ctx)?.call((bot,))
    }

    /// Runs what promises brought about until nothing is left.
    fn drain(&self) -> Result<(), Thrown> {
        loop {
            match self.runtime.execute_pending_job() {
                Ok(false) => return Ok(()),
                Ok(true) if self.watch.look_at_times() => return Err(Thrown::said("")),
                Ok(true) => {}
                Err(job) => job.0.with(|ctx| {
                    let thrown = Thrown::catch(&ctx, rquickjs::Error::Exception);
                    if self.watch.is_over() { Err(thrown) } else { Ok(()) }
                })?,
            }
        }
    }

    /// What came of running: broken limits count even if the script caught the rejection, and the watch's word counts
    /// more than whatever the script threw when it was stopped.
    fn settle(&self, ran: Result<(), Thrown>, late: Code) -> Result<(), Failure> {
        let mut value = None;
        self.judge(ran, late, &mut value).map_err(|failure| {
            let mark = value.and_then(|value| self.mark_of(value));
            match mark {
                Some(number) => Failure { place: Some(Spot::mark(number)), ..failure },
                None => failure.located(&self.source),
            }
        })
    }

    /// Which mark a value went through, if this is a traced run.
    fn mark_of(&self, value: Kept) -> Option<u32> {
        let name = self.mark.as_ref()?;
        self.context.with(|ctx| {
            let value = value.restore(&ctx).ok()?;
            let asked = ctx
                .globals()
                .get::<_, Function<'_>>(&**name)
                .and_then(|mark| mark.call::<_, i32>((-1, value)));
            asked.ok().and_then(|number| u32::try_from(number).ok())
        })
    }

    fn judge(&self, ran: Result<(), Thrown>, late: Code, value: &mut Option<Kept>) -> Result<(), Failure> {
        let rejected = self.rejections.take();
        if let Some(broken) = self.desk.ledger.borrow().broken.clone() {
            return Err(broken);
        }
        if self.watch.is_over() {
            let place = ran.err().and_then(|thrown| thrown.place);
            return Err(self.stopped(late, place));
        }
        if let Err(thrown) = ran {
            *value = thrown.value;
            return Err(Failure::new(Code::BotRuntime, thrown.message, thrown.place));
        }
        let Some((_, reason)) = rejected.into_iter().next() else { return Ok(()) };
        *value = Some(reason.clone());
        let (text, place) = self.context.with(|ctx| match reason.restore(&ctx) {
            Ok(reason) => thrown(&ctx, &reason),
            Err(error) => (error.to_string(), None),
        });
        let message = format!("a promise was rejected and nothing handled it: {text}");
        Err(Failure::new(Code::BotRuntime, message, place))
    }

    fn stopped(&self, late: Code, place: Option<Spot>) -> Failure {
        if self.watch.is_full() {
            let limit = self.watch.memory_limit() >> 20;
            return Failure::new(
                Code::MemoryExceeded,
                format!("the script took more than {limit} MiB of memory"),
                place,
            );
        }
        let (what, limit) = match late {
            Code::ColdStartExceeded => ("the script's top level", self.limits.cold_start),
            _ => ("the handler", self.limits.update),
        };
        Failure::new(late, format!("{what} worked for more than {}", human(limit)), place)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The tracker and the functions hold what lives in the engine: nothing may be left when it goes.
        self.runtime.set_host_promise_rejection_tracker(None);
        self.rejections.borrow_mut().clear();
        self.desk.fail.take();
    }
}

/// Keeps rejected promises until something handles them.
fn track(runtime: &Runtime, rejections: &Rc<RefCell<Vec<(Kept, Kept)>>>) {
    let rejections = Rc::clone(rejections);
    runtime.set_host_promise_rejection_tracker(Some(Box::new(move |ctx, promise, reason, is_handled| {
        let mut list = rejections.borrow_mut();
        let promise = Persistent::save(&ctx, promise);
        if is_handled {
            list.retain(|(other, _)| *other != promise);
        } else if list.len() < REJECTIONS {
            let reason = Persistent::save(&ctx, reason);
            list.push((promise, reason));
        }
    })));
}

/// What a script threw, in words.
struct Thrown {
    message: String,
    place: Option<Spot>,
    /// What it was. Lives in the engine, so it does not outlive the session.
    value: Option<Kept>,
}

impl Thrown {
    fn said(message: &str) -> Self {
        Self { message: message.to_owned(), place: None, value: None }
    }

    /// The pending exception, or what else the binding complains of.
    fn catch(ctx: &Ctx<'_>, error: rquickjs::Error) -> Self {
        if !error.is_exception() {
            return Self { message: error.to_string(), place: None, value: None };
        }
        let caught = ctx.catch();
        let (text, place) = thrown(ctx, &caught);
        Self { message: format!("uncaught: {text}"), place, value: Some(Persistent::save(ctx, caught)) }
    }
}

impl From<Failure> for Thrown {
    fn from(failure: Failure) -> Self {
        Self { message: failure.message, place: failure.place, value: None }
    }
}

fn returned(value: &Value<'_>) -> Thrown {
    Thrown::said(&format!(
        "the handler returned a value of type {}; it has to return nothing",
        value.type_name()
    ))
}

fn human(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}
