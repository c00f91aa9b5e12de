//! A cache document (`aegis: cache/v1`) from its tree: everything that can be judged by looking at it alone.

use rayon::prelude::*;
use semver::Version;

use crate::diag::Code;
pub use crate::layer::TextLimits;
use crate::oid::Oid;
use crate::syntax::{Decoder, Kind, Node, Problem, ProblemKind, Tree};
use crate::text::term_key;

use super::model::{
    Body, Document, Entry, Escalation, Layer, Lexicon, Named, Origin, Policy, Priority, Register, Rule,
    SlotKind, SlotValue, SourceId, Stated, Statement, Template, TemplateExample, Term,
};

/// The greatest integer that a slot or a delay may have: what a double holds exactly.
const MAX_INTEGER: i64 = (1 << 53) - 1;
/// How many entries one task decodes.
const CHUNK: usize = 256;

/// What a document gave.
#[derive(Debug, Default)]
pub struct Decoded<'a> {
    /// What it says of itself, if that was sound.
    pub document: Option<Document<'a>>,
    /// What it states.
    pub statements: Vec<Statement<'a>>,
    /// OIDs of entries that were not sound: they exist, so that references to them are no errors too.
    pub broken: Vec<Oid>,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

/// Decodes a document that was read for a layer from a source.
pub fn decode<'a>(
    tree: &Tree<'a>,
    layer: Layer,
    source: SourceId,
    limits: Option<TextLimits>,
) -> Decoded<'a> {
    let mut decoder = Decoder::default();
    let mut out = Decoded::default();
    let root = tree.root();
    let names = ["aegis", "oid", "title", "version", "language", "entries"];
    let Some([form, oid, title, version, language, entries]) =
        decoder.fields(root, "a cache document", &names)
    else {
        out.problems = decoder.problems;
        return out;
    };
    decoder.form(tree, form, "a cache document", "cache/v1");
    let mut need = |value, name| decoder.required(root, value, "a cache document", name);
    let (oid, title, version, entries) =
        (need(oid, "oid"), need(title, "title"), need(version, "version"), need(entries, "entries"));
    let oid = oid.and_then(|node| decoder.oid(node, "the document's `oid`"));
    let title = title.and_then(|node| decoder.text(node, "the document's `title`"));
    let version = version.and_then(|node| decoder.version(node, "the document's `version`"));
    let language = language.and_then(|node| self::language(&mut decoder, node));
    let items: Vec<_> = match entries {
        Some(node) => decoder.list(node, "`entries`").into_iter().flatten().collect(),
        None => Vec::new(),
    };
    let scope = Scope {
        layer,
        source,
        version: version.clone().unwrap_or(Version::new(0, 0, 0)),
        language,
        limits,
        tree,
    };
    if let (Some(oid), Some(title), Some(version)) = (oid, title, version) {
        out.document = Some(Document {
            oid,
            title: title.into(),
            version,
            language: language.map(Into::into),
            layer,
            source,
        });
    }
    out.problems = decoder.problems;
    for part in decode_entries(&scope, &items) {
        out.statements.extend(part.statements);
        out.broken.extend(part.broken);
        out.problems.extend(part.problems);
    }
    out
}

