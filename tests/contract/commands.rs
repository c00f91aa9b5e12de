//! The commands on stores of each kind, by the program itself: a pack's whole way, and layers from there.

use std::path::Path;
use std::process::Command;

use crate::{Bench, create};

/// Where a store is, as the program is told.
pub(crate) struct At {
    pub(crate) url: String,
    pub(crate) env: Vec<(&'static str, String)>,
}

impl At {
    fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aegis"));
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", folder)
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program in a folder; what it prints if it ends as it should.
    fn run(&self, folder: &Path, arguments: &[&str], exit: i32) -> String {
        let output = self.command(folder, arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// What is not there is the user's to correct.
const NOT_FOUND: i32 = 1;

/// What the gateway over the store answers.
#[cfg(feature = "serve")]
fn served(at: &At, folder: &Path, path: &str) -> String {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    let mut child = at
        .command(folder, &["serve", "--store", &at.url, "--listen", "127.0.0.1:0"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let address = said.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned)).unwrap();
    let mut socket = std::net::TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    answer
}

const CACHE: &str = "aegis: cache/v1\noid: \"OID\"\ntitle: Test\nversion: 1.0.0\nentries: ENTRIES\n";
const WORDS: &str =
    "\n  - {oid: \"1.0.2\", kind: lexicon, title: Words, terms: [{term: dock, meaning: MEANING}]}";

fn project(folder: &Path, version: &str, global: &str, meaning: &str) {
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let cache = |oid: &str, entries: &str| CACHE.replace("OID", oid).replace("ENTRIES", entries);
    write("packs/global.yaml", cache("0.1", "[]"));
    write("packs/domain.yaml", cache("1.0", &WORDS.replace("MEANING", meaning)));
    write("packs/local.yaml", cache("2.1337", "[]"));
    write(
        "aegis.yaml",
        format!(
            "aegis: project/v1\npack:\n  name: depot\n  oid: \"1.0\"\n  version: {version}\n  layers:\n    global: [\"{global}\"]\n    \
             domain: [packs/domain.yaml]\n    local: [packs/local.yaml]\n"
        ),
    );
}

/// The hash of what was built.
fn built(folder: &Path) -> String {
    let bytes = std::fs::read(folder.join("aegis-runtime/metadata.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()["packHash"].as_str().unwrap().to_owned()
}

/// From a build to what is revoked, each step by a process of its own.
pub(crate) fn a_packs_whole_way(at: &At) -> String {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path();
    let run = |arguments: &[&str], exit| at.run(folder, arguments, exit);
    let url = at.url.as_str();
    let mut hashes = Vec::new();
    for (version, meaning) in [("1.0.0", "where trucks stand"), ("1.0.1", "where trucks are unloaded")] {
        project(folder, version, "packs/global.yaml", meaning);
        run(&["build"], 0);
        hashes.push(built(folder));
        run(&["publish", "--store", url], 0);
        run(&["publish", "aegis-runtime", "--store", url], 0);
        run(&["deploy", url, "--pack", "1.0", "--channel", "stable", "--rev", hashes.last().unwrap()], 0);
    }
    let [first, second] = hashes.as_slice() else { unreachable!() };
    let listed = run(&["list", url, "--pack", "1.0"], 0);
    assert!(hashes.iter().all(|hash| listed.contains(&hash[..8])), "{listed}");
    run(&["verify", url, "--pack", "1.0"], 0);
    let watched = run(&["watch", url, "--pack", "1.0", "--once"], 0);
    assert!(watched.contains("1.0.1"), "{watched}");
    #[cfg(feature = "serve")]
    {
        let answer = served(at, folder, &format!("/packs/1.0/{second}/metadata.json"));
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(second), "{answer}");
    }
    run(&["rollback", url, "--pack", "1.0", "--channel", "stable"], 0);
    let channel = run(&["list", url, "--pack", "1.0", "--channel", "stable"], 0);
    assert!(channel.contains(&first[..8]), "{channel}");
    run(&["revoke", url, "--pack", "1.0", "--rev", second, "--reason", "a leak"], 0);
    run(&["deploy", url, "--pack", "1.0", "--channel", "stable", "--rev", second], 1);
    run(&["copy", url, "file://copied", "--pack", "1.0", "--rev", first], 0);
    run(&["verify", "file://copied", "--pack", "1.0"], 0);
    run(&["gc", url], 0);
    first.clone()
}

/// A layer from there, fetched by its URL, pinned, and built with.
pub(crate) fn a_layer_comes_from_it(at: &At, source: &str) {
    let scratch = tempfile::tempdir().unwrap();
    project(scratch.path(), "1.0.0", source, "a place");
    at.run(scratch.path(), &["pull"], 0);
    assert!(std::fs::read_to_string(scratch.path().join("aegis.lock")).unwrap().contains(source));
    at.run(scratch.path(), &["build", "--offline"], 0);
    project(scratch.path(), "1.0.0", &format!("{source}.none.yaml"), "a place");
    let output = at.run(scratch.path(), &["pull", "--format", "json"], NOT_FOUND);
    assert!(output.contains("NOT_FOUND"), "{output}");
}

/// A layer without entries.
pub(crate) fn layer() -> String {
    CACHE.replace("OID", "0.1").replace("ENTRIES", "[]")
}

/// An archive of each kind with a layer in it.
pub(crate) fn archives() -> [(&'static str, Vec<u8>); 3] {
    use std::io::Write as _;
    let (path, text) = ("packs/global.yaml", layer());
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, path, text.as_bytes()).unwrap();
    let tar = tar.into_inner().unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(&tar).unwrap();
    let zst = ruzstd::encoding::compress_to_vec(&*tar, ruzstd::encoding::CompressionLevel::Fastest);
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    [("global.tar.gz", gz.finish().unwrap()), ("global.tar.zst", zst), ("global.zip", zip)]
}

/// Both, on a store for any object.
pub(crate) fn both(bench: &dyn Bench, at: &At) {
    a_packs_whole_way(at);
    let store = bench.open();
    let files = archives().into_iter().chain([("global.yaml", layer().into_bytes())]);
    for (name, content) in files {
        let key = format!("sources/{name}");
        aegis_action::store::block_on(create(&*store, &key, &content)).unwrap().unwrap();
        a_layer_comes_from_it(at, &format!("{}/{key}", at.url));
    }
}
