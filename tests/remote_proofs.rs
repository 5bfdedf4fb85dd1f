//! Proofs kept elsewhere, encrypted or not: fetched from the page's own address, from another only when the reader agreed, or
//! handed in beside their link; and each step that fails is named.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/sample.rs"]
mod sample;

use plimsoll::client::LightClient;
use plimsoll::client::light_client::FETCH_TIMEOUT_MS;
use plimsoll::client::message::{
    Command, Config, EncryptedProof, Event, FetchFailure, FetchId, HeaderSource, Input, Material, Output, Reach,
    VerificationId,
};
use plimsoll::client::withholding::encrypted as encrypted_by_client;
use plimsoll::crypto::hash::sha256;
use plimsoll::proof::encrypted::encrypt;
use plimsoll::proof::remote::{MAX_FILE_BYTES, Remote};
use plimsoll::proof::report::{Conclusion, InputKind, Report};
use plimsoll::time::UnixTime;
use sample::{link, reader};

const URL: &str = "https://files.example/rcv.proof.enc";
const ID: VerificationId = VerificationId(1);
const NOW: UnixTime = UnixTime(2_000_000_000);

fn proof() -> Vec<u8> {
    link("receivable").proof().unwrap().into()
}

fn random() -> [u8; 44] {
    std::array::from_fn(|at| 200 - at as u8)
}

/// An encrypted proof, and its link.
fn encrypted(url: &str) -> (Vec<u8>, String) {
    let (file, key) = encrypt(&proof(), &random());
    let remote = Remote::new(url, sha256(&file), Some(key.to_vec())).unwrap();
    (file, format!("https://page.example/#{}", remote.to_route()))
}

fn to_link(text: &str) -> Material {
    Material::Link { text: text.into() }
}

fn granted(text: &str) -> Material {
    Material::Granted { text: text.into() }
}

fn file(bytes: &[u8]) -> Material {
    Material::File { name: "attachment".into(), bytes: bytes.to_vec() }
}

/// A client that has the sample's registry and chain, and the world around it.
struct World {
    client: LightClient,
    asked: Vec<(FetchId, String, Reach, u64)>,
    stopped: Vec<FetchId>,
    verdict: Option<Report>,
    ms: u64,
}

impl World {
    fn new() -> Self {
        let config = Config {
            pinned: vec![std::fs::read_to_string("static/.well-known/plimsoll-registry.json").unwrap()],
            headers: vec![HeaderSource::file("regtest", "chain")],
            begin: vec!["regtest".into()],
            ..Config::default()
        };
        let mut world = Self { client: LightClient::new(), asked: vec![], stopped: vec![], verdict: None, ms: 1 };
        world.input(Input::Command(Command::Start { config }));
        let (request, ..) = world.asked.remove(0);
        let chain = std::fs::read("static/sample/chain.headers").unwrap();
        world.input(Input::FetchHead { request, head: Default::default() });
        world.input(Input::FetchedPart { request, bytes: chain });
        world.input(Input::Fetched { request, result: Ok(vec![]) });
        world
    }

    fn input(&mut self, input: Input) {
        let now = plimsoll::client::clock::Now { unix: NOW, steady_ms: self.ms };
        self.client.handle_input(input, now);
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Fetch { request, url, reach, max_bytes, .. } => {
                    self.asked.push((request, url, reach, max_bytes));
                }
                Output::Event(Event::Verdict { report, .. }) => self.verdict = Some(report.into_report()),
                Output::StopFetch { request } => self.stopped.push(request),
                Output::Yield => self.client.handle_input(Input::Tick, now),
                _ => {}
            }
        }
    }

    fn verify(&mut self, material: Vec<Material>) {
        self.verdict = None;
        self.asked.clear();
        self.input(Input::Command(Command::Verify { id: ID, material }));
    }

    fn answer(&mut self, result: Result<Vec<u8>, FetchFailure>) -> Report {
        let (request, ..) = self.asked.remove(0);
        self.input(Input::Fetched { request, result });
        self.verdict.take().expect("a verdict")
    }
}

