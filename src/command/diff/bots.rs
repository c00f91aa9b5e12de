//! Two specs of a bot, two of its revisions, or all bots of two projects, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use semver::Version;

use crate::bot::load;
use crate::bot::spec::Spec;
use crate::command::Context;
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place, io};
use crate::files::{self, Failed};
use crate::project::Project;
use crate::report::difference as shown;
use crate::semver::bot::{set, speak};
use crate::semver::{Level, next};
use crate::store::{Digest, Store, block_on, bots as stored, read_small};

use super::operand::{Which, split};
use super::{Rules, told};

/// The largest spec or script that is read, in bytes.
const MOST: u64 = 16 << 20;

/// A bot as it is compared.
pub(super) struct Bot {
    spec: Spec,
    /// The script's digest, where there is a script.
    script: Option<String>,
}

impl Bot {
    fn member(&self) -> set::Member<'_> {
        set::Member { spec: &self.spec, script: self.script.as_deref() }
    }
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
        Some(Digest::of(&self::bytes(&script, shown)?).to_string())
    } else {
        None
    };
    Ok(Bot { spec, script })
}

/// A revision in a store: the one that `#HASH` names by its beginning, else the one that was published last.
pub(super) fn from_store(url: &str, bot: &str, context: &Context<'_>) -> Result<Bot, Diagnostics> {
    let (root, which) = split(url);
    let store = context.named_store(root)?;
    let wanted = match &which {
        Which::Last => "",
        Which::Hash(hash) => hash,
        Which::Version(version) => {
            let message = format!("a revision of a bot has a hash, and {version} is a version");
            let help = format!("`aegis list {root} --bot {bot}` shows the hashes");
            return Err(Diagnostic::error(Code::UsageInvalid, message).help(help).into());
        }
    };
    let mut token = None;
    let hash = loop {
        let (page, next) = block_on(stored::revisions(&*store, bot, 1000, token.as_deref()))??;
        let fits = |one: &&stored::Listed| one.rev_hash.to_string().starts_with(wanted);
        if let Some(found) = page.iter().find(fits) {
            break found.rev_hash;
        }
        token = next;
        if token.is_none() {
            let message = format!("the store {} has no revision `{wanted}` of the bot `{bot}`", store.url());
            let help = format!("`aegis list {root} --bot {bot}` shows what there is");
            return Err(Diagnostic::error(Code::NotFound, message).help(help).into());
        }
    };
    let shown: Arc<str> = format!("{bot}/{hash}/{SPEC}").into();
    let checked = load(stored_file(&*store, bot, hash, SPEC)?, &shown);
    let Some(spec) = checked.spec else { return Err(checked.diagnostics) };
    let script = Digest::of(&stored_file(&*store, bot, hash, SCRIPT)?).to_string();
    Ok(Bot { spec, script: Some(script) })
}

fn stored_file(store: &dyn Store, bot: &str, hash: Digest, name: &str) -> Outcome<Vec<u8>> {
    let key = stored::folder(bot, &hash.to_string())?.key(name).map_err(|error| {
        Box::new(Diagnostic::error(Code::Internal, format!("`{name}` is no key: {error}")))
    })?;
    Ok(block_on(read_small(store, &key, MOST))??)
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
    let mut changes = set::between(old.member(), new.member(), &rules.levels);
    let needless = rules.approved.apply(&mut changes, None).len();
    let side =
        |bot: &Bot| shown::Pack { name: bot.spec.meta.bot_id.clone(), oid: String::new(), version: None };
    shown::Difference {
        of: "bot",
        old: side(old),
        new: side(new),
        bump: crate::semver::difference::largest(&changes).map_or("none", Level::as_str),
        next: None,
        changes: changes.into_iter().map(|change| told::of_the_whole(None, change)).collect(),
        speech: speaks.then(|| {
            let topics = speak::speak(Some(&old.spec), Some(&new.spec)).into_iter();
            topics.map(|topic| topic_of(topic.name.clone(), topic)).collect()
        }),
        needless,
    }
}

