//! Whether copied files are a pack that may be served: all their bytes, what they say of each other, and whether they
//! continue what is served now. Reads the copy alone; what it maps is what it verified.

use std::path::Path;
use std::sync::Arc;

use semver::Version;

use crate::cache::{self, Pack};
use crate::diag::{Code, Diagnostic, Outcome, Place};
use crate::layer::Layer;
use crate::oid::Oid;
use crate::pack::canonical;
use crate::pack::metadata::{self, FORM, Metadata};
use crate::pack::to_cache::Meta;
use crate::source::cache_diagnostic;

use super::keep::{self, MERGED};
use super::remerge::{self, LayerCache};
use super::served::{Release, Served};
use super::source::{Copies, FILES, cache_file};

/// What an update has to continue.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    /// The OID that the pack must have.
    pub(super) oid: Option<Oid>,
    /// Whether a major step is taken.
    pub(super) allow_major: bool,
}

/// A pack that may be served.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) served: Served,
    /// What is worth knowing of it.
    pub(super) warnings: Vec<Diagnostic>,
}

/// Why a pack is not served.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is at fault itself: this is known of it from now on.
    Bad { release: Option<Box<Release>>, diagnostics: Vec<Diagnostic> },
    /// The own store is.
    Failed(Box<Diagnostic>),
}

impl From<Box<Diagnostic>> for Verdict {
    fn from(one: Box<Diagnostic>) -> Self {
        Self::Bad { release: None, diagnostics: vec![*one] }
    }
}

/// Judges a copy, and opens it. `now` is what is served.
///
/// # Errors
/// Why it is not served.
pub(super) fn judge(copies: &Copies, policy: &Policy, now: Option<&Release>) -> Result<Candidate, Verdict> {
    let metadata = passport(copies)?;
    let runtime = runtime(copies, &metadata)?;
    let meta = remerge::meta(&runtime, &shown("runtime.1337"))?;
    let mut release = Release {
        id: copies.id(),
        name: meta.name.clone(),
        oid: meta.oid.clone(),
        version: metadata.version.parse().map_err(|error| {
            fault(Code::MetadataInvalid, FILES[0], format!("the version `{}`: {error}", metadata.version))
        })?,
        pack_hash: metadata.pack_hash.clone(),
        root: canonical::hex(runtime.root()),
        replaced: Vec::new(),
    };
    let continued = (|| {
        says_the_same(&meta, &metadata)?;
        continues(&release, policy, now)?;
        release.replaced = replaced(copies, &metadata)?;
        Ok::<_, Verdict>(())
    })();
    let release_of = |verdict| match verdict {
        Verdict::Bad { release: None, diagnostics } => {
            Verdict::Bad { release: Some(Box::new(release.clone())), diagnostics }
        }
        other => other,
    };
    continued.map_err(release_of)?;
    if release.replaced.is_empty() {
        return Ok(Candidate { served: Served { pack: runtime, release }, warnings: Vec::new() });
    }
    let (pack, warnings) = merged(copies.folder(), &meta).map_err(release_of)?;
    release.root = canonical::hex(pack.root());
    Ok(Candidate { served: Served { pack, release }, warnings })
}

/// Opens a good copy again, after a start or for a roll-back: the file has the root that was verified once, and all
/// of it is verified again before it is served.
///
/// # Errors
/// It is missing or not what it was.
pub(super) fn reopen(path: &Path, release: Release) -> Outcome<Served> {
    let shown: Arc<str> = path.display().to_string().into();
    let pack = open_whole(path).map_err(|error| cache_diagnostic(&error, Arc::clone(&shown)))?;
    if canonical::hex(pack.root()) != release.root {
        let message = format!("the copy `{shown}` is not the one that was verified: its root differs");
        let help = "nothing to do: the run time takes the good pack before it; find out who writes there";
        return Err(Box::new(
            Diagnostic::error(Code::HashMismatch, message).at(Place::file(shown)).help(help),
        ));
    }
    Ok(Served { pack, release })
}

/// Maps a file and verifies every byte of it.
fn open_whole(path: &Path) -> Result<Pack, cache::Error> {
    let pack = Pack::open(path)?;
    pack.verify(std::thread::available_parallelism().map_or(1, |threads| threads.get().min(4)))?;
    Ok(pack)
}

fn shown(file: &str) -> Arc<str> {
    file.into()
}

