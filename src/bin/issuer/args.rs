//! The shape of the command line. Every command's help ends with examples.

mod proof;

pub use proof::{ProveArgs, VerifyArgs};

use crate::commands::import::ImportArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};
use plimsoll::crypto::key::Suite;
use plimsoll::time::{UnixTime, parse_rfc3339_ms};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Makes and checks proofs of trade records: who signed what, in which log, under which Bitcoin-style block.
#[derive(Debug, Parser)]
#[command(
    name = "plimsoll",
    version,
    arg_required_else_help = true,
    after_help = "\
Examples:
  plimsoll init --name 'Harbour Registry'
  plimsoll key new acme
  plimsoll party add --key acme --name 'Acme Trading BV' --role importer
  plimsoll record receivable.json --as acme
  plimsoll anchor --blocks 6
  plimsoll prove RCV-2026-0042
  plimsoll verify 'https://example.org/#/v/1.…'

Exit codes: 0 passed · 1 failed · 2 malformed input or usage · 3 something could not be checked, nothing failed"
)]
pub struct Cli {
    /// The workspace: a folder with the registry's policy, keys, log and blocks.
    #[arg(long, global = true, default_value = ".plimsoll", value_name = "FOLDER")]
    pub dir: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace: keys for log, witnesses and registrar, an embedded chain, and the registry's first anchor.
    Init(InitArgs),
    /// Make and list keys.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Register parties and their keys.
    #[command(subcommand)]
    Party(PartyCommand),
    /// Read documents of others (DCSA, EPCIS, UBL) into records to sign.
    Import(ImportArgs),
    /// Sign a record and append its event to the log.
    Record(RecordArgs),
    /// Commit the log to the embedded chain: checkpoint, cosignatures, anchor transaction, block.
    Anchor(AnchorArgs),
    /// Make a proof of a record: as a link, a file, or QR codes.
    Prove(ProveArgs),
    /// Check a proof link, a proof file, an exported report, an OpenTimestamps file, or an OpenAttestation or Blockcerts document.
    Verify(VerifyArgs),
    /// Check block headers.
    #[command(subcommand)]
    Headers(HeadersCommand),
    /// Make the sample the page opens on: registry, chain and links, the same bytes every time.
    Sample(SampleArgs),
}

/// `plimsoll init`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll init --name 'Harbour Registry'
  plimsoll --dir /srv/registry init --name 'Harbour Registry' --origin harbour.example/log --witnesses 5 --quorum 3")]
pub struct InitArgs {
    /// The registry's name, as readers will see it.
    #[arg(long)]
    pub name: String,
    /// The log's origin: a name nobody else uses, by custom a domain and a path.
    #[arg(long, default_value = "plimsoll.example/log")]
    pub origin: String,
    /// Blocks between two anchors at most, as the first anchor promises.
    #[arg(long, default_value_t = 24, value_name = "BLOCKS", value_parser = clap::value_parser!(u32).range(1..=52_560))]
    pub cadence: u32,
    /// Blocks from a record's block to the tip, both counted, that a proof needs.
    #[arg(long, default_value_t = 6, value_name = "BLOCKS", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub confirmations: u32,
    /// How many witnesses to make keys for.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(0..=16))]
    pub witnesses: u32,
    /// How many of them must cosign a checkpoint.
    #[arg(long, default_value_t = 2)]
    pub quorum: u32,
    /// The time of the first blocks.
    #[command(flatten)]
    pub time: TimeArg,
}

/// `plimsoll key …`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key; its file can be read by its owner alone.
    #[command(after_help = "\
Examples:
  plimsoll key new acme
  plimsoll key new bank --suite p256")]
    New {
        /// Its name in this workspace: a-z, 0-9 and '-'.
        name: String,
        /// The signature algorithm.
        #[arg(long, value_enum, default_value = "ed25519")]
        suite: SuiteArg,
    },
    /// List the keys and their ids.
    #[command(after_help = "Examples:\n  plimsoll key list")]
    List,
}

/// A signature algorithm.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SuiteArg {
    /// Ed25519 (RFC 8032), JWS `EdDSA`.
    Ed25519,
    /// ECDSA on P-256, JWS `ES256`.
    P256,
}

impl From<SuiteArg> for Suite {
    fn from(suite: SuiteArg) -> Self {
        match suite {
            SuiteArg::Ed25519 => Self::Ed25519,
            SuiteArg::P256 => Self::P256,
        }
    }
}

