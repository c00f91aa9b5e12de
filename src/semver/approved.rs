//! Approved breaks: changes that a project intends, each with its reason, in a file that is committed. Pure.
//!
//! An approved change is still told, but weighs no more than its approval says: `patch`, unless it names a level. The
//! content differs, so there is something to release.

use std::ops::Range;

use semver::Version;

use crate::oid::Oid;
use crate::syntax::{Decoder, Node, Problem, Tree, suggest};

use super::{Change, Level, Rule};

/// What the member `aegis` of the file says.
pub const FORM: &str = "approved/v1";

/// One approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The rule whose change is approved.
    pub rule: Rule,
    /// The entry; `None` for a change of the pack as a whole.
    pub oid: Option<Oid>,
    /// What of the entry; all of it, if it is missing.
    pub subject: Option<String>,
    /// What the change weighs at most.
    pub level: Level,
    /// Why it is intended.
    pub reason: String,
    /// The release from which on it holds no more: that one is compared with unapproved.
    pub until: Option<Version>,
    /// Where it stands, in bytes of its file.
    pub range: Range<usize>,
}

/// The approvals of a project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approved(pub Vec<Approval>);

impl Approved {
    /// Lowers the changes that are approved. `last` is the release that they are counted from. Gives back the
    /// approvals that no change needed.
    pub fn apply(&self, changes: &mut [Change], last: Option<&Version>) -> Vec<&Approval> {
        let mut needless = Vec::new();
        for approval in &self.0 {
            let mut used = false;
            if approval.holds_after(last) {
                for change in changes.iter_mut().filter(|change| approval.is_of(change)) {
                    change.level = change.level.min(approval.level);
                    change.approved = Some(approval.reason.clone());
                    used = true;
                }
            }
            if !used {
                needless.push(approval);
            }
        }
        needless
    }
}

impl Approval {
    fn holds_after(&self, last: Option<&Version>) -> bool {
        match (&self.until, last) {
            (Some(until), Some(last)) => last.cmp_precedence(until).is_lt(),
            _ => true,
        }
    }

    fn is_of(&self, change: &Change) -> bool {
        self.rule == change.rule
            && self.oid == change.oid
            && self.subject.as_ref().is_none_or(|subject| *subject == change.subject)
    }
}

/// Reads the file's tree. What is wrong comes back beside what is right.
pub fn decode(tree: &Tree<'_>) -> (Approved, Vec<Problem>) {
    let mut decoder = Decoder::default();
    let mut approved = Approved::default();
    let what = "a file of approved breaks";
    if let Some([form, list]) = decoder.fields(tree.root(), what, &["aegis", "approved"]) {
        decoder.form(tree, form, what, FORM);
        let list = decoder.required(tree.root(), list, what, "approved");
        let items: Vec<_> =
            list.and_then(|node| decoder.list(node, "`approved`")).into_iter().flatten().collect();
        approved.0.extend(items.into_iter().filter_map(|item| approval(&mut decoder, item)));
    }
    (approved, decoder.problems)
}

fn approval(decoder: &mut Decoder, node: Node<'_, '_>) -> Option<Approval> {
    let what = "an approval";
    let names = ["rule", "oid", "subject", "level", "reason", "until"];
    let [rule, oid, subject, level, reason, until] = decoder.fields(node, what, &names)?;
    let (rule, reason) =
        (decoder.required(node, rule, what, "rule"), decoder.required(node, reason, what, "reason"));
    let rule = rule.and_then(|node| known(decoder, node));
    let reason = reason.and_then(|node| decoder.text(node, "an approval's `reason`"));
    let stated = oid;
    let oid = oid.and_then(|node| decoder.oid(node, "an approval's `oid`"));
    let subject = subject.and_then(|node| decoder.text(node, "an approval's `subject`"));
    let level = match level {
        Some(node) => decoder.one_of(node, "an approval's `level`", &Level::WORDS),
        None => Some(Level::Patch),
    };
    let until = match until {
        Some(node) => Some(decoder.version(node, "an approval's `until`")?),
        None => None,
    };
    if let Some(rule) = rule
        && rule.is_of_the_whole() != stated.is_none()
    {
        let (message, help) = if rule.is_of_the_whole() {
            (format!("`{}` is a change of the whole, not of an OID", rule.id()), "leave `oid` out")
        } else {
            (format!("an approval of `{}` lacks its field `oid`", rule.id()), "name the OID that changes")
        };
        decoder.schema(node, message, help);
        return None;
    }
    Some(Approval {
        rule: rule?,
        oid,
        subject: subject.map(str::to_owned),
        level: level?,
        reason: reason?.to_owned(),
        until,
        range: node.range(),
    })
}

