//! Real runs of headers as others published them, and the files they can stand in.

use crate::{Outcome, data};
use plimsoll::chain::header_file::import_prefix;
use plimsoll::chain::{Header, Params};
use std::path::{Path, PathBuf};

/// Bytes of a header.
pub const HEADER: usize = 80;

/// Every run under `headers/`: its name, its network, and the height of its first header.
const PUBLISHED: [(&str, &str, u32); 12] = [
    ("mainnet-0-32260", "mainnet", 0),
    ("mainnet-corealt-0-2016", "mainnet", 0),
    ("testnet3-0-9999", "testnet3", 0),
    ("testnet3-core-fork", "testnet3", 1),
    ("testnet4-0-100", "testnet4", 0),
    ("signet-0-2016", "signet", 0),
    ("regtest-0-100", "regtest", 0),
    ("regtest-kernel-0-206", "regtest", 0),
    ("mainnet-685439-687516", "mainnet", 685_439),
    ("mainnet-859303-862850", "mainnet", 859_303),
    ("mainnet-bip66fork-363731-363736", "mainnet", 363_731),
    ("mainnet-stale-823226", "mainnet", 823_226),
];

/// A run of headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its name, without an ending.
    pub name: String,
    /// Its network.
    pub network: &'static str,
    /// The height of its first header.
    pub first: u32,
    /// Its headers, 80 bytes each.
    pub bytes: Vec<u8>,
}

/// A form that a file of headers can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 80 bytes a header.
    Raw,
    /// Neutrino's import form.
    Import,
    /// Electrum's own: zeros where headers were not fetched.
    Electrum,
}

impl Run {
    /// How many headers.
    #[must_use]
    pub fn count(&self) -> usize {
        self.bytes.len() / HEADER
    }

    /// The same to a height, under another name.
    #[must_use]
    pub fn up_to(&self, height: u32, name: &str) -> Self {
        let bytes = self.bytes[..(height - self.first + 1) as usize * HEADER].to_vec();
        Self { name: name.to_owned(), bytes, ..self.clone() }
    }

    /// The same from a height on.
    #[must_use]
    pub fn from(&self, height: u32) -> Self {
        let bytes = self.bytes[(height - self.first) as usize * HEADER..].to_vec();
        Self { first: height, bytes, ..self.clone() }
    }

    /// The hash of the header at a place, as explorers show it.
    #[must_use]
    pub fn hash_at(&self, at: usize) -> String {
        let header = self.bytes.get(at * HEADER..).and_then(<[u8]>::first_chunk).map(Header::from_bytes);
        header.map_or_else(String::new, |header| header.hash().to_string())
    }

    /// The same with one byte changed, in the Merkle root of the header in the middle, so that this has not its work; and
    /// the place of that header in the run.
    #[must_use]
    pub fn flipped(&self) -> (Self, usize) {
        let at = self.count() / 2;
        let mut bytes = self.bytes.clone();
        bytes[at * HEADER + 40] ^= 1;
        let mut lie = Self { name: format!("{}-flipped", self.name), bytes, ..self.clone() };
        // On regtest every second hash is work enough.
        while lie.network == "regtest" && lie.hash_at(at).starts_with(|digit| digit < '8') {
            lie.bytes[at * HEADER + 40] = lie.bytes[at * HEADER + 40].wrapping_add(1);
        }
        (lie, at)
    }

    /// A file of these headers in a form.
    ///
    /// # Errors
    /// For an import file of a network whose messages have no start of their own.
    pub fn file(&self, form: Form) -> Outcome<Vec<u8>> {
        let hole = [0; HEADER];
        Ok(match form {
            Form::Raw => self.bytes.clone(),
            Form::Import => {
                let start = Params::named(self.network)?.message_start().ok_or("no message start")?;
                [&import_prefix(start, self.first)[..], &self.bytes].concat()
            }
            // Where nothing is missing below, the period above is not fetched yet.
            Form::Electrum if self.first == 0 => [&self.bytes[..], &hole.repeat(2016)].concat(),
            Form::Electrum => [&hole.repeat(self.first as usize)[..], &self.bytes].concat(),
        })
    }

    /// Writes such a file, its name ending so, and gives its path.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path, form: Form, ending: &str) -> Outcome<PathBuf> {
        let path = folder.join(format!("{}{ending}", self.name));
        std::fs::write(&path, self.file(form)?)?;
        Ok(path)
    }
}

/// Every run that is published; none where the data is absent, which is said.
///
/// # Errors
/// When a run cannot be read.
pub fn published() -> Outcome<Option<Vec<Run>>> {
    let Some(folder) = data() else { return Ok(None) };
    let read = |(name, network, first): (&str, &'static str, u32)| -> Outcome<Run> {
        let ending = if name.contains("stale") { "header" } else { "headers" };
        let bytes = std::fs::read(folder.join(format!("headers/{name}.{ending}")))?;
        Ok(Run { name: name.to_owned(), network, first, bytes })
    };
    let runs: Vec<Run> = PUBLISHED.into_iter().map(read).collect::<Outcome<_>>()?;
    let count: usize = runs.iter().map(Run::count).sum();
    println!("published data: {} runs of {count} headers read", runs.len());
    Ok(Some(runs))
}
