//! In-toto statements about a release: how it was built (SLSA provenance v1) and what its tests gave (test-result v0.1).
//!
//! Signed by ourselves they prove no more than who holds the key: no SLSA level is claimed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::pack::metadata::{Metadata, Provenance};
use crate::report::junit::{CaseResult, Suite};

/// What a statement is.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The predicate of how something was built.
const PROVENANCE: &str = "https://slsa.dev/provenance/v1";
/// The predicate of tests.
const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";
/// How we build: `docs/releases.md` says what its parameters mean.
const BUILD_TYPE: &str =
    "https://github.com/aegis-action/aegis-action/blob/main/docs/releases.md#build-type-v1";

/// The most names of tests that a statement lists.
const MOST_TESTS: usize = 2000;

/// Something that a statement is about. The members are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its digests, by algorithm: they alone count.
    pub digest: BTreeMap<String, String>,
    /// Its name.
    pub name: String,
}

impl Subject {
    /// A file.
    pub fn of(name: &str, sha256: &str) -> Self {
        Self { digest: BTreeMap::from([("sha256".to_owned(), sha256.to_owned())]), name: name.to_owned() }
    }
}

/// What was built, and from what.
#[derive(Debug, Clone)]
pub struct Made<'m> {
    /// The run that built it.
    pub run: &'m Provenance,
    /// What it is: the name of a parameter of the build, and its value.
    pub what: (&'static str, Value),
    /// What it came to.
    pub hashes: Value,
    /// Its sources: resource descriptors.
    pub sources: Vec<Value>,
    /// What it was tested with: resource descriptors.
    pub tested: Vec<Value>,
}

impl<'m> Made<'m> {
    /// A pack.
    pub fn of_pack(metadata: &'m Metadata) -> Self {
        let sources = metadata.sources.iter().map(|source| {
            json!({"name": source.source, "digest": {"sha256": source.sha256}, "annotations": {"layer": source.layer}})
        });
        let tested = metadata.files.iter().filter(|(name, _)| name.starts_with("test_suites/"));
        let pack = json!({"name": metadata.name, "oid": metadata.oid, "version": metadata.version, "language": metadata.language});
        Self {
            run: &metadata.provenance,
            what: ("pack", pack),
            hashes: json!({"packHash": metadata.pack_hash, "contentHash": metadata.content_hash}),
            sources: sources.collect(),
            tested: tested
                .map(|(name, file)| json!({"name": name, "digest": {"sha256": file.sha256}}))
                .collect(),
        }
    }
}

/// The statement of how something was built.
pub fn provenance(made: &Made<'_>, subjects: &[Subject]) -> Vec<u8> {
    let built = made.run;
    let mut dependencies = Vec::new();
    if let (Some(repository), Some(commit)) = (&built.repository, &built.commit) {
        let reference = built.r#ref.as_ref().map(|name| format!("@{name}")).unwrap_or_default();
        // The run's address names the server.
        let server = built.run.as_ref().and_then(|run| run.split_once(&format!("/{repository}/")));
        let server = server.map_or("https://github.com", |(server, _)| server);
        let uri = format!("git+{server}/{repository}{reference}");
        dependencies.push(json!({"uri": uri, "digest": {"gitCommit": commit}}));
    }
    dependencies.extend(made.sources.iter().cloned());
    let builder = format!("https://github.com/aegis-action/aegis-action@v{}", built.version);
    let mut run = json!({"builder": {"id": builder, "version": {"aegis": built.version}}});
    if let Some(address) = &built.run {
        run["metadata"] = json!({"invocationId": address});
    }
    let mut parameters =
        json!({"ref": built.r#ref, "repository": built.repository, "workflow": built.workflow});
    parameters[made.what.0] = made.what.1.clone();
    let predicate = json!({
        "buildDefinition": {
            "buildType": BUILD_TYPE,
            "externalParameters": parameters,
            "internalParameters": made.hashes,
            "resolvedDependencies": dependencies,
        },
        "runDetails": run,
    });
    statement(PROVENANCE, subjects, &predicate)
}

/// The statement of what the tests gave.
pub fn test_result(made: &Made<'_>, suites: &[Suite], subjects: &[Subject]) -> Vec<u8> {
    let (mut passed, mut failed, mut skipped) = (Vec::new(), Vec::new(), 0_usize);
    for case in suites.iter().flat_map(|suite| &suite.cases) {
        let name = format!("{}: {}", case.classname, case.name);
        match case.result {
            CaseResult::Passed => passed.push(name),
            CaseResult::Failed { .. } | CaseResult::Error { .. } => failed.push(name),
            CaseResult::Skipped { .. } => skipped += 1,
        }
    }
    let configuration = &made.tested;
    let result = if failed.is_empty() { "PASSED" } else { "FAILED" };
    let mut predicate = json!({"result": result, "configuration": configuration});
    if let Some(address) = &made.run.run {
        predicate["url"] = json!(address);
    }
    if passed.len() <= MOST_TESTS {
        predicate["passedTests"] = json!(passed);
    }
    if !failed.is_empty() {
        failed.truncate(MOST_TESTS);
        predicate["failedTests"] = json!(failed);
    }
    // The predicate knows no skipped tests: they are said where it allows what it does not know.
    if skipped > 0 {
        predicate["configuration"] = configuration
            .iter()
            .map(|one| {
                let mut one = one.clone();
                one["annotations"] = json!({"skipped": skipped.to_string()});
                one
            })
            .collect::<Value>();
    }
    statement(TEST_RESULT, subjects, &predicate)
}

fn statement(kind: &str, subjects: &[Subject], predicate: &Value) -> Vec<u8> {
    let statement =
        json!({"_type": STATEMENT, "predicateType": kind, "predicate": predicate, "subject": subjects});
    // Members are ordered by name, numbers are none: that is canonical.
    serde_json::to_vec(&statement).unwrap_or_default()
}

/// What a statement is about, read back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// `https://in-toto.io/Statement/v1`.
    #[serde(rename = "_type")]
    kind: String,
    /// What is said.
    pub predicate_type: String,
    /// Of what.
    pub subject: Vec<Subject>,
}

/// Reads what a statement is about.
///
/// # Errors
/// It is no statement, as a sentence without its subject.
pub fn read(bytes: &[u8]) -> Result<About, String> {
    let about: About =
        serde_json::from_slice(bytes).map_err(|error| format!("is no in-toto statement: {error}"))?;
    if about.kind != STATEMENT {
        return Err(format!("is a statement of the form `{}`, not `{STATEMENT}`", about.kind));
    }
    Ok(about)
}
