//! The sandbox: the cold start of a 30 KB script, and conversations of the pizza bot, a fresh engine each. `cargo bench --bench
//! bot` prints a Markdown table; `docs/benchmarks.md` holds the last one. One thread; the figures are processor time and
//! clock, the median of several runs (min … max).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aegis_action::script::sandbox::{Bot, Conversation, Job, Limits, Sandbox, Script, cold_start, converse};
use serde_json::json;

const RUNS: usize = 11;
const CONVERSATIONS: usize = 1000;

fn bot() -> Bot {
    Bot {
        id: "pizza".into(),
        locale: "en".into(),
        defaults: json!({"count": 0}).as_object().unwrap().clone(),
        hosts: vec!["api.example.com".into()],
        max_answer: 64 << 10,
        attempts: 2,
        timeout_ms: 5000,
    }
}

/// The pizza bot of the engines' tests, and its first four updates with text.
fn pizza() -> (String, Conversation) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/bots/pizza");
    let source = std::fs::read_to_string(folder.join("bot.js")).unwrap();
    let text = std::fs::read_to_string(folder.join("conversation.json")).unwrap();
    let mut conversation: Conversation = serde_json::from_str(&text).unwrap();
    conversation.updates.retain(|update| update.chat_id == "1" && update.text.is_some());
    conversation.updates.truncate(4);
    assert_eq!(conversation.updates.len(), 4);
    (source, conversation)
}

/// A script of this size: the pizza bot's functions again and again, under other names.
fn sized(source: &str, bytes: usize) -> String {
    let mut script = source.to_owned();
    let part = source.split("module.exports").next().unwrap_or_default();
    let mut number = 0;
    while script.len() + part.len() < bytes {
        number += 1;
        let mut more = part.to_owned();
        for name in ["TEXTS", "SIZES", "TOPPINGS", "textsOf", "Order", "askFor", "finish"] {
            more = more.replace(name, &format!("{name}{number}"));
        }
        script.push_str(&more);
    }
    script
}

fn median(mut times: Vec<Duration>) -> String {
    times.sort();
    let show = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1e3);
    format!("{} ({} … {})", show(times[times.len() / 2]), show(times[0]), show(times[times.len() - 1]))
}

/// The rows of the table.
pub(crate) fn rows() {
    let (source, conversation) = pizza();
    for (what, script) in [("the pizza bot", source.clone()), ("a script of 30 KB", sized(&source, 30_000))] {
        let size = script.len() as f64 / 1e3;
        let times = (0..RUNS).map(|_| cold_start(&script, &bot(), Limits::default()).unwrap()).collect();
        println!(
            "| cold start, {what} ({size:.1} KB): engine, compilation, top level, first update | {} | target 10 ms |",
            median(times)
        );
    }
    let script = Script::compile(&source).unwrap();
    let (bot, limits) = (bot(), Limits::default());
    let rates = (0..5).map(|_| {
        let begun = Instant::now();
        for _ in 0..CONVERSATIONS {
            let run = converse(&script, &bot, &conversation, limits);
            assert!(run.failure.is_none() && run.turns.len() == 4);
        }
        begun.elapsed() / CONVERSATIONS as u32
    });
    let here = median(rates.collect());
    println!(
        "| a conversation of four updates with the pizza bot, fresh engine, in this process | {here} | target 1 ms |"
    );
    let sandbox = Sandbox::new(PathBuf::from(env!("CARGO_BIN_EXE_aegis")));
    let job = Job::new(source, bot, limits);
    let begun = Instant::now();
    assert!(sandbox.run(&job, &conversation).failure.is_none());
    let first = begun.elapsed();
    let rates = (0..5).map(|_| {
        let begun = Instant::now();
        for _ in 0..CONVERSATIONS {
            let run = sandbox.run(&job, &conversation);
            assert!(run.failure.is_none() && run.turns.len() == 4);
        }
        begun.elapsed() / CONVERSATIONS as u32
    });
    println!(
        "| the same in a worker process, one at a time | {} | the first one with its worker: {} |",
        median(rates.collect()),
        median(vec![first])
    );
}
