//! A spec as its rules look at it: the tree with its places, and the names that parts of a spec know each other by.
//!
//! It takes what is there. A part that does not have the form that it should have is left out: the schema says so, and a
//! rule goes on with the rest, so that one run tells all problems.

use std::collections::HashMap;

use crate::syntax::{Kind, Node, Tree};

use super::graph::Graph;

/// A node of a spec.
pub type At<'t, 'a> = Node<'t, 'a>;

/// A spec.
#[derive(Debug)]
pub struct View<'t, 'a> {
    /// The whole spec.
    pub root: At<'t, 'a>,
    /// Its flows.
    pub flows: Vec<Flow<'t, 'a>>,
    /// The first flow of each id.
    pub flow_of: HashMap<&'a str, usize>,
    /// The state fields: name, and what is declared of it.
    pub fields: HashMap<&'a str, At<'t, 'a>>,
    /// The locales that the bot speaks.
    pub locales: Vec<At<'t, 'a>>,
    /// The default locale.
    pub default_locale: Option<At<'t, 'a>>,
    /// The texts of each locale.
    pub texts: Vec<Texts<'t, 'a>>,
    /// How steps lead to each other.
    pub graph: Graph,
}

/// A flow.
#[derive(Debug)]
pub struct Flow<'t, 'a> {
    /// The whole of it.
    pub node: At<'t, 'a>,
    /// Its id, where it has one.
    pub id: Option<At<'t, 'a>>,
    /// Its steps.
    pub steps: Vec<Step<'t, 'a>>,
    /// The first step of each id.
    pub step_of: HashMap<&'a str, usize>,
}

/// A step.
#[derive(Debug)]
pub struct Step<'t, 'a> {
    /// The whole of it.
    pub node: At<'t, 'a>,
    /// Its id, where it has one.
    pub id: Option<At<'t, 'a>>,
    /// Its type, where it has one.
    pub kind: &'a str,
}

/// The texts of a locale.
#[derive(Debug)]
pub struct Texts<'t, 'a> {
    /// The locale's name, where it is written.
    pub locale: At<'t, 'a>,
    /// What stands there.
    pub node: At<'t, 'a>,
    /// The texts by key.
    pub of: HashMap<&'a str, At<'t, 'a>>,
}

impl<'t, 'a> View<'t, 'a> {
    /// Looks at a spec.
    pub fn new(tree: &'t Tree<'a>) -> Self {
        let root = tree.root();
        let list = |name: &str| root.get(name).into_iter().flat_map(|node| items(node));
        let flows: Vec<_> = list("flows").map(flow).collect();
        let mut flow_of = HashMap::new();
        for (index, flow) in flows.iter().enumerate() {
            if let Some(id) = flow.id {
                flow_of.entry(id.raw()).or_insert(index);
            }
        }
        let fields = root.get("state").and_then(|state| state.get("fields"));
        let fields = fields.into_iter().flat_map(|fields| fields.entries());
        let meta = root.get("meta");
        let locales = meta.and_then(|meta| meta.get("locales")).into_iter().flat_map(|node| items(node));
        let texts = root.get("localization").into_iter().flat_map(|node| node.entries());
        let graph = Graph::new(&flows, &flow_of);
        Self {
            root,
            flow_of,
            fields: fields.map(|(name, field)| (name.raw(), field)).collect(),
            locales: locales.filter(|node| node.kind() == Kind::Str).collect(),
            default_locale: meta.and_then(|meta| text(meta, "defaultLocale")),
            texts: texts.map(|(locale, node)| texts_of(locale, node)).collect(),
            graph,
            flows,
        }
    }

    /// Its commands.
    pub fn commands(&self) -> impl Iterator<Item = At<'t, 'a>> {
        self.root.get("commands").into_iter().flat_map(|node| items(node))
    }

    /// Its intents.
    pub fn intents(&self) -> impl Iterator<Item = At<'t, 'a>> {
        self.root.get("intents").into_iter().flat_map(|node| items(node))
    }

    /// All steps, with their flows.
    pub fn steps(&self) -> impl Iterator<Item = (&Flow<'t, 'a>, &Step<'t, 'a>)> {
        self.flows.iter().flat_map(|flow| flow.steps.iter().map(move |step| (flow, step)))
    }

    /// The hosts that `security` allows; nothing where it has no such list.
    pub fn allowed_hosts(&self) -> Option<Vec<&'a str>> {
        let list = self.root.get("security")?.get("outboundAllowList")?;
        (list.kind() == Kind::Seq).then(|| list.items().filter_map(|host| host.as_str()).collect())
    }

    /// The names of the state fields, sorted.
    pub fn field_names(&self) -> Vec<&'a str> {
        let mut names: Vec<_> = self.fields.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// Every text in which `{{…}}` stands for something.
    pub fn templates(&self) -> Vec<At<'t, 'a>> {
        let mut found = Vec::new();
        for (_, step) in self.steps() {
            for name in ["text", "keyboard", "value", "url", "body"] {
                if let Some(node) = step.node.get(name) {
                    strings(node, &mut found);
                }
            }
        }
        for texts in &self.texts {
            strings(texts.node, &mut found);
        }
        found
    }
}

/// A member that is a text.
pub fn text<'t, 'a>(node: At<'t, 'a>, name: &str) -> Option<At<'t, 'a>> {
    node.get(name).filter(|node| node.kind() == Kind::Str)
}

/// A member that is an integer of at least 0.
pub fn number(node: At<'_, '_>, name: &str) -> Option<u64> {
    let node = node.get(name).filter(|node| matches!(node.kind(), Kind::Int | Kind::Float))?;
    let double = crate::json::value(node.raw());
    (double >= 0.0 && double.fract() == 0.0).then_some(double as u64)
}

/// The items of a list; of anything else none.
pub fn items<'t, 'a>(node: At<'t, 'a>) -> impl Iterator<Item = At<'t, 'a>> {
    let is_list = node.kind() == Kind::Seq;
    node.items().filter(move |_| is_list)
}

fn flow<'t, 'a>(node: At<'t, 'a>) -> Flow<'t, 'a> {
    let step = |node: At<'t, 'a>| Step {
        node,
        id: text(node, "id"),
        kind: text(node, "type").map_or("", |kind| kind.raw()),
    };
    let steps: Vec<_> = node.get("steps").into_iter().flat_map(|node| items(node)).map(step).collect();
    let mut step_of = HashMap::new();
    for (index, step) in steps.iter().enumerate() {
        if let Some(id) = step.id {
            step_of.entry(id.raw()).or_insert(index);
        }
    }
    Flow { node, id: text(node, "id"), steps, step_of }
}

fn texts_of<'t, 'a>(locale: At<'t, 'a>, node: At<'t, 'a>) -> Texts<'t, 'a> {
    Texts { locale, node, of: node.entries().map(|(key, text)| (key.raw(), text)).collect() }
}

/// The texts in a value, however deep: the parser bounds that.
fn strings<'t, 'a>(node: At<'t, 'a>, found: &mut Vec<At<'t, 'a>>) {
    match node.kind() {
        Kind::Str => found.push(node),
        Kind::Seq => node.items().for_each(|item| strings(item, found)),
        Kind::Map => node.entries().for_each(|(_, value)| strings(value, found)),
        _ => {}
    }
}
