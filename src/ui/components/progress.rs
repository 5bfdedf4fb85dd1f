//! What is going on while the reader waits: words first, a bar where the end is known, how fast, and a way to stop.

use super::pen::Pen;
use crate::client::message::Stage;
use crate::ui::intent::Intent;
use crate::ui::verification::Running;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::verdict;
use yew::prelude::*;

/// Done and total of a stage, where the end is known.
fn measure(stage: &Stage) -> Option<(u64, u64)> {
    match stage {
        Stage::FetchingHeaders { done, total } => total.map(|total| (*done, total)),
        Stage::VerifyingHeaders { done, total, .. } => Some((*done, *total)),
        Stage::Reading | Stage::FetchingProof | Stage::CheckingProof => None,
    }
    .filter(|(_, total)| *total > 0)
}

/// Headers per second and seconds left, once there is something to measure.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rough by nature"
)]
fn pace(running: &Running) -> Option<(u64, i64)> {
    let Stage::VerifyingHeaders { done, total, .. } = running.stage else { return None };
    let seconds = (running.heard_ms - running.since_ms) / 1000.0;
    let rate = done as f64 / seconds;
    (seconds > 0.5 && rate >= 1.0).then(|| (rate as u64, (total.saturating_sub(done) as f64 / rate).ceil() as i64))
}

/// The name of a stage in the page, for styles and tests.
fn stage_name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Reading => "reading",
        Stage::FetchingProof => "fetching-proof",
        Stage::FetchingHeaders { .. } => "fetching-headers",
        Stage::VerifyingHeaders { .. } => "verifying-headers",
        Stage::CheckingProof => "checking-proof",
    }
}

/// Draws how far a verification is; `None` while it waits for the worker.
pub fn progress(running: Option<&Running>, pen: &Pen) -> Html {
    let stage = running.map_or(&Stage::Reading, |running| &running.stage);
    let (value, max) = match measure(stage) {
        Some((done, total)) => (Some(done.min(total).to_string()), Some(total.to_string())),
        None => (None, None),
    };
    let pace = running.and_then(pace).map(|(rate, left)| verdict::pace(rate, left, pen.lang));
    html! {
        <section id="progress" class="card progress" data-stage={stage_name(stage)}>
            <label for="progress-bar" class="stage">{ verdict::stage(stage, pen.lang) }</label>
            <progress id="progress-bar" {value} {max}></progress>
            <p class="hint pace"><span>{ verdict::point(stage, pen.lang) }</span><span>{ pace }</span></p>
            <button type="button" id="stop" onclick={pen.on(Intent::Stop)}>{ pen.say(Text::Stop) }</button>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_said_once_it_can_be_measured() {
        let stage = Stage::VerifyingHeaders { height: 9, done: 3_000, total: 9_000 };
        let at = |heard_ms| Running { stage: stage.clone(), since_ms: 0.0, heard_ms };
        assert_eq!(pace(&at(0.0)), None);
        assert_eq!(pace(&at(100.0)), None);
        assert_eq!(pace(&at(1_000.0)), Some((3_000, 2)));
        assert_eq!(measure(&Stage::FetchingHeaders { done: 1, total: Some(0) }), None);
    }
}
