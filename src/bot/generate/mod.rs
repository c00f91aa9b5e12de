//! The template compiler: a spec in, a readable script out that does what the interpreter does. Pure and deterministic; its
//! output for a spec never changes under one model name, so a change of a single byte here makes it `template/2`.

mod helpers;
mod js;
mod steps;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::interpret::by_priority;
use super::spec::{Action, Flow, Spec};
use helpers::Uses;
use steps::{Case, after, first};

/// The name of this compiler in `rev.json`.
pub const MODEL: &str = "template/1";

/// The script of a spec that passed the rules. References that lead nowhere end a flow.
pub fn template(spec: &Spec) -> String {
    let mut out = String::new();
    let mut uses = Uses::default();
    head(spec, &mut out);
    tables::texts(spec, &mut out);
    tables::keywords(spec, &mut out);
    handler(spec, &mut out);
    commands(spec, &mut out);
    answers(spec, &mut out);
    intents(spec, &mut uses, &mut out);
    flows(spec, &mut uses, &mut out);
    tables::functions(spec, &mut uses, &mut out);
    uses.write(&mut out);
    out
}

fn head(spec: &Spec, out: &mut String) {
    out.push_str(&format!(
        "// The bot {}: {}.\n",
        js::string(&spec.meta.bot_id),
        js::string(&spec.meta.name)
    ));
    out.push_str("// Compiled from its spec (model template/1). Change the spec and compile it again, not this file.\n//\n");
    out.push_str("// What happens to a text:\n");
    out.push_str(
        "//   1. If its first word is a command, the command's flow starts; a pending question is dropped.\n",
    );
    out.push_str("//   2. Otherwise a pending question takes it as its answer.\n");
    out.push_str(
        "//   3. Otherwise the first intent, by priority, that has a keyword in it starts its flow.\n",
    );
    out.push_str("//   4. Otherwise nothing is sent.\n");
}

fn speaks(spec: &Spec) -> bool {
    let steps = spec.flows.iter().flat_map(|flow| &flow.steps);
    let mut texts = steps.filter_map(|step| match &step.action {
        Action::Reply { text, .. } | Action::Ask { text, .. } => Some(text),
        _ => None,
    });
    !spec.intents.is_empty() || texts.any(|text| matches!(text, super::spec::TextRef::TextKey(_)))
}

fn asks(flow: &Flow) -> impl Iterator<Item = (usize, &str)> {
    flow.steps.iter().enumerate().filter_map(|(at, step)| match &step.action {
        Action::Ask { save, .. } => Some((at, save.as_str())),
        _ => None,
    })
}

fn has_asks(spec: &Spec) -> bool {
    spec.flows.iter().any(|flow| asks(flow).next().is_some())
}

fn handler(spec: &Spec, out: &mut String) {
    let locale = if speaks(spec) { "  const locale = spoken(ctx.locale);\n" } else { "" };
    out.push_str("\nmodule.exports.handleUpdate = async function (ctx) {\n");
    out.push_str("  const text = ctx.message.text;\n  if (typeof text !== \"string\") {\n    return;\n  }\n");
    out.push_str("  const stored = await ctx.getState();\n");
    out.push_str("  const state = { ...stored, _: { ...stored._ } };\n");
    out.push_str(locale);
    out.push_str("  // A place is a step of a flow; null is where a flow ends, undefined that the text means nothing.\n");
    let mut starts = Vec::new();
    if !spec.commands.is_empty() {
        starts.push("command(state, text)");
    }
    if has_asks(spec) {
        starts.push("answer(state, text)");
    }
    if !spec.intents.is_empty() {
        starts.push("intent(ctx, state, locale, text)");
    }
    if starts.is_empty() {
        starts.push("undefined");
    }
    for (number, start) in starts.into_iter().enumerate() {
        if number == 0 {
            out.push_str(&format!("  let place = {start};\n"));
        } else {
            out.push_str(&format!("  if (place === undefined) {{\n    place = {start};\n  }}\n"));
        }
    }
    out.push_str("  if (place === undefined) {\n    return;\n  }\n");
    let arguments = arguments(spec);
    out.push_str("  for (let moves = 0; place !== null; moves += 1) {\n    if (moves > 200) {\n");
    out.push_str("      throw new Error(\"more than 200 transitions in one update\");\n    }\n");
    out.push_str(&format!("    place = await run({arguments}, place);\n  }}\n"));
    out.push_str("  await ctx.setState(state);\n};\n");
}

fn arguments(spec: &Spec) -> &'static str {
    if speaks(spec) { "ctx, state, locale" } else { "ctx, state" }
}

