//! The check from genesis in words.

use super::{Every, Lang, basis, format, headers, source};
use crate::client::message::{GenesisCheck, GenesisCheckState, PinContradiction};

/// The check's name, and the button that begins it.
pub const BEGIN: Every = ["Check from genesis", "从创世区块起检查"];
/// Goes on after a pause.
pub const RESUME: Every = ["Resume the check", "继续检查"];
/// Pauses it.
pub const PAUSE: Every = ["Pause the check", "暂停检查"];
/// Ends it.
pub const STOP: Every = ["Stop the check", "停止检查"];
/// Begins it anew.
pub const AGAIN: Every = ["Try again", "重试"];
/// How far it is, for the bar's name.
pub const PROGRESS: Every = ["Progress of the check from genesis", "从创世区块起检查的进度"];
/// A header that is not the trusted one.
pub const CONTRADICTION: Every = ["A source contradicts a trusted header", "有来源的区块头与可信区块头矛盾"];
/// The hash of the trusted header.
pub const EXPECTED: Every = ["Expected, the trusted header", "应为（可信区块头）"];
/// The hash that came.
pub const FOUND: Every = ["Found", "实为"];
/// What to do about it.
pub const CONTRADICTION_ADVICE: Every = [
    "Add a source that somebody else runs, and check again. If it says the same, do not rely on this program’s trusted \
     headers: compare the hash of this block with somebody you trust.",
    "请添加一个由他人运营的来源，再检查一次。若结果相同，请勿依赖本程序的可信区块头：请与您信任的人核对该区块的哈希。",
];
/// What the check is, before it is begun: so many headers up to this height.
#[must_use]
pub fn lead(height: u32, lang: Lang) -> String {
    let count = u64::from(height) + 1;
    let (count, bytes) = (format::number(count), format::size(count.saturating_mul(80)));
    match lang {
        Lang::En => format!(
            "This chain starts at a trusted header. You can have all {count} headers since the first block fetched and checked instead: about {bytes}, in the background. Verdicts do not wait for it."
        ),
        Lang::Zh => format!(
            "这条链从一个可信区块头开始。也可以改为在后台获取并检查自首个区块以来的全部 {count} 个区块头（约 {bytes}），核验无需等待。"
        ),
    }
}

/// Where the check stands, with its numbers.
#[must_use]
pub fn sentence(check: &GenesisCheck, lang: Lang) -> String {
    let height = check.height.map(format::number);
    match (check.state, height, lang) {
        (GenesisCheckState::Running, _, _) => running(check, lang),
        (GenesisCheckState::Paused, Some(height), Lang::En) => {
            format!("Paused at block {height}. Until it is done, it counts for nothing.")
        }
        (GenesisCheckState::Paused, Some(height), Lang::Zh) => {
            format!("已暂停于区块 {height}。完成之前不作数。")
        }
        (GenesisCheckState::Paused, None, _) => {
            lang.of(["Paused, before the first header was checked.", "已暂停，尚未检查任何区块头。"]).to_owned()
        }
        (GenesisCheckState::Stopped, _, _) => lang
            .of([
                "Stopped before its end, so it counts for nothing. Verdicts rest on the trusted header as before.",
                "未完成即停止，因此不作数。结论仍以可信区块头为依据。",
            ])
            .to_owned(),
        (GenesisCheckState::Stalled, Some(height), Lang::En) => format!(
            "No source gives more: checked from genesis to block {height}, which counts for nothing before the end. It goes on when a source answers."
        ),
        (GenesisCheckState::Stalled, Some(height), Lang::Zh) => {
            format!("没有来源给出更多：从创世区块检查到区块 {height}，完成之前不作数。有来源应答时会继续。")
        }
        (GenesisCheckState::Stalled, None, _) => lang
            .of(["No source has given any headers since genesis.", "没有来源给出自创世区块以来的区块头。"])
            .to_owned(),
        (GenesisCheckState::Done, _, _) => basis::from_genesis(check.height.unwrap_or(0), lang),
    }
}

/// The same in a few words, to be read out when it changes.
#[must_use]
pub fn spoken(state: GenesisCheckState, lang: Lang) -> &'static str {
    lang.of(match state {
        GenesisCheckState::Running => ["Checking from genesis", "正在从创世区块起检查"],
        GenesisCheckState::Paused => ["The check from genesis is paused", "从创世区块起的检查已暂停"],
        GenesisCheckState::Stopped => ["The check from genesis was stopped", "从创世区块起的检查已停止"],
        GenesisCheckState::Stalled => ["The check from genesis waits for a source", "从创世区块起的检查正在等待来源"],
        GenesisCheckState::Done => ["The check from genesis is done", "从创世区块起的检查已完成"],
    })
}

/// “Checking from genesis: block 412,000 of about 966,000, 2.1 million headers a second, about 20 seconds left, from …”
fn running(check: &GenesisCheck, lang: Lang) -> String {
    let mut parts = vec![headers::place(check.height, check.target, lang)];
    parts.extend(headers::pace(check.headers_per_second, check.seconds_left, check.source.as_deref(), lang));
    match lang {
        Lang::En => format!("Checking from genesis: {}.", parts.join(", ")),
        Lang::Zh => format!("正在从创世区块起检查：{}。", parts.join("，")),
    }
}

/// What contradicts what.
#[must_use]
pub fn contradiction(found: &PinContradiction, network: &str, lang: Lang) -> String {
    let who = basis::who_vouches(network, &found.height.to_string(), lang);
    let (height, source) = (format::number(found.height), source::short_url(&found.source));
    match lang {
        Lang::En => format!(
            "At block {height}, {source} gave another header than the trusted one, which {who}. What it gave was refused, and no verdict rests on it."
        ),
        Lang::Zh => format!(
            "在区块 {height}，{source} 给出的区块头与可信区块头不同（{who}）。所给内容已被拒绝，没有任何结论以它为依据。"
        ),
    }
}
