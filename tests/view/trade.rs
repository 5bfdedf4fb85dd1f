//! What replaying comes to, drawn from the sample's proofs: answers, tree, timeline, rules, four flows.

use super::sample::{Link, link, links, reader};
use super::{says, texts, verdict};
use plimsoll::proof::report::Report;
use plimsoll::proof::trade_view::{EventStanding, FlowRow, Tone};
use plimsoll::trade::said::Said;
use plimsoll::ui::wording::Lang;
use std::collections::HashSet;

const TOLD: [&str; 9] = [
    "receivable",
    "bill-of-lading",
    "container",
    "en-route",
    "dossier",
    "split",
    "clearing",
    "against-rules",
    "sold-twice",
];

fn report(id: &str) -> Report {
    reader().open(&link(id).link)
}

fn page(id: &str, lang: Lang) -> String {
    verdict(report(id), lang).replace(['\u{a0}', '\u{202f}'], " ")
}

/// The section with that name; empty where it is hidden or absent.
fn section<'a>(html: &'a str, id: &str) -> &'a str {
    let Some(start) = html.find(&format!("<section id=\"{id}\"")) else { return "" };
    let end = html[start..].find("</section>").map_or(html.len(), |length| start + length);
    let found = &html[start..end];
    if found[..found.find('>').unwrap_or(0)].contains(" hidden") { "" } else { found }
}

fn in_order(html: &str, wanted: &[&str]) {
    let mut rest = html;
    for text in wanted {
        let escaped = text.replace('&', "&amp;");
        let at = rest.find(&escaped).unwrap_or_else(|| panic!("{text:?} is not there, or not in its place"));
        rest = &rest[at + escaped.len()..];
    }
}

#[test]
fn a_clerk_s_five_questions_stand_before_the_record() {
    let html = page("receivable", Lang::En);
    let answers = section(&html, "at-a-glance");
    in_order(
        answers,
        &[
            "Who owes?",
            "Van der Meulen Waterbouw B.V.",
            "Maashaven Handelsbank N.V.",
            "Who holds it?",
            "Ningbo Qingyuan Pump & Valve Co., Ltd.",
            "How much is open?",
            "EUR 84,300.00",
            "Until when?",
            "22 May 2026",
            "What could go wrong?",
        ],
    );
    assert!(html.find("id=\"at-a-glance\"") < html.find("id=\"record\""), "the answers come first");
}

#[test]
fn a_forwarder_s_questions_are_answered_for_a_bill_and_for_a_container() {
    for id in ["bill-of-lading", "container"] {
        let html = page(id, Lang::En);
        in_order(section(&html, "at-a-glance"), &["Where is it?", "When?", "Whose is it?", "Released?"]);
        let zh = page(id, Lang::Zh);
        in_order(section(&zh, "at-a-glance"), &["货在哪里？", "何时？", "归谁？", "是否放行？"]);
    }
}

#[test]
fn a_split_is_a_tree_with_what_each_part_comes_to() {
    let report = report("split");
    let rows = &report.trade.as_ref().expect("it was replayed").tree;
    assert!(rows.len() >= 3 && rows[0].depth == 0 && rows[1].depth == 1, "{rows:?}");
    let html = verdict(report.clone(), Lang::En);
    let tree = section(&html, "split");
    for row in rows {
        says(tree, &row.reference);
        row.amount.iter().chain(&row.holder).chain(&row.paid).for_each(|text| says(tree, text));
    }
    assert_eq!(tree.matches("depth-1").count(), rows.iter().filter(|row| row.depth == 1).count());
    assert_eq!(section(&page("receivable", Lang::En), "split"), "", "no tree where nothing was split");
}

#[test]
fn a_timeline_tells_facts_forecasts_and_what_was_taken_back_apart() {
    let mut report = report("container");
    let view = report.trade.as_mut().expect("it was replayed");
    assert!(view.timeline.len() >= 4, "{:#?}", view.timeline);
    let standings = [
        (EventStanding::Planned, "planned", "planned"),
        (EventStanding::Estimated, "estimated", "estimated"),
        (EventStanding::Retracted, "retracted", "taken back"),
        (EventStanding::OtherBranch, "other-branch", "in another branch"),
    ];
    for (row, (standing, ..)) in view.timeline.iter_mut().zip(standings) {
        row.standing = standing;
    }
    let html = verdict(report.clone(), Lang::En);
    let timeline = section(&html, "timeline");
    for (_, name, word) in standings {
        let at = timeline.find(&format!("data-standing=\"{name}\"")).unwrap_or_else(|| panic!("no {name}"));
        says(&timeline[at..], word);
    }
    says(timeline, "UTC");
    let row = &report.trade.as_ref().expect("it is there").timeline[0];
    says(timeline, row.place.as_deref().expect("the first event has a place"));
    says(timeline, row.who.as_deref().expect("and a signer"));
}

