//! A pack's channel in a store as a source of packs: the document with the highest number says which pack is current.
//!
//! ```text
//! packs/<oid>/channels/<name>/<20-digit sequence>.json   channel/v1
//! packs/<oid>/<packHash>/metadata.json, runtime.1337, caches/…
//! packs/<oid>/<packHash>/revoked.json                    revoked/v1, if it was
//! ```
//!
//! Knows no kind of store: objects come through [`Objects`].

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use crate::diag::{Code, Diagnostic, Place};
use crate::oid::Oid;

use super::source::{Copies, FILES, Look, Source, Trouble};

/// The largest channel document or revocation that is read, in bytes.
const MAX_DOCUMENT: u64 = 1 << 20;

/// The objects of a store, read-only. Folders and keys are separated by `/`, without one at either end.
pub trait Objects: Send {
    /// The store's URL, without secrets.
    fn url(&self) -> &str;

    /// The names of the objects that stand in a folder itself, in any order. A folder that is not there is empty.
    ///
    /// # Errors
    /// The store cannot be reached.
    fn names(&mut self, folder: &str) -> io::Result<Vec<String>>;

    /// Writes an object's bytes into `out`, at most `limit` of them.
    ///
    /// # Errors
    /// `NotFound` if there is no such object; else the store failed.
    fn read(&mut self, key: &str, limit: u64, out: &mut dyn io::Write) -> io::Result<()>;

    /// Where on this machine changes in a folder can be noticed, if they can.
    fn path(&self, folder: &str) -> Option<PathBuf> {
        let _ = folder;
        None
    }
}

/// A channel.
pub struct Channel<O> {
    objects: O,
    oid: Oid,
    channel: String,
    name: String,
    /// The highest number that was seen: the next one is asked for by its key, without listing.
    sequence: Option<u64>,
    /// The pack that it names, by its `packHash`.
    to: String,
}

impl<O: Objects> Channel<O> {
    /// The channel of a pack in a store.
    pub fn new(objects: O, oid: Oid, channel: impl Into<String>) -> Self {
        let channel = channel.into();
        let name = format!("{} {oid} {channel}", objects.url());
        Self { objects, oid, channel, name, sequence: None, to: String::new() }
    }

    fn folder(&self) -> String {
        format!("packs/{}/channels/{}", self.oid, self.channel)
    }

    fn pack(&self, pack_hash: &str) -> String {
        format!("packs/{}/{pack_hash}", self.oid)
    }

    fn failed(&self, key: &str, error: &io::Error) -> Trouble {
        let message = format!("cannot read `{key}` in the store {}: {error}", self.objects.url());
        let help = "see that the store can be reached and read; it is tried again";
        let place = Place::file(key.into());
        Trouble::Failed(Box::new(Diagnostic::error(Code::StoreFailed, message).at(place).help(help)))
    }

    /// A small document; `None` if there is none.
    fn document(&mut self, key: &str) -> Result<Option<Vec<u8>>, Trouble> {
        let mut bytes = Vec::new();
        match self.objects.read(key, MAX_DOCUMENT, &mut bytes) {
            Ok(()) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(key, &error)),
        }
    }

    /// The pack that the channel's document of this number names, if there is one.
    fn numbered(&mut self, sequence: u64) -> Result<Option<String>, Trouble> {
        let key = format!("{}/{sequence:020}.json", self.folder());
        let Some(bytes) = self.document(&key)? else { return Ok(None) };
        let faulty = |message: String| {
            let place = Place::file(Arc::from(key.as_str()));
            let help = "deploy to the channel again: the next document takes its place";
            Trouble::Faulty(Box::new(Diagnostic::error(Code::MetadataInvalid, message).at(place).help(help)))
        };
        let document: Document = serde_json::from_slice(&bytes)
            .map_err(|error| faulty(format!("the channel document `{key}` is malformed: {error}")))?;
        if document.aegis != "channel/v1" || document.sequence != sequence || !is_hash(&document.to) {
            let message = format!(
                "the channel document `{key}` is no `channel/v1` of number {sequence} that names a pack by its hash"
            );
            return Err(faulty(message));
        }
        Ok(Some(document.to))
    }

    /// The highest number in the channel's folder.
    fn highest(&mut self) -> Result<u64, Trouble> {
        let folder = self.folder();
        let names = self.objects.names(&folder).map_err(|error| self.failed(&folder, &error))?;
        let number = |name: &String| {
            let digits = name.strip_suffix(".json").filter(|digits| digits.len() == 20)?;
            digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok())?
        };
        names.iter().filter_map(number).max().ok_or_else(|| {
            Trouble::Absent(format!(
                "the channel `{}` of {} in {} has no document yet",
                self.channel,
                self.oid,
                self.objects.url()
            ))
        })
    }
}

