//! What can be compared: a runtime directory, a merged pack's `.1337`, a project's sources, a pack in a store.

use std::path::Path;
use std::sync::Arc;

use semver::Version;

use crate::build::{self, Sources};
use crate::cache::Pack;
use crate::command::{Context, publish};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place};
use crate::oid::Oid;
use crate::pack::from_cache::Opened;
use crate::pack::model::Entry;
use crate::project::{FILE_NAME, Project};
use crate::semver::Side;
use crate::source::cache_diagnostic;
use crate::store::{self, Digest, Store, block_on};

use super::bots::{self, Bot, Bots};

/// One operand, opened: it owns what a [`View`] borrows.
pub(super) struct Operand {
    shown: Arc<str>,
    kept: Kept,
}

enum Kept {
    Bot(Box<Bot>),
    File(Pack),
    /// With the sources of its pack, if it has one.
    Project(Box<(Project, Option<Sources>)>),
}

/// A pack as it is compared.
pub(in crate::command) struct View<'v> {
    /// Its name.
    pub(in crate::command) name: String,
    /// Its OID.
    pub(in crate::command) oid: Oid,
    /// Its language.
    pub(in crate::command) language: String,
    /// Its version, if it has one.
    pub(in crate::command) version: Option<String>,
    /// Its entries, by OID.
    pub(in crate::command) entries: Vec<Arc<Entry<'v>>>,
    /// The names of its sources.
    pub(in crate::command) names: Vec<Arc<str>>,
}

impl<'v> View<'v> {
    /// The pack of a file that was read whole.
    pub(in crate::command) fn of(opened: Opened<'v>) -> Self {
        let Opened { meta, entries, names } = opened;
        let (name, oid, language, version) = (meta.name, meta.oid, meta.language, Some(meta.version));
        Self { name, oid, language, version, entries, names }
    }

    pub(super) fn side(&self) -> Side<'_, '_> {
        Side { name: &self.name, oid: &self.oid, language: &self.language, entries: &self.entries }
    }
}

impl Operand {
    /// Opens what the user named. `oid` or `bot` select in a store.
    pub(super) fn open(
        text: &str,
        (oid, bot): (Option<&str>, Option<&str>),
        context: &Context<'_>,
    ) -> Result<Self, Diagnostics> {
        let shown: Arc<str> = text.into();
        let path = context.host.cwd().join(text);
        let is_bots =
            |path: &Path| path.is_file() || path.join(bots::SPEC).is_file() || path.join(FILE_NAME).is_file();
        let kept = if let Some(bot) = bot.filter(|_| text.contains("://") || !is_bots(&path)) {
            Kept::Bot(Box::new(bots::from_store(text, bot, context)?))
        } else if text.contains("://") {
            from_store(text, oid, context)?
        } else if path.join("runtime.1337").is_file() {
            file(&path.join("runtime.1337"), &format!("{}/runtime.1337", text.trim_end_matches('/')).into())?
        } else if path.join(bots::SPEC).is_file() || (text.ends_with(".json") && path.is_file()) {
            Kept::Bot(Box::new(bots::read(&path, &shown)?))
        } else if path.join(FILE_NAME).is_file() {
            project(&path, context)?
        } else if path.is_dir() && publish::is_store(&path) {
            from_store(text, oid, context)?
        } else if path.is_dir() {
            let message = format!("`{text}` is no runtime directory, no project and no store");
            return Err(refused(Code::SourceNotFound, message, &shown, NAMED));
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") && path.is_file() {
            project(&path, context)?
        } else if path.exists() {
            file(&path, &shown)?
        } else {
            return Err(refused(Code::SourceNotFound, format!("there is no `{text}`"), &shown, NAMED));
        };
        Ok(Self { shown, kept })
    }

    /// The project, if it is one.
    pub(super) fn project(&self) -> Option<&Project> {
        match &self.kept {
            Kept::Project(project) => Some(&project.0),
            Kept::File(_) | Kept::Bot(_) => None,
        }
    }

    /// Whether it is a project that has bots alone.
    pub(super) fn is_without_pack(&self) -> bool {
        self.project().is_some_and(|project| project.pack.is_none())
    }

    /// The bots of the project; none where it is no project.
    pub(super) fn bots(&self) -> Result<Bots, Diagnostics> {
        self.project().map_or_else(|| Ok(Bots::default()), Bots::of)
    }

    /// The bot, if it is one.
    pub(super) fn bot(&self) -> Option<&Bot> {
        match &self.kept {
            Kept::Bot(bot) => Some(bot),
            Kept::File(_) | Kept::Project(_) => None,
        }
    }

    /// The pack in it.
    pub(super) fn view(&self) -> Result<View<'_>, Diagnostics> {
        match &self.kept {
            Kept::Bot(_) => {
                Err(refused(Code::UsageInvalid, format!("`{}` is a bot", self.shown), &self.shown, NAMED))
            }
            Kept::File(pack) => self.of_file(pack),
            Kept::Project(project) => match &project.1 {
                Some(sources) => of_project(&project.0, sources),
                None => Err(refused(
                    Code::UsageInvalid,
                    format!("`{}` has bots alone, and the other side is a pack", self.shown),
                    &self.shown,
                    NAMED,
                )),
            },
        }
    }

    fn of_file<'v>(&self, pack: &'v Pack) -> Result<View<'v>, Diagnostics> {
        if pack.kind() != 0 {
            let message = format!("`{}` is one layer, not a merged pack", self.shown);
            let help = "compare merged packs: a runtime directory, or its runtime.1337";
            return Err(refused(Code::UsageInvalid, message, &self.shown, help));
        }
        let opened = Opened::of(pack).map_err(|error| cache_diagnostic(&error, Arc::clone(&self.shown)))?;
        Ok(View::of(opened))
    }
}

