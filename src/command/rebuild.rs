//! `aegis verify --rebuild`: build a pack again from the sources that its metadata names, and compare what comes out.
//!
//! There are three outcomes: it is the same, it is another, and it cannot be told because the sources here are others.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::{self, Compile, Emit, Sources};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, io};
use crate::pack::metadata::{FileRecord, Metadata};
use crate::project::Project;
use crate::report::Report;
use crate::store::copy::{self, Of};
use crate::store::{Folder, Store, block_on};

use super::Context;
use super::pull::{Mode, ensure};

/// The project whose sources are here, read once for all packs that are compared.
pub(super) struct Rebuild {
    project: Project,
    sources: Sources,
}

impl Rebuild {
    /// Reads the sources of the project here.
    ///
    /// # Errors
    /// There is no project, it has no pack, or its sources cannot be had without a change to `aegis.lock`.
    pub(super) fn new(context: &Context<'_>) -> Result<Self, Diagnostics> {
        let project = context.project()?;
        ensure(&project, Mode::Locked, false, context)?;
        let sources = build::read(&project, project.pack()?);
        if sources.diagnostics.has_errors() {
            return Err(sources.diagnostics);
        }
        Ok(Self { project, sources })
    }

    /// Builds a pack again; returns the line that says that the same came out.
    ///
    /// # Errors
    /// `NOT_REPRODUCIBLE` if another one came out; `SOURCE_NOT_FOUND` if it cannot be told.
    pub(super) fn compare(&self, metadata: &Metadata) -> Result<String, Diagnostics> {
        self.is_from_here(metadata)?;
        let config = self.project.pack()?;
        let (built, diagnostics) = build::judge(&self.sources, config);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let dir = tempfile::tempdir()
            .map_err(|error| io(Code::OutputFailed, "make a folder in", &std::env::temp_dir(), &error))?;
        let emit = emits(metadata);
        let compile = Compile {
            config,
            version: &metadata.version,
            tag_prefix: &self.project.release.prefix,
            emit: &emit,
            provenance: metadata.provenance.clone(),
            target: &dir.path().join("pack"),
        };
        let again = build::compile(&built, &self.sources, compile)?.metadata;
        if again.pack_hash == metadata.pack_hash {
            return Ok(format!(
                "rebuilt {} from {} sources: the same\n",
                metadata.pack_hash,
                metadata.sources.len()
            ));
        }
        let message = format!(
            "the same sources build {} now, not {}: {}",
            again.pack_hash,
            metadata.pack_hash,
            differing(&metadata.files, &again.files)
        );
        let tool = &metadata.provenance.version;
        let help = if tool == env!("CARGO_PKG_VERSION") {
            "what was published is not what these sources say: find out who built it, and how".to_owned()
        } else {
            format!("it was built by aegis {tool}: build it again with that version before you believe this")
        };
        Err(Diagnostic::error(Code::NotReproducible, message).help(help).into())
    }

    /// Whether the sources here are those that the pack was built from.
    fn is_from_here(&self, metadata: &Metadata) -> Outcome<()> {
        let config = self.project.pack()?;
        let key = |layer: &str, source: &str| (layer.to_owned(), source.to_owned());
        let record = |text: &crate::source::SourceText| {
            let sha256 = crate::pack::canonical::hex(&text.sha256());
            (key(text.file.layer.as_str(), &text.file.name), sha256)
        };
        let here: BTreeMap<_, _> = self.sources.texts.iter().map(record).collect();
        let there: BTreeMap<_, _> =
            metadata.sources.iter().map(|one| (key(&one.layer, &one.source), one.sha256.clone())).collect();
        let why = if (&config.oid, &config.name) != (&metadata.oid, &metadata.name) {
            format!("the project here is {} ({})", config.name, config.oid)
        } else if let Some(((_, source), _)) = there.iter().find(|(key, _)| !here.contains_key(*key)) {
            format!("`{source}` is not among the sources here")
        } else if let Some(((_, source), _)) = here.iter().find(|(key, _)| !there.contains_key(*key)) {
            format!("`{source}` is here, and it was not built from that")
        } else if let Some(((_, source), _)) =
            there.iter().find(|(key, sha256)| here.get(*key) != Some(*sha256))
        {
            format!("`{source}` has other content here")
        } else {
            return Ok(());
        };
        let message = format!("{} {} cannot be rebuilt: {why}", metadata.oid, metadata.pack_hash);
        let help = match &metadata.provenance.commit {
            Some(commit) => format!("check out the commit {commit}, and run it there"),
            None => "run it where the sources are that its metadata.json names".to_owned(),
        };
        Err(Box::new(Diagnostic::error(Code::SourceNotFound, message).help(help)))
    }
}

/// Builds the packs of a store again, those of them that are from the sources here.
pub(super) fn store(
    store: &dyn Store,
    folder: Folder,
    context: &Context<'_>,
    report: &mut Report,
) -> Result<(), Diagnostics> {
    let rebuild = Rebuild::new(context)?;
    let (mut told, mut untold) = (0u64, Diagnostics::new());
    for found in block_on(copy::finished(store, folder))?? {
        let Of::Pack(oid) = &found.of else { continue };
        let pack = block_on(copy::manifest(store, oid, found.hash))??;
        let metadata = serde_json::from_slice(pack.manifest()).map_err(|error| {
            let message = format!("the manifest of {oid} {} cannot be read: {error}", found.hash);
            Diagnostic::error(Code::MetadataInvalid, message).help("update aegis, if a newer one wrote it")
        })?;
        match rebuild.compare(&metadata) {
            Ok(line) => report.story += &format!("  {line}"),
            Err(failed) if failed.iter().all(|one| one.code == Code::SourceNotFound) => {
                untold.extend(failed);
                continue;
            }
            Err(failed) => report.diagnostics.extend(failed),
        }
        told += 1;
    }
    report.figure("rebuilt", told);
    report.figure("untold", untold.iter().count());
    if told == 0 && !untold.is_empty() {
        return Err(untold);
    }
    // Older packs are from older sources: that is as it should be, and said.
    report
        .diagnostics
        .extend(untold.into_iter().map(|one| Diagnostic { severity: crate::diag::Severity::Note, ..one }));
    Ok(())
}

/// What the build was told to make.
fn emits(metadata: &Metadata) -> BTreeSet<Emit> {
    let made = [
        ("runtime.1337", Emit::Cache),
        ("exports/pack.json", Emit::Json),
        ("exports/pack.yaml", Emit::Yaml),
        ("compiled_oid_maps/domain_oid_map.json", Emit::OidMap),
        ("test_suites/domain_tests.yaml", Emit::Suites),
    ];
    made.into_iter().filter(|(name, _)| metadata.files.contains_key(*name)).map(|(_, emit)| emit).collect()
}

fn differing(before: &BTreeMap<String, FileRecord>, after: &BTreeMap<String, FileRecord>) -> String {
    let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let names = names.into_iter().filter(|name| crate::store::manifest::is_hashed(name));
    let names: Vec<_> =
        names.filter(|name| before.get(*name) != after.get(*name)).map(String::as_str).collect();
    format!("{} differ", names.join(", "))
}
