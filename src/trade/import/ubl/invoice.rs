//! Invoices, credit notes and freight invoices.

use super::leaves::Leaves;
use super::{UblDocument, draft, number};
use crate::encoding::xml::ElementId;
use crate::trade::action::RecordType;
use crate::trade::amount::Amount;
use crate::trade::import::Draft;

/// UNTDID 1001 codes of credit notes.
const CREDIT_NOTES: [&str; 6] = ["81", "83", "261", "381", "396", "532"];
/// The code of a corrected invoice.
const CORRECTED: &str = "384";
/// The code of an invoice that the buyer writes for the seller.
const SELF_BILLED: [&str; 2] = ["389", "261"];
/// UNTDID 1001 codes of transport documents.
const TRANSPORT_DOCUMENTS: [&str; 9] = ["703", "704", "705", "710", "714", "720", "730", "740", "741"];

/// Reads an invoice; the error is the reason why it is none.
pub(super) fn draft_of(leaves: &mut Leaves<'_>, kind: UblDocument) -> Result<Draft, String> {
    let own_number = number(leaves)?;
    currency(leaves)?;
    let type_path = if kind == UblDocument::CreditNote { "cbc:CreditNoteTypeCode" } else { "cbc:InvoiceTypeCode" };
    let code = leaves.read_at(0, type_path).unwrap_or_default();
    let is_credit = kind == UblDocument::CreditNote || CREDIT_NOTES.contains(&code);
    let action = match code {
        _ if is_credit => "CREDITED",
        CORRECTED => "CORRECTED",
        _ => "ISSUED",
    };
    // What a credit note speaks of is the invoice that it credits.
    let reference = match (action, preceding(leaves)) {
        ("CREDITED" | "CORRECTED", Some(invoice)) => invoice,
        _ => own_number,
    };
    let draft = draft(RecordType::Invoice, action, "invoice", &reference)?;
    if code.is_empty() {
        let supplied = match kind {
            UblDocument::CreditNote => "381",
            UblDocument::FreightInvoice => "780",
            _ => "380",
        };
        leaves.supply("/body/invoiceTypeCode", supplied);
    }
    leaves.text(0, type_path, "/body/invoiceTypeCode");
    head(leaves, SELF_BILLED.contains(&code));
    leaves.lines(if kind == UblDocument::CreditNote { "cac:CreditNoteLine" } else { "cac:InvoiceLine" });
    leaves.allowance_charges(0, "/body/allowanceCharges");
    leaves.taxes();
    totals(leaves);
    leaves.payment_means();
    if leaves.field("/body/payableAmount").is_none() {
        return Err("it states no amount payable that can be read".to_owned());
    }
    Ok(leaves.finish(draft))
}

/// The document's currency, as it says, or else that of what is payable.
fn currency(leaves: &mut Leaves<'_>) -> Result<(), String> {
    const PAYABLE: &str = "cac:LegalMonetaryTotal/cbc:PayableAmount";
    let stated = leaves.read_at(0, "cbc:DocumentCurrencyCode");
    let payable = leaves.find(0, PAYABLE);
    let implied = payable.and_then(|id| leaves.attribute(id, "currencyID"));
    let code = stated.or(implied).ok_or("it names no currency")?;
    if Amount::parse("0", code).is_err() {
        return Err(format!("its currency {code:?} is none of ISO 4217's"));
    }
    leaves.currency = code.to_owned();
    leaves.set("/body/currency", code.into());
    leaves.text(0, "cbc:DocumentCurrencyCode", "/body/currency");
    Ok(())
}

/// References to invoices, of the document and then of its lines.
fn billing_references(leaves: &Leaves<'_>) -> Vec<ElementId> {
    let lines = leaves.all(0, "cac:CreditNoteLine").into_iter().chain(leaves.all(0, "cac:InvoiceLine"));
    let of = |parent| leaves.all(parent, "cac:BillingReference");
    std::iter::once(0)
        .chain(lines)
        .flat_map(of)
        .filter_map(|id| leaves.find(id, "cac:InvoiceDocumentReference"))
        .collect()
}

/// The one invoice that a document refers to.
fn preceding(leaves: &Leaves<'_>) -> Option<String> {
    let references = billing_references(leaves);
    let mut named: Vec<&str> = references.into_iter().filter_map(|id| leaves.read_at(id, "cbc:ID")).collect();
    named.sort_unstable();
    named.dedup();
    match named[..] {
        [one] if !one.chars().any(char::is_control) => Some(one.to_owned()),
        _ => None,
    }
}

