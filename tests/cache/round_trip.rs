//! Random entries of every kind, written and read back.

use std::collections::BTreeMap;
use std::sync::Arc;

use aegis_action::oid::Oid;
use aegis_action::pack::from_cache::{Reader, find};
use aegis_action::pack::model::{
    Body, Entry, Escalation, Layer, Lexicon, Origin, Policy, Priority, Register, Rule, SlotKind, SlotValue,
    Stated, Statement, Template, TemplateExample, Term,
};
use aegis_action::text::term_key;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use semver::Version;

use crate::model::{image, open};

const SOURCES: [&str; 3] = ["a.yaml", "packs/ä.json", "c#1"];

/// Texts live as long as the test: the model borrows.
fn text() -> impl Strategy<Value = &'static str> {
    prop_oneof!["\\PC{0,12}", "[a-z]{0,300}", Just(String::new())].prop_map(|text| &*text.leak())
}

fn texts() -> impl Strategy<Value = Vec<&'static str>> {
    vec(text(), 0..4)
}

fn oid() -> impl Strategy<Value = Oid> {
    let arcs = prop_oneof![vec(0..40_u64, 1..6), vec(any::<u64>().prop_map(|arc| arc >> 1), 1..31)];
    arcs.prop_map(|arcs| {
        let arcs: Vec<_> = arcs.iter().map(u64::to_string).collect();
        format!("2.{}", arcs.join(".")).parse().unwrap()
    })
}

fn version() -> impl Strategy<Value = Version> {
    (0..3_u64, 0..30_u64, prop_oneof![Just(""), Just("-rc.1+build")])
        .prop_map(|(major, minor, rest)| format!("{major}.{minor}.0{rest}").parse().unwrap())
}

fn layer() -> impl Strategy<Value = Layer> {
    (0..3_usize).prop_map(|number| Layer::ALL[number])
}

fn register() -> impl Strategy<Value = Register> {
    (0..3_usize).prop_map(|number| Register::WORDS[number].1)
}

fn stated() -> impl Strategy<Value = Stated> {
    (layer(), 0..3_u32, version()).prop_map(|(layer, source, version)| Stated {
        layer,
        source,
        version,
        index: 0,
    })
}

fn lexicon() -> impl Strategy<Value = Lexicon<'static>> {
    let term = (text(), text(), register(), texts(), texts(), any::<u32>(), 0..3_u16);
    (vec(term, 0..6), vec(stated(), 3)).prop_map(|(terms, stated)| {
        let terms: BTreeMap<_, _> = terms.into_iter().map(|term| (term_key(term.0), term)).collect();
        let term = |(index, (key, (term, meaning, register, aliases, examples, line, stated)))| Term {
            register,
            line,
            index: index as u32,
            stated,
            ..Term::new(term, meaning, key).with(Vec::as_slice(&aliases), Vec::as_slice(&examples))
        };
        Lexicon { terms: terms.into_iter().enumerate().map(term).collect(), stated }
    })
}

fn rule() -> impl Strategy<Value = Rule<'static>> {
    let step = (any::<u64>(), text(), text()).prop_map(|(after_s, to, say)| Escalation { after_s, to, say });
    (text(), 0..3_usize, text(), texts(), vec(step, 0..4)).prop_map(
        |(event, priority, say, acknowledge, escalate)| Rule {
            event,
            priority: Priority::WORDS[priority].1,
            say,
            acknowledge,
            escalate,
        },
    )
}

fn template() -> impl Strategy<Value = Template<'static>> {
    let kind = prop_oneof![Just(SlotKind::String), Just(SlotKind::Integer), texts().prop_map(SlotKind::Enum)];
    let value = prop_oneof![text().prop_map(SlotValue::Text), any::<i64>().prop_map(SlotValue::Integer)];
    let example =
        (vec((text(), value), 0..4), text()).prop_map(|(slots, text)| TemplateExample { slots, text });
    (text(), vec((text(), kind), 0..4), vec(example, 0..3)).prop_map(|(text, slots, examples)| Template {
        text,
        slots,
        examples,
    })
}

