//! What a step becomes: a `case` that does what the step does and returns the place of the next.

use serde_json::Value;

use crate::bot::fill::{Part, parts};
use crate::bot::judge::Subset;
use crate::bot::spec::{Action, Flow, Spec, Step, TextRef, When};
use crate::bot::value::pointer_tokens;

use super::helpers::Uses;
use super::js;

/// The `case` of a step.
pub(super) struct Case<'c> {
    pub(super) spec: &'c Spec,
    pub(super) flow: &'c Flow,
    pub(super) at: usize,
    pub(super) uses: &'c mut Uses,
}

impl<'c> Case<'c> {
    /// Its lines, indented as they stand in the flow's function.
    pub(super) fn write(mut self, out: &mut String) {
        let step: &'c Step = &self.flow.steps[self.at];
        let (about, lines) = match &step.action {
            Action::Reply { text, keyboard } => ("reply".to_owned(), self.reply(text, keyboard.as_deref())),
            Action::Ask { text, save } => {
                (format!("ask: the answer goes to {}", js::string(save)), self.ask(step, text))
            }
            Action::Validate { field, .. } => {
                (format!("validate {}", js::string(field)), self.validate(&step.action))
            }
            Action::Save { field, value } => {
                let set = format!("{} = {};", js::field(field), js::value(value, self.uses));
                (format!("save {}", js::string(field)), vec![set, self.after()])
            }
            Action::ApiCall { .. } => ("apiCall".to_owned(), self.call(&step.action)),
            Action::Goto { .. } => ("goto".to_owned(), self.goto(&step.action)),
        };
        // Declarations need a block of their own.
        let is_block = lines.iter().any(|line| line.starts_with("const "));
        let (open, close) = if is_block { (" {", "    }\n") } else { ("", "") };
        out.push_str(&format!("\n    // {about}\n    case {}:{open}\n", js::string(&step.id)));
        for line in lines {
            out.push_str(&format!("      {line}\n"));
        }
        out.push_str(close);
    }

    fn place(&self, step: Option<&Step>) -> String {
        step.map_or_else(|| "null".to_owned(), |step| place(&self.flow.id, &step.id))
    }

    fn named(&self, id: &str) -> String {
        self.place(self.flow.steps.iter().find(|step| step.id == id))
    }

    /// The way on.
    fn after(&self) -> String {
        format!("return {};", self.after_place())
    }

    fn after_place(&self) -> String {
        after(self.flow, self.at)
    }

    fn failed(&self, on_fail: Option<&str>) -> String {
        on_fail.map_or_else(|| "null".to_owned(), |id| self.named(id))
    }

    fn text(&mut self, text: &TextRef) -> String {
        match text {
            TextRef::Text(text) => js::filled(text, self.uses),
            TextRef::TextKey(key) => {
                let found = js::member("TEXTS[locale]", key);
                if !is_filled(self.spec, key) {
                    return found;
                }
                self.uses.note("fill");
                format!("fill({found}, ctx, state)")
            }
        }
    }

    fn reply(&mut self, text: &TextRef, keyboard: Option<&[Vec<String>]>) -> Vec<String> {
        let text = self.text(text);
        let Some(rows) = keyboard else {
            return vec![format!("await ctx.sendMessage({text});"), self.after()];
        };
        let mut lines = vec![
            "await ctx.sendMessage({".to_owned(),
            format!("  text: {text},"),
            "  keyboard: [".to_owned(),
        ];
        for row in rows {
            let labels: Vec<_> = row.iter().map(|label| js::filled(label, self.uses)).collect();
            lines.push(format!("    [{}],", labels.join(", ")));
        }
        lines.extend(["  ],".to_owned(), "});".to_owned(), self.after()]);
        lines
    }

    fn ask(&mut self, step: &Step, text: &TextRef) -> Vec<String> {
        vec![
            format!("await ctx.sendMessage({});", self.text(text)),
            format!("state._.waits = {};", place(&self.flow.id, &step.id)),
            "return null;".to_owned(),
        ]
    }

