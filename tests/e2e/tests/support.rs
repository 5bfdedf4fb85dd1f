//! What the tests drive the page with, tried on a page of a few lines.

use e2e::{Browser, Outcome, View};
use std::path::PathBuf;

const PAGE: &str = r#"<!doctype html><meta name="viewport" content="width=device-width"><title>support</title>
<textarea id="text"></textarea><input id="file" type="file" multiple hidden><div id="drop">drop here</div><p id="said"></p>
<a id="save" href="data:application/octet-stream,saved" download="proof.json">save</a>
<script>
const said = document.getElementById("said");
const tell = async (how, files) => {
  const parts = await Promise.all([...files].map(async (file) => file.name + "=" + await file.text()));
  said.textContent = how + " " + parts.join(" ");
};
document.getElementById("file").onchange = (event) => tell("chosen", event.target.files);
const drop = document.getElementById("drop");
drop.ondragover = (event) => event.preventDefault();
drop.ondrop = (event) => { event.preventDefault(); tell("dropped", event.dataTransfer.files); };
document.getElementById("text").oninput = (event) => { said.textContent = "text " + event.target.value.length; };
</script>"#;

/// A folder with that page and two files, deleted when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("plimsoll-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("index.html"), PAGE)?;
        std::fs::write(folder.join("a.txt"), "first")?;
        std::fs::write(folder.join("b.txt"), "second")?;
        Ok(Self(folder))
    }

    fn files(&self) -> [PathBuf; 2] {
        ["a.txt", "b.txt"].map(|name| self.0.join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_chosen_dropped_and_downloaded_and_text_is_pasted() -> Outcome {
    let folder = Folder::new("support")?;
    let browser = Browser::serving(&folder.0).await?;
    browser.open("").await?;
    browser.upload("#file", &folder.files()).await?;
    browser.wait_text("#said", "chosen a.txt=first b.txt=second").await?;
    browser.drop_files("#drop", &folder.files()).await?;
    browser.wait_text("#said", "dropped a.txt=first b.txt=second").await?;
    browser.paste("#text", &"x".repeat(100_000)).await?;
    browser.wait_text("#said", "text 100000").await?;
    browser.type_text("#text", "y").await?;
    browser.wait_text("#said", "text 100001").await?;
    browser.click("#save").await?;
    assert_eq!(browser.downloaded("proof.json").await?, b"saved");
    // A page without an icon asks the server for one and is told that there is none.
    browser.console().await?;
    browser.finish().await
}

#[tokio::test(flavor = "multi_thread")]
async fn views_pictures_and_complaints_are_what_they_say() -> Outcome {
    let folder = Folder::new("views")?;
    let browser = Browser::serving(&folder.0).await?;
    browser.open("").await?;
    browser.console().await?;
    let look = "return [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]";
    browser.view(View::NARROW.dark()).await?;
    assert_eq!(browser.run(look, vec![]).await?, serde_json::json!([390, true]));
    browser.view(View::WIDE).await?;
    assert_eq!(browser.run(look, vec![]).await?, serde_json::json!([1280, false]));
    assert!(!browser.overflows().await?);
    browser.run("document.body.style.width = '3000px'", vec![]).await?;
    assert!(browser.overflows().await?);
    let picture = std::fs::read(browser.screenshot("support").await?)?;
    assert!(picture.starts_with(b"\x89PNG"), "{} bytes", picture.len());

    browser.server().set_online(false);
    // Whether the driver calls the browser's own error page a failure is its affair: the page is not there.
    drop(browser.open("").await);
    assert_eq!(browser.count("#text").await?, 0);
    browser.server().set_online(true);
    browser.open("").await?;
    browser.console().await?;
    browser.run("console.error('a complaint')", vec![]).await?;
    let finished = browser.finish().await;
    assert!(finished.is_err_and(|error| error.to_string().contains("a complaint")));
    Ok(())
}
