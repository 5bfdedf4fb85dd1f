//! The examination of a proof, step by step, to its verdict.
//!
//! Every step is done that can be, whatever became of the others: a reader who sees one failure should see the rest too.
//! A step whose input another step did not give is *could not check*.

mod anchor_steps;
mod log_steps;
mod record_steps;
mod trade_steps;

use crate::crypto::key::PublicKey;
use crate::encoding::encode_hex;
use crate::proof::bundle::{Bundle, LoggedRecord};
use crate::proof::buried::OnChain;
use crate::proof::chain_view::chain_view;
use crate::proof::examination::{Examination, hash, text};
use crate::proof::history::BuriedHistory;
use crate::proof::party::RegisteredSigner;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::Finding;
use crate::proof::report::{InputKind, Outcome, RegistryView, Report, SignerView};
use crate::proof::setting::{KnownRegistry, Setting, policy_of};
use crate::proof::step::StepId;
use crate::proof::verdict::{RecordEvidence, Verdict};
use crate::registry::event::Event;
use crate::tlog::{Logged, TlogProof};
use crate::trade::record::Record;
use crate::trade::sd_jwt::SdJwt;
use anchor_steps::check_anchor;
use log_steps::check_log;
use record_steps::check_record;
use trade_steps::{Before, Traded, check_trade};

/// Examines a proof of a record. The report says everything the verdict rests on, and more.
#[must_use]
pub fn verify_record(bundle: &Bundle, setting: &Setting<'_>, input: InputKind) -> (Verdict, Report) {
    let (verdict, report, _) = verify_beside(bundle, setting, input, &[]);
    (verdict, report)
}

/// Examines one proof of several that were opened together, with the records of the others `beside` its own. The third is
/// evidence of its own records, for the examination of another.
#[must_use]
pub fn verify_beside(
    bundle: &Bundle,
    setting: &Setting<'_>,
    input: InputKind,
    beside: &[BuriedHistory],
) -> (Verdict, Report, Option<BuriedHistory>) {
    let mut exam = Examination::default();
    let policy = policy_of(&bundle.registry, setting.registries);
    let registry = check_registry(&mut exam, &policy, setting);
    let policy = policy.ok();
    let claims = Claims::read(&bundle.record);
    let (record, recorded) = check_record(&mut exam, &claims);
    let logged = check_log(&mut exam, &claims, policy.as_ref());
    let (anchored, path) = check_anchor(&mut exam, bundle, &claims, policy.as_ref(), setting);
    let signer = check_signer(&mut exam, bundle, &claims, policy.as_ref(), logged.as_ref());
    let signer_view = claims.key.as_ref().map(|key| signer_view(key, signer.as_ref()));
    let chain = policy.as_ref().and_then(|policy| {
        let block = anchored.block.as_ref().map(OnChain::confirmed);
        chain_view(setting.engine, policy.network(), anchored.chain, block, policy.min_confirmations())
    });
    let before = Before {
        recorded: recorded.as_ref(),
        logged: logged.as_ref(),
        note: claims.log_proof.as_ref().ok().map(TlogProof::note),
        signer: signer.as_ref(),
        policy: policy.as_ref(),
        chain: chain.as_ref(),
    };
    let Traded { view: trade, kept: rules, history } = check_trade(&mut exam, bundle, &before, beside);
    let lines = exam.into_lines();
    let registry_view = policy.as_ref().map(|policy| registry_view(policy, registry.is_some()));
    let evidence = RecordEvidence { recorded, logged, anchored: anchored.evidence, registry, signer, rules };
    let verdict = Verdict::on_record(evidence, &lines);
    let report = Report {
        record,
        signer: signer_view,
        registry: registry_view,
        chain,
        path,
        trade,
        lines,
        ..Report::empty(input, verdict.conclusion(), setting.now)
    };
    let buried = match &verdict {
        Verdict::Genuine(genuine) | Verdict::AgainstRules(genuine) => {
            history.and_then(|history| BuriedHistory::of(history, genuine))
        }
        Verdict::Stamped(_) | Verdict::Intact(_) | Verdict::NotGenuine | Verdict::Undetermined => None,
    };
    (verdict, report, buried)
}

