//! One round: opened with its obligations, netted to positions, settled by payments. Rules C1 and C2.

use crate::trade::amount::Amount;
use crate::trade::payload::Object;
use crate::trade::replay::clearing::netting::{self, Sums};
use crate::trade::replay::clearing::{
    Listed, MAX_LISTED, Member, NETS, Obligation, Position, Round, Settlement, Stage, When, ZERO,
};
use crate::trade::replay::directory::Directory;
use crate::trade::replay::history::{Entry, History};
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::rule::phrase::{NothingAfter, POSITIVE, Same, party};
use crate::trade::rule::{Breach, Lack, MAX_BREACHES, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use crate::trade::seen::{Day, Seen, element_object};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Replays a round.
pub(super) fn replay(entries: &[Entry<'_>], history: &History, parties: &mut Directory, sheet: &mut Sheet) -> Round {
    let round = Round {
        asset: history.subject.clone(),
        reference: history.subject.reference.clone(),
        round_id: None,
        centre: None,
        stage: None,
        opened: None,
        netted: None,
        settled: None,
        members: Listed::default(),
        obligations: Listed::default(),
        positions: Listed::default(),
        computed: Vec::new(),
        settlements: Listed::default(),
        savings: Vec::new(),
    };
    // What stands after a gap is read too: positions sum to zero whoever lost the records before them.
    let mut told: Vec<usize> = history.branch.iter().chain(&history.loose).copied().collect();
    told.sort_by_key(|&at| entries[at].record.sequence);
    let mut turn = Turn { round, members: HashSet::new(), parties, sheet, centre: Identity::default(), last: 0 };
    for at in told {
        turn.take(&entries[at], at);
    }
    turn.round
}

struct Turn<'t> {
    round: Round,
    members: HashSet<usize>,
    parties: &'t mut Directory,
    sheet: &'t mut Sheet,
    centre: Identity,
    /// The number of the record before.
    last: u64,
}

impl Turn<'_> {
    fn take(&mut self, entry: &Entry<'_>, at: usize) {
        let record = entry.record;
        let day = Day::written(&record.action_date_time).unwrap_or(Day::of_ms(record.action_time_ms));
        let when = When { entry: at, ms: record.action_time_ms, day };
        let next = match record.action.code {
            "OPEN" => Stage::Open,
            "NET" => Stage::Netted,
            _ => Stage::Settled,
        };
        if let Some(round_id) = record.body.text("roundId") {
            self.round.round_id.get_or_insert_with(|| round_id.to_owned());
        }
        self.centre(entry);
        let gap = record.sequence > self.last + 1;
        self.last = record.sequence;
        let follows = match self.round.stage {
            None => next == Stage::Open || record.sequence > 1,
            // What lies between may be what should: only a step back is wrong.
            Some(stage) if gap => next > stage,
            Some(Stage::Open) => next == Stage::Netted,
            Some(Stage::Netted) => next == Stage::Settled,
            Some(Stage::Settled) => false,
        };
        if !follows {
            let expected = match self.round.stage {
                None => Said::same("OPEN"),
                Some(Stage::Open) => Said::same("NET"),
                Some(Stage::Netted) => Said::same("SETTLE"),
                Some(Stage::Settled) => NothingAfter("SETTLE").into(),
            };
            let breach = Breach::new(Severity::Error, entry.at("/actionCode"), expected, Same(record.action.code));
            self.sheet.broken(Rule::R(12), breach);
        }
        // Said again, it does not count again.
        if self.round.stage >= Some(next) {
            return;
        }
        self.round.stage = Some(next);
        match next {
            Stage::Open => {
                self.round.opened = Some(when);
                self.open(entry);
            }
            Stage::Netted => {
                self.round.netted = Some(when);
                self.net(entry);
            }
            Stage::Settled => {
                self.round.settled = Some(when);
                self.settle(entry);
            }
        }
    }

    /// Whose round it is, and that nobody else speaks for it: positions that a stranger tells are nobody's. Part of rule C1.
    fn centre(&mut self, entry: &Entry<'_>) {
        let record = entry.record;
        let named = record.body.see_party("clearingCentre").or_lack(&record.record_id, "/body/clearingCentre");
        match named {
            Ok(party) => {
                let named = Identity::of(&party);
                match (self.centre.is_unknown(), self.centre.compare(&named)) {
                    (false, Comparison::Different) => {
                        let (expected, found) = (self.centre.said(), named.said());
                        let place = entry.at("/body/clearingCentre");
                        self.sheet.broken(NETS, Breach::new(Severity::Error, place, expected, found));
                    }
                    _ => self.centre.learn(&named),
                }
            }
            Err(lack) => self.sheet.lacks(NETS, lack),
        }
        if self.round.centre.is_none() {
            self.round.centre = self.parties.enter(&self.centre).map(|found| found.number);
        }
        let signer = Identity::signer(&record.signer, entry.signer);
        match self.centre.compare(&signer) {
            Comparison::Same(_) => {
                self.sheet.held(NETS);
                self.centre.learn(&signer);
            }
            Comparison::Different => {
                let expected = party(("the clearing centre", "清算中心"), &self.centre.said());
                let found = signer.said();
                self.sheet.broken(NETS, Breach::new(Severity::Error, entry.at("/actor/key"), expected, found));
            }
            Comparison::Unknown => {
                let (record, expected) = (record.record_id.clone(), self.centre.said());
                self.sheet.lacks(NETS, Lack::Signer { record, expected });
            }
        }
    }

    /// The obligations.
    fn open(&mut self, entry: &Entry<'_>) {
        let (members, lacks) = list(entry, "participants", |object, at, reader| {
            let party = Identity::of(&crate::trade::party::Party::read(object));
            let found = self.parties.enter(&party).ok_or_else(|| reader.lack(object, "partyName"))?;
            Ok(Member { party: found.number, by: found.by, place: entry.at(&format!("/body/participants/{at}")) })
        });
        self.lack(&lacks, &[NETS, Rule::C(3), Rule::F(10)]);
        self.members = members.shown.iter().map(|member| member.party).collect();
        self.round.members = members;
        let (obligations, lacks) = list(entry, "obligations", |object, at, reader| {
            Ok(Obligation {
                debtor: reader.party(self.parties, object, "debtor")?,
                creditor: reader.party(self.parties, object, "creditor")?,
                amount: reader.amount(object)?,
                receivable: object.text("receivableId").map(str::to_owned),
                due: object.see_day("dueDate").shown(),
                at,
            })
        });
        self.lack(&lacks, &[NETS]);
        for obligation in &obligations.shown {
            let field = |name: &str| format!("/body/obligations/{}/{name}", obligation.at);
            let called = |party: usize| Said::same(self.parties.called(party));
            judge(self.sheet, entry, NETS, obligation.amount.minor_units() > 0, || {
                (field("amount"), POSITIVE.into(), obligation.amount.into())
            });
            judge(self.sheet, entry, NETS, obligation.debtor != obligation.creditor, || {
                let expected = Said::new("another than the debtor", "债务人以外的一方");
                (field("creditor"), expected, called(obligation.creditor))
            });
            for (name, party) in [("debtor", obligation.debtor), ("creditor", obligation.creditor)] {
                if self.round.members.whole {
                    judge(self.sheet, entry, NETS, self.members.contains(&party), || {
                        (field(name), Said::new("a participant of the round", "该轮次的参与方"), called(party))
                    });
                }
            }
        }
        if obligations.whole {
            self.round.computed = netting::positions(&netting::net(&obligations.shown));
        }
        self.round.obligations = obligations;
    }

    /// The positions. Rule C2 needs them alone; rule C1 the obligations too.
    fn net(&mut self, entry: &Entry<'_>) {
        let (positions, lacks) = list(entry, "positions", |object, at, reader| {
            let party = reader.party(self.parties, object, "participant")?;
            Ok(Position { party, amount: reader.amount(object)?, at })
        });
        self.lack(&lacks, &[NETS, ZERO[0], ZERO[1]]);
        self.round.positions = positions;
        if !self.round.positions.whole {
            return;
        }
        let mut sums: BTreeMap<&'static str, Amount> = BTreeMap::new();
        let mut stated = Sums::default();
        for position in &self.round.positions.shown {
            let sum = sums.entry(position.amount.currency()).or_insert(position.amount.of_same_currency(0));
            *sum = sum.of_same_currency(sum.minor_units() + position.amount.minor_units());
            stated.add(position.party, position.amount, position.amount.minor_units());
        }
        for sum in sums.values() {
            for rule in ZERO {
                judge(self.sheet, entry, rule, sum.minor_units() == 0, || {
                    ("/body/positions".to_owned(), sum.of_same_currency(0).into(), (*sum).into())
                });
            }
        }
        if !self.is_netted() {
            return;
        }
        let computed = netting::net(&self.round.obligations.shown);
        self.same(entry, "positions", &computed, &stated);
    }

    /// Whether all obligations are there to be netted; says what is not.
    fn is_netted(&mut self) -> bool {
        if self.round.opened.is_none() {
            let what = format!("OPEN of {}", self.round.reference);
            self.sheet.lacks(NETS, Lack::Record { what });
        }
        // What is withheld of the obligations was said where they were read.
        self.round.opened.is_some() && self.round.obligations.whole
    }

    /// Rule C1: the payments move what the positions say, from and to each participant. They may go through the centre.
    fn settle(&mut self, entry: &Entry<'_>) {
        let (settlements, lacks) = list(entry, "settlements", |object, at, reader| {
            Ok(Settlement {
                payer: reader.party(self.parties, object, "payer")?,
                payee: reader.party(self.parties, object, "payee")?,
                amount: reader.amount(object)?,
                reference: object.text("paymentReference").map(str::to_owned),
                at,
            })
        });
        self.lack(&lacks, &[NETS]);
        let mut paid = Sums::default();
        for settlement in &settlements.shown {
            judge(self.sheet, entry, NETS, settlement.amount.minor_units() > 0, || {
                let field = format!("/body/settlements/{}/amount", settlement.at);
                (field, POSITIVE.into(), settlement.amount.into())
            });
            paid.pass(settlement.payer, settlement.payee, settlement.amount);
        }
        self.round.settlements = settlements;
        let mut due = Sums::default();
        match (self.round.netted, self.round.positions.whole) {
            (Some(_), true) => {
                for position in &self.round.positions.shown {
                    due.add(position.party, position.amount, position.amount.minor_units());
                }
            }
            (Some(_), false) => return,
            (None, _) => {
                let what = format!("NET of {}", self.round.reference);
                return self.sheet.lacks(NETS, Lack::Record { what });
            }
        }
        if self.round.settlements.whole {
            self.same(entry, "settlements", &due, &paid);
        }
    }

    /// Rule C1: two sums agree, participant by participant and currency by currency.
    fn same(&mut self, entry: &Entry<'_>, list: &str, expected: &Sums, found: &Sums) {
        let keys = expected.iter().chain(found.iter()).map(|(party, sum)| (party, sum.currency(), sum));
        let places: HashMap<(usize, &str), usize> = match list {
            "positions" => {
                let stated = self.round.positions.shown.iter();
                stated.map(|own| ((own.party, own.amount.currency()), own.at)).collect()
            }
            _ => HashMap::new(),
        };
        let mut seen = HashSet::new();
        for (party, currency, any) in keys {
            if !seen.insert((party, currency)) {
                continue;
            }
            let or_nothing = |sums: &Sums| sums.get(party, currency).unwrap_or(any.of_same_currency(0));
            let (expected, found) = (or_nothing(expected), or_nothing(found));
            judge(self.sheet, entry, NETS, expected == found, || {
                let stated = places.get(&(party, currency));
                let field = stated.map_or_else(|| format!("/body/{list}"), |at| format!("/body/{list}/{at}/amount"));
                let who = self.parties.called(party);
                (field, both!("{expected} for {who}", "{who} 为 {expected}"), found.into())
            });
        }
    }

    fn lack(&mut self, lacks: &[Lack], rules: &[Rule]) {
        for rule in rules {
            for lack in lacks {
                self.sheet.lacks(*rule, lack.clone());
            }
        }
    }
}

