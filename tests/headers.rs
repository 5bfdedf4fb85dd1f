//! Headers that others mined: every run of the published data is accepted whole, with the right tip, work, period ends
//! and forks.

mod common;

use plimsoll::chain::header_run::decode_run;
use plimsoll::chain::known_headers::{built_in, period_end_table};
use plimsoll::chain::pins::period_ends;
use plimsoll::chain::{
    Accepted, Basis, BlockHash, CompactTarget, ConfirmError, Header, HeaderError, HeaderTree, Params, Pins, Rule,
    RunError, Target, TrustedHeader, Work,
};
use plimsoll::encoding::decode_hex_array;
use plimsoll::time::UnixTime;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A clock after every header of the data.
const NOW: UnixTime = UnixTime(1_790_000_000);
const PERIOD: u32 = 2016;

fn run(data: &Path, name: &str) -> Vec<u8> {
    common::read(data, &format!("headers/{name}"))
}

fn whole(data: &Path, name: &str, params: Params, from: u32, pins: Pins) -> HeaderTree {
    let tree =
        HeaderTree::from_run(params, from, &run(data, name), pins, NOW).unwrap_or_else(|e| panic!("{name}: {e:?}"));
    common::counted(name, tree.header_count());
    tree
}

/// Height to hash, header and last column of a table of the data.
fn table(data: &Path, name: &str) -> BTreeMap<u32, (BlockHash, Header, String)> {
    let bytes = run(data, name);
    let mut rows = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(bytes.as_slice());
    rows.records()
        .map(|row| {
            let row = row.unwrap();
            let hash = BlockHash::from_hex(&row[1]).unwrap();
            (row[0].parse().unwrap(), (hash, Header::from_hex(&row[2]).unwrap(), row[3].to_owned()))
        })
        .collect()
}

fn chainwork(data: &Path) -> BTreeMap<u32, (BlockHash, Work)> {
    table(data, "mainnet-checkpoints-chainwork.tsv")
        .into_iter()
        .map(|(height, (hash, _, work))| (height, (hash, Work::from_be_bytes(decode_hex_array(&work).unwrap()))))
        .collect()
}

/// Hash of the last header of each period, and the target of the next in decimal: read as text, for numbers so long.
fn electrum(data: &Path) -> Vec<(TrustedHeader, String)> {
    let text = String::from_utf8(run(data, "electrum-mainnet-checkpoints.json")).unwrap();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let (pairs, rest) = words.as_chunks::<2>();
    assert_eq!((pairs.len(), rest.len()), (473, 0));
    let end = |period: u32, hash: &str| TrustedHeader::new(period * PERIOD - 1, BlockHash::from_hex(hash).unwrap());
    (1..).zip(pairs).map(|(period, [hash, target])| (end(period, hash), (*target).to_owned())).collect()
}

/// The decimal number of a target, from its hexadecimal digits.
fn decimal(target: Target) -> String {
    ethnum::U256::from_str_radix(&target.to_string(), 16).unwrap().to_string()
}

fn mainnet_target(bits: CompactTarget) -> Target {
    bits.decode(Params::mainnet().limit()).unwrap()
}

#[test]
fn mainnet_from_genesis() {
    let Some(data) = common::data_dir() else { return };
    let tree = whole(&data, "mainnet-0-32260.headers", Params::mainnet(), 0, Pins::none());
    assert_eq!(tree.tip().height, 32_260);
    assert_eq!(tree.tip().hash.to_string(), "0000000007bfbe7ec5510ccf80c5a291bf8fc603dd79f5d6a69fae6039f8a35e");
    assert_eq!(tree.total_work_at(32_260).unwrap().to_string(), "138565982022938");
    assert!(tree.unchecked_rules().is_empty());
    let works = chainwork(&data);
    let met: Vec<_> = works.range(..=32_260).collect();
    for (height, (hash, work)) in &met {
        assert_eq!((tree.hash_at(**height), tree.total_work_at(**height)), (Some(*hash), Some(*work)), "{height}");
    }
    common::counted("cumulative work in mainnet-0-32260", met.len());
    // The built-in table, recomputed with its work.
    assert_eq!(period_ends(&tree).collect::<Vec<_>>(), period_end_table("mainnet")[..16]);
    assert_eq!(tree.encode_run(), run(&data, "mainnet-0-32260.headers"));
}

