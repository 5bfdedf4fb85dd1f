//! Does an invoice add up? Rules A1 to A6, the equations of EN 16931 (BR-CO-10 to BR-CO-17), in exact arithmetic.
//!
//! Where the amount payable is rounded, EN 16931 adds the rounding to what is payable; OASIS's own example adds it to the total
//! with tax. Both are accepted, but not a mixture of the two.

mod lines;

use crate::trade::amount::Amount;
use crate::trade::payload::{Element, Object, child};
use crate::trade::record::Record;
use crate::trade::rule::phrase::Same;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::seen::{Seen, element_object};

const LINES: Rule = Rule::A(1);
const WITHOUT_TAX: Rule = Rule::A(2);
const WITH_TAX: Rule = Rule::A(3);
const PAYABLE: Rule = Rule::A(4);
const LINE: Rule = Rule::A(5);
const TAX: Rule = Rule::A(6);

/// Where an invoice puts the rounding of what is payable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// In the amount payable, as EN 16931 has it (BR-CO-16).
    InPayable,
    /// In the total with tax, as OASIS's UBL-Invoice-2.1-Example has it.
    InTaxInclusive,
}

/// What was found besides the rulings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct InvoiceArithmetic {
    /// By which convention the totals hold; none where nothing is rounded or neither holds.
    pub rounding: Option<Rounding>,
}

/// Holds an invoice against rules A1 to A6 and writes down what it finds. Other records have no totals, and nothing is written.
pub fn rule_invoice(record: &Record, sheet: &mut Sheet) -> InvoiceArithmetic {
    let nothing = InvoiceArithmetic { rounding: None };
    if !record.action.required.contains(&"payableAmount") {
        return nothing;
    }
    let body = &record.body;
    let zero = match body
        .see_text("currency")
        .and_then(|code| Amount::parse("0", code).ok())
        .or_lack(&record.record_id, "/body/currency")
    {
        Ok(zero) => zero,
        Err(lack) => {
            (1..=6).for_each(|number| sheet.lacks(Rule::A(number), lack.clone()));
            return nothing;
        }
    };
    let mut invoice = Invoice { record: &record.record_id, body, zero, sheet };
    invoice.sum_of_lines();
    invoice.total_without_tax();
    let rounding = invoice.totals();
    invoice.each_line();
    invoice.each_tax();
    InvoiceArithmetic { rounding }
}

/// Why there is no number to reckon with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Trouble {
    Lack(Lack),
    Breach(Breach),
}

type Minor = Result<i128, Trouble>;

struct Invoice<'a> {
    record: &'a str,
    body: &'a Object,
    /// Nothing, in the invoice's currency.
    zero: Amount,
    sheet: &'a mut Sheet,
}

impl<'a> Invoice<'a> {
    fn place(&self, field: &str) -> Place {
        Place::new(self.record, field)
    }

    /// An amount that must be there, in minor units of the invoice's currency.
    fn amount(&self, object: &Object, at: &str, name: &str) -> Minor {
        let field = child(at, name);
        let seen = object.see_amount(name, Some(self.zero.currency()));
        let amount = seen.or_lack(self.record, &field).map_err(Trouble::Lack)?;
        if amount.currency() != self.zero.currency() {
            let (expected, found) = (Same(self.zero.currency()), Same(amount.currency()));
            return Err(Trouble::Breach(Breach::new(Severity::Error, self.place(&field), expected, found)));
        }
        Ok(amount.minor_units())
    }

    /// An amount that is nothing where it is not there. Where it may be withheld, it is not known.
    fn amount_or_zero(&self, object: &Object, at: &str, name: &str) -> Minor {
        match object.see(name) {
            Seen::Absent => Ok(0),
            Seen::Shown(_) | Seen::Withheld => self.amount(object, at, name),
        }
    }

    /// The objects of a list, each with its pointer; what is withheld of it is said.
    fn objects(&self, elements: &'a [Element], at: &str) -> Vec<(String, Result<&'a Object, Lack>)> {
        let object = |(index, element)| {
            let at = child(at, index);
            let object = element_object(element).or_lack(self.record, &at);
            (at, object)
        };
        elements.iter().enumerate().map(object).collect()
    }

