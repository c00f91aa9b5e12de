//! Where in the script the walk is: what `this`, `arguments`, `super`, `return` and `yield` mean there.

use super::graph::{Node, Obj};

/// The surroundings of a piece of the script.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Context {
    /// What `this` is; nothing outside class bodies.
    pub(super) this: Option<Node>,
    /// The function whose `arguments` are meant: the nearest that is no arrow.
    pub(super) arguments: Option<u32>,
    /// The function whose body this is.
    pub(super) function: Option<u32>,
    /// The object that `super` begins at.
    pub(super) home: Option<Obj>,
    /// The class that `super(…)` constructs for.
    pub(super) class: Option<u32>,
    /// Whether this is inside a class body.
    pub(super) in_class: bool,
}
