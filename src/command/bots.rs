//! The bots of a project, and revisions of bots: built, judged, published, listed, verified.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::bot::revision::{REV, SCRIPT, SPEC};
use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};
use crate::preflight::{Files, Status, folder};
use crate::project::{BotConfig, Project, Waiver};
use crate::report::{Report, junit};
use crate::store::bots::{self, publishable};
use crate::store::publish::{Published, Revision, publish_all};
use crate::store::subject::Subject;
use crate::store::{Digest, Store, block_on};
use crate::time::rfc3339;

use super::bot::made::{Sources, make, write};
use super::preflight::{Judged, add, judge};
use super::{Context, revisions};

/// The folder that a project's revisions are built into, beside the runtime directory.
pub(super) const FOLDER: &str = "aegis-bots";

/// A bot that was built and judged.
pub(super) struct Built {
    files: Files,
    judged: Judged,
    /// Where it is published, and what a relative place is relative to.
    url: String,
}

impl Built {
    /// What a person reads of it.
    pub(super) fn story(&self) -> String {
        self.judged.table()
    }

    /// Its checks as test cases.
    pub(super) fn suite(&self) -> junit::Suite {
        self.judged.suite()
    }

    /// Whether it may be published.
    pub(super) fn passes(&self) -> bool {
        self.judged.passes()
    }

    /// What it is a revision of, and its hash.
    ///
    /// # Errors
    /// The hash is none, which a bot that passes cannot have.
    pub(super) fn identity(&self) -> Result<(Subject, Digest), Diagnostics> {
        let hash = self.judged.rev_hash.parse().map_err(|error| {
            Diagnostic::error(Code::Internal, format!("`{}` is no hash: {error}", self.judged.rev_hash))
        })?;
        Ok((Subject::Bot(self.judged.bot.clone()), hash))
    }

    /// Its id.
    #[cfg(feature = "github")]
    pub(super) fn id(&self) -> &str {
        &self.judged.bot
    }

    /// The hash of its revision.
    #[cfg(feature = "github")]
    pub(super) fn rev_hash(&self) -> &str {
        &self.judged.rev_hash
    }

    /// A file of its revision.
    #[cfg(feature = "github")]
    pub(super) fn file(&self, name: &str) -> &[u8] {
        self.files.get(name).bytes().unwrap_or_default()
    }

    /// Where it is published.
    pub(super) fn url<'b>(&'b self, asked: Option<&'b str>) -> &'b str {
        asked.unwrap_or(&self.url)
    }
}

/// Builds and judges every bot of a project. What is wrong goes into the report; a bot that cannot be built is left out.
///
/// # Errors
/// The waivers are not sound.
pub(super) fn build_all(
    project: &Project,
    dir: &Path,
    context: &mut Context<'_>,
    report: &mut Report,
    refused: &mut Vec<junit::Suite>,
) -> Result<Vec<Built>, Diagnostics> {
    let waivers = super::preflight::known(project)?;
    let mut built = Vec::new();
    for bot in &project.bots {
        match build(project, bot, dir, &waivers, context, report) {
            Ok(one) => built.push(one),
            Err(wrong) => {
                refused.push(junit::Suite::refused("bot", &bot.id.value, &wrong));
                report.diagnostics.extend(wrong);
            }
        }
    }
    let rows: Vec<_> =
        built.iter().map(|one| json!({"botId": one.judged.bot, "revHash": one.judged.rev_hash})).collect();
    report.output("revisions", rows);
    Ok(built)
}

