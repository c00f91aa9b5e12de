//! The objects of the analysis: one for each place in the script that makes some, and some for what the host and the
//! engine hand in.

use super::chains::Chain;
use super::graph::{Node, Obj};
use super::names::Name;
use crate::script::flow::intrinsics::Intrinsic;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// See [`super::graph::UNKNOWN`].
    Unknown,
    /// See [`super::graph::OPAQUE`].
    Opaque,
    /// An intrinsic.
    Native(Intrinsic),
    /// A method of an intrinsic, or of an engine's object.
    Method(Name),
    /// A function of the script.
    Function(u32),
    /// A function that `bind` gave back: its arguments may go to any parameter.
    Bound(u32),
    /// A class of the script.
    Class(u32),
    /// An array, an `arguments` object.
    List,
    /// A map.
    Map,
    /// A set, a generator, an error, a date, a regular expression.
    Builtin,
    /// See [`super::graph::PROMISE`].
    Promise,
    /// An object literal, or the prototype of a class.
    Plain,
    /// The instances of a class.
    Instance(u32),
    /// JSON from outside, this many members deep.
    Data(u8),
    /// The SDK.
    Sdk(Sdk),
    /// A function of the engine that takes a value to a node: what a promise's executor is given.
    Sink(Node),
    /// A text that begins like a URL.
    Url(u32),
}

/// The SDK's objects and functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sdk {
    /// `ctx`.
    Context,
    /// `ctx.chat`.
    Chat,
    /// `ctx.message`.
    Message,
    /// The answer of `ctx.http`.
    Answer,
    /// `ctx.getState`.
    GetState,
    /// `ctx.http`.
    Http,
    /// The other functions.
    Function,
}

/// What a member of the SDK is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SdkMember {
    /// A text, a number, a truth value.
    Plain,
    /// JSON.
    Json,
    /// Another part of the SDK.
    Part(Sdk),
}

impl Sdk {
    /// The member of this name.
    pub(super) fn member(self, name: &str) -> Option<SdkMember> {
        use SdkMember::{Json, Part, Plain};
        Some(match (self, name) {
            (Self::Context, "botId" | "locale" | "now") => Plain,
            (Self::Context, "chat") => Part(Self::Chat),
            (Self::Context, "message") => Part(Self::Message),
            (Self::Context, "update") => Json,
            (Self::Context, "getState") => Part(Self::GetState),
            (Self::Context, "http") => Part(Self::Http),
            (Self::Context, "sendMessage" | "setState" | "goto") => Part(Self::Function),
            (Self::Chat, "id") | (Self::Message, "text") => Plain,
            (Self::Answer, "ok" | "status" | "text") => Plain,
            (Self::Answer, "json") => Json,
            (Self::GetState | Self::Http | Self::Function, "name" | "length") => Plain,
            _ => return None,
        })
    }

    /// How a message names it.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Context => "`ctx`",
            Self::Chat => "`ctx.chat`",
            Self::Message => "`ctx.message`",
            Self::Answer => "the answer of `ctx.http`",
            Self::GetState | Self::Http | Self::Function => "a function of `ctx`",
        }
    }
}

/// One object.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) all: Option<Node>,
    pub(super) proto: Option<Node>,
    /// What was written through a key that is not constant.
    pub(super) wild: Option<Node>,
    /// For a map: the pair that iterating yields.
    pub(super) pair: Option<Obj>,
    /// Its other members, and how many there are, if they are no more than fit in.
    pub(super) fields: Chain,
    pub(super) count: u8,
    /// What is read from it.
    pub(super) loads: Chain,
}

impl Object {
    pub(super) fn new(kind: Kind) -> Self {
        let (fields, loads) = (Chain::default(), Chain::default());
        Self { kind, all: None, proto: None, wild: None, pair: None, fields, count: 0, loads }
    }
}
