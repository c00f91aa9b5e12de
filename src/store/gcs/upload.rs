//! Creating an object: one conditional request, or pieces after a conditional beginning.

use std::ops::Range;
use std::time::SystemTime;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::store::body::Parts;
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::retry::Attempts;
use crate::store::settings::LockMode;
use crate::store::{Attributes, Key, Payload};

use super::GcsStore;
use super::client::{Answer, Client, encoded};
use crate::store::error::Doing;

/// What is larger goes in pieces of this size, in bytes: a multiple of 256 KiB, as the protocol asks.
const PIECE: u64 = 8 << 20;

impl GcsStore {
    /// Creates an object, unless there is one.
    pub(super) async fn upload(
        &self,
        key: &Key,
        payload: &Payload,
        attributes: &Attributes,
    ) -> Result<(), StoreError> {
        let doing = self.doing("write", "storage.objects.create", key.as_str());
        let description = self.description(key, payload, attributes);
        if payload.size() <= PIECE {
            return self.whole(&description, payload, attributes, doing).await;
        }
        self.pieces(&description, payload, attributes, doing).await
    }

    /// What the object is called, and what readers are told about it.
    fn description(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Value {
        let mut description = json!({
            "name": format!("{}{key}", self.prefix),
            "contentType": attributes.content_type,
            "cacheControl": attributes.cache_control,
            "metadata": {"sha256": payload.sha256().to_string(), "etag": attributes.etag},
        });
        if let Some(class) = &self.settings.storage_class {
            description["storageClass"] = json!(class);
        }
        if let Some(lock) = self.settings.object_lock {
            let mode = match lock.mode {
                LockMode::Governance => "Unlocked",
                LockMode::Compliance => "Locked",
            };
            let until = SystemTime::now() + std::time::Duration::from_secs(86_400 * u64::from(lock.days));
            let until = crate::time::rfc3339(until);
            description["retention"] = json!({"mode": mode, "retainUntilTime": until});
        }
        description
    }

    fn begin(&self, kind: &str) -> String {
        let key = self.settings.kms_key.as_deref();
        let key = key.map(|key| format!("&kmsKeyName={}", encoded(key))).unwrap_or_default();
        format!("/upload/storage/v1/b/{}/o?uploadType={kind}&ifGenerationMatch=0{key}", self.bucket)
    }

    /// In one request: <https://cloud.google.com/storage/docs/json_api/v1/how-tos/multipart-upload>.
    async fn whole(
        &self,
        description: &Value,
        payload: &Payload,
        attributes: &Attributes,
        doing: Doing<'_>,
    ) -> Result<(), StoreError> {
        let content = payload.read().await?;
        // No content holds its own hash, so that none holds the boundary.
        let boundary = format!("aegis-{}", payload.sha256());
        let mut body = format!(
            "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{description}\r\n--{boundary}\r\n\
             Content-Type: {}\r\nContent-Transfer-Encoding: binary\r\n\r\n",
            attributes.content_type
        )
        .into_bytes();
        body.extend_from_slice(&content);
        drop(content);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let headers = [("content-type", format!("multipart/related; boundary={boundary}"))];
        let client = self.client().await?;
        client.send(Method::POST, &self.begin("multipart"), &headers, body, doing).await?;
        Ok(())
    }

    /// In pieces: <https://cloud.google.com/storage/docs/performing-resumable-uploads>. Nothing is there before the last one.
    async fn pieces(
        &self,
        description: &Value,
        payload: &Payload,
        attributes: &Attributes,
        doing: Doing<'_>,
    ) -> Result<(), StoreError> {
        let client = self.client().await?;
        let headers = [
            ("content-type", "application/json; charset=UTF-8".to_owned()),
            ("x-upload-content-type", attributes.content_type.to_owned()),
            ("x-upload-content-length", payload.size().to_string()),
        ];
        let body = description.to_string();
        let begun = client.send(Method::POST, &self.begin("resumable"), &headers, body, doing).await?;
        let Some(session) = begun.header("location") else {
            return Err(doing.because(StoreErrorKind::Other, "the store named no upload"));
        };
        let upload = Session { client, url: session.to_owned(), total: payload.size(), doing };
        let sent = upload.send(payload).await;
        if sent.is_err() {
            upload.cancel().await;
        }
        sent
    }
}

/// An upload in pieces. One that fails is cancelled; one that is given up is swept by Google within a week, and costs nothing.
struct Session<'s> {
    client: &'s Client,
    url: String,
    total: u64,
    doing: Doing<'s>,
}

