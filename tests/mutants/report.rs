//! What came of the mutants of a pack, as a table.

use std::collections::BTreeMap;

/// What came of one kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kind {
    pub(crate) killed: usize,
    pub(crate) survived: usize,
    pub(crate) equivalent: usize,
    /// How many each kind of case was the first to kill.
    pub(crate) by: BTreeMap<&'static str, usize>,
}

/// What came of all kinds.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) kinds: BTreeMap<&'static str, Kind>,
    /// The survivors: their kind, what was done, and why it is held to be equivalent, if it is.
    pub(crate) survivors: Vec<(&'static str, String, Option<&'static str>)>,
}

impl Table {
    pub(crate) fn totals(&self) -> Kind {
        let mut total = Kind::default();
        for kind in self.kinds.values() {
            total.killed += kind.killed;
            total.survived += kind.survived;
            total.equivalent += kind.equivalent;
            for (by, count) in &kind.by {
                *total.by.entry(by).or_default() += count;
            }
        }
        total
    }

    pub(crate) fn print(&self, title: &str, is_long: bool) {
        let mut out = format!(
            "\n{title}\n{:<40} {:>8} {:>8} {:>10} {:>9}",
            "", "mutants", "killed", "equivalent", "rate"
        );
        let total = self.totals();
        let rows = self.kinds.iter().map(|(name, kind)| (*name, kind)).filter(|_| is_long);
        for (name, kind) in rows.chain([("all kinds", &total)]) {
            let mutants = kind.killed + kind.survived + kind.equivalent;
            let counted = kind.killed + kind.survived;
            let rate = if counted == 0 { "-".to_owned() } else { format!("{:.2} %", 100.0 * kind.rate()) };
            out += &format!("\n{name:<40} {mutants:>8} {:>8} {:>10} {rate:>9}", kind.killed, kind.equivalent);
        }
        out += &format!("\nfirst killed by: {:?}", total.by);
        let mut held: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (kind, what, reason) in &self.survivors {
            match reason {
                Some(reason) => *held.entry((kind, reason)).or_default() += 1,
                None => out += &format!("\nSURVIVED: {kind}: {what}"),
            }
        }
        for ((kind, reason), count) in held {
            out += &format!("\nheld to be equivalent: {count} of `{kind}`: {reason}");
        }
        println!("{out}");
    }
}

impl Kind {
    /// The part that was killed of those that are not equivalent.
    pub(crate) fn rate(&self) -> f64 {
        let counted = self.killed + self.survived;
        if counted == 0 { 1.0 } else { self.killed as f64 / counted as f64 }
    }
}
