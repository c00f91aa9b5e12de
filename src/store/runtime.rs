//! Reading a pack's `runtime.1337` back from a store, as what its identity says.

use crate::diag::{Code, Diagnostic, Outcome};
use crate::oid::Oid;

use super::manifest::{MAX_MANIFEST, Manifest};
use super::{Digest, Store, layout, read_small};

/// The file that packs are compared by.
pub const RUNTIME: &str = "runtime.1337";

/// The bytes of a pack's `runtime.1337`, which are what its identity says.
///
/// # Errors
/// The store failed, has no such pack, or what it has is not what was published (`RELEASE_UNREADABLE`).
pub async fn runtime(store: &dyn Store, oid: &Oid, pack_hash: Digest) -> Outcome<Vec<u8>> {
    let wrong = |message: String| {
        let help = "publish the pack again, or compare with another one";
        Box::new(Diagnostic::error(Code::ReleaseUnreadable, message).help(help))
    };
    let folder = layout::pack(oid, pack_hash)?;
    let key = |name| folder.key(name).map_err(|error| wrong(error.to_string()));
    let (manifest, runtime) = (key(layout::MANIFEST)?, key(RUNTIME)?);
    let bytes = read_small(store, &manifest, MAX_MANIFEST).await?;
    let parsed = Manifest::parse(&bytes).map_err(|why| wrong(format!("`{manifest}` {why}")))?;
    if parsed.computed_pack_hash() != pack_hash {
        return Err(wrong(format!("`{manifest}` is that of another pack")));
    }
    let Some(entry) = parsed.files.get(RUNTIME) else {
        return Err(wrong(format!("it was built without `{RUNTIME}`")));
    };
    let bytes = read_small(store, &runtime, entry.size).await?;
    if Digest::of(&bytes) != entry.sha256 {
        return Err(wrong(format!("`{runtime}` is not what was published")));
    }
    Ok(bytes)
}
