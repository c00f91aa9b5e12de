//! What is read of an event's payload, and no more. Anything may be missing.

use serde_json::Value;

/// The payload of a GitHub event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Payload<'p>(pub(super) &'p Value);

impl<'p> Payload<'p> {
    fn text(self, pointer: &str) -> Option<&'p str> {
        self.0.pointer(pointer)?.as_str()
    }

    /// The repository's default branch.
    pub(super) fn default_branch(self) -> Option<&'p str> {
        self.text("/repository/default_branch")
    }

    /// Whether the content comes from another repository. That of a fork that is gone has no name any more, and counts
    /// as foreign.
    pub(super) fn is_from_fork(self) -> bool {
        let own = self.text("/repository/full_name");
        let heads = [
            ("/pull_request", "/pull_request/head/repo/full_name"),
            ("/workflow_run", "/workflow_run/head_repository/full_name"),
        ];
        heads.into_iter().any(|(what, head)| {
            self.0.pointer(what).is_some_and(Value::is_object) && (own.is_none() || self.text(head) != own)
        })
    }

    /// Whether the pull request is by this account.
    pub(super) fn is_by(self, login: &str) -> bool {
        self.text("/pull_request/user/login") == Some(login)
    }

    /// The pull request's number.
    pub(super) fn number(self) -> Option<u64> {
        self.0.pointer("/pull_request/number").or_else(|| self.0.pointer("/number"))?.as_u64()
    }

    /// Whether a push took a branch or a tag away.
    pub(super) fn is_deletion(self) -> bool {
        self.0.pointer("/deleted").and_then(Value::as_bool).unwrap_or(false)
    }
}
