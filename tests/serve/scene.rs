//! A store in a folder, and the real program that serves it.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use aegis_action::store::Digest;
use serde_json::json;
use tempfile::TempDir;

use crate::client::{Answer, Client};

/// A store, and what is served of it.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) server: Server,
}

impl Scene {
    /// A store with a revision of `pizza`, served with these arguments too.
    pub(crate) fn new(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        revision(folder.path(), "pizza", 1, SCRIPT);
        let server = Server::start(&["--store", folder.path().to_str().unwrap()], args);
        Self { folder, server }
    }

    pub(crate) fn store(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.server.address)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.client().ask("GET", path, &[])
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.client().ask("GET", path, headers)
    }
}

/// A script that is worth compressing.
pub(crate) const SCRIPT: &str = concat!(
    "module.exports.handleUpdate = async function (ctx) {\n",
    "  if (ctx.message.text === \"/start\") {\n    await ctx.sendMessage(\"Welcome to the pizza bot. Welcome!\");\n  }\n",
    "  if (ctx.message.text === \"/menu\") {\n    await ctx.sendMessage(\"Welcome to the menu of the bot!\");\n  }\n",
    "};\n"
);

/// Puts a finished revision into a store, as `publish` would, and gives its hash.
pub(crate) fn revision(store: &Path, bot: &str, version: u64, script: &str) -> String {
    let spec = json!({"meta": {"botId": bot}, "number": version}).to_string();
    let hash = Digest::of(format!("{bot} {version}").as_bytes()).to_string();
    let folder = store.join(bot).join(&hash);
    let rev = json!({
        "author": "ann", "revHash": hash, "specVersion": version,
        "build": {"builtAt": "2026-11-28T12:00:00Z", "model": "template/1"},
        "hashes": {"bot.js": Digest::of(script.as_bytes()), "spec.json": Digest::of(spec.as_bytes())},
        "sizes": {"bot.js": script.len(), "spec.json": spec.len()},
    });
    put(&folder.join("bot.js"), script.as_bytes());
    put(&folder.join("spec.json"), spec.as_bytes());
    put(&folder.join("rev.json"), rev.to_string().as_bytes());
    hash
}

/// The hash that [`revision`] gives.
pub(crate) fn hash(bot: &str, version: u64) -> String {
    Digest::of(format!("{bot} {version}").as_bytes()).to_string()
}

pub(crate) fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The program, serving.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    stdout: Option<std::thread::JoinHandle<String>>,
    stderr: BufReader<std::process::ChildStderr>,
}

impl Server {
    pub(crate) fn start(what: &[&str], args: &[&str]) -> Self {
        Self::start_in(&std::env::temp_dir(), what, args, &[])
    }

    pub(crate) fn start_in(folder: &Path, what: &[&str], args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).envs(env.iter().copied());
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(what).args(args).current_dir(folder);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.unwrap_or_else(|| panic!("it does not listen: {line}")).parse().unwrap();
        Self { child, address, stdout: Some(stdout), stderr }
    }

    pub(crate) fn id(&self) -> i32 {
        self.child.id() as i32
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let id = rustix::process::Pid::from_raw(self.id()).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }

    /// Waits for its end; what it wrote.
    pub(crate) fn wait(mut self) -> (ExitStatus, String, String) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None => assert!(Instant::now() < deadline, "it does not end"),
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut stderr = String::new();
        self.stderr.read_to_string(&mut stderr).unwrap();
        (status, self.stdout.take().unwrap().join().unwrap(), stderr)
    }

    /// Its resident memory without mapped files, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again until something is so.
pub(crate) fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
