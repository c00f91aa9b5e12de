//! What the gateway says of itself: health, readiness, metrics.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::Response;
use http::header::{self, HeaderValue};
use serde_json::json;

use super::Gateway;
use super::metrics::Route;
use super::problem::Problem;
use super::routes::done;

type Shared = State<Arc<Gateway>>;

/// It runs.
pub(super) async fn health() -> Response<Body> {
    done(Route::Own, Ok(text("application/json", json!({"status": "ok"}).to_string())))
}

/// It can answer.
pub(super) async fn ready(State(gateway): Shared) -> Response<Body> {
    done(
        Route::Own,
        match gateway.trouble().await {
            None => Ok(text("application/json", json!({"status": "ready"}).to_string())),
            Some(why) => Err(Problem::unavailable(why)),
        },
    )
}

/// What it counted.
pub(super) async fn metrics(State(gateway): Shared) -> Response<Body> {
    let shelf = &gateway.shelf;
    let evicted = shelf.evicted.load(std::sync::atomic::Ordering::Relaxed);
    let gauges = [
        ("aegis_cache_entries", "Files that are kept in memory.", shelf.len() as f64),
        ("aegis_cache_evicted", "Files that were let go to make room.", evicted as f64),
        ("aegis_memory_used_bytes", "Memory that contents take.", shelf.budget().used() as f64),
        ("aegis_memory_limit_bytes", "Memory that contents may take.", shelf.budget().size() as f64),
        ("aegis_uptime_seconds", "Since the start.", gateway.started.elapsed().as_secs_f64()),
    ];
    let pack = gateway.pack().ok().map(|pack| {
        let release = pack.release();
        [
            ("name", release.name.clone()),
            ("oid", release.oid.to_string()),
            ("version", release.version.to_string()),
            ("pack_hash", release.pack_hash.clone()),
        ]
    });
    let page = gateway.metrics.page(&gauges, pack.as_ref().map(<[_; 4]>::as_slice));
    done(Route::Own, Ok(text("text/plain; version=0.0.4; charset=utf-8", page)))
}

/// A small answer that is never kept.
fn text(content_type: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
