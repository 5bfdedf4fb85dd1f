//! The table for a reader: rows are things, columns the four flows, each cell what a record says with where it says so, or what
//! replaying came to; and of each row, what became of the rules that compare it.

mod rows;

use crate::trade::flows::Deal;
use crate::trade::flows::world::World;
use crate::trade::rule::{Place, Rule, Ruling, Severity, Sheet};

/// Most values of a cell that are shown; more are counted.
pub const MAX_ITEMS: usize = 8;
/// Most characters of a value.
const SHOWN: usize = 120;

/// A flow: a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// What is declared and instructed: shipping instructions, customs, forecasts.
    Information,
    /// What is carried: bills, containers, receipts.
    Goods,
    /// What is owed and paid: receivables, freight, clearing.
    Money,
    /// What is traded: orders, invoices, delivery terms.
    Business,
}

impl Flow {
    /// Every flow, in the order of the columns.
    pub const ALL: [Self; 4] = [Self::Information, Self::Goods, Self::Money, Self::Business];

    /// Its name: a key of the wording.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Goods => "goods",
            Self::Money => "money",
            Self::Business => "business",
        }
    }
}

/// A thing: a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// What the documents are called.
    Documents,
    /// Who sells and ships.
    Seller,
    /// Who buys, receives and owes.
    Buyer,
    /// Commodities and descriptions.
    Commodities,
    /// Packages and quantities.
    Packages,
    /// Weights.
    Weight,
    /// What it is worth.
    Amount,
    /// When papers were issued.
    Issued,
    /// When the goods went on board, where they are, and what is forecast.
    Shipped,
    /// When payment is due.
    Due,
    /// Who has the title, and who the claim.
    Title,
    /// Who gave money for it.
    Financing,
    /// Who pays the freight.
    FreightTerm,
    /// What the freight comes to.
    FreightCharges,
    /// What customs say.
    Customs,
    /// What arrived.
    Delivery,
    /// What was paid.
    Payment,
    /// What a clearing centre settled.
    Clearing,
}

impl Topic {
    /// Every topic, in the order of the rows.
    pub const ALL: [Self; 18] = [
        Self::Documents,
        Self::Seller,
        Self::Buyer,
        Self::Commodities,
        Self::Packages,
        Self::Weight,
        Self::Amount,
        Self::Issued,
        Self::Shipped,
        Self::Due,
        Self::Title,
        Self::Financing,
        Self::FreightTerm,
        Self::FreightCharges,
        Self::Customs,
        Self::Delivery,
        Self::Payment,
        Self::Clearing,
    ];

    /// Its name: a key of the wording.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Seller => "seller",
            Self::Buyer => "buyer",
            Self::Commodities => "commodities",
            Self::Packages => "packages",
            Self::Weight => "weight",
            Self::Amount => "amount",
            Self::Issued => "issued",
            Self::Shipped => "shipped",
            Self::Due => "due",
            Self::Title => "title",
            Self::Financing => "financing",
            Self::FreightTerm => "freight-term",
            Self::FreightCharges => "freight-charges",
            Self::Customs => "customs",
            Self::Delivery => "delivery",
            Self::Payment => "payment",
            Self::Clearing => "clearing",
        }
    }

    /// The rules that compare it.
    #[must_use]
    pub fn rules(self) -> &'static [Rule] {
        match self {
            Self::Documents | Self::Customs => &[],
            Self::Seller | Self::Buyer => &[Rule::F(1)],
            Self::Commodities | Self::Packages | Self::Weight => &[Rule::F(2)],
            Self::Amount => &[Rule::F(3), Rule::F(6)],
            Self::Issued | Self::Shipped | Self::Due => &[Rule::F(4)],
            Self::Title => &[Rule::F(7)],
            Self::Financing => &[Rule::F(6), Rule::F(7)],
            Self::FreightTerm => &[Rule::F(5)],
            Self::FreightCharges => &[Rule::F(9)],
            Self::Delivery => &[Rule::F(2), Rule::F(8)],
            Self::Payment => &[Rule::F(8)],
            Self::Clearing => &[Rule::F(10)],
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A field of a record says it.
    Field(Place),
    /// Replaying an asset's records came to it.
    Replayed {
        /// The asset's reference.
        asset: String,
    },
}

