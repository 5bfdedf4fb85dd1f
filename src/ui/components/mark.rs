//! The Plimsoll mark, a circle crossed by its line: the page's sign, and the verdict's.

use crate::proof::report::Conclusion;
use yew::prelude::*;

/// How the mark stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkState {
    /// Circle whole, line level: it holds.
    Whole,
    /// Line broken: it does not hold.
    Broken,
    /// Circle open: not decided.
    Open,
}

impl MarkState {
    /// The mark of a conclusion.
    #[must_use]
    pub fn of(conclusion: Conclusion) -> Self {
        match conclusion {
            Conclusion::Genuine | Conclusion::GenuineNotProvenCurrent | Conclusion::Stamped => Self::Whole,
            Conclusion::NotGenuine | Conclusion::AgainstRules => Self::Broken,
            Conclusion::Intact | Conclusion::CannotTell | Conclusion::Unreadable => Self::Open,
        }
    }

    /// Its name in the page, for styles and tests.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Broken => "broken",
            Self::Open => "open",
        }
    }
}

/// Draws the mark.
pub fn mark(state: MarkState) -> Html {
    let (circle, line) = match state {
        MarkState::Whole => ("M24 9.5a14.5 14.5 0 1 1-.01 0z", "M2 24H46"),
        MarkState::Broken => ("M24 9.5a14.5 14.5 0 1 1-.01 0z", "M2 21.5H19.5L22.5 18M46 29H28.5L25.5 32.5"),
        MarkState::Open => ("M31.25 11.45a14.5 14.5 0 1 0 6 6.8", "M2 24H46"),
    };
    html! {
        <svg class="mark" data-mark={state.name()} viewBox="0 0 48 48" width="48" height="48" aria-hidden="true"
            focusable="false">
            <g fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">
                <path d={circle} stroke-width="3.5" />
                <path d={line} stroke-width="3.5" />
            </g>
        </svg>
    }
}
