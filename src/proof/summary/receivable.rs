//! A receivable in answers: who owes, who holds, how much, until when, what could go wrong.

use crate::proof::summary::rules::broken_notes;
use crate::proof::summary::timeline;
use crate::proof::summary::{Replayed, namesake, note, party_said, unseen};
use crate::proof::trade_view::{AnswerView, Tone, TradeView, TreeRow};
use crate::trade::record::Subject;
use crate::trade::replay::receivable::claims::{Likeness, claimants};
use crate::trade::replay::receivable::life::Life;
use crate::trade::replay::receivable::profile::Reconfirmation;
use crate::trade::replay::receivable::state::{Receivable, Stage};
use crate::trade::replay::receivable::tree::{draw, root_of};
use crate::trade::said::{Said, day, money};

/// Most rows of a tree that are told.
const MAX_TREE: usize = 1_000;

/// An amount of a receivable, in its currency.
pub(super) fn amount_of(state: &Receivable, minor_units: i128) -> Option<String> {
    state.owed().map(|owed| money(&owed.of_same_currency(minor_units)))
}

/// Tells a receivable.
pub(super) fn tell(replayed: &Replayed<'_>, subject: &Subject) -> TradeView {
    let lives = &replayed.dossier.receivables.lives;
    let reference = &subject.reference;
    let Some(life) = lives.lives.iter().find(|life| life.history.subject == *subject) else {
        return TradeView::default();
    };
    let Some(state) = &life.state else {
        let state = Said::new(
            format!("Receivable {reference}: its first record is not shown, so its state is not known"),
            format!("应收账款 {reference}：未出示其首条记录，状态不明"),
        );
        return TradeView { state, ..TradeView::default() };
    };
    let stage = state.stage.words();
    let pledged = if state.pledge.is_some() { Said::new(", pledged", "，已质押") } else { Said::default() };
    TradeView {
        state: Said::new(
            format!("Receivable {reference}: {}{}", stage.en, pledged.en),
            format!("应收账款 {reference}：{}{}", stage.zh, pledged.zh),
        ),
        answers: vec![
            owes(state),
            holds(state),
            how_much(replayed, state),
            until_when(replayed, state),
            wrong(replayed, life, state),
        ],
        timeline: timeline::of_receivable(replayed, life, state),
        tree: tree(replayed, reference),
        ..TradeView::default()
    }
}

fn owes(state: &Receivable) -> AnswerView {
    let mut notes = Vec::new();
    match state.stage {
        _ if state.origin_unseen => notes.push(note(
            Tone::Caution,
            "Whether he accepted to pay is not seen: the records of what it was split from are not all shown.",
            "是否承兑无从得知：未完整出示其拆分来源的记录。",
        )),
        Stage::Applied => notes.push(note(Tone::Caution, "Has not accepted to pay.", "尚未承兑。")),
        Stage::Rejected => notes.push(note(Tone::Bad, "Refused to pay.", "已拒绝承兑。")),
        Stage::Settled => notes.push(note(Tone::Good, "Has paid in full.", "已全部付清。")),
        _ if state.merged => {
            notes.push(note(Tone::Caution, "Holds it himself: nothing is owed any more.", "自己持有：债务已消灭。"))
        }
        _ => notes.push(note(Tone::Plain, "Accepted to pay.", "已承兑。")),
    }
    for confirmation in &state.confirmations {
        let who = confirmation.confirmer.called().unwrap_or_default();
        let (en, zh) = match confirmation.rank {
            0 | 1 => (format!("{who} pays if the debtor does not."), format!("如承兑人不付，由 {who} 保兑付款。")),
            rank => (
                format!("{who} stands behind confirmer {}.", rank - 1),
                format!("{who} 为第 {} 保兑人再保兑。", rank - 1),
            ),
        };
        notes.push(note(Tone::Good, en, zh));
    }
    AnswerView { question: Said::new("Who owes?", "谁欠款？"), answer: party_said(&state.acceptor), notes }
}

