//! `aegis bot`: what is done with one bot without a project.

mod build;
pub(super) mod made;

use crate::cli;
use crate::diag::Diagnostics;
use crate::report::Report;

use super::Context;

pub(super) fn run(args: &cli::Bot, context: &mut Context<'_>) -> Result<Report, Diagnostics> {
    match &args.command {
        cli::BotCommand::Build(args) => build::run(args, context),
    }
}
