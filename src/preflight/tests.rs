//! The registry, and what the checks say of revisions that were changed after they were built.

use super::*;
use crate::bot::revision::{Build, Revision};
use crate::diag::Code;

#[test]
fn every_check_has_its_file_and_its_section() {
    let top = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let page = std::fs::read_to_string(format!("{top}docs/preflight.md")).unwrap();
    for check in ALL {
        let mut name = String::new();
        for c in check.id.chars() {
            match c {
                '.' => name.push('_'),
                c if c.is_ascii_uppercase() => name.extend(['_', c.to_ascii_lowercase()]),
                c => name.push(c),
            }
        }
        let file = std::fs::read_to_string(format!("{top}src/preflight/checks/{name}.rs")).unwrap();
        assert!(file.starts_with(&format!("//! `{}`: ", check.id)), "{name}");
        assert!(page.contains(&format!("\n### {}\n", check.id)), "docs/preflight.md lacks {}", check.id);
    }
    let files = std::fs::read_dir(format!("{top}src/preflight/checks")).unwrap().count();
    assert_eq!(files, ALL.len() + 1, "a file without a check");
}

fn revision(model: Option<&str>) -> Revision {
    let spec = r#"{"meta":{"botId":"hello","name":"Hello","locales":["en"],"defaultLocale":"en","schema_ver":"1.0.0"},
        "commands":[{"cmd":"/start","flow":"hello"}],
        "flows":[{"id":"hello","steps":[{"id":"greet","type":"reply","text":"Hello!"}]}],
        "security":{"outboundAllowList":[],"maxApiResponseKB":16,"apiCall":{"maxPerUpdate":1,"timeoutMs":3000}}}"#;
    let (spec, canonical, _) = crate::bot::load(spec.into(), &"spec.json".into()).sound().unwrap();
    let script = model.map(|_| crate::bot::generate::template(&spec).into_bytes());
    let build = Build { model: model.unwrap_or("custom").into(), ..Build::default() };
    Revision::make(&spec, canonical, script, build, "2026-01-01T00:00:00Z")
}

fn files(revision: &Revision) -> Files {
    let mut files = Files::of(revision, "out".into());
    files.name = Some(revision.passport.rev_hash.clone());
    files
}

/// The checks that fail, with their codes.
fn failed(files: &Files) -> Vec<(&'static str, Vec<Code>)> {
    let failed = judge(files, None).into_iter().filter(|one| one.status == Status::Fail);
    failed.map(|one| (one.check, one.diagnostics.iter().map(|found| found.code).collect())).collect()
}

fn change(content: &mut Content, from: &str, to: &str) {
    let Content::Bytes(bytes) = content else { panic!("no bytes") };
    let text = String::from_utf8(bytes.clone()).unwrap();
    let changed = text.replacen(from, to, 1);
    assert_ne!(changed, text, "{from}");
    *bytes = changed.into_bytes();
}

#[test]
fn a_revision_as_it_was_built_passes() {
    let revision = revision(None);
    assert_eq!(failed(&files(&revision)), []);
    let judged = judge(&files(&revision), None);
    assert_eq!(
        judged.iter().map(|one| one.check).collect::<Vec<_>>(),
        ALL.iter().filter(|one| one.is_static).map(|one| one.id).collect::<Vec<_>>()
    );
}

