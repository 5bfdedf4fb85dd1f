//! Founding a registry: its policy names its first anchor, and its first anchor commits to a log in which its registrar
//! stands. Neither depends on the policy, so they come first.

use crate::drafting::{DraftError, NewParty, Salts, draft_registration};
use crate::embedded_chain::EmbeddedChain;
use crate::ledger::{Ledger, LedgerError, Step};
use crate::offices::{AnchorDraftError, Offices};
use plimsoll::chain::Txid;
use plimsoll::proof::policy::POLICY_FORMAT;
use plimsoll::time::UnixTime;
use serde::Serialize;

/// Why a registry cannot be founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// A policy nobody could fulfil.
    #[error("quorum {quorum} of {witnesses} witnesses")]
    Quorum {
        /// Cosignatures asked for.
        quorum: u32,
        /// Witnesses there are.
        witnesses: usize,
    },
    /// The registrar cannot be registered.
    #[error("registrar")]
    Registrar(#[from] DraftError),
    /// The first anchor cannot be made.
    #[error("first anchor")]
    Anchor(#[from] AnchorDraftError),
    /// What was made does not hold together.
    #[error("ledger")]
    Ledger(#[from] LedgerError),
}

/// What a registry is to be.
#[derive(Debug, Clone, Copy)]
pub struct Charter<'a> {
    /// Its name.
    pub name: &'a str,
    /// Blocks between two anchors at most.
    pub cadence: u32,
    /// Blocks that must stand on a record's block, that one counted.
    pub confirmations: u32,
    /// Witnesses that must cosign.
    pub quorum: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PolicyText<'a> {
    format: &'a str,
    name: &'a str,
    network: &'a str,
    log_policy: &'a str,
    first_anchor: String,
    registrar: serde_json::Value,
    min_confirmations: u32,
}

/// The first steps of a registry on `chain`, where a coinbase must have matured.
pub fn found(
    charter: Charter<'_>,
    offices: &mut Offices,
    chain: EmbeddedChain,
    time: UnixTime,
    salts: Salts<'_>,
) -> Result<Vec<Step>, FoundError> {
    let witnesses = offices.witnesses.len();
    if charter.quorum as usize > witnesses {
        return Err(FoundError::Quorum { quorum: charter.quorum, witnesses });
    }
    let log_policy = offices.log_policy(charter.quorum);
    let registrar = offices.registrar.public();
    let policy = |first_anchor: Txid| {
        let text = PolicyText {
            format: POLICY_FORMAT,
            name: charter.name,
            network: "regtest",
            log_policy: &log_policy,
            first_anchor: first_anchor.to_string(),
            registrar: registrar.to_jwk(),
            min_confirmations: charter.confirmations,
        };
        Step::Open { policy: serde_json::to_string(&text).expect("texts and numbers are JSON") }
    };
    let mut ledger = Ledger::open(&policy(Txid([0; 32])))?;
    let party = NewParty { name: charter.name, role: "registrar", codes: &[], key: registrar.clone() };
    let record = Step::Record(draft_registration(&ledger, &party, &offices.registrar, time, salts)?);
    ledger.apply(&record)?;
    let anchor = Step::Anchor(offices.anchor(&ledger, chain, Some(charter.cadence), time)?);
    ledger.apply(&anchor)?;
    Ok(vec![policy(ledger.anchors()[0].transaction.txid()), record, anchor])
}
