//! The server that all upload to: s3s over a folder, a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::served;

/// A server that ends with this.
pub(crate) struct Server {
    pub(crate) endpoint: String,
    child: Child,
}

impl Server {
    /// Starts one over a folder with a bucket, and gives this process and what it starts the credentials.
    pub(crate) fn start(own: &str, root: &Path, bucket: &str) -> Self {
        std::fs::create_dir_all(root.join(bucket)).unwrap();
        let mut child = Command::new(own).arg("serve").arg(root).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        served::credentials();
        Self { endpoint: format!("http://{}", line.trim()), child }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves a folder until it is ended; tells the address on the first line.
pub(crate) fn run(root: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(served::serve(root, |address| println!("{address}")));
}
