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
use crate::text::{TermSet, Words, scan, term_key};

/// Above this many terms, look-ups are sampled.
pub const FULL_TERMS: usize = 10_000;
/// How many terms of each stratum are looked up in a sample.
const SAMPLE: usize = 200;

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
    let mut lines = Vec::new();
    if is_full {
        lines.extend(model.entries.iter().map(|entry| resolve(entry)));
    }
    write_lines(&mut lines, out)?;
    for batch in model.entries.chunks(4096) {
        lines.par_extend(batch.par_iter().with_min_len(64).map(|entry| digest(entry)));
        write_lines(&mut lines, out)?;
    }
    lookups(model, &senses, is_full, &mut lines);
    scans(model, &senses, is_full, &mut lines);
    absences(model, &senses, &mut lines);
    structure(model, is_full, &mut lines);
    behaviour(model, is_full, &mut lines);
    lines.push(Line { id: "export".into(), kind: "export", inputs: vec![], expect: json!({"agree": true}) });
    write_lines(&mut lines, out)
}

fn write_lines(lines: &mut Vec<Line>, out: &mut impl Write) -> io::Result<()> {
    for line in lines.drain(..) {
        let mut text = format!("  - {{id: {}, kind: {}", Value::from(line.id), line.kind);
        for (name, value) in line.inputs {
            text.push_str(&format!(", {name}: {value}"));
        }
        // JSON is YAML in flow style; a DEL is the one character of JSON texts that YAML does not take as it is.
        let text = format!("{text}, expect: {}}}", line.expect).replace('\u{7F}', "\\u007F");
        writeln!(out, "{}", escape_controls(&text))?;
    }
    Ok(())
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

fn digest(entry: &Entry<'_>) -> Line {
    let expect = json!({"sha256": canonical::digest(entry)});
    Line { id: format!("digest/{}", entry.oid), kind: "digest", inputs: oid_input(&entry.oid), expect }
}

/// Every key of the pack with its senses, in look-up order.
struct Senses<'m, 'a> {
    keys: BTreeMap<String, Vec<(&'m Entry<'a>, &'m Term<'a>)>>,
    longest: BTreeMap<String, usize>,
}

impl<'m, 'a> Senses<'m, 'a> {
    fn new(entries: &'m [Arc<Entry<'a>>]) -> Self {
        let mut senses = Self { keys: BTreeMap::new(), longest: BTreeMap::new() };
        for entry in entries {
            for term in lexicon(entry).into_iter().flat_map(|lexicon| &lexicon.terms) {
                let aliases = term.aliases.iter().map(|alias| term_key(alias).into_owned());
                let keys: BTreeSet<String> = aliases.chain([term.key.to_string()]).collect();
                for key in keys {
                    if let Some((first, count)) = crate::text::first_word(&key) {
                        let longest = senses.longest.entry(first.into_owned()).or_default();
                        *longest = count.max(*longest);
                    }
                    senses.keys.entry(key).or_default().push((entry, term));
                }
            }
        }
        for found in senses.keys.values_mut() {
            found.sort_by(|(a, s), (b, t)| layer(b, t).cmp(&layer(a, s)).then_with(|| a.oid.cmp(&b.oid)));
        }
        senses
    }

    fn value(&self, key: &str) -> Value {
        let sense = |(entry, term): &(&Entry<'_>, &Term<'_>)| {
            json!({
                "oid": entry.oid.to_string(), "term": term.term, "meaning": term.meaning,
                "register": term.register.as_str(), "layer": layer(entry, term).as_str(),
            })
        };
        self.keys.get(key).into_iter().flatten().map(sense).collect()
    }
}

fn layer(entry: &Entry<'_>, term: &Term<'_>) -> crate::pack::model::Layer {
    let stated = lexicon(entry).and_then(|lexicon| lexicon.stated.get(term.stated as usize));
    stated.map_or(entry.origin.layer, |stated| stated.layer)
}

impl TermSet for &Senses<'_, '_> {
    type Found = String;
    type Error = std::convert::Infallible;

    fn longest(&self, first: &str) -> Result<usize, Self::Error> {
        Ok(self.longest.get(first).copied().unwrap_or(0))
    }

    fn find(&self, key: &str) -> Result<Option<String>, Self::Error> {
        Ok(self.keys.contains_key(key).then(|| key.to_owned()))
    }
}

/// A case for each key; of a large pack for a sample of each stratum (layer, register, several senses, aliases).
fn lookups(model: &Model<'_, '_>, senses: &Senses<'_, '_>, is_full: bool, lines: &mut Vec<Line>) {
    let mut strata: BTreeMap<_, Vec<&String>> = BTreeMap::new();
    for (key, found) in &senses.keys {
        let Some((entry, term)) = found.first() else { continue };
        let stratum = (layer(entry, term), term.register, found.len().min(3), *term.key != **key);
        strata.entry(stratum).or_default().push(key);
    }
    let _ = model;
    let mut chosen: Vec<&String> = Vec::new();
    for (_, keys) in strata {
        let step = if is_full { 1 } else { keys.len().div_ceil(SAMPLE) };
        chosen.extend(keys.into_iter().step_by(step.max(1)));
    }
    chosen.sort();
    for key in chosen {
        let expect = json!({"senses": senses.value(key)});
        lines.push(Line {
            id: format!("lookup/{key}"),
            kind: "lookup",
            inputs: vec![("term", key.as_str().into())],
            expect,
        });
    }
}

