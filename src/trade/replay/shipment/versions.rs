//! A bill's history: its transport document from version to version, and the title to each. Rules S4 and S11, and of S9 who may
//! say what the carrier says.

use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::shipment::bill::Status;
use crate::trade::replay::shipment::document::Document;
use crate::trade::replay::shipment::event::Told;
use crate::trade::replay::shipment::timeline::Change;
use crate::trade::replay::shipment::title::{self, Effect, Purpose, Title};
use crate::trade::rule::phrase::{CARRIER, OrLater, Same, party};
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use crate::trade::seen::Seen;
use std::collections::HashMap;

const SINGULAR: Rule = Rule::S(11);
const SUB_REFERENCE: &str = "/body/transportDocumentSubReference";

/// One version of the document.
#[derive(Debug, Clone, Default)]
pub(super) struct Version<'a> {
    pub(super) sub_reference: Option<String>,
    pub(super) status: Option<Status>,
    /// Whether the title chain brought it there, and the document's own record has not said so yet.
    by_title: bool,
    pub(super) document: Option<Document<'a>>,
    pub(super) title: Title,
    /// The record that issued it.
    pub(super) issued: Option<Told<'a>>,
    /// The record that made it void.
    voided: Option<Told<'a>>,
    /// When the carrier took it back for delivery.
    pub(super) surrendered: Option<Told<'a>>,
}

/// All versions.
#[derive(Debug, Default)]
pub(super) struct Versions<'a> {
    pub(super) all: Vec<Version<'a>>,
    by_sub_reference: HashMap<String, usize>,
    /// The one that counts.
    live: Option<usize>,
    /// Versions issued so far, in order.
    issued: Vec<usize>,
    pub(super) carrier: Option<Identity>,
    /// The last of its records, whose times may not run back.
    last: Option<Told<'a>>,
}