/// What a value is, for whoever words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, as a record has it.
    Text(String),
    /// An amount: `84300.00 EUR`.
    Amount(String),
    /// An amount that was paid, written the same.
    Paid(String),
    /// An amount still to be paid, written the same.
    Open(String),
    /// A day: `2026-03-02`.
    Day(String),
    /// A number of the industry's units: `24 CR`, `9840 KGM`.
    Quantity(String),
    /// A code: of the field named first, of the list of a record's codes, or a key of the wording.
    Code(&'static str, String),
    /// It is withheld.
    Withheld,
}

/// A value in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What.
    pub value: Value,
    /// Where it comes from.
    pub evidence: Evidence,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What records say, [`MAX_ITEMS`] at most.
    pub items: Vec<Item>,
    /// How many more values there are.
    pub more: u64,
}

/// What became of a rule in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Held.
    Held,
    /// Broken, by something that stands in this row.
    Broken(Severity),
    /// Broken in this deal, by what stands in another row.
    BrokenElsewhere(Severity),
    /// Not checked: something is lacking.
    NotChecked,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is about.
    pub topic: Topic,
    /// Its cells, in the order of [`Flow::ALL`].
    pub cells: [Cell; 4],
    /// What became of the rules that compare it.
    pub rules: Vec<(Rule, Outcome)>,
}

/// A deal laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowTable {
    /// Its rows; those of which no record says anything are left out.
    pub rows: Vec<Row>,
}

/// Lays out a deal. `rounds` is what became of the rules of clearing rounds.
pub(super) fn lay_out(world: &World<'_, '_>, deal: &Deal, rounds: &Sheet) -> FlowTable {
    let mut rows = Vec::new();
    for topic in Topic::ALL {
        let mut filling = Filling::default();
        rows::fill(world, deal, topic, &mut filling);
        if filling.cells.iter().all(|cell| cell.items.is_empty()) {
            continue;
        }
        let sheet = if topic == Topic::Clearing { rounds } else { &deal.sheet };
        let rules = topic.rules().iter().map(|&rule| (rule, outcome(&sheet.ruling(rule), &filling.cells))).collect();
        rows.push(Row { topic, cells: filling.cells, rules });
    }
    FlowTable { rows }
}

fn outcome(ruling: &Ruling, cells: &[Cell; 4]) -> Outcome {
    match ruling {
        Ruling::Held { .. } => Outcome::Held,
        Ruling::NotChecked { .. } => Outcome::NotChecked,
        Ruling::Broken { breaches, .. } => {
            let places = || {
                cells.iter().flat_map(|cell| &cell.items).filter_map(|item| match &item.evidence {
                    Evidence::Field(place) => Some(place),
                    Evidence::Replayed { .. } => None,
                })
            };
            let here =
                |place: &Place| places().any(|own| own.record == place.record && within(&own.field, &place.field));
            let found = breaches.iter().filter(|breach| breach.places.iter().any(here)).map(|breach| breach.severity);
            match (found.max(), ruling.severity()) {
                (Some(severity), _) => Outcome::Broken(severity),
                (None, Some(severity)) => Outcome::BrokenElsewhere(severity),
                (None, None) => Outcome::NotChecked,
            }
        }
    }
}

/// Whether one pointer leads to the other or into it.
fn within(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Cells being filled.
#[derive(Default)]
struct Filling {
    cells: [Cell; 4],
}

impl Filling {
    fn put(&mut self, flow: Flow, value: Value, evidence: Evidence) {
        let cell = &mut self.cells[flow as usize];
        if cell.items.iter().any(|item| item.value == value && value != Value::Withheld && item.evidence == evidence) {
            return;
        }
        match cell.items.len() < MAX_ITEMS {
            true => cell.items.push(Item { value, evidence }),
            false => cell.more += 1,
        }
    }
}

/// A text cut to what a cell shows.
fn cut(text: &str) -> String {
    match text.chars().count() > SHOWN {
        true => text.chars().take(SHOWN).chain(['…']).collect(),
        false => text.to_owned(),
    }
}
