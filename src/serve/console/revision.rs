//! A revision: its passport, its files, whether it was revoked, and what preflight says of it.

use std::sync::Arc;

use serde_json::Value;

use crate::preflight::{Judgement, Status};
use crate::report::html::text;
use crate::store::Digest;

use super::super::problem::Problem;
use crate::store::subject::Subject;

use super::super::revision::Revision;
use super::super::{Gateway, channels};
use super::frame::{bytes, facts, hash, page, pill, table, time};
use crate::store::revoke::Revocation;

pub(super) async fn write(
    gateway: &Arc<Gateway>,
    owner: &Subject,
    digest: Digest,
    preflight: bool,
) -> Result<String, Problem> {
    let revision = gateway.any_revision(owner, digest).await?;
    let store = &**gateway.store()?;
    let revoked = revision.standing.revoked(store, gateway.settings.revocation).await?;
    let document = revision.document();
    let whole = digest.to_string();
    let current = channels::list(gateway, owner).await?;
    let marks: String = current["channels"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|channel| channel["to"] == whole.as_str())
        .filter_map(|channel| channel["name"].as_str())
        .map(|name| {
            let link = text(&format!("{}&channel={name}", owner.link()));
            format!("<a class=\"pill good\" href=\"{link}\">{}</a> ", text(name))
        })
        .collect();
    let mut body = format!(
        "<p class=\"kind\">revision of the {} {}</p>\n<h1 class=\"hash\" data-copy=\"{whole}\">{whole}</h1>\n<p>{marks}</p>\n",
        owner.kind(),
        text(&owner.name())
    );
    if let Some(revocation) = revoked {
        body.push_str(&banner(revocation));
    }
    body.push_str("<h2>Passport</h2>\n<div class=\"card\">\n");
    body.push_str(&match owner {
        Subject::Bot(_) => passport(&document),
        Subject::Pack(_) => manifest(&document),
    });
    body.push_str("</div>\n<h2>Files</h2>\n");
    body.push_str(&files(owner, &revision, &whole, revoked.is_some()));
    if let Subject::Bot(_) = owner {
        body.push_str("<h2 id=\"preflight\">Preflight</h2>\n");
        body.push_str(&if preflight {
            judgements(&gateway.judged(owner, digest).await?, revoked.is_some())
        } else {
            let link = text(&format!("{}&rev={whole}&preflight#preflight", owner.link()));
            format!("<p>Every check that the revision had to pass before it was published can be run again, here and now.</p>\n<p><a class=\"button\" rel=\"nofollow\" href=\"{link}\">Judge it again</a></p>\n")
        });
    }
    let short: String = whole.chars().take(12).collect();
    let step = (format!("{}&rev={whole}", owner.link()), short.clone());
    Ok(page(&format!("{} {short}", owner.name()), &[owner.step(), step], &body))
}

fn banner(revocation: &Revocation) -> String {
    let reason = if revocation.reason.is_empty() { "no reason is given" } else { &revocation.reason };
    format!(
        "<div class=\"card revoked\" role=\"alert\"><h3>Revoked</h3>\n<p>{}</p>\n<p class=\"soft\">by {}, {}</p></div>\n",
        text(reason),
        text(if revocation.by.is_empty() { "?" } else { &revocation.by }),
        time(&revocation.at)
    )
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(string) => text(string),
        other => text(&other.to_string()),
    }
}

fn passport(rev: &Value) -> String {
    let (build, security) = (&rev["build"], &rev["security"]);
    let hosts: Vec<_> = security["outboundAllowList"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|host| format!("<code>{}</code>", word(host)))
        .collect();
    let hosts = if hosts.is_empty() { "nowhere".to_owned() } else { hosts.join(" ") };
    let calls = &security["apiCall"];
    let limits = match calls["maxPerUpdate"].as_u64() {
        Some(most) => format!(
            "{most} an update, {} ms each, {} KB an answer",
            word(&calls["timeoutMs"]),
            word(&security["maxApiResponseKB"])
        ),
        None => String::new(),
    };
    facts(&[
        ("Spec version", word(&rev["specVersion"])),
        ("Author", word(&rev["author"])),
        ("Notes", word(&rev["notes"])),
        ("Built", time(build["builtAt"].as_str().unwrap_or(""))),
        ("Model", word(&build["model"])),
        ("Seed", word(&build["seed"])),
        ("SDK", word(&build["sdkVersion"])),
        ("Script rules", word(&build["astRulesVersion"])),
        ("Generator", build["generatorGitSha"].as_str().map(hash).unwrap_or_default()),
        ("May call", hosts),
        ("Calls", limits),
    ])
}

fn manifest(metadata: &Value) -> String {
    let counts: Vec<_> = metadata["counts"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, count)| count.is_number())
        .map(|(name, count)| format!("{} {}", word(count), text(name)))
        .collect();
    facts(&[
        ("Name", word(&metadata["name"])),
        ("OID", format!("<code>{}</code>", word(&metadata["oid"]))),
        ("Version", word(&metadata["version"])),
        ("Content", metadata["contentHash"].as_str().map(hash).unwrap_or_default()),
        ("Holds", counts.join(", ")),
        ("Commit", metadata["provenance"]["commit"].as_str().map(hash).unwrap_or_default()),
        ("Repository", word(&metadata["provenance"]["repository"])),
    ])
}

fn files(owner: &Subject, revision: &Revision, whole: &str, is_revoked: bool) -> String {
    let link = |name: &str| {
        let path = text(&format!("{}/{whole}/{name}", owner.files()));
        // What was revoked is not given out.
        if is_revoked { text(name) } else { format!("<a href=\"{path}\">{}</a>", text(name)) }
    };
    let mut rows: Vec<_> = revision
        .files()
        .iter()
        .map(|(name, entry)| vec![link(name), bytes(entry.size), hash(&entry.sha256.to_string())])
        .collect();
    rows.push(vec![
        link(owner.manifest_name()),
        bytes(revision.size()),
        "<span class=\"soft\">says the others</span>".to_owned(),
    ]);
    table("Files", &["Name", "Size", "SHA-256"], &rows)
}

fn judgements(judged: &[Judgement], is_revoked: bool) -> String {
    let class = |status| match status {
        Status::Pass => "good",
        Status::Fail => "bad",
        Status::Warning | Status::Waived => "warn",
        Status::Skipped => "soft",
    };
    let rows: Vec<_> = judged
        .iter()
        .map(|one| {
            vec![
                format!("<code>{}</code>", one.check),
                pill(class(one.status), one.status.as_str()),
                text(&one.why),
            ]
        })
        .collect();
    let verdict = if is_revoked {
        "<p class=\"lead\">It was revoked: nothing may deploy it, whatever the checks say.</p>\n"
    } else if crate::preflight::passes(judged) {
        "<p class=\"lead\">It passes: it may be published and deployed.</p>\n"
    } else {
        "<p class=\"lead\">It does not pass: nothing may deploy it.</p>\n"
    };
    verdict.to_owned() + &table("Checks", &["Check", "Outcome", "Why"], &rows)
}
