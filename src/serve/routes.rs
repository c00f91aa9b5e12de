//! Which path leads where.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::routing::get;
use http::header;
use http::request::Parts;
use http::{Response, StatusCode};

use crate::store::Digest;

use super::asset::Asset;
use super::metrics::Route;
use super::problem::Problem;
use super::{Gateway, console, judge, listing, openapi, own, packs};
use crate::store::subject::Subject;

type Shared = State<Arc<Gateway>>;
pub(super) type Answer = Result<Response<Body>, Problem>;

/// Whether a path is answered without a token: what asks there has none, and it says nothing of what is served.
pub(super) fn is_open(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

pub(super) fn router(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/", get(console::page))
        .route("/healthz", get(own::health))
        .route("/readyz", get(own::ready))
        .route("/metrics", get(own::metrics))
        .route("/openapi.json", get(openapi::answer))
        .route("/bots", get(all_bots))
        .route("/bots/{bot}/revisions", get(bot_revisions))
        .route("/bots/{bot}/channels", get(bot_channels))
        .route("/bots/{bot}/channels/{name}", get(bot_channel))
        .route("/bots/{bot}/channels/{name}/history", get(bot_history))
        .route("/bots/{bot}/{revision}/preflight", get(judge::answer))
        .route("/bots/{bot}/{revision}/{file}", get(bot_file))
        .route("/packs", get(all_packs))
        .route("/packs/{oid}/revisions", get(pack_revisions))
        .route("/packs/{oid}/channels", get(pack_channels))
        .route("/packs/{oid}/channels/{name}", get(pack_channel))
        .route("/packs/{oid}/channels/{name}/history", get(pack_history))
        .route("/packs/{oid}/{revision}/{*file}", get(pack_file))
        .route("/v1/pack", get(packs::release))
        .route("/v1/oids/{oid}", get(packs::entry))
        .route("/v1/oids/{oid}/children", get(packs::children))
        .route("/v1/terms", get(packs::terms))
        .route("/v1/scan", get(packs::scan))
        .fallback(nothing)
        .method_not_allowed_fallback(wrong_method)
        .with_state(gateway)
}

/// An answer with what it is counted as; a problem travels beside it and is written out at the end.
pub(super) fn done(route: Route, answer: Answer) -> Response<Body> {
    let mut response = answer.unwrap_or_else(|problem| {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(problem);
        response
    });
    response.extensions_mut().insert(route);
    response
}

async fn nothing() -> Response<Body> {
    done(
        Route::Other,
        Err(Problem::not_found("this path names nothing here: `/openapi.json` says what there is")),
    )
}

async fn wrong_method() -> Response<Body> {
    let problem =
        Problem::refused(StatusCode::METHOD_NOT_ALLOWED, "this gateway only reads: send GET or HEAD");
    done(Route::Other, Err(problem.with(header::ALLOW, "GET, HEAD")))
}

impl Gateway {
    /// Answers with an asset.
    pub(super) async fn send(&self, asset: Result<Arc<Asset>, Problem>, request: &Parts) -> Answer {
        asset?.respond(&request.method, &request.headers, &self.shelf).await
    }
}

/// The bot of a path.
pub(super) fn bot(id: &str) -> Result<Subject, Problem> {
    Subject::bot(id)
        .ok_or_else(|| Problem::not_found("this is no bot's id: lower-case letters, digits, `_` and `-`"))
}

/// The pack of a path.
pub(super) fn pack(oid: &str) -> Result<Subject, Problem> {
    Subject::pack(oid).ok_or_else(|| Problem::not_found("this is no OID: decimal arcs between dots"))
}

/// The revision of a path.
pub(super) fn hash(text: &str) -> Result<Digest, Problem> {
    text.parse().map_err(|error| Problem::no_revision(format!("this names no revision: {error}")))
}

async fn bot_file(
    State(gateway): Shared,
    Path((id, revision, file)): Path<(String, String, String)>,
    request: Parts,
) -> Response<Body> {
    let work = async {
        if !matches!(file.as_str(), "bot.js" | "spec.json" | "rev.json") {
            return Err(Problem::not_found("a revision has `bot.js`, `spec.json` and `rev.json`"));
        }
        let (owner, hash) = (bot(&id)?, hash(&revision)?);
        gateway.send(gateway.file(&owner, hash, &file, request.uri.path()).await, &request).await
    };
    done(Route::BotFile, work.await)
}

async fn pack_file(
    State(gateway): Shared,
    Path((oid, revision, file)): Path<(String, String, String)>,
    request: Parts,
) -> Response<Body> {
    let work = async {
        let (owner, hash) = (pack(&oid)?, hash(&revision)?);
        gateway.send(gateway.file(&owner, hash, &file, request.uri.path()).await, &request).await
    };
    done(Route::PackFile, work.await)
}

async fn all_bots(State(gateway): Shared, request: Parts) -> Response<Body> {
    done(Route::List, gateway.send(listing::bots(&gateway).await, &request).await)
}

async fn all_packs(State(gateway): Shared, request: Parts) -> Response<Body> {
    done(Route::List, gateway.send(listing::packs(&gateway).await, &request).await)
}

async fn bot_revisions(State(gateway): Shared, Path(id): Path<String>, request: Parts) -> Response<Body> {
    let work = async {
        let (owner, page) = (bot(&id)?, listing::Page::of(request.uri.query())?);
        gateway.send(listing::revisions(&gateway, &owner, &page).await, &request).await
    };
    done(Route::List, work.await)
}

async fn pack_revisions(State(gateway): Shared, Path(oid): Path<String>, request: Parts) -> Response<Body> {
    let work = async {
        let (owner, page) = (pack(&oid)?, listing::Page::of(request.uri.query())?);
        gateway.send(listing::revisions(&gateway, &owner, &page).await, &request).await
    };
    done(Route::List, work.await)
}

async fn bot_channels(State(gateway): Shared, Path(id): Path<String>, request: Parts) -> Response<Body> {
    let work = async { gateway.send(listing::channels(&gateway, &bot(&id)?).await, &request).await };
    done(Route::Channel, work.await)
}

async fn bot_channel(
    State(gateway): Shared,
    Path((id, name)): Path<(String, String)>,
    request: Parts,
) -> Response<Body> {
    let work = async { gateway.send(listing::channel(&gateway, &bot(&id)?, &name).await, &request).await };
    done(Route::Channel, work.await)
}

async fn bot_history(
    State(gateway): Shared,
    Path((id, name)): Path<(String, String)>,
    request: Parts,
) -> Response<Body> {
    let work = async {
        let (owner, page) = (bot(&id)?, listing::Page::of(request.uri.query())?);
        gateway.send(listing::history(&gateway, &owner, &name, &page).await, &request).await
    };
    done(Route::Channel, work.await)
}

async fn pack_channels(State(gateway): Shared, Path(id): Path<String>, request: Parts) -> Response<Body> {
    let work = async { gateway.send(listing::channels(&gateway, &pack(&id)?).await, &request).await };
    done(Route::Channel, work.await)
}

async fn pack_channel(
    State(gateway): Shared,
    Path((id, name)): Path<(String, String)>,
    request: Parts,
) -> Response<Body> {
    let work = async { gateway.send(listing::channel(&gateway, &pack(&id)?, &name).await, &request).await };
    done(Route::Channel, work.await)
}

async fn pack_history(
    State(gateway): Shared,
    Path((id, name)): Path<(String, String)>,
    request: Parts,
) -> Response<Body> {
    let work = async {
        let (owner, page) = (pack(&id)?, listing::Page::of(request.uri.query())?);
        gateway.send(listing::history(&gateway, &owner, &name, &page).await, &request).await
    };
    done(Route::Channel, work.await)
}
