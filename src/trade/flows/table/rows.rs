//! What each record of a deal says of each topic.

use super::{Evidence, Filling, Flow, Topic, Value, cut};
use crate::trade::amount::Amount;
use crate::trade::flows::Deal;
use crate::trade::flows::paper::{Goods, Paper, counted, listed, quantity, texts};
use crate::trade::flows::world::World;
use crate::trade::payload::Object;
use crate::trade::replay::identity::Identity;
use crate::trade::replay::receivable::state::Receivable;
use crate::trade::seen::Seen;

/// Most assets of one kind that a row asks: a cell counts what it does not show, up to here.
const MAX_ASKED: usize = 64;

/// Fills the cells of a topic.
pub(super) fn fill(world: &World<'_, '_>, deal: &Deal, topic: Topic, cells: &mut Filling) {
    for &bill in deal.bills.iter().take(MAX_ASKED) {
        about_bill(world, bill, topic, cells);
    }
    for &invoice in deal.invoices.iter().take(MAX_ASKED) {
        about_invoice(world, invoice, topic, cells);
    }
    for &(invoice, _) in deal.freight.iter().take(MAX_ASKED) {
        if topic == Topic::FreightCharges {
            let paper = world.invoice_paper(invoice);
            amount(cells, Flow::Money, paper, "payableAmount", None);
        }
    }
    for &at in deal.receivables.iter().take(MAX_ASKED) {
        about_receivable(world, at, topic, cells);
    }
    if topic == Topic::Clearing {
        cleared(world, deal, cells);
    }
}

fn about_bill(world: &World<'_, '_>, bill: usize, topic: Topic, cells: &mut Filling) {
    let (own, about) = (world.bill(bill), &world.about[bill]);
    let replayed = || Evidence::Replayed { asset: own.asset.reference.clone() };
    let instructions = about.instructions.map(|entry| world.paper(entry));
    let document = world.document(bill);
    // What a document and the instructions before it say alike.
    let papers = [(Flow::Goods, document), (Flow::Information, instructions)];
    let papers = papers.into_iter().filter_map(|(flow, paper)| Some((flow, paper?)));
    match topic {
        Topic::Documents => {
            cells.put(Flow::Goods, Value::Text(cut(&own.reference)), replayed());
            if let Some(status) = own.status {
                let code = status.code().to_owned();
                cells.put(Flow::Goods, Value::Code("transportDocumentStatus", code), replayed());
            }
        }
        Topic::Seller => {
            papers.for_each(|(flow, paper)| parties(cells, flow, paper, &["shipper", "onBehalfOfShipper"]))
        }
        Topic::Buyer => papers.for_each(|(flow, paper)| {
            parties(cells, flow, paper, &["consignee", "onBehalfOfConsignee", "endorsee"]);
        }),
        Topic::Commodities => papers.for_each(|(flow, paper)| {
            items(paper, |item, at| {
                for (name, code) in [("HSCodes", true), ("descriptionOfGoods", false)] {
                    said(cells, flow, paper, item, at, name, code);
                }
            })
        }),
        Topic::Packages => papers.for_each(|(flow, paper)| {
            if let Some(goods) = Goods::read(paper.body) {
                let evidence = Evidence::Field(paper.at("/body/consignmentItems"));
                match (&goods.hidden.packages, goods.packages.is_empty()) {
                    (Some(at), _) => cells.put(flow, Value::Withheld, Evidence::Field(paper.at(at))),
                    (None, true) => {}
                    (None, false) => cells.put(flow, Value::Quantity(cut(&counted(&goods.packages))), evidence),
                }
            }
        }),
        Topic::Weight => papers.for_each(|(flow, paper)| {
            if let Some(goods) = Goods::read(paper.body) {
                let evidence = Evidence::Field(paper.at("/body/consignmentItems"));
                match (&goods.hidden.weight, goods.gross) {
                    (Some(at), _) => cells.put(flow, Value::Withheld, Evidence::Field(paper.at(at))),
                    (None, Some(gross)) => {
                        cells.put(flow, Value::Quantity(format!("{} KGM", gross.trimmed())), evidence)
                    }
                    (None, None) => {}
                }
            }
        }),
        Topic::Amount => {
            if let Some(paper) = document {
                amount(cells, Flow::Goods, paper, "declaredValue", Some("declaredValueCurrency"));
            }
            for &entry in &about.declarations {
                amount(cells, Flow::Information, world.paper(entry), "declaredValue", Some("declaredValueCurrency"));
            }
        }
        Topic::Issued => {
            if let Some(paper) = document {
                day(cells, Flow::Goods, paper, "issueDate");
            }
        }
        Topic::Shipped => shipped(world, bill, cells),
        Topic::Title => {
            match &own.surrendering {
                Some(before) => party(cells, Flow::Goods, before, replayed()),
                None => party(cells, Flow::Goods, &own.possessor, replayed()),
            }
            if own.surrendered {
                let code = "SURRENDERED_FOR_DELIVERY".to_owned();
                cells.put(Flow::Goods, Value::Code("transportDocumentStatus", code), replayed());
            }
        }
        Topic::FreightTerm => {
            if let Some(paper) = document {
                text(cells, Flow::Money, paper, "freightPaymentTermCode", true);
            }
        }
        Topic::FreightCharges => {
            let Some(paper) = document else { return };
            for (at, charge) in listed(paper.body, "charges").0 {
                let currency = charge.text("currencyCode").or(charge.text("currency"));
                if let Seen::Shown(own) = charge.see_amount("currencyAmount", currency) {
                    let evidence = Evidence::Field(paper.at(&format!("/body/charges/{at}/currencyAmount")));
                    cells.put(Flow::Money, Value::Amount(own.to_string()), evidence);
                }
            }
        }
        Topic::Customs => {
            if own.customs != Default::default() {
                let code = own.customs.code().to_owned();
                cells.put(Flow::Information, Value::Code("customs", code), replayed());
            }
            for &entry in &about.declarations {
                let record = world.entries[entry].record;
                let evidence = Evidence::Field(world.entries[entry].at("/actionCode"));
                cells.put(Flow::Information, Value::Code("customs-action", record.action.code.to_owned()), evidence);
            }
        }
        Topic::Delivery => receipts(world, bill, cells),
        Topic::Due | Topic::Financing | Topic::Payment | Topic::Clearing => {}
    }
}

