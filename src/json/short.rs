//! Whether a schema takes a document, found without compiling the schema: to compile one takes longer than to judge some hundred
//! small documents by it. Knows the keywords that the project's schemas have; says nothing where another one stands, or where it
//! is not certain for another reason. Never says anything that the compiled schema does not say: a test compares them.

use jsonschema::JsonType;
use jsonschema::json::{JsonNumber as _, Node as _};
use serde_json::{Map, Value};

use super::form;
use super::tape::Part;
use crate::syntax::{Kind, Node, Tree};

/// Lists longer than this are not compared item by item.
const MOST_UNIQUE: usize = 64;

/// Whether the schema takes a document; nothing if that is not certain.
pub(super) fn takes(schema: &Value, tree: &Tree<'_>) -> Option<bool> {
    Short { root: schema }.holds(schema, &Part::Node(tree.root()))
}

struct Short<'s> {
    root: &'s Value,
}

impl<'s> Short<'s> {
    fn holds(&self, schema: &'s Value, part: &Part<'_>) -> Option<bool> {
        let map = match schema {
            Value::Bool(takes) => return Some(*takes),
            Value::Object(map) => map,
            _ => return None,
        };
        all(map, |(name, value)| self.keyword(map, name, value, part))
    }

    /// Whether a part is as a keyword of a schema wants it.
    fn keyword(
        &self,
        schema: &'s Map<String, Value>,
        name: &str,
        value: &'s Value,
        part: &Part<'_>,
    ) -> Option<bool> {
        match name {
            "title" | "description" | "examples" => Some(true),
            "$id" | "$schema" | "$defs" => {
                self.root.as_object().map(|root| std::ptr::eq(root, schema)).filter(|is| *is)
            }
            "$ref" => {
                let pointer = value.as_str()?.strip_prefix('#').filter(|rest| !rest.contains(['%', '~']))?;
                self.holds(self.root.pointer(pointer)?, part)
            }
            "type" => Some(match value {
                Value::Array(names) => names.iter().any(|name| is_of(name, part)),
                name => is_of(name, part),
            }),
            "const" => Some(part.equals_value(value)),
            "enum" => Some(value.as_array()?.iter().any(|one| part.equals_value(one))),
            "allOf" => all(value.as_array()?, |one| self.holds(one, part)),
            "anyOf" => self.count(value, part).map(|count| count > 0),
            "oneOf" => self.count(value, part).map(|count| count == 1),
            "not" => self.holds(value, part).map(|holds| !holds),
            "if" => {
                let branch = if self.holds(value, part)? { "then" } else { "else" };
                schema.get(branch).map_or(Some(true), |then| self.holds(then, part))
            }
            "then" | "else" => schema.contains_key("if").then_some(true),
            "minimum" | "maximum" => {
                let bound = value.as_f64()?;
                let Some(number) = part.as_number() else { return Some(true) };
                let number = number.as_f64()?;
                Some(if name == "minimum" { number >= bound } else { number <= bound })
            }
            "pattern" | "minLength" | "maxLength" => {
                let Some(text) = part.as_string() else { return Some(true) };
                if name == "pattern" {
                    return form::matches(value.as_str()?, &text);
                }
                let (length, bound) = (text.chars().count() as u64, value.as_u64()?);
                Some(if name == "minLength" { length >= bound } else { length <= bound })
            }
            _ => match *part {
                Part::Node(node) if node.kind() == Kind::Map => self.of_object(schema, name, value, node),
                Part::Node(node) if node.kind() == Kind::Seq => self.of_list(schema, name, value, node),
                _ => is_known(name).then_some(true),
            },
        }
    }

    fn of_object(
        &self,
        schema: &'s Map<String, Value>,
        name: &str,
        value: &'s Value,
        node: Node<'_, '_>,
    ) -> Option<bool> {
        let members = node.entries().map(|(key, value)| (key.raw(), value));
        match name {
            "required" => all(value.as_array()?, |name| Some(node.get(name.as_str()?).is_some())),
            "properties" => {
                let properties = value.as_object()?;
                all(members, |(name, value)| match properties.get(name) {
                    Some(schema) => self.holds(schema, &Part::Node(value)),
                    None => Some(true),
                })
            }
            "additionalProperties" if schema.contains_key("patternProperties") => None,
            "additionalProperties" => {
                let known = schema.get("properties").map_or(Some(None), |one| one.as_object().map(Some))?;
                let is_other = |name: &str| known.is_none_or(|known| !known.contains_key(name));
                all(members.filter(|(name, _)| is_other(name)), |(_, other)| {
                    self.holds(value, &Part::Node(other))
                })
            }
            "propertyNames" => all(members, |(name, _)| self.holds(value, &Part::Name(name))),
            "dependentRequired" => all(value.as_object()?, |(name, others)| {
                if node.get(name).is_none() {
                    return Some(true);
                }
                all(others.as_array()?, |other| Some(node.get(other.as_str()?).is_some()))
            }),
            _ => is_known(name).then_some(true),
        }
    }

    fn of_list(
        &self,
        schema: &'s Map<String, Value>,
        name: &str,
        value: &'s Value,
        node: Node<'_, '_>,
    ) -> Option<bool> {
        let count = node.count();
        match name {
            "items" if schema.contains_key("prefixItems") => None,
            "items" => all(node.items(), |item| self.holds(value, &Part::Node(item))),
            "minItems" => Some(count as u64 >= value.as_u64()?),
            "maxItems" => Some(count as u64 <= value.as_u64()?),
            "uniqueItems" if *value == false || count < 2 => Some(true),
            "uniqueItems" if *value == true && count <= MOST_UNIQUE => {
                let items: Vec<_> = node.items().map(super::to_value).collect();
                let is_twice = |at: usize| {
                    let same = |other| jsonschema::json::cmp::equal(&items[at], other);
                    items[..at].iter().any(same)
                };
                Some(!(1..count).any(is_twice))
            }
            "uniqueItems" => None,
            _ => is_known(name).then_some(true),
        }
    }

    /// How many of some schemas take a part.
    fn count(&self, schemas: &'s Value, part: &Part<'_>) -> Option<usize> {
        let mut count = 0;
        for schema in schemas.as_array()? {
            count += usize::from(self.holds(schema, part)?);
        }
        Some(count)
    }
}

/// Whether a keyword speaks of objects or lists alone.
fn is_known(name: &str) -> bool {
    let objects = ["required", "properties", "additionalProperties", "propertyNames", "dependentRequired"];
    objects.contains(&name) || ["items", "minItems", "maxItems", "uniqueItems"].contains(&name)
}

fn is_of(name: &Value, part: &Part<'_>) -> bool {
    match (name.as_str(), part.json_type()) {
        (Some("integer"), JsonType::Number) => part.as_number().is_some_and(|number| number.is_integer()),
        (Some(name), JsonType::Null) => name == "null",
        (Some(name), JsonType::Boolean) => name == "boolean",
        (Some(name), JsonType::Number) => name == "number",
        (Some(name), JsonType::String) => name == "string",
        (Some(name), JsonType::Array) => name == "array",
        (Some(name), JsonType::Object) => name == "object",
        _ => false,
    }
}

/// Whether all hold; the first that does not, or of which that is not certain, decides.
fn all<T>(items: impl IntoIterator<Item = T>, holds: impl Fn(T) -> Option<bool>) -> Option<bool> {
    for item in items {
        match holds(item) {
            Some(true) => {}
            other => return other,
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests;
