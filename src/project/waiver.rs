//! A waiver: a finding of preflight that somebody accepted.

use crate::diag::Place;

/// A finding of preflight that is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The check.
    pub check: String,
    /// The bot; all of them without one.
    pub bot: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, as `2026-03-01`.
    pub expires: Option<String>,
    /// Where it is written.
    pub place: Place,
}

impl Waiver {
    /// Whether its last day is past. Days of this form are in the order of their texts.
    pub fn is_expired(&self, today: &str) -> bool {
        self.expires.as_deref().is_some_and(|until| until < today)
    }
}

/// Whether a text is a day that the calendar has, as `2026-03-01`.
pub(super) fn is_day(text: &str) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?.parse::<u32>().ok()
    };
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => return false,
    };
    text.len() == 10
        && text.get(4..5) == Some("-")
        && text.get(7..8) == Some("-")
        && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_those_of_the_calendar() {
        for day in ["2026-03-01", "2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(super::is_day(day), "{day}");
        }
        for day in [
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-3-1",
            "2026-03-011",
            "2026/03/01",
            "+026-03-01",
            "",
        ] {
            assert!(!super::is_day(day), "{day}");
        }
    }
}
