//! A container's life: its events in order, the phase it is in, and its trips.

use crate::trade::action::RecordType;
use crate::trade::replay::history::Entry;
use crate::trade::replay::shipment::event::{Classifier, Location, Moment, Told, Vessel};
use crate::trade::replay::shipment::phase::{Act, Next, next, spoken_of};
use crate::trade::replay::shipment::retraction::Retractions;
use crate::trade::replay::shipment::timeline::{Change, Row, Timeline};
use crate::trade::rule::phrase::{OrLater, Same};
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::Said;
use crate::trade::seen::Seen;

/// Where a container is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Taken empty from the depot.
    EmptyOut,
    /// Goods are in it, on the way to the port.
    Stuffed,
    /// In the terminal, laden, before it is loaded.
    InTerminal,
    /// On board.
    OnBoard,
    /// On board, and the vessel has left.
    Sailing,
    /// On board, and the vessel has arrived.
    Arrived,
    /// Discharged.
    Discharged,
    /// Discharged, and released by customs.
    Released,
    /// Out of the terminal, laden.
    OutOfTerminal,
    /// Delivered.
    Delivered,
    /// Returned empty.
    EmptyReturned,
}

impl Phase {
    /// Its name: a key of the wording.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EmptyOut => "empty-out",
            Self::Stuffed => "stuffed",
            Self::InTerminal => "in-terminal",
            Self::OnBoard => "on-board",
            Self::Sailing => "sailing",
            Self::Arrived => "arrived",
            Self::Discharged => "discharged",
            Self::Released => "released",
            Self::OutOfTerminal => "out-of-terminal",
            Self::Delivered => "delivered",
            Self::EmptyReturned => "empty-returned",
        }
    }

    /// The phase in words.
    #[must_use]
    pub fn words(self) -> Said {
        Said::from(match self {
            Self::EmptyOut => ("taken empty from the depot", "空箱已提"),
            Self::Stuffed => ("stuffed", "已装箱"),
            Self::InTerminal => ("in the terminal, to be loaded", "已进港待装"),
            Self::OnBoard => ("on board", "已装船"),
            Self::Sailing => ("at sea", "航行中"),
            Self::Arrived => ("on board, arrived", "已抵港未卸"),
            Self::Discharged => ("discharged", "已卸船"),
            Self::Released => ("discharged and released by customs", "已卸船并放行"),
            Self::OutOfTerminal => ("out of the terminal", "已出闸"),
            Self::Delivered => ("delivered", "已交付"),
            Self::EmptyReturned => ("returned empty", "空箱已还"),
        })
    }
}

/// What customs have said of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Customs {
    /// Nothing.
    #[default]
    Silent,
    /// Declared.
    Declared,
    /// Selected for a scan.
    Scan,
    /// Selected for inspection.
    Inspection,
    /// Released.
    Released,
}

impl Customs {
    pub(super) fn of(code: &str) -> Option<Self> {
        Some(match code {
            "SUBM" => Self::Declared,
            "CUSS" => Self::Scan,
            "CUSI" => Self::Inspection,
            "CUSR" => Self::Released,
            _ => return None,
        })
    }

    /// Its name: a key of the wording.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Declared => "declared",
            Self::Scan => "scan",
            Self::Inspection => "inspection",
            Self::Released => "released",
        }
    }
}

/// A container after the last of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// `equipmentReference`.
    pub reference: String,
    /// Its phase; none where no fact is shown that tells.
    pub phase: Option<Phase>,
    /// Where it was last.
    pub location: Location,
    /// Since when it is in its phase.
    pub since: Option<Moment>,
    /// The vessel it was last on or is on.
    pub vessel: Option<Vessel>,
    /// Its seals, as last told.
    pub seals: Vec<String>,
    /// Laden, or empty.
    pub laden: Option<bool>,
    /// What customs said of it on this trip.
    pub customs: Customs,
    /// Whether it was delivered on this trip.
    pub delivered: bool,
    /// Positions, in the shipment's bills, of those that list it.
    pub bills: Vec<usize>,
    /// Whether all its records up to the last are there.
    pub whole: bool,
    /// Its life.
    pub timeline: Timeline,
}

/// From an empty container to its return: what the rules across records ask about.
#[derive(Debug, Clone, Default)]
pub(super) struct Trip<'a> {
    /// What happened, in order, without what was taken back.
    pub(super) told: Vec<Told<'a>>,
}

