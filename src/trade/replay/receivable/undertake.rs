//! How a receivable comes to be: applied for, accepted or rejected, confirmed and confirmed again.

use crate::trade::payload::{Element, Object};
use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::receivable::machine::Turn;
use crate::trade::replay::receivable::state::{Confirmation, InvoiceReference, Receivable, ShipmentReference, Stage};
use crate::trade::rule::phrase::{
    ACCEPTOR, After, Before, CONFIRMER, InvoicesTotal, OrLater, OrLess, POSITIVE, SELLER, Same, Words,
};
use crate::trade::rule::{Lack, Rule, Severity};
use crate::trade::said::both;
use crate::trade::seen::{Day, Seen, element_object};

/// Who may confirm.
const ANOTHER: Words = ("another than the acceptor", "承兑人以外的一方");

/// What the first record says the receivable is.
pub(super) fn applied(entry: &Entry<'_>) -> Receivable {
    let record = entry.record;
    let body = &record.body;
    let party = |name: &str| body.see_party(name).shown().map(|party| Identity::of(&party)).unwrap_or_default();
    let seller = party("seller");
    Receivable {
        reference: record.subject.reference.clone(),
        stage: Stage::Applied,
        disputed: None,
        holder: body.see_party("holder").shown().map_or_else(|| seller.clone(), |holder| Identity::of(&holder)),
        seller,
        acceptor: party("acceptor"),
        face: body.see_amount("faceAmount", None).shown(),
        accepted: None,
        paid: Some(0),
        issue_date: body.see_day("issueDate").shown(),
        maturity: body.see_day("maturityDate").shown(),
        confirmations: Vec::new(),
        pledge: None,
        financings: Vec::new(),
        parent: body.text("parentReceivableId").map(str::to_owned),
        origin_unseen: false,
        origin_ambiguous: false,
        parts: Vec::new(),
        parts_withheld: false,
        transfers: 0,
        invoices: references(body, "invoiceReferences", |object, field| InvoiceReference {
            number: object.text("documentNumber").map(str::to_owned),
            issue_date: object.see_day("issueDate").shown(),
            total: object.see_amount("totalInvoiceAmount", body.text("currency")).shown(),
            record: record.record_id.clone(),
            field,
        }),
        shipments: references(body, "shipmentReferences", |object, _| ShipmentReference {
            carrier: object.text("carrierCode").map(str::to_owned),
            document: object.text("transportDocumentReference").map(str::to_owned),
        }),
        merged: false,
    }
}

fn references<T>(body: &Object, name: &str, read: impl Fn(&Object, String) -> T) -> Vec<T> {
    let elements: &[Element] = body.see_list(name).shown().unwrap_or_default();
    let shown =
        |(at, element): (usize, &Element)| Some(read(element_object(element).shown()?, format!("/body/{name}/{at}")));
    elements.iter().enumerate().filter_map(shown).collect()
}

impl Turn<'_, '_> {
    /// The first record of a receivable that nothing was split into.
    pub(super) fn apply(&mut self) {
        let (seller, acceptor) = (self.state.seller.clone(), self.state.acceptor.clone());
        match self.signed_by(&[(SELLER, seller), (ACCEPTOR, acceptor)]) {
            Some(0) => self.learn_seller(),
            Some(_) => self.state.acceptor.learn(&self.signer),
            None => {}
        }
        self.terms();
    }

    /// The terms of the instrument, whoever wrote them.
    pub(super) fn terms(&mut self) {
        let record = self.entry.record.record_id.clone();
        match self.body().see_amount("faceAmount", None).or_lack(&record, "/body/faceAmount") {
            Ok(face) => self.judge(Rule::R(1), face.minor_units() > 0, "/body/faceAmount", POSITIVE, face),
            Err(lack) => self.sheet.lacks(Rule::R(1), lack),
        }
        self.one_currency();
        match (self.state.issue_date, self.state.maturity) {
            (Some(issued), Some(due)) => {
                self.judge(Rule::R(8), issued < due, "/body/maturityDate", After(issued), due);
                self.tenor(issued, due);
            }
            (None, _) => self.lacks_field(Rule::R(8), "issueDate"),
            (_, None) => self.lacks_field(Rule::R(8), "maturityDate"),
        }
    }

