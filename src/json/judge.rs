//! Judging a document by a JSON Schema, in words for people: what is wrong, where, and what was probably meant.
//!
//! Knows no document of ours. What a code is given to a complaint is the caller's matter.

use jsonschema::error::ValidationErrorKind as Wrong;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::syntax::{Kind, Node, Tree, suggest};

use super::tape::{Part, Tape, to_value};

/// A schema, compiled. One that is none takes nothing: what cannot be judged does not pass.
#[derive(Debug)]
pub struct Judge {
    schema: Value,
    /// Or why it is none.
    validator: Result<Validator<Tape>, String>,
}

/// Something that a schema refuses.
#[derive(Debug)]
pub struct Complaint<'t, 'a> {
    /// The keyword of the schema that refuses it.
    pub keyword: String,
    /// RFC 6901 pointer to the value at fault.
    pub pointer: String,
    /// What is to be underlined: the value at fault, or its key.
    pub node: Node<'t, 'a>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl<'t, 'a> Complaint<'t, 'a> {
    /// The schema itself is at fault.
    fn of_schema(tree: &'t Tree<'a>, why: &str) -> Self {
        Self {
            keyword: "$schema".to_owned(),
            pointer: String::new(),
            node: tree.root(),
            message: format!("this cannot be judged: its schema is none ({why})"),
            help: "this is a defect of aegis: please report it".to_owned(),
        }
    }
}

impl Judge {
    /// Compiles a schema.
    pub fn new(schema: Value) -> Self {
        let validator = jsonschema::options_for::<Tape>().build(&schema).map_err(|error| error.to_string());
        Self { schema, validator }
    }

    /// Whether the schema takes a document.
    pub fn takes(&self, tree: &Tree<'_>) -> bool {
        self.validator.as_ref().is_ok_and(|validator| validator.is_valid(Part::Node(tree.root())))
    }

    /// Everything that the schema refuses, in the order of the text.
    pub fn complaints<'t, 'a>(&self, tree: &'t Tree<'a>) -> Vec<Complaint<'t, 'a>> {
        if self.takes(tree) {
            return Vec::new();
        }
        let validator = match &self.validator {
            Ok(validator) => validator,
            Err(why) => return vec![Complaint::of_schema(tree, why)],
        };
        let mut found = Vec::new();
        for error in validator.iter_errors(Part::Node(tree.root())) {
            self.tell(&error, tree, &mut found);
        }
        found.sort_by_key(|complaint| complaint.node.number());
        found
    }

    fn tell<'t, 'a>(
        &self,
        error: &ValidationError<'_>,
        tree: &'t Tree<'a>,
        out: &mut Vec<Complaint<'t, 'a>>,
    ) {
        let pointer = error.instance_path().as_str();
        let node = find(tree, pointer);
        let keyword = error.kind().keyword().to_owned();
        let at = error.schema_path().as_str();
        let about = at.rsplit_once('/').map_or("", |(parent, _)| parent);
        let mut complain = |node: Node<'t, 'a>, pointer: String, (message, help): (String, String)| {
            out.push(Complaint { keyword: keyword.clone(), pointer, node, message, help });
        };
        match error.kind() {
            Wrong::AdditionalProperties { unexpected } => {
                let known = self.fields(about);
                for name in unexpected {
                    let key = node.entries().find(|(key, _)| key.raw() == name).map_or(node, |(key, _)| key);
                    complain(key, below(pointer, name), unknown(name, &known));
                }
            }
            Wrong::PropertyNames { error: inner } => {
                let name = inner.instance().as_str().unwrap_or_default().to_owned();
                let key = node.entries().find(|(key, _)| key.raw() == name).map_or(node, |(key, _)| key);
                let message = format!("`{}` is no name that may stand here", short(&name));
                complain(key, below(pointer, &name), (message, "choose another name".to_owned()));
            }
            kind => {
                let words = self.words(kind, node, at, about);
                complain(node, pointer.to_owned(), words);
            }
        }
    }

