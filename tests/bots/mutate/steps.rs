//! Mutations of one step of a spec.

use aegis_action::bot::fill::parts;
use aegis_action::bot::spec::{Action, Spec, Step, TextRef};
use serde_json::Value;

/// Rows of labels.
type Keyboard = Option<Vec<Vec<String>>>;

/// Changes a step of a spec in every way of one kind; each way is a step.
pub(crate) type Edit = fn(&Spec, usize, usize) -> Vec<Step>;

/// The kinds that change one step.
pub(crate) const STEPS: [(&str, Edit); 17] = [
    ("text changed", text_changed),
    ("step dropped", |spec, flow, at| vec![dropped(spec, flow, at)]),
    ("branch inverted", inverted),
    ("wrong next", wrong_next),
    ("state not saved", not_saved),
    ("saved elsewhere", saved_elsewhere),
    ("pattern loosened", loosened),
    ("values changed", values_changed),
    ("URL or method changed", url_changed),
    ("body changed", body_changed),
    ("retry missing", |spec, flow, at| call(spec, flow, at, |retries, _, _| *retries = None)),
    ("backoff changed", |spec, flow, at| {
        call(spec, flow, at, |_, backoff, _| *backoff = backoff.map(|ms| ms + 1))
    }),
    ("time-out changed", |spec, flow, at| {
        call(spec, flow, at, |_, _, timeout| *timeout = timeout.map(|ms| ms - 1))
    }),
    ("keyboard changed", keyboard_changed),
    ("onFail ignored", fail_ignored),
    ("substitution dropped", substitution_dropped),
    ("condition changed", condition_changed),
];

fn step(spec: &Spec, flow: usize, at: usize) -> Step {
    spec.flows[flow].steps[at].clone()
}

/// What comes after a step.
fn after(spec: &Spec, flow: usize, at: usize) -> Option<String> {
    let steps = &spec.flows[flow].steps;
    steps[at].next.clone().or_else(|| steps.get(at + 1).map(|step| step.id.clone()))
}

fn with(mut step: Step, change: impl FnOnce(&mut Action)) -> Vec<Step> {
    let before = step.clone();
    change(&mut step.action);
    if step == before { Vec::new() } else { vec![step] }
}

fn text_changed(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    with(step(spec, flow, at), |action| {
        if let Action::Reply { text: TextRef::Text(text), .. }
        | Action::Ask { text: TextRef::Text(text), .. } = action
        {
            text.push('.');
        }
    })
}

/// A step that does nothing but go on.
fn dropped(spec: &Spec, flow: usize, at: usize) -> Step {
    let on = after(spec, flow, at);
    let action = Action::Validate {
        field: "_".to_owned(),
        regex: None,
        values: Some(Vec::new()),
        schema: None,
        on_fail: on,
    };
    Step { action, ..step(spec, flow, at) }
}

fn inverted(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let on = after(spec, flow, at);
    let mut changed = step(spec, flow, at);
    match &mut changed.action {
        Action::Validate { on_fail, .. } | Action::ApiCall { on_fail, .. } => {
            // Where the flow just ends there is no name to go to.
            let Some(fail) = on_fail.clone() else { return Vec::new() };
            on_fail.clone_from(&on);
            changed.next = Some(fail);
        }
        Action::Goto { target_step: Some(target), when: Some(_), else_next, .. } => {
            let Some(other) = else_next.clone().or(on) else { return Vec::new() };
            *else_next = Some(std::mem::replace(target, other));
        }
        _ => return Vec::new(),
    }
    vec![changed]
}

fn wrong_next(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let right = after(spec, flow, at);
    let steps = &spec.flows[flow].steps;
    let other = steps.iter().rev().find(|step| Some(&step.id) != right.as_ref() && step.id != steps[at].id);
    let changed = step(spec, flow, at);
    other.map(|other| Step { next: Some(other.id.clone()), ..changed }).into_iter().collect()
}

fn not_saved(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    match step(spec, flow, at).action {
        Action::Save { .. } => vec![dropped(spec, flow, at)],
        Action::ApiCall { map: Some(map), .. } => {
            let without = |pointer: &String| {
                with(step(spec, flow, at), |action| {
                    if let Action::ApiCall { map: Some(map), .. } = action {
                        map.remove(pointer);
                    }
                })
            };
            map.keys().flat_map(without).collect()
        }
        _ => Vec::new(),
    }
}

fn saved_elsewhere(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    with(step(spec, flow, at), |action| match action {
        Action::Ask { save: field, .. } | Action::Save { field, .. } => {
            let other = spec.state.fields.keys().find(|name| *name != field);
            if let Some(other) = other {
                field.clone_from(other);
            }
        }
        Action::ApiCall { map: Some(map), .. } => {
            *map = map.iter().map(|(pointer, field)| (format!("{pointer}/x"), field.clone())).collect();
        }
        _ => {}
    })
}

fn loosened(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let Action::Validate { regex: Some(regex), .. } = step(spec, flow, at).action else { return Vec::new() };
    let longer = |braced: &str| -> Option<String> {
        let (head, rest) = braced.split_once(',')?;
        let (most, tail) = rest.split_once('}')?;
        Some(format!("{head},{}}}{tail}", most.parse::<u32>().ok()? + 1))
    };
    let tries = [
        Some(".*".to_owned()),
        Some(format!("(?:{regex}).?")),
        Some(format!(".?(?:{regex})")),
        Some(regex.replacen('+', "*", 1)),
        Some(regex.replacen("[0-9]", "[0-9a-z]", 1)),
        Some(regex.replacen("\\d", "\\w", 1)),
        Some(regex.replacen('|', "?|", 1)),
        longer(&regex),
    ];
    let mutate = |other: String| {
        with(step(spec, flow, at), |action| {
            if let Action::Validate { regex, .. } = action {
                *regex = Some(other);
            }
        })
    };
    tries.into_iter().flatten().flat_map(mutate).collect()
}

