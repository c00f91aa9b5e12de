//! Why mutants that survive do the same as the sound script: only what follows from the spec, whatever is said.

use std::collections::BTreeMap;

use aegis_action::bot::fill::{Part, parts};
use aegis_action::bot::generate::template;
use aegis_action::bot::interpret::Mark;
use aegis_action::bot::keyword::Keyword;
use aegis_action::bot::spec::{Action, Flow, Intent, Spec};
use serde_json::{Value, json};

use super::mutants::Bench;
use super::mutate::Mutant;

/// Why a mutant that survived does the same as the sound script; nothing if it does not.
pub(crate) fn why(bench: &Bench<'_>, mutant: &Mutant) -> Option<&'static str> {
    if let Some(place) = &mutant.at
        && nothing_leads_to(bench, place)
    {
        return Some("nothing leads to the step");
    }
    let spec = Reader { spec: bench.spec };
    match mutant.kind {
        // While a question waits every text that is no command is its answer: intents find none, and a flow that begins
        // with a question, or ends without asking after an answer, writes over it.
        "pending not cleared" if spec.is_written_over(&mutant.script) => {
            Some("no question waits there, or the flow asks another one at once")
        }
        "pending not cleared" if !spec.remembers(|action| matches!(action, Action::Ask { .. })) => {
            Some("the bot asks nothing")
        }
        "state not stored" if !spec.remembers(|action| !matches!(action, Action::Reply { .. })) => {
            Some("the bot remembers nothing")
        }
        "locale matched loosely" if spec.spec.meta.locales.len() == 1 => Some("the bot has one locale"),
        "wrong next" if spec.never_goes_on(mutant) => Some("the step never goes on to its `next`"),
        "updates without text handled" if spec.has_no_use_for("undefined") => {
            Some("no question takes it, and no keyword occurs in what a text that is none reads like")
        }
        "percent-encoding dropped" if spec.is_encoded_in_vain(mutant) => {
            Some("a pattern has let through only what is not encoded")
        }
        "keyword dropped" if spec.has_another_word(&mutant.what) => {
            Some("another keyword that counts there occurs wherever this one does")
        }
        "locale ignored" if spec.has_the_same_words(&mutant.what) => {
            Some("the words of the default locale find the same texts")
        }
        _ => None,
    }
}

fn nothing_leads_to(bench: &Bench<'_>, (flow, step): &(String, String)) -> bool {
    let is_there = |mark: &Mark| matches!(mark, Mark::Step(f, s, _) if f == flow && s == step);
    // That no conversation was found is not enough: there may be one.
    let never = |why: &str| why == "no command and no intent leads there";
    bench.generated.uncovered.iter().any(|(mark, why)| is_there(mark) && never(why))
}

struct Reader<'s> {
    spec: &'s Spec,
}

