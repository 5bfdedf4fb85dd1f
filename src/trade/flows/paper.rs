//! What a document says of goods: commodities, descriptions, packages and weight, as far as it is shown.

use crate::trade::amount::Decimal;
use crate::trade::flows::limits::MAX_LINES;
use crate::trade::payload::{Element, Node, Object};
use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::Identity;
use crate::trade::rule::{Lack, Place};
use crate::trade::seen::{Seen, element_object};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A record's body, with what is needed to point into it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper<'a> {
    pub(super) record: &'a str,
    pub(super) body: &'a Object,
}

impl<'a> Paper<'a> {
    pub(super) fn of(entry: &Entry<'a>) -> Self {
        Self { record: &entry.record.record_id, body: &entry.record.body }
    }

    pub(super) fn at(&self, field: &str) -> Place {
        Place::new(self.record, field)
    }

    pub(super) fn field(&self, field: &str) -> Lack {
        Lack::Field { record: self.record.to_owned(), field: field.to_owned() }
    }

    pub(super) fn withheld(&self, field: &str) -> Lack {
        Lack::Withheld { record: self.record.to_owned(), field: field.to_owned() }
    }

    /// A member of the body.
    pub(super) fn lack_of(&self, name: &str) -> Lack {
        let field = format!("/body/{name}");
        match self.body.see(name) {
            Seen::Withheld => self.withheld(&field),
            Seen::Shown(_) | Seen::Absent => self.field(&field),
        }
    }
}

/// The shown elements of a list of the body, [`MAX_LINES`] at most, and whether that is all of it.
pub(super) fn listed<'a>(object: &'a Object, name: &str) -> (Vec<(usize, &'a Object)>, Shown) {
    match object.see_list(name) {
        Seen::Shown(list) => {
            let mut shown = if list.len() > MAX_LINES { Shown::Partly } else { Shown::Whole };
            let mut objects = Vec::new();
            for (at, element) in list.iter().take(MAX_LINES).enumerate() {
                match element_object(element) {
                    Seen::Shown(object) => objects.push((at, object)),
                    Seen::Withheld => shown = Shown::Partly,
                    Seen::Absent => {}
                }
            }
            (objects, shown)
        }
        Seen::Withheld => (Vec::new(), Shown::Partly),
        Seen::Absent => (Vec::new(), Shown::Absent),
    }
}

/// Whether something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Whole,
    /// Some of it is withheld, or all.
    Partly,
    Absent,
}

/// The parties of a document that may be somebody, each with where it stands.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub(super) named: Vec<(Identity, String)>,
    /// Where somebody may stand who is withheld.
    pub(super) withheld: Option<String>,
}

impl Candidates {
    /// A member of `documentParties`, and whom he represents.
    pub(super) fn add(&mut self, parties: Seen<&Object>, name: &str) {
        let at = format!("/body/documentParties/{name}");
        match parties {
            Seen::Shown(parties) => match parties.see_object(name) {
                Seen::Shown(party) => self.take(party, at),
                Seen::Withheld => self.hide(at),
                Seen::Absent => {}
            },
            Seen::Withheld => self.hide("/body/documentParties".to_owned()),
            Seen::Absent => {}
        }
    }

    /// The members of a list of `documentParties`.
    pub(super) fn add_list(&mut self, parties: Seen<&Object>, name: &str) {
        let Seen::Shown(parties) = parties else { return };
        let at = format!("/body/documentParties/{name}");
        match parties.see_list(name) {
            Seen::Shown(list) => {
                for (number, element) in list.iter().take(MAX_LINES).enumerate() {
                    match element_object(element) {
                        Seen::Shown(party) => self.take(party, format!("{at}/{number}")),
                        Seen::Withheld => self.hide(format!("{at}/{number}")),
                        Seen::Absent => {}
                    }
                }
            }
            Seen::Withheld => self.hide(at),
            Seen::Absent => {}
        }
    }

    /// The first of what is withheld is named.
    fn hide(&mut self, at: String) {
        self.withheld.get_or_insert(at);
    }

    fn take(&mut self, party: &Object, at: String) {
        let identity = Identity::of(&crate::trade::party::Party::read(party));
        if identity.is_unknown() && !party.withheld.is_empty() {
            self.hide(format!("{at}/partyName"));
        }
        if let Some(behind) = party.see_object("representedParty").shown() {
            self.take(behind, format!("{at}/representedParty"));
        }
        if !identity.is_unknown() {
            self.named.push((identity, at));
        }
    }
}

/// A number of something: packages of a kind, or kilograms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Measure {
    /// Packages, by their code of UN/ECE recommendation 21.
    Packages(String, u64),
    /// Kilograms.
    Weight(Decimal),
    /// Something else, which has no package and no weight: pieces, litres.
    Other(String),
}

