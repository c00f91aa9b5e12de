//! The filter's corpora in the sandbox, without the filter: the harmless scripts work, and none of the hostile ones
//! crashes, hangs or gets out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aegis_action::diag::Code;
use aegis_action::script::sandbox::{Bot, Job, Limits};

use super::{bot, sandbox, say, small};

fn scripts(folder: &str) -> Vec<PathBuf> {
    fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "js") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts").join(folder), &mut found);
    found.sort();
    assert!(found.len() > 10, "{folder}: {}", found.len());
    found
}

#[test]
fn harmless_scripts_load_and_take_an_update_that_asks_nothing() {
    let sandbox = sandbox();
    for path in scripts("harmless") {
        let source = fs::read_to_string(&path).unwrap();
        // Nothing answers here: those that try again do it as often as they like.
        let patient = Bot { attempts: 16, ..bot() };
        let started = sandbox.cold_start(&Job::new(source, patient, Limits::default()));
        assert!(started.is_ok(), "{}: {}", path.display(), started.unwrap_err());
    }
}

#[test]
fn hostile_scripts_neither_crash_nor_hang_nor_escape() {
    let (sandbox, scripts) = (sandbox(), scripts("hostile"));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(path) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let source = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
                    let begun = Instant::now();
                    let run =
                        sandbox.run(&Job::new(source, bot(), small()), &say(&["/start", "constructor"]));
                    let name = path.display();
                    if let Some(found) = run.failure {
                        assert!(found.code != Code::Internal, "{name}: {found}");
                        assert!(!found.message.contains("SIG"), "{name}: {found}");
                    }
                    assert!(begun.elapsed() < Duration::from_secs(30), "{name} took {:?}", begun.elapsed());
                }
            });
        }
    });
}
