//! What belongs together: receivables, the invoices and bills that they name, the bills that invoices name, and where nothing
//! is named, what goes under one purchase order. One pass over hash maps; no record is held against all others.

use crate::trade::flows::limits::{MAX_NAMESAKES, MAX_PAIRS};
use crate::trade::flows::paper::{Shown, listed, texts};
use crate::trade::flows::world::World;
use crate::trade::flows::{Billed, Deal};
use crate::trade::payload::Object;
use crate::trade::replay::identity::{Comparison, Identity, plain};
use crate::trade::rule::Lack;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Records by a number, as far as its letters and digits go: `QY-26/0117` is `qy260117`.
#[derive(Default)]
struct Index(HashMap<String, Vec<usize>>);

impl Index {
    fn add(&mut self, number: &str, at: usize) {
        let own = self.0.entry(plain(number)).or_default();
        if own.last() != Some(&at) {
            own.push(at);
        }
    }

    fn get(&self, number: &str) -> &[usize] {
        self.0.get(&plain(number)).map_or(&[], Vec::as_slice)
    }
}

/// Sets of what belongs together (union-find with halving).
struct Sets(Vec<usize>);

impl Sets {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        // The lower stays, so that the order is that of the records.
        self.0[one.max(other)] = one.min(other);
    }
}

struct Joiner<'j, 'w, 'e> {
    world: &'j World<'w, 'e>,
    invoices: Index,
    bills: Index,
    sets: Sets,
    /// Of each receivable, by number.
    invoices_of: Vec<Vec<(usize, Option<usize>)>>,
    bills_of: Vec<Vec<usize>>,
    pairs: Vec<(usize, usize)>,
    paired: HashSet<(usize, usize)>,
    /// What is missing, by node.
    missing: Vec<(usize, Missing)>,
}

/// Something that a record names and that is not given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missing {
    Invoice(Lack),
    Bill(Lack),
}

/// Joins all.
pub(super) fn join(world: &World<'_, '_>) -> Vec<Deal> {
    let (receivables, invoices, bills) = (world.lives.lives.len(), world.invoices.len(), world.shipment.bills.len());
    let mut joiner = Joiner {
        world,
        invoices: Index::default(),
        bills: Index::default(),
        sets: Sets((0..receivables + invoices + bills).collect()),
        invoices_of: vec![Vec::new(); receivables],
        bills_of: vec![Vec::new(); receivables],
        pairs: Vec::new(),
        paired: HashSet::new(),
        missing: Vec::new(),
    };
    for (at, invoice) in world.invoices.iter().enumerate() {
        invoice.numbers.iter().for_each(|number| joiner.invoices.add(number, at));
    }
    for (at, bill) in world.shipment.bills.iter().enumerate() {
        joiner.bills.add(&bill.reference, at);
        joiner.bills.add(&bill.asset.reference, at);
    }
    for at in 0..receivables {
        joiner.receivable(at);
    }
    for at in 0..invoices {
        joiner.invoice(at);
    }
    joiner.orders();
    joiner.deals()
}

