//! Revisions: their bytes, their identity, and what they are made of.

use super::*;
use crate::syntax::{Format, Text};

const SPEC_TEXT: &str = r#"{"meta": {"botId": "hello", "name": "Hello", "locales": ["en"], "defaultLocale": "en", "schema_ver": "1.0.0"},
  "commands": [{"cmd": "/start", "flow": "hello"}],
  "flows": [{"id": "hello", "steps": [{"id": "greet", "type": "reply", "text": "Hello!"}]}],
  "security": {"outboundAllowList": ["b.example", "a.example"], "maxApiResponseKB": 1.6e1, "apiCall": {"maxPerUpdate": 1, "timeoutMs": 3000}}}"#;

fn make(script: Option<&str>, build: Build) -> Revision {
    let (spec, canonical, _) = crate::bot::load(SPEC_TEXT.into(), &"spec.json".into()).sound().unwrap();
    Revision::make(&spec, canonical, script.map(Into::into), build, "2026-01-01T00:00:00Z")
}

#[test]
fn the_identity_is_that_of_spec_and_build() {
    let revision = make(Some("x"), Build::default());
    let passport = &revision.passport;
    let spec = sha256(revision.spec.as_bytes());
    let identity = format!(
        r#"{{"build":{{"astRulesVersion":"1.0.0","generatorGitSha":"{}","model":"custom","sdkVersion":"1.0.0","seed":0}},"spec":"{spec}"}}"#,
        "0".repeat(40)
    );
    assert_eq!(passport.rev_hash, sha256(identity.as_bytes()));
    assert_eq!(passport.hashes.script, sha256(b"x"));
    assert_eq!((passport.sizes.script, passport.sizes.spec), (1, revision.spec.len() as u64));
    assert_eq!(passport.artifacts.script, format!("hello/{}/bot.js", passport.rev_hash));
    let other = make(
        Some("another script"),
        Build {
            built_at: Some("2020-02-29T00:00:00+01:00".into()),
            author: "a".into(),
            notes: Some("n".into()),
            spec_version: 7,
            ..Build::default()
        },
    );
    assert_eq!(
        other.passport.rev_hash, passport.rev_hash,
        "the script, the time, author and notes do not enter it"
    );
    assert!(!other.passport.is_same(passport));
    for build in [
        Build { seed: 1, ..Build::default() },
        Build { model: "m".into(), ..Build::default() },
        Build { sdk_version: "1.0.1".into(), ..Build::default() },
        Build { ast_rules_version: "1.0.1".into(), ..Build::default() },
        Build { generator_git_sha: "1".repeat(40), ..Build::default() },
    ] {
        assert_ne!(make(Some("x"), build).passport.rev_hash, passport.rev_hash);
    }
}

#[test]
fn the_passport_is_canonical_and_reads_back() {
    let revision = make(None, Build { notes: Some("\u{fb33}😀\n".into()), ..Build::default() });
    assert_eq!(revision.passport.build.model, "template/1");
    assert!(revision.script.starts_with(b"// The bot"));
    let text = Text::new(revision.rev.clone());
    let tree = text.parse(Format::Json).unwrap().unwrap();
    assert_eq!(json_canonical(&tree), revision.rev);
    assert_eq!(read(&tree).unwrap(), revision.passport);
    assert!(revision.rev.contains(r#""security":{"apiCall":{"maxPerUpdate":1,"timeoutMs":3000},"maxApiResponseKB":16,"outboundAllowList":["b.example","a.example"]}"#));
    assert!(
        revision.passport.is_same(&make(None, Build { author: "b".into(), ..Build::default() }).passport)
    );
}

fn json_canonical(tree: &crate::syntax::Tree<'_>) -> String {
    crate::json::canonical(tree)
}

#[test]
fn a_build_is_read_or_refused_with_all_reasons() {
    let read = |text: &str| Build::read(text.into(), &"build.json".into());
    let sha = "a".repeat(40);
    let sound = format!(
        r#"{{"model":"gpt-5","seed":9007199254740991,"sdkVersion":"1.0.0","astRulesVersion":"1.2.3-rc.1","generatorGitSha":"{sha}","specVersion":3}}"#
    );
    let build = read(&sound).unwrap();
    assert_eq!((build.seed, build.spec_version, build.author.as_str()), ((1 << 53) - 1, 3, "system"));
    for (from, to, count) in [
        ("\"seed\":9007199254740991", "\"seed\":-1", 1),
        ("\"seed\":9007199254740991", "\"seed\":9007199254740992", 1),
        ("\"seed\":9007199254740991", "\"seed\":1.5", 1),
        ("\"sdkVersion\":\"1.0.0\"", "\"sdkVersion\":\"2.0.0\"", 1),
        ("\"specVersion\":3", "\"specVersion\":0", 1),
        ("\"specVersion\":3", "\"specVersion\":3,\"builtAt\":\"2026-02-30T00:00:00Z\"", 1),
        ("\"specVersion\":3", "\"specVersion\":3,\"builtAt\":\"today\"", 1),
        ("\"specVersion\":3", "\"specversion\":3", 2),
        (&*sha, "abc", 1),
        ("{", "{{", 1),
    ] {
        let text = sound.replacen(from, to, 1);
        let told = read(&text).unwrap_err();
        assert_eq!(told.len(), count, "{text}: {told:?}");
        assert!(told.iter().all(|one| one.code == crate::diag::Code::ConfigInvalid && one.place.is_some()));
    }
    let timed = sound.replacen(
        "\"specVersion\":3",
        "\"specVersion\":3,\"builtAt\":\"2024-02-29T23:59:60.5+14:00\"",
        1,
    );
    assert!(read(&timed).is_ok());
}

#[test]
fn what_is_no_passport_is_refused() {
    let revision = make(None, Build::default());
    for (from, to) in [
        ("\"revHash\":\"", "\"revHash\":\"A"),
        ("\"specVersion\":1", "\"specVersion\":0"),
        ("\"author\":\"system\",", ""),
        ("\"author\":\"system\"", "\"author\":\"system\",\"extra\":1"),
        ("/bot.js\"", "/bot.jsx\""),
        ("2026-01-01T", "2026-02-31T"),
        ("\"timeoutMs\":3000", "\"timeoutMs\":\"3000\""),
    ] {
        let text = Text::new(revision.rev.replacen(from, to, 1));
        assert_ne!(text.as_str(), revision.rev, "{from}");
        let tree = text.parse(Format::Json).unwrap().unwrap();
        assert!(!read(&tree).unwrap_err().is_empty(), "{from}");
    }
}