/// `plimsoll party …`.
#[derive(Debug, Subcommand)]
pub enum PartyCommand {
    /// Register a party and its key; the registrar signs.
    #[command(after_help = "\
Examples:
  plimsoll party add --key acme --name 'Acme Trading BV' --role importer
  plimsoll party add --key acme --name 'Acme Trading BV' --role importer --code GLEIF:LEI:724500Y6DUVHQD6OXN27")]
    Add(PartyAddArgs),
}

/// `plimsoll party add`.
#[derive(Debug, Args)]
pub struct PartyAddArgs {
    /// The party's key in this workspace.
    #[arg(long)]
    pub key: String,
    /// The party's name.
    #[arg(long)]
    pub name: String,
    /// What the party does, such as exporter, carrier, importer, confirmer or financier.
    #[arg(long)]
    pub role: String,
    /// An identifying code: list provider, list name and code, as in GLEIF:LEI:….
    #[arg(long = "code", value_name = "PROVIDER:LIST:CODE")]
    pub codes: Vec<String>,
    /// The time of the registration.
    #[command(flatten)]
    pub time: TimeArg,
}

/// `plimsoll record`.
#[derive(Debug, Args)]
#[command(after_help = "\
The file holds what the signer says; sequence, previous record, the signer's name and key are added. \
Where it has an `actor`, that must be the signer:
  {\"recordType\": \"receivable\", \"recordId\": \"REC-0001\",
   \"subject\": {\"scheme\": \"receivable\", \"reference\": \"RCV-2026-0042\"},
   \"actionCode\": \"APPLY\", \"actionDateTime\": \"2026-03-02T22:10:00+08:00\",
   \"recipient\": {\"partyName\": \"Acme Trading BV\"},
   \"body\": {\"faceAmount\": \"84300.00\", \"currency\": \"EUR\"}}

Examples:
  plimsoll record receivable.json --as acme
  plimsoll record - --as acme < receivable.json")]
pub struct RecordArgs {
    /// The record as JSON; `-` reads standard input.
    pub file: PathBuf,
    /// The key that signs.
    #[arg(long = "as", value_name = "KEY")]
    pub signer: String,
    /// The time the event claims.
    #[command(flatten)]
    pub time: TimeArg,
}

/// `plimsoll anchor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll anchor
  plimsoll anchor --blocks 6")]
pub struct AnchorArgs {
    /// Blocks to mine on top of the anchor's own, to bury it.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub blocks: u32,
    /// The time of the anchor's block.
    #[command(flatten)]
    pub time: TimeArg,
}

/// Which chain, and what of it is believed beforehand.
#[derive(Debug, Args)]
pub struct ChainArgs {
    /// mainnet, testnet3, testnet4, signet, regtest, or a parameters file.
    #[arg(long, value_name = "NAME|FILE")]
    pub network: Option<String>,
    /// A block you know to be in the chain.
    #[arg(long, value_name = "HEIGHT:HASH")]
    pub pin: Vec<String>,
}

/// `plimsoll headers …`.
#[derive(Debug, Subcommand)]
pub enum HeadersCommand {
    /// Check a file of block headers against every rule of its network.
    #[command(after_help = "\
Above height 0 the first header is taken on trust, unless a pin inside the run ties it.

Examples:
  plimsoll headers verify chain.headers --network regtest
  plimsoll headers verify mainnet-685439.headers --network mainnet --from 685439
  plimsoll headers verify mainnet-685439.headers --network mainnet --from 685439 --pin 687455:00000000…

Exit codes: 0 passed · 1 failed · 2 malformed input or usage · 3 something could not be checked, nothing failed")]
    Verify(HeadersVerifyArgs),
    /// Work out the ends of periods from files of headers, as they are built in as pins.
    #[command(after_help = "\
Prints height, hash, the bits of the next header and the work from genesis on, in hexadecimal, a line each, with tabs between. \
The headers are verified without the pins built in.

Examples:
  plimsoll headers pins mainnet.headers
  plimsoll headers pins mainnet.headers --check

Exit codes: 0 done, and with --check all agree · 1 the headers do not verify, or a pin differs · 2 malformed input or usage · \
3 the pins agree as far as the headers reach")]
    Pins(HeadersPinsArgs),
    /// Serve verified headers over HTTP, in every form that light clients read.
    #[command(after_help = "\
Everything is verified when it is loaded; what does not verify is not served. Pages of every origin may read it.

  /headers.bin                              all headers, 80 bytes each; ranges
  /compact/START, /compact/START-END        the compact form, to the tip or to END
  /status, /headers/START, /headers/import/END, /headers/import/latest
                                            as block-dn; ranges
  /rest/headers/HASH.EXT?count=N, /rest/blockhashbyheight/HEIGHT.EXT, /rest/chaininfo.json
                                            as Bitcoin Core
  /blocks/tip/height, /blocks/tip/hash, /block-height/HEIGHT, /block/HASH, /block/HASH/header, /block/HASH/status, \
/blocks/START
                                            as Esplora, also below /api/
  /api/v1/blocks/START, /api/v1/chain-tips  as mempool.space
  /electrum                                 a WebSocket for the Electrum protocol, 1.4 to 1.6

Left out is what headers do not hold: numbers of transactions, sizes, weights, fees, filters. /rest/chaininfo.json \
calls the tip's height `blocks`, though blocks are not here.

Examples:
  plimsoll headers serve chain.headers
  plimsoll headers serve mainnet.headers newer.headers --listen 127.0.0.1:0

Exit codes: 1 the headers do not verify · 2 malformed input or usage")]
    Serve(HeadersServeArgs),
}

/// `plimsoll headers verify`.
#[derive(Debug, Args)]
pub struct HeadersVerifyArgs {
    /// Block headers: raw, neutrino's import form, Electrum's blockchain_headers, hexadecimal, or the compact form.
    pub file: PathBuf,
    /// Where the chain's rules come from.
    #[command(flatten)]
    pub chain: ChainArgs,
    /// Use the pins built into this program too: the ends of the network's periods.
    #[arg(long)]
    pub built_in_pins: bool,
    /// Height of the first header; else what the file says, or 0.
    #[arg(long, value_name = "HEIGHT")]
    pub from: Option<u32>,
    /// Print the result as JSON.
    #[arg(long)]
    pub json: bool,
    /// Judge as of this time instead of now.
    #[command(flatten)]
    pub time: TimeArg,
}

/// Files of headers that make one chain, forks included.
#[derive(Debug, Args)]
pub struct HeaderFilesArgs {
    /// Block headers, in any form that `headers verify` reads; later files go on where earlier ones are, or fork off.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Where the chain's rules come from; else what the first file says.
    #[command(flatten)]
    pub chain: ChainArgs,
    /// Height of the first file's first header; else what the file says.
    #[arg(long, value_name = "HEIGHT")]
    pub from: Option<u32>,
    /// Judge as of this time instead of now.
    #[command(flatten)]
    pub time: TimeArg,
}

/// `plimsoll headers pins`.
#[derive(Debug, Args)]
pub struct HeadersPinsArgs {
    /// The headers.
    #[command(flatten)]
    pub headers: HeaderFilesArgs,
    /// Compare with the pins built into this program instead, and name the first difference.
    #[arg(long)]
    pub check: bool,
}

/// `plimsoll headers serve`.
#[derive(Debug, Args)]
pub struct HeadersServeArgs {
    /// The headers.
    #[command(flatten)]
    pub headers: HeaderFilesArgs,
    /// Where to listen; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
}

/// `plimsoll sample`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  plimsoll sample --out static\n  plimsoll sample --out static --blocks blocks.dat")]
pub struct SampleArgs {
    /// The folder to write into: `sample/` and `.well-known/` come under it.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Write the chain's blocks here too, as Bitcoin Core keeps them.
    #[arg(long, value_name = "FILE")]
    pub blocks: Option<PathBuf>,
}

/// A time given instead of the clock's.
#[derive(Debug, Clone, Copy, Args)]
pub struct TimeArg {
    /// A time to use instead of the clock's: RFC 3339 with offset.
    #[arg(long = "time", value_name = "TIME", value_parser = parse_time)]
    pub at: Option<UnixTime>,
}

impl TimeArg {
    /// The time given, or else the clock's.
    pub fn or_now(self) -> UnixTime {
        self.at.unwrap_or_else(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            UnixTime(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
        })
    }
}

fn parse_time(text: &str) -> Result<UnixTime, String> {
    parse_rfc3339_ms(text).map(|ms| UnixTime(ms.div_euclid(1000))).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
