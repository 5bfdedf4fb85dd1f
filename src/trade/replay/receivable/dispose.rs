//! What a holder does with a receivable: transfer it, split it, pledge it, have it financed.

use crate::trade::amount::Decimal;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::receivable::machine::Turn;
use crate::trade::replay::receivable::state::{Financing, Part, Pledge, Stage};
use crate::trade::rule::phrase::{
    Before, FINANCIER, HOLDER, LessInterest, OrLess, OrSplitBefore, PLEDGEE, POSITIVE, Same,
};
use crate::trade::rule::{Lack, Rule, Severity};
use crate::trade::said::both;
use crate::trade::seen::{Seen, element_object};
use std::collections::HashSet;

/// Most parts of one split.
const MAX_PARTS: usize = 10_000;
/// Days of a year in discount arithmetic; some markets use 365, so a difference only warns.
const YEARS: [i128; 2] = [360, 365];

impl Turn<'_, '_> {
    fn signed_by_holder(&mut self) {
        let holder = self.state.holder.clone();
        if self.signed_by(&[(HOLDER, holder)]).is_some() {
            self.state.holder.learn(&self.signer);
        }
    }

    /// A new holder.
    pub(super) fn transfer(&mut self) {
        self.signed_by_holder();
        self.accepted_first();
        self.confirmed_first();
        self.not_pledged();
        self.not_after_maturity();
        if let Seen::Shown(amount) = self.body().see_amount("amount", self.state.owed().map(|owed| owed.currency()))
            && let Some(outstanding) = self.state.outstanding()
        {
            let whole = amount.minor_units() == outstanding;
            let expected = OrSplitBefore(self.state.money(outstanding));
            self.judge(Rule::R(1), whole, "/body/amount", expected, amount);
        }
        self.state.transfers += 1;
        match self.recipient() {
            Seen::Shown(recipient) => {
                self.state.holder = recipient;
                if matches!(self.state.holder.compare(&self.state.acceptor), Comparison::Same(_)) {
                    self.state.merged = true;
                    let found = self.state.holder.said();
                    let expected = ("a holder who is not the debtor", "承兑人以外的持有人");
                    self.weighs(Severity::Information, Rule::R(14), "/recipient", expected, found);
                } else {
                    self.state.merged = false;
                    self.sheet.held(Rule::R(14));
                }
            }
            unseen => {
                if let Err(lack) = unseen.or_lack(&self.entry.record.record_id, "/recipient") {
                    self.sheet.lacks(Rule::R(2), lack);
                }
                self.state.holder = Identity::default();
            }
        }
    }

    /// Closed, and its parts live.
    pub(super) fn split(&mut self) {
        self.signed_by_holder();
        self.accepted_first();
        self.not_pledged();
        self.not_after_maturity();
        let record = self.entry.record.record_id.clone();
        let elements = match self.body().see_list("children").or_lack(&record, "/body/children") {
            Ok(elements) => elements,
            Err(lack) => {
                self.withheld_part(lack);
                self.state.stage = Stage::Split;
                return;
            }
        };
        let count = elements.len();
        let several = ("2 parts or more", "2 份或以上");
        self.judge(Rule::R(1), (2..=MAX_PARTS).contains(&count), "/body/children", several, count);
        let currency = self.body().text("currency").or_else(|| self.state.owed().map(|owed| owed.currency()));
        let mut sum = Some(0_i128);
        let mut ids = HashSet::new();
        for (at, element) in elements.iter().take(MAX_PARTS).enumerate() {
            let field = format!("/body/children/{at}");
            let part = match element_object(element).or_lack(&record, &field) {
                Ok(part) => part,
                Err(lack) => {
                    self.withheld_part(lack);
                    sum = None;
                    continue;
                }
            };
            let amount = match part.see_amount("amount", currency).or_lack(&record, &format!("{field}/amount")) {
                Ok(amount) => Some(amount),
                Err(lack) => {
                    self.sheet.lacks(Rule::R(1), lack);
                    None
                }
            };
            if let Some(amount) = amount {
                let positive = amount.minor_units() > 0;
                self.judge(Rule::R(1), positive, &format!("{field}/amount"), POSITIVE, amount);
                if let Some(owed) = self.state.owed() {
                    let same = amount.currency() == owed.currency();
                    let (expected, found) = (Same(owed.currency()), Same(amount.currency()));
                    self.judge(Rule::R(7), same, &format!("{field}/amount"), expected, found);
                }
            }
            sum = sum.zip(amount).map(|(sum, amount)| sum + amount.minor_units());
            let id = part.see_text("id");
            if id == Seen::Withheld {
                self.withheld_part(Lack::Withheld { record: record.clone(), field: format!("{field}/id") });
                continue;
            }
            let id = id.shown().unwrap_or_default().to_owned();
            let fresh = !id.is_empty() && id != self.state.reference && ids.insert(id.clone());
            let expected = ("a reference of its own", "自己的编号");
            self.judge(Rule::R(1), fresh, &format!("{field}/id"), expected, Same(&id));
            self.state.parts.push(Part { id, amount });
        }
        match (sum, self.state.outstanding()) {
            (Some(sum), Some(outstanding)) => {
                let [expected, found] = [outstanding, sum].map(|minor_units| self.state.money(minor_units));
                self.judge(Rule::R(1), sum == outstanding, "/body/children", expected, found);
            }
            (Some(_), None) => self.lacks_terms(Rule::R(1), "/body/faceAmount"),
            (None, _) => {}
        }
        self.state.stage = Stage::Split;
    }

    fn withheld_part(&mut self, lack: Lack) {
        self.state.parts_withheld |= matches!(lack, Lack::Withheld { .. });
        self.sheet.lacks(Rule::R(1), lack);
    }

