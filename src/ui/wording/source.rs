//! Sources of headers in words: what kinds there are, what each is doing, how it behaves, and which rule it broke.

use super::{Every, Lang, format};
use crate::browser::clock;
use crate::client::message::{SourceKind, SourceState, Standing, WaitReason};

/// Titles of the columns: the source, what it is doing, its newest block, the last one in common, headers, latency, buttons.
pub const COLUMNS: [Every; 6] = [
    ["Source", "来源"],
    ["How it behaves", "表现"],
    ["Its newest block", "其最新区块"],
    ["Last block in common", "最近的共同区块"],
    ["Headers given", "已提供"],
    ["Answers in", "应答时间"],
];
/// The column of buttons.
pub const ACTIONS: Every = ["Change", "更改"];
/// Not known.
pub const UNKNOWN: Every = ["unknown", "未知"];
/// A tip not verified.
pub const CLAIMED: Every = ["its word, not checked", "自称，未检查"];
/// Turns a source off.
pub const TURN_OFF: Every = ["Turn off", "停用"];
/// Turns it on.
pub const TURN_ON: Every = ["Turn on", "启用"];
/// Asks one again that was set aside.
pub const ASK_AGAIN: Every = ["Ask it again", "再次询问"];
/// Forgets a source.
pub const REMOVE: Every = ["Remove", "移除"];
/// It came with the page.
pub const OWN: Every = ["this page’s own address", "本页自身地址"];
/// What it sent, when it was wrong.
pub const WHAT_IT_SENT: Every = ["Expected and found", "应为与实为（英文原文）"];
/// Branches it knows.
pub const FORKS: Every = ["Branches it knows of", "它所知的分支"];
/// The form's title.
pub const ADD_TITLE: Every = ["Add a source", "添加来源"];
/// What is sent to a source.
pub const ADD_LEAD: Every = [
    "A source learns your network address and that you ask for headers; never which record you check. What it sends is \
     checked here, header by header. Nothing but this page’s own address is asked unless you add it.",
    "来源会知道您的网络地址以及您在索取区块头，但不会知道您核验的是哪份单据。它发来的每个区块头都在本机检查。除非您自行添加，本页只访问自身地址。",
];
/// Which kind.
pub const KIND: Every = ["What it is", "类型"];
/// Which network.
pub const NETWORK: Every = ["Chain", "链"];
/// Its address.
pub const URL: Every = ["Address", "地址"];
/// The height of a file's first header.
pub const FIRST_HEIGHT: Every = ["Height of the file’s first header", "文件首个区块头的高度"];
/// Adds it.
pub const ADD: Every = ["Add this source", "添加此来源"];
/// No address was given.
pub const URL_MISSING: Every = ["Give its address.", "请填写地址。"];
/// No height was given.
pub const HEIGHT_WRONG: Every = [
    "Give the height as a whole number, 0 for a file that starts at genesis.",
    "请以整数填写高度；从创世区块开始的文件填 0。",
];

/// A kind's name.
#[must_use]
pub fn kind(kind: SourceKind, lang: Lang) -> &'static str {
    lang.of(match kind {
        SourceKind::Compact => ["Plimsoll, compact", "Plimsoll 紧凑格式"],
        SourceKind::BlockDn => ["block-dn", "block-dn"],
        SourceKind::HeaderFile => ["Header file", "区块头文件"],
        SourceKind::CoreRest => ["Bitcoin Core REST", "Bitcoin Core REST"],
        SourceKind::Electrum => ["Electrum over WebSocket", "Electrum（WebSocket）"],
        SourceKind::Mempool => ["mempool", "mempool"],
        SourceKind::Esplora => ["Esplora", "Esplora"],
    })
}

/// What a kind is, in one line.
#[must_use]
pub fn kind_line(kind: SourceKind, lang: Lang) -> &'static str {
    lang.of(match kind {
        SourceKind::Compact => [
            "A server run with “plimsoll headers serve”: the whole chain at half the size.",
            "用 plimsoll headers serve 运行的服务器：整条链，体积减半。",
        ],
        SourceKind::BlockDn => [
            "A server of large files of headers: the whole chain in ten downloads.",
            "提供大块区块头文件的服务器：十次下载即得整条链。",
        ],
        SourceKind::HeaderFile => [
            "One file of 80-byte headers, at this page’s own address or elsewhere.",
            "一个由 80 字节区块头组成的文件，位于本页自身地址或别处。",
        ],
        SourceKind::CoreRest => [
            "Your own node started with -rest, behind a proxy that adds Access-Control-Allow-Origin: Core itself does not.",
            "您自己以 -rest 启动的节点，前面须有代理添加 Access-Control-Allow-Origin：Core 本身不会添加。",
        ],
        SourceKind::Electrum => [
            "An Electrum server that listens on a WebSocket; few public ones do.",
            "监听 WebSocket 的 Electrum 服务器；公开的很少。",
        ],
        SourceKind::Mempool => [
            "A mempool explorer: the newest blocks, and its own view of forks.",
            "mempool 浏览器：最新区块，以及它自己对分叉的看法。",
        ],
        SourceKind::Esplora => [
            "An Esplora explorer: the newest blocks, ten at a time. Good for catching up, slow for a whole chain.",
            "Esplora 浏览器：最新区块，每次十个。适合追赶，取整条链则很慢。",
        ],
    })
}