#[test]
fn mainnet_over_a_retarget_from_a_pinned_period_end() {
    let Some(data) = common::data_dir() else { return };
    let works = chainwork(&data);
    let with_work = |height: u32| {
        let (hash, work) = works[&height];
        TrustedHeader { work: Some(work), ..TrustedHeader::new(height, hash) }
    };
    // Height 685,439 ends a period and is in the table. Two stated works, 2,016 headers apart, check what lies between.
    let pins =
        Pins::new(period_end_table("mainnet").into_iter().chain([with_work(685_440), with_work(687_456)])).unwrap();
    let tree = whole(&data, "mainnet-685439-687516.headers", Params::mainnet(), 685_439, pins);
    assert_eq!(tree.tip().height, 687_516);
    assert_eq!(tree.tip().hash.to_string(), "000000000000000000079381cfe6aa3e9da592bb55e76308bdeb39a3e1bcf578");
    assert_eq!(tree.highest_pin().map(|pin| pin.height), Some(687_456));
    assert!(tree.unchecked_rules().iter().all(|open| open.pinned), "{:?}", tree.unchecked_rules());
    let confirmed = tree.confirm(&tree.hash_at(685_453).unwrap(), 6).unwrap();
    assert!(matches!(confirmed.basis(), Basis::Pinned(block) if block.height == 687_455));
    assert!(confirmed.median_time().is_some() && confirmed.total_work().is_some());

    // Without pins everything that rests on headers before is said to be unchecked, and no more than that.
    let tree = whole(&data, "mainnet-685439-687516.headers", Params::mainnet(), 685_439, Pins::none());
    let open: Vec<_> =
        tree.unchecked_rules().iter().map(|open| (open.rule, open.first, open.last, open.pinned)).collect();
    assert_eq!(
        open[..2],
        [(Rule::PreviousHeader, 685_439, 685_439, false), (Rule::RequiredBits, 685_439, 685_440, false)]
    );
    assert!(open[2..].iter().all(|open| open.0 == Rule::MedianTime && open.2 < 685_439 + 11), "{open:?}");
    assert_eq!(tree.total_work_at(687_516), None);
}

#[test]
fn mainnet_from_the_middle_of_a_period() {
    let Some(data) = common::data_dir() else { return };
    let works = chainwork(&data);
    let ends: HashMap<u32, BlockHash> = electrum(&data).iter().map(|(end, _)| (end.height, end.hash)).collect();
    let pins = [860_832, 862_848].map(|height| {
        let (hash, work) = works[&height];
        TrustedHeader { work: Some(work), ..TrustedHeader::new(height, hash) }
    });
    let tree = whole(&data, "mainnet-859303-862850.headers", Params::mainnet(), 859_303, Pins::new(pins).unwrap());
    assert_eq!(tree.tip().hash.to_string(), "00000000000000000002fab44799edfd4b375845278bcb28d1bae90fbf19c5e1");
    for height in [860_831, 862_847] {
        assert_eq!(tree.hash_at(height), ends.get(&height).copied());
    }
    let opens = tree.unchecked_rules();
    assert!(opens.iter().all(|open| open.pinned), "{opens:?}");
    // The retarget at 860,832 needs the header of 858,816, which is not there; the one at 862,848 is worked out.
    assert!(opens.iter().any(|open| (open.rule, open.first) == (Rule::RequiredBits, 860_832)));
    assert!(opens.iter().all(|open| open.last <= 860_832));
    common::counted("period ends and cumulative work in mainnet-859303-862850", 4);

    let wrong = TrustedHeader { hash: BlockHash([1; 32]), work: None, ..pins[0] };
    let bytes = run(&data, "mainnet-859303-862850.headers");
    let error = HeaderTree::from_run(Params::mainnet(), 859_303, &bytes, Pins::new([wrong]).unwrap(), NOW).unwrap_err();
    let source = HeaderError::Pinned { height: 860_832, expected: wrong.hash, found: pins[0].hash };
    assert_eq!(error, RunError::Header { height: 860_832, source });
}

