//! Shards: every case is in exactly one part of N, by the hash of its id.

use sha2::{Digest, Sha256};

/// Part `index` of `count`, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// Reads `I/N`.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no shard: write I/N with I from 1 to N, such as 2/4");
        let (index, count) = text.split_once('/').ok_or_else(wrong)?;
        let (index, count) = (index.parse().map_err(|_| wrong())?, count.parse().map_err(|_| wrong())?);
        if index == 0 || index > count || count > 10_000 {
            return Err(wrong());
        }
        Ok(Self { index, count })
    }

    /// Whether a case belongs to this part.
    pub fn holds(self, id: &str) -> bool {
        let digest = Sha256::digest(id.as_bytes());
        let head = digest.iter().take(8).fold(0, |head, &byte| head << 8 | u64::from(byte));
        head % self.count == self.index - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_parts_that_exist_are_read() {
        assert!(Shard::parse("1/1").unwrap().holds("anything"));
        for text in ["", "1", "0/2", "3/2", "a/b", "1/0", "-1/2", "1/10001"] {
            assert!(Shard::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_case_is_in_exactly_one_part(id in ".{0,20}", count in 1..40_u64) {
            let parts = (1..=count).filter(|i| Shard::parse(&format!("{i}/{count}")).unwrap().holds(&id));
            prop_assert_eq!(parts.count(), 1);
        }
    }
}
