//! What the engine's own methods do with values, method by method (`semantics` has the names). A call's frame is made
//! once; each receiver then feeds it.

use super::Flow;
use super::calls::{CallSite, Given};
use super::graph::{Load, Node, OPAQUE, Obj, PROMISE, Site, Use};
use super::hooks::asked;
use super::intrinsics::Intrinsic;
use super::names::{self, Name};
use super::object::Kind;
use super::semantics::Semantics;

/// What a method sees of its receivers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// What they hold.
    pub(super) input: Node,
    /// The keys of what they hold.
    pub(super) keys: Node,
}

impl Flow<'_, '_> {
    /// A static method, or a method without a receiver that is known.
    pub(super) fn native(&mut self, site: Site, name: Name) {
        let Some(semantics) = self.names.semantics(name) else { return };
        let frame = self.frame(site, name);
        if matches!(
            self.names.text(name),
            "resolve" | "reject" | "all" | "race" | "any" | "allSettled" | "try" | "fromAsync"
        ) {
            self.graph.put(self.sites[site as usize].into, PROMISE);
        }
        let own = matches!(semantics, Semantics::Values | Semantics::Entries | Semantics::Keys);
        if let Some(first) = self.argument(site, 0).filter(|_| own) {
            self.use_of(first, Use::Own { into: frame.input, keys: frame.keys });
        }
    }

    /// A receiver of a method of the engine.
    pub(super) fn feed(&mut self, object: Obj, site: Site, name: Name) {
        let Some(semantics) = self.names.semantics(name) else { return };
        let frame = self.frame(site, name);
        match self.graph.kind(object) {
            Kind::Unknown | Kind::Opaque => {
                self.graph.put(frame.input, object);
                self.graph.put(frame.keys, object);
                let into = self.shared.at_numbers;
                if self.graph.kind(object) == Kind::Unknown {
                    self.keep(semantics, site, into, None);
                }
                return;
            }
            Kind::Data(_) => {
                let child = self.data_child(object, names::ELEM);
                self.graph.put(frame.input, child);
            }
            _ => {}
        }
        let all = self.graph.all(object);
        self.graph.edge(all, frame.input);
        let keys = self.graph.field(object, names::KEYS);
        self.graph.edge(keys, frame.keys);
        let elements = self.graph.field(object, names::ELEM);
        self.keep(semantics, site, elements, Some(keys));
        if matches!(
            semantics,
            Semantics::Sort
                | Semantics::Filter
                | Semantics::Same
                | Semantics::Contents
                | Semantics::Splice
                | Semantics::Push
        ) {
            // Items may stand at other places afterwards.
            self.graph.edge(all, elements);
        }
        if Self::makes_lists(semantics) && !self.classes.is_empty() {
            // An unknown key may be `constructor`.
            let under = self.looked_up(object, &[names::WILD]);
            self.use_of(under, Use::Species(site));
        }
    }

    /// What a receiver keeps of the arguments.
    fn keep(&mut self, semantics: Semantics, site: Site, elements: Node, keys: Option<Node>) {
        use Semantics as S;
        let from = match semantics {
            S::Push | S::Fill | S::Add => 0,
            S::Set | S::GetOrInsert | S::With | S::GetOrInsertComputed => 1,
            S::Splice => 2,
            _ => return,
        };
        let count = self.sites[site as usize].given.len().max(from + 1);
        let last = if matches!(semantics, S::Push | S::Splice) { count } else { from + 1 };
        for index in from..last {
            let value = self.argument(site, index);
            self.flow(value, elements);
            self.flow(value, self.shared.written);
        }
        if semantics == S::GetOrInsertComputed {
            let key = self.argument(site, 0);
            if let Some(make) = self.argument(site, 1) {
                let made = self.call_back(make, &[key], None);
                self.graph.edge(made, elements);
            }
        }
        if let (Some(keys), Some(key)) = (keys, self.argument(site, 0))
            && matches!(semantics, S::Set | S::Add | S::GetOrInsert | S::GetOrInsertComputed)
        {
            self.graph.edge(key, keys);
        }
    }

    /// An argument by its place: behind a spread one, any of them.
    pub(super) fn argument(&mut self, site: Site, index: usize) -> Option<Node> {
        let given = &self.sites[site as usize].given;
        match given.iter().position(|one| one.spread) {
            Some(spread) if spread <= index => {
                let rest: Vec<Given> = given[spread..].to_vec();
                rest.into_iter().fold(None, |all, one| self.either(all, one.node))
            }
            _ => given.get(index).and_then(|one| one.node),
        }
    }

