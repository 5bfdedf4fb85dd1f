//! Rounds of clearing centres: what entered each, what it nets to, and whether what the centre says is that. Rules C1 to C3;
//! C2 and C3 are the two halves of F10.
//!
//! `round` replays one round; `netting` nets its obligations anew; `belonging` looks across rounds for participants of two
//! centres, `receivables` at the receivables that a round clears, and `savings` compares a round with settling without it.

mod belonging;
mod netting;
mod receivables;
mod round;
pub mod savings;

use crate::trade::amount::Amount;
use crate::trade::record::Subject;
use crate::trade::replay::directory::Directory;
use crate::trade::replay::history::{self, Entry};
use crate::trade::replay::identity::SameBy;
use crate::trade::replay::receivable::life::Lives;
use crate::trade::rule::{Place, Rule, Sheet};
use crate::trade::seen::Day;
use savings::{Costs, Savings};

pub use receivables::ClearedTwice;

/// Positions are what the obligations net to.
const NETS: Rule = Rule::C(1);
/// Positions sum to zero, and as what it is across the flows.
const ZERO: [Rule; 2] = [Rule::C(2), Rule::F(10)];
/// One centre a participant, and as what it is across the flows.
const ONE_CENTRE: [Rule; 2] = [Rule::C(3), Rule::F(10)];
/// Most elements of a list of a round that are read.
pub const MAX_LISTED: usize = 100_000;

/// How far a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Its obligations are told.
    Open,
    /// Its positions are told.
    Netted,
    /// Its payments are told.
    Settled,
}

impl Stage {
    /// Its name: a key of the wording.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Netted => "netted",
            Self::Settled => "settled",
        }
    }
}

/// When something of a round was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// Position of the record in the entries.
    pub entry: usize,
    /// Milliseconds since 1970.
    pub ms: i64,
    /// The day, as its signer wrote it.
    pub day: Day,
}

/// A participant of a round. Parties are numbers of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub party: usize,
    /// By what he was known again; none at his first mention in any round.
    pub by: Option<SameBy>,
    /// Where he stands.
    pub place: Place,
}

/// What one participant owes another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligation {
    /// Who owes.
    pub debtor: usize,
    /// Who is owed.
    pub creditor: usize,
    /// How much.
    pub amount: Amount,
    /// The receivable it is.
    pub receivable: Option<String>,
    /// When it would be due without the round: as it says, or as its receivable says.
    pub due: Option<Day>,
    /// Where it stands in the list.
    pub at: usize,
}

/// What a participant receives, or where it is negative, pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Who.
    pub party: usize,
    /// How much.
    pub amount: Amount,
    /// Where it stands in the list.
    pub at: usize,
}

/// A payment that settles a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Who pays.
    pub payer: usize,
    /// Who is paid.
    pub payee: usize,
    /// How much.
    pub amount: Amount,
    /// `paymentReference`.
    pub reference: Option<String>,
    /// Where it stands in the list.
    pub at: usize,
}

/// A list of a round, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// What is shown whole.
    pub shown: Vec<T>,
    /// Whether that is all of it.
    pub whole: bool,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { shown: Vec::new(), whole: false }
    }
}

/// A round after its last record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The asset it is recorded under.
    pub asset: Subject,
    /// Its reference.
    pub reference: String,
    /// `roundId`.
    pub round_id: Option<String>,
    /// Whose it is.
    pub centre: Option<usize>,
    /// How far it is; none while no record of it can be placed.
    pub stage: Option<Stage>,
    /// When it was opened.
    pub opened: Option<When>,
    /// When its positions were told.
    pub netted: Option<When>,
    /// When its payments were told.
    pub settled: Option<When>,
    /// Participants.
    pub members: Listed<Member>,
    /// Obligations.
    pub obligations: Listed<Obligation>,
    /// Positions, as the centre states them.
    pub positions: Listed<Position>,
    /// Positions, as the obligations net to: empty where not all obligations are shown.
    pub computed: Vec<Position>,
    /// Payments.
    pub settlements: Listed<Settlement>,
    /// What it saves, a row a currency.
    pub savings: Vec<Savings>,
}

/// All rounds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clearings {
    /// In the order of first mention.
    pub rounds: Vec<Round>,
    /// Who is named in them.
    pub parties: Directory,
    /// Receivables that more than one obligation clears.
    pub twice: Vec<ClearedTwice>,
}

/// Replays every clearing round among the entries and writes what the rules find into the sheet. `focus` is the record in
/// question; `lives` are the receivables that obligations may be.
#[must_use]
pub fn replay(
    entries: &[Entry<'_>],
    focus: Option<usize>,
    lives: &Lives,
    costs: &Costs,
    sheet: &mut Sheet,
) -> Clearings {
    let mut clearings = Clearings::default();
    for asset in history::by_asset(entries, &["clearing-round"]) {
        let history = history::order(entries, &asset, focus, Rule::R(12), sheet);
        clearings.rounds.push(round::replay(entries, &history, &mut clearings.parties, sheet));
    }
    belonging::judge(&clearings, sheet);
    clearings.twice = receivables::judge(entries, lives, &mut clearings, sheet);
    for round in &mut clearings.rounds {
        round.savings = savings::compare(round, costs);
    }
    clearings
}
