//! The semantic difference of two packs as readers see it: types of their own, and its text form.

use std::fmt::Write as _;

use serde::Serialize;

/// What changed, what it sounds like, and what it comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What is compared: `pack`, `bot`, or `bots` for all of a project.
    #[serde(rename = "kind")]
    pub of: &'static str,
    /// The pack before.
    pub old: Pack,
    /// The pack after.
    pub new: Pack,
    /// The level of the largest change: `major`, `minor`, `patch` or `none`.
    pub bump: &'static str,
    /// The lowest version that the change may be released as, where the old one has a version.
    pub next: Option<String>,
    /// The changes, those of the pack as a whole first, then by OID.
    pub changes: Vec<Change>,
    /// What is said otherwise, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech: Option<Vec<Saying>>,
    /// How many approvals no change needed.
    #[serde(rename = "needlessApprovals")]
    pub needless: usize,
}

/// One of the two packs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its OID.
    pub oid: String,
    /// Its version; `null` for sources, which have none yet.
    pub version: Option<String>,
}

/// A semantic change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The rule's id.
    pub rule: &'static str,
    /// `major`, `minor` or `patch`.
    pub level: &'static str,
    /// What happened, as a phrase.
    pub wording: &'static str,
    /// The bot, where several are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot: Option<String>,
    /// The entry; `null` for the pack as a whole.
    pub oid: Option<String>,
    /// What people call the entry.
    pub title: Option<String>,
    /// What of it: a term, a slot, an event. Empty for the entry itself.
    pub subject: String,
    /// How it was.
    pub before: Option<String>,
    /// How it is.
    pub after: Option<String>,
    /// The file that states it, as the pack that has it names it.
    pub file: Option<String>,
    /// The line there, from 1.
    pub line: Option<u32>,
    /// Why it is approved.
    pub approved: Option<String>,
}

/// What is said otherwise of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Saying {
    /// The entry.
    pub oid: String,
    /// What people call it.
    pub title: Option<String>,
    /// The sentences.
    pub sentences: Vec<Sentence>,
}

/// A sentence, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Until now.
    pub before: Option<String>,
    /// From now on.
    pub after: Option<String>,
}

/// The levels, the largest first.
pub(super) const LEVELS: [&str; 3] = ["major", "minor", "patch"];

impl Difference {
    /// How many changes there are of each level, in words: `2 major, 1 patch`.
    pub fn counts(&self) -> String {
        let count = |level: &str| self.changes.iter().filter(|change| change.level == level).count();
        let words = LEVELS.iter().map(|level| (count(level), level)).filter(|(count, _)| *count > 0);
        words.map(|(count, level)| format!("{count} {level}")).collect::<Vec<_>>().join(", ")
    }

    /// Who says what is said.
    pub fn speakers(&self) -> &'static str {
        match self.of {
            "pack" => "agents",
            "bot" => "the bot",
            _ => "bots",
        }
    }

    /// The first of the largest changes: the one that the bump comes from.
    pub fn why(&self) -> Option<&Change> {
        self.changes.iter().find(|change| change.level == self.bump)
    }

    /// What it comes to, in one sentence without a final full stop.
    pub fn verdict(&self) -> String {
        let Some(why) = self.why() else {
            let s = if self.of.ends_with('s') { "" } else { "s" };
            return format!("the {}{s} say the same: there is nothing to release", self.of);
        };
        let at = match (&why.bot, &why.oid) {
            (Some(bot), _) => format!(" of {bot}"),
            (None, Some(oid)) => format!(" at {oid}"),
            (None, None) => String::new(),
        };
        let at = if why.rule.starts_with("bot-") { at.replacen(" of ", ": ", 1) } else { at };
        let subject = if why.about().is_empty() { String::new() } else { format!(" ({})", why.about()) };
        let because = format!("because {}{at}{subject}", why.wording);
        match (&self.next, &self.old.version) {
            (Some(next), Some(old)) => format!("{old} → {next}, a {} step, {because}", self.bump),
            _ => format!("a {} step, {because}", self.bump),
        }
    }
}

