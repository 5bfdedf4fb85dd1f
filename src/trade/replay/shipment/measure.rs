//! Weights, volumes and packages, added exactly in the units they are stated in. Rule S3.

use crate::trade::amount::Decimal;
use crate::trade::payload::{Node, Object};
use crate::trade::replay::shipment::document::Document;
use crate::trade::rule::phrase::OrMore;
use crate::trade::rule::{Breach, Place, Rule, Severity, Sheet};
use crate::trade::said::Said;
use crate::trade::seen::{Seen, element_object};
use serde_json::Value;
use std::cmp::Ordering;

/// Where units are mixed, sums may differ by one part in so many: each writer rounds.
const ROUNDING: i128 = 1000;

/// What is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Weight,
    Volume,
    Packages,
}

/// A quantity with its unit; packages have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quantity {
    value: Decimal,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Kilogram,
    Pound,
    Tonne,
    CubicMetre,
    CubicFoot,
    Litre,
    Package,
}

impl Unit {
    fn of(code: &str) -> Option<Self> {
        Some(match code {
            "KGM" => Self::Kilogram,
            "LBR" => Self::Pound,
            "TNE" => Self::Tonne,
            "MTQ" => Self::CubicMetre,
            "FTQ" => Self::CubicFoot,
            "LTR" => Self::Litre,
            _ => return None,
        })
    }

    fn measures(self, kind: Kind) -> bool {
        match self {
            Self::Kilogram | Self::Pound | Self::Tonne => kind == Kind::Weight,
            Self::CubicMetre | Self::CubicFoot | Self::Litre => kind == Kind::Volume,
            Self::Package => kind == Kind::Packages,
        }
    }

    /// In kilograms or cubic metres, by definition.
    fn size(self) -> Decimal {
        match self {
            Self::Kilogram | Self::CubicMetre | Self::Package => Decimal::ONE,
            Self::Pound => Decimal::new(45_359_237, 8),
            Self::Tonne => Decimal::new(1000, 0),
            Self::CubicFoot => Decimal::new(28_316_846_592, 12),
            Self::Litre => Decimal::new(1, 3),
        }
    }
}

impl Quantity {
    /// Reads `{value, unit}`; none for a unit that is not known.
    pub(super) fn read(object: &Object) -> Option<Self> {
        let unit = Unit::of(object.text("unit")?)?;
        let value = match &object.members.get("value")?.node {
            Node::Scalar(Value::String(text)) => Decimal::parse(text).ok()?,
            // Shortest decimal form of the number, as JSON has it.
            Node::Scalar(Value::Number(number)) => Decimal::parse(&number.to_string()).ok()?,
            _ => return None,
        };
        Some(Self { value, unit })
    }

    /// DCSA's verified gross mass: `{weight: {value, unit}}`, or the quantity itself.
    pub(super) fn read_mass(object: &Object) -> Option<Self> {
        Self::read(object.see_object("weight").shown().unwrap_or(object))
            .filter(|mass| mass.unit.measures(Kind::Weight))
    }
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Weight, Self::Volume, Self::Packages];

    pub(super) fn total_name(self) -> &'static str {
        match self {
            Self::Weight => "cargoGrossWeight",
            Self::Volume => "cargoGrossVolume",
            Self::Packages => "numberOfPackages",
        }
    }

    /// What a cargo item states.
    pub(super) fn of_item(self, item: &Object) -> Seen<Quantity> {
        match self {
            Self::Packages => match item.see("outerPackaging") {
                Seen::Shown(Node::Object(packaging)) => self.of_total(packaging),
                // Older documents give several.
                Seen::Shown(Node::List(list)) => {
                    let all: Option<Vec<u64>> = list
                        .iter()
                        .map(|element| element_object(element).shown()?.see_count("numberOfPackages").shown())
                        .collect();
                    let total = all.map(|all| all.into_iter().map(i128::from).sum());
                    total.map_or(Seen::Withheld, |total| Seen::Shown(packages(total)))
                }
                Seen::Shown(Node::Scalar(_)) | Seen::Absent => self.of_total(item),
                Seen::Withheld => Seen::Withheld,
            },
            _ => self.of_total(item),
        }
    }

    /// What an object states as a total.
    pub(super) fn of_total(self, object: &Object) -> Seen<Quantity> {
        match self {
            Self::Packages => object.see_count(self.total_name()).and_then(|count| Some(packages(i128::from(count)))),
            _ => {
                let measured = |quantity: &Quantity| quantity.unit.measures(self);
                object.see_object(self.total_name()).and_then(|found| Quantity::read(found).filter(measured))
            }
        }
    }
}

