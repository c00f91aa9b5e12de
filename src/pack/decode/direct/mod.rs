//! A JSON document decoded straight from its text, in parallel and without a tape.
//!
//! Only for documents in which nothing is wrong: at the first thing that is not as it should be this gives up (`None`),
//! and the document is read again over a tape, which knows places and words for it. It may never accept what that
//! reading refuses, nor give another result; a property test holds both to it.
//!
//! The list of entries is cut at guesses: each task looks for the next object that is an entry, and decodes from there on
//! to the first entry of the next task. Where one task ends the next has to begin, or a guess was wrong.

mod body;
mod entry;
mod term;

use rayon::prelude::*;
use semver::Version;

use crate::oid::Oid;
use crate::pack::model::{Body, Document, Layer, SourceId, Statement};
use crate::syntax::{Pull, Shelf, Text};

use super::{Decoded, TextLimits};
use entry::Reader;

/// How many bytes one task decodes.
pub(super) const CHUNK: usize = 512 << 10;

/// What the entries of a document share.
#[derive(Debug, Clone)]
struct Scope<'a> {
    layer: Layer,
    source: SourceId,
    version: Version,
    language: Option<&'a str>,
    limits: Option<TextLimits>,
}

/// What one task decoded.
struct Part<'a> {
    /// Where its first entry begins; `None` if there was none in its range.
    start: Option<usize>,
    /// Where the next entry begins, or the list ends.
    end: usize,
    statements: Vec<Statement<'a>>,
}

/// Decodes a document in tasks of `chunk` bytes.
pub(super) fn decode<'a>(
    text: &'a Text,
    layer: Layer,
    source: SourceId,
    limits: Option<TextLimits>,
    chunk: usize,
) -> Option<Decoded<'a>> {
    let whole = text.as_str();
    let tasks = whole.len().div_ceil(chunk);
    let shelves = text.shelves(tasks + 1);
    let (own, shelves) = shelves.split_first().filter(|(_, shelves)| shelves.len() >= tasks)?;
    let mut head = Head::default();
    let mut pull = Pull::new(whole, 0, 1, own.end());
    head.before_entries(&mut pull)?;
    let (begin, line) = (pull.at(), pull.line());
    let (head, end) = head.after_entries(whole, pull)?;
    let document = head.document(layer, source)?;
    let scope = Scope { layer, source, version: document.version.clone(), language: head.language, limits };
    let ranges: Vec<_> = (begin..end).step_by(chunk).map(|at| at..end.min(at + chunk)).collect();
    let bytes = whole.as_bytes();
    let ends: Vec<_> =
        ranges.par_iter().map(|r| memchr::memchr_iter(b'\n', &bytes[r.clone()]).count()).collect();
    let lines: Vec<_> =
        ends.iter().scan(line, |line, count| Some(std::mem::replace(line, *line + *count as u32))).collect();
    let decode = |((range, line), shelf): ((&std::ops::Range<usize>, &u32), &'a Shelf)| {
        let pull = Pull::new(whole, range.start, *line, shelf.end());
        Reader::new(&scope).part(pull, whole, range.clone(), range.start == begin)
    };
    let tasks = ranges.par_iter().zip(&lines).zip(shelves.par_iter()).with_max_len(1);
    let parts: Vec<Part<'a>> = tasks.map(decode).collect::<Option<_>>()?;
    let statements = join(parts, begin, end)?;
    Some(Decoded { document: Some(document), statements, ..Decoded::default() })
}

/// The statements of all parts, numbered. Each part has to begin where the one before ended, and the last end where the
/// list does: the first began at an entry, so all did.
fn join(parts: Vec<Part<'_>>, begin: usize, end: usize) -> Option<Vec<Statement<'_>>> {
    let mut next = begin;
    let mut count = 0;
    let mut numbered = Vec::with_capacity(parts.len());
    for part in parts {
        let Some(start) = part.start else { continue };
        if start != next {
            return None;
        }
        next = part.end;
        let first = count;
        count += part.statements.len();
        numbered.push((first as u32, part.statements));
    }
    if next != end {
        return None;
    }
    numbered.par_iter_mut().for_each(|(first, statements)| {
        statements.iter_mut().for_each(|statement| number(statement, *first));
    });
    let mut all = Vec::with_capacity(count);
    numbered.into_iter().for_each(|(_, mut statements)| all.append(&mut statements));
    Some(all)
}

/// Adds what the parts before have to a statement's place in its document.
fn number(statement: &mut Statement<'_>, first: u32) {
    match statement {
        Statement::Remove(tombstone) => tombstone.origin.index += first,
        Statement::Define(entry) => {
            let Some(entry) = std::sync::Arc::get_mut(entry) else { return };
            entry.origin.index += first;
            if let Body::Lexicon(lexicon) = &mut entry.body {
                lexicon.stated.iter_mut().for_each(|stated| stated.index += first);
            }
        }
    }
}

/// The document's own fields.
#[derive(Debug, Clone, Default)]
struct Head<'a> {
    form: Option<&'a str>,
    oid: Option<&'a str>,
    title: Option<&'a str>,
    version: Option<&'a str>,
    language: Option<&'a str>,
}

impl<'a> Head<'a> {
    /// Reads up to the first entry, or to the end of the list if it is empty.
    fn before_entries(&mut self, pull: &mut Pull<'a>) -> Option<()> {
        let mut more = pull.open(b'{', b'}')?;
        while more {
            let key = pull.key()?;
            if key == "entries" {
                pull.take(b'[')?;
                pull.peek()?;
                return Some(());
            }
            self.field(key, pull)?;
            more = pull.more(b'}')?;
        }
        None
    }

    /// Reads what follows the entries. Which bracket ends them is guessed from behind; that the entries end there is
    /// checked when they are decoded.
    fn after_entries(&self, text: &'a str, pull: Pull<'a>) -> Option<(Self, usize)> {
        const GUESSES: usize = 4;
        let bytes = text.as_bytes().get(pull.at()..)?;
        memchr::memrchr_iter(b']', bytes).take(GUESSES).find_map(|at| {
            let at = pull.at() + at;
            let mut head = self.clone();
            let mut pull = pull.moved(at + 1, 0);
            while pull.more(b'}')? {
                let key = pull.key()?;
                head.field(key, &mut pull)?;
            }
            pull.peek().is_none().then_some((head, at))
        })
    }

    fn field(&mut self, key: &str, pull: &mut Pull<'a>) -> Option<()> {
        let field = match key {
            "aegis" => &mut self.form,
            "oid" => &mut self.oid,
            "title" => &mut self.title,
            "version" => &mut self.version,
            "language" => &mut self.language,
            _ => return None,
        };
        match field {
            None => *field = Some(pull.string()?),
            Some(_) => return None,
        }
        Some(())
    }

    fn document(&self, layer: Layer, source: SourceId) -> Option<Document<'a>> {
        let title = self.title.filter(|title| !title.trim().is_empty())?;
        let oid: Oid = self.oid?.parse().ok()?;
        let version = Version::parse(self.version?).ok()?;
        let is_sound = |language| oxilangtag::LanguageTag::parse(language).is_ok();
        if self.form != Some("cache/v1") || !self.language.is_none_or(is_sound) {
            return None;
        }
        let language = self.language.map(Into::into);
        Some(Document { oid, title: title.into(), version, language, layer, source })
    }
}

#[cfg(test)]
mod tests;
