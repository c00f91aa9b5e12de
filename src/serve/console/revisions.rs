//! The revisions of a bot or a pack, a page at a time, and its channels.

use std::sync::Arc;

use serde_json::Value;

use crate::report::html::text;

use super::super::listing::{self, Page};
use super::super::problem::Problem;
use super::super::{Gateway, channels};
use super::frame::{bytes, hash, page, pager, pill, table, time};
use crate::store::subject::Subject;

pub(super) async fn write(gateway: &Arc<Gateway>, owner: &Subject, wanted: &Page) -> Result<String, Problem> {
    let listing = listing::rows(gateway, owner, wanted).await?;
    let current = channels::list(gateway, owner).await?;
    let current = current["channels"].as_array().cloned().unwrap_or_default();
    let rows: Vec<_> = listing["revisions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| cells(owner, row, &current))
        .collect();
    if rows.is_empty() && wanted.token.is_none() && current.is_empty() {
        return Err(Problem::not_found(format!(
            "the store holds nothing of the {} `{}`",
            owner.kind(),
            owner.name()
        )));
    }
    let mut body = format!("<p class=\"kind\">{}</p>\n<h1>{}</h1>\n", owner.kind(), text(&owner.name()));
    if !current.is_empty() {
        body.push_str("<h2>Channels</h2>\n<ul class=\"cards\">\n");
        for row in &current {
            let (name, to) = (word(row, "name"), word(row, "to"));
            body.push_str(&format!(
                "<li class=\"card\"><h3><a href=\"{0}&amp;channel={1}\">{1}</a> <span class=\"soft\">#{2}</span></h3>\
                 <p><a href=\"{0}&amp;rev={3}\">{4}</a></p><p class=\"soft\">{5}</p></li>\n",
                text(&owner.link()),
                text(&name),
                row["sequence"],
                text(&to),
                hash(&to),
                time(&word(row, "at")),
            ));
        }
        body.push_str("</ul>\n");
    }
    body.push_str("<h2>Revisions</h2>\n");
    let heads: &[&str] = match owner {
        Subject::Bot(_) => &["Revision", "Spec", "Built", "Author", "Size", ""],
        Subject::Pack(_) => &["Revision", "Version", "Published", "Name", "Size", ""],
    };
    body.push_str(&table("Revisions, newest first", heads, &rows));
    let link = owner.link();
    let size = if wanted.size == 50 { String::new() } else { format!("&pageSize={}", wanted.size) };
    let next = listing["nextPageToken"].as_str().map(|token| format!("{link}{size}&pageToken={token}"));
    let first = wanted.token.as_ref().map(|_| format!("{link}{size}"));
    body.push_str(&pager(first.as_deref(), next.as_deref()));
    Ok(page(&owner.name(), &[owner.step()], &body))
}

fn cells(owner: &Subject, row: &Value, channels: &[Value]) -> Vec<String> {
    let (identity, middle) = match owner {
        Subject::Bot(_) => {
            let size = row["sizes"]
                .as_object()
                .into_iter()
                .flat_map(|sizes| sizes.values().filter_map(Value::as_u64))
                .sum();
            let spec = row["specVersion"].as_u64().map_or_else(String::new, |version| format!("v{version}"));
            (
                word(row, "revHash"),
                [spec, time(&word(row, "builtAt")), text(&word(row, "author")), bytes(size)],
            )
        }
        Subject::Pack(_) => {
            let size = row["size"].as_u64().map_or_else(String::new, bytes);
            let name = text(&word(row, "name"));
            (
                word(row, "packHash"),
                [text(&word(row, "version")), time(&word(row, "publishedAt")), name, size],
            )
        }
    };
    let mut marks: Vec<_> = channels
        .iter()
        .filter(|channel| channel["to"] == identity.as_str())
        .map(|channel| pill("good", &word(channel, "name")))
        .collect();
    if row["revoked"] == true {
        marks.push(pill("bad", "revoked"));
    }
    let link = text(&format!("{}&rev={identity}", owner.link()));
    let mut cells = vec![format!("<a href=\"{link}\">{}</a>", hash(&identity))];
    cells.extend(middle);
    cells.push(marks.join(" "));
    cells
}

fn word(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or("").to_owned()
}
