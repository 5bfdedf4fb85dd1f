//! A report in words, for a terminal.

use crate::answer::Exit;
use plimsoll::chain::known_headers::{Provenance, built_in, provenance};
use plimsoll::proof::report::{ChainView, Conclusion, LineId, Outcome, Problem, Report, StepReport};
use plimsoll::proof::trade_view::TradeView;
use serde::Serialize;
use std::fmt::Write as _;

/// How the program ends after this conclusion.
pub fn exit(conclusion: Conclusion) -> Exit {
    match conclusion {
        Conclusion::Genuine | Conclusion::GenuineNotProvenCurrent | Conclusion::Stamped => Exit::Passed,
        Conclusion::NotGenuine | Conclusion::AgainstRules => Exit::Failed,
        Conclusion::Unreadable => Exit::Malformed,
        Conclusion::Intact | Conclusion::CannotTell => Exit::CouldNotCheck,
    }
}

/// The report: headline, what it speaks of, the four lines with their steps.
pub fn in_words(report: &Report) -> String {
    let mut text = headline(report) + "\n";
    if let Some(record) = &report.record {
        let amount = record.amount.as_ref().map(|amount| format!(", {} {}", amount.currency, amount.value));
        let withheld = if record.withheld > 0 { format!(", {} withheld", record.withheld) } else { String::new() };
        let _ = writeln!(
            text,
            "  {} {}{}: {} ({}), {}{withheld}",
            plain(&record.scheme),
            clean(&record.reference),
            amount.map(|amount| clean(&amount)).unwrap_or_default(),
            record.action_words,
            clean(&record.action_code),
            clean(&record.action_date_time),
        );
    }
    if let Some(document) = &report.document {
        let _ = writeln!(text, "  document {}, {} {}", clean(&document.name), document.algorithm, document.digest);
    }
    if let Some(signer) = &report.signer {
        let party = signer.party_name.as_deref().map_or_else(|| "a party not shown".into(), clean);
        let _ = writeln!(text, "  signed by {party}, key {}", signer.key_id);
    }
    if let Some(chain) = &report.chain {
        let tip = format!("tip {} of {}", chain.tip.height, clean(&chain.network));
        match &chain.block {
            Some(block) => {
                let above = format!("{} confirmations, work above {}", chain.confirmations, chain.work_above);
                let _ = writeln!(text, "  block {} {}, {above}, {tip}", block.height, block.hash);
            }
            None => {
                let _ = writeln!(text, "  {tip}");
            }
        }
        let _ = writeln!(text, "  {}", rests_on(chain));
    }
    if let Some(trade) = &report.trade {
        write_trade(&mut text, trade);
    }
    for line in &report.lines {
        let _ = writeln!(text, "\n{:<12} {}", line_name(line.line), word(line.outcome));
        line.steps.iter().for_each(|step| write_step(&mut text, step));
    }
    if let Some(problem) = &report.unreadable {
        write_problem(&mut text, problem);
    }
    text
}

/// What replaying the records comes to: the questions a person of the trade asks, and the rules that do not simply hold.
fn write_trade(text: &mut String, trade: &TradeView) {
    for answer in &trade.answers {
        let _ = writeln!(text, "\n  {} {}", answer.question.en, clean(&answer.answer.en));
        for note in &answer.notes {
            let _ = writeln!(text, "    - {}", clean(&note.text.en));
        }
    }
    for rule in trade.rules.iter().filter(|rule| rule.weight.is_some() || rule.outcome != Outcome::Passed) {
        let weight = rule.weight.map_or_else(|| word(rule.outcome).to_owned(), |weight| name_of(&weight));
        let _ = writeln!(text, "\n  rule {} ({weight}): {}", rule.rule, rule.words.en);
        for breach in &rule.breaches {
            let (places, expected, found) =
                (clean(&breach.places.join(", ")), clean(&breach.expected), clean(&breach.found));
            let _ = writeln!(text, "    - at {places}: expected {expected}; found {found}");
        }
        for lack in &rule.lacks {
            let _ = writeln!(text, "    - {}", clean(&lack.en));
        }
    }
}

