//! The graph that values flow through: nodes (places a value may stand), objects (what may stand there), edges
//! (whatever stands here also stands there), and uses (what is done with whatever arrives).

use oxc_span::Span;

use super::names::{self, Name};
use super::object::{Kind, Object};
use crate::script::hash::{IdMap, IdSet};

/// A place where values stand.
pub(super) type Node = u32;
/// An object, or a sort of objects that are not told apart.
pub(super) type Obj = u32;
/// A call.
pub(super) type Site = u32;

/// A value read by a key that is not constant: anything that is in reach of anything.
pub(super) const UNKNOWN: Obj = 0;
/// A value read by a number, or of an engine's method: data that nobody may call.
pub(super) const OPAQUE: Obj = 1;
/// A promise, beside what it resolves to; awaiting takes it away.
pub(super) const PROMISE: Obj = 2;

/// A member that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) name: Name,
    /// The node whose objects it is read from.
    pub(super) from: Node,
    pub(super) into: Node,
    /// Whether it is called at once.
    pub(super) method: bool,
    /// Whether this is not the object that was named, but what it inherits from.
    pub(super) inherited: bool,
    pub(super) span: Span,
}

/// What is done with the objects that arrive at a node.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use {
    /// A member is read.
    Load(Load),
    /// A member whose key is not constant is read.
    LoadAny { into: Node },
    /// An item of a list is taken out by its place; of anything else, one of its items.
    Pairs { into: Node, items: Node },
    /// A member is written, or deleted.
    Store { name: Name, from: Option<Node>, span: Span },
    /// A member whose key is not constant is written, or deleted.
    StoreAny { number: bool, from: Option<Node>, span: Span },
    /// It is iterated.
    Items { into: Node, next: Node },
    /// Its own members are listed.
    Own { into: Node, keys: Node },
    /// It is called.
    Call(Site),
    /// One of its members is called.
    Method(Site),
    /// It is constructed, or called as `super`.
    New(Site),
    /// A class extends it.
    Derive(u32),
    /// A class extends it: what the engine does where the bases end at something of its own.
    Base(Base),
    /// It stands under `next` of something: what it returns may be an iterator's answer.
    Next,
    /// It stands under `Symbol.iterator`.
    Iterator { next: Node },
    /// A function under `Symbol.iterator` gave it back.
    Answers { next: Node },
    /// It stands under `then`: whoever awaits calls it.
    Then,
    /// It stands under `exec`: regular expressions call it.
    Exec,
    /// It begins a longer text.
    Prefix { into: Node },
    /// The members of these are copied into it.
    Assign(Site),
    /// An instance of a class that extends one of the engine's: it keeps the arguments.
    Keep(Site),
    /// It is awaited: a thenable resolves to what thenables resolve to.
    Await { into: Node },
    /// It is what the engine calls to iterate or to await an object: what comes of those of the script's own making, or
    /// anything of the object's if it is not the script's own.
    Hook { from: Node, to: Node, of: Obj },
    /// A method of the engine is called on it under another name.
    Borrowed { site: Site, name: Name },
    /// The engine may construct it, and put the arguments into what comes of that.
    Made(Site),
    /// It stands under a key that may be `constructor`, or `Symbol.species`: methods of lists may construct it.
    Species(Site),
    /// An object may inherit from it: the accessors get that one as `this`.
    Inherits { by: Obj },
    /// The engine calls it on an object.
    Receiver { this: Obj },
    /// It stands under `join`, `toString` or `toISOString`: what it gives back comes out of the engine's methods.
    Text { span: Span, named: bool },
    /// A method of the engine puts values into it.
    Fill { from: Node, span: Span },
}

/// What is done with an instance if its class extends one of the engine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Base {
    /// The constructor keeps its arguments in what stands at the node.
    Keep { instances: Node, site: Site },
    /// A method is called on it.
    Feed { instance: Obj, site: Site, name: Name },
    /// It is iterated.
    Items { instance: Obj, into: Node },
}

#[derive(Debug, Default)]
pub(super) struct NodeData {
    pub(super) objects: Vec<Obj>,
    set: Option<Box<IdSet<Obj>>>,
    /// How many of the objects were passed on.
    pub(super) done: usize,
    pub(super) edges: Vec<Node>,
    pub(super) uses: Vec<Use>,
    queued: bool,
}

