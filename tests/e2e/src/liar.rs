//! A server that lies: what an honest one answers, with some bytes changed on their way. It stands between the page and
//! `plimsoll headers serve`, which serves nothing that does not verify.

use crate::Outcome;
use crate::runs::{HEADER, Run};
use memchr::memmem;
use plimsoll::chain::{BlockHash, Header};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// Most blocks of a page of Esplora's or mempool.space's: within it, each names the one before.
const PAGE: usize = 15;
/// Headers in a block of the compact form, which begins with the hash before it.
const COMPACT_BLOCK: usize = 504;
/// After so long without more, what was held back for being the beginning of something is sent as it is.
const QUIET: Duration = Duration::from_millis(20);

/// Some bytes, and as many that are sent in their place.
pub type Change = (Vec<u8>, Vec<u8>);

/// A lying server; it ends with the test.
#[derive(Debug)]
pub struct Liar {
    port: u16,
}

impl Liar {
    /// Stands before the server at `honest`, and sends other bytes in the place of some.
    ///
    /// # Errors
    /// When no port is free.
    pub fn before(honest: &str, changes: Vec<Change>) -> Outcome<Self> {
        let upstream: u16 = honest.trim_end_matches('/').rsplit(':').next().ok_or("no port")?.parse()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let changes = Arc::new(changes);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let changes = Arc::clone(&changes);
                // A page that hangs up has had enough.
                std::thread::spawn(move || drop(pass_on(stream, upstream, &changes)));
            }
        });
        Ok(Self { port })
    }

    /// Where it listens, with a final slash.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What makes `lie` of `run` in every form, which differ in the header at the place `at`: its Merkle root as bytes, as they
/// are shown, and reversed as explorers show them; and what follows from its hash where a form repeats it, at Esplora over
/// a page and in the compact form to the end. So every form holds, and only the header's work does not.
#[must_use]
pub fn changes_of(run: &Run, lie: &Run, at: usize) -> Vec<Change> {
    let header = |run: &Run, at: usize| run.bytes[at * HEADER..].first_chunk().map(Header::from_bytes);
    let (Some(honest), Some(changed)) = (header(run, at), header(lie, at)) else { return vec![] };
    let of = |header: &Header| {
        let reversed: Vec<u8> = header.merkle_root.iter().rev().copied().collect();
        [header.merkle_root.to_vec(), hex(&header.merkle_root).into_bytes(), hex(&reversed).into_bytes()]
    };
    let mut changes: Vec<Change> = of(&honest).into_iter().zip(of(&changed)).collect();
    let (mut was, mut is) = (honest.hash(), changed.hash());
    for above in at + 1..=run.count() {
        if above <= at + PAGE {
            for name in ["id", "previousblockhash"] {
                let named = |hash: BlockHash| format!("\"{name}\":\"{hash}\"").into_bytes();
                changes.push((named(was), named(is)));
            }
        }
        if above.is_multiple_of(COMPACT_BLOCK) {
            changes.push((was.0.to_vec(), is.0.to_vec()));
        }
        let Some(next) = run.bytes.get(above * HEADER..).and_then(<[u8]>::first_chunk).map(Header::from_bytes) else {
            break;
        };
        (was, is) = (next.hash(), Header { previous: is, ..next }.hash());
    }
    changes
}

fn pass_on(page: TcpStream, upstream: u16, changes: &[Change]) -> std::io::Result<()> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream))?;
    page.set_nodelay(true)?;
    server.set_nodelay(true)?;
    server.set_read_timeout(Some(QUIET))?;
    let (mut asked, mut asks) = (page.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || {
        drop(std::io::copy(&mut asked, &mut asks));
        drop(asks.shutdown(Shutdown::Both));
    });
    let result = answer(&mut server, page.try_clone()?, changes);
    drop(page.shutdown(Shutdown::Both));
    result
}

fn answer(server: &mut TcpStream, mut page: TcpStream, changes: &[Change]) -> std::io::Result<()> {
    let (mut held, mut piece) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let sent = match server.read(&mut piece) {
            Ok(0) => return page.write_all(&held),
            Ok(count) => {
                held.extend_from_slice(&piece[..count]);
                change(&mut held, changes);
                held.len() - begun(&held, changes)
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => held.len(),
            Err(error) => return Err(error),
        };
        page.write_all(&held[..sent])?;
        held.drain(..sent);
    }
}

fn change(bytes: &mut [u8], changes: &[Change]) {
    for (from, to) in changes {
        while let Some(found) = memmem::find(bytes, from) {
            bytes[found..found + to.len()].copy_from_slice(to);
        }
    }
}

/// How many of the last bytes may be the beginning of something that is changed.
fn begun(bytes: &[u8], changes: &[Change]) -> usize {
    let longest =
        |from: &[u8]| (1..from.len().min(bytes.len() + 1)).rev().find(|&count| bytes.ends_with(&from[..count]));
    changes.iter().filter_map(|(from, _)| longest(from)).max().unwrap_or(0)
}
