//! What the engine's methods do with values, by their names: which arguments they call, what they keep, what they
//! give back. A method that is not named here calls nothing and gives back data.

/// What a method does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Semantics {
    /// Calls its argument for each item, gives back data.
    Each,
    /// … gives back one of them.
    Find,
    /// … gives back a part of the receiver.
    Filter,
    /// … gives back what the calls gave.
    Map,
    Sort,
    Reduce,
    Then,
    Catch,
    Finally,
    /// Calls its second argument for each match.
    Replace,
    /// `Array.from(items, call)`.
    From,
    GroupBy,
    Parse,
    Stringify,
    Push,
    Splice,
    Fill,
    With,
    Set,
    Add,
    Concat,
    Flat,
    /// Gives back the receiver, or a copy or a part of it.
    Same,
    /// Gives back one of the items.
    Contents,
    Values,
    Entries,
    Keys,
    ToArray,
    Next,
    Return,
    Throw,
    Assign,
    FromEntries,
    /// Gives back its first argument.
    First,
    Reject,
    All,
    Race,
    AllSettled,
    WithResolvers,
    Try,
    Of,
    Create,
    /// Asks its first argument with `has` and `keys`.
    SetLike,
    GetOrInsert,
    GetOrInsertComputed,
    /// Gives back a list of texts.
    Texts,
    Symbols,
    /// `call`, `apply`, `bind`.
    Invoke,
    /// Gives back what must not be called.
    Opaque,
}

/// What the engine's method of this name does, if it does more than give back data.
pub(super) fn named(name: &str) -> Option<Semantics> {
    use Semantics as S;
    Some(match name {
        "forEach" | "some" | "every" | "findIndex" | "findLastIndex" => S::Each,
        "find" | "findLast" => S::Find,
        "filter" => S::Filter,
        "map" | "flatMap" => S::Map,
        "sort" | "toSorted" => S::Sort,
        "reduce" | "reduceRight" => S::Reduce,
        "then" => S::Then,
        "catch" => S::Catch,
        "finally" => S::Finally,
        "replace" | "replaceAll" => S::Replace,
        "from" | "fromAsync" => S::From,
        "groupBy" => S::GroupBy,
        "parse" => S::Parse,
        "stringify" => S::Stringify,
        "push" | "unshift" => S::Push,
        "splice" | "toSpliced" => S::Splice,
        "fill" => S::Fill,
        "with" => S::With,
        "set" => S::Set,
        "add" => S::Add,
        "concat" => S::Concat,
        "flat" => S::Flat,
        "slice" | "reverse" | "toReversed" | "copyWithin" | "take" | "drop" | "valueOf" => S::Same,
        "pop" | "shift" | "at" | "get" => S::Contents,
        "values" | "@iterator" | "@asyncIterator" => S::Values,
        "entries" => S::Entries,
        "keys" => S::Keys,
        "toArray" => S::ToArray,
        "next" => S::Next,
        "return" => S::Return,
        "throw" => S::Throw,
        "assign" => S::Assign,
        "fromEntries" => S::FromEntries,
        "freeze" | "seal" | "preventExtensions" | "resolve" => S::First,
        "reject" => S::Reject,
        "all" => S::All,
        "race" | "any" => S::Race,
        "allSettled" => S::AllSettled,
        "withResolvers" => S::WithResolvers,
        "try" => S::Try,
        "of" => S::Of,
        "create" => S::Create,
        "union"
        | "intersection"
        | "difference"
        | "symmetricDifference"
        | "isSubsetOf"
        | "isSupersetOf"
        | "isDisjointFrom" => S::SetLike,
        "getOrInsert" => S::GetOrInsert,
        "getOrInsertComputed" => S::GetOrInsertComputed,
        "split" | "match" | "matchAll" | "exec" | "getOwnPropertyNames" => S::Texts,
        "getOwnPropertySymbols" => S::Symbols,
        "call" | "apply" | "bind" => S::Invoke,
        // These give back what hooks of the script's own give: `join`, `toISOString`, `toString`, `exec`.
        "search" | "toString" | "toLocaleString" | "toJSON" => S::Opaque,
        _ => return None,
    })
}

/// Methods of the engine's prototypes that do no more than give back data: writing one of them changes the engine.
const OTHERS: &[&str] = &[
    "hasOwnProperty",
    "propertyIsEnumerable",
    "isPrototypeOf",
    "indexOf",
    "lastIndexOf",
    "includes",
    "join",
    "has",
    "delete",
    "clear",
    "trim",
    "trimStart",
    "trimEnd",
    "padStart",
    "padEnd",
    "repeat",
    "startsWith",
    "endsWith",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "substring",
    "substr",
    "toLowerCase",
    "toUpperCase",
    "normalize",
    "localeCompare",
    "test",
    "compile",
    "toFixed",
    "toPrecision",
    "toExponential",
    "getTime",
    "toISOString",
    "raw",
    "isArray",
    "__proto__",
];

/// Whether the engine has a method of this name.
pub(super) fn is_method(name: &str) -> bool {
    named(name).is_some() || OTHERS.contains(&name)
}

impl Semantics {
    /// The arguments that are called: from this one, this many.
    pub(super) fn called(self) -> Option<(usize, usize)> {
        use Semantics as S;
        Some(match self {
            S::Each | S::Find | S::Filter | S::Map | S::Sort | S::Reduce | S::Catch | S::Finally | S::Try => {
                (0, 1)
            }
            S::Then => (0, 2),
            S::Replace | S::From | S::GroupBy | S::Parse | S::Stringify | S::GetOrInsertComputed => (1, 1),
            _ => return None,
        })
    }
}
