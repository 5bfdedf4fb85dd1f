//! The engine itself.

use crate::chain::header::HEADER_BYTES;
use crate::chain::header_run::{RunError, decode_run};
use crate::chain::known_headers::KnownHeaders;
use crate::chain::params::{NETWORKS, UnknownNetwork};
use crate::chain::pins::Pins;
use crate::chain::quick_start::Plan;
use crate::chain::segment::{OpenSegment, context_length};
use crate::chain::segment_relay::RelayedSegment;
use crate::chain::{
    BlockHash, BlockRef, ConfirmError, Confirmed, Header, HeaderError, HeaderTree, Params, TrustedHeader,
};
use crate::engine::{ChainBlock, ChainSummary, Chains, HeaderEngine, MAX_ANSWERED, Place, Refusal, Run, Taken, Which};
use crate::time::UnixTime;
use std::error::Error;
use std::sync::Arc;

/// The engine: chains of headers by network, every header of them verified.
#[derive(Debug, Clone)]
pub struct Engine {
    /// The pins that chains start with.
    known: Arc<KnownHeaders>,
    /// Networks given beside those known by name, or with pins of the reader's.
    networks: Vec<(Params, Pins)>,
    chains: Chains,
    /// What is laid over, all of it: a tree that nothing was added to shares its memory with the one below.
    over: Option<Chains>,
    /// Chains built beside those in hand, and whether everything is about them for now.
    beside: Chains,
    is_aside: bool,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// An engine without headers, with the pins that this library holds.
    #[must_use]
    pub fn new() -> Self {
        Self::with_known(KnownHeaders::built_in())
    }

    /// An engine without headers, and with these pins: where nothing asks for those of the library, it is built without.
    #[must_use]
    pub fn with_known(known: Arc<KnownHeaders>) -> Self {
        let (chains, beside) = (Chains::default(), Chains::default());
        Self { known, networks: Vec::new(), chains, over: None, beside, is_aside: false }
    }

    /// The rules and pins that the chains of a network are started with from now on, in place of those built in.
    pub fn set_network(&mut self, params: Params, pins: Pins) {
        self.unset_network(params.name());
        self.networks.push((params, pins));
    }

    /// Takes [`Self::set_network`] back: chains are started as built in again.
    pub fn unset_network(&mut self, network: &str) {
        self.networks.retain(|(params, _)| params.name() != network);
    }

    /// Takes a whole tree in.
    pub fn add(&mut self, tree: HeaderTree) {
        self.chains_mut().add(tree);
    }

    /// The headers in hand, with what is laid over them.
    #[must_use]
    pub fn chains(&self) -> &Chains {
        if self.is_aside { &self.beside } else { self.over.as_ref().unwrap_or(&self.chains) }
    }

    fn chains_mut(&mut self) -> &mut Chains {
        if self.is_aside { &mut self.beside } else { self.over.as_mut().unwrap_or(&mut self.chains) }
    }

    /// The rules that a network's headers are judged by, and the pins that a chain of them starts with.
    fn network(&self, name: &str) -> Result<(Params, Pins), UnknownNetwork> {
        if let Some(given) = self.networks.iter().find(|(params, _)| params.name() == name) {
            return Ok(given.clone());
        }
        // A network of one's own is known by the headers in hand.
        let params =
            self.chains().of(name).first().map_or_else(|| Params::named(name), |tree| Ok(tree.params().clone()));
        params.map(|params| {
            let pins = self.known.of(params.name()).clone();
            (params, pins)
        })
    }

