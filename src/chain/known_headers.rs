//! Headers of the known networks: facts, each with its source.
//!
//! # Period ends
//! `data/mainnet-period-ends.bin` holds, for each of the 478 whole periods of 2016 blocks up to height 963,647, the hash of
//! its last block (32 bytes, first byte first) and the bits of the next period (4 bytes, little-endian);
//! `data/testnet4-period-ends.bin` (74 periods, to 149,183) and `data/signet-period-ends.bin` (157, to 316,511) the hashes
//! alone. The facts are those of the files `checkpoints.json` in Debian's package `python3-electrum`, version 4.8.3+dfsg-1
//! (October 2026); up to 747,935 they are also in version 4.3.4+dfsg1-1+deb12u2, which Debian 12 has shipped for years. The
//! form is ours: the targets there are written out, for the test networks left out, and here compact.
//!
//! Within a period of mainnet all headers have the same bits, so the table gives the work of the chain at each of its
//! heights as well.
//!
//! # Bitcoin Core's
//! `data/stated-by-core.bin` holds 14 blocks, each as its network's number (a byte), its height (4 bytes, little-endian), its
//! hash (first byte first) and the work of the chain up to it (32 bytes, most significant first; zero where it is not known).
//! They are those whose height and hash Bitcoin Core states in `kernel/chainparams.cpp`: its assumed-valid block
//! (`defaultAssumeValid`, the height in the comment beside it), and those of its snapshots (`m_assumeutxo_data`). Read in
//! the crate `libbitcoinkernel-sys` 0.4.1, which holds Core's source, version 31.99 of February 2026; the checkpoints of older
//! versions are no longer there. The work at mainnet's assumed-valid block is `nMinimumChainWork` of the same file: the table
//! of period ends gives, to the last digit, the same, so two sources that know nothing of each other agree on every bit
//! of 465 retargets. For the test networks, where no table tells, it is not used: a pin above is a stronger bound. The tests
//! below have them as they stand there.
//!
//! # Recomputed
//! Anybody with the header chain recomputes the tables: [`period_ends`](crate::chain::pins::period_ends) yields them from a
//! [`HeaderTree`](crate::chain::HeaderTree), and `plimsoll headers pins --check` compares. Tests hold them against other
//! people's tables and runs.

use crate::chain::header::BlockHash;
use crate::chain::params::Params;
use crate::chain::pins::{PinError, Pins, TrustedHeader};
use crate::chain::pow::{CompactTarget, TargetError, Work};
use crate::encoding::reader::{ReadError, Reader};
use std::sync::{Arc, LazyLock};

/// Headers in a period of each of these networks.
const PERIOD: u32 = 2016;
const HASH_BYTES: usize = 32;
const ENTRY_BYTES: usize = HASH_BYTES + 4;
const MAINNET: &[u8] = include_bytes!("data/mainnet-period-ends.bin");
const TESTNET4: &[u8] = include_bytes!("data/testnet4-period-ends.bin");
const SIGNET: &[u8] = include_bytes!("data/signet-period-ends.bin");
const STATED_BY_CORE: &[u8] = include_bytes!("data/stated-by-core.bin");

/// Networks with pins, in the order in which [`STATED_BY_CORE`] counts them.
const NETWORKS: [&str; 4] = ["mainnet", "testnet3", "testnet4", "signet"];

/// The pins of the known networks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHeaders(Vec<(&'static str, Pins)>);

/// Who vouches for a pin built in, as far as its height tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// The end of a period: the list of the wallet Electrum, as Debian ships it.
    Electrum,
    /// A block that Bitcoin Core's source states.
    Core,
}

/// Whom a pin of this height is known from, where it is one of those built in; `None` for a network without any.
#[must_use]
pub fn provenance(network: &str, height: u32) -> Option<Provenance> {
    NETWORKS.contains(&network).then(|| {
        let is_in_a_table = network != "testnet3" && height % PERIOD == PERIOD - 1;
        if is_in_a_table { Provenance::Electrum } else { Provenance::Core }
    })
}

static BUILT_IN: LazyLock<Arc<KnownHeaders>> = LazyLock::new(|| {
    let known = KnownHeaders::from_tables(MAINNET, TESTNET4, SIGNET, STATED_BY_CORE);
    Arc::new(known.unwrap_or_else(|_| unreachable!("tests hold the tables against each other")))
});

