//! The rules of clearing rounds, one test each, good and bad, and what a round saves.

#[path = "common/bilingual.rs"]
mod bilingual;
#[path = "clearing/receivables.rs"]
mod receivables;
#[path = "clearing/rules.rs"]
mod rules;
#[path = "clearing/savings.rs"]
mod savings;
#[path = "common/story.rs"]
mod story;
#[path = "clearing/told.rs"]
mod told;
