//! Packs: documents, merge, validation, exports, the runtime directory.
//!
//! `decode`, `merge` and `validate` are pure; `load` and `directory` touch the file system. Nothing here knows the
//! command line, GitHub or a store.

#[cfg(test)]
mod arbitrary;
pub mod ask;
mod ask_layer;
pub mod canonical;
pub mod decode;
pub mod directory;
pub mod export;
pub mod from_cache;
pub mod load;
pub mod locate;
pub mod merge;
pub mod metadata;
pub mod model;
pub mod oid_map;
pub mod problem;
pub mod readme;
pub mod template;
pub mod to_cache;
pub mod validate;
pub mod verify;
