//! What a run may do, by where it runs: a pure decision from the surroundings, said with its reason.

use serde_json::Value;

use crate::cli::When;

/// Where a run happens, as the runner tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Surroundings {
    /// Whether a runner runs it.
    pub(super) is_runner: bool,
    /// `GITHUB_EVENT_NAME`.
    pub(super) event: String,
    /// `GITHUB_REF`.
    pub(super) reference: String,
    /// The event's payload.
    pub(super) payload: Value,
}

/// Whether to publish, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Publish {
    /// Yes.
    Yes,
    /// No, for this reason.
    No(&'static str),
}

/// Decides whether what was built is published to a store.
pub(super) fn publish(asked: When, around: &Surroundings, store: &str) -> Publish {
    let is_folder = store.starts_with("file://") || !store.contains("://");
    let is_pull_request =
        matches!(around.event.as_str(), "pull_request" | "pull_request_target" | "merge_group");
    match asked {
        When::False => Publish::No("it was not asked for (`--publish false`)"),
        When::True if around.is_runner && is_pull_request => Publish::No("pull requests never publish"),
        When::True => Publish::Yes,
        When::Auto if !around.is_runner && is_folder => Publish::Yes,
        When::Auto if !around.is_runner => {
            Publish::No("outside a runner only `file://` stores are published to")
        }
        When::Auto if is_pull_request => Publish::No("pull requests never publish"),
        When::Auto if around.reference.starts_with("refs/tags/") => Publish::Yes,
        When::Auto => match around.payload["repository"]["default_branch"].as_str() {
            Some(branch) if around.reference == format!("refs/heads/{branch}") => Publish::Yes,
            Some(_) => Publish::No("only pushes to the default branch and tags publish"),
            None => Publish::No("the event does not say which branch is the default one"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn publishing_follows_the_event() {
        let runner = |event: &str, reference: &str| Surroundings {
            is_runner: true,
            event: event.into(),
            reference: reference.into(),
            payload: json!({"repository": {"default_branch": "trunk"}}),
        };
        let decide = |asked, around: &Surroundings, store| publish(asked, around, store) == Publish::Yes;
        let outside = Surroundings::default();
        let cases = [
            (When::Auto, outside.clone(), "file://.aegis/store", true),
            (When::Auto, outside.clone(), "some/folder", true),
            (When::Auto, outside.clone(), "s3://bucket", false),
            (When::True, outside.clone(), "s3://bucket", true),
            (When::False, outside, "file://x", false),
            (When::Auto, runner("pull_request", "refs/pull/3/merge"), "file://x", false),
            (When::True, runner("pull_request", "refs/pull/3/merge"), "file://x", false),
            (When::Auto, runner("merge_group", "refs/heads/gh-readonly-queue/trunk/x"), "s3://b", false),
            (When::Auto, runner("push", "refs/heads/trunk"), "s3://b", true),
            (When::Auto, runner("push", "refs/heads/topic"), "s3://b", false),
            (When::Auto, runner("push", "refs/tags/v1.0.0"), "s3://b", true),
            (When::Auto, runner("workflow_dispatch", "refs/heads/trunk"), "s3://b", true),
            (
                When::Auto,
                Surroundings { payload: Value::Null, ..runner("push", "refs/heads/main") },
                "s3://b",
                false,
            ),
        ];
        for (asked, around, store, expected) in cases {
            assert_eq!(decide(asked, &around, store), expected, "{asked:?} {around:?} {store}");
        }
    }
}
