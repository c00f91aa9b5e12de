//! The SHA extensions of x86-64 (Gulley and others, "Intel SHA Extensions", 2013), two messages at once.

use std::arch::x86_64::*;
use std::sync::LazyLock;

use super::{Block, State};

/// Whether the processor has the instructions.
pub(super) fn is_there() -> bool {
    static IS_THERE: LazyLock<bool> = LazyLock::new(|| {
        is_x86_feature_detected!("sha")
            && is_x86_feature_detected!("sse4.1")
            && is_x86_feature_detected!("ssse3")
    });
    *IS_THERE
}

/// Takes blocks of two messages in, as many of each. On a processor without the instructions nothing happens.
pub(super) fn compress(states: [&mut State; 2], blocks: [&[Block]; 2]) {
    if is_there() {
        // SAFETY: the processor has what the function was compiled for, which is all that it asks.
        #[expect(unsafe_code, reason = "a call of a function for a certain processor; see the proof above")]
        unsafe {
            compress_two(states, blocks);
        }
    }
}

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
#[rustfmt::skip]
const K: [u32; 64] = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
];

/// The registers hold A, B, E, F and C, D, G, H, the first of them in the highest lane.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn compress_two(mut states: [&mut State; 2], messages: [&[Block]; 2]) {
    let word = |word: u32| word as i32;
    let mut registers = [[_mm_setzero_si128(); 2]; 2];
    for (registers, state) in registers.iter_mut().zip(&states) {
        let [a, b, c, d, e, f, g, h] = state.map(word);
        *registers = [_mm_set_epi32(a, b, e, f), _mm_set_epi32(c, d, g, h)];
    }
    for (one, two) in messages[0].iter().zip(messages[1]) {
        rounds(&mut registers, [one, two]);
    }
    for ([abef, cdgh], state) in registers.into_iter().zip(&mut states) {
        let words = [
            _mm_extract_epi32::<3>(abef),
            _mm_extract_epi32::<2>(abef),
            _mm_extract_epi32::<3>(cdgh),
            _mm_extract_epi32::<2>(cdgh),
            _mm_extract_epi32::<1>(abef),
            _mm_extract_epi32::<0>(abef),
            _mm_extract_epi32::<1>(cdgh),
            _mm_extract_epi32::<0>(cdgh),
        ];
        **state = words.map(|word| word as u32);
    }
}

/// Four rounds of both messages, with these words of the schedule. Each message has its own names, so that what it needs stays
/// in registers: in arrays it is written and read back at every step, which takes a third longer.
macro_rules! four_rounds {
    ($at:expr, $state:ident, $words:ident) => {
        let [k0, k1, k2, k3] = [0, 1, 2, 3].map(|i| K[4 * $at + i] as i32);
        let k = _mm_set_epi32(k3, k2, k1, k0);
        let [one, two] = [_mm_add_epi32($words.0, k), _mm_add_epi32($words.1, k)];
        $state.1 = _mm_sha256rnds2_epu32($state.1, $state.0, one);
        $state.3 = _mm_sha256rnds2_epu32($state.3, $state.2, two);
        $state.0 = _mm_sha256rnds2_epu32($state.0, $state.1, _mm_shuffle_epi32::<0x0E>(one));
        $state.2 = _mm_sha256rnds2_epu32($state.2, $state.3, _mm_shuffle_epi32::<0x0E>(two));
    };
}

/// The four words behind sixteen, in place of the first four of them, of both messages (FIPS 180-4, 6.2.2, step 1).
macro_rules! next_words {
    ($w0:ident, $w1:ident, $w2:ident, $w3:ident) => {
        let one = _mm_add_epi32(_mm_sha256msg1_epu32($w0.0, $w1.0), _mm_alignr_epi8::<4>($w3.0, $w2.0));
        let two = _mm_add_epi32(_mm_sha256msg1_epu32($w0.1, $w1.1), _mm_alignr_epi8::<4>($w3.1, $w2.1));
        $w0 = (_mm_sha256msg2_epu32(one, $w3.0), _mm_sha256msg2_epu32(two, $w3.1));
    };
}

/// A block of each message.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
#[inline]
fn rounds(registers: &mut [[__m128i; 2]; 2], blocks: [&Block; 2]) {
    let [[abef, cdgh], [abef_two, cdgh_two]] = *registers;
    let mut state = (abef, cdgh, abef_two, cdgh_two);
    let both = |part| (load(blocks[0], part), load(blocks[1], part));
    let (mut w0, mut w1, mut w2, mut w3) = (both(0), both(1), both(2), both(3));
    four_rounds!(0, state, w0);
    four_rounds!(1, state, w1);
    four_rounds!(2, state, w2);
    four_rounds!(3, state, w3);
    for four in [4, 8, 12] {
        next_words!(w0, w1, w2, w3);
        four_rounds!(four, state, w0);
        next_words!(w1, w2, w3, w0);
        four_rounds!(four + 1, state, w1);
        next_words!(w2, w3, w0, w1);
        four_rounds!(four + 2, state, w2);
        next_words!(w3, w0, w1, w2);
        four_rounds!(four + 3, state, w3);
    }
    let after = [[state.0, state.1], [state.2, state.3]];
    for (before, after) in registers.iter_mut().flatten().zip(after.iter().flatten()) {
        *before = _mm_add_epi32(*before, *after);
    }
}

/// Sixteen bytes of a block as four words, each with its bytes in the standard's order.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
#[inline]
fn load(block: &Block, part: usize) -> __m128i {
    let half = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&block[at..at + 8]);
        i64::from_le_bytes(bytes)
    };
    let swap = _mm_set_epi64x(0x0C0D_0E0F_0809_0A0B, 0x0405_0607_0001_0203);
    _mm_shuffle_epi8(_mm_set_epi64x(half(16 * part + 8), half(16 * part)), swap)
}