fn packages(count: i128) -> Quantity {
    Quantity { value: Decimal::new(count, 0), unit: Unit::Package }
}

/// A sum, as far as its terms are shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    terms: Vec<Quantity>,
    /// A field that is withheld, or not stated.
    missing: Option<(String, bool)>,
}

impl Sum {
    pub(super) fn add(&mut self, term: &Seen<Quantity>, field: &str) {
        match term {
            Seen::Shown(quantity) => self.terms.push(*quantity),
            Seen::Withheld => self.hide(field),
            Seen::Absent => self.missing = self.missing.take().or_else(|| Some((field.to_owned(), false))),
        }
    }

    /// A term is withheld.
    pub(super) fn hide(&mut self, field: &str) {
        self.missing = Some((field.to_owned(), true));
    }

    /// Holds a stated total to it.
    pub(super) fn judge(&self, document: &Document<'_>, total: &Quantity, field: &str, sheet: &mut Sheet) {
        let Some(sum) = self.known(document, field, total.unit, sheet) else { return };
        let right = match self.mixed(total.unit) {
            false => total.value.checked_cmp(sum) == Some(Ordering::Equal),
            true => near(total.value, sum),
        };
        sheet.judge(Rule::S(3), right, || breach(document, field, sum.trimmed(), total.value));
    }

    /// Holds a mass to it that may be more.
    pub(super) fn at_most(&self, document: &Document<'_>, mass: &Quantity, field: &str, sheet: &mut Sheet) {
        let Some(sum) = self.known(document, field, mass.unit, sheet) else { return };
        let right =
            mass.value.checked_cmp(sum).is_some_and(Ordering::is_ge) || self.mixed(mass.unit) && near(mass.value, sum);
        sheet.judge(Rule::S(3), right, || breach(document, field, OrMore(sum.trimmed()), mass.value));
    }

    fn mixed(&self, unit: Unit) -> bool {
        self.terms.iter().any(|term| term.unit != unit)
    }

    /// The sum in a unit; none, and told of, where a term is not shown.
    fn known(&self, document: &Document<'_>, field: &str, unit: Unit, sheet: &mut Sheet) -> Option<Decimal> {
        if let Some((field, withheld)) = &self.missing {
            sheet.lacks(Rule::S(3), document.lack(field, *withheld));
            return None;
        }
        let sum = self.in_unit(unit);
        if sum.is_none() {
            // More digits than can be added exactly: a number nobody writes.
            sheet.lacks(Rule::S(3), document.lack(field, false));
        }
        sum
    }

    fn in_unit(&self, unit: Unit) -> Option<Decimal> {
        if !self.mixed(unit) {
            return self.terms.iter().try_fold(Decimal::ZERO, |sum, term| sum.checked_add(term.value));
        }
        let sum = self
            .terms
            .iter()
            .try_fold(Decimal::ZERO, |sum, term| sum.checked_add(term.value.checked_mul(term.unit.size())?))?;
        sum.checked_div(unit.size(), 6)
    }
}

fn near(own: Decimal, other: Decimal) -> bool {
    let difference = own.checked_sub(other).and_then(Decimal::checked_abs);
    let scaled = difference.and_then(|difference| difference.checked_mul(Decimal::new(ROUNDING, 0)));
    let size = other.checked_abs();
    scaled.zip(size).and_then(|(scaled, size)| scaled.checked_cmp(size)).is_some_and(Ordering::is_le)
}

fn breach(document: &Document<'_>, field: &str, expected: impl Into<Said>, found: Decimal) -> Breach {
    Breach::new(Severity::Warning, Place::new(document.record, field), expected, found.trimmed())
}
