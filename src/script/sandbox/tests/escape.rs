//! Ways out of the sandbox: texts that become code, objects of the host, clocks, and what one conversation leaves to the next.

use super::*;

/// What each of these says is sent; all have to be refused by the engine itself.
#[test]
fn no_text_becomes_code() {
    for way in [
        "eval('1+1')",
        "(0, eval)('1+1')",
        "globalThis.eval('1')",
        "Function('return 1')()",
        "new Function('return 1')()",
        "(function () {}).constructor('return 1')()",
        "(() => {}).constructor('return 1')()",
        "(async () => {}).constructor('return 1')()",
        "(function* () {}).constructor('yield 1')().next()",
        "(async function* () {}).constructor('yield 1')().next()",
        "Object.getPrototypeOf(async function () {}).constructor('return 1')()",
        "Object.getPrototypeOf(function* () {}).constructor('return 1')()",
        "Object.getPrototypeOf(async function* () {}).constructor('return 1')()",
        "ctx.sendMessage.constructor('return 1')()",
        "ctx.constructor.constructor('return 1')()",
        "new Error('x').constructor.constructor('return 1')()",
        "[].map.constructor('return 1')()",
        "class A { static m() { return super.constructor } }; A.m()('return 1')()",
        "Reflect.construct(Object.getPrototypeOf(class {}).constructor, ['return 1'])()",
        "Object.getOwnPropertyDescriptor(Object.getPrototypeOf(function () {}), 'constructor').value('return 1')()",
        "[].constructor.constructor.constructor('return 1')()",
        "JSON.parse('{\"a\":1}', function () { return this.constructor.constructor('return 1')() })()",
        "(0).constructor.constructor('return 1')()",
        "''.constructor.constructor('return 1')()",
        "/a/.constructor.constructor('return 1')()",
        "Symbol.constructor('return 1')()",
        "Promise.resolve().constructor.constructor('return 1')()",
        "new (Object.getPrototypeOf((function () {}).bind()).constructor)('return 1')()",
        "(function () { return arguments.callee.constructor('return 1')() })()",
        "Iterator.constructor('return 1')()",
        "setTimeout('1')",
        "import('bot.js').catch(() => {}).constructor('return 1')()",
    ] {
        let script = handler(&format!(
            "let got; try {{ got = {way}; }} catch (e) {{ return; }}\nawait ctx.sendMessage('escaped');"
        ));
        let script = if way.starts_with("class") {
            handler(&format!("try {{ {way}; }} catch (e) {{ return; }}\nawait ctx.sendMessage('escaped');"))
        } else {
            script
        };
        assert_eq!(texts(&run(&script)), Vec::<String>::new(), "{way}");
    }
}

/// `Function.prototype.constructor` is gone, and even the real one, if a way to it were found, could not compile.
#[test]
fn the_engine_has_no_compiler() {
    let text = failure(
        "const way = Object.getPrototypeOf(function () {});\nif (Object.hasOwn(way, 'constructor')) return 1;\nreturn (0, eval)('1');",
    );
    assert!(text.message.contains("eval"), "{text}");
}

#[test]
fn imports_find_nothing() {
    for module in ["fs", "bot.js", "prelude.js", "data:text/javascript,1", "std", "os"] {
        let body = format!(
            "try {{ await import('{module}'); }} catch (e) {{ return; }} await ctx.sendMessage('loaded');"
        );
        assert_eq!(sent(&body), Vec::<String>::new(), "{module}");
    }
}

#[test]
fn the_globals_are_the_languages_own() {
    let script = format!(
        "var self = this;\n{}",
        handler(
            "const names = Object.getOwnPropertyNames(self).filter((name) => name !== 'self').sort();\nawait ctx.sendMessage(names.join(' '));"
        )
    );
    let names = "AggregateError Array BigInt Boolean Date Error EvalError Infinity JSON Map Math NaN Number Object Promise RangeError \
                 ReferenceError RegExp Set String Symbol SyntaxError TypeError URIError decodeURI decodeURIComponent encodeURI \
                 encodeURIComponent isFinite isNaN module parseFloat parseInt undefined";
    assert_eq!(texts(&run(&script)), [names]);
}

#[test]
fn there_is_no_clock_and_no_chance() {
    for body in [
        "new Date()",
        "Date()",
        "Date(0)",
        "Date.now()",
        "Math.random()",
        "performance.now()",
        "new Date(...[])",
    ] {
        let found = failure(&format!("await ctx.sendMessage(String({body}));"));
        assert_eq!(found.code, Code::BotRuntime, "{body}: {found}");
    }
    assert!(failure("return new Date();").message.contains("new Date(ctx.now)"));
}

