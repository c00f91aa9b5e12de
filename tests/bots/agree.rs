//! The strongest test of all: the interpreter and the generated script do the same, whatever the spec and whatever is said.

use aegis_action::bot::generate::template;
use aegis_action::bot::interpret::{Interpreter, Seen};
use aegis_action::bot::mock::World;
use aegis_action::bot::spec::Spec;
use aegis_action::bot::talk::{Answer, Effect, Mock, Turn, Update};
use aegis_action::bot::value::{plain, plain_map};
use aegis_action::script::sandbox::{Bot, Conversation, Limits, Script, converse};
use proptest::prelude::*;
use serde_json::Value;

use super::arbitrary::{answers, spec, updates};

/// What the interpreter says, and whether it came to an end.
fn interpreted(bot: &Interpreter<'_>, updates: &[Update], mocks: &[Mock]) -> (Vec<Turn>, bool) {
    let mut world = World::new(mocks, 1024);
    let mut state = bot.initial_state();
    let mut turns = Vec::new();
    for update in updates {
        match bot.update(&state, update, &mut world, &mut Seen::new()) {
            Ok(turn) => {
                state.clone_from(&turn.state);
                turns.push(turn);
            }
            Err(_) => return (turns, false),
        }
    }
    (turns, true)
}

/// A mock for everything that is asked for, found by asking.
fn mocks(bot: &Interpreter<'_>, updates: &[Update], answers: &[Vec<Answer>]) -> Vec<Mock> {
    let mut mocks: Vec<Mock> = Vec::new();
    for answers in answers {
        let (turns, _) = interpreted(bot, updates, &mocks);
        let asked = turns.iter().flat_map(|turn| &turn.effects).find_map(|effect| match effect {
            Effect::Http(request)
                if !mocks.iter().any(|mock| mock.method == request.method && mock.url == request.url) =>
            {
                Some((request.method.clone(), request.url.clone()))
            }
            _ => None,
        });
        let Some((method, url)) = asked else { break };
        mocks.push(Mock { method, url, answers: answers.clone() });
    }
    mocks
}

/// A turn with every number as a script has it.
fn comparable(turn: &Turn) -> Turn {
    let effects = turn.effects.iter().map(|effect| match effect {
        Effect::Http(request) => {
            let mut request = request.clone();
            request.body = request.body.as_ref().map(plain);
            Effect::Http(request)
        }
        other => other.clone(),
    });
    Turn { effects: effects.collect(), state: plain_map(&turn.state) }
}

fn check(spec: &Spec, updates: &[Update], answers: &[Vec<Answer>]) -> Result<(), TestCaseError> {
    let source = template(spec);
    prop_assert_eq!(&source, &template(spec));
    let bot = Interpreter::new(spec).unwrap();
    let mocks = mocks(&bot, updates, answers);
    let (expected, is_whole) = interpreted(&bot, updates, &mocks);
    let script =
        Script::compile(&source).map_err(|failure| TestCaseError::fail(format!("{failure}\n{source}")))?;
    // How many attempts an update may make is a rule's matter, not the interpreter's.
    let host = Bot { attempts: 10_000, ..Bot::of(spec) };
    let conversation = Conversation { updates: updates.to_vec(), mocks };
    let run = converse(&script, &host, &conversation, Limits::default());
    for (number, (turn, wanted)) in run.turns.iter().zip(&expected).enumerate() {
        prop_assert_eq!(
            comparable(turn),
            comparable(wanted),
            "turn {} of {:#?}\n{}",
            number,
            conversation,
            source
        );
    }
    if is_whole {
        prop_assert!(run.failure.is_none(), "{}\n{}", run.failure.unwrap(), source);
        prop_assert_eq!(run.turns.len(), expected.len());
    } else {
        prop_assert!(run.failure.is_some(), "the script goes on where the interpreter does not");
    }
    Ok(())
}

fn cases() -> u32 {
    std::env::var("AEGIS_AGREE").ok().and_then(|number| number.parse().ok()).unwrap_or(256)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn interpreter_and_script_agree(
        spec in spec(),
        conversations in prop::collection::vec((updates(), prop::collection::vec(answers(), 3)), 1..4),
    ) {
        for (updates, answers) in &conversations {
            check(&spec, updates, answers)?;
        }
    }
}

#[test]
fn random_specs_are_worth_it() {
    // A strategy that makes only bots that say nothing would agree with anything.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut messages, mut requests, mut gotos, mut saved) = (0, 0, 0, 0);
    for _ in 0..300 {
        let spec = spec().new_tree(&mut runner).unwrap().current();
        let updates = updates().new_tree(&mut runner).unwrap().current();
        let bot = Interpreter::new(&spec).unwrap();
        for turn in interpreted(&bot, &updates, &[]).0 {
            for effect in &turn.effects {
                match effect {
                    Effect::Message { .. } => messages += 1,
                    Effect::Http(_) => requests += 1,
                    Effect::Goto { .. } => gotos += 1,
                }
            }
            saved += turn.state.values().filter(|value| !matches!(value, Value::Null)).count();
        }
    }
    assert!(
        messages > 300 && requests > 80 && gotos > 20 && saved > 5000,
        "{messages} {requests} {gotos} {saved}"
    );
}
