//! YAML and JSON texts as one kind of tree that remembers where everything stood.
//!
//! The tree is a flat tape: one node of 12 bytes a value, strings borrowed from the text (or from the side
//! buffer of those that had escapes). Nothing here knows what a document means; see `pack::decode`.

mod builder;
mod decode;
pub mod format;
mod json;
mod pointer;
mod pull;
mod quick;
mod shelf;
mod tree;
mod yaml;

use std::ops::Range;
use std::sync::OnceLock;

pub use crate::text::suggest;
pub use decode::{Decoder, Problem, ProblemKind};
pub use pointer::Pointers;
pub use pull::Pull;
pub(crate) use pull::special;
pub use shelf::{Shelf, ShelfEnd};
pub use tree::{Kind, Node, Step, Tree};

/// How deep collections may nest.
pub const MAX_DEPTH: usize = 128;
/// The largest text that is read at all, in bytes. Offsets are 32-bit, and a line of a gigabyte is no document.
pub const MAX_TEXT: u64 = 512 << 20;

/// The two forms of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2, core schema, one document.
    Yaml,
    /// JSON (RFC 8259), no byte order mark.
    Json,
}

impl Format {
    /// The format that a file's name asks for.
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// Something that makes a text no YAML or JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The bytes of the text that are at fault.
    pub range: Range<usize>,
    /// What is wrong and why.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl SyntaxError {
    fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: help.into() }
    }
}

/// A text that has been read, with room for the strings that its escapes decode to. Trees borrow from it.
#[derive(Debug, Default)]
pub struct Text {
    /// UTF-8. Checked anew for each reading, at 10 GB/s: the standard library's check takes as long as the parser.
    bytes: Vec<u8>,
    decoded: OnceLock<String>,
    shelves: OnceLock<Box<[Shelf]>>,
}

impl Text {
    /// Takes the bytes of a file: UTF-8, a leading byte order mark dropped where the format allows it.
    ///
    /// # Errors
    /// Where the bytes stop being UTF-8. The text holds what was valid until there.
    pub fn from_bytes(bytes: Vec<u8>, format: Format) -> Result<Self, Box<(Self, SyntaxError)>> {
        let mut bytes = bytes;
        let error = match simdutf8::compat::from_utf8(&bytes) {
            Ok(_) => None,
            Err(error) => {
                let at = error.valid_up_to();
                let bad = bytes.get(at).copied().unwrap_or_default();
                bytes.truncate(at);
                let error = SyntaxError::new(
                    at..at,
                    format!("byte 0x{bad:02X} is not valid UTF-8 here"),
                    "save the file as UTF-8",
                );
                Some(error)
            }
        };
        const MARK: &[u8] = "\u{FEFF}".as_bytes();
        if format == Format::Yaml && bytes.starts_with(MARK) {
            bytes.drain(..MARK.len());
        }
        let text = Self { bytes, ..Self::default() };
        match error {
            None => Ok(text),
            Some(error) => Err(Box::new((text, error))),
        }
    }

