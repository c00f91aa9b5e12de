//! The page for people: what there is, a revision's passport and preflight, channels and their history, what was revoked
//! and why. Written here, whole; the script only adds comfort, and nothing is fetched from elsewhere.

mod channel;
mod frame;
mod home;
mod revision;
mod revisions;

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{self, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Response};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::listing::{self, Made, Page};
use super::metrics::Route;
use super::problem::Problem;
use super::routes::{Answer, bot, done, hash, pack};
use super::{Gateway, path};
use crate::store::subject::Subject;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What a browser may do with the page: run its own style and script, by their hashes, and nothing else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
});

/// What is looked at.
struct View {
    owner: Option<Subject>,
    revision: Option<crate::store::Digest>,
    channel: Option<String>,
    preflight: bool,
    revoked: bool,
    page: Page,
}

impl View {
    fn of(query: Option<&str>) -> Result<Self, Problem> {
        let page = Page::of(query)?;
        let members = path::query(query.unwrap_or("")).map_err(|name| {
            Problem::bad_request(format!("`{name}` in the query is malformed, or comes twice"))
        })?;
        let find = |wanted| members.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let owner = match (find("bot"), find("pack")) {
            (Some(id), _) => Some(bot(id)?),
            (None, Some(oid)) => Some(pack(oid)?),
            (None, None) => None,
        };
        Ok(Self {
            owner,
            revision: find("rev").map(hash).transpose()?,
            channel: find("channel").map(str::to_owned),
            preflight: find("preflight").is_some(),
            revoked: find("revoked").is_some(),
            page,
        })
    }
}

/// The page.
pub(super) async fn page(State(gateway): State<Arc<Gateway>>, request: Parts) -> Response<Body> {
    done(Route::Console, answer(&gateway, &request).await)
}

async fn answer(gateway: &Arc<Gateway>, request: &Parts) -> Answer {
    let name = format!("console {}", request.uri.query().unwrap_or(""));
    let make = async {
        let text = View::of(request.uri.query());
        let text = match text {
            Ok(view) => write(gateway, &view).await?,
            Err(problem) => return Err(problem),
        };
        let mut extra = HeaderMap::new();
        if let Ok(policy) = HeaderValue::from_str(&POLICY) {
            extra.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        extra.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        extra.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        let (bytes, content_type) = (text.into_bytes(), "text/html; charset=utf-8");
        Ok(Made { bytes, content_type, extra, ..Made::json(&Value::Null) })
    };
    match listing::kept(gateway, Route::Console, &name, make).await {
        Ok(asset) => gateway.send(Ok(asset), request).await,
        // People get a page for what is wrong, too.
        Err(problem) => Ok(frame::problem(&problem, &POLICY)),
    }
}

async fn write(gateway: &Arc<Gateway>, view: &View) -> Result<String, Problem> {
    match (&view.owner, view.revision, &view.channel) {
        (Some(owner), Some(hash), _) => revision::write(gateway, owner, hash, view.preflight).await,
        (Some(owner), None, Some(channel)) => channel::write(gateway, owner, channel, &view.page).await,
        (Some(owner), None, None) => revisions::write(gateway, owner, &view.page).await,
        (None, _, _) if view.revoked => home::revoked(gateway).await,
        (None, _, _) => home::write(gateway).await,
    }
}
