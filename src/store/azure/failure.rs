//! From the crate's errors to the store's: what the caller may do, and which container or permission the message is about.
//!
//! The crate keeps the status and the body of an answer in its text alone.

use crate::store::error::{Doing, StoreError, StoreErrorKind, causes};

/// The status of the answer, if there was one.
fn status_of(text: &str) -> Option<u16> {
    text.split_once("status code: ")?.1.get(..3)?.parse().ok()
}

/// What stands in an element of the answer's body: <https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2>.
fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split(['<', '\n']).next()
}

impl Doing<'_> {
    /// The store's error.
    pub(super) fn of_azure(self, error: &object_store::Error) -> StoreError {
        let text = causes(error);
        let status = status_of(&text).or(match error {
            object_store::Error::NotFound { .. } => Some(404),
            object_store::Error::PermissionDenied { .. } => Some(403),
            object_store::Error::Unauthenticated { .. } => Some(401),
            object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. } => Some(412),
            _ => None,
        });
        self.answered_by_azure(status, &text)
    }

    /// The store's error, by the answer's status and all that is known as a text.
    fn answered_by_azure(self, status: Option<u16>, text: &str) -> StoreError {
        let code = element(text, "Code").unwrap_or_default();
        let said = match (element(text, "Message"), status) {
            (Some(message), Some(status)) => format!("{code}: {message} (HTTP {status})"),
            (None, Some(status)) => format!("the store refused without a reason (HTTP {status})"),
            (_, None) => text.to_owned(),
        };
        let (kind, why) = match (status, code) {
            (Some(404), "ContainerNotFound") => {
                (StoreErrorKind::Other, format!("there is no container `{}`", self.place))
            }
            (Some(404), _) if self.verb == "list" => {
                (StoreErrorKind::Other, format!("there is no container `{}`", self.place))
            }
            (Some(404), _) => (StoreErrorKind::NotFound, "there is no such object".to_owned()),
            (Some(412), _) | (Some(409), "BlobAlreadyExists") => {
                (StoreErrorKind::Exists, "it exists already".to_owned())
            }
            (Some(409), "BlobImmutableDueToPolicy") if self.verb == "write" => {
                (StoreErrorKind::Exists, "it exists already".to_owned())
            }
            (Some(409), "BlobImmutableDueToPolicy") => {
                (StoreErrorKind::Denied, "an immutability policy of the container keeps it".to_owned())
            }
            (Some(409), _) => (StoreErrorKind::Conflict, said),
            (Some(401), _) | (Some(403), "AuthenticationFailed" | "InvalidAuthenticationInfo") => {
                (StoreErrorKind::Unauthenticated, format!("the credentials are refused ({said})"))
            }
            // Azurite has the code of a missing right for it.
            (Some(403), _) if said.contains("failed to authenticate") => {
                (StoreErrorKind::Unauthenticated, format!("the credentials are refused ({said})"))
            }
            (Some(403), _) => (
                StoreErrorKind::Denied,
                format!(
                    "it takes the permission {} on the container `{}` ({said})",
                    self.permission, self.place
                ),
            ),
            (Some(408 | 429 | 500..=599) | None, _) => (StoreErrorKind::Unavailable, said),
            (Some(_), _) => (StoreErrorKind::Other, said),
        };
        self.because(kind, &why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_say_what_to_do() {
        let doing = |verb| Doing {
            verb,
            what: "a/b",
            permission: "blobs/write",
            place: "agents",
            store: "az://agents",
        };
        let body = |code: &str| {
            format!(
                "x: Server returned non-2xx status code: 409 Conflict: <Error><Code>{code}</Code><Message>Why it is\nRequestId:1</Message></Error>"
            )
        };
        for (verb, status, text, kind, said) in [
            ("write", 409, body("BlobAlreadyExists"), StoreErrorKind::Exists, "exists already"),
            ("write", 412, body("ConditionNotMet"), StoreErrorKind::Exists, "exists already"),
            (
                "write",
                409,
                body("OperationInProgress"),
                StoreErrorKind::Conflict,
                "OperationInProgress: Why it is (HTTP 409)",
            ),
            ("delete", 409, body("BlobImmutableDueToPolicy"), StoreErrorKind::Denied, "policy"),
            ("read", 404, body("BlobNotFound"), StoreErrorKind::NotFound, "no such object"),
            ("write", 404, body("ContainerNotFound"), StoreErrorKind::Other, "no container `agents`"),
            (
                "write",
                403,
                body("AuthorizationPermissionMismatch"),
                StoreErrorKind::Denied,
                "blobs/write on the container `agents`",
            ),
            (
                "write",
                403,
                body("AuthenticationFailed"),
                StoreErrorKind::Unauthenticated,
                "credentials are refused",
            ),
            (
                "write",
                403,
                body("AuthorizationFailure")
                    .replace("Why it is", "Server failed to authenticate the request."),
                StoreErrorKind::Unauthenticated,
                "credentials are refused",
            ),
            ("write", 503, body("ServerBusy"), StoreErrorKind::Unavailable, "ServerBusy"),
            ("write", 400, String::new(), StoreErrorKind::Other, "without a reason (HTTP 400)"),
        ] {
            let error = doing(verb).answered_by_azure(Some(status), &text);
            assert_eq!(error.kind, kind, "{error}");
            assert!(error.to_string().contains(said), "{error}");
        }
        assert_eq!(status_of(&body("x")), Some(409));
        assert_eq!(status_of("no answer"), None);
        assert_eq!(
            doing("read").answered_by_azure(None, "connection refused").kind,
            StoreErrorKind::Unavailable
        );
    }
}
