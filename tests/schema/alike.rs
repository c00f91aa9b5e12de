//! Small documents, sound and not: the schema and the decoder judge each of them alike.

use aegis_action::cli::Document;
use serde_json::{Value, json};

use crate::{decodes, validator};

/// Small cases: whether both take them.
fn judge(document: Document, cases: &[(bool, Value)]) {
    let validator = validator(document);
    for (taken, value) in cases {
        assert_eq!(decodes(document, value), *taken, "the decoder: {value}");
        let errors: Vec<_> = validator.iter_errors(value).map(|e| e.to_string()).collect();
        assert_eq!(errors.is_empty(), *taken, "the schema: {value}: {errors:?}");
    }
}

#[test]
fn cache_documents_are_judged_alike() {
    let document = |field: &str, value: Value| {
        let mut document =
            json!({"aegis": "cache/v1", "oid": "1.0", "title": "x", "version": "1.0.0", "entries": []});
        document[field] = value;
        document
    };
    let entry = |value: Value| document("entries", json!([value]));
    let alias = |oid: &str| entry(json!({"oid": oid, "kind": "alias", "target": "1.0"}));
    let slot = |slot: Value| {
        entry(json!({"oid": "1.0.1", "kind": "template", "title": "x", "text": "{a}", "slots": {"a": slot}}))
    };
    let rule = |after: Value| {
        entry(json!({"oid": "1.0.1", "kind": "rule", "title": "x", "event": "e", "say": "s",
            "escalate": [{"after_s": after, "to": "t", "say": "s"}]}))
    };
    let policy = |registers: Value| {
        entry(
            json!({"oid": "1.0.1", "kind": "policy", "title": "x", "applies_to": ["0"], "registers": registers}),
        )
    };
    let term = |term: Value| entry(json!({"oid": "1.0.1", "kind": "lexicon", "title": "x", "terms": [term]}));
    let long = vec!["1"; 32].join(".");
    judge(
        Document::Cache,
        &[
            (true, document("oid", "2".into())),
            (true, document("oid", "0.39.1".into())),
            (true, document("oid", "2.40".into())),
            (false, document("oid", "3.1".into())),
            (false, document("oid", "1.40".into())),
            (false, document("oid", "1.02".into())),
            (false, document("oid", "1.".into())),
            (false, document("oid", "1..2".into())),
            (false, document("oid", "".into())),
            (false, document("oid", 1.into())),
            (true, document("oid", long.as_str().into())),
            (false, document("oid", format!("{long}.1").into())),
            (true, document("version", "1.0.0-rc.1+build.5".into())),
            (false, document("version", "1.0".into())),
            (false, document("version", "01.0.0".into())),
            (false, document("title", " \t".into())),
            (false, document("title", Value::Null)),
            (true, document("language", "pt-BR".into())),
            (false, document("language", "portuguese-brasil".into())),
            (false, document("aegis", "cache/v2".into())),
            (false, document("entries", Value::Null)),
            (true, alias("1.0.1")),
            (false, alias("1")),
            (false, entry(json!({"oid": "1.0.1", "kind": "alias"}))),
            (true, entry(json!({"oid": "1.0.1", "removed": true, "version": "1.0.0"}))),
            (false, entry(json!({"oid": "1.0.1", "removed": false}))),
            (false, entry(json!({"oid": "1.0.1", "removed": true, "kind": "alias", "target": "1.0"}))),
            (false, entry(json!({"oid": "1.0.1", "kind": "rules", "title": "x"}))),
            (false, entry(json!("1.0.1"))),
            (true, slot(json!({"type": "string"}))),
            (false, slot(json!({"type": "string", "values": ["x"]}))),
            (true, slot(json!({"type": "enum", "values": ["x"]}))),
            (false, slot(json!({"type": "enum", "values": []}))),
            (false, slot(json!({"type": "enum"}))),
            (false, slot(json!({"type": "float"}))),
            (true, rule(0.into())),
            (false, rule((-1).into())),
            (false, rule(1.5.into())),
            (false, rule((1_i64 << 53).into())),
            (true, policy(json!(["formal"]))),
            (false, policy(json!([]))),
            (false, policy(json!(["loud"]))),
            (true, term(json!({"term": "x", "meaning": "y", "aliases": [], "examples": []}))),
            (false, term(json!({"term": "x", "meaning": "y", "aliases": [""]}))),
            (false, term(json!({"term": "x", "meaning": true}))),
            (false, term(json!({"term": "x", "meaning": "y", "register": null}))),
        ],
    );
}

