//! Reading: what stands at a member of an object, and what iterating it yields.

use oxc_span::Span;

use super::checks::{Called, Check};
use super::graph::{Base, Load, Node, OPAQUE, Obj, UNKNOWN, Use};
use super::intrinsics::Intrinsic;
use super::names::{self, Name};
use super::object::{Kind, Sdk, SdkMember};
use super::{Flow, rules};

/// How many members deep JSON from outside is told apart.
const DATA_DEPTH: u8 = 3;

impl Flow<'_, '_> {
    /// The values of a member with a constant name. If the member is called at once (`method`), what the engine
    /// itself would answer is left to `methods`.
    pub(super) fn load(&mut self, object: Obj, load: Load) {
        let Load { name, into, method, .. } = load;
        if !self.loaded.insert((u64::from(object) << 32 | u64::from(name), into)) {
            return;
        }
        let kind = self.graph.kind(object);
        match kind {
            Kind::Unknown | Kind::Opaque if !method => self.graph.put(into, object),
            Kind::Unknown | Kind::Opaque | Kind::Sink(_) | Kind::Url(_) => {}
            Kind::Promise => {
                if !method && matches!(self.names.text(name), "then" | "catch" | "finally") {
                    let value = self.method_object(name);
                    self.graph.put(into, value);
                }
            }
            Kind::Native(intrinsic) => self.load_static(intrinsic, load),
            Kind::Sdk(sdk) => self.load_sdk(sdk, load),
            Kind::Method(_) => self.load_invoke(name, into, method),
            Kind::Function(_) | Kind::Bound(_) | Kind::Class(_) => {
                self.load_own(object, load);
                self.load_invoke(name, into, method);
                self.load_of_any(name, into, method);
            }
            Kind::Data(_) => {
                self.load_own(object, load);
                self.load_of_any(name, into, method);
                if !method {
                    let child = self.data_child(object, name);
                    self.graph.put(into, child);
                }
            }
            Kind::List | Kind::Map | Kind::Builtin | Kind::Plain | Kind::Instance(_) => {
                self.load_own(object, load);
                if kind == Kind::Plain {
                    self.load_of_any(name, into, method);
                } else if !method && self.names.semantics(name).is_some() {
                    let value = self.method_object(name);
                    self.graph.put(into, value);
                }
            }
        }
    }

    /// The methods of every object that give back the object, or what comes of its `toString`, as values.
    fn load_of_any(&mut self, name: Name, into: Node, method: bool) {
        if !method && (name == names::VALUE_OF || self.names.text(name) == "toLocaleString") {
            let value = self.method_object(name);
            self.graph.put(into, value);
        }
    }

    fn load_own(&mut self, object: Obj, load: Load) {
        self.graph.read(object, load);
        if self.names.is_numeric(load.name) {
            let elements = self.graph.field(object, names::ELEM);
            self.graph.edge(elements, load.into);
        }
    }

    /// `call`, `apply` and `bind` as values: whoever has them can call anything.
    fn load_invoke(&mut self, name: Name, into: Node, method: bool) {
        if !method && matches!(name, names::CALL | names::APPLY | names::BIND) {
            self.graph.put(into, UNKNOWN);
        }
    }

    fn load_static(&mut self, intrinsic: Intrinsic, load: Load) {
        let Load { name, into, method, span, .. } = load;
        let text = self.names.text(name);
        if intrinsic.has(text) {
            if !method {
                let value = self.method_object(name);
                self.graph.put(into, value);
            }
            return;
        }
        let invokes = matches!(name, names::CALL | names::APPLY | names::BIND);
        if invokes {
            self.load_invoke(name, into, method);
            return;
        }
        if load.inherited {
            // What a class has itself hides what it inherits.
            return self.checks.push(Check::Inherited { intrinsic, load });
        }
        self.no_static(intrinsic, name, span);
    }

    /// An intrinsic has no such static member.
    pub(super) fn no_static(&mut self, intrinsic: Intrinsic, name: Name, span: Span) {
        let text = self.names.text(name);
        let random = intrinsic == Intrinsic::Math && text == "random";
        let rule = if random { &rules::randomness::RULE } else { &rules::intrinsic_member::RULE };
        // Those are refused by name, wherever they stand.
        let known = super::members::MEMBERS.contains(&text) || super::members::REFLECTION.contains(&text);
        if !known {
            self.say(rule, span, &format!("{} has no `{text}` that may be used", intrinsic.shown()));
        }
    }

