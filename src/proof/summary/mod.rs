//! From replayed records to what a reader is told of them, in both languages.

mod clearing;
mod flows;
mod lacks;
mod receivable;
mod rules;
mod shipment;
mod timeline;

use crate::proof::trade_view::{NoteView, RuleView, Tone, TradeView};
use crate::trade::flows::Dossier;
use crate::trade::record::Subject;
use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::Identity;
use crate::trade::rule::Sheet;
use crate::trade::said::Said;
use crate::trade::seen::Day;

/// What was replayed, for a summary.
pub struct Replayed<'a> {
    /// The records.
    pub entries: &'a [Entry<'a>],
    /// Position of the one in question.
    pub focus: usize,
    /// What they came to.
    pub dossier: &'a Dossier,
    /// What became of the rules.
    pub sheet: &'a Sheet,
    /// The day the newest header is from, by its median time: what is overdue is so as of then.
    pub as_of: Option<Day>,
}

/// Tells it.
#[must_use]
pub fn summarize(replayed: &Replayed<'_>) -> TradeView {
    let subject = &replayed.entries[replayed.focus].record.subject;
    let mut view = match subject.scheme.as_str() {
        "receivable" => receivable::tell(replayed, subject),
        "clearing-round" => clearing::tell(replayed, subject),
        _ => shipment::tell(replayed, subject),
    };
    view.records = replayed.entries.len() as u64;
    view.flows = flows::rows(replayed);
    view.rules = rules::tell(replayed.sheet);
    view
}

/// That another asset given goes by the same reference.
fn namesake(replayed: &Replayed<'_>) -> Option<NoteView> {
    let own = &replayed.entries[replayed.focus].record.subject;
    let same_name = |subject: &Subject| subject.scheme == own.scheme && subject.reference == own.reference;
    let mut others = replayed.entries.iter().map(|entry| &entry.record.subject);
    others.any(|other| other != own && same_name(other)).then(|| {
        let reference = &own.reference;
        note(
            Tone::Caution,
            format!("Another asset among the records given goes by {reference} too; it is not the one told of here."),
            format!("所给记录中另有一项资产也以 {reference} 为编号，并非此处所述者。"),
        )
    })
}

/// Tells what became of rules.
#[must_use]
pub fn tell_rules(sheet: &Sheet) -> Vec<RuleView> {
    rules::tell(sheet)
}

fn note(tone: Tone, en: impl Into<String>, zh: impl Into<String>) -> NoteView {
    NoteView { tone, text: Said::new(en, zh) }
}

fn unseen() -> Said {
    Said::new("not shown", "未披露")
}

/// What a party is called.
fn party_said(party: &Identity) -> Said {
    if party.is_unknown() { unseen() } else { party.said() }
}
