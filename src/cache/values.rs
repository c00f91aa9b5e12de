//! What the body of an entry says, borrowed from the file.

use crate::oid::Oid;

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'p> {
    /// Positions of terms.
    Lexicon(std::ops::Range<u32>),
    /// What is said when an event happens.
    Rule {
        /// The event.
        event: &'p str,
        /// 0 emergency, 1 urgent, 2 routine.
        priority: u32,
        /// What is said.
        say: &'p str,
        /// What counts as having heard.
        acknowledge: Vec<&'p str>,
        /// What happens otherwise.
        escalate: Vec<Escalation<'p>>,
    },
    /// A text with slots.
    Template {
        /// The text as written.
        text: &'p str,
        /// The slots.
        slots: Vec<Slot<'p>>,
        /// Examples.
        examples: Vec<Example<'p>>,
    },
    /// Which registers may be used where.
    Policy {
        /// Where.
        applies_to: Vec<Oid>,
        /// 0 formal, 1 neutral, 2 informal.
        registers: Vec<u32>,
    },
    /// Another OID.
    Alias(Oid),
    /// Removes what broader layers define.
    Tombstone,
}

/// A step of an escalation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation<'p> {
    /// Seconds without an acknowledgement.
    pub after_s: u64,
    /// Who hears it.
    pub to: &'p str,
    /// What is said.
    pub say: &'p str,
}

/// A slot of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot<'p> {
    /// Its name.
    pub name: &'p str,
    /// 0 string, 1 integer, 2 enum.
    pub kind: u32,
    /// An enum's values.
    pub values: Vec<&'p str>,
}

/// An example of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example<'p> {
    /// What comes out.
    pub text: &'p str,
    /// The values.
    pub slots: Vec<(&'p str, Value<'p>)>,
}

/// A value for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'p> {
    /// A text.
    Text(&'p str),
    /// An integer.
    Integer(i64),
}
