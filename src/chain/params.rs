//! What differs between networks: genesis header, proof-of-work limit, spacing, retargeting and the rules of each
//! (Bitcoin Core `kernel/chainparams.cpp`).

use crate::chain::header::{BlockHash, Header};
use crate::chain::pow::{CompactTarget, Target};
use crate::encoding::decode_hex_array;

/// The names of the networks known without a parameters file.
pub const NETWORKS: [&str; 5] = ["mainnet", "testnet3", "testnet4", "signet", "regtest"];

/// A network's name that is not known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no network named {found:?}: expected one of {}", NETWORKS.join(", "))]
pub struct UnknownNetwork {
    /// The name asked for.
    pub found: String,
}

/// The rules of one network. Made by [`Params::named`], or from a parameters file by [`Params::from_json`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    pub(super) name: String,
    pub(super) genesis: Header,
    pub(super) limit: Target,
    pub(super) spacing_seconds: u32,
    pub(super) retarget_interval: u32,
    pub(super) retargets: bool,
    pub(super) min_difficulty: bool,
    pub(super) bip94: bool,
    pub(super) version_heights: [u32; 3],
}

const TEN_MINUTES: u32 = 600;
const TWO_WEEKS_OF_BLOCKS: u32 = 2016;
const GENESIS_MERKLE_ROOT: &str = "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a";
const TESTNET4_MERKLE_ROOT: &str = "4e7b2b9128fe0291db0693af2ae418b767e657cd407e80cb1434221eaea7a07a";

impl Params {
    /// Bitcoin's main network.
    #[must_use]
    pub fn mainnet() -> Self {
        Self {
            name: "mainnet".to_owned(),
            genesis: genesis(GENESIS_MERKLE_ROOT, 1_231_006_505, 0x1d00_ffff, 2_083_236_893),
            limit: padded(&[0; 4], 0xff),
            spacing_seconds: TEN_MINUTES,
            retarget_interval: TWO_WEEKS_OF_BLOCKS,
            retargets: true,
            min_difficulty: false,
            bip94: false,
            version_heights: [227_931, 363_725, 388_381],
        }
    }

    /// The third test network: after twenty minutes without a block one of least difficulty may follow.
    #[must_use]
    pub fn testnet3() -> Self {
        Self {
            name: "testnet3".to_owned(),
            genesis: genesis(GENESIS_MERKLE_ROOT, 1_296_688_602, 0x1d00_ffff, 414_098_458),
            min_difficulty: true,
            version_heights: [21_111, 330_776, 581_885],
            ..Self::mainnet()
        }
    }

    /// The fourth test network (BIP94): retargets from the period's first header, and its first time may not go back.
    #[must_use]
    pub fn testnet4() -> Self {
        Self {
            name: "testnet4".to_owned(),
            genesis: genesis(TESTNET4_MERKLE_ROOT, 1_714_777_860, 0x1d00_ffff, 393_743_547),
            bip94: true,
            version_heights: [1; 3],
            ..Self::testnet3()
        }
    }

    /// The default signet (BIP325). Its blocks carry a signature outside the header, which is not checked here.
    #[must_use]
    pub fn signet() -> Self {
        Self {
            name: "signet".to_owned(),
            genesis: genesis(GENESIS_MERKLE_ROOT, 1_598_918_400, 0x1e03_77ae, 52_613_770),
            limit: padded(&[0, 0, 3, 0x77, 0xae], 0),
            version_heights: [1; 3],
            ..Self::mainnet()
        }
    }

    /// The regression test network: next to no work, and no retargeting.
    #[must_use]
    pub fn regtest() -> Self {
        Self {
            name: "regtest".to_owned(),
            genesis: genesis(GENESIS_MERKLE_ROOT, 1_296_688_602, 0x207f_ffff, 2),
            limit: padded(&[0x7f], 0xff),
            retarget_interval: 144,
            retargets: false,
            min_difficulty: true,
            version_heights: [1; 3],
            ..Self::mainnet()
        }
    }

    /// One of [`NETWORKS`].
    ///
    /// # Errors
    /// [`UnknownNetwork`] for any other name.
    pub fn named(name: &str) -> Result<Self, UnknownNetwork> {
        match name {
            "mainnet" => Ok(Self::mainnet()),
            "testnet3" => Ok(Self::testnet3()),
            "testnet4" => Ok(Self::testnet4()),
            "signet" => Ok(Self::signet()),
            "regtest" => Ok(Self::regtest()),
            _ => Err(UnknownNetwork { found: name.to_owned() }),
        }
    }

    /// The network's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes before every message between nodes, which files name a network by (Bitcoin Core `pchMessageStart`);
    /// `None` for a network of one's own.
    #[must_use]
    pub fn message_start(&self) -> Option<[u8; 4]> {
        match self.name.as_str() {
            "mainnet" => Some([0xf9, 0xbe, 0xb4, 0xd9]),
            "testnet3" => Some([0x0b, 0x11, 0x09, 0x07]),
            "testnet4" => Some([0x1c, 0x16, 0x3f, 0x28]),
            // The first bytes of the challenge's double hash (BIP325).
            "signet" => Some([0x0a, 0x03, 0xcf, 0x40]),
            "regtest" => Some([0xfa, 0xbf, 0xb5, 0xda]),
            _ => None,
        }
    }

