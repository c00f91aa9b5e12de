//! The comment in a pull request: what a run came to, kept up to date.

use serde_json::Value;

use crate::diag::{Diagnostic, Outcome, Severity};
use crate::project::Project;
use crate::report::Report;

use super::Context;

/// GitHub takes 65,536 characters; bytes are never fewer.
#[cfg(feature = "github")]
const MOST: usize = 60_000;

/// Writes the comment. That it could not be written fails nothing: it is a warning, which names what is missing.
pub(super) fn write(
    project: &Project,
    payload: &Value,
    context: &Context<'_>,
    report: &mut Report,
) -> Option<String> {
    report.diagnostics.show_below(project.workspace.top());
    report.diagnostics.sort();
    match send(project, payload, context, report) {
        Ok(address) => Some(address.unwrap_or_else(|| "written".to_owned())),
        Err(failed) => {
            report.diagnostics.push(Diagnostic { severity: Severity::Warning, ..*failed });
            None
        }
    }
}

#[cfg(feature = "github")]
fn send(
    project: &Project,
    payload: &Value,
    context: &Context<'_>,
    report: &Report,
) -> Outcome<Option<String>> {
    use crate::diag::Code;
    use crate::forge::{GITHUB, Patience, Repository, Token, comment};
    let host = &context.host;
    let missing = |what: &str| {
        let message = format!("cannot comment on the pull request: there is no {what}");
        Box::new(
            Diagnostic::error(Code::GithubFailed, message).help("pass `github-token: ${{ github.token }}`"),
        )
    };
    let tokens = ["INPUT_GITHUB-TOKEN", "INPUT_GITHUB_TOKEN", "GITHUB_TOKEN"];
    let token = tokens.into_iter().find_map(|name| Token::new(host.var(name)?));
    let token = token.ok_or_else(|| missing("token"))?;
    let name = host.var("GITHUB_REPOSITORY").ok_or_else(|| missing("GITHUB_REPOSITORY"))?.to_owned();
    let number = payload.pointer("/pull_request/number").and_then(Value::as_u64);
    let number = number.ok_or_else(|| missing("number of it in the event"))?;
    let api = host.var("GITHUB_API_URL").unwrap_or(GITHUB).to_owned();
    let run = match (host.var("GITHUB_SERVER_URL"), host.var("GITHUB_RUN_ID")) {
        (Some(server), Some(id)) => Some(format!("{server}/{name}/actions/runs/{id}")),
        _ => None,
    };
    let secrets = crate::report::escape::Secrets::new(host.secrets());
    let body = crate::report::summary::comment(report, MOST, run.as_deref());
    // One comment a project: a repository may have several.
    let file = crate::report::escape::one_line(&project.workspace.show(&project.file)).replace("--", "- -");
    let marker = format!("<!-- aegis: {file} -->");
    let repository = Repository { api, name, token };
    comment(&repository, number, &marker, &secrets.scrub(&body), Patience::default())
}

#[cfg(not(feature = "github"))]
fn send(_: &Project, _: &Value, _: &Context<'_>, _: &Report) -> Outcome<Option<String>> {
    let message = "cannot comment on the pull request: this build knows nothing of GitHub";
    let help = "use a build with the feature `github`";
    Err(Box::new(Diagnostic::error(crate::diag::Code::NotSupported, message).help(help)))
}
