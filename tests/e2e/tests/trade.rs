//! What records come to, as a reader sees it: answers on the first screen, tree, timeline, rules, several proofs held together.

use e2e::{Browser, Outcome, View, dist};
use plimsoll::proof::link::{ProofLink, inflate};
use plimsoll::trade::import::import;
use serde_json::Value;
use std::path::PathBuf;

/// A sample's fragment.
fn link(id: &str) -> Outcome<String> {
    let list: Value = serde_json::from_slice(&std::fs::read(dist().join("sample/links.json"))?)?;
    let entry = list["samples"].as_array().and_then(|all| all.iter().find(|entry| entry["id"] == id));
    Ok(entry.and_then(|entry| entry["link"].as_str()).ok_or_else(|| format!("no sample {id}"))?.to_owned())
}

/// A sample's proof as a file.
fn proof_file(id: &str) -> Outcome<PathBuf> {
    let ProofLink::Inline(bytes) = ProofLink::parse(&link(id)?)? else { return Err("no proof in the link".into()) };
    let path = std::env::temp_dir().join(format!("plimsoll-{}-{id}.proof.json", std::process::id()));
    std::fs::write(&path, inflate(&bytes)?)?;
    Ok(path)
}

async fn conclusion(browser: &Browser) -> Outcome<String> {
    browser.wait("#verdict[data-conclusion]").await?;
    let found = browser.run("return document.querySelector('#verdict').dataset.conclusion", vec![]).await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_trade_asks_first_is_answered_on_the_first_screen() -> Outcome {
    let browser = Browser::start().await?;
    for (id, questions) in [("receivable", 5), ("bill-of-lading", 4), ("container", 4), ("clearing", 4)] {
        browser.open(&link(id)?).await?;
        assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current", "{id}");
        browser.settle().await?;
        assert_eq!(browser.count("#at-a-glance .answer-row").await?, questions, "{id}");
        let script = "const rows = [...document.querySelectorAll('#at-a-glance .answer-row strong')];\
                      return Math.max(...rows.map(row => row.getBoundingClientRect().bottom)) / innerHeight";
        let reach = browser.run(script, vec![]).await?.as_f64().unwrap_or(f64::MAX);
        assert!(reach <= 1.0, "{id}: the last answer ends at {reach} screens");
    }
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trade_views_are_accessible_everywhere() -> Outcome {
    let browser = Browser::start().await?;
    for (id, section, view) in [
        ("dossier", "#flows", View::WIDE),
        ("dossier", "#flows", View::NARROW.dark()),
        ("split", "#split", View::NARROW),
        ("container", "#timeline", View::WIDE.dark()),
        ("against-rules", "[data-rule=R5][data-outcome=failed]", View::NARROW),
        ("sold-twice", "[data-rule=R6][data-outcome=failed]", View::NARROW.dark()),
        ("clearing", "#at-a-glance", View::NARROW.dark()),
    ] {
        browser.view(view).await?;
        browser.open(&link(id)?).await?;
        conclusion(&browser).await?;
        browser.settle().await?;
        let script = "return document.querySelector(arguments[0])?.checkVisibility() ?? false";
        assert_eq!(browser.run(script, vec![section.into()]).await?, true, "{id} shows {section}");
        for lang in ["zh-Hans", "en"] {
            browser.click(&format!("[data-lang={lang}]")).await?;
            browser.wait(&format!("html[lang={lang}]")).await?;
            browser.settle().await?;
            assert!(!browser.overflows().await?, "{id} {lang} {view:?}: wider than its window");
            assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{id} {lang} {view:?}");
        }
    }
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_dropped_together_are_held_against_one_another() -> Outcome {
    let browser = Browser::start().await?;
    browser.open_ready("").await?;
    let files =
        ["receivable", "bill-of-lading", "container"].map(proof_file).into_iter().collect::<Outcome<Vec<_>>>()?;
    browser.drop_files("main", &files).await?;
    assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current");
    browser.wait("#flows table").await?;
    let page = browser.text("#verdict, main").await?.unwrap_or_default();
    assert!(page.contains("RCV-2026-0042"), "{page}");
    for asset in ["PLMS0042", "RCV-2026-0042"] {
        browser.wait_text("#flows", asset).await?;
    }
    // One of them changed: it is not held against the others, and the page does not pass over it.
    let changed = std::env::temp_dir().join(format!("plimsoll-{}-changed.proof.json", std::process::id()));
    std::fs::write(&changed, std::fs::read_to_string(&files[1])?.replacen("\"event\":\"", "\"event\":\"AAAA", 1))?;
    browser.open_ready("").await?;
    browser.drop_files("main", &[files[0].clone(), changed.clone()]).await?;
    assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current");
    browser.wait_text("main .aside", "not part of this answer: proof of PLMS0042").await?;
    for file in files.iter().chain([&changed]) {
        std::fs::remove_file(file)?;
    }
    browser.finish().await
}

/// Data that others published, where it lies beside the repository.
fn data() -> Option<PathBuf> {
    let dir = std::env::var_os("PLIMSOLL_DATA").map_or_else(|| e2e::root().join("../shared/data"), PathBuf::from);
    dir.is_dir().then_some(dir)
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_others_are_read_into_drafts_and_saved() -> Outcome {
    let Some(data) = data() else {
        println!("published data: none — 0 cases read, nothing of it tested");
        return Ok(());
    };
    let first = |folder: &str, of: &dyn Fn(&str) -> bool| -> Outcome<PathBuf> {
        let mut names: Vec<PathBuf> = std::fs::read_dir(data.join("trade").join(folder))?
            .map(|entry| Ok(entry?.path()))
            .collect::<Outcome<_>>()?;
        names.sort();
        let found = names.into_iter().find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(of));
        Ok(found.ok_or("no such document")?)
    };
    let invoice = first("ubl", &|name| name == "UBL-Invoice-2.1-Example.xml")?;
    let refused = first("ubl", &|name| name.starts_with("UBL-DespatchAdvice"))?;
    let browser = Browser::start().await?;
    for view in [View::WIDE, View::NARROW.dark()] {
        browser.view(view).await?;
        browser.open_ready("").await?;
        browser.drop_files("main", &[invoice.clone(), refused.clone()]).await?;
        browser.wait("#drafts[data-drafts='2']").await?;
        browser.settle().await?;
        assert_eq!(browser.count("[data-file][data-refused=false] .draft-records > details").await?, 1);
        assert_eq!(
            browser.count("[data-file][data-refused=true] .problem[data-code=document-says-no-record]").await?,
            1
        );
        assert!(browser.count("[data-rule^=A][data-outcome=passed]").await? >= 4, "it adds up");
        assert_eq!(browser.count("[data-conclusion]").await?, 0, "no verdict on a draft");
        for lang in ["zh-Hans", "en"] {
            browser.click(&format!("[data-lang={lang}]")).await?;
            browser.wait(&format!("html[lang={lang}]")).await?;
            browser.settle().await?;
            assert!(!browser.overflows().await?, "{lang} {view:?}: wider than its window");
            assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{lang} {view:?}");
            let name = format!("screenshots/drafts-{}-{lang}", view.width);
            browser.screenshot(&name).await?;
        }
    }
    browser.click("#save-drafts").await?;
    let saved = String::from_utf8(browser.downloaded("drafts.jsonl").await?)?;
    let draft: Value = serde_json::from_str(saved.lines().next().unwrap_or_default())?;
    assert_eq!((&draft["recordType"], &draft["actionCode"]), (&Value::from("invoice"), &Value::from("ISSUED")));
    browser.click("#save-import").await?;
    let whole = String::from_utf8(browser.downloaded("import.json").await?)?;
    assert_eq!(whole.lines().count(), 2, "a line for each file");
    browser.finish().await
}

/// Nothing of a document is lost on its way to the screen, whatever stands in it twice.
#[tokio::test(flavor = "multi_thread")]
async fn everything_read_from_a_document_is_on_the_page() -> Outcome {
    let Some(data) = data() else {
        println!("published data: none — 0 cases read, nothing of it tested");
        return Ok(());
    };
    let browser = Browser::start().await?;
    let mut read = 0;
    for name in [
        "dcsa/EBL_v3.0.4/transport-document-notifications__post__requestBody__content__application_json__issuedFullStateTransferExample.json",
        "epcis/epcisDocWithVariousEventTypes.jsonld",
        "ubl/UBL-FreightInvoice-2.1-Example.xml",
    ] {
        let path = data.join("trade").join(name);
        let found = import(name, &std::fs::read(&path)?)?;
        browser.open_ready("").await?;
        browser.drop_files("main", &[path]).await?;
        browser.wait("#drafts[data-drafts='1']").await?;
        browser.settle().await?;
        // Drawn anew, too: rows that look alike are not taken for one another.
        for lang in ["en", "zh-Hans"] {
            browser.click(&format!("[data-lang={lang}]")).await?;
            browser.wait(&format!("html[lang={lang}]")).await?;
            browser.settle().await?;
            assert_eq!(browser.count(".draft-records > details").await?, found.drafts.len() as u64, "{name} {lang}");
            assert_eq!(browser.count(".kept .facts > div").await?, found.kept.len() as u64, "{name} {lang}");
            assert_eq!(browser.count(".refused-parts li").await?, found.refused.len() as u64, "{name} {lang}");
        }
        read += 1;
    }
    println!("published data: {read} documents in the browser");
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_others_sealed_are_checked_as_far_as_can_be() -> Outcome {
    let Some(data) = data() else {
        println!("published data: none — 0 cases read, nothing of it tested");
        return Ok(());
    };
    let browser = Browser::start().await?;
    let mut read = 0;
    for (name, view, expected) in [
        ("openattestation/obfuscated-wrapped.json", View::WIDE, "intact"),
        ("openattestation/not-obfuscated-wrapped.json", View::NARROW.dark(), "intact"),
        ("blockcerts/mainnet-valid-2.0.json", View::NARROW, "cannot-tell"),
        ("blockcerts/mainnet-invalid-merkle-receipt-2.0.json", View::WIDE.dark(), "not-genuine"),
    ] {
        browser.view(view).await?;
        browser.open_ready("").await?;
        browser.drop_files("main", &[data.join("trade").join(name)]).await?;
        assert_eq!(conclusion(&browser).await?, expected, "{name}");
        for lang in ["zh-Hans", "en"] {
            browser.click(&format!("[data-lang={lang}]")).await?;
            browser.wait(&format!("html[lang={lang}]")).await?;
            browser.settle().await?;
            assert!(!browser.overflows().await?, "{name} {lang}: wider than its window");
            assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{name} {lang}");
            browser.screenshot(&format!("screenshots/sealed-{read}-{lang}")).await?;
        }
        read += 1;
    }
    println!("published data: {read} sealed documents in the browser");
    browser.finish().await
}
