//! The same scripts, conversations and mocks in V8 (Node's isolated-vm, as production has it) and here: every message, state
//! and request has to be the same. `tests/engines/install` puts isolated-vm in place; `.ci/run` does so before the tests.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aegis_action::bot::generate::template;
use aegis_action::bot::spec::{Action, Spec};
use aegis_action::bot::talk::{Answer, Mock, Update};
use aegis_action::script::sandbox::{Bot, Conversation, Limits, Script, converse};
use serde_json::{Value, json};

use super::bot;

/// What V8 may take for all of it. It misses some native loops, so it runs where it can be killed.
const PATIENCE: Duration = Duration::from_secs(120);

struct Case {
    name: String,
    source: String,
    bot: Bot,
    conversation: Conversation,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines")
}

/// Where `tests/engines/install` puts the module, if it did.
fn module() -> Option<PathBuf> {
    let place = std::env::var_os("AEGIS_ISOLATED_VM").map(PathBuf::from);
    let place = place.unwrap_or_else(|| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/engines/node_modules/isolated-vm")
    });
    place.join("out/isolated_vm.node").exists().then_some(place)
}

/// The scripts of `tests/engines/bots`, each with one conversation or a list of them.
fn own() -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder().join("bots")).unwrap() {
        let path = entry.unwrap().path();
        let source = fs::read_to_string(path.join("bot.js")).unwrap();
        let text = fs::read_to_string(path.join("conversation.json")).unwrap();
        let conversations: Value = serde_json::from_str(&text).unwrap();
        let list = match conversations {
            Value::Array(list) => list,
            one => vec![one],
        };
        for (at, conversation) in list.into_iter().enumerate() {
            cases.push(Case {
                name: format!("{} {at}", path.file_name().unwrap().display()),
                source: source.clone(),
                bot: bot(),
                conversation: serde_json::from_value(conversation).unwrap(),
            });
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}

/// The example bots, as `template/1` compiles them: every command and every keyword, each followed by answers of all kinds.
fn examples() -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bots")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(path.join("spec.json")) else { continue };
        let spec: Spec = serde_json::from_str(&text).unwrap();
        let (source, bot) = (template(&spec), Bot::of(&spec));
        for locale in &spec.meta.locales {
            for start in openings(&spec, locale) {
                let texts = [
                    &start,
                    "M",
                    "Riga, Brīvības 1",
                    "yes",
                    "12",
                    "a@b.example",
                    "2024-02-29",
                    "Anna",
                    "",
                    &start,
                ];
                let update = |(at, text): (i64, &&str)| Update {
                    text: Some((*text).to_owned()),
                    locale: locale.clone(),
                    chat_id: "7".into(),
                    now: 1_700_000_000_000 + at * 20_000,
                };
                let updates = (0..).zip(&texts).map(update).collect();
                let conversation = Conversation { updates, mocks: mocks(&spec) };
                let name = format!("{} {locale} {start}", path.display());
                cases.push(Case { name, source: source.clone(), bot: bot.clone(), conversation });
            }
        }
    }
    assert!(cases.len() > 10);
    cases
}

fn openings(spec: &Spec, locale: &str) -> Vec<String> {
    let commands = spec.commands.iter().take(20).map(|command| command.cmd.clone());
    let words =
        spec.intents.iter().take(20).filter_map(|intent| intent.keywords.get(locale)?.first().cloned());
    commands.chain(words).collect()
}

/// An answer for each request whose URL is the same for everybody: none in time, then a small one. The others have no mock.
fn mocks(spec: &Spec) -> Vec<Mock> {
    let steps = spec.flows.iter().flat_map(|flow| &flow.steps);
    let calls = steps.filter_map(|step| match &step.action {
        Action::ApiCall { method, url, .. } if !url.contains("{{") => Some((method, url)),
        _ => None,
    });
    let answer =
        Answer::Json { status: 200, body: json!({"id": "A-1", "minutes": 25, "price": 9.5, "name": "é"}) };
    calls
        .map(|(method, url)| Mock {
            method: method.clone(),
            url: url.clone(),
            answers: vec![Answer::Timeout, answer.clone()],
        })
        .collect()
}

fn node(module: &Path, cases: &[Case]) -> Vec<Value> {
    let jobs: Vec<_> = cases
        .iter()
        .map(|case| json!({"source": case.source, "bot": case.bot, "conversation": case.conversation}))
        .collect();
    let input = json!({"module": module, "jobs": jobs}).to_string();
    let mut child = Command::new("node")
        .arg(folder().join("isolate.cjs"))
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = finished(child);
    let lines: Vec<_> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), cases.len(), "{output}");
    lines
}

/// What a process writes until it ends; it is killed when it takes too long.
fn finished(mut child: Child) -> String {
    let mut output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || std::io::read_to_string(&mut output).unwrap());
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    reader.join().unwrap()
}

/// Numbers as JavaScript has them: an integer and a double of the same value are the same.
fn plain(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).unwrap()
}

#[test]
fn both_engines_say_the_same() {
    let Some(module) = module() else {
        let text = "skipped: isolated-vm is not installed, so nothing was compared with V8; run tests/engines/install\n";
        std::io::stderr().write_all(text.as_bytes()).unwrap();
        return;
    };
    let mut cases = own();
    assert!(cases.len() > 10);
    cases.extend(examples());
    let mut compared = 0;
    for (case, theirs) in cases.iter().zip(node(&module, &cases)) {
        let ours = Script::compile(&case.source)
            .map(|script| converse(&script, &case.bot, &case.conversation, Limits::default()));
        let ours = ours.unwrap_or_else(|failure| panic!("{}: {failure}", case.name));
        let code = ours.failure.as_ref().map(|failure| failure.code.as_str());
        assert_eq!(theirs["error"].as_str(), code, "{}: {theirs:#} {:?}", case.name, ours.failure);
        assert_eq!(plain(&json!(ours.missing)), plain(&theirs["missing"]), "{}", case.name);
        assert_eq!(theirs["turns"].as_array().unwrap().len(), ours.turns.len(), "{}", case.name);
        for (at, (turn, other)) in ours.turns.iter().zip(theirs["turns"].as_array().unwrap()).enumerate() {
            for (effect, other) in turn.effects.iter().zip(other["effects"].as_array().unwrap()) {
                assert_eq!(plain(&json!(effect)), plain(other), "{}, update {at}", case.name);
                compared += 1;
            }
            assert_eq!(
                turn.effects.len(),
                other["effects"].as_array().unwrap().len(),
                "{}, update {at}",
                case.name
            );
            assert_eq!(plain(&json!(turn.state)), plain(&other["state"]), "{}, update {at}", case.name);
        }
    }
    assert!(compared > 100, "{compared}");
}
