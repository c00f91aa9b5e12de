//! One release after the other.

use serde_json::Value;

use crate::server::{Fault, GitHub};
use crate::site::{ONE, Site, TWO};
use crate::state::State;

#[test]
fn a_push_becomes_a_release_by_itself() {
    let site = Site::new();
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let ran = site.run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    github.assert_sound();
    assert_eq!(ran.tags(), ["v0.1.0", "1.0-v0.1.0", "0.1-v1.0.0"]);
    assert_eq!(ran.outputs["release-url"], "https://github.com/octo-org/packs/releases/tag/v0.1.0");
    assert_eq!(ran.outputs["subjects"], "aegis-release/checksums.txt");
    github.state(|state| {
        for tag in ["v0.1.0", "1.0-v0.1.0", "0.1-v1.0.0"] {
            assert_eq!(state.commit(tag).as_deref(), Some(ONE), "{tag}");
            assert!(state.objects[&state.tags[tag]].1.contains("\nRelease: v0.1.0\nSHA-256: "), "{tag}");
        }
        assert_eq!((state.tags.len(), state.releases.len()), (3, 1));
        let release = state.release("v0.1.0");
        assert!(release.latest && !release.prerelease, "{release:?}");
        let names: Vec<_> = release.assets.iter().map(|asset| asset.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "depot-0.1.0.tar.gz",
                "versions.json",
                "junit.xml",
                "checksums.txt",
                "provenance.json",
                "test-result.json"
            ]
        );
        assert!(
            release.body.starts_with("## [v0.1.0] - 2026-01-01\n\nThe first release.\n"),
            "{}",
            release.body
        );
        let versions: Value = serde_json::from_slice(&release.assets[1].bytes).unwrap();
        assert_eq!(
            (versions["aegis"].as_str(), versions["oids"]["1.0"]["version"].as_str()),
            (Some("versions/v1"), Some("0.1.0"))
        );
        assert_eq!(versions["oids"]["1.0.2"]["version"], "1.0.0");
        let canonical = serde_json_canonicalizer::to_vec(&versions).unwrap();
        assert_eq!(canonical, release.assets[1].bytes);
        for at in [4, 5] {
            let statement: Value = serde_json::from_slice(&release.assets[at].bytes).unwrap();
            assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
            assert_eq!(statement["subject"].as_array().unwrap().len(), 4);
            assert_eq!(serde_json_canonicalizer::to_vec(&statement).unwrap(), release.assets[at].bytes);
        }
    });
    assert!(site.store().join("packs/1.0/versions/0.1.0.json").is_file());
    // The same job again: all of it is there.
    let again = site.run(&github, "ci");
    assert!(again.exit == Some(0) && again.text.contains("unchanged v0.1.0"), "{}", again.text);
    github.assert_sound();
    // Another commit that says the same releases nothing.
    let mut next = site.beside();
    next.commit = TWO.to_owned();
    let same = next.run(&github, "ci");
    assert!(
        same.exit == Some(0) && same.text.contains("skipped   release: nothing changed since v0.1.0"),
        "{}",
        same.text
    );
    // One that says something else gets the next version, and tells what changed, and who did it.
    next.write("where lorries stand", "1.0.1");
    let ran = next.run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    github.assert_sound();
    assert_eq!(ran.tags(), ["v0.1.1", "1.0-v0.1.1", "0.1-v1.0.0"]);
    github.state(|state| {
        assert_eq!(state.commit("v0.1.1").as_deref(), Some(TWO));
        assert_eq!(state.commit("0.1-v1.0.0").as_deref(), Some(ONE), "it says the same");
        let body = &state.release("v0.1.1").body;
        for part in ["### Changed\n", "`1.0.2` Words – a meaning reads otherwise: dock (“where trucks are unloaded” → “where lorries stand”)", "### Authors\n\n@octocat", "/compare/v0.1.0...v0.1.1"] {
            assert!(body.contains(part), "{part}: {body}");
        }
    });
}

#[test]
fn an_older_job_that_is_run_again_releases_nothing_anew() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let site = Site::new();
    assert_eq!(site.run(&github, "ci").exit, Some(0));
    let mut next = site.beside();
    next.commit = TWO.to_owned();
    next.write("where lorries stand", "1.0.1");
    let ran = next.run(&github, "ci");
    assert_eq!(ran.tags()[0], "v0.1.1", "{}", ran.text);
    // Its own release is there.
    let again = site.run(&github, "ci");
    assert!(again.exit == Some(0) && again.text.contains("unchanged v0.1.0"), "{}", again.text);
    assert_eq!(again.outputs["version"], "0.1.0");
    // What it would release now comes from before the last release.
    site.write("where vans stand", "1.0.2");
    let ran = site.run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    assert!(ran.text.contains("skipped   release: v0.1.1 was released from a later commit"), "{}", ran.text);
    github.state(|state| assert_eq!(state.releases.len(), 2));
    github.assert_sound();
}