    fn load_sdk(&mut self, sdk: Sdk, load: Load) {
        let Load { name, into, .. } = load;
        if sdk == Sdk::Answer {
            // What the script itself wrote.
            let answer = self.sdk_object(sdk);
            let place = self.graph.field(answer, name);
            self.graph.edge(place, into);
        }
        match sdk.member(self.names.text(name)) {
            Some(SdkMember::Plain) => {}
            Some(SdkMember::Json) => self.graph.edge(self.shared.data, into),
            Some(SdkMember::Part(part)) => {
                let object = self.sdk_object(part);
                self.graph.put(into, object);
            }
            // A copy of `ctx` may have members of its own.
            None if load.inherited => {}
            None => self.checks.push(Check::NoMember { sdk, load }),
        }
    }

    /// The object of a part of the SDK.
    pub(super) fn sdk_object(&mut self, sdk: Sdk) -> Obj {
        if let Some(&object) = self.sdk_objects.get(&(sdk as u32)) {
            return object;
        }
        let object = self.graph.object(Kind::Sdk(sdk));
        self.sdk_objects.insert(sdk as u32, object);
        object
    }

    /// An object for a method of the engine.
    pub(super) fn method_object(&mut self, name: Name) -> Obj {
        if let Some(&object) = self.method_objects.get(&name) {
            return object;
        }
        let object = self.graph.object(Kind::Method(name));
        self.method_objects.insert(name, object);
        object
    }

    /// A member of JSON from outside.
    pub(super) fn data_child(&mut self, object: Obj, name: Name) -> Obj {
        let depth = match self.graph.kind(object) {
            Kind::Data(depth) if depth < DATA_DEPTH => depth,
            _ => return object,
        };
        if let Some(&child) = self.children.get(&(u64::from(object) << 32 | u64::from(name))) {
            return child;
        }
        let child = self.graph.object(Kind::Data(depth + 1));
        self.children.insert(u64::from(object) << 32 | u64::from(name), child);
        // Whoever lists the members finds it.
        let place = self.graph.field(object, name);
        self.graph.put(place, child);
        child
    }

    /// The values of any member.
    pub(super) fn load_any(&mut self, object: Obj, into: Node) {
        match self.graph.kind(object) {
            Kind::Unknown => self.graph.put(into, UNKNOWN),
            Kind::Opaque => self.graph.put(into, OPAQUE),
            Kind::Native(_) | Kind::Method(_) | Kind::Sink(_) | Kind::Url(_) | Kind::Promise => {}
            Kind::Sdk(sdk) => {
                if sdk == Sdk::Answer {
                    let all = self.graph.all(object);
                    self.graph.edge(all, into);
                }
                if sdk == Sdk::Context {
                    for part in [Sdk::Chat, Sdk::Message, Sdk::GetState, Sdk::Http, Sdk::Function] {
                        let object = self.sdk_object(part);
                        self.graph.put(into, object);
                    }
                }
            }
            Kind::Instance(class) => {
                let class = self.classes[class as usize].object;
                self.graph.put(into, class);
                self.load_all(object, into);
            }
            Kind::Data(_) => {
                let child = self.data_child(object, names::ELEM);
                self.graph.put(into, child);
                self.load_all(object, into);
            }
            Kind::Function(_)
            | Kind::Bound(_)
            | Kind::Class(_)
            | Kind::List
            | Kind::Map
            | Kind::Builtin
            | Kind::Plain => {
                self.load_all(object, into);
            }
        }
    }

    fn load_all(&mut self, object: Obj, into: Node) {
        // The number of a name stands for all of them.
        if !self.loaded.insert((u64::from(object) << 32 | u64::from(u32::MAX), into)) {
            return;
        }
        let all = self.graph.all(object);
        self.graph.edge(all, into);
        let proto = self.graph.proto(object);
        // By `__proto__` as the key.
        self.graph.edge(proto, into);
        self.use_of(proto, Use::LoadAny { into });
    }

    /// A list gives its item by place (a load did that already), everything else any of its items.
    pub(super) fn pairs(&mut self, object: Obj, into: Node, items: Node) {
        if !matches!(self.graph.kind(object), Kind::List | Kind::Data(_)) {
            return self.graph.edge(items, into);
        }
        let own = self.looked_up(object, &[names::ITER, names::ASYNC_ITER]);
        self.use_of(own, Use::Hook { from: self.shared.yielded, to: into, of: object });
    }