    /// A text made in memory.
    pub fn new(text: impl Into<String>) -> Self {
        Self { bytes: text.into().into_bytes(), ..Self::default() }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        simdutf8::basic::from_utf8(&self.bytes).unwrap_or_default()
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text itself, taken out.
    pub fn into_string(self) -> String {
        String::from_utf8(self.bytes).unwrap_or_default()
    }

    /// Room for texts that are made from this one, in so many parts; as many as at the first call.
    pub fn shelves(&self, count: usize) -> &[Shelf] {
        self.shelves.get_or_init(|| (0..count).map(|_| Shelf::default()).collect())
    }

    /// Reads the text. `Ok(None)` is a text without any document.
    ///
    /// # Errors
    /// Every reason found why it is not one well-formed document, in order of place.
    pub fn parse(&self, format: Format) -> Result<Option<Tree<'_>>, Vec<SyntaxError>> {
        let text = self.as_str();
        let mut builder = match format {
            Format::Yaml => yaml::parse(text),
            Format::Json => json::parse(text),
        };
        builder.errors.sort_by_key(|error| error.range.start);
        if !builder.errors.is_empty() {
            return Err(builder.errors);
        }
        if builder.nodes.is_empty() {
            return Ok(None);
        }
        // Parsing is deterministic: a second parse of the same text decodes the same strings.
        let decoded = self.decoded.get_or_init(|| builder.decoded);
        Ok(Some(Tree::new(text, decoded, builder.nodes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A tree as one line: `{k:v}`, `[…]`, `'text'`, and the literal of anything else.
    fn show(node: Node<'_, '_>) -> String {
        match node.kind() {
            Kind::Map => {
                let pairs: Vec<_> = node.entries().map(|(k, v)| format!("{}:{}", k.raw(), show(v))).collect();
                format!("{{{}}}", pairs.join(","))
            }
            Kind::Seq => format!("[{}]", node.items().map(show).collect::<Vec<_>>().join(",")),
            Kind::Str => format!("'{}'", node.raw()),
            kind => format!("{kind:?}={}", node.raw()),
        }
    }

    fn yaml(text: &str) -> String {
        match Text::new(text).parse(Format::Yaml) {
            Ok(tree) => tree.map_or_else(|| "nothing".to_owned(), |tree| show(tree.root())),
            Err(errors) => format!("{}: {}", errors[0].range.start, errors[0].message),
        }
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, kind) in [
            ("yes", "'yes'"),
            ("no", "'no'"),
            ("on", "'on'"),
            ("true", "Bool=true"),
            ("1.10", "Float=1.10"),
            ("1.2.0", "'1.2.0'"),
            ("12", "Int=12"),
            ("-3", "Int=-3"),
            ("0x1F", "Int=0x1F"),
            ("0o17", "Int=0o17"),
            ("017", "Int=017"),
            ("1e3", "Float=1e3"),
            (".5", "Float=.5"),
            ("5.", "Float=5."),
            (".", "'.'"),
            ("-", "[Null=]"),
            (".inf", "Float=.inf"),
            ("~", "Null=~"),
            ("null", "Null=null"),
            ("12:30", "'12:30'"),
            ("2026-11-22", "'2026-11-22'"),
            ("\"1.10\"", "'1.10'"),
            ("!!str 1.10", "'1.10'"),
            ("! 1.10", "'1.10'"),
            ("!!int 12", "Int=12"),
            ("<<", "'<<'"),
        ] {
            assert_eq!(yaml(text), kind, "{text}");
        }
    }

    #[test]
    fn aliases_repeat_a_value() {
        assert_eq!(yaml("a: &x [1, {b: c}]\nd: *x\n"), "{a:[Int=1,{b:'c'}],d:[Int=1,{b:'c'}]}");
        assert_eq!(yaml("- &x y\n- *x\n"), "['y','y']");
    }

    #[test]
    fn aliases_cannot_repeat_a_text_without_end() {
        let long = "x".repeat(1 << 20);
        let shown = yaml(&format!("- &x {long}\n{}", "- *x\n".repeat(65)));
        assert!(shown.contains("64 MiB"), "{}", &shown[..100]);
        let far = "z".repeat(30_000_000);
        assert_eq!(suggest(&far, &["title"]), None, "a long name is not compared");
    }

    #[test]
    fn what_is_no_single_plain_document_is_refused_with_its_place() {
        for (text, error) in [
            ("a: 1\na: 2\n", "5: the key `a` stands twice in one mapping"),
            ("a: 1\n---\nb: 2\n", "5: a second document begins here"),
            ("a: !foo b\n", "3: the tag `!foo` does not fit here or is not of YAML's core schema"),
            ("a: !!binary b\n", "3: the tag `!!binary` does not fit here or is not of YAML's core schema"),
            ("a: !!int b\n", "3: the tag `!!int` does not fit here or is not of YAML's core schema"),
            ("a: b\0c\n", "4: the control character U+0000 is not allowed in YAML"),
            ("a: \u{80}\n", "3: the control character U+0080 is not allowed in YAML"),
            ("? [a]\n: b\n", "2: a key is a collection"),
            ("a: &x [*x]\n", "7: this alias stands inside its own anchor"),
        ] {
            assert_eq!(yaml(text), error, "{text:?}");
        }
        assert!(yaml("a: *x\n").contains("unknown anchor"));
        assert!(yaml("a:\n\t- b\n").contains("this is not YAML"));
        assert_eq!(yaml("# only a comment\n"), "nothing");
        assert_eq!(yaml(""), "nothing");
    }

    #[test]
    fn bombs_and_towers_are_refused_quickly() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for i in 1..12 {
            let refs = vec![format!("*a{}", i - 1); 10].join(", ");
            bomb.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        assert!(yaml(&bomb).contains("expand to more than"));
        for tower in ["[".repeat(20_000), "- ".repeat(20_000), "{a: ".repeat(20_000)] {
            assert!(yaml(&tower).contains("not YAML") || yaml(&tower).contains("deeper"), "{}", yaml(&tower));
        }
        let json = Text::new("[".repeat(20_000));
        assert!(json.parse(Format::Json).unwrap_err()[0].message.contains("deeper than 128"));
    }

    #[test]
    fn positions_point_at_what_stands_there() {
        let text = "ä: \"x\\ny\"\nb:\n  - {c: d}\n  - |\n    e\n";
        let source = Text::new(text);
        let tree = source.parse(Format::Yaml).unwrap().unwrap();
        let root = tree.root();
        let at = |node: Node<'_, '_>| &text[node.range()];
        assert_eq!(at(root.get("ä").unwrap()), "\"x\\ny\"");
        let items: Vec<_> = root.get("b").unwrap().items().collect();
        assert_eq!(at(items[0]), "c");
        assert_eq!(at(items[0].get("c").unwrap()), "d");
        assert_eq!(tree.pointer(items[0].get("c").unwrap()), "/b/0/c");
        assert_eq!(tree.pointer(items[1]), "/b/1");
        assert_eq!(items[1].raw(), "e\n");
        let json = "{\"a\\u0062\": [\"\\n\", \"\", 1.5e3]}";
        let source = Text::new(json);
        let tree = source.parse(Format::Json).unwrap().unwrap();
        assert_eq!(show(tree.root()), "{ab:['\n','',Float=1.5e3]}");
        let list: Vec<_> = tree.root().get("ab").unwrap().items().map(|node| node.start()).collect();
        assert_eq!(list, [13, 19, 23]);
    }

    #[test]
    fn members_are_found_and_counted_whatever_stands_between_them() {
        let text = r#"{"a": {"x": [1, {"y": []}], "b": 0}, "\u0062": [[], {}, "é"], "": 1, "ab": null}"#;
        let source = Text::new(text);
        let tree = source.parse(Format::Json).unwrap().unwrap();
        let root = tree.root();
        let found = |key: &str| root.get(key).map(|node| (node.kind(), node.count()));
        assert_eq!((root.count(), found("a"), found("b")), (4, Some((Kind::Map, 2)), Some((Kind::Seq, 3))));
        assert_eq!((found(""), found("ab")), (Some((Kind::Int, 0)), Some((Kind::Null, 0))));
        assert_eq!((found("x"), found("B"), found("c")), (None, None, None));
        assert!(root.get("b").unwrap().get("é").is_none(), "lists have no keys");
        let quoted: Vec<_> = tree.nodes().filter_map(Node::quoted).collect();
        assert_eq!(quoted, [r#""a""#, r#""x""#, r#""y""#, r#""b""#, r#""é""#, r#""ab""#]);
    }

    #[test]
    fn json_is_strict() {
        let error = |text: &str| Text::new(text).parse(Format::Json).map(|_| ()).unwrap_err()[0].range.start;
        for (text, at) in [
            ("{\"a\":1,\"a\":2}", 7),
            ("[1,]", 3),
            ("[01]", 2),
            ("{\"a\":1} x", 8),
            ("\u{FEFF}{}", 0),
            ("[\"\\ud800\"]", 2),
            ("[\"a\\uDBFF\\u0041\"]", 3),
            ("[\"\\ud83d\\ude00\\udE00\"]", 14),
            ("[NaN]", 1),
        ] {
            assert_eq!(error(text), at, "{text}");
        }
    }

    fn json_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i32>().prop_map(Into::into),
            "\\PC{0,8}".prop_map(Into::into),
            "[\\x00-\\x7F]{0,4}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                prop::collection::btree_map("\\PC{0,4}", inner, 0..20)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_json_text_is_the_same_tree_in_both_readers(value in json_value(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = text.unwrap();
            let source = Text::new(text.clone());
            let json = source.parse(Format::Json).unwrap().unwrap();
            let shown = show(json.root());
            // YAML excludes some characters and long keys that JSON allows.
            if !text.chars().any(|c| c == '\u{7F}' || ('\u{80}'..'\u{A0}').contains(&c)) {
                let source = Text::new(text);
                let yaml = source.parse(Format::Yaml).unwrap().unwrap();
                prop_assert_eq!(show(yaml.root()), shown);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            for format in [Format::Yaml, Format::Json] {
                if let Ok(text) = Text::from_bytes(bytes.clone(), format) {
                    let _ = text.parse(format);
                }
            }
        }
    }
}
