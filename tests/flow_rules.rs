//! The rules across the four flows, one test each, good and bad and not checked, and the table that lays a dossier out.

#[path = "flows/bank.rs"]
mod bank;
#[path = "common/bilingual.rs"]
mod bilingual;
#[path = "common/dossiers.rs"]
mod dossiers;
#[path = "flows/goods.rs"]
mod goods;
#[path = "flows/hostile.rs"]
mod hostile;
#[path = "flows/many.rs"]
mod many;
#[path = "flows/parties.rs"]
mod parties;
#[path = "common/story.rs"]
mod story;
#[path = "flows/table.rs"]
mod table;
#[path = "flows/told.rs"]
mod told;
