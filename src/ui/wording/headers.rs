//! Block headers in words: how far they are, how fast they come, and what is wrong when something is.

use super::{Every, Lang, basis, format, source, verdict};
use crate::client::message::{NoBlockAlarm, Reorganized, Stage, SyncStatus};
use crate::ui::headers::{Condition, Overview};

/// The page's place in the head of every page.
pub const NAV: Every = ["Headers", "区块头"];
/// The page's name.
pub const PLACE: Every = ["Block headers", "区块头"];
/// What the page is about.
pub const LEAD: Every = [
    "Every verdict rests on a chain of block headers, each checked here: its work, its place and its time. A source can \
     keep headers back, but it cannot make them up.",
    "每个核验结论都建立在一条区块头链上，其中每个区块头都在本机检查：工作量、位置和时间。来源可以隐瞒区块头，但无法伪造。",
];
/// Nothing is in hand of any network.
pub const NONE: Every = ["No block headers yet.", "尚无区块头。"];
/// A network's sources.
pub const SOURCES: Every = ["Where they come from", "来源"];
/// A network without sources.
pub const NO_SOURCES: Every = [
    "No source is set up for this chain: these headers came with a file or a proof.",
    "这条链没有设置来源：区块头来自文件或证明。",
];
/// Begins a synchronization.
pub const SYNCHRONIZE: Every = ["Synchronize", "开始同步"];
/// Pauses it.
pub const PAUSE: Every = ["Pause", "暂停"];
/// Goes on.
pub const RESUME: Every = ["Resume", "继续"];
/// Ends it.
pub const CANCEL: Every = ["Cancel", "取消"];
/// Asks sources again.
pub const REFRESH: Every = ["Look for newer blocks", "查找更新的区块"];
/// The newest block in hand.
pub const NEWEST: Every = ["Newest block", "最新区块"];
/// Its hash, for the button that copies it.
pub const HASH: Every = ["block hash", "区块哈希"];
/// The time in its header.
pub const TIME: Every = ["Its time, its miner’s word", "区块时间（矿工自报）"];
/// What it rests on.
pub const BASIS: Every = ["What it rests on", "依据"];
/// How many headers are in hand.
pub const IN_HAND: Every = ["Headers in hand", "手边的区块头"];
/// The work of the chain.
pub const WORK: Every = ["Work", "工作量"];
/// How far it is, for the bar's name.
pub const PROGRESS: Every = ["Progress", "进度"];
/// A silence that chance does not explain.
pub const ALARM: Every = ["No new block for too long", "太久没有新区块"];
/// What it may mean.
pub const ALARM_CAUSES: Every = [
    "Either the sources keep newer blocks back, or this device’s clock is wrong, or mining has slowed down much. A verdict \
     says what held at the newest block here, and nothing of what came after.",
    "可能是来源隐瞒了更新的区块，或者本设备的时钟不准，也可能是出块大幅放缓。核验结论只说明截至此处最新区块的情况，不涉及之后。",
];
/// What to do about it.
pub const ALARM_ADVICE: Every =
    ["Compare your clock, and add a source that somebody else runs.", "请核对本机时钟，并添加一个由他人运营的来源。"];
/// Chains that gave way.
pub const REORGANIZATIONS: Every = ["Reorganizations during this visit", "本次访问期间的重组"];
/// Where headers in files go.
pub const FILE_TITLE: Every = ["A file of headers", "区块头文件"];
/// Which forms are read.
pub const FILE_LEAD: Every = [
    "Headers as plain bytes, 80 each; neutrino’s import file; Electrum’s blockchain_headers. The file stays on this \
     device, and each header in it is checked like any other.",
    "支持每条 80 字节的原始区块头、neutrino 导入文件、Electrum 的 blockchain_headers。文件不会离开本设备，其中每个区块头都同样接受检查。",
];
/// Chooses one.
pub const FILE_BUTTON: Every = ["Choose a file", "选择文件"];
/// It was something else.
pub const FILE_OTHER: Every = [
    "There was something to verify in it, and not headers alone. See its verdict:",
    "其中有可核验的内容，不只是区块头。请查看其结论：",
];
/// Where that is.
pub const FILE_VERDICT: Every = ["the verdict", "核验结论"];
/// No headers in it.
pub const FILE_NONE: Every = ["No headers were found in it.", "其中没有找到区块头。"];
/// It is waited for.
pub const FILE_WAITING: Every = ["Waiting for the checking engine", "正在等待核验引擎"];
/// Ends taking a file in.
pub const FILE_STOP: Every = ["Stop", "停止"];
/// Stopped by the reader.
pub const FILE_STOPPED: Every = [
    "Stopped. Headers checked until then stay; the rest was not looked at.",
    "已停止。此前检查过的区块头保留，其余没有查看。",
];

