//! The command line, by transcript: what is typed, what comes back, how it ends.
#![cfg(feature = "issuer")]

mod common;
#[path = "issuer/headers.rs"]
mod headers;
#[path = "issuer/import.rs"]
mod import;
#[path = "issuer/sealed.rs"]
mod sealed;

use plimsoll::encoding::{decode_base64url, encode_base64url};
use plimsoll::proof::recheck::Export;
use plimsoll::proof::report::{Conclusion, Report};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_plimsoll");

/// A folder to work in.
struct Bench(tempfile::TempDir);

/// What came back.
#[derive(Debug)]
struct Reply {
    code: i32,
    out: String,
    err: String,
}

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A registry with a party and one record, anchored and buried.
    fn with_record() -> Self {
        let bench = Self::new();
        bench.run(&["init", "--name", "Harbour Registry"]).ends(0);
        bench.add_party("acme", "Acme Trading BV");
        bench.record("REC-1", "RCV-2026-0042", "84300.00");
        bench.run(&["anchor", "--blocks", "6"]).ends(0);
        bench
    }

    fn add_party(&self, key: &str, name: &str) {
        self.run(&["key", "new", key]).ends(0);
        self.run(&["party", "add", "--key", key, "--name", name, "--role", "importer"]).ends(0);
    }

    fn record(&self, id: &str, reference: &str, amount: &str) {
        self.write("record.json", statement(id, reference, amount).as_bytes());
        self.run(&["record", "record.json", "--as", "acme"]).ends(0).says(id);
    }

    fn run(&self, args: &[&str]) -> Reply {
        let output = Command::new(PROGRAM).current_dir(self.0.path()).args(args).output().unwrap();
        Reply {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Verifies with the chain and the policy this registry hands out.
    fn verify(&self, input: &str) -> Reply {
        let own = ["--headers", ".plimsoll/chain.headers", "--registry", ".plimsoll/policy.json"];
        self.run(&[&["verify", input], &own[..]].concat())
    }

    fn verify_beside(&self, link: &str, file: &str) -> Reply {
        let own = ["--headers", ".plimsoll/chain.headers", "--registry", ".plimsoll/policy.json"];
        self.run(&[&["verify", link, file], &own[..]].concat())
    }

    fn link(&self, record: &str) -> String {
        self.run(&["prove", record]).ends(0).out.trim().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }
}

impl Reply {
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn says(self, part: &str) -> Self {
        assert!(self.out.contains(part), "{part:?} is not in:\n{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn warns(self, part: &str) -> Self {
        assert!(self.err.contains(part), "{part:?} is not in:\n{}\n{}", self.out, self.err);
        self
    }
}

fn statement(id: &str, reference: &str, amount: &str) -> String {
    format!(
        r#"{{"recordType": "receivable", "recordId": "{id}", "subject": {{"scheme": "receivable", "reference": "{reference}"}},
        "actionCode": "APPLY", "actionDateTime": "2026-03-02T22:10:00+08:00",
        "body": {{"faceAmount": "{amount}", "currency": "EUR", "maturityDate": "2026-06-02"}}}}"#
    )
}

/// The same proof with one disclosed text replaced.
fn altered(proof: &str, from: &str, to: &str) -> String {
    let mut json: serde_json::Value = serde_json::from_str(proof).unwrap();
    let sd_jwt = json["record"]["sdJwt"].as_str().unwrap().to_owned();
    let replaced: Vec<String> = sd_jwt
        .split('~')
        .map(|part| match decode_base64url(part).ok().and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(text) => encode_base64url(text.replace(from, to).as_bytes()),
            None => part.to_owned(),
        })
        .collect();
    let replaced = replaced.join("~");
    assert_ne!(replaced, sd_jwt);
    json["record"]["sdJwt"] = replaced.into();
    json.to_string()
}

