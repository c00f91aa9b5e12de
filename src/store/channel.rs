//! Channels: small pointers to revisions that move, each a series of documents that never change. The one with the
//! highest number is current, so that a flip is one create-only write, and what was is still there.

use serde::{Deserialize, Serialize};

use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place};

use super::subject::{Subject, number_of, numbered};
use super::tasks::all;
use super::{Attributes, Digest, Key, Payload, Store, Walk, layout, read_small};

/// The largest channel document that is read, in bytes.
pub const MAX_DOCUMENT: u64 = 64 << 10;
/// What the member `aegis` of a channel document says.
const FORM: &str = "channel/v1";

/// A channel document. The order of the members is that of the canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    aegis: String,
    /// When it was written, by the clock of who wrote it: RFC 3339, UTC.
    #[serde(default)]
    pub at: String,
    /// Who wrote it.
    #[serde(default)]
    pub by: String,
    /// The revision that was current before; `None` for the first.
    #[serde(default)]
    pub from: Option<Digest>,
    /// Why; `None` if nobody said.
    #[serde(default)]
    pub reason: Option<String>,
    /// Its number, from 1.
    pub sequence: u64,
    /// The revision that it makes current.
    pub to: Digest,
}

impl Document {
    /// Its canonical bytes (RFC 8785): the members are in order, and no number is beyond what a double holds.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the document of a number.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence without its subject.
    pub fn parse(bytes: &[u8], sequence: u64) -> Result<Self, String> {
        let document: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("is no channel document: {error}"))?;
        if document.aegis != FORM {
            return Err(format!("is of the form `{}`, not `{FORM}`", document.aegis));
        }
        if document.sequence != sequence {
            return Err(format!("says that it is number {}", document.sequence));
        }
        Ok(document)
    }
}

/// Who moves a channel, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The revision to make current.
    pub to: Digest,
    /// Who does.
    pub by: String,
    /// When: RFC 3339, UTC.
    pub at: String,
    /// Why, if they say.
    pub reason: Option<String>,
}

/// A channel as it was when it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// Its sound documents, oldest first.
    pub documents: Vec<Document>,
    /// The highest number, 0 if there is none: that of a malformed document too.
    pub highest: u64,
    /// Warnings about documents that cannot be read.
    pub diagnostics: Diagnostics,
}

impl Series {
    /// The document that is current. A malformed one is passed over, as agents do.
    pub fn current(&self) -> Option<&Document> {
        self.documents.last()
    }

    /// What was current before and may be gone back to, the most recent first. Whoever went back to a revision left
    /// what came after it: that is not gone back to.
    pub fn before(&self) -> Vec<Digest> {
        let mut kept: Vec<Digest> = Vec::new();
        for document in &self.documents {
            match kept.iter().position(|hash| *hash == document.to) {
                Some(at) => kept.truncate(at + 1),
                None => kept.push(document.to),
            }
        }
        kept.pop();
        kept.reverse();
        kept
    }

    /// Whether a revision was current once.
    pub fn knows(&self, hash: Digest) -> bool {
        self.documents.iter().any(|document| document.to == hash)
    }
}

/// Reads a channel with all its history.
///
/// # Errors
/// The channel cannot have that name, or the store failed.
pub async fn series(store: &dyn Store, subject: &Subject, channel: &str) -> Outcome<Series> {
    let folder = subject.channel(channel)?;
    let mut walk = Walk::new(store, folder.clone());
    let mut found: Vec<(u64, Key)> = Vec::new();
    while let Some(listed) = walk.next().await? {
        if let Some(sequence) = folder.name_of(&listed.key).and_then(number_of) {
            found.push((sequence, listed.key));
        }
    }
    let highest = found.last().map_or(0, |(sequence, _)| *sequence);
    let read = found.iter().map(|(_, key)| read_small(store, key, MAX_DOCUMENT)).collect();
    let mut series = Series { highest, ..Series::default() };
    for ((sequence, key), bytes) in found.iter().zip(all(read).await?) {
        match Document::parse(&bytes, *sequence) {
            Ok(document) => series.documents.push(document),
            Err(why) => {
                let help = "the documents before and after it count; the next deployment takes its place";
                let one = Diagnostic::warning(Code::MetadataInvalid, format!("`{key}` {why}"));
                series.diagnostics.push(one.at(Place::file(key.as_str().into())).help(help));
            }
        }
    }
    Ok(series)
}

