//! Sources that are URLs, fetched over TLS from a server that misbehaves on demand.

#![cfg(feature = "https")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pull")
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/list/a-store")
}

/// A server, a project, and the folder that the server serves.
struct Scene {
    folder: tempfile::TempDir,
    server: Child,
    port: u16,
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

struct Ran {
    exit: i32,
    out: String,
    err: String,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let served = folder.path().join("served");
        std::fs::create_dir_all(&served).unwrap();
        std::fs::create_dir_all(folder.path().join("project")).unwrap();
        for (from, to) in [("global/base.yaml", "base.yaml"), ("domain/words.yaml", "words.yaml")] {
            std::fs::copy(example().join("packs").join(from), served.join(to)).unwrap();
        }
        let mut server = Command::new("python3");
        server.arg(here().join("server.py")).arg(&served).stdout(Stdio::piped());
        let mut server = server.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { folder, server, port: line.trim().parse().unwrap() }
    }

    fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}/{path}", self.port)
    }

    fn served(&self, name: &str) -> PathBuf {
        self.folder.path().join("served").join(name)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join("project").join(name)
    }

    /// A project whose domain layer is this source, and whose global layer is served too.
    fn project(&self, domain: &str) {
        let text = format!(
            "aegis: project/v1\npack:\n  name: depot\n  oid: \"1.0\"\n  version: 1.0.0\n  layers:\n    global: [\"{}\"]\n    domain: [\"{domain}\"]\n",
            self.url("base.yaml"),
        );
        std::fs::write(self.at("aegis.yaml"), text).unwrap();
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command.env("SSL_CERT_FILE", here().join("cert.pem")).env("SOURCE_DATE_EPOCH", "1767225600");
        let output = command.args(args).current_dir(self.at("")).output().unwrap();
        Ran {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// How many requests the server has seen.
    fn requests(&self) -> String {
        let get = "import ssl, sys, urllib.request as r\nc = ssl.create_default_context(cafile=sys.argv[2])\nprint(r.urlopen(sys.argv[1], context=c).read().decode())";
        let mut command = Command::new("python3");
        let output =
            command.args(["-c", get, &self.url("count")]).arg(here().join("cert.pem")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn lock(&self) -> String {
        std::fs::read_to_string(self.at("aegis.lock")).unwrap()
    }
}

#[test]
fn a_build_fetches_once_and_then_needs_no_network() {
    let scene = Scene::new();
    scene.project(&scene.url("words.yaml"));
    let first = scene.run(&["build", "-o", "one"]);
    assert_eq!(first.exit, 0, "{}", first.err);
    let (lock, requests) = (scene.lock(), scene.requests());
    assert!(lock.contains("words.yaml") && lock.contains("lock/v1"), "{lock}");
    for args in [&["build", "-o", "two", "--offline"][..], &["build", "-o", "two", "--locked"]] {
        let again = scene.run(args);
        assert_eq!(again.exit, 0, "{}", again.err);
    }
    let manifest = |name: &str| std::fs::read_to_string(scene.at(name).join("checksums.txt")).unwrap();
    assert_eq!(manifest("one"), manifest("two"));
    let metadata = std::fs::read_to_string(scene.at("one/metadata.json")).unwrap();
    assert!(metadata.contains(&scene.url("words.yaml")), "origins name the URL");
    assert_eq!((scene.lock(), scene.requests()), (lock, requests));
}

#[test]
fn what_changed_behind_a_url_is_refused_until_it_is_taken() {
    let scene = Scene::new();
    scene.project(&scene.url("words.yaml"));
    assert_eq!(scene.run(&["pull"]).exit, 0);
    let lock = scene.lock();
    let text = std::fs::read_to_string(scene.served("words.yaml")).unwrap() + "# changed\n";
    std::fs::write(scene.served("words.yaml"), text).unwrap();
    std::fs::remove_dir_all(scene.at(".aegis")).unwrap();
    let refused = scene.run(&["build"]);
    assert_eq!(refused.exit, 1, "{}", refused.err);
    assert!(
        refused.err.contains("HASH_MISMATCH") && refused.err.contains("aegis pull --update"),
        "{}",
        refused.err
    );
    assert_eq!(scene.lock(), lock);
    let taken = scene.run(&["pull", "--update"]);
    assert_eq!(taken.exit, 0, "{}", taken.err);
    assert!(scene.lock() != lock);
    assert_eq!(scene.run(&["build"]).exit, 0);
}

#[test]
fn a_locked_run_changes_nothing() {
    let scene = Scene::new();
    scene.project(&scene.url("words.yaml"));
    let refused = scene.run(&["pull", "--locked"]);
    assert_eq!(refused.exit, 2, "{}", refused.err);
    assert!(!scene.at("aegis.lock").exists());
    let offline = scene.run(&["pull", "--offline"]);
    assert!(offline.exit != 0 && offline.err.contains("--offline"), "{}", offline.err);
    assert_eq!(scene.requests().trim(), "0");
}

#[test]
fn a_pin_is_demanded() {
    let scene = Scene::new();
    scene.project(&format!("{}#sha256={}", scene.url("words.yaml"), "0".repeat(64)));
    let refused = scene.run(&["build"]);
    assert!(refused.exit == 1 && refused.err.contains("change the pin"), "{}", refused.err);
    scene.project(&scene.url("words.yaml"));
    let pulled = scene.run(&["pull"]);
    let hash = pulled.out.lines().find(|line| line.contains("words.yaml")).unwrap();
    let hash = hash.split_whitespace().nth(1).unwrap();
    scene.project(&format!("{}#sha256={hash}", scene.url("words.yaml")));
    let built = scene.run(&["build", "--locked", "--offline"]);
    assert_eq!(built.exit, 0, "{}", built.err);
}

#[test]
fn servers_that_misbehave() {
    for (path, exit, why) in [
        ("moved/words.yaml", 0, ""),
        ("flaky/words.yaml", 0, ""),
        ("away/words.yaml", 2, "redirects away from HTTPS"),
        ("loop/words.yaml", 2, "redirects more than"),
        ("gone/nothing.yaml", 2, "answers 404"),
        ("cut/words.yaml", 3, "breaks off"),
        ("known/words.yaml", 2, "redirects to a URL with a user or a secret"),
        ("packed/words.yaml", 2, "answers in the encoding `gzip`, which it was not asked for"),
        ("closed/words.yaml", 2, "fetched without a login"),
        ("vast/words.yaml", 1, "has more than 268435456 bytes"),
    ] {
        let scene = Scene::new();
        scene.project(&scene.url(path));
        let ran = scene.run(&["pull"]);
        assert_eq!(ran.exit, exit, "{path}: {}", ran.err);
        assert!(ran.err.contains(why), "{path}: {}", ran.err);
        assert_eq!(scene.at("aegis.lock").exists(), exit == 0, "{path}: what was not fetched is not locked");
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let scene = Scene::new();
    scene.project(&scene.url("words.yaml"));
    let other = here().join("server.py");
    let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
    command.env_clear().env("SSL_CERT_FILE", other).current_dir(scene.at(""));
    let output = command.arg("pull").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("no root certificates") && said.contains("SSL_CERT_FILE"), "{said}");
    assert!(!said.contains("correct the URL"), "{said}");
    assert!(!scene.at("aegis.lock").exists());
    // Others vouch for others.
    let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
    command.env_clear().env("SSL_CERT_FILE", here().join("other.pem")).current_dir(scene.at(""));
    let output = command.arg("pull").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("certificate that is not trusted") && said.contains("SSL_CERT_FILE"), "{said}");
    assert_eq!(scene.requests().trim(), "0");
}

#[test]
fn a_locked_run_does_not_mend_the_lock() {
    let scene = Scene::new();
    scene.project(&scene.url("words.yaml"));
    assert_eq!(scene.run(&["pull"]).exit, 0);
    let changed = scene.lock().replacen("\"size\": ", "\"size\": 1", 1);
    std::fs::write(scene.at("aegis.lock"), &changed).unwrap();
    for args in [&["pull", "--locked"], &["build", "--locked"]] {
        let refused = scene.run(args);
        assert_eq!(refused.exit, 2, "{}", refused.err);
        assert!(refused.err.contains("aegis.lock is not what it would be"), "{}", refused.err);
        assert_eq!(scene.lock(), changed);
    }
    assert_eq!(scene.run(&["pull"]).exit, 0);
    assert_ne!(scene.lock(), changed);
}

#[test]
fn what_is_damaged_where_it_is_kept_is_fetched_anew_or_said_to_be() {
    let scene = Scene::new();
    scene.project(&scene.url("words.yaml"));
    assert_eq!(scene.run(&["pull"]).exit, 0);
    for kept in std::fs::read_dir(scene.at(".aegis/sources")).unwrap() {
        std::fs::write(kept.unwrap().path(), "damaged").unwrap();
    }
    let refused = scene.run(&["build", "--offline"]);
    assert_eq!(refused.exit, 2, "{}", refused.err);
    assert!(refused.err.contains("words.yaml` is damaged where it is kept"), "{}", refused.err);
    assert_eq!(scene.run(&["build"]).exit, 0);
    assert_eq!(scene.run(&["build", "--offline"]).exit, 0);
}

#[test]
fn archives_are_read_without_being_unpacked() {
    let scene = Scene::new();
    let pack = "import sys, tarfile, zipfile\nfolder = sys.argv[1]\nwith tarfile.open(folder + '/a.tar.gz', 'w:gz') as t: t.add(folder + '/words.yaml', 'top/words.yaml')\nwith zipfile.ZipFile(folder + '/a.zip', 'w', zipfile.ZIP_DEFLATED) as z: z.write(folder + '/words.yaml', 'top/words.yaml')\nwith zipfile.ZipFile(folder + '/evil.zip', 'w') as z: z.writestr('../words.yaml', 'x')";
    let ran = Command::new("python3").args(["-c", pack]).arg(scene.served("")).status().unwrap();
    assert!(ran.success());
    for archive in ["a.tar.gz", "a.zip"] {
        scene.project(&scene.url(archive));
        let built = scene.run(&["build"]);
        assert_eq!(built.exit, 0, "{}", built.err);
        let metadata = std::fs::read_to_string(scene.at("aegis-runtime/metadata.json")).unwrap();
        assert!(metadata.contains(&format!("{archive}!/top/words.yaml")), "{metadata}");
    }
    scene.project(&scene.url("evil.zip"));
    let refused = scene.run(&["build"]);
    assert!(refused.exit == 1 && refused.err.contains("leads out of it"), "{}", refused.err);
    assert!(!scene.lock().contains("evil.zip"), "what cannot be used is not locked");
    assert!(!scene.folder.path().join("words.yaml").exists());
}

#[test]
fn a_page_in_place_of_a_file_is_refused_before_it_is_locked() {
    let scene = Scene::new();
    std::fs::write(scene.served("login.yaml"), "<!DOCTYPE html>\n<title>Log in</title>\n").unwrap();
    scene.project(&scene.url("login.yaml"));
    let refused = scene.run(&["pull"]);
    assert!(refused.exit == 1 && refused.err.contains("is a web page, not a source"), "{}", refused.err);
    assert!(refused.err.contains("aegis.yaml:8"), "{}", refused.err);
    assert!(!scene.at("aegis.lock").exists(), "nothing is locked");
}
