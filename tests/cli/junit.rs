//! The JUnit file, as three report actions read it. Their parsers are not here: what each of them takes from a file is
//! written down and asked for, strictly. Read in their sources in November 2026:
//!
//! - **dorny/test-reporter** (`java-junit-parser.ts`, xml2js): `testsuites/@time`; `testsuite/@name`, `@time`;
//!   `testcase/@classname` (groups), `@name`, `@time`; `failure` or `error` with `@type`, `@message` and a text, which
//!   older ones take for granted, `skipped`. It reads no `file`: a place is found only in a line of the text that
//!   looks like `at folder.folder(file:12)`, if git knows such a file in such folders.
//! - **mikepenz/action-junit-report** (`testParser.ts`, xml-js): `testcase/@name`, `@classname`, `@time`, `@file`,
//!   `@line` (else line 1); `failure/@message` and its CDATA; `skipped`. It counts the cases itself.
//! - **EnricoMi/publish-unit-test-result-action** (`junit.py`, junitparser with lxml): `testsuite/@tests`, `@skipped`
//!   (older ones count skipped cases as passed else), `@failures`, `@errors`, `@time`; `testcase/@classname`, `@name`, `@file`,
//!   `@line`, `@time`; the worst of a case's results with its `@message` and text. Cases of one class and name are one.

use std::collections::HashSet;

use roxmltree::{Document, Node};

use crate::run::{Sandbox, aegis};

/// What stands in an attribute that a reader cannot do without.
fn attribute<'d>(node: Node<'d, '_>, name: &str) -> &'d str {
    let found =
        node.attribute(name).unwrap_or_else(|| panic!("<{}> has no `{name}`", node.tag_name().name()));
    assert!(!found.trim().is_empty(), "<{}> has an empty `{name}`", node.tag_name().name());
    found
}

fn number(node: Node<'_, '_>, name: &str) -> usize {
    attribute(node, name).parse().unwrap()
}