#[test]
fn a_dry_run_only_says_what_it_would_do() {
    let site = Site::new();
    let github = GitHub::start(State::new(&[ONE]));
    assert_eq!(site.run(&github, "build").exit, Some(0));
    assert_eq!(site.run(&github, "test --junit junit.xml").exit, Some(0));
    let ran = site.run(&github, "release --dry-run");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    for line in ["v0.1.0 would be released", "create    tag 1.0-v0.1.0", "attach    depot-0.1.0.tar.gz ("] {
        assert!(ran.text.contains(line), "{line}: {}", ran.text);
    }
    assert!(!site.store().exists() && !site.at("aegis-release").exists());
    github.state(|state| assert!(state.tags.is_empty() && state.releases.is_empty()));
    assert!(github.log().iter().all(|seen| seen.operation.starts_with("get ")));
    github.assert_sound();
}

#[test]
fn only_commits_of_released_branches_are_tagged() {
    let mut site = Site::new();
    let mut state = State::new(&[TWO]);
    state.branches.insert("next".to_owned(), vec![TWO.to_owned(), ONE.to_owned()]);
    let github = GitHub::start(state);
    let ran = site.run(&github, "ci");
    assert!(ran.exit == Some(1) && ran.text.contains("RELEASE_REFUSED"), "{}", ran.text);
    github.state(|state| assert!(state.tags.is_empty() && state.releases.is_empty()));
    site.release = "branches: [next]";
    site.write("where trucks are unloaded", "1.0.0");
    assert_eq!(site.run(&github, "ci").exit, Some(0));
    github.assert_sound();
}

#[test]
fn what_disagrees_is_said_before_anything_is_made() {
    let mut state = State::new(&[ONE, TWO]);
    state.tags.insert("1.0-v0.1.0".to_owned(), TWO.to_owned());
    let github = GitHub::start(state);
    let site = Site::new();
    let ran = site.run(&github, "ci");
    assert!(ran.exit == Some(4) && ran.text.contains("TAG_CONFLICT"), "{}", ran.text);
    assert!(!site.store().join("packs/1.0/versions").exists());
    github.state(|state| assert!(state.releases.is_empty() && state.tags.len() == 1));
    github.assert_sound();
}

#[test]
fn an_oid_that_changed_under_a_tagged_version_is_refused() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let mut site = Site::new();
    site.release = "oids: [\"1.0.2\"]";
    site.write("where trucks are unloaded", "1.0.0");
    let ran = site.run(&github, "ci");
    assert_eq!(ran.tags(), ["v0.1.0", "1.0-v0.1.0", "1.0.2-v1.0.0"], "{}", ran.text);
    site.commit = TWO.to_owned();
    site.write("where lorries stand", "1.0.0");
    let ran = site.run(&github, "ci");
    assert!(ran.exit == Some(1) && ran.text.contains("VERSION_TOO_LOW"), "{}", ran.text);
    assert!(ran.text.contains("raise the version of 1.0.2 where it is written"), "{}", ran.text);
    site.write("where lorries stand", "1.0.1");
    let ran = site.run(&github, "ci");
    assert_eq!(ran.tags(), ["v0.1.1", "1.0-v0.1.1", "1.0.2-v1.0.1"], "{}", ran.text);
    github.assert_sound();
}

#[test]
fn floating_tags_move_and_prefixes_stand_before() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let mut site = Site::new();
    site.release = "floating: true, prefix: depot/, tags: [semver]";
    site.write("where trucks are unloaded", "1.0.0");
    let ran = site.run(&github, "ci");
    assert_eq!(ran.tags(), ["depot/v0.1.0"], "{}", ran.text);
    site.commit = TWO.to_owned();
    site.write("where lorries stand", "1.0.1");
    assert_eq!(site.run(&github, "ci").exit, Some(0));
    github.state(|state| {
        let names: Vec<_> = state.tags.keys().map(String::as_str).collect();
        assert_eq!(names, ["depot/v0", "depot/v0.1", "depot/v0.1.0", "depot/v0.1.1"]);
        assert!(["depot/v0", "depot/v0.1"].iter().all(|tag| state.commit(tag).as_deref() == Some(TWO)));
    });
    github.assert_sound();
}

