//! GitHub, as far as releases need it: a server on the loopback device that keeps tags, releases and files, and takes no
//! request that GitHub's own description does not know. Its answers are held to that description too.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};

use serde_json::{Value, json};

use crate::description::Description;
use crate::state::{Answer, State, answer};

pub(crate) const TOKEN: &str = "ghs_ThisIsNoRealTokenButLooksLikeOne";

/// What happens to one request beside being answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The test is told, and the connection stays silent for good: the request was not looked at.
    HangBefore,
    /// The same, after the request did what it does.
    HangAfter,
    /// An upload stops halfway.
    HalfUpload,
    /// This answer, and the request was not looked at.
    Answer(u16, &'static str, &'static str),
    /// This answer, after the request did what it does.
    Lost(u16),
}

/// One request, as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) operation: String,
    pub(crate) path: String,
    pub(crate) status: u16,
}

#[derive(Default)]
struct Inner {
    faults: Vec<(usize, Fault)>,
    count: usize,
    log: Vec<Seen>,
    wrong: Vec<String>,
}

/// The server.
#[derive(Clone)]
pub(crate) struct GitHub {
    pub(crate) api: String,
    state: Arc<Mutex<(State, Description)>>,
    inner: Arc<Mutex<Inner>>,
    hung: Arc<(Mutex<bool>, Condvar)>,
    told: Arc<Mutex<Receiver<usize>>>,
}

