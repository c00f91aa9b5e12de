//! `aegis.yaml`: found, read as written, checked. Touches the file system only to find and read that one file.

mod decode;
mod store;
mod waiver;
mod workspace;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use semver::Version;

use crate::diag::{Code, Diagnostic, Diagnostics, LineMap, Outcome, Place, io};
use crate::files::{self, Failed};
use crate::layer::Layer;
use crate::oid::Oid;
use crate::semver::Levels;
use crate::store::Settings;
use crate::syntax::{Format, MAX_TEXT, Text};

pub use crate::layer::{LayerName, Limits, Prefer};
pub use waiver::Waiver;
pub use workspace::{Workspace, normalize, relative};

/// The file's name.
pub const FILE_NAME: &str = "aegis.yaml";
/// Where a project publishes if it does not say otherwise.
pub const DEFAULT_STORE: &str = "file://.aegis/store";

/// A project, as its file has it, with defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// The file.
    pub file: PathBuf,
    /// Its folder: relative paths start here.
    pub root: PathBuf,
    /// How paths are shown.
    pub workspace: Workspace,
    /// The pack, if the project has one.
    pub pack: Option<PackConfig>,
    /// Globs of suites that people wrote.
    pub suites: Vec<Located<String>>,
    /// Its bots.
    pub bots: Vec<BotConfig>,
    /// Findings of preflight that are accepted.
    pub waivers: Vec<Waiver>,
    /// Where it publishes.
    pub store: String,
    /// How releases are made.
    pub release: ReleaseConfig,
    /// What it says of stores beside their URLs, by URL.
    pub store_settings: BTreeMap<String, Settings>,
    /// Levels of semantic changes that the project raised or lowered.
    pub levels: Levels,
    /// The file of approved breaks, as written.
    pub approved: Option<Located<String>>,
}

/// How releases are made.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseConfig {
    /// The prefix of release tags.
    pub prefix: String,
    /// Whether the version gets a tag.
    pub tags_version: bool,
    /// Whether OIDs get tags.
    pub tags_oids: bool,
    /// Whether `v1` and `v1.2` move along.
    pub floating: bool,
    /// The OIDs that get a tag beside the pack's: `None` for the documents'.
    pub oids: Option<Vec<Located<Oid>>>,
    /// Branches beside the default one that may be released.
    pub branches: Vec<String>,
}

impl Default for ReleaseConfig {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            tags_version: true,
            tags_oids: true,
            floating: false,
            oids: None,
            branches: Vec::new(),
        }
    }
}

/// A value with the place where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// A bot of a project. Paths are as written: relative to the project's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct BotConfig {
    /// Its id, which has to be `meta.botId` of its spec.
    pub id: Located<String>,
    /// Its spec.
    pub spec: String,
    /// Its script; generated without one.
    pub script: Option<String>,
    /// How its script was made.
    pub build: Option<String>,
    /// Its own store, if it has one.
    pub store: Option<String>,
}

/// The pack of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct PackConfig {
    /// Its name.
    pub name: String,
    /// Its OID.
    pub oid: Oid,
    /// Its language (BCP 47).
    pub language: String,
    /// Its version: `None` for `auto`.
    pub version: Option<Located<Version>>,
    /// The sources of the layers, as written.
    pub layers: [Vec<Located<String>>; 3],
    /// The operator's preferences.
    pub prefer: Vec<Located<Prefer>>,
    /// Bounds of the local layer.
    pub limits: Limits,
    /// Its own store, if it has one.
    pub store: Option<String>,
}

