//! Method calls on what the engine made: whose methods they may be, and what of the receiver they reach.

use super::calls::{CallSite, Given};
use super::checks::Called;
use super::graph::{Base, Node, OPAQUE, Obj, PROMISE, Site, UNKNOWN, Use};
use super::names;
use super::object::{Kind, Sdk};
use super::semantics::Semantics;
use super::{Flow, rules};

impl Flow<'_, '_> {
    /// A method is called on an object. What the script itself put there is called besides.
    pub(super) fn method(&mut self, object: Obj, site: Site) {
        let Some(name) = self.sites[site as usize].name else { return };
        let into = self.sites[site as usize].into;
        let semantics = self.names.semantics(name);
        let kind = self.graph.kind(object);
        if semantics == Some(Semantics::Invoke) {
            return self.invoke_through(object, site);
        }
        match kind {
            Kind::Unknown => {
                self.graph.put(into, UNKNOWN);
                match semantics {
                    Some(_) => self.feed(object, site, name),
                    None => self.strangers(site),
                }
            }
            Kind::Opaque => {
                self.graph.put(into, OPAQUE);
                if semantics.is_some() {
                    self.feed(object, site, name);
                }
            }
            Kind::Native(_) => self.native(site, name),
            Kind::List
            | Kind::Map
            | Kind::Builtin
            | Kind::Data(_)
            | Kind::Function(_)
            | Kind::Bound(_)
            | Kind::Class(_) => {
                let factory = semantics == Some(Semantics::Create) && matches!(kind, Kind::Class(_));
                if !factory {
                    self.feed(object, site, name);
                }
                if let Kind::Class(class) = kind
                    && let Some(heritage) = self.classes[class as usize].heritage
                    && matches!(semantics, Some(Semantics::From | Semantics::Of | Semantics::Create))
                {
                    let instance = self.classes[class as usize].instance;
                    self.use_of(heritage, Use::Base(Base::Feed { instance, site, name }));
                }
            }
            Kind::Instance(class) => {
                if name == names::VALUE_OF {
                    self.graph.put(into, object);
                }
                if let Some(heritage) = self.classes[class as usize].heritage {
                    self.use_of(heritage, Use::Base(Base::Feed { instance: object, site, name }));
                }
            }
            Kind::Plain if name == names::VALUE_OF => self.graph.put(into, object),
            Kind::Plain | Kind::Promise | Kind::Method(_) | Kind::Sink(_) | Kind::Sdk(_) | Kind::Url(_) => {}
        }
    }

    /// The object that `bind` makes of a function.
    fn bound(&mut self, function: u32) -> Obj {
        if let Some(object) = self.functions[function as usize].bound {
            return object;
        }
        let object = self.graph.object(Kind::Bound(function));
        self.functions[function as usize].bound = Some(object);
        object
    }

    /// `call`, `apply` or `bind` on an object: its parameters take any of the arguments.
    fn invoke_through(&mut self, object: Obj, site: Site) {
        let into = self.sites[site as usize].into;
        let span = self.sites[site as usize].span;
        let given = self.sites[site as usize].given.clone();
        let mut all = Vec::new();
        for one in &given {
            if let Some(node) = one.node {
                all.push(node);
                let items = self.items(node, span);
                all.push(items);
            }
        }
        match self.graph.kind(object) {
            Kind::Function(function) | Kind::Bound(function) => {
                let info = &self.functions[function as usize];
                let mut places: Vec<Node> = info.parameters.iter().copied().chain(info.rest).collect();
                places.push(info.this);
                let (returned, generator, arguments) = (info.returned, info.generator, info.arguments);
                if let Some(arguments) = arguments {
                    places.push(self.graph.field(arguments, names::ELEM));
                }
                for &from in &all {
                    for &place in &places {
                        self.graph.edge(from, place);
                    }
                }
                self.graph.edge(returned, into);
                if let Some(generator) = generator {
                    self.graph.put(into, generator);
                }
                if self.sites[site as usize].name == Some(names::BIND) {
                    let bound = self.bound(function);
                    self.graph.put(into, bound);
                }
            }
            // The check says so.
            Kind::Unknown => self.graph.put(into, UNKNOWN),
            Kind::Sink(node) => {
                for from in all {
                    self.graph.edge(from, node);
                }
                self.graph.put(into, object);
            }
            Kind::Class(_) if self.sites[site as usize].name == Some(names::BIND) => {
                self.say(&rules::unknown_call::RULE, span, "`bind` of a class");
            }
            Kind::Method(_) | Kind::Native(_) | Kind::Sdk(_) => {
                self.put_through(object, site, &all);
                self.graph.put(into, OPAQUE);
                // `bind` gives back the function, and it may be called with anything then.
                self.graph.put(into, object);
                // What it makes, if it makes anything.
                self.graph.put(into, PROMISE);
                let fresh = self.graph.object(Kind::List);
                self.graph.put(into, fresh);
                let (elements, proto) = (self.graph.field(fresh, names::ELEM), self.graph.proto(fresh));
                let given = all.iter().map(|&node| Given { node: Some(node), spread: true }).collect();
                let made = self.graph.node();
                let made =
                    CallSite { given, this: None, into: made, name: None, span, null: false, frame: None };
                let made = self.site(made);
                let unknown = Some(self.shared.unknown);
                let calls = !self.calls_nothing(object);
                for from in all {
                    self.graph.edge(from, into);
                    self.graph.edge(from, elements);
                    self.graph.edge(from, proto);
                    self.use_of(from, Use::Made(made));
                    if calls {
                        self.called(from, span, Called::Directly);
                    }
                    if self.strangers.insert(from) {
                        self.call_back(from, &[unknown, unknown, unknown], None);
                    }
                }
            }
            Kind::Opaque => self.graph.put(into, OPAQUE),
            _ => {}
        }
    }

    /// What an engine's function that was called through `call` or `apply` does with its arguments: those that write
    /// put any of them into any other, and `ctx.http` asks.
    fn put_through(&mut self, object: Obj, site: Site, all: &[Node]) {
        use Semantics as S;
        let span = self.sites[site as usize].span;
        let name = match self.graph.kind(object) {
            Kind::Method(name) => name,
            Kind::Sdk(Sdk::Http) => {
                for &options in all {
                    self.ask(site, options);
                }
                return;
            }
            _ => return,
        };
        let receivers = match self.names.semantics(name) {
            // Its first argument is what `Object.assign` is called on, which is nobody's target.
            Some(S::Assign) => match self.sites[site as usize].given.first() {
                Some(Given { node: Some(_), spread: false }) => all.get(2..).unwrap_or(&[]).to_vec(),
                _ => all.to_vec(),
            },
            Some(
                S::Push | S::Splice | S::Fill | S::Set | S::Add | S::GetOrInsert | S::GetOrInsertComputed,
            ) => self.argument(site, 0).into_iter().collect(),
            _ => return,
        };
        for receiver in receivers {
            for &from in all {
                self.use_of(receiver, Use::Fill { from, span });
            }
        }
    }
}
