//! A disk that does what disks do: it loses what was not flushed, tears writes, fills up and answers in pieces.
#![allow(dead_code, reason = "each test file uses a part of it")]

use plimsoll::chain::BlockHash;
use plimsoll::client::keep::{
    Access, Answer, Area, Failure, FailureKind, Finding, HeaderStore, Kept, News, Operation, Request,
};

pub const GENESIS: BlockHash = BlockHash([0x5a; 32]);

/// Two files.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    /// What is safe.
    pub durable: [Vec<u8>; 2],
    /// What was done since.
    pub unflushed: Vec<Request>,
    /// Requests carried out, of all kinds.
    pub requests: usize,
    /// Writes, truncations and flushes among them.
    pub changes: usize,
    /// Most bytes of one request or answer.
    pub largest: usize,
    /// Bytes a file may have; more is refused, half written.
    pub room: Option<usize>,
    /// Reads answer at most so many bytes.
    pub piece: Option<usize>,
    /// The power goes while this request, counted from 1, is carried out.
    pub power_cut_at: Option<usize>,
}

fn place(area: Area) -> usize {
    match area {
        Area::Headers => 0,
        Area::Heads => 1,
    }
}

fn area_of(request: &Request) -> Area {
    match request {
        Request::Size(area) | Request::Flush(area) => *area,
        Request::Read { area, .. } | Request::Write { area, .. } | Request::Truncate { area, .. } => *area,
    }
}

fn apply(file: &mut Vec<u8>, request: &Request, bytes_done: usize) {
    match request {
        Request::Write { offset, bytes, .. } => {
            let (start, end) = (*offset as usize, *offset as usize + bytes_done);
            if bytes_done > 0 {
                file.resize(file.len().max(end), 0);
                file[start..end].copy_from_slice(&bytes[..bytes_done]);
            }
        }
        Request::Truncate { length, .. } if bytes_done > 0 => file.truncate(*length as usize),
        _ => {}
    }
}

/// How much there is to do of a request: bytes of a write, one of a truncation.
pub fn weight(request: &Request) -> usize {
    match request {
        Request::Write { bytes, .. } => bytes.len(),
        Request::Truncate { .. } => 1,
        _ => 0,
    }
}

impl Disk {
    /// A file as a program sees it.
    pub fn file(&self, area: Area) -> Vec<u8> {
        let mut file = self.durable[place(area)].clone();
        for request in self.unflushed.iter().filter(|request| area_of(request) == area) {
            apply(&mut file, request, weight(request));
        }
        file
    }

    /// Changes a file behind everybody's back.
    pub fn set(&mut self, area: Area, bytes: Vec<u8>) {
        self.unflushed.retain(|request| area_of(request) != area);
        self.durable[place(area)] = bytes;
    }

    /// Carries a request out; `None` when the power goes meanwhile.
    pub fn carry_out(&mut self, request: Request) -> Option<Answer> {
        self.requests += 1;
        self.largest = self.largest.max(weight(&request));
        if self.power_cut_at == Some(self.requests) {
            self.unflushed.push(request);
            return None;
        }
        Some(match request {
            Request::Size(area) => Answer::Size(self.file(area).len() as u64),
            Request::Read { area, offset, length } => {
                self.largest = self.largest.max(length);
                let file = self.file(area);
                let start = file.len().min(offset as usize);
                let end = file.len().min(start + length.min(self.piece.unwrap_or(length)));
                Answer::Bytes(file[start..end].to_vec())
            }
            Request::Flush(area) => {
                self.changes += 1;
                let file = self.file(area);
                self.set(area, file);
                Answer::Done
            }
            Request::Write { area, offset, ref bytes } => {
                self.changes += 1;
                let room = self.room.map_or(bytes.len(), |room| room.saturating_sub(offset as usize)).min(bytes.len());
                if room < bytes.len() {
                    let half = Request::Write { area, offset, bytes: bytes[..room].to_vec() };
                    self.unflushed.push(half);
                    return Some(Answer::Failed(Failure { kind: FailureKind::Full, detail: "quota".into() }));
                }
                self.unflushed.push(request);
                Answer::Done
            }
            Request::Truncate { .. } => {
                self.changes += 1;
                self.unflushed.push(request);
                Answer::Done
            }
        })
    }

    /// The power is gone. Of what was not flushed `torn` says how much of each reached the disk, at most its weight.
    pub fn lose_power(&mut self, mut torn: impl FnMut(&Request) -> usize) {
        for request in std::mem::take(&mut self.unflushed) {
            let done = torn(&request).min(weight(&request));
            apply(&mut self.durable[place(area_of(&request))], &request, done);
        }
        self.power_cut_at = None;
    }
}

/// What was heard while a store worked.
#[derive(Debug, Default)]
pub struct Heard {
    pub first_height: Option<u32>,
    pub bytes: Vec<u8>,
    pub news: Vec<News>,
    pub power_lost: bool,
}

impl Heard {
    pub fn findings(&self) -> &[Finding] {
        self.news
            .iter()
            .find_map(|news| if let News::Opened { findings, .. } = news { Some(&**findings) } else { None })
            .unwrap()
    }

    pub fn opened(&self) -> Kept {
        self.news.iter().find_map(|news| if let News::Opened { kept, .. } = news { Some(*kept) } else { None }).unwrap()
    }
}

/// Lets a store work until it has nothing more to do.
pub fn work(store: &mut HeaderStore, disk: &mut Disk) -> Heard {
    let mut heard = Heard::default();
    loop {
        while let Some(news) = store.poll_news() {
            if let News::Headers { height, bytes } = news {
                disk.largest = disk.largest.max(bytes.len());
                let first = *heard.first_height.get_or_insert(height);
                assert_eq!(height as usize, first as usize + heard.bytes.len() / 80, "headers come without a gap");
                heard.bytes.extend(bytes);
            } else {
                heard.news.push(news);
            }
        }
        let Some(request) = store.poll_request() else { return heard };
        match disk.carry_out(request) {
            Some(answer) => store.handle_answer(answer),
            None => {
                heard.power_lost = true;
                return heard;
            }
        }
    }
}

/// Opens what a disk holds.
pub fn open(disk: &mut Disk, access: Access) -> (HeaderStore, Heard) {
    let mut store = HeaderStore::open(GENESIS, access);
    let heard = work(&mut store, disk);
    (store, heard)
}

/// Records of 80 bytes for heights from `first` on; other branches have other ones. The store asks no more of them.
pub fn records(branch: u32, first: u32, count: u32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(count as usize * 80);
    for height in first..first + count {
        let mut word = u64::from(height) << 32 | u64::from(branch);
        for _ in 0..10 {
            word = word.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ u64::from(height);
            bytes.extend(word.to_le_bytes());
        }
    }
    bytes
}

/// Opens for writing what a disk holds.
pub fn opened(disk: &mut Disk) -> HeaderStore {
    open(disk, Access::Write).0
}

/// Appends and hears that it is done.
pub fn append(store: &mut HeaderStore, disk: &mut Disk, height: u32, bytes: Vec<u8>) {
    store.append(height, bytes, None).unwrap();
    let heard = work(store, disk);
    assert!(matches!(heard.news[..], [News::Done { operation: Operation::Append, .. }]), "{:?}", heard.news);
}

/// A disk with `count` records from height 0 on, written in two appends so that both slots hold a head.
pub fn disk_with(count: u32) -> Disk {
    let mut disk = Disk::default();
    let mut store = opened(&mut disk);
    let half = count / 2;
    append(&mut store, &mut disk, 0, records(0, 0, half));
    append(&mut store, &mut disk, half, records(0, half, count - half));
    disk
}
