//! Withholding fields, in words.

use super::{Every, Lang};
use crate::trade::withhold::Clear;

/// The action, and the panel's name.
pub const TITLE: Every = ["Withhold fields", "隐去字段"];
/// What it does.
pub const LEAD: Every = [
    "Tick what the next reader shall not see. The signatures stay good. That something was withheld can be seen, but not what.",
    "勾选不让下一位读者看到的内容。签名依然有效；对方能看出有内容未披露，但看不到是什么。",
];
/// Ends it.
pub const CLOSE: Every = ["Close", "关闭"];
/// The fields.
pub const FIELDS: Every = ["Fields you can withhold", "可隐去的字段"];
/// Of a field inside one that is withheld.
pub const ALONG: Every = ["goes with the field above", "随上级字段一并隐去"];
/// Of a field withheld earlier.
pub const ALREADY: Every = ["withheld already", "此前已隐去"];
/// The fields that stay.
pub const STAY: Every = ["These stay clear, and why", "必须保留的字段及原因"];
/// What the next reader gets.
pub const NEXT: Every = ["What the next reader will see", "下一位读者将看到"];
/// The worker has not answered yet.
pub const MAKING: Every = ["Making the new proof…", "正在生成新证明……"];
/// What is hidden.
pub const HIDDEN: Every = ["Hidden now", "本次隐去"];
/// Nothing is.
pub const NOTHING: Every = ["Nothing yet.", "尚无。"];
/// The same in other records.
pub const BESIDE: Every = [
    "The same fields are withheld from earlier records in this proof:",
    "本证明所含的较早记录中，同样的字段也一并隐去：",
];
/// What still says it.
pub const ECHOES: Every = ["Careful: the same text still stands elsewhere", "注意：同样的文字仍出现在别处"];
/// What to do about it.
pub const ECHOES_ADVICE: Every = [
    "Withhold it there too if you can, or ask the registry for a proof without those records.",
    "如能隐去请一并隐去，或向登记处索取不含这些记录的证明。",
];
/// The new link.
pub const LINK: Every = ["The new link", "新链接"];
/// Copies it.
pub const COPY: Every = ["Copy new link", "复制新链接"];
/// Opens it.
pub const OPEN: Every = ["Open it here", "在此打开"];
/// Saves the proof file.
pub const SAVE: Every = ["Save proof file", "保存证明文件"];
/// What was chosen earlier cannot be withheld.
pub const REFUSED: Every =
    ["A field you chose cannot be withheld. Everything is shown again.", "所选字段中有不能隐去的，已全部恢复显示。"];
/// What to do then.
pub const REFUSED_ADVICE: Every = ["Choose again below.", "请在下方重新选择。"];

/// Encrypts it.
pub const ENCRYPT: Every = ["Encrypt it", "加密"];
/// What that is.
pub const ENCRYPT_LEAD: Every = [
    "Put the encrypted file anywhere, or send it along: without the link nobody can read it. The key is in the link alone, after \
     the #, which browsers send to no server.",
    "加密文件可放在任何地方，也可随信发送：没有链接谁也读不了。密钥只在链接的 # 之后，浏览器不会把它发给任何服务器。",
];
/// Saves the encrypted file.
pub const SAVE_SEALED: Every = ["Save encrypted file", "保存加密文件"];
/// Where it will lie.
pub const ADDRESS: Every = ["Where you will put it", "存放地址"];
/// No address is needed.
pub const ADDRESS_HINT: Every =
    ["Leave this empty to hand the file over beside its link.", "若将文件与链接一并交给对方，可留空。"];
/// An address that is none.
pub const ADDRESS_WRONG: Every = [
    "A link can only name an address that begins with https:// and has no spaces.",
    "链接只能使用以 https:// 开头且不含空格的地址。",
];
/// The link with the key.
pub const SEALED_LINK: Every = ["The link with the key", "带密钥的链接"];
/// Copies it.
pub const COPY_SEALED: Every = ["Copy link with key", "复制带密钥的链接"];
/// The key is nowhere else.
pub const SEALED_ONCE: Every = [
    "Copy it now: this page keeps the key nowhere. Whoever has the link can read the file.",
    "请立即复制：本页不保存密钥。得到链接的人就能读取文件。",
];
/// Hands in the file of a proof kept elsewhere.
pub const ADD_FILE: Every = ["Add the file", "添加文件"];

/// The host of an address, as far as it has one.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// Fetches a proof from another address.
#[must_use]
pub fn fetch_from(url: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Fetch it from {}", host(url)),
        Lang::Zh => format!("从 {} 获取", host(url)),
    }
}

/// What that address gets to know.
#[must_use]
pub fn fetch_hint(url: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "{} will see that somebody at your network address fetched this file, and nothing else: no key, no record.",
            host(url)
        ),
        Lang::Zh => format!("{} 只会知道您的网络地址取过这个文件，不会得到密钥和单据内容。", host(url)),
    }
}

/// Why a field stays.
#[must_use]
pub fn why(clear: Clear, lang: Lang) -> &'static str {
    lang.of(match clear {
        Clear::Names => ["it says which record this is", "用于说明这是哪份单据"],
        Clear::Order => ["it ties the record to those before it", "用于与此前的记录衔接"],
        Clear::Action => ["it says what was done, and when", "用于说明做了什么、何时所做"],
        Clear::Key => ["the signature is checked with it", "用于检查签名"],
        Clear::Signed => ["its signer signed it openly", "签署人以明文签署"],
    })
}

/// How many fields are hidden, for a screen reader.
#[must_use]
pub fn count(hidden: usize, lang: Lang) -> String {
    match (lang, hidden) {
        (Lang::En, 1) => "1 field hidden.".to_owned(),
        (Lang::En, _) => format!("{hidden} fields hidden."),
        (Lang::Zh, _) => format!("已隐去 {hidden} 个字段。"),
    }
}
