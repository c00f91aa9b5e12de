//! Running cases against a compiled pack, in parallel; what happens comes out as events.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use crate::cache::{self, Pack};
use crate::pack::ask::{AskError, Asker};
use crate::pack::export;
use crate::pack::from_cache::Reader;
use crate::pack::model::{Named, SlotValue, Statement};

use super::case::{Case, Question, Suite};

/// How a case ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// As expected.
    Passed,
    /// Not as expected: what came out instead.
    Failed {
        /// What came out, in the shape of `expect`.
        actual: Value,
    },
    /// It could not be told.
    Error {
        /// Why.
        why: String,
    },
    /// It was not run.
    Skipped {
        /// Why.
        why: String,
    },
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseResult {
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub time: Duration,
}

/// What a run says while it goes on.
#[derive(Debug)]
pub enum Event<'e> {
    /// A suite begins.
    SuiteStarted {
        /// The suite.
        suite: &'e Suite,
        /// How many of its cases were selected.
        selected: usize,
    },
    /// A case ended. Cases end in any order.
    CaseFinished {
        /// The suite.
        suite: &'e Suite,
        /// The case.
        case: &'e Case,
        /// What came of it.
        result: &'e CaseResult,
    },
}

/// Runs cases against one pack.
pub struct Runner<'p> {
    pack: &'p Pack,
    asker: Asker<'p>,
    json_export: Option<&'p Path>,
    interrupted: Arc<AtomicBool>,
}

impl<'p> Runner<'p> {
    /// Prepares; `json_export` is `exports/pack.json`, if it was made. Setting `interrupted` skips what is left.
    ///
    /// # Errors
    /// The pack is damaged.
    pub fn new(
        pack: &'p Pack,
        json_export: Option<&'p Path>,
        interrupted: Arc<AtomicBool>,
    ) -> Result<Self, cache::Error> {
        Ok(Self { pack, asker: Asker::new(pack)?, json_export, interrupted })
    }

