//! The revisions that a path or a store's URL means, with their bytes.

use std::path::{Path, PathBuf};

use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::preflight::{Content, Files, folder};
use crate::store::bots::Held;
use crate::store::{self, Digest, block_on};

use super::Context;

/// The revisions of a target: a revision's folder, or a store.
///
/// # Errors
/// There is none, or it cannot be read.
pub(super) fn find(
    target: &str,
    bot: Option<&str>,
    context: &Context<'_>,
) -> Result<Vec<Files>, Diagnostics> {
    let path = context.host.cwd().join(target);
    if !target.contains("://") && is_revision(&path) {
        return Ok(vec![folder::read(&path, &super::preflight::shown(&path, context))?]);
    }
    if !target.contains("://") && !path.exists() {
        let message = format!("there is no `{target}`");
        let help = "name the folder of a revision, or a store's URL";
        return Err(Diagnostic::error(Code::SourceNotFound, message)
            .at(Place::file(target.into()))
            .help(help)
            .into());
    }
    let store = context.named_store(target)?;
    let held = block_on(store::bots::read_all(&*store, bot))??;
    let found: Vec<Files> = held.into_iter().map(|held| files(target, held)).collect();
    if found.is_empty() && (target.contains("://") || bot.is_some()) {
        let which = bot.map(|bot| format!(" of the bot `{bot}`")).unwrap_or_default();
        let message = format!("`{target}` has no revision{which}");
        let help = "name a store that holds some, or the folder of a revision";
        return Err(Diagnostic::error(Code::NotFound, message).help(help).into());
    }
    if found.is_empty() {
        // A folder without revisions below is judged as the revision that it was named as: every check says why not.
        return Ok(vec![folder::read(&path, &super::preflight::shown(&path, context))?]);
    }
    Ok(found)
}

/// A revision of a store, as it is judged.
pub(super) fn files(url: &str, held: Held) -> Files {
    let mut files = Files::none(format!("{}/{}/{}", url.trim_end_matches('/'), held.bot, held.rev_hash));
    files.name = Some(held.rev_hash.to_string());
    files.bot = Some(held.bot);
    for (name, content) in held.files {
        files.put(&name, content.map_or_else(Content::TooLarge, Content::Bytes));
    }
    files
}

/// Whether a folder is one of a revision, sound or not.
pub(super) fn is_revision(path: &Path) -> bool {
    let is_there = |name: &str| path.join(name).symlink_metadata().is_ok();
    crate::bot::revision::FILES.into_iter().any(is_there)
}

/// Whether a folder holds revisions as a store does, `<botId>/<revHash>/`, and is no runtime directory.
pub(super) fn are_below(path: &Path) -> bool {
    let folders = |path: &Path| {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    let is_hash = |path: &Path| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.parse::<Digest>().is_ok())
    };
    let is_bot = |bot: &PathBuf| folders(bot).iter().any(|one| is_hash(one) && is_revision(one));
    !path.join("metadata.json").exists() && folders(path).iter().any(is_bot)
}