fn topic_of(title: String, topic: speak::Topic) -> shown::Saying {
    shown::Saying {
        oid: String::new(),
        title: Some(title),
        sentences: topic.sentences.into_iter().map(told::sentence).collect(),
    }
}

/// The bots of a project, or of a release, by their ids.
#[derive(Default)]
pub(in crate::command) struct Bots(BTreeMap<String, Bot>);

impl Bots {
    /// Adds a bot whose spec is in these bytes; `shown` is its name in diagnostics.
    ///
    /// # Errors
    /// It is no spec.
    pub(in crate::command) fn add(
        &mut self,
        id: &str,
        spec: Vec<u8>,
        script: Option<String>,
        shown: &Arc<str>,
    ) -> Result<(), Diagnostics> {
        let checked = load(spec, shown);
        let Some(spec) = checked.spec else { return Err(checked.diagnostics) };
        self.0.insert(id.to_owned(), Bot { spec, script });
        Ok(())
    }

    /// Those of a project, as its sources are now.
    ///
    /// # Errors
    /// A file cannot be read, or is no spec.
    pub(super) fn of(project: &Project) -> Result<Self, Diagnostics> {
        let (mut all, mut wrong) = (Self::default(), Diagnostics::new());
        for bot in &project.bots {
            let file = |path: &String| -> Result<(Vec<u8>, Arc<str>), Diagnostics> {
                let path = project.root.join(path);
                let shown: Arc<str> = project.workspace.show(&path).into();
                Ok((bytes(&path, &shown)?, shown))
            };
            let read = || -> Result<_, Diagnostics> {
                let script = bot.script.as_ref().map(file).transpose()?;
                Ok((file(&bot.spec)?, script.map(|(bytes, _)| Digest::of(&bytes).to_string())))
            };
            let added =
                read().and_then(|((spec, shown), script)| all.add(&bot.id.value, spec, script, &shown));
            wrong.extend(added.err().into_iter().flatten());
        }
        if wrong.has_errors() { Err(wrong) } else { Ok(all) }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn set(&self) -> set::Set<'_> {
        self.0.iter().map(|(id, bot)| (id.clone(), bot.member())).collect()
    }
}

/// Compares all bots, as a project weighs changes, after the release `last` if there was one.
pub(in crate::command) fn compare_all(
    old: &Bots,
    new: &Bots,
    rules: &Rules,
    last: Option<&Version>,
    speaks: bool,
) -> (shown::Difference, Option<Level>) {
    let (ids, mut changes): (Vec<_>, Vec<_>) =
        set::differences(&old.set(), &new.set(), &rules.levels).into_iter().unzip();
    let needless = rules.approved.apply(&mut changes, last).len();
    let level = crate::semver::difference::largest(&changes);
    let side = |version: Option<&Version>| shown::Pack {
        name: "bots".to_owned(),
        oid: String::new(),
        version: version.map(ToString::to_string),
    };
    let difference = shown::Difference {
        of: "bots",
        old: side(last),
        new: side(None),
        bump: level.map_or("none", Level::as_str),
        next: level.and_then(|level| Some(next(last?, level).to_string())),
        changes: ids
            .into_iter()
            .zip(changes)
            .map(|(id, change)| told::of_the_whole(Some(id), change))
            .collect(),
        speech: speaks.then(|| spoken(old, new)),
        needless,
    };
    (difference, level)
}

/// What the bots say otherwise, those that are new or gone among them.
fn spoken(old: &Bots, new: &Bots) -> Vec<shown::Saying> {
    let ids: BTreeSet<_> = old.0.keys().chain(new.0.keys()).collect();
    let of =
        |id: &String| speak::speak(old.0.get(id).map(|bot| &bot.spec), new.0.get(id).map(|bot| &bot.spec));
    let topics = ids.into_iter().flat_map(|id| of(id).into_iter().map(move |topic| (id, topic)));
    topics.map(|(id, topic)| topic_of(format!("the bot {id}: {}", topic.name), topic)).collect()
}
