//! The condition on Put Block List, which makes an object of blocks: <https://learn.microsoft.com/rest/api/storageservices/put-block-list>.
//! The crate sends that request without one; what goes to the network passes here, and gets it. A signature that covers the
//! request is made anew.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use http::header::{AUTHORIZATION, HeaderValue, IF_NONE_MATCH};
use object_store::ClientOptions;
use object_store::azure::{AzureAuthorizer, AzureCredentialProvider};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    ReqwestConnector,
};

/// The store's credentials, which exist only after its connections.
type Late = Arc<OnceLock<AzureCredentialProvider>>;

/// What makes connections that add the condition.
#[derive(Debug)]
pub(super) struct Connector {
    account: Arc<str>,
    credentials: Late,
}

impl Connector {
    pub(super) fn new(account: String) -> Self {
        Self { account: account.into(), credentials: Late::default() }
    }

    /// Where the credentials are put when there are some.
    pub(super) fn credentials(&self) -> Late {
        Arc::clone(&self.credentials)
    }
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let inner = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Conditional {
            inner,
            account: Arc::clone(&self.account),
            credentials: self.credentials(),
        }))
    }
}

#[derive(Debug)]
struct Conditional {
    inner: HttpClient,
    account: Arc<str>,
    credentials: Late,
}

#[async_trait]
impl HttpService for Conditional {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let query = request.uri().query().unwrap_or_default();
        if request.method() == http::Method::PUT && query.split('&').any(|pair| pair == "comp=blocklist") {
            request.headers_mut().insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
            self.sign(&mut request).await?;
        }
        self.inner.execute(request).await
    }
}

impl Conditional {
    /// Signs a request again that was signed with the account's key: that signature covers conditions.
    async fn sign(&self, request: &mut HttpRequest) -> Result<(), HttpError> {
        let is_signed = |value: &HeaderValue| value.as_bytes().starts_with(b"SharedKey ");
        if !request.headers().get(AUTHORIZATION).is_some_and(is_signed) {
            return Ok(());
        }
        let failed = |error| HttpError::new(HttpErrorKind::Unknown, error);
        let Some(credentials) = self.credentials.get() else { return Ok(()) };
        let credential = credentials.get_credential().await.map_err(failed)?;
        request.headers_mut().remove(AUTHORIZATION);
        AzureAuthorizer::new(&credential, &self.account).try_authorize(request).map_err(failed)
    }
}
