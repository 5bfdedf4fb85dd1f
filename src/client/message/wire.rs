//! Commands and events as bytes, each field in the order given here.
//!
//! A field or a variant that is missing here does not compile. The bytes of files do not travel in a command but beside it.

use super::{
    BlockAt, ChainSource, ChainStatus, Command, Config, DraftView, DraftedDocument, Drafts, EncryptedProof, Event,
    ExportKind, ForkTip, GenesisCheck, GenesisCheckState, HeaderSource, KeptView, Material, NextReader, NoBlockAlarm,
    PinContradiction, Reorganized, Repair, SourceKind, SourceState, SourceStatus, SourceTip, Stage, Standing,
    StoragePlace, StorageRole, StorageRoom, StorageState, StorageStatus, SyncState, SyncStatus, VerificationId,
    WaitReason,
};
use crate::encoding::wire::{Field, Source, choices, structure};
use crate::proof::report::{
    BlockView, ChainView, Conclusion, DocumentKind, DocumentView, InputKind, LineId, LineReport, Outcome, PathView,
    Problem, RegistryView, Report, SignerView, StepReport, Value, ValueKind,
};
use crate::proof::step::StepId;
use crate::proof::trade_view::{
    AnswerView, BreachView, EventStanding, FlowCell, FlowRow, NoteView, RuleView, TimelineRow, Tone, TradeView, TreeRow,
};
use crate::proof::withhold::{Echo, Hidden};
use crate::trade::rule::Severity;
use crate::trade::said::Said;
use crate::trade::view::{AmountView, FieldValue, FieldView, RecordView};
use crate::trade::withhold::{Choice, Clear};

impl Field<'_> for VerificationId {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(source: &mut Source<'_>) -> Self {
        Self(u64::read(source))
    }
}

/// What stands for a material beside its one text.
enum MaterialKind {
    Link,
    Granted,
    Sample,
    File,
}

choices!(MaterialKind { Link, Granted, Sample, File });

impl Field<'_> for Material {
    fn write(&self, out: &mut Vec<u8>) {
        let (kind, text) = match self {
            Self::Link { text } => (MaterialKind::Link, text),
            Self::Granted { text } => (MaterialKind::Granted, text),
            Self::Sample { name } => (MaterialKind::Sample, name),
            Self::File { name, .. } => (MaterialKind::File, name),
        };
        kind.write(out);
        text.write(out);
    }

    fn read(source: &mut Source<'_>) -> Self {
        let (kind, text) = Field::read(source);
        match kind {
            MaterialKind::Link => Self::Link { text },
            MaterialKind::Granted => Self::Granted { text },
            MaterialKind::Sample => Self::Sample { name: text },
            MaterialKind::File => Self::File { name: text, bytes: vec![] },
        }
    }
}

structure!(Config { registries, pinned, headers, begin });
choices!(Command {
    Start { config },
    Verify { id, material },
    Cancel { id },
    Export { kind, report, proof, material },
    Withhold { number, proof, hide },
    Encrypt { number, report, proof, random, address },
    PinRegistry { policy_text },
    UnpinRegistry { policy_hash },
    RefreshHeaders,
    AddSource { source },
    RemoveSource { network, url },
    EnableSource { network, url, enabled },
    BeginSync { network },
    PauseSync { network },
    ResumeSync { network },
    CancelSync { network },
    CheckFromGenesis { network },
    PauseGenesisCheck { network },
    StopGenesisCheck { network },
    ForgetHeaders { network },
});
choices!(Event {
    Ready { version },
    Chain(value),
    Progress { id, stage },
    Verdict { id, report, proof, link },
    Drafted { id, drafts },
    Exported { name, media_type, text },
    ExportFailed { problem },
    NextReader(value),
    NotWithheld { number, problem },
    Encrypted(value),
    Refused { id, problem },
    HeadersFailed { source, detail },
    Sources { sources },
    SourceRefused { source, problem },
    Sync(value),
    GenesisCheck(value),
    Reorganized(value),
    NoBlock { network, alarm },
    Storage(value),
    Pinned { name, policy_hash },
    PinRefused { problem },
});
structure!(Drafts { documents, lines, json });
structure!(DraftedDocument { name, kind, problem, drafts, drafted, kept, kept_in_all, refused, rules, rounding });
structure!(DraftView { record, supplied, unfit });
structure!(KeptView { pointer, value, why });
choices!(ExportKind { Proof, Report, Table });
structure!(ChainStatus { network, first_height, height, hash, time, headers, work, total_work, source, basis });
choices!(ChainSource {
    Origin { url },
    Source { url },
    File { name },
    Device,
    Proof,
});
choices!(Stage {
    Reading,
    FetchingProof,
    FetchingHeaders { done, total },
    VerifyingHeaders { height, done, total },
    CheckingProof,
});
choices!(SourceKind { HeaderFile, BlockDn, CoreRest, Esplora, Mempool, Electrum, Compact });
structure!(HeaderSource { network, kind, url, first_height, enabled });
structure!(BlockAt { height, hash });
structure!(SourceTip { height, hash, time, verified });
structure!(SourceStatus { source, state, standing, tip, latency_ms, answered, common, headers, bytes, forks });
choices!(SourceState {
    Off,
    Idle,
    AskedTip,
    Sending,
    Waiting { until, reason, detail },
    SetAside,
});
choices!(WaitReason { TooManyRequests, Failed, Silent, TooNew });
choices!(Standing {
    Unknown,
    Agrees,
    Ahead { blocks },
    Behind { blocks },
    Withholds { blocks, since },
    Fork { blocks },
    Wrong { rule, height, detail },
});
structure!(ForkTip { height, hash, branch_length, status, in_hand });
structure!(SyncStatus { network, state, height, claimed, taken, headers_per_second, seconds_left, source });
choices!(SyncState { Idle, Running, Paused, Cancelled, Complete, Stalled });
structure!(NoBlockAlarm { tip, tip_time, silent_seconds, spacing_seconds, once_in });
structure!(Reorganized { network, common, from, to, disconnected, connected, source });
structure!(GenesisCheck { network, state, height, target, headers_per_second, seconds_left, source, contradiction });
choices!(GenesisCheckState { Running, Paused, Stopped, Stalled, Done });
structure!(PinContradiction { height, expected, found, source, detail });
structure!(StorageStatus { network, place, role, state, headers, bytes, tip, repairs, loaded_ms, by_second, room });
choices!(StoragePlace { FileSystem, Database, Memory });
choices!(StorageRole { Writer, Reader });
choices!(StorageState {
    Opening,
    Loading { done, total },
    Keeping,
    Full { detail },
    Failed { detail },
    Newer { version },
    Forgotten,
});
choices!(Repair {
    DamagedHead { detail },
    NoHead { bytes },
    Tail { bytes },
    Truncated { expected, found },
    DamagedPeriod { height, dropped },
    Refused { height, rule, for_good, detail },
    NotRepaired { detail },
});
structure!(StorageRoom { persisted, usage, quota });

