//! Small line drawings that stand beside words, never alone.

use yew::prelude::*;

/// A drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what it is called")]
pub enum Icon {
    Passed,
    Failed,
    NotChecked,
    CouldNotCheck,
    Caution,
    Copy,
    Export,
    Link,
    Print,
    Files,
    Chevron,
    Withheld,
    Pin,
    Theme,
}

/// Draws an icon, hidden from screen readers: the words beside it say it.
pub fn icon(icon: Icon) -> Html {
    let path = match icon {
        Icon::Passed => "M5 12.5l4.5 4.5L19 7.5",
        Icon::Failed => "M6.5 6.5l11 11M17.5 6.5l-11 11",
        Icon::NotChecked => "M6 12h12",
        Icon::CouldNotCheck => "M8.5 9a3.5 3.5 0 1 1 5.2 3c-1.2.7-1.7 1.3-1.7 2.5M12 18.2v.3",
        Icon::Caution => "M12 5.5v8M12 18.2v.3",
        Icon::Copy => "M9 9h10v11H9zM15 9V4H5v11h4",
        Icon::Export => "M12 4v11M7.5 10.5L12 15l4.5-4.5M5 20h14",
        Icon::Link => {
            "M10 14a4 4 0 0 0 6 .4l2.6-2.6a4 4 0 0 0-5.7-5.7L11.5 7.5M14 10a4 4 0 0 0-6-.4l-2.6 2.6a4 4 0 0 0 5.7 5.7l1.4-1.4"
        }
        Icon::Print => "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
        Icon::Files => "M13 3H6v18h12V8zM13 3v5h5M12 18v-6M9.5 14.5L12 12l2.5 2.5",
        Icon::Chevron => "M7 10l5 5 5-5",
        Icon::Withheld => "M4 12c2-3.5 5-5 8-5s6 1.5 8 5c-2 3.5-5 5-8 5s-6-1.5-8-5zM5 19L19 5",
        Icon::Theme => "M12 4a8 8 0 1 0 .01 0zM12 4v16M15 5.5v13M18 8v8",
        Icon::Pin => "M12 21v-6M7 15h10l-2-4V5h1.5V3h-9v2H9v6z",
    };
    html! {
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <path d={path} fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
                stroke-linejoin="round" />
        </svg>
    }
}
