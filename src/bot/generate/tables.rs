//! The tables of a script: texts and keywords by locale, with what a locale lacks taken from the default one.

use std::collections::{BTreeMap, BTreeSet};

use crate::bot::fill::{Part, parts};
use crate::bot::keyword::Keyword;
use crate::bot::spec::{Action, Intent, Spec, TextRef};

use super::helpers::Uses;
use super::js;

/// The keys that steps use.
fn keys(spec: &Spec) -> BTreeSet<&str> {
    let steps = spec.flows.iter().flat_map(|flow| &flow.steps);
    steps
        .filter_map(|step| match &step.action {
            Action::Reply { text: TextRef::TextKey(key), .. }
            | Action::Ask { text: TextRef::TextKey(key), .. } => Some(key.as_str()),
            _ => None,
        })
        .collect()
}

/// The locales, the default one first.
fn locales(spec: &Spec) -> Vec<&str> {
    let default = spec.meta.default_locale.as_str();
    let others = spec.meta.locales.iter().map(String::as_str).filter(|locale| *locale != default);
    std::iter::once(default).chain(others).collect()
}

/// The texts by locale and key.
pub(super) fn texts(spec: &Spec, out: &mut String) {
    let keys = keys(spec);
    if keys.is_empty() {
        return;
    }
    let default = spec.localization.get(&spec.meta.default_locale);
    out.push_str(
        "\n// Texts by locale. What a locale lacks is said in the default locale.\nconst TEXTS = {\n",
    );
    for locale in locales(spec) {
        let own = spec.localization.get(locale);
        out.push_str(&format!("  {}: {{\n", js::key(locale)));
        for key in &keys {
            let get = |texts: &BTreeMap<String, String>| texts.get(*key).cloned();
            let text = own.and_then(get).or_else(|| default.and_then(get)).unwrap_or_default();
            out.push_str(&format!("    {}: {},\n", js::key(key), js::string(&text)));
        }
        out.push_str("  },\n");
    }
    out.push_str("};\n");
}

/// What each intent listens to, by locale.
pub(super) fn keywords(spec: &Spec, out: &mut String) {
    if spec.intents.is_empty() {
        return;
    }
    out.push_str("\n// What each intent listens to, by locale. A keyword stands by itself: no letter, number or mark is beside\n");
    out.push_str("// it, except where it begins or ends in a script that is written without spaces.\nconst KEYWORDS = {\n");
    for intent in &spec.intents {
        out.push_str(&format!("  {}: {{\n", js::key(&intent.id)));
        for locale in locales(spec) {
            let pattern = pattern(intent, locale, &spec.meta.default_locale);
            out.push_str(&format!("    {}: {},\n", js::key(locale), js::regex(&pattern, "iu")));
        }
        out.push_str("  },\n");
    }
    out.push_str("};\n");
}

fn pattern(intent: &Intent, locale: &str, default: &str) -> String {
    let words = |locale: &str| intent.keywords.get(locale).filter(|words| !words.is_empty());
    // An intent that nothing in this locale starts.
    let Some(words) = words(locale).or_else(|| words(default)) else { return "(?!)".to_owned() };
    let mut groups: BTreeMap<(bool, bool), Vec<String>> = BTreeMap::new();
    for word in words {
        let keyword = Keyword::new(word);
        let group = groups.entry((!keyword.guarded_before, !keyword.guarded_behind)).or_default();
        group.push(js::regex_literal(word));
    }
    let guarded = |((bare_before, bare_behind), words): ((bool, bool), Vec<String>)| {
        let before = if bare_before { "" } else { r"(?<![\p{L}\p{N}\p{M}_])" };
        let behind = if bare_behind { "" } else { r"(?![\p{L}\p{N}\p{M}_])" };
        format!("{before}(?:{}){behind}", words.join("|"))
    };
    groups.into_iter().map(guarded).collect::<Vec<_>>().join("|")
}

/// Which of the locales a chat's is, and what takes the place of a slot.
pub(super) fn functions(spec: &Spec, uses: &mut Uses, out: &mut String) {
    let keys = keys(spec);
    if !keys.is_empty() || !spec.intents.is_empty() {
        locale_function(spec, out);
    }
    let texts = spec.localization.values().flat_map(|texts| texts.iter());
    let used = texts.filter(|(key, _)| keys.contains(key.as_str())).flat_map(|(_, text)| parts(text));
    let slots: BTreeSet<_> = used.filter(|part| !matches!(part, Part::Text(_))).map(slot).collect();
    if slots.is_empty() {
        return;
    }
    out.push_str("\n// What takes the place of a slot.\nfunction slotValue(slot, name, ctx, state) {\n  switch (name) {\n");
    for (name, value) in slots {
        if value.starts_with("textOf(") {
            uses.note("textOf");
        }
        out.push_str(&format!("    case {}:\n      return {value};\n", js::string(&name)));
    }
    out.push_str("    default:\n      return slot;\n  }\n}\n");
}

fn locale_function(spec: &Spec, out: &mut String) {
    out.push_str(
        "\n// The locale that is spoken: the chat's if there is one like it, else the default one.\n",
    );
    out.push_str("function spoken(locale) {\n  switch (locale) {\n");
    let locales = locales(spec);
    for locale in &locales[1..] {
        let locale = js::string(locale);
        out.push_str(&format!("    case {locale}:\n      return {locale};\n"));
    }
    let default = js::string(locales[0]);
    out.push_str(&format!("    default:\n      return {default};\n  }}\n}}\n"));
}

fn slot(part: Part<'_>) -> (String, String) {
    match part {
        Part::ChatId => ("context.chatId".to_owned(), "String(ctx.chat.id)".to_owned()),
        Part::Locale => ("context.locale".to_owned(), "ctx.locale".to_owned()),
        Part::State(name) => (format!("state.{name}"), format!("textOf({})", js::field(name))),
        Part::Text(text) => (text.to_owned(), js::string(text)),
    }
}
