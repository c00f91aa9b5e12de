//! What other tools read of a pack: an artifact with its files, and an image whose only layer is the runtime directory, for
//! `COPY --from` and for volumes. Both are the same bytes whoever makes them of the same files.
//!
//! One of the files is the manifest, which also says where a pack was built: of two publishers of one pack each has its own, and one
//! of them is committed. Until then the tags of a pack may be of any of them; from then on they are of that one, and never moved.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::oid::Oid;
use crate::store::error::{Doing, StoreError, StoreErrorKind};
use crate::store::layout::{self, MANIFEST as METADATA};
use crate::store::manifest::{FileEntry, Manifest};
use crate::store::versions::{self, VersionDocument};
use crate::store::{Chunks, Digest, Key, Payload};

use super::object::{self, descriptor};
use super::registry::{INDEX, MANIFEST, Registry};
use super::sending::Content;
use super::tag;
use super::tar::{Archive, Open};

/// The `artifactType` of a pack.
const TYPE: &str = "application/vnd.aegis.pack.v1";
/// The machines that images are for. What is in them is the same: a pack is data.
const ARCHITECTURES: [&str; 2] = ["amd64", "arm64"];

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

/// The tags of a pack's artifact and of its image.
fn tags(hash: Digest) -> [String; 2] {
    tag::pack(hash)
}