impl Joiner<'_, '_, '_> {
    fn invoice_node(&self, at: usize) -> usize {
        self.world.lives.lives.len() + at
    }

    fn bill_node(&self, at: usize) -> usize {
        self.invoice_node(self.world.invoices.len()) + at
    }

    fn receivable(&mut self, at: usize) {
        let world = self.world;
        let Some(state) = world.receivable(at) else { return };
        if let Some(&parent) = state.parent.as_deref().and_then(|parent| world.lives.by_reference.get(parent)) {
            self.sets.join(at, parent);
            // It rests on what its parent rests on.
            return;
        }
        for (place, invoice) in state.invoices.iter().enumerate() {
            let Some(number) = &invoice.number else {
                let (record, field) = (invoice.record.clone(), format!("{}/documentNumber", invoice.field));
                self.missing.push((at, Missing::Invoice(Lack::Withheld { record, field })));
                continue;
            };
            let found = best(self.invoices.get(number), |&found| likely(&world.invoices[found].seller, &state.seller));
            if found.is_empty() {
                let what = format!("invoice {number}");
                self.missing.push((at, Missing::Invoice(Lack::Record { what })));
            }
            for found in found {
                self.invoices_of[at].push((found, Some(place)));
                self.sets.join(at, self.invoice_node(found));
            }
        }
        for shipment in &state.shipments {
            let Some(number) = &shipment.document else {
                let what = format!("bill of lading of {}", state.reference);
                self.missing.push((at, Missing::Bill(Lack::Record { what })));
                continue;
            };
            let carrier = |&bill: &usize| {
                let own = world.document(bill).and_then(|paper| paper.body.text("carrierCode"));
                match (own, shipment.carrier.as_deref()) {
                    (Some(own), Some(named)) if own == named => Likely::Same,
                    (Some(_), Some(_)) => Likely::Other,
                    _ => Likely::Perhaps,
                }
            };
            let found = best(self.bills.get(number), carrier);
            if found.is_empty() {
                let what = format!("bill of lading {number}");
                self.missing.push((at, Missing::Bill(Lack::Record { what })));
            }
            for found in found {
                self.bills_of[at].push(found);
                self.sets.join(at, self.bill_node(found));
            }
        }
        let (invoices, bills) = (self.invoices_of[at].clone(), self.bills_of[at].clone());
        let all = invoices.iter().flat_map(|&(invoice, _)| bills.iter().map(move |&bill| (invoice, bill)));
        if invoices.len().saturating_mul(bills.len()) > MAX_PAIRS {
            let what = format!("pairs of invoice and bill of {} beyond the first {MAX_PAIRS}", state.reference);
            self.missing.push((at, Missing::Bill(Lack::Record { what })));
        }
        for (invoice, bill) in all.take(MAX_PAIRS) {
            self.pair(invoice, bill);
        }
    }

    fn pair(&mut self, invoice: usize, bill: usize) {
        self.sets.join(self.invoice_node(invoice), self.bill_node(bill));
        if self.paired.insert((invoice, bill)) {
            self.pairs.push((invoice, bill));
        }
    }

    fn invoice(&mut self, at: usize) {
        let world = self.world;
        for number in world.invoices[at].bills.iter().take(MAX_PAIRS) {
            let found = best(self.bills.get(number), |_| Likely::Perhaps);
            if found.is_empty() {
                let what = format!("bill of lading {number}");
                self.missing.push((self.invoice_node(at), Missing::Bill(Lack::Record { what })));
            }
            for found in found {
                self.pair(at, found);
            }
        }
    }

    /// Purchase orders join what names nothing closer.
    fn orders(&mut self) {
        let world = self.world;
        let mut invoices = Index::default();
        let mut alone = Vec::new();
        let paired: HashSet<usize> = self.pairs.iter().map(|&(invoice, _)| invoice).collect();
        for (at, invoice) in world.invoices.iter().enumerate() {
            let Some(order) = &invoice.order else { continue };
            invoices.add(order, at);
            if !paired.contains(&at) && invoice.bills.is_empty() {
                alone.push((at, order));
            }
        }
        let mut bills = Index::default();
        if !alone.is_empty() {
            for at in 0..world.shipment.bills.len() {
                let Some(paper) = world.document(at) else { continue };
                orders_of(paper.body, |order| bills.add(order, at));
            }
        }
        for at in 0..self.invoices_of.len() {
            let Some(state) = world.receivable(at).filter(|state| state.invoices.is_empty()) else { continue };
            let order = world.terms(at).and_then(|terms| terms.body.text("purchaseOrderReference"));
            let Some(order) = order.filter(|_| !world.is_part(at)) else { continue };
            for found in best(invoices.get(order), |&found| likely(&world.invoices[found].seller, &state.seller)) {
                self.sets.join(at, self.invoice_node(found));
                self.invoices_of[at].push((found, None));
                for bill in self.bills_of[at].clone().into_iter().take(MAX_PAIRS) {
                    self.pair(found, bill);
                }
            }
        }
        for (at, order) in alone {
            let seller = &world.invoices[at].seller;
            for found in best(bills.get(order), |&bill| likely(&world.bill(bill).shipper, seller)) {
                self.pair(at, found);
            }
        }
    }

    fn deals(mut self) -> Vec<Deal> {
        let world = self.world;
        let mut place: BTreeMap<usize, usize> = BTreeMap::new();
        let mut deals: Vec<Deal> = Vec::new();
        let (invoices, bills) = (self.invoice_node(0), self.bill_node(0));
        for node in 0..self.sets.0.len() {
            let root = self.sets.root(node);
            let deal = *place.entry(root).or_insert_with(|| {
                deals.push(Deal::default());
                deals.len() - 1
            });
            let deal = &mut deals[deal];
            match node {
                node if node < invoices => deal.receivables.push(node),
                node if node < bills => deal.invoices.push(node - invoices),
                node => deal.bills.push(node - bills),
            }
        }
        let mut bills_by_invoice: HashMap<usize, Vec<usize>> = HashMap::new();
        for (invoice, bill) in std::mem::take(&mut self.pairs) {
            bills_by_invoice.entry(invoice).or_default().push(bill);
            let deal = place[&self.sets.root(invoices + invoice)];
            match is_freight(world, invoice, bill) {
                true => deals[deal].freight.push((invoice, bill)),
                false => deals[deal].pairs.push((invoice, bill)),
            }
        }
        for receivable in 0..self.invoices_of.len() {
            let deal = &mut deals[place[&self.sets.root(receivable)]];
            let mut backing = std::mem::take(&mut self.bills_of[receivable]);
            let billing = std::mem::take(&mut self.invoices_of[receivable]);
            if backing.is_empty() {
                let behind = billing.iter().filter_map(|(invoice, _)| bills_by_invoice.get(invoice));
                backing = behind.flatten().copied().take(MAX_PAIRS).collect();
            }
            backing.sort_unstable();
            backing.dedup();
            deal.backed.extend(backing.into_iter().map(|bill| (receivable, bill)));
            let billed = |(invoice, reference)| Billed { receivable, invoice, reference };
            deal.billed.extend(billing.into_iter().map(billed));
        }
        for (node, missing) in std::mem::take(&mut self.missing) {
            deals[place[&self.sets.root(node)]].missing.push(missing);
        }
        for deal in &mut deals {
            let freight: HashSet<usize> = deal.freight.iter().map(|&(invoice, _)| invoice).collect();
            deal.invoices.retain(|invoice| !freight.contains(invoice));
        }
        deals
    }
}