    /// The next headers of a run, one at least: onto a tree that knows the one before them, or, at the start of the run,
    /// one into a tree of its own.
    fn take_some(
        &mut self,
        (params, pins): &(Params, Pins),
        height: u32,
        starts: bool,
        run: &[u8],
        now: UnixTime,
    ) -> Result<(u32, Option<BlockHash>), HeaderError> {
        let Some(first) = decode_run(run).ok().and_then(|mut headers| headers.next()) else { return Ok((0, None)) };
        let chains = self.chains_mut();
        if let Some(tree) = chains.on_mut(params.name(), &first.previous, height, starts) {
            let done = tree.accept_run(run, now);
            return match (done.accepted, done.stopped) {
                (0, Some(RunError::Header { source, .. })) => Err(source),
                (0, _) => Err(HeaderError::UnknownParent { found: first.previous }),
                // Whatever stopped it later is met again by the header it stopped at.
                (accepted, _) => Ok((accepted as u32, done.last.map(|last| last.hash))),
            };
        }
        let hash = first.hash();
        if !chains.holds(params.name(), &hash, height, starts) {
            if !starts {
                return Err(HeaderError::UnknownParent { found: first.previous });
            }
            chains.add(HeaderTree::from_first(params.clone(), height, &first, pins.clone(), now)?);
        }
        Ok((1, Some(hash)))
    }
}

impl HeaderEngine for Engine {
    fn place(&self, head: &[u8]) -> Option<Place> {
        let headers: Vec<Header> = decode_run(head).ok()?.collect();
        let (first, last) = (headers.first()?, headers.last()?);
        let first_hash = first.hash();
        let at = |params: &Params, height: u32| Some(Place { network: params.name().to_owned(), height });
        let named = NETWORKS.iter().filter_map(|name| Params::named(name).ok());
        let given = self.networks.iter().map(|(params, _)| params.clone());
        if let Some(params) = given.chain(named).find(|params| params.genesis().hash() == first_hash) {
            return at(&params, 0);
        }
        for tree in self.chains().iter() {
            let height = tree.height_of(&first_hash).or_else(|| tree.height_of(&first.previous).map(|below| below + 1));
            if let Some(height) = height {
                return at(tree.params(), height);
            }
        }
        let last_hash = last.hash();
        // The hash of each header but the last stands in the next one: no hashing is needed to find a pin.
        let by_pin = |pin: &TrustedHeader| {
            let in_next = headers.iter().position(|header| header.previous == pin.hash);
            let by_next = in_next.and_then(|place| (pin.height + 1).checked_sub(u32::try_from(place).ok()?));
            let by_last = || pin.height.checked_sub(u32::try_from(headers.len() - 1).ok()?);
            by_next.or_else(|| (pin.hash == last_hash).then(by_last).flatten())
        };
        NETWORKS.into_iter().find_map(|network| {
            let height = self.known.of(network).iter().find_map(by_pin)?;
            Some(Place { network: network.to_owned(), height })
        })
    }

    fn take(&mut self, run: Run<'_>, now: UnixTime) -> Taken {
        let mut taken = Taken { count: 0, last: None, refusal: None };
        let network = match self.network(run.network) {
            Ok(network) => network,
            Err(error) => return Taken { refusal: Some(error.into()), ..taken },
        };
        let Ok(headers) = decode_run(run.bytes) else {
            return Taken { refusal: Some(Refusal::Length { found: run.bytes.len() as u64 }), ..taken };
        };
        let total = headers.len();
        while (taken.count as usize) < total {
            let height = run.height.saturating_add(taken.count);
            let left = &run.bytes[HEADER_BYTES * taken.count as usize..];
            match self.take_some(&network, height, run.starts && taken.count == 0, left, now) {
                Ok((count, last)) => (taken.count, taken.last) = (taken.count + count, last),
                Err(error) => return Taken { refusal: Some(refused(height, &error)), ..taken },
            }
        }
        taken
    }

    fn judge_apart(&self, run: Run<'_>, now: UnixTime) -> Option<Vec<u8>> {
        let (params, _) = self.network(run.network).ok()?;
        let before = context_length(&params);
        let (context, headers) = run.bytes.split_at_checked(before as usize * HEADER_BYTES)?;
        let mut segment = OpenSegment::on(params, run.height.checked_add(before)?, context).ok()?;
        if segment.accept_run(headers, now).stopped.is_some() {
            return None;
        }
        Some(segment.finish().ok()?.to_relay())
    }

