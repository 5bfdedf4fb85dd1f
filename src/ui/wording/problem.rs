//! What a problem means and what the reader can do about it, by its code. A code without words of its own is told by its
//! step, or by a sentence that fits any; the check's own detail stands beside it.

use super::{Every, Lang, line, sealed, step};
use crate::proof::report::{Outcome, Problem, StepReport};
use crate::proof::step::StepId;

/// The sentence for a problem that kept the page from an answer, and what to do about it.
#[must_use]
pub fn words(problem: &Problem, lang: Lang) -> (&'static str, &'static str) {
    let (sentence, advice) = without_answer(&problem.code);
    (lang.of(sentence), lang.of(advice))
}

/// The sentence for a step that did not pass.
#[must_use]
pub fn of_step(report: &StepReport, lang: Lang) -> String {
    let code = report.problem.as_ref().map(|problem| problem.code.as_str()).unwrap_or_default();
    match (in_step(code), report.outcome) {
        (Some(every), _) => lang.of(every).to_owned(),
        (None, Outcome::Failed) => line::capitalised(step::failure(report.step, lang)),
        (None, Outcome::NotChecked) => lang.of(["This was not checked.", "这一项没有检查。"]).to_owned(),
        (None, _) => line::capitalised(step::obstacle(report.step, lang)),
    }
}

/// What the reader can do about a step that did not pass.
#[must_use]
pub fn advice(report: &StepReport, lang: Lang) -> &'static str {
    let code = report.problem.as_ref().map(|problem| problem.code.as_str()).unwrap_or_default();
    if let Some(own) = sealed::advice(code, report.outcome) {
        return lang.of(own);
    }
    lang.of(match (code, report.step, report.outcome) {
        ("history-not-shown", ..) => {
            ["Ask the sender for a proof with the records before this one.", "请向发送方索取包含此前记录的证明。"]
        }
        ("superseded", ..) => ["Ask for a proof of the later record.", "请索取较晚记录的证明。"],
        ("rule-broken" | "history-forks", ..) => [
            "Do not rely on it before the parties to it explain this.",
            "在有关各方作出解释之前，请勿依赖。",
        ],
        ("no-map" | "no-rules" | "timestamp-has-no-state" | "timestamp-has-no-signer" | "timestamp-has-no-record", ..) => {
            ["Nothing: judge this by other means.", "无需操作：请用其他方式判断这一点。"]
        }
        ("needs-earlier-step", ..) => ["See to the earlier step first.", "请先处理前面的步骤。"],
        ("chain-unanchored", ..) => [
            "Hand in headers that reach back to a block this program knows, or to the chain’s first.",
            "请提供能追溯到本程序已知区块或创世区块的区块头文件。",
        ],
        ("chain-ends-early", ..) => ["Add newer block headers and try again.", "请添加更新的区块头后重试。"],
        ("no-document", ..) => {
            ["Hand in the document together with its timestamp.", "请将文件与其时间戳一起放入。"]
        }
        ("no-bitcoin-attestation", ..) => [
            "Have the timestamp upgraded by the program that made it: its calendar has the rest.",
            "请用生成它的程序补全时间戳：其余部分在日历服务器上。",
        ],
        ("headers-missing" | "block-unknown" | "header-not-at-hand", ..) => [
            "Add a file of block headers that reaches this block.",
            "请添加包含该区块的区块头文件。",
        ],
        ("too-few-confirmations", ..) => ["Wait for more blocks and try again.", "请等待更多区块后重试。"],
        ("block-not-on-best-chain", ..) => [
            "The record may have been anchored again since. Ask the sender for a new proof.",
            "单据此后可能已重新锚定。请向发送方索取新的证明。",
        ],
        ("registry-imitates", ..) => [
            "Do not rely on it: ask the registry you know by another channel.",
            "请勿依赖：请通过其他渠道询问您认识的登记处。",
        ],
        ("registry-unknown", ..) => [
            "Ask your partner for the registry’s fingerprint by a channel you trust. If it is the one shown, say so below.",
            "请通过可信渠道向贸易伙伴询问登记处的指纹；若与所示一致，请在下方确认。",
        ],
        ("policy-not-at-hand", ..) => [
            "Ask the sender for a proof that carries the registry’s rules.",
            "请向发送方索取附带登记处规则的证明。",
        ],
        ("party-not-shown", ..) => [
            "Ask the sender for a proof that includes the party’s registration.",
            "请向发送方索取包含该方登记记录的证明。",
        ],
        ("stale" | "no-cadence", ..) => ["Ask the sender for a proof made today.", "请向发送方索取今天生成的证明。"],
        (
            _,
            StepId::Disclosures | StepId::RecordSignature | StepId::DocumentDigest | StepId::SealedContent,
            Outcome::Failed,
        ) => [
            "Do not rely on it. Ask the sender for the original, and compare what differs.",
            "请勿依赖。请向发送方索取原件，并比对差异。",
        ],
        (_, _, Outcome::Failed) => [
            "Do not rely on it. Ask the sender for a new proof; if it fails in the same way, ask the registry.",
            "请勿依赖。请向发送方索取新的证明；若仍以同样方式失败，请询问登记处。",
        ],
        _ => ["Ask the sender for a complete proof, and try again.", "请向发送方索取完整的证明后重试。"],
    })
}

