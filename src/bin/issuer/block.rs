//! Blocks by the rules of regtest: coinbase, Merkle root, proof of work.

use plimsoll::chain::merkle_prove::merkle_root;
use plimsoll::chain::tx::TxError;
use plimsoll::chain::{
    BlockHash, CompactTarget, Header, MerkleBlock, MerkleBlockError, OutPoint, Target, Transaction, TxIn, TxOut, Txid,
};
use plimsoll::crypto::hash::Hash;
use plimsoll::encoding::encode_hex;
use plimsoll::encoding::reader::{ReadError, Reader, write_compact_size};
use plimsoll::proof::bundle::{AnchorBlock, Bytes};

/// An output anybody can spend: OP_TRUE.
pub const OP_TRUE: [u8; 1] = [0x51];
/// Regtest's proof-of-work limit, and so every block's target.
const REGTEST_BITS: CompactTarget = CompactTarget(0x207f_ffff);
/// Version of every block: BIP9's base, with no bit set.
const BLOCK_VERSION: i32 = 0x2000_0000;
/// Blocks between two halvings of the subsidy on regtest.
const HALVING_INTERVAL: u32 = 150;
const FIRST_SUBSIDY: u64 = 5_000_000_000;
/// The miner's mark in every coinbase. It also keeps the coinbase from being 64 bytes long, the length of an inner node.
const MINER_MARK: &[u8; 8] = b"plimsoll";
/// Most transactions of a block that is read back.
const MOST_TRANSACTIONS: u64 = 1000;

/// Why bytes are not a block, or the block not what its header says.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// Too few bytes, or too many.
    #[error("not a block")]
    Read(#[from] ReadError),
    /// A transaction does not decode.
    #[error("transaction {index}")]
    Transaction {
        /// Which, from 0.
        index: u64,
        /// What is wrong.
        source: TxError,
    },
    /// The header commits to other transactions.
    #[error("merkle root of the transactions is {}, the header says {}", encode_hex(.found), encode_hex(.expected))]
    MerkleRoot {
        /// The header's.
        expected: Hash,
        /// That of the transactions.
        found: Hash,
    },
}

/// A block whose transactions are those its header commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    header: Header,
    transactions: Vec<Transaction>,
}

impl Block {
    /// Mines a block on `previous`: the first nonce from 0 that fits.
    pub fn mine(previous: BlockHash, height: u32, time: u32, transactions: Vec<Transaction>) -> Self {
        let mut all = vec![coinbase(height)];
        all.extend(transactions);
        let merkle_root = merkle_root(&txids(&all));
        let mut header = Header { version: BLOCK_VERSION, previous, merkle_root, time, bits: REGTEST_BITS, nonce: 0 };
        let target = REGTEST_BITS.decode(Target::MAX).expect("regtest's limit is a target");
        // Every second hash fits on regtest; 2^32 that do not are beyond imagining.
        while !target.admits(&header.hash().0) {
            header.nonce += 1;
        }
        Self { header, transactions: all }
    }

    /// Its bytes, as the network carries them.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.header.encode().to_vec();
        write_compact_size(&mut bytes, self.transactions.len() as u64);
        self.transactions.iter().for_each(|tx| bytes.extend_from_slice(&tx.encode()));
        bytes
    }

    /// Reads a block.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockError> {
        let mut reader = Reader::new(bytes);
        let header = Header::read(&mut reader)?;
        let mut transactions = Vec::new();
        for index in 0..reader.compact_size(MOST_TRANSACTIONS)? {
            let tx = Transaction::read(&mut reader).map_err(|source| BlockError::Transaction { index, source })?;
            transactions.push(tx);
        }
        reader.finish()?;
        match merkle_root(&txids(&transactions)) {
            found if found == header.merkle_root => Ok(Self { header, transactions }),
            found => Err(BlockError::MerkleRoot { expected: header.merkle_root, found }),
        }
    }

    /// Its header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Its transactions, the coinbase first.
    pub fn transactions(&self) -> &[Transaction] {
        &self.transactions
    }

    /// The proof that it holds a transaction, coinbase and transaction in one tree. `None` when it does not.
    pub fn prove(&self, height: u32, txid: Txid) -> Option<AnchorBlock> {
        let txids = txids(&self.transactions);
        let position = u32::try_from(txids.iter().position(|&own| own == txid)?).ok()?;
        let proof: Result<MerkleBlock, MerkleBlockError> = MerkleBlock::prove(self.header, &txids, &[0, position]);
        Some(AnchorBlock {
            height,
            merkleblock: Bytes(proof.ok()?.encode()),
            coinbase: Bytes(self.transactions.first()?.encode()),
        })
    }
}

fn txids(transactions: &[Transaction]) -> Vec<Txid> {
    transactions.iter().map(Transaction::txid).collect()
}

/// The coinbase of a block: pays the whole subsidy to OP_TRUE. Its script starts with the height (BIP34).
fn coinbase(height: u32) -> Transaction {
    let mut script = push_number(height);
    script.push(MINER_MARK.len() as u8);
    script.extend_from_slice(MINER_MARK);
    let value = FIRST_SUBSIDY.checked_shr(height / HALVING_INTERVAL).unwrap_or(0);
    let input = TxIn { previous: OutPoint::NULL, script, sequence: u32::MAX };
    let output = TxOut { value, script: OP_TRUE.to_vec() };
    Transaction::new(2, vec![input], vec![output], 0).expect("one input, one output, small")
}

/// A number as a script pushes it: one opcode up to 16, else its little-endian bytes with room for the sign.
fn push_number(number: u32) -> Vec<u8> {
    match number {
        0 => vec![0],
        1..=16 => vec![0x50 + number as u8],
        _ => {
            let mut bytes = number.to_le_bytes().to_vec();
            while bytes.last() == Some(&0) {
                bytes.pop();
            }
            if bytes.last().is_some_and(|byte| byte & 0x80 != 0) {
                bytes.push(0);
            }
            bytes.insert(0, bytes.len() as u8);
            bytes
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_are_pushed_as_bip34_says() {
        for (height, script) in [
            (1, &[0x51][..]),
            (16, &[0x60]),
            (17, &[1, 17]),
            (127, &[1, 127]),
            (128, &[2, 128, 0]),
            (255, &[2, 255, 0]),
            (256, &[2, 0, 1]),
            (227_931, &[3, 0x5b, 0x7a, 0x03]),
            (0x80_0000, &[4, 0, 0, 0x80, 0]),
        ] {
            assert_eq!(push_number(height), script, "{height}");
        }
    }

    #[test]
    fn no_coinbase_has_the_length_of_an_inner_node() {
        for height in [1, 16, 17, 127, 128, 0x7fff, 0x8000, 0x7f_ffff, 0x80_0000, u32::MAX] {
            assert!(coinbase(height).stripped_size() > 64, "{height}");
        }
    }

    #[test]
    fn a_block_reads_back_and_no_byte_of_its_transactions_can_change() {
        let block = Block::mine(BlockHash::ZERO, 5, 1_800_000_000, Vec::new());
        let bytes = block.encode();
        assert_eq!(Block::decode(&bytes).unwrap(), block);
        for at in 80..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Block::decode(&changed).is_err(), "byte {at}");
        }
    }
}
