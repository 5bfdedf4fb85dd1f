//! Each step's name, what it means when it failed or could not be done, and what a pass proves and does not.

use super::{Every, Lang};
use crate::proof::step::StepId;

/// What the step is called.
#[must_use]
pub fn name(step: StepId, lang: Lang) -> &'static str {
    lang.of(match step {
        StepId::Disclosures => ["The fields fit what was signed", "字段与签署内容一致"],
        StepId::RecordSignature => ["The signer’s signature", "签署人的签名"],
        StepId::EventMatchesRecord => ["The log’s entry speaks of this record", "登记条目所指正是这份单据"],
        StepId::LogInclusion => ["The entry is in the log", "条目在登记册中"],
        StepId::CheckpointSignature => ["The log’s signature", "登记册的签名"],
        StepId::WitnessQuorum => ["The witnesses’ signatures", "见证方的签名"],
        StepId::AnchorPayload => ["The anchor commits to the log", "锚定交易承诺了登记册"],
        StepId::AnchorLineage => ["One row of anchors", "锚定首尾相接"],
        StepId::AnchorInBlock => ["The anchor is in its block", "锚定交易在区块中"],
        StepId::BlockOnChain => ["The block is on the chain with the most work", "区块在工作量最大的链上"],
        StepId::Depth => ["Blocks stand on it", "其上有足够区块"],
        StepId::DocumentDigest => ["The document fits its fingerprint", "文件与指纹一致"],
        StepId::TimestampPath => ["The timestamp leads to the block", "时间戳通向区块"],
        StepId::SealedContent => ["The content fits its digest", "内容与摘要一致"],
        StepId::SealedBatch => ["The digest is in its batch", "摘要属于其批次"],
        StepId::SealedTransaction => ["A transaction carries the batch", "交易承载该批次"],
        StepId::ReportAgrees => ["The report says what its proof says", "报告与其证明一致"],
        StepId::Cadence => ["Anchors come as promised", "锚定按时进行"],
        StepId::History => ["The records before this one", "在此之前的记录"],
        StepId::LatestState => ["This is the latest state", "这是最新状态"],
        StepId::Issuance => ["The batch was issued", "该批次已签发"],
        StepId::IssuerIdentity => ["The issuer is who it says", "签发方身份属实"],
        StepId::RegistryKnown => ["You know this registry", "登记处是您认识的"],
        StepId::PartyRegistered => ["The key is a registered party’s", "密钥属于已登记的一方"],
        StepId::EventSignature => ["The signer signed the log’s entry", "签署人也签了登记条目"],
        StepId::TradeRules => ["The rules of the trade", "贸易规则"],
    })
}

/// In a sentence, what it means that the step failed; ends the headline “Not genuine: …”.
#[must_use]
pub fn failure(step: StepId, lang: Lang) -> &'static str {
    lang.of(match step {
        StepId::Disclosures => ["a field is not as it was signed.", "有字段与签署时不同。"],
        StepId::RecordSignature => ["the signature does not fit the record.", "签名与单据不符。"],
        StepId::EventMatchesRecord => ["the log’s entry speaks of another record.", "登记条目指的是另一份单据。"],
        StepId::LogInclusion => ["this record is not in the log.", "这份单据不在登记册中。"],
        StepId::CheckpointSignature => ["the log did not sign this state of itself.", "登记册并未签署这一状态。"],
        StepId::WitnessQuorum => ["too few witnesses vouch for the log.", "为登记册作证的见证方不足。"],
        StepId::AnchorPayload => ["the anchor commits to something else.", "锚定交易承诺的是别的内容。"],
        StepId::AnchorLineage => ["the anchors do not form one row.", "锚定没有首尾相接。"],
        StepId::AnchorInBlock => ["the anchor is not in the block it names.", "锚定交易不在所称的区块中。"],
        StepId::BlockOnChain => ["its block is not on the chain with the most work.", "所在区块不在工作量最大的链上。"],
        StepId::Depth => ["too few blocks stand on it.", "其上的区块太少。"],
        StepId::DocumentDigest => ["this is not the document that was timestamped.", "这不是当初加盖时间戳的文件。"],
        StepId::TimestampPath => ["the timestamp does not lead to its block.", "时间戳无法通向所称的区块。"],
        StepId::SealedContent => ["its content is not what was sealed.", "内容与封存时不同。"],
        StepId::SealedBatch => ["it does not belong to the batch it names.", "它不属于所称的批次。"],
        StepId::SealedTransaction => {
            ["the transaction it names carries something else.", "所称的交易承载的是别的内容。"]
        }
        StepId::ReportAgrees => ["the report does not say what its proof says.", "报告所述与其证明不符。"],
        StepId::Cadence => ["the registry’s newest anchor is overdue.", "登记处的最新锚定已逾期。"],
        StepId::History => ["the records before it do not hold together.", "在此之前的记录不能成立。"],
        StepId::LatestState => ["a later event stands in the log.", "登记册中有更晚的事项。"],
        StepId::Issuance => ["it was not issued.", "它并未签发。"],
        StepId::IssuerIdentity => ["the issuer is another.", "签发方另有其人。"],
        StepId::RegistryKnown => ["it comes from a registry you do not know.", "它来自您不认识的登记处。"],
        StepId::PartyRegistered => ["the key is not registered for this party.", "密钥并未登记在此方名下。"],
        StepId::EventSignature => ["the log’s entry was not signed by the signer.", "登记条目不是签署人所签。"],
        StepId::TradeRules => ["it breaks a rule of the trade.", "它违反了贸易规则。"],
    })
}

