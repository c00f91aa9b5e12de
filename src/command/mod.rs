//! One file per command: wiring only.

mod accept;
mod approved;
mod attested;
mod bot;
mod bots;
mod build;
mod canonicalize;
mod channels;
mod ci;
mod comment;
mod commit;
mod completions;
mod copy;
mod diff;
mod event;
mod explain;
mod fmt;
mod followed;
mod gc;
mod git;
mod init;
mod inspect;
mod interrupt;
mod login;
mod merge;
mod plan;
mod play;
mod preflight;
mod progress;
mod publish;
mod pull;
mod rebuild;
#[cfg(feature = "github")]
mod release;
mod repository;
mod revisions;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod summary;
mod target;
mod test;
mod together;
mod verify;
mod version;
mod watch;

pub(crate) use login::registries;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::cli::{self, Global};
use crate::diag::{Code, Diagnostic, Diagnostics, Outcome, Place, io};
use crate::files::{self, Failed};
use crate::host::Host;
use crate::project::{Project, Workspace};
use crate::report::Report;
use crate::store::{self, Meter, Metered, Store};

/// What every command gets: the surroundings and the global options.
pub struct Context<'h> {
    /// The surroundings.
    pub host: &'h mut Host,
    /// The global options.
    pub global: Global,
    /// The registries that the command names as stores.
    pub(crate) registries: Vec<String>,
    /// What passes to and from stores, while it is shown.
    pub(crate) meter: Arc<Meter>,
}

impl Context<'_> {
    /// The project that the user named, or the one around the working folder.
    fn project(&self) -> Result<Project, Diagnostics> {
        let workspace = self.host.var("GITHUB_WORKSPACE");
        Project::load(self.global.project.as_deref(), self.host.cwd(), workspace)
    }

    /// What paths are shown relative to, whether or not there is a project.
    pub(crate) fn workspace(&self) -> Workspace {
        let github = self.host.var("GITHUB_WORKSPACE");
        Workspace::around(self.global.project.as_deref(), self.host.cwd(), github)
    }

    /// Opens a store with what the project says of it; what the command line says goes first.
    fn store(&self, url: &str, base: &Path, project: Option<&Project>) -> Outcome<Box<dyn Store>> {
        let store = store::open_with(url, base, &self.store_settings(url, project))?;
        Ok(if self.shows_progress() { Box::new(Metered::new(store, Arc::clone(&self.meter))) } else { store })
    }

    /// Opens a store that the user names by its URL to read from it, or to move what it holds: with what the project around says of it,
    /// if there is one.
    ///
    /// # Errors
    /// `NOT_FOUND` for a folder that is not there: a path that was misspelt is no empty store. As `store` else.
    fn named_store(&self, url: &str) -> Outcome<Box<dyn Store>> {
        if store::missing_folder(url, self.host.cwd()).is_some() {
            let message = format!("there is no store `{url}`: its folder does not exist");
            let help =
                "correct the path: it is relative to the working folder; `aegis publish` makes the store";
            return Err(Box::new(Diagnostic::error(Code::NotFound, message).help(help)));
        }
        self.store(url, self.host.cwd(), self.project().ok().as_ref())
    }

    /// What is said of a store beside its URL.
    fn store_settings(&self, url: &str, project: Option<&Project>) -> store::Settings {
        let mut settings = project.map(|project| project.settings_of(url)).unwrap_or_default();
        if url.starts_with("s3://") && self.global.s3_endpoint.is_some() {
            settings.endpoint.clone_from(&self.global.s3_endpoint);
        }
        let var = |name| self.host.var(name).map(str::to_owned);
        let said =
            |user: Option<String>, secret: &str| store::Login { user, secret: store::Secret::new(secret) };
        if url.starts_with("oci://") {
            let user = self.global.registry_user.clone();
            let own = login::is_for(url, &self.registries, project.map(Project::pack_store));
            let password = var("AEGIS_REGISTRY_PASSWORD").filter(|_| own);
            settings.login = password.map(|password| said(user, &password));
            let home = || Some(Path::new(self.host.var("HOME")?).join(".docker"));
            settings.docker_config =
                var("DOCKER_CONFIG").map(|folder| self.host.cwd().join(folder)).or_else(home);
        }
        if url.starts_with("az://") {
            settings.endpoint = settings.endpoint.or(var("AZURE_STORAGE_ENDPOINT"));
            // The names of `az`; the crate reads those of Azure's libraries by itself.
            settings.login = var("AZURE_STORAGE_KEY").map(|key| said(var("AZURE_STORAGE_ACCOUNT"), &key));
        }
        if url.starts_with("gs://") {
            // As Google's own libraries take it: with or without a scheme.
            let emulator = var("STORAGE_EMULATOR_HOST");
            let emulator =
                emulator.map(|host| if host.contains("://") { host } else { format!("http://{host}") });
            settings.endpoint = settings.endpoint.or(emulator);
            settings.login = var("GOOGLE_OAUTH_ACCESS_TOKEN").map(|token| said(None, &token));
        }
        settings
    }

    /// Shows that something goes on, on a terminal.
    fn progress(&self, message: &'static str) -> progress::Progress {
        progress::Progress::new(self.shows_progress(), message, &self.meter)
    }

    const fn shows_progress(&self) -> bool {
        self.host.stderr_is_terminal && !self.global.quiet
    }
}

