//! The one sentence, what is said while the reader waits, and the chain in words.

use super::{Lang, format, line, record, step};
use crate::client::message::{ChainSource, ChainStatus, Stage};
use crate::proof::report::{ChainView, Conclusion, Outcome, Report, StepReport};
use crate::proof::step::StepId;

/// The thing the verdict speaks of: the record's asset, or the document's name. Empty when nothing could be read.
#[must_use]
pub fn thing(report: &Report, lang: Lang) -> String {
    match (&report.record, &report.document) {
        (Some(view), _) => record::thing(view, lang),
        (None, Some(document)) => document.name.clone(),
        (None, None) => String::new(),
    }
}

/// The answer in one sentence.
#[must_use]
pub fn finding(report: &Report, lang: Lang) -> String {
    let height = report.chain.as_ref().and_then(|chain| chain.block.as_ref()).map(|block| block.height);
    let tip = report.chain.as_ref().map(|chain| format::number(chain.tip.height));
    match report.conclusion {
        Conclusion::Stamped => existed(height, lang),
        Conclusion::Genuine => match (lang, tip) {
            (Lang::En, Some(tip)) => format!("Genuine, and current as of block {tip}."),
            (Lang::Zh, Some(tip)) => format!("真实，截至区块 {tip} 为最新状态。"),
            (lang, None) => lang.of(["Genuine, and current.", "真实，且为最新状态。"]).to_owned(),
        },
        Conclusion::GenuineNotProvenCurrent => {
            lang.of(["Genuine, but not proven current.", "真实，但未证明为最新状态。"]).to_owned()
        }
        Conclusion::Intact => lang
            .of([
                "Intact in itself; who issued it, and whether it still holds, could not be checked.",
                "内容自洽，未被改动；由谁签发、是否仍有效，无法检查。",
            ])
            .to_owned(),
        Conclusion::NotGenuine => {
            let why = report.first_problem().map(|step| line::failure_of(step, report.record.as_ref(), lang));
            ended(lang, ["Not genuine", "不真实"], why)
        }
        Conclusion::AgainstRules => against_rules(report, lang),
        Conclusion::CannotTell => {
            let why = first_obstacle(report).map(|found| match (found.step, &report.chain) {
                (StepId::Depth, Some(chain)) => shallow(chain, lang),
                (step, _) => step::obstacle(step, lang).to_owned(),
            });
            ended(lang, ["Cannot be checked yet", "暂时无法核验"], why)
        }
        Conclusion::Unreadable => {
            let code = report.unreadable.as_ref().map(|found| found.code.as_str());
            let every = match code {
                Some("proof-kept-elsewhere" | "remote-file-missing" | "remote-not-found" | "remote-no-answer") => {
                    ["The proof itself is not here yet.", "证明本身尚未取得。"]
                }
                _ => ["This is not a proof that can be read.", "这不是可以读取的证明。"],
            };
            lang.of(every).to_owned()
        }
    }
}

/// The rules that are broken, or what else speaks against a record that is genuine.
fn against_rules(report: &Report, lang: Lang) -> String {
    let rules = report.trade.iter().flat_map(|trade| &trade.rules);
    let broken: Vec<&str> =
        rules.filter(|rule| rule.outcome == Outcome::Failed).map(|rule| rule.rule.as_str()).collect();
    if broken.is_empty() {
        let why = report.first_problem().map(|step| line::failure_of(step, report.record.as_ref(), lang));
        return ended(lang, ["Genuine, but not to be relied on", "真实，但不可依赖"], why);
    }
    match lang {
        Lang::En => format!("Genuine, but it breaks a rule of its trade: {}.", broken.join(", ")),
        Lang::Zh => format!("真实，但违反贸易规则 {}。", broken.join("、")),
    }
}

fn existed(height: Option<u32>, lang: Lang) -> String {
    match (lang, height.map(format::number)) {
        (Lang::En, Some(height)) => format!("This document existed before block {height} was mined."),
        (Lang::Zh, Some(height)) => format!("该文件在区块 {height} 被挖出之前就已存在。"),
        (lang, None) => lang.of(["The timestamp holds.", "时间戳成立。"]).to_owned(),
    }
}

