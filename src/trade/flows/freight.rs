//! F5 and F9: who pays the freight, and whether it is reckoned and charged rightly.

use crate::trade::amount::{Amount, Decimal};
use crate::trade::flows::Deal;
use crate::trade::flows::limits::{Freight, freight_of};
use crate::trade::flows::paper::{Candidates, Paper, Shown, listed};
use crate::trade::flows::parties::{Among, among};
use crate::trade::flows::world::World;
use crate::trade::payload::{Node, Object};
use crate::trade::rule::phrase::Same;
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use serde_json::Value;
use std::collections::BTreeMap;

const TERM: Rule = Rule::F(5);
const CHARGES: Rule = Rule::F(9);
const PAYMENT_TERM: &str = "/body/freightPaymentTermCode";

/// The invoice's delivery term says who pays the main carriage, and the bill who pays the freight. Parties may agree otherwise.
pub(super) fn judge_term(world: &World<'_, '_>, invoice: usize, bill: usize, sheet: &mut Sheet) {
    let Some(document) = world.document(bill) else { return };
    let paper = world.invoice_paper(invoice);
    let term = match paper.body.see_text("incoTerms").or_lack(paper.record, "/body/incoTerms") {
        Ok(term) => term,
        Err(lack) => return sheet.lacks(TERM, lack),
    };
    let paid = match document.body.see_text("freightPaymentTermCode").or_lack(document.record, PAYMENT_TERM) {
        Ok(paid) => paid,
        Err(lack) => return sheet.lacks(TERM, lack),
    };
    let place = || paper.at("/body/incoTerms");
    match freight_of(term) {
        None => {
            let expected = ("a delivery term of Incoterms", "Incoterms 贸易术语");
            sheet.broken(TERM, Breach::new(Severity::Warning, place(), expected, Same(term)));
        }
        Some(freight) => sheet.judge(TERM, freight.code() == paid, || {
            let code = freight.code();
            let expected = both!("{code} under {term}", "{term} 项下为 {code}");
            Breach::new(Severity::Warning, document.at(PAYMENT_TERM), expected, Same(paid)).against(place())
        }),
    }
}

/// Charges of one kind and currency.
struct Charged {
    sum: Amount,
    whole: bool,
}

/// Rule F9 for every bill of a deal.
pub(super) fn judge_charges(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    let mut invoices: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut bills: BTreeMap<usize, usize> = BTreeMap::new();
    for &(invoice, bill) in &deal.freight {
        *bills.entry(invoice).or_default() += 1;
        invoices.entry(bill).or_default().push(invoice);
    }
    for &bill in &deal.bills {
        let Some(document) = world.document(bill) else { continue };
        let own = invoices.get(&bill).map_or(&[][..], Vec::as_slice);
        let charged = match read(document, sheet) {
            Some(charged) => charged,
            None if own.is_empty() => continue,
            None => {
                sheet.lacks(CHARGES, document.lack_of("charges"));
                continue;
            }
        };
        if let Some(shared) = own.iter().find(|invoice| bills[invoice] > 1) {
            let number = &world.invoices[*shared].reference;
            let what = format!("what {number} charges for {} alone", world.bill(bill).reference);
            sheet.lacks(CHARGES, Lack::Record { what });
            continue;
        }
        for ((freight, currency), charged) in &charged {
            billed(world, bill, own, freight, currency, charged, sheet);
        }
    }
}

/// Reads the charges of a bill, each multiplied anew: by who pays them, and currency.
fn read(document: Paper<'_>, sheet: &mut Sheet) -> Option<BTreeMap<(&'static str, &'static str), Charged>> {
    let (charges, shown) = listed(document.body, "charges");
    match shown {
        Shown::Absent => return None,
        Shown::Partly => sheet.lacks(CHARGES, document.withheld("/body/charges")),
        Shown::Whole => {}
    }
    let mut sums: BTreeMap<(&'static str, &'static str), Charged> = BTreeMap::new();
    let default = document.body.text("freightPaymentTermCode");
    let mut whole = shown == Shown::Whole;
    for (at, charge) in charges {
        let at = format!("/body/charges/{at}");
        let field = format!("{at}/currencyAmount");
        let amount = charge.see_amount("currencyAmount", charge.text("currencyCode").or(charge.text("currency")));
        let amount = match amount.or_lack(document.record, &field) {
            Ok(amount) => amount,
            Err(lack) => {
                sheet.lacks(CHARGES, lack);
                whole = false;
                continue;
            }
        };
        multiplied(charge, amount, document, &at, sheet);
        let term = match charge.text("paymentTermCode").or(default) {
            Some("COL") => Freight::Collect.code(),
            Some("PRE") => Freight::Prepaid.code(),
            _ => {
                sheet.lacks(CHARGES, document.field(&format!("{at}/paymentTermCode")));
                whole = false;
                continue;
            }
        };
        let zero = amount.of_same_currency(0);
        let row = sums.entry((term, amount.currency())).or_insert(Charged { sum: zero, whole: true });
        match row.sum.minor_units().checked_add(amount.minor_units()) {
            Some(sum) => row.sum = zero.of_same_currency(sum),
            None => row.whole = false,
        }
    }
    // A charge that cannot be read may be of any kind.
    sums.values_mut().for_each(|sum| sum.whole &= whole);
    Some(sums)
}

