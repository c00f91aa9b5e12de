//! From the domain's words for a difference to those of reports, with the places where things are stated.

use crate::pack::model::{Body, Entry};
use crate::report::difference as shown;
use crate::semver::Change;
use crate::semver::speak::Saying;

use super::operand::View;

pub(super) fn pack(view: &View<'_>) -> shown::Pack {
    shown::Pack { name: view.name.clone(), oid: view.oid.to_string(), version: view.version.clone() }
}

pub(super) fn change(change: Change, old: &View<'_>, new: &View<'_>) -> shown::Change {
    // What is gone stands in the old pack alone.
    let sides = if change.after.is_none() && change.before.is_some() { [old, new] } else { [new, old] };
    let found = change.oid.as_ref().and_then(|oid| {
        sides.into_iter().find_map(|view| {
            let at = view.entries.binary_search_by(|entry| entry.oid.cmp(oid)).ok()?;
            Some((view, &*view.entries[at]))
        })
    });
    let place = found.map(|(view, entry)| {
        let (source, line) = stated(entry, &change.subject);
        (view.names.get(source as usize).map(|name| name.to_string()), line)
    });
    let (file, line) = place.unwrap_or((None, 0));
    shown::Change {
        rule: change.rule.id(),
        level: change.level.as_str(),
        wording: change.rule.wording(),
        bot: None,
        oid: change.oid.map(|oid| oid.to_string()),
        title: found.and_then(|(_, entry)| entry.title).map(str::to_owned),
        subject: change.subject,
        before: change.before,
        after: change.after,
        line: Some(line).filter(|line| *line > 0 && file.is_some()),
        file,
        approved: change.approved,
    }
}

/// The source and the line: the term's, where the subject is one; lexicons unite what several files state.
fn stated(entry: &Entry<'_>, subject: &str) -> (u32, u32) {
    if let Body::Lexicon(lexicon) = &entry.body
        && let Some(term) = lexicon.terms.iter().find(|term| term.term == subject)
        && let Some(stated) = lexicon.stated_of(term)
    {
        return (stated.source, term.line);
    }
    (entry.origin.source, entry.origin.line)
}

/// A change that belongs to no entry, but to a bot: `bot` names it where there are several.
pub(super) fn of_the_whole(bot: Option<String>, change: Change) -> shown::Change {
    shown::Change {
        bot,
        rule: change.rule.id(),
        level: change.level.as_str(),
        wording: change.rule.wording(),
        oid: None,
        title: None,
        subject: change.subject,
        before: change.before,
        after: change.after,
        file: None,
        line: None,
        approved: change.approved,
    }
}

pub(super) fn sentence(sentence: crate::semver::speak::Sentence) -> shown::Sentence {
    shown::Sentence { before: sentence.before, after: sentence.after }
}

pub(super) fn saying(saying: Saying) -> shown::Saying {
    shown::Saying {
        oid: saying.oid.to_string(),
        title: saying.title,
        sentences: saying.sentences.into_iter().map(sentence).collect(),
    }
}