/// On board when, where its containers are, and what is forecast of it.
fn shipped(world: &World<'_, '_>, bill: usize, cells: &mut Filling) {
    if let Some(paper) = world.document(bill) {
        day(cells, Flow::Goods, paper, "shippedOnBoardDate");
    }
    let own = world.bill(bill);
    let answers = world.shipment.of_bill(own);
    let replayed = || Evidence::Replayed { asset: own.asset.reference.clone() };
    if let Some(phase) = answers.phase {
        cells.put(Flow::Goods, Value::Code("phase", phase.code().to_owned()), replayed());
    }
    let place = answers.location.un_location.or(answers.location.name);
    if let Some(place) = place {
        cells.put(Flow::Goods, Value::Text(cut(&place)), replayed());
    }
    for row in own.timeline.pending() {
        let evidence = Evidence::Field(world.entries[row.entry].at("/body/eventDateTime"));
        cells.put(Flow::Information, Value::Text(format!("{} {}", row.action, row.time.written)), evidence);
    }
}

fn receipts(world: &World<'_, '_>, bill: usize, cells: &mut Filling) {
    for receipt in &world.about[bill].receipts {
        let (entry, paper) = (&world.entries[receipt.entry], world.paper(receipt.entry));
        let code = entry.record.action.code.to_owned();
        cells.put(Flow::Goods, Value::Code("delivery-action", code), Evidence::Field(entry.at("/actionCode")));
        for name in ["receivedQuantity", "shortQuantity", "damagedQuantity"] {
            let at = format!("/body/{name}");
            match paper.body.see_object(name) {
                Seen::Shown(object) => {
                    let Some((value, unit)) = quantity(object) else { continue };
                    let value = Value::Quantity(format!("{value} {}", cut(unit)));
                    cells.put(Flow::Goods, value, Evidence::Field(paper.at(&at)));
                }
                Seen::Withheld if name == "receivedQuantity" => {
                    cells.put(Flow::Goods, Value::Withheld, Evidence::Field(paper.at(&at)));
                }
                Seen::Withheld | Seen::Absent => {}
            }
        }
        text(cells, Flow::Goods, paper, "damageRemarks", false);
    }
}

