//! The access log: one line an answer, handed to whoever writes it, and dropped rather than waited for.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use serde::Serialize;

/// How many lines may wait to be written.
const WAITING: usize = 16_384;

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// What waits to be written.
#[derive(Debug)]
pub enum Line {
    /// A line, with its end.
    Text(String),
    /// Something for people, with its end.
    Note(String),
    /// Nothing comes any more.
    End,
}

/// Where lines come out.
pub type Lines = Receiver<Line>;

/// Where lines go in.
#[derive(Debug, Clone)]
pub struct Log {
    form: LogForm,
    sender: SyncSender<Line>,
}

/// An answer. The query is left out: it may hold what a user said.
#[derive(Debug, Serialize)]
pub struct Entry<'e> {
    /// When it was sent.
    pub at: String,
    /// To whom.
    pub peer: IpAddr,
    /// The request's method.
    pub method: &'e str,
    /// The request's path, as it was sent.
    pub path: &'e str,
    /// The status.
    pub status: u16,
    /// How many bytes of content were promised.
    pub bytes: u64,
    /// How long it took to the answer's head.
    pub seconds: f64,
}

impl Log {
    /// A log, and where its lines come out.
    pub fn new(form: LogForm) -> (Self, Lines) {
        let (sender, receiver) = sync_channel(WAITING);
        (Self { form, sender }, receiver)
    }

    /// Hands on a line. False if it had to be dropped.
    pub fn write(&self, entry: &Entry<'_>) -> bool {
        let line = match self.form {
            LogForm::Json => serde_json::to_string(entry).unwrap_or_default() + "\n",
            LogForm::Text => text(entry),
        };
        !matches!(self.sender.try_send(Line::Text(line)), Err(TrySendError::Full(_)))
    }

    /// Hands on something for people.
    pub fn note(&self, text: String) {
        let _ = self.sender.try_send(Line::Note(text));
    }

    /// Says that nothing comes any more.
    pub fn end(&self) {
        // Whoever writes may have gone.
        let _ = self.sender.send(Line::End);
    }
}

fn text(entry: &Entry<'_>) -> String {
    let Entry { at, peer, method, path, status, bytes, .. } = entry;
    let mut line = String::with_capacity(96 + path.len());
    let took = Duration::from_secs_f64(entry.seconds);
    // A path is visible ASCII without spaces, or there was no request.
    let _ = writeln!(line, "{at} {peer} {method} {path} {status} {bytes} {took:.3?}");
    line
}
