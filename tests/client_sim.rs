//! The light client in simulated time: sources that lie, stall, or send something else, and a reader who hands in anything.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/loopback.rs"]
mod loopback;

use loopback::Loopback;
use plimsoll::chain::compact::encode_run;
use plimsoll::chain::header_file::import_prefix;
use plimsoll::chain::{Header, Params, Target};
use plimsoll::client::LightClient;
use plimsoll::client::import::SLICE;
use plimsoll::client::light_client::FETCH_TIMEOUT_MS;
use plimsoll::client::message::{
    ChainStatus, Command, Config, Event, FetchFailure, FetchHead, FetchId, HeaderSource, Input, Material, Output,
    Reach, Stage, VerificationId,
};
use plimsoll::engine::Engine;
use plimsoll::proof::report::Conclusion;
use plimsoll::time::UnixTime;

const ID: VerificationId = VerificationId(1);

/// Headers of the regtest network, mined on the spot, a block every ten minutes.
fn mine(count: usize) -> Vec<Header> {
    let mut headers = vec![*Params::regtest().genesis()];
    while headers.len() < count {
        let parent = headers[headers.len() - 1];
        let template = Header { version: 4, previous: parent.hash(), time: parent.time + 600, nonce: 0, ..parent };
        let target = template.bits.decode(Target::MAX).unwrap();
        headers.push((0..).map(|nonce| Header { nonce, ..template }).find(|h| target.admits(&h.hash().0)).unwrap());
    }
    headers
}

fn bytes(headers: &[Header]) -> Vec<u8> {
    headers.iter().flat_map(Header::encode).collect()
}

/// The client and the world around it: a clock, what it asked for, what it said.
struct World {
    client: LightClient,
    /// The same client with its engine beyond a line of bytes, as in the page: it must do and say the same.
    far: LightClient,
    now: UnixTime,
    asked: Vec<(FetchId, String)>,
    said: Vec<Event>,
}

impl World {
    /// A client that was told of these sources of regtest headers, in order.
    fn with_sources(urls: &[&str]) -> Self {
        let now = UnixTime(1_800_000_000);
        let far = LightClient::with_engine(Box::new(Loopback::to(Engine::new())));
        let mut world = Self { client: LightClient::new(), far, now, asked: vec![], said: vec![] };
        let source = |url: &&str| HeaderSource::file("regtest", url);
        let headers = urls.iter().map(source).collect();
        let config = Config { headers, begin: vec!["regtest".into()], ..Config::default() };
        world.tell(Command::Start { config });
        world
    }