#[test]
fn from_init_to_a_verdict() {
    let bench = Bench::new();
    bench.run(&["init", "--name", "Harbour Registry"]).ends(0).says("anchor    0 in block 101");
    bench.run(&["key", "new", "acme"]).ends(0).says("suite EdDSA");
    bench.run(&["key", "new", "bank", "--suite", "p256"]).ends(0).says("suite ES256");
    let party = ["party", "add", "--key", "acme", "--name", "Acme Trading BV", "--role", "importer"];
    bench.run(&[&party[..], &["--code", "GLEIF:LEI:724500Y6DUVHQD6OXN27"]].concat()).ends(0).says("entry 1");
    bench.write("record.json", statement("REC-1", "RCV-2026-0042", "84300.00").as_bytes());
    bench.run(&["record", "record.json", "--as", "acme"]).ends(0).says("sequence 1").says("entry  2");
    bench.run(&["prove", "REC-1"]).ends(2).warns("no anchor covers it yet").warns("plimsoll anchor --blocks 6");
    bench.run(&["anchor"]).ends(0).says("anchor 1 in block 102");
    let link = bench.link("RCV-2026-0042");
    bench.verify(&link).ends(3).says("Cannot be checked yet: depth");
    bench.run(&["anchor", "--blocks", "5"]).ends(0).says("tip    block 107");
    bench
        .verify(&link)
        .ends(0)
        .says("Genuine, but not proven current.")
        .says("EUR 84300.00")
        .says("signed by Acme Trading BV")
        .says("6 confirmations")
        .says("checked from genesis: all 108 headers, no trusted header needed");
    bench.run(&["key", "list"]).ends(0).says("Acme Trading BV").says("registrar");
    bench.run(&["anchor"]).ends(2).warns("the log has not grown since anchor 1");
}

#[test]
fn an_asset_s_records_follow_one_another() {
    let bench = Bench::with_record();
    bench.run(&["record", "record.json", "--as", "acme"]).ends(2).warns("REC-1").warns("an id of its own");
    bench.write("record.json", statement("REC-2", "RCV-2026-0042", "84300.00").replace("APPLY", "SETTLE").as_bytes());
    bench.run(&["record", "record.json", "--as", "acme"]).ends(2).warns("/body/amount").warns("next:");
    let settle =
        statement("REC-2", "RCV-2026-0042", "84300.00").replace("APPLY", "SETTLE").replace("faceAmount", "amount");
    bench.write("record.json", settle.as_bytes());
    bench.run(&["record", "record.json", "--as", "acme"]).ends(0).says("sequence 2");
    bench.run(&["anchor", "--blocks", "6"]).ends(0).says("anchor 2");
    // Whoever signs may sign nonsense: what is settled was never accepted. The proof says so.
    let settled = bench.verify(&bench.link("RCV-2026-0042")).ends(1);
    settled
        .says("against the rules of its trade")
        .says("SETTLE")
        .says("event version        2")
        .says("rule R3 (error)");
    let alone = bench.run(&["prove", "RCV-2026-0042", "--alone", "--file", "alone.json"]);
    alone.ends(0);
    bench.verify("alone.json").ends(0).says("history not shown");
    bench.verify(&bench.link("REC-1")).ends(0).says("APPLY");
}

#[test]
fn a_changed_field_fails_and_names_itself() {
    let bench = Bench::with_record();
    bench.run(&["prove", "REC-1", "--file", "proof.json"]).ends(0);
    let proof = fs::read_to_string(bench.path("proof.json")).unwrap();
    bench.verify("proof.json").ends(0);
    bench.write("changed.json", altered(&proof, "84300.00", "94300.00").as_bytes());
    bench.verify("changed.json").ends(1).says("Not genuine: disclosures failed").says("record/body/faceAmount");
}

#[test]
fn garbage_is_malformed_and_missing_things_could_not_be_checked() {
    let bench = Bench::with_record();
    let link = bench.link("REC-1");
    bench.run(&["verify", "nonsense"]).ends(2).warns("neither a file nor a proof link").warns("next:");
    bench.run(&["verify", "#/v/1.AAAA"]).ends(2).says("Nothing could be read");
    bench.run(&["verify", &link[..link.len() / 2]]).ends(2).says("link cut off");
    bench.write("garbage", &[7; 300]);
    bench.run(&["verify", "garbage"]).ends(2);
    bench.write("proof.json", b"{\"format\":\"plimsoll-proof/1\"}");
    bench.run(&["verify", "proof.json"]).ends(2).says("proof malformed");
    bench.run(&["verify", &link]).ends(3).says("headers missing").says("registry unknown");
    bench.run(&["verify", &link, "--headers", ".plimsoll/chain.headers"]).ends(3).says("registry unknown");
    bench.run(&["verify", &link, "--headers", "garbage"]).ends(2).warns("not a run of block headers");
    bench.run(&["verify", &link, "--network", "nonet"]).ends(2).warns("--network").warns("mainnet, testnet3");
    bench.run(&["verify", &link, "--pin", "1:zz"]).ends(2).warns("--pin");
    bench.run(&["verify", &link, "--registry", "garbage"]).ends(2).warns("--registry");
    bench.run(&["verify"]).ends(2).warns("Usage");
}

