//! An entry's fields in canonical order, told to whoever writes them down. The one place that knows the order.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use crate::pack::model::{
    Body, Entry, Lexicon, Origin, Priority, Rule, SlotKind, SlotValue, Stated, Template, Term,
};

use super::View;

/// What writes values down. Names of fields are plain ASCII words but for those that `name` is given.
pub trait Sink {
    /// Opens a mapping; one that is empty is not closed.
    fn map(&mut self, is_empty: bool);
    /// Ends the innermost mapping.
    fn end_map(&mut self);
    /// Opens a list; one that is empty is not closed.
    fn list(&mut self, is_empty: bool);
    /// Begins an item of the innermost list.
    fn item(&mut self);
    /// Ends the innermost list.
    fn end_list(&mut self);
    /// A field of the innermost mapping; its value follows.
    fn field(&mut self, name: &'static str);
    /// The same, with a name that an author chose.
    fn name(&mut self, name: &str);
    /// A text.
    fn text(&mut self, text: &str);
    /// Anything else: a number, `true` or `false`.
    fn literal(&mut self, literal: &str);
}

/// Tells a sink what an entry has.
pub(super) fn entry(view: &View<'_, '_>, out: &mut impl Sink) {
    let entry = view.entry;
    out.map(false);
    match &entry.body {
        Body::Rule(rule) => before_final(rule, out),
        Body::Policy(policy) => shown(out, "applies_to", &policy.applies_to),
        Body::Template(template) => examples(template, out),
        Body::Lexicon(_) | Body::Alias(_) => {}
    }
    boolean(out, "final", entry.is_final);
    text(out, "kind", entry.body.kind());
    if let Some(language) = entry.language {
        text(out, "language", language);
    }
    show(out, "oid", &entry.oid);
    if let Some(sources) = view.sources {
        origin(entry, sources, out);
    }
    if let Body::Rule(Rule { priority, .. }) = &entry.body {
        text(out, "priority", Priority::as_str(*priority));
    }
    shown(out, "refs", entry.refs());
    match &entry.body {
        Body::Policy(policy) => {
            texts(out, "registers", policy.registers.iter().map(|register| register.as_str()))
        }
        Body::Rule(rule) => text(out, "say", rule.say),
        Body::Template(template) => slots(template, out),
        Body::Lexicon(_) | Body::Alias(_) => {}
    }
    texts(out, "tags", entry.tags.iter().flatten().copied());
    match &entry.body {
        Body::Alias(target) => show(out, "target", target),
        Body::Lexicon(lexicon) => terms(lexicon, view.sources, out),
        Body::Template(template) => text(out, "text", template.text),
        Body::Rule(_) | Body::Policy(_) => {}
    }
    if let Some(title) = entry.title {
        text(out, "title", title);
    }
    if view.version {
        show(out, "version", &entry.version);
    }
    out.end_map();
}

fn text(out: &mut impl Sink, name: &'static str, value: &str) {
    out.field(name);
    out.text(value);
}

fn boolean(out: &mut impl Sink, name: &'static str, value: bool) {
    out.field(name);
    out.literal(if value { "true" } else { "false" });
}

/// A number, as it is shown.
fn literal(out: &mut impl Sink, value: impl Display) {
    let mut shown = String::with_capacity(20);
    // Writing to memory cannot fail.
    let _ = write!(shown, "{value}");
    out.literal(&shown);
}

/// A text, as a value is shown.
fn show(out: &mut impl Sink, name: &'static str, value: &impl Display) {
    text(out, name, &value.to_string());
}

fn shown(out: &mut impl Sink, name: &'static str, values: &[impl Display]) {
    out.field(name);
    list(out, values, |out, value| out.text(&value.to_string()));
}

fn texts<'t>(out: &mut impl Sink, name: &'static str, values: impl Iterator<Item = &'t str>) {
    out.field(name);
    let values = values.peekable();
    list_of(out, values, |out, value| out.text(value));
}