impl<'a> Trip<'a> {
    pub(super) fn all(&self, codes: &'static [&'static str]) -> impl DoubleEndedIterator<Item = &Told<'a>> + Clone {
        self.told.iter().filter(move |told| told.is(codes))
    }

    /// What came after the last discharge; nothing before there is one.
    pub(super) fn after_discharge(&self) -> &[Told<'a>] {
        let last = self.told.iter().rposition(|told| told.is(&["DISC"]));
        last.map_or(&[], |last| &self.told[last + 1..])
    }

    /// The first event by which the goods are handed over.
    pub(super) fn handed_over(&self) -> Option<&Told<'a>> {
        self.after_discharge().iter().find(|told| told.is(&["DROP", "STRP", "RECEIVING", "ACCEPTING"]))
    }

    pub(super) fn is_sure(&self) -> bool {
        self.told.iter().all(|told| told.sure)
    }
}

/// A container with its trips.
pub(super) struct Life<'a> {
    pub(super) container: Container,
    pub(super) trips: Vec<Trip<'a>>,
}

/// The lanes of one container, one a history, as one: each keeps its order, and the earliest comes first.
fn merge<'a>(mut lanes: Vec<Vec<Told<'a>>>) -> Vec<Told<'a>> {
    if lanes.len() == 1 {
        return lanes.pop().unwrap_or_default();
    }
    // A lane's events never run back; where one does, what follows it waits with it.
    let mut keyed: Vec<(i64, usize, usize, Told<'a>)> = Vec::new();
    for (lane, told) in lanes.into_iter().enumerate() {
        let mut reached = i64::MIN;
        for (place, told) in told.into_iter().enumerate() {
            reached = reached.max(told.ms.unwrap_or(reached));
            keyed.push((reached, lane, place, told));
        }
    }
    keyed.sort_by_key(|&(ms, lane, place, _)| (ms, lane, place));
    keyed.into_iter().map(|(_, _, _, told)| told).collect()
}

/// Replays one container. Rule S4.
pub(super) fn replay<'a>(
    entries: &[Entry<'a>],
    reference: &str,
    lanes: Vec<Vec<Told<'a>>>,
    retractions: &Retractions,
    sheet: &mut Sheet,
) -> Life<'a> {
    in_order(&lanes, retractions, sheet);
    let mut turn = Turn::new(reference);
    for told in merge(lanes) {
        let mut row = Row::new(entries, &told, retractions.taken_back_by(told.entry));
        turn.container.whole &= told.sure;
        if let Some(id) = told.retracts() {
            row.change = Some(Change::Retracted(retractions.named(entries, told.entry, id)));
        } else if !row.is_retracted() && !retractions.is_repeated(told.entry) {
            match row.classifier {
                Classifier::Actual => row.change = turn.take(told, sheet),
                Classifier::Unknown => {
                    sheet.lacks(Rule::S(4), told.withheld("/body/eventClassifierCode"));
                    turn.blind = true;
                }
                Classifier::Planned | Classifier::Estimated | Classifier::Requested => {}
            }
        }
        if !retractions.is_repeated(told.entry) {
            turn.container.timeline.push(row);
        }
    }
    turn.container.timeline.finish();
    Life { container: turn.container, trips: turn.trips }
}

/// Rule S4, its second half: times of what happened never run back in a history.
fn in_order(lanes: &[Vec<Told<'_>>], retractions: &Retractions, sheet: &mut Sheet) {
    for lane in lanes {
        let mut before: Option<&Told<'_>> = None;
        for told in lane {
            let fact = told.retracts().is_none()
                && retractions.taken_back_by(told.entry).is_none()
                && told.classifier() == Classifier::Actual;
            if !fact {
                continue;
            }
            if told.ms.is_none() {
                sheet.lacks(Rule::S(4), told.withheld("/body/eventDateTime"));
                continue;
            }
            if let Some(earlier) = before.filter(|earlier| told.ms < earlier.ms) {
                let (expected, found) = (OrLater(earlier.moment().written), Same(told.moment().written));
                let breach = Breach::new(Severity::Error, told.at("/body/eventDateTime"), expected, found);
                sheet.broken(Rule::S(4), breach.against(earlier.at("/body/eventDateTime")));
                // What comes after is held to the latest time, not to the one that ran back.
                continue;
            }
            before = Some(told);
        }
    }
}

struct Turn<'a> {
    container: Container,
    trips: Vec<Trip<'a>>,
    /// Whether the phase is not known for sure: something before is withheld, missing or out of order.
    blind: bool,
}

