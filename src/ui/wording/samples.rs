//! The samples: which there are, their stories, and what comes of each.

use super::{Every, Lang};

/// A sample by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SampleId {
    /// A confirmed and transferred receivable.
    Receivable,
    /// An electronic bill of lading.
    BillOfLading,
    /// A container's event.
    Container,
    /// A container at sea, an event of it taken back.
    EnRoute,
    /// A receivable with fields withheld.
    Withheld,
    /// A shipment's records, side by side.
    Dossier,
    /// A receivable split in two.
    Split,
    /// A clearing round.
    Clearing,
    /// Genuine, and against a rule of its trade.
    AgainstRules,
    /// An invoice behind two receivables, each sold.
    SoldTwice,
    /// A field changed after signing.
    ChangedField,
    /// A record that is not in the log.
    NotInLog,
    /// An anchor on a fork with less work.
    LosingFork,
    /// Too few blocks on top.
    TooFewConfirmations,
    /// A witness's cosignature taken off.
    StrippedCosignature,
    /// A 64-byte transaction posing as an inner node of the Merkle tree.
    Attack64Byte,
    /// A registry nobody has heard of.
    UnknownRegistry,
    /// A link cut short.
    TruncatedLink,
}

/// What a sample is expected to show, for the mark beside its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// It holds.
    Holds,
    /// It was tampered with.
    Fails,
    /// It cannot be decided, or not be read.
    Undecided,
}

impl SampleId {
    /// Every sample, in the order shown.
    pub const ALL: [Self; 18] = [
        Self::Receivable,
        Self::BillOfLading,
        Self::Container,
        Self::EnRoute,
        Self::Withheld,
        Self::Dossier,
        Self::Split,
        Self::Clearing,
        Self::AgainstRules,
        Self::SoldTwice,
        Self::ChangedField,
        Self::NotInLog,
        Self::LosingFork,
        Self::TooFewConfirmations,
        Self::StrippedCosignature,
        Self::Attack64Byte,
        Self::UnknownRegistry,
        Self::TruncatedLink,
    ];

