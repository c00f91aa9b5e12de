//! Calling and constructing: arguments go to parameters, results come back.

use super::calls::{CallSite, Given};
use super::checks::Check;
use super::graph::{Base, Node, OPAQUE, Obj, PROMISE, Site, UNKNOWN, Use};
use super::intrinsics::Intrinsic;
use super::object::{Kind, Sdk};
use super::{Flow, names};

impl Flow<'_, '_> {
    /// An object is called.
    pub(super) fn invoke(&mut self, object: Obj, site: Site) {
        match self.graph.kind(object) {
            Kind::Function(function) => {
                let into = self.sites[site as usize].into;
                self.enter(function, site, false);
                self.leave(function, into);
            }
            Kind::Bound(function) => {
                let into = self.sites[site as usize].into;
                self.enter(function, site, true);
                self.leave(function, into);
            }
            Kind::Native(intrinsic) => self.invoke_native(intrinsic, site),
            Kind::Method(name) => {
                self.native(site, name);
                if let Some(this) = self.sites[site as usize].this {
                    self.use_of(this, Use::Borrowed { site, name });
                }
                self.checks.push(Check::Passed { site, name });
            }
            Kind::Sdk(sdk) => self.invoke_sdk(sdk, site),
            Kind::Sink(node) => {
                for given in self.sites[site as usize].given.clone() {
                    self.flow(given.node, node);
                }
            }
            // The check says so.
            Kind::Unknown | Kind::Opaque => {
                let into = self.sites[site as usize].into;
                self.graph.put(into, object);
                self.strangers(site);
            }
            // Nothing comes of it but an error.
            Kind::Class(_)
            | Kind::List
            | Kind::Map
            | Kind::Builtin
            | Kind::Promise
            | Kind::Plain
            | Kind::Instance(_)
            | Kind::Data(_)
            | Kind::Url(_) => {}
        }
    }

    /// The arguments of a site go to the parameters of a function; if they are shifted, each to any of them.
    fn enter(&mut self, function: u32, site: Site, shifted: bool) {
        let mut spread = shifted;
        // A spread may have no items: what stands behind it may come to the first place that it leaves free.
        let mut from = 0;
        let count = self.functions[function as usize].parameters.len();
        let (rest, arguments, this) = {
            let info = &self.functions[function as usize];
            (info.rest, info.arguments, info.this)
        };
        let arguments = arguments.map(|list| self.graph.field(list, names::ELEM));
        for index in 0..self.sites[site as usize].given.len() {
            let Given { node, spread: is_spread } = self.sites[site as usize].given[index];
            spread |= is_spread;
            if !spread {
                from = count.min(index + 1);
            }
            let Some(node) = node else { continue };
            if spread {
                for place in from..count {
                    let parameter = self.functions[function as usize].parameters[place];
                    self.graph.edge(node, parameter);
                }
            } else if index < count {
                let parameter = self.functions[function as usize].parameters[index];
                self.graph.edge(node, parameter);
            }
            if let Some(rest) = rest.filter(|_| spread || index >= count) {
                self.graph.edge(node, rest);
            }
            if let Some(arguments) = arguments {
                self.graph.edge(node, arguments);
            }
        }
        self.flow(self.sites[site as usize].this, this);
    }

    /// What a function gives back: its values (a promise reads as what it resolves to), or its generator.
    fn leave(&mut self, function: u32, into: Node) {
        let info = &self.functions[function as usize];
        let (returned, generator) = (info.returned, info.generator);
        match generator {
            Some(generator) => {
                let place = self.graph.field(generator, names::ELEM);
                if !self.functions[function as usize].is_async {
                    self.graph.edge(returned, place);
                }
                let returned = self.resolved(Some(returned));
                self.flow(returned, place);
                self.graph.put(into, generator);
            }
            None => {
                self.graph.edge(returned, into);
                if self.functions[function as usize].is_async {
                    self.graph.put(into, PROMISE);
                }
            }
        }
    }

    /// The engine may construct what it is given, and put the arguments into what comes of it.
    pub(super) fn made(&mut self, object: Obj, site: Site) {
        if !matches!(self.graph.kind(object), Kind::Class(_)) {
            return;
        }
        let span = self.sites[site as usize].span;
        let into = self.graph.node();
        let mut given = vec![Given { node: Some(self.shared.unknown), spread: true }];
        given.extend(self.sites[site as usize].given.iter().map(|one| Given { spread: true, ..*one }));
        let new = self.site(CallSite { given, this: None, into, name: None, span, null: false, frame: None });
        self.create(object, new);
        for given in self.sites[site as usize].given.clone() {
            if let Some(from) = given.node {
                self.use_of(into, Use::Fill { from, span });
            }
        }
    }

