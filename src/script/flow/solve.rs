//! Solving: whatever arrives at a node goes on along its edges and meets the node's uses, until nothing moves.

use oxc_span::Span;

use super::graph::{Node, OPAQUE, Obj, UNKNOWN, Use};
use super::{Flow, names, rules};

/// What waits until it is known which variables hold numbers.
#[derive(Debug)]
pub(super) struct Late {
    /// The key is a number if all of these are.
    pub(super) given: Vec<Node>,
    pub(super) what: LateUse,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum LateUse {
    /// A member is read by what may be a number.
    Load { object: Option<Node>, into: Node },
    /// … by anything.
    LoadUnknown { object: Option<Node>, into: Node },
    /// A member is written by what may be a number.
    Store { object: Option<Node>, from: Option<Node>, span: Span },
    /// … by anything.
    StoreUnknown { object: Option<Node>, from: Option<Node>, span: Span },
}

/// What solving may cost: so much for each node, and this in any case.
const STEPS_PER_NODE: u64 = 60;
const STEPS: u64 = 2_000_000;
const MOST_STEPS: u64 = 6_000_000;

impl Flow<'_, '_> {
    /// Finds everything that may stand anywhere.
    pub(super) fn solve(&mut self) {
        self.numbers();
        self.late_uses();
        self.pollution();
        let most = (STEPS + STEPS_PER_NODE * self.graph.len() as u64).min(MOST_STEPS);
        loop {
            if self.graph.steps > most {
                let span = Span::new(0, 0);
                return self.say(&rules::complexity::RULE, span, "the script");
            }
            if let Some((what, object)) = self.graph.meeting() {
                self.apply(what, object);
            } else if self.graph.pass_on(most).is_none() {
                return;
            }
        }
    }

    /// Lets a use meet whatever stands, or will stand, at a node.
    pub(super) fn use_of(&mut self, node: Node, what: Use) {
        self.graph.use_of(node, what);
    }

    fn apply(&mut self, what: Use, object: Obj) {
        match what {
            Use::Load(load) => self.load(object, load),
            Use::LoadAny { into } => self.load_any(object, into),
            Use::Pairs { into, items } => self.pairs(object, into, items),
            Use::Store { name, from, span } => self.store(object, name, from, span),
            Use::StoreAny { number, from, span } => self.store_any(object, number, from, span),
            Use::Items { into, next } => self.iterate(object, into, next),
            Use::Own { into, keys } => self.own(object, into, keys),
            Use::Call(site) => self.invoke(object, site),
            Use::Method(site) => self.method(object, site),
            Use::New(site) => self.create(object, site),
            Use::Derive(class) => self.derive(object, class),
            Use::Base(base) => self.base(object, base),
            Use::Await { into } => self.awaits(object, into),
            Use::Hook { from, to, of } => self.hooked(object, from, to, of),
            Use::Borrowed { site, name } => {
                self.feed(object, site, name);
                self.made(object, site);
            }
            Use::Keep(site) => self.keep_items(object, site),
            Use::Made(site) => self.made(object, site),
            Use::Species(site) => self.may_be_species(object, site),
            Use::Receiver { this } => self.called_on(object, this),
            Use::Inherits { by } => self.inherits(object, by),
            Use::Text { span, named } => self.stands_under_text(object, span, named),
            Use::Fill { from, span } => self.fill(object, from, span),
            Use::Next => self.stands_under_next(object),
            Use::Iterator { next } => self.stands_under_iterator(object, next),
            Use::Answers { next } => self.answers(object, next),
            Use::Then => self.stands_under_then(object),
            Use::Exec => self.stands_under_exec(object),
            Use::Prefix { into } => self.begins(object, into),
            Use::Assign(site) => self.assign_into(object, site),
        }
    }

    /// Which variables may hold something else than a number.
    fn numbers(&mut self) {
        let mut sources: Vec<Vec<u32>> = Vec::new();
        for &(source, target) in &self.number_of {
            if sources.len() <= source as usize {
                sources.resize(source as usize + 1, Vec::new());
            }
            sources[source as usize].push(target);
        }
        let flagged = self.not_numbers.iter().enumerate().filter(|(_, flag)| **flag);
        let mut work: Vec<usize> = flagged.map(|(index, _)| index).collect();
        while let Some(source) = work.pop() {
            for &target in sources.get(source).map_or(&[][..], Vec::as_slice) {
                if let Some(flag) = self.not_numbers.get_mut(target as usize)
                    && !*flag
                {
                    *flag = true;
                    work.push(target as usize);
                }
            }
        }
    }

    fn late_uses(&mut self) {
        for Late { given, what } in std::mem::take(&mut self.late) {
            let numbers = !given.iter().any(|&symbol| self.not_numbers.get(symbol as usize) != Some(&false));
            match what {
                LateUse::Load { object, into } => self.late_load(object, into, numbers),
                LateUse::LoadUnknown { object, into } => self.late_load(object, into, false),
                LateUse::Store { object, from, span } => self.late_store(object, from, span, numbers),
                LateUse::StoreUnknown { object, from, span } => self.late_store(object, from, span, false),
            }
        }
    }

    fn late_load(&mut self, object: Option<Node>, into: Node, number: bool) {
        self.graph.put(into, if number { OPAQUE } else { UNKNOWN });
        if let Some(object) = object {
            self.use_of(object, Use::LoadAny { into });
        }
        self.graph.edge(self.shared.at_numbers, into);
    }

    fn late_store(&mut self, object: Option<Node>, from: Option<Node>, span: Span, number: bool) {
        if let Some(object) = object {
            self.use_of(object, Use::StoreAny { number, from, span });
        }
        if let (Some(from), false) = (from, number) {
            self.stored(names::WILD, from, span);
        }
    }

    /// What is written to something unknown may be inherited by everything: each read of a name that is written
    /// anywhere looks there too. A setter may be inherited too, and gets what is written under its name anywhere.
    fn pollution(&mut self) {
        for (setter, parameter) in self.setters.clone() {
            self.graph.edge(self.shared.written, parameter);
            for index in 0..self.writes.len() {
                let (name, from) = self.writes[index];
                if setter.is_none_or(|setter| setter == name) {
                    self.graph.edge(from, parameter);
                }
            }
        }
        for (name, into) in std::mem::take(&mut self.reads) {
            if self.names.is_numeric(name) {
                self.graph.edge(self.shared.at_numbers, into);
            }
            if self.names.is_written(name) {
                let node = self.polluted_name(name);
                self.graph.edge(node, into);
            }
        }
    }

    /// What was written under this name of something unknown.
    pub(super) fn polluted_name(&mut self, name: names::Name) -> Node {
        if let Some(&node) = self.polluted.get(&name) {
            return node;
        }
        let node = self.graph.node();
        self.polluted.insert(name, node);
        node
    }
}
