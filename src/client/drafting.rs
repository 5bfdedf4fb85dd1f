//! Documents of others, read into drafts: what the page tells of a file that is no proof.

use crate::client::intake::{Intake, NamedFile};
use crate::client::message::{DraftView, DraftedDocument, Drafts, KeptView};
use crate::proof::problem::chain_of_causes;
use crate::proof::report::Problem;
use crate::proof::summary::tell_rules;
use crate::time::UnixTime;
use crate::trade::import::{DocumentKind, Draft, ImportError, Imported, Kept, UblDocument, Why, import, refused_json};
use crate::trade::invoice_arithmetic::Rounding;
use crate::trade::payload::Payload;
use crate::trade::render::render;
use crate::trade::rule::Sheet;
use crate::trade::said::Said;

/// Most documents read together; beyond it each is refused with that reason.
const MAX_DOCUMENTS: usize = 64;
/// Most bytes of all documents read together.
const MAX_BYTES: usize = 16 << 20;
/// Most drafts of a document that are drawn; the saved file has all.
const DRAWN: usize = 40;
/// Most values without a place that are listed; the saved file has all.
const LISTED: usize = 400;
/// Letters of such a value that are shown.
const LETTERS: usize = 200;

/// Reads documents into drafts. `None` when something else was handed in, or when no file is a document that is known.
#[must_use]
pub fn drafts_of(intake: &Intake, now: UnixTime) -> Option<Drafts> {
    let Intake { claims, headers, policies, documents } = intake;
    if !claims.is_empty() || !headers.is_empty() || !policies.is_empty() {
        return None;
    }
    let at = now.to_string();
    let mut left = MAX_BYTES;
    let mut known = false;
    let mut drafts = Drafts { documents: Vec::new(), lines: String::new(), json: String::new() };
    for (place, file) in documents.iter().enumerate() {
        let read = match left.checked_sub(file.bytes.len()).filter(|_| place < MAX_DOCUMENTS) {
            Some(rest) => {
                left = rest;
                import(&file.name, &file.bytes)
            }
            None => Err(ImportError::TooMany { what: "documents or bytes at once", limit: MAX_DOCUMENTS }),
        };
        known |= !is_stranger(file, &read);
        match read {
            Ok(imported) => {
                drafts.lines += &imported.lines(&at);
                drafts.json += &format!("{}\n", imported.to_json(&file.name, &at));
                drafts.documents.push(told(&file.name, &imported, &at));
            }
            Err(error) => {
                drafts.json += &format!("{}\n", refused_json(&file.name, &chain_of_causes(&error)));
                drafts.documents.push(refused(&file.name, &error));
            }
        }
    }
    known.then_some(drafts)
}

/// Whether a file is nothing that could be imported: a picture, or JSON of another kind.
fn is_stranger(file: &NamedFile, read: &Result<Imported, ImportError>) -> bool {
    let first = file.bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match read {
        Ok(_) | Err(ImportError::NotADocument { .. } | ImportError::Inexact { .. }) => false,
        Err(ImportError::Unrecognised { .. }) => true,
        Err(_) => !matches!(first, Some(b'{' | b'[' | b'<')),
    }
}

fn empty(name: &str) -> DraftedDocument {
    DraftedDocument {
        name: name.to_owned(),
        kind: Said::default(),
        problem: None,
        drafts: Vec::new(),
        drafted: 0,
        kept: Vec::new(),
        kept_in_all: 0,
        refused: Vec::new(),
        rules: Vec::new(),
        rounding: None,
    }
}

fn refused(name: &str, error: &ImportError) -> DraftedDocument {
    let (code, expected, found) = match error {
        ImportError::TooLarge { found, limit } => ("document-too-large", limit.to_string(), found.to_string()),
        ImportError::TooMany { limit, .. } => ("document-too-large", limit.to_string(), String::new()),
        ImportError::NotADocument { what, .. } => ("document-says-no-record", String::new(), what.clone()),
        ImportError::Unrecognised { .. } => ("document-unknown", String::new(), String::new()),
        ImportError::Json(_) | ImportError::Xml(_) | ImportError::Inexact { .. } => {
            ("document-malformed", String::new(), String::new())
        }
    };
    let problem = Problem { code: code.into(), field: String::new(), expected, found, detail: chain_of_causes(error) };
    DraftedDocument { problem: Some(problem), ..empty(name) }
}

