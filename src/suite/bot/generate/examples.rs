//! Examples for what `validate` steps and conditions ask: values that pass, and near misses that do not.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Value, json};

use super::one_off;
use crate::bot::judge::Subset;
use crate::bot::pattern::{Pattern, translate};

/// How many examples of a kind are kept.
const MOST_GOOD: usize = 5;
const MOST_BAD: usize = 16;
/// The longest example of a repetition.
const LONGEST: u32 = 64;
/// A text that shows what is done to texts: more than ASCII, what URLs encode, and a slot that must stay as it is.
pub(super) const ODD: &str = "Zoë & Co/1? {{context.locale}}";

/// Values to try.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Examples {
    /// They pass.
    pub(super) good: Vec<Value>,
    /// They do not.
    pub(super) bad: Vec<Value>,
}

impl Examples {
    fn of_texts(good: Vec<String>, bad: Vec<String>) -> Self {
        let values = |texts: Vec<String>| texts.into_iter().map(Value::from).collect();
        Self { good: values(good), bad: values(bad) }
    }
}

/// Examples of a whole match.
pub(super) fn whole(regex: &str) -> Examples {
    let Ok(pattern) = Pattern::whole(regex) else { return Examples::default() };
    let good = matching(regex, &pattern);
    let mut bad = near_misses(&good, |text| !pattern.is_match(text));
    let more = one_off::texts(regex, |text| !pattern.is_match(text) && !bad.iter().any(|one| one == text));
    bad.extend(more);
    Examples::of_texts(good, bad)
}

/// Examples of a list of values.
pub(super) fn listed(values: &[Value]) -> Examples {
    let texts: Vec<_> = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let is_missing = |text: &str| !texts.iter().any(|one| one == text);
    let mut bad: Vec<Value> =
        near_misses(&texts[..texts.len().min(2)], is_missing).into_iter().take(4).map(Value::from).collect();
    bad.extend([json!(-7.25), Value::Null].into_iter().filter(|value| !values.contains(value)));
    Examples { good: values.to_vec(), bad }
}

/// Examples of a schema.
pub(super) fn schema(subset: &Subset, passes: impl Fn(&Value) -> bool) -> Examples {
    let mut tries: Vec<Value> = Vec::new();
    for length in [subset.min_length, subset.max_length].into_iter().flatten() {
        for length in [length.saturating_sub(1), length, length + 1] {
            // Beyond the BMP, so that units are not taken for characters.
            tries.push("a".repeat(usize::try_from(length.min(5000)).unwrap_or_default()).into());
            tries.push("🍕".repeat(usize::try_from(length.min(500)).unwrap_or_default()).into());
        }
    }
    if let Some(pattern) = &subset.pattern
        && let Ok(compiled) = Pattern::somewhere(pattern)
    {
        let good = matching(pattern, &compiled);
        tries.extend(near_misses(&good, |_| true).into_iter().map(Value::from));
        tries.extend(good.into_iter().map(Value::from));
    }
    for number in [subset.minimum, subset.maximum].into_iter().flatten() {
        tries.extend([number - 1.0, number, number + 1.0, number + 0.5].map(Value::from));
    }
    let listed = subset.one_of.iter().flatten().chain(&subset.constant).cloned();
    tries.extend(listed.clone());
    let texts: Vec<_> = listed.filter_map(|value| value.as_str().map(str::to_owned)).take(2).collect();
    tries.extend(near_misses(&texts, |_| true).into_iter().take(4).map(Value::from));
    tries.extend([json!("abc"), json!(""), json!(7), json!(7.5), json!(true), json!({"id": 7}), Value::Null]);
    let mut examples = Examples::default();
    for value in tries.into_iter().map(|value| crate::bot::value::plain(&value)) {
        let (list, most) =
            if passes(&value) { (&mut examples.good, MOST_GOOD) } else { (&mut examples.bad, MOST_BAD) };
        if list.len() < most && !list.contains(&value) {
            list.push(value);
        }
    }
    examples
}

/// Examples of being the same as a value.
pub(super) fn same(value: &Value) -> Examples {
    let texts: Vec<_> = value.as_str().map(str::to_owned).into_iter().collect();
    let mut bad: Vec<Value> =
        near_misses(&texts, |text| value != text).into_iter().take(3).map(Value::from).collect();
    bad.push(match value {
        Value::Bool(value) => (!value).into(),
        Value::Number(number) => (number.as_f64().unwrap_or_default() + 1.0).into(),
        _ => json!("other"),
    });
    Examples { good: vec![value.clone()], bad }
}

/// How an example is chosen where a pattern leaves a choice.
#[derive(Clone, Copy)]
struct Style {
    /// More repetitions than the least: 0 none, 1 one, 2 as many as there may be.
    more: u8,
    /// Which characters are liked.
    likes: &'static str,
    /// Which alternative.
    branch: usize,
}

/// Texts that a pattern matches, different in kind.
fn matching(regex: &str, pattern: &Pattern) -> Vec<String> {
    let Some(hir) = read(regex) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for branch in 0..MOST_GOOD {
        for (more, likes) in
            [(0, "a7A-"), (2, "Z9z_"), (1, "+-_.'/ &é"), (0, "é7"), (1, "5mM"), (2, "0")].into_iter()
        {
            let mut text = String::new();
            write(&hir, Style { more, likes, branch }, &mut text);
            if found.len() < MOST_GOOD && !found.contains(&text) && pattern.is_match(&text) {
                found.push(text);
            }
        }
    }
    found
}

