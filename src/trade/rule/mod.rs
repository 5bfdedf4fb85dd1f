//! The rules of the trade, and what became of each: held, broken, or not checked.
//!
//! The numbers are those of the project's domain model: S for shipments, R for receivables, F for what runs across the four
//! flows, A for an invoice's arithmetic, C for clearing. A rule that lacks the records it needs is not checked, and never held.

pub mod phrase;
mod words;

use crate::trade::said::Said;
use std::collections::BTreeMap;
pub use words::RuleWords;
use words::words;

/// Most breaches of one rule that are kept; more are counted.
pub const MAX_BREACHES: usize = 64;
/// Most characters of a value that a breach shows.
const SHOWN: usize = 120;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A shipment's rule, 1 to 16.
    S(u8),
    /// A receivable's rule, 1 to 14.
    R(u8),
    /// A rule across the flows, 1 to 10.
    F(u8),
    /// A rule of an invoice's arithmetic, 1 to 6.
    A(u8),
    /// A rule of a clearing round, 1 to 3.
    C(u8),
}

impl Rule {
    /// Every rule, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=16)
            .map(Self::S)
            .chain((1..=14).map(Self::R))
            .chain((1..=10).map(Self::F))
            .chain((1..=6).map(Self::A))
            .chain((1..=3).map(Self::C))
    }

    /// Its letter and number: `S4`.
    #[must_use]
    pub fn code(self) -> String {
        let (letter, number) = match self {
            Self::S(number) => ('S', number),
            Self::R(number) => ('R', number),
            Self::F(number) => ('F', number),
            Self::A(number) => ('A', number),
            Self::C(number) => ('C', number),
        };
        format!("{letter}{number}")
    }

    /// The rule of a letter and number.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|rule| rule.code() == code)
    }

    /// What it asks, in English and in Chinese.
    #[must_use]
    pub fn words(self) -> RuleWords {
        words(self)
    }
}

/// How much a breach weighs. Ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Information,
    /// Looks wrong; real documents have it now and then.
    Warning,
    /// Wrong.
    Error,
}

/// A place in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `recordId` of the record.
    pub record: String,
    /// JSON pointer of the field.
    pub field: String,
}

impl Place {
    /// A field of a record.
    #[must_use]
    pub fn new(record: impl Into<String>, field: impl Into<String>) -> Self {
        Self { record: record.into(), field: field.into() }
    }
}

/// Where and how a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// How much it weighs.
    pub severity: Severity,
    /// Where; the first is the record that broke the rule, the others those it is held against.
    pub places: Vec<Place>,
    /// What was expected.
    pub expected: String,
    /// The same in Chinese.
    pub expected_zh: String,
    /// What was found.
    pub found: String,
    /// The same in Chinese.
    pub found_zh: String,
}

impl Breach {
    /// A breach at a place. Long values are cut, in either language.
    #[must_use]
    pub fn new(severity: Severity, place: Place, expected: impl Into<Said>, found: impl Into<Said>) -> Self {
        Self::of(severity, place, expected.into(), found.into())
    }

    fn of(severity: Severity, place: Place, expected: Said, found: Said) -> Self {
        let cut = |text: String| match text.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        let [expected, expected_zh, found, found_zh] = [expected.en, expected.zh, found.en, found.zh].map(cut);
        Self { severity, places: vec![place], expected, expected_zh, found, found_zh }
    }

    /// Names another record it is held against.
    #[must_use]
    pub fn against(mut self, place: Place) -> Self {
        self.places.push(place);
        self
    }
}

/// Why a rule could not be held against something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// A record is not among those given.
    Record {
        /// What record it would be, in the industry's words: `ACCEPT`, `invoice QY-26-0117`.
        what: String,
    },
    /// Who signed a record is not shown, or not whether he is the one who may.
    Signer {
        /// `recordId` of the record.
        record: String,
        /// Who would have to be.
        expected: Said,
    },
    /// Others may exist that nobody gave.
    Others {
        /// What they would rest on, such as an invoice's number.
        on: String,
    },
    /// Several things given have one reference, and nothing says which of them is meant.
    Ambiguous {
        /// The reference.
        reference: String,
    },
    /// A field is withheld.
    Withheld {
        /// `recordId` of the record it is withheld in.
        record: String,
        /// JSON pointer of the field.
        field: String,
    },
    /// A field that the rule needs is not in the record.
    Field {
        /// `recordId` of the record.
        record: String,
        /// JSON pointer of the field.
        field: String,
    },
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Held against everything it speaks of.
    Held {
        /// How many things it was held against.
        cases: u64,
    },
    /// Broken at least once.
    Broken {
        /// Where and how, the first [`MAX_BREACHES`].
        breaches: Vec<Breach>,
        /// Breaches beyond those.
        more: u64,
    },
    /// Not broken, but not held against everything either.
    NotChecked {
        /// What was lacking; empty when the records give nothing it speaks of.
        lacks: Vec<Lack>,
        /// How many things it was held against.
        cases: u64,
    },
}

impl Ruling {
    /// The heaviest breach.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        match self {
            Self::Broken { breaches, .. } => breaches.iter().map(|breach| breach.severity).max(),
            Self::Held { .. } | Self::NotChecked { .. } => None,
        }
    }
}

/// Where rulings are written down while records are gone through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    rows: BTreeMap<Rule, Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Row {
    cases: u64,
    breaches: Vec<Breach>,
    more: u64,
    lacks: Vec<Lack>,
}

