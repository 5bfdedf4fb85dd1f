//! A browser, what is served to it, and what came of it.

use crate::judges::judge;
use crate::liar::changes_of;
use crate::runs::{Form, Run};
use crate::scene::Scene;
use crate::table::Table;
use crate::visit::{Kind, Seen, look_until, open};
use crate::{Browser, Copied, Liar, Outcome, Serving, dist};
use plimsoll::chain::Params;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Mainnet's rules under another name, which knows no pins, as long as its own.
const OTHER_NAME: &str = "mainalt";

/// How files are dropped: a name, the form, and how their names end.
pub const DROPPED: [(&str, Form, &str); 3] = [
    ("dropped raw", Form::Raw, ".headers"),
    ("dropped import", Form::Import, ".import"),
    ("dropped electrum", Form::Electrum, ".electrum"),
];

/// The desk.
pub struct Desk {
    /// The browser, on a copy of the built page.
    pub browser: Browser,
    folder: Copied,
    servers: BTreeMap<String, (String, Option<Serving>)>,
    /// What came of it all.
    pub table: Table,
}

impl Desk {
    /// A browser on a copy of the built page, with room for files beside it, and a table of these columns.
    ///
    /// # Errors
    /// When the page is not built or there is no browser.
    pub async fn set_up(name: &str, columns: Vec<&'static str>) -> Outcome<Self> {
        let folder = Copied::of(&dist(), name)?;
        std::fs::create_dir(folder.path().join("runs"))?;
        std::fs::create_dir(folder.path().join("files"))?;
        // Browsers ask for it beside a file that is no page.
        std::fs::write(folder.path().join("favicon.ico"), [])?;
        let browser = Browser::serving(folder.path()).await?;
        Ok(Self { browser, folder, servers: BTreeMap::new(), table: Table::new(columns) })
    }

    /// Where files for dropping are put.
    #[must_use]
    pub fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// Where a run is served in every form. `plimsoll headers serve` serves nothing that does not verify: what contradicts a
    /// pin or a rule of mainnet's is served under another name, which is changed on its way.
    fn url(&mut self, run: &Run) -> Outcome<String> {
        if let Some((url, _)) = self.servers.get(&run.name) {
            return Ok(url.clone());
        }
        let file = run.write(&self.files(), Form::Raw, ".headers")?;
        let from = run.first.to_string();
        let (url, serving) = if judge(&[run]).refused == [None] {
            let serving = Serving::start(&[&file], &["--network", run.network, "--from", &from])?;
            (serving.url().to_owned(), serving)
        } else {
            let rules = self.files().join("other-name.json");
            std::fs::write(&rules, other_name().to_string())?;
            let serving = Serving::start(&[&file], &["--network", &rules.to_string_lossy(), "--from", &from])?;
            let renamed = vec![(OTHER_NAME.as_bytes().to_vec(), run.network.as_bytes().to_vec())];
            (Liar::before(serving.url(), renamed)?.url(), serving)
        };
        self.servers.insert(run.name.clone(), (url.clone(), Some(serving)));
        Ok(url)
    }

    /// Has `lie` given in every form, which differs from `run` in the header at the place `at`.
    ///
    /// # Errors
    /// When the run is not served.
    pub fn lie(&mut self, run: &Run, lie: &Run, at: usize) -> Outcome {
        let honest = self.url(run)?;
        let liar = Liar::before(&honest, changes_of(run, lie, at))?;
        self.servers.insert(lie.name.clone(), (liar.url(), None));
        Ok(())
    }

    /// The sources of scenes, one a run.
    ///
    /// # Errors
    /// When a run is not served.
    pub fn sources(&mut self, kind: Kind, scenes: &[&Scene]) -> Outcome<Vec<Value>> {
        let mut sources = vec![];
        for run in scenes.iter().flat_map(|scene| &scene.runs) {
            sources.push(if kind == Kind::Own {
                run.write(&self.folder.path().join("runs"), Form::Raw, ".headers")?;
                kind.source(run, None)
            } else {
                kind.source(run, Some(&self.url(run)?))
            });
        }
        Ok(sources)
    }

