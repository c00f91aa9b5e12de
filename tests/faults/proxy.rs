//! A proxy that lets one request, or all from one on, meet a fault.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::fault::Fault;

/// Which requests meet which fault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) fault: Fault,
    /// The first of them, counted from 0.
    pub(crate) from: usize,
    /// Whether all that follow do too.
    pub(crate) lasts: bool,
}

/// A proxy that runs until it is dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
    runtime: Option<tokio::runtime::Runtime>,
}

struct State {
    to: SocketAddr,
    plan: Option<Plan>,
    requests: AtomicUsize,
    met: AtomicUsize,
}

impl Proxy {
    /// Starts one before a server.
    pub(crate) fn start(to: SocketAddr, plan: Option<Plan>) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let state = Arc::new(State { to, plan, requests: AtomicUsize::new(0), met: AtomicUsize::new(0) });
        let bound = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        let listener = runtime.block_on(bound).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::clone(&state);
        runtime.spawn(async move {
            loop {
                let Ok((socket, _)) = listener.accept().await else { continue };
                let state = Arc::clone(&shared);
                let answer = hyper::service::service_fn(move |request| answer(request, Arc::clone(&state)));
                tokio::spawn(async move {
                    let server = hyper::server::conn::http1::Builder::new();
                    let _ = server.serve_connection(TokioIo::new(socket), answer).await;
                });
            }
        });
        Self { address, state, runtime: Some(runtime) }
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// How many of them met the fault.
    pub(crate) fn met(&self) -> usize {
        self.state.met.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// That the connection ends here.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends here")]
struct Cut;

/// A whole answer of the server.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

async fn answer(request: Request<Incoming>, state: Arc<State>) -> Result<Response<Pieces>, Cut> {
    let number = state.requests.fetch_add(1, Ordering::SeqCst);
    let plan = state.plan.filter(|plan| number == plan.from || plan.lasts && number > plan.from);
    let Some(Plan { fault, .. }) = plan else {
        return Ok(forward(request, state.to, false).await?.whole());
    };
    state.met.fetch_add(1, Ordering::SeqCst);
    let head = *request.method() == Method::HEAD;
    match fault {
        Fault::CutBefore => Err(Cut),
        Fault::CutAfter => {
            forward(request, state.to, false).await?;
            Err(Cut)
        }
        Fault::CutWithin => Ok(forward(request, state.to, false).await?.half()?),
        Fault::Delay => {
            tokio::time::sleep(Duration::from_millis(700)).await;
            Ok(forward(request, state.to, false).await?.whole())
        }
        Fault::Throttle => Ok(forward(request, state.to, false).await?.slow()),
        Fault::Refuses(status, code) => {
            let _ = request.into_body().collect().await;
            Ok(refusal(status, code, head))
        }
        Fault::DoesAndFails(status, code) => {
            forward(request, state.to, false).await?;
            Ok(refusal(status, code, head))
        }
        Fault::LiesAboutLength => Ok(forward(request, state.to, false).await?.longer(head)),
        Fault::LiesAboutChecksum => Ok(forward(request, state.to, false).await?.with_another_checksum()),
        Fault::FlipsAnswer => Ok(forward(request, state.to, false).await?.flipped()),
        Fault::FlipsRequest => Ok(forward(request, state.to, true).await?.whole()),
        Fault::ClockSkew => {
            let _ = request.into_body().collect().await;
            let mut refused = refusal(403, "RequestTimeTooSkewed", head);
            let date = HeaderValue::from_static("Thu, 01 Jan 2015 00:00:00 GMT");
            refused.headers_mut().insert(header::DATE, date);
            Ok(refused)
        }
    }
}

/// Sends a request on, a bit of its body flipped if asked.
async fn forward(request: Request<Incoming>, to: SocketAddr, flip: bool) -> Result<Answer, Cut> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let body = if flip { flipped(&body) } else { body };
    let socket = TcpStream::connect(to).await.map_err(|_| Cut)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.map_err(|_| Cut)?;
    tokio::spawn(connection);
    let answer = sender.send_request(Request::from_parts(parts, Full::new(body))).await.map_err(|_| Cut)?;
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let mut headers = parts.headers;
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONNECTION);
    Ok(Answer { status: parts.status, headers, body })
}

