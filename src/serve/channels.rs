//! Channels: series of documents, of which the one with the highest number is current.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::diag::Outcome;
use crate::store::{Folder, Key, Store, Walk};

use super::listing::Page;
use super::problem::Problem;
use super::revision::{self, Owner};
use super::{Gateway, in_time};

/// The largest channel document that is read, in bytes.
const MOST: u64 = 1 << 20;
/// How many digits a number has in a key.
const DIGITS: usize = 20;

/// What a channel document says. What else stands there is left alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Document {
    aegis: String,
    /// When it was deployed.
    pub(super) at: String,
    /// Who did it.
    pub(super) by: String,
    /// What was current before.
    pub(super) from: Option<String>,
    /// Why.
    pub(super) reason: Option<String>,
    /// Its number.
    pub(super) sequence: u64,
    /// What is current since.
    pub(super) to: String,
}

/// Whether a text can be a channel's name.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && !text.starts_with('.')
}

/// The number and the channel that a key below `channels/` names: `<name>/<20 digits>.json`.
pub(super) fn place(name: &str) -> Option<(&str, u64)> {
    let (channel, file) = name.split_once('/')?;
    let digits = file.strip_suffix(".json").filter(|digits| digits.len() == DIGITS)?;
    let is_number = digits.bytes().all(|b| b.is_ascii_digit()) && is_name(channel);
    Some((channel, digits.parse().ok().filter(|&number| is_number && number > 0)?))
}

fn folder(owner: &Owner) -> Result<Folder, Problem> {
    Folder::new(&format!("{}/channels", owner.folder()?.path()))
        .map_err(|error| Problem::not_found(error.to_string()))
}

fn key(owner: &Owner, channel: &str, number: u64) -> Result<Key, Problem> {
    revision::key(&folder(owner)?, &format!("{channel}/{number:020}.json"))
}

/// The highest number of every channel.
pub(super) async fn all(gateway: &Gateway, owner: &Owner) -> Result<BTreeMap<String, u64>, Problem> {
    let (store, folder) = (&**gateway.store()?, folder(owner)?);
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
    owner: &Owner,
    channel: &str,
    number: u64,
) -> Result<(Document, Vec<u8>), Problem> {
    let key = key(owner, channel, number)?;
    let (_, bytes) = revision::read(&**gateway.store()?, &key, MOST).await.map_err(|problem| {
        problem.unwrap_or_else(|| Problem::not_found(format!("`{key}` is not in the store")))
    })?;
    let document: Document = serde_json::from_slice(&bytes).map_err(|error| {
        Problem::unavailable(format!("`{key}` in the store is no channel document: {error}"))
    })?;
    if document.aegis != "channel/v1" || document.sequence != number {
        return Err(Problem::unavailable(format!(
            "`{key}` in the store is no `channel/v1` of number {number}"
        )));
    }
    Ok((document, bytes))
}

/// The current document of a channel, and its bytes.
pub(super) async fn current(
    gateway: &Gateway,
    owner: &Owner,
    channel: &str,
) -> Result<(Document, Vec<u8>), Problem> {
    let number = number(gateway, owner, channel).await?;
    document(gateway, owner, channel, number).await
}

async fn number(gateway: &Gateway, owner: &Owner, channel: &str) -> Result<u64, Problem> {
    let none = || Problem::not_found(format!("there is no channel `{channel}`"));
    if !is_name(channel) {
        return Err(none());
    }
    let folder = folder(owner)?;
    let one = Folder::new(&format!("{}/{channel}", folder.path())).map_err(|_| none())?;
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
pub(super) async fn list(gateway: &Gateway, owner: &Owner) -> Result<Value, Problem> {
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
    owner: &Owner,
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
        assert!(
            is_name("canary-2_b.x") && !is_name("") && !is_name("..") && !is_name("a/b") && !is_name("ü")
        );
    }
}
