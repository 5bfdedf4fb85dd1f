//! `plimsoll headers pins`: the ends of periods worked out from headers, against what others published and what is built in.
#![cfg(feature = "issuer")]

mod common;

use plimsoll::chain::known_headers::built_in;
use plimsoll::chain::{Header, Work};
use plimsoll::encoding::decode_hex_array;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Exit code and what was said.
fn pins(data: &Path, names: &[&str], more: &[&str]) -> (i32, String) {
    let files = names.iter().map(|name| data.join("headers").join(name));
    let output =
        Command::new(env!("CARGO_BIN_EXE_plimsoll")).args(["headers", "pins"]).args(files).args(more).output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (output.status.code().unwrap(), said.concat())
}

/// Rows of a table of the data: height to hash, header and last column.
fn table(data: &Path, name: &str) -> BTreeMap<u32, [String; 3]> {
    let bytes = common::read(data, &format!("headers/{name}"));
    let mut rows = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(bytes.as_slice());
    let cells = |row: csv::StringRecord| (row[0].parse().unwrap(), [1, 2, 3].map(|column| row[column].to_owned()));
    rows.records().map(|row| cells(row.unwrap())).collect()
}

#[test]
fn period_ends_are_those_that_others_published() {
    let Some(data) = common::data_dir() else { return };
    let (boundaries, works) =
        (table(&data, "mainnet-boundaries.tsv"), table(&data, "mainnet-checkpoints-chainwork.tsv"));
    let mut ends = 0;
    for (name, wanted) in
        [("mainnet-0-32260.headers", 16), ("mainnet-685439-687516.headers", 2), ("mainnet-859303-862850.headers", 2)]
    {
        let (code, text) = pins(&data, &[name], &[]);
        assert_eq!((code, text.lines().next()), (0, Some("height\thash\tnext bits\twork")), "{text}");
        assert_eq!(text.lines().count(), wanted + 1, "{name}");
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let height: u32 = cells[0].parse().unwrap();
            let next = Header::from_hex(&boundaries[&(height + 1)][1]).unwrap();
            assert_eq!(
                (cells[1], cells[2]),
                (boundaries[&height][0].as_str(), format!("{:08x}", next.bits.0).as_str())
            );
            // Work from genesis on, where the file begins there.
            assert_eq!(cells[3].is_empty(), !name.contains("-0-"), "{line}");
            if let Some([_, _, work]) = works.get(&(height + 1)).filter(|_| !cells[3].is_empty()) {
                let each = Work::of(next.bits.decode(plimsoll::chain::Params::mainnet().limit()).unwrap());
                let read = |digits: &str| Work::from_be_bytes(decode_hex_array(digits).unwrap());
                assert_eq!(read(cells[3]) + each, read(work), "{line}");
            }
            ends += 1;
        }
    }
    common::counted("period ends that the command works out", ends);
}

#[test]
fn the_pins_built_in_are_compared_and_the_first_difference_is_named() {
    let Some(data) = common::data_dir() else { return };
    let agrees = |names: &[&str], more: &[&str], found: usize, network: &str| {
        let (code, text) = pins(&data, names, &[&["--check"], more].concat());
        let all = built_in(network).iter().len();
        assert!(text.starts_with(&format!("{found} of {all} pins of {network} are as built in\n")), "{text}");
        assert_eq!((code, text.contains(&format!("could not check {} pins", all - found))), (3, true), "{text}");
    };
    agrees(&["mainnet-0-32260.headers"], &[], 16, "mainnet");
    agrees(&["mainnet-685439-687516.headers"], &["--network", "mainnet"], 2, "mainnet");
    agrees(&["mainnet-859303-862850.headers"], &["--from", "859303", "--network", "mainnet"], 2, "mainnet");
    agrees(&["signet-0-2016.headers"], &[], 1, "signet");
    agrees(&["testnet3-0-9999.headers"], &[], 0, "testnet3");
    agrees(&["testnet4-0-100.headers"], &[], 0, "testnet4");
    agrees(&["regtest-kernel-0-206.headers"], &[], 0, "regtest");
    // A chain of mainnet's rules that is not mainnet; then both, of which the one with more work counts.
    let (code, text) = pins(&data, &["mainnet-corealt-0-2016.headers"], &["--check"]);
    let ours = built_in("mainnet").at(2015).unwrap().hash;
    assert!(
        code == 1 && text.starts_with("height 2015: hash ") && text.ends_with(&format!("built in {ours}\n")),
        "{text}"
    );
    agrees(&["mainnet-corealt-0-2016.headers", "mainnet-0-32260.headers"], &[], 16, "mainnet");
    let (code, text) =
        pins(&data, &["mainnet-0-32260.headers", "mainnet-bip66fork-363731-363736.headers"], &["--check"]);
    assert!(code == 1 && text.contains("is not known"), "{text}");
    common::counted("runs compared with the pins built in", 9);
}
