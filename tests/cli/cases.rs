//! Cases found by directory: `tests/cases/<command>/<case>/` holds an input tree, `cmd` (arguments, one a line), and
//! what has to come out: `stdout`, `stderr`, `exit`. `AEGIS_BLESS=1` writes the expectations anew, for review.
//!
//! More files may stand there: `stdin`, `env` (`NAME=VALUE` lines), and `before`, what happens first, a step a line:
//! `aegis ARG…` (has to succeed), `change PATH` (one bit of its middle byte), `remove PATH`, `copy FROM TO`,
//! `link TARGET PATH`, `folder PATH`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aegis_action::diag::Code;

use crate::run::{Sandbox, aegis, copy};

/// What of a case is no input.
const OWN: [&str; 7] = ["cmd", "env", "before", "stdin", "stdout", "stderr", "exit"];

/// The folders of all cases, in their order.
pub(crate) fn all() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let found = walkdir::WalkDir::new(root).min_depth(2).max_depth(2).sort_by_file_name();
    let found = found.into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_dir());
    found.map(walkdir::DirEntry::into_path).collect()
}

fn prepare(sandbox: &Sandbox, step: &str) -> Result<(), String> {
    let words: Vec<_> = step.split_whitespace().collect();
    match words[..] {
        ["aegis", ref args @ ..] => {
            let ran = sandbox.run(args);
            if ran.exit != 0 {
                return Err(format!("`{step}` failed before the case began: {}{}", ran.stdout, ran.stderr));
            }
        }
        ["change", path] => {
            let mut bytes = fs::read(sandbox.at(path)).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            sandbox.write(path, bytes);
        }
        ["remove", path] => fs::remove_file(sandbox.at(path)).unwrap(),
        ["copy", from, to] => {
            let bytes = fs::read(sandbox.at(from)).unwrap();
            sandbox.write(to, bytes);
        }
        ["link", target, path] => std::os::unix::fs::symlink(target, sandbox.at(path)).unwrap(),
        ["folder", path] => fs::create_dir_all(sandbox.at(path)).unwrap(),
        _ => return Err(format!("there is no step `{step}`")),
    }
    Ok(())
}

/// The pages of codes have tests of their own, and may be reworded.
fn without_pages(text: String) -> String {
    Code::ALL.iter().fold(text, |text, code| {
        let escaped = |text: &str| serde_json::to_string(text).unwrap();
        text.replace(code.page(), &format!("[PAGE {code}]\n"))
            .replace(&escaped(code.page()), &format!("\"[PAGE {code}]\""))
            .replace(&escaped(code.summary()), &format!("\"[SUMMARY {code}]\""))
    })
}

/// Puts a case into a folder, with what happens first; its command, or why there is none.
pub(crate) fn set_up(case: &Path, sandbox: &Sandbox) -> Result<Command, String> {
    copy(case, sandbox.path(), |entry| entry.depth() == 1 && OWN.iter().any(|own| entry.file_name() == *own));
    let lines = |name: &str| fs::read_to_string(case.join(name)).unwrap_or_default();
    for step in lines("before").lines().filter(|line| !line.is_empty()) {
        prepare(sandbox, step)?;
    }
    let arguments = fs::read_to_string(case.join("cmd")).map_err(|_| "has no `cmd`".to_owned())?;
    let mut command = aegis(sandbox.path());
    command.args(arguments.lines());
    for pair in lines("env").lines() {
        let (name, value) = pair.split_once('=').expect("NAME=VALUE");
        command.env(name, value.replace("[CWD]", &sandbox.path().to_string_lossy()));
    }
    if let Ok(input) = fs::File::open(case.join("stdin")) {
        command.stdin(input);
    }
    Ok(command)
}

/// Runs one case; what does not agree, in words.
fn try_case(case: &Path, bless: bool) -> Option<String> {
    let sandbox = Sandbox::new();
    let command = match set_up(case, &sandbox) {
        Ok(command) => command,
        Err(why) => return Some(why),
    };
    let ran = sandbox.finish(command);
    let mut wrong = String::new();
    if ![0, 1, 2, 3, 4].contains(&ran.exit) {
        let _ = writeln!(wrong, "exit {} is not for a user to see", ran.exit);
    }
    if !sandbox.leftovers().is_empty() {
        let _ = writeln!(wrong, "left behind: {:?}", sandbox.leftovers());
    }
    let streams = [("stdout", without_pages(ran.stdout)), ("stderr", ran.stderr)];
    for (name, found) in [("exit", format!("{}\n", ran.exit))].into_iter().chain(streams) {
        let file = case.join(name);
        if bless {
            fs::write(&file, &found).unwrap();
            continue;
        }
        match fs::read_to_string(&file) {
            Err(_) => {
                let _ = writeln!(wrong, "has no `{name}`");
            }
            Ok(expected) if expected != found => {
                let diff = similar::TextDiff::from_lines(&expected, &found);
                let diff = diff.unified_diff().header(&format!("expected {name}"), "found").to_string();
                let _ = writeln!(wrong, "{diff}");
            }
            Ok(_) => {}
        }
    }
    (!wrong.is_empty()).then_some(wrong)
}

#[test]
fn every_case_gives_what_it_says() {
    let cases = all();
    assert!(cases.len() >= 70, "only {} cases were found", cases.len());
    let bless = std::env::var_os("AEGIS_BLESS").is_some();
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(wrong) = try_case(case, bless) {
                        failed.lock().unwrap().push(format!("{}:\n{wrong}", case.display()));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} of {} cases:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

/// Every code of the contract's part on packs is given by at least one case of `build`.
#[test]
fn every_code_of_packs_has_a_case() {
    if std::env::var_os("AEGIS_BLESS").is_some() {
        return; // the expectations are being written
    }
    let codes = [
        "PACK_SYNTAX",
        "PACK_SCHEMA",
        "OID_INVALID",
        "VERSION_INVALID",
        "TERM_DUPLICATE",
        "LIMIT_EXCEEDED",
        "MERGE_CONFLICT",
        "DUPLICATE_ENTRY",
        "MERGE_KIND_MISMATCH",
        "MERGE_FINAL",
        "REMOVED_NOTHING",
        "OID_OUT_OF_RANGE",
        "REF_NOT_FOUND",
        "ALIAS_CYCLE",
        "ALIAS_AMBIGUOUS",
        "TEMPLATE_SLOT",
        "EXAMPLE_MISMATCH",
        "REGISTER_VIOLATION",
        "CONFIG_INVALID",
    ];
    let builds = all().into_iter().filter(|case| case.parent().unwrap().ends_with("build"));
    let said: String =
        builds.map(|case| fs::read_to_string(case.join("stderr")).unwrap_or_default()).collect();
    for code in codes {
        assert!(said.contains(&format!("[{code}]")), "no case of build gives {code}");
    }
}
