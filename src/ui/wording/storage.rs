//! Headers kept on this device, in words: where, how many, who writes, for how long, and what had to be repaired.

use super::{Every, Lang, format};
use crate::client::message::{Repair, StoragePlace, StorageRole, StorageState, StorageStatus};
use crate::ui::standing::Persistence;

/// The section's title.
pub const TITLE: Every = ["Kept on this device", "保存在本设备上"];
/// Where they lie.
pub const PLACE: Every = ["Where", "位置"];
/// How much is kept.
pub const KEPT: Every = ["Kept", "已保存"];
/// For how long.
pub const HOW_LONG: Every = ["For how long", "保存期限"];
/// Asks the browser to keep them.
pub const ASK: Every = ["Ask the browser to keep them", "请浏览器长期保存"];
/// Deletes them.
pub const FORGET: Every = ["Delete them from this device", "从本设备删除"];
/// What was put right.
pub const REPAIRS: Every = ["Found damaged, and put right", "发现损坏并已修复"];

/// Where headers lie.
#[must_use]
pub fn place(place: StoragePlace, lang: Lang) -> &'static str {
    lang.of(match place {
        StoragePlace::FileSystem => ["in the browser’s private file system", "浏览器的私有文件系统"],
        StoragePlace::Database => ["in the browser’s database", "浏览器的数据库"],
        StoragePlace::Memory => ["in memory alone: gone when the page is closed", "仅在内存中：关闭页面即消失"],
    })
}

/// “966,001 headers · 77.2 MB · to block 966,000”, and how long they took to verify.
#[must_use]
pub fn kept(status: &StorageStatus, lang: Lang) -> String {
    let (count, size) = (format::number(status.headers), format::size(status.bytes));
    let mut parts = match lang {
        Lang::En => vec![format!("{count} headers"), size],
        Lang::Zh => vec![format!("{count} 个区块头"), size],
    };
    parts.extend(status.tip.as_ref().map(|tip| match lang {
        Lang::En => format!("to block {}", format::number(tip.height)),
        Lang::Zh => format!("至区块 {}", format::number(tip.height)),
    }));
    let workers = if status.by_second > 0 { lang.of([" by two workers", "（两个工作线程）"]) } else { "" };
    parts.extend(status.loaded_ms.filter(|_| status.headers > 0).map(|milliseconds| match lang {
        Lang::En => format!("read and checked again{workers} in {}\u{a0}ms", format::number(milliseconds)),
        Lang::Zh => format!("读取并重新检查{workers}用时 {}\u{a0}ms", format::number(milliseconds)),
    }));
    parts.join(" · ")
}

/// What is going on with them, and who writes.
#[must_use]
pub fn state(status: &StorageStatus, lang: Lang) -> String {
    let said = match (&status.state, lang) {
        (StorageState::Opening, _) => lang.of(["Being opened.", "正在打开。"]).to_owned(),
        (StorageState::Loading { done, total }, Lang::En) => {
            format!("Being read and checked again: {} of {}.", format::number(*done), format::number(*total))
        }
        (StorageState::Loading { done, total }, Lang::Zh) => {
            format!("正在读取并重新检查：{} / {}。", format::number(*done), format::number(*total))
        }
        (StorageState::Keeping, _) => {
            lang.of(["New headers are added as they are checked.", "新的区块头检查后随即保存。"]).to_owned()
        }
        (StorageState::Full { .. }, _) => {
            lang.of(["There is no room for more. What is kept stays.", "空间已满。已保存的保留。"]).to_owned()
        }
        (StorageState::Failed { .. }, _) => lang
            .of([
                "They cannot be opened or written here, so that nothing more is kept.",
                "此处无法打开或写入，因此不再保存。",
            ])
            .to_owned(),
        (StorageState::Newer { .. }, _) => lang
            .of([
                "A later version of this program wrote them, and they are left alone. Reload the page to get that version.",
                "由本程序的更新版本写入，不作改动。请刷新页面以获得该版本。",
            ])
            .to_owned(),
        (StorageState::Forgotten, _) => lang
            .of([
                "Deleted. Nothing is kept until the page is opened anew.",
                "已删除。在重新打开页面之前不再保存。",
            ])
            .to_owned(),
    };
    let reader = (status.role == StorageRole::Reader).then(|| {
        lang.of([
            "Another page of this site writes them; this one reads, and takes over when that is closed.",
            "由本站的另一个页面写入；本页只读取，那个页面关闭后由本页接手。",
        ])
    });
    reader.map_or(said.clone(), |reader| format!("{said}{}{reader}", lang.of([" ", ""])))
}

