//! A shipment in answers: where is it, when, whose is it, may it leave?

use crate::proof::summary::rules::broken_notes;
use crate::proof::summary::{Replayed, namesake, note, party_said, unseen};
use crate::proof::trade_view::{AnswerView, EventStanding, NoteView, TimelineRow, Tone, TradeView};
use crate::trade::codes;
use crate::trade::record::Subject;
use crate::trade::replay::shipment::answers::{Answers, Clearance};
use crate::trade::replay::shipment::bill::{Bill, Status};
use crate::trade::replay::shipment::container::{Container, Customs, Phase};
use crate::trade::replay::shipment::event::{Classifier, Location, Moment};
use crate::trade::replay::shipment::timeline::{Change, Row, Timeline};
use crate::trade::said::{Said, day};
use crate::trade::seen::Day;

/// Most rows of a timeline.
const MAX_ROWS: usize = 2_000;

/// Most forecasts that are told among the answers.
const EXPECTED: usize = 3;

/// Tells the container or the bill that the record in question speaks of.
pub(super) fn tell(replayed: &Replayed<'_>, subject: &Subject) -> TradeView {
    let shipment = &replayed.dossier.shipment;
    if subject.scheme == "equipment" {
        let Some(container) = shipment.containers.iter().find(|own| own.reference == subject.reference) else {
            return TradeView::default();
        };
        return of_container(replayed, container, &shipment.of_container(container));
    }
    match shipment.bills.iter().find(|bill| bill.asset == *subject) {
        Some(bill) => of_bill(replayed, bill, &shipment.of_bill(bill)),
        None => TradeView::default(),
    }
}

fn of_container(replayed: &Replayed<'_>, container: &Container, answers: &Answers) -> TradeView {
    let phase = answers.phase.map_or_else(unseen, Phase::words);
    let reference = &container.reference;
    let mut place = place_notes(container.vessel.as_ref().map(ToString::to_string), answers);
    if !container.seals.is_empty() {
        let seals = container.seals.join(", ");
        place.push(note(Tone::Plain, format!("Sealed with {seals}."), format!("封号：{seals}。")));
    }
    if !container.whole {
        place.push(note(Tone::Caution, "Records of this container are missing.", "该箱的记录不全。"));
    }
    TradeView {
        state: Said::new(format!("Container {reference}: {}", phase.en), format!("集装箱 {reference}：{}", phase.zh)),
        answers: questions(replayed, answers, phase, place, Told { bill: None, timeline: &container.timeline }),
        timeline: rows(replayed, &container.timeline),
        ..TradeView::default()
    }
}

fn of_bill(replayed: &Replayed<'_>, bill: &Bill, answers: &Answers) -> TradeView {
    let (en, zh) = match bill.kind.as_deref() {
        Some("SWB") => ("Sea waybill", "海运单"),
        _ => ("Bill of lading", "提单"),
    };
    let status =
        bill.status.map_or_else(|| Said::new("not issued in what is shown", "所示记录中尚未签发"), status_said);
    let where_said = match answers.phase {
        Some(phase) => phase.words(),
        None if answers.location.is_unknown() => Said::new("not told by these records", "所示记录未载明"),
        None => Said::default(),
    };
    let mut place = place_notes(bill.vessels.first().map(ToString::to_string), answers);
    let (from, to) = (location(&bill.port_of_loading), location(&bill.port_of_discharge));
    if let (Some(from), Some(to)) = (&from, &to) {
        place.push(note(Tone::Plain, format!("From {from} to {to}."), format!("自 {from} 至 {to}。")));
    }
    if !bill.containers.is_empty() {
        let listed: Vec<&str> = bill.containers.iter().map(String::as_str).collect();
        place.push(note(
            Tone::Plain,
            format!("Containers: {}.", listed.join(", ")),
            format!("集装箱：{}。", listed.join("、")),
        ));
    }
    TradeView {
        state: Said::new(
            format!("{en} {}: {}", bill.reference, status.en),
            format!("{zh} {}：{}", bill.reference, status.zh),
        ),
        answers: questions(replayed, answers, where_said, place, Told { bill: Some(bill), timeline: &bill.timeline }),
        timeline: rows(replayed, &bill.timeline),
        ..TradeView::default()
    }
}

