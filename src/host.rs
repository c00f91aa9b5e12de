//! The outside of the process: environment, working folder, clock, streams. Nothing else reads them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The variables that hold secrets. The runner masks what comes from its own store; this is for what does not.
const SECRET: [&str; 15] = [
    "INPUT_GITHUB-TOKEN",
    "INPUT_GITHUB_TOKEN",
    "GITHUB_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AEGIS_REGISTRY_PASSWORD",
    "AZURE_CLIENT_SECRET",
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "GOOGLE_OAUTH_ACCESS_TOKEN",
    "AEGIS_SIGNING_KEY",
    "AEGIS_SERVE_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
];

/// What a run may know of its surroundings.
pub struct Host {
    env: BTreeMap<String, String>,
    cwd: PathBuf,
    stdin: Box<dyn Read + Send>,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    /// This program, to be started again as a worker.
    pub program: PathBuf,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
    /// How many columns the terminal has that standard error goes to.
    pub stderr_columns: Option<u16>,
}

impl Host {
    /// The process's own surroundings. Variables that are not UTF-8 are left out: none that is read may be.
    pub fn of_process() -> Self {
        let text = |s: OsString| s.into_string().ok();
        Self {
            env: std::env::vars_os().filter_map(|(k, v)| Some((text(k)?, text(v)?))).collect(),
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            stdin: Box::new(io::stdin()),
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            program: own_program(),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            stderr_columns: rustix::termios::tcgetwinsize(io::stderr())
                .ok()
                .map(|size| size.ws_col)
                .filter(|&n| n > 0),
        }
    }

    /// Surroundings made up for a test.
    pub fn new(
        env: BTreeMap<String, String>,
        cwd: PathBuf,
        stdout: Box<dyn Write + Send>,
        stderr: Box<dyn Write + Send>,
    ) -> Self {
        Self {
            env,
            cwd,
            stdin: Box::new(io::empty()),
            stdout,
            stderr,
            program: PathBuf::from("aegis"),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            stderr_columns: None,
        }
    }

    /// The same, with something on standard input.
    #[must_use]
    pub fn with_stdin(self, stdin: Box<dyn Read + Send>) -> Self {
        Self { stdin, ..self }
    }

    /// Reads standard input to its end.
    ///
    /// # Errors
    /// It cannot be read, or has more than `most` bytes.
    pub fn read_stdin(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.stdin.by_ref().take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if read as u64 > most {
            return Err(io::Error::other(format!("there are more than {most} bytes")));
        }
        Ok(bytes)
    }

    /// A variable of the environment; an empty one counts as absent.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The secrets that this process was given.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        SECRET.iter().filter_map(|name| self.var(name))
    }

    /// Whether this is a GitHub Actions runner.
    pub fn is_runner(&self) -> bool {
        self.var("GITHUB_ACTIONS") == Some("true")
    }

    /// The working folder.
    pub fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// Works in another folder from now on; a relative one is below the present one.
    pub fn enter(&mut self, folder: &Path) {
        self.cwd = self.cwd.join(folder);
    }

    /// 32 bytes that nobody could guess before: the system's random keys, hashed.
    pub fn random(&self) -> [u8; 32] {
        use sha2::{Digest as _, Sha256};
        use std::hash::{BuildHasher as _, RandomState};
        let mut hasher = Sha256::new();
        for round in 0..4_u64 {
            hasher.update(RandomState::new().hash_one(round).to_le_bytes());
        }
        hasher.finalize().into()
    }

    /// The clock, or the time that `SOURCE_DATE_EPOCH` fixes.
    pub fn now(&self) -> SystemTime {
        let fixed = self.var("SOURCE_DATE_EPOCH").and_then(|text| text.parse().ok());
        let fixed = fixed.and_then(|s| SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(s)));
        fixed.unwrap_or_else(SystemTime::now)
    }

    /// Writes data. A reader that has gone away is no error: what it did not want need not be said.
    ///
    /// # Errors
    /// Any other failure of the stream, a full disk for one.
    pub fn out(&mut self, text: &str) -> io::Result<()> {
        swallow_closed_pipe(self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush()))
    }

    /// Writes a piece of an endless stream of data. `false` if its reader has gone away: then it may end.
    ///
    /// # Errors
    /// Any other failure of the stream, a full disk for one.
    pub fn stream(&mut self, text: &str) -> io::Result<bool> {
        match self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the reader of standard output has gone away, so far as that can be told without writing.
    pub fn is_unread(&self) -> bool {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let stdout = io::stdout();
        let mut ends = [PollFd::new(&stdout, PollFlags::empty())];
        // Of a pipe whose other end is closed, an error is told whatever is asked for.
        let told = poll(&mut ends, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
        told.is_ok() && ends[0].revents().contains(PollFlags::ERR)
    }

    /// The clock, for what outlives a call: see [`Host::now`].
    pub fn clock(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let fixed = self.var("SOURCE_DATE_EPOCH").map(|_| self.now());
        move || fixed.unwrap_or_else(SystemTime::now)
    }

    /// Writes what is not data. Failures are ignored: there is no place left to report them.
    pub fn err(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush());
    }
}

fn swallow_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
/// The running program's file. The kernel's own link holds even if the file was replaced meanwhile.
fn own_program() -> PathBuf {
    let link = Path::new("/proc/self/exe");
    if link.exists() {
        link.to_owned()
    } else {
        std::env::current_exe().unwrap_or_else(|_| PathBuf::from("aegis"))
    }
}
