//! Members that are read, and the keys by which: what is constant has a name, what is not is unknown.

use oxc_ast::ast::{
    ComputedMemberExpression, Expression, PrivateFieldExpression, PropertyKey, StaticMemberExpression,
};
use oxc_span::{GetSpan, Span};

use super::graph::{Load, Node, Use};
use super::names::{self, Name};
use super::solve::{Late, LateUse};
use super::{Flow, rules};

/// How deep a key is looked into to see that it is a number.
const KEY_FUEL: u32 = 40;

/// A member's key.
#[derive(Debug, Clone)]
pub(super) enum Key {
    /// Constant.
    Name(Name),
    /// Not constant: a number if all these variables are.
    Number(Vec<Node>),
    /// Anything.
    Unknown,
}

/// Names that are refused on anything, because they lead to constructors, prototypes and callers.
pub(in crate::script) const MEMBERS: &[&str] = &[
    "constructor",
    "__proto__",
    "prototype",
    "caller",
    "callee",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
];

/// The prototype and descriptor functions of `Object`, refused on anything too.
pub(in crate::script) const REFLECTION: &[&str] = &[
    "getPrototypeOf",
    "setPrototypeOf",
    "isPrototypeOf",
    "defineProperty",
    "defineProperties",
    "getOwnPropertyDescriptor",
    "getOwnPropertyDescriptors",
];

impl<'a> Flow<'a, '_> {
    /// The number of a member name that a script may use.
    pub(super) fn name(&mut self, text: &'a str, span: Span) -> Name {
        let first = text.as_bytes().first().copied().unwrap_or(0);
        if matches!(first, b'c' | b'p' | b'_') && MEMBERS.contains(&text) {
            self.say(&rules::prototype_member::RULE, span, &format!("the member `{text}`"));
        }
        if matches!(first, b'g' | b's' | b'i' | b'd') && REFLECTION.contains(&text) {
            self.say(&rules::object_reflection::RULE, span, &format!("the member `{text}`"));
        }
        self.names.number(text)
    }

    /// The key between brackets.
    pub(super) fn key(&mut self, key: &'a Expression<'a>) -> Key {
        if let Some(symbol) = self.symbol_member(key) {
            return Key::Name(symbol);
        }
        self.expression(key);
        if let Some(text) = self.text(key) {
            return Key::Name(self.name(text, key.span()));
        }
        let mut given = Vec::new();
        if self.is_number(key, &mut given, KEY_FUEL) { Key::Number(given) } else { Key::Unknown }
    }

    /// `Symbol.iterator` and `Symbol.asyncIterator`.
    pub(super) fn symbol_member(&self, expression: &Expression<'_>) -> Option<Name> {
        let member = expression.as_member_expression()?;
        let Expression::Identifier(object) = member.object() else { return None };
        if !self.is_free(object, "Symbol") {
            return None;
        }
        match member.static_property_name()? {
            "iterator" => Some(names::ITER),
            "asyncIterator" => Some(names::ASYNC_ITER),
            _ => None,
        }
    }

    /// The key of a property in a literal, a class or a pattern.
    pub(super) fn property_key(&mut self, key: &'a PropertyKey<'a>) -> Key {
        match key {
            PropertyKey::StaticIdentifier(name) => Key::Name(self.name(name.name.as_str(), name.span)),
            PropertyKey::PrivateIdentifier(name) => Key::Name(self.private(name.name.as_str())),
            other => match other.as_expression() {
                Some(expression) => self.key(expression),
                None => Key::Unknown,
            },
        }
    }

    pub(super) fn private(&mut self, name: &str) -> Name {
        let text = self.arena.alloc_str(&format!("#{name}"));
        self.names.number(text)
    }

    /// A member's value.
    pub(super) fn computed_member(&mut self, member: &'a ComputedMemberExpression<'a>) -> Option<Node> {
        if let Some(symbol) = self.computed_symbol(member) {
            return symbol;
        }
        let object = self.object(&member.object);
        let key = self.key(&member.expression);
        self.read(object, &key, member.span)
    }

    /// `Symbol["iterator"]`, which is no object that matters.
    fn computed_symbol(&self, member: &ComputedMemberExpression<'_>) -> Option<Option<Node>> {
        let Expression::Identifier(object) = &member.object else { return None };
        let Expression::StringLiteral(key) = &member.expression else { return None };
        (self.is_free(object, "Symbol") && matches!(key.value.as_str(), "iterator" | "asyncIterator"))
            .then_some(None)
    }

    pub(super) fn static_member(&mut self, member: &'a StaticMemberExpression<'a>) -> Option<Node> {
        if let Expression::Identifier(object) = &member.object
            && self.is_free(object, "Symbol")
            && matches!(member.property.name.as_str(), "iterator" | "asyncIterator")
        {
            return None;
        }
        let object = self.object(&member.object);
        let name = self.name(member.property.name.as_str(), member.property.span);
        self.read(object, &Key::Name(name), member.property.span)
    }

    pub(super) fn private_member(&mut self, member: &'a PrivateFieldExpression<'a>) -> Option<Node> {
        let object = self.object(&member.object);
        let name = self.private(member.field.name.as_str());
        self.read(object, &Key::Name(name), member.span)
    }

    /// The object of a member: `super` stands for what its home inherits from.
    pub(super) fn object(&mut self, object: &'a Expression<'a>) -> Option<Node> {
        match object {
            Expression::Super(_) => self.context.home.map(|home| self.graph.proto(home)),
            other => self.expression(other),
        }
    }

    /// What stands at a member of whatever stands at `object`.
    pub(super) fn read(&mut self, object: Option<Node>, key: &Key, span: Span) -> Option<Node> {
        match key {
            Key::Name(name) => {
                let into = self.graph.node();
                self.reads.push((*name, into));
                if let Some(object) = object {
                    let load =
                        Load { name: *name, from: object, into, method: false, inherited: false, span };
                    self.use_of(object, Use::Load(load));
                }
                Some(into)
            }
            Key::Number(given) => {
                let into = self.graph.node();
                self.late.push(Late { given: given.clone(), what: LateUse::Load { object, into } });
                Some(into)
            }
            Key::Unknown => {
                let into = self.graph.node();
                self.late.push(Late { given: Vec::new(), what: LateUse::LoadUnknown { object, into } });
                Some(into)
            }
        }
    }

    /// Writes to a member of whatever stands at `object`; `from` is nothing for a value that does not matter, and
    /// for a deletion.
    pub(super) fn write(&mut self, object: Option<Node>, key: &Key, from: Option<Node>, span: Span) {
        match key {
            Key::Name(name) => {
                self.names.write(*name);
                if let Some(object) = object {
                    self.use_of(object, Use::Store { name: *name, from, span });
                }
                if let Some(from) = from {
                    self.stored(*name, from, span);
                    self.writes.push((*name, from));
                }
            }
            Key::Number(given) => {
                self.flow(from, self.shared.written);
                self.late.push(Late { given: given.clone(), what: LateUse::Store { object, from, span } });
            }
            Key::Unknown => {
                self.flow(from, self.shared.written);
                self.late
                    .push(Late { given: Vec::new(), what: LateUse::StoreUnknown { object, from, span } });
            }
        }
    }
}
