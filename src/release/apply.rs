//! Makes a release, step by step. Each step finds out what is there, so that a run that was killed is finished by the
//! next one, and runs that race end with one release.

use crate::diag::{Code, Diagnostic, Outcome};
use crate::forge::{Asset, Draft, Hub, Release};
use crate::store::versions::{self, VersionDocument};
use crate::store::{Payload, Store, StoreErrorKind, block_on, layout};

use super::bundle::{Bundle, File};
use super::plan::{self, Do, Plan, Published, Wanted};

/// How drafts of ours begin a line of their text: nobody sees it, and leftovers are known by it.
const MARKER: &str = "<!-- aegis-release: ";

/// How often a file is sent before we give up on a race about it.
const ATTEMPTS: u32 = 6;

/// A release to be made.
pub struct Job<'j> {
    /// The repository.
    pub hub: &'j Hub,
    /// The store, and the version document that it is to keep. Bots have none: where two of their releases meet is the tag.
    pub document: Option<(&'j dyn Store, &'j VersionDocument)>,
    /// The version.
    pub version: &'j semver::Version,
    /// What is to be done.
    pub plan: &'j Plan,
    /// The files.
    pub bundle: &'j Bundle,
    /// The commit.
    pub commit: &'j str,
    /// The pack's name, or `bots`.
    pub pack: &'j str,
    /// What the release says.
    pub text: &'j str,
    /// The tags that move, if any.
    pub floating: &'j [String],
    /// Whether the release is the latest one.
    pub is_latest: bool,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Where people look at the release.
    pub url: String,
    /// The tags that this run created.
    pub created: Vec<String>,
}

