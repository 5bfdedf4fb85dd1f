//! Words read back as they were said.

use super::*;
use crate::encoding::wire::WireError;
use crate::proof::report::{
    BlockView, ChainView, Conclusion, DocumentKind, DocumentView, InputKind, LineId, LineReport, Outcome, PathView,
    RegistryView, Report, SignerView, StepReport, Value, ValueKind,
};
use crate::proof::step::StepId;
use crate::time::UnixTime;
use crate::trade::view::{AmountView, FieldValue, FieldView, RecordView};

fn verify() -> Command {
    Command::Verify {
        id: VerificationId(7),
        material: vec![
            Material::File { name: "a.pdf".into(), bytes: vec![1, 2] },
            Material::Link { text: "#/v/1.AA".into() },
            Material::Sample { name: "receivable".into() },
            Material::File { name: "a.pdf.ots".into(), bytes: vec![3] },
        ],
    }
}

fn source_status() -> SourceStatus {
    SourceStatus {
        source: HeaderSource::new("signet", SourceKind::Electrum, "wss://x.example"),
        state: SourceState::Waiting { until: -1, reason: WaitReason::TooNew, detail: "d".into() },
        standing: Standing::Wrong { rule: "required-bits".into(), height: Some(7), detail: "d".into() },
        tip: Some(SourceTip { height: 8, hash: None, time: Some(9), verified: true }),
        latency_ms: Some(10),
        answered: None,
        common: Some(BlockAt { height: 6, hash: "h".into() }),
        headers: 7,
        bytes: 560,
        forks: vec![ForkTip { height: 5, hash: "f".into(), branch_length: 1, status: "active".into(), in_hand: false }],
    }
}

#[test]
fn commands_read_back_as_they_were_said() {
    let (network, url) = (|| "regtest".to_owned(), || "x".to_owned());
    let source = HeaderSource::file("regtest", "x");
    for command in [
        Command::Start {
            config: Config { headers: vec![source.clone()], begin: vec![network()], ..Config::default() },
        },
        Command::AddSource { source },
        Command::RemoveSource { network: network(), url: url() },
        Command::EnableSource { network: network(), url: url(), enabled: false },
        Command::BeginSync { network: network() },
        Command::PauseSync { network: network() },
        Command::ResumeSync { network: network() },
        Command::CancelSync { network: network() },
        Command::CheckFromGenesis { network: network() },
        Command::PauseGenesisCheck { network: network() },
        Command::StopGenesisCheck { network: network() },
        Command::RefreshHeaders,
        Command::Withhold { number: 3, proof: "{}".into(), hide: vec!["/body/x".into(), "/body/y/0".into()] },
        Command::Export {
            kind: ExportKind::Table,
            report: report().into(),
            proof: Some("{}".into()),
            material: vec![Material::File { name: "a.pdf".into(), bytes: vec![] }],
        },
    ] {
        let bytes = command.to_bytes();
        assert_eq!(Command::from_bytes(&bytes).as_ref(), Ok(&command));
        for cut in 0..bytes.len() {
            assert!(Command::from_bytes(&bytes[..cut]).is_err(), "{command:?} cut at {cut}");
        }
        assert!(Command::from_bytes(&[&bytes[..], &[0]].concat()).is_err(), "{command:?} and a byte more");
    }
}

#[test]
fn every_kind_is_offered_once() {
    let names: std::collections::BTreeSet<String> =
        SourceKind::ALL.iter().map(|kind| serde_json::to_string(kind).expect("a name")).collect();
    assert_eq!(names.len(), 7);
}

#[test]
fn files_travel_beside_the_command_and_are_put_back_in_order() {
    let read = Command::from_bytes(&verify().to_bytes()).expect("reads back");
    assert_ne!(read, verify());
    assert_eq!(read.clone().attach_files(vec![vec![1, 2], vec![3]]), Ok(verify()));
    assert_eq!(read.clone().attach_files(vec![vec![1]]), Err(AttachError { expected: 2, found: 1 }));
    assert_eq!(read.attach_files(vec![vec![], vec![], vec![]]), Err(AttachError { expected: 2, found: 3 }));
    assert!(Command::RefreshHeaders.attach_files(vec![vec![]]).is_err());
}

