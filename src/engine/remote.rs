//! The engine as it is asked from another module of this program: in bytes.

use crate::chain::quick_start::Plan;
use crate::chain::{BlockHash, BlockRef, ConfirmError, Confirmed, TrustedHeader};
use crate::encoding::wire::{Field, whole};
use crate::engine::wire::{Ask, SentConfirmation, judge_apart, judged_apart, received, request};
use crate::engine::{ChainBlock, ChainSummary, HeaderEngine, Place, Run, Taken, Which};
use crate::time::UnixTime;
use std::fmt;

/// Brings a request to [`answer`](crate::engine::wire::answer), wherever that runs, and its answer back.
pub trait Transport: fmt::Debug {
    /// Asks and waits.
    fn call(&self, request: &[u8]) -> Vec<u8>;
}

/// An engine elsewhere.
///
/// # Panics
/// When an answer cannot be read. Whoever answers is this same library, loaded under a hash that the page states: there is
/// nothing to go on with, the worker ends, and the page says so.
#[derive(Debug)]
pub struct RemoteEngine<T> {
    transport: T,
}

impl<T: Transport> RemoteEngine<T> {
    /// An engine that is reached this way.
    #[must_use]
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    fn ask<'a, Answer, About>(&self, ask: Ask, about: &About) -> Answer
    where
        Answer: for<'b> Field<'b>,
        About: Field<'a>,
    {
        understood(whole(&self.transport.call(&request(ask, about))))
    }
}

fn understood<Answer>(answer: Result<Answer, impl fmt::Display>) -> Answer {
    answer.unwrap_or_else(|error| panic!("the engine's answer cannot be read: {error}"))
}

impl<T: Transport> HeaderEngine for RemoteEngine<T> {
    fn place(&self, head: &[u8]) -> Option<Place> {
        self.ask(Ask::Place, &head)
    }

    fn take(&mut self, run: Run<'_>, now: UnixTime) -> Taken {
        self.ask(Ask::Take, &(run.network, (run.height, run.starts, run.bytes), now))
    }

    fn judge_apart(&self, run: Run<'_>, now: UnixTime) -> Option<Vec<u8>> {
        let [before, after] = judge_apart(run.network, run.height, run.bytes.len(), now);
        judged_apart(&self.transport.call(&[&before, run.bytes, &after].concat()))
    }

    fn join(&mut self, run: Run<'_>, outcome: &[u8]) -> Option<BlockRef> {
        self.ask(Ask::Join, &(run.network, (run.height, run.bytes), outcome))
    }

    fn lay_over(&mut self) {
        self.ask(Ask::LayOver, &())
    }

    fn lift(&mut self) {
        self.ask(Ask::Lift, &())
    }

    fn forget(&mut self, network: &str) {
        self.ask(Ask::Forget, &network)
    }

    fn plan(&self, network: &str, block: Option<(u32, u32)>) -> Plan {
        self.ask(Ask::Plan, &(network, block))
    }

    fn turn_aside(&mut self, aside: bool) {
        self.ask(Ask::TurnAside, &aside)
    }

    fn adopt(&mut self, network: &str) -> bool {
        self.ask(Ask::Adopt, &network)
    }

    fn confirm(&self, network: &str, block: &BlockHash, required: u32) -> Option<Result<Confirmed, ConfirmError>> {
        let sent: SentConfirmation = self.ask(Ask::Confirm, &(network, *block, required));
        understood(received(sent))
    }

    fn summary(&self, network: &str, which: Which) -> Option<ChainSummary> {
        self.ask(Ask::Summary, &(network, which))
    }

    fn blocks(&self, network: &str, which: Which, from: u32, count: u32) -> Vec<ChainBlock> {
        self.ask(Ask::Blocks, &(network, which, (from, count)))
    }

    fn headers(&self, network: &str, which: Which, from: u32, count: u32) -> Vec<u8> {
        let answer = self.transport.call(&request(Ask::Headers, &(network, which, (from, count))));
        understood(whole::<&[u8]>(&answer)).to_vec()
    }

    fn pin_from(&self, network: &str, which: Which, height: u32) -> Option<TrustedHeader> {
        self.ask(Ask::PinFrom, &(network, which, height))
    }

    fn height_of(&self, network: &str, block: &BlockHash) -> Option<u32> {
        self.ask(Ask::HeightOf, &(network, *block))
    }

    fn junction(&self, network: &str, block: &BlockHash) -> Option<BlockRef> {
        self.ask(Ask::Junction, &(network, *block))
    }

    fn known_height(&self, network: &str) -> Option<u32> {
        self.ask(Ask::KnownHeight, &network)
    }
}