    /// The names that an object may have, by the schema of the object.
    fn fields(&self, about: &str) -> Vec<&str> {
        let properties = self.schema.pointer(&format!("{about}/properties")).and_then(Value::as_object);
        properties.map(|map| map.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    fn words(&self, kind: &Wrong, node: Node<'_, '_>, at: &str, about: &str) -> (String, String) {
        let said = self.schema.pointer(at);
        let value = shown(node);
        match kind {
            Wrong::Required { property } => self.missing(property.as_str().unwrap_or_default(), about),
            Wrong::OneOfNotValid { .. } | Wrong::OneOfMultipleValid { .. } => one_of(node, said),
            Wrong::Type { .. } => {
                let wanted = said.map(nouns).unwrap_or_default();
                (format!("this is {}, but {wanted} is expected", noun(node)), self.describe(about))
            }
            Wrong::Enum { options } => none_of(node, options),
            Wrong::Constant { expected_value } => {
                (format!("{value} is not {expected_value}"), format!("write {expected_value}"))
            }
            Wrong::Pattern { .. } => {
                (format!("{value} does not have the form that is expected here"), self.describe(about))
            }
            Wrong::Minimum { limit } => (format!("{value} is less than {limit}"), self.describe(about)),
            Wrong::Maximum { limit } => (format!("{value} is more than {limit}"), self.describe(about)),
            Wrong::MaxItems { limit } => (
                format!("{} items stand here, and {limit} are allowed", node.items().count()),
                self.describe(about),
            ),
            Wrong::MinItems { limit } => {
                let items = if *limit == 1 { "item is" } else { "items are" };
                (format!("at least {limit} {items} needed here"), self.describe(about))
            }
            Wrong::MaxLength { limit } => {
                let count = node.raw().chars().count();
                (
                    format!("this text has {count} characters, and {limit} are allowed"),
                    "shorten it".to_owned(),
                )
            }
            Wrong::UniqueItems => ("an item stands here twice".to_owned(), "keep one of the two".to_owned()),
            Wrong::Not { .. } => (format!("{value} may not stand here"), self.describe(about)),
            Wrong::AnyOf { .. } => {
                (format!("{value} has none of the forms that are expected here"), self.describe(about))
            }
            other => (format!("`{}` of the schema refuses this", other.keyword()), self.describe(about)),
        }
    }

    fn missing(&self, name: &str, about: &str) -> (String, String) {
        let what = self.describe(&format!("{about}/properties/{name}"));
        (format!("the field `{name}` is missing"), format!("add `{name}`: {}", lower(&what)))
    }

    /// What the schema says of a value, as a help line.
    fn describe(&self, about: &str) -> String {
        let Some(schema) = self.schema.pointer(about) else { return "see the schema".to_owned() };
        let text = schema.get("description").and_then(Value::as_str).unwrap_or("see the schema");
        let example = schema.get("examples").and_then(|examples| examples.get(0));
        let example = example.map(|example| format!(", such as {example}")).unwrap_or_default();
        format!("{}{example}", text.trim_end_matches('.'))
    }
}

fn unknown(name: &str, known: &[&str]) -> (String, String) {
    let help = match suggest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "take it out".to_owned(),
        None => format!("what may stand here: {}", known.join(", ")),
    };
    (format!("there is no field `{}` here", short(name)), help)
}

/// Exactly one of several fields has to be there: which of them are.
fn one_of(node: Node<'_, '_>, schemas: Option<&Value>) -> (String, String) {
    let names: Vec<&str> = schemas
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|schema| schema["required"][0].as_str())
        .collect();
    let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let there: Vec<_> = names.iter().filter(|name| node.get(name).is_some()).collect();
    match there[..] {
        [] => (format!("one of the fields {list} is missing"), "add one of them".to_owned()),
        _ => (format!("only one of the fields {list} may stand here"), "keep one of them".to_owned()),
    }
}

fn none_of(node: Node<'_, '_>, options: &Value) -> (String, String) {
    let options: Vec<&Value> = options.as_array().into_iter().flatten().collect();
    let words: Vec<&str> = options.iter().filter_map(|option| option.as_str()).collect();
    let list = options.iter().map(|option| option.to_string()).collect::<Vec<_>>().join(", ");
    let near = node.as_str().and_then(|text| suggest(text, &words));
    let help = near
        .map_or_else(|| format!("what may stand here: {list}"), |near| format!("did you mean \"{near}\"?"));
    (format!("{} is none of {list}", shown(node)), help)
}

/// The value that a pointer names; the nearest one around it where there is none.
pub fn find<'t, 'a>(tree: &'t Tree<'a>, pointer: &str) -> Node<'t, 'a> {
    let mut node = tree.root();
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        let next = match node.kind() {
            Kind::Map => node.get(&name),
            _ => name.parse().ok().and_then(|index| node.items().nth(index)),
        };
        match next {
            Some(found) => node = found,
            None => break,
        }
    }
    node
}

/// The pointer of a member.
pub fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A value in a message, cut to what can be read.
fn shown(node: Node<'_, '_>) -> String {
    match node.kind() {
        Kind::Map | Kind::Seq => noun(node).to_owned(),
        _ => format!(
            "`{}`",
            short(&match node.as_str() {
                Some(text) => text.to_owned(),
                None => to_value(node).to_string(),
            })
        ),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn noun(node: Node<'_, '_>) -> &'static str {
    match node.kind() {
        Kind::Map => "an object",
        kind => kind.noun(),
    }
}

fn nouns(types: &Value) -> String {
    let word = |name: &Value| match name.as_str() {
        Some("string") => "a text",
        Some("integer") => "an integer",
        Some("number") => "a number",
        Some("boolean") => "a boolean",
        Some("array") => "a list",
        Some("object") => "an object",
        _ => "null",
    };
    match types {
        Value::Array(types) => types.iter().map(word).collect::<Vec<_>>().join(" or "),
        one => word(one).to_owned(),
    }
}
