//! The sample's world: a registry, the trade told in it, and beside it what others do on the same chain.

use super::attack;
use super::seeds::{FOUNDING_HEIGHT, OfficesError, block_time, key, offices, salts};
use crate::block::{Block, BlockError};
use crate::drafting::{DraftError, NewParty, Statement, draft_record, draft_registration};
use crate::embedded_chain::{ChainError, EmbeddedChain};
use crate::founding::{Charter, FoundError, found};
use crate::ledger::{Ledger, LedgerError, RecordStep, Step};
use crate::offices::{AnchorDraftError, Offices, blocks_above, mature};
use crate::proving::ProveError;
use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::time::{DateTimeError, UnixTime, parse_rfc3339_ms};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Height of the block in which the stranger's registry is founded, and of the one with its record.
const STRANGER_HEIGHTS: [u32; 2] = [130, 133];
/// Height of the block in whose tree two transactions together read as a third.
pub const ATTACK_HEIGHT: u32 = 176;
/// Height of the anchor at which another history of the log is told.
pub const FORK_HEIGHT: u32 = 168;
/// Height of the newest block.
const TIP: u32 = 212;

/// Why the sample cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("story: {0}")]
    Story(#[from] serde_json::Error),
    #[error("story: {0}")]
    Time(#[from] DateTimeError),
    #[error("story: no party {0:?}")]
    NoParty(String),
    #[error(transparent)]
    Offices(#[from] OfficesError),
    #[error(transparent)]
    Found(#[from] FoundError),
    #[error(transparent)]
    Draft(#[from] DraftError),
    #[error(transparent)]
    Anchor(#[from] AnchorDraftError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Block(#[from] BlockError),
    #[error(transparent)]
    Prove(#[from] ProveError),
    #[error("link {id:?}: {reason}")]
    Link { id: &'static str, reason: String },
}

/// The story, as it stands in `story.json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Story {
    parties: Vec<StoryParty>,
    periods: Vec<Period>,
    other_history: Told,
    unlogged: Told,
    stranger: Stranger,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryParty {
    key: String,
    name: String,
    role: String,
    code: String,
    at: String,
    suite: String,
}

/// What is recorded between two anchors, and the height of the second.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    anchor: u32,
    records: Vec<Told>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    #[serde(rename = "as")]
    by: String,
    record: Statement,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stranger {
    party: StoryParty,
    record: Told,
}

/// A registry at work.
struct Registry {
    offices: Offices,
    ledger: Ledger,
    parties: BTreeMap<String, (String, SecretKey)>,
}

/// Everything the sample's links are made from.
pub struct World {
    /// The registry in which the trade is told.
    pub ledger: Ledger,
    /// The same registry with another history, on a branch that lost.
    pub other_history: Ledger,
    /// A record that was signed, but never entered.
    pub unlogged: RecordStep,
    /// Another registry on the same chain.
    pub stranger: Ledger,
}

impl World {
    /// Tells the whole story.
    pub fn tell() -> Result<Self, SampleError> {
        let story: Story = serde_json::from_str(include_str!("story.json"))?;
        let mut chain = EmbeddedChain::new();
        mature(&mut chain, block_time(FOUNDING_HEIGHT))?;
        let charter = Charter { name: "Yong–Maas Trade Registry", cadence: 24, confirmations: 6, quorum: 2 };
        let mut registry = Registry::found(charter, own_offices()?, chain, FOUNDING_HEIGHT)?;
        story.parties.iter().try_for_each(|party| registry.register(party))?;
        let mut chain = registry.ledger.chain().clone();
        let mut stranger: Option<Registry> = None;
        let mut other_history = None;
        for period in &story.periods {
            for height in chain.height() + 1..period.anchor {
                mine(&mut chain, height, &mut stranger, &story.stranger)?;
            }
            if period.anchor == FORK_HEIGHT {
                other_history = Some(registry.other_history(&story.other_history, chain.clone())?);
            }
            period.records.iter().try_for_each(|told| registry.enter(told))?;
            registry.anchor(chain, period.anchor)?;
            chain = registry.ledger.chain().clone();
        }
        for height in chain.height() + 1..=TIP {
            mine(&mut chain, height, &mut stranger, &story.stranger)?;
        }
        registry.follow(&chain)?;
        let mut stranger = stranger.ok_or_else(|| SampleError::NoParty("stranger".into()))?;
        stranger.follow(&chain)?;
        Ok(Self {
            unlogged: registry.sign(&story.unlogged)?,
            ledger: registry.ledger,
            other_history: other_history.ok_or_else(|| SampleError::NoParty("other history".into()))?,
            stranger: stranger.ledger,
        })
    }
}

/// The offices of the registry in which the trade is told.
fn own_offices() -> Result<Offices, SampleError> {
    Ok(offices("yongmaas.example/log", &["portwatch.example/w1", "tradechamber.example/w1"])?)
}

/// Mines the next block of the story; some hold what others than the registry do.
fn mine(
    chain: &mut EmbeddedChain,
    height: u32,
    stranger: &mut Option<Registry>,
    story: &Stranger,
) -> Result<(), SampleError> {
    let time = block_time(height);
    match (height, stranger.as_mut()) {
        (ATTACK_HEIGHT, _) => {
            let transactions = attack::transactions(chain);
            chain.mine(time, transactions)?;
        }
        (height, None) if height == STRANGER_HEIGHTS[0] => {
            let charter = Charter { name: "Open Quay Registry", cadence: 144, confirmations: 6, quorum: 1 };
            let offices = offices("openquay.example/log", &["openquay.example/w1"])?;
            let registry = Registry::found(charter, offices, chain.clone(), height)?;
            chain.accept(newest_block(&registry.ledger)?)?;
            *stranger = Some(registry);
        }
        (height, Some(registry)) if height == STRANGER_HEIGHTS[1] => {
            registry.register(&story.party)?;
            registry.enter(&story.record)?;
            registry.anchor(chain.clone(), height)?;
            chain.accept(newest_block(&registry.ledger)?)?;
        }
        _ => {
            chain.mine(time, Vec::new())?;
        }
    }
    Ok(())
}

fn newest_block(ledger: &Ledger) -> Result<Block, SampleError> {
    let height = ledger.chain().height();
    let bytes = blocks_above(ledger.chain(), height - 1).remove(0);
    Ok(Block::decode(&bytes.0)?)
}

impl Registry {
    fn found(
        charter: Charter<'_>,
        mut offices: Offices,
        chain: EmbeddedChain,
        height: u32,
    ) -> Result<Self, SampleError> {
        let steps = found(charter, &mut offices, chain, block_time(height), &mut salts(charter.name))?;
        let mut ledger = Ledger::open(&steps[0])?;
        steps[1..].iter().try_for_each(|step| ledger.apply(step))?;
        Ok(Self { offices, ledger, parties: BTreeMap::new() })
    }

    fn register(&mut self, party: &StoryParty) -> Result<(), SampleError> {
        let suite = if party.suite == "p256" { Suite::P256 } else { Suite::Ed25519 };
        let secret = key(&party.key, suite);
        let codes = [party.code.clone()];
        let new = NewParty { name: &party.name, role: &party.role, codes: &codes, key: secret.public() };
        let time = moment(&party.at)?;
        let step = draft_registration(&self.ledger, &new, &self.offices.registrar, time, &mut salts(&party.key))?;
        self.ledger.apply(&Step::Record(step))?;
        self.parties.insert(party.key.clone(), (party.name.clone(), secret));
        Ok(())
    }

    fn sign(&self, told: &Told) -> Result<RecordStep, SampleError> {
        let (name, secret) = self.parties.get(&told.by).ok_or_else(|| SampleError::NoParty(told.by.clone()))?;
        let time = moment(&told.record.action_date_time)?;
        let mut salts = salts(&told.record.record_id);
        Ok(draft_record(&self.ledger, told.record.clone(), Some(name), secret, time, &mut salts)?)
    }

    fn enter(&mut self, told: &Told) -> Result<(), SampleError> {
        Ok(self.ledger.apply(&Step::Record(self.sign(told)?))?)
    }

    fn anchor(&mut self, chain: EmbeddedChain, height: u32) -> Result<(), SampleError> {
        let step = self.offices.anchor(&self.ledger, chain, None, block_time(height))?;
        Ok(self.ledger.apply(&Step::Anchor(step))?)
    }

    /// Takes in blocks that were mined elsewhere.
    fn follow(&mut self, chain: &EmbeddedChain) -> Result<(), SampleError> {
        Ok(self.ledger.apply(&Step::Bury { blocks: blocks_above(chain, self.ledger.chain().height()) })?)
    }

    /// The registry as it would be had something else been told, on a branch of three blocks.
    fn other_history(&mut self, told: &Told, mut chain: EmbeddedChain) -> Result<Ledger, SampleError> {
        let kept = self.ledger.clone();
        self.enter(told)?;
        let height = chain.height() + 1;
        let late = |blocks: i64| block_time(height).plus(1800 * blocks);
        // Witnesses that remember would not cosign both histories: these have forgotten.
        let step = own_offices()?.anchor(&self.ledger, chain, None, late(1))?;
        self.ledger.apply(&Step::Anchor(step))?;
        chain = self.ledger.chain().clone();
        for blocks in [2, 3] {
            chain.mine(late(blocks), Vec::new())?;
        }
        self.follow(&chain)?;
        Ok(std::mem::replace(&mut self.ledger, kept))
    }
}

fn moment(text: &str) -> Result<UnixTime, SampleError> {
    Ok(UnixTime(parse_rfc3339_ms(text)?.div_euclid(1000)))
}
