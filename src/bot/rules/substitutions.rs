//! `SPEC_REF_NOT_FOUND`: what stands in double braces in a text is a state field, the chat's id or its locale.

use crate::bot::view::View;
use crate::diag::Code;

use super::{Findings, meant, short};

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let fields = view.field_names();
    for node in view.templates() {
        for name in names(node.raw()) {
            let trimmed = name.trim();
            let field = trimmed.strip_prefix("state.");
            let is_there = match field {
                Some(field) => view.fields.contains_key(field),
                None => matches!(trimmed, "context.chatId" | "context.locale"),
            };
            if is_there && trimmed == name {
                continue;
            }
            let message = format!("nothing takes the place of `{{{{{}}}}}`", short(name));
            let help = match field {
                _ if is_there => format!("write it without spaces: {{{{{trimmed}}}}}"),
                Some(field) => meant(field, &fields, "declare the field in `state.fields`"),
                None => "{{state.FIELD}}, {{context.chatId}} and {{context.locale}} are what can stand there"
                    .to_owned(),
            };
            found.error(Code::SpecRefNotFound, node, message, help);
        }
    }
}

/// What stands between double braces, without any brace in it.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    places(text).map(|range| &text[range.start + 2..range.end - 2])
}

/// Where `{{…}}` stands in a text, from brace to brace.
pub(crate) fn places(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + text.get(at..)?.find("{{")?;
            let inside = &text[open + 2..];
            let end = inside.find(['{', '}'])?;
            if inside[end..].starts_with("}}") {
                at = open + 2 + end + 2;
                return Some(open..at);
            }
            // `{{{state.a}}` holds one that begins a brace later.
            at = open + 1;
        }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_stands_in_double_braces_is_found() {
        for (text, expected) in [
            ("", vec![]),
            ("{{a}}{{b.c}} {d} {{ e }}", vec!["a", "b.c", " e "]),
            ("{{{a}}}", vec!["a"]),
            ("{{a {{b}}", vec!["b"]),
            ("{{a} }} {{", vec![]),
            ("é{{ä}}", vec!["ä"]),
        ] {
            assert_eq!(super::names(text).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
