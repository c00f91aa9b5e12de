//! A layer's cache replaced alone: what is served is what a build with that layer gives, byte for byte.

use std::fs;

use proptest::prelude::*;

use aegis_action::runtime::Kind;

use crate::example::Site;
use crate::scene::{Scene, codes, kinds, meaning, served_bytes, until_event, version};

#[test]
fn an_operators_cache_is_merged_and_a_rebuild_gives_the_same_bytes() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    let mut site = Site::new("1.2.0");
    site.layers[2] = "- {oid: '1.0.2', kind: lexicon, title: Site slang, terms: [{term: Forkie, meaning: the site's \
                      own}]}\n- {oid: '0.1.1', removed: true}\n- {oid: '2.1337.7', kind: alias, target: '1.0.2'}\n"
        .into();
    scene.replace("caches/local.1337", scene.cache_of(&site, "local"));
    let events = until_event(&runtime);
    assert_eq!(kinds(&events), [Kind::Merged], "{events:?}");
    let served = runtime.pack().unwrap();
    assert_eq!(meaning(&served, "forkie"), "the site's own");
    assert!(served.lookup("copy").unwrap().is_none() && served.lookup("bay one").unwrap().is_none());
    assert_eq!(served.release().replaced, [aegis_action::layer::Layer::Local]);
    site.build(&scene.at("rebuilt")).unwrap();
    assert_eq!(served_bytes(&scene, &runtime), fs::read(scene.at("rebuilt/runtime.1337")).unwrap());
    drop(runtime);
    // What was merged survives a restart.
    let runtime = scene.open();
    assert_eq!(meaning(&runtime.pack().unwrap(), "forkie"), "the site's own");
    assert_eq!(version(&runtime), "1.2.0");
}

type Change = fn(&mut Site);

/// What the build says, what the operator's own project says otherwise, and what is wrong with its local cache here.
const CASES: [(Change, Change, &str); 8] = [
    (
        |site| {
            site.layers[1] = site.layers[1].replace("title: Radio slang", "title: Radio slang, final: true")
        },
        |theirs| {
            theirs.layers[1] = theirs.layers[1].replace(", final: true", "");
            theirs.layers[2] = "- {oid: '1.0.2', kind: lexicon, title: S, terms: []}\n".into();
        },
        "MERGE_FINAL",
    ),
    (
        |_| {},
        |theirs| {
            theirs.layers[1] = "- {oid: '1.0.2', kind: template, title: T, text: t}\n".into();
            theirs.layers[2] = "- {oid: '1.0.2', kind: template, title: S, text: s}\n".into();
        },
        "MERGE_KIND_MISMATCH",
    ),
    (
        |_| {},
        |theirs| {
            theirs.layers[0] += "- {oid: '0.1.8', kind: template, title: T, text: t}\n";
            theirs.layers[2] = "- {oid: '2.1337.3', kind: alias, target: '0.1.8'}\n".into();
        },
        "REF_NOT_FOUND",
    ),
    (
        |_| {},
        |theirs| {
            theirs.layers[0] += "- {oid: '0.1.8', kind: template, title: T, text: t}\n";
            theirs.layers[2] = "- {oid: '0.1.8', kind: template, title: S, text: s}\n".into();
        },
        "OID_OUT_OF_RANGE",
    ),
    (
        |_| {},
        |theirs| {
            let long = "x".repeat(201);
            theirs.layers[2] = format!(
                "- {{oid: '2.1337.2', kind: lexicon, title: L, terms: [{{term: {long}, meaning: m}}]}}\n"
            );
        },
        "LIMIT_EXCEEDED",
    ),
    (|site| site.more = "limits: {local: {max_bytes: 50000}}".into(), many, "LIMIT_EXCEEDED"),
    (|site| site.more = "limits: {local: {max_entries: 3}}".into(), many, "LIMIT_EXCEEDED"),
    (
        |site| site.more = "prefer: [{oid: '2.1337.1', layer: local}]".into(),
        |theirs| theirs.layers[2] = "- {oid: '2.1337.9', kind: template, title: T, text: t}\n".into(),
        "CONFIG_INVALID",
    ),
];

