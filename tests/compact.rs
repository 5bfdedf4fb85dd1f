//! The compact transport: every published run through it and back, its size, and every way to break it.

mod common;

use plimsoll::chain::compact::{BLOCK, CompactError, Decoder, Field, MAGIC, NotLinked, encode_run};
use plimsoll::chain::header_run::decode_run;
use plimsoll::chain::{BlockHash, CompactTarget, Header, HeaderTree, Params, Pins};
use plimsoll::time::UnixTime;
use std::path::Path;

/// Every run of the published data: its network and first height.
const RUNS: [(&str, &str, u32); 11] = [
    ("mainnet-0-32260.headers", "mainnet", 0),
    ("mainnet-685439-687516.headers", "mainnet", 685_439),
    ("mainnet-859303-862850.headers", "mainnet", 859_303),
    ("mainnet-bip66fork-363731-363736.headers", "mainnet", 363_731),
    ("mainnet-corealt-0-2016.headers", "mainnet", 0),
    ("regtest-0-100.headers", "regtest", 0),
    ("regtest-kernel-0-206.headers", "regtest", 0),
    ("signet-0-2016.headers", "signet", 0),
    ("testnet3-0-9999.headers", "testnet3", 0),
    ("testnet3-core-fork.headers", "testnet3", 1),
    ("testnet4-0-100.headers", "testnet4", 0),
];
/// What a stream takes beside its blocks, with the longest of these names, and one block beside its headers.
const FIXED: usize = 5 + 1 + 8 + 4 + 2;

fn run(data: &Path, name: &str) -> Vec<u8> {
    common::read(data, &format!("headers/{name}"))
}

fn encode(network: &str, first: u32, raw: &[u8]) -> Vec<u8> {
    encode_run(network, first, &decode_run(raw).unwrap().collect::<Vec<Header>>()).unwrap()
}

/// Everything in pieces of `piece` bytes; the headers that came out, and how it ended.
fn decode_in(bytes: &[u8], piece: usize) -> (Vec<u8>, Result<Decoder, CompactError>) {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    let result = bytes.chunks(piece).try_for_each(|piece| decoder.push(piece, &mut out));
    (out, result.and_then(|()| decoder.clone().finish().map(|_| decoder)))
}

fn decode(bytes: &[u8]) -> Result<Vec<u8>, CompactError> {
    let (out, result) = decode_in(bytes, usize::MAX);
    result.map(|_| out)
}

/// So many linked headers without work, as varied as headers can be.
fn made_up(count: usize, seed: u64) -> Vec<Header> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut previous = BlockHash([7; 32]);
    let mut time = 1_500_000_000_u32;
    let headers = (0..count).map(|_| {
        time = match random.u8(..16) {
            0 => random.u32(..),
            1 => time - random.u32(..2000),
            _ => time.wrapping_add(random.u32(..1500)),
        };
        let version = match random.u8(..3) {
            0 => 4,
            1 => 0x2000_0000 | random.i32(0..1 << 16) << 13,
            _ => random.i32(..),
        };
        let bits = CompactTarget(if random.bool() { 0x1d00_ffff } else { random.u32(..) });
        let merkle_root = std::array::from_fn(|_| random.u8(..));
        let header = Header { version, previous, merkle_root, time, bits, nonce: random.u32(..) };
        previous = header.hash();
        header
    });
    headers.collect()
}

fn raw(headers: &[Header]) -> Vec<u8> {
    headers.iter().flat_map(Header::encode).collect()
}

#[test]
fn every_published_run_there_and_back_in_forty_bytes_a_header() {
    let Some(data) = common::data_dir() else { return };
    let mut headers = 0;
    for (name, network, first) in RUNS {
        let bytes = run(&data, name);
        let count = bytes.len() / 80;
        let compact = encode(network, first, &bytes);
        let (out, decoder) = decode_in(&compact, usize::MAX);
        let decoder = decoder.unwrap();
        assert!(out == bytes, "{name} comes back as it was");
        let prefix = decoder.prefix().unwrap();
        assert_eq!((prefix.network.as_str(), prefix.first_height), (network, first));
        assert_eq!((decoder.headers() as usize, decoder.is_ended()), (count, true));
        for piece in [1, 79, 4096, 65_536] {
            if piece > 1 || compact.len() < 100_000 {
                assert!(decode_in(&compact, piece).0 == bytes, "{name} in pieces of {piece}");
            }
        }
        let each = compact.len() as f64 / count as f64;
        let (zipped, raw_zipped) = (deflated(&compact) as f64 / count as f64, deflated(&bytes) as f64 / count as f64);
        println!(
            "{name}: {count} headers, {each:.2} bytes each; after DEFLATE {zipped:.2}; raw after DEFLATE {raw_zipped:.2}"
        );
        // Six headers and two bear the stream's fixed bytes alone; all others do so within the forty.
        let borne = if count < 20 { FIXED + 36 + 20 } else { 0 };
        assert!(compact.len() - borne <= 40 * count, "{name}: {each:.2}");
        headers += count;
    }
    common::counted("headers through the compact form", headers);
}