#[test]
fn a_pin_ties_a_chain_or_takes_it_away() {
    let bench = Bench::with_record();
    let link = bench.link("REC-1");
    let headers = fs::read(bench.path(".plimsoll/chain.headers")).unwrap();
    let hash = |height: usize| plimsoll::chain::Header::decode(&headers[height * 80..][..80]).unwrap().hash();
    bench.write("run", &headers[80 * 50..]);
    let verify = ["verify", &link, "--headers", "run", "--network", "regtest", "--registry", ".plimsoll/policy.json"];
    bench.run(&verify).ends(2).warns("nothing tells where these headers belong");
    let with_pin = |pin: &str| bench.run(&[&verify[..], &["--pin", pin]].concat());
    with_pin(&format!("107:{}", hash(107)))
        .ends(0)
        .says("pinned:107")
        .says("tied to the trusted header of block 107\n");
    with_pin(&format!("105:{}", hash(107))).ends(1);
    let whole = ["verify", &link, "--headers", ".plimsoll/chain.headers", "--registry", ".plimsoll/policy.json"];
    let with_pin = |pin: &str| bench.run(&[&whole[..], &["--pin", pin]].concat());
    with_pin(&format!("50:{}", hash(50))).ends(0);
    let beyond = with_pin(&format!("500:{}", hash(50))).ends(3);
    beyond.warns("no header given fits pin 500:").says("chain ends early");
    with_pin(&format!("108:{}", hash(50))).ends(3).warns("no headers are used");
}

#[test]
fn a_proof_can_bring_its_headers_and_withhold_fields() {
    let bench = Bench::with_record();
    bench.run(&["prove", "REC-1", "--headers", "--file", "proof.json"]).ends(0);
    bench.run(&["verify", "proof.json", "--registry", ".plimsoll/policy.json"]).ends(0);
    let withhold = ["prove", "REC-1", "--withhold", "/body/faceAmount", "--base", "https://trade.example/"];
    let link = bench.run(&withhold).ends(0).out;
    assert!(link.starts_with("https://trade.example/#/v/1."));
    let reply = bench.verify(link.trim()).ends(0).says("1 withheld");
    assert!(!reply.out.contains("84300.00"));
    bench.run(&["prove", "REC-1", "--withhold", "/body/nothing"]).ends(2).warns("no field at");
    bench.run(&["prove", "REC-1", "--withhold", "/subject"]).ends(2).warns("in the clear");
    bench.run(&["prove", "REC-9"]).ends(2).warns("no record with id");
    let short = bench.run(&["prove", "REC-1", "--policy-hash"]).ends(0).out;
    assert!(short.len() < bench.link("REC-1").len());
    bench.verify(short.trim()).ends(0);
}

#[test]
fn an_encrypted_proof_opens_with_its_link_alone() {
    let bench = Bench::with_record();
    let at = "https://files.example/rec.proof.enc";
    let encrypt = ["prove", "REC-1", "--encrypt", "rec.proof.enc", "--at", at, "--base", "https://trade.example/"];
    let link = bench.run(&encrypt).ends(0).out;
    assert!(link.starts_with("https://trade.example/#/v/u."), "{link}");
    let file = fs::read(bench.path("rec.proof.enc")).unwrap();
    assert!(file.starts_with(b"PLMENC") && !file.windows(6).any(|window| window == b"format"));
    bench.verify_beside(link.trim(), "rec.proof.enc").ends(0).says("RCV-2026-0042");
    bench.verify(link.trim()).ends(2).says(at);
    let again = bench.run(&encrypt).ends(0).out;
    assert_ne!(again, link, "a key of its own each time");
    bench.verify_beside(link.trim(), "rec.proof.enc").ends(2).says("remote other file");
    let beside = bench.run(&["prove", "REC-1", "--encrypt", "mail.enc", "--withhold", "/body/faceAmount"]).ends(0).out;
    let reply = bench.verify_beside(beside.trim(), "mail.enc").ends(0).says("1 withheld");
    assert!(!reply.out.contains("84300.00"));
    bench.run(&["prove", "REC-1", "--encrypt", "x.enc", "--at", "http://files.example/x"]).ends(2).warns("--at");
    bench.run(&["prove", "REC-1", "--at", at]).ends(2).warns("--encrypt");
    bench.run(&["verify", "mail.enc"]).ends(2).says("encrypted without link");
}