    /// What a method does whatever it is called on: texts and promises are no objects of the analysis.
    pub(super) fn always(&mut self, site: Site) {
        let Some(name) = self.sites[site as usize].name else { return };
        let semantics = self.names.semantics(name);
        use Semantics as S;
        if matches!(semantics, Some(S::Then | S::Catch | S::Finally | S::Replace | S::Texts | S::Opaque)) {
            self.frame(site, name);
        }
        if name == names::ITER {
            // Texts are iterated too.
            let iterator = self.graph.object(Kind::Builtin);
            self.graph.put(self.sites[site as usize].into, iterator);
        }
    }

    fn frame(&mut self, site: Site, name: Name) -> Frame {
        let frame = match self.sites[site as usize].frame {
            Some(frame) => frame,
            None => {
                let frame = Frame { input: self.graph.node(), keys: self.graph.node() };
                self.sites[site as usize].frame = Some(frame);
                frame
            }
        };
        // Several methods may be called in one place.
        if !self.ran.insert(u64::from(site) << 32 | u64::from(name)) {
            return frame;
        }
        if let Some(semantics) = self.names.semantics(name) {
            self.run(semantics, site, frame);
        }
        frame
    }

    /// Builds what a method does with its input and its arguments.
    fn run(&mut self, semantics: Semantics, site: Site, frame: Frame) {
        use Semantics as S;
        let into = self.sites[site as usize].into;
        let this = self.sites[site as usize].this;
        match semantics {
            S::Each | S::Find | S::Filter | S::Map | S::Sort | S::Reduce => {
                self.visit(semantics, site, frame)
            }
            S::Then | S::Catch | S::Finally | S::Try => self.promise(semantics, site),
            S::Replace => {
                if let Some(call) = self.argument(site, 1) {
                    // Its last argument is the `groups` of what a script's own `exec` gave.
                    let groups = self.graph.node();
                    let from = self.shared.executed;
                    self.use_of(from, Use::LoadAny { into: groups });
                    self.call_back(call, &[Some(groups); 8], None);
                }
                self.graph.put(into, OPAQUE);
                self.asks_symbols(site);
            }
            S::From | S::GroupBy | S::Parse | S::Stringify => self.convert(semantics, site),
            S::Push => {}
            S::Splice | S::Fill | S::With | S::Set | S::Add | S::Same => self.flow(this, into),
            S::Contents => self.graph.edge(frame.input, into),
            S::GetOrInsert | S::GetOrInsertComputed => self.graph.edge(frame.input, into),
            S::Concat | S::Flat | S::Values | S::ToArray | S::Of | S::Keys | S::Entries => {
                self.collect(semantics, site, frame);
            }
            S::Next | S::Return | S::Throw => self.generator(semantics, site, frame),
            S::Assign => {
                // A text or a number becomes an object of its own.
                let fresh = self.graph.object(Kind::Plain);
                self.graph.put(into, fresh);
                self.assign_into(fresh, site);
                if let Some(target) = self.argument(site, 0) {
                    self.graph.edge(target, into);
                    self.use_of(target, Use::Assign(site));
                }
            }
            S::First => {
                let first = self.argument(site, 0);
                self.flow(first, into);
            }
            S::Reject => {
                let first = self.argument(site, 0);
                self.flow(first, self.shared.thrown);
            }
            S::All | S::Race | S::AllSettled | S::WithResolvers => self.combine(semantics, site),
            S::FromEntries => self.object_of_entries(site),
            S::Create => {
                let fresh = self.graph.object(Kind::Plain);
                self.graph.put(into, fresh);
                self.checks.push(super::checks::Check::Create(site));
            }
            S::SetLike => self.set_like(site, frame),
            S::Texts => {
                self.texts(site);
                self.asks_symbols(site);
            }
            S::Symbols => {
                let list = self.list();
                let elements = self.elements(list);
                self.graph.put(elements, OPAQUE);
                self.graph.put(into, list);
            }
            S::Opaque => {
                self.graph.put(into, OPAQUE);
                self.graph.edge(self.shared.texted, into);
                self.asks_symbols(site);
            }
            S::Invoke => {}
        }
    }

