//! The title chain of one version of a bill: issued once, then from possessor to possessor, until the carrier takes it back.
//! Rule S9, and of S10 what concerns endorsements.

use crate::trade::replay::identity::{Comparison, Identity, SameBy};
use crate::trade::replay::shipment::document::{Document, Endorsee};
use crate::trade::replay::shipment::event::Told;
use crate::trade::rule::phrase::{Before, CARRIER, ENDORSEE, POSSESSOR, Same, Words, party};
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::Said;
use crate::trade::seen::Seen;

const TITLE: Rule = Rule::S(9);
const ACTOR: &str = "/actor/key";
const ACTION: &str = "/actionCode";

/// Why a surrender was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Amendment,
    Delivery,
}

/// What a title record did to its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Issued,
    Passed,
    Requested(Purpose),
    Accepted(Purpose),
    Rejected,
    Nothing,
}

/// The chain so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Title {
    pub(super) issued: bool,
    pub(super) possessor: Identity,
    /// The record that made him possessor, to say where his name is withheld.
    since: String,
    /// None: as the document says at first.
    pub(super) endorsee: Option<Endorsee>,
    /// Endorsed to a named party, not to his order.
    endorsed_out: bool,
    pub(super) pending: Option<(Purpose, Identity)>,
    closed: bool,
    pub(super) transfers: u64,
    pub(super) known_by_name: bool,
}

/// What stands against a record.
enum Trouble {
    Breach(Rule, Breach),
    Lack(Lack),
}

/// A record of the chain, and what it is held against.
pub(super) struct Turn<'t, 'a> {
    pub(super) told: &'t Told<'a>,
    pub(super) signer: &'t Identity,
    /// Who issued the document; none where that record is not among those given.
    pub(super) carrier: Option<&'t Identity>,
    pub(super) document: Option<Document<'a>>,
}

impl Title {
    /// Does what a record says. A record that breaks the rule is still followed where that makes sense.
    pub(super) fn take(&mut self, turn: &Turn<'_, '_>, sheet: &mut Sheet) -> Effect {
        match self.judge(turn) {
            _ if !turn.told.sure => {
                let what = format!("what went before {} of {}", turn.told.code(), turn.told.record.subject.reference);
                sheet.lacks(TITLE, Lack::Record { what });
            }
            Ok(by_name) => {
                self.known_by_name |= by_name;
                sheet.held(TITLE);
            }
            Err(Trouble::Lack(lack)) => sheet.lacks(TITLE, lack),
            Err(Trouble::Breach(rule, breach)) => {
                sheet.broken(rule, breach);
                // What cannot follow changes nothing; who may not do it may still have done it.
                if !self.possible(turn) {
                    return Effect::Nothing;
                }
            }
        }
        self.apply(turn)
    }

    /// Whether the action can follow at all, whoever does it.
    fn possible(&self, turn: &Turn<'_, '_>) -> bool {
        match turn.told.code() {
            "ISSUE" => !self.issued,
            "SACC" | "SURRENDERED" | "SREJ" => self.pending.is_some(),
            "ENDORSE" | "ENDORSE_TO_ORDER" | "BLANK_ENDORSE" => {
                self.pending.is_none() && !self.closed && !self.endorsed_out && !straight(turn)
            }
            _ => self.pending.is_none() && !self.closed,
        }
    }