/// What the proof says of its record, read but not verified. Each part is read once, and its error kept for the step it
/// belongs to.
struct Claims {
    sd_jwt: Result<SdJwt, Finding>,
    record: Result<Record, Finding>,
    key: Option<PublicKey>,
    event: Result<Event, Finding>,
    log_proof: Result<TlogProof, Finding>,
}

impl Claims {
    fn read(logged: &LoggedRecord) -> Self {
        let sd_jwt = SdJwt::parse_record(&logged.sd_jwt)
            .map_err(|error| Finding::failed("record-malformed", "record.sdJwt").explained_by(&error));
        let record = sd_jwt.as_ref().map_err(Clone::clone).and_then(|sd_jwt| {
            Record::parse(sd_jwt.unverified_payload())
                .map_err(|error| Finding::failed("record-malformed", "record.sdJwt").explained_by(&error))
        });
        let event = Event::decode(&logged.event.0)
            .map_err(|error| Finding::failed("event-malformed", "record.event").explained_by(&error));
        let log_proof = TlogProof::parse(&logged.log_proof)
            .map_err(|error| Finding::failed("log-proof-malformed", "record.logProof").explained_by(&error));
        let key = sd_jwt.as_ref().ok().and_then(|sd_jwt| sd_jwt.signer().ok());
        Self { sd_jwt, record, key, event, log_proof }
    }
}

fn check_registry(
    exam: &mut Examination,
    policy: &Result<RegistryPolicy, Finding>,
    setting: &Setting<'_>,
) -> Option<KnownRegistry> {
    let (values, result) = match policy {
        Ok(policy) => (
            vec![text("registry-name", policy.name()), hash("policy-hash", encode_hex(&policy.id()))],
            KnownRegistry::verify(policy, setting.registries),
        ),
        Err(finding) => (vec![], Err(finding.clone())),
    };
    exam.step(StepId::RegistryKnown, values, result)
}

/// Who holds the key that signed.
fn check_signer(
    exam: &mut Examination,
    bundle: &Bundle,
    claims: &Claims,
    policy: Option<&RegistryPolicy>,
    logged: Option<&Logged>,
) -> Option<RegisteredSigner> {
    let (Some(policy), Some(key)) = (policy, &claims.key) else {
        let earlier = if policy.is_none() { StepId::RegistryKnown } else { StepId::RecordSignature };
        return exam.needs(StepId::PartyRegistered, earlier);
    };
    let Some(logged) = logged else {
        let parts = [StepId::LogInclusion, StepId::CheckpointSignature, StepId::WitnessQuorum];
        let missing = parts.into_iter().find(|&step| exam.outcome(step) != Some(Outcome::Passed));
        return exam.needs(StepId::PartyRegistered, missing.unwrap_or(StepId::LogInclusion));
    };
    let result = RegisteredSigner::verify(key, &bundle.parties, policy, logged);
    let mut values = vec![hash("signer-key", key.id())];
    if let Ok(signer) = &result {
        values.extend(signer.name().map(|name| text("party-name", name)));
        values.extend(signer.code().map(|code| text("party-code", code)));
    }
    exam.step(StepId::PartyRegistered, values, result)
}

fn signer_view(key: &PublicKey, signer: Option<&RegisteredSigner>) -> SignerView {
    SignerView {
        key_id: key.id().to_string(),
        algorithm: key.suite().jws_algorithm().into(),
        party_name: signer.and_then(|signer| signer.name().map(str::to_owned)),
        party_code: signer.and_then(RegisteredSigner::code),
    }
}

fn registry_view(policy: &RegistryPolicy, known: bool) -> RegistryView {
    RegistryView {
        name: policy.name().to_owned(),
        policy_hash: encode_hex(&policy.id()),
        log_origin: policy.log().logs().first().map(|log| log.origin().to_owned()).unwrap_or_default(),
        known,
        policy_text: policy.text().to_owned(),
    }
}
