//! Proof-of-work headers, transactions and their Merkle trees.
