//! Listing the revisions of a pack: newest first, a page at a time, only those that were finished.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use semver::Version;

use crate::diag::{Code, Diagnostic, Diagnostics, Outcome};
use crate::oid::Oid;

use super::layout::Place;
use super::manifest::{MAX_MANIFEST, Manifest};
use super::tasks::all;
use super::{Digest, Store, Walk, layout, read_small, versions};

/// The most revisions that a page holds.
pub const MAX_PAGE_SIZE: u16 = 1000;

/// Some of a pack's revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The revisions, newest first, then by hash.
    pub revisions: Vec<Listed>,
    /// Where the next page begins; `None` on the last one.
    pub next_page_token: Option<String>,
    /// Warnings about manifests of this page that cannot be read.
    pub diagnostics: Diagnostics,
}

/// A revision of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The pack's identity.
    pub pack_hash: Digest,
    /// When it was published, by the store's clock.
    pub published: SystemTime,
    /// What its manifest says; `None` if that cannot be read.
    pub said: Option<Said>,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// What the manifest of a listed revision says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The pack's name.
    pub name: String,
    /// The pack's version.
    pub version: Version,
    /// The hash of what the pack says, whatever its version.
    pub content_hash: Digest,
    /// How many files it has, without the manifest.
    pub files: usize,
    /// Their bytes.
    pub size: u64,
}

/// A revision without a manifest: a publish that is running, or was killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The pack's identity.
    pub pack_hash: Digest,
    /// How many of its files are there.
    pub files: u64,
    /// Their bytes.
    pub size: u64,
    /// When the last of them was written, by the store's clock.
    pub modified: SystemTime,
}

/// A page of the finished revisions of a pack. `page_token` is that of the page before.
///
/// # Errors
/// `USAGE_INVALID` for a page size outside 1 to 1,000 or a token that is none; or the store failed.
pub async fn revisions(
    store: &dyn Store,
    oid: &Oid,
    page_size: u16,
    page_token: Option<&str>,
) -> Outcome<Listing> {
    if !(1..=MAX_PAGE_SIZE).contains(&page_size) {
        let message = format!("the page size is {page_size}, but must be from 1 to {MAX_PAGE_SIZE}");
        return Err(Box::new(
            Diagnostic::error(Code::UsageInvalid, message).help("choose another page size"),
        ));
    }
    let after = page_token.map(Position::parse).transpose()?;
    let found = survey(store, oid).await?;
    let mut finished: Vec<_> = found
        .iter()
        .filter_map(|(&hash, seen)| Some(Position { published: seen.published?, hash }))
        .collect();
    finished.sort_by_key(Position::order);
    finished.retain(|position| after.is_none_or(|after| position.order() > after.order()));
    let more = finished.len() > usize::from(page_size);
    finished.truncate(page_size.into());
    let next_page_token = finished.last().filter(|_| more).map(Position::token);
    let said = all(finished.iter().map(|position| said(store, oid, position.hash)).collect()).await?;
    let mut listing = Listing { revisions: Vec::new(), next_page_token, diagnostics: Diagnostics::new() };
    for (position, said) in finished.into_iter().zip(said) {
        let said = said.map_err(|warning| listing.diagnostics.push(*warning)).ok();
        let revoked = found.get(&position.hash).is_some_and(|seen| seen.revoked);
        listing.revisions.push(Listed {
            pack_hash: position.hash,
            published: position.published,
            said,
            revoked,
        });
    }
    Ok(listing)
}

/// The OIDs that have something in the store, in order.
///
/// # Errors
/// The store failed.
pub async fn oids(store: &dyn Store) -> Outcome<Vec<Oid>> {
    let folder = super::Folder::new(layout::PACKS)
        .map_err(|error| Box::new(Diagnostic::error(Code::Internal, error.to_string())))?;
    let mut found = std::collections::BTreeSet::new();
    let mut walk = Walk::new(store, folder);
    while let Some(listed) = walk.next().await? {
        found.extend(layout::place(&listed.key).map(|(oid, _)| oid));
    }
    Ok(found.into_iter().collect())
}

/// The revisions of a pack that have files but no manifest, by hash.
///
/// # Errors
/// The store failed.
pub async fn unfinished(store: &dyn Store, oid: &Oid) -> Outcome<Vec<Unfinished>> {
    let found = survey(store, oid).await?.into_iter();
    let row = |(pack_hash, seen): (Digest, Seen)| match seen.published {
        Some(_) => None,
        None => Some(Unfinished { pack_hash, files: seen.files, size: seen.size, modified: seen.modified }),
    };
    Ok(found.filter_map(row).collect())
}

