//! What the rounds of SHA-256 need of a machine word that holds one 32-bit word of each of four messages.

/// Messages hashed side by side.
pub(super) const WIDTH: usize = 4;

/// One 32-bit word of each of four messages. Every operation works on the four alike and knows nothing of the others.
pub(super) trait Lanes: Copy {
    /// The same word four times.
    fn splat(word: u32) -> Self;
    /// The sum modulo 2³².
    fn add(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    /// Of each bit: where this one is set that of `set`, elsewhere that of `clear`.
    fn choose(self, set: Self, clear: Self) -> Self;
    fn shift_left<const BITS: u32>(self) -> Self;
    fn shift_right<const BITS: u32>(self) -> Self;
    fn rotate_right<const BITS: u32>(self) -> Self;
    /// Four big-endian words of each of four messages: the first of the result holds every message's first word.
    fn load(messages: [&[u8; 16]; WIDTH]) -> [Self; 4];
    /// The other way round: what each message gets of four words.
    fn store(words: [Self; 4], messages: [&mut [u8; 16]; WIDTH]);
}
