//! A store on a network as what the run time follows: its calls wait, so that it needs no knowledge of stores.

use std::io;

use crate::diag::{Code, Diagnostic, Outcome};
use crate::runtime::Objects;
use crate::store::{Folder, Key, MAX_PAGE, Store, StoreError, StoreErrorKind};

/// A store, and what drives its requests: connections live on from one look to the next.
pub(super) struct Followed {
    store: Box<dyn Store>,
    driver: tokio::runtime::Runtime,
}

impl Followed {
    /// # Errors
    /// The process has no file descriptors left, for one.
    pub(super) fn new(store: Box<dyn Store>) -> Outcome<Self> {
        let driver = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
            let message = format!("cannot start what drives the store: {error}");
            let help = "raise the limits of the process and run it again";
            Box::new(Diagnostic::error(Code::StoreFailed, message).help(help))
        })?;
        Ok(Self { store, driver })
    }
}

impl Objects for Followed {
    fn url(&self) -> &str {
        self.store.url()
    }

    fn names(&mut self, folder: &str) -> io::Result<Vec<String>> {
        let folder = Folder::new(folder).map_err(invalid)?;
        let (mut names, mut from) = (Vec::new(), None::<String>);
        loop {
            let page =
                self.driver.block_on(self.store.list(&folder, from.as_deref(), MAX_PAGE)).map_err(failed)?;
            let direct = page.objects.iter().filter_map(|listed| folder.name_of(&listed.key));
            names.extend(direct.filter(|name| !name.contains('/')).map(str::to_owned));
            from = page.next;
            if from.is_none() {
                return Ok(names);
            }
        }
    }

    fn read(&mut self, key: &str, limit: u64, out: &mut dyn io::Write) -> io::Result<()> {
        let key = Key::new(key).map_err(invalid)?;
        let store = &self.store;
        self.driver.block_on(async {
            let mut object = store.get(&key, None).await.map_err(failed)?;
            let mut left = limit;
            while let Some(chunk) = object.body.next().await.map_err(failed)? {
                let wanted = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                out.write_all(&chunk[..wanted])?;
                left -= wanted as u64;
                if left == 0 {
                    break;
                }
            }
            Ok(())
        })
    }
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

fn failed(error: StoreError) -> io::Error {
    let kind = match error.kind {
        StoreErrorKind::NotFound => io::ErrorKind::NotFound,
        StoreErrorKind::Denied | StoreErrorKind::Unauthenticated => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::store::{Payload, block_on, layout, open};

    #[test]
    fn a_store_is_seen_as_a_folder_would_be() {
        let root = tempfile::tempdir().unwrap();
        let store = open(root.path().to_str().unwrap(), Path::new("/")).unwrap();
        for name in ["a/1.json", "a/2.json", "a/b/3.json"] {
            let payload = Payload::bytes(name.as_bytes());
            let attributes = layout::immutable(name, payload.sha256());
            block_on(store.create(&Key::new(name).unwrap(), &payload, &attributes)).unwrap().unwrap();
        }
        let mut followed = Followed::new(store).unwrap();
        assert_eq!(followed.names("a").unwrap(), ["1.json", "2.json"]);
        assert!(followed.names("none").unwrap().is_empty());
        let mut read = |key: &str, limit| {
            let mut bytes = Vec::new();
            followed.read(key, limit, &mut bytes).map(|()| String::from_utf8(bytes).unwrap())
        };
        assert_eq!(read("a/1.json", 100).unwrap(), "a/1.json");
        assert_eq!(read("a/1.json", 3).unwrap(), "a/1");
        assert_eq!(read("a/9.json", 3).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(read("../x", 3).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
