//! Numbers: which literals a double holds, and the one form of each (ECMA-262 `Number::toString`, as RFC 8785 asks).

use std::fmt::Write as _;

/// Integers of so many digits are below 2^53: a double holds each of them, and writes it with the same digits.
const SAFE_DIGITS: usize = 15;

/// Why a literal is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Beyond the largest double.
    TooLarge,
    /// Not zero, but nearer to zero than to any other double.
    Underflow,
    /// An integer that would come back as another one.
    Rounds(String),
}

impl Refusal {
    /// What is wrong, and what to do.
    pub(super) fn words(&self, literal: &str) -> (String, String) {
        let shown: String = match literal.char_indices().nth(40) {
            Some((at, _)) => format!("{}…", &literal[..at]),
            None => literal.to_owned(),
        };
        match self {
            Self::TooLarge => (
                format!("no double holds the number {shown}: it is too large"),
                "write a smaller number, or a text".to_owned(),
            ),
            Self::Underflow => (
                format!("no double holds the number {shown}: it would become 0"),
                "write 0, or a text".to_owned(),
            ),
            Self::Rounds(nearest) => (
                format!("no double holds the integer {shown}: it would silently become {nearest}"),
                format!("write {nearest} if that is meant, else a text"),
            ),
        }
    }
}

/// Whether a JSON number literal may stand in a document.
pub(super) fn check(literal: &str) -> Result<(), Refusal> {
    let digits = literal.strip_prefix('-').unwrap_or(literal);
    let is_integer = !digits.bytes().any(|b| matches!(b, b'.' | b'e' | b'E'));
    if is_integer && digits.len() <= SAFE_DIGITS {
        return Ok(());
    }
    let double = value(literal);
    if !double.is_finite() {
        return Err(Refusal::TooLarge);
    }
    if double == 0.0 && significand(digits).bytes().any(|b| matches!(b, b'1'..=b'9')) {
        return Err(Refusal::Underflow);
    }
    if is_integer {
        let mut buffer = ryu_js::Buffer::new();
        let shortest = buffer.format_finite(double.abs());
        if decimal(shortest) != decimal(digits) {
            let sign = if double < 0.0 { "-" } else { "" };
            return Err(Refusal::Rounds(format!("{sign}{}", plain(shortest))));
        }
    }
    Ok(())
}

/// The double that a JSON number literal reads as.
pub fn value(literal: &str) -> f64 {
    // The grammar of JSON's numbers is a part of the standard library's.
    literal.parse().unwrap_or(f64::NAN)
}

/// Appends the one form of a literal that [`check`] took.
pub(super) fn write(literal: &str, is_integer: bool, out: &mut String) {
    let digits = literal.strip_prefix('-').unwrap_or(literal);
    if is_integer && digits.len() <= SAFE_DIGITS && literal != "-0" {
        out.push_str(literal);
        return;
    }
    let double = value(literal);
    if double.is_finite() {
        out.push_str(ryu_js::Buffer::new().format_finite(double));
    } else {
        // Not reached after `check`; a document must not change its meaning all the same.
        let _ = write!(out, "{literal}");
    }
}

fn significand(digits: &str) -> &str {
    digits.split(['e', 'E']).next().unwrap_or(digits)
}

/// A number without sign as its digits, without zeros at either end, and the power of ten of the first of them.
fn decimal(text: &str) -> (String, i64) {
    let (significand, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = significand.split_once('.').unwrap_or((significand, ""));
    let all = format!("{whole}{fraction}");
    let kept = all.trim_start_matches('0');
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let first = whole.len() as i64 - (all.len() - kept.len()) as i64 - 1 + exponent;
    let kept = kept.trim_end_matches('0');
    if kept.is_empty() { (String::new(), 0) } else { (kept.to_owned(), first) }
}

/// An integer as `Number::toString` gives it, without an exponent.
fn plain(text: &str) -> String {
    let (digits, first) = decimal(text);
    let zeros = usize::try_from(first + 1).unwrap_or(0).saturating_sub(digits.len());
    if text.contains('e') && zeros < 400 { digits + &"0".repeat(zeros) } else { text.to_owned() }
}
