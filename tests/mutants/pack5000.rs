//! A generated project over three layers, with everything that a pack can have: the same for the same size.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use super::random::Random;

/// How many terms a lexicon has.
const TERMS: usize = 25;
/// Of ten tens of lexicons, how many each layer has, with the arcs that its OIDs begin with.
const LAYERS: [(&str, &str, usize); 3] = [("global", "0", 4), ("domain", "1", 4), ("local", "2.1337", 2)];
const REGISTERS: [&str; 3] = ["formal", "neutral", "informal"];
const EVENTS: usize = 30;

/// Writes a project whose pack has at least `terms` terms.
pub(crate) fn write(folder: &Path, terms: usize) {
    let mut layers = String::new();
    let mut writer = Writer { random: Random::new(terms as u64), words: HashSet::new(), known: Vec::new() };
    for (name, arcs, share) in LAYERS {
        let lexicons = (terms * share).div_ceil(10 * TERMS);
        let text = writer.layer(name, arcs, lexicons);
        std::fs::create_dir_all(folder.join("packs")).unwrap();
        std::fs::write(folder.join(format!("packs/{name}.yaml")), text).unwrap();
        writeln!(layers, "    {name}: [packs/{name}.yaml]").unwrap();
    }
    let prefer = "  prefer: [{oid: \"1.2.3\", layer: domain}]\n";
    let limits = "  limits: {local: {max_bytes: 100000000}}\n";
    let head = "aegis: project/v1\npack:\n  name: generated\n  oid: \"1.0\"\n  version: 1.0.0\n";
    let text = format!("{head}{prefer}{limits}  layers:\n{layers}");
    std::fs::write(folder.join("aegis.yaml"), text).unwrap();
}

struct Writer {
    random: Random,
    /// Terms and aliases so far, which are written once.
    words: HashSet<String>,
    /// Terms that a later lexicon may have too, in another sense.
    known: Vec<String>,
}

impl Writer {
    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 24] = [
            "ba", "cor", "dil", "fen", "gor", "hul", "jat", "kim", "lor", "mun", "nas", "pel", "qui", "ros",
            "sut", "tav", "ulm", "vek", "wim", "xan", "yor", "zet", "strø", "grüb",
        ];
        loop {
            let count = 3 + self.random.below(2);
            let mut word = String::new();
            for at in 0..count {
                word += SYLLABLES[self.random.below(SYLLABLES.len())];
                if at == 1 && self.random.below(4) == 0 {
                    word.push(' ');
                }
            }
            if self.words.insert(word.clone()) {
                return word;
            }
        }
    }

    fn term(&mut self, number: usize, out: &mut String) -> String {
        let reuse = number % TERMS == 7 && self.known.len() > TERMS;
        let word = if reuse { self.known[number % (self.known.len() - TERMS)].clone() } else { self.word() };
        let register = REGISTERS[number % 3];
        writeln!(
            out,
            "      - term: {word:?}\n        meaning: The {word} of part {number}, as it is named on site"
        )
        .unwrap();
        if !number.is_multiple_of(4) {
            writeln!(out, "        register: {register}").unwrap();
        }
        if number.is_multiple_of(3) {
            let alias = self.word();
            writeln!(out, "        aliases: [{alias:?}]").unwrap();
        }
        if number.is_multiple_of(2) {
            writeln!(out, "        examples: [\"Move the {word} before you leave.\"]").unwrap();
        }
        if number.is_multiple_of(5) {
            self.known.push(word.clone());
        }
        word
    }

    fn layer(&mut self, name: &str, arcs: &str, lexicons: usize) -> String {
        let mut out = format!(
            "aegis: cache/v1\noid: \"{arcs}.1\"\ntitle: The {name} layer\nversion: 1.2.0\nentries:\n"
        );
        for number in 0..lexicons {
            self.lexicon(arcs, number, &mut out);
        }
        // A lexicon that the local layer removes.
        if name != "local" {
            let head = format!("  - {{oid: \"{arcs}.1.9000\", kind: lexicon, title: To be removed, terms: ");
            writeln!(out, "{head}[{{term: {:?}, meaning: Gone}}]}}", self.word()).unwrap();
        }
        for number in 0..lexicons / 2 {
            rule(arcs, number, &mut out);
            template(arcs, number, &mut out);
        }
        for number in 0..4 {
            let registers =
                ["[formal, neutral]", "[formal]", "[neutral, informal]", "[formal, informal]"][number];
            writeln!(out, "  - {{oid: \"{arcs}.4.{number}\", kind: policy, title: Policy {number}, applies_to: [\"{arcs}.2.{number}\", \"{arcs}.3\"], registers: {registers}}}").unwrap();
            writeln!(out, "  - {{oid: \"{arcs}.9.{number}\", kind: alias, target: \"{arcs}.2.{number}\"}}")
                .unwrap();
            writeln!(out, "  - {{oid: \"{arcs}.9.1{number}\", kind: alias, target: \"{arcs}.9.{number}\"}}")
                .unwrap();
        }
        if name != "global" {
            restate("0", name, lexicons, &mut out, self);
        }
        if name == "local" {
            restate("1", name, lexicons, &mut out, self);
            rule("1", 3, &mut out);
            template("1", 2, &mut out);
            for arcs in ["0", "1"] {
                writeln!(out, "  - {{oid: \"{arcs}.1.9000\", removed: true}}").unwrap();
            }
        }
        out
    }

    /// Every tenth lexicon is the parent of the nine that follow.
    fn lexicon(&mut self, arcs: &str, number: usize, out: &mut String) {
        let oid = lexicon_oid(arcs, number);
        writeln!(out, "  - oid: \"{oid}\"\n    kind: lexicon\n    title: Lexicon {number}").unwrap();
        if number.is_multiple_of(2) {
            writeln!(out, "    refs: [\"{arcs}.1.0\", \"{arcs}.1.0.1\"]\n    tags: [parts, t{number}]")
                .unwrap();
        }
        if number.is_multiple_of(7) {
            writeln!(out, "    version: 1.{number}.0").unwrap();
        }
        writeln!(out, "    terms:").unwrap();
        for at in 0..TERMS {
            self.term(number * TERMS + at, out);
        }
    }
}