impl Sheet {
    /// The rule held against one thing more.
    pub fn held(&mut self, rule: Rule) {
        self.row(rule).cases += 1;
    }

    /// The rule is broken.
    pub fn broken(&mut self, rule: Rule, breach: Breach) {
        let row = self.row(rule);
        row.cases += 1;
        match row.breaches.len() < MAX_BREACHES {
            true => row.breaches.push(breach),
            // The heaviest ones decide about the whole, so none of them may be lost among lighter ones.
            false => {
                row.more += 1;
                if let Some(lighter) = row.breaches.iter_mut().find(|kept| kept.severity < breach.severity) {
                    *lighter = breach;
                }
            }
        }
    }

    /// Held where `right`, broken otherwise; the breach is made only when needed.
    pub fn judge(&mut self, rule: Rule, right: bool, breach: impl FnOnce() -> Breach) {
        match right {
            true => self.held(rule),
            false => self.broken(rule, breach()),
        }
    }

    /// Something the rule needs is not there.
    pub fn lacks(&mut self, rule: Rule, lack: Lack) {
        let row = self.row(rule);
        if row.lacks.len() < MAX_BREACHES && !row.lacks.contains(&lack) {
            row.lacks.push(lack);
        }
    }

    /// Takes over what another sheet says.
    pub fn take(&mut self, other: Self) {
        for (rule, row) in other.rows {
            for breach in row.breaches {
                self.broken(rule, breach);
                self.row(rule).cases -= 1;
            }
            for lack in row.lacks {
                self.lacks(rule, lack);
            }
            let own = self.row(rule);
            own.cases += row.cases;
            own.more += row.more;
        }
    }

    /// What became of a rule.
    #[must_use]
    pub fn ruling(&self, rule: Rule) -> Ruling {
        match self.rows.get(&rule) {
            None => Ruling::NotChecked { lacks: Vec::new(), cases: 0 },
            Some(row) if !row.breaches.is_empty() => Ruling::Broken { breaches: row.breaches.clone(), more: row.more },
            Some(row) if row.lacks.is_empty() && row.cases > 0 => Ruling::Held { cases: row.cases },
            Some(row) => Ruling::NotChecked { lacks: row.lacks.clone(), cases: row.cases },
        }
    }

    /// What became of each rule that anything was written about, in order.
    pub fn rulings(&self) -> impl Iterator<Item = (Rule, Ruling)> + '_ {
        self.rows.keys().map(|&rule| (rule, self.ruling(rule)))
    }

    /// The heaviest breach of all.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.rows.values().flat_map(|row| &row.breaches).map(|breach| breach.severity).max()
    }

    fn row(&mut self, rule: Rule) -> &mut Row {
        self.rows.entry(rule).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breach(severity: Severity) -> Breach {
        Breach::new(severity, Place::new("r", "/body/x"), 1_u64, 2_u64)
    }

    #[test]
    fn every_rule_has_a_code_and_words() {
        let mut codes: Vec<String> = Rule::all().map(Rule::code).collect();
        assert_eq!((codes.len(), codes[0].as_str(), codes[16].as_str()), (49, "S1", "R1"));
        for rule in Rule::all() {
            assert_eq!(Rule::from_code(&rule.code()), Some(rule));
            let words = rule.words();
            assert!(!words.english.is_empty() && !words.chinese.is_empty(), "{rule:?}");
        }
        codes.dedup();
        assert_eq!(codes.len(), 49);
        assert_eq!(Rule::from_code("S17"), None);
    }

    #[test]
    fn a_rule_that_lacks_something_is_not_held() {
        let mut sheet = Sheet::default();
        let rule = Rule::R(2);
        assert_eq!(sheet.ruling(rule), Ruling::NotChecked { lacks: vec![], cases: 0 });
        sheet.held(rule);
        assert_eq!(sheet.ruling(rule), Ruling::Held { cases: 1 });
        let lack = Lack::Record { what: "ACCEPT".into() };
        sheet.lacks(rule, lack.clone());
        sheet.lacks(rule, lack.clone());
        assert_eq!(sheet.ruling(rule), Ruling::NotChecked { lacks: vec![lack], cases: 1 });
        sheet.judge(rule, false, || breach(Severity::Warning));
        assert_eq!(sheet.ruling(rule).severity(), Some(Severity::Warning));
        assert_eq!(sheet.severity(), Some(Severity::Warning));
    }

    #[test]
    fn breaches_are_bounded_and_the_heaviest_stay() {
        let mut sheet = Sheet::default();
        for _ in 0..MAX_BREACHES + 9 {
            sheet.broken(Rule::S(1), breach(Severity::Warning));
        }
        sheet.broken(Rule::S(1), breach(Severity::Error));
        let mut whole = Sheet::default();
        whole.take(sheet);
        let Ruling::Broken { breaches, more } = whole.ruling(Rule::S(1)) else { unreachable!("it was broken") };
        assert_eq!((breaches.len(), more), (MAX_BREACHES, 10));
        assert_eq!(whole.severity(), Some(Severity::Error));
        let long = Said::new("x".repeat(500), "长".repeat(500));
        let cut = Breach::new(Severity::Error, Place::new("r", ""), long.clone(), long);
        for text in [cut.expected, cut.expected_zh, cut.found, cut.found_zh] {
            assert!(text.chars().count() == SHOWN + 1 && text.ends_with('…'), "{text}");
        }
    }
}
