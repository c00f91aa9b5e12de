//! Every event that a workflow may name, as the runner hands it over: on sources that are sound, and on sources that are not.

use serde_json::{Value, json};

use crate::server::GitHub;
use crate::site::{ONE, Ran, Site};
use crate::state::State;

/// An event: what the runner says of it, and what is to become of it.
struct Event {
    name: &'static str,
    reference: &'static str,
    actor: &'static str,
    payload: Value,
    /// What is published: nothing, for this reason.
    publish: Result<(), &'static str>,
    /// The tags that a release gives, or why there is none.
    release: Result<&'static [&'static str], &'static str>,
    /// Why there is no comment; `None` if there is one.
    comment: Option<&'static str>,
}

const NO_PULL_REQUEST: Option<&str> = Some("there is no pull request to comment on");
const FIRST: &[&str] = &["v0.1.0", "1.0-v0.1.0", "0.1-v1.0.0"];
const TAGS: &str = "only the default branch, `release.branches` and tags of versions are released";

fn repository() -> Value {
    json!({"id": 1, "full_name": "octo-org/packs", "default_branch": "main", "fork": false, "private": true,
        "owner": {"login": "octo-org", "type": "Organization"}})
}

fn push(reference: &str, actor: &str) -> Value {
    json!({"ref": reference, "before": "0".repeat(40), "after": ONE, "created": false, "deleted": false, "forced": false,
        "compare": "https://github.com/octo-org/packs/compare/0...1", "commits": [{"id": ONE, "message": "x"}],
        "head_commit": {"id": ONE}, "pusher": {"name": actor}, "repository": repository(), "sender": {"login": actor}})
}

fn pull_request(head: &str, author: &str) -> Value {
    json!({"action": "synchronize", "number": 7, "repository": repository(), "sender": {"login": author},
        "pull_request": {"number": 7, "state": "open", "draft": false, "user": {"login": author},
            "head": {"ref": "topic", "sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821", "repo": {"full_name": head, "fork": head != "octo-org/packs"}},
            "base": {"ref": "main", "sha": ONE, "repo": {"full_name": "octo-org/packs"}}}})
}

/// One whose content is built and judged, and goes nowhere.
fn quiet(name: &'static str, reference: &'static str, payload: Value, why: [&'static str; 2]) -> Event {
    Event {
        name,
        reference,
        actor: "octocat",
        payload,
        publish: Err(why[0]),
        release: Err(why[1]),
        comment: NO_PULL_REQUEST,
    }
}

/// One that says what the repository holds now.
fn loud(name: &'static str, reference: &'static str, payload: Value, tags: &'static [&'static str]) -> Event {
    Event { publish: Ok(()), release: Ok(tags), ..quiet(name, reference, payload, [""; 2]) }
}

/// A pull request, and why it gets no comment.
fn pull(
    name: &'static str,
    reference: &'static str,
    head: &str,
    author: &'static str,
    comment: Option<&'static str>,
) -> Event {
    let why = ["pull requests never publish", "pull requests never release"];
    Event { comment, actor: author, ..quiet(name, reference, pull_request(head, author), why) }
}