/// An address of that kind, as an example.
#[must_use]
pub fn kind_example(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Compact => "https://headers.example/",
        SourceKind::BlockDn => "https://block-dn.org/",
        SourceKind::HeaderFile => "headers/mainnet.headers",
        SourceKind::CoreRest => "https://node.example/",
        SourceKind::Electrum => "wss://electrum.example/",
        SourceKind::Mempool => "https://mempool.space/api",
        SourceKind::Esplora => "https://blockstream.info/api",
    }
}

/// A kind's name in the page, for tests and the form.
#[must_use]
pub fn kind_name(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Compact => "compact",
        SourceKind::BlockDn => "block-dn",
        SourceKind::HeaderFile => "header-file",
        SourceKind::CoreRest => "core-rest",
        SourceKind::Electrum => "electrum",
        SourceKind::Mempool => "mempool",
        SourceKind::Esplora => "esplora",
    }
}

/// A URL without what every URL has: its host and path.
#[must_use]
pub fn short_url(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/')
}

/// What a source is doing.
#[must_use]
pub fn state(state: &SourceState, enabled: bool, now: i64, lang: Lang) -> String {
    match state {
        SourceState::Off if enabled => {
            lang.of(["not asked: its chain is not being synchronized", "未询问：其链没有在同步"]).to_owned()
        }
        SourceState::Off => lang.of(["turned off", "已停用"]).to_owned(),
        SourceState::Idle => lang.of(["nothing is asked of it now", "目前没有向它询问"]).to_owned(),
        SourceState::AskedTip => lang.of(["asked for its newest block", "正在询问其最新区块"]).to_owned(),
        SourceState::Sending => lang.of(["sending headers", "正在发送区块头"]).to_owned(),
        SourceState::Waiting { until, reason, .. } => {
            let time = format::stretch(until.saturating_sub(now), lang);
            let why = lang.of(match reason {
                WaitReason::TooManyRequests => ["it asked to be asked less often", "对方要求降低频率"],
                WaitReason::Failed => ["it did not answer as it should", "应答不正确或没有应答"],
                WaitReason::Silent => ["it sent nothing for too long", "太久没有发来内容"],
                WaitReason::TooNew => {
                    ["its newest header is ahead of this device’s clock", "其最新区块头的时间超前于本机时钟"]
                }
            });
            match lang {
                Lang::En => format!("{why}; asked again in {time}"),
                Lang::Zh => format!("{why}；{time}后再问"),
            }
        }
        SourceState::SetAside => {
            lang.of(["not asked any more, until you turn it on again", "不再询问，除非您重新启用"]).to_owned()
        }
    }
}

/// How a source behaves beside the others.
#[must_use]
pub fn standing(standing: &Standing, lang: Lang) -> String {
    let number = |count: &u32| format::number(*count);
    match (lang, standing) {
        (lang, Standing::Unknown) => lang.of(["nothing heard of it yet", "尚无消息"]).to_owned(),
        (lang, Standing::Agrees) => {
            lang.of(["agrees: its newest block is the best one here", "一致：其最新区块就是此处最佳区块"]).to_owned()
        }
        (Lang::En, Standing::Ahead { blocks }) => format!("tells of {}, not checked yet", more(*blocks)),
        (Lang::Zh, Standing::Ahead { blocks }) => format!("声称还有 {} 个区块，尚未检查", number(blocks)),
        (Lang::En, Standing::Behind { blocks }) => format!("{} behind what another source proved", blocks_of(*blocks)),
        (Lang::Zh, Standing::Behind { blocks }) => format!("比另一来源已证明的落后 {} 个区块", number(blocks)),
        (Lang::En, Standing::Withholds { blocks, since }) => format!(
            "withholds: {} behind what another source proved, since {}",
            blocks_of(*blocks),
            format::moment(*since, clock::offset_minutes(*since), lang)
        ),
        (Lang::Zh, Standing::Withholds { blocks, since }) => format!(
            "有所隐瞒：自 {} 起比另一来源已证明的落后 {} 个区块",
            format::moment(*since, clock::offset_minutes(*since), lang),
            number(blocks)
        ),
        (Lang::En, Standing::Fork { blocks }) => {
            format!("on another chain with less work, {} of its own", blocks_of(*blocks))
        }
        (Lang::Zh, Standing::Fork { blocks }) => {
            format!("在另一条工作量较小的链上，有 {} 个自己的区块", number(blocks))
        }
        (Lang::En, Standing::Wrong { rule, height, .. }) => match height {
            Some(height) => format!("was wrong at block {}: {}", number(height), lang.of(rule_broken(rule))),
            None => format!("was wrong: {}", lang.of(rule_broken(rule))),
        },
        (Lang::Zh, Standing::Wrong { rule, height, .. }) => match height {
            Some(height) => format!("在区块 {} 处有误：{}", number(height), lang.of(rule_broken(rule))),
            None => format!("有误：{}", lang.of(rule_broken(rule))),
        },
    }
}

