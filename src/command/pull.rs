//! `aegis pull`, and what every build does first: fetch the sources that are URLs, check them against `aegis.lock`,
//! and keep them by their SHA-256.

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place};
use crate::layer::Layer;
use crate::project::{Located, Project};
use crate::report::Report;
use crate::source::remote::lock::{self, Entry, Lock};
use crate::source::remote::{MAX_FETCH, Remote, check, hash, is_url, kept, look_up};
use crate::store::{Key, block_on, read_small};

use super::summary::bytes;
use super::{Context, write_file};

/// How a run treats `aegis.lock`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// What is missing is added.
    Add,
    /// Nothing may change.
    Locked,
    /// Everything is fetched anew, but what the author pinned.
    Update,
}

pub(super) fn run(args: &cli::Pull, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("pull");
    let project = context.project()?;
    let mode = match (args.locked, args.update) {
        (true, _) => Mode::Locked,
        (_, true) => Mode::Update,
        _ => Mode::Add,
    };
    let pulled = ensure(&project, mode, true, context)?;
    for one in &pulled {
        let did = if one.fetched { "fetched" } else { "kept" };
        report.data.push_str(&format!("{did:<8} {} {}  {}\n", one.sha256, one.name, bytes(one.size)));
    }
    if pulled.is_empty() {
        report.story = "no source is a URL\n".to_owned();
    }
    report.figure("sources", pulled.len());
    report.figure("fetched", pulled.iter().filter(|one| one.fetched).count());
    Ok(report)
}

/// A source that is there now.
pub(super) struct Pulled {
    name: String,
    sha256: String,
    size: u64,
    fetched: bool,
}

