//! The check from genesis in the page as built: offered, begun, paused, ended, done, and on every verdict from then on.
//!
//! The page's file of known headers is another one here: mainnet's pins up to block 30,239, so that the real headers at hand
//! reach from genesis over a pinned one to a tip.

use base64ct::{Base64, Encoding};
use e2e::{Browser, Copied, Outcome, View, dist, root};
use serde_json::json;
use sha2::{Digest, Sha384};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const HEADER: usize = 80;
/// Whole periods of which the page holds the ends.
const PERIODS: usize = 15;
const ENTRY: usize = 36;
const GENESIS: &str = "[data-network=mainnet] [data-genesis";
const BASIS: &str = "[data-network=mainnet] [data-fact=basis]";
const VERDICT: &str = "#chain [data-chain=basis]";
const ALL: &str = "Checked from genesis: all 32,261 headers, no trusted header needed.";
/// The one transaction of block 1, as every node gives it: a document that anybody can see in the chain.
const COINBASE_1: &str = "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff0704ffff001d0104ffffffff0100f2052a0100000043410496b538e853519c726a2c91e61ec11600ae1390813a627c66fb8be7947be63c52da7589379515d4e0a604f8141781e62294721166bf621e73a82cbf2342c858eeac00000000";

fn published(name: &str) -> Outcome<Option<Vec<u8>>> {
    let data = std::env::var_os("PLIMSOLL_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let path = data.join("headers").join(name);
    if !path.is_file() {
        println!("published data: none at {} — 0 headers read, nothing of it tested", path.display());
        return Ok(None);
    }
    let bytes = std::fs::read(&path)?;
    println!("published data: {name}: {} headers", bytes.len() / HEADER);
    Ok(Some(bytes))
}

/// The built page with pins in the headers at hand, and a document with its timestamp.
struct Site {
    folder: Copied,
    files: [PathBuf; 2],
}

impl Site {
    fn new(name: &str) -> Outcome<Self> {
        let folder = Copied::of(&dist(), name)?;
        let table = std::fs::read(root().join("src/chain/data/mainnet-period-ends.bin"))?;
        // Mainnet's table, none of testnet4's and signet's, and no block that Bitcoin Core states.
        let mut known = u32::try_from(PERIODS * ENTRY)?.to_le_bytes().to_vec();
        known.extend_from_slice(&table[..PERIODS * ENTRY]);
        known.extend_from_slice(&[0; 12]);
        std::fs::write(folder.path().join("known-here.bin"), &known)?;
        let worker = folder.file(|name| name.starts_with("worker-") && name.ends_with(".js"))?;
        let script = std::fs::read_to_string(&worker)?;
        let (before, rest) = script.split_once("knownHeaders: {").ok_or("the worker names no file of known headers")?;
        let (_, after) = rest.split_once('}').ok_or("the worker's table does not end")?;
        let hash = Base64::encode_string(&Sha384::digest(&known));
        let named = format!("{before}knownHeaders: {{ name: \"known-here.bin\", hash: \"sha384-{hash}\" }}{after}");
        std::fs::write(worker, named)?;

        let files = ["coinbase-1.ots", "coinbase-1"].map(|name| folder.path().join(name));
        let document: Vec<u8> = (0..COINBASE_1.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&COINBASE_1[at..at + 2], 16))
            .collect::<Result<_, _>>()?;
        // Header and version, SHA-256 of the file, SHA-256 again, attested by block 1.
        let magic = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08";
        let attestation = b"\x08\x00\x05\x88\x96\x0d\x73\xd7\x19\x01\x01\x01";
        std::fs::write(&files[0], [&magic[..], &sha2::Sha256::digest(&document), attestation].concat())?;
        std::fs::write(&files[1], document)?;
        Ok(Self { folder, files })
    }

    /// The page of headers, with this source of mainnet's begun, and its chain in hand from the pin on.
    async fn visit(&self, browser: &Browser, url: &str) -> Outcome {
        browser.open_ready("#/headers").await?;
        let source =
            json!({"network": "mainnet", "kind": "header-file", "url": url, "first_height": 0, "enabled": true});
        let choice = json!({"sources": [source], "begin": ["mainnet"]});
        let save = "localStorage.setItem('plimsoll.headers', arguments[0])";
        browser.run(save, vec![choice.to_string().into()]).await?;
        browser.open_ready("#/headers").await?;
        browser.wait_text("[data-network=mainnet] [data-fact=tip]", "32,260").await?;
        let said = browser.wait_text(BASIS, "Checked from the trusted header of block 30,239").await?;
        assert!(said.contains("which stands in the list that Debian ships with the Electrum wallet."), "{said}");
        Ok(())
    }
}

