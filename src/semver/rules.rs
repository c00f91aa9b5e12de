//! The rules of semantic changes, as data: id, level and wording. A rule's id is stable; `docs/versions.md` shows the
//! table, and a test keeps it equal to this one.

use std::collections::BTreeMap;

/// How large a semantic change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Reworded.
    Patch,
    /// Something new.
    Minor,
    /// Something that agents relied on is gone or different.
    Major,
}

impl Level {
    /// The words and what they mean.
    pub const WORDS: [(&'static str, Self); 3] =
        [("patch", Self::Patch), ("minor", Self::Minor), ("major", Self::Major)];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

macro_rules! rules {
    ($($variant:ident = $id:literal => $level:ident, $wording:literal;)*) => {
        /// A kind of semantic change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = concat!("`", $id, "`: ", $wording, ".")] $variant,)*
        }

        impl Rule {
            /// All rules, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, as `semver.levels` and reports write it.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The level unless the project says otherwise.
            pub const fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level,)* }
            }

            /// What happened, as a phrase.
            pub const fn wording(self) -> &'static str {
                match self { $(Self::$variant => $wording,)* }
            }
        }
    };
}

rules! {
    // The pack.
    PackOidChanged = "pack-oid-changed" => Major, "the pack has another OID";
    PackRenamed = "pack-renamed" => Patch, "the pack has another name";
    PackLanguageChanged = "pack-language-changed" => Major, "the pack's own language is another";
    // Entries.
    OidRemoved = "oid-removed" => Major, "an OID is gone";
    OidRenamed = "oid-renamed" => Major, "an OID became an alias: what it named is under another one";
    OidAdded = "oid-added" => Minor, "an OID is new";
    KindChanged = "kind-changed" => Major, "an OID names something of another kind";
    TargetChanged = "target-changed" => Major, "an alias OID leads to another OID";
    LanguageChanged = "language-changed" => Major, "an entry is in another language";
    FinalDeclared = "final-declared" => Major, "an entry became final: a more specific layer may no longer state it";
    FinalLifted = "final-lifted" => Minor, "an entry is no longer final";
    RefAdded = "ref-added" => Minor, "an entry refers to another OID";
    RefRemoved = "ref-removed" => Minor, "an entry no longer refers to an OID";
    TagAdded = "tag-added" => Minor, "an entry has another label";
    TagRemoved = "tag-removed" => Minor, "an entry lost a label";
    TitleReworded = "title-reworded" => Patch, "a title reads otherwise";
    EntryVersionChanged = "entry-version-changed" => Patch, "an entry states another version";
    Reordered = "reordered" => Patch, "a list has the same items, in another order or repeated";
    // Lexicons.
    TermRemoved = "term-removed" => Major, "a term is gone";
    TermAdded = "term-added" => Minor, "a term is new";
    TermRespelled = "term-respelled" => Patch, "a term is written otherwise, and found as before";
    RegisterChanged = "register-changed" => Major, "a term has another register";
    MeaningReworded = "meaning-reworded" => Patch, "a meaning reads otherwise";
    AliasRemoved = "alias-removed" => Major, "a term is no longer found by an alias";
    AliasAdded = "alias-added" => Minor, "a term is also found by an alias";
    AliasRespelled = "alias-respelled" => Patch, "an alias is written otherwise, and found as before";
    ExampleAdded = "example-added" => Minor, "a term or a template has another example";
    ExampleRemoved = "example-removed" => Patch, "a term or a template lost an example";
    ExampleReworded = "example-reworded" => Patch, "an example reads otherwise";
    // Rules.
    EventDropped = "event-dropped" => Major, "nothing is said any more when an event happens";
    EventAdded = "event-added" => Minor, "something is said when an event happens that had no rule";
    EventChanged = "event-changed" => Major, "a rule answers to another event";
    PriorityChanged = "priority-changed" => Minor, "a rule is more or less urgent";
    AcknowledgementRemoved = "acknowledgement-removed" => Major, "an answer no longer counts as having heard";
    AcknowledgementAdded = "acknowledgement-added" => Minor, "another answer counts as having heard";
    EscalationRemoved = "escalation-removed" => Major, "somebody is no longer told";
    EscalationAdded = "escalation-added" => Minor, "somebody else is told";
    EscalationDelayed = "escalation-delayed" => Minor, "somebody is told sooner or later than before";
    // Templates.
    SlotRemoved = "slot-removed" => Major, "a template takes a value no longer";
    SlotAdded = "slot-added" => Major, "a template needs another value";
    SlotNarrowed = "slot-narrowed" => Major, "a slot refuses values that it took";
    SlotWidened = "slot-widened" => Minor, "a slot takes values that it refused";
    TextReworded = "text-reworded" => Patch, "a text that is said reads otherwise";
    // Policies.
    RegisterForbidden = "register-forbidden" => Major, "a register may no longer be used under an OID";
    RegisterAllowed = "register-allowed" => Minor, "a register may be used under an OID";
    PolicyChanged = "policy-changed" => Patch, "a policy states other OIDs or registers";
    // Bots.
    BotIdChanged = "bot-id-changed" => Major, "the bot has another id";
    BotRemoved = "bot-removed" => Major, "a bot is gone";
    BotAdded = "bot-added" => Minor, "a bot is new";
    BotRenamed = "bot-renamed" => Patch, "the bot has another name";
    BotSettingChanged = "bot-setting-changed" => Patch, "the bot is run under other settings";
    DefaultLocaleChanged = "default-locale-changed" => Minor, "another locale stands in for those that are missing";
    LocaleRemoved = "locale-removed" => Major, "the bot speaks a locale no longer";
    LocaleAdded = "locale-added" => Minor, "the bot speaks another locale";
    CommandRemoved = "command-removed" => Major, "a command is gone";
    CommandAdded = "command-added" => Minor, "a command is new";
    CommandChanged = "command-changed" => Minor, "a command starts another flow, or is described otherwise";
    IntentRemoved = "intent-removed" => Major, "words that started a flow start nothing";
    IntentAdded = "intent-added" => Minor, "other words start a flow too";
    IntentChanged = "intent-changed" => Minor, "an intent has other words, another flow or another priority";
    FlowRemoved = "flow-removed" => Major, "a flow is gone";
    FlowAdded = "flow-added" => Minor, "a flow is new";
    FlowChanged = "flow-changed" => Minor, "a flow takes other steps";
    StateFieldRemoved = "state-field-removed" => Major, "something about a chat is remembered no longer";
    StateFieldAdded = "state-field-added" => Minor, "something more is remembered about a chat";
    StateFieldRetyped = "state-field-retyped" => Major, "a state field holds values of another kind";
    StateFieldChanged = "state-field-changed" => Minor, "a state field begins otherwise, or is personal otherwise";
    TranslationRemoved = "translation-removed" => Minor, "a translation is gone";
    TranslationAdded = "translation-added" => Minor, "a translation is new";
    TranslationReworded = "translation-reworded" => Patch, "a translation reads otherwise";
    HostAdded = "host-added" => Major, "the script may reach another host";
    HostRemoved = "host-removed" => Minor, "the script may reach a host no longer";
    LimitChanged = "limit-changed" => Minor, "the script runs within other limits";
    TelemetryChanged = "telemetry-changed" => Patch, "something else is reported about the bot's running";
    ScriptChanged = "script-changed" => Patch, "the spec runs as another script";
}