    /// Whether it is right; and then whether a party was known by name alone.
    fn judge(&self, turn: &Turn<'_, '_>) -> Result<bool, Trouble> {
        let told = turn.told;
        let code = || Said::same(told.code());
        let wrong = |field: &str, expected: Said, found: Said| {
            Err(Trouble::Breach(TITLE, Breach::new(Severity::Error, told.at(field), expected, found)))
        };
        if told.code() == "ISSUE" {
            return match (self.issued, turn.carrier) {
                (true, _) => {
                    wrong(ACTION, ("one ISSUE", "仅一次 ISSUE").into(), ("another ISSUE", "又一次 ISSUE").into())
                }
                (false, Some(carrier)) => by(turn, carrier, CARRIER, ACTOR, turn.signer, None),
                (false, None) => {
                    let what = format!("ISSUED of {}", told.record.subject.reference);
                    Err(Trouble::Lack(Lack::Record { what }))
                }
            };
        }
        if !self.issued {
            return wrong(ACTION, Before("ISSUE").into(), code());
        }
        if self.closed {
            let expected = ("nothing after the carrier accepted its surrender", "承运人接受交回后不得再有操作");
            return wrong(ACTION, expected.into(), code());
        }
        let answer = told.is(&["SACC", "SURRENDERED", "SREJ"]);
        match (self.pending.is_some(), answer) {
            (true, false) => {
                return wrong(ACTION, ("SACC or SREJ by the carrier", "承运人的 SACC 或 SREJ").into(), code());
            }
            (false, true) => {
                let expected = (
                    "SURRENDER_FOR_AMENDMENT or SURRENDER_FOR_DELIVERY before",
                    "此前须有 SURRENDER_FOR_AMENDMENT 或 SURRENDER_FOR_DELIVERY",
                );
                return wrong(ACTION, expected.into(), code());
            }
            (true, true) => return self.by_carrier(turn, ACTOR, turn.signer),
            (false, false) => {}
        }
        if told.is(&["ENDORSE", "ENDORSE_TO_ORDER", "BLANK_ENDORSE"]) {
            self.endorsable(turn)?;
        }
        let possessor = by(turn, &self.possessor, POSSESSOR, ACTOR, turn.signer, Some(&self.since));
        if told.is(&["SURRENDER_FOR_AMENDMENT", "SURRENDER_FOR_DELIVERY"]) {
            let to = match recipient(told) {
                Seen::Shown(party) => self.by_carrier(turn, "/recipient", &party)?,
                // Whoever is not named is the one to whom bills are surrendered.
                Seen::Absent => false,
                Seen::Withheld => {
                    possessor?;
                    return Err(Trouble::Lack(told.withheld("/recipient")));
                }
            };
            return possessor.map(|by_name| by_name || to);
        }
        possessor
    }

    fn by_carrier(&self, turn: &Turn<'_, '_>, field: &str, who: &Identity) -> Result<bool, Trouble> {
        match turn.carrier {
            Some(carrier) => by(turn, carrier, CARRIER, field, who, None),
            None => {
                let what = format!("ISSUED of {}", turn.told.record.subject.reference);
                Err(Trouble::Lack(Lack::Record { what }))
            }
        }
    }

    /// Whether the bill may be endorsed by its possessor: it is to order, to his, and not endorsed out of that.
    fn endorsable(&self, turn: &Turn<'_, '_>) -> Result<(), Trouble> {
        let told = turn.told;
        let Some(document) = turn.document else {
            let what = format!("ISSUED of {}", told.record.subject.reference);
            return Err(Trouble::Lack(Lack::Record { what }));
        };
        match document.body.see_flag("isToOrder") {
            Seen::Shown(true) => {}
            Seen::Shown(false) => {
                let expected = ("no endorsement of a bill not to order", "非指示提单不得背书");
                let breach = Breach::new(Severity::Error, told.at(ACTION), expected, Same(told.code()))
                    .against(crate::trade::rule::Place::new(document.record, "/body/isToOrder"));
                return Err(Trouble::Breach(Rule::S(10), breach));
            }
            hidden => return Err(Trouble::Lack(document.lack("/body/isToOrder", hidden == Seen::Withheld))),
        }
        if self.endorsed_out {
            let expected = ("no endorsement after ENDORSE", "ENDORSE 之后不得再背书");
            let breach = Breach::new(Severity::Error, told.at(ACTION), expected, Same(told.code()));
            return Err(Trouble::Breach(TITLE, breach));
        }
        let first;
        let endorsee = match &self.endorsee {
            Some(endorsee) => endorsee,
            None => {
                first = document.endorsee();
                &first
            }
        };
        match endorsee {
            Endorsee::Bearer => Ok(()),
            Endorsee::Named(party) => by(turn, party, ENDORSEE, ACTOR, turn.signer, None).map(drop),
            Endorsee::Unknown(lack) => Err(Trouble::Lack(lack.clone())),
        }
    }

