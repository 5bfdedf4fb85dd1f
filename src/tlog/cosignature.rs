//! Cosignatures of witnesses (c2sp.org/tlog-cosignature, type 0x04): as of a time, the largest tree the witness has seen
//! of this log has this root, and it grew from all it had seen before.

use crate::crypto::key::{KeyError, PublicKey, SecretKey, SignatureValid};
use crate::encoding::reader::{ReadError, Reader};

/// Why bytes are not a cosignature of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// Not a time and a signature.
    #[error("not 8 bytes of time and 64 of signature")]
    Form(#[from] ReadError),
    /// The time is over the limit of the format, 2^63 − 1.
    #[error("time {found} is over 2^63 - 1")]
    Time {
        /// The time found.
        found: u64,
    },
    /// The signature does not verify.
    #[error("signature with time {time} is wrong")]
    Signature {
        /// The time that would be signed.
        time: u64,
        /// What is wrong.
        source: KeyError,
    },
}

/// Evidence that a witness cosigned a checkpoint body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Cosigned {
    time: u64,
    signature: SignatureValid,
}

impl Cosigned {
    /// When, by the witness's clock, in seconds since 1970.
    #[must_use]
    pub fn time(&self) -> u64 {
        self.time
    }

    /// The signature under it, over the message with the time.
    pub fn signature(&self) -> &SignatureValid {
        &self.signature
    }
}

/// The message a witness signs: two lines, then the checkpoint body.
fn message(time: u64, body: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{body}")
}

/// Verifies a cosignature: 8 bytes of time, big-endian, and 64 of Ed25519.
///
/// # Errors
/// [`CosignatureError`].
pub fn verify(key: &PublicKey, body: &str, cosignature: &[u8]) -> Result<Cosigned, CosignatureError> {
    let mut reader = Reader::new(cosignature);
    let (time, signature) = (reader.u64_be()?, reader.array::<64>()?);
    reader.finish()?;
    if i64::try_from(time).is_err() {
        return Err(CosignatureError::Time { found: time });
    }
    let signature = key
        .verify(message(time, body).as_bytes(), &signature)
        .map_err(|source| CosignatureError::Signature { time, source })?;
    Ok(Cosigned { time, signature })
}

/// Cosigns a checkpoint body at a time: the bytes that [`verify`] reads.
pub(crate) fn sign(key: &SecretKey, body: &str, time: u64) -> Vec<u8> {
    [&time.to_be_bytes()[..], &key.sign(message(time, body).as_bytes())].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::Suite;

    #[test]
    fn time_and_body_are_bound() {
        let secret = SecretKey::from_bytes(Suite::Ed25519, &[1; 32]).unwrap();
        let good = sign(&secret, "body\n", 1_679_315_147);
        assert_eq!(verify(&secret.public(), "body\n", &good).unwrap().time(), 1_679_315_147);
        assert!(matches!(
            verify(&secret.public(), "body", &good),
            Err(CosignatureError::Signature { time: 1_679_315_147, .. })
        ));
        for place in 0..good.len() {
            let mut wrong = good.clone();
            wrong[place] ^= 1;
            assert!(verify(&secret.public(), "body\n", &wrong).is_err(), "{place}");
        }
        for wrong in [&good[..71], &[&good[..], &[0]].concat(), &good[8..]] {
            assert!(matches!(verify(&secret.public(), "body\n", wrong), Err(CosignatureError::Form(_))));
        }
        let late = sign(&secret, "body\n", 1 << 63);
        assert_eq!(verify(&secret.public(), "body\n", &late), Err(CosignatureError::Time { found: 1 << 63 }));
    }
}