/// What is told of.
#[derive(Clone, Copy)]
struct Told<'a> {
    /// The bill; none for a container.
    bill: Option<&'a Bill>,
    /// What happened to it.
    timeline: &'a Timeline,
}

fn questions(
    replayed: &Replayed<'_>,
    answers: &Answers,
    phase: Said,
    place: Vec<NoteView>,
    told: Told<'_>,
) -> Vec<AnswerView> {
    let at = location(&answers.location);
    let located = match (&at, phase.en.is_empty()) {
        (Some(at), true) => Said::same(at),
        (Some(at), false) => Said::new(format!("{at}, {}", phase.en), format!("{at}，{}", phase.zh)),
        (None, _) => phase,
    };
    let mut whose = whose(answers, told.bill);
    // A container's number is its own, wherever it is told of; a bill's may be another's too.
    whose.notes.extend(told.bill.and_then(|_| namesake(replayed)));
    vec![
        AnswerView { question: Said::new("Where is it?", "货在哪里？"), answer: located, notes: place },
        when(replayed, answers, told),
        whose,
        released(replayed, answers),
    ]
}

fn place_notes(vessel: Option<String>, answers: &Answers) -> Vec<NoteView> {
    let mut notes = Vec::new();
    if answers.delivered {
        notes.push(note(Tone::Good, "Delivered.", "已交付。"));
    }
    if let Some(vessel) = vessel {
        notes.push(note(Tone::Plain, format!("Vessel {vessel}."), format!("船名航次：{vessel}。")));
    }
    notes
}

/// Forecasts that nothing since has overtaken.
fn expected(replayed: &Replayed<'_>, timeline: &Timeline) -> Vec<NoteView> {
    let told = |row: &Row| {
        let action = replayed.entries[row.entry].record.action;
        let on = Day::written(&row.time.written).map_or_else(|| Said::same(&row.time.written), day);
        let (en, zh) = match row.classifier {
            Classifier::Planned => ("planned", "计划"),
            Classifier::Requested => ("requested", "要求"),
            Classifier::Estimated => ("estimated", "预计"),
            Classifier::Actual | Classifier::Unknown => ("said", "所载"),
        };
        let place = location(&row.location).map(|place| format!(" ({place})")).unwrap_or_default();
        note(
            Tone::Plain,
            format!("Next: {}, {en} for {}{place}.", action.words, on.en),
            format!("下一步：{}，{zh} {}{place}。", action.words_zh, on.zh),
        )
    };
    timeline.pending().take(EXPECTED).map(told).collect()
}

fn when(replayed: &Replayed<'_>, answers: &Answers, Told { bill, timeline }: Told<'_>) -> AnswerView {
    let written = |moment: &Moment| Day::written(&moment.written).map_or_else(|| Said::same(&moment.written), day);
    let answer = answers.since.as_ref().map_or_else(unseen, |since| {
        let on = written(since);
        Said::new(format!("since {}", on.en), format!("自 {}", on.zh))
    });
    let mut notes = expected(replayed, timeline);
    if let Some(on_board) = bill.and_then(|bill| bill.on_board).map(day) {
        notes.push(note(
            Tone::Plain,
            format!("Shipped on board on {}.", on_board.en),
            format!("装船日期 {}。", on_board.zh),
        ));
    }
    if let Some(issued) = bill.and_then(|bill| bill.issued).map(day) {
        notes.push(note(Tone::Plain, format!("Issued on {}.", issued.en), format!("签发日期 {}。", issued.zh)));
    }
    if let Some(as_of) = replayed.as_of.map(day) {
        notes.push(note(
            Tone::Plain,
            format!("As of {}, the date of the newest block.", as_of.en),
            format!("截至最新区块日期 {}。", as_of.zh),
        ));
    }
    AnswerView { question: Said::new("When?", "何时？"), answer, notes }
}