/// The carrier's invoice for the carriage, and not the seller's for the goods.
fn is_freight(world: &World<'_, '_>, invoice: usize, bill: usize) -> bool {
    let (seller, own) = (&world.invoices[invoice].seller, world.bill(bill));
    let same = |party: &Identity| matches!(seller.compare(party), Comparison::Same(_));
    if same(&own.shipper) {
        return false;
    }
    let issuer = || {
        let parties = world.document(bill)?.body.see_object("documentParties").shown()?;
        parties.see_party("issuingParty").shown().map(|party| Identity::of(&party))
    };
    same(&own.carrier) || issuer().is_some_and(|issuer| same(&issuer))
}

/// Of those under one number the ones that are the same for sure; where none is, those that may be; and where none may, the
/// one there is: its other name is for rule F1 to tell.
fn best(found: &[usize], compare: impl Fn(&usize) -> Likely) -> Vec<usize> {
    let mut by: [Vec<usize>; 3] = Default::default();
    for at in found.iter().take(MAX_NAMESAKES) {
        match compare(at) {
            Likely::Same => by[0].push(*at),
            Likely::Perhaps => by[1].push(*at),
            Likely::OtherName => by[2].push(*at),
            Likely::Other => {}
        }
    }
    let [same, perhaps, other_name] = by;
    match (same.is_empty(), perhaps.is_empty()) {
        (false, _) => same,
        (true, false) => perhaps,
        (true, true) if other_name.len() == 1 => other_name,
        (true, true) => Vec::new(),
    }
}

/// Whether a record is the one that a reference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likely {
    Same,
    Perhaps,
    /// Its party has another name, and no code says more.
    OtherName,
    Other,
}

fn likely(one: &Identity, other: &Identity) -> Likely {
    match one.compare(other) {
        Comparison::Same(_) => Likely::Same,
        Comparison::Unknown => Likely::Perhaps,
        Comparison::Different if one.shares_list(other) => Likely::Other,
        Comparison::Different => Likely::OtherName,
    }
}

/// Purchase orders that a transport document names: of its parties, and among its references.
fn orders_of(body: &Object, mut found: impl FnMut(&str)) {
    if let Some(parties) = body.see_object("documentParties").shown() {
        for party in parties.members.values().filter_map(|field| field.node.object()) {
            let orders = party.members.get("purchaseOrderReferences").into_iter();
            orders.flat_map(|field| texts(&field.node)).for_each(&mut found);
        }
    }
    let mut references = |object: &Object| {
        let (all, shown) = listed(object, "references");
        if shown == Shown::Absent {
            return;
        }
        for (_, reference) in all.into_iter().filter(|(_, reference)| reference.text("type") == Some("PO")) {
            let values = ["values", "value"].into_iter().filter_map(|name| reference.members.get(name));
            values.flat_map(|field| texts(&field.node)).for_each(&mut found);
        }
    };
    references(body);
    for (_, item) in listed(body, "consignmentItems").0 {
        references(item);
    }
}
