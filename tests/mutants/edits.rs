//! Mutations of one entry. Each says what it did, or nothing where it does not apply.

use std::collections::BTreeSet;

use aegis_action::oid::Oid;
use aegis_action::pack::model::{
    Body, Entry, Escalation, Layer, Lexicon, Policy, Priority, Register, Rule, SlotKind, SlotValue, Template,
    Term,
};
use aegis_action::text::term_key;

use super::random::Random;

/// What was done.
pub(crate) type Done = Option<String>;
/// A mutation of one entry.
pub(crate) type Edit = fn(&mut Entry<'static>, &mut Random) -> Done;

/// The kinds of mutations of one entry.
pub(crate) const EDITS: [(&str, Edit); 61] = [
    ("title changed", |e, _| text(e.title.as_mut()?)),
    ("title dropped", |e, _| e.title.take().map(str::to_owned)),
    ("version raised", |e, _| {
        e.version.patch += 1;
        Some(e.version.to_string())
    }),
    ("version made a pre-release", |e, _| {
        e.version.pre = semver::Prerelease::new("rc.1").ok()?;
        Some(e.version.to_string())
    }),
    ("language changed", |e, _| {
        e.language = if e.language.is_some() { None } else { Some("fr") };
        Some(format!("{:?}", e.language))
    }),
    ("final flipped", |e, _| {
        e.is_final = !e.is_final;
        Some(e.is_final.to_string())
    }),
    ("tag changed", |e, r| text(pick(e.tags.as_mut()?, r)?)),
    ("tag dropped", |e, r| drop_one(e.tags.as_mut()?, r)),
    ("tag added", |e, _| {
        e.tags.get_or_insert_default().push("added");
        Some("added".to_owned())
    }),
    ("reference moved", |e, r| moved(pick(e.refs.as_mut()?, r)?)),
    ("reference dropped", |e, r| drop_one(e.refs.as_mut()?, r)),
    ("reference added", |e, _| {
        let oid = e.oid.clone();
        e.refs.get_or_insert_default().push(oid);
        Some("to itself".to_owned())
    }),
    ("kind changed", |e, _| {
        e.body = match &e.body {
            Body::Rule(rule) => {
                Body::Template(Template { text: rule.say, slots: Vec::new(), examples: Vec::new() })
            }
            Body::Template(template) => Body::Rule(Rule {
                event: "event",
                priority: Priority::Routine,
                say: template.text,
                acknowledge: Vec::new(),
                escalate: Vec::new(),
            }),
            Body::Policy(policy) => Body::Alias(policy.applies_to.first()?.clone()),
            Body::Alias(target) => {
                Body::Policy(Policy { applies_to: vec![target.clone()], registers: vec![Register::Formal] })
            }
            Body::Lexicon(_) => return None,
        };
        Some(e.body.kind().to_owned())
    }),
    ("entry's layer swapped", |e, _| {
        e.origin.layer = other(e.origin.layer);
        Some(e.origin.layer.as_str().to_owned())
    }),
    ("meaning changed", |e, r| text(&mut term(e, r)?.meaning)),
    ("meaning changed by one letter", |e, r| {
        let meaning = &mut term(e, r)?.meaning;
        let (at, letter) = meaning.char_indices().rfind(|(_, c)| c.is_ascii_lowercase())?;
        let other = if letter == 'z' { "a" } else { "z" };
        *meaning = leak(format!("{}{other}{}", &meaning[..at], &meaning[at + 1..]));
        Some((*meaning).to_owned())
    }),
    ("meanings of two terms swapped", |e, _| {
        let terms = &mut lexicon(e)?.terms;
        let [first, second, ..] = terms.as_mut_slice() else { return None };
        std::mem::swap(&mut first.meaning, &mut second.meaning);
        Some(format!("{}, {}", first.term, second.term))
    }),
    ("term renamed", |e, r| {
        let found = term(e, r)?;
        text(&mut found.term)?;
        found.key = term_key(found.term).into_owned().into();
        let done = found.term.to_owned();
        lexicon(e)?.sort();
        Some(done)
    }),
    ("term written in capitals", |e, r| {
        let term = &mut term(e, r)?.term;
        let capitals = term.to_uppercase();
        (capitals != *term).then(|| *term = leak(capitals)).map(|()| (*term).to_owned())
    }),
    ("term dropped", |e, r| {
        let terms = &mut lexicon(e)?.terms;
        (!terms.is_empty()).then(|| terms.remove(r.below(terms.len())).term.to_owned())
    }),
    ("term added", |e, r| {
        let copy = term(e, r)?.clone();
        let lexicon = lexicon(e)?;
        let copy = copy.clone().with(&[], copy.examples());
        lexicon.terms.push(Term { term: "zzz new", key: "zzz new".into(), ..copy });
        lexicon.sort();
        Some("zzz new".to_owned())
    }),
    ("register changed", |e, r| {
        let term = term(e, r)?;
        term.register =
            if term.register == Register::Informal { Register::Neutral } else { Register::Informal };
        Some(format!("{}: {}", term.term, term.register.as_str()))
    }),
    ("term's layer swapped", |e, r| {
        let lexicon = lexicon(e)?;
        let at = r.below(lexicon.terms.len());
        let term = lexicon.terms.get_mut(at)?;
        let mut stated = lexicon.stated.get(term.stated as usize)?.clone();
        stated.layer = other(stated.layer);
        term.stated = lexicon.stated.len() as u16;
        let done = format!("{}: {}", term.term, stated.layer.as_str());
        lexicon.stated.push(stated);
        Some(done)
    }),
    ("alias changed", |e, r| {
        let term = with_alias(e, r)?;
        let count = term.alias_count as usize;
        text(pick(&mut term.texts[..count], r)?)
    }),
    ("alias dropped", |e, r| {
        let term = with_alias(e, r)?;
        let dropped = term.aliases()[0];
        *term = term.clone().with(&term.aliases()[1..], term.examples());
        Some(dropped.to_owned())
    }),
    ("alias added", |e, r| {
        let term = term(e, r)?;
        *term = term.clone().with(&[term.aliases(), &["zzz alias"]].concat(), term.examples());
        Some(term.term.to_owned())
    }),
    ("example changed", |e, r| {
        let term = with_example(e, r)?;
        let count = term.alias_count as usize;
        text(pick(&mut term.texts[count..], r)?)
    }),
    ("example dropped", |e, r| {
        let term = with_example(e, r)?;
        *term = term.clone().with(term.aliases(), &term.examples()[1..]);
        Some(term.term.to_owned())
    }),
    ("example added", |e, r| {
        let term = term(e, r)?;
        *term = term.clone().with(term.aliases(), &[term.examples(), &[term.term]].concat());
        Some(term.term.to_owned())
    }),
    ("rule says something else", |e, _| text(&mut rule(e)?.say)),
    ("rule's event changed", |e, _| text(&mut rule(e)?.event)),
    ("priority changed", |e, _| {
        let rule = rule(e)?;
        rule.priority = if rule.priority == Priority::Urgent { Priority::Routine } else { Priority::Urgent };
        Some(rule.priority.as_str().to_owned())
    }),
    ("acknowledgement changed", |e, r| text(pick(&mut rule(e)?.acknowledge, r)?)),
    ("acknowledgement dropped", |e, r| drop_one(&mut rule(e)?.acknowledge, r)),
    ("acknowledgement added", |e, _| {
        rule(e)?.acknowledge.push("Added.");
        Some("Added.".to_owned())
    }),
    ("acknowledgements reordered", |e, _| reorder(&mut rule(e)?.acknowledge)),
    ("escalation reordered", |e, _| reorder(&mut rule(e)?.escalate)),
    ("escalation delayed", |e, r| {
        let step = step(e, r)?;
        step.after_s += 1;
        Some(step.after_s.to_string())
    }),
    ("escalation to somebody else", |e, r| text(&mut step(e, r)?.to)),
    ("escalation says something else", |e, r| text(&mut step(e, r)?.say)),
    ("escalation dropped", |e, r| {
        let steps = &mut rule(e)?.escalate;
        (!steps.is_empty()).then(|| steps.remove(r.below(steps.len())).to.to_owned())
    }),
    ("escalation added", |e, _| {
        rule(e)?.escalate.push(Escalation { after_s: 99, to: "nobody", say: "Added." });
        Some("nobody".to_owned())
    }),
    ("template's text changed", |e, _| text(&mut template(e)?.text)),
    ("slot's type changed", |e, r| {
        let (name, kind) = pick(&mut template(e)?.slots, r)?;
        *kind = if matches!(kind, SlotKind::String) { SlotKind::Integer } else { SlotKind::String };
        Some(format!("{name}: {}", kind.as_str()))
    }),
    ("slot dropped", |e, r| {
        let slots = &mut template(e)?.slots;
        (!slots.is_empty()).then(|| slots.remove(r.below(slots.len())).0.to_owned())
    }),
    ("enum value changed", |e, r| text(pick(enumeration(e)?, r)?)),
    ("enum value dropped", |e, r| drop_one(enumeration(e)?, r)),
    ("enum value added", |e, _| {
        enumeration(e)?.push("added");
        Some("added".to_owned())
    }),
    ("template's example changed", |e, r| text(&mut pick(&mut template(e)?.examples, r)?.text)),
    ("template's example dropped", |e, r| {
        let examples = &mut template(e)?.examples;
        (!examples.is_empty()).then(|| examples.remove(r.below(examples.len())).text.to_owned())
    }),
    ("template's example given another value", |e, r| {
        let (name, value) = pick(&mut pick(&mut template(e)?.examples, r)?.slots, r)?;
        match value {
            SlotValue::Text(found) => text(found),
            SlotValue::Integer(found) => {
                *found += 1;
                Some(format!("{name}: {found}"))
            }
        }
    }),
    ("policy's register dropped", |e, r| {
        let registers = &mut policy(e)?.registers;
        (registers.len() > 1).then(|| registers.remove(r.below(registers.len())).as_str().to_owned())
    }),
    ("policy's register added", |e, _| {
        let registers = &mut policy(e)?.registers;
        let known: BTreeSet<_> = registers.iter().copied().collect();
        let (word, added) = Register::WORDS.into_iter().find(|(_, register)| !known.contains(register))?;
        registers.push(added);
        Some(word.to_owned())
    }),
    ("policy moved", |e, r| moved(pick(&mut policy(e)?.applies_to, r)?)),
    ("policy applies to one OID less", |e, r| {
        let at = &mut policy(e)?.applies_to;
        (at.len() > 1).then(|| at.remove(r.below(at.len())).to_string())
    }),
    ("alias's target moved", |e, _| match &mut e.body {
        Body::Alias(target) => moved(target),
        _ => None,
    }),
    ("line moved", |e, _| {
        e.origin.line += 1;
        Some(e.origin.line.to_string())
    }),
    ("source changed", |e, _| {
        e.origin.source = if e.origin.source == 0 { 1 } else { 0 };
        Some(e.origin.source.to_string())
    }),
    ("layers that lost changed", |e, _| {
        let lost = &mut e.origin.overrode;
        if lost.is_empty() {
            lost.push(Layer::Global)
        } else {
            lost.clear()
        }
        Some(format!("{lost:?}"))
    }),
    ("preference forgotten", |e, _| {
        std::mem::take(&mut e.origin.preferred).then(|| "no longer preferred".to_owned())
    }),
    ("empty lists stated", |e, _| {
        (e.refs.is_none() || e.tags.is_none()).then(|| {
            e.refs.get_or_insert_default();
            e.tags.get_or_insert_default();
            e.oid.to_string()
        })
    }),
];

/// Kinds whose survivors are held to be equivalent, with the reason.
pub(crate) const EQUIVALENT: [(&str, &str); 5] = [
    ("line moved", PROVENANCE),
    ("source changed", PROVENANCE),
    ("layers that lost changed", PROVENANCE),
    ("preference forgotten", PROVENANCE),
    ("empty lists stated", "an absent list and an empty one are the same in every export and answer"),
];
const PROVENANCE: &str =
    "where an entry comes from, not what it says: `digest` leaves origins out by definition";

/// A text that lives as long as the tests.
pub(crate) fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn text(text: &mut &'static str) -> Done {
    *text = leak(format!("{text}x"));
    Some((*text).to_owned())
}

fn moved(oid: &mut Oid) -> Done {
    let next: Oid = format!("{oid}.1").parse().ok()?;
    *oid = next;
    Some(oid.to_string())
}

fn other(layer: Layer) -> Layer {
    Layer::ALL[(layer as usize + 1) % 3]
}

fn pick<'i, T>(items: &'i mut [T], random: &mut Random) -> Option<&'i mut T> {
    let at = random.below(items.len());
    items.get_mut(at)
}