/// Artifact and image of a pack: their tags, and what these are to name.
pub(super) struct Made([(String, Vec<u8>, &'static str); 2]);

impl Made {
    /// Lets the tags name them, whatever they name now.
    pub(super) async fn name(&self, registry: &Registry, key: &Key) -> Result<(), StoreError> {
        for (tag, bytes, kind) in &self.0 {
            self.name_one(registry, key, tag, bytes, kind).await?;
        }
        Ok(())
    }

    /// Gives what they are to name to the tags that are missing, and to no other.
    pub(super) async fn complete(&self, registry: &Registry, key: &Key) -> Result<(), StoreError> {
        for (tag, bytes, kind) in &self.0 {
            // That somebody else has named it meanwhile is as well.
            registry.claim(tag, key.as_str(), bytes, kind).await?;
        }
        Ok(())
    }

    async fn name_one(
        &self,
        registry: &Registry,
        key: &Key,
        tag: &str,
        bytes: &[u8],
        kind: &'static str,
    ) -> Result<(), StoreError> {
        let (what, own) = (key.as_str(), object::digest(Digest::of(bytes)));
        for _ in 0..2 {
            let found = registry.manifest("write", tag, what).await?;
            if found.as_ref().is_some_and(|found| found.digest == own) {
                return Ok(());
            }
            match registry.put_manifest(tag, what, bytes, kind).await {
                Err(error) if error.is_exists() => {}
                done => return done,
            }
            // A registry that keeps tags from moving: what is left there may still go.
            if let Some(found) = found
                && let Err(error) = registry.delete(what, &found.digest).await
            {
                let why = format!(
                    "the tag `{tag}` is left from a publish that did not finish, and the registry keeps tags from moving: \
                     remove it there, or with `aegis gc --unfinished --delete` ({error})"
                );
                return Err(registry.doing("write", key.as_str()).because(StoreErrorKind::Denied, why));
            }
        }
        let why = format!("the tag `{tag}` is written by others at the same time");
        Err(registry.doing("write", key.as_str()).because(StoreErrorKind::Conflict, why))
    }
}

/// Brings artifact and image of a pack whose files are all there into the registry, without their tags. `key` is that of its manifest,
/// `sent` gives what this process has sent of a file.
pub(super) async fn make(
    registry: &Arc<Registry>,
    key: &Key,
    hash: Digest,
    payload: &Payload,
    sent: impl Fn(&str) -> Option<Payload>,
) -> Result<Made, StoreError> {
    let failed = |why: &str| registry.doing("write", key.as_str()).because(StoreErrorKind::Other, why);
    let bytes = payload.read().await?;
    let manifest = Manifest::parse(&bytes).map_err(|why| failed(&format!("it {why}")))?;
    let mut files = manifest.files.clone();
    files.insert(METADATA.to_owned(), FileEntry { sha256: payload.sha256(), size: payload.size() });
    if let Some((name, _)) = files.iter().find(|(_, entry)| entry.size == 0) {
        return Err(failed(&format!("`{name}` is empty, which not every registry keeps")));
    }
    let [artifact_tag, image_tag] = tags(hash);
    let notes = notes(&manifest);
    let open = Files {
        registry: Arc::clone(registry),
        payloads: files.keys().filter_map(|name| Some((name.clone(), sent(name)?))).collect(),
        files: files.clone(),
        folder: key.as_str().strip_suffix(METADATA).unwrap_or_default().to_owned(),
        manifest: payload.clone(),
    };
    let whole = Image { doing: registry.doing("write", key.as_str()), files: &files, source: Arc::new(open) };
    let size = whole.archive()?.size();
    let layer = digest(whole.chunks().await?).await?;
    registry.put_stream(key.as_str(), layer, size, &whole).await?;
    let mut manifests = Vec::new();
    for architecture in ARCHITECTURES {
        let config = config(architecture, layer, &notes);
        registry.put_bytes(key.as_str(), config.clone()).await?;
        let image = image(&config, layer, size, &notes);
        registry.put_manifest(&object::digest(Digest::of(&image)), key.as_str(), &image, MANIFEST).await?;
        manifests.push((architecture, Digest::of(&image), image.len() as u64));
    }
    let artifact = (artifact_tag, artifact(&files, &notes), MANIFEST);
    Ok(Made([artifact, (image_tag, index(&manifests, &notes), INDEX)]))
}

/// Whether a pack has all its tags.
pub(super) async fn is_named(registry: &Registry, key: &Key, hash: Digest) -> Result<bool, StoreError> {
    for tag in tags(hash) {
        if registry.manifest("read", &tag, key.as_str()).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Deletes the tags of a pack, and what they name.
pub(super) async fn remove(registry: &Registry, key: &Key, hash: Digest) -> Result<(), StoreError> {
    for tag in tags(hash) {
        if let Some(found) = registry.manifest("delete", &tag, key.as_str()).await? {
            registry.delete(key.as_str(), &found.digest).await?;
        }
    }
    Ok(())
}

/// Gives a version its tags: those of the pack that its document names. They are never moved.
pub(super) async fn name_version(
    registry: &Registry,
    key: &Key,
    oid: &Oid,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let failed = |why: String| registry.doing("write", key.as_str()).because(StoreErrorKind::Other, why);
    let name = key.as_str().rsplit('/').next().unwrap_or_default();
    let version = versions::version_of(name).ok_or_else(|| failed("its name is no version".to_owned()))?;
    let document = VersionDocument::parse(bytes, oid, &version).map_err(|why| failed(format!("it {why}")))?;
    let Some(names) = tag::version(oid, &version) else {
        return Err(failed(
            "a tag has 128 characters at most, and OID and version together have more".to_owned(),
        ));
    };
    for (from, to) in tags(document.pack_hash).iter().zip(&names) {
        let Some(found) = registry.manifest("write", from, key.as_str()).await? else {
            return Err(failed(format!("the pack {} is not in the registry", document.pack_hash)));
        };
        let kind = if from.starts_with("image-") { INDEX } else { MANIFEST };
        claim(registry, key, to, &found.bytes, kind).await?;
    }
    Ok(())
}

/// Writes what a tag names, unless it names the same already.
async fn claim(
    registry: &Registry,
    key: &Key,
    tag: &str,
    bytes: &[u8],
    kind: &'static str,
) -> Result<(), StoreError> {
    if registry.claim(tag, key.as_str(), bytes, kind).await? {
        return Ok(());
    }
    let why = format!("the tag `{tag}` names something else, and a tag is never moved");
    Err(registry.doing("write", key.as_str()).because(StoreErrorKind::Exists, why))
}

/// What artifact and image say of themselves: <https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md>.
fn notes(manifest: &Manifest) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("dev.aegis.content-hash", manifest.content_hash.to_string()),
        ("dev.aegis.oid", manifest.oid.to_string()),
        ("dev.aegis.pack-hash", manifest.pack_hash.to_string()),
        ("org.opencontainers.image.title", manifest.name.clone()),
        // A tag has no `+`: this is the true version.
        ("org.opencontainers.image.version", manifest.version.to_string()),
    ])
}

fn artifact(files: &BTreeMap<String, FileEntry>, notes: &BTreeMap<&str, String>) -> Vec<u8> {
    let layer = |(name, entry): (&String, &FileEntry)| {
        let mut layer = descriptor(layout::content_type(name), entry.sha256, entry.size);
        layer["annotations"] = json!({"org.opencontainers.image.title": name});
        layer
    };
    let layers: Vec<Value> = files.iter().map(layer).collect();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": TYPE, "config": object::empty(), "layers": layers,
        "annotations": notes,
    });
    manifest.to_string().into_bytes()
}

