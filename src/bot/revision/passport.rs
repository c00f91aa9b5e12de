//! `rev.json`: the passport of a revision, its published form and how it is read.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::bot::spec::Security;
use crate::json::{self, Judge};
use crate::syntax::{Node, Tree};

use super::{REV, SCRIPT, SPEC};

/// What a revision says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Passport {
    /// Its identity.
    pub rev_hash: String,
    /// The version of the spec.
    pub spec_version: u64,
    /// Where its files stand in a store.
    pub artifacts: Artifacts,
    /// How it was made.
    pub build: MadeHow,
    /// The SHA-256 of its files.
    pub hashes: Hashes,
    /// The sizes of its files.
    pub sizes: Sizes,
    /// The security of the spec, repeated.
    pub security: Security,
    /// Who had it made.
    pub author: String,
    /// What there is to say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

impl Passport {
    /// Whether two passports speak of the same revision: when it was built, by whom and with what notes does not matter.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.rev_hash, &self.hashes, &self.sizes, &self.security)
            == (&other.rev_hash, &other.hashes, &other.sizes, &other.security)
    }
}

/// Where the files of a revision stand in a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifacts {
    /// The script.
    #[serde(rename = "bot.js")]
    pub script: String,
    /// The passport.
    #[serde(rename = "rev.json")]
    pub rev: String,
    /// The spec.
    #[serde(rename = "spec.json")]
    pub spec: String,
}

impl Artifacts {
    /// Where those of a revision stand.
    pub fn of(bot_id: &str, rev_hash: &str) -> Self {
        let key = |file: &str| format!("{bot_id}/{rev_hash}/{file}");
        Self { script: key(SCRIPT), rev: key(REV), spec: key(SPEC) }
    }
}

/// How a revision was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MadeHow {
    /// What wrote the script.
    pub model: String,
    /// The seed that it was given.
    pub seed: u64,
    /// The version of the SDK.
    pub sdk_version: String,
    /// The version of the rules of scripts.
    pub ast_rules_version: String,
    /// The commit of the generator.
    pub generator_git_sha: String,
    /// When it was built, RFC 3339.
    pub built_at: String,
}

/// The SHA-256 of the files of a revision, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hashes {
    /// The script's.
    #[serde(rename = "bot.js")]
    pub script: String,
    /// The spec's.
    #[serde(rename = "spec.json")]
    pub spec: String,
}

/// The sizes of the files of a revision, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// The script's.
    #[serde(rename = "bot.js")]
    pub script: u64,
    /// The spec's.
    #[serde(rename = "spec.json")]
    pub spec: u64,
}

/// Something that is wrong with a passport.
#[derive(Debug)]
pub struct Fault<'t, 'a> {
    /// Where.
    pub node: Node<'t, 'a>,
    /// RFC 6901 pointer to it.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Reads a passport from its tree.
///
/// # Errors
/// Everything that makes it none.
pub fn read<'t, 'a>(tree: &'t Tree<'a>) -> Result<Passport, Vec<Fault<'t, 'a>>> {
    const REBUILD: &str = "build the revision again: `aegis bot build` writes this file";
    let fault = |node: Node<'t, 'a>, message: String| Fault {
        pointer: tree.pointer(node),
        node,
        message,
        help: REBUILD.to_owned(),
    };
    let complaints = JUDGE.complaints(tree);
    let mut faults: Vec<_> = complaints
        .into_iter()
        .map(|one| Fault { node: one.node, pointer: one.pointer, message: one.message, help: one.help })
        .collect();
    let built_at = json::find(tree, "/build/builtAt");
    if faults.is_empty() && !is_time(built_at.raw()) {
        faults.push(fault(built_at, format!("there is no time `{}`", built_at.raw())));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    serde_json::from_str(&json::canonical(tree)).map_err(|error| vec![fault(tree.root(), error.to_string())])
}

/// The schema, compiled once.
static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::new(crate::schema::rev::rev()));

/// Whether a text of RFC 3339's form names a day that the calendar has.
pub(super) fn is_time(text: &str) -> bool {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|text| text.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=days).contains(&day)
}
