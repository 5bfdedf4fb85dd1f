//! Rules A5 and A6: each line's amount from its quantity and price, each category's tax from its base and rate.
//!
//! Both are rounded by whoever wrote the invoice, so a difference of up to half a minor unit is none.

use super::{Invoice, LINE, Minor, TAX, Trouble};
use crate::trade::amount::Decimal;
use crate::trade::payload::{Node, Object, child};
use crate::trade::rule::phrase::{POSITIVE, Same};
use crate::trade::rule::{Breach, Rule, Severity};
use crate::trade::said::Said;
use crate::trade::seen::Seen;
use serde_json::Value;

/// A number with its unit.
struct Quantity<'a> {
    value: Decimal,
    unit: &'a str,
}

impl<'a> Invoice<'a> {
    /// A5.
    pub(super) fn each_line(&mut self) {
        self.each("invoiceLines", LINE, Self::line);
    }

    /// A6.
    pub(super) fn each_tax(&mut self) {
        self.each("taxSubtotals", TAX, Self::subtotal);
    }

    /// Holds each object of a list against a rule.
    fn each(&mut self, list: &str, rule: Rule, hold: impl Fn(&Self, &Object, &str) -> Result<(), Trouble>) {
        let at = child("/body", list);
        let elements = match self.body.see_list(list).or_lack(self.record, &at) {
            Ok(elements) => elements,
            Err(lack) => return self.sheet.lacks(rule, lack),
        };
        for (at, object) in self.objects(elements, &at) {
            match object.map_err(Trouble::Lack).and_then(|object| hold(self, object, &at)) {
                Ok(()) => self.sheet.held(rule),
                Err(trouble) => self.write(rule, trouble),
            }
        }
    }

    /// quantity × price ÷ base quantity − allowances + charges = amount.
    fn line(&self, line: &Object, at: &str) -> Result<(), Trouble> {
        let amount_at = child(at, "lineExtensionAmount");
        let amount = Decimal::new(self.amount(line, at, "lineExtensionAmount")?, self.zero.decimals());
        let quantity = self.quantity(line, at, "invoicedQuantity")?;
        let base = match line.see("baseQuantity") {
            Seen::Absent => Quantity { value: Decimal::ONE, unit: quantity.unit },
            Seen::Shown(_) | Seen::Withheld => self.quantity(line, at, "baseQuantity")?,
        };
        if base.unit != quantity.unit {
            return Err(self.wrong(&child(at, "baseQuantity"), Same(quantity.unit), Same(base.unit)));
        }
        if base.value.units <= 0 {
            return Err(self.wrong(&child(at, "baseQuantity"), POSITIVE, base.value));
        }
        match line.see_text("priceCurrency") {
            Seen::Shown(code) if code != self.zero.currency() => {
                return Err(self.wrong(&child(at, "priceCurrency"), Same(self.zero.currency()), Same(code)));
            }
            _ => {}
        }
        let price_at = child(at, "priceAmount");
        let price = line.see_text("priceAmount").and_then(|text| Decimal::parse(text).ok());
        let price = price.or_lack(self.record, &price_at).map_err(Trouble::Lack)?;
        let added = Decimal::new(self.line_charges(line, at)?, self.zero.decimals());

        let multiply = || {
            let product = quantity.value.checked_mul(price)?;
            let difference = product.checked_sub(amount.checked_sub(added)?.checked_mul(base.value)?)?;
            let expected = product.checked_div(base.value, self.zero.decimals())?.units.checked_add(added.units)?;
            Some((self.is_rounding(difference, base.value)?, expected))
        };
        let (right, expected) = multiply().ok_or_else(|| Trouble::Lack(self.lack(&amount_at)))?;
        let shown = |minor| self.zero.of_same_currency(minor);
        if right { Ok(()) } else { Err(self.wrong(&amount_at, shown(expected), shown(amount.units))) }
    }

    /// A line's charges less its allowances.
    fn line_charges(&self, line: &Object, at: &str) -> Minor {
        let at = child(at, "allowanceCharges");
        let elements = match line.see_list("allowanceCharges") {
            Seen::Absent => return Ok(0),
            seen => seen.or_lack(self.record, &at).map_err(Trouble::Lack)?,
        };
        let charges = self.sum(elements, &at, |invoice, entry, at| invoice.signed(entry, at, true));
        let allowances = self.sum(elements, &at, |invoice, entry, at| invoice.signed(entry, at, false));
        self.combine(&[(charges, 1), (allowances, -1)], &at)
    }

    /// base × rate ÷ 100 = tax.
    fn subtotal(&self, subtotal: &Object, at: &str) -> Result<(), Trouble> {
        const HUNDRED: Decimal = Decimal { units: 100, decimals: 0 };
        let tax_at = child(at, "taxAmount");
        let decimal = |name| Ok(Decimal::new(self.amount(subtotal, at, name)?, self.zero.decimals()));
        let (base, tax) = (decimal("taxableAmount")?, decimal("taxAmount")?);
        let rate = match subtotal.see_text("taxPercentage") {
            // What is outside the scope of the tax has no rate (BR-O-05).
            Seen::Absent if subtotal.text("taxCategoryCode") == Some("O") => Decimal::ZERO,
            seen => {
                let rate = seen.and_then(|text| Decimal::parse(text).ok());
                rate.or_lack(self.record, &child(at, "taxPercentage")).map_err(Trouble::Lack)?
            }
        };
        let multiply = || {
            let product = base.checked_mul(rate)?;
            let difference = product.checked_sub(tax.checked_mul(HUNDRED)?)?;
            Some((self.is_rounding(difference, HUNDRED)?, product.checked_div(HUNDRED, self.zero.decimals())?.units))
        };
        let (right, expected) = multiply().ok_or_else(|| Trouble::Lack(self.lack(&tax_at)))?;
        let shown = |minor| self.zero.of_same_currency(minor);
        if right { Ok(()) } else { Err(self.wrong(&tax_at, shown(expected), shown(tax.units))) }
    }

    /// Whether a difference, multiplied by `times`, is at most half a minor unit.
    fn is_rounding(&self, difference: Decimal, times: Decimal) -> Option<bool> {
        let half = Decimal::new(5, self.zero.decimals() + 1).checked_mul(times)?.checked_abs()?;
        Some(difference.checked_abs()?.checked_cmp(half)?.is_le())
    }

    fn quantity<'o>(&self, object: &'o Object, at: &str, name: &str) -> Result<Quantity<'o>, Trouble> {
        let at = child(at, name);
        let quantity = object.see_object(name).or_lack(self.record, &at).map_err(Trouble::Lack)?;
        let value = quantity.see("value").and_then(|node| match node {
            Node::Scalar(Value::String(text)) => Decimal::parse(text).ok(),
            Node::Scalar(Value::Number(number)) => Decimal::parse(&number.to_string()).ok(),
            _ => None,
        });
        let value = value.or_lack(self.record, &child(&at, "value")).map_err(Trouble::Lack)?;
        let unit = quantity.see_text("unit").or_lack(self.record, &child(&at, "unit")).map_err(Trouble::Lack)?;
        Ok(Quantity { value, unit })
    }

    /// Lines and categories are warned of: what is owed is in the totals.
    fn wrong(&self, field: &str, expected: impl Into<Said>, found: impl Into<Said>) -> Trouble {
        Trouble::Breach(Breach::new(Severity::Warning, self.place(field), expected, found))
    }
}
