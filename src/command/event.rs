//! What a run may do, by where it runs: a pure decision from the event, what was asked for and what is known of the
//! token. Every step that is not taken has its reason.

mod payload;

use serde_json::Value;

use crate::cli::When;

use payload::Payload;

/// Where a run happens, as the runner tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Surroundings {
    /// Whether a runner runs it.
    pub(super) is_runner: bool,
    /// `GITHUB_EVENT_NAME`.
    pub(super) event: String,
    /// `GITHUB_REF`.
    pub(super) reference: String,
    /// `GITHUB_SHA`: what the event is about; for `pull_request_target` the base.
    pub(super) sha: Option<String>,
    /// The commit that is checked out, if it is known.
    pub(super) checked_out: Option<String>,
    /// `GITHUB_ACTOR`.
    pub(super) actor: String,
    /// Whether there is a token.
    pub(super) has_token: bool,
    /// The event's payload.
    pub(super) payload: Value,
}

/// What the user asked for, and what the project says that matters here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Publish what was built.
    pub(super) publish: When,
    /// Release it.
    pub(super) release: When,
    /// Deploy it to this channel.
    pub(super) channel: Option<&'a str>,
    /// Comment on the pull request.
    pub(super) comment: bool,
    /// Whether only a part of the tests is run.
    pub(super) partly: bool,
    /// Whether the project has bots.
    pub(super) has_bots: bool,
    /// Whether the store is a folder.
    pub(super) folder: bool,
    /// The prefix of release tags.
    pub(super) prefix: &'a str,
    /// Branches beside the default one that may be released.
    pub(super) branches: &'a [String],
}

/// Whether a step is taken; if not, why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// It is.
    Yes,
    /// It is not, for this reason.
    No(String),
}

impl Step {
    /// Whether it is taken.
    pub(super) const fn is_taken(&self) -> bool {
        matches!(self, Self::Yes)
    }
}

fn no(why: impl Into<String>) -> Step {
    Step::No(why.into())
}

/// What a run does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// Merge and compile.
    pub(super) build: Step,
    /// Run the suites.
    pub(super) test: Step,
    /// Judge bots.
    pub(super) judge: Step,
    /// Put what was built into the store.
    pub(super) publish: Step,
    /// Tag and release; also then only if the version changed.
    pub(super) release: Step,
    /// Point the channel to it.
    pub(super) deploy: Step,
    /// Write into the pull request.
    pub(super) comment: Step,
}

