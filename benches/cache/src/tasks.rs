//! What is timed, one task a process: each prints its figures on a line.

use std::path::{Path, PathBuf};
use std::time::Instant;

use aegis_action::cache::Pack;
use aegis_action::oid::Oid;
use sha2::{Digest, Sha256};

use crate::questions::Questions;
use crate::{Any, make, peers, questions, scan};

/// The processor time of this thread, in seconds: what else the machine does is not what is compared.
fn now() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// How often a warm file is opened.
const OPENS: usize = 301;

/// Does a task and prints its figures: seconds, or bytes.
pub(crate) fn run(dir: &Path, peer: &str, task: &str) -> Any<()> {
    let parts: Vec<&str> = task.split(':').collect();
    let figures = match parts[..] {
        ["open", "warm"] => vec![open_warm(dir, peer)?],
        ["open", "cold"] => vec![open_cold(dir, peer)?],
        ["ask", kind] => ask(dir, peer, kind)?,
        ["scan", text] => {
            let (seconds, count) = scan::run(dir, peer, text)?;
            vec![seconds, count as f64]
        }
        ["verify", threads] => vec![verify(dir, peer, threads.parse()?)?],
        ["write"] => vec![match peer {
            "ours" => make::write_time(dir)?,
            "lmdb-merged" => make::lmdb_write_time(dir)?,
            _ => make::lmdb_append_time(dir)?,
        }],
        ["anonymous"] => vec![anonymous(dir)?],
        _ => return Err(format!("no task `{task}`").into()),
    };
    println!("{}", figures.iter().map(f64::to_string).collect::<Vec<_>>().join(" "));
    Ok(())
}

/// A term that is there, and the key for it.
fn first_question(dir: &Path) -> Any<(String, Vec<u8>)> {
    let file = std::fs::read_to_string(dir.join("term-hits"))?;
    let term = file.lines().next().ok_or("no questions")?;
    Ok((term.to_owned(), aegis_action::text::term_key(term).into_owned().into_bytes()))
}

/// Opens and asks one thing; seconds by a clock.
fn open_once(dir: &Path, peer: &str, question: &(String, Vec<u8>), now: &dyn Fn() -> f64) -> Any<f64> {
    let start = now();
    let found = match peer {
        "ours" => {
            let pack = Pack::open(&dir.join("runtime.1337"))?;
            let senses = pack.lookup(&question.0)?.ok_or("ours does not have it")?;
            let length = senses.first().meaning()?.len();
            // Closing is not counted, as it is not with the others.
            let seconds = now() - start;
            drop(pack);
            assert!(length > 0);
            return Ok(seconds);
        }
        "serde_json" => {
            let value: serde_json::Value = serde_json::from_slice(&std::fs::read(dir.join("pack.json"))?)?;
            let seconds = now() - start;
            assert!(value["entries"].is_array());
            return Ok(seconds);
        }
        _ => peers::open(peer, dir, |ask| {
            let found = ask(false, &question.1);
            Ok(found.map(|_| now() - start))
        })?,
    };
    found.ok_or_else(|| format!("{peer} does not have it").into())
}

fn open_warm(dir: &Path, peer: &str) -> Any<f64> {
    let question = first_question(dir)?;
    let opens = if matches!(peer, "serde_json" | "rkyv") { 1 } else { OPENS };
    Ok(make::median((0..opens).map(|_| open_once(dir, peer, &question, &now)).collect::<Any<_>>()?))
}

/// The files that a peer opens.
fn files(dir: &Path, peer: &str) -> Vec<PathBuf> {
    let names: &[&str] = match peer {
        "ours" => &["runtime.1337"],
        "serde_json" => &["pack.json"],
        "cdb" => &["terms.cdb", "oids.cdb"],
        other => &[other],
    };
    names.iter().map(|name| dir.join(name)).collect()
}

/// After the kernel was told to forget the files.
fn open_cold(dir: &Path, peer: &str) -> Any<f64> {
    let question = first_question(dir)?;
    for file in files(dir, peer) {
        let file = std::fs::File::open(file)?;
        file.sync_all()?;
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    }
    // Here waiting for the disk is what is asked for.
    let start = Instant::now();
    open_once(dir, peer, &question, &|| start.elapsed().as_secs_f64())
}

