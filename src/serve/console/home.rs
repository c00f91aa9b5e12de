//! What there is, and what was revoked.

use std::sync::Arc;

use crate::report::html::text;
use crate::store::layout;

use super::super::Gateway;
use super::super::overview::Held;
use super::super::problem::Problem;
use crate::store::subject::Subject;

use super::super::revision;
use super::frame::{facts, hash, page, pill, table, time};
use crate::store::revoke::Revocation;

/// The most revocations that are shown.
const MOST: usize = 200;
/// The largest revocation that is read, in bytes.
const LARGEST: u64 = 1 << 20;

pub(super) async fn write(gateway: &Arc<Gateway>) -> Result<String, Problem> {
    let mut body = String::new();
    if let Some(store) = &gateway.store {
        let overview = gateway.overview().await?;
        let (revisions, revoked) = overview.all().fold((0, 0), |(revisions, revoked), (_, held)| {
            (revisions + held.finished.len(), revoked + held.revoked.len())
        });
        body.push_str(&format!(
            "<h1>What the store holds</h1>\n<p class=\"lead\"><code>{}</code></p>\n",
            text(store.url())
        ));
        let figure = |count: usize, one: &str, many: &str| {
            format!("<li><b>{count}</b><span>{}</span></li>\n", if count == 1 { one } else { many })
        };
        body.push_str(&format!(
            "<ul class=\"figures\">\n{}{}{}{}</ul>\n",
            figure(overview.bots.len(), "bot", "bots"),
            figure(overview.packs.len(), "pack", "packs"),
            figure(revisions, "revision", "revisions"),
            format_args!("<li><b>{revoked}</b><span><a href=\"/?revoked\">revoked</a></span></li>\n"),
        ));
        for (kind, title, none) in [
            ("bot", "Bots", "No bot has a revision here: <code>aegis publish</code> brings one."),
            ("pack", "Packs", "No pack is here: <code>aegis publish</code> brings one."),
        ] {
            let rows: Vec<_> = overview
                .all()
                .filter(|(owner, _)| owner.kind() == kind)
                .map(|(owner, held)| row(&owner, held))
                .collect();
            body.push_str(&format!("<h2>{title}</h2>\n"));
            if rows.is_empty() {
                body.push_str(&format!("<p class=\"soft\">{none}</p>\n"));
            } else {
                body.push_str(&table(title, &["Name", "Revisions", "Channels", ""], &rows));
            }
        }
    }
    if gateway.pack.is_some() {
        body.push_str(&served(gateway));
    }
    Ok(page("What there is", &[], &body))
}

fn row(owner: &Subject, held: &Held) -> Vec<String> {
    let link = text(&owner.link());
    let channels: Vec<_> = held
        .channels
        .keys()
        .map(|name| format!("<a class=\"tag\" href=\"{link}&amp;channel={0}\">{0}</a>", text(name)))
        .collect();
    let revoked = match held.revoked.len() {
        0 => String::new(),
        count => pill("bad", &format!("{count} revoked")),
    };
    vec![
        format!("<a href=\"{link}\">{}</a>", text(&owner.name())),
        held.finished.len().to_string(),
        channels.join(" "),
        revoked,
    ]
}

/// The pack that answers questions.
fn served(gateway: &Gateway) -> String {
    let mut body = "<h2>The pack that answers</h2>\n".to_owned();
    match gateway.pack() {
        Err(problem) => body.push_str(&format!("<p class=\"soft\">{}</p>\n", text(&problem.message))),
        Ok(pack) => {
            let release = pack.release();
            body.push_str("<div class=\"card\">\n");
            body.push_str(&facts(&[
                ("Name", text(&release.name)),
                ("OID", format!("<code>{}</code>", text(&release.oid.to_string()))),
                ("Version", text(&release.version.to_string())),
                ("Identity", hash(&release.pack_hash)),
                ("Holds", format!("{} entries, {} terms", pack.len(), pack.terms())),
            ]));
            body.push_str(
                "<form action=\"/v1/terms\"><label>Look up a term <input name=\"term\" required autocomplete=\"off\"></label> \
                 <button>Look up</button></form>\n<form action=\"/v1/scan\"><label>Find terms in a text <input name=\"text\" \
                 required autocomplete=\"off\"></label> <button>Find</button></form>\n</div>\n",
            );
        }
    }
    body
}

/// All revocations, newest first.
pub(super) async fn revoked(gateway: &Arc<Gateway>) -> Result<String, Problem> {
    let store = gateway.store()?;
    let overview = gateway.overview().await?;
    let mut found: Vec<(Revocation, Subject, String)> = Vec::new();
    for (owner, held) in overview.all() {
        for digest in &held.revoked {
            let key = revision::key(&owner.revision(*digest)?, layout::REVOKED)?;
            match revision::read(&**store, &key, LARGEST).await {
                Ok((_, bytes)) => found.push((Revocation::read(&bytes), owner.clone(), digest.to_string())),
                Err(None) => {}
                Err(Some(problem)) => return Err(problem),
            }
            if found.len() >= MOST {
                break;
            }
        }
    }
    found.sort_by(|(a, ..), (b, ..)| b.at.cmp(&a.at));
    let rows: Vec<_> = found
        .iter()
        .map(|(revocation, owner, digest)| {
            let link = text(&format!("{}&rev={digest}", owner.link()));
            vec![
                time(&revocation.at),
                format!("{} {}", owner.kind(), text(&owner.name())),
                format!("<a href=\"{link}\">{}</a>", hash(digest)),
                text(&revocation.by),
                text(&revocation.reason),
            ]
        })
        .collect();
    let mut body = "<h1>What was revoked</h1>\n".to_owned();
    if rows.is_empty() {
        body.push_str("<p class=\"lead\">Nothing: every revision here may be used.</p>\n");
    } else {
        body.push_str(
            "<p class=\"lead\">These are answered with 410, and nothing deploys them any more.</p>\n",
        );
        body.push_str(&table("Revocations", &["When", "Whose", "Revision", "By", "Why"], &rows));
    }
    Ok(page("What was revoked", &[("/?revoked".to_owned(), "revoked".to_owned())], &body))
}