    /// The header at height 0, the one header that is right by definition.
    #[must_use]
    pub fn genesis(&self) -> &Header {
        &self.genesis
    }

    /// The easiest target allowed.
    #[must_use]
    pub fn limit(&self) -> Target {
        self.limit
    }

    /// Seconds wanted between blocks.
    #[must_use]
    pub fn spacing_seconds(&self) -> u32 {
        self.spacing_seconds
    }

    /// Headers in a period; bits may change at its first.
    #[must_use]
    pub fn retarget_interval(&self) -> u32 {
        self.retarget_interval
    }

    /// Seconds wanted for a period.
    #[must_use]
    pub fn timespan_seconds(&self) -> u32 {
        self.spacing_seconds * self.retarget_interval
    }

    /// Whether bits change from period to period.
    #[must_use]
    pub fn retargets(&self) -> bool {
        self.retargets
    }

    /// Whether a header may have the easiest target when it comes more than two spacings after the one before.
    #[must_use]
    pub fn allows_min_difficulty(&self) -> bool {
        self.min_difficulty
    }

    /// Whether BIP94 holds: retargets start from the period's first bits, and a period's first time is at most ten minutes
    /// before the last one's.
    #[must_use]
    pub fn has_bip94(&self) -> bool {
        self.bip94
    }

    /// The least version a header at `height` may state (BIP34, BIP66, BIP65), as a signed number.
    #[must_use]
    pub fn least_version(&self, height: u32) -> i32 {
        // Versions 2, 3 and 4 became the least one after another; before them any number goes.
        match self.version_heights.iter().filter(|&&from| from <= height).count() {
            0 => i32::MIN,
            raised => raised as i32 + 1,
        }
    }

    /// The first height above `height` with a higher least version.
    pub(super) fn next_version_height(&self, height: u32) -> Option<u32> {
        self.version_heights.iter().copied().filter(|&from| from > height).min()
    }
}

fn genesis(merkle_root: &str, time: u32, bits: u32, nonce: u32) -> Header {
    Header {
        version: 1,
        previous: BlockHash::ZERO,
        merkle_root: decode_hex_array(merkle_root).unwrap_or_else(|_| unreachable!("a constant of 64 digits")),
        time,
        bits: CompactTarget(bits),
        nonce,
    }
}

/// The target with the given first bytes, the rest filled up.
fn padded(first: &[u8], fill: u8) -> Target {
    let mut bytes = [fill; 32];
    bytes[..first.len()].copy_from_slice(first);
    Target::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_genesis_header_is_the_known_one() {
        for (name, hash) in [
            ("mainnet", "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"),
            ("testnet3", "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"),
            ("testnet4", "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"),
            ("signet", "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"),
            ("regtest", "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
        ] {
            let params = Params::named(name).unwrap();
            assert_eq!((params.name(), params.genesis().hash().to_string().as_str()), (name, hash));
            let target = params.genesis().bits.decode(params.limit()).unwrap();
            assert!(target.admits(&params.genesis().hash().0));
        }
        assert_eq!(
            Params::named("main").unwrap_err().to_string(),
            "no network named \"main\": expected one of mainnet, testnet3, testnet4, signet, regtest"
        );
    }

    #[test]
    fn signets_message_start_is_its_challenges_hash() {
        let challenge = "512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964fe22d6f8e05b2463c\
            9540ce96883fe3b278760f048f5189f2e6c452ae";
        let challenge = crate::encoding::decode_hex(challenge).unwrap();
        let hash = crate::crypto::hash::sha256d(&[&[challenge.len() as u8], &challenge[..]].concat());
        assert_eq!(Params::signet().message_start(), hash.first_chunk().copied());
        let starts: Vec<_> = NETWORKS.iter().filter_map(|name| Params::named(name).unwrap().message_start()).collect();
        assert!(starts.len() == 5 && (1..5).all(|at| !starts[..at].contains(&starts[at])), "each network has its own");
    }

    #[test]
    fn limits_are_bitcoin_cores() {
        for (name, bits) in [("mainnet", 0x1d00_ffff), ("signet", 0x1e03_77ae), ("regtest", 0x207f_ffff)] {
            assert_eq!(Params::named(name).unwrap().limit().compact(), CompactTarget(bits), "{name}");
        }
        assert_eq!(Params::mainnet().timespan_seconds(), 14 * 24 * 60 * 60);
        assert!(Params::signet().limit().to_string().starts_with("00000377ae00000"));
    }

    #[test]
    fn versions_rise_where_they_rose() {
        let params = Params::mainnet();
        for (height, least) in
            [(0, i32::MIN), (227_930, i32::MIN), (227_931, 2), (363_724, 2), (363_725, 3), (388_381, 4)]
        {
            assert_eq!(params.least_version(height), least, "{height}");
        }
        assert_eq!((Params::regtest().least_version(0), Params::regtest().least_version(1)), (i32::MIN, 4));
    }
}