const NAMED: &str = "name a runtime directory, a .1337 file, a project's folder, a store's URL, or a bot's spec.json or revision";

fn refused(code: Code, message: String, shown: &Arc<str>, help: &str) -> Diagnostics {
    Diagnostic::error(code, message).at(Place::file(Arc::clone(shown))).help(help).into()
}

fn file(path: &Path, shown: &Arc<str>) -> Result<Kept, Diagnostics> {
    let opened = Pack::open(path).and_then(|pack| {
        pack.verify(rayon::current_num_threads())?;
        Ok(pack)
    });
    Ok(Kept::File(opened.map_err(|error| cache_diagnostic(&error, Arc::clone(shown)))?))
}

fn project(path: &Path, context: &Context<'_>) -> Result<Kept, Diagnostics> {
    let project = Project::load(Some(path), context.host.cwd(), context.host.var("GITHUB_WORKSPACE"))?;
    if project.pack.is_none() && project.bots.is_empty() {
        project.pack()?;
    }
    let sources = project.pack.as_ref().map(|pack| build::read(&project, pack));
    Ok(Kept::Project(Box::new((project, sources))))
}

fn of_project<'v>(project: &'v Project, sources: &'v Sources) -> Result<View<'v>, Diagnostics> {
    let config = project.pack()?;
    let (built, diagnostics) = build::judge(sources, config);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(View {
        name: config.name.clone(),
        oid: config.oid.clone(),
        language: config.language.clone(),
        version: config.version.as_ref().map(|version| version.value.to_string()),
        entries: built.entries,
        names: built.names,
    })
}

/// Which revision of a pack in a store.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The last release, or what was published last if there is none.
    Last,
    /// A version.
    Version(Version),
    /// The beginning of an identity.
    Hash(String),
}

/// A store's URL without the revision that stands behind `#`, and that revision.
pub(super) fn split(url: &str) -> (&str, Which) {
    let Some((root, revision)) = url.rsplit_once('#') else { return (url, Which::Last) };
    if let Ok(version) = revision.parse() {
        return (root, Which::Version(version));
    }
    let is_hash = (8..=64).contains(&revision.len()) && revision.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hash { (root, Which::Hash(revision.to_ascii_lowercase())) } else { (url, Which::Last) }
}

fn from_store(url: &str, oid: Option<&str>, context: &Context<'_>) -> Result<Kept, Diagnostics> {
    let (root, which) = split(url);
    let store = context.named_store(root)?;
    let oid = match oid {
        Some(oid) => publish::parse_oid(oid)?,
        None => only_pack(&*store)?,
    };
    let hash = revision(&*store, &oid, &which)?;
    let bytes = block_on(store::runtime::runtime(&*store, &oid, hash))??;
    let pack = Pack::from_bytes(bytes).map_err(|error| cache_diagnostic(&error, url.into()))?;
    Ok(Kept::File(pack))
}

fn only_pack(store: &dyn Store) -> Outcome<Oid> {
    let oids = block_on(store::list::oids(store))??;
    let refused = |message: String, help: String| {
        Err(Box::new(Diagnostic::error(Code::UsageInvalid, message).help(help)))
    };
    match &oids[..] {
        [oid] => Ok(oid.clone()),
        [] => refused(
            format!("the store {} has no pack", store.url()),
            "publish one, or name another store".into(),
        ),
        several => {
            let shown: Vec<_> = several.iter().take(10).map(ToString::to_string).collect();
            refused(
                format!("the store {} has {} packs: {}", store.url(), several.len(), shown.join(", ")),
                "select one with `--pack OID`".into(),
            )
        }
    }
}

fn revision(store: &dyn Store, oid: &Oid, which: &Which) -> Outcome<Digest> {
    let released = match which {
        Which::Last => block_on(store::versions::highest(store, oid, None))??,
        Which::Version(version) => {
            let key = store::layout::version(oid, version)?;
            match block_on(store::versions::read(store, oid, version, &key))? {
                Err(failed) if failed.code == Code::NotFound => None,
                found => Some(found?),
            }
        }
        Which::Hash(_) => None,
    };
    if let Some(document) = released {
        return Ok(document.pack_hash);
    }
    let mut token = None;
    loop {
        let page = block_on(store::list::revisions(store, oid, 1000, token.as_deref()))??;
        let found = page.revisions.iter().find(|listed| match which {
            Which::Last => true,
            Which::Version(version) => listed.said.as_ref().is_some_and(|said| said.version == *version),
            Which::Hash(hash) => listed.pack_hash.to_string().starts_with(hash.as_str()),
        });
        if let Some(found) = found {
            return Ok(found.pack_hash);
        }
        token = page.next_page_token;
        if token.is_none() {
            let wanted = match which {
                Which::Last => format!("the store {} has no revision of {oid}", store.url()),
                Which::Version(version) => {
                    format!("the store {} has no revision {version} of {oid}", store.url())
                }
                Which::Hash(hash) => format!("the store {} has no revision {hash}… of {oid}", store.url()),
            };
            let help = format!("`aegis list {} --pack {oid}` shows what there is", store.url());
            return Err(Box::new(Diagnostic::error(Code::NotFound, wanted).help(help)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_stands_behind_the_hash_sign() {
        assert_eq!(split("file://store"), ("file://store", Which::Last));
        assert_eq!(split("s3://b/p#1.2.0"), ("s3://b/p", Which::Version("1.2.0".parse().unwrap())));
        assert_eq!(split("file://s#00FF00ff"), ("file://s", Which::Hash("00ff00ff".into())));
        assert_eq!(split("file://a#b"), ("file://a#b", Which::Last), "a folder's own name");
    }
}
