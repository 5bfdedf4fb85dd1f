//! A network of one's own, from a JSON parameters file.
//!
//! ```json
//! { "format": "plimsoll-network/1", "name": "acme-test", "genesis": "<160 hex digits>",
//!   "powLimit": "<64 hex digits, most significant first>", "spacingSeconds": 600, "retargetInterval": 2016,
//!   "retargets": true, "minDifficulty": false, "bip94": false, "versionHeights": [1, 1, 1] }
//! ```
//!
//! `versionHeights` are the heights from which versions 2, 3 and 4 are the least. Every member is required: a rule left
//! out by mistake would be a rule not checked.

use crate::chain::header::{BlockHash, Header};
use crate::chain::params::{NETWORKS, Params};
use crate::chain::pow::{Target, TargetError};
use crate::encoding::json::{self, JsonError, Limits};
use crate::encoding::{TextError, decode_hex_array};
use serde::Deserialize;

/// The format named in every parameters file.
pub const PARAMS_FORMAT: &str = "plimsoll-network/1";

const LIMITS: Limits = Limits { bytes: 4096, depth: 2 };
const LONGEST_NAME: usize = 40;
const LEAST_INTERVAL: u32 = 2;

/// Why a parameters file describes no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// Not JSON.
    #[error("network parameters: not readable")]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of the wrong type.
    #[error("network parameters: {0}")]
    Members(String),
    /// Another format.
    #[error("network parameters: format {found:?}, expected {PARAMS_FORMAT:?}")]
    Format {
        /// The format named.
        found: String,
    },
    /// The name is empty, too long, has other characters than `a-z`, `0-9` and `-`, or is a known network's.
    #[error(
        "network parameters: name {found:?} is empty, over 40 characters, taken, or has others than a-z, 0-9 and -"
    )]
    Name {
        /// The name.
        found: String,
    },
    /// A member is not the hexadecimal it should be.
    #[error("network parameters: {member}")]
    Hex {
        /// The member.
        member: &'static str,
        /// What is wrong with it.
        source: TextError,
    },
    /// The genesis header states a target that is none, or over the limit.
    #[error("network parameters: genesis header")]
    GenesisTarget(#[from] TargetError),
    /// The genesis header's hash is over its target.
    #[error("network parameters: genesis header {hash} is over its own target {target}")]
    GenesisWork {
        /// Its hash.
        hash: BlockHash,
        /// The target it states.
        target: Target,
    },
    /// The genesis header names one before it.
    #[error("network parameters: genesis header names {found} before it, expected zeros")]
    GenesisParent {
        /// What it names.
        found: BlockHash,
    },
    /// A period that is too short, or so long that four of them do not fit in 32 bits of seconds.
    #[error(
        "network parameters: {interval} headers of {spacing} s a period: expected at least {LEAST_INTERVAL} headers and 1 s, and four periods under 2^32 s"
    )]
    Period {
        /// Headers in a period.
        interval: u32,
        /// Seconds between headers.
        spacing: u32,
    },
    /// Version heights that fall.
    #[error("network parameters: version heights {found:?} fall")]
    VersionHeights {
        /// The three heights.
        found: [u32; 3],
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    format: String,
    name: String,
    genesis: String,
    pow_limit: String,
    spacing_seconds: u32,
    retarget_interval: u32,
    retargets: bool,
    min_difficulty: bool,
    bip94: bool,
    version_heights: [u32; 3],
}

