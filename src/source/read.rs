//! The bytes of sources, read whole, hashed, and bounded: nothing that a source names can hang or flood a build.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::cache::Pack;
use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Outcome, Place};
use crate::pack::from_cache;
use crate::pack::model::Layer;
use crate::syntax::{Format, MAX_TEXT, Text};

use super::SourceFile;

/// A source that was read.
#[derive(Debug)]
pub struct SourceText {
    /// Which file it is.
    pub file: SourceFile,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// What it holds.
    pub content: Content,
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

/// Reads sources in parallel. A local layer of more than `max_local` bytes is refused.
pub fn read(files: Vec<SourceFile>, max_local: u64) -> (Vec<SourceText>, Diagnostics) {
    let results: Vec<_> = files.into_par_iter().with_max_len(1).map(read_one).collect();
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

fn read_one(file: SourceFile) -> (SourceText, Option<Diagnostic>) {
    let bytes = match read_bytes(&file) {
        Ok(bytes) => bytes,
        Err(diagnostic) => {
            return (
                SourceText { file, size: 0, sha256: [0; 32], content: Content::Broken },
                Some(*diagnostic),
            );
        }
    };
    let (size, sha256) = (bytes.len() as u64, Sha256::digest(&bytes).into());
    let Some(format) = file.format else {
        let (content, problem) = match Pack::from_bytes(bytes) {
            Ok(pack) => (Content::Cache(Box::new(pack)), None),
            Err(error) => (Content::Broken, Some(*from_cache::diagnostic(&error, file.shown.clone()))),
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

fn read_bytes(file: &SourceFile) -> Outcome<Vec<u8>> {
    let place = || Place::file(file.shown.clone());
    let failed = |error: io::Error| {
        let message = format!("cannot read `{}`: {error}", file.shown);
        let help =
            "give the user that runs aegis the right to read it, and do not change sources during a build";
        Box::new(Diagnostic::error(Code::SourceUnreadable, message).at(place()).help(help))
    };
    let size = regular_size(&file.path).map_err(failed)?;
    let refused = |size: u64| {
        let message = format!("the source has {size} bytes; one file may have {MAX_TEXT}");
        let help = "split it into several files of one folder";
        Box::new(Diagnostic::error(Code::LimitExceeded, message).at(place()).help(help))
    };
    if size > MAX_TEXT {
        return Err(refused(size));
    }
    let mut bytes = Vec::with_capacity(size as usize + 1);
    let mut input = File::open(&file.path).map_err(failed)?.take(MAX_TEXT + 1);
    input.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_TEXT {
        return Err(refused(bytes.len() as u64));
    }
    Ok(bytes)
}

/// The size of a regular file: opening a pipe or a device could wait for ever.
fn regular_size(path: &Path) -> io::Result<u64> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    Ok(metadata.len())
}
