//! Swaps under readers: no look-up is lost, none is wrong, nothing crashes, whatever happens to the originals.

use std::fmt::Write as _;
use std::fs;
use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aegis_action::cache::layout::header;
use aegis_action::runtime::{Kind, Runtime, Served};

use crate::example::Site;
use crate::scene::{Scene, copy_all, kinds, version};

const TERMS: usize = 300;
const SWAPS: usize = 1000;
const READERS: u64 = 8;

/// A pack whose every term says which version it belongs to.
fn site(version: &str) -> Site {
    let mut site = Site::new(version);
    let mut terms = String::new();
    for n in 0..TERMS {
        let _ = write!(terms, "{{term: word {n}, meaning: '{n} of {version}', aliases: [alias {n}]}}, ");
    }
    let _ = writeln!(site.layers[1], "- {{oid: '1.0.7', kind: lexicon, title: Words, terms: [{terms}]}}");
    site
}

/// Asks one pack some questions, all of which have to be answered from that very pack.
fn ask(pack: &Served, number: u64) -> u64 {
    let version = &pack.release().version;
    let n = (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize % TERMS;
    for term in [format!("WORD  {n}"), format!("alias {n}")] {
        let senses = pack.lookup(&term).unwrap().expect("no look-up is lost");
        let meanings: Vec<_> =
            senses.iter().map(|sense| sense.unwrap().meaning().unwrap().to_owned()).collect();
        assert_eq!(meanings, [format!("{n} of {version}")]);
    }
    assert!(pack.lookup(&format!("word {}", TERMS + n)).unwrap().is_none());
    let text = format!("say word {n}, then forky.");
    assert_eq!(pack.scan(&text).unwrap().len(), 2);
    let entry = pack.find(&"1.0.2".parse().unwrap()).unwrap().expect("no look-up is lost");
    assert_eq!(entry.title().unwrap(), Some("Radio slang"));
    5
}

/// Runtime directories that take turns, by exchange, as `aegis build` does it.
struct Carousel {
    directory: PathBuf,
    /// Where each stands that is not served, and what it is called.
    slots: Vec<(PathBuf, String)>,
    shown: String,
}

impl Carousel {
    fn swap(&mut self, slot: usize) {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, &self.slots[slot].0, CWD, &self.directory, RenameFlags::EXCHANGE).unwrap();
        std::mem::swap(&mut self.slots[slot].1, &mut self.shown);
    }
}

fn change(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}

/// Good packs, called by their version, and bad ones, called `bad`.
fn carousel(scene: &Scene) -> Carousel {
    let mut slots = Vec::new();
    let good = ["1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0"];
    for version in good {
        site(version).build(&scene.at(version)).unwrap();
        slots.push((scene.at(version), version.to_owned()));
    }
    let mut bad = |name: &str, make: &dyn Fn(&Path)| {
        copy_all(&scene.at("1.2.0"), &scene.at(name));
        make(&scene.at(name));
        slots.push((scene.at(name), "bad".to_owned()));
    };
    bad("flipped", &|at| change(&at.join("runtime.1337"), |bytes| bytes[9000] ^= 16));
    bad("flipped-cache", &|at| change(&at.join("caches/domain.1337"), |bytes| bytes[9000] ^= 16));
    bad("truncated", &|at| change(&at.join("runtime.1337"), |bytes| bytes.truncate(5000)));
    bad("empty", &|at| change(&at.join("runtime.1337"), Vec::clear));
    bad("newer", &|at| change(&at.join("runtime.1337"), |bytes| bytes[header::OLDEST_READER] = 9));
    bad("passport", &|at| change(&at.join("metadata.json"), |bytes| bytes.truncate(40)));
    bad("major", &|at| drop(site("2.0.0").build(at).unwrap()));
    bad("other", &|at| {
        let mut other = site("1.2.0");
        other.oid = "1.9".into();
        other.layers[1] = other.layers[1].replace("1.0.", "1.9.");
        other.build(at).unwrap();
    });
    bad("mixed", &|at| {
        fs::copy(scene.at("1.3.0/runtime.1337"), at.join("runtime.1337")).unwrap();
    });
    site("1.0.0").build(&scene.directory()).unwrap();
    Carousel { directory: scene.directory(), slots, shown: "1.0.0".to_owned() }
}

/// What a hostile neighbour does to a file that a careless reader would have mapped.
fn ruin(file: &Path, number: usize) {
    let mut file = fs::File::options().write(true).open(file).unwrap();
    file.set_len([0, 1, 100, 4096][number % 4]).unwrap();
    file.seek(std::io::SeekFrom::Start(3)).unwrap();
    file.write_all(&[0xA5; 8192]).unwrap();
    file.set_len(17).unwrap();
}