/// A source that sends headers in small pieces, so that something can happen meanwhile. It ends with the test.
fn paced(bytes: Vec<u8>) -> Outcome<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://127.0.0.1:{}/mainnet.headers", listener.local_addr()?.port());
    let bytes = Arc::new(bytes);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let bytes = Arc::clone(&bytes);
            // A page that stops reading is what this test is about.
            std::thread::spawn(move || drop(answer(stream, &bytes)));
        }
    });
    Ok(url)
}

fn answer(mut stream: TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut request = BufReader::new(stream.try_clone()?.take(64 << 10));
    let mut line = String::new();
    request.read_line(&mut line)?;
    let mut from = 0;
    loop {
        let mut field = String::new();
        if request.read_line(&mut field)? <= "\r\n".len() {
            break;
        }
        let field = field.to_ascii_lowercase();
        let start = field.strip_prefix("range: bytes=").and_then(|range| range.split('-').next());
        from = start.and_then(|start| start.trim().parse::<usize>().ok()).unwrap_or(from);
    }
    let last = bytes.len() - 1;
    let (status, range) = match from {
        _ if from > last => ("416 Range Not Satisfiable", format!("Content-Range: bytes */{}\r\n", bytes.len())),
        0 => ("200 OK", String::new()),
        _ => ("206 Partial Content", format!("Content-Range: bytes {from}-{last}/{}\r\n", bytes.len())),
    };
    let body = bytes.get(from..).unwrap_or_default();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: range\r\n\
         Access-Control-Expose-Headers: content-range\r\nContent-Type: application/octet-stream\r\n{range}\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if line.starts_with("OPTIONS") {
        return Ok(());
    }
    for piece in body.chunks(1_000 * HEADER) {
        stream.write_all(piece)?;
        stream.flush()?;
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// Looks at what is shown: wide and narrow, light and dark, in both languages.
async fn look(browser: &Browser, name: &str) -> Outcome {
    for (lang, other) in [("en", "zh-Hans"), ("zh-Hans", "en")] {
        for (view, how) in [
            (View::WIDE, "wide-light"),
            (View::WIDE.dark(), "wide-dark"),
            (View::NARROW, "narrow-light"),
            (View::NARROW.dark(), "narrow-dark"),
        ] {
            browser.view(view).await?;
            assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{name} {lang} {how}");
            assert!(!browser.overflows().await?, "{name} {lang} {how}: wider than its window");
            browser.screenshot(&format!("{name}-{lang}-{how}")).await?;
        }
        browser.view(View::WIDE).await?;
        browser.click(&format!("[data-lang={other}]")).await?;
        browser.wait(&format!("html[lang={other}]")).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_say_that_all_is_checked_from_genesis_once_it_is() -> Outcome {
    let Some(bytes) = published("mainnet-0-32260.headers")? else { return Ok(()) };
    let site = Site::new("genesis")?;
    let url = paced(bytes)?;
    let browser = Browser::serving(site.folder.path()).await?;
    site.visit(&browser, &url).await?;
    browser.wait(&format!("{GENESIS}=open]")).await?;
    browser.settle().await?;
    look(&browser, "genesis-open").await?;

    // Of a block so old the page needs the headers up to the next pin alone, and says which one that is.
    browser.click("nav a[href='#/']").await?;
    browser.drop_files("main", &site.files).await?;
    browser.wait_text("#headline", "This document existed before block 1 was mined.").await?;
    let said = browser.wait_text(VERDICT, "trusted header of block 2,015").await?;
    assert!(said.contains("Tied, hash by hash, to"), "{said}");
    browser.settle().await?;
    look(&browser, "genesis-verdict-before").await?;

    browser.click("nav a[href='#/headers']").await?;
    browser.click("[data-act=check-genesis]").await?;
    browser.wait_text(&format!("{GENESIS}=running] .sentence"), "Checking from genesis: block").await?;
    browser.screenshot("genesis-running").await?;
    browser.click("[data-act=pause-genesis]").await?;
    let paused = browser.wait_text(&format!("{GENESIS}=paused] .sentence"), "Paused at block").await?;
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(browser.text(&format!("{GENESIS}=paused] .sentence")).await?, Some(paused), "a pause holds");
    browser.settle().await?;
    look(&browser, "genesis-paused").await?;
    browser.click("[data-act=stop-genesis]").await?;
    browser.wait_text(&format!("{GENESIS}=stopped]"), "it counts for nothing").await?;
    browser.wait_text(BASIS, "trusted header of block 30,239").await?;
    browser.settle().await?;
    look(&browser, "genesis-stopped").await?;

    browser.click("[data-act=check-genesis]").await?;
    browser.wait_text(&format!("{GENESIS}=done]"), ALL).await?;
    browser.wait_text(BASIS, ALL).await?;
    assert_eq!(browser.count("[data-act=check-genesis]").await?, 0, "nothing is left to check");
    browser.settle().await?;
    look(&browser, "genesis-done").await?;

    // The answer given before is given anew, and says so.
    browser.run("history.go(-1)", vec![]).await?;
    browser.wait_text(VERDICT, ALL).await?;
    browser.wait_text("#headline", "This document existed before block 1 was mined.").await?;
    browser.settle().await?;
    look(&browser, "genesis-verdict-after").await?;

    // The next visit has all of them from the device, checks them again, and offers nothing.
    browser.open_ready("#/headers").await?;
    browser.wait_text("[data-network=mainnet] [data-kept=kept]", "32,261 headers").await?;
    browser.open_ready("#/headers").await?;
    browser.wait_text(BASIS, ALL).await?;
    browser.wait_text("[data-network=mainnet] [data-kept=kept]", "read and checked again").await?;
    assert_eq!(browser.count("[data-genesis]").await?, 0);
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_contradicts_a_pin_is_an_alarm() -> Outcome {
    let Some(bytes) = published("mainnet-0-32260.headers")? else { return Ok(()) };
    let Some(other) = published("mainnet-corealt-0-2016.headers")? else { return Ok(()) };
    let site = Site::new("contradicted")?;
    // Another chain of real work below the first pin, the true one above it.
    let below = 2_016 * HEADER;
    let url = paced([&other[..below], &bytes[below..]].concat())?;
    let browser = Browser::serving(site.folder.path()).await?;
    site.visit(&browser, &url).await?;
    browser.click("[data-act=check-genesis]").await?;
    let alarm = format!("{GENESIS}] [role=alert]");
    let said = browser.wait_text(&alarm, "A source contradicts a trusted header").await?;
    assert!(said.contains("At block 2,015, 127.0.0.1"), "{said}");
    for (which, hash) in
        [("expected", "00000000693067b0e6b440bc51450b9f3850561b07f6d3c021c54fbd6abb9763"), ("found", "")]
    {
        let shown = browser.text(&format!("[data-hash={which}] code")).await?.unwrap_or_default();
        assert!(shown.starts_with("00000000") && shown.contains(hash), "{which}: {shown}");
    }
    browser.wait_text(BASIS, "trusted header of block 30,239").await?;
    browser.wait("[data-source][data-standing=wrong][data-state=set-aside]").await?;
    browser.settle().await?;
    look(&browser, "genesis-alarm").await?;
    browser.finish().await
}
