//! Packs: documents, merge, validation, exports, the runtime directory.
//!
//! `decode`, `merge` and `validate` are pure; `load` and `directory` touch the file system. Nothing here knows the
//! command line, GitHub or a store. What merges layers anew at run time stands without the feature `cli` too.

#[cfg(test)]
mod arbitrary;
#[cfg(feature = "cli")]
pub mod ask;
#[cfg(feature = "cli")]
mod ask_layer;
pub mod canonical;
#[cfg(feature = "cli")]
pub mod decode;
#[cfg(feature = "cli")]
pub mod directory;
#[cfg(feature = "cli")]
pub mod export;
pub mod from_cache;
#[cfg(feature = "cli")]
pub mod load;
#[cfg(feature = "cli")]
pub mod locate;
pub mod merge;
pub mod metadata;
pub mod model;
#[cfg(feature = "cli")]
pub mod oid_map;
pub mod problem;
#[cfg(feature = "cli")]
pub mod readme;
#[cfg(feature = "cli")]
pub mod swap;
pub mod template;
pub mod to_cache;
pub mod validate;
#[cfg(feature = "cli")]
pub mod verify;
