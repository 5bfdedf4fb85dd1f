//! SHA-256 and Keccak-256 in the ways the formats use them. The types that hold a hash (block hash, txid, leaf hash, key id) stand
//! beside the thing they name; here hashes are plain bytes, in the order the function gives them.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// 32 bytes of SHA-256 output, first byte first.
pub type Hash = [u8; 32];

/// SHA-256 (FIPS 180-4).
#[must_use]
pub fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// SHA-256 of several parts, one after another.
#[must_use]
pub fn sha256_parts(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// SHA-256 of SHA-256, Bitcoin's hash for headers, transactions and their tree.
#[must_use]
pub fn sha256d(bytes: &[u8]) -> Hash {
    sha256(&sha256(bytes))
}

/// Keccak-256 of several parts, one after another: the function as Ethereum uses it, with the padding of the Keccak team's
/// submission, and not the final SHA3-256.
#[must_use]
pub fn keccak256_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Hash {
    let mut hasher = Keccak256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::encode_hex;

    #[test]
    fn known_answers() {
        // FIPS 180-4, "abc".
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(encode_hex(&sha256(b"abc")), abc);
        assert_eq!(encode_hex(&sha256_parts(&[b"a", b"", b"bc"])), abc);
        // The Keccak team's vector for the empty message.
        let empty = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
        assert_eq!(encode_hex(&keccak256_parts([&b""[..], &b""[..]])), empty);
        assert_eq!(encode_hex(&sha256d(b"")), "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456");
    }
}
