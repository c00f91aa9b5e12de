//! From a script's text to bytecode, once, and from bytecode into a fresh engine, often. The engine that runs a script is made
//! without the capability to evaluate strings, so it cannot compile anything, the host's scripts included: they are
//! compiled in another engine. Bytecode never leaves the process.

#![expect(
    unsafe_code,
    reason = "the safe interface writes modules only, which are strict code; the proofs stand at the calls"
)]

use std::ffi::CStr;
use std::ptr;
use std::rc::Rc;
use std::time::Duration;

use rquickjs::context::intrinsic::{Eval, RegExpCompiler};
use rquickjs::{Context, Ctx, Runtime, Value, qjs};

use super::failure::{Failure, thrown};
use super::memory::Metered;
use super::watch::{Watch, worked};
use crate::diag::Code;

/// What the engine calls a script in its stack traces.
pub(super) const NAME: &str = "bot.js";

/// The compiler is a recursive descent: expressions nested 500 deep, which the filter lets pass, take some 3 MiB.
const COMPILER_STACK: usize = 15 << 20;
/// The stack of a thread that compiles, in bytes.
pub(super) const THREAD_STACK: usize = COMPILER_STACK + (4 << 20);
/// Trees and tables of a 2 MB script fit in.
const COMPILER_MEMORY: usize = 256 << 20;
/// A 2 MB script takes a fifth of a second. What takes longer was made to.
const COMPILER_TIME: Duration = Duration::from_secs(5);

/// A compiled classic script. The bytes come from the engine's own writer in this process and nowhere else: there is no
/// other constructor, and no way to change or read them.
#[derive(Debug, Clone)]
pub(super) struct Bytecode(Vec<u8>);

impl Bytecode {
    /// Compiles a classic script, on a thread of its own, because the caller's stack may be small. Says how much processor
    /// time that took.
    ///
    /// # Errors
    /// It does not parse: `BOT_SYNTAX`, with its line and column.
    pub(super) fn compile(source: &str, name: &CStr) -> Result<(Self, Duration), Failure> {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(THREAD_STACK);
            let spawned = thread.spawn_scoped(scope, || Self::compile_here(source, name));
            match spawned.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(compiled)) => compiled,
                Ok(Err(_)) => Err(Failure::internal("the compiler's thread ended by itself")),
                Err(error) => Err(Failure::internal(&format!("no thread for the compiler: {error}"))),
            }
        })
    }

    /// The same on this thread, which has a stack of [`THREAD_STACK`] bytes, or a script that is known not to be deep.
    ///
    /// # Errors
    /// As above.
    pub(super) fn compile_here(source: &str, name: &CStr) -> Result<(Self, Duration), Failure> {
        let begun = worked();
        let compiled = compile(source, name)?;
        Ok((compiled, worked().saturating_sub(begun)))
    }

    /// Runs the script in an engine, and gives what its last expression statement comes to.
    ///
    /// # Errors
    /// What it throws.
    pub(super) fn run<'js>(&self, ctx: &Ctx<'js>) -> rquickjs::Result<Value<'js>> {
        let raw = ctx.as_raw().as_ptr();
        // SAFETY: `raw` is a live context, borrowed through `ctx`. `JS_ReadObject` trusts its input: `self.0` was written by
        // `JS_WriteObject` of the same library in the same process (`compile` below is the only constructor), its length is
        // the slice's, and it is only read. With code in it, what comes back is a function or an exception.
        // `JS_EvalFunction` takes over the function, and gives an owned value that `Value::from_raw` takes over.
        unsafe {
            let flags = qjs::JS_READ_OBJ_BYTECODE as i32;
            let function = qjs::JS_ReadObject(raw, self.0.as_ptr(), self.0.len() as qjs::size_t, flags);
            if qjs::JS_IsException(function) {
                return Err(rquickjs::Error::Exception);
            }
            let value = qjs::JS_EvalFunction(raw, function);
            if qjs::JS_IsException(value) {
                return Err(rquickjs::Error::Exception);
            }
            Ok(Value::from_raw(ctx.clone(), value))
        }
    }
}

fn compile(source: &str, name: &CStr) -> Result<Bytecode, Failure> {
    let watch = Watch::new(COMPILER_MEMORY);
    watch.start(COMPILER_TIME);
    let failed = |_| Failure::internal("no engine for the compiler");
    let runtime = Runtime::new_with_alloc(Metered(Rc::clone(&watch))).map_err(failed)?;
    runtime.set_max_stack_size(COMPILER_STACK);
    let context =
        Context::builder().with::<Eval>().with::<RegExpCompiler>().build(&runtime).map_err(failed)?;
    context.with(|ctx| {
        // The engine reads up to a zero byte that it does not count.
        let text: Vec<u8> = source.bytes().chain([0]).collect();
        write(&ctx, &text, name).map_err(|_| {
            let (message, place) = thrown(&ctx, &ctx.catch());
            if watch.is_full() {
                let limit = COMPILER_MEMORY >> 20;
                Failure::new(
                    Code::MemoryExceeded,
                    format!("compiling the script took more than {limit} MiB"),
                    place,
                )
            } else if watch.is_over() {
                let limit = COMPILER_TIME.as_secs();
                Failure::new(
                    Code::ColdStartExceeded,
                    format!("compiling the script took more than {limit} s"),
                    place,
                )
            } else {
                Failure::new(Code::BotSyntax, said(&message), place)
            }
        })
    })
}

fn said(message: &str) -> String {
    if message.contains("stack overflow") || message.contains("call stack") {
        "the script is nested too deeply to be compiled".to_owned()
    } else {
        format!("the script does not parse: {message}")
    }
}

/// Compiles `text`, which ends with a zero byte, and writes the bytecode.
fn write(ctx: &Ctx<'_>, text: &[u8], name: &CStr) -> rquickjs::Result<Bytecode> {
    let raw = ctx.as_raw().as_ptr();
    let compile = (qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY) as i32;
    let flags = (qjs::JS_WRITE_OBJ_BYTECODE | qjs::JS_WRITE_OBJ_STRIP_SOURCE) as i32;
    // SAFETY: `raw` is a live context, borrowed through `ctx`. `text` and `name` outlive the calls, and `text` has the zero
    // byte behind its last counted one that `JS_Eval` asks for. With COMPILE_ONLY nothing runs, and the function that comes
    // back is ours: it is freed once, after it was written. `JS_WriteObject` gives null, or `size` bytes that are ours: they are
    // copied, and freed once with the context that allocated them.
    unsafe {
        let length = (text.len() - 1) as qjs::size_t;
        let function = qjs::JS_Eval(raw, text.as_ptr().cast(), length, name.as_ptr(), compile);
        if qjs::JS_IsException(function) {
            return Err(rquickjs::Error::Exception);
        }
        let mut size: qjs::size_t = 0;
        let bytes = qjs::JS_WriteObject(raw, ptr::from_mut(&mut size), function, flags);
        qjs::JS_FreeValue(raw, function);
        if bytes.is_null() {
            return Err(rquickjs::Error::Exception);
        }
        let compiled = std::slice::from_raw_parts(bytes, size as usize).to_vec();
        qjs::js_free(raw, bytes.cast());
        Ok(Bytecode(compiled))
    }
}
