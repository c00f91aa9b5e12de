//! From the texts of sources to statements, with what was wrong as diagnostics. Pure: the bytes are already read.

use std::sync::Arc;

use rayon::prelude::*;

use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Place};
use crate::layer::{Limits, TextLimits};
use crate::oid::Oid;
use crate::source::{Content, SourceText};
use crate::syntax::{Format, ProblemKind, Text};

use super::decode::{Decoded, decode, decode_json};
use super::from_cache;
use super::model::{Layer, SourceId};

pub use super::model::Loaded;

/// Loads all sources.
pub fn load<'a>(sources: &'a [SourceText], limits: &Limits) -> (Loaded<'a>, Diagnostics) {
    let mut loaded =
        Loaded { names: sources.iter().map(|s| Arc::clone(&s.file.name)).collect(), ..Loaded::default() };
    let mut diagnostics = Diagnostics::new();
    let parts: Vec<_> = sources
        .par_iter()
        .with_max_len(1)
        .enumerate()
        .map(|(number, source)| load_text(source, number as SourceId, limits))
        .collect();
    for (source, (decoded, problems)) in sources.iter().zip(parts) {
        diagnostics.extend(problems);
        loaded.documents.extend(decoded.document);
        loaded.statements.extend(decoded.statements);
        loaded.broken.extend(decoded.broken);
        if let Content::Cache(pack) = &source.content {
            match from_cache::load(
                pack,
                (source.file.layer, &source.file.shown),
                bounds(source, limits),
                &mut loaded,
            ) {
                Ok(()) => {}
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
    }
    diagnostics.extend(too_many(&loaded, sources, limits));
    (loaded, diagnostics)
}

fn load_text<'a>(source: &'a SourceText, number: SourceId, limits: &Limits) -> (Decoded<'a>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let Content::Text(text, format) = &source.content else { return (Decoded::default(), diagnostics) };
    let bounded = bounds(source, limits);
    if *format == Format::Json
        && let Some(decoded) = decode_json(text, source.file.layer, number, bounded)
    {
        return (decoded, diagnostics);
    }
    let tree = match text.parse(*format) {
        Ok(Some(tree)) => tree,
        Ok(None) => {
            let diagnostic = Diagnostic::error(Code::PackSchema, "the file is empty")
                .at(Place {
                    line: 1,
                    column: 1,
                    end_line: 1,
                    end_column: 1,
                    ..Place::file(source.file.shown.clone())
                })
                .help("write a cache document (`aegis: cache/v1`), or remove the file");
            diagnostics.push(diagnostic);
            return (Decoded::default(), diagnostics);
        }
        Err(errors) => {
            let lines = LineMap::new(text.as_str());
            for error in errors {
                let place = lines.place(source.file.shown.clone(), error.range, String::new());
                diagnostics
                    .push(Diagnostic::error(Code::PackSyntax, error.message).at(place).help(error.help));
            }
            let broken = mentioned(text, *format);
            return (Decoded { broken, ..Decoded::default() }, diagnostics);
        }
    };
    let mut decoded = decode(&tree, source.file.layer, number, bounded);
    if !decoded.problems.is_empty() {
        let lines = LineMap::new(text.as_str());
        for problem in std::mem::take(&mut decoded.problems) {
            let code = match problem.kind {
                ProblemKind::Schema => Code::PackSchema,
                ProblemKind::Oid => Code::OidInvalid,
                ProblemKind::Version => Code::VersionInvalid,
                ProblemKind::Other(code) => code,
            };
            let place = lines.place(source.file.shown.clone(), problem.range, problem.pointer);
            diagnostics.push(Diagnostic::error(code, problem.message).at(place).help(problem.help));
        }
    }
    (decoded, diagnostics)
}

/// Only the local layer is bounded.
fn bounds(source: &SourceText, limits: &Limits) -> Option<TextLimits> {
    (source.file.layer == Layer::Local).then(|| limits.texts())
}

/// The OIDs that a text which cannot be parsed seems to define: references to them are no errors of their own.
fn mentioned(text: &Text, format: Format) -> Vec<Oid> {
    let key = if format == Format::Json { "\"oid\"" } else { "oid" };
    let after = text.as_str().split(key).skip(1);
    let value = |rest: &str| {
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        let rest = rest.strip_prefix(':')?.trim_start().trim_start_matches(['"', '\'']);
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        rest[..end].parse().ok()
    };
    after.filter_map(value).collect()
}

/// The local layer's bound on entries, reported at the first that is too many.
fn too_many(loaded: &Loaded<'_>, sources: &[SourceText], limits: &Limits) -> Option<Diagnostic> {
    let mut local = loaded.statements.iter().filter(|s| s.origin().layer == Layer::Local);
    let first = local.nth(limits.max_entries)?.origin();
    let count = limits.max_entries + 1 + local.count();
    let message = format!("the local layer has {count} entries, it may have {}", limits.max_entries);
    let place = match sources.get(first.source as usize) {
        Some(source) => Place::line(source.file.shown.clone(), first.line),
        None => Place::file(loaded.names.get(first.source as usize)?.clone()),
    };
    let help = "remove what the site does not need, or raise `pack.limits.local.max_entries` in aegis.yaml";
    Some(Diagnostic::error(Code::LimitExceeded, message).at(place).help(help))
}
