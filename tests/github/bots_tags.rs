//! Releases of bots by tags that people push, runs of jobs that are no longer the newest, and what cannot be read.

use crate::bots::{at, body, write};
use crate::server::GitHub;
use crate::site::{ONE, Ran, Site, TWO};
use crate::state::{Asset, Release, State};

/// Bots without a pack, in the job of a tag that somebody pushed.
fn pushed(site: &Site, github: &GitHub, tag: &str) -> Ran {
    github.state(|state| state.tags.entry(tag.to_owned()).or_insert_with(|| site.commit.clone()).clone());
    let mut command = site.command(github, "ci");
    command.env("GITHUB_REF", format!("refs/tags/{tag}"));
    Ran::of(command.output().unwrap(), site)
}

fn first(text: &str) -> Site {
    let site = Site::new();
    write(&site, false, &[("hello", text)]);
    site
}

/// Puts other bytes in the place of the `bots.json` of a release.
fn replace(github: &GitHub, tag: &str, bytes: &[u8]) {
    github.state(|state| {
        let release = state.releases.iter_mut().find(|one| one.tag == tag && !one.draft).unwrap();
        release.assets.iter_mut().find(|one| one.name == "bots.json").unwrap().bytes = bytes.to_vec();
    });
}

#[test]
fn after_a_tag_that_was_pushed_by_hand_what_did_not_change_is_not_released() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let site = first("Hello!");
    let ran = pushed(&site, &github, "v1.0.0");
    assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v1.0.0".to_owned()]), "{}", ran.text);
    // A lightweight tag says no content: the release does.
    github.state(|state| assert_eq!(state.tags["v1.0.0"], ONE));
    let ran = at(&site, TWO, &[("hello", "Hello!")]).run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    assert!(ran.text.contains("skipped   release: nothing changed since v1.0.0"), "{}", ran.text);
    let ran = at(&site, TWO, &[("hello", "Good day!")]).run(&github, "ci");
    assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v1.0.1".to_owned()]), "{}", ran.text);
    github.assert_sound();
}

#[test]
fn a_pushed_tag_is_the_way_out_where_the_last_release_cannot_be_read() {
    let unlike_a_spec = r#"{"aegis":"bots/v1","bots":{"hello":{"revHash":"0","script":"0","spec":{}}}}"#;
    for wrong in ["{", unlike_a_spec] {
        let github = GitHub::start(State::new(&[ONE, TWO]));
        let site = first("Hello!");
        assert_eq!(site.run(&github, "ci").exit, Some(0));
        replace(&github, "v0.1.0", wrong.as_bytes());
        let next = at(&site, TWO, &[("hello", "Good day!")]);
        let ran = next.run(&github, "ci");
        assert!(ran.exit == Some(3) && ran.text.contains("RELEASE_UNREADABLE"), "{wrong}: {}", ran.text);
        assert!(ran.text.contains("by a tag of a higher version that you push yourself"), "{}", ran.text);
        let ran = pushed(&next, &github, "v0.2.0");
        assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v0.2.0".to_owned()]), "{wrong}: {}", ran.text);
        assert!(ran.text.contains("warning") && ran.text.contains("RELEASE_UNREADABLE"), "{}", ran.text);
        let text = body(&github, "v0.2.0");
        assert!(text.contains("What changed since the last release is not known."), "{text}");
        // What is unchanged asks nobody for the release before.
        let ran = next.run(&github, "ci");
        assert!(ran.exit == Some(0) && ran.text.contains("unchanged v0.2.0"), "{wrong}: {}", ran.text);
        let ran = at(&site, TWO, &[("hello", "Good evening!")]).run(&github, "ci");
        assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v0.2.1".to_owned()]), "{wrong}: {}", ran.text);
        github.assert_sound();
    }
}

