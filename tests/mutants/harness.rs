//! Compiles each mutant and runs the suite of the unmutated pack against it, without `export` cases. What a suite
//! notices, the semantic difference has to see too.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use aegis_action::build::{self, Built};
use aegis_action::cache::Pack;
use aegis_action::pack::export::{self, Named};
use aegis_action::pack::model::{Body, Entry};
use aegis_action::pack::to_cache::{Head, runtime};
use aegis_action::project::{PackConfig, Project};
use aegis_action::semver::{Levels, Side, difference};
use aegis_action::suite::case::Question;
use aegis_action::suite::generate::{Model, write};
use aegis_action::suite::{Case, Outcome, Runner, Suite};
use aegis_action::syntax::{Format, Text};
use rayon::prelude::*;

use super::edits::EQUIVALENT;
use super::mutate::{Mutant, kinds, mutants};
use super::report::Table;

/// The least part of the mutants that a suite has to kill.
const LEAST: f64 = 0.99;

/// What is expected of a pack.
pub(crate) struct Plan<'p> {
    pub(crate) name: &'p str,
    /// At how many places each kind is tried.
    pub(crate) places: usize,
    /// The pack has at least so many terms.
    pub(crate) terms: u32,
    /// At least so many mutants are tried.
    pub(crate) mutants: usize,
    /// The suite is a sample, a tenth of the JSON export at most.
    pub(crate) is_sampled: bool,
}

/// Loads a project, generates its suite, and tries it on mutants.
pub(crate) fn examine(root: &Path, plan: &Plan<'_>) {
    let start = Instant::now();
    // Mutated texts, the project and its sources live equally long: as long as the tests.
    let project: &'static Project = Box::leak(Box::new(Project::load(Some(root), root, None).unwrap()));
    let config = project.pack().unwrap();
    let sources = Box::leak(Box::new(build::read(project, config)));
    let (built, diagnostics) = build::judge(sources, config);
    let errors: Vec<_> = diagnostics.iter().map(ToString::to_string).collect();
    assert!(!diagnostics.has_errors(), "{errors:#?}");
    let mut text = Vec::new();
    let layers = [0, 1, 2].map(|layer: usize| built.layers[layer].as_slice());
    write(&Model { oid: &config.oid, entries: &built.entries, layers }, &mut text).unwrap();
    let mut json = Vec::new();
    let named = Named { name: &config.name, oid: &config.oid, language: &config.language, version: "1.0.0" };
    export::json(&named, &built.entries, &built.names, &mut json).unwrap();
    let part = 100.0 * text.len() as f64 / json.len() as f64;
    let suite = String::from_utf8(text).unwrap();
    if let Ok(folder) = std::env::var("AEGIS_MUTANTS_KEEP") {
        std::fs::write(Path::new(&folder).join(format!("{}.yaml", plan.name)), &suite).unwrap();
    }
    let suite = Suite::parse(&Text::new(suite), Format::Yaml, "suite.yaml".into()).unwrap();
    let bench = Bench { built: &built, config, cases: suite.cases.iter().filter(counts).collect() };

    let pack = bench.compile(&built.entries);
    assert!(pack.terms() >= plan.terms, "{}: only {} terms", plan.name, pack.terms());
    assert_eq!(bench.killer(&pack, ""), None, "{}: a case fails on the sound pack", plan.name);
    if plan.is_sampled {
        assert!(part < 10.0, "{}: the suite is {part:.1} % of the JSON export", plan.name);
    }
    let table = bench.table(plan.places);
    let title = format!(
        "{}: {} entries, {} terms, {} cases ({part:.1} % of the JSON export), {:.1?}",
        plan.name,
        built.entries.len(),
        pack.terms(),
        bench.cases.len(),
        start.elapsed()
    );
    table.print(&title, std::env::var_os("AEGIS_MUTANTS").is_some());
    let total = table.totals();
    let counted = total.killed + total.survived;
    assert!(counted >= plan.mutants, "{}: only {counted} mutants", plan.name);
    assert!(total.rate() >= LEAST, "{}: {:.2} % killed", plan.name, 100.0 * total.rate());
}

/// Cases that compare the two exports do not count: both are made of the same mutant.
fn counts(case: &&Case) -> bool {
    case.question != Question::Export
}

