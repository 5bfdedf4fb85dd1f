//! Meanings of codes that documents of others bring along: DCSA's, and words of EPCIS's Core Business Vocabulary.

use super::codes::Meaning;

/// The codes of a field.
pub(super) fn list(field: &str) -> &'static [Meaning] {
    match field {
        "eventType" => EVENT_TYPES,
        "documentTypeCode" => DOCUMENT_TYPES,
        "shipmentEventTypeCode" | "eventSubtype" => STATES,
        "surrenderRequestCode" => SURRENDER_REQUESTS,
        "reasonCode" => REASONS,
        "action" => ACTIONS,
        "severity" => SEVERITIES,
        "publisherRole" => ROLES,
        "receiptTypeAtOrigin" | "deliveryTypeAtDestination" => HANDOVERS,
        "cargoMovementTypeAtOrigin" | "cargoMovementTypeAtDestination" => CARGO_MOVEMENTS,
        "modeOfTransport" | "preCarriageBy" | "onCarriageBy" => MODES,
        "manifestTypeCode" => MANIFESTS,
        "advanceManifestFilingsHouseBLPerformedBy" => FILERS,
        "temperatureUnit" => TEMPERATURES,
        "locationType" => LOCATION_TYPES,
        "eblPlatform" | "sendToPlatform" => PLATFORMS,
        "bizStep" => BIZ_STEPS,
        "disposition" => DISPOSITIONS,
        _ => &[],
    }
}

const EVENT_TYPES: &[Meaning] = &[
    ("EQUIPMENT", "container event", "箱事件"),
    ("TRANSPORT", "vessel event", "船舶事件"),
    ("SHIPMENT", "document event", "单证事件"),
    ("ObjectEvent", "about objects", "对象事件"),
    ("AggregationEvent", "about what is packed in what", "聚合事件"),
    ("TransactionEvent", "about a business transaction", "交易事件"),
    ("AssociationEvent", "about what is attached to what", "关联事件"),
];

const DOCUMENT_TYPES: &[Meaning] = &[
    ("BKG", "booking", "订舱"),
    ("CBR", "booking request", "订舱请求"),
    ("SHI", "shipping instructions", "提单补料"),
    ("TRD", "transport document", "运输单证"),
    ("CUC", "customs clearance", "清关"),
    ("ARN", "arrival notice", "到货通知"),
];

const STATES: &[Meaning] = &[
    ("RECE", "received", "已收到"),
    ("DRFT", "drafted", "草稿"),
    ("PENA", "approval pending", "待批准"),
    ("PENU", "update pending", "待更正"),
    ("REJE", "rejected", "被驳回"),
    ("APPR", "approved", "已批准"),
    ("ISSU", "issued", "已签发"),
    ("SURR", "surrendered", "已交回"),
    ("SUBM", "submitted", "已提交"),
    ("VOID", "void", "作废"),
    ("CONF", "confirmed", "已确认"),
    ("CMPL", "completed", "已完成"),
    ("CANC", "cancelled", "已取消"),
    ("HOLD", "on hold", "暂扣"),
    ("RELS", "released", "放行"),
];

const SURRENDER_REQUESTS: &[Meaning] =
    &[("SREQ", "surrender for delivery", "交回提货"), ("AREQ", "surrender for amendment", "交回修改")];

const REASONS: &[Meaning] = &[
    ("SWTP", "switch to paper", "转为纸质"),
    ("COD", "change of destination", "变更目的地"),
    ("SWI", "switch bill of lading", "换单"),
];

const ACTIONS: &[Meaning] = &[
    ("ISSU", "issued", "签发"),
    ("TRNS", "possession transferred", "转移占有"),
    ("ENDO", "endorsed", "背书"),
    ("RESD", "surrender for delivery requested", "申请交回提货"),
    ("RESA", "surrender for amendment requested", "申请交回修改"),
    ("SURR", "surrender accepted", "接受交回"),
    ("SACC", "surrender accepted", "接受交回"),
    ("SREJ", "surrender rejected", "拒绝交回"),
    ("ADD", "added", "新增"),
    ("OBSERVE", "observed", "观察"),
    ("DELETE", "removed", "移除"),
];

const SEVERITIES: &[Meaning] =
    &[("ERROR", "error", "错误"), ("WARN", "warning", "警告"), ("INFO", "information", "信息")];

