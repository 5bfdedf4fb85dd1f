//! F4: dates follow one another, from the order to the due date.

use crate::trade::flows::limits::SHIPMENT_DAYS;
use crate::trade::flows::paper::listed;
use crate::trade::flows::world::World;
use crate::trade::flows::{Billed, Deal};
use crate::trade::replay::receivable::state::Stage;
use crate::trade::rule::phrase::OrEarlier;
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::both;
use crate::trade::seen::Day;

const DATES: Rule = Rule::F(4);

/// An invoice and its bill: issued within a month of the day on board.
pub(super) fn judge_pair(world: &World<'_, '_>, invoice: usize, bill: usize, sheet: &mut Sheet) {
    let Some(document) = world.document(bill) else { return };
    let paper = world.invoice_paper(invoice);
    let Some(issued) = world.invoices[invoice].issued else {
        return sheet.lacks(DATES, paper.lack_of("issueDate"));
    };
    let Some(on_board) = world.bill(bill).on_board else {
        return sheet.lacks(DATES, document.lack_of("shippedOnBoardDate"));
    };
    // How many days may pass is our reading, so that more of them only warn.
    sheet.judge(DATES, (on_board.0 - issued.0).abs() <= SHIPMENT_DAYS, || {
        let expected = both!(
            "within {SHIPMENT_DAYS} days of the invoice of {issued}",
            "发票日期 {issued} 前后 {SHIPMENT_DAYS} 天之内"
        );
        Breach::new(Severity::Warning, document.at("/body/shippedOnBoardDate"), expected, on_board)
            .against(paper.at("/body/issueDate"))
    });
}

/// The rest of a deal: orders before invoices, bills before acceptance, due dates that agree.
pub(super) fn judge(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    for &invoice in &deal.invoices {
        ordered_first(world, invoice, sheet);
    }
    let whole = |at: usize| world.counts(at) && !world.is_part(at);
    for &(at, bill) in deal.backed.iter().filter(|own| whole(own.0)) {
        shipped_first(world, at, bill, sheet);
    }
    for billed in deal.billed.iter().filter(|own| whole(own.receivable)) {
        due_together(world, *billed, sheet);
    }
}

/// The order is no later than the invoice. An order is no record of ours; its date stands, if anywhere, among the documents
/// that the invoice names.
fn ordered_first(world: &World<'_, '_>, at: usize, sheet: &mut Sheet) {
    let invoice = &world.invoices[at];
    let Some(order) = &invoice.order else { return };
    let paper = world.invoice_paper(at);
    let (documents, _) = listed(paper.body, "documentReferences");
    let named = |object: &crate::trade::payload::Object| {
        let is_order = ["type", "documentTypeCode"].into_iter().filter_map(|name| object.text(name));
        let number = ["documentNumber", "value", "number", "id"].into_iter().filter_map(|name| object.text(name));
        is_order.into_iter().any(|code| matches!(code, "PO" | "po" | "220" | "105"))
            && number.into_iter().any(|number| number == order)
    };
    let found = documents.into_iter().find(|(_, object)| named(object));
    let day = found.and_then(|(number, object)| Some((number, object.see_day("issueDate").shown()?)));
    match (day, invoice.issued) {
        (Some((number, ordered)), Some(issued)) => sheet.judge(DATES, ordered <= issued, || {
            let place = paper.at(&format!("/body/documentReferences/{number}/issueDate"));
            let breach = Breach::new(Severity::Error, place, OrEarlier(issued), ordered);
            breach.against(paper.at("/body/issueDate"))
        }),
        (Some(_), None) => sheet.lacks(DATES, paper.lack_of("issueDate")),
        (None, _) => sheet.lacks(DATES, Lack::Record { what: format!("purchase order {order}") }),
    }
}

/// The debtor accepts what was shipped: before the bill is issued he accepts on trust, which is worth a flag.
fn shipped_first(world: &World<'_, '_>, at: usize, bill: usize, sheet: &mut Sheet) {
    let (Some(state), Some(document)) = (world.receivable(at), world.document(bill)) else { return };
    let mut accepted = world.life(at).steps.iter().skip_while(|step| step.stage == Stage::Applied);
    let Some(step) = accepted.next() else {
        return sheet.lacks(DATES, Lack::Record { what: format!("ACCEPT of {}", state.reference) });
    };
    let accept = &world.entries[step.entry];
    let day = Day::written(&accept.record.action_date_time).unwrap_or(Day::of_ms(accept.record.action_time_ms));
    let Some(issued) = world.bill(bill).issued else {
        return sheet.lacks(DATES, document.lack_of("issueDate"));
    };
    sheet.judge(DATES, day >= issued, || {
        let expected = both!("{issued} or later: accepted before shipment", "{issued} 或之后：承兑早于装运");
        Breach::new(Severity::Warning, accept.at("/actionDateTime"), expected, day)
            .against(document.at("/body/issueDate"))
    });
}

fn due_together(world: &World<'_, '_>, billed: Billed, sheet: &mut Sheet) {
    let at = billed.receivable;
    let (Some(state), Some(terms)) = (world.receivable(at), world.terms(at)) else { return };
    let (document, paper) = (&world.invoices[billed.invoice], world.invoice_paper(billed.invoice));
    let reference = billed.reference.and_then(|place| state.invoices.get(place));
    if let Some((reference, named)) = reference.and_then(|own| Some((own, own.issue_date?)))
        && let Some(issued) = document.issued
    {
        sheet.judge(DATES, named == issued, || {
            let place = terms.at(&format!("{}/issueDate", reference.field));
            Breach::new(Severity::Error, place, issued, named).against(paper.at("/body/issueDate"))
        });
    }
    match (state.maturity, document.due) {
        (Some(maturity), Some(due)) => {
            // Later, the debtor has longer than the invoice gives him; earlier, he owes what is not due.
            let severity = if maturity > due { Severity::Warning } else { Severity::Error };
            sheet.judge(DATES, maturity == due, || {
                let place = terms.at("/body/maturityDate");
                Breach::new(severity, place, due, maturity).against(paper.at("/body/dueDate"))
            });
        }
        (None, _) => sheet.lacks(DATES, terms.lack_of("maturityDate")),
        (_, None) => sheet.lacks(DATES, paper.lack_of("dueDate")),
    }
}
