//! What is remembered of each chat: the declared fields, the script's own `_`, and whatever else it put there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::plain::Plain;

/// The largest state, in bytes of canonical JSON.
pub(super) const LARGEST: usize = 64 << 10;

/// The states of a conversation's chats.
#[derive(Debug, Default)]
pub(super) struct States {
    defaults: Vec<(String, Plain)>,
    chats: BTreeMap<String, Vec<(String, Plain)>>,
}

impl States {
    /// No chat has a state yet.
    pub(super) fn new(defaults: &Map<String, Value>) -> Self {
        let defaults = defaults.iter().map(|(name, value)| (name.clone(), Plain::of(value))).collect();
        Self { defaults, chats: BTreeMap::new() }
    }

    /// A chat's state: what was put there, and the defaults of the declared fields that are missing.
    pub(super) fn get(&self, chat: &str) -> Plain {
        let mut members = self.chats.get(chat).cloned().unwrap_or_default();
        for (name, value) in &self.defaults {
            if !members.iter().any(|(other, _)| other == name) {
                members.push((name.clone(), value.clone()));
            }
        }
        Plain::Members(members)
    }

    /// The same for the host.
    pub(super) fn to_map(&self, chat: &str) -> Map<String, Value> {
        match self.get(chat).to_value() {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    /// Replaces a chat's state.
    pub(super) fn set(&mut self, chat: &str, members: Vec<(String, Plain)>) {
        self.chats.insert(chat.to_owned(), members);
    }
}
