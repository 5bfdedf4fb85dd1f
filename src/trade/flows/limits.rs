//! What the rules across the flows tolerate, in one place. None of it is in the records; whoever shows a rule may show these.

/// Weights of two records may differ by so many percent: UCP 600 article 30 b allows 5 more or less of a quantity, and no
/// difference where packing units are counted.
pub const WEIGHT_PERCENT: i128 = 5;

/// A declared or customs value may differ from the invoices by so many percent: what CIF adds, insurance at 110 percent among
/// it, and what UCP 600 article 30 a calls "about".
pub const VALUE_PERCENT: i128 = 10;

/// Days between an invoice and the day on board beyond which the two may not belong together: a month, since invoices are
/// mostly issued with the goods.
pub const SHIPMENT_DAYS: i64 = 30;

/// Days in which title follows a financing: the five banking days that UCP 600 article 14 b gives for papers, with a weekend.
pub const TITLE_DAYS: i64 = 7;

/// Most records under one number that are tried for a reference: numbers of different sellers may be equal.
pub const MAX_NAMESAKES: usize = 32;

/// Most pairs of an invoice and a bill that one receivable makes.
pub const MAX_PAIRS: usize = 256;

/// Most goods lines, packages and charges that are read of one document.
pub const MAX_LINES: usize = 10_000;

/// Who pays the freight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freight {
    /// The seller, before: `PRE`.
    Prepaid,
    /// The buyer, on arrival: `COL`.
    Collect,
}

impl Freight {
    /// DCSA's `freightPaymentTermCode`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Prepaid => "PRE",
            Self::Collect => "COL",
        }
    }
}

/// Delivery terms, of Incoterms 2020 and those before it that are still written, and who pays the main carriage under each.
pub const DELIVERY_TERMS: [(&str, Freight); 17] = [
    ("EXW", Freight::Collect),
    ("FCA", Freight::Collect),
    ("FAS", Freight::Collect),
    ("FOB", Freight::Collect),
    ("CFR", Freight::Prepaid),
    ("CIF", Freight::Prepaid),
    ("CPT", Freight::Prepaid),
    ("CIP", Freight::Prepaid),
    ("DAP", Freight::Prepaid),
    ("DPU", Freight::Prepaid),
    ("DDP", Freight::Prepaid),
    ("DAT", Freight::Prepaid),
    ("DAF", Freight::Prepaid),
    ("DES", Freight::Prepaid),
    ("DEQ", Freight::Prepaid),
    ("DDU", Freight::Prepaid),
    ("CNF", Freight::Prepaid),
];

/// Who pays the freight under a delivery term, which may have its place behind it: `CIF Rotterdam`.
#[must_use]
pub fn freight_of(term: &str) -> Option<Freight> {
    let code = term.split_whitespace().next()?.to_ascii_uppercase();
    DELIVERY_TERMS.iter().find(|(known, _)| *known == code).map(|&(_, freight)| freight)
}