#[test]
fn whatever_is_changed_is_found_and_nothing_hides_the_rest() {
    let sound = revision(None);
    let with = |edit: &dyn Fn(&mut Files)| {
        let mut files = files(&sound);
        edit(&mut files);
        failed(&files)
    };
    let spec = with(&|files| change(&mut files.spec, "Hello!", "Hullo!"));
    assert_eq!(
        spec,
        [
            ("rev.hashes", vec![Code::HashMismatch]),
            ("rev.revHash", vec![Code::RevhashMismatch]),
            ("bot.reproducible", vec![Code::NotReproducible]),
        ]
    );
    let white = with(&|files| change(&mut files.spec, "{", "{ "));
    assert_eq!(
        white.iter().map(|one| one.0).collect::<Vec<_>>(),
        ["spec.canonical", "rev.hashes", "rev.sizes", "rev.revHash"]
    );
    let script = with(&|files| change(&mut files.script, "Hello!", "Hello!!"));
    assert_eq!(
        script.iter().map(|one| one.0).collect::<Vec<_>>(),
        ["rev.hashes", "rev.sizes", "bot.reproducible"]
    );
    assert_eq!(with(&|files| files.name = Some("x".into())), [("rev.revHash", vec![Code::RevhashMismatch])]);
    assert_eq!(with(&|files| files.bot = Some("other".into())), [("rev.schema", vec![Code::RevInvalid])]);
    assert_eq!(
        with(&|files| change(&mut files.rev, "\"timeoutMs\":3000", "\"timeoutMs\":4000")),
        [("rev.security", vec![Code::SecurityMismatch])]
    );
    assert_eq!(
        with(&|files| change(&mut files.rev, "\"author\"", " \"author\"")),
        [("rev.schema", vec![Code::RevInvalid])]
    );
    assert_eq!(
        with(&|files| change(&mut files.rev, "hello/", "hullo/")),
        [("rev.schema", vec![Code::RevInvalid])]
    );
    assert_eq!(
        with(&|files| change(&mut files.rev, "\"seed\":0", "\"seed\":1")),
        [("rev.revHash", vec![Code::RevhashMismatch])]
    );
    assert_eq!(with(&|files| files.script = Content::Missing), [("files", vec![Code::FileMissing])]);
    assert_eq!(
        with(&|files| files.script = Content::NoFile("a link")),
        [("files", vec![Code::UnexpectedFile])]
    );
    assert_eq!(
        with(&|files| files.put("notes.txt", Content::Bytes(vec![]))),
        [("files", vec![Code::UnexpectedFile])]
    );
    assert_eq!(with(&|files| files.put("revoked.json", Content::Bytes(vec![]))), []);
    assert_eq!(
        with(&|files| files.put("revoked.json", Content::NoFile("a link"))),
        [("files", vec![Code::UnexpectedFile])]
    );
    let nothing = failed(&Files::none("out".into()));
    assert_eq!(nothing, [("files", vec![Code::FileMissing; 3])]);
}

#[test]
fn scripts_of_other_models_are_not_compared_and_unknown_templates_are_no_pass() {
    let custom = revision(Some("gpt-5"));
    let judged = judge(&files(&custom), None);
    let of = |judged: &[Judgement], id: &str| judged.iter().find(|one| one.check == id).unwrap().status;
    assert_eq!(of(&judged, "bot.reproducible"), Status::Skipped);
    let later = revision(Some("template/2"));
    assert_eq!(failed(&files(&later)), [("bot.reproducible", vec![Code::NotReproducible])]);
}

#[test]
fn large_scripts_warn_and_larger_ones_fail() {
    let mut files = files(&revision(Some("gpt-5")));
    // What does not compress: digits of a generator of its own.
    let mut state = 1_u64;
    let mut noise = |length: usize| -> Vec<u8> {
        let next = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        });
        next.take(length).collect()
    };
    files.script = Content::Bytes(noise(1_200_000));
    let size = |files: &Files| judge(files, None).into_iter().find(|one| one.check == "bot.size").unwrap();
    assert_eq!(size(&files).status, Status::Warning);
    files.script = Content::Bytes(noise(2_200_000));
    assert_eq!((size(&files).status, size(&files).diagnostics[0].code), (Status::Fail, Code::LimitExceeded));
}

#[test]
fn warnings_are_waived_for_a_reason_until_a_day_and_errors_never() {
    use crate::diag::Place;
    use crate::project::Waiver;
    let warning =
        |code| Said::of(vec![Diagnostic::warning(code, "w")]).judged("spec.locales", Duration::ZERO);
    let error = Said::of(vec![Diagnostic::error(Code::SpecCycle, "e")]).judged("spec.cycles", Duration::ZERO);
    let waiver = |check: &str, bot: Option<&str>, expires: Option<&str>| Waiver {
        check: check.into(),
        bot: bot.map(Into::into),
        reason: "ru only until spring".into(),
        expires: expires.map(Into::into),
        place: Place::file("aegis.yaml".into()),
    };
    let apply = |judged: Judgement, waiver: Waiver, today: &str| {
        let mut judged = vec![judged];
        let told = waive::apply(&mut judged, "pizza", &[waiver], today);
        (judged[0].status, judged[0].diagnostics[0].severity, told.len())
    };
    let locales = || warning(Code::LocaleMissingKey);
    let until = Some("2027-03-01");
    assert_eq!(
        apply(locales(), waiver("spec.locales", Some("pizza"), until), "2027-03-01"),
        (Status::Waived, Severity::Note, 0)
    );
    assert_eq!(
        apply(locales(), waiver("spec.locales", None, None), "2099-01-01"),
        (Status::Waived, Severity::Note, 0)
    );
    assert_eq!(
        apply(locales(), waiver("spec.locales", Some("pizza"), until), "2027-03-02"),
        (Status::Warning, Severity::Warning, 1)
    );
    assert_eq!(
        apply(locales(), waiver("spec.locales", Some("tea"), None), "2027-01-01"),
        (Status::Warning, Severity::Warning, 0)
    );
    assert_eq!(
        apply(error, waiver("spec.cycles", None, None), "2027-01-01"),
        (Status::Fail, Severity::Error, 1)
    );
    let grave = warning(Code::SecurityViolation);
    assert_eq!(
        apply(grave, waiver("spec.locales", None, None), "2027-01-01"),
        (Status::Warning, Severity::Warning, 1)
    );
}

