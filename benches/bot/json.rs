//! Specs as JSON: parsed and judged by the schema against `JSON.parse` and AJV, canonical against `JSON.parse` and npm's
//! `canonicalize`. Both sides get bytes, and are compiled and warm.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use aegis_action::bot::has_form;
use aegis_action::json;
use aegis_action::syntax::{Format, Text};

use super::{shown, times};

/// How large the spec is.
const BYTES: usize = 500_000;
/// How often each side does its work, after as many rounds to warm up.
const ROUNDS: usize = 200;

/// The peers: the file, what to do, how often; the times in nanoseconds come out, one a line.
const NODE: &str = r#"
const fs = require("fs");
const [, , file, what, rounds, schema] = process.argv;
const bytes = fs.readFileSync(file);
let work;
if (what === "ajv") {
  const Ajv = require("ajv/dist/2020");
  const validate = new (Ajv.default ?? Ajv)({ strict: false, validateFormats: false }).compile(JSON.parse(fs.readFileSync(schema, "utf8")));
  work = () => { if (!validate(JSON.parse(bytes.toString("utf8")))) throw new Error(JSON.stringify(validate.errors)); };
} else {
  const canonicalize = require("canonicalize");
  let length = 0;
  work = () => { length += canonicalize(JSON.parse(bytes.toString("utf8"))).length; };
}
for (let round = 0; round < Number(rounds); round += 1) work();
const lines = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const start = process.hrtime.bigint();
  work();
  lines.push(String(process.hrtime.bigint() - start));
}
fs.writeFileSync(1, lines.join("\n"));
"#;

/// A spec of this size, as people write one: all types of steps, two locales, keys in the order of the documentation.
fn spec(bytes: usize) -> String {
    let mut text = String::from(
        r#"{"meta":{"botId":"large","name":"A large bot","locales":["en","de"],"defaultLocale":"en","schema_ver":"1.0.0"},"commands":[{"cmd":"/start","flow":"flow-0"}],"flows":["#,
    );
    let mut texts = [String::new(), String::new()];
    for flow in 0..100 {
        let comma = if flow > 0 { "," } else { "" };
        let _ = write!(text, r#"{comma}{{"id":"flow-{flow}","steps":["#);
        for step in 0..5 {
            let key = format!("flow-{flow}.text-{step}");
            let _ = write!(
                text,
                r#"{}{{"id":"say-{step}","type":"reply","textKey":"{key}","keyboard":[["Yes","No"],["Später – vielleicht"]]}},{{"id":"ask-{step}","type":"ask","textKey":"{key}","save":"name"}},{{"id":"check-{step}","type":"validate","field":"name","schema":{{"type":"string","minLength":2,"maxLength":120}},"onFail":"ask-{step}"}},{{"id":"save-{step}","type":"save","field":"name","value":"{{{{state.name}}}}"}},{{"id":"call-{step}","type":"apiCall","method":"POST","url":"https://api.example.com/v1/{flow}/{{{{state.name}}}}","body":{{"name":"{{{{state.name}}}}","count":{step}.5}},"timeoutMs":3000,"map":{{"/id":"name"}},"onFail":"say-{step}"}}"#,
                if step > 0 { "," } else { "" }
            );
            for (locale, texts) in ["en", "de"].iter().zip(&mut texts) {
                let comma = if texts.is_empty() { "" } else { "," };
                let _ = write!(
                    texts,
                    r#"{comma}"{key}":"({locale}) Hello {{{{state.name}}}}, schön, dass du da bist""#
                );
            }
        }
        text.push_str("]}");
    }
    text.push_str(r#"],"state":{"fields":{"name":{"type":"string","default":""}}},"localization":{"#);
    let tail = r#"}},"security":{"outboundAllowList":["api.example.com"],"maxApiResponseKB":16,"apiCall":{"maxPerUpdate":2,"timeoutMs":5000}}}"#;
    let [en, mut de] = texts;
    let _ = write!(text, r#""en":{{{en}}},"de":{{"#);
    let mut more = 0;
    while text.len() + de.len() + tail.len() < bytes {
        more += 1;
        let _ =
            write!(de, r#","more-{more}":"Noch ein Text mit \"Anführungszeichen\", damit es genug sind""#);
    }
    text + &de + tail
}

/// The rows of the table.
pub(crate) fn rows() {
    let spec = spec(BYTES);
    let bytes = spec.as_bytes().to_vec();
    let form = || {
        let text = Text::from_bytes(black_box(&bytes).clone(), Format::Json).unwrap();
        assert!(has_form(&json::parse(&text).unwrap()));
    };
    let name: Arc<str> = "spec.json".into();
    let canonical = || {
        black_box(json::canonicalize(black_box(&bytes).clone(), &name).unwrap());
    };
    times(ROUNDS, form);
    let ours = [
        ("schema: parse and validate", "ajv", times(ROUNDS, form)),
        ("canonicalize", "canonicalize", {
            times(ROUNDS, canonical);
            times(ROUNDS, canonical)
        }),
    ];
    let top = tempfile::tempdir().unwrap();
    let peers = install(top.path(), &spec);
    for (what, peer, ours) in ours {
        println!("| {what}, a spec of {} bytes | {} | |", bytes.len(), shown(&ours));
        match peers.then(|| node(top.path(), peer)).flatten() {
            Some(times) => {
                let ratio = super::median(&times).as_secs_f64() / super::median(&ours).as_secs_f64();
                println!(
                    "| `JSON.parse` and `{peer}`, the same bytes, warm | {} | {ratio:.2} × ours |",
                    shown(&times)
                );
            }
            None => println!("| `JSON.parse` and `{peer}` | not installed | |"),
        }
    }
}

fn install(top: &Path, spec: &str) -> bool {
    std::fs::write(top.join("package.json"), "{\"private\":true}").unwrap();
    std::fs::write(top.join("peer.cjs"), NODE).unwrap();
    std::fs::write(top.join("spec.json"), spec).unwrap();
    let schema = aegis_action::schema::botspec::schema().to_string();
    std::fs::write(top.join("schema.json"), schema).unwrap();
    let packages = ["install", "--no-audit", "--no-fund", "--silent", "ajv@8", "canonicalize@2"];
    let status = Command::new("npm")
        .args(packages)
        .current_dir(top)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

fn node(top: &Path, what: &str) -> Option<Vec<Duration>> {
    let rounds = ROUNDS.to_string();
    let mut command = Command::new("node");
    command.current_dir(top).args(["peer.cjs", "spec.json", what, &rounds, "schema.json"]);
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut times: Vec<_> = text.lines().map(|line| Duration::from_nanos(line.parse().unwrap())).collect();
    times.sort();
    (times.len() == ROUNDS).then_some(times)
}
