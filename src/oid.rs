//! Object identifiers (ITU-T X.660) as packs use them: dotted arcs, numeric order, ranges of the layers.
//!
//! Pure. Knows nothing of documents.

use std::fmt;
use std::str::FromStr;

/// The most arcs that an identifier may have.
pub const MAX_ARCS: usize = 32;
/// The greatest arc: 63 bits.
pub const MAX_ARC: u64 = i64::MAX as u64;

/// The most bytes that a [`Oid::sort_key`] has.
pub const MAX_SORT_KEY: usize = MAX_ARCS * 9;

/// An object identifier. The order is numeric arc by arc, a prefix before its extensions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Box<[u64]>);

/// Why a text is no object identifier. The message is a sentence that names the offending arc.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidError {
    /// The text is empty.
    #[error("an OID has at least one arc")]
    Empty,
    /// A dot at an end, or two in a row.
    #[error("an arc is empty: a dot stands at an end or beside another")]
    EmptyArc,
    /// Something that is no decimal digit.
    #[error("arc `{0}` is not a decimal number")]
    NotDecimal(String),
    /// A zero in front of other digits.
    #[error("arc `{0}` has a leading zero")]
    LeadingZero(String),
    /// An arc over 63 bits.
    #[error("arc `{0}` does not fit in 63 bits")]
    ArcTooLarge(String),
    /// More arcs than [`MAX_ARCS`].
    #[error("it has more than 32 arcs")]
    TooManyArcs,
    /// A first arc over 2.
    #[error("the first arc is {0}, but only 0, 1 and 2 exist (X.660)")]
    FirstArc(u64),
    /// A second arc over 39 under 0 or 1.
    #[error("under {first} the second arc is at most 39 (X.660), not {second}")]
    SecondArc {
        /// The first arc, 0 or 1.
        first: u64,
        /// The second arc, as written.
        second: u64,
    },
}

impl Oid {
    /// The arcs, from the root.
    pub fn arcs(&self) -> &[u64] {
        &self.0
    }

    /// Whether `self` is `other` or an ancestor of it.
    pub fn is_prefix_of(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The ancestors from the nearest to the root, without `self`.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> + '_ {
        (1..self.0.len()).rev().map(|n| Self(self.0[..n].into()))
    }

    /// A key whose order as bytes is the order of identifiers: per arc one byte that counts the
    /// significant bytes, then these, most significant first. A prefix of arcs is a prefix of bytes.
    pub fn sort_key(&self) -> Vec<u8> {
        self.write_sort_key(&mut [0; MAX_SORT_KEY]).to_vec()
    }

    /// The same, written into memory of the caller.
    pub fn write_sort_key<'b>(&self, buffer: &'b mut [u8; MAX_SORT_KEY]) -> &'b [u8] {
        let length = self.write_sort_words(buffer.as_chunks_mut().0);
        &buffer[..length]
    }

    /// The same in whole words of eight bytes, the last one filled up with zeros, as far as there is room; returns how many
    /// bytes there are. An arc needs at most nine.
    #[inline]
    pub fn write_sort_words(&self, words: &mut [[u8; 8]]) -> usize {
        let mut words = words.iter_mut();
        let mut write = |word: u64| {
            if let Some(place) = words.next() {
                *place = word.to_le_bytes();
            }
        };
        // Some bytes wait until there are eight.
        let (mut waiting, mut count, mut length) = (0_u64, 0, 0);
        for &arc in &self.0 {
            let zeros = arc.leading_zeros() / 8;
            let mut bytes = arc.wrapping_shl(8 * zeros).swap_bytes();
            let mut more = 8 - zeros;
            let mut add = |bytes: u64, more: u32| {
                waiting |= bytes << (8 * count);
                count += more;
                if count >= 8 {
                    write(waiting);
                    count -= 8;
                    // What did not fit; in two steps, where nothing is left.
                    waiting = bytes >> 1 >> (8 * (more - count) - 1);
                }
            };
            length += 9 - zeros as usize;
            if more == 8 {
                // Nine bytes are more than a word has.
                add(8, 1);
            } else {
                (bytes, more) = (bytes << 8 | u64::from(more), more + 1);
            }
            add(bytes, more);
        }
        if count > 0 {
            write(waiting);
        }
        length
    }
}

impl Oid {
    /// The identifier of a [`sort_key`](Self::sort_key); `None` if it is none's.
    pub fn from_sort_key(mut key: &[u8]) -> Option<Self> {
        let mut arcs = Vec::with_capacity(6);
        while let Some((&count, rest)) = key.split_first() {
            let (bytes, rest) = rest.split_at_checked(usize::from(count))?;
            if count > 8 || bytes.first() == Some(&0) {
                return None;
            }
            let arc = bytes.iter().fold(0, |arc, &byte| arc << 8 | u64::from(byte));
            if arc > MAX_ARC || arcs.len() == MAX_ARCS {
                return None;
            }
            arcs.push(arc);
            key = rest;
        }
        if arcs.is_empty() {
            return None;
        }
        check_first(&arcs).ok().map(|()| Self(arcs.into()))
    }
}

