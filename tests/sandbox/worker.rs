//! Workers: they answer, they are used again, they die, and nothing else does.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use aegis_action::bot::talk::Effect;
use aegis_action::diag::Code;
use aegis_action::script::sandbox::{Job, Limits, Sandbox, Script, converse};

use super::{bot, handler, run, sandbox, say, small};

#[test]
fn a_worker_says_what_this_process_would_say() {
    let source = handler(
        "const s = await ctx.getState(); await ctx.setState({ ...s, count: s.count + 0.1, text: 'é\\u0000' });\n\
         await ctx.sendMessage({ text: ctx.message.text, keyboard: [['a']] }); await ctx.goto('f');\n\
         await ctx.http({ url: 'https://api.example.com/', headers: { A: 'b' } }); if (s.count > 0.2) null.x;",
    );
    let conversation = say(&["a", "b", "c", "d", "e"]);
    let there = sandbox().run(&Job::new(source.as_str(), bot(), small()), &conversation);
    let here = converse(&Script::compile(&source).unwrap(), &bot(), &conversation, small());
    assert_eq!(there, here);
    assert_eq!((there.turns.len(), there.missing.len()), (3, 4));
    assert_eq!(there.failure.map(|found| found.code), Some(Code::BotRuntime));
}

#[test]
fn conversations_share_workers_and_nothing_else() {
    let sandbox = sandbox();
    let source =
        handler("globalThis = 1; var n = (this.n = (this.n || 0) + 1); await ctx.sendMessage(String(n));");
    let job = Job::new(source.replace("globalThis = 1;", ""), bot(), small());
    for _ in 0..3 {
        let run = sandbox.run(&job, &say(&["a", "b"]));
        assert_eq!(run.failure, None);
        assert_eq!(run.turns[1].effects, [Effect::Message { text: "2".into(), keyboard: None }]);
    }
    // Another script, and one that does not compile, in the same worker.
    let found = sandbox.run(&Job::new("const = 1;", bot(), small()), &say(&["a"])).failure.unwrap();
    assert_eq!((found.code, found.place.map(|spot| spot.line)), (Code::BotSyntax, Some(1)));
    assert_eq!(sandbox.run(&job, &say(&["a"])).failure, None);
}

#[test]
fn loops_in_the_engine_are_ended_by_the_kernel() {
    for body in [
        "[].indexOf.call({ length: 2 ** 40 }, 1);",
        "[].lastIndexOf.call({ length: 2 ** 40 }, 1);",
        "try { [].includes.call({ length: 2 ** 40 }, 1); } finally { await ctx.sendMessage('x'); }",
        "[].unshift.call({ length: 2 ** 53 - 2 }, 1);",
        "[].reverse.call({ length: 2 ** 40 });",
        "Array.prototype.copyWithin.call({ length: 2 ** 40 }, 0, 1);",
    ] {
        let begun = Instant::now();
        let found = run(&sandbox(), &handler(body)).failure.unwrap();
        assert!([Code::UpdateTimeout, Code::MemoryExceeded].contains(&found.code), "{body}: {found}");
        assert!(begun.elapsed() < Duration::from_secs(90), "{body} took {:?}", begun.elapsed());
    }
}

#[test]
fn a_worker_that_is_killed_fails_its_conversation_alone() {
    let sandbox = sandbox();
    let bad = handler("[].indexOf.call({ length: 2 ** 40 }, 1);");
    assert!(run(&sandbox, &bad).failure.is_some());
    assert_eq!(run(&sandbox, &handler("")).failure, None);
}

#[test]
fn what_is_too_long_to_be_told_is_refused_and_waits_for_nobody() {
    let sandbox = sandbox();
    let long = "x".repeat(33 << 20);
    let found = sandbox.run(&Job::new(handler(""), bot(), small()), &say(&[long.as_str()])).failure.unwrap();
    assert_eq!(found.code, Code::LimitExceeded, "{found}");
    assert!(found.to_string().contains("32 MiB"), "{found}");
    assert_eq!(run(&sandbox, &handler("")).failure, None);
}