/// The examples of terms, scanned: of a large pack only some.
fn scans(model: &Model<'_, '_>, senses: &Senses<'_, '_>, is_full: bool, lines: &mut Vec<Line>) {
    let most = if is_full { usize::MAX } else { SAMPLE };
    let examples = model.entries.iter().flat_map(|entry| {
        let terms = lexicon(entry).into_iter().flat_map(|lexicon| &lexicon.terms);
        terms.flat_map(move |term| {
            term.examples.iter().enumerate().map(move |(i, text)| (entry, term, i, *text))
        })
    });
    for (entry, term, i, text) in examples.take(most) {
        let Ok(hits) = scan(&Words::new(text), &senses);
        let mut expect = Vec::new();
        for hit in hits {
            for (entry, term) in &senses.keys[&hit.found] {
                expect.push(json!({
                    "start": hit.range.start, "end": hit.range.end, "term": term.term, "oid": entry.oid.to_string(),
                }));
            }
        }
        let id = format!("scan/{}/{}/{i}", entry.oid, term.key);
        lines.push(Line {
            id,
            kind: "scan",
            inputs: vec![("text", text.into())],
            expect: json!({"hits": expect}),
        });
    }
}

/// What a tombstone removed, and its terms, must not be there.
fn absences(model: &Model<'_, '_>, senses: &Senses<'_, '_>, lines: &mut Vec<Line>) {
    let has = |oid: &Oid| model.entries.binary_search_by(|entry| entry.oid.cmp(oid)).is_ok();
    let stated = model.layers.iter().flat_map(|layer| layer.iter());
    let gone: BTreeSet<&Oid> = stated.clone().map(Statement::oid).filter(|oid| !has(oid)).collect();
    let mut terms = BTreeSet::new();
    for entry in stated.filter_map(Statement::entry) {
        let keys = lexicon(entry)
            .into_iter()
            .flat_map(|lexicon| lexicon.terms.iter().map(|term| term.key.to_string()));
        terms.extend(keys.filter(|key| !senses.keys.contains_key(key)));
    }
    let expect = || json!({"absent": true});
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
}

/// Trees and aliases.
fn structure(model: &Model<'_, '_>, is_full: bool, lines: &mut Vec<Line>) {
    let mut children: BTreeMap<Option<usize>, Vec<String>> = BTreeMap::new();
    for (at, parent) in parents(model.entries).into_iter().enumerate() {
        children.entry(parent).or_default().push(model.entries[at].oid.to_string());
    }
    let roots = children.remove(&None).unwrap_or_default();
    let line = |id: String, inputs, children: Vec<String>| Line {
        id,
        kind: "tree",
        inputs,
        expect: json!({ "children": children }),
    };
    if is_full || roots.len() <= FULL_TERMS {
        lines.push(line("tree".into(), vec![], roots));
    }
    for (at, entry) in model.entries.iter().enumerate() {
        if is_full || children.get(&Some(at)).is_some_and(|found| found.len() <= SAMPLE && at < SAMPLE) {
            let found = children.remove(&Some(at)).unwrap_or_default();
            lines.push(line(format!("tree/{}", entry.oid), oid_input(&entry.oid), found));
        }
        if matches!(entry.body, Body::Alias(_)) {
            let end = resolve_alias(model.entries, at).map(|end| model.entries[end].oid.to_string());
            let id = format!("alias/{}", entry.oid);
            lines.push(Line {
                id,
                kind: "alias",
                inputs: oid_input(&entry.oid),
                expect: json!({ "target": end }),
            });
        }
    }
}

/// Templates, rules and policies.
fn behaviour(model: &Model<'_, '_>, is_full: bool, lines: &mut Vec<Line>) {
    let most = if is_full { usize::MAX } else { SAMPLE };
    let templates = model.entries.iter().filter_map(|entry| match &entry.body {
        Body::Template(template) => Some((&entry.oid, template)),
        _ => None,
    });
    for (oid, template) in templates.take(most) {
        renders(oid, template, lines);
    }
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
            at.map(|at| (at.arcs().len(), bits(&policy.registers)))
        });
        let expect = json!({"registers": ask::registers(found)});
        lines.push(Line { id: format!("register/{oid}"), kind: "register", inputs: oid_input(oid), expect });
    }
}

/// The template's examples, each slot without its value and with a wrong one.
fn renders(oid: &Oid, template: &Template<'_>, lines: &mut Vec<Line>) {
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