fn whose(answers: &Answers, bill: Option<&Bill>) -> AnswerView {
    let mut notes = Vec::new();
    if let Some(bill) = bill {
        for (en, zh, party) in [
            ("Shipper", "托运人", &bill.shipper),
            ("Consignee", "收货人", &bill.consignee),
            ("To the order of", "凭指示方", &bill.endorsee),
            ("Carrier", "承运人", &bill.carrier),
        ] {
            if let Some(name) = party.called() {
                notes.push(note(Tone::Plain, format!("{en}: {name}"), format!("{zh}：{name}")));
            }
        }
        match bill.negotiable {
            Some(true) => notes.push(note(
                Tone::Plain,
                "To order: whoever holds it may claim the goods.",
                "指示提单：持有人可提货。",
            )),
            Some(false) => {
                notes.push(note(Tone::Plain, "Not to order: the consignee claims the goods.", "记名提单：收货人提货。"))
            }
            None => {}
        }
        if bill.known_by_name {
            notes.push(note(Tone::Caution, "Some parties are compared by name only.", "部分当事方仅按名称核对。"));
        }
        if let Some(before) = bill.surrendering.as_ref().and_then(crate::trade::replay::identity::Identity::called) {
            notes.push(note(
                Tone::Caution,
                format!("{before} gave it back; the carrier has not answered."),
                format!("{before} 已交回，承运人尚未答复。"),
            ));
        }
    }
    // Of a bill that is not to order nobody is the holder: the consignee named in it has the goods.
    let named = bill.filter(|bill| bill.negotiable == Some(false)).map(|bill| &bill.consignee);
    let answer = match (answers.possessor.called(), named.filter(|party| party.called().is_some())) {
        (Some(_), _) => party_said(&answers.possessor),
        (None, Some(consignee)) => party_said(consignee),
        (None, None) => Said::new("not told by these records", "所示记录未载明"),
    };
    AnswerView { question: Said::new("Whose is it?", "归谁？"), answer, notes }
}

fn released(replayed: &Replayed<'_>, answers: &Answers) -> AnswerView {
    let mut notes = Vec::new();
    let customs = match answers.customs {
        Clearance::Done => note(Tone::Good, "Released by customs.", "海关已放行。"),
        Clearance::Open => {
            note(Tone::Caution, "Not released by customs, as far as these records go.", "所示记录中海关尚未放行。")
        }
        Clearance::NotAsked => note(Tone::Plain, "No customs release is asked for.", "无需海关放行。"),
        Clearance::Unknown => {
            note(Tone::Caution, "What customs say is not among these records.", "所示记录中没有海关信息。")
        }
    };
    let surrender = match answers.surrendered {
        Clearance::Done => note(Tone::Good, "The carrier took the bill back.", "承运人已收回提单。"),
        Clearance::Open => {
            note(Tone::Caution, "The bill has not been given back: goods must not leave.", "提单尚未交回：不得提货。")
        }
        Clearance::NotAsked => note(Tone::Plain, "No bill need be given back.", "无需交回提单。"),
        Clearance::Unknown => note(
            Tone::Caution,
            "Whether a bill must be given back is not among these records.",
            "所示记录未载明是否须交回提单。",
        ),
    };
    let done = |clearance| matches!(clearance, Clearance::Done | Clearance::NotAsked);
    let answer = match (answers.customs, answers.surrendered) {
        (customs, surrendered) if done(customs) && done(surrendered) => Said::new("Released", "已放行"),
        (Clearance::Open, _) | (_, Clearance::Open) => Said::new("Not released", "未放行"),
        _ => Said::new("Not told by these records", "所示记录未载明"),
    };
    notes.extend([customs, surrender]);
    notes.extend(broken_notes(replayed.sheet));
    AnswerView { question: Said::new("Released?", "是否放行？"), answer, notes }
}

