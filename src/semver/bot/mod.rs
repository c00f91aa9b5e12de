//! The semantic difference of two specs of a bot: what people who talk to it, and those who run it, would notice.
//!
//! Complete: specs that differ have at least one change. A proof by mutation stands below.

mod flows;
pub mod set;
pub mod speak;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::bot::spec::{Field, FieldType, Spec};

use super::difference::Changes;
use super::{Change, Levels, Rule};

/// What changed from one spec to the other, by rule and subject.
pub fn difference(old: &Spec, new: &Spec, levels: &Levels) -> Vec<Change> {
    let mut changes = Changes::new(levels);
    meta(old, new, &mut changes);
    items(
        [Rule::CommandRemoved, Rule::CommandAdded, Rule::CommandChanged],
        "commands",
        (&old.commands, &new.commands),
        |command| &command.cmd,
        &mut changes,
    );
    items(
        [Rule::IntentRemoved, Rule::IntentAdded, Rule::IntentChanged],
        "intents",
        (&old.intents, &new.intents),
        |intent| &intent.id,
        &mut changes,
    );
    flows::flows(&old.flows, &new.flows, &mut changes);
    state(old, new, &mut changes);
    localization(old, new, &mut changes);
    security(old, new, &mut changes);
    if old.telemetry != new.telemetry {
        changes.add(Rule::TelemetryChanged, "telemetry", shown(&old.telemetry), shown(&new.telemetry));
    }
    changes.sorted()
}

/// A value as it stands in the spec; none for nothing.
fn shown(value: &impl Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => Some(text),
        Ok(Value::Null) | Err(_) => None,
        Ok(Value::Object(mut map)) => {
            // What is not stated is not shown.
            map.retain(|_, value| !value.is_null());
            Some(Value::Object(map).to_string())
        }
        Ok(other) => Some(other.to_string()),
    }
}

fn meta(old: &Spec, new: &Spec, changes: &mut Changes<'_>) {
    let (was, is) = (&old.meta, &new.meta);
    changes.value(Rule::BotIdChanged, "", &was.bot_id, &is.bot_id);
    changes.value(Rule::BotRenamed, "", &was.name, &is.name);
    changes.value(Rule::DefaultLocaleChanged, "", &was.default_locale, &is.default_locale);
    names([Rule::LocaleRemoved, Rule::LocaleAdded], "locales", &was.locales, &is.locales, changes);
    for (name, before, after) in [
        ("schema_ver", shown(&was.schema_ver), shown(&is.schema_ver)),
        ("timezone", shown(&was.timezone), shown(&is.timezone)),
        ("retention", shown(&was.retention), shown(&is.retention)),
        ("pii_policy", shown(&was.pii_policy), shown(&is.pii_policy)),
    ] {
        if before != after {
            changes.add(Rule::BotSettingChanged, name, before, after);
        }
    }
}

/// Names in a list; the same ones in another order, or repeated, are reordered.
fn names([removed, added]: [Rule; 2], what: &str, old: &[String], new: &[String], changes: &mut Changes<'_>) {
    if old == new {
        return;
    }
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
    for name in before.difference(&after) {
        changes.add(removed, name, Some((*name).clone()), None);
    }
    for name in after.difference(&before) {
        changes.add(added, name, None, Some((*name).clone()));
    }
    if before == after {
        changes.add(Rule::Reordered, what, Some(old.join(", ")), Some(new.join(", ")));
    }
}

