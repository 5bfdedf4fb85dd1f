//! One browser on one served folder.

use crate::{Driver, Outcome, artifacts, dist};
use base64ct::{Base64, Encoding};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use xtask::server::Server;

/// Longest wait for something to appear, on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(30);
/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(40);

/// How wide the window is and which colours the reader prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
    /// Whether the reader prefers a dark page.
    pub dark: bool,
}

impl View {
    /// An office screen, light.
    pub const WIDE: Self = Self { width: 1280, height: 900, dark: false };
    /// A phone, light.
    pub const NARROW: Self = Self { width: 390, height: 844, dark: false };

    /// The same, dark.
    pub const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }
}

/// A headless Chromium with a fresh profile, on a folder served at an address of its own.
pub struct Browser {
    client: Client,
    folder: PathBuf,
    server: Server,
    // The width that was asked for: a phone's window may grow beyond it.
    width: AtomicU32,
    // Last: its drop ends the browser.
    driver: Driver,
}

/// A command of chromedriver's that WebDriver does not name.
#[derive(Debug)]
struct Raw(&'static str, Value);

impl WebDriverCompatibleCommand for Raw {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}

impl Browser {
    /// A browser for the built page. It shows nothing yet: see [`Browser::open`].
    ///
    /// # Errors
    /// When the page is not built or there is no browser.
    pub async fn start() -> Outcome<Self> {
        let dist = dist();
        if !dist.join("index.html").is_file() {
            return Err(format!("{} holds no page: run `cargo xtask test --only page`", dist.display()).into());
        }
        Self::serving(&dist).await
    }

    /// A browser for another folder.
    ///
    /// # Errors
    /// When the folder cannot be served or there is no browser.
    pub async fn serving(folder: &Path) -> Outcome<Self> {
        let server = Server::start(folder, 0)?;
        let driver = Driver::start()?;
        let mut options = json!({
            "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-extensions", "--window-size=1280,900"],
            "prefs": {"download.default_directory": driver.downloads(), "download.prompt_for_download": false},
        });
        if let Ok(chrome) = std::env::var("CHROME") {
            options["binary"] = chrome.into();
        }
        let wanted = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().cloned().unwrap_or_default())
            .connect(&driver.url())
            .await?;
        let browser = Self { client, folder: folder.to_owned(), server, width: AtomicU32::new(0), driver };
        browser.view(View::WIDE).await?;
        Ok(browser)
    }

    /// The WebDriver client, for what has no word here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The server behind the page.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Serves the same folder at another address: to the browser another site, of which it keeps nothing yet.
    ///
    /// # Errors
    /// When the folder cannot be served.
    pub async fn move_house(&mut self) -> Outcome {
        // The page that is open asks its server for nothing any more.
        self.client.goto("about:blank").await?;
        self.server = Server::start(&self.folder, 0)?;
        Ok(())
    }

    /// Opens the page cold, as a reader does who follows a link; `fragment` is what follows the `#`, or nothing.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn open(&self, fragment: &str) -> Outcome {
        // Another fragment on the same page would be a step within it, not a fresh start.
        self.client.goto("about:blank").await?;
        let mark = if fragment.is_empty() { "" } else { "#" };
        let fragment = fragment.trim_start_matches('#');
        Ok(self.client.goto(&format!("{}{mark}{fragment}", self.server.url())).await?)
    }

    /// Opens the page cold and waits until its checking engine answers.
    ///
    /// # Errors
    /// When it does not within the time allowed.
    pub async fn open_ready(&self, fragment: &str) -> Outcome {
        self.open(fragment).await?;
        self.wait("html[data-engine=ready]").await
    }

    /// Sets the window's size and the reader's colours.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn view(&self, view: View) -> Outcome {
        let size =
            json!({"width": view.width, "height": view.height, "deviceScaleFactor": 1, "mobile": view.width < 600});
        self.cdp("Emulation.setDeviceMetricsOverride", size).await?;
        self.width.store(view.width, Ordering::Relaxed);
        let scheme = if view.dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.cdp("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    /// Runs a script in the page: the body of a function, with `arguments`.
    ///
    /// # Errors
    /// What the script throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// A command of the Chrome DevTools Protocol.
    ///
    /// # Errors
    /// What the browser answers.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Outcome<Value> {
        Ok(self.client.issue_cmd(Raw("goog/cdp/execute", json!({"cmd": command, "params": parameters}))).await?)
    }

    /// The visible text of the first element that matches; none when there is none.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn text(&self, css: &str) -> Outcome<Option<String>> {
        let script = "return document.querySelector(arguments[0])?.innerText ?? null";
        Ok(self.run(script, vec![css.into()]).await?.as_str().map(str::to_owned))
    }

    /// How many elements match.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn count(&self, css: &str) -> Outcome<u64> {
        let count = self.run("return document.querySelectorAll(arguments[0]).length", vec![css.into()]).await?;
        Ok(count.as_u64().unwrap_or_default())
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// When there is none within the time allowed, with the page's text.
    pub async fn wait(&self, css: &str) -> Outcome {
        self.wait_text(css, "").await.map(drop)
    }

    /// Waits until an element's visible text holds `wanted`, and gives that text.
    ///
    /// # Errors
    /// When it does not within the time allowed, with the text that it has, or the page's.
    pub async fn wait_text(&self, css: &str, wanted: &str) -> Outcome<String> {
        let since = Instant::now();
        loop {
            let text = self.text(css).await?;
            match text {
                Some(text) if text.contains(wanted) => return Ok(text),
                _ if since.elapsed() < PATIENCE => tokio::time::sleep(PAUSE).await,
                Some(text) => return Err(format!("{css}: expected {wanted:?}, found {text:?}").into()),
                None => {
                    let page = self.text("body").await?.unwrap_or_default();
                    let console = self.console().await?.join("\n");
                    return Err(format!("no {css}; the page says {page:?}, the console {console:?}").into());
                }
            }
        }
    }

    /// Waits until a script, the body of a function, gives true.
    ///
    /// # Errors
    /// When it does not within the time allowed, with the page's text.
    pub async fn wait_true(&self, script: &str, arguments: Vec<Value>) -> Outcome {
        let since = Instant::now();
        while self.run(script, arguments.clone()).await? != true {
            if since.elapsed() > PATIENCE {
                let page = self.text("body").await?.unwrap_or_default();
                return Err(format!("never true for {arguments:?}: {script}; the page says {page:?}").into());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Waits until the page's text no longer changes and nothing in it is marked busy.
    ///
    /// # Errors
    /// When it does not come to rest within the time allowed.
    pub async fn settle(&self) -> Outcome {
        let look = "return [!!document.querySelector('[aria-busy=true]'), document.body.innerText]";
        let since = Instant::now();
        let (mut last, mut quiet_since) = (Value::Null, Instant::now());
        while since.elapsed() < PATIENCE {
            let now = self.run(look, vec![]).await?;
            if now != last || now[0] == true {
                (last, quiet_since) = (now, Instant::now());
            } else if quiet_since.elapsed() > Duration::from_millis(400) {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(format!("the page does not come to rest: {last}").into())
    }

    /// Clicks the first element that matches, once it is there.
    ///
    /// # Errors
    /// When there is none, or it cannot be clicked.
    pub async fn click(&self, css: &str) -> Outcome {
        self.wait(css).await?;
        Ok(self.client.find(Locator::Css(css)).await?.click().await?)
    }

    /// Types into the first element that matches, once it is there.
    ///
    /// # Errors
    /// When there is none, or it takes no text.
    pub async fn type_text(&self, css: &str, text: &str) -> Outcome {
        self.wait(css).await?;
        Ok(self.client.find(Locator::Css(css)).await?.send_keys(text).await?)
    }

    /// Pastes into the first element that matches, in one piece: typing a long link takes a long time.
    ///
    /// # Errors
    /// When there is none.
    pub async fn paste(&self, css: &str, text: &str) -> Outcome {
        self.wait(css).await?;
        self.run("document.querySelector(arguments[0]).focus()", vec![css.into()]).await?;
        self.cdp("Input.insertText", json!({"text": text})).await?;
        Ok(())
    }

    /// Chooses files in the first `input[type=file]` that matches; it may be invisible.
    ///
    /// # Errors
    /// When there is none.
    pub async fn upload(&self, css: &str, files: &[PathBuf]) -> Outcome {
        self.wait(css).await?;
        let paths = absolute(files)?.join("\n");
        Ok(self.client.find(Locator::Css(css)).await?.send_keys(&paths).await?)
    }

    /// Drops files on the first element that matches, as from a file manager.
    ///
    /// # Errors
    /// When there is none.
    pub async fn drop_files(&self, css: &str, files: &[PathBuf]) -> Outcome {
        self.wait(css).await?;
        let centre = "const e = document.querySelector(arguments[0]); e.scrollIntoView({block: 'center'});
            const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]";
        let at = self.run(centre, vec![css.into()]).await?;
        let data = json!({"items": [], "files": absolute(files)?, "dragOperationsMask": 1});
        for kind in ["dragEnter", "dragOver", "drop"] {
            let event = json!({"type": kind, "x": at[0], "y": at[1], "data": data});
            self.cdp("Input.dispatchDragEvent", event).await?;
        }
        Ok(())
    }

    /// Waits for a download whose name ends so, and reads it.
    ///
    /// # Errors
    /// When none is whole within the time allowed; an empty one never is.
    pub async fn downloaded(&self, name_end: &str) -> Outcome<Vec<u8>> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            for entry in std::fs::read_dir(self.driver.downloads())? {
                let path = entry?.path();
                if path.to_string_lossy().ends_with(name_end) {
                    // Chromium keeps the name with an empty file, and puts the whole one in its place.
                    let bytes = std::fs::read(path)?;
                    if !bytes.is_empty() {
                        return Ok(bytes);
                    }
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(format!("nothing downloaded whose name ends in {name_end:?}").into())
    }

    /// What the console was told since the last time it was asked, refusals of the Content Security Policy among it.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn console(&self) -> Outcome<Vec<String>> {
        let entries = self.client.issue_cmd(Raw("se/log", json!({"type": "browser"}))).await?;
        let line = |entry: &Value| format!("{} {}", entry["level"], entry["message"]);
        Ok(entries.as_array().into_iter().flatten().map(line).collect())
    }

    /// Whether the page is wider than the window, so that it must be pushed sideways to be read.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn overflows(&self) -> Outcome<bool> {
        // A phone's window grows with its page: it is held against the width that was asked for.
        let script = "return Math.max(document.documentElement.scrollWidth, innerWidth) > arguments[0]";
        let wider = self.run(script, vec![self.width.load(Ordering::Relaxed).into()]).await?;
        Ok(wider == true)
    }

    /// What axe-core, the script that `$PLIMSOLL_AXE` names, finds inaccessible on the page as it stands, with where; nothing
    /// found without that script either, which is then said. Colours on their way from light to dark have arrived before.
    ///
    /// # Errors
    /// When the script cannot be read or does not answer.
    pub async fn inaccessible(&self) -> Outcome<Vec<String>> {
        let Some(axe) = std::env::var_os("PLIMSOLL_AXE") else {
            println!("accessibility: $PLIMSOLL_AXE names no axe-core — nothing of it tested");
            return Ok(vec![]);
        };
        self.run(&std::fs::read_to_string(axe)?, vec![]).await?;
        let script = "const done = arguments[0];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
            const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity);
            Promise.allSettled(moving.map((one) => one.finished)).then(() => axe.run(document, {runOnly: tags})).then(
                (found) => done([found.passes.length, ...found.violations.flatMap((rule) =>
                    rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary}`))]),
                (error) => done([0, String(error)]))";
        let answer = self.client.execute_async(script, vec![]).await?;
        let (passed, found) = answer.as_array().and_then(|all| all.split_first()).ok_or("axe-core does not answer")?;
        println!("accessibility: {passed} rules passed, {} places found", found.len());
        Ok(found.iter().map(|place| place.as_str().unwrap_or_default().to_owned()).collect())
    }

    /// A picture of the whole page, to its end, under `artifacts/`.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn screenshot(&self, name: &str) -> Outcome<PathBuf> {
        let content = self.cdp("Page.getLayoutMetrics", json!({})).await?["cssContentSize"].clone();
        let clip = json!({"x": 0, "y": 0, "width": content["width"], "height": content["height"], "scale": 1});
        let picture = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let answer = self.cdp("Page.captureScreenshot", picture).await?;
        let bytes = Base64::decode_vec(answer["data"].as_str().unwrap_or_default())?;
        let path = artifacts().join(format!("{name}.png"));
        std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
        std::fs::write(&path, bytes)?;
        Ok(path)
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When the console was told anything at all.
    pub async fn finish(self) -> Outcome {
        let console = self.console().await?;
        self.client.clone().close().await?;
        if console.is_empty() { Ok(()) } else { Err(format!("the console is not clean: {console:#?}").into()) }
    }
}

fn absolute(files: &[PathBuf]) -> Outcome<Vec<String>> {
    files.iter().map(|file| Ok(std::fs::canonicalize(file)?.to_string_lossy().into_owned())).collect()
}
