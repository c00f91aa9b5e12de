//! Word boundaries of plain keys: UAX #29 for ASCII and the letters from U+00DF to U+00FF alone, without its tables.

/// What a character is to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    /// `_`, which joins both.
    Joiner,
    /// `:` between letters.
    MidLetter,
    /// `.` and `'` between letters or between digits.
    Mid,
    /// `,` and `;` between digits.
    MidDigit,
    /// Anything else, by itself.
    Other,
}

/// Where the first segment of a key ends, and how many there are. `None` for one that is not plain, or empty.
pub(super) fn first_word(key: &str) -> Option<(usize, usize)> {
    let bytes = key.as_bytes();
    let mut next = class(bytes, 0)?;
    let (mut before, mut last) = (Class::Other, Class::Other);
    let (mut at, mut first, mut count) = (0, 0, 0);
    loop {
        let (this, end) = next;
        let following = if end < bytes.len() { Some(class(bytes, end)?) } else { None };
        if at == 0 || !joins(before, last, this, following.map(|(class, _)| class)) {
            if count == 1 {
                first = at;
            }
            count += 1;
        }
        (before, last, at) = (last, this, end);
        match following {
            Some(following) => next = following,
            None => return Some((if count == 1 { at } else { first }, count)),
        }
    }
}

/// The class of the character that begins at a byte, and where it ends.
fn class(bytes: &[u8], at: usize) -> Option<(Class, usize)> {
    let class = match *bytes.get(at)? {
        b'a'..=b'z' => Class::Letter,
        b'0'..=b'9' => Class::Digit,
        b'_' => Class::Joiner,
        b':' => Class::MidLetter,
        b'.' | b'\'' => Class::Mid,
        b',' | b';' => Class::MidDigit,
        // Runs of spaces are one segment, and capitals are no key's: both are for the tables.
        b' ' if bytes.get(at + 1) == Some(&b' ') => return None,
        b'A'..=b'Z' => return None,
        b' '..=b'~' => Class::Other,
        0xC3 => {
            return match *bytes.get(at + 1)? {
                // ÷
                0xB7 => Some((Class::Other, at + 2)),
                0x9F..=0xBF => Some((Class::Letter, at + 2)),
                _ => None,
            };
        }
        _ => return None,
    };
    Some((class, at + 1))
}

/// Whether there is no boundary before `this`: rules 5 to 13b.
fn joins(before: Class, last: Class, this: Class, next: Option<Class>) -> bool {
    use Class::{Digit, Joiner, Letter, Mid, MidDigit, MidLetter};
    match (last, this) {
        (Letter | Digit | Joiner, Joiner) | (Joiner | Letter | Digit, Letter | Digit) => true,
        (Letter, MidLetter | Mid) => next == Some(Letter),
        (MidLetter | Mid, Letter) => before == Letter,
        (Digit, MidDigit | Mid) => next == Some(Digit),
        (MidDigit | Mid, Digit) => before == Digit,
        _ => false,
    }
}