    /// If a call does not say so, then elsewhere.
    fn unless(&self, call: &str, elsewhere: &str) -> Vec<String> {
        vec![format!("if (!{call}) {{"), format!("  return {elsewhere};"), "}".to_owned(), self.after()]
    }

    fn validate(&mut self, action: &Action) -> Vec<String> {
        let Action::Validate { field, regex, values, schema, on_fail } = action else { return Vec::new() };
        let elsewhere = self.failed(on_fail.as_deref());
        let value = js::field(field);
        match (regex, values, schema) {
            (Some(regex), ..) => {
                self.uses.note("textOf");
                let pattern = js::regex(&format!("^(?:{regex})$"), "u");
                self.unless(&format!("{pattern}.test(textOf({value}))"), &elsewhere)
            }
            (None, Some(values), _) => {
                let condition = self.is_one_of(&value, values);
                self.unless(&condition, &elsewhere)
            }
            (None, None, Some(schema)) => {
                let mut lines = vec![format!("const value = {value} ?? null;")];
                let mut conditions = self.conditions(&Subset::of(schema));
                if conditions.is_empty() {
                    conditions.push("true".to_owned());
                }
                lines.push("const isValid =".to_owned());
                let last = conditions.len() - 1;
                let joined =
                    |(at, one): (usize, &String)| format!("  {one}{}", if at < last { " &&" } else { ";" });
                lines.extend(conditions.iter().enumerate().map(joined));
                lines.extend(self.unless("isValid", &elsewhere));
                lines
            }
            (None, None, None) => vec![self.after()],
        }
    }

    fn is_one_of(&mut self, value: &str, values: &[Value]) -> String {
        let list: Vec<_> = values.iter().map(js::constant).collect();
        if values.iter().any(|value| value.is_object() || value.is_array()) {
            self.uses.note("canonical");
            let list: Vec<_> =
                values.iter().map(|value| js::string(&crate::bot::value::canonical(value))).collect();
            return format!("[{}].includes(canonical({value} ?? null))", list.join(", "));
        }
        let unset = if values.contains(&Value::Null) { " ?? null" } else { "" };
        format!("[{}].includes({value}{unset})", list.join(", "))
    }

    /// A comparison with a value; `operator` says whether it has to be the same.
    fn compared(&mut self, value: &str, operator: &str, other: &Value) -> String {
        match other {
            Value::Array(_) | Value::Object(_) => {
                self.uses.note("canonical");
                format!("canonical({value} ?? null) {operator} {}", js::constant(other))
            }
            Value::Null => format!("({value} ?? null) {operator} null"),
            other => format!("{value} {operator} {}", js::constant(other)),
        }
    }

    /// What a schema asks of `value`; all of it has to hold.
    fn conditions(&mut self, subset: &Subset) -> Vec<String> {
        let mut all = Vec::new();
        if !subset.types.is_empty() {
            let types: Vec<_> = subset.types.iter().map(|name| is_of(name)).collect();
            all.push(if types.len() == 1 { types.concat() } else { format!("({})", types.join(" || ")) });
        }
        if let Some(values) = &subset.one_of {
            all.push(self.is_one_of("value", values));
        }
        if let Some(constant) = &subset.constant {
            all.push(self.compared("value", "===", constant));
        }
        let mut texts = Vec::new();
        texts.extend(subset.min_length.map(|least| format!("Array.from(value).length >= {least}")));
        texts.extend(subset.max_length.map(|most| format!("Array.from(value).length <= {most}")));
        texts.extend(subset.pattern.iter().map(|pattern| {
            let pattern = if pattern.is_empty() { "(?:)" } else { pattern };
            format!("{}.test(value)", js::regex(pattern, "u"))
        }));
        all.extend(only_for("string", &texts));
        let number = |number: f64| ryu_js::Buffer::new().format(number).to_owned();
        let mut numbers = Vec::new();
        numbers.extend(subset.minimum.map(|least| format!("value >= {}", number(least))));
        numbers.extend(subset.maximum.map(|most| format!("value <= {}", number(most))));
        all.extend(only_for("number", &numbers));
        all
    }