#[test]
fn qr_codes_are_as_many_as_it_takes() {
    let bench = Bench::with_record();
    bench.run(&["prove", "REC-1", "--qr-svg", "code.svg"]).ends(0).says("QR code 1 of ").says("code-1.svg");
    assert!(fs::read_to_string(bench.path("code-1.svg")).unwrap().starts_with("<svg "));
    bench.run(&["prove", "REC-1", "--qr-terminal"]).ends(0).says("█");
}

#[test]
fn a_report_says_the_same_as_its_proof_or_fails() {
    let bench = Bench::with_record();
    bench.run(&["prove", "REC-1", "--file", "proof.json"]).ends(0);
    let own = ["--headers", ".plimsoll/chain.headers", "--registry", ".plimsoll/policy.json", "--json"];
    let json = bench.run(&[&["verify", "proof.json"], &own[..]].concat()).ends(0).out;
    let report: Report = serde_json::from_str(&json).unwrap();
    assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent);
    let export = Export {
        format: "plimsoll-export/1".into(),
        report,
        proof: Some(fs::read_to_string(bench.path("proof.json")).unwrap()),
        files: vec![],
    };
    bench.write("export.json", export.to_json().as_bytes());
    bench.verify("export.json").ends(0).says("report agrees            passed");
    let mut lying = export.clone();
    lying.report.record.as_mut().unwrap().reference = "RCV-2026-0043".into();
    bench.write("lying.json", lying.to_json().as_bytes());
    bench.verify("lying.json").ends(1).says("report agrees            FAILED");
}

#[test]
fn keys_that_others_can_read_are_refused() {
    let bench = Bench::with_record();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = bench.path(".plimsoll/keys/acme.key");
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
        bench.write("record.json", statement("REC-2", "RCV-2026-0043", "1.00").as_bytes());
        bench.run(&["record", "record.json", "--as", "acme"]).ends(2).warns("permission 644").warns("chmod 600");
    }
    bench.run(&["key", "new", "acme"]).ends(2).warns("already");
    bench.run(&["key", "new", "../acme"]).ends(2).warns("key name");
    bench.run(&["record", "record.json", "--as", "nobody"]).ends(2).warns("plimsoll key new nobody");
}

#[test]
fn only_one_process_writes_and_a_damaged_journal_is_refused() {
    let bench = Bench::with_record();
    let lock = fs::File::options().write(true).open(bench.path(".plimsoll/lock")).unwrap();
    lock.lock().unwrap();
    bench.run(&["anchor", "--blocks", "1"]).ends(2).warns("another process").warns("wait until");
    bench.run(&["prove", "REC-1"]).ends(0);
    drop(lock);
    bench.run(&["anchor", "--blocks", "1"]).ends(0);

    let journal = bench.path(".plimsoll/journal");
    let whole = fs::read(&journal).unwrap();
    fs::write(&journal, [&whole[..], b"0123 {\"step\""].concat()).unwrap();
    bench.run(&["prove", "REC-1"]).ends(0);
    bench.run(&["anchor", "--blocks", "1"]).ends(0).warns("cut 12 bytes");
    let mut damaged = fs::read(&journal).unwrap();
    damaged[40] ^= 1;
    fs::write(&journal, damaged).unwrap();
    bench.run(&["prove", "REC-1"]).ends(2).warns("line 1 is damaged").warns("restore");
    bench.run(&["--dir", "elsewhere", "prove", "REC-1"]).ends(2).warns("not a workspace").warns("plimsoll init");
    bench.run(&["init", "--name", "Again"]).ends(2).warns("exists already");
    bench.run(&["--dir", "other", "init", "--name", "X", "--witnesses", "1"]).ends(2).warns("quorum 2 of 1");
}

