//! `ctx`: what a script sees, what it may ask for, and what becomes of it.

use super::*;

#[test]
fn ctx_has_exactly_its_members() {
    let body = "\
        const show = (o) => Object.getOwnPropertyNames(o).join(',');\n\
        await ctx.sendMessage([show(ctx), show(ctx.chat), show(ctx.message), show(ctx.update)].join(';'));\n\
        await ctx.sendMessage(JSON.stringify([ctx.botId, ctx.chat.id, ctx.locale, ctx.now, ctx.message.text, ctx.update]));\n\
        await ctx.sendMessage(String([ctx, ctx.chat, ctx.message, ctx.update, ctx.http].every(Object.isFrozen)));\n\
        await ctx.sendMessage([ctx.sendMessage, ctx.getState, ctx.setState, ctx.http, ctx.goto].map((f) => typeof f + ' ' + f.name).join());";
    assert_eq!(
        sent(body),
        [
            "botId,chat,locale,now,message,update,sendMessage,getState,setState,http,goto;id;text;chatId,locale,now,text",
            "[\"echo\",\"7\",\"en\",1700000000123,\"hello\",{\"chatId\":\"7\",\"locale\":\"en\",\"now\":1700000000123,\"text\":\"hello\"}]",
            "true",
            "function sendMessage,function getState,function setState,function http,function goto",
        ]
    );
}

#[test]
fn ctx_cannot_be_changed() {
    let body = "\
        ctx.now = 1; ctx.chat.id = 'x'; ctx.message.text = 'y'; ctx.extra = 1; ctx.http.extra = 1; delete ctx.goto;\n\
        ctx.sendMessage = null; Object.setPrototypeOf === undefined;\n\
        await ctx.sendMessage([ctx.now, ctx.chat.id, ctx.message.text, ctx.extra, ctx.http.extra, typeof ctx.goto].join());";
    assert_eq!(sent(body), ["1700000000123,7,hello,,,function"]);
    let strict = failure("'use strict'; ctx.now = 1;");
    assert_eq!(strict.code, Code::BotRuntime);
}

#[test]
fn an_update_may_have_no_text() {
    let script = Script::compile(&handler(
        "await ctx.sendMessage(String(ctx.message.text) + ('text' in ctx.update));",
    ))
    .unwrap();
    let mut session = Session::open(&script, &bot(), &[], small()).unwrap();
    let turn = session.update(&Update { text: None, ..update("") }).unwrap();
    assert_eq!(turn.effects, [Effect::Message { text: "undefinedfalse".into(), keyboard: None }]);
}

#[test]
fn functions_return_promises_and_settle_in_order() {
    let body = "\
        const all = [ctx.sendMessage('a'), ctx.getState(), ctx.setState({}), ctx.goto('f'), ctx.http({ url: 'https://api.example.com/' })];\n\
        await ctx.sendMessage(all.map((p) => p instanceof Promise).join());\n\
        const got = await Promise.all(all);\n\
        await ctx.sendMessage(got.map((x) => typeof x).join());";
    let run =
        run_with(&handler(body), vec![get("https://api.example.com/", vec![ok(json!(1))])], small(), &["x"]);
    assert_eq!(texts(&run), ["a", "true,true,true,true,true", "undefined,object,undefined,undefined,object"]);
    let kinds: Vec<_> = run.turns[0].effects.iter().map(std::mem::discriminant).collect();
    assert_eq!(kinds.len(), 5);
    assert!(
        matches!(run.turns[0].effects[1], Effect::Goto { .. })
            && matches!(run.turns[0].effects[2], Effect::Http(_))
    );
}

#[test]
fn messages_have_text_and_keyboard() {
    let run = run(&handler(
        "await ctx.sendMessage({ text: 'pick', keyboard: [['a', 'b'], [], ['c']] });\nawait ctx.sendMessage({ text: 'x', keyboard: undefined });",
    ));
    let keyboard = Some(vec![vec!["a".to_owned(), "b".to_owned()], vec![], vec!["c".to_owned()]]);
    assert_eq!(
        run.turns[0].effects,
        [
            Effect::Message { text: "pick".into(), keyboard },
            Effect::Message { text: "x".into(), keyboard: None }
        ]
    );
}

