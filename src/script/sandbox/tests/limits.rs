//! Each limit, and scripts that try to break it.

use std::time::Instant;

use super::*;

#[test]
fn the_limits_are_those_of_the_contract() {
    let limits = Limits::default();
    assert_eq!(limits.memory, 64 * 1024 * 1024);
    assert_eq!(limits.cold_start, Duration::from_millis(400));
    assert_eq!(limits.update, Duration::from_secs(10));
    assert_eq!(limits.transitions, 200);
}

#[test]
fn whatever_loops_is_stopped() {
    for body in [
        "for (;;) {}",
        "while (true) await null;",
        "do { } while (1);",
        "label: for (;;) continue label;",
        "const f = () => Promise.resolve().then(f); await f();",
        "(async function f() { await null; await f(); })(); for (;;) await null;",
        "const f = async () => { await null; return f(); }; await f();",
        "await { then(go) { this.again = () => Promise.resolve().then(this.again); this.again(); } };",
        "try { for (;;) {} } catch (e) { for (;;) {} } finally { for (;;) {} }",
        "for await (const x of (async function* () { for (;;) yield 1; })()) {}",
        "for (const x of { [Symbol.iterator]() { return { next: () => ({ done: false }) } } }) {}",
        "[3, 2, 1].sort(() => { for (;;) {} });",
        "Array.from({ length: 2 ** 31 }, () => 0).length;",
        "/^(a+)+$/.test('a'.repeat(40) + 'b');",
        "/(x+x+)+y/.exec('x'.repeat(60));",
        "'x'.replace(/x/, () => { for (;;) {} });",
        "JSON.stringify({ get a() { for (;;) {} } });",
        "JSON.parse('[1]', () => { for (;;) {} });",
        "await ctx.setState({ get a() { for (;;) {} } });",
        "`${{ toString() { for (;;) {} } }}`;",
        "+{ [Symbol.toPrimitive]() { for (;;) {} } };",
        "throw { get message() { for (;;) {} } };",
        "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { for (;;) {} } }); throw e;",
        "class A { static { for (;;) {} } }",
        "[].reduce.call({ length: 2 ** 40, 0: 0 }, (a) => a);",
        "(function f(n) { if (n > 0) for (let i = 0; i < 99; i++) f(n - 1); })(9);",
        "let s = 0n; for (let i = 1n; ; i *= 3n) s += i % 7n;",
    ] {
        let begun = Instant::now();
        let found = failure(body);
        let expected = [Code::UpdateTimeout, Code::MemoryExceeded];
        assert!(expected.contains(&found.code), "{body}: {found}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{body} took {:?}", begun.elapsed());
    }
}

#[test]
fn a_loop_is_told_with_its_place() {
    let found = failure("const f = (n) => n + 1;\nlet n = 0;\n  while (true) n = f(n);");
    assert_eq!((found.code, found.place.is_some()), (Code::UpdateTimeout, true), "{found}");
    assert_eq!(found.message, "the handler worked for more than 150 ms");
}

#[test]
fn a_loop_at_the_top_is_a_slow_start() {
    let limits = Limits { cold_start: Duration::from_millis(100), ..small() };
    let found = run_with("for (;;) {}", Vec::new(), limits, &["x"]).failure.unwrap();
    assert_eq!(found.code, Code::ColdStartExceeded);
    let found = cold_start("for (;;) {}", &bot(), limits).unwrap_err();
    assert_eq!(found.code, Code::ColdStartExceeded);
    let found = cold_start(&handler("for (;;) {}"), &bot(), limits).unwrap_err();
    assert_eq!(found.code, Code::ColdStartExceeded);
    let slow = "let x = 0; for (let i = 0; i < 1e7; i++) x += i;\n".to_owned() + &handler("");
    let limits = Limits { cold_start: Duration::from_millis(10), ..small() };
    assert_eq!(cold_start(&slow, &bot(), limits).unwrap_err().code, Code::ColdStartExceeded);
}

#[test]
fn a_usual_script_starts_quickly() {
    let took = cold_start(&handler("await ctx.sendMessage('hello');"), &bot(), Limits::default()).unwrap();
    assert!(took > Duration::ZERO && took < Duration::from_millis(400), "{took:?}");
}

#[test]
fn memory_is_bounded_even_if_the_script_catches() {
    for body in [
        "const a = []; for (;;) a.push(new Array(1000).fill(a.length));",
        "let s = 'x'; for (;;) { s += s; s.split('').length; }",
        "let s = 'ab'; for (;;) { try { s = s.repeat(3); } catch (e) { s = [s, s]; } }",
        "for (;;) { try { new Array(1e7).fill('x'); } catch (e) {} }",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, 'x' + i);",
        "const o = {}; for (let i = 0; ; i++) o['k' + i] = i;",
        "try { 'x'.repeat(2 ** 29).split(''); } catch (e) {} await ctx.sendMessage('survived');",
        "let f = () => 0; for (;;) { const g = f; f = () => g; }",
        "const a = []; let n = 2n ** 10000n; for (;;) a.push(n++);",
        "JSON.parse('[' + '[1,2,3],'.repeat(4e6) + '1]');",
        "JSON.stringify(new Array(1e6).fill({ a: 'b'.repeat(50) }));",
        "let a = [1]; for (;;) a = [...a, ...a];",
        "const a = []; for (;;) a.push(Promise.resolve().then(() => a));",
        "for (;;) 'x'.padEnd(2 ** 28, 'y');",
        "const s = Symbol; const a = []; for (;;) a.push(s('x'.repeat(1000)));",
        "await ctx.sendMessage('x'.repeat(2 ** 27));",
        "const g = []; for (;;) { const f = function* () { yield g }; g.push(f()); }",
    ] {
        // With time enough to fill it: on a busy machine that takes longer than what `small` allows.
        let limits = Limits { update: Limits::default().update, ..small() };
        let found = run_with(&handler(body), Vec::new(), limits, &["hello"]).failure.unwrap();
        assert_eq!(found.code, Code::MemoryExceeded, "{body}: {found}");
    }
}

