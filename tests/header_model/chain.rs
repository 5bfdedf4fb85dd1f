//! All headers accepted, in the order they came, and what follows from the list of them: every answer is worked out anew.

use crate::rules::{self, Defect, Fields, Open, Rules};
use num_bigint::BigUint;
use std::collections::BTreeMap;

/// A header accepted.
#[derive(Debug, Clone)]
pub struct Entry {
    pub bytes: [u8; 80],
    pub fields: Fields,
    pub hash: [u8; 32],
    pub height: u64,
    /// The place of the header before.
    parent: Option<usize>,
    /// From the first header at hand to this one.
    pub work: BigUint,
    pub open: Vec<Open>,
}

/// What is known of a height beforehand.
#[derive(Debug, Clone)]
pub struct Pin {
    pub hash: [u8; 32],
    pub work: Option<BigUint>,
    pub next_bits: Option<u32>,
}

/// What an accepted header did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    Duplicate,
    Extended,
    Fork,
    Reorganized { common: (u64, [u8; 32]), disconnected: usize, connected: usize },
}

/// The slow model.
#[derive(Debug, Clone)]
pub struct Model {
    pub rules: Rules,
    pub first_height: u64,
    pub entries: Vec<Entry>,
    pub pins: BTreeMap<u64, Pin>,
}

impl Model {
    /// The genesis header alone.
    pub fn from_genesis(rules: Rules) -> Self {
        let mut model = Self { rules, first_height: 0, entries: vec![], pins: BTreeMap::new() };
        let genesis = model.rules.genesis;
        model.push(&genesis, 0, None, vec![]);
        model
    }

    /// A first header at any height, on trust.
    pub fn from_first(
        rules: Rules,
        height: u64,
        first: &[u8; 80],
        pins: BTreeMap<u64, Pin>,
        now: i64,
    ) -> Result<Self, Defect> {
        let mut model = Self { rules, first_height: height, entries: vec![], pins };
        if height == 0 {
            if *first != model.rules.genesis {
                return Err(Defect::Genesis);
            }
            model.check_pins(first, 0, None)?;
            model.push(first, 0, None, vec![]);
            return Ok(model);
        }
        rules::check_work(&model.rules, first)?;
        let fields = rules::fields(first);
        let mut open = rules::check_in_context(&model.rules, height, &fields, &[], now)?;
        match model.pins.get(&(height - 1)) {
            Some(pin) if pin.hash != fields.previous => return Err(Defect::Pinned { height: height - 1 }),
            Some(_) => {}
            None => open.push(Open::PreviousHeader),
        }
        if model.check_pins(first, height, None)? {
            open.retain(|rule| *rule != Open::RequiredBits);
        }
        model.push(first, height, None, open);
        Ok(model)
    }

    /// `AcceptBlockHeader`.
    pub fn accept(&mut self, bytes: &[u8; 80], now: i64) -> Result<(Did, usize), Defect> {
        let hash = rules::hash(bytes);
        if let Some(known) = self.find(&hash) {
            return Ok((Did::Duplicate, known));
        }
        rules::check_work(&self.rules, bytes)?;
        let fields = rules::fields(bytes);
        let parent = self.find(&fields.previous).ok_or(Defect::UnknownParent)?;
        let height = self.entries[parent].height + 1;
        let mut open = rules::check_in_context(&self.rules, height, &fields, &self.ancestors(parent), now)?;
        if self.check_pins(bytes, height, Some(parent))? {
            open.retain(|rule| *rule != Open::RequiredBits);
        }
        let before = self.best();
        let place = self.push(bytes, height, Some(parent), open);
        let did = if self.best() == before { Did::Fork } else { self.change(before, place) };
        Ok((did, place))
    }

    fn change(&self, before: usize, after: usize) -> Did {
        let (before, after) = (self.chain(before), self.chain(after));
        let common = before.iter().zip(&after).take_while(|(old, new)| old == new).count();
        if common == before.len() {
            assert_eq!(after.len(), before.len() + 1, "one header extends a chain by one");
            return Did::Extended;
        }
        let fork = &self.entries[before[common - 1]];
        let (disconnected, connected) = (before.len() - common, after.len() - common);
        Did::Reorganized { common: (fork.height, fork.hash), disconnected, connected }
    }