/// What the browser itself said of a state, where it said something.
#[must_use]
pub fn detail(state: &StorageState) -> Option<&str> {
    match state {
        StorageState::Full { detail } | StorageState::Failed { detail } => Some(detail),
        StorageState::Opening
        | StorageState::Loading { .. }
        | StorageState::Keeping
        | StorageState::Newer { .. }
        | StorageState::Forgotten => None,
    }
}

/// For how long the browser keeps them: what holds, and what it answered when it was asked.
#[must_use]
pub fn how_long(persisted: Option<bool>, asked: Persistence, lang: Lang) -> &'static str {
    lang.of(match (asked, persisted) {
        (Persistence::Granted, _) | (_, Some(true)) => ["until you delete them", "直到您删除"],
        (Persistence::Refused, _) => [
            "until room is short: asked to keep them longer, the browser declined",
            "直到空间不足：已请求长期保存，浏览器未同意",
        ],
        (Persistence::Unknown, _) => {
            ["until room is short: this browser cannot be asked for longer", "直到空间不足：此浏览器不支持请求长期保存"]
        }
        (Persistence::NotAsked, _) => ["until the browser is short of room", "直到浏览器空间不足"],
    })
}

/// Something that was put right.
#[must_use]
pub fn repair(found: &Repair, lang: Lang) -> String {
    match (lang, found) {
        (lang, Repair::DamagedHead { .. }) => lang
            .of(["A write was cut short; the record before it was used.", "一次写入中断，已采用之前的记录。"])
            .to_owned(),
        (Lang::En, Repair::NoHead { bytes }) => {
            format!("{} without a record of what they are were dropped.", format::size(*bytes))
        }
        (Lang::Zh, Repair::NoHead { bytes }) => format!("丢弃了没有记录说明的 {}。", format::size(*bytes)),
        (Lang::En, Repair::Tail { bytes }) => {
            format!("A write was cut short: {} past the last header were dropped.", format::size(*bytes))
        }
        (Lang::Zh, Repair::Tail { bytes }) => format!("一次写入中断，丢弃了末尾之后的 {}。", format::size(*bytes)),
        (Lang::En, Repair::Truncated { expected, found }) => {
            format!("The file had {} where {} were written.", format::size(*found), format::size(*expected))
        }
        (Lang::Zh, Repair::Truncated { expected, found }) => {
            format!("文件应有 {}，实有 {}。", format::size(*expected), format::size(*found))
        }
        (Lang::En, Repair::DamagedPeriod { height, dropped }) => format!(
            "Bytes from block {} on were not those that were written; {} headers were dropped and are fetched again.",
            format::number(*height),
            format::number(*dropped)
        ),
        (Lang::Zh, Repair::DamagedPeriod { height, dropped }) => format!(
            "自区块 {} 起的字节与当初写入的不同，丢弃 {} 个区块头并重新获取。",
            format::number(*height),
            format::number(*dropped)
        ),
        (Lang::En, Repair::Refused { height, for_good: true, .. }) => {
            format!(
                "The kept header of block {} breaks a rule; it was dropped with those after it.",
                format::number(*height)
            )
        }
        (Lang::Zh, Repair::Refused { height, for_good: true, .. }) => {
            format!("保存的区块 {} 的区块头违反规则，已连同其后的一并丢弃。", format::number(*height))
        }
        (Lang::En, Repair::Refused { height, for_good: false, .. }) => {
            format!("The kept header of block {} is ahead of this device’s clock.", format::number(*height))
        }
        (Lang::Zh, Repair::Refused { height, for_good: false, .. }) => {
            format!("保存的区块 {} 的区块头时间超前于本机时钟。", format::number(*height))
        }
        (lang, Repair::NotRepaired { .. }) => {
            lang.of(["The files could not be put right.", "文件未能修复。"]).to_owned()
        }
    }
}
