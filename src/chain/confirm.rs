//! Is a block buried on the chain with the most work?

use crate::chain::header::{BlockHash, Header};
use crate::chain::header_tree::{BlockRef, HeaderTree, Spot, UncheckedRule};
use crate::chain::pow::Work;
use crate::time::UnixTime;

pub mod relayed;

/// What the reader believes when he believes that the block is on the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The network's first header, and the rules since: no pin is needed, though every pin on the way holds.
    Genesis,
    /// A pin at or above the block: every header up to it is tied to it by hashes. Also from genesis on, as long as the chain
    /// ends below another pin.
    Pinned(BlockRef),
    /// A pin below the block, and the rules since.
    Trusted(BlockRef),
    /// The first header at hand, taken on trust, and the rules since.
    Unanchored(BlockRef),
}

/// Why a block could not be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmError {
    /// No such header is at hand: nothing can be said of it.
    #[error("block {hash} is not among the headers at hand, {first} to {last}")]
    Unknown {
        /// The block asked for.
        hash: BlockHash,
        /// The lowest height at hand.
        first: u32,
        /// The tip's.
        last: u32,
    },
    /// It is on a fork that lost.
    #[error(
        "block {hash} at height {height} is not on the best chain, which has {behind} more hashes of work than its branch"
    )]
    NotOnBestChain {
        /// The block asked for.
        hash: BlockHash,
        /// Its height.
        height: u32,
        /// The best chain's block of that height; `None` where that chain is shorter.
        rival: Option<BlockHash>,
        /// How much more work the best chain has than the heaviest branch with the block.
        behind: Work,
    },
    /// Too few blocks stand on it.
    #[error("block at height {height} has {found} confirmations, expected {required}")]
    TooFew {
        /// Its height.
        height: u32,
        /// Confirmations asked for.
        required: u32,
        /// Confirmations it has.
        found: u32,
    },
}

/// Evidence that a block is on the chain with the most work among the headers at hand, and how deep. It does not show
/// that no chain with more work exists elsewhere. Made by [`HeaderTree::confirm`]
/// alone; [`relayed`] carries what it made from one module of this program to another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Confirmed {
    header: Header,
    block: BlockRef,
    tip: BlockRef,
    work_above: Work,
    total_work: Option<Work>,
    median_time: Option<UnixTime>,
    basis: Basis,
    unchecked: Vec<UncheckedRule>,
}

impl Confirmed {
    /// The block's header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its height and hash.
    #[must_use]
    pub fn block(&self) -> BlockRef {
        self.block
    }

    /// Its height.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.block.height
    }

    /// The best chain's last block.
    #[must_use]
    pub fn tip(&self) -> BlockRef {
        self.tip
    }

    /// Blocks from it to the tip, itself included.
    #[must_use]
    pub fn confirmations(&self) -> u32 {
        self.tip.height - self.block.height + 1
    }

    /// The work of the blocks above it, itself not included: what replacing it would cost again.
    #[must_use]
    pub fn work_above(&self) -> Work {
        self.work_above
    }

    /// The work of the chain from genesis to it, where known.
    #[must_use]
    pub fn total_work(&self) -> Option<Work> {
        self.total_work
    }

    /// The median time of it and the ten blocks before; `None` when one of them is not at hand. A header's own time is its
    /// miner's alone.
    #[must_use]
    pub fn median_time(&self) -> Option<UnixTime> {
        self.median_time
    }

    /// What it all rests on.
    #[must_use]
    pub fn basis(&self) -> Basis {
        self.basis
    }

    /// The rules that could not be checked on this chain, because headers before its first are not at hand.
    #[must_use]
    pub fn unchecked(&self) -> &[UncheckedRule] {
        &self.unchecked
    }
}

impl HeaderTree {
    /// Confirms that the block is on the best chain with at least `required` confirmations, itself counted.
    ///
    /// # Errors
    /// [`ConfirmError`]: not known, on a losing fork, or not deep enough yet.
    pub fn confirm(&self, hash: &BlockHash, required: u32) -> Result<Confirmed, ConfirmError> {
        let tip = self.tip();
        let unknown = || ConfirmError::Unknown { hash: *hash, first: self.first_height(), last: tip.height };
        let spot = self.find(hash).ok_or_else(unknown)?;
        let (height, work) = (self.height_at(spot), self.work_at(spot));
        let Spot::Best(place) = spot else {
            let rival = self.hash_at(height);
            let behind = self.work_at_hand() - self.side.heaviest_from(hash).unwrap_or(work);
            return Err(ConfirmError::NotOnBestChain { hash: *hash, height, rival, behind });
        };
        let found = tip.height - height + 1;
        if found < required {
            return Err(ConfirmError::TooFew { height, required, found });
        }
        Ok(Confirmed {
            header: self.best.header(place).expect("it was found there"),
            block: BlockRef { height, hash: *hash },
            tip,
            work_above: self.work_at_hand() - work,
            total_work: self.total_work_at(height),
            median_time: self.median_time_past(height),
            basis: self.basis_of(height),
            unchecked: self.unchecked_rules(),
        })
    }

    fn basis_of(&self, height: u32) -> Basis {
        let tip = self.tip().height;
        let block = |height, hash| BlockRef { height, hash };
        let above = self.pins().lowest_from(height).filter(|pin| pin.height <= tip);
        // A chain that ends below a pin would show little without the pins on it.
        let is_whole = self.first_height() == 0 && self.pins().lowest_from(tip.saturating_add(1)).is_none();
        if let Some(pin) = above.filter(|_| !is_whole) {
            return Basis::Pinned(block(pin.height, pin.hash));
        }
        if self.first_height() == 0 {
            return Basis::Genesis;
        }
        match self.highest_pin() {
            Some(pin) => Basis::Trusted(block(pin.height, pin.hash)),
            None => {
                let first = self.first_height();
                Basis::Unanchored(block(first, self.hash_at(first).expect("the first header is on every chain")))
            }
        }
    }
}