#[test]
fn the_built_in_table_agrees_with_others() {
    let Some(data) = common::data_dir() else { return };
    let (others, boundaries) = (electrum(&data), table(&data, "mainnet-boundaries.tsv"));
    let works = chainwork(&data);
    let (mut hashes, mut headers, mut sums) = (0, 0, 0);
    for (end, (other, target)) in period_end_table("mainnet").into_iter().zip(&others) {
        let bits = end.next_bits.unwrap();
        assert_eq!((end.height, end.hash), (other.height, other.hash));
        assert_eq!(decimal(mainnet_target(bits)), *target, "{end}");
        hashes += 1;
        if let (Some((hash, ..)), Some((_, next, _))) = (boundaries.get(&end.height), boundaries.get(&(end.height + 1)))
        {
            assert_eq!((end.hash, end.next_bits, end.hash), (*hash, Some(next.bits), next.previous));
            headers += 1;
            if let Some((_, work)) = works.get(&(end.height + 1)) {
                assert_eq!(end.work.unwrap() + Work::of(mainnet_target(next.bits)), *work, "{end}");
                sums += 1;
            }
        }
    }
    assert_eq!((hashes, headers, sums), (473, 416, 416));
    common::counted("built-in period ends, against cumulative work", sums);
    common::counted("built-in period ends, against Electrum's list", hashes);
    common::counted("built-in period ends, against headers at boundaries", headers);
}

#[test]
fn headers_at_boundaries_have_their_hashes_and_work() {
    let Some(data) = common::data_dir() else { return };
    let boundaries = table(&data, "mainnet-boundaries.tsv");
    for (height, (hash, header, _)) in &boundaries {
        assert_eq!(header.hash(), *hash, "{height}");
        assert!(mainnet_target(header.bits).admits(&hash.0), "{height}");
    }
    common::counted("headers at period boundaries", boundaries.len());
}

#[test]
fn each_boundary_is_accepted_on_a_pinned_end_and_no_other_bits_are() {
    let Some(data) = common::data_dir() else { return };
    let boundaries = table(&data, "mainnet-boundaries.tsv");
    let mut cases = 0;
    for end in period_end_table("mainnet") {
        let (Some((_, last, _)), Some((_, next, _))) = (boundaries.get(&end.height), boundaries.get(&(end.height + 1)))
        else {
            continue;
        };
        // The two neighbours alone: the pin states the bits that the missing period would have led to.
        let pins = Pins::new([end]).unwrap();
        let mut tree = HeaderTree::from_first(Params::mainnet(), end.height, last, pins, NOW).unwrap();
        assert!(matches!(tree.accept(next, NOW), Ok(Accepted::Extended(_))), "{end}");
        assert!(tree.unchecked_rules().iter().all(|open| open.pinned || open.rule == Rule::MedianTime));
        let easier = Pins::new([TrustedHeader { next_bits: Some(CompactTarget(0x1d00_fffe)), ..end }]).unwrap();
        let mut tree = HeaderTree::from_first(Params::mainnet(), end.height, last, easier, NOW).unwrap();
        assert!(matches!(tree.accept(next, NOW), Err(HeaderError::PinnedBits { .. })), "{end}");
        cases += 1;
    }
    common::counted("pairs of headers at a pinned period end", cases);
}

