//! Where values come from and where they go: the analysis behind the rules about names, members and calls. It walks
//! the tree once, notes constraints, and solves them; `docs/script-data-flow.md` says why that suffices. Pure.

mod arguments;
mod bases;
mod calls;
mod chains;
mod checks;
mod classes;
mod collections;
mod constants;
mod context;
mod expressions;
mod functions;
mod globals;
mod graph;
mod hooks;
pub(super) mod intrinsics;
mod invoke;
mod loads;
mod members;
mod methods;
mod names;
mod native;
mod object;
mod objects;
mod patterns;
mod requests;
mod semantics;
mod solve;
mod statements;
mod stores;

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use oxc_allocator::Allocator;
use oxc_ast::ast::{Expression, Program};
use oxc_semantic::{Scoping, SymbolId};
use oxc_span::Span;

use self::calls::CallSite;
use self::checks::Check;
use self::classes::ClassInfo;
use self::context::Context;
use self::functions::{FunctionInfo, Job};
use self::graph::{Base, Graph, Node, OPAQUE, Obj, PROMISE, UNKNOWN};
use self::names::{Name, Names};
use self::object::{Kind, Sdk};
use self::solve::Late;
use super::filter::Finding;
use super::hash::{IdMap, IdSet};
use super::rules::{self, Rule};
use super::url::Known;
use super::{Policy, parse::Parsed};

/// Judges a script that parses.
pub(super) fn analyse(parsed: Parsed<'_>, policy: &Policy) -> Vec<Finding> {
    let shape = rules::shape::judge(parsed.program, parsed.scoping);
    let mut flow = Flow::new(&parsed, policy, shape.module);
    flow.findings = shape.findings;
    flow.program(parsed.program);
    flow.solve();
    flow.check();
    flow.findings
}

/// Nodes that many places share.
#[derive(Debug, Clone, Copy)]
struct Shared {
    /// What is thrown, or rejected with.
    thrown: Node,
    /// What is sent into generators.
    sent: Node,
    /// What thenables resolve to.
    awaited: Node,
    /// What the script's own `exec` of regular expressions gives.
    executed: Node,
    /// What the script's own `join`, `toString` and `toISOString` give, and the `index` of what its `exec` gives.
    texted: Node,
    /// What iterators of the script's own making yield.
    yielded: Node,
    /// What was written at a number of something unknown: an engine's prototype may have it.
    at_numbers: Node,
    /// What was written anywhere by a key that is not constant, or by the engine: setters get it.
    written: Node,
    /// `ctx`.
    context: Node,
    /// JSON from outside.
    data: Node,
    /// A value of the sort [`UNKNOWN`].
    unknown: Node,
}

/// A variable with one value.
#[derive(Debug, Clone, Copy)]
struct Constant<'a> {
    value: &'a Expression<'a>,
    /// Whether it can be read before: `undefined` is another value of a `var` then.
    hoisted: bool,
}

/// The analysis of one script.
struct Flow<'a, 'p> {
    arena: &'a Allocator,
    scoping: &'a Scoping,
    policy: &'p Policy,
    graph: Graph,
    names: Names<'a>,
    shared: Shared,
    context: Context,
    jobs: Vec<Job<'a>>,
    functions: Vec<FunctionInfo>,
    classes: Vec<ClassInfo>,
    sites: Vec<CallSite>,
    urls: Vec<Known>,
    /// The same URLs with an open end.
    open_urls: IdMap<u32, u32>,
    /// The one place where `module` may be named.
    module: Option<Span>,
    /// Variables that are declared with a value and never assigned again.
    constants: IdMap<u32, Constant<'a>>,
    /// Global `var`s that share their name with the host's, and where they have their own value.
    host_names: IdMap<u32, u32>,
    /// Whether a variable may hold something else than a number.
    not_numbers: Vec<bool>,
    /// Variables that hold no number if the first does not.
    number_of: Vec<(u32, u32)>,
    /// One node for each intrinsic that is named.
    intrinsics: IdMap<u32, Node>,
    /// Objects for the engine's methods as values.
    method_objects: IdMap<u32, u32>,
    /// What was written under a name of something unknown.
    polluted: IdMap<Name, Node>,
    /// One object for each part of the SDK.
    sdk_objects: IdMap<u32, u32>,
    /// Nodes whose functions something unknown may call.
    strangers: IdSet<Node>,
    /// The ends of promises.
    sinks: IdMap<u32, u32>,
    /// The members of JSON from outside.
    children: IdMap<u64, u32>,
    /// What stands under the names that the engine looks up in an object.
    looked_up: IdMap<u64, Node>,
    /// What is written by a constant name.
    writes: Vec<(Name, Node)>,
    /// The parameters of setters, by their names; without one for keys that are not constant.
    setters: Vec<(Option<Name>, Node)>,
    /// What `this` is in the accessors of an object, and what is known to inherit from it.
    accessors: IdMap<Obj, Vec<Node>>,
    inherited: IdSet<u64>,
    /// What the engine may call on an object, and what inherits from the object or is a copy of it.
    hooks: IdMap<Obj, Vec<Node>>,
    heirs: IdMap<Obj, Vec<Obj>>,
    /// What may be constructed for the results of which call.
    species: IdSet<u64>,
    /// Which of the engine's methods was called where.
    ran: IdSet<u64>,
    /// What was constructed where, and what was asked of bases: the bases of a mixin may be the mixin itself.
    created: IdSet<u64>,
    based: HashSet<(Obj, Base)>,
    reads: Vec<(Name, Node)>,
    loaded: IdSet<(u64, u32)>,
    late: Vec<Late>,
    checks: Vec<Check>,
    findings: Vec<Finding>,
    said: IdSet<u64>,
}