fn judge(sheet: &mut Sheet, entry: &Entry<'_>, rule: Rule, right: bool, words: impl FnOnce() -> (String, Said, Said)) {
    sheet.judge(rule, right, || {
        let (field, expected, found) = words();
        Breach::new(Severity::Error, entry.at(&field), expected, found)
    });
}

/// Reads an element of a list.
struct Reader<'r> {
    record: &'r str,
    list: &'r str,
    /// Place of the element in the list.
    at: usize,
    /// The currency that the round is in, where it has one.
    currency: Option<&'r str>,
}

impl Reader<'_> {
    fn field(&self, name: &str) -> String {
        format!("/body/{}/{}/{name}", self.list, self.at)
    }

    fn lack(&self, object: &Object, name: &str) -> Lack {
        let (record, field) = (self.record.to_owned(), self.field(name));
        match object.withheld.is_empty() {
            true => Lack::Field { record, field },
            false => Lack::Withheld { record, field },
        }
    }

    fn party(&self, parties: &mut Directory, object: &Object, name: &str) -> Result<usize, Lack> {
        let Seen::Shown(party) = object.see_party(name) else { return Err(self.lack(object, name)) };
        let found = parties.enter(&Identity::of(&party));
        // A party object all of whose members are withheld names nobody.
        found.map(|found| found.number).ok_or_else(|| Lack::Withheld {
            record: self.record.to_owned(),
            field: self.field(&format!("{name}/partyName")),
        })
    }

    fn amount(&self, object: &Object) -> Result<Amount, Lack> {
        match object.see_amount("amount", self.currency) {
            Seen::Shown(amount) => Ok(amount),
            // A number whose currency is not known is there, and cannot be read.
            _ if object.members.contains_key("amount") => {
                Err(Lack::Field { record: self.record.to_owned(), field: self.field("amount") })
            }
            _ => Err(self.lack(object, "amount")),
        }
    }
}

