//! `plimsoll headers verify`, by transcript.

use super::{Bench, common};
use plimsoll::chain::Header;
use plimsoll::chain::compact::encode_run;
use plimsoll::chain::header_file::import_prefix;
use plimsoll::chain::header_run::decode_run;
use plimsoll::encoding::encode_hex;
use std::fs;

#[test]
fn headers_of_a_chain_from_genesis_pass_and_a_changed_one_is_named() {
    let bench = Bench::with_record();
    let verify = ["headers", "verify", ".plimsoll/chain.headers", "--network", "regtest"];
    bench.run(&verify).ends(0).says("109, heights 0 to 108").says("work             218").says("genesis");
    let mut headers = fs::read(bench.path(".plimsoll/chain.headers")).unwrap();
    headers[80 * 50 + 40] ^= 1;
    bench.write("changed.headers", &headers);
    let reply = bench.run(&["headers", "verify", "changed.headers", "--network", "regtest", "--json"]).ends(1);
    let json: serde_json::Value = serde_json::from_str(&reply.out).unwrap();
    let at = json["failure"]["height"].as_u64().unwrap();
    assert!(at == 50 || at == 51, "the changed header, or the next, which no longer follows: {json}");
    bench.write("short.headers", &headers[..79]);
    bench.run(&["headers", "verify", "short.headers", "--network", "regtest"]).ends(2).warns("multiple of 80");
    bench.run(&["headers", "verify", "changed.headers"]).ends(2).warns("--network");
    bench.run(&["headers", "verify", "nothing.headers", "--network", "regtest"]).ends(2).warns("cannot read");
    let early = ["--time", "2011-02-02T23:16:42Z"];
    bench.run(&[&verify[..], &early].concat()).ends(3).says("future-time at height 1");
}

#[test]
fn headers_in_every_form_that_others_write() {
    let bench = Bench::with_record();
    let raw = fs::read(bench.path(".plimsoll/chain.headers")).unwrap();
    let import = [&import_prefix([0xfa, 0xbf, 0xb5, 0xda], 0)[..], &raw].concat();
    let hole = [0; 80];
    let electrum = [&raw[..800], &hole, &raw[880..]].concat();
    let hex: String = raw.chunks(80).map(|header| encode_hex(header) + "\n").collect();
    let headers: Vec<Header> = decode_run(&raw).unwrap().collect();
    let compact = encode_run("regtest", 0, &headers).unwrap();
    let verify =
        |name: &str, more: &[&str]| bench.run(&[&["headers", "verify", name, "--network", "regtest"], more].concat());
    for (name, format, bytes) in [
        ("import", "neutrino-import", &import[..]),
        ("hex", "hex", hex.as_bytes()),
        ("compact", "compact", &compact),
        ("raw", "raw", &raw),
    ] {
        bench.write(name, bytes);
        verify(name, &[]).ends(0).says(&format!("file             {format}\n")).says("109, heights 0 to 108");
    }
    bench.write("electrum", &electrum);
    verify("electrum", &[]).ends(2).warns("begin at 0, 11");
    verify("electrum", &["--from", "0"]).ends(0).says("10, heights 0 to 9");
    verify("electrum", &["--from", "11"]).ends(3).says("98, heights 11 to 108").says("unanchored");
    bench.run(&["headers", "verify", "import", "--network", "mainnet"]).ends(2).warns("says that it is of regtest");
    bench.run(&["headers", "verify", "raw", "--network", "mainnet"]).ends(1).says("rule             genesis");
    bench.write("filters", &[&import_prefix([0xfa, 0xbf, 0xb5, 0xda], 0)[..5], &[1, 0, 0, 0, 0], &[7; 64]].concat());
    verify("filters", &[]).ends(2).warns("filter headers");
}

#[test]
fn headers_of_mainnet_with_and_without_a_pin() {
    let Some(data) = common::data_dir() else { return };
    let bench = Bench::new();
    let file = data.join("headers/mainnet-685439-687516.headers");
    let verify = ["headers", "verify", file.to_str().unwrap(), "--network", "mainnet", "--from", "685439"];
    bench.run(&verify).ends(3).says("2078, heights 685439 to 687516").says("unanchored:685439").says("could not check");
    let header = |height: usize| {
        let bytes = fs::read(&file).unwrap();
        plimsoll::chain::Header::decode(&bytes[(height - 685_439) * 80..][..80]).unwrap().hash()
    };
    let with_pin = |pin: &str| bench.run(&[&verify[..], &["--pin", pin]].concat());
    with_pin(&format!("687455:{}", header(687_455))).ends(0).says("settled by pin").says("pinned:687455");
    with_pin(&format!("685440:{}", header(685_440))).ends(3).says("could not check");
    with_pin(&format!("687455:{}", header(687_456))).ends(1).says("rule             pin").says("687455");
    with_pin(&format!("687455:{}", header(687_455).to_string().to_uppercase())).ends(2);
    with_pin(&format!("900000:{}", header(687_455))).ends(3).says("not in this run");
    bench.run(&[&verify[..], &["--built-in-pins"]].concat()).ends(0).says("pinned:687455");
    let wrong_start = ["headers", "verify", file.to_str().unwrap(), "--network", "mainnet", "--from", "685440"];
    bench.run(&wrong_start).ends(1).says("required-bits");
    let other_chain = ["headers", "verify", file.to_str().unwrap(), "--network", "mainnet"];
    bench.run(&other_chain).ends(1).says("rule             genesis");
    common::counted("mainnet headers through the command line", 2078);
}
