//! Method calls on what the engine made: whose methods they may be, and what of the receiver they reach.

use super::Flow;
use super::checks::Called;
use super::graph::{Node, OPAQUE, Obj, Site, UNKNOWN};
use super::names;
use super::object::Kind;
use super::semantics::{self, Semantics};

impl Flow<'_, '_> {
    /// A method is called on an object. What the script itself put there is called besides.
    pub(super) fn method(&mut self, object: Obj, site: Site) {
        let Some(name) = self.sites[site as usize].name else { return };
        let into = self.sites[site as usize].into;
        let semantics = semantics::named(self.names.text(name));
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
                self.feed(object, site, name);
            }
            Kind::Instance(class) => {
                if self.classes[class as usize].derived {
                    self.feed(object, site, name);
                } else if name == names::VALUE_OF {
                    self.graph.put(into, object);
                }
            }
            Kind::Plain if name == names::VALUE_OF => self.graph.put(into, object),
            Kind::Plain | Kind::Method(_) | Kind::Sink(_) | Kind::Sdk(_) | Kind::Url(_) => {}
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
            }
            Kind::Method(_) | Kind::Native(_) | Kind::Sdk(_) => {
                self.graph.put(into, OPAQUE);
                // `bind` gives back the function, and it may be called with anything then.
                self.graph.put(into, object);
                let unknown = Some(self.shared.unknown);
                let calls = !self.calls_nothing(object);
                for from in all {
                    self.graph.edge(from, into);
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
}
