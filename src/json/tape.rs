//! A tree as `jsonschema` wants its instances: it is judged as it stands, and no second document is built.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as Instance, NodeIdentity, Object};
use serde_json::{Map, Number, Value};

use crate::syntax::{Kind, Node};

use super::number;

/// Trees as a representation of JSON.
#[derive(Debug)]
pub(super) struct Tape;

/// A value of a tree, or the name of a member.
#[derive(Debug, Clone)]
pub(super) enum Part<'x> {
    /// A value.
    Node(Node<'x, 'x>),
    /// A name.
    Name(&'x str),
}

/// An object of a tree.
#[derive(Debug)]
pub(super) struct Members<'x>(Node<'x, 'x>);

/// A list of a tree.
#[derive(Debug)]
pub(super) struct Items<'x>(Node<'x, 'x>);

/// A number of a tree.
#[derive(Debug)]
pub(super) struct Literal(f64);

impl Json for Tape {
    type Node<'a> = Part<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    // A look-up goes through the members, as a pass does.
    const KEYS_PER_LOOKUP: usize = 64;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Part<'_>) -> T) -> T {
        f(Part::Name(string))
    }
}

impl<'x> Part<'x> {
    fn node(&self, kind: Kind) -> Option<Node<'x, 'x>> {
        match self {
            Self::Node(node) if node.kind() == kind => Some(*node),
            _ => None,
        }
    }
}

impl<'x> Instance<'x, Tape> for Part<'x> {
    type Object = Members<'x>;
    type Array = Items<'x>;
    type Number = Literal;

    fn as_object(&self) -> Option<Members<'x>> {
        self.node(Kind::Map).map(Members)
    }

    fn as_array(&self) -> Option<Items<'x>> {
        self.node(Kind::Seq).map(Items)
    }

    fn as_string(&self) -> Option<Cow<'x, str>> {
        match self {
            Self::Node(node) => node.as_str().map(Cow::Borrowed),
            Self::Name(name) => Some(Cow::Borrowed(name)),
        }
    }

    fn as_number(&self) -> Option<Literal> {
        self.is_number().then(|| match self {
            Self::Node(node) => Literal(number::value(node.raw())),
            Self::Name(_) => Literal(f64::NAN),
        })
    }

    fn is_number(&self) -> bool {
        self.json_type() == JsonType::Number
    }

    fn as_boolean(&self) -> Option<bool> {
        self.node(Kind::Bool).map(|node| node.raw() == "true")
    }

    fn is_null(&self) -> bool {
        self.node(Kind::Null).is_some()
    }

    fn json_type(&self) -> JsonType {
        match self {
            Self::Name(_) => JsonType::String,
            Self::Node(node) => match node.kind() {
                Kind::Null => JsonType::Null,
                Kind::Bool => JsonType::Boolean,
                Kind::Int | Kind::Float => JsonType::Number,
                Kind::Str => JsonType::String,
                Kind::Seq => JsonType::Array,
                Kind::Map => JsonType::Object,
            },
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (self.as_string(), expected) {
            (Some(own), Value::String(text)) => own == text.as_str(),
            (None, Value::String(_)) | (Some(_), _) => false,
            (None, _) => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'x, Value> {
        Cow::Owned(match self {
            Self::Node(node) => to_value(*node),
            Self::Name(name) => Value::from(*name),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        // Only recursive schemas need it, and the parser bounds the depth.
        None
    }
}

impl<'x> Object<'x, Tape> for Members<'x> {
    type Node = Part<'x>;
    type MemberName = &'x str;
    type MembersIter = MembersIter<'x>;

    fn len(&self) -> usize {
        self.0.count()
    }

    fn get(&self, key: &String) -> Option<Part<'x>> {
        self.0.get(key).map(Part::Node)
    }

    fn members(&self) -> MembersIter<'x> {
        MembersIter(self.0, 0)
    }
}

/// The members of an object, one after the other.
#[derive(Debug)]
pub(super) struct MembersIter<'x>(Node<'x, 'x>, usize);

impl<'x> Iterator for MembersIter<'x> {
    type Item = (&'x str, Part<'x>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = self.0.entry_at(&mut self.1)?;
        Some((key.raw(), Part::Node(value)))
    }
}

impl<'x> Array<'x, Tape> for Items<'x> {
    type Node = Part<'x>;
    type ElementsIter = ItemsIter<'x>;

    fn len(&self) -> usize {
        self.0.count()
    }

    fn elements(&self) -> ItemsIter<'x> {
        ItemsIter(self.0, 0)
    }
}

/// The items of a list, one after the other.
#[derive(Debug)]
pub(super) struct ItemsIter<'x>(Node<'x, 'x>, usize);

impl<'x> Iterator for ItemsIter<'x> {
    type Item = Part<'x>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.item_at(&mut self.1).map(Part::Node)
    }
}

impl JsonNumber for Literal {
    fn as_u64(&self) -> Option<u64> {
        let whole = self.0.fract() == 0.0 && (0.0..18_446_744_073_709_551_616.0).contains(&self.0);
        whole.then_some(self.0 as u64)
    }

    fn as_i64(&self) -> Option<i64> {
        let bound = 9_223_372_036_854_775_808.0;
        let whole = self.0.fract() == 0.0 && (-bound..bound).contains(&self.0);
        whole.then_some(self.0 as i64)
    }

    fn as_f64(&self) -> Option<f64> {
        Some(self.0)
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(whole_or_double(self.0))
    }

    fn is_integer(&self) -> bool {
        self.0.fract() == 0.0
    }
}

/// A number as its canonical form reads: `1.0` is 1.
fn whole_or_double(double: f64) -> Number {
    const SAFE: f64 = 9_007_199_254_740_992.0;
    match Number::from_f64(double) {
        _ if double.fract() == 0.0 && double.abs() <= SAFE => Number::from(double as i64),
        Some(number) => number,
        // Not reached: what no double holds was refused.
        None => Number::from(0),
    }
}

/// A value of a tree as a document of its own.
pub fn to_value(node: Node<'_, '_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::Bool => Value::Bool(node.raw() == "true"),
        Kind::Int | Kind::Float => Value::Number(whole_or_double(number::value(node.raw()))),
        Kind::Str => Value::from(node.raw()),
        Kind::Seq => node.items().map(to_value).collect(),
        Kind::Map => Value::Object(
            node.entries().map(|(key, value)| (key.raw().to_owned(), to_value(value))).collect::<Map<_, _>>(),
        ),
    }
}
