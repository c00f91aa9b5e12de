//! How good generated suites are: single mutations of the reference script, each of which a suite has to notice.
//!
//! `cargo test` tries a sample of larger bots; `AEGIS_MUTANTS=all` (`just mutants-bots`) tries all and prints every table.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use aegis_action::bot::generate::template;
use aegis_action::bot::interpret::{Interpreter, Mark, Seen};
use aegis_action::bot::mock::World;
use aegis_action::bot::spec::Spec;
use aegis_action::script::sandbox::{Bot, Conversation as Asked, Limits, Script, converse};
use aegis_action::suite::bot::Conversation;
use aegis_action::suite::bot::generate::{Generated, generate};
use aegis_action::suite::bot::run::{Runner, Verdict};

use serde_json::Value;

use super::equivalent;
use super::mutate::{Mutant, mutants};

/// The least part of the mutants that a suite has to kill, in percent.
const LEAST: f64 = 95.0;
/// How many mutants of a kind are tried in a sample.
const SAMPLE: usize = 3;

fn is_all() -> bool {
    std::env::var_os("AEGIS_MUTANTS").is_some()
}

/// A suite of more cases than these is tried on one mutant of a kind.
const LARGE: usize = 300;

/// What came of one kind.
#[derive(Default)]
struct Row {
    killed: usize,
    survived: usize,
    equivalent: usize,
}

pub(crate) struct Bench<'b> {
    pub(crate) spec: &'b Spec,
    host: Bot,
    pub(crate) generated: Generated,
    /// What each case goes through.
    seen: Vec<Seen>,
}

impl Bench<'_> {
    pub(crate) fn new(spec: &Spec) -> Bench<'_> {
        let generated = generate(spec, "suite".into()).unwrap();
        let bot = Interpreter::new(spec).unwrap();
        let seen = |case: &Conversation| {
            let mut world = World::new(&case.mocks, usize::MAX);
            let (mut state, mut seen) = (bot.initial_state(), Seen::new());
            for update in case.updates(&spec.meta.default_locale) {
                state = bot.update(&state, &update, &mut world, &mut seen).unwrap().state;
            }
            seen
        };
        let seen = generated.suite.cases.iter().map(seen).collect();
        Bench { spec, host: Bot::of(spec), generated, seen }
    }

    /// Whether a script gives some case another outcome. Those that may well do go first: it is only quicker.
    fn is_killed(&self, source: &str, is_near: &dyn Fn(&Conversation, &Seen) -> bool) -> bool {
        // A script that does not compile would be noticed before any suite.
        let Ok(script) = Script::compile(source) else { return true };
        let engine = |asked: &Asked| converse(&script, &self.host, asked, Limits::default());
        let runner = Runner::new(self.spec, &engine, Arc::new(AtomicBool::new(false)));
        let cases = self.generated.suite.cases.iter().zip(&self.seen);
        let (near, far): (Vec<_>, Vec<_>) = cases.partition(|(case, seen)| is_near(case, seen));
        near.into_iter().chain(far).any(|(case, _)| runner.case(case).verdict != Verdict::Passed)
    }

    /// Whether a case goes through the step of a mutant, says the text that it changes, or is about what it names.
    fn is_near(&self, mutant: &Mutant, case: &Conversation, seen: &Seen) -> bool {
        if let Some((flow, step)) = &mutant.at {
            return seen.iter().any(|mark| matches!(mark, Mark::Step(f, s, _) if f == flow && s == step));
        }
        let what = mutant.what.trim_start_matches('/');
        let (name, locale) = what.split_once(" in ").unwrap_or((what, ""));
        if let Some(text) = self.spec.localization.get(locale).and_then(|texts| texts.get(name)) {
            let start = text.split("{{").next().unwrap_or_default();
            let says = |expect: &Value| expect["messages"].to_string().contains(start);
            return case.turns.iter().filter_map(|turn| turn.expect.as_ref()).any(says);
        }
        let sent = || case.turns.iter().filter_map(|turn| turn.send.as_ref());
        name.split(" and ").any(|name| case.id.contains(name))
            || sent().any(|text| text.to_lowercase().contains(&name.to_lowercase()))
    }
}

