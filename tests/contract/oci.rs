//! Repositories of an OCI registry, which `tests/servers/run` starts. A registry keeps packs only: the cases' keys are put below
//! one that a pack could have.

mod peers;
mod server;

use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aegis_action::store::publish::{Done, publish};
use aegis_action::store::verify::{Scope, verify};
use aegis_action::store::versions::VersionDocument;
use aegis_action::store::{
    Attributes, Digest, Folder, Key, Listed, Login, Meta, Object, Page, Payload, Secret, Settings, Store,
    StoreError, StoreErrorKind, block_on, layout, open, open_with,
};
use async_trait::async_trait;

use crate::commands::{self, At};
use crate::pack::pack;
use crate::{Bench, Nobody, attributes, create, key, read};

/// Where the keys of the cases stand.
const BELOW: &str = "packs/1.0/contract/";

/// A store of its own: a repository that no other case has.
pub(crate) struct Repository(String);

impl Repository {
    fn new(host: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(format!("oci://{host}/contract/run-{}-{number}", std::process::id()))
    }

    /// The registry that the tests were told of.
    pub(crate) fn real() -> Self {
        Self::new(&std::env::var("AEGIS_TEST_OCI").unwrap())
    }

    fn whole(&self) -> Arc<dyn Store> {
        open(&self.0, Path::new("/")).unwrap().into()
    }

    /// The same for another client: `skopeo`.
    fn named(&self, tag: &str) -> String {
        format!("docker://{}:{tag}", self.0.strip_prefix("oci://").unwrap())
    }
}

impl Bench for Repository {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(Below(self.whole()))
    }

    fn whole(&self) -> Arc<dyn Store> {
        Self::whole(self)
    }
}

/// A part of a store as a store.
#[derive(Debug)]
struct Below(Arc<dyn Store>);

impl Below {
    fn inner(key: &Key) -> Key {
        Key::new(&format!("{BELOW}{key}")).unwrap()
    }
}

#[async_trait]
impl Store for Below {
    fn url(&self) -> &str {
        self.0.url()
    }

    async fn head(&self, key: &Key) -> Result<Meta, StoreError> {
        self.0.head(&Self::inner(key)).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Object, StoreError> {
        self.0.get(&Self::inner(key), range).await
    }

    async fn create(&self, key: &Key, payload: &Payload, attributes: &Attributes) -> Result<(), StoreError> {
        self.0.create(&Self::inner(key), payload, attributes).await
    }

    async fn list(&self, folder: &Folder, from: Option<&str>, limit: usize) -> Result<Page, StoreError> {
        let inner = Folder::new(format!("{BELOW}{folder}").trim_end_matches('/')).unwrap();
        let page = self.0.list(&inner, from, limit).await?;
        let outer =
            |listed: Listed| Listed { key: key(&listed.key.as_str()[BELOW.len()..]), meta: listed.meta };
        Ok(Page { objects: page.objects.into_iter().map(outer).collect(), next: page.next })
    }

    async fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.0.delete(&Self::inner(key)).await
    }
}