/// Makes a revision current: writes the document after those of `series`, if nobody did meanwhile. False beside the
/// document if the very same one was there already: from another who wanted the same, or from a request of this run whose
/// answer was lost.
///
/// # Errors
/// `DEPLOY_CONFLICT` if another moved the channel since it was read: nothing was changed. Or the store failed; then it
/// may have been written, and reading the channel tells.
pub async fn flip(
    store: &dyn Store,
    subject: &Subject,
    channel: &str,
    series: &Series,
    moved: &Move,
) -> Outcome<(Document, bool)> {
    let folder = subject.channel(channel)?;
    let document = Document {
        aegis: FORM.to_owned(),
        at: moved.at.clone(),
        by: moved.by.clone(),
        from: series.current().map(|document| document.to),
        reason: moved.reason.clone(),
        sequence: series.highest.saturating_add(1),
        to: moved.to,
    };
    let name = numbered(document.sequence);
    let key = folder.key(&name).map_err(|error| Diagnostic::error(Code::Internal, error.to_string()))?;
    let payload = Payload::bytes(document.to_bytes());
    let attributes = Attributes {
        content_type: layout::content_type(&name),
        cache_control: layout::NO_CACHE,
        etag: format!("\"{}\"", payload.sha256()),
    };
    match store.create(&key, &payload, &attributes).await {
        Ok(()) => {}
        Err(error) if error.is_exists() && is_same(store, &key, &document).await => {
            return Ok((document, false));
        }
        Err(error) if error.is_exists() => return Err(Box::new(lost(channel, document.sequence))),
        Err(error) => return Err(error.into()),
    }
    hint(store, &subject.hint(channel)?, &payload, &attributes).await;
    Ok((document, true))
}

async fn is_same(store: &dyn Store, key: &Key, document: &Document) -> bool {
    read_small(store, key, MAX_DOCUMENT).await.is_ok_and(|bytes| bytes == document.to_bytes())
}

fn lost(channel: &str, sequence: u64) -> Diagnostic {
    let message = format!(
        "another moved the channel `{channel}` meanwhile: number {sequence} is written already, and nothing was changed"
    );
    let help = "see with `aegis list URL --channel NAME` what is current now, and deploy again if that is not what you want";
    Diagnostic::error(Code::DeployConflict, message).help(help)
}

/// Renews the hint. It is allowed to be old, or not there at all: nobody relies on it, and a store may deny deletes.
async fn hint(store: &dyn Store, key: &Key, payload: &Payload, attributes: &Attributes) {
    if store.delete(key).await.is_ok() {
        let _ = store.create(key, payload, attributes).await;
    }
}

/// The channels of a pack or a bot, by name.
///
/// # Errors
/// The store failed.
pub async fn names(store: &dyn Store, subject: &Subject) -> Outcome<Vec<String>> {
    let channels = subject.channels()?;
    let mut walk = Walk::new(store, channels.clone());
    let mut names = std::collections::BTreeSet::new();
    while let Some(listed) = walk.next().await? {
        let name = channels.name_of(&listed.key).and_then(|rest| rest.split_once('/'));
        if let Some((name, _)) = name.filter(|(_, number)| number_of(number).is_some()) {
            names.insert(name.to_owned());
        }
    }
    Ok(names.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series_of(to: &[u8]) -> Series {
        let document = |(at, byte): (usize, &u8)| Document {
            aegis: FORM.to_owned(),
            at: String::new(),
            by: String::new(),
            from: None,
            reason: None,
            sequence: at as u64 + 1,
            to: Digest::of(&[*byte]),
        };
        Series { documents: to.iter().enumerate().map(document).collect(), ..Series::default() }
    }

    #[test]
    fn what_was_left_by_going_back_is_not_gone_back_to() {
        for (to, expected) in [
            ("a", ""),
            ("ab", "a"),
            ("abc", "ba"),
            ("abcb", "a"),
            ("abcba", ""),
            ("abcbd", "ba"),
            ("abab", "a"),
            ("", ""),
        ] {
            let expected: Vec<_> = expected.bytes().map(|byte| Digest::of(&[byte])).collect();
            assert_eq!(series_of(to.as_bytes()).before(), expected, "{to}");
        }
    }

    #[test]
    fn a_document_is_canonical_and_read_back() {
        let document = Document {
            aegis: FORM.to_owned(),
            at: "2026-11-28T16:00:00Z".to_owned(),
            by: "ann".to_owned(),
            from: None,
            reason: Some("a \"fix\"\u{7}".to_owned()),
            sequence: 3,
            to: Digest::of(b""),
        };
        let bytes = document.to_bytes();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(
            text.starts_with(r#"{"aegis":"channel/v1","at":"2026-11-28T16:00:00Z","by":"ann","from":null,"#)
        );
        assert_eq!(crate::json::canonicalize(bytes.clone(), &"x".into()).unwrap(), text);
        assert_eq!(Document::parse(&bytes, 3).unwrap(), document);
        assert!(Document::parse(&bytes, 4).unwrap_err().contains("number 3"));
        assert!(Document::parse(b"{", 1).unwrap_err().contains("no channel document"));
    }
}
