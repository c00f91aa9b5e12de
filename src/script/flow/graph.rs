//! The graph that values flow through: nodes (places a value may stand), objects (what may stand there), edges
//! (whatever stands here also stands there), and uses (what is done with whatever arrives).

use oxc_span::Span;

use super::chains::{Chain, Chains};
use super::names::{self, Name};
use super::object::{Kind, Object};
use super::objects::Objects;
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

/// What stands at a node, and where it goes.
#[derive(Debug, Default)]
struct NodeData {
    objects: Objects,
    /// How many of the objects were passed on.
    done: u32,
    edges: Chain,
    uses: Chain,
    /// How many edges begin here, if they are no more than fit in.
    degree: u8,
    queued: bool,
}

/// Beyond this many edges or members membership is hashed; most nodes and objects have one or two.
const SMALL: u8 = 8;

#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<NodeData>,
    objects: Vec<Object>,
    edges: Chains<Node>,
    /// The edges of nodes that have many.
    many_edges: IdSet<u64>,
    fields: Chains<(Name, Node)>,
    /// The members of objects that have many.
    many_fields: IdMap<u64, Node>,
    /// What is read from objects.
    loads: Chains<Load>,
    uses: Chains<Use>,
    work: Vec<Node>,
    /// What meets what next.
    pending: Vec<(u32, Obj)>,
    /// What solving has cost so far.
    pub(super) steps: u64,
}

