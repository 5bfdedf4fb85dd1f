//! The page of block headers, from events a worker may say.

use super::{drawn, says, sources, texts};
use plimsoll::client::message::{
    ChainSource, Event, HeaderSource, NoBlockAlarm, SourceKind, StorageRole, StorageState, StorageStatus, SyncState,
    VerificationId,
};
use plimsoll::proof::report::{Problem, Report};
use plimsoll::ui::components::header::header;
use plimsoll::ui::pages::headers::headers_page;
use plimsoll::ui::state::{Action, Persistence, State, problem};
use plimsoll::ui::verification::{Given, Phase};
use plimsoll::ui::wording::Lang;

const HEIGHT: u32 = 966_000;

/// Draws the page in a state.
pub fn page(state: State) -> String {
    drawn(state.lang, move |pen| headers_page(&state, pen))
}

fn after(events: Vec<Event>) -> String {
    page(sources::heard(Lang::En, events))
}

/// Everything in hand, every behaviour of a source.
pub fn in_hand(lang: Lang) -> State {
    let events = vec![
        sources::chain("regtest", 212, "genesis"),
        sources::chain("mainnet", HEIGHT, "genesis"),
        sources::complete("mainnet", HEIGHT),
        sources::complete("regtest", 212),
        sources::sources(),
    ];
    sources::heard(lang, events)
}

/// On its way.
pub fn running(lang: Lang) -> State {
    sources::heard(lang, vec![sources::sync("mainnet", SyncState::Running), sources::sources()])
}

/// Silent for too long, after a reorganization.
pub fn alarmed(lang: Lang) -> State {
    let mut state = in_hand(lang);
    let kept = sources::kept(StorageState::Keeping, StorageRole::Writer);
    for event in [sources::silent(), sources::reorganized(), kept] {
        state = state.after(Action::Heard(event, 0.0));
    }
    state
}

fn count(html: &str, text: &str) -> usize {
    html.matches(text).count()
}

#[test]
fn what_is_in_hand_is_said_with_its_age_and_its_beginning() {
    let html = page(in_hand(Lang::En));
    says(&html, "Headers to block 966,000, 12 minutes old, checked from genesis.");
    says(&html, "Headers to block 212, 12 minutes old, checked from genesis.");
    assert!(!html.contains("Sample chain: "), "named by the heading above it, and not twice");
    says(&after(vec![sources::chain("regtest", 212, "genesis")]), "Sample chain: Headers to block 212, 12 minutes old");
    assert!(html.contains("data-condition=\"in-hand\"") && html.contains("data-mark=\"whole\""));
    assert_eq!(count(&html, "data-network="), 2);
    for act in ["refresh", "pause", "cancel"] {
        assert_eq!(count(&html, &format!("data-act=\"{act}\"")), 2, "{act}");
    }
    let pinned = after(vec![sources::chain("mainnet", HEIGHT, "trusted:947519:00ab")]);
    says(&pinned, "checked from the trusted header of block 947,519.");
    says(&after(vec![sources::chain("mainnet", HEIGHT, "unanchored:9")]), "which nothing ties to a known block.");
    says(&after(vec![]), "No block headers yet.");
}

#[test]
fn a_synchronization_is_told_in_every_state() {
    let html = page(running(Lang::En));
    says(
        &html,
        "Synchronizing: block 412,000 of about 966,000, 2.1 million headers a second, about 20 seconds left, from block-dn.example.",
    );
    assert!(html.contains("value=\"412000\"") && html.contains("max=\"966000\""));
    assert!(html.contains("data-act=\"pause\"") && html.contains("data-act=\"cancel\""));
    assert!(html.contains("data-mark=\"open\""), "nothing is whole before its end");
    let paused = after(vec![sources::sync("mainnet", SyncState::Paused)]);
    says(&paused, "Paused: headers to block 412,000 are checked, and nothing after it.");
    assert!(paused.contains("data-act=\"resume\"") && !paused.contains("data-act=\"pause\""));
    let stalled = after(vec![sources::sync("mainnet", SyncState::Stalled)]);
    says(&stalled, "No source gives more: headers to block 412,000 are checked, block 966,000 was told of.");
}

/// A cancelled import is never told as a chain in hand, whatever was said of it before.
#[test]
fn what_was_cancelled_never_counts_as_complete() {
    let chain = sources::chain("mainnet", 412_000, "genesis");
    let html = after(vec![chain, sources::sync("mainnet", SyncState::Cancelled), sources::sources()]);
    says(&html, "Cancelled: headers to block 412,000 are checked, and nothing after it.");
    assert!(html.contains("data-mark=\"open\"") && !html.contains("data-mark=\"whole\""));
    assert!(html.contains("data-act=\"begin\""));
}

