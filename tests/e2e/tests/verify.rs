//! A reader's visits: sample links opened cold, links pasted, files dropped, answers exported, a worker that dies.

use e2e::{Browser, Copied, Outcome, View, dist, root};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The sample's links: name, expected outcome, fragment.
fn samples() -> Outcome<Vec<(String, String, String)>> {
    let list: Value = serde_json::from_slice(&std::fs::read(dist().join("sample/links.json"))?)?;
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let entries = list["samples"].as_array().ok_or("no samples")?;
    Ok(entries.iter().map(|entry| (text(entry, "id"), text(entry, "expect"), text(entry, "link"))).collect())
}

fn link(id: &str) -> Outcome<String> {
    let found = samples()?.into_iter().find(|(name, ..)| name == id);
    Ok(found.ok_or_else(|| format!("no sample {id}"))?.2)
}

/// Data that others published, where it lies beside the repository.
fn data() -> Option<PathBuf> {
    let dir = std::env::var_os("PLIMSOLL_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    if !dir.is_dir() {
        println!("published data: none at {} — 0 cases read, nothing of it tested", dir.display());
        return None;
    }
    Some(dir)
}

async fn conclusion(browser: &Browser) -> Outcome<String> {
    browser.wait("#verdict[data-conclusion]").await?;
    let found = browser.run("return document.querySelector('#verdict').dataset.conclusion", vec![]).await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sample_link_opened_cold_goes_straight_to_its_verdict() -> Outcome {
    let browser = Browser::start().await?;
    for (id, expect, link) in samples()? {
        let wanted = if expect == "genuine" { "genuine-not-proven-current" } else { &expect };
        let view = if id.len() % 2 == 0 { View::NARROW } else { View::WIDE };
        browser.view(view).await?;
        browser.open(&link).await?;
        assert_eq!(conclusion(&browser).await?, wanted, "{id}");
        browser.settle().await?;
        assert!(!browser.overflows().await?, "{id}: wider than its window");
        if expect != "unreadable" {
            assert_eq!(browser.count("[data-line]").await?, 4, "{id}");
            assert_eq!(browser.count("#record").await?, 1, "{id}: the record stays on the screen");
            assert!(browser.count("[data-step]").await? >= 17, "{id}");
        }
        if expect == "not-genuine" {
            assert!(browser.count("[data-step][data-outcome=failed]").await? > 0, "{id}");
            assert_eq!(browser.count("[data-band]").await?, 1, "{id}: marked as not proven");
        }
    }
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_are_accessible_in_light_and_dark_and_in_both_languages() -> Outcome {
    let browser = Browser::start().await?;
    for (id, view) in [("receivable", View::WIDE), ("changed-field", View::NARROW.dark())] {
        browser.view(view).await?;
        browser.open(&link(id)?).await?;
        conclusion(&browser).await?;
        browser.settle().await?;
        assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{id} {view:?}");
        browser.click("[data-lang=zh-Hans]").await?;
        browser.wait("html[lang=zh-Hans]").await?;
        browser.settle().await?;
        assert!(!browser.overflows().await?, "{id} in Chinese: wider than its window");
        let page = browser.text("body").await?.unwrap_or_default();
        assert!(page.contains("未") && !page.contains("Unchanged"), "{id}: {page}");
        assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{id} in Chinese");
        browser.click("[data-lang=en]").await?;
    }
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_link_and_a_chosen_sample_lead_to_the_same_place_and_back() -> Outcome {
    let browser = Browser::start().await?;
    browser.open_ready("").await?;
    browser.paste("#link", &format!("https://trade.example/p/#{}", link("receivable")?)).await?;
    browser.click("#verify").await?;
    assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current");
    browser.run("history.back()", vec![]).await?;
    browser.wait("[data-page=front]").await?;
    browser.click("[data-sample=container]").await?;
    assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current");
    browser.wait_text("#headline", "PLMU4203173").await?;
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_document_with_its_timestamp_and_headers_names_its_block() -> Outcome {
    let Some(data) = data() else { return Ok(()) };
    let files = [
        "opentimestamps/in-chain/rootstock-95bf5b-manuscript.pdf",
        "opentimestamps/in-chain/rootstock-95bf5b-manuscript.pdf.ots",
        "headers/mainnet-685439-687516.headers",
    ]
    .map(|name| data.join(name));
    let browser = Browser::start().await?;
    browser.open_ready("").await?;
    browser.drop_files("main", &files).await?;
    assert_eq!(conclusion(&browser).await?, "stamped");
    let page = browser.text("#verdict").await?.unwrap_or_default();
    assert!(page.contains("685,453") || page.contains("685453"), "{page}");
    println!("published data: document, timestamp and headers in the browser: 3 cases read");
    // Without the headers the same document cannot be told about, and the page says what is missing.
    browser.open_ready("").await?;
    browser.drop_files("main", &files[..2]).await?;
    assert_eq!(conclusion(&browser).await?, "cannot-tell");
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_checked_again_by_the_command_line() -> Outcome {
    let browser = Browser::start().await?;
    browser.open(&link("receivable")?).await?;
    conclusion(&browser).await?;
    let mut saved = vec![];
    for (button, end) in
        [("#export-proof", ".proof.json"), ("#export-report", ".report.json"), ("#export-table", ".csv")]
    {
        browser.click("#export").await?;
        browser.click(button).await?;
        saved.push(browser.downloaded(end).await?);
    }
    browser.finish().await?;
    let table = String::from_utf8(saved.pop().unwrap_or_default())?;
    assert!(table.starts_with('\u{feff}') && table.contains("84300.00"), "{table}");
    let folder = std::env::temp_dir().join(format!("plimsoll-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    for (name, bytes) in ["proof.json", "report.json"].iter().zip(&saved) {
        std::fs::write(folder.join(name), bytes)?;
        assert_eq!(recheck(&folder.join(name))?, 0, "{name}");
    }
    let doctored = String::from_utf8(saved.swap_remove(1))?.replacen("84300.00", "94300.00", 1);
    std::fs::write(folder.join("doctored.json"), doctored)?;
    assert_eq!(recheck(&folder.join("doctored.json"))?, 1, "a doctored report is found out");
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// The exit code of `plimsoll verify` on a file, with the sample's registry and chain.
fn recheck(file: &Path) -> Outcome<i32> {
    let program = root().join("target/debug/plimsoll").with_extension(std::env::consts::EXE_EXTENSION);
    let output = Command::new(&program)
        .arg("verify")
        .arg(file)
        .args(["--network", "regtest"])
        .arg("--headers")
        .arg(dist().join("sample/chain.headers"))
        .arg("--registry")
        .arg(dist().join(".well-known/plimsoll-registry.json"))
        .output()
        .map_err(|error| format!("{}: {error}; built by `cargo build --features issuer`", program.display()))?;
    println!("{}", String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default());
    Ok(output.status.code().unwrap_or(-1))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_registry_is_pinned_only_when_the_reader_says_so() -> Outcome {
    let browser = Browser::start().await?;
    let link = link("unknown-registry")?;
    browser.open(&link).await?;
    assert_eq!(conclusion(&browser).await?, "cannot-tell");
    browser.click("#pin").await?;
    browser.click("#pin-confirm").await?;
    browser.wait("#verdict[data-conclusion=genuine-not-proven-current]").await?;
    // Kept for the next visit.
    browser.open(&link).await?;
    browser.wait("#verdict[data-conclusion=genuine-not-proven-current]").await?;
    browser.finish().await
}

/// A worker that throws, and one that hangs: the page says so, starts another, and still gives the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_worker_is_replaced_and_the_page_says_so() -> Outcome {
    for (name, end) in [("throws", "throw new Error('ended by the test')"), ("hangs", "for (;;);")] {
        let folder = Copied::of(&dist(), name)?;
        let worker = folder.file(|name| name.starts_with("worker-"))?;
        let channel = format!("\nnew BroadcastChannel('test').onmessage = () => setTimeout(() => {{ {end}; }});\n");
        std::fs::write(&worker, std::fs::read_to_string(&worker)? + &channel)?;
        let browser = Browser::serving(folder.path()).await?;
        browser.open_ready("").await?;
        browser.run("new BroadcastChannel('test').postMessage('')", vec![]).await?;
        if name == "hangs" {
            // Asked while the worker hangs: the question is not lost with it.
            browser.click("[data-sample=receivable]").await?;
        }
        browser.wait_text("#toast", "started again").await?;
        if name == "throws" {
            browser.click("[data-sample=receivable]").await?;
        }
        assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current", "{name}");
        browser.finish().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_as_text() -> Outcome {
    let browser = Browser::start().await?;
    for text in ["<img src=x onerror=alert(1)>", "#/v/1.%3Cscript%3E", "javascript:alert(1)", "\u{202e}moc.knab"] {
        browser.open_ready("").await?;
        browser.paste("#link", text).await?;
        browser.click("#verify").await?;
        browser.settle().await?;
        assert_eq!(browser.count("main img").await?, 0, "{text}");
    }
    browser.open("/nowhere/<b>at all</b>").await?;
    browser.settle().await?;
    assert_eq!(browser.count("main b").await?, 0);
    browser.finish().await
}
