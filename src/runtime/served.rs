//! What readers hold: a pack, and which one it is.

use std::ops::Deref;

use semver::Version;

use crate::cache::Pack;
use crate::layer::Layer;
use crate::oid::Oid;

/// Which pack it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The SHA-256 over the files that it came as, lower-case hex: its name in the own store.
    pub id: String,
    /// The pack's name.
    pub name: String,
    /// The pack's OID.
    pub oid: Oid,
    /// The pack's version.
    pub version: Version,
    /// The `packHash` of the build that it came from, lower-case hex.
    pub pack_hash: String,
    /// The root of the `.1337` file that is served, lower-case hex.
    pub root: String,
    /// The layers whose caches were replaced alone since that build. Not empty: what is served was merged anew.
    pub replaced: Vec<Layer>,
}

/// A pack that is served. It dereferences to [`Pack`], and stays as it is for as long as somebody holds it.
#[derive(Debug)]
pub struct Served {
    pub(super) pack: Pack,
    pub(super) release: Release,
}

impl Served {
    /// Which pack it is.
    pub fn release(&self) -> &Release {
        &self.release
    }
}

impl Deref for Served {
    type Target = Pack;

    fn deref(&self) -> &Pack {
        &self.pack
    }
}