impl GitHub {
    pub(crate) fn start(state: State) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let storage = TcpListener::bind("127.0.0.1:0").unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let mut state = state;
        state.storage = format!("http://{}", storage.local_addr().unwrap());
        let (tell, told) = channel();
        let github = Self {
            api: format!("{root}/api/v3"),
            state: Arc::new(Mutex::new((state, Description::new()))),
            inner: Arc::default(),
            hung: Arc::default(),
            told: Arc::new(Mutex::new(told)),
        };
        for (listener, is_storage) in [(listener, false), (storage, true)] {
            let (github, tell) = (github.clone(), tell.clone());
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let (github, tell) = (github.clone(), tell.clone());
                    std::thread::spawn(move || github.serve(stream, is_storage, &tell));
                }
            });
        }
        github
    }

    /// From now on, the requests of these numbers (from 0) meet these faults.
    pub(crate) fn arm(&self, faults: Vec<(usize, Fault)>) {
        let mut inner = self.inner.lock().unwrap();
        (inner.faults, inner.count) = (faults, 0);
        *self.hung.0.lock().unwrap() = false;
    }

    /// Waits until a request hangs, or `false` after a while.
    pub(crate) fn hangs(&self, patience: std::time::Duration) -> bool {
        self.told.lock().unwrap().recv_timeout(patience).is_ok()
    }

    /// Lets go of the connections that hang.
    pub(crate) fn release(&self) {
        *self.hung.0.lock().unwrap() = true;
        self.hung.1.notify_all();
    }

    /// The requests since the last call.
    pub(crate) fn log(&self) -> Vec<Seen> {
        std::mem::take(&mut self.inner.lock().unwrap().log)
    }

    pub(crate) fn state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap().0)
    }

    /// Nothing was asked that GitHub would not understand.
    pub(crate) fn assert_sound(&self) {
        let inner = self.inner.lock().unwrap();
        assert!(inner.wrong.is_empty(), "{:#?}", inner.wrong);
    }

    fn serve(&self, mut stream: TcpStream, is_storage: bool, tell: &Sender<usize>) {
        let Some(request) = Request::read(&mut stream) else { return };
        if is_storage {
            let answered = self.storage(&request);
            let _ = stream.write_all(&answered.bytes());
            return;
        }
        let fault = {
            let mut inner = self.inner.lock().unwrap();
            let number = inner.count;
            inner.count += 1;
            inner.faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| fault.clone())
        };
        let answered = match &fault {
            Some(Fault::HangBefore) => None,
            Some(Fault::HalfUpload) => {
                self.state(|state| state.half_upload(&request));
                None
            }
            Some(Fault::Answer(status, headers, body)) => Some(Answer::raw(*status, headers, body)),
            _ => Some(self.handle(&request)),
        };
        let answered = match fault {
            Some(Fault::Lost(status)) => Some(Answer::raw(status, "", "")),
            Some(Fault::HangAfter) => None,
            _ => answered,
        };
        let Some(answered) = answered else {
            let _ = tell.send(0);
            let (hung, condition) = &*self.hung;
            let _free = condition.wait_while(hung.lock().unwrap(), |free| !*free).unwrap();
            return;
        };
        let _ = stream.write_all(&answered.bytes());
    }

    /// The files behind the addresses that the API sends to: another host, which must not see the token.
    fn storage(&self, request: &Request) -> Answer {
        if request.header("authorization").is_some() {
            self.complain("the token was sent to another host".to_owned());
        }
        let id = request.path.trim_start_matches('/').parse().unwrap_or(0);
        self.state(|state| {
            state.asset(id).map_or_else(|| Answer::raw(404, "", ""), |asset| Answer::of_bytes(&asset.bytes))
        })
    }

    fn complain(&self, wrong: String) {
        self.inner.lock().unwrap().wrong.push(wrong);
    }

    fn handle(&self, request: &Request) -> Answer {
        let (path, is_upload) =
            match (request.path.strip_prefix("/api/v3"), request.path.strip_prefix("/api/uploads")) {
                (Some(path), _) => (path, false),
                (_, Some(path)) => (path, true),
                _ => {
                    self.complain(format!("{} {} is no address of the API", request.method, request.path));
                    return Answer::raw(404, "", "{}");
                }
            };
        if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return Answer::raw(401, "", "{\"message\":\"Bad credentials\"}");
        }
        let mut both = self.state.lock().unwrap();
        let (state, description) = &mut *both;
        let method = request.method.to_lowercase();
        let Some(operation) = description.find(&method, path) else {
            self.complain(format!("GitHub has no {method} {path}"));
            return Answer::raw(404, "", "{}");
        };
        let mut wrong = description.parameters(&operation, &request.query);
        let sends_bytes = operation.name == "post /repos/{owner}/{repo}/releases/{release_id}/assets";
        let body = if matches!(method.as_str(), "post" | "patch") && !sends_bytes {
            let body = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
            wrong.extend(description.body(&operation.name, &body));
            body
        } else {
            Value::Null
        };
        if sends_bytes != is_upload {
            wrong.push("the host for uploads is for uploads alone".to_owned());
        }
        if request.header("user-agent").is_none() {
            wrong.push("there is no User-Agent, and GitHub refuses that".to_owned());
        }
        if !wrong.is_empty() {
            self.complain(format!("{}: {wrong:?} {body}", operation.name));
            return Answer::raw(422, "", &json!({"message": "Invalid request", "errors": wrong}).to_string());
        }
        let answered = answer(state, description, &operation, request, &body);
        let ours = description.answer(&operation.name, answered.status, &answered.json);
        if !ours.is_empty() {
            self.complain(format!("the test's own answer to {}: {ours:?}", operation.name));
        }
        let seen = Seen { operation: operation.name, path: path.to_owned(), status: answered.status };
        self.inner.lock().unwrap().log.push(seen);
        answered
    }
}

/// A request, read.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    fn read(stream: &mut TcpStream) -> Option<Self> {
        let (mut bytes, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            bytes.extend_from_slice(&buffer[..read]);
        };
        let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
        let mut lines = head.lines();
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?.to_owned(), first.next()?);
        let headers: Vec<_> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
        let mut body = bytes.split_off(end + 4);
        while body.len() < length {
            let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            body.extend_from_slice(&buffer[..read]);
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query.split('&').filter_map(|pair| pair.split_once('='));
        let query = query.map(|(name, value)| (decoded(name), decoded(value))).collect();
        Some(Self { method, path: path.to_owned(), query, headers, body })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) fn decoded(text: &str) -> String {
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).unwrap()
}
