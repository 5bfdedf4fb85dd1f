//! The four flows as a table: each cell what a record says, with where it says so, and what became of the rules that compare a row.

use crate::proof::report::Outcome;
use crate::proof::summary::Replayed;
use crate::proof::summary::rules::place;
use crate::proof::summary::shipment::{customs_said, status_said};
use crate::proof::trade_view::{FlowCell, FlowRow, Tone};
use crate::trade::action::RecordType;
use crate::trade::amount::Amount;
use crate::trade::codes;
use crate::trade::flows::invoices::InvoiceStage;
use crate::trade::flows::table::{self, Evidence, Item, Row, Topic, Value};
use crate::trade::replay::receivable::state::Stage;
use crate::trade::replay::shipment::bill::Status;
use crate::trade::replay::shipment::container::{Customs, Phase};
use crate::trade::rule::Severity;
use crate::trade::said::{Said, day, grouped, money};
use crate::trade::seen::Day;

/// The rows of the deal that the record in question belongs to; none where the records tell of one asset or one flow only.
pub(super) fn rows(replayed: &Replayed<'_>) -> Vec<FlowRow> {
    let assets = replayed.entries.iter().map(|entry| &entry.record.subject.reference);
    let mut assets: Vec<&String> = assets.collect();
    assets.sort_unstable();
    assets.dedup();
    if assets.len() < 2 {
        return Vec::new();
    }
    let dossier = replayed.dossier;
    let deal = dossier.deal_of(&replayed.entries[replayed.focus]);
    let table = deal.and_then(|deal| dossier.table(replayed.entries, deal));
    let rows: Vec<FlowRow> = table.map(|table| table.rows.iter().map(row).collect()).unwrap_or_default();
    let tells = |flow: usize| rows.iter().any(|row| row.cells.get(flow).is_some_and(|cell| !cell.is_empty()));
    if (0..table::Flow::ALL.len()).filter(|&flow| tells(flow)).count() < 2 { Vec::new() } else { rows }
}

fn row(row: &Row) -> FlowRow {
    let said = |(rule, outcome): &(crate::trade::rule::Rule, table::Outcome)| (rule.code(), word(*outcome));
    FlowRow {
        topic: topic_said(row.topic),
        cells: row.cells.iter().map(|cell| cell.items.iter().map(item).collect()).collect(),
        more: row.cells.iter().map(|cell| cell.more).sum(),
        rules: row.rules.iter().map(said).collect(),
    }
}

fn word(outcome: table::Outcome) -> (Outcome, Tone) {
    match outcome {
        table::Outcome::Held => (Outcome::Passed, Tone::Good),
        table::Outcome::NotChecked => (Outcome::NotChecked, Tone::Plain),
        table::Outcome::Broken(Severity::Error) => (Outcome::Failed, Tone::Bad),
        table::Outcome::Broken(Severity::Warning) => (Outcome::Passed, Tone::Caution),
        table::Outcome::Broken(Severity::Information) => (Outcome::Passed, Tone::Plain),
        // What breaks it stands in another row, which says so.
        table::Outcome::BrokenElsewhere(_) => (Outcome::NotChecked, Tone::Plain),
    }
}

fn item(item: &Item) -> FlowCell {
    let evidence = match &item.evidence {
        Evidence::Field(at) => place(at),
        Evidence::Replayed { asset } => asset.clone(),
    };
    FlowCell { value: value_said(&item.value), evidence }
}

fn value_said(value: &Value) -> Said {
    match value {
        Value::Text(text) => Said::same(text),
        Value::Quantity(text) => match text.split_once(' ') {
            Some((number, unit)) => Said::same(format!("{}\u{a0}{unit}", grouped(number))),
            None => Said::same(text),
        },
        Value::Amount(text) => Said::same(amount_said(text)),
        Value::Paid(text) => Said::new(format!("paid {}", amount_said(text)), format!("已付 {}", amount_said(text))),
        Value::Open(text) => Said::new(format!("open {}", amount_said(text)), format!("未付 {}", amount_said(text))),
        Value::Day(text) => Day::parse(text).map_or_else(|| Said::same(text), day),
        Value::Code(list, code) => code_said(list, code),
        Value::Withheld => Said::new("withheld", "未披露"),
    }
}

fn amount_said(text: &str) -> String {
    let parsed = text.split_once(' ').and_then(|(value, currency)| Amount::parse(value, currency).ok());
    parsed.map_or_else(|| text.to_owned(), |amount| money(&amount))
}