    fn join(&mut self, run: Run<'_>, outcome: &[u8]) -> Option<BlockRef> {
        let (params, _) = self.network(run.network).ok()?;
        let mut arriving = RelayedSegment::from_relay(params, outcome).ok()?;
        arriving.take(run.bytes).ok()?;
        let segment = arriving.finish().ok()?;
        let on = segment.continues();
        if on.height.checked_add(1) != Some(run.height) {
            return None;
        }
        let tree = self.chains_mut().on_mut(run.network, &on.hash, run.height, false)?;
        tree.join(segment).ok()
    }

    fn lay_over(&mut self) {
        self.over = Some(self.chains.clone());
    }

    fn lift(&mut self) {
        self.over = None;
    }

    fn forget(&mut self, network: &str) {
        self.chains_mut().forget(network);
    }

    fn plan(&self, network: &str, block: Option<(u32, u32)>) -> Plan {
        match (self.network(network), block) {
            (Ok((params, pins)), Some((height, depth))) => Plan::for_block(&params, &pins, height, depth),
            (Ok((params, pins)), None) => Plan::from_last_pin(&params, &pins),
            (Err(_), _) => Plan::from_genesis(),
        }
    }

    fn turn_aside(&mut self, aside: bool) {
        self.is_aside = aside;
    }

    fn adopt(&mut self, network: &str) -> bool {
        self.chains.adopt(network, &mut self.beside)
    }

    fn confirm(&self, network: &str, block: &BlockHash, required: u32) -> Option<Result<Confirmed, ConfirmError>> {
        Some(self.chains().pick(network, Which::Block(*block))?.confirm(block, required))
    }

    fn summary(&self, network: &str, which: Which) -> Option<ChainSummary> {
        let tree = self.chains().pick(network, which)?;
        let tip = tree.tip();
        let confirmed = tree.confirm(&tip.hash, 1).ok()?;
        Some(ChainSummary {
            first_height: tree.first_height(),
            tip,
            tip_header: *confirmed.header(),
            header_count: tree.header_count() as u64,
            work_at_hand: tree.work_at_hand(),
            total_work: confirmed.total_work(),
            basis: confirmed.basis(),
            unchecked: confirmed.unchecked().to_vec(),
        })
    }

    fn blocks(&self, network: &str, which: Which, from: u32, count: u32) -> Vec<ChainBlock> {
        let Some(tree) = self.chains().pick(network, which) else { return vec![] };
        let Some(heights) = heights(from, count) else { return vec![] };
        let median_time = |height| tree.median_time_past(height);
        tree.best_chain(heights)
            .map(|(block, header)| ChainBlock { block, header, median_time: median_time(block.height) })
            .collect()
    }

    fn headers(&self, network: &str, which: Which, from: u32, count: u32) -> Vec<u8> {
        let Some(tree) = self.chains().pick(network, which) else { return vec![] };
        let Some(heights) = heights(from, count) else { return vec![] };
        tree.best_chain(heights).flat_map(|(_, header)| header.encode()).collect()
    }

    fn pin_from(&self, network: &str, which: Which, height: u32) -> Option<TrustedHeader> {
        self.chains().pick(network, which)?.pins().lowest_from(height).copied()
    }

    fn height_of(&self, network: &str, block: &BlockHash) -> Option<u32> {
        self.chains().of(network).iter().find_map(|tree| tree.height_of(block))
    }

    fn junction(&self, network: &str, block: &BlockHash) -> Option<BlockRef> {
        self.chains().of(network).iter().find_map(|tree| tree.junction(block))
    }

    fn known_height(&self, network: &str) -> Option<u32> {
        self.chains().known_height(network)
    }
}

/// The heights asked for, as many as one answer holds.
fn heights(from: u32, count: u32) -> Option<std::ops::RangeInclusive<u32>> {
    let above = count.min(MAX_ANSWERED).checked_sub(1)?;
    Some(from..=from.saturating_add(above))
}

