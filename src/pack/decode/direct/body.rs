//! What rules and templates are made of, and the bounds of texts.

use crate::pack::decode::{MAX_INTEGER, TextLimits, sort_named};
use crate::pack::model::{Escalation, Named, SlotKind, SlotValue, Template, TemplateExample};
use crate::syntax::Pull;

use super::entry::{list, word};

pub(super) type Slots<'a> = Named<'a, SlotKind<'a>>;
pub(super) type Examples<'a> = Vec<TemplateExample<'a>>;

/// A text that is not blank and has at most so many characters.
pub(super) fn within(text: &str, max: Option<usize>) -> Option<&str> {
    // Most begin with a letter: then there is nothing to look for.
    let is_blank = !text.as_bytes().first()?.is_ascii_alphanumeric() && text.trim().is_empty();
    let is_long = max.is_some_and(|max| text.len() > max && text.chars().count() > max);
    (!is_blank && !is_long).then_some(text)
}

/// Any text but a term's or an alias's.
pub(super) fn text<'a>(pull: &mut Pull<'a>, limits: Option<TextLimits>) -> Option<&'a str> {
    within(pull.string()?, limits.map(|limits| limits.max_text_chars))
}

/// Sets a field that was not there before.
fn set<T>(field: &mut Option<T>, value: T) -> Option<()> {
    field.replace(value).is_none().then_some(())
}

pub(super) fn escalation<'a>(pull: &mut Pull<'a>, limits: Option<TextLimits>) -> Option<Escalation<'a>> {
    let (mut after, mut to, mut say) = (None, None, None);
    let mut more = pull.open(b'{', b'}')?;
    while more {
        match pull.key()? {
            "after_s" => set(&mut after, pull.integer()?)?,
            "to" => set(&mut to, text(pull, limits)?)?,
            "say" => set(&mut say, text(pull, limits)?)?,
            _ => return None,
        }
        more = pull.more(b'}')?;
    }
    let after = after.filter(|after| (0..=MAX_INTEGER).contains(after))?;
    Some(Escalation { after_s: after as u64, to: to?, say: say? })
}

/// Names with what they stand for, in the order of RFC 8785, none twice.
fn named<'a, T>(
    pull: &mut Pull<'a>,
    mut value: impl FnMut(&mut Pull<'a>) -> Option<T>,
) -> Option<Named<'a, T>> {
    let mut named = Vec::new();
    let mut more = pull.open(b'{', b'}')?;
    while more {
        named.push((pull.key()?, value(pull)?));
        more = pull.more(b'}')?;
    }
    sort_named(&mut named);
    let is_repeated = named.windows(2).any(|pair| pair[0].0 == pair[1].0);
    (!is_repeated).then_some(named)
}

pub(super) fn slots<'a>(pull: &mut Pull<'a>, limits: Option<TextLimits>) -> Option<Slots<'a>> {
    named(pull, |pull| slot(pull, limits))
}

fn slot<'a>(pull: &mut Pull<'a>, limits: Option<TextLimits>) -> Option<SlotKind<'a>> {
    let (mut kind, mut values) = (None, None);
    let mut more = pull.open(b'{', b'}')?;
    while more {
        match pull.key()? {
            "type" => set(&mut kind, word(pull, &[("string", 0), ("integer", 1), ("enum", 2)])?)?,
            "values" => set(&mut values, list(pull, |pull| text(pull, limits))?)?,
            _ => return None,
        }
        more = pull.more(b'}')?;
    }
    match (kind?, values) {
        (0, None) => Some(SlotKind::String),
        (1, None) => Some(SlotKind::Integer),
        (2, Some(values)) if !values.is_empty() => Some(SlotKind::Enum(values)),
        _ => None,
    }
}

pub(super) fn example<'a>(pull: &mut Pull<'a>, limits: Option<TextLimits>) -> Option<TemplateExample<'a>> {
    let (mut slots, mut shown) = (None, None);
    let mut more = pull.open(b'{', b'}')?;
    while more {
        match pull.key()? {
            "slots" => set(&mut slots, named(pull, value)?)?,
            "text" => set(&mut shown, text(pull, limits)?)?,
            _ => return None,
        }
        more = pull.more(b'}')?;
    }
    Some(TemplateExample { slots: slots.unwrap_or_default(), text: shown? })
}

fn value<'a>(pull: &mut Pull<'a>) -> Option<SlotValue<'a>> {
    if pull.peek()? == b'"' {
        return pull.string().map(SlotValue::Text);
    }
    let value = pull.integer().filter(|value| (-MAX_INTEGER..=MAX_INTEGER).contains(value))?;
    Some(SlotValue::Integer(value))
}

/// A template, if its examples give integers to no slots but those that take them.
pub(super) fn template<'a>(text: &'a str, slots: Slots<'a>, examples: Examples<'a>) -> Option<Template<'a>> {
    let takes_integers =
        |name: &str| slots.iter().any(|(slot, kind)| *slot == name && *kind == SlotKind::Integer);
    let mut values = examples.iter().flat_map(|example| &example.slots);
    let is_sound = values.all(|(name, value)| matches!(value, SlotValue::Text(_)) || takes_integers(name));
    is_sound.then_some(Template { text, slots, examples })
}