/// Brings the sources that are URLs here, and the lock up to date. `tidy` drops from it what no layer names any more.
pub(super) fn ensure(
    project: &Project,
    mode: Mode,
    tidy: bool,
    context: &Context<'_>,
) -> Result<Vec<Pulled>, Diagnostics> {
    let sources: Vec<_> = Layer::ALL.into_iter().flat_map(|layer| project.layer(layer)).collect();
    let sources: Vec<_> = sources.into_iter().filter(|source| is_url(&source.value)).collect();
    let before = Lock::read(project)?;
    let mut lock = before.clone();
    let (mut pulled, mut diagnostics, mut named) = (Vec::new(), Diagnostics::new(), Vec::new());
    for source in sources {
        let one = Remote::parse(source).and_then(|remote| {
            named.push(remote.url.clone());
            one(project, source, remote, mode, &mut lock, context)
        });
        match one {
            Ok(one) => pulled.push(one),
            Err(wrong) => diagnostics.push(*wrong),
        }
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    if tidy && mode != Mode::Locked {
        lock.sources.retain(|url, _| named.contains(url));
    }
    if lock != before && mode == Mode::Locked {
        let message = "aegis.lock is not what it would be if it were written now";
        let help = "run `aegis pull` where the lock may change, and commit aegis.lock";
        let place = Place::file(project.workspace.show(&project.root.join(lock::FILE_NAME)).into());
        return Err(Diagnostic::error(Code::ConfigInvalid, message).at(place).help(help).into());
    }
    if lock != before {
        write_file(&project.root.join(lock::FILE_NAME), lock.to_text().as_bytes())?;
    }
    Ok(pulled)
}

fn one(
    project: &Project,
    source: &Located<String>,
    remote: Remote,
    mode: Mode,
    lock: &mut Lock,
    context: &Context<'_>,
) -> Outcome<Pulled> {
    let at = |diagnostic: Diagnostic| Box::new(diagnostic.at(source.place.clone()));
    let locked = lock.get(&remote.url).map(str::to_owned);
    if mode == Mode::Locked && (locked.is_none() || remote.pin.is_some() && remote.pin != locked) {
        let message = format!("aegis.lock does not have `{}` as it is written here", remote.name);
        let help = "run `aegis pull` where the lock may change, and commit aegis.lock";
        return Err(at(Diagnostic::error(Code::ConfigInvalid, message).help(help)));
    }
    let expected = remote.pin.clone().or(locked.filter(|_| mode != Mode::Update));
    let mut found = match &expected {
        Some(sha256) => look_up(&project.root, sha256)?,
        None => None,
    };
    let fetched = found.is_none();
    if fetched {
        if context.global.offline {
            let is_kept = expected.as_ref().is_some_and(|sha256| kept(&project.root, sha256).exists());
            let why = if is_kept { "is damaged where it is kept" } else { "was not fetched before" };
            let message = format!("`{}` {why}, and `--offline` forbids to fetch it now", remote.name);
            return Err(at(
                Diagnostic::error(Code::SourceNotFound, message).help("run `aegis pull` on the network")
            ));
        }
        found = Some(fetch(project, &remote, context).map_err(|failed| at(*failed))?);
    }
    let content = found.unwrap_or_default();
    let (sha256, size) = (hash(&content), content.len() as u64);
    if let Some(expected) = expected.filter(|expected| *expected != sha256) {
        let message = format!("`{}` has the SHA-256 {sha256}, not {expected}", remote.name);
        let help = match remote.pin {
            Some(_) => "find out why it changed; if that is right, change the pin in aegis.yaml",
            None => "find out why it changed; if that is right, take it with `aegis pull --update`",
        };
        return Err(at(Diagnostic::error(Code::HashMismatch, message).help(help)));
    }
    // What the lock names was checked when it came there.
    if fetched || lock.get(&remote.url) != Some(&*sha256) {
        check(&remote, &content, &source.place)?;
    }
    if fetched {
        write_file(&kept(&project.root, &sha256), &content)?;
    }
    lock.sources.insert(remote.url, Entry { sha256: sha256.clone(), size });
    Ok(Pulled { name: remote.name, sha256, size, fetched })
}

fn fetch(project: &Project, remote: &Remote, context: &Context<'_>) -> Outcome<Vec<u8>> {
    let _progress = context.progress("fetching sources");
    match remote.url.split_once("://") {
        Some((scheme @ ("s3" | "gs" | "az"), rest)) => from_bucket(project, scheme, rest, context),
        Some(("oci", rest)) => from_registry(project, &remote.url, rest, context),
        _ => over_https(remote, context),
    }
}

fn from_bucket(project: &Project, scheme: &str, rest: &str, context: &Context<'_>) -> Outcome<Vec<u8>> {
    let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
    let key = Key::new(key).map_err(|error| {
        let message = format!("`{scheme}://{rest}` names no object: {error}");
        let help = format!("write `{scheme}://bucket/key`");
        Box::new(Diagnostic::error(Code::ConfigInvalid, message).help(&help))
    })?;
    let store = context.store(&format!("{scheme}://{bucket}"), &project.root, Some(project))?;
    Ok(block_on(read_small(&*store, &key, MAX_FETCH))??)
}

#[cfg(feature = "oci")]
fn from_registry(project: &Project, url: &str, rest: &str, context: &Context<'_>) -> Outcome<Vec<u8>> {
    use crate::source::remote::InRegistry;
    let Some(InRegistry { host, repository, reference, path }) = InRegistry::parse(rest) else {
        let message = format!("`{url}` names no file of an artifact");
        let help = "write `oci://host/repository:tag/path`";
        return Err(Box::new(Diagnostic::error(Code::ConfigInvalid, message).help(help)));
    };
    // The login of a run is for its store: whose registries sources are in, others may have said.
    let settings = crate::store::Settings {
        login: None,
        ..context.store_settings(&format!("oci://{host}/{repository}"), Some(project))
    };
    let read = crate::store::artifact_file((host, repository), reference, path, &settings, MAX_FETCH);
    Ok(block_on(read)??)
}

#[cfg(not(feature = "oci"))]
fn from_registry(_: &Project, url: &str, _: &str, _: &Context<'_>) -> Outcome<Vec<u8>> {
    let message = format!("this build of aegis knows no registries, so `{url}` cannot be had");
    Err(Box::new(Diagnostic::error(Code::NotSupported, message).help("build it with the feature `oci`")))
}

#[cfg(feature = "https")]
fn over_https(remote: &Remote, context: &Context<'_>) -> Outcome<Vec<u8>> {
    use crate::source::https::{Failed, get};
    let name = &remote.name;
    let (code, message, help) = match block_on(get(&remote.url, MAX_FETCH, &context.meter))? {
        Ok(bytes) => return Ok(bytes),
        Err(Failed::Refused(why)) => (Code::SourceNotFound, format!("`{name}` {why}"), "correct the URL"),
        Err(Failed::Forbidden(why)) => (
            Code::SourceNotFound,
            format!("`{name}` {why}: sources over HTTPS are fetched without a login"),
            "put it where it can be read without one, or into a bucket (`s3://`, `gs://`, `az://`) or a registry (`oci://`)",
        ),
        Err(Failed::Untrusted(why)) => (
            Code::SourceUnreadable,
            format!("`{name}` {why}"),
            "install the system's root certificates, or name a file with those that vouch for it in SSL_CERT_FILE",
        ),
        Err(Failed::Unavailable(why)) => (
            Code::SourceUnreadable,
            format!("`{name}` {why}"),
            "run the command again: what was fetched is kept",
        ),
        Err(Failed::TooLarge) => (
            Code::LimitExceeded,
            format!("`{name}` has more than {MAX_FETCH} bytes"),
            "split it into several sources",
        ),
    };
    Err(Box::new(Diagnostic::error(code, message).help(help)))
}

#[cfg(not(feature = "https"))]
fn over_https(remote: &Remote, _: &Context<'_>) -> Outcome<Vec<u8>> {
    let message =
        format!("this build of aegis fetches nothing over HTTPS, so `{}` cannot be had", remote.name);
    let help = "build it with the feature `https`, or fetch the source in a step before";
    Err(Box::new(Diagnostic::error(Code::NotSupported, message).help(help)))
}
