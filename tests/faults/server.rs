//! A bucket in this process: s3s over a folder.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use aegis_action::store::{Settings, Store, open_with};

use crate::served;

const BUCKET: &str = "faults";

/// A store below a prefix, by the server or by what stands before it.
pub(crate) fn at(address: SocketAddr, prefix: &str) -> Arc<dyn Store> {
    served::credentials();
    let settings = Settings { endpoint: Some(format!("http://{address}")), ..Settings::default() };
    open_with(&format!("s3://{BUCKET}/{prefix}"), Path::new("/"), &settings).unwrap().into()
}

/// Where an object of a store is kept, to do what aegis never does.
pub(crate) fn path(prefix: &str, key: &str) -> std::path::PathBuf {
    server().1.join(BUCKET).join(prefix).join(key)
}

/// The address of the server, which lives as long as the process.
pub(crate) fn address() -> SocketAddr {
    server().0
}

fn server() -> &'static (SocketAddr, std::path::PathBuf) {
    static SERVER: OnceLock<(SocketAddr, std::path::PathBuf)> = OnceLock::new();
    SERVER.get_or_init(|| {
        // What the run before left goes away: nothing of this process is left when it ends.
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(root.join(BUCKET)).unwrap();
        (crate::in_process::start(root.clone()), root)
    })
}