    /// Sums an amount over a list.
    fn sum(&self, elements: &'a [Element], at: &str, of: impl Fn(&Self, &Object, &str) -> Minor) -> Minor {
        self.objects(elements, at).into_iter().try_fold(0_i128, |sum, (at, object)| {
            let amount = of(self, object.map_err(Trouble::Lack)?, &at)?;
            sum.checked_add(amount).ok_or_else(|| Trouble::Lack(self.lack(&at)))
        })
    }

    /// A field that is there and whose number is too long for exact arithmetic counts as one that is not there.
    fn lack(&self, field: &str) -> Lack {
        Lack::Field { record: self.record.to_owned(), field: field.to_owned() }
    }

    fn write(&mut self, rule: Rule, trouble: Trouble) {
        match trouble {
            Trouble::Lack(lack) => self.sheet.lacks(rule, lack),
            Trouble::Breach(breach) => self.sheet.broken(rule, breach),
        }
    }

    /// Holds what is found at a field against what the equation gives.
    fn equation(&mut self, rule: Rule, field: &str, expected: Minor, found: Minor) {
        match (expected, found) {
            (Ok(expected), Ok(found)) => {
                if expected == found {
                    return self.sheet.held(rule);
                }
                let breach = self.unequal(field, expected, found);
                self.sheet.broken(rule, breach);
            }
            (expected, found) => {
                for trouble in [expected.err(), found.err()].into_iter().flatten() {
                    self.write(rule, trouble);
                }
            }
        }
    }

    fn unequal(&self, field: &str, expected: i128, found: i128) -> Breach {
        let amount = |minor| self.zero.of_same_currency(minor);
        Breach::new(Severity::Error, self.place(field), amount(expected), amount(found))
    }

    fn sum_of_lines(&mut self) {
        let lines = self.body.see_list("invoiceLines").or_lack(self.record, "/body/invoiceLines");
        let sum = lines.map_err(Trouble::Lack).and_then(|lines| {
            self.sum(lines, "/body/invoiceLines", |invoice, line, at| invoice.amount(line, at, "lineExtensionAmount"))
        });
        let found = self.amount(self.body, "/body", "lineExtensionAmount");
        self.equation(LINES, "/body/lineExtensionAmount", sum, found);
    }

    fn total_without_tax(&mut self) {
        let allowances = self.allowances_or_charges("allowanceTotalAmount", false);
        let charges = self.allowances_or_charges("chargeTotalAmount", true);
        let lines = self.amount(self.body, "/body", "lineExtensionAmount");
        let expected = self.combine(&[(lines, 1), (allowances, -1), (charges, 1)], "/body/taxExclusiveAmount");
        let found = self.amount(self.body, "/body", "taxExclusiveAmount");
        self.equation(WITHOUT_TAX, "/body/taxExclusiveAmount", expected, found);
    }

    /// The allowances, or the charges, of the whole document: as totalled, or else as listed; where both are there, they agree.
    fn allowances_or_charges(&mut self, total: &str, charges: bool) -> Minor {
        const LIST: &str = "/body/allowanceCharges";
        let listed = match self.body.see_list("allowanceCharges") {
            Seen::Shown(elements) => self.sum(elements, LIST, |invoice, entry, at| invoice.signed(entry, at, charges)),
            Seen::Absent => Ok(0),
            Seen::Withheld => {
                Err(Trouble::Lack(Lack::Withheld { record: self.record.to_owned(), field: LIST.to_owned() }))
            }
        };
        if self.body.see(total).shown().is_none() {
            return listed;
        }
        let totalled = self.amount(self.body, "/body", total);
        if self.body.see("allowanceCharges").shown().is_some() {
            self.equation(WITHOUT_TAX, &child("/body", total), listed, totalled.clone());
        }
        totalled
    }

    /// An entry's amount, when it is of the kind asked for; else nothing.
    fn signed(&self, entry: &Object, at: &str, charges: bool) -> Minor {
        let field = child(at, "chargeIndicator");
        let is_charge = entry.see_flag("chargeIndicator").or_lack(self.record, &field).map_err(Trouble::Lack)?;
        if is_charge == charges { self.amount(entry, at, "amount") } else { Ok(0) }
    }

