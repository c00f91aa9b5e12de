//! What classes extend: another class of the script, or something of the engine, which keeps things in instances.

use super::calls::{CallSite, Given};
use super::graph::{Base, Obj, Site, Use};
use super::intrinsics::Intrinsic;
use super::names::Name;
use super::object::Kind;
use super::semantics::Semantics;
use super::{Flow, names};

impl Flow<'_, '_> {
    /// A class extends an object.
    pub(super) fn derive(&mut self, object: Obj, class: u32) {
        let info = &self.classes[class as usize];
        let (instances, prototype, given_back) = (info.instances, info.prototype, info.given_back);
        self.graph.edge(given_back, instances);
        match self.graph.kind(object) {
            Kind::Class(base) => {
                let info = &self.classes[base as usize];
                let (base_instances, base_prototype, base_gives) =
                    (info.instances, info.prototype, info.given_back);
                self.graph.edge(instances, base_instances);
                self.graph.edge(base_gives, given_back);
                let proto = self.graph.proto(prototype);
                self.graph.put(proto, base_prototype);
                let derived = self.classes[class as usize].object;
                self.inherits(object, derived);
            }
            Kind::Function(function) | Kind::Bound(function) => {
                self.graph.edge(self.functions[function as usize].returned, given_back);
            }
            _ => {}
        }
    }

    /// Goes from base to base, to what is the engine's.
    pub(super) fn base(&mut self, object: Obj, then: Base) {
        if !self.based.insert((object, then)) {
            return;
        }
        if let Kind::Class(class) = self.graph.kind(object) {
            let info = &self.classes[class as usize];
            // A constructor of the script's own says itself what it hands on.
            let ends = matches!(then, Base::Keep { .. }) && info.constructor.is_some();
            if let Some(heritage) = info.heritage.filter(|_| !ends) {
                self.use_of(heritage, Use::Base(then));
            }
            return;
        }
        match then {
            Base::Keep { instances, site } => self.use_of(instances, Use::Keep(site)),
            Base::Feed { instance, site, name } => {
                self.feed(instance, site, name);
                if self.graph.kind(object) == Kind::Native(Intrinsic::Array) {
                    self.species(instance, site, name);
                }
            }
            Base::Items { instance, into } => self.iterate_base(instance, into),
        }
    }

    /// Methods of lists make new instances of a class that extends `Array`, and put their results into them.
    fn species(&mut self, instance: Obj, site: Site, name: Name) {
        let Kind::Instance(class) = self.graph.kind(instance) else { return };
        if !self.names.semantics(name).is_some_and(Self::makes_lists) {
            return;
        }
        let (into, span) = (self.sites[site as usize].into, self.sites[site as usize].span);
        let elements = self.graph.field(instance, names::ELEM);
        self.use_of(into, Use::LoadAny { into: elements });
        let given_back = self.classes[class as usize].given_back;
        self.use_of(given_back, Use::Fill { from: elements, span });
        self.graph.put(into, instance);
    }

    /// Whether a method makes a list of the class of its receiver.
    pub(super) fn makes_lists(semantics: Semantics) -> bool {
        use Semantics as S;
        matches!(semantics, S::Map | S::Filter | S::Same | S::Splice | S::Concat | S::Flat | S::From | S::Of)
    }

    /// A class that a method of lists may construct for its results.
    pub(super) fn may_be_species(&mut self, object: Obj, site: Site) {
        let known = u64::from(object) << 32 | u64::from(site);
        if !matches!(self.graph.kind(object), Kind::Class(_) | Kind::Plain | Kind::Instance(_))
            || !self.species.insert(known)
        {
            return;
        }
        let (into, span) = (self.sites[site as usize].into, self.sites[site as usize].span);
        let results = self.graph.node();
        self.use_of(into, Use::LoadAny { into: results });
        let made = self.graph.node();
        let given = vec![Given { node: Some(results), spread: true }];
        let made =
            self.site(CallSite { given, this: None, into: made, name: None, span, null: false, frame: None });
        self.made(object, made);
        let under = self.looked_up(object, &[names::WILD]);
        self.use_of(under, Use::Species(site));
    }

    /// Whether a class extends something of the engine.
    pub(super) fn is_engines(&self, class: u32) -> bool {
        let (mut work, mut seen) = (vec![class], vec![class]);
        while let Some(class) = work.pop() {
            let Some(heritage) = self.classes[class as usize].heritage else { continue };
            for &object in self.graph.at(heritage) {
                match self.graph.kind(object) {
                    Kind::Class(base) if seen.contains(&base) => {}
                    Kind::Class(base) => {
                        seen.push(base);
                        work.push(base);
                    }
                    _ => return true,
                }
            }
        }
        false
    }
}
