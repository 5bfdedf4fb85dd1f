//! The check from genesis on the page of headers, and what verdicts say a chain rests on.

use super::headers::page;
use super::{reports, says, sources, verdict};
use plimsoll::client::message::{Event, GenesisCheck, GenesisCheckState, PinContradiction, VerificationId};
use plimsoll::proof::report::Report;
use plimsoll::ui::route::Route;
use plimsoll::ui::state::{Action, Notice, State};
use plimsoll::ui::verification::Phase;
use plimsoll::ui::wording::Lang;

const PINNED: &str = "trusted:963647:00ab";
const HEIGHT: u32 = 966_000;
const BEGIN: &str = "data-act=\"check-genesis\"";

/// What a worker says of a check.
pub fn check(state: GenesisCheckState, height: Option<u32>) -> Event {
    let running = state == GenesisCheckState::Running;
    Event::GenesisCheck(GenesisCheck {
        network: "mainnet".into(),
        state,
        height,
        target: Some(HEIGHT),
        headers_per_second: running.then_some(2_140_000),
        seconds_left: running.then_some(20),
        source: running.then(|| "https://block-dn.example/".into()),
        contradiction: None,
    })
}

/// A chain from a pin in hand, and this.
pub fn pinned_and(lang: Lang, events: Vec<Event>) -> State {
    let mut all =
        vec![sources::chain("mainnet", HEIGHT, PINNED), sources::complete("mainnet", HEIGHT), sources::sources()];
    all.extend(events);
    sources::heard(lang, all)
}

/// On its way.
pub fn running(lang: Lang) -> State {
    pinned_and(lang, vec![check(GenesisCheckState::Running, Some(412_000))])
}

/// Done.
pub fn done(lang: Lang) -> State {
    let events = vec![sources::chain("mainnet", HEIGHT, "genesis"), check(GenesisCheckState::Done, Some(HEIGHT))];
    pinned_and(lang, events)
}

/// A source's header is not the trusted one.
pub fn contradicted(lang: Lang) -> State {
    let Event::GenesisCheck(mut told) = check(GenesisCheckState::Stalled, Some(937_000)) else { unreachable!() };
    told.contradiction = Some(PinContradiction {
        height: 938_343,
        expected: "00000000000000000000ccebd6d74d9194d8dcdc1d177c478e094bfad51ba5ac".into(),
        found: "0000000000000000000147034958af1652b2b91bba607beacc5e72a56f0fb5ee".into(),
        source: "https://liar.example/".into(),
        detail: "expected 0000, found 0001".into(),
    });
    pinned_and(lang, vec![Event::GenesisCheck(told)])
}

#[test]
fn it_is_offered_where_a_chain_starts_at_a_trusted_header_and_nowhere_else() {
    let html = page(pinned_and(Lang::En, vec![]));
    assert_eq!(html.matches(BEGIN).count(), 1);
    for text in [
        "Checked from the trusted header of block 963,647, which stands in the list that Debian ships with the Electrum wallet.",
        "have all 966,001 headers since the first block fetched and checked instead: about 77.2\u{a0}MB, in the background.",
        "checked from the trusted header of block 963,647.",
    ] {
        says(&html, text);
    }
    // From genesis already, as after a reload; nobody to ask; nothing in hand.
    let genesis = sources::chain("mainnet", HEIGHT, "genesis");
    let of_another = Event::Sources { sources: vec![] };
    for events in [
        vec![genesis, sources::sources()],
        vec![sources::chain("mainnet", HEIGHT, PINNED), of_another],
        vec![sources::sources()],
        vec![sources::chain("mainnet", HEIGHT, "unanchored:9:00"), sources::sources()],
    ] {
        let html = page(sources::heard(Lang::En, events));
        assert!(!html.contains(BEGIN) && !html.contains("data-genesis"));
    }
}

#[test]
fn it_is_told_in_every_state() {
    for (state, height, name, said, acts) in [
        (
            GenesisCheckState::Running,
            Some(412_000),
            "running",
            "Checking from genesis: block 412,000 of about 966,000, 2.1 million headers a second, about 20 seconds left, from block-dn.example.",
            vec!["pause-genesis", "stop-genesis"],
        ),
        (
            GenesisCheckState::Paused,
            Some(412_000),
            "paused",
            "Paused at block 412,000. Until it is done, it counts for nothing.",
            vec!["check-genesis", "stop-genesis"],
        ),
        (
            GenesisCheckState::Stopped,
            None,
            "stopped",
            "Stopped before its end, so it counts for nothing. Verdicts rest on the trusted header as before.",
            vec!["check-genesis"],
        ),
        (
            GenesisCheckState::Stalled,
            Some(412_000),
            "stalled",
            "No source gives more: checked from genesis to block 412,000, which counts for nothing before the end.",
            vec!["check-genesis", "stop-genesis"],
        ),
    ] {
        let html = page(pinned_and(Lang::En, vec![check(state, height)]));
        says(&html, said);
        assert!(html.contains(&format!("data-genesis=\"{name}\"")));
        for act in ["check-genesis", "pause-genesis", "stop-genesis"] {
            assert_eq!(html.contains(&format!("data-act=\"{act}\"")), acts.contains(&act), "{name}: {act}");
        }
        let bar = html.contains("value=\"412000\"");
        assert_eq!(bar, matches!(name, "running" | "paused"), "{name}");
        says(&html, "Checked from the trusted header of block 963,647");
    }
    let html = page(done(Lang::En));
    says(&html, "Checked from genesis: all 966,001 headers, no trusted header needed.");
    says(&html, "12 minutes old, checked from genesis.");
    assert!(html.contains("data-genesis=\"done\"") && !html.contains("-genesis\" onclick") && !html.contains(BEGIN));
}