fn many(site: &mut Site) {
    let text = "x".repeat(1500);
    let entry = |n| format!("- {{oid: '2.1337.{n}', kind: template, title: T, text: '{text}'}}\n");
    site.layers[2] = (0..40).map(entry).collect();
}

#[test]
fn an_operators_cache_is_held_to_the_rules_of_the_build() {
    for (number, (rules, change, code)) in CASES.into_iter().enumerate() {
        let scene = Scene::new();
        let mut site = Site::new("1.2.0");
        rules(&mut site);
        site.build(&scene.directory()).unwrap();
        let runtime = scene.open();
        change(&mut site);
        site.more = "limits: {local: {max_bytes: 100000000, max_term_chars: 9000, max_entries: 99}}".into();
        scene.replace("caches/local.1337", scene.cache_of(&site, "local"));
        let events = until_event(&runtime);
        assert_eq!(kinds(&events), [Kind::Refused], "case {number}: {events:?}");
        assert_eq!(codes(&events), [code], "case {number}: {events:?}");
        assert_eq!(meaning(&runtime.pack().unwrap(), "bay one"), "release 1.2.0");
    }
}

#[test]
fn several_layers_at_once_and_back_again() {
    let scene = Scene::with("1.2.0");
    let runtime = scene.open();
    let built = ["global", "domain", "local"].map(|layer| {
        let file = format!("caches/{layer}.1337");
        (file.clone(), fs::read(scene.directory().join(file)).unwrap())
    });
    let mut site = Site::new("1.2.0");
    site.layers = site
        .layers
        .map(|layer| layer.replace("meaning: understood", "meaning: heard").replace("operator", "driver"));
    for layer in ["global", "domain"] {
        scene.replace(&format!("caches/{layer}.1337"), scene.cache_of(&site, layer));
    }
    until_event(&runtime);
    let pack = runtime.pack().unwrap();
    assert_eq!((meaning(&pack, "copy"), meaning(&pack, "forky")), ("heard".into(), "Forklift driver".into()));
    site.build(&scene.at("rebuilt")).unwrap();
    assert_eq!(served_bytes(&scene, &runtime), fs::read(scene.at("rebuilt/runtime.1337")).unwrap());
    for (file, bytes) in built {
        scene.replace(&file, bytes);
    }
    assert_eq!(kinds(&until_event(&runtime)), [Kind::Activated], "the build itself again");
    assert_eq!(meaning(&runtime.pack().unwrap(), "copy"), "understood");
}

#[test]
fn what_lost_to_a_tombstone_of_its_own_layer_may_be_restated_as_in_a_build() {
    let scene = Scene::new();
    let mut site = Site::new("1.2.0");
    site.layers[1] += "- {oid: '1.0.2', version: 9.0.0, removed: true}\n";
    site.build(&scene.directory()).unwrap();
    let runtime = scene.open();
    site.layers[2] =
        "- {oid: '1.0.2', kind: lexicon, title: Anew, terms: [{term: Forkie, meaning: again}]}\n".into();
    site.build(&scene.at("rebuilt")).unwrap();
    scene.replace("caches/local.1337", fs::read(scene.at("rebuilt/caches/local.1337")).unwrap());
    let events = until_event(&runtime);
    assert_eq!(kinds(&events), [Kind::Merged], "{events:?}");
    assert_eq!(served_bytes(&scene, &runtime), fs::read(scene.at("rebuilt/runtime.1337")).unwrap());
}