#[cfg(target_os = "linux")]
#[test]
fn no_script_comes_to_a_worker_that_had_another() {
    // The processes that this thread started.
    let children = || -> Vec<String> {
        let text = std::fs::read_to_string("/proc/thread-self/children").unwrap();
        text.split_whitespace().map(str::to_owned).collect()
    };
    let sandbox = sandbox();
    let jobs =
        [handler(""), handler("await ctx.sendMessage('a');")].map(|source| Job::new(source, bot(), small()));
    let mut workers = Vec::new();
    for job in [&jobs[0], &jobs[0], &jobs[1], &jobs[1]] {
        assert_eq!(sandbox.run(job, &say(&["a"])).failure, None);
        workers.push(children());
    }
    assert!(workers.iter().all(|all| all.len() == 1), "{workers:?}");
    assert_eq!((&workers[0], &workers[2]), (&workers[1], &workers[3]));
    assert_ne!(workers[1], workers[2]);
    // Nor to one that was given what does not compile.
    assert!(run(&sandbox, "await (").failure.is_some());
    assert!(children().iter().all(|worker| workers[3].contains(worker)), "{:?}", children());
}

#[test]
fn many_threads_may_run_conversations_at_once() {
    let sandbox = sandbox();
    let job = Job::new(handler("await ctx.sendMessage(ctx.message.text);"), bot(), small());
    std::thread::scope(|scope| {
        for name in ["a", "b", "c", "d"] {
            let (sandbox, job) = (&sandbox, &job);
            scope.spawn(move || {
                for _ in 0..20 {
                    let run = sandbox.run(job, &say(&[name]));
                    assert_eq!(run.turns[0].effects, [Effect::Message { text: name.into(), keyboard: None }]);
                }
            });
        }
    });
}

#[test]
fn the_cold_start_is_measured() {
    let sandbox = sandbox();
    let job = Job::new(handler("await ctx.sendMessage('x');"), bot(), Limits::default());
    let took = sandbox.cold_start(&job).unwrap();
    assert!(took > Duration::ZERO && took < Duration::from_millis(400), "{took:?}");
    let slow = Job::new("for (;;) {}", bot(), Limits::default());
    assert_eq!(sandbox.cold_start(&slow).unwrap_err().code, Code::ColdStartExceeded);
    let wrong = Job::new(handler("return 1;"), bot(), Limits::default());
    assert_eq!(sandbox.cold_start(&wrong).unwrap_err().code, Code::BotRuntime);
}

#[test]
fn what_is_no_worker_is_our_failure_and_not_the_scripts() {
    for program in ["/bin/true", "/bin/cat", "/does/not/exist"] {
        for expected in [0, 2] {
            let sandbox = Sandbox::new(program.into());
            sandbox.expect(expected);
            let found = run(&sandbox, &handler("")).failure.unwrap();
            assert_eq!(found.code, Code::Internal, "{program}: {found}");
        }
    }
}

#[test]
fn workers_that_are_expected_do_what_others_do() {
    let sandbox = sandbox();
    sandbox.expect(2);
    for (source, failure) in [
        (handler("await ctx.sendMessage('x');"), None),
        (handler("throw new Error('y');"), Some(Code::BotRuntime)),
        ("module.exports.".to_owned(), Some(Code::BotSyntax)),
    ] {
        sandbox.prepare(&Job::new(source.as_str(), bot(), Limits::default()));
        for _ in 0..3 {
            assert_eq!(run(&sandbox, &source).failure.map(|failure| failure.code), failure, "{source}");
        }
    }
}

fn worker() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
    command.arg("__sandbox").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[test]
fn a_worker_ends_with_its_input_and_refuses_nonsense() {
    let mut child = worker().spawn().unwrap();
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    for nonsense in [&[255_u8; 64][..], &[1, 0, 0, 0, 9], &[1, 0, 0, 0, 3], b"{}\n\n\n\n\n\n\n\n"] {
        let mut child = worker().spawn().unwrap();
        child.stdin.take().unwrap().write_all(nonsense).unwrap();
        assert!(!child.wait().unwrap().success(), "{nonsense:?}");
    }
}

/// What the kernel says of a worker that waits for orders.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_has_given_up_what_it_can() {
    use std::io::Read;
    let mut child = worker().spawn().unwrap();
    let mut hello = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut hello).unwrap();
    let read = |what: &str| std::fs::read_to_string(format!("/proc/{}/{what}", child.id())).unwrap();
    let status = read("status");
    let held = cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
    assert_eq!(hello, [2, 0, 0, 0, 1, u8::from(held)], "the hello, and whether the kernel filters");
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    assert!(!held || status.contains("Seccomp:\t2"), "{status}");
    let limits = read("limits");
    for (name, value) in [
        ("Max core file size", "0"),
        ("Max file size", "0"),
        ("Max open files", "3"),
        ("Max address space", "2147483648"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        assert_eq!(line[name.len()..].split_whitespace().next(), Some(value), "{line}");
    }
    let files = std::fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap().count();
    assert_eq!(files, 3);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}