    /// Its name in addresses and in the sample index.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Receivable => "receivable",
            Self::BillOfLading => "bill-of-lading",
            Self::Container => "container",
            Self::EnRoute => "en-route",
            Self::Withheld => "withheld",
            Self::Dossier => "dossier",
            Self::Split => "split",
            Self::Clearing => "clearing",
            Self::AgainstRules => "against-rules",
            Self::SoldTwice => "sold-twice",
            Self::ChangedField => "changed-field",
            Self::NotInLog => "not-in-log",
            Self::LosingFork => "losing-fork",
            Self::TooFewConfirmations => "too-few-confirmations",
            Self::StrippedCosignature => "stripped-cosignature",
            Self::Attack64Byte => "attack-64-byte",
            Self::UnknownRegistry => "unknown-registry",
            Self::TruncatedLink => "truncated-link",
        }
    }

    /// The sample of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sample| sample.name() == name)
    }

    /// What comes of it.
    #[must_use]
    pub fn expectation(self) -> Expectation {
        match self {
            Self::Receivable
            | Self::BillOfLading
            | Self::Container
            | Self::EnRoute
            | Self::Withheld
            | Self::Dossier
            | Self::Split
            | Self::Clearing => Expectation::Holds,
            Self::AgainstRules
            | Self::SoldTwice
            | Self::ChangedField
            | Self::NotInLog
            | Self::LosingFork
            | Self::StrippedCosignature
            | Self::Attack64Byte => Expectation::Fails,
            Self::TooFewConfirmations | Self::UnknownRegistry | Self::TruncatedLink => Expectation::Undecided,
        }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn title(self, lang: Lang) -> &'static str {
        let every: Every = match self {
            Self::Receivable => ["A receivable, confirmed by a bank", "一笔经银行保兑的应收账款"],
            Self::BillOfLading => ["A bill of lading", "一份提单"],
            Self::Container => ["A container, loaded on board", "一只已装船的集装箱"],
            Self::EnRoute => ["A container at sea, and when it is due", "航行中的集装箱与预计卸船时间"],
            Self::Withheld => ["A transfer, its price withheld", "一笔未披露价格的转让"],
            Self::Dossier => ["The whole trade, side by side", "整笔贸易，逐项对照"],
            Self::Split => ["A receivable, split in two", "一拆为二的应收账款"],
            Self::Clearing => ["A clearing round", "一轮清算"],
            Self::AgainstRules => ["Sold while it was pledged", "质押期间的转让"],
            Self::SoldTwice => ["One invoice, sold to two financiers", "一张发票，卖给两家资金方"],
            Self::ChangedField => ["The same debt, with one number changed", "同一笔债，改了一个数字"],
            Self::NotInLog => ["Signed, but never recorded", "签了名，却从未登记"],
            Self::LosingFork => ["Recorded in a block that lost", "登记在被淘汰的区块里"],
            Self::TooFewConfirmations => ["Recorded a moment ago", "刚刚登记"],
            Self::StrippedCosignature => ["A witness removed", "少了一个见证方"],
            Self::Attack64Byte => ["A transaction that was never made", "一笔从未存在的交易"],
            Self::UnknownRegistry => ["A registry nobody introduced", "无人介绍过的登记处"],
            Self::TruncatedLink => ["A link cut short", "被截断的链接"],
        };
        lang.of(every)
    }

    /// Its story, with the outcome named.
    #[must_use]
    pub fn story(self, lang: Lang) -> &'static str {
        let every: Every = match self {
            Self::Receivable => [
                "An importer in Rotterdam owes an exporter in Ningbo EUR 84,300, and a bank stands behind the debt. Genuine.",
                "鹿特丹的进口商欠宁波的出口商 84,300 欧元，银行为其保兑。真实。",
            ],
            Self::BillOfLading => [
                "The carrier has 24 crates of pumps on board, bound for Rotterdam, and signs for them. Genuine.",
                "承运人签发提单：24 箱水泵已装船，运往鹿特丹。真实。",
            ],
            Self::Container => [
                "The terminal in Ningbo says: on board the vessel that the bill of lading names. Genuine.",
                "宁波码头确认：已装上提单所载的船。真实。",
            ],
            Self::EnRoute => [
                "Discharge was reported by mistake and taken back; it is now expected on 5 March. Genuine.",
                "曾误报卸船，随后撤回；现预计 3 月 5 日卸船。真实。",
            ],
            Self::Withheld => [
                "The exporter sells the debt. Who bought it is shown; for how much is not. Genuine, with gaps you can see.",
                "出口商转让债权：披露受让人，不披露价格。真实，隐去之处一目了然。",
            ],
            Self::Dossier => [
                "Invoice, bill of lading, container, delivery and debt of one shipment, held against one another. Genuine.",
                "同一批货的发票、提单、集装箱、交付与债权，相互核对。真实。",
            ],
            Self::Split => [
                "EUR 126,000 become 76,000 and 50,000; one part is sold on and paid in part. Genuine, to the cent.",
                "126,000 欧元拆成 76,000 和 50,000；其中一份转让并部分兑付。真实，分文不差。",
            ],
            Self::Clearing => [
                "Six debts among four firms become four payments through a clearing house. Genuine.",
                "四家企业之间的六笔债务，经清算中心减为四笔付款。真实。",
            ],
            Self::AgainstRules => [
                "Really signed, really recorded. But the debt was pledged to somebody else. Found out.",
                "确已签署并登记，但这笔债当时已质押给他人。被查出。",
            ],
            Self::SoldTwice => [
                "The same invoice stands behind two receivables, each sold to another financier. Found out.",
                "同一张发票开立了两笔应收账款，分别转让给不同的资金方。被查出。",
            ],
            Self::ChangedField => [
                "Somebody made EUR 84,300 into EUR 94,300 after it was signed. Found out.",
                "有人在签署之后把 84,300 欧元改成了 94,300 欧元。被查出。",
            ],
            Self::NotInLog => [
                "A good signature, shown with the log’s proof of another record. Found out.",
                "签名是真的，附上的却是另一份单据的登记证明。被查出。",
            ],
            Self::LosingFork => [
                "The debt is sold a second time, in a history that the chain left behind. Found out.",
                "同一笔债又转让给了别人，但那段历史已被链淘汰。被查出。",
            ],
            Self::TooFewConfirmations => [
                "Nothing is wrong, but too few blocks stand on it. Not decided yet.",
                "没有问题，只是其上的区块还不够多。尚无定论。",
            ],
            Self::StrippedCosignature => [
                "One of the witnesses who vouch for the log was cut out of the proof. Found out.",
                "证明里为登记册作证的一个见证方被删去了。被查出。",
            ],
            Self::Attack64Byte => [
                "Two real transactions, chosen so that side by side they read as a third. A known trick. Found out.",
                "精选两笔真实交易，让它们连在一起读作第三笔。一种已知手法。被查出。",
            ],
            Self::UnknownRegistry => [
                "Everything fits together, but who keeps this log? You decide.",
                "一切吻合，但这本登记册是谁在保管？由您判断。",
            ],
            Self::TruncatedLink => [
                "A link that a mail program cut in half. It cannot be read, and the page says so.",
                "被邮件软件截去一半的链接。无法读取，页面会如实说明。",
            ],
        };
        lang.of(every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_back() {
        for sample in SampleId::ALL {
            assert_eq!(SampleId::named(sample.name()), Some(sample));
        }
        assert_eq!(SampleId::named("none"), None);
    }
}