fn values_changed(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let before = step(spec, flow, at);
    let change = |edit: &dyn Fn(&mut Vec<Value>)| {
        with(before.clone(), |action| {
            if let Action::Validate { values: Some(values), .. } = action {
                edit(values);
            }
        })
    };
    let mut found = change(&|values| drop(values.pop()));
    found.extend(change(&|values| values.push("".into())));
    for (name, by) in [("minLength", -1.0), ("maxLength", 1.0), ("minimum", -1.0), ("maximum", 1.0)] {
        found.extend(with(before.clone(), |action| {
            if let Action::Validate { schema: Some(schema), .. } = action
                && let Some(number) = schema.get(name).and_then(Value::as_f64)
            {
                schema[name] = (number + by).into();
            }
        }));
    }
    found
}

fn url_changed(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let change = |edit: &dyn Fn(&mut String, &mut String)| {
        with(step(spec, flow, at), |action| {
            if let Action::ApiCall { url, method, .. } = action {
                edit(url, method);
            }
        })
    };
    let mut found = change(&|url, _| url.push('x'));
    found.extend(change(&|url, _| *url = url.replacen("https://", "https://x.", 1)));
    found.extend(change(&|_, method| {
        *method = if method == "GET" { "POST".to_owned() } else { "GET".to_owned() }
    }));
    found
}

fn body_changed(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let mut found = with(step(spec, flow, at), |action| {
        if let Action::ApiCall { body, .. } = action {
            *body = None;
        }
    });
    found.extend(with(step(spec, flow, at), |action| {
        if let Action::ApiCall { body: Some(Value::Object(body)), .. } = action
            && let Some(name) = body.keys().next().cloned()
        {
            body.remove(&name);
        }
    }));
    found
}

fn call(
    spec: &Spec,
    flow: usize,
    at: usize,
    change: impl Fn(&mut Option<u64>, &mut Option<u64>, &mut Option<u64>),
) -> Vec<Step> {
    with(step(spec, flow, at), |action| {
        if let Action::ApiCall { retries, backoff_ms, timeout_ms, .. } = action {
            change(retries, backoff_ms, timeout_ms);
        }
    })
}

fn keyboard_changed(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let change = |edit: &dyn Fn(&mut Keyboard)| {
        with(step(spec, flow, at), |action| {
            if let Action::Reply { keyboard, .. } = action {
                edit(keyboard);
            }
        })
    };
    let mut found = change(&|keyboard| *keyboard = None);
    found.extend(change(&|keyboard| {
        if let Some(label) = keyboard.as_mut().and_then(|rows| rows.last_mut()?.last_mut()) {
            label.push('!');
        }
    }));
    found.extend(change(&|keyboard| {
        if let Some(rows) = keyboard {
            rows.reverse();
        }
    }));
    found
}

fn fail_ignored(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    with(step(spec, flow, at), |action| {
        if let Action::Validate { on_fail, .. } | Action::ApiCall { on_fail, .. } = action {
            *on_fail = None;
        }
    })
}

/// A text without its first slot.
fn without_slot(text: &str) -> String {
    use aegis_action::bot::fill::Part;
    let mut is_gone = false;
    let mut out = String::new();
    for part in parts(text) {
        match part {
            Part::Text(text) => out.push_str(text),
            _ if !is_gone => is_gone = true,
            Part::State(name) => out.push_str(&format!("{{{{state.{name}}}}}")),
            Part::ChatId => out.push_str("{{context.chatId}}"),
            Part::Locale => out.push_str("{{context.locale}}"),
        }
    }
    out
}

fn value_without_slot(value: &Value) -> Value {
    match value {
        Value::String(text) => without_slot(text).into(),
        Value::Array(items) => items.iter().map(value_without_slot).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), value_without_slot(value))).collect()
        }
        other => other.clone(),
    }
}

fn substitution_dropped(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let mut found = with(step(spec, flow, at), |action| match action {
        Action::Reply { text: TextRef::Text(text), .. } | Action::Ask { text: TextRef::Text(text), .. } => {
            *text = without_slot(text);
        }
        Action::Save { value, .. } => *value = value_without_slot(value),
        Action::ApiCall { url, .. } => *url = without_slot(url),
        _ => {}
    });
    found.extend(with(step(spec, flow, at), |action| {
        if let Action::ApiCall { body: Some(body), .. } = action {
            *body = value_without_slot(body);
        }
    }));
    found
}

fn condition_changed(spec: &Spec, flow: usize, at: usize) -> Vec<Step> {
    let mut found = with(step(spec, flow, at), |action| {
        if let Action::Goto { when: Some(when), .. } = action {
            when.equals = match &when.equals {
                Value::String(text) => format!("{text}x").into(),
                Value::Bool(value) => (!value).into(),
                _ => "other".into(),
            };
        }
    });
    found.extend(with(step(spec, flow, at), |action| {
        if let Action::Goto { when, .. } = action {
            *when = None;
        }
    }));
    found
}
