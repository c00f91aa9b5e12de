//! What the server keeps, as GitHub's description shows it.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::description::Description;
use crate::state::{Asset, Release, State};

pub(crate) fn shown_ref(description: &Description, state: &State, name: &str) -> Value {
    let object = &state.tags[name];
    let kind = if state.objects.contains_key(object) { "tag" } else { "commit" };
    let object = json!({"type": kind, "sha": object, "url": "https://example.test/"});
    description.instance("git-ref", &json!({"ref": format!("refs/tags/{name}"), "object": object}))
}

pub(crate) fn shown_tag(description: &Description, sha: &str, state: &State) -> Value {
    let (commit, message) = &state.objects[sha];
    let object = json!({"type": "commit", "sha": commit, "url": "https://example.test/"});
    description.instance("git-tag", &json!({"sha": sha, "message": message, "object": object}))
}

pub(crate) fn shown_asset(description: &Description, asset: &Asset, state: &State) -> Value {
    let whole = asset.state == "uploaded" && !state.hides_digests;
    let digest = whole.then(|| {
        let hex: String = Sha256::digest(&asset.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    });
    // The description knows `uploaded` and `open`; the API also says `starter`.
    let said = if asset.state == "uploaded" { "uploaded" } else { "open" };
    description.instance(
        "release-asset",
        &json!({"id": asset.id, "name": asset.name, "state": said, "size": asset.bytes.len(), "digest": digest, "content_type": asset.kind}),
    )
}

pub(crate) fn shown_release(description: &Description, release: &Release) -> Value {
    let url = format!("https://github.com/octo-org/packs/releases/tag/{}", release.tag);
    description.instance(
        "release",
        &json!({"id": release.id, "tag_name": release.tag, "target_commitish": release.target, "name": release.name,
            "body": release.body, "draft": release.draft, "prerelease": release.prerelease, "html_url": url,
            "upload_url": "http://203.0.113.1/steal{?name,label}"}),
    )
}
