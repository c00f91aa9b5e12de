//! A server of Google's JSON API, written from its reference: <https://cloud.google.com/storage/docs/json_api/v1>. It is strict: what
//! the reference does not know is an error, conditions hold, and names are listed in the order of their bytes.
//!
//! It has two buckets: `contract` works, `stumbling` answers every third request with 503, and takes only the half of a piece that it
//! was sent then.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use serde_json::{Value, json};

use super::wire::{decoded, document, fault, http_date, http_day, plain, query};

pub(super) type Answer = Response<Full<Bytes>>;

/// Pieces but the last are multiples of this.
const QUANTUM: usize = 256 << 10;

#[derive(Default)]
struct State {
    objects: BTreeMap<(String, String), Object>,
    sessions: HashMap<u64, Session>,
    generation: u64,
    requests: u64,
    /// Of those to the bucket whose server stumbles.
    stumbles: u64,
}

struct Object {
    bytes: Bytes,
    generation: u64,
    updated: SystemTime,
    description: Value,
}

struct Session {
    bucket: String,
    description: Value,
    condition: Option<u64>,
    total: usize,
    bytes: Vec<u8>,
}

/// Starts the server on a free port, for as long as the process lives.
pub(super) fn serve() -> String {
    let (tell, address) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let state = Arc::new(Mutex::new(State::default()));
            let listener =
                tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let state = Arc::clone(&state);
                tokio::spawn(async move {
                    let service =
                        hyper::service::service_fn(move |request| answer(Arc::clone(&state), request));
                    let server = Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
    });
    format!("http://{}", address.recv().unwrap())
}

async fn answer(state: Arc<Mutex<State>>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return Ok(fault(400, "the body broke off")) };
    let query = match query(head.uri.query().unwrap_or_default()) {
        Ok(query) => query,
        Err(why) => return Ok(fault(400, &why)),
    };
    let call = Call {
        method: head.method,
        path: head.uri.path().to_owned(),
        query,
        headers: head.headers,
        body: body.to_bytes(),
    };
    let mut state = state.lock().unwrap();
    Ok(state.answer(&call).unwrap_or_else(|answer| *answer))
}

struct Call {
    method: Method,
    path: String,
    query: BTreeMap<String, String>,
    headers: http::HeaderMap,
    body: Bytes,
}

impl Call {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Refuses parameters that the reference does not know for this.
    fn knows(&self, names: &[&str]) -> Result<(), Box<Answer>> {
        match self.query.keys().find(|name| !names.contains(&name.as_str())) {
            Some(name) => Err(Box::new(fault(400, &format!("unknown parameter {name}")))),
            None => Ok(()),
        }
    }
}

type Outcome = Result<Answer, Box<Answer>>;

impl State {
    fn answer(&mut self, call: &Call) -> Outcome {
        if let Some(session) = call.query.get("upload_id") {
            return self.session(call, session);
        }
        let mut segments = call.path.trim_start_matches('/').split('/');
        let upload = call.path.starts_with("/upload/");
        if upload {
            segments.next();
        }
        let parts: Vec<_> = segments.collect();
        let (bucket, name) = match parts.as_slice() {
            ["storage", "v1", "b", bucket, "o"] => (decoded(bucket)?, None),
            ["storage", "v1", "b", bucket, "o", name] if !upload => (decoded(bucket)?, Some(decoded(name)?)),
            _ => return Err(Box::new(fault(404, "Not Found"))),
        };
        if !matches!(bucket.as_str(), "contract" | "stumbling") {
            return Err(Box::new(fault(404, "The specified bucket does not exist.")));
        }
        self.stumble(&bucket)?;
        match (&call.method, name) {
            (&Method::POST, None) if upload => self.upload(call, bucket),
            (&Method::GET, None) => self.list(call, &bucket),
            (&Method::GET, Some(name)) => self.get(call, bucket, name),
            (&Method::DELETE, Some(name)) => {
                call.knows(&["ifGenerationMatch", "generation"])?;
                match self.objects.remove(&(bucket, name)) {
                    Some(_) => Ok(plain(204, Bytes::new())),
                    None => Err(Box::new(fault(404, "No such object"))),
                }
            }
            _ => Err(Box::new(fault(405, "Method Not Allowed"))),
        }
    }

    fn stumble(&mut self, bucket: &str) -> Result<(), Box<Answer>> {
        self.requests += 1;
        self.stumbles += u64::from(bucket == "stumbling");
        match bucket == "stumbling" && self.stumbles % 3 == 1 {
            true => Err(Box::new(fault(503, "backendError"))),
            false => Ok(()),
        }
    }

