//! The semantic difference of all bots of two projects, or of a project and its last release: bot by bot.

use std::collections::{BTreeMap, BTreeSet};

use crate::bot::spec::Spec;

use super::difference;
use crate::semver::difference::Changes;
use crate::semver::{Change, Levels, Rule};

/// A bot as it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Member<'m> {
    /// Its spec.
    pub spec: &'m Spec,
    /// The digest of its script, where it is known.
    pub script: Option<&'m str>,
}

/// Bots by their ids.
pub type Set<'m> = BTreeMap<String, Member<'m>>;

/// What changed between two bots of one id, the script among it.
pub fn between(old: Member<'_>, new: Member<'_>, levels: &Levels) -> Vec<Change> {
    let mut changes = difference(old.spec, new.spec, levels);
    if let (Some(was), Some(is)) = (old.script, new.script)
        && was != is
    {
        let mut script = Changes::new(levels);
        script.add(Rule::ScriptChanged, "", Some(was.to_owned()), Some(is.to_owned()));
        changes.extend(script.sorted());
    }
    changes
}

/// What changed between two sets of bots: each change with the id of its bot, in the order of the ids.
pub fn differences(old: &Set<'_>, new: &Set<'_>, levels: &Levels) -> Vec<(String, Change)> {
    let ids: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut all = Vec::new();
    for id in ids {
        let changes = match (old.get(id), new.get(id)) {
            (Some(was), Some(is)) => between(*was, *is, levels),
            (was, is) => {
                let name = |member: Option<&Member<'_>>| member.map(|member| member.spec.meta.name.clone());
                let rule = if was.is_some() { Rule::BotRemoved } else { Rule::BotAdded };
                let mut whole = Changes::new(levels);
                whole.add(rule, id, name(was), name(is));
                whole.sorted()
            }
        };
        all.extend(changes.into_iter().map(|change| (id.clone(), change)));
    }
    all
}