// The report.
choices!(Outcome { Failed, CouldNotCheck, NotChecked, Passed });
choices!(Conclusion {
    Genuine,
    GenuineNotProvenCurrent,
    AgainstRules,
    Stamped,
    Intact,
    NotGenuine,
    CannotTell,
    Unreadable
});
choices!(InputKind { ProofLink, ProofFile, Timestamp, Sealed, Report, Unknown });
choices!(LineId { Unchanged, Status, WhoSigned, MakesSense });
structure!(Value { label, text, kind });
choices!(ValueKind { Hash, Number, Time, Text });
structure!(Problem { code, field, expected, found, detail });
structure!(StepReport { step, outcome, values, problem });
structure!(LineReport { line, outcome, steps });
structure!(RegistryView { name, policy_hash, log_origin, known, policy_text });
structure!(SignerView { key_id, algorithm, party_name, party_code });
structure!(BlockView { height, hash, time, median_time });
structure!(ChainView { network, block, tip, confirmations, required, work_above, strip, basis, unchecked_rules });
structure!(PathView { anchor_txid, anchor_sequence, log_size, log_index, log_root, leaf_hash, record_hash });
structure!(Report {
    format,
    version,
    made_at,
    input,
    left_aside,
    conclusion,
    lines,
    record,
    document,
    signer,
    registry,
    chain,
    path,
    trade,
    unreadable
});
choices!(DocumentKind { Timestamped, OpenAttestation, Blockcerts });
structure!(DocumentView { kind, name, size, algorithm, digest, heights, others });
choices!(StepId {
    Disclosures,
    RecordSignature,
    EventMatchesRecord,
    LogInclusion,
    CheckpointSignature,
    WitnessQuorum,
    AnchorPayload,
    AnchorLineage,
    AnchorInBlock,
    BlockOnChain,
    Depth,
    DocumentDigest,
    TimestampPath,
    SealedContent,
    SealedBatch,
    SealedTransaction,
    ReportAgrees,
    Cadence,
    History,
    LatestState,
    Issuance,
    IssuerIdentity,
    RegistryKnown,
    PartyRegistered,
    EventSignature,
    TradeRules,
});
structure!(NextReader { number, choices, report, proof, link, hidden, echoes });
structure!(EncryptedProof { number, name, file, address, link });
structure!(Hidden { record_id, own, path, words });
structure!(Echo { text, record_id, path, words });
choices!(Choice { Free, Part, Clear(value), Withheld });
choices!(Clear { Names, Order, Action, Key, Signed });
structure!(RecordView {
    record_type,
    record_id,
    scheme,
    reference,
    sequence,
    action_code,
    action_words,
    action_words_zh,
    action_date_time,
    actor,
    recipient,
    amount,
    fields,
    withheld
});
structure!(AmountView { value, currency });
structure!(FieldView { path, name, label, label_zh, level, value, meaning_zh, altered });
choices!(FieldValue {
    Text { text },
    Code { code, meaning },
    Amount { value, currency },
    Quantity { value, unit },
    Moment { text },
    Group { members },
    Withheld,
});
structure!(TradeView { state, records, answers, timeline, tree, flows, rules });
structure!(FlowRow { topic, cells, more, rules });
structure!(FlowCell { value, evidence });
structure!(Said { en, zh });
structure!(AnswerView { question, answer, notes });
structure!(NoteView { tone, text });
choices!(Tone { Plain, Good, Caution, Bad });
structure!(TimelineRow { record, at, what, code, place, who, after, standing, focus });
choices!(EventStanding { Fact, Planned, Estimated, Retracted, OtherBranch });
structure!(TreeRow { depth, reference, amount, stage, holder, paid, open });
structure!(RuleView { rule, words, outcome, weight, cases, breaches, more, lacks });
structure!(BreachView { weight, places, expected, expected_zh, found, found_zh });
choices!(Severity { Information, Warning, Error });