#[test]
fn words_read_back_as_they_were_said() {
    let events = [
        Event::Ready { version: "1".into() },
        Event::Chain(ChainStatus {
            network: "regtest".into(),
            first_height: 0,
            height: 212,
            hash: "00".repeat(32),
            time: -1,
            headers: 213,
            work: "426".into(),
            total_work: Some("426".into()),
            source: ChainSource::File { name: "x".into() },
            basis: "genesis".into(),
        }),
        Event::Progress {
            id: VerificationId(1),
            stage: Stage::VerifyingHeaders { height: 2, done: 2, total: u64::MAX },
        },
        Event::Progress { id: VerificationId(1), stage: Stage::FetchingHeaders { done: 1, total: None } },
        Event::HeadersFailed { source: "h".into(), detail: FetchFailure::Status { status: 404 }.to_string() },
        Event::Sources { sources: vec![source_status()] },
        Event::Sync(SyncStatus {
            network: "regtest".into(),
            state: SyncState::Cancelled,
            height: None,
            claimed: Some(u32::MAX),
            taken: 0,
            headers_per_second: Some(50),
            seconds_left: Some(u64::MAX),
            source: None,
        }),
        Event::NoBlock { network: "mainnet".into(), alarm: None },
        Event::GenesisCheck(GenesisCheck {
            network: "mainnet".into(),
            state: GenesisCheckState::Stalled,
            height: Some(7),
            target: None,
            headers_per_second: None,
            seconds_left: Some(1),
            source: Some("x".into()),
            contradiction: Some(PinContradiction {
                height: 9,
                expected: "e".into(),
                found: "f".into(),
                source: "x".into(),
                detail: "d".into(),
            }),
        }),
    ];
    for event in events {
        let bytes = event.to_bytes();
        assert_eq!(Event::from_bytes(&bytes).as_ref(), Ok(&event));
        for cut in 0..bytes.len() {
            assert!(Event::from_bytes(&bytes[..cut]).is_err(), "{event:?} cut at {cut}");
        }
        assert!(Event::from_bytes(&[&bytes[..], &[0]].concat()).is_err(), "{event:?} and a byte more");
    }
}

fn problem() -> Problem {
    let [code, field, expected, found, detail] = ["c", "f", "e", "", "d"].map(str::to_owned);
    Problem { code, field, expected, found, detail }
}

fn record() -> RecordView {
    let text = |text: &str| text.to_owned();
    let values = [
        FieldValue::Text { text: text("t") },
        FieldValue::Code { code: text("GTIN"), meaning: text("gate in") },
        FieldValue::Amount { value: text("1.00"), currency: text("CNY") },
        FieldValue::Quantity { value: text("2"), unit: text("KGM") },
        FieldValue::Moment { text: text("2026-01-01") },
        FieldValue::Group { members: 3 },
        FieldValue::Withheld,
    ];
    let field = |value| FieldView {
        path: text("/a"),
        name: text("a"),
        label: text("b"),
        label_zh: text("甲"),
        level: 2,
        value,
        meaning_zh: text("乙"),
        altered: true,
    };
    RecordView {
        record_type: text("receivable"),
        record_id: text("id"),
        scheme: text("receivable"),
        reference: text("RCV-1"),
        sequence: 1,
        action_code: text("ISSUE"),
        action_words: text("issued"),
        action_words_zh: text("签发"),
        action_date_time: text("2026-01-01T00:00:00Z"),
        actor: Some(text("a")),
        recipient: None,
        amount: Some(AmountView { value: text("1.00"), currency: text("CNY") }),
        fields: values.map(field).to_vec(),
        withheld: 4,
    }
}

