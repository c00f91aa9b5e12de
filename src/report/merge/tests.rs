//! Parts of a run, and what becomes of them.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::*;
use crate::report::junit::write;

fn document(shard: &str, status: &str, diagnostics: &str) -> String {
    format!(
        r#"{{"aegis":"report/v1","command":"test","status":"{status}","diagnostics":[{diagnostics}],
           "summary":{{"shard":"{shard}","pack":"depot","tests":{{"total":3,"passed":2,"failed":1,"errors":0,"skipped":0}}}},
           "outputs":{{"junit":"{shard}.xml","version":"1.0.0"}}}}"#
    )
}

const FAILED: &str = r#"{"code":"TEST_FAILED","severity":"error","message":"`a` failed","file":"s.yaml","line":3,"column":1,"endLine":3,"endColumn":2,"pointer":null,"help":null}"#;

fn merged(files: &[String]) -> Report {
    let mut parts = Parts::default();
    for (number, text) in files.iter().enumerate() {
        parts.read(&format!("part-{number}"), text).unwrap();
    }
    let mut report = Report::new("report");
    parts.tell(&mut report);
    report
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.diagnostics.iter().map(|one| one.code.as_str()).collect()
}

#[test]
fn what_all_parts_agree_on_stays_and_figures_are_added() {
    let report = merged(&[document("1/2", "pass", ""), document("2/2", "fail", FAILED)]);
    assert_eq!((report.command, codes(&report)), ("test", vec!["TEST_FAILED"]));
    assert_eq!(serde_json::Value::Object(report.outputs), serde_json::json!({"version": "1.0.0"}));
    assert_eq!(
        serde_json::Value::Object(report.summary),
        serde_json::json!({"pack": "depot", "tests": {"total": 6, "passed": 4, "failed": 2, "errors": 0, "skipped": 0}})
    );
}

#[test]
fn a_missing_part_and_a_silent_failure_are_no_pass() {
    assert_eq!(codes(&merged(&[document("2/3", "pass", "")])), ["SHARD_MISSING", "SHARD_MISSING"]);
    let silent = merged(&[document("1/1", "fail", "")]);
    assert_eq!(codes(&silent), ["TEST_FAILED"]);
    let xml = r#"<testsuite name="s"><testcase name="a" file="s.yaml"><failure message="no"/></testcase></testsuite>"#;
    let report = merged(&[xml.to_owned()]);
    assert_eq!(
        report.diagnostics.iter().next().unwrap().to_string(),
        "error[TEST_FAILED]: `a` failed: no (s.yaml)"
    );
}

#[test]
fn what_is_no_report_is_refused() {
    let mut parts = Parts::default();
    for (text, why) in [
        ("", "is no report"),
        ("{}", "is no report"),
        ("<html/>", "is no JUnit"),
        ("<testsuites>", "is no XML"),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><testsuites>&a;</testsuites>", "is no XML"),
        (
            r#"{"aegis":"report/v2","command":"x","status":"pass","diagnostics":[],"summary":{},"outputs":{}}"#,
            "not `report/v1`",
        ),
    ] {
        let error = parts.read("x", text).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
}

fn any_case() -> impl Strategy<Value = Case> {
    let result = prop_oneof![
        Just(CaseResult::Passed),
        (".*", "[a-z<>&\\]\n]*").prop_map(|(message, diff)| CaseResult::Failed { message, diff }),
        ".*".prop_map(|reason| CaseResult::Skipped { reason }),
    ];
    ("[a-z]{1,3}", "[ab]", result, 0..5000_u64).prop_map(|(name, classname, result, ms)| Case {
        name,
        classname,
        time: Duration::from_millis(ms),
        file: Some("packs/f.yaml".into()),
        line: ms.is_multiple_of(3).then_some(7),
        result,
        output: String::new(),
    })
}

proptest! {
    /// However the cases are dealt out, the joined file is that of one run.
    #[test]
    fn parts_make_the_whole(cases in prop::collection::vec((any_case(), 0..3_usize), 1..20)) {
        let suite = |cases: Vec<Case>| Suite { name: "s".into(), file: Some("packs/f.yaml".into()), cases };
        let xml = |suites: &[Suite]| write(suites, SystemTime::UNIX_EPOCH).unwrap();
        // Names are made unique when they are written, so that parts must not share any.
        let mut seen = BTreeSet::new();
        let cases: Vec<_> =
            cases.into_iter().filter(|(case, _)| seen.insert((case.classname.clone(), case.name.clone()))).collect();
        let part = |number: usize| {
            let dealt = cases.iter().filter(|(_, part)| *part == number).map(|(case, _)| case.clone());
            xml(&[suite(dealt.collect())])
        };
        let join = |files: &[String]| {
            let mut parts = Parts::default();
            files.iter().for_each(|file| parts.read("x", file).unwrap());
            let joined: Vec<_> = parts.joined().into_iter().filter(|suite| !suite.cases.is_empty()).collect();
            xml(&joined)
        };
        let whole = xml(&[suite(cases.iter().map(|(case, _)| case.clone()).collect())]);
        prop_assert_eq!(join(&[part(0), part(1), part(2)]), join(std::slice::from_ref(&whole)));
        prop_assert_eq!(join(&[part(2), part(0), part(1)]), join(&[whole]));
    }

    #[test]
    fn no_text_makes_it_fail_badly(text in any::<String>()) {
        let _ = Parts::default().read("x", &text);
        let _ = Parts::default().read("x", &format!("<testsuites>{text}</testsuites>"));
    }
}
