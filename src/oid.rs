//! Object identifiers (ITU-T X.660) as packs use them: dotted arcs, numeric order, ranges of the layers.
//!
//! Pure. Knows nothing of documents.

use std::fmt;
use std::str::FromStr;

/// The most arcs that an identifier may have.
pub const MAX_ARCS: usize = 32;
/// The greatest arc: 63 bits.
pub const MAX_ARC: u64 = i64::MAX as u64;

/// The most bytes that an [`Oid::key`] has.
pub const MAX_SORT_KEY: usize = MAX_ARCS * 9;

/// An object identifier. The order is numeric arc by arc, a prefix before its extensions.
///
/// It is kept as its [`key`](Self::key), so that it is looked up, compared and written as it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(Box<[u8]>);

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
    /// The identifier with these arcs.
    ///
    /// # Errors
    /// X.660 has none such, or they are too many.
    pub fn from_arcs(arcs: &[u64]) -> Result<Self, OidError> {
        match arcs.iter().find(|&&arc| arc > MAX_ARC) {
            _ if arcs.is_empty() => return Err(OidError::Empty),
            _ if arcs.len() > MAX_ARCS => return Err(OidError::TooManyArcs),
            Some(arc) => return Err(OidError::ArcTooLarge(arc.to_string())),
            None => check_first(arcs)?,
        }
        let (mut key, mut length) = ([0; MAX_SORT_KEY], 0);
        for arc in arcs {
            let bytes = arc.to_be_bytes();
            let skipped = arc.leading_zeros() as usize / 8;
            let count = bytes.len() - skipped;
            key[length] = count as u8;
            key[length + 1..length + 1 + count].copy_from_slice(&bytes[skipped..]);
            length += 1 + count;
        }
        Ok(Self(key[..length].into()))
    }

    /// The arcs, from the root.
    pub fn arcs(&self) -> impl Iterator<Item = u64> + '_ {
        self.pieces().map(|piece| piece[1..].iter().fold(0, |arc, &byte| arc << 8 | u64::from(byte)))
    }

    /// How many arcs it has.
    pub fn depth(&self) -> usize {
        self.pieces().count()
    }

    /// What each arc is in the key.
    fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.0[..];
        std::iter::from_fn(move || {
            let (piece, behind) = rest.split_at_checked(1 + usize::from(*rest.first()?))?;
            rest = behind;
            Some(piece)
        })
    }

    /// Whether `self` is `other` or an ancestor of it.
    pub fn is_prefix_of(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The ancestors from the nearest to the root, without `self`.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> + '_ {
        let mut ends: Vec<usize> = self
            .pieces()
            .scan(0, |end, piece| {
                *end += piece.len();
                Some(*end)
            })
            .collect();
        ends.pop();
        ends.into_iter().rev().map(|end| Self(self.0[..end].into()))
    }

    /// A key whose order as bytes is the order of identifiers: per arc one byte that counts the
    /// significant bytes, then these, most significant first. A prefix of arcs is a prefix of bytes.
    #[inline]
    pub fn key(&self) -> &[u8] {
        &self.0
    }

    /// The identifier of a [`key`](Self::key); `None` if it is none's.
    pub fn from_key(key: &[u8]) -> Option<Self> {
        let (mut rest, mut arcs, mut first) = (key, 0, [0; 2]);
        while let Some((&count, behind)) = rest.split_first() {
            let (bytes, behind) = behind.split_at_checked(usize::from(count))?;
            if count > 8 || bytes.first() == Some(&0) {
                return None;
            }
            let arc = bytes.iter().fold(0, |arc, &byte| arc << 8 | u64::from(byte));
            if arc > MAX_ARC || arcs == MAX_ARCS {
                return None;
            }
            if let Some(place) = first.get_mut(arcs) {
                *place = arc;
            }
            arcs += 1;
            rest = behind;
        }
        if arcs == 0 {
            return None;
        }
        check_first(&first[..arcs.min(2)]).ok().map(|()| Self(key.into()))
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
        Self::from_arcs(&arcs)
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
        for (i, arc) in self.arcs().enumerate() {
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
            assert_eq!(Oid::from_key(key), None, "{key:?}");
        }
        assert_eq!(Oid::from_key(&[0, 1, 39]), Some(oid("0.39")));
    }

    proptest! {
        #[test]
        fn text_and_key_keep_identity_and_order(
            a in prop::collection::vec(0..=MAX_ARC, 0..6), b in prop::collection::vec(0..300u64, 0..6)
        ) {
            let make = |rest: &[u64]| Oid::from_arcs(&[&[2], rest].concat()).unwrap();
            let (a, b) = (make(&a), make(&b));
            prop_assert_eq!(&a.to_string().parse::<Oid>().unwrap(), &a);
            prop_assert_eq!(Oid::from_key(a.key()), Some(a.clone()));
            let arcs = |oid: &Oid| oid.arcs().collect::<Vec<_>>();
            prop_assert_eq!(a.cmp(&b), arcs(&a).cmp(&arcs(&b)));
            prop_assert_eq!(a.is_prefix_of(&b), arcs(&b).starts_with(&arcs(&a)));
            prop_assert_eq!(a.depth(), arcs(&a).len());
            let ancestors: Vec<_> = a.ancestors().map(|oid| arcs(&oid)).collect();
            let expected: Vec<_> = (1..a.depth()).rev().map(|end| arcs(&a)[..end].to_vec()).collect();
            prop_assert_eq!(ancestors, expected);
        }
    }
}