#[test]
fn what_makes_no_sense_rejects_with_a_type_error() {
    for (call, message) in [
        ("sendMessage()", "sendMessage wants a text or {text, keyboard}, not null"),
        ("sendMessage(5)", "sendMessage wants a text or {text, keyboard}, not a number"),
        ("sendMessage({})", "sendMessage: the message has no `text`"),
        ("sendMessage({ text: 1 })", "sendMessage: the message's `text` has to be a text, not a number"),
        (
            "sendMessage({ text: 'a', buttons: [] })",
            "sendMessage: a message has `text` and `keyboard`, no `buttons`",
        ),
        (
            "sendMessage({ text: 'a', keyboard: ['b'] })",
            "sendMessage: a keyboard is a list of rows, a row a list of texts",
        ),
        ("setState('a')", "setState wants an object, not a text"),
        (
            "setState({ a: NaN })",
            "setState: the argument is no plain data: `a` is NaN, which JSON cannot hold",
        ),
        (
            "setState({ a: { b: [() => 1] } })",
            "setState: the argument is no plain data: `a.b.0` is a function, which JSON cannot hold",
        ),
        (
            "setState({ a: new Map() })",
            "setState: the argument is no plain data: `a` is a Map, which JSON cannot hold",
        ),
        (
            "setState({ a: new Date(NaN) })",
            "setState: the argument is no plain data: `a` is an invalid date, which JSON cannot hold",
        ),
        (
            "setState({ a: '\\ud800' })",
            "setState: the argument is no plain data: a text holds half of a surrogate pair",
        ),
        ("goto(1)", "goto wants the id of a flow, not a number"),
        ("http('https://api.example.com/')", "http wants an object such as {method, url}, not a text"),
        ("http({})", "http wants a `url`"),
        (
            "http({ url: 'api.example.com' })",
            "http: `api.example.com` is no URL: relative URL without a base",
        ),
        ("http({ url: 'https://api.example.com/', method: 'CONNECT' })", "http: `CONNECT` is no HTTP method"),
        (
            "http({ url: 'https://api.example.com/', retries: -1 })",
            "http's `retries` has to be a whole number from 0, not -1",
        ),
        (
            "http({ url: 'https://api.example.com/', timeout: 5 })",
            "http has no option `timeout`; it has method, url, headers, body, timeoutMs, retries, backoffMs",
        ),
        (
            "http({ url: 'https://api.example.com/', headers: { 'a\\nb': 'c' } })",
            "http: `a\\nb` is no name of a header",
        ),
        (
            "http({ url: 'https://api.example.com/', headers: { a: 'b\\r\\nc: d' } })",
            "http: the header `a` has control characters in it",
        ),
    ] {
        let found = failure(&format!("await ctx.{call};"));
        assert_eq!(found.message, format!("uncaught: TypeError: {message}"), "{call}");
        assert_eq!((found.code, found.place.map(|spot| spot.line)), (Code::BotRuntime, Some(2)), "{call}");
        let caught = format!("const p = ctx.{call}; await p.catch((e) => ctx.sendMessage(e.name));");
        assert_eq!(sent(&caught), ["TypeError"], "{call}");
    }
}

#[test]
fn states_hold_declared_fields_and_what_the_script_adds() {
    let body = "\
        const s = await ctx.getState();\n\
        if (ctx.message.text === 'a') return ctx.setState({ ...s, count: s.count + 1, extra: [1], _: { asked: 'name' } });\n\
        if (ctx.message.text === 'b') return ctx.setState({ z: 1, gone: undefined, at: new Date(0), deep: { b: 1, a: [undefined, null] } });\n\
        await ctx.sendMessage(JSON.stringify(s));";
    let run = run_with(&handler(body), Vec::new(), small(), &["show", "a", "show", "b", "show"]);
    assert_eq!(
        texts(&run),
        [
            "{\"count\":0,\"name\":\"nobody\"}",
            "{\"count\":1,\"name\":\"nobody\",\"extra\":[1],\"_\":{\"asked\":\"name\"}}",
            "{\"z\":1,\"at\":\"1970-01-01T00:00:00.000Z\",\"deep\":{\"b\":1,\"a\":[null,null]},\"count\":0,\"name\":\"nobody\"}",
        ]
    );
    assert_eq!(state(&run)["z"], 1);
    assert_eq!(run.turns[0].state, *json!({"count": 0, "name": "nobody"}).as_object().unwrap());
}

