//! A build: sources in, a runtime directory out. The steps are those of the other files; here is their order.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::cache::layout::{HASH, OLDEST_READER, VERSION, header};
use crate::cache::writer::{Failed, Target};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};
use crate::digest;
use crate::layer::chosen_within;
use crate::oid::Oid;
use crate::project::{PackConfig, Project};
use crate::source::{self, SourceText};
use crate::suite::generate;

use crate::pack::directory::{Replaced, Staging};
use crate::pack::export::{self, Named};
use crate::pack::load::{Loaded, load};
use crate::pack::locate::locate;
use crate::pack::merge::{Merged, Rules, count_by_layer, merge};
use crate::pack::metadata::{self, FILE_NAME, FileRecord, FormatRecord, Metadata, Provenance, SourceRecord};
use crate::pack::model::{Body, Document, Entry, Layer};
use crate::pack::swap::Swap;
use crate::pack::to_cache::{self, Head, MergeRules};
use crate::pack::validate;
use crate::pack::{canonical, oid_map, readme};

/// What a build makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Emit {
    /// `runtime.1337` and `caches/*.1337`.
    Cache,
    /// `exports/pack.json`.
    Json,
    /// `exports/pack.yaml`.
    Yaml,
    /// `compiled_oid_maps/domain_oid_map.json`.
    OidMap,
    /// `test_suites/domain_tests.yaml`.
    Suites,
}

impl Emit {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Cache, Self::Json, Self::Yaml, Self::OidMap, Self::Suites];
}

/// The sources of a pack, read.
pub struct Sources {
    /// The texts, by layer and path.
    pub texts: Vec<SourceText>,
    /// What was wrong with reading them.
    pub diagnostics: Diagnostics,
}

/// Finds and reads the sources of a project's pack.
pub fn read(project: &Project, config: &PackConfig) -> Sources {
    let (files, mut diagnostics) = source::find(project);
    let (texts, problems) = source::read(files, config.limits.max_bytes);
    diagnostics.extend(problems);
    Sources { texts, diagnostics }
}

/// A pack, merged and judged, that can be compiled.
pub struct Built<'a> {
    /// The pack's entries, by OID.
    pub entries: Vec<Arc<Entry<'a>>>,
    /// What each layer states.
    pub layers: [Vec<crate::pack::model::Statement<'a>>; 3],
    /// What the documents say of themselves.
    pub documents: Vec<Document<'a>>,
    /// The names of all sources.
    pub names: Vec<Arc<str>>,
    config: &'a PackConfig,
    /// The hash of its content, once it was asked for.
    content_hash: OnceLock<String>,
}

impl Built<'_> {
    /// Whether the pack changed: see [`export::content_hash`]. It takes a while for a pack of 100 MB, and is computed once, by all
    /// cores: two tasks that work for each other must not ask for it at the same time, as each would wait for the other.
    pub fn content_hash(&self) -> &str {
        self.content_hash.get_or_init(|| export::content_hash(&named(self.config, ""), &self.entries))
    }
}

/// Loads, merges and validates. Everything that is wrong comes back, errors or not.
pub fn judge<'a>(sources: &'a Sources, config: &'a PackConfig) -> (Built<'a>, Diagnostics) {
    let mut diagnostics = sources.diagnostics.clone();
    let (loaded, problems) = load(&sources.texts, &config.limits);
    diagnostics.extend(problems);
    let Loaded { documents, statements, broken, names } = loaded;
    let prefer: Vec<_> = config.prefer.iter().map(|prefer| prefer.value.clone()).collect();
    let rules = Rules { language: &config.language, prefer: &prefer, sources: &names, broken: &broken };
    // The merge keeps one core busy; the other hashes the sources, whose digests the metadata names.
    let hash = || source::hash(&sources.texts);
    let (merged, ()) = rayon::join(|| merge(statements, rules), hash);
    let Merged { entries, layers, mut problems, unmatched } = merged;
    let pack = validate::Pack { entries: &entries, documents: &documents, broken: &broken };
    problems.extend(validate::validate(&pack));
    diagnostics.extend(locate(problems, &sources.texts, &names));
    for preference in unmatched.into_iter().filter_map(|number| config.prefer.get(number)) {
        if broken.contains(&preference.value.oid) {
            continue;
        }
        let message =
            format!("this preference matches nothing: no such definition of `{}`", preference.value.oid);
        diagnostics.push(
            Diagnostic::error(Code::ConfigInvalid, message)
                .at(preference.place.clone())
                .help("correct its `oid`, `layer` or `source`, or remove it"),
        );
    }
    diagnostics.sort();
    (Built { entries, layers, documents, names, config, content_hash: OnceLock::new() }, diagnostics)
}