    fn get(&self, call: &Call, bucket: String, name: String) -> Outcome {
        call.knows(&["alt", "fields", "generation"])?;
        let Some(object) = self.objects.get(&(bucket, name.clone())) else {
            return Err(Box::new(fault(404, &format!("No such object: {name}"))));
        };
        if call.query.get("alt").is_none_or(|alt| alt == "json") {
            return Ok(document(&described(&name, object)));
        }
        let size = object.bytes.len();
        let range = call.header("range");
        let (status, bytes, range) =
            match range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) {
                None => (200, object.bytes.clone(), None),
                Some((start, end)) => {
                    let start: usize = start.parse().unwrap();
                    let end = end.parse::<usize>().map_or(size, |end| size.min(end + 1));
                    if start >= size {
                        return Err(Box::new(fault(416, "The requested range cannot be satisfied.")));
                    }
                    let said = format!("bytes {start}-{}/{size}", end - 1);
                    (206, object.bytes.slice(start..end), Some(said))
                }
            };
        let mut answer = plain(status, bytes);
        let headers = answer.headers_mut();
        headers.insert("x-goog-generation", object.generation.into());
        headers.insert("last-modified", http_date(object.updated).parse().unwrap());
        if let Some(range) = range {
            headers.insert("content-range", range.parse().unwrap());
        }
        Ok(answer)
    }

    fn list(&self, call: &Call, bucket: &str) -> Outcome {
        call.knows(&["prefix", "maxResults", "pageToken", "fields"])?;
        let prefix = call.query.get("prefix").map_or("", String::as_str);
        let most = call.query.get("maxResults").map_or(Ok(1000), |text| text.parse::<usize>());
        let Ok(most @ 1..) = most else { return Err(Box::new(fault(400, "Invalid value for maxResults"))) };
        let after = match call.query.get("pageToken") {
            None => None,
            Some(token) => match token.strip_prefix("after:") {
                Some(name) => Some(name),
                None => return Err(Box::new(fault(400, "Invalid value for pageToken"))),
            },
        };
        let mut found = self.objects.iter().filter(|((at, name), _)| {
            at == bucket && name.starts_with(prefix) && after.is_none_or(|after| name.as_str() > after)
        });
        let items: Vec<_> = found.by_ref().take(most.min(1000)).collect();
        let mut listing = json!({});
        // The reference: what is empty is left out.
        if !items.is_empty() {
            listing["items"] = items.iter().map(|((_, name), object)| described(name, object)).collect();
        }
        if let (Some(((_, last), _)), true) = (items.last(), found.next().is_some()) {
            listing["nextPageToken"] = json!(format!("after:{last}"));
        }
        Ok(document(&listing))
    }

    fn upload(&mut self, call: &Call, bucket: String) -> Outcome {
        call.knows(&["uploadType", "ifGenerationMatch", "kmsKeyName", "name"])?;
        let condition = match call.query.get("ifGenerationMatch").map(|text| text.parse::<u64>()) {
            None => None,
            Some(Ok(generation)) => Some(generation),
            Some(Err(_)) => return Err(Box::new(fault(400, "Invalid value for ifGenerationMatch"))),
        };
        match call.query.get("uploadType").map(String::as_str) {
            Some("multipart") => {
                let (description, content) = related(call)?;
                self.put(bucket, &check(description)?, condition, content)
            }
            Some("resumable") => {
                let description =
                    serde_json::from_slice(&call.body).map_err(|_| Box::new(fault(400, "Parse Error")))?;
                let description = check(description)?;
                self.may(&bucket, &description, condition)?;
                let total = call.header("x-upload-content-length").parse();
                let total = total.map_err(|_| Box::new(fault(400, "Invalid X-Upload-Content-Length")))?;
                let id = self.requests << 8 | self.sessions.len() as u64;
                self.sessions
                    .insert(id, Session { bucket, description, condition, total, bytes: Vec::new() });
                let mut answer = plain(200, Bytes::new());
                let location = format!(
                    "http://{}{}?uploadType=resumable&upload_id={id}",
                    call.header("host"),
                    call.path
                );
                answer.headers_mut().insert("location", location.parse().unwrap());
                Ok(answer)
            }
            _ => Err(Box::new(fault(400, "Invalid uploadType"))),
        }
    }

    fn session(&mut self, call: &Call, id: &str) -> Outcome {
        let id: u64 = id.parse().map_err(|_| Box::new(fault(400, "Invalid upload_id")))?;
        let gone = || Box::new(fault(404, "Not Found"));
        if call.method == Method::DELETE {
            return self.sessions.remove(&id).map(|_| plain(499, Bytes::new())).ok_or_else(gone);
        }
        let bucket = self.sessions.get(&id).ok_or_else(gone)?.bucket.clone();
        let stumbled = self.stumble(&bucket);
        let session = self.sessions.get_mut(&id).ok_or_else(gone)?;
        let invalid = || Box::new(fault(400, "Invalid Content-Range"));
        let range = call.header("content-range").strip_prefix("bytes ").ok_or_else(invalid)?;
        let (range, total) = range.split_once('/').ok_or_else(invalid)?;
        if total.parse() != Ok(session.total) {
            return Err(invalid());
        }
        if range != "*" {
            let (start, end) = range.split_once('-').ok_or_else(invalid)?;
            let (start, end): (usize, usize) =
                (start.parse().map_err(|_| invalid())?, end.parse().map_err(|_| invalid())?);
            let is_last = end + 1 == session.total;
            if start != session.bytes.len() || end + 1 - start != call.body.len() {
                return Err(invalid());
            }
            if !is_last && !call.body.len().is_multiple_of(QUANTUM) {
                return Err(Box::new(fault(400, "pieces are multiples of 256 KiB")));
            }
            // What stumbles has taken a part: whole quanta, as the reference says.
            let taken =
                if stumbled.is_ok() { call.body.len() } else { call.body.len() / 2 / QUANTUM * QUANTUM };
            session.bytes.extend_from_slice(&call.body[..taken]);
        }
        stumbled?;
        if session.bytes.len() < session.total {
            let mut answer = plain(308, Bytes::new());
            if !session.bytes.is_empty() {
                let range = format!("bytes=0-{}", session.bytes.len() - 1);
                answer.headers_mut().insert("range", range.parse().unwrap());
            }
            return Ok(answer);
        }
        let session = self.sessions.remove(&id).ok_or_else(gone)?;
        self.put(session.bucket, &session.description, session.condition, session.bytes.into())
    }

    /// Whether the condition holds.
    fn may(&self, bucket: &str, description: &Value, condition: Option<u64>) -> Result<(), Box<Answer>> {
        let name = description["name"].as_str().unwrap_or_default();
        let now =
            self.objects.get(&(bucket.to_owned(), name.to_owned())).map_or(0, |object| object.generation);
        match condition {
            Some(wanted) if wanted != now => {
                Err(Box::new(fault(412, "At least one of the pre-conditions you specified did not hold.")))
            }
            _ => Ok(()),
        }
    }

    fn put(&mut self, bucket: String, description: &Value, condition: Option<u64>, bytes: Bytes) -> Outcome {
        self.may(&bucket, description, condition)?;
        self.generation += 1;
        let name = description["name"].as_str().unwrap_or_default().to_owned();
        let object = Object {
            bytes,
            generation: self.generation,
            updated: SystemTime::now(),
            description: description.clone(),
        };
        let answer = document(&described(&name, &object));
        self.objects.insert((bucket, name), object);
        Ok(answer)
    }
}

