//! Patterns: values taken apart in declarations, parameters and assignments.

use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, BindingPattern, Expression,
    SimpleAssignmentTarget,
};
use oxc_span::{GetSpan, Span};

use super::graph::{Node, Use};
use super::members::Key;
use super::{Constant, Flow, rules};

/// How deep an expression is looked into to see that it is a number.
const NUMBER_FUEL: u32 = 40;

impl<'a> Flow<'a, '_> {
    /// A pattern that declares names takes what stands at `from`.
    pub(super) fn bind(&mut self, pattern: &'a BindingPattern<'a>, from: Option<Node>) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                let Some(symbol) = name.symbol_id.get().map(Self::symbol) else { return };
                self.no_number(symbol);
                self.flow(from, symbol);
            }
            BindingPattern::AssignmentPattern(default) => {
                let value = self.expression(&default.right);
                let from = self.either(from, value);
                self.bind(&default.left, from);
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let key = self.property_key(&property.key);
                    let value = self.read(from, &key, property.key.span());
                    self.bind(&property.value, value);
                }
                if let Some(rest) = &object.rest {
                    self.bind(&rest.argument, from);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let value = self.item(from, index, element.span());
                        self.bind(element, value);
                    }
                }
                if let Some(rest) = &array.rest {
                    let list = self.rest_of(from, rest.span);
                    self.bind(&rest.argument, Some(list));
                }
            }
        }
    }

    /// A variable that is declared with a value of its own.
    pub(super) fn bind_value(
        &mut self,
        pattern: &'a BindingPattern<'a>,
        value: &'a Expression<'a>,
        from: Option<Node>,
        hoisted: bool,
    ) {
        let BindingPattern::BindingIdentifier(name) = pattern else { return self.bind(pattern, from) };
        let Some(id) = name.symbol_id.get() else { return };
        let symbol = Self::symbol(id);
        self.maybe_number(symbol, value);
        self.flow(from, symbol);
        if !self.scoping.symbol_is_mutated(id) && self.scoping.symbol_redeclarations(id).is_empty() {
            self.constants.insert(symbol, Constant { value, hoisted });
        }
    }

    /// An assignment's target takes what stands at `from`.
    pub(super) fn assign(&mut self, target: &'a AssignmentTarget<'a>, from: Option<Node>) {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let value = self.item(from, index, element.span());
                        self.assign_default(element, value);
                    }
                }
                if let Some(rest) = &array.rest {
                    let list = self.rest_of(from, rest.span);
                    self.assign(&rest.target, Some(list));
                }
            }
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                for property in &object.properties {
                    self.assign_property(property, from);
                }
                if let Some(rest) = &object.rest {
                    self.assign(&rest.target, from);
                }
            }
            other => match other.as_simple_assignment_target() {
                Some(target) => {
                    self.assign_simple(target, from);
                }
                None => self.say(&rules::node_kind::RULE, other.span(), "this target"),
            },
        }
    }

    fn assign_property(&mut self, property: &'a AssignmentTargetProperty<'a>, from: Option<Node>) {
        match property {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(property) => {
                let name = self.name(property.binding.name.as_str(), property.span);
                let value = self.read(from, &Key::Name(name), property.span);
                let default = property.init.as_ref().and_then(|init| self.expression(init));
                let value = self.either(value, default);
                self.assign_name(&property.binding, value);
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                let key = self.property_key(&property.name);
                let value = self.read(from, &key, property.name.span());
                self.assign_default(&property.binding, value);
            }
        }
    }

    fn assign_default(&mut self, target: &'a AssignmentTargetMaybeDefault<'a>, from: Option<Node>) {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(with) => {
                let default = self.expression(&with.init);
                let from = self.either(from, default);
                self.assign(&with.binding, from);
            }
            other => match other.as_assignment_target() {
                Some(target) => self.assign(target, from),
                None => self.say(&rules::node_kind::RULE, other.span(), "this target"),
            },
        }
    }

    /// A name or a member takes what stands at `from`. A member is given back.
    pub(super) fn assign_simple(
        &mut self,
        target: &'a SimpleAssignmentTarget<'a>,
        from: Option<Node>,
    ) -> Option<(Option<Node>, Key, Span)> {
        let (object, key, span) = match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.assign_name(name, from);
                return None;
            }
            SimpleAssignmentTarget::ComputedMemberExpression(member) => {
                let object = self.written_object(&member.object);
                (object, self.key(&member.expression), member.span)
            }
            SimpleAssignmentTarget::StaticMemberExpression(member) => {
                if self.is_export(&member.object) {
                    return None;
                }
                let object = self.written_object(&member.object);
                let name = self.name(member.property.name.as_str(), member.property.span);
                (object, Key::Name(name), member.property.span)
            }
            SimpleAssignmentTarget::PrivateFieldExpression(member) => {
                let object = self.written_object(&member.object);
                (object, Key::Name(self.private(member.field.name.as_str())), member.span)
            }
            SimpleAssignmentTarget::TSAsExpression(_)
            | SimpleAssignmentTarget::TSSatisfiesExpression(_)
            | SimpleAssignmentTarget::TSNonNullExpression(_)
            | SimpleAssignmentTarget::TSTypeAssertion(_) => {
                self.say(&rules::node_kind::RULE, target.span(), "TypeScript");
                return None;
            }
        };
        self.write(object, &key, from, span);
        Some((object, key, span))
    }

    /// Whether this is the `module.exports` of the one assignment.
    fn is_export(&self, object: &Expression<'_>) -> bool {
        let Expression::StaticMemberExpression(exports) = object else { return false };
        self.module.is_some() && self.module == Some(exports.object.span())
    }

    /// `super.x = …` writes to `this`, and on.
    fn written_object(&mut self, object: &'a Expression<'a>) -> Option<Node> {
        match object {
            Expression::Super(_) => {
                let home = self.context.home.map(|home| self.graph.node_with(home));
                let proto = self.context.home.map(|home| self.graph.proto(home));
                let both = self.either(home, proto);
                self.either(both, self.context.this)
            }
            other => self.expression(other),
        }
    }

    pub(super) fn assign_name(
        &mut self,
        name: &'a oxc_ast::ast::IdentifierReference<'a>,
        from: Option<Node>,
    ) {
        match self.symbol_of(name) {
            Some(symbol) => {
                self.no_number(symbol);
                self.flow(from, symbol);
            }
            None => self.assign_free(name),
        }
    }

    /// One item of a list that is taken apart.
    fn item(&mut self, from: Option<Node>, index: usize, span: Span) -> Option<Node> {
        let text = self.arena.alloc_str(&index.to_string());
        let name = self.names.number(text);
        let into = self.read(from, &Key::Name(name), span)?;
        if let Some(from) = from {
            let items = self.items(from, span);
            self.use_of(from, Use::Pairs { into, items });
        }
        Some(into)
    }

    /// The rest of a list that is taken apart: a list of its own.
    fn rest_of(&mut self, from: Option<Node>, span: Span) -> Node {
        let list = self.list();
        if let Some(from) = from {
            let items = self.items(from, span);
            let elements = self.elements(list);
            self.graph.edge(items, elements);
        }
        self.graph.node_with(list)
    }

    /// Whatever stands at `from`, if anything, also stands at `to`.
    pub(super) fn flow(&mut self, from: Option<Node>, to: Node) {
        if let Some(from) = from {
            self.graph.edge(from, to);
        }
    }

    /// A node for the values of both.
    pub(super) fn either(&mut self, one: Option<Node>, other: Option<Node>) -> Option<Node> {
        match (one, other) {
            (Some(one), Some(other)) if one != other => {
                let both = self.graph.node();
                self.graph.edge(one, both);
                self.graph.edge(other, both);
                Some(both)
            }
            (one, other) => one.or(other),
        }
    }

    /// The variable may hold anything.
    pub(super) fn no_number(&mut self, symbol: Node) {
        if let Some(flag) = self.not_numbers.get_mut(symbol as usize) {
            *flag = true;
        }
    }

    /// The variable holds the value of this expression.
    pub(super) fn maybe_number(&mut self, symbol: Node, value: &Expression<'_>) {
        let mut given = Vec::new();
        if self.is_number(value, &mut given, NUMBER_FUEL) {
            self.number_of.extend(given.into_iter().map(|source| (source, symbol)));
        } else {
            self.no_number(symbol);
        }
    }
}