fn about_invoice(world: &World<'_, '_>, invoice: usize, topic: Topic, cells: &mut Filling) {
    const FLOW: Flow = Flow::Business;
    let (own, paper) = (&world.invoices[invoice], world.invoice_paper(invoice));
    let replayed = || Evidence::Replayed { asset: own.reference.clone() };
    match topic {
        Topic::Documents => {
            text(cells, FLOW, paper, "documentNumber", false);
            text(cells, FLOW, paper, "purchaseOrderReference", false);
        }
        Topic::Seller => body_party(cells, FLOW, paper, "seller"),
        Topic::Buyer => body_party(cells, FLOW, paper, "buyer"),
        Topic::Commodities => {
            for (at, line) in listed(paper.body, "invoiceLines").0 {
                let at = format!("/body/invoiceLines/{at}");
                for (name, code) in [("HSCodes", true), ("itemName", false)] {
                    said(cells, FLOW, paper, line, &at, name, code);
                }
            }
        }
        Topic::Packages => {
            for (at, line) in listed(paper.body, "invoiceLines").0 {
                let found = line.see_object("invoicedQuantity").shown().and_then(quantity);
                if let Some((value, unit)) = found {
                    let evidence = Evidence::Field(paper.at(&format!("/body/invoiceLines/{at}/invoicedQuantity")));
                    cells.put(FLOW, Value::Quantity(format!("{value} {}", cut(unit))), evidence);
                }
            }
        }
        Topic::Amount => {
            amount(cells, FLOW, paper, "payableAmount", None);
            if own.payable != own.asked
                && let Some(payable) = own.payable
            {
                cells.put(FLOW, Value::Amount(payable.to_string()), replayed());
            }
        }
        Topic::Issued => day(cells, FLOW, paper, "issueDate"),
        Topic::Due => day(cells, FLOW, paper, "dueDate"),
        Topic::FreightTerm => text(cells, FLOW, paper, "incoTerms", true),
        Topic::Payment => cells.put(FLOW, Value::Code("invoice-stage", own.stage.code().to_owned()), replayed()),
        _ => {}
    }
}

fn about_receivable(world: &World<'_, '_>, at: usize, topic: Topic, cells: &mut Filling) {
    const FLOW: Flow = Flow::Money;
    let (Some(state), Some(terms)) = (world.receivable(at), world.terms(at)) else { return };
    let replayed = || Evidence::Replayed { asset: state.reference.clone() };
    let money = |minor: i128| Receivable::owed(state).map(|owed: Amount| owed.of_same_currency(minor).to_string());
    match topic {
        Topic::Documents => cells.put(FLOW, Value::Text(cut(&state.reference)), replayed()),
        Topic::Seller => body_party(cells, FLOW, terms, "seller"),
        Topic::Buyer => body_party(cells, FLOW, terms, "acceptor"),
        Topic::Amount => {
            amount(cells, FLOW, terms, "faceAmount", None);
            if let Some(accepted) = state.accepted.filter(|accepted| Some(*accepted) != state.face) {
                cells.put(FLOW, Value::Amount(accepted.to_string()), replayed());
            }
        }
        Topic::Issued => day(cells, FLOW, terms, "issueDate"),
        Topic::Due => day(cells, FLOW, terms, "maturityDate"),
        Topic::Title => party(cells, FLOW, &state.holder, replayed()),
        Topic::Financing => {
            for financing in &state.financings {
                let place = crate::trade::rule::Place::new(&financing.record, "/body/financier");
                party(cells, FLOW, &financing.financier, Evidence::Field(place));
                if let Some(own) = financing.amount {
                    let place = crate::trade::rule::Place::new(&financing.record, "/body/TotalFinancedAmount");
                    cells.put(FLOW, Value::Amount(own.to_string()), Evidence::Field(place));
                }
            }
            if let Some(pledge) = &state.pledge {
                let place = crate::trade::rule::Place::new(&pledge.record, "/recipient");
                party(cells, FLOW, &pledge.pledgee, Evidence::Field(place));
            }
        }
        Topic::Payment => {
            cells.put(FLOW, Value::Code("receivable-stage", state.stage.code().to_owned()), replayed());
            if let Some(paid) = state.paid.and_then(money) {
                cells.put(FLOW, Value::Paid(paid), replayed());
            }
            if let Some(open) = state.outstanding().and_then(money) {
                cells.put(FLOW, Value::Open(open), replayed());
            }
            if let Some(record) = &state.disputed {
                let place = crate::trade::rule::Place::new(record, "/actionCode");
                cells.put(FLOW, Value::Code("receivable-action", "DISPUTE".to_owned()), Evidence::Field(place));
            }
        }
        _ => {}
    }
}

