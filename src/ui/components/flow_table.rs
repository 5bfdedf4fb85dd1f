//! The four flows as one table: rows are things, columns information, goods, money and business; each cell with its evidence.

use super::icon::{Icon, icon};
use super::pen::Pen;
use super::step_item::{outcome_icon, outcome_name};
use crate::proof::report::Outcome;
use crate::proof::trade_view::{FlowCell, FlowRow, Tone};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::{line, said};
use yew::prelude::*;

const FLOWS: [Text; 4] = [Text::FlowInformation, Text::FlowGoods, Text::FlowMoney, Text::FlowBusiness];

/// Draws the table.
pub fn flow_table(rows: &[FlowRow], pen: &Pen) -> Html {
    let head = |text: Text| html! { <th scope="col">{ pen.say(text) }</th> };
    html! {
        <section id="flows" class="card flows" aria-labelledby="flows-title" hidden={rows.is_empty()}>
            <h2 id="flows-title">{ pen.say(Text::FlowsTitle) }</h2>
            <p class="hint">{ pen.say(Text::FlowsLead) }</p>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="flows-title">
                <table>
                    <thead><tr><td></td>{ for FLOWS.map(head) }<th scope="col">{ pen.say(Text::FlowsRules) }</th></tr></thead>
                    <tbody>{ for rows.iter().enumerate().map(|(at, row)| table_row(at, row, pen)) }</tbody>
                </table>
            </div>
        </section>
    }
}

fn table_row(at: usize, row: &FlowRow, pen: &Pen) -> Html {
    let cell = |(flow, cells): (usize, &Vec<FlowCell>)| {
        let value = |cell: &FlowCell| {
            html! {
                <li>
                    <span>{ said(&cell.value, pen.lang) }</span>{ " " }
                    <code class="code">{ &cell.evidence }</code>
                </li>
            }
        };
        let name = FLOWS.get(flow).map_or("", |flow| pen.say(*flow));
        html! { <td data-flow={name}><ul>{ for cells.iter().map(value) }</ul></td> }
    };
    let rule = |(code, (outcome, tone)): &(String, (Outcome, Tone))| {
        let (word, seal) = match tone {
            Tone::Caution => (Text::ToMind, Icon::Caution),
            _ => (line::outcome(*outcome), outcome_icon(*outcome)),
        };
        html! {
            <li data-outcome={outcome_name(*outcome)}>
                <span class="seal">{ icon(seal) }</span>
                <code class="code">{ code }</code>{ " " }<span>{ pen.say(word) }</span>
            </li>
        }
    };
    html! {
        <tr key={at}>
            <th scope="row">
                { said(&row.topic, pen.lang) }
                <p class="more" hidden={row.more == 0}>{ "+ " }{ row.more }</p>
            </th>
            { for row.cells.iter().enumerate().map(cell) }
            <td class="row-rules" data-flow={pen.say(Text::FlowsRules)}><ul>{ for row.rules.iter().map(rule) }</ul></td>
        </tr>
    }
}
