//! Where the sample's keys, salts and times come from: from their names, so that the sample is the same every time. Its
//! keys are known to everybody and protect nothing.

use crate::offices::Offices;
use plimsoll::crypto::hash::sha256;
use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::time::UnixTime;
use plimsoll::tlog::log::{LogError, LogSigner};
use plimsoll::tlog::witness::{Witness, WitnessError};

/// Blocks up to this height only mature the first coinbases.
pub const FOUNDING_HEIGHT: u32 = 101;
/// 2026-01-06T02:00:00Z, about when the registry is founded.
const FOUNDING_TIME: i64 = 1_767_664_800;
/// A sample block comes every fourteen hours or so, which stretches two hundred of them over a trade's quarter year.
const SPACING: i64 = 14 * 3600;

/// The secret key with a name.
pub fn key(name: &str, suite: Suite) -> SecretKey {
    let seed = sha256(format!("plimsoll/sample/key/{name}").as_bytes());
    SecretKey::from_bytes(suite, &seed)
        .expect("a hash is below the order of P-256 but for one in 2^32, and these are not")
}

/// The salts of a record.
pub fn salts(record: &str) -> impl FnMut() -> [u8; 16] {
    let record = record.to_owned();
    let mut count = 0;
    move || {
        count += 1;
        let hash = sha256(format!("plimsoll/sample/salt/{record}/{count}").as_bytes());
        hash[..16].try_into().expect("a hash is longer than a salt")
    }
}

/// The time of a block: roughly every fourteen hours, never twice the same number of minutes apart.
pub fn block_time(height: u32) -> UnixTime {
    let wobble = sha256(format!("plimsoll/sample/block/{height}").as_bytes());
    let wobble = i64::from(u16::from_be_bytes([wobble[0], wobble[1]])) % 7200 - 3600;
    UnixTime(FOUNDING_TIME + (i64::from(height) - i64::from(FOUNDING_HEIGHT)) * SPACING + wobble)
}

/// Why the sample's offices cannot be staffed.
#[derive(Debug, thiserror::Error)]
pub enum OfficesError {
    /// The log's name is no key name.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A witness's name is no key name.
    #[error(transparent)]
    Witness(#[from] WitnessError),
}

/// The keys of a registry with this log, and these witnesses.
pub fn offices(origin: &str, witnesses: &[&str]) -> Result<Offices, OfficesError> {
    let witness = |name: &&str| Witness::new(name, key(name, Suite::Ed25519));
    Ok(Offices {
        log: LogSigner::new(origin, key(origin, Suite::Ed25519))?,
        witnesses: witnesses.iter().map(witness).collect::<Result<_, _>>()?,
        registrar: key(&format!("{origin}/registrar"), Suite::Ed25519),
    })
}
