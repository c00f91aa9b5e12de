//! Classes: an object for the class, one for its prototype, one for all its instances. A derived class hands its
//! instances on to the constructor and the fields of its base.

use oxc_ast::ast::{
    Class, ClassElement, MethodDefinition, MethodDefinitionKind, PropertyDefinition, PropertyKind,
};

use super::checks::{Called, Check};
use super::context::Context;
use super::graph::{Node, Obj, Use};
use super::members::Key;
use super::object::Kind;
use super::{Flow, names, rules};

/// A class.
#[derive(Debug)]
pub(super) struct ClassInfo {
    pub(super) object: Obj,
    pub(super) prototype: Obj,
    pub(super) instance: Obj,
    /// What `this` may be in its constructor and its fields.
    pub(super) instances: Node,
    /// What its constructor, or that of a base, gives back instead.
    pub(super) given_back: Node,
    pub(super) constructor: Option<u32>,
    /// What it extends.
    pub(super) heritage: Option<Node>,
}

impl<'a> Flow<'a, '_> {
    pub(super) fn class(&mut self, class: &'a Class<'a>) -> Node {
        let number = self.new_class();
        let object = self.classes[number as usize].object;
        let node = self.graph.node_with(object);
        if let Some(symbol) = class.id.as_ref().and_then(|id| id.symbol_id.get()) {
            let symbol = Self::symbol(symbol);
            self.no_number(symbol);
            self.graph.put(symbol, object);
        }
        if let Some(heritage) = &class.heritage {
            let value = self.expression(&heritage.expression);
            self.inherit(number, value, oxc_span::GetSpan::span(&heritage.expression));
        }
        if !class.decorators.is_empty() {
            self.say(&rules::node_kind::RULE, class.span, "a decorator");
        }
        let outer = self.context;
        for element in &class.body.body {
            match element {
                ClassElement::MethodDefinition(method) => self.method_definition(number, method, outer),
                ClassElement::PropertyDefinition(field) => self.class_field(number, field, outer),
                ClassElement::StaticBlock(block) => {
                    self.context = inside(outer, node, object, number);
                    self.statements(&block.body);
                    self.context = outer;
                }
                ClassElement::AccessorProperty(accessor) => {
                    self.say(&rules::node_kind::RULE, accessor.span, "`accessor`");
                }
                ClassElement::TSIndexSignature(signature) => {
                    self.say(&rules::node_kind::RULE, signature.span, "TypeScript");
                }
            }
        }
        node
    }

    fn new_class(&mut self) -> u32 {
        let number = self.classes.len() as u32;
        let object = self.graph.object(Kind::Class(number));
        let prototype = self.graph.object(Kind::Plain);
        let instance = self.graph.object(Kind::Instance(number));
        let proto = self.graph.proto(instance);
        self.graph.put(proto, prototype);
        let instances = self.graph.node_with(instance);
        let given_back = self.graph.node();
        self.classes.push(ClassInfo {
            object,
            prototype,
            instance,
            instances,
            given_back,
            constructor: None,
            heritage: None,
        });
        number
    }

    fn inherit(&mut self, number: u32, value: Option<Node>, span: oxc_span::Span) {
        let Some(value) = value else { return };
        let info = &mut self.classes[number as usize];
        info.heritage = Some(value);
        let object = info.object;
        self.called(value, span, Called::Extended);
        self.checks.push(Check::Extends { node: value, span });
        let proto = self.graph.proto(object);
        self.graph.edge(value, proto);
        self.use_of(value, Use::Derive(number));
    }

    fn method_definition(&mut self, number: u32, method: &'a MethodDefinition<'a>, outer: Context) {
        let info = &self.classes[number as usize];
        let (home, this) = if method.r#static {
            (info.object, self.graph.node_with(info.object))
        } else {
            (info.prototype, info.instances)
        };
        let constructor = method.kind == MethodDefinitionKind::Constructor;
        let key = if constructor { Key::Unknown } else { self.property_key(&method.key) };
        self.context = inside(outer, this, home, number);
        let value = self.function(&method.value, Some(home));
        self.context = outer;
        if !method.decorators.is_empty() {
            self.say(&rules::node_kind::RULE, method.span, "a decorator");
        }
        let Some(function) = self.function_at(value) else { return };
        let its_this = self.functions[function as usize].this;
        self.graph.edge(this, its_this);
        let kind = match method.kind {
            MethodDefinitionKind::Constructor => {
                let info = &mut self.classes[number as usize];
                info.constructor = Some(function);
                let given_back = info.given_back;
                self.graph.edge(self.functions[function as usize].returned, given_back);
                return;
            }
            MethodDefinitionKind::Method => PropertyKind::Init,
            MethodDefinitionKind::Get => PropertyKind::Get,
            MethodDefinitionKind::Set => PropertyKind::Set,
        };
        self.define(home, &key, value, kind, method.span);
    }

    fn class_field(&mut self, number: u32, field: &'a PropertyDefinition<'a>, outer: Context) {
        let key = self.property_key(&field.key);
        let info = &self.classes[number as usize];
        let (home, this) = if field.r#static {
            (info.object, self.graph.node_with(info.object))
        } else {
            (info.prototype, info.instances)
        };
        if !field.decorators.is_empty() {
            self.say(&rules::node_kind::RULE, field.span, "a decorator");
        }
        self.context = inside(outer, this, home, number);
        let value = field.value.as_ref().and_then(|value| self.expression(value));
        self.context = outer;
        if let Some(value) = value {
            let key = match key {
                Key::Name(name) => Key::Name(name),
                Key::Number(_) | Key::Unknown => Key::Name(names::WILD),
            };
            self.write(Some(this), &key, Some(value), field.span);
        }
    }
}

/// Inside the body of a class.
fn inside(outer: Context, this: Node, home: Obj, class: u32) -> Context {
    Context {
        this: Some(this),
        home: Some(home),
        class: Some(class),
        in_class: true,
        arguments: None,
        ..outer
    }
}
