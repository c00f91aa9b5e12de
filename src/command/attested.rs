//! `aegis verify --key`: signed statements, and the files beside them that they speak of.

use std::collections::BTreeSet;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::cli;
use crate::diag::{Code, Diagnostic, Diagnostics, Place};
use crate::pack::canonical;
use crate::release::sign::{Envelope, PublicKey};
use crate::release::statement;
use crate::report::Report;

use super::{Context, read_named};

/// The largest file of statements that is read, in bytes.
const MOST: u64 = 64 << 20;
/// The largest key.
const MOST_KEY: u64 = 64 << 10;
/// The largest file that a statement speaks of.
const MOST_FILE: u64 = 2 << 30;

/// Checks each envelope of the file, one a line.
pub(super) fn verify(
    args: &cli::Verify,
    key: &Path,
    context: &Context<'_>,
    mut report: Report,
) -> Result<Report, Diagnostics> {
    let pem = String::from_utf8_lossy(&read_named(key, context, MOST_KEY)?).into_owned();
    let key = PublicKey::of_pem(&pem)?;
    let bytes = read_named(Path::new(&args.target), context, MOST)?;
    let text = String::from_utf8_lossy(&bytes);
    let folder = context.host.cwd().join(&args.target);
    let folder = folder.parent().unwrap_or(context.host.cwd());
    let (mut statements, mut checked) = (0_usize, BTreeSet::<String>::new());
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let refused = |why: &str| {
            let place = Place::file(args.target.as_str().into());
            let message = format!("line {} of `{}` {why}", number + 1, args.target);
            let help =
                "download the release again, and compare the key with the one that the project publishes";
            Diagnostic::error(Code::SignatureInvalid, message).at(place).help(help)
        };
        let opened = serde_json::from_str::<Envelope>(line)
            .map_err(|error| format!("is no DSSE envelope: {error}"))
            .and_then(|envelope| key.open(&envelope).map_err(str::to_owned))
            .and_then(|payload| statement::read(&payload));
        let about = match opened {
            Ok(about) => about,
            Err(why) => {
                report.diagnostics.push(refused(&why));
                continue;
            }
        };
        statements += 1;
        for subject in &about.subject {
            match beside(folder, &subject.name) {
                None => {}
                Some(found) if subject.digest.get("sha256") == Some(&found) => {
                    checked.insert(subject.name.clone());
                }
                Some(found) => {
                    let why = format!(
                        "speaks of another `{}`: the one beside it has the SHA-256 {found}",
                        subject.name
                    );
                    report.diagnostics.push(refused(&why));
                }
            }
        }
    }
    if statements == 0 && report.diagnostics.is_empty() {
        let message = format!("`{}` holds no statement", args.target);
        let help = "name the file `attestations.intoto.jsonl` of a release";
        return Err(Diagnostic::error(Code::SignatureInvalid, message).help(help).into());
    }
    report.figure("statements", statements);
    report.figure("checked", &checked);
    report.figure("keyid", key.id());
    if !report.diagnostics.has_errors() {
        let files = if checked.is_empty() {
            "none beside it".to_owned()
        } else {
            checked.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        report.story = format!(
            "{} was signed by this key\n  key       {}\n  statements {statements}\n  files     {files}\n",
            args.target,
            key.id()
        );
    }
    Ok(report)
}

/// The SHA-256 of a file of that name, if there is one. A name that leads elsewhere has none.
fn beside(folder: &Path, name: &str) -> Option<String> {
    let is_plain = !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != "..";
    let bytes = crate::files::read(&folder.join(name), MOST_FILE).ok().filter(|_| is_plain)?;
    Some(canonical::hex(&Sha256::digest(bytes)))
}