#[test]
fn a_state_is_a_copy_and_each_chat_has_its_own() {
    let body = "\
        const s = await ctx.getState(); s.count += 1; const t = await ctx.getState();\n\
        const next = { count: t.count + 10 }; await ctx.setState(next); next.count = 99;\n\
        await ctx.sendMessage(`${s.count} ${t.count}`);";
    let script = Script::compile(&handler(body)).unwrap();
    let mut session = Session::open(&script, &bot(), &[], small()).unwrap();
    let mut turn = |chat: &str| session.update(&Update { chat_id: chat.into(), ..update("x") }).unwrap();
    assert_eq!(turn("1").state["count"], 10);
    assert_eq!(turn("2").state["count"], 10);
    assert_eq!(turn("1").state["count"], 20);
}

#[test]
fn http_gives_what_the_mock_says() {
    let body = "\
        const r = await ctx.http({ method: 'get', url: 'https://API.example.com:443/a/../x?q=1', headers: { Accept: 'x' }, body: { b: [1] }, retries: 1, timeoutMs: 5000, backoffMs: 9 });\n\
        await ctx.sendMessage(JSON.stringify(r));";
    let busy = Answer::Text { status: 503, body: "busy".into() };
    let url = "https://api.example.com/x?q=1";
    let run = run_with(
        &handler(body),
        vec![get(url, vec![busy, ok(json!({"a": [1, "é"]}))])],
        small(),
        &["x", "y"],
    );
    let text =
        "{\"ok\":true,\"status\":200,\"json\":{\"a\":[1,\"é\"]},\"text\":\"{\\\"a\\\":[1,\\\"é\\\"]}\"}";
    assert_eq!(texts(&run), [text, text]);
    let Effect::Http(request) = &run.turns[0].effects[0] else { panic!("{:?}", run.turns[0].effects) };
    assert_eq!((request.method.as_str(), request.status, request.attempts), ("GET", 200, 2));
    assert_eq!(
        (request.body.clone(), request.retries, request.backoff_ms),
        (Some(json!({"b": [1]})), Some(1), Some(9))
    );
    assert_eq!(request.url, "https://API.example.com:443/a/../x?q=1");
}

#[test]
fn outcomes_never_reject() {
    let nothing = "{\"ok\":false,\"status\":0,\"json\":null,\"text\":\"\"}";
    let large = json!("x".repeat(1023));
    for (answer, text) in [
        (Answer::Timeout, nothing),
        (Answer::NetworkError, nothing),
        (Answer::Oversized, nothing),
        (ok(large), nothing),
        (
            Answer::Text { status: 404, body: "no".into() },
            "{\"ok\":false,\"status\":404,\"json\":null,\"text\":\"no\"}",
        ),
        (
            Answer::Text { status: 200, body: "[1]".into() },
            "{\"ok\":true,\"status\":200,\"json\":[1],\"text\":\"[1]\"}",
        ),
        (
            Answer::Json { status: 204, body: Value::Null },
            "{\"ok\":true,\"status\":204,\"json\":null,\"text\":\"null\"}",
        ),
        (
            Answer::Json { status: 301, body: json!(0) },
            "{\"ok\":false,\"status\":301,\"json\":0,\"text\":\"0\"}",
        ),
    ] {
        let body =
            "await ctx.sendMessage(JSON.stringify(await ctx.http({ url: 'https://api.example.com/' })));";
        let run = run_with(
            &handler(body),
            vec![get("https://api.example.com/", vec![answer.clone()])],
            small(),
            &["x"],
        );
        assert_eq!(texts(&run), [text], "{answer:?}");
        assert!(run.missing.is_empty());
    }
}

