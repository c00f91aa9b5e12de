//! `aegis copy`: promote revisions from one store into another. Each is read whole, judged like one that was just
//! built, and published by the same rules.

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Severity, io};
use crate::oid::Oid;
use crate::report::Report;
use crate::store::copy::{self, Found, Of};
use crate::store::publish::{Revision, is_published};
use crate::store::{Digest, Store, block_on, bots};

use super::preflight::{add, judge};
use super::{Context, publish, revisions};

pub(super) fn run(args: &cli::Copy, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("copy");
    let project = context.project().ok();
    let open = |url: &str| context.store(url, context.host.cwd(), project.as_ref());
    let (from, to) = (open(&args.from)?, open(&args.to)?);
    let folder = super::gc::scope(args.pack.as_deref(), args.bot.as_deref())?;
    let mut found = block_on(copy::finished(&*from, folder))??;
    if let Some(rev) = &args.rev {
        found.retain(|one| one.hash.to_string().starts_with(rev.as_str()));
        only_one(&found, rev, &args.from)?;
    }
    if found.is_empty() {
        let message = format!("`{}` has no revision to copy", args.from);
        let help = "check the URL, the OID and the id; `aegis list` shows what a store holds";
        return Err(Diagnostic::error(Code::NotFound, message).help(help).into());
    }
    let route = Route { from: &*from, to: &*to, args };
    for one in &found {
        if one.revoked {
            report.diagnostics.push(revoked(one, args.rev.is_some()));
            continue;
        }
        match route.one(one, context, &mut report) {
            Ok(line) => report.story.push_str(&line),
            // A store that does not answer does not answer for the next one either; what is wrong with one
            // revision is no reason to leave out the others.
            Err(failed) => {
                let is_over =
                    failed.iter().any(|one| matches!(one.code, Code::StoreFailed | Code::StoreUnsafe));
                report.diagnostics.extend(failed);
                if is_over {
                    break;
                }
            }
        }
    }
    Ok(report)
}

struct Route<'r> {
    from: &'r dyn Store,
    to: &'r dyn Store,
    args: &'r cli::Copy,
}

impl Route<'_> {
    fn one(
        &self,
        found: &Found,
        context: &mut Context<'_>,
        report: &mut Report,
    ) -> Result<String, Diagnostics> {
        match &found.of {
            Of::Bot(bot) => self.bot(bot, found.hash, context, report),
            Of::Pack(oid) => self.pack(oid, found.hash, context, report),
        }
    }

    fn bot(
        &self,
        bot: &str,
        hash: Digest,
        context: &mut Context<'_>,
        report: &mut Report,
    ) -> Result<String, Diagnostics> {
        let progress = context.progress("copying");
        let held = block_on(bots::read_one(self.from, bot, hash))??;
        drop(progress);
        let files = revisions::files(&self.args.from, held);
        let judged = judge(&files, &[], context, report);
        add(report, &judged);
        if !judged.passes() {
            return Ok(format!("{}  refused   {bot} {hash}: preflight fails\n", judged.table()));
        }
        let sent =
            super::bots::send(&files, &judged, self.to, &self.args.to, self.args.unsafe_store, report)?;
        Ok(format!("{bot} {hash}\n{sent}"))
    }

    fn pack(
        &self,
        oid: &Oid,
        hash: Digest,
        context: &mut Context<'_>,
        report: &mut Report,
    ) -> Result<String, Diagnostics> {
        let progress = context.progress("copying");
        let pack = block_on(copy::manifest(self.from, oid, hash))??;
        let named = format!("{oid} {hash}\n");
        let dir = tempfile::tempdir()
            .map_err(|error| io(Code::OutputFailed, "make a folder in", &std::env::temp_dir(), &error))?;
        let revision = Revision::of_pack(dir.path(), pack.manifest().to_vec())?;
        // What is there already is not fetched first.
        if block_on(is_published(self.to, &revision))?? {
            return Ok(format!("{named}  unchanged {} (nothing had to be sent)\n", self.args.to));
        }
        block_on(copy::fetch(self.from, &pack, dir.path()))??;
        drop(progress);
        let sent = publish::one(dir.path(), self.to, &self.args.to, self.args.unsafe_store, context, report)?;
        Ok(named + &sent)
    }
}

/// A hash that someone typed means one revision.
fn only_one(found: &[Found], rev: &str, url: &str) -> Result<(), Diagnostics> {
    let (code, message, help) = match found {
        [_] => return Ok(()),
        [] => (
            Code::NotFound,
            format!("`{url}` has no finished revision `{rev}`"),
            "`aegis list` shows the revisions of a bot or a pack",
        ),
        _ => (
            Code::UsageInvalid,
            format!("{} revisions begin with `{rev}`", found.len()),
            "write more of the hash, or name the bot or the pack too",
        ),
    };
    Err(Diagnostic::error(code, message).help(help).into())
}

fn revoked(found: &Found, is_asked: bool) -> Diagnostic {
    let owner = match &found.of {
        Of::Bot(bot) => bot.clone(),
        Of::Pack(oid) => oid.to_string(),
    };
    let message = format!("the revision {} of {owner} was revoked, so it is not copied", found.hash);
    let severity = if is_asked { Severity::Error } else { Severity::Note };
    Diagnostic { severity, ..Diagnostic::error(Code::Revoked, message).help("copy another revision") }
}
