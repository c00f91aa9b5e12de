//! Entries as RFC 8785 canonical JSON: fields in the order of their names, defaults filled in.
//!
//! `serde_json` escapes strings exactly as RFC 8785 asks; that the rest is right too is proved by a property test
//! against `serde_json_canonicalizer`.

mod json;
mod walk;

use std::sync::Arc;

use serde::ser::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::model::{Entry, Named, SlotValue};

pub use json::string;
pub use walk::Sink;

/// An entry as it is written, with or without where it comes from.
#[derive(Clone, Copy)]
pub struct View<'e, 'a> {
    entry: &'e Entry<'a>,
    sources: Option<&'e [Arc<str>]>,
    version: bool,
}

/// An entry with its origin, as the export has it. `sources` are the names of the sources.
pub fn with_origin<'e, 'a>(entry: &'e Entry<'a>, sources: &'e [Arc<str>]) -> View<'e, 'a> {
    View { entry, sources: Some(sources), version: true }
}

/// An entry without its and its terms' origin: what digests are made of.
pub fn without_origin<'e, 'a>(entry: &'e Entry<'a>) -> View<'e, 'a> {
    View { entry, sources: None, version: true }
}

impl View<'_, '_> {
    /// Writes it behind what is there.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.tell(&mut json::Json(out));
    }

    /// Its canonical bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        self.write(&mut out);
        out
    }

    /// Tells a sink of another form, in the same order.
    pub fn tell(&self, sink: &mut impl Sink) {
        walk::entry(self, sink);
    }

    /// It as a value.
    ///
    /// # Errors
    /// None that could be met: canonical bytes are JSON.
    pub fn to_value(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::from_slice(&self.to_vec())
    }
}

/// The canonical bytes of an entry without version and origin: whether two statements say the same.
pub fn content(entry: &Entry<'_>) -> Vec<u8> {
    View { entry, sources: None, version: false }.to_vec()
}

/// The SHA-256 of the canonical entry without origins, as lower-case hex.
pub fn digest(entry: &Entry<'_>) -> String {
    hex(&Sha256::digest(without_origin(entry).to_vec()))
}

/// JSON bytes of something whose fields are already in order. Such values cannot fail to be written.
pub fn to_vec(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Values of slots as a JSON object.
pub struct Values<'e, 'a>(pub &'e Named<'a, SlotValue<'a>>);

impl Serialize for Values<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::arbitrary::{Documents, documents};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_are_written_as_the_canonicalizer_would(documents in documents()) {
            let texts = Documents::new(documents);
            let (statements, names) = texts.statements();
            let mut entries = 0;
            for entry in statements.iter().filter_map(|statement| statement.entry()) {
                for bytes in [with_origin(entry, &names).to_vec(), without_origin(entry).to_vec(), content(entry)] {
                    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                    let canonical = serde_json_canonicalizer::to_string(&value).unwrap();
                    prop_assert_eq!(String::from_utf8(bytes).unwrap(), canonical);
                }
                entries += 1;
            }
            prop_assert!(entries > 0);
        }
    }
}