/// Why tables hold no pins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Too few bytes, or too many.
    #[error("tables of known headers")]
    Read(#[from] ReadError),
    /// Bits that are no target of the network.
    #[error("table of known headers")]
    Target(#[from] TargetError),
    /// Two sources that contradict each other.
    #[error("known headers")]
    Pins(#[from] PinError),
}

impl KnownHeaders {
    /// The pins that this library holds.
    #[must_use]
    pub fn built_in() -> Arc<Self> {
        BUILT_IN.clone()
    }

    /// Reads the tables from one file, as they come to a program that does not hold them: mainnet's, testnet4's, signet's, and
    /// the blocks that Bitcoin Core states, each after the number of its bytes (four bytes, little-endian).
    ///
    /// # Errors
    /// [`TableError`].
    pub fn from_file(bytes: &[u8]) -> Result<Self, TableError> {
        let mut reader = Reader::new(bytes);
        let mut table = || {
            let length = reader.u32_le()?;
            reader.take(length as usize)
        };
        let (mainnet, testnet4, signet, core) = (table()?, table()?, table()?, table()?);
        reader.finish()?;
        Self::from_tables(mainnet, testnet4, signet, core)
    }

    fn from_tables(mainnet: &[u8], testnet4: &[u8], signet: &[u8], core: &[u8]) -> Result<Self, TableError> {
        let mut tables = [mainnet_period_ends(mainnet)?, Vec::new(), hashes(testnet4)?, hashes(signet)?];
        stated_by_core(core, &mut tables)?;
        let all = NETWORKS.into_iter().zip(tables).map(|(network, table)| Ok((network, Pins::new(table)?)));
        Ok(Self(all.collect::<Result<_, PinError>>()?))
    }

    /// The pins of a network; none for one that is not known here.
    #[must_use]
    pub fn of(&self, network: &str) -> &Pins {
        static NONE: Pins = Pins::none();
        self.0.iter().find(|(name, _)| *name == network).map_or(&NONE, |(_, pins)| pins)
    }
}

/// The pins built in for a network; none for one that is not known here.
#[must_use]
pub fn built_in(network: &str) -> &'static Pins {
    BUILT_IN.of(network)
}

/// The last header of each whole period in the table of a network; none for a network without one.
#[must_use]
pub fn period_end_table(network: &str) -> Vec<TrustedHeader> {
    let table = match network {
        "mainnet" => mainnet_period_ends(MAINNET),
        "testnet4" => hashes(TESTNET4),
        "signet" => hashes(SIGNET),
        _ => Ok(Vec::new()),
    };
    table.unwrap_or_else(|_| unreachable!("tests read all of them"))
}

fn hashes(table: &[u8]) -> Result<Vec<TrustedHeader>, TableError> {
    let (hashes, rest) = table.as_chunks::<HASH_BYTES>();
    Reader::new(rest).finish()?;
    Ok((0..).zip(hashes).map(|(period, hash)| TrustedHeader::new(end_of(period), BlockHash(*hash))).collect())
}

/// The height of the last header of a period, counted from 0.
fn end_of(period: u32) -> u32 {
    (period + 1) * PERIOD - 1
}

fn mainnet_period_ends(table: &[u8]) -> Result<Vec<TrustedHeader>, TableError> {
    let params = Params::mainnet();
    let (mut bits, mut work) = (params.genesis().bits, Work::ZERO);
    let (entries, rest) = table.as_chunks::<ENTRY_BYTES>();
    Reader::new(rest).finish()?;
    let mut ends = Vec::with_capacity(entries.len());
    for (period, entry) in (0..).zip(entries) {
        work = work + Work::of(bits.decode(params.limit())?) * PERIOD;
        let mut reader = Reader::new(entry);
        let hash = BlockHash(reader.array()?);
        bits = CompactTarget(reader.u32_le()?);
        ends.push(TrustedHeader { height: end_of(period), hash, work: Some(work), next_bits: Some(bits) });
    }
    Ok(ends)
}

/// Puts blocks that Bitcoin Core states to the pins of their networks. A number that is no network's names none.
fn stated_by_core(table: &[u8], pins: &mut [Vec<TrustedHeader>]) -> Result<(), ReadError> {
    let mut reader = Reader::new(table);
    while reader.left() > 0 {
        let [network] = reader.array()?;
        let pin = TrustedHeader::new(reader.u32_le()?, BlockHash(reader.array()?));
        let work = Some(Work::from_be_bytes(reader.array()?)).filter(|work| *work != Work::ZERO);
        if let Some(pins) = pins.get_mut(usize::from(network)) {
            pins.push(TrustedHeader { work, ..pin });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::decode_hex_array;

    /// Blocks that Bitcoin Core states: network, height, hash, and the work of the chain up to it where that is known.
    #[rustfmt::skip]
    const CORE: [(&str, u32, &str, Option<&str>); 14] = [
        // Snapshots.
        ("mainnet", 840_000, "0000000000000000000320283a032748cef8227873ff4872689bf23f1cda83a5", None),
        ("mainnet", 880_000, "000000000000000000010b17283c3c400507969a9c2afd1dcf2082ec5cca2880", None),
        ("mainnet", 910_000, "0000000000000000000108970acb9522ffd516eae17acddcb1bd16469194a821", None),
        ("mainnet", 935_000, "0000000000000000000147034958af1652b2b91bba607beacc5e72a56f0fb5ee", None),
        ("testnet3", 2_500_000, "0000000000000093bcb68c03a9a168ae252572d348a2eaeba2cdf9231d73206f", None),
        ("testnet3", 4_840_000, "00000000000000f4971a7fb37fbdff89315b69a2e1920c467654a382f0d64786", None),
        ("testnet4", 90_000, "0000000002ebe8bcda020e0dd6ccfbdfac531d2f6a81457191b99fc2df2dbe3b", None),
        ("testnet4", 120_000, "000000000bd2317e51b3c5794981c35ba894ce27d3e772d5c39ecd9cbce01dc8", None),
        ("signet", 160_000, "0000003ca3c99aff040f2563c2ad8f8ec88bd0fd6b8f0895cfaf1ef90353a62c", None),
        ("signet", 290_000, "0000000577f2741bb30cd9d39d6d71b023afbeb9764f6260786a97969d5c9ac0", None),
        // Assumed valid.
        ("mainnet", 938_343, "00000000000000000000ccebd6d74d9194d8dcdc1d177c478e094bfad51ba5ac", Some("01128750f82f4c366153a3a030")),
        ("testnet3", 4_842_348, "000000007a61e4230b28ac5cb6b5e5a0130de37ac1faf2f8987d2fa6505b67f4", None),
        ("testnet4", 123_613, "0000000002368b1e4ee27e2e85676ae6f9f9e69579b29093e9a82c170bf7cf8a", None),
        ("signet", 293_175, "00000008414aab61092ef93f1aacc54cf9e9f16af29ddad493b908a01ff5c329", None),
    ];

    #[test]
    fn the_tables_start_and_end_where_they_say() {
        let ends = period_end_table("mainnet");
        assert_eq!((ends.len(), MAINNET.len() % ENTRY_BYTES), (478, 0));
        assert_eq!(ends[0].to_string(), "2015:00000000693067b0e6b440bc51450b9f3850561b07f6d3c021c54fbd6abb9763");
        assert_eq!(ends[0].next_bits, Some(CompactTarget(0x1d00_ffff)));
        assert_eq!((ends[370].height, ends[370].next_bits), (747_935, Some(CompactTarget(0x1709_fd7e))));
        assert_eq!(ends[477].to_string(), "963647:00000000000000000000d29ee44c13e924c37abcaa80c537609ce70b1fea1f33");
        let last = |network| {
            let ends = period_end_table(network);
            assert!(ends.iter().all(|end| end.next_bits.is_none() && end.work.is_none()));
            (ends.len(), ends.last().unwrap().to_string())
        };
        let signet = "316511:00000008e8fedfedb4370fd91bd5e9003b72224da9565ddce09149a7d253fc4a";
        let testnet4 = "149183:00000000007899e1a91526d0258948b023f565a35fe0b0d2f9c898a39906495b";
        assert_eq!((last("signet"), last("testnet4")), ((157, signet.into()), (74, testnet4.into())));
        assert_eq!((TESTNET4.len() % HASH_BYTES, SIGNET.len() % HASH_BYTES), (0, 0));
        assert!(["testnet3", "regtest", "acme"].iter().all(|network| period_end_table(network).is_empty()));
    }

    #[test]
    fn one_file_holds_the_tables_and_nothing_else() {
        let with_length = |table: &[u8]| [&(table.len() as u32).to_le_bytes(), table].concat();
        let file = [MAINNET, TESTNET4, SIGNET, STATED_BY_CORE].map(with_length).concat();
        assert_eq!(KnownHeaders::from_file(&file).as_ref(), Ok(&*KnownHeaders::built_in()));
        for cut in [0, 3, 4, 100, file.len() - 1] {
            assert!(matches!(KnownHeaders::from_file(&file[..cut]), Err(TableError::Read(_))), "{cut}");
        }
        assert!(KnownHeaders::from_file(&[&file[..], &[0]].concat()).is_err());
        let other =
            |mainnet: &[u8], signet: &[u8]| KnownHeaders::from_tables(mainnet, TESTNET4, signet, STATED_BY_CORE);
        assert!(matches!(other(&MAINNET[1..], SIGNET), Err(TableError::Read(_))));
        assert!(matches!(other(MAINNET, &SIGNET[1..]), Err(TableError::Read(_))));
        let mut no_target = MAINNET.to_vec();
        no_target[HASH_BYTES..ENTRY_BYTES].fill(0xff);
        assert!(matches!(other(&no_target, SIGNET), Err(TableError::Target(_))));
    }

    #[test]
    fn the_blocks_that_core_states_are_those_in_its_source() {
        assert_eq!(STATED_BY_CORE.len(), CORE.len() * (1 + 4 + HASH_BYTES + 32));
        for (network, height, hash, work) in CORE {
            let work = work.map(|digits| Work::from_be_bytes(decode_hex_array(&format!("{digits:0>64}")).unwrap()));
            let expected = TrustedHeader { work, ..TrustedHeader::new(height, BlockHash::from_hex(hash).unwrap()) };
            assert_eq!(built_in(network).at(height), Some(&expected));
        }
        let cut = KnownHeaders::from_tables(MAINNET, TESTNET4, SIGNET, &STATED_BY_CORE[1..]);
        assert!(matches!(cut, Err(TableError::Read(_))));
        // Another hash at a height that a table has as well.
        let mut other = STATED_BY_CORE[..69].to_vec();
        other[1..5].copy_from_slice(&2015_u32.to_le_bytes());
        assert!(matches!(KnownHeaders::from_tables(MAINNET, TESTNET4, SIGNET, &other), Err(TableError::Pins(_))));
    }

    #[test]
    fn every_pin_is_known_from_whom_its_height_tells() {
        for network in NETWORKS {
            let ends = period_end_table(network);
            for pin in built_in(network).iter() {
                let in_table = ends.iter().any(|end| end.height == pin.height);
                let expected = if in_table { Provenance::Electrum } else { Provenance::Core };
                assert_eq!(provenance(network, pin.height), Some(expected), "{network} {pin}");
                let by_core = CORE.iter().any(|(of, height, ..)| (*of, *height) == (network, pin.height));
                assert_ne!(in_table, by_core, "{network} {pin}");
            }
        }
        assert_eq!([provenance("regtest", 2015), provenance("acme", 0)], [None, None]);
    }

    #[test]
    fn every_network_has_its_pins() {
        let counts = ["mainnet", "testnet3", "testnet4", "signet", "regtest", "acme"]
            .map(|network| built_in(network).iter().len());
        assert_eq!(counts, [478 + 5, 3, 74 + 3, 157 + 3, 0, 0]);
    }

    #[test]
    fn every_hash_has_its_work() {
        // A hash in the wrong order, or of another chain, would not begin with so many zeros.
        let mut bits = Params::mainnet().genesis().bits;
        for end in period_end_table("mainnet") {
            assert!(bits.decode(Params::mainnet().limit()).unwrap().admits(&end.hash.0), "{end}");
            bits = end.next_bits.unwrap();
        }
        for network in ["testnet3", "testnet4", "signet"] {
            let limit = Params::named(network).unwrap().limit();
            assert!(built_in(network).iter().all(|pin| limit.admits(&pin.hash.0)), "{network}");
        }
    }

    #[test]
    fn two_sources_agree_on_the_work_of_the_chain() {
        // Core's least chain work stands at its assumed-valid block; the table of period ends gives the same number.
        let core = *built_in("mainnet").at(938_343).unwrap();
        let ends = period_end_table("mainnet");
        let end = ends.iter().rfind(|end| end.height < core.height).unwrap();
        let each = Work::of(end.next_bits.unwrap().decode(Params::mainnet().limit()).unwrap());
        assert_eq!(core.work, Some(end.work.unwrap() + each * (core.height - end.height)));
    }
}
