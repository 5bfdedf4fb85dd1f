//! A kept chain verified by two workers, in the page as built, and by one where there is no second to be had.

use e2e::{Browser, Copied, Outcome, dist, root};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Real headers: one slice of the file, and a third of another.
const FILE: &str = "headers/mainnet-0-32260.headers";
const KEPT: &str = "[data-network=mainnet] [data-kept=kept]";
const TIP: &str = "[data-network=mainnet] [data-fact=tip]";
const STORAGE: &str = "[data-network=mainnet] [data-storage=keeping]";

fn real_headers() -> Outcome<Option<Vec<u8>>> {
    let folder = std::env::var_os("PLIMSOLL_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let path = folder.join(FILE);
    if !path.is_file() {
        println!("published data: none at {} — 0 headers read, nothing of it tested", path.display());
        return Ok(None);
    }
    let bytes = std::fs::read(path)?;
    println!("published data: {FILE}: {} headers read", bytes.len() / 80);
    Ok(Some(bytes))
}

/// The worker's script as built, changed where a text of it stands once.
fn changed(script: &str, changes: &[(&str, &str)]) -> Outcome<String> {
    changes.iter().try_fold(script.to_owned(), |script, (from, to)| match script.matches(from).count() {
        1 => Ok(script.replace(from, to)),
        found => Err(format!("{from:?} stands {found} times in the worker's script").into()),
    })
}

/// Two workers from ten thousand headers on, and a first one that takes its time between one piece of work and the next, so
/// that the second is there before everything is done; the second holds a lock as long as it lives, for the test to see.
const SLOWLY: [(&str, &str); 2] = [
    ("SECOND_FROM = 100000", "SECOND_FROM = 10000"),
    (
        "client.run(engine,",
        "const post = MessagePort.prototype.postMessage;
        MessagePort.prototype.postMessage = function (...sent) {
            setTimeout(() => post.apply(this, sent), 300);
        };
        client.run(engine,",
    ),
];
const LOCKED: (&str, &str) =
    ("  postMessage(true);", "navigator.locks.request('second', () => new Promise(() => {}));\n  postMessage(true);");
const LOCKS: &str = "return (await navigator.locks.query()).held.filter((lock) => lock.name === 'second').length";

/// The next visit; what is said of the headers kept, and how many a second worker verified.
async fn again(browser: &Browser, worker: &Path, script: &str) -> Outcome<(String, String)> {
    std::fs::write(worker, script)?;
    browser.open_ready("#/headers").await?;
    browser.wait_text(TIP, "32,260").await?;
    browser.wait(STORAGE).await?;
    let kept = browser.wait_text(KEPT, "read and checked again").await?;
    let by_second =
        browser.run(&format!("return document.querySelector('{STORAGE}').dataset.bySecond"), vec![]).await?;
    assert_eq!(browser.count("[data-network=mainnet] .repairs:not([hidden])").await?, 0, "nothing is said");
    println!("{kept}");
    Ok((kept, by_second.as_str().unwrap_or_default().to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_chain_is_verified_by_two_workers_or_by_one_and_is_the_same() -> Outcome {
    let Some(bytes) = real_headers()? else { return Ok(()) };
    let folder = Copied::of(&dist(), "two-workers")?;
    let served = folder.path().join("mainnet.headers");
    std::fs::write(&served, &bytes)?;
    let worker = folder.file(|name| name.starts_with("worker-") && name.ends_with(".js"))?;
    let built = std::fs::read_to_string(&worker)?;
    let browser = Browser::serving(folder.path()).await?;
    browser.open_ready("#/headers").await?;
    let source = json!({"network": "mainnet", "kind": "header-file", "url": "mainnet.headers", "first_height": 0, "enabled": true});
    let choice = json!({"sources": [source], "begin": ["mainnet"]});
    let save = "localStorage.setItem('plimsoll.headers', arguments[0])";
    browser.run(save, vec![choice.to_string().into()]).await?;
    browser.open_ready("#/headers").await?;
    browser.wait_text(KEPT, "32,261 headers").await?;
    browser.wait(STORAGE).await?;
    // All the source has from now on is the beginning: the rest comes from the device.
    std::fs::write(&served, &bytes[..80 * 50])?;

    // So few are not worth a second worker.
    let (alone, by_second) = again(&browser, &worker, &built).await?;
    assert!(by_second == "0" && !alone.contains("two workers"), "{by_second}: {alone}");

    let slowly = changed(&built, &SLOWLY)?;
    let (both, by_second) = again(&browser, &worker, &changed(&slowly, &[LOCKED])?).await?;
    assert!(by_second == "8069" && both.contains("by two workers"), "{by_second}: {both}");
    let mut held = browser.run(LOCKS, vec![]).await?;
    for _ in 0..100 {
        if held == json!(0) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        held = browser.run(LOCKS, vec![]).await?;
    }
    assert_eq!(held, json!(0), "it is ended when its work is done");

    // None within workers; one that breaks when it starts, or when it is asked; one that says what is not so.
    let serves = "async function serveSegments() {";
    let answers = "postMessage([segment, engine.call(request), request.buffer], [request.buffer]);";
    for (what, change) in [
        ("no workers", ("const early = [];", "const early = [];\nself.Worker = undefined;")),
        ("breaks", (serves, "async function serveSegments() {\nthrow new Error('no second worker');")),
        ("breaks later", (answers, "setTimeout(() => { throw new Error('asked'); });")),
        ("refuses", (answers, "postMessage([segment, new Uint8Array([0])]);")),
        ("lies", (answers, "const said = engine.call(request); said[120] ^= 1; postMessage([segment, said]);")),
        ("babbles", (answers, "postMessage('good');")),
    ] {
        let (alone, by_second) = again(&browser, &worker, &changed(&slowly, &[change])?).await?;
        assert!(by_second == "0" && !alone.contains("two workers"), "{what}: {by_second}: {alone}");
    }
    browser.finish().await
}