impl Reader<'_> {
    fn flow(&self, id: &str) -> &Flow {
        self.spec.flows.iter().find(|flow| flow.id == id).unwrap()
    }

    /// Whether a step does something, or an intent cools down.
    fn remembers(&self, does: impl Fn(&Action) -> bool) -> bool {
        let mut steps = self.spec.flows.iter().flat_map(|flow| &flow.steps);
        steps.any(|step| does(&step.action)) || self.spec.intents.iter().any(|one| one.cooldown_sec.is_some())
    }

    /// Whether nothing is done with a text that is no command but to look for keywords, and there are none in it.
    fn has_no_use_for(&self, text: &str) -> bool {
        let mut steps = self.spec.flows.iter().flat_map(|flow| &flow.steps);
        let mut words = self.spec.intents.iter().flat_map(|intent| intent.keywords.values().flatten());
        !steps.any(|step| matches!(step.action, Action::Ask { .. }))
            && !words.any(|word| Keyword::new(word).occurs_in(text))
    }

    /// Steps that have a `next` and do not use it: a `goto` without a condition, or with `elseNext`.
    fn never_goes_on(&self, mutant: &Mutant) -> bool {
        let Some((flow, step)) = &mutant.at else { return false };
        let flow = self.spec.flows.iter().find(|other| other.id == *flow).unwrap();
        let step = flow.steps.iter().find(|other| other.id == *step).unwrap();
        match &step.action {
            Action::Goto { when, else_next, .. } => when.is_none() || else_next.is_some(),
            _ => false,
        }
    }

    fn is_written_over(&self, mutated: &str) -> bool {
        let sound = template(self.spec);
        let at = sound.bytes().zip(mutated.bytes()).take_while(|(one, other)| one == other).count();
        let head = &sound[..at];
        let function = head.rfind("\nfunction ").map_or("", |start| &sound[start + 10..]);
        if function.starts_with("intent(") {
            return true;
        }
        // In `command` and `answer`: every way from the place that is returned next ends at an `ask`.
        let rest = &sound[at..];
        let place =
            rest.split_once("return ").map_or("", |(_, place)| place.lines().next().unwrap_or_default());
        let literal = |flow: &str, step: &str| format!("{{ flow: \"{flow}\", step: \"{step}\" }};");
        self.spec.flows.iter().any(|flow| {
            let named = |step: &&aegis_action::bot::spec::Step| place == literal(&flow.id, &step.id);
            flow.steps.iter().find(named).is_some_and(|step| self.always_asks(&flow.id, &step.id))
        })
    }

    fn always_asks(&self, flow: &str, id: &str) -> bool {
        let flow = self.spec.flows.iter().find(|other| other.id == flow).unwrap();
        let at = flow.steps.iter().position(|step| step.id == id).unwrap();
        let step = &flow.steps[at];
        let next = step.next.clone().or_else(|| flow.steps.get(at + 1).map(|step| step.id.clone()));
        let goes = |id: &Option<String>| id.as_ref().is_some_and(|id| self.always_asks(&flow.id, id));
        match &step.action {
            Action::Ask { .. } => true,
            Action::Reply { .. } | Action::Save { .. } => goes(&next),
            Action::Validate { on_fail, .. } | Action::ApiCall { on_fail, .. } => {
                goes(&next) && goes(on_fail)
            }
            Action::Goto { target_flow, target_step, when, else_next } => {
                let target = match target_flow {
                    Some(target) => {
                        let target = self.spec.flows.iter().find(|other| other.id == *target).unwrap();
                        self.always_asks(&target.id, &target.steps[0].id)
                    }
                    None => goes(target_step),
                };
                let other = if else_next.is_some() { else_next } else { &next };
                target && (when.is_none() || goes(other))
            }
        }
    }

    /// Whether the text that is percent-encoded at the first difference to the sound script never has anything to encode.
    fn is_encoded_in_vain(&self, mutant: &Mutant) -> bool {
        let sound = template(self.spec);
        let at = sound.bytes().zip(mutant.script.bytes()).take_while(|(one, other)| one == other).count();
        // The place itself: behind it others may be encoded.
        let field = sound[at..].strip_prefix("encodeURIComponent(textOf(state.");
        let field = field.and_then(|rest| rest.split(')').next());
        let (Some(field), Some((flow, step))) = (field, &mutant.at) else { return false };
        let Some(found) = self.flow(flow).steps.iter().find(|other| other.id == *step) else { return false };
        let Action::ApiCall { url, .. } = &found.action else { return false };
        parts(url).contains(&Part::State(field)) && self.is_held(flow, step, field)
    }

    /// Whether on every way to a step the last that happens to a field is that a pattern lets it through which lets through
    /// letters and digits alone.
    fn is_held(&self, flow: &str, step: &str, field: &str) -> bool {
        let entries = self
            .spec
            .commands
            .iter()
            .map(|one| &one.flow)
            .chain(self.spec.intents.iter().map(|one| &one.flow));
        let first = |flow: &Flow| flow.steps.first().map(|step| (flow.id.clone(), step.id.clone()));
        let mut work: Vec<_> = entries.filter_map(|flow| Some((first(self.flow(flow))?, false))).collect();
        // What is known when a step begins; less and less.
        let mut known: BTreeMap<(String, String), bool> = BTreeMap::new();
        while let Some((place, held)) = work.pop() {
            let before = known.get(&place).copied();
            if before.is_some_and(|before| !before || held) {
                continue;
            }
            known.insert(place.clone(), held);
            let flow = self.flow(&place.0);
            let at = flow.steps.iter().position(|step| step.id == place.1).unwrap();
            let step = &flow.steps[at];
            let same = |id: &Option<String>| id.clone().map(|id| (flow.id.clone(), id));
            let next =
                same(&step.next.clone().or_else(|| flow.steps.get(at + 1).map(|step| step.id.clone())));
            let ways = match &step.action {
                Action::Reply { .. } => vec![(next, held)],
                Action::Ask { save, .. } => vec![(next, held && save != field)],
                Action::Save { field: saved, .. } => vec![(next, held && saved != field)],
                Action::Validate { field: judged, regex, on_fail, .. } => {
                    let holds = judged == field && regex.as_deref().is_some_and(is_of_letters_and_digits);
                    vec![(next, held || holds), (same(on_fail), held)]
                }
                Action::ApiCall { map, on_fail, .. } => {
                    let sets = map.iter().flatten().any(|(_, other)| other == field);
                    vec![(next, held && !sets), (same(on_fail), held && !sets)]
                }
                Action::Goto { target_flow, target_step, when, else_next } => {
                    let target = match target_flow {
                        Some(other) => first(self.flow(other)),
                        None => same(target_step),
                    };
                    let other = if else_next.is_some() { same(else_next) } else { next };
                    vec![(target, held), (other.filter(|_| when.is_some()), held)]
                }
            };
            work.extend(ways.into_iter().filter_map(|(place, held)| Some((place?, held))));
        }
        known.get(&(flow.to_owned(), step.to_owned())).copied().unwrap_or(false)
    }

    /// `WORD in LOCALE`: whether another word of the same intent and locale occurs in it, and so wherever it occurs itself.
    fn has_another_word(&self, what: &str) -> bool {
        let Some((word, locale)) = what.rsplit_once(" in ") else { return false };
        let mut intents = self.spec.intents.iter().filter(|intent| {
            intent.keywords.get(locale).is_some_and(|list| list.iter().any(|other| other == word))
        });
        let covers = |intent: &Intent| {
            let list = &intent.keywords[locale];
            // Without any word of its own a locale has those of the default one.
            let is_only = list.len() == 1 && *locale != *self.spec.meta.default_locale;
            list.iter().any(|other| other != word && Keyword::new(other).occurs_in(word))
                || is_only && self.has_the_same_words(&format!("{} in {locale}", intent.id))
        };
        // Which of them was meant if several intents have the word is not said.
        intents.next().is_some_and(covers) && intents.all(covers)
    }

    /// `INTENT in LOCALE`: whether each of its words there holds one of the default locale, and the other way round.
    fn has_the_same_words(&self, what: &str) -> bool {
        let Some((id, locale)) = what.rsplit_once(" in ") else { return false };
        let Some(intent) = self.spec.intents.iter().find(|intent| intent.id == id) else { return false };
        let words = |locale: &str| intent.keywords.get(locale).cloned().unwrap_or_default();
        let (own, default) = (words(locale), words(&self.spec.meta.default_locale));
        let covers = |some: &[String], others: &[String]| {
            others.iter().all(|other| some.iter().any(|one| Keyword::new(one).occurs_in(other)))
        };
        !default.is_empty() && covers(&own, &default) && covers(&default, &own)
    }
}

