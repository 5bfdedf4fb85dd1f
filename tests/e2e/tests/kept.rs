//! Headers kept on the device, in the page as built: over visits, between tabs, deleted, and while the page is put aside.

use e2e::{Browser, Copied, Outcome, dist, root};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Real headers, one of every 80 bytes, where they lie beside the repository.
const FILE: &str = "headers/mainnet-0-32260.headers";
const KEEPING: &str = "[data-network=mainnet] [data-storage=keeping]";
const KEPT: &str = "[data-network=mainnet] [data-kept=kept]";
const TIP: &str = "[data-network=mainnet] [data-fact=tip]";

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

/// The page of headers, where the reader chose a file of mainnet's at the page's own address.
async fn visit(browser: &Browser) -> Outcome {
    browser.open_ready("#/headers").await?;
    let source = json!({"network": "mainnet", "kind": "header-file", "url": "mainnet.headers", "first_height": 0, "enabled": true});
    let choice = json!({"sources": [source], "begin": ["mainnet"]});
    let save = "localStorage.setItem('plimsoll.headers', arguments[0])";
    browser.run(save, vec![choice.to_string().into()]).await?;
    browser.open_ready("#/headers").await
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_stay_over_visits_and_tabs_until_they_are_deleted() -> Outcome {
    let Some(bytes) = real_headers()? else { return Ok(()) };
    let folder = Copied::of(&dist(), "kept")?;
    let served = folder.path().join("mainnet.headers");
    std::fs::write(&served, &bytes)?;
    let browser = Browser::serving(folder.path()).await?;
    visit(&browser).await?;
    browser.wait_text(KEPT, "32,261 headers").await?;
    browser.wait(KEEPING).await?;

    // On the next visit the source has next to nothing, and all is there: from the device, checked again.
    std::fs::write(&served, &bytes[..80 * 50])?;
    browser.open_ready("#/headers").await?;
    browser.wait_text(TIP, "32,260").await?;
    let kept = browser.wait_text(KEPT, "read and checked again").await?;
    println!("{kept}");
    assert!(kept.contains("to block 32,260"), "{kept}");

    // Another tab reads what this one writes, and takes over when this one is closed.
    let first = browser.client().window().await?;
    let second = browser.client().new_window(true).await?.handle;
    browser.client().switch_to_window(second.clone()).await?;
    browser.open_ready("#/headers").await?;
    browser.wait_text(TIP, "32,260").await?;
    browser.wait_text(KEEPING, "Another page of this site writes them").await?;
    browser.client().switch_to_window(first).await?;
    browser.client().close_window().await?;
    browser.client().switch_to_window(second).await?;
    wait_gone(&browser, KEEPING, "Another page").await?;

    // Put aside, the page gives the files up; shown again it has them again.
    let aside = "window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));
        return new Promise((resolve) => setTimeout(async () =>
            resolve((await navigator.locks.query()).held.length), 300))";
    assert_eq!(browser.run(aside, vec![]).await?, json!(0), "no lock is held by a page put aside");
    let back = "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))";
    browser.run(back, vec![]).await?;
    browser.wait("html[data-engine=ready]").await?;
    browser.wait_text(KEPT, "32,261 headers").await?;

    browser.click("[data-network=mainnet] button.forget").await?;
    browser.wait("[data-network=mainnet] [data-storage=forgotten]").await?;
    browser.open_ready("#/headers").await?;
    browser.wait_text(KEPT, "50 headers").await?;
    assert_eq!(browser.inaccessible().await?, Vec::<String>::new());
    browser.finish().await
}

async fn wait_gone(browser: &Browser, css: &str, text: &str) -> Outcome {
    for _ in 0..200 {
        if browser.text(css).await?.is_some_and(|found| !found.contains(text)) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    Err(format!("{css} still says {text:?}").into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_storage_says_so_and_verifies_all_the_same() -> Outcome {
    let Some(bytes) = real_headers()? else { return Ok(()) };
    let folder = Copied::of(&dist(), "unkept")?;
    std::fs::write(folder.path().join("mainnet.headers"), &bytes[..80 * 3000])?;
    // The client's script, which the worker imports, with no locks to be had. Its hash stands in the worker's own script.
    let worker = folder.file(|name| name.starts_with("worker-") && name.ends_with(".js"))?;
    let hide = "Object.defineProperty(WorkerNavigator.prototype, 'locks', { value: undefined });\n";
    std::fs::write(&worker, [hide.as_bytes(), &std::fs::read(&worker)?].concat())?;
    let browser = Browser::serving(folder.path()).await?;
    visit(&browser).await?;
    browser.wait_text(TIP, "2,999").await?;
    browser.wait_text("[data-network=mainnet] [data-storage=failed]", "no locks").await?;
    let place = browser.text("[data-network=mainnet] [data-kept=place]").await?;
    assert!(place.is_some_and(|place| place.contains("in memory alone")), "said");
    let none: Value = browser.run("return (await navigator.locks.query()).held.length", vec![]).await?;
    assert_eq!(none, json!(0));
    browser.finish().await
}