#[test]
fn corealt_overtakes_at_2018_and_is_overtaken_past_2019() {
    let Some(data) = common::data_dir() else { return };
    let main: Vec<Header> = decode_run(&run(&data, "mainnet-0-32260.headers")).unwrap().take(2022).collect();
    let alternative: Vec<Header> = decode_run(&run(&data, "mainnet-corealt-0-2016.headers")).unwrap().collect();
    common::counted("mainnet-corealt-0-2016.headers", alternative.len());
    assert_eq!(
        (alternative.len(), alternative[0], alternative[2016].bits),
        (2017, main[0], CompactTarget(0x1c3f_ffc0))
    );
    let mut tree = HeaderTree::from_genesis(Params::mainnet());
    for header in &main[1..=2018] {
        assert!(matches!(tree.accept(header, NOW), Ok(Accepted::Extended(_))));
    }
    // Up to 2,015 it is behind; its one header of difficulty 4 at 2,016 makes it worth 2,020 blocks against 2,019.
    for header in &alternative[1..2016] {
        assert!(matches!(tree.accept(header, NOW), Ok(Accepted::Fork(_))));
    }
    let accepted = tree.accept(&alternative[2016], NOW).unwrap();
    let Accepted::Reorganized(block, change) = accepted else { panic!("{accepted:?}") };
    assert_eq!((block.height, change.common_ancestor.height), (2016, 0));
    assert_eq!((change.disconnected, change.connected), (2018, 2016));
    let difference = tree.confirm(&main[2018].hash(), 1).unwrap_err();
    let ConfirmError::NotOnBestChain { rival: None, behind, .. } = difference else { panic!("{difference}") };
    assert_eq!(behind.to_string(), "4295032833");
    // Main's 2,019 makes it a tie, to the last hash: the first seen stays. 2,020 decides.
    assert!(matches!(tree.accept(&main[2019], NOW), Ok(Accepted::Fork(_))));
    assert_eq!((tree.tip().height, tree.total_work_at(2016).unwrap().to_string()), (2016, "8675966322660".to_owned()));
    let accepted = tree.accept(&main[2020], NOW).unwrap();
    assert!(
        matches!(accepted, Accepted::Reorganized(_, change) if (change.disconnected, change.connected) == (2016, 2020))
    );
    // The other way round: main at 2,019 does not displace it, having come second.
    let mut tree =
        HeaderTree::from_run(Params::mainnet(), 0, &run(&data, "mainnet-corealt-0-2016.headers"), Pins::none(), NOW)
            .unwrap();
    for header in &main[1..=2019] {
        assert!(matches!(tree.accept(header, NOW), Ok(Accepted::Fork(_))));
    }
    assert!(matches!(tree.accept(&main[2020], NOW), Ok(Accepted::Reorganized(..))));
    assert_eq!(tree.drop_side_branches(), 2016);
}

#[test]
fn the_fork_of_july_2015_is_refused_for_its_version() {
    let Some(data) = common::data_dir() else { return };
    let bytes = run(&data, "mainnet-bip66fork-363731-363736.headers");
    let read = |from: u32, bytes: &[u8]| HeaderTree::from_run(Params::mainnet(), from, bytes, Pins::none(), NOW);
    let source = HeaderError::Version { height: 363_731, least: 3, found: 2 };
    assert_eq!(read(363_731, &bytes).err(), Some(RunError::Header { height: 363_731, source }));
    // What was mined on it had the right version: headers alone cannot tell.
    assert_eq!(read(363_732, &bytes[80..]).unwrap().tip().height, 363_736);
    // And where the true chain is pinned, none of it passes.
    let next = period_end_table("mainnet").into_iter().find(|end| end.height > 363_736).unwrap();
    let tied = HeaderTree::from_run(Params::mainnet(), next.height - 4, &bytes[80..], Pins::new([next]).unwrap(), NOW);
    assert!(matches!(tied, Err(RunError::Header { source: HeaderError::Pinned { .. }, .. })));
    common::counted("mainnet-bip66fork-363731-363736.headers", bytes.len() / 80);
}

