//! Words read back as they were said.

use super::*;

fn verify() -> Command {
    Command::Verify {
        id: VerificationId(7),
        material: vec![
            Material::File { name: "a.pdf".into(), bytes: vec![1, 2] },
            Material::Link { text: "#/v/1.AA".into() },
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
    ] {
        let text = command.to_text().expect("serialises");
        assert_eq!(Command::from_text(&text).expect("reads back"), command, "{text}");
    }
}

#[test]
fn every_kind_is_offered_once() {
    let names: std::collections::BTreeSet<String> =
        SourceKind::ALL.iter().map(|kind| serde_json::to_string(kind).expect("a name")).collect();
    assert_eq!(names.len(), 7);
}

#[test]
fn files_travel_beside_the_text_and_are_put_back_in_order() {
    let text = verify().to_text().expect("serialises");
    assert!(!text.contains("bytes"), "{text}");
    let read = Command::from_text(&text).expect("reads back");
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
        let text = event.to_text().expect("serialises");
        assert_eq!(Event::from_text(&text).expect("reads back"), event, "{text}");
    }
}