fn holds(state: &Receivable) -> AnswerView {
    let mut notes = Vec::new();
    match state.transfers {
        0 => notes.push(note(Tone::Plain, "Never transferred.", "从未转让。")),
        1 => notes.push(note(Tone::Plain, "Transferred once.", "转让过一次。")),
        times => notes.push(note(Tone::Plain, format!("Transferred {times} times."), format!("转让过 {times} 次。"))),
    }
    if let Some(pledge) = &state.pledge {
        let (who, for_how_much) = (party_said(&pledge.pledgee), pledge.secured.map(|amount| money(&amount)));
        let registered = pledge.registration.as_deref();
        let en = [
            format!("Pledged to {}", who.en),
            for_how_much.as_ref().map(|amount| format!(" for {amount}")).unwrap_or_default(),
            registered.map(|number| format!(", registered as {number}")).unwrap_or_default(),
            ".".to_owned(),
        ];
        let zh = [
            format!("已质押给 {}", who.zh),
            for_how_much.map(|amount| format!("，担保金额 {amount}")).unwrap_or_default(),
            registered.map(|number| format!("，登记号 {number}")).unwrap_or_default(),
            "。".to_owned(),
        ];
        notes.push(note(Tone::Caution, en.concat(), zh.concat()));
    }
    if state.stage == Stage::Split {
        let parts = state.parts.len();
        notes.push(note(
            Tone::Caution,
            format!("Closed: it lives on in {parts} parts."),
            format!("已注销：拆分为 {parts} 份存续。"),
        ));
    }
    AnswerView { question: Said::new("Who holds it?", "谁持有？"), answer: party_said(&state.holder), notes }
}

/// What is open of it, and of the parts that it lives on in.
fn open_in_all(replayed: &Replayed<'_>, state: &Receivable) -> Option<String> {
    let minor_units = match state.stage {
        Stage::Split => {
            let tree = draw(&replayed.dossier.receivables.lives, &state.reference);
            tree.nodes.iter().map(|node| node.outstanding).sum::<Option<i128>>()?
        }
        _ => state.outstanding()?,
    };
    amount_of(state, minor_units)
}

fn how_much(replayed: &Replayed<'_>, state: &Receivable) -> AnswerView {
    let answer = match (open_in_all(replayed, state), state.owed()) {
        (Some(open), _) => Said::same(open),
        (None, Some(owed)) => Said::same(money(&owed)),
        (None, None) => unseen(),
    };
    let mut notes = Vec::new();
    if let Some(face) = state.face {
        notes.push(note(Tone::Plain, format!("Face amount {}.", money(&face)), format!("票面金额 {}。", money(&face))));
    }
    if let (Some(accepted), Some(face)) = (state.accepted, state.face)
        && accepted != face
    {
        notes.push(note(
            Tone::Caution,
            format!("Accepted for {}.", money(&accepted)),
            format!("承兑金额 {}。", money(&accepted)),
        ));
    }
    match state.paid {
        Some(0) => {}
        Some(paid) => {
            let paid = amount_of(state, paid).unwrap_or_default();
            notes.push(note(Tone::Plain, format!("Paid so far: {paid}."), format!("已付：{paid}。")));
        }
        None => notes.push(note(Tone::Caution, "A payment’s amount is withheld.", "有一笔付款金额未披露。")),
    }
    for financing in &state.financings {
        let (who, amount) =
            (party_said(&financing.financier), financing.amount.map(|amount| money(&amount)).unwrap_or_default());
        notes.push(note(
            Tone::Caution,
            format!("{} financed {amount}.", who.en),
            format!("{} 已融资 {amount}。", who.zh),
        ));
    }
    AnswerView { question: Said::new("How much is open?", "尚欠多少？"), answer, notes }
}

fn until_when(replayed: &Replayed<'_>, state: &Receivable) -> AnswerView {
    let answer = state.maturity.map_or_else(unseen, day);
    let mut notes = Vec::new();
    if let Some(issued) = state.issue_date.map(day) {
        notes.push(note(Tone::Plain, format!("Issued on {}.", issued.en), format!("签发于 {}。", issued.zh)));
    }
    if let (Some(as_of), Some(maturity)) = (replayed.as_of, state.maturity)
        && !state.stage.is_closed()
    {
        let today = day(as_of);
        let days = maturity.0 - as_of.0;
        match days {
            0.. => notes.push(note(
                Tone::Plain,
                format!("{days} days to go on {}, the date of the newest block.", today.en),
                format!("以最新区块日期 {} 计，还有 {days} 天。", today.zh),
            )),
            _ => notes.push(note(
                Tone::Caution,
                format!("The due date was {} days before {}, the date of the newest block.", -days, today.en),
                format!("以最新区块日期 {} 计，已过到期日 {} 天。", today.zh, -days),
            )),
        }
    }
    AnswerView { question: Said::new("Until when?", "何时到期？"), answer, notes }
}

