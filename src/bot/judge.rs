//! What a `validate` step asks of a value, as the interpreter, the generator and the suites read it. JSON Schema's meaning:
//! a keyword that does not speak of a value's type lets it pass; `pattern` matches anywhere. What is unset is `null`.

use serde_json::Value;

use super::pattern::Pattern;
use super::spec::Action;
use super::value::{is_same, text_of};

/// The small JSON Schema of a `validate` step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subset {
    /// The types that are allowed; empty for all.
    pub types: Vec<String>,
    /// The values that are allowed.
    pub one_of: Option<Vec<Value>>,
    /// The value that is allowed.
    pub constant: Option<Value>,
    /// The least length of a text, in code points.
    pub min_length: Option<u64>,
    /// The greatest length of a text, in code points.
    pub max_length: Option<u64>,
    /// What a text must match somewhere.
    pub pattern: Option<String>,
    /// The least number.
    pub minimum: Option<f64>,
    /// The greatest number.
    pub maximum: Option<f64>,
}

impl Subset {
    /// Reads it. What the spec's schema would refuse is left out.
    pub fn of(schema: &Value) -> Self {
        let words = |value: &Value| value.as_str().map(str::to_owned);
        let length = |name: &str| schema.get(name).and_then(Value::as_f64).map(|number| number as u64);
        Self {
            types: match schema.get("type") {
                Some(Value::Array(types)) => types.iter().filter_map(words).collect(),
                Some(one) => words(one).into_iter().collect(),
                None => Vec::new(),
            },
            one_of: schema.get("enum").and_then(Value::as_array).cloned(),
            constant: schema.get("const").cloned(),
            min_length: length("minLength"),
            max_length: length("maxLength"),
            pattern: schema.get("pattern").and_then(words),
            minimum: schema.get("minimum").and_then(Value::as_f64),
            maximum: schema.get("maximum").and_then(Value::as_f64),
        }
    }
}

/// What a `validate` step asks, ready to judge.
#[derive(Debug, Clone)]
pub enum Judge {
    /// The whole text of the value matches.
    Regex(Pattern),
    /// It is one of these.
    OneOf(Vec<Value>),
    /// It is valid.
    Schema(Box<Subset>, Option<Pattern>),
}

impl Judge {
    /// The judge of a `validate` step; nothing for other steps.
    ///
    /// # Errors
    /// Why its pattern is none.
    pub fn of(action: &Action) -> Result<Option<Self>, String> {
        let Action::Validate { regex, values, schema, .. } = action else { return Ok(None) };
        Ok(match (regex, values, schema) {
            (Some(regex), _, _) => Some(Self::Regex(Pattern::whole(regex)?)),
            (None, Some(values), _) => Some(Self::OneOf(values.clone())),
            (None, None, Some(schema)) => {
                let subset = Subset::of(schema);
                let pattern = subset.pattern.as_deref().map(Pattern::somewhere).transpose()?;
                Some(Self::Schema(Box::new(subset), pattern))
            }
            (None, None, None) => None,
        })
    }

    /// Whether a value passes.
    pub fn passes(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Regex(pattern) => pattern.is_match(&text_of(value)),
            Self::OneOf(values) => values.iter().any(|one| is_same(value, one)),
            Self::Schema(subset, pattern) => {
                is_valid(subset, pattern.as_ref(), value.unwrap_or(&Value::Null))
            }
        }
    }
}

fn is_valid(subset: &Subset, pattern: Option<&Pattern>, value: &Value) -> bool {
    let has_type = subset.types.is_empty() || subset.types.iter().any(|name| is_of(name, value));
    let is_listed =
        subset.one_of.as_ref().is_none_or(|list| list.iter().any(|one| is_same(Some(value), one)));
    let is_constant = subset.constant.as_ref().is_none_or(|one| is_same(Some(value), one));
    let fits = match value {
        Value::String(text) => {
            let length = text.chars().count() as u64;
            subset.min_length.is_none_or(|least| length >= least)
                && subset.max_length.is_none_or(|most| length <= most)
                && pattern.is_none_or(|pattern| pattern.is_match(text))
        }
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            subset.minimum.is_none_or(|least| number >= least)
                && subset.maximum.is_none_or(|most| number <= most)
        }
        _ => true,
    };
    has_type && is_listed && is_constant && fits
}

/// Whether a value is of a type of JSON Schema.
fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn passes(rule: Value, value: Value) -> bool {
        let mut step = json!({"type": "validate", "field": "f"});
        step.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
        let action: Action = serde_json::from_value(step).unwrap();
        Judge::of(&action).unwrap().unwrap().passes(Some(&value))
    }

    #[test]
    fn a_regex_sees_the_value_as_text() {
        assert!(passes(json!({"regex": r"\d+"}), json!("12")) && passes(json!({"regex": r"\d+"}), json!(12)));
        assert!(!passes(json!({"regex": r"\d+"}), json!("12 ")));
        assert!(passes(json!({"regex": "a*"}), Value::Null), "what is unset is the empty text");
    }

    #[test]
    fn an_enum_compares_values() {
        assert!(passes(json!({"enum": ["S", 1, {"a": 1}]}), json!({"a": 1.0})));
        assert!(!passes(json!({"enum": ["S", 1]}), json!("1")));
    }

    #[test]
    fn a_schema_is_json_schema() {
        let schema = |schema: Value, value: Value| passes(json!({"schema": schema}), value);
        assert!(schema(json!({"type": "string", "minLength": 2, "maxLength": 2}), json!("🍕🍕")));
        assert!(
            !schema(json!({"type": "string"}), Value::Null) && schema(json!({"minLength": 2}), Value::Null)
        );
        assert!(
            schema(json!({"type": "integer"}), json!(2.0)) && !schema(json!({"type": "integer"}), json!(2.5))
        );
        assert!(
            schema(json!({"minimum": 1, "maximum": 3}), json!(3))
                && !schema(json!({"maximum": 3}), json!(3.1))
        );
        assert!(
            schema(json!({"pattern": "b"}), json!("abc")) && !schema(json!({"pattern": "^b"}), json!("abc"))
        );
        assert!(
            schema(json!({"const": {"a": [1]}}), json!({"a": [1]}))
                && !schema(json!({"const": 1}), json!("1"))
        );
        assert!(schema(json!({"type": ["null", "boolean"]}), json!(true)));
    }
}