/// The one sentence about a network, always true; any but Bitcoin's own is named in it.
#[must_use]
pub fn sentence(overview: &Overview, online: bool, now: i64, lang: Lang) -> String {
    let said = standing(overview, online, now, lang);
    if overview.network == "mainnet" {
        return said;
    }
    let network = verdict::network(&overview.network, lang);
    match lang {
        Lang::En => format!("{}: {said}", super::line::capitalised(&network)),
        Lang::Zh => format!("{network}：{said}"),
    }
}

/// The same where the network is named beside it.
#[must_use]
pub fn standing(overview: &Overview, online: bool, now: i64, lang: Lang) -> String {
    let condition = overview.condition(online);
    match (condition, overview.height()) {
        (Condition::Running, height) => running(overview.sync.as_ref(), height, lang),
        (_, None) => without_headers(condition, lang).to_owned(),
        (Condition::Paused, Some(height)) => up_to(["Paused", "已暂停"], height, lang),
        (Condition::Cancelled, Some(height)) => up_to(["Cancelled", "已取消"], height, lang),
        (Condition::Stalled, Some(height)) => stalled(overview.sync.as_ref(), height, lang),
        (Condition::Offline, Some(height)) => {
            format!("{}{}", lang.of(["Offline. ", "离线。"]), in_hand(overview, height, now, lang))
        }
        (Condition::Looking, Some(height)) => {
            let looking = lang.of([" Looking for newer blocks.", "正在查找更新的区块。"]);
            format!("{}{looking}", in_hand(overview, height, now, lang))
        }
        (Condition::Alarm, Some(height)) => alarm(overview.alarm.as_ref(), height, lang),
        (Condition::InHand | Condition::Empty, Some(height)) => in_hand(overview, height, now, lang),
    }
}

fn without_headers(condition: Condition, lang: Lang) -> &'static str {
    lang.of(match condition {
        Condition::Paused => ["Paused, before the first header was checked.", "已暂停，尚未检查任何区块头。"],
        Condition::Cancelled => ["Cancelled, before the first header was checked.", "已取消，尚未检查任何区块头。"],
        Condition::Stalled => ["No source has given any headers.", "没有来源给出任何区块头。"],
        _ => ["No block headers yet.", "尚无区块头。"],
    })
}

fn up_to(head: Every, height: u32, lang: Lang) -> String {
    let height = format::number(height);
    match lang {
        Lang::En => format!("{}: headers to block {height} are checked, and nothing after it.", lang.of(head)),
        Lang::Zh => format!("{}：区块头检查到区块 {height}，其后未检查。", lang.of(head)),
    }
}

fn stalled(sync: Option<&SyncStatus>, height: u32, lang: Lang) -> String {
    let claimed = sync.and_then(|sync| sync.claimed).filter(|claimed| *claimed > height).map(format::number);
    let height = format::number(height);
    match (lang, claimed) {
        (Lang::En, Some(claimed)) => {
            format!("No source gives more: headers to block {height} are checked, block {claimed} was told of.")
        }
        (Lang::Zh, Some(claimed)) => {
            format!("没有来源给出更多：区块头检查到区块 {height}，而有来源声称已到 {claimed}。")
        }
        (Lang::En, None) => format!("No source answers: headers to block {height} are checked."),
        (Lang::Zh, None) => format!("没有来源应答：区块头检查到区块 {height}。"),
    }
}

/// “Headers to block 953,567, 12 minutes old, checked from genesis.”
fn in_hand(overview: &Overview, height: u32, now: i64, lang: Lang) -> String {
    let shown = format::number(height);
    let Some(chain) = overview.chain.as_ref().filter(|chain| chain.height == height) else {
        return match lang {
            Lang::En => format!("Headers to block {shown}, checked here."),
            Lang::Zh => format!("区块头至区块 {shown}，已在此检查。"),
        };
    };
    let age = format::stretch(now.saturating_sub(chain.time), lang);
    match lang {
        Lang::En => format!("Headers to block {shown}, {age} old, {}.", checked_from(&chain.basis, lang)),
        Lang::Zh => format!("区块头至区块 {shown}，{age}前，{}。", checked_from(&chain.basis, lang)),
    }
}