/// What the store says of an upload.
enum State {
    /// The object is there.
    Done,
    /// So many bytes are.
    Has(u64),
}

impl Session<'_> {
    async fn send(&self, payload: &Payload) -> Result<(), StoreError> {
        let mut parts = Parts::new(payload.open().await?, PIECE as usize);
        let mut at = 0;
        // The last piece makes the object: it is sent only after the content has turned out to be what it was said to be.
        let mut held = parts.next().await?;
        while let Some(piece) = held {
            held = parts.next().await?;
            let end = at + piece.len() as u64;
            self.piece(at..end, piece.into()).await?;
            at = end;
        }
        Ok(())
    }

    /// One piece, until the store has all of it.
    async fn piece(&self, mut range: Range<u64>, mut piece: Bytes) -> Result<(), StoreError> {
        let mut attempts = Attempts::of_requests();
        loop {
            let state = match self.put(&range, piece.clone()).await {
                Err(error) if attempts.again(&error).await => self.ask().await?,
                state => state?,
            };
            match state {
                State::Done => return Ok(()),
                State::Has(has) if has == range.end => return Ok(()),
                State::Has(has) if has == range.start => {
                    let error =
                        self.doing.because(StoreErrorKind::Unavailable, "the store takes no more of it");
                    if !attempts.again(&error).await {
                        return Err(error);
                    }
                }
                State::Has(has) if (range.start..range.end).contains(&has) => {
                    piece = piece.slice((has - range.start) as usize..);
                    range.start = has;
                    attempts = Attempts::of_requests();
                }
                State::Has(has) => {
                    let why = format!("the store lost a part of it: it has {has} bytes of {}", range.start);
                    return Err(self.doing.because(StoreErrorKind::Conflict, &why));
                }
            }
        }
    }

    async fn put(&self, range: &Range<u64>, piece: Bytes) -> Result<State, StoreError> {
        let said = format!("bytes {}-{}/{}", range.start, range.end - 1, self.total);
        let headers = [("content-range", said)];
        let answer = self.client.once(Method::PUT, &self.url, &headers, piece, self.doing).await?;
        self.state(answer).await
    }

    /// How much the store has. Until that is known, nothing more is sent.
    async fn ask(&self) -> Result<State, StoreError> {
        let headers = [("content-range", format!("bytes */{}", self.total))];
        let answer = self.client.ask(Method::PUT, &self.url, &headers, Bytes::new(), self.doing).await?;
        self.state(answer).await
    }

    async fn state(&self, answer: Answer) -> Result<State, StoreError> {
        if answer.status() == 308 {
            let end = answer.header("range").and_then(|range| range.rsplit_once('-')?.1.parse::<u64>().ok());
            return Ok(State::Has(end.map_or(0, |end| end + 1)));
        }
        // A session that is gone is begun anew, as one that another write was in the way of.
        if matches!(answer.status(), 404 | 410) {
            return Err(self.doing.because(StoreErrorKind::Conflict, "the store has forgotten the upload"));
        }
        answer.sound(self.doing).await.map(|_| State::Done)
    }

    async fn cancel(&self) {
        let _ = self.client.once(Method::DELETE, &self.url, &[], Bytes::new(), self.doing).await;
    }
}
