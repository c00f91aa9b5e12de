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
use super::target::Named;
use super::together::{Waiting, is_over};
use super::{Context, publish, revisions};

pub(super) fn run(args: &cli::Copy, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("copy");
    let project = context.project().ok();
    let named = args.rev.as_deref().map(Named::parse).transpose()?;
    let from = context.named_store(&args.from)?;
    let to = context.store(&args.to, context.host.cwd(), project.as_ref())?;
    let folder = super::gc::scope(args.pack.as_deref(), args.bot.as_deref())?;
    let mut found = block_on(copy::finished(&*from, folder))??;
    if let Some(named) = &named {
        found.retain(|one| named.is(&one.hash));
        let one = named.only(found, |one| format!("`{}` of {}", one.hash, owner(one)))?;
        found = vec![one.ok_or_else(|| {
            let message = format!("`{}` has no finished revision `{}`", args.from, named.text());
            let help = "`aegis list` shows the revisions of a bot or a pack";
            Diagnostics::from(Diagnostic::error(Code::NotFound, message).help(help))
        })?];
    }
    if found.is_empty() {
        let message = format!("`{}` has no revision to copy", args.from);
        let help = "check the URL, the OID and the id; `aegis list` shows what a store holds";
        return Err(Diagnostic::error(Code::NotFound, message).help(help).into());
    }
    let progress = context.progress("copying");
    progress.of(found.len());
    let route = Route { from: &*from, to: &*to, args, progress };
    let mut waiting = Waiting::default();
    for one in &found {
        if one.revoked {
            report.diagnostics.push(revoked(one, args.rev.is_some()));
            route.progress.tick();
            continue;
        }
        let went = match &one.of {
            Of::Bot(bot) => route.bot(bot, one.hash, &mut waiting, context, &mut report),
            Of::Pack(oid) => route.pack(oid, one.hash, context, &mut report),
        };
        if is_over(went, &mut report) {
            break;
        }
    }
    let went = route.send(&mut waiting, &mut report);
    is_over(went, &mut report);
    Ok(report)
}

struct Route<'r> {
    from: &'r dyn Store,
    to: &'r dyn Store,
    args: &'r cli::Copy,
    progress: super::progress::Progress,
}

impl Route<'_> {
    fn bot(
        &self,
        bot: &str,
        hash: Digest,
        waiting: &mut Waiting,
        context: &mut Context<'_>,
        report: &mut Report,
    ) -> Result<(), Diagnostics> {
        let held = block_on(bots::read_one(self.from, bot, hash))??;
        let files = revisions::files(&self.args.from, held);
        let judged = judge(&files, &[], context, report);
        add(report, &judged);
        if !judged.passes() {
            report.story += &format!("{}  refused   {bot} {hash}: preflight fails\n", judged.table());
            self.progress.tick();
            return Ok(());
        }
        let ready = super::bots::ready(&files, &judged)?;
        let heading = format!("{}\n", ready.name());
        waiting.push(ready, heading);
        if waiting.is_full() { self.send(waiting, report) } else { Ok(()) }
    }

    /// Sends what waits.
    fn send(&self, waiting: &mut Waiting, report: &mut Report) -> Result<(), Diagnostics> {
        let to = (self.to, self.args.to.as_str(), self.args.unsafe_store);
        waiting.send(to, &|| self.progress.tick(), report)
    }

    fn pack(
        &self,
        oid: &Oid,
        hash: Digest,
        context: &mut Context<'_>,
        report: &mut Report,
    ) -> Result<(), Diagnostics> {
        let pack = block_on(copy::manifest(self.from, oid, hash))??;
        let named = format!("{oid} {hash}\n");
        let dir = tempfile::tempdir()
            .map_err(|error| io(Code::OutputFailed, "make a folder in", &std::env::temp_dir(), &error))?;
        let revision = Revision::of_pack(dir.path(), pack.manifest().to_vec())?;
        // What is there already is not fetched first.
        if block_on(is_published(self.to, &revision))?? {
            report.story += &format!("{named}  unchanged {} (nothing had to be sent)\n", self.args.to);
            self.progress.tick();
            return Ok(());
        }
        self.progress.step("fetching");
        block_on(copy::fetch(self.from, &pack, dir.path()))??;
        self.progress.step("sending");
        let sent = publish::one(dir.path(), self.to, &self.args.to, self.args.unsafe_store, context, report)?;
        report.story += &(named + &sent);
        self.progress.step("copying");
        self.progress.tick();
        Ok(())
    }
}

fn owner(found: &Found) -> String {
    match &found.of {
        Of::Bot(bot) => format!("the bot `{bot}`"),
        Of::Pack(oid) => format!("the pack {oid}"),
    }
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