/// Tries the suite of a spec on mutants.
fn examine(name: &str, spec: &Spec) {
    let start = Instant::now();
    let bench = Bench::new(spec);
    let generating = start.elapsed();
    let cases = bench.generated.suite.cases.len();
    assert!(!bench.is_killed(&template(spec), &|_, _| true), "{name}: a case fails on the sound script");
    let mut table: BTreeMap<&str, Row> = BTreeMap::new();
    let mut survivors = Vec::new();
    for (kind, of_kind) in by_kind(mutants(spec)) {
        let sample = if cases > LARGE { 1 } else { SAMPLE };
        let step = if is_all() { 1 } else { of_kind.len().div_ceil(sample).max(1) };
        for mutant in of_kind.into_iter().step_by(step) {
            let row = table.entry(kind).or_default();
            if bench.is_killed(&mutant.script, &|case, seen| bench.is_near(&mutant, case, seen)) {
                row.killed += 1;
            } else if let Some(why) = equivalent::why(&bench, &mutant) {
                row.equivalent += 1;
                survivors.push(format!("held to be equivalent: {kind}: {}: {why}", mutant.what));
            } else {
                row.survived += 1;
                survivors.push(format!("SURVIVED: {kind}: {}", mutant.what));
            }
        }
    }
    let (killed, survived) = table.values().fold((0, 0), |(k, s), row| (k + row.killed, s + row.survived));
    let rate = 100.0 * killed as f64 / (killed + survived).max(1) as f64;
    let covered = bench.generated.covered();
    println!(
        "\n{name}: {cases} conversations, {covered} of {} covered, {killed} of {} mutants killed ({rate:.2} %), {} kinds, generated in {generating:.1?}, all in {:.1?}",
        bench.generated.total,
        killed + survived,
        table.len(),
        start.elapsed()
    );
    for (mark, why) in &bench.generated.uncovered {
        println!("  uncovered: {mark}: {why}");
    }
    if is_all() {
        for (kind, row) in &table {
            println!(
                "  {kind:<30} {:>4} killed {:>3} survived {:>3} equivalent",
                row.killed, row.survived, row.equivalent
            );
        }
    }
    for line in &survivors {
        println!("  {line}");
    }
    assert!(rate >= LEAST, "{name}: only {rate:.2} % killed");
}

fn by_kind(all: Vec<Mutant>) -> BTreeMap<&'static str, Vec<Mutant>> {
    let mut kinds: BTreeMap<&str, Vec<Mutant>> = BTreeMap::new();
    for mutant in all {
        kinds.entry(mutant.kind).or_default().push(mutant);
    }
    kinds
}

/// The specs of the examples and of this test, found by their folders.
pub(crate) fn specs() -> Vec<(String, Spec)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(top.join("examples/bots")).into_iter().flatten() {
        files.push(entry.unwrap().path().join("spec.json"));
    }
    for entry in std::fs::read_dir(top.join("tests/bots/specs")).unwrap() {
        files.push(entry.unwrap().path());
    }
    files.retain(|file| file.is_file());
    files.sort();
    let read = |file: &PathBuf| {
        let shown: Arc<str> = file.strip_prefix(top).unwrap().to_string_lossy().into_owned().into();
        let loaded = aegis_action::bot::load(std::fs::read(file).unwrap(), &shown).sound();
        let wrong = |wrong: aegis_action::diag::Diagnostics| {
            wrong.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let (spec, ..) = loaded.map_err(wrong).unwrap();
        (shown.to_string(), spec)
    };
    files.iter().map(read).collect()
}

#[test]
fn suites_notice_mutations_of_every_example() {
    let specs = specs();
    assert!(specs.len() >= 2);
    for (name, spec) in &specs {
        examine(name, spec);
    }
}

#[test]
fn there_are_more_than_twelve_kinds() {
    let all: Vec<_> = specs().iter().flat_map(|(_, spec)| mutants(spec)).collect();
    let kinds = by_kind(all);
    assert!(kinds.len() >= 24, "{:?}", kinds.keys());
}
