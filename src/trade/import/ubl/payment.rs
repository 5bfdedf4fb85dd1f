//! How an invoice is to be paid, and the advice that it was.

use super::leaves::Leaves;
use super::{draft, number, refused};
use crate::trade::action::RecordType;
use crate::trade::amount::Amount;
use crate::trade::import::{Draft, Refused};

impl Leaves<'_> {
    /// Takes the means of payment, and the day it is due.
    pub(super) fn payment_means(&mut self) {
        const TEXTS: [(&str, &str); 6] = [
            ("cbc:PaymentMeansCode", "paymentMeansCode"),
            ("cbc:PaymentChannelCode", "paymentChannelCode"),
            ("cbc:PaymentID", "paymentReference"),
            ("cac:PayeeFinancialAccount/cbc:ID", "accountIdentifier"),
            ("cac:PayeeFinancialAccount/cbc:Name", "accountName"),
            ("cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID", "serviceProviderIdentifier"),
        ];
        const BANK: &str = "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cac:FinancialInstitution/cbc:ID";
        for (index, means) in self.all(0, "cac:PaymentMeans").into_iter().enumerate() {
            let at = format!("/body/paymentMeans/{index}");
            self.set(&at, serde_json::json!({}));
            for (path, field) in TEXTS {
                self.text(means, path, &format!("{at}/{field}"));
            }
            self.text(means, BANK, &format!("{at}/serviceProviderIdentifier"));
            self.date(means, "cbc:PaymentDueDate", "/body/dueDate");
        }
    }
}

/// Most values of all payments together: each repeats who pays whom.
const MAX_VALUES: usize = 100_000;

/// Reads a remittance advice into the payment of each invoice it names.
pub(super) fn drafts(leaves: &mut Leaves<'_>) -> Result<(Vec<Draft>, Vec<Refused>), String> {
    const DEBIT: &str = "cbc:DebitLineAmount";
    const INVOICE: &str = "cac:BillingReference/cac:InvoiceDocumentReference";
    let advice = number(leaves)?;
    let (mut drafts, mut left, mut values) = (Vec::new(), Vec::new(), 0);
    for line in leaves.all(0, "cac:RemittanceAdviceLine") {
        let named = leaves.all(line, "cac:BillingReference").len();
        let invoice = leaves.read_at(line, &format!("{INVOICE}/cbc:ID")).map(str::to_owned);
        let credit = leaves.read_at(line, "cbc:CreditLineAmount");
        let is_nothing = |amount: &str| amount.bytes().all(|digit| matches!(digit, b'0' | b'.' | b'+' | b'-'));
        let reason = match &invoice {
            None => Some("the line names no invoice"),
            Some(_) if named != 1 => Some("the line pays several invoices together"),
            Some(_) if !credit.is_none_or(is_nothing) => Some("the line sets credit off against debit"),
            Some(_) => None,
        };
        let (Some(invoice), None) = (invoice, reason) else {
            left.push(refused(leaves, line, reason.unwrap_or_default()));
            continue;
        };
        let stated = leaves.find(line, DEBIT).and_then(|id| leaves.attribute(id, "currencyID"));
        let stated = stated.or(leaves.read_at(0, "cbc:DocumentCurrencyCode")).unwrap_or_default().to_owned();
        if Amount::parse("0", &stated).is_err() {
            left.push(refused(leaves, line, "the line names no currency of ISO 4217"));
            continue;
        }
        leaves.currency = stated;
        leaves.set("/body/currency", leaves.currency.clone().into());
        leaves.text(0, "cbc:DocumentCurrencyCode", "/body/currency");
        if !leaves.amount(line, DEBIT, "/body/amount") {
            left.push(refused(leaves, line, "the line states no amount that can be read"));
            leaves.drop_draft();
            continue;
        }
        leaves.text(line, &format!("{INVOICE}/cbc:ID"), "/body/documentNumber");
        leaves.date(line, &format!("{INVOICE}/cbc:IssueDate"), "/body/issueDate");
        leaves.text(line, "cbc:Note", "/body/comments");
        advice_head(leaves);
        let mut draft = draft(RecordType::Invoice, "PAID", "invoice", &invoice)?;
        draft.record_id = format!("{}-{advice}-{}", draft.record_id, drafts.len() + 1);
        let draft = leaves.finish(draft);
        values += draft.origins.len();
        if values > MAX_VALUES {
            return Err(format!("its payments have more than {MAX_VALUES} values together"));
        }
        drafts.push(draft);
    }
    match (drafts.is_empty(), left.first()) {
        (false, _) => Ok((drafts, left)),
        (true, Some(first)) => Err(format!("{}: {}", first.pointer, first.reason)),
        (true, None) => Err("it has no lines".to_owned()),
    }
}

/// What every payment of an advice shares.
fn advice_head(leaves: &mut Leaves<'_>) {
    leaves.text(0, "cbc:ID", "/body/paymentReference");
    leaves.date(0, "cbc:IssueDate", "/body/paymentDate");
    leaves.text(0, "cbc:Note", "/body/comments");
    leaves.period(0, "/body/invoicePeriod");
    leaves.party(0, "cac:AccountingSupplierParty/cac:Party", "/body/seller");
    leaves.party(0, "cac:PayeeParty", "/body/payee");
    if leaves.party(0, "cac:AccountingCustomerParty/cac:Party", "/body/buyer")
        && let Some(buyer) = leaves.field("/body/buyer").cloned()
    {
        leaves.set("/actor", buyer);
    }
    if let Some(seller) = leaves.field("/body/seller").cloned() {
        leaves.set("/recipient", seller);
    }
    leaves.payment_means();
}
