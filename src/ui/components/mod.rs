//! What the page is made of, one a file. What keeps a state of its own, such as an open menu, is a component; all else
//! is a function that draws: each component costs the reader a few kilobytes. Either draws exactly one root element,
//! always, and whatever may be empty stands inside an element of its own: Yew 0.23 loses its place among siblings that
//! come and go (issue 4092).

pub mod actions;
pub mod add_source;
pub mod chain_strip;
pub mod draft_card;
pub mod drop_zone;
pub mod flow_table;
pub mod genesis_note;
pub mod hash_value;
pub mod header;
pub mod header_drop;
pub mod icon;
pub mod line_card;
pub mod link_box;
pub mod mark;
pub mod network_card;
pub mod pen;
pub mod problem_note;
pub mod progress;
pub mod record_card;
pub mod registry_card;
pub mod remote_offer;
pub mod rule_list;
pub mod sample_list;
pub mod source_table;
pub mod status_pill;
pub mod step_item;
pub mod storage_note;
pub mod trade_card;
pub mod verdict_card;
pub mod withhold_panel;