/// What HTTP's compression makes of bytes, at its best.
fn deflated(bytes: &[u8]) -> usize {
    miniz_oxide::deflate::compress_to_vec(bytes, 9).len()
}

#[test]
fn a_period_of_today_takes_eighty_thousand_bytes() {
    let Some(data) = common::data_dir() else { return };
    let bytes = run(&data, "mainnet-859303-862850.headers");
    // Every window of a period in the run, a block apart.
    let sizes: Vec<usize> = (0..bytes.len() / 80 - 2016)
        .step_by(BLOCK)
        .map(|at| encode("mainnet", 859_303 + at as u32, &bytes[80 * at..80 * (at + 2016)]).len())
        .collect();
    println!("periods of 2016 headers: {sizes:?} bytes");
    assert!(!sizes.is_empty() && sizes.iter().all(|size| *size <= 80_000), "{sizes:?}");
}

#[test]
fn a_tree_gives_the_same_bytes_as_its_run() {
    let Some(data) = common::data_dir() else { return };
    let bytes = run(&data, "signet-0-2016.headers");
    let tree = HeaderTree::from_run(Params::signet(), 0, &bytes, Pins::none(), UnixTime(1_790_000_000)).unwrap();
    for (from, to) in [(0, 2016), (0, 503), (5, 5), (1000, 1900), (2000, u32::MAX)] {
        let last = to.min(2016) as usize;
        let expected = encode("signet", from, &bytes[80 * from as usize..80 * (last + 1)]);
        assert!(tree.encode_compact(from..=to).collect::<Vec<_>>().concat() == expected, "{from} to {to}");
    }
    // No header there: a stream of none, which is whole.
    let none: Vec<u8> = tree.encode_compact(3000..=4000).flatten().collect();
    assert_eq!(decode(&none), Ok(vec![]));
}

#[test]
fn headers_of_every_kind_there_and_back_however_they_are_cut() {
    for (count, seed) in [(1, 1), (2, 2), (BLOCK - 1, 3), (BLOCK, 4), (BLOCK + 1, 5), (9 * BLOCK + 7, 6)] {
        let headers = made_up(count, seed);
        let compact = encode_run("mainnet", 7, &headers).unwrap();
        for piece in [usize::MAX, 1000, 26_244] {
            let (out, decoder) = decode_in(&compact, piece);
            assert_eq!(decoder.map(|decoder| decoder.headers()), Ok(count as u32), "{count}");
            assert!(out == raw(&headers), "{count} in {piece}");
        }
    }
    assert_eq!(encode_run("mainnet", 0, &[]).unwrap(), [&MAGIC[..], b"\x07mainnet\0\0\0\0\0\0"].concat());
}

#[test]
fn headers_that_do_not_join_are_not_encoded() {
    let mut headers = made_up(3, 9);
    headers[2].previous = BlockHash([3; 32]);
    let expected = headers[1].hash();
    let error = NotLinked { place: 2, expected, found: BlockHash([3; 32]) };
    assert_eq!(encode_run("mainnet", 0, &headers), Err(error));
}

#[test]
fn what_stands_before_a_fault_is_kept_and_the_fault_stays() {
    let headers = made_up(2 * BLOCK + 5, 10);
    let mut compact = encode_run("mainnet", 0, &headers).unwrap();
    let prefix = MAGIC.len() + 1 + 7 + 4;
    let second = prefix + block_length(&compact[prefix..]);
    // The hash that the second block names.
    compact[second + 4] ^= 1;
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    let error = decoder.push(&compact, &mut out).unwrap_err();
    let named = BlockHash(compact[second + 4..second + 36].try_into().unwrap());
    let expected = headers[BLOCK - 1].hash();
    let offset = second as u64;
    assert_eq!(error, CompactError::PreviousHash { height: 504, offset, expected, found: named });
    assert!(out == raw(&headers[..BLOCK]));
    assert_eq!((decoder.push(&[], &mut out), decoder.finish()), (Err(error), Err(error)));
}

fn block_length(block: &[u8]) -> usize {
    let number = |at: usize| usize::from(u16::from_le_bytes([block[at], block[at + 1]]));
    36 + number(2) + 36 * number(0)
}

