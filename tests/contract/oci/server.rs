//! A registry in this process, as <https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md> has it, of one repository.
//! How it gives its tags, and what it does to a request, each test says.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};

use aegis_action::store::Digest;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;

type Answer = Response<Full<Bytes>>;

/// How tags are given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Paging {
    /// All of them, whatever is asked.
    Never,
    /// So many at most, after the tag that is named.
    Capped(usize),
    /// So many at most, after what a link names; tags are no place to go on from.
    Linked(usize),
    /// So many at most, and always the first ones.
    Stuck(usize),
}

/// The status with which a tag that may not move is refused.
pub(super) const IMMUTABLE: u16 = 400;

/// What happens to a request before it is answered.
type Hook = Box<dyn FnMut(&Method, &str, &mut State) -> Option<u16> + Send>;

#[derive(Default)]
pub(super) struct State {
    pub(super) tags: BTreeMap<String, String>,
    manifests: BTreeMap<String, (String, Bytes)>,
    blobs: BTreeMap<String, Bytes>,
    pub(super) paging: Option<Paging>,
    pub(super) hook: Option<Hook>,
    /// The `Authorization` headers that came.
    pub(super) logins: Vec<String>,
    /// How many requests came.
    pub(super) requests: u64,
    /// Whether it asks for a login.
    pub(super) asks: bool,
    /// What is sent instead of a blob.
    pub(super) flood: Option<Bytes>,
}

impl State {
    /// Puts a manifest under a tag.
    pub(super) fn put(&mut self, tag: &str, bytes: &[u8]) {
        let digest = format!("sha256:{}", Digest::of(bytes));
        let kind = "application/vnd.oci.image.manifest.v1+json".to_owned();
        self.manifests.insert(digest.clone(), (kind, Bytes::copy_from_slice(bytes)));
        self.tags.insert(tag.to_owned(), digest);
    }

    /// Changes all manifests under their old digests.
    pub(super) fn damage(&mut self) {
        for (_, bytes) in self.manifests.values_mut() {
            *bytes = [bytes, b" ".as_slice()].concat().into();
        }
    }

    /// What a tag names.
    pub(super) fn named(&self, tag: &str) -> String {
        String::from_utf8(self.manifests[&self.tags[tag]].1.to_vec()).unwrap()
    }
}

/// A registry.
pub(super) struct Server {
    pub(super) host: String,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// Starts one on a free port, for as long as the process lives.
    pub(super) fn start(paging: Paging) -> Self {
        let (tell, address) = std::sync::mpsc::channel();
        let state = Arc::new(Mutex::new(State { paging: Some(paging), ..State::default() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener =
                    tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                loop {
                    let (socket, _) = listener.accept().await.unwrap();
                    let state = Arc::clone(&shared);
                    tokio::spawn(async move {
                        let service =
                            hyper::service::service_fn(move |request| answer(Arc::clone(&state), request));
                        let server = Builder::new(TokioExecutor::new());
                        let _ = server.serve_connection(TokioIo::new(socket), service).await;
                    });
                }
            });
        });
        Self { host: address.recv().unwrap().to_string(), state }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return Ok(plain(400, "")) };
    let mut state = state.lock().unwrap();
    let login = head.headers.get("authorization").map(|login| login.to_str().unwrap().to_owned());
    state.logins.extend(login);
    state.requests += 1;
    let path = head.uri.path();
    if let Some(mut hook) = state.hook.take() {
        let status = hook(&head.method, path, &mut state);
        state.hook.get_or_insert(hook);
        match status {
            Some(IMMUTABLE) => return Ok(refusal(IMMUTABLE, "TAG_IMMUTABLE")),
            Some(status) => return Ok(plain(status, "")),
            None => {}
        }
    }
    let kind = head.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let call = Call {
        method: &head.method,
        query: head.uri.query().unwrap_or_default(),
        kind,
        body: body.to_bytes(),
    };
    Ok(state.answer(path, &call))
}

struct Call<'c> {
    method: &'c Method,
    query: &'c str,
    kind: &'c str,
    body: Bytes,
}

impl Call<'_> {
    fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(own, _)| *own == name).map(|(_, value)| value.replace("%3A", ":")).next()
    }
}