fn known(decoder: &mut Decoder, node: Node<'_, '_>) -> Option<Rule> {
    let id = decoder.text(node, "an approval's `rule`")?;
    let rule = Rule::find(id);
    if rule.is_none() {
        let ids: Vec<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        let shown: String = id.chars().take(60).collect();
        let help = suggest(id, &ids).map_or_else(
            || "name a rule of the table in docs/versions.md".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        decoder.schema(node, format!("`{shown}` is no rule of semantic changes"), help);
    }
    rule
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Format, Text};
    use proptest::prelude::*;

    fn read(text: &str) -> (Approved, Vec<String>) {
        let text = Text::new(text);
        let tree = text.parse(Format::Yaml).unwrap().unwrap();
        let (approved, problems) = decode(&tree);
        (approved, problems.into_iter().map(|one| format!("{} ({})", one.message, one.help)).collect())
    }

    fn change(rule: Rule, oid: &str, subject: &str) -> Change {
        let (before, after) = (None, None);
        let oid = oid.parse().ok();
        Change { rule, level: rule.level(), oid, subject: subject.to_owned(), before, after, approved: None }
    }

    #[test]
    fn an_approval_lowers_what_it_names_and_nothing_else() {
        let (approved, problems) = read(
            "aegis: approved/v1\napproved:\n- {rule: term-removed, oid: \"1.0.2\", subject: Forkie, reason: said no more, until: 2.0.0}\n\
             - {rule: event-dropped, oid: \"1.0.3\", reason: the door is gone, level: minor}\n\
             - {rule: pack-oid-changed, reason: moved}\n",
        );
        assert_eq!(problems, [""; 0]);
        let all = [
            change(Rule::TermRemoved, "1.0.2", "Forkie"),
            change(Rule::TermRemoved, "1.0.2", "Dock"),
            change(Rule::TermRemoved, "1.0.20", "Forkie"),
            change(Rule::EventDropped, "1.0.3", "door"),
            change(Rule::PackOidChanged, "", ""),
        ];
        let levels = |last: &str| {
            let mut changes = all.to_vec();
            let needless = approved.apply(&mut changes, Some(&last.parse().unwrap())).len();
            (changes.iter().map(|change| change.level.as_str()).collect::<Vec<_>>(), needless)
        };
        assert_eq!(levels("1.9.0"), (vec!["patch", "major", "major", "minor", "patch"], 0));
        assert_eq!(levels("2.0.0-rc.1").0[0], "patch");
        assert_eq!(levels("2.0.0"), (vec!["major", "major", "major", "minor", "patch"], 1));
        let mut none = Vec::new();
        assert_eq!(approved.apply(&mut none, None).len(), 3, "what nothing needs is told");
    }

    #[test]
    fn what_is_wrong_is_said_with_a_remedy() {
        let (approved, problems) = read(
            "aegis: approved/v1\napproved:\n- {rule: term-remvoed, oid: \"1.0\", reason: x}\n- {rule: oid-removed, reason: x}\n\
             - {rule: pack-renamed, oid: \"1.0\", reason: x}\n- {rule: oid-removed, oid: \"1.0\", raeson: x}\n\
             - {rule: oid-removed, oid: \"1.0\", reason: x, until: soon, level: tiny}\n",
        );
        assert_eq!(approved.0, []);
        insta::assert_snapshot!(problems.join("\n"));
    }

    proptest! {
        /// Approving never raises anything, and a change without an approval keeps its level.
        #[test]
        fn approving_never_raises(picks in prop::collection::vec((0..Rule::ALL.len(), 0..3_usize, 0..3_usize), 0..12)) {
            let approval = |&(rule, oid, level): &(usize, usize, usize)| Approval {
                rule: Rule::ALL[rule], oid: format!("1.{oid}").parse().ok(), subject: None, level: Level::WORDS[level].1,
                reason: "r".into(), until: None, range: 0..0,
            };
            let approved = Approved(picks.iter().take(picks.len() / 2).map(approval).collect());
            let before: Vec<_> = picks.iter().map(|&(rule, oid, _)| change(Rule::ALL[rule], &format!("1.{oid}"), "")).collect();
            let mut after = before.clone();
            approved.apply(&mut after, None);
            for (was, is) in before.iter().zip(&after) {
                prop_assert!(is.level <= was.level);
                prop_assert!(is.approved.is_some() || is.level == was.level);
            }
        }
    }
}
