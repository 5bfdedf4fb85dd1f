//! Forks, on chains mined on the spot: which chain wins, what a reorganization says, and what is said of a block that lost.

#[path = "common/miner.rs"]
mod miner;

use miner::{INTERVAL, NOW, SPACING, extend, extend_by, mine, plain, solve, tip, work_of};
use plimsoll::chain::{Accepted, Basis, BlockHash, ConfirmError, HeaderError, HeaderTree, Params, header_tree};
use plimsoll::time::UnixTime;

#[test]
fn of_equal_work_the_first_seen_stays() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let (first, _) = extend_by(&mut tree, &genesis, 3, SPACING, 1);
    let (second, accepted) = extend_by(&mut tree, &genesis, 3, SPACING, 2);
    assert!(matches!(accepted, Accepted::Fork(block) if block.height == 3));
    assert_eq!(tree.tip().hash, first.hash());
    let (third, accepted) = extend(&mut tree, &second, second.time + 1, 2);
    assert!(matches!(accepted, Accepted::Reorganized(_, change) if (change.disconnected, change.connected) == (3, 4)));
    assert_eq!(tree.tip().hash, third.hash());
}

#[test]
fn reorganizations_of_1_6_and_2017_blocks() {
    for depth in [1, 6, 2017] {
        let mut tree = HeaderTree::from_genesis(Params::regtest());
        let genesis = tip(&tree);
        let (base, _) = extend_by(&mut tree, &genesis, 5, SPACING, 1);
        extend_by(&mut tree, &base, depth, SPACING, 1);
        let (end, accepted) = extend_by(&mut tree, &base, depth + 1, SPACING, 2);
        let Accepted::Reorganized(block, change) = accepted else { panic!("{accepted:?}") };
        assert_eq!((block.height, block.hash), (5 + depth + 1, end.hash()));
        assert_eq!((change.common_ancestor.height, change.common_ancestor.hash), (5, base.hash()));
        assert_eq!((change.disconnected, change.connected), (depth, depth + 1));
        assert_eq!(tree.work_at_hand(), work_of(block.height + 1, tree.params()));
        for (block, header) in tree.best_chain(6..=u32::MAX) {
            assert_eq!((header.merkle_root, header.hash()), ([2; 32], block.hash));
        }
        assert_eq!(tree.drop_side_branches(), depth as usize);
        assert_eq!((tree.tip().hash, tree.height_of(&base.hash())), (end.hash(), Some(5)));
        assert!(matches!(extend(&mut tree, &end, end.time + 1, 2).1, Accepted::Extended(_)));
    }
}

#[test]
fn a_shorter_chain_with_more_work_wins() {
    let mut tree = plain();
    let genesis = tip(&tree);
    // Slow blocks stay easy; quick ones make the next period four times harder.
    let (long, _) = extend_by(&mut tree, &genesis, INTERVAL + 8, 2 * SPACING, 1);
    let (_, accepted) = extend_by(&mut tree, &genesis, INTERVAL + 3, 1, 2);
    assert!(matches!(accepted, Accepted::Reorganized(..) | Accepted::Extended(_)), "{accepted:?}");
    assert_eq!(tree.tip().height, INTERVAL + 3);
    let Err(ConfirmError::NotOnBestChain { height, rival, .. }) = tree.confirm(&long.hash(), 1) else { panic!() };
    assert_eq!((height, rival), (INTERVAL + 8, None));
}

#[test]
fn confirming_says_what_is_the_matter() {
    let mut tree = HeaderTree::from_genesis(Params::regtest());
    let genesis = tip(&tree);
    let (base, _) = extend_by(&mut tree, &genesis, 20, SPACING, 1);
    let (lost, _) = extend_by(&mut tree, &base, 2, SPACING, 2);
    let (lost_tip, _) = extend(&mut tree, &lost, lost.time + 1, 2);
    let (end, _) = extend_by(&mut tree, &base, 6, SPACING, 1);
    let unit = |count| work_of(count, tree.params());

    let confirmed = tree.confirm(&base.hash(), 7).unwrap();
    assert_eq!((confirmed.height(), confirmed.confirmations(), confirmed.header()), (20, 7, &base));
    assert_eq!(confirmed.work_above(), unit(6));
    assert_eq!(confirmed.total_work(), Some(unit(21)));
    assert_eq!(confirmed.median_time(), Some(UnixTime(i64::from(base.time - 5 * SPACING))));
    assert_eq!((confirmed.tip().hash, confirmed.basis()), (end.hash(), Basis::Genesis));
    assert_eq!(confirmed.unchecked(), []);

    let few = ConfirmError::TooFew { height: 20, required: 8, found: 7 };
    assert_eq!(tree.confirm(&base.hash(), 8), Err(few));
    assert!(matches!(tree.confirm(&BlockHash([7; 32]), 0), Err(ConfirmError::Unknown { first: 0, last: 26, .. })));
    // Behind by three blocks, whichever block of the losing branch is asked for.
    let behind = unit(3);
    for (header, height) in [(lost, 22), (lost_tip, 23)] {
        let rival = tree.hash_at(height);
        let expected = ConfirmError::NotOnBestChain { hash: header.hash(), height, rival, behind };
        assert_eq!(tree.confirm(&header.hash(), 1), Err(expected));
    }
}

#[test]
fn a_flood_of_side_headers_is_bounded_and_the_best_chain_goes_on() {
    let mut tree = HeaderTree::from_genesis(Params::regtest());
    let genesis = tip(&tree);
    let (end, _) = extend_by(&mut tree, &genesis, 3, SPACING, 1);
    let side = |salt: u32| {
        let mut header = mine(&genesis, genesis.time + 1, genesis.bits, 2);
        header.merkle_root[..4].copy_from_slice(&salt.to_le_bytes());
        solve(header)
    };
    let limit = header_tree::MAX_SIDE_HEADERS;
    for salt in 0..limit as u32 {
        assert!(matches!(tree.accept(&side(salt), NOW), Ok(Accepted::Fork(_))));
    }
    let more = side(u32::MAX);
    let error = tree.accept(&more, NOW).unwrap_err();
    assert_eq!((error, error.is_final()), (HeaderError::TooManySideHeaders { limit }, false));
    let (end, accepted) = extend(&mut tree, &end, end.time + 1, 1);
    assert!(matches!(accepted, Accepted::Extended(_)));
    assert_eq!(tree.drop_side_branches(), limit);
    assert_eq!((tree.header_count(), tree.tip().hash), (5, end.hash()));
    assert!(matches!(tree.accept(&more, NOW), Ok(Accepted::Fork(_))));
}
