//! A hermetic run of the built `aegis`: an environment of its own, a temporary folder, a fixed clock.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A temporary folder with a project in it, or nothing.
pub(crate) struct Sandbox {
    folder: tempfile::TempDir,
}

/// What came of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    /// The exit code; a signal is 128 and its number, as shells have it.
    pub(crate) exit: i32,
    /// Standard output, paths normalized.
    pub(crate) stdout: String,
    /// Standard error, paths normalized.
    pub(crate) stderr: String,
    /// How long it took.
    pub(crate) time: Duration,
}

impl Ran {
    /// The diagnostics of a run with `--format json`.
    pub(crate) fn diagnostics(&self) -> Vec<serde_json::Value> {
        let report: serde_json::Value = serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no report: {error}\n{}\n{}", self.stdout, self.stderr));
        report["diagnostics"].as_array().unwrap().clone()
    }

    /// Their codes, in order, each once in a row.
    pub(crate) fn codes(&self) -> Vec<String> {
        let mut codes: Vec<_> =
            self.diagnostics().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect();
        codes.dedup();
        codes
    }
}

/// The program, with nothing of the surroundings but `PATH`.
pub(crate) fn aegis(cwd: &Path) -> Command {
    hermetic(env!("CARGO_BIN_EXE_aegis").as_ref(), cwd)
}

/// Any program, the same way.
pub(crate) fn hermetic(program: &OsStr, cwd: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir(cwd).stdin(Stdio::null());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("SOURCE_DATE_EPOCH", "1767225600");
    command
}

impl Sandbox {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A project whose layers are the folders `packs/{global,domain,local}`, with a lexicon in the domain.
    pub(crate) fn project() -> Self {
        let sandbox = Self::new();
        sandbox.write(
            "aegis.yaml",
            "aegis: project/v1\npack:\n  name: depot\n  oid: \"1.0\"\n  version: 1.0.0\n  layers:\n    \
             global: [packs/global]\n    domain: [packs/domain]\n    local: [packs/local]\n",
        );
        sandbox.write("packs/global/base.yaml", document("0.1", "entries: []\n"));
        sandbox.write("packs/domain/words.yaml", document("1.0", WORDS));
        sandbox.write("packs/local/site.yaml", document("2.1337", "entries: []\n"));
        sandbox
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path in it.
    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Runs the program with these arguments.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let mut command = aegis(self.path());
        command.args(args);
        self.finish(command)
    }

    /// Runs `aegis build --format json`.
    pub(crate) fn build(&self) -> Ran {
        self.run(&["build", "--format", "json"])
    }

    /// Runs a prepared command to its end. One that hangs is killed, and the test fails.
    pub(crate) fn finish(&self, mut command: Command) -> Ran {
        let start = Instant::now();
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (exit, stdout, stderr) = wait(child, &format!("{command:?}"));
        let normalize = |bytes: Vec<u8>| self.normalize(&String::from_utf8_lossy(&bytes));
        Ran { exit, stdout: normalize(stdout), stderr: normalize(stderr), time: start.elapsed() }
    }

    /// Paths of this folder as `[CWD]`, and what differs between versions of the program.
    pub(crate) fn normalize(&self, text: &str) -> String {
        let real = self.path().canonicalize().unwrap();
        let text = text.replace(&*real.to_string_lossy(), "[CWD]");
        let text = text.replace(&*self.path().to_string_lossy(), "[CWD]");
        let text = digests(&text).replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        cold_starts(&times(&sizes(&text)))
    }

    /// The names of what builds left unfinished, in any folder.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let all = walkdir::WalkDir::new(self.path()).into_iter().filter_map(Result::ok);
        let names = all.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.contains(".building-")).collect()
    }
}

/// SHA-256 digests, whole or their first 16 digits, as `[SHA-256]`: they are other tests' matter, and change with the
/// format.
fn digests(text: &str) -> String {
    let is_digest =
        |word: &str| matches!(word.len(), 16 | 64) && word.bytes().any(|byte| byte.is_ascii_lowercase());
    replace(text, |c| c.is_ascii_hexdigit(), |word| is_digest(word).then_some("[SHA-256]"))
}

/// Sizes, as people read them.
fn sizes(text: &str) -> String {
    let mut out = text.to_owned();
    for unit in [" B", " KiB", " MiB"] {
        let mut parts = out.split(unit).map(str::to_owned).collect::<Vec<_>>();
        let last = parts.len() - 1;
        for part in &mut parts[..last] {
            let digits = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
            let is_size = part[digits..].starts_with(|c: char| c.is_ascii_digit());
            let new = if is_size { format!("{}[SIZE]", &part[..digits]) } else { format!("{part}{unit}") };
            *part = new;
        }
        out = parts.concat();
    }
    out
}

/// Times of stores, which are the clock's.
pub(crate) fn times(text: &str) -> String {
    let is_time = |word: &str| word.len() == 20 && word.ends_with('Z') && word.contains('T');
    let of_time = |c: char| c.is_ascii_digit() || "-:TZ".contains(c);
    replace(text, of_time, |word| is_time(word).then_some("[TIME]"))
}

/// How long scripts took to start.
pub(crate) fn cold_starts(text: &str) -> String {
    let mut parts: Vec<_> = text.split(" ms of 400").collect();
    let last = parts.len() - 1;
    for part in &mut parts[..last] {
        *part = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    }
    parts.join("[TIME] ms of 400")
}

/// Replaces runs of some characters.
fn replace(text: &str, of: impl Fn(char) -> bool, with: impl Fn(&str) -> Option<&'static str>) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(&of) {
        let run = rest[at..].find(|c| !of(c)).unwrap_or(rest.len() - at);
        let word = &rest[at..at + run];
        out.push_str(&rest[..at]);
        out.push_str(with(word).unwrap_or(word));
        rest = &rest[at + run..];
    }
    out + rest
}

/// Waits for a process with patience, reading both streams meanwhile.
pub(crate) fn wait(mut child: Child, what: &str) -> (i32, Vec<u8>, Vec<u8>) {
    use std::io::Read as _;
    let mut read = Vec::new();
    let streams = [
        child.stdout.take().map(|stream| Box::new(stream) as Box<dyn std::io::Read + Send>),
        child.stderr.take().map(|stream| Box::new(stream) as Box<dyn std::io::Read + Send>),
    ];
    for stream in streams {
        read.push(std::thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut stream) = stream {
                stream.read_to_end(&mut bytes).unwrap();
            }
            bytes
        }));
    }
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("hangs: {what}");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let mut streams = read.into_iter().map(|thread| thread.join().unwrap());
    let (stdout, stderr) = (streams.next().unwrap(), streams.next().unwrap());
    use std::os::unix::process::ExitStatusExt as _;
    let exit = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    (exit, stdout, stderr)
}

/// Copies what is in a folder, but for files and folders that are left out.
pub(crate) fn copy(from: &Path, to: &Path, is_left: impl Fn(&walkdir::DirEntry) -> bool) {
    for entry in walkdir::WalkDir::new(from).min_depth(1).into_iter().filter_entry(|entry| !is_left(entry)) {
        let entry = entry.unwrap();
        let to = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).unwrap();
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A document with this OID and these entries.
pub(crate) fn document(oid: &str, entries: &str) -> String {
    format!("aegis: cache/v1\noid: \"{oid}\"\ntitle: Test\nversion: 1.0.0\n{entries}")
}

/// One lexicon of the domain.
pub(crate) const WORDS: &str = "\
entries:
  - oid: \"1.0.2\"
    kind: lexicon
    title: Words
    terms:
      - {term: dock, meaning: where trucks are unloaded}
";
