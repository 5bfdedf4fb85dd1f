//! Headers to be drawn: sources that behave, and the ways in which one may not; networks in every state.

use plimsoll::client::message::{
    BlockAt, ChainSource, ChainStatus, Event, ForkTip, HeaderSource, NoBlockAlarm, Reorganized, Repair, SourceKind,
    SourceState, SourceStatus, SourceTip, Standing, StoragePlace, StorageRole, StorageRoom, StorageState,
    StorageStatus, SyncState, SyncStatus, WaitReason,
};
use plimsoll::ui::headers::Headers;
use plimsoll::ui::route::Route;
use plimsoll::ui::state::{Action, State, Theme};
use plimsoll::ui::wording::Lang;

/// The clock of everything here: 21 November 2026, 12:00 UTC.
pub const NOW: i64 = 1_795_262_400;
const HASH: &str = "00000000000000000001c2a4d9f8e7b6a5948372615040f1e2d3c4b5a6978899";

/// A state that has heard this, on the page of headers.
pub fn heard(lang: Lang, events: Vec<Event>) -> State {
    let state = State::new(Route::Headers, lang, Theme::Auto, vec![], Headers::default(), NOW);
    events.into_iter().fold(state, |state, event| state.after(Action::Heard(event, 0.0)))
}

fn block(height: u32) -> BlockAt {
    BlockAt { height, hash: HASH.into() }
}

/// A chain in hand, its tip twelve minutes old.
pub fn chain(network: &str, height: u32, basis: &str) -> Event {
    Event::Chain(ChainStatus {
        network: network.into(),
        first_height: 0,
        height,
        hash: HASH.into(),
        time: NOW - 12 * 60,
        headers: u64::from(height) + 1,
        work: (u128::from(height) << 64).to_string(),
        total_work: Some((u128::from(height) << 64).to_string()),
        source: ChainSource::Origin { url: "sample/chain.headers".into() },
        basis: basis.into(),
    })
}

/// A synchronization in a state, at block 412,000 of 966,000.
pub fn sync(network: &str, state: SyncState) -> Event {
    let running = state == SyncState::Running;
    Event::Sync(SyncStatus {
        network: network.into(),
        state,
        height: Some(412_000),
        claimed: Some(966_000),
        taken: 412_001,
        headers_per_second: running.then_some(2_140_000),
        seconds_left: running.then_some(20),
        source: running.then(|| "https://block-dn.example/".into()),
    })
}

/// Everything is in hand.
pub fn complete(network: &str, height: u32) -> Event {
    Event::Sync(SyncStatus {
        network: network.into(),
        state: SyncState::Complete,
        height: Some(height),
        claimed: Some(height),
        taken: u64::from(height) + 1,
        headers_per_second: None,
        seconds_left: None,
        source: None,
    })
}

fn status(kind: SourceKind, url: &str, state: SourceState, standing: Standing) -> SourceStatus {
    SourceStatus {
        source: HeaderSource::new("mainnet", kind, url),
        state,
        standing,
        tip: None,
        latency_ms: None,
        answered: None,
        common: None,
        headers: 0,
        bytes: 0,
        forks: vec![],
    }
}

/// Sources of every behaviour, the page's own among them.
pub fn sources() -> Event {
    let tip = |height, verified: bool| {
        Some(SourceTip { height, hash: Some(HASH.into()), time: verified.then_some(NOW - 720), verified })
    };
    let wrong = Standing::Wrong {
        rule: "required-bits".into(),
        height: Some(705_600),
        detail: "expected bits 170e2632, found 1d00ffff".into(),
    };
    let waiting = |reason, detail: &str| SourceState::Waiting { until: NOW + 90, reason, detail: detail.into() };
    let mut own = status(SourceKind::HeaderFile, "sample/chain.headers", SourceState::Idle, Standing::Agrees);
    own.source.network = "regtest".into();
    own.tip = tip(212, true);
    let mut off = status(SourceKind::CoreRest, "http://127.0.0.1:8332/", SourceState::Off, Standing::Unknown);
    off.source.enabled = false;
    Event::Sources {
        sources: vec![
            own,
            SourceStatus {
                tip: tip(966_000, true),
                latency_ms: Some(84),
                answered: Some(NOW - 3),
                common: Some(block(966_000)),
                headers: 966_001,
                bytes: 77_280_080,
                ..status(SourceKind::BlockDn, "https://block-dn.example/", SourceState::Sending, Standing::Agrees)
            },
            SourceStatus {
                tip: tip(966_001, false),
                forks: vec![ForkTip {
                    height: 965_990,
                    hash: HASH.into(),
                    branch_length: 1,
                    status: "valid-fork".into(),
                    in_hand: false,
                }],
                ..status(
                    SourceKind::Mempool,
                    "https://mempool.example/api",
                    waiting(WaitReason::TooManyRequests, "status 429"),
                    Standing::Ahead { blocks: 1 },
                )
            },
            SourceStatus {
                tip: tip(965_998, true),
                common: Some(block(965_998)),
                ..status(
                    SourceKind::Esplora,
                    "https://esplora.example/api",
                    SourceState::Idle,
                    Standing::Withholds { blocks: 2, since: NOW - 7_200 },
                )
            },
            status(
                SourceKind::Electrum,
                "wss://electrum.example/",
                SourceState::AskedTip,
                Standing::Behind { blocks: 2 },
            ),
            status(SourceKind::Compact, "https://liar.example/", SourceState::SetAside, wrong),
            status(
                SourceKind::HeaderFile,
                "https://fork.example/f",
                waiting(WaitReason::TooNew, ""),
                Standing::Fork { blocks: 3 },
            ),
            off,
        ],
    }
}

/// Mainnet was silent for three hours.
pub fn silent() -> Event {
    Event::NoBlock {
        network: "mainnet".into(),
        alarm: Some(NoBlockAlarm {
            tip: block(966_000),
            tip_time: NOW - 10_800,
            silent_seconds: 10_800,
            spacing_seconds: 600,
            once_in: 65_659_969,
        }),
    }
}

/// Two blocks of mainnet gave way to three.
pub fn reorganized() -> Event {
    Event::Reorganized(Reorganized {
        network: "mainnet".into(),
        common: block(965_998),
        from: block(966_000),
        to: block(966_001),
        disconnected: 2,
        connected: 3,
        source: "https://block-dn.example/".into(),
    })
}

/// Headers kept in a state, after a write that was cut short.
pub fn kept(state: StorageState, role: StorageRole) -> Event {
    Event::Storage(StorageStatus {
        network: "mainnet".into(),
        place: StoragePlace::FileSystem,
        role,
        state,
        headers: 966_001,
        bytes: 77_280_080,
        tip: Some(block(966_000)),
        repairs: vec![Repair::DamagedPeriod { height: 963_648, dropped: 2_353 }],
        loaded_ms: Some(340),
        by_second: 483_840,
        room: StorageRoom { persisted: Some(false), usage: Some(80_000_000), quota: None },
    })
}
