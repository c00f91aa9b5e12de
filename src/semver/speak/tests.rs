//! What is told, as people read it.

use super::super::difference::tests::{edited, rich, with};
use super::*;
use serde_json::{Value, json};

fn told(new: &Value) -> String {
    let sayings = with(&rich(), |old, _| with(new, |new, _| speak(&old, &new))).flatten().unwrap();
    let mut out = String::new();
    for saying in sayings {
        out.push_str(&format!("{} {}\n", saying.oid, saying.title.unwrap_or_default()));
        for sentence in saying.sentences {
            out.push_str(&format!("  - {}\n", sentence.before.as_deref().unwrap_or("(nothing)")));
            out.push_str(&format!("  + {}\n", sentence.after.as_deref().unwrap_or("(nothing)")));
        }
    }
    out
}

#[test]
fn what_changes_is_told_as_prose() {
    let mut out = String::new();
    for (what, new) in [
        ("text", edited("/entries/1/say", json!("Clear the dock."))),
        ("priority", edited("/entries/1/priority", json!("emergency"))),
        ("answers", edited("/entries/1/acknowledge/-", json!("Yes."))),
        ("a step later", edited("/entries/1/escalate/0/after_s", json!(120))),
        ("a step less", edited("/entries/1/escalate/1", json!(null))),
        ("a template", edited("/entries/2/text", json!("{zone}: {hazard}, {n}"))),
        ("a narrower slot", edited("/entries/2/slots/zone/values", json!(["aisle"]))),
        ("a term less", edited("/entries/0/terms/1", json!(null))),
        ("a meaning", edited("/entries/0/terms/1/meaning", json!("A place for lorries."))),
        ("an alias more", edited("/entries/0/terms/0/aliases/-", json!("fk"))),
        ("a policy", edited("/entries/3/registers", json!(["formal"]))),
        ("a target", edited("/entries/5/target", json!("1.0.3"))),
        ("an entry less", edited("/entries/4", json!(null))),
        ("a language", edited("/entries/4/language", json!("de"))),
        ("a label, which is silent", edited("/entries/0/tags/-", json!("new"))),
    ] {
        out.push_str(&format!("== {what}\n{}", told(&new)));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_pack_says_nothing_new_against_itself() {
    assert_eq!(told(&rich()), "");
}
