//! A checkout whose job releases.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::server::{GitHub, TOKEN};

pub(crate) const ONE: &str = "1111111111111111111111111111111111111111";
pub(crate) const TWO: &str = "2222222222222222222222222222222222222222";

/// A checkout, and a store that outlives it.
pub(crate) struct Site {
    folder: tempfile::TempDir,
    store: PathBuf,
    pub(crate) commit: String,
    pub(crate) release: &'static str,
    pub(crate) env: Vec<(&'static str, String)>,
}

impl Site {
    /// A new one, with a store of its own.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        let site = Self { folder, store, commit: ONE.to_owned(), release: "", env: Vec::new() };
        site.write("where trucks are unloaded", "1.0.0");
        site
    }

    /// Another checkout of the same repository.
    pub(crate) fn beside(&self) -> Self {
        Self { store: self.store.clone(), env: self.env.clone(), release: self.release, ..Self::new() }
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The sources: what `dock` means, and the version of the document and the entry that say so.
    pub(crate) fn write(&self, meaning: &str, version: &str) {
        let project = format!(
            "aegis: project/v1\npack:\n  name: depot\n  oid: \"1.0\"\n  layers: {{global: [base.yaml], domain: [words.yaml]}}\nrelease: {{{}}}\n",
            self.release
        );
        std::fs::write(self.at("aegis.yaml"), project).unwrap();
        let base = "aegis: cache/v1\noid: \"0.1\"\ntitle: Base\nversion: 1.0.0\nentries: []\n";
        std::fs::write(self.at("base.yaml"), base).unwrap();
        let words = format!(
            "aegis: cache/v1\noid: \"1.0\"\ntitle: Words\nversion: {version}\nentries:\n  - oid: \"1.0.2\"\n    kind: lexicon\n    title: Words\n    version: {version}\n    terms:\n      - {{term: dock, meaning: {meaning}}}\n"
        );
        std::fs::write(self.at("words.yaml"), words).unwrap();
    }

    /// A command as a runner starts it, for a push to the default branch.
    pub(crate) fn command(&self, github: &GitHub, args: &str) -> Command {
        let event = json!({"ref": "refs/heads/main", "repository": {"full_name": "octo-org/packs", "default_branch": "main"}});
        std::fs::write(self.at("_event.json"), event.to_string()).unwrap();
        std::fs::write(self.at("_output"), "").unwrap();
        std::fs::write(self.at("_summary"), "").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
        command.env_clear().current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, value) in [
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_ACTOR", "octocat"),
            ("GITHUB_API_URL", &github.api),
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_REPOSITORY", "octo-org/packs"),
            ("GITHUB_RUN_ID", "77"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_SHA", &self.commit),
            ("GITHUB_WORKFLOW", "AEGIS"),
            ("INPUT_GITHUB-TOKEN", TOKEN),
            ("INPUT_COMMAND", args.split(' ').next().unwrap()),
            ("INPUT_ARGS", args.split_once(' ').map_or("", |(_, rest)| rest)),
            ("INPUT_STORE", &format!("file://{}", self.store.display())),
            ("SOURCE_DATE_EPOCH", "1767225600"),
        ] {
            command.env(name, value);
        }
        for (name, file) in [
            ("GITHUB_EVENT_PATH", "_event.json"),
            ("GITHUB_OUTPUT", "_output"),
            ("GITHUB_STEP_SUMMARY", "_summary"),
        ] {
            command.env(name, self.at(file));
        }
        command.env("GITHUB_WORKSPACE", self.folder.path());
        command.envs(self.env.iter().map(|(name, value)| (*name, value)));
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, github: &GitHub, args: &str) -> Ran {
        Ran::of(self.command(github, args).output().unwrap(), self)
    }

    /// Starts it.
    pub(crate) fn start(&self, github: &GitHub, args: &str) -> Child {
        self.command(github, args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub(crate) fn store(&self) -> &Path {
        &self.store
    }
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Option<i32>,
    pub(crate) text: String,
    pub(crate) outputs: BTreeMap<String, String>,
}

impl Ran {
    pub(crate) fn of(output: Output, site: &Site) -> Self {
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let written = std::fs::read_to_string(site.at("_output")).unwrap();
        let (mut outputs, mut lines) = (BTreeMap::new(), written.lines());
        while let Some(head) = lines.next() {
            let (name, end) = head.split_once("<<").unwrap();
            let value: Vec<_> = lines.by_ref().take_while(|line| *line != end).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        }
        Self { exit: output.status.code(), text, outputs }
    }

    pub(crate) fn tags(&self) -> Vec<String> {
        let tags: Value = serde_json::from_str(&self.outputs["tags"]).unwrap();
        tags.as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned()).collect()
    }
}