impl<'a, 'p> Flow<'a, 'p> {
    fn new(parsed: &Parsed<'a>, policy: &'p Policy, module: Option<Span>) -> Self {
        let source = parsed.program.source_text;
        let mut graph = Graph::for_source(source.len());
        let symbols = parsed.scoping.symbols_len();
        for _ in 0..symbols {
            graph.node();
        }
        // In the order of their numbers.
        let fixed = [Kind::Unknown, Kind::Opaque, Kind::Promise].map(|kind| graph.object(kind));
        debug_assert_eq!(fixed, [UNKNOWN, OPAQUE, PROMISE]);
        let shared = Self::shared(&mut graph);
        Self {
            arena: parsed.arena,
            scoping: parsed.scoping,
            policy,
            graph,
            names: Names::new(),
            shared,
            context: Context::default(),
            jobs: Vec::new(),
            functions: Vec::new(),
            classes: Vec::new(),
            sites: Vec::with_capacity(source.len() / 48),
            urls: Vec::new(),
            open_urls: IdMap::default(),
            module,
            constants: IdMap::default(),
            host_names: IdMap::default(),
            not_numbers: vec![false; symbols],
            number_of: Vec::new(),
            intrinsics: IdMap::default(),
            method_objects: IdMap::default(),
            polluted: IdMap::default(),
            sdk_objects: IdMap::default(),
            strangers: IdSet::default(),
            sinks: IdMap::default(),
            children: IdMap::default(),
            looked_up: IdMap::default(),
            writes: Vec::new(),
            setters: Vec::new(),
            accessors: IdMap::default(),
            inherited: IdSet::default(),
            hooks: IdMap::default(),
            heirs: IdMap::default(),
            species: IdSet::default(),
            ran: IdSet::default(),
            created: IdSet::default(),
            based: HashSet::new(),
            reads: Vec::new(),
            loaded: IdSet::with_capacity_and_hasher(source.len() / 24, BuildHasherDefault::default()),
            late: Vec::new(),
            checks: Vec::with_capacity(source.len() / 48),
            findings: Vec::new(),
            said: IdSet::default(),
        }
    }

    fn shared(graph: &mut Graph) -> Shared {
        let mut with = |kind| {
            let object = graph.object(kind);
            graph.node_with(object)
        };
        let context = with(Kind::Sdk(Sdk::Context));
        let data = with(Kind::Data(0));
        let error = graph.object(Kind::Builtin);
        let thrown = graph.node_with(error);
        // What `Promise.any` rejects with holds what the promises were rejected with.
        let errors = graph.object(Kind::List);
        let (place, elements) = (graph.field(error, names::ERRORS), graph.field(errors, names::ELEM));
        graph.put(place, errors);
        graph.edge(thrown, elements);
        Shared {
            thrown,
            sent: graph.node(),
            awaited: graph.node(),
            executed: graph.node(),
            texted: graph.node(),
            yielded: graph.node(),
            at_numbers: graph.node(),
            written: graph.node(),
            context,
            data,
            unknown: graph.node_with(UNKNOWN),
        }
    }

    /// Walks the script, function bodies last: by then every constant around them is known.
    fn program(&mut self, program: &'a Program<'a>) {
        self.host_variables(program);
        self.arguments_declared();
        for statement in &program.body {
            self.statement(statement);
        }
        let mut next = 0;
        while next < self.jobs.len() {
            self.job(next);
            next += 1;
        }
    }

    /// Notes a finding, once.
    fn say(&mut self, rule: &'static Rule, span: Span, found: &str) {
        let index = rules::ALL.iter().position(|one| one.id == rule.id).unwrap_or(0) as u64;
        // Spans of one rule that begin at the same byte are the same place.
        if self.said.insert(index << 32 | u64::from(span.start)) {
            self.findings.push(Finding::of(rule, span, found));
        }
    }

    fn symbol(symbol: SymbolId) -> Node {
        symbol.index() as u32
    }
}
