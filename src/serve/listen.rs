//! Connections: accepted up to a limit, served, and brought to an end when the process is asked to stop.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::Gateway;
use super::answer::{Answerer, TURNED_AWAY};
use super::socket::Socket;

/// The largest head of a request, in bytes.
const HEAD: usize = 16 << 10;
/// The most headers of a request.
const HEADERS: usize = 64;

/// What clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections may be open.
    pub connections: usize,
    /// How long a request's head may take, and a connection be idle.
    pub head: Duration,
    /// How long a client may take nothing of its answer.
    pub slow: Duration,
    /// How long answers under way have after the process was asked to stop.
    pub grace: Duration,
}

/// Serves connections until `stop` says so; then no more are accepted, and those under way come to their end.
pub async fn listen(
    gateway: Arc<Gateway>,
    listener: TcpListener,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let answerer = Answerer::new(Arc::clone(&gateway));
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|&stop| stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                pause(&error).await;
                continue;
            }
        };
        gateway.metrics.accepted.fetch_add(1, Ordering::Relaxed);
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            gateway.metrics.turned_away.fetch_add(1, Ordering::Relaxed);
            turn_away(stream);
            continue;
        };
        let (answerer, stop) = (answerer.clone(), stop.clone());
        let gateway = Arc::clone(&gateway);
        tokio::spawn(async move {
            gateway.metrics.open.fetch_add(1, Ordering::Relaxed);
            serve(answerer, Arc::clone(&gateway), stream, peer.ip(), limits, stop).await;
            gateway.metrics.open.fetch_sub(1, Ordering::Relaxed);
            drop(place);
        });
    }
    drop(listener);
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    // What is not done by then is cut with the process.
    let _ = tokio::time::timeout(limits.grace, places.acquire_many(all)).await;
}

async fn serve(
    answerer: Answerer,
    gateway: Arc<Gateway>,
    stream: TcpStream,
    peer: std::net::IpAddr,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    // An answer is written at once; nothing is gained by waiting for more of it.
    let _ = stream.set_nodelay(true);
    // A connection that says nothing takes no buffers.
    tokio::select! {
        ready = tokio::time::timeout(limits.head, stream.readable()) => if !matches!(ready, Ok(Ok(()))) { return },
        _ = stop.wait_for(|&stop| stop) => return,
    }
    // Only who asks something takes what it needs to be answered.
    Box::pin(converse(answerer, gateway, stream, peer, limits, stop)).await;
}

/// Answers the requests of a connection.
async fn converse(
    answerer: Answerer,
    gateway: Arc<Gateway>,
    stream: TcpStream,
    peer: std::net::IpAddr,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let answerer = answerer.clone();
        async move { answerer.answer(request, peer).await }
    });
    let socket = TokioIo::new(Socket::new(stream, gateway, limits.slow));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        .serve_connection(socket, service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|&stop| stop) => connection.as_mut().graceful_shutdown(),
    }
    // How a connection ends is its client's matter.
    let _ = connection.await;
}

/// Says to a client that there are too many, without waiting for it.
fn turn_away(stream: TcpStream) {
    tokio::spawn(async move {
        let mut stream = stream;
        let _ = tokio::time::timeout(Duration::from_secs(1), async {
            stream.write_all(TURNED_AWAY).await?;
            stream.shutdown().await
        })
        .await;
    });
}

/// A client that is gone already is nothing; a process without file descriptors has to wait for some.
async fn pause(error: &io::Error) {
    let is_clients = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    );
    if !is_clients {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