/// A pattern taken apart.
pub(super) fn read(regex: &str) -> Option<Hir> {
    let translated = translate(regex).ok()?;
    ParserBuilder::new().utf8(false).build().parse(&translated).ok()
}

fn write(hir: &Hir, style: Style, out: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(choose(class, style.likes)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + 2).min(repetition.min.max(LONGEST));
            let times = match style.more {
                0 => repetition.min,
                1 => most.min(repetition.min + 1),
                _ => most,
            };
            (0..times).for_each(|_| write(&repetition.sub, style, out));
        }
        HirKind::Capture(capture) => write(&capture.sub, style, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, style, out)),
        HirKind::Alternation(branches) => write(&branches[style.branch % branches.len()], style, out),
    }
}

/// A character of a class: one that is liked, else the first that can be seen.
pub(super) fn choose(class: &Class, likes: &str) -> Option<char> {
    let ranges = ranges(class);
    let visible = likes.chars().chain("aA0 -_.,".chars()).find(|c| holds(class, *c));
    visible
        .or_else(|| ranges.iter().map(|(start, _)| *start).find(|c| !c.is_control()))
        .or(ranges.first().map(|r| r.0))
}

/// Whether a class has a character.
pub(super) fn holds(class: &Class, c: char) -> bool {
    ranges(class).iter().any(|(start, end)| (*start..=*end).contains(&c))
}

/// What a class takes, in order.
pub(super) fn ranges(class: &Class) -> Vec<(char, char)> {
    match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => {
            let ascii = |byte: u8| char::from(byte.min(0x7F));
            class.ranges().iter().map(|range| (ascii(range.start()), ascii(range.end()))).collect()
        }
    }
}

/// Texts close to examples: longer and shorter by one, with one character changed at an end, in another case, doubled.
fn near_misses(examples: &[String], is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let length = |text: &&String| text.chars().count();
    let ends = [examples.iter().min_by_key(length), examples.iter().max_by_key(length), examples.last()];
    let mut tries: Vec<String> = vec![String::new(), ODD.to_owned()];
    for example in ends.into_iter().flatten() {
        let chars: Vec<char> = example.chars().collect();
        let Some((&first, &last)) = chars.first().zip(chars.last()) else { continue };
        let short: String = chars[..chars.len() - 1].iter().collect();
        let rest: String = chars[1..].iter().collect();
        tries.extend([
            format!("{example}{last}"),
            short.clone(),
            rest.clone(),
            format!("{example} "),
            format!(" {example}"),
            format!("x{example}"),
            format!("{example}x"),
            format!("{first}{example}"),
            example.to_uppercase(),
            example.to_lowercase(),
            format!("{short}@"),
            format!("{short}é"),
            format!("é{rest}"),
            format!("{short}0"),
            format!("{short}-"),
            format!("{example}{example}"),
            format!("{example}\n"),
        ]);
    }
    for text in tries {
        if found.len() < MOST_BAD && !found.contains(&text) && !examples.contains(&text) && is_wanted(&text) {
            found.push(text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_get_examples_on_both_sides() {
        for regex in [
            "[0-9]{3,5}",
            "S|M|L",
            r"[\w.+-]+@[a-z]+\.[a-z]{2,}",
            r"\+?[1-9][0-9]{6,14}",
            r"(?:yes|no)(?: please)?",
            r"\p{L}[\p{L} '-]{1,39}",
            r"[^@]+",
            r"\d{4}-\d{2}-\d{2}",
        ] {
            let examples = whole(regex);
            let pattern = Pattern::whole(regex).unwrap();
            assert!(!examples.good.is_empty() && examples.bad.len() >= 2, "{regex}: {examples:?}");
            for value in &examples.good {
                assert!(pattern.is_match(value.as_str().unwrap()), "{regex}: {value}");
            }
            for value in &examples.bad {
                assert!(!pattern.is_match(value.as_str().unwrap()), "{regex}: {value}");
            }
        }
        let examples = whole("[0-9]{3,5}");
        let has = |text: &str, list: &[Value]| list.iter().any(|value| value == text);
        assert!(examples.good.iter().any(|v| v.as_str().is_some_and(|t| t.len() == 5)), "{examples:?}");
        assert!(has("777777", &examples.bad) || has("999999", &examples.bad) || has("000000", &examples.bad));
    }

    #[test]
    fn schemas_get_their_bounds() {
        let subset = Subset::of(&json!({"type": "number", "minimum": 1, "maximum": 9}));
        let judge = |value: &Value| value.as_f64().is_some_and(|n| (1.0..=9.0).contains(&n));
        let examples = schema(&subset, judge);
        assert!(examples.good.contains(&json!(1)) && examples.good.contains(&json!(9)), "{examples:?}");
        assert!(examples.bad.contains(&json!(0)) && examples.bad.contains(&json!(10)), "{examples:?}");
    }
}
