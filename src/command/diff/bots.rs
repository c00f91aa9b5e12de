//! Two specs of a bot, or two of its revisions, side by side.

use std::path::Path;
use std::sync::Arc;

use crate::bot::load;
use crate::bot::spec::Spec;
use crate::diag::{Code, Diagnostic, Diagnostics, Place, io};
use crate::files::{self, Failed};
use crate::report::difference as shown;
use crate::semver::bot::{self, speak};
use crate::semver::{Change, Rule};
use crate::store::Digest;

use super::{Rules, told};

/// The largest spec or script that is read, in bytes.
const MOST: u64 = 16 << 20;

/// A bot as it is compared.
pub(super) struct Bot {
    spec: Spec,
    /// The script's digest, where there is a script.
    script: Option<Digest>,
}

/// The files that make a folder one of a bot.
pub(super) const SPEC: &str = "spec.json";
const SCRIPT: &str = "bot.js";

/// Reads a revision's folder, or a spec alone.
pub(super) fn read(path: &Path, shown: &Arc<str>) -> Result<Bot, Diagnostics> {
    let (file, script) = if path.is_dir() {
        (path.join(SPEC), path.join(SCRIPT))
    } else {
        (path.to_path_buf(), path.with_file_name(SCRIPT))
    };
    let bytes = bytes(&file, shown)?;
    // A spec that breaks rules can be compared all the same: what changed may be the way to find out why.
    let checked = load(bytes, shown);
    let Some(spec) = checked.spec else { return Err(checked.diagnostics) };
    let script = if path.is_dir() && script.is_file() {
        Some(Digest::of(&self::bytes(&script, shown)?))
    } else {
        None
    };
    Ok(Bot { spec, script })
}

fn bytes(file: &Path, shown: &Arc<str>) -> Result<Vec<u8>, Diagnostics> {
    match files::read(file, MOST) {
        Ok(bytes) => Ok(bytes),
        Err(Failed::Io(error)) => Err(io(Code::SourceUnreadable, "read", file, &error).into()),
        Err(Failed::TooLarge(size)) => {
            let message = format!("`{shown}` has {size} bytes; it may have {MOST}");
            Err(Diagnostic::error(Code::LimitExceeded, message).at(Place::file(Arc::clone(shown))).into())
        }
    }
}

/// Compares two bots as a project weighs changes.
pub(super) fn compare(old: &Bot, new: &Bot, rules: &Rules, speaks: bool) -> shown::Difference {
    let mut changes = bot::difference(&old.spec, &new.spec, &rules.levels);
    if let (Some(was), Some(is)) = (old.script, new.script)
        && was != is
    {
        let (rule, oid) = (Rule::ScriptChanged, None);
        let (before, after) = (Some(was.to_string()), Some(is.to_string()));
        let (level, subject) = (rules.levels.of(rule), String::new());
        changes.push(Change { rule, level, oid, subject, before, after, approved: None });
    }
    let needless = rules.approved.apply(&mut changes, None).len();
    let side =
        |bot: &Bot| shown::Pack { name: bot.spec.meta.bot_id.clone(), oid: String::new(), version: None };
    let topic = |topic: speak::Topic| shown::Saying {
        oid: String::new(),
        title: Some(topic.name),
        sentences: topic.sentences.into_iter().map(told::sentence).collect(),
    };
    shown::Difference {
        of: "bot",
        old: side(old),
        new: side(new),
        bump: crate::semver::difference::largest(&changes).map_or("none", crate::semver::Level::as_str),
        next: None,
        changes: changes.into_iter().map(told::of_the_whole).collect(),
        speech: speaks.then(|| speak::speak(&old.spec, &new.spec).into_iter().map(topic).collect()),
        needless,
    }
}
