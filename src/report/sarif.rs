//! SARIF 2.1.0, for code scanning: one run, a rule for each code that was used, a result for each diagnostic.
//!
//! Small types of our own for the small part of SARIF that is written. A diagnostic without a place becomes a
//! notification of the invocation: GitHub refuses a whole file for one result without a location.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::exit::Exit;

use super::{Report, json};

/// A log with one run.
#[derive(Debug, Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    invocations: [Invocation<'a>; 1],
    results: Vec<Outcome<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties<'a>>,
}

/// What SARIF has no place for.
#[derive(Debug, Serialize)]
struct Properties<'a> {
    /// Every check of every revision, as the JSON report has them. Not as results of the kind `pass`: code scanning would
    /// show each as an alert.
    preflight: &'a serde_json::Value,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message<'static>,
    help: Help,
}

#[derive(Debug, Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Debug, Serialize)]
struct Message<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    exit_code: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Debug, Serialize)]
struct Notification<'a> {
    descriptor: Descriptor,
    level: &'static str,
    message: Message<'a>,
}

#[derive(Debug, Serialize)]
struct Descriptor {
    id: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Debug, Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical<'a> {
    fully_qualified_name: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

/// The log of a report, as JSON with a final line break.
pub fn write(report: &Report, pretty: bool) -> String {
    json::write(&log(report), pretty)
}

fn log(report: &Report) -> Log<'_> {
    let codes: BTreeSet<Code> = report.diagnostics.iter().map(|one| one.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let mut seen = BTreeMap::new();
    let mut results = Vec::new();
    let mut notifications = Vec::new();
    for one in &report.diagnostics {
        match &one.place {
            Some(place) => results.push(outcome(one, place, &codes, &mut seen)),
            None => notifications.push(Notification {
                descriptor: Descriptor { id: one.code.as_str() },
                level: one.severity.as_str(),
                message: message(one),
            }),
        }
    }
    let exit = report.exit();
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "aegis",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    version: env!("CARGO_PKG_VERSION"),
                    rules: codes.iter().map(|&code| rule(code)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: exit == Exit::Success,
                exit_code: exit.code(),
                tool_execution_notifications: notifications,
            }],
            results,
            properties: report.summary.get("preflight").map(|preflight| Properties { preflight }),
        }],
    }
}

fn rule(code: Code) -> Rule {
    Rule {
        id: code.as_str(),
        short_description: Message { text: code.summary().into() },
        help: Help { text: code.page(), markdown: code.page() },
    }
}

fn message(one: &Diagnostic) -> Message<'_> {
    match &one.help {
        Some(help) => Message { text: format!("{}\nhelp: {help}", one.message).into() },
        None => Message { text: one.message.as_str().into() },
    }
}

fn outcome<'a>(
    one: &'a Diagnostic,
    place: &'a Place,
    codes: &[Code],
    seen: &mut BTreeMap<String, usize>,
) -> Outcome<'a> {
    let related = one.related.iter().enumerate();
    Outcome {
        rule_id: one.code.as_str(),
        rule_index: codes.binary_search(&one.code).unwrap_or_default(),
        level: match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        message: message(one),
        locations: [location(place)],
        related_locations: related
            .map(|(i, (place, label))| Location {
                id: Some(i + 1),
                message: Some(Message { text: label.as_str().into() }),
                ..location(place)
            })
            .collect(),
        partial_fingerprints: BTreeMap::from([("aegisFingerprint/v1", fingerprint(one, place, seen))]),
    }
}

/// What stays when lines move: code, file, pointer and message, and a number for those that are equal in all.
fn fingerprint(one: &Diagnostic, place: &Place, seen: &mut BTreeMap<String, usize>) -> String {
    let mut hash = Sha256::new();
    for part in [one.code.as_str(), &place.file, &place.pointer, &one.message] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut text = String::with_capacity(34);
    for byte in hash.finalize().iter().take(16) {
        let _ = write!(text, "{byte:02x}");
    }
    let number = seen.entry(text.clone()).or_default();
    *number += 1;
    let _ = write!(text, ":{number}");
    text
}

