//! Writing: what comes to stand at a member of an object, and what that means where the engine looks at it.

use oxc_span::Span;

use super::checks::{Called, Check};
use super::graph::{Base, Load, Node, OPAQUE, Obj, PROMISE, Site, Use};
use super::hooks::asked;
use super::names::{self, Name};
use super::object::{Kind, Sdk};
use super::{Flow, rules, semantics};

impl Flow<'_, '_> {
    /// Something stands under a name that the engine looks at by itself.
    pub(super) fn stored(&mut self, name: Name, from: Node, span: Span) {
        match name {
            names::NEXT => self.use_of(from, Use::Next),
            names::THEN => {
                self.use_of(from, Use::Then);
                self.called(from, span, Called::Hook);
            }
            names::ITER | names::ASYNC_ITER => {
                self.under_iterator(from, span);
                self.called(from, span, Called::Hook);
            }
            names::EXEC => self.use_of(from, Use::Exec),
            names::JOIN | names::TO_STRING | names::TO_ISO_STRING => {
                self.use_of(from, Use::Text { span, named: true });
                self.called(from, span, Called::Hook);
            }
            names::VALUE_OF | names::TO_JSON | names::RETURN | names::THROW => {
                self.called(from, span, Called::Hook);
            }
            names::WILD => {
                self.use_of(from, Use::Next);
                self.use_of(from, Use::Then);
                self.use_of(from, Use::Text { span, named: false });
                self.under_iterator(from, span);
            }
            _ => {}
        }
    }

    fn under_iterator(&mut self, from: Node, span: Span) {
        let next = self.graph.node();
        self.use_of(from, Use::Iterator { next });
        self.checks.push(Check::Called { node: next, span, called: Called::Iterated });
    }

    /// A write to a member with a constant name.
    pub(super) fn store(&mut self, object: Obj, name: Name, from: Option<Node>, span: Span) {
        let text = self.names.text(name);
        match self.graph.kind(object) {
            Kind::Unknown => {
                if semantics::is_method(text) || name == names::ITER || name == names::ASYNC_ITER {
                    let found = format!("`{text}` is written to a value that an unknown key chose");
                    self.say(&rules::intrinsic_write::RULE, span, &found);
                } else if let Some(from) = from {
                    let node = self.polluted_name(name);
                    self.graph.edge(from, node);
                }
            }
            Kind::Opaque => {
                // It may be an object that only one of the engine's methods gave back.
                let node = self.polluted_name(name);
                self.flow(from, node);
            }
            Kind::Url(_) => {}
            Kind::Promise | Kind::Sink(_) => self.promise_write(from, span),
            Kind::Native(_) | Kind::Method(_) => self.intrinsic_write(object, span),
            Kind::Sdk(Sdk::Answer) => {
                self.checks.push(Check::AnswerWrite { name, span });
                let place = self.graph.field(object, name);
                self.flow(from, place);
            }
            Kind::Sdk(sdk) => self.sdk_write(sdk, span),
            kind => {
                let Some(from) = from else { return };
                if kind == Kind::Builtin && name == names::EXEC {
                    self.called(from, span, Called::Hook);
                }
                let place = self.graph.field(object, name);
                self.graph.edge(from, place);
                self.called_by_the_engine(object, name, from);
            }
        }
    }

    /// A write to a member whose key is not constant.
    pub(super) fn store_any(&mut self, object: Obj, number: bool, from: Option<Node>, span: Span) {
        match self.graph.kind(object) {
            Kind::Unknown if number => {
                if let Some(from) = from {
                    self.graph.edge(from, self.shared.at_numbers);
                }
            }
            Kind::Unknown => {
                let found = "a member of a value that an unknown key chose is written through another";
                self.say(&rules::unknown_write::RULE, span, found);
            }
            Kind::Opaque | Kind::Url(_) => {}
            Kind::Promise | Kind::Sink(_) => self.promise_write(from, span),
            Kind::Native(_) | Kind::Method(_) => self.intrinsic_write(object, span),
            Kind::Sdk(sdk) => self.sdk_write(sdk, span),
            _ => {
                let Some(from) = from else { return };
                if self.graph.kind(object) == Kind::Builtin && !number {
                    // The key may be `exec`.
                    self.use_of(from, Use::Exec);
                }
                let name = if number { names::ELEM } else { names::WILD };
                let place = self.graph.field(object, name);
                self.graph.edge(from, place);
                if !number {
                    // The key may be `__proto__`.
                    let proto = self.graph.proto(object);
                    self.graph.edge(from, proto);
                    self.inherited_by(from, object);
                    self.called_by_the_engine(object, name, from);
                }
            }
        }
    }

    /// Nobody follows what promises and the functions that settle them hold.
    fn promise_write(&mut self, from: Option<Node>, span: Span) {
        if from.is_some() {
            let found = "a member of a promise, or of a function that settles one, is written";
            self.say(&rules::unknown_write::RULE, span, found);
        }
    }

    fn intrinsic_write(&mut self, object: Obj, span: Span) {
        let found = match self.graph.kind(object) {
            Kind::Native(intrinsic) => format!("a member of {} is written", intrinsic.shown()),
            _ => "a member of one of the engine's functions is written".to_owned(),
        };
        self.say(&rules::intrinsic_write::RULE, span, &found);
    }

