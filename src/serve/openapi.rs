//! What there is, as OpenAPI 3.1: written for `GET`, and the same without contents for `HEAD`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use http::Response;
use http::request::Parts;
use serde_json::{Map, Value};

use super::Gateway;
use super::listing::{self, Made};
use super::metrics::Route;
use super::problem::Problem;
use super::routes::done;

/// The description, without `HEAD`.
const GETS: &str = include_str!("openapi.json");
/// What a range comes to, which `HEAD` does not have.
const RANGES: [&str; 2] = ["206", "416"];

/// `/openapi.json`.
pub(super) async fn answer(State(gateway): State<Arc<Gateway>>, request: Parts) -> Response<Body> {
    let make = async {
        let document = document().map_err(|error| Problem::unavailable(error.to_string()))?;
        Ok(Made::json(&document))
    };
    let asset = listing::kept(&gateway, Route::Own, "openapi", make).await;
    done(Route::Own, gateway.send(asset, &request).await)
}

fn document() -> serde_json::Result<Value> {
    let mut document: Value = serde_json::from_str(GETS)?;
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        let head = head(&item["get"]);
        item["head"] = head;
    }
    Ok(document)
}

/// The `HEAD` of a `GET`.
fn head(get: &Value) -> Value {
    let mut head = get.clone();
    let name = get["operationId"].as_str().unwrap_or("");
    head["operationId"] = format!("head_{name}").into();
    if let Some(parameters) = head.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.retain(|one| !one["$ref"].as_str().is_some_and(|name| name.ends_with("Range")));
    }
    if let Some(responses) = head.get_mut("responses").and_then(Value::as_object_mut) {
        RANGES.iter().for_each(|status| {
            responses.remove(*status);
        });
        responses.values_mut().filter_map(Value::as_object_mut).for_each(|one| {
            one.remove("content");
        });
    }
    head
}

/// Whether a path is one that the description has.
#[cfg(test)]
fn is_described(document: &Value, wanted: &str) -> bool {
    document["paths"].as_object().is_some_and(|paths| paths.contains_key(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_the_router_is_described() {
        let document = document().unwrap();
        let router = include_str!("routes.rs");
        let mut count = 0;
        for line in router.lines().filter_map(|line| line.trim().strip_prefix(".route(\"")) {
            let path = line.split('"').next().unwrap();
            // One handler for the three files of a bot's revision; names of parameters are the description's own.
            let files: &[&str] = if path == "/bots/{bot}/{revision}/{file}" {
                &["spec.json", "bot.js", "rev.json"]
            } else {
                &[""]
            };
            for file in files {
                let path = path.replace("{bot}/{revision}/{file}", &format!("{{bot}}/{{revision}}/{file}"));
                let is_pack = path.starts_with("/packs");
                let path = path
                    .replace("{bot}", "{botId}")
                    .replace("{name}", "{channel}")
                    .replace("{*file}", "{file}");
                let path = path.replace("{revision}", if is_pack { "{packHash}" } else { "{revHash}" });
                assert!(is_described(&document, &path), "{path} is not described");
                count += 1;
            }
        }
        assert_eq!(document["paths"].as_object().unwrap().len(), count, "and nothing else is");
    }

    #[test]
    fn head_is_get_without_contents() {
        let document = document().unwrap();
        let script = &document["paths"]["/bots/{botId}/{revHash}/bot.js"];
        assert!(
            script["get"]["responses"]["206"].is_object() && script["head"]["responses"]["206"].is_null()
        );
        assert!(script["head"]["responses"]["200"]["content"].is_null());
        assert!(
            script["get"]["parameters"].as_array().unwrap().len()
                > script["head"]["parameters"].as_array().unwrap().len()
        );
    }
}