fn config(architecture: &str, layer: Digest, notes: &BTreeMap<&str, String>) -> Vec<u8> {
    let config = json!({
        "architecture": architecture, "os": "linux", "config": {"Labels": notes},
        "rootfs": {"type": "layers", "diff_ids": [object::digest(layer)]},
    });
    config.to_string().into_bytes()
}

fn image(config: &[u8], layer: Digest, size: u64, notes: &BTreeMap<&str, String>) -> Vec<u8> {
    let manifest = json!({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": descriptor(CONFIG, Digest::of(config), config.len() as u64),
        "layers": [descriptor(LAYER, layer, size)], "annotations": notes,
    });
    manifest.to_string().into_bytes()
}

fn index(images: &[(&str, Digest, u64)], notes: &BTreeMap<&str, String>) -> Vec<u8> {
    let entry = |(architecture, sha256, size): &(&str, Digest, u64)| {
        let mut entry = descriptor(MANIFEST, *sha256, *size);
        entry["platform"] = json!({"architecture": architecture, "os": "linux"});
        entry
    };
    let manifests: Vec<Value> = images.iter().map(entry).collect();
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests, "annotations": notes});
    index.to_string().into_bytes()
}

/// The SHA-256 of content that is made a piece at a time.
async fn digest(mut chunks: Box<dyn Chunks>) -> Result<Digest, StoreError> {
    let mut hasher = sha2::Sha256::new();
    while let Some(chunk) = chunks.next().await? {
        hasher.update(&chunk);
    }
    Ok(hasher.into())
}

/// The only layer of a pack's image.
struct Image<'i> {
    doing: Doing<'i>,
    files: &'i BTreeMap<String, FileEntry>,
    source: Arc<dyn Open>,
}

impl Image<'_> {
    fn archive(&self) -> Result<Archive, StoreError> {
        let entries = self.files.iter().map(|(name, entry)| (name.as_str(), entry.size));
        Archive::new(entries).map_err(|why| self.doing.because(StoreErrorKind::Other, why))
    }
}

#[async_trait]
impl Content for Image<'_> {
    async fn chunks(&self) -> Result<Box<dyn Chunks>, StoreError> {
        Ok(self.archive()?.read(Arc::clone(&self.source)))
    }
}

/// The files of a pack: as this process has sent them, else as the registry has them.
struct Files {
    registry: Arc<Registry>,
    payloads: BTreeMap<String, Payload>,
    files: BTreeMap<String, FileEntry>,
    folder: String,
    manifest: Payload,
}

#[async_trait]
impl Open for Files {
    async fn open(&self, name: &str) -> Result<Box<dyn Chunks>, StoreError> {
        if name == METADATA {
            return self.manifest.open().await;
        }
        let Some(entry) = self.files.get(name) else {
            return Err(StoreError::new(StoreErrorKind::Other, format!("the pack has no `{name}`")));
        };
        match self.payloads.get(name) {
            Some(payload) if payload.sha256() == entry.sha256 => payload.open().await,
            _ => {
                let what = format!("{}{name}", self.folder);
                self.registry.blob(&what, &object::digest(entry.sha256), entry.size, None).await
            }
        }
    }
}
