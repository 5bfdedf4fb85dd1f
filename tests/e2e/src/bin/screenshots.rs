//! Draws the front page and the verdict of every sample link, wide and narrow, light and dark, into `artifacts/screenshots/`.
//!
//! `screenshots [NAME | NAME=FRAGMENT]…`: only the pages whose name holds one of the names, or also pages of one's own.
//! Fails when a page is wider than its window or the console was told anything.

use e2e::{Browser, Outcome, View, dist};
use serde_json::Value;

#[tokio::main]
async fn main() -> Outcome {
    let mut pages = vec![("front".to_owned(), String::new())];
    pages.extend(samples()?);
    let mut names = vec![];
    for word in std::env::args().skip(1) {
        match word.split_once('=') {
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
            let name = format!("{page}-{how}");
            browser.view(view).await?;
            browser.open_ready(fragment).await?;
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
