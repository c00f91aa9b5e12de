//! Lists, maps, generators and promises of many: the engine's methods that make new containers of old ones.

use oxc_span::SPAN;

use super::Flow;
use super::checks::{Called, Check};
use super::graph::{Load, Node, Obj, PROMISE, Site, Use};
use super::intrinsics::Intrinsic;
use super::names::{self, Name};
use super::native::Frame;
use super::object::Kind;
use super::semantics::Semantics;

impl Flow<'_, '_> {
    fn member_of(&mut self, node: Node, name: Name, into: Node) {
        self.use_of(
            node,
            Use::Load(Load { name, from: node, into, method: false, inherited: true, span: SPAN }),
        );
    }

    fn items_of(&mut self, node: Option<Node>, site: Site) -> Option<Node> {
        let span = self.sites[site as usize].span;
        node.map(|node| self.items(node, span))
    }

    /// `Array.from`, `groupBy`, `JSON.parse` and `JSON.stringify`: a function may be the second argument.
    pub(super) fn convert(&mut self, semantics: Semantics, site: Site) {
        let into = self.sites[site as usize].into;
        let first = self.argument(site, 0);
        let call = self.argument(site, 1);
        match semantics {
            Semantics::From | Semantics::GroupBy => {
                let items = self.items_of(first, site);
                let input = self.graph.node();
                // `fromAsync` awaits each of them, and what is made of them.
                let name = self.sites[site as usize].name;
                let waits = name.is_none_or(|name| self.names.text(name) == "fromAsync");
                if !waits || semantics == Semantics::GroupBy {
                    self.flow(items, input);
                }
                let items = self.resolved(items);
                self.flow(items, input);
                if let Some(first) = first {
                    // What is no iterable is read by numbers.
                    self.use_of(first, Use::LoadAny { into: input });
                }
                let list = self.list();
                let elements = self.elements(list);
                let third = self.argument(site, 2);
                let result = call.map(|call| self.call_back(call, &[Some(input)], third));
                if !waits {
                    self.flow(result, elements);
                }
                let result = self.resolved(result);
                if semantics == Semantics::From {
                    let from = result.unwrap_or(input);
                    self.graph.edge(from, elements);
                    self.graph.put(into, list);
                } else {
                    self.graph.edge(input, elements);
                    let groups = self.graph.object(Kind::Map);
                    for (name, from) in [(names::ELEM, None), (names::WILD, None), (names::KEYS, result)] {
                        let place = self.graph.field(groups, name);
                        match from {
                            Some(from) => self.graph.edge(from, place),
                            None if name != names::KEYS => self.graph.put(place, list),
                            None => {}
                        }
                    }
                    self.graph.put(into, groups);
                }
            }
            Semantics::Parse => {
                let Some(call) = call else {
                    let data = self.graph.object(Kind::Data(0));
                    return self.graph.put(into, data);
                };
                // What the function gives back takes the place of any part, at any depth.
                let data = self.graph.object(Kind::Data(u8::MAX));
                self.graph.put(into, data);
                let value = self.graph.node_with(data);
                let result = self.call_back(call, &[None, Some(value)], Some(value));
                let place = self.graph.field(data, names::WILD);
                for to in [value, into, place] {
                    self.graph.edge(result, to);
                }
            }
            _ => {
                if let Some(call) = call {
                    let unknown = Some(self.shared.unknown);
                    // What holds a part is `this`: the input, or anything in it.
                    let this = self.graph.node();
                    self.flow(unknown, this);
                    self.flow(first, this);
                    self.use_of(this, Use::LoadAny { into: this });
                    let holder = self.graph.object(Kind::Plain);
                    let place = self.graph.field(holder, names::WILD);
                    self.flow(first, place);
                    self.graph.put(this, holder);
                    self.call_back(call, &[None, unknown], Some(this));
                }
            }
        }
    }

    /// Methods that give back a new list.
    pub(super) fn collect(&mut self, semantics: Semantics, site: Site, frame: Frame) {
        use Semantics as S;
        let into = self.sites[site as usize].into;
        let kind = if semantics == S::Values { Kind::Builtin } else { Kind::List };
        let list = self.graph.object(kind);
        let elements = self.graph.field(list, names::ELEM);
        self.graph.put(into, list);
        match semantics {
            S::Keys => self.graph.edge(frame.keys, elements),
            S::Entries => {
                let pair = self.list();
                for (name, from) in [(names::ZERO, frame.keys), (names::ONE, frame.input)] {
                    let place = self.graph.field(pair, name);
                    self.graph.edge(from, place);
                }
                self.graph.put(elements, pair);
            }
            S::Of => {
                for index in 0..self.sites[site as usize].given.len() {
                    let given = self.argument(site, index);
                    self.flow(given, elements);
                }
            }
            S::Concat => {
                self.graph.edge(frame.input, elements);
                for index in 0..self.sites[site as usize].given.len() {
                    let given = self.argument(site, index);
                    self.flow(given, elements);
                    let items = self.items_of(given, site);
                    self.flow(items, elements);
                }
            }
            S::Flat => {
                self.graph.edge(frame.input, elements);
                let items = self.items_of(Some(elements), site);
                self.flow(items, elements);
            }
            _ => self.graph.edge(frame.input, elements),
        }
    }

    /// `next`, `return` and `throw` of generators.
    pub(super) fn generator(&mut self, semantics: Semantics, site: Site, frame: Frame) {
        let into = self.sites[site as usize].into;
        let answer = self.graph.object(Kind::Plain);
        let value = self.graph.field(answer, names::VALUE);
        self.graph.edge(frame.input, value);
        self.graph.put(into, answer);
        // That of an async one.
        self.graph.put(into, PROMISE);
        let first = self.argument(site, 0);
        match semantics {
            Semantics::Next => self.flow(first, self.shared.sent),
            Semantics::Return => self.flow(first, value),
            _ => self.flow(first, self.shared.thrown),
        }
    }

