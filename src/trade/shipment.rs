//! Shipment records: bookings, bills of lading, title, events, customs, delivery, in DCSA's words.

use crate::trade::action::{Action, Schema};

const fn action(code: &'static str, kind: u16, words: &'static str, words_zh: &'static str) -> Action {
    Action::new(code, kind, words, words_zh)
}

/// Bookings (DCSA BKG 2.0 `bookingStatus`).
pub const BOOKING: Schema = Schema {
    code: "booking",
    schemes: &["transport-document"],
    fields: &[
        "carrierBookingReference",
        "carrierBookingRequestReference",
        "serviceContractReference",
        "shipmentLocations",
        "requestedEquipments",
        "transports",
        "freightPaymentTermCode",
        "documentParties",
        "reason",
    ],
    actions: &[
        action("RECEIVED", 0x0101, "booking request received", "收到订舱请求"),
        action("PENDING_UPDATE", 0x0102, "booking request to be corrected", "订舱请求待更正"),
        action("UPDATE_RECEIVED", 0x0103, "corrected booking request received", "收到更正后的订舱请求"),
        action("CONFIRMED", 0x0104, "booking confirmed", "订舱已确认").requires(&["carrierBookingReference"]),
        action("PENDING_AMENDMENT", 0x0105, "booking to be amended", "订舱待修改"),
        action("AMENDMENT_RECEIVED", 0x0106, "booking amendment received", "收到订舱修改"),
        action("AMENDMENT_CONFIRMED", 0x0107, "booking amendment confirmed", "订舱修改已确认"),
        action("AMENDMENT_DECLINED", 0x0108, "booking amendment declined", "订舱修改被拒绝"),
        action("AMENDMENT_CANCELLED", 0x0109, "booking amendment withdrawn", "订舱修改已撤回"),
        action("COMPLETED", 0x010a, "booking completed", "订舱已完成"),
        action("REJECTED", 0x010b, "booking request rejected", "订舱请求被驳回"),
        action("DECLINED", 0x010c, "booking declined by the carrier", "承运人拒绝订舱"),
        action("CANCELLED", 0x010d, "booking cancelled", "订舱已取消"),
    ],
};

/// Shipping instructions (DCSA EBL 3.0 `shippingInstructionsStatus`).
pub const SHIPPING_INSTRUCTIONS: Schema = Schema {
    code: "shipping-instructions",
    schemes: &["transport-document"],
    fields: &[
        "shippingInstructionsReference",
        "carrierBookingReference",
        "transportDocumentTypeCode",
        "isToOrder",
        "isElectronic",
        "freightPaymentTermCode",
        "documentParties",
        "consignmentItems",
        "utilizedTransportEquipments",
        "reason",
    ],
    actions: &[
        action("RECEIVED", 0x0201, "shipping instructions received", "收到提单补料"),
        action("PENDING_UPDATE", 0x0202, "shipping instructions to be corrected", "提单补料待更正"),
        action("UPDATE_RECEIVED", 0x0203, "corrected shipping instructions received", "收到更正后的提单补料"),
        action("UPDATE_CONFIRMED", 0x0204, "correction confirmed", "补料更正已确认"),
        action("UPDATE_DECLINED", 0x0205, "correction declined", "补料更正被拒绝"),
        action("UPDATE_CANCELLED", 0x0206, "correction withdrawn", "补料更正已撤回"),
        action("COMPLETED", 0x0207, "shipping instructions completed", "提单补料已完成"),
        action("CANCELLED", 0x0208, "shipping instructions cancelled", "提单补料已取消"),
    ],
};

