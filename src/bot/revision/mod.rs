//! A revision: `bot.js`, `spec.json` and `rev.json` under `<botId>/<revHash>/`. Pure and deterministic: the same input gives
//! the same bytes everywhere.

mod build;
mod passport;

use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::generate;
use super::spec::Spec;

pub use build::Build;
pub use passport::{Artifacts, Hashes, MadeHow, Passport, Sizes, read};

/// The script.
pub const SCRIPT: &str = "bot.js";
/// The canonical spec.
pub const SPEC: &str = "spec.json";
/// The passport, written last.
pub const REV: &str = "rev.json";
/// The three files of a revision.
pub const FILES: [&str; 3] = [SCRIPT, SPEC, REV];
/// The model of scripts that were written by somebody unknown.
pub const CUSTOM: &str = "custom";

/// A revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// What it says of itself.
    pub passport: Passport,
    /// The bot.
    pub bot_id: String,
    /// The bytes of `bot.js`.
    pub script: Vec<u8>,
    /// The bytes of `spec.json`.
    pub spec: String,
    /// The bytes of `rev.json`.
    pub rev: String,
}

impl Revision {
    /// Makes the revision of a spec that passed its checks (`canonical` is its canonical form) and its script; without one
    /// it is generated, and the model becomes that of the generator. `built_at` stands where the build says no time.
    pub fn make(
        spec: &Spec,
        canonical: String,
        script: Option<Vec<u8>>,
        build: Build,
        built_at: &str,
    ) -> Self {
        let (script, model) = match script {
            Some(script) => (script, build.model),
            None => (generate::template(spec).into_bytes(), generate::MODEL.to_owned()),
        };
        let made = MadeHow {
            model,
            seed: build.seed,
            sdk_version: build.sdk_version,
            ast_rules_version: build.ast_rules_version,
            generator_git_sha: build.generator_git_sha,
            built_at: build.built_at.unwrap_or_else(|| built_at.to_owned()),
        };
        let hashes = Hashes { script: sha256(&script), spec: sha256(canonical.as_bytes()) };
        let rev_hash = rev_hash(&made, &hashes.spec);
        let passport = Passport {
            artifacts: Artifacts::of(&spec.meta.bot_id, &rev_hash),
            rev_hash,
            spec_version: build.spec_version,
            build: made,
            hashes,
            sizes: Sizes { script: script.len() as u64, spec: canonical.len() as u64 },
            security: spec.security.clone(),
            author: build.author,
            notes: build.notes,
        };
        let rev = canonical_of(&passport);
        Self { passport, bot_id: spec.meta.bot_id.clone(), script, spec: canonical, rev }
    }

    /// Its files, by name, the passport last.
    pub fn files(&self) -> [(&'static str, &[u8]); 3] {
        [(SCRIPT, &self.script), (SPEC, self.spec.as_bytes()), (REV, self.rev.as_bytes())]
    }
}

/// The identity of a revision: how it was made, but for the time, and the hash of its `spec.json`.
pub fn rev_hash(made: &MadeHow, spec: &str) -> String {
    let build = json!({
        "astRulesVersion": made.ast_rules_version, "generatorGitSha": made.generator_git_sha, "model": made.model,
        "sdkVersion": made.sdk_version, "seed": made.seed,
    });
    sha256(canonical_of(&json!({"build": build, "spec": spec})).as_bytes())
}

/// The lower-case hexadecimal SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The canonical form of a document of ours: its integers are small, and its texts are texts.
fn canonical_of(document: &impl Serialize) -> String {
    let value = serde_json::to_value(document).unwrap_or_default();
    super::value::canonical(&value)
}

#[cfg(test)]
mod tests;
