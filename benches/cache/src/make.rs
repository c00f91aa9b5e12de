//! The data: a project by the generator of `benches/build`, built by aegis, and the same for every peer.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use aegis_action::build::{self, Compile, Emit};
use aegis_action::cache::{Body, Entry, Pack, Term};
use aegis_action::pack::from_cache::Reader;
use aegis_action::pack::model::{self, Statement};
use aegis_action::pack::to_cache::{self, Head};
use aegis_action::project::Project;
use aegis_action::text::term_key;
use rayon::prelude::*;

use crate::{Any, data, peers, questions, scan};

const SEED: u64 = 1337;
/// Peers are loaded with up to so many terms: beyond, only ours is measured.
pub(crate) const PEERS: usize = 1_000_000;

/// Key and value pairs in the order of the keys.
pub(crate) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// Builds the pack and the peers' files in a folder, unless they are there.
pub(crate) fn make(dir: &Path, terms: usize) -> Any<()> {
    if dir.join("done").exists() {
        return Ok(());
    }
    std::fs::create_dir_all(dir)?;
    let project = dir.join("project");
    let bytes = data::write_json(&project, SEED, terms / 10, terms);
    build(&project)?;
    std::fs::rename(project.join("out/runtime.1337"), dir.join("runtime.1337"))?;
    std::fs::rename(project.join("out/exports/pack.json"), dir.join("pack.json"))?;
    std::fs::remove_dir_all(&project)?;
    let pack = Pack::open(&dir.join("runtime.1337"))?;
    questions::write(dir, &pack)?;
    if terms <= PEERS {
        let [terms, oids] = pairs(&pack)?;
        peers::make(dir, &terms, &oids)?;
        scan::make(dir, &pack)?;
    }
    std::fs::write(dir.join("done"), format!("{bytes}"))?;
    Ok(())
}

fn build(root: &Path) -> Any<()> {
    let failed = |what: &str, why: &dyn std::fmt::Debug| format!("{what}: {why:?}");
    let file = root.join("aegis.yaml");
    let project = Project::load(Some(&file), root, None).map_err(|e| failed("project", &e))?;
    let config = project.pack().map_err(|e| failed("pack", &e))?;
    let sources = build::read(&project, config);
    let (built, diagnostics) = build::judge(&sources, config);
    if diagnostics.has_errors() {
        return Err(failed("data", &diagnostics.iter().next()).into());
    }
    let compile = Compile {
        config,
        version: "1.0.0",
        tag_prefix: "",
        emit: &BTreeSet::from([Emit::Cache, Emit::Json]),
        provenance: Default::default(),
        target: &root.join("out"),
    };
    build::compile(&built, &sources, compile).map_err(|e| failed("build", &e))?;
    Ok(())
}

/// All that a sense says, as bytes.
pub(crate) fn term_value(term: &Term<'_>, out: &mut Vec<u8>) -> Any<()> {
    let origin = term.origin()?;
    out.extend_from_slice(&[term.register(), origin.layer]);
    out.extend_from_slice(&term.line()?.to_le_bytes());
    let [aliases, examples] = term.lists()?;
    for text in [term.term()?, term.meaning()?].into_iter().chain(aliases).chain(examples) {
        out.extend_from_slice(&(text.len() as u16).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    Ok(())
}

/// All that an entry says but its terms, as bytes.
pub(crate) fn entry_value(entry: &Entry<'_>, out: &mut Vec<u8>) -> Any<()> {
    out.push(entry.kind());
    out.extend_from_slice(&entry.line().to_le_bytes());
    out.extend_from_slice(entry.title()?.unwrap_or("").as_bytes());
    match entry.body()? {
        Body::Lexicon(terms) => {
            out.extend_from_slice(&terms.start.to_le_bytes());
            out.extend_from_slice(&terms.end.to_le_bytes());
        }
        other => out.extend_from_slice(format!("{other:?}").as_bytes()),
    }
    Ok(())
}

/// What peers hold: keys of terms, and OIDs.
fn pairs(pack: &Pack) -> Any<[Pairs; 2]> {
    let mut terms: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for term in pack.terms_in(0..pack.terms()) {
        let term = term?;
        let [aliases, _] = term.lists()?;
        let keys: BTreeSet<_> = aliases.into_iter().chain([term.term()?]).map(term_key).collect();
        for key in keys {
            term_value(&term, terms.entry(key.into_owned().into_bytes()).or_default())?;
        }
    }
    let mut oids = Pairs::new();
    for entry in pack.entries() {
        let entry = entry?;
        let mut value = Vec::new();
        entry_value(&entry, &mut value)?;
        oids.push((entry.oid()?.key().to_vec(), value));
    }
    Ok([terms.into_iter().collect(), oids])
}

/// Entries and the names of their sources.
type Merged<'p> = (Vec<Arc<model::Entry<'p>>>, Vec<Arc<str>>);

/// The merged pack in memory, as a build has it.
fn merged(pack: &Pack) -> Any<Merged<'_>> {
    let mut reader = Reader::new(pack, None, Vec::new());
    let mut entries = Vec::new();
    for entry in pack.entries() {
        if let Statement::Define(entry) = reader.statement(entry?)? {
            entries.push(entry);
        }
    }
    Ok((entries, reader.names.clone()))
}