impl<'a> Turn<'a> {
    fn new(reference: &str) -> Self {
        let container = Container {
            reference: reference.to_owned(),
            phase: None,
            location: Location::default(),
            since: None,
            vessel: None,
            seals: Vec::new(),
            laden: None,
            customs: Customs::Silent,
            delivered: false,
            bills: Vec::new(),
            whole: true,
            timeline: Timeline::default(),
        };
        Self { container, trips: Vec::new(), blind: false }
    }

    /// Does what a fact says.
    fn take(&mut self, told: Told<'a>, sheet: &mut Sheet) -> Option<Change> {
        let act = Act { code: told.code(), laden: told.laden(), facility_type: told.facility_type() };
        let from = self.container.phase;
        let blind = self.blind || !told.sure;
        let to = match next(from, self.container.laden, act) {
            Next::To(phase) => {
                self.held(&told, blind, sheet);
                Some(phase)
            }
            Next::Stay => {
                self.held(&told, blind, sheet);
                None
            }
            Next::Refused(_) if blind => {
                self.held(&told, blind, sheet);
                spoken_of(act)
            }
            Next::Refused(expected) => {
                let words = || {
                    let (en, zh) = match from {
                        Some(phase) => (phase.code(), phase.words().zh),
                        None => ("the first record", "首条记录".to_owned()),
                    };
                    let laden = match act.laden {
                        Some(true) => " LADEN",
                        Some(false) => " EMPTY",
                        None => "",
                    };
                    let code = act.code;
                    (
                        expected.into(),
                        Said::new(format!("{code}{laden} in phase {en}"), format!("{code}{laden}（{zh}）")),
                    )
                };
                told.judge(sheet, Rule::S(4), Severity::Error, "/actionCode", false, words);
                spoken_of(act)
            }
        };
        if blind && (to.is_some() || spoken_of(act).is_some()) {
            // From here on it is known again, as far as the records go on.
            self.blind = !told.sure;
        }
        let to = if blind { to.or_else(|| spoken_of(act).filter(|_| from.is_none())) } else { to };
        self.trip(to, told);
        self.facts(&told, to);
        to.filter(|to| Some(*to) != from).map(Change::Phase).or_else(|| {
            Customs::of(told.code()).filter(|_| told.record.record_type == RecordType::Customs).map(Change::Customs)
        })
    }

    fn held(&self, told: &Told<'_>, blind: bool, sheet: &mut Sheet) {
        match blind {
            false => sheet.held(Rule::S(4)),
            true => {
                let what = format!("what went before {} of {}", told.code(), self.container.reference);
                sheet.lacks(Rule::S(4), Lack::Record { what });
            }
        }
    }

    /// Sees which trip it belongs to.
    fn trip(&mut self, to: Option<Phase>, told: Told<'a>) {
        let from = self.container.phase;
        let begins = match to {
            Some(Phase::EmptyOut) => from != Some(Phase::EmptyOut),
            Some(Phase::Stuffed | Phase::InTerminal) => {
                matches!(from, None | Some(Phase::Delivered | Phase::EmptyReturned))
            }
            _ => false,
        };
        if begins || self.trips.is_empty() {
            self.trips.push(Trip::default());
            self.container.customs = Customs::Silent;
            self.container.delivered = false;
            self.container.vessel = None;
            self.container.seals.clear();
        }
        if let Some(trip) = self.trips.last_mut() {
            trip.told.push(told);
        }
    }

    /// Notes what the fact says beside the phase.
    fn facts(&mut self, told: &Told<'_>, to: Option<Phase>) {
        let own = &mut self.container;
        if let Some(phase) = to {
            if own.phase != Some(phase) {
                own.since = Some(told.moment());
            }
            own.phase = Some(phase);
            own.delivered |= phase == Phase::Delivered;
        }
        own.delivered |= told.is(&["ACCEPTING"]);
        let location = told.location();
        if !location.is_unknown() {
            own.location = location;
        }
        if told.is(&["LOAD", "DISC"]) {
            let vessel = told.vessel();
            if vessel != Vessel::default() {
                own.vessel = Some(vessel);
            }
        }
        own.laden = match told.code() {
            "STRP" => Some(false),
            "STUF" | "LOAD" | "DISC" => Some(true),
            _ => told.laden().or(own.laden),
        };
        match told.seals() {
            Seen::Shown(seals) if !seals.is_empty() => own.seals = seals.into_iter().map(str::to_owned).collect(),
            // Resealed with what is not told.
            _ if told.is(&["RSEA"]) => own.seals.clear(),
            _ => {}
        }
        if let Some(customs) = Customs::of(told.code()) {
            own.customs = own.customs.max(customs);
        }
    }
}