    /// Methods that call their argument for each item.
    fn visit(&mut self, semantics: Semantics, site: Site, frame: Frame) {
        use Semantics as S;
        let into = self.sites[site as usize].into;
        let this = self.sites[site as usize].this;
        let input = Some(frame.input);
        let call = self.argument(site, 0);
        let second = self.argument(site, 1);
        let result = match (semantics, call) {
            (S::Sort, Some(call)) => Some(self.call_back(call, &[input, input], None)),
            (S::Reduce, Some(call)) => {
                let so_far = self.graph.node();
                self.flow(second, so_far);
                let given = &self.sites[site as usize].given;
                if given.len() < 2 || given.iter().any(|one| one.spread) {
                    // Without a first value the first item is it.
                    self.graph.edge(frame.input, so_far);
                }
                let result = self.call_back(call, &[Some(so_far), input, None, this], None);
                self.graph.edge(result, so_far);
                self.graph.edge(so_far, into);
                None
            }
            (_, Some(call)) => Some(self.call_back(call, &[input, Some(frame.keys), this], second)),
            (_, None) => None,
        };
        match semantics {
            S::Find => self.graph.edge(frame.input, into),
            S::Filter | S::Sort => self.flow(this, into),
            S::Map => {
                let list = self.list();
                self.graph.put(into, list);
                if let Some(result) = result {
                    let elements = self.elements(list);
                    self.graph.edge(result, elements);
                    let name = self.sites[site as usize].name;
                    if name.is_none_or(|name| self.names.text(name) == "flatMap") {
                        let span = self.sites[site as usize].span;
                        let items = self.items(result, span);
                        self.graph.edge(items, elements);
                    }
                }
            }
            _ => {}
        }
    }

    fn promise(&mut self, semantics: Semantics, site: Site) {
        let into = self.sites[site as usize].into;
        let this = self.sites[site as usize].this;
        let awaited = self.resolved(this);
        let thrown = Some(self.shared.thrown);
        let first = self.argument(site, 0);
        let results = match semantics {
            Semantics::Then => {
                let second = self.argument(site, 1);
                let done = first.map(|call| self.call_back(call, &[awaited], None));
                let failed = second.map(|call| self.call_back(call, &[thrown], None));
                [done, failed]
            }
            Semantics::Catch => [first.map(|call| self.call_back(call, &[thrown], None)), None],
            Semantics::Try => {
                let rest: Vec<_> = (1..self.sites[site as usize].given.len())
                    .map(|index| self.argument(site, index))
                    .collect();
                [first.map(|call| self.call_back(call, &rest, None)), None]
            }
            _ => {
                first.map(|call| self.call_back(call, &[], None));
                [None, None]
            }
        };
        for result in results {
            self.flow(result, into);
        }
        self.flow(this, into);
        self.graph.put(into, PROMISE);
    }

    /// `match`, `replace`, `search` and `split` call what stands under a symbol of their first argument.
    fn asks_symbols(&mut self, site: Site) {
        let Some(first) = self.argument(site, 0) else { return };
        let second = self.argument(site, 1);
        let this = self.sites[site as usize].this;
        let span = self.sites[site as usize].span;
        let given = self.under_symbols(first, &[this, second], span, Some(site));
        self.graph.edge(given, self.sites[site as usize].into);
        if !self.classes.is_empty() {
            self.constructs_for(first, site);
        }
    }

    /// `split` and `matchAll` construct what an unknown key made the `constructor` of a regular expression, or the species
    /// of that, with the expression.
    fn constructs_for(&mut self, expressions: Node, site: Site) {
        let list = self.list();
        let elements = self.elements(list);
        self.graph.edge(expressions, elements);
        let into = self.graph.node_with(list);
        let span = self.sites[site as usize].span;
        let given = Vec::new();
        let made = CallSite { given, this: None, into, name: None, span, null: false, frame: None };
        let made = self.site(made);
        let under = self.graph.node();
        self.use_of(expressions, Use::Load(Load { from: expressions, ..asked(names::WILD, under) }));
        self.use_of(under, Use::Species(made));
    }

    /// An intrinsic is constructed, or called where that is the same.
    pub(super) fn create_native(&mut self, intrinsic: Intrinsic, site: Site) {
        let into = self.sites[site as usize].into;
        match intrinsic {
            Intrinsic::Map | Intrinsic::Set | Intrinsic::Array => self.new_collection(intrinsic, site),
            Intrinsic::Promise => {
                self.graph.put(into, PROMISE);
                let done = self.sink(into);
                let failed = self.sink(self.shared.thrown);
                let ends = [done, failed].map(|end| Some(self.graph.node_with(end)));
                if let Some(call) = self.argument(site, 0) {
                    self.call_back(call, &ends, None);
                }
                self.checks.push(super::checks::Check::Executor(site));
            }
            Intrinsic::Object => {
                let fresh = self.graph.object(Kind::Plain);
                self.graph.put(into, fresh);
                let first = self.argument(site, 0);
                self.flow(first, into);
            }
            Intrinsic::Error | Intrinsic::AggregateError => {
                let error = self.graph.object(Kind::Builtin);
                self.graph.put(into, error);
                let proto = self.graph.proto(error);
                for index in [0, 1, 2] {
                    // `cause` stands in the options.
                    let given = self.argument(site, index);
                    self.flow(given, proto);
                }
                let place = self.graph.field(error, names::ERRORS);
                let first = self.argument(site, 0);
                self.flow(first, place);
            }
            _ => {
                let fresh = self.graph.object(Kind::Builtin);
                self.graph.put(into, fresh);
            }
        }
    }
}
