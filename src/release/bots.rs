//! `bots.json`: the bots of a release, each with its spec. The next release is compared with it, wherever the revisions are stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bot::revision::sha256;
use crate::bot::value::canonical;

/// The file's name.
pub const FILE_NAME: &str = "bots.json";
/// The form that it states.
const FORM: &str = "bots/v1";

/// A bot at a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Record {
    /// The revision.
    pub rev_hash: String,
    /// The SHA-256 of its script.
    pub script: String,
    /// Its spec.
    pub spec: Value,
}

/// All bots of a release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bots {
    aegis: String,
    /// By their ids.
    pub bots: BTreeMap<String, Record>,
}

impl Bots {
    /// These.
    pub fn new(bots: BTreeMap<String, Record>) -> Self {
        Self { aegis: FORM.to_owned(), bots }
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical(&serde_json::to_value(self).unwrap_or_default()).into_bytes()
    }

    /// Reads it.
    ///
    /// # Errors
    /// It is none, as a sentence without its subject.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let found: Self =
            serde_json::from_slice(bytes).map_err(|error| format!("is no list of bots: {error}"))?;
        if found.aegis != FORM {
            return Err(format!("is of the form `{}`, not `{FORM}`", found.aegis));
        }
        Ok(found)
    }

    /// The SHA-256 of what the bots are: their specs and scripts, whoever made them and how.
    pub fn content(&self) -> String {
        let all: BTreeMap<_, _> =
            self.bots.iter().map(|(id, bot)| (id, json!({"script": bot.script, "spec": bot.spec}))).collect();
        sha256(canonical(&json!(all)).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bots(rev: &str, script: &str) -> Bots {
        let spec = json!({"meta": {"botId": "a"}, "z": 1.0});
        let record = Record { rev_hash: rev.to_owned(), script: script.to_owned(), spec };
        Bots::new(BTreeMap::from([("a".to_owned(), record)]))
    }

    #[test]
    fn what_is_written_is_read_and_what_they_are_is_not_how_they_were_made() {
        let one = bots("1", "x");
        let text = String::from_utf8(one.to_bytes()).unwrap();
        assert_eq!(
            text,
            r#"{"aegis":"bots/v1","bots":{"a":{"revHash":"1","script":"x","spec":{"meta":{"botId":"a"},"z":1}}}}"#
        );
        assert_eq!(Bots::parse(text.as_bytes()).unwrap().to_bytes(), one.to_bytes());
        assert_eq!(one.content(), bots("2", "x").content());
        assert_ne!(one.content(), bots("1", "y").content());
        for wrong in ["{}", r#"{"aegis":"bots/v2","bots":{}}"#, "[", r#"{"aegis":"bots/v1","bots":{},"x":1}"#]
        {
            assert!(Bots::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
