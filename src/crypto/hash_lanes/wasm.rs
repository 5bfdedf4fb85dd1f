//! Four lanes in a 128-bit word of WebAssembly.

#![allow(unsafe_code, reason = "the two instructions that read and write memory take addresses")]

use super::lanes::{Lanes, WIDTH};
use core::arch::wasm32::{
    i8x16_shuffle, i32x4_shuffle, i64x2_shuffle, u32x4_add, u32x4_shl, u32x4_shr, u32x4_splat, v128, v128_and,
    v128_bitselect, v128_load, v128_or, v128_store, v128_xor,
};

#[derive(Clone, Copy)]
pub(super) struct Words(v128);

impl Lanes for Words {
    #[inline(always)]
    fn splat(word: u32) -> Self {
        Self(u32x4_splat(word))
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(u32x4_add(self.0, other.0))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(v128_and(self.0, other.0))
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(v128_or(self.0, other.0))
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        Self(v128_bitselect(set.0, clear.0, self.0))
    }

    #[inline(always)]
    fn shift_left<const BITS: u32>(self) -> Self {
        Self(u32x4_shl(self.0, BITS))
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self) -> Self {
        Self(u32x4_shr(self.0, BITS))
    }

    #[inline(always)]
    fn rotate_right<const BITS: u32>(self) -> Self {
        Self(v128_or(u32x4_shr(self.0, BITS), u32x4_shl(self.0, 32 - BITS)))
    }

    #[inline(always)]
    fn load(messages: [&[u8; 16]; WIDTH]) -> [Self; 4] {
        transpose(messages.map(|message| {
            // SAFETY: the address is of 16 borrowed bytes, and the instruction asks for no alignment.
            swap_bytes(unsafe { v128_load(message.as_ptr().cast()) })
        }))
        .map(Self)
    }

    #[inline(always)]
    fn store(words: [Self; 4], messages: [&mut [u8; 16]; WIDTH]) {
        let rows = transpose(words.map(|word| word.0));
        for (row, message) in rows.into_iter().zip(messages) {
            // SAFETY: the address is of 16 bytes borrowed for writing, and the instruction asks for no alignment.
            unsafe { v128_store(message.as_mut_ptr().cast(), swap_bytes(row)) };
        }
    }
}

#[inline(always)]
fn swap_bytes(words: v128) -> v128 {
    i8x16_shuffle::<3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12>(words, words)
}

/// Rows become columns.
#[inline(always)]
fn transpose([a, b, c, d]: [v128; 4]) -> [v128; 4] {
    let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
    let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
    [
        i64x2_shuffle::<0, 2>(ab_low, cd_low),
        i64x2_shuffle::<1, 3>(ab_low, cd_low),
        i64x2_shuffle::<0, 2>(ab_high, cd_high),
        i64x2_shuffle::<1, 3>(ab_high, cd_high),
    ]
}