fn blocks_of(count: u32) -> String {
    match count {
        1 => "1 block".into(),
        count => format!("{} blocks", format::number(count)),
    }
}

fn more(count: u32) -> String {
    match count {
        1 => "1 more block".into(),
        count => format!("{} more blocks", format::number(count)),
    }
}

/// What a header that breaks a rule is like; a rule without words here is named by its code beside them.
fn rule_broken(rule: &str) -> Every {
    match rule {
        "genesis" => ["its chain does not begin with this network’s first block", "其链的起点不是该网络的创世区块"],
        "proof-of-work" => ["a header without the work it claims", "区块头没有它所声称的工作量"],
        "previous-header" => ["a header that follows on no known one", "区块头没有承接任何已知区块头"],
        "required-bits" => ["a header with another difficulty than is required there", "区块头的难度与该处的要求不符"],
        "median-time" => ["a header not later than the eleven before it", "区块头的时间不晚于前十一个的中位时间"],
        "timewarp" => ["a period that begins too long before the last one ended", "周期的起始时间早于上一周期结束太多"],
        "future-time" => ["a header from the future", "区块头的时间在未来"],
        "version" => ["a header of a version no longer allowed there", "区块头的版本在该处已不允许"],
        "pin" => ["a header that contradicts one this program knows", "区块头与本程序已知的区块头矛盾"],
        "capacity" => ["more branches than are kept", "分支多于可保留的数量"],
        "form" => ["what it sent is no header at all", "发来的内容根本不是区块头"],
        _ => ["a header that breaks a rule", "区块头违反了规则"],
    }
}

/// Why a source was not taken, by code.
#[must_use]
pub fn refusal(code: &str) -> Every {
    match code {
        "source-url-malformed" => {
            ["This address cannot be that of a source of this kind.", "这个地址不可能是这一类型的来源。"]
        }
        "source-url-insecure" => [
            "This address is not encrypted. Only https: and wss: are asked, and this machine itself.",
            "这个地址未加密。除本机外，只访问 https: 和 wss: 地址。",
        ],
        "source-network-unknown" => ["This program does not know that chain.", "本程序不认识这条链。"],
        "source-height-unfit" => [
            "Only a file may start above the first block, and not at this height.",
            "只有文件可以不从首个区块开始，且不能从这一高度开始。",
        ],
        "too-many-sources" => {
            ["There are as many sources as this page holds. Remove one first.", "来源数量已达上限，请先移除一个。"]
        }
        _ => ["This source was not taken.", "未能添加此来源。"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::header_tree::Rule;

    #[test]
    fn every_rule_has_words_of_its_own() {
        use Rule::{
            Capacity, FutureTime, Genesis, MedianTime, Pin, PreviousHeader, ProofOfWork, RequiredBits, Timewarp,
            Version,
        };
        let rules = [
            Genesis,
            ProofOfWork,
            PreviousHeader,
            RequiredBits,
            MedianTime,
            Timewarp,
            FutureTime,
            Version,
            Pin,
            Capacity,
        ];
        for name in rules.map(Rule::name).into_iter().chain(["form"]) {
            assert_ne!(rule_broken(name), rule_broken("?"), "{name}");
        }
    }

    #[test]
    fn kinds_are_named_as_in_messages() {
        for kind in SourceKind::ALL {
            assert_eq!(serde_json::to_string(&kind).expect("a name"), format!("\"{}\"", kind_name(kind)));
        }
        assert_eq!(short_url("https://x.example/api/"), "x.example/api");
        assert_eq!(short_url("sample/chain.headers"), "sample/chain.headers");
    }
}