    /// Whether a pin says the bits; wrong where a pin says otherwise.
    fn check_pins(&self, bytes: &[u8; 80], height: u64, parent: Option<usize>) -> Result<bool, Defect> {
        let fields = rules::fields(bytes);
        let next_bits = height.checked_sub(1).and_then(|below| self.pins.get(&below)?.next_bits);
        if let Some(expected) = next_bits.filter(|expected| *expected != fields.bits) {
            return Err(Defect::PinnedBits { expected });
        }
        if let Some(pin) = self.pins.get(&height) {
            if pin.hash != rules::hash(bytes) {
                return Err(Defect::Pinned { height });
            }
            if let Some(expected) = &pin.work {
                let own = self.work_with(&fields, parent);
                let known = self.work_before();
                let agrees = known.as_ref().is_none_or(|before| before + &own == *expected);
                if *expected < own || !agrees {
                    return Err(Defect::PinnedWork { found: own + known.unwrap_or_default() });
                }
            }
        }
        Ok(next_bits.is_some())
    }

    /// The work below the first header: none below genesis, else what any pin met says of it.
    pub fn work_before(&self) -> Option<BigUint> {
        if self.first_height == 0 {
            return Some(BigUint::ZERO);
        }
        let below = self.pins.get(&(self.first_height - 1)).and_then(|pin| pin.work.clone());
        let met = |entry: &Entry| Some(self.pins.get(&entry.height)?.work.clone()? - &entry.work);
        below.or_else(|| self.entries.iter().find_map(met))
    }

    fn work_with(&self, fields: &Fields, parent: Option<usize>) -> BigUint {
        let mut chain = parent.map(|parent| self.ancestors(parent)).unwrap_or_default();
        chain.push(*fields);
        let mut of_bits: BTreeMap<u32, u64> = BTreeMap::new();
        chain.iter().for_each(|ancestor| *of_bits.entry(ancestor.bits).or_default() += 1);
        let work_of = |bits| rules::work(&rules::target(bits, &self.rules.limit).unwrap());
        of_bits.into_iter().map(|(bits, count)| work_of(bits) * count).sum()
    }

    fn push(&mut self, bytes: &[u8; 80], height: u64, parent: Option<usize>, open: Vec<Open>) -> usize {
        let (bytes, fields, hash) = (*bytes, rules::fields(bytes), rules::hash(bytes));
        let work = self.work_with(&fields, parent);
        self.entries.push(Entry { bytes, fields, hash, height, parent, work, open });
        self.entries.len() - 1
    }

    pub fn find(&self, hash: &[u8; 32]) -> Option<usize> {
        self.entries.iter().position(|entry| entry.hash == *hash)
    }

    /// The place of the first header that nothing has more work than.
    pub fn best(&self) -> usize {
        let mut best = 0;
        for (place, entry) in self.entries.iter().enumerate() {
            if entry.work > self.entries[best].work {
                best = place;
            }
        }
        best
    }

    /// The places from the first header at hand to this one.
    pub fn chain(&self, place: usize) -> Vec<usize> {
        let mut chain: Vec<usize> = std::iter::successors(Some(place), |&child| self.entries[child].parent).collect();
        chain.reverse();
        chain
    }

    /// What the rules read of the headers up to this one, itself included.
    pub fn ancestors(&self, place: usize) -> Vec<Fields> {
        self.chain(place).into_iter().map(|place| self.entries[place].fields).collect()
    }

    /// `GetMedianTimePast`; `None` when one of the eleven is missing.
    pub fn median_time(&self, place: usize) -> Option<u32> {
        let times: Vec<u32> = self.ancestors(place).iter().map(|ancestor| ancestor.time).collect();
        let whole = self.first_height == 0 || times.len() >= 11;
        whole.then(|| rules::median_time(&times))
    }

    /// Forgets what is beside the best chain; how many that were.
    pub fn drop_side_branches(&mut self) -> usize {
        let before = self.entries.len();
        let chain = self.chain(self.best());
        self.entries = chain.into_iter().map(|place| self.entries[place].clone()).collect();
        for (place, entry) in self.entries.iter_mut().enumerate() {
            entry.parent = place.checked_sub(1);
        }
        before - self.entries.len()
    }
}
