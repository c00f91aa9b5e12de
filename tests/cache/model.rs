//! Packs for the tests, made through the library.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use aegis_action::cache::Pack;
use aegis_action::cache::layout::header;
use aegis_action::cache::writer::{Failed, Image, Target};
use aegis_action::pack::decode::decode;
use aegis_action::pack::merge::{Rules, merge};
use aegis_action::pack::model::{Entry, Layer};
use aegis_action::pack::to_cache::{self, Head};
use aegis_action::syntax::{Format, Text};

use crate::questions::Questions;
use crate::seal::seal;

/// A document with an entry of every kind.
pub(crate) const EVERY_KIND: &str = include_str!("../../fuzz/corpus-seeds/document/every-kind.yaml");

/// A document as `runtime.1337`.
pub(crate) fn compile(document: &str) -> Vec<u8> {
    merged(document, image)
}

/// Does something with the entries of a document and the names of its sources.
pub(crate) fn merged<R>(document: &str, with: impl FnOnce(&[Arc<Entry<'_>>], &[Arc<str>]) -> R) -> R {
    let text = Text::new(document);
    let tree = text.parse(Format::Yaml).unwrap().unwrap();
    let decoded = decode(&tree, Layer::Domain, 0, None);
    assert!(decoded.problems.is_empty(), "{:?}", decoded.problems);
    let (names, broken) = ([Arc::from("packs/a.yaml")], HashSet::new());
    let rules = Rules { language: "en", prefer: &[], sources: &names, broken: &broken };
    with(&merge(decoded.statements, rules).entries, &names)
}

/// Entries as `runtime.1337`.
pub(crate) fn image(entries: &[Arc<Entry<'_>>], names: &[Arc<str>]) -> Vec<u8> {
    let image = Image::default();
    write(entries, names, &image).unwrap();
    image.to_bytes()
}

/// Writes entries as `runtime.1337`.
pub(crate) fn write(
    entries: &[Arc<Entry<'_>>],
    names: &[Arc<str>],
    target: &dyn Target,
) -> Result<u64, Failed> {
    let oid = "1.4".parse().unwrap();
    let head = Head {
        name: "test",
        oid: &oid,
        version: "1.0.0",
        language: "en",
        documents: &[],
        sources: names,
        rules: None,
    };
    to_cache::write_runtime(&head, entries, target)
}

/// The same file in chunks of 4 KiB, which are not what the writer makes.
pub(crate) fn in_large_chunks(mut file: Vec<u8>) -> Vec<u8> {
    file[header::CHUNK..header::CHUNK + 4].copy_from_slice(&12_u32.to_le_bytes());
    assert!(seal(&mut file));
    file
}

/// Questions that reach every section of [`EVERY_KIND`].
pub(crate) fn questions() -> Questions {
    Questions {
        terms: ["fork LIFT", "forkie", "straße", "absent"].map(str::to_owned).to_vec(),
        oids: ["1.4.1", "1.4.9"].map(|oid| oid.parse().unwrap()).to_vec(),
        texts: vec!["The fork lift, the STRASSE and é.".to_owned()],
    }
}

/// A document of about 2 MB: `count` lexicons of 20 terms each.
pub(crate) fn large(count: usize) -> String {
    let mut out =
        String::from("{\"aegis\": cache/v1, \"oid\": \"1.4\", title: L, version: 1.0.0, entries: [\n");
    for entry in 0..count {
        let _ = write!(out, "{{oid: \"1.4.{entry}\", kind: lexicon, title: Words {entry}, terms: [");
        for term in 0..20 {
            let _ = write!(out, "{{term: word{entry}x{term}, meaning: what {term} of {entry} stands for}},");
        }
        out += "]},\n";
    }
    out + "]}"
}

pub(crate) fn open(file: &[u8]) -> Pack {
    Pack::from_bytes(file.to_vec()).unwrap()
}