/// Reads a list of the body, and says what of it is lacking.
fn list<T>(
    entry: &Entry<'_>,
    name: &str,
    mut read: impl FnMut(&Object, usize, &Reader<'_>) -> Result<T, Lack>,
) -> (Listed<T>, Vec<Lack>) {
    let record = entry.record;
    let elements = match record.body.see_list(name).or_lack(&record.record_id, &format!("/body/{name}")) {
        Ok(elements) => elements,
        Err(lack) => return (Listed::default(), vec![lack]),
    };
    let mut lacks = Vec::new();
    let mut shown = Vec::with_capacity(elements.len().min(MAX_LISTED));
    for (at, element) in elements.iter().take(MAX_LISTED).enumerate() {
        let reader = Reader { record: &record.record_id, list: name, at, currency: record.body.text("currency") };
        let found = match element_object(element) {
            Seen::Shown(object) => read(object, at, &reader),
            Seen::Withheld => {
                Err(Lack::Withheld { record: record.record_id.clone(), field: format!("/body/{name}/{at}") })
            }
            Seen::Absent => Err(Lack::Field { record: record.record_id.clone(), field: format!("/body/{name}/{at}") }),
        };
        match found {
            Ok(item) => shown.push(item),
            // One of each kind is enough to say that the list is not whole.
            Err(lack) if lacks.len() < MAX_BREACHES => lacks.push(lack),
            Err(_) => {}
        }
    }
    if elements.len() > MAX_LISTED {
        let what = format!("{name} of {} beyond the first {MAX_LISTED}", record.subject.reference);
        lacks.insert(0, Lack::Record { what });
    }
    (Listed { whole: lacks.is_empty(), shown }, lacks)
}