fn shallow(chain: &ChainView, lang: Lang) -> String {
    let (have, need) = (format::number(chain.confirmations), format::number(chain.required));
    match lang {
        Lang::En => format!("it is {have} of the {need} blocks deep that its registry asks for."),
        Lang::Zh => format!("登记处要求 {need} 个区块，目前只有 {have} 个。"),
    }
}

fn ended(lang: Lang, head: super::Every, why: Option<String>) -> String {
    match (lang, why) {
        (Lang::En, Some(why)) => format!("{}: {why}", lang.of(head)),
        (Lang::Zh, Some(why)) => format!("{}：{why}", lang.of(head)),
        (Lang::En, None) => format!("{}.", lang.of(head)),
        (Lang::Zh, None) => format!("{}。", lang.of(head)),
    }
}

fn first_obstacle(report: &Report) -> Option<&StepReport> {
    let open = || report.lines.iter().flat_map(|line| &line.steps).filter(|s| s.outcome == Outcome::CouldNotCheck);
    open().find(|s| s.problem.as_ref().is_none_or(|problem| problem.code != "needs-earlier-step")).or(open().next())
}

/// When and by whose clock it was checked.
#[must_use]
pub fn checked_at(moment: String, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Checked on this device, {moment}."),
        Lang::Zh => format!("核验于本设备，{moment}。"),
    }
}

/// What is going on while the reader waits, without numbers: said once.
#[must_use]
pub fn stage(stage: &Stage, lang: Lang) -> &'static str {
    lang.of(match stage {
        Stage::Reading => ["Reading what you handed in", "正在读取"],
        Stage::FetchingProof => ["Fetching the proof from where it is kept", "正在从存放处取回证明"],
        Stage::FetchingHeaders { .. } => ["Waiting for block headers", "正在等待区块头"],
        Stage::VerifyingHeaders { .. } => ["Checking block headers", "正在检查区块头"],
        Stage::CheckingProof => ["Checking the proof", "正在检查证明"],
    })
}

/// Where in its stage a verification is: “at block 685,453”. Empty where nothing counts.
#[must_use]
pub fn point(stage: &Stage, lang: Lang) -> String {
    match (lang, stage) {
        (Lang::En, Stage::FetchingHeaders { done, .. }) => format!("{} so far", format::size(*done)),
        (Lang::Zh, Stage::FetchingHeaders { done, .. }) => format!("已收到 {}", format::size(*done)),
        (Lang::En, Stage::VerifyingHeaders { height, .. }) => format!("at block {}", format::number(*height)),
        (Lang::Zh, Stage::VerifyingHeaders { height, .. }) => format!("到区块 {}", format::number(*height)),
        _ => String::new(),
    }
}

/// How fast, and how much longer: “120,000 a second, 4 seconds left”.
#[must_use]
pub fn pace(per_second: u64, seconds_left: i64, lang: Lang) -> String {
    let (rate, left) = (format::number(per_second), format::stretch(seconds_left, lang));
    match lang {
        Lang::En => format!("{rate} a second · about {left} left"),
        Lang::Zh => format!("每秒 {rate} 个 · 约剩 {left}"),
    }
}

/// A network in plain words.
#[must_use]
pub fn network(name: &str, lang: Lang) -> String {
    lang.of(match name {
        "mainnet" => ["Bitcoin", "比特币"],
        "testnet3" | "testnet4" => ["Bitcoin’s test chain", "比特币测试链"],
        "signet" => ["Bitcoin’s signet", "比特币 signet"],
        "regtest" => ["sample chain", "示例链"],
        other => return other.to_owned(),
    })
    .to_owned()
}

/// The status pill: which chain, how far, how old. `None` is no chain yet.
#[must_use]
pub fn pill(chain: Option<&ChainStatus>, online: bool, now: i64, lang: Lang) -> String {
    let Some(chain) = chain else {
        return lang
            .of(match online {
                true => ["no block headers yet", "尚无区块头"],
                false => ["offline · no block headers", "离线 · 没有区块头"],
            })
            .to_owned();
    };
    let height = format::number(chain.height);
    let age = format::stretch(now.saturating_sub(chain.time), lang);
    let network = match &chain.source {
        ChainSource::Origin { .. } | ChainSource::Source { .. } => network(&chain.network, lang),
        ChainSource::File { name } => format!("{} · {name}", network(&chain.network, lang)),
        ChainSource::Device => match lang {
            Lang::En => format!("{}, kept on this device", network(&chain.network, lang)),
            Lang::Zh => format!("{}，保存在本机", network(&chain.network, lang)),
        },
        ChainSource::Proof => match lang {
            Lang::En => format!("{}, from the proof", network(&chain.network, lang)),
            Lang::Zh => format!("{}，随证明提供", network(&chain.network, lang)),
        },
    };
    match (lang, online) {
        (Lang::En, true) => format!("block {height} · {age} old · {network}"),
        (Lang::En, false) => format!("offline · headers to block {height}, {age} old · {network}"),
        (Lang::Zh, true) => format!("区块 {height} · {age}前 · {network}"),
        (Lang::Zh, false) => format!("离线 · 区块头至 {height}，{age}前 · {network}"),
    }
}