#[test]
fn dates_are_what_they_are_elsewhere_in_utc() {
    for (expression, result) in [
        ("new Date(ctx.now).toISOString()", "2023-11-14T22:13:20.123Z"),
        ("new Date(ctx.now).getHours()", "22"),
        ("new Date(ctx.now).getDay()", "2"),
        ("new Date(2024, 0, 31, 5).toISOString()", "2024-01-31T05:00:00.000Z"),
        ("new Date(99, 0).getFullYear()", "1999"),
        ("new Date('2024-02-03T04:05').toJSON()", "2024-02-03T04:05:00.000Z"),
        ("new Date('2024-02-03').getTime()", "1706918400000"),
        ("new Date('2024-02-03T04:05+02:00').toJSON()", "2024-02-03T02:05:00.000Z"),
        ("new Date('Feb 3 2024 04:05').toJSON()", "2024-02-03T04:05:00.000Z"),
        ("new Date('Sat, 03 Feb 2024 04:05:06 GMT').toJSON()", "2024-02-03T04:05:06.000Z"),
        ("Date.parse('2024-02-03T04:05:06.5')", "1706933106500"),
        ("new Date(new Date(5)).getTime()", "5"),
        ("new Date('x').getTime()", "NaN"),
        ("new Date(NaN).toString()", "Invalid Date"),
        ("new Date(NaN).getTimezoneOffset()", "NaN"),
        ("new Date(0).getTimezoneOffset()", "0"),
        ("new Date(0).toString()", "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)"),
        ("new Date(0).toDateString()", "Thu Jan 01 1970"),
        ("new Date(0).toTimeString()", "00:00:00 GMT+0000 (Coordinated Universal Time)"),
        ("new Date(ctx.now).toLocaleString()", "11/14/2023, 10:13:20 PM"),
        ("`${new Date(0)}`.length", "62"),
        ("new Date(0) - new Date(-5)", "5"),
        (
            "(() => { const d = new Date(0); d.setHours(25, 1); return d.toJSON(); })()",
            "1970-01-02T01:01:00.000Z",
        ),
        ("new (class extends Date { half() { return this.getTime() / 2; } })(10).half()", "5"),
        ("new Date(0) instanceof Date", "true"),
        ("new Date(0).constructor === Date && Date.name", "Date"),
        ("Object.prototype.toString.call(new Date(0))", "[object Date]"),
        ("Date.length + typeof Date.UTC", "7function"),
    ] {
        assert_eq!(sent(&format!("await ctx.sendMessage(String({expression}));")), [result], "{expression}");
    }
}

#[test]
fn nothing_is_left_to_the_next_conversation() {
    let script = Script::compile(
        &("var seen = 0;\n".to_owned()
            + &handler(
                "seen += 1; Object.prototype.marked = true; Array.prototype.push = null; ctx.sendMessage(String(seen) + ({}).x);\
                 JSON.parse = () => ({});",
            )),
    )
    .unwrap();
    let conversation = Conversation { updates: vec![update("a"), update("b")], mocks: Vec::new() };
    for _ in 0..3 {
        let run = converse(&script, &bot(), &conversation, small());
        assert_eq!(texts(&run), ["1undefined", "2undefined"]);
    }
}

/// The host works with captured intrinsics: a script that replaces them fools itself alone.
#[test]
fn replaced_intrinsics_do_not_reach_the_host() {
    let script = "\
        Object.freeze = () => ({ fake: true }); Object.prototype.text = 'forged'; Object.prototype.botId = 'forged';\n\
        JSON.parse = JSON.stringify = Object.keys = () => { throw 1 };\n\
        Array.prototype[Symbol.iterator] = function* () { yield 'forged' };\n\
        Object.defineProperty(Object.prototype, 'keyboard', { get() { return [['forged']] }, set() { throw 2 } });\n"
        .to_owned()
        + &handler("await ctx.sendMessage(ctx.botId + ctx.message.text); await ctx.setState({ a: 1 });");
    let run = run(&script);
    let turn = &run.turns.first().unwrap_or_else(|| panic!("{:?}", run.failure));
    assert_eq!(turn.effects, [Effect::Message { text: "echohello".into(), keyboard: None }]);
    assert_eq!(turn.state["a"], 1);
}

#[test]
fn hostile_values_do_no_harm() {
    for body in [
        "await ctx.sendMessage({ get text() { return ctx.sendMessage('inner'), 'outer' } });",
        "await ctx.setState({ get a() { ctx.setState({ b: 1 }); return 2 } });",
        "await ctx.setState({ toJSON() { throw 1 } }).catch(() => {});",
        "await ctx.setState({ [Symbol.toPrimitive]() { throw 1 } });",
        "const s = {}; s.s = s; await ctx.setState(s).catch(() => {});",
        "await ctx.setState({ get a() { throw new Error('no') } }).catch(() => {});",
        "await ctx.sendMessage(Object.create({ text: 'inherited' })).catch(() => {});",
        "await ctx.setState({ length: 2 ** 40, then(f) { f() } }).catch(() => {});",
        "await ctx.http({ url: { toString() { throw 1 } } }).catch(() => {});",
        "await ctx.goto(Symbol('x')).catch(() => {});",
        "await ctx.sendMessage('\\ud800').catch(() => {});",
        "await ctx.setState({ ['\\udfff']: 1 }).catch(() => {});",
        "await ctx.setState(JSON.parse('{\"__proto__\": {\"a\": 1}}'));",
    ] {
        assert_eq!(run(&handler(body)).failure, None, "{body}");
    }
}

#[test]
fn a_proto_member_is_data() {
    let run = run(&handler(
        "await ctx.setState(JSON.parse('{\"__proto__\": {\"a\": 1}}'));\nconst s = await ctx.getState();\nawait ctx.sendMessage(`${s.a} ${Object.keys(s)}`);",
    ));
    assert_eq!(texts(&run), ["undefined __proto__,count,name"]);
}
