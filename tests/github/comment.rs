//! The comment in a pull request, run after run.

use serde_json::json;

use crate::server::GitHub;
use crate::site::{ONE, Ran, Site};
use crate::state::State;

#[test]
fn a_pull_request_has_one_comment_that_says_what_the_last_run_came_to() {
    let github = GitHub::start(State::new(&[ONE]));
    github.state(|state| {
        state.comments = (0..120).map(|number| (number, format!("by others {number}"))).collect()
    });
    let site = Site::new();
    let run = || {
        let mut command = site.command(&github, "ci --comment true");
        let repository = json!({"full_name": "octo-org/packs", "default_branch": "main"});
        let event = json!({"number": 7, "repository": repository, "pull_request": {"number": 7, "user": {"login": "octocat"},
            "head": {"sha": ONE, "repo": {"full_name": "octo-org/packs"}}}});
        std::fs::write(site.at("_event.json"), event.to_string()).unwrap();
        command.envs([("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_REF", "refs/pull/7/merge")]);
        Ran::of(command.output().unwrap(), &site)
    };
    let ours = || {
        github.state(|state| {
            state.comments.iter().filter(|one| !one.1.starts_with("by others")).cloned().collect::<Vec<_>>()
        })
    };
    let ran = run();
    assert_eq!(ran.exit, Some(0), "{}", ran.text);
    let first = ours();
    assert!(first.len() == 1 && first[0].1.starts_with("<!-- aegis: aegis.yaml -->\n"), "{first:?}");
    site.write("where trucks are unloaded, meanign: 1", "1.0.0");
    let ran = run();
    assert_eq!(ran.exit, Some(1), "{}", ran.text);
    let second = ours();
    assert!(second.len() == 1 && second[0].0 == first[0].0, "{second:?}");
    assert!(second[0].1.contains("PACK_SCHEMA") && second[0].1 != first[0].1, "{}", second[0].1);
    github.state(|state| assert!(state.tags.is_empty() && state.releases.is_empty()));
    assert!(!site.store().exists());
    github.assert_sound();
}