/// What lost within a layer is in no cache. So a cache goes only where the same preferences by source hold.
#[test]
fn a_cache_that_was_chosen_otherwise_is_refused() {
    let prefer = "prefer: [{oid: '0.1.2', layer: global, source: packs/global}]";
    for (ours, theirs, kind) in [
        ("", prefer, Kind::Refused),
        (prefer, "", Kind::Refused),
        (prefer, prefer, Kind::Merged),
        ("", "", Kind::Merged),
    ] {
        let scene = Scene::new();
        let stated = "- {oid: '0.1.1', kind: lexicon, title: G, terms: []}\n- {oid: '0.1.2', kind: template, title: T, text: t}\n";
        let mut site = Site { more: ours.into(), ..Site::new("1.2.0") };
        site.layers[0] = stated.into();
        site.build(&scene.directory()).unwrap();
        let runtime = scene.open();
        site.layers[0] = format!(
            "{}- {{oid: '0.1.2', version: 1.1.0, removed: true}}\n",
            stated.replace("title: G", "title: Anew")
        );
        let built = Site { more: theirs.into(), ..site.clone() };
        built.build(&scene.at("theirs")).unwrap();
        scene.replace("caches/global.1337", fs::read(scene.at("theirs/caches/global.1337")).unwrap());
        let events = until_event(&runtime);
        assert_eq!(kinds(&events), [kind], "{ours:?}, {theirs:?}: {events:?}");
        if kind == Kind::Merged {
            site.build(&scene.at("rebuilt")).unwrap();
            assert_eq!(served_bytes(&scene, &runtime), fs::read(scene.at("rebuilt/runtime.1337")).unwrap());
        } else {
            assert_eq!(codes(&events), ["CACHE_INCOMPATIBLE"], "{events:?}");
        }
    }
}

/// What layers state of an OID, mostly of one kind: few OIDs, so that layers meet.
fn entry() -> impl Strategy<Value = String> {
    let oid =
        prop::sample::select(vec!["0.1.1", "0.1.2", "1.0.2", "1.0.3", "1.0.3.1", "2.1337.1", "2.1337.2"]);
    let version = prop::sample::select(vec!["0.9.0", "1.1.0", "1.10.0-rc.1", "2.0.0+b"]);
    let term = prop::sample::select(vec!["dock", "Dock", "bay one", "Straße", "forkie", "ramp"]);
    let register = prop::sample::select(vec!["formal", "neutral", "informal"]);
    let terms = prop::collection::vec((term, "[a-c]{1,3}", register), 0..4).prop_map(|terms| {
        let mut seen = std::collections::HashSet::new();
        let unique = terms.into_iter().filter(|(term, ..)| seen.insert(term.to_lowercase()));
        let terms = unique.map(|(term, meaning, register)| {
            format!("{{term: '{term}', meaning: '{meaning}', register: {register}}}")
        });
        format!("kind: lexicon, title: L, terms: [{}]", terms.collect::<Vec<_>>().join(", "))
    });
    let refs =
        prop::sample::select(vec!["", "", "", "refs: ['1.0.2'], ", "tags: [a, b], ", "language: de, "]);
    let odd = (prop::bool::weighted(0.05), prop::bool::weighted(0.05), prop::bool::weighted(0.12));
    (oid, version, terms, refs, odd).prop_map(
        |(oid, version, terms, refs, (is_final, other_kind, is_removed))| {
            let body = match oid {
                "0.1.1" | "1.0.2" | "2.1337.1" => terms.as_str(),
                "0.1.2" => "kind: template, title: T, text: 'At {place}', slots: {place: {type: string}}",
                "1.0.3" => "kind: rule, title: R, event: smoke, say: The dock is closed",
                "1.0.3.1" => "kind: alias, target: '1.0.2'",
                _ => "kind: policy, title: P, applies_to: ['1.0'], registers: [formal, neutral, informal]",
            };
            let (body, refs) = match (is_removed, other_kind) {
                (true, _) => ("removed: true", ""),
                (false, true) => (terms.as_str(), refs),
                (false, false) => (body, refs),
            };
            let last = if is_final && !is_removed { ", final: true" } else { "" };
            format!("- {{oid: '{oid}', version: {version}, {refs}{body}{last}}}\n")
        },
    )
}