/// Rounds that clear a receivable of the deal.
fn cleared(world: &World<'_, '_>, deal: &Deal, cells: &mut Filling) {
    let own: std::collections::HashSet<&str> =
        deal.receivables.iter().map(|&at| world.life(at).history.subject.reference.as_str()).collect();
    for round in &world.clearings.rounds {
        let Some(opened) = round.opened else { continue };
        for obligation in &round.obligations.shown {
            if obligation.receivable.as_deref().is_none_or(|reference| !own.contains(reference)) {
                continue;
            }
            let place = world.entries[opened.entry].at(&format!("/body/obligations/{}", obligation.at));
            let text = format!("{} · {}", cut(&round.reference), obligation.amount);
            cells.put(Flow::Money, Value::Text(text), Evidence::Field(place));
        }
    }
}

fn items<'a>(paper: Paper<'a>, mut each: impl FnMut(&'a Object, &str)) {
    for (at, item) in listed(paper.body, "consignmentItems").0 {
        each(item, &format!("/body/consignmentItems/{at}"));
    }
}

/// A member that is a text or a list of texts.
fn said(cells: &mut Filling, flow: Flow, paper: Paper<'_>, object: &Object, at: &str, name: &'static str, code: bool) {
    let evidence = || Evidence::Field(paper.at(&format!("{at}/{name}")));
    match object.see(name) {
        Seen::Shown(node) => {
            for text in texts(node) {
                let value = if code { Value::Code(name, cut(text)) } else { Value::Text(cut(text)) };
                cells.put(flow, value, evidence());
            }
        }
        Seen::Withheld => cells.put(flow, Value::Withheld, evidence()),
        Seen::Absent => {}
    }
}

fn text(cells: &mut Filling, flow: Flow, paper: Paper<'_>, name: &'static str, code: bool) {
    said(cells, flow, paper, paper.body, "/body", name, code);
}

fn day(cells: &mut Filling, flow: Flow, paper: Paper<'_>, name: &str) {
    let evidence = Evidence::Field(paper.at(&format!("/body/{name}")));
    match paper.body.see_day(name) {
        Seen::Shown(day) => cells.put(flow, Value::Day(day.to_string()), evidence),
        Seen::Withheld => cells.put(flow, Value::Withheld, evidence),
        Seen::Absent => {}
    }
}

/// An amount, whose currency stands in the member given, or beside it.
fn amount(cells: &mut Filling, flow: Flow, paper: Paper<'_>, name: &str, currency: Option<&str>) {
    let evidence = Evidence::Field(paper.at(&format!("/body/{name}")));
    let currency = currency.and_then(|member| paper.body.text(member));
    match paper.body.see_amount(name, currency) {
        Seen::Shown(own) => cells.put(flow, Value::Amount(own.to_string()), evidence),
        Seen::Withheld => cells.put(flow, Value::Withheld, evidence),
        Seen::Absent => {}
    }
}

fn party(cells: &mut Filling, flow: Flow, party: &Identity, evidence: Evidence) {
    if let Some(name) = party.called() {
        cells.put(flow, Value::Text(cut(&name)), evidence);
    }
}

fn body_party(cells: &mut Filling, flow: Flow, paper: Paper<'_>, name: &str) {
    let evidence = Evidence::Field(paper.at(&format!("/body/{name}")));
    match paper.body.see_party(name) {
        Seen::Shown(own) => party(cells, flow, &Identity::of(&own), evidence),
        Seen::Withheld => cells.put(flow, Value::Withheld, evidence),
        Seen::Absent => {}
    }
}

/// Parties of a transport document.
fn parties(cells: &mut Filling, flow: Flow, paper: Paper<'_>, names: &[&str]) {
    match paper.body.see_object("documentParties") {
        Seen::Shown(all) => {
            for name in names {
                let at = format!("/body/documentParties/{name}");
                match all.see_party(name) {
                    Seen::Shown(own) => party(cells, flow, &Identity::of(&own), Evidence::Field(paper.at(&at))),
                    Seen::Withheld => cells.put(flow, Value::Withheld, Evidence::Field(paper.at(&at))),
                    Seen::Absent => {}
                }
            }
        }
        Seen::Withheld => cells.put(flow, Value::Withheld, Evidence::Field(paper.at("/body/documentParties"))),
        Seen::Absent => {}
    }
}
