//! Reports to be drawn: one that holds, and the ways in which one may not.

use plimsoll::proof::report::{
    BlockView, ChainView, Conclusion, DocumentKind, DocumentView, InputKind, LineId, LineReport, Outcome, PathView,
    Problem, RegistryView, Report, SignerView, StepReport, Value, ValueKind,
};
use plimsoll::proof::step::StepId;
use plimsoll::time::UnixTime;
use plimsoll::trade::codes::{action_meaning, meaning_zh};
use plimsoll::trade::fields::label_zh;
use plimsoll::trade::view::{AmountView, FieldValue, FieldView, RecordView};

const HASH: &str = "3f2a9c0b7714de58a1b0c94e5d6677f08e1122334455667788990abbccddeeff";

fn value(label: &str, text: &str, kind: ValueKind) -> Value {
    Value { label: label.into(), text: text.into(), kind }
}

fn values(step: StepId) -> Vec<Value> {
    match step {
        StepId::LogInclusion => vec![
            value("record-hash", HASH, ValueKind::Hash),
            value("log-index", "16", ValueKind::Number),
            value("log-size", "42", ValueKind::Number),
        ],
        StepId::Depth => vec![value("confirmations", "9", ValueKind::Number)],
        StepId::EventMatchesRecord => vec![value("event-time", "2026-03-02T14:08:00Z", ValueKind::Time)],
        StepId::WitnessQuorum => vec![value("witnesses", "witness.example/one, witness.example/two", ValueKind::Text)],
        _ => vec![],
    }
}

/// A problem with everything in it.
pub fn problem(code: &str, field: &str, expected: &str, found: &str) -> Problem {
    Problem {
        code: code.into(),
        field: field.into(),
        expected: expected.into(),
        found: found.into(),
        detail: "digest not among those signed".into(),
    }
}

fn field(path: &str, level: u8, label: &str, value: FieldValue) -> FieldView {
    let name = path.rsplit('/').next().unwrap_or_default();
    let label_zh = label_zh(name).unwrap_or_default().into();
    let meaning_zh = match &value {
        FieldValue::Code { code, .. } if name == "actionCode" => action_meaning("receivable", code).map(|(_, zh)| zh),
        FieldValue::Code { code, .. } => meaning_zh(name, code),
        FieldValue::Quantity { unit, .. } => meaning_zh("unit", unit),
        _ => None,
    };
    let meaning_zh = meaning_zh.unwrap_or_default().into();
    let (path, name, label) = (path.into(), name.into(), label.into());
    FieldView { path, name, label, label_zh, level, value, meaning_zh, altered: false }
}

fn record() -> RecordView {
    let text = |text: &str| FieldValue::Text { text: text.into() };
    let code = |code: &str, meaning: &str| FieldValue::Code { code: code.into(), meaning: meaning.into() };
    let fields = vec![
        field("/recordType", 0, "record type", code("receivable", "receivable")),
        field("/recordId", 0, "record id", text("RCV-2026-0042-3")),
        field("/actionCode", 0, "action", code("CONFIRM", "payment confirmed by the bank")),
        field("/actionDateTime", 0, "date and time", FieldValue::Moment { text: "2026-03-02T22:10:00+08:00".into() }),
        field("/actor", 0, "signed by", FieldValue::Group { members: 3 }),
        field("/actor/partyName", 1, "name", text("Rhine & Maas Bank N.V.")),
        field("/actor/address", 1, "address", FieldValue::Group { members: 2 }),
        field("/actor/address/city", 2, "city", text("Rotterdam")),
        field("/actor/address/country", 2, "country", text("NL")),
        field("/body", 0, "terms", FieldValue::Group { members: 6 }),
        field(
            "/body/faceAmount",
            1,
            "face amount",
            FieldValue::Amount { value: "84300.00".into(), currency: "EUR".into() },
        ),
        field("/body/maturityDate", 1, "due date", FieldValue::Moment { text: "2026-08-29".into() }),
        field("/body/acceptor", 1, "debtor", text("Van der Meer Pompen B.V.")),
        field("/body/mode", 1, "kind of confirmation", code("ON_APPLICATION", "on application")),
        field("/body/undertaking", 1, "undertaking", FieldValue::Withheld),
        field(
            "/body/cargoGrossWeight",
            1,
            "gross weight",
            FieldValue::Quantity { value: "12400".into(), unit: "KGM".into() },
        ),
    ];
    RecordView {
        record_type: "receivable".into(),
        record_id: "RCV-2026-0042-3".into(),
        scheme: "receivable".into(),
        reference: "RCV-2026-0042".into(),
        sequence: 3,
        action_code: "CONFIRM".into(),
        action_words: "payment confirmed by the bank".into(),
        action_words_zh: "保兑：银行承诺付款".into(),
        action_date_time: "2026-03-02T22:10:00+08:00".into(),
        actor: Some("Rhine & Maas Bank N.V.".into()),
        recipient: Some("Ningbo Yonghe Pumps Co., Ltd.".into()),
        amount: Some(AmountView { value: "84300.00".into(), currency: "EUR".into() }),
        fields,
        withheld: 1,
    }
}