impl Graph {
    /// An empty graph, with room for what a script of so many bytes makes of it as a rule.
    pub(super) fn for_source(bytes: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(bytes / 5),
            objects: Vec::with_capacity(bytes / 32),
            edges: Chains::with_capacity(bytes / 6),
            fields: Chains::with_capacity(bytes / 16),
            loads: Chains::with_capacity(bytes / 16),
            uses: Chains::with_capacity(bytes / 7),
            ..Self::default()
        }
    }

    pub(super) fn node(&mut self) -> Node {
        self.nodes.push(NodeData::default());
        (self.nodes.len() - 1) as Node
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn object(&mut self, kind: Kind) -> Obj {
        self.objects.push(Object::new(kind));
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

    /// The objects at a node, in the order in which they came.
    pub(super) fn at(&self, node: Node) -> &[Obj] {
        self.nodes[node as usize].objects.as_slice()
    }

    pub(super) fn has(&self, node: Node, object: Obj) -> bool {
        self.nodes[node as usize].objects.contains(object)
    }

    /// Lets an object stand at a node.
    pub(super) fn put(&mut self, node: Node, object: Obj) {
        self.steps += 1;
        let data = &mut self.nodes[node as usize];
        if data.objects.insert(object) && !data.queued {
            data.queued = true;
            self.work.push(node);
        }
    }

    /// Whatever stands at `from` also stands at `to`.
    pub(super) fn edge(&mut self, from: Node, to: Node) {
        if from == to || self.has_edge(from, to) {
            return;
        }
        self.steps += 1;
        let data = &mut self.nodes[from as usize];
        self.edges.push(&mut data.edges, to);
        data.degree = data.degree.saturating_add(1);
        let (degree, done) = (data.degree, data.done);
        if degree == SMALL + 1 {
            let all = self.edges.iter(data.edges);
            self.many_edges.extend(all.map(|(_, to)| both(from, to)));
        }
        // What was passed on already would otherwise never come; the rest comes with its turn.
        for index in 0..done {
            self.put(to, self.at(from)[index as usize]);
        }
    }

    /// Whether there is such an edge; if that is hashed, there is from now on.
    fn has_edge(&mut self, from: Node, to: Node) -> bool {
        let data = &self.nodes[from as usize];
        if data.degree > SMALL {
            return !self.many_edges.insert(both(from, to));
        }
        self.edges.iter(data.edges).any(|(_, other)| other == to)
    }

    /// The node of a member of an object.
    pub(super) fn field(&mut self, object: Obj, name: Name) -> Node {
        let data = &self.objects[object as usize];
        let known = if name == names::WILD {
            data.wild
        } else if data.count > SMALL {
            self.many_fields.get(&both(object, name)).copied()
        } else {
            let mut fields = self.fields.iter(data.fields);
            fields.find(|(_, (other, _))| *other == name).map(|(_, (_, node))| node)
        };
        known.unwrap_or_else(|| self.new_field(object, name))
    }

    fn new_field(&mut self, object: Obj, name: Name) -> Node {
        let node = self.node();
        let data = &mut self.objects[object as usize];
        let all = data.all.filter(|_| name != names::KEYS);
        if name == names::WILD {
            data.wild = Some(node);
            let mut next = self.loads.first(data.loads);
            while let Some((at, load)) = next {
                self.edge(node, load.into);
                next = self.loads.after(at);
            }
        } else {
            self.fields.push(&mut data.fields, (name, node));
            data.count = data.count.saturating_add(1);
            if data.count == SMALL + 1 {
                let all = self.fields.iter(data.fields);
                self.many_fields.extend(all.map(|(_, (name, node))| (both(object, name), node)));
            } else if data.count > SMALL {
                self.many_fields.insert(both(object, name), node);
            }
        }
        if let Some(all) = all {
            self.edge(node, all);
        }
        node
    }

    /// A member of an object is read: what stands there, what stands under a key that is not constant, and what is
    /// inherited. Most objects never have the last two.
    pub(super) fn read(&mut self, object: Obj, load: Load) {
        let place = self.field(object, load.name);
        self.edge(place, load.into);
        let data = &mut self.objects[object as usize];
        self.loads.push(&mut data.loads, load);
        let (wild, proto) = (data.wild, data.proto);
        if let Some(wild) = wild {
            self.edge(wild, load.into);
        }
        if let Some(proto) = proto {
            self.use_of(proto, inherited(load, proto));
        }
    }

    /// Everything that an object holds, whatever its key (a map's keys excepted).
    pub(super) fn all(&mut self, object: Obj) -> Node {
        if let Some(all) = self.objects[object as usize].all {
            return all;
        }
        let all = self.node();
        let data = &mut self.objects[object as usize];
        data.all = Some(all);
        let wild = data.wild;
        let mut next = self.fields.first(data.fields);
        while let Some((at, (name, node))) = next {
            if name != names::KEYS {
                self.edge(node, all);
            }
            next = self.fields.after(at);
        }
        if let Some(wild) = wild {
            self.edge(wild, all);
        }
        all
    }

    /// What an object inherits from, or was copied from.
    pub(super) fn proto(&mut self, object: Obj) -> Node {
        if let Some(proto) = self.objects[object as usize].proto {
            return proto;
        }
        let proto = self.node();
        let data = &mut self.objects[object as usize];
        data.proto = Some(proto);
        let mut next = self.loads.first(data.loads);
        while let Some((at, load)) = next {
            self.use_of(proto, inherited(load, proto));
            next = self.loads.after(at);
        }
        proto
    }

    /// For a map: the pair that iterating yields, if it was asked for.
    pub(super) fn pair(&self, object: Obj) -> Option<Obj> {
        self.objects[object as usize].pair
    }

    pub(super) fn set_pair(&mut self, object: Obj, pair: Obj) {
        self.objects[object as usize].pair = Some(pair);
    }

    /// Lets a use meet whatever stands, or will stand, at a node.
    pub(super) fn use_of(&mut self, node: Node, what: Use) {
        let data = &mut self.nodes[node as usize];
        let number = self.uses.push(&mut data.uses, what);
        let done = &data.objects.as_slice()[..data.done as usize];
        self.steps += done.len() as u64;
        self.pending.extend(done.iter().map(|&object| (number, object)));
    }

    /// A use and what it meets: the last that came first.
    pub(super) fn meeting(&mut self) -> Option<(Use, Obj)> {
        let (number, object) = self.pending.pop()?;
        Some((self.uses.get(number), object))
    }

    /// Passes on what has come to one of the nodes: along its edges, and to its uses. Nothing if there is no such node.
    pub(super) fn pass_on(&mut self, most: u64) -> Option<()> {
        let node = self.work.pop()?;
        let data = &mut self.nodes[node as usize];
        data.queued = false;
        let (edges, uses) = (data.edges, data.uses);
        let (from, count) = (data.done as usize, data.objects.as_slice().len());
        data.done = count as u32;
        let mut edge = self.edges.first(edges);
        while let Some((at, to)) = edge {
            for index in from..count {
                self.put(to, self.at(node)[index]);
            }
            if self.steps > most {
                return Some(());
            }
            edge = self.edges.after(at);
        }
        let objects = &self.nodes[node as usize].objects.as_slice()[from..count];
        for (number, _) in self.uses.iter(uses) {
            if self.steps > most {
                break;
            }
            self.steps += objects.len() as u64;
            self.pending.extend(objects.iter().map(|&object| (number, object)));
        }
        Some(())
    }
}

/// The same member of what stands at `proto`.
fn inherited(load: Load, proto: Node) -> Use {
    Use::Load(Load { inherited: true, from: proto, ..load })
}

/// Two numbers as one.
fn both(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}
