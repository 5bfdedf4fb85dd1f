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