#[test]
fn a_stale_block_alone_is_good_and_rests_on_nothing() {
    let Some(data) = common::data_dir() else { return };
    let header = Header::decode(&run(&data, "mainnet-stale-823226.header")).unwrap();
    let tree = HeaderTree::from_first(Params::mainnet(), 823_226, &header, Pins::none(), NOW).unwrap();
    let confirmed = tree.confirm(&header.hash(), 1).unwrap();
    assert!(matches!(confirmed.basis(), Basis::Unanchored(block) if block.hash == header.hash()));
    let rules: Vec<_> = confirmed.unchecked().iter().map(|open| open.rule).collect();
    assert_eq!(rules, [Rule::PreviousHeader, Rule::RequiredBits, Rule::MedianTime]);
    assert_eq!(confirmed.total_work(), None);
    // Its bits are those of its period.
    assert_eq!(header.bits, table(&data, "mainnet-boundaries.tsv")[&822_528].1.bits);
    common::counted("mainnet-stale-823226.header", 1);
}

#[test]
fn testnet3_with_its_twenty_minute_rule_and_a_fork() {
    let Some(data) = common::data_dir() else { return };
    let mut tree = whole(&data, "testnet3-0-9999.headers", Params::testnet3(), 0, Pins::none());
    assert_eq!(tree.tip().hash.to_string(), "000000001655e2a7293f28383a2965b2f0add77fd6ac383986e90971a07467d4");
    assert_eq!(tree.total_work_at(9999).unwrap().to_string(), "221421827639649");
    let headers: Vec<Header> = tree.best_chain(0..=9999).map(|(_, header)| header).collect();
    let late: Vec<usize> = (1..headers.len()).filter(|&at| headers[at].time > headers[at - 1].time + 1200).collect();
    assert_eq!(late.len(), 184);
    assert!(late.iter().all(|&at| headers[at].bits == Params::testnet3().limit().compact()));
    common::counted("testnet3 headers under the twenty-minute rule", late.len());
    // Mainnet's rules refuse the first of them whose period is harder.
    let as_mainnet = custom_mainnet_on(&headers[0]);
    let bytes = run(&data, "testnet3-0-9999.headers");
    let error = HeaderTree::from_run(as_mainnet, 0, &bytes, Pins::none(), NOW).unwrap_err();
    assert_eq!(error.rule(), Some(Rule::RequiredBits));
    for header in decode_run(&run(&data, "testnet3-core-fork.headers")).unwrap() {
        assert!(matches!(tree.accept(&header, NOW), Ok(Accepted::Fork(block)) if block.height <= 2));
    }
    common::counted("testnet3-core-fork.headers", 2);
}

/// Mainnet's rules, on another genesis header.
fn custom_mainnet_on(genesis: &Header) -> Params {
    let file = serde_json::json!({
        "format": "plimsoll-network/1", "name": "strict", "genesis": genesis.to_string(),
        "powLimit": Params::mainnet().limit().to_string(), "spacingSeconds": 600, "retargetInterval": PERIOD,
        "retargets": true, "minDifficulty": false, "bip94": false, "versionHeights": [9_000_000, 9_000_000, 9_000_000],
    });
    Params::from_json(file.to_string().as_bytes()).unwrap()
}