    fn lacks_field(&mut self, rule: Rule, name: &str) {
        let record = &self.entry.record.record_id;
        if let Err(lack) = self.body().see(name).or_lack(record, &format!("/body/{name}")) {
            self.sheet.lacks(rule, lack);
        }
    }

    fn tenor(&mut self, issued: Day, due: Day) {
        let last = |months: Option<u32>| months.and_then(|months| issued.plus_months(months));
        let code = self.profile.code;
        let limits = [(Severity::Error, self.profile.longest_months), (Severity::Warning, self.profile.unusual_months)];
        let over = limits.into_iter().find(|&(_, months)| last(months).is_some_and(|last| due > last));
        if let Some((severity, months)) = over {
            let months = months.unwrap_or_default();
            let expected =
                both!("{months} months after {issued} at most ({code})", "{issued} 起不超过 {months} 个月（{code}）");
            self.weighs(severity, Rule::R(8), "/body/maturityDate", expected, due);
        }
    }

    /// Rule R7 in the first record: its invoices are in its own currency.
    fn one_currency(&mut self) {
        let Some(face) = self.state.face else { return };
        for invoice in self.state.invoices.clone() {
            let Some(total) = invoice.total else { continue };
            let field = format!("{}/totalInvoiceAmount", invoice.field);
            let (expected, found) = (face.currency(), total.currency());
            self.judge(Rule::R(7), expected == found, &field, Same(expected), Same(found));
        }
    }

    fn learn_seller(&mut self) {
        // Whoever holds it at first is the seller: one who signed is known by his key from now on.
        if matches!(self.state.holder.compare(&self.state.seller), Comparison::Same(_)) {
            self.state.holder.learn(&self.signer);
        }
        self.state.seller.learn(&self.signer);
    }

    /// The debtor undertakes to pay.
    pub(super) fn accept(&mut self) {
        let acceptor = self.state.acceptor.clone();
        if self.signed_by(&[(ACCEPTOR, acceptor)]).is_some() {
            self.state.acceptor.learn(&self.signer);
        }
        let first = self.state.stage == Stage::Applied;
        let once = ("ACCEPT once, and first", "首先且仅一次 ACCEPT");
        self.judge(Rule::R(3), first, "/actionCode", once, self.state.stage);
        if !first {
            return;
        }
        self.state.stage = Stage::Accepted;
        let Some(accepted) = self.amount(Rule::R(3), "acceptedAmount") else { return };
        self.state.accepted = Some(accepted);
        self.judge(Rule::R(3), accepted.minor_units() > 0, "/body/acceptedAmount", POSITIVE, accepted);
        if let Some(face) = self.state.face {
            let within = accepted.minor_units() <= face.minor_units();
            self.judge(Rule::R(3), within, "/body/acceptedAmount", OrLess(face), accepted);
        }
        self.within_invoices(accepted.minor_units());
    }

    /// Rule R3: no more is accepted than the invoices ask for.
    fn within_invoices(&mut self, accepted: i128) {
        let invoices = &self.state.invoices;
        let totals: Option<Vec<_>> = invoices.iter().map(|invoice| invoice.total).collect();
        match totals {
            Some(totals) if !totals.is_empty() => {
                let sum: i128 = totals.iter().map(|total| total.minor_units()).sum();
                let [total, accepted] = [sum, accepted].map(|minor_units| self.state.money(minor_units));
                let within = accepted.minor_units <= sum;
                self.judge(Rule::R(3), within, "/body/acceptedAmount", InvoicesTotal(total), accepted);
            }
            _ => {
                let field = "/body/invoiceReferences".to_owned();
                self.sheet.lacks(Rule::R(3), Lack::Field { record: self.state.reference.clone(), field });
            }
        }
    }

