//! What the server keeps, and what each operation does with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::description::{Description, Operation};
use crate::server::Request;
use crate::shown::{shown_asset, shown_ref, shown_release, shown_tag};

/// A release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) id: u64,
    pub(crate) tag: String,
    pub(crate) target: String,
    pub(crate) name: String,
    pub(crate) body: String,
    pub(crate) draft: bool,
    pub(crate) prerelease: bool,
    pub(crate) latest: bool,
    pub(crate) assets: Vec<Asset>,
}

/// A file of a release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asset {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) state: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// A repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// The commits of each branch, the oldest first.
    pub(crate) branches: BTreeMap<String, Vec<String>>,
    /// What tags point to: a commit, or a tag object.
    pub(crate) tags: BTreeMap<String, String>,
    /// Tag objects: commit and message.
    pub(crate) objects: BTreeMap<String, (String, String)>,
    pub(crate) releases: Vec<Release>,
    pub(crate) comments: Vec<(u64, String)>,
    /// Whether files come with their digest, as on newer servers.
    pub(crate) hides_digests: bool,
    /// Where files are.
    pub(crate) storage: String,
    next: u64,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: String,
    body: Vec<u8>,
    /// The same, for the check.
    pub(crate) json: Value,
}

impl Answer {
    fn json(status: u16, json: Value) -> Self {
        let body = if status == 204 { Vec::new() } else { json.to_string().into_bytes() };
        Self { status, headers: String::new(), body, json }
    }

    pub(crate) fn raw(status: u16, headers: &str, body: &str) -> Self {
        Self { status, headers: headers.to_owned(), body: body.into(), json: Value::Null }
    }

    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        Self { status: 200, headers: String::new(), body: bytes.to_vec(), json: Value::Null }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = if self.status == 204 {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", self.body.len())
        };
        let head = format!("HTTP/1.1 {} X\r\n{length}Connection: close\r\n{}\r\n", self.status, self.headers);
        [head.as_bytes(), &self.body].concat()
    }
}

fn refused(status: u16, message: &str) -> Answer {
    Answer::json(status, json!({"message": message, "documentation_url": "x", "status": status.to_string()}))
}

fn exists(field: &str) -> Answer {
    let error = json!({"resource": "Release", "code": "already_exists", "field": field});
    Answer::json(422, json!({"message": "Validation Failed", "documentation_url": "x", "errors": [error]}))
}

/// One page of a list.
fn page(items: Vec<Value>, request: &Request) -> Answer {
    let number =
        |name: &str, otherwise: usize| request.query(name).map_or(otherwise, |text| text.parse().unwrap());
    let (size, page) = (number("per_page", 30), number("page", 1));
    let more = items.len() > size * page;
    let items: Vec<_> = items.into_iter().skip(size * (page - 1)).take(size).collect();
    let mut answer = Answer::json(200, Value::Array(items));
    if more {
        answer.headers = "Link: <http://203.0.113.1/x>; rel=\"next\"\r\n".to_owned();
    }
    answer
}

impl State {
    pub(crate) fn new(commits: &[&str]) -> Self {
        let commits = commits.iter().map(|commit| (*commit).to_owned()).collect();
        Self { branches: BTreeMap::from([("main".to_owned(), commits)]), next: 1000, ..Self::default() }
    }

    fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// The commit that a tag comes to.
    pub(crate) fn commit(&self, tag: &str) -> Option<String> {
        let object = self.tags.get(tag)?;
        Some(self.objects.get(object).map_or_else(|| object.clone(), |(commit, _)| commit.clone()))
    }

    pub(crate) fn asset(&self, id: u64) -> Option<&Asset> {
        self.releases.iter().flat_map(|release| &release.assets).find(|asset| asset.id == id)
    }

    pub(crate) fn release(&self, tag: &str) -> &Release {
        self.releases.iter().find(|release| release.tag == tag && !release.draft).unwrap()
    }

    fn is_commit(&self, sha: &str) -> bool {
        self.branches.values().flatten().any(|commit| commit == sha)
    }

    /// What an upload leaves whose sender went away.
    pub(crate) fn half_upload(&mut self, request: &Request) {
        let id = self.id();
        let release: u64 = request.path.split('/').rev().nth(1).unwrap().parse().unwrap();
        let name = request.query("name").unwrap().to_owned();
        let asset = Asset { id, name, kind: "x".to_owned(), state: "starter", bytes: Vec::new() };
        self.releases.iter_mut().find(|one| one.id == release).unwrap().assets.push(asset);
    }
}

