//! Receivables: their life cycle and its rules R1 to R14.
//!
//! `life` replays each history, a part after what it was split from; `machine` holds one record to the rules, with `undertake`,
//! `dispose` and `settle` for what each action asks; `tree` and `claims` look across receivables.

pub mod claims;
mod dispose;
pub mod life;
mod machine;
pub mod profile;
mod settle;
pub mod state;
pub mod tree;
mod undertake;

use crate::trade::replay::history::Entry;
use crate::trade::rule::Sheet;
use claims::Duplicate;
use life::Lives;

/// Receivables replayed, and what runs across them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receivables {
    /// Each one's life.
    pub lives: Lives,
    /// Live receivables on what looks like one invoice.
    pub duplicates: Vec<Duplicate>,
}

/// Replays every receivable among the entries and writes all that rules R1 to R14 find into the sheet. `focus` is the record
/// in question.
#[must_use]
pub fn replay(entries: &[Entry<'_>], focus: Option<usize>, sheet: &mut Sheet) -> Receivables {
    let lives = life::replay(entries, focus);
    for life in &lives.lives {
        sheet.take(life.sheet.clone());
    }
    tree::conserve(&lives, sheet);
    let duplicates = claims::duplicates(&lives, sheet);
    claims::compete(entries, &lives, sheet);
    Receivables { lives, duplicates }
}