/// The largest passport that is read: it has a line a source.
const MAX_METADATA: u64 = 256 << 20;
/// What to do about a directory that is not what was built.
const REBUILD: &str = "build or fetch the directory again; find out who changed it";

fn fault(code: Code, file: &str, message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message).at(Place::file(file.into())).help(REBUILD))
}

/// `metadata.json`, and that it agrees with itself.
fn passport(copies: &Copies) -> Result<Metadata, Verdict> {
    let file = FILES[0];
    let path = copies.folder().join(file);
    let size = copies.files().get(file).map_or(0, |record| record.size);
    if size > MAX_METADATA {
        let message = format!("{file} has {size} bytes: that is no passport of a pack");
        return Err(fault(Code::MetadataInvalid, file, message).into());
    }
    let bytes = std::fs::read(&path).map_err(|error| Verdict::Failed(keep::failed("read", &path, &error)))?;
    let invalid = |message: String| fault(Code::MetadataInvalid, file, message);
    let metadata: Metadata =
        serde_json::from_slice(&bytes).map_err(|error| invalid(format!("{file} is malformed: {error}")))?;
    if metadata.aegis != FORM {
        let message = format!("{file} has the form `{}`, this version reads `{FORM}`", metadata.aegis);
        return Err(invalid(message).into());
    }
    let found = metadata::pack_hash(&metadata.files);
    if found != metadata.pack_hash {
        let message = format!("`packHash` is {}, the files give {found}", metadata.pack_hash);
        return Err(fault(Code::HashMismatch, file, message).into());
    }
    Ok(metadata)
}

/// The merged pack: what the passport says it is, and sound by its own tree.
fn runtime(copies: &Copies, metadata: &Metadata) -> Result<Pack, Verdict> {
    let file = FILES[1];
    // The file's own complaint says more than that a hash differs.
    let pack = open_whole(&copies.folder().join(file)).map_err(|error| opened(copies, file, error))?;
    let stated = metadata.files.get(file);
    if stated != copies.files().get(file) {
        let message = format!(
            "`{file}` is sound by itself, but not the file that {} speaks of; only the caches of layers may be \
             replaced alone",
            FILES[0]
        );
        return Err(fault(Code::HashMismatch, file, message).into());
    }
    metadata
        .check_root(file, pack.root())
        .map_err(|message| fault(Code::MetadataInvalid, FILES[0], message))?;
    if pack.kind() != 0 {
        let message = format!("`{file}` is the cache of a layer, not a merged pack");
        return Err(fault(Code::CacheIncompatible, file, message).into());
    }
    Ok(pack)
}

/// A file of the copy that cannot be opened is the pack's fault, but for what the system says.
fn opened(copies: &Copies, file: &str, error: cache::Error) -> Verdict {
    match error {
        cache::Error::Io(error) => Verdict::Failed(keep::failed("map", &copies.folder().join(file), &error)),
        error => Verdict::from(cache_diagnostic(&error, shown(file))),
    }
}

fn says_the_same(meta: &Meta, metadata: &Metadata) -> Outcome<()> {
    if (&meta.name, &meta.oid, &meta.version) == (&metadata.name, &metadata.oid, &metadata.version) {
        return Ok(());
    }
    let message = format!(
        "runtime.1337 is {} {} ({}), {} says {} {} ({})",
        meta.name, meta.version, meta.oid, FILES[0], metadata.name, metadata.version, metadata.oid
    );
    Err(fault(Code::MetadataInvalid, FILES[0], message))
}

/// The same OID, and no major step that was not allowed.
fn continues(new: &Release, policy: &Policy, now: Option<&Release>) -> Outcome<()> {
    let expected = policy.oid.as_ref().or(now.map(|now| &now.oid));
    if let Some(expected) = expected.filter(|expected| **expected != new.oid) {
        let message = format!("the pack is {} ({}), but {expected} is served here", new.name, new.oid);
        let help = "give the other pack a run time and a store of its own";
        return Err(Box::new(Diagnostic::error(Code::PackIncompatible, message).help(help)));
    }
    if let Some(now) = now.filter(|now| is_major_step(&now.version, &new.version) && !policy.allow_major) {
        let message =
            format!("{} → {} is a major step: what an agent relies on may be gone", now.version, new.version);
        let help = "update the agent and allow major steps (`--allow-major`), or publish a compatible pack";
        return Err(Box::new(Diagnostic::error(Code::PackIncompatible, message).help(help)));
    }
    Ok(())
}

