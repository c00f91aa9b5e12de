//! A grammar of bad ideas: whatever it makes ends within its limits, with a code.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use aegis_action::diag::Code;
use aegis_action::script::sandbox::{Job, Limits, Sandbox};
use proptest::prelude::*;

use super::{bot, handler, sandbox, say, small};

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(sandbox);

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1"),
        Just("'text'"),
        Just("x"),
        Just("ctx"),
        Just("[]"),
        Just("{}.y"),
        Just("undefined"),
        Just("2n"),
        Just("f"),
        Just("this"),
        Just("Symbol.iterator"),
        Just("ctx.getState()"),
        Just("Object.prototype"),
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        let (a, b) = (inner.clone(), inner.clone());
        prop_oneof![
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            a.clone().prop_map(|a| format!("(await {a})")),
            a.clone().prop_map(|a| format!("f({a})")),
            a.clone().prop_map(|a| format!("new Array(1e5).fill({a})")),
            a.clone().prop_map(|a| format!("String({a}).repeat(1e5)")),
            a.clone().prop_map(|a| format!("ctx.setState({{ k: {a} }})")),
            a.clone().prop_map(|a| format!("ctx.sendMessage({a})")),
            a.clone().prop_map(|a| format!("ctx.http({a})")),
            (a.clone(), b.clone()).prop_map(|(a, b)| format!("{{ get k() {{ return {a} }}, then: {b} }}.k")),
            a.clone().prop_map(|a| format!("(() => {a})()")),
            a.clone().prop_map(|a| format!("Promise.resolve({a}).then(f)")),
            a.clone().prop_map(|a| format!("JSON.stringify({a})")),
            (a, b).prop_map(|(a, b)| format!("({a}).constructor?.({b})")),
        ]
    })
}

fn statement() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        expression().prop_map(|e| format!("x = {e};")),
        expression().prop_map(|e| format!("throw {e};")),
        expression().prop_map(|e| format!("return {e};")),
        Just("x = [x, x];".to_owned()),
        Just("x += x;".to_owned()),
        Just("await f();".to_owned()),
        Just("/(a|aa)+$/.test('a'.repeat(50) + x);".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let body = prop::collection::vec(inner.clone(), 1..3).prop_map(|all| all.join(" "));
        prop_oneof![
            body.clone().prop_map(|b| format!("for (;;) {{ {b} }}")),
            body.clone().prop_map(|b| format!("while (x) {{ {b} }}")),
            body.clone().prop_map(|b| format!("try {{ {b} }} catch (e) {{ x = e; }}")),
            body.clone().prop_map(|b| format!("try {{ {b} }} finally {{ x = 0; }}")),
            body.clone().prop_map(|b| format!("f = async () => {{ {b} }};")),
            body.clone()
                .prop_map(|b| format!("x = {{ toString() {{ {b} }}, get then() {{ {b} }} }};")
                    .replace("await ", "")),
            body.clone().prop_map(|b| format!("for await (const y of [x, x]) {{ {b} }}")),
            body.prop_map(|b| format!("x = (async function* () {{ {b} yield x; }})();")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_script_does_it_ends(body in prop::collection::vec(statement(), 1..4)) {
        let source = handler(&format!("let x = 1; let f = async (y) => y;\n{}", body.join("\n")));
        let limits = Limits { update: Duration::from_millis(40), memory: 8 << 20, ..small() };
        let begun = Instant::now();
        let run = SANDBOX.run(&Job::new(source.as_str(), bot(), limits), &say(&["a", "b"]));
        prop_assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        if let Some(found) = run.failure {
            prop_assert!(found.code != Code::Internal, "{found}");
            prop_assert!(!found.message.contains("SIG"), "{found}");
        }
    }
}