/// Amount = unit price × quantity, to half a minor unit.
fn multiplied(charge: &Object, amount: Amount, document: Paper<'_>, at: &str, sheet: &mut Sheet) {
    let number = |name: &str| {
        let seen = charge.see(name).and_then(|node| match node {
            Node::Scalar(Value::String(text)) => Decimal::parse(text).ok(),
            Node::Scalar(Value::Number(number)) => Decimal::parse(&number.to_string()).ok(),
            _ => None,
        });
        seen.or_lack(document.record, &format!("{at}/{name}"))
    };
    let (price, quantity) = match (number("unitPrice"), number("quantity")) {
        (Ok(price), Ok(quantity)) => (price, quantity),
        (price, quantity) => {
            return price.err().into_iter().chain(quantity.err()).for_each(|lack| sheet.lacks(CHARGES, lack));
        }
    };
    let place = || document.at(&format!("{at}/currencyAmount"));
    let product = price.checked_mul(quantity).and_then(|product| product.checked_div(Decimal::ONE, amount.decimals()));
    let Some(product) = product else {
        return sheet.lacks(CHARGES, document.field(&format!("{at}/currencyAmount")));
    };
    sheet.judge(CHARGES, product.units == amount.minor_units(), || {
        let expected = format!("{} = {price} × {quantity}", amount.of_same_currency(product.units));
        Breach::new(Severity::Error, place(), Same(expected), amount)
    });
}

/// The carrier's invoices ask for these charges, prepaid from the shipper, collect from the consignee.
fn billed(
    world: &World<'_, '_>,
    bill: usize,
    invoices: &[usize],
    freight: &str,
    currency: &str,
    charged: &Charged,
    sheet: &mut Sheet,
) {
    let Some(document) = world.document(bill) else { return };
    let parties = document.body.see_object("documentParties");
    let names: [&str; 2] = match freight {
        "PRE" => ["shipper", "onBehalfOfShipper"],
        _ => ["consignee", "onBehalfOfConsignee"],
    };
    let mut payers = Candidates::default();
    names.iter().for_each(|name| payers.add(parties, name));
    let (mut sum, mut first, mut unknown) = (0_i128, None, false);
    for &invoice in invoices.iter() {
        let own = &world.invoices[invoice];
        let Some(asked) = own.value else {
            sheet.lacks(CHARGES, world.invoice_paper(invoice).lack_of("payableAmount"));
            unknown = true;
            continue;
        };
        if asked.currency() != currency {
            continue;
        }
        match among(&own.buyer, &payers.named) {
            Among::One => {
                sum = sum.saturating_add(asked.minor_units());
                first.get_or_insert(invoice);
            }
            Among::Perhaps(_) => unknown = true,
            Among::None { .. } => {}
        }
    }
    let payer = payers.named.first().map(|(party, _)| party.said()).unwrap_or_default();
    let reference = &world.bill(bill).reference;
    if unknown || payers.named.is_empty() || payers.withheld.is_some() || !charged.whole {
        let what = format!("whom the {freight} freight of {reference} is charged to");
        return sheet.lacks(CHARGES, Lack::Record { what });
    }
    let Some(first) = first else {
        // An invoice to the wrong party is one for these charges too.
        let others = invoices.iter().copied().find(|&invoice| {
            let own = &world.invoices[invoice];
            own.value
                .is_some_and(|asked| asked.minor_units() == charged.sum.minor_units() && asked.currency() == currency)
        });
        return match others {
            Some(other) => {
                let found = world.invoices[other].buyer.said();
                let place = world.invoice_paper(other).at("/body/buyer");
                let expected = Said::new(
                    format!("{}, who pays {freight} freight", payer.en),
                    format!("承担 {freight} 运费的 {}", payer.zh),
                );
                let breach = Breach::new(Severity::Error, place, expected, found);
                sheet.broken(CHARGES, breach.against(document.at("/body/charges")));
            }
            None => {
                let what = format!("freight invoice of {reference} to {}", payer.en);
                sheet.lacks(CHARGES, Lack::Record { what });
            }
        };
    };
    sheet.judge(CHARGES, sum == charged.sum.minor_units(), || {
        let place = world.invoice_paper(first).at("/body/payableAmount");
        let sum_charged = charged.sum;
        let expected = both!("{sum_charged} of {freight} charges", "{freight} 费用合计 {sum_charged}");
        Breach::new(Severity::Error, place, expected, charged.sum.of_same_currency(sum))
            .against(document.at("/body/charges"))
    });
}
