//! Receipt advices: what the buyer received, what was short, what was refused.

use super::leaves::Leaves;
use super::{draft, number};
use crate::encoding::xml::ElementId;
use crate::trade::action::RecordType;
use crate::trade::import::Draft;

/// Where a receipt advice may name what the goods travelled under, best first.
const TRAVELLED_UNDER: [&str; 4] = [
    "cac:Shipment/cac:Consignment/cac:TransportContract/cbc:ID",
    "cac:DespatchDocumentReference/cbc:ID",
    "cac:Shipment/cac:Consignment/cbc:ID",
    "cac:Shipment/cbc:ID",
];
const QUANTITIES: [(&str, &str); 3] = [
    ("cbc:ReceivedQuantity", "receivedQuantity"),
    ("cbc:ShortQuantity", "shortQuantity"),
    ("cbc:RejectedQuantity", "rejectedQuantity"),
];

/// Reads a receipt advice; the error is the reason why it is none.
pub(super) fn draft_of(leaves: &mut Leaves<'_>) -> Result<Draft, String> {
    const DELIVERY: &str = "cac:Shipment/cac:Delivery";
    let own_number = number(leaves)?;
    let named = TRAVELLED_UNDER.iter().find_map(|path| leaves.read_at(0, path));
    let reference = named.filter(|text| !text.chars().any(char::is_control)).map_or(own_number, str::to_owned);
    let lines = leaves.all(0, "cac:ReceiptLine");
    if lines.is_empty() {
        return Err("it has no lines".to_owned());
    }
    for (index, &line) in lines.iter().enumerate() {
        receipt_line(leaves, line, &format!("/body/receiptLines/{index}"));
    }
    if let [line] = lines[..] {
        // One line is the whole delivery.
        for (path, field) in QUANTITIES {
            leaves.quantity(line, path, &format!("/body/{field}"));
        }
    }
    let has = |name: &str| lines.iter().any(|&line| leaves.read_at(line, name).is_some());
    let action = if has("cbc:RejectedQuantity") && !has("cbc:ReceivedQuantity") { "REJECTING" } else { "RECEIVING" };
    let draft = draft(RecordType::Delivery, action, "transport-document", &reference)?;

    leaves.text(0, "cbc:ID", "/body/receivingAdviceReference");
    leaves.text(0, "cbc:Note", "/body/comments");
    leaves.text(0, "cac:OrderReference/cbc:ID", "/body/purchaseOrderReference");
    leaves.text(0, "cac:OrderReference/cbc:SalesOrderID", "/body/salesOrderReference");
    leaves.text(0, "cac:DespatchDocumentReference/cbc:ID", "/body/despatchAdviceReference");
    leaves.date(0, "cbc:IssueDate", "/body/issueDate");
    leaves.quantity(0, &format!("{DELIVERY}/cbc:Quantity"), "/body/deliveredQuantity");
    let (day, time) = (format!("{DELIVERY}/cbc:ActualDeliveryDate"), format!("{DELIVERY}/cbc:ActualDeliveryTime"));
    if leaves.moment(0, &day, &time, "/body/eventDateTime") {
        leaves.moment(0, &day, &time, "/actionDateTime");
    } else {
        leaves.date(0, &day, "/body/deliveryDate");
    }
    leaves.place(0, &format!("{DELIVERY}/cac:DeliveryLocation"), "/body/eventLocation");
    leaves.address(0, &format!("{DELIVERY}/cac:DeliveryAddress"), "/body/eventLocation/address");
    leaves.party(0, "cac:DeliveryCustomerParty/cac:Party", "/actor");
    leaves.party(0, "cac:DespatchSupplierParty/cac:Party", "/recipient");
    Ok(leaves.finish(draft))
}

fn receipt_line(leaves: &mut Leaves<'_>, line: ElementId, at: &str) {
    leaves.set(at, serde_json::json!({}));
    leaves.text(line, "cbc:ID", &format!("{at}/id"));
    leaves.text(line, "cbc:Note", &format!("{at}/comments"));
    leaves.text(line, "cbc:RejectReason", &format!("{at}/reason"));
    leaves.date(line, "cbc:ReceivedDate", &format!("{at}/deliveryDate"));
    for (path, field) in QUANTITIES {
        leaves.quantity(line, path, &format!("{at}/{field}"));
    }
    leaves.item(line, at);
}
