//! What a release is made from: the runtime directory, the tests, the commit, and what GitHub has already.

use std::collections::BTreeMap;
use std::path::Path;

use semver::Version;

use crate::cache::Pack;
use crate::command::diff::View;
use crate::command::version::{Candidate, older, since};
use crate::command::{Context, git};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, io};
use crate::forge::{Hub, TagRef};
use crate::oid::Oid;
use crate::pack::from_cache::Opened;
use crate::pack::metadata::Metadata;
use crate::pack::verify;
use crate::project::Project;
use crate::release::oids::Versions;
use crate::release::plan::{self, Seen, Wanted};
use crate::report::Report;
use crate::report::difference::Difference;
use crate::report::junit::{CaseResult, Suite};
use crate::semver::{UNRELEASED, tagged};
use crate::source::cache_diagnostic;
use crate::store::{self, Digest, block_on, layout};

use super::Asked;
use super::chosen::pushed_tag;

/// The largest file of a runtime directory that goes into an archive: assets end below 2 GiB.
const MOST: u64 = 2 << 30;

/// A JUnit file, and the suites in it.
pub(super) type Tests = (Vec<u8>, Vec<Suite>);

/// What was found here.
pub(super) struct Found {
    pub(super) metadata: Metadata,
    pub(super) version: Version,
    pub(super) pack_hash: Digest,
    pub(super) content_hash: Digest,
    pub(super) commit: String,
    pub(super) files: BTreeMap<String, Vec<u8>>,
    pub(super) versions: Versions,
    pub(super) junit: Option<Tests>,
    pack: Pack,
}

/// What can be released.
pub(super) struct Ready {
    /// The tag of the version.
    pub(super) tag: String,
    /// The tags, that one first.
    pub(super) wanted: Vec<Wanted>,
    /// Those of them that are there.
    pub(super) seen: BTreeMap<String, Seen>,
    /// The tag of the release before.
    pub(super) last_tag: Option<String>,
    /// What changed since.
    pub(super) difference: Option<Difference>,
    /// Why that is not known.
    pub(super) without: &'static str,
    /// The tags that move.
    pub(super) floating: Vec<String>,
    /// Whether there is no higher release.
    pub(super) is_latest: bool,
}

pub(super) fn refused(message: impl Into<String>, help: &str) -> Diagnostics {
    Diagnostic::error(Code::ReleaseRefused, message).help(help).into()
}

/// The commit that is released.
pub(super) fn commit(project: &Project, context: &Context<'_>) -> Result<String, Diagnostics> {
    let said = context.host.var("GITHUB_SHA").map(str::to_owned);
    said.or_else(|| git::head(project.workspace.top())).ok_or_else(|| {
        refused("it is not known which commit is released", "run it in a checkout, or set GITHUB_SHA")
    })
}

/// The commit is one that may be tagged.
pub(super) fn on_a_branch(commit: &str, hub: &Hub, project: &Project) -> Result<(), Diagnostics> {
    let default = hub.default_branch()?;
    for branch in std::iter::once(&default).chain(&project.release.branches) {
        if hub.holds(branch, commit)? {
            return Ok(());
        }
    }
    let message = format!("the commit {commit} is on none of the branches that are released");
    let help = format!("merge it into {default}, or name its branch in `release.branches`");
    Err(refused(message, &help))
}

/// Those of the tags of a release that are there.
pub(super) fn seen(
    hub: &Hub,
    there: &[TagRef],
    wanted: &[Wanted],
) -> Result<BTreeMap<String, Seen>, Diagnostics> {
    let mut seen = BTreeMap::new();
    for one in there.iter().filter(|one| wanted.iter().any(|wanted| wanted.name == one.name)) {
        let said = hub.annotation(one)?;
        let sha256 = plan::said(&said.message);
        seen.insert(one.name.clone(), Seen { commit: said.commit, sha256 });
    }
    Ok(seen)
}

/// Why nothing is released whose content a tag of another commit has.
pub(super) fn unchanged(hub: &Hub, tag: &str, commit: &str) -> Result<String, Diagnostics> {
    let is_out = hub.releases(tag)?.iter().any(|release| !release.draft);
    Ok(if is_out {
        format!("nothing changed since {tag}")
    } else {
        format!("nothing changed since {tag}, whose release is not finished: run the job of {commit} again")
    })
}

/// Whether a version is the highest of all that are released, and the tags that move to it.
pub(super) fn standing(version: &Version, others: &[Version], project: &Project) -> (bool, Vec<String>) {
    let is_latest = version.pre.is_empty()
        && others.iter().filter(|other| other.pre.is_empty()).all(|other| *other < *version);
    let floating = if project.release.floating {
        plan::floating(version, others, &project.release.prefix)
    } else {
        Vec::new()
    };
    (is_latest, floating)
}

