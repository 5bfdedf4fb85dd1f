//! The page of block headers: what is in hand, sources added, synchronized, paused, cancelled, caught lying, removed.

use e2e::{Browser, Outcome, Serving, View, root};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The header of this height is changed in what the lying server gives.
const LIE_AT: usize = 30_000;
const HEADER: usize = 80;

/// Real headers of mainnet from genesis to block 32,259, where published data lies beside the repository.
fn headers() -> Outcome<Option<(PathBuf, Vec<u8>)>> {
    let data = std::env::var_os("PLIMSOLL_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let path = data.join("headers/mainnet-0-32260.headers");
    if !path.is_file() {
        println!("published data: none at {} — 0 cases read, nothing of it tested", path.display());
        return Ok(None);
    }
    let bytes = std::fs::read(&path)?;
    println!("published data: {} headers of mainnet served to the page", bytes.len() / HEADER);
    Ok(Some((path, bytes)))
}

/// A server of one file at `/slow`, given in small pieces, and at `/lie`, with one header changed. It ends with the test.
struct Strangers {
    port: u16,
}

impl Strangers {
    fn start(bytes: Vec<u8>) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let bytes = Arc::new(bytes);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let bytes = Arc::clone(&bytes);
                // A page that stops reading is what this test is about.
                std::thread::spawn(move || drop(answer(stream, &bytes)));
            }
        });
        Ok(Self { port })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }
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
    if from >= bytes.len() {
        // As some caches do that know nothing of ranges: the whole of it.
        from = 0;
    }
    let mut body = bytes.to_vec();
    let lies = line.contains("/lie");
    if lies {
        // Another time makes another hash, which has not the work.
        body[LIE_AT * HEADER + 68] ^= 1;
    }
    let (status, range) = match from {
        0 => ("200 OK", String::new()),
        _ => ("206 Partial Content", format!("Content-Range: bytes {from}-{}/{}\r\n", body.len() - 1, body.len())),
    };
    let length = body.len() - from;
    write!(
        stream,
        "HTTP/1.1 {status}\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: range\r\n\
         Access-Control-Expose-Headers: content-range\r\nContent-Type: application/octet-stream\r\n{range}\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    if line.starts_with("OPTIONS") {
        return Ok(());
    }
    for piece in body[from..].chunks(1_000 * HEADER) {
        stream.write_all(piece)?;
        stream.flush()?;
        if !lies {
            std::thread::sleep(Duration::from_millis(700));
        }
    }
    Ok(())
}

/// Fills in the form and sends it off.
async fn add(browser: &Browser, kind: &str, network: &str, url: &str) -> Outcome {
    browser.click(&format!("input[name=kind][value={kind}]")).await?;
    browser.click(&format!("input[name=network][value={network}]")).await?;
    browser.run("document.querySelector('#source-url').value = ''", vec![]).await?;
    browser.paste("#source-url", url).await?;
    browser.click("#add").await
}

