//! A server of S3's protocol in the process of a test.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::served;

/// Serves a folder on a thread of this process; the address.
pub(crate) fn start(root: PathBuf) -> SocketAddr {
    let (tell, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(served::serve(&root, |address| tell.send(address).unwrap()));
    });
    address.recv().unwrap()
}