#[test]
fn offline_is_said_and_nothing_is_called_current() {
    let state = in_hand(Lang::En).after(Action::Online(false));
    let html = page(state);
    says(&html, "Offline. Headers to block 966,000, 12 minutes old, checked from genesis.");
    assert!(!html.contains("data-mark=\"whole\""));
}

#[test]
fn a_silence_beyond_chance_is_said_with_how_unlikely_it_is() {
    let html = page(alarmed(Lang::En));
    for text in [
        "No new block for 3 hours, longer than chance allows. Headers to block 966,000 are checked.",
        "once in some 65,000,000 blocks, that is once in about 1,248 years",
        "this device’s clock is wrong",
        "After block 965,998, a chain with more work took the place",
        "Headers that left: 2, up to block 966,000",
    ] {
        says(&html, text);
    }
    let Event::NoBlock { network, alarm: Some(alarm) } = sources::silent() else { panic!("an alarm") };
    let years = Event::NoBlock { network, alarm: Some(NoBlockAlarm { once_in: u64::MAX, ..alarm }) };
    says(&page(in_hand(Lang::En).after(Action::Heard(years, 0.0))), "So long a silence never comes by chance");
    let over = alarmed(Lang::En).after(Action::Heard(Event::NoBlock { network: "mainnet".into(), alarm: None }, 0.0));
    assert!(!page(over).contains("longer than chance allows"));
}

#[test]
fn sources_stand_side_by_side_and_the_wrong_one_is_named() {
    let html = page(in_hand(Lang::En));
    for text in [
        "agrees: its newest block is the best one here",
        "tells of 1 more block, not checked yet",
        "withholds: 2 blocks behind what another source proved, since 21 November 2026, 10:00 UTC",
        "2 blocks behind what another source proved",
        "on another chain with less work, 3 blocks of its own",
        "was wrong at block 705,600: a header with another difficulty than is required there",
        "required-bits: expected bits 170e2632, found 1d00ffff",
        "not asked any more, until you turn it on again",
        "it asked to be asked less often; asked again in 1 minute",
        "its newest header is ahead of this device’s clock",
        "turned off",
        "its word, not checked",
        "Branches it knows of",
        "84\u{a0}ms",
        "77.2\u{a0}MB",
        "this page’s own address",
    ] {
        says(&html, text);
    }
    assert_eq!(count(&html, "data-source="), 8);
    assert_eq!(count(&html, "class=\"remove\""), 7, "what came with the page is not removed");
    assert!(html.contains("data-source=\"https://liar.example/\" data-state=\"set-aside\" data-standing=\"wrong\""));
}

#[test]
fn a_refused_source_is_said_where_it_was_typed() {
    let source = HeaderSource::new("mainnet", SourceKind::Esplora, "http://x.example");
    let problem = Problem { expected: "https:".into(), ..problem("source-url-insecure", String::new()) };
    let html = after(vec![Event::SourceRefused { source, problem }]);
    says(&html, "This address is not encrypted.");
    assert!(html.contains("aria-invalid=\"true\"") && html.contains("(https:)"));
    let form = after(vec![]);
    assert_eq!(count(&form, "name=\"kind\""), SourceKind::ALL.len());
    assert_eq!(count(&form, "name=\"network\""), 5);
    says(&form, "never which record you check");
}

#[test]
fn a_file_of_headers_is_answered_where_it_was_dropped() {
    let handed =
        sources::heard(Lang::En, vec![]).after(Action::HandedHeaders(1, vec!["a.headers".into(), "b.bin".into()]));
    assert!(page(handed.clone()).contains("data-handed=\"waiting\""));
    let id = handed.queued().next().expect("handed to the worker").id;
    let Event::Chain(mut chain) = sources::chain("mainnet", 687_516, "trusted:685439:00") else { unreachable!() };
    chain.source = ChainSource::File { name: "a.headers".into() };
    let failed = Event::HeadersFailed { source: "b.bin".into(), detail: "not a run of headers".into() };
    let over = Event::Refused { id, problem: problem("only-headers", String::new()) };
    let mut state = handed.after(Action::Sent(id, 0.0));
    for event in [Event::Chain(chain), failed, over] {
        state = state.after(Action::Heard(event, 1.0));
    }
    assert_eq!(state.headers_failed, None, "said on this page and not above every page");
    let html = page(state.clone());
    says(&html, "a.headers: its headers are checked. The chain they belong to (Bitcoin) reaches block 687,516.");
    says(&html, "b.bin: not taken to its end.");
    says(&html, "not a run of headers");
    assert!(html.contains("data-handed=\"done\""));
    assert_eq!(state.shown(), None, "the reader stays where he is");
}

