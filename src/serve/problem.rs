//! What goes wrong with a request, and how it is said: `{"error":{"code","message","path"}}`.

use axum::body::Body;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use serde_json::json;

use crate::diag::{Code, Diagnostic};
use crate::store::StoreError;

/// After how many seconds to try again what the store could not answer.
const RETRY_AFTER: &str = "5";

/// A request that is not answered as it was meant.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    /// The status.
    pub(super) status: StatusCode,
    /// The stable code.
    pub(super) code: &'static str,
    /// What is wrong and why.
    pub(super) message: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: Vec::new() }
    }

    /// There is nothing of that name.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    /// There is no such finished revision.
    pub(super) fn no_revision(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "REVISION_NOT_FOUND", message)
    }

    /// It was there, and was taken back.
    pub(super) fn revoked(message: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, "REVOKED", message)
    }

    /// The request makes no sense.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// Another status that is the client's to mend.
    pub(super) fn refused(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, "BAD_REQUEST", message)
    }

    /// The client did not say who it is.
    pub(super) fn unauthorized() -> Self {
        let message = "this gateway wants a bearer token: send `Authorization: Bearer …`";
        // A browser asks for the token, as the password of any user.
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message).with(
            header::WWW_AUTHENTICATE,
            "Bearer realm=\"aegis\", Basic realm=\"aegis\", charset=\"UTF-8\"",
        )
    }

    /// The store cannot answer now, or what it answers is not what was published.
    pub(super) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
            .with(header::RETRY_AFTER, RETRY_AFTER)
    }

    /// The same with another header.
    #[must_use]
    pub(super) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// The same with another header, whose value was made for it.
    #[must_use]
    pub(super) fn with_value(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// As it is sent; `path` is that of the request. What has no body keeps its length.
    pub(super) fn response(&self, path: &str, has_body: bool) -> Response<Body> {
        let text = json!({"error": {"code": self.code, "message": self.message, "path": path}}).to_string();
        let mut headers = HeaderMap::from_iter(self.headers.iter().cloned());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(text.len()));
        let mut response = Response::new(if has_body { Body::from(text) } else { Body::empty() });
        *response.status_mut() = self.status;
        *response.headers_mut() = headers;
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::unavailable(error.to_string())
    }
}

impl From<Box<Diagnostic>> for Problem {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        match diagnostic.code {
            Code::UsageInvalid => Self::bad_request(diagnostic.message),
            Code::NotFound | Code::NotSupported => Self::not_found(diagnostic.message),
            _ => Self::unavailable(diagnostic.message),
        }
    }
}
