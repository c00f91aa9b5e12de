//! Runtime directories made up for the tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aegis_action::store::Digest;
use aegis_action::store::manifest::pack_hash;
use aegis_action::store::publish::Revision;
use serde_json::json;

/// What distinguishes one runtime directory from another.
#[derive(Clone, Copy)]
pub(crate) struct Pack<'p> {
    /// What the pack says: changes its identity.
    pub(crate) content: &'p str,
    /// What the readme says: does not.
    pub(crate) readme: &'p str,
    /// Which run built it: does not.
    pub(crate) run: &'p str,
}

pub(crate) const PACK: Pack<'static> = Pack { content: "content", readme: "readme", run: "1" };

/// Writes a runtime directory.
pub(crate) fn write(directory: &Path, pack: Pack<'_>) -> PathBuf {
    let content = pack.content;
    let mut files = BTreeMap::from([
        ("runtime.1337", content.repeat(40_000).into_bytes()),
        ("caches/global.1337", content.repeat(3000).into_bytes()),
        ("caches/domain.1337", content.repeat(2000).into_bytes()),
        ("exports/pack.json", json!({"aegis": "pack/v1", "name": content}).to_string().into_bytes()),
        ("README.md", pack.readme.as_bytes().to_vec()),
    ]);
    let lines = files.iter().map(|(name, bytes)| format!("{}  {name}\n", Digest::of(bytes)));
    let checksums = lines.collect::<String>();
    files.insert("checksums.txt", checksums.into_bytes());
    for (name, bytes) in &files {
        let path = directory.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let entry = |bytes: &Vec<u8>| json!({"sha256": Digest::of(bytes), "size": bytes.len()});
    let metadata = json!({
        "aegis": "metadata/v1",
        "name": "warehouse",
        "oid": "1.0",
        "version": "1.2.3",
        "contentHash": Digest::of(content.as_bytes()),
        "packHash": pack_hash(files.iter().map(|(name, bytes)| (*name, Digest::of(bytes)))),
        "files": files.iter().map(|(name, bytes)| ((*name).to_owned(), entry(bytes))).collect::<BTreeMap<_, _>>(),
        "run": pack.run,
    });
    std::fs::write(directory.join("metadata.json"), metadata.to_string()).unwrap();
    directory.to_owned()
}

/// The revision of a runtime directory.
pub(crate) fn revision(directory: &Path) -> Revision {
    Revision::of_pack(directory, std::fs::read(directory.join("metadata.json")).unwrap()).unwrap()
}
