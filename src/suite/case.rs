//! `aegis: suite/v1`: cases as people and the generator write them.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Place};
use crate::oid::Oid;
use crate::syntax::{Decoder, Format, Kind, Node, ProblemKind, Text, Tree};

use super::bot::{self, BotSuite};

/// A suite that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// The file as reports show it.
    pub file: Arc<str>,
    /// The pack's OID.
    pub pack: Oid,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name, unique in the suite and stable.
    pub id: String,
    /// What is asked.
    pub question: Question,
    /// What should come out.
    pub expect: Value,
    /// Where the expectation is written.
    pub place: Place,
    /// The bytes of the value of `expect` in the file, with what stands between it and the colon: for `--accept`.
    pub expect_range: std::ops::Range<usize>,
}

/// What a case asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Kind, version and layer of an OID.
    Resolve(Oid),
    /// The SHA-256 of an entry's canonical content.
    Digest(Oid),
    /// An OID that is not there.
    AbsentOid(Oid),
    /// A term that is not there.
    AbsentTerm(String),
    /// The senses of a term.
    Lookup(String),
    /// The terms in a text.
    Scan(String),
    /// Where an alias ends.
    Alias(Oid),
    /// What a template gives.
    Render(Oid, Map<String, Value>),
    /// What an event makes the rules say.
    Fire(String),
    /// The registers that are allowed at an OID.
    Register(Oid),
    /// The children of an OID, or the roots.
    Tree(Option<Oid>),
    /// Whether the JSON export and the `.1337` agree.
    Export,
}

impl Question {
    /// The words for the kinds, each with the fields that `expect` may have, of which one is needed.
    pub const KINDS: [(&'static str, &'static [&'static str]); 11] = [
        ("resolve", &["kind", "version", "layer"]),
        ("digest", &["sha256", "layer", "terms"]),
        ("absent", &["absent"]),
        ("lookup", &["senses"]),
        ("scan", &["hits"]),
        ("alias", &["target"]),
        ("render", &["text", "error"]),
        ("fire", &["said"]),
        ("register", &["registers"]),
        ("tree", &["children", "entries"]),
        ("export", &["agree"]),
    ];

    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        let number = match self {
            Self::Resolve(_) => 0,
            Self::Digest(_) => 1,
            Self::AbsentOid(_) | Self::AbsentTerm(_) => 2,
            Self::Lookup(_) => 3,
            Self::Scan(_) => 4,
            Self::Alias(_) => 5,
            Self::Render(..) => 6,
            Self::Fire(_) => 7,
            Self::Register(_) => 8,
            Self::Tree(_) => 9,
            Self::Export => 10,
        };
        Self::KINDS[number].0
    }
}

/// A suite of either sort.
#[derive(Debug, Clone, PartialEq)]
pub enum Either {
    /// Questions to a pack.
    Pack(Suite),
    /// Conversations with a bot.
    Bot(BotSuite),
}

impl Either {
    /// Reads a suite: one with `bot` holds conversations.
    ///
    /// # Errors
    /// Everything that is wrong with it, as `SUITE_INVALID`.
    pub fn parse(text: &Text, format: Format, file: Arc<str>) -> Result<Self, Diagnostics> {
        let tree = tree(text, format, &file)?;
        let lines = LineMap::new(text.as_str());
        let root = tree.root();
        let (suite, problems) = if root.get("bot").is_some() && root.get("pack").is_none() {
            let file = Arc::clone(&file);
            let mut reader = bot::case::Reader { decoder: Decoder::default(), lines: &lines, file };
            (reader.suite(&tree).map(Self::Bot), reader.decoder.problems)
        } else {
            let mut reader = Reader { decoder: Decoder::default(), lines: &lines, file: Arc::clone(&file) };
            (reader.suite(&tree).map(Self::Pack), reader.decoder.problems)
        };
        let mut diagnostics = Diagnostics::new();
        for problem in problems {
            let place = lines.place(Arc::clone(&file), problem.range, problem.pointer);
            diagnostics
                .push(Diagnostic::error(Code::SuiteInvalid, problem.message).at(place).help(problem.help));
        }
        match suite {
            Some(suite) if diagnostics.is_empty() => Ok(suite),
            _ => Err(diagnostics),
        }
    }
}

/// The tree of a suite's text.
pub(in crate::suite) fn tree<'t>(
    text: &'t Text,
    format: Format,
    file: &Arc<str>,
) -> Result<Tree<'t>, Diagnostics> {
    match text.parse(format) {
        Ok(Some(tree)) => Ok(tree),
        Ok(None) => {
            let error =
                Diagnostic::error(Code::SuiteInvalid, "the suite is empty").at(Place::file(file.clone()));
            Err(error.help("write `aegis: suite/v1`, `pack` or `bot`, and `cases`").into())
        }
        Err(errors) => {
            let lines = LineMap::new(text.as_str());
            let mut diagnostics = Diagnostics::new();
            for error in errors {
                let place = lines.place(Arc::clone(file), error.range, String::new());
                diagnostics
                    .push(Diagnostic::error(Code::SuiteInvalid, error.message).at(place).help(error.help));
            }
            Err(diagnostics)
        }
    }
}

