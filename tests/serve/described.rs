//! The description at `/openapi.json`: answers are what it says.

use serde_json::{Value, json};

use crate::channels::deploy;
use crate::scene::{Scene, hash};

/// What a reference of the description means.
fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(name) => document.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name}")),
        None => value,
    }
}

/// A schema with the parts of the description that it may refer to.
fn validator(document: &Value, schema: &Value) -> jsonschema::Validator {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    jsonschema::draft202012::new(&schema).unwrap()
}

#[test]
fn answers_are_as_they_are_described() {
    let scene = Scene::new(&[]);
    let rev = hash("pizza", 1);
    deploy(scene.store(), "pizza", "stable", 1, &rev, "first");
    let document = scene.get("/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let none = "0".repeat(64);
    let file = |hash: &str, name: &str| format!("/bots/pizza/{hash}/{name}");
    let mut seen = 0;
    for (template, path, status) in [
        ("/bots", "/bots".to_owned(), 200),
        ("/bots/{botId}/revisions", "/bots/pizza/revisions".to_owned(), 200),
        ("/bots/{botId}/revisions", "/bots/pizza/revisions?pageSize=0".to_owned(), 400),
        ("/bots/{botId}/{revHash}/rev.json", file(&rev, "rev.json"), 200),
        ("/bots/{botId}/{revHash}/rev.json", file(&none, "rev.json"), 404),
        ("/bots/{botId}/{revHash}/spec.json", file(&rev, "spec.json"), 200),
        ("/bots/{botId}/{revHash}/preflight", file(&rev, "preflight"), 200),
        ("/bots/{botId}/channels", "/bots/pizza/channels".to_owned(), 200),
        ("/bots/{botId}/channels/{channel}", "/bots/pizza/channels/stable".to_owned(), 200),
        ("/bots/{botId}/channels/{channel}", "/bots/pizza/channels/none".to_owned(), 404),
        ("/bots/{botId}/channels/{channel}/history", "/bots/pizza/channels/stable/history".to_owned(), 200),
        ("/packs", "/packs".to_owned(), 200),
        ("/packs/{oid}/revisions", "/packs/1.0/revisions".to_owned(), 200),
        ("/v1/pack", "/v1/pack".to_owned(), 404),
        ("/healthz", "/healthz".to_owned(), 200),
        ("/readyz", "/readyz".to_owned(), 200),
    ] {
        let answer = scene.get(&path);
        assert_eq!(answer.status, status, "{path}");
        let described =
            resolve(&document, &document["paths"][template]["get"]["responses"][status.to_string()]);
        let schema = &described["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{template} {status}");
        let errors: Vec<_> =
            validator(&document, schema).iter_errors(&answer.json()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
        for (name, header) in described["headers"].as_object().into_iter().flatten() {
            let value =
                answer.header(&name.to_ascii_lowercase()).unwrap_or_else(|| panic!("{path} has no {name}"));
            let schema = &resolve(&document, header)["schema"];
            assert!(validator(&document, schema).is_valid(&json!(value)), "{path}: {name}: {value}");
        }
        seen += 1;
    }
    assert_eq!(seen, 16);
}
