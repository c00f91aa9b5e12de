//! `pack.prefer`: the operator's manual override, as the project writes it and `runtime.1337` keeps it.

use crate::layer::Layer;
use crate::oid::Oid;

/// The operator's manual override: the definition of an OID that wins, whatever the rules say.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Prefer {
    /// The OID.
    pub oid: Oid,
    /// The layer whose definition wins.
    pub layer: LayerName,
    /// The source whose definition wins inside that layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A layer's name, as documents write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LayerName {
    /// See [`Layer::Global`].
    Global,
    /// See [`Layer::Domain`].
    Domain,
    /// See [`Layer::Local`].
    Local,
}

impl From<LayerName> for Layer {
    fn from(name: LayerName) -> Self {
        match name {
            LayerName::Global => Self::Global,
            LayerName::Domain => Self::Domain,
            LayerName::Local => Self::Local,
        }
    }
}

/// The preferences that choose within a layer, among what its sources state several times: those with a source. In the
/// order of their OIDs; of several for one OID the first counts.
pub fn chosen_within<'p>(prefer: impl Iterator<Item = &'p Prefer>, layer: Layer) -> Vec<Prefer> {
    let mut chosen: Vec<_> =
        prefer.filter(|one| Layer::from(one.layer) == layer && one.source.is_some()).cloned().collect();
    chosen.sort_by(|a, b| a.oid.cmp(&b.oid));
    chosen.dedup_by(|later, first| later.oid == first.oid);
    chosen
}