/// Swaps, and waits until it is decided upon.
fn decide(runtime: &Runtime, shown: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let events = runtime.check();
        if shown == "bad" {
            if kinds(&events) == [Kind::Refused] {
                return;
            }
            assert!(events.is_empty(), "{events:?}");
        } else if version(runtime) == shown {
            assert!(kinds(&events) == [Kind::Activated] || events.is_empty(), "{events:?}");
            return;
        } else {
            assert!(events.is_empty(), "{events:?}");
        }
        assert!(Instant::now() < deadline, "{shown} is never decided upon");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_thousand_swaps_under_eight_readers() {
    let scene = Scene::new();
    let mut carousel = carousel(&scene);
    let runtime = scene.options().open(scene.directory()).unwrap();
    let (stop, asked) = (AtomicBool::new(false), [const { AtomicU64::new(0) }; READERS as usize]);
    std::thread::scope(|scope| {
        for (reader, asked) in asked.iter().enumerate() {
            let (runtime, stop) = (&runtime, &stop);
            scope.spawn(move || {
                let mut number = reader as u64;
                while !stop.load(Ordering::Relaxed) {
                    // A request holds its pack while others are swapped in.
                    let pack = runtime.pack().expect("a pack is served always");
                    for _ in 0..20 {
                        number += READERS;
                        asked.fetch_add(ask(&pack, number), Ordering::Relaxed);
                    }
                    // The swaps need a processor too.
                    std::thread::sleep(Duration::from_millis(4));
                }
            });
        }
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut swaps = 0;
            let mut random = 0x2545_F491_4F6C_DD1D_u64;
            while swaps < SWAPS {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let slot = random as usize % carousel.slots.len();
                // To refuse the same again, or to serve the same again, is no event.
                if carousel.slots[slot].1 == carousel.shown {
                    continue;
                }
                carousel.swap(slot);
                decide(&runtime, &carousel.shown);
                swaps += 1;
                if swaps % 40 == 0 && carousel.shown != "bad" {
                    let file = scene.directory().join("runtime.1337");
                    let sound = fs::read(&file).unwrap();
                    ruin(&file, swaps);
                    decide(&runtime, "bad");
                    fs::write(scene.at("sound"), sound).unwrap();
                    fs::rename(scene.at("sound"), file).unwrap();
                    decide(&runtime, &carousel.shown);
                }
            }
        }));
        stop.store(true, Ordering::Relaxed);
        result.unwrap();
    });
    for asked in &asked {
        assert!(asked.load(Ordering::Relaxed) > 1000, "every reader was answered all the time: {asked:?}");
    }
    assert!(fs::read_dir(scene.own().join("packs")).unwrap().count() <= aegis_action::runtime::KEEP);
}

#[test]
fn a_pack_that_is_held_outlives_its_files_and_its_runtime() {
    let scene = Scene::new();
    site("1.0.0").build(&scene.directory()).unwrap();
    let runtime = scene.options().keep(1).open(scene.directory()).unwrap();
    let held = runtime.pack().unwrap();
    for version in ["1.1.0", "1.2.0"] {
        site(version).build(&scene.directory()).unwrap();
        decide(&runtime, version);
    }
    drop(runtime);
    fs::remove_dir_all(scene.own()).unwrap();
    fs::remove_dir_all(scene.directory()).unwrap();
    for number in 0..1000 {
        ask(&held, number);
    }
}

/// With real events of the file system, and a thread that follows.
#[test]
fn a_swap_shows_within_a_second() {
    let scene = Scene::new();
    site("1.0.0").build(&scene.directory()).unwrap();
    let runtime = Runtime::open(scene.directory(), scene.own()).unwrap();
    let wait = |wanted: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !wanted() {
            assert!(start.elapsed() < Duration::from_secs(1), "it does not show within a second");
            std::thread::sleep(Duration::from_millis(1));
        }
        start.elapsed()
    };
    let mut slowest = Duration::ZERO;
    for number in 1..=10 {
        let next = format!("1.{number}.0");
        site(&next).build(&scene.at("next")).unwrap();
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        renameat_with(CWD, scene.at("next"), CWD, scene.directory(), RenameFlags::EXCHANGE).unwrap();
        slowest = slowest.max(wait(&|| version(&runtime) == next));
        // And an operator's cache in it.
        let mut theirs = site(&next);
        theirs.layers[2] = theirs.layers[2].replace("release", "corrected");
        let cache = scene.cache_of(&theirs, "local");
        scene.replace("caches/local.1337", cache);
        slowest = slowest.max(wait(&|| {
            crate::scene::meaning(&runtime.pack().unwrap(), "bay one") == format!("corrected {next}")
        }));
    }
    eprintln!("the slowest of 20 swaps showed after {slowest:?}");
}

/// Where the file system tells nothing, polling finds it: a folder that is only linked to is not watched itself.
#[test]
fn what_is_not_told_is_found_by_looking() {
    let scene = Scene::new();
    let real = scene.at("elsewhere/deep/real");
    site("1.0.0").build(&real).unwrap();
    fs::create_dir_all(scene.at("links")).unwrap();
    std::os::unix::fs::symlink(scene.at("elsewhere/deep"), scene.at("links/deep")).unwrap();
    let options = Runtime::options(scene.own()).poll(Duration::from_millis(50));
    let runtime = options.open(scene.at("links/deep/real")).unwrap();
    site("1.1.0").build(&scene.at("other/real")).unwrap();
    // The folder in the middle of the path is replaced: no watched folder changes.
    fs::rename(scene.at("other"), scene.at("elsewhere/deep2")).unwrap();
    std::os::unix::fs::symlink(scene.at("elsewhere/deep2"), scene.at("links/next")).unwrap();
    fs::rename(scene.at("links/next"), scene.at("links/deep")).unwrap();
    let start = Instant::now();
    while version(&runtime) != "1.1.0" {
        assert!(start.elapsed() < Duration::from_secs(5), "it is never found");
        std::thread::sleep(Duration::from_millis(5));
    }
}