fn checked_from(basis: &str, lang: Lang) -> String {
    let place = basis::place(basis, lang);
    match lang {
        Lang::En => format!("checked from {place}"),
        Lang::Zh => format!("从{place}起检查"),
    }
}

/// “Synchronizing: block 412,000 of about 966,000, 2.1 million headers a second, about 20 seconds left, from x.example.”
fn running(sync: Option<&SyncStatus>, height: Option<u32>, lang: Lang) -> String {
    let mut parts = vec![place(height, sync.and_then(|sync| sync.claimed), lang)];
    if let Some(sync) = sync {
        parts.extend(pace(sync.headers_per_second, sync.seconds_left, sync.source.as_deref(), lang));
    }
    match lang {
        Lang::En => format!("Synchronizing: {}.", parts.join(", ")),
        Lang::Zh => format!("正在同步：{}。", parts.join("，")),
    }
}

/// How fast, how much longer, and from whom.
pub(super) fn pace(
    per_second_now: Option<u32>,
    seconds_left: Option<u64>,
    url: Option<&str>,
    lang: Lang,
) -> impl Iterator<Item = String> {
    let from = url.map(|url| match lang {
        Lang::En => format!("from {}", source::short_url(url)),
        Lang::Zh => format!("来自 {}", source::short_url(url)),
    });
    let rate = per_second_now.map(|rate| per_second(rate, lang));
    [rate, seconds_left.map(|seconds| left(seconds, lang)), from].into_iter().flatten()
}

/// “block 412,000 of about 966,000”.
pub(super) fn place(height: Option<u32>, claimed: Option<u32>, lang: Lang) -> String {
    let Some(height) = height else {
        return lang.of(["waiting for the first headers", "等待首批区块头"]).to_owned();
    };
    let claimed = claimed.filter(|claimed| *claimed > height).map(format::number);
    let height = format::number(height);
    match (lang, claimed) {
        (Lang::En, Some(claimed)) => format!("block {height} of about {claimed}"),
        (Lang::Zh, Some(claimed)) => format!("区块 {height}，共约 {claimed}"),
        (Lang::En, None) => format!("block {height}"),
        (Lang::Zh, None) => format!("区块 {height}"),
    }
}

/// A rate: “2.1 million headers a second”.
#[must_use]
pub fn per_second(rate: u32, lang: Lang) -> String {
    match (lang, rate) {
        (Lang::En, 1_000_000..) => {
            format!("{}.{} million headers a second", rate / 1_000_000, rate % 1_000_000 / 100_000)
        }
        (Lang::En, _) => format!("{} headers a second", format::number(rate)),
        (Lang::Zh, 10_000..) => format!("每秒 {} 万个区块头", format::number(rate / 10_000)),
        (Lang::Zh, _) => format!("每秒 {} 个区块头", format::number(rate)),
    }
}

fn left(seconds: u64, lang: Lang) -> String {
    let time = format::stretch(i64::try_from(seconds).unwrap_or(i64::MAX), lang);
    match lang {
        Lang::En => format!("about {time} left"),
        Lang::Zh => format!("约剩 {time}"),
    }
}

fn alarm(alarm: Option<&NoBlockAlarm>, height: u32, lang: Lang) -> String {
    let silent = alarm.map_or(0, |alarm| i64::try_from(alarm.silent_seconds).unwrap_or(i64::MAX));
    let (time, height) = (format::stretch(silent, lang), format::number(height));
    match lang {
        Lang::En => {
            format!("No new block for {time}, longer than chance allows. Headers to block {height} are checked.")
        }
        Lang::Zh => format!("已有 {time}没有新区块，超出偶然所能解释的范围。区块头检查到区块 {height}。"),
    }
}

/// How long a silence is: “no new block for 3 hours”.
#[must_use]
pub fn silence(alarm: &NoBlockAlarm, lang: Lang) -> String {
    let time = format::stretch(i64::try_from(alarm.silent_seconds).unwrap_or(i64::MAX), lang);
    match lang {
        Lang::En => format!("no new block for {time}"),
        Lang::Zh => format!("已有 {time}没有新区块"),
    }
}

/// Rarer than once in so many blocks is never.
const NEVER: u64 = 1_000_000_000_000;

