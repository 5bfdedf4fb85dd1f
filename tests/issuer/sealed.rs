//! `plimsoll verify` on documents that others sealed.

use super::Bench;
use super::common::{counted, data_dir, read};

#[test]
fn a_sealed_document_is_intact_at_best_and_a_changed_one_fails() {
    let Some(dir) = data_dir() else { return };
    let bench = Bench::new();
    let text = String::from_utf8(read(&dir, "trade/openattestation/did-wrapped.json")).unwrap();
    bench.write("deed.json", text.as_bytes());
    let reply = bench.run(&["verify", "deed.json"]).ends(3);
    reply.says("Intact in itself").says("sealed content           passed").says("issued by did");
    bench.write("deed.json", text.replace("SINGAPORE", "ROTTERDAM").as_bytes());
    let reply = bench.run(&["verify", "deed.json"]).ends(1);
    reply.says("Not genuine: sealed content failed.").says("signature.targetHash").says("cce7bd33bd80b746b71e943e");
    counted("OpenAttestation documents by the command line", 1);
}

#[test]
fn a_certificate_waits_for_its_transaction_and_fails_on_a_wrong_path() {
    let Some(dir) = data_dir() else { return };
    let bench = Bench::new();
    let names = ["mainnet-valid-2.0.json", "mainnet-invalid-merkle-receipt-2.0.json"];
    for (name, code) in names.into_iter().zip([3, 1]) {
        bench.write("certificate.json", &read(&dir, &format!("trade/blockcerts/{name}")));
        bench.write("a.tx", b"00");
        let reply = bench.run(&["verify", "certificate.json", "--document", "a.tx", "--document", "a.tx"]).ends(code);
        let reply = reply.says("content not canonical");
        match code {
            3 => reply.says("sealed batch             passed").says("no transaction"),
            _ => reply.says("Not genuine: sealed batch failed.").says("78d748033920bae00f1ab76a"),
        };
    }
    counted("Blockcerts certificates by the command line", names.len());
}
