//! What is thrown, and how it is told.

use super::*;

fn told(body: &str) -> (String, Option<(u32, u32)>) {
    let found = failure(body);
    assert_eq!(found.code, Code::BotRuntime, "{found}");
    (found.message, found.place.map(|spot| (spot.line, spot.column)))
}

#[test]
fn errors_have_their_place() {
    let (message, place) = told("  const x = undefined;\n  x.y;");
    assert!(message.starts_with("uncaught: TypeError: "), "{message}");
    assert_eq!(place, Some((3, 3)), "{message}");
    let (message, place) = told("throw new RangeError('too far');");
    assert_eq!((message.as_str(), place), ("uncaught: RangeError: too far", Some((2, 11))));
    let (_, place) = told("await null;\nconst f = () => {\n  null.x;\n};\nf();");
    assert_eq!(place.map(|at| at.0), Some(4));
}

#[test]
fn columns_are_counted_in_characters() {
    let (_, place) = told("const é = '𝄞𝄞 ключ'; null.x;");
    assert_eq!(place, Some((2, 22)));
}

#[test]
fn rejections_that_nobody_handles_are_told() {
    let (message, place) = told("Promise.reject(new Error('lost'));");
    assert_eq!(message, "a promise was rejected and nothing handled it: Error: lost");
    assert_eq!(place.map(|at| at.0), Some(2));
    let late = "const p = Promise.reject(new Error('late')); await null; await p.catch(() => {});";
    assert_eq!(run(&handler(late)).failure, None);
}

#[test]
fn what_is_no_error_is_told_too() {
    for (thrown, text) in [
        ("null", "null"),
        ("undefined", "null"),
        ("'a \"text\"'", "\"a \\\"text\\\"\""),
        ("42", "42"),
        ("{ code: 5, why: ['x'] }", "{\"code\":5,\"why\":[\"x\"]}"),
        ("Symbol('s')", "a value of type symbol"),
        ("() => 1", "a value of type function"),
        ("10n", "a value of type big_int"),
        ("{ get a() { throw 1 } }", "a value of type object"),
        ("{ toString() { throw 1 } }", "a value of type object"),
    ] {
        let (message, place) = told(&format!("  const x = {thrown};\n    throw x;"));
        assert_eq!((message, place), (format!("uncaught: {text}"), Some((3, 5))), "{thrown}");
    }
}

#[test]
fn what_has_no_stack_trace_has_a_place() {
    for (body, place) in [
        (
            "try { throw 1 } catch (e) {}\nconst f = () => { throw 2 };\ntry { f() } finally { try { throw 3 } catch (e) {} }",
            (3, 19),
        ),
        ("const e = 'same';\nif (ctx.message.text) throw e;", (3, 23)),
        ("async function f() { throw null }\nawait f();", (2, 22)),
        ("Promise.resolve().then(() => { throw 'lost' });", (2, 32)),
        // Not thrown at all: the handler is the place.
        ("Promise.reject('lost');", (1, 1)),
        ("return 5;", (1, 1)),
        ("await new Promise(() => {});", (1, 1)),
    ] {
        assert_eq!(told(body).1, Some(place), "{body}");
    }
    let found = run("'use strict';\n\nthrow 'top';").failure.unwrap();
    assert_eq!(found.place, Some(Spot { line: 3, column: 1 }));
}

#[test]
fn hostile_errors_are_told() {
    for body in [
        "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { throw 1 } }); throw e;",
        "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { throw e } }); throw e;",
        "const e = new Error('x'); e.name = { toString() { throw 1 } }; throw e;",
        "const e = new Error(); e.stack = 'at f (bot.js:99999999999:1)'; throw e;",
        "Error.prepareStackTrace = () => { throw 1 }; throw new Error('x');",
        "Error.stackTraceLimit = 0; throw new Error('x');",
        "throw new Error('x'.repeat(1e6));",
        "class E extends Error { get message() { return 5 } } throw new E();",
        "throw Object.create(Error.prototype);",
        "throw new AggregateError([1], 'many');",
    ] {
        let (message, _) = told(body);
        assert!(message.chars().count() < 600, "{body}: {message}");
    }
    let (_, place) = told("Error.stackTraceLimit = 0; throw new Error('x');");
    assert_eq!(place.map(|at| at.0), Some(2));
}

#[test]
fn handlers_return_nothing() {
    for (body, kind) in [("return 1;", "int"), ("return null;", "null"), ("return ctx.getState();", "object")]
    {
        let (message, _) = told(body);
        assert_eq!(message, format!("the handler returned a value of type {kind}; it has to return nothing"));
    }
    assert_eq!(run(&handler("return ctx.sendMessage('x');")).failure, None);
    let plain = run("module.exports.handleUpdate = (ctx) => ({ then(f) { f() } });").failure.unwrap();
    assert_eq!(plain.code, Code::BotRuntime);
}

#[test]
fn waiting_for_nothing_ends_at_once() {
    for body in [
        "await new Promise(() => {});",
        "await { then() {} };",
        "for await (const x of [new Promise(() => {})]) {}",
    ] {
        let begun = std::time::Instant::now();
        assert!(told(body).0.contains("nothing will ever settle"), "{body}");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}

#[test]
fn the_top_level_is_judged_too() {
    for (script, message) in [
        ("throw new Error('top');", "uncaught: Error: top"),
        ("", "the script sets no function `module.exports.handleUpdate`"),
        ("module.exports = null;", "the script sets no function `module.exports.handleUpdate`"),
        ("module.exports.handleUpdate = 5;", "the script sets no function `module.exports.handleUpdate`"),
        (
            "Promise.reject(1); module.exports.handleUpdate = async () => {};",
            "a promise was rejected and nothing handled it: 1",
        ),
    ] {
        let found = run(script).failure.unwrap();
        assert_eq!((found.code, found.message.as_str()), (Code::BotRuntime, message), "{script}");
    }
    for script in
        ["module.exports = { handleUpdate: async () => {} };", "module.exports.handleUpdate = () => {};"]
    {
        assert_eq!(run(script).failure, None, "{script}");
    }
}

#[test]
fn scripts_that_do_not_parse_are_told_with_their_place() {
    let found = run("const a = 1;\nconst b = = 2;").failure.unwrap();
    assert_eq!(found.code, Code::BotSyntax);
    assert_eq!(found.place, Some(Spot { line: 2, column: 11 }), "{found}");
    for script in
        ["import 'fs';", "export default 1;", "await 1;", "let let = 1;", "/(/", "'\u{0}", "`${", "\u{0}"]
    {
        assert_eq!(run(script).failure.map(|found| found.code), Some(Code::BotSyntax), "{script:?}");
    }
}

#[test]
fn a_classic_script_is_sloppy() {
    let script = "var a = 010; undeclared = 1; function f() { return this === self } var self = this;\n"
        .to_owned()
        + &handler("await ctx.sendMessage(`${a} ${undeclared} ${f()}`);");
    assert_eq!(texts(&run(&script)), ["8 1 true"]);
}
