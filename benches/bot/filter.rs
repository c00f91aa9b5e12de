//! The script filter: 1,000 scripts against ESLint, one process each; one script of 30 KB; what is large on purpose.

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};

use aegis_action::script::Policy;
use aegis_action::script::filter::judge;

use super::scripts::{Numbers, corpus, script};
use super::{median, shown, times};

const SEED: u64 = 1337;
const SCRIPTS: usize = 1_000;

/// The rules that the peer has for the same purpose.
const ESLINT: &str = r#"
const { ESLint } = require("eslint");
const globals = {};
for (const name of ["Object", "Array", "String", "Number", "Boolean", "BigInt", "JSON", "Math", "Map", "Set", "Promise", "RegExp",
  "Date", "Symbol", "Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError", "AggregateError",
  "parseInt", "parseFloat", "isNaN", "isFinite", "encodeURI", "encodeURIComponent", "decodeURI", "decodeURIComponent",
  "undefined", "NaN", "Infinity", "module"]) globals[name] = "readonly";
const names = ["eval", "Function", "globalThis", "process", "console", "setTimeout", "setInterval", "require", "Reflect", "Proxy"];
const members = ["constructor", "__proto__", "prototype", "caller", "callee", "__defineGetter__", "getPrototypeOf"];
(async () => {
  const eslint = new ESLint({
    cwd: process.argv[2],
    overrideConfigFile: true,
    overrideConfig: [{
      files: ["**/*.js"],
      languageOptions: { ecmaVersion: "latest", sourceType: "script", globals },
      linterOptions: { reportUnusedDisableDirectives: "off" },
      rules: {
        "no-restricted-globals": ["error", ...names],
        "no-restricted-properties": ["error", ...members.map((property) => ({ property })), { object: "Math", property: "random" }],
        "no-restricted-syntax": ["error", "WithStatement", "DebuggerStatement", "ImportExpression", "CallExpression > MemberExpression[computed=true].callee"],
        "no-eval": "error", "no-implied-eval": "error", "no-new-func": "error", "no-undef": "error",
      },
    }],
  });
  const results = await eslint.lintFiles(["scripts/*.js"]);
  if (results.length !== 1000) throw new Error(`linted ${results.length}`);
  if (results.some((one) => one.fatalErrorCount > 0)) throw new Error("does not parse");
})().catch((error) => { console.error(error); process.exit(1); });
"#;

fn policy() -> Policy {
    Policy::new(["api.example.com", "api.pizza.example", "shop.example.org"])
}

/// A process of its own: reads and judges all scripts of a folder, one after the other.
pub(crate) fn judge_all(folder: &Path) {
    let policy = policy();
    let mut accepted = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        accepted += usize::from(judge(&source, &policy).accepted());
    }
    println!("{accepted}");
}

/// The rows of the table.
pub(crate) fn rows() {
    let corpus = corpus();
    let mut numbers = Numbers(SEED);
    let top = tempfile::tempdir().unwrap();
    let folder = top.path().join("scripts");
    std::fs::create_dir(&folder).unwrap();
    let mut bytes = 0;
    for number in 0..SCRIPTS {
        let size = 5_000 + numbers.below(50_000);
        let text = script(&corpus, &mut numbers, size);
        bytes += text.len();
        std::fs::write(folder.join(format!("{number}.js")), text).unwrap();
    }
    let mut accepted = String::new();
    let ours = times(5, || {
        let out =
            Command::new(std::env::current_exe().unwrap()).arg("judge-all").arg(&folder).output().unwrap();
        assert!(out.status.success());
        accepted = String::from_utf8_lossy(&out.stdout).trim().to_owned();
    });
    println!(
        "| filter: {SCRIPTS} scripts, {:.1} MB (seed {SEED}), one process, {accepted} accepted | {} | |",
        bytes as f64 / 1e6,
        shown(&ours)
    );
    match eslint(top.path()) {
        Some(peer) => {
            let ratio = median(&peer).as_secs_f64() / median(&ours).as_secs_f64();
            println!("| ESLint, the same scripts, one process | {} | {ratio:.1} × ours |", shown(&peer));
        }
        None => println!("| ESLint | not installed | |"),
    }
    one(&corpus, &mut numbers);
    large();
}

fn eslint(top: &Path) -> Option<Vec<std::time::Duration>> {
    let quiet = |command: &mut Command| {
        command
            .current_dir(top)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    std::fs::write(top.join("package.json"), "{\"private\":true}").unwrap();
    std::fs::write(top.join("lint.cjs"), ESLINT).unwrap();
    let args = ["install", "--no-audit", "--no-fund", "--silent", "eslint@9"];
    if !quiet(Command::new("npm").args(args).stderr(Stdio::null())) {
        return None;
    }
    let mut ran = true;
    let times = times(2, || ran &= quiet(Command::new("node").arg("lint.cjs").arg(top)));
    ran.then_some(times)
}

fn one(corpus: &[String], numbers: &mut Numbers) {
    let mut text = script(corpus, numbers, 28_000);
    while text.len() > 31_000 || text.len() < 29_000 {
        text = script(corpus, numbers, 28_000);
    }
    let policy = policy();
    let ours = times(200, || {
        black_box(judge(black_box(&text), &policy));
    });
    println!("| filter: one script of {} bytes, in the process | {} | |", text.len(), shown(&ours));
}

fn large() {
    let policy = policy();
    let handler = "module.exports.handleUpdate = async (ctx) => {};\n";
    let large: [(&str, String); 5] = [
        ("a list on one line", format!("const x = [{}];{handler}", "1,".repeat(1_000_000))),
        ("objects on one line", format!("const x = [{}];{handler}", "{a:[1,'b'],c:\"d\"},".repeat(110_000))),
        ("functions on one line", format!("{}{handler}", "function f(a,b){return a(b)}".repeat(72_000))),
        ("open brackets", "(".repeat(2_000_000)),
        ("a sum", format!("const x = {}1;{handler}", "1+".repeat(1_000_000))),
    ];
    for (what, text) in large {
        let ours = times(3, || {
            black_box(judge(black_box(&text), &policy));
        });
        println!("| filter: {:.1} MB, {what} | {} | |", text.len() as f64 / 1e6, shown(&ours));
    }
}