fn body() -> impl Strategy<Value = Body<'static>> {
    let policy = (vec(oid(), 0..4), vec(register(), 0..4))
        .prop_map(|(applies_to, registers)| Policy { applies_to, registers });
    prop_oneof![
        lexicon().prop_map(Body::Lexicon),
        rule().prop_map(Body::Rule),
        template().prop_map(Body::Template),
        policy.prop_map(Body::Policy),
        oid().prop_map(Body::Alias),
    ]
}

fn entry() -> impl Strategy<Value = Entry<'static>> {
    let origin = (stated(), any::<u32>(), 0..8_u8, any::<bool>());
    let lists = (option::of(vec(oid(), 0..4)), option::of(texts()));
    (oid(), option::of(text()), lists, option::of(text()), any::<bool>(), origin, body()).prop_map(
        |(oid, title, (refs, tags), language, is_final, (own, line, bits, preferred), mut body)| {
            let overrode = Layer::ALL.into_iter().rev().filter(|l| bits & (1 << *l as u8) != 0).collect();
            if let Body::Lexicon(lexicon) = &mut body {
                lexicon.stated[0] = own.clone();
            }
            let origin = Origin { layer: own.layer, source: own.source, line, index: 0, overrode, preferred };
            let version = own.version;
            Entry { oid, title, version, refs, refs_from: None, tags, language, is_final, origin, body }
        },
    )
}

/// An entry with names for numbers, which a file gives anew.
fn told(entry: &Entry<'_>, names: &[Arc<str>]) -> String {
    let name = |source: u32| &*names[source as usize];
    let mut entry = entry.clone();
    let terms: Vec<_> = match &mut entry.body {
        Body::Lexicon(lexicon) => {
            let stated = std::mem::take(&mut lexicon.stated);
            let own = |term: Term<'_>| {
                let s = &stated[term.stated as usize];
                format!("{:?} {:?} {} {:?}", Term { stated: 0, ..term }, s.layer, name(s.source), s.version)
            };
            std::mem::take(&mut lexicon.terms).into_iter().map(own).collect()
        }
        _ => Vec::new(),
    };
    let source = name(std::mem::take(&mut entry.origin.source));
    format!("{entry:?} {source} {terms:?}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_comes_back(entries in vec(entry(), 0..8)) {
        let entries: BTreeMap<_, _> =
            entries.into_iter().map(|entry| (entry.oid.clone(), Arc::new(entry))).collect();
        let entries: Vec<_> = entries.into_values().collect();
        let names = SOURCES.map(Arc::from);
        let file = image(&entries, &names);
        prop_assert_eq!(&file, &image(&entries, &names), "writing is deterministic");
        let pack = open(&file);
        pack.verify(1).unwrap();
        let mut reader = Reader::new(&pack, None, Vec::new());
        let mut read = Vec::new();
        for entry in pack.entries() {
            let Statement::Define(entry) = reader.statement(entry.unwrap()).unwrap() else { panic!() };
            read.push(entry);
        }
        let told_read: Vec<_> = read.iter().map(|entry| told(entry, &reader.names)).collect();
        let told_written: Vec<_> = entries.iter().map(|entry| told(entry, &names)).collect();
        prop_assert_eq!(told_read, told_written);
        for entry in &entries {
            let (found, names) = find(&pack, &entry.oid).unwrap().unwrap();
            prop_assert_eq!(told(&found, &names), told(entry, &SOURCES.map(Arc::from)));
            let Body::Lexicon(lexicon) = &entry.body else { continue };
            for term in &lexicon.terms {
                for name in term.aliases().iter().chain([&term.term]) {
                    let senses = pack.lookup(name).unwrap().expect("a term leads somewhere");
                    let mut meanings = senses.iter().map(|sense| sense.unwrap().meaning().unwrap());
                    prop_assert!(meanings.any(|meaning| meaning == term.meaning));
                }
            }
        }
    }
}