#[test]
fn a_contradiction_names_pin_height_expected_and_found() {
    let html = page(contradicted(Lang::En));
    for text in [
        "A source contradicts a trusted header",
        "At block 938,343, liar.example gave another header than the trusted one, which stands in Bitcoin Core’s source code.",
        "Add a source that somebody else runs, and check again.",
    ] {
        says(&html, text);
    }
    assert!(html.contains("role=\"alert\""));
    for hash in ["ccebd6d74d9194d8dcdc1d177c478e094bfad51ba5ac", "147034958af1652b2b91bba607beacc5e72a56f0fb5ee"] {
        assert!(html.contains(hash), "{hash}");
    }
}

fn resting_on(basis: &str) -> Report {
    let mut report = reports::stamped();
    let chain = report.chain.as_mut().expect("has one");
    (chain.basis, chain.network) = (basis.into(), "mainnet".into());
    report
}

#[test]
fn every_verdict_says_what_its_chain_rests_on() {
    for (basis, said) in [
        ("genesis", "headers, no trusted header needed."),
        (PINNED, "which stands in the list that Debian ships with the Electrum wallet."),
        ("pinned:687455:00ab", "Tied, hash by hash, to the trusted header of block 687,455, which stands in the list"),
        ("trusted:938343:00ab", "which stands in Bitcoin Core’s source code."),
        ("unanchored:685439:00", "taken on trust from the headers you handed in"),
    ] {
        says(&verdict(resting_on(basis), Lang::En), said);
    }
    says(&verdict(resting_on("genesis"), Lang::Zh), "无需任何可信区块头");
    says(&verdict(resting_on(PINNED), Lang::Zh), "列于 Debian 随 Electrum 钱包发行的清单中");
}

/// What was answered before is answered anew, and only what rested on a pin of that network.
#[test]
fn once_it_is_done_answers_are_given_anew() {
    let answered = |basis: &str| {
        let state = State::new(
            Route::parse("#/v/1.AA").expect("a route"),
            Lang::En,
            plimsoll::ui::state::Theme::Auto,
            vec![],
            plimsoll::ui::headers::Headers::default(),
            0,
        );
        let id: VerificationId = state.queued().next().expect("queued").id;
        let report = resting_on(basis).into();
        state
            .after(Action::Sent(id, 0.0))
            .after(Action::Heard(Event::Verdict { id, report, proof: None, link: None }, 0.0))
    };
    let done = || Action::Heard(check(GenesisCheckState::Done, Some(HEIGHT)), 1.0);
    let again = answered(PINNED).after(done());
    assert_eq!((again.queued().count(), again.notice), (1, Some(Notice::FromGenesis)));
    assert_eq!(answered("pinned:687455:00ab").after(done()).queued().count(), 1);
    let kept = answered("genesis").after(done());
    assert!(kept.queued().next().is_none() && matches!(kept.verifications[0].phase, Phase::Done(_)));
    let stopped = Action::Heard(check(GenesisCheckState::Stopped, None), 1.0);
    assert_eq!(answered(PINNED).after(stopped).queued().count(), 0);
    let mut of_another = answered(PINNED);
    let Event::GenesisCheck(mut told) = check(GenesisCheckState::Done, Some(HEIGHT)) else { unreachable!() };
    told.network = "signet".into();
    of_another = of_another.after(Action::Heard(Event::GenesisCheck(told), 1.0));
    assert_eq!(of_another.queued().count(), 0);
}

#[test]
fn the_chain_from_genesis_is_the_one_that_is_told_of_from_then_on() {
    let Event::Chain(mut pinned) = sources::chain("mainnet", HEIGHT, PINNED) else { unreachable!() };
    pinned.first_height = 963_637;
    let genesis = sources::chain("mainnet", HEIGHT, "genesis");
    let state = sources::heard(Lang::En, vec![Event::Chain(pinned.clone()), genesis]);
    assert_eq!(state.chains.iter().map(|chain| chain.first_height).collect::<Vec<_>>(), [0]);
    // One that reaches higher by a pin still stands: nothing of it was checked from genesis.
    let lower = sources::chain("mainnet", 412_000, "genesis");
    assert_eq!(sources::heard(Lang::En, vec![Event::Chain(pinned), lower]).chains.len(), 2);
}

#[test]
fn chinese_is_whole() {
    for state in [contradicted(Lang::Zh), pinned_and(Lang::Zh, vec![]), running(Lang::Zh)] {
        let html = page(state);
        let from = html.find("data-genesis").expect("is drawn");
        let section = &html[from..from + html[from..].find("</section>").expect("ends")];
        for english in ["Check", "Paus", "trusted", "source ", "block "] {
            assert!(!section.replace("data-act=\"check", "").contains(english), "{english}: {section}");
        }
    }
}
