//! Proof-of-work headers, transactions and their Merkle trees.
//!
//! Two questions are answered here, each by an evidence type that only its check can make: *is this block buried on the
//! chain with the most work?* ([`Confirmed`], by [`HeaderTree::confirm`]) and *does this block hold this transaction?*
//! ([`TxInBlock`], by [`MerkleBlock::verify`]). The rules are Bitcoin Core's, of headers alone: what only a full node can
//! know (scripts, amounts, a signet's block signatures) is not checked here, and nothing here says it was.

pub mod compact;
pub mod confirm;
pub mod header;
pub mod header_file;
pub mod header_run;
pub mod header_tree;
pub mod known_headers;
pub mod merkle_branch;
pub mod merkle_prove;
pub mod params;
pub mod params_file;
pub mod pins;
pub mod pow;
pub mod quick_start;
pub mod segment;
pub mod segment_relay;
pub mod tx;
pub mod tx_merkle;

mod hash_index;
mod header_chain;
mod header_rules;
mod junction;
mod median_time;
mod retarget;
mod run_batch;
mod side_headers;
mod tree_view;

pub use confirm::{Basis, ConfirmError, Confirmed};
pub use header::{BlockHash, Header};
pub use header_run::{RunError, decode_run};
pub use header_tree::{Accepted, BlockRef, HeaderError, HeaderTree, Reorganization, Rule, UncheckedRule};
pub use merkle_branch::MerkleBranch;
pub use params::Params;
pub use pins::{Pins, TrustedHeader};
pub use pow::{CompactTarget, Target, Work};
pub use run_batch::RunAccepted;
pub use segment::{OpenSegment, VerifiedSegment};
pub use tx::{MAX_TX_BYTES, OutPoint, Transaction, TxIn, TxOut, Txid};
pub use tx_merkle::{MerkleBlock, MerkleBlockError, PartialTree, TxInBlock};