fn wrong(replayed: &Replayed<'_>, life: &Life, state: &Receivable) -> AnswerView {
    let mut notes = broken_notes(replayed.sheet);
    if !life.history.forks.is_empty() {
        notes.push(note(
            Tone::Bad,
            "Its history forks: somebody signed two records after the same one.",
            "历史出现分叉：有人在同一条记录之后签署了两条。",
        ));
    }
    if let Some(record) = &state.disputed {
        notes.push(note(
            Tone::Bad,
            format!("The debtor disputes it ({record})."),
            format!("承兑人提出争议（{record}）。"),
        ));
    }
    if state.stage == Stage::Defaulted {
        notes.push(note(Tone::Bad, "Overdue, and not paid.", "已逾期，尚未付款。"));
    }
    for duplicate in &replayed.dossier.receivables.duplicates {
        let [one, other] = &duplicate.receivables;
        let (tone, en, zh) = match (duplicate.likeness, duplicate.financed) {
            (Likeness::Exact, true) => (
                Tone::Bad,
                "is financed twice (exact: the same parties, number, date and total)",
                "被重复融资（完全相符：当事方、号码、日期、金额均相同）",
            ),
            (Likeness::Exact, false) => (
                Tone::Bad,
                "stands behind two receivables (exact: the same parties, number, date and total)",
                "对应两笔应收账款（完全相符：当事方、号码、日期、金额均相同）",
            ),
            (Likeness::Similar, _) => (
                Tone::Caution,
                "may stand behind two receivables (similar, not the same)",
                "可能对应两笔应收账款（相似，不相同）",
            ),
        };
        notes.push(note(
            tone,
            format!("Invoice {} {en}: {one} and {other}.", duplicate.invoice),
            format!("发票 {} {zh}：{one} 与 {other}。", duplicate.invoice),
        ));
    }
    if !state.stage.is_closed() && !state.merged {
        if state.confirmations.is_empty() && state.stage != Stage::Applied && !state.origin_unseen {
            notes.push(note(Tone::Caution, "Nobody stands behind the debtor.", "承兑人之外无人保兑。"));
        }
        if state.confirmations.len() > 1 && life.profile.reconfirmation == Reconfirmation::BehindConfirmer {
            notes.push(note(
                Tone::Plain,
                "The second confirmer pays only when the first does not: our reading, since no law defines it.",
                "第一保兑人不付时才由再保兑人付款：此为本页的理解，法律并无定义。",
            ));
        }
        let claims = claimants(replayed.entries, life);
        if claims.len() > 1 {
            let listed: Vec<&str> = claims.iter().map(|claim| claim.name.as_str()).collect();
            notes.push(note(
                Tone::Caution,
                format!("Several may claim it, in this order: {}.", listed.join(", ")),
                format!("多方可能主张权利，顺位为：{}。", listed.join("、")),
            ));
        }
        notes.push(note(
            Tone::Caution,
            "Only the records handed in are seen: a later record, or another receivable on the same invoice, would not show here.",
            "这里只看得到所提供的记录：之后的记录或同一发票上的其他应收账款不会显示。",
        ));
    }
    notes.extend(namesake(replayed));
    let worst = notes.iter().map(|note| note.tone).max();
    let answer = match worst {
        Some(Tone::Bad) => Said::new("Something is wrong", "有问题"),
        Some(Tone::Caution) => Said::new("Nothing wrong in what is shown; mind this", "所示记录未见问题；请注意"),
        _ => Said::new("Nothing that these records show", "所示记录未见风险"),
    };
    AnswerView { question: Said::new("What could go wrong?", "有何风险？"), answer, notes }
}

fn tree(replayed: &Replayed<'_>, reference: &str) -> Vec<TreeRow> {
    let lives = &replayed.dossier.receivables.lives;
    let tree = draw(lives, root_of(lives, reference));
    if tree.nodes.len() < 2 {
        return Vec::new();
    }
    let in_currency = |minor: Option<i128>, root: Option<&Receivable>| amount_of(root?, minor?);
    let root = lives.state(&tree.nodes[0].reference);
    let row = |node: &crate::trade::replay::receivable::tree::Node| TreeRow {
        depth: node.depth as u64,
        reference: node.reference.clone(),
        amount: node.amount.map(|amount| money(&amount)),
        stage: node.stage.map_or_else(|| Said::new("its records are not shown", "未出示其记录"), Stage::words),
        holder: node.holder.clone(),
        paid: in_currency(node.paid.filter(|paid| *paid != 0), root),
        // What was split is open in its parts.
        open: in_currency(node.outstanding.filter(|_| node.stage != Some(Stage::Split)), root),
    };
    tree.nodes.iter().take(MAX_TREE).map(row).collect()
}