impl Found {
    /// Reads what was built and tested.
    pub(super) fn read(
        project: &Project,
        asked: &Asked<'_>,
        context: &Context<'_>,
        report: &mut Report,
    ) -> Result<Self, Diagnostics> {
        let shown = |path: &Path| project.workspace.show(path);
        let verified = verify::directory(asked.dir, &shown)?;
        if verified.diagnostics.has_errors() {
            return Err(verified.diagnostics);
        }
        let metadata = verified.metadata;
        let version: Version = metadata.version.parse().map_err(|_| damaged("its version"))?;
        if metadata.version == UNRELEASED {
            let help = "build it in a job with a token, where the tags can be read, or claim a version with `pack.version`";
            return Err(refused(
                format!("the pack is {UNRELEASED}: nobody knows the release before it"),
                help,
            ));
        }
        let commit = commit(project, context)?;
        if metadata.provenance.commit.as_ref().is_some_and(|built| *built != commit) {
            let built = metadata.provenance.commit.as_deref().unwrap_or_default();
            let message = format!("the pack was built from the commit {built}, and {commit} would be tagged");
            return Err(refused(
                message,
                "run `aegis ci`, or `aegis build` and `aegis test`, on this commit",
            ));
        }
        let mut files = BTreeMap::new();
        for name in metadata.files.keys().map(String::as_str).chain([crate::pack::metadata::FILE_NAME]) {
            files.insert(name.to_owned(), read(&asked.dir.join(name))?);
        }
        let pack = Pack::open(&asked.dir.join("runtime.1337"))
            .map_err(|error| cache_diagnostic(&error, "runtime.1337".into()))?;
        let versions = {
            let opened =
                Opened::of(&pack).map_err(|error| cache_diagnostic(&error, "runtime.1337".into()))?;
            Versions::of(&opened, &metadata.version, &metadata.content_hash)
        };
        let digest = |text: &str| text.parse::<Digest>().map_err(|_| damaged("a hash"));
        Ok(Self {
            pack_hash: digest(&metadata.pack_hash)?,
            content_hash: digest(&metadata.content_hash)?,
            junit: tests(asked, &shown(asked.junit), report)?,
            metadata,
            version,
            commit,
            files,
            versions,
            pack,
        })
    }

    /// Takes the passport that the store has: the first one stands, whoever built the pack again.
    pub(super) fn as_published(
        &mut self,
        project: &Project,
        asked: &Asked<'_>,
        context: &Context<'_>,
    ) -> Outcome<()> {
        let (url, base) = place(project, asked, context);
        let store = context.store(url, base, Some(project))?;
        let name = crate::pack::metadata::FILE_NAME;
        let folder = layout::pack(&self.metadata.oid, self.pack_hash)?;
        let key = folder.key(name).map_err(|error| {
            Box::new(Diagnostic::error(Code::Internal, format!("`{name}` is no key: {error}")))
        })?;
        let bytes = block_on(store::read_small(&*store, &key, crate::store::manifest::MAX_MANIFEST))??;
        self.metadata = serde_json::from_slice(&bytes).map_err(|_| damaged("metadata.json in the store"))?;
        self.files.insert(name.to_owned(), bytes);
        Ok(())
    }

    /// What GitHub has, and what is to be there. `Err` in it: why there is nothing to release.
    pub(super) fn judge(
        &self,
        hub: &Hub,
        project: &Project,
        asked: &Asked<'_>,
        context: &Context<'_>,
    ) -> Result<Result<Ready, String>, Diagnostics> {
        let prefix = &project.release.prefix;
        let tag = format!("{prefix}v{}", self.version);
        let there = hub.tags(prefix)?;
        let version_of = |tag: &TagRef| tagged(&format!("refs/tags/{}", tag.name), prefix);
        let mut released: Vec<_> = there.iter().filter_map(version_of).collect();
        released.retain(|version| *version != self.version);
        let opened = Opened::of(&self.pack)
            .map_err(|error| Diagnostics::from(cache_diagnostic(&error, "runtime.1337".into())))?;
        let view = View { version: Some(self.version.to_string()), ..View::of(opened) };
        let since = since(
            &Candidate {
                project,
                config: project.pack()?,
                pack: &view,
                content_hash: &self.metadata.content_hash,
                version: &self.version,
                store: place(project, asked, context),
            },
            &released,
            context,
        )?;
        let wanted = self.wanted(project, &tag)?;
        let seen = seen(hub, &there, &wanted)?;
        if let Some(elsewhere) = seen.get(&tag).filter(|seen| seen.commit != self.commit) {
            let same_here = elsewhere.sha256.as_ref() == Some(&self.metadata.content_hash);
            let same_there = since.own.as_ref().is_some_and(|own| own.content_hash == self.content_hash);
            if same_here || same_there {
                return Ok(Err(unchanged(hub, &tag, &elsewhere.commit)?));
            }
        }
        // A version that somebody chose says itself where it belongs.
        let is_chosen = project.pack()?.version.is_some() || pushed_tag(project, context).is_some();
        if !is_chosen
            && !seen.contains_key(&tag)
            && let Some(last) = released.iter().max()
        {
            let commit = older::Commit { hub, there: &there, prefix, commit: &self.commit };
            if commit.order(last)? == older::Order::Before {
                return Ok(Err(older::passed(&format!("{prefix}v{last}"))));
            }
        }
        let (is_latest, floating) = standing(&self.version, &released, project);
        Ok(Ok(Ready {
            last_tag: since.last.map(|last| format!("{prefix}v{last}")),
            difference: since.difference,
            without: since.without,
            tag,
            wanted,
            seen,
            floating,
            is_latest,
        }))
    }