fn location(place: &Place) -> Location<'_> {
    let pointer = Some(place.pointer.as_str()).filter(|pointer| !pointer.is_empty());
    Location {
        id: None,
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(&place.file) },
            region: region(place),
        },
        logical_locations: pointer.map(|name| Logical { fully_qualified_name: name }).into_iter().collect(),
        message: None,
    }
}

fn region(place: &Place) -> Option<Region> {
    let number = |n: u32| (n > 0).then_some(n);
    Some(Region {
        start_line: number(place.line)?,
        start_column: number(place.column),
        end_line: number(place.end_line),
        end_column: number(place.end_column),
    })
}

/// A path as a URI reference: a URL stays, an absolute path becomes `file:`, everything else is relative.
fn uri(file: &str) -> String {
    if file.contains("://") {
        return escape(file, true);
    }
    let path = escape(file, false);
    if path.starts_with('/') { format!("file://{path}") } else { path }
}

fn escape(text: &str, is_url: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let keeps = byte.is_ascii_alphanumeric()
            || b"-._~/!$&'()*+,;=@".contains(&byte)
            || (is_url && b":?#[]%".contains(&byte));
        if keeps {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::LineMap;

    fn report(source: &str) -> Report {
        let map = LineMap::new(source);
        let at = |what: &str, pointer: &str| {
            let start = source.find(what).unwrap();
            map.place("packs/mein lager/a:b.yaml".into(), start..start + what.len(), pointer.into())
        };
        let mut report = Report::new("build");
        let other = Place::file("https://example.org/x.yaml#a%20b".into());
        for _ in 0..2 {
            let one = Diagnostic::error(Code::RefNotFound, "`1.0.2` refers to \u{1B} `1.0.9`")
                .at(at("1.0.9", "/entries/0/refs/0"));
            report.diagnostics.push(one.help("define it").related(other.clone(), "the \"other\""));
        }
        report
            .diagnostics
            .push(Diagnostic::warning(Code::RemovedNothing, "nothing").at(Place::file("/tmp/x.yaml".into())));
        report.diagnostics.push(Diagnostic::error(Code::ConfigInvalid, "no project"));
        report
    }

    #[test]
    fn a_log_in_full() {
        let text = write(&report("refs: [1.0.9]\n"), true);
        // The pages change for reasons of their own.
        let is_page = |line: &&str| line.contains("\"markdown\": ") || line.contains("\"text\": \"# ");
        let text: Vec<_> = text.lines().filter(|line| !is_page(line)).collect();
        let text = text.join("\n").replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::with_settings!({filters => vec![(r#""shortDescription": \{[^}]*\}"#, "…")]}, {
            insta::assert_snapshot!(text);
        });
    }

    #[test]
    fn fingerprints_stay_when_lines_move() {
        let prints = |source: &str| -> Vec<_> {
            let log = serde_json::to_value(log(&report(source))).unwrap();
            let results = log["runs"][0]["results"].as_array().unwrap().clone();
            results.iter().map(|r| r["partialFingerprints"]["aegisFingerprint/v1"].clone()).collect()
        };
        let (before, after) = (prints("refs: [1.0.9]\n"), prints("# more\n\nrefs:  [1.0.9]\n"));
        assert_eq!(before, after);
        assert_ne!(before[0], before[1], "equal ones are numbered");
    }

    #[test]
    fn every_result_has_its_rule() {
        let report = report("refs: [1.0.9]\n");
        let log = log(&report);
        let [run] = log.runs;
        for result in &run.results {
            assert_eq!(run.tool.driver.rules[result.rule_index].id, result.rule_id);
        }
        assert!(
            run.tool.driver.rules.iter().any(|rule| rule.id == "CONFIG_INVALID"),
            "notifications have theirs"
        );
    }
}