impl FromStr for Oid {
    type Err = OidError;

    fn from_str(text: &str) -> Result<Self, OidError> {
        if text.is_empty() {
            return Err(OidError::Empty);
        }
        let mut arcs = Vec::with_capacity(6);
        for arc in text.split('.') {
            if arcs.len() == MAX_ARCS {
                return Err(OidError::TooManyArcs);
            }
            arcs.push(parse_arc(arc)?);
        }
        check_first(&arcs)?;
        Ok(Self(arcs.into()))
    }
}

/// What X.660 says of the first two arcs.
fn check_first(arcs: &[u64]) -> Result<(), OidError> {
    match *arcs {
        [first, ..] if first > 2 => Err(OidError::FirstArc(first)),
        [first @ 0..=1, second, ..] if second > 39 => Err(OidError::SecondArc { first, second }),
        _ => Ok(()),
    }
}

fn parse_arc(arc: &str) -> Result<u64, OidError> {
    if arc.is_empty() {
        return Err(OidError::EmptyArc);
    }
    if !arc.bytes().all(|b| b.is_ascii_digit()) {
        return Err(OidError::NotDecimal(arc.chars().take(40).collect()));
    }
    if arc.len() > 1 && arc.starts_with('0') {
        return Err(OidError::LeadingZero(arc.chars().take(40).collect()));
    }
    match arc.parse::<u64>() {
        Ok(value) if value <= MAX_ARC => Ok(value),
        _ => Err(OidError::ArcTooLarge(arc.chars().take(40).collect())),
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, arc) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            write!(f, "{arc}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

impl serde::Serialize for Oid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Oid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn oid(text: &str) -> Oid {
        text.parse().unwrap()
    }

    #[test]
    fn order_is_numeric_and_a_prefix_comes_first() {
        let mut all = ["1.10", "1.2.1", "2.1337.4", "1.2", "0.39", "1"].map(oid);
        all.sort();
        assert_eq!(all.map(|o| o.to_string()), ["0.39", "1", "1.2", "1.2.1", "1.10", "2.1337.4"]);
    }

    #[test]
    fn refuses_what_x660_and_the_limits_refuse() {
        use OidError as E;
        let max = i64::MAX.to_string();
        assert!(format!("2.{max}").parse::<Oid>().is_ok());
        assert!(vec!["1"; 32].join(".").parse::<Oid>().is_ok());
        let thirty_three = vec!["1"; 33].join(".");
        let cases: &[(&str, E)] = &[
            ("", E::Empty),
            (".1", E::EmptyArc),
            ("1.", E::EmptyArc),
            ("1..2", E::EmptyArc),
            ("1.a", E::NotDecimal("a".into())),
            ("1.+2", E::NotDecimal("+2".into())),
            ("1. 2", E::NotDecimal(" 2".into())),
            ("1.02", E::LeadingZero("02".into())),
            ("3.1", E::FirstArc(3)),
            ("0.40", E::SecondArc { first: 0, second: 40 }),
            ("1.40.1", E::SecondArc { first: 1, second: 40 }),
            ("2.9223372036854775808", E::ArcTooLarge("9223372036854775808".into())),
            (&thirty_three, E::TooManyArcs),
        ];
        for (text, error) in cases {
            assert_eq!(text.parse::<Oid>().as_ref(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_key_of_no_oid_is_refused() {
        let long: Vec<u8> = [1, 1].repeat(33);
        let keys: [&[u8]; 7] =
            [&[], &[1, 3], &[0, 1, 40], &[1, 2, 8, 0x80, 0, 0, 0, 0, 0, 0, 0], &long, &[1], &[2, 0, 1]];
        for key in keys {
            assert_eq!(Oid::from_sort_key(key), None, "{key:?}");
        }
        assert_eq!(Oid::from_sort_key(&[0, 1, 39]), Some(oid("0.39")));
    }

    proptest! {
        #[test]
        fn text_and_key_keep_identity_and_order(
            a in prop::collection::vec(0..=MAX_ARC, 0..6), b in prop::collection::vec(0..300u64, 0..6)
        ) {
            let make = |rest: &[u64]| Oid([&[2], rest].concat().into());
            let (a, b) = (make(&a), make(&b));
            prop_assert_eq!(&a.to_string().parse::<Oid>().unwrap(), &a);
            prop_assert_eq!(Oid::from_sort_key(&a.sort_key()), Some(a.clone()));
            prop_assert_eq!(a.cmp(&b), a.sort_key().cmp(&b.sort_key()));
            prop_assert_eq!(a.is_prefix_of(&b), b.sort_key().starts_with(&a.sort_key()));
        }
    }
}
