//! What a receivable is after some record of its history: who owes, who holds, how much, until when, what stands behind it and
//! what stands in its way.

use crate::trade::amount::{Amount, Money};
use crate::trade::replay::identity::Identity;
use crate::trade::said::Said;
use crate::trade::seen::Day;

/// The stage of its life. A pledge, a dispute and a financing stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Applied for: the debtor has not answered.
    Applied,
    /// The debtor accepted to pay.
    Accepted,
    /// The debtor refused.
    Rejected,
    /// A confirmer stands behind the debtor.
    Confirmed,
    /// Presented for payment.
    Presented,
    /// Paid in part.
    PartlyPaid,
    /// Overdue and unpaid.
    Defaulted,
    /// The confirmer paid and took the holder's place.
    Subrogated,
    /// Paid in full.
    Settled,
    /// Split into parts: closed, its parts live.
    Split,
    /// Cancelled.
    Cancelled,
}

impl Stage {
    /// Whether nothing may follow.
    #[must_use]
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Rejected | Self::Settled | Self::Split | Self::Cancelled)
    }

    /// Its name: a key of the wording.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Confirmed => "confirmed",
            Self::Presented => "presented",
            Self::PartlyPaid => "partly-paid",
            Self::Defaulted => "defaulted",
            Self::Subrogated => "subrogated",
            Self::Settled => "settled",
            Self::Split => "split",
            Self::Cancelled => "cancelled",
        }
    }

    /// The stage in words.
    #[must_use]
    pub fn words(self) -> Said {
        Said::from(match self {
            Self::Applied => ("applied for", "已申请"),
            Self::Accepted => ("accepted", "已承兑"),
            Self::Rejected => ("rejected", "已拒绝"),
            Self::Confirmed => ("confirmed", "已保兑"),
            Self::Presented => ("presented for payment", "已提示付款"),
            Self::PartlyPaid => ("paid in part", "部分兑付"),
            Self::Defaulted => ("overdue and unpaid", "逾期违约"),
            Self::Subrogated => ("paid by the confirmer, who is owed now", "保兑人已付款并代位"),
            Self::Settled => ("settled", "已结清"),
            Self::Split => ("split into parts", "已拆分"),
            Self::Cancelled => ("cancelled", "已撤销"),
        })
    }
}

/// Its name, for a breach, and in Chinese its words.
impl From<Stage> for Said {
    fn from(stage: Stage) -> Self {
        Self { en: stage.code().to_owned(), ..stage.words() }
    }
}

/// An undertaking behind the debtor's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// 1 for the first, who stands behind the debtor; 2 stands behind 1.
    pub rank: u64,
    /// Who.
    pub confirmer: Identity,
    /// `ON_APPLICATION` or `DIRECT`.
    pub mode: Option<String>,
    /// How much.
    pub amount: Option<Amount>,
    /// Until when.
    pub expiry: Option<Day>,
}

/// A pledge in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pledge {
    /// To whom.
    pub pledgee: Identity,
    /// For how much.
    pub secured: Option<Amount>,
    /// The number it is registered under.
    pub registration: Option<String>,
    /// `recordId` of the record that pledged it.
    pub record: String,
}

/// A financing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Financing {
    /// Who gave the money.
    pub financier: Identity,
    /// How much.
    pub amount: Option<Amount>,
    /// `recordId` of the record.
    pub record: String,
}

/// A part it was split into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its reference.
    pub id: String,
    /// How much.
    pub amount: Option<Amount>,
}

/// An invoice it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceReference {
    /// `documentNumber`.
    pub number: Option<String>,
    /// `issueDate`.
    pub issue_date: Option<Day>,
    /// `totalInvoiceAmount`.
    pub total: Option<Amount>,
    /// `recordId` and pointer of the reference.
    pub record: String,
    /// JSON pointer of the reference.
    pub field: String,
}

/// A transport document it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShipmentReference {
    /// `carrierCode`.
    pub carrier: Option<String>,
    /// `transportDocumentReference`.
    pub document: Option<String>,
}

/// The state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receivable {
    /// Its reference.
    pub reference: String,
    /// Stage.
    pub stage: Stage,
    /// Under dispute since the record with this id.
    pub disputed: Option<String>,
    /// Who is owed at first.
    pub seller: Identity,
    /// Who owes.
    pub acceptor: Identity,
    /// Who holds it.
    pub holder: Identity,
    /// The face amount.
    pub face: Option<Amount>,
    /// What the debtor accepted to pay.
    pub accepted: Option<Amount>,
    /// What was paid to the holder so far, in minor units; absent when a payment's amount is withheld.
    pub paid: Option<i128>,
    /// Issue date.
    pub issue_date: Option<Day>,
    /// Due date.
    pub maturity: Option<Day>,
    /// Undertakings behind the debtor's, by rank.
    pub confirmations: Vec<Confirmation>,
    /// The pledge in force.
    pub pledge: Option<Pledge>,
    /// Financings.
    pub financings: Vec<Financing>,
    /// What it was split from.
    pub parent: Option<String>,
    /// Whether it was split from something whose records, up to the split, are not shown: what it was when it began is then not
    /// known.
    pub origin_unseen: bool,
    /// Whether several go by the reference of what it was split from, so that which of them is meant is not known.
    pub origin_ambiguous: bool,
    /// What it was split into.
    pub parts: Vec<Part>,
    /// Whether some of them are withheld, so that a receivable not among those shown may be one.
    pub parts_withheld: bool,
    /// Times it was transferred.
    pub transfers: u64,
    /// Invoices it rests on.
    pub invoices: Vec<InvoiceReference>,
    /// Transport documents it rests on.
    pub shipments: Vec<ShipmentReference>,
    /// Whether the holder is the debtor himself, so that nothing is owed any more.
    pub merged: bool,
}

impl Receivable {
    /// What is owed: the accepted amount, or the face before acceptance.
    #[must_use]
    pub fn owed(&self) -> Option<Amount> {
        self.accepted.or(self.face)
    }

    /// So much in the currency that is owed.
    #[must_use]
    pub fn money(&self, minor_units: i128) -> Money {
        Money { minor_units, like: self.owed() }
    }

    /// What is still to be paid, in minor units.
    #[must_use]
    pub fn outstanding(&self) -> Option<i128> {
        match self.stage {
            stage if stage.is_closed() => Some(0),
            _ if self.merged => Some(0),
            _ => Some(self.owed()?.minor_units() - self.paid?),
        }
    }
}

/// A receivable after one of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Position of the record in the entries.
    pub entry: usize,
    /// The stage after it.
    pub stage: Stage,
    /// Who holds it after it.
    pub holder: Option<String>,
    /// What is outstanding after it, in minor units.
    pub outstanding: Option<i128>,
}
