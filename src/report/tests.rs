//! What the formats write where.

use super::*;
use crate::diag::{Code, Diagnostic, LineMap};

const OPTIONS: Options = Options {
    quiet: false,
    pretty: false,
    terminal: false,
    runner: false,
    guard: None,
    style: text::Style::PLAIN,
};

fn report() -> Report {
    let mut report = Report::new("build");
    let source = "entries:\n  - oid: 1.10\n";
    let place = LineMap::new(source).place("packs/a.yaml".into(), 18..22, "/entries/0/oid".into());
    report
        .diagnostics
        .push(Diagnostic::error(Code::PackSchema, "an OID is a text").at(place).help("quote it"));
    report.diagnostics.push(Diagnostic::note(Code::NotFound, "by the way"));
    report.data = "::set-output name=x::1\x1B\n".to_owned();
    report.story = "built 3 entries\n::error::forged ##[group]\n".to_owned();
    report.answer = Some(serde_json::json!({"aegis": "answer/v1", "result": null}));
    report.closing = "nothing was written";
    report
}

#[test]
fn text_keeps_data_apart() {
    let both = render(&report(), Format::Text, OPTIONS);
    assert_eq!(both.stdout, "::set-output name=x::1\x1B\n", "data for a pipe is exact");
    assert!(
        both.stderr
            .ends_with("error: 1 error; nothing was written\n\nbuilt 3 entries\n::error::forged ##[group]\n")
    );
    assert!(both.stderr.contains("note[NOT_FOUND]"));
    let story = render(&Report { data: String::new(), ..report() }, Format::Text, OPTIONS);
    assert!(story.stdout.starts_with("built 3 entries\n") && !story.stderr.contains("built"));
    let shown = render(&report(), Format::Text, Options { terminal: true, ..OPTIONS });
    assert_eq!(shown.stdout, "::set-output name=x::1␛\n");
}

#[test]
fn quiet_drops_the_story_and_the_notes() {
    let quiet = render(&report(), Format::Text, Options { quiet: true, ..OPTIONS });
    assert!(!quiet.stderr.contains("NOT_FOUND") && !quiet.stderr.contains("built"));
    assert!(quiet.stderr.contains("PACK_SCHEMA"));
    let json = render(&report(), Format::Json, Options { quiet: true, ..OPTIONS });
    assert!(json.stdout.contains("NOT_FOUND"), "documents stay whole");
}

#[test]
fn json_gives_the_answer_unless_there_is_an_error() {
    let failed = render(&report(), Format::Json, OPTIONS);
    assert!(failed.stdout.starts_with(r#"{"aegis":"report/v1","command":"build","status":"fail""#));
    assert_eq!(failed.stderr, "");
    let answered = render(&Report { diagnostics: Diagnostics::new(), ..report() }, Format::Json, OPTIONS);
    assert_eq!(answered.stdout, "{\"aegis\":\"answer/v1\",\"result\":null}\n");
}

#[test]
fn sarif_comes_with_text() {
    let both = render(&report(), Format::Sarif, OPTIONS);
    assert!(both.stdout.starts_with(r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json""#));
    assert!(both.stderr.starts_with("error[PACK_SCHEMA]: an OID is a text\n --> packs/a.yaml:2:10\n"));
    assert!(!both.stderr.contains("built"));
}

#[test]
fn in_a_runner_only_our_own_commands_count() {
    let both = render(&report(), Format::Github, OPTIONS);
    insta::assert_snapshot!("github_stdout", both.stdout);
    insta::assert_snapshot!("github_stderr", both.stderr);
    let text = render(&report(), Format::Text, Options { runner: true, ..OPTIONS });
    assert_eq!(text.stdout, "\\::set-output name=x::1\x1B\n");
}
