//! What problems of documents that others sealed mean, and what the reader can do about them, by their codes.

use super::Every;
use crate::proof::report::Outcome;

/// What the reader can do.
pub(super) fn advice(code: &str, outcome: Outcome) -> Option<Every> {
    Some(match (code, outcome) {
        (
            "issued-on-ethereum"
            | "issued-in-token-registry"
            | "issued-by-did"
            | "issuance-not-said"
            | "identity-in-dns"
            | "identity-by-did"
            | "identity-not-said"
            | "revocation-elsewhere",
            _,
        ) => [
            "Ask the issuer by a channel you trust, or a verifier that reads what is named here.",
            "请通过可信渠道询问签发方，或使用能读取所列位置的核验工具。",
        ],
        ("no-transaction", _) => [
            "Hand in the transaction that it names, with its block’s first transaction and the merkleblock, as files of \
             hexadecimal.",
            "请一并放入它所称的交易、所在区块的首笔交易和 merkleblock（十六进制文件）。",
        ],
        // Of a record's proof the same codes are failures.
        ("no-merkle-block" | "no-coinbase" | "tx-not-in-block", Outcome::CouldNotCheck) => [
            "Hand in the block’s first transaction and a merkleblock that proves both, as files of hexadecimal.",
            "请放入所在区块的首笔交易和同时证明两者的 merkleblock（十六进制文件）。",
        ],
        ("content-not-canonical" | "identity-in-profile", _) => [
            "Use a Blockcerts verifier for this, or ask the issuer.",
            "这一项请使用 Blockcerts 核验工具，或询问签发方。",
        ],
        ("anchored-on-ethereum" | "anchored-on-test-chain" | "anchored-nowhere" | "anchored-elsewhere", _) => {
            ["Ask the issuer by a channel you trust.", "请通过可信渠道询问签发方。"]
        }
        ("sealed-has-no-record", _) => ["Nothing: judge this by other means.", "无需操作：请用其他方式判断这一点。"],
        _ => return None,
    })
}

/// The sentence for a step that did not pass.
pub(super) fn sentence(code: &str) -> Option<Every> {
    Some(match code {
        "content-differs" => [
            "A value was changed, added or taken out since the digest was made.",
            "自生成摘要以来，有值被改动、添加或取走。",
        ],
        "value-not-salted" => ["A value is not in the form in which it was sealed.", "有值不是封存时的形式。"],
        "name-ambiguous" => [
            "A field’s name makes its place ambiguous: two different contents would have one digest.",
            "有字段名使其位置不明确：两种不同的内容会得到同一摘要。",
        ],
        "content-too-large" => ["The content is larger than this page computes.", "内容超出本页的计算范围。"],
        "batch-root-differs" => ["The digest does not lead to the root it names.", "摘要无法通向所称的根值。"],
        "content-not-canonical" => [
            "The digest is that of the certificate as canonical RDF, which this program does not compute: nothing here ties what \
             the certificate says to what was sealed.",
            "摘要取自证书的规范化 RDF 形式，本程序不作此计算：此处没有任何东西把证书所述与所封存的内容联系起来。",
        ],
        "no-transaction" => ["The transaction that it names is not at hand.", "手边没有它所称的交易。"],
        "transaction-without-root" => [
            "The transaction that it names does not carry the root of its batch.",
            "它所称的交易并未承载其批次的根值。",
        ],
        "source-malformed" => ["What it names is no transaction id.", "它所称的并不是交易编号。"],
        "anchored-on-ethereum" => {
            ["Its batch stands on Ethereum, which this page does not read.", "其批次在以太坊上，本页不读取以太坊。"]
        }
        "anchored-on-test-chain" => [
            "Its batch stands on a test chain, where blocks cost nothing and prove nothing.",
            "其批次在测试链上，那里的区块没有成本，也证明不了什么。",
        ],
        "anchored-nowhere" => {
            ["It was made to try things out: its batch stands on no chain.", "它是试制品，其批次不在任何链上。"]
        }
        "anchored-elsewhere" => {
            ["Its batch stands on a chain that this page does not know.", "其批次在本页不认识的链上。"]
        }
        "no-merkle-block" => ["There is no merkleblock that proves its block.", "没有证明其所在区块的 merkleblock。"],
        "no-coinbase" => [
            "The block’s first transaction is missing; without it the tree’s depth is not certain.",
            "缺少区块的首笔交易；没有它，树的深度无法确定。",
        ],
        "identity-in-profile" => [
            "The issuer’s key stands in its profile, at an address that this page does not ask.",
            "签发方的密钥在其资料页上，本页不访问该地址。",
        ],
        "issued-on-ethereum" => [
            "Issued documents stand in a contract on Ethereum, which this page does not read.",
            "签发记录在以太坊合约中，本页不读取以太坊。",
        ],
        "issued-in-token-registry" => [
            "That it was issued, and who holds it, stands in a contract on Ethereum, which this page does not read.",
            "是否签发、由谁持有，记录在以太坊合约中，本页不读取以太坊。",
        ],
        "issued-by-did" => [
            "It is issued by a signature with an Ethereum key, which this program does not check.",
            "它以以太坊密钥签名签发，本程序不检查这种签名。",
        ],
        "issuance-not-said" => ["It does not say where it was issued.", "文件没有说明在何处签发。"],
        "identity-in-dns" => [
            "The issuer’s identity stands in its domain’s DNS, which this page does not ask.",
            "签发方身份记录在其域名的 DNS 中，本页不查询 DNS。",
        ],
        "identity-by-did" => {
            ["The issuer is a key, and nothing here says whose.", "签发方只是一把密钥，此处无从得知属于谁。"]
        }
        "identity-not-said" => ["It does not say how its issuer is known.", "文件没有说明如何确认签发方。"],
        "revocation-elsewhere" => [
            "Whether it was revoked is known where it was issued, and nowhere in the file.",
            "是否已被撤销只有签发之处知道，文件中没有。",
        ],
        "sealed-has-no-record" => {
            ["The document’s fields are not read, only compared.", "文件各字段只作比对，不作解读。"]
        }
        _ => return None,
    })
}