#[test]
fn the_other_networks() {
    let Some(data) = common::data_dir() else { return };
    for (name, params, height, tip, work) in [
        (
            "testnet4-0-100.headers",
            Params::testnet4(),
            100,
            "000000000b11fd32393e0d259ab41e6995d94933c353de4a7dd7ad4bf5d6368c",
            "433798316133",
        ),
        (
            "signet-0-2016.headers",
            Params::signet(),
            2016,
            "0000008fd8c10e65008a81307f7586d6031d5b6dc6c29b56665eaa32c66ca674",
            "9768399077",
        ),
        (
            "regtest-0-100.headers",
            Params::regtest(),
            100,
            "6e544282241a125d9ce7ccdb2bcf4e5b32e0d907c855964f3de1557a05672abb",
            "202",
        ),
        (
            "regtest-kernel-0-206.headers",
            Params::regtest(),
            206,
            "3de082158b117acd088306c395d09771bb7cbf0b7355796c1b1e0bd748ef9bed",
            "414",
        ),
    ] {
        let pins = built_in(params.name()).clone();
        let tree = whole(&data, name, params, 0, pins);
        assert_eq!((tree.tip().height, tree.tip().hash.to_string().as_str()), (height, tip), "{name}");
        assert_eq!(tree.total_work_at(height).unwrap().to_string(), work, "{name}");
        assert!(tree.unchecked_rules().is_empty());
    }
}

#[test]
fn a_network_refuses_the_headers_of_another() {
    let Some(data) = common::data_dir() else { return };
    let runs = [
        ("mainnet", "mainnet-0-32260.headers"),
        ("testnet3", "testnet3-0-9999.headers"),
        ("testnet4", "testnet4-0-100.headers"),
        ("signet", "signet-0-2016.headers"),
        ("regtest", "regtest-0-100.headers"),
    ];
    for (name, _) in runs {
        for (other, file) in runs.iter().filter(|(other, _)| *other != name) {
            let read = HeaderTree::from_run(Params::named(name).unwrap(), 0, &run(&data, file), Pins::none(), NOW);
            assert_eq!(read.err().and_then(|error| error.rule()), Some(Rule::Genesis), "{other} as {name}");
        }
    }
}

#[test]
fn one_wrong_bit_anywhere_in_a_run_is_found_at_its_header() {
    let Some(data) = common::data_dir() else { return };
    let bytes = &run(&data, "mainnet-0-32260.headers")[..80 * 40];
    let mut cases = 0;
    for bit in 80 * 8..bytes.len() * 8 {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let error = HeaderTree::from_run(Params::mainnet(), 0, &damaged, Pins::none(), NOW).unwrap_err();
        // A flipped bit changes the hash, which then shows no work: at the header itself, by one rule or another.
        assert_eq!(error.height(), Some((bit / 640) as u32), "bit {bit}: {error}");
        cases += 1;
    }
    println!("headers with one bit flipped: {cases} cases, each refused at its height");
}

#[test]
fn chains_published_with_their_faults() {
    let Some(data) = common::data_dir() else { return };
    let file = common::read_json(&data, "bitcoin/testVectors.json");
    // Their heights are not stated; any within a period will do.
    let read = |vector: &serde_json::Value| {
        let text = vector["input"].as_str().unwrap().trim_start_matches("0x");
        HeaderTree::from_run(
            Params::mainnet(),
            562_465,
            &plimsoll::encoding::decode_hex(text).unwrap(),
            Pins::none(),
            NOW,
        )
    };
    let mut cases = 0;
    for vector in file["validateHeaderChain"].as_array().unwrap() {
        assert_eq!(read(vector).unwrap().first_height(), 562_465);
        cases += 1;
    }
    let wrong: Vec<RunError> =
        file["validateHeaderChainError"].as_array().unwrap().iter().map(|vector| read(vector).unwrap_err()).collect();
    assert!(matches!(wrong[0], RunError::Length { .. }), "{:?}", wrong[0]);
    assert!(matches!(wrong[1], RunError::NotLinked { height: 562_466, .. }), "{:?}", wrong[1]);
    assert_eq!((wrong[2].rule(), wrong.len()), (Some(Rule::ProofOfWork), 3));
    common::counted("published chains of headers, three of them at fault", cases + wrong.len());
}