/// Transport documents (DCSA EBL 3.0 `transportDocumentStatus`).
pub const TRANSPORT_DOCUMENT: Schema = Schema {
    code: "transport-document",
    schemes: &["transport-document"],
    fields: &[
        "transportDocumentReference",
        "transportDocumentSubReference",
        "transportDocumentTypeCode",
        "isToOrder",
        "isElectronic",
        "isShippedOnBoardType",
        "carrierCode",
        "carrierCodeListProvider",
        "documentParties",
        "transports",
        "receivedForShipmentDate",
        "shippedOnBoardDate",
        "issueDate",
        "placeOfIssue",
        "declaredValue",
        "declaredValueCurrency",
        "consignmentItems",
        "utilizedTransportEquipments",
        "freightPaymentTermCode",
        "charges",
        "customsReferences",
        "carrierBookingReference",
        "shippingInstructionsReference",
        "serviceContractReference",
        "termsAndConditions",
        "reason",
    ],
    actions: &[
        action("DRAFT", 0x0301, "transport document drafted", "运输单证草稿"),
        action("APPROVED", 0x0302, "draft approved", "草稿已确认"),
        action("ISSUED", 0x0303, "transport document issued", "运输单证已签发")
            .requires(&["transportDocumentReference"]),
        action("PENDING_SURRENDER_FOR_AMENDMENT", 0x0304, "surrender for amendment requested", "申请交回修改"),
        action("SURRENDERED_FOR_AMENDMENT", 0x0305, "surrendered for amendment", "已交回修改"),
        action("VOIDED", 0x0306, "voided", "已作废"),
        action("PENDING_SURRENDER_FOR_DELIVERY", 0x0307, "surrender for delivery requested", "申请交回提货"),
        action("SURRENDERED_FOR_DELIVERY", 0x0308, "surrendered for delivery", "已交回提货"),
        action("AMENDMENT_RECEIVED", 0x0309, "amendment request received", "收到修改申请"),
        action("AMENDMENT_CONFIRMED", 0x030a, "amendment confirmed", "修改已确认"),
        action("AMENDMENT_DECLINED", 0x030b, "amendment declined", "修改被拒绝"),
        action("AMENDMENT_CANCELLED", 0x030c, "amendment withdrawn", "修改已撤回"),
    ],
};

/// Title to an electronic bill of lading (DCSA EBL endorsement chain `actionCode`).
pub const TITLE: Schema = Schema {
    code: "title",
    schemes: &["transport-document"],
    fields: &[
        "transportDocumentReference",
        "transportDocumentSubReference",
        "transportDocumentChecksum",
        "surrenderRequestReference",
        "auditReference",
        "reason",
        "comments",
    ],
    actions: &[
        action("ISSUE", 0x0401, "bill of lading issued to its first holder", "提单签发给首位持有人").with_recipient(),
        action("TRANSFER", 0x0402, "possession transferred", "转移占有").with_recipient(),
        action("ENDORSE", 0x0403, "endorsed to a named party", "记名背书").with_recipient(),
        action("ENDORSE_TO_ORDER", 0x0404, "endorsed to the order of a party", "指示背书").with_recipient(),
        action("BLANK_ENDORSE", 0x0405, "endorsed in blank", "空白背书"),
        action("SIGN", 0x0406, "signed", "签署"),
        action("SURRENDER_FOR_AMENDMENT", 0x0407, "surrendered for amendment", "交回修改"),
        action("SURRENDER_FOR_DELIVERY", 0x0408, "surrendered for delivery", "交回提货"),
        action("SACC", 0x0409, "surrender accepted by the carrier", "承运人接受交回"),
        action("SURRENDERED", 0x040a, "surrender accepted by the carrier", "承运人接受交回"),
        action("SREJ", 0x040b, "surrender rejected by the carrier", "承运人拒绝交回"),
    ],
};

const CONTAINER_MOVE: &[&str] = &["equipmentReference", "eventDateTime", "eventClassifierCode"];