#[test]
fn a_server_that_tells_no_digests_is_asked_for_the_bytes_and_another_host_never_sees_the_token() {
    let mut state = State::new(&[ONE]);
    state.hides_digests = true;
    let github = GitHub::start(state);
    let site = Site::new();
    assert_eq!(site.run(&github, "ci").exit, Some(0));
    let again = site.run(&github, "ci");
    assert!(again.exit == Some(0) && again.text.contains("unchanged v0.1.0"), "{}", again.text);
    github.assert_sound();
}

#[test]
fn limits_and_failures_are_waited_for() {
    let secondary = "{\"message\":\"You have exceeded a secondary rate limit.\"}";
    for at in 0..12 {
        for fault in [
            Fault::Answer(403, "Retry-After: 0\r\n", secondary),
            Fault::Answer(502, "", ""),
            Fault::Lost(504),
        ] {
            let github = GitHub::start(State::new(&[ONE]));
            let site = Site::new();
            github.arm(vec![(at, fault.clone())]);
            let ran = site.run(&github, "ci");
            assert_eq!(ran.exit, Some(0), "{at} {fault:?}: {}", ran.text);
            github.state(|state| {
                assert_eq!(
                    (state.releases.len(), state.release("v0.1.0").assets.len()),
                    (1, 6),
                    "{at} {fault:?}"
                )
            });
            github.assert_sound();
        }
    }
}

#[test]
fn a_missing_permission_is_named() {
    let github = GitHub::start(State::new(&[ONE]));
    let site = Site::new();
    // The first request that writes: the draft.
    let ran = site.run(&github, "ci");
    assert_eq!(ran.exit, Some(0));
    let first = github.log().iter().position(|seen| seen.operation.starts_with("post ")).unwrap();
    let github = GitHub::start(State::new(&[ONE]));
    github.arm(vec![(
        first,
        Fault::Answer(403, "", "{\"message\":\"Resource not accessible by integration\"}"),
    )]);
    let ran = Site::new().run(&github, "ci");
    assert_eq!(ran.exit, Some(3), "{}", ran.text);
    for part in [
        "cannot create the release v0.1.0 in octo-org/packs",
        "Resource not accessible by integration",
        "contents: write",
    ] {
        assert!(ran.text.contains(part), "{part}: {}", ran.text);
    }
}

#[test]
fn signed_statements_are_verified_with_the_files_beside_them() {
    let mut site = Site::new();
    let openssl = |args: &[&str]| {
        let done =
            std::process::Command::new("openssl").args(args).current_dir(site.at("")).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    openssl(&["genpkey", "-algorithm", "ED25519", "-out", "key.pem"]);
    openssl(&["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"]);
    openssl(&["genpkey", "-algorithm", "ED25519", "-out", "other.key"]);
    openssl(&["pkey", "-in", "other.key", "-pubout", "-out", "other.pem"]);
    let key = std::fs::read_to_string(site.at("key.pem")).unwrap();
    site.env.push(("AEGIS_SIGNING_KEY", key.clone()));
    let github = GitHub::start(State::new(&[ONE]));
    let ran = site.run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    let secret = key.lines().nth(1).unwrap();
    let log: String = ran.text.lines().filter(|line| !line.starts_with("::add-mask::")).collect();
    assert!(!log.contains(secret));
    // As a user downloads it.
    std::fs::create_dir(site.at("got")).unwrap();
    github.state(|state| {
        for asset in &state.release("v0.1.0").assets {
            assert!(!String::from_utf8_lossy(&asset.bytes).contains(secret), "{}", asset.name);
            std::fs::write(site.at("got").join(&asset.name), &asset.bytes).unwrap();
        }
    });
    let sums = std::process::Command::new("sha256sum")
        .args(["--check", "--quiet", "checksums.txt"])
        .current_dir(site.at("got"))
        .status();
    assert!(sums.unwrap().success());
    let verify = |key: &str| site.run(&github, &format!("verify got/attestations.intoto.jsonl --key {key}"));
    let good = verify("public.pem");
    assert!(
        good.exit == Some(0) && good.text.contains("depot-0.1.0.tar.gz, junit.xml, versions.json"),
        "{}",
        good.text
    );
    let other = verify("other.pem");
    assert!(other.exit == Some(1) && other.text.contains("was not signed by this key"), "{}", other.text);
    std::fs::write(site.at("got/versions.json"), "{}").unwrap();
    let changed = verify("public.pem");
    assert!(
        changed.exit == Some(1) && changed.text.contains("speaks of another `versions.json`"),
        "{}",
        changed.text
    );
    assert_eq!(verify("key.pem").exit, Some(2));
    site.env = vec![("AEGIS_SIGNING_KEY", "no key".to_owned())];
    let refused = site.run(&github, "ci");
    assert!(refused.exit == Some(2) && refused.text.contains("KEY_INVALID"), "{}", refused.text);
    github.assert_sound();
}