fn commands(spec: &Spec, out: &mut String) {
    if spec.commands.is_empty() {
        return;
    }
    out.push_str(
        "\n// 1. A command: the first word, in any case, with or without the bot's name behind it.\n",
    );
    out.push_str("function command(state, text) {\n");
    out.push_str("  const word = /^\\s*(\\/[^\\s@]+)(?:@\\S+)?(?!\\S)/u.exec(text);\n");
    out.push_str("  if (word === null) {\n    return undefined;\n  }\n");
    out.push_str("  switch (word[1].replace(/[A-Z]/gu, (letter) => letter.toLowerCase())) {\n");
    let mut seen = BTreeSet::new();
    for command in &spec.commands {
        let word = command.cmd.to_ascii_lowercase();
        if seen.insert(word.clone()) {
            let place = first(spec, &command.flow);
            out.push_str(&format!("    case {}:\n      state._.waits = null;\n", js::string(&word)));
            out.push_str(&format!("      return {place};\n"));
        }
    }
    out.push_str("    default:\n      return undefined;\n  }\n}\n");
}

fn answers(spec: &Spec, out: &mut String) {
    if !has_asks(spec) {
        return;
    }
    out.push_str("\n// 2. The answer to the question that waits.\nfunction answer(state, text) {\n");
    out.push_str("  const waits = state._.waits;\n");
    out.push_str("  if (waits === undefined || waits === null) {\n    return undefined;\n  }\n");
    out.push_str("  switch (waits.flow) {\n");
    for flow in &spec.flows {
        if asks(flow).next().is_none() {
            continue;
        }
        out.push_str(&format!("    case {}:\n      switch (waits.step) {{\n", js::string(&flow.id)));
        for (at, save) in asks(flow) {
            out.push_str(&format!("        case {}:\n", js::string(&flow.steps[at].id)));
            out.push_str("          state._.waits = null;\n");
            out.push_str(&format!("          {} = text;\n", js::field(save)));
            out.push_str(&format!("          return {};\n", after(flow, at)));
        }
        out.push_str("        default:\n          return undefined;\n      }\n");
    }
    out.push_str("    default:\n      return undefined;\n  }\n}\n");
}

fn intents(spec: &Spec, uses: &mut Uses, out: &mut String) {
    if spec.intents.is_empty() {
        return;
    }
    out.push_str("\n// 3. The first intent, by priority, that has a keyword in the text.\n");
    out.push_str("function intent(ctx, state, locale, text) {\n");
    let cools = |seconds: &u64| *seconds > 0;
    if spec.intents.iter().any(|intent| intent.cooldown_sec.is_some_and(|s| cools(&s))) {
        out.push_str("  const fired = state._.fired ?? {};\n");
    }
    for intent in by_priority(&spec.intents) {
        let words = js::member("KEYWORDS", &intent.id);
        let mut condition = format!("{words}[locale].test(text)");
        let cooldown = intent.cooldown_sec.filter(cools);
        let fired = js::member("fired", &intent.id);
        if let Some(seconds) = cooldown {
            uses.note("isRecent");
            let wait = seconds.saturating_mul(1000);
            condition.push_str(&format!(" && !isRecent({fired}, ctx.now, {wait})"));
        }
        out.push_str(&format!("  // priority {}\n  if ({condition}) {{\n", intent.priority));
        out.push_str("    state._.waits = null;\n");
        if cooldown.is_some() {
            out.push_str(&format!("    state._.fired = {{ ...fired, {}: ctx.now }};\n", js::key(&intent.id)));
        }
        out.push_str(&format!("    return {};\n  }}\n", first(spec, &intent.flow)));
    }
    out.push_str("  return undefined;\n}\n");
}

fn flows(spec: &Spec, uses: &mut Uses, out: &mut String) {
    let arguments = arguments(spec);
    let names = names(spec);
    out.push_str("\n// Does the step at a place; returns the place that comes next.\n");
    out.push_str(&format!("async function run({arguments}, place) {{\n  switch (place.flow) {{\n"));
    for (flow, name) in spec.flows.iter().zip(&names) {
        let id = js::string(&flow.id);
        out.push_str(&format!("    case {id}:\n      return {name}({arguments}, place.step);\n"));
    }
    out.push_str("    default:\n      return null;\n  }\n}\n");
    for (flow, name) in spec.flows.iter().zip(&names) {
        out.push_str(&format!("\n// The flow {}.\n", js::string(&flow.id)));
        out.push_str(&format!("async function {name}({arguments}, step) {{\n  switch (step) {{"));
        for at in 0..flow.steps.len() {
            Case { spec, flow, at, uses }.write(out);
        }
        out.push_str("\n    default:\n      return null;\n  }\n}\n");
    }
}

/// A name for each flow's function, all different.
fn names(spec: &Spec) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut name = |flow: &Flow| {
        let plain = js::function_name(&flow.id);
        let numbered = (2..).map(|number| format!("{plain}_{number}"));
        let mut free = std::iter::once(plain.clone()).chain(numbered).filter(|name| !taken.contains(name));
        let name = free.next().unwrap_or_default();
        drop(free);
        taken.insert(name.clone());
        name
    };
    spec.flows.iter().map(&mut name).collect()
}