/// In a sentence, what it means that the step could not be done; ends the headline “Cannot be checked yet: …”.
#[must_use]
pub fn obstacle(step: StepId, lang: Lang) -> &'static str {
    lang.of(match step {
        StepId::AnchorLineage => ["the row of anchors is not complete.", "锚定序列不完整。"],
        StepId::BlockOnChain => ["its block is not among the headers at hand.", "手边的区块头中没有它所在的区块。"],
        StepId::Depth => ["not enough blocks are known on top of it.", "其上已知的区块还不够。"],
        StepId::DocumentDigest => ["the document itself is missing.", "缺少文件本身。"],
        StepId::TimestampPath => ["the header of its block is missing.", "缺少所在区块的区块头。"],
        StepId::SealedContent => ["its content has no digest that can be computed here.", "其内容的摘要无法在此计算。"],
        StepId::SealedTransaction => ["the transaction that it names is not at hand.", "手边没有它所称的交易。"],
        StepId::LatestState => ["whether it was revoked could not be asked.", "是否已被撤销，无从查询。"],
        StepId::Issuance => {
            ["that it was issued stands where this page cannot look.", "签发记录在本页无法查看的地方。"]
        }
        StepId::IssuerIdentity => ["who the issuer is could not be checked.", "签发方身份无法检查。"],
        StepId::Cadence => ["it is not known how old the newest anchor is.", "不知道最新锚定有多旧。"],
        StepId::RegistryKnown => ["you have not said whether you know its registry.", "您尚未确认是否认识该登记处。"],
        StepId::PartyRegistered => ["nothing shows whose key this is.", "没有材料说明密钥属于谁。"],
        _ => ["something needed for it is missing.", "缺少所需的材料。"],
    })
}

/// What a pass proves.
#[must_use]
pub fn proves(step: StepId, lang: Lang) -> &'static str {
    lang.of([step.proves(), proves_zh(step)])
}

/// What a pass does not prove.
#[must_use]
pub fn does_not_prove(step: StepId, lang: Lang) -> &'static str {
    lang.of([step.does_not_prove(), does_not_prove_zh(step)])
}