fn row(url: &str) -> String {
    format!("[data-source='{url}']")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_s_own_headers_are_shown_and_nothing_else_is_asked() -> Outcome {
    let browser = Browser::start().await?;
    browser.open_ready("").await?;
    // The pill that is always true leads to where it can be looked into.
    browser.click("#status-pill a").await?;
    browser.wait_text("#headline", "Sample chain: Headers to block 212").await?;
    browser.wait_text("#headline", "checked from genesis").await?;
    let own = row("sample/chain.headers");
    browser.wait_text(&format!("{own} [data-cell=tip]"), "212").await?;
    browser.wait(&format!("{own}[data-standing=agrees]")).await?;
    assert_eq!(browser.count("[data-source]").await?, 1, "nothing but the page's own address");
    assert_eq!(browser.count(".remove").await?, 0);
    let script = "return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin)
        .filter((origin) => origin !== location.origin).length";
    assert_eq!(browser.run(script, vec![]).await?, 0);
    for (url, said) in [
        ("", "Give its address."),
        ("http://x.example/", "is not encrypted"),
        ("javascript:alert(1)", "cannot be that of a source"),
    ] {
        add(&browser, "esplora", "mainnet", url).await?;
        browser.wait_text("#source-wrong", said).await?;
    }
    assert_eq!(browser.count("[data-source]").await?, 1, "a refused one is not added");
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_added_synchronized_paused_cancelled_caught_and_kept() -> Outcome {
    let Some((file, bytes)) = headers()? else { return Ok(()) };
    let last = bytes.len() / HEADER - 1;
    let strangers = Strangers::start(bytes)?;
    let (slow, lie) = (strangers.url("slow"), strangers.url("lie"));
    let browser = Browser::start().await?;
    browser.open_ready("#/headers").await?;

    // Nothing is asked of it before the reader says so.
    add(&browser, "header-file", "mainnet", &slow).await?;
    browser.wait(&format!("{}[data-state=off]", row(&slow))).await?;
    browser.click("[data-network=mainnet] [data-act=begin]").await?;
    browser.wait_text("#headline", "Synchronizing: block").await?;
    browser.click("[data-network=mainnet] [data-act=pause]").await?;
    let paused = browser.wait_text("#headline", "Paused: headers to block").await?;
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert_eq!(browser.text("#headline").await?, Some(paused), "a pause holds");
    browser.click("[data-network=mainnet] [data-act=resume]").await?;
    browser.wait_text("#headline", "Synchronizing: block").await?;
    browser.click("[data-network=mainnet] [data-act=cancel]").await?;
    browser.wait_text("#headline", "and nothing after it").await?;
    assert_eq!(browser.count(".standing-now [data-mark=whole]").await?, 0, "a cancelled import is nothing whole");
    browser.click(&format!("{} .remove", row(&slow))).await?;
    browser.wait_text("[data-network=mainnet]", "No source is set up").await?;

    // One lies, and is named with its rule.
    add(&browser, "header-file", "mainnet", &lie).await?;
    browser.wait(&row(&lie)).await?;
    browser.click("[data-network=mainnet] [data-act=begin]").await?;
    browser.wait(&format!("{}[data-standing=wrong][data-state=set-aside]", row(&lie))).await?;
    let told = browser.text(&row(&lie)).await?.unwrap_or_default();
    assert!(told.contains("was wrong at block 30,000") && told.contains("proof-of-work"), "{told}");
    browser.click(&format!("{} .remove", row(&lie))).await?;

    // One is honest: a platform's own.
    let serving = Serving::start(&[&file], &[])?;
    add(&browser, "compact", "mainnet", serving.url()).await?;
    let tip = browser.wait_text(&format!("{} [data-cell=tip]", row(serving.url())), "32,").await?;
    assert!(tip.contains(&format!("{},{:03}", last / 1000, last % 1000)), "{tip}");
    browser.wait(&format!("{}[data-standing=agrees]", row(serving.url()))).await?;
    // Its newest block is of 2010: that no block came since is more than chance.
    browser.wait("[data-network=mainnet] .alarm").await?;
    browser.settle().await?;
    for view in [View::WIDE, View::WIDE.dark(), View::NARROW, View::NARROW.dark()] {
        browser.view(view).await?;
        assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{view:?}");
        assert!(!browser.overflows().await?, "{view:?}: wider than its window");
    }
    browser.click("[data-lang=zh-Hans]").await?;
    browser.wait_text("#headline", "没有新区块").await?;
    assert!(!browser.overflows().await?, "in Chinese: wider than its window");
    assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "in Chinese");
    browser.click("[data-lang=en]").await?;

    // Another visit knows what was settled, and goes on by itself.
    browser.open_ready("#/headers").await?;
    browser.wait(&format!("{}[data-standing=agrees]", row(serving.url()))).await?;
    assert_eq!(browser.count("[data-source]").await?, 2);
    // Where headers are kept, and that they can be deleted; those in hand stay.
    let kept = "[data-network=mainnet] [data-storage=keeping]";
    browser.wait_text(kept, "to block 32,").await?;
    browser.click(&format!("{kept} .forget")).await?;
    browser.wait_text("[data-network=mainnet] [data-storage=forgotten]", "Deleted.").await?;
    browser.wait_text("[data-network=mainnet] [data-fact=tip]", "32,").await?;
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_file_of_headers_is_answered_where_it_was_dropped() -> Outcome {
    let Some((file, bytes)) = headers()? else { return Ok(()) };
    let folder = std::env::temp_dir().join(format!("plimsoll-headers-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let broken = folder.join("broken.headers");
    let mut changed = bytes.clone();
    changed[LIE_AT * HEADER + 68] ^= 1;
    std::fs::write(&broken, changed)?;
    let browser = Browser::start().await?;
    browser.open_ready("#/headers").await?;
    browser.upload("#header-files", &[broken]).await?;
    browser.wait_text("[data-file=failed]", "broken.headers: not taken to its end").await?;
    assert_eq!(browser.count("[data-file=taken]").await?, 0, "one that was not taken to its end is not called checked");
    browser.drop_files("main", &[file]).await?;
    browser.wait_text("[data-file=taken]", "reaches block 32,").await?;
    browser.wait("[data-page=headers] [data-network=mainnet]").await?;
    assert_eq!(browser.count("#headers-failed .trouble").await?, 0);
    std::fs::remove_dir_all(&folder)?;
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_file_that_is_stopped_says_how_far_it_came() -> Outcome {
    let Some((file, bytes)) = headers()? else { return Ok(()) };
    let browser = Browser::start().await?;
    browser.open_ready("#/headers").await?;
    // As soon as there is something to be pressed: the worker hears of it in the middle of the file.
    let script = "new MutationObserver(() => document.querySelector('#stop-file')?.click())
        .observe(document.body, {childList: true, subtree: true})";
    browser.run(script, vec![]).await?;
    browser.upload("#header-files", &[file]).await?;
    browser.wait_text("[data-handed=stopped]", "Stopped. Headers checked until then stay").await?;
    browser.wait("[data-network=mainnet] dl.facts").await?;
    browser.settle().await?;
    let height = browser.run("return document.querySelector('[data-network=mainnet] dl.facts').dataset.height", vec![]);
    let height: usize = height.await?.as_str().unwrap_or_default().parse()?;
    println!("stopped at block {height}");
    assert!(height < bytes.len() / HEADER - 1, "it went on to the end");
    browser.wait_text("[data-file=failed]", "not taken to its end").await?;
    browser
        .wait_text("[data-file=failed]", &format!("stopped after {} of {}", height + 1, bytes.len() / HEADER))
        .await?;
    assert_eq!(browser.count("[data-file=taken]").await?, 0, "no file that was stopped counts as taken");
    browser.finish().await
}
