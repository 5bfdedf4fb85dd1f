//! A page that loads a long kept chain, and the second worker that it asks for, as the test wants that one to be.

use super::disk::Disk;
use super::easy_chain::{EasyChain, network};
use plimsoll::chain::{Header, Params, Pins};
use plimsoll::client::clock::Now;
use plimsoll::client::keep::{Access, Area, HeaderStore, Request};
use plimsoll::client::keeper::Keeper;
use plimsoll::client::message::{
    Event, Input, Output, SecondAsk, SecondTold, SegmentId, StoragePlace, StorageRoom, StorageStatus, StoreAsk,
    StoreTold,
};
use plimsoll::client::outbox::Outbox;
use plimsoll::engine::wire::answer;
use plimsoll::engine::{ChainSummary, Engine, HeaderEngine, Which};
use plimsoll::time::UnixTime;
use std::collections::VecDeque;
use std::sync::LazyLock;

pub const NOW: UnixTime = UnixTime(4_000_000_000);
/// Headers of [`CHAIN`]: five slices of a store and something.
pub const COUNT: u32 = 125_000;
/// Asked for in these tests from so many headers on.
pub const FROM: u32 = 30_000;

/// From genesis on.
pub static CHAIN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let params = network();
    [params.genesis().encode().to_vec(), EasyChain::new(&params).next(COUNT as usize - 1)].concat()
});

/// How the second worker behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// It answers after so many turns of the loop here.
    Answers { after: usize },
    /// It answers, and these bytes of its answer are changed.
    Changes { at: usize },
    /// It gives the answer that it gave before, and the right one the first time.
    Repeats,
    /// It says this, whatever is asked.
    Says(&'static [u8]),
    /// It answers about [`CHAIN`], whatever it is given.
    Assumes,
    /// It never says that it is there.
    NeverStarts,
    /// It cannot be started.
    Refused,
    /// It says nothing once it is asked.
    Silent,
    /// It breaks at the request of this number, counted from 1.
    Breaks { at: usize },
}

/// What was seen.
pub struct Seen {
    pub chain: ChainSummary,
    pub status: StorageStatus,
    pub starts: usize,
    pub ends: usize,
    pub asked: usize,
    /// Most bytes of headers read and not yet judged, anywhere.
    pub most_asked: usize,
    pub bytes_read: usize,
    /// How much time had to pass until everything was loaded.
    pub waited_ms: u64,
}

pub fn disk_of(first_height: u32, headers: &[u8]) -> Disk {
    let mut disk = Disk::default();
    let mut store = HeaderStore::open(network().genesis().hash(), Access::Write);
    super::disk::work(&mut store, &mut disk);
    let mut height = first_height;
    for part in headers.chunks(80 * 50_000) {
        super::disk::append(&mut store, &mut disk, height, part.to_vec());
        height += (part.len() / 80) as u32;
    }
    disk
}

fn engine(params: &Params, pins: &Pins) -> Engine {
    let mut engine = Engine::new();
    engine.set_network(params.clone(), pins.clone());
    engine
}

