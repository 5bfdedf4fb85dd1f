//! A receivable's records as a timeline.

use crate::proof::summary::Replayed;
use crate::proof::summary::receivable::amount_of;
use crate::proof::trade_view::{EventStanding, TimelineRow};
use crate::trade::replay::receivable::life::Life;
use crate::trade::replay::receivable::state::Receivable;
use crate::trade::said::Said;

/// Most rows of a timeline: enough for any life, bounded for a hostile one.
pub(super) const MAX_ROWS: usize = 2_000;

/// The rows of a receivable's life, and of the branches that its history left.
pub(super) fn of_receivable(replayed: &Replayed<'_>, life: &Life, state: &Receivable) -> Vec<TimelineRow> {
    let steps = life.steps.iter().map(|step| {
        let holder = step.holder.clone().unwrap_or_default();
        let open = step.outstanding.and_then(|open| amount_of(state, open)).unwrap_or_default();
        let stage = step.stage.words();
        let after = match (holder.is_empty(), open.is_empty()) {
            (false, false) => Said::new(
                format!("{}; held by {holder}; {open} open", stage.en),
                format!("{}；持有人：{holder}；未付 {open}", stage.zh),
            ),
            (false, true) => {
                Said::new(format!("{}; held by {holder}", stage.en), format!("{}；持有人：{holder}", stage.zh))
            }
            (true, false) => Said::new(format!("{}; {open} open", stage.en), format!("{}；未付 {open}", stage.zh)),
            (true, true) => stage,
        };
        row(replayed, step.entry, after, EventStanding::Fact)
    });
    let left = life.history.others.iter().flatten().filter(|at| !life.history.branch.contains(at));
    let mut left: Vec<usize> = left.copied().collect();
    left.sort_unstable();
    left.dedup();
    let left = left.into_iter().map(|at| row(replayed, at, Said::default(), EventStanding::OtherBranch));
    steps.chain(left).take(MAX_ROWS).collect()
}

fn row(replayed: &Replayed<'_>, at: usize, after: Said, standing: EventStanding) -> TimelineRow {
    let record = replayed.entries[at].record;
    TimelineRow {
        record: record.record_id.clone(),
        at: record.action_date_time.clone(),
        what: Said::new(record.action.words, record.action.words_zh),
        code: record.action.code.to_owned(),
        place: None,
        who: record.actor.name.clone(),
        after,
        standing,
        focus: at == replayed.focus,
    }
}