/// Beyond this many objects membership is hashed.
const SMALL: usize = 12;

#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<NodeData>,
    pub(super) objects: Vec<Object>,
    fields: IdMap<u64, Node>,
    edges: IdSet<u64>,
    pub(super) work: Vec<Node>,
    /// What solving has cost so far.
    pub(super) steps: u64,
}

impl Graph {
    pub(super) fn node(&mut self) -> Node {
        self.nodes.push(NodeData::default());
        (self.nodes.len() - 1) as Node
    }

    pub(super) fn object(&mut self, kind: Kind) -> Obj {
        self.objects.push(Object { kind, all: None, proto: None, pair: None, fields: Vec::new() });
        (self.objects.len() - 1) as Obj
    }

    /// A node at which one new object stands.
    pub(super) fn node_with(&mut self, object: Obj) -> Node {
        let node = self.node();
        self.put(node, object);
        node
    }

    pub(super) fn kind(&self, object: Obj) -> Kind {
        self.objects[object as usize].kind
    }

    pub(super) fn has(&self, node: Node, object: Obj) -> bool {
        let data = &self.nodes[node as usize];
        match &data.set {
            Some(set) => set.contains(&object),
            None => data.objects.contains(&object),
        }
    }

    /// Lets an object stand at a node.
    pub(super) fn put(&mut self, node: Node, object: Obj) {
        self.steps += 1;
        let data = &mut self.nodes[node as usize];
        let fresh = match &mut data.set {
            Some(set) => set.insert(object),
            None if data.objects.contains(&object) => false,
            None => {
                if data.objects.len() >= SMALL {
                    let mut set: IdSet<Obj> = data.objects.iter().copied().collect();
                    set.insert(object);
                    data.set = Some(Box::new(set));
                }
                true
            }
        };
        if !fresh {
            return;
        }
        data.objects.push(object);
        self.queue(node);
    }

    fn queue(&mut self, node: Node) {
        let data = &mut self.nodes[node as usize];
        if !data.queued {
            data.queued = true;
            self.work.push(node);
        }
    }

    /// The next node with objects that were not passed on, and where they begin.
    pub(super) fn next(&mut self) -> Option<(Node, usize)> {
        let node = self.work.pop()?;
        let data = &mut self.nodes[node as usize];
        data.queued = false;
        let from = data.done;
        data.done = data.objects.len();
        Some((node, from))
    }

    /// Whatever stands at `from` also stands at `to`.
    pub(super) fn edge(&mut self, from: Node, to: Node) {
        if from == to || !self.edges.insert(u64::from(from) << 32 | u64::from(to)) {
            return;
        }
        self.steps += 1;
        self.nodes[from as usize].edges.push(to);
        // What was passed on already would otherwise never come; the rest comes with its turn.
        for index in 0..self.nodes[from as usize].done {
            let object = self.nodes[from as usize].objects[index];
            self.put(to, object);
        }
    }

    /// The node of a member of an object.
    pub(super) fn field(&mut self, object: Obj, name: Name) -> Node {
        let key = u64::from(object) << 32 | u64::from(name);
        if let Some(&node) = self.fields.get(&key) {
            return node;
        }
        let node = self.node();
        self.fields.insert(key, node);
        self.objects[object as usize].fields.push((name, node));
        if let Some(all) = self.objects[object as usize].all
            && name != names::KEYS
        {
            self.edge(node, all);
        }
        node
    }

    /// Everything that an object holds, whatever its key (a map's keys excepted).
    pub(super) fn all(&mut self, object: Obj) -> Node {
        if let Some(all) = self.objects[object as usize].all {
            return all;
        }
        let all = self.node();
        self.objects[object as usize].all = Some(all);
        for index in 0..self.objects[object as usize].fields.len() {
            let (name, node) = self.objects[object as usize].fields[index];
            if name != names::KEYS {
                self.edge(node, all);
            }
        }
        all
    }

    /// What an object inherits from, or was copied from.
    pub(super) fn proto(&mut self, object: Obj) -> Node {
        if let Some(proto) = self.objects[object as usize].proto {
            return proto;
        }
        let proto = self.node();
        self.objects[object as usize].proto = Some(proto);
        proto
    }
}
