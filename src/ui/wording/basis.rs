//! What a chain rests on, in words: its first block, or a trusted header and who vouches for that.

use super::{Lang, format};
use crate::chain::known_headers::{Provenance, provenance};

/// What a chain rests on, as reports name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis<'a> {
    /// Its first block.
    Genesis,
    /// A trusted header of this height, below the block.
    Trusted(&'a str),
    /// One at or above the block.
    Pinned(&'a str),
    /// A first header of this height, which nothing ties.
    Unanchored(&'a str),
    /// Something else.
    Other,
}

impl<'a> Basis<'a> {
    /// Reads the text of a report: `genesis`, `trusted:HEIGHT:HASH`, `pinned:HEIGHT:HASH` or `unanchored:HEIGHT:HASH`.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let mut parts = text.split(':');
        match (parts.next(), parts.next()) {
            (Some("genesis"), None) => Self::Genesis,
            (Some("trusted"), Some(height)) => Self::Trusted(height),
            (Some("pinned"), Some(height)) => Self::Pinned(height),
            (Some("unanchored"), Some(height)) => Self::Unanchored(height),
            _ => Self::Other,
        }
    }

    /// Whether it is a trusted header.
    #[must_use]
    pub fn is_trusted(self) -> bool {
        matches!(self, Self::Trusted(_) | Self::Pinned(_))
    }
}

/// What a chain of a network rests on, up to its newest block.
#[must_use]
pub fn sentence(basis: &str, network: &str, tip: u32, lang: Lang) -> String {
    let vouched = |height: &str| who_vouches(network, height, lang);
    match (lang, Basis::of(basis)) {
        (_, Basis::Genesis) => from_genesis(tip, lang),
        (Lang::En, Basis::Trusted(height)) => {
            format!("Checked from the trusted header of block {}, which {}.", format::grouped(height), vouched(height))
        }
        (Lang::Zh, Basis::Trusted(height)) => {
            format!("从区块 {} 的可信区块头起检查，{}。", format::grouped(height), vouched(height))
        }
        (Lang::En, Basis::Pinned(height)) => format!(
            "Tied, hash by hash, to the trusted header of block {}, which {}.",
            format::grouped(height),
            vouched(height)
        ),
        (Lang::Zh, Basis::Pinned(height)) => {
            format!("逐个哈希连到区块 {} 的可信区块头，{}。", format::grouped(height), vouched(height))
        }
        (Lang::En, Basis::Unanchored(height)) => {
            format!("Block {}, taken on trust from the headers you handed in.", format::grouped(height))
        }
        (Lang::Zh, Basis::Unanchored(height)) => format!("区块 {}，仅凭您提供的区块头文件。", format::grouped(height)),
        (_, Basis::Other) => basis.to_owned(),
    }
}

/// “Checked from genesis: all 966,001 headers, no trusted header needed.”
#[must_use]
pub fn from_genesis(tip: u32, lang: Lang) -> String {
    let count = format::number(u64::from(tip) + 1);
    match lang {
        Lang::En => format!("Checked from genesis: all {count} headers, no trusted header needed."),
        Lang::Zh => format!("从创世区块起检查：全部 {count} 个区块头，无需任何可信区块头。"),
    }
}

/// The same in a few words, for a place in a list.
#[must_use]
pub fn place(basis: &str, lang: Lang) -> String {
    match (lang, Basis::of(basis)) {
        (_, Basis::Genesis) => lang.of(["genesis", "创世区块"]).to_owned(),
        (Lang::En, Basis::Trusted(height) | Basis::Pinned(height)) => {
            format!("the trusted header of block {}", format::grouped(height))
        }
        (Lang::Zh, Basis::Trusted(height) | Basis::Pinned(height)) => {
            format!("区块 {} 的可信区块头", format::grouped(height))
        }
        (Lang::En, Basis::Unanchored(height)) => {
            format!("block {}, which nothing ties to a known block", format::grouped(height))
        }
        (Lang::Zh, Basis::Unanchored(height)) => {
            format!("区块 {}（与任何已知区块都没有联系）", format::grouped(height))
        }
        (_, Basis::Other) => basis.to_owned(),
    }
}

/// Who vouches for a trusted header, ending “the header of block 963,647, which …”.
#[must_use]
pub fn who_vouches(network: &str, height: &str, lang: Lang) -> &'static str {
    lang.of(match height.parse().ok().and_then(|height| provenance(network, height)) {
        Some(Provenance::Electrum) => [
            "stands in the list that Debian ships with the Electrum wallet",
            "该区块头列于 Debian 随 Electrum 钱包发行的清单中",
        ],
        Some(Provenance::Core) => ["stands in Bitcoin Core’s source code", "该区块头写在 Bitcoin Core 的源代码中"],
        None => ["is pinned in this program", "该区块头固定在本程序中"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_basis_is_said_with_who_vouches_for_it() {
        let said = |basis: &str, network: &str| sentence(basis, network, 966_000, Lang::En);
        assert_eq!(said("genesis", "mainnet"), "Checked from genesis: all 966,001 headers, no trusted header needed.");
        assert_eq!(
            said("trusted:963647:00ab", "mainnet"),
            "Checked from the trusted header of block 963,647, which stands in the list that Debian ships with the Electrum wallet."
        );
        assert_eq!(
            said("pinned:938343:00ab", "mainnet"),
            "Tied, hash by hash, to the trusted header of block 938,343, which stands in Bitcoin Core’s source code."
        );
        assert!(said("trusted:2015:00", "regtest").ends_with("which is pinned in this program."));
        assert!(said("unanchored:9:00", "mainnet").starts_with("Block 9, taken on trust"));
        assert_eq!((said("", "mainnet"), said("acme:1", "mainnet")), (String::new(), "acme:1".into()));
        for basis in ["genesis", "trusted:1:00", "pinned:1:00", "unanchored:1:00"] {
            assert_ne!(sentence(basis, "mainnet", 2, Lang::Zh), sentence(basis, "mainnet", 2, Lang::En));
            assert_ne!(place(basis, Lang::Zh), place(basis, Lang::En));
        }
    }
}