    /// The tags that a project asks for.
    fn wanted(&self, project: &Project, tag: &str) -> Result<Vec<Wanted>, Diagnostics> {
        let (config, prefix) = (&project.release, &project.release.prefix);
        // The tag of the version stands for the release itself: it is always there.
        let mut wanted = vec![Wanted {
            name: tag.to_owned(),
            oid: None,
            sha256: self.metadata.content_hash.clone(),
            version: self.metadata.version.clone(),
        }];
        if !config.tags_oids {
            return Ok(wanted);
        }
        let own = &self.metadata.oid;
        let named: Vec<(&Oid, Option<&crate::diag::Place>)> = match &config.oids {
            Some(oids) => oids.iter().map(|oid| (&oid.value, Some(&oid.place))).collect(),
            None => self.versions.documents.iter().map(|oid| (oid, None)).collect(),
        };
        let mut wrong = Diagnostics::new();
        for (oid, place) in std::iter::once((own, None)).chain(named) {
            let Some(record) = self.versions.oids.get(&oid.to_string()) else {
                let message = format!("the pack has no {oid}, so it cannot be tagged");
                let one = Diagnostic::error(Code::ConfigInvalid, message);
                let one = if let Some(place) = place { one.at(place.clone()) } else { one };
                wrong.push(one.help("name an OID of an entry or of a document, or remove it here"));
                continue;
            };
            let name = format!("{prefix}{oid}-v{}", record.version);
            if wanted.iter().all(|one| one.name != name) {
                wanted.push(Wanted {
                    name,
                    oid: Some(oid.to_string()),
                    sha256: record.sha256.clone(),
                    version: record.version.clone(),
                });
            }
        }
        if wrong.is_empty() { Ok(wanted) } else { Err(wrong) }
    }
}

/// The store that keeps the releases.
fn place<'p>(project: &'p Project, asked: &Asked<'p>, context: &'p Context<'_>) -> (&'p str, &'p Path) {
    match asked.store {
        Some(url) => (url, context.host.cwd()),
        None => (project.pack_store(), &project.root),
    }
}

/// The tests' results. None is a release without them; one that failed is none.
pub(super) fn tests(
    asked: &Asked<'_>,
    shown: &str,
    report: &mut Report,
) -> Result<Option<Tests>, Diagnostics> {
    let bytes = match crate::files::read(asked.junit, MOST) {
        Ok(bytes) => bytes,
        Err(_) => {
            let message = format!("there is no `{shown}`, so the release says nothing of tests");
            let help = "run `aegis test --junit junit.xml` before, or name the file with `--junit`";
            report.diagnostics.push(Diagnostic::warning(Code::SourceNotFound, message).help(help));
            return Ok(None);
        }
    };
    let suites = String::from_utf8(bytes.clone())
        .map_err(|_| "is no text".to_owned())
        .and_then(|text| crate::report::merge::suites(&text));
    let suites = suites.map_err(|why| {
        Diagnostic::error(Code::ReportInvalid, format!("`{shown}` {why}")).help("name the JUnit of the tests")
    })?;
    let failed = suites
        .iter()
        .flat_map(|suite| &suite.cases)
        .find(|case| matches!(case.result, CaseResult::Failed { .. } | CaseResult::Error { .. }));
    if let Some(failed) = failed {
        let message = format!("`{shown}` says that a test failed: {}", failed.name);
        return Err(refused(message, "what fails its tests is not released: see `aegis test`"));
    }
    Ok(Some((bytes, suites)))
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    crate::files::read(path, MOST).map_err(|failed| match failed {
        crate::files::Failed::Io(error) => io(Code::SourceUnreadable, "read", path, &error),
        crate::files::Failed::TooLarge(size) => {
            let message = format!("`{}` has {size} bytes, too many for a release", path.display());
            Box::new(Diagnostic::error(Code::LimitExceeded, message).help("split the pack into several"))
        }
    })
}

fn damaged(what: &str) -> Box<Diagnostic> {
    let message = format!("the passport of the pack is damaged: {what} cannot be read");
    Box::new(Diagnostic::error(Code::MetadataInvalid, message).help("build the pack again"))
}
