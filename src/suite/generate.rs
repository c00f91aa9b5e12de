//! The domain suite of a pack, from what its sources say (the merged model), never from the compiled file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::oid::Oid;
use crate::pack::ask;
use crate::pack::canonical;
use crate::pack::model::{
    Body, Entry, Lexicon, Policy, Register, SlotKind, SlotValue, Statement, Template, Term,
};
use crate::pack::oid_map::{parents, resolve_alias};
use crate::pack::template;

mod terms;

use terms::Senses;

/// Above this many terms, look-ups are sampled.
pub const FULL_TERMS: usize = 10_000;
/// How many cases of a kind there are in a sample, at most.
const SAMPLE: usize = 200;
/// Of a large pack's JSON export the suite is one part of so many.
const PART: usize = 10;
/// What an origin takes in the JSON export, at least.
const ORIGIN: usize = 64;
/// About what a look-up takes in a suite.
const LOOKUP: usize = 220;

/// A pack as its sources have it.
pub struct Model<'m, 'a> {
    /// The pack's OID.
    pub oid: &'m Oid,
    /// The merged entries, by OID.
    pub entries: &'m [Arc<Entry<'a>>],
    /// What each layer states: what a tombstone removed has to be absent.
    pub layers: [&'m [Statement<'a>]; 3],
}

/// A line of the suite: everything but the quotes of YAML.
struct Line {
    id: String,
    kind: &'static str,
    inputs: Vec<(&'static str, Value)>,
    expect: Value,
}

/// Writes the suite.
///
/// # Errors
/// The writer's.
pub fn write(model: &Model<'_, '_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "# Generated from the pack's sources. Do not edit: cases of your own go under `suites` in aegis.yaml."
    )?;
    writeln!(out, "aegis: suite/v1\npack: \"{}\"\ncases:", model.oid)?;
    let terms: usize = model.entries.iter().map(|entry| lexicon(entry).map_or(0, |l| l.terms.len())).sum();
    let is_full = terms <= FULL_TERMS;
    let senses = Senses::new(model.entries);
    let mut written = 0;
    if is_full {
        written += write_texts(model.entries.iter().map(|entry| resolve(entry).text()), out)?;
    }
    let mut content = 0;
    for batch in model.entries.chunks(4096) {
        let digests: Vec<_> = batch.par_iter().with_min_len(64).map(|entry| digest(entry, is_full)).collect();
        content += digests.iter().map(|(_, size)| size).sum::<usize>();
        written += write_texts(digests.into_iter().map(|(text, _)| text), out)?;
    }
    let export = Line { id: "export".into(), kind: "export", inputs: vec![], expect: json!({"agree": true}) };
    written += write_texts([roots(model), export].iter().map(Line::text), out)?;
    let room = if is_full { usize::MAX } else { (content / PART).saturating_sub(written) };
    let most = if is_full { usize::MAX } else { SAMPLE };
    let mut sample = Sample { room, lists: 6, out };
    sample.write(texts(&structure(model, is_full)))?;
    sample.write(texts(&behaviour(model, most)))?;
    sample.write(texts(&renders(model, most)))?;
    sample.write(texts(&absences(model, &senses)))?;
    sample.write(texts(&terms::scans(model, &senses, most)))?;
    let share = sample.room;
    let most = |strata: usize| if is_full { most } else { share / (strata * LOOKUP).max(1) };
    sample.write(terms::lookups(&senses, most))
}

fn texts(lines: &[Line]) -> Vec<String> {
    lines.par_iter().with_min_len(64).map(Line::text).collect()
}

/// What may still be written of a large pack's suite.
struct Sample<'o, W> {
    /// In bytes.
    room: usize,
    /// How many lists of lines share it.
    lists: usize,
    out: &'o mut W,
}

impl<W: Write> Sample<'_, W> {
    /// Writes a list of lines: each, or where its share is smaller, one of so many. What it leaves is the others'.
    fn write(&mut self, mut texts: Vec<String>) -> io::Result<()> {
        let share = self.room / self.lists.max(1);
        self.lists = self.lists.saturating_sub(1);
        let total: usize = texts.iter().map(String::len).sum();
        if total > share {
            let step = total.checked_div(share).map_or(usize::MAX, |step| step + 1);
            let mut number = 0;
            texts.retain(|_| {
                number += 1;
                number % step == 0
            });
        }
        self.room = self.room.saturating_sub(write_texts(texts, self.out)?);
        Ok(())
    }
}

/// Writes lines; returns their bytes.
fn write_texts(texts: impl IntoIterator<Item = String>, out: &mut impl Write) -> io::Result<usize> {
    let mut written = 0;
    for text in texts {
        out.write_all(text.as_bytes())?;
        written += text.len();
    }
    Ok(written)
}

