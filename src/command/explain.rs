//! `aegis explain`: where an OID's or a term's value came from, or what a code means.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::build::{self, Built};
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::oid::Oid;
use crate::pack::canonical;
use crate::pack::model::{Body, Entry, Origin, Statement};
use crate::report::Report;
use crate::text::term_key;

use super::Context;

pub(super) fn run(args: &cli::Explain, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("explain");
    let what = args.what.trim();
    if let Some(code) = Code::find(what) {
        report.data = code.page().to_owned();
        report.answer = Some(json!({"aegis": "answer/v1", "result": {
            "code": code.as_str(), "summary": code.summary(), "exit": code.exit().code(), "page": code.page(),
        }}));
        return Ok(report);
    }
    let looks_like_a_code =
        what.len() > 3 && what.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') && what.contains('_');
    if looks_like_a_code {
        let names: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let help = crate::syntax::suggest(what, &names).map_or_else(
            || format!("the codes are: {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Diagnostic::error(Code::UsageInvalid, format!("there is no code `{what}`"))
            .help(help)
            .into());
    }
    let project = context.project()?;
    let config = project.pack()?;
    let sources = build::read(&project, config);
    let (built, diagnostics) = build::judge(&sources, config);
    report.diagnostics.extend(diagnostics);
    let result = match what.parse::<Oid>() {
        Ok(oid) => explain_oid(&built, &oid, &mut report.data),
        Err(_) => explain_term(&built, what, &mut report.data),
    };
    if result.is_null() {
        let message = format!("neither the pack nor any of its layers has `{what}`");
        let help = "write an OID, a term as the pack writes it, or a code";
        report.diagnostics.push(Diagnostic::error(Code::NotFound, message).help(help));
    }
    report.answer = Some(json!({"aegis": "answer/v1", "result": result}));
    Ok(report)
}

fn at(built: &Built<'_>, origin: &Origin) -> String {
    let name = built.names.get(origin.source as usize).map_or("?", |name| name);
    format!("{name}:{}", origin.line)
}

/// What each layer says of an OID, most specific first, and what came of it.
fn explain_oid(built: &Built<'_>, oid: &Oid, out: &mut String) -> Value {
    let statements: Vec<_> = built
        .layers
        .iter()
        .rev()
        .filter_map(|layer| layer.binary_search_by(|s| s.oid().cmp(oid)).ok().map(|i| &layer[i]))
        .collect();
    if statements.is_empty() {
        return Value::Null;
    }
    let found = built.entries.binary_search_by(|entry| entry.oid.cmp(oid)).ok().map(|i| &built.entries[i]);
    match found {
        Some(entry) => {
            let title = entry.title.map(|title| format!(" — {title}")).unwrap_or_default();
            let _ = writeln!(out, "{oid} {} {}{title}", entry.body.kind(), entry.version);
        }
        None => {
            let _ = writeln!(out, "{oid} is not in the merged pack");
        }
    }
    let mut stated = Vec::new();
    for statement in &statements {
        let origin = statement.origin();
        let role = role(statement, found.map(|entry| &**entry));
        let place = at(built, origin);
        let _ = writeln!(
            out,
            "  {:<7} {:<9} {role:<22} {place}",
            origin.layer.as_str(),
            statement.version().to_string()
        );
        stated.push(json!({
            "layer": origin.layer.as_str(), "version": statement.version().to_string(), "role": role,
            "source": built.names.get(origin.source as usize).map(|name| name.to_string()), "line": origin.line,
        }));
    }
    if let Some(entry) = found {
        terms(built, entry, out);
    }
    let entry = found.and_then(|entry| canonical::with_origin(entry, &built.names).to_value().ok());
    json!({"oid": oid.to_string(), "entry": entry, "statements": stated})
}

fn role(statement: &Statement<'_>, found: Option<&Entry<'_>>) -> &'static str {
    let Some(entry) = found else {
        return if statement.entry().is_some() { "removed" } else { "removes it" };
    };
    let is_winner = entry.origin.layer == statement.origin().layer;
    let united = matches!(&entry.body, Body::Lexicon(lexicon)
        if lexicon.stated.iter().any(|stated| stated.layer == statement.origin().layer));
    match statement {
        Statement::Remove(_) => "removed what was below",
        Statement::Define(_) if is_winner && entry.origin.preferred => "wins (preferred)",
        Statement::Define(_) if is_winner => "wins",
        Statement::Define(_) if united => "united with it",
        Statement::Define(_) => "overridden",
    }
}

/// Where each term of a lexicon comes from.
fn terms(built: &Built<'_>, entry: &Entry<'_>, out: &mut String) {
    let Body::Lexicon(lexicon) = &entry.body else { return };
    for term in &lexicon.terms {
        let Some(stated) = lexicon.stated_of(term) else { continue };
        let name = built.names.get(stated.source as usize).map_or("?", |name| name);
        let _ = writeln!(out, "    {:<24} {:<7} {name}:{}", term.term, stated.layer.as_str(), term.line);
    }
}

/// Every sense of a term or alias, in look-up order, with its place.
fn explain_term(built: &Built<'_>, text: &str, out: &mut String) -> Value {
    let key = term_key(text);
    let mut senses = Vec::new();
    for entry in &built.entries {
        let Body::Lexicon(lexicon) = &entry.body else { continue };
        for term in &lexicon.terms {
            let alias = term.aliases().iter().find(|alias| term_key(alias) == key);
            if (term.key == key || alias.is_some())
                && let Some(stated) = lexicon.stated_of(term)
            {
                senses.push((stated, &entry.oid, term, alias));
            }
        }
    }
    senses.sort_by(|a, b| b.0.layer.cmp(&a.0.layer).then_with(|| a.1.cmp(b.1)));
    let mut found = Vec::new();
    for (stated, oid, term, alias) in senses {
        let name = built.names.get(stated.source as usize).map_or("?", |name| name);
        let through = alias.map(|alias| format!(", by its alias `{alias}`")).unwrap_or_default();
        let _ = writeln!(
            out,
            "{} ({}; {} {oid}){through}\n    {}\n    {name}:{}",
            term.term,
            term.register.as_str(),
            stated.layer.as_str(),
            term.meaning,
            term.line
        );
        found.push(json!({
            "oid": oid.to_string(), "term": term.term, "meaning": term.meaning, "register": term.register.as_str(),
            "layer": stated.layer.as_str(), "alias": alias, "source": name, "line": term.line,
            "version": stated.version.to_string(),
        }));
    }
    if found.is_empty() { Value::Null } else { found.into() }
}
