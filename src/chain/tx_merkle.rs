//! Which transactions a block holds: the partial Merkle tree of BIP37 (`merkleblock`, Bitcoin Core `gettxoutproof`).
//!
//! ```text
//! header 80 | n_tx u32le | CompactSize n | n hashes of 32 | CompactSize m | m bytes of flags, lowest bit first
//! ```
//!
//! Bitcoin's tree has two known weaknesses, and both are closed here. A doubled last hash makes two lists of
//! transactions with one root (CVE-2012-2459): two equal children are refused wherever there are two. An inner node, 64
//! bytes, can pass for a transaction and a transaction for an inner node (CVE-2017-12842): transactions of 64 bytes are
//! refused, and the coinbase must be proven in the same tree, at the same depth, which settles how deep transactions lie.

use crate::chain::header::{BlockHash, Header};
use crate::chain::tx::{Transaction, Txid};
use crate::crypto::hash::{Hash, sha256d};
use crate::encoding::encode_hex;
use crate::encoding::reader::{ReadError, Reader, write_compact_size};

/// Most transactions in a block: a million stripped bytes of the smallest there are, 60 bytes (Bitcoin Core).
pub const MAX_TRANSACTIONS: u32 = 16_666;
/// The size at which a transaction could be taken for two hashes.
pub const NODE_BYTES: usize = 64;
/// Every node of the largest tree has at most one flag.
const MAX_FLAG_BYTES: u64 = (2 * MAX_TRANSACTIONS as u64 + 16).div_ceil(8);

/// Why a proof that a block holds a transaction is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MerkleBlockError {
    /// Bytes missing, left over, or a count over what can be.
    #[error("merkle block: {0}")]
    Read(#[from] ReadError),
    /// No block has so few or so many transactions.
    #[error("block of {found} transactions, expected 1 to {MAX_TRANSACTIONS}")]
    TransactionCount {
        /// The number stated.
        found: u32,
    },
    /// More hashes than transactions.
    #[error("{found} hashes for {n_tx} transactions")]
    TooManyHashes {
        /// Hashes carried.
        found: u64,
        /// Transactions stated.
        n_tx: u32,
    },
    /// The flags end before the tree does.
    #[error("the tree needs more than the {found} flags carried")]
    FlagsMissing {
        /// Flags carried.
        found: usize,
    },
    /// The hashes end before the tree does.
    #[error("the tree needs more than the {found} hashes carried")]
    HashesMissing {
        /// Hashes carried.
        found: usize,
    },
    /// Hashes are left over.
    #[error("the tree needs {used} of the {found} hashes carried")]
    HashesSpare {
        /// Hashes used.
        used: usize,
        /// Hashes carried.
        found: usize,
    },
    /// Flag bytes are left over.
    #[error("the tree needs {used} of the {found} flags carried")]
    FlagsSpare {
        /// Flags used.
        used: usize,
        /// Flags carried.
        found: usize,
    },
    /// The last flag byte is filled up with something else than zeros.
    #[error("flag {at} is set, but only pads the last byte")]
    Padding {
        /// The flag.
        at: usize,
    },
    /// A node's two children are equal: the tree of another list of transactions (CVE-2012-2459).
    #[error("the two children at level {level} from position {position} are equal")]
    EqualChildren {
        /// Their level; transactions are level 0.
        level: u32,
        /// The left one's position in its level.
        position: u32,
    },
    /// The tree's root is not the header's.
    #[error("root {}, expected the header's {}", encode_hex(found), encode_hex(expected))]
    Root {
        /// The header's, first byte first.
        expected: Hash,
        /// The tree's, first byte first.
        found: Hash,
    },
    /// A branch's length does not fit the number of transactions.
    #[error("branch of {found} hashes, expected {expected}")]
    BranchLength {
        /// The depth of a tree of so many transactions.
        expected: u32,
        /// Hashes carried.
        found: usize,
    },
    /// A position beyond the last transaction.
    #[error("position {found} of {n_tx} transactions")]
    Position {
        /// The position stated.
        found: u32,
        /// Transactions stated.
        n_tx: u32,
    },
    /// The last node of an odd level, whose sibling must be itself.
    #[error("the last node at level {level} has another sibling than itself")]
    NotDoubled {
        /// The level; transactions are level 0.
        level: u32,
    },
    /// The tree does not speak of the transaction.
    #[error("transaction {txid} is not among those the tree proves")]
    NotProven {
        /// The transaction asked for.
        txid: Txid,
    },
    /// The transaction given as coinbase is none.
    #[error("transaction {txid} is given as coinbase, but spends an output or has several inputs")]
    NotCoinbase {
        /// The transaction.
        txid: Txid,
    },
    /// The coinbase is not the block's first transaction.
    #[error("coinbase {txid} is not proven as the first transaction")]
    CoinbaseNotFirst {
        /// The coinbase.
        txid: Txid,
    },
    /// A transaction that could be taken for an inner node (CVE-2017-12842).
    #[error("transaction {txid} has 64 bytes, the size of an inner node")]
    NodeSized {
        /// The transaction.
        txid: Txid,
    },
}

