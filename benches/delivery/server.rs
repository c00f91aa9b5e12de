//! The server that all upload to: s3s over a folder, a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{measure, served};

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

/// A folder for a server: in memory where there is such a place. A file system on a disk looks for a free inode past those of
/// what was deleted in the last seconds (ext4), so that every server would pay for the folder of the one before it.
pub(crate) fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Serves a folder until it is ended; tells the address on the first line. One core, with a thread for connections and one for
/// files: s3s hands each request back and forth some fifteen times, and from core to core that takes three times as long as
/// all else it does, so that no client would be seen for it.
pub(crate) fn run(root: &Path) {
    measure::pin(1);
    let runtime =
        tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).enable_all().build().unwrap();
    runtime.block_on(served::serve(root, |address| println!("{address}")));
}
