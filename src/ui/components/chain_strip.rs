//! How a record reaches a block, and how deep the block lies: one picture, and the same in words and numbers.

use crate::browser::clock;
use crate::proof::report::{BlockView, ChainView, Report};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::line::capitalised;
use crate::ui::wording::{Lang, basis, format, verdict};
use yew::prelude::*;

/// What hangs below the block in a report.
#[must_use]
pub fn below(report: &Report, lang: Lang) -> Vec<(Text, String)> {
    if let Some(path) = &report.path {
        let log = match lang {
            Lang::En => format!("{} of {}", format::number(path.log_index + 1), format::number(path.log_size)),
            Lang::Zh => {
                format!("第 {} 条，共 {} 条", format::number(path.log_index + 1), format::number(path.log_size))
            }
        };
        return vec![
            (Text::ChainAnchor, format::shortened(&path.anchor_txid)),
            (Text::ChainLog, log),
            (Text::ChainRecord, format::shortened(&path.record_hash)),
        ];
    }
    match &report.document {
        Some(document) => vec![(Text::Document, format::shortened(&document.digest))],
        None => Vec::new(),
    }
}

/// A place in the row of blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    /// A block, with its hash where it is at hand.
    Block { height: u32, hash: String },
    /// So many blocks that are not drawn.
    Gap(u32),
    /// The record's block, which is not in this chain.
    Missing,
}

/// Places in the row.
const SLOTS: usize = 5;

fn slots(chain: &ChainView) -> Vec<Slot> {
    let hash = |height: u32| {
        let known = |view: &&BlockView| view.height == height;
        chain.strip.iter().find(known).map(|view| view.hash.clone()).unwrap_or_default()
    };
    let block = |height: u32| Slot::Block { height, hash: hash(height) };
    let tip = chain.tip.height;
    let Some(first) = chain.block.as_ref().map(|block| block.height) else {
        let shown = tip.saturating_sub(1)..=tip;
        return [Slot::Missing, Slot::Gap(0)].into_iter().chain(shown.map(block)).collect();
    };
    let tip = tip.max(first);
    let count = (tip - first) as usize + 1;
    if count <= SLOTS {
        return (first..=tip).map(block).collect();
    }
    // The record's block, two above it, a gap, the tip.
    let hidden = u32::try_from(count - (SLOTS - 1)).unwrap_or(u32::MAX);
    (first..first + 3).map(block).chain([Slot::Gap(hidden), block(tip)]).collect()
}

const WIDTH: usize = 54;
const STEP: usize = 72;
const TOP: usize = 22;
const TALL: usize = 40;

fn draw(place: usize, slot: &Slot, last: bool, lang: Lang) -> Html {
    let x = 9 + place * STEP;
    let (middle, centre) = (TOP + TALL / 2, x + WIDTH / 2);
    let text = |class: &'static str, y: usize, text: String| {
        html! { <text {class} x={centre.to_string()} y={y.to_string()} text-anchor="middle">{ text }</text> }
    };
    let shape = |class: String| {
        html! {
            <rect {class} x={x.to_string()} y={TOP.to_string()} width={WIDTH.to_string()} height={TALL.to_string()} rx="5" />
        }
    };
    let link = if last {
        html! { <g></g> }
    } else {
        let (from, to) = (x + WIDTH, x + STEP);
        html! { <path class="link" d={format!("M{from} {middle}H{to}")} /> }
    };
    let caption = match (place, last) {
        (0, _) => Text::ChainBlock.in_lang(lang),
        (_, true) => Text::ChainTip.in_lang(lang),
        _ => "",
    };
    let inside = match slot {
        Slot::Block { height, hash } => html! {
            <g>
                <title>{ hash }</title>
                { shape(format!("block {}", if place == 0 { "own" } else { "" })) }
                { text("height", middle + 4, format::number(*height)) }
            </g>
        },
        Slot::Gap(0) => html! { <g>{ text("gap", middle + 5, "✕".to_owned()) }</g> },
        Slot::Gap(hidden) => html! {
            <g>
                { text("gap", middle - 3, "⋯".to_owned()) }
                { text("caption", middle + 13, format!("+{}", format::number(*hidden))) }
            </g>
        },
        Slot::Missing => {
            html! { <g>{ shape("block missing".to_owned()) }{ text("height", middle + 4, "?".to_owned()) }</g> }
        }
    };
    html! {
        <g key={place}>
            { link }
            { inside }
            { text("caption", TOP - 8, caption.to_owned()) }
        </g>
    }
}