fn decode_entries<'a>(scope: &Scope<'_, 'a>, items: &[Node<'_, 'a>]) -> Vec<Decoded<'a>> {
    let text = scope.tree.text();
    let mut lines = Lines::new(0, 1);
    let chunks: Vec<_> = items
        .chunks(CHUNK)
        .enumerate()
        .map(|(number, nodes)| {
            let at = nodes.first().map_or(0, |node| node.start());
            (number * CHUNK, nodes, Lines::new(at, lines.line(text, at)))
        })
        .collect();
    let decode = |(first, nodes, mut lines): (usize, &[Node<'_, 'a>], Lines)| {
        let mut out = Decoded { statements: Vec::with_capacity(nodes.len()), ..Decoded::default() };
        let mut reader = EntryReader { scope, decoder: Decoder::default(), lines: &mut lines };
        for (i, &node) in nodes.iter().enumerate() {
            let statement = reader.statement(node, (first + i) as u32);
            let problems = std::mem::take(&mut reader.decoder.problems);
            match statement {
                Some(statement) if problems.is_empty() => out.statements.push(statement),
                _ => out.broken.extend(node.get("oid").and_then(|node| node.as_str()?.parse().ok())),
            }
            out.problems.extend(problems);
        }
        out
    };
    if chunks.len() == 1 {
        return chunks.into_iter().map(decode).collect();
    }
    chunks.into_par_iter().map(decode).collect()
}

/// Counts lines going forward; aliases of YAML may jump back.
struct Lines {
    at: usize,
    line: u32,
    /// Where lines end, once something jumped back.
    ends: Option<Vec<usize>>,
}

impl Lines {
    fn new(at: usize, line: u32) -> Self {
        Self { at, line, ends: None }
    }

    fn line(&mut self, text: &str, offset: usize) -> u32 {
        if offset < self.at {
            let ends = self.ends.get_or_insert_with(|| memchr::memchr_iter(b'\n', text.as_bytes()).collect());
            return ends.partition_point(|&end| end < offset) as u32 + 1;
        }
        self.line += memchr::memchr_iter(b'\n', &text.as_bytes()[self.at..offset]).count() as u32;
        self.at = offset;
        self.line
    }
}

fn language<'a>(decoder: &mut Decoder, node: Node<'_, 'a>) -> Option<&'a str> {
    let text = decoder.text(node, "`language`")?;
    if let Err(error) = oxilangtag::LanguageTag::parse(text) {
        decoder.schema(
            node,
            format!("`{text}` is no language tag: {error}"),
            "write a BCP 47 tag such as en or pt-BR",
        );
        return None;
    }
    Some(text)
}

/// What all entries of a document share.
struct Scope<'t, 'a> {
    layer: Layer,
    source: SourceId,
    version: Version,
    language: Option<&'a str>,
    limits: Option<TextLimits>,
    tree: &'t Tree<'a>,
}

/// The fields that every definition may have.
const COMMON: [&str; 7] = ["oid", "kind", "title", "version", "refs", "tags", "final"];

struct EntryReader<'s, 't, 'a> {
    scope: &'s Scope<'t, 'a>,
    decoder: Decoder,
    lines: &'s mut Lines,
}