    /// `Promise.all` and its kin.
    pub(super) fn combine(&mut self, semantics: Semantics, site: Site) {
        let into = self.sites[site as usize].into;
        let first = self.argument(site, 0);
        let items = self.items_of(first, site);
        if let Some(this) = self.sites[site as usize].this {
            // A class that extends `Promise` is asked for its own `resolve`.
            let own = self.graph.node();
            let name = names::RESOLVE;
            let load = Load { name, from: this, into: own, method: true, inherited: true, span: SPAN };
            self.use_of(this, Use::Load(load));
            self.call_back(own, &[items], None);
        }
        match semantics {
            Semantics::All => {
                let list = self.list();
                let elements = self.elements(list);
                let items = self.resolved(items);
                self.flow(items, elements);
                self.graph.put(into, list);
            }
            Semantics::Race => {
                let items = self.resolved(items);
                self.flow(items, into);
            }
            Semantics::AllSettled => {
                let list = self.list();
                let elements = self.elements(list);
                let outcome = self.graph.object(Kind::Plain);
                let value = self.graph.field(outcome, names::VALUE);
                let reason = self.graph.field(outcome, names::REASON);
                let items = self.resolved(items);
                self.flow(items, value);
                self.graph.edge(self.shared.thrown, reason);
                self.graph.put(elements, outcome);
                self.graph.put(into, list);
            }
            _ => {
                let ends = self.graph.object(Kind::Plain);
                let promise = self.graph.field(ends, names::PROMISE);
                for (name, to) in [(names::RESOLVE, promise), (names::REJECT, self.shared.thrown)] {
                    let sink = self.sink(to);
                    let place = self.graph.field(ends, name);
                    self.graph.put(place, sink);
                }
                self.graph.put(promise, PROMISE);
                self.graph.put(into, ends);
            }
        }
    }

    pub(super) fn object_of_entries(&mut self, site: Site) {
        let into = self.sites[site as usize].into;
        let first = self.argument(site, 0);
        let object = self.graph.object(Kind::Plain);
        self.graph.put(into, object);
        let Some(items) = self.items_of(first, site) else { return };
        let wild = self.graph.field(object, names::WILD);
        self.member_of(items, names::ONE, wild);
        let span = self.sites[site as usize].span;
        self.stored(names::WILD, wild, span);
    }

    /// Methods of sets ask another set with its `has` and `keys`.
    pub(super) fn set_like(&mut self, site: Site, frame: Frame) {
        let into = self.sites[site as usize].into;
        let span = self.sites[site as usize].span;
        self.flow(self.sites[site as usize].this, into);
        let Some(other) = self.argument(site, 0) else { return };
        self.graph.edge(other, into);
        let asked = |flow: &mut Self, name, given| {
            let method = flow.graph.node();
            let load = Load { name, from: other, into: method, method: true, inherited: true, span: SPAN };
            flow.use_of(other, Use::Load(load));
            flow.checks.push(Check::Called { node: method, span, called: Called::Hook });
            flow.call_back(method, &[given], Some(other))
        };
        asked(self, names::HAS, Some(frame.input));
        let keys = asked(self, names::KEYS_METHOD, None);
        // What its `keys` gives is asked for its `next`.
        let next = self.graph.node();
        self.use_of(keys, Use::Answers { next });
        self.checks.push(Check::Called { node: next, span, called: Called::Iterated });
        let set = self.graph.object(Kind::Builtin);
        let elements = self.graph.field(set, names::ELEM);
        let items = self.items(keys, span);
        for from in [frame.input, items, self.shared.yielded] {
            self.graph.edge(from, elements);
        }
        self.graph.put(into, set);
    }

    /// A list of texts, as `match` and `split` give it.
    pub(super) fn texts(&mut self, site: Site) {
        let into = self.sites[site as usize].into;
        let list = self.list();
        let inner = self.list();
        let elements = self.elements(list);
        self.graph.put(elements, inner);
        // What a script's own `exec` gives back comes out as it is, or in parts.
        let executed = self.shared.executed;
        self.graph.edge(executed, into);
        self.graph.edge(executed, elements);
        self.use_of(executed, Use::LoadAny { into: elements });
        for object in [list, inner] {
            let data = self.graph.object(Kind::Data(1));
            let groups = self.graph.field(object, names::GROUPS);
            self.graph.put(groups, data);
        }
        self.graph.put(into, list);
    }

    /// `new Map`, `new Set`, `new Array`.
    pub(super) fn new_collection(&mut self, intrinsic: Intrinsic, site: Site) {
        let into = self.sites[site as usize].into;
        let kind = match intrinsic {
            Intrinsic::Map => Kind::Map,
            Intrinsic::Set => Kind::Builtin,
            _ => Kind::List,
        };
        let object: Obj = self.graph.object(kind);
        self.graph.put(into, object);
        let elements = self.graph.field(object, names::ELEM);
        let keys = self.graph.field(object, names::KEYS);
        if kind == Kind::List {
            for index in 0..self.sites[site as usize].given.len() {
                let given = self.argument(site, index);
                self.flow(given, elements);
            }
            return;
        }
        let first = self.argument(site, 0);
        let Some(items) = self.items_of(first, site) else { return };
        if kind == Kind::Map {
            self.member_of(items, names::ZERO, keys);
            self.member_of(items, names::ONE, elements);
        } else {
            self.graph.edge(items, elements);
            self.graph.edge(items, keys);
        }
    }
}