/// Kilograms of a unit of weight.
pub(super) fn kilograms(value: Decimal, unit: &str) -> Option<Decimal> {
    let factor = match unit {
        "KGM" => Decimal::ONE,
        "TNE" => Decimal::new(1000, 0),
        "GRM" => Decimal::new(1, 3),
        "LBR" => Decimal::new(45_359_237, 8),
        _ => return None,
    };
    value.checked_mul(factor)
}

/// A package code without the `X` that UN/ECE recommendation 20 sets before it.
pub(super) fn package(code: &str) -> &str {
    match code.strip_prefix('X') {
        Some(bare) if bare.len() == 2 => bare,
        _ => code,
    }
}

/// Reads an object of value and unit.
pub(super) fn quantity(object: &Object) -> Option<(Decimal, &str)> {
    let value = match &object.members.get("value")?.node {
        Node::Scalar(Value::String(text)) => Decimal::parse(text).ok()?,
        Node::Scalar(Value::Number(number)) => Decimal::parse(&number.to_string()).ok()?,
        _ => return None,
    };
    Some((value, object.text("unit")?))
}

/// Reads a quantity as packages or weight.
pub(super) fn measure(object: &Object) -> Option<Measure> {
    let (value, unit) = quantity(object)?;
    if let Some(weight) = kilograms(value, unit) {
        return Some(Measure::Weight(weight));
    }
    let whole = value.trimmed();
    let code = package(unit);
    match (whole.decimals, u64::try_from(whole.units)) {
        (0, Ok(count)) if code.len() == 2 => Some(Measure::Packages(code.to_owned(), count)),
        _ => Some(Measure::Other(unit.to_owned())),
    }
}

/// The goods of a document, or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Goods {
    /// First six digits of each commodity code: the Harmonized System's subheading.
    pub(super) commodities: BTreeSet<String>,
    /// Words of the descriptions.
    pub(super) words: BTreeSet<String>,
    pub(super) described: bool,
    /// Packages by code.
    pub(super) packages: BTreeMap<String, u64>,
    /// The same by container.
    pub(super) by_container: BTreeMap<String, BTreeMap<String, u64>>,
    /// Gross weight in kilograms.
    pub(super) gross: Option<Decimal>,
    /// Net weight in kilograms, where all of it is told.
    pub(super) net: Option<Decimal>,
    /// Gross weight by container.
    pub(super) gross_by_container: BTreeMap<String, Decimal>,
    /// Pointer of the first thing that is withheld, by what it hides.
    pub(super) hidden: Hidden,
}

/// What is withheld of the goods.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Hidden {
    pub(super) commodities: Option<String>,
    pub(super) packages: Option<String>,
    pub(super) weight: Option<String>,
}

impl Goods {
    /// Reads `consignmentItems`; none where the document has none at all.
    pub(super) fn read(body: &Object) -> Option<Self> {
        let mut goods = Self {
            commodities: BTreeSet::new(),
            words: BTreeSet::new(),
            described: false,
            packages: BTreeMap::new(),
            by_container: BTreeMap::new(),
            gross: Some(Decimal::ZERO),
            net: Some(Decimal::ZERO),
            gross_by_container: BTreeMap::new(),
            hidden: Hidden::default(),
        };
        let (items, shown) = listed(body, "consignmentItems");
        match shown {
            Shown::Absent => return None,
            Shown::Partly => goods.hide_all("/body/consignmentItems"),
            Shown::Whole => {}
        }
        let mut weighed = false;
        for (at, item) in items {
            let at = format!("/body/consignmentItems/{at}");
            goods.commodities(item, &at);
            goods.described |= words_of(item, "descriptionOfGoods", &mut goods.words);
            let (cargo, shown) = listed(item, "cargoItems");
            if shown == Shown::Partly {
                goods.hidden.packages.get_or_insert_with(|| format!("{at}/cargoItems"));
                goods.hidden.weight.get_or_insert_with(|| format!("{at}/cargoItems"));
            }
            for (number, cargo) in cargo {
                weighed = true;
                goods.cargo(cargo, &format!("{at}/cargoItems/{number}"));
            }
        }
        if !weighed || goods.hidden.weight.is_some() {
            (goods.gross, goods.net) = (None, None);
        }
        Some(goods)
    }

    fn hide_all(&mut self, at: &str) {
        let all = [&mut self.hidden.commodities, &mut self.hidden.packages, &mut self.hidden.weight];
        for hidden in all {
            hidden.get_or_insert_with(|| at.to_owned());
        }
    }

    fn commodities(&mut self, item: &Object, at: &str) {
        for name in ["HSCodes", "HSCode"] {
            match item.see(name) {
                Seen::Shown(node) => self.commodities.extend(texts(node).filter_map(subheading)),
                Seen::Withheld if name == "HSCodes" => {
                    self.hidden.commodities.get_or_insert_with(|| format!("{at}/{name}"));
                }
                Seen::Withheld | Seen::Absent => {}
            }
        }
    }