/// A `merkleblock` as it was read: a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerkleBlock {
    pub(super) header: Header,
    pub(super) n_tx: u32,
    pub(super) hashes: Vec<Hash>,
    pub(super) flags: Vec<u8>,
}

impl MerkleBlock {
    /// Decodes one `merkleblock` and nothing after it.
    ///
    /// # Errors
    /// [`MerkleBlockError`] for bytes that could not be one; whether the tree leads to the root is checked later.
    pub fn decode(bytes: &[u8]) -> Result<Self, MerkleBlockError> {
        let mut reader = Reader::new(bytes);
        let header = Header::read(&mut reader)?;
        let n_tx = reader.u32_le()?;
        transaction_count(n_tx)?;
        let hash_count = reader.compact_size(u64::MAX)?;
        if hash_count > u64::from(n_tx) {
            return Err(MerkleBlockError::TooManyHashes { found: hash_count, n_tx });
        }
        let hashes = (0..hash_count).map(|_| reader.array()).collect::<Result<_, _>>()?;
        let flag_bytes = reader.compact_size(MAX_FLAG_BYTES)?;
        let flags = reader.take(flag_bytes as usize)?.to_vec();
        reader.finish()?;
        Ok(Self { header, n_tx, hashes, flags })
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.header.encode().to_vec();
        out.extend_from_slice(&self.n_tx.to_le_bytes());
        write_compact_size(&mut out, self.hashes.len() as u64);
        self.hashes.iter().for_each(|hash| out.extend_from_slice(hash));
        write_compact_size(&mut out, self.flags.len() as u64);
        out.extend_from_slice(&self.flags);
        out
    }

    /// The header it speaks of, a claim like the rest.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Verifies that the block holds `tx`, with the coinbase proven beside it at the same depth.
    ///
    /// # Errors
    /// [`MerkleBlockError`].
    pub fn verify(&self, coinbase: &Transaction, tx: &Transaction) -> Result<TxInBlock, MerkleBlockError> {
        TxInBlock::prove(&self.verify_tree()?, coinbase, tx)
    }

    /// Verifies the partial tree alone: which ids stand where, were they all transactions. Without the coinbase this does
    /// not show that they are ([`MerkleBlock::verify`] does).
    ///
    /// # Errors
    /// [`MerkleBlockError`].
    pub fn verify_tree(&self) -> Result<PartialTree, MerkleBlockError> {
        let mut walk = Walk { proof: self, flags_used: 0, hashes_used: 0, matched: Vec::new() };
        let root = walk.node(depth(self.n_tx), 0)?;
        let Walk { flags_used, hashes_used, matched, .. } = walk;
        if hashes_used != self.hashes.len() {
            return Err(MerkleBlockError::HashesSpare { used: hashes_used, found: self.hashes.len() });
        }
        let flags = self.flags.len() * 8;
        if flags_used.div_ceil(8) != self.flags.len() {
            return Err(MerkleBlockError::FlagsSpare { used: flags_used, found: flags });
        }
        if let Some(at) = (flags_used..flags).find(|&at| self.flag(at) == Some(true)) {
            return Err(MerkleBlockError::Padding { at });
        }
        PartialTree::rooted(self.header, self.n_tx, matched, root)
    }

    fn flag(&self, at: usize) -> Option<bool> {
        self.flags.get(at / 8).map(|byte| byte >> (at % 8) & 1 == 1)
    }
}

/// The walk through the tree, depth first and left to right, that uses up flags and hashes.
struct Walk<'a> {
    proof: &'a MerkleBlock,
    flags_used: usize,
    hashes_used: usize,
    matched: Vec<(u32, Txid)>,
}

impl Walk<'_> {
    /// The hash of the node at `level` (transactions are level 0) and `position`. It goes at most 15 levels down.
    fn node(&mut self, level: u32, position: u32) -> Result<Hash, MerkleBlockError> {
        let found = self.proof.flags.len() * 8;
        let matched = self.proof.flag(self.flags_used).ok_or(MerkleBlockError::FlagsMissing { found })?;
        self.flags_used += 1;
        if level > 0 && matched {
            let left = self.node(level - 1, 2 * position)?;
            if 2 * position + 1 >= width(self.proof.n_tx, level - 1) {
                return Ok(parent(&left, &left));
            }
            let right = self.node(level - 1, 2 * position + 1)?;
            if left == right {
                return Err(MerkleBlockError::EqualChildren { level: level - 1, position: 2 * position });
            }
            return Ok(parent(&left, &right));
        }
        let found = self.proof.hashes.len();
        let hash = *self.proof.hashes.get(self.hashes_used).ok_or(MerkleBlockError::HashesMissing { found })?;
        self.hashes_used += 1;
        if matched {
            self.matched.push((position, Txid(hash)));
        }
        Ok(hash)
    }
}

