//! Requests to the JSON API, with the crate's credentials and over its connections. What is worth it is sent again.

use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method};
use object_store::ClientOptions;
use object_store::client::{HttpClient, HttpConnector as _, HttpResponse, ReqwestConnector};
use object_store::gcp::{GcpCredentialProvider, GoogleCloudStorageBuilder};
use serde::de::DeserializeOwned;

use crate::store::error::{StoreError, StoreErrorKind, causes};
use crate::store::retry::Attempts;
use crate::store::settings::Settings;

use super::failure;
use crate::store::error::Doing;

/// Where the API is.
const HOST: &str = "https://storage.googleapis.com";
/// How long an answer may take, counted from the first byte of a piece that is sent.
const ANSWER: Duration = Duration::from_secs(120);
/// The most bytes of an answer that is not an object's content.
const MAX_ANSWER: usize = 16 << 20;

/// What sends requests.
pub(super) struct Client {
    http: HttpClient,
    /// None for a server without encryption: nothing secret is sent there.
    credentials: Option<GcpCredentialProvider>,
    base: String,
}

/// Headers of a request.
pub(super) type Headers<'h> = &'h [(&'static str, String)];

impl Client {
    pub(super) fn new(bucket: &str, settings: &Settings) -> Result<Self, StoreError> {
        let base = settings.endpoint.as_deref().unwrap_or(HOST).trim_end_matches('/').to_owned();
        let plain = base.starts_with("http://");
        let options = ClientOptions::new()
            .with_timeout_disabled()
            .with_connect_timeout(Duration::from_secs(5))
            .with_read_timeout(ANSWER)
            .with_allow_http(plain);
        let failed = |error: object_store::Error| {
            StoreError::new(StoreErrorKind::Other, format!("cannot reach Google: {}", causes(&error)))
        };
        let http = ReqwestConnector::default().connect(&options).map_err(failed)?;
        let credentials = if plain { None } else { Some(credentials(bucket, settings)?) };
        Ok(Self { http, credentials, base })
    }

    /// Sends a request until there is an answer that is not worth another one.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: Headers<'_>,
        body: impl Into<Bytes>,
        doing: Doing<'_>,
    ) -> Result<Answer, StoreError> {
        let body = body.into();
        let mut attempts = Attempts::of_requests();
        loop {
            match self.once(method.clone(), path, headers, body.clone(), doing).await {
                Err(error) if attempts.again(&error).await => {}
                done => return done,
            }
        }
    }

    /// Sends a request, and takes nothing for an answer but a good one.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: Headers<'_>,
        body: impl Into<Bytes>,
        doing: Doing<'_>,
    ) -> Result<Answer, StoreError> {
        self.ask(method, path, headers, body, doing).await?.sound(doing).await
    }

    /// Sends a request once. An answer that says to come back later is an error.
    pub(super) async fn once(
        &self,
        method: Method,
        path: &str,
        headers: Headers<'_>,
        body: Bytes,
        doing: Doing<'_>,
    ) -> Result<Answer, StoreError> {
        let url = if path.starts_with('/') { format!("{}{path}", self.base) } else { path.to_owned() };
        let mut request = http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let Some(credentials) = &self.credentials {
            let credential = credentials.get_credential().await.map_err(|error| doing.unknown(&error))?;
            let value = HeaderValue::try_from(format!("Bearer {}", credential.bearer));
            let mut value =
                value.map_err(|_| doing.because(StoreErrorKind::Unauthenticated, "the token is none"))?;
            value.set_sensitive(true);
            request = request.header("authorization", value);
        }
        let request = request.header("content-length", body.len()).body(body.into());
        let request = request.map_err(|error| doing.because(StoreErrorKind::Other, error.to_string()))?;
        let answer = self.http.execute(request).await;
        let answer =
            Answer(answer.map_err(|error| doing.because(StoreErrorKind::Unavailable, causes(&error)))?);
        match answer.status() {
            408 | 429 | 500..=599 => answer.sound(doing).await,
            _ => Ok(answer),
        }
    }
}

/// The crate's chain: a token that the user gave, a service account, application default credentials, the instance.
fn credentials(bucket: &str, settings: &Settings) -> Result<GcpCredentialProvider, StoreError> {
    let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(bucket);
    if let Some(login) = &settings.login {
        builder = builder.with_bearer_token(login.secret.reveal());
    }
    let store = builder.build().map_err(|error| {
        let why = causes(&error);
        let message = format!("there are no credentials that can be used: {} ({why})", failure::hint(&why));
        StoreError::new(StoreErrorKind::Unauthenticated, message)
    })?;
    Ok(store.credentials().clone())
}

/// An answer.
pub(super) struct Answer(HttpResponse);

impl Answer {
    pub(super) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// The answer, if it is a good one.
    pub(super) async fn sound(self, doing: Doing<'_>) -> Result<Self, StoreError> {
        if self.0.status().is_success() {
            return Ok(self);
        }
        let status = self.status();
        // What it says of itself is only for the message.
        let said = self.bytes().await.unwrap_or_default();
        Err(doing.of_google(status, &said))
    }

    /// The content, a piece at a time.
    pub(super) fn stream(
        self,
    ) -> impl futures_core::Stream<Item = Result<Bytes, impl std::error::Error>> + Send + Unpin {
        self.0.into_body().bytes_stream()
    }

    async fn bytes(self) -> Result<Vec<u8>, String> {
        let mut stream = self.0.into_body().bytes_stream();
        let mut bytes = Vec::new();
        while let Some(piece) =
            std::future::poll_fn(|context| futures_core::Stream::poll_next(stream.as_mut(), context)).await
        {
            bytes.extend_from_slice(&piece.map_err(|error| causes(&error))?);
            if bytes.len() > MAX_ANSWER {
                return Err("the answer is too long".to_owned());
            }
        }
        Ok(bytes)
    }

    /// The document that it is.
    pub(super) async fn json<T: DeserializeOwned>(self, doing: Doing<'_>) -> Result<T, StoreError> {
        let bytes = self.bytes().await.map_err(|why| doing.because(StoreErrorKind::Unavailable, &why))?;
        let parsed = serde_json::from_slice(&bytes);
        parsed.map_err(|error| {
            doing.because(StoreErrorKind::Other, format!("the answer is not as it should be: {error}"))
        })
    }
}

/// A text as it may stand in a path or a query.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}
