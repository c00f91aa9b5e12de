//! The documents of the run time's own store: which packs were good, and what is known to be bad.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::oid::Oid;

/// A good pack. Its fields are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Good {
    /// When it was activated, RFC 3339.
    pub(super) at: String,
    /// Its name here.
    pub(super) id: String,
    /// The layers that were merged anew.
    pub(super) layers: Vec<crate::layer::LayerName>,
    pub(super) name: String,
    pub(super) oid: Oid,
    pub(super) pack_hash: String,
    /// The root of the file that is served.
    pub(super) root: String,
    pub(super) version: String,
}

/// An update that was activated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Taken {
    /// The pack that it was.
    pub(super) id: String,
    /// What identifies it at its source.
    pub(super) mark: String,
}

/// What outlives the process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) aegis: String,
    /// Oldest first; the last is the last good one.
    pub(super) good: Vec<Good>,
    /// For each source, the last update that was activated.
    pub(super) taken: BTreeMap<String, Taken>,
}

/// Why something is known to be bad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bad {
    pub(super) aegis: String,
    pub(super) at: String,
    pub(super) code: String,
    pub(super) message: String,
    /// The version that judged: another may know better.
    pub(super) tool: String,
}
