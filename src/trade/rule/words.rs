//! What each rule asks, in a sentence for a person of the trade.

use crate::trade::rule::Rule;

/// A rule in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleWords {
    /// In English.
    pub english: &'static str,
    /// In Chinese, in the trade's own terms.
    pub chinese: &'static str,
}

const SHIPMENT: [(&str, &str); 16] = [
    ("Container numbers have the right check digit (ISO 6346).", "箱号校验码正确（ISO 6346）。"),
    ("Every container that holds goods is listed with its equipment.", "装有货物的每个箱都列在所用设备中。"),
    ("Weights, volumes and packages add up from the goods to the document.", "重量、体积和件数自货项至单证逐级相符。"),
    (
        "Events follow the order of a container's and a document's life, and times never run back.",
        "事件符合箱与单证的生命周期次序，时间不倒退。",
    ),
    ("Loaded at the port of loading, discharged last at the port of discharge.", "在装货港装船，最后在卸货港卸船。"),
    ("Vessel and voyage agree between events and document.", "事件与单证的船名航次一致。"),
    (
        "The shipped-on-board date is the day of loading, and not after the issue date.",
        "装船日期即实际装船日，且不晚于签发日期。",
    ),
    ("The seals at discharge are those at loading, unless resealed.", "卸船时的封号与装船时一致，换封除外。"),
    ("Title passes from holder to holder, from issue to surrender.", "物权由签发至交回逐手转移。"),
    (
        "Only a bill to order is endorsed; consignee and endorsee exclude one another.",
        "只有指示提单可背书；收货人与被背书人不得并存。",
    ),
    ("An amended bill has exactly one live successor.", "改单后只有一份有效的新提单。"),
    ("Goods leave only after the bill was surrendered and customs released them.", "交回提单并经海关放行后方可提货。"),
    ("Only what its own publisher said before can be retracted.", "只有原发布方可以撤回其先前发布的事件。"),
    ("Codes have the form of their lists, and their check digits.", "代码符合代码表的形式和校验码。"),
    ("An event is told once, and always the same.", "同一事件只发布一次，内容不变。"),
    ("The history has no fork: no two records follow the same one.", "历史没有分叉：没有两条记录接在同一条之后。"),
];

const RECEIVABLE: [(&str, &str); 14] = [
    (
        "Parts add up to the whole: live parts and payments are the accepted face.",
        "拆分守恒：存续各份与已付之和等于承兑金额。",
    ),
    ("Each action is signed by the party entitled to it at that moment.", "每项操作由当时有权的一方签署。"),
    ("Accepted, then confirmed in full by another than the debtor.", "先承兑，再由承兑人以外的一方足额保兑。"),
    ("Confirmed before it is transferred, financed or paid.", "转让、融资、兑付之前先行保兑。"),
    ("What is pledged is not disposed of without the pledgee.", "质押期间未经质权人不得处分。"),
    ("The same invoice is not financed twice.", "同一发票不得重复融资。"),
    ("One currency throughout.", "全程同一币种。"),
    (
        "Issued before it is due; not transferred, pledged or financed after; tenor within limits.",
        "签发早于到期；到期后不得转让、质押、融资；期限不超限。",
    ),
    (
        "Payments go to whoever holds it, make up the face to settle, and never more.",
        "付款付给当时的持有人，结清须足额，且不超额。",
    ),
    (
        "Overdue only after the due date with something unpaid; who pays for the debtor takes his creditor's place.",
        "到期后仍有未付才算违约；保兑付款后代位。",
    ),
    ("Not more is financed than the share of what was accepted.", "融资额不超过承兑金额乘以融资比例。"),
    ("Every record follows the one before: number, hash, one head.", "每条记录接续前一条：序号、哈希、唯一末端。"),
    ("Who else may claim it, in the order the law ranks them.", "可能主张权利的其他人，按法定顺位。"),
    ("A debtor who becomes the holder owes nobody.", "承兑人成为持有人时，债务因混同消灭。"),
];

const FLOWS: [(&str, &str); 10] = [
    ("The seller ships the goods, the buyer receives them.", "卖方即托运人，买方即收货方。"),
    (
        "Goods, packages and weights agree between invoice, bill and receipt.",
        "发票、提单与收货记录的货物、件数、重量一致。",
    ),
    ("The invoice's total agrees with the declared and the customs value.", "发票总额与声明价值、海关价值相符。"),
    (
        "Dates follow one another: order, invoice, shipment, acceptance, due date.",
        "日期次序合理：订单、发票、装运、承兑、到期。",
    ),
    ("Who pays the freight agrees with the delivery term.", "运费支付方与贸易术语一致。"),
    (
        "A bill backs no more receivables than its invoices, and one financier.",
        "提单所支持的应收账款不超过其发票，且只有一个资金方。",
    ),
    ("Who financed against the bill holds it until paid.", "凭提单融资者在付清前持有提单。"),
    ("Full payment only for a full delivery.", "足额交付方足额付款。"),
    (
        "Freight charges multiply and add up, and are charged to whom the term says.",
        "运费计算无误，并由术语约定方承担。",
    ),
    ("Net positions sum to zero, and a participant belongs to one centre.", "净头寸之和为零，参与方只属一个清算中心。"),
];

const INVOICE: [(&str, &str); 6] = [
    ("The lines add up to the sum of lines.", "各行金额之和等于行合计。"),
    ("Lines less allowances plus charges are the total without tax.", "行合计减折让加附加费等于不含税总额。"),
    ("The total without tax plus the tax is the total with tax.", "不含税总额加税额等于含税总额。"),
    (
        "The total with tax less what was prepaid is what is payable, rounded as stated.",
        "含税总额减预付额等于应付额，舍入如所述。",
    ),
    ("Quantity times price is each line's amount.", "数量乘单价等于行金额。"),
    ("The tax of each category is its base times its rate.", "各税类税额等于税基乘税率。"),
];

const CLEARING: [(&str, &str); 3] = [
    ("Net positions are what the obligations net to.", "净头寸等于各项债务轧差的结果。"),
    ("Net positions of each currency sum to zero.", "每一币种的净头寸之和为零。"),
    ("A participant belongs to one centre only.", "每个参与方只属一个清算中心。"),
];

/// The words of a rule; empty for a number that no rule has.
pub(super) fn words(rule: Rule) -> RuleWords {
    let (table, number): (&[(&str, &str)], u8) = match rule {
        Rule::S(number) => (&SHIPMENT, number),
        Rule::R(number) => (&RECEIVABLE, number),
        Rule::F(number) => (&FLOWS, number),
        Rule::A(number) => (&INVOICE, number),
        Rule::C(number) => (&CLEARING, number),
    };
    let &(english, chinese) = usize::from(number).checked_sub(1).and_then(|at| table.get(at)).unwrap_or(&("", ""));
    RuleWords { english, chinese }
}
