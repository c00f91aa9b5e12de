//! Everything that a pack can be asked, each answer as a text. Shared with the fuzz targets.

use aegis_action::cache::{Entry, Error, Pack, Term};
use aegis_action::oid::Oid;

/// An answer, or why there is none.
pub(crate) type Answer = Result<String, Error>;

/// What is asked of a pack beside all that it lists by itself.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    pub(crate) terms: Vec<String>,
    pub(crate) oids: Vec<Oid>,
    pub(crate) texts: Vec<String>,
}

impl Questions {
    /// Asks everything, in an order that the pack's content does not change.
    pub(crate) fn ask(&self, pack: &Pack) -> Vec<Answer> {
        let mut answers = vec![
            pack.meta().map(|meta| String::from_utf8_lossy(meta).into_owned()),
            Ok(format!("{} {} {} {:?}", pack.kind(), pack.len(), pack.terms(), pack.format())),
            listed(pack),
            listed_terms(pack),
        ];
        answers.extend(self.terms.iter().map(|term| lookup(pack, term)));
        answers.extend(self.texts.iter().map(|text| scan(pack, text)));
        for oid in &self.oids {
            answers.push(pack.find(oid).and_then(|found| found.map_or(Ok("absent".to_owned()), show)));
            answers.push(pack.range(oid).map(|range| format!("{range:?}")));
            answers.push(pack.children(oid).and_then(|children| {
                children.iter().map(|child| Ok(child.oid()?.to_string() + " ")).collect()
            }));
        }
        answers
    }
}

fn listed(pack: &Pack) -> Answer {
    pack.entries().map(|entry| show(entry?)).collect()
}

fn listed_terms(pack: &Pack) -> Answer {
    (0..pack.terms()).map(|number| show_term(pack.term(number)?)).collect()
}

fn lookup(pack: &Pack, term: &str) -> Answer {
    let Some(senses) = pack.lookup(term)? else { return Ok("absent".to_owned()) };
    senses.iter().map(|sense| show_term(sense?)).collect()
}

fn scan(pack: &Pack, text: &str) -> Answer {
    let mut out = String::new();
    for hit in pack.scan(text)? {
        // What a hit is must be a piece of the text, or this panics.
        out += &text[hit.range];
        for sense in hit.found.iter() {
            out += sense?.term()?;
        }
    }
    Ok(out)
}

pub(crate) fn show(entry: Entry<'_>) -> Answer {
    Ok(format!(
        "{:?} {} {:?} {:?} {:?} {} {:?} {:?} {} {} {} {:?}\n",
        entry.oid()?,
        entry.kind(),
        entry.title()?,
        entry.language()?,
        entry.origin()?,
        entry.line(),
        entry.refs()?,
        entry.tags()?,
        entry.is_final(),
        entry.is_preferred(),
        entry.overrode(),
        entry.body()?,
    ))
}

fn show_term(term: Term<'_>) -> Answer {
    Ok(format!(
        "{} {} {} {:?} {:?} {:?} {} {}\n",
        term.term()?,
        term.meaning()?,
        term.key()?,
        term.lists()?,
        term.entry()?.oid()?,
        term.origin()?,
        term.line()?,
        term.register(),
    ))
}
