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
use aegis_action::bot::spec::{Action, Spec};
use aegis_action::script::sandbox::{Bot, Conversation as Asked, Limits, Script, converse};
use aegis_action::suite::bot::Conversation;
use aegis_action::suite::bot::generate::{Generated, generate};
use aegis_action::suite::bot::run::{Runner, Verdict};

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

struct Bench<'b> {
    spec: &'b Spec,
    host: Bot,
    generated: Generated,
    /// What each case goes through.
    seen: Vec<Seen>,
}

impl Bench<'_> {
    fn new(spec: &Spec) -> Bench<'_> {
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

    /// Whether a script gives some case another outcome. Those that go through the step `near` go first: it is only quicker.
    fn is_killed(&self, source: &str, near: Option<&(String, String)>) -> bool {
        // A script that does not compile would be noticed before any suite.
        let Ok(script) = Script::compile(source) else { return true };
        let engine = |asked: &Asked| converse(&script, &self.host, asked, Limits::default());
        let runner = Runner::new(self.spec, &engine, Arc::new(AtomicBool::new(false)));
        let is_near = |seen: &Seen| {
            near.is_some_and(|(flow, step)| {
                seen.iter().any(|mark| matches!(mark, Mark::Step(f, s, _) if f == flow && s == step))
            })
        };
        let cases = || self.generated.suite.cases.iter().zip(&self.seen);
        let ordered =
            cases().filter(|(_, seen)| is_near(seen)).chain(cases().filter(|(_, seen)| !is_near(seen)));
        ordered.into_iter().any(|(case, _)| runner.case(case).verdict != Verdict::Passed)
    }

    /// Why a mutant that survived does the same as the sound script; nothing if it does not.
    fn equivalent(&self, mutant: &Mutant) -> Option<&'static str> {
        if let Some((flow, step)) = &mutant.at {
            let was_there =
                |mark: &(Mark, &str)| matches!(&mark.0, Mark::Step(f, s, _) if f == flow && s == step);
            let never = self.generated.uncovered.iter().filter(|mark| was_there(mark)).count();
            let ways = aegis_action::bot::interpret::marks::all(self.spec);
            let all = ways
                .iter()
                .filter(|mark| matches!(mark, Mark::Step(f, s, _) if f == flow && s == step))
                .count();
            if never == all {
                return Some("nothing leads to the step");
            }
        }
        match mutant.kind {
            // While a question waits every text that is no command is its answer: intents find none, and a flow that begins
            // with a question, or ends without asking after an answer, writes over it.
            "pending not cleared" if self.is_written_over(&mutant.script) => {
                Some("no question waits there, or the flow asks another one at once")
            }
            "pending not cleared" if !self.remembers(|action| matches!(action, Action::Ask { .. })) => {
                Some("the bot asks nothing")
            }
            "state not stored" if !self.remembers(|action| !matches!(action, Action::Reply { .. })) => {
                Some("the bot remembers nothing")
            }
            "locale matched loosely" if self.spec.meta.locales.len() == 1 => Some("the bot has one locale"),
            "wrong next" if self.never_goes_on(mutant) => Some("the step never goes on to its `next`"),
            "updates without text handled" => {
                Some("nothing is done with a text that is none but to look into it")
            }
            "question forgotten" | "cooldown not remembered" => None,
            _ => None,
        }
    }

    /// Whether a step does something, or an intent cools down.
    fn remembers(&self, does: impl Fn(&Action) -> bool) -> bool {
        let mut steps = self.spec.flows.iter().flat_map(|flow| &flow.steps);
        steps.any(|step| does(&step.action)) || self.spec.intents.iter().any(|one| one.cooldown_sec.is_some())
    }

    /// Steps that have a `next` and do not use it: a `goto` without a condition, or with `elseNext`.
    fn never_goes_on(&self, mutant: &Mutant) -> bool {
        let Some((flow, step)) = &mutant.at else { return false };
        let flow = self.spec.flows.iter().find(|other| other.id == *flow).unwrap();
        let step = flow.steps.iter().find(|other| other.id == *step).unwrap();
        match &step.action {
            Action::Goto { when, else_next, .. } => when.is_none() || else_next.is_some(),
            _ => false,
        }
    }

    fn is_written_over(&self, mutated: &str) -> bool {
        let sound = template(self.spec);
        let at = sound.bytes().zip(mutated.bytes()).take_while(|(one, other)| one == other).count();
        let head = &sound[..at];
        let function = head.rfind("\nfunction ").map_or("", |start| &sound[start + 10..]);
        if function.starts_with("intent(") {
            return true;
        }
        // In `command` and `answer`: every way from the place that is returned next ends at an `ask`.
        let rest = &sound[at..];
        let place =
            rest.split_once("return ").map_or("", |(_, place)| place.lines().next().unwrap_or_default());
        let literal = |flow: &str, step: &str| format!("{{ flow: \"{flow}\", step: \"{step}\" }};");
        self.spec.flows.iter().any(|flow| {
            let named = |step: &&aegis_action::bot::spec::Step| place == literal(&flow.id, &step.id);
            flow.steps.iter().find(named).is_some_and(|step| self.always_asks(&flow.id, &step.id))
        })
    }

    fn always_asks(&self, flow: &str, id: &str) -> bool {
        let flow = self.spec.flows.iter().find(|other| other.id == flow).unwrap();
        let at = flow.steps.iter().position(|step| step.id == id).unwrap();
        let step = &flow.steps[at];
        let next = step.next.clone().or_else(|| flow.steps.get(at + 1).map(|step| step.id.clone()));
        let goes = |id: &Option<String>| id.as_ref().is_some_and(|id| self.always_asks(&flow.id, id));
        match &step.action {
            Action::Ask { .. } => true,
            Action::Reply { .. } | Action::Save { .. } => goes(&next),
            Action::Validate { on_fail, .. } | Action::ApiCall { on_fail, .. } => {
                goes(&next) && goes(on_fail)
            }
            Action::Goto { target_flow, target_step, when, else_next } => {
                let target = match target_flow {
                    Some(target) => {
                        let target = self.spec.flows.iter().find(|other| other.id == *target).unwrap();
                        self.always_asks(&target.id, &target.steps[0].id)
                    }
                    None => goes(target_step),
                };
                let other = if else_next.is_some() { else_next } else { &next };
                target && (when.is_none() || goes(other))
            }
        }
    }
}

/// Tries the suite of a spec on mutants.
fn examine(name: &str, spec: &Spec) {
    let start = Instant::now();
    let bench = Bench::new(spec);
    let generating = start.elapsed();
    let cases = bench.generated.suite.cases.len();
    assert!(!bench.is_killed(&template(spec), None), "{name}: a case fails on the sound script");
    let mut table: BTreeMap<&str, Row> = BTreeMap::new();
    let mut survivors = Vec::new();
    for (kind, of_kind) in by_kind(mutants(spec)) {
        let sample = if cases > LARGE { 1 } else { SAMPLE };
        let step = if is_all() { 1 } else { of_kind.len().div_ceil(sample).max(1) };
        for mutant in of_kind.into_iter().step_by(step) {
            let row = table.entry(kind).or_default();
            if bench.is_killed(&mutant.script, mutant.at.as_ref()) {
                row.killed += 1;
            } else if let Some(why) = bench.equivalent(&mutant) {
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
