//! Releases that are killed at every step, and releases at the same time.

use std::time::Duration;

use crate::server::{Fault, GitHub};
use crate::site::{ONE, Ran, Site, TWO};
use crate::state::State;

/// A release: its tag, whether it is a draft, its files.
type Shown = (String, bool, Vec<String>);

/// What may not differ, whatever happened on the way.
fn outcome(github: &GitHub) -> (Vec<String>, Vec<Shown>) {
    github.state(|state| {
        let tags = state.tags.keys().map(|tag| format!("{tag} {}", state.commit(tag).unwrap())).collect();
        let releases = state.releases.iter().map(|release| {
            let assets =
                release.assets.iter().map(|asset| format!("{} {}", asset.name, asset.state)).collect();
            (release.tag.clone(), release.draft, assets)
        });
        (tags, releases.collect())
    })
}

#[test]
fn a_release_that_is_killed_at_any_step_is_finished_by_the_next_run() {
    let whole = GitHub::start(State::new(&[ONE]));
    assert_eq!(Site::new().run(&whole, "ci").exit, Some(0));
    let (expected, log) = (outcome(&whole), whole.log());
    assert!(log.len() > 20, "{log:?}");
    let mut tried = 0;
    for (at, seen) in log.iter().enumerate() {
        let mut faults = vec![Fault::HangBefore];
        if !seen.operation.starts_with("get ") {
            faults.push(Fault::HangAfter);
        }
        if seen.operation.ends_with("{release_id}/assets") && seen.operation.starts_with("post ") {
            faults.push(Fault::HalfUpload);
        }
        for fault in faults {
            let github = GitHub::start(State::new(&[ONE]));
            let site = Site::new();
            github.arm(vec![(at, fault.clone())]);
            let mut child = site.start(&github, "ci");
            assert!(github.hangs(Duration::from_secs(20)), "{at} {seen:?}");
            child.kill().unwrap();
            child.wait().unwrap();
            github.release();
            github.arm(Vec::new());
            // The next run is another checkout, as a runner's is.
            let ran = site.beside().run(&github, "ci");
            assert_eq!(ran.exit, Some(0), "{at} {fault:?} {seen:?}: {}", ran.text);
            assert_eq!(outcome(&github), expected, "{at} {fault:?} {seen:?}");
            github.assert_sound();
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}

fn together(sites: &[Site], github: &GitHub) -> Vec<Ran> {
    let children: Vec<_> = sites.iter().map(|site| site.start(github, "ci")).collect();
    children
        .into_iter()
        .zip(sites)
        .map(|(child, site)| Ran::of(child.wait_with_output().unwrap(), site))
        .collect()
}

#[test]
fn releases_of_the_same_content_at_the_same_time_end_as_one() {
    for round in 0..4 {
        let github = GitHub::start(State::new(&[ONE]));
        let first = Site::new();
        let sites: Vec<_> = (0..4).map(|_| first.beside()).collect();
        for ran in together(&sites, &github) {
            assert_eq!(ran.exit, Some(0), "{round}: {}", ran.text);
        }
        let (tags, releases) = outcome(&github);
        assert_eq!(
            (tags.len(), releases.len(), releases[0].1),
            (3, 1, false),
            "{round}: {tags:?} {releases:?}"
        );
        assert_eq!(releases[0].2.len(), 6);
        github.assert_sound();
    }
}

#[test]
fn of_releases_with_different_content_one_wins_and_the_others_get_the_next_version() {
    for round in 0..4 {
        let github = GitHub::start(State::new(&[ONE, TWO]));
        let first = Site::new();
        assert_eq!(first.run(&github, "ci").exit, Some(0));
        let sites: Vec<_> = ["one", "two", "three"]
            .map(|meaning| {
                let mut site = first.beside();
                site.commit = TWO.to_owned();
                site.release = "tags: [semver]";
                site.write(meaning, "1.0.1");
                site
            })
            .into();
        let rans = together(&sites, &github);
        let won = rans.iter().filter(|ran| ran.exit == Some(0)).count();
        assert!(won >= 1, "{round}: {rans:#?}");
        for ran in rans.iter().filter(|ran| ran.exit != Some(0)) {
            assert_eq!(ran.exit, Some(4), "{round}: {}", ran.text);
        }
        // Each that lost is released by its next run, under a version of its own.
        for site in &sites {
            let ran = site.run(&github, "ci");
            assert_eq!(ran.exit, Some(0), "{round}: {}", ran.text);
        }
        github.state(|state| {
            assert!(state.releases.iter().all(|release| !release.draft), "{:?}", state.releases)
        });
        github.assert_sound();
    }
}

#[test]
fn a_version_that_a_killed_release_took_is_passed_over_by_the_next_content() {
    // Without a release before it, and after one.
    for (before, taken, next) in [(false, "0.1.0", "v0.1.1"), (true, "0.1.1", "v0.1.2")] {
        let github = GitHub::start(State::new(&[ONE, TWO]));
        let first = Site::new();
        if before {
            assert_eq!(first.run(&github, "ci").exit, Some(0));
        }
        let site = |meaning: &str| {
            let mut site = first.beside();
            site.commit = TWO.to_owned();
            site.release = "tags: [semver]";
            site.write(meaning, "1.0.1");
            site
        };
        // Where its first tag would be made: the version is written by then.
        github.log();
        let whole = GitHub::start(github.state(|state| state.clone()));
        let copy = tempfile::tempdir().unwrap();
        let rehearsal = site("one");
        let mut command = rehearsal.command(&whole, "ci");
        if before {
            let copied = std::process::Command::new("cp")
                .arg("-r")
                .arg(first.store())
                .arg(copy.path().join("store"))
                .status();
            assert!(copied.unwrap().success());
        }
        command.env("INPUT_STORE", format!("file://{}/store", copy.path().display()));
        assert!(command.output().unwrap().status.success());
        let at = whole
            .log()
            .iter()
            .position(|seen| seen.operation.ends_with("post /repos/{owner}/{repo}/git/tags"))
            .unwrap();
        github.arm(vec![(at, Fault::HangBefore)]);
        let killed = site("one");
        let mut child = killed.start(&github, "ci");
        assert!(github.hangs(Duration::from_secs(20)));
        child.kill().unwrap();
        child.wait().unwrap();
        github.release();
        github.arm(Vec::new());
        assert!(first.store().join(format!("packs/1.0/versions/{taken}.json")).is_file());
        let ran = site("two").run(&github, "ci");
        assert_eq!(ran.exit, Some(0), "{}", ran.text);
        assert_eq!(ran.tags(), [next], "{}", ran.text);
        github.assert_sound();
    }
}