    /// The debtor refuses.
    pub(super) fn reject(&mut self) {
        let acceptor = self.state.acceptor.clone();
        if self.signed_by(&[(ACCEPTOR, acceptor)]).is_some() {
            self.state.acceptor.learn(&self.signer);
        }
        let first = self.state.stage == Stage::Applied;
        let expected = ("REJECT before ACCEPT", "REJECT 须在 ACCEPT 之前");
        self.judge(Rule::R(3), first, "/actionCode", expected, self.state.stage);
        if first {
            self.state.stage = Stage::Rejected;
        }
    }

    /// A confirmer stands behind the debtor.
    pub(super) fn confirm(&mut self, rank: u64) {
        self.accepted_first();
        if rank == 1 {
            let none = self.state.confirmations.is_empty();
            let one = ("one CONFIRM, then RECONFIRM", "仅一次 CONFIRM，其后为 RECONFIRM");
            self.judge(Rule::R(3), none, "/actionCode", one, Same(self.action()));
            let untouched = self.state.transfers == 0 && self.state.financings.is_empty() && self.state.paid == Some(0);
            let early = ("CONFIRM before TRANSFER, FINANCE and PAY", "CONFIRM 须在 TRANSFER、FINANCE、PAY 之前");
            self.judge(Rule::R(4), untouched, "/actionCode", early, Same(self.action()));
        }
        self.confirmer_is_another();
        let amount = self.amount(Rule::R(3), "amount");
        if let (Some(amount), Some(owed)) = (amount, self.state.owed()) {
            let whole = amount.minor_units() == owed.minor_units();
            self.judge(Rule::R(3), whole, "/body/amount", owed, amount);
        }
        let expiry = self.body().see_day("expiryDate");
        if let (Seen::Shown(expiry), Some(maturity)) = (expiry, self.state.maturity) {
            self.judge(Rule::R(3), expiry >= maturity, "/body/expiryDate", OrLater(maturity), expiry);
        }
        self.state.confirmations.push(Confirmation {
            rank,
            confirmer: self.signer.clone(),
            mode: self.body().text("mode").map(str::to_owned),
            amount,
            expiry: expiry.shown(),
        });
        if matches!(self.state.stage, Stage::Accepted) {
            self.state.stage = Stage::Confirmed;
        }
    }

    /// The confirmer is whoever signs; he must not be the debtor, nor confirm twice.
    fn confirmer_is_another(&mut self) {
        if let Seen::Shown(party) = self.body().see_party("confirmer") {
            let named = Identity::of(&party);
            self.signed_by(&[(CONFIRMER, named)]);
        }
        match self.state.acceptor.compare(&self.signer) {
            Comparison::Same(_) => {
                self.broken(Rule::R(3), "/actor/key", ANOTHER, self.signer.said());
            }
            Comparison::Different => self.sheet.held(Rule::R(3)),
            Comparison::Unknown => {
                let record = self.entry.record.record_id.clone();
                self.sheet.lacks(Rule::R(3), Lack::Signer { record, expected: ANOTHER.into() });
            }
        }
    }

    /// A further confirmer stands behind the first.
    pub(super) fn reconfirm(&mut self) {
        let before = self.state.confirmations.len() as u64;
        if before == 0 && self.state.origin_unseen {
            return self.lacks_origin(Rule::R(3));
        }
        self.judge(Rule::R(3), before > 0, "/actionCode", Before("CONFIRM"), Same(self.action()));
        let again = self
            .state
            .confirmations
            .iter()
            .any(|earlier| matches!(earlier.confirmer.compare(&self.signer), Comparison::Same(_)));
        let fresh = ("another than the confirmers before", "此前保兑人以外的一方");
        self.judge(Rule::R(3), !again, "/actor/key", fresh, self.signer.said());
        if let Seen::Shown(rank) = self.body().see_count("rank") {
            self.judge(Rule::R(3), rank == before + 1, "/body/rank", before + 1, rank);
        }
        if before > 0 {
            self.confirm(before + 1);
        }
    }
}
