//! The body of an entry, by its kind.

use crate::cache::writer::{Record, Shared};
use crate::pack::model::{Body, SlotKind, SlotValue, Template};

pub(super) fn body(body: &Body<'_>, first_term: u32, shared: &Shared<'_>, record: &mut Record) {
    match body {
        Body::Lexicon(lexicon) => {
            record.number(first_term);
            record.count(lexicon.terms.len());
        }
        Body::Rule(rule) => {
            record.shared(shared, rule.event);
            record.number(rule.priority as u32);
            record.string(rule.say);
            record.texts(&rule.acknowledge);
            record.count(rule.escalate.len());
            for step in &rule.escalate {
                record.long(step.after_s);
                record.shared(shared, step.to);
                record.string(step.say);
            }
        }
        Body::Template(template) => template_body(template, shared, record),
        Body::Policy(policy) => {
            record.oids(&policy.applies_to);
            record.count(policy.registers.len());
            policy.registers.iter().for_each(|register| record.number(*register as u32));
        }
        Body::Alias(target) => record.oid(target),
    }
}

fn template_body(template: &Template<'_>, shared: &Shared<'_>, record: &mut Record) {
    record.string(template.text);
    record.count(template.slots.len());
    for (name, kind) in &template.slots {
        record.shared(shared, name);
        let (number, values) = match kind {
            SlotKind::String => (0, &[][..]),
            SlotKind::Integer => (1, &[][..]),
            SlotKind::Enum(values) => (2, &values[..]),
        };
        record.number(number);
        record.texts(values);
    }
    record.count(template.examples.len());
    for example in &template.examples {
        record.string(example.text);
        record.count(example.slots.len());
        for (name, value) in &example.slots {
            record.shared(shared, name);
            match value {
                SlotValue::Text(text) => {
                    record.number(0);
                    record.string(text);
                }
                SlotValue::Integer(value) => {
                    record.number(1);
                    record.signed(*value);
                }
            }
        }
    }
}
