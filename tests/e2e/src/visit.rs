//! A visit to the page of headers with sources set up, and what the page then says, as a machine reads it.

use crate::runs::Run;
use crate::{Browser, Outcome};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longest time for a synchronization, on a machine that does other things as well.
const PATIENCE: Duration = Duration::from_secs(90);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(60);

/// How headers come to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A file of 80-byte headers at the page's own address.
    Own,
    /// The same elsewhere.
    File,
    /// Files of 100,000 headers, as block-dn serves them.
    BlockDn,
    /// Bitcoin Core's REST interface.
    CoreRest,
    /// Esplora, by pages of blocks.
    Esplora,
    /// mempool.space, by longer pages, with its view of forks.
    Mempool,
    /// The Electrum protocol over a WebSocket.
    Electrum,
    /// The compact form.
    Compact,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Own,
        Self::File,
        Self::BlockDn,
        Self::CoreRest,
        Self::Esplora,
        Self::Mempool,
        Self::Electrum,
        Self::Compact,
    ];

    /// Its name in a table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::File => "file",
            Self::BlockDn => "block-dn",
            Self::CoreRest => "core-rest",
            Self::Esplora => "esplora",
            Self::Mempool => "mempool",
            Self::Electrum => "electrum",
            Self::Compact => "compact",
        }
    }

    /// The address of such a source at a server of `plimsoll headers serve`; at the page's own address a run's file.
    #[must_use]
    pub fn url(self, server: &str, run: &Run) -> String {
        match self {
            Self::Own => format!("runs/{}.headers", run.name),
            Self::File => format!("{server}headers.bin"),
            Self::BlockDn | Self::CoreRest | Self::Compact => server.to_owned(),
            Self::Esplora | Self::Mempool => format!("{server}api"),
            Self::Electrum => format!("{}electrum", server.replacen("http", "ws", 1)),
        }
    }

    /// The source as the page remembers it: `run` at a server of that address, at the page's own where there is none.
    #[must_use]
    pub fn source(self, run: &Run, server: Option<&str>) -> Value {
        let first = if matches!(self, Self::Own | Self::File) { run.first } else { 0 };
        let kind = if self == Self::Own { "header-file" } else { self.remembered() };
        let url = self.url(server.unwrap_or_default(), run);
        json!({"network": run.network, "kind": kind, "url": url, "first_height": first, "enabled": true})
    }

    fn remembered(self) -> &'static str {
        if self == Self::File { "header-file" } else { self.name() }
    }
}

/// What the page says of a network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The height of its tip.
    pub height: Option<u32>,
    /// The tip's hash.
    pub tip: String,
    /// The work of the best chain's headers.
    pub work: String,
    /// Headers in hand, forks included.
    pub headers: u64,
    /// Its sources, in the page's order.
    pub sources: Vec<SeenSource>,
}

/// What the page says of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenSource {
    /// Its address.
    pub url: String,
    /// What it does now.
    pub state: String,
    /// How it stands to the chain in hand.
    pub standing: String,
    /// The rule it broke.
    pub rule: String,
    /// All that is said of it.
    pub told: String,
}

impl Seen {
    /// Whether every source has been asked for all it has, or is asked no more.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.sources.iter().all(|source| matches!(source.state.as_str(), "idle" | "set-aside" | "waiting"))
    }
}

/// Opens the page of headers where nothing is known yet, with sources and with networks begun.
///
/// # Errors
/// What the driver says.
pub async fn open(browser: &mut Browser, mut sources: Vec<Value>, begin: &[&str]) -> Outcome {
    browser.move_house().await?;
    // A file, not the page: what is remembered there is set before the page first looks.
    browser.client().goto(&format!("{}sample/links.json", browser.server().url())).await?;
    // The sample's headers would be of regtest too.
    sources.push(json!({"network": "regtest", "kind": "header-file", "url": "sample/chain.headers", "first_height": 0,
        "enabled": false}));
    let choice = json!({"sources": sources, "begin": begin});
    let save = "localStorage.setItem('plimsoll.headers', arguments[0])";
    browser.run(save, vec![choice.to_string().into()]).await?;
    browser.console().await?;
    browser.open_ready("#/headers").await
}

/// What the page says of a network now.
///
/// # Errors
/// What the driver says.
pub async fn look(browser: &Browser, network: &str) -> Outcome<Seen> {
    let script = "const card = document.querySelector(`section[data-network='${arguments[0]}']`);
        const facts = card?.querySelector('dl.facts')?.dataset ?? {};
        const rows = [...(card?.querySelectorAll('[data-source]') ?? [])];
        return [facts.height, facts.tip, facts.work, facts.headers, rows.map((row) => [row.dataset.source,
            row.dataset.state, row.dataset.standing, row.querySelector('[data-rule]')?.dataset.rule, row.innerText])]";
    let found = browser.run(script, vec![network.into()]).await?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let source = |row: &Value| SeenSource {
        url: text(&row[0]),
        state: text(&row[1]),
        standing: text(&row[2]),
        rule: text(&row[3]),
        told: text(&row[4]),
    };
    let rows = found[4].as_array().map_or(&[][..], Vec::as_slice);
    Ok(Seen {
        height: text(&found[0]).parse().ok(),
        tip: text(&found[1]),
        work: text(&found[2]),
        headers: text(&found[3]).parse().unwrap_or_default(),
        sources: rows.iter().filter(|row| row[0] != "sample/chain.headers").map(source).collect(),
    })
}

/// Waits until what the page says of a network is as wanted, and gives it; as it is then, when it does not become so.
///
/// # Errors
/// What the driver says.
pub async fn look_until(browser: &Browser, network: &str, wanted: impl Fn(&Seen) -> bool) -> Outcome<Seen> {
    let since = Instant::now();
    loop {
        let seen = look(browser, network).await?;
        if wanted(&seen) || since.elapsed() > PATIENCE {
            return Ok(seen);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
