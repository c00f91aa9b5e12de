//! Whether a store honours create-only writes, asked before the first write of a run.
//!
//! Some compatible servers ignore the condition and overwrite. Everything that makes publishing safe rests on it, so it
//! is tried on a key of its own, which stays: a bucket may deny deletes, and the next run needs one request only.

use crate::diag::{Code, Diagnostic, Outcome};

use super::{Key, Payload, Store, layout};

/// The key that is created twice.
pub const PROBE: &str = ".aegis/probe";

pub(super) const CONTENT: &[u8] = b"{\"aegis\":\"probe/v1\"}";

/// Checks that a second create of one key is refused.
///
/// Returns the warning to show when it is not and the user has accepted that.
///
/// # Errors
/// `STORE_UNSAFE` when it is not refused, unless `accepted`; or the store failed.
pub async fn check(store: &dyn Store, accepted: bool) -> Outcome<Option<Diagnostic>> {
    let key =
        Key::new(PROBE).map_err(|error| Box::new(Diagnostic::error(Code::Internal, error.to_string())))?;
    let payload = Payload::bytes(CONTENT);
    let attributes = layout::immutable("probe.json", payload.sha256());
    // The first create makes the key unless an earlier run did, and being refused is the proof already.
    for _ in 0..2 {
        match store.create(&key, &payload, &attributes).await {
            Ok(()) => {}
            Err(error) if error.is_exists() => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    let message = format!(
        "the store created `{PROBE}` twice: it does not honour create-only writes, so that one publisher may \
         overwrite what another has published"
    );
    if accepted {
        return Ok(Some(Diagnostic::warning(Code::StoreUnsafe, message)));
    }
    let help = "use a store that honours conditional writes, or accept the danger with `--unsafe-store` where there is \
                only ever one publisher";
    Err(Box::new(Diagnostic::error(Code::StoreUnsafe, message).help(help)))
}
