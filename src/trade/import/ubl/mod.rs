//! UBL 2.0 and 2.1 documents, EN 16931 invoices among them, read into drafts of records.
//!
//! An invoice or credit note becomes an invoice record, a waybill or bill of lading a transport document, forwarding instructions
//! shipping instructions, a receipt advice a delivery, a remittance advice the payment of each invoice it names.

mod invoice;
mod leaves;
mod lines;
mod party;
mod payment;
mod receipt;
mod shipment;
mod values;

use crate::encoding::xml::{self, Document};
use crate::trade::action::RecordType;
use crate::trade::import::{DocumentKind, Draft, ImportError, Imported, Refused, unrecognised};
use leaves::Leaves;
use serde_json::Map;

/// What the namespace of every UBL 2 document begins with.
const NAMESPACE: &str = "urn:oasis:names:specification:ubl:schema:xsd:";
/// Other documents of UBL that trade knows, and why no record tells them.
const UNTOLD: [(&str, &str); 4] = [
    ("DespatchAdvice", "it says what a supplier sends off; records begin when a carrier or the buyer has the goods"),
    ("TransportationStatus", "it describes a condition without an event that track and trace knows"),
    ("Order", "records begin with the shipment and the invoice"),
    ("DebitNote", "no record tells a buyer's claim against an invoice"),
];

/// A UBL document that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UblDocument {
    /// An invoice.
    Invoice,
    /// A credit note.
    CreditNote,
    /// A carrier's or forwarder's invoice.
    FreightInvoice,
    /// A waybill.
    Waybill,
    /// A bill of lading.
    BillOfLading,
    /// Instructions to a forwarder.
    ForwardingInstructions,
    /// The receipt of goods.
    ReceiptAdvice,
    /// The payment of invoices.
    RemittanceAdvice,
}

impl UblDocument {
    const ALL: [Self; 8] = [
        Self::Invoice,
        Self::CreditNote,
        Self::FreightInvoice,
        Self::Waybill,
        Self::BillOfLading,
        Self::ForwardingInstructions,
        Self::ReceiptAdvice,
        Self::RemittanceAdvice,
    ];

    /// The name of its root element.
    #[must_use]
    pub fn root(self) -> &'static str {
        self.name().trim_start_matches("UBL ")
    }

    /// Its name, with its standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice => "UBL Invoice",
            Self::CreditNote => "UBL CreditNote",
            Self::FreightInvoice => "UBL FreightInvoice",
            Self::Waybill => "UBL Waybill",
            Self::BillOfLading => "UBL BillOfLading",
            Self::ForwardingInstructions => "UBL ForwardingInstructions",
            Self::ReceiptAdvice => "UBL ReceiptAdvice",
            Self::RemittanceAdvice => "UBL RemittanceAdvice",
        }
    }
}

/// Whether bytes are meant to be XML: they begin with a tag, or with the mark of an encoding that XML may have.
pub(super) fn looks_like_xml(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    text.first() == Some(&b'<')
        || [&b"\xff\xfe"[..], b"\xfe\xff", b"\0<", b"<\0"].iter().any(|mark| bytes.starts_with(mark))
}

/// Reads a UBL document into drafts.
pub(super) fn import(name: &str, bytes: &[u8]) -> Result<Imported, ImportError> {
    let document = xml::parse(bytes).map_err(ImportError::Xml)?;
    let kind = recognise(name, &document)?;
    let mut leaves = Leaves::new(&document);
    let not = |reason: String| ImportError::NotADocument { what: kind.name().to_owned(), reason };
    let (drafts, refused) = match kind {
        UblDocument::Invoice | UblDocument::CreditNote | UblDocument::FreightInvoice => {
            (vec![invoice::draft_of(&mut leaves, kind).map_err(not)?], Vec::new())
        }
        UblDocument::Waybill | UblDocument::BillOfLading | UblDocument::ForwardingInstructions => {
            (vec![shipment::draft_of(&mut leaves, kind).map_err(not)?], Vec::new())
        }
        UblDocument::ReceiptAdvice => (vec![receipt::draft_of(&mut leaves).map_err(not)?], Vec::new()),
        UblDocument::RemittanceAdvice => payment::drafts(&mut leaves).map_err(not)?,
    };
    Ok(Imported { document: DocumentKind::Ubl(kind), drafts, kept: leaves.kept(), refused })
}

fn recognise(name: &str, document: &Document) -> Result<UblDocument, ImportError> {
    let (root, namespace) = (&document.element(0).name, document.namespace(0));
    let Some(schema) = namespace.strip_prefix(NAMESPACE) else {
        return Err(match root.as_str() {
            "CrossIndustryInvoice" | "CrossIndustryDocument" => ImportError::NotADocument {
                what: format!("a UN/CEFACT {root}"),
                reason: "EN 16931 invoices are read in UBL 2 alone".to_owned(),
            },
            _ => unrecognised(name),
        });
    };
    let not = |reason: &str| ImportError::NotADocument { what: format!("UBL {root}"), reason: reason.to_owned() };
    if schema != format!("{root}-2") {
        return Err(not(&format!("its namespace is that of {schema:?}")));
    }
    UblDocument::ALL.into_iter().find(|kind| kind.root() == root).ok_or_else(|| {
        let told = UNTOLD.iter().find(|(untold, _)| untold == root);
        not(told.map_or("no record tells such a document", |(_, reason)| reason))
    })
}

/// A draft whose values are still to come.
fn draft(record_type: RecordType, action: &str, scheme: &'static str, reference: &str) -> Result<Draft, String> {
    let action = record_type.action(action).ok_or_else(|| format!("no action {action}"))?;
    Ok(Draft {
        record_type,
        record_id: format!("{}-{}-{reference}", record_type.code(), action.code),
        scheme,
        reference: reference.to_owned(),
        action,
        action_date_time: None,
        actor: None,
        recipient: None,
        body: Map::new(),
        origins: Vec::new(),
        supplied: Vec::new(),
    })
}

/// The document's number, which names the asset.
fn number(leaves: &Leaves<'_>) -> Result<String, String> {
    let number = leaves.read_at(0, "cbc:ID").ok_or("it has no number")?;
    if number.chars().any(char::is_control) {
        return Err("its number has control characters".to_owned());
    }
    Ok(number.to_owned())
}

/// A part that no record can tell.
fn refused(leaves: &Leaves<'_>, id: xml::ElementId, reason: &str) -> Refused {
    Refused { pointer: leaves.path_of(id), reason: reason.to_owned() }
}
