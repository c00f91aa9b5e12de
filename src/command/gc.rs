//! `aegis gc`: what nothing keeps in a store, and removing it when that is asked for.

use std::time::Duration;

use serde_json::json;

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::report::Report;
use crate::store::gc::{Candidate, Rules, find, remove};
use crate::store::{Folder, block_on, bots, layout};

use super::Context;
use super::publish::parse_oid;
use super::summary::bytes;

const DAY: u64 = 24 * 60 * 60;

pub(super) fn run(args: &cli::Gc, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("gc");
    let store = context.named_store(&args.store)?;
    let folder = scope(args.pack.as_deref(), args.bot.as_deref())?;
    let days = args.older_than.unwrap_or(if args.unfinished { 1 } else { 90 });
    let rules = Rules {
        older_than: Duration::from_secs(u64::from(days) * DAY),
        now: context.host.now(),
        unfinished: args.unfinished,
    };
    let progress = context.progress("looking");
    let found = block_on(find(&*store, folder, &rules))??;
    let (mut rows, mut removed, mut freed) = (Vec::new(), 0u64, 0u64);
    for candidate in &found.candidates {
        let did = match args.delete {
            false => "would go",
            true => match block_on(remove(&*store, candidate))? {
                Ok(true) => {
                    removed += 1;
                    freed += candidate.bytes;
                    "removed"
                }
                Ok(false) => "kept",
                // What went before is gone, and said.
                Err(failed) => {
                    report.diagnostics.push(*failed);
                    break;
                }
            },
        };
        report.data.push_str(&line(did, candidate));
        rows.push(json!({
            "folder": candidate.owner.path(), "hash": candidate.hash.to_string(), "finished": candidate.finished,
            "objects": candidate.objects.len(), "bytes": candidate.bytes, "status": did,
        }));
    }
    drop(progress);
    let count = found.candidates.len();
    report.story = match (count, args.delete) {
        (0, _) => format!("nothing to remove, {} kept\n", revisions(found.kept)),
        (_, true) => {
            format!("{} removed ({}), {} kept\n", revisions(removed), bytes(freed), revisions(found.kept))
        }
        (count, false) => {
            let size = found.candidates.iter().map(|one| one.bytes).sum();
            let sought = revisions(count as u64);
            format!("{sought} would go ({}), {} kept; --delete removes\n", bytes(size), revisions(found.kept))
        }
    };
    report.figure("candidates", rows);
    report.figure("removed", removed);
    report.figure("kept", found.kept);
    Ok(report)
}

fn line(did: &str, candidate: &Candidate) -> String {
    let state = if candidate.finished { "finished" } else { "unfinished" };
    format!("{did:<8} {}{}  {state}  {}\n", candidate.owner, candidate.hash, bytes(candidate.bytes))
}

fn revisions(count: u64) -> String {
    if count == 1 { "1 revision".to_owned() } else { format!("{count} revisions") }
}

/// The folder that is meant: a pack's, a bot's, or the whole store.
pub(super) fn scope(pack: Option<&str>, bot: Option<&str>) -> Result<Folder, Diagnostics> {
    Ok(match (pack, bot) {
        (Some(oid), _) => layout::packs_of(&parse_oid(oid)?)?,
        (None, Some(layout::PACKS)) => {
            let message = format!("no bot is called `{}`", layout::PACKS);
            return Err(Diagnostic::error(Code::UsageInvalid, message)
                .help("name a pack with `--pack OID`")
                .into());
        }
        (None, bot) => bots::scope(bot)?,
    })
}
