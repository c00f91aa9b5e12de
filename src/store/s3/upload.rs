//! Creating an object: one conditional request, or parts and a conditional completion.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{
    ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, ObjectLockMode, ObjectLockRetentionMode,
    ServerSideEncryption, StorageClass,
};
use base64::Engine as _;
use tokio::task::JoinSet;

use crate::store::body::Parts;
use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::meter::Count;
use crate::store::retry::Attempts;
use crate::store::settings::LockMode;
use crate::store::tasks::room;
use crate::store::{Attributes, Digest, Key, Payload, probe};

use super::S3Store;
use super::client::patience;

/// What is larger goes in parts of this size, and larger ones if there would be more than [`MAX_PARTS`], in bytes.
pub(super) const PART: u64 = 8 << 20;
/// The most parts that an object may have.
const MAX_PARTS: u64 = 10_000;
/// The most bytes that one request may carry.
const MAX_PUT: u64 = 5 << 30;
/// How many parts of one object are under way at once.
const PARALLEL: usize = 3;

impl S3Store {
    /// Creates an object. What another write was in the way of is sent again, whole, until the deadline.
    pub(super) async fn upload(
        &self,
        key: &Key,
        payload: &Payload,
        attributes: &Attributes,
    ) -> Result<(), StoreError> {
        let mut attempts = Attempts::of_writes();
        loop {
            match self.attempt(key, payload, attributes).await {
                Err(error) if attempts.again(&error).await => {}
                done => return done,
            }
        }
    }

    async fn attempt(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        let (payload, mut count) = payload.counted();
        let payload = &payload;
        if payload.size() <= PART {
            self.put(key, payload.read().await?.into(), payload, attributes).await?;
            count.add(payload.size());
            return Ok(());
        }
        if self.honours_completion().await? {
            return self.parts(key, payload, &mut count, attributes).await;
        }
        if payload.size() > MAX_PUT {
            let why = "it has more than 5 GiB, and the store does not honour conditions on multipart uploads";
            return Err(self.doing("write", "s3:PutObject", key).because(StoreErrorKind::Other, why));
        }
        // A condition that holds only for a single request takes the whole object in one.
        self.put(key, whole(payload).await?, payload, attributes).await?;
        count.add(payload.size());
        Ok(())
    }

    async fn put(
        &self,
        key: &Key,
        body: ByteStream,
        payload: &Payload,
        attributes: &Attributes,
    ) -> Result<(), StoreError> {
        let sha256 = payload.sha256();
        let lock = self.settings.object_lock.map(|lock| match lock.mode {
            LockMode::Governance => ObjectLockMode::Governance,
            LockMode::Compliance => ObjectLockMode::Compliance,
        });
        let request = self.client().await.put_object().bucket(&self.bucket).key(self.full(key));
        let request = request
            .body(body)
            .if_none_match("*")
            .checksum_sha256(base64(sha256.as_bytes()))
            .content_type(attributes.content_type)
            .cache_control(attributes.cache_control)
            .metadata("sha256", sha256.to_string())
            .metadata("etag", &attributes.etag)
            .set_storage_class(self.storage_class())
            .set_server_side_encryption(self.encryption())
            .set_ssekms_key_id(self.settings.kms_key.clone())
            .set_object_lock_mode(lock)
            .set_object_lock_retain_until_date(self.retain_until());
        let sent = match patience(payload.size()) {
            Some(patience) => request.customize().config_override(patience).send().await,
            None => request.send().await,
        };
        sent.map(|_| ()).map_err(|error| self.doing("write", "s3:PutObject", key).of_s3(error))
    }

    fn storage_class(&self) -> Option<StorageClass> {
        self.settings.storage_class.as_deref().map(StorageClass::from)
    }

    fn encryption(&self) -> Option<ServerSideEncryption> {
        self.settings.kms_key.as_ref().map(|_| ServerSideEncryption::AwsKms)
    }

    fn retain_until(&self) -> Option<DateTime> {
        let days = self.settings.object_lock?.days;
        Some((SystemTime::now() + Duration::from_secs(86_400 * u64::from(days))).into())
    }

    /// Whether a completion that must be refused is: asked once, on the key of the probe, which exists by now.
    async fn honours_completion(&self) -> Result<bool, StoreError> {
        let ask = || async {
            let key = Key::new(probe::PROBE)
                .map_err(|error| StoreError::new(StoreErrorKind::Other, error.to_string()))?;
            let payload = Payload::bytes(probe::CONTENT);
            let attributes = crate::store::layout::immutable("probe.json", payload.sha256());
            match self.put(&key, payload.read().await?.into(), &payload, &attributes).await {
                Err(error) if !error.is_exists() => return Err(error),
                _ => {}
            }
            let (payload, mut count) = payload.counted();
            match self.parts(&key, &payload, &mut count, &attributes).await {
                Ok(()) => Ok(false),
                Err(error) if error.is_exists() => Ok(true),
                Err(error) => Err(error),
            }
        };
        self.multipart.get_or_try_init(ask).await.copied()
    }

