//! A panic is a bug of ours, and told like any other problem: with a code, what happened, and what to do.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use crate::diag::{Code, Diagnostic};

/// What the hook saw of the first panic. A panic may come from any thread, and is caught in another.
static SEEN: Mutex<Option<Seen>> = Mutex::new(None);

struct Seen {
    words: String,
    place: String,
    trace: String,
}

/// A run that panicked.
pub(super) struct Crash {
    /// What to tell.
    pub(super) diagnostic: Diagnostic,
    /// The stack, if `RUST_BACKTRACE` asked for it.
    pub(super) trace: String,
}

/// Keeps place and stack of a panic instead of printing them. For the process, so only its entry calls it.
pub(super) fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let trace = Backtrace::capture();
        let trace = match trace.status() {
            BacktraceStatus::Captured => format!("{trace}\n"),
            _ => String::new(),
        };
        if let Ok(mut seen) = SEEN.lock() {
            seen.get_or_insert(Seen { words: words(info.payload()), place, trace });
        }
    }));
}

/// Runs `work`; a panic inside becomes a diagnostic. What `work` was changing is not used afterwards, but for the
/// streams, which are whole after each write.
pub(super) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Box<Crash>> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let seen = SEEN.lock().ok().and_then(|mut seen| seen.take());
        // Of several threads that panic, the first that the hook saw need not be the one whose payload comes here.
        let seen = seen.unwrap_or_else(|| Seen {
            words: words(&*payload),
            place: String::new(),
            trace: String::new(),
        });
        Box::new(Crash { diagnostic: diagnostic(&seen.words, &seen.place), trace: seen.trace })
    })
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

fn diagnostic(words: &str, place: &str) -> Diagnostic {
    let place = if place.is_empty() { String::new() } else { format!(" (at {place})") };
    Diagnostic::error(Code::Internal, format!("aegis stopped by a bug of its own: {words}{place}")).help(format!(
        "please report it, with this message, the command line and the version, aegis {}; RUST_BACKTRACE=1 shows more",
        env!("CARGO_PKG_VERSION")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn a_panic_becomes_a_diagnostic() {
        assert!(matches!(catch(|| 1), Ok(1)));
        let Err(crash) = catch(|| -> u8 { panic!("index {}", 7) }) else { panic!("caught") };
        assert!(crash.diagnostic.message.contains("index 7"), "{}", crash.diagnostic.message);
        assert_eq!(crash.diagnostic.exit(), Exit::Bug);
        let Err(crash) = catch(|| -> u8 { std::panic::panic_any(5) }) else { panic!("caught") };
        assert!(crash.diagnostic.message.contains("no message"));
    }
}