fn in_step(code: &str) -> Option<Every> {
    Some(match code {
        "needs-earlier-step" => [
            "It rests on an earlier step that did not pass, so it was not begun.",
            "它依赖前面未通过的步骤，因此没有进行。",
        ],
        "no-map" => [
            "This version does not check whether a later event of the asset stands in the log.",
            "本版本不检查登记册中是否有该资产更晚的事项。",
        ],
        "no-rules" => {
            ["No rule of the trade could be held against the records shown.", "所示记录没有可供核对的贸易规则。"]
        }
        "history-not-shown" => [
            "The asset’s records from its first one on are not all in this proof, so its state is not known.",
            "本证明未包含该资产自首条起的全部记录，其状态不明。",
        ],
        "superseded" => ["A later record of the same asset is shown beside it.", "同时出示了同一资产的较晚记录。"],
        "history-forks" => [
            "Two records follow the same one: somebody signed two histories, and at most one can be right.",
            "有两条记录接在同一条之后：有人签署了两部历史，至多一部为真。",
        ],
        "rule-broken" => ["What was signed breaks a rule of the trade.", "所签内容违反贸易规则。"],
        "history-record-wrong" => [
            "A record that it rests on is not as it was signed and recorded.",
            "它所依据的一条记录与签署、登记时不符。",
        ],
        "history-other-checkpoint" => [
            "A record that it rests on is proven under another state of the log.",
            "它所依据的一条记录以登记册的另一状态作证明。",
        ],
        "event-other-previous" => [
            "An entry of the log follows another entry than the record before it has: its signer signed two things that do not agree.",
            "登记册中的一个条目所接续的，并非前一条记录的条目：签署人签了两份互不相符的内容。",
        ],
        "event-before-previous" => [
            "An entry lies in the log before the entry that it says it follows.",
            "登记册中的一个条目排在它所声称接续的条目之前。",
        ],
        "timestamp-has-no-state" => ["A timestamp knows nothing of states.", "时间戳不涉及状态。"],
        "timestamp-has-no-signer" => ["A timestamp does not say who made it.", "时间戳不说明由谁制作。"],
        "timestamp-has-no-record" => ["A document is not read, only compared.", "文件只作比对，不作解读。"],
        "disclosure-altered" => {
            ["A field’s value is not the one that was sealed under the signature.", "字段的值不是签名所封存的那个值。"]
        }
        "leaf-not-in-log" => [
            "The entry for this record, computed here, does not lead to the log’s root.",
            "在此计算出的单据条目无法通向登记册的根值。",
        ],
        "log-rewritten" => [
            "Between two anchors the log was rewritten, not only added to.",
            "两次锚定之间，登记册被改写过，而不只是追加。",
        ],
        "anchor-not-pinned" => [
            "The row of anchors does not begin at the one the registry’s rules name.",
            "锚定序列的起点不是登记处规则所指定的那一笔。",
        ],
        "anchor-lineage-broken" => ["An anchor does not follow from the one before it.", "某一笔锚定没有承接前一笔。"],
        "anchor-without-block" => ["The anchor comes without its block.", "锚定交易没有附上所在区块。"],
        "tx-64-bytes" => [
            "A transaction of 64 bytes can pass for a branch of the tree of transactions. Such a proof is refused.",
            "64 字节的交易可以冒充交易树的枝节，这样的证明一律不予接受。",
        ],
        "coinbase-wrong" => [
            "The block’s first transaction is not where it must be, so the tree’s depth is not certain.",
            "区块的首笔交易不在应在的位置，树的深度无法确定。",
        ],
        "tx-not-in-block" => {
            ["The transaction does not lead to the block’s Merkle root.", "该交易无法通向区块的默克尔根。"]
        }
        "block-not-on-best-chain" => [
            "Another chain of blocks with more work overtook the one with this block.",
            "另一条工作量更大的链已取代包含该区块的链。",
        ],
        "block-unknown" | "header-not-at-hand" => {
            ["Its block is not among the headers at hand.", "手边的区块头中没有它所在的区块。"]
        }
        "headers-missing" => ["There are no headers of this chain at hand.", "手边没有这条链的区块头。"],
        "height-wrong" => ["The block has another height than the proof says.", "区块高度与证明所述不符。"],
        "chain-unanchored" => [
            "The headers you handed in fit together, but nothing ties their beginning to a block this program knows.",
            "您提供的区块头彼此吻合，但其起点与本程序已知的区块没有联系。",
        ],
        "chain-ends-early" => [
            "The headers at hand end before a block that is known to follow; a cheap side branch would look the same.",
            "手边的区块头在一个已知的后续区块之前就中断了；低成本的旁支看起来也会如此。",
        ],
        "registry-imitates" => [
            "It uses the name or the log of a registry you know, under other rules.",
            "它冒用了您认识的登记处的名称或登记册，规则却不同。",
        ],
        "registry-unknown" => ["Nobody has vouched for this registry here yet.", "这里还没有人确认过这个登记处。"],
        "policy-not-at-hand" => [
            "The proof names the registry’s rules by their fingerprint alone, and they are not at hand.",
            "证明只给出了登记处规则的指纹，而规则本身不在手边。",
        ],
        "party-not-shown" => ["The proof does not show whose key this is.", "证明没有说明密钥属于谁。"],
        "party-registered-later" => {
            ["The key was registered only after this record was made.", "密钥是在这份单据之后才登记的。"]
        }
        "party-not-by-registrar" => {
            ["The key’s registration was not signed by the registry.", "密钥的登记记录不是由登记处签名的。"]
        }
        "quorum-not-reached" => {
            ["Fewer witnesses signed the log than the registry’s rules demand.", "为登记册签名的见证方少于规则要求。"]
        }
        "too-few-confirmations" => {
            ["Fewer blocks stand on it than the registry’s rules demand.", "其上的区块少于规则要求。"]
        }
        "stale" => [
            "More blocks have passed since the newest anchor shown than the registry promised.",
            "距所示最新锚定的区块数已超过登记处的承诺。",
        ],
        "no-cadence" => ["The registry did not promise how often it anchors.", "登记处没有承诺锚定的频率。"],
        "no-document" => ["The document itself was not handed in.", "没有放入文件本身。"],
        "digest-mismatch" => {
            ["The document handed in is not the one that was timestamped.", "所放入的文件不是当初加盖时间戳的文件。"]
        }
        "no-bitcoin-attestation" => [
            "The timestamp has not reached a block yet: it names no Bitcoin block.",
            "时间戳尚未进入区块：其中没有比特币区块。",
        ],
        "report-differs" => [
            "Checked again, the proof inside says something else than the report.",
            "重新检查后，其中的证明与报告所述不同。",
        ],
        "report-not-comparable" => [
            "What the report says of the chain could not be compared: not everything needed for that is at hand.",
            "报告中关于链的内容无法比对：所需的资料不齐全。",
        ],
        _ => return sealed::sentence(code),
    })
}