    /// Adds and subtracts; `field` is named where the numbers are too long.
    fn combine(&self, terms: &[(Minor, i128)], field: &str) -> Minor {
        terms.iter().try_fold(0_i128, |sum, (term, sign)| {
            let term = term.clone()?;
            term.checked_mul(*sign)
                .and_then(|term| sum.checked_add(term))
                .ok_or_else(|| Trouble::Lack(self.lack(field)))
        })
    }

    /// The tax: as totalled, or else by category; where both are there, they agree (BR-CO-14).
    fn tax(&mut self) -> Minor {
        const LIST: &str = "/body/taxSubtotals";
        let listed = self.body.see_list("taxSubtotals").or_lack(self.record, LIST).map_err(Trouble::Lack);
        let sum = listed.and_then(|elements| {
            self.sum(elements, LIST, |invoice, subtotal, at| invoice.amount(subtotal, at, "taxAmount"))
        });
        if self.body.see("taxAmount").shown().is_none() {
            return sum;
        }
        let totalled = self.amount(self.body, "/body", "taxAmount");
        if self.body.see("taxSubtotals").shown().is_some() {
            self.equation(WITH_TAX, "/body/taxAmount", sum, totalled.clone());
        }
        totalled
    }

    /// A3 and A4 together, since they must hold by the same convention.
    fn totals(&mut self) -> Option<Rounding> {
        const INCLUSIVE: &str = "/body/taxInclusiveAmount";
        const FINAL: &str = "/body/payableAmount";
        let tax = self.tax();
        let exclusive = self.amount(self.body, "/body", "taxExclusiveAmount");
        let inclusive = self.amount(self.body, "/body", "taxInclusiveAmount");
        let prepaid = self.amount_or_zero(self.body, "/body", "prepaidAmount");
        let rounding = self.amount_or_zero(self.body, "/body", "payableRoundingAmount");
        let payable = self.amount(self.body, "/body", "payableAmount");

        let expected = |invoice: &Self, convention: Rounding| {
            let none = Ok(0);
            let (in_inclusive, in_payable) = match convention {
                Rounding::InPayable => (none, rounding.clone()),
                Rounding::InTaxInclusive => (rounding.clone(), none),
            };
            let with_tax = [(exclusive.clone(), 1), (tax.clone(), 1), (in_inclusive, 1)];
            let with_tax = invoice.combine(&with_tax, INCLUSIVE);
            let final_terms = match &inclusive {
                // UBL 2.0 does not ask for it; what is payable follows from the total without tax then.
                Err(Trouble::Lack(Lack::Field { .. })) => {
                    [(exclusive.clone(), 1), (tax.clone(), 1), (prepaid.clone(), -1), (rounding.clone(), 1)].to_vec()
                }
                _ => [(inclusive.clone(), 1), (prepaid.clone(), -1), (in_payable, 1)].to_vec(),
            };
            (with_tax, invoice.combine(&final_terms, FINAL))
        };
        let holds = |(with_tax, last): &(Minor, Minor)| {
            let broken = |expected: &Minor, found: &Minor| matches!((expected, found), (Ok(a), Ok(b)) if a != b);
            !broken(with_tax, &inclusive) && !broken(last, &payable)
        };
        let (standard, other) = (expected(self, Rounding::InPayable), expected(self, Rounding::InTaxInclusive));
        let rounded = matches!(&rounding, Ok(minor) if *minor != 0);
        let (chosen, convention) = match (holds(&standard), holds(&other)) {
            (true, _) => (standard, Some(Rounding::InPayable)),
            (false, true) => (other, Some(Rounding::InTaxInclusive)),
            // Neither: it is held against the standard.
            (false, false) => (standard, None),
        };
        let known = inclusive.is_ok() && payable.is_ok() && chosen.0.is_ok() && chosen.1.is_ok();
        self.equation(WITH_TAX, INCLUSIVE, chosen.0, inclusive);
        self.equation(PAYABLE, FINAL, chosen.1, payable);
        convention.filter(|_| rounded && known)
    }
}
