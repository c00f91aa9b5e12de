//! What the engine calls by itself: iterators, thenables, `exec`, `toString` and their kin, accessors.

use oxc_span::Span;

use super::checks::Check;
use super::graph::{Load, Node, OPAQUE, Obj, Site, Use};
use super::names::{self, Name};
use super::object::Kind;
use super::{Flow, rules};

impl Flow<'_, '_> {
    /// A function under `next`: what it returns has a `value` that iteration yields.
    pub(super) fn stands_under_next(&mut self, object: Obj) {
        let Kind::Function(function) = self.graph.kind(object) else { return };
        let returned = self.functions[function as usize].returned;
        let load = Load {
            name: names::VALUE,
            from: returned,
            into: self.shared.yielded,
            method: false,
            inherited: true,
            span: oxc_span::SPAN,
        };
        self.use_of(returned, Use::Load(load));
        for index in 0..self.functions[function as usize].parameters.len() {
            let parameter = self.functions[function as usize].parameters[index];
            self.graph.edge(self.shared.sent, parameter);
        }
    }

    /// A function under `Symbol.iterator`: what it returns is iterated.
    pub(super) fn stands_under_iterator(&mut self, object: Obj, next: Node) {
        let Kind::Function(function) = self.graph.kind(object) else { return };
        let info = &self.functions[function as usize];
        let (returned, generator) = (info.returned, info.generator);
        match generator {
            Some(generator) => {
                let place = self.graph.field(generator, names::ELEM);
                self.graph.edge(place, self.shared.yielded);
            }
            None => {
                self.use_of(returned, Use::Items { into: self.shared.yielded, next });
                self.use_of(returned, Use::Answers { next });
            }
        }
    }

    /// A function under `exec`: `match` and its kin give back what it gives.
    pub(super) fn stands_under_exec(&mut self, object: Obj) {
        match self.graph.kind(object) {
            Kind::Function(function) => {
                let returned = self.functions[function as usize].returned;
                self.graph.edge(returned, self.shared.executed);
                // `search` gives its `index`.
                let load =
                    Load { name: names::INDEX, into: self.shared.texted, ..asked(names::INDEX, returned) };
                self.use_of(returned, Use::Load(load));
            }
            Kind::Unknown | Kind::Bound(_) | Kind::Method(_) | Kind::Native(_) => {
                self.graph.put(self.shared.executed, OPAQUE);
            }
            _ => {}
        }
    }

    /// A function under `then`: it is called with the two ends of a promise.
    pub(super) fn stands_under_then(&mut self, object: Obj) {
        let Kind::Function(function) = self.graph.kind(object) else { return };
        let ends = [self.shared.awaited, self.shared.thrown];
        for (index, end) in ends.into_iter().enumerate() {
            if let Some(&parameter) = self.functions[function as usize].parameters.get(index) {
                let sink = self.sink(end);
                self.graph.put(parameter, sink);
            }
        }
        if let Some(rest) = self.functions[function as usize].rest {
            let sink = self.sink(self.shared.awaited);
            self.graph.put(rest, sink);
        }
        if let Some(arguments) = self.functions[function as usize].arguments {
            let sink = self.sink(self.shared.awaited);
            let place = self.graph.field(arguments, names::ELEM);
            self.graph.put(place, sink);
        }
    }

    /// A function under `join`, `toString` or `toISOString`: the engine's methods give back what it gives.
    pub(super) fn stands_under_text(&mut self, object: Obj, span: Span, named: bool) {
        match self.graph.kind(object) {
            Kind::Function(function) | Kind::Bound(function) => {
                let returned = self.functions[function as usize].returned;
                self.graph.edge(returned, self.shared.texted);
            }
            Kind::Method(_) if named => {
                let found = "a method of the engine stands where it calls the script's own";
                self.say(&rules::unknown_call::RULE, span, found);
            }
            _ => {}
        }
    }

    /// What stands under a key that is not constant may stand under a symbol that a method or an operator asks for.
    pub(super) fn under_symbols(
        &mut self,
        asked_of: Node,
        given: &[Option<Node>],
        span: Span,
        site: Option<Site>,
    ) -> Node {
        let hook = self.graph.node();
        self.use_of(asked_of, Use::Load(Load { from: asked_of, ..asked(names::WILD, hook) }));
        self.checks.push(Check::Symbol { hook, span, site });
        self.call_back(hook, given, Some(asked_of))
    }

    /// What is written where the engine looks for a function of its own accord gets the object as `this`.
    pub(super) fn called_by_the_engine(&mut self, this: Obj, name: Name, from: Node) {
        let names = [
            names::WILD,
            names::NEXT,
            names::THEN,
            names::ITER,
            names::ASYNC_ITER,
            names::EXEC,
            names::RETURN,
            names::THROW,
            names::TO_STRING,
            names::VALUE_OF,
            names::TO_JSON,
            names::JOIN,
            names::TO_ISO_STRING,
        ];
        // Outside class bodies nothing has a `this`.
        if names.contains(&name) && !self.classes.is_empty() {
            self.use_of(from, Use::Receiver { this });
            self.hooks.entry(this).or_default().push(from);
            for by in self.heirs.get(&this).cloned().unwrap_or_default() {
                self.use_of(from, Use::Receiver { this: by });
            }
        }
    }

    pub(super) fn called_on(&mut self, object: Obj, this: Obj) {
        if let Kind::Function(function) | Kind::Bound(function) = self.graph.kind(object) {
            let node = self.functions[function as usize].this;
            self.graph.put(node, this);
        }
    }

    /// What stands at a node may come to be inherited from, or be copied.
    pub(super) fn inherited_by(&mut self, from: Node, by: Obj) {
        if !self.accessors.is_empty() || !self.classes.is_empty() {
            self.use_of(from, Use::Inherits { by });
        }
    }

    /// An object inherits from another, whose accessors get it as `this`, and so does what the engine calls.
    pub(super) fn inherits(&mut self, object: Obj, by: Obj) {
        if !self.inherited.insert(u64::from(object) << 32 | u64::from(by)) {
            return;
        }
        for this in self.accessors.get(&object).cloned().unwrap_or_default() {
            self.graph.put(this, by);
        }
        self.heirs.entry(object).or_default().push(by);
        for hook in self.hooks.get(&object).cloned().unwrap_or_default() {
            self.use_of(hook, Use::Receiver { this: by });
        }
        let proto = self.graph.proto(object);
        self.use_of(proto, Use::Inherits { by });
    }
}

/// A name that the engine asks for.
pub(super) fn asked(name: Name, into: Node) -> Load {
    Load { name, from: into, into, method: true, inherited: true, span: oxc_span::SPAN }
}