/// Opens the page and lets it work until nothing is left to do, time passing only when nothing else happens.
pub fn load(mut disk: Disk, pins: &Pins, second: Second) -> Seen {
    let params = network();
    let (mut here, mut there) = (engine(&params, pins), engine(&params, &Pins::none()));
    let mut keeper = Keeper::default().with_second_from(FROM);
    let (mut out, mut now) = (Outbox::default(), Now { unix: NOW, steady_ms: 1 });
    let mut inputs: VecDeque<Input> = VecDeque::new();
    let mut asked: VecDeque<(usize, SegmentId, Vec<u8>)> = VecDeque::new();
    let (mut turn, mut last_answer, mut running, mut loaded_ms) = (0, None, false, None);
    let (mut status, mut starts, mut ends, mut requests, mut most, mut bytes_read) = (None, 0, 0, 0, 0, 0);
    keeper.keep("easy", params.genesis().hash(), now, &mut out);
    loop {
        turn += 1;
        if keeper.has_work() {
            keeper.work(&mut here, now, &mut out);
        }
        keeper.drive(&here, now, &mut out);
        if !keeper.is_loading("easy") {
            loaded_ms.get_or_insert(now.steady_ms);
        }
        let mut busy = keeper.has_work();
        while let Some(output) = out.pop() {
            busy = true;
            match output {
                Output::Event(Event::Storage(said)) => status = Some(said),
                Output::Event(_) => {}
                Output::Store { network, ask: StoreAsk::Open { .. } } => {
                    let (place, access) = (StoragePlace::FileSystem, Access::Write);
                    let told = StoreTold::Opened { place, access, room: StorageRoom::default() };
                    inputs.push_back(Input::Stored { network, told });
                }
                Output::Store { network, ask: StoreAsk::Do(request) } => {
                    if let Request::Read { area: Area::Headers, length, .. } = request {
                        bytes_read += length;
                    }
                    let told = StoreTold::Answer(disk.carry_out(request).unwrap());
                    inputs.push_back(Input::Stored { network, told });
                }
                Output::Second(SecondAsk::Start) => {
                    starts += 1;
                    running = second != Second::Refused;
                    match second {
                        Second::NeverStarts => {}
                        Second::Refused => inputs.push_back(Input::Second(SecondTold::Gone)),
                        _ => inputs.push_back(Input::Second(SecondTold::Ready)),
                    }
                }
                Output::Second(SecondAsk::Judge { segment, request }) => {
                    // One that broke may be asked until that is heard.
                    assert!(running || matches!(second, Second::Breaks { .. }), "asked while it is not there");
                    requests += 1;
                    let wait = if let Second::Answers { after } = second { after } else { 1 };
                    let request = request.iter().flat_map(|piece| piece.bytes()).copied().collect();
                    asked.push_back((turn + wait, segment, request));
                    most = most.max(asked.len());
                }
                Output::Second(SecondAsk::End) => {
                    assert!(running, "ended while it is not there");
                    (running, ends) = (false, ends + 1);
                    asked.clear();
                }
                other => panic!("{other:?}"),
            }
        }
        if asked.front().is_some_and(|(due, ..)| *due <= turn || !busy) && second != Second::Silent {
            busy = true;
            let (_, segment, request) = asked.pop_front().unwrap();
            let mut told = |answer| inputs.push_back(Input::Second(SecondTold::Judged { segment, answer }));
            let request = if second == Second::Assumes { as_if_of_chain(&request) } else { request };
            let mut right = || answer(&mut there, &request).unwrap();
            match second {
                Second::Breaks { at } if at <= requests => {
                    inputs.push_back(Input::Second(SecondTold::Gone));
                    running = false;
                }
                Second::Says(answer) => told(answer.to_vec()),
                Second::Changes { at } => {
                    let mut answer = right();
                    answer[at] ^= 1;
                    told(answer);
                }
                Second::Repeats => told(last_answer.get_or_insert_with(right).clone()),
                _ => told(right()),
            }
        }
        if let Some(input) = inputs.pop_front() {
            assert_eq!(keeper.hear(input, now, &mut out), None);
        } else if !busy {
            match keeper.next_wakeup() {
                Some(at) => now.steady_ms = now.steady_ms.max(at),
                None => break,
            }
        }
    }
    assert!(!running && !keeper.is_loading("easy"));
    let chain = here.summary("easy", Which::First).unwrap();
    let waited_ms = loaded_ms.unwrap() - 1;
    let status = status.unwrap();
    Seen { chain, status, starts, ends, asked: requests, most_asked: most, bytes_read, waited_ms }
}

/// The same request with the headers of [`CHAIN`] in the place of its own: after one byte of what is asked come the
/// network's name, the height, a truth value, and the headers after their length in five bytes.
fn as_if_of_chain(request: &[u8]) -> Vec<u8> {
    let name = 1 + usize::from(request[1]);
    let height = u32::from_le_bytes(*request[1 + name..].first_chunk().unwrap());
    let start = 1 + name + 4 + 1 + 5;
    let length = request.len() - start - 8;
    let headers = &CHAIN[80 * height as usize..][..length];
    [&request[..start], headers, &request[start + length..]].concat()
}

/// A header of [`CHAIN`].
pub fn header(height: u32) -> Header {
    Header::from_bytes(CHAIN[80 * height as usize..].first_chunk().unwrap())
}