/// What `skopeo` says.
fn skopeo(arguments: &[&str]) -> String {
    let output = Command::new("skopeo").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Pushes an artifact with one file, by another client.
fn artifact_of(url: &str, tag: &str, title: &str, content: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let descriptor = |kind: &str, bytes: &[u8]| {
        let sha256 = Digest::of(bytes).to_string();
        write(&sha256, bytes);
        serde_json::json!({"mediaType": kind, "digest": format!("sha256:{sha256}"), "size": bytes.len()})
    };
    let mut layer = descriptor("application/octet-stream", content);
    layer["annotations"] = serde_json::json!({"org.opencontainers.image.title": title});
    let manifest = serde_json::json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.example.layers", b"{}"), "layers": [layer],
    });
    write("manifest.json", manifest.to_string().as_bytes());
    write("version", b"Directory Transport Version: 1.1\n");
    let from = format!("dir:{}", folder.path().display());
    let to = format!("docker://{}:{tag}", url.strip_prefix("oci://").unwrap());
    skopeo(&[
        "--insecure-policy",
        "copy",
        "--quiet",
        "--preserve-digests",
        "--dest-tls-verify=false",
        &from,
        &to,
    ]);
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn oci_memory_is_bounded() {
    crate::memory::is_bounded("oci", &[]);
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn oci_the_commands_work() {
    let at = At { url: Repository::real().0, env: Vec::new() };
    let hash = commands::a_packs_whole_way(&at);
    commands::a_layer_comes_from_it(&at, &format!("{}:pack-{hash}/caches/global.1337", at.url));
    for (name, content) in commands::archives() {
        artifact_of(&at.url, "layers", name, &content);
        commands::a_layer_comes_from_it(&at, &format!("{}:layers/{name}", at.url));
    }
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn oci_a_pack_is_an_artifact_and_an_image_of_the_same_bytes_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let (revision, hash) = pack(folder.path(), "global");
    let repositories = [Repository::real(), Repository::real()];
    let mut manifests = Vec::new();
    for repository in &repositories {
        let store = repository.whole();
        let published = block_on(publish(&*store, &revision, false)).unwrap().unwrap();
        assert_eq!((published.done, published.objects), (Done::Created, 4));
        let again = block_on(publish(&*repository.whole(), &revision, false)).unwrap().unwrap();
        assert_eq!((again.done, again.objects), (Done::AlreadyThere, 0));
        let verified = block_on(verify(&*repository.whole(), &Scope::All)).unwrap().unwrap();
        assert_eq!((verified.revisions, verified.files, verified.diagnostics.is_empty()), (1, 4, true));
        let tags = ["pack", "image"].map(|kind| repository.named(&format!("{kind}-{hash}")));
        manifests.push(tags.map(|tag| skopeo(&["inspect", "--raw", "--tls-verify=false", &tag])));
    }
    assert_eq!(manifests[0], manifests[1], "reproducible");
    let [artifact, index] =
        manifests[0].clone().map(|text| serde_json::from_str::<serde_json::Value>(&text).unwrap());
    assert_eq!(artifact["artifactType"], "application/vnd.aegis.pack.v1");
    assert_eq!(artifact["annotations"]["org.opencontainers.image.version"], "1.2.3+b.5");
    let titles: Vec<_> = artifact["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| layer["annotations"]["org.opencontainers.image.title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["caches/global.1337", "exports/pack.json", "metadata.json", "runtime.1337"]);
    assert_eq!(index["manifests"][1]["platform"]["architecture"], "arm64");

    // Another client copies the image, and finds the runtime directory in it.
    let copied = folder.path().join("copied");
    let to = format!("dir:{}", copied.display());
    skopeo(&[
        "copy",
        "--src-tls-verify=false",
        "--override-arch",
        "amd64",
        "--override-os",
        "linux",
        &repositories[0].named(&format!("image-{hash}")),
        &to,
    ]);
    let image: serde_json::Value =
        serde_json::from_slice(&std::fs::read(copied.join("manifest.json")).unwrap()).unwrap();
    let layer = image["layers"][0]["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
    let listed =
        Command::new("tar").arg("-xOf").arg(copied.join(layer)).arg("caches/global.1337").output().unwrap();
    assert_eq!(String::from_utf8(listed.stdout).unwrap(), "global");
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn oci_version_tags_are_never_moved() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Repository::real();
    let store = repository.whole();
    let mut hashes = Vec::new();
    for content in ["one", "two"] {
        let (revision, hash) = pack(&folder.path().join(content), content);
        block_on(publish(&*store, &revision, false)).unwrap().unwrap();
        hashes.push(hash);
    }
    let name = |hash: Digest| {
        let version = "1.2.3+b.5".parse().unwrap();
        let key = layout::version(&"1.0".parse().unwrap(), &version).unwrap();
        let document = VersionDocument::new("1.0".parse().unwrap(), version, hash, Digest::of(b"c"));
        block_on(store.create(&key, &Payload::bytes(document.to_bytes()), &attributes())).unwrap()
    };
    name(hashes[0]).unwrap();
    let raw = |tag: &str| skopeo(&["inspect", "--raw", "--tls-verify=false", &repository.named(tag)]);
    let before = ["1.0-v1.2.3_b.5", "image-1.0-v1.2.3_b.5"].map(raw);
    assert!(before[0].contains("1.2.3+b.5"), "the true version is in the annotation: {}", before[0]);
    assert_eq!(before[0], raw(&format!("pack-{}", hashes[0])));
    for hash in &hashes {
        let error = name(*hash).unwrap_err();
        assert!(error.is_exists(), "{error}");
    }
    assert_eq!(before, ["1.0-v1.2.3_b.5", "image-1.0-v1.2.3_b.5"].map(raw));
    // The document is gone, the tags are there: what disagrees with them is refused, what agrees makes the document anew.
    let key = layout::version(&"1.0".parse().unwrap(), &"1.2.3+b.5".parse().unwrap()).unwrap();
    block_on(store.delete(&key)).unwrap().unwrap();
    assert!(name(hashes[1]).unwrap_err().to_string().contains("a tag is never moved"));
    name(hashes[0]).unwrap();
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn oci_large_objects_are_sent_as_streams_and_judged_on_the_way() {
    let store = Repository::real().whole();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    let content: Vec<u8> = (0..20_000_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    std::fs::write(&path, &content).unwrap();
    let (size, sha256) = (content.len() as u64, Digest::of(&content));
    let create = |name: &str, size, sha256| {
        let payload = Payload::file(&path, size, sha256);
        block_on(store.create(&key(name), &payload, &attributes())).unwrap()
    };
    for (size, sha256) in [(size, Digest::of(b"other")), (size - 1, sha256), (size + 1, sha256)] {
        let error = create("packs/1.0/large", size, sha256).unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::SourceChanged, "{error}");
        assert!(block_on(store.head(&key("packs/1.0/large"))).unwrap().unwrap_err().is_not_found());
    }
    create("packs/1.0/large", size, sha256).unwrap();
    assert!(block_on(read(&*store, "packs/1.0/large", None)).unwrap().unwrap() == content);
    let part = block_on(read(&*store, "packs/1.0/large", Some(9_999_990..10_000_010))).unwrap().unwrap();
    assert!(part == content[9_999_990..10_000_010]);
}

/// A registry that lets nobody in without a name: `ann`.
#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn oci_logins_come_from_what_docker_keeps_or_from_the_run() {
    let host = std::env::var("AEGIS_TEST_OCI_LOGIN").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = |auth: &str| format!(r#"{{"auths":{{"{host}":{{"auth":"{auth}"}}}}}}"#);
    let (good, bad) = ("YW5uOm5vdC1hLXNlY3JldA==", "YW5uOndyb25nLXBhc3N3b3Jk");
    for (name, auth) in [("good", good), ("bad", bad)] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("config.json"), config(auth)).unwrap();
    }
    let kept = |name: &str| Settings { docker_config: Some(folder.path().join(name)), ..Settings::default() };
    let said = |secret: &str| {
        let login = Login { user: Some("ann".to_owned()), secret: Secret::new(secret) };
        Settings { login: Some(login), ..kept("bad") }
    };
    let url = Repository::new(&host).0;
    let at = |settings: &Settings| open_with(&url, Path::new("/"), settings).unwrap();
    for (number, settings) in [kept("good"), said("not-a-secret")].iter().enumerate() {
        let (store, name) = (at(settings), format!("packs/1.0/{number}"));
        block_on(create(&*store, &name, b"x")).unwrap().unwrap();
        assert_eq!(block_on(read(&*at(settings), &name, None)).unwrap().unwrap(), b"x");
        block_on(store.delete(&key(&name))).unwrap().unwrap();
    }
    for settings in [Settings::default(), kept("none"), kept("bad"), said("wrong-password")] {
        let store = at(&settings);
        let written = block_on(create(&*store, "packs/1.0/x", b"x")).unwrap().unwrap_err();
        assert_eq!(written.kind, StoreErrorKind::Denied, "{written}");
        let text = format!("{written} {store:?} {settings:?}");
        assert!(text.contains(&host) && !text.contains("wrong-password") && !text.contains(bad), "{text}");
    }
    // The program takes them from the environment.
    let docker = ("DOCKER_CONFIG", folder.path().join("good").display().to_string());
    commands::a_packs_whole_way(&At { url: Repository::new(&host).0, env: vec![docker] });
}

#[test]
#[ignore = "needs a real server: `just test-servers`"]
fn oci_bots_are_refused_and_other_tags_left_alone() {
    let repository = Repository::real();
    let store = repository.whole();
    let error = block_on(create(&*store, "pizza/x/bot.js", b"x")).unwrap().unwrap_err();
    assert!(error.to_string().contains("packs only"), "{error}");
    block_on(create(&*store, "packs/1.0/a", b"x")).unwrap().unwrap();
    let from = repository.named("k-packs__1.0__a");
    skopeo(&[
        "copy",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        &from,
        &repository.named("latest"),
    ]);
    let listed = block_on(store.list(&Folder::root(), None, 10)).unwrap().unwrap();
    let keys: Vec<_> = listed.objects.iter().map(|listed| listed.key.as_str()).collect();
    assert_eq!(keys, ["packs/1.0/a"]);
}

#[test]
fn oci_a_registry_that_is_not_there_is_worth_a_retry() {
    let nobody = Nobody::new();
    let store = Repository::new(&nobody.address()).whole();
    let error = block_on(store.head(&key("packs/a"))).unwrap().unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unavailable, "{error}");
    let settings = Settings { endpoint: Some("http://127.0.0.1".to_owned()), ..Settings::default() };
    assert!(open_with("oci://127.0.0.1/a", Path::new("/"), &settings).is_err());
}
