//! How parent and worker speak: frames with a length, values in a compact form of their own. JSON would lose the last bit of
//! numbers and the difference between what is absent and what is null. The parent believes nothing that a worker says: a
//! frame that is too long or is none ends the worker.

use std::io::{self, Read, Write};
use std::time::Duration;

use serde_json::{Map, Number, Value};

use super::{Bot, Conversation, Failure, Limits, Missing, Spot};
use crate::bot::talk::{Answer, Effect, Mock, Request, Turn, Update};
use crate::diag::Code;

/// The longest frame, in bytes. A script of 2 MB and a conversation fit in many times.
pub(super) const LONGEST: usize = 32 << 20;
/// How deeply values may be nested: a little more than plain data may be, inside of an answer.
const DEEPEST: usize = 130;

/// What the parent asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Order {
    /// Compile this script, with the name of the function that marks what it throws; what follows is about it.
    Script(String, Option<String>, Bot, Limits),
    /// Run a conversation.
    Converse(Conversation),
    /// Measure the cold start.
    Start,
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    /// It is there; whether the kernel holds it in (seccomp).
    Hello(bool),
    /// The script was compiled, or why not.
    Compiled(Option<Failure>),
    /// An update was handled.
    Turn(Turn),
    /// The conversation is over.
    Done(Vec<Missing>, Option<Failure>),
    /// The cold start took so long.
    Started(Duration),
}

/// Writes a frame.
///
/// # Errors
/// The pipe is broken, or the frame too long.
pub(super) fn send<T: Wire>(to: &mut impl Write, value: &T) -> io::Result<()> {
    let mut bytes = vec![0; 4];
    value.put(&mut bytes);
    let length = bytes.len() - 4;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    bytes[..4].copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    to.write_all(&bytes)?;
    to.flush()
}

/// The frame that bytes begin with, and how many of them it takes; nothing if they hold no whole one yet.
///
/// # Errors
/// What stands there is no frame.
pub(super) fn first<T: Wire>(bytes: &[u8]) -> io::Result<Option<(T, usize)>> {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else { return Ok(None) };
    let length = u32::from_le_bytes(*length) as usize;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let Some(frame) = rest.get(..length) else { return Ok(None) };
    let value = decode(frame).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Some((value, 4 + length)))
}

/// Reads a frame; nothing at the end of the stream.
///
/// # Errors
/// The pipe is broken, or what came is no frame.
pub(super) fn receive<T: Wire>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes)?;
    decode(&bytes).map(Some).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn decode<T: Wire>(bytes: &[u8]) -> Option<T> {
    let mut source = Source { bytes, depth: 0 };
    let value = T::take(&mut source)?;
    source.bytes.is_empty().then_some(value)
}

/// Bytes that are still to be read.
pub(super) struct Source<'a> {
    bytes: &'a [u8],
    depth: usize,
}

impl<'a> Source<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }
}