fn proves_zh(step: StepId) -> &'static str {
    match step {
        StepId::Disclosures => "所示字段都是签署人签过的，没有改动，也没有添加。",
        StepId::RecordSignature => "持有这把密钥的人签署的正是这份单据。",
        StepId::EventMatchesRecord => "登记条目说的是这份单据和这项资产，而不是别的。",
        StepId::LogInclusion => "条目确实位于这一规模登记册的这个位置。",
        StepId::CheckpointSignature => "登记册的运营者签署了这一规模和根值。",
        StepId::WitnessQuorum => "独立见证方看过这本登记册，并确认它只增不改。",
        StepId::AnchorPayload => "比特币式交易逐字节地承诺了登记册的这一状态。",
        StepId::AnchorLineage => "登记册只有一部历史：一个输出只能花费一次，锚定因此不能分叉。",
        StepId::AnchorInBlock => "交易属于具有这一默克尔根的区块。",
        StepId::BlockOnChain => "在手边的区块头中，该区块位于工作量最大的链上。",
        StepId::Depth => "要替换该区块，就得把它上面所有区块的工作重做一遍。",
        StepId::DocumentDigest => "文件与当初加盖时间戳的文件逐字节相同。",
        StepId::TimestampPath => "文件在该区块被挖出之前就已存在。",
        StepId::SealedContent => "所示各值自摘要生成以来就在这份文件中。",
        StepId::SealedBatch => "这份文件是摘要通向该根值的文件之一。",
        StepId::SealedTransaction => "作出这笔比特币交易的人逐字节地承诺了这一批次。",
        StepId::ReportAgrees => "重新检查报告中的证明，结果与报告所述相同。",
        StepId::Cadence => "所示最新锚定的时间，符合登记处承诺的频率。",
        StepId::History => "该资产到此为止的每条记录都已出示，并同样经过签署和登记。",
        StepId::LatestState => "登记册中没有该资产更晚的事项。",
        StepId::Issuance => "掌控文件所指之处的人把这一批次放在了那里。",
        StepId::IssuerIdentity => "文件所指的域名或密钥属于签发方。",
        StepId::RegistryKnown => "所用规则是您确认过的，或由本站自身地址提供。",
        StepId::PartyRegistered => "登记处记录了这把密钥属于这一方。",
        StepId::EventSignature => "单据的签署人也签署了它在登记册中的条目。",
        StepId::TradeRules => "单据符合该行业的规则，并与所示的其他单据一致。",
    }
}

fn does_not_prove_zh(step: StepId) -> &'static str {
    match step {
        StepId::Disclosures => "没有隐去什么：未披露的字段会列出，但其值未知。",
        StepId::RecordSignature => "密钥在谁手里，或所签内容在现实中属实。",
        StepId::EventMatchesRecord => "条目已被接受：那取决于它之前的事项。",
        StepId::LogInclusion => "登记册给每个人看的都是同一棵树。",
        StepId::CheckpointSignature => "运营者没有为同一规模签过别的根值。",
        StepId::WitnessQuorum => "见证方彼此独立：见证方由规则指定。",
        StepId::AnchorPayload => "交易已进入区块。",
        StepId::AnchorLineage => "没有更新的锚定。",
        StepId::AnchorInBlock => "区块在最佳链上。",
        StepId::BlockOnChain => "不存在一条没人在此出示过、工作量更大的链。",
        StepId::Depth => "绝无可能被替换：只说明需要多少工作量。",
        StepId::DocumentDigest => "文件是谁写的。",
        StepId::TimestampPath => "确切时间、制作者，也不说明没有给别的版本加盖时间戳。",
        StepId::SealedContent => "由谁制作：任何人都能生成摘要；也不说明据此绘出的页面显示的就是其内容。",
        StepId::SealedBatch => "该根值曾经公布过。",
        StepId::SealedTransaction => "由谁作出这笔交易，或交易已进入区块。",
        StepId::ReportAgrees => "它本身什么也不证明：其他步骤都已对其中的证明重新做过。",
        StepId::Cadence => "没有更新的锚定：从未出示的东西，区块头显示不出来。",
        StepId::History => "最后一条所示记录之后没有新的登记。",
        StepId::LatestState => "该事项在法律上有效。",
        StepId::Issuance => "此后没有被撤销。",
        StepId::IssuerIdentity => "签发方所言在现实中属实。",
        StepId::RegistryKnown => "登记处诚实：其他检查正是为此而设。",
        StepId::PartyRegistered => "登记处认真核实过该方身份。",
        StepId::EventSignature => "签署人有权行事：那属于贸易规则。",
        StepId::TradeRules => "货物确实存在，或债务人会付款。",
    }
}

