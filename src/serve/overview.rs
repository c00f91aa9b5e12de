//! What a store holds, in one walk over its keys: bots and packs, how many revisions each has, which were revoked, which
//! channels there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diag::Outcome;
use crate::oid::Oid;
use crate::store::layout::{self, Place};
use crate::store::{Digest, Folder, Key, Store, Walk, bots};

use super::problem::Problem;
use super::{Gateway, channels, in_time};
use crate::store::subject::Subject;

/// What a store holds.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// The bots, by id.
    pub(super) bots: BTreeMap<String, Held>,
    /// The packs, in the order of their OIDs.
    pub(super) packs: BTreeMap<Oid, Held>,
}

/// What there is of a bot or a pack.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Its finished revisions.
    pub(super) finished: BTreeSet<Digest>,
    /// Those of all that were revoked.
    pub(super) revoked: BTreeSet<Digest>,
    /// Its channels, and the highest number of each.
    pub(super) channels: BTreeMap<String, u64>,
}

impl Overview {
    async fn of(store: &dyn Store) -> Outcome<Self> {
        let mut overview = Self::default();
        let mut walk = Walk::new(store, Folder::root());
        while let Some(listed) = walk.next().await? {
            overview.add(&listed.key);
        }
        Ok(overview)
    }

    fn add(&mut self, key: &Key) {
        if let Some((bot, hash, name)) = bots::place(key) {
            if Subject::bot(bot).is_some() {
                self.bots.entry(bot.to_owned()).or_default().add(hash, name, bots::PASSPORT);
            }
        } else if let Some((oid, place)) = layout::place(key) {
            let pack = format!("{}/{oid}/channels/", layout::PACKS);
            match (place, key.as_str().strip_prefix(&pack)) {
                (Place::Pack(hash, name), _) => {
                    self.packs.entry(oid).or_default().add(hash, name, layout::MANIFEST);
                }
                (Place::Channel, Some(name)) => self.packs.entry(oid).or_default().channel(name),
                _ => {}
            }
        } else if let Some((bot, name)) = key.as_str().split_once("/channels/")
            && Subject::bot(bot).is_some()
        {
            self.bots.entry(bot.to_owned()).or_default().channel(name);
        }
    }

    /// The names of the bots, or of the packs, that have a finished revision.
    pub(super) fn finished(&self, bots: bool) -> Vec<String> {
        let is_there = |held: &Held| !held.finished.is_empty();
        if bots {
            self.bots.iter().filter(|(_, held)| is_there(held)).map(|(id, _)| id.clone()).collect()
        } else {
            self.packs.iter().filter(|(_, held)| is_there(held)).map(|(oid, _)| oid.to_string()).collect()
        }
    }

    /// Everybody, bots first.
    pub(super) fn all(&self) -> impl Iterator<Item = (Subject, &Held)> {
        let bots = self.bots.iter().map(|(id, held)| (Subject::Bot(id.clone()), held));
        bots.chain(self.packs.iter().map(|(oid, held)| (Subject::Pack(oid.clone()), held)))
    }
}

impl Held {
    fn add(&mut self, hash: Digest, name: &str, manifest: &str) {
        if name == manifest {
            self.finished.insert(hash);
        } else if name == layout::REVOKED {
            self.revoked.insert(hash);
        }
    }

    fn channel(&mut self, name: &str) {
        if let Some((channel, number)) = channels::place(name) {
            let highest = self.channels.entry(channel.to_owned()).or_default();
            *highest = number.max(*highest);
        }
    }
}

impl Gateway {
    /// What the store holds.
    pub(super) async fn overview(&self) -> Result<Arc<Overview>, Problem> {
        let store = self.store()?;
        self.overview.get("", || async { Ok(Arc::new(in_time(Overview::of(&**store)).await?)) }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_put_where_they_belong() {
        let hash = Digest::of(b"x");
        let mut overview = Overview::default();
        for key in [
            format!("pizza/{hash}/rev.json"),
            format!("pizza/{hash}/bot.js"),
            format!("pizza/{hash}/revoked.json"),
            "pizza/channels/stable/00000000000000000007.json".to_owned(),
            "pizza/channels/stable/00000000000000000003.json".to_owned(),
            "pizza/channels/stable.json".to_owned(),
            format!("half/{hash}/bot.js"),
            format!("packs/1.0/{hash}/metadata.json"),
            "packs/1.0/channels/canary/00000000000000000001.json".to_owned(),
            "packs/1.0/versions/1.0.0.json".to_owned(),
            ".aegis/probe".to_owned(),
            "stray".to_owned(),
        ] {
            overview.add(&Key::new(&key).unwrap());
        }
        assert_eq!(
            (overview.finished(true), overview.finished(false)),
            (vec!["pizza".to_owned()], vec!["1.0".to_owned()])
        );
        let pizza = &overview.bots["pizza"];
        assert_eq!((pizza.revoked.len(), pizza.channels["stable"]), (1, 7));
        assert_eq!(overview.packs.values().next().unwrap().channels["canary"], 1);
        assert_eq!(overview.all().count(), 3);
    }
}