    fn cargo(&mut self, cargo: &Object, at: &str) {
        let container = cargo.text("equipmentReference");
        match cargo.see_object("outerPackaging") {
            Seen::Shown(packaging) => {
                let count = packaging.see_count("numberOfPackages");
                match (packaging.see_text("packageCode"), count) {
                    (Seen::Shown(code), Seen::Shown(count)) => {
                        let code = package(code);
                        let mut rows = vec![&mut self.packages];
                        if let Some(container) = container {
                            rows.push(self.by_container.entry(container.to_owned()).or_default());
                        }
                        for row in rows {
                            let sum = row.entry(code.to_owned()).or_default();
                            *sum = sum.saturating_add(count);
                        }
                    }
                    (Seen::Withheld, _) | (_, Seen::Withheld) => {
                        self.hidden.packages.get_or_insert_with(|| format!("{at}/outerPackaging"));
                    }
                    _ => {}
                }
            }
            Seen::Withheld => {
                self.hidden.packages.get_or_insert_with(|| format!("{at}/outerPackaging"));
            }
            Seen::Absent => {}
        }
        let weight = |name: &str| {
            let (value, unit) = quantity(cargo.see_object(name).shown()?)?;
            kilograms(value, unit)
        };
        if matches!(cargo.see("cargoGrossWeight"), Seen::Withheld) {
            self.hidden.weight.get_or_insert_with(|| format!("{at}/cargoGrossWeight"));
        }
        let gross = weight("cargoGrossWeight");
        let sum = |sum: Option<Decimal>, more: Option<Decimal>| sum?.checked_add(more?);
        self.gross = sum(self.gross, gross);
        self.net = sum(self.net, weight("cargoNetWeight"));
        if let (Some(container), Some(gross)) = (container, gross) {
            let row = self.gross_by_container.entry(container.to_owned()).or_insert(Decimal::ZERO);
            *row = row.checked_add(gross).unwrap_or(*row);
        }
    }

    /// Takes in the goods of another document.
    pub(super) fn join(&mut self, other: Self) {
        self.commodities.extend(other.commodities);
        self.words.extend(other.words);
        self.described |= other.described;
        for (code, count) in other.packages {
            let sum = self.packages.entry(code).or_default();
            *sum = sum.saturating_add(count);
        }
        let both = |one: Option<Decimal>, other: Option<Decimal>| one?.checked_add(other?);
        self.gross = both(self.gross, other.gross);
        self.net = both(self.net, other.net);
        let Hidden { commodities, packages, weight } = other.hidden;
        self.hidden.commodities = self.hidden.commodities.take().or(commodities);
        self.hidden.packages = self.hidden.packages.take().or(packages);
        self.hidden.weight = self.hidden.weight.take().or(weight);
    }
}

/// The texts of a node that is a text or a list of texts.
pub(super) fn texts(node: &Node) -> impl Iterator<Item = &str> {
    let elements: &[Element] = match node {
        Node::List(elements) => elements,
        _ => &[],
    };
    let listed = elements.iter().take(MAX_LINES).filter_map(|element| match element {
        Element::Shown(field) => field.node.text(),
        Element::Withheld(_) => None,
    });
    node.text().into_iter().chain(listed)
}

/// The subheading of a commodity code, its first six digits.
pub(super) fn subheading(code: &str) -> Option<String> {
    let digits: String = code.chars().filter(char::is_ascii_digit).take(6).collect();
    (digits.len() == 6).then_some(digits)
}

/// Shortest word that tells goods apart.
const WORD: usize = 4;
/// Most words of the descriptions of one dossier's goods.
const MAX_WORDS: usize = 10_000;

/// Collects the words of a description; gives whether it is there. Chinese has no spaces, so that every two characters are a
/// word of it.
pub(super) fn words_of(object: &Object, name: &str, words: &mut BTreeSet<String>) -> bool {
    let Some(field) = object.members.get(name) else { return false };
    for text in texts(&field.node) {
        let lower = text.to_lowercase();
        for word in lower.split(|letter: char| !letter.is_alphanumeric()) {
            if words.len() >= MAX_WORDS {
                return true;
            }
            let letters: Vec<char> = word.chars().collect();
            match word.is_ascii() {
                // Of a word only its start, so that one and many are the same.
                true if letters.len() >= WORD => {
                    words.insert(letters.iter().take(WORD + 1).collect());
                }
                true => {}
                false => words.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>())),
            }
        }
    }
    true
}

/// Packages in words: `24 CR, 3 CT`.
pub(super) fn counted(packages: &BTreeMap<String, u64>) -> String {
    packages.iter().map(|(code, count)| format!("{count} {code}")).collect::<Vec<_>>().join(", ")
}
