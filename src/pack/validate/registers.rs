//! `REGISTER_VIOLATION`: under a policy only its registers are used. The policy of the longest prefix counts; of
//! several with equal prefixes all must allow.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use crate::diag::Code;
use crate::oid::Oid;
use crate::pack::model::{Body, Entry, Register, Template};
use crate::pack::problem::{Problem, Seg, Spot};
use crate::pack::template::{Piece, parse};
use crate::text::{TermSet, Words, first_word, scan, term_key};

use super::Pack;

/// A set of registers, one bit each.
type Bits = u8;

fn bit(register: Register) -> Bits {
    1 << register as u8
}

/// The policies of a pack, and every key with the registers of its senses.
pub(super) struct Registers<'p> {
    /// What is allowed at an OID, and which policies say so.
    allowed: HashMap<&'p Oid, (Bits, Vec<&'p Oid>)>,
    senses: Senses,
}

#[derive(Default)]
struct Senses {
    registers: HashMap<String, Bits>,
    longest: HashMap<String, usize>,
    /// How many bytes keys have: what is of no key's length is not looked up.
    lengths: HashSet<usize>,
}

impl TermSet for Senses {
    type Found = Bits;
    type Error = Infallible;

    fn longest(&self, first: &str) -> Result<usize, Infallible> {
        Ok(self.longest.get(first).copied().unwrap_or(0))
    }

    fn find(&self, key: &str) -> Result<Option<Bits>, Infallible> {
        Ok(if self.lengths.contains(&key.len()) { self.registers.get(key).copied() } else { None })
    }
}

impl<'p> Registers<'p> {
    pub(super) fn new(pack: &Pack<'p, '_>) -> Self {
        let mut allowed: HashMap<&Oid, (Bits, Vec<&Oid>)> = HashMap::new();
        for entry in pack.entries {
            let Body::Policy(policy) = &entry.body else { continue };
            let bits = policy.registers.iter().fold(0, |bits, register| bits | bit(*register));
            for oid in &policy.applies_to {
                let (all, policies) = allowed.entry(oid).or_insert((Bits::MAX, Vec::new()));
                *all &= bits;
                policies.push(&entry.oid);
            }
        }
        let senses = if allowed.is_empty() { Senses::default() } else { senses(pack) };
        Self { allowed, senses }
    }

    /// What is allowed for an entry: by the policies of the longest prefix of its OID.
    fn policy(&self, oid: &Oid) -> Option<&(Bits, Vec<&'p Oid>)> {
        if self.allowed.is_empty() {
            return None;
        }
        self.allowed.get(oid).or_else(|| oid.ancestors().find_map(|ancestor| self.allowed.get(&ancestor)))
    }

    pub(super) fn check(&self, entry: &Entry<'_>, problems: &mut Vec<Problem>) {
        let Some((allowed, policies)) = self.policy(&entry.oid) else { return };
        let names: Vec<_> = policies.iter().map(|oid| format!("`{oid}`")).collect();
        let names = names.join(" and ");
        match &entry.body {
            Body::Lexicon(lexicon) => {
                for term in lexicon.terms.iter().filter(|term| bit(term.register) & allowed == 0) {
                    problems.push(Problem::error(
                        Code::RegisterViolation,
                        Spot::term(lexicon, term, [Seg::Key("term")]),
                        format!(
                            "`{}` is {}, which the policy {names} does not allow here",
                            term.term,
                            term.register.as_str()
                        ),
                        format!("use a term that is {}, or widen the policy", words(*allowed)),
                    ));
                }
            }
            Body::Rule(rule) => {
                self.text(entry, rule.say, vec![Seg::Key("say")], *allowed, &names, problems);
                for (i, text) in rule.acknowledge.iter().enumerate() {
                    let path = vec![Seg::Key("acknowledge"), Seg::Index(i as u32)];
                    self.text(entry, text, path, *allowed, &names, problems);
                }
                for (i, step) in rule.escalate.iter().enumerate() {
                    let path = vec![Seg::Key("escalate"), Seg::Index(i as u32), Seg::Key("say")];
                    self.text(entry, step.say, path, *allowed, &names, problems);
                }
            }
            Body::Template(template) => {
                let text = without_slots(template);
                self.text(entry, &text, vec![Seg::Key("text")], *allowed, &names, problems);
            }
            Body::Policy(_) | Body::Alias(_) => {}
        }
    }

    fn text(
        &self,
        entry: &Entry<'_>,
        text: &str,
        path: Vec<Seg>,
        allowed: Bits,
        policies: &str,
        problems: &mut Vec<Problem>,
    ) {
        let Ok(hits) = scan(&Words::new(text), &self.senses);
        for hit in hits.into_iter().filter(|hit| hit.found & allowed == 0) {
            let word = &text[hit.range];
            problems.push(Problem::error(
                Code::RegisterViolation,
                Spot::inside(&entry.origin, path.clone()),
                format!("`{word}` is {}, which the policy {policies} does not allow here", words(hit.found)),
                format!("say it with a term that is {}, or widen the policy", words(allowed)),
            ));
        }
    }
}

fn senses(pack: &Pack<'_, '_>) -> Senses {
    let mut senses = Senses::default();
    let lexicons = pack.entries.iter().filter_map(|entry| match &entry.body {
        Body::Lexicon(lexicon) => Some(lexicon),
        _ => None,
    });
    for term in lexicons.flat_map(|lexicon| &lexicon.terms) {
        let aliases = term.aliases().iter().map(|alias| term_key(alias).into_owned());
        for key in std::iter::once(term.key.to_string()).chain(aliases) {
            if let Some((first, count)) = first_word(&key) {
                let longest = senses.longest.entry(first.into_owned()).or_default();
                *longest = count.max(*longest);
            }
            senses.lengths.insert(key.len());
            *senses.registers.entry(key).or_default() |= bit(term.register);
        }
    }
    senses
}

/// A template's text with an object replacement character for each slot: no word, and a boundary on both sides.
fn without_slots(template: &Template<'_>) -> String {
    let pieces = parse(template.text).unwrap_or_default();
    pieces.iter().map(|piece| if let Piece::Literal(text) = piece { text } else { "\u{FFFC}" }).collect()
}

fn words(bits: Bits) -> String {
    let words: Vec<_> =
        Register::WORDS.iter().filter(|(_, r)| bit(*r) & bits != 0).map(|(word, _)| *word).collect();
    if words.is_empty() {
        "of a register that all these policies allow".to_owned()
    } else {
        words.join(" or ")
    }
}
