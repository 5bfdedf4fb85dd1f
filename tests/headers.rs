//! Headers that others mined: every run of the published data is accepted whole, with the right tip, work, period ends
//! and forks.

mod common;

use plimsoll::chain::{HeaderTree, Params, Pins};
use plimsoll::time::UnixTime;

const NOW: UnixTime = UnixTime(1_790_000_000);

#[test]
fn mainnet_from_genesis() {
    let Some(data) = common::data_dir() else { return };
    let bytes = common::read(&data, "headers/mainnet-0-32260.headers");
    let tree = HeaderTree::from_run(Params::mainnet(), 0, &bytes, Pins::none(), NOW).unwrap();
    assert_eq!(tree.tip().height, 32_260);
}