#[test]
fn every_command_s_help_has_examples() {
    let bench = Bench::new();
    for command in [
        &["init"][..],
        &["key", "new"],
        &["key", "list"],
        &["party", "add"],
        &["record"],
        &["anchor"],
        &["prove"],
        &["verify"],
        &["headers", "verify"],
        &["headers", "pins"],
        &["headers", "serve"],
        &["sample"],
    ] {
        let example = format!("  plimsoll {}", command.join(" "));
        bench.run(&[command, &["--help"]].concat()).ends(0).says("Examples:\n").says(&example);
    }
    bench.run(&["--help"]).ends(0).says("Exit codes: 0 passed");
    bench.run(&[]).ends(2).warns("Usage");
}

#[test]
fn a_real_timestamp_with_its_document_and_headers() {
    let Some(data) = common::data_dir() else { return };
    let bench = Bench::new();
    let path = |name: &str| data.join(name).to_str().unwrap().to_owned();
    let stamp = path("opentimestamps/in-chain/rootstock-95bf5b-manuscript.pdf.ots");
    let document = path("opentimestamps/in-chain/rootstock-95bf5b-manuscript.pdf");
    let headers = path("headers/mainnet-685439-687516.headers");
    let network = ["--headers", &headers, "--network", "mainnet"];
    let verify = ["verify", &stamp, "--document", &document];
    bench
        .run(&[&verify[..], &network].concat())
        .ends(0)
        .says("block 685453")
        .says("existed before this block")
        .says("tied to the trusted header of block 687455, in the list that Debian ships with the Electrum wallet");
    bench.run(&verify).ends(3).says("could not check");
    let other = path("opentimestamps/in-chain/rootstock-95bf5b-index.html");
    bench.run(&[&["verify", &stamp, "--document", &other][..], &network].concat()).ends(1).says("document digest");
    common::counted("timestamps through the command line", 1);
}

/// Where a test needs what one process wrote before it was killed.
fn acknowledged(out: &str, word: &str) -> bool {
    out.lines().any(|line| line.starts_with(word)) && out.ends_with('\n')
}

#[test]
fn a_kill_at_any_moment_loses_nothing_acknowledged() {
    let bench = Bench::with_record();
    let mut random = fastrand::Rng::with_seed(20_260_302);
    let (mut kept, mut unknown, mut anchors) = (Vec::new(), 0, 0);
    for round in 0..120 {
        let id = format!("KILL-{round}");
        let anchoring = round % 4 == 3;
        let args = if anchoring {
            vec!["anchor", "--blocks", "2"]
        } else {
            bench.write("kill.json", statement(&id, &id, "1.00").as_bytes());
            vec!["record", "kill.json", "--as", "acme"]
        };
        let out = fs::File::create(bench.path("out")).unwrap();
        let mut child = Command::new(PROGRAM)
            .current_dir(bench.0.path())
            .args(&args)
            .stdout(out)
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(random.u64(0..60_000)));
        child.kill().unwrap();
        let _ = child.wait().unwrap();
        let out = fs::read_to_string(bench.path("out")).unwrap();
        match (anchoring, acknowledged(&out, if anchoring { "tip" } else { "entry" })) {
            (false, true) => kept.push(id),
            (true, true) => anchors += 1,
            (_, false) => unknown += 1,
        }
        bench.run(&["key", "list"]).ends(0);
    }
    assert!(
        kept.len() > 5 && unknown > 5,
        "{} acknowledged, {unknown} not: the kills fell all on one side",
        kept.len()
    );
    bench.record("LAST", "LAST", "1.00");
    bench.run(&["anchor", "--blocks", "6"]).ends(0);
    bench.run(&["headers", "verify", ".plimsoll/chain.headers", "--network", "regtest"]).ends(0);
    for id in kept.iter().map(String::as_str).chain(["REC-1", "LAST"]) {
        bench.verify(&bench.link(id)).ends(0);
    }
    println!("{} records and {anchors} anchors acknowledged, {unknown} killed before", kept.len());
}

/// The copies beside the journal are made anew; a kill between the two must not leave them behind for good.
#[test]
fn lost_copies_are_made_again() {
    let bench = Bench::with_record();
    for copy in ["policy.json", "chain.headers", "blocks.dat"] {
        fs::remove_file(bench.path(&format!(".plimsoll/{copy}"))).unwrap();
    }
    bench.run(&["anchor", "--blocks", "1"]).ends(0);
    bench.run(&["headers", "verify", ".plimsoll/chain.headers", "--network", "regtest"]).ends(0).says("tip");
    assert!(Path::new(&bench.path(".plimsoll/policy.json")).exists());
}