fn hang(place: usize, (what, value): &(Text, String), lang: Lang) -> Html {
    let x = 9 + WIDTH / 2;
    let from = if place == 0 { TOP + TALL } else { TOP + TALL + place * 34 - 2 };
    let y = TOP + TALL + (place + 1) * 34 - 8;
    html! {
        <g key={place}>
            <path class="link" d={format!("M{x} {from}V{}", y - 6)} />
            <circle class="node" cx={x.to_string()} cy={y.to_string()} r="6" />
            <text class="label" x={(x + 16).to_string()} y={(y + 4).to_string()}>
                <tspan class="what">{ what.in_lang(lang) }</tspan>
                <tspan class="value" dx="8">{ value }</tspan>
            </text>
        </g>
    }
}

/// Draws the chain and its numbers; `below` is what hangs below the block, nearest first.
pub fn chain_strip(chain: &ChainView, below: &[(Text, String)], lang: Lang) -> Html {
    let say = |text: Text| text.in_lang(lang);
    let slots = slots(chain);
    let named: Vec<String> = below.iter().map(|(what, value)| format!("{} {value}", say(*what))).collect();
    let last = slots.len() - 1;
    let height = TOP + TALL + below.len() * 34 + 6;
    let at = |seconds: i64| format::moment(seconds, clock::offset_minutes(seconds), lang);
    let fact = |name: &'static str, text: Text, value: String| {
        html! { <div key={name} data-chain={name}><dt>{ say(text) }</dt><dd>{ value }</dd></div> }
    };
    let mut facts = vec![fact("network", Text::Network, verdict::network(&chain.network, lang))];
    match &chain.block {
        Some(block) => {
            if let Some(median) = block.median_time {
                facts.push(fact("median-time", Text::ChainMedian, at(median)));
            }
            facts.push(fact("depth", Text::ChainDepth, verdict::depth(chain, lang)));
            let work = [format::hashes(&chain.work_above, lang), format::effort(&chain.work_above, lang)];
            facts.push(fact("work", Text::ChainWork, capitalised(&work.join(lang.of([". ", "。"])))));
        }
        None => facts.push(fact("depth", Text::ChainDepth, say(Text::ChainNoBlock).to_owned())),
    }
    let rests_on = basis::sentence(&chain.basis, &chain.network, chain.tip.height, lang);
    facts.push(fact("basis", Text::ChainBasis, rests_on));
    if !chain.unchecked_rules.is_empty() {
        facts.push(fact("unchecked", Text::ChainUnchecked, chain.unchecked_rules.join("; ")));
    }
    html! {
        <section id="chain" class="card chain" aria-labelledby="chain-title">
            <h2 id="chain-title">{ say(Text::Chain) }</h2>
            <div class="chain-body">
                <svg class="strip" viewBox={format!("0 0 360 {height}")} role="img" aria-labelledby="strip-title strip-desc">
                    <title id="strip-title">{ say(Text::ChainFromRecord) }</title>
                    <desc id="strip-desc">{ verdict::strip_description(chain, &named, lang) }</desc>
                    <g>{ for slots.iter().enumerate().map(|(place, slot)| draw(place, slot, place == last, lang)) }</g>
                    <g>{ for below.iter().enumerate().map(|(place, node)| hang(place, node, lang)) }</g>
                </svg>
                <dl class="facts">{ for facts }</dl>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(first: Option<u32>, tip: u32) -> ChainView {
        let view = |height| BlockView { height, hash: format!("h{height}"), time: 0, median_time: None };
        ChainView {
            network: "regtest".into(),
            block: first.map(view),
            tip: view(tip),
            confirmations: first.map_or(0, |first| tip.saturating_sub(first) + 1),
            required: 6,
            work_above: "16".into(),
            strip: vec![],
            basis: "genesis".into(),
            unchecked_rules: vec![],
        }
    }

    #[test]
    fn a_long_chain_is_drawn_with_a_gap() {
        assert_eq!(slots(&chain(Some(5), 5)).len(), 1);
        assert_eq!(slots(&chain(Some(5), 9)).len(), 5);
        let long = slots(&chain(Some(5), 100));
        assert_eq!(long.len(), SLOTS);
        assert_eq!(long[3], Slot::Gap(92));
        assert!(matches!(long[4], Slot::Block { height: 100, .. }));
        assert_eq!(slots(&chain(None, 0)).len(), 3);
        assert_eq!(slots(&chain(Some(9), 5)).len(), 1, "a strange report still draws");
    }
}