impl Line {
    fn text(&self) -> String {
        let mut text = format!("  - {{id: {}, kind: {}", Value::from(self.id.as_str()), self.kind);
        for (name, value) in &self.inputs {
            text.push_str(&format!(", {name}: {value}"));
        }
        // JSON is YAML in flow style; a DEL is the one character of JSON texts that YAML does not take as it is.
        let text = format!("{text}, expect: {}}}\n", self.expect).replace('\u{7F}', "\\u007F");
        escape_controls(&text)
    }
}

/// C1 controls and separators stand raw in JSON, but YAML 1.1 does not take them.
fn escape_controls(text: &str) -> String {
    let special = |c: char| {
        matches!(c, '\u{80}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    if !text.contains(special) {
        return text.to_owned();
    }
    text.chars().map(|c| if special(c) { format!("\\u{:04X}", c as u32) } else { c.to_string() }).collect()
}

fn oid_input(oid: &Oid) -> Vec<(&'static str, Value)> {
    vec![("oid", oid.to_string().into())]
}

fn lexicon<'e, 'a>(entry: &'e Entry<'a>) -> Option<&'e Lexicon<'a>> {
    if let Body::Lexicon(lexicon) = &entry.body { Some(lexicon) } else { None }
}

fn resolve(entry: &Entry<'_>) -> Line {
    let expect = json!({
        "kind": entry.body.kind(), "version": entry.version.to_string(), "layer": entry.origin.layer.as_str(),
    });
    Line { id: format!("resolve/{}", entry.oid), kind: "resolve", inputs: oid_input(&entry.oid), expect }
}

/// The digest of an entry, and the least that the JSON export writes for it. A digest has no origins: where there
/// is no case for each OID and each term, it says beside it which layers they come from.
fn digest(entry: &Entry<'_>, is_full: bool) -> (String, usize) {
    let bytes = canonical::without_origin(entry).to_vec();
    let mut expect = json!({"sha256": hash(&bytes)});
    if !is_full {
        expect["layer"] = entry.origin.layer.as_str().into();
        if let Some(terms) = ask::terms_by_layer(entry) {
            expect["terms"] = terms;
        }
    }
    let id = format!("digest/{}", entry.oid);
    let origins = ORIGIN * (1 + lexicon(entry).map_or(0, |lexicon| lexicon.terms.len()));
    let line = Line { id, kind: "digest", inputs: oid_input(&entry.oid), expect };
    (line.text(), bytes.len() + origins)
}

/// What a tombstone removed, and its terms, must not be there.
fn absences(model: &Model<'_, '_>, senses: &Senses<'_, '_>) -> Vec<Line> {
    let place = |oid: &Oid| model.entries.binary_search_by(|entry| entry.oid.cmp(oid)).ok();
    let stated = || model.layers.into_par_iter().flat_map(|layer| layer.par_iter().with_min_len(64));
    let gone: BTreeSet<&Oid> = stated().map(Statement::oid).filter(|oid| place(oid).is_none()).collect();
    // Nearly all that was stated is still where it was.
    let lost = |entry: &Entry<'_>| {
        let merged = place(&entry.oid).and_then(|at| lexicon(&model.entries[at]));
        let is_there = |term: &&Term<'_>| {
            merged.is_some_and(|m| m.terms.binary_search_by(|t| t.key.cmp(&term.key)).is_ok())
        };
        let terms = lexicon(entry).into_iter().flat_map(|lexicon| &lexicon.terms);
        let keys = terms.filter(|term| !is_there(term)).map(|term| &term.key);
        keys.filter(|key| !senses.has(key)).map(ToString::to_string).collect::<Vec<_>>()
    };
    let terms: BTreeSet<String> = stated().filter_map(Statement::entry).flat_map_iter(lost).collect();
    let expect = || json!({"absent": true});
    let mut lines = Vec::with_capacity(gone.len());
    for oid in gone {
        lines.push(Line {
            id: format!("absent/{oid}"),
            kind: "absent",
            inputs: oid_input(oid),
            expect: expect(),
        });
    }
    for term in terms.into_iter().take(FULL_TERMS) {
        let id = format!("absent/term/{term}");
        lines.push(Line { id, kind: "absent", inputs: vec![("term", term.into())], expect: expect() });
    }
    lines
}

