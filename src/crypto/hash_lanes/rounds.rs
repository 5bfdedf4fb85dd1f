//! The compression function of SHA-256 (FIPS 180-4 §6.2.2) on four blocks at once.
//!
//! What made it quick, each point measured: the message schedule stands in memory and is made sixteen words ahead, between
//! the rounds, so that its arithmetic fills the gaps in theirs; and after each round one word is written where the
//! compiler may not omit it, which keeps the rounds in their order. Left to itself the compiler moves the rounds'
//! arithmetic behind the schedule's, and the words in flight no longer fit in registers.

#![allow(unsafe_code, reason = "a write the compiler may not omit or move is unsafe to ask for")]

use super::lanes::Lanes;

/// The round constants K (FIPS 180-4 §4.2.2).
pub(super) static ROUND_CONSTANTS: [u32; 64] = [
    0x428a_2f98,
    0x7137_4491,
    0xb5c0_fbcf,
    0xe9b5_dba5,
    0x3956_c25b,
    0x59f1_11f1,
    0x923f_82a4,
    0xab1c_5ed5, //
    0xd807_aa98,
    0x1283_5b01,
    0x2431_85be,
    0x550c_7dc3,
    0x72be_5d74,
    0x80de_b1fe,
    0x9bdc_06a7,
    0xc19b_f174, //
    0xe49b_69c1,
    0xefbe_4786,
    0x0fc1_9dc6,
    0x240c_a1cc,
    0x2de9_2c6f,
    0x4a74_84aa,
    0x5cb0_a9dc,
    0x76f9_88da, //
    0x983e_5152,
    0xa831_c66d,
    0xb003_27c8,
    0xbf59_7fc7,
    0xc6e0_0bf3,
    0xd5a7_9147,
    0x06ca_6351,
    0x1429_2967, //
    0x27b7_0a85,
    0x2e1b_2138,
    0x4d2c_6dfc,
    0x5338_0d13,
    0x650a_7354,
    0x766a_0abb,
    0x81c2_c92e,
    0x9272_2c85, //
    0xa2bf_e8a1,
    0xa81a_664b,
    0xc24b_8b70,
    0xc76c_51a3,
    0xd192_e819,
    0xd699_0624,
    0xf40e_3585,
    0x106a_a070, //
    0x19a4_c116,
    0x1e37_6c08,
    0x2748_774c,
    0x34b0_bcb5,
    0x391c_0cb3,
    0x4ed8_aa4a,
    0x5b9c_ca4f,
    0x682e_6ff3, //
    0x748f_82ee,
    0x78a5_636f,
    0x84c8_7814,
    0x8cc7_0208,
    0x90be_fffa,
    0xa450_6ceb,
    0xbef9_a3f7,
    0xc671_78f2, //
];

/// The hash value before the first block (FIPS 180-4 §5.3.3).
pub(super) static INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19, //
];

/// The eight words of four hash values.
pub(super) type State<L> = [L; 8];
/// Room for the message schedule: the first sixteen words are the block, the others are made of them.
pub(super) type Schedule<L> = [L; 64];

/// Round constant plus schedule word of the block that pads a message of 64 bytes: the same for every such message.
pub(super) static PADDING_AFTER_64_BYTES: [u32; 64] = {
    let mut words = [0_u32; 64];
    words[0] = 0x8000_0000;
    words[15] = 64 * 8;
    let mut at = 16;
    while at < 64 {
        let old = words[at - 16].wrapping_add(mixed0(words[at - 15]));
        words[at] = old.wrapping_add(words[at - 7]).wrapping_add(mixed1(words[at - 2]));
        at += 1;
    }
    let mut at = 0;
    while at < 64 {
        words[at] = words[at].wrapping_add(ROUND_CONSTANTS[at]);
        at += 1;
    }
    words
};

/// The function σ₀ of one word (FIPS 180-4 §4.1.2).
pub(super) const fn mixed0(word: u32) -> u32 {
    word.rotate_right(7) ^ word.rotate_right(18) ^ (word >> 3)
}

/// The function σ₁ of one word.
pub(super) const fn mixed1(word: u32) -> u32 {
    word.rotate_right(17) ^ word.rotate_right(19) ^ (word >> 10)
}

/// The working variables between two rounds.
pub(super) struct Rounds<L> {
    variables: State<L>,
    /// b xor c: of the round before it was a xor b, so the majority costs one xor less.
    b_xor_c: L,
    pinned: L,
}

impl<L: Lanes> Rounds<L> {
    #[inline(always)]
    pub(super) fn new(state: &State<L>) -> Self {
        Self { variables: *state, b_xor_c: state[1].xor(state[2]), pinned: state[0] }
    }