fn refusal(status: u16, code: &str, head: bool) -> Response<Pieces> {
    let text = format!("<Error><Code>{code}</Code><Message>a fault of the test</Message></Error>");
    let body = if head { Bytes::new() } else { text.into() };
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/xml"))]);
    Answer { status: StatusCode::from_u16(status).unwrap(), headers, body }.whole()
}

fn flipped(bytes: &Bytes) -> Bytes {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes.get_mut(middle).into_iter().for_each(|byte| *byte ^= 1);
    bytes.into()
}

impl Answer {
    fn with(self, body: Pieces) -> Response<Pieces> {
        let mut response = Response::new(body);
        (*response.status_mut(), *response.headers_mut()) = (self.status, self.headers);
        response
    }

    fn whole(mut self) -> Response<Pieces> {
        let body = Pieces::of(std::mem::take(&mut self.body), usize::MAX);
        self.with(body)
    }

    /// What it announces, and the half of it. An answer without a body ends before it began.
    fn half(mut self) -> Result<Response<Pieces>, Cut> {
        if self.body.is_empty() {
            return Err(Cut);
        }
        self.headers.insert(header::CONTENT_LENGTH, self.body.len().into());
        let half = self.body.slice(..self.body.len() / 2);
        Ok(self.with(Pieces { ends_early: true, ..Pieces::of(half, usize::MAX) }))
    }

    fn slow(mut self) -> Response<Pieces> {
        let body = std::mem::take(&mut self.body);
        let piece = body.len().div_ceil(20).max(1);
        self.with(Pieces { pause: Some(Duration::from_millis(25)), ..Pieces::of(body, piece) })
    }

    fn longer(mut self, head: bool) -> Response<Pieces> {
        if head {
            let said =
                self.headers.get(header::CONTENT_LENGTH).and_then(|said| said.to_str().ok()?.parse().ok());
            self.headers.insert(header::CONTENT_LENGTH, (said.unwrap_or(0_u64) + 7).into());
            return self.whole();
        }
        let listing = String::from_utf8_lossy(&self.body).replace("</Size>", "7</Size>");
        if listing.contains("</Size>") {
            self.headers.remove(header::CONTENT_LENGTH);
            self.body = listing.into();
            return self.whole();
        }
        self.headers.insert(header::CONTENT_LENGTH, (self.body.len() + 7).into());
        let body = std::mem::take(&mut self.body);
        self.with(Pieces { ends_early: true, ..Pieces::of(body, usize::MAX) })
    }

    fn with_another_checksum(mut self) -> Response<Pieces> {
        let zeros = HeaderValue::from_static("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        for (name, value) in &mut self.headers {
            if name.as_str() == "x-amz-checksum-sha256" {
                *value = zeros.clone();
            } else if name == header::ETAG {
                *value = HeaderValue::from_static("\"00000000000000000000000000000000\"");
            }
        }
        self.whole()
    }

    fn flipped(mut self) -> Response<Pieces> {
        self.body = flipped(&self.body);
        self.whole()
    }
}

/// A body that comes in pieces.
struct Pieces {
    rest: Bytes,
    piece: usize,
    pause: Option<Duration>,
    sleeping: Option<Pin<Box<tokio::time::Sleep>>>,
    /// Whether the connection ends behind what there is.
    ends_early: bool,
}

impl Pieces {
    fn of(rest: Bytes, piece: usize) -> Self {
        Self { rest, piece, pause: None, sleeping: None, ends_early: false }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.rest.is_empty() {
            return Poll::Ready(std::mem::take(&mut self.ends_early).then_some(Err(Cut)));
        }
        if let Some(pause) = self.pause {
            let sleeping = self.sleeping.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(sleeping.as_mut().poll(cx));
            self.sleeping = None;
        }
        let piece = self.piece.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && !self.ends_early
    }

    fn size_hint(&self) -> SizeHint {
        if self.ends_early { SizeHint::default() } else { SizeHint::with_exact(self.rest.len() as u64) }
    }
}