fn without_answer(code: &str) -> (Every, Every) {
    const LINK_AGAIN: Every = [
        "Copy the link again from where you got it, whole, or ask the sender for the proof as a file.",
        "请从来源处重新完整复制链接，或请发送方以文件形式提供证明。",
    ];
    const SMALLER: Every = ["Hand in only the files that belong to this proof.", "请只放入与这份证明有关的文件。"];
    const FILE_AGAIN: Every = [
        "Ask the sender for the file again; it may have been damaged or changed on its way.",
        "请向发送方重新索取文件；它可能在传输中损坏或被改动。",
    ];
    match code {
        "file-too-large" => (["A file is larger than this page reads.", "有文件超出本页可读取的大小。"], SMALLER),
        "files-too-large" => {
            (["The files together are larger than this page reads.", "文件总量超出本页可读取的大小。"], SMALLER)
        }
        "file-unreadable" => (
            ["The browser could not read a file.", "浏览器无法读取某个文件。"],
            [
                "It may have been moved or changed since you chose it. Choose it again.",
                "选择之后它可能被移动或修改过，请重新选择。",
            ],
        ),
        "document-unknown" => (
            [
                "This file is no proof, and no trade document that this page knows.",
                "该文件既不是证明，也不是本页认识的贸易单据。",
            ],
            [
                "It reads DCSA JSON, EPCIS 2.0 and UBL 2 documents, proofs, timestamps and block headers.",
                "本页可读取 DCSA JSON、EPCIS 2.0、UBL 2 单据，以及证明、时间戳和区块头。",
            ],
        ),
        "document-says-no-record" => (
            [
                "This document is known, but it says nothing that a record could.",
                "该文件可识别，但其内容无法写成记录。",
            ],
            ["Hand in the document that it belongs to.", "请放入它所属的单据。"],
        ),
        "document-malformed" => {
            (["This document cannot be read as what it seems to be.", "该文件无法按其格式读取。"], FILE_AGAIN)
        }
        "document-too-large" => (["A document is larger than this page reads.", "单据超出本页可读取的大小。"], SMALLER),
        "engine-stopped" => (
            ["The checking engine stopped twice over this.", "核验引擎在处理它时两次中断。"],
            [
                "Close other pages and try again; if it stops again, please report it with the proof file.",
                "请关闭其他页面后重试；若再次中断，请附上证明文件向我们反馈。",
            ],
        ),
        "too-many-waiting" => (
            ["Too many verifications wait at once.", "同时等待的核验太多。"],
            ["Wait a moment and try again.", "请稍候再试。"],
        ),
        "samples-missing" => (
            ["The samples are not at this address.", "此地址没有示例。"],
            [
                "Check your connection and try again, or paste a proof link of your own.",
                "请检查网络后重试，或粘贴您自己的证明链接。",
            ],
        ),
        "link-cut-off" => {
            (["The link was cut off on its way: its end is missing.", "链接在途中被截断，缺了结尾。"], LINK_AGAIN)
        }
        "link-damaged" => (["The link was damaged on its way.", "链接在途中损坏了。"], LINK_AGAIN),
        "link-without-proof" => (["There is no proof in this link.", "这个链接里没有证明。"], LINK_AGAIN),
        "link-of-later-version" => (
            ["The link was made by a later version of this program.", "链接由本程序的更新版本生成。"],
            ["Reload the page to get the newest version.", "请刷新页面以获得最新版本。"],
        ),
        "link-too-large" => (
            ["The link is larger than this page reads.", "链接超出本页可读取的大小。"],
            ["Ask the sender for the proof as a file.", "请发送方以文件形式提供证明。"],
        ),
        "codes-missing" => (
            [
                "The proof is spread over several codes, and not all of them are here.",
                "证明分布在多个二维码中，这里并不齐全。",
            ],
            ["Open all codes of the proof together.", "请将该证明的所有二维码一并打开。"],
        ),
        "proof-kept-elsewhere" => (
            [
                "The proof is kept at another address, which this page does not ask unless you say so.",
                "证明存放在别的地址；未经您同意，本页不会访问那里。",
            ],
            [
                "Have it fetched, or download the file yourself and drop it here.",
                "请允许本页获取，或自行下载文件后拖到此处。",
            ],
        ),
        "remote-file-missing" => (
            ["This link is the key to a file that was handed over beside it.", "这个链接是一份另行交付的文件的钥匙。"],
            ["Drop that file here.", "请将该文件拖到此处。"],
        ),
        "remote-not-found" => (
            ["There is no file at the address that the link names.", "链接所指的地址没有文件。"],
            ["Ask the sender where it is now, or drop the file here.", "请询问发送方文件现在何处，或将文件拖到此处。"],
        ),
        "remote-no-answer" => (
            ["The address that the link names did not give the file.", "链接所指的地址没有给出文件。"],
            [
                "It may be offline, or give files to no other page. Try again, or download the file yourself and drop it here.",
                "对方可能离线，或不允许其他网页读取。请重试，或自行下载文件后拖到此处。",
            ],
        ),
        "remote-too-large" => (
            [
                "The file at the address that the link names is larger than any proof.",
                "链接所指地址上的文件超出证明的大小。",
            ],
            FILE_AGAIN,
        ),
        "remote-other-file" => (
            ["The file is not the one that the link was made for.", "文件不是该链接所对应的那一份。"],
            [
                "It was changed or replaced since. Ask the sender for the file that belongs to this link.",
                "文件此后被改动或替换。请向发送方索取与此链接对应的文件。",
            ],
        ),
        "remote-key-missing" => {
            (["The file is encrypted, and the link has no key.", "文件已加密，而链接中没有密钥。"], LINK_AGAIN)
        }
        "remote-key-wrong" => {
            (["The key in the link does not open the file.", "链接中的密钥打不开这个文件。"], LINK_AGAIN)
        }
        "remote-not-encrypted" | "remote-damaged" => (
            ["The file is not an encrypted proof as this program knows it.", "文件不是本程序认识的加密证明。"],
            FILE_AGAIN,
        ),
        "encrypted-without-link" => (
            [
                "This file is encrypted, and its key is in the link that belongs to it.",
                "文件已加密，密钥在与之对应的链接里。",
            ],
            ["Open the link first, then drop the file there.", "请先打开链接，再把文件拖进去。"],
        ),
        "only-headers" => (
            [
                "There were block headers in what you handed in, and nothing to check with them.",
                "放入的内容只有区块头，没有要核验的东西。",
            ],
            ["Hand them in together with a proof or a timestamp.", "请与证明或时间戳一起放入。"],
        ),
        "only-policy" => (
            ["These are a registry’s rules, and no proof.", "这是登记处的规则，不是证明。"],
            ["Hand in a proof; the rules come with it.", "请放入证明；规则会随证明提供。"],
        ),
        "several-proofs" => (
            [
                "Proofs of records can be opened together, but not with timestamps or exported reports, and not without end.",
                "多份单据证明可一并打开，但不能与时间戳或导出的报告混放，数量也有限。",
            ],
            ["Hand in fewer, or one after the other.", "请减少份数，或逐份放入。"],
        ),
        "proof-malformed" => {
            (["This is not a proof as this program knows it.", "这不是本程序认识的证明。"], FILE_AGAIN)
        }
        "timestamp-malformed" => (["The timestamp file is damaged.", "时间戳文件已损坏。"], FILE_AGAIN),
        "sealed-malformed" => {
            (["The document’s seal is damaged, or of another form.", "文件的封存信息已损坏，或形式不同。"], FILE_AGAIN)
        }
        "seal-not-known" => (
            ["The document is sealed in a form that this page does not read.", "文件的封存形式本页无法读取。"],
            ["Use a verifier of that form, or ask the issuer.", "请使用该形式的核验工具，或询问签发方。"],
        ),
        "report-malformed" | "report-without-proof" => (
            ["The report holds nothing that could be checked again.", "报告中没有可以再次检查的内容。"],
            ["Ask the sender for the proof itself.", "请向发送方索取证明本身。"],
        ),
        _ => (
            ["Nothing could be read as a proof here.", "这里没有可以当作证明读取的内容。"],
            [
                "Paste a proof link, or hand in a proof file, or a timestamp with its document.",
                "请粘贴证明链接，或放入证明文件，或放入时间戳及其原文件。",
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_code_is_told_by_its_step() {
        let problem = Problem {
            code: "brand-new".into(),
            field: String::new(),
            expected: String::new(),
            found: String::new(),
            detail: String::new(),
        };
        let report =
            StepReport { step: StepId::LogInclusion, outcome: Outcome::Failed, values: vec![], problem: Some(problem) };
        assert_eq!(of_step(&report, Lang::En), "This record is not in the log.");
        assert!(advice(&report, Lang::En).starts_with("Do not rely on it."));
    }
}
