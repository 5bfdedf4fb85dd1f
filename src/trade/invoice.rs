//! Invoice records: the business terms of EN 16931 in the words of its UBL 2.1 binding, and what is done with an invoice.

use crate::trade::action::{Action, Schema};

const fn action(code: &'static str, kind: u16, words: &'static str, words_zh: &'static str) -> Action {
    Action::new(code, kind, words, words_zh)
}

/// What tells one invoice from another, and what it comes to.
const DOCUMENT: &[&str] = &["documentNumber", "currency", "payableAmount"];

/// Invoices and credit notes. A credit note's or corrected invoice's own number stands in `documentNumber`, and the invoice it
/// speaks of, which is the asset, in `precedingInvoiceReferences` (BG-3).
pub const INVOICE: Schema = Schema {
    code: "invoice",
    schemes: &["invoice"],
    fields: &[
        "documentNumber",
        "invoiceTypeCode",
        "issueDate",
        "dueDate",
        "taxPointDate",
        "currency",
        "seller",
        "buyer",
        "payee",
        "sellerTaxRepresentative",
        "buyerReference",
        "buyerAccountingReference",
        "purchaseOrderReference",
        "salesOrderReference",
        "contractReference",
        "precedingInvoiceReferences",
        "despatchAdviceReference",
        "receivingAdviceReference",
        "shipmentReferences",
        "transportDocumentReference",
        "documentReferences",
        "incoTerms",
        "deliveryDate",
        "deliveryParty",
        "placeOfDelivery",
        "invoicePeriod",
        "invoiceLines",
        "allowanceCharges",
        "taxSubtotals",
        "lineExtensionAmount",
        "allowanceTotalAmount",
        "chargeTotalAmount",
        "taxExclusiveAmount",
        "taxAmount",
        "taxInclusiveAmount",
        "prepaidAmount",
        "payableRoundingAmount",
        "payableAmount",
        "taxAccountingAmount",
        "paymentMeans",
        "paymentTerms",
        "paymentDate",
        "paymentReference",
        "amount",
        "comments",
        "reason",
    ],
    actions: &[
        action("ISSUED", 0x0b01, "invoice issued", "开具发票").requires(DOCUMENT),
        action("CREDITED", 0x0b02, "credited by a credit note", "开具贷项通知单（红字冲减）").requires(DOCUMENT),
        action("CORRECTED", 0x0b03, "replaced by a corrected invoice", "开具更正发票").requires(DOCUMENT),
        action("ACCEPTED", 0x0b04, "invoice accepted by the buyer", "买方确认发票"),
        action("UNDER_QUERY", 0x0b05, "invoice queried by the buyer", "买方对发票提出疑问").requires(&["reason"]),
        action("REJECTED", 0x0b06, "invoice rejected by the buyer", "买方拒收发票").requires(&["reason"]),
        action("PAID", 0x0b07, "payment advised", "付款通知").requires(&["amount"]),
        action("CANCELLED", 0x0b08, "invoice cancelled", "发票作废").requires(&["reason"]),
    ],
};
