//! Something that is served as it is: its content, its validators, its headers made once; and the answer to a request for it.

use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Body;
use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Response, StatusCode};
use tokio::sync::OnceCell;

use super::budget;
use super::conditions::{self, Verdict};
use super::encoding::{self, Coding};
use super::metrics::Route;
use super::problem::Problem;
use super::range::{self, Part};
use super::shelf::Shelf;
use super::standing::Standing;
use super::stream::Stored;

/// Where the content is.
#[derive(Debug)]
pub(super) enum Content {
    /// Here.
    Memory(Bytes),
    /// In the store: too large to be kept.
    Stored(Stored),
}

/// What an asset is made of.
#[derive(Debug)]
pub(super) struct Parts {
    /// Which kind of request it answers.
    pub(super) route: Route,
    /// Its content.
    pub(super) content: Content,
    /// Its entity tag, with the quotes.
    pub(super) etag: String,
    /// `Content-Type`.
    pub(super) content_type: &'static str,
    /// `Cache-Control`.
    pub(super) cache_control: &'static str,
    /// When it came to be, where that is known.
    pub(super) modified: Option<SystemTime>,
    /// Whether parts of it are served.
    pub(super) ranges: bool,
    /// Whether it is worth making it smaller: it is kept, or large.
    pub(super) encodes: bool,
    /// Other headers.
    pub(super) extra: HeaderMap,
    /// The revision that it belongs to, which may be revoked.
    pub(super) standing: Option<Arc<Standing>>,
}

/// Something that is served.
#[derive(Debug)]
pub(super) struct Asset {
    /// Which kind of request it answers.
    pub(super) route: Route,
    /// The revision that it belongs to.
    pub(super) standing: Option<Arc<Standing>>,
    content: Content,
    etag: String,
    weak: String,
    modified: Option<SystemTime>,
    ranges: bool,
    encodes: bool,
    headers: HeaderMap,
    weak_headers: HeaderMap,
    gzip: OnceCell<Option<Bytes>>,
    brotli: OnceCell<Option<Bytes>>,
}