    fn tell(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    /// One input, then everything the client wants done before the next; a bound on how often it may ask for more time.
    fn input(&mut self, input: Input) {
        self.both(&input);
        let mut yields = 0;
        while let Some(output) = self.poll() {
            match output {
                Output::Fetch { request, url, reach, max_bytes, timeout_ms, in_parts, .. } => {
                    assert!(max_bytes > 0 && timeout_ms == FETCH_TIMEOUT_MS && reach == Reach::Own && in_parts);
                    self.asked.push((request, url));
                }
                Output::Event(event) => self.said.push(event),
                Output::Yield => {
                    yields += 1;
                    assert!(yields < 1000, "asks for more time without end");
                    self.both(&Input::Tick);
                }
                // What is broken off is still answered here: nobody may hear of it.
                Output::ReadOn { .. } | Output::StopFetch { .. } => {}
                other => panic!("{other:?} for a file"),
            }
        }
    }

    fn both(&mut self, input: &Input) {
        self.client.handle_input(input.clone(), self.now);
        self.far.handle_input(input.clone(), self.now);
    }

    fn poll(&mut self) -> Option<Output> {
        let (near, far) = (self.client.poll_output(), self.far.poll_output());
        assert_eq!(near, far, "the client does something else when its engine is asked in bytes");
        near
    }

    /// The answer to the oldest fetch of a URL.
    fn answer(&mut self, url: &str, result: Result<Vec<u8>, FetchFailure>) {
        let at = self.asked.iter().position(|(_, asked)| asked == url).unwrap_or_else(|| panic!("{url} was not asked"));
        let (request, _) = self.asked.remove(at);
        if let Ok(body) = &result {
            self.input(Input::FetchHead { request, head: FetchHead::default() });
            if !body.is_empty() {
                self.input(Input::FetchedPart { request, bytes: body.clone() });
            }
        }
        self.input(Input::Fetched { request, result: result.map(|_| vec![]) });
    }

    fn pass(&mut self, seconds: i64) {
        self.now = self.now.plus(seconds);
        self.input(Input::Tick);
    }

    fn verify(&mut self, material: Vec<Material>) {
        self.tell(Command::Verify { id: ID, material });
    }

    fn chain(&self) -> Option<&ChainStatus> {
        self.said.iter().rev().find_map(|event| if let Event::Chain(status) = event { Some(status) } else { None })
    }

    fn failures(&self) -> Vec<(&str, &str)> {
        let mut failures = vec![];
        for event in &self.said {
            if let Event::HeadersFailed { source, detail } = event {
                failures.push((source.as_str(), detail.as_str()));
            }
        }
        failures
    }

    /// The code of the refusal, or of what made the input unreadable, once the verification is over.
    fn end(&self) -> Option<String> {
        self.said.iter().find_map(|event| match event {
            Event::Refused { id, problem } if *id == ID => Some(problem.code.clone()),
            Event::Verdict { id, report, .. } if *id == ID => {
                let unreadable = report.unreadable.as_ref().map(|problem| problem.code.clone());
                Some(unreadable.unwrap_or_else(|| format!("{:?}", report.conclusion)))
            }
            _ => None,
        })
    }
}

fn file(name: &str, bytes: &[u8]) -> Material {
    Material::File { name: name.into(), bytes: bytes.to_vec() }
}

#[test]
fn a_good_source_gives_a_chain_from_genesis() {
    let mut world = World::with_sources(&["a"]);
    assert!(world.client.next_wakeup().is_some(), "a fetch under way has its time");
    world.answer("a", Ok(bytes(&mine(120))));
    let chain = world.chain().unwrap();
    assert_eq!((chain.height, chain.headers, chain.basis.as_str()), (119, 120, "genesis"));
    assert!(world.failures().is_empty());
    world.pass(1);
    assert_eq!(world.client.next_wakeup(), None, "regtest has no blocks of itself to look for");
}

#[test]
fn a_silent_source_is_given_up_and_the_next_one_asked() {
    let mut world = World::with_sources(&["silent", "good"]);
    world.verify(vec![file("letter.txt", b"dear sirs")]);
    world.pass(10);
    assert!(world.failures().is_empty() && world.end().is_none(), "still within its time");
    world.pass(60);
    assert_eq!(world.failures()[0].0, "silent");
    assert!(world.failures()[0].1.contains("20000 ms"));
    world.answer("good", Ok(bytes(&mine(12))));
    assert_eq!(world.chain().unwrap().height, 11);
    assert_eq!(world.end().as_deref(), Some("no-proof-in-files"));
    // What the silent one says after its time is heard by nobody.
    let chains = world.said.len();
    world.answer("silent", Ok(bytes(&mine(50))));
    assert_eq!((world.said.len(), world.chain().unwrap().height), (chains, 11));
}

#[test]
fn every_source_failing_still_ends_the_verification() {
    let mut world = World::with_sources(&["a", "b"]);
    world.verify(vec![Material::Link { text: "#/v/1.AAAA".into() }]);
    world.answer("a", Err(FetchFailure::Status { status: 404 }));
    world.answer("b", Err(FetchFailure::Network { detail: "offline".into() }));
    assert_eq!(world.failures().len(), 2);
    assert!(world.end().is_some());
}

#[test]
fn a_source_that_sends_something_else_is_named() {
    let good = bytes(&mine(30));
    let mut other_genesis = good.clone();
    other_genesis[70] ^= 1;
    for (what, body, part) in [
        ("a page instead", b"<!doctype html>".to_vec(), "80-byte headers"),
        ("nothing", vec![], "80-byte headers"),
        ("a byte too many", [good.clone(), vec![0]].concat(), "80-byte headers"),
        ("another genesis", other_genesis, "genesis"),
        ("no start", good[80..].to_vec(), "genesis"),
    ] {
        let mut world = World::with_sources(&["a", "b"]);
        world.answer("a", Ok(body));
        let [(source, detail)] = world.failures()[..] else { panic!("{what}: {:?}", world.failures()) };
        assert_eq!(source, "a");
        assert!(detail.contains(part), "{what}: {detail}");
        world.answer("b", Ok(good.clone()));
        assert_eq!(world.chain().unwrap().height, 29, "{what}");
    }
}

#[test]
fn a_lie_in_the_middle_is_named_with_its_height_and_rule_and_what_came_before_stays() {
    let mut headers = mine(60);
    headers[40].merkle_root[0] ^= 1;
    let target = headers[40].bits.decode(Target::MAX).unwrap();
    while target.admits(&headers[40].hash().0) {
        headers[40].nonce += 1;
    }
    let mut world = World::with_sources(&["liar", "honest"]);
    world.answer("liar", Ok(bytes(&headers)));
    let (source, detail) = world.failures()[0];
    assert_eq!(source, "liar");
    assert!(detail.contains("height 40") && detail.contains("target"), "{detail}");
    assert_eq!(world.chain().unwrap().height, 39);
    world.answer("honest", Ok(bytes(&mine(60))));
    assert_eq!((world.chain().unwrap().height, world.failures().len()), (59, 1));
}

#[test]
fn headers_of_tomorrow_wait_and_are_not_called_wrong() {
    let headers = mine(30);
    let mut world = World::with_sources(&["a"]);
    // The reader's clock stands a day behind the tip.
    world.now = UnixTime(i64::from(headers[29].time) - 86_400);
    world.answer("a", Ok(bytes(&headers)));
    let (_, detail) = world.failures()[0];
    assert!(detail.contains("not yet") || detail.contains("later than"), "{detail}");
    assert_eq!(world.chain().unwrap().height, 0, "everything within two hours of that clock");
    world.now = UnixTime(i64::from(headers[29].time));
    world.tell(Command::RefreshHeaders);
    world.answer("a", Ok(bytes(&headers)));
    assert_eq!(world.chain().unwrap().height, 29);
}

#[test]
fn more_work_wins_whichever_source_came_first() {
    let headers = mine(40);
    let mut fork = headers[..20].to_vec();
    for _ in 0..30 {
        let parent = fork[fork.len() - 1];
        let template = Header { previous: parent.hash(), time: parent.time + 1, nonce: 0, version: 5, ..parent };
        let target = template.bits.decode(Target::MAX).unwrap();
        fork.push((0..).map(|nonce| Header { nonce, ..template }).find(|h| target.admits(&h.hash().0)).unwrap());
    }
    let mut world = World::with_sources(&["a"]);
    world.answer("a", Ok(bytes(&headers)));
    world.verify(vec![file("regtest-fork.headers", &bytes(&fork))]);
    let chain = world.chain().unwrap();
    assert_eq!((chain.height, chain.hash.clone()), (49, fork[49].hash().to_string()));
    // The page hears of it, so that verdicts which stood on the former chain are given anew.
    let mut told = world.said.iter().filter_map(|event| match event {
        Event::Reorganized(found) => Some(found),
        _ => None,
    });
    let found = told.next().expect("is told");
    assert_eq!((found.common.height, found.from.height, found.to.height), (19, 39, 49));
    assert_eq!((found.disconnected, found.connected, found.source.as_str()), (20, 30, "regtest-fork.headers"));
    assert!(told.next().is_none());
}

#[test]
fn headers_handed_in_may_come_in_every_form() {
    let headers = mine(30);
    let raw = bytes(&headers);
    let import = |from: usize| [&import_prefix([0xfa, 0xbf, 0xb5, 0xda], from as u32)[..], &raw[80 * from..]].concat();
    let hex: String = headers.iter().map(|header| format!("{header}\n")).collect();
    let compact = encode_run("regtest", 7, &headers[7..]).unwrap();
    let electrum = [&raw[..800], &[0; 80], &raw[880..]].concat();
    for (file_bytes, tip, basis) in [
        (import(0), 29, "genesis"),
        (import(5), 29, "unanchored:5"),
        (hex.into_bytes(), 29, "genesis"),
        (compact, 29, "unanchored:7"),
        (electrum, 29, "unanchored:11"),
    ] {
        let mut world = World::with_sources(&[]);
        world.verify(vec![file("export", &file_bytes)]);
        let chain = world.chain().unwrap();
        let basis_found = chain.basis.split(':').take(2).collect::<Vec<_>>().join(":");
        assert_eq!((chain.height, basis_found.as_str()), (tip, basis));
        assert_eq!(world.end().as_deref(), Some("only-headers"));
    }
    // Without a genesis header Electrum's file names no network; filter headers are none.
    let mut world = World::with_sources(&[]);
    world.verify(vec![file("export", &[&[0; 80], &raw[80..]].concat())]);
    assert!(matches!(world.failures()[..], [("export", detail)] if detail.contains("nothing tells where")));
    let mut world = World::with_sources(&[]);
    let filters = [&import_prefix([0xfa, 0xbf, 0xb5, 0xda], 0)[..5], &[1, 0, 0, 0, 0], &[7; 64]].concat();
    world.verify(vec![file("export", &filters)]);
    assert!(matches!(world.failures()[..], [("export", detail)] if detail.contains("filter headers")));
}

#[test]
fn a_long_run_is_told_of_by_slices_and_can_be_cancelled() {
    let run = bytes(&mine(SLICE * 2 + 10));
    let mut world = World::with_sources(&[]);
    world.verify(vec![file("regtest-0.headers", &run), file("note.txt", b"a note")]);
    let told: Vec<u64> = world
        .said
        .iter()
        .filter_map(|event| match event {
            Event::Progress { stage: Stage::VerifyingHeaders { done, total, .. }, .. } => {
                assert_eq!(*total, (SLICE * 2 + 10) as u64);
                Some(*done)
            }
            _ => None,
        })
        .collect();
    assert_eq!(told, [SLICE as u64, SLICE as u64 * 2]);
    assert_eq!(world.end().as_deref(), Some("no-proof-in-files"));

    let mut world = World::with_sources(&["a"]);
    world.verify(vec![file("note.txt", b"a note")]);
    world.tell(Command::Cancel { id: ID });
    world.answer("a", Ok(run));
    assert_eq!(world.end(), None, "nothing more is heard of a cancelled one");
}

#[test]
fn whatever_is_handed_in_has_an_end_and_a_name() {
    for (material, end) in [
        (vec![], "nothing-handed-in"),
        (vec![Material::Link { text: "hello".into() }], "link-without-proof"),
        (vec![Material::Link { text: "#/v/1.AA".into() }], "link-cut-off"),
        (vec![Material::Link { text: "#/v/7.AA".into() }], "link-of-later-version"),
        (vec![Material::Link { text: "#/Q/1.00000000.1.2.AA".into() }], "codes-missing"),
        (vec![file("x", b"{\"format\":\"plimsoll-proof/2\"}")], "proof-malformed"),
        (vec![file("x", b"{\"format\":\"plimsoll-proof/1\"}")], "proof-malformed"),
        (vec![file("x", b"{\"format\":\"plimsoll-export/1\"}")], "report-malformed"),
        (vec![file("x", b"{\"format\":\"plimsoll-registry/1\"}")], "only-policy"),
        (vec![file("x.ots", b"\0OpenTimestamps\0\0Proof\0")], "timestamp-malformed"),
        (vec![file("x.headers", b"short")], "only-headers"),
        (vec![file("x.pdf", &[0; 160])], "no-proof-in-files"),
    ] {
        let what = format!("{material:?}");
        let mut world = World::with_sources(&[]);
        world.verify(material);
        assert_eq!(world.end().as_deref(), Some(end), "{what}");
    }
}

#[test]
fn a_flood_of_verifications_is_bounded_and_the_oldest_is_told() {
    let mut world = World::with_sources(&["never"]);
    for id in 0..40 {
        let material = vec![file("note.txt", b"a note")];
        world.tell(Command::Verify { id: VerificationId(id), material });
    }
    let refused =
        world.said.iter().filter(|e| matches!(e, Event::Refused { problem, .. } if problem.code == "too-many-waiting"));
    assert_eq!(refused.count(), 8);
}

#[test]
fn an_unreadable_link_is_a_report_too() {
    let mut world = World::with_sources(&[]);
    world.verify(vec![Material::Link { text: "https://x.example/#/v/1.".into() }]);
    let Some(Event::Verdict { report, proof, .. }) = world.said.last() else { panic!("{:?}", world.said) };
    assert_eq!((report.conclusion, proof), (Conclusion::Unreadable, &None));
    assert!(report.unreadable.is_some() && report.lines.is_empty());
}