/// Does what an operation does.
pub(crate) fn answer(
    state: &mut State,
    description: &Description,
    operation: &Operation,
    request: &Request,
    body: &Value,
) -> Answer {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| operation.path[name].parse::<u64>().unwrap_or(0);
    let name = operation.name.replace("/repos/{owner}/{repo}", "");
    match name.as_str() {
        "get " => Answer::json(
            200,
            description.instance(
                "full-repository",
                &json!({"default_branch": "main", "full_name": "octo-org/packs"}),
            ),
        ),
        "get /compare/{basehead}" => compare(state, description, &operation.path["basehead"]),
        "get /git/matching-refs/{ref}" => {
            let prefix = operation.path["ref"].strip_prefix("tags/").unwrap();
            let names: Vec<_> = state.tags.keys().filter(|name| name.starts_with(prefix)).collect();
            page(names.into_iter().map(|name| shown_ref(description, state, name)).collect(), request)
        }
        "get /git/ref/{ref}" => {
            let name = operation.path["ref"].strip_prefix("tags/").unwrap();
            if state.tags.contains_key(name) {
                Answer::json(200, shown_ref(description, state, name))
            } else {
                refused(404, "Not Found")
            }
        }
        "post /git/refs" => {
            let (name, sha) = (text("ref"), text("sha"));
            let Some(name) = name.strip_prefix("refs/tags/") else {
                return refused(422, "Reference name must start with refs/");
            };
            if state.tags.contains_key(name) {
                return refused(422, "Reference already exists");
            }
            if !state.is_commit(&sha) && !state.objects.contains_key(&sha) {
                return refused(422, "Object does not exist");
            }
            state.tags.insert(name.to_owned(), sha);
            Answer::json(201, shown_ref(description, state, name))
        }
        "patch /git/refs/{ref}" => {
            let name = operation.path["ref"].strip_prefix("tags/").unwrap();
            if !state.tags.contains_key(name) {
                return refused(422, "Reference does not exist");
            }
            state.tags.insert(name.to_owned(), text("sha"));
            Answer::json(200, shown_ref(description, state, name))
        }
        "post /git/tags" => {
            if !state.is_commit(&text("object")) || text("type") != "commit" {
                return refused(422, "Object does not exist");
            }
            let id = state.id();
            let sha: String =
                Sha256::digest(format!("{id}")).iter().take(20).map(|byte| format!("{byte:02x}")).collect();
            state.objects.insert(sha.clone(), (text("object"), text("message")));
            Answer::json(201, shown_tag(description, &sha, state))
        }
        "get /git/tags/{tag_sha}" => match state.objects.get(&operation.path["tag_sha"]) {
            Some(_) => Answer::json(200, shown_tag(description, &operation.path["tag_sha"], state)),
            None => refused(404, "Not Found"),
        },
        "get /releases" => {
            page(state.releases.iter().rev().map(|one| shown_release(description, one)).collect(), request)
        }
        "post /releases" => {
            let tag = text("tag_name");
            let draft = body["draft"] == true;
            if !draft && state.releases.iter().any(|one| one.tag == tag && !one.draft) {
                return exists("tag_name");
            }
            let release = Release {
                id: state.id(),
                tag,
                target: text("target_commitish"),
                name: text("name"),
                body: text("body"),
                draft,
                prerelease: body["prerelease"] == true,
                ..Release::default()
            };
            let shown = shown_release(description, &release);
            state.releases.push(release);
            Answer::json(201, shown)
        }
        "patch /releases/{release_id}" => publish(state, description, number("release_id"), body),
        "delete /releases/{release_id}" => {
            let id = number("release_id");
            let before = state.releases.len();
            let is_out = state.releases.iter().any(|one| one.id == id && !one.draft);
            state.releases.retain(|one| one.id != id);
            match () {
                () if is_out => refused(403, "a published release was deleted"),
                () if before == state.releases.len() => refused(404, "Not Found"),
                () => Answer::json(204, Value::Null),
            }
        }
        "get /releases/{release_id}/assets" => {
            let Some(release) = state.releases.iter().find(|one| one.id == number("release_id")) else {
                return refused(404, "Not Found");
            };
            page(release.assets.iter().map(|asset| shown_asset(description, asset, state)).collect(), request)
        }
        "post /releases/{release_id}/assets" => {
            let id = state.id();
            let Some(at) = state.releases.iter().position(|one| one.id == number("release_id")) else {
                return refused(404, "Not Found");
            };
            let asset = Asset {
                id,
                name: request.query("name").unwrap().to_owned(),
                kind: request.header("content-type").unwrap_or_default().to_owned(),
                state: "uploaded",
                bytes: request.body.clone(),
            };
            // Immutable releases: what is published is frozen.
            if !state.releases[at].draft {
                return refused(422, "Cannot upload assets to an immutable release.");
            }
            if state.releases[at].assets.iter().any(|one| one.name == asset.name) {
                return exists("name");
            }
            let shown = shown_asset(description, &asset, state);
            state.releases[at].assets.push(asset);
            Answer::json(201, shown)
        }
        "get /releases/assets/{asset_id}" => {
            if state.asset(number("asset_id")).is_none() {
                return refused(404, "Not Found");
            }
            assert_eq!(request.header("accept"), Some("application/octet-stream"));
            let headers = format!("Location: {}/{}\r\n", state.storage, number("asset_id"));
            Answer { headers, ..Answer::raw(302, "", "") }
        }
        "delete /releases/assets/{asset_id}" => {
            let id = number("asset_id");
            let Some(release) =
                state.releases.iter_mut().find(|one| one.assets.iter().any(|asset| asset.id == id))
            else {
                return refused(404, "Not Found");
            };
            if !release.draft {
                return refused(422, "Cannot delete assets of an immutable release.");
            }
            release.assets.retain(|asset| asset.id != id);
            Answer::json(204, Value::Null)
        }
        "get /issues/{issue_number}/comments" => {
            let shown = |(id, body): &(u64, String)| {
                description.instance("issue-comment", &json!({"id": id, "body": body}))
            };
            page(state.comments.iter().map(shown).collect(), request)
        }
        "post /issues/{issue_number}/comments" => {
            let id = state.id();
            state.comments.push((id, text("body")));
            Answer::json(201, description.instance("issue-comment", &json!({"id": id, "body": text("body")})))
        }
        "patch /issues/comments/{comment_id}" => {
            let id = number("comment_id");
            let Some(comment) = state.comments.iter_mut().find(|one| one.0 == id) else {
                return refused(404, "Not Found");
            };
            comment.1 = text("body");
            Answer::json(200, description.instance("issue-comment", &json!({"id": id, "body": text("body")})))
        }
        other => panic!("the test's server does not know {other}"),
    }
}