fn code_said(list: &str, code: &str) -> Said {
    let action =
        |record_type: RecordType| record_type.action(code).map(|action| Said::new(action.words, action.words_zh));
    let known = match list {
        "phase" => PHASES.into_iter().find(|phase| phase.code() == code).map(Phase::words),
        "receivable-stage" => STAGES.into_iter().find(|stage| stage.code() == code).map(Stage::words),
        "transportDocumentStatus" => STATUSES.into_iter().find(|status| status.code() == code).map(status_said),
        "customs" => CUSTOMS.into_iter().find(|customs| customs.code() == code).map(customs_said),
        "invoice-stage" => INVOICE_STAGES.into_iter().find(|stage| stage.code() == code).map(invoice_said),
        "customs-action" => action(RecordType::Customs),
        "delivery-action" => action(RecordType::Delivery),
        "receivable-action" => action(RecordType::Receivable),
        field => {
            let meanings = codes::meaning(field, code).zip(codes::meaning_zh(field, code));
            meanings.map(|(english, chinese)| Said::new(format!("{english} ({code})"), format!("{chinese}（{code}）")))
        }
    };
    known.unwrap_or_else(|| Said::same(code.replace('-', " ")))
}

const PHASES: [Phase; 11] = [
    Phase::EmptyOut,
    Phase::Stuffed,
    Phase::InTerminal,
    Phase::OnBoard,
    Phase::Sailing,
    Phase::Arrived,
    Phase::Discharged,
    Phase::Released,
    Phase::OutOfTerminal,
    Phase::Delivered,
    Phase::EmptyReturned,
];

const STAGES: [Stage; 11] = [
    Stage::Applied,
    Stage::Accepted,
    Stage::Rejected,
    Stage::Confirmed,
    Stage::Presented,
    Stage::PartlyPaid,
    Stage::Defaulted,
    Stage::Subrogated,
    Stage::Settled,
    Stage::Split,
    Stage::Cancelled,
];

const CUSTOMS: [Customs; 4] = [Customs::Declared, Customs::Scan, Customs::Inspection, Customs::Released];

const INVOICE_STAGES: [InvoiceStage; 6] = [
    InvoiceStage::Issued,
    InvoiceStage::Accepted,
    InvoiceStage::UnderQuery,
    InvoiceStage::Rejected,
    InvoiceStage::Paid,
    InvoiceStage::Cancelled,
];

fn invoice_said(stage: InvoiceStage) -> Said {
    let (english, chinese) = match stage {
        InvoiceStage::Issued => ("issued", "已开票"),
        InvoiceStage::Accepted => ("accepted", "已接受"),
        InvoiceStage::UnderQuery => ("under query", "有疑问"),
        InvoiceStage::Rejected => ("rejected", "已拒绝"),
        InvoiceStage::Paid => ("paid", "已付款"),
        InvoiceStage::Cancelled => ("cancelled", "已取消"),
    };
    Said::new(english, chinese)
}

const STATUSES: [Status; 8] = [
    Status::Draft,
    Status::Approved,
    Status::Issued,
    Status::PendingSurrenderForAmendment,
    Status::SurrenderedForAmendment,
    Status::Voided,
    Status::PendingSurrenderForDelivery,
    Status::SurrenderedForDelivery,
];

fn topic_said(topic: Topic) -> Said {
    let (english, chinese) = match topic {
        Topic::Documents => ("Documents", "单据"),
        Topic::Seller => ("Seller and shipper", "卖方与托运人"),
        Topic::Buyer => ("Buyer and receiver", "买方与收货方"),
        Topic::Commodities => ("Goods", "货物"),
        Topic::Packages => ("Packages", "件数"),
        Topic::Weight => ("Weight", "重量"),
        Topic::Amount => ("Amount", "金额"),
        Topic::Issued => ("Issued", "签发"),
        Topic::Shipped => ("Shipped", "装运"),
        Topic::Due => ("Due", "到期"),
        Topic::Title => ("Title and claim", "物权与债权"),
        Topic::Financing => ("Financing", "融资"),
        Topic::FreightTerm => ("Delivery and freight term", "贸易与运费条款"),
        Topic::FreightCharges => ("Freight", "运费"),
        Topic::Customs => ("Customs", "海关"),
        Topic::Delivery => ("Delivery", "交付"),
        Topic::Payment => ("Payment", "付款"),
        Topic::Clearing => ("Clearing", "清算"),
    };
    Said::new(english, chinese)
}
