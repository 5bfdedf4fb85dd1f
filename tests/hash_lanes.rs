//! SHA-256 in lanes against `sha2`, one by one: natively, and in WebAssembly built with and without `simd128`.

use plimsoll::crypto::hash::{Hash, sha256, sha256d};
use plimsoll::crypto::hash_lanes::{Method, header_hashes, leaf_hashes, node_hashes, pair_hashes};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[cfg(not(target_arch = "wasm32"))]
mod common;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

const WAYS: [Method; 2] = [Method::Lanes, Method::OneByOne];
/// No messages, a few with and without a rest, and enough for several fours.
const COUNTS: [usize; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 63, 64];

/// Every way of hashing `messages` against the oracle.
fn agree<Message: std::fmt::Debug>(
    messages: &[Message],
    lanes: impl Fn(Method, &[Message], &mut [Hash]),
    oracle: impl Fn(&Message) -> Hash,
) {
    let expected: Vec<Hash> = messages.iter().map(oracle).collect();
    for way in WAYS {
        let mut found = vec![[0xee; 32]; messages.len()];
        lanes(way, messages, &mut found);
        assert_eq!(found, expected, "{way:?} of {} messages", messages.len());
    }
}

fn agree_on_headers(headers: &[[u8; 80]]) {
    agree(headers, Method::header_hashes, |header| sha256d(header));
}

fn agree_on_pairs(pairs: &[[Hash; 2]]) {
    agree(pairs, Method::pair_hashes, |[left, right]| sha256d(&[*left, *right].concat()));
    agree(pairs, Method::node_hashes, |[left, right]| sha256(&[&[1], &left[..], right].concat()));
}

fn agree_on_leaves(entries: &[Hash]) {
    agree(entries, Method::leaf_hashes, |entry| sha256(&[&[0], &entry[..]].concat()));
}

fn random<const N: usize>(random: &mut fastrand::Rng) -> [u8; N] {
    std::array::from_fn(|_| random.u8(..))
}

#[test]
fn any_number_of_random_messages() {
    let mut rng = fastrand::Rng::with_seed(80);
    for count in COUNTS {
        for _ in 0..8 {
            agree_on_headers(&(0..count).map(|_| random(&mut rng)).collect::<Vec<_>>());
            agree_on_pairs(&(0..count).map(|_| [random(&mut rng), random(&mut rng)]).collect::<Vec<_>>());
            agree_on_leaves(&(0..count).map(|_| random(&mut rng)).collect::<Vec<_>>());
        }
    }
}

/// A message of one kind in each lane, among messages of another: lanes neither mix nor change places.
#[test]
fn every_lane_by_itself() {
    for lane in 0..4 {
        let mut headers = [[0; 80]; 4];
        let mut pairs = [[[0; 32]; 2]; 4];
        for byte in 0..80 {
            headers[lane][byte] = 0xa5;
            agree_on_headers(&headers);
            pairs[lane].as_flattened_mut()[byte.min(63)] = 0x5a;
            agree_on_pairs(&pairs);
            agree_on_leaves(&pairs.map(|[left, _]| left));
        }
    }
}

/// Words at the edges of addition, shift and sign, in every place of a message.
#[test]
fn words_at_the_edges() {
    const EDGES: [u32; 10] =
        [0, 1, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, u32::MAX, 0xffff_fffe, 0xff, 0x00ff_00ff, 0xff00_0000];
    for word in EDGES {
        for place in 0..20 {
            for fill in [0, 0xff] {
                let mut header = [fill; 80];
                header[4 * place..4 * place + 4].copy_from_slice(&word.to_be_bytes());
                let mut pair = [[fill; 32]; 2];
                pair.as_flattened_mut().copy_from_slice(&header[..64]);
                agree_on_headers(&[header, [fill; 80], [!fill; 80], header]);
                agree_on_pairs(&[pair, [[fill; 32]; 2], [[!fill; 32]; 2], pair]);
                agree_on_leaves(&[pair[0], [fill; 32], [!fill; 32], pair[1]]);
            }
        }
    }
}

/// Published answers: the genesis blocks of mainnet and testnet3, RFC 9162's node of two empty leaves, by hand.
#[test]
fn known_answers() {
    let genesis = |time: &str, nonce: &str| {
        let root = "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a";
        let text = format!("01000000{}{root}{time}ffff001d{nonce}", "0".repeat(64));
        plimsoll::encoding::decode_hex_array::<80>(&text).unwrap()
    };
    let (mainnet, testnet) = (genesis("29ab5f49", "1dac2b7c"), genesis("dae5494d", "1aa4ae18"));
    let mut found = [[0; 32]; 4];
    for way in WAYS {
        way.header_hashes(&[mainnet, testnet, testnet, mainnet], &mut found);
        let shown = found.map(|mut hash| {
            hash.reverse();
            plimsoll::encoding::encode_hex(&hash)
        });
        let (main, test) = (
            "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
        );
        assert_eq!(shown, [main, test, test, main]);
    }
}

#[test]
fn the_quicker_way_is_one_of_the_two() {
    let (headers, pairs) = ([[7; 80]; 5], [[[7; 32], [8; 32]]; 5]);
    let both = |quick: fn(&mut [Hash]), way: &dyn Fn(&mut [Hash])| {
        let (mut found, mut expected) = ([[0; 32]; 5], [[1; 32]; 5]);
        quick(&mut found);
        way(&mut expected);
        assert_eq!(found, expected);
    };
    let best = Method::best();
    both(|hashes| header_hashes(&[[7; 80]; 5], hashes), &|hashes| best.header_hashes(&headers, hashes));
    both(|hashes| pair_hashes(&[[[7; 32], [8; 32]]; 5], hashes), &|hashes| best.pair_hashes(&pairs, hashes));
    both(|hashes| node_hashes(&[[[7; 32], [8; 32]]; 5], hashes), &|hashes| best.node_hashes(&pairs, hashes));
    both(|hashes| leaf_hashes(&[[7; 32]; 5], hashes), &|hashes| best.leaf_hashes(&[[7; 32]; 5], hashes));
    if cfg!(target_arch = "wasm32") {
        assert_eq!(best == Method::Lanes, cfg!(target_feature = "simd128"));
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_real_header() {
    let Some(data) = common::data_dir() else { return };
    let mut count = 0;
    for name in
        ["mainnet-0-32260", "mainnet-685439-687516", "mainnet-859303-862850", "testnet3-0-9999", "signet-0-2016"]
    {
        let bytes = common::read(&data, &format!("headers/{name}.headers"));
        let headers = bytes.as_chunks::<80>().0;
        agree_on_headers(headers);
        count += headers.len();
    }
    common::counted("real headers hashed in lanes and one by one", count);
}
