//! A page that keeps headers, around a disk of the tests.
#![allow(dead_code, reason = "each test file uses a part of it")]

use super::disk::Disk;
use super::miner::{self, NOW, SPACING, custom};
use plimsoll::chain::{Header, HeaderTree, Pins};
use plimsoll::client::clock::Now;
use plimsoll::client::keep::{Access, Answer, Area, Failure, PERIOD, Request};
use plimsoll::client::keeper::{Keeper, SAVE_MS};
use plimsoll::client::message::{
    Command, Event, Input, Output, StoragePlace, StorageRoom, StorageStatus, StoreAsk, StoreTold, StoreWord,
};
use plimsoll::client::outbox::Outbox;
use plimsoll::engine::{Engine, HeaderEngine, Run, Which};
use plimsoll::time::UnixTime;
use serde_json::json;
use std::sync::LazyLock;

pub const NET: &str = "mined";

/// More than two periods of a store, mined once.
pub static CHAIN: LazyLock<Vec<Header>> =
    LazyLock::new(|| grow(vec![*custom(&json!({"retargets": false})).genesis()], 2 * PERIOD as usize + 100, 1));

/// Mines on, bits as the network requires, until so many headers are there.
pub fn grow(mut headers: Vec<Header>, count: usize, tag: u8) -> Vec<Header> {
    let params = custom(&json!({"retargets": false}));
    let mut tree = HeaderTree::from_genesis(params);
    for header in &headers[1..] {
        tree.accept(header, NOW).unwrap();
    }
    while headers.len() < count {
        let parent = headers[headers.len() - 1];
        let (header, _) = miner::extend(&mut tree, &parent, parent.time + SPACING, tag);
        headers.push(header);
    }
    headers
}

pub fn bytes(headers: &[Header]) -> Vec<u8> {
    headers.iter().flat_map(Header::encode).collect()
}

/// A page that is open, and the disk it keeps headers on.
pub struct Page {
    pub keeper: Keeper,
    pub engine: Engine,
    pub out: Outbox,
    pub disk: Disk,
    pub access: Access,
    pub ms: u64,
    pub unix: UnixTime,
    pub said: Vec<Event>,
    pub told_others: Vec<StoreWord>,
    /// Fails this many writes, as a disk without room does.
    pub no_room: bool,
    pub opened: usize,
}

impl Page {
    pub fn open_with(disk: Disk, access: Access) -> Self {
        Self::open_at(disk, access, NOW)
    }

    pub fn open_at(disk: Disk, access: Access, unix: UnixTime) -> Self {
        let mut engine = Engine::new();
        engine.set_network(custom(&json!({"retargets": false})), Pins::none());
        let (keeper, out, said, told_others) = (Keeper::default(), Outbox::default(), vec![], vec![]);
        let mut page =
            Self { keeper, engine, out, disk, access, ms: 1, unix, said, told_others, no_room: false, opened: 0 };
        let genesis = custom(&json!({"retargets": false})).genesis().hash();
        let now = page.now();
        page.keeper.keep(NET, genesis, now, &mut page.out);
        page.run();
        page
    }

    pub fn open(disk: Disk) -> Self {
        Self::open_with(disk, Access::Write)
    }

    pub fn now(&self) -> Now {
        Now { unix: self.unix, steady_ms: self.ms }
    }

    pub fn hear(&mut self, told: StoreTold) {
        let input = Input::Stored { network: NET.into(), told };
        assert_eq!(self.keeper.hear(input, self.now(), &mut self.out), None);
    }

    /// Everything that can be done without time passing.
    pub fn run(&mut self) {
        loop {
            let now = self.now();
            if self.keeper.has_work() {
                self.keeper.work(&mut self.engine, now, &mut self.out);
            }
            self.keeper.drive(&self.engine, now, &mut self.out);
            let mut busy = self.keeper.has_work();
            while let Some(output) = self.out.pop() {
                busy = true;
                match output {
                    Output::Event(event) => self.said.push(event),
                    Output::Store { network, ask } => {
                        assert_eq!(network, NET);
                        self.carry_out(ask);
                    }
                    other => panic!("{other:?}"),
                }
            }
            if !busy {
                return;
            }
        }
    }

    pub fn carry_out(&mut self, ask: StoreAsk) {
        match ask {
            StoreAsk::Open { name } => {
                self.opened += 1;
                assert!(name.starts_with("mined-") && name.len() == 22, "{name}");
                let room = StorageRoom { persisted: Some(false), usage: Some(1), quota: Some(2) };
                self.hear(StoreTold::Opened { place: StoragePlace::FileSystem, access: self.access, room });
            }
            StoreAsk::Do(Request::Write { .. }) if self.no_room => {
                self.hear(StoreTold::Answer(Answer::Failed(Failure::full("quota"))));
            }
            StoreAsk::Do(request) => {
                let answer = self.disk.carry_out(request).expect("no power cut here");
                self.hear(StoreTold::Answer(answer));
            }
            StoreAsk::Tell(word) => self.told_others.push(word),
        }
    }

    pub fn pass(&mut self, ms: u64) {
        self.ms += ms;
        self.run();
    }

    /// Headers from a source, and the time after which they are saved.
    pub fn receive(&mut self, height: u32, headers: &[Header]) {
        let run = Run { network: NET, height, starts: true, bytes: &bytes(headers) };
        let taken = self.engine.take(run, NOW);
        assert_eq!(taken.refusal, None);
        self.keeper.note_grown();
        self.run();
        self.pass(SAVE_MS);
    }

    pub fn status(&self) -> &StorageStatus {
        self.said
            .iter()
            .rev()
            .find_map(|event| if let Event::Storage(status) = event { Some(status) } else { None })
            .unwrap()
    }

    pub fn height(&self) -> Option<u32> {
        self.engine.summary(NET, Which::First).map(|chain| chain.tip.height)
    }

    pub fn tell_forget(&mut self) {
        let forget = Command::ForgetHeaders { network: NET.into() };
        assert_eq!(self.keeper.obey(forget, &mut self.out), None);
        self.run();
    }

    pub fn file(&self) -> Vec<u8> {
        self.disk.file(Area::Headers)
    }

    pub fn reopen(self) -> Self {
        Self::open(self.disk)
    }
}

/// A disk that holds the first headers of [`CHAIN`].
pub fn disk_of(count: usize) -> Disk {
    let mut page = Page::open(Disk::default());
    page.receive(0, &CHAIN[..count]);
    page.disk
}