fn block(height: u32) -> BlockView {
    let hash = format!("{height:064x}");
    BlockView { height, hash, time: 1_772_460_600, median_time: Some(1_772_460_600 - 3_000) }
}

fn lines(outcome: impl Fn(StepId) -> Outcome, steps: &[StepId]) -> Vec<LineReport> {
    [LineId::Unchanged, LineId::Status, LineId::WhoSigned, LineId::MakesSense]
        .map(|line| {
            let own = steps.iter().filter(|step| step.line() == line);
            let steps: Vec<_> = own
                .map(|&step| StepReport { step, outcome: outcome(step), values: values(step), problem: None })
                .collect();
            let outcome = steps.iter().map(|step| step.outcome).min().unwrap_or(Outcome::NotChecked);
            LineReport { line, outcome, steps }
        })
        .into()
}

/// A receivable that holds, as far as this program checks.
pub fn genuine() -> Report {
    use StepId as S;
    let steps = [
        S::Disclosures,
        S::RecordSignature,
        S::EventMatchesRecord,
        S::LogInclusion,
        S::CheckpointSignature,
        S::WitnessQuorum,
        S::AnchorPayload,
        S::AnchorLineage,
        S::AnchorInBlock,
        S::BlockOnChain,
        S::Depth,
        S::Cadence,
        S::LatestState,
        S::RegistryKnown,
        S::PartyRegistered,
        S::EventSignature,
        S::TradeRules,
    ];
    let outcome = |step| match step {
        S::LatestState | S::TradeRules => Outcome::NotChecked,
        _ => Outcome::Passed,
    };
    Report {
        lines: lines(outcome, &steps),
        record: Some(record()),
        signer: Some(SignerView {
            key_id: "fkxnVfKxR0iLPvXu2S9rTU9WrOY1mBsRAEF6jT0cD5w".into(),
            algorithm: "EdDSA".into(),
            party_name: Some("Rhine & Maas Bank N.V.".into()),
            party_code: Some("LEI 5493001KJTIIGC8Y1R12".into()),
        }),
        registry: Some(RegistryView {
            name: "Yong–Maas Trade Registry".into(),
            policy_hash: HASH.chars().rev().collect(),
            log_origin: "log.yong-maas.example".into(),
            known: true,
            policy_text: "{}".into(),
        }),
        chain: Some(ChainView {
            network: "regtest".into(),
            block: Some(block(212)),
            tip: block(220),
            confirmations: 9,
            required: 6,
            work_above: "16".into(),
            strip: (212..=220).map(block).collect(),
            basis: "genesis".into(),
            unchecked_rules: vec![],
        }),
        path: Some(PathView {
            anchor_txid: HASH.into(),
            anchor_sequence: 4,
            log_size: 42,
            log_index: 16,
            log_root: "pGq4MH0yNQ4N8Xh8HqZzN4Vf9mQ0Wc9m3m3m3m3m3m0=".into(),
            leaf_hash: "qGq4MH0yNQ4N8Xh8HqZzN4Vf9mQ0Wc9m3m3m3m3m3m0=".into(),
            record_hash: HASH.into(),
        }),
        ..Report::empty(InputKind::ProofLink, Conclusion::GenuineNotProvenCurrent, UnixTime(1_795_000_000))
    }
}