fn told(name: &str, imported: &Imported, at: &str) -> DraftedDocument {
    let mut sheet = Sheet::default();
    let mut rounding = None;
    let mut drafts = Vec::new();
    for draft in &imported.drafts {
        let held = draft.hold_alone(at, &mut sheet);
        let unfit = held.as_ref().err().map(|error| chain_of_causes(error));
        rounding = rounding.or(held.ok().flatten());
        if drafts.len() < DRAWN {
            drafts.push(drawn(draft, unfit, at));
        }
    }
    DraftedDocument {
        kind: kind_said(imported.document),
        drafts,
        drafted: imported.drafts.len() as u64,
        kept: imported.kept.iter().take(LISTED).map(kept_view).collect(),
        kept_in_all: imported.kept.len() as u64,
        refused: imported.refused.iter().map(|part| (part.pointer.clone(), part.reason.clone())).collect(),
        rules: tell_rules(&sheet),
        rounding: rounding.map(rounding_said),
        ..empty(name)
    }
}

fn drawn(draft: &Draft, unfit: Option<String>, at: &str) -> DraftView {
    let mut supplied = draft.supplied.clone();
    supplied.extend(draft.action_date_time.is_none().then(|| "/actionDateTime".to_owned()));
    let mut record = render(&Payload::clear(&draft.statement(at)));
    // Nobody has signed it yet.
    for field in record.fields.iter_mut().filter(|field| field.path == "/actor") {
        field.label = "to be signed by".to_owned();
        field.label_zh = "待签署方".to_owned();
    }
    DraftView { record, supplied, unfit }
}

fn kept_view(kept: &Kept) -> KeptView {
    let whole = match &kept.value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut value: String = whole.chars().take(LETTERS).collect();
    if value.len() < whole.len() {
        value.push('…');
    }
    KeptView { pointer: kept.pointer.clone(), value, why: why_said(&kept.why) }
}

fn why_said(why: &Why) -> Said {
    let chinese = match why {
        Why::Unknown => "记录中没有这一字段".to_owned(),
        Why::Kind { expected } => format!("应为 {expected}"),
        Why::Carriage => "关于报文本身，与货物无关".to_owned(),
        Why::Conflict { field } => format!("{field} 已有另一个值"),
        Why::Placeholder => "占位内容，不指任何人".to_owned(),
        Why::Attached => "附件，未查看".to_owned(),
        Why::Refused => "属于未采纳的部分".to_owned(),
    };
    Said::new(why.to_string(), chinese)
}

fn rounding_said(rounding: Rounding) -> Said {
    match rounding {
        Rounding::InPayable => Said::new(
            "The rounding is added to the amount payable, as EN 16931 has it.",
            "舍入计入应付金额，符合 EN 16931。",
        ),
        Rounding::InTaxInclusive => Said::new(
            "The rounding is added to the total with tax, as in OASIS’s UBL example.",
            "舍入计入含税总额，与 OASIS 的 UBL 示例一致。",
        ),
    }
}

fn kind_said(kind: DocumentKind) -> Said {
    let chinese = match kind {
        DocumentKind::TransportDocument => "DCSA 运输单据（提单或海运单）",
        DocumentKind::ShippingInstructions => "DCSA 装运指示",
        DocumentKind::Issuance => "DCSA 电子提单签发",
        DocumentKind::Surrender => "DCSA 电子提单交回",
        DocumentKind::EndorsementChain => "DCSA 背书链",
        DocumentKind::EnvelopeTransfer => "DCSA PINT 信封转移",
        DocumentKind::TrackAndTrace => "DCSA 货物跟踪事件",
        DocumentKind::Epcis => "EPCIS 2.0 事件",
        DocumentKind::Ubl(document) => match document {
            UblDocument::Invoice => "UBL 发票",
            UblDocument::CreditNote => "UBL 贷项通知单",
            UblDocument::FreightInvoice => "UBL 运费发票",
            UblDocument::Waybill => "UBL 运单",
            UblDocument::BillOfLading => "UBL 提单",
            UblDocument::ForwardingInstructions => "UBL 货运委托",
            UblDocument::ReceiptAdvice => "UBL 收货通知",
            UblDocument::RemittanceAdvice => "UBL 汇款通知",
        },
    };
    Said::new(kind.name(), chinese)
}