    /// One round with the sum of its round constant and its schedule word.
    #[inline(always)]
    pub(super) fn round(&mut self, constant_and_word: L) {
        let [a, b, c, d, e, f, g, h] = self.variables;
        let big1 = e.rotate_right::<6>().xor(e.rotate_right::<11>()).xor(e.rotate_right::<25>());
        let t1 = h.add(constant_and_word).add(e.choose(f, g)).add(big1);
        let a_xor_b = a.xor(b);
        let majority = a_xor_b.and(self.b_xor_c).xor(b);
        let big0 = a.rotate_right::<2>().xor(a.rotate_right::<13>()).xor(a.rotate_right::<22>());
        let new = t1.add(majority).add(big0);
        self.variables = [new, a, b, c, d.add(t1), e, f, g];
        self.b_xor_c = a_xor_b;
        // SAFETY: the address is of a place borrowed for writing, of the type written.
        unsafe { std::ptr::write_volatile(&raw mut self.pinned, new) };
    }

    #[inline(always)]
    fn add_to(self, state: &mut State<L>) {
        for (word, variable) in state.iter_mut().zip(self.variables) {
            *word = word.add(variable);
        }
    }
}

/// Writes the statement eight times, with the numbers 0 to 7 for the name.
macro_rules! eight_times {
    ($at:ident, $statement:expr) => {
        eight_times!($at, $statement, 0 1 2 3 4 5 6 7)
    };
    ($at:ident, $statement:expr, $($number:literal)*) => {
        $({ const $at: usize = $number; $statement; })*
    };
}

/// The same sixteen times, with the numbers 0 to 15.
macro_rules! sixteen_times {
    ($at:ident, $statement:expr) => {
        $crate::crypto::hash_lanes::rounds::eight_times!($at, $statement, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
}

pub(super) use {eight_times, sixteen_times};

/// Compresses one block of each message, whose sixteen words stand at the beginning of `schedule`.
#[inline(never)]
pub(super) fn compress<L: Lanes>(state: &mut State<L>, schedule: &mut Schedule<L>, constants: &[u32; 64]) {
    let mut rounds = Rounds::new(state);
    fused(&mut rounds, schedule, constants, 0);
    plain(rounds, state, schedule, constants);
}

/// The rounds from the sixteenth on, the first sixteen being done and the schedule made for sixteen more.
#[inline(always)]
pub(super) fn last_rounds<L: Lanes>(
    mut rounds: Rounds<L>,
    state: &mut State<L>,
    schedule: &mut Schedule<L>,
    constants: &[u32; 64],
) {
    fused(&mut rounds, schedule, constants, 16);
    plain(rounds, state, schedule, constants);
}

/// Rounds to the forty-eighth, each with the making of the word sixteen ahead.
#[inline(always)]
fn fused<L: Lanes>(rounds: &mut Rounds<L>, schedule: &mut Schedule<L>, constants: &[u32; 64], from: usize) {
    for first in (from..48).step_by(8) {
        let words: &mut [L; 24] = (&mut schedule[first..first + 24]).try_into().expect("24 words");
        let constants: &[u32; 8] = constants[first..first + 8].try_into().expect("8 words");
        eight_times!(AT, {
            let word = words[AT];
            let next = word.add(small0(words[AT + 1])).add(words[AT + 9]).add(small1(words[AT + 14]));
            words[AT + 16] = next;
            rounds.round(word.add(L::splat(constants[AT])));
        });
    }
}

/// The last sixteen rounds.
#[inline(always)]
fn plain<L: Lanes>(mut rounds: Rounds<L>, state: &mut State<L>, schedule: &Schedule<L>, constants: &[u32; 64]) {
    for first in (48..64).step_by(8) {
        let words: &[L; 8] = schedule[first..first + 8].try_into().expect("8 words");
        let constants: &[u32; 8] = constants[first..first + 8].try_into().expect("8 words");
        eight_times!(AT, rounds.round(words[AT].add(L::splat(constants[AT]))));
    }
    rounds.add_to(state);
}

/// Compresses a block that is the same for every message, given as the sums of round constant and schedule word.
#[inline(never)]
pub(super) fn compress_known<L: Lanes>(state: &mut State<L>, sums: &[u32; 64]) {
    let mut rounds = Rounds::new(state);
    for sums in sums.as_chunks::<8>().0 {
        eight_times!(AT, rounds.round(L::splat(sums[AT])));
    }
    rounds.add_to(state);
}

#[inline(always)]
pub(super) fn small0<L: Lanes>(word: L) -> L {
    word.rotate_right::<7>().xor(word.rotate_right::<18>()).xor(word.shift_right::<3>())
}

#[inline(always)]
pub(super) fn small1<L: Lanes>(word: L) -> L {
    word.rotate_right::<17>().xor(word.rotate_right::<19>()).xor(word.shift_right::<10>())
}