/// Evidence that a header's Merkle root leads to these hashes at these positions. Not yet that they are transactions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct PartialTree {
    header: Header,
    block_hash: BlockHash,
    n_tx: u32,
    matched: Vec<(u32, Txid)>,
}

impl PartialTree {
    /// The one way to make one: the tree's root is the header's.
    pub(super) fn rooted(
        header: Header,
        n_tx: u32,
        matched: Vec<(u32, Txid)>,
        root: Hash,
    ) -> Result<Self, MerkleBlockError> {
        if root != header.merkle_root {
            return Err(MerkleBlockError::Root { expected: header.merkle_root, found: root });
        }
        Ok(Self { header, block_hash: header.hash(), n_tx, matched })
    }

    /// With what another part of the same tree proves: the caller verified both under one header and number.
    pub(super) fn join(mut self, other: &Self) -> Self {
        self.matched.extend_from_slice(&other.matched);
        self
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its hash.
    #[must_use]
    pub fn block_hash(&self) -> BlockHash {
        self.block_hash
    }

    /// Transactions in the block, as the proof states them.
    #[must_use]
    pub fn n_tx(&self) -> u32 {
        self.n_tx
    }

    /// Positions and ids proven, in order.
    #[must_use]
    pub fn matched(&self) -> &[(u32, Txid)] {
        &self.matched
    }
}

/// Evidence that the block with this header holds this transaction. Whether the block is on the best chain is another
/// question ([`HeaderTree::confirm`](crate::chain::HeaderTree::confirm)).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct TxInBlock {
    header: Header,
    block_hash: BlockHash,
    txid: Txid,
    position: u32,
    n_tx: u32,
}

impl TxInBlock {
    /// The one way to make one.
    pub(super) fn prove(
        tree: &PartialTree,
        coinbase: &Transaction,
        tx: &Transaction,
    ) -> Result<Self, MerkleBlockError> {
        for proven in [coinbase, tx] {
            if proven.stripped_size() == NODE_BYTES {
                return Err(MerkleBlockError::NodeSized { txid: proven.txid() });
            }
        }
        if !coinbase.is_coinbase() {
            return Err(MerkleBlockError::NotCoinbase { txid: coinbase.txid() });
        }
        // Ids are matched at level 0 alone, so that being in the list is being at the same depth.
        if tree.matched.first() != Some(&(0, coinbase.txid())) {
            return Err(MerkleBlockError::CoinbaseNotFirst { txid: coinbase.txid() });
        }
        let txid = tx.txid();
        let found = tree.matched.iter().find(|&&(_, matched)| matched == txid);
        let &(position, _) = found.ok_or(MerkleBlockError::NotProven { txid })?;
        Ok(Self { header: tree.header, block_hash: tree.block_hash, txid, position, n_tx: tree.n_tx })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its hash.
    #[must_use]
    pub fn block_hash(&self) -> BlockHash {
        self.block_hash
    }

    /// The transaction.
    #[must_use]
    pub fn txid(&self) -> Txid {
        self.txid
    }

    /// Transactions before it in the block.
    #[must_use]
    pub fn position(&self) -> u32 {
        self.position
    }

    /// Transactions in the block, as the proof states them: only the depth that follows from it is proven.
    #[must_use]
    pub fn n_tx(&self) -> u32 {
        self.n_tx
    }

    /// Levels between the transactions and the root.
    #[must_use]
    pub fn depth(&self) -> u32 {
        depth(self.n_tx)
    }
}

/// `n_tx`, when a block can have so many transactions.
pub(super) fn transaction_count(n_tx: u32) -> Result<u32, MerkleBlockError> {
    match n_tx {
        1..=MAX_TRANSACTIONS => Ok(n_tx),
        found => Err(MerkleBlockError::TransactionCount { found }),
    }
}

/// Nodes at `level` of a tree of `n_tx` transactions.
pub(super) fn width(n_tx: u32, level: u32) -> u32 {
    n_tx.div_ceil(1 << level)
}

/// Levels between the transactions and the root.
pub(super) fn depth(n_tx: u32) -> u32 {
    n_tx.next_power_of_two().trailing_zeros()
}

/// The node above two.
pub(super) fn parent(left: &Hash, right: &Hash) -> Hash {
    let mut both = [0; NODE_BYTES];
    both[..32].copy_from_slice(left);
    both[32..].copy_from_slice(right);
    sha256d(&both)
}
