//! How a receivable ends: presented, paid, overdue, paid by the confirmer, disputed, cancelled.

use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::receivable::machine::Turn;
use crate::trade::replay::receivable::state::Stage;
use crate::trade::rule::phrase::{ACCEPTOR, After, Before, CONFIRMER, HOLDER, OrLess, POSITIVE, Same, Words};
use crate::trade::rule::{Lack, Rule, Severity};
use crate::trade::said::both;
use crate::trade::seen::{Day, Seen};

impl Turn<'_, '_> {
    /// Presented for payment by its holder.
    pub(super) fn present(&mut self) {
        let holder = self.state.holder.clone();
        if self.signed_by(&[(HOLDER, holder)]).is_some() {
            self.state.holder.learn(&self.signer);
        }
        if self.accepted_first() && self.state.stage != Stage::Subrogated {
            self.state.stage = Stage::Presented;
        }
    }

    /// Paid, in part or in full. `to_settle`: the record says that nothing is left.
    pub(super) fn pay(&mut self, to_settle: bool) {
        let (acceptor, holder) = (self.state.acceptor.clone(), self.state.holder.clone());
        match self.signed_by(&[(ACCEPTOR, acceptor), (HOLDER, holder)]) {
            Some(0) => self.state.acceptor.learn(&self.signer),
            Some(_) => self.state.holder.learn(&self.signer),
            None => {}
        }
        self.accepted_first();
        self.payee();
        let Some(amount) = self.amount(Rule::R(9), "amount") else {
            self.state.paid = None;
            self.state.stage = if to_settle { Stage::Settled } else { Stage::PartlyPaid };
            return;
        };
        self.judge(Rule::R(9), amount.minor_units() > 0, "/body/amount", POSITIVE, amount);
        let Some(outstanding) = self.state.outstanding() else {
            self.state.stage = if to_settle { Stage::Settled } else { Stage::PartlyPaid };
            return self.lacks_terms(Rule::R(9), "/body/amount");
        };
        let open = self.state.money(outstanding);
        match to_settle {
            true => self.judge(Rule::R(9), amount.minor_units() == outstanding, "/body/amount", open, amount),
            false => self.judge(Rule::R(9), amount.minor_units() <= outstanding, "/body/amount", OrLess(open), amount),
        }
        self.state.paid = self.state.paid.map(|paid| paid + amount.minor_units());
        self.state.stage = match self.state.outstanding() {
            Some(left) if left <= 0 => Stage::Settled,
            _ => Stage::PartlyPaid,
        };
    }

    /// Rule R9: whoever is paid is the holder at that time, or whom he pledged it to.
    fn payee(&mut self) {
        let payee = match self.recipient() {
            Seen::Shown(payee) => payee,
            Seen::Absent => return,
            Seen::Withheld => {
                let record = self.entry.record.record_id.clone();
                return self.sheet.lacks(Rule::R(9), Lack::Withheld { record, field: "/recipient".to_owned() });
            }
        };
        let entitled: Vec<&Identity> = [&self.state.holder]
            .into_iter()
            .chain(self.state.pledge.iter().map(|pledge| &pledge.pledgee))
            .chain(self.state.financings.iter().map(|financing| &financing.financier))
            .collect();
        let compared: Vec<Comparison> = entitled.iter().map(|party| party.compare(&payee)).collect();
        if compared.iter().any(|found| matches!(found, Comparison::Same(_))) {
            return self.sheet.held(Rule::R(9));
        }
        if compared.contains(&Comparison::Unknown) {
            let record = self.entry.record.record_id.clone();
            return self
                .sheet
                .lacks(Rule::R(9), Lack::Field { record, field: "/recipient/identifyingCodes".to_owned() });
        }
        let expected = self.state.holder.said();
        self.broken(Rule::R(9), "/recipient", expected, payee.said());
    }

    /// Overdue and unpaid.
    pub(super) fn default(&mut self) {
        let holder = self.state.holder.clone();
        if self.signed_by(&[(HOLDER, holder)]).is_some() {
            self.state.holder.learn(&self.signer);
        }
        self.accepted_first();
        match self.state.maturity {
            Some(maturity) => {
                let last = Day(maturity.0 + self.profile.grace_days);
                let day = self.day();
                self.judge(Rule::R(10), day > last, "/actionDateTime", After(last), day);
            }
            None => self.lacks_terms(Rule::R(10), "/body/maturityDate"),
        }
        let unpaid = self.amount(Rule::R(10), "unpaidAmount");
        match (unpaid, self.state.outstanding()) {
            (Some(unpaid), Some(outstanding)) => {
                let right = outstanding > 0 && unpaid.minor_units() == outstanding;
                self.judge(Rule::R(10), right, "/body/unpaidAmount", self.state.money(outstanding), unpaid);
            }
            (Some(_), None) => self.lacks_terms(Rule::R(10), "/body/amount"),
            (None, _) => {}
        }
        self.state.stage = Stage::Defaulted;
    }

    /// The confirmer pays and takes the holder's place: the debtor owes him now.
    pub(super) fn confirmer_pay(&mut self) {
        let confirmers: Vec<(Words, Identity)> =
            self.state.confirmations.iter().map(|own| (CONFIRMER, own.confirmer.clone())).collect();
        match confirmers.is_empty() {
            true if self.state.origin_unseen => self.lacks_origin(Rule::R(10)),
            true => self.broken(Rule::R(10), "/actionCode", Before("CONFIRM"), Same(self.action())),
            false => {
                self.signed_by(&confirmers);
            }
        }
        let called_upon = matches!(self.state.stage, Stage::Presented | Stage::Defaulted);
        let expected = ("PRESENT or DEFAULT before", "此前须有 PRESENT 或 DEFAULT");
        self.judge(Rule::R(10), called_upon, "/actionCode", expected, self.state.stage);
        if let (Some(amount), Some(outstanding)) = (self.amount(Rule::R(10), "amount"), self.state.outstanding()) {
            let whole = amount.minor_units() == outstanding;
            self.judge(Rule::R(10), whole, "/body/amount", self.state.money(outstanding), amount);
        }
        self.payee();
        self.state.holder = self.signer.clone();
        self.state.stage = Stage::Subrogated;
    }

    /// The debtor contests it.
    pub(super) fn dispute(&mut self) {
        let acceptor = self.state.acceptor.clone();
        if self.signed_by(&[(ACCEPTOR, acceptor)]).is_some() {
            self.state.acceptor.learn(&self.signer);
        }
        let record = self.entry.record.record_id.clone();
        let found = both!("disputed by {record}", "{record} 提出争议");
        self.weighs(Severity::Information, Rule::R(13), "/body/reason", ("no dispute", "无争议"), found);
        self.state.disputed = Some(record);
    }

    /// Called off, before it went anywhere.
    pub(super) fn cancel(&mut self) {
        let (holder, acceptor) = (self.state.holder.clone(), self.state.acceptor.clone());
        self.signed_by(&[(HOLDER, holder), (ACCEPTOR, acceptor)]);
        let kept = self.state.transfers == 0 && self.state.financings.is_empty() && self.state.paid == Some(0);
        if kept && self.state.origin_unseen {
            self.lacks_origin(Rule::R(3));
        }
        let expected = ("CANCEL before TRANSFER, FINANCE and PAY", "CANCEL 须在 TRANSFER、FINANCE、PAY 之前");
        self.judge(Rule::R(3), kept, "/actionCode", expected, Same(self.action()));
        self.not_pledged();
        self.state.stage = Stage::Cancelled;
    }
}