fn plain(status: u16, body: impl Into<Bytes>) -> Answer {
    Response::builder().status(status).body(Full::new(body.into())).unwrap()
}

fn refusal(status: u16, code: &str) -> Answer {
    plain(status, format!(r#"{{"errors":[{{"code":"{code}","message":"refused"}}]}}"#))
}

fn unknown(code: &str) -> Answer {
    refusal(404, code)
}

impl State {
    fn answer(&mut self, path: &str, call: &Call<'_>) -> Answer {
        if path == "/v2/" {
            let answer = Response::builder().status(if self.asks { 401 } else { 200 });
            return answer
                .header("www-authenticate", "Basic realm=\"r\"")
                .body(Full::new("{}".into()))
                .unwrap();
        }
        let Some(rest) = path.strip_prefix("/v2/r/") else { return unknown("NAME_UNKNOWN") };
        match rest.split_once('/') {
            Some(("tags", "list")) => self.list(call),
            Some(("manifests", name)) => self.manifest(name, call),
            Some(("blobs", "uploads/")) => Response::builder()
                .status(202)
                .header("location", "/v2/r/blobs/uploads/1")
                .body(Full::default())
                .unwrap(),
            Some(("blobs", "uploads/1")) => {
                let digest = call.parameter("digest").unwrap();
                assert_eq!(digest, format!("sha256:{}", Digest::of(&call.body)));
                self.blobs.insert(digest.clone(), call.body.clone());
                created("blobs", &digest)
            }
            Some(("blobs", digest)) => match self.blobs.get(digest) {
                Some(bytes) => plain(200, self.flood.clone().unwrap_or_else(|| bytes.clone())),
                None => unknown("BLOB_UNKNOWN"),
            },
            _ => unknown("NAME_UNKNOWN"),
        }
    }

    fn manifest(&mut self, name: &str, call: &Call<'_>) -> Answer {
        if *call.method == Method::PUT {
            let digest = format!("sha256:{}", Digest::of(&call.body));
            self.manifests.insert(digest.clone(), (call.kind.to_owned(), call.body.clone()));
            if !name.starts_with("sha256:") {
                self.tags.insert(name.to_owned(), digest.clone());
            }
            return created("manifests", &digest);
        }
        let digest = self.tags.get(name).cloned().unwrap_or_else(|| name.to_owned());
        if *call.method == Method::DELETE {
            self.tags.retain(|_, named| *named != digest);
            return plain(if self.manifests.remove(&digest).is_some() { 202 } else { 404 }, "");
        }
        let Some((kind, bytes)) = self.manifests.get(&digest) else { return unknown("MANIFEST_UNKNOWN") };
        let answer = Response::builder().header("content-type", kind).header("docker-content-digest", digest);
        answer.body(Full::new(bytes.clone())).unwrap()
    }

    fn list(&self, call: &Call<'_>) -> Answer {
        let asked = call.parameter("n").map_or(usize::MAX, |n| n.parse().unwrap());
        let last = call.parameter("last");
        let token = call.parameter("next_page").map_or(0, |token| token.parse().unwrap());
        let all: Vec<_> = self.tags.keys().cloned().collect();
        let (from, count) = match self.paging.unwrap() {
            Paging::Never => (0, usize::MAX),
            Paging::Capped(most) => {
                (last.map_or(0, |last| all.iter().filter(|tag| **tag <= last).count()), most.min(asked))
            }
            Paging::Linked(_) if last.is_some() => return plain(400, ""),
            Paging::Linked(most) => (token, most.min(asked)),
            Paging::Stuck(most) => (0, most.min(asked)),
        };
        let page: Vec<_> = all.iter().skip(from).take(count).collect();
        let mut answer = Response::builder();
        if matches!(self.paging, Some(Paging::Linked(_))) && from + page.len() < all.len() {
            let next = format!("</v2/r/tags/list?n={count}&next_page={}>; rel=\"next\"", from + page.len());
            answer = answer.header("link", next);
        }
        let body = serde_json::json!({"name": "r", "tags": page}).to_string();
        answer.body(Full::new(body.into())).unwrap()
    }
}

fn created(kind: &str, digest: &str) -> Answer {
    let answer = Response::builder().status(201).header("docker-content-digest", digest);
    answer.header("location", format!("/v2/r/{kind}/{digest}")).body(Full::default()).unwrap()
}