/// The report with one step changed, and with it its line.
pub fn with_step(mut report: Report, step: StepId, outcome: Outcome, problem: Problem) -> Report {
    for line in &mut report.lines {
        for found in &mut line.steps {
            if found.step == step {
                found.outcome = outcome;
                found.problem = Some(problem.clone());
            }
        }
        line.outcome = line.steps.iter().map(|step| step.outcome).min().unwrap_or(Outcome::NotChecked);
    }
    report.conclusion = if outcome == Outcome::Failed { Conclusion::NotGenuine } else { Conclusion::CannotTell };
    report
}

/// The same with its amount changed after signing.
pub fn changed() -> Report {
    let altered = problem("disclosure-altered", "/body/faceAmount", "a digest that was signed", "94300.00");
    let mut report = with_step(genuine(), StepId::Disclosures, Outcome::Failed, altered);
    let record = report.record.as_mut().expect("has a record");
    record.amount = Some(AmountView { value: "94300.00".into(), currency: "EUR".into() });
    let field = record.fields.iter_mut().find(|field| field.name == "faceAmount").expect("has the field");
    field.altered = true;
    field.value = FieldValue::Amount { value: "94300.00".into(), currency: "EUR".into() };
    report
}

/// The same from a registry nobody vouches for.
pub fn unknown_registry() -> Report {
    let unknown = problem("registry-unknown", "registry.policy", "", "Open Quay Registry");
    let mut report = with_step(genuine(), StepId::RegistryKnown, Outcome::CouldNotCheck, unknown);
    let registry = report.registry.as_mut().expect("has a registry");
    registry.known = false;
    registry.name = "Open Quay Registry".into();
    report
}

/// The same in a block that is not on the chain.
pub fn lost_block() -> Report {
    let lost = problem("block-not-on-best-chain", "headers", HASH, "");
    let mut report = with_step(genuine(), StepId::BlockOnChain, Outcome::Failed, lost);
    let chain = report.chain.as_mut().expect("has a chain");
    chain.block = None;
    chain.confirmations = 0;
    report
}

/// A document with its timestamp on Bitcoin's own chain.
pub fn stamped() -> Report {
    let steps = [StepId::DocumentDigest, StepId::TimestampPath, StepId::BlockOnChain, StepId::Depth];
    Report {
        lines: lines(|_| Outcome::Passed, &steps),
        document: Some(DocumentView {
            kind: DocumentKind::Timestamped,
            name: "rootstock-95bf5b-manuscript.pdf".into(),
            size: Some(1_234_567),
            algorithm: "sha256".into(),
            digest: HASH.into(),
            heights: vec![685_453],
            others: vec!["pending: https://alice.example".into()],
        }),
        chain: Some(ChainView {
            network: "mainnet".into(),
            block: Some(block(685_453)),
            tip: block(687_516),
            confirmations: 2_064,
            required: 6,
            work_above: "189000000000000000000000000".into(),
            strip: vec![],
            basis: "trusted:685439:00".into(),
            unchecked_rules: vec!["median time: 685439 to 685449".into()],
        }),
        left_aside: vec!["notes.txt: a document no timestamp speaks of".into()],
        ..Report::empty(InputKind::Timestamp, Conclusion::Stamped, UnixTime(1_795_000_000))
    }
}

/// Half a link.
pub fn cut_off() -> Report {
    let cut = problem("link-cut-off", "link", "", "");
    Report::unreadable(InputKind::ProofLink, cut, UnixTime(1_795_000_000))
}