fn events() -> Vec<Event> {
    let (main, own) = ("refs/heads/main", "octo-org/packs");
    let bot = "dependabot[bot]";
    let only = "only pushes to the default branch (`main`) and tags publish";
    let no_version = "the tag `nightly` is not that of a version (`v1.2.0`)";
    let queue = "refs/heads/gh-readonly-queue/main/pr-7-6dcb09b5b57875f334f61aebed695e2e4193db5e";
    let tries = "a merge queue only tries out what may be merged";
    let read_only = "Dependabot's runs have a read-only token and no secrets";
    let group = json!({"action": "checks_requested", "repository": repository(),
        "merge_group": {"head_sha": ONE, "head_ref": queue, "base_sha": ONE, "base_ref": main}});
    let schedule = json!({"schedule": "0 4 * * 1", "repository": repository(), "workflow": ".github/workflows/aegis.yml"});
    let dispatch =
        json!({"inputs": null, "ref": main, "repository": repository(), "sender": {"login": "octocat"}});
    vec![
        loud("push", main, push(main, "octocat"), FIRST),
        quiet("push", "refs/heads/topic", push("refs/heads/topic", "octocat"), [only, TAGS]),
        Event {
            actor: bot,
            ..quiet("push", "refs/heads/dependabot/x", push("refs/heads/dependabot/x", bot), [read_only; 2])
        },
        loud(
            "push",
            "refs/tags/v1.2.0",
            push("refs/tags/v1.2.0", "octocat"),
            &["v1.2.0", "1.0-v1.2.0", "0.1-v1.0.0"],
        ),
        quiet("push", "refs/tags/nightly", push("refs/tags/nightly", "octocat"), [no_version, TAGS]),
        pull("pull_request", "refs/pull/7/merge", own, "octocat", None),
        pull(
            "pull_request",
            "refs/pull/7/merge",
            "octocat/packs",
            "octocat",
            Some("the token of a pull request from a fork may only read"),
        ),
        pull(
            "pull_request",
            "refs/pull/7/merge",
            own,
            bot,
            Some("the token of Dependabot's pull requests may only read"),
        ),
        pull("pull_request_target", main, own, "octocat", None),
        quiet("merge_group", queue, group, [tries; 2]),
        loud("workflow_dispatch", main, dispatch.clone(), FIRST),
        quiet("workflow_dispatch", "refs/heads/topic", dispatch, [only, TAGS]),
        loud("schedule", main, schedule, FIRST),
    ]
}

/// Runs `ci` for an event, with a comment wanted.
fn run(site: &Site, github: &GitHub, event: &Event) -> (Ran, String) {
    let mut command = site.command(github, "ci --comment true");
    std::fs::write(site.at("_event.json"), event.payload.to_string()).unwrap();
    let names = event.reference.splitn(3, '/').collect::<Vec<_>>();
    command.envs([
        ("GITHUB_EVENT_NAME", event.name),
        ("GITHUB_REF", event.reference),
        ("GITHUB_REF_NAME", names[2]),
        ("GITHUB_REF_TYPE", if names[1] == "tags" { "tag" } else { "branch" }),
        ("GITHUB_ACTOR", event.actor),
        ("GITHUB_TRIGGERING_ACTOR", event.actor),
        ("GITHUB_HEAD_REF", if names[1] == "pull" { "topic" } else { "" }),
        ("GITHUB_BASE_REF", if names[1] == "pull" { "main" } else { "" }),
    ]);
    let ran = Ran::of(command.output().unwrap(), site);
    (ran, std::fs::read_to_string(site.at("_summary")).unwrap())
}

/// GitHub as it is when the event comes: a tag that was pushed is there.
fn github(event: &Event) -> GitHub {
    let mut state = State::new(&[ONE]);
    if let Some(tag) = event.reference.strip_prefix("refs/tags/") {
        state.tags.insert(tag.to_owned(), ONE.to_owned());
    }
    GitHub::start(state)
}

