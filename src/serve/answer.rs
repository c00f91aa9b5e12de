//! From a request to its answer: who asks, what is known already, where else to look; then what is counted and written down.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use axum::Router;
use axum::body::Body;
use http::header;
use http::{Method, Request, Response, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;

use super::log::Entry;
use super::metrics::Route;
use super::problem::Problem;
use super::{Gateway, path, routes};

/// What answers the requests of a connection.
#[derive(Clone)]
pub(super) struct Answerer {
    gateway: Arc<Gateway>,
    router: TowerToHyperService<Router>,
}

impl Answerer {
    pub(super) fn new(gateway: Arc<Gateway>) -> Self {
        let router = TowerToHyperService::new(routes::router(Arc::clone(&gateway)));
        Self { gateway, router }
    }

    /// Answers a request.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        peer: IpAddr,
    ) -> Result<Response<Body>, Infallible> {
        let start = Instant::now();
        let gateway = &*self.gateway;
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let origin = request.headers().get(header::ORIGIN).cloned();
        let guard = &gateway.settings.guard;
        let is_preflight = guard.is_preflight(&method, request.headers());
        let (route, result) = self.respond(request, is_preflight).await;
        let mut response = result.unwrap_or_else(|problem| {
            if problem.status == StatusCode::SERVICE_UNAVAILABLE {
                gateway.metrics.store_failures.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
            problem.response(uri.path(), method != Method::HEAD)
        });
        guard.tell(origin.as_ref(), is_preflight, response.headers_mut());
        let (status, bytes) = (response.status().as_u16(), response.body().size_hint().exact().unwrap_or(0));
        let took = start.elapsed();
        gateway.metrics.count(route, status, bytes, took);
        if let Some(log) = &gateway.settings.log {
            let at = (gateway.settings.stamp)(SystemTime::now());
            let (method, path, seconds) = (method.as_str(), uri.path(), took.as_secs_f64());
            if !log.write(&Entry { at, peer, method, path, status, bytes, seconds }) {
                gateway.metrics.lines_lost.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
        Ok(response)
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        is_preflight: bool,
    ) -> (Route, Result<Response<Body>, Problem>) {
        let gateway = &*self.gateway;
        if !request.body().is_end_stream() {
            let message = "this gateway only reads: send no body";
            let problem =
                Problem::refused(StatusCode::PAYLOAD_TOO_LARGE, message).with(header::CONNECTION, "close");
            return (Route::Other, Err(problem));
        }
        if is_preflight {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            return (Route::Other, Ok(response));
        }
        let raw = request.uri().path();
        if !routes::is_open(raw) && !gateway.settings.guard.admits(request.headers()) {
            return (Route::Other, Err(Problem::unauthorized()));
        }
        if let Some(asset) = gateway.shelf.get(raw)
            && matches!(*request.method(), Method::GET | Method::HEAD)
        {
            return (asset.route, self.known(&asset, &request).await);
        }
        // Rare, and large: it takes its memory when it comes, not for as long as a connection lasts.
        Box::pin(self.look(request)).await
    }

    /// Looks for what is not known yet.
    async fn look(&self, request: Request<Incoming>) -> (Route, Result<Response<Body>, Problem>) {
        let raw = request.uri().path();
        if !path::is_plain(raw) {
            let message =
                "this path names nothing: dot segments, empty segments and encoded slashes are not followed";
            return (Route::Other, Err(Problem::not_found(message)));
        }
        // A router's answer cannot fail.
        let response = self.router.call(request).await;
        let mut response = response.unwrap_or_else(|never: Infallible| match never {});
        let route = response.extensions().get::<Route>().copied().unwrap_or(Route::Other);
        match response.extensions_mut().remove::<Problem>() {
            Some(problem) => (route, Err(problem)),
            None => (route, Ok(response)),
        }
    }

    /// What is known already: nothing is read but whether it was revoked, and that rarely.
    async fn known(
        &self,
        asset: &super::Asset,
        request: &Request<Incoming>,
    ) -> Result<Response<Body>, Problem> {
        let gateway = &*self.gateway;
        if let (Some(standing), Some(store)) = (&asset.standing, &gateway.store)
            && let Some(revocation) = standing.revoked(&**store, gateway.settings.revocation).await?
        {
            return Err(super::standing::problem(revocation));
        }
        gateway.metrics.hits.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        asset.respond(request.method(), request.headers(), &gateway.shelf).await
    }
}

/// Too many connections: said in the few bytes that need no request.
pub(super) const TURNED_AWAY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
