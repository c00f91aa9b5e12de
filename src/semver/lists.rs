//! The difference of two lists, as changes.

use std::collections::BTreeMap;

use super::difference::Changes;
use super::rules::Rule;

/// Which changes a list makes.
#[derive(Clone, Copy)]
pub(super) struct Rules<'n> {
    /// An item is gone.
    pub(super) removed: Rule,
    /// An item is new.
    pub(super) added: Rule,
    /// The list's name, for the subject of `reordered`.
    pub(super) name: &'n str,
}

/// Items that are told apart by what they say.
pub(super) fn items<T: Ord + ToString>(rules: Rules<'_>, old: &[T], new: &[T], changes: &mut Changes<'_>) {
    if old == new {
        return;
    }
    let (gone, fresh) = unmatched(old, new);
    if gone.is_empty() && fresh.is_empty() {
        changes.add(Rule::Reordered, rules.name, Some(joined(old)), Some(joined(new)));
    }
    for item in gone {
        let text = item.to_string();
        changes.add(rules.removed, &text, Some(text.clone()), None);
    }
    for item in fresh {
        let text = item.to_string();
        changes.add(rules.added, &text, None, Some(text.clone()));
    }
}

/// Examples: one that is gone and one that is new make one that reads otherwise.
pub(super) fn examples(subject: &str, old: &[String], new: &[String], changes: &mut Changes<'_>) {
    if old == new {
        return;
    }
    let (gone, fresh) = unmatched(old, new);
    if gone.is_empty() && fresh.is_empty() {
        let name = if subject.is_empty() { "examples".to_owned() } else { format!("examples of {subject}") };
        changes.add(Rule::Reordered, &name, Some(joined(old)), Some(joined(new)));
    }
    for at in 0..gone.len().max(fresh.len()) {
        let (before, after) = (gone.get(at).map(ToString::to_string), fresh.get(at).map(ToString::to_string));
        let rule = match (&before, &after) {
            (Some(_), Some(_)) => Rule::ExampleReworded,
            (Some(_), None) => Rule::ExampleRemoved,
            _ => Rule::ExampleAdded,
        };
        changes.add(rule, subject, before, after);
    }
}

/// What stands in one list alone, each item as often as it is missing in the other, in its list's order.
pub(super) fn unmatched<'l, T: Ord>(old: &'l [T], new: &'l [T]) -> (Vec<&'l T>, Vec<&'l T>) {
    (without(old, new), without(new, old))
}

fn without<'l, T: Ord>(list: &'l [T], other: &'l [T]) -> Vec<&'l T> {
    let mut there: BTreeMap<&T, usize> = BTreeMap::new();
    for item in other {
        *there.entry(item).or_default() += 1;
    }
    let missing = list.iter().filter(|item| match there.get_mut(item) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    missing.collect()
}

fn joined<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
