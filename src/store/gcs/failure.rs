//! From the API's answers to the store's errors: what the caller may do, and which bucket or permission the message is about.

use serde::Deserialize;

use crate::store::error::{Doing, StoreError, StoreErrorKind, causes};

/// <https://cloud.google.com/storage/docs/json_api/v1/status-codes>
#[derive(Default, Deserialize)]
struct Envelope {
    error: Said,
}

#[derive(Default, Deserialize)]
struct Said {
    #[serde(default)]
    message: String,
}

/// How Google says that there is no bucket.
const NO_BUCKET: &str = "The specified bucket does not exist";

impl Doing<'_> {
    /// That the credentials could not be turned into a token.
    pub(super) fn unknown(self, error: &object_store::Error) -> StoreError {
        let why = causes(error);
        self.because(
            StoreErrorKind::Unauthenticated,
            format!("the credentials are refused: {} ({why})", hint(&why)),
        )
    }

    /// What an answer means that is not a good one.
    pub(super) fn of_google(self, status: u16, body: &[u8]) -> StoreError {
        let envelope: Envelope = serde_json::from_slice(body).unwrap_or_default();
        let message = envelope.error.message;
        let said = if message.is_empty() {
            format!("the store refused without a reason (HTTP {status})")
        } else {
            format!("{message} (HTTP {status})")
        };
        let (kind, why) = match status {
            // The message of a missing object names bucket and object, whatever they are called.
            404 if self.verb == "list" || self.verb == "write" || message.starts_with(NO_BUCKET) => {
                (StoreErrorKind::Other, format!("there is no bucket `{}`", self.place))
            }
            404 => (StoreErrorKind::NotFound, "there is no such object".to_owned()),
            412 | 304 => (StoreErrorKind::Exists, "it exists already".to_owned()),
            401 => (StoreErrorKind::Unauthenticated, format!("the credentials are refused: {said}")),
            403 => (
                StoreErrorKind::Denied,
                format!("it takes the permission {} on the bucket `{}`: {said}", self.permission, self.place),
            ),
            409 => (StoreErrorKind::Conflict, said),
            507 => (StoreErrorKind::Full, said),
            408 | 429 | 500..=599 => (StoreErrorKind::Unavailable, said),
            _ => (StoreErrorKind::Other, said),
        };
        self.because(kind, &why)
    }
}

/// What to do about credentials that cannot be used for this reason.
pub(super) fn hint(why: &str) -> &'static str {
    if why.contains("external_account") {
        return "the file that GOOGLE_APPLICATION_CREDENTIALS names is of workload identity federation, which is not read: let \
                `google-github-actions/auth` exchange it with `token_format: access_token`, or `gcloud auth print-access-token`, \
                and set GOOGLE_OAUTH_ACCESS_TOKEN to the token";
    }
    "set GOOGLE_APPLICATION_CREDENTIALS to the file of a service account, or GOOGLE_OAUTH_ACCESS_TOKEN to a token"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn federated_credentials_are_told_from_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = r#"{"type":"external_account","audience":"//iam.googleapis.com/x","token_url":"https://sts.googleapis.com/v1/token"}"#;
        std::fs::write(file.path(), text).unwrap();
        let builder = object_store::gcp::GoogleCloudStorageBuilder::new().with_bucket_name("agents");
        let error = builder.with_application_credentials(file.path().to_str().unwrap()).build().unwrap_err();
        assert!(hint(&causes(&error)).contains("token_format: access_token"), "{error}");
        assert!(hint("the file is not there").starts_with("set GOOGLE_APPLICATION_CREDENTIALS"));
    }

    #[test]
    fn answers_say_what_to_do() {
        let doing = |verb| Doing {
            verb,
            what: "a/b",
            permission: "storage.objects.get",
            place: "agents",
            store: "gs://agents",
        };
        let body = br#"{"error":{"code":403,"message":"ann does not have access","errors":[{"reason":"forbidden"}]}}"#;
        for (verb, status, body, kind, said) in [
            (
                "read",
                403,
                body.as_slice(),
                StoreErrorKind::Denied,
                "storage.objects.get on the bucket `agents`: ann does",
            ),
            ("read", 404, b"", StoreErrorKind::NotFound, "no such object"),
            ("list", 404, b"", StoreErrorKind::Other, "no bucket `agents`"),
            (
                "read",
                404,
                br#"{"error":{"message":"No such object: my-bucket/a/bucket.json"}}"#,
                StoreErrorKind::NotFound,
                "no such object",
            ),
            (
                "read",
                404,
                br#"{"error":{"message":"The specified bucket does not exist."}}"#,
                StoreErrorKind::Other,
                "no bucket `agents`",
            ),
            ("write", 412, b"", StoreErrorKind::Exists, "exists already"),
            ("write", 401, b"x", StoreErrorKind::Unauthenticated, "credentials are refused"),
            ("write", 409, b"{}", StoreErrorKind::Conflict, "HTTP 409"),
            (
                "write",
                503,
                b"{\"error\":{\"message\":\"busy\"}}",
                StoreErrorKind::Unavailable,
                "busy (HTTP 503)",
            ),
            ("write", 400, b"", StoreErrorKind::Other, "without a reason (HTTP 400)"),
        ] {
            let error = doing(verb).of_google(status, body);
            assert_eq!(error.kind, kind, "{status}");
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
