//! Four lanes in a 128-bit word of x86-64. SSE2 is part of every such machine, and nothing beyond it is used.

#![allow(
    unsafe_code,
    reason = "every instruction is unsafe to name where its set is not asked for, and two take addresses"
)]

use super::lanes::{Lanes, WIDTH};
use core::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_and_si128, _mm_cvtsi32_si128, _mm_loadu_si128, _mm_or_si128, _mm_set1_epi32,
    _mm_shufflehi_epi16, _mm_shufflelo_epi16, _mm_sll_epi32, _mm_slli_epi16, _mm_srl_epi32, _mm_srli_epi16,
    _mm_storeu_si128, _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi32, _mm_unpacklo_epi64, _mm_xor_si128,
};

/// Names instructions that take no address.
macro_rules! sse2 {
    ($instruction:expr) => {
        // SAFETY: all that is named in this file belongs to SSE2, which no x86-64 machine lacks.
        unsafe { $instruction }
    };
}

#[derive(Clone, Copy)]
pub(super) struct Words(__m128i);

impl Lanes for Words {
    #[inline(always)]
    fn splat(word: u32) -> Self {
        Self(sse2!(_mm_set1_epi32(word.cast_signed())))
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(sse2!(_mm_add_epi32(self.0, other.0)))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(sse2!(_mm_xor_si128(self.0, other.0)))
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(sse2!(_mm_and_si128(self.0, other.0)))
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(sse2!(_mm_or_si128(self.0, other.0)))
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        clear.xor(self.and(set.xor(clear)))
    }

    #[inline(always)]
    fn shift_left<const BITS: u32>(self) -> Self {
        Self(sse2!(_mm_sll_epi32(self.0, count(BITS))))
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self) -> Self {
        Self(sse2!(_mm_srl_epi32(self.0, count(BITS))))
    }

    #[inline(always)]
    fn rotate_right<const BITS: u32>(self) -> Self {
        self.shift_right::<BITS>().or(Self(sse2!(_mm_sll_epi32(self.0, count(32 - BITS)))))
    }

    #[inline(always)]
    fn load(messages: [&[u8; 16]; WIDTH]) -> [Self; 4] {
        transpose(messages.map(|message| {
            // SAFETY: the address is of 16 borrowed bytes, and the instruction asks for no alignment.
            swap_bytes(unsafe { _mm_loadu_si128(message.as_ptr().cast()) })
        }))
        .map(Self)
    }

    #[inline(always)]
    fn store(words: [Self; 4], messages: [&mut [u8; 16]; WIDTH]) {
        let rows = transpose(words.map(|word| word.0));
        for (row, message) in rows.into_iter().zip(messages) {
            // SAFETY: the address is of 16 bytes borrowed for writing, and the instruction asks for no alignment.
            unsafe { _mm_storeu_si128(message.as_mut_ptr().cast(), swap_bytes(row)) };
        }
    }
}

/// A number of bits to shift by. The compiler makes a constant of it.
#[inline(always)]
fn count(bits: u32) -> __m128i {
    sse2!(_mm_cvtsi32_si128(bits.cast_signed()))
}

/// Swaps the bytes of each half-word, then the half-words: the one instruction for both is not in SSE2.
#[inline(always)]
fn swap_bytes(words: __m128i) -> __m128i {
    const OTHER_HALF: i32 = 0b10_11_00_01;
    let swapped = sse2!(_mm_or_si128(_mm_slli_epi16::<8>(words), _mm_srli_epi16::<8>(words)));
    sse2!(_mm_shufflehi_epi16::<OTHER_HALF>(_mm_shufflelo_epi16::<OTHER_HALF>(swapped)))
}

/// Rows become columns.
#[inline(always)]
fn transpose([a, b, c, d]: [__m128i; 4]) -> [__m128i; 4] {
    let (ab_low, ab_high) = sse2!((_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b)));
    let (cd_low, cd_high) = sse2!((_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d)));
    sse2!([
        _mm_unpacklo_epi64(ab_low, cd_low),
        _mm_unpackhi_epi64(ab_low, cd_low),
        _mm_unpacklo_epi64(ab_high, cd_high),
        _mm_unpackhi_epi64(ab_high, cd_high),
    ])
}