    pub(super) fn sdk_write(&mut self, sdk: Sdk, span: Span) {
        self.say(&rules::sdk_write::RULE, span, &format!("a member of {} is written", sdk.shown()));
    }

    /// `Object.assign`: the target reads as if it inherited from the sources.
    pub(super) fn assign_into(&mut self, object: Obj, site: Site) {
        let span = self.sites[site as usize].span;
        match self.graph.kind(object) {
            Kind::Unknown => {
                let found = "members are copied into a value that an unknown key chose";
                self.say(&rules::unknown_write::RULE, span, found);
            }
            Kind::Opaque | Kind::Url(_) => {}
            Kind::Promise | Kind::Sink(_) => self.promise_write(Some(self.shared.written), span),
            Kind::Native(_) | Kind::Method(_) => self.intrinsic_write(object, span),
            Kind::Sdk(sdk) => self.sdk_write(sdk, span),
            _ => {
                let proto = self.graph.proto(object);
                let given = &self.sites[site as usize].given;
                // Behind a spread stand sources too.
                let first = usize::from(given.first().is_some_and(|first| !first.spread));
                let given: Vec<_> = given.iter().skip(first).copied().collect();
                self.inherited_by(proto, object);
                for source in given {
                    self.flow(source.node, proto);
                    if let Some(source) = source.node {
                        // The unknown key of a literal may be `__proto__`, which is written here.
                        self.use_of(source, Use::Load(Load { from: source, ..asked(names::WILD, proto) }));
                    }
                    if let Some(source) = source.node.filter(|_| !self.setters.is_empty()) {
                        self.use_of(source, Use::LoadAny { into: self.shared.written });
                    }
                }
            }
        }
    }

    /// A method of the engine puts something into an object, wherever it likes.
    pub(super) fn fill(&mut self, object: Obj, from: Node, span: Span) {
        match self.graph.kind(object) {
            Kind::Unknown => self.graph.edge(from, self.shared.at_numbers),
            Kind::Native(_) | Kind::Method(_) => self.intrinsic_write(object, span),
            Kind::Opaque | Kind::Url(_) => {}
            Kind::Promise | Kind::Sink(_) => self.promise_write(Some(from), span),
            Kind::Sdk(sdk) => self.sdk_write(sdk, span),
            _ => {
                for name in [names::ELEM, names::KEYS, names::WILD] {
                    let place = self.graph.field(object, name);
                    self.graph.edge(from, place);
                }
                let proto = self.graph.proto(object);
                self.graph.edge(from, proto);
                self.inherited_by(from, object);
                self.graph.edge(from, self.shared.written);
            }
        }
    }

    /// What awaiting the values of a node gives: themselves, and what thenables among them resolve to.
    pub(super) fn resolved(&mut self, node: Option<Node>) -> Option<Node> {
        let node = node?;
        let into = self.graph.node();
        self.use_of(node, Use::Await { into });
        Some(into)
    }

    /// An object is awaited: if something stands under its `then`, whatever thenables resolve to may come of it.
    pub(super) fn awaits(&mut self, object: Obj, into: Node) {
        if object == PROMISE {
            return;
        }
        self.graph.put(into, object);
        let then = self.looked_up(object, &[names::THEN]);
        self.use_of(then, Use::Hook { from: self.shared.awaited, to: into, of: object });
        if let Kind::Instance(class) = self.graph.kind(object)
            && let Some(heritage) = self.classes[class as usize].heritage
        {
            // A promise of a class of the script's own.
            self.use_of(heritage, Use::Base(Base::Items { instance: object, into }));
        }
    }

    /// Something stands where the engine calls it to iterate or to await an object.
    pub(super) fn hooked(&mut self, hook: Obj, from: Node, to: Node, of: Obj) {
        match self.graph.kind(hook) {
            Kind::Function(_) | Kind::Bound(_) | Kind::Class(_) | Kind::Builtin | Kind::Sink(_) => {
                self.graph.edge(from, to);
            }
            // It may give back whatever the object holds, in any wrapping.
            Kind::Unknown | Kind::Method(_) | Kind::Native(_) => {
                self.graph.put(to, OPAQUE);
                self.load_any(of, to);
            }
            _ => {}
        }
    }

    /// What the script itself put under names of an object that the engine looks up.
    pub(super) fn looked_up(&mut self, object: Obj, looked: &[Name]) -> Node {
        let Some(&first) = looked.first() else { return self.shared.sent };
        let key = u64::from(object) << 32 | u64::from(first);
        if let Some(&node) = self.looked_up.get(&key) {
            return node;
        }
        let node = self.graph.node();
        self.looked_up.insert(key, node);
        for &name in looked {
            let load =
                Load { name, from: node, into: node, method: true, inherited: true, span: oxc_span::SPAN };
            self.load(object, load);
        }
        node
    }

    /// A function of the engine that takes its argument to a node.
    pub(super) fn sink(&mut self, node: Node) -> Obj {
        if let Some(&object) = self.sinks.get(&node) {
            return object;
        }
        let object = self.graph.object(Kind::Sink(node));
        self.sinks.insert(node, object);
        object
    }
}
