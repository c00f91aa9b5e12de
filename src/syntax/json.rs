//! JSON to tape, with `jiter` as the tokenizer. RFC 8259, and no duplicate keys.

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use super::builder::{Builder, KeySet};
use super::quick;
use super::tree::Kind;

/// Parses a text. A JSON text stops at its first malformed place; duplicate keys do not stop it.
pub(super) fn parse(text: &str) -> Builder {
    quick::parse(text).unwrap_or_else(|| thorough(text))
}

/// The same for any text, with what is wrong with it.
pub(super) fn thorough(text: &str) -> Builder {
    let mut builder = Builder::with_capacity(text.len() / 16);
    if text.starts_with('\u{FEFF}') {
        builder.error(
            0..3,
            "the text begins with a byte order mark",
            "save it as UTF-8 without BOM (RFC 8259)",
        );
        return builder;
    }
    if text.trim_ascii().is_empty() {
        return builder;
    }
    let mut jiter = Jiter::new(text.as_bytes());
    if let Err(error) = value(text, &mut jiter, &mut builder) {
        let at = error.index.min(text.len());
        // The second is said of half a pair with no escape behind it.
        let halves =
            [JsonErrorType::LoneLeadingSurrogateInHexEscape, JsonErrorType::UnexpectedEndOfHexEscape];
        if halves.map(JiterErrorType::JsonError).contains(&error.error_type) {
            let at = surrogate(text.as_bytes(), at);
            let message = "this escape is half of a pair: a lone surrogate is no character";
            let help = "write both halves, such as \\ud83d\\ude00, or the character itself";
            builder.error(at..(at + 6).min(text.len()), message, help);
            return builder;
        }
        let message = error.error_type.to_string();
        builder.error(
            at..at,
            format!("this is not JSON: {message}"),
            "mend it here; RFC 8259 is the grammar",
        );
    }
    builder
}

/// Where the escape begins that the tokenizer found at fault somewhere before `at`, or in the one after it.
fn surrogate(text: &[u8], at: usize) -> usize {
    let is_escape = |at: usize| text.get(at..at + 2) == Some(b"\\u");
    let Some(last) = (0..=at).rev().find(|&at| is_escape(at)) else { return at };
    let high = |at: usize| {
        matches!(text.get(at + 2..at + 4), Some([b'd' | b'D', b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B']))
    };
    match last.checked_sub(6) {
        Some(before) if is_escape(before) && high(before) => before,
        _ => last,
    }
}

/// Which step the loop takes next inside the innermost collection.
enum Next {
    Value(Peek),
    Step,
}

fn value(text: &str, jiter: &mut Jiter<'_>, builder: &mut Builder) -> Result<(), JiterError> {
    // One key set an open mapping, `None` an open list: the recursion, made explicit.
    let mut stack: Vec<Option<KeySet>> = Vec::new();
    let mut spare: Vec<KeySet> = Vec::new();
    let mut next = Next::Value(jiter.peek()?);
    loop {
        match next {
            Next::Value(Peek::Array) => {
                if !builder.open(Kind::Seq, jiter.current_index()) {
                    return Ok(());
                }
                stack.push(None);
                match jiter.known_array()? {
                    Some(peek) => {
                        next = Next::Value(peek);
                        continue;
                    }
                    None => close(jiter, builder, &mut stack, &mut spare),
                }
            }
            Next::Value(Peek::Object) => {
                if !builder.open(Kind::Map, jiter.current_index()) {
                    return Ok(());
                }
                let mut keys = spare.pop().unwrap_or_default();
                keys.clear();
                stack.push(Some(keys));
                let before = jiter.current_index();
                match jiter.known_object()?.map(|key| place(text, key, before)) {
                    Some(found) => {
                        key(text, found, builder, &mut stack);
                        next = Next::Value(jiter.peek()?);
                        continue;
                    }
                    None => close(jiter, builder, &mut stack, &mut spare),
                }
            }
            Next::Value(peek) => scalar(text, jiter, builder, peek)?,
            Next::Step => {}
        }
        match stack.last() {
            None => return jiter.finish(),
            Some(None) => match jiter.array_step()? {
                Some(peek) => next = Next::Value(peek),
                None => {
                    close(jiter, builder, &mut stack, &mut spare);
                    next = Next::Step;
                }
            },
            Some(Some(_)) => {
                let before = jiter.current_index();
                match jiter.next_key()?.map(|key| place(text, key, before)) {
                    Some(found) => {
                        key(text, found, builder, &mut stack);
                        next = Next::Value(jiter.peek()?);
                    }
                    None => {
                        close(jiter, builder, &mut stack, &mut spare);
                        next = Next::Step;
                    }
                }
            }
        }
    }
}

fn close(jiter: &Jiter<'_>, builder: &mut Builder, stack: &mut Vec<Option<KeySet>>, spare: &mut Vec<KeySet>) {
    builder.close(jiter.current_index());
    if let Some(Some(keys)) = stack.pop() {
        spare.push(keys);
    }
}

/// Where a decoded string stands: in the input, or decoded beside it.
enum Found {
    Input(usize, usize),
    Decoded(usize, String),
}

/// `before` is a place at or before the string's opening quote, with only white space and punctuation between.
fn place(text: &str, string: &str, before: usize) -> Found {
    let base = text.as_ptr() as usize;
    let at = (string.as_ptr() as usize).wrapping_sub(base);
    // An empty string may point anywhere: it is decoded, which costs nothing.
    if at < text.len() && at > 0 && !string.is_empty() {
        return Found::Input(at, string.len());
    }
    let rest = text.as_bytes().get(before..).unwrap_or_default();
    let quote = before + memchr::memchr(b'"', rest).unwrap_or(0);
    Found::Decoded(quote, string.to_owned())
}

fn push(builder: &mut Builder, found: &Found) {
    match found {
        Found::Input(at, len) => builder.borrowed(Kind::Str, at - 1, *at..at + len),
        Found::Decoded(pos, string) => builder.owned(Kind::Str, *pos, string),
    }
}

fn key(text: &str, found: Found, builder: &mut Builder, stack: &mut [Option<KeySet>]) {
    let range = match &found {
        Found::Input(at, len) => at - 1..at + len + 1,
        Found::Decoded(pos, _) => *pos..pos + 1,
    };
    push(builder, &found);
    if let Some(Some(keys)) = stack.last_mut() {
        keys.check(text, range, builder);
    }
}

fn scalar(text: &str, jiter: &mut Jiter<'_>, builder: &mut Builder, peek: Peek) -> Result<(), JiterError> {
    let start = jiter.current_index();
    match peek {
        Peek::String => {
            let found = place(text, jiter.known_str()?, start);
            push(builder, &found);
        }
        Peek::Null => {
            jiter.known_null()?;
            builder.borrowed(Kind::Null, start, start..start + 4);
        }
        Peek::True | Peek::False => {
            jiter.known_bool(peek)?;
            builder.borrowed(Kind::Bool, start, start..jiter.current_index());
        }
        _ => {
            let bytes = jiter.known_number_bytes(peek)?;
            let len = bytes.len();
            let is_float = bytes.iter().any(|b| matches!(b, b'.' | b'e' | b'E'));
            let kind = if is_float { Kind::Float } else { Kind::Int };
            builder.borrowed(kind, start, start..start + len);
        }
    }
    Ok(())
}