    async fn parts(
        &self,
        key: &Key,
        payload: &Payload,
        count: &mut Count,
        attributes: &Attributes,
    ) -> Result<(), StoreError> {
        let client = self.client().await;
        let doing = || self.doing("write", "s3:PutObject", key);
        let lock = self.settings.object_lock.map(|lock| match lock.mode {
            LockMode::Governance => ObjectLockRetentionMode::Governance,
            LockMode::Compliance => ObjectLockRetentionMode::Compliance,
        });
        let begun = client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .key(self.full(key))
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .content_type(attributes.content_type)
            .cache_control(attributes.cache_control)
            .metadata("sha256", payload.sha256().to_string())
            .metadata("etag", &attributes.etag)
            .set_storage_class(self.storage_class())
            .set_server_side_encryption(self.encryption())
            .set_ssekms_key_id(self.settings.kms_key.clone())
            .set_object_lock_mode(lock.map(|lock| ObjectLockMode::from(lock.as_str())))
            .set_object_lock_retain_until_date(self.retain_until())
            .send()
            .await
            .map_err(|error| doing().of_s3(error))?;
        let Some(id) = begun.upload_id() else {
            return Err(doing().because(StoreErrorKind::Other, "the store named no upload"));
        };
        let mut upload = Upload {
            client: client.clone(),
            bucket: self.bucket.clone(),
            key: self.full(key),
            id: id.to_owned(),
            is_open: true,
        };
        let sent = async {
            let parts = upload.send(self, key, payload, count).await?;
            let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
            let complete = client.complete_multipart_upload().bucket(&self.bucket).key(&upload.key);
            let complete = complete.upload_id(&upload.id).if_none_match("*").multipart_upload(parts);
            complete.send().await.map(|_| ()).map_err(|error| doing().of_s3(error))
        };
        let result = sent.await;
        upload.is_open = false;
        if result.is_err() {
            upload.abort().await;
        }
        result
    }
}

/// An upload in parts. One that is given up is aborted, so that nobody pays for its parts.
struct Upload {
    client: Client,
    bucket: String,
    key: String,
    id: String,
    is_open: bool,
}

impl Upload {
    /// Sends the parts, a few at a time, in the order of the content.
    async fn send(
        &self,
        store: &S3Store,
        key: &Key,
        payload: &Payload,
        count: &mut Count,
    ) -> Result<Vec<CompletedPart>, StoreError> {
        let size = PART.max(payload.size().div_ceil(MAX_PARTS)) as usize;
        let mut chunks = Parts::new(payload.open().await?, size);
        let mut tasks = JoinSet::new();
        let mut parts = Vec::new();
        let mut number = 0;
        let failed = |error| store.doing("write", "s3:PutObject", key).of_s3(error);
        loop {
            let part = if tasks.len() < PARALLEL {
                let room = room().await;
                chunks.next().await?.map(|part| (part, room))
            } else {
                None
            };
            match part {
                Some((part, room)) => {
                    number += 1;
                    let sha256 = base64(Digest::of(&part).as_bytes());
                    let request = self.client.upload_part().bucket(&self.bucket).key(&self.key);
                    let request = request.upload_id(&self.id).part_number(number).checksum_sha256(&sha256);
                    let length = part.len() as u64;
                    let patience = patience(length);
                    let request = request.body(part.into()).customize();
                    let request = match patience {
                        Some(patience) => request.config_override(patience),
                        None => request,
                    };
                    tasks.spawn(async move {
                        let sent = request.send().await;
                        drop(room);
                        (number, sha256, length, sent)
                    });
                }
                None => match tasks.join_next().await {
                    None => break,
                    Some(Ok((number, sha256, length, sent))) => {
                        let sent = sent.map_err(failed)?;
                        count.add(length);
                        let part = CompletedPart::builder().part_number(number).checksum_sha256(sha256);
                        parts.push(part.set_e_tag(sent.e_tag).build());
                    }
                    Some(Err(error)) => {
                        return Err(store
                            .doing("write", "s3:PutObject", key)
                            .because(StoreErrorKind::Other, error));
                    }
                },
            }
        }
        parts.sort_by_key(CompletedPart::part_number);
        Ok(parts)
    }

    /// Lets the store drop the parts. That it cannot is no failure of the upload: stores sweep such parts by rule.
    async fn abort(&self) {
        let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(&self.key);
        let _ = request.upload_id(&self.id).send().await;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.is_open {
            return;
        }
        // The future was dropped in the middle. The parts are left to a task, as far as the runtime lives on.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(&self.key);
            let request = request.upload_id(&self.id);
            runtime.spawn(async move { request.send().await });
        }
    }
}

/// All of a large payload as one body that is read from its file as it is sent. It is judged before: the store's own check
/// of the SHA-256 is what finds a change after that.
async fn whole(payload: &Payload) -> Result<ByteStream, StoreError> {
    let Some(path) = payload.path() else { return Ok(payload.read().await?.into()) };
    let mut chunks = payload.open().await?;
    while chunks.next().await?.is_some() {}
    ByteStream::from_path(path).await.map_err(|error| {
        let message = format!("cannot read `{}`: {error}", path.display());
        StoreError::new(StoreErrorKind::SourceUnreadable, message)
    })
}

fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
