//! A runtime directory as a tar archive whose bytes depend on its files alone: sorted, of no time, of nobody, uncompressed, so that
//! no version of a compressor changes it. It is made a piece at a time.

use std::collections::{BTreeSet, VecDeque};

use async_trait::async_trait;
use tar::{EntryType, Header};

use crate::store::Chunks;
use crate::store::error::StoreError;

/// What an archive is made of.
const BLOCK: u64 = 512;

/// Something that opens the content of a file.
#[async_trait]
pub(super) trait Open: Send + Sync {
    /// The content of a file.
    async fn open(&self, name: &str) -> Result<Box<dyn Chunks>, StoreError>;
}

/// A piece of an archive.
enum Piece {
    Bytes(Vec<u8>),
    File(String),
}

/// An archive of files by path and size, in the order of their paths; each folder before what is in it.
pub(super) struct Archive {
    pieces: VecDeque<Piece>,
    size: u64,
}

impl Archive {
    /// # Errors
    /// A path that an archive cannot hold.
    pub(super) fn new<'f>(files: impl Iterator<Item = (&'f str, u64)>) -> Result<Self, String> {
        let (mut pieces, mut size, mut folders) = (VecDeque::new(), 0, BTreeSet::new());
        for (name, length) in files {
            for (at, _) in name.match_indices('/') {
                if folders.insert(&name[..=at]) {
                    pieces.push_back(Piece::Bytes(header(&name[..=at], EntryType::Directory, 0o755, 0)?));
                    size += BLOCK;
                }
            }
            let padding = (BLOCK - length % BLOCK) % BLOCK;
            pieces.push_back(Piece::Bytes(header(name, EntryType::Regular, 0o644, length)?));
            pieces.push_back(Piece::File(name.to_owned()));
            pieces.push_back(Piece::Bytes(vec![0; padding as usize]));
            size += BLOCK + length + padding;
        }
        pieces.push_back(Piece::Bytes(vec![0; 2 * BLOCK as usize]));
        Ok(Self { pieces, size: size + 2 * BLOCK })
    }

    /// Its bytes.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Its content.
    pub(super) fn read(self, source: std::sync::Arc<dyn Open>) -> Box<dyn Chunks> {
        Box::new(Reading { pieces: self.pieces, source, file: None })
    }
}

fn header(name: &str, kind: EntryType, mode: u32, size: u64) -> Result<Vec<u8>, String> {
    let mut header = Header::new_ustar();
    header.set_path(name).map_err(|error| format!("`{name}` cannot stand in an image: {error}"))?;
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_cksum();
    Ok(header.as_bytes().to_vec())
}

struct Reading {
    pieces: VecDeque<Piece>,
    source: std::sync::Arc<dyn Open>,
    file: Option<Box<dyn Chunks>>,
}

#[async_trait]
impl Chunks for Reading {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        loop {
            if let Some(file) = &mut self.file {
                match file.next().await? {
                    Some(chunk) => return Ok(Some(chunk)),
                    None => self.file = None,
                }
            }
            match self.pieces.pop_front() {
                None => return Ok(None),
                Some(Piece::Bytes(bytes)) if bytes.is_empty() => {}
                Some(Piece::Bytes(bytes)) => return Ok(Some(bytes)),
                Some(Piece::File(name)) => self.file = Some(self.source.open(&name).await?),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::{Digest, Payload, block_on};

    struct Names;

    #[async_trait]
    impl Open for Names {
        async fn open(&self, name: &str) -> Result<Box<dyn Chunks>, StoreError> {
            Payload::bytes(name.as_bytes()).open().await
        }
    }

    fn archive(names: &[&str]) -> Vec<u8> {
        let archive = Archive::new(names.iter().map(|name| (*name, name.len() as u64))).unwrap();
        let size = archive.size();
        let mut bytes = Vec::new();
        let mut chunks = archive.read(Arc::new(Names));
        while let Some(chunk) = block_on(chunks.next()).unwrap().unwrap() {
            bytes.extend(chunk);
        }
        assert_eq!(bytes.len() as u64, size);
        bytes
    }

    #[test]
    fn archives_hold_the_files_and_nothing_of_the_machine() {
        let names =
            ["README.md", "caches/global.1337", "exports/a/b.json", "exports/pack.json", "runtime.1337"];
        let bytes = archive(&names);
        // Bytes that may not change: a new digest would move no tag, but find the old one in its way.
        assert_eq!(
            Digest::of(&bytes).to_string(),
            "6951c8cdae673399d1510be31f3cda2b79a773708efecf08f0bda0bc716c7c18"
        );
        let mut found = Vec::new();
        for entry in tar::Archive::new(bytes.as_slice()).entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().display().to_string();
            let mut content = String::new();
            std::io::Read::read_to_string(&mut entry, &mut content).unwrap();
            let header = entry.header();
            assert_eq!((header.mtime().unwrap(), header.uid().unwrap()), (0, 0));
            assert!(content == path || header.entry_type() == EntryType::Directory, "{path}");
            found.push(path);
        }
        let folders =
            ["README.md", "caches/", "caches/global.1337", "exports/", "exports/a/", "exports/a/b.json"];
        assert_eq!(found[..6], folders);
        assert!(Archive::new([("x".repeat(300).as_str(), 1)].into_iter()).is_err());
    }
}