/// What plays no script, and says what it is told to say.
struct Told {
    started: Result<Duration, Code>,
    failure: Option<Code>,
}

impl Play for Told {
    fn start(&self, _: &play::Script<'_>) -> (Result<Duration, Box<Diagnostic>>, Conversations<'_>) {
        let started = self.started.map_err(|code| Box::new(Diagnostic::error(code, "the first update")));
        let failures = self.failure.map(|code| Diagnostic::error(code, "an update")).into_iter().collect();
        let played = Played { conversations: 1, ran: 1, failures, ..Played::default() };
        (started, Box::new(|_| Ok(played)))
    }
}

#[test]
fn what_fails_the_first_update_is_told_as_an_updates_failure_and_slowness_as_the_cold_starts() {
    let files = files(&revision(None));
    let of = |started, failure| {
        let told = Told { started, failure };
        let judged = judge(&files, Some(&told));
        ["bot.coldStart", "bot.update"].map(|id| {
            let one = judged.iter().find(|one| one.check == id).unwrap();
            (one.status, one.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>())
        })
    };
    use Code::{BotRuntime, ColdStartExceeded, LimitExceeded};
    use Status::{Fail, Pass, Skipped};
    let soon = Ok(Duration::from_millis(1));
    assert_eq!(of(soon, None), [(Pass, vec![]), (Pass, vec![])]);
    assert_eq!(of(Err(ColdStartExceeded), None), [(Fail, vec![ColdStartExceeded]), (Pass, vec![])]);
    // Whether or not the conversations get as far.
    assert_eq!(of(Err(LimitExceeded), None), [(Skipped, vec![]), (Fail, vec![LimitExceeded])]);
    assert_eq!(of(Err(BotRuntime), Some(BotRuntime)), [(Skipped, vec![]), (Fail, vec![BotRuntime])]);
    assert_eq!(of(soon, Some(BotRuntime)), [(Pass, vec![]), (Fail, vec![BotRuntime])]);
}

#[test]
fn the_filter_knows_the_hosts_of_a_spec_that_is_not_sound() {
    let spec = r#"{"meta":{"botId":"hello","name":"Hello","locales":["en"],"defaultLocale":"en","schema_ver":"1.0.0"},
        "commands":[{"cmd":"/start","flow":"hello"}],
        "flows":[{"id":"hello","steps":[{"id":"call","type":"apiCall","method":"GET","url":"https://api.example.com/"}]}],
        "security":{"outboundAllowList":["api.example.com"],"maxApiResponseKB":16,"apiCall":{"maxPerUpdate":1,"timeoutMs":3000}}}"#;
    let (spec, canonical, _) = crate::bot::load(spec.into(), &"spec.json".into()).sound().unwrap();
    let sound = Revision::make(&spec, canonical, None, Build::default(), "2026-01-01T00:00:00Z");
    let ast = |edit: &dyn Fn(&mut Files)| {
        let mut files = files(&sound);
        edit(&mut files);
        judge(&files, None).into_iter().find(|one| one.check == "bot.ast").unwrap().status
    };
    assert_eq!(ast(&|_| {}), Status::Pass);
    assert_eq!(ast(&|files| change(&mut files.spec, "\"1.0.0\"", "\"2.0.0\"")), Status::Pass);
    assert_eq!(ast(&|files| files.spec = Content::Missing), Status::Pass, "the passport repeats them");
    assert_eq!(ast(&|files| change(&mut files.spec, "[\"api.example.com\"]", "[]")), Status::Fail);
}