/// What the chain rests on: its first block, or a header that is believed, and who vouches for it.
fn rests_on(chain: &ChainView) -> String {
    // A header that the reader pinned himself is vouched for by nobody else.
    let built_in = built_in(&chain.network);
    let known = |height: &u32| built_in.at(*height).is_some_and(|pin| chain.basis.ends_with(&pin.to_string()));
    let vouched =
        |height: &str| match height.parse().ok().filter(known).and_then(|height| provenance(&chain.network, height)) {
            Some(Provenance::Electrum) => ", in the list that Debian ships with the Electrum wallet",
            Some(Provenance::Core) => ", in Bitcoin Core's source code",
            None => "",
        };
    let mut parts = chain.basis.split(':');
    match (parts.next().unwrap_or_default(), parts.next()) {
        ("genesis", _) => {
            let count = u64::from(chain.tip.height) + 1;
            format!("checked from genesis: all {count} headers, no trusted header needed")
        }
        ("trusted", Some(height)) => format!("checked from the trusted header of block {height}{}", vouched(height)),
        ("pinned", Some(height)) => format!("tied to the trusted header of block {height}{}", vouched(height)),
        ("unanchored", Some(height)) => format!("checked from block {height}, which nothing ties to a known block"),
        _ => format!("rests on {}", clean(&chain.basis)),
    }
}

fn headline(report: &Report) -> String {
    let failing = report.first_problem().map(|step| plain(&name_of(&step.step))).unwrap_or_default();
    match report.conclusion {
        Conclusion::Genuine => "Genuine, and current.".into(),
        Conclusion::GenuineNotProvenCurrent => "Genuine, but not proven current.".into(),
        Conclusion::AgainstRules => format!("Genuine, but against the rules of its trade: {failing} failed."),
        Conclusion::Stamped => "The document existed before this block.".into(),
        Conclusion::Intact => {
            "Intact in itself; who issued it, and whether it still holds, could not be checked.".into()
        }
        Conclusion::NotGenuine => format!("Not genuine: {failing} failed."),
        Conclusion::CannotTell => format!("Cannot be checked yet: {failing}."),
        Conclusion::Unreadable => "Nothing could be read from this.".into(),
    }
}

fn write_step(text: &mut String, step: &StepReport) {
    let _ = writeln!(text, "  {:<24} {}", plain(&name_of(&step.step)), word(step.outcome));
    for value in &step.values {
        let _ = writeln!(text, "      {:<20} {}", plain(&value.label), clean(&value.text));
    }
    if let Some(problem) = &step.problem {
        write_problem(text, problem);
    }
}

fn write_problem(text: &mut String, problem: &Problem) {
    for (name, value) in [
        ("why", plain(&problem.code)),
        ("field", clean(&problem.field)),
        ("expected", clean(&problem.expected)),
        ("found", clean(&problem.found)),
        ("detail", clean(&problem.detail)),
    ] {
        if !value.is_empty() {
            let _ = writeln!(text, "      {name:<20} {value}");
        }
    }
}

fn line_name(line: LineId) -> &'static str {
    match line {
        LineId::Unchanged => "Unchanged",
        LineId::Status => "Status",
        LineId::WhoSigned => "Who signed",
        LineId::MakesSense => "Makes sense",
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "FAILED",
        Outcome::NotChecked => "not checked",
        Outcome::CouldNotCheck => "could not check",
    }
}

/// The name under which something is serialised.
fn name_of(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn plain(name: &str) -> String {
    clean(name).replace('-', " ")
}

/// Text from a proof may hold anything: what would steer the terminal, or turn the line's direction, is shown as its
/// number.
pub fn clean(text: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().fold(String::new(), |mut out, c| {
        if steers(c) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\n"), "a\\u{1b}[2Jb\\u{202e}c\\u{a}");
        assert_eq!(clean("宁波 € ü"), "宁波 € ü");
    }
}
