//! An invoice's lines, allowances, charges and taxes.

use super::leaves::Leaves;
use crate::encoding::xml::ElementId;
use crate::trade::codes;
use crate::trade::import::Why;

impl Leaves<'_> {
    /// Takes the lines.
    pub(super) fn lines(&mut self, name: &str) {
        for (index, line) in self.all(0, name).into_iter().enumerate() {
            let at = format!("/body/invoiceLines/{index}");
            self.set(&at, serde_json::json!({}));
            self.text(line, "cbc:ID", &format!("{at}/id"));
            self.text(line, "cbc:Note", &format!("{at}/comments"));
            self.text(line, "cbc:AccountingCost", &format!("{at}/buyerAccountingReference"));
            self.text(line, "cac:OrderLineReference/cbc:LineID", &format!("{at}/purchaseOrderLineReference"));
            for quantity in ["cbc:InvoicedQuantity", "cbc:CreditedQuantity"] {
                self.quantity(line, quantity, &format!("{at}/invoicedQuantity"));
            }
            self.amount(line, "cbc:LineExtensionAmount", &format!("{at}/lineExtensionAmount"));
            self.allowance_charges(line, &format!("{at}/allowanceCharges"));
            self.period(line, &format!("{at}/invoicePeriod"));
            self.item(line, &at);
            self.price(line, &at);
        }
    }

    /// Takes what a line is about.
    pub(super) fn item(&mut self, line: ElementId, at: &str) {
        const TEXTS: [(&str, &str); 7] = [
            ("cbc:Name", "itemName"),
            ("cbc:Description", "description"),
            ("cac:SellersItemIdentification/cbc:ID", "sellersItemIdentifier"),
            ("cac:BuyersItemIdentification/cbc:ID", "buyersItemIdentifier"),
            ("cac:OriginCountry/cbc:IdentificationCode", "originCountryCode"),
            ("cac:ClassifiedTaxCategory/cbc:ID", "taxCategoryCode"),
            ("cac:ClassifiedTaxCategory/cac:TaxScheme/cbc:ID", "taxSchemeCode"),
        ];
        let Some(item) = self.find(line, "cac:Item") else { return };
        for (path, field) in TEXTS {
            self.text(item, path, &format!("{at}/{field}"));
        }
        self.decimal(item, "cac:ClassifiedTaxCategory/cbc:Percent", &format!("{at}/taxPercentage"));
        if let Some(id) = self.find(item, "cac:StandardItemIdentification/cbc:ID") {
            let at = format!("{at}/standardItemIdentifier");
            if self.text(item, "cac:StandardItemIdentification/cbc:ID", &format!("{at}/code")) {
                self.list_name(id, "schemeID", &at);
            }
        }
        let (mut classes, mut commodities) = (0, 0);
        for classification in self.all(item, "cac:CommodityClassification") {
            let Some(id) = self.find(classification, "cbc:ItemClassificationCode") else { continue };
            // UNTDID 7143: the Harmonized System's code is the one that customs reads.
            if self.attribute(id, "listID") == Some("HS") {
                let field = format!("{at}/HSCodes/{commodities}");
                if self.text(classification, "cbc:ItemClassificationCode", &field) {
                    commodities += 1;
                }
                continue;
            }
            let at = format!("{at}/itemClassifications/{classes}");
            if self.text(classification, "cbc:ItemClassificationCode", &format!("{at}/code")) {
                self.list_name(id, "listID", &at);
                classes += 1;
            }
        }
    }

    fn list_name(&mut self, id: ElementId, attribute: &str, at: &str) {
        if let Some(list) = self.attribute(id, attribute) {
            let field = format!("{at}/codeListName");
            self.set(&field, list.into());
            self.took_attribute(id, attribute, &field);
        }
    }

    fn price(&mut self, line: ElementId, at: &str) {
        const PRICE: &str = "cac:Price/cbc:PriceAmount";
        let Some(id) = self.find(line, PRICE) else { return };
        if self.decimal(line, PRICE, &format!("{at}/priceAmount"))
            && let Some(currency) = self.attribute(id, "currencyID")
        {
            if currency == self.currency {
                self.took_attribute(id, "currencyID", "/body/currency");
            } else {
                let field = format!("{at}/priceCurrency");
                self.set(&field, currency.into());
                self.took_attribute(id, "currencyID", &field);
            }
        }
        self.quantity(line, "cac:Price/cbc:BaseQuantity", &format!("{at}/baseQuantity"));
    }

    /// Takes the allowances and charges of a line or of the document.
    pub(super) fn allowance_charges(&mut self, parent: ElementId, at: &str) {
        for (index, entry) in self.all(parent, "cac:AllowanceCharge").into_iter().enumerate() {
            let at = format!("{at}/{index}");
            self.set(&at, serde_json::json!({}));
            self.flag(entry, "cbc:ChargeIndicator", &format!("{at}/chargeIndicator"));
            self.text(entry, "cbc:AllowanceChargeReason", &format!("{at}/allowanceChargeReason"));
            self.text(entry, "cbc:AllowanceChargeReasonCode", &format!("{at}/allowanceChargeReasonCode"));
            self.decimal(entry, "cbc:MultiplierFactorNumeric", &format!("{at}/multiplierFactorNumeric"));
            self.amount(entry, "cbc:Amount", &format!("{at}/amount"));
            self.amount(entry, "cbc:BaseAmount", &format!("{at}/baseAmount"));
            self.tax_category(entry, &at);
        }
    }

    fn tax_category(&mut self, parent: ElementId, at: &str) {
        let Some(category) = self.find(parent, "cac:TaxCategory") else { return };
        self.text(category, "cbc:ID", &format!("{at}/taxCategoryCode"));
        self.decimal(category, "cbc:Percent", &format!("{at}/taxPercentage"));
        self.text(category, "cac:TaxScheme/cbc:ID", &format!("{at}/taxSchemeCode"));
        self.text(category, "cbc:TaxExemptionReason", &format!("{at}/taxExemptionReason"));
        self.text(category, "cbc:TaxExemptionReasonCode", &format!("{at}/taxExemptionReasonCode"));
    }

    /// Takes the taxes: those in the document's currency by category and in total, and the total in the currency of accounting.
    pub(super) fn taxes(&mut self) {
        const AMOUNT: &str = "cbc:TaxAmount";
        let totals = self.all(0, "cac:TaxTotal");
        let is_own = |leaves: &Self, total: ElementId| {
            let id = leaves.find(total, AMOUNT);
            id.and_then(|id| leaves.attribute(id, "currencyID")).is_none_or(|code| code == leaves.currency)
        };
        let own = totals.iter().filter(|&&total| is_own(self, total)).count();
        let mut count = 0;
        for total in totals {
            if !is_own(self, total) {
                self.amount(total, AMOUNT, "/body/taxAccountingAmount");
                continue;
            }
            let subtotals = self.all(total, "cac:TaxSubtotal");
            if own == 1 {
                self.amount(total, AMOUNT, "/body/taxAmount");
            } else if subtotals.is_empty() {
                // One of several taxes, which is not broken down.
                count += usize::from(self.amount(total, AMOUNT, &format!("/body/taxSubtotals/{count}/taxAmount")));
            }
            for subtotal in subtotals {
                let at = format!("/body/taxSubtotals/{count}");
                self.amount(subtotal, "cbc:TaxableAmount", &format!("{at}/taxableAmount"));
                self.amount(subtotal, AMOUNT, &format!("{at}/taxAmount"));
                self.tax_category(subtotal, &at);
                // UBL 2.0 has the rate beside the category too.
                self.decimal(subtotal, "cbc:Percent", &format!("{at}/taxPercentage"));
                count += usize::from(self.field(&at).is_some());
            }
        }
    }

    /// Takes the delivery term, where it is one of the Incoterms.
    pub(super) fn delivery_term(&mut self, parent: ElementId) {
        const TERM: &str = "cac:DeliveryTerms/cbc:ID";
        let Some(id) = self.find(parent, TERM) else { return };
        match self.read(id) {
            Some(code) if codes::meaning("incoTerms", code).is_some() => {
                self.text(parent, TERM, "/body/incoTerms");
            }
            _ => self.keep(id, Why::Kind { expected: "an Incoterm such as FOB".to_owned() }),
        }
    }
}
