//! `aegis build`: merge, validate and export the runtime pack.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::build::{self, Compile, Compiled, Emit};
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::pack::metadata::{Metadata, Provenance};
use crate::pack::model::{Entry, Layer};
use crate::pack::swap::Swap;
use crate::project::Project;
use crate::report::tree::{Leaf, Tree, tree};
use crate::report::{Report, page};

use super::pull::Mode;
use super::{Context, version};

/// What a build left behind, for the commands that go on with it.
pub(super) struct Finished {
    /// Where it is.
    pub(super) target: PathBuf,
    /// Its passport.
    pub(super) metadata: Metadata,
}

pub(super) fn run(args: &cli::Build, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let project = context.project()?;
    let mut report = Report::new("build");
    let target = args
        .output
        .as_ref()
        .map_or_else(|| context.host.cwd().join("aegis-runtime"), |path| context.host.cwd().join(path));
    if let Some(built) = build(&project, args, target, None, context, &mut report)? {
        report.story = super::summary::built(&project, &built.metadata, &built.target, context);
    }
    Ok(report)
}

/// Builds into `target`; `store` takes the place of the project's. `None` if the pack is not sound: the report says why, and nothing was written.
pub(super) fn build(
    project: &Project,
    args: &cli::Build,
    target: PathBuf,
    store: Option<&str>,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Option<Finished>, Diagnostics> {
    let config = project.pack()?;
    let progress = context.progress("reading sources");
    let mode = if args.locked { Mode::Locked } else { Mode::Add };
    super::pull::ensure(project, mode, false, context)?;
    let sources = build::read(project, config);
    progress.step("merging");
    let (built, diagnostics) = build::judge(&sources, config);
    let failed = diagnostics.has_errors();
    report.diagnostics.extend(diagnostics);
    if failed {
        return Ok(None);
    }
    let resolved = version::resolve(project, config, &built, store, context, report)?;
    let version = resolved.version.to_string();
    if report.diagnostics.has_errors() {
        report.page.tree = picture(&built.entries);
        return Ok(None);
    }
    progress.step("compiling");
    let emit: BTreeSet<Emit> = if args.emit.is_empty() {
        Emit::ALL.into_iter().collect()
    } else {
        args.emit.iter().map(|emit| emit_of(*emit)).collect()
    };
    let compile = Compile {
        config,
        version: &version,
        tag_prefix: &project.release.prefix,
        emit: &emit,
        provenance: provenance(context, project),
        target: &target,
    };
    let (compiled, tree) =
        rayon::join(|| build::compile(&built, &sources, compile), || picture(&built.entries));
    let Compiled { metadata, swap, replaced } = compiled?;
    report.page.tree = tree;
    // Both take a while, and neither needs the other.
    rayon::join(|| drop(replaced), || drop(built));
    if swap == Swap::Briefly {
        let message = "this file system cannot exchange two folders at once: for a moment there was no runtime directory";
        report.diagnostics.push(Diagnostic::warning(Code::OutputFailed, message).help(
            "build onto a file system that can (ext4, XFS, Btrfs, tmpfs), if agents read it meanwhile",
        ));
    }
    tell(project, &metadata, (resolved.bump, &target), report);
    report.figure("pack", &metadata.name);
    report.figure("version", &metadata.version);
    report.figure("packHash", &metadata.pack_hash);
    report.figure("contentHash", &metadata.content_hash);
    report.figure("counts", &metadata.counts);
    report.output("version", &metadata.version);
    report.output("bump", resolved.bump);
    report.output("pack-hash", &metadata.pack_hash);
    report.output("pack-path", project.workspace.show(&target));
    report.output("tags", &metadata.tags);
    Ok(Some(Finished { target, metadata }))
}

/// How many OIDs a picture shows.
const MOST_SHOWN: usize = 160;

fn picture(entries: &[std::sync::Arc<Entry<'_>>]) -> Tree {
    let arcs: Vec<Vec<u64>> = entries.iter().map(|entry| entry.oid.arcs().collect()).collect();
    let leaves = entries.iter().zip(&arcs).map(|(entry, arcs)| Leaf {
        arcs,
        title: entry.title,
        kind: entry.body.kind(),
    });
    tree(leaves, MOST_SHOWN)
}

/// What pages tell of the pack.
fn tell(project: &Project, metadata: &Metadata, (bump, target): (&str, &Path), report: &mut Report) {
    let count = |name: &str| metadata.counts.get(name).copied().unwrap_or(0);
    report.page.pack = Some(page::Pack {
        name: metadata.name.clone(),
        oid: metadata.oid.to_string(),
        version: metadata.version.clone(),
        bump: bump.to_owned(),
        hash: metadata.pack_hash.clone(),
        path: project.workspace.show(target),
        layers: Layer::ALL
            .map(|layer| (layer.as_str(), count(&format!("{}Entries", layer.as_str()))))
            .to_vec(),
        terms: count("terms"),
    });
    report.page.files = metadata.files.iter().map(|(name, file)| (name.clone(), file.size)).collect();
}

fn emit_of(emit: cli::Emit) -> Emit {
    match emit {
        cli::Emit::Cache => Emit::Cache,
        cli::Emit::Json => Emit::Json,
        cli::Emit::Yaml => Emit::Yaml,
        cli::Emit::OidMap => Emit::OidMap,
        cli::Emit::Suites => Emit::Suites,
    }
}

/// Who builds: the runner's variables, else what git says of the checkout.
pub(super) fn provenance(context: &Context<'_>, project: &Project) -> Provenance {
    let var = |name: &str| context.host.var(name).map(str::to_owned);
    let run = match (var("GITHUB_SERVER_URL"), var("GITHUB_REPOSITORY"), var("GITHUB_RUN_ID")) {
        (Some(server), Some(repository), Some(run)) => {
            Some(format!("{server}/{repository}/actions/runs/{run}"))
        }
        _ => None,
    };
    Provenance {
        commit: var("GITHUB_SHA").or_else(|| super::git::head(project.workspace.top())),
        r#ref: var("GITHUB_REF"),
        repository: var("GITHUB_REPOSITORY"),
        run,
        tool: "aegis".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        workflow: var("GITHUB_WORKFLOW"),
    }
}