fn build(
    project: &Project,
    bot: &BotConfig,
    dir: &Path,
    waivers: &[Waiver],
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Built, Diagnostics> {
    let path = |written: &String| project.root.join(written);
    let sources = Sources {
        spec: path(&bot.spec),
        script: bot.script.as_ref().map(path),
        build: bot.build.as_ref().map(path),
    };
    let made = make(&sources, &project.workspace, context)?;
    if made.revision.bot_id != bot.id.value {
        let message =
            format!("the bot is `{}` here, and `{}` in its spec", bot.id.value, made.revision.bot_id);
        let help = "write the same id in both: it is the first part of the bot's keys in a store";
        return Err(Diagnostic::error(Code::ConfigInvalid, message)
            .at(bot.id.place.clone())
            .help(help)
            .into());
    }
    let (written, _) = write(&made.revision, dir)?;
    let mut files = Files::of(&made.revision, project.workspace.show(&written));
    files.name = Some(made.revision.passport.rev_hash.clone());
    // People know the spec as they wrote it: what was said of it with those places is not said again of its canonical form.
    let mut inner = Report::new("preflight");
    let judged = judge(&files, waivers, context, &mut inner);
    let is_waived = |one: &Diagnostic| {
        inner.diagnostics.iter().any(|other| {
            (other.code, &other.message) == (one.code, &one.message) && other.severity != one.severity
        })
    };
    let mut said: Vec<Diagnostic> = made.diagnostics.into_iter().collect();
    for one in said.iter_mut().filter(|one| is_waived(one)) {
        one.severity = crate::diag::Severity::Note;
    }
    let shown = files.name_of(SPEC);
    let rest = inner.diagnostics.into_iter().filter(|one| {
        let is_of_spec = one.place.as_ref().is_some_and(|place| place.file == shown);
        let is_said = said.iter().any(|other| (other.code, &other.message) == (one.code, &one.message));
        !(is_of_spec && is_said)
    });
    let rest: Vec<_> = rest.collect();
    report.diagnostics.extend(said);
    report.diagnostics.extend(rest);
    add(report, &judged);
    judged.draw(report);
    report.diagnostics.extend(unjudged(&judged));
    let url = bot.store.clone().unwrap_or_else(|| project.store.clone());
    Ok(Built { files, judged, url })
}

/// The revisions that a project built, in its folder.
pub(super) fn built_dirs(project: &Project) -> Vec<PathBuf> {
    let folders = |dir: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut found: Vec<_> = entries.filter(|path| path.is_dir()).collect();
        found.sort();
        found
    };
    let of = |bot: &BotConfig| folders(&project.root.join(FOLDER).join(&bot.id.value));
    project.bots.iter().flat_map(of).filter(|dir| revisions::is_revision(dir)).collect()
}

/// Where the revisions of a bot of this id are published, by the project around.
pub(super) fn store_of(project: &Project, bot: &str) -> String {
    let own = project.bots.iter().find(|one| one.id.value == bot).and_then(|one| one.store.clone());
    own.unwrap_or_else(|| project.store.clone())
}

/// Publishes the bots that were built and judged, those of one store together; returns the lines that say so. `asked` takes
/// the place of their own stores.
///
/// # Errors
/// What was wrong with any of them, when all were tried; or a store failed.
pub(super) fn publish_built(
    project: &Project,
    built: &[Built],
    asked: Option<&str>,
    context: &Context<'_>,
    report: &mut Report,
) -> Result<String, Diagnostics> {
    let base = super::publish::base(asked, project, context);
    let progress = context.progress("publishing");
    progress.of(built.len());
    let mut stores: BTreeMap<&str, Vec<Ready>> = BTreeMap::new();
    for one in built {
        stores.entry(one.url(asked)).or_default().push(ready(&one.files, &one.judged)?);
    }
    let (mut lines, mut failed) = (String::new(), Diagnostics::new());
    for (url, bots) in stores {
        let store = context.store(url, &base, Some(project))?;
        for sent in send_all(&bots, (&*store, url, false), &|| progress.tick(), report)?.into_iter().flatten()
        {
            match sent {
                Ok(line) => lines.push_str(&line),
                Err(wrong) => failed.extend(wrong),
            }
        }
    }
    if failed.is_empty() { Ok(lines) } else { Err(failed) }
}

/// Judges the revision in a folder; it and what people read of it, if it may be published.
///
/// # Errors
/// It cannot be read, or nobody judged its script.
pub(super) fn judged_dir(
    dir: &Path,
    url: &str,
    waivers: &[Waiver],
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<Option<(Ready, String)>, Diagnostics> {
    let files = folder::read(dir, &super::preflight::shown(dir, context))?;
    let judged = judge(&files, waivers, context, report);
    add(report, &judged);
    if !judged.passes() {
        report.story += &format!("{}  refused   {url}: preflight fails\n", judged.table());
        return Ok(None);
    }
    let counted = format!("{} {}\n  preflight {}\n", judged.bot, judged.rev_hash, judged.count());
    Ok(Some((ready(&files, &judged)?, counted)))
}

/// Why a revision is not published whose other checks pass: nobody judged its script.
fn unjudged(judged: &Judged) -> Option<Diagnostic> {
    const SCRIPT_CHECKS: [&str; 5] =
        ["bot.syntax", "bot.ast", "bot.coldStart", "bot.update", "bot.conversations"];
    let is_open =
        |check: &str| judged.judgements.iter().any(|one| one.check == check && one.status == Status::Skipped);
    let open: Vec<_> = SCRIPT_CHECKS.into_iter().filter(|check| is_open(check)).collect();
    if open.is_empty() || !judged.passes() {
        return None;
    }
    let message = format!(
        "the script of `{}` was not judged ({}), so it is not published",
        judged.bot,
        open.join(", ")
    );
    let help = "the table of checks says why each was skipped; nothing is published that nobody judged";
    Some(Diagnostic::error(Code::NotSupported, message).help(help))
}

/// A revision of a bot that may be published.
pub(super) struct Ready {
    revision: Revision,
    bot: String,
    rev_hash: String,
}

impl Ready {
    /// Its bot and its hash.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.bot, self.rev_hash)
    }

    /// How many bytes it holds.
    pub(super) fn size(&self) -> usize {
        self.revision.size()
    }
}

