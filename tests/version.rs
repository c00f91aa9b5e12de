//! Which version a build gets, from end to end, with a store in a folder and GitHub on the loopback device.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test says why it fails by failing")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use aegis_action::host::Host;
use serde_json::Value;

#[derive(Clone, Default)]
struct Stream(Arc<Mutex<Vec<u8>>>);

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const TERMS: &str =
    "[{term: Dock, meaning: Where lorries stand}, {term: Forkie, meaning: Operator, aliases: [forky]}]";
const REWORDED: &str =
    "[{term: Dock, meaning: A place for lorries}, {term: Forkie, meaning: Operator, aliases: [forky]}]";
const ADDED: &str = "[{term: Dock, meaning: Where lorries stand}, {term: Forkie, meaning: Operator, aliases: [forky]}, {term: Bay, meaning: A dock}]";
const REMOVED: &str = "[{term: Dock, meaning: Where lorries stand}]";

struct Site(tempfile::TempDir);

impl Site {
    fn new() -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        site.project("auto", "");
        site.terms(TERMS);
        site
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn project(&self, version: &str, more: &str) {
        let text = format!(
            "aegis: project/v1\npack:\n  name: warehouse\n  oid: \"1.0\"\n  version: {version}\n  layers: {{domain: [slang.yaml]}}\n{more}"
        );
        std::fs::write(self.path().join("aegis.yaml"), text).unwrap();
    }

    fn terms(&self, terms: &str) {
        let text = format!(
            "aegis: cache/v1\noid: \"1.0\"\ntitle: Slang\nversion: 1.0.0\nentries:\n  - oid: \"1.0.2\"\n    kind: lexicon\n    title: Slang\n    terms: {terms}\n"
        );
        std::fs::write(self.path().join("slang.yaml"), text).unwrap();
    }

    fn run(&self, args: &[&str], env: &[(&str, &str)]) -> (u8, Value) {
        let out = Stream::default();
        let env: BTreeMap<_, _> = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let cwd = self.path().to_owned();
        let mut host = Host::new(env, cwd, Box::new(out.clone()), Box::new(io::sink()));
        let args = ["aegis"].iter().chain(args).chain(&["--format", "json"]).map(OsString::from);
        let exit = aegis_action::run(args, &mut host);
        let report = serde_json::from_slice(&out.0.lock().unwrap()).unwrap();
        (exit.code(), report)
    }

    /// The version and the bump of a build, or the code and the help of the first diagnostic.
    fn build(&self, env: &[(&str, &str)]) -> String {
        let (exit, report) = self.run(&["build"], env);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if exit == 0 {
            return format!("{} {}", text(&report["outputs"]["version"]), text(&report["outputs"]["bump"]));
        }
        let first = &report["diagnostics"][0];
        format!("{exit} {}: {}", text(&first["code"]), text(&first["help"]))
    }

    /// Publishes what the sources say as a version, and writes its version document, as a release would.
    fn release(&self, version: &str) {
        self.project(version, "");
        assert_eq!(self.run(&["build"], &[]).0, 0);
        assert_eq!(self.run(&["publish"], &[]).0, 0);
        let metadata = std::fs::read(self.path().join("aegis-runtime/metadata.json")).unwrap();
        let metadata: Value = serde_json::from_slice(&metadata).unwrap();
        let (content, pack) = (&metadata["contentHash"], &metadata["packHash"]);
        let document = format!(
            "{{\"aegis\":\"version/v1\",\"contentHash\":{content},\"oid\":\"1.0\",\"packHash\":{pack},\"version\":\"{version}\"}}"
        );
        let folder = self.path().join(".aegis/store/packs/1.0/versions");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{version}.json")), document).unwrap();
        self.project("auto", "");
    }

    /// What a build gives for other terms.
    fn with(&self, terms: &str, env: &[(&str, &str)]) -> String {
        self.terms(terms);
        self.build(env)
    }
}

#[test]
fn auto_raises_the_last_release_of_the_store() {
    let site = Site::new();
    assert_eq!(site.build(&[]), "0.0.0-dev none");
    site.release("1.0.0");
    assert_eq!(site.build(&[]), "1.0.0 none");
    assert_eq!(site.with(REWORDED, &[]), "1.0.1 patch");
    assert_eq!(site.with(ADDED, &[]), "1.1.0 minor");
    assert_eq!(site.with(REMOVED, &[]), "2.0.0 major");
    site.project("auto", "semver: {levels: {term-removed: minor}}\n");
    assert_eq!(site.build(&[]), "1.1.0 minor");
    site.project("auto", "semver: {levels: {term-remove: minor}}\n");
    assert_eq!(site.build(&[]), "2 CONFIG_INVALID: did you mean `term-removed`?");
}

#[test]
fn under_zero_a_break_raises_the_second_number() {
    let site = Site::new();
    site.release("0.3.1");
    assert_eq!(site.build(&[]), "0.3.1 none");
    assert_eq!(site.with(REWORDED, &[]), "0.3.2 patch");
    assert_eq!(site.with(ADDED, &[]), "0.3.2 minor");
    assert_eq!(site.with(REMOVED, &[]), "0.4.0 major");
}

