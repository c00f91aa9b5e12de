//! Expressions: each gives the node at which its values stand, or nothing if they are texts, numbers and the like.
//! What the match does not name does not compile.

use oxc_ast::ast::{
    ArrayExpression, ArrayExpressionElement, AssignmentExpression, BinaryExpression, BinaryOperator,
    ChainElement, Expression, ObjectExpression, ObjectProperty, ObjectPropertyKind, PropertyKind,
    SimpleAssignmentTarget, TemplateLiteral, UnaryExpression,
};
use oxc_span::{GetSpan, Span};

use super::graph::{Node, Obj, Use};
use super::members::Key;
use super::names;
use super::object::Kind;
use super::{Flow, rules};
use crate::script::url::{self, Known};

impl<'a> Flow<'a, '_> {
    /// Walks an expression.
    pub(super) fn expression(&mut self, expression: &'a Expression<'a>) -> Option<Node> {
        match expression {
            Expression::BooleanLiteral(_)
            | Expression::NullLiteral(_)
            | Expression::NumericLiteral(_)
            | Expression::BigIntLiteral(_) => None,
            Expression::RegExpLiteral(_) => Some(self.new_object(Kind::Builtin)),
            Expression::StringLiteral(literal) => {
                let text = literal.value.as_str();
                url::begins_like_one(text).then(|| self.url(Known { text: text.to_owned(), complete: true }))
            }
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::Identifier(name) => self.reference(name),
            Expression::ArrayExpression(array) => Some(self.array(array)),
            Expression::ObjectExpression(object) => Some(self.object_literal(object)),
            Expression::ArrowFunctionExpression(arrow) => Some(self.arrow(arrow)),
            Expression::FunctionExpression(function) => Some(self.function(function, None)),
            Expression::ClassExpression(class) => Some(self.class(class)),
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::AwaitExpression(awaited) => {
                let value = self.expression(&awaited.argument);
                self.resolved(value)
            }
            Expression::BinaryExpression(binary) => self.binary(binary),
            Expression::LogicalExpression(logical) => {
                let left = self.expression(&logical.left);
                let right = self.expression(&logical.right);
                self.either(left, right)
            }
            Expression::ConditionalExpression(conditional) => {
                self.expression(&conditional.test);
                let yes = self.expression(&conditional.consequent);
                let no = self.expression(&conditional.alternate);
                self.either(yes, no)
            }
            Expression::SequenceExpression(sequence) => {
                sequence.expressions.iter().map(|one| self.expression(one)).last().flatten()
            }
            Expression::ParenthesizedExpression(inner) => self.expression(&inner.expression),
            Expression::UnaryExpression(unary) => self.unary(unary),
            Expression::UpdateExpression(update) => {
                self.update(&update.argument);
                None
            }
            Expression::PrivateInExpression(inner) => {
                self.expression(&inner.right);
                None
            }
            Expression::CallExpression(call) => self.call(call),
            Expression::NewExpression(new) => self.construct(new),
            Expression::TaggedTemplateExpression(tagged) => self.tagged(tagged),
            Expression::ChainExpression(chain) => self.chain(&chain.expression),
            Expression::ComputedMemberExpression(member) => self.computed_member(member),
            Expression::StaticMemberExpression(member) => self.static_member(member),
            Expression::PrivateFieldExpression(member) => self.private_member(member),
            Expression::ThisExpression(this) => self.this(this.span),
            Expression::YieldExpression(yielded) => self.yielded(yielded),
            // What `new.target` is only a comparison may ask.
            Expression::NewTarget(_) => Some(self.shared.unknown),
            Expression::Super(_) => None,
            Expression::ImportExpression(import) => {
                self.say(&rules::import::RULE, import.span, "`import()`");
                None
            }
            Expression::ImportMeta(meta) => {
                self.say(&rules::import::RULE, meta.span, "`import.meta`");
                None
            }
            Expression::JSXElement(_)
            | Expression::JSXFragment(_)
            | Expression::TSAsExpression(_)
            | Expression::TSSatisfiesExpression(_)
            | Expression::TSTypeAssertion(_)
            | Expression::TSNonNullExpression(_)
            | Expression::TSInstantiationExpression(_)
            | Expression::V8IntrinsicExpression(_) => {
                self.say(&rules::node_kind::RULE, expression.span(), "an expression of this kind");
                None
            }
        }
    }

    fn this(&mut self, span: Span) -> Option<Node> {
        if self.context.this.is_none() {
            self.say(&rules::this::RULE, span, "`this`");
        }
        self.context.this
    }

    /// A node with one new object.
    pub(super) fn new_object(&mut self, kind: Kind) -> Node {
        let object = self.graph.object(kind);
        self.graph.node_with(object)
    }

    /// A node with a text that begins like a URL.
    fn url(&mut self, known: Known) -> Node {
        let number = self.urls.len() as u32;
        self.urls.push(known);
        self.new_object(Kind::Url(number))
    }

    fn template(&mut self, template: &'a TemplateLiteral<'a>) -> Option<Node> {
        let values: Vec<_> = template.expressions.iter().map(|one| self.expression(one)).collect();
        let known = self.known_template(template);
        if url::begins_like_one(&known.text) {
            return Some(self.url(known));
        }
        let begins = template.quasis.first().is_some_and(|quasi| quasi.value.raw.is_empty());
        let first = values.first().copied().flatten().filter(|_| begins)?;
        Some(self.prefix(first))
    }

    /// A text that begins with what stands at `first`.
    fn prefix(&mut self, first: Node) -> Node {
        let into = self.graph.node();
        self.use_of(first, Use::Prefix { into });
        into
    }

    fn binary(&mut self, binary: &'a BinaryExpression<'a>) -> Option<Node> {
        let sum = binary.operator == BinaryOperator::Addition;
        let left = self.expression(&binary.left);
        let right = self.expression(&binary.right);
        if let (BinaryOperator::Instanceof, Some(right)) = (binary.operator, right) {
            self.under_symbols(right, &[left], binary.span, None);
        }
        if !sum {
            return None;
        }
        // The left side begins like a URL, or may hold one.
        let known = match &binary.left {
            Expression::StringLiteral(_)
            | Expression::TemplateLiteral(_)
            | Expression::BinaryExpression(_)
            | Expression::Identifier(_)
                if left.is_some() || self.may_begin_a_url(&binary.left) =>
            {
                let mut known = self.known(&binary.left);
                if known.complete {
                    let right = self.known(&binary.right);
                    known.text.push_str(&right.text);
                    known.complete = right.complete;
                }
                known
            }
            _ => Known { text: String::new(), complete: false },
        };
        if url::begins_like_one(&known.text) {
            return Some(self.url(known));
        }
        left.map(|left| self.prefix(left))
    }

    /// Whether the text on the far left may be the beginning of a scheme that the URL parser accepts.
    fn may_begin_a_url(&self, mut expression: &'a Expression<'a>) -> bool {
        for _ in 0..200 {
            expression = match expression {
                Expression::BinaryExpression(binary) => &binary.left,
                Expression::StringLiteral(literal) => {
                    let first = literal.value.as_bytes().first().copied().unwrap_or(b' ');
                    return first <= b' ' || b"hwfdbja".contains(&first.to_ascii_lowercase());
                }
                Expression::TemplateLiteral(_) | Expression::Identifier(_) => return true,
                _ => return false,
            };
        }
        false
    }

    fn array(&mut self, array: &'a ArrayExpression<'a>) -> Node {
        let list = self.list();
        let mut spread = false;
        for (index, element) in array.elements.iter().enumerate() {
            match element {
                ArrayExpressionElement::SpreadElement(inner) => {
                    spread = true;
                    if let Some(value) = self.expression(&inner.argument) {
                        let items = self.items(value, inner.span);
                        let elements = self.elements(list);
                        self.graph.edge(items, elements);
                    }
                }
                ArrayExpressionElement::Elision(_) => {}
                other => {
                    let Some(value) = other.as_expression().and_then(|one| self.expression(one)) else {
                        continue;
                    };
                    let place = if spread || index > 32 {
                        self.elements(list)
                    } else {
                        let text = self.arena.alloc_str(&index.to_string());
                        let name = self.names.number(text);
                        self.graph.field(list, name)
                    };
                    self.graph.edge(value, place);
                }
            }
        }
        self.graph.node_with(list)
    }

    /// A new list.
    pub(super) fn list(&mut self) -> Obj {
        self.graph.object(Kind::List)
    }

    /// What stands in an object without a name of its own.
    pub(super) fn elements(&mut self, object: Obj) -> Node {
        self.graph.field(object, names::ELEM)
    }

    fn object_literal(&mut self, literal: &'a ObjectExpression<'a>) -> Node {
        let object = self.graph.object(Kind::Plain);
        let node = self.graph.node_with(object);
        for property in &literal.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => self.property(object, property),
                ObjectPropertyKind::SpreadProperty(spread) => {
                    if let Some(value) = self.expression(&spread.argument) {
                        let proto = self.graph.proto(object);
                        self.graph.edge(value, proto);
                        self.inherited_by(value, object);
                    }
                }
            }
        }
        node
    }

    fn property(&mut self, object: Obj, property: &'a ObjectProperty<'a>) {
        let key = self.property_key(&property.key);
        let value = match &property.value {
            Expression::FunctionExpression(function)
                if property.method || property.kind != PropertyKind::Init =>
            {
                let value = self.function(function, Some(object));
                if let Some(function) = self.function_at(value) {
                    // In the body of a class it has a `this`.
                    self.graph.put(self.functions[function as usize].this, object);
                }
                Some(value)
            }
            other => self.expression(other),
        };
        if let Some(value) = value {
            self.define(object, &key, value, property.kind, property.span);
        }
    }

    /// A member of an object literal or a class: a value, or an accessor.
    pub(super) fn define(&mut self, object: Obj, key: &Key, value: Node, kind: PropertyKind, span: Span) {
        let name = match key {
            Key::Name(name) => *name,
            Key::Number(_) | Key::Unknown => names::WILD,
        };
        let place = self.graph.field(object, name);
        let function = self.function_at(value);
        if let Some(function) = function.filter(|_| kind != PropertyKind::Init) {
            let this = self.functions[function as usize].this;
            self.accessors.entry(object).or_default().push(this);
        }
        match (kind, function) {
            (PropertyKind::Get, Some(function)) => {
                let returned = self.functions[function as usize].returned;
                self.graph.edge(returned, place);
                self.stored(name, place, span);
            }
            (PropertyKind::Set, Some(function)) => {
                if let Some(&parameter) = self.functions[function as usize].parameters.first() {
                    self.graph.edge(place, parameter);
                    self.setters.push((Some(name).filter(|&name| name != names::WILD), parameter));
                }
            }
            _ => {
                self.graph.edge(value, place);
                self.stored(name, value, span);
                self.called_by_the_engine(object, name, value);
            }
        }
    }

    fn assignment(&mut self, assignment: &'a AssignmentExpression<'a>) -> Option<Node> {
        let operator = assignment.operator;
        if operator.is_assign() || operator.is_logical() {
            let value = self.expression(&assignment.right);
            // A plain name remembers whether it is a number.
            if let oxc_ast::ast::AssignmentTarget::AssignmentTargetIdentifier(name) = &assignment.left
                && let Some(symbol) = self.symbol_of(name)
            {
                self.maybe_number(symbol, &assignment.right);
                self.flow(value, symbol);
                return if operator.is_assign() { value } else { self.either(value, Some(symbol)) };
            }
            return match assignment.left.as_simple_assignment_target() {
                Some(target) if operator.is_logical() => {
                    let (object, key, span) = self.assign_simple(target, value)?;
                    let before = self.read(object, &key, span);
                    self.either(value, before)
                }
                _ => {
                    self.assign(&assignment.left, value);
                    value
                }
            };
        }
        self.expression(&assignment.right);
        let target = assignment.left.as_simple_assignment_target()?;
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = target
            && let Some(symbol) = self.symbol_of(name)
        {
            let sum = operator == oxc_ast::ast::AssignmentOperator::Addition;
            if sum {
                self.maybe_number(symbol, &assignment.right);
            }
            return sum.then(|| self.prefix(symbol));
        }
        self.assign_simple(target, None);
        None
    }

    fn update(&mut self, target: &'a SimpleAssignmentTarget<'a>) {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) if self.symbol_of(name).is_some() => {}
            other => {
                self.assign_simple(other, None);
            }
        }
    }

    fn unary(&mut self, unary: &'a UnaryExpression<'a>) -> Option<Node> {
        if !unary.operator.is_delete() {
            self.expression(&unary.argument);
            return None;
        }
        let argument = match &unary.argument {
            Expression::ChainExpression(chain) => chain.expression.as_member_expression(),
            other => other.as_member_expression(),
        };
        match argument {
            Some(member) => {
                let object = self.object(member.object());
                let key = match member {
                    oxc_ast::ast::MemberExpression::ComputedMemberExpression(computed) => {
                        self.key(&computed.expression)
                    }
                    oxc_ast::ast::MemberExpression::StaticMemberExpression(named) => {
                        Key::Name(self.name(named.property.name.as_str(), named.property.span))
                    }
                    oxc_ast::ast::MemberExpression::PrivateFieldExpression(private) => {
                        Key::Name(self.private(private.field.name.as_str()))
                    }
                };
                self.write(object, &key, None, unary.span);
            }
            None => {
                self.expression(&unary.argument);
            }
        }
        None
    }

    fn chain(&mut self, element: &'a ChainElement<'a>) -> Option<Node> {
        match element {
            ChainElement::CallExpression(call) => self.call(call),
            ChainElement::ComputedMemberExpression(member) => self.computed_member(member),
            ChainElement::StaticMemberExpression(member) => self.static_member(member),
            ChainElement::PrivateFieldExpression(member) => self.private_member(member),
            ChainElement::TSNonNullExpression(inner) => {
                self.say(&rules::node_kind::RULE, inner.span, "TypeScript");
                None
            }
        }
    }
}