fn head(leaves: &mut Leaves<'_>, self_billed: bool) {
    const TEXTS: [(&str, &str); 10] = [
        ("cbc:ID", "documentNumber"),
        ("cbc:BuyerReference", "buyerReference"),
        ("cbc:AccountingCost", "buyerAccountingReference"),
        ("cac:OrderReference/cbc:ID", "purchaseOrderReference"),
        ("cac:OrderReference/cbc:SalesOrderID", "salesOrderReference"),
        ("cac:ContractDocumentReference/cbc:ID", "contractReference"),
        ("cac:DespatchDocumentReference/cbc:ID", "despatchAdviceReference"),
        ("cac:ReceiptDocumentReference/cbc:ID", "receivingAdviceReference"),
        ("cac:PaymentTerms/cbc:Note", "paymentTerms"),
        ("cbc:Note", "comments"),
    ];
    const PARTIES: [(&str, &str); 6] = [
        ("cac:AccountingSupplierParty/cac:Party", "seller"),
        ("cac:AccountingCustomerParty/cac:Party", "buyer"),
        ("cac:PayeeParty", "payee"),
        ("cac:TaxRepresentativeParty", "sellerTaxRepresentative"),
        ("cac:Delivery/cac:DeliveryParty", "deliveryParty"),
        ("cac:Shipment/cac:Delivery/cac:DeliveryParty", "deliveryParty"),
    ];
    for (path, field) in TEXTS {
        leaves.text(0, path, &format!("/body/{field}"));
    }
    for (path, field) in PARTIES {
        let at = format!("/body/{field}");
        if leaves.field(&at).is_none() {
            leaves.party(0, path, &at);
        }
    }
    let [seller, buyer] = ["/body/seller", "/body/buyer"].map(|at| leaves.field(at).cloned());
    let (actor, recipient) = if self_billed { (buyer, seller) } else { (seller, buyer) };
    for (at, party) in [("/actor", actor), ("/recipient", recipient)] {
        if let Some(party) = party {
            leaves.set(at, party);
        }
    }
    leaves.moment(0, "cbc:IssueDate", "cbc:IssueTime", "/actionDateTime");
    leaves.date(0, "cbc:IssueDate", "/body/issueDate");
    leaves.date(0, "cbc:DueDate", "/body/dueDate");
    leaves.date(0, "cbc:TaxPointDate", "/body/taxPointDate");
    leaves.date(0, "cac:Delivery/cbc:ActualDeliveryDate", "/body/deliveryDate");
    leaves.place(0, "cac:Delivery/cac:DeliveryLocation", "/body/placeOfDelivery");
    leaves.address(0, "cac:Delivery/cac:DeliveryAddress", "/body/placeOfDelivery/address");
    leaves.period(0, "/body/invoicePeriod");
    leaves.delivery_term(0);
    preceding_invoices(leaves);
    documents(leaves);
}

fn preceding_invoices(leaves: &mut Leaves<'_>) {
    let mut known: Vec<String> = Vec::new();
    for reference in billing_references(leaves) {
        let Some(number) = leaves.read_at(reference, "cbc:ID").map(str::to_owned) else { continue };
        let place = known.iter().position(|own| *own == number).unwrap_or(known.len());
        let at = format!("/body/precedingInvoiceReferences/{place}");
        leaves.text(reference, "cbc:ID", &format!("{at}/documentNumber"));
        leaves.date(reference, "cbc:IssueDate", &format!("{at}/issueDate"));
        if place == known.len() {
            known.push(number);
        }
    }
}

/// Documents that the invoice names; a transport document among them is what the goods travelled under.
fn documents(leaves: &mut Leaves<'_>) {
    let mut count = 0;
    for document in leaves.all(0, "cac:AdditionalDocumentReference") {
        let code = leaves.read_at(document, "cbc:DocumentTypeCode");
        if code.is_some_and(|code| TRANSPORT_DOCUMENTS.contains(&code)) {
            leaves.text(document, "cbc:ID", "/body/transportDocumentReference");
        }
        let at = format!("/body/documentReferences/{count}");
        count += usize::from(leaves.document(document, &at));
    }
}

fn totals(leaves: &mut Leaves<'_>) {
    const AMOUNTS: [(&str, &str); 8] = [
        ("cbc:LineExtensionAmount", "lineExtensionAmount"),
        ("cbc:TaxExclusiveAmount", "taxExclusiveAmount"),
        ("cbc:TaxInclusiveAmount", "taxInclusiveAmount"),
        ("cbc:AllowanceTotalAmount", "allowanceTotalAmount"),
        ("cbc:ChargeTotalAmount", "chargeTotalAmount"),
        ("cbc:PrepaidAmount", "prepaidAmount"),
        ("cbc:PayableRoundingAmount", "payableRoundingAmount"),
        ("cbc:PayableAmount", "payableAmount"),
    ];
    let Some(total) = leaves.find(0, "cac:LegalMonetaryTotal") else { return };
    for (path, field) in AMOUNTS {
        leaves.amount(total, path, &format!("/body/{field}"));
    }
}

impl Leaves<'_> {
    /// Takes a period of two days.
    pub(super) fn period(&mut self, parent: ElementId, at: &str) {
        self.date(parent, "cac:InvoicePeriod/cbc:StartDate", &format!("{at}/startDate"));
        self.date(parent, "cac:InvoicePeriod/cbc:EndDate", &format!("{at}/endDate"));
    }

    /// Takes a reference to a document; gives whether there is one.
    pub(super) fn document(&mut self, document: ElementId, at: &str) -> bool {
        let there = self.text(document, "cbc:ID", &format!("{at}/documentNumber"));
        if there {
            self.text(document, "cbc:DocumentTypeCode", &format!("{at}/type"));
            self.text(document, "cbc:DocumentType", &format!("{at}/description"));
            self.date(document, "cbc:IssueDate", &format!("{at}/issueDate"));
        }
        there
    }
}
