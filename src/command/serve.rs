//! `aegis serve`: the read gateway over a store, and the pack API.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::cli::{self, AccessLog};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};
use crate::preflight;
use crate::report::Report;
use crate::runtime::{Event, Runtime};
use crate::serve::{self, Gateway, Guard, Limits, Line, Lines, Log, LogForm, Settings, Token};

use super::play::Player;
use super::{Context, watch};

/// The variable that holds the bearer token.
const TOKEN: &str = "AEGIS_SERVE_TOKEN";
/// The longest token, in bytes.
const MAX_TOKEN: u64 = 4096;
/// How much of the access log is written at once, in bytes.
const BATCH: usize = 64 << 10;

pub(super) fn run(args: &cli::Serve, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report { streamed: true, ..Report::new("serve") };
    let token = token(args, context)?;
    let store = args.store.as_deref().map(|url| context.named_store(url)).transpose()?;
    let (log, lines) =
        Log::new(if args.access_log == AccessLog::Json { LogForm::Json } else { LogForm::Text });
    let player = Player::new(context.host.program.clone());
    let settings = Settings {
        memory: args.memory as usize * (1 << 20),
        guard: Guard { token, origins: args.cors.clone() },
        revocation: Duration::from_secs(args.revocation.into()),
        log: (args.access_log != AccessLog::Off).then(|| log.clone()),
        judge: Box::new(move |files| preflight::judge(files, Some(&player))),
        stamp: crate::time::rfc3339,
    };
    let listener = bind(&args.listen)?;
    let address = listener.local_addr().map_err(|error| unusable(&args.listen, &error))?;
    raise_file_limit();
    let (happened, events) = channel();
    let pack = follow(args, context, happened)?;
    let gateway = Arc::new(Gateway::new(store, pack, settings));
    tell(events, Arc::clone(&gateway), log.clone());
    let seconds = |s: u16| Duration::from_secs(s.into());
    let limits = Limits {
        connections: args.max_connections as usize,
        head: seconds(args.head_timeout),
        slow: seconds(args.slow_timeout),
        grace: seconds(args.grace),
    };
    let runtime = runtime(context.global.jobs)?;
    let server = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener).map_err(|error| unusable(&args.listen, &error))?
    };
    let (stop, stopped) = tokio::sync::watch::channel(false);
    runtime.spawn(interrupts(stop, log.clone()));
    let served = Arc::clone(&gateway);
    runtime.spawn(async move {
        serve::listen(served, server, limits, stopped).await;
        log.end();
    });
    if !context.global.quiet {
        context.host.err(&format!("listening on http://{address}\n"));
    }
    write(&lines, context, &mut report);
    runtime.shutdown_timeout(Duration::from_millis(200));
    report.figure("requests", gateway.requests());
    Ok(report)
}

/// Follows the runtime directory, if there is one. That there is no pack in it yet stops nothing.
fn follow(
    args: &cli::Serve,
    context: &Context<'_>,
    events: std::sync::mpsc::Sender<Event>,
) -> Outcome<Option<Runtime>> {
    let Some(path) = &args.pack else { return Ok(None) };
    let cwd = context.host.cwd();
    let path = watch::directory(path, cwd)?;
    let state = match &args.state {
        Some(state) => cwd.join(state),
        None => watch::state(cwd, &path),
    };
    let options = Runtime::options(state).may_be_empty(true).events(events).clock(context.host.clock());
    options.open(path).map(Some)
}

/// Says what happens to the pack, and counts it.
fn tell(events: Receiver<Event>, gateway: Arc<Gateway>, log: Log) {
    let gateway = Arc::downgrade(&gateway);
    std::thread::spawn(move || {
        for event in events {
            let Some(gateway) = gateway.upgrade() else { return };
            gateway.note(event.kind.as_str());
            log.note(event.to_text() + "\n");
        }
    });
}

