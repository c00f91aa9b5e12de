//! s3s over a folder: a server of S3's protocol for tests and benchmarks, in their process or in one of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;

/// Both halves of the credentials that it accepts.
pub(crate) const SECRET: &str = "test-test-test";

/// Gives this process the credentials, as users give them; what is set already stays.
pub(crate) fn credentials() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        for (name, value) in
            [("AWS_ACCESS_KEY_ID", SECRET), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_REGION", "us-east-1")]
        {
            if std::env::var_os(name).is_some() {
                continue;
            }
            #[expect(unsafe_code, reason = "setting a variable is unsafe where C code may read it meanwhile")]
            // SAFETY: In this process only Rust's standard library reads the environment, under the lock that this
            // takes too: the SDK is Rust, and addresses are numbers, so that no resolver of libc is asked.
            unsafe {
                std::env::set_var(name, value);
            }
        }
    });
}

/// Serves a folder, whose folders are its buckets, on a free port for ever; tells the address first.
pub(crate) async fn serve(root: &Path, tell: impl FnOnce(SocketAddr)) {
    let files = s3s_fs::FileSystem::new(root).unwrap();
    let mut service = s3s::service::S3ServiceBuilder::new(files);
    service.set_auth(s3s::auth::SimpleAuth::from_single(SECRET, SECRET));
    let service = service.build();
    let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
    tell(listener.local_addr().unwrap());
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let service = service.clone();
        tokio::spawn(async move {
            let server = Builder::new(TokioExecutor::new());
            let _ = server.serve_connection(TokioIo::new(socket), service).await;
        });
    }
}