/// How deep: “8 blocks, itself included; 6 are asked for”.
#[must_use]
pub fn depth(chain: &ChainView, lang: Lang) -> String {
    let (have, need) = (format::number(chain.confirmations), format::number(chain.required));
    match lang {
        Lang::En if chain.confirmations == 1 => format!("1 block, itself; {need} asked for"),
        Lang::En => format!("{have} blocks, its own included; {need} asked for"),
        Lang::Zh => format!("{have} 个区块（含自身）；要求 {need} 个"),
    }
}

/// Something handed in that the answer does not speak of.
#[must_use]
pub fn left_aside(names: &[String], lang: Lang) -> String {
    match lang {
        Lang::En => format!("Also handed in, and not part of this answer: {}.", names.join("; ")),
        Lang::Zh => {
            let names: Vec<_> = names.iter().map(|name| left_aside_zh(name)).collect();
            format!("另外放入、与本结论无关的内容：{}。", names.join("；"))
        }
    }
}

/// Reports name in English what they left aside.
fn left_aside_zh(name: &str) -> String {
    let kinds = [("proof of ", "证明 "), ("document ", "文件 "), ("registry policy ", "登记处规则 ")];
    let reasons =
        [(": not genuine", "（不真实）"), (": cannot be checked", "（无法核验）"), (": left aside", "（未采用）")];
    let (kind, name) = kinds.iter().find_map(|(en, zh)| Some((*zh, name.strip_prefix(en)?))).unwrap_or(("", name));
    let (name, reason) = reasons.iter().find_map(|(en, zh)| Some((name.strip_suffix(en)?, *zh))).unwrap_or((name, ""));
    format!("{kind}{name}{reason}")
}

/// How many fields are withheld.
#[must_use]
pub fn withheld(count: u64, lang: Lang) -> String {
    let number = format::number(count);
    match lang {
        Lang::En if count == 1 => "1 field withheld by the sender".into(),
        Lang::En => format!("{number} fields withheld by the sender"),
        Lang::Zh => format!("发送方未披露 {number} 个字段"),
    }
}

/// The picture of the chain, told to whoever cannot see it; `below` is what hangs below the block, nearest first.
#[must_use]
pub fn strip_description(chain: &ChainView, below: &[String], lang: Lang) -> String {
    let tip = format::number(chain.tip.height);
    let Some(block) = &chain.block else {
        return match lang {
            Lang::En => format!("Its block is not in this chain, whose newest block is {tip}."),
            Lang::Zh => format!("所在的区块不在这条链上，该链最新区块为 {tip}。"),
        };
    };
    let (height, count) = (format::number(block.height), format::number(chain.confirmations));
    match lang {
        Lang::En => format!(
            "Block {height}, and below it, one hanging from the other: {}. {count} blocks lead from it to the newest, block {tip}.",
            below.join(", "),
        ),
        Lang::Zh => {
            format!("区块 {height}，其下依次为：{}。从该区块到最新区块 {tip} 共 {count} 个区块。", below.join("、"))
        }
    }
}

/// “in block 212, whose median time is 2 March 2026, 14:10 UTC (22:10 here)”.
#[must_use]
pub fn in_block(height: u32, median: Option<String>, lang: Lang) -> String {
    let height = format::number(height);
    match (lang, median) {
        (Lang::En, Some(median)) => format!("In block {height}, whose median time is {median}"),
        (Lang::Zh, Some(median)) => format!("在区块 {height} 中，其中位时间为 {median}"),
        (Lang::En, None) => format!("In block {height}"),
        (Lang::Zh, None) => format!("在区块 {height} 中"),
    }
}