    /// What iterating the values of a node yields.
    pub(super) fn items(&mut self, node: Node, span: Span) -> Node {
        let into = self.graph.node();
        let next = self.graph.node();
        self.use_of(node, Use::Items { into, next });
        self.checks.push(Check::Called { node: next, span, called: Called::Iterated });
        into
    }

    pub(super) fn iterate(&mut self, object: Obj, into: Node, next: Node) {
        let own = self.looked_up(object, &[names::ITER, names::ASYNC_ITER]);
        self.use_of(own, Use::Hook { from: self.shared.yielded, to: into, of: object });
        match self.graph.kind(object) {
            Kind::Unknown | Kind::Opaque => self.graph.put(into, object),
            Kind::Native(_)
            | Kind::Method(_)
            | Kind::Sink(_)
            | Kind::Url(_)
            | Kind::Sdk(_)
            | Kind::Promise => {}
            Kind::Map => {
                let pair = self.pair(object);
                self.graph.put(into, pair);
            }
            Kind::Data(_) => {
                let child = self.data_child(object, names::ELEM);
                self.graph.put(into, child);
                let all = self.graph.all(object);
                self.graph.edge(all, into);
            }
            Kind::List => {
                let all = self.graph.all(object);
                self.graph.edge(all, into);
            }
            Kind::Builtin => {
                let all = self.graph.all(object);
                self.graph.edge(all, into);
                self.load(object, answering(next));
                self.use_of(next, Use::Hook { from: self.shared.yielded, to: into, of: object });
            }
            // The script's own iterables: what their iterators yield reaches every iteration.
            Kind::Function(_) | Kind::Bound(_) | Kind::Class(_) | Kind::Plain => {}
            Kind::Instance(class) => {
                if let Some(heritage) = self.classes[class as usize].heritage {
                    self.use_of(heritage, Use::Base(Base::Items { instance: object, into }));
                }
            }
        }
    }

    /// What iterating an instance yields whose class extends one of the engine's.
    pub(super) fn iterate_base(&mut self, instance: Obj, into: Node) {
        let all = self.graph.all(instance);
        self.graph.edge(all, into);
        let pair = self.pair(instance);
        self.graph.put(into, pair);
    }

    /// An iterator of the script's own making is asked for its `next`.
    pub(super) fn answers(&mut self, object: Obj, next: Node) {
        if matches!(
            self.graph.kind(object),
            Kind::Plain | Kind::Instance(_) | Kind::Function(_) | Kind::Class(_)
        ) {
            self.load(object, answering(next));
        }
    }

    /// The pairs of a map.
    fn pair(&mut self, object: Obj) -> Obj {
        if let Some(pair) = self.graph.pair(object) {
            return pair;
        }
        let pair = self.list();
        self.graph.set_pair(object, pair);
        for (from, to) in [(names::KEYS, names::ZERO), (names::ELEM, names::ONE)] {
            let from = self.graph.field(object, from);
            let to = self.graph.field(pair, to);
            self.graph.edge(from, to);
        }
        pair
    }

    /// The members that listing an object finds, and its keys.
    pub(super) fn own(&mut self, object: Obj, into: Node, keys: Node) {
        match self.graph.kind(object) {
            Kind::Unknown | Kind::Opaque => self.graph.put(into, object),
            Kind::Native(_) | Kind::Method(_) | Kind::Sink(_) | Kind::Url(_) | Kind::Promise => {}
            Kind::Sdk(_) => self.load_any(object, into),
            Kind::Data(_) => {
                let child = self.data_child(object, names::ELEM);
                self.graph.put(into, child);
                self.own_fields(object, into, keys);
            }
            _ => self.own_fields(object, into, keys),
        }
    }

    fn own_fields(&mut self, object: Obj, into: Node, keys: Node) {
        if !self.loaded.insert((u64::from(object) << 32 | u64::from(u32::MAX - 1), into)) {
            return;
        }
        let all = self.graph.all(object);
        self.graph.edge(all, into);
        let place = self.graph.field(object, names::KEYS);
        self.graph.edge(place, keys);
        // What was spread or assigned into it is its own too.
        let proto = self.graph.proto(object);
        self.use_of(proto, Use::Own { into, keys });
    }
}

/// The `next` of an iterator.
fn answering(next: Node) -> Load {
    Load { name: names::NEXT, from: next, into: next, method: true, inherited: true, span: oxc_span::SPAN }
}