/// The bearer token: that of the file, or of the environment.
fn token(args: &cli::Serve, context: &Context<'_>) -> Outcome<Option<Token>> {
    let (text, from) = match &args.token_file {
        Some(path) => {
            let bytes = super::read_named(path, context, MAX_TOKEN)?;
            (String::from_utf8(bytes).unwrap_or_default(), path.display().to_string())
        }
        None => match context.host.var(TOKEN) {
            Some(text) => (text.to_owned(), TOKEN.to_owned()),
            None => return Ok(None),
        },
    };
    match Token::new(&text) {
        Some(token) => Ok(Some(token)),
        // Without a token everybody would be let in, which is not what was asked for.
        None => Err(Box::new(
            Diagnostic::error(
                Code::UsageInvalid,
                format!("`{from}` holds no token: it is empty, or no text"),
            )
            .help("write the token there, or leave the option out to let everybody in"),
        )),
    }
}

fn bind(listen: &str) -> Outcome<TcpListener> {
    let addresses: Vec<SocketAddr> = listen.to_socket_addrs().map_or_else(|_| Vec::new(), Iterator::collect);
    if addresses.is_empty() {
        let message = format!("`{listen}` is no address to listen on");
        let help = "write a host and a port, such as 127.0.0.1:8080 or [::]:8080";
        return Err(Box::new(Diagnostic::error(Code::UsageInvalid, message).help(help)));
    }
    let listener = TcpListener::bind(&*addresses).map_err(|error| unusable(listen, &error))?;
    listener.set_nonblocking(true).map_err(|error| unusable(listen, &error))?;
    // The standard library's backlog of 128 is soon full when many come at once; listening again makes it longer.
    let _ = rustix::net::listen(&listener, 4096);
    Ok(listener)
}

fn unusable(listen: &str, error: &std::io::Error) -> Box<Diagnostic> {
    let message = format!("cannot listen on `{listen}`: {error}");
    let help = "choose another port, or end the program that listens there";
    Box::new(Diagnostic::error(Code::OutputFailed, message).help(help))
}

/// A connection is a file: as many as the system lets us have.
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Where it cannot be raised, connections beyond it wait.
    let _ = setrlimit(Resource::Nofile, rustix::process::Rlimit { current: limit.maximum, ..limit });
}

fn runtime(jobs: Option<u16>) -> Outcome<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(jobs) = jobs {
        builder.worker_threads(jobs.into());
    }
    builder.enable_all().build().map_err(|error| {
        let message = format!("cannot start what serves requests: {error}");
        let help = "raise the limits of the process and run it again";
        Box::new(Diagnostic::error(Code::StoreFailed, message).help(help))
    })
}

/// Waits for the process to be asked to stop; asked a second time, it stops at once.
async fn interrupts(stop: tokio::sync::watch::Sender<bool>, log: Log) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // The signals do what they do by default. The sender stays, or everything would stop now.
        return std::future::pending().await;
    };
    let mut asked = async || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    asked().await;
    let _ = stop.send(true);
    asked().await;
    log.end();
    std::future::pending().await
}

/// Writes the access log until nothing comes any more. Where nobody reads it, requests are answered all the same.
fn write(lines: &Lines, context: &mut Context<'_>, report: &mut Report) {
    let mut is_read = true;
    let mut batch = String::new();
    while let Ok(line) = lines.recv() {
        let mut next = Some(line);
        let mut ended = false;
        while let Some(line) = next.take() {
            match line {
                Line::Text(text) => batch.push_str(&text),
                Line::Note(text) => context.host.err(&text),
                Line::End => ended = true,
            }
            if !ended && batch.len() < BATCH {
                next = lines.try_recv().ok();
            }
        }
        if is_read && !batch.is_empty() {
            is_read = context.host.stream(&batch).unwrap_or_else(|error| {
                let message = format!("cannot write the access log to standard output: {error}");
                let help = "make room where the output goes, or run it with `--access-log off`";
                report.diagnostics.push(Diagnostic::warning(Code::OutputFailed, message).help(help));
                false
            });
        }
        batch.clear();
        if ended {
            return;
        }
    }
}