impl Rule {
    /// Whether its changes are those of a bot.
    pub const fn is_of_a_bot(self) -> bool {
        self as usize >= Self::BotIdChanged as usize
    }

    /// Whether its changes are the pack's or a bot's, not an entry's.
    pub const fn is_of_the_whole(self) -> bool {
        matches!(self, Self::PackOidChanged | Self::PackRenamed | Self::PackLanguageChanged)
            || self.is_of_a_bot()
    }

    /// The rule with this id.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// The levels that a project raised or lowered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels(BTreeMap<Rule, Level>);

impl Levels {
    /// The level of a rule.
    pub fn of(&self, rule: Rule) -> Level {
        self.0.get(&rule).copied().unwrap_or_else(|| rule.level())
    }

    /// Raises or lowers a rule.
    pub fn set(&mut self, rule: Rule, level: Level) {
        self.0.insert(rule, level);
    }
}

/// The table of rules as `docs/versions.md` shows it.
pub fn table() -> String {
    let rows = Rule::ALL
        .iter()
        .map(|rule| format!("| `{}` | {} | {} |\n", rule.id(), rule.level().as_str(), rule.wording()));
    format!("| rule | level | what happened |\n| --- | --- | --- |\n{}", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_plain() {
        for (i, rule) in Rule::ALL.iter().enumerate() {
            let id = rule.id();
            assert_eq!(Rule::find(id), Some(*rule), "{id} stands twice");
            assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{id}");
            assert_eq!(*rule as usize, i);
            assert!(!rule.wording().ends_with('.') && rule.wording().len() > 10, "{id}");
        }
    }

    #[test]
    fn the_page_shows_the_table() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/versions.md")).unwrap();
        assert!(page.contains(&table()), "docs/versions.md should hold this table:\n\n{}", table());
    }

    #[test]
    fn levels_are_the_projects_first() {
        let mut levels = Levels::default();
        assert_eq!(levels.of(Rule::TermRemoved), Level::Major);
        levels.set(Rule::TermRemoved, Level::Minor);
        assert_eq!((levels.of(Rule::TermRemoved), levels.of(Rule::OidRemoved)), (Level::Minor, Level::Major));
    }
}