/// Equipment events (DCSA T&T `equipmentEventTypeCode`).
pub const EQUIPMENT_EVENT: Schema = Schema {
    code: "equipment-event",
    schemes: &["equipment", "transport-document"],
    fields: &[
        "equipmentReference",
        "ISOEquipmentCode",
        "emptyIndicatorCode",
        "eventID",
        "eventDateTime",
        "eventClassifierCode",
        "eventLocation",
        "vesselName",
        "vesselIMONumber",
        "carrierExportVoyageNumber",
        "isTransshipmentMove",
        "seals",
        "documentReferences",
        "transportDocumentReference",
        "carrierBookingReference",
        "retractedEventID",
    ],
    actions: &[
        action("GTIN", 0x0501, "gate in", "进闸").requires(CONTAINER_MOVE),
        action("LOAD", 0x0502, "loaded on board", "装船").requires(CONTAINER_MOVE),
        action("DISC", 0x0503, "discharged", "卸船").requires(CONTAINER_MOVE),
        action("GTOT", 0x0504, "gate out", "出闸").requires(CONTAINER_MOVE),
        action("STUF", 0x0505, "container stuffed", "装箱").requires(CONTAINER_MOVE),
        action("STRP", 0x0506, "container stripped", "拆箱").requires(CONTAINER_MOVE),
        action("PICK", 0x0507, "picked up", "提箱").requires(CONTAINER_MOVE),
        action("DROP", 0x0508, "dropped off", "交箱").requires(CONTAINER_MOVE),
        action("AVPU", 0x0509, "available for pick-up", "可提箱").requires(CONTAINER_MOVE),
        action("AVDO", 0x050a, "available for drop-off", "可交箱").requires(CONTAINER_MOVE),
        action("INSP", 0x050b, "inspected", "查验").requires(CONTAINER_MOVE),
        action("RSEA", 0x050c, "resealed", "换封").requires(CONTAINER_MOVE),
        action("RMVD", 0x050d, "removed", "移除").requires(CONTAINER_MOVE),
        action("CROS", 0x050e, "crossed a border", "过境").requires(CONTAINER_MOVE),
    ],
};

/// Transport events (DCSA T&T `transportEventTypeCode`), and calls left out.
pub const TRANSPORT_EVENT: Schema = Schema {
    code: "transport-event",
    schemes: &["transport-document", "equipment"],
    fields: &[
        "vesselName",
        "vesselIMONumber",
        "carrierExportVoyageNumber",
        "eventID",
        "eventDateTime",
        "eventClassifierCode",
        "eventLocation",
        "documentReferences",
        "transportDocumentReference",
        "delayReasonCode",
        "reason",
        "retractedEventID",
    ],
    actions: &[
        action("DEPA", 0x0601, "departed", "离港").requires(&["eventDateTime", "eventClassifierCode"]),
        action("ARRI", 0x0602, "arrived", "抵港").requires(&["eventDateTime", "eventClassifierCode"]),
        action("OMIT", 0x0603, "port call omitted", "甩港"),
        action("CANC", 0x0604, "sailing cancelled", "航次取消"),
    ],
};

/// Customs (DCSA shipment events on the customs clearance document, `CUC`).
pub const CUSTOMS: Schema = Schema {
    code: "customs",
    schemes: &["transport-document", "equipment"],
    fields: &[
        "customsReferences",
        "declarationNumber",
        "declaredValue",
        "declaredValueCurrency",
        "eventID",
        "eventDateTime",
        "eventClassifierCode",
        "eventLocation",
        "equipmentReference",
        "transportDocumentReference",
        "documentReferences",
        "reason",
        "retractedEventID",
    ],
    actions: &[
        action("SUBM", 0x0701, "customs declaration submitted", "已报关"),
        action("CUSS", 0x0702, "selected for customs scan", "海关布控机检"),
        action("CUSI", 0x0703, "selected for customs inspection", "海关布控查验"),
        action("CUSR", 0x0704, "released by customs", "海关放行"),
    ],
};

/// Delivery: the consignee's receipt (UBL ReceiptAdvice, EPCIS `receiving` and `accepting`).
pub const DELIVERY: Schema = Schema {
    code: "delivery",
    schemes: &["transport-document", "equipment"],
    fields: &[
        "transportDocumentReference",
        "equipmentReference",
        "eventDateTime",
        "eventLocation",
        "deliveredQuantity",
        "receivedQuantity",
        "shortQuantity",
        "damagedQuantity",
        "rejectedQuantity",
        "receiptLines",
        "damageRemarks",
        "sealsIntact",
        "documentReferences",
        "comments",
    ],
    actions: &[
        action("RECEIVING", 0x0801, "goods received", "已收货"),
        action("ACCEPTING", 0x0802, "goods accepted", "已验收"),
        action("REJECTING", 0x0803, "goods refused", "拒收"),
    ],
};
