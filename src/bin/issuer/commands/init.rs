//! `plimsoll init`

use super::{random, salts};
use crate::answer::Answer;
use crate::args::InitArgs;
use crate::embedded_chain::EmbeddedChain;
use crate::error::CommandError;
use crate::founding::{Charter, found};
use crate::offices::{AnchorDraftError, Offices, mature};
use crate::workspace::{LOG_KEY, REGISTRAR_KEY, Workspace, WorkspaceError, witness_key};
use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::encoding::encode_hex;
use plimsoll::tlog::log::LogSigner;
use plimsoll::tlog::witness::Witness;
use std::path::Path;

/// Makes a workspace.
pub fn run(dir: &Path, args: &InitArgs) -> super::Result {
    if dir.exists() {
        return Err(WorkspaceError::Exists { path: dir.to_owned() }.into());
    }
    let mut keys: Vec<(String, [u8; 32])> = vec![(LOG_KEY.into(), random()?), (REGISTRAR_KEY.into(), random()?)];
    for number in 1..=args.witnesses as usize {
        keys.push((witness_key(number), random()?));
    }
    let secret = |at: usize| SecretKey::from_bytes(Suite::Ed25519, &keys[at].1).map_err(CommandError::Key);
    let witness = |number: usize| {
        let name = format!("witness-{number}.{}", args.origin);
        Witness::new(&name, secret(number + 1)?).map_err(|source| WorkspaceError::WitnessKey(source).into())
    };
    let mut offices = Offices {
        log: LogSigner::new(&args.origin, secret(0)?).map_err(WorkspaceError::LogKey)?,
        registrar: secret(1)?,
        witnesses: (1..=args.witnesses as usize).map(witness).collect::<Result<_, CommandError>>()?,
    };
    let charter =
        Charter { name: &args.name, cadence: args.cadence, confirmations: args.confirmations, quorum: args.quorum };
    let time = args.time.or_now();
    let mut chain = EmbeddedChain::new();
    mature(&mut chain, time).map_err(AnchorDraftError::Chain)?;
    let steps = found(charter, &mut offices, chain, time, &mut salts()?)?;
    let workspace = Workspace::create(dir, &steps, |folder| {
        keys.iter().try_for_each(|(name, secret)| folder.add(name, Suite::Ed25519, secret).map(drop))
    })?;
    let ledger = workspace.ledger();
    Ok(Answer::done(format!(
        "registry  {}\npolicy    {} (SHA-256 of policy.json)\nanchor    0 in block {}, {}\nworkspace {}\n",
        ledger.policy().name(),
        encode_hex(&ledger.policy().id()),
        ledger.chain().height(),
        ledger.policy().first_anchor(),
        dir.display(),
    )))
}
