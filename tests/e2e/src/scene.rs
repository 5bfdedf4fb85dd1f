//! Runs of headers as a page is to meet them, and what it must then say.

use crate::judges::{Judgement, core, judge};
use crate::runs::{HEADER, Run};
use crate::visit::{Seen, SeenSource};
use crate::{Outcome, runs};
use plimsoll::chain::Header;

/// Runs of one network, given one after another, or side by side by sources that contradict one another.
#[derive(Debug)]
pub struct Scene {
    /// Its name.
    pub name: String,
    /// The runs, a source each.
    pub runs: Vec<Run>,
    /// What they come to by our library, natively.
    pub judged: Judgement,
}

impl Scene {
    /// A scene of these runs.
    #[must_use]
    pub fn of(name: &str, runs: &[&Run]) -> Self {
        let judged = judge(runs);
        Self { name: name.to_owned(), runs: runs.iter().map(|run| (*run).clone()).collect(), judged }
    }

    /// One run alone.
    #[must_use]
    pub fn alone(run: &Run) -> Self {
        Self::of(&run.name, &[run])
    }

    /// Its network.
    #[must_use]
    pub fn network(&self) -> &'static str {
        self.runs[0].network
    }

    /// Holds what the page says, of the chain and of each source, against what was judged.
    ///
    /// # Errors
    /// When it differs, with both.
    pub fn compare(&self, way: &str, seen: &Seen) -> Outcome {
        let told = (seen.height, &seen.tip, &seen.work, seen.headers);
        let is_right = told == (self.judged.height, &self.judged.tip, &self.judged.work, self.judged.headers)
            && seen.sources.iter().enumerate().all(|(at, source)| self.is_right_of(at, source));
        match is_right {
            true => Ok(()),
            false => Err(format!("{} by {way}: judged {:?}, the page says {seen:?}", self.name, self.judged).into()),
        }
    }

    /// Whether what is said of a run's source is right: it agrees, or is on a fork, or what it did wrong is named.
    fn is_right_of(&self, at: usize, source: &SeenSource) -> bool {
        let tip = self.runs[at].bytes.last_chunk::<HEADER>().map(Header::from_bytes);
        let is_best = tip.is_some_and(|tip| tip.hash().to_string() == self.judged.tip);
        let found = (source.standing.as_str(), source.state.as_str(), source.rule.as_str());
        match &self.judged.refused[at] {
            Some((rule, height)) => {
                let named = source.told.contains(&format!("at height {height}"));
                found == ("wrong", "set-aside", rule.as_str()) && named
            }
            None if is_best => found.0 == "agrees",
            None => found.0 == "fork",
        }
    }

    /// What stands in a table: the tip's height, and the rules for which something was refused.
    #[must_use]
    pub fn cell(&self) -> String {
        let height = self.judged.height.map_or_else(|| "none".into(), |height| height.to_string());
        let rules = self.judged.refused.iter().flatten().map(|(rule, _)| rule.as_str());
        rules.fold(height, |cell, rule| format!("{cell} {rule}"))
    }

    /// Holds what was judged against Bitcoin Core's code; whether that is installed. Runs begin at genesis.
    ///
    /// # Errors
    /// When it differs, with both.
    pub fn compare_with_core(&self) -> Outcome<bool> {
        // Core knows nothing of our pins: it is given what stands before one that a run contradicts.
        let before = |(run, refused): (&Run, &Option<(String, u32)>)| match refused {
            Some((rule, height)) if rule == "pin" => run.up_to(height - 1, &run.name),
            _ => run.clone(),
        };
        let runs: Vec<Run> = self.runs.iter().zip(&self.judged.refused).map(before).collect();
        let Some(core) = core(&runs.iter().collect::<Vec<_>>())? else { return Ok(false) };
        let ours = (self.judged.height, &self.judged.tip, &self.judged.work);
        if ours != (Some(core.height), &core.tip, &core.work) {
            return Err(format!("{}: judged {:?}, by Bitcoin Core {core:?}", self.name, self.judged).into());
        }
        let all: usize = self.runs.iter().map(Run::count).sum();
        println!("{}: Core takes {} of {all}, to {}, work {}", self.name, core.taken, core.height, core.work);
        Ok(true)
    }
}

/// Holds scenes against Bitcoin Core's code, and says how many were, or that none was.
///
/// # Errors
/// When one differs.
pub fn compare_all_with_core<'a>(scenes: impl Iterator<Item = &'a Scene>) -> Outcome {
    let mut compared = 0;
    for scene in scenes {
        compared += usize::from(scene.compare_with_core()?);
    }
    match compared {
        0 => println!(
            "not compared with Core: py-bitcoinkernel is not installed; compared with the native library alone"
        ),
        _ => println!("bitcoinkernel: {compared} scenes judged alike"),
    }
    Ok(())
}

/// The runs that are published, by themselves and in one another's way; each network once in a group.
#[derive(Debug)]
pub struct Scenes {
    /// One run a network, from genesis on.
    pub from_genesis: Vec<Vec<Scene>>,
    /// Sources that contradict one another.
    pub rivals: Vec<Scene>,
    /// Runs from the middle of mainnet.
    pub from_the_middle: Vec<Scene>,
}

impl Scenes {
    /// Of the published runs.
    ///
    /// # Errors
    /// When one of them is missing.
    pub fn of(runs: &[runs::Run]) -> Outcome<Self> {
        let named = |name: &str| runs.iter().find(|run| run.name == name).ok_or_else(|| format!("no run {name}"));
        let group = |names: &[&str]| -> Outcome<Vec<Scene>> {
            names.iter().map(|name| Ok(Scene::alone(named(name)?))).collect()
        };
        let (main, testnet, fork) =
            (named("mainnet-0-32260")?, named("testnet3-0-9999")?, named("testnet3-core-fork")?);
        // The fork stands on genesis, which its file does not hold.
        let bytes = [&testnet.bytes[..HEADER], &fork.bytes].concat();
        let fork = Run { first: 0, bytes, ..fork.clone() };
        let mut second = group(&["mainnet-corealt-0-2016", "regtest-0-100"])?;
        second.push(Scene::alone(&fork));
        let all = ["mainnet-0-32260", "testnet3-0-9999", "testnet4-0-100", "signet-0-2016", "regtest-kernel-0-206"];
        Ok(Self {
            from_genesis: vec![group(&all)?, second],
            rivals: vec![
                // Shorter and yet of more work, were it not for a pin.
                Scene::of(
                    "mainnet-0-2018 | corealt",
                    &[&main.up_to(2018, "mainnet-0-2018"), named("mainnet-corealt-0-2016")?],
                ),
                Scene::of("testnet3-0-9999 | core-fork", &[testnet, &fork]),
                Scene::of("regtest-0-100 | kernel-0-206", &[named("regtest-0-100")?, named("regtest-kernel-0-206")?]),
            ],
            from_the_middle: group(&[
                "mainnet-685439-687516",
                "mainnet-859303-862850",
                "mainnet-bip66fork-363731-363736",
                "mainnet-stale-823226",
            ])?,
        })
    }

    /// Those that begin at genesis, in their groups.
    pub fn groups(&self) -> impl Iterator<Item = Vec<&Scene>> {
        self.from_genesis.iter().chain([&self.rivals]).map(|group| group.iter().collect())
    }
}