/// How unlikely a silence is.
#[must_use]
pub fn unlikely(alarm: &NoBlockAlarm, lang: Lang) -> String {
    let blocks = format::number(rounded(alarm.once_in));
    let time = format::duration(u128::from(alarm.once_in) * u128::from(alarm.spacing_seconds), lang);
    let spacing = format::stretch(i64::from(alarm.spacing_seconds), lang);
    match lang {
        Lang::En if alarm.once_in > NEVER => format!(
            "Blocks come every {spacing} on average. So long a silence never comes by chance: it would be less than once in a million million blocks."
        ),
        Lang::Zh if alarm.once_in > NEVER => {
            format!("平均每 {spacing}一个区块。如此长的间隔不会偶然出现：其机会不到每一万亿个区块一次。")
        }
        Lang::En => format!(
            "Blocks come every {spacing} on average. So long a silence comes by chance once in some {blocks} blocks, that is once in about {time}."
        ),
        Lang::Zh => {
            format!("平均每 {spacing}一个区块。如此长的间隔偶然出现的机会约为每 {blocks} 个区块一次，即约{time}一次。")
        }
    }
}

/// The first two digits, the rest noughts.
fn rounded(number: u64) -> u64 {
    let unit = 10_u64.pow(number.max(1).ilog10().saturating_sub(1));
    number / unit * unit
}

/// A reorganization in a sentence.
#[must_use]
pub fn reorganized(found: &Reorganized, lang: Lang) -> String {
    let Reorganized { network: _, common, from, to, disconnected, connected, source } = found;
    let (common, from, to) = (format::number(common.height), format::number(from.height), format::number(to.height));
    let (gone, come) = (format::number(*disconnected), format::number(*connected));
    // What another page of this site kept comes from no source.
    let source = match source.as_str() {
        "" => lang.of(["another page of this site", "本站的另一页面"]),
        url => source::short_url(url),
    };
    match lang {
        Lang::En => format!(
            "After block {common}, a chain with more work took the place of the one before. Headers that left: {gone}, up to block {from}; headers that came: {come}, up to block {to}; from {source}. Verdicts that stood on the former were given anew."
        ),
        Lang::Zh => format!(
            "区块 {common} 之后，一条工作量更大的链取代了原来的链。离开 {gone} 个区块头（至区块 {from}），换上 {come} 个（至区块 {to}），来自 {source}。依据前者的结论已重新核验。"
        ),
    }
}

/// What came of a file: its headers are in.
#[must_use]
pub fn file_taken(name: &str, network: &str, height: u32, lang: Lang) -> String {
    let (network, height) = (verdict::network(network, lang), format::number(height));
    match lang {
        Lang::En => {
            format!("{name}: its headers are checked. The chain they belong to ({network}) reaches block {height}.")
        }
        Lang::Zh => format!("{name}：区块头已检查。所属的链（{network}）到达区块 {height}。"),
    }
}

/// What came of a file: not all of it was taken.
#[must_use]
pub fn file_failed(name: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{name}: not taken to its end. Headers checked before that stay; what stopped it:"),
        Lang::Zh => format!("{name}：未能全部接受。此前检查过的区块头保留；中止原因："),
    }
}

/// The work of a chain, decimal: from genesis on, or of the headers in hand alone.
#[must_use]
pub fn work(hashes: &str, from_genesis: bool, lang: Lang) -> String {
    let hashes = format::hashes(hashes, lang);
    match (lang, from_genesis) {
        (Lang::En, true) => format!("{hashes} from the first block on"),
        (Lang::En, false) => format!("{hashes} for the headers in hand"),
        (Lang::Zh, true) => format!("自第一个区块起，{hashes}"),
        (Lang::Zh, false) => format!("手边的区块头：{hashes}"),
    }
}

/// A file being taken in.
#[must_use]
pub fn file_stage(stage: &Stage, lang: Lang) -> String {
    let point = verdict::point(stage, lang);
    match (lang, point.is_empty()) {
        (_, true) => verdict::stage(stage, lang).to_owned(),
        (Lang::En, false) => format!("{}, {point}", verdict::stage(stage, lang)),
        (Lang::Zh, false) => format!("{}，{point}", verdict::stage(stage, lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_chances() {
        assert_eq!(per_second(2_140_000, Lang::En), "2.1 million headers a second");
        assert_eq!(per_second(999, Lang::En), "999 headers a second");
        assert_eq!(per_second(2_140_000, Lang::Zh), "每秒 214 万个区块头");
        assert_eq!([0, 7, 99, 123, 22_026, u64::MAX].map(rounded), [0, 7, 99, 120, 22_000, 18_000_000_000_000_000_000]);
    }
}