#[test]
fn a_stream_is_refused_where_it_goes_wrong() {
    let headers = made_up(BLOCK + 2, 11);
    let good = encode_run("mainnet", 5, &headers).unwrap();
    let prefix = MAGIC.len() + 1 + 7 + 4;
    let second = prefix + block_length(&good[prefix..]);
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = good.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        decode(&changed).unwrap_err()
    };
    assert_eq!(with(0, b"X"), CompactError::Magic { found: *b"XLMH\x01" });
    assert_eq!(with(4, b"\x02"), CompactError::Magic { found: *b"PLMH\x02" });
    for bytes in [&b"\0"[..], b"\x29", b"\x07Mainnet", b"\x07main_et", b"\xff"] {
        assert_eq!(with(5, bytes), CompactError::Network { offset: 5 });
    }
    let first = prefix as u64;
    assert_eq!(with(prefix, &505_u16.to_le_bytes()), CompactError::Count { offset: first, found: 505 });
    let found = 16 * BLOCK as u16 + 1;
    assert_eq!(with(prefix + 2, &found.to_le_bytes()), CompactError::SmallLength { offset: first + 2, found });
    assert_eq!(with(13, &u32::MAX.to_le_bytes()), CompactError::Height { offset: first });
    assert_eq!(with(13, &(u32::MAX - 503).to_le_bytes()), CompactError::Height { offset: second as u64 });
    let less = u16::from_le_bytes([good[second + 2], good[second + 3]]) - 1;
    let error = with(second + 2, &less.to_le_bytes());
    assert!(matches!(error, CompactError::ColumnsEnd { field: Field::Version, .. }), "{error}");
    // A second block that is not full, and another after it.
    let end = good.len() - 2;
    let after = [&good[..end], &good[second..]].concat();
    assert_eq!(decode(&after), Err(CompactError::AfterLast { offset: end as u64 }));
    let trailing = [&good[..], &[0]].concat();
    assert_eq!(decode(&trailing), Err(CompactError::Trailing { offset: good.len() as u64 }));
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    for (length, byte) in good.iter().enumerate() {
        assert_eq!(decoder.clone().finish(), Err(CompactError::Truncated { offset: length as u64 }));
        decoder.push(&[*byte], &mut out).unwrap();
    }
    assert_eq!(decoder.finish(), Ok(headers.len() as u32));
    println!("streams cut off: {} cases, each truncated where it was cut", good.len());
}

#[test]
fn a_changed_bit_is_refused_or_is_another_run() {
    let mut cases = 0;
    for (count, seed) in [(1, 12), (9, 13), (BLOCK + 3, 14)] {
        let headers = made_up(count, seed);
        let good = encode_run("mainnet", 5, &headers).unwrap();
        let step = if count > BLOCK { 491 } else { 1 };
        for bit in (0..good.len() * 8).step_by(step) {
            let mut changed = good.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            one_encoding(&changed, &good);
            cases += 1;
        }
    }
    println!("compact streams with one bit changed: {cases} cases");
}

/// Either refused, or the one encoding of what it decodes to.
fn one_encoding(bytes: &[u8], other: &[u8]) {
    let (out, Ok(decoder)) = decode_in(bytes, usize::MAX) else { return };
    let prefix = decoder.prefix().unwrap();
    assert!(encode(&prefix.network, prefix.first_height, &out) == bytes, "one run, two encodings");
    assert!(bytes != other);
}

#[test]
fn random_bytes_neither_panic_nor_pile_up() {
    let mut random = fastrand::Rng::with_seed(15);
    let good = encode_run("mainnet", 5, &made_up(BLOCK + 40, 16)).unwrap();
    let (mut refused, mut rounds) = (0, 0);
    for _ in 0..1000 {
        let mut bytes = good[..random.usize(..good.len())].to_vec();
        for _ in 0..random.usize(1..6) {
            match random.u8(..4) {
                0 if !bytes.is_empty() => {
                    let at = random.usize(..bytes.len());
                    bytes[at] = random.u8(..);
                }
                1 => bytes.extend((0..random.usize(..300)).map(|_| random.u8(..))),
                2 if bytes.len() > 20 => drop(bytes.drain(17..random.usize(17..bytes.len()))),
                _ => bytes.extend(&good[random.usize(..good.len())..]),
            }
        }
        let (out, result) = decode_in(&bytes, random.usize(1..40_000));
        // At least 36 bytes came in for every header that went out.
        assert!(out.len() / 80 * 36 <= bytes.len());
        refused += usize::from(result.is_err());
        rounds += 1;
    }
    println!("random streams: {refused} of {rounds} refused");
    assert!(refused > rounds * 9 / 10);
}
