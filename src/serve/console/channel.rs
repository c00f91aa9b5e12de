//! A channel and its history.

use std::sync::Arc;

use crate::report::html::text;

use super::super::listing::Page;
use super::super::problem::Problem;
use super::super::{Gateway, channels};
use super::frame::{hash, page, pager, pill, table, time};
use crate::store::subject::Subject;

pub(super) async fn write(
    gateway: &Arc<Gateway>,
    owner: &Subject,
    channel: &str,
    wanted: &Page,
) -> Result<String, Problem> {
    let (history, next) = channels::history(gateway, owner, channel, wanted).await?;
    let link = format!("{}&channel={channel}", owner.link());
    let revision = |digest: &str| {
        format!("<a href=\"{}&amp;rev={}\">{}</a>", text(&owner.link()), text(digest), hash(digest))
    };
    let rows: Vec<_> = history
        .iter()
        .enumerate()
        .map(|(place, document)| {
            let is_current = place == 0 && wanted.token.is_none();
            let number = document.sequence.to_string();
            vec![
                if is_current { format!("{number} {}", pill("good", "current")) } else { number },
                time(&document.at),
                document.from.map_or_else(
                    || "<span class=\"soft\">nothing</span>".to_owned(),
                    |from| revision(&from.to_string()),
                ),
                revision(&document.to.to_string()),
                text(&document.by),
                text(document.reason.as_deref().unwrap_or("")),
            ]
        })
        .collect();
    let mut body = format!(
        "<p class=\"kind\">channel of the {} {}</p>\n<h1>{}</h1>\n",
        owner.kind(),
        text(&owner.name()),
        text(channel)
    );
    if let Some(document) = history.first().filter(|_| wanted.token.is_none()) {
        body.push_str(&format!(
            "<p class=\"lead\">It points to {} since {}.</p>\n",
            revision(&document.to.to_string()),
            time(&document.at)
        ));
    }
    body.push_str("<h2>History</h2>\n");
    body.push_str(&table("History, newest first", &["#", "When", "From", "To", "By", "Why"], &rows));
    let next = next.map(|next| format!("{link}&pageToken={next}"));
    body.push_str(&pager(wanted.token.as_ref().map(|_| link.as_str()), next.as_deref()));
    Ok(page(channel, &[owner.step(), (link.clone(), format!("channel {channel}"))], &body))
}
