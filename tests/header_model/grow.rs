//! Grows a tree of headers: a few branches that race one another, some slow and easy, some quick and hard, so that forks
//! cross retargets, tie, and overtake; between right headers, wrong ones.

use crate::against::{Outcome, Pair, Tally};
use crate::cases::KINDS;
use crate::chain::Model;
use crate::networks::{DEAREST, Draft, mine, price};
use crate::rules::{self, Required};
use fastrand::Rng;

/// A clock far ahead of every header.
pub const FAR: i64 = 5_000_000_000;

/// What the headers are made from.
pub struct Grower<'a> {
    pub pair: Pair,
    pub random: &'a mut Rng,
    /// The last header of each branch that grows, and its pace: halves of the spacing wanted.
    tips: Vec<(usize, u32)>,
    /// Refused for now, to be offered again.
    pub waiting: Vec<[u8; 80]>,
    /// Refused, at a clock far ahead.
    pub refused: Vec<[u8; 80]>,
}

impl<'a> Grower<'a> {
    pub fn new(pair: Pair, random: &'a mut Rng) -> Self {
        let tip = pair.model.best();
        Self { pair, random, tips: vec![(tip, 2)], waiting: vec![], refused: vec![] }
    }

    /// Makes a header of some kind and offers it.
    pub fn step(&mut self, tally: &mut Tally) -> Outcome {
        let tickets: Vec<usize> = (0..KINDS.len()).flat_map(|kind| std::iter::repeat_n(kind, KINDS[kind].1)).collect();
        let (name, _, make) = KINDS[*self.random.choice(&tickets).unwrap()];
        let (name, (bytes, now)) = match make(self) {
            Some(made) => (name, made),
            None => (KINDS[0].0, (KINDS[0].2)(self).unwrap()),
        };
        let outcome = self.offer(&bytes, now, tally);
        tally.count(name, outcome.name);
        // A branch whose next header is too dear ends, and now and then one is left for a new one near the tip.
        if (name == KINDS[0].0 && outcome.place.is_none()) || self.random.u32(0..40) == 0 {
            let branch = self.random.usize(..self.tips.len());
            let best = self.pair.model.chain(self.pair.model.best());
            let recent = best.len().saturating_sub(12)..best.len();
            self.tips[branch].0 = best[self.random.usize(recent)];
        }
        outcome
    }

    /// A right header on this one, offered.
    pub fn extend(&mut self, parent: usize, tally: &mut Tally) -> Outcome {
        let draft = self.draft(parent);
        let bytes = self.finish(draft);
        let outcome = self.offer(&bytes, FAR, tally);
        tally.count(KINDS[0].0, outcome.name);
        outcome
    }

    /// Offers a header to both, and notes what is worth noting of it.
    pub fn offer(&mut self, bytes: &[u8; 80], now: i64, tally: &mut Tally) -> Outcome {
        let rivals = self.rival_bits(&rules::fields(bytes).previous);
        let outcome = self.pair.offer(bytes, now);
        let Some(place) = outcome.place else {
            self.refused.extend((now == FAR).then_some(*bytes));
            return outcome;
        };
        let (entry, interval) = (&self.pair.model.entries[place], self.pair.model.rules.interval);
        let own_bits = rivals.is_some_and(|rival| rival != entry.fields.bits) && entry.height.is_multiple_of(interval);
        tally.note("fork over a retarget, with bits of its own", own_bits && outcome.name != "duplicate");
        tally.note("equal work, and the first seen stays", outcome.tied);
        tally.note("shorter chain with more work", outcome.lower);
        tally.note("reorganization of 1 block", outcome.disconnected == 1);
        tally.note("reorganization of 2 to 5 blocks", (2..6).contains(&outcome.disconnected));
        tally.note("reorganization of 6 blocks", outcome.disconnected == 6);
        tally.note("reorganization of more than 6 blocks", outcome.disconnected > 6);
        tally.note("reorganization of 2017 blocks", outcome.disconnected == 2017);
        tally.note("rule left open", outcome.name != "duplicate" && !entry.open.is_empty());
        match self.tips.iter().position(|(tip, _)| self.pair.model.entries[*tip].hash == entry.fields.previous) {
            Some(branch) if self.tips.len() == 4 || self.random.u32(0..12) > 0 => self.tips[branch].0 = place,
            _ => self.split(place),
        }
        outcome
    }

