//! The trade's steps: the records before this one, and the rules they are held to.

use crate::proof::bundle::Bundle;
use crate::proof::examination::{Examination, number, text};
use crate::proof::history::{BuriedHistory, Ground, VerifiedHistory};
use crate::proof::party::RegisteredSigner;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::Finding;
use crate::proof::recorded::Recorded;
use crate::proof::report::{ChainView, Outcome};
use crate::proof::standing::{RulesKept, Standing};
use crate::proof::step::StepId;
use crate::proof::trade_view::TradeView;
use crate::tlog::Logged;
use crate::tlog::note::Note;
use crate::trade::seen::Day;

/// What the steps before gave.
pub(super) struct Before<'a> {
    pub(super) recorded: Option<&'a Recorded>,
    pub(super) logged: Option<&'a Logged>,
    pub(super) note: Option<&'a Note>,
    pub(super) signer: Option<&'a RegisteredSigner>,
    pub(super) policy: Option<&'a RegistryPolicy>,
    pub(super) chain: Option<&'a ChainView>,
}

/// What came of the steps.
#[derive(Default)]
pub(super) struct Traded {
    pub(super) view: Option<TradeView>,
    pub(super) kept: Option<RulesKept>,
    /// The proof's own records.
    pub(super) history: Option<VerifiedHistory>,
}

/// Does the steps. The records of other proofs stand `beside` the proof's own.
pub(super) fn check_trade(
    exam: &mut Examination,
    bundle: &Bundle,
    before: &Before<'_>,
    beside: &[BuriedHistory],
) -> Traded {
    exam.step::<()>(StepId::LatestState, vec![], Err(Finding::not_checked("no-map")));
    let (Some(recorded), Some(logged), Some(note), Some(policy)) =
        (before.recorded, before.logged, before.note, before.policy)
    else {
        let parts = [
            StepId::Disclosures,
            StepId::RecordSignature,
            StepId::EventSignature,
            StepId::EventMatchesRecord,
            StepId::LogInclusion,
            StepId::CheckpointSignature,
            StepId::WitnessQuorum,
            StepId::RegistryKnown,
        ];
        let missing = parts.into_iter().find(|&step| exam.outcome(step) != Some(Outcome::Passed));
        // What is not genuine has no history: nothing about it is asked, and nothing said.
        for step in [StepId::History, StepId::TradeRules] {
            exam.needs::<()>(step, missing.unwrap_or(StepId::LogInclusion));
        }
        return Traded::default();
    };
    let ground = Ground { parties: &bundle.parties, policy, logged, note };
    let history = match VerifiedHistory::verify(&bundle.history, recorded, before.signer, &ground) {
        Ok(history) => history,
        Err(finding) => {
            exam.step::<()>(StepId::History, vec![number("records-shown", bundle.history.len() + 1)], Err(finding));
            exam.needs::<()>(StepId::TradeRules, StepId::History);
            return Traded::default();
        }
    };
    let as_of = before.chain.and_then(|chain| chain.tip.median_time).map(|time| Day::of_ms(time.saturating_mul(1000)));
    let standing = Standing::of(&history.clone().beside(beside), as_of);
    let mut values = vec![number("records-shown", standing.records())];
    let state = &standing.view().state.en;
    if !state.is_empty() {
        values.push(text("state", state));
    }
    exam.step(StepId::History, values, standing.verify_whole());
    let counts = standing.counts();
    let values = vec![
        number("rules-held", counts.held),
        number("rules-broken", counts.broken),
        number("rules-warned", counts.warned),
        number("rules-not-checked", counts.not_checked),
    ];
    let kept = exam.step(StepId::TradeRules, values, standing.verify_rules());
    Traded { view: Some(standing.view().clone()), kept, history: Some(history) }
}
