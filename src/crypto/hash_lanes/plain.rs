//! Four lanes in plain words, for machines of which no 128-bit word is used here, and as a second reading of the lanes'
//! operations in tests.

use super::lanes::{Lanes, WIDTH};
use std::array::from_fn;

#[derive(Clone, Copy)]
pub(super) struct Words([u32; WIDTH]);

impl Words {
    #[inline(always)]
    fn zip(self, other: Self, operation: impl Fn(u32, u32) -> u32) -> Self {
        Self(from_fn(|lane| operation(self.0[lane], other.0[lane])))
    }
}

impl Lanes for Words {
    #[inline(always)]
    fn splat(word: u32) -> Self {
        Self([word; WIDTH])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, u32::wrapping_add)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.zip(other, |a, b| a ^ b)
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        Self(from_fn(|lane| (self.0[lane] & set.0[lane]) | (!self.0[lane] & clear.0[lane])))
    }

    #[inline(always)]
    fn shift_left<const BITS: u32>(self) -> Self {
        Self(self.0.map(|word| word << BITS))
    }

    #[inline(always)]
    fn shift_right<const BITS: u32>(self) -> Self {
        Self(self.0.map(|word| word >> BITS))
    }

    #[inline(always)]
    fn rotate_right<const BITS: u32>(self) -> Self {
        Self(self.0.map(|word| word.rotate_right(BITS)))
    }

    #[inline(always)]
    fn load(messages: [&[u8; 16]; WIDTH]) -> [Self; 4] {
        from_fn(|word| Self(messages.map(|message| u32::from_be_bytes(message.as_chunks::<4>().0[word]))))
    }

    #[inline(always)]
    fn store(words: [Self; 4], messages: [&mut [u8; 16]; WIDTH]) {
        for (lane, message) in messages.into_iter().enumerate() {
            for (bytes, word) in message.as_chunks_mut::<4>().0.iter_mut().zip(words) {
                *bytes = word.0[lane].to_be_bytes();
            }
        }
    }
}
