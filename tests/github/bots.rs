//! Releases of bots: by themselves, and beside a pack.

use serde_json::{Value, json};

use crate::server::{Fault, GitHub};
use crate::site::{ONE, Ran, Site, TWO};
use crate::state::State;

const HELLO: &str = include_str!("../../examples/bots/hello/spec.json");

/// A checkout with these bots, each with what it says, and the pack if there is one.
pub(crate) fn write(site: &Site, pack: bool, bots: &[(&str, &str)]) {
    if pack {
        site.write("where trucks are unloaded", "1.0.0");
    }
    let mut project = if pack {
        std::fs::read_to_string(site.at("aegis.yaml")).unwrap()
    } else {
        "aegis: project/v1\n".to_owned()
    };
    project.push_str("bots:\n");
    for (id, text) in bots {
        let mut spec: Value = serde_json::from_str(HELLO).unwrap();
        spec["meta"]["botId"] = json!(id);
        spec["flows"][0]["steps"][0]["text"] = json!(text);
        std::fs::write(site.at(&format!("{id}.json")), spec.to_string()).unwrap();
        project.push_str(&format!("  - {{id: {id}, spec: {id}.json}}\n"));
    }
    std::fs::write(site.at("aegis.yaml"), project).unwrap();
}

pub(crate) fn at(first: &Site, commit: &str, bots: &[(&str, &str)]) -> Site {
    let mut site = first.beside();
    site.commit = commit.to_owned();
    write(&site, false, bots);
    site
}

pub(crate) fn body(github: &GitHub, tag: &str) -> String {
    github.state(|state| state.release(tag).body.clone())
}

#[test]
fn bots_without_a_pack_are_released_together_by_their_own_largest_change() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let site = Site::new();
    write(&site, false, &[("hello", "Hello!")]);
    let ran = site.run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    assert_eq!(ran.tags(), ["v0.1.0"]);
    assert_eq!((ran.outputs["version"].as_str(), ran.outputs["bump"].as_str()), ("0.1.0", "minor"));
    assert_eq!(ran.outputs["release-url"], "https://github.com/octo-org/packs/releases/tag/v0.1.0");
    github.state(|state| {
        let release = state.release("v0.1.0");
        let names: Vec<_> = release.assets.iter().map(|asset| asset.name.as_str()).collect();
        let expected = [
            "bots-0.1.0.tar.gz",
            "bots.json",
            "junit.xml",
            "checksums.txt",
            "provenance.json",
            "test-result.json",
        ];
        assert_eq!(names, expected);
        assert!(release.body.contains("The first release."), "{}", release.body);
        let bots: Value = serde_json::from_slice(&release.assets[1].bytes).unwrap();
        assert_eq!(
            (bots["aegis"].as_str(), bots["bots"]["hello"]["spec"]["meta"]["botId"].as_str()),
            (Some("bots/v1"), Some("hello"))
        );
        let hash = bots["bots"]["hello"]["revHash"].as_str().unwrap();
        assert!(site.store().join(format!("hello/{hash}/rev.json")).is_file());
        // The archive is a store that can be copied from.
        let file = site.at("got.tar.gz");
        std::fs::write(&file, &release.assets[0].bytes).unwrap();
        let listed = std::process::Command::new("tar").arg("-tzf").arg(&file).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        for name in ["bot.js", "spec.json", "rev.json"] {
            assert!(listed.contains(&format!("bots-0.1.0/hello/{hash}/{name}\n")), "{listed}");
        }
        let provenance: Value = serde_json::from_slice(&release.assets[4].bytes).unwrap();
        assert_eq!(
            provenance["predicate"]["buildDefinition"]["externalParameters"]["bots"],
            json!(["hello"])
        );
        assert_eq!(state.commit("v0.1.0").as_deref(), Some(ONE));
    });
    // The same job again, and another commit that says the same.
    let again = site.run(&github, "ci");
    assert!(again.exit == Some(0) && again.text.contains("unchanged v0.1.0"), "{}", again.text);
    let same = at(&site, TWO, &[("hello", "Hello!")]).run(&github, "ci");
    assert!(same.text.contains("skipped   release: nothing changed since v0.1.0"), "{}", same.text);
    // What is said otherwise is a patch, and under 0.y.z so is a bot that is new; one that is gone is a break.
    let ran = at(&site, TWO, &[("hello", "Good day!"), ("other", "Hi!")]).run(&github, "ci");
    assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v0.1.1".to_owned()]), "{}", ran.text);
    let text = body(&github, "v0.1.1");
    for part in [
        "### Added\n",
        "`other` – a bot is new",
        "`hello` – ",
        "Good day!",
        "### Authors\n\n@octocat",
        "/compare/v0.1.0...v0.1.1",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let last = at(&site, TWO, &[("other", "Hi!")]);
    let ran = last.run(&github, "ci");
    assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v0.2.0".to_owned()]), "{}", ran.text);
    assert!(
        body(&github, "v0.2.0").contains("**Breaking:** `hello` – a bot is gone"),
        "{}",
        body(&github, "v0.2.0")
    );
    // `aegis release` builds and judges them itself.
    let ran = last.run(&github, "release");
    assert!(ran.exit == Some(0) && ran.text.contains("unchanged v0.2.0"), "{}", ran.text);
    let ran = at(&site, TWO, &[("other", "Hi there!")]).run(&github, "release --dry-run");
    assert!(ran.exit == Some(0) && ran.text.contains("v0.2.1 would be released"), "{}", ran.text);
    github.assert_sound();
}