impl Project {
    /// Finds and reads the project: `given` by the user, or `aegis.yaml` in `cwd` or above.
    ///
    /// # Errors
    /// There is none, it cannot be read, or it is not sound.
    pub fn load(given: Option<&Path>, cwd: &Path, workspace: Option<&str>) -> Result<Self, Diagnostics> {
        let file = find(given, cwd)?;
        let root = file.parent().unwrap_or(cwd).to_path_buf();
        let workspace = Workspace::new(&root, workspace);
        let shown: Arc<str> = workspace.show(&file).into();
        let bytes = match files::read(&file, MAX_TEXT) {
            Ok(bytes) => bytes,
            Err(Failed::Io(error)) => return Err(io(Code::SourceUnreadable, "read", &file, &error).into()),
            Err(Failed::TooLarge(length)) => {
                let message = format!("{shown} has {length} bytes: that is no project file");
                let help = "look at what stands there, or name another file with `--project`";
                let one = Diagnostic::error(Code::ConfigInvalid, message).at(Place::file(shown)).help(help);
                return Err(one.into());
            }
        };
        let (text, mut errors) = match Text::from_bytes(bytes, Format::Yaml) {
            Ok(text) => (text, Vec::new()),
            Err(failed) => (failed.0, vec![failed.1]),
        };
        let lines = LineMap::new(text.as_str());
        let tree = if errors.is_empty() {
            text.parse(Format::Yaml).unwrap_or_else(|found| {
                errors = found;
                None
            })
        } else {
            None
        };
        let mut diagnostics = Diagnostics::new();
        for error in errors {
            let place = lines.place(Arc::clone(&shown), error.range, String::new());
            diagnostics
                .push(Diagnostic::error(Code::ConfigInvalid, error.message).at(place).help(error.help));
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let Some(tree) = tree else {
            let message = format!("{shown} is empty");
            let help = "write `aegis: project/v1` and a `pack`, or run `aegis init`";
            return Err(Diagnostic::error(Code::ConfigInvalid, message)
                .at(Place::file(shown))
                .help(help)
                .into());
        };
        decode::decode(&tree, &decode::Surroundings { file: &file, root: &root, workspace, shown, lines })
    }

    /// The pack.
    ///
    /// # Errors
    /// The project has none.
    pub fn pack(&self) -> Outcome<&PackConfig> {
        self.pack.as_ref().ok_or_else(|| {
            let message = "the project has no `pack`, so there is nothing to build";
            let place = Place::file(self.workspace.show(&self.file).into());
            Box::new(
                Diagnostic::error(Code::ConfigInvalid, message).at(place).help("add `pack` to aegis.yaml"),
            )
        })
    }

    /// The bots' ids.
    pub fn bot_ids(&self) -> impl Iterator<Item = &str> {
        self.bots.iter().map(|bot| bot.id.value.as_str())
    }

    /// The sources of a layer, as written.
    pub fn layer(&self, layer: Layer) -> &[Located<String>] {
        self.pack.as_ref().map_or(&[], |pack| &pack.layers[layer as usize])
    }

    /// What the project says of a store beside its URL.
    pub fn settings_of(&self, url: &str) -> Settings {
        self.store_settings.get(url).cloned().unwrap_or_default()
    }

    /// Where the pack is published.
    pub fn pack_store(&self) -> &str {
        self.pack.as_ref().and_then(|pack| pack.store.as_deref()).unwrap_or(&self.store)
    }
}

fn find(given: Option<&Path>, cwd: &Path) -> Outcome<PathBuf> {
    if let Some(given) = given {
        let path = cwd.join(given);
        let path = if path.is_dir() { path.join(FILE_NAME) } else { path };
        if path.is_file() {
            return Ok(path);
        }
        let message = format!("there is no project file at `{}`", path.display());
        let help = "name an aegis.yaml, or a folder that holds one, with `--project`";
        return Err(Box::new(Diagnostic::error(Code::ConfigInvalid, message).help(help)));
    }
    let found = cwd.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file());
    found.ok_or_else(|| {
        let message = format!("there is no {FILE_NAME} in `{}` or above", cwd.display());
        let help = "name one with `--project`, or write one with `aegis init`";
        Box::new(Diagnostic::error(Code::ConfigInvalid, message).help(help))
    })
}
