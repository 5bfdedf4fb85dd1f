//! A reader withholds fields from a proof and passes it on: chosen by hand, kept over a reload, opened by the next reader.

use e2e::{Browser, Copied, Outcome, View, dist};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

fn link(id: &str) -> Outcome<String> {
    let list: Value = serde_json::from_slice(&std::fs::read(dist().join("sample/links.json"))?)?;
    let entries = list["samples"].as_array().ok_or("no samples")?;
    let found = entries.iter().find(|entry| entry["id"] == id).ok_or_else(|| format!("no sample {id}"))?;
    Ok(found["link"].as_str().unwrap_or_default().to_owned())
}

async fn conclusion(browser: &Browser) -> Outcome<String> {
    browser.wait("#verdict[data-conclusion]").await?;
    let found = browser.run("return document.querySelector('#verdict').dataset.conclusion", vec![]).await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

async fn value(browser: &Browser, css: &str) -> Outcome<String> {
    let found = browser.run("return document.querySelector(arguments[0]).value", vec![css.into()]).await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

fn fragment(link: &str) -> Outcome<String> {
    Ok(format!("#{}", link.split_once('#').ok_or_else(|| format!("{link:?} has no fragment"))?.1))
}

async fn hide(browser: &Browser, path: &str) -> Outcome {
    browser.click(&format!("#withhold [data-path=\"{path}\"] input")).await?;
    hidden(browser, path).await
}

/// Waits until a field is told of as hidden, by an answer to what is chosen now.
async fn hidden(browser: &Browser, path: &str) -> Outcome {
    browser.wait(&format!("#withhold [data-hidden=\"{path}\"]")).await?;
    browser.wait(".withhold-next[aria-busy=false]").await
}

const PART: &str = "/body/children/0";
const NAME: &str = "/actor/partyName";

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_withheld_kept_over_a_reload_and_gone_for_the_next_reader() -> Outcome {
    let browser = Browser::start().await?;
    browser.open(&link("split")?).await?;
    assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current");
    let shown = browser.text("#record").await?.unwrap_or_default();
    assert!(shown.contains("76,000.00") && browser.count("#record [data-kind=withheld]").await? == 0, "{shown}");
    browser.click("#withhold-open").await?;
    hide(&browser, PART).await?;
    // By keyboard.
    browser.type_text(&format!("#withhold [data-path=\"{NAME}\"] input"), " ").await?;
    hidden(&browser, NAME).await?;
    assert_eq!(browser.count("#withhold [data-next=genuine-not-proven-current]").await?, 1);
    let next = browser.text(".next-record").await?.unwrap_or_default();
    assert!(!next.contains("76,000.00") && next.contains("50,000.00"), "{next}");
    assert!(browser.count("#withhold [data-echo]").await? > 0, "the parts' own records still say it");

    // What was chosen is there again after a reload, in either language and on a phone.
    browser.run("location.reload()", vec![]).await?;
    browser.wait("html[data-engine=ready]").await?;
    for path in [PART, NAME] {
        hidden(&browser, path).await?;
        browser.wait(&format!("#withhold [data-path=\"{path}\"] input:checked")).await?;
    }
    for (view, lang) in [(View::WIDE, "en"), (View::NARROW.dark(), "zh-Hans")] {
        browser.view(view).await?;
        browser.click(&format!("[data-lang={lang}]")).await?;
        browser.wait(&format!("html[lang={lang}]")).await?;
        browser.settle().await?;
        assert!(!browser.overflows().await?, "{view:?}: wider than its window");
        assert_eq!(browser.inaccessible().await?, Vec::<String>::new(), "{view:?}");
    }
    let page = browser.text("#withhold").await?.unwrap_or_default();
    assert!(page.contains("下一位读者将看到") && !page.contains("Hidden now"), "{page}");
    browser.click("[data-lang=en]").await?;

    // The next reader opens the link cold, and can withhold more.
    let new_link = value(&browser, "#new-link").await?;
    assert!(new_link.starts_with(&browser.server().url()), "{new_link}");
    browser.click("#save-new-proof").await?;
    let saved = browser.downloaded(".proof.json").await?;
    browser.open(&fragment(&new_link)?).await?;
    assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current");
    let shown = browser.text("#record").await?.unwrap_or_default();
    assert!(!shown.contains("76,000.00") && shown.contains("50,000.00"), "{shown}");
    assert_eq!(browser.count("#record [data-kind=withheld]").await?, 2);
    assert_eq!(browser.count("#withhold").await?, 0, "what was chosen for one proof is not for another");
    browser.click("#withhold-open").await?;
    browser.wait("#withhold [data-choice=withheld]").await?;
    hide(&browser, "/body/children/1/amount").await?;
    let next = browser.text(".next-record").await?.unwrap_or_default();
    assert!(!next.contains("50,000.00"), "{next}");
    browser.click("#withhold-close").await?;
    browser.run("location.reload()", vec![]).await?;
    assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current");
    browser.settle().await?;
    assert_eq!(browser.count("#withhold").await?, 0, "closed is forgotten");

    // The proof file that was saved is the same proof.
    let file = std::env::temp_dir().join(format!("plimsoll-withheld-{}.proof.json", std::process::id()));
    std::fs::write(&file, &saved)?;
    browser.open_ready("").await?;
    browser.drop_files("main", std::slice::from_ref(&file)).await?;
    std::fs::remove_file(&file)?;
    assert_eq!(conclusion(&browser).await?, "genuine-not-proven-current");
    assert_eq!(browser.count("#record [data-kind=withheld]").await?, 2);
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn from_what_does_not_hold_nothing_is_withheld() -> Outcome {
    let browser = Browser::start().await?;
    for id in ["changed-field", "unknown-registry"] {
        browser.open(&link(id)?).await?;
        conclusion(&browser).await?;
        assert_eq!(browser.count("#withhold-open:not([hidden])").await?, 0, "{id}");
    }
    browser.finish().await
}

/// Opens the panel on a sample, withholds a part and encrypts; gives the encrypted file. The link follows the address.
async fn encrypt(browser: &Browser) -> Outcome<Vec<u8>> {
    browser.open(&link("split")?).await?;
    conclusion(browser).await?;
    browser.click("#withhold-open").await?;
    hide(browser, PART).await?;
    browser.click("#encrypt").await?;
    browser.click("#save-sealed:not([disabled])").await?;
    browser.downloaded(".proof.enc").await
}

/// The link for an address, once it is made.
async fn link_to(browser: &Browser, address: &str) -> Outcome<String> {
    let before = value(browser, "#sealed-link").await?;
    browser.type_text("#sealed-address", address).await?;
    let made = "const link = document.querySelector('#sealed-link').value; \
        return link !== arguments[0] && link.includes(arguments[1])";
    let encoded = browser
        .run(
            "return btoa(arguments[0]).replace(/=+$/, '').replace(/\\+/g, '-').replace(/\\//g, '_')",
            vec![address.into()],
        )
        .await?;
    browser.wait_true(made, vec![before.into(), encoded]).await?;
    value(browser, "#sealed-link").await
}

async fn shows_the_withheld_proof(browser: &Browser) -> Outcome {
    assert_eq!(conclusion(browser).await?, "genuine-not-proven-current");
    let shown = browser.text("#record").await?.unwrap_or_default();
    assert!(!shown.contains("76,000.00") && shown.contains("50,000.00"), "{shown}");
    Ok(())
}

/// The last field of a link: its key.
fn key(link: &str) -> Outcome<String> {
    let key = link.rsplit('.').next().filter(|key| key.len() == 43);
    Ok(key.ok_or_else(|| format!("{link:?} has no key"))?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_proof_lies_at_the_page_s_own_address_and_its_key_in_the_link_alone() -> Outcome {
    let folder = Copied::of(&dist(), "encrypted")?;
    let browser = Browser::serving(folder.path()).await?;
    let file = encrypt(&browser).await?;
    assert!(file.starts_with(b"PLMENC"), "{:?}", &file[..8]);
    let address = format!("{}split.proof.enc", browser.server().url());
    let link = link_to(&browser, &address).await?;
    browser.settle().await?;
    assert_eq!(browser.inaccessible().await?, Vec::<String>::new());
    let (fragment, key) = (fragment(&link)?, key(&link)?);

    browser.open(&fragment).await?;
    browser.wait("[data-code=remote-not-found]").await?;
    std::fs::write(folder.path().join("split.proof.enc"), &file)?;
    browser.open(&fragment).await?;
    shows_the_withheld_proof(&browser).await?;

    // Another key, another file, no encryption: each is told by its step.
    let other = if key.starts_with('A') { "B" } else { "A" };
    browser.open(&fragment.replace(&key, &format!("{other}{}", &key[1..]))).await?;
    browser.wait("[data-code=remote-key-wrong]").await?;
    browser.open(&fragment[..fragment.len() - key.len() - 1]).await?;
    browser.wait("[data-code=remote-key-missing]").await?;
    std::fs::write(folder.path().join("split.proof.enc"), "<!doctype html>")?;
    browser.open(&fragment).await?;
    browser.wait("[data-code=remote-other-file]").await?;
    // The right file handed in on that page helps.
    let good = folder.path().join("attachment.enc");
    std::fs::write(&good, &file)?;
    browser.drop_files("main", &[good]).await?;
    shows_the_withheld_proof(&browser).await?;

    let asked = browser.server().asked().concat();
    assert!(asked.contains("GET /split.proof.enc HTTP/1.1"), "{asked}");
    for secret in [key.as_str(), "/v/u", "Referer"] {
        assert!(!asked.to_lowercase().contains(&secret.to_lowercase()), "a server heard of {secret}");
    }
    browser.finish().await
}

/// Gives one file to whoever asks, of any page, and keeps what it was asked.
fn elsewhere(file: Vec<u8>) -> Outcome<(String, Arc<Mutex<String>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://localhost:{}/split.proof.enc", listener.local_addr()?.port());
    let asked = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 8_192];
            let read = stream.read(&mut request).unwrap_or_default();
            if let Ok(mut heard) = heard.lock() {
                heard.push_str(&String::from_utf8_lossy(&request[..read]));
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                file.len()
            );
            drop(stream.write_all(&[head.as_bytes(), &file].concat()));
        }
    });
    Ok((url, asked))
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_is_asked_only_when_the_reader_says_so() -> Outcome {
    let browser = Browser::start().await?;
    let file = encrypt(&browser).await?;
    let (address, asked) = elsewhere(file)?;
    let link = link_to(&browser, &address).await?;
    let (fragment, key) = (fragment(&link)?, key(&link)?);
    let heard = || asked.lock().map(|asked| asked.clone()).unwrap_or_default();

    browser.open(&fragment).await?;
    browser.wait("[data-code=proof-kept-elsewhere]").await?;
    browser.settle().await?;
    assert_eq!(browser.inaccessible().await?, Vec::<String>::new());
    assert_eq!(heard(), "", "nobody was asked yet");
    browser.click("#fetch-proof").await?;
    shows_the_withheld_proof(&browser).await?;
    let heard = heard().to_lowercase();
    assert!(heard.starts_with("get /split.proof.enc http/1.1"), "{heard}");
    for secret in [key.to_lowercase().as_str(), "/v/u", "referer", "cookie"] {
        assert!(!heard.contains(secret), "it heard of {secret}: {heard}");
    }
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_proof_may_come_beside_its_link() -> Outcome {
    let browser = Browser::start().await?;
    let file = encrypt(&browser).await?;
    browser.wait_true("return document.querySelector('#sealed-link').value.includes('/v/u..')", vec![]).await?;
    let link = value(&browser, "#sealed-link").await?;
    let attachment = std::env::temp_dir().join(format!("plimsoll-{}.proof.enc", std::process::id()));
    std::fs::write(&attachment, &file)?;
    browser.open_ready("").await?;
    browser.drop_files("main", std::slice::from_ref(&attachment)).await?;
    browser.wait("[data-code=encrypted-without-link]").await?;
    browser.open(&fragment(&link)?).await?;
    browser.wait("[data-code=remote-file-missing]").await?;
    browser.upload("#add-proof", std::slice::from_ref(&attachment)).await?;
    shows_the_withheld_proof(&browser).await?;
    std::fs::remove_file(&attachment)?;
    browser.finish().await
}
