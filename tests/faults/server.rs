//! A bucket in this process: s3s over a folder.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Once, OnceLock};

use aegis_action::store::{Settings, Store, open_with};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;

const BUCKET: &str = "faults";

/// The credentials that the SDK finds, as users give them.
fn credentials() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (name, value) in [
            ("AWS_ACCESS_KEY_ID", "test-test-test"),
            ("AWS_SECRET_ACCESS_KEY", "test-test-test"),
            ("AWS_REGION", "us-east-1"),
        ] {
            #[expect(unsafe_code, reason = "setting a variable is unsafe where C code may read it meanwhile")]
            // SAFETY: In this process only Rust's standard library reads the environment, under the lock that this
            // takes too: the SDK is Rust, and addresses are numbers, so that no resolver of libc is asked.
            unsafe {
                std::env::set_var(name, value);
            }
        }
    });
}

/// A store below a prefix, by the server or by what stands before it.
pub(crate) fn at(address: SocketAddr, prefix: &str) -> Arc<dyn Store> {
    credentials();
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
        (serve(&root), root)
    })
}

fn serve(root: &Path) -> SocketAddr {
    let (tell, address) = std::sync::mpsc::channel();
    let files = s3s_fs::FileSystem::new(root).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut service = s3s::service::S3ServiceBuilder::new(files);
            service.set_auth(s3s::auth::SimpleAuth::from_single("test-test-test", "test-test-test"));
            let service = service.build();
            let listener =
                tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let Ok((socket, _)) = listener.accept().await else { continue };
                let service = service.clone();
                tokio::spawn(async move {
                    let server = Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
    });
    address.recv().unwrap()
}