fn site() -> impl Strategy<Value = Site> {
    let prefer = prop_oneof![
        6 => Just(""),
        1 => Just("prefer: [{oid: '1.0.2', layer: domain}]"),
        1 => Just("prefer: [{oid: '0.1.1', layer: global}, {oid: '0.1.2', layer: global, source: packs/global}]"),
        1 => Just("language: de"),
    ];
    let base = [
        "- {oid: '0.1.1', kind: lexicon, title: G, terms: [{term: dock, meaning: g}]}\n- {oid: '0.1.2', kind: template, \
         title: T, text: t}\n",
        "- {oid: '1.0.2', kind: lexicon, title: D, terms: [{term: ramp, meaning: d}]}\n- {oid: '1.0.3', kind: rule, \
         title: R, event: e, say: s}\n",
        "- {oid: '2.1337.1', kind: lexicon, title: L, terms: []}\n",
    ];
    let layers = base.map(|base| {
        prop::collection::vec(entry(), 0..3).prop_map(move |entries| base.to_owned() + &entries.concat())
    });
    (layers, prefer).prop_map(|(layers, more)| Site { more: more.to_owned(), layers, ..Site::new("1.2.0") })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    /// Any two packs that build, and one layer of the second in the first: either a build of that mixture gives the very
    /// bytes that are served, or both refuse it for the same reasons.
    #[test]
    fn a_replaced_cache_gives_what_a_build_gives(first in site(), second in site(), which in 0_usize..3) {
        let scene = Scene::new();
        prop_assume!(first.build(&scene.directory()).is_ok());
        let target = scene.at("second");
        prop_assume!(second.build(&target).is_ok());
        let name = ["global", "domain", "local"][which];
        let cache = fs::read(target.join(format!("caches/{name}.1337"))).unwrap();
        let mut mixed = first.clone();
        mixed.layers[which].clone_from(&second.layers[which]);
        // A cache states the language that its own pack did not have to.
        prop_assume!(first.more.contains("language") == second.more.contains("language"));
        let rebuilt = mixed.build(&scene.at("rebuilt"));
        let runtime = scene.options().settle(std::time::Duration::ZERO).open(scene.directory()).unwrap();
        let unchanged = cache == fs::read(scene.directory().join(format!("caches/{name}.1337"))).unwrap();
        scene.replace(&format!("caches/{name}.1337"), cache);
        if unchanged {
            prop_assert!(rebuilt.is_ok());
            return Ok(());
        }
        let events = until_event(&runtime);
        // Preferences by source choose within the global layer, and a cache holds what its own build chose.
        let chosen = |site: &Site| site.more.contains("source:");
        if which == 0 && chosen(&first) != chosen(&second) {
            prop_assert_eq!(kinds(&events), vec![Kind::Refused], "{:?}", events);
            prop_assert!(codes(&events).contains(&"CACHE_INCOMPATIBLE"), "{:?}", events);
            return Ok(());
        }
        match rebuilt {
            Ok(_) => {
                prop_assert_eq!(kinds(&events), vec![Kind::Merged], "{:?}", events);
                let expected = fs::read(scene.at("rebuilt/runtime.1337")).unwrap();
                prop_assert!(served_bytes(&scene, &runtime) == expected, "{:?}", mixed);
            }
            Err(problems) => {
                prop_assert_eq!(kinds(&events), vec![Kind::Refused], "{:?}", problems);
                let mut found: Vec<_> = codes(&events);
                let mut expected: Vec<_> = problems.iter().map(|one| one.code.as_str()).collect();
                found.sort_unstable();
                found.dedup();
                expected.sort_unstable();
                expected.dedup();
                // What lost inside a layer is in no cache, and cannot be complained of again.
                expected.retain(|code| found.contains(code) || !["DUPLICATE_ENTRY"].contains(code));
                prop_assert_eq!(found, expected, "{:?}", problems);
            }
        }
    }
}