/// A report in which nothing is missing.
fn report() -> Report {
    let text = |text: &str| text.to_owned();
    let value = Value { label: text("l"), text: text("t"), kind: ValueKind::Time };
    let step = |step| StepReport {
        step,
        outcome: Outcome::CouldNotCheck,
        values: vec![value.clone(), value.clone()],
        problem: Some(problem()),
    };
    let block = BlockView { height: 7, hash: text("h"), time: -1, median_time: Some(i64::MIN) };
    Report {
        left_aside: vec![text("x"), text("y")],
        lines: vec![LineReport {
            line: LineId::MakesSense,
            outcome: Outcome::Failed,
            steps: vec![step(StepId::Disclosures), step(StepId::TradeRules)],
        }],
        record: Some(record()),
        document: Some(DocumentView {
            kind: DocumentKind::OpenAttestation,
            name: text("n"),
            size: Some(u64::MAX),
            algorithm: text("sha256"),
            digest: text("d"),
            heights: vec![1, u32::MAX],
            others: vec![text("o")],
        }),
        signer: Some(SignerView {
            key_id: text("k"),
            algorithm: text("ES256"),
            party_name: Some(text("p")),
            party_code: None,
        }),
        registry: Some(RegistryView {
            name: text("r"),
            policy_hash: text("h"),
            log_origin: text("o"),
            known: true,
            policy_text: "t".repeat(300),
        }),
        chain: Some(ChainView {
            network: text("regtest"),
            block: Some(block.clone()),
            tip: block.clone(),
            confirmations: 6,
            required: 6,
            work_above: text("12"),
            strip: vec![block; 3],
            basis: text("genesis"),
            unchecked_rules: vec![text("median-time 0-10")],
        }),
        path: Some(PathView {
            anchor_txid: text("x"),
            anchor_sequence: 1,
            log_size: 2,
            log_index: 3,
            log_root: text("r"),
            leaf_hash: text("l"),
            record_hash: text("h"),
        }),
        unreadable: Some(problem()),
        ..Report::empty(InputKind::Report, Conclusion::CannotTell, UnixTime(-5))
    }
}

#[test]
fn a_report_reads_back_whole_and_nothing_else_reads_as_one() {
    let event = Event::Verdict { id: VerificationId(9), report: report().into(), proof: Some("{}".into()), link: None };
    let bytes = event.to_bytes();
    assert_eq!(Event::from_bytes(&bytes).as_ref(), Ok(&event));
    for cut in 0..bytes.len() {
        assert!(Event::from_bytes(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    // Another byte anywhere is another message or none, and never the same one in a second spelling.
    for at in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut other = bytes.clone();
            other[at] ^= flip;
            if let Ok(read) = Event::from_bytes(&other) {
                assert_eq!(read.to_bytes(), other, "byte {at}");
                assert_ne!(read, event);
            }
        }
    }
}

#[test]
fn what_is_no_message_is_refused_with_what_was_found() {
    let unknown = WireError::Choice { what: "Event", found: 200, offset: 0 };
    assert_eq!(Event::from_bytes(&[200]), Err(MessageError(unknown)));
    assert_eq!(
        Event::from_bytes(&[200]).unwrap_err().to_string(),
        "not a message of this program: Event 200 at offset 0"
    );
    assert!(Command::from_bytes(&[]).is_err());
    assert!(Event::from_bytes(b"{\"ready\":{\"version\":\"1\"}}").is_err(), "text");
    // `Sources` with more of them than there are bytes: refused before room is made for them.
    let mut bomb = Event::Sources { sources: vec![] }.to_bytes();
    bomb.truncate(1);
    bomb.extend_from_slice(&[0xfe, 0xff, 0xff, 0xff, 0x7f]);
    assert!(matches!(Event::from_bytes(&bomb), Err(MessageError(WireError::Read(_)))));
}
