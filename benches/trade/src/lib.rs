//! Consistent dossiers by the thousand, as plain WebAssembly exports: made once, then replayed and cross-checked as often as asked.

#[path = "../../../tests/common/dossiers.rs"]
mod dossiers;
#[path = "../../../tests/common/story.rs"]
mod story;

use plimsoll::trade::flows::dossier;
use plimsoll::trade::replay::history::Entry;
use plimsoll::trade::rule::{Ruling, Sheet};
use std::cell::RefCell;
use story::Story;

thread_local! {
    static ENTRIES: RefCell<Vec<Entry<'static>>> = const { RefCell::new(Vec::new()) };
}

/// Makes at least so many records; gives how many there are.
#[unsafe(no_mangle)]
pub extern "C" fn make(wanted: usize) -> usize {
    // Kept to the end: the entries look into it.
    let story: &'static Story = Box::leak(Box::new(dossiers::story(wanted)));
    ENTRIES.with_borrow_mut(|entries| {
        *entries = story.entries();
        entries.len()
    })
}

/// Replays them all and holds them against one another, rules R, S, A, C and F; gives how many cases of rules held, and 0 when a
/// rule is broken, which none of them is.
#[unsafe(no_mangle)]
pub extern "C" fn check() -> usize {
    ENTRIES.with_borrow(|entries| {
        let mut sheet = Sheet::default();
        let found = dossier(entries, None, &mut sheet);
        let mut held = 0;
        for (_, ruling) in sheet.rulings() {
            match ruling {
                Ruling::Held { cases } => held += cases,
                Ruling::NotChecked { .. } => {}
                Ruling::Broken { .. } => return 0,
            }
        }
        if found.deals.is_empty() { 0 } else { usize::try_from(held).unwrap_or(usize::MAX) }
    })
}
