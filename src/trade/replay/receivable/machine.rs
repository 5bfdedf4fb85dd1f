//! One receivable's life, record by record. A record that breaks a rule is told of and still followed as far as it makes
//! sense: a reader who sees the first breach should see the rest too.

use crate::trade::amount::Amount;
use crate::trade::payload::Object;
use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::receivable::profile::Profile;
use crate::trade::replay::receivable::state::{Receivable, Stage};
use crate::trade::rule::phrase::{Before, OrEarlier, Same, Words, any_of};
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use crate::trade::seen::{Day, Seen};

/// The machine at one record.
pub(super) struct Turn<'a, 'e> {
    pub(super) state: &'a mut Receivable,
    pub(super) profile: &'static Profile,
    pub(super) entry: &'a Entry<'e>,
    pub(super) sheet: &'a mut Sheet,
    pub(super) signer: Identity,
}

impl<'a> Turn<'a, '_> {
    pub(super) fn body(&self) -> &'a Object {
        &self.entry.record.body
    }

    pub(super) fn action(&self) -> &'static str {
        self.entry.record.action.code
    }

    /// Does what the record says.
    pub(super) fn take(&mut self) {
        self.terms_restated();
        if self.action() != "APPLY" && !self.is_open() {
            return;
        }
        match self.action() {
            "ACCEPT" => self.accept(),
            "REJECT" => self.reject(),
            "CONFIRM" => self.confirm(1),
            "RECONFIRM" => self.reconfirm(),
            "TRANSFER" => self.transfer(),
            "SPLIT" => self.split(),
            "PLEDGE" => self.pledge(),
            "RELEASE" => self.release(),
            "FINANCE" => self.finance(),
            "PRESENT" => self.present(),
            "PAY" => self.pay(false),
            "SETTLE" => self.pay(true),
            "DEFAULT" => self.default(),
            "CONFIRMER_PAY" => self.confirmer_pay(),
            "DISPUTE" => self.dispute(),
            "CANCEL" => self.cancel(),
            // A second application for the same receivable, or a record of another type.
            _ => {
                let expected = ("an action on a receivable that is there", "对已存在的应收账款的操作");
                self.broken(Rule::R(12), "/actionCode", expected, Same(self.action()));
            }
        }
    }

    /// Whether anything may still follow. What follows a closed receivable breaks the rule that closed it.
    fn is_open(&mut self) -> bool {
        let rule = match self.state.stage {
            Stage::Settled => Rule::R(9),
            Stage::Split => Rule::R(1),
            Stage::Rejected | Stage::Cancelled => Rule::R(3),
            _ => return true,
        };
        let stage = Said::from(self.state.stage);
        let expected = Said::new(format!("nothing after {}", stage.en), format!("{}，此后不得再有操作", stage.zh));
        self.broken(rule, "/actionCode", expected, Same(self.action()));
        false
    }

    /// What the instrument said at first, said again, must be the same.
    fn terms_restated(&mut self) {
        if self.action() == "APPLY" {
            return;
        }
        let body = self.body();
        if let (Some(currency), Some(owed)) = (body.text("currency"), self.state.owed()) {
            self.judge(
                Rule::R(7),
                currency == owed.currency(),
                "/body/currency",
                Same(owed.currency()),
                Same(currency),
            );
        }
        if let (Seen::Shown(day), Some(maturity)) = (body.see_day("maturityDate"), self.state.maturity) {
            self.judge(Rule::R(8), day == maturity, "/body/maturityDate", maturity, day);
        }
        for (name, role) in [("seller", self.state.seller.clone()), ("acceptor", self.state.acceptor.clone())] {
            if let Seen::Shown(party) = body.see_party(name) {
                let named = Identity::of(&party);
                if role.compare(&named) == Comparison::Different {
                    self.broken(Rule::R(2), &format!("/body/{name}"), role.said(), named.said());
                }
            }
        }
    }

    /// Rule R2: signed by one of these.
    pub(super) fn signed_by(&mut self, roles: &[(Words, Identity)]) -> Option<usize> {
        let mut unknown = false;
        for (at, (_, role)) in roles.iter().enumerate() {
            match role.compare(&self.signer) {
                Comparison::Same(_) => {
                    self.sheet.held(Rule::R(2));
                    return Some(at);
                }
                Comparison::Unknown => unknown = true,
                Comparison::Different => {}
            }
        }
        let named = |((english, chinese), who): &(Words, Identity)| {
            let who = who.said();
            let [en, zh] = [format!("{english} {}", who.en), format!("{chinese} {}", who.zh)];
            Said::new(en.trim_end(), zh.trim_end())
        };
        let expected = any_of(&roles.iter().map(named).collect::<Vec<Said>>());
        if unknown {
            let record = self.entry.record.record_id.clone();
            self.sheet.lacks(Rule::R(2), Lack::Signer { record, expected });
            return None;
        }
        self.broken(Rule::R(2), "/actor/key", expected, self.signer.said());
        None
    }

    /// Rule R3: accepted first.
    pub(super) fn accepted_first(&mut self) -> bool {
        if self.state.origin_unseen {
            self.lacks_origin(Rule::R(3));
            return true;
        }
        let accepted = self.state.stage != Stage::Applied;
        self.judge(Rule::R(3), accepted, "/actionCode", Before("ACCEPT"), Same(self.action()));
        accepted
    }

    /// Rule R5: not while pledged.
    pub(super) fn not_pledged(&mut self) {
        let pledgee = self.state.pledge.as_ref().map(|pledge| pledge.pledgee.said());
        match pledgee {
            None => self.sheet.held(Rule::R(5)),
            Some(who) => {
                let expected = Said::new(format!("RELEASE by {}", who.en), format!("{} 的 RELEASE", who.zh));
                self.broken(Rule::R(5), "/actionCode", expected, Same(self.action()));
            }
        }
    }

    /// Rule R8: not after the due date.
    pub(super) fn not_after_maturity(&mut self) {
        let Some(maturity) = self.state.maturity else { return self.lacks_terms(Rule::R(8), "/body/maturityDate") };
        let day = self.day();
        self.judge(Rule::R(8), day <= maturity, "/actionDateTime", OrEarlier(maturity), day);
    }

    /// Rule R4, for what may only follow a confirmation where the profile asks for one.
    pub(super) fn confirmed_first(&mut self) {
        if self.state.origin_unseen && self.state.confirmations.is_empty() {
            return self.lacks_origin(Rule::R(4));
        }
        let confirmed = !self.state.confirmations.is_empty() || !self.profile.confirm_before_transfer;
        if confirmed {
            return self.sheet.held(Rule::R(4));
        }
        let profile = self.profile.code;
        let expected = both!("CONFIRM before ({profile})", "此前须有 CONFIRM（{profile}）");
        self.broken(Rule::R(4), "/actionCode", expected, Same(self.action()));
    }

    /// An amount of the body, in the receivable's currency.
    pub(super) fn amount(&mut self, rule: Rule, name: &str) -> Option<Amount> {
        let currency = self.state.owed().map(|owed| owed.currency());
        let field = format!("/body/{name}");
        match self.body().see_amount(name, currency).or_lack(&self.entry.record.record_id, &field) {
            Ok(amount) => match currency {
                Some(currency) if currency != amount.currency() => {
                    self.broken(Rule::R(7), &field, Same(currency), amount);
                    None
                }
                _ => Some(amount),
            },
            Err(lack) => {
                self.sheet.lacks(rule, lack);
                None
            }
        }
    }

    /// The day on which it was done, as its signer wrote it.
    pub(super) fn day(&self) -> Day {
        let record = self.entry.record;
        Day::written(&record.action_date_time).unwrap_or(Day::of_ms(record.action_time_ms))
    }

    /// The recipient, as far as he is shown.
    pub(super) fn recipient(&self) -> Seen<Identity> {
        match (&self.entry.record.recipient, self.entry.record.payload.root.withheld.is_empty()) {
            (Some(party), _) => Seen::Shown(Identity::of(party)),
            (None, true) => Seen::Absent,
            (None, false) => Seen::Withheld,
        }
    }

    pub(super) fn judge(
        &mut self,
        rule: Rule,
        right: bool,
        field: &str,
        expected: impl Into<Said>,
        found: impl Into<Said>,
    ) {
        match right {
            true => self.sheet.held(rule),
            false => self.broken(rule, field, expected, found),
        }
    }

    pub(super) fn broken(&mut self, rule: Rule, field: &str, expected: impl Into<Said>, found: impl Into<Said>) {
        self.write(Severity::Error, rule, field, expected.into(), found.into());
    }

    pub(super) fn weighs(
        &mut self,
        severity: Severity,
        rule: Rule,
        field: &str,
        expected: impl Into<Said>,
        found: impl Into<Said>,
    ) {
        self.write(severity, rule, field, expected.into(), found.into());
    }

    /// One function for all of them, which keeps the client small.
    fn write(&mut self, severity: Severity, rule: Rule, field: &str, expected: Said, found: Said) {
        self.sheet.broken(rule, Breach::new(severity, self.entry.at(field), expected, found));
    }

    /// What a part was split from is not shown.
    pub(super) fn lacks_origin(&mut self, rule: Rule) {
        let parent = self.state.parent.clone().unwrap_or_default();
        let lack = match self.state.origin_ambiguous {
            true => Lack::Ambiguous { reference: parent },
            false => Lack::Record { what: parent },
        };
        self.sheet.lacks(rule, lack);
    }

    /// A term of the instrument that is not known: it was withheld, or never stated.
    pub(super) fn lacks_terms(&mut self, rule: Rule, field: &str) {
        self.sheet.lacks(rule, Lack::Field { record: self.state.reference.clone(), field: field.to_owned() });
    }
}