/// What a listing shows of a revision.
struct Seen {
    published: Option<SystemTime>,
    files: u64,
    size: u64,
    modified: SystemTime,
    revoked: bool,
}

async fn survey(store: &dyn Store, oid: &Oid) -> Outcome<BTreeMap<Digest, Seen>> {
    let mut found = BTreeMap::new();
    let mut walk = Walk::new(store, layout::packs_of(oid)?);
    while let Some(listed) = walk.next().await? {
        let Some((_, Place::Pack(hash, name))) = layout::place(&listed.key) else { continue };
        let meta = listed.meta;
        let none = Seen { published: None, files: 0, size: 0, modified: meta.modified, revoked: false };
        let seen: &mut Seen = found.entry(hash).or_insert(none);
        seen.files += 1;
        seen.size += meta.size;
        seen.modified = seen.modified.max(meta.modified);
        match name {
            layout::MANIFEST => seen.published = Some(meta.modified),
            layout::REVOKED => seen.revoked = true,
            _ => {}
        }
    }
    Ok(found)
}

/// What a revision's manifest says, or the warning that says why it cannot be read.
async fn said(store: &dyn Store, oid: &Oid, hash: Digest) -> Outcome<Result<Said, Box<Diagnostic>>> {
    let folder = layout::pack(oid, hash)?;
    let key = folder.key(layout::MANIFEST).map_err(|error| {
        Box::new(Diagnostic::error(Code::Internal, format!("`{folder}{}`: {error}", layout::MANIFEST)))
    })?;
    let bytes = read_small(store, &key, MAX_MANIFEST).await?;
    Ok(match Manifest::parse(&bytes) {
        Ok(manifest) => Ok(Said {
            size: manifest.size(),
            files: manifest.files.len(),
            name: manifest.name,
            version: manifest.version,
            content_hash: manifest.content_hash,
        }),
        Err(why) => {
            let diagnostic = versions::invalid(&key, &why);
            Err(Box::new(Diagnostic { severity: crate::diag::Severity::Warning, ..diagnostic }))
        }
    })
}

/// Where a revision stands in the listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) published: SystemTime,
    pub(super) hash: Digest,
}

impl Position {
    pub(super) fn order(&self) -> (std::cmp::Reverse<SystemTime>, Digest) {
        (std::cmp::Reverse(self.published), self.hash)
    }

    pub(super) fn token(&self) -> String {
        let since = self.published.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(format!("{}.{:09}:{}", since.as_secs(), since.subsec_nanos(), self.hash))
    }

    pub(super) fn parse(token: &str) -> Outcome<Self> {
        let position = || {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
            let (time, hash) = text.split_once(':')?;
            let (seconds, nanos) = time.split_once('.')?;
            let since = Duration::new(
                seconds.parse().ok()?,
                nanos.parse().ok().filter(|&nanos| nanos < 1_000_000_000)?,
            );
            let position =
                Self { published: SystemTime::UNIX_EPOCH.checked_add(since)?, hash: hash.parse().ok()? };
            // One text a position: a token is compared, stored and quoted.
            (position.token() == token).then_some(position)
        };
        position().ok_or_else(|| {
            let diagnostic =
                Diagnostic::error(Code::UsageInvalid, "the page token is none that a listing has given");
            Box::new(
                diagnostic
                    .help("pass the token of the page before as it was printed, or none for the first page"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_the_pair_and_nothing_else() {
        let published = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 5);
        let position = Position { published, hash: Digest::of(b"x") };
        let token = position.token();
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(&token).unwrap()).unwrap();
        assert_eq!(text, format!("1700000000.000000005:{}", Digest::of(b"x")));
        assert_eq!(Position::parse(&token).unwrap(), position);
        let other = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let hash = Digest::of(b"x");
        for wrong in [
            String::new(),
            "?".to_owned(),
            format!("{token}="),
            other("x"),
            other(&format!("1.1:{hash}")),
            other(&format!("+1.000000001:{hash}")),
            other(&format!("1.4000000000:{hash}")),
            other(&format!("99999999999999999999.000000000:{hash}")),
            other(&format!("18446744073709551615.000000000:{hash}")),
            other("1.000000001:abc"),
        ] {
            assert_eq!(Position::parse(&wrong).unwrap_err().code, Code::UsageInvalid, "{wrong}");
        }
    }
}
