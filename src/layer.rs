//! The three layers of a pack, the range of OIDs that each owns, and what an operator may say of them: bounds and
//! preferences. Pure.

mod limits;
mod prefer;

use crate::oid::Oid;

pub use limits::{Limits, TextLimits};
pub use prefer::{LayerName, Prefer, chosen_within};

/// One of the three layers; a greater one is more specific.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Layer {
    /// `0.*`: shared by all domains.
    Global,
    /// `1.*`: one domain.
    Domain,
    /// `2.1337.*`: one site.
    Local,
}

impl Layer {
    /// All layers, broad to specific.
    pub const ALL: [Self; 3] = [Self::Global, Self::Domain, Self::Local];
    /// The words and what they mean.
    pub const WORDS: [(&'static str, Self); 3] =
        [("global", Self::Global), ("domain", Self::Domain), ("local", Self::Local)];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize].0
    }

    /// The range of OIDs in which the layer may introduce new ones, as people write it.
    pub const fn range(self) -> &'static str {
        ["0.*", "1.*", "2.1337.*"][self as usize]
    }

    /// Whether an OID lies in that range.
    pub fn owns(self, oid: &Oid) -> bool {
        // As they are in the keys of OIDs: 0, 1, and 2.1337.
        let root: &[u8] = match self {
            Self::Global => &[0],
            Self::Domain => &[1, 1],
            Self::Local => &[1, 2, 2, 0x05, 0x39],
        };
        oid.key().len() > root.len() && oid.key().starts_with(root)
    }
}
