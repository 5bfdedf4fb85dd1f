//! What runs of headers come to by two judges besides the page: our own library, native, and Bitcoin Core's code, as
//! `py-bitcoinkernel` gives it, asked through `tests/oracles/bitcoinkernel.py` with the Python of `$PLIMSOLL_PYTHON`, else
//! `python3`.

use crate::runs::{HEADER, Run};
use crate::{Outcome, root};
use plimsoll::engine::{Engine, HeaderEngine as _, Refusal, Run as Sent, Which};
use plimsoll::time::UnixTime;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// The oracle's exit code where py-bitcoinkernel is not installed.
const NOT_INSTALLED: i32 = 3;

/// What runs of one network come to, one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The height of the best tip; `None` where there is none.
    pub height: Option<u32>,
    /// Its hash, as explorers show it.
    pub tip: String,
    /// Headers held, forks included.
    pub headers: u64,
    /// The expected hashes of the best chain's headers at hand, decimal.
    pub work: String,
    /// Of each run, the rule that its first refused header breaks, and that header's height.
    pub refused: Vec<Option<(String, u32)>>,
}

/// What Bitcoin Core's code makes of headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreJudgement {
    /// The height of its best header.
    pub height: u32,
    /// The hash of that.
    pub tip: String,
    /// Expected hashes of the chain it holds for the best.
    pub work: String,
    /// Headers that it took.
    pub taken: usize,
}

/// What our library makes of runs, natively and with the pins built in.
#[must_use]
pub fn judge(runs: &[&Run]) -> Judgement {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let now = UnixTime(i64::try_from(now).unwrap_or(i64::MAX));
    let mut engine = Engine::new();
    let mut take = |run: &&Run| {
        let sent = Sent { network: run.network, height: run.first, starts: true, bytes: &run.bytes };
        match engine.take(sent, now).refusal? {
            Refusal::Header { height, rule, .. } => Some((rule.name().to_owned(), height)),
            other => Some((other.to_string(), run.first)),
        }
    };
    let refused = runs.iter().map(&mut take).collect();
    let summary = runs.first().and_then(|run| engine.summary(run.network, Which::Last));
    Judgement {
        height: summary.as_ref().map(|chain| chain.tip.height),
        tip: summary.as_ref().map_or_else(String::new, |chain| chain.tip.hash.to_string()),
        headers: summary.as_ref().map_or(0, |chain| chain.header_count),
        work: summary.map_or_else(String::new, |chain| chain.work_at_hand.to_string()),
        refused,
    }
}

/// What Bitcoin Core's code makes of runs that begin at genesis, one after another; `None` where it is not installed.
///
/// # Errors
/// When it fails otherwise.
pub fn core(runs: &[&Run]) -> Outcome<Option<CoreJudgement>> {
    let python = std::env::var("PLIMSOLL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut text = String::new();
    for header in runs.iter().flat_map(|run| run.bytes.chunks(HEADER)) {
        header.iter().try_for_each(|byte| write!(text, "{byte:02x}"))?;
        text.push('\n');
    }
    let network = runs.first().map_or("", |run| run.network);
    let mut command = Command::new(&python);
    command.arg(root().join("tests/oracles/bitcoinkernel.py")).args([network, "work"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else { return Ok(None) };
    let mut stdin = child.stdin.take().ok_or("no input")?;
    // It ends early where the module is missing; its exit code says so below.
    let writer = std::thread::spawn(move || drop(stdin.write_all(text.as_bytes())));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| "the writer ended badly")?;
    if output.status.code() == Some(NOT_INSTALLED) {
        return Ok(None);
    }
    let told = String::from_utf8(output.stdout)?;
    let lines: Vec<&str> = told.lines().collect();
    let [judged @ .., work] = &lines[..] else {
        return Err(format!("{network}: {}", String::from_utf8_lossy(&output.stderr)).into());
    };
    let last = judged.last().and_then(|line| line.rsplit_once(' '));
    let (before, tip) = last.ok_or("no header judged")?;
    Ok(Some(CoreJudgement {
        height: before.rsplit(' ').next().unwrap_or_default().parse()?,
        tip: tip.to_owned(),
        work: work.strip_prefix("work ").ok_or("no work told")?.to_owned(),
        taken: judged.iter().filter(|line| line.starts_with("ok ")).count(),
    }))
}
