//! How long uploads take, beside `aws s3 cp` and `rclone` to the same server in the same run. `cargo bench --bench delivery`
//! prints a Markdown table; `docs/benchmarks.md` holds the last one.
//!
//! The server is s3s over a folder in memory, a process on 127.0.0.1 that keeps to one core; clients may use both. The data is a thousand revisions of bots as files
//! (three each, from the seed that is printed). Ours reads these files and publishes them, without judging them: the
//! upload alone. Each run goes below a prefix of its own. Peers that are not installed are named as missing.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing better to do than to stop")]

#[path = "../build/measure.rs"]
mod measure;
#[path = "../../tests/contract/served.rs"]
mod served;
mod server;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use aegis_action::store::bots::publishable;
use aegis_action::store::publish::{Done, Revision, Role, publish, publish_all};
use aegis_action::store::{Digest, Folder, Payload, Settings, Store, block_on, open_with};

use sha2::Digest as _;

use measure::{Sample, has, measure};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SEED: u64 = 1337;
const RUNS: usize = 5;
const REVISIONS: usize = 1000;
/// The bytes of a file of the large pack, and how many there are.
const LARGE: (u64, usize) = (512 << 20, 4);
const BUCKET: &str = "bench";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["serve", root] => server::run(Path::new(root)),
        ["publish", endpoint, data, prefix] => send(endpoint, Path::new(data), prefix, Done::Created),
        ["again", endpoint, data, prefix] => send(endpoint, Path::new(data), prefix, Done::AlreadyThere),
        ["large", endpoint, file, prefix] => large(endpoint, Path::new(file), prefix),
        // `cargo test` builds and starts benchmarks too; only `cargo bench` asks for figures.
        _ if args.contains(&"--bench") => bench(),
        _ => {}
    }
}

fn bench() {
    measure::pin(2);
    let own = std::env::current_exe().unwrap();
    let own = own.to_str().unwrap();
    let top = tempfile::tempdir().unwrap();
    let data = top.path().join("data");
    let bytes = write(&data);
    println!(
        "Data: seed {SEED}; {REVISIONS} revisions, {} files, {:.1} MB. Median of {RUNS} (min … max).\n",
        REVISIONS * 3,
        bytes as f64 / 1e6
    );
    println!("| what | time | peak memory | |\n| --- | --- | --- | --- |");
    let dir = data.to_str().unwrap();
    let ours = on_server(own, |endpoint| measure(RUNS, top.path(), own, &["publish", endpoint, dir, "new"]));
    row("`aegis`, all new", &ours, "");
    if has("aws") {
        on_server(own, |endpoint| {
            let to = format!("s3://{BUCKET}/$(date +%s%N)");
            let script = format!("aws --endpoint-url {endpoint} s3 cp --quiet --recursive {dir} {to}");
            peer("`aws s3 cp --recursive`, all new", &script, &top, &ours);
        });
    } else {
        println!("| aws | not installed | | |");
    }
    let rclone = |endpoint: &str, to: &str, more: &str| {
        let settings =
            format!("--s3-provider Other --s3-endpoint {endpoint} --s3-env-auth --s3-no-check-bucket");
        format!("rclone copy --immutable {more} {dir} :s3:{BUCKET}/{to}/ {settings}")
    };
    if has("rclone") {
        on_server(own, |endpoint| {
            let script = rclone(endpoint, "$(date +%s%N)", "");
            peer("`rclone copy --immutable`, all new", &script, &top, &ours);
        });
    } else {
        println!("| rclone | not installed | | |");
    }
    // The first of both uploads, the rest finds all of it.
    let again = on_server(own, |endpoint| {
        assert!(measure::succeeds(own, &["publish", endpoint, dir, "fixed"]));
        measure(RUNS, top.path(), own, &["again", endpoint, dir, "fixed"])
    });
    row("`aegis`, nothing new", &again, "");
    if has("rclone") {
        on_server(own, |endpoint| {
            // It asks for keys with an empty delimiter, which s3s-fs takes for one: it finds nothing, and sends all again.
            let script = rclone(endpoint, "fixed", "--fast-list");
            peer("`rclone copy --immutable --fast-list`, nothing new", &script, &top, &again);
        });
    }
    let file = top.path().join("large");
    std::fs::File::create(&file).unwrap().set_len(LARGE.0).unwrap();
    let file = file.to_str().unwrap();
    let large = on_server(own, |endpoint| measure(1, top.path(), own, &["large", endpoint, file, "large"]));
    row(&format!("`aegis`, a pack of {} files of {} MiB", LARGE.1, LARGE.0 >> 20), &large, "");
}

