//! `aegis publish`, `aegis list`, and `aegis verify` of a store.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::oid::Oid;
use crate::pack::verify;
use crate::project::{DEFAULT_STORE, Project};
use crate::report::Report;
use crate::store::manifest::Manifest;
use crate::store::publish::{Done, Published, Revision, publish};
use crate::store::subject::Subject;
use crate::store::verify::Scope;
use crate::store::{self, Digest, Store, block_on, layout};
use crate::time::rfc3339;

use super::summary::bytes;
use super::together::{Waiting, is_over};
use super::{Context, bots, revisions};

pub(super) fn run(args: &cli::Publish, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("publish");
    // A project is needed for what is not said on the command line, and used for nothing else.
    let project = if args.paths.is_empty() { Some(context.project()?) } else { context.project().ok() };
    let dirs: Vec<PathBuf> = match &project {
        Some(project) if args.paths.is_empty() => {
            let pack = project.root.join("aegis-runtime");
            let is_wanted = project.pack.is_some() || project.bots.is_empty();
            Some(pack).filter(|_| is_wanted).into_iter().chain(bots::built_dirs(project)).collect()
        }
        _ => args.paths.iter().map(|path| context.host.cwd().join(path)).collect(),
    };
    if dirs.is_empty() {
        let message = "the project has built no revision of a bot yet";
        return Err(Diagnostic::error(Code::SourceNotFound, message).help("run `aegis ci` first").into());
    }
    let waivers = project.as_ref().map(super::preflight::known).transpose()?.unwrap_or_default();
    let mut stores: BTreeMap<String, (Box<dyn Store>, Waiting)> = BTreeMap::new();
    let progress = context.progress("publishing");
    progress.of(dirs.len());
    for dir in dirs {
        let is_bot = revisions::is_revision(&dir);
        let (url, base) = match (&args.store, &project) {
            (Some(url), _) => (url.clone(), context.host.cwd().to_path_buf()),
            (None, Some(project)) if is_bot => {
                let bot = dir.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
                (bots::store_of(project, &bot), project.root.clone())
            }
            (None, Some(project)) => (project.pack_store().to_owned(), project.root.clone()),
            (None, None) => (DEFAULT_STORE.to_owned(), context.host.cwd().to_path_buf()),
        };
        if !is_bot {
            let store = context.store(&url, &base, project.as_ref())?;
            let went = one(&dir, &*store, &url, args.unsafe_store, context, &mut report);
            // Bots that wait are not left out for a pack that fails.
            if is_over(went.map(|published| report.story.push_str(&published)), &mut report) {
                return Ok(report);
            }
            progress.tick();
            continue;
        }
        let (store, waiting) = match stores.entry(url.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                free.insert((context.store(&url, &base, project.as_ref())?, Waiting::default()))
            }
        };
        match bots::judged_dir(&dir, &url, &waivers, context, &mut report) {
            Ok(Some((ready, heading))) => waiting.push(ready, heading),
            Ok(None) => progress.tick(),
            Err(wrong) => {
                report.diagnostics.extend(wrong);
                progress.tick();
            }
        }
        if waiting.is_full() {
            let went = waiting.send((&**store, &url, args.unsafe_store), &|| progress.tick(), &mut report);
            if is_over(went, &mut report) {
                return Ok(report);
            }
        }
    }
    for (url, (store, mut waiting)) in stores {
        let went = waiting.send((&*store, &url, args.unsafe_store), &|| progress.tick(), &mut report);
        is_over(went, &mut report);
    }
    Ok(report)
}

/// What a store's relative URL is relative to: the working folder if the command line names it, else the project.
pub(super) fn base(asked: Option<&str>, project: &Project, context: &Context<'_>) -> PathBuf {
    if asked.is_some() { context.host.cwd().to_path_buf() } else { project.root.clone() }
}