    fn call(&mut self, action: &Action) -> Vec<String> {
        let Action::ApiCall { method, url, body, timeout_ms, retries, backoff_ms, map, on_fail } = action
        else {
            return Vec::new();
        };
        let mut lines = vec![
            "const answer = await ctx.http({".to_owned(),
            format!("  method: {},", js::string(method)),
            format!("  url: {},", js::url(url, self.uses)),
        ];
        lines.extend(body.as_ref().map(|body| format!("  body: {},", js::value(body, self.uses))));
        let numbers = [("timeoutMs", timeout_ms), ("retries", retries), ("backoffMs", backoff_ms)];
        lines.extend(numbers.iter().filter_map(|(name, n)| n.map(|number| format!("  {name}: {number},"))));
        lines.push("});".to_owned());
        let mut failed = "!answer.ok".to_owned();
        let mut saves = Vec::new();
        for (number, (pointer, field)) in map.iter().flatten().enumerate() {
            self.uses.note("find");
            let tokens: Vec<_> = pointer_tokens(pointer).iter().map(|token| js::string(token)).collect();
            lines.push(format!("const found{number} = find(answer.json, [{}]);", tokens.join(", ")));
            failed.push_str(&format!(" || found{number} === undefined"));
            saves.push(format!("{} = found{number};", js::field(field)));
        }
        lines.push(format!("if ({failed}) {{"));
        lines.push(format!("  return {};", self.failed(on_fail.as_deref())));
        lines.push("}".to_owned());
        lines.extend(saves);
        lines.push(self.after());
        lines
    }

    fn goto(&mut self, action: &Action) -> Vec<String> {
        let Action::Goto { target_flow, target_step, when, else_next } = action else { return Vec::new() };
        let mut lines = Vec::new();
        if let Some(When { field, equals }) = when {
            let elsewhere = match else_next {
                Some(id) => self.named(id),
                None => self.after_place(),
            };
            let condition = self.compared(&js::field(field), "!==", equals);
            lines.push(format!("if ({condition}) {{"));
            lines.push(format!("  return {elsewhere};"));
            lines.push("}".to_owned());
        }
        let target = match (target_flow, target_step) {
            (Some(flow), _) => {
                lines.push(format!("await ctx.goto({});", js::string(flow)));
                first(self.spec, flow)
            }
            (None, Some(step)) => self.named(step),
            (None, None) => "null".to_owned(),
        };
        lines.push(format!("return {target};"));
        lines
    }
}

/// A test that only concerns values of a type.
fn only_for(kind: &str, tests: &[String]) -> Option<String> {
    (!tests.is_empty()).then(|| format!("(typeof value !== \"{kind}\" || ({}))", tests.join(" && ")))
}

fn is_of(name: &str) -> String {
    match name {
        "integer" => "Number.isInteger(value)".to_owned(),
        "object" => "(typeof value === \"object\" && value !== null && !Array.isArray(value))".to_owned(),
        "array" => "Array.isArray(value)".to_owned(),
        "null" => "value === null".to_owned(),
        other => format!("typeof value === {}", js::string(other)),
    }
}

/// A place as a literal.
pub(super) fn place(flow: &str, step: &str) -> String {
    format!("{{ flow: {}, step: {} }}", js::string(flow), js::string(step))
}

/// The place where a flow begins.
pub(super) fn first(spec: &Spec, flow: &str) -> String {
    let flow = spec.flows.iter().find(|other| other.id == flow);
    let step = flow.and_then(|flow| Some((flow, flow.steps.first()?)));
    step.map_or_else(|| "null".to_owned(), |(flow, step)| place(&flow.id, &step.id))
}

/// The place that comes after a step.
pub(super) fn after(flow: &Flow, at: usize) -> String {
    let next = match &flow.steps[at].next {
        Some(next) => flow.steps.iter().find(|step| step.id == *next),
        None => flow.steps.get(at + 1),
    };
    next.map_or_else(|| "null".to_owned(), |step| place(&flow.id, &step.id))
}

/// Whether the text of a key has slots in some locale.
pub(super) fn is_filled(spec: &Spec, key: &str) -> bool {
    let texts = spec.localization.values().filter_map(|texts| texts.get(key));
    texts.flat_map(|text| parts(text)).any(|part| !matches!(part, Part::Text(_)))
}
