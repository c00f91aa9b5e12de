//! The bytes of sources, read whole, hashed, and bounded: nothing that a source names can hang or flood a build.

use std::sync::OnceLock;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::cache::Pack;
use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Place};
use crate::digest;
use crate::files::{self, Failed};
use crate::layer::Layer;
use crate::syntax::{Format, MAX_TEXT, Text};

use super::{SourceFile, cache_diagnostic};

/// A text of that size is hashed when there is time.
const LARGE: u64 = 1 << 20;

/// A source that was read.
#[derive(Debug)]
pub struct SourceText {
    /// Which file it is.
    pub file: SourceFile,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, once it is known.
    pub sha256: OnceLock<[u8; 32]>,
    /// What it holds.
    pub content: Content,
}

impl SourceText {
    /// The SHA-256 of its bytes. A large text is hashed when this is first asked for: some have time for it later.
    pub fn sha256(&self) -> [u8; 32] {
        *self.sha256.get_or_init(|| match &self.content {
            Content::Text(text, _) => Sha256::digest(text.as_bytes()).into(),
            Content::Cache(_) | Content::Broken => [0; 32],
        })
    }
}

/// What a source holds.
#[derive(Debug)]
pub enum Content {
    /// YAML or JSON.
    Text(Text, Format),
    /// A `.1337` cache: its header is sound, the rest is verified when it is loaded.
    Cache(Box<Pack>),
    /// Nothing that could be used; why was reported.
    Broken,
}

/// Hashes the texts whose digest is not known yet: two at a time, those of about the same length together.
pub fn hash(texts: &[SourceText]) {
    let mut open: Vec<_> = texts
        .iter()
        .filter(|source| source.sha256.get().is_none())
        .filter_map(|source| match &source.content {
            Content::Text(text, _) => Some((text.as_bytes(), &source.sha256)),
            Content::Cache(_) | Content::Broken => None,
        })
        .collect();
    open.sort_by_key(|(bytes, _)| std::cmp::Reverse(bytes.len()));
    open.par_chunks(2).with_max_len(1).for_each(|two| {
        let digests = digest::all(two.iter().map(|(bytes, _)| *bytes));
        for ((_, known), digest) in two.iter().zip(digests) {
            let _ = known.set(digest);
        }
    });
}

/// Reads sources in parallel. A local layer of more than `max_local` bytes is refused.
pub fn read(files: Vec<SourceFile>, max_local: u64) -> (Vec<SourceText>, Diagnostics) {
    let results: Vec<_> =
        files.into_par_iter().with_max_len(1).map(|file| read_one(file, max_local)).collect();
    let mut diagnostics = Diagnostics::new();
    let mut texts = Vec::new();
    let mut local = 0;
    for (text, problem) in results {
        diagnostics.extend(problem);
        let before = local;
        if text.file.layer == Layer::Local {
            local += text.size;
        }
        if local > max_local && before <= max_local {
            diagnostics.push(
                Diagnostic::error(
                    Code::LimitExceeded,
                    format!("the sources of the local layer have {local} bytes up to here, it may have {max_local}"),
                )
                .at(Place::file(text.file.shown.clone()))
                .help("remove what the site does not need, or raise `pack.limits.local.max_bytes` in aegis.yaml"),
            );
        }
        texts.push(text);
    }
    (texts, diagnostics)
}

fn read_one(file: SourceFile, max_local: u64) -> (SourceText, Option<Diagnostic>) {
    let broken = |file, size| SourceText { file, size, sha256: [0; 32].into(), content: Content::Broken };
    let is_local = file.layer == Layer::Local;
    let most = if is_local { MAX_TEXT.min(max_local) } else { MAX_TEXT };
    let bytes = match &file.bytes {
        Some(bytes) if bytes.len() as u64 > most => Err(Failed::TooLarge(bytes.len() as u64)),
        Some(bytes) => Ok(bytes.to_vec()),
        None => files::read(&file.path, most),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        // The layer as a whole is over its limit then, which is told once.
        Err(Failed::TooLarge(size)) if is_local && size > max_local => return (broken(file, size), None),
        Err(failed) => {
            let diagnostic = unreadable(&file, failed);
            return (broken(file, 0), Some(diagnostic));
        }
    };
    let (size, sha256) = (bytes.len() as u64, OnceLock::new());
    // A text of JSON keeps all its bytes.
    if file.format != Some(Format::Json) || size < LARGE {
        let _ = sha256.set(Sha256::digest(&bytes).into());
    }
    let Some(format) = file.format else {
        let (content, problem) = match Pack::from_bytes(bytes) {
            Ok(pack) => (Content::Cache(Box::new(pack)), None),
            Err(error) => (Content::Broken, Some(*cache_diagnostic(&error, file.shown.clone()))),
        };
        return (SourceText { file, size, sha256, content }, problem);
    };
    let (content, problem) = match Text::from_bytes(bytes, format) {
        Ok(text) => (Content::Text(text, format), None),
        Err(failed) => {
            let (text, error) = *failed;
            let place = LineMap::new(text.as_str()).place(file.shown.clone(), error.range, String::new());
            (
                Content::Broken,
                Some(Diagnostic::error(Code::PackSyntax, error.message).at(place).help(error.help)),
            )
        }
    };
    (SourceText { file, size, sha256, content }, problem)
}

fn unreadable(file: &SourceFile, failed: Failed) -> Diagnostic {
    let (code, message, help) = match failed {
        Failed::Io(error) => (
            Code::SourceUnreadable,
            format!("cannot read `{}`: {error}", file.shown),
            "give the user that runs aegis the right to read it, and do not change sources during a build",
        ),
        Failed::TooLarge(size) => (
            Code::LimitExceeded,
            format!("the source has {size} bytes; one file may have {MAX_TEXT}"),
            "split it into several files of one folder",
        ),
    };
    Diagnostic::error(code, message).at(Place::file(file.shown.clone())).help(help)
}