    /// Runs the selected cases of a suite; the results are in their order.
    pub fn run(
        &self,
        suite: &Suite,
        selected: &[&Case],
        on_event: &(dyn Fn(&Event<'_>) + Sync),
    ) -> Vec<CaseResult> {
        on_event(&Event::SuiteStarted { suite, selected: selected.len() });
        let run = |case: &&Case| {
            let result = self.case(case);
            on_event(&Event::CaseFinished { suite, case, result: &result });
            result
        };
        selected.par_iter().with_min_len(32).map(run).collect()
    }

    /// Runs one case.
    pub fn case(&self, case: &Case) -> CaseResult {
        let start = Instant::now();
        let outcome = if self.interrupted.load(Ordering::Relaxed) {
            Outcome::Skipped { why: "the run was interrupted".to_owned() }
        } else {
            self.judge(case)
        };
        CaseResult { outcome, time: start.elapsed() }
    }

    fn judge(&self, case: &Case) -> Outcome {
        if matches!(case.question, Question::Export) && self.json_export.is_none() {
            return Outcome::Skipped { why: "the JSON export was not made (`--emit`)".to_owned() };
        }
        match self.ask(&case.question) {
            Ok(actual) if matches(&case.expect, &actual) => Outcome::Passed,
            Ok(actual) => Outcome::Failed { actual },
            Err(AskError::Question(why)) => Outcome::Failed { actual: json!({"error": why}) },
            Err(error) => Outcome::Error { why: error.to_string() },
        }
    }

    /// What comes out, in the shape of `expect`.
    fn ask(&self, question: &Question) -> Result<Value, AskError> {
        let asker = &self.asker;
        Ok(match question {
            Question::Resolve(oid) => asker.resolve(oid)?,
            Question::Digest(oid) => asker.digest(oid)?,
            Question::AbsentOid(oid) => json!({"absent": asker.resolve(oid)?.is_null()}),
            Question::AbsentTerm(term) => {
                json!({"absent": asker.lookup(term)?.as_array().is_some_and(Vec::is_empty)})
            }
            Question::Lookup(term) => json!({"senses": asker.lookup(term)?}),
            Question::Scan(text) => json!({"hits": asker.scan(text)?}),
            Question::Alias(oid) => json!({"target": asker.alias(oid)?}),
            Question::Render(oid, slots) => match slot_values(slots) {
                Ok(slots) => match asker.render(oid, &slots)? {
                    Ok(text) => json!({"text": text}),
                    Err(_) => json!({"error": "SLOT_INVALID"}),
                },
                Err(()) => json!({"error": "SLOT_INVALID"}),
            },
            Question::Fire(event) => json!({"said": asker.fire(event)?}),
            Question::Register(oid) => json!({"registers": asker.registers(oid)}),
            Question::Tree(oid) => {
                json!({"children": asker.tree(oid.as_ref())?, "entries": asker.count(oid.as_ref())?})
            }
            Question::Export => json!({"agree": self.export_agrees()?}),
        })
    }

    /// Writes the export anew from the `.1337` and compares it with the file, byte by byte.
    fn export_agrees(&self) -> Result<bool, AskError> {
        let Some(path) = self.json_export else { return Ok(false) };
        let expected = File::open(path).map_err(cache::Error::from)?;
        let mut reader = Reader::new(self.pack, None, Vec::new());
        let mut entries = Vec::with_capacity(self.pack.len() as usize);
        for entry in self.pack.entries() {
            if let Statement::Define(entry) = reader.statement(entry?)? {
                entries.push(entry);
            }
        }
        let meta: crate::pack::to_cache::Meta =
            serde_json::from_slice(self.pack.meta()?).map_err(|e| AskError::Question(e.to_string()))?;
        let named = export::Named {
            name: &meta.name,
            oid: &meta.oid,
            language: &meta.language,
            version: &meta.version,
        };
        let mut compared = Compared::new(expected);
        export::json(&named, &entries, &reader.names, &mut compared).map_err(cache::Error::from)?;
        Ok(compared.agrees().map_err(cache::Error::from)?)
    }
}

/// Takes what is written, and compares it with what there is: neither is kept.
struct Compared<R> {
    expected: BufReader<R>,
    agrees: bool,
}

impl<R: Read> Compared<R> {
    fn new(expected: R) -> Self {
        Self { expected: BufReader::with_capacity(1 << 16, expected), agrees: true }
    }

    /// Whether it was the same, to the end.
    fn agrees(mut self) -> io::Result<bool> {
        Ok(self.agrees && self.fill()? == 0)
    }

    /// How much there is to be compared next; none at the end.
    fn fill(&mut self) -> io::Result<usize> {
        loop {
            match self.expected.fill_buf() {
                Ok(expected) => return Ok(expected.len()),
                // What was compared already must not come again.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R: Read> Write for Compared<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while self.agrees && !rest.is_empty() {
            let both = self.fill()?.min(rest.len());
            self.agrees = both > 0 && self.expected.buffer()[..both] == rest[..both];
            self.expected.consume(both);
            rest = &rest[both..];
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn slot_values(slots: &Map<String, Value>) -> Result<Named<'_, SlotValue<'_>>, ()> {
    slots.iter().map(|(name, value)| Ok((name.as_str(), slot_value(value)?))).collect()
}

fn slot_value(value: &Value) -> Result<SlotValue<'_>, ()> {
    match value {
        Value::String(text) => Ok(SlotValue::Text(text)),
        Value::Number(number) => number.as_i64().map(SlotValue::Integer).ok_or(()),
        _ => Err(()),
    }
}

/// Whether what came out is what was expected: lists of the same length and order, every field that is named the same.
/// Fields that an expectation does not name are not compared.
fn matches(expect: &Value, actual: &Value) -> bool {
    match (expect, actual) {
        (Value::Object(expect), Value::Object(actual)) => {
            expect.iter().all(|(key, value)| actual.get(key).is_some_and(|found| matches(value, found)))
        }
        (Value::Array(expect), Value::Array(actual)) => {
            expect.len() == actual.len() && expect.iter().zip(actual).all(|(e, a)| matches(e, a))
        }
        _ => expect == actual,
    }
}

/// Only the part of what came out that an expectation speaks of: what a person has to compare.
pub fn relevant(expect: &Value, actual: &Value) -> Value {
    match (expect, actual) {
        (Value::Object(e), Value::Object(a)) if e.keys().any(|key| a.contains_key(key)) => a
            .iter()
            .filter(|(key, _)| e.contains_key(*key))
            .map(|(k, v)| (k.clone(), relevant(&e[k], v)))
            .collect(),
        (Value::Array(e), Value::Array(a)) => match e.first() {
            Some(first) => {
                a.iter().enumerate().map(|(i, v)| relevant(e.get(i).unwrap_or(first), v)).collect()
            }
            None => actual.clone(),
        },
        _ => actual.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_compared_to_the_end() {
        let expected: Vec<u8> = (0..200_000_u32).map(|i| (i.wrapping_mul(i) / 7) as u8).collect();
        let compare = |written: &[u8], piece: usize| {
            let mut compared = Compared::new(&expected[..]);
            written.chunks(piece).for_each(|piece| compared.write_all(piece).unwrap());
            compared.agrees().unwrap()
        };
        let mut longer = expected.clone();
        longer.push(0);
        for piece in [1000, 65_536, 70_001, 300_000] {
            assert!(compare(&expected, piece));
            assert!(!compare(&expected[..expected.len() - 1], piece), "something is missing");
            assert!(!compare(&longer, piece), "there is more");
            for at in [0, 65_535, 65_536, expected.len() - 1] {
                let mut changed = expected.clone();
                changed[at] ^= 1;
                assert!(!compare(&changed, piece), "another byte at {at}");
            }
        }
        assert!(!compare(&[], 1));
    }
}
