//! How well kinds of sources are suited to give headers: the lower the better.

use crate::client::message::SourceKind::{self, BlockDn, Compact, CoreRest, Electrum, Esplora, HeaderFile, Mempool};

/// To give so many that follow those in hand.
pub(super) fn for_gap(kind: SourceKind, gap: u32) -> u8 {
    // Few headers are best asked for by name: a file may come whole.
    if gap <= 200 {
        place(kind, [CoreRest, Compact, Electrum, Mempool, Esplora, BlockDn, HeaderFile])
    } else {
        place(kind, [Compact, BlockDn, HeaderFile, CoreRest, Electrum, Mempool, Esplora])
    }
}

/// To give some thousand from anywhere.
pub(super) fn for_lookup(kind: SourceKind) -> u8 {
    place(kind, [Compact, CoreRest, Electrum, BlockDn, HeaderFile, Mempool, Esplora])
}

fn place(kind: SourceKind, order: [SourceKind; 7]) -> u8 {
    order.iter().position(|known| *known == kind).map_or(u8::MAX, |place| place as u8)
}
