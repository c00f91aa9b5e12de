//! From the client's errors to the store's: what the caller may do, and which repository or permission the message is about.

use oci_client::errors::{OciDistributionError as Failed, OciEnvelope, OciErrorCode};

use crate::store::error::{Doing, StoreError, StoreErrorKind, causes};

impl Doing<'_> {
    /// The store's error.
    pub(super) fn of_registry(self, error: &Failed) -> StoreError {
        match error {
            Failed::AuthenticationFailure(why) => {
                self.denied_by_registry(&format!("the login failed: {}", first_line(why)))
            }
            Failed::UnauthorizedError { .. } => self.denied_by_registry("no login, or one without the right"),
            Failed::RegistryError { envelope, .. } => self.refused(envelope),
            Failed::ServerError { code, message, .. } => match serde_json::from_str(message) {
                Ok(envelope) if *code < 500 => self.refused(&envelope),
                _ => self.answered_by_registry(*code, first_line(message)),
            },
            Failed::ImageManifestNotFoundError(_) => {
                self.because(StoreErrorKind::NotFound, "there is no such object")
            }
            Failed::RequestError(error) => match error.status() {
                Some(status) => self.answered_by_registry(status.as_u16(), ""),
                None => {
                    // Where an upload goes may be a secret.
                    let url = error.url().map(|url| format!(" for url ({url})")).unwrap_or_default();
                    self.because(StoreErrorKind::Unavailable, causes(error).replace(&url, ""))
                }
            },
            Failed::IoError(_) => self.because(StoreErrorKind::Unavailable, causes(error)),
            other => self.because(StoreErrorKind::Other, causes(other)),
        }
    }

    /// What a registry says for itself: <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes>.
    fn refused(self, envelope: &OciEnvelope) -> StoreError {
        let Some(error) = envelope.errors.first() else { return self.answered_by_registry(400, "") };
        let message = first_line(&error.message);
        match &error.code {
            OciErrorCode::ManifestUnknown
            | OciErrorCode::NameUnknown
            | OciErrorCode::NotFound
            | OciErrorCode::BlobUnknown => self.because(StoreErrorKind::NotFound, "there is no such object"),
            OciErrorCode::Unauthorized | OciErrorCode::Denied => self.denied_by_registry(message),
            OciErrorCode::Toomanyrequests => self.because(StoreErrorKind::Unavailable, message),
            OciErrorCode::Unsupported if self.verb == "delete" => {
                self.because(StoreErrorKind::Denied, "the registry does not allow deletes")
            }
            // What registries say that keep tags from moving: ECR and others.
            OciErrorCode::Other(code) if is_immutable(code) || is_immutable(message) => {
                self.because(StoreErrorKind::Exists, "it exists already")
            }
            code => {
                let code = serde_json::to_string(code).unwrap_or_default();
                self.because(StoreErrorKind::Other, format!("{}: {message}", code.trim_matches('"')))
            }
        }
    }

    pub(super) fn answered_by_registry(self, status: u16, message: &str) -> StoreError {
        let said = if message.is_empty() { "the registry refused without a reason" } else { message };
        let said = format!("{said} (HTTP {status})");
        match status {
            404 => self.because(StoreErrorKind::NotFound, "there is no such object"),
            401 | 403 => self.denied_by_registry(&said),
            405 if self.verb == "delete" => {
                self.because(StoreErrorKind::Denied, "the registry does not allow deletes")
            }
            _ if self.verb == "write" && is_immutable(message) => {
                self.because(StoreErrorKind::Exists, "it exists already")
            }
            408 | 429 | 500..=599 => self.because(StoreErrorKind::Unavailable, &said),
            _ => self.because(StoreErrorKind::Other, &said),
        }
    }

    fn denied_by_registry(self, said: &str) -> StoreError {
        let right = match self.verb {
            "write" => "push to",
            "delete" => "delete from",
            _ => "pull from",
        };
        let why = format!(
            "it takes a login that may {right} `{}`: `docker login`, or for the command's own store --registry-user with AEGIS_REGISTRY_PASSWORD ({said})",
            self.place
        );
        self.because(StoreErrorKind::Denied, &why)
    }
}

fn is_immutable(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("immutable") || text.contains("alreadyexists")
}

fn first_line(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    line.char_indices().nth(300).map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_say_what_to_do() {
        let url = || "https://ghcr.io/v2/acme/packs/manifests/x?token=secret".to_owned();
        let envelope = |code: &str| {
            let text = format!(r#"{{"errors":[{{"code":"{code}","message":"why it is"}}]}}"#);
            Failed::RegistryError { envelope: serde_json::from_str(&text).unwrap(), url: url() }
        };
        let server =
            |code, message: &str| Failed::ServerError { code, url: url(), message: message.to_owned() };
        for (verb, error, kind, said) in [
            ("read", envelope("MANIFEST_UNKNOWN"), StoreErrorKind::NotFound, "no such object"),
            ("write", envelope("DENIED"), StoreErrorKind::Denied, "may push to `ghcr.io/acme/packs`"),
            ("read", envelope("TOOMANYREQUESTS"), StoreErrorKind::Unavailable, "why it is"),
            ("delete", envelope("UNSUPPORTED"), StoreErrorKind::Denied, "does not allow deletes"),
            ("write", envelope("ImageTagAlreadyExistsException"), StoreErrorKind::Exists, "exists already"),
            ("write", envelope("MANIFEST_INVALID"), StoreErrorKind::Other, "MANIFEST_INVALID: why it is"),
            ("read", server(503, "busy"), StoreErrorKind::Unavailable, "busy (HTTP 503)"),
            ("read", server(404, ""), StoreErrorKind::NotFound, "no such object"),
            ("write", server(412, "tag is immutable"), StoreErrorKind::Exists, "exists already"),
            ("read", Failed::UnauthorizedError { url: url() }, StoreErrorKind::Denied, "may pull from"),
            (
                "read",
                Failed::AuthenticationFailure("bad".into()),
                StoreErrorKind::Denied,
                "login failed: bad",
            ),
        ] {
            let error = Doing {
                verb,
                what: "a",
                permission: "",
                place: "ghcr.io/acme/packs",
                store: "oci://ghcr.io/acme/packs",
            }
            .of_registry(&error);
            assert_eq!(error.kind, kind, "{error}");
            assert!(error.to_string().contains(said) && !error.to_string().contains("secret"), "{error}");
        }
    }
}