#[test]
fn a_container_at_sea_shows_what_was_taken_back_and_what_is_expected() {
    let html = page("en-route", Lang::En);
    let timeline = section(&html, "timeline");
    for (standing, word) in [("retracted", "taken back"), ("estimated", "estimated")] {
        let rows: Vec<_> =
            timeline.split("<li ").filter(|row| row.contains(&format!("data-standing=\"{standing}\""))).collect();
        assert_eq!(rows.len(), 1, "{standing}");
        says(rows[0], word);
    }
    // The forecast stands apart, after the facts.
    assert!(timeline.rfind("data-standing=\"fact\"") < timeline.find("data-standing=\"estimated\""));
    // What was taken back leaves the state: it is on board still.
    in_order(section(&html, "at-a-glance"), &["Where is it?", "on board", "When?", "5 March 2026"]);
}

#[test]
fn a_long_timeline_is_folded_and_nothing_of_it_lost() {
    let mut report = report("receivable");
    let view = report.trade.as_mut().expect("it was replayed");
    let row = view.timeline[0].clone();
    for at in 0..40 {
        let mut more = row.clone();
        more.record = format!("MORE-{at}");
        view.timeline.push(more);
    }
    let rows = view.timeline.len();
    let html = verdict(report, Lang::En);
    let timeline = section(&html, "timeline");
    assert_eq!(timeline.matches("data-standing").count(), rows);
    says(timeline, &(rows - 12).to_string());
}

#[test]
fn a_broken_rule_is_open_with_places_expected_and_found() {
    let html = page("against-rules", Lang::En);
    let at = html.find("data-rule=\"R5\"").expect("the rule is there");
    let item = &html[at..at + html[at..].find("</dl>").expect("its breach")];
    assert!(item.contains("data-outcome=\"failed\"") && item.contains("data-weight=\"error\""), "{item}");
    in_order(item, &["Where", "RCV-2026-0044-4", "Expected", "Found"]);
    let folded = html.find("<details").and_then(|_| html[at..].find("data-rule=")).map(|next| at + next);
    assert!(folded.is_some(), "the others follow");
    says(&page("against-rules", Lang::Zh), "违反规则 R5");
}

#[test]
fn an_invoice_sold_twice_is_told_with_both_receivables_and_of_the_records_given_alone() {
    let html = page("sold-twice", Lang::En);
    let at = html.find("data-rule=\"R6\"").expect("the rule is there");
    let item = &html[at..at + html[at..].find("</li>").expect("its end")];
    assert!(item.contains("data-outcome=\"failed\""), "{item}");
    in_order(
        item,
        &[
            "among the records given",
            "financed twice (exactly): RCV-2026-0042 and RCV-2026-0046",
            "(similarly): RCV-2026-0042 and RCV-2026-0047",
        ],
    );
    says(section(&html, "at-a-glance"), "RCV-2026-0042");
}

#[test]
fn the_four_flows_stand_in_one_table_with_their_evidence() {
    let mut report = report("dossier");
    let view = report.trade.as_mut().expect("it was replayed");
    assert!(view.flows.len() >= 5, "{:#?}", view.flows);
    let evidence: Vec<String> =
        view.flows.iter().flat_map(|row| row.cells.iter().flatten()).map(|cell| cell.evidence.clone()).collect();
    assert!(evidence.len() >= 12 && evidence.iter().all(|evidence| !evidence.is_empty()), "{evidence:?}");
    view.flows.push(FlowRow {
        topic: Said::new("topic", "题目"),
        cells: vec![vec![]; 4],
        more: 17,
        rules: vec![("F4".into(), (plimsoll::proof::report::Outcome::Passed, Tone::Caution))],
    });
    let rows = view.flows.len();
    let html = verdict(report, Lang::En);
    let table = section(&html, "flows");
    in_order(table, &["Information", "Goods", "Money", "Business"]);
    evidence.iter().for_each(|evidence| says(table, evidence));
    assert_eq!(table.matches("scope=\"row\"").count(), rows);
    says(table, "17");
    assert_eq!(section(&page("receivable", Lang::En), "flows"), "", "no table for one thing alone");
}

