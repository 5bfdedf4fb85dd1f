//! Bitcoin Core as the judge of headers: `py-bitcoinkernel`, asked through `tests/oracles/bitcoinkernel.py` with the Python
//! of `$PLIMSOLL_PYTHON`, else `python3`. Where it is not installed that is said and nothing is compared, unless
//! `$PLIMSOLL_REQUIRE_ORACLES` is set. It tells its best header and no work: how much work it sees, its choice shows.

use plimsoll::chain::{Header, HeaderError, HeaderTree};
use plimsoll::time::UnixTime;
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// What became of one header: the reason, and the best header after it.
pub type Answer = (String, u32, String);

/// Asks Bitcoin Core; `None` where it is not installed.
fn ask_core(network: &str, headers: &[Header]) -> Option<Vec<Answer>> {
    let python = std::env::var("PLIMSOLL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/bitcoinkernel.py");
    let mut command = Command::new(&python);
    command.args([script, network]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let required = std::env::var_os("PLIMSOLL_REQUIRE_ORACLES").is_some();
    let absent = |why: &str| {
        assert!(!required, "bitcoinkernel is required, but: {why}");
        println!("bitcoinkernel not installed: 0 cases ({})", why.trim());
    };
    let mut core = match command.spawn() {
        Ok(core) => core,
        Err(error) => {
            absent(&format!("{python}: {error}"));
            return None;
        }
    };
    let mut stdin = core.stdin.take().unwrap();
    let text: String = headers.iter().map(|header| format!("{header}\n")).collect();
    // It ends early where the module is missing; its exit code says so below.
    let writer = std::thread::spawn(move || drop(stdin.write_all(text.as_bytes())));
    let output = core.wait_with_output().unwrap();
    writer.join().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(3) {
        absent(&stderr);
        return None;
    }
    assert!(output.status.success(), "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Answer> = stdout
        .lines()
        .map(|line| {
            let mut words = line.rsplitn(3, ' ');
            let (hash, height, reason) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            (reason.to_owned(), height.parse().unwrap(), hash.to_owned())
        })
        .collect();
    assert_eq!(answers.len(), headers.len(), "{stderr}");
    Some(answers)
}

/// What we make of a header, in Bitcoin Core's words.
pub fn judge(tree: &mut HeaderTree, header: &Header, now: UnixTime) -> Answer {
    let reason = match tree.accept(header, now) {
        Ok(_) => "ok",
        Err(HeaderError::Target(_) | HeaderError::Work { .. }) => "high-hash",
        Err(HeaderError::UnknownParent { .. }) => "prev-blk-not-found",
        Err(HeaderError::Bits { .. }) => "bad-diffbits",
        Err(HeaderError::TooOld { .. }) => "time-too-old",
        Err(HeaderError::Timewarp { .. }) => "time-timewarp-attack",
        Err(HeaderError::NotYetValid { .. }) => "time-too-new",
        Err(HeaderError::Version { .. }) => "bad-version",
        Err(error) => panic!("Bitcoin Core knows no such reason: {error}"),
    };
    (reason.to_owned(), tree.tip().height, tree.tip().hash.to_string())
}

/// The machine's clock, which Core goes by.
pub fn clock() -> UnixTime {
    UnixTime(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64)
}

/// Holds our answers against Core's; how often each reason was given, or `None` where Core is not installed.
pub fn compare(network: &str, headers: &[Header], ours: &[Answer]) -> Option<BTreeMap<String, usize>> {
    let core = ask_core(network, headers)?;
    let mut reasons = BTreeMap::new();
    for (at, ((header, ours), core)) in headers.iter().zip(ours).zip(core).enumerate() {
        assert_eq!(*ours, core, "{network}: header {at}, {header}");
        *reasons.entry(core.0).or_default() += 1;
    }
    println!("bitcoinkernel: {network}: {} headers judged alike: {reasons:?}", headers.len());
    Some(reasons)
}
