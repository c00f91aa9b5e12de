//! One comment in a pull request, written once and then kept up to date.

use serde::Deserialize;
use serde_json::json;

use crate::diag::Outcome;

use super::failure::{Failure, Task};
use super::{MAX_PAGES, Patience, Repository, Request, ask, client, encoded, has_next};

/// A comment, as far as we look at it.
#[derive(Deserialize)]
struct Comment {
    id: u64,
    body: Option<String>,
    html_url: Option<String>,
}

/// Writes the comment that begins with the line `marker`: anew, or in place of what it says. Gives back its address.
///
/// # Errors
/// `GITHUB_FAILED`, with what is missing or whether to try again.
pub fn comment(
    repository: &Repository,
    number: u64,
    marker: &str,
    body: &str,
    patience: Patience,
) -> Outcome<Option<String>> {
    let failed = |failure: Failure| failure.into_diagnostic(&Task::Comment(number), repository);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(Failure::Client(error.to_string())))?;
    let text = format!("{marker}\n{body}");
    runtime.block_on(async { write(repository, number, marker, &text, patience).await }).map_err(failed)
}

async fn write(
    repository: &Repository,
    number: u64,
    marker: &str,
    text: &str,
    patience: Patience,
) -> Result<Option<String>, Failure> {
    let client = client(repository, patience)?;
    let issues =
        format!("{}/repos/{}/issues", repository.api.trim_end_matches('/'), encoded(&repository.name));
    let mut there = None;
    for page in 1..=MAX_PAGES {
        let address = format!("{issues}/{number}/comments?per_page=100&page={page}");
        let answer = ask(&client, &Request::Get(&address), patience).await?;
        let comments: Vec<Comment> =
            serde_json::from_slice(&answer.body).map_err(|error| Failure::Answer(error.to_string()))?;
        let is_last = comments.is_empty() || !has_next(&answer.headers);
        there = comments.into_iter().find(|one| is_ours(one, marker));
        if there.is_some() || is_last {
            break;
        }
    }
    let body = json!({ "body": text });
    let written = match there {
        Some(comment) => {
            let address = format!("{issues}/comments/{}", comment.id);
            ask(&client, &Request::Patch(&address, &body), patience).await?
        }
        // Sent once: a second comment would be worse than none, and the next run finds out.
        None => {
            let address = format!("{issues}/{number}/comments");
            ask(&client, &Request::Post(&address, &body), Patience { attempts: 1, ..patience }).await?
        }
    };
    let comment: Comment =
        serde_json::from_slice(&written.body).map_err(|error| Failure::Answer(error.to_string()))?;
    Ok(comment.html_url)
}

fn is_ours(comment: &Comment, marker: &str) -> bool {
    comment.body.as_ref().is_some_and(|body| body.lines().next().map(str::trim_end) == Some(marker))
}