const ROLES: &[Meaning] = &[
    ("CA", "carrier", "承运人"),
    ("AG", "carrier's local agent", "承运人当地代理"),
    ("VSP", "visibility service provider", "可视化服务商"),
    ("TR", "terminal operator", "码头经营人"),
];

const HANDOVERS: &[Meaning] = &[
    ("CY", "container yard", "集装箱堆场"),
    ("SD", "store door", "门点"),
    ("CFS", "container freight station", "集装箱货运站"),
];

const CARGO_MOVEMENTS: &[Meaning] = &[
    ("FCL", "full container load", "整箱"),
    ("LCL", "less than container load", "拼箱"),
    ("BB", "break bulk", "件杂货"),
];

const MODES: &[Meaning] = &[
    ("VESSEL", "vessel", "海船"),
    ("RAIL", "rail", "铁路"),
    ("TRUCK", "truck", "卡车"),
    ("BARGE", "barge", "驳船"),
    ("RAIL_TRUCK", "rail and truck", "铁路及卡车"),
    ("BARGE_TRUCK", "barge and truck", "驳船及卡车"),
    ("BARGE_RAIL", "barge and rail", "驳船及铁路"),
    ("MULTIMODAL", "several ways", "多式联运"),
];

const MANIFESTS: &[Meaning] = &[
    ("ENS", "EU entry summary declaration", "欧盟入境摘要申报"),
    ("ACI", "advance commercial information", "预先商业信息"),
    ("ACE", "US automated commercial environment", "美国自动化商务环境"),
    ("AFR", "Japan advance filing", "日本舱单预申报"),
];

const FILERS: &[Meaning] = &[("SELF", "the shipper himself", "自行申报"), ("CARRIER", "the carrier", "承运人")];

const TEMPERATURES: &[Meaning] = &[("CEL", "degrees Celsius", "摄氏度"), ("FAH", "degrees Fahrenheit", "华氏度")];

const LOCATION_TYPES: &[Meaning] =
    &[("UNLO", "UN/LOCODE", "联合国口岸代码"), ("FACI", "facility", "设施"), ("ADDR", "address", "地址")];

const PLATFORMS: &[Meaning] = &[
    ("WAVE", "Wave", "Wave"),
    ("CARX", "CargoX", "CargoX"),
    ("ESSD", "essDOCS", "essDOCS"),
    ("IDT", "ICE Digital Trade", "ICE Digital Trade"),
    ("BOLE", "Bolero", "Bolero"),
    ("EDOX", "edoxOnline", "edoxOnline"),
    ("IQAX", "IQAX", "IQAX"),
    ("SECR", "Secro", "Secro"),
    ("TRGO", "TradeGO", "TradeGO"),
    ("ETEU", "eTEU", "eTEU"),
    ("TRAC", "trace:original", "trace:original"),
    ("BRIT", "BRITC eBL", "BRITC eBL"),
];

const BIZ_STEPS: &[Meaning] = &[
    ("accepting", "accepting", "验收"),
    ("arriving", "arriving", "到达"),
    ("departing", "departing", "离开"),
    ("inspecting", "inspecting", "检验"),
    ("loading", "loading", "装载"),
    ("packing", "packing", "装箱"),
    ("receiving", "receiving", "收货"),
    ("shipping", "shipping", "发运"),
    ("unloading", "unloading", "卸载"),
    ("unpacking", "unpacking", "拆箱"),
];

const DISPOSITIONS: &[Meaning] = &[
    ("conformant", "conformant", "合格"),
    ("non_conformant", "not conformant", "不合格"),
    ("damaged", "damaged", "损坏"),
    ("in_progress", "in progress", "处理中"),
    ("in_transit", "in transit", "在途"),
    ("returned", "returned", "退回"),
];

#[cfg(test)]
mod tests {
    use crate::trade::codes::{meaning, meaning_zh};

    #[test]
    fn codes_of_documents_have_meanings() {
        assert_eq!(meaning("modeOfTransport", "VESSEL"), Some("vessel"));
        assert_eq!(meaning_zh("eblPlatform", "BOLE"), Some("Bolero"));
        assert_eq!(meaning("transportDocumentStatus", "AMENDMENT_RECEIVED"), Some("amendment request received"));
        assert_eq!(
            meaning("shippingInstructionsStatus", "PENDING_UPDATE"),
            Some("shipping instructions to be corrected")
        );
        assert_eq!(meaning("bizStep", "flying"), None);
    }
}
