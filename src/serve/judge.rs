//! What preflight says of a revision that stands in the store: one at a time, and once.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use http::Response;
use http::request::Parts;
use serde_json::{Value, json};

use crate::preflight::{self, Content, Files, Judgement};
use crate::store::{Digest, layout};

use super::Gateway;
use super::listing::{self, Made};
use super::metrics::Route;
use super::problem::Problem;
use crate::store::subject::Subject;

use super::revision;
use super::routes::{bot, done, hash};

/// How many may wait to be judged.
pub(super) const WAITING: usize = 8;
/// The most that is read of a file of a revision.
const MOST: u64 = 16 << 20;

impl Gateway {
    /// What preflight says of a bot's revision.
    pub(super) async fn judged(
        self: &Arc<Self>,
        owner: &Subject,
        digest: Digest,
    ) -> Result<Arc<Vec<Judgement>>, Problem> {
        self.any_revision(owner, digest).await?;
        let name = owner.revision(digest)?.path().to_owned();
        let ask = || async {
            let waiting = self.waiting.try_acquire();
            let _waiting = waiting.map_err(|_| Problem::unavailable("others are being judged: try again"))?;
            let files = self.read(owner, digest).await?;
            let turn = self.judging.acquire().await;
            let _turn = turn.map_err(|_| Problem::unavailable("the gateway is about to end"))?;
            let gateway = Arc::clone(self);
            let judged = tokio::task::spawn_blocking(move || (gateway.settings.judge)(&files)).await;
            judged
                .map(Arc::new)
                .map_err(|error| Problem::unavailable(format!("it could not be judged: {error}")))
        };
        self.judged.get(&name, ask).await
    }

    async fn read(&self, owner: &Subject, digest: Digest) -> Result<Files, Problem> {
        let (store, folder) = (&**self.store()?, owner.revision(digest)?);
        let mut files = Files::none(folder.path().to_owned());
        files.name = Some(digest.to_string());
        if let Subject::Bot(id) = owner {
            files.bot = Some(id.clone());
        }
        let page = store.list(&folder, None, 100).await?;
        for listed in page.objects {
            let Some(name) = folder.name_of(&listed.key) else { continue };
            let is_its = crate::bot::revision::FILES.contains(&name);
            let content = if !is_its {
                Content::Missing
            } else if listed.meta.size > MOST {
                Content::TooLarge(listed.meta.size)
            } else {
                match revision::read(store, &listed.key, MOST).await {
                    Ok((_, bytes)) => Content::Bytes(bytes),
                    Err(None) => Content::Missing,
                    Err(Some(problem)) => return Err(problem),
                }
            };
            if name != layout::REVOKED {
                files.put(name, content);
            }
        }
        Ok(files)
    }
}

/// `/bots/<botId>/<revHash>/preflight`.
pub(super) async fn answer(
    State(gateway): State<Arc<Gateway>>,
    Path((id, revision)): Path<(String, String)>,
    request: Parts,
) -> Response<Body> {
    let work = async {
        let (owner, digest) = (bot(&id)?, hash(&revision)?);
        let name = format!("preflight {id} {digest}");
        let make = async { Ok(Made::json(&document(&gateway.judged(&owner, digest).await?))) };
        gateway.send(listing::kept(&gateway, Route::Console, &name, make).await, &request).await
    };
    done(Route::Console, work.await)
}

fn document(judged: &[Judgement]) -> Value {
    let checks: Vec<_> = judged
        .iter()
        .map(|one| json!({"check": one.check, "status": one.status.as_str(), "why": one.why}))
        .collect();
    json!({"passes": preflight::passes(judged), "checks": checks})
}