/// Whether a pattern lets through letters and digits of ASCII alone. What it does not understand it denies.
fn is_of_letters_and_digits(regex: &str) -> bool {
    let mut class: Option<Vec<char>> = None;
    for c in regex.chars() {
        match (&mut class, c) {
            (None, '[') => class = Some(Vec::new()),
            (Some(chars), ']') => {
                let is_range = |at: usize| {
                    let sort = |c: char| (c.is_ascii_digit(), c.is_ascii_uppercase(), c.is_ascii_lowercase());
                    at > 0 && chars.get(at + 1).is_some_and(|&to| sort(chars[at - 1]) == sort(to))
                };
                let is_fine =
                    |(at, c): (usize, &char)| c.is_ascii_alphanumeric() || *c == '-' && is_range(at);
                if !chars.iter().enumerate().all(is_fine) {
                    return false;
                }
                class = None;
            }
            (Some(chars), c) => chars.push(c),
            (None, c) if c.is_ascii_alphanumeric() || "(){},|?*+".contains(c) => {}
            (None, _) => return false,
        }
    }
    class.is_none()
}

/// What is said of the mutants of a kind of a small bot, in their order; its flow `main` is what `/start` begins.
fn said(kind: &str, intents: Value, steps: Value) -> Vec<Option<&'static str>> {
    let spec: Spec = serde_json::from_value(json!({
        "meta": {"botId": "b", "name": "B", "locales": ["en"], "defaultLocale": "en", "schema_ver": "1.0.0"},
        "commands": [{"cmd": "/start", "flow": "main"}],
        "intents": intents,
        "flows": [{"id": "main", "steps": steps}],
        "state": {"fields": {"size": {"type": "string"}}},
        "security": {"outboundAllowList": ["a.example"], "maxApiResponseKB": 1, "apiCall": {"maxPerUpdate": 1, "timeoutMs": 100}},
    }))
    .unwrap();
    let bench = Bench::new(&spec);
    let of_kind = super::mutate::mutants(&spec).into_iter().filter(|mutant| mutant.kind == kind);
    of_kind.map(|mutant| why(&bench, &mutant)).collect()
}

