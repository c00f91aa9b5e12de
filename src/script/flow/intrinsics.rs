//! The intrinsics that a script may name, and their static members in ECMA-262. What is not here is refused.

/// An intrinsic with a way of its own to handle values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intrinsic {
    Object,
    Array,
    String,
    Number,
    Boolean,
    BigInt,
    Json,
    Math,
    Map,
    Set,
    Promise,
    RegExp,
    Error,
    AggregateError,
    /// `parseInt` and its like: text or number in, text or number out.
    Function,
}

/// The intrinsic of a global name.
pub(super) fn named(name: &str) -> Option<Intrinsic> {
    Some(match name {
        "Object" => Intrinsic::Object,
        "Array" => Intrinsic::Array,
        "String" => Intrinsic::String,
        "Number" => Intrinsic::Number,
        "Boolean" => Intrinsic::Boolean,
        "BigInt" => Intrinsic::BigInt,
        "JSON" => Intrinsic::Json,
        "Math" => Intrinsic::Math,
        "Map" => Intrinsic::Map,
        "Set" => Intrinsic::Set,
        "Promise" => Intrinsic::Promise,
        "RegExp" => Intrinsic::RegExp,
        "Error" | "EvalError" | "RangeError" | "ReferenceError" | "SyntaxError" | "TypeError"
        | "URIError" => Intrinsic::Error,
        "AggregateError" => Intrinsic::AggregateError,
        "parseInt" | "parseFloat" | "isNaN" | "isFinite" | "encodeURI" | "encodeURIComponent"
        | "decodeURI" | "decodeURIComponent" => Intrinsic::Function,
        _ => return None,
    })
}

/// Global names that are values, not objects.
pub(super) fn is_constant(name: &str) -> bool {
    matches!(name, "undefined" | "NaN" | "Infinity")
}

/// All intrinsics with the names of their static members, for the page.
pub(in crate::script) const MEMBERS: &[(&str, &[&str])] = &[
    ("Object", OBJECT),
    ("Array", &["from", "fromAsync", "isArray", "of"]),
    ("String", &["fromCharCode", "fromCodePoint", "raw"]),
    ("Number", NUMBER),
    ("BigInt", &["asIntN", "asUintN"]),
    ("JSON", &["parse", "stringify", "rawJSON", "isRawJSON"]),
    ("Math", MATH),
    ("Map", &["groupBy"]),
    ("Promise", &["all", "allSettled", "any", "race", "reject", "resolve", "try", "withResolvers"]),
    ("RegExp", &["escape"]),
    ("Error", &["isError"]),
];

const OBJECT: &[&str] = &[
    "assign",
    "create",
    "entries",
    "freeze",
    "fromEntries",
    "getOwnPropertyNames",
    "getOwnPropertySymbols",
    "groupBy",
    "hasOwn",
    "is",
    "isExtensible",
    "isFrozen",
    "isSealed",
    "keys",
    "preventExtensions",
    "seal",
    "values",
];

const NUMBER: &[&str] = &[
    "EPSILON",
    "MAX_SAFE_INTEGER",
    "MAX_VALUE",
    "MIN_SAFE_INTEGER",
    "MIN_VALUE",
    "NaN",
    "NEGATIVE_INFINITY",
    "POSITIVE_INFINITY",
    "isFinite",
    "isInteger",
    "isNaN",
    "isSafeInteger",
    "parseFloat",
    "parseInt",
];

const MATH: &[&str] = &[
    "E",
    "LN10",
    "LN2",
    "LOG10E",
    "LOG2E",
    "PI",
    "SQRT1_2",
    "SQRT2",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "clz32",
    "cos",
    "cosh",
    "exp",
    "expm1",
    "f16round",
    "floor",
    "fround",
    "hypot",
    "imul",
    "log",
    "log10",
    "log1p",
    "log2",
    "max",
    "min",
    "pow",
    "round",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "sumPrecise",
    "tan",
    "tanh",
    "trunc",
];

impl Intrinsic {
    fn name(self) -> &'static str {
        match self {
            Self::Object => "Object",
            Self::Array => "Array",
            Self::String => "String",
            Self::Number => "Number",
            Self::Boolean => "Boolean",
            Self::BigInt => "BigInt",
            Self::Json => "JSON",
            Self::Math => "Math",
            Self::Map => "Map",
            Self::Set => "Set",
            Self::Promise => "Promise",
            Self::RegExp => "RegExp",
            Self::Error | Self::AggregateError => "Error",
            Self::Function => "a global function",
        }
    }

    /// How a message names it.
    pub(super) fn shown(self) -> String {
        match self {
            Self::Function => self.name().to_owned(),
            _ => format!("`{}`", self.name()),
        }
    }

    /// Whether it has this static member: its own, or `name` and `length` if it is a function.
    pub(super) fn has(self, member: &str) -> bool {
        let function = !matches!(self, Self::Json | Self::Math);
        let own = MEMBERS.iter().find(|(name, _)| *name == self.name());
        function && matches!(member, "name" | "length") || own.is_some_and(|(_, own)| own.contains(&member))
    }
}