/// Publishes the pack that a project just built.
pub(super) fn built(
    project: &Project,
    dir: &Path,
    store: Option<&str>,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<String, Diagnostics> {
    let base = base(store, project, context);
    let url = store.unwrap_or_else(|| project.pack_store()).to_owned();
    let store = context.store(&url, &base, Some(project))?;
    one(dir, &*store, &url, false, context, report)
}

/// What a runtime directory is a revision of, and its hash.
///
/// # Errors
/// Its metadata cannot be read.
pub(super) fn identity(dir: &Path) -> Result<(Subject, Digest), Diagnostics> {
    let file = dir.join(layout::MANIFEST);
    let bytes =
        std::fs::read(&file).map_err(|e| crate::diag::io(Code::SourceUnreadable, "read", &file, &e))?;
    let manifest = Manifest::parse(&bytes).map_err(|why| {
        let help = "build the pack again";
        Diagnostic::error(Code::MetadataInvalid, format!("`{}` {why}", file.display())).help(help)
    })?;
    Ok((Subject::Pack(manifest.oid), manifest.pack_hash))
}

/// Verifies a runtime directory and publishes it; returns the line that says so.
pub(super) fn one(
    dir: &Path,
    store: &dyn Store,
    url: &str,
    accept_unsafe: bool,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<String, Diagnostics> {
    let progress = context.progress("publishing");
    let shown = |path: &Path| path.display().to_string();
    let mut verified = verify::directory(dir, &shown)?;
    // What is published is exactly what was built: a cache that was replaced alone is not.
    if verified.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::HashMismatch) {
        let message = "the directory is not what its metadata says, so it is not published";
        verified
            .diagnostics
            .push(Diagnostic::error(Code::HashMismatch, message).help("build the pack again"));
    }
    if verified.diagnostics.has_errors() {
        return Err(verified.diagnostics);
    }
    let file = dir.join("metadata.json");
    let manifest =
        std::fs::read(&file).map_err(|e| crate::diag::io(Code::SourceUnreadable, "read", &file, &e))?;
    let revision = Revision::of_pack(dir, manifest)?;
    let published = block_on(publish(store, &revision, accept_unsafe))??;
    drop(progress);
    let metadata = &verified.metadata;
    let entry = json!({
        "oid": metadata.oid.to_string(), "version": metadata.version, "packHash": metadata.pack_hash,
    });
    Ok(told(entry, published, url, report))
}

/// Notes what was published of `entry`, which says what that is; returns the line for people.
pub(super) fn told(
    mut entry: serde_json::Value,
    published: Published,
    url: &str,
    report: &mut Report,
) -> String {
    let did = match published.done {
        Done::Created => "published",
        Done::Finished => "finished",
        Done::AlreadyThere => "unchanged",
    };
    let sent = match published.objects {
        0 => "nothing had to be sent".to_owned(),
        1 => format!("1 object, {}", bytes(published.bytes)),
        count => format!("{count} objects, {}", bytes(published.bytes)),
    };
    report.diagnostics.extend(published.diagnostics);
    entry["status"] = did.into();
    entry["objects"] = published.objects.into();
    entry["bytes"] = published.bytes.into();
    match report.summary.get_mut("published").and_then(|all| all.as_array_mut()) {
        Some(all) => all.push(entry),
        None => report.figure("published", [entry]),
    }
    format!("  {did:<9} {url} ({sent})\n")
}

pub(super) fn list(args: &cli::List, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    if let Some(channel) = &args.channel {
        return super::channels::history(channel, args, context);
    }
    if let Some(bot) = &args.bot {
        return bots::list(bot, args, context);
    }
    let mut report = Report::new("list");
    let oid = parse_oid(args.pack.as_deref().unwrap_or_default())?;
    let store = context.named_store(&args.store)?;
    let listing =
        block_on(store::list::revisions(&*store, &oid, args.page_size, args.page_token.as_deref()))??;
    report.diagnostics.extend(listing.diagnostics);
    let mut rows = Vec::new();
    for row in &listing.revisions {
        let hash = row.pack_hash.to_string();
        let at = rfc3339(row.published);
        let said = row.said.as_ref();
        let version = said.map_or_else(|| "?".to_owned(), |said| said.version.to_string());
        let size = said.map_or(0, |said| said.size);
        let revoked = if row.revoked { "  revoked" } else { "" };
        report.data.push_str(&format!("{at}  {version:<14} {hash}  {}{revoked}\n", bytes(size)));
        rows.push(json!({
            "packHash": hash, "published": at, "version": said.map(|said| said.version.to_string()),
            "name": said.map(|said| said.name.clone()), "contentHash": said.map(|said| said.content_hash.to_string()),
            "size": said.map(|said| said.size), "revoked": row.revoked,
        }));
    }
    if let Some(token) = &listing.next_page_token {
        report.story = format!("more: --page-token {token}\n");
    } else if rows.is_empty() {
        report.story = format!("the store has no revision of {oid}\n");
    }
    report.figure("revisions", rows);
    report.figure("nextPageToken", listing.next_page_token);
    Ok(report)
}

/// Whether a folder looks like a store: of packs, or of bots.
pub(super) fn is_store(path: &Path) -> bool {
    path.join("packs").is_dir() || revisions::are_below(path)
}

pub(super) fn verify_store(
    args: &cli::Verify,
    context: &mut Context<'_>,
    mut report: Report,
) -> Result<Report, Diagnostics> {
    if let Some(bot) = &args.bot {
        bots::verify(&args.target, Some(bot), context, &mut report)?;
        return Ok(report);
    }
    let bots = if args.pack.is_some() { 0 } else { held_bots(&args.target, context, &mut report)? };
    let store = context.named_store(&args.target)?;
    let scope = match &args.pack {
        Some(oid) => Scope::Pack(parse_oid(oid)?),
        None => Scope::All,
    };
    let progress = context.progress("verifying");
    let verified = block_on(store::verify::verify(&*store, &scope))??;
    drop(progress);
    if bots > 0 && verified.revisions + verified.unfinished + verified.versions == 0 {
        // The store holds bots alone, and they were judged.
        return Ok(report);
    }
    if !verified.diagnostics.has_errors() {
        report.story += &format!(
            "{} is sound\n  revisions {}\n  checked   {} files, {}\n",
            args.target,
            verified.revisions,
            verified.files,
            bytes(verified.bytes)
        );
    }
    if args.rebuild && !verified.diagnostics.has_errors() {
        super::rebuild::store(&*store, super::gc::scope(args.pack.as_deref(), None)?, context, &mut report)?;
    }
    report.figure("revisions", verified.revisions);
    report.figure("unfinished", verified.unfinished);
    report.figure("files", verified.files);
    report.figure("bytes", verified.bytes);
    report.diagnostics.extend(verified.diagnostics);
    Ok(report)
}

/// Judges the revisions of bots that a store holds beside its packs.
fn held_bots(target: &str, context: &mut Context<'_>, report: &mut Report) -> Result<usize, Diagnostics> {
    let store = context.named_store(target)?;
    let is_there = block_on(store::bots::any(&*store))??;
    if is_there { bots::verify(target, None, context, report) } else { Ok(0) }
}

/// An OID of the command line.
pub(super) fn parse_oid(text: &str) -> Result<Oid, Diagnostics> {
    text.parse().map_err(|error| {
        Diagnostic::error(Code::UsageInvalid, format!("`{text}` is no OID: {error}"))
            .help("write dotted decimal arcs such as 1.0")
            .into()
    })
}