impl Plan {
    /// The steps by name, in their order.
    pub(super) fn steps(&self) -> [(&'static str, &Step); 7] {
        [
            ("build", &self.build),
            ("test", &self.test),
            ("judge", &self.judge),
            ("publish", &self.publish),
            ("release", &self.release),
            ("deploy", &self.deploy),
            ("comment", &self.comment),
        ]
    }
}

/// Why a foreign pull request's content is not even read: the event's token and secrets would be at its mercy.
const UNTRUSTED: &str = "the event gives secrets and a token that may write to the content of a pull request from a \
                         fork, which anybody can write";

/// Decides what a run does.
pub(super) fn plan(asked: &Asked<'_>, around: &Surroundings) -> Plan {
    let payload = Payload(&around.payload);
    if is_untrusted(around, payload) {
        let [build, test, judge, publish, release, deploy, comment] = [(); 7].map(|()| no(UNTRUSTED));
        return Plan { build, test, judge, publish, release, deploy, comment };
    }
    let publish = publish(asked, around, payload);
    Plan {
        build: Step::Yes,
        test: Step::Yes,
        judge: if asked.has_bots { Step::Yes } else { no("the project has no bots") },
        release: release(asked, around, payload, &publish),
        deploy: deploy(asked, around, &publish),
        comment: comment(asked, around, payload),
        publish,
    }
}

/// Events of a pull request that run with the base's token and secrets, where the fork's content may be checked out.
fn is_untrusted(around: &Surroundings, payload: Payload<'_>) -> bool {
    let privileged = matches!(around.event.as_str(), "pull_request_target" | "workflow_run");
    let is_base = around.checked_out.is_some() && around.checked_out == around.sha;
    around.is_runner && privileged && payload.is_from_fork() && !is_base
}

fn is_pull_request(event: &str) -> bool {
    matches!(
        event,
        "pull_request" | "pull_request_target" | "pull_request_review" | "pull_request_review_comment"
    )
}

/// What is decided for publishing and releasing (`verb`) alike; `None` if the event allows them.
fn forbidden(around: &Surroundings, payload: Payload<'_>, verb: &str) -> Option<String> {
    let why = match around.event.as_str() {
        event if is_pull_request(event) => return Some(format!("pull requests never {verb}")),
        "merge_group" => "a merge queue only tries out what may be merged",
        "delete" => "a branch or a tag was deleted",
        "push" if payload.is_deletion() => "a branch or a tag was deleted",
        _ if around.actor == DEPENDABOT => "Dependabot's runs have a read-only token and no secrets",
        _ => return None,
    };
    Some(why.to_owned())
}

/// Why the event does neither unless it is asked to; `None` for those that say what the repository holds now.
fn unasked(around: &Surroundings, does: &str, option: &str) -> Option<String> {
    match around.event.as_str() {
        "push" | "workflow_dispatch" | "repository_dispatch" | "schedule" => None,
        event => Some(format!("the event `{event}` {does} only if it is asked for (`--{option} true`)")),
    }
}

/// Why a run of a shard goes no further: the other parts may fail.
const PARTLY: &str = "only a part of the tests was run (`--shard`, `--only`, `--filter`, `--suite`)";

const DEPENDABOT: &str = "dependabot[bot]";

fn publish(asked: &Asked<'_>, around: &Surroundings, payload: Payload<'_>) -> Step {
    if asked.publish == When::False {
        return no("it was not asked for (`--publish false`)");
    }
    if asked.partly && asked.publish != When::True {
        return no(PARTLY);
    }
    if !around.is_runner {
        return match asked.publish {
            When::True => Step::Yes,
            _ if asked.folder => Step::Yes,
            _ => no("outside a runner only `file://` stores are published to"),
        };
    }
    match forbidden(around, payload, "publish") {
        Some(why) => no(why),
        None if asked.publish == When::True => Step::Yes,
        None => by_reference(asked, around, payload),
    }
}

/// Whether the event's ref is one whose content is final: the default branch, a version's tag.
fn by_reference(asked: &Asked<'_>, around: &Surroundings, payload: Payload<'_>) -> Step {
    if let Some(why) = unasked(around, "publishes", "publish") {
        return no(why);
    }
    if let Some(tag) = around.reference.strip_prefix("refs/tags/") {
        return match crate::semver::tagged(&around.reference, asked.prefix) {
            Some(_) => Step::Yes,
            None => no(format!("the tag `{tag}` is not that of a version (`{}v1.2.0`)", asked.prefix)),
        };
    }
    match payload.default_branch() {
        Some(branch) if around.reference == format!("refs/heads/{branch}") => Step::Yes,
        Some(branch) => no(format!("only pushes to the default branch (`{branch}`) and tags publish")),
        None => no("the event does not say which branch is the default one"),
    }
}

fn release(asked: &Asked<'_>, around: &Surroundings, payload: Payload<'_>, publish: &Step) -> Step {
    if asked.release == When::False {
        return no("it was not asked for (`--release false`)");
    }
    if !around.is_runner {
        return no("outside a runner nothing is released");
    }
    if asked.partly && asked.release != When::True {
        return no(PARTLY);
    }
    if let Some(why) = forbidden(around, payload, "release") {
        return no(why);
    }
    if asked.release != When::True
        && let Some(why) = unasked(around, "releases", "release")
    {
        return no(why);
    }
    if !around.has_token {
        return no("there is no token: pass `github-token`, with the permission `contents: write`");
    }
    let branch = around.reference.strip_prefix("refs/heads/");
    let may = branch.is_some_and(|branch| {
        payload.default_branch() == Some(branch) || asked.branches.iter().any(|allowed| allowed == branch)
    });
    let is_version = crate::semver::tagged(&around.reference, asked.prefix).is_some();
    match publish {
        Step::No(why) if asked.publish == When::False => no(format!("nothing is published: {why}")),
        // A branch of `release.branches` is released although it does not publish by itself.
        _ if may || is_version => Step::Yes,
        _ if payload.default_branch().is_none() => {
            no("the event does not say which branch is the default one")
        }
        _ => no("only the default branch, `release.branches` and tags of versions are released"),
    }
}

fn deploy(asked: &Asked<'_>, around: &Surroundings, publish: &Step) -> Step {
    match (asked.channel, publish) {
        (None, _) => no("no `channel` was named"),
        _ if is_pull_request(&around.event) => no("pull requests never deploy"),
        (Some(_), Step::Yes) => Step::Yes,
        (Some(_), Step::No(why)) => no(format!("nothing is published: {why}")),
    }
}

fn comment(asked: &Asked<'_>, around: &Surroundings, payload: Payload<'_>) -> Step {
    let is_pull_request = matches!(around.event.as_str(), "pull_request" | "pull_request_target");
    if !asked.comment {
        return no("it was not asked for (`comment: true`)");
    }
    if !around.is_runner || !is_pull_request || payload.number().is_none() {
        return no("there is no pull request to comment on");
    }
    let privileged = around.event == "pull_request_target";
    if payload.is_from_fork() && !privileged {
        return no("the token of a pull request from a fork may only read");
    }
    if (around.actor == DEPENDABOT || payload.is_by(DEPENDABOT)) && !privileged {
        return no("the token of Dependabot's pull requests may only read");
    }
    if !around.has_token {
        return no("there is no token: pass `github-token`, with the permission `pull-requests: write`");
    }
    Step::Yes
}

#[cfg(test)]
mod tests;