/// Whether a step between two versions, in either direction, is one that may break. Under `0.y.z` it is y that counts.
/// What is only a development build makes no promise, and breaks none.
fn is_major_step(old: &Version, new: &Version) -> bool {
    let is_unreleased = |version: &Version| (version.major, version.minor, version.patch) == (0, 0, 0);
    let breaking = |version: &Version| (version.major, if version.major == 0 { version.minor } else { 0 });
    !is_unreleased(old) && !is_unreleased(new) && breaking(old) != breaking(new)
}

/// The layers whose caches are not those of the build.
fn replaced(copies: &Copies, metadata: &Metadata) -> Outcome<Vec<Layer>> {
    let mut replaced = Vec::new();
    for layer in Layer::ALL {
        let file = cache_file(layer);
        let Some(stated) = metadata.files.get(file) else {
            let message = format!("{} does not name `{file}`", FILES[0]);
            return Err(fault(Code::MetadataInvalid, FILES[0], message));
        };
        if copies.files().get(file) != Some(stated) {
            replaced.push(layer);
        }
    }
    Ok(replaced)
}

/// The layers merged anew, as a file of the copy.
fn merged(folder: &Path, meta: &Meta) -> Result<(Pack, Vec<Diagnostic>), Verdict> {
    let mut opened = Vec::with_capacity(3);
    let mut bad = Vec::new();
    for layer in Layer::ALL {
        match open_layer(folder, layer) {
            Ok(pack) => opened.push(pack),
            Err(one) => bad.push(*one),
        }
    }
    let [global, domain, local] = opened.as_slice() else {
        return Err(Verdict::Bad { release: None, diagnostics: bad });
    };
    let cache = |pack, layer| LayerCache { pack, shown: shown(cache_file(layer)) };
    let layers = [cache(global, Layer::Global), cache(domain, Layer::Domain), cache(local, Layer::Local)];
    let (image, warnings) =
        remerge::remerge(meta, layers).map_err(|diagnostics| Verdict::Bad { release: None, diagnostics })?;
    let path = folder.join(MERGED);
    let write = || -> std::io::Result<()> {
        use std::io::Write as _;
        let mut out = std::io::BufWriter::with_capacity(1 << 18, std::fs::File::create(&path)?);
        image.write(&mut out)?;
        out.flush()
    };
    write().map_err(|error| Verdict::Failed(keep::failed("write", &path, &error)))?;
    let pack = open_whole(&path).map_err(|error| {
        let error = std::io::Error::other(error);
        Verdict::Failed(keep::failed("read back", &path, &error))
    })?;
    Ok((pack, warnings))
}

/// A layer's cache, sound by its own root and of the layer that names it.
fn open_layer(folder: &Path, layer: Layer) -> Outcome<Pack> {
    let file = cache_file(layer);
    let pack = open_whole(&folder.join(file)).map_err(|error| cache_diagnostic(&error, shown(file)))?;
    let expected = layer as u32 + 1;
    if pack.kind() != expected {
        let what = match pack.kind() {
            0 => "a merged pack".to_owned(),
            kind => Layer::ALL.get(kind as usize - 1).map_or_else(
                || format!("of kind {kind}"),
                |other| format!("the cache of the {} layer", other.as_str()),
            ),
        };
        let message = format!("`{file}` is {what}, not the cache of the {} layer", layer.as_str());
        let help = "put each layer's cache under its own name";
        let place = Place::file(shown(file));
        return Err(Box::new(Diagnostic::error(Code::CacheIncompatible, message).at(place).help(help)));
    }
    Ok(pack)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_major_step_is_what_semver_says() {
        let step = |old: &str, new: &str| is_major_step(&old.parse().unwrap(), &new.parse().unwrap());
        for (old, new) in [("1.0.0", "1.9.3"), ("0.3.1", "0.3.9"), ("0.0.0-dev", "4.0.0"), ("2.1.0", "2.0.0")]
        {
            assert!(!step(old, new), "{old} {new}");
        }
        for (old, new) in [("1.0.0", "2.0.0"), ("0.3.1", "0.4.0"), ("0.9.0", "1.0.0"), ("2.0.0", "1.9.0")] {
            assert!(step(old, new), "{old} {new}");
        }
    }
}
