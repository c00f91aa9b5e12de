//! Texts with `{{state.name}}`, `{{context.chatId}}` and `{{context.locale}}`, cut into what is said as it stands and what
//! takes its place later. Judges nothing: whether a field exists is a rule's question.

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// Said as it stands.
    Text(&'t str),
    /// The value of a state field.
    State(&'t str),
    /// The chat's id.
    ChatId,
    /// The chat's locale.
    Locale,
}

/// Cuts a text. Braces that hold none of the three are text.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut said, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("{{")) {
        let open = at + found;
        let Some((part, end)) = slot(text, open) else {
            // `{{{state.a}}` holds a slot that begins one brace later.
            at = open + 1;
            continue;
        };
        if said < open {
            parts.push(Part::Text(&text[said..open]));
        }
        parts.push(part);
        (said, at) = (end, end);
    }
    if said < text.len() {
        parts.push(Part::Text(&text[said..]));
    }
    parts
}

/// The slot whose braces open at `open`, and where it ends.
fn slot(text: &str, open: usize) -> Option<(Part<'_>, usize)> {
    let inside = &text[open + 2..];
    let name = &inside[..inside.find(['{', '}'])?];
    let end = open + 2 + name.len() + 2;
    if !inside[name.len()..].starts_with("}}") {
        return None;
    }
    let part = match name {
        "context.chatId" => Part::ChatId,
        "context.locale" => Part::Locale,
        _ => Part::State(name.strip_prefix("state.").filter(|field| !field.is_empty())?),
    };
    Some((part, end))
}

/// Whether anything in a text takes the place of something.
pub fn has_slots(text: &str) -> bool {
    parts(text).iter().any(|part| !matches!(part, Part::Text(_)))
}

#[cfg(test)]
mod tests {
    use super::Part::{ChatId, Locale, State, Text};
    use super::*;

    #[test]
    fn texts_are_cut_at_their_slots() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec![Text("a")]),
            ("Hi {{state.name}}!", vec![Text("Hi "), State("name"), Text("!")]),
            ("{{context.chatId}}{{context.locale}}", vec![ChatId, Locale]),
            ("{{{state.a}}}", vec![Text("{"), State("a"), Text("}")]),
            ("{{ state.a }}", vec![Text("{{ state.a }}")]),
            ("{{state.}} {{state.a}", vec![Text("{{state.}} {{state.a}")]),
            ("{{state.a {{state.b}}", vec![Text("{{state.a "), State("b")]),
            ("{{", vec![Text("{{")]),
            ("{{state.a-b é}}", vec![State("a-b é")]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
        assert!(!has_slots("a {{b}}"));
    }
}
