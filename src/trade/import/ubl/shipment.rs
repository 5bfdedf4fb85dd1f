//! Waybills, bills of lading and forwarding instructions: what is carried from where to where, in the words of DCSA.

use super::leaves::Leaves;
use super::{UblDocument, draft, number};
use crate::encoding::xml::ElementId;
use crate::trade::action::RecordType;
use crate::trade::import::{Draft, Why};

/// What a waybill is called by how the goods mainly travel (UN/ECE recommendation 19).
const WAYBILLS: [(&str, &str); 4] = [("1", "SWB"), ("2", "RWB"), ("3", "CMR"), ("4", "AWB")];

/// Reads a transport document or shipping instructions; the error is the reason why it is none.
pub(super) fn draft_of(leaves: &mut Leaves<'_>, kind: UblDocument) -> Result<Draft, String> {
    let own_number = number(leaves)?;
    let shipment = leaves.find(0, "cac:Shipment").ok_or("it has no shipment")?;
    let stages = leaves.all(shipment, "cac:ShipmentStage");
    let main: Vec<ElementId> = stages.iter().copied().filter(|&stage| is_main(leaves, stage)).collect();
    let (record_type, action, field) = match kind {
        UblDocument::ForwardingInstructions => {
            (RecordType::ShippingInstructions, "RECEIVED", "/body/shippingInstructionsReference")
        }
        _ => (RecordType::TransportDocument, "ISSUED", "/body/transportDocumentReference"),
    };
    let draft = draft(record_type, action, "transport-document", &own_number)?;
    leaves.text(0, "cbc:ID", field);
    if record_type == RecordType::TransportDocument {
        let mode = main.first().and_then(|&stage| leaves.read_at(stage, "cbc:TransportModeCode"));
        let code = match kind {
            UblDocument::BillOfLading => "BOL",
            _ => match mode {
                None => "SWB",
                Some(mode) => WAYBILLS
                    .iter()
                    .find(|(known, _)| *known == mode)
                    .map(|(_, code)| *code)
                    .ok_or_else(|| format!("its mode of transport {mode:?} has no waybill"))?,
            },
        };
        leaves.supply("/body/transportDocumentTypeCode", code);
    }
    leaves.text(0, "cbc:CarrierAssignedID", "/body/carrierBookingReference");
    leaves.text(0, "cbc:ShippingOrderID", "/body/shippingInstructionsReference");
    leaves.moment(0, "cbc:IssueDate", "cbc:IssueTime", "/actionDateTime");
    leaves.date(0, "cbc:IssueDate", "/body/issueDate");
    leaves.declared_value();
    parties(leaves, shipment, kind);
    voyage(leaves, shipment, &main);
    goods(leaves, shipment);
    charges(leaves, shipment);
    for consignment in leaves.all(shipment, "cac:Consignment") {
        leaves.delivery_term(consignment);
    }
    let mut count = 0;
    for document in leaves.all(0, "cac:DocumentReference") {
        count += usize::from(leaves.document(document, &format!("/body/documentReferences/{count}")));
    }
    Ok(leaves.finish(draft))
}

/// Neither before nor after the main carriage.
fn is_main(leaves: &Leaves<'_>, stage: ElementId) -> bool {
    ["cbc:PreCarriageIndicator", "cbc:OnCarriageIndicator"]
        .iter()
        .all(|name| !matches!(leaves.read_at(stage, name), Some("true" | "1")))
}

fn parties(leaves: &mut Leaves<'_>, shipment: ElementId, kind: UblDocument) {
    leaves.party(0, "cac:ConsignorParty", "/body/documentParties/shipper");
    leaves.party(0, "cac:CarrierParty", "/body/documentParties/issuingParty");
    if let Some(consignment) = leaves.find(shipment, "cac:Consignment") {
        leaves.party(consignment, "cac:ConsigneeParty", "/body/documentParties/consignee");
        leaves.party(consignment, "cac:NotifyParty", "/body/documentParties/notifyParties/0");
    }
    if leaves.party(0, "cac:FreightForwarderParty", "/body/documentParties/other/0/party") {
        // DCSA: the consignor's freight forwarder.
        leaves.supply("/body/documentParties/other/0/partyFunction", "DDR");
    }
    let actor = match kind {
        UblDocument::ForwardingInstructions => "/body/documentParties/shipper",
        _ => "/body/documentParties/issuingParty",
    };
    if let Some(actor) = leaves.field(actor).cloned() {
        leaves.set("/actor", actor);
    }
}

fn voyage(leaves: &mut Leaves<'_>, shipment: ElementId, main: &[ElementId]) {
    const AT: &str = "/body/transports";
    leaves.address(shipment, "cac:OriginAddress", &format!("{AT}/placeOfReceipt/address"));
    leaves.address(shipment, "cac:Delivery/cac:DeliveryAddress", &format!("{AT}/placeOfDelivery/address"));
    let (Some(&first), Some(&last)) = (main.first(), main.last()) else { return };
    leaves.place(first, "cac:LoadingPortLocation", &format!("{AT}/portOfLoading"));
    leaves.place(last, "cac:UnloadingPortLocation", &format!("{AT}/portOfDischarge"));
    leaves.date(first, "cac:TransitPeriod/cbc:StartDate", &format!("{AT}/plannedDepartureDate"));
    leaves.date(last, "cac:TransitPeriod/cbc:EndDate", &format!("{AT}/plannedArrivalDate"));
    let mut count = 0;
    for &stage in main {
        let at = format!("{AT}/vesselVoyages/{count}");
        leaves.text(stage, "cac:TransportMeans/cac:MaritimeTransport/cbc:VesselName", &format!("{at}/vesselName"));
        leaves.text(stage, "cac:TransportMeans/cac:MaritimeTransport/cbc:VesselID", &format!("{at}/vesselIMONumber"));
        leaves.text(stage, "cac:TransportMeans/cbc:JourneyID", &format!("{at}/carrierExportVoyageNumber"));
        count += usize::from(leaves.field(&at).is_some());
    }
}

