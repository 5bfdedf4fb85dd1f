//! The arguments of `plimsoll prove` and `plimsoll verify`.

use super::{ChainArgs, TimeArg};
use clap::Args;
use std::path::PathBuf;

/// `plimsoll prove`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll prove RCV-2026-0042
  plimsoll prove RCV-2026-0042 --withhold /body/faceAmount --base https://example.org/
  plimsoll prove RCV-2026-0042 --headers --file proof.json
  plimsoll prove RCV-2026-0042 --qr-terminal
  plimsoll prove RCV-2026-0042 --qr-svg code.svg
  plimsoll prove RCV-2026-0042 --encrypt rcv.proof.enc --at https://files.example/rcv.proof.enc --base https://example.org/")]
pub struct ProveArgs {
    /// A record's id, or an asset's reference for its newest record.
    pub record: String,
    /// A field to withhold, as a JSON pointer; may be given several times.
    #[arg(long, value_name = "POINTER")]
    pub withhold: Vec<String>,
    /// Put the chain's headers into the proof, so that it can be checked without another source.
    #[arg(long)]
    pub headers: bool,
    /// Name the registry's policy by its hash only: a shorter link, for readers who have the policy.
    #[arg(long)]
    pub policy_hash: bool,
    /// Put the records of another asset beside it, by its reference: a dossier, whose flows are held against one another. May be
    /// given several times.
    #[arg(long, value_name = "REFERENCE", conflicts_with = "alone")]
    pub with: Vec<String>,
    /// Leave out the records before it: a shorter link, whose asset's state cannot be told from it.
    #[arg(long)]
    pub alone: bool,
    /// Write the proof file here.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Write the proof encrypted here, and print the link that opens it: the key is in the link alone.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "qr_svg", "qr_terminal"])]
    pub encrypt: Option<PathBuf>,
    /// Where the encrypted file will lie. Without it the file is handed over beside its link.
    #[arg(long, value_name = "URL", requires = "encrypt", default_value = "")]
    pub at: String,
    /// The page's address before `#`, for a whole link.
    #[arg(long, value_name = "URL", default_value = "")]
    pub base: String,
    /// Write QR codes of the link as SVG; several files when one code is too small.
    #[arg(long, value_name = "FILE")]
    pub qr_svg: Option<PathBuf>,
    /// Show QR codes of the link here.
    #[arg(long)]
    pub qr_terminal: bool,
}

/// `plimsoll verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  plimsoll verify 'https://example.org/#/v/1.…' --headers chain.headers --registry plimsoll-registry.json
  plimsoll verify proof.json --headers chain.headers --json
  plimsoll verify report.json
  plimsoll verify 'https://example.org/#/v/u.…' rcv.proof.enc --headers chain.headers
  plimsoll verify paper.pdf.ots --document paper.pdf --headers mainnet-685439.headers --network mainnet

Exit codes: 0 passed · 1 failed · 2 malformed input or usage · 3 something could not be checked, nothing failed")]
pub struct VerifyArgs {
    /// A proof link, or a file: proof, exported report, OpenTimestamps, OpenAttestation, or Blockcerts.
    pub input: String,
    /// For a link to a proof kept elsewhere: its file, encrypted or not.
    #[arg(value_name = "FILE")]
    pub beside: Option<PathBuf>,
    /// The document an OpenTimestamps file speaks of, or what serves a Blockcerts certificate: its transaction, its block's
    /// first transaction and a merkleblock of both, as bytes or in hexadecimal; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub document: Vec<PathBuf>,
    /// Block headers, in any form that `headers verify` reads; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub headers: Vec<PathBuf>,
    /// Where the chain's rules come from.
    #[command(flatten)]
    pub chain: ChainArgs,
    /// A registry policy you trust; may be given several times.
    #[arg(long, value_name = "FILE")]
    pub registry: Vec<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// Judge as of this time instead of now.
    #[command(flatten)]
    pub time: TimeArg,
}
