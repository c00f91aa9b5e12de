//! Sixteen bytes at once: what every x86-64 has instructions for, and the same byte by byte for other processors. Pure.

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) use vector::Sixteen;

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub(crate) use each::Sixteen;

/// Bytes of one.
pub(crate) const STEP: usize = 16;

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod vector {
    use std::arch::x86_64::{
        __m128i, _mm_and_si128, _mm_andnot_si128, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8,
        _mm_or_si128, _mm_set_epi64x, _mm_set1_epi8, _mm_storeu_si128, _mm_sub_epi8,
    };

    #[derive(Clone, Copy)]
    pub(crate) struct Sixteen(__m128i);

    /// Calls intrinsics.
    ///
    /// SAFETY: those that are given here compute with values and touch no memory, but for a store into sixteen bytes that are
    /// borrowed for it, wherever they stand; and their instructions are SSE2's, for which this module is compiled; every x86-64
    /// has them. That they compute what their names say is tested below against
    /// the same byte by byte, and by the fuzz targets `cache` and `scan`.
    macro_rules! sse2 {
        ($call:expr) => {{
            #[expect(unsafe_code, reason = "the intrinsics ask for SSE2; see the proof above")]
            let value = unsafe { $call };
            value
        }};
    }

    impl Sixteen {
        #[inline(always)]
        pub(crate) fn of_words([low, high]: [u64; 2]) -> Self {
            Self(sse2!(_mm_set_epi64x(high as i64, low as i64)))
        }

        #[inline(always)]
        pub(crate) fn all(byte: u8) -> Self {
            Self(sse2!(_mm_set1_epi8(byte as i8)))
        }

        #[inline(always)]
        pub(crate) fn write(self, place: &mut [u8; 16]) {
            sse2!(_mm_storeu_si128(std::ptr::from_mut(place).cast(), self.0));
        }

        #[inline(always)]
        pub(crate) fn is(self, other: Self) -> Self {
            Self(sse2!(_mm_cmpeq_epi8(self.0, other.0)))
        }

        #[inline(always)]
        pub(crate) fn min(self, other: Self) -> Self {
            Self(sse2!(_mm_min_epu8(self.0, other.0)))
        }

        #[inline(always)]
        pub(crate) fn minus(self, other: Self) -> Self {
            Self(sse2!(_mm_sub_epi8(self.0, other.0)))
        }

        #[inline(always)]
        pub(crate) fn and(self, other: Self) -> Self {
            Self(sse2!(_mm_and_si128(self.0, other.0)))
        }

        #[inline(always)]
        pub(crate) fn and_not(self, other: Self) -> Self {
            Self(sse2!(_mm_andnot_si128(other.0, self.0)))
        }

        #[inline(always)]
        pub(crate) fn or(self, other: Self) -> Self {
            Self(sse2!(_mm_or_si128(self.0, other.0)))
        }

        #[inline(always)]
        pub(crate) fn high_bits(self) -> u32 {
            sse2!(_mm_movemask_epi8(self.0)) as u32
        }
    }
}

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
mod each {
    #[derive(Clone, Copy)]
    pub(crate) struct Sixteen([u8; 16]);

    impl Sixteen {
        fn with(self, other: Self, change: impl Fn(u8, u8) -> u8) -> Self {
            Self(std::array::from_fn(|at| change(self.0[at], other.0[at])))
        }

        pub(crate) fn of_words(words: [u64; 2]) -> Self {
            let words = u128::from(words[0]) | u128::from(words[1]) << 64;
            Self(words.to_le_bytes())
        }

        /// The same byte sixteen times.
        pub(crate) fn all(byte: u8) -> Self {
            Self([byte; 16])
        }

        /// In one piece, where a processor can.
        pub(crate) fn write(self, place: &mut [u8; 16]) {
            *place = self.0;
        }