#[test]
fn conversations_are_judged_alike() {
    let case = |field: &str, value: Value| {
        let mut case =
            json!({"id": "a", "kind": "conversation", "turns": [{"send": "x", "expect": {"messages": []}}]});
        case[field] = value;
        json!({"aegis": "suite/v1", "bot": "pizza", "cases": [case]})
    };
    let turn = |turn: Value| case("turns", json!([turn]));
    let expect = |expect: Value| turn(json!({"send": "x", "expect": expect}));
    let mock = |answers: Value| case("mocks", json!([{"url": "https://a.example/", "answers": answers}]));
    let cases = [
        (true, case("id", json!("b"))),
        (false, case("id", json!(""))),
        (false, case("kind", json!("lookup"))),
        (false, case("unknown", json!(1))),
        (true, case("locale", json!("de"))),
        (false, case("locale", json!(1))),
        (true, case("now", json!(5))),
        (false, case("now", json!(-5))),
        (false, case("turns", json!([]))),
        (false, turn(json!({"send": "x"}))),
        (false, turn(json!({"expect": {"messages": []}}))),
        (true, turn(json!({"send": null, "after": 1.5, "expect": {"state": {"a": null}}}))),
        (false, turn(json!({"send": 5, "expect": {"messages": []}}))),
        (false, turn(json!({"send": "x", "after": -1, "expect": {"messages": []}}))),
        (false, turn(json!({"send": "x", "after": "1", "expect": {"messages": []}}))),
        (false, expect(json!({}))),
        (false, expect(json!({"text": "a"}))),
        (true, expect(json!({"messages": ["a", {"text": "b", "keyboard": [["c"]]}]}))),
        (false, expect(json!({"messages": [{"keyboard": []}]}))),
        (false, expect(json!({"messages": [{"text": "b", "keyboard": ["c"]}]}))),
        (false, expect(json!({"messages": [{"text": "b", "keyboard": null}]}))),
        (false, expect(json!({"messages": "a"}))),
        (true, expect(json!({"requests": [{"method": "GET", "body": null}]}))),
        (false, expect(json!({"requests": [{}]}))),
        (false, expect(json!({"requests": [{"verb": "GET"}]}))),
        (false, expect(json!({"state": []}))),
        (
            true,
            mock(
                json!(["timeout", "network-error", "oversized", {}, {"status": 404, "text": "x"}, {"json": null}]),
            ),
        ),
        (false, mock(json!([]))),
        (false, mock(json!(["lost"]))),
        (false, mock(json!([{"status": 99}]))),
        (false, mock(json!([{"json": 1, "text": "1"}]))),
        (false, case("mocks", json!([{"answers": ["timeout"]}]))),
        (false, json!({"aegis": "suite/v1", "bot": "pizza", "pack": "1.0", "cases": []})),
    ];
    let validator = validator(Document::Suite);
    for (is_sound, value) in cases {
        assert_eq!(validator.is_valid(&value), is_sound, "the schema: {value}");
        assert_eq!(decodes(Document::Suite, &value), is_sound, "the decoder: {value}");
    }
}

#[test]
fn suites_are_judged_alike() {
    let case = |value: Value| {
        let mut value = value;
        value["id"] = "x".into();
        json!({"aegis": "suite/v1", "pack": "1.0", "cases": [value]})
    };
    judge(
        Document::Suite,
        &[
            (true, json!({"aegis": "suite/v1", "pack": "1.0", "cases": []})),
            (false, json!({"aegis": "suite/v1", "cases": []})),
            (true, case(json!({"kind": "resolve", "oid": "1.0.1", "expect": {"layer": "local"}}))),
            (false, case(json!({"kind": "resolve", "oid": "1.0.1", "expect": {}}))),
            (false, case(json!({"kind": "resolve", "expect": {"layer": "local"}}))),
            (
                false,
                case(json!({"kind": "resolve", "oid": "1.0.1", "term": "x", "expect": {"layer": "local"}})),
            ),
            (false, case(json!({"kind": "resolve", "oid": "1.0.1", "expect": {"senses": []}}))),
            (true, case(json!({"kind": "absent", "term": "x", "expect": {"absent": true}}))),
            (false, case(json!({"kind": "absent", "expect": {"absent": true}}))),
            (true, case(json!({"kind": "lookup", "term": "x", "expect": {"senses": [{"oid": "1.0.1"}]}}))),
            (false, case(json!({"kind": "lookup", "term": "x", "expect": {"senses": [{}]}}))),
            (true, case(json!({"kind": "scan", "text": "", "expect": {"hits": []}}))),
            (true, case(json!({"kind": "alias", "oid": "1.0.1", "expect": {"target": null}}))),
            (
                true,
                case(
                    json!({"kind": "render", "oid": "1.0.1", "slots": {"a": 1, "b": true}, "expect": {"error": "SLOT_INVALID"}}),
                ),
            ),
            (false, case(json!({"kind": "render", "oid": "1.0.1", "slots": [], "expect": {"text": "x"}}))),
            (true, case(json!({"kind": "fire", "event": "e", "expect": {"said": [{"say": "x"}]}}))),
            (true, case(json!({"kind": "tree", "expect": {"children": ["1.0"]}}))),
            (true, case(json!({"kind": "tree", "oid": "1.0", "expect": {"children": null}}))),
            (true, case(json!({"kind": "export", "expect": {"agree": true}}))),
            (false, case(json!({"kind": "exports", "expect": {"agree": true}}))),
            (false, case(json!({"kind": "export", "oid": "1.0", "expect": {"agree": true}}))),
        ],
    );
}

