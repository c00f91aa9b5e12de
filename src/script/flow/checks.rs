//! What is asked once everything has settled: whether something that nobody may call is called.

use oxc_span::Span;

use super::graph::{Load, Node, OPAQUE, Site, UNKNOWN};
use super::intrinsics::Intrinsic;
use super::names::Name;
use super::object::{Kind, Sdk};
use super::semantics::Semantics;
use super::{Flow, rules};
use crate::script::url;

/// How a value comes to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    Directly,
    Constructed,
    Tag,
    Extended,
    /// The engine calls it by itself.
    Hook,
    Iterated,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Check {
    /// What stands at the node is called.
    Called {
        node: Node,
        span: Span,
        called: Called,
    },
    /// A method is called; `callee` holds what the script itself put under its name.
    Method {
        site: Site,
        callee: Node,
        at: Span,
    },
    /// A member that a part of the SDK does not have is read.
    NoMember {
        sdk: Sdk,
        load: Load,
    },
    AnswerWrite {
        name: Name,
        span: Span,
    },
    /// A class extends what stands at the node.
    Extends {
        node: Node,
        span: Span,
    },
    /// An operator or, unless the script's own is meant, a method calls what stands under a symbol.
    Symbol {
        hook: Node,
        span: Span,
        site: Option<Site>,
    },
    /// A static member that an intrinsic does not have is read through something that inherits from it.
    Inherited {
        intrinsic: Intrinsic,
        load: Load,
    },
    /// `ctx.http` is called with this URL.
    Request {
        site: Site,
        asked: Node,
    },
    /// A method of the engine is called as a value.
    Passed {
        site: Site,
        name: Name,
    },
    /// `Object.create` is called.
    Create(Site),
    /// `new Promise` is called.
    Executor(Site),
}

impl Called {
    fn found(self) -> &'static str {
        match self {
            Self::Directly => "a value that an unknown key chose is called",
            Self::Constructed => "a value that an unknown key chose is constructed",
            Self::Tag => "a value that an unknown key chose is used as a tag",
            Self::Extended => "a value that an unknown key chose is extended",
            Self::Hook => "a value that an unknown key chose stands where the engine calls it",
            Self::Iterated => "iterating calls a value that an unknown key chose",
        }
    }
}

impl Flow<'_, '_> {
    /// What stands at the node will be called.
    pub(super) fn called(&mut self, node: Node, span: Span, called: Called) {
        self.checks.push(Check::Called { node, span, called });
    }

    /// Nobody may call what stands here.
    fn is_unknown(&self, node: Node) -> bool {
        self.graph.has(node, UNKNOWN) || self.graph.has(node, OPAQUE)
    }

    pub(super) fn check(&mut self) {
        for check in std::mem::take(&mut self.checks) {
            match check {
                Check::Called { node, span, called } => {
                    if self.is_unknown(node) {
                        self.say(&rules::unknown_call::RULE, span, called.found());
                    }
                }
                Check::Method { site, callee, at } => self.check_method(site, callee, at),
                Check::Symbol { hook, span, site } => self.check_symbol(hook, span, site),
                Check::Extends { node, span } => self.check_base(node, span),
                Check::NoMember { sdk, load } => self.check_member(sdk, load),
                Check::AnswerWrite { name, span } => {
                    if Sdk::Answer.member(self.names.text(name)).is_some() {
                        self.sdk_write(Sdk::Answer, span);
                    }
                }
                Check::Inherited { intrinsic, load } => {
                    let found = self.graph.at(load.into);
                    if found.is_empty() && load.span != oxc_span::SPAN {
                        self.no_static(intrinsic, load.name, load.span);
                    }
                }
                Check::Passed { site, name } => {
                    let semantics = self.names.semantics(name);
                    if let Some((first, count)) = semantics.and_then(Semantics::called) {
                        (first..first + count).for_each(|index| self.check_argument(site, index));
                    }
                }
                Check::Request { site, asked } => self.check_request(site, asked),
                Check::Create(site) => {
                    if !self.sites[site as usize].null {
                        let span = self.sites[site as usize].span;
                        let found = "`Object.create` with something else than `null`";
                        self.say(&rules::object_reflection::RULE, span, found);
                    }
                }
                Check::Executor(site) => self.check_argument(site, 0),
            }
        }
    }

    /// The engine's functions must not stand where they are called with what the script chooses.
    fn check_symbol(&mut self, hook: Node, span: Span, site: Option<Site>) {
        let hooks = self.graph.at(hook);
        let refused = hooks.iter().any(|&hook| match self.graph.kind(hook) {
            Kind::Unknown | Kind::Opaque | Kind::Native(_) => true,
            Kind::Method(_) => !self.calls_nothing(hook),
            _ => false,
        });
        let own = site.and_then(|site| self.sites[site as usize].this).is_some_and(|this| {
            let receivers = self.graph.at(this);
            let own = |&object: &u32| matches!(self.graph.kind(object), Kind::Plain | Kind::Instance(_));
            !receivers.is_empty() && receivers.iter().all(own)
        });
        if refused && !own {
            self.say(&rules::unknown_call::RULE, span, Called::Hook.found());
        }
    }