fn lexicon_oid(arcs: &str, number: usize) -> String {
    match number % 10 {
        0 => format!("{arcs}.1.{}", number / 10),
        at => format!("{arcs}.1.{}.{at}", number / 10),
    }
}

/// Some lexicons of a broader layer, each with a term more.
fn restate(below: &str, name: &str, lexicons: usize, out: &mut String, writer: &mut Writer) {
    for number in (0..lexicons / 2).step_by(3) {
        let oid = lexicon_oid(below, number);
        writeln!(
            out,
            "  - oid: \"{oid}\"\n    kind: lexicon\n    title: Lexicon {number}, {name}\n    terms:"
        )
        .unwrap();
        writer.term(number, out);
        writer.term(number + 1, out);
    }
}

fn rule(arcs: &str, number: usize, out: &mut String) {
    let (event, priority) = (number % EVENTS, ["routine", "urgent", "emergency"][number % 3]);
    writeln!(out, "  - oid: \"{arcs}.2.{number}\"\n    kind: rule\n    title: Rule {number}\n    event: event_{event}\n    priority: {priority}\n    say: \"Attention at post {number}, layer {arcs}.\"\n    acknowledge: [\"Copy, post {number}.\", \"On my way.\"]").unwrap();
    if number % 3 != 1 {
        let late = if number.is_multiple_of(2) { 60 } else { 20 };
        writeln!(out, "    escalate:\n      - {{after_s: {late}, to: supervisor, say: \"Post {number} is silent.\"}}\n      - {{after_s: 20, to: shift_lead, say: \"Nobody answers at post {number}.\"}}").unwrap();
    }
    if number % 5 == 4 {
        writeln!(out, "    final: true").unwrap();
    }
}

fn template(arcs: &str, number: usize, out: &mut String) {
    writeln!(out, "  - oid: \"{arcs}.3.{number}\"\n    kind: template\n    title: Template {number}\n    text: \"{{{{{number}}}}} {{what}} at {{zone}}, {{count}} times.\"\n    slots: {{what: {{type: string}}, zone: {{type: enum, values: [dock, aisle, gate]}}, count: {{type: integer}}}}\n    examples: [{{slots: {{what: spill, zone: aisle, count: {number}}}, text: \"{{{number}}} spill at aisle, {number} times.\"}}]").unwrap();
}