#[test]
fn what_fits_into_memory_may_be_used_again_and_again() {
    let body = "for (let i = 0; i < 200; i++) { const a = new Array(1e5).fill(i); const c = { a }; c.c = c; }\nawait ctx.sendMessage('done');";
    let limits = Limits { update: Duration::from_secs(10), ..small() };
    assert_eq!(texts(&run_with(&handler(body), Vec::new(), limits, &["x"])), ["done"]);
}

#[test]
fn recursion_ends_in_an_error_that_can_be_caught() {
    for body in [
        "const f = () => f(); f();",
        "const o = {}; o.toString = () => `${o}`; `${o}`;",
        "const o = { get a() { return this.a } }; o.a;",
        "class A { constructor() { new A() } } new A();",
        "const a = []; a[0] = a; for (let i = 0, b = []; i < 1e5; i++) { b = [b]; a[1] = b } JSON.stringify(a[1]);",
        "JSON.parse('['.repeat(1e5));",
        "new RegExp('('.repeat(1e5) + ')'.repeat(1e5));",
        "const f = async () => f(); await f();",
        "[1].map(function f(x) { return [x].map(f) });",
        "'x'.replace(/x/, function f() { return 'x'.replace(/x/, f) });",
    ] {
        let limits = Limits { memory: 64 << 20, update: Duration::from_secs(5), ..small() };
        let run = |source: &str| run_with(source, Vec::new(), limits, &["x"]);
        let caught = handler(&format!("try {{ {body} }} catch (e) {{ await ctx.sendMessage('caught'); }}"));
        assert_eq!(texts(&run(&caught)), ["caught"], "{body}");
        let found = run(&handler(body)).failure.unwrap();
        assert_eq!(found.code, Code::BotRuntime, "{body}: {found}");
    }
}

#[test]
fn scripts_may_be_nested_as_deeply_as_the_filter_lets_them() {
    for (open, inner, close) in
        [("(", "1", ")"), ("[", "1", "]"), ("{ a: ", "1", " }"), ("f(", "1", ")"), ("() => ", "1", "")]
    {
        let nested = |n: usize| open.repeat(n) + inner + &close.repeat(n);
        let script = format!("const f = (x) => x;\nconst deep = {};\n", nested(500)) + &handler("");
        assert_eq!(run(&script).failure, None, "{open}");
        let far = format!("const f = (x) => x; const deep = {};", nested(200_000));
        assert_eq!(run(&far).failure.unwrap().code, Code::BotSyntax, "{open}");
    }
    let blocks = format!("{}{}", "{".repeat(500), "}".repeat(500)) + &handler("");
    assert_eq!(run(&blocks).failure, None);
}

#[test]
fn transitions_are_counted() {
    let go = |n: usize| handler(&format!("for (let i = 0; i < {n}; i++) await ctx.goto('f');"));
    assert_eq!(run(&go(200)).turns[0].effects.len(), 200);
    let found = run(&go(201)).failure.unwrap();
    assert_eq!(found.code, Code::LimitExceeded);
    assert!(found.message.contains("200 transitions") && found.place.is_some(), "{found}");
    let caught = failure("for (let i = 0; i < 201; i++) try { await ctx.goto('f') } catch (e) {}");
    assert_eq!(caught.code, Code::LimitExceeded);
    // They are counted for each update on its own.
    let run = run_with(&go(150), Vec::new(), small(), &["a", "b", "c"]);
    assert_eq!(run.turns.len(), 3);
}

#[test]
fn states_are_bounded() {
    let set = |n: usize| handler(&format!("await ctx.setState({{ a: 'x'.repeat({n}) }}).catch(() => {{}});"));
    // {"a":"…"} is eight bytes longer than the text.
    assert_eq!(run(&set(65_536 - 8)).failure, None);
    for large in [65_536 - 7, 1_000_000] {
        let found = run(&set(large)).failure.unwrap();
        assert_eq!(found.code, Code::LimitExceeded, "{found}");
        assert_eq!(found.place.map(|spot| spot.line), Some(2), "{found}");
    }
    for bomb in [
        "let a = [0, 1]; for (let i = 0; i < 40; i++) a = [a, a]; await ctx.setState({ a });",
        "await ctx.setState({ a: new Array(2 ** 32 - 1) });",
        "const a = []; a.length = 1e9; await ctx.setState({ a });",
    ] {
        assert_eq!(failure(bomb).code, Code::LimitExceeded, "{bomb}");
    }
    // A control character takes six bytes of JSON.
    let found = failure("await ctx.setState({ a: '\\u0001'.repeat(11000) });");
    assert_eq!(found.code, Code::LimitExceeded);
}

#[test]
fn messages_cannot_fill_the_host() {
    for body in [
        "for (;;) await ctx.sendMessage('x'.repeat(1000));",
        "for (;;) ctx.sendMessage('');",
        "for (;;) await ctx.sendMessage({ text: 'a', keyboard: [['x'.repeat(1000)]] });",
        "const k = new Array(1e5).fill(new Array(12).fill('')); await ctx.sendMessage({ text: 'a', keyboard: k });",
    ] {
        assert_eq!(failure(body).code, Code::LimitExceeded, "{body}");
    }
}