impl Pack {
    /// The pack in a few words.
    pub fn called(&self) -> String {
        let version = self.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
        let oid = if self.oid.is_empty() { String::new() } else { format!(" ({})", self.oid) };
        format!("{}{version}{oid}", self.name)
    }
}

impl Change {
    /// What of the entry or the bot it is about; nothing where that is the bot itself, which stands beside it.
    pub fn about(&self) -> &str {
        if self.bot.as_ref() == Some(&self.subject) { "" } else { &self.subject }
    }

    /// Where it stands: `packs/site-23.yaml:12`.
    pub fn place(&self) -> Option<String> {
        let file = self.file.as_ref()?;
        Some(self.line.map_or_else(|| file.clone(), |line| format!("{file}:{line}")))
    }
}

/// Changes of one entry, of one bot, or of the pack as a whole, which stand together.
pub(super) fn by_oid(changes: &[Change]) -> impl Iterator<Item = &[Change]> {
    changes.chunk_by(|a, b| (&a.bot, &a.oid) == (&b.bot, &b.oid))
}

/// The difference for a terminal: what is said, or what changed; then what it comes to.
pub fn text(difference: &Difference) -> String {
    let mut out = format!("{} → {}\n", difference.old.called(), difference.new.called());
    match &difference.speech {
        Some(speech) => sayings(speech, &mut out),
        None => changes(difference, &mut out),
    }
    let counts = if difference.changes.is_empty() { String::new() } else { difference.counts() + "\n" };
    let _ = write!(out, "\n{counts}{}\n", difference.verdict());
    if difference.needless > 0 {
        let (count, s) = (difference.needless, if difference.needless == 1 { "" } else { "s" });
        let _ = writeln!(out, "{count} approval{s} that no change needs: remove what is released");
    }
    out
}

fn changes(difference: &Difference, out: &mut String) {
    for group in by_oid(&difference.changes) {
        let Some(first) = group.first() else { continue };
        let title = first.title.as_ref().map(|title| format!(" {title}")).unwrap_or_default();
        let head = first.bot.as_ref().or(first.oid.as_ref()).cloned();
        let head = head.unwrap_or_else(|| format!("The {}", difference.of));
        let _ = writeln!(out, "\n{head}{title}");
        for change in group {
            let about = change.about();
            let colon = if about.is_empty() { "" } else { ": " };
            let _ =
                writeln!(out, "  {:<5}  {:<23}  {}{colon}{about}", change.level, change.rule, change.wording);
            let mut add = |name: &str, value: &str| {
                let _ = writeln!(out, "         {name:<8} {}", value.replace('\n', "\n                  "));
            };
            for (name, value) in [("was", &change.before), ("is", &change.after)] {
                if let Some(value) = value.as_ref().filter(|value| **value != change.subject) {
                    add(name, value);
                }
            }
            if let Some(reason) = &change.approved {
                add("approved", reason);
            }
            if let Some(place) = change.place() {
                add("at", &place);
            }
        }
    }
}

fn sayings(speech: &[Saying], out: &mut String) {
    if speech.is_empty() {
        out.push_str("\nwhat is said stays the same\n");
    }
    for saying in speech {
        let _ = match &saying.title {
            Some(title) if saying.oid.is_empty() => writeln!(out, "\n{}", capital(title)),
            Some(title) => writeln!(out, "\n{title} ({})", saying.oid),
            None => writeln!(out, "\n{}", saying.oid),
        };
        for sentence in &saying.sentences {
            for (label, said) in labelled(sentence) {
                let _ = writeln!(out, "  {label:<12} {}", said.replace('\n', " "));
            }
        }
    }
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// A sentence's sides, each with what to call it.
pub(super) fn labelled(sentence: &Sentence) -> Vec<(&'static str, &str)> {
    match (&sentence.before, &sentence.after) {
        (Some(before), Some(after)) => vec![("until now", before), ("from now on", after)],
        (None, Some(after)) => vec![("new", after)],
        (Some(before), None) => vec![("no longer", before)],
        (None, None) => Vec::new(),
    }
}
