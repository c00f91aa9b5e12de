//! The summary as people see it, and within its bounds whatever it has to tell.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::diag::{Code, LineMap};
use crate::report::page::fixture;

#[test]
fn a_run_that_passed() {
    insta::assert_snapshot!(write(&fixture::passed(), MOST));
}

#[test]
fn a_run_that_failed() {
    insta::assert_snapshot!(write(&fixture::failed(), MOST));
}

#[test]
fn a_comment_says_first_what_agents_will_say() {
    let run = Some("https://github.com/octo-org/packs/actions/runs/1");
    insta::assert_snapshot!(comment(&fixture::passed(), 60_000, run));
    let text = comment(&fixture::failed(), 60_000, None);
    assert!(text.find("### What is wrong").unwrap() < text.find("What agents will say").unwrap(), "{text}");
}

#[test]
fn backticks_of_ours_are_code_and_those_of_others_are_text() {
    assert_eq!(prose("`a|b` leads to `*`"), "`a\\|b` leads to `*`");
    assert_eq!(prose("one ` alone <b>"), "one \\` alone &lt;b&gt;");
    assert_eq!(prose("empty `` too"), "empty \\`\\` too");
}

#[test]
fn a_long_list_leaves_room_for_the_rest_and_is_counted() {
    let mut report = fixture::failed();
    for number in 0..20_000 {
        let place = LineMap::new("entries: []\n").place("packs/a.yaml".into(), 0..7, String::new());
        let message = format!("problem {number} with `a thing`");
        report.diagnostics.push(Diagnostic::error(Code::RefNotFound, message).at(place).help("mend it"));
    }
    let text = write(&report, MOST);
    assert!(text.len() <= MOST && text.len() > MOST / 4, "{}", text.len());
    let line = text.lines().find(|line| line.starts_with("**+")).unwrap();
    assert!(line.contains("more errors"), "{line}");
    for section in ["### Steps", "### Tests", "```mermaid"] {
        assert!(text.contains(section), "{section}");
    }
}

/// Fences that open also close, tables and details end. A fence ends at a line of at least as many backticks and
/// nothing else; what stands within is no markup.
/// <https://spec.commonmark.org/0.31.2/#fenced-code-blocks>
fn is_whole(text: &str) -> bool {
    let (mut fence, mut details) = (None, 0_i32);
    for line in text.lines() {
        let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
        match fence {
            Some(open) if ticks >= open && line[ticks..].trim().is_empty() => fence = None,
            Some(_) => {}
            None if ticks >= 3 && !line[ticks..].contains('`') => fence = Some(ticks),
            None => {
                // Ours stand on lines of their own; within a line, they are code.
                details += i32::from(line == "<details>");
                details -= i32::from(line == "</details>");
            }
        }
    }
    fence.is_none() && details == 0
}

#[test]
fn a_source_line_of_backticks_is_within_a_longer_fence() {
    let mut report = fixture::failed();
    for text in ["```", "````\n```", "<details>"] {
        let place = LineMap::new(text).place(text.into(), 0..text.len(), String::new());
        report.diagnostics.push(Diagnostic::error(Code::PackSchema, text).help(text).at(place));
    }
    for most in [969, 2_000, 60_000] {
        assert!(is_whole(&write(&report, most)), "{}", write(&report, most));
        assert!(is_whole(&comment(&report, most, None)), "{}", comment(&report, most, None));
    }
    assert!(!is_whole("````text\n```\n") && !is_whole("<details>\n") && is_whole("````text\n```\n````\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn it_fits_and_ends_at_a_part(
        texts in prop::collection::vec(("[a-z`<>|\\\\\n*#@\\$]{0,40}|.{0,60}", any::<bool>()), 0..80), most in 600..60_000_usize,
    ) {
        let mut report = fixture::failed();
        for (text, warns) in &texts {
            let place = LineMap::new(text).place(text.as_str().into(), 0..text.len(), String::new());
            let one = Diagnostic::error(Code::PackSchema, text.as_str()).help(text.as_str()).at(place);
            report.diagnostics.push(if *warns { Diagnostic { severity: Severity::Warning, ..one } } else { one });
            let time = Duration::ZERO;
            report.page.suites.push(crate::report::page::Suite { file: text.clone(), time, ..Default::default() });
            report.page.files.push((text.clone(), 7));
        }
        let written = write(&report, most);
        prop_assert!(written.len() <= most, "{} of {}", written.len(), most);
        prop_assert!(is_whole(&written), "{}", written);
        let written = comment(&report, most, None);
        prop_assert!(written.len() <= most && is_whole(&written), "{}", written);
    }
}