#[test]
fn what_is_kept_on_the_device_is_said_with_its_repairs() {
    let state = in_hand(Lang::En).after(Action::Heard(sources::kept(StorageState::Keeping, StorageRole::Writer), 0.0));
    let html = page(state.clone());
    for text in [
        "New headers are added as they are checked.",
        "966,001 headers · 77.2\u{a0}MB · to block 966,000 · read and checked again by two workers in 340\u{a0}ms",
        "until the browser is short of room",
        "Bytes from block 963,648 on were not those that were written; 2,353 headers were dropped",
        "in the browser’s private file system",
    ] {
        says(&html, text);
    }
    let Event::Storage(kept) = sources::kept(StorageState::Keeping, StorageRole::Writer) else { panic!("is one") };
    let alone = Event::Storage(StorageStatus { by_second: 0, ..kept });
    says(&page(state.clone().after(Action::Heard(alone, 0.0))), "read and checked again in 340");
    assert!(html.contains("data-storage=\"keeping\"") && html.contains("Delete them from this device"));
    let refused = page(state.clone().after(Action::Persistence(Persistence::Refused)));
    says(&refused, "asked to keep them longer, the browser declined");
    says(&page(state.after(Action::Persistence(Persistence::Granted))), "until you delete them");
    let full = StorageState::Full { detail: "QuotaExceededError".into() };
    let full = page(in_hand(Lang::En).after(Action::Heard(sources::kept(full, StorageRole::Reader), 0.0)));
    says(&full, "There is no room for more. What is kept stays. Another page of this site writes them");
    says(&full, "QuotaExceededError");
}

/// Verdicts whose tip left the chain are given anew; the others stand.
#[test]
fn a_reorganization_has_verdicts_given_anew() {
    let link = Given::Link("/v/1.AA".into());
    let mut state = in_hand(Lang::En).after(Action::Again(link));
    let id = state.queued().next().expect("queued").id;
    let mut report = super::reports::genuine();
    report.chain.as_mut().expect("has a chain").network = "mainnet".into();
    report.chain.as_mut().expect("has a chain").tip.height = 965_999;
    state = state.after(Action::Sent(id, 0.0));
    let verdict = |id: VerificationId, report: Report| {
        let report = report.into();
        Event::Verdict { id, report, proof: None, link: None }
    };
    state = state.after(Action::Heard(verdict(id, report.clone()), 0.0));
    assert!(matches!(state.verifications[0].phase, Phase::Done(_)));
    let overtaken = state.clone().after(Action::Heard(sources::reorganized(), 1.0));
    assert_eq!(overtaken.queued().count(), 1);
    assert_ne!(overtaken.queued().next().expect("queued").id, id, "what is under way for the old one is not heard");
    // The last common block itself stays where it is, and so does another network.
    report.chain.as_mut().expect("has a chain").tip.height = 965_998;
    let begun = state.after(Action::Again(Given::Link("/v/1.BB".into())));
    let id = begun.queued().next().expect("queued").id;
    let lower = begun.after(Action::Sent(id, 0.0)).after(Action::Heard(verdict(id, report), 0.0));
    let after = lower.after(Action::Heard(sources::reorganized(), 1.0));
    assert_eq!(after.queued().count(), 1);
    assert!(matches!(after.verifications[1].phase, Phase::Done(_)));
}

/// What is read out changes at most once a second, and nothing that happened is left unsaid.
#[test]
fn what_is_read_out_does_not_chatter() {
    let mut state = sources::heard(Lang::En, vec![sources::sync("mainnet", SyncState::Running)]);
    let spoken = |state: &State| state.headers.spoken.clone().map(|spoken| spoken.overview);
    let first = spoken(&state).expect("said at once");
    for ms in [100.0, 200.0, 999.0] {
        state = state.after(Action::Heard(sources::sync("mainnet", SyncState::Paused), ms));
        assert_eq!(spoken(&state), Some(first.clone()), "{ms}");
        assert!(state.headers.unspoken(&state.chains).is_some());
    }
    let later = state.after(Action::Tick(sources::NOW));
    assert_ne!(spoken(&later), Some(first));
    assert!(later.headers.unspoken(&later.chains).is_none());
}

#[test]
fn the_pill_leads_to_the_page_and_chinese_is_whole() {
    let state = in_hand(Lang::En);
    let alarm = alarmed(Lang::En);
    let html = drawn(Lang::En, move |pen| header(&alarm, pen));
    says(&html, "· no new block for 3 hours");
    let html = drawn(Lang::En, move |pen| header(&state, pen));
    assert!(count(&html, "href=\"#/headers\"") == 2, "from the pill and from the places");
    let own = [
        "example",
        "sample/chain.headers",
        "127.0.0.1",
        "block-dn",
        "Bitcoin Core REST",
        "signet",
        "wss:",
        "blockchain_headers",
        "Access-Control",
        "plimsoll headers serve",
    ];
    for state in [in_hand(Lang::Zh), running(Lang::Zh), alarmed(Lang::Zh)] {
        for text in texts(&page(state)) {
            let own = own.iter().any(|name| text.contains(name));
            let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| word.len() > 3);
            assert!(own || words.count() < 3, "English on a Chinese page: {text:?}");
        }
    }
}
