//! Documents of others read into drafts, in words.

use super::{Every, Lang, format};

/// What it is, and what it is not.
pub const TITLE: Every = ["A draft, not a proof.", "这是草稿，不是证明。"];
/// Why.
pub const LEAD: Every = [
    "Read from documents of others. Nobody has signed this, no register holds it and no block stands behind it: it says what whoever wrote the file says.",
    "由他人的文件读出。无人签署，未登记，也没有区块为证：所示只是文件作者的说法。",
];
/// How it becomes more.
pub const SIGN: Every = [
    "To make records of it, save the drafts and have each party sign its own with the command line, one line each:",
    "要使其成为记录，请保存草稿，由各方用命令行逐行签署自己的部分：",
];
/// Saves the drafts alone.
pub const SAVE: Every = ["Save drafts", "保存草稿"];
/// Saves everything.
pub const SAVE_ALL: Every = ["Save all as JSON", "全部存为 JSON"];
/// The drafts of a document.
pub const DRAFTS: Every = ["Draft records", "草稿记录"];
/// Fields the importer supplied.
pub const SUPPLIED: Every = ["Not in the document, supplied here:", "文件未载明、由本页补上："];
/// No record can be made of it as it stands.
pub const UNFIT: Every = ["Not yet fit to be signed:", "尚不能签署："];
/// Values without a place.
pub const KEPT: Every = ["Kept, but in no record", "保留，但不在任何记录中"];
/// Parts no record can tell.
pub const REFUSED: Every = ["No record can tell", "无法写成记录"];
/// The whole document.
pub const WHOLE: Every = ["the whole document", "整份文件"];
/// Rules held against the document alone.
pub const RULES: Every = ["What can be checked in the document alone", "仅凭文件可核对的内容"];

/// How much there is: records, values kept, parts refused.
#[must_use]
pub fn counts(drafted: u64, kept: u64, refused: usize, lang: Lang) -> String {
    let (records, values, parts) = (format::number(drafted), format::number(kept), format::number(refused as u64));
    match lang {
        Lang::En => {
            let many = |count: u64| if count == 1 { "" } else { "s" };
            let refused = refused as u64;
            format!(
                "{records} record{}, {values} value{} kept beside, {parts} part{} refused",
                many(drafted),
                many(kept),
                many(refused)
            )
        }
        Lang::Zh => format!("{records} 条记录，另保留 {values} 项内容，{parts} 个部分未采纳"),
    }
}