impl<'t, 'a> EntryReader<'_, 't, 'a> {
    fn statement(&mut self, node: Node<'t, 'a>, index: u32) -> Option<Statement<'a>> {
        if node.kind() != Kind::Map {
            self.decoder.expected(node, "an entry is a mapping");
            return None;
        }
        let line = self.lines.line(self.scope.tree.text(), node.start());
        let (layer, source) = (self.scope.layer, self.scope.source);
        let origin = Origin { layer, source, line, index, overrode: Vec::new(), preferred: false };
        if node.get("removed").is_some() {
            return self.tombstone(node, origin);
        }
        let kinds: [(&str, u8); 5] = std::array::from_fn(|i| (Body::KINDS[i], i as u8));
        if node.get("kind").is_none()
            && let Some((key, _)) = node.entries().find(|(key, _)| key.raw() == "<<")
        {
            // What it lacks it was meant to have from there: that is the one thing to mend.
            self.decoder.unknown_field(key, "an entry", &COMMON);
            return None;
        }
        let kind = self.decoder.required(node, node.get("kind"), "an entry", "kind")?;
        match self.decoder.one_of(kind, "an entry's `kind`", &kinds)? {
            0 => self.entry(node, origin, "a lexicon", ["terms"], Self::lexicon),
            1 => {
                let names = ["event", "priority", "say", "acknowledge", "escalate"];
                self.entry(node, origin, "a rule", names, Self::rule)
            }
            2 => self.entry(node, origin, "a template", ["text", "slots", "examples"], Self::template),
            3 => self.entry(node, origin, "a policy", ["applies_to", "registers"], Self::policy),
            _ => self.entry(node, origin, "an alias", ["target"], Self::alias),
        }
    }

    fn tombstone(&mut self, node: Node<'t, 'a>, origin: Origin) -> Option<Statement<'a>> {
        let [oid, removed, version] =
            self.decoder.fields(node, "a tombstone", &["oid", "removed", "version"])?;
        if let Some(removed) = removed
            && self.decoder.boolean(removed, "`removed`") == Some(false)
        {
            let help = "write `removed: true`, or leave the field out of an entry that stays";
            self.decoder.schema(removed, "`removed: false` says nothing", help);
        }
        let version = match version {
            Some(node) => self.decoder.version(node, "a tombstone's `version`")?,
            None => self.scope.version.clone(),
        };
        let oid = self.entry_oid(node, oid)?;
        Some(Statement::Remove { oid, version, origin })
    }

    /// Reads the common fields and those of a kind.
    fn entry<const N: usize>(
        &mut self,
        node: Node<'t, 'a>,
        origin: Origin,
        what: &str,
        own: [&'static str; N],
        body: impl FnOnce(
            &mut Self,
            Node<'t, 'a>,
            [Option<Node<'t, 'a>>; N],
            &Origin,
            &Version,
        ) -> Option<Body<'a>>,
    ) -> Option<Statement<'a>> {
        let mut common = [None; COMMON.len()];
        let mut values = [None; N];
        for (key, value) in node.entries() {
            let name = key.raw();
            if let Some(i) = COMMON.iter().position(|n| *n == name) {
                common[i] = Some(value);
            } else if let Some(i) = own.iter().position(|n| *n == name) {
                values[i] = Some(value);
            } else {
                let names: Vec<_> = COMMON.iter().chain(&own).copied().collect();
                self.decoder.unknown_field(key, what, &names);
            }
        }
        let [oid, _, title, version, refs, tags, is_final] = common;
        let oid = self.entry_oid(node, oid);
        let title = match title {
            None if what != "an alias" => self.decoder.required(node, None, what, "title").map(|_| ""),
            title => title.and_then(|node| self.text(node, "an entry's `title`")),
        };
        let version = match version {
            Some(node) => self.decoder.version(node, "an entry's `version`").unwrap_or(Version::new(0, 0, 0)),
            None => self.scope.version.clone(),
        };
        let refs = refs.map(|node| self.oids(node, "`refs`"));
        let tags = tags.map(|node| self.texts(node, "`tags`", "a tag"));
        let is_final = is_final.and_then(|node| self.decoder.boolean(node, "`final`")).unwrap_or(false);
        let body = body(self, node, values, &origin, &version)?;
        let language = self.scope.language;
        let oid = oid?;
        Some(Statement::Define(std::sync::Arc::new(Entry {
            oid,
            title,
            version,
            refs,
            refs_from: None,
            tags,
            language,
            is_final,
            origin,
            body,
        })))
    }

    fn entry_oid(&mut self, parent: Node<'t, 'a>, node: Option<Node<'t, 'a>>) -> Option<Oid> {
        let node = self.decoder.required(parent, node, "an entry", "oid")?;
        let oid = self.decoder.oid(node, "an entry's `oid`")?;
        if oid.arcs().len() < 2 {
            self.decoder.problem(
                ProblemKind::Oid,
                node,
                format!("`{oid}` has one arc, but an entry's OID has at least two (X.690 encodes no fewer)"),
                "give the entry an OID of its own, such as \"1.0.2\"",
            );
            return None;
        }
        Some(oid)
    }

    fn oids(&mut self, node: Node<'t, 'a>, what: &str) -> Vec<Oid> {
        let Some(items) = self.decoder.list(node, what) else { return Vec::new() };
        items.filter_map(|item| self.decoder.oid(item, &format!("an item of {what}"))).collect()
    }

    fn lexicon(
        &mut self,
        node: Node<'t, 'a>,
        [terms]: [Option<Node<'t, 'a>>; 1],
        origin: &Origin,
        version: &Version,
    ) -> Option<Body<'a>> {
        let list = self.decoder.required(node, terms, "a lexicon", "terms")?;
        let nodes: Vec<_> = self.decoder.list(list, "`terms`")?.collect();
        let mut terms = Vec::with_capacity(nodes.len());
        for (i, &node) in nodes.iter().enumerate() {
            terms.extend(self.term(node, i as u32));
        }
        let stated = Stated {
            layer: self.scope.layer,
            source: self.scope.source,
            version: version.clone(),
            index: origin.index,
        };
        let mut lexicon = Lexicon { terms, stated: vec![stated] };
        lexicon.terms.sort_by(|a, b| a.key.cmp(&b.key));
        for pair in lexicon.terms.windows(2) {
            if pair[0].key == pair[1].key {
                let at = nodes[pair[1].index as usize];
                self.decoder.problem(
                    ProblemKind::Other(Code::TermDuplicate),
                    at.get("term").unwrap_or(at),
                    format!(
                        "`{}` is the same term as `{}` above: both have the key `{}`",
                        pair[1].term, pair[0].term, pair[0].key
                    ),
                    "keep one of the two, or make the second an alias of the first",
                );
            }
        }
        Some(Body::Lexicon(lexicon))
    }

    fn term(&mut self, node: Node<'t, 'a>, index: u32) -> Option<Term<'a>> {
        let names = ["term", "meaning", "register", "aliases", "examples"];
        let [term, meaning, register, aliases, examples] = self.decoder.fields(node, "a term", &names)?;
        let line = self.lines.line(self.scope.tree.text(), node.start());
        let term = self.decoder.required(node, term, "a term", "term");
        let meaning = self.decoder.required(node, meaning, "a term", "meaning");
        let term = term.and_then(|node| self.name(node, "a term's `term`"));
        let meaning = meaning.and_then(|node| self.text(node, "a term's `meaning`"));
        let register = match register {
            Some(node) => self.decoder.one_of(node, "a term's `register`", &Register::WORDS)?,
            None => Register::Neutral,
        };
        let aliases = match aliases {
            Some(node) => match self.decoder.list(node, "`aliases`") {
                Some(items) => items.filter_map(|item| self.name(item, "an alias")).collect(),
                None => Box::default(),
            },
            None => Box::default(),
        };
        let examples = examples.map(|node| self.texts(node, "`examples`", "an example")).unwrap_or_default();
        let (term, meaning) = (term?, meaning?);
        let (examples, key) = (examples.into(), term_key(term));
        Some(Term { term, meaning, register, aliases, examples, key, line, index, stated: 0 })
    }

    fn rule(
        &mut self,
        node: Node<'t, 'a>,
        [event, priority, say, acknowledge, escalate]: [Option<Node<'t, 'a>>; 5],
        _: &Origin,
        _: &Version,
    ) -> Option<Body<'a>> {
        let event = self.decoder.required(node, event, "a rule", "event");
        let say = self.decoder.required(node, say, "a rule", "say");
        let event = event.and_then(|node| self.text(node, "a rule's `event`"));
        let say = say.and_then(|node| self.text(node, "a rule's `say`"));
        let priority = match priority {
            Some(node) => self.decoder.one_of(node, "a rule's `priority`", &Priority::WORDS)?,
            None => Priority::Routine,
        };
        let acknowledge = acknowledge
            .map(|node| self.texts(node, "`acknowledge`", "an acknowledgement"))
            .unwrap_or_default();
        let mut steps = Vec::new();
        if let Some(node) = escalate
            && let Some(items) = self.decoder.list(node, "`escalate`")
        {
            for item in items {
                steps.extend(self.escalation(item));
            }
        }
        Some(Body::Rule(Rule { event: event?, priority, say: say?, acknowledge, escalate: steps }))
    }

    fn escalation(&mut self, node: Node<'t, 'a>) -> Option<Escalation<'a>> {
        let what = "an escalation";
        let [after, to, say] = self.decoder.fields(node, what, &["after_s", "to", "say"])?;
        let after = self.decoder.required(node, after, what, "after_s");
        let to = self.decoder.required(node, to, what, "to");
        let say = self.decoder.required(node, say, what, "say");
        let after_s = after.and_then(|node| self.decoder.integer(node, "`after_s`", 0..=MAX_INTEGER));
        let to = to.and_then(|node| self.text(node, "an escalation's `to`"));
        let say = say.and_then(|node| self.text(node, "an escalation's `say`"));
        Some(Escalation { after_s: after_s? as u64, to: to?, say: say? })
    }

    fn template(
        &mut self,
        node: Node<'t, 'a>,
        [text, slots, examples]: [Option<Node<'t, 'a>>; 3],
        _: &Origin,
        _: &Version,
    ) -> Option<Body<'a>> {
        let text = self.decoder.required(node, text, "a template", "text");
        let text = text.and_then(|node| self.text(node, "a template's `text`"));
        let mut declared = Vec::new();
        if let Some(node) = slots {
            if node.kind() == Kind::Map {
                for (key, value) in node.entries() {
                    declared.extend(self.slot(value).map(|kind| (key.raw(), kind)));
                }
            } else {
                self.decoder.expected(node, "`slots` is a mapping of names");
            }
        }
        sort_named(&mut declared);
        let mut shown = Vec::new();
        if let Some(node) = examples
            && let Some(items) = self.decoder.list(node, "`examples`")
        {
            for item in items {
                shown.extend(self.template_example(item, &declared));
            }
        }
        Some(Body::Template(Template { text: text?, slots: declared, examples: shown }))
    }

    fn slot(&mut self, node: Node<'t, 'a>) -> Option<SlotKind<'a>> {
        let [kind, values] = self.decoder.fields(node, "a slot", &["type", "values"])?;
        let kind = self.decoder.required(node, kind, "a slot", "type")?;
        let words = [("string", 0), ("integer", 1), ("enum", 2)];
        let kind = self.decoder.one_of(kind, "a slot's `type`", &words)?;
        if kind != 2 {
            if let Some(values) = values {
                self.decoder.schema(
                    values,
                    "only an `enum` slot has `values`",
                    "remove them, or write `type: enum`",
                );
            }
            return Some(if kind == 0 { SlotKind::String } else { SlotKind::Integer });
        }
        let values = self.decoder.required(node, values, "an enum slot", "values")?;
        let texts = self.texts(values, "`values`", "a value");
        if texts.is_empty() && values.items().next().is_none() {
            self.decoder.schema(
                values,
                "an enum slot has at least one value",
                "add the values that it may take",
            );
        }
        Some(SlotKind::Enum(texts))
    }

    fn template_example(
        &mut self,
        node: Node<'t, 'a>,
        declared: &Named<'a, SlotKind<'a>>,
    ) -> Option<TemplateExample<'a>> {
        let what = "a template's example";
        let [slots, text] = self.decoder.fields(node, what, &["slots", "text"])?;
        let text = self.decoder.required(node, text, what, "text")?;
        let text = self.text(text, "an example's `text`");
        let mut values = Vec::new();
        if let Some(slots) = slots {
            if slots.kind() != Kind::Map {
                self.decoder.expected(slots, "an example's `slots` is a mapping of names");
            }
            for (key, value) in slots.entries() {
                let is_integer =
                    declared.iter().any(|(n, kind)| *n == key.raw() && *kind == SlotKind::Integer);
                values.extend(self.slot_value(value, is_integer).map(|value| (key.raw(), value)));
            }
        }
        sort_named(&mut values);
        Some(TemplateExample { slots: values, text: text? })
    }

    fn slot_value(&mut self, node: Node<'t, 'a>, is_integer: bool) -> Option<SlotValue<'a>> {
        match node.kind() {
            Kind::Int if is_integer => self
                .decoder
                .integer(node, "a slot's value", -MAX_INTEGER..=MAX_INTEGER)
                .map(SlotValue::Integer),
            Kind::Str => Some(SlotValue::Text(node.raw())),
            _ if is_integer => {
                self.decoder.expected(node, "an integer slot's value is an integer");
                None
            }
            _ => {
                self.decoder.expected(node, "a slot's value is a text");
                None
            }
        }
    }

    fn policy(
        &mut self,
        node: Node<'t, 'a>,
        [applies_to, registers]: [Option<Node<'t, 'a>>; 2],
        _: &Origin,
        _: &Version,
    ) -> Option<Body<'a>> {
        let applies_to = self.decoder.required(node, applies_to, "a policy", "applies_to");
        let registers = self.decoder.required(node, registers, "a policy", "registers");
        let applies_to = applies_to.map(|node| self.oids(node, "`applies_to`"))?;
        let registers = registers?;
        let items: Vec<_> = self.decoder.list(registers, "`registers`")?.collect();
        let mut allowed = Vec::new();
        for &item in &items {
            allowed.extend(self.decoder.one_of(item, "an item of `registers`", &Register::WORDS));
        }
        if items.is_empty() {
            self.decoder.schema(
                registers,
                "a policy allows at least one register",
                "add the registers that it allows",
            );
        }
        Some(Body::Policy(Policy { applies_to, registers: allowed }))
    }

    fn alias(
        &mut self,
        node: Node<'t, 'a>,
        [target]: [Option<Node<'t, 'a>>; 1],
        _: &Origin,
        _: &Version,
    ) -> Option<Body<'a>> {
        let target = self.decoder.required(node, target, "an alias", "target")?;
        Some(Body::Alias(self.decoder.oid(target, "an alias's `target`")?))
    }

    /// A term or an alias: a text within the layer's limit that has a key.
    fn name(&mut self, node: Node<'t, 'a>, what: &str) -> Option<&'a str> {
        let text = self.decoder.text(node, what)?;
        self.within(
            node,
            what,
            text,
            self.scope.limits.map(|limits| limits.max_term_chars),
            "max_term_chars",
        );
        Some(text)
    }

    /// Any other text, within the layer's limit.
    fn text(&mut self, node: Node<'t, 'a>, what: &str) -> Option<&'a str> {
        let text = self.decoder.text(node, what)?;
        self.within(
            node,
            what,
            text,
            self.scope.limits.map(|limits| limits.max_text_chars),
            "max_text_chars",
        );
        Some(text)
    }

    fn texts(&mut self, node: Node<'t, 'a>, what: &str, item: &str) -> Vec<&'a str> {
        let Some(items) = self.decoder.list(node, what) else { return Vec::new() };
        items.filter_map(|node| self.text(node, item)).collect()
    }

    fn within(&mut self, node: Node<'t, 'a>, what: &str, text: &str, limit: Option<usize>, name: &str) {
        let Some(limit) = limit else { return };
        if text.len() > limit && text.chars().count() > limit {
            self.decoder.problem(
                ProblemKind::Other(Code::LimitExceeded),
                node,
                format!("{what} has {} characters, the local layer allows {limit}", text.chars().count()),
                format!("shorten it, or raise `pack.limits.local.{name}` in aegis.yaml"),
            );
        }
    }
}

/// Sorts names as RFC 8785 does: by UTF-16 code units.
pub fn sort_named<T>(named: &mut Named<'_, T>) {
    named.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
}