/// Seconds for a question, over all of a kind: when the file was just opened, and when all was asked once before.
fn ask(dir: &Path, peer: &str, kind: &str) -> Any<Vec<f64>> {
    let questions = questions::read(dir, kind, peer)?;
    let (of_oids, hits) = (kind.starts_with("oid"), kind.ends_with("hits"));
    let found =
        |count: usize| if (count > 0) == hits { Ok(()) } else { Err(format!("{count} found of {kind}")) };
    let mut seconds = Vec::new();
    let count = questions.written.len() as f64;
    if peer.starts_with("ours") {
        let pack = Pack::open(&dir.join("runtime.1337"))?;
        for _ in 0..2 {
            let start = now();
            let sum = match (of_oids, peer) {
                (true, "ours-text") => ours_titles(&pack, &questions.oids)?,
                (true, _) => ours_oids(&pack, &questions.oids)?,
                (false, "ours-folded") => ours_keys(&pack, &questions)?,
                (false, "ours-text") => ours_text(&pack, &questions)?,
                (false, "ours-all") => ours_all(&pack, &questions)?,
                (false, _) => ours_terms(&pack, &questions)?,
            };
            seconds.push((now() - start) / count);
            found(sum)?;
        }
    } else {
        peers::open(peer, dir, |ask| {
            for _ in 0..2 {
                let start = now();
                let mut sum = 0;
                for key in &questions.keys {
                    sum += ask(of_oids, key).map_or(0, |(length, last)| length + usize::from(last));
                }
                seconds.push((now() - start) / count);
                found(sum)?;
            }
            Ok(())
        })?;
    }
    Ok(seconds)
}

/// What an answer comes to, as with the peers: its length and its last byte.
fn touch(value: &[u8]) -> usize {
    value.len() + usize::from(value.last().copied().unwrap_or(0))
}

fn ours_terms(pack: &Pack, questions: &Questions) -> Any<usize> {
    let mut sum = 0;
    for term in &questions.written {
        if let Some(senses) = pack.lookup(term)? {
            sum += touch(senses.first().meaning_bytes());
        }
    }
    Ok(sum)
}

/// The meaning as checked UTF-8: no peer looks at that.
fn ours_text(pack: &Pack, questions: &Questions) -> Any<usize> {
    let mut sum = 0;
    for term in &questions.written {
        if let Some(senses) = pack.lookup(term)? {
            sum += touch(senses.first().meaning()?.as_bytes());
        }
    }
    Ok(sum)
}

fn ours_keys(pack: &Pack, questions: &Questions) -> Any<usize> {
    let mut sum = 0;
    for key in &questions.folded {
        if let Some(senses) = pack.lookup_key(key)? {
            sum += touch(senses.first().meaning_bytes());
        }
    }
    Ok(sum)
}

/// Every sense of a term, each in its own record: the peers' values hold them one behind the other.
fn ours_all(pack: &Pack, questions: &Questions) -> Any<usize> {
    let mut sum = 0;
    for term in &questions.written {
        for sense in pack.lookup(term)?.into_iter().flat_map(|senses| senses.iter()) {
            sum += touch(sense?.meaning()?.as_bytes());
        }
    }
    Ok(sum)
}

fn ours_oids(pack: &Pack, oids: &[Oid]) -> Any<usize> {
    let mut sum = 0;
    for oid in oids {
        if let Some(entry) = pack.find(oid)? {
            sum += 1 + touch(entry.title_bytes()?);
        }
    }
    Ok(sum)
}

fn ours_titles(pack: &Pack, oids: &[Oid]) -> Any<usize> {
    let mut sum = 0;
    for oid in oids {
        if let Some(entry) = pack.find(oid)? {
            sum += 1 + touch(entry.title()?.unwrap_or_default().as_bytes());
        }
    }
    Ok(sum)
}

/// Ours: all chunks; `sha2`: the same mapped bytes, each thread an equal part. Bytes a second.
fn verify(dir: &Path, peer: &str, threads: usize) -> Any<f64> {
    let path = dir.join("runtime.1337");
    let pack = Pack::open(&path)?;
    let file = std::fs::File::open(&path)?;
    // SAFETY: nobody writes the file while the benchmark runs.
    let bytes = unsafe { memmap2::Mmap::map(&file)? };
    // Both maps are touched first: page faults are not what is compared.
    pack.verify(threads)?;
    let mut sum: u64 = bytes.iter().step_by(4096).map(|byte| u64::from(*byte)).sum();
    let start = Instant::now();
    if peer == "ours" {
        Pack::verify(&pack, threads)?;
    } else {
        std::thread::scope(|scope| {
            let parts = bytes.chunks(bytes.len().div_ceil(threads));
            let workers: Vec<_> = parts.map(|part| scope.spawn(move || Sha256::digest(part)[0])).collect();
            sum += workers.into_iter().map(|worker| u64::from(worker.join().unwrap_or(0))).sum::<u64>();
        });
    }
    assert!(sum > 0);
    Ok(bytes.len() as f64 / start.elapsed().as_secs_f64())
}

/// Bytes of anonymous memory that opening a pack and one look-up add.
fn anonymous(dir: &Path) -> Any<f64> {
    let question = first_question(dir)?;
    let now = || -> Any<f64> {
        let rollup = std::fs::read_to_string("/proc/self/smaps_rollup")?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:")).ok_or("no figure")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1024.0)
    };
    now()?;
    let before = now()?;
    let pack = Pack::open(&dir.join("runtime.1337"))?;
    let found = pack.lookup(&question.0)?.is_some();
    let after = now()?;
    assert!(found);
    Ok(after - before)
}