/// What is published of a bot that was judged.
///
/// # Errors
/// Nobody judged its script, or its id makes no key.
pub(super) fn ready(files: &Files, judged: &Judged) -> Result<Ready, Diagnostics> {
    if let Some(one) = unjudged(judged) {
        return Err(one.into());
    }
    let content = |name: &str| files.get(name).bytes().unwrap_or_default().to_vec();
    let revision = publishable(&judged.bot, &judged.rev_hash, content(SCRIPT), content(SPEC), content(REV))?;
    Ok(Ready { revision, bot: judged.bot.clone(), rev_hash: judged.rev_hash.clone() })
}

/// What came of a revision: the line that says so, or what was wrong; `None` if it was not tried.
pub(super) type Sent = Option<Result<String, Diagnostics>>;

/// Publishes some together. `told` hears when one is done. The answers have their order.
///
/// # Errors
/// The store failed before the first.
pub(super) fn send_all(
    ready: &[Ready],
    (store, url, accept_unsafe): (&dyn Store, &str, bool),
    told: &(dyn Fn() + Sync),
    report: &mut Report,
) -> Result<Vec<Sent>, Diagnostics> {
    let revisions: Vec<_> = ready.iter().map(|one| one.revision.clone()).collect();
    let outcomes = block_on(publish_all(store, &revisions, accept_unsafe, &|_, _| told()))??;
    let line = |(one, outcome): (&Ready, Option<Outcome<Published>>)| {
        Some(match outcome? {
            Ok(published) => {
                let entry = json!({"botId": one.bot, "revHash": one.rev_hash});
                Ok(super::publish::told(entry, published, url, report))
            }
            Err(wrong) => Err((*wrong).into()),
        })
    };
    Ok(ready.iter().zip(outcomes).map(line).collect())
}

/// `aegis list URL --bot ID`.
pub(super) fn list(bot: &str, args: &cli::List, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("list");
    let store = context.named_store(&args.store)?;
    let page = bots::revisions(&*store, bot, args.page_size, args.page_token.as_deref());
    let (listed, next) = block_on(page)??;
    let mut rows = Vec::new();
    for row in &listed {
        let at = rfc3339(row.published);
        let said = row.passport.clone().unwrap_or_default();
        let version =
            said["specVersion"].as_u64().map_or_else(|| "?".to_owned(), |version| version.to_string());
        let author = said["author"].as_str().unwrap_or("?");
        let revoked = if row.revoked { "  revoked" } else { "" };
        report.data.push_str(&format!("{at}  {version:<5} {}  {author}{revoked}\n", row.rev_hash));
        rows.push(json!({
            "revHash": row.rev_hash.to_string(), "published": at, "specVersion": said["specVersion"], "author": said["author"],
            "builtAt": said["build"]["builtAt"], "sizes": said["sizes"], "revoked": row.revoked,
        }));
    }
    if let Some(token) = &next {
        report.story = format!("more: --page-token {token}\n");
    } else if rows.is_empty() {
        report.story = format!("the store has no revision of the bot `{bot}`\n");
    }
    report.figure("revisions", rows);
    report.figure("nextPageToken", next);
    Ok(report)
}

/// Judges the revisions of bots in a store or a folder, for `aegis verify`; returns how many there are.
///
/// # Errors
/// The store failed, or has none of the bot that was asked for.
pub(super) fn verify(
    target: &str,
    bot: Option<&str>,
    context: &mut Context<'_>,
    report: &mut Report,
) -> Result<usize, Diagnostics> {
    let found = revisions::find(target, bot, context)?;
    for files in &found {
        let judged = judge(files, &[], context, report);
        let shown = if judged.passes() { "sound" } else { "fails" };
        report.story.push_str(&format!("{shown}  {} {} ({})\n", judged.bot, judged.rev_hash, judged.count()));
        add(report, &judged);
    }
    Ok(found.len())
}