/// The content of a file of a tag's release: the published one, else a draft that a run of ours did not finish. Several
/// runs may have left some: `is_its` says whether what a draft has is the tag's.
///
/// # Errors
/// `GITHUB_FAILED`.
pub fn attached(
    hub: &Hub,
    tag: &str,
    name: &str,
    is_its: impl Fn(&[u8]) -> Outcome<bool>,
) -> Outcome<Option<Vec<u8>>> {
    let is_ours = |release: &Release| release.body.as_ref().is_some_and(|body| body.contains(MARKER));
    let mut releases = hub.releases(tag)?;
    releases.retain(|release| !release.draft || is_ours(release));
    releases.sort_by_key(|release| release.draft);
    for release in releases {
        let assets = hub.assets(release.id)?.unwrap_or_default();
        let whole = assets.iter().find(|asset| asset.name == name && asset.state == "uploaded");
        if let Some(asset) = whole
            && let Some(bytes) = hub.download(asset)?
            && (!release.draft || is_its(&bytes)?)
        {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// The release that is published under a tag, and whether it holds this file, which says which content it is.
///
/// # Errors
/// `GITHUB_FAILED`.
pub fn published(hub: &Hub, tag: &str, decisive: &File) -> Outcome<(Published, Option<Release>)> {
    let Some(release) = hub.releases(tag)?.into_iter().find(|release| !release.draft) else {
        return Ok((Published::None, None));
    };
    let assets = hub.assets(release.id)?.unwrap_or_default();
    let same = match assets.iter().find(|asset| asset.name == decisive.name) {
        Some(asset) => is_whole(hub, asset, decisive)?,
        None => false,
    };
    Ok((if same { Published::Same } else { Published::Other }, Some(release)))
}

/// Makes it.
///
/// # Errors
/// `TAG_CONFLICT` or `IMMUTABLE_CONFLICT`: another release of the same version was first, with other content.
/// `GITHUB_FAILED` or `STORE_FAILED`: run again, and it goes on.
pub fn apply(job: &Job<'_>) -> Outcome<Done> {
    let tag = job.tag();
    let draft = if job.plan.publishes { Some(job.draft(tag)?) } else { None };
    // A draft that is gone was taken away by another run that has published.
    let draft = match draft {
        Some(draft) => job.attach(&draft)?.then_some(draft),
        None => None,
    };
    let created = match job.settle().and_then(|()| job.tags()) {
        Ok(created) => created,
        Err(failed) => {
            // Another content has the version: our draft is no use to anybody.
            let is_lost = matches!(failed.code, Code::ImmutableConflict | Code::TagConflict);
            if let Some(draft) = draft.filter(|_| is_lost) {
                job.hub.remove_draft(&draft)?;
            }
            return Err(failed);
        }
    };
    let release = job.publish(draft.as_ref(), tag)?;
    job.sweep(tag)?;
    job.float()?;
    Ok(Done { url: release.html_url, created })
}

impl Job<'_> {
    fn tag(&self) -> &str {
        self.plan.tags.first().map_or("", |(wanted, _)| &wanted.name)
    }

    fn draft(&self, tag: &str) -> Outcome<Release> {
        let body = format!("{}\n{MARKER}{} -->\n", self.text.trim_end(), self.bundle.id);
        let draft = Draft {
            tag,
            commit: self.commit,
            name: tag,
            body: &body,
            is_prerelease: !self.version.pre.is_empty(),
        };
        self.hub.draft(&draft)
    }

    /// Attaches what is missing, and looks whether all of it arrived. `false` if the draft is gone.
    fn attach(&self, draft: &Release) -> Outcome<bool> {
        for file in &self.bundle.files {
            if !self.attach_one(draft, file)? {
                return Ok(false);
            }
        }
        // What was sent is read back: the answer to an upload says little about what is kept.
        let Some(assets) = self.hub.assets(draft.id)? else { return Ok(false) };
        for file in &self.bundle.files {
            let asset = assets.iter().find(|asset| asset.name == file.name);
            let whole = asset.map(|asset| is_whole(self.hub, asset, file)).transpose()?.unwrap_or(false);
            if !whole {
                let message = format!("{} did not arrive whole in the draft of {}", file.name, self.tag());
                let help = "run the job again: what is wrong is sent anew";
                return Err(Box::new(Diagnostic::error(Code::GithubFailed, message).help(help)));
            }
        }
        Ok(true)
    }

    fn attach_one(&self, draft: &Release, file: &File) -> Outcome<bool> {
        for attempt in 0..ATTEMPTS {
            let Some(assets) = self.hub.assets(draft.id)? else { return Ok(false) };
            match assets.iter().find(|asset| asset.name == file.name) {
                Some(asset) if is_whole(self.hub, asset, file)? => return Ok(true),
                // Half of it, from an upload that was killed; or somebody else's.
                Some(asset) => self.hub.remove_asset(asset)?,
                None => {}
            }
            if self.hub.upload(draft.id, (&file.name, file.kind), &file.bytes, attempt)? {
                return Ok(true);
            }
        }
        let message = format!("{} cannot be attached to the draft of {}", file.name, self.tag());
        let help = "run the job again: a release goes on where it stopped";
        Err(Box::new(Diagnostic::error(Code::GithubFailed, message).help(help)))
    }

    /// Writes the version document. Of two releases of a version with different content, one fails here.
    fn settle(&self) -> Outcome<()> {
        let Some((store, document)) = self.document else { return Ok(()) };
        let (oid, version) = (&document.oid, &document.version);
        let key = layout::version(oid, version)?;
        let payload = Payload::bytes(document.to_bytes());
        let attributes = layout::immutable(key.as_str(), payload.sha256());
        match block_on(store.create(&key, &payload, &attributes))? {
            Ok(()) => Ok(()),
            Err(error) if error.kind == StoreErrorKind::Exists => {
                let there = block_on(versions::read(store, oid, version, &key))??;
                if there.content_hash == document.content_hash {
                    return Ok(());
                }
                let message = format!(
                    "{version} is released already with other content: {} there, {} here",
                    there.content_hash, document.content_hash
                );
                let help =
                    "run the job again: it gets the next version; or claim a higher one with `pack.version`";
                Err(Box::new(Diagnostic::error(Code::ImmutableConflict, message).help(help)))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn tags(&self) -> Outcome<Vec<String>> {
        let mut created = Vec::new();
        for (wanted, what) in &self.plan.tags {
            if *what == Do::Create && self.create(wanted)? {
                created.push(wanted.name.clone());
            }
        }
        Ok(created)
    }

    /// Creates a tag. One that another run created meanwhile is judged as those that were there before.
    fn create(&self, wanted: &Wanted) -> Outcome<bool> {
        let message = plan::message(wanted, self.pack, self.tag());
        if self.hub.create_tag(&wanted.name, self.commit, &message)? {
            return Ok(true);
        }
        let Some(tag) = self.hub.tag(&wanted.name)? else {
            let message = format!("GitHub refuses the tag `{}`, and there is none of that name", wanted.name);
            let help = "look for a rule of the repository that protects tags, and let the token pass it";
            return Err(Box::new(Diagnostic::error(Code::GithubFailed, message).help(help)));
        };
        let said = self.hub.annotation(&tag)?;
        let seen = plan::Seen { commit: said.commit, sha256: plan::said(&said.message) };
        let all = [(wanted.name.clone(), seen)].into_iter().collect();
        match plan::plan(vec![wanted.clone()], &all, self.commit, Published::None) {
            Ok(_) => Ok(false),
            Err(wrong) => Err(wrong.into_iter().next().map(Box::new).unwrap_or_else(|| {
                Box::new(Diagnostic::error(Code::TagConflict, format!("the tag `{}` exists", wanted.name)))
            })),
        }
    }

    fn publish(&self, draft: Option<&Release>, tag: &str) -> Outcome<Release> {
        if let Some(draft) = draft
            && let Some(release) = self.hub.publish(draft, self.is_latest)?
        {
            return Ok(release);
        }
        let decisive = self.bundle.decisive();
        let found = decisive.map(|decisive| published(self.hub, tag, decisive)).transpose()?;
        match found {
            Some((Published::Same, Some(release))) => Ok(release),
            Some((Published::Other, _)) => {
                let message = format!("another run released {tag} meanwhile, with other content");
                Err(Box::new(Diagnostic::error(Code::TagConflict, message).help("release the next version")))
            }
            _ => {
                let message = format!("GitHub refuses to publish the draft of {tag}");
                let help = "look at the draft on GitHub, delete it, and run the job again";
                Err(Box::new(Diagnostic::error(Code::GithubFailed, message).help(help)))
            }
        }
    }

    /// Takes away the drafts of this tag that runs of ours left.
    fn sweep(&self, tag: &str) -> Outcome<()> {
        for release in self.hub.releases(tag)? {
            let is_ours = release.body.as_ref().is_some_and(|body| body.contains(MARKER));
            if release.draft && is_ours {
                self.hub.remove_draft(&release)?;
            }
        }
        Ok(())
    }

    fn float(&self) -> Outcome<()> {
        for name in self.floating {
            let message = format!("{} {}\n", self.pack, self.version);
            match self.hub.tag(name)? {
                Some(tag) if self.hub.annotation(&tag)?.commit == self.commit => {}
                Some(_) => self.hub.move_tag(name, self.commit, &message)?,
                None => {
                    if !self.hub.create_tag(name, self.commit, &message)? {
                        self.hub.move_tag(name, self.commit, &message)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether an asset is all of a file. Servers that tell no digest are asked for the bytes.
fn is_whole(hub: &Hub, asset: &Asset, file: &File) -> Outcome<bool> {
    if asset.state != "uploaded" || asset.size != file.bytes.len() as u64 {
        return Ok(false);
    }
    if let Some(digest) = &asset.digest {
        return Ok(digest.strip_prefix("sha256:") == Some(file.sha256.as_str()));
    }
    Ok(hub.download(asset)?.is_some_and(|bytes| bytes == file.bytes))
}
