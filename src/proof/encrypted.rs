//! An encrypted proof file: it can lie anywhere, and says nothing without its key.
//!
//! ```text
//! "PLMENC" 00 01 | nonce 12 | ChaCha20-Poly1305 (RFC 8439) of the compressed proof file, its 16-byte tag last
//! ```
//!
//! The first eight bytes are authenticated with the rest. What is compressed is raw DEFLATE, as in a link. How long the proof is
//! can be seen, and nothing else.

use crate::proof::link::{LinkError, deflate, inflate};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};

/// How every encrypted proof file begins; the last byte is the version.
pub const MAGIC: [u8; 8] = *b"PLMENC\0\x01";
/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a nonce.
const NONCE_BYTES: usize = 12;
/// Bytes of a tag.
const TAG_BYTES: usize = 16;

/// Fresh random bytes, key and nonce. They must never serve for a second proof.
pub type Randomness = [u8; KEY_BYTES + NONCE_BYTES];

/// Why an encrypted file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncryptedError {
    /// It does not begin as one.
    #[error("not an encrypted proof file: expected \"PLMENC\" at its beginning")]
    NotEncrypted,
    /// A later version.
    #[error("encrypted proof file of version {found}, expected 1")]
    Version {
        /// The version found.
        found: u8,
    },
    /// Too short to hold anything.
    #[error("encrypted proof file of {found} bytes is cut off")]
    Short {
        /// Bytes found.
        found: usize,
    },
    /// The key has another length.
    #[error("key: expected {KEY_BYTES} bytes, found {found}")]
    KeyLength {
        /// Bytes found.
        found: usize,
    },
    /// The tag does not fit: another key, or the file was changed.
    #[error("the key does not open this file: it is another file's, or the file was changed")]
    Wrong,
    /// It was decrypted, and does not inflate.
    #[error("decrypted, but no compressed proof")]
    Compressed(#[source] LinkError),
}

/// Whether a file says that it is an encrypted proof, of whatever version.
#[must_use]
pub fn is_encrypted(file: &[u8]) -> bool {
    file.starts_with(&MAGIC[..7])
}

/// Encrypts a proof file; gives the encrypted file and its key.
#[must_use]
pub fn encrypt(proof: &[u8], random: &Randomness) -> (Vec<u8>, [u8; KEY_BYTES]) {
    let (key, nonce) = random.split_at(KEY_BYTES);
    let mut own = [0; KEY_BYTES];
    own.copy_from_slice(key);
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().expect("the rest of the randomness");
    let compressed = deflate(proof);
    let payload = Payload { msg: &compressed, aad: &MAGIC };
    let sealed = ChaCha20Poly1305::new(&Key::from(own)).encrypt(&Nonce::from(nonce), payload);
    let sealed = sealed.expect("a proof is far shorter than the cipher's limit");
    ([&MAGIC[..], &nonce, &sealed].concat(), own)
}

/// Decrypts a file to the proof file inside.
///
/// # Errors
/// [`EncryptedError`].
pub fn decrypt(file: &[u8], key: &[u8]) -> Result<Vec<u8>, EncryptedError> {
    if !is_encrypted(file) {
        return Err(EncryptedError::NotEncrypted);
    }
    let short = || EncryptedError::Short { found: file.len() };
    let (magic, rest) = file.split_first_chunk::<{ MAGIC.len() }>().ok_or_else(short)?;
    if *magic != MAGIC {
        return Err(EncryptedError::Version { found: magic[MAGIC.len() - 1] });
    }
    let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(short)?;
    if sealed.len() < TAG_BYTES {
        return Err(short());
    }
    let key: [u8; KEY_BYTES] = key.try_into().map_err(|_| EncryptedError::KeyLength { found: key.len() })?;
    let payload = Payload { msg: sealed, aad: &MAGIC };
    let compressed = ChaCha20Poly1305::new(&Key::from(key)).decrypt(&Nonce::from(*nonce), payload);
    inflate(&compressed.map_err(|_| EncryptedError::Wrong)?).map_err(EncryptedError::Compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROOF: &[u8] = b"{\"format\":\"plimsoll-proof/1\"}";

    fn random() -> Randomness {
        std::array::from_fn(|at| at as u8)
    }

    #[test]
    fn what_is_encrypted_opens_with_its_key_alone() {
        let (file, key) = encrypt(PROOF, &random());
        assert_eq!((&file[..8], &key[..]), (&MAGIC[..], &random()[..32]));
        assert_eq!(decrypt(&file, &key).as_deref(), Ok(PROOF));
        let words = b"format";
        assert!(!file.windows(words.len()).any(|window| window == words));
        for at in 0..KEY_BYTES {
            let mut other = key;
            other[at] ^= 1;
            assert_eq!(decrypt(&file, &other), Err(EncryptedError::Wrong));
        }
        assert_eq!(decrypt(&file, &key[1..]), Err(EncryptedError::KeyLength { found: 31 }));
    }

    #[test]
    fn every_byte_counts() {
        let (file, key) = encrypt(PROOF, &random());
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 0x10;
            let error = decrypt(&changed, &key).expect_err("changed");
            let expected = match at {
                0..7 => EncryptedError::NotEncrypted,
                7 => EncryptedError::Version { found: 0x11 },
                _ => EncryptedError::Wrong,
            };
            assert_eq!(error, expected, "at {at}");
        }
        for length in 0..file.len() {
            let error = decrypt(&file[..length], &key).expect_err("cut off");
            let expected = match length {
                0..7 => EncryptedError::NotEncrypted,
                7..36 => EncryptedError::Short { found: length },
                _ => EncryptedError::Wrong,
            };
            assert_eq!(error, expected, "of {length}");
        }
    }

    /// RFC 8439 §2.8.2 is the cipher's own test; here it is held to what our format puts around it.
    #[test]
    fn what_is_decrypted_must_be_a_compressed_proof() {
        let random = random();
        let key = Key::from(<[u8; 32]>::try_from(&random[..32]).unwrap());
        let nonce = <[u8; 12]>::try_from(&random[32..]).unwrap();
        let made = |msg: &[u8], aad: &[u8]| {
            let sealed = ChaCha20Poly1305::new(&key).encrypt(&Nonce::from(nonce), Payload { msg, aad }).unwrap();
            decrypt(&[&MAGIC[..], &nonce, &sealed].concat(), &random[..32])
        };
        assert_eq!(made(&deflate(PROOF), &MAGIC).as_deref(), Ok(PROOF));
        assert!(matches!(made(b"", &MAGIC), Err(EncryptedError::Compressed(LinkError::Truncated { .. }))));
        assert!(matches!(made(&[0xff; 9], &MAGIC), Err(EncryptedError::Compressed(_))));
        assert_eq!(made(&deflate(PROOF), b""), Err(EncryptedError::Wrong), "the beginning is authenticated too");
    }
}
