//! A clearing round in answers: who settles, how much, what netting saves, and what is wrong.

use crate::proof::summary::rules::broken_notes;
use crate::proof::summary::{Replayed, namesake, note, unseen};
use crate::proof::trade_view::{AnswerView, NoteView, Tone, TradeView};
use crate::trade::amount::Amount;
use crate::trade::record::Subject;
use crate::trade::replay::clearing::savings::{Costs, Savings, Way};
use crate::trade::replay::clearing::{Round, Stage};
use crate::trade::said::{Said, money};

/// Tells a round.
pub(super) fn tell(replayed: &Replayed<'_>, subject: &Subject) -> TradeView {
    let clearings = &replayed.dossier.clearings;
    let Some(round) = clearings.rounds.iter().find(|round| round.asset == *subject) else {
        return TradeView::default();
    };
    let reference = &round.reference;
    let stage = match round.stage {
        Some(Stage::Open) => Said::new("open", "已开启"),
        Some(Stage::Netted) => Said::new("netted", "已轧差"),
        Some(Stage::Settled) => Said::new("settled", "已结算"),
        None => unseen(),
    };
    let centre = round.centre.map_or_else(unseen, |at| Said::same(clearings.parties.called(at)));
    TradeView {
        state: Said::new(
            format!("Clearing round {reference}: {}", stage.en),
            format!("清算轮次 {reference}：{}", stage.zh),
        ),
        answers: vec![
            AnswerView { question: Said::new("Who clears?", "谁清算？"), answer: centre, notes: members(round) },
            positions(replayed, round),
            saved(round),
            wrong(replayed),
        ],
        ..TradeView::default()
    }
}

fn members(round: &Round) -> Vec<NoteView> {
    let (members, obligations) = (round.members.shown.len(), round.obligations.shown.len());
    let mut notes = vec![note(
        Tone::Plain,
        format!("{members} participants, {obligations} obligations shown."),
        format!("所示 {members} 个参与方，{obligations} 项债务。"),
    )];
    if !(round.members.whole && round.obligations.whole) {
        notes.push(note(Tone::Caution, "Some are withheld.", "部分未披露。"));
    }
    notes
}

fn positions(replayed: &Replayed<'_>, round: &Round) -> AnswerView {
    let parties = &replayed.dossier.clearings.parties;
    let notes = round.computed.iter().take(24).map(|position| {
        let (who, amount) = (Said::same(parties.called(position.party)), money(&position.amount));
        note(Tone::Plain, format!("{}: {amount}", who.en), format!("{}：{amount}", who.zh))
    });
    AnswerView {
        question: Said::new("What does each owe or get?", "各方应付应收多少？"),
        answer: Said::new("Net positions, computed here", "净头寸（由本页计算）"),
        notes: notes.collect(),
    }
}

fn saved(round: &Round) -> AnswerView {
    let mut notes = Vec::new();
    for savings in &round.savings {
        let Savings { gross, bilateral, multilateral, .. } = savings;
        for (way, en, zh) in [
            (gross, "one by one", "逐笔"),
            (bilateral, "netted between each two", "双边轧差"),
            (multilateral, "netted among all", "多边轧差"),
        ] {
            notes.push(way_note(way, en, zh));
        }
        if let (Some(without), Some(with)) = (savings.days_without, savings.days_with) {
            let days = format!("{}.{}", without / 10, without % 10);
            notes.push(note(
                Tone::Plain,
                format!("{}: settled after {with} days instead of {days} on average.", savings.currency),
                format!("{}：{with} 天结清，逐笔平均 {days} 天。", savings.currency),
            ));
        }
    }
    let costs = Costs::default();
    let used = |price: &&Amount| round.savings.iter().any(|savings| savings.currency == price.currency());
    let prices: Vec<String> = costs.per_payment.iter().filter(used).map(money).collect();
    notes.push(note(
        Tone::Plain,
        format!(
            "Costs at {} a payment and {} % a year: stated here, not in the records.",
            prices.join(", "),
            costs.rate.units
        ),
        format!("费用按每笔 {}、年利率 {}% 计：由本页假定，非记录所载。", prices.join("、"), costs.rate.units),
    ));
    let answer = match round.savings.first() {
        Some(savings) => {
            let (before, after) = (savings.gross.payments, savings.multilateral.payments);
            Said::new(format!("{before} payments become {after}"), format!("{before} 笔付款减为 {after} 笔"))
        }
        None => unseen(),
    };
    AnswerView { question: Said::new("What does it save?", "节省多少？"), answer, notes }
}

fn way_note(way: &Way, en: &str, zh: &str) -> NoteView {
    let (count, value) = (way.payments, money(&way.value));
    let cost = way.cost.as_ref().map(money);
    let (cost_en, cost_zh) = match &cost {
        Some(cost) => (format!(", cost {cost}"), format!("，费用 {cost}")),
        None => Default::default(),
    };
    note(
        Tone::Plain,
        format!("{en}: {count} payments, {value} moved{cost_en}"),
        format!("{zh}：{count} 笔，移动 {value}{cost_zh}"),
    )
}

fn wrong(replayed: &Replayed<'_>) -> AnswerView {
    let mut notes = broken_notes(replayed.sheet);
    for twice in &replayed.dossier.clearings.twice {
        notes.push(note(
            Tone::Bad,
            format!("Receivable {} is cleared twice.", twice.receivable),
            format!("应收账款 {} 被清算两次。", twice.receivable),
        ));
    }
    let answer = match notes.is_empty() {
        true => Said::new("Nothing that these records show", "所示记录未见问题"),
        false => Said::new("Something is wrong", "有问题"),
    };
    notes.extend(namesake(replayed));
    AnswerView { question: Said::new("What is wrong?", "有何问题？"), answer, notes }
}