/// Seconds to write LMDB's file from the merged pack in memory: keys are folded, values put together and grouped by key, all
/// of it brought into order, and loaded. The median of some times.
pub(crate) fn lmdb_write_time(dir: &Path) -> Any<f64> {
    let pack = Pack::open(&dir.join("runtime.1337"))?;
    let (entries, _) = merged(&pack)?;
    Ok(median((0..3).map(|_| lmdb_from_merged(dir, &entries)).collect::<Any<_>>()?))
}

fn lmdb_from_merged(dir: &Path, entries: &[Arc<model::Entry<'_>>]) -> Any<f64> {
    let target = tempfile::tempdir_in(dir)?;
    let start = Instant::now();
    let (mut terms, mut oids) = (Pairs::new(), Pairs::new());
    for entry in entries {
        let mut value = vec![entry.body.number()];
        value.extend_from_slice(&entry.origin.line.to_le_bytes());
        value.extend_from_slice(entry.title.unwrap_or("").as_bytes());
        value.extend_from_slice(&[0; 8]);
        oids.push((entry.oid.key().to_vec(), value));
        let model::Body::Lexicon(lexicon) = &entry.body else { continue };
        for term in &lexicon.terms {
            let mut value = vec![term.register as u8, 0];
            value.extend_from_slice(&term.line.to_le_bytes());
            for text in [term.term, term.meaning].iter().chain(term.aliases()).chain(term.examples()) {
                value.extend_from_slice(&(text.len() as u16).to_le_bytes());
                value.extend_from_slice(text.as_bytes());
            }
            for alias in term.aliases() {
                let key = term_key(alias);
                if *key != *term.key {
                    terms.push((key.into_owned().into_bytes(), value.clone()));
                }
            }
            terms.push((term.key.as_bytes().to_vec(), value));
        }
    }
    terms.par_sort_by(|a, b| a.0.cmp(&b.0));
    terms.dedup_by(|next, first| {
        let is_same = next.0 == first.0;
        if is_same {
            first.1.extend_from_slice(&next.1);
        }
        is_same
    });
    peers::lmdb(&target.path().join("lmdb"), &terms, &oids)?;
    Ok(start.elapsed().as_secs_f64())
}

/// Seconds to write LMDB's file from the pairs in their order. The median of some times.
pub(crate) fn lmdb_append_time(dir: &Path) -> Any<f64> {
    let [terms, oids] = peers::pairs(dir)?;
    let write = |_| {
        let target = tempfile::tempdir_in(dir)?;
        peers::lmdb(&target.path().join("lmdb"), &terms, &oids)
    };
    Ok(median((0..WRITES).map(write).collect::<Any<_>>()?))
}

/// How often a file is written for one figure: a machine that has to get memory from its host is slow until the files that were
/// removed again have left enough.
const WRITES: usize = 9;

/// The median of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Seconds to write `runtime.1337` from the merged pack in memory, into a new file. The median of some times.
pub(crate) fn write_time(dir: &Path) -> Any<f64> {
    let pack = Pack::open(&dir.join("runtime.1337"))?;
    let (entries, names) = merged(&pack)?;
    let oid = "1.0".parse()?;
    let head = Head {
        name: "bench",
        oid: &oid,
        version: "1.0.0",
        language: "en",
        documents: &[],
        sources: &names,
        rules: None,
    };
    let write = |_| {
        let target = tempfile::NamedTempFile::new_in(dir)?;
        let start = Instant::now();
        to_cache::write_runtime(&head, &entries, target.as_file())?;
        Ok(start.elapsed().as_secs_f64())
    };
    Ok(median((0..WRITES).map(write).collect::<Any<_>>()?))
}