        /// `FF` where bytes are the same, 0 elsewhere.
        pub(crate) fn is(self, other: Self) -> Self {
            self.with(other, |a, b| if a == b { 0xFF } else { 0 })
        }

        pub(crate) fn min(self, other: Self) -> Self {
            self.with(other, u8::min)
        }

        pub(crate) fn minus(self, other: Self) -> Self {
            self.with(other, u8::wrapping_sub)
        }

        pub(crate) fn and(self, other: Self) -> Self {
            self.with(other, |a, b| a & b)
        }

        pub(crate) fn and_not(self, other: Self) -> Self {
            self.with(other, |a, b| a & !b)
        }

        pub(crate) fn or(self, other: Self) -> Self {
            self.with(other, |a, b| a | b)
        }

        /// The highest bit of each byte, the first byte's lowest.
        pub(crate) fn high_bits(self) -> u32 {
            self.0.iter().rev().fold(0, |bits, byte| bits << 1 | u32::from(byte >> 7))
        }
    }
}

impl Sixteen {
    #[inline(always)]
    pub(crate) fn of(bytes: &[u8; STEP]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        Self::of_words([u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1])])
    }

    /// `FF` where a byte is at most this one, 0 elsewhere.
    #[inline(always)]
    pub(crate) fn is_at_most(self, byte: u8) -> Self {
        self.min(Self::all(byte)).is(self)
    }

    /// `FF` where a byte is one from `first` to `last`.
    #[inline(always)]
    pub(crate) fn is_from(self, first: u8, last: u8) -> Self {
        self.minus(Self::all(first)).is_at_most(last - first)
    }

    /// With `A` to `Z` in lower case.
    #[inline(always)]
    pub(crate) fn lower(self) -> Self {
        self.or(self.is_from(b'A', b'Z').and(Self::all(0x20)))
    }

    /// Whether all bytes are the same.
    #[inline(always)]
    pub(crate) fn is_same(self, other: Self) -> bool {
        self.is(other).high_bits() == 0xFFFF
    }
}

#[cfg(all(test, target_arch = "x86_64", target_feature = "sse2"))]
mod tests {
    use super::{each, vector};

    macro_rules! bytes {
        ($sixteen:expr) => {{
            let mut bytes = [0; 16];
            $sixteen.write(&mut bytes);
            bytes
        }};
    }

    #[test]
    fn sixteen_at_once_are_as_one_by_one() {
        for a in 0..=255_u8 {
            for b in 0..=255_u8 {
                let words = |byte: u8, step: u8| {
                    let bytes: [u8; 16] =
                        std::array::from_fn(|at| byte.wrapping_add(step.wrapping_mul(at as u8)));
                    let word = u128::from_le_bytes(bytes);
                    [word as u64, (word >> 64) as u64]
                };
                let (a, b) = (words(a, 1), words(b, 3));
                let (v, w) = (vector::Sixteen::of_words(a), vector::Sixteen::of_words(b));
                let (x, y) = (each::Sixteen::of_words(a), each::Sixteen::of_words(b));
                let expected = (u128::from(a[1]) << 64 | u128::from(a[0])).to_le_bytes();
                assert_eq!((bytes!(v), bytes!(x)), (expected, expected));
                assert_eq!(bytes!(v.is(w)), bytes!(x.is(y)));
                assert_eq!(bytes!(v.min(w)), bytes!(x.min(y)));
                assert_eq!(bytes!(v.minus(w)), bytes!(x.minus(y)));
                assert_eq!(bytes!(v.and(w)), bytes!(x.and(y)));
                assert_eq!(bytes!(v.and_not(w)), bytes!(x.and_not(y)));
                assert_eq!(bytes!(v.or(w)), bytes!(x.or(y)));
                assert_eq!(v.high_bits(), x.high_bits());
            }
            assert_eq!(bytes!(vector::Sixteen::all(a)), bytes!(each::Sixteen::all(a)));
        }
    }
}