fn code(report: &Report) -> (&str, &str) {
    let problem = report.unreadable.as_ref().expect("not read");
    assert_eq!((report.conclusion, report.input), (Conclusion::Unreadable, InputKind::ProofLink));
    (&problem.code, &problem.field)
}

#[test]
fn a_file_handed_in_beside_its_link_is_read_wherever_the_link_points() {
    for url in ["", URL] {
        let (sealed, link) = encrypted(url);
        for material in [
            vec![to_link(&link), file(&sealed)],
            vec![file(&sealed), to_link(&link)],
            vec![file(b"something else"), file(link.as_bytes()), file(&sealed)],
        ] {
            let report = reader().read(material);
            assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", report.unreadable);
            assert_eq!(report.input, InputKind::ProofLink);
        }
        let mut world = World::new();
        world.verify(vec![to_link(&link), file(&sealed)]);
        assert!(world.asked.is_empty(), "nothing is fetched that is here");
        assert_eq!(world.verdict.expect("a verdict").conclusion, Conclusion::GenuineNotProvenCurrent);
    }
    let clear = Remote::new("", sha256(&proof()), None).unwrap().to_route();
    let report = reader().read(vec![to_link(&clear), file(&proof())]);
    assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent, "kept in the clear");
}

#[test]
fn another_address_is_asked_only_when_the_reader_agreed_and_never_with_the_key() {
    let (sealed, link) = encrypted(URL);
    let mut world = World::new();
    world.verify(vec![to_link(&link)]);
    let [(_, url, Reach::Own, _)] = world.asked.as_slice() else { panic!("{:?}", world.asked) };
    assert_eq!(url, URL, "the page's own loop refuses it unless it is its own");
    let report = world.answer(Err(FetchFailure::Elsewhere { url: URL.into() }));
    assert_eq!(code(&report), ("proof-kept-elsewhere", URL));

    world.verify(vec![granted(&link)]);
    let [(_, url, reach, most)] = world.asked.as_slice() else { panic!("{:?}", world.asked) };
    assert_eq!((url.as_str(), reach), (URL, &Reach::Source { base: URL.into() }));
    assert_eq!(*most, MAX_FILE_BYTES as u64);
    let key = link.rsplit('.').next().unwrap();
    assert!(key.len() > 40 && !format!("{:?}", world.asked).contains(key), "the key stays here");
    let report = world.answer(Ok(sealed));
    assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", report.unreadable);
}

#[test]
fn each_step_that_fails_is_named() {
    let (file, link) = encrypted(URL);
    let mut world = World::new();
    let mut fetched = |link: &str, result: Result<Vec<u8>, FetchFailure>| {
        world.verify(vec![granted(link)]);
        let report = world.answer(result);
        let (code, field) = code(&report);
        (code.to_owned(), field.to_owned())
    };
    let is = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    for (failure, code) in [
        (FetchFailure::Status { status: 404 }, "remote-not-found"),
        (FetchFailure::Status { status: 410 }, "remote-not-found"),
        (FetchFailure::Status { status: 500 }, "remote-no-answer"),
        (FetchFailure::Network { detail: "offline".into() }, "remote-no-answer"),
        (FetchFailure::Timeout { after_ms: 1 }, "remote-no-answer"),
        (FetchFailure::TooLarge { max_bytes: 1 }, "remote-too-large"),
    ] {
        assert_eq!(fetched(&link, Err(failure)), is(code, URL));
    }
    assert_eq!(fetched(&link, Ok(b"<!doctype html>".to_vec())), is("remote-other-file", "file"));
    let mut changed = file.clone();
    changed[40] ^= 1;
    assert_eq!(fetched(&link, Ok(changed)), is("remote-other-file", "file"));
    let to =
        |bytes: &[u8], key: Option<&[u8]>| Remote::new(URL, sha256(bytes), key.map(<[u8]>::to_vec)).unwrap().to_route();
    assert_eq!(fetched(&to(&file, Some(&[1; 32])), Ok(file.clone())), is("remote-key-wrong", "key"));
    assert_eq!(fetched(&to(&file, Some(&[1; 3])), Ok(file.clone())), is("remote-key-wrong", "key"));
    assert_eq!(fetched(&to(&file, None), Ok(file.clone())), is("remote-key-missing", "key"));
    assert_eq!(fetched(&to(b"{}", Some(&[1; 32])), Ok(b"{}".to_vec())), is("remote-not-encrypted", "file"));
    assert_eq!(fetched(&to(&file[..20], Some(&[1; 32])), Ok(file[..20].to_vec())), is("remote-damaged", "file"));
    let (other, key) = encrypt(b"no proof", &random());
    assert_eq!(fetched(&to(&other, Some(&key)), Ok(other.clone())), is("proof-malformed", "proof"));
}