#[test]
fn a_missing_mock_is_an_outcome_that_is_noted() {
    let body = "const r = await ctx.http({ method: 'POST', url: 'https://api.example.com/' }); await ctx.sendMessage(String(r.ok) + r.status);";
    let run = run_with(&handler(body), vec![get("https://api.example.com/", vec![])], small(), &["x", "y"]);
    assert_eq!(texts(&run), ["false0", "false0"]);
    let missing = |update| Missing { update, method: "POST".into(), url: "https://api.example.com/".into() };
    assert_eq!(run.missing, [missing(0), missing(1)]);
}

#[test]
fn attempts_are_counted_caught_or_not() {
    let url = "https://api.example.com/";
    let call = |options: &str| format!("await ctx.http({{ url: '{url}'{options} }}).catch(() => {{}});");
    let (one, retrying) = (call(""), call(", retries: 5"));
    let with =
        |body: &str, answers: Vec<Answer>| run_with(&handler(body), vec![get(url, answers)], small(), &["x"]);
    assert_eq!(with(&one.repeat(2), vec![ok(json!(1))]).failure, None);
    let found = with(&one.repeat(3), vec![ok(json!(1))]).failure.unwrap();
    assert_eq!((found.code, found.place.map(|spot| spot.line)), (Code::LimitExceeded, Some(2)), "{found}");
    // The first attempt succeeds: the others are not made.
    assert_eq!(with(&retrying, vec![ok(json!(1))]).failure, None);
    assert_eq!(with(&retrying, vec![Answer::Timeout, ok(json!(1))]).failure, None);
    let found = with(&retrying, vec![Answer::Timeout]).failure.unwrap();
    assert_eq!(found.code, Code::LimitExceeded);
    let found = with(&call(", timeoutMs: 5001"), vec![ok(json!(1))]).failure.unwrap();
    assert_eq!(found.code, Code::LimitExceeded);
    // An update begins with none.
    let run =
        run_with(&handler(&one.repeat(2)), vec![get(url, vec![ok(json!(1))])], small(), &["x", "y", "z"]);
    assert_eq!((run.failure, run.turns.len()), (None, 3));
}

#[test]
fn hosts_outside_the_list_are_violations_caught_or_not() {
    for url in [
        "https://evil.example.com/",
        "http://api.example.com/",
        "https://api.example.com.evil.com/",
        "https://api.example.com@evil.com/",
        "https://user:pw@api.example.com/",
        "https://user@api.example.com/",
        "https:evil.com",
        "https:/\\\\evil.com",
        "https://evil.com\\\\@api.example.com/",
        "//evil.com",
        "ftp://api.example.com/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "javascript:1",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://0x7f.1/",
        "https://api.example.com./",
        "\\thttps://evil.com/",
        "https://ev\\nil.com/",
    ] {
        let found = failure(&format!(
            "try {{ await ctx.http({{ url: '{url}' }}) }} catch (e) {{}}; if ('{url}'.startsWith('//')) throw 1;"
        ));
        let expected = if url == "//evil.com" { Code::BotRuntime } else { Code::SecurityViolation };
        assert_eq!(found.code, expected, "{url}: {found}");
    }
    for url in [
        "https://API.EXAMPLE.COM/",
        "https:api.example.com/",
        " https://api.example.com",
        "https://bücher.example/",
        "https://api.example.com:8443/",
    ] {
        assert_eq!(run(&handler(&format!("await ctx.http({{ url: '{url}' }});"))).failure, None, "{url}");
    }
}

#[test]
fn a_violation_counts_more_than_what_follows() {
    let found = failure("ctx.http({ url: 'https://evil.com/' }).catch(() => {}); throw new Error('later');");
    assert_eq!(found.code, Code::SecurityViolation);
    assert_eq!(found.place, Some(Spot { line: 2, column: 5 }), "{found}");
    let found = failure("ctx.http({ url: 'https://evil.com/' }).catch(() => {}); for (;;) {}");
    assert_eq!(found.code, Code::SecurityViolation);
}
