//! Calls as they are written: what is called, with what, as a method of what.

use oxc_ast::ast::{
    Argument, CallExpression, ChainElement, Expression, MemberExpression, NewExpression,
    TaggedTemplateExpression,
};
use oxc_span::{GetSpan, Span};

use super::checks::{Called, Check};
use super::graph::{Base, Load, Node, Site, Use};
use super::members::Key;
use super::names::Name;
use super::native::Frame;
use super::object::Kind;
use super::{Flow, rules};

/// An argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given {
    /// Its values; of a spread one, its items'.
    pub(super) node: Option<Node>,
    pub(super) spread: bool,
}

/// A call.
#[derive(Debug)]
pub(super) struct CallSite {
    pub(super) given: Vec<Given>,
    /// What it is called on.
    pub(super) this: Option<Node>,
    /// Where its result stands.
    pub(super) into: Node,
    /// The name of the method.
    pub(super) name: Option<Name>,
    pub(super) span: Span,
    /// Whether the only argument is `null`: `Object.create` takes nothing else.
    pub(super) null: bool,
    /// What the engine's own method makes of it.
    pub(super) frame: Option<Frame>,
}

impl<'a> Flow<'a, '_> {
    pub(super) fn site(&mut self, site: CallSite) -> Site {
        self.sites.push(site);
        (self.sites.len() - 1) as Site
    }

    pub(super) fn call(&mut self, call: &'a CallExpression<'a>) -> Option<Node> {
        if matches!(call.callee, Expression::Super(_)) {
            return self.super_call(call);
        }
        let null = matches!(call.arguments[..], [Argument::NullLiteral(_)]);
        let member = match &call.callee {
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(_) | ChainElement::TSNonNullExpression(_) => None,
                other => other.as_member_expression(),
            },
            other => other.as_member_expression(),
        };
        let given = |flow: &mut Self| flow.arguments(&call.arguments);
        Some(match member {
            Some(member) => self.member_call(member, given, null, call.span),
            None => {
                let callee = self.expression(&call.callee);
                let given = given(self);
                self.plain_call(callee, given, call.callee.span(), Called::Directly)
            }
        })
    }

    fn plain_call(&mut self, callee: Option<Node>, given: Vec<Given>, span: Span, called: Called) -> Node {
        let into = self.graph.node();
        if let Some(callee) = callee {
            let site =
                self.site(CallSite { given, this: None, into, name: None, span, null: false, frame: None });
            self.use_of(callee, Use::Call(site));
            self.called(callee, span, called);
        }
        into
    }

    /// A call of a member: by a constant name a method, by another key a call of what the key chose.
    fn member_call(
        &mut self,
        member: &'a MemberExpression<'a>,
        given: impl FnOnce(&mut Self) -> Vec<Given>,
        null: bool,
        span: Span,
    ) -> Node {
        let (is_super, receiver) = match member.object() {
            Expression::Super(_) => (true, self.object(member.object())),
            other => (false, self.expression(other)),
        };
        let (key, at) = match member {
            MemberExpression::ComputedMemberExpression(computed) => {
                (self.key(&computed.expression), computed.expression.span())
            }
            MemberExpression::StaticMemberExpression(named) => {
                let span = named.property.span;
                (Key::Name(self.name(named.property.name.as_str(), span)), span)
            }
            MemberExpression::PrivateFieldExpression(private) => {
                (Key::Name(self.private(private.field.name.as_str())), private.field.span)
            }
        };
        let this = if is_super { self.context.this } else { receiver };
        let Key::Name(name) = key else {
            let callee = self.read(receiver, &key, member.span());
            let given = given(self);
            return self.plain_call(callee, given, member.span(), Called::Directly);
        };
        let given = given(self);
        let into = self.graph.node();
        let callee = self.graph.node();
        self.reads.push((name, callee));
        let site = self.site(CallSite { given, this, into, name: Some(name), span, null, frame: None });
        if let Some(receiver) = receiver {
            let load =
                Load { name, from: receiver, into: callee, method: true, inherited: is_super, span: at };
            self.use_of(receiver, Use::Load(load));
        }
        self.use_of(callee, Use::Call(site));
        if let Some(this) = this {
            self.use_of(this, Use::Method(site));
        }
        self.called(callee, at, Called::Directly);
        self.checks.push(Check::Method { site, callee, at });
        self.always(site);
        into
    }

    pub(super) fn arguments(&mut self, arguments: &'a [Argument<'a>]) -> Vec<Given> {
        let mut given = Vec::with_capacity(arguments.len());
        for argument in arguments {
            given.push(match argument {
                Argument::SpreadElement(spread) => {
                    let value = self.expression(&spread.argument);
                    let node = value.map(|value| self.items(value, spread.span));
                    Given { node, spread: true }
                }
                other => {
                    let node = other.as_expression().and_then(|argument| self.expression(argument));
                    Given { node, spread: false }
                }
            });
        }
        given
    }

    fn super_call(&mut self, call: &'a CallExpression<'a>) -> Option<Node> {
        let given = self.arguments(&call.arguments);
        let class = self.context.class?;
        let heritage = self.classes[class as usize].heritage?;
        let into = self.graph.node();
        let this = Some(self.classes[class as usize].instances);
        let span = call.span;
        let site = self.site(CallSite { given, this, into, name: None, span, null: false, frame: None });
        self.use_of(heritage, Use::New(site));
        let instances = self.classes[class as usize].instances;
        self.use_of(heritage, Use::Base(Base::Keep { instances, site }));
        None
    }

    pub(super) fn construct(&mut self, new: &'a NewExpression<'a>) -> Option<Node> {
        if let Expression::Identifier(name) = &new.callee
            && self.is_free(name, "Date")
        {
            self.arguments(&new.arguments);
            if matches!(new.arguments.first(), None | Some(Argument::SpreadElement(_))) {
                self.say(&rules::clock::RULE, new.span, "`new Date` without a first argument");
            }
            return Some(self.new_object(Kind::Builtin));
        }
        let callee = self.expression(&new.callee);
        let given = self.arguments(&new.arguments);
        let into = self.graph.node();
        if let Some(callee) = callee {
            let span = new.span;
            let site =
                self.site(CallSite { given, this: None, into, name: None, span, null: false, frame: None });
            self.use_of(callee, Use::New(site));
            self.called(callee, new.callee.span(), Called::Constructed);
        }
        Some(into)
    }

    pub(super) fn tagged(&mut self, tagged: &'a TaggedTemplateExpression<'a>) -> Option<Node> {
        let given = |flow: &mut Self| {
            let mut given = vec![Given { node: None, spread: false }];
            for expression in &tagged.quasi.expressions {
                given.push(Given { node: flow.expression(expression), spread: false });
            }
            given
        };
        Some(match tagged.tag.as_member_expression() {
            Some(member) => self.member_call(member, given, false, tagged.span),
            None => {
                let tag = self.expression(&tagged.tag);
                let given = given(self);
                self.plain_call(tag, given, tagged.tag.span(), Called::Tag)
            }
        })
    }
}
