//! `aegis inspect`: look into a `.1337` file or a runtime directory.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::cache::Pack;
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::oid::Oid;
use crate::pack::ask::{self, AskError};
use crate::pack::directory::read_metadata;
use crate::pack::model::{Body, Layer};
use crate::pack::to_cache::Meta;
use crate::report::Report;
use crate::source::cache_diagnostic;

use super::Context;
use super::summary::bytes;

pub(super) fn run(args: &cli::Inspect, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("inspect");
    let path = context.host.cwd().join(&args.path);
    let file = if path.is_dir() { path.join("runtime.1337") } else { path.clone() };
    let shown: Arc<str> = args.path.display().to_string().into();
    let pack = open(&file, &path, &shown)?;
    let failed = |error: AskError| match error {
        AskError::Cache(error) => Diagnostics::from(cache_diagnostic(&error, Arc::clone(&shown))),
        AskError::Question(message) => Diagnostic::error(Code::UsageInvalid, message).into(),
    };
    let oid_of = |text: &str| -> Result<Oid, Diagnostics> {
        text.parse().map_err(|error| {
            let help = "write dotted decimal arcs such as 1.0.2";
            Diagnostic::error(Code::UsageInvalid, format!("`{text}` is no OID: {error}")).help(help).into()
        })
    };
    let answer = if let Some(oid) = &args.oid {
        ask::entry(&pack, &oid_of(oid)?).map_err(failed)?
    } else if let Some(oid) = &args.tree {
        ask::tree(&pack, Some(&oid_of(oid)?)).map_err(failed)?
    } else if let Some(term) = &args.term {
        ask::lookup(&pack, term).map_err(|error| failed(error.into()))?
    } else if let Some(text) = &args.scan {
        ask::scan(&pack, text).map_err(|error| failed(error.into()))?
    } else {
        return overview(&pack, &path, &shown, report).map_err(|error| failed(error.into()));
    };
    report.data = text(args, &answer);
    report.answer = Some(json!({"aegis": "answer/v1", "result": answer}));
    Ok(report)
}

fn open(file: &Path, path: &Path, shown: &Arc<str>) -> Result<Pack, Diagnostics> {
    if !file.exists() {
        let what = if path.is_dir() { "there is no runtime.1337 in it" } else { "there is no such file" };
        let message = format!("`{shown}`: {what}");
        let help = "name a .1337 file or a runtime directory; `aegis build` makes one";
        return Err(Diagnostic::error(Code::SourceNotFound, message)
            .at(Place::file(Arc::clone(shown)))
            .help(help)
            .into());
    }
    Ok(Pack::open(file).map_err(|error| cache_diagnostic(&error, Arc::clone(shown)))?)
}

/// An answer as people read it.
fn text(args: &cli::Inspect, answer: &Value) -> String {
    let str_of = |value: &Value, name: &str| value[name].as_str().unwrap_or("").to_owned();
    let items = answer.as_array().map_or(&[][..], Vec::as_slice);
    let mut out = String::new();
    if answer.is_null() {
        return "the pack does not have it\n".to_owned();
    }
    if args.term.is_some() {
        for sense in items {
            let (oid, layer) = (str_of(sense, "oid"), str_of(sense, "layer"));
            let (term, register) = (str_of(sense, "term"), str_of(sense, "register"));
            let _ = writeln!(out, "{term} ({register}; {layer} {oid})\n    {}", str_of(sense, "meaning"));
        }
    } else if args.tree.is_some() {
        items.iter().for_each(|oid| out.push_str(&format!("{}\n", oid.as_str().unwrap_or(""))));
    } else if let Some(text) = &args.scan {
        for hit in items {
            let (start, end) =
                (hit["start"].as_u64().unwrap_or(0) as usize, hit["end"].as_u64().unwrap_or(0) as usize);
            let found = text.get(start..end).unwrap_or("");
            let _ = writeln!(out, "{start}..{end}  {found}  {}  {}", str_of(hit, "term"), str_of(hit, "oid"));
        }
    } else {
        return serde_json::to_string_pretty(answer).unwrap_or_default() + "\n";
    }
    if out.is_empty() {
        out.push_str(if args.tree.is_some() { "it has no children\n" } else { "no term of the pack\n" });
    }
    out
}

/// What a file is and holds.
fn overview(
    pack: &Pack,
    path: &Path,
    shown: &str,
    mut report: Report,
) -> Result<Report, crate::cache::Error> {
    let meta: Meta = serde_json::from_slice(pack.meta()?).map_err(|_| crate::cache::Error::Malformed {
        section: crate::cache::Section(*b"META"),
        offset: 0,
        what: "it is no description",
    })?;
    let kind = match pack.kind() {
        0 => "merged pack".to_owned(),
        layer => {
            format!("{} layer", Layer::ALL.get(layer as usize - 1).map_or("unknown", |layer| layer.as_str()))
        }
    };
    let mut kinds = [0_usize; 6];
    for entry in pack.entries() {
        kinds[usize::from(entry?.kind()).min(5)] += 1;
    }
    let root = crate::pack::canonical::hex(pack.root());
    let names = Body::KINDS.iter().copied().chain(["tombstone"]);
    let counts: Vec<_> = names.zip(kinds).filter(|(_, count)| *count > 0).collect();
    let words: Vec<_> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    let mut out = format!(
        "{} {} ({})\n  file      {shown}: {kind}, {}, format {}\n  entries   {} ({})\n  terms     {}\n  root      {root}\n",
        meta.name,
        meta.version,
        meta.oid,
        bytes(pack.size() as u64),
        pack.format().0,
        pack.len(),
        words.join(", "),
        pack.terms(),
    );
    if path.is_dir()
        && let Ok(metadata) = read_metadata(path)
    {
        let _ = writeln!(out, "  identity  {}\n  content   {}", metadata.pack_hash, metadata.content_hash);
        report.figure("packHash", &metadata.pack_hash);
        report.figure("contentHash", &metadata.content_hash);
    }
    out.push_str("  sections\n");
    for (section, offset, length, items) in pack.sections() {
        let _ = writeln!(
            out,
            "    {:<24} at {offset:>9}  {:>9}  {items:>8} items",
            section.to_string(),
            bytes(length)
        );
    }
    report.figure("name", &meta.name);
    report.figure("oid", &meta.oid);
    report.figure("version", &meta.version);
    report.figure("kind", kind);
    report.figure("entries", pack.len());
    report.figure("terms", pack.terms());
    report.figure("root", root);
    report.data = out;
    Ok(report)
}