impl Params {
    /// Reads a parameters file.
    ///
    /// # Errors
    /// [`ParamsError`] for whatever could not be the rules of a network.
    pub fn from_json(text: &[u8]) -> Result<Self, ParamsError> {
        let value = json::parse(text, LIMITS)?;
        let file: File = serde_json::from_value(value).map_err(|error| ParamsError::Members(error.to_string()))?;
        if file.format != PARAMS_FORMAT {
            return Err(ParamsError::Format { found: file.format });
        }
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let length_fits = (1..=LONGEST_NAME).contains(&file.name.len());
        if !length_fits || !file.name.bytes().all(plain) || NETWORKS.contains(&file.name.as_str()) {
            return Err(ParamsError::Name { found: file.name });
        }
        let hex = |member| move |source| ParamsError::Hex { member, source };
        let limit = Target::from_be_bytes(decode_hex_array(&file.pow_limit).map_err(hex("powLimit"))?);
        let genesis = Header::from_hex(&file.genesis).map_err(hex("genesis"))?;
        let target = genesis.bits.decode(limit)?;
        let hash = genesis.hash();
        if !target.admits(&hash.0) {
            return Err(ParamsError::GenesisWork { hash, target });
        }
        if genesis.previous != BlockHash::ZERO {
            return Err(ParamsError::GenesisParent { found: genesis.previous });
        }
        let (interval, spacing) = (file.retarget_interval, file.spacing_seconds);
        let four_periods = interval.checked_mul(spacing).and_then(|seconds| seconds.checked_mul(4));
        if interval < LEAST_INTERVAL || spacing == 0 || four_periods.is_none() {
            return Err(ParamsError::Period { interval, spacing });
        }
        if !file.version_heights.is_sorted() {
            return Err(ParamsError::VersionHeights { found: file.version_heights });
        }
        Ok(Self {
            name: file.name,
            genesis,
            limit,
            spacing_seconds: spacing,
            retarget_interval: interval,
            retargets: file.retargets,
            min_difficulty: file.min_difficulty,
            bip94: file.bip94,
            version_heights: file.version_heights,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn good() -> Value {
        json!({
            "format": PARAMS_FORMAT, "name": "acme-test", "genesis": Params::regtest().genesis().to_string(),
            "powLimit": "7f".to_owned() + &"f".repeat(62), "spacingSeconds": 60, "retargetInterval": 10,
            "retargets": true, "minDifficulty": false, "bip94": false, "versionHeights": [0, 0, 5],
        })
    }

    fn read(value: &Value) -> Result<Params, ParamsError> {
        Params::from_json(value.to_string().as_bytes())
    }

    #[test]
    fn a_good_file_is_a_network() {
        let params = read(&good()).unwrap();
        assert_eq!((params.name(), params.timespan_seconds(), params.retargets()), ("acme-test", 600, true));
        assert_eq!((params.least_version(4), params.least_version(5)), (3, 4));
        assert_eq!(params.genesis(), Params::regtest().genesis());
    }

    #[test]
    fn bad_values_are_refused_each_for_its_reason() {
        type Expected = fn(&ParamsError) -> bool;
        let mut over_target = *Params::regtest().genesis();
        over_target.nonce = (3..).find(|&nonce| Header { nonce, ..over_target }.hash().0[31] > 0x7f).unwrap();
        let with_parent = (0..)
            .map(|nonce| Header { previous: BlockHash([1; 32]), nonce, ..*Params::regtest().genesis() })
            .find(|header| header.hash().0[31] < 0x7f)
            .unwrap();
        let cases: [(&str, Value, Expected); 18] = [
            ("format", json!("plimsoll-network/2"), |e| matches!(e, ParamsError::Format { .. })),
            ("name", json!("regtest"), |e| matches!(e, ParamsError::Name { .. })),
            ("name", json!(""), |e| matches!(e, ParamsError::Name { .. })),
            ("name", json!("Acme"), |e| matches!(e, ParamsError::Name { .. })),
            ("name", json!("a".repeat(41)), |e| matches!(e, ParamsError::Name { .. })),
            ("genesis", json!("00"), |e| matches!(e, ParamsError::Hex { member: "genesis", .. })),
            ("genesis", json!(over_target.to_string()), |e| matches!(e, ParamsError::GenesisWork { .. })),
            ("genesis", json!(with_parent.to_string()), |e| matches!(e, ParamsError::GenesisParent { .. })),
            ("powLimit", json!("7F"), |e| matches!(e, ParamsError::Hex { member: "powLimit", .. })),
            ("powLimit", json!("0".repeat(64)), |e| matches!(e, ParamsError::GenesisTarget(_))),
            ("powLimit", json!("00ff".to_owned() + &"f".repeat(60)), |e| matches!(e, ParamsError::GenesisTarget(_))),
            ("retargetInterval", json!(0), |e| matches!(e, ParamsError::Period { .. })),
            ("retargetInterval", json!(1), |e| matches!(e, ParamsError::Period { .. })),
            ("retargetInterval", json!(u32::MAX), |e| matches!(e, ParamsError::Period { .. })),
            ("spacingSeconds", json!(0), |e| matches!(e, ParamsError::Period { .. })),
            ("spacingSeconds", json!(-1), |e| matches!(e, ParamsError::Members(_))),
            ("versionHeights", json!([2, 1, 3]), |e| matches!(e, ParamsError::VersionHeights { .. })),
            ("extra", json!(1), |e| matches!(e, ParamsError::Members(_))),
        ];
        for (member, value, expected) in cases {
            let mut file = good();
            file[member] = value.clone();
            let error = read(&file).unwrap_err();
            assert!(expected(&error), "{member} {value}: {error}");
        }
        let mut file = good();
        file.as_object_mut().unwrap().remove("bip94");
        assert!(matches!(read(&file), Err(ParamsError::Members(_))));
    }

    #[test]
    fn the_widest_limit_is_no_trouble() {
        let mut file = good();
        file["powLimit"] = json!("f".repeat(64));
        assert_eq!(read(&file).unwrap().limit(), Target::MAX);
    }
}