#[test]
fn without_the_file_or_the_link_the_reader_is_told_what_is_missing() {
    let (sealed, link) = encrypted("");
    let read = |material: Vec<Material>| {
        let report = reader().read(material);
        code(&report).0.to_owned()
    };
    assert_eq!(read(vec![to_link(&link)]), "remote-file-missing");
    assert_eq!(read(vec![to_link(&link), file(b"a note")]), "remote-file-missing");
    assert_eq!(read(vec![file(&sealed)]), "encrypted-without-link");
    let (other, _) = encrypted("");
    let mut other = other;
    other[9] ^= 1;
    assert_eq!(read(vec![to_link(&link), file(&other)]), "remote-other-file");
}

#[test]
fn a_silent_address_is_given_up_and_a_stopped_one_is_not_heard() {
    let (sealed, link) = encrypted(URL);
    let mut world = World::new();
    world.verify(vec![granted(&link)]);
    world.ms += u64::from(FETCH_TIMEOUT_MS) + 4_999;
    world.input(Input::Tick);
    assert!(world.verdict.is_none());
    world.ms += 1;
    world.input(Input::Tick);
    assert_eq!(code(&world.verdict.take().expect("a verdict")), ("remote-no-answer", URL));

    world.verify(vec![granted(&link)]);
    let (request, ..) = world.asked[0];
    world.input(Input::Command(Command::Cancel { id: ID }));
    assert!(world.stopped.contains(&request));
    world.input(Input::Fetched { request, result: Ok(sealed) });
    assert!(world.verdict.is_none());
}

#[test]
fn the_client_encrypts_what_the_same_link_opens() {
    let report = reader().open(&link("receivable").link);
    let text = String::from_utf8(proof()).unwrap();
    let made = |address: &str| match encrypted_by_client(5, &report, &text, &random(), address.into()) {
        Event::Encrypted(made) => made,
        other => panic!("{other:?}"),
    };
    let EncryptedProof { number, name, file: enc, address, link } = made(URL);
    assert_eq!((number, name.as_str(), address.as_str()), (5, "plimsoll-RCV-2026-0042.proof.enc", URL));
    assert!(!enc.windows(6).any(|window| window == b"format"));
    let link = link.expect("an address");
    assert_eq!(reader().read(vec![to_link(&link), file(&enc)]).conclusion, Conclusion::GenuineNotProvenCurrent);
    assert_eq!(made(URL).file, made("").file, "the address is in the link alone");
    for address in ["http://files.example/x", "files.example/x", "https://x example"] {
        let made = made(address);
        assert_eq!(made.link.expect_err("no address").code, "address-malformed", "{address}");
    }
    let event = Event::Encrypted(made(URL));
    assert_eq!(Event::from_bytes(&event.to_bytes()), Ok(event.clone()));
    let key = link.rsplit('.').next().unwrap();
    assert!(!format!("{event:?}").contains(key), "whoever prints it has no key");
    assert!(matches!(encrypted_by_client(5, &report, &text, &[1; 43], String::new()), Event::ExportFailed { .. }));
}