impl<'a> Versions<'a> {
    /// The version that counts: the live one, else the last issued, else the last.
    pub(super) fn current(&self) -> Option<&Version<'a>> {
        let at = self.live.or(self.issued.last().copied()).or(self.all.len().checked_sub(1))?;
        self.all.get(at)
    }

    /// Does what a record of the document says.
    pub(super) fn document(&mut self, entry: &Entry<'_>, told: Told<'a>, sheet: &mut Sheet) -> Option<Change> {
        let status = Status::of(told.code())?;
        self.in_time(told, sheet);
        let signer = Identity::signer(&entry.record.signer, entry.signer);
        let at = self.version_of(&told, matches!(status, Status::Draft | Status::Approved | Status::Issued));
        self.follows(at, status, &told, sheet);
        let body = told.body();
        let has_content = body.members.contains_key("transports") || body.members.contains_key("documentParties");
        let says = matches!(status, Status::Draft | Status::Approved | Status::Issued);
        if status == Status::Issued || says && (has_content || self.all[at].document.is_none()) {
            self.all[at].document = Some(Document { record: &told.record.record_id, body });
        }
        self.said_by_carrier(at, status, &told, &signer, sheet);
        match status {
            Status::Issued => self.issue(at, told, sheet),
            Status::Voided => self.all[at].voided = Some(told),
            _ => {}
        }
        self.set(at, status, false, told);
        Some(Change::Status(status))
    }

    /// Does what a record of the title chain says.
    pub(super) fn title(&mut self, entry: &Entry<'_>, told: Told<'a>, sheet: &mut Sheet) -> Option<Change> {
        self.in_time(told, sheet);
        let signer = Identity::signer(&entry.record.signer, entry.signer);
        let issues = told.code() == "ISSUE";
        let at = self.version_of(&told, issues);
        let own = &mut self.all[at];
        let turn = title::Turn { told: &told, signer: &signer, carrier: self.carrier.as_ref(), document: own.document };
        let effect = own.title.take(&turn, sheet);
        if issues && self.carrier.is_none() {
            self.carrier = Some(signer);
        }
        let status = match effect {
            Effect::Issued => {
                if self.all[at].issued.is_none() {
                    self.issue(at, told, sheet);
                    self.set(at, Status::Issued, true, told);
                }
                return Some(Change::Possessor(self.all[at].title.possessor.called()));
            }
            Effect::Passed => return Some(Change::Possessor(self.all[at].title.possessor.called())),
            Effect::Nothing => return None,
            Effect::Requested(Purpose::Amendment) => Status::PendingSurrenderForAmendment,
            Effect::Requested(Purpose::Delivery) => Status::PendingSurrenderForDelivery,
            Effect::Accepted(Purpose::Amendment) => Status::SurrenderedForAmendment,
            Effect::Accepted(Purpose::Delivery) => Status::SurrenderedForDelivery,
            Effect::Rejected => Status::Issued,
        };
        self.set(at, status, true, told);
        Some(Change::Status(status))
    }

    /// Rule S11 at the end: what is void has a successor.
    pub(super) fn finish(&self, sheet: &mut Sheet) {
        for (at, version) in self.all.iter().enumerate() {
            let Some(voided) = &version.voided else { continue };
            if self.issued.last().is_none_or(|&last| last <= at) {
                let what = format!("ISSUED of the version after {}", voided.record.record_id);
                sheet.lacks(SINGULAR, Lack::Record { what });
            }
        }
    }

    /// Rule S4: what is signed later does not bear an earlier time. Equal times are allowed; DCSA's own chains have them.
    fn in_time(&mut self, told: Told<'a>, sheet: &mut Sheet) {
        if let Some(earlier) = self.last
            && told.record.action_time_ms < earlier.record.action_time_ms
        {
            let expected = OrLater(&earlier.record.action_date_time);
            let found = Same(&told.record.action_date_time);
            let breach = Breach::new(Severity::Error, told.at("/actionDateTime"), expected, found);
            return sheet.broken(Rule::S(4), breach.against(earlier.at("/actionDateTime")));
        }
        self.last = Some(told);
    }

    /// The version a record speaks of; a new one where it begins one.
    fn version_of(&mut self, told: &Told<'a>, may_begin: bool) -> usize {
        let sub = told.body().text("transportDocumentSubReference");
        let last = self.all.len().checked_sub(1);
        let taken_back =
            |status: Option<Status>| matches!(status, Some(Status::SurrenderedForAmendment | Status::Voided));
        let known = match sub {
            Some(sub) => self.by_sub_reference.get(sub).copied().or_else(|| {
                // A number may be given after the first record.
                last.filter(|&last| {
                    let version = &self.all[last];
                    version.sub_reference.is_none() && !(may_begin && version.issued.is_some())
                })
            }),
            // A version that is taken back has no draft any more: what is drafted or issued now is another.
            None if may_begin => last.filter(|&last| !taken_back(self.all[last].status)),
            None if told.code() == Status::Voided.code() => {
                let waits = |&&at: &&usize| self.all[at].status == Some(Status::SurrenderedForAmendment);
                self.issued.iter().rev().take(2).find(waits).copied().or(self.live).or(last)
            }
            None => self.live.or(last),
        };
        let at = known.unwrap_or_else(|| {
            self.all.push(Version::default());
            self.all.len() - 1
        });
        if let Some(sub) = sub
            && self.all[at].sub_reference.is_none()
        {
            self.all[at].sub_reference = Some(sub.to_owned());
            self.by_sub_reference.insert(sub.to_owned(), at);
        }
        at
    }

    /// Rule S4: one state after another.
    fn follows(&mut self, at: usize, status: Status, told: &Told<'a>, sheet: &mut Sheet) {
        let version = &self.all[at];
        if !told.sure {
            let what = format!("what went before {} of {}", told.code(), told.record.subject.reference);
            return sheet.lacks(Rule::S(4), Lack::Record { what });
        }
        let document = version.document.map(|document| document.body);
        let waybill = document.and_then(|body| body.text("transportDocumentTypeCode")) == Some("SWB");
        let repeats = version.by_title && version.status == Some(status);
        let right = repeats || status.may_follow(version.status, waybill);
        told.judge(sheet, Rule::S(4), Severity::Error, "/actionCode", right, || {
            let expected = match version.status.map(Status::code) {
                Some(before) => both!("what may follow {before}", "{before} 之后允许的状态"),
                None => ("what may follow nothing", "允许作为起始的状态").into(),
            };
            (expected, Said::same(status.code()))
        });
    }

    /// Rule S9: what the carrier says is signed by whoever issued the document.
    fn said_by_carrier(&mut self, at: usize, status: Status, told: &Told<'a>, signer: &Identity, sheet: &mut Sheet) {
        if matches!(status, Status::Draft | Status::Approved) {
            return;
        }
        let named = match (status, self.all[at].document) {
            (Status::Issued, Some(document)) => document.party("issuingParty").shown(),
            _ => None,
        };
        let first = self.carrier.is_none();
        let expected = match (self.carrier.clone().or(named), told.sure) {
            (Some(expected), true) => expected,
            _ => {
                // Nothing to hold it against: whoever issues the document is its carrier.
                if status == Status::Issued && first {
                    self.carrier = Some(signer.clone());
                }
                return;
            }
        };
        let pending = matches!(status, Status::PendingSurrenderForAmendment | Status::PendingSurrenderForDelivery);
        let possessor = &self.all[at].title.possessor;
        // Whoever asks may say so himself.
        let asked = pending && matches!(possessor.compare(signer), Comparison::Same(_));
        match expected.compare(signer) {
            _ if asked => sheet.held(Rule::S(9)),
            Comparison::Same(_) => sheet.held(Rule::S(9)),
            Comparison::Different => {
                let words = party(CARRIER, &expected.said());
                sheet.broken(Rule::S(9), Breach::new(Severity::Error, told.at("/actor/key"), words, signer.said()));
            }
            Comparison::Unknown => {
                let record = &told.record.record_id;
                let what = format!("whose key signed {record} ({})", told.code());
                sheet.lacks(Rule::S(9), Lack::Record { what });
            }
        }
        if first && status == Status::Issued {
            let mut carrier = expected;
            if matches!(carrier.compare(signer), Comparison::Same(_) | Comparison::Unknown) {
                carrier.learn(signer);
            }
            self.carrier = Some(carrier);
        }
    }

    /// Rule S11: a version is issued where no other lives, and under a number of its own.
    fn issue(&mut self, at: usize, told: Told<'a>, sheet: &mut Sheet) {
        let again = self.all[at].issued.is_some();
        self.all[at].issued.get_or_insert(told);
        if again {
            return;
        }
        let before = self.issued.last().copied();
        self.issued.push(at);
        let Some(before) = before else { return };
        if !told.sure {
            let what = format!("what became of the version before {}", told.record.record_id);
            return sheet.lacks(SINGULAR, Lack::Record { what });
        }
        if let Some(live) = self.live.filter(|&live| live != at) {
            let status = self.all[live].status.map_or("", Status::code);
            let earlier = self.all[live].issued;
            let found = match &self.all[live].sub_reference {
                Some(version) => Said::same(format!("{version} {status}")),
                None => both!("the version before {status}", "前一版本 {status}"),
            };
            let expected = ("the version before surrendered for amendment, or void", "前一版本已交回修改或作废");
            let breach = Breach::new(Severity::Error, told.at(SUB_REFERENCE), expected, found);
            return sheet.broken(
                SINGULAR,
                match earlier {
                    Some(earlier) => breach.against(earlier.at("/actionCode")),
                    None => breach,
                },
            );
        }
        match (told.body().see_text("transportDocumentSubReference"), &self.all[before].sub_reference) {
            (Seen::Withheld, _) => sheet.lacks(SINGULAR, told.withheld(SUB_REFERENCE)),
            (Seen::Shown(own), before) if Some(own) != before.as_deref() => sheet.held(SINGULAR),
            (own, _) => {
                let found = own.shown().map_or(Said::new("none", "无"), Said::same);
                let expected = ("a number of its own", "自己的版本号");
                sheet.broken(SINGULAR, Breach::new(Severity::Error, told.at(SUB_REFERENCE), expected, found));
            }
        }
    }

    fn set(&mut self, at: usize, status: Status, by_title: bool, told: Told<'a>) {
        let version = &mut self.all[at];
        let before = version.status;
        version.by_title = by_title;
        version.status = Some(status);
        if status == Status::SurrenderedForDelivery && before != Some(status) {
            version.surrendered = Some(told);
        }
        match status.is_live() {
            true => self.live = Some(at),
            false if self.live == Some(at) => self.live = None,
            false => {}
        }
    }
}
