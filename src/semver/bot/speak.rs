//! What a bot says, before and after, as sentences.

use std::collections::BTreeMap;

use crate::bot::spec::Spec;
use crate::semver::speak::Sentence;

use super::flows::texts;

/// What is said otherwise about one topic: the commands, a flow, a locale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// What it is about.
    pub name: String,
    /// The sentences.
    pub sentences: Vec<Sentence>,
}

/// What sounds otherwise, by topic; of a bot that is new or gone, all that it says.
pub fn speak(old: Option<&Spec>, new: Option<&Spec>) -> Vec<Topic> {
    let (mut was, is) = (old.map(said).unwrap_or_default(), new.map(said).unwrap_or_default());
    let mut topics: BTreeMap<String, BTreeMap<String, Sentence>> = BTreeMap::new();
    for ((topic, about), after) in is {
        let key = (topic, about);
        let before = was.remove(&key);
        if before.as_ref() != Some(&after) {
            let (topic, about) = key;
            topics.entry(topic).or_default().insert(about, Sentence { before, after: Some(after) });
        }
    }
    for ((topic, about), before) in was {
        topics.entry(topic).or_default().insert(about, Sentence { before: Some(before), after: None });
    }
    topics
        .into_iter()
        .map(|(name, sentences)| Topic { name, sentences: sentences.into_values().collect() })
        .collect()
}

/// Sentences by topic and by what they are about.
fn said(spec: &Spec) -> BTreeMap<(String, String), String> {
    let mut said = BTreeMap::new();
    let mut tell = |topic: &str, about: &str, sentence: String| {
        said.insert((topic.to_owned(), about.to_owned()), sentence);
    };
    for command in &spec.commands {
        let what = command.description.as_ref().map(|what| format!(": {what}")).unwrap_or_default();
        tell(
            "what starts it",
            &command.cmd,
            format!("“{}” starts the flow “{}”{what}", command.cmd, command.flow),
        );
    }
    for intent in &spec.intents {
        let words: Vec<_> = intent.keywords.values().flatten().map(|word| format!("“{word}”")).collect();
        let sentence = format!("Whoever writes {} starts the flow “{}”.", words.join(", "), intent.flow);
        tell("what starts it", &intent.id, sentence);
    }
    for (place, text) in texts(&spec.flows) {
        let flow = place.split_once('/').map_or(place.as_str(), |(flow, _)| flow).to_owned();
        tell(&format!("the flow {flow}"), &place, format!("In the flow “{flow}”, the bot says: “{text}”"));
    }
    for (locale, texts) in &spec.localization {
        for (key, text) in texts {
            tell(&format!("in {locale}"), key, format!("“{text}” (`{key}`)"));
        }
    }
    said
}
