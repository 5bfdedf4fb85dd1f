//! From a block hash to its place in a chain, at eight bytes a header: the hashes themselves stand in the chain.
//!
//! Nothing is entered while headers come in; the first look-up enters them all, and later ones what has come since, once
//! that is much. The little that is left is looked through. Copies share what was entered.

use crate::chain::header::BlockHash;
use crate::chain::header_chain::HeaderChain;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Headers looked through rather than entered: a few microseconds' work.
const LOOKED_THROUGH: usize = 2048;

/// The index of one chain, which is handed in with every question.
#[derive(Debug, Default)]
pub(super) struct HashIndex(Mutex<Entered>);

#[derive(Debug, Clone, Default)]
struct Entered {
    slots: Arc<Slots>,
    /// The chain's headers below this place are entered, and so may be some that have left it.
    below: usize,
}

/// Open addressing with linear probing, at most half full. A block hash is already evenly spread, so its first eight
/// bytes (not the zeros of its work, which are last) serve as they are.
#[derive(Debug, Clone, Default)]
struct Slots {
    places: Vec<u32>,
    used: usize,
}

const EMPTY: u32 = u32::MAX;

impl HashIndex {
    /// The place of `hash` in `chain`.
    pub(super) fn find(&self, hash: &BlockHash, chain: &HeaderChain) -> Option<usize> {
        // Whoever asks for the tip has no need of the others.
        if *hash == chain.last_hash() {
            return chain.len().checked_sub(1);
        }
        let mut entered = self.entered();
        if chain.len().saturating_sub(entered.below) > LOOKED_THROUGH {
            entered.enter_all(chain);
        }
        let at = |place: &usize| chain.hash(*place) == Some(*hash);
        (entered.below..chain.len()).rev().find(at).or_else(|| entered.slots.candidates(hash).find(at))
    }

    /// The chain was cut down to its first `kept` headers.
    pub(super) fn cut(&mut self, kept: usize) {
        let mut entered = self.entered();
        entered.below = entered.below.min(kept);
    }

    fn entered(&self) -> MutexGuard<'_, Entered> {
        // Nothing here is ever half done: whoever panicked, panicked elsewhere.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for HashIndex {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.entered().clone()))
    }
}

impl Entered {
    fn enter_all(&mut self, chain: &HeaderChain) {
        if (self.slots.used + chain.len() - self.below) * 2 > self.slots.places.len() {
            // The old slots go before the new ones come: the chain has all that is in them.
            *self = Self::default();
            let places = vec![EMPTY; (chain.len() * 2).next_power_of_two()];
            self.slots = Arc::new(Slots { places, used: 0 });
        }
        let slots = Arc::make_mut(&mut self.slots);
        for place in self.below..chain.len() {
            let hash = chain.hash(place).expect("the place is in the chain");
            slots.enter(&hash, place);
        }
        self.below = chain.len();
    }
}

impl Slots {
    /// Where `hash` may stand, and places that share its slots.
    fn candidates(&self, hash: &BlockHash) -> impl Iterator<Item = usize> {
        self.probe(hash).map(|slot| self.places[slot]).take_while(|&place| place != EMPTY).map(|place| place as usize)
    }

    fn enter(&mut self, hash: &BlockHash, place: usize) {
        let free = self.probe(hash).find(|&slot| self.places[slot] == EMPTY);
        self.places[free.expect("at most half of the slots are used")] = place as u32;
        self.used += 1;
    }

    /// Every slot once, from the one `hash` belongs in.
    fn probe(&self, hash: &BlockHash) -> impl Iterator<Item = usize> + use<> {
        let mask = self.places.len().wrapping_sub(1);
        let start = u64::from_le_bytes(*hash.0.first_chunk().expect("32 bytes hold 8")) as usize;
        (0..self.places.len()).map(move |step| start.wrapping_add(step) & mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::header_chain::RawHeader;

    /// A header that names `previous`, and nothing else.
    fn naming(previous: &BlockHash) -> RawHeader {
        let mut raw = [0; 80];
        raw[4..36].copy_from_slice(&previous.0);
        raw
    }

    /// Every other one in the same slot as the one before, telling them apart only by later bytes.
    fn hashes(random: &mut fastrand::Rng, count: usize) -> Vec<BlockHash> {
        let mut hashes: Vec<BlockHash> = Vec::new();
        for at in 0..count {
            let mut hash: [u8; 32] = std::array::from_fn(|_| random.u8(..));
            if at % 2 == 1 {
                hash[..8].copy_from_slice(&hashes[at - 1].0[..8]);
            }
            hashes.push(BlockHash(hash));
        }
        hashes
    }

    /// Appends headers with these hashes.
    fn append(chain: &mut HeaderChain, hashes: &[BlockHash]) {
        for hash in hashes {
            chain.append(&[naming(&chain.last_hash())], *hash);
        }
    }

    fn finds_all(index: &HashIndex, chain: &HeaderChain, hashes: &[BlockHash]) {
        for (place, hash) in hashes.iter().enumerate() {
            assert_eq!(index.find(hash, chain), Some(place));
        }
    }

    #[test]
    fn finds_all_that_is_there_and_nothing_else() {
        let mut random = fastrand::Rng::with_seed(1);
        let all = hashes(&mut random, 3 * LOOKED_THROUGH);
        let strangers = hashes(&mut random, 100);
        let (mut chain, index) = (HeaderChain::after(BlockHash::ZERO), HashIndex::default());
        let mut known = 0;
        for more in [0, 1, 2, LOOKED_THROUGH - 3, 1, 5, LOOKED_THROUGH, 100] {
            append(&mut chain, &all[known..known + more]);
            known += more;
            finds_all(&index, &chain, &all[..known]);
            for hash in strangers.iter().chain(&all[known..]) {
                assert_eq!(index.find(hash, &chain), None);
            }
            assert!(chain.len() - index.entered().below <= LOOKED_THROUGH);
        }
        assert!(index.entered().slots.places.len() >= 2 * LOOKED_THROUGH, "some were entered");
    }

    #[test]
    fn what_left_the_chain_is_not_found_and_what_took_its_place_is() {
        let mut random = fastrand::Rng::with_seed(2);
        let mut all = hashes(&mut random, 3000);
        let (mut chain, mut index) = (HeaderChain::after(BlockHash::ZERO), HashIndex::default());
        append(&mut chain, &all);
        finds_all(&index, &chain, &all);
        let copy = (chain.clone(), index.clone());
        for kept in [2900, 2000, 500, 400, 1] {
            chain.cut(kept);
            index.cut(kept);
            let left = all.split_off(kept);
            assert!(left.iter().all(|hash| index.find(hash, &chain).is_none()));
            let more = hashes(&mut random, 2900);
            append(&mut chain, &more);
            all.extend(more);
            finds_all(&index, &chain, &all);
            assert!(left.iter().all(|hash| index.find(hash, &chain).is_none()));
            let slots = &index.entered().slots;
            assert!(slots.used * 2 <= slots.places.len());
        }
        assert_eq!((copy.0.len(), copy.1.find(&all[0], &copy.0)), (3000, Some(0)));
    }
}
