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
    for end in ["_bg.wasm", "boot.js"] {
        assert_eq!(loaded.iter().filter(|name| name.ends_with(end)).count(), 1, "{end} in {loaded:?}");
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

/// Some 400 kB by brotli, measured by gzip, which the browser itself computes: a ceiling to come down from.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_reader_downloads_stays_within_its_budget() -> Outcome {
    let browser = Browser::start().await?;
    browser.open_ready("").await?;
    let script = "const done = arguments[0];
        const names = performance.getEntriesByType('resource').map((entry) => entry.name);
        const packed = (response) => new Response(response.body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
        const code = names.filter((name) => /\\.(js|css|wasm)$/.test(name));
        Promise.all(code.map(async (name) => (await packed(await fetch(name))).byteLength)).then(done, (e) => done(String(e)))";
    let sizes = browser.client().execute_async(script, vec![]).await?;
    let sizes: Vec<u64> = sizes.as_array().into_iter().flatten().filter_map(|size| size.as_u64()).collect();
    let sum: u64 = sizes.iter().sum();
    println!("{} files, {sum} bytes by gzip", sizes.len());
    assert!(sizes.len() > 3, "{sizes:?}");
    assert!(sum < 515_000, "{sum} bytes");
    browser.finish().await
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

#[tokio::test(flavor = "multi_thread")]
async fn tampered_program_is_refused_and_said() -> Outcome {
    // What is added changes nothing but the hash: a comment, and an empty section with a name.
    for (end, addition) in [(".js", b"\n// x".as_slice()), ("_bg.wasm", b"\0\x02\x01x")] {
        let folder = Copied::of(&dist(), &format!("tampered{end}"))?;
        let program = folder.file(|name| name.starts_with("app-") && name.ends_with(end))?;
        let mut bytes = std::fs::read(&program)?;
        bytes.extend_from_slice(addition);
        std::fs::write(&program, bytes)?;
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