/// Something that can be sent.
pub(super) trait Wire: Sized {
    /// Appends it.
    fn put(&self, to: &mut Vec<u8>);
    /// Reads it; nothing if what is there is none.
    fn take(from: &mut Source<'_>) -> Option<Self>;
}

macro_rules! integers {
    ($($kind:ty)*) => { $(impl Wire for $kind {
        fn put(&self, to: &mut Vec<u8>) {
            to.extend(self.to_le_bytes());
        }
        fn take(from: &mut Source<'_>) -> Option<Self> {
            Some(Self::from_le_bytes(from.bytes(size_of::<Self>())?.try_into().ok()?))
        }
    })* };
}

integers!(u8 u16 u32 u64 i64 f64);

/// Structures, field by field in the order given.
macro_rules! structures {
    ($($name:ident { $($field:ident),* })*) => { $(impl Wire for $name {
        fn put(&self, to: &mut Vec<u8>) {
            let $name { $($field),* } = self;
            $($field.put(to);)*
        }
        fn take(from: &mut Source<'_>) -> Option<Self> {
            $(let $field = Wire::take(from)?;)*
            Some($name { $($field),* })
        }
    })* };
}

structures! {
    Update { text, locale, chat_id, now }
    Mock { method, url, answers }
    Request { method, url, headers, body, timeout_ms, retries, backoff_ms, status, attempts }
    Turn { effects, state }
    Missing { update, method, url }
    Spot { line, column }
    Failure { code, message, place }
    Bot { id, locale, defaults, hosts, max_answer, attempts, timeout_ms }
    Limits { memory, stack, cold_start, update, transitions }
    Conversation { updates, mocks }
}

/// Alternatives: a number, then the parts.
macro_rules! alternatives {
    ($($name:ident { $($number:literal: $case:ident $(($($part:ident),*))? $({$($field:ident),*})?),* $(,)? })*) => {
        $(impl Wire for $name {
            fn put(&self, to: &mut Vec<u8>) {
                match self {
                    $($name::$case $(($($part),*))? $({$($field),*})? => {
                        to.push($number);
                        $($($part.put(to);)*)?
                        $($($field.put(to);)*)?
                    })*
                }
            }
            fn take(from: &mut Source<'_>) -> Option<Self> {
                match u8::take(from)? {
                    $($number => {
                        $($(let $part = Wire::take(from)?;)*)?
                        $($(let $field = Wire::take(from)?;)*)?
                        Some($name::$case $(($($part),*))? $({$($field),*})?)
                    })*
                    _ => None,
                }
            }
        })*
    };
}

alternatives! {
    Order { 1: Script(source, mark, bot, limits), 2: Converse(conversation), 3: Start }
    Word { 1: Hello(held), 2: Compiled(failure), 3: Turn(turn), 4: Done(missing, failure), 5: Started(time) }
    Answer { 1: Json { status, body }, 2: Text { status, body }, 3: Timeout, 4: NetworkError, 5: Oversized }
    Effect { 1: Message { text, keyboard }, 2: Http(request), 3: Goto { flow } }
}

impl Wire for bool {
    fn put(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        match u8::take(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Wire for usize {
    fn put(&self, to: &mut Vec<u8>) {
        (*self as u64).put(to);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        u64::take(from)?.try_into().ok()
    }
}

impl Wire for String {
    fn put(&self, to: &mut Vec<u8>) {
        self.len().put(to);
        to.extend(self.as_bytes());
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        let length = usize::take(from)?;
        std::str::from_utf8(from.bytes(length)?).ok().map(str::to_owned)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.is_some().put(to);
        if let Some(value) = self {
            value.put(to);
        }
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        if bool::take(from)? { T::take(from).map(Some) } else { Some(None) }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.len().put(to);
        for item in self {
            item.put(to);
        }
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        let length = usize::take(from)?;
        // Each item takes a byte at least: a length that is a lie ends here, before anything is allocated for it.
        if length > from.bytes.len() {
            return None;
        }
        (0..length).map(|_| T::take(from)).collect()
    }
}

impl Wire for Map<String, Value> {
    fn put(&self, to: &mut Vec<u8>) {
        self.len().put(to);
        for (key, value) in self {
            key.put(to);
            value.put(to);
        }
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        let length = usize::take(from)?;
        (0..length).map(|_| Some((String::take(from)?, <Value as Wire>::take(from)?))).collect()
    }
}

impl Wire for Value {
    fn put(&self, to: &mut Vec<u8>) {
        match self {
            Value::Null => to.push(0),
            Value::Bool(truth) => to.push(1 + u8::from(*truth)),
            Value::Number(number) => put_number(number, to),
            Value::String(text) => {
                to.push(6);
                text.put(to);
            }
            Value::Array(items) => {
                to.push(7);
                items.put(to);
            }
            Value::Object(map) => {
                to.push(8);
                map.put(to);
            }
        }
    }

    fn take(from: &mut Source<'_>) -> Option<Self> {
        if from.depth == DEEPEST {
            return None;
        }
        from.depth += 1;
        let value = match u8::take(from)? {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => i64::take(from)?.into(),
            4 => u64::take(from)?.into(),
            5 => Value::Number(Number::from_f64(f64::take(from)?)?),
            6 => Value::String(String::take(from)?),
            7 => Value::Array(Wire::take(from)?),
            8 => Value::Object(Wire::take(from)?),
            _ => return None,
        };
        from.depth -= 1;
        Some(value)
    }
}

fn put_number(number: &Number, to: &mut Vec<u8>) {
    if let Some(integer) = number.as_i64() {
        to.push(3);
        integer.put(to);
    } else if let Some(integer) = number.as_u64() {
        to.push(4);
        integer.put(to);
    } else {
        to.push(5);
        number.as_f64().unwrap_or_default().put(to);
    }
}

impl Wire for Duration {
    fn put(&self, to: &mut Vec<u8>) {
        self.as_secs().put(to);
        self.subsec_nanos().put(to);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        let (seconds, nanos) = (u64::take(from)?, u32::take(from)?);
        (nanos < 1_000_000_000).then(|| Duration::new(seconds, nanos))
    }
}

impl Wire for Code {
    fn put(&self, to: &mut Vec<u8>) {
        self.as_str().to_owned().put(to);
    }
    fn take(from: &mut Source<'_>) -> Option<Self> {
        Code::find(&String::take(from)?)
    }
}

#[cfg(test)]
mod tests;
