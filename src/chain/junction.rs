//! Where a block's chain leaves the best one.

use crate::chain::header::BlockHash;
use crate::chain::header_tree::{BlockRef, HeaderTree, Spot};

impl HeaderTree {
    /// The last block of the best chain among a block held and its ancestors: the block itself when it is on that chain.
    /// `None` for a block that is not held.
    #[must_use]
    pub fn junction(&self, block: &BlockHash) -> Option<BlockRef> {
        let mut spot = self.find(block)?;
        while let Spot::Side(header) = spot {
            spot = self.parent(header)?;
        }
        let height = self.height_at(spot);
        Some(BlockRef { height, hash: self.hash_at(height)? })
    }
}

#[cfg(test)]
mod tests {
    use crate::chain::{Header, HeaderTree, Params, Target};
    use crate::time::UnixTime;

    /// Regtest headers on `below`, other ones for each tag.
    fn mined(below: Header, count: usize, tag: u8) -> Vec<Header> {
        let mut headers = vec![below];
        while headers.len() <= count {
            let parent = headers[headers.len() - 1];
            let (previous, time) = (parent.hash(), parent.time + 600);
            let template = Header { version: 4, previous, time, merkle_root: [tag; 32], nonce: 0, ..parent };
            let target = template.bits.decode(Target::MAX).unwrap();
            headers.push((0..).map(|nonce| Header { nonce, ..template }).find(|h| target.admits(&h.hash().0)).unwrap());
        }
        headers.split_off(1)
    }

    #[test]
    fn chains_part_at_the_last_block_both_have() {
        let params = Params::regtest();
        let trunk = mined(*params.genesis(), 10, 1);
        let branch = mined(trunk[3], 3, 2);
        let mut tree = HeaderTree::from_genesis(params);
        for header in trunk.iter().chain(&branch) {
            tree.accept(header, UnixTime(1_800_000_000)).expect("valid");
        }
        let height = |header: &Header| tree.junction(&header.hash()).map(|block| block.height);
        assert_eq!((height(&trunk[9]), height(&trunk[2])), (Some(10), Some(3)));
        assert_eq!((height(&branch[0]), height(&branch[2])), (Some(4), Some(4)));
        assert_eq!(height(&mined(branch[2], 1, 3)[0]), None);
        let longer = mined(branch[2], 5, 2);
        for header in &longer {
            tree.accept(header, UnixTime(1_800_000_000)).expect("valid");
        }
        assert_eq!(tree.junction(&trunk[9].hash()).map(|block| block.height), Some(4), "the other one is best now");
    }
}
