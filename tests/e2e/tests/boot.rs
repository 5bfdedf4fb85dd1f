//! The built page starts, its worker answers, and nothing is loaded that is not the page's own.

use e2e::{Browser, Copied, Outcome, View, dist};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn page_and_worker_start_and_load_nothing_from_elsewhere() -> Outcome {
    let browser = Browser::start().await?;
    browser.open_ready("").await?;
    assert_eq!(browser.count("html[data-booted=yes]").await?, 1);
    let script = "return [location.origin, ...performance.getEntriesByType('resource').map((entry) => entry.name)]";
    let loaded = browser.run(script, vec![]).await?;
    let loaded: Vec<&str> = loaded.as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
    let (origin, loaded) = loaded.split_first().ok_or("no origin")?;
    for name in loaded {
        assert!(name.starts_with(&format!("{origin}/")), "loaded from elsewhere: {name}");
    }
    // The program comes down once, not once for the preload and once for the page.
    for part in ["_bg.wasm", "/boot-", "/worker-"] {
        assert_eq!(loaded.iter().filter(|name| name.contains(part)).count(), 1, "{part} in {loaded:?}");
    }
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn front_page_is_accessible_and_fits_in_every_view() -> Outcome {
    let browser = Browser::start().await?;
    for view in [View::WIDE, View::WIDE.dark(), View::NARROW, View::NARROW.dark()] {
        browser.view(view).await?;
        browser.open_ready("").await?;
        assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{view:?}");
        assert!(!browser.overflows().await?, "{view:?}: wider than its window");
    }
    // A picture without words, to see that the judge is awake.
    browser.run("document.querySelector('main').append(document.createElement('img'))", vec![]).await?;
    let found = browser.inaccessible().await?;
    assert!(std::env::var_os("PLIMSOLL_AXE").is_none() || found.iter().any(|rule| rule.starts_with("image-alt")));
    browser.finish().await
}

#[test]
fn what_a_reader_downloads_stays_within_its_budgets() -> Outcome {
    let (table, over) = e2e::sizes::table(&e2e::sizes::sizes(&dist())?);
    println!("{table}");
    assert_eq!(over, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn policy_refuses_inline_and_foreign_code_and_the_test_sees_it() -> Outcome {
    let browser = Browser::start().await?;
    browser.open_ready("").await?;
    let inject = "const script = document.createElement('script'); script.textContent = 'window.injected = 1';
        document.body.append(script); return window.injected ?? null";
    assert_eq!(browser.run(inject, vec![]).await?, json!(null));
    let elsewhere = "return fetch('http://elsewhere.invalid/').then(() => 'fetched', (error) => error.name)";
    assert_eq!(browser.run(elsewhere, vec![]).await?, json!("TypeError"));
    let refused = browser.console().await?.join("\n");
    assert!(refused.contains("script-src") && refused.contains("connect-src"), "{refused}");
    browser.finish().await
}

/// Changes a file of a copy of the page so that nothing changes but its hash: a comment, or an empty section with a name.
fn tamper(folder: &Copied, start: &str, end: &str) -> Outcome {
    let hashed = |name: &str| name.strip_prefix(start)?.strip_suffix(end).map(|hash| !hash.contains('-'));
    let program = folder.file(|name| hashed(name) == Some(true))?;
    let mut bytes = std::fs::read(&program)?;
    bytes.extend_from_slice(if end.ends_with("wasm") { b"\0\x02\x01x" } else { b"\n// x" });
    std::fs::write(&program, bytes)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tampered_program_is_refused_and_said() -> Outcome {
    for end in [".js", "_bg.wasm"] {
        let folder = Copied::of(&dist(), &format!("tampered{end}"))?;
        tamper(&folder, "app-", end)?;
        let browser = Browser::serving(folder.path()).await?;
        browser.open("").await?;
        browser.wait("html[data-booted=failed]").await?;
        browser.wait_text("#app [role=alert]", "nothing was checked").await?;
        let console = browser.console().await?.join("\n");
        assert!(console.contains("integrity"), "{end}: {console}");
        browser.finish().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tampered_start_does_not_run() -> Outcome {
    let folder = Copied::of(&dist(), "tampered-boot")?;
    tamper(&folder, "boot-", ".js")?;
    let browser = Browser::serving(folder.path()).await?;
    browser.open("").await?;
    browser.wait_text("#boot", "Plimsoll is starting").await?;
    let console = browser.console().await?.join("\n");
    assert!(console.contains("integrity"), "{console}");
    assert_eq!(browser.count("html[data-booted]").await?, 0);
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn tampered_worker_program_is_refused_and_said() -> Outcome {
    for start in ["client-", "engine-simd-"] {
        for end in [".js", "_bg.wasm"] {
            let folder = Copied::of(&dist(), &format!("tampered-{start}{end}"))?;
            tamper(&folder, start, end)?;
            let browser = Browser::serving(folder.path()).await?;
            browser.open("").await?;
            browser.wait("html[data-engine=dead]").await?;
            browser.wait_text("#engine-dead[role=alert]", "The checking engine does not start").await?;
            let console = browser.console().await?.join("\n");
            assert!(console.contains("integrity"), "{start}{end}: {console}");
            browser.finish().await?;
        }
    }
    Ok(())
}

/// The browser has 128-bit vectors, so the engine without them is not even loaded; where it is the one to be loaded, it
/// answers the same.
#[tokio::test(flavor = "multi_thread")]
async fn the_engine_is_the_one_that_the_browser_can_run() -> Outcome {
    let folder = Copied::of(&dist(), "engines")?;
    tamper(&folder, "engine-", "_bg.wasm")?;
    let browser = Browser::serving(folder.path()).await?;
    browser.open_ready("").await?;
    browser.finish().await?;

    let folder = Copied::of(&dist(), "engine-without-vectors")?;
    tamper(&folder, "engine-simd-", "_bg.wasm")?;
    let worker = folder.file(|name| name.starts_with("worker-"))?;
    let script = std::fs::read_to_string(&worker)?;
    let without = script.replace("WebAssembly.validate(", "!WebAssembly.validate(");
    assert_ne!(script, without);
    std::fs::write(&worker, without)?;
    let browser = Browser::serving(folder.path()).await?;
    browser.open_ready("").await?;
    browser.click("[data-sample=receivable]").await?;
    browser.wait("#verdict[data-conclusion=genuine-not-proven-current]").await?;
    browser.finish().await
}
