//! From trees to values: typed reads that note what is wrong, with the place, and go on.

use std::ops::Range;

use crate::text::suggest;

use super::pointer::Pointers;
use super::tree::{Kind, Node, Tree};

/// What sort of problem a decoder found; the caller maps it to its own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The document does not have the form that it should have.
    Schema,
    /// A text is no OID.
    Oid,
    /// A text is no SemVer version.
    Version,
    /// A text breaks a rule of its own (named by the caller's code).
    Other(crate::diag::Code),
}

/// Something that is wrong in a well-formed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What sort.
    pub kind: ProblemKind,
    /// The bytes at fault.
    pub range: Range<usize>,
    /// RFC 6901 pointer to the value at fault.
    pub pointer: String,
    /// What is wrong and why.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Reads values out of a tree and collects what is wrong with them.
#[derive(Debug, Default)]
pub struct Decoder {
    /// What was wrong so far.
    pub problems: Vec<Problem>,
    pointers: Pointers,
    /// Fields that stand under another name, most likely: where their mapping begins, and the name they should have.
    misspelt: Vec<(usize, String)>,
}

impl Decoder {
    /// Notes a problem at a node.
    pub fn problem(
        &mut self,
        kind: ProblemKind,
        node: Node<'_, '_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Problem {
            kind,
            range: node.range(),
            pointer: self.pointers.find(node),
            message: message.into(),
            help: help.into(),
        });
    }

    /// Notes a schema problem at a node.
    pub fn schema(&mut self, node: Node<'_, '_>, message: impl Into<String>, help: impl Into<String>) {
        self.problem(ProblemKind::Schema, node, message, help);
    }

    /// The values of the fields `names` of a mapping, in that order; every other field is a problem. `what` names
    /// the mapping in messages, with its article. `None` if it is no mapping.
    pub fn fields<'t, 'a, const N: usize>(
        &mut self,
        node: Node<'t, 'a>,
        what: &str,
        names: &[&str; N],
    ) -> Option<[Option<Node<'t, 'a>>; N]> {
        if node.kind() != Kind::Map {
            self.expected(node, &format!("{what} is a mapping"));
            return None;
        }
        let mut values = [None; N];
        for (key, value) in node.entries() {
            let name = key.raw();
            match names.iter().position(|n| *n == name) {
                Some(i) => values[i] = Some(value),
                None => {
                    // One mistake is one problem: the field that was meant is not missed as well.
                    if let Some(meant) = suggest(name, names) {
                        self.misspelt.push((node.start(), meant.to_owned()));
                    }
                    self.unknown_field(key, what, names);
                }
            }
        }
        Some(values)
    }

    /// Notes a field that does not exist, and what it may have been meant to be.
    pub fn unknown_field(&mut self, key: Node<'_, '_>, what: &str, names: &[&str]) {
        let name = key.raw();
        let help = if name == "<<" {
            "YAML's merge keys are not supported: write the fields out, or use an alias for a whole value"
                .to_owned()
        } else {
            suggest(name, names).map_or_else(
                || format!("{what} may have: {}", names.join(", ")),
                |near| format!("did you mean `{near}`?"),
            )
        };
        let shown: String = name.chars().take(60).collect();
        self.schema(key, format!("{what} has no field `{shown}`"), help);
    }

    /// A field that has to be there. One that stands there under a name much like it was told already.
    pub fn required<'t, 'a>(
        &mut self,
        parent: Node<'t, 'a>,
        value: Option<Node<'t, 'a>>,
        what: &str,
        name: &str,
    ) -> Option<Node<'t, 'a>> {
        let is_misspelt = || self.misspelt.iter().any(|(at, meant)| *at == parent.start() && meant == name);
        if value.is_none() && !is_misspelt() {
            self.schema(parent, format!("{what} lacks its field `{name}`"), format!("add `{name}`"));
        }
        value
    }

    /// Notes that a value is of the wrong sort; `wanted` is a clause such as "a title is a text".
    pub fn expected(&mut self, node: Node<'_, '_>, wanted: &str) {
        let raw: String = node.raw().chars().take(60).collect();
        let found = match node.kind() {
            Kind::Seq | Kind::Map | Kind::Null if raw.is_empty() => node.kind().noun().to_owned(),
            kind => format!("{} (`{raw}`)", kind.noun()),
        };
        let help = match node.kind() {
            Kind::Bool | Kind::Int | Kind::Float | Kind::Null
                if wanted.ends_with("a text") && !raw.is_empty() =>
            {
                format!("quote it: \"{raw}\"")
            }
            Kind::Null => "give it a value, or leave the field out".to_owned(),
            _ => format!("{wanted}: write one"),
        };
        self.schema(node, format!("{wanted}, but this is {found}"), help);
    }

    /// A text that is not empty.
    pub fn text<'a>(&mut self, node: Node<'_, 'a>, what: &str) -> Option<&'a str> {
        let text = self.any_text(node, what)?;
        if text.trim().is_empty() {
            self.schema(node, format!("{what} is empty"), "write what it should say");
            return None;
        }
        Some(text)
    }

    /// A text that may be empty.
    pub fn any_text<'a>(&mut self, node: Node<'_, 'a>, what: &str) -> Option<&'a str> {
        let text = node.as_str();
        if text.is_none() {
            self.expected(node, &format!("{what} is a text"));
        }
        text
    }

    /// A boolean.
    pub fn boolean(&mut self, node: Node<'_, '_>, what: &str) -> Option<bool> {
        if node.kind() != Kind::Bool {
            self.expected(node, &format!("{what} is `true` or `false`"));
            return None;
        }
        Some(node.raw().eq_ignore_ascii_case("true"))
    }

    /// An integer in a range.
    pub fn integer(
        &mut self,
        node: Node<'_, '_>,
        what: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        if node.kind() != Kind::Int {
            self.expected(node, &format!("{what} is an integer"));
            return None;
        }
        let value = parse_integer(node.raw());
        if value.is_none_or(|value| !range.contains(&value)) {
            let (low, high) = (range.start(), range.end());
            let message = format!("{what} is from {low} to {high}, not {}", node.raw());
            self.schema(node, message, "write a number in that range");
            return None;
        }
        value
    }

    /// The items of a list.
    pub fn list<'t, 'a>(
        &mut self,
        node: Node<'t, 'a>,
        what: &str,
    ) -> Option<impl Iterator<Item = Node<'t, 'a>> + use<'t, 'a>> {
        if node.kind() != Kind::Seq {
            self.expected(node, &format!("{what} is a list"));
            return None;
        }
        Some(node.items())
    }

    /// A list of texts that are not empty. What is wrong is left out.
    pub fn texts<'a>(&mut self, node: Node<'_, 'a>, what: &str, item: &str) -> Vec<&'a str> {
        let Some(items) = self.list(node, what) else { return Vec::new() };
        items.filter_map(|node| self.text(node, item)).collect()
    }

    /// One of several words.
    pub fn one_of<T: Copy>(&mut self, node: Node<'_, '_>, what: &str, words: &[(&str, T)]) -> Option<T> {
        let names = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>();
        let Some(text) = node.as_str() else {
            self.expected(node, &format!("{what} is one of {}", names().join(", ")));
            return None;
        };
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let help = suggest(text, &names()).map(|near| format!("did you mean `{near}`?"));
            let shown: String = text.chars().take(60).collect();
            self.schema(
                node,
                format!("{what} is one of {}, not `{shown}`", names().join(", ")),
                help.unwrap_or_else(|| "choose one of them".to_owned()),
            );
        }
        found
    }

    /// An object identifier.
    pub fn oid(&mut self, node: Node<'_, '_>, what: &str) -> Option<crate::oid::Oid> {
        let text = self.any_text(node, what)?;
        match text.parse() {
            Ok(oid) => Some(oid),
            Err(error) => {
                let shown: String = text.chars().take(80).collect();
                self.problem(
                    ProblemKind::Oid,
                    node,
                    format!("`{shown}` is no OID: {error}"),
                    "write dotted decimal arcs such as \"1.0.2\"",
                );
                None
            }
        }
    }

    /// A SemVer version.
    pub fn version(&mut self, node: Node<'_, '_>, what: &str) -> Option<semver::Version> {
        let text = self.any_text(node, what)?;
        match semver::Version::parse(text) {
            Ok(version) => Some(version),
            Err(error) => {
                let shown: String = text.chars().take(80).collect();
                self.problem(
                    ProblemKind::Version,
                    node,
                    format!("`{shown}` is no SemVer version: {error}"),
                    "write MAJOR.MINOR.PATCH such as 1.2.0 (semver.org)",
                );
                None
            }
        }
    }

    /// A document's first field: which form it has.
    pub fn form(&mut self, tree: &Tree<'_>, value: Option<Node<'_, '_>>, what: &str, expected: &str) {
        let Some(node) = self.required(tree.root(), value, what, "aegis") else { return };
        if node.as_str() != Some(expected) {
            let shown: String = node.raw().chars().take(60).collect();
            self.schema(
                node,
                format!("{what} begins with `aegis: {expected}`, not `{shown}`"),
                format!("write `aegis: {expected}`"),
            );
        }
    }
}

/// YAML's and JSON's integers: decimal, or hexadecimal and octal as the core schema has them.
fn parse_integer(text: &str) -> Option<i64> {
    if let Some(hex) = text.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).ok();
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return i64::from_str_radix(octal, 8).ok();
    }
    text.parse().ok()
}
