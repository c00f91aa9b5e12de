//! Single mutations of a bot: in its spec, before it is compiled, or in the text of its script.

mod steps;

use aegis_action::bot::generate::template;
use aegis_action::bot::interpret::by_priority;
use aegis_action::bot::spec::Spec;

use steps::STEPS;

/// A mutant.
pub(crate) struct Mutant {
    pub(crate) kind: &'static str,
    /// What was done, for people.
    pub(crate) what: String,
    /// The step that was touched, if it was one: flow and step.
    pub(crate) at: Option<(String, String)>,
    pub(crate) script: String,
}

/// Pieces of a script, and what takes the place of one occurrence.
const TEXTS: [(&str, &str, &str); 20] = [
    ("percent-encoding dropped", "encodeURIComponent(", "String("),
    ("pending not cleared", "state._.waits = null;", ""),
    ("question forgotten", "state._.waits = { ", "state._.waits_ = { "),
    ("keyword's case counts", "/iu,", "/u,"),
    ("keyword inside words", r"(?<![\p{L}\p{N}\p{M}_])", ""),
    ("keyword inside words", r"(?![\p{L}\p{N}\p{M}_])", ""),
    ("command's case counts", ".replace(/[A-Z]/gu, (letter) => letter.toLowerCase())", ""),
    ("bot's name not understood", r"(?:@\S+)?", ""),
    ("command inside words", r"(?!\S)", ""),
    ("locale matched loosely", "switch (locale) {", "switch (locale.slice(0, 2)) {"),
    ("part of a text matched", "/^(?:", "/(?:"),
    ("part of a text matched", ")$/u", ")/u"),
    ("state not stored", "  await ctx.setState(state);\n", ""),
    ("missing pointer ignored", " === undefined", " === 0"),
    ("failure ignored", "!answer.ok", "false"),
    ("unset is shown", "return \"\";", "return \"undefined\";"),
    ("slots left alone", "return text.replace(", "return text.concat(\"\") || text.replace("),
    ("cooldown not remembered", "state._.fired = {", "state._.fired_ = {"),
    ("updates without text handled", "typeof text !== \"string\"", "text === null"),
    ("else taken", "if (state", "if (!state"),
];

/// All mutants of a bot whose script differs from the sound one.
pub(crate) fn mutants(spec: &Spec) -> Vec<Mutant> {
    let sound = template(spec);
    let mut found = Vec::new();
    for (flow, whole) in spec.flows.iter().enumerate() {
        for (at, step) in whole.steps.iter().enumerate() {
            for (kind, edit) in STEPS {
                for changed in edit(spec, flow, at) {
                    let mut mutated = spec.clone();
                    mutated.flows[flow].steps[at] = changed;
                    found.push(Mutant {
                        kind,
                        what: format!("{}/{}", whole.id, step.id),
                        at: Some((whole.id.clone(), step.id.clone())),
                        script: template(&mutated),
                    });
                }
            }
        }
    }
    whole_spec(spec, &mut found);
    for (kind, piece, other) in TEXTS {
        for (number, (at, _)) in sound.match_indices(piece).enumerate() {
            let script = format!("{}{other}{}", &sound[..at], &sound[at + piece.len()..]);
            let line = sound[..at].lines().count();
            found.push(Mutant {
                kind,
                what: format!("occurrence {}, line {line}", number + 1),
                at: place(&sound[..at]),
                script,
            });
        }
    }
    found.retain(|mutant| mutant.script != sound);
    found
}

/// The flow and the step in whose code a script stands at its end, if it is in one.
fn place(script: &str) -> Option<(String, String)> {
    let flow = script.rsplit_once("\n// The flow \"")?.1;
    let step = flow.rsplit_once("\n    case \"")?.1;
    let name = |rest: &str| rest.split_once('"').map(|(name, _)| name.to_owned());
    // What stands behind the last flow is not in it.
    let is_over = flow.contains("\n}\n");
    Some((name(flow)?, name(step)?)).filter(|_| !is_over)
}

/// Changes of what stands beside the flows.
fn whole_spec(spec: &Spec, found: &mut Vec<Mutant>) {
    let mut add = |kind: &'static str, what: String, change: &dyn Fn(&mut Spec)| {
        let mut mutated = spec.clone();
        change(&mut mutated);
        found.push(Mutant { kind, what, at: None, script: template(&mutated) });
    };
    for (locale, texts) in &spec.localization {
        for key in texts.keys() {
            add("text changed", format!("{key} in {locale}"), &|spec| {
                let text = spec.localization.get_mut(locale).unwrap().get_mut(key).unwrap();
                text.push('.');
            });
        }
        let default = &spec.meta.default_locale;
        if locale != default {
            add("locale ignored", locale.clone(), &|spec| drop(spec.localization.remove(locale)));
        }
    }
    for (at, intent) in spec.intents.iter().enumerate() {
        let id = || intent.id.clone();
        add("cooldown ignored", id(), &|spec| spec.intents[at].cooldown_sec = None);
        add("cooldown longer", id(), &|spec| {
            spec.intents[at].cooldown_sec = spec.intents[at].cooldown_sec.map(|seconds| seconds + 1);
        });
        add("cooldown shorter", id(), &|spec| {
            spec.intents[at].cooldown_sec =
                spec.intents[at].cooldown_sec.map(|seconds| seconds.saturating_sub(1));
        });
        for (locale, words) in &intent.keywords {
            for (word, text) in words.iter().enumerate() {
                add("keyword dropped", format!("{text} in {locale}"), &|spec| {
                    drop(spec.intents[at].keywords.get_mut(locale).unwrap().remove(word));
                });
            }
            if *locale != spec.meta.default_locale {
                add("locale ignored", format!("{} in {locale}", intent.id), &|spec| {
                    drop(spec.intents[at].keywords.remove(locale));
                });
            }
        }
    }
    let sorted: Vec<_> = by_priority(&spec.intents).collect();
    for pair in sorted.windows(2) {
        add("priority order", format!("{} and {}", pair[0].id, pair[1].id), &|spec| {
            let place = |id: &str| spec.intents.iter().position(|intent| intent.id == id).unwrap();
            let (one, other) = (place(&pair[0].id), place(&pair[1].id));
            spec.intents[one].priority = pair[1].priority;
            spec.intents[other].priority = pair[0].priority;
            spec.intents.swap(one, other);
        });
    }
    for (at, command) in spec.commands.iter().enumerate() {
        let other = spec.flows.iter().find(|flow| flow.id != command.flow);
        if let Some(other) = other {
            add("wrong flow", command.cmd.clone(), &|spec| spec.commands[at].flow.clone_from(&other.id));
        }
        add("command dropped", command.cmd.clone(), &|spec| drop(spec.commands.remove(at)));
    }
}
