//! `aegis deploy`, `rollback`, `revoke`, and the history of a channel for `aegis list`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};
use crate::preflight::{self, Status};
use crate::report::Report;
use crate::store::channel::{self, Move, Series};
use crate::store::revoke::{self, Revocation};
use crate::store::subject::Subject;
use crate::store::verify::Scope;
use crate::store::{self, Digest, Store, block_on, bots};

use super::preflight::{add, judge};
use super::publish::parse_oid;
use super::target::{Named, revision_of, subject_of};
use super::{Context, revisions};
use crate::time::rfc3339;

pub(super) fn deploy(args: &cli::Deploy, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("deploy");
    let named = Named::parse(&args.rev)?;
    let place = Deployment {
        store: &*context.named_store(&args.target.store)?,
        channel: &args.channel,
        accept_unsafe: args.unsafe_store,
    };
    let (subject, hash) = revision_of(&args.target, place.store, &named)?;
    let line = place.deploy(&subject, hash, args.reason.clone(), context, &mut report)?;
    report.story.push_str(&line);
    Ok(report)
}

/// A channel of a store, to be moved.
pub(super) struct Deployment<'d> {
    pub(super) store: &'d dyn Store,
    pub(super) channel: &'d str,
    pub(super) accept_unsafe: bool,
}

