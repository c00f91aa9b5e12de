//! The functions that generated scripts share, each written only where it is used. Part of `template/1`: their text never
//! changes.

use std::collections::BTreeSet;

/// What each helper is called, what it uses, and its text; in the order in which they are written.
const HELPERS: [(&str, &[&str], &str); 5] = [
    (
        "fill",
        &[],
        r#"// A text with its slots filled in; what was filled in is not looked at again.
function fill(text, ctx, state) {
  return text.replace(/\{\{([^{}]+)\}\}/gu, (slot, name) => slotValue(slot, name, ctx, state));
}
"#,
    ),
    (
        "textOf",
        &["canonical"],
        r#"// A value as a text: nothing for what is unset, objects as canonical JSON.
function textOf(value) {
  if (value === undefined || value === null) {
    return "";
  }
  return typeof value === "object" ? canonical(value) : String(value);
}
"#,
    ),
    (
        "canonical",
        &[],
        r#"// A value as canonical JSON (RFC 8785): keys in the order of their UTF-16 code units.
function canonical(value) {
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  const parts = [];
  if (Array.isArray(value)) {
    for (const item of value) {
      parts.push(canonical(item));
    }
    return "[" + parts.join(",") + "]";
  }
  for (const key of Object.keys(value).sort()) {
    parts.push(JSON.stringify(key) + ":" + canonical(value[key]));
  }
  return "{" + parts.join(",") + "}";
}
"#,
    ),
    (
        "find",
        &[],
        r#"// What stands at a path in an answer; undefined if there is nothing.
function find(answer, path) {
  let value = answer;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
      return undefined;
    }
    if (Array.isArray(value) && !/^[0-9]+$/u.test(key)) {
      return undefined;
    }
    value = value[key];
  }
  return path.length === 0 && value === null ? undefined : value;
}
"#,
    ),
    (
        "isRecent",
        &[],
        r#"// Whether less than `wait` milliseconds have passed.
function isRecent(then, now, wait) {
  return typeof then === "number" && now - then < wait;
}
"#,
    ),
];

/// The helpers that a script uses.
#[derive(Debug, Default)]
pub(super) struct Uses(BTreeSet<&'static str>);

impl Uses {
    /// Notes that a helper is used, and with it what it uses itself.
    pub(super) fn note(&mut self, name: &'static str) {
        if self.0.insert(name) {
            let uses = HELPERS.iter().filter(|(other, ..)| *other == name).flat_map(|(_, uses, _)| *uses);
            for other in uses {
                self.note(other);
            }
        }
    }

    /// The texts of those that are used.
    pub(super) fn write(&self, out: &mut String) {
        for (name, _, text) in &HELPERS {
            if self.0.contains(name) {
                out.push('\n');
                out.push_str(text);
            }
        }
    }
}