    /// The bits of the best chain where a header on this one would stand, when that one is beside it.
    fn rival_bits(&self, previous: &[u8; 32]) -> Option<u32> {
        let model = &self.pair.model;
        let parent = model.find(previous)?;
        let best = model.chain(model.best());
        let beside = !best.contains(&parent);
        let rival = best.get((model.entries[parent].height + 1 - model.first_height) as usize)?;
        beside.then(|| model.entries[*rival].fields.bits)
    }

    /// A new branch; the oldest gives way.
    fn split(&mut self, place: usize) {
        if self.tips.len() >= 4 {
            self.tips.remove(0);
        }
        self.tips.push((place, *self.random.choice(&[0, 1, 2, 2, 3, 8]).unwrap()));
    }

    /// Forgets all but the best chain, on both sides.
    pub fn drop_side_branches(&mut self) {
        assert_eq!(self.pair.tree.drop_side_branches(), self.pair.model.drop_side_branches());
        self.pair.assert_same_tip();
        self.tips = vec![(self.pair.model.best(), 2)];
    }

    /// A header to build on: mostly the end of a branch.
    pub fn parent(&mut self) -> usize {
        let known = self.pair.model.entries.len();
        match self.random.u32(0..20) {
            0..2 => self.random.usize(known.saturating_sub(24)..known),
            2 => self.pair.model.best(),
            _ => self.random.choice(&self.tips).unwrap().0,
        }
    }

    /// A header to build on that is so, among the last ones.
    pub fn parent_where(&mut self, so: impl Fn(&Model, usize) -> bool) -> Option<usize> {
        let model = &self.pair.model;
        let from = model.entries.len().saturating_sub(40);
        let fit: Vec<usize> = (from..model.entries.len()).filter(|&place| so(model, place)).collect();
        self.random.choice(&fit).copied()
    }

    /// What a miner sets who goes by the rules.
    pub fn draft(&mut self, parent: usize) -> Draft {
        let pace = self.tips.iter().find(|(tip, _)| *tip == parent).map_or(2, |(_, pace)| *pace);
        draft_on(self.random, &self.pair.model, parent, pace)
    }

    /// With this time, and the bits that go with it.
    pub fn draft_at(&mut self, parent: usize, time: u32) -> Draft {
        draft_at(self.random, &self.pair.model, parent, time)
    }

    /// With the work it states, where that can be done; else as it is.
    pub fn finish(&mut self, draft: Draft) -> [u8; 80] {
        mine(draft).unwrap_or_else(|| draft.bytes())
    }
}

/// What a miner sets on `parent` who goes by the rules, at this pace.
pub fn draft_on(random: &mut Rng, model: &Model, parent: usize, pace: u32) -> Draft {
    let entry = &model.entries[parent];
    // Whoever has come to where work is dear waits until it is cheap again.
    let pace = if price(entry.fields.bits).is_none_or(|hashes| hashes > DEAREST / 8) { 16 } else { pace };
    let spacing = model.rules.spacing as u32;
    let times: Vec<u32> = model.ancestors(parent).iter().map(|ancestor| ancestor.time).collect();
    let least = rules::median_time(&times) + 1;
    let ends_period = (entry.height + 2).is_multiple_of(model.rules.interval);
    let time = match random.u32(0..20) {
        0 => least,
        1 => entry.fields.time + random.u32(600..20_000),
        2..6 if ends_period => entry.fields.time + random.u32(600..5000),
        _ => entry.fields.time + random.u32(0..=pace * spacing),
    };
    draft_at(random, model, parent, time.max(least))
}

fn draft_at(random: &mut Rng, model: &Model, parent: usize, time: u32) -> Draft {
    let entry = &model.entries[parent];
    let bits = match rules::required_bits(&model.rules, entry.height + 1, time, &model.ancestors(parent)) {
        Required::Exactly(bits) => bits,
        Required::Between(hardest, easiest) => match random.u32(0..8) {
            0 => hardest,
            1 => hardest - 1,
            2 => easiest,
            3 => easiest + 1,
            _ => {
                let wanted = model.rules.spacing * model.rules.interval as i64;
                rules::retarget(&model.rules, entry.fields.bits, random.i64(wanted / 4..=wanted * 4))
            }
        },
        Required::Unknown => *random.choice(&[entry.fields.bits, rules::compact(&model.rules.limit)]).unwrap(),
    };
    let version = *random.choice(&[4, 5, 0x2000_0000, i32::MAX]).unwrap();
    let root = std::array::from_fn(|at| if at < 8 { random.u8(..) } else { 0 });
    Draft { version, previous: entry.hash, root, time, bits }
}