fn list<S: Sink, T>(out: &mut S, values: &[T], value: impl Fn(&mut S, &T)) {
    list_of(out, values.iter().peekable(), value);
}

fn list_of<S: Sink, I: Iterator>(
    out: &mut S,
    mut values: std::iter::Peekable<I>,
    value: impl Fn(&mut S, I::Item),
) {
    let is_empty = values.peek().is_none();
    out.list(is_empty);
    for item in values {
        out.item();
        value(out, item);
    }
    if !is_empty {
        out.end_list();
    }
}

fn source_name(sources: &[Arc<str>], number: u32) -> &str {
    sources.get(number as usize).map_or("", |name| name)
}

fn origin(entry: &Entry<'_>, sources: &[Arc<str>], out: &mut impl Sink) {
    let Origin { layer, source, line, overrode, preferred, .. } = &entry.origin;
    out.field("origin");
    out.map(false);
    text(out, "layer", layer.as_str());
    out.field("line");
    literal(out, line);
    texts(out, "overrode", overrode.iter().map(|layer| layer.as_str()));
    if *preferred {
        boolean(out, "preferred", true);
    }
    text(out, "source", source_name(sources, *source));
    show(out, "version", &entry.version);
    out.end_map();
}

fn terms(lexicon: &Lexicon<'_>, sources: Option<&[Arc<str>]>, out: &mut impl Sink) {
    // The versions of its definitions, shown once and not once a term.
    let versions: Vec<_> = match sources {
        Some(_) => lexicon.stated.iter().map(|stated| stated.version.to_string()).collect(),
        None => Vec::new(),
    };
    out.field("terms");
    list(out, &lexicon.terms, |out, term: &Term<'_>| {
        out.map(false);
        texts(out, "aliases", term.aliases().iter().copied());
        texts(out, "examples", term.examples().iter().copied());
        text(out, "meaning", term.meaning);
        if let (Some(sources), Some(stated), Some(version)) =
            (sources, lexicon.stated_of(term), versions.get(term.stated as usize))
        {
            term_origin(stated, version, term.line, sources, out);
        }
        text(out, "register", term.register.as_str());
        text(out, "term", term.term);
        out.end_map();
    });
}

fn term_origin(stated: &Stated, version: &str, line: u32, sources: &[Arc<str>], out: &mut impl Sink) {
    out.field("origin");
    out.map(false);
    text(out, "layer", stated.layer.as_str());
    out.field("line");
    literal(out, line);
    text(out, "source", source_name(sources, stated.source));
    text(out, "version", version);
    out.end_map();
}

fn before_final(rule: &Rule<'_>, out: &mut impl Sink) {
    texts(out, "acknowledge", rule.acknowledge.iter().copied());
    out.field("escalate");
    list(out, &rule.escalate, |out, step| {
        out.map(false);
        out.field("after_s");
        literal(out, step.after_s);
        text(out, "say", step.say);
        text(out, "to", step.to);
        out.end_map();
    });
    text(out, "event", rule.event);
}

fn slots(template: &Template<'_>, out: &mut impl Sink) {
    out.field("slots");
    out.map(template.slots.is_empty());
    for (name, kind) in &template.slots {
        out.name(name);
        out.map(false);
        text(out, "type", kind.as_str());
        if let SlotKind::Enum(values) = kind {
            texts(out, "values", values.iter().copied());
        }
        out.end_map();
    }
    if !template.slots.is_empty() {
        out.end_map();
    }
}

fn examples(template: &Template<'_>, out: &mut impl Sink) {
    out.field("examples");
    list(out, &template.examples, |out, example| {
        out.map(false);
        out.field("slots");
        out.map(example.slots.is_empty());
        for (name, value) in &example.slots {
            out.name(name);
            match value {
                SlotValue::Text(value) => out.text(value),
                SlotValue::Integer(value) => literal(out, value),
            }
        }
        if !example.slots.is_empty() {
            out.end_map();
        }
        text(out, "text", example.text);
        out.end_map();
    });
}