    fn apply(&mut self, turn: &Turn<'_, '_>) -> Effect {
        let told = turn.told;
        let to = || recipient(told).shown().unwrap_or_default();
        let named = || match recipient(told) {
            Seen::Shown(party) => Endorsee::Named(party),
            Seen::Withheld => Endorsee::Unknown(told.withheld("/recipient")),
            Seen::Absent => Endorsee::Bearer,
        };
        // Who acted is now known by his key too.
        if !self.possessor.is_unknown() && matches!(self.possessor.compare(turn.signer), Comparison::Same(_)) {
            self.possessor.learn(turn.signer);
        }
        match told.code() {
            "ISSUE" => {
                self.issued = true;
                self.pass(told, to());
                Effect::Issued
            }
            "TRANSFER" => {
                self.transfers += 1;
                self.pass(told, to());
                Effect::Passed
            }
            "ENDORSE" => {
                self.endorsee = Some(named());
                self.endorsed_out = true;
                Effect::Nothing
            }
            "ENDORSE_TO_ORDER" => {
                self.endorsee = Some(named());
                Effect::Nothing
            }
            "BLANK_ENDORSE" => {
                self.endorsee = Some(Endorsee::Bearer);
                Effect::Nothing
            }
            "SURRENDER_FOR_AMENDMENT" => self.request(turn, Purpose::Amendment),
            "SURRENDER_FOR_DELIVERY" => self.request(turn, Purpose::Delivery),
            "SACC" | "SURRENDERED" => {
                self.closed = true;
                // Where the request is missing, its purpose is too; delivery is what a bill is for.
                let purpose = self.pending.take().map_or(Purpose::Delivery, |(purpose, _)| purpose);
                Effect::Accepted(purpose)
            }
            "SREJ" => {
                if let Some((_, before)) = self.pending.take() {
                    self.possessor = before;
                }
                Effect::Rejected
            }
            _ => Effect::Nothing,
        }
    }

    fn pass(&mut self, told: &Told<'_>, to: Identity) {
        self.possessor = to;
        self.since.clone_from(&told.record.record_id);
    }

    fn request(&mut self, turn: &Turn<'_, '_>, purpose: Purpose) -> Effect {
        let to = turn.carrier.cloned().or_else(|| recipient(turn.told).shown()).unwrap_or_default();
        let before = std::mem::replace(&mut self.possessor, to);
        self.pending = Some((purpose, before));
        Effect::Requested(purpose)
    }
}

fn straight(turn: &Turn<'_, '_>) -> bool {
    turn.document.is_some_and(|document| document.body.see_flag("isToOrder") == Seen::Shown(false))
}

/// The recipient, as far as he is shown.
fn recipient(told: &Told<'_>) -> Seen<Identity> {
    match (&told.record.recipient, told.record.payload.root.withheld.is_empty()) {
        (Some(party), _) => Seen::Shown(Identity::of(party)),
        (None, true) => Seen::Absent,
        (None, false) => Seen::Withheld,
    }
}

/// Whether somebody is whom the rule asks for; and then whether by name alone. `since` names the record that says who he is.
fn by(
    turn: &Turn<'_, '_>,
    role: &Identity,
    words: Words,
    field: &str,
    who: &Identity,
    since: Option<&str>,
) -> Result<bool, Trouble> {
    match role.compare(who) {
        Comparison::Same(by) => Ok(by == SameBy::Name),
        Comparison::Different => {
            let expected = party(words, &role.said());
            Err(Trouble::Breach(TITLE, Breach::new(Severity::Error, turn.told.at(field), expected, who.said())))
        }
        Comparison::Unknown => Err(Trouble::Lack(match since {
            Some(since) if role.is_unknown() => {
                Lack::Withheld { record: since.to_owned(), field: "/recipient".to_owned() }
            }
            _ => {
                let record = &turn.told.record.record_id;
                Lack::Record {
                    what: format!(
                        "whose key signed {record} ({}), expected {} {}",
                        turn.told.code(),
                        words.0,
                        role.called().unwrap_or_default()
                    ),
                }
            }
        })),
    }
}
