//! F2: commodities, packages and weights agree between invoices, shipping instructions, bills and receipts.

use crate::trade::amount::Decimal;
use crate::trade::flows::Deal;
use crate::trade::flows::limits::WEIGHT_PERCENT;
use crate::trade::flows::paper::{
    Goods, Measure, Paper, Shown, counted, kilograms, listed, measure, package, quantity, subheading, texts, words_of,
};
use crate::trade::flows::world::{Receipt, World};
use crate::trade::payload::Object;
use crate::trade::rule::phrase::Same;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use crate::trade::seen::Seen;
use std::collections::{BTreeMap, BTreeSet};

const GOODS: Rule = Rule::F(2);

/// Holds a deal's goods to one another.
pub(super) fn judge(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    let mut shipped: Option<(Goods, Paper<'_>)> = None;
    let mut whole = true;
    for &bill in &deal.bills {
        let Some(document) = world.document(bill) else {
            whole = false;
            continue;
        };
        let Some(goods) = Goods::read(document.body) else {
            sheet.lacks(GOODS, document.lack_of("consignmentItems"));
            whole = false;
            continue;
        };
        if let Some(entry) = world.about[bill].instructions {
            instructed(&goods, document, world.paper(entry), sheet);
        }
        for receipt in &world.about[bill].receipts {
            received(world, receipt, &goods, document, sheet);
        }
        match &mut shipped {
            Some((all, _)) => all.join(goods),
            None => shipped = Some((goods, document)),
        }
    }
    if let Some((goods, document)) = shipped.filter(|_| whole && !deal.pairs.is_empty()) {
        invoiced(world, deal, &goods, document, sheet);
    }
}

/// Whether two numbers differ by no more than so many percent of the first.
pub(super) fn within(expected: Decimal, found: Decimal, percent: i128) -> Option<bool> {
    let difference = found.checked_sub(expected)?.checked_abs()?.checked_mul(Decimal::new(100, 0))?;
    let most = expected.checked_abs()?.checked_mul(Decimal::new(percent, 0))?;
    Some(difference.checked_cmp(most)?.is_le())
}

/// What the shipping instructions asked for is what the bill says.
fn instructed(shipped: &Goods, document: Paper<'_>, instructions: Paper<'_>, sheet: &mut Sheet) {
    const ITEMS: &str = "/body/consignmentItems";
    let Some(asked) = Goods::read(instructions.body) else { return };
    let breach = |expected: Said, found: Said| {
        Breach::new(Severity::Error, document.at(ITEMS), expected, found).against(instructions.at(ITEMS))
    };
    let hidden = |own: &Option<String>, its: &Option<String>| {
        let own = own.as_ref().map(|at| document.withheld(at));
        own.or_else(|| its.as_ref().map(|at| instructions.withheld(at)))
    };
    match hidden(&shipped.hidden.commodities, &asked.hidden.commodities) {
        Some(lack) => sheet.lacks(GOODS, lack),
        None if asked.commodities.is_empty() => {}
        None => sheet.judge(GOODS, asked.commodities == shipped.commodities, || {
            breach(Same(joined(&asked.commodities)).into(), Same(joined(&shipped.commodities)).into())
        }),
    }
    match hidden(&shipped.hidden.packages, &asked.hidden.packages) {
        Some(lack) => sheet.lacks(GOODS, lack),
        None if asked.packages.is_empty() => {}
        None => sheet.judge(GOODS, asked.packages == shipped.packages, || {
            breach(Same(counted(&asked.packages)).into(), Same(counted(&shipped.packages)).into())
        }),
    }
    if let (Some(asked), Some(shipped)) = (asked.gross, shipped.gross)
        && let Some(right) = within(asked, shipped, WEIGHT_PERCENT)
    {
        sheet.judge(GOODS, right, || {
            let expected = both!("{asked} kg, within {WEIGHT_PERCENT} percent", "{asked} kg，允差 {WEIGHT_PERCENT}%");
            breach(expected, Said::same(format!("{shipped} kg")))
        });
    }
}

fn joined(codes: &BTreeSet<String>) -> String {
    codes.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// What a receipt accounts for, received and short, is what was shipped: in the container it speaks of, or in all.
fn received(world: &World<'_, '_>, receipt: &Receipt, shipped: &Goods, document: Paper<'_>, sheet: &mut Sheet) {
    const RECEIVED: &str = "/body/receivedQuantity";
    let paper = world.paper(receipt.entry);
    let own = match paper.body.see_object("receivedQuantity") {
        Seen::Shown(own) => own,
        Seen::Withheld => return sheet.lacks(GOODS, paper.withheld(RECEIVED)),
        Seen::Absent => return sheet.lacks(GOODS, paper.field(RECEIVED)),
    };
    let Some((received, unit)) = quantity(own) else { return sheet.lacks(GOODS, paper.field(RECEIVED)) };
    let short = match paper.body.see_object("shortQuantity") {
        Seen::Shown(short) => quantity(short).filter(|(_, own)| package(own) == package(unit)).map(|(value, _)| value),
        // What nobody says to be short may be withheld.
        Seen::Withheld | Seen::Absent => Some(Decimal::ZERO),
    };
    let Some(accounted) = short.and_then(|short| received.checked_add(short)) else {
        return sheet.lacks(GOODS, paper.field("/body/shortQuantity"));
    };
    let expected = match shipped_of(shipped, receipt.container.as_deref(), own) {
        Ok(expected) => expected,
        Err(Some(at)) => return sheet.lacks(GOODS, document.withheld(&at)),
        Err(None) => {
            let what = format!("{unit} shipped, by {}", document.record);
            return sheet.lacks(GOODS, Lack::Record { what });
        }
    };
    let (expected, right) = match expected {
        Measure::Packages(_, count) => {
            let expected = Decimal::new(i128::from(count), 0);
            (expected, accounted.checked_cmp(expected).map(std::cmp::Ordering::is_eq))
        }
        Measure::Weight(shipped) => {
            let Some(weight) = kilograms(accounted, unit) else { return };
            (shipped, within(shipped, weight, WEIGHT_PERCENT))
        }
        Measure::Other(_) => return,
    };
    // A receipt of less, of which nothing is said to be short.
    if right != Some(true) && paper.body.see("shortQuantity") == Seen::Withheld {
        return sheet.lacks(GOODS, paper.withheld("/body/shortQuantity"));
    }
    sheet.judge(GOODS, right == Some(true), || {
        let expected = both!("{expected} {unit} received and short", "实收与短少合计 {expected} {unit}");
        let breach = Breach::new(Severity::Error, paper.at(RECEIVED), expected, Same(format!("{accounted} {unit}")));
        breach.against(document.at("/body/consignmentItems"))
    });
}

/// What was shipped, in the unit of another quantity: in a container, or in all. An error says what is withheld, if that is why.
pub(super) fn shipped_of(shipped: &Goods, container: Option<&str>, unit: &Object) -> Result<Measure, Option<String>> {
    match measure(unit).ok_or(None)? {
        Measure::Packages(code, _) => {
            if let Some(at) = &shipped.hidden.packages {
                return Err(Some(at.clone()));
            }
            let packages = match container.and_then(|container| shipped.by_container.get(container)) {
                Some(own) => own,
                None => &shipped.packages,
            };
            packages.get(&code).map(|&count| Measure::Packages(code, count)).ok_or(None)
        }
        Measure::Weight(_) => {
            if let Some(at) = &shipped.hidden.weight {
                return Err(Some(at.clone()));
            }
            let own = container.and_then(|container| shipped.gross_by_container.get(container).copied());
            own.or(shipped.gross).map(Measure::Weight).ok_or(None)
        }
        Measure::Other(_) => Err(None),
    }
}

/// What the invoices charge for is what was shipped.
fn invoiced(world: &World<'_, '_>, deal: &Deal, shipped: &Goods, document: Paper<'_>, sheet: &mut Sheet) {
    let mut totals = Totals { places: Vec::new(), packages: BTreeMap::new(), weight: Some(Decimal::ZERO), whole: true };
    for &invoice in &deal.invoices {
        let paper = world.invoice_paper(invoice);
        let (lines, shown) = listed(paper.body, "invoiceLines");
        if shown != Shown::Whole {
            sheet.lacks(GOODS, paper.lack_of("invoiceLines"));
            totals.whole = false;
        }
        let mut named = shown == Shown::Whole;
        let mut told = BTreeSet::new();
        for (at, line) in &lines {
            let at = format!("/body/invoiceLines/{at}");
            named &= commodity(line, paper, &at, shipped, document, sheet);
            let _ = words_of(line, "itemName", &mut told) | words_of(line, "description", &mut told);
            totals.take(line, paper, &at);
        }
        // Where codes do not tell, words do, and they are free: an invoice and a bill that share none only warn.
        if !named && !told.is_empty() && shipped.described {
            sheet.judge(GOODS, !told.is_disjoint(&shipped.words), || {
                let place = paper.at("/body/invoiceLines");
                let (own, its) = (joined(&told), joined(&shipped.words));
                Breach::new(
                    Severity::Warning,
                    place,
                    both!("goods of the bill: {its}", "提单所列货物：{its}"),
                    Same(own),
                )
                .against(document.at("/body/consignmentItems"))
            });
        }
    }
    if totals.whole && deal.missing.is_empty() {
        totals.judge(shipped, document, sheet);
    }
}

/// Holds a line's commodity codes to the bill's; gives whether it has any.
fn commodity(
    line: &Object,
    paper: Paper<'_>,
    at: &str,
    shipped: &Goods,
    document: Paper<'_>,
    sheet: &mut Sheet,
) -> bool {
    let mut codes: Vec<(String, String)> = Vec::new();
    match line.see("HSCodes") {
        Seen::Shown(node) => {
            codes.extend(texts(node).filter_map(|code| Some((subheading(code)?, format!("{at}/HSCodes")))));
        }
        Seen::Withheld => {
            sheet.lacks(GOODS, paper.withheld(&format!("{at}/HSCodes")));
            return true;
        }
        Seen::Absent => {}
    }
    for (number, class) in listed(line, "itemClassifications").0 {
        let is_harmonized = class.text("codeListName").is_some_and(|list| matches!(list, "HS" | "TSR" | "TST"));
        if let Some(code) = class.text("code").filter(|_| is_harmonized).and_then(subheading) {
            codes.push((code, format!("{at}/itemClassifications/{number}/code")));
        }
    }
    let any = !codes.is_empty();
    for (code, at) in codes {
        match (&shipped.hidden.commodities, shipped.commodities.is_empty()) {
            _ if shipped.commodities.contains(&code) => sheet.held(GOODS),
            (Some(hidden), _) => sheet.lacks(GOODS, document.withheld(hidden)),
            (None, true) => sheet.lacks(GOODS, document.field("/body/consignmentItems/0/HSCodes")),
            (None, false) => {
                let breach =
                    Breach::new(Severity::Error, paper.at(&at), Same(joined(&shipped.commodities)), Same(code));
                sheet.broken(GOODS, breach.against(document.at("/body/consignmentItems")));
            }
        }
    }
    any
}

/// The quantities of all invoice lines.
struct Totals {
    places: Vec<Place>,
    packages: BTreeMap<String, u64>,
    weight: Option<Decimal>,
    whole: bool,
}

impl Totals {
    fn take(&mut self, line: &Object, paper: Paper<'_>, at: &str) {
        let found = line.see_object("invoicedQuantity").shown().and_then(measure);
        match found {
            Some(Measure::Packages(code, count)) => {
                let sum = self.packages.entry(code).or_default();
                *sum = sum.saturating_add(count);
                self.weight = None;
            }
            Some(Measure::Weight(weight)) => {
                self.weight = self.weight.and_then(|sum| sum.checked_add(weight));
            }
            Some(Measure::Other(_)) | None => self.weight = None,
        }
        if self.places.len() < 4 {
            self.places.push(paper.at(&format!("{at}/invoicedQuantity")));
        }
    }

    /// Packages are counted exactly. Goods sold by weight are net: they are held to the net weight where the bill tells it, and
    /// else are not more than the gross.
    fn judge(self, shipped: &Goods, document: Paper<'_>, sheet: &mut Sheet) {
        let Some(first) = self.places.first().cloned() else { return };
        let breach = |expected: Said, found: Said| {
            Breach::new(Severity::Error, first.clone(), expected, found).against(document.at("/body/consignmentItems"))
        };
        for (code, count) in &self.packages {
            let Some(expected) = shipped.packages.get(code) else { continue };
            match &shipped.hidden.packages {
                Some(at) => sheet.lacks(GOODS, document.withheld(at)),
                None => sheet.judge(GOODS, count == expected, || {
                    breach(Said::same(format!("{expected} {code}")), Said::same(format!("{count} {code}")))
                }),
            }
        }
        let Some(weight) = self.weight else { return };
        if let Some(at) = &shipped.hidden.weight {
            return sheet.lacks(GOODS, document.withheld(at));
        }
        if let Some(net) = shipped.net {
            if let Some(right) = within(net, weight, WEIGHT_PERCENT) {
                sheet.judge(GOODS, right, || {
                    let expected =
                        both!("{net} kg net, within {WEIGHT_PERCENT} percent", "净重 {net} kg，允差 {WEIGHT_PERCENT}%");
                    breach(expected, Said::same(format!("{weight} kg")))
                });
            }
        } else if let Some(gross) = shipped.gross
            && let Some(most) = gross.checked_cmp(weight)
        {
            let right = most.is_ge() || within(gross, weight, WEIGHT_PERCENT) == Some(true);
            sheet.judge(GOODS, right, || {
                breach(both!("{gross} kg gross or less", "不超过毛重 {gross} kg"), Said::same(format!("{weight} kg")))
            });
        }
    }
}
