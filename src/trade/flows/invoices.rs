//! Invoices replayed: what each asks for now, after corrections and credit notes, and what the buyer said of it.

use crate::trade::amount::Amount;
use crate::trade::flows::paper::{Shown, listed};
use crate::trade::invoice_arithmetic::rule_invoice;
use crate::trade::record::Subject;
use crate::trade::replay::history::{self, Entry, History};
use crate::trade::replay::identity::Identity;
use crate::trade::rule::{Lack, Rule, Sheet};
use crate::trade::seen::{Day, Seen};

/// Where an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvoiceStage {
    /// Issued.
    Issued,
    /// The buyer accepted it.
    Accepted,
    /// The buyer asks about it.
    UnderQuery,
    /// The buyer refused it.
    Rejected,
    /// Payment was advised.
    Paid,
    /// Cancelled.
    Cancelled,
}

impl InvoiceStage {
    /// Its name: a key of the wording.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Accepted => "accepted",
            Self::UnderQuery => "under-query",
            Self::Rejected => "rejected",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
        }
    }
}

/// An invoice after the last of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// The asset it is recorded under.
    pub asset: Subject,
    /// Its reference.
    pub reference: String,
    /// Position of the record whose document counts: as issued, or as last corrected.
    pub entry: usize,
    /// Numbers it goes under: its own, and those of what corrected it.
    pub numbers: Vec<String>,
    /// Where it stands.
    pub stage: InvoiceStage,
    /// Seller.
    pub seller: Identity,
    /// Buyer.
    pub buyer: Identity,
    /// What the document asks for.
    pub asked: Option<Amount>,
    /// What it asks for after credit notes; none where one of the amounts is not known.
    pub payable: Option<Amount>,
    /// The value of what is sold, without tax where that is told.
    pub value: Option<Amount>,
    /// Issue date.
    pub issued: Option<Day>,
    /// Due date.
    pub due: Option<Day>,
    /// `purchaseOrderReference`.
    pub order: Option<String>,
    /// Transport documents it names.
    pub bills: Vec<String>,
}

/// Replays every invoice among the entries; its arithmetic is held to rules A1 to A6, its history to R12.
#[must_use]
pub fn replay(entries: &[Entry<'_>], focus: Option<usize>, sheet: &mut Sheet) -> Vec<Invoice> {
    let mut invoices = Vec::new();
    for asset in history::by_asset(entries, &["invoice"]) {
        let history = history::order(entries, &asset, focus, Rule::R(12), sheet);
        invoices.extend(replay_one(entries, &history, sheet));
    }
    invoices
}

fn replay_one(entries: &[Entry<'_>], history: &History, sheet: &mut Sheet) -> Option<Invoice> {
    let mut invoice: Option<Invoice> = None;
    // What stands after a gap still tells what the document says.
    let mut told: Vec<usize> = history.branch.iter().chain(&history.loose).copied().collect();
    told.sort_by_key(|&at| entries[at].record.sequence);
    for at in told {
        let record = entries[at].record;
        let _ = rule_invoice(record, sheet);
        let body = &record.body;
        let stage = match record.action.code {
            "ISSUED" | "CORRECTED" => {
                let before = invoice.take();
                let mut document = read(&entries[at], at);
                if let Some(before) = before {
                    // Credit notes of what was corrected are part of the correction.
                    document.numbers.splice(0..0, before.numbers);
                    document.numbers.dedup();
                }
                invoice = Some(document);
                continue;
            }
            "CREDITED" => {
                let Some(invoice) = &mut invoice else { continue };
                let credit = body.see_amount("payableAmount", None).shown();
                invoice.payable = invoice.payable.zip(credit).and_then(|(payable, credit)| {
                    let left = payable.minor_units().checked_sub(credit.minor_units())?;
                    (payable.currency() == credit.currency()).then(|| payable.of_same_currency(left))
                });
                continue;
            }
            "ACCEPTED" => InvoiceStage::Accepted,
            "UNDER_QUERY" => InvoiceStage::UnderQuery,
            "REJECTED" => InvoiceStage::Rejected,
            "PAID" => InvoiceStage::Paid,
            _ => InvoiceStage::Cancelled,
        };
        if let Some(invoice) = &mut invoice {
            invoice.stage = stage;
        }
    }
    if invoice.is_none() {
        let what = format!("ISSUED of invoice {}", history.subject.reference);
        sheet.lacks(Rule::R(12), Lack::Record { what });
    }
    invoice
}

fn read(entry: &Entry<'_>, at: usize) -> Invoice {
    let record = entry.record;
    let body = &record.body;
    let party = |name: &str| body.see_party(name).shown().map(|party| Identity::of(&party)).unwrap_or_default();
    let mut numbers = vec![record.subject.reference.clone()];
    numbers.extend(body.text("documentNumber").filter(|number| *number != numbers[0]).map(str::to_owned));
    let asked = body.see_amount("payableAmount", None).shown();
    let value = match body.see_amount("taxExclusiveAmount", None) {
        Seen::Shown(value) => Some(value),
        Seen::Withheld => None,
        Seen::Absent => asked,
    };
    let mut bills: Vec<String> = body.text("transportDocumentReference").map(str::to_owned).into_iter().collect();
    let (references, shown) = listed(body, "shipmentReferences");
    if shown != Shown::Absent {
        let named = references.into_iter().filter_map(|(_, object)| object.text("transportDocumentReference"));
        bills.extend(named.map(str::to_owned));
    }
    Invoice {
        asset: record.subject.clone(),
        reference: record.subject.reference.clone(),
        entry: at,
        numbers,
        stage: InvoiceStage::Issued,
        seller: party("seller"),
        buyer: party("buyer"),
        asked,
        payable: asked,
        value,
        issued: body.see_day("issueDate").shown(),
        due: body.see_day("dueDate").shown(),
        order: body.text("purchaseOrderReference").map(str::to_owned),
        bills,
    }
}
