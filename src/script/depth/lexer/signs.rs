//! Operators.

/// What an operator means for depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// `.` and `?.`: the word behind it is a name.
    Member,
    /// `#`: the same.
    Private,
    /// `++` and `--`.
    Step,
    /// `+` and `-`: behind a value a part of a sum, otherwise a sign.
    Sum,
    /// Its right side does not nest.
    Left,
    /// Its right side nests.
    Right,
}

/// The operator that a text begins with, and its length; the text is not empty.
pub(super) fn at(rest: &[u8]) -> (usize, Sign) {
    use Sign::{Left, Member, Private, Right, Step, Sum};
    match rest {
        [b'.', b'.', b'.', ..] => (3, Left),
        [b'.', ..] => (1, Member),
        [b'=' | b'!', b'=', b'=', ..] => (3, Left),
        [b'=' | b'!' | b'<' | b'>', b'=', ..] => (2, Left),
        [b'=', b'>', ..] => (2, Right),
        [b'>', b'>', b'>', b'=', ..] => (4, Right),
        [b'*', b'*', b'=', ..] | [b'<', b'<', b'=', ..] | [b'>', b'>', b'=', ..] => (3, Right),
        [b'&', b'&', b'=', ..] | [b'|', b'|', b'=', ..] | [b'?', b'?', b'=', ..] => (3, Right),
        [b'>', b'>', b'>', ..] => (3, Left),
        [b'&', b'&', ..] | [b'|', b'|', ..] | [b'?', b'?', ..] | [b'<', b'<', ..] | [b'>', b'>', ..] => {
            (2, Left)
        }
        // `a?.5:b` is a conditional.
        [b'?', b'.', b'0'..=b'9', ..] => (1, Left),
        [b'?', b'.', ..] => (2, Member),
        [b'+', b'+', ..] | [b'-', b'-', ..] => (2, Step),
        [b'*', b'*', ..] | [b'+' | b'-' | b'*' | b'%' | b'&' | b'|' | b'^', b'=', ..] => (2, Right),
        [b'+' | b'-', ..] => (1, Sum),
        [b'*' | b'%' | b'&' | b'|' | b'^' | b'<' | b'>' | b'?' | b'@', ..] => (1, Left),
        [b'#', ..] => (1, Private),
        _ => (1, Right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_found_whole() {
        let left = "=== !== == != <= >= && || ?? >>> << >> * % & | ^ < > ? ... @";
        let right = "= ! ~ : => >>>= **= <<= >>= &&= ||= ??= += -= *= %= &= |= ^= **";
        let others =
            [(". ?.", Sign::Member), ("#", Sign::Private), ("++ --", Sign::Step), ("+ -", Sign::Sum)];
        for (signs, meaning) in [(left, Sign::Left), (right, Sign::Right)].into_iter().chain(others) {
            for sign in signs.split(' ') {
                for after in ["", " ", "a", "(", "!"] {
                    assert_eq!(at(format!("{sign}{after}").as_bytes()), (sign.len(), meaning), "{sign}");
                }
            }
        }
        assert_eq!(at(b"?.5:b"), (1, Sign::Left));
        assert_eq!(at(b"=+1"), (1, Sign::Right));
        assert_eq!(at(b"-.5"), (1, Sign::Sum));
    }
}