/// Seconds, as `parseFloat` and Python's `float` read them alike: digits, at most one dot, no exponent.
fn seconds(node: Node<'_, '_>) -> f64 {
    let text = attribute(node, "time");
    assert!(text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'), "{text}");
    text.parse().unwrap()
}

fn children<'d, 'i>(node: Node<'d, 'i>, name: &'static str) -> impl Iterator<Item = Node<'d, 'i>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

/// The results of a case: none if it passed.
fn results<'d, 'i>(case: Node<'d, 'i>) -> Vec<Node<'d, 'i>> {
    ["failure", "error", "skipped"].into_iter().flat_map(|name| children(case, name)).collect()
}

fn text(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}

/// Where dorny's reader finds a place: the first line of a failure's text that is a frame of a file that git knows.
fn framed(text: &str, tracked: &[&str]) -> Option<(String, u32)> {
    text.lines().find_map(|line| {
        let (trace, rest) = line.trim_start().strip_prefix("at ")?.rsplit_once('(')?;
        let (name, number) = rest.strip_suffix(')')?.rsplit_once(':')?;
        let packages: Vec<_> = trace.split('.').take_while(|part| part.starts_with(|c| c > 'Z')).collect();
        let is_it = |file: &&&str| {
            let (folders, found) = file.rsplit_once('/').unwrap_or((".", file));
            let folders: Vec<_> = folders.split('/').collect();
            !packages.is_empty() && found == name && folders.ends_with(&packages)
        };
        Some(((*tracked.iter().find(is_it)?).to_owned(), number.parse().ok()?))
    })
}

/// All that holds for a file, whatever is in it.
fn read(document: &Document<'_>) {
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    seconds(root);
    let (mut keys, mut total) = (HashSet::new(), [0; 4]);
    for suite in root.children() {
        assert!(suite.is_element() && suite.has_tag_name("testsuite"), "nothing else stands in the root");
        attribute(suite, "name");
        seconds(suite);
        let cases: Vec<_> = children(suite, "testcase").collect();
        let count = |name| cases.iter().filter(|case| children(**case, name).next().is_some()).count();
        let counted = [cases.len(), count("failure"), count("error"), count("skipped")];
        let said = ["tests", "failures", "errors", "skipped"].map(|name| number(suite, name));
        assert_eq!(said, counted);
        total.iter_mut().zip(said).for_each(|(all, one)| *all += one);
        for case in cases {
            assert!(keys.insert((attribute(case, "classname"), attribute(case, "name"))), "each case is one");
            seconds(case);
            if let Some(file) = case.attribute("file") {
                assert!(!file.starts_with(['/', '.']) && !file.contains('\\'), "{file}: from the repository");
            }
            assert!(case.attribute("line").is_none_or(|line| line.parse::<u32>().unwrap() > 0));
            let results = results(case);
            assert!(results.len() <= 1, "a case has one result");
            for result in results {
                assert!(!attribute(result, "message").contains('\n'));
                attribute(result, "type");
                let told = !result.has_tag_name("skipped");
                assert!(!told || !text(result).trim().is_empty(), "a failure has a text");
            }
        }
    }
    assert_eq!(["tests", "failures", "errors", "skipped"].map(|name| number(root, name)), total);
}

const SUITE: &str = "aegis: suite/v1\npack: \"1.0\"\ncases:\n  - id: as it is\n    kind: lookup\n    term: dock\n    expect: {senses: [{oid: \"1.0.2\"}]}\n  - id: \"otherwise ]]> <b>&\"\n    kind: lookup\n    term: dock\n    expect: {senses: [{oid: \"1.0.9\"}]}\n";

/// Runs a command that fails, and reads what it wrote.
fn written(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let mut command = aegis(sandbox.path());
    command.args(arguments);
    let ran = sandbox.finish(command);
    assert_eq!(ran.exit, 1, "{ran:?}");
    std::fs::read_to_string(sandbox.at("junit.xml")).unwrap()
}

#[test]
fn three_report_actions_read_a_file_with_a_failure_and_a_skipped_case() {
    let sandbox = Sandbox::project();
    let project = std::fs::read_to_string(sandbox.at("aegis.yaml")).unwrap();
    sandbox.write("aegis.yaml", project + "suites: [suites/floor/*.yaml]\n");
    sandbox.write("suites/floor/own.yaml", SUITE);
    // Without the export, the case that compares with it is skipped.
    let xml = written(&sandbox, &["ci", "--emit", "1337", "--emit", "suites", "--emit", "oid-map"]);
    let document = Document::parse(&xml).unwrap();
    read(&document);
    let root = document.root_element();
    assert_eq!((number(root, "failures"), number(root, "skipped")), (1, 1));
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    let case = failure.parent().unwrap();
    assert_eq!(attribute(case, "name"), "otherwise ]]> <b>&");
    // mikepenz's and EnricoMi's annotate this.
    assert_eq!((attribute(case, "file"), attribute(case, "line")), ("suites/floor/own.yaml", "11"));
    // dorny's finds the same in the text; of two files of one name it takes the one in these folders.
    let tracked = ["own.yaml", "suites/own.yaml", "suites/floor/own.yaml"];
    assert_eq!(framed(&text(failure), &tracked), Some(("suites/floor/own.yaml".to_owned(), 11)));
}

/// What is said to a bot stands in the file too; a conversation fails where its turn is written.
#[test]
fn three_report_actions_read_the_conversations_and_checks_of_a_bot() {
    let sandbox = Sandbox::new();
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bots/hello/spec.json");
    sandbox.write("bots/hello/spec.json", std::fs::read_to_string(spec).unwrap());
    sandbox.write(
        "bots/hello/own.yaml",
        "aegis: suite/v1\nbot: hello\ncases:\n  - id: greeted\n    kind: conversation\n    turns:\n      - send: /start\n      - send: hi\n        expect: {messages: [{text: \"Otherwise\"}]}\n",
    );
    sandbox.write(
        "aegis.yaml",
        "aegis: project/v1\nsuites: [bots/*/own.yaml]\nbots:\n  - {id: hello, spec: bots/hello/spec.json}\n",
    );
    let xml = written(&sandbox, &["ci"]);
    let document = Document::parse(&xml).unwrap();
    read(&document);
    let failures: Vec<_> = document.descendants().filter(|node| node.has_tag_name("failure")).collect();
    assert_eq!(failures.len(), 1, "{xml}");
    let place = framed(&text(failures[0]), &["bots/hello/spec.json", "bots/hello/own.yaml"]);
    assert_eq!(place, Some(("bots/hello/own.yaml".to_owned(), 9)));
    let checks =
        document.descendants().filter(|node| node.attribute("classname") == Some("aegis.preflight.hello"));
    assert!(checks.count() > 10, "{xml}");
}

/// Sources that are not sound are a case that failed, on the line that is wrong.
#[test]
fn three_report_actions_read_of_a_broken_term() {
    let sandbox = Sandbox::project();
    let words = std::fs::read_to_string(sandbox.at("packs/domain/words.yaml")).unwrap();
    sandbox.write("packs/domain/words.yaml", words.replace("meaning:", "meanign:"));
    let xml = written(&sandbox, &["ci"]);
    let document = Document::parse(&xml).unwrap();
    read(&document);
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    let case = failure.parent().unwrap();
    let line = words.lines().position(|line| line.contains("meaning:")).unwrap() + 1;
    assert_eq!((attribute(case, "file"), number(case, "line")), ("packs/domain/words.yaml", line));
    let place = framed(&text(failure), &["packs/domain/words.yaml"]);
    assert_eq!(place, Some(("packs/domain/words.yaml".to_owned(), u32::try_from(line).unwrap())));
    assert!(attribute(failure, "message").contains("meanign"), "{xml}");
}

/// A bot that cannot be built is a case that failed, not a file without cases.
#[test]
fn three_report_actions_read_of_a_bot_that_could_not_be_built() {
    let sandbox = Sandbox::new();
    let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bots/hello/spec.json");
    sandbox.write("bots/hello/spec.json", std::fs::read_to_string(spec).unwrap());
    sandbox.write("bots/hello/bot.js", "const handler = {\n  async update() { return eval('1'); },\n};\n");
    sandbox.write(
        "aegis.yaml",
        "aegis: project/v1\nbots:\n  - {id: hello, spec: bots/hello/spec.json, script: bots/hello/bot.js}\n",
    );
    let xml = written(&sandbox, &["ci"]);
    let document = Document::parse(&xml).unwrap();
    read(&document);
    assert_eq!(number(document.root_element(), "failures"), 1, "{xml}");
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    let place = framed(&text(failure), &["bots/hello/spec.json", "bots/hello/bot.js"]);
    assert_eq!(place.map(|place| place.0).as_deref(), Some("bots/hello/bot.js"), "{xml}");
    assert_eq!(attribute(failure.parent().unwrap(), "file"), "bots/hello/bot.js");
}