fn compare(state: &State, description: &Description, basehead: &str) -> Answer {
    let (base, head) = basehead.split_once("...").unwrap();
    let find = |name: &str| -> Option<String> {
        let branch = state.branches.get(name).and_then(|commits| commits.last().cloned());
        branch.or_else(|| state.commit(name)).or_else(|| state.is_commit(name).then(|| name.to_owned()))
    };
    let (Some(base), Some(head)) = (find(base), find(head)) else { return refused(404, "Not Found") };
    let line = |commit: &str| {
        state
            .branches
            .values()
            .find_map(|all| Some(&all[..=all.iter().position(|one| one == commit)?]))
            .unwrap()
    };
    let (of_base, of_head) = (line(&base), line(&head));
    let status = match () {
        () if base == head => "identical",
        () if of_head.starts_with(of_base) => "ahead",
        () if of_base.starts_with(of_head) => "behind",
        () => "diverged",
    };
    let new = of_head.iter().filter(|commit| !of_base.contains(commit));
    let commits: Vec<_> = new
        .map(|sha| {
            let author = description.instance("simple-user", &json!({"login": "octocat"}));
            description.instance("commit", &json!({"sha": sha, "author": author}))
        })
        .collect();
    let set = json!({"status": status, "total_commits": commits.len(), "commits": commits});
    Answer::json(200, description.instance("commit-comparison", &set))
}

fn publish(state: &mut State, description: &Description, id: u64, body: &Value) -> Answer {
    let Some(at) = state.releases.iter().position(|one| one.id == id) else {
        return refused(404, "Not Found");
    };
    let tag = state.releases[at].tag.clone();
    let publishes = state.releases[at].draft && body["draft"] == false;
    if publishes && state.releases.iter().any(|one| one.tag == tag && !one.draft) {
        return exists("tag_name");
    }
    if publishes && !state.tags.contains_key(&tag) {
        let target = state.releases[at].target.clone();
        state.tags.insert(tag, target);
    }
    if body["make_latest"] == "true" {
        state.releases.iter_mut().for_each(|one| one.latest = false);
    }
    let release = &mut state.releases[at];
    release.draft = body["draft"].as_bool().unwrap_or(release.draft);
    release.latest = body["make_latest"] == "true";
    Answer::json(200, shown_release(description, release))
}