/// What a compilation needs beside the pack itself.
pub struct Compile<'c> {
    /// The project's pack.
    pub config: &'c PackConfig,
    /// The resolved version.
    pub version: &'c str,
    /// The prefix of release tags.
    pub tag_prefix: &'c str,
    /// What to make.
    pub emit: &'c BTreeSet<Emit>,
    /// Who builds it.
    pub provenance: Provenance,
    /// The runtime directory.
    pub target: &'c Path,
}

/// What a compilation made.
pub struct Compiled {
    /// The passport of the runtime directory.
    pub metadata: Metadata,
    /// How it got to its place.
    pub swap: Swap,
    /// What it took the place of.
    pub replaced: Replaced,
}

/// Makes the runtime directory.
///
/// # Errors
/// The place cannot be written, or the pack is too large for the format.
pub fn compile(built: &Built<'_>, sources: &Sources, compile: Compile<'_>) -> Outcome<Compiled> {
    let staging = Staging::new(compile.target)?;
    let jobs = Jobs { built, compile: &compile, staging: &staging };
    let (mut files, roots) = jobs.run()?;
    let counts = counts(&built.entries, &sources.texts);
    let pack_hash = metadata::pack_hash(&files);
    let page = readme::readme(&readme::About {
        config: compile.config,
        version: compile.version,
        pack_hash: &pack_hash,
        counts: &counts,
        files: &files,
    });
    files.extend([staging.write("README.md", |out| out.write_all(page.as_bytes()))?]);
    let sums = metadata::checksums(&files);
    files.extend([staging.write("checksums.txt", |out| out.write_all(sums.as_bytes()))?]);
    let metadata = Metadata {
        aegis: metadata::FORM.to_owned(),
        content_hash: built.content_hash().to_owned(),
        counts,
        files,
        format: FormatRecord { oldest_reader: OLDEST_READER, roots, version: VERSION },
        language: compile.config.language.clone(),
        name: compile.config.name.clone(),
        oid: compile.config.oid.clone(),
        pack_hash,
        provenance: compile.provenance,
        sources: sources.texts.iter().map(source_record).collect(),
        tags: tags(&compile.config.oid, compile.version, compile.tag_prefix),
        version: compile.version.to_owned(),
    };
    staging.write(FILE_NAME, |out| out.write_all(&canonical::to_vec(&metadata)))?;
    let (swap, replaced) = staging.publish()?;
    Ok(Compiled { metadata, swap, replaced })
}

fn named<'n>(config: &'n PackConfig, version: &'n str) -> Named<'n> {
    Named { name: &config.name, oid: &config.oid, language: &config.language, version }
}

fn source_record(text: &SourceText) -> SourceRecord {
    SourceRecord {
        layer: text.file.layer.as_str().to_owned(),
        sha256: canonical::hex(&text.sha256()),
        size: text.size,
        source: text.file.name.to_string(),
    }
}

/// The tags that a release gets: none for a version that is never released.
fn tags(oid: &Oid, version: &str, prefix: &str) -> Vec<String> {
    if version == crate::semver::UNRELEASED {
        return Vec::new();
    }
    vec![format!("{prefix}v{version}"), format!("{prefix}{oid}-v{version}")]
}

