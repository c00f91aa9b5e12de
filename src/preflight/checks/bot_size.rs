//! `bot.size`: the script is small enough to be loaded with every bot: compressed at most 2 MB, better 1 MB.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bot::revision::SCRIPT;
use crate::diag::{Code, Diagnostic, Place};
use crate::preflight::{Content, Said, Subject};

/// The largest script, compressed, in bytes.
const MOST: usize = 2 << 20;
/// From here on it is worth a warning.
const MUCH: usize = 1 << 20;

pub(super) fn judge(subject: &Subject<'_>) -> Said {
    let place = || Place::file(subject.shown(SCRIPT));
    let help = "a script of a bot holds its dialogue, not a library: take out what it does not need";
    let bytes = match &subject.files.script {
        Content::Bytes(bytes) => bytes,
        Content::TooLarge(size) => {
            let message = format!("the script has {size} bytes");
            return Said::of(vec![Diagnostic::error(Code::LimitExceeded, message).at(place()).help(help)]);
        }
        other => return Said::skip(other.why(SCRIPT)),
    };
    let size = compressed(bytes);
    let message =
        |bound: usize| format!("the script has {size} bytes compressed with gzip, more than {bound}");
    if size > MOST {
        return Said::of(vec![Diagnostic::error(Code::LimitExceeded, message(MOST)).at(place()).help(help)]);
    }
    if size > MUCH {
        return Said::of(vec![
            Diagnostic::warning(Code::LimitExceeded, message(MUCH)).at(place()).help(help),
        ]);
    }
    Said::pass(format!("{} bytes, {size} with gzip", bytes.len()))
}

fn compressed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail; were it to, the size of the script itself is the safe answer.
    match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(packed) => packed.len(),
        Err(_) => bytes.len(),
    }
}
