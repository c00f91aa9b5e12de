//! A file of any artifact in a registry, by its reference: what others have put there, not a store of ours.

use serde_json::Value;

use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::settings::Settings;

use super::registry::Registry;

/// The most files that are named where one is missing.
const NAMED: usize = 10;

/// Reads a file of an artifact. `reference` is a tag or a digest, `path` the title of a layer.
///
/// # Errors
/// There is no such artifact or file, it has more than `most` bytes, or the registry failed.
pub async fn artifact_file(
    (host, repository): (&str, &str),
    reference: &str,
    path: &str,
    settings: &Settings,
    most: u64,
) -> Result<Vec<u8>, StoreError> {
    let failed = |kind, why: &str| {
        StoreError::new(kind, format!("cannot read `{path}` of `{host}/{repository}`, `{reference}`: {why}"))
    };
    let registry = Registry::connect(host, repository, settings).await?;
    // The tag is asked for once: what follows goes by digests.
    let found = registry.manifest("read", reference, path).await?;
    let found = found.ok_or_else(|| failed(StoreErrorKind::NotFound, "there is no such artifact"))?;
    let (digest, size) = layer(&found.bytes, path).map_err(|why| failed(StoreErrorKind::NotFound, &why))?;
    if size > most {
        return Err(failed(StoreErrorKind::Other, &format!("it has more than {most} bytes")));
    }
    let mut bytes = Vec::new();
    if size > 0 {
        let mut chunks = registry.blob(path, &digest, size, None).await?;
        while let Some(chunk) = chunks.next().await? {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes)
}

/// The digest and the size of the layer of this title.
fn layer(manifest: &[u8], path: &str) -> Result<(String, u64), String> {
    let manifest: Value =
        serde_json::from_slice(manifest).map_err(|error| format!("it is no manifest ({error})"))?;
    if manifest.get("manifests").is_some() {
        return Err("it is an index of images: name the artifact".to_owned());
    }
    let layers = manifest["layers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let title =
        |layer: &Value| layer["annotations"]["org.opencontainers.image.title"].as_str().map(str::to_owned);
    if let Some(layer) = layers.iter().find(|layer| title(layer).as_deref() == Some(path)) {
        let found = layer["digest"].as_str().map(str::to_owned).zip(layer["size"].as_u64());
        return found.ok_or_else(|| "its description has no digest or no size".to_owned());
    }
    let titles: Vec<_> = layers.iter().filter_map(title).collect();
    let more = if titles.len() > NAMED { ", …" } else { "" };
    let named = titles.iter().take(NAMED).map(|title| format!("`{title}`")).collect::<Vec<_>>().join(", ");
    Err(match titles.len() {
        0 => "the artifact has no file with a title".to_owned(),
        _ => format!("the artifact has {named}{more}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_titles() {
        let manifest = br#"{"layers":[
            {"digest":"sha256:aa","size":3,"annotations":{"org.opencontainers.image.title":"caches/global.1337"}},
            {"digest":"sha256:bb","size":4}
        ]}"#;
        assert_eq!(layer(manifest, "caches/global.1337"), Ok(("sha256:aa".to_owned(), 3)));
        assert!(layer(manifest, "x").unwrap_err().contains("`caches/global.1337`"));
        assert!(layer(br#"{"manifests":[]}"#, "x").unwrap_err().contains("index"));
        assert!(layer(br#"{"layers":[]}"#, "x").unwrap_err().contains("no file"));
        assert!(layer(b"[", "x").is_err());
    }
}