fn refused(height: u32, error: &HeaderError) -> Refusal {
    let reason = match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    Refusal::Header { height, rule: error.rule(), is_final: error.is_final(), reason }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::chain::{Rule, Target};

    pub(in crate::engine) const NOW: UnixTime = UnixTime(1_800_000_000);

    /// Regtest headers from genesis on, other ones for each tag.
    pub(in crate::engine) fn mine(count: usize, tag: u8) -> Vec<Header> {
        let mut headers = vec![*Params::regtest().genesis()];
        while headers.len() < count {
            let parent = headers[headers.len() - 1];
            let (previous, time) = (parent.hash(), parent.time + 600);
            let template = Header { version: 4, previous, time, merkle_root: [tag; 32], nonce: 0, ..parent };
            let target = template.bits.decode(Target::MAX).unwrap();
            headers.push((0..).map(|nonce| Header { nonce, ..template }).find(|h| target.admits(&h.hash().0)).unwrap());
        }
        headers
    }

    pub(in crate::engine) fn run(headers: &[Header]) -> Vec<u8> {
        headers.iter().flat_map(Header::encode).collect()
    }

    pub(in crate::engine) fn take(engine: &mut dyn HeaderEngine, height: u32, headers: &[Header]) -> Taken {
        engine.take(Run { network: "regtest", height, starts: true, bytes: &run(headers) }, NOW)
    }

    #[test]
    fn what_is_built_beside_is_not_in_hand_until_it_is_adopted() {
        let chain = mine(12, 1);
        let mut engine = Engine::new();
        take(&mut engine, 0, &chain[..6]);
        engine.turn_aside(true);
        assert_eq!(engine.summary("regtest", Which::First), None);
        take(&mut engine, 0, &chain[..3]);
        engine.turn_aside(false);
        let height = |engine: &Engine| engine.summary("regtest", Which::First).unwrap().tip.height;
        assert!(!engine.adopt("regtest") && height(&engine) == 5);
        engine.turn_aside(true);
        take(&mut engine, 3, &chain[3..]);
        assert_eq!(height(&engine), 11);
        engine.turn_aside(false);
        assert_eq!(height(&engine), 5);
        assert!(engine.adopt("regtest") && height(&engine) == 11 && !engine.adopt("regtest"));
        engine.turn_aside(true);
        assert_eq!(engine.summary("regtest", Which::First), None);
    }

    #[test]
    fn headers_at_wrong_heights_do_not_keep_the_right_ones_away() {
        let chain = mine(12, 1);
        for wrong in [1..2, 3..4, 3..9, 2..12] {
            let mut engine = Engine::new();
            take(&mut engine, 40, &chain[wrong.clone()]);
            assert_eq!(take(&mut engine, 3, &chain[3..]).count, 9, "{wrong:?}");
            let height = engine.summary("regtest", Which::Last).unwrap().tip.height;
            assert_eq!((height, engine.chains().of("regtest").len()), (11, 2), "{wrong:?}");
            assert_eq!(engine.blocks("regtest", Which::Height(7), 7, 1)[0].block.hash, chain[7].hash());
        }
        // What is tied is known, whatever somebody says of its height.
        let mut engine = Engine::new();
        take(&mut engine, 0, &chain[..6]);
        assert_eq!((take(&mut engine, 40, &chain[3..]).count, engine.chains().of("regtest").len()), (9, 1));
        assert_eq!(engine.known_height("regtest"), Some(11));
    }

    #[test]
    fn what_is_laid_over_is_gone_when_lifted() {
        let (chain, other) = (mine(12, 1), mine(12, 2));
        let mut engine = Engine::new();
        take(&mut engine, 0, &chain[..6]);
        engine.lay_over();
        assert_eq!(take(&mut engine, 0, &chain).count, 12);
        assert_eq!(take(&mut engine, 0, &other).count, 12);
        assert_eq!(engine.known_height("regtest"), Some(11));
        assert!(engine.height_of("regtest", &other[3].hash()).is_some());
        engine.lift();
        assert_eq!(engine.known_height("regtest"), Some(5));
        assert_eq!(engine.height_of("regtest", &other[3].hash()), None);
        engine.forget("regtest");
        assert_eq!(engine.known_height("regtest"), None);
        assert_eq!(engine.confirm("regtest", &chain[1].hash(), 1), None);
    }

    #[test]
    fn a_run_stops_at_the_first_wrong_header_and_keeps_those_before() {
        let mut chain = mine(9, 1);
        chain[6].bits.0 += 1;
        let mut engine = Engine::new();
        let Taken { count, last, refusal } = take(&mut engine, 0, &chain);
        assert_eq!((count, last, engine.known_height("regtest")), (6, Some(chain[5].hash()), Some(5)));
        let refusal = refusal.unwrap();
        assert!(
            matches!(refusal, Refusal::Header { height: 6, rule: Rule::ProofOfWork, is_final: true, .. }),
            "{refusal}"
        );
        // Only the start of a run may stand alone, and only a network that is known has headers.
        let middle = Run { network: "regtest", height: 3, starts: false, bytes: &run(&mine(9, 2)[3..]) };
        let refusal = engine.take(middle, NOW).refusal.unwrap();
        assert_eq!((refusal.rule(), refusal.is_final()), (Some(Rule::PreviousHeader), false));
        assert!(matches!(engine.take(Run { network: "acme", ..middle }, NOW).refusal, Some(Refusal::Network(_))));
        let short = Run { bytes: &[0; 81], ..middle };
        assert_eq!(engine.take(short, NOW).refusal, Some(Refusal::Length { found: 81 }));
        assert_eq!(engine.take(Run { starts: true, ..middle }, NOW).count, 6);
    }

    #[test]
    fn a_run_belongs_at_genesis_beside_what_is_in_hand_or_nowhere() {
        let chain = mine(9, 1);
        let mut engine = Engine::new();
        let place = |engine: &Engine, headers: &[Header]| {
            engine.place(&run(headers)).map(|place| (place.network, place.height))
        };
        assert_eq!(place(&engine, &chain), Some(("regtest".into(), 0)));
        assert_eq!(place(&engine, &chain[4..]), None);
        take(&mut engine, 0, &chain[..6]);
        assert_eq!(place(&engine, &chain[4..]), Some(("regtest".into(), 4)), "known");
        assert_eq!(place(&engine, &chain[6..]), Some(("regtest".into(), 6)), "on the tip");
        assert_eq!(place(&engine, &chain[7..]), None);
        assert_eq!(engine.place(&[0; 79]), None);
    }

    #[test]
    fn a_network_is_the_one_given_before_the_one_built_in() {
        let chain = mine(9, 1);
        let pin = TrustedHeader::new(4, BlockHash::ZERO);
        let mut engine = Engine::new();
        engine.set_network(Params::regtest(), Pins::new([pin]).unwrap());
        let refusal = take(&mut engine, 0, &chain).refusal.unwrap();
        assert!(matches!(refusal, Refusal::Header { height: 4, rule: Rule::Pin, .. }), "{refusal}");
        assert_eq!(engine.pin_from("regtest", Which::First, 2), Some(pin));
        engine.forget("regtest");
        engine.unset_network("regtest");
        assert_eq!(take(&mut engine, 0, &chain).refusal, None);
        assert_eq!(engine.pin_from("regtest", Which::First, 0), None);
    }

    #[test]
    fn blocks_are_given_as_far_as_they_are_there() {
        let chain = mine(9, 1);
        let mut engine = Engine::new();
        take(&mut engine, 0, &chain);
        let blocks = engine.blocks("regtest", Which::First, 6, 16);
        assert_eq!(blocks.iter().map(|block| block.header).collect::<Vec<_>>(), chain[6..]);
        assert_eq!(blocks[0].median_time, Some(chain[3].time()), "the middle of seven");
        assert_eq!(engine.headers("regtest", Which::First, 2, 3), run(&chain[2..5]));
        for (from, count) in [(0, 0), (9, 5), (u32::MAX, u32::MAX)] {
            assert!(engine.blocks("regtest", Which::First, from, count).is_empty());
            assert!(engine.headers("regtest", Which::First, from, count).is_empty());
        }
        assert!(engine.blocks("mainnet", Which::First, 0, 1).is_empty());
    }
}