/// Something done with a server of its own: what others have sent before makes none slower, as s3s-fs looks at the whole
/// bucket for each listing.
fn on_server<T>(own: &str, work: impl FnOnce(&str) -> T) -> T {
    let root = server::folder();
    let server = server::Server::start(own, root.path(), BUCKET);
    work(&server.endpoint)
}

fn row(what: &str, sample: &Sample, note: &str) {
    println!("| {what} | {} | {:.0} MB | {note} |", sample.time(), sample.peak_mb);
}

fn peer(what: &str, script: &str, top: &tempfile::TempDir, ours: &Sample) {
    let sample = measure(RUNS, top.path(), "bash", &["-c", &format!("exec {script}")]);
    row(what, &sample, &format!("{:.1} × ours", sample.median() / ours.median()));
}

/// Writes the files of the revisions; returns their bytes.
fn write(data: &Path) -> u64 {
    let mut state = SEED;
    let mut bytes = 0;
    for number in 0..REVISIONS {
        let mut text = |least: usize| {
            let mut text = String::with_capacity(least + 16);
            while text.len() < least {
                // Xorshift (Marsaglia 2003): the content only has to differ.
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let _ = write!(text, "{state:016x}");
            }
            text
        };
        let (script, spec) = (text(12_000), text(3_000));
        let hash = Digest::of(spec.as_bytes()).to_string();
        let rev = serde_json::json!({
            "revHash": hash, "specVersion": 1, "hashes": {"script": Digest::of(script.as_bytes()).to_string()},
            "sizes": {"script": script.len(), "spec": spec.len()}, "security": {}, "note": text(600),
        });
        let folder = data.join(format!("bot-{:03}", number / 4)).join(&hash);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("bot.js", script), ("spec.json", spec), ("rev.json", rev.to_string())] {
            bytes += text.len() as u64;
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    bytes
}

fn store(endpoint: &str, prefix: &str) -> Box<dyn Store> {
    let prefix = match prefix {
        "new" | "large" => SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos().to_string(),
        fixed => fixed.to_owned(),
    };
    let settings = Settings { endpoint: Some(endpoint.to_owned()), ..Settings::default() };
    open_with(&format!("s3://{BUCKET}/{prefix}"), Path::new("/"), &settings).unwrap()
}

/// Publishes what the files hold; all of it has to end so.
fn send(endpoint: &str, data: &Path, prefix: &str, done: Done) {
    let mut revisions = Vec::new();
    for bot in std::fs::read_dir(data).unwrap().flatten() {
        for revision in std::fs::read_dir(bot.path()).unwrap().flatten() {
            let read = |name: &str| std::fs::read(revision.path().join(name)).unwrap();
            let (id, hash) = (bot.file_name(), revision.file_name());
            let (id, hash) = (id.to_str().unwrap(), hash.to_str().unwrap());
            revisions
                .push(publishable(id, hash, read("bot.js"), read("spec.json"), read("rev.json")).unwrap());
        }
    }
    let store = store(endpoint, prefix);
    let outcomes = block_on(publish_all(&*store, &revisions, false, &|_, _| {})).unwrap().unwrap();
    let as_wished =
        outcomes.iter().filter(|one| matches!(one, Some(Ok(published)) if published.done == done));
    assert_eq!(as_wished.count(), REVISIONS);
}

/// Publishes a revision of large files, which have the same content.
fn large(endpoint: &str, file: &Path, prefix: &str) {
    let mut reader = std::fs::File::open(file).unwrap();
    let (mut hasher, mut buffer) = (sha2::Sha256::new(), vec![0; 1 << 18]);
    loop {
        match std::io::Read::read(&mut reader, &mut buffer).unwrap() {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    let sha256: Digest = hasher.into();
    let folder = Folder::new(&format!("large/{sha256}")).unwrap();
    let payload = Payload::file(file.to_owned(), LARGE.0, sha256);
    let files = (0..LARGE.1).map(|number| (format!("{number}.bin"), payload.clone(), Role::Hashed));
    let revision =
        Revision::new(folder, files, ("rev.json", b"{\"revHash\":1}".to_vec()), &["revHash"]).unwrap();
    assert_eq!(
        block_on(publish(&*store(endpoint, prefix), &revision, false)).unwrap().unwrap().done,
        Done::Created
    );
}