    /// Promises and regular expressions of the script's own are constructed and called by the engine.
    fn check_base(&mut self, node: Node, span: Span) {
        let bases = self.graph.at(node);
        let refused = bases.iter().find_map(|&base| match self.graph.kind(base) {
            Kind::Native(base @ (Intrinsic::Promise | Intrinsic::RegExp)) => Some(base),
            _ => None,
        });
        if let Some(base) = refused {
            let found = format!("a class extends {}: the engine constructs it by itself", base.shown());
            self.say(&rules::unknown_call::RULE, span, &found);
        }
    }

    fn check_argument(&mut self, site: Site, index: usize) {
        let span = self.sites[site as usize].span;
        if let Some(node) = self.settled_argument(site, index)
            && self.is_unknown(node)
        {
            let found = "a value that an unknown key chose is passed to where it is called";
            self.say(&rules::unknown_call::RULE, span, found);
        }
    }

    /// An argument by its place, once nothing flows any more.
    fn settled_argument(&self, site: Site, index: usize) -> Option<Node> {
        let given = &self.sites[site as usize].given;
        match given.iter().position(|one| one.spread) {
            Some(spread) if spread <= index => {
                let nodes = given[spread..].iter().filter_map(|one| one.node);
                nodes.into_iter().max_by_key(|&node| self.is_unknown(node))
            }
            _ => given.get(index).and_then(|one| one.node),
        }
    }

    /// The engine's method of that name may call its arguments, unless the script's own is meant.
    fn check_method(&mut self, site: Site, callee: Node, at: Span) {
        let Some(name) = self.sites[site as usize].name else { return };
        let Some(semantics) = self.names.semantics(name) else { return };
        if semantics == Semantics::Invoke {
            return self.check_invoke(site, at);
        }
        let Some((first, count)) = semantics.called() else { return };
        if self.is_own(site, callee) {
            return;
        }
        for index in first..first + count {
            self.check_argument(site, index);
        }
    }

    /// Whether all receivers are the script's own objects, with a method of their own.
    fn is_own(&self, site: Site, callee: Node) -> bool {
        let Some(this) = self.sites[site as usize].this else { return false };
        let receivers = self.graph.at(this);
        let own = receivers.iter().all(|&object| match self.graph.kind(object) {
            Kind::Plain | Kind::Sdk(_) => true,
            Kind::Instance(class) => !self.is_engines(class),
            Kind::Class(class) => !self.is_engines(class),
            _ => false,
        });
        own && !receivers.is_empty() && !self.graph.at(callee).is_empty()
    }

    /// `call`, `apply` and `bind` pass their arguments on, and call their receiver.
    fn check_invoke(&mut self, site: Site, at: Span) {
        let this = self.sites[site as usize].this;
        let receivers = this.map_or(&[][..], |this| self.graph.at(this));
        let unknown = receivers.iter().any(|&object| object == UNKNOWN || object == OPAQUE);
        let ours = !receivers.is_empty() && receivers.iter().all(|&object| self.calls_nothing(object));
        if unknown {
            return self.say(&rules::unknown_call::RULE, at, Called::Directly.found());
        }
        if !ours {
            for index in 0..self.sites[site as usize].given.len() {
                self.check_argument(site, index);
            }
        }
    }

    /// Whether calling an object calls none of its arguments, or only in code that was analysed.
    pub(super) fn calls_nothing(&self, object: u32) -> bool {
        match self.graph.kind(object) {
            Kind::Function(_) | Kind::Bound(_) | Kind::Class(_) | Kind::Plain | Kind::Instance(_) => true,
            Kind::Sdk(_) | Kind::Sink(_) | Kind::Promise => true,
            Kind::Method(name) => {
                let semantics = self.names.semantics(name);
                semantics.is_none_or(|one| one.called().is_none() && one != Semantics::Invoke)
            }
            _ => false,
        }
    }

    /// A promise reads as what it resolves to, and objects of different sorts may come by the same way: only what
    /// cannot be another object's member is refused.
    fn check_member(&mut self, sdk: Sdk, load: Load) {
        let text = self.names.text(load.name);
        let receivers = self.graph.at(load.from);
        let others = receivers.iter().any(|&object| {
            !matches!(
                self.graph.kind(object),
                Kind::Sdk(_)
                    | Kind::Url(_)
                    | Kind::Unknown
                    | Kind::Opaque
                    | Kind::Native(_)
                    | Kind::Method(_)
                    | Kind::Promise
                    | Kind::Builtin
            )
        });
        let promise = load.method && matches!(text, "then" | "catch" | "finally");
        if !others && !promise && !super::members::MEMBERS.contains(&text) {
            self.say(&rules::sdk_member::RULE, load.span, &format!("{} has no `{text}`", sdk.shown()));
        }
    }

    fn check_request(&mut self, site: Site, asked: Node) {
        let span = self.sites[site as usize].span;
        for index in 0..self.graph.at(asked).len() {
            let object = self.graph.at(asked)[index];
            let Kind::Url(number) = self.graph.kind(object) else { continue };
            let known = self.urls.get(number as usize);
            let refusal = known.and_then(|known| url::refusal(known, self.policy.hosts()));
            if let Some(refusal) = refusal {
                self.say(&rules::url::RULE, span, &refusal);
            }
        }
    }
}
