//! The pack API: questions to the pack that the run time serves at the moment of the request.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Response};
use serde_json::{Value, json};

use crate::cache;
use crate::oid::Oid;
use crate::pack::ask::{self, AskError};
use crate::runtime::Served;
use crate::store::layout;

use super::asset::{self, Asset, Content};
use super::metrics::Route;
use super::problem::Problem;
use super::routes::{Answer, done};
use super::{Gateway, path};

type Shared = State<Arc<Gateway>>;

impl Gateway {
    /// The pack that is served now.
    pub(super) fn pack(&self) -> Result<Arc<Served>, Problem> {
        let runtime = self.pack.as_ref();
        let runtime =
            runtime.ok_or_else(|| Problem::not_found("this gateway serves a store, and no pack"))?;
        runtime.pack().ok_or_else(|| Problem::unavailable("there is no pack to serve yet"))
    }

    /// Answers a question to the pack of this moment. The tag is the pack's: another pack, another tag.
    async fn ask(&self, request: &Parts, question: impl FnOnce(&Served) -> Result<Value, Problem>) -> Answer {
        let pack = self.pack()?;
        let text = json!({"aegis": "answer/v1", "result": question(&pack)?}).to_string();
        let asset = Asset::new(asset::Parts {
            route: Route::Pack,
            content: Content::Memory(Bytes::from(text)),
            etag: format!("\"{}\"", pack.release().root),
            content_type: "application/json",
            cache_control: layout::NO_CACHE,
            modified: None,
            ranges: false,
            encodes: false,
            extra: HeaderMap::new(),
            standing: None,
        });
        asset.respond(&request.method, &request.headers, &self.shelf).await
    }
}

/// A pack is verified before it is served: what cannot be read all the same is the outside's failure.
fn damaged(error: &cache::Error) -> Problem {
    Problem::unavailable(format!("the pack cannot be read: {error}"))
}

fn failed(error: AskError) -> Problem {
    match error {
        AskError::Cache(error) => damaged(&error),
        AskError::Question(message) => Problem::bad_request(message),
    }
}

fn oid(text: &str) -> Result<Oid, Problem> {
    text.parse().map_err(|error| Problem::bad_request(format!("`{text}` is no OID: {error}")))
}

/// The one member of a query that has to be there.
fn member(request: &Parts, name: &str) -> Result<String, Problem> {
    let members = path::query(request.uri.query().unwrap_or("")).map_err(|name| {
        Problem::bad_request(format!("`{name}` in the query is malformed, or comes twice"))
    })?;
    let found = members.into_iter().find(|(known, _)| known == name).map(|(_, value)| value);
    found
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Problem::bad_request(format!("the query has to have `{name}`")))
}

/// Which pack it is.
pub(super) async fn release(State(gateway): Shared, request: Parts) -> Response<Body> {
    let question = |pack: &Served| {
        let release = pack.release();
        let replaced: Vec<_> = release.replaced.iter().map(|layer| layer.as_str()).collect();
        Ok(json!({
            "name": release.name, "oid": release.oid.to_string(), "version": release.version.to_string(),
            "packHash": release.pack_hash, "root": release.root, "replaced": replaced,
            "entries": pack.len(), "terms": pack.terms(),
        }))
    };
    done(Route::Pack, gateway.ask(&request, question).await)
}

/// The entry of an OID.
pub(super) async fn entry(
    State(gateway): Shared,
    Path(text): Path<String>,
    request: Parts,
) -> Response<Body> {
    let question = |pack: &Served| match ask::entry(pack, &oid(&text)?).map_err(failed)? {
        Value::Null => Err(Problem::not_found(format!("the pack has no `{text}`"))),
        found => Ok(found),
    };
    done(Route::Pack, gateway.ask(&request, question).await)
}

/// The OIDs below an OID.
pub(super) async fn children(
    State(gateway): Shared,
    Path(text): Path<String>,
    request: Parts,
) -> Response<Body> {
    let question = |pack: &Served| match ask::tree(pack, Some(&oid(&text)?)).map_err(failed)? {
        Value::Null => Err(Problem::not_found(format!("the pack has no `{text}`"))),
        found => Ok(found),
    };
    done(Route::Pack, gateway.ask(&request, question).await)
}

/// The senses of a term.
pub(super) async fn terms(State(gateway): Shared, request: Parts) -> Response<Body> {
    let question =
        |pack: &Served| ask::lookup(pack, &member(&request, "term")?).map_err(|error| damaged(&error));
    done(Route::Pack, gateway.ask(&request, question).await)
}

/// The terms that occur in a text.
pub(super) async fn scan(State(gateway): Shared, request: Parts) -> Response<Body> {
    let question =
        |pack: &Served| ask::scan(pack, &member(&request, "text")?).map_err(|error| damaged(&error));
    done(Route::Pack, gateway.ask(&request, question).await)
}