/// A channel document, as far as a reader needs it.
#[derive(Deserialize)]
struct Document {
    aegis: String,
    sequence: u64,
    to: String,
}

/// A revocation, as far as a reader needs it.
#[derive(Deserialize, Default)]
struct Revoked {
    #[serde(default)]
    reason: String,
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl<O: Objects> Source for Channel<O> {
    fn name(&self) -> &str {
        &self.name
    }

    fn look(&mut self) -> Result<Look, Trouble> {
        let mut sequence = match self.sequence {
            Some(known) => known,
            None => {
                let highest = self.highest()?;
                self.to = self.numbered(highest)?.ok_or(Trouble::Changed)?;
                highest
            }
        };
        self.sequence = Some(sequence);
        // Numbers have no gaps: a document is created only after the one before it. One that is malformed is passed
        // over as soon as another follows it.
        let (mut probe, mut fault) = (sequence, None);
        while let Some(next) = probe.checked_add(1) {
            match self.numbered(next) {
                Ok(Some(to)) => {
                    (sequence, self.to, fault) = (next, to, None);
                    self.sequence = Some(sequence);
                }
                Ok(None) => break,
                Err(Trouble::Faulty(one)) => fault = Some(one),
                Err(other) => return Err(other),
            }
            probe = next;
        }
        if let Some(one) = fault {
            return Err(Trouble::Faulty(one));
        }
        let says = format!("number {sequence} of the channel `{}`", self.channel);
        Ok(Look { mark: format!("{sequence} {}", self.to), says, newest: None })
    }

    fn fetch(&mut self, look: &Look, into: &mut Copies) -> Result<(), Trouble> {
        let Some((_, pack_hash)) = look.mark.split_once(' ') else { return Err(Trouble::Changed) };
        let folder = self.pack(pack_hash);
        for file in FILES {
            let key = format!("{folder}/{file}");
            let mut found = Ok(());
            into.take(file, |out| {
                found = self.objects.read(&key, u64::MAX, out);
                Ok(())
            })?;
            match found {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let message = format!("the channel names a pack that has no `{key}` in the store");
                    let help = "publish the pack to that store; without its manifest it is not published";
                    let place = Place::file(Arc::from(key.as_str()));
                    let one = Diagnostic::error(Code::FileMissing, message).at(place).help(help);
                    return Err(Trouble::Faulty(Box::new(one)));
                }
                Err(error) => return Err(self.failed(&key, &error)),
            }
        }
        Ok(())
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn revoked(&mut self, pack_hash: &str) -> Result<Option<String>, Trouble> {
        let key = format!("{}/revoked.json", self.pack(pack_hash));
        let Some(bytes) = self.document(&key)? else { return Ok(None) };
        // That the document is there is the revocation; what it says is only its reason.
        let revoked: Revoked = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Some(revoked.reason))
    }

    fn interval(&self) -> Duration {
        match self.objects.path("packs") {
            Some(_) => Duration::from_millis(400),
            None => Duration::from_secs(5),
        }
    }

    fn watched(&self) -> Vec<PathBuf> {
        let pack = (!self.to.is_empty()).then(|| self.pack(&self.to));
        let folders = [Some(self.folder()), pack];
        folders.into_iter().flatten().filter_map(|folder| self.objects.path(&folder)).collect()
    }
}

/// The objects of a `file://` store: a folder.
#[derive(Debug)]
pub struct StoreFolder {
    root: PathBuf,
    url: String,
}

impl StoreFolder {
    /// The store in a folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let root = std::path::absolute(&root).unwrap_or(root);
        let url = format!("file://{}", root.display());
        Self { root, url }
    }
}

impl Objects for StoreFolder {
    fn url(&self) -> &str {
        &self.url
    }

    fn names(&mut self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match std::fs::read_dir(self.root.join(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        entries.map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default())).collect()
    }

    fn read(&mut self, key: &str, limit: u64, out: &mut dyn io::Write) -> io::Result<()> {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe must not stop us, and no link leads out of a store.
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
        let file = std::fs::File::options()
            .read(true)
            .custom_flags(flags.bits() as i32)
            .open(self.root.join(key))?;
        if !file.metadata()?.is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        io::copy(&mut io::Read::take(file, limit), out).map(|_| ())
    }

    fn path(&self, folder: &str) -> Option<PathBuf> {
        Some(self.root.join(folder))
    }
}