#[test]
fn a_step_that_no_conversation_was_found_for_may_be_reached_all_the_same() {
    // Seventy digits lead to the last step, and nobody tries them.
    let steps = json!([
        {"id": "ask", "type": "ask", "text": "?", "save": "size"},
        {"id": "digits", "type": "validate", "field": "size", "regex": "[0-9]+"},
        {"id": "many", "type": "validate", "field": "size", "schema": {"minLength": 70}},
        {"id": "done", "type": "reply", "text": "done", "next": "end"},
        {"id": "never", "type": "reply", "text": "never"},
        {"id": "end", "type": "reply", "text": "end"},
    ]);
    let found = said("text changed", json!([]), steps);
    assert_eq!(found[1..], [None, Some("nothing leads to the step"), None]);
}

#[test]
fn an_update_without_text_is_no_answer() {
    let kind = "updates without text handled";
    let ask = json!([{"id": "ask", "type": "ask", "text": "?", "save": "size"}]);
    let reply = json!([{"id": "hi", "type": "reply", "text": "Hi"}]);
    let word = |word: &str| json!([{"id": "i", "keywords": {"en": [word]}, "priority": 1, "flow": "main"}]);
    assert_eq!(said(kind, json!([]), ask), [None], "it would be an answer");
    assert_eq!(said(kind, word("Undefined"), reply.clone()), [None], "what is none reads `undefined`");
    assert!(said(kind, word("hello"), reply)[0].is_some());
}

#[test]
fn what_is_encoded_in_vain_is_the_field_that_is_meant() {
    let steps = json!([
        {"id": "ask", "type": "ask", "text": "?", "save": "size"},
        {"id": "check", "type": "validate", "field": "size", "regex": "S|M"},
        {"id": "call", "type": "apiCall", "method": "GET", "url": "https://a.example/{{context.chatId}}/{{state.size}}"},
    ]);
    let found = said("percent-encoding dropped", json!([]), steps);
    assert_eq!((found.len(), found[0], found[1].is_some()), (2, None, true), "the chat's id may be anything");
}

#[test]
fn patterns_of_letters_and_digits_are_known() {
    for regex in ["[1-4][0-9]{2}", "[0-9]+", "(S|M|L)", "[A-Za-z0-9]*"] {
        assert!(is_of_letters_and_digits(regex), "{regex}");
    }
    for regex in [
        ".", "[^0-9]", r"\d", "[+0-9]", "[A-z]", "[0-9", "a b", "[!-9]", "[0-]", "[-9]", "é", "(?:a)",
        "[0-9]é?",
    ] {
        assert!(!is_of_letters_and_digits(regex), "{regex}");
    }
}