impl Asset {
    /// What these parts make.
    pub(super) fn new(parts: Parts) -> Self {
        let size = parts.content.size();
        let weak = format!("W/{}", parts.etag);
        let mut headers = parts.extra;
        let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("\"\""));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(parts.content_type));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(parts.cache_control));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(modified) = parts.modified {
            let text = httpdate::fmt_http_date(conditions::whole_seconds(modified));
            headers.insert(header::LAST_MODIFIED, value(&text));
        }
        let mut weak_headers = headers.clone();
        weak_headers.insert(header::ETAG, value(&weak));
        if parts.ranges {
            headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        }
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
        headers.insert(header::ETAG, value(&parts.etag));
        let in_memory = matches!(parts.content, Content::Memory(_));
        Self {
            encodes: parts.encodes
                && in_memory
                && encoding::is_compressible(parts.content_type, size as usize),
            route: parts.route,
            standing: parts.standing,
            content: parts.content,
            etag: parts.etag,
            weak,
            modified: parts.modified,
            ranges: parts.ranges,
            headers,
            weak_headers,
            gzip: OnceCell::new(),
            brotli: OnceCell::new(),
        }
    }

    /// How many bytes it has.
    pub(super) const fn size(&self) -> u64 {
        self.content.size()
    }

    /// Answers a `GET` or `HEAD` for it. Memory for encoded content comes from the shelf's budget.
    ///
    /// # Errors
    /// A condition does not hold, a range is outside, no acceptable coding, or the store failed.
    pub(super) async fn respond(
        &self,
        method: &Method,
        headers: &HeaderMap,
        shelf: &Shelf,
    ) -> Result<Response<Body>, Problem> {
        // Ranges and strong comparison mean the bytes themselves.
        let wants_range = self.ranges && method == Method::GET && headers.contains_key(header::RANGE);
        let exact = wants_range || headers.contains_key(header::IF_MATCH);
        let coding = if exact { Some(Coding::Identity) } else { encoding::negotiate(headers, self.encodes) };
        let Some(coding) = coding else {
            let message =
                "no content coding that the request accepts can be sent: accept `identity`, `gzip` or `br`";
            return Err(
                Problem::refused(StatusCode::NOT_ACCEPTABLE, message).with(header::VARY, "Accept-Encoding")
            );
        };
        let encoded = match coding {
            Coding::Identity => None,
            _ => self.encoded(coding, shelf).await,
        };
        let (etag, validators) = match encoded {
            None => (&self.etag, &self.headers),
            Some(_) => (&self.weak, &self.weak_headers),
        };
        match conditions::judge(headers, etag, self.modified) {
            Verdict::Go => {}
            Verdict::NotModified => return Ok(not_modified(validators)),
            Verdict::Failed => {
                let message = format!("the condition does not hold: the entity tag is {etag}");
                return Err(Problem::refused(StatusCode::PRECONDITION_FAILED, message));
            }
        }
        let mut response = Response::new(Body::empty());
        *response.headers_mut() = validators.clone();
        let has_body = method == Method::GET;
        if let Some(bytes) = encoded {
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            if let Some(word) = coding.word() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(word));
            }
            if has_body {
                *response.body_mut() = Body::from(bytes.clone());
            }
            return Ok(response);
        }
        let part = match headers.get(header::RANGE).filter(|_| wants_range) {
            Some(field) if conditions::range_applies(headers, etag, self.modified) => {
                range::parse(field.to_str().unwrap_or(""), self.content.size())
            }
            _ => Part::Whole,
        };
        match part {
            Part::Whole if !has_body => {}
            Part::Whole => *response.body_mut() = self.content.body(None, shelf.budget()).await?,
            Part::Bytes(range) => {
                *response.status_mut() = StatusCode::PARTIAL_CONTENT;
                let (length, size) = (range.end - range.start, self.content.size());
                let text = format!("bytes {}-{}/{size}", range.start, range.end - 1);
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
                if let Ok(value) = HeaderValue::from_str(&text) {
                    headers.insert(header::CONTENT_RANGE, value);
                }
                *response.body_mut() = self.content.body(Some(range), shelf.budget()).await?;
            }
            Part::Unsatisfiable => {
                let size = self.content.size();
                let problem = Problem::refused(
                    StatusCode::RANGE_NOT_SATISFIABLE,
                    format!("the range lies outside of the content, which has {size} bytes"),
                );
                let value = HeaderValue::from_str(&format!("bytes */{size}"));
                return Err(match value {
                    Ok(value) => problem.with_value(header::CONTENT_RANGE, value),
                    Err(_) => problem,
                });
            }
        }
        Ok(response)
    }

    /// The content in a coding, made once; `None` if that gains nothing, or there is no room for it now.
    async fn encoded(&self, coding: Coding, shelf: &Shelf) -> Option<&Bytes> {
        let Content::Memory(bytes) = &self.content else { return None };
        let cell = if coding == Coding::Gzip { &self.gzip } else { &self.brotli };
        let made = cell.get_or_try_init(|| async {
            let plain = bytes.clone();
            let encoded = tokio::task::spawn_blocking(move || encoding::encode(&plain, coding)).await;
            match encoded.ok().flatten() {
                None => Ok(None),
                Some(encoded) => {
                    let permit = shelf.room(encoded.len()).ok_or(())?;
                    Ok::<_, ()>(Some(budget::counted(encoded, permit)))
                }
            }
        });
        made.await.ok()?.as_ref()
    }
}

impl Content {
    /// How many bytes it has.
    pub(super) const fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Stored(stored) => stored.size,
        }
    }

    async fn body(&self, range: Option<Range<u64>>, budget: &budget::Budget) -> Result<Body, Problem> {
        match (self, range) {
            (Self::Memory(bytes), None) => Ok(Body::from(bytes.clone())),
            (Self::Memory(bytes), Some(range)) => {
                Ok(Body::from(bytes.slice(range.start as usize..range.end as usize)))
            }
            (Self::Stored(stored), range) => stored.body(range, budget).await,
        }
    }
}

/// 304 with what a 200 would have said, as section 15.4.5 of RFC 9110 asks.
fn not_modified(validators: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    *headers = validators.clone();
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::ACCEPT_RANGES);
    response
}
