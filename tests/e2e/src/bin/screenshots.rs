//! Draws the front page, the page of headers and the verdict of every sample link, wide and narrow, light and dark, into `artifacts/screenshots/`.
//!
//! `screenshots [--zh] [NAME | NAME=FRAGMENT]…`: in Chinese, only the pages whose name holds one of the names, or also pages of one's own.
//! Fails when a page is wider than its window or the console was told anything.

use e2e::{Browser, Outcome, View, dist};
use serde_json::Value;

/// The page of headers with a source that was added, and not asked yet.
const SET_UP: &str = "headers-set-up";
/// The same with an address that is not taken.
const REFUSED: &str = "headers-refused";

/// A sample with fields being withheld, and the encrypted variant of it.
const WITHHELD: [&str; 2] = ["withhold-panel", "withhold-encrypted"];
/// The sample.
const WITHHELD_FROM: &str = "split";

/// Opens the panel and withholds a part, and in another the amount.
async fn withhold(browser: &Browser, encrypted: bool) -> Outcome {
    // What was chosen in another view is there again.
    if browser.count("#withhold").await? == 0 {
        browser.click("#withhold-open").await?;
    }
    for path in ["/body/children/0", "/body/children/1/amount"] {
        let row = format!("#withhold [data-path='{path}']");
        browser.wait(&row).await?;
        if browser.count(&format!("{row} input:checked")).await? == 0 {
            browser.click(&format!("{row} input")).await?;
        }
        browser.wait(&format!("#withhold [data-hidden='{path}']")).await?;
    }
    if encrypted {
        browser.click("#encrypt").await?;
        browser.type_text("#sealed-address", "https://files.example/split.proof.enc").await?;
        browser.wait("#copy-sealed-link:not([disabled])").await?;
    }
    Ok(())
}

/// Adds a source that nobody asks before the reader says so.
async fn set_up(browser: &Browser) -> Outcome {
    let url = "https://headers.example/";
    if browser.count(&format!("[data-source='{url}']")).await? == 0 {
        add(browser, url, &format!("[data-source='{url}']")).await?;
    }
    Ok(())
}

/// Fills in the form, and waits for what comes of it.
async fn add(browser: &Browser, url: &str, result: &str) -> Outcome {
    browser.paste("#source-url", url).await?;
    browser.click("#add").await?;
    browser.wait(result).await
}

#[tokio::main]
async fn main() -> Outcome {
    let mut pages = vec![("front".to_owned(), String::new())];
    pages.extend(["headers", SET_UP, REFUSED].map(|name| (name.to_owned(), "#/headers".to_owned())));
    let samples = samples()?;
    let link = samples.iter().find(|(id, _)| id == WITHHELD_FROM).map(|(_, link)| link.clone());
    pages.extend(link.into_iter().flat_map(|link| WITHHELD.map(|name| (name.to_owned(), link.clone()))));
    pages.extend(samples);
    let mut names = vec![];
    let mut chinese = false;
    for word in std::env::args().skip(1) {
        match word.split_once('=') {
            _ if word == "--zh" => chinese = true,
            Some((name, fragment)) => {
                pages.push((name.to_owned(), fragment.to_owned()));
                names.push(name.to_owned());
            }
            None => names.push(word),
        }
    }
    pages.retain(|(page, _)| names.is_empty() || names.iter().any(|name| page.contains(name.as_str())));
    if pages.is_empty() {
        return Err(format!("no page is named like {names:?}").into());
    }
    let browser = Browser::start().await?;
    let mut complaints = vec![];
    for (page, fragment) in &pages {
        for (view, how) in [
            (View::WIDE, "wide-light"),
            (View::WIDE.dark(), "wide-dark"),
            (View::NARROW, "narrow-light"),
            (View::NARROW.dark(), "narrow-dark"),
        ] {
            let name = format!("{page}-{how}{}", if chinese { "-zh" } else { "" });
            browser.view(view).await?;
            browser.open_ready(fragment).await?;
            if chinese {
                browser.click("[data-lang=zh-Hans]").await?;
                browser.wait("html[lang=zh-Hans]").await?;
            }
            match page.as_str() {
                SET_UP => set_up(&browser).await?,
                name if WITHHELD.contains(&name) => withhold(&browser, name == WITHHELD[1]).await?,
                REFUSED => add(&browser, "http://stranger.example/", "#source-wrong code").await?,
                _ => {}
            }
            browser.settle().await?;
            println!("{}", browser.screenshot(&format!("screenshots/{name}")).await?.display());
            if browser.overflows().await? {
                complaints.push(format!("{name} is wider than its window"));
            }
            complaints.extend(browser.console().await?.into_iter().map(|line| format!("{name}: {line}")));
        }
    }
    browser.finish().await?;
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n").into()) }
}

/// Names and fragments of the sample's links, as the page itself is given them; none when the sample is not made yet.
fn samples() -> Outcome<Vec<(String, String)>> {
    let path = dist().join("sample/links.json");
    if !path.exists() {
        println!("no sample at {}", path.display());
        return Ok(vec![]);
    }
    let links: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let links = links["samples"].as_array().ok_or("links.json has no samples")?;
    let text = |link: &Value, name: &str| -> Outcome<String> {
        Ok(link[name].as_str().ok_or_else(|| format!("a link without {name}"))?.to_owned())
    };
    links.iter().map(|link| Ok((text(link, "id")?, text(link, "link")?))).collect()
}