#[test]
fn a_pack_is_released_without_the_section_of_bots_that_cannot_be_told() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let site = Site::new();
    write(&site, true, &[("hello", "Hello!")]);
    assert_eq!(site.run(&github, "ci").exit, Some(0));
    replace(&github, "v0.1.0", b"{");
    let mut next = site.beside();
    next.commit = TWO.to_owned();
    write(&next, true, &[("hello", "Good day!")]);
    let project = std::fs::read_to_string(next.at("aegis.yaml")).unwrap();
    next.write("where lorries stand", "1.0.1");
    std::fs::write(next.at("aegis.yaml"), project).unwrap();
    let ran = next.run(&github, "ci");
    assert_eq!((ran.exit, ran.tags()[0].as_str()), (Some(0), "v0.1.1"), "{}", ran.text);
    assert!(ran.text.contains("RELEASE_UNREADABLE"), "{}", ran.text);
    let text = body(&github, "v0.1.1");
    assert!(text.contains("where lorries stand") && !text.contains("### Bots"), "{text}");
    github.assert_sound();
}

#[test]
fn a_pushed_tag_below_the_last_release_is_too_low() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let site = first("Hello!");
    assert_eq!(pushed(&site, &github, "v1.0.0").exit, Some(0));
    for (text, tag, needed) in [
        ("Good day!", "v0.5.0", "push `v1.0.1`"),
        ("Hello!", "v0.5.1", "push `v1.0.1`"),
        ("Good day!", "v1.0.0-rc.1", "push `v1.0.1`"),
    ] {
        let ran = pushed(&at(&site, TWO, &[("hello", text)]), &github, tag);
        assert!(ran.exit == Some(1) && ran.text.contains("VERSION_TOO_LOW"), "{tag}: {}", ran.text);
        assert!(ran.text.contains(needed), "{tag}: {}", ran.text);
        github.state(|state| {
            assert_eq!(state.releases.len(), 1);
            state.tags.remove(tag);
        });
    }
    // The job of a tag that is released may be run again whatever came after.
    let ran = pushed(&at(&site, TWO, &[("hello", "Good day!")]), &github, "v1.1.0");
    assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v1.1.0".to_owned()]), "{}", ran.text);
    let ran = pushed(&site, &github, "v1.0.0");
    assert!(ran.exit == Some(0) && ran.text.contains("unchanged v1.0.0"), "{}", ran.text);
    github.assert_sound();
}

#[test]
fn an_older_job_that_is_run_again_releases_nothing_anew() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let site = first("Hello!");
    assert_eq!(site.run(&github, "ci").exit, Some(0));
    let ran = at(&site, TWO, &[("hello", "Good day!")]).run(&github, "ci");
    assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v0.1.1".to_owned()]), "{}", ran.text);
    // Its own release is there.
    let ran = site.run(&github, "ci");
    assert!(ran.exit == Some(0) && ran.text.contains("unchanged v0.1.0"), "{}", ran.text);
    assert_eq!(ran.outputs["version"], "0.1.0");
    // What it would release now comes from before the last release.
    let ran = at(&site, ONE, &[("hello", "Hi!")]).run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    assert!(ran.text.contains("skipped   release: v0.1.1 was released from a later commit"), "{}", ran.text);
    assert_eq!((ran.outputs["version"].as_str(), ran.outputs["bump"].as_str()), ("0.1.1", "none"));
    github.state(|state| assert_eq!((state.releases.len(), state.tags.len()), (2, 2)));
    github.assert_sound();
}

#[test]
fn of_the_drafts_of_a_tag_that_counts_which_has_its_content() {
    let github = GitHub::start(State::new(&[ONE, TWO]));
    let site = first("Hello!");
    assert_eq!(site.run(&github, "ci").exit, Some(0));
    let other = GitHub::start(State::new(&[ONE]));
    assert_eq!(first("Good day!").run(&other, "ci").exit, Some(0));
    let wrong: Vec<Asset> = other.state(|state| state.release("v0.1.0").assets.clone());
    // The run that made the tag was killed before it published, and so were two that lost.
    github.state(|state| {
        state.releases[0].draft = true;
        let draft = |id: u64, from: &Release| {
            let assets = wrong.iter().zip(id..).map(|(one, id)| Asset { id, ..one.clone() }).collect();
            Release { id, assets, ..from.clone() }
        };
        let (before, after) = (draft(500, &state.releases[0]), draft(700, &state.releases[0]));
        state.releases.insert(0, before);
        state.releases.push(after);
    });
    let ran = at(&site, TWO, &[("hello", "Hello!")]).run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    assert!(ran.text.contains("nothing changed since v0.1.0, whose release is not finished"), "{}", ran.text);
    let ran = site.run(&github, "ci");
    assert_eq!((ran.exit, ran.tags()), (Some(0), vec!["v0.1.0".to_owned()]), "{}", ran.text);
    github.state(|state| assert!(state.releases.len() == 1 && !state.releases[0].draft));
    github.assert_sound();
}