/// Things with a name of their own, in an order that counts when several fit.
fn items<T: PartialEq + Serialize>(
    [removed, added, changed]: [Rule; 3],
    what: &str,
    (old, new): (&[T], &[T]),
    name: impl Fn(&T) -> &String,
    changes: &mut Changes<'_>,
) {
    if old == new {
        return;
    }
    let by_name = |items: &'_ [T]| -> BTreeMap<String, Vec<usize>> {
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, item) in items.iter().enumerate() {
            found.entry(name(item).clone()).or_default().push(at);
        }
        found
    };
    let (before, after) = (by_name(old), by_name(new));
    let mut same = true;
    let all: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for name in all {
        let none = Vec::new();
        let (was, is) = (before.get(name).unwrap_or(&none), after.get(name).unwrap_or(&none));
        for at in 0..was.len().max(is.len()) {
            let (was, is) = (was.get(at).map(|at| &old[*at]), is.get(at).map(|at| &new[*at]));
            let rule = match (was, is) {
                (Some(was), Some(is)) if was == is => continue,
                (Some(_), Some(_)) => changed,
                (Some(_), None) => removed,
                _ => added,
            };
            same = false;
            changes.add(rule, name, was.and_then(shown), is.and_then(shown));
        }
    }
    if same {
        let list =
            |items: &[T]| Some(items.iter().map(|item| name(item).as_str()).collect::<Vec<_>>().join(", "));
        changes.add(Rule::Reordered, what, list(old), list(new));
    }
}

fn state(old: &Spec, new: &Spec, changes: &mut Changes<'_>) {
    let (was, is) = (&old.state, &new.state);
    let names: BTreeSet<_> = was.fields.keys().chain(is.fields.keys()).collect();
    for name in names {
        let (before, after) = (was.fields.get(name), is.fields.get(name));
        let rule = match (before, after) {
            (Some(before), Some(after)) if before == after => continue,
            (Some(before), Some(after)) if kind(before) != kind(after) => Rule::StateFieldRetyped,
            (Some(_), Some(_)) => Rule::StateFieldChanged,
            (Some(_), None) => Rule::StateFieldRemoved,
            _ => Rule::StateFieldAdded,
        };
        changes.add(rule, name, before.and_then(shown), after.and_then(shown));
    }
    if was.ttl_days != is.ttl_days {
        changes.add(Rule::BotSettingChanged, "ttlDays", shown(&was.ttl_days), shown(&is.ttl_days));
    }
}

const fn kind(field: &Field) -> u8 {
    match field.kind {
        FieldType::String => 0,
        FieldType::Number => 1,
        FieldType::Boolean => 2,
        FieldType::Object => 3,
    }
}

/// Texts, by locale and key. Those of a locale that comes or goes as a whole are told once.
fn localization(old: &Spec, new: &Spec, changes: &mut Changes<'_>) {
    let locales: BTreeSet<_> = old.localization.keys().chain(new.localization.keys()).collect();
    for locale in locales {
        let (was, is) = (old.localization.get(locale), new.localization.get(locale));
        let (Some(was), Some(is)) = (was, is) else {
            let count = |texts: Option<&BTreeMap<String, String>>| {
                texts.map(|texts| format!("{} texts", texts.len()))
            };
            let rule = if was.is_some() { Rule::TranslationRemoved } else { Rule::TranslationAdded };
            changes.add(rule, locale, count(was), count(is));
            continue;
        };
        let keys: BTreeSet<_> = was.keys().chain(is.keys()).collect();
        for key in keys {
            let (before, after) = (was.get(key), is.get(key));
            let rule = match (before, after) {
                (Some(before), Some(after)) if before == after => continue,
                (Some(_), Some(_)) => Rule::TranslationReworded,
                (Some(_), None) => Rule::TranslationRemoved,
                _ => Rule::TranslationAdded,
            };
            changes.add(rule, &format!("{locale}: {key}"), before.cloned(), after.cloned());
        }
    }
}

fn security(old: &Spec, new: &Spec, changes: &mut Changes<'_>) {
    let (was, is) = (&old.security, &new.security);
    let rules = [Rule::HostRemoved, Rule::HostAdded];
    names(rules, "outboundAllowList", &was.outbound_allow_list, &is.outbound_allow_list, changes);
    for (name, before, after) in [
        ("maxApiResponseKB", was.max_api_response_kb, is.max_api_response_kb),
        ("apiCall.maxPerUpdate", was.api_call.max_per_update, is.api_call.max_per_update),
        ("apiCall.timeoutMs", was.api_call.timeout_ms, is.api_call.timeout_ms),
    ] {
        changes.value(Rule::LimitChanged, name, before, after);
    }
}

#[cfg(test)]
mod tests;
