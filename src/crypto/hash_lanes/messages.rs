//! The three kinds of message, and how each lies in blocks of sixteen words (FIPS 180-4 §5.1.1: the message, a one bit,
//! zeros, and its length in bits).

use super::lanes::{Lanes, WIDTH};
use super::padded::{END, Padding, compress_padded};
use super::rounds::{INITIAL, PADDING_AFTER_64_BYTES, ROUND_CONSTANTS, Schedule, State, compress, compress_known};
use crate::crypto::hash::Hash;
use core::hint::black_box;

/// Hashes four messages at a time. It is kept for many, so that the room for the schedule is prepared once.
pub(super) struct Hasher<L> {
    schedule: Schedule<L>,
    constants: &'static [u32; 64],
    initial: &'static [u32; 8],
}

impl<L: Lanes> Hasher<L> {
    pub(super) fn new() -> Self {
        // Hidden from the compiler, which would otherwise write each constant into the code four times over.
        let (constants, initial) = (black_box(&ROUND_CONSTANTS), black_box(&INITIAL));
        Self { schedule: [L::splat(0); 64], constants, initial }
    }

    /// SHA-256d of 80 bytes: block headers.
    #[inline(never)]
    pub(super) fn double_of_80(&mut self, messages: &[[u8; 80]; WIDTH], hashes: &mut [Hash; WIDTH]) {
        let parts = messages.each_ref().map(|message| message.as_chunks::<16>().0);
        let mut state = self.initial();
        self.load_block(parts);
        self.compress(&mut state);
        self.load(0, parts, 4);
        end_of_80(&mut state, &mut self.schedule, self.constants);
        self.finish_double(state, hashes);
    }

    /// SHA-256d of two hashes: nodes of Bitcoin's Merkle trees.
    #[inline(never)]
    pub(super) fn double_of_pair(&mut self, pairs: &[[Hash; 2]; WIDTH], hashes: &mut [Hash; WIDTH]) {
        let mut state = self.initial();
        self.load_block(pairs.each_ref().map(|pair| pair.as_flattened().as_chunks::<16>().0));
        self.compress(&mut state);
        compress_known(&mut state, black_box(&PADDING_AFTER_64_BYTES));
        self.finish_double(state, hashes);
    }

    /// SHA-256 of `prefix` and two hashes, 65 bytes: nodes of RFC 6962's trees.
    #[inline(never)]
    pub(super) fn prefixed_pair(&mut self, prefix: u8, pairs: &[[Hash; 2]; WIDTH], hashes: &mut [Hash; WIDTH]) {
        let mut state = self.initial();
        self.load_block(pairs.each_ref().map(|pair| pair.as_flattened().as_chunks::<16>().0));
        let last = self.shift_in(prefix, 16);
        self.compress(&mut state);
        self.schedule[0] = last;
        end_of_65(&mut state, &mut self.schedule, self.constants);
        store(state, hashes);
    }

    /// SHA-256 of `prefix` and a hash, 33 bytes: leaves of RFC 6962's trees whose entries are hashes.
    #[inline(never)]
    pub(super) fn prefixed_hash(&mut self, prefix: u8, entries: &[Hash; WIDTH], hashes: &mut [Hash; WIDTH]) {
        let mut state = self.initial();
        let parts = entries.each_ref().map(|entry| entry.as_chunks::<16>().0);
        self.load(0, parts, 0);
        self.load(4, parts, 1);
        self.schedule[8] = self.shift_in(prefix, 8);
        self.pad_after_end(9, 33);
        self.compress(&mut state);
        store(state, hashes);
    }

    #[inline(always)]
    fn initial(&self) -> State<L> {
        self.initial.map(L::splat)
    }

    #[inline(always)]
    fn compress(&mut self, state: &mut State<L>) {
        compress(state, &mut self.schedule, self.constants);
    }

    /// The words of each message's `part`th sixteen bytes, from the schedule's word `at` on.
    #[inline(always)]
    fn load(&mut self, at: usize, parts: [&[[u8; 16]]; WIDTH], part: usize) {
        self.schedule[at..at + 4].copy_from_slice(&L::load(parts.map(|parts| &parts[part])));
    }

    #[inline(always)]
    fn load_block(&mut self, parts: [&[[u8; 16]]; WIDTH]) {
        for part in 0..4 {
            self.load(4 * part, parts, part);
        }
    }

    /// Puts a byte before the schedule's first `words` words. The byte that leaves them is given as the first of a
    /// word, with the end of the message after it.
    #[inline(always)]
    fn shift_in(&mut self, byte: u8, words: usize) -> L {
        let mut carried = L::splat(u32::from(byte) << 24);
        for word in &mut self.schedule[..words] {
            let next = word.shift_left::<24>();
            *word = carried.or(word.shift_right::<8>());
            carried = next;
        }
        carried.or(L::splat(END >> 8))
    }

    #[inline(always)]
    fn pad_after_end(&mut self, at: usize, length: u32) {
        self.schedule[at..15].fill(L::splat(0));
        self.schedule[15] = L::splat(8 * length);
    }

    /// The second SHA-256 of a double one.
    #[inline(always)]
    fn finish_double(&mut self, first: State<L>, hashes: &mut [Hash; WIDTH]) {
        self.schedule[..8].copy_from_slice(&first);
        let mut state = self.initial();
        end_of_32(&mut state, &mut self.schedule, self.constants);
        store(state, hashes);
    }
}

/// The block with the last four words of a message of 80 bytes.
#[inline(never)]
fn end_of_80<L: Lanes>(state: &mut State<L>, schedule: &mut Schedule<L>, constants: &[u32; 64]) {
    static PADDING: Padding<4> = Padding::after(80);
    compress_padded::<L, 4, 80>(state, schedule, black_box(&PADDING), constants);
}

/// The block with the last byte of a message of 65 bytes, and the bit after it.
#[inline(never)]
fn end_of_65<L: Lanes>(state: &mut State<L>, schedule: &mut Schedule<L>, constants: &[u32; 64]) {
    static PADDING: Padding<1> = Padding::after(65);
    compress_padded::<L, 1, 65>(state, schedule, black_box(&PADDING), constants);
}

/// The one block of a message of 32 bytes.
#[inline(never)]
fn end_of_32<L: Lanes>(state: &mut State<L>, schedule: &mut Schedule<L>, constants: &[u32; 64]) {
    static PADDING: Padding<8> = Padding::after(32);
    compress_padded::<L, 8, 32>(state, schedule, black_box(&PADDING), constants);
}

#[inline(always)]
fn store<L: Lanes>(state: State<L>, hashes: &mut [Hash; WIDTH]) {
    let [a, b, c, d, e, f, g, h] = state;
    let halves = |half: usize, hashes: &mut [Hash; WIDTH], words: [L; 4]| {
        L::store(words, hashes.each_mut().map(|hash| &mut hash.as_chunks_mut::<16>().0[half]));
    };
    halves(0, hashes, [a, b, c, d]);
    halves(1, hashes, [e, f, g, h]);
}
