//! The three layers of a runtime directory merged anew, by the rules that its `runtime.1337` keeps. Pure: what a build
//! with these layers would give, or what it would say.

use std::collections::HashSet;
use std::sync::Arc;

use crate::cache::Pack;
use crate::cache::layout::section;
use crate::cache::writer::Image;
use crate::diag::{Code, Diagnostic, Outcome, Place, Severity};
use crate::layer::{Layer, Limits, chosen_within};
use crate::pack::from_cache;
use crate::pack::merge::{Merged, Rules, merge};
use crate::pack::model::Loaded;
use crate::pack::problem::{Problem, Spot};
use crate::pack::to_cache::{self, Head, MergeRules, Meta};
use crate::pack::validate::{self, validate};
use crate::source::cache_diagnostic;

/// A layer's cache, and what people call it.
pub(super) struct LayerCache<'p> {
    pub(super) pack: &'p Pack,
    pub(super) shown: Arc<str>,
}

/// Merges. With the file come the warnings.
///
/// # Errors
/// Everything that a build would not accept.
pub(super) fn remerge(
    runtime: &Meta,
    layers: [LayerCache<'_>; 3],
) -> Result<(Image, Vec<Diagnostic>), Vec<Diagnostic>> {
    let limits = limits(runtime);
    let mut loaded = Loaded::default();
    let mut found = Vec::new();
    for (layer, cache) in Layer::ALL.into_iter().zip(&layers) {
        found.extend(otherwise_chosen(runtime, layer, cache));
        let bounds = (layer == Layer::Local).then(|| limits.texts());
        if let Err(one) = from_cache::load(cache.pack, (layer, &cache.shown), bounds, &mut loaded) {
            found.push(*one);
        }
    }
    found.extend(too_large(&layers[Layer::Local as usize], &limits));
    if !found.is_empty() {
        return Err(found);
    }
    let Loaded { documents, statements, broken: _, names } = loaded;
    let prefer = runtime.prefer.clone().unwrap_or_default();
    let broken = HashSet::new();
    let rules = Rules { language: &runtime.language, prefer: &prefer, sources: &names, broken: &broken };
    let Merged { entries, problems, unmatched, .. } = merge(statements, rules);
    let pack = validate::Pack { entries: &entries, documents: &documents, broken: &broken };
    found.extend(problems.into_iter().chain(validate(&pack)).map(|problem| told(problem, &names)));
    found.extend(unmatched.into_iter().filter_map(|number| prefer.get(number)).map(|prefer| {
        let message =
            format!("the operator's preference matches nothing: no such definition of `{}`", prefer.oid);
        let help = "keep the preferred definition in its layer, or build the pack without the preference";
        Diagnostic::error(Code::ConfigInvalid, message).help(help)
    }));
    if found.iter().any(|one| one.severity == Severity::Error) {
        return Err(found);
    }
    let rules = MergeRules { limits: runtime.limits.clone().unwrap_or_default(), prefer };
    let head = Head {
        name: &runtime.name,
        oid: &runtime.oid,
        version: &runtime.version,
        language: &runtime.language,
        documents: &documents,
        sources: &names,
        rules: Some(&rules),
    };
    let image = to_cache::runtime(&head, &entries).map_err(|error| {
        let message = format!("the merged pack is too large for .1337: {error}");
        let help = "split the pack into several domains";
        vec![Diagnostic::error(Code::LimitExceeded, message).help(help)]
    })?;
    Ok((image, found))
}

/// A cache whose build chose otherwise among what its layer states several times: what lost there is not in it, so that
/// nobody can choose anew.
fn otherwise_chosen(runtime: &Meta, layer: Layer, cache: &LayerCache<'_>) -> Option<Diagnostic> {
    let own = match meta(cache.pack, &cache.shown) {
        Ok(meta) => meta.prefer.unwrap_or_default(),
        Err(damaged) => return Some(*damaged),
    };
    if own == chosen_within(runtime.prefer.iter().flatten(), layer) {
        return None;
    }
    let message = format!(
        "`{}` was built with other preferences by source for the {} layer than this pack",
        cache.shown,
        layer.as_str()
    );
    let help = "build the cache with the `pack.prefer` of this pack, or the whole pack with that layer";
    Some(
        Diagnostic::error(Code::CacheIncompatible, message)
            .at(Place::file(Arc::clone(&cache.shown)))
            .help(help),
    )
}

/// The bounds of the local layer as the build kept them.
fn limits(runtime: &Meta) -> Limits {
    let kept = |name: &str| runtime.limits.as_ref().and_then(|limits| limits.get(name)).copied();
    let count = |name: &str, default: usize| {
        kept(name).map_or(default, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
    };
    let default = Limits::default();
    Limits {
        max_bytes: kept("max_bytes").unwrap_or(default.max_bytes),
        max_entries: count("max_entries", default.max_entries),
        max_term_chars: count("max_term_chars", default.max_term_chars),
        max_text_chars: count("max_text_chars", default.max_text_chars),
    }
}

/// The local layer's bounds on bytes and entries. A build counts the bytes of its sources, which a cache does not
/// have: counted are those of its records, which say the same in fewer.
fn too_large(cache: &LayerCache<'_>, limits: &Limits) -> Vec<Diagnostic> {
    let told = |message: String, name: &str| {
        let help = format!(
            "remove what the site does not need, or build the pack with a larger `pack.limits.local.{name}`"
        );
        Diagnostic::error(Code::LimitExceeded, message).at(Place::file(Arc::clone(&cache.shown))).help(help)
    };
    let mut found = Vec::new();
    let has_texts = |name: [u8; 4]| [section::STRINGS, section::ENTRIES, section::TERMS].contains(&name);
    let texts = cache.pack.sections().filter(|(section, ..)| has_texts(section.0));
    let bytes: u64 = texts.map(|(_, _, length, _)| length).sum();
    if bytes > limits.max_bytes {
        let message =
            format!("the texts of the local layer have {bytes} bytes, it may have {}", limits.max_bytes);
        found.push(told(message, "max_bytes"));
    }
    let entries = cache.pack.len() as usize;
    if entries > limits.max_entries {
        let message = format!("the local layer has {entries} entries, it may have {}", limits.max_entries);
        found.push(told(message, "max_entries"));
    }
    found
}

/// A problem with its places: a cache keeps the source and the line of every entry and term.
fn told(problem: Problem, names: &[Arc<str>]) -> Diagnostic {
    let place = |spot: &Spot| {
        let name = names.get(spot.source as usize).map_or_else(|| Arc::from("?"), Arc::clone);
        Place::line(name, spot.line)
    };
    Diagnostic {
        code: problem.code,
        severity: problem.severity,
        message: problem.message,
        place: problem.spot.as_ref().map(place),
        help: Some(problem.help),
        related: problem.related.iter().map(|(spot, label)| (place(spot), label.clone())).collect(),
    }
}

/// What a `.1337` file says of itself.
///
/// # Errors
/// It is damaged, or says something else.
pub(super) fn meta(pack: &Pack, shown: &Arc<str>) -> Outcome<Meta> {
    let bytes = pack.meta().map_err(|error| cache_diagnostic(&error, Arc::clone(shown)))?;
    serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("`{shown}`: its description is malformed: {error}");
        let help = "fetch or build the file again: what it says cannot be trusted";
        Box::new(Diagnostic::error(Code::CacheCorrupt, message).at(Place::file(Arc::clone(shown))).help(help))
    })
}