impl Suite {
    /// Reads a suite of questions to a pack.
    ///
    /// # Errors
    /// Everything that is wrong with it, as `SUITE_INVALID`.
    pub fn parse(text: &Text, format: Format, file: Arc<str>) -> Result<Self, Diagnostics> {
        match Either::parse(text, format, file)? {
            Either::Pack(suite) => Ok(suite),
            Either::Bot(suite) => {
                let message =
                    format!("this is a suite of conversations with the bot `{}`, not of a pack", suite.bot);
                let error = Diagnostic::error(Code::SuiteInvalid, message).at(Place::file(suite.file));
                Err(error.help("write `pack` in the place of `bot`").into())
            }
        }
    }
}

struct Reader<'r> {
    decoder: Decoder,
    lines: &'r LineMap<'r>,
    file: Arc<str>,
}

impl Reader<'_> {
    fn suite(&mut self, tree: &Tree<'_>) -> Option<Suite> {
        let root = tree.root();
        let [form, pack, cases] = self.decoder.fields(root, "a suite", &["aegis", "pack", "cases"])?;
        self.decoder.form(tree, form, "a suite", "suite/v1");
        if pack.is_none() {
            let help = "add `pack`, the OID of the pack, or `bot`, the id of the bot";
            self.decoder.schema(root, "a suite says neither `pack` nor `bot`", help);
        }
        let cases = self.decoder.required(root, cases, "a suite", "cases")?;
        let pack = pack.and_then(|node| self.decoder.oid(node, "a suite's `pack`"));
        let items: Vec<_> = self.decoder.list(cases, "`cases`")?.collect();
        let mut seen = std::collections::HashSet::new();
        let mut found = Vec::with_capacity(items.len());
        for (number, item) in items.into_iter().enumerate() {
            let Some(case) = self.case(item, number) else { continue };
            if !seen.insert(case.id.clone()) {
                let help = "give each case an id of its own: reports are read by it";
                self.decoder.schema(item, format!("the id `{}` stands twice in the suite", case.id), help);
            }
            found.push(case);
        }
        Some(Suite { file: Arc::clone(&self.file), pack: pack?, cases: found })
    }

    fn case(&mut self, node: Node<'_, '_>, number: usize) -> Option<Case> {
        let names = ["id", "kind", "oid", "term", "text", "event", "slots", "expect"];
        let [id, kind, oid, term, text, event, slots, expect] =
            self.decoder.fields(node, "a case", &names)?;
        let id = self.decoder.required(node, id, "a case", "id");
        let kind = self.decoder.required(node, kind, "a case", "kind");
        let expect = self.decoder.required(node, expect, "a case", "expect");
        let id = id.and_then(|node| self.decoder.text(node, "a case's `id`"));
        let kinds = Question::KINDS.map(|(word, fields)| (word, (word, fields)));
        let (kind, fields) = self.decoder.one_of(kind?, "a case's `kind`", &kinds)?;
        let expect = expect?;
        let inputs = [("oid", oid), ("term", term), ("text", text), ("event", event), ("slots", slots)];
        let wanted: &[&str] = match kind {
            "lookup" => &["term"],
            "scan" => &["text"],
            "fire" => &["event"],
            "render" => &["oid", "slots"],
            "absent" => &["oid", "term"],
            "export" => &[],
            _ => &["oid"],
        };
        for (name, value) in inputs {
            if let Some(value) = value
                && !wanted.contains(&name)
            {
                let help = format!("a `{kind}` case takes: {}", wanted.join(", "));
                self.decoder.schema(value, format!("a `{kind}` case has no input `{name}`"), help);
            }
        }
        let question = self.question(node, kind, oid, [term, text, event], slots)?;
        let value = self.expectation(expect, kind, fields)?;
        let pointer = format!("/cases/{number}/expect");
        let place = self.lines.place(Arc::clone(&self.file), expect.range(), pointer);
        Some(Case {
            id: id?.to_owned(),
            question,
            expect: value,
            place,
            expect_range: after_colon(node, expect),
        })
    }

    fn question(
        &mut self,
        node: Node<'_, '_>,
        kind: &str,
        oid: Option<Node<'_, '_>>,
        [term, text, event]: [Option<Node<'_, '_>>; 3],
        slots: Option<Node<'_, '_>>,
    ) -> Option<Question> {
        let what = format!("a `{kind}` case");
        let text_of = |reader: &mut Self, value: Option<Node<'_, '_>>, name: &str| {
            let value = reader.decoder.required(node, value, &what, name)?;
            reader.decoder.any_text(value, &format!("a case's `{name}`")).map(str::to_owned)
        };
        let oid_of = |reader: &mut Self| {
            let value = reader.decoder.required(node, oid, &what, "oid")?;
            reader.decoder.oid(value, "a case's `oid`")
        };
        Some(match kind {
            "resolve" => Question::Resolve(oid_of(self)?),
            "digest" => Question::Digest(oid_of(self)?),
            "absent" if oid.is_none() => Question::AbsentTerm(text_of(self, term, "term")?),
            "absent" => Question::AbsentOid(oid_of(self)?),
            "lookup" => Question::Lookup(text_of(self, term, "term")?),
            "scan" => Question::Scan(text_of(self, text, "text")?),
            "alias" => Question::Alias(oid_of(self)?),
            "fire" => Question::Fire(text_of(self, event, "event")?),
            "register" => Question::Register(oid_of(self)?),
            "tree" => Question::Tree(if oid.is_some() { Some(oid_of(self)?) } else { None }),
            "render" => {
                let slots = match slots.map(to_json) {
                    None => Map::new(),
                    Some(Value::Object(map)) => map,
                    Some(_) => {
                        self.decoder.expected(slots?, "`slots` is a mapping of names");
                        return None;
                    }
                };
                Question::Render(oid_of(self)?, slots)
            }
            _ => Question::Export,
        })
    }

    /// `expect` is a mapping with at least one of the kind's fields and no other; nothing in it is empty by mistake.
    fn expectation(&mut self, node: Node<'_, '_>, kind: &str, fields: &[&str]) -> Option<Value> {
        let what = format!("the `expect` of a `{kind}` case");
        if node.kind() != Kind::Map {
            self.decoder.expected(node, &format!("{what} is a mapping"));
            return None;
        }
        for (key, _) in node.entries() {
            if !fields.contains(&key.raw()) {
                self.decoder.unknown_field(key, &what, fields);
                return None;
            }
        }
        if node.entries().next().is_none() {
            let message = format!("{what} is empty: such a case could not fail");
            self.decoder.problem(ProblemKind::Schema, node, message, format!("write: {}", fields.join(", ")));
            return None;
        }
        let value = to_json(node);
        if let Value::Object(map) = &value
            && let Some(Value::Array(items)) = map.values().next()
            && items.iter().any(|item| item.as_object().is_some_and(Map::is_empty))
        {
            self.decoder.schema(
                node,
                format!("an item of {what} is empty: it would match anything"),
                "name its fields",
            );
            return None;
        }
        Some(value)
    }
}

/// From behind the colon of `expect` to the end of its value.
pub(crate) fn after_colon(case: Node<'_, '_>, expect: Node<'_, '_>) -> std::ops::Range<usize> {
    let extent = expect.extent();
    let key = case
        .entries()
        .find(|(key, _)| key.raw() == "expect")
        .map_or(extent.start, |(key, _)| key.extent().end);
    let text = case.tree().text();
    let colon = text
        .get(key..extent.start)
        .and_then(|between| between.find(':'))
        .map_or(extent.start, |at| key + at + 1);
    colon..extent.end
}

/// A tree as plain JSON.
pub fn to_json(node: Node<'_, '_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::Bool => Value::Bool(node.raw().eq_ignore_ascii_case("true")),
        Kind::Int => node.raw().parse::<i64>().map_or_else(|_| Value::from(node.raw()), Value::from),
        Kind::Float => node.raw().parse::<f64>().map_or_else(|_| Value::from(node.raw()), Value::from),
        Kind::Str => node.raw().into(),
        Kind::Seq => node.items().map(to_json).collect(),
        Kind::Map => node.entries().map(|(key, value)| (key.raw().to_owned(), to_json(value))).collect(),
    }
}