/// Words that the records themselves bring: they stand in whatever language they were signed in.
fn own_words(proofs: &[Link]) -> HashSet<String> {
    let mut own = HashSet::new();
    for id in TOLD {
        let report = report(id);
        let data = serde_json::to_string(&(&report.record, &report.signer, &report.path)).expect("it writes");
        let view = report.trade.expect("it was replayed");
        let names = view
            .timeline
            .into_iter()
            .flat_map(|row| [row.record, row.who.unwrap_or_default(), row.place.unwrap_or_default()]);
        let parts = view.tree.into_iter().map(|row| row.reference);
        for text in names.chain(parts).chain([data]) {
            own.extend(words(&text));
        }
    }
    assert!(!proofs.is_empty());
    own
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts.filter(|word| word.len() > 3).map(str::to_owned).collect()
}

#[test]
fn the_chinese_of_what_was_replayed_is_whole() {
    let own = own_words(&links());
    let mut read = 0;
    for id in TOLD {
        let html = page(id, Lang::Zh);
        let sections = ["at-a-glance", "split", "timeline", "flows"].map(|name| section(&html, name));
        let rules = html.split("data-rule=").skip(1).map(|rule| &rule[..rule.find("<dl").unwrap_or(rule.len())]);
        for part in sections.into_iter().chain(rules) {
            for text in texts(part) {
                let text = text.replace("&amp;", "&");
                // Fields are named by their pointers, as records have them.
                let said: String = text.split(' ').filter(|word| !word.starts_with('/')).collect::<Vec<_>>().join(" ");
                let english = |word: &String| word.contains(|letter: char| letter.is_ascii_lowercase());
                let foreign: Vec<_> =
                    words(&said).into_iter().filter(|word| !own.contains(word) && english(word)).collect();
                assert!(foreign.is_empty(), "English on a Chinese page, {id}: {text:?}: {foreign:?}");
                read += 1;
            }
        }
    }
    assert!(read > 300, "{read} texts");
}

#[test]
fn what_was_left_aside_is_named_in_both_languages() {
    let mut report = report("receivable");
    report.left_aside = vec!["proof of PLMS0042-BL: not genuine".into(), "document a.pdf".into()];
    says(&verdict(report.clone(), Lang::En), "proof of PLMS0042-BL: not genuine; document a.pdf");
    says(&verdict(report, Lang::Zh), "证明 PLMS0042-BL（不真实）；文件 a.pdf");
}

/// What the facts of a broken rule and of its step say was expected and found, as the page shows them.
fn compared(html: &str) -> Vec<String> {
    let lists = html.split("<dl ").skip(1).map(|list| &list[..list.find("</dl>").expect("it ends")]);
    let weighing = lists.filter(|list| list[..list.find('>').expect("a tag")].contains("data-weight"));
    // Where it is comes first, by record and field.
    let breaches = weighing.flat_map(|list| list.split("<code>").skip(2));
    let steps = ["expected", "found"].map(|name| format!("<code data-problem=\"{name}\">"));
    let steps = steps.iter().flat_map(|opening| html.split(opening.as_str()).skip(1));
    breaches.chain(steps).map(|rest| rest[..rest.find("</code>").expect("it ends")].replace("&amp;", "&")).collect()
}

#[test]
fn what_a_broken_rule_expected_and_found_is_chinese_on_a_chinese_page() {
    let own = own_words(&links());
    let mut read = 0;
    for id in TOLD {
        let html = page(id, Lang::Zh);
        let breaches =
            report(id).trade.expect("it was replayed").rules.iter().map(|rule| rule.breaches.len()).sum::<usize>();
        let texts = compared(&html);
        assert!(texts.len() >= 2 * breaches, "{id}: {breaches} breaches: {texts:?}");
        for text in texts {
            let foreign =
                |word: &String| !own.contains(word) && word.contains(|letter: char| letter.is_ascii_lowercase());
            let foreign: Vec<String> = words(&text).into_iter().filter(foreign).collect();
            assert!(foreign.is_empty(), "English on a Chinese page, {id}: {text:?}: {foreign:?}");
            read += 1;
        }
    }
    assert!(read > 4, "{read} texts");
    // The step names the breach in the same words as the rule does; what leaves the page keeps its English.
    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| compared(&page("against-rules", lang)));
    let who = "Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.";
    assert_eq!((&zh[0], &en[0]), (&format!("{who} 的 RELEASE"), &format!("RELEASE by {who}")));
    assert_eq!((&zh[..2], &en[..2]), (&zh[4..], &en[4..]));
    let told = serde_json::to_value(report("against-rules")).expect("it writes");
    let breach = &told["trade"]["rules"][0]["breaches"][0];
    assert_eq!([&breach["expected"], &breach["expected_zh"]], [&en[0], &zh[0]]);
}
