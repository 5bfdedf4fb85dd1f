//! [`Confirmed`] on its way from the verifying engine, a module of its own in the page, to the client.
//!
//! Evidence is otherwise made by its check alone. Here it is put together again from what the check has made: the engine is
//! this same library, built a second time, loaded beside the client under a hash that the page states, and nobody else
//! speaks on the line between the two. `tests/layering.rs` holds that only that line uses this.

use super::{Basis, Confirmed, UncheckedRule};
use crate::chain::header::Header;
use crate::chain::header_tree::BlockRef;
use crate::chain::pow::Work;
use crate::time::UnixTime;

/// What a [`Confirmed`] says, open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedParts {
    /// The block's header.
    pub header: Header,
    /// Its height.
    pub height: u32,
    /// The best chain's last block.
    pub tip: BlockRef,
    /// The work of the blocks above it.
    pub work_above: Work,
    /// The work from genesis to it, where known.
    pub total_work: Option<Work>,
    /// The median time of it and the ten before, where known.
    pub median_time: Option<UnixTime>,
    /// What it all rests on.
    pub basis: Basis,
    /// The rules that could not be checked.
    pub unchecked: Vec<UncheckedRule>,
}

/// A block above the tip of its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a block at height {height} on a chain up to {tip}")]
pub struct AboveTip {
    /// The block's height.
    pub height: u32,
    /// The tip's.
    pub tip: u32,
}

impl ConfirmedParts {
    /// Opens evidence, to send it.
    #[must_use]
    pub fn of(confirmed: &Confirmed) -> Self {
        let Confirmed { header, block, tip, work_above, total_work, median_time, basis, unchecked } = confirmed.clone();
        Self { header, height: block.height, tip, work_above, total_work, median_time, basis, unchecked }
    }

    /// The evidence that was sent. Its block's hash is computed, not sent.
    ///
    /// # Errors
    /// [`AboveTip`], which no check says.
    pub fn into_confirmed_as_relayed(self) -> Result<Confirmed, AboveTip> {
        let Self { header, height, tip, work_above, total_work, median_time, basis, unchecked } = self;
        if height > tip.height {
            return Err(AboveTip { height, tip: tip.height });
        }
        let block = BlockRef { height, hash: header.hash() };
        Ok(Confirmed { header, block, tip, work_above, total_work, median_time, basis, unchecked })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{BlockHash, HeaderTree, Params};

    #[test]
    fn evidence_comes_out_as_it_went_in_and_none_stands_above_its_tip() {
        let tree = HeaderTree::from_genesis(Params::regtest());
        let confirmed = tree.confirm(&tree.tip().hash, 1).unwrap();
        let parts = ConfirmedParts::of(&confirmed);
        assert_eq!(parts.clone().into_confirmed_as_relayed(), Ok(confirmed));
        let above = ConfirmedParts { height: 7, tip: BlockRef { height: 6, hash: BlockHash::ZERO }, ..parts };
        assert_eq!(above.into_confirmed_as_relayed(), Err(AboveTip { height: 7, tip: 6 }));
    }
}