/// What a value of a step is called, by its label. A label without a word of its own is shown as it is.
#[must_use]
pub fn value_label(label: &str, lang: Lang) -> String {
    let every: Every = match label {
        "algorithm" => ["signature", "签名算法"],
        "anchor-chain" => ["chain it names", "所称的链"],
        "anchor-sequence" => ["number of the anchor", "锚定序号"],
        "anchor-txid" => ["anchor transaction", "锚定交易"],
        "anchors" => ["anchors in the row", "锚定个数"],
        "asset-key" => ["asset", "资产"],
        "basis" => ["the chain rests on", "链的依据"],
        "batch-root" => ["root of the batch", "批次根值"],
        "batch-steps" => ["steps to the root", "到根值的步数"],
        "block-hash" => ["block", "区块"],
        "block-height" => ["height", "高度"],
        "blocks-since-anchor" => ["blocks since the newest anchor", "距最新锚定的区块数"],
        "cadence" => ["blocks promised between anchors", "承诺的锚定间隔（区块）"],
        "checkpoint-hash" => ["hash of the log’s state", "登记册状态哈希"],
        "confirmations" => ["blocks from it to the newest", "到最新区块的区块数"],
        "digest-algorithm" => ["kind of fingerprint", "指纹算法"],
        "document-digest" => ["document’s fingerprint", "文件指纹"],
        "document-store" => ["document store on Ethereum", "以太坊上的文件库"],
        "event-time" => ["time its signer claims", "签署人声称的时间"],
        "event-version" => ["number of the asset’s event", "资产事项序号"],
        "fields-disclosed" => ["fields shown", "已披露字段"],
        "fields-withheld" => ["fields withheld", "未披露字段"],
        "first-anchor" => ["first anchor, pinned by the rules", "规则固定的首个锚定"],
        "identity-kind" => ["how its identity is shown", "身份证明方式"],
        "identity-location" => ["where", "所在"],
        "issuer-name" => ["issuer it names", "所称签发方"],
        "log-index" => ["place in the log, from 0", "在登记册中的位置（从 0 起）"],
        "log-origin" => ["log", "登记册"],
        "log-root" => ["log’s root hash", "登记册根哈希"],
        "log-size" => ["entries in the log", "登记册条目数"],
        "merkle-root" => ["block’s Merkle root", "区块默克尔根"],
        "operations" => ["operations in the timestamp", "时间戳中的运算数"],
        "part" => ["part", "部分"],
        "parts" => ["parts", "共几部分"],
        "party-code" => ["party’s code", "当事方代码"],
        "party-name" => ["party", "当事方"],
        "policy-hash" => ["fingerprint of the registry’s rules", "登记处规则指纹"],
        "quorum" => ["witnesses asked for", "要求的见证方"],
        "records-shown" => ["records shown", "已出示记录"],
        "rules-held" => ["rules that hold", "符合的规则"],
        "rules-broken" => ["rules broken", "违反的规则"],
        "rules-warned" => ["rules with something to mind", "需留意的规则"],
        "rules-not-checked" => ["rules not checked", "未检查的规则"],
        "state" => ["state", "状态"],
        "record-hash" => ["record’s fingerprint", "单据指纹"],
        "registry-name" => ["registry", "登记处"],
        "required-confirmations" => ["blocks asked for", "要求的区块数"],
        "signer-key" => ["key", "密钥"],
        "tip-height" => ["height of the newest block", "最新区块高度"],
        "token-registry" => ["token registry on Ethereum", "以太坊上的权证登记"],
        "transactions" => ["transactions in the block", "区块中的交易数"],
        "tx-position" => ["place in the block, from 0", "在区块中的位置（从 0 起）"],
        "witnesses" => ["witnesses that signed", "已签名的见证方"],
        "work-above" => ["hashes on top of it", "其上的哈希次数"],
        _ => return label.replace('-', " "),
    };
    lang.of(every).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_says_both_sides_of_every_step() {
        for step in [StepId::Disclosures, StepId::Depth, StepId::TradeRules] {
            assert_ne!(proves(step, Lang::Zh), proves(step, Lang::En));
            assert_ne!(does_not_prove(step, Lang::Zh), proves(step, Lang::Zh));
        }
        assert_eq!(value_label("some-new-thing", Lang::Zh), "some new thing");
    }
}