#[test]
fn a_claim_is_compared_with_the_last_release() {
    let site = Site::new();
    site.release("1.0.0");
    let claim = |version: &str, terms: &str| {
        site.project(version, "");
        site.with(terms, &[])
    };
    assert_eq!(claim("1.0.0", TERMS), "1.0.0 none");
    assert_eq!(claim("1.0.0", ADDED), "1 VERSION_TOO_LOW: write `version: 1.1.0`, or `version: auto`");
    assert_eq!(claim("1.0.1", ADDED), "1 VERSION_TOO_LOW: write `version: 1.1.0`, or `version: auto`");
    assert_eq!(claim("1.1.0", ADDED), "1.1.0 minor");
    assert_eq!(claim("2.0.0-rc.1", REMOVED), "2.0.0-rc.1 major");
    site.release("2.0.0");
    // An old release can be built again, whatever came after it.
    assert_eq!(claim("1.0.0", TERMS), "1.0.0 none");
    std::fs::remove_dir_all(site.path().join(".aegis")).unwrap();
    assert_eq!(claim("0.1.0", REMOVED), "0.1.0 none");
}

#[test]
fn a_tag_is_the_version_if_it_is_high_enough() {
    let site = Site::new();
    let push = |tag: &str, terms: &str| {
        let reference = format!("refs/tags/{tag}");
        site.with(terms, &[("GITHUB_ACTIONS", "true"), ("GITHUB_REF", &reference)])
    };
    assert_eq!(push("v1.0.0", TERMS), "1.0.0 none");
    site.release("1.0.0");
    assert_eq!(push("v1.1.0", ADDED), "1.1.0 minor");
    assert_eq!(push("v1.0.1", ADDED), "1 VERSION_TOO_LOW: delete the tag and push `v1.1.0`");
    assert_eq!(push("v1", ADDED), "1.1.0 minor");
    site.project("1.2.0", "");
    assert_eq!(
        push("v1.1.0", ADDED),
        "1 TAG_VERSION_MISMATCH: write `version: 1.1.0` before tagging, or push the tag `v1.2.0`"
    );
    assert_eq!(push("v1.2.0", ADDED), "1.2.0 minor");
}

#[test]
fn a_release_that_cannot_be_read_is_no_guess() {
    let site = Site::new();
    site.release("1.0.0");
    let store = site.path().join(".aegis/store/packs/1.0");
    let packs = std::fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().path());
    let pack = packs.into_iter().find(|path| path.join("runtime.1337").exists()).unwrap();
    let mut bytes = std::fs::read(pack.join("runtime.1337")).unwrap();
    bytes[200] ^= 1;
    std::fs::remove_file(pack.join("runtime.1337")).unwrap();
    assert!(site.with(ADDED, &[]).starts_with("3 RELEASE_UNREADABLE: put back `packs/1.0/"));
    std::fs::write(pack.join("runtime.1337"), bytes).unwrap();
    assert!(site.build(&[]).starts_with("3 RELEASE_UNREADABLE"));
    assert_eq!(site.with(TERMS, &[]), "1.0.0 none");
    // A claim can be built all the same, and says that nobody compared it.
    site.project("1.1.0", "");
    site.terms(ADDED);
    let (exit, report) = site.run(&["build"], &[]);
    assert_eq!((exit, report["diagnostics"][0]["severity"].as_str()), (0, Some("warning")));
}

/// A server that always gives these tags.
#[cfg(feature = "github")]
fn github(tags: &[&str]) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    let refs: Vec<_> =
        tags.iter().map(|tag| serde_json::json!({"ref": format!("refs/tags/{tag}")})).collect();
    let body = serde_json::to_string(&refs).unwrap();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let _ = io::Read::read(&mut stream, &mut [0; 8192]);
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    api
}

#[cfg(feature = "github")]
#[test]
fn in_a_runner_with_a_token_the_tags_say_what_is_released() {
    let site = Site::new();
    let runner = |tags: &[&str], more: &[(&str, &str)]| {
        let api = github(tags);
        let mut env = vec![
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "acme/packs"),
            ("GITHUB_API_URL", api.as_str()),
            ("INPUT_GITHUB-TOKEN", "secret"),
        ];
        env.extend(more);
        site.build(&env)
    };
    assert_eq!(runner(&[], &[]), "0.1.0 minor");
    let missing = runner(&["v0.9.0", "v1.0.0"], &[]);
    assert!(
        missing.starts_with("3 RELEASE_UNREADABLE: ") && missing.contains("packs/1.0/versions/1.0.0.json")
    );
    site.release("0.9.0");
    site.terms(ADDED);
    site.release("1.0.0");
    assert_eq!(runner(&["v0.9.0", "v1.0.0"], &[]), "1.0.0 none");
    site.terms(REMOVED);
    assert_eq!(runner(&["v0.9.0", "v1.0.0"], &[]), "2.0.0 major");
    // The tag that is pushed is there already, and is not its own last release.
    let pushed = ("GITHUB_REF", "refs/tags/v1.5.0");
    assert_eq!(
        runner(&["v1.0.0", "v1.5.0"], &[pushed]),
        "1 VERSION_TOO_LOW: delete the tag and push `v2.0.0`"
    );
    assert_eq!(runner(&["v1.0.0", "v2.0.0"], &[("GITHUB_REF", "refs/tags/v2.0.0")]), "2.0.0 major");
}