#[test]
fn projects_are_judged_alike() {
    let project = |field: &str, value: Value| json!({"aegis": "project/v1", field: value});
    let pack = |field: &str, value: Value| {
        let mut pack = json!({"name": "x", "oid": "1.0", "layers": {"global": ["a"]}});
        pack[field] = value;
        project("pack", pack)
    };
    judge(
        Document::Project,
        &[
            (true, json!({"aegis": "project/v1"})),
            (false, json!({"pack": {}})),
            (true, pack("version", "auto".into())),
            (true, pack("version", "1.2.0".into())),
            (false, pack("version", "automatic".into())),
            (false, pack("layers", json!({}))),
            (false, pack("layers", json!({"global": []}))),
            (true, pack("layers", json!({"global": [], "local": ["x"]}))),
            (false, pack("layers", json!({"site": ["x"]}))),
            (true, pack("prefer", json!([{"oid": "1.0.1", "layer": "domain", "source": "x"}]))),
            (false, pack("prefer", json!([{"oid": "1.0.1"}]))),
            (true, pack("limits", json!({"local": {"max_bytes": 1}}))),
            (false, pack("limits", json!({"local": {"max_bytes": 0}}))),
            (false, pack("limits", json!({"global": {}}))),
            (true, project("store", "s3://bucket/prefix".into())),
            (
                true,
                project("store", json!({"url": "s3://bucket", "endpoint": "https://x", "path_style": true})),
            ),
            (false, project("store", json!({"endpoint": "https://x"}))),
            (
                true,
                project(
                    "store",
                    json!({"url": "s3://b", "object_lock": {"mode": "compliance", "days": 30}, "kms_key": "k"}),
                ),
            ),
            (
                false,
                project("store", json!({"url": "s3://b", "object_lock": {"mode": "forever", "days": 30}})),
            ),
            (
                false,
                project("store", json!({"url": "s3://b", "object_lock": {"mode": "compliance", "days": 0}})),
            ),
            (
                true,
                project(
                    "release",
                    json!({"tags": ["semver", "oid"], "floating": false, "oids": ["1.0.2"], "prefix": ""}),
                ),
            ),
            (false, project("release", json!({"tags": ["date"]}))),
            (true, project("semver", json!({"levels": {"term-removed": "minor"}, "approved": "x.yaml"}))),
            (false, project("semver", json!({"levels": {"term-removed": "small"}}))),
            (
                true,
                project(
                    "waivers",
                    json!([{"check": "c", "bot": "pizza", "reason": "r", "expires": "2027-03-01"}]),
                ),
            ),
            (false, project("waivers", json!([{"check": "c"}]))),
            (true, project("bots", json!([{"id": "pizza", "spec": "a.json"}]))),
            (false, project("suites", json!([1]))),
        ],
    );
}

#[test]
fn bots_and_waivers_are_judged_alike() {
    let bot = |bot: Value| json!({"aegis": "project/v1", "bots": [bot]});
    let waiver = |field: &str, value: Value| {
        let mut waiver = json!({"check": "spec.locales", "reason": "r"});
        waiver[field] = value;
        json!({"aegis": "project/v1", "waivers": [waiver]})
    };
    let long = "x".repeat(64);
    let id = |id: &str| bot(json!({"id": id, "spec": "s"}));
    judge(
        Document::Project,
        &[
            (
                true,
                bot(
                    json!({"id": "pizza_2-x", "spec": "s", "script": "b", "build": "c", "store": "file://x"}),
                ),
            ),
            (true, id(&long[..63])),
            (false, id(&long)),
            (false, id("Pizza")),
            (false, id("packs")),
            (false, id("-x")),
            (false, id("")),
            (false, bot(json!({"id": "x"}))),
            (false, bot(json!({"id": "x", "spec": "s", "specs": "s"}))),
            (true, waiver("expires", "2027-03-01".into())),
            (false, waiver("expires", "2027-3-1".into())),
            (false, waiver("expires", "2027-13-01".into())),
            (true, waiver("bot", "pizza".into())),
            (false, waiver("bot", "Pizza".into())),
            (false, waiver("reason", "".into())),
            (false, waiver("until", "2027-03-01".into())),
        ],
    );
}