#[test]
fn sound_sources_go_where_the_event_allows_and_every_step_not_taken_is_said_with_its_reason() {
    for event in events() {
        let shown = format!("{} {} by {}", event.name, event.reference, event.actor);
        let (site, github) = (Site::new(), github(&event));
        let (ran, summary) = run(&site, &github, &event);
        assert_eq!(ran.exit, Some(0), "{shown}: {}", ran.text);
        assert_eq!(
            (ran.outputs["status"].as_str(), ran.outputs["diagnostics"].as_str()),
            ("pass", "0"),
            "{shown}"
        );
        // In a table, `|` and such are written otherwise; none of the reasons has them, but backticks.
        let said = summary.replace('\\', "");
        let row = |step: &str, why: &str| {
            assert!(said.contains(&format!("| {step} | skipped | {why} |")), "{shown}: {step}: {why}\n{said}")
        };
        assert_eq!(site.store().join("packs/1.0").is_dir(), event.publish.is_ok(), "{shown}: {}", ran.text);
        match event.publish {
            Ok(()) => assert!(said.contains("| publish | done |"), "{shown}: {said}"),
            Err(why) => {
                row("publish", why);
                assert!(ran.text.contains(&format!("skipped   publish: {why}")), "{shown}: {}", ran.text);
            }
        }
        let is_tag = |name: &&String| event.reference != format!("refs/tags/{name}");
        match event.release {
            Ok(tags) => {
                assert_eq!(ran.tags(), tags, "{shown}");
                github.state(|state| {
                    let release = state.release(tags[0]);
                    assert!(!release.draft && release.assets.len() == 6, "{shown}: {release:?}");
                    assert!(tags.iter().all(|tag| state.commit(tag).as_deref() == Some(ONE)), "{shown}");
                });
            }
            Err(why) => {
                row("release", why);
                github.state(|state| {
                    assert!(
                        state.releases.is_empty() && state.tags.keys().filter(is_tag).count() == 0,
                        "{shown}"
                    )
                });
            }
        }
        let comments = github.state(|state| state.comments.len());
        assert_eq!(comments, usize::from(event.comment.is_none()), "{shown}");
        if let Some(why) = event.comment {
            row("comment", why);
        }
        github.assert_sound();
    }
}

#[test]
fn unsound_sources_go_nowhere_whatever_the_event() {
    for event in events() {
        let shown = format!("{} {} by {}", event.name, event.reference, event.actor);
        let (site, github) = (Site::new(), github(&event));
        let tags = github.state(|state| state.tags.clone());
        let words = std::fs::read_to_string(site.at("words.yaml")).unwrap();
        std::fs::write(site.at("words.yaml"), words.replace("meaning:", "meanign:")).unwrap();
        let (ran, summary) = run(&site, &github, &event);
        assert_eq!(ran.exit, Some(1), "{shown}: {}", ran.text);
        assert_eq!(
            (ran.outputs["status"].as_str(), ran.outputs["diagnostics"].as_str()),
            ("fail", "1"),
            "{shown}"
        );
        let errors: Vec<_> = ran.text.lines().filter(|line| line.starts_with("::error ")).collect();
        assert!(
            errors.len() == 1 && errors[0].starts_with("::error file=words.yaml,line=11,"),
            "{shown}: {errors:?}"
        );
        for part in ["## ❌", "### What is wrong", "**What to do:** did you mean `meaning`?"] {
            assert!(summary.contains(part), "{shown}: {part}: {summary}");
        }
        assert!(!site.store().exists() && !site.at("aegis-runtime").exists(), "{shown}");
        github.state(|state| assert!(state.releases.is_empty() && state.tags == tags, "{shown}"));
        // Who may comment says what is wrong there too.
        let comments = github.state(|state| state.comments.clone());
        assert_eq!(comments.len(), usize::from(event.comment.is_none()), "{shown}");
        assert!(comments.iter().all(|(_, body)| body.contains("PACK_SCHEMA")), "{shown}: {comments:?}");
        github.assert_sound();
    }
}

#[test]
fn a_forks_content_is_not_even_looked_at_where_it_would_have_secrets() {
    for sound in [true, false] {
        let event = pull("pull_request_target", "refs/heads/main", "octocat/packs", "octocat", None);
        let (site, github) = (Site::new(), github(&event));
        if !sound {
            std::fs::write(site.at("words.yaml"), "no document").unwrap();
        }
        let (ran, summary) = run(&site, &github, &event);
        assert_eq!((ran.exit, ran.outputs["status"].as_str()), (Some(2), "fail"), "{}", ran.text);
        assert!(
            ran.text.contains("EVENT_UNTRUSTED") && summary.contains("run on `pull_request` instead"),
            "{summary}"
        );
        assert!(!site.at("aegis-runtime").exists() && !site.store().exists());
        assert!(github.log().is_empty(), "GitHub was asked");
    }
}