/// A description as the reference has it.
fn check(description: Value) -> Result<Value, Box<Answer>> {
    let known = ["name", "contentType", "cacheControl", "metadata", "storageClass", "retention"];
    let unknown = description
        .as_object()
        .and_then(|members| members.keys().find(|name| !known.contains(&name.as_str())));
    let name = description["name"].as_str().unwrap_or_default();
    let is_name = !name.is_empty() && name.len() <= 1024 && !name.contains(['\r', '\n']);
    match unknown {
        Some(unknown) => Err(Box::new(fault(400, &format!("unknown member {unknown}")))),
        None if !is_name => Err(Box::new(fault(400, "Invalid object name"))),
        None if !description["metadata"].is_object() => Err(Box::new(fault(400, "no metadata"))),
        None => Ok(description),
    }
}

/// The two parts of `multipart/related` (RFC 2387): a description, and the content.
fn related(call: &Call) -> Result<(Value, Bytes), Box<Answer>> {
    let bad = |why: &str| Box::new(fault(400, &format!("Malformed multipart body: {why}")));
    let boundary = call
        .header("content-type")
        .strip_prefix("multipart/related; boundary=")
        .ok_or_else(|| bad("its type"))?;
    let find = |from: usize, what: &[u8]| {
        call.body[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let (open, close) = (format!("--{boundary}\r\n"), format!("\r\n--{boundary}"));
    if !call.body.starts_with(open.as_bytes()) {
        return Err(bad("its beginning"));
    }
    let part = |from: usize| -> Option<(usize, usize, usize)> {
        let start = find(from, b"\r\n\r\n")? + 4;
        let end = find(start, close.as_bytes())?;
        Some((start, end, end + close.len()))
    };
    let (start, end, next) = part(open.len()).ok_or_else(|| bad("its first part"))?;
    let description = serde_json::from_slice(&call.body[start..end]).map_err(|_| bad("its description"))?;
    let (start, end, next) = part(next).ok_or_else(|| bad("its second part"))?;
    if &call.body[next..] != b"--\r\n" {
        return Err(bad("its end"));
    }
    Ok((description, call.body.slice(start..end)))
}

fn described(name: &str, object: &Object) -> Value {
    let since = object.updated.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let day = http_day(since.as_secs() / 86_400);
    let rest = since.as_secs() % 86_400;
    json!({
        "name": name,
        "size": object.bytes.len().to_string(),
        "generation": object.generation.to_string(),
        "updated": format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            day.0, day.1, day.2, rest / 3600, rest / 60 % 60, rest % 60, since.subsec_millis()
        ),
        "contentType": object.description["contentType"],
        "cacheControl": object.description["cacheControl"],
        "metadata": object.description["metadata"],
    })
}
