//! JUnit XML, through the `junit-report` crate, which writes what it is given: control characters raw and `]]>`
//! unsplit. So every string is cleaned here first, and no text of a case can become an element.
//!
//! The crate writes `tests`, `errors`, `failures` and `time` of each suite, but no totals on the root, no `skipped`
//! count and no `line`: `complete` adds these. What readers make of it is tested in `tests/cli/junit.rs`.

mod complete;
mod frame;
mod refused;

pub(super) use frame::untold;

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use junit_report as xml;

use crate::diag::{Code, Outcome};

use super::escape::{one_line, visible};

/// The longest time that is written: a century. Sums of it stay far from any overflow.
const MAX_TIME: Duration = Duration::from_secs(100 * 366 * 24 * 3600);
/// The last second of the year 9999: later ones have no RFC 3339 form.
const MAX_TIMESTAMP: u64 = 253_402_300_799;

/// The cases of one suite.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// The file that states it, relative to the repository: that of cases without one of their own.
    pub file: Option<String>,
    /// Its cases, in the order of the suite.
    pub cases: Vec<Case>,
}

/// One case that ran or was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub name: String,
    /// What it belongs to: the suite, and what the case is about.
    pub classname: String,
    /// How long it took.
    pub time: Duration,
    /// Where its expectation was written, relative to the repository.
    pub file: Option<String>,
    /// The line there, from 1.
    pub line: Option<u32>,
    /// How it ended.
    pub result: CaseResult,
    /// What it printed; written only if it did not pass.
    pub output: String,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseResult {
    /// As expected.
    Passed,
    /// Otherwise than expected.
    Failed {
        /// What was wrong, in a line.
        message: String,
        /// Expected against actual.
        diff: String,
    },
    /// It could not be told.
    Error {
        /// What stood in the way, in a line.
        message: String,
        /// More about it.
        detail: String,
    },
    /// It did not run.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// The XML of suites that ran at a time. The same input gives the same bytes.
///
/// # Errors
/// None that is known: the crate's writer can fail, a string in memory does not.
pub fn write(suites: &[Suite], at: SystemTime) -> Outcome<String> {
    let timestamp = timestamp(at);
    let names = unique_names(suites);
    let mut names = names.into_iter();
    let mut report = xml::Report::new();
    for suite in suites {
        let name = one_line(&suite.name);
        report.add_testsuite(xml::TestSuite {
            package: suite.file.as_deref().map_or_else(|| attribute(&name), attribute),
            name: attribute(&name),
            timestamp,
            hostname: "localhost".to_owned(),
            testcases: suite
                .cases
                .iter()
                .zip(&mut names)
                .map(|(case, name)| one(suite, case, name))
                .collect(),
            system_out: None,
            system_err: None,
        });
    }
    let mut out = Vec::new();
    let written = report.write_xml(&mut out).map_err(|error| error.to_string());
    let text = written.and_then(|()| String::from_utf8(out).map_err(|error| error.to_string()));
    match text {
        Ok(text) => Ok(complete::complete(&text, suites) + "\n"),
        Err(error) => Err(Box::new(crate::diag::Diagnostic::error(
            Code::Internal,
            format!("JUnit could not be written: {error}"),
        ))),
    }
}

fn one(suite: &Suite, case: &Case, name: String) -> xml::TestCase {
    let file = case.file.as_deref().or(suite.file.as_deref()).map(attribute);
    let told = |text: &str, message: &str| {
        content(&frame::told(text, &one_line(message), file.as_deref().zip(case.line)))
    };
    let result = match &case.result {
        CaseResult::Passed => xml::TestResult::Success,
        CaseResult::Failed { message, diff } => xml::TestResult::Failure {
            type_: "mismatch".to_owned(),
            message: attribute(message),
            cause: told(diff, message),
        },
        CaseResult::Error { message, detail } => xml::TestResult::Error {
            type_: "error".to_owned(),
            message: attribute(message),
            cause: told(detail, message),
        },
        CaseResult::Skipped { reason } => xml::TestResult::SkippedWithCause {
            type_: "skipped".to_owned(),
            message: attribute(reason),
            cause: None,
        },
    };
    let is_told = matches!(case.result, CaseResult::Failed { .. } | CaseResult::Error { .. });
    xml::TestCase {
        name,
        time: xml::Duration::try_from(case.time.min(MAX_TIME)).unwrap_or(xml::Duration::ZERO),
        result,
        classname: Some(attribute(&case.classname)),
        filepath: file,
        system_out: if is_told { content(&case.output) } else { None },
        system_err: None,
    }
}

/// The names as they are written, in order: a repeat within a class name gets ` (2)` and so on, since readers take
/// equal ones for one flaky case. Names that occur first keep themselves, whatever comes before them.
fn unique_names(suites: &[Suite]) -> Vec<String> {
    let all = || suites.iter().flat_map(|suite| &suite.cases);
    let key = |case: &Case| (attribute(&case.classname), attribute(&case.name));
    let given: HashSet<_> = all().map(key).collect();
    let mut used = HashSet::new();
    let mut next = std::collections::HashMap::new();
    let mut names = Vec::new();
    for case in all() {
        let mut unique = key(case);
        if !used.insert(unique.clone()) {
            let (class, name) = key(case);
            let number = next.entry(unique.clone()).or_insert(2_u64);
            while given.contains(&unique) || used.contains(&unique) {
                unique = (class.clone(), format!("{name} ({number})"));
                *number += 1;
            }
            used.insert(unique.clone());
        }
        names.push(unique.1);
    }
    names
}

/// What may stand in an attribute: one line, since readers turn line breaks there into spaces.
fn attribute(text: &str) -> String {
    legal(&one_line(text))
}

/// What may stand in a CDATA section, in pieces where it would end; none if there is nothing.
fn content(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    Some(legal(&visible(text)).replace("]]>", "]]]]><![CDATA[>"))
}

/// The characters that XML 1.0 forbids and that are no controls.
fn legal(text: &str) -> String {
    text.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}

fn timestamp(at: SystemTime) -> xml::OffsetDateTime {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seconds = i64::try_from(seconds.min(MAX_TIMESTAMP)).unwrap_or_default();
    xml::OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(xml::OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn case(name: &str, result: CaseResult) -> Case {
        let file = Some("packs/a.yaml".to_owned());
        let time = Duration::from_micros(1500);
        Case {
            name: name.into(),
            classname: "pack.lookup".into(),
            time,
            file,
            line: Some(7),
            result,
            output: "said\n".into(),
        }
    }

    #[test]
    fn a_report_in_full() {
        let failed = CaseResult::Failed {
            message: "`forkie` gives\n1 sense, not 2".into(),
            diff: "-a ]]></failure><testcase name=\"forged\"/>\n+b\u{1B}[31m\r\n ]]>".into(),
        };
        let error = CaseResult::Error {
            message: "the pack <cannot> be \"read\" & more".into(),
            detail: String::new(),
        };
        let cases = vec![
            case("lookup 1.0.2", CaseResult::Passed),
            case("lookup 1.0.2", failed),
            case("lookup 1.0.2 (2)", error),
            case("\0\u{FFFF}\u{202E}\t<&>'\"", CaseResult::Skipped { reason: "no \"store\"".into() }),
        ];
        let suite =
            Suite { name: "domain\ntests".into(), file: Some("test_suites/domain_tests.yaml".into()), cases };
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let text = write(&[suite, Suite { name: "empty".into(), ..Suite::default() }], at).unwrap();
        assert_eq!(
            roxmltree::Document::parse(&text)
                .unwrap()
                .descendants()
                .filter(|n| n.has_tag_name("testcase"))
                .count(),
            4
        );
        insta::assert_snapshot!(text.replace("><", ">\n<"));
    }

    #[test]
    fn no_time_is_too_far() {
        for at in [
            SystemTime::UNIX_EPOCH - Duration::from_secs(9),
            SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 50),
        ] {
            let time = Duration::MAX;
            let cases = vec![
                Case { time, ..case("a", CaseResult::Passed) },
                Case { time, ..case("b", CaseResult::Passed) },
            ];
            assert!(write(&[Suite { cases, ..Suite::default() }], at).is_ok());
        }
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "([\0-\u{1F}<>&'\"\\]\u{FFFE}\u{FFFF}\u{85}]|\\]\\]>|<testcase name=\"x\"/>|<!\\[CDATA\\[|a){0,12}",
        ]
    }

    fn any_case() -> impl Strategy<Value = Case> {
        let result = prop_oneof![
            Just(CaseResult::Passed),
            (text(), text()).prop_map(|(message, diff)| CaseResult::Failed { message, diff }),
            (text(), text()).prop_map(|(message, detail)| CaseResult::Error { message, detail }),
            text().prop_map(|reason| CaseResult::Skipped { reason }),
        ];
        let file = proptest::option::of((text(), proptest::option::of(1..9_u32)));
        let parts = (text(), "[ab\t]?", any::<Duration>(), file, result, text());
        parts.prop_map(|(name, classname, time, file, result, output)| Case {
            name,
            classname,
            time,
            line: file.as_ref().and_then(|file| file.1),
            file: file.map(|file| file.0),
            result,
            output,
        })
    }

    /// What a reader gets of a text that stands in CDATA: all of it.
    fn read(text: &str) -> String {
        legal(&visible(text))
    }

    proptest! {
        #[test]
        fn nothing_is_forged_and_all_comes_back(
            parts in vec((text(), proptest::option::of(text()), vec(any_case(), 0..5)), 0..4)
        ) {
            let suites: Vec<_> = parts.into_iter().map(|(name, file, cases)| Suite { name, file, cases }).collect();
            let xml = write(&suites, SystemTime::UNIX_EPOCH).unwrap();
            let document = roxmltree::Document::parse(&xml).unwrap();
            let elements = |name: &'static str| document.descendants().filter(move |n| n.has_tag_name(name)).collect::<Vec<_>>();
            let cases: Vec<_> = suites.iter().flat_map(|suite| &suite.cases).collect();
            let found = elements("testcase");
            prop_assert_eq!(elements("testsuite").len(), suites.len());
            prop_assert_eq!(found.len(), cases.len());
            let mut keys = HashSet::new();
            for ((node, case), name) in found.iter().zip(cases).zip(unique_names(&suites)) {
                prop_assert_eq!(node.attribute("name"), Some(name.as_str()));
                prop_assert!(name.starts_with(&attribute(&case.name)));
                prop_assert!(keys.insert((node.attribute("classname"), name)), "unique");
                let inner = node.children().find(|n| n.has_tag_name("failure") || n.has_tag_name("error"));
                if let CaseResult::Failed { message, diff: body } | CaseResult::Error { message, detail: body } = &case.result {
                    let text = |node: roxmltree::Node<'_, '_>| node.children().filter_map(|n| n.text()).collect::<String>();
                    prop_assert_eq!(inner.unwrap().attribute("message").unwrap(), attribute(message));
                    let place = node.attribute("file").zip(case.line);
                    prop_assert_eq!(node.attribute("line").map(str::to_owned), case.line.map(|line| line.to_string()));
                    prop_assert_eq!(text(inner.unwrap()), read(&frame::told(body, &one_line(message), place)));
                    let out = node.children().find(|n| n.has_tag_name("system-out")).map(text);
                    prop_assert_eq!(out.unwrap_or_default(), read(&case.output));
                } else {
                    prop_assert!(inner.is_none());
                }
            }
            let allowed = ["testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"];
            prop_assert!(document.descendants().filter(|n| n.is_element()).all(|n| allowed.contains(&n.tag_name().name())));
        }
    }
}
