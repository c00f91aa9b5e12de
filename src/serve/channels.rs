//! Channels: series of documents, of which the one with the highest number is current.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diag::Outcome;
use crate::store::channel::{Document, MAX_DOCUMENT};
use crate::store::subject::{is_channel, number_of, numbered};
use crate::store::{Folder, Key, Store, Walk};

use super::listing::Page;
use super::problem::Problem;
use crate::store::subject::Subject;

use super::revision;
use super::{Gateway, in_time};

/// The number and the channel that a key below `channels/` names: `<name>/<20 digits>.json`.
pub(super) fn place(name: &str) -> Option<(&str, u64)> {
    let (channel, file) = name.split_once('/')?;
    let number = number_of(file).filter(|&number| number > 0 && is_channel(channel))?;
    Some((channel, number))
}

fn key(owner: &Subject, channel: &str, number: u64) -> Result<Key, Problem> {
    revision::key(&owner.channel(channel)?, &numbered(number))
}

/// The highest number of every channel.
pub(super) async fn all(gateway: &Gateway, owner: &Subject) -> Result<BTreeMap<String, u64>, Problem> {
    let (store, folder) = (&**gateway.store()?, owner.channels()?);
    in_time(highest(store, folder)).await
}

async fn highest(store: &dyn Store, folder: Folder) -> Outcome<BTreeMap<String, u64>> {
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    let mut walk = Walk::new(store, folder.clone());
    while let Some(listed) = walk.next().await? {
        if let Some((channel, number)) = folder.name_of(&listed.key).and_then(place) {
            let highest = found.entry(channel.to_owned()).or_default();
            *highest = number.max(*highest);
        }
    }
    Ok(found)
}

/// The document of a number, and its bytes.
pub(super) async fn document(
    gateway: &Gateway,
    owner: &Subject,
    channel: &str,
    number: u64,
) -> Result<(Document, Vec<u8>), Problem> {
    let key = key(owner, channel, number)?;
    let (_, bytes) = revision::read(&**gateway.store()?, &key, MAX_DOCUMENT).await.map_err(|problem| {
        problem.unwrap_or_else(|| Problem::not_found(format!("`{key}` is not in the store")))
    })?;
    let document = Document::parse(&bytes, number)
        .map_err(|why| Problem::unavailable(format!("`{key}` in the store {why}")))?;
    Ok((document, bytes))
}

/// The current document of a channel, and its bytes.
pub(super) async fn current(
    gateway: &Gateway,
    owner: &Subject,
    channel: &str,
) -> Result<(Document, Vec<u8>), Problem> {
    let number = number(gateway, owner, channel).await?;
    document(gateway, owner, channel, number).await
}

async fn number(gateway: &Gateway, owner: &Subject, channel: &str) -> Result<u64, Problem> {
    let none = || Problem::not_found(format!("there is no channel `{channel}`"));
    if !is_channel(channel) {
        return Err(none());
    }
    let folder = owner.channels()?;
    let one = owner.channel(channel)?;
    let store = &**gateway.store()?;
    let highest = in_time(async {
        let (mut highest, mut walk) = (0, Walk::new(store, one));
        while let Some(listed) = walk.next().await? {
            let found = folder.name_of(&listed.key).and_then(place);
            highest = found.map_or(highest, |(_, number)| number.max(highest));
        }
        Ok(highest)
    });
    Some(highest.await?).filter(|&number| number > 0).ok_or_else(none)
}

/// `{"channels":[…]}`: all channels, with what is current in each.
pub(super) async fn list(gateway: &Gateway, owner: &Subject) -> Result<Value, Problem> {
    let mut rows = Vec::new();
    for (channel, number) in all(gateway, owner).await? {
        let (document, _) = document(gateway, owner, &channel, number).await?;
        rows.push(json!({"name": channel, "sequence": number, "to": document.to, "at": document.at}));
    }
    Ok(json!({"channels": rows}))
}

/// A page of a channel's documents, newest first, and where the next one begins. A page token is a number.
pub(super) async fn history(
    gateway: &Gateway,
    owner: &Subject,
    channel: &str,
    page: &Page,
) -> Result<(Vec<Document>, Option<u64>), Problem> {
    let highest = number(gateway, owner, channel).await?;
    let first = match &page.token {
        None => highest,
        Some(token) => {
            let number =
                token.parse().ok().filter(|number: &u64| number.to_string() == *token && *number > 0);
            number
                .ok_or_else(|| Problem::bad_request("the page token is none that a listing has given"))?
                .min(highest)
        }
    };
    let mut rows = Vec::new();
    let mut next = first;
    while next > 0 && rows.len() < usize::from(page.size) {
        match document(gateway, owner, channel, next).await {
            Ok((document, _)) => rows.push(document),
            // A number that is missing was never written, or is away: what is there is shown.
            Err(problem) if problem.status == http::StatusCode::NOT_FOUND => {}
            Err(problem) => return Err(problem),
        }
        next -= 1;
    }
    Ok((rows, Some(next).filter(|&next| next > 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_a_channel_and_a_number() {
        assert_eq!(place("stable/00000000000000000012.json"), Some(("stable", 12)));
        for other in [
            "stable.json",
            "stable/12.json",
            "stable/00000000000000000000.json",
            "stable/0000000000000000001x.json",
            "stable/+0000000000000000012.json",
            "/00000000000000000012.json",
            "a/b/00000000000000000012.json",
        ] {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