    /// Pledged to somebody.
    pub(super) fn pledge(&mut self) {
        self.signed_by_holder();
        self.accepted_first();
        self.not_pledged();
        self.not_after_maturity();
        let secured = self.amount(Rule::R(5), "securedAmount");
        let pledgee = match self.body().see_party("pledgee") {
            Seen::Shown(party) => Seen::Shown(Identity::of(&party)),
            _ => self.recipient(),
        };
        self.state.pledge = Some(Pledge {
            pledgee: pledgee.shown().unwrap_or_default(),
            secured,
            registration: self.body().text("registrationNumber").map(str::to_owned),
            record: self.entry.record.record_id.clone(),
        });
    }

    /// Released by the pledgee.
    pub(super) fn release(&mut self) {
        match self.state.pledge.take() {
            Some(pledge) => {
                self.signed_by(&[(PLEDGEE, pledge.pledgee)]);
                self.sheet.held(Rule::R(5));
            }
            None => self.broken(Rule::R(5), "/actionCode", Before("PLEDGE"), Same(self.action())),
        }
    }

    /// Somebody gives money for it, or against it.
    pub(super) fn finance(&mut self) {
        let financier = match (self.body().see_party("financier"), self.recipient()) {
            (Seen::Shown(party), _) => Identity::of(&party),
            (_, Seen::Shown(recipient)) => recipient,
            _ => Identity::default(),
        };
        let holder = self.state.holder.clone();
        if self.signed_by(&[(HOLDER, holder), (FINANCIER, financier.clone())]) == Some(0) {
            self.state.holder.learn(&self.signer);
        }
        self.accepted_first();
        self.confirmed_first();
        self.not_pledged();
        self.not_after_maturity();
        let earlier = self.state.financings.last().map(|earlier| earlier.record.clone());
        match earlier {
            None => {}
            Some(earlier) => {
                let found = both!("financed before by {earlier}", "此前已由 {earlier} 融资");
                self.broken(Rule::R(6), "/actionCode", ("one FINANCE", "仅一次 FINANCE"), found);
            }
        }
        let amount = self.amount(Rule::R(11), "TotalFinancedAmount");
        if let Some(amount) = amount {
            self.within_share(amount.minor_units());
            self.discount(amount.minor_units());
        }
        let record = self.entry.record.record_id.clone();
        self.state.financings.push(Financing { financier, amount, record });
    }

    /// Rule R11: no more than the share of what was accepted.
    fn within_share(&mut self, financed: i128) {
        let currency = self.state.owed().map(|owed| owed.currency());
        let base = match self.body().see_amount("TotalAcceptedItemsAmount", currency) {
            Seen::Shown(stated) => Some((stated, "TotalAcceptedItemsAmount")),
            _ => self.state.owed().map(|owed| (owed, "acceptedAmount")),
        };
        let Some((base, name)) = base else { return self.lacks_terms(Rule::R(11), "/body/acceptedAmount") };
        if let Some(owed) = self.state.owed() {
            let within = base.minor_units() <= owed.minor_units();
            self.judge(Rule::R(11), within, "/body/TotalAcceptedItemsAmount", OrLess(owed), base);
        }
        let percentage = self.body().see_text("AppliedPercentage").and_then(|text| Decimal::parse(text).ok());
        match percentage {
            Seen::Shown(percentage) => {
                // base × percentage / 100, without leaving whole numbers: financed × 100 × 10^d ≤ base × p.
                let scale = 10_i128.checked_pow(percentage.decimals as u32 + 2);
                let right = base.minor_units().checked_mul(percentage.units);
                let (Some(left), Some(right)) = (scale.and_then(|scale| financed.checked_mul(scale)), right) else {
                    return self.broken(
                        Rule::R(11),
                        "/body/AppliedPercentage",
                        ("a share from 0 to 100", "0 至 100 的比例"),
                        ("beyond reckoning", "超出可计算范围"),
                    );
                };
                let expected = OrLess(format!("{name} × AppliedPercentage"));
                let financed = self.state.money(financed);
                self.judge(Rule::R(11), left <= right, "/body/TotalFinancedAmount", expected, financed);
            }
            Seen::Withheld => {
                let record = self.entry.record.record_id.clone();
                let field = "/body/AppliedPercentage".to_owned();
                self.sheet.lacks(Rule::R(11), Lack::Withheld { record, field });
            }
            Seen::Absent => {
                let within = financed <= base.minor_units();
                self.judge(Rule::R(11), within, "/body/TotalFinancedAmount", OrLess(base), self.state.money(financed));
            }
        }
    }

    /// Rule R11, a warning: what was deducted is rate × days, by one of the two usages.
    fn discount(&mut self, financed: i128) {
        let body = self.body();
        let (Seen::Shown(rate), Seen::Shown(days)) =
            (body.see_text("rate").and_then(|text| Decimal::parse(text).ok()), body.see_count("days"))
        else {
            return;
        };
        let Some(paid_out) = body.see_amount("consideration", self.state.owed().map(|owed| owed.currency())).shown()
        else {
            return;
        };
        let deducted = financed - paid_out.minor_units();
        let scale = 10_i128.checked_pow(rate.decimals as u32 + 2).unwrap_or(i128::MAX);
        let due = |year: i128| {
            let interest = financed.checked_mul(rate.units)?.checked_mul(i128::from(days))?;
            Some(interest / scale.checked_mul(year)?)
        };
        // One minor unit for rounding either way.
        let right = YEARS.into_iter().filter_map(due).any(|due| (due - deducted).abs() <= 1);
        match right {
            true => self.sheet.held(Rule::R(11)),
            false => {
                let expected = LessInterest(self.state.money(financed));
                self.weighs(Severity::Warning, Rule::R(11), "/body/consideration", expected, paid_out);
            }
        }
    }
}
