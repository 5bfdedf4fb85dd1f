//! A chain of any length, made while it is read: two hashes a header on average, in periods of 2016 whose bits never change.

use plimsoll::chain::{CompactTarget, Header, Params, Target};
use serde_json::json;

/// A network on which work is next to nothing. Bits stay as they are: with a limit so wide, a retarget would leave 256 bits.
pub fn network() -> Params {
    let genesis = Params::regtest().genesis().to_string();
    let file = json!({
        "format": "plimsoll-network/1", "name": "easy", "genesis": genesis, "powLimit": "7f".to_owned() + &"f".repeat(62),
        "spacingSeconds": 600, "retargetInterval": 2016, "retargets": false, "minDifficulty": false, "bip94": false,
        "versionHeights": [0, 0, 0],
    });
    Params::from_json(file.to_string().as_bytes()).expect("the parameters are right")
}

/// The chain above its genesis header.
pub struct EasyChain {
    last: Header,
    hash: plimsoll::chain::BlockHash,
    target: Target,
}

impl EasyChain {
    pub fn new(params: &Params) -> Self {
        let last = *params.genesis();
        let target = last.bits.decode(params.limit()).expect("a target");
        Self { last, hash: last.hash(), target }
    }

    /// Its next `count` headers, encoded.
    pub fn next(&mut self, count: usize) -> Vec<u8> {
        let mut run = Vec::with_capacity(80 * count);
        for _ in 0..count {
            let Header { time, bits, .. } = self.last;
            let (version, merkle_root, time, bits) = (4, [7; 32], time + 600, CompactTarget(bits.0));
            let template = Header { version, previous: self.hash, merkle_root, time, bits, nonce: 0 };
            let hashed = (0..).map(|nonce| Header { nonce, ..template }).map(|header| (header, header.hash()));
            let (header, hash) =
                { hashed }.find(|(_, hash)| self.target.admits(&hash.0)).expect("every second one does");
            (self.last, self.hash) = (header, hash);
            run.extend_from_slice(&header.encode());
        }
        run
    }
}

#[allow(dead_code, reason = "each test file uses a part of it")]
/// What Linux says of this process, in bytes: a line of `/proc/self/status`.
pub fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|found| found.strip_prefix(line))?;
    value.trim_matches([':', ' ', '\t']).strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| 1024 * kilobytes)
}