impl Deployment<'_> {
    /// Judges a revision and makes it current; returns the line that says so.
    ///
    /// # Errors
    /// `NOT_FOUND`, `REVOKED`, what is wrong with the revision, `DEPLOY_CONFLICT`; or the store failed.
    pub(super) fn deploy(
        &self,
        subject: &Subject,
        to: Digest,
        reason: Option<String>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Result<String, Diagnostics> {
        // Read before the revision is judged: whoever moves the channel meanwhile has won.
        let series = block_on(channel::series(self.store, subject, self.channel))??;
        sound(self.store, subject, to, true, context, report)?;
        self.flip(subject, &series, (to, reason), context, report)
    }

    /// The same for what this run has built, judged and published.
    ///
    /// # Errors
    /// As [`Deployment::deploy`].
    pub(super) fn deploy_judged(
        &self,
        subject: &Subject,
        to: Digest,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Result<String, Diagnostics> {
        let series = block_on(channel::series(self.store, subject, self.channel))??;
        sound(self.store, subject, to, false, context, report)?;
        self.flip(subject, &series, (to, None), context, report)
    }

    fn flip(
        &self,
        subject: &Subject,
        series: &Series,
        (to, reason): (Digest, Option<String>),
        context: &Context<'_>,
        report: &mut Report,
    ) -> Result<String, Diagnostics> {
        report.diagnostics.extend(series.diagnostics.clone());
        let is_current = series.current().is_some_and(|now| now.to == to && now.sequence == series.highest);
        if is_current {
            return Ok(self.unchanged(subject, series.current(), report));
        }
        let moved = Move { to, by: who(context), at: rfc3339(context.host.now()), reason };
        let flip = async {
            let warning = store::probe::check(self.store, self.accept_unsafe).await?;
            let written = channel::flip(self.store, subject, self.channel, series, &moved).await?;
            Outcome::Ok((warning, written))
        };
        let (warning, (written, is_new)) = block_on(flip)??;
        report.diagnostics.extend(warning);
        if !is_new {
            return Ok(self.unchanged(subject, Some(&written), report));
        }
        add_row(report, "deployed", row(subject, self.channel, Some(&written), "deployed"));
        let from = written.from.map_or_else(|| "nothing".to_owned(), |from| from.to_string());
        Ok(format!(
            "  deployed  {} of {subject} is {to} (number {})\n  before    {from}\n",
            self.channel, written.sequence
        ))
    }

    fn unchanged(
        &self,
        subject: &Subject,
        document: Option<&channel::Document>,
        report: &mut Report,
    ) -> String {
        add_row(report, "deployed", row(subject, self.channel, document, "unchanged"));
        let to = document.map_or_else(String::new, |document| document.to.to_string());
        format!("  unchanged {} of {subject} is {to} already\n", self.channel)
    }
}

pub(super) fn rollback(args: &cli::Rollback, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("rollback");
    let wanted = args.rev.as_deref().map(Named::parse).transpose()?;
    let place = Deployment {
        store: &*context.named_store(&args.target.store)?,
        channel: &args.channel,
        accept_unsafe: args.unsafe_store,
    };
    let subject = subject_of(&args.target, place.store, &args.channel)?;
    let series = block_on(channel::series(place.store, &subject, &args.channel))??;
    if series.documents.is_empty() {
        let message = format!("there is no channel `{}` of {subject}", args.channel);
        let help = "`aegis deploy` makes one: its first revision has none before it";
        return Err(Diagnostic::error(Code::NotFound, message).help(help).into());
    }
    let to = match wanted {
        Some(named) => {
            let known: BTreeSet<_> = series.documents.iter().map(|document| document.to).collect();
            let known = known.into_iter().filter(|hash| named.is(hash)).collect();
            let one = named.only(known, |hash| format!("`{hash}`"))?;
            one.ok_or_else(|| {
                let message = format!(
                    "{} was never current in the channel `{}` of {subject}",
                    named.text(),
                    args.channel
                );
                let help =
                    "`aegis list URL --channel NAME` lists what was; `aegis deploy` takes any revision";
                Diagnostics::from(Diagnostic::error(Code::NotFound, message).help(help))
            })?
        }
        None => previous(place.store, &subject, &args.channel, &series)?,
    };
    sound(place.store, &subject, to, false, context, &mut report)?;
    let line = place.flip(&subject, &series, (to, args.reason.clone()), context, &mut report)?;
    report.story.push_str(&line);
    Ok(report)
}

/// The revision that was current before and was not revoked since.
fn previous(
    store: &dyn Store,
    subject: &Subject,
    channel: &str,
    series: &Series,
) -> Result<Digest, Diagnostics> {
    for hash in series.before() {
        if block_on(revoke::find(store, subject, hash))??.is_none() {
            return Ok(hash);
        }
    }
    let message = format!("the channel `{channel}` of {subject} has nothing before what is current");
    let help = "name a revision with `--rev`; `aegis list` lists those that there are";
    Err(Diagnostic::error(Code::NotFound, message).help(help).into())
}

pub(super) fn revoke(args: &cli::Revoke, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("revoke");
    let named = Named::parse(&args.rev)?;
    if args.reason.trim().is_empty() {
        let help = "say what is wrong with the revision: everybody who asks for it is told";
        let one = Diagnostic::error(Code::UsageInvalid, "`--reason` is empty").help(help);
        return Err(one.into());
    }
    let store = context.named_store(&args.target.store)?;
    let (subject, hash) = revision_of(&args.target, &*store, &named)?;
    let document = Revocation::new(hash, who(context), rfc3339(context.host.now()), args.reason.clone());
    let revoked = async {
        let warning = store::probe::check(&*store, args.unsafe_store).await?;
        let is_new = revoke::revoke(&*store, &subject, hash, &document).await?;
        Outcome::Ok((warning, is_new, revoke::find(&*store, &subject, hash).await?))
    };
    let (warning, is_new, stands) = block_on(revoked)??;
    report.diagnostics.extend(warning);
    let stands = stands.unwrap_or(document);
    report.story = if is_new {
        format!("  revoked   {hash} of {subject}\n")
    } else {
        format!("  unchanged {hash} of {subject} was revoked before: {}\n", stands.reason)
    };
    for channel in still_current(&*store, &subject, hash)? {
        let message = format!("the channel `{channel}` of {subject} still names what was revoked");
        let of = match &subject {
            Subject::Pack(oid) => format!("--pack {oid}"),
            Subject::Bot(bot) => format!("--bot {bot}"),
        };
        let help = format!("run `aegis rollback {} {of} --channel {channel}`", args.target.store);
        report.diagnostics.push(Diagnostic::warning(Code::Revoked, message).help(help));
    }
    report.figure("revHash", hash.to_string());
    report.figure("status", if is_new { "revoked" } else { "unchanged" });
    report.figure("reason", stands.reason);
    Ok(report)
}

/// The channels that name a revision.
fn still_current(store: &dyn Store, subject: &Subject, hash: Digest) -> Result<Vec<String>, Diagnostics> {
    let mut found = Vec::new();
    for name in block_on(channel::names(store, subject))?? {
        let series = block_on(channel::series(store, subject, &name))??;
        if series.current().is_some_and(|now| now.to == hash) {
            found.push(name);
        }
    }
    Ok(found)
}

/// `aegis list URL --channel NAME`: what was deployed, newest first.
pub(super) fn history(
    channel: &str,
    args: &cli::List,
    context: &mut Context<'_>,
) -> Result<Report, Diagnostics> {
    let mut report = Report::new("list");
    let subject = match (&args.bot, &args.pack) {
        (Some(bot), _) => Subject::Bot(bot.clone()),
        (None, oid) => Subject::Pack(parse_oid(oid.as_deref().unwrap_or_default())?),
    };
    let below = args.page_token.as_deref().map(parse_token).transpose()?;
    let store = context.named_store(&args.store)?;
    let series = block_on(channel::series(&*store, &subject, channel))??;
    report.diagnostics.extend(series.diagnostics);
    let mut rest = series.documents.iter().rev().filter(|one| below.is_none_or(|below| one.sequence < below));
    let mut rows = Vec::new();
    let mut last = None;
    for document in rest.by_ref().take(args.page_size.into()) {
        let why = document.reason.as_deref().map(|why| format!("  {why}")).unwrap_or_default();
        let line =
            format!("{}  {:<5} {}  {}{why}\n", document.at, document.sequence, document.to, document.by);
        report.data.push_str(&line);
        rows.push(serde_json::to_value(document).unwrap_or_default());
        last = Some(document.sequence.to_string());
    }
    let token = rest.next().and(last);
    if let Some(token) = &token {
        report.story = format!("more: --page-token {token}\n");
    } else if rows.is_empty() {
        report.story = format!("nothing was deployed to the channel `{channel}` of {subject}\n");
    }
    report.figure("channel", channel);
    report.figure("documents", rows);
    report.figure("nextPageToken", token);
    Ok(report)
}

fn parse_token(text: &str) -> Result<u64, Diagnostics> {
    text.parse().map_err(|_| {
        let message = format!("`{text}` is no page token of a channel");
        Diagnostic::error(Code::UsageInvalid, message)
            .help("take the one that the last page ended with")
            .into()
    })
}

/// Refuses a revision that is not there, not finished, revoked or not sound. For a deployment all of preflight is asked;
/// for going back only whether the revision is what it was when it was deployed: a way back must not be closed by a
/// rule that is newer.
fn sound(
    store: &dyn Store,
    subject: &Subject,
    hash: Digest,
    is_deployment: bool,
    context: &Context<'_>,
    report: &mut Report,
) -> Result<(), Diagnostics> {
    let (manifest, revocation) = block_on(async {
        let manifest = store.head(&subject.manifest(hash)?).await;
        let is_there = match manifest {
            Ok(_) => true,
            Err(error) if error.is_not_found() => false,
            Err(error) => return Err(error.into()),
        };
        Outcome::Ok((is_there, revoke::find(store, subject, hash).await?))
    })??;
    if let Some(revocation) = revocation {
        return Err(revoke::refusal(&format!("{hash} of {subject}"), &revocation).into());
    }
    if !manifest {
        let message = format!("the store {} holds no finished revision {hash} of {subject}", store.url());
        let help = "publish it first; `aegis list` lists what there is";
        return Err(Diagnostic::error(Code::NotFound, message).help(help).into());
    }
    match subject {
        Subject::Pack(oid) => {
            let verified = block_on(store::verify::verify(store, &Scope::Revision(oid.clone(), hash)))??;
            let failed = verified.diagnostics.has_errors();
            if failed {
                return Err(verified.diagnostics);
            }
            report.diagnostics.extend(verified.diagnostics);
            Ok(())
        }
        Subject::Bot(bot) => {
            let held = block_on(bots::read_one(store, bot, hash))??;
            let files = revisions::files(store.url(), held);
            if !is_deployment {
                return unchanged(&files);
            }
            let waivers = super::preflight::waivers(context)?;
            let judged = judge(&files, &waivers, context, report);
            add(report, &judged);
            if judged.passes() {
                return Ok(());
            }
            report.story.push_str(&judged.table());
            // What failed is in the report, by its own codes.
            Err(std::mem::take(&mut report.diagnostics))
        }
    }
}

/// Whether a bot's revision still is what its passport says.
fn unchanged(files: &preflight::Files) -> Result<(), Diagnostics> {
    let is_identity =
        |check: &str| check == "files" || check == "spec.canonical" || check.starts_with("rev.");
    let mut wrong = Diagnostics::new();
    for one in preflight::judge(files, None) {
        if one.status == Status::Fail && is_identity(one.check) {
            wrong.extend(one.diagnostics);
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Who runs this: the one who started the workflow, or the user of this machine.
fn who(context: &Context<'_>) -> String {
    let names = ["GITHUB_ACTOR", "USER", "LOGNAME"];
    let name = names.into_iter().filter_map(|name| context.host.var(name)).find(|name| !name.is_empty());
    name.unwrap_or("unknown").to_owned()
}

fn row(subject: &Subject, channel: &str, document: Option<&channel::Document>, status: &str) -> Value {
    let (key, name) = match subject {
        Subject::Pack(oid) => ("oid", oid.to_string()),
        Subject::Bot(id) => ("botId", id.clone()),
    };
    json!({
        key: name, "channel": channel, "status": status,
        "from": document.and_then(|document| document.from.map(|from| from.to_string())),
        "to": document.map(|document| document.to.to_string()),
        "sequence": document.map(|document| document.sequence),
    })
}

/// Adds to a list of the summary.
fn add_row(report: &mut Report, list: &str, row: Value) {
    let mut all = report.summary.remove(list).and_then(|v| v.as_array().cloned()).unwrap_or_default();
    all.push(row);
    report.figure(list, all);
}