/// Runs a command.
///
/// # Errors
/// What stopped it before it could make a report.
pub fn run(command: &cli::Command, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    if let Some(jobs) = context.global.jobs {
        // Only the first call in a process can set it, and there is one call in a process.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(jobs)).build_global();
    }
    match command {
        cli::Command::Build(args) => build::run(args, context),
        cli::Command::Ci(args) => ci::run(args, context),
        cli::Command::Pull(args) => pull::run(args, context),
        cli::Command::Bot(args) => bot::run(args, context),
        cli::Command::Publish(args) => publish::run(args, context),
        cli::Command::List(args) => publish::list(args, context),
        cli::Command::Deploy(args) => channels::deploy(args, context),
        cli::Command::Rollback(args) => channels::rollback(args, context),
        cli::Command::Revoke(args) => channels::revoke(args, context),
        cli::Command::Copy(args) => copy::run(args, context),
        cli::Command::Gc(args) => gc::run(args, context),
        #[cfg(feature = "serve")]
        cli::Command::Serve(args) => serve::run(args, context),
        cli::Command::Verify(args) => verify::run(args, context),
        cli::Command::Init(args) => init::run(args, context),
        cli::Command::Completions(args) => Ok(completions::run(args)),
        cli::Command::Test(args) => test::run(args, context),
        cli::Command::Inspect(args) => inspect::run(args, context),
        cli::Command::Diff(args) => diff::run(args, context),
        cli::Command::Explain(args) => explain::run(args, context),
        cli::Command::Watch(args) => watch::run(args, context),
        cli::Command::Fmt(args) => fmt::run(args, context),
        cli::Command::Preflight(args) => preflight::run(args, context),
        cli::Command::Canonicalize(args) => canonicalize::run(args, context),
        cli::Command::Plan(args) => plan::run(args, context),
        cli::Command::Release(args) => released(args, context),
        cli::Command::Report(cli::Reports { command: cli::ReportCommand::Merge(args) }) => {
            merge::run(args, context)
        }
        cli::Command::Schema(args) => Ok(schema::run(args)),
    }
}

#[cfg(feature = "github")]
fn released(args: &cli::Release, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    release::run(args, context)
}

#[cfg(not(feature = "github"))]
fn released(_: &cli::Release, _: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let message = "this build knows nothing of GitHub, and cannot release";
    let help = "use a build with the feature `github`";
    Err(Diagnostic::error(Code::NotSupported, message).help(help).into())
}

/// Reads a file that the user named, of at most `most` bytes.
fn read_named(path: &Path, context: &Context<'_>, most: u64) -> Outcome<Vec<u8>> {
    let path = context.host.cwd().join(path);
    let shown = context.workspace().show(&path);
    files::read(&path, most).map_err(|failed| match failed {
        Failed::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("there is no `{shown}`");
            let place = Place::file(shown.as_str().into());
            Box::new(Diagnostic::error(Code::SourceNotFound, message).at(place).help("correct the path"))
        }
        Failed::Io(error) => io(Code::SourceUnreadable, "read", &path, &error),
        Failed::TooLarge(size) => {
            let message = format!("`{shown}` has {size} bytes, and {most} can be read");
            let place = Place::file(shown.as_str().into());
            Box::new(Diagnostic::error(Code::LimitExceeded, message).at(place).help("name a smaller file"))
        }
    })
}

/// Writes a file beside its place and renames it in, so that nobody reads half of it.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Outcome<()> {
    let failed = |error: std::io::Error| io(Code::OutputFailed, "write", path, &error);
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(parent).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private; what takes their place has the mode of what was there, or that of any file.
        let mode = std::fs::metadata(path).map_or(0o644, |old| old.permissions().mode());
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
