//! The server that all upload to: s3s over a folder, a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;

const SECRET: &str = "bench-bench-bench";

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
        for (name, value) in
            [("AWS_ACCESS_KEY_ID", SECRET), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_REGION", "us-east-1")]
        {
            #[expect(unsafe_code, reason = "setting a variable is unsafe where C code may read it meanwhile")]
            // SAFETY: nothing else runs in this process yet.
            unsafe {
                std::env::set_var(name, value);
            }
        }
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
    let files = s3s_fs::FileSystem::new(root).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut service = s3s::service::S3ServiceBuilder::new(files);
        service.set_auth(s3s::auth::SimpleAuth::from_single(SECRET, SECRET));
        let service = service.build();
        let listener =
            tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        loop {
            let Ok((socket, _)) = listener.accept().await else { continue };
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
}