fn counts(entries: &[Arc<Entry<'_>>], sources: &[SourceText]) -> BTreeMap<String, usize> {
    let mut counts =
        BTreeMap::from([("entries".to_owned(), entries.len()), ("sources".to_owned(), sources.len())]);
    for kind in Body::KINDS {
        counts.insert(plural(kind), entries.iter().filter(|entry| entry.body.kind() == kind).count());
    }
    let terms = entries.iter().map(|e| if let Body::Lexicon(l) = &e.body { l.terms.len() } else { 0 });
    counts.insert("terms".to_owned(), terms.sum());
    for (layer, count) in count_by_layer(entries) {
        counts.insert(format!("{layer}Entries"), count);
    }
    counts
}

fn plural(kind: &str) -> String {
    match kind {
        "policy" => "policies".to_owned(),
        "lexicon" => "lexicons".to_owned(),
        "alias" => "aliases".to_owned(),
        other => format!("{other}s"),
    }
}

/// The files that do not depend on each other, made in parallel.
struct Jobs<'j, 'a> {
    built: &'j Built<'a>,
    compile: &'j Compile<'j>,
    staging: &'j Staging,
}

type Written = Outcome<(String, FileRecord)>;
/// A `.1337` file that was written, and is not hashed yet.
struct Pieces {
    path: String,
    file: std::fs::File,
    root: String,
}

/// A `.1337` file with its root.
type Rooted = ((String, FileRecord), String);
/// Files by their paths, and the roots of those that have one.
type Made = (BTreeMap<String, FileRecord>, BTreeMap<String, String>);

impl Jobs<'_, '_> {
    fn run(&self) -> Outcome<Made> {
        let makes = |emit: Emit| self.compile.emit.contains(&emit);
        let mut jobs: Vec<Box<dyn Fn() -> Written + Sync + Send + '_>> = Vec::new();
        let (entries, names) = (&self.built.entries, &self.built.names);
        let pack = named(self.compile.config, self.compile.version);
        if makes(Emit::Json) {
            jobs.push(Box::new(move || {
                self.staging
                    .write("exports/pack.json", |mut out| export::json(&pack, entries, names, &mut out))
            }));
        }
        if makes(Emit::Yaml) {
            jobs.push(Box::new(move || {
                self.staging
                    .write("exports/pack.yaml", |mut out| export::yaml(&pack, entries, names, &mut out))
            }));
        }
        if makes(Emit::OidMap) {
            jobs.push(Box::new(move || {
                self.staging
                    .write("compiled_oid_maps/domain_oid_map.json", |out| oid_map::oid_map(entries, out))
            }));
        }
        if makes(Emit::Suites) {
            jobs.push(Box::new(move || {
                let layers = [0, 1, 2].map(|layer: usize| self.built.layers[layer].as_slice());
                let model = generate::Model { oid: &self.compile.config.oid, entries, layers };
                self.staging
                    .write("test_suites/domain_tests.yaml", |mut out| generate::write(&model, &mut out))
            }));
        }
        let caches = || if makes(Emit::Cache) { self.caches() } else { Ok(Vec::new()) };
        let others = || jobs.into_par_iter().with_max_len(1).map(|job| job()).collect::<Outcome<Vec<_>>>();
        let (caches, others) = rayon::join(caches, others);
        let (mut files, mut roots) = (BTreeMap::new(), BTreeMap::new());
        for ((path, record), root) in caches? {
            roots.insert(path.clone(), root);
            files.insert(path, record);
        }
        files.extend(others?);
        Ok((files, roots))
    }

    /// The `.1337` files. They go out while they are made, so that all can be made at once; the largest begins. Then
    /// they are hashed, two at a time.
    fn caches(&self) -> Outcome<Vec<Rooted>> {
        let kinds: Vec<_> = std::iter::once(None).chain(Layer::ALL.map(Some)).collect();
        let make = |kind: Option<Layer>| kind.map_or_else(|| self.runtime(), |layer| self.layer(layer));
        let made: Vec<Pieces> = kinds.into_par_iter().with_max_len(1).map(make).collect::<Outcome<_>>()?;
        let (about, mut files): (Vec<_>, Vec<_>) =
            made.into_iter().map(|made| ((made.path, made.root), made.file)).unzip();
        // One core hashes two files at a time; another sees to the content meanwhile.
        let (hashed, _) = rayon::join(|| digest::files(&mut files), || self.built.content_hash());
        let hashed = hashed.map_err(|(number, error)| {
            self.staging.failed(about.get(number).map_or("", |(path, _)| path), &error)
        })?;
        let record =
            |hashed: digest::Hashed| FileRecord { sha256: canonical::hex(&hashed.sha256), size: hashed.size };
        Ok(about
            .into_iter()
            .zip(hashed)
            .map(|((path, root), hashed)| ((path, record(hashed)), root))
            .collect())
    }

    /// Makes a file that is written in pieces.
    fn pieces(&self, path: &str, write: impl FnOnce(&dyn Target) -> Result<u64, Failed>) -> Outcome<Pieces> {
        let mut file = self.staging.create(path)?;
        match write(&file) {
            Ok(_) => {
                let root = root(&mut file).map_err(|error| self.staging.failed(path, &error))?;
                Ok(Pieces { path: path.to_owned(), file, root })
            }
            Err(Failed::Io(error)) => Err(self.staging.failed(path, &error)),
            Err(Failed::TooLarge(error)) => Err(Box::new(
                Diagnostic::error(Code::LimitExceeded, format!("the pack is too large for .1337: {error}"))
                    .help("split the pack into several domains"),
            )),
        }
    }

    fn head<'h>(&'h self, documents: &'h [Document<'h>], rules: Option<&'h MergeRules>) -> Head<'h, 'h> {
        let config = self.compile.config;
        Head {
            name: &config.name,
            oid: &config.oid,
            version: self.compile.version,
            language: &config.language,
            documents,
            sources: &self.built.names,
            rules,
        }
    }

    fn runtime(&self) -> Outcome<Pieces> {
        let limits = self.compile.config.limits;
        let limits = [
            ("max_bytes", limits.max_bytes),
            ("max_entries", limits.max_entries as u64),
            ("max_term_chars", limits.max_term_chars as u64),
            ("max_text_chars", limits.max_text_chars as u64),
        ];
        let rules = MergeRules {
            limits: limits.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            prefer: self.compile.config.prefer.iter().map(|prefer| prefer.value.clone()).collect(),
        };
        let head = self.head(&self.built.documents, Some(&rules));
        let entries = &self.built.entries;
        self.pieces("runtime.1337", |target| to_cache::write_runtime(&head, entries, target))
    }

    fn layer(&self, layer: Layer) -> Outcome<Pieces> {
        let documents: Vec<_> = self.built.documents.iter().filter(|d| d.layer == layer).cloned().collect();
        let prefer = self.compile.config.prefer.iter().map(|prefer| &prefer.value);
        let rules = MergeRules { limits: BTreeMap::new(), prefer: chosen_within(prefer, layer) };
        let head = self.head(&documents, Some(&rules).filter(|rules| !rules.prefer.is_empty()));
        let statements = &self.built.layers[layer as usize];
        let path = format!("caches/{}.1337", layer.as_str());
        self.pieces(&path, |target| to_cache::write_layer(&head, layer, statements, target))
    }
}

/// The root that a finished `.1337` file has in its header.
fn root(file: &mut std::fs::File) -> std::io::Result<String> {
    let mut bytes = [0; HASH];
    file.seek(SeekFrom::Start(header::ROOT as u64))?;
    file.read_exact(&mut bytes)?;
    Ok(canonical::hex(&bytes))
}

/// Where the runtime directory of a project goes if nobody says.
pub fn default_target(project: &Project) -> PathBuf {
    project.root.join("aegis-runtime")
}
