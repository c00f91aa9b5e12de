//! Byte ranges, as RFC 9110 (section 14) has them. Pure.

use std::ops::Range;

/// What a `Range` field asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Everything: there is no such field, or one that is ignored.
    Whole,
    /// These bytes.
    Bytes(Range<u64>),
    /// Nothing that there is: 416.
    Unsatisfiable,
}

/// Reads a `Range` field for a representation of `size` bytes. What is malformed, of another unit, or asks for several
/// ranges is ignored, as the RFC allows: then the whole is sent.
pub(super) fn parse(field: &str, size: u64) -> Part {
    let Some((unit, set)) = field.split_once('=') else { return Part::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Part::Whole;
    }
    let Some((first, last)) = set.trim().split_once('-') else { return Part::Whole };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // A number beyond 64 bits is beyond every end.
    let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
    match (digits(first), digits(last)) {
        (true, true) if number(first) > number(last) => Part::Whole,
        (true, _) if !last.is_empty() && !digits(last) => Part::Whole,
        (true, has_end) => {
            let start = number(first);
            let end = if has_end { number(last).saturating_add(1).min(size) } else { size };
            if start < size { Part::Bytes(start..end) } else { Part::Unsatisfiable }
        }
        (false, true) if first.is_empty() => match number(last).min(size) {
            0 => Part::Unsatisfiable,
            length => Part::Bytes(size - length..size),
        },
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_of_ten_bytes() {
        for (field, expected) in [
            ("bytes=0-0", Part::Bytes(0..1)),
            ("bytes=0-", Part::Bytes(0..10)),
            ("bytes=3-5", Part::Bytes(3..6)),
            ("Bytes= 3-5 ", Part::Bytes(3..6)),
            ("bytes=9-99", Part::Bytes(9..10)),
            ("bytes=-3", Part::Bytes(7..10)),
            ("bytes=-99", Part::Bytes(0..10)),
            ("bytes=0-99999999999999999999999", Part::Bytes(0..10)),
            ("bytes=10-", Part::Unsatisfiable),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=99999999999999999999999-", Part::Unsatisfiable),
            ("bytes=5-3", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=1-b", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("items=0-1", Part::Whole),
            ("0-1", Part::Whole),
        ] {
            assert_eq!(parse(field, 10), expected, "{field}");
        }
        assert_eq!(parse("bytes=0-", 0), Part::Unsatisfiable);
        assert_eq!(parse("bytes=-5", 0), Part::Unsatisfiable);
    }

    proptest! {
        #[test]
        fn a_part_lies_within_and_is_not_empty(field in "bytes=[0-9]{0,20}-[0-9]{0,20}|\\PC{0,20}", size in 0_u64..100) {
            if let Part::Bytes(range) = parse(&field, size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
