//! The rules of a receivable's life, one test each, good and bad.

#[path = "receivable/beginning.rs"]
mod beginning;
#[path = "common/bilingual.rs"]
mod bilingual;
#[path = "receivable/ending.rs"]
mod ending;
#[path = "receivable/holding.rs"]
mod holding;
#[path = "common/story.rs"]
mod story;
#[path = "receivable/told.rs"]
mod told;