fn tree(id: String, inputs: Vec<(&'static str, Value)>, children: &[String]) -> Line {
    Line { id, kind: "tree", inputs, expect: json!({ "children": children }) }
}

/// The entries without an ancestor, if they are not too many to name, and how many entries there are in all.
fn roots(model: &Model<'_, '_>) -> Line {
    let parents = parents(model.entries).into_iter().zip(model.entries);
    let found: Vec<_> =
        parents.filter(|(p, _)| p.is_none()).map(|(_, entry)| entry.oid.to_string()).collect();
    let mut line = tree("tree".into(), vec![], &found);
    if found.len() > FULL_TERMS {
        line.expect = json!({});
    }
    line.expect["entries"] = model.entries.len().into();
    line
}

/// Trees and aliases: of a large pack no leaves.
fn structure(model: &Model<'_, '_>, is_full: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut children: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (at, parent) in parents(model.entries).into_iter().enumerate() {
        if let Some(parent) = parent {
            children.entry(parent).or_default().push(model.entries[at].oid.to_string());
        }
    }
    for (at, entry) in model.entries.iter().enumerate() {
        let found = children.get(&at).map(Vec::as_slice).unwrap_or_default();
        if is_full || (1..=SAMPLE).contains(&found.len()) {
            lines.push(tree(format!("tree/{}", entry.oid), oid_input(&entry.oid), found));
        }
        if matches!(entry.body, Body::Alias(_)) {
            let end = resolve_alias(model.entries, at).map(|end| model.entries[end].oid.to_string());
            let expect = json!({ "target": end });
            let id = format!("alias/{}", entry.oid);
            lines.push(Line { id, kind: "alias", inputs: oid_input(&entry.oid), expect });
        }
    }
    lines
}

/// Rules and policies.
fn behaviour(model: &Model<'_, '_>, most: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut events: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
    let mut policies: Vec<(&Oid, &Policy)> = Vec::new();
    for entry in model.entries {
        match &entry.body {
            Body::Rule(rule) => events.entry(rule.event).or_default().push(entry),
            Body::Policy(policy) => policies.push((&entry.oid, policy)),
            _ => {}
        }
    }
    for (event, rules) in events.into_iter().take(most) {
        let expect = json!({"said": ask::fire(&rules)});
        lines.push(Line {
            id: format!("fire/{event}"),
            kind: "fire",
            inputs: vec![("event", event.into())],
            expect,
        });
    }
    let bits = |registers: &[Register]| registers.iter().fold(0, |bits, r| bits | 1_u8 << *r as u8);
    let below = |oid: &Oid| policies.iter().any(|(_, p)| p.applies_to.iter().any(|at| at.is_prefix_of(oid)));
    let inside = model.entries.iter().map(|entry| &entry.oid).filter(|oid| below(oid)).take(most);
    let named = policies.iter().flat_map(|(_, policy)| &policy.applies_to).take(most);
    for oid in inside.chain(named).collect::<BTreeSet<_>>() {
        let found = policies.iter().flat_map(|(_, policy)| {
            let at = policy.applies_to.iter().filter(|at| at.is_prefix_of(oid));
            at.map(|at| (at.depth(), bits(&policy.registers)))
        });
        let expect = json!({"registers": ask::registers(found)});
        lines.push(Line { id: format!("register/{oid}"), kind: "register", inputs: oid_input(oid), expect });
    }
    lines
}

/// What templates give.
fn renders(model: &Model<'_, '_>, most: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let templates = model.entries.iter().filter_map(|entry| match &entry.body {
        Body::Template(template) => Some((&entry.oid, template)),
        _ => None,
    });
    for (oid, template) in templates.take(most) {
        render(oid, template, &mut lines);
    }
    lines
}

/// The template's examples, each slot without its value and with a wrong one.
fn render(oid: &Oid, template: &Template<'_>, lines: &mut Vec<Line>) {
    let mut line = |name: String, slots: &[(&str, SlotValue<'_>)]| {
        let slots = slots.to_vec();
        let expect = match template::render(template.text, &template.slots, &slots) {
            Ok(text) => json!({"text": text}),
            Err(_) => json!({"error": "SLOT_INVALID"}),
        };
        let values = serde_json::to_value(canonical::Values(&slots)).unwrap_or_default();
        let inputs = vec![("oid", oid.to_string().into()), ("slots", values)];
        lines.push(Line { id: format!("render/{oid}/{name}"), kind: "render", inputs, expect });
    };
    let sample: Vec<(&str, SlotValue<'_>)> = template
        .slots
        .iter()
        .map(|(name, kind)| {
            let value = match kind {
                SlotKind::String => SlotValue::Text("some text"),
                SlotKind::Integer => SlotValue::Integer(42),
                SlotKind::Enum(values) => SlotValue::Text(values.first().copied().unwrap_or_default()),
            };
            (*name, value)
        })
        .collect();
    line("sample".into(), &sample);
    for (i, example) in template.examples.iter().enumerate() {
        line(format!("example/{i}"), &example.slots);
    }
    for (i, (name, kind)) in template.slots.iter().enumerate() {
        let mut without = sample.clone();
        without.remove(i);
        line(format!("without/{name}"), &without);
        let mut wrong = sample.clone();
        wrong[i].1 = match kind {
            SlotKind::String => SlotValue::Integer(1),
            SlotKind::Integer => SlotValue::Text("one"),
            SlotKind::Enum(_) => SlotValue::Text("none of its values"),
        };
        line(format!("wrong/{name}"), &wrong);
        if let SlotKind::Enum(values) = kind {
            for value in values.iter().skip(1) {
                let mut other = sample.clone();
                other[i].1 = SlotValue::Text(value);
                line(format!("value/{name}/{value}"), &other);
            }
        }
    }
}

/// The SHA-256 of a suite's bytes as hex: for reports.
pub fn hash(bytes: &[u8]) -> String {
    canonical::hex(&Sha256::digest(bytes))
}
