//! The tree against the slowest tree there is: RFC 6962 §2.1 read aloud, for every size to 70.

use plimsoll::crypto::hash::{Hash, sha256_parts};
use plimsoll::tlog::{LeafHash, Log, consistency, inclusion, subtree};

const SIZES: u64 = 70;

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

/// MTH(D[start:end]) of RFC 6962 §2.1.
fn tree(start: u64, end: u64) -> Hash {
    match end - start {
        0 => sha256_parts(&[]),
        1 => sha256_parts(&[&[0], &entry(start)]),
        leaves => {
            let half = start + half(leaves);
            sha256_parts(&[&[1], &tree(start, half), &tree(half, end)])
        }
    }
}

/// The largest power of two smaller than n.
fn half(leaves: u64) -> u64 {
    (0..).map(|bit| 1 << bit).take_while(|power| *power < leaves).last().unwrap()
}

/// PATH(m, D[start:end]) of RFC 6962 §2.1.1.
fn audit_path(index: u64, start: u64, end: u64) -> Vec<Hash> {
    if end - start == 1 {
        return Vec::new();
    }
    let middle = start + half(end - start);
    if index < middle {
        [audit_path(index, start, middle), vec![tree(middle, end)]].concat()
    } else {
        [audit_path(index, middle, end), vec![tree(start, middle)]].concat()
    }
}

/// SUBPROOF of RFC 6962 §2.1.2, for leaves [first, last) of [start, end): with first = start = 0 it is the RFC's.
fn subproof(first: u64, last: u64, start: u64, end: u64, whole: bool) -> Vec<Hash> {
    if (first, last) == (start, end) {
        return if whole { Vec::new() } else { vec![tree(start, end)] };
    }
    let middle = start + half(end - start);
    if last <= middle {
        [subproof(first, last, start, middle, whole), vec![tree(middle, end)]].concat()
    } else if first >= middle {
        [subproof(first, last, middle, end, whole), vec![tree(start, middle)]].concat()
    } else {
        [subproof(middle, last, middle, end, false), vec![tree(start, middle)]].concat()
    }
}

fn log() -> Log {
    let mut log = Log::new();
    for index in 0..SIZES {
        log.append(&entry(index)).unwrap();
    }
    log
}

/// A proof with something wrong with it: a bit, a hash too many, too few, doubled, or two swapped.
fn damaged(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = Vec::new();
    for place in 0..=proof.len() {
        let mut longer = proof.to_vec();
        longer.insert(place, [7; 32]);
        all.push(longer);
        if place < proof.len() {
            let mut flipped = proof.to_vec();
            flipped[place][place % 32] ^= 1 << (place % 8);
            let mut shorter = proof.to_vec();
            shorter.remove(place);
            let mut doubled = proof.to_vec();
            doubled.insert(place, proof[place]);
            all.extend([flipped, shorter, doubled]);
        }
        if place + 1 < proof.len() {
            let mut swapped = proof.to_vec();
            swapped.swap(place, place + 1);
            all.push(swapped);
        }
    }
    all
}

#[test]
fn inclusion_is_what_the_slow_tree_says() {
    let log = log();
    for size in 1..=SIZES {
        let root = tree(0, size);
        assert_eq!(log.root_at(size).unwrap(), root);
        for index in 0..size {
            let proof = log.inclusion_proof(index, size).unwrap();
            assert_eq!(proof, audit_path(index, 0, size), "{index} in {size}");
            let leaf = LeafHash::of_entry(&entry(index)).unwrap();
            let included = inclusion::verify(leaf, index, size, &proof, &root).unwrap();
            assert_eq!((included.leaf(), included.index(), included.size()), (leaf, index, size));
            for wrong in damaged(&proof) {
                assert!(inclusion::verify(leaf, index, size, &wrong, &root).is_err(), "{index} in {size}");
            }
            let other = LeafHash::of_entry(&entry(index + 1)).unwrap();
            assert!(inclusion::verify(other, index, size, &proof, &root).is_err());
            assert!(inclusion::verify(leaf, index, size, &proof, &tree(0, size + 1)).is_err());
            assert!(inclusion::verify(leaf, size, size, &proof, &root).is_err());
            if size > 1 {
                assert!(inclusion::verify(leaf, index ^ 1, size, &proof, &root).is_err());
            }
            // An inner node passed off as a leaf by a shallower claim.
            if proof.len() > 1 && size.is_power_of_two() {
                let (sibling, rest) = proof.split_first().unwrap();
                let (left, right) =
                    if index % 2 == 0 { (leaf.as_bytes(), sibling) } else { (sibling, leaf.as_bytes()) };
                let children = [&left[..], right].concat();
                assert!(LeafHash::of_entry(&children).is_err(), "64 bytes");
                let claim = LeafHash::of_entry(&[&[1], &children[..]].concat()).unwrap();
                assert!(inclusion::verify(claim, index / 2, size / 2, rest, &root).is_err());
            }
        }
    }
}

