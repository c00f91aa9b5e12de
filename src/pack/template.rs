//! Templates: `{name}` is a slot, `{{` and `}}` are literal braces, any other brace is an error. Read from the left.

use super::model::{Named, SlotKind, SlotValue};

/// A piece of a template's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it stands.
    Literal(&'a str),
    /// A slot.
    Slot(&'a str),
}

/// A brace that is neither a slot's nor doubled: its byte offset, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct BraceError {
    /// Where, in bytes of the text.
    pub at: usize,
    /// What is wrong.
    pub what: String,
}

/// Cuts a text into pieces.
///
/// # Errors
/// The first brace that is neither a slot's nor doubled.
pub fn parse(text: &str) -> Result<Vec<Piece<'_>>, BraceError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let here = text.len() - rest.len() + at;
        if at > 0 {
            pieces.push(Piece::Literal(&rest[..at]));
        }
        let tail = &rest[at..];
        if tail.starts_with("{{") || tail.starts_with("}}") {
            pieces.push(Piece::Literal(&tail[..1]));
            rest = &tail[2..];
            continue;
        }
        if tail.starts_with('}') {
            return Err(BraceError { at: here, what: "a `}` closes nothing".to_owned() });
        }
        match tail[1..].find(['{', '}']) {
            Some(end) if tail.as_bytes()[1 + end] == b'}' && end > 0 => {
                pieces.push(Piece::Slot(&tail[1..=end]));
                rest = &tail[end + 2..];
            }
            Some(0) => return Err(BraceError { at: here, what: "`{}` names no slot".to_owned() }),
            _ => return Err(BraceError { at: here, what: "a `{` is not closed".to_owned() }),
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    Ok(pieces)
}

/// Whether a slot takes a value; the reason if not.
///
/// # Errors
/// A sentence that says why.
pub fn accepts(name: &str, kind: &SlotKind<'_>, value: SlotValue<'_>) -> Result<(), String> {
    match (kind, value) {
        (SlotKind::String, SlotValue::Text(_)) | (SlotKind::Integer, SlotValue::Integer(_)) => Ok(()),
        (SlotKind::Enum(values), SlotValue::Text(text)) if values.contains(&text) => Ok(()),
        (SlotKind::Enum(values), value) => {
            Err(format!("the slot `{name}` takes one of {}, not `{value}`", values.join(", ")))
        }
        (SlotKind::String, value) => Err(format!("the slot `{name}` takes a text, not the number {value}")),
        (SlotKind::Integer, value) => {
            Err(format!("the slot `{name}` takes an integer, not the text `{value}`"))
        }
    }
}

/// Fills the slots.
///
/// # Errors
/// A sentence that says which brace, slot or value is wrong: what suites call `SLOT_INVALID`.
pub fn render(
    text: &str,
    slots: &Named<'_, SlotKind<'_>>,
    values: &Named<'_, SlotValue<'_>>,
) -> Result<String, String> {
    for (name, value) in values {
        match slots.iter().find(|(slot, _)| slot == name) {
            Some((_, kind)) => accepts(name, kind, *value)?,
            None => return Err(format!("the template has no slot `{name}`")),
        }
    }
    let mut out = String::with_capacity(text.len() + 16);
    for piece in parse(text).map_err(|error| error.to_string())? {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Slot(name) => match values.iter().find(|(slot, _)| *slot == name) {
                Some((_, value)) => out.push_str(&value.to_string()),
                None => return Err(format!("the slot `{name}` has no value")),
            },
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_read_from_the_left() {
        use Piece::{Literal as L, Slot as S};
        assert_eq!(parse("a {b} {{c}}").unwrap(), [L("a "), S("b"), L(" "), L("{"), L("c"), L("}")]);
        assert_eq!(parse("{{{a}}}").unwrap(), [L("{"), S("a"), L("}")]);
        assert_eq!(parse("").unwrap(), []);
        for (text, at) in [("a {", 2), ("a } b", 2), ("{}", 0), ("{a{b}", 0), ("{a}}", 3), ("x{{}", 3)] {
            assert_eq!(parse(text).unwrap_err().at, at, "{text}");
        }
    }

    #[test]
    fn rendering_checks_every_value() {
        let slots = vec![("n", SlotKind::Integer), ("z", SlotKind::Enum(vec!["dock", "aisle"]))];
        let go = |values: &[(&'static str, SlotValue<'static>)]| {
            render("{n} at {z}, {{ok}}", &slots, &values.to_vec())
        };
        let (n, z) = (("n", SlotValue::Integer(-3)), ("z", SlotValue::Text("dock")));
        assert_eq!(go(&[n, z]).unwrap(), "-3 at dock, {ok}");
        assert_eq!(go(&[n]).unwrap_err(), "the slot `z` has no value");
        assert_eq!(
            go(&[n, ("z", SlotValue::Text("x"))]).unwrap_err(),
            "the slot `z` takes one of dock, aisle, not `x`"
        );
        assert_eq!(
            go(&[("n", SlotValue::Text("3")), z]).unwrap_err(),
            "the slot `n` takes an integer, not the text `3`"
        );
        assert_eq!(go(&[n, z, ("q", SlotValue::Text(""))]).unwrap_err(), "the template has no slot `q`");
    }
}
