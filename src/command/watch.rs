//! `aegis watch`: follow a runtime directory or a store's channel, and print each event as it happens.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};
use crate::oid::Oid;
use crate::pack::canonical;
use crate::report::{Format, Report};
use crate::runtime::{Event, Kind, Objects as _, Options, Runtime, StoreFolder};

use super::followed::Followed;
use super::{Context, interrupt};

/// How soon an interrupt, or that nobody reads any more, is noticed.
const TICK: Duration = Duration::from_millis(50);

pub(super) fn run(args: &cli::Watch, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let lines = match context.global.format {
        None | Some(Format::Json) => Event::to_json,
        Some(Format::Text) => Event::to_text,
        Some(Format::Sarif | Format::Github) => {
            let message = "`watch` writes events as JSON lines, or as text for people";
            let help = "leave `--format` out, or say `--format text`";
            return Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into());
        }
    };
    let source = source(args, context)?;
    let stop = interrupt::flag();
    let (sender, events) = channel();
    let options = options(args, context, &source).events(sender);
    let runtime = match source {
        Source::Directory(path) => options.open(path),
        Source::Channel(store, oid) => options.open_channel(store, oid, &args.channel),
        Source::Remote(store, oid) => options.open_channel(store, oid, &args.channel),
    };
    let mut report = Report { streamed: true, ..Report::new("watch") };
    if args.once {
        once(&events, lines, context, &mut report);
        match runtime {
            Ok(runtime) if runtime.pack().is_none() && report.diagnostics.is_empty() => {
                report.diagnostics.push(nothing(args));
            }
            Ok(_) => {}
            Err(one) => report.diagnostics.push(*one),
        }
        return Ok(report);
    }
    let runtime = runtime?;
    while !stop.load(Ordering::Relaxed) && !context.host.is_unread() {
        match events.recv_timeout(TICK) {
            Ok(event) => {
                if !print(&event, lines, context, &mut report) {
                    break;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    drop(runtime);
    Ok(report)
}

/// What is followed.
enum Source {
    Directory(PathBuf),
    Channel(StoreFolder, Oid),
    Remote(Followed, Oid),
}

impl Source {
    /// What tells it from any other.
    fn identity(&self, channel: &str) -> (String, String) {
        match self {
            Self::Directory(path) => {
                let name = path.file_name().map_or_else(|| "runtime".into(), |name| name.to_string_lossy());
                (name.into_owned(), path.display().to_string())
            }
            Self::Channel(store, oid) => (oid.to_string(), format!("{store:?} {oid} {channel}")),
            Self::Remote(store, oid) => (oid.to_string(), format!("{} {oid} {channel}", store.url())),
        }
    }
}

fn source(args: &cli::Watch, context: &Context<'_>) -> Outcome<Source> {
    let cwd = context.host.cwd();
    let usage =
        |message: String, help: &str| Box::new(Diagnostic::error(Code::UsageInvalid, message).help(help));
    let target = args.target.as_str();
    let Some(oid) = &args.pack else {
        if target.contains("://") {
            let message = format!("`{target}` is a store, which may hold many packs");
            return Err(usage(message, "say which one with `--pack OID`, and which `--channel`"));
        }
        return Ok(Source::Directory(directory(Path::new(target), cwd)?));
    };
    let oid: Oid = oid.parse().map_err(|error| {
        usage(format!("`{oid}` is no OID: {error}"), "write dotted decimal arcs such as 1.0")
    })?;
    let is_name =
        |name: &str| !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != "..";
    if !is_name(&args.channel) {
        return Err(usage(format!("`{}` is no channel", args.channel), "name one such as `stable`"));
    }
    // Which kinds of store there are, and how their URLs are written, is the stores' matter.
    // One that is not there yet is waited for.
    let store = context.store(target, cwd, context.project().ok().as_ref())?;
    if target.contains("://") && !target.starts_with("file://") {
        return Ok(Source::Remote(Followed::new(store)?, oid));
    }
    let path = target.strip_prefix("file://").unwrap_or(target);
    Ok(Source::Channel(StoreFolder::new(cwd.join(path)), oid))
}

/// The runtime directory of a path; it need not be there yet.
pub(super) fn directory(path: &Path, cwd: &Path) -> Outcome<PathBuf> {
    let target = path.display();
    let path = crate::project::normalize(&cwd.join(path));
    if path.is_file() || !path.parent().is_some_and(Path::is_dir) {
        let message = format!("`{target}` is no folder, and none can come to stand there");
        let help = "name the runtime directory that `aegis build` makes";
        return Err(Box::new(Diagnostic::error(Code::SourceNotFound, message).help(help)));
    }
    Ok(path)
}

/// Where copies of what a runtime directory has are kept, if nobody says where.
#[cfg(feature = "serve")]
pub(super) fn state(cwd: &Path, directory: &Path) -> PathBuf {
    let (name, identity) = Source::Directory(directory.to_owned()).identity("");
    own(cwd, &name, &identity)
}

fn own(cwd: &Path, name: &str, identity: &str) -> PathBuf {
    let hash = canonical::hex(&Sha256::digest(identity));
    cwd.join(".aegis/runtime").join(format!("{name}-{}", &hash[..8]))
}

fn options(args: &cli::Watch, context: &Context<'_>, source: &Source) -> Options {
    let cwd = context.host.cwd();
    let state = args.state.as_ref().map_or_else(
        || {
            let (name, identity) = source.identity(&args.channel);
            own(cwd, &name, &identity)
        },
        |state| cwd.join(state),
    );
    let options = Runtime::options(state)
        .keep(usize::from(args.keep))
        .allow_major(args.allow_major)
        .may_be_empty(true)
        .follow(!args.once)
        .clock(context.host.clock());
    match args.poll {
        Some(milliseconds) => options.poll(Duration::from_millis(u64::from(milliseconds))),
        None => options,
    }
}

/// Prints what has happened so far. What was refused fails the run.
fn once(
    events: &Receiver<Event>,
    line: fn(&Event) -> String,
    context: &mut Context<'_>,
    report: &mut Report,
) {
    for event in events.try_iter() {
        if event.kind == Kind::Refused {
            report.diagnostics.extend(event.diagnostics.iter().cloned());
        }
        if !print(&event, line, context, report) {
            return;
        }
    }
}

/// Prints an event; whether somebody reads on.
fn print(event: &Event, line: fn(&Event) -> String, context: &mut Context<'_>, report: &mut Report) -> bool {
    match context.host.stream(&format!("{}\n", line(event))) {
        Ok(is_read) => is_read,
        Err(error) => {
            let message = format!("cannot write to standard output: {error}");
            let help = "make room where the output goes and run the command again";
            report.diagnostics.push(Diagnostic::error(Code::OutputFailed, message).help(help));
            false
        }
    }
}

fn nothing(args: &cli::Watch) -> Diagnostic {
    Diagnostic::error(Code::NotFound, format!("there is nothing to serve from `{}`", args.target))
        .help("build a pack with `aegis build`, or deploy one to the channel")
}
