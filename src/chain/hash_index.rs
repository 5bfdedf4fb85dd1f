//! From a block hash to its place in a list, at four bytes a block: the hashes themselves stand in the list.

use crate::chain::header::BlockHash;

/// Open addressing with linear probing, at most half full. A block hash is already evenly spread, so its first eight
/// bytes (not the zeros of its work, which are last) serve as they are.
#[derive(Debug, Clone)]
pub(super) struct HashIndex {
    slots: Vec<u32>,
    used: usize,
}

const EMPTY: u32 = u32::MAX;
const LEAST_SLOTS: usize = 64;

impl HashIndex {
    pub(super) fn new() -> Self {
        Self { slots: vec![EMPTY; LEAST_SLOTS], used: 0 }
    }

    /// The place of `hash` in the list whose hashes `hash_at` gives.
    pub(super) fn find(&self, hash: &BlockHash, hash_at: impl Fn(u32) -> BlockHash) -> Option<u32> {
        self.probe(hash).map(|slot| self.slots[slot]).take_while(|&at| at != EMPTY).find(|&at| hash_at(at) == *hash)
    }

    /// Enters `hash`, not yet entered, as the one at `at`.
    pub(super) fn insert(&mut self, hash: &BlockHash, at: u32, hash_at: impl Fn(u32) -> BlockHash) {
        if self.used * 2 >= self.slots.len() {
            let wider = vec![EMPTY; self.slots.len() * 2];
            for entered in std::mem::replace(&mut self.slots, wider).into_iter().filter(|&entered| entered != EMPTY) {
                self.place(&hash_at(entered), entered);
            }
        }
        self.place(hash, at);
        self.used += 1;
    }

    fn place(&mut self, hash: &BlockHash, at: u32) {
        let free = self.probe(hash).find(|&slot| self.slots[slot] == EMPTY);
        self.slots[free.expect("at most half of the slots are used")] = at;
    }

    /// Every slot once, from the one `hash` belongs in.
    fn probe(&self, hash: &BlockHash) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        let [a, b, c, d, e, f, g, h, ..] = hash.0;
        let start = u64::from_le_bytes([a, b, c, d, e, f, g, h]) as usize;
        (0..=mask).map(move |step| start.wrapping_add(step) & mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_all_that_was_entered_and_nothing_else() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut hashes: Vec<BlockHash> = Vec::new();
        let mut index = HashIndex::new();
        for at in 0..2000 {
            // Every other one in the same slot as the one before, telling them apart only by later bytes.
            let mut hash: [u8; 32] = std::array::from_fn(|_| random.u8(..));
            if at % 2 == 1 {
                hash[..8].copy_from_slice(&hashes[at - 1].0[..8]);
            }
            let hash = BlockHash(hash);
            assert_eq!(index.find(&hash, |at| hashes[at as usize]), None);
            index.insert(&hash, at as u32, |at| hashes[at as usize]);
            hashes.push(hash);
        }
        for (at, hash) in hashes.iter().enumerate() {
            assert_eq!(index.find(hash, |at| hashes[at as usize]), Some(at as u32));
        }
    }
}