    /// Holds the console to have been told nothing since it was last asked.
    ///
    /// # Errors
    /// What it was told.
    pub async fn assert_quiet(&self, what: &str) -> Outcome {
        let console = self.browser.console().await?;
        if console.is_empty() { Ok(()) } else { Err(format!("{what}: the console says {console:#?}").into()) }
    }

    /// Synchronizes these scenes' networks at once, each from one source or from several that contradict one another.
    ///
    /// # Errors
    /// When the page says anything else than was judged.
    pub async fn synchronize(&mut self, kind: Kind, scenes: &[&Scene]) -> Outcome {
        let sources = self.sources(kind, scenes)?;
        let begin: Vec<&str> = scenes.iter().map(|scene| scene.network()).collect();
        open(&mut self.browser, sources, &begin).await?;
        for scene in scenes {
            let done = |seen: &Seen| seen.is_settled() && scene.compare(kind.name(), seen).is_ok();
            let seen = look_until(&self.browser, scene.network(), done).await?;
            scene.compare(kind.name(), &seen)?;
            self.table.note(&scene.name, kind.name(), scene.cell());
        }
        self.assert_quiet(kind.name()).await
    }

    /// Drops a file of each scene, all at once, in a form; of several runs of one scene each after the other.
    ///
    /// # Errors
    /// When the page says anything else than was judged.
    pub async fn drop_files(&mut self, how: (&'static str, Form, &str), scenes: &[&Scene]) -> Outcome {
        let (name, form, ending) = how;
        open(&mut self.browser, vec![], &[]).await?;
        let longest = scenes.iter().map(|scene| scene.runs.len()).max().unwrap_or(0);
        for turn in 0..longest {
            let (mut files, mut said) = (vec![], vec![]);
            for scene in scenes {
                let Some(run) = scene.runs.get(turn) else { continue };
                // A run that begins at no genesis and that no pin ties has its place from its name.
                let run = Run { name: format!("{}-{} {}", run.network, run.first, run.name), ..run.clone() };
                files.push(run.write(&self.files(), form, ending)?);
                said.push((run.name, scene.judged.refused[turn].clone()));
            }
            self.browser.upload("#header-files", &files).await?;
            self.browser.wait("[data-handed=done]").await?;
            for (file, refused) in said {
                let (outcome, words) = match refused {
                    None => ("taken", String::new()),
                    Some((_, height)) => ("failed", format!("height {height}")),
                };
                let script = "return [...document.querySelectorAll(`[data-handed=done] [data-file=${arguments[0]}]`)]
                    .some((item) => item.innerText.includes(arguments[1]) && item.innerText.includes(arguments[2]))";
                self.browser.wait_true(script, vec![outcome.into(), file.into(), words.into()]).await?;
            }
        }
        for scene in scenes {
            let done = |seen: &Seen| scene.compare(name, seen).is_ok();
            let seen = look_until(&self.browser, scene.network(), done).await?;
            scene.compare(name, &seen)?;
            self.table.note(&scene.name, name, scene.cell());
        }
        for file in std::fs::read_dir(self.files())?.flatten() {
            // Electrum's are long.
            std::fs::remove_file(file.path())?;
        }
        self.assert_quiet(name).await
    }
}

fn other_name() -> Value {
    let genesis = Params::mainnet().genesis().to_string();
    let limit = format!("00000000{}", "f".repeat(56));
    json!({"format": "plimsoll-network/1", "name": OTHER_NAME, "genesis": genesis, "powLimit": limit,
        "spacingSeconds": 600, "retargetInterval": 2016, "retargets": true, "minDifficulty": false, "bip94": false,
        "versionHeights": [1_000_000, 1_000_000, 1_000_000]})
}
