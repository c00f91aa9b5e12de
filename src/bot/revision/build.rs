//! `build.json`: how a bot's script was made.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::diag::{Code, Diagnostic, Diagnostics, LineMap};
use crate::json::{self, Judge};
use crate::syntax::{Format, Text};

use super::passport::is_time;
use super::{CUSTOM, MadeHow};

/// How a bot's script was made, as `build.json` says or as it is without one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Build {
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
    /// The version of the spec.
    pub spec_version: u64,
    /// When it was built, RFC 3339.
    #[serde(default)]
    pub built_at: Option<String>,
    /// Who had it made.
    #[serde(default = "system")]
    pub author: String,
    /// What there is to say about it.
    #[serde(default)]
    pub notes: Option<String>,
}

fn system() -> String {
    "system".to_owned()
}

impl Default for Build {
    fn default() -> Self {
        Self {
            model: CUSTOM.to_owned(),
            seed: 0,
            sdk_version: "1.0.0".to_owned(),
            ast_rules_version: "1.0.0".to_owned(),
            generator_git_sha: "0".repeat(40),
            spec_version: 1,
            built_at: None,
            author: system(),
            notes: None,
        }
    }
}

impl Build {
    /// Reads a `build.json`. `shown` is its name in diagnostics.
    ///
    /// # Errors
    /// `CONFIG_INVALID` for everything that is wrong with it.
    pub fn read(bytes: Vec<u8>, shown: &Arc<str>) -> Result<Self, Diagnostics> {
        let told = |text: &Text, errors| {
            let mut diagnostics = Diagnostics::new();
            for one in json::diagnose(text, errors, shown) {
                diagnostics.push(Diagnostic { code: Code::ConfigInvalid, ..one });
            }
            diagnostics
        };
        let text = Text::from_bytes(bytes, Format::Json)
            .map_err(|failed| told(&failed.0, vec![failed.1.clone()]))?;
        let tree = json::parse(&text).map_err(|errors| told(&text, errors))?;
        let lines = LineMap::new(text.as_str());
        let mut diagnostics = Diagnostics::new();
        for complaint in JUDGE.complaints(&tree) {
            let place = lines.place(Arc::clone(shown), complaint.node.range(), complaint.pointer);
            diagnostics.push(
                Diagnostic::error(Code::ConfigInvalid, complaint.message).at(place).help(complaint.help),
            );
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let unreadable = |message: String, node: crate::syntax::Node<'_, '_>| {
            let place = lines.place(Arc::clone(shown), node.range(), tree.pointer(node));
            let help = "write a time such as 2026-03-01T12:00:00Z; `aegis schema build` has the rest";
            Diagnostics::from(Diagnostic::error(Code::ConfigInvalid, message).at(place).help(help))
        };
        if let Some(node) = tree.root().get("builtAt").filter(|node| !is_time(node.raw())) {
            return Err(unreadable(format!("there is no time `{}`", node.raw()), node));
        }
        serde_json::from_str(&json::canonical(&tree))
            .map_err(|error| unreadable(error.to_string(), tree.root()))
    }
}

/// The schema, compiled once.
static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::new(crate::schema::rev::build()));

/// The part of a build that `rev.json` repeats.
impl From<&MadeHow> for Build {
    fn from(made: &MadeHow) -> Self {
        Self {
            model: made.model.clone(),
            seed: made.seed,
            sdk_version: made.sdk_version.clone(),
            ast_rules_version: made.ast_rules_version.clone(),
            generator_git_sha: made.generator_git_sha.clone(),
            built_at: Some(made.built_at.clone()),
            ..Self::default()
        }
    }
}