fn goods(leaves: &mut Leaves<'_>, shipment: ElementId) {
    let items = leaves.all(shipment, "cac:GoodsItem");
    let units = leaves.all(shipment, "cac:TransportHandlingUnit");
    for (index, &goods) in items.iter().enumerate() {
        let at = format!("/body/consignmentItems/{index}");
        leaves.set(&at, serde_json::json!({}));
        leaves.text(goods, "cbc:Description", &format!("{at}/descriptionOfGoods/0"));
        let mut codes = 0;
        let item = leaves.find(goods, "cac:Item");
        for classification in item.map_or_else(Vec::new, |item| leaves.all(item, "cac:CommodityClassification")) {
            let field = format!("{at}/HSCodes/{codes}");
            codes += usize::from(leaves.text(classification, "cbc:CommodityCode", &field));
        }
        let at = format!("{at}/cargoItems/0");
        leaves.quantity(goods, "cbc:GrossWeightMeasure", &format!("{at}/cargoGrossWeight"));
        leaves.quantity(goods, "cbc:NetWeightMeasure", &format!("{at}/cargoNetWeight"));
        leaves.quantity(goods, "cbc:GrossVolumeMeasure", &format!("{at}/cargoGrossVolume"));
        leaves.item(goods, &at);
    }
    if let [_] = items[..] {
        const AT: &str = "/body/consignmentItems/0";
        // UBL 2.0 has the tariff's code with the consignment.
        tariff(leaves, shipment, &format!("{AT}/HSCodes/0"));
        if let [unit] = units[..] {
            let at = format!("{AT}/cargoItems/0/outerPackaging");
            leaves.count(unit, "cac:ActualPackage/cbc:Quantity", &format!("{at}/numberOfPackages"));
            leaves.text(unit, "cac:ActualPackage/cbc:PackagingTypeCode", &format!("{at}/packageCode"));
        }
    }
    let mut count = 0;
    for unit in units {
        for equipment in leaves.all(unit, "cac:TransportEquipment") {
            let at = format!("/body/utilizedTransportEquipments/{count}");
            count += usize::from(container(leaves, equipment, &at));
        }
    }
}

fn tariff(leaves: &mut Leaves<'_>, shipment: ElementId, field: &str) {
    const CODE: &str = "cac:Consignment/cbc:TariffCode";
    let Some(id) = leaves.find(shipment, CODE) else { return };
    match leaves.read(id) {
        Some(code) if (6..=10).contains(&code.len()) && code.bytes().all(|digit| digit.is_ascii_digit()) => {
            if leaves.field(field).is_none() {
                leaves.text(shipment, CODE, field);
            }
        }
        _ => leaves.keep(id, Why::Kind { expected: "an HS code of 6 to 10 digits".to_owned() }),
    }
}

fn container(leaves: &mut Leaves<'_>, equipment: ElementId, at: &str) -> bool {
    let there = leaves.text(equipment, "cbc:ID", &format!("{at}/equipment/equipmentReference"));
    if there {
        leaves.text(equipment, "cbc:TransportEquipmentTypeCode", &format!("{at}/equipment/ISOEquipmentCode"));
        let mut count = 0;
        for seal in leaves.all(equipment, "cac:TransportEquipmentSeal") {
            count += usize::from(leaves.text(seal, "cbc:ID", &format!("{at}/seals/{count}/number")));
        }
    }
    there
}

/// Freight charges; an allowance against them is no charge, and kept.
fn charges(leaves: &mut Leaves<'_>, shipment: ElementId) {
    let mut count = 0;
    for entry in leaves.all(shipment, "cac:FreightAllowanceCharge") {
        if !matches!(leaves.read_at(entry, "cbc:ChargeIndicator"), Some("true" | "1")) {
            continue;
        }
        let at = format!("/body/charges/{count}");
        let stated = leaves.find(entry, "cbc:Amount").and_then(|id| leaves.attribute(id, "currencyID"));
        let Some(currency) = stated.map(str::to_owned) else { continue };
        if leaves.money_apart(
            entry,
            "cbc:Amount",
            &currency,
            &format!("{at}/currencyAmount"),
            &format!("{at}/currencyCode"),
        ) {
            leaves.text(entry, "cbc:AllowanceChargeReason", &format!("{at}/chargeName"));
            leaves.flag(entry, "cbc:ChargeIndicator", &format!("{at}/chargeIndicator"));
            count += 1;
        }
    }
}

impl Leaves<'_> {
    fn declared_value(&mut self) {
        const VALUE: &str = "cbc:DeclaredCarriageValueAmount";
        let stated = self.find(0, VALUE).and_then(|id| self.attribute(id, "currencyID"));
        if let Some(currency) = stated.map(str::to_owned) {
            self.money_apart(0, VALUE, &currency, "/body/declaredValue", "/body/declaredValueCurrency");
        }
    }
}