fn drop_one<T: std::fmt::Display>(items: &mut Vec<T>, random: &mut Random) -> Done {
    (!items.is_empty()).then(|| items.remove(random.below(items.len())).to_string())
}

fn reorder<T: PartialEq>(items: &mut [T]) -> Done {
    let [first, .., last] = items else { return None };
    (first != last).then(|| {
        std::mem::swap(first, last);
        "first and last".to_owned()
    })
}

fn lexicon<'e>(entry: &'e mut Entry<'static>) -> Option<&'e mut Lexicon<'static>> {
    if let Body::Lexicon(lexicon) = &mut entry.body { Some(lexicon) } else { None }
}

fn term<'e>(entry: &'e mut Entry<'static>, random: &mut Random) -> Option<&'e mut Term<'static>> {
    pick(&mut lexicon(entry)?.terms, random)
}

fn with_alias<'e>(entry: &'e mut Entry<'static>, random: &mut Random) -> Option<&'e mut Term<'static>> {
    let mut terms: Vec<_> = lexicon(entry)?.terms.iter_mut().filter(|t| !t.aliases().is_empty()).collect();
    let at = random.below(terms.len());
    (at < terms.len()).then(|| terms.swap_remove(at))
}

fn with_example<'e>(entry: &'e mut Entry<'static>, random: &mut Random) -> Option<&'e mut Term<'static>> {
    let mut terms: Vec<_> = lexicon(entry)?.terms.iter_mut().filter(|t| !t.examples().is_empty()).collect();
    let at = random.below(terms.len());
    (at < terms.len()).then(|| terms.swap_remove(at))
}

fn rule<'e>(entry: &'e mut Entry<'static>) -> Option<&'e mut Rule<'static>> {
    if let Body::Rule(rule) = &mut entry.body { Some(rule) } else { None }
}

fn step<'e>(entry: &'e mut Entry<'static>, random: &mut Random) -> Option<&'e mut Escalation<'static>> {
    pick(&mut rule(entry)?.escalate, random)
}

fn template<'e>(entry: &'e mut Entry<'static>) -> Option<&'e mut Template<'static>> {
    if let Body::Template(template) = &mut entry.body { Some(template) } else { None }
}

fn enumeration<'e>(entry: &'e mut Entry<'static>) -> Option<&'e mut Vec<&'static str>> {
    template(entry)?.slots.iter_mut().find_map(|(_, kind)| match kind {
        SlotKind::Enum(values) => Some(values),
        _ => None,
    })
}

fn policy<'e>(entry: &'e mut Entry<'static>) -> Option<&'e mut Policy> {
    if let Body::Policy(policy) = &mut entry.body { Some(policy) } else { None }
}
