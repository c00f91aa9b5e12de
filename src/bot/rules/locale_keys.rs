//! `LOCALE_MISSING_KEY`: every text that is used is there in the default locale, and should be in the others.

use std::collections::BTreeMap;

use crate::bot::view::{At, View, text};
use crate::diag::Code;

use super::{Findings, meant, short};

pub(super) fn check<'t, 'a>(view: &View<'t, 'a>, found: &mut Findings<'t, 'a>) {
    let mut known: Vec<&str> = view.texts.iter().flat_map(|texts| texts.of.keys().copied()).collect();
    known.sort_unstable();
    known.dedup();
    let has = |locale: &str, key: &str| {
        view.texts.iter().any(|texts| texts.locale.raw() == locale && texts.of.contains_key(key))
    };
    // The first use of each key, in the order of the spec.
    let mut uses: Vec<At<'t, 'a>> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (_, step) in view.steps() {
        uses.extend(text(step.node, "textKey").filter(|key| seen.insert(key.raw())));
    }
    let default = view.default_locale.map(|locale| locale.raw());
    let mut untranslated: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for key in uses {
        let name = key.raw();
        if known.binary_search(&name).is_err() {
            let message = format!("no locale has a text with the key `{}`", short(name));
            let help = meant(name, &known, "add the text to `localization`");
            found.error(Code::SpecRefNotFound, key, message, help);
            continue;
        }
        for (number, locale) in view.locales.iter().enumerate() {
            if has(locale.raw(), name) {
                continue;
            }
            if Some(locale.raw()) == default {
                let message =
                    format!("the default locale `{}` lacks the text `{}`", locale.raw(), short(name));
                let help = "add it: the default locale's text is what is said where another one is missing";
                found.error(Code::LocaleMissingKey, key, message, help);
            } else {
                untranslated.entry(number).or_default().push(name);
            }
        }
    }
    for (number, keys) in untranslated {
        let locale = view.locales[number];
        let texts = view.texts.iter().find(|texts| texts.locale.raw() == locale.raw());
        for key in keys {
            let message = format!("the locale `{}` lacks the text `{}`", locale.raw(), short(key));
            let help = "add the translation; until then the default locale's text is said";
            found.warning(Code::LocaleMissingKey, texts.map_or(locale, |texts| texts.locale), message, help);
        }
    }
}
