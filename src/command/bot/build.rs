//! `aegis bot build`: a revision from a spec, a script and a build, where the static checks let it pass.

use crate::bot::revision::Revision;
use crate::cli;
use crate::diag::Diagnostics;
use crate::report::Report;

use super::super::Context;
use super::super::summary::bytes;
use super::made::{Sources, Written, make, write};

pub(super) fn run(args: &cli::BotBuild, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    let mut report = Report::new("bot build");
    let cwd = context.host.cwd().to_path_buf();
    let sources = Sources {
        spec: cwd.join(&args.spec),
        script: args.script.as_ref().map(|path| cwd.join(path)),
        build: args.build.as_ref().map(|path| cwd.join(path)),
    };
    let workspace = context.workspace();
    let made = make(&sources, &workspace, context)?;
    report.diagnostics.extend(made.diagnostics);
    let (dir, written) = write(&made.revision, &cwd.join(&args.output))?;
    report.story = story(&made.revision, &workspace.show(&dir), written);
    let passport = &made.revision.passport;
    report.figure("botId", &made.revision.bot_id);
    report.figure("revHash", &passport.rev_hash);
    report.figure("path", workspace.show(&dir));
    report.figure("sizes", &passport.sizes);
    Ok(report)
}

fn story(revision: &Revision, shown: &str, written: Written) -> String {
    let passport = &revision.passport;
    let did = match written {
        Written::New => "written",
        Written::Replaced => "replaced",
        Written::Same => "unchanged",
    };
    format!(
        "{} {}\n  model     {}\n  spec      {} (version {})\n  script    {}\n  {did:<9} {shown}\n",
        revision.bot_id,
        &passport.rev_hash,
        passport.build.model,
        bytes(passport.sizes.spec),
        passport.spec_version,
        bytes(passport.sizes.script),
    )
}