#[test]
fn size_comes_from_the_checkpoint_alone() {
    // A proof binds neither index nor size: one good for (9, 10) must still be refused wherever its length is another,
    // and where the length fits only the root decides.
    let log = log();
    let (leaf, root) = (LeafHash::of_entry(&entry(9)).unwrap(), tree(0, 10));
    let proof = log.inclusion_proof(9, 10).unwrap();
    let fits: Vec<(u64, u64)> = (1..=SIZES)
        .flat_map(|size| (0..size).map(move |index| (index, size)))
        .filter(|&(index, size)| inclusion::verify(leaf, index, size, &proof, &root).is_ok())
        .collect();
    assert!(fits.contains(&(9, 10)) && fits.len() > 1, "{fits:?}");
    for (index, size) in fits {
        if size != 10 {
            assert!(inclusion::verify(leaf, index, size, &proof, &tree(0, size)).is_err(), "{index} in {size}");
        }
    }
}

#[test]
fn consistency_is_what_the_slow_tree_says() {
    let log = log();
    let roots: Vec<Hash> = (0..=SIZES).map(|size| tree(0, size)).collect();
    for new in 1..=SIZES {
        for old in 1..=new {
            let (old_root, new_root) = (&roots[old as usize], &roots[new as usize]);
            let proof = log.consistency_proof(old, new).unwrap();
            assert_eq!(proof, subproof(0, old, 0, new, true), "{old} to {new}");
            let verify = |old, new, proof: &[Hash]| consistency::verify(old, new, proof).is_ok();
            assert!(verify((old, old_root), (new, new_root), &proof), "{old} to {new}");
            for wrong in damaged(&proof) {
                assert!(!verify((old, old_root), (new, new_root), &wrong), "{old} to {new}");
            }
            assert!(!verify((old, &[7; 32]), (new, new_root), &proof));
            assert!(!verify((old, old_root), (new, &[7; 32]), &proof));
            if old < new {
                assert!(!verify((new, new_root), (old, old_root), &proof), "a log never shrinks");
                assert!(!verify((old + 1, old_root), (new, new_root), &proof));
                assert!(!verify((old, new_root), (new, old_root), &proof));
            }
        }
        assert!(consistency::verify((0, &roots[0]), (new, &roots[new as usize]), &[]).is_err());
    }
}

#[test]
fn subtrees_are_what_the_slow_tree_says() {
    let mut subtrees = 0;
    for size in 1..=33 {
        let root = tree(0, size);
        for (start, end) in (0..size).flat_map(|start| (start + 1..=size).map(move |end| (start, end))) {
            let Ok(run) = subtree::Subtree::new(start, end) else { continue };
            subtrees += 1;
            let subtree_root = tree(start, end);
            let proof = subproof(start, end, 0, size, true);
            let verify = |proof: &[Hash]| subtree::verify_consistency(run, &subtree_root, size, &root, proof).is_ok();
            assert!(verify(&proof), "{run} of {size}");
            for wrong in damaged(&proof) {
                assert!(!verify(&wrong), "{run} of {size}");
            }
            for index in start..end {
                let leaf = LeafHash::of_entry(&entry(index)).unwrap();
                let proof = audit_path(index, start, end);
                assert!(subtree::verify_inclusion(leaf, index, run, &proof, &subtree_root).is_ok(), "{index} in {run}");
            }
        }
    }
    assert!(subtrees > 1000, "{subtrees}");
}