struct Bench<'b> {
    built: &'b Built<'static>,
    config: &'b PackConfig,
    cases: Vec<&'b Case>,
}

impl Bench<'_> {
    fn compile(&self, entries: &[Arc<Entry<'_>>]) -> Pack {
        let head = Head {
            name: &self.config.name,
            oid: &self.config.oid,
            version: "1.0.0",
            language: &self.config.language,
            documents: &self.built.documents,
            sources: &self.built.names,
            rules: None,
        };
        Pack::from_bytes(runtime(&head, entries).unwrap().to_bytes()).unwrap()
    }

    /// The first case that does not pass. Those that ask for the OID `near` go first: it is only quicker.
    fn killer(&self, pack: &Pack, near: &str) -> Option<&Case> {
        let runner = Runner::new(pack, None, Arc::new(AtomicBool::new(false))).unwrap();
        let is_near = |case: &&&Case| case.id.split('/').any(|part| part == near);
        let ordered = self.cases.iter().filter(is_near).chain(self.cases.iter().filter(|c| !is_near(c)));
        ordered.copied().find(|case| runner.case(case).outcome != Outcome::Passed)
    }

    fn table(&self, places: usize) -> Table {
        let mut table = Table::default();
        for kind in kinds() {
            // One that nothing kills has to be asked every case.
            let is_equivalent = EQUIVALENT.iter().any(|(equivalent, _)| *equivalent == kind);
            let found = mutants(self.built, kind, if is_equivalent { 1 } else { places });
            let judged: Vec<_> = found.par_iter().map(|mutant| (mutant, self.judge(mutant))).collect();
            let row = table.kinds.entry(kind).or_default();
            for (mutant, verdict) in judged {
                match verdict {
                    Ok(by) => {
                        row.killed += 1;
                        *row.by.entry(by).or_default() += 1;
                    }
                    Err(reason) => {
                        row.equivalent += usize::from(reason.is_some());
                        row.survived += usize::from(reason.is_none());
                        table.survivors.push((mutant.kind, mutant.what.clone(), reason));
                    }
                }
            }
        }
        table
    }

    /// Whether the semantic difference sees a mutant. It does exactly where the content differs.
    fn is_seen_as_a_change(&self, mutant: &Mutant) -> bool {
        let (name, oid, language) = (&self.config.name, &self.config.oid, &self.config.language);
        let [old, new] =
            [&self.built.entries, &mutant.entries].map(|entries| Side { name, oid, language, entries });
        let changes = difference(&old, &new, &Levels::default());
        let named = Named { name, oid, language, version: "" };
        let hash = |entries: &[Arc<Entry<'_>>]| export::content_hash(&named, entries);
        let differs = hash(&self.built.entries) != hash(&mutant.entries);
        assert_eq!(!changes.is_empty(), differs, "{}: {}: {changes:?}", mutant.kind, mutant.what);
        differs
    }

    /// Whether something comes from another layer: look-ups tell, and the content is the same.
    fn is_of_another_layer(&self, mutant: &Mutant) -> bool {
        let layers = |entries: &[Arc<Entry<'_>>]| -> Vec<_> {
            let stated = |entry: &Arc<Entry<'_>>| match &entry.body {
                Body::Lexicon(lexicon) => lexicon
                    .terms
                    .iter()
                    .map(|term| lexicon.stated[usize::from(term.stated)].layer)
                    .collect::<Vec<_>>(),
                _ => Vec::new(),
            };
            entries.iter().map(|entry| (entry.origin.layer, stated(entry))).collect()
        };
        layers(&self.built.entries) != layers(&mutant.entries)
    }

    /// Which kind of case kills a mutant; else why it is held to be equivalent, if it is.
    fn judge(&self, mutant: &Mutant) -> Result<&'static str, Option<&'static str>> {
        let seen = self.is_seen_as_a_change(mutant);
        let pack = self.compile(&mutant.entries);
        if let Some(case) = self.killer(&pack, &mutant.near) {
            let what =
                || format!("{}: {} is killed by {} and is no change", mutant.kind, mutant.what, case.id);
            assert!(seen || self.is_of_another_layer(mutant), "{}", what());
            return Ok(case.question.kind());
        }
        Err(EQUIVALENT.iter().find(|(kind, _)| *kind == mutant.kind).map(|(_, reason)| *reason))
    }
}