/// A status in words.
pub(super) fn status_said(status: Status) -> Said {
    match status {
        Status::Draft => Said::new("a draft", "草稿"),
        Status::Approved => Said::new("draft approved", "草稿已确认"),
        Status::Issued => Said::new("issued", "已签发"),
        Status::PendingSurrenderForAmendment => Said::new("given back to be amended, not answered", "申请交回修改"),
        Status::SurrenderedForAmendment => Said::new("given back to be amended", "已交回修改"),
        Status::Voided => Said::new("void", "已作废"),
        Status::PendingSurrenderForDelivery => Said::new("given back for delivery, not answered", "申请交回提货"),
        Status::SurrenderedForDelivery => Said::new("given back for delivery", "已交回提货"),
    }
}

/// A place: name, UN/LOCODE, kind of facility.
fn location(location: &Location) -> Option<String> {
    let parts: Vec<&str> =
        [&location.name, &location.un_location, &location.facility].into_iter().flatten().map(String::as_str).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn rows(replayed: &Replayed<'_>, timeline: &Timeline) -> Vec<TimelineRow> {
    timeline.facts.iter().chain(&timeline.forecasts).take(MAX_ROWS).map(|row| told(replayed, row)).collect()
}

fn told(replayed: &Replayed<'_>, row: &Row) -> TimelineRow {
    let standing = match (row.is_retracted(), row.classifier) {
        (true, _) => EventStanding::Retracted,
        (_, Classifier::Planned | Classifier::Requested) => EventStanding::Planned,
        (_, Classifier::Estimated) => EventStanding::Estimated,
        (_, Classifier::Actual | Classifier::Unknown) => EventStanding::Fact,
    };
    let record = replayed.entries[row.entry].record;
    TimelineRow {
        record: row.record.clone(),
        at: row.time.written.clone(),
        what: Said::new(record.action.words, record.action.words_zh),
        code: row.action.to_owned(),
        place: location(&row.location).map(|place| match facility(&row.location) {
            Some(facility) => format!("{place} ({facility})"),
            None => place,
        }),
        who: row.actor.clone(),
        after: row.change.as_ref().map(change_said).unwrap_or_default(),
        standing,
        focus: row.entry == replayed.focus,
    }
}

/// The kind of facility by its code: it reads the same in every language.
fn facility(location: &Location) -> Option<&str> {
    location.facility_type.as_deref().filter(|code| codes::meaning("facilityTypeCode", code).is_some())
}

pub(super) fn customs_said(customs: Customs) -> Said {
    let (english, chinese) = match customs {
        Customs::Silent => ("customs have said nothing", "海关尚无消息"),
        Customs::Declared => ("declared to customs", "已向海关申报"),
        Customs::Scan => ("selected by customs for a scan", "海关选定机检"),
        Customs::Inspection => ("selected by customs for inspection", "海关选定查验"),
        Customs::Released => ("released by customs", "海关已放行"),
    };
    Said::new(english, chinese)
}

fn change_said(change: &Change) -> Said {
    match change {
        Change::Phase(phase) => phase.words(),
        Change::Customs(customs) => customs_said(*customs),
        Change::Status(status) => status_said(*status),
        Change::Possessor(Some(name)) => Said::new(format!("held by {name}"), format!("持有人：{name}")),
        Change::Possessor(None) => Said::new("holder withheld", "持有人未披露"),
        // The same as the action's own words, which stand above it.
        Change::Booking(_) | Change::Instructions(_) => Said::default(),
        Change::Retracted(record) => Said::new(format!("takes back {record}"), format!("撤回 {record}")),
    }
}