    /// Functions that something unknown is called with: it may call them with anything.
    pub(super) fn strangers(&mut self, site: Site) {
        let unknown = self.shared.unknown;
        for given in self.sites[site as usize].given.clone() {
            if let Some(node) = given.node.filter(|&node| node != unknown)
                && self.strangers.insert(node)
            {
                self.call_back(node, &[Some(unknown), Some(unknown), Some(unknown)], None);
            }
        }
    }

    /// The engine calls what stands at a node; the result's node is given back.
    pub(super) fn call_back(&mut self, callee: Node, given: &[Option<Node>], this: Option<Node>) -> Node {
        let into = self.graph.node();
        let given = given.iter().map(|&node| Given { node, spread: false }).collect();
        let span = oxc_span::SPAN;
        let site = self.site(CallSite { given, this, into, name: None, span, null: false, frame: None });
        self.use_of(callee, Use::Call(site));
        into
    }

    fn invoke_sdk(&mut self, sdk: Sdk, site: Site) {
        let into = self.sites[site as usize].into;
        self.graph.put(into, PROMISE);
        match sdk {
            Sdk::GetState => {
                // A copy each time: what it holds has passed through JSON.
                let state = self.graph.object(Kind::Data(0));
                self.graph.put(into, state);
            }
            Sdk::Http => {
                let answer = self.sdk_object(Sdk::Answer);
                self.graph.put(into, answer);
                self.request(site);
            }
            Sdk::Function | Sdk::Context | Sdk::Chat | Sdk::Message | Sdk::Answer => {}
        }
    }

    fn invoke_native(&mut self, intrinsic: Intrinsic, site: Site) {
        match intrinsic {
            Intrinsic::Object | Intrinsic::Array | Intrinsic::Error | Intrinsic::AggregateError => {
                self.create_native(intrinsic, site);
            }
            Intrinsic::RegExp => self.create_native(intrinsic, site),
            _ => {}
        }
    }

    /// An object is constructed, or called as `super`.
    pub(super) fn create(&mut self, object: Obj, site: Site) {
        if !self.created.insert(u64::from(object) << 32 | u64::from(site)) {
            return;
        }
        let into = self.sites[site as usize].into;
        match self.graph.kind(object) {
            Kind::Class(class) => {
                let info = &self.classes[class as usize];
                let (instance, instances, constructor, heritage) =
                    (info.instance, info.instances, info.constructor, info.heritage);
                self.graph.put(into, instance);
                match constructor {
                    Some(function) => {
                        self.enter(function, site, false);
                        let returned = self.functions[function as usize].returned;
                        self.graph.edge(returned, into);
                    }
                    None => {
                        if let Some(heritage) = heritage {
                            self.use_of(heritage, Use::New(site));
                            self.use_of(heritage, Use::Base(Base::Keep { instances, site }));
                        }
                    }
                }
            }
            Kind::Function(function) | Kind::Bound(function) => {
                let shifted = matches!(self.graph.kind(object), Kind::Bound(_));
                self.enter(function, site, shifted);
                let returned = self.functions[function as usize].returned;
                self.graph.edge(returned, into);
                let fresh = self.graph.object(Kind::Plain);
                self.graph.put(into, fresh);
            }
            Kind::Native(intrinsic) => self.create_native(intrinsic, site),
            Kind::Unknown => self.graph.put(into, UNKNOWN),
            Kind::Opaque | Kind::Method(_) | Kind::Sink(_) => self.graph.put(into, OPAQUE),
            _ => {}
        }
    }

    /// What a class derived from one of the engine's may keep of its arguments.
    pub(super) fn keep_items(&mut self, instance: Obj, site: Site) {
        if !matches!(self.graph.kind(instance), Kind::Instance(_)) {
            return;
        }
        let span = self.sites[site as usize].span;
        let elements = self.graph.field(instance, names::ELEM);
        let keys = self.graph.field(instance, names::KEYS);
        for given in self.sites[site as usize].given.clone() {
            let Some(node) = given.node else { continue };
            let items = self.items(node, span);
            let inner = self.items(items, span);
            for from in [node, items, inner] {
                self.graph.edge(from, elements);
                self.graph.edge(from, keys);
            }
            // The `cause` of an error stands in the options, and the errors of an `AggregateError` come first.
            let proto = self.graph.proto(instance);
            self.graph.edge(node, proto);
            let errors = self.graph.field(instance, names::ERRORS);
            self.graph.edge(node, errors);
            // Maps and sets call their own `set` and `add`.
            for name in [names::SET, names::ADD] {
                let own = self.looked_up(instance, &[name]);
                self.call_back(own, &[Some(inner), Some(inner)], None);
                self.call_back(own, &[Some(items), Some(items)], None);
            }
            // `class Later extends Promise`: the executor is called.
            let sink = self.sink(elements);
            let ends = self.graph.node_with(sink);
            self.call_back(node, &[Some(ends), Some(ends)], None);
        }
    }
}
