//! Packs: documents, merge, validation, exports, the runtime directory.
//!
//! `decode`, `merge` and `validate` are pure; `load` and `directory` touch the file system. Nothing here knows the
//! command line, GitHub or a store.

pub mod canonical;
pub mod decode;
pub mod merge;
pub mod model;
pub mod problem;
pub mod template;
pub mod validate;
