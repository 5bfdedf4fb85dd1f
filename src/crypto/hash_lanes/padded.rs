//! The compression function on blocks that end in padding, the same in every message: what depends on the padding alone
//! is worked out when this is compiled.

use super::lanes::Lanes;
use super::rounds::{ROUND_CONSTANTS, Rounds, Schedule, State, last_rounds, mixed0, mixed1, small0, small1};

/// The bit after a message, in a word of its own.
pub(super) const END: u32 = 0x8000_0000;

/// What is known of a block whose words from the `KNOWN`th on are padding.
pub(super) struct Padding<const KNOWN: usize> {
    /// Round constant plus schedule word of the known words.
    sums: [u32; 16],
    /// What the known words add to each of the sixteen words after the block.
    parts: [u32; 16],
}

impl<const KNOWN: usize> Padding<KNOWN> {
    /// The padding after a message of `length` bytes. Where they fill no whole word, the bit after them is in the last
    /// word that is the message's.
    pub(super) const fn after(length: u32) -> Self {
        assert!(KNOWN < 15, "the message's length stands in the last two words");
        let mut words = [0; 32];
        if length.is_multiple_of(4) {
            words[KNOWN] = END;
        }
        words[15] = 8 * length;
        let (mut sums, mut parts) = ([0; 16], [0_u32; 16]);
        let mut at = 0;
        while at < 16 {
            sums[at] = ROUND_CONSTANTS[at].wrapping_add(words[at]);
            // Words not known are zero here, and add nothing.
            let old = words[at].wrapping_add(mixed0(words[at + 1]));
            parts[at] = old.wrapping_add(words[at + 9]).wrapping_add(mixed1(words[at + 14]));
            at += 1;
        }
        Self { sums, parts }
    }
}

/// Compresses a block of each message whose first `KNOWN` words stand at the beginning of `schedule`. `LENGTH` says again
/// which padding it is, so that words of zeros are left out of the code.
#[inline(always)]
pub(super) fn compress_padded<L: Lanes, const KNOWN: usize, const LENGTH: u32>(
    state: &mut State<L>,
    schedule: &mut Schedule<L>,
    padding: &Padding<KNOWN>,
    constants: &[u32; 64],
) {
    let mut rounds = Rounds::new(state);
    let parts = const { Padding::<KNOWN>::after(LENGTH).parts };
    let varies = |at: usize| at < KNOWN || at >= 16;
    super::rounds::sixteen_times!(AT, {
        let mut terms: [Option<L>; 5] = [None; 5];
        if parts[AT] != 0 {
            terms[0] = Some(L::splat(padding.parts[AT]));
        }
        if varies(AT) {
            terms[1] = Some(schedule[AT]);
        }
        if varies(AT + 1) {
            terms[2] = Some(small0(schedule[AT + 1]));
        }
        if varies(AT + 9) {
            terms[3] = Some(schedule[AT + 9]);
        }
        if varies(AT + 14) {
            terms[4] = Some(small1(schedule[AT + 14]));
        }
        let next = terms.into_iter().flatten().reduce(L::add);
        schedule[AT + 16] = next.unwrap_or_else(|| L::splat(0));
        let sum = if varies(AT) { schedule[AT].add(L::splat(constants[AT])) } else { L::splat(padding.sums[AT]) };
        rounds.round(sum);
    });
    last_rounds(rounds, state, schedule, constants);
}