#[test]
fn a_pull_request_says_what_bots_will_say_from_now_on() {
    let github = GitHub::start(State::new(&[ONE]));
    let site = Site::new();
    write(&site, false, &[("hello", "Hello!")]);
    assert_eq!(site.run(&github, "ci").exit, Some(0));
    write(&site, false, &[("hello", "Good day!")]);
    let mut command = site.command(&github, "ci --comment true");
    let repository = json!({"full_name": "octo-org/packs", "default_branch": "main"});
    let event = json!({"number": 7, "repository": repository, "pull_request": {"number": 7, "user": {"login": "octocat"},
        "head": {"sha": TWO, "repo": {"full_name": "octo-org/packs"}}}});
    std::fs::write(site.at("_event.json"), event.to_string()).unwrap();
    command.envs([
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_REF", "refs/pull/7/merge"),
        ("GITHUB_SHA", TWO),
    ]);
    let ran = Ran::of(command.output().unwrap(), &site);
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    assert_eq!((ran.outputs["version"].as_str(), ran.outputs["bump"].as_str()), ("0.1.1", "patch"));
    let said = github.state(|state| state.comments[0].1.clone());
    let place = |part: &str| said.find(part).unwrap_or_else(|| panic!("{part}: {said}"));
    assert!(place("#### What bots will say") < place("0.1.0 → 0.1.1, a patch step"), "{said}");
    assert!(said.contains("Hello!") && said.contains("Good day!"), "{said}");
    let html = std::fs::read_to_string(site.at("report.html")).unwrap();
    assert!(html.contains("What bots will say") && html.contains("What changed of the bots"), "{html}");
    github.state(|state| assert_eq!((state.tags.len(), state.releases.len()), (1, 1)));
    github.assert_sound();
}

#[test]
fn bots_beside_a_pack_appear_in_its_changelog_and_release_nothing_by_themselves() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let site = Site::new();
    write(&site, true, &[("hello", "Hello!")]);
    let ran = site.run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    github.state(|state| {
        assert!(state.release("v0.1.0").assets.iter().any(|asset| asset.name == "bots.json"), "no bots.json");
    });
    let mut next = site.beside();
    next.commit = TWO.to_owned();
    write(&next, true, &[("hello", "Good day!")]);
    let ran = next.run(&github, "ci");
    assert!(ran.text.contains("skipped   release: nothing changed since v0.1.0"), "{}", ran.text);
    assert_eq!(ran.outputs["version"], "0.1.0");
    next.write("where lorries stand", "1.0.1");
    let project = std::fs::read_to_string(next.at("aegis.yaml")).unwrap();
    std::fs::write(next.at("aegis.yaml"), project + "bots:\n  - {id: hello, spec: hello.json}\n").unwrap();
    let ran = next.run(&github, "ci");
    assert_eq!((ran.exit, ran.tags()[0].as_str()), (Some(0), "v0.1.1"), "{}", ran.text);
    let text = body(&github, "v0.1.1");
    let (pack, bots) = text.split_once("### Bots\n").unwrap_or_else(|| panic!("{text}"));
    assert!(
        pack.contains("where lorries stand") && bots.contains("`hello` – ") && bots.contains("Good day!"),
        "{text}"
    );
    github.assert_sound();
}

#[test]
fn a_release_of_bots_that_is_killed_at_any_step_is_finished_by_the_next_run() {
    let fresh = || {
        let site = Site::new();
        write(&site, false, &[("hello", "Hello!")]);
        site
    };
    let whole = GitHub::start(State::new(&[ONE]));
    assert_eq!(fresh().run(&whole, "ci").exit, Some(0));
    let outcome = |github: &GitHub| {
        github.state(|state| {
            let shown = state.releases.iter().map(|one| (one.tag.clone(), one.draft, one.assets.len()));
            (state.tags.keys().cloned().collect::<Vec<_>>(), shown.collect::<Vec<_>>())
        })
    };
    let (expected, log) = (outcome(&whole), whole.log());
    for (number, seen) in log.iter().enumerate().filter(|(_, seen)| !seen.operation.starts_with("get ")) {
        for fault in [Fault::HangBefore, Fault::HangAfter] {
            let (github, site) = (GitHub::start(State::new(&[ONE])), fresh());
            github.arm(vec![(number, fault.clone())]);
            let mut child = site.start(&github, "ci");
            assert!(github.hangs(std::time::Duration::from_secs(60)), "{number} {seen:?}");
            child.kill().unwrap();
            child.wait().unwrap();
            github.release();
            github.arm(Vec::new());
            let next = at(&site, ONE, &[("hello", "Hello!")]);
            let ran = next.run(&github, "ci");
            assert_eq!(ran.exit, Some(0), "{number} {fault:?} {seen:?}: {}", ran.text);
            assert_eq!(outcome(&github), expected, "{number} {fault:?} {seen:?}");
            github.assert_sound();
        }
    }
}

#[test]
fn of_releases_of_different_bots_at_the_same_time_one_wins_and_the_others_get_the_next_version() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let first = Site::new();
    write(&first, false, &[("hello", "Hello!")]);
    assert_eq!(first.run(&github, "ci").exit, Some(0));
    let sites = ["One!", "Two!"].map(|text| at(&first, TWO, &[("hello", text)]));
    let children: Vec<_> = sites.iter().map(|site| site.start(&github, "ci")).collect();
    for (child, site) in children.into_iter().zip(&sites) {
        let ran = Ran::of(child.wait_with_output().unwrap(), site);
        assert!(matches!(ran.exit, Some(0 | 4)), "{}", ran.text);
    }
    for site in &sites {
        let ran = site.run(&github, "ci");
        assert_eq!(ran.exit, Some(0), "{}", ran.text);
    }
    github.state(|state| {
        assert!(state.releases.iter().all(|release| !release.draft), "{:?}", state.releases);
        assert!(state.releases.len() >= 3, "{:?}", state.tags);
    });
    github.assert_sound();
}