#[test]
fn what_disagrees_is_said_before_anything_is_published() {
    for is_pack in [false, true] {
        let github = GitHub::start(State::new(&[ONE, TWO]));
        let site = Site::new();
        write(&site, is_pack, &[("hello", "Hello!")]);
        if is_pack {
            assert_eq!(site.run(&github, "build").exit, Some(0));
            github.state(|state| state.tags.insert("1.0-v0.1.0".to_owned(), TWO.to_owned()));
        } else {
            // A release by other means, at this commit.
            github.state(|state| {
                state.tags.insert("v0.1.0".to_owned(), ONE.to_owned());
                let (tag, target) = ("v0.1.0".to_owned(), ONE.to_owned());
                state.releases.push(Release { id: 9, tag, target, ..Release::default() });
            });
        }
        let ran = if is_pack {
            site.run(&github, "release")
        } else {
            let mut command = site.command(&github, "release");
            command.env("GITHUB_REF", "refs/tags/v0.1.0");
            Ran::of(command.output().unwrap(), &site)
        };
        assert!(ran.exit == Some(4) && ran.text.contains("TAG_CONFLICT"), "{is_pack}: {}", ran.text);
        assert!(!site.store().exists(), "{is_pack}: {}", ran.text);
        github.assert_sound();
    }
}

#[test]
fn what_does_not_fit_into_the_archive_is_said_before_anything_is_published() {
    let github = GitHub::start(State::new(&[ONE]));
    let site = Site::new();
    write(&site, false, &[(&"a".repeat(63), "Hello!")]);
    let long = format!("v1.0.0-rc.{}", "a".repeat(90));
    github.state(|state| state.tags.insert(long.clone(), ONE.to_owned()));
    let mut command = site.command(&github, "release");
    command.env("GITHUB_REF", format!("refs/tags/{long}"));
    let ran = Ran::of(command.output().unwrap(), &site);
    assert!(ran.exit != Some(0) && ran.text.contains("LIMIT_EXCEEDED"), "{}", ran.text);
    assert!(ran.text.contains("a shorter version"), "{}", ran.text);
    assert!(!site.store().exists(), "{}", ran.text);
    github.state(|state| {
        assert!(state.releases.is_empty());
        state.tags.remove(&long);
    });
    let ran = site.run(&github, "ci");
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    github.assert_sound();
}

#[test]
fn a_bot_that_goes_is_approved_by_its_id() {
    for (subject, bump) in [("other", "patch"), ("another", "major")] {
        let github = GitHub::start(State::new(&[ONE, TWO]));
        let site = Site::new();
        write(&site, false, &[("hello", "Hello!"), ("other", "Hi!")]);
        assert_eq!(site.run(&github, "ci").exit, Some(0));
        let next = at(&site, TWO, &[("hello", "Hello!")]);
        let project = std::fs::read_to_string(next.at("aegis.yaml")).unwrap();
        std::fs::write(next.at("aegis.yaml"), project + "semver: {approved: breaks.yaml}\n").unwrap();
        let approved = format!(
            "aegis: approved/v1\napproved:\n  - {{rule: bot-removed, subject: {subject}, reason: nobody calls it}}\n"
        );
        std::fs::write(next.at("breaks.yaml"), approved).unwrap();
        let ran = next.run(&github, "ci");
        assert_eq!((ran.exit, ran.outputs["bump"].as_str()), (Some(0), bump), "{subject}: {}", ran.text);
        github.assert_sound();
    }
}
