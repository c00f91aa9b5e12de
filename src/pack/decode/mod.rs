//! A cache document (`aegis: cache/v1`) from its tree: everything that can be judged by looking at it alone.

use rayon::prelude::*;
use semver::Version;

pub use crate::layer::TextLimits;
use crate::oid::Oid;
use crate::syntax::{Decoder, Node, Problem, Text, Tree};

use super::model::{Document, Layer, Named, SourceId, Statement};

mod direct;
mod entry;
mod lexicon;
mod policy;
mod rule;
mod template;

use entry::EntryReader;

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

/// Decodes a JSON document the fast way. `None` if anything is wrong with it: what, [`decode`] says.
pub fn decode_json<'a>(
    text: &'a Text,
    layer: Layer,
    source: SourceId,
    limits: Option<TextLimits>,
) -> Option<Decoded<'a>> {
    direct::decode(text, layer, source, limits, direct::CHUNK)
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

/// Sorts names as RFC 8785 does: by UTF-16 code units.
pub fn sort_named<T>(named: &mut Named<'_, T>) {
    named.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
}
