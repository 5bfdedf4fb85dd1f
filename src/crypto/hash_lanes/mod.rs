//! SHA-256 of many short messages of one length, four at a time: block headers and the nodes of Merkle trees.
//!
//! A 128-bit word holds one 32-bit word of each of four messages, and the rounds are written once for any such word
//! (`lanes.rs`): WebAssembly's, when it is built with `simd128`, and that of every x86-64 machine. Where there is
//! neither, and for the one to three messages left over, `sha2` hashes one by one; so it does on machines with
//! instructions for SHA-256, which beat four lanes. A caller notices nothing but the time.
//!
//! This is the one room where `unsafe` is allowed; each use says why it holds.

use crate::crypto::hash::{Hash, sha256_parts, sha256d};
use lanes::WIDTH;
use messages::Hasher;

mod lanes;
mod messages;
mod padded;
#[cfg(any(test, not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64"))))]
mod plain;
mod rounds;
#[cfg(target_arch = "x86_64")]
mod sse2;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;

#[cfg(not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64")))]
use plain::Words;
#[cfg(target_arch = "x86_64")]
use sse2::Words;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use wasm::Words;

/// How messages are hashed. Both ways give the same hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Four at a time.
    Lanes,
    /// One after another, by `sha2`.
    OneByOne,
}

impl Method {
    /// The quicker one on this machine.
    #[must_use]
    pub fn best() -> Self {
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        return Self::Lanes;
        // Both sets are what `sha2` asks for before it uses the instructions for SHA-256.
        #[cfg(target_arch = "x86_64")]
        return if is_x86_feature_detected!("sha") && is_x86_feature_detected!("sse4.1") {
            Self::OneByOne
        } else {
            Self::Lanes
        };
        #[cfg(not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64")))]
        return Self::OneByOne;
    }

    /// SHA-256d of each block header, into the place of the same number.
    ///
    /// # Panics
    /// When there are not as many places as headers; so do the functions below.
    pub fn header_hashes(self, headers: &[[u8; 80]], hashes: &mut [Hash]) {
        self.each(headers, hashes, Hasher::double_of_80, |header| sha256d(header));
    }

    /// SHA-256d of each pair, left ‖ right: the nodes of a block's tree of transactions.
    pub fn pair_hashes(self, pairs: &[[Hash; 2]], hashes: &mut [Hash]) {
        self.each(pairs, hashes, Hasher::double_of_pair, |pair| sha256d(pair.as_flattened()));
    }

    /// SHA-256 of each pair with 01 before it: the nodes of a log's tree (RFC 6962 §2.1).
    pub fn node_hashes(self, pairs: &[[Hash; 2]], hashes: &mut [Hash]) {
        let four = |hasher: &mut Hasher<Words>, pairs: &_, hashes: &mut _| hasher.prefixed_pair(1, pairs, hashes);
        self.each(pairs, hashes, four, |pair| sha256_parts(&[&[1], pair.as_flattened()]));
    }

    /// SHA-256 of each entry with 00 before it: the leaves of a log whose entries are hashes (RFC 6962 §2.1).
    pub fn leaf_hashes(self, entries: &[Hash], hashes: &mut [Hash]) {
        let four = |hasher: &mut Hasher<Words>, entries: &_, hashes: &mut _| hasher.prefixed_hash(0, entries, hashes);
        self.each(entries, hashes, four, |entry| sha256_parts(&[&[0], entry]));
    }

    #[inline(always)]
    fn each<Message>(
        self,
        messages: &[Message],
        hashes: &mut [Hash],
        four: impl Fn(&mut Hasher<Words>, &[Message; WIDTH], &mut [Hash; WIDTH]),
        one: impl Fn(&Message) -> Hash,
    ) {
        assert_eq!(messages.len(), hashes.len(), "one place for each hash");
        let in_lanes = if self == Self::Lanes { messages.len() - messages.len() % WIDTH } else { 0 };
        let (together, alone) = messages.split_at(in_lanes);
        let (places_together, places_alone) = hashes.split_at_mut(in_lanes);
        if !together.is_empty() {
            let mut hasher = Hasher::new();
            for (messages, hashes) in together.as_chunks().0.iter().zip(places_together.as_chunks_mut().0) {
                four(&mut hasher, messages, hashes);
            }
        }
        for (message, hash) in alone.iter().zip(places_alone) {
            *hash = one(message);
        }
    }
}

/// SHA-256d of each block header, the quicker way.
///
/// # Panics
/// When there are not as many places as headers.
pub fn header_hashes(headers: &[[u8; 80]], hashes: &mut [Hash]) {
    Method::best().header_hashes(headers, hashes);
}

/// SHA-256d of each pair, left ‖ right, the quicker way.
///
/// # Panics
/// When there are not as many places as pairs.
pub fn pair_hashes(pairs: &[[Hash; 2]], hashes: &mut [Hash]) {
    Method::best().pair_hashes(pairs, hashes);
}

/// SHA-256 of each pair with 01 before it, the quicker way.
///
/// # Panics
/// When there are not as many places as pairs.
pub fn node_hashes(pairs: &[[Hash; 2]], hashes: &mut [Hash]) {
    Method::best().node_hashes(pairs, hashes);
}

/// SHA-256 of each hash with 00 before it, the quicker way.
///
/// # Panics
/// When there are not as many places as entries.
pub fn leaf_hashes(entries: &[Hash], hashes: &mut [Hash]) {
    Method::best().leaf_hashes(entries, hashes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_of_plain_words_give_the_same() {
        let mut random = fastrand::Rng::with_seed(4);
        let mut hasher: Hasher<plain::Words> = Hasher::new();
        let mut found = [[0; 32]; WIDTH];
        for _ in 0..20 {
            let headers: [[u8; 80]; WIDTH] = std::array::from_fn(|_| std::array::from_fn(|_| random.u8(..)));
            let pairs = headers.map(|header| [[header[0]; 32], *header.last_chunk().expect("80 bytes")]);
            hasher.double_of_80(&headers, &mut found);
            assert_eq!(found, headers.map(|header| sha256d(&header)));
            hasher.double_of_pair(&pairs, &mut found);
            assert_eq!(found, pairs.map(|pair| sha256d(pair.as_flattened())));
            hasher.prefixed_pair(1, &pairs, &mut found);
            assert_eq!(found, pairs.map(|pair| sha256_parts(&[&[1], pair.as_flattened()])));
            hasher.prefixed_hash(0, &pairs.map(|[_, right]| right), &mut found);
            assert_eq!(found, pairs.map(|[_, right]| sha256_parts(&[&[0], &right])));
        }
    }

    #[test]
    #[should_panic(expected = "one place for each hash")]
    fn every_hash_has_a_place() {
        node_hashes(&[[[0; 32]; 2]; 5], &mut [[0; 32]; 4]);
    }
}
