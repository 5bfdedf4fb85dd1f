//! What the industry's codes mean, in English and in Chinese, in the trade's own terms.

use crate::trade::action::RecordType;
use crate::trade::codes_documents;

/// A code, its meaning in English and in Chinese.
pub(super) type Meaning = (&'static str, &'static str, &'static str);

/// The plain English meaning of a code in a field; none when the code is not one we know.
#[must_use]
pub fn meaning(field: &str, code: &str) -> Option<&'static str> {
    find(field, code).map(|(english, _)| english)
}

/// The plain Chinese meaning of a code in a field.
#[must_use]
pub fn meaning_zh(field: &str, code: &str) -> Option<&'static str> {
    find(field, code).map(|(_, chinese)| chinese)
}

fn find(field: &str, code: &str) -> Option<(&'static str, &'static str)> {
    match field {
        "equipmentEventTypeCode" => action_meaning("equipment-event", code),
        "transportEventTypeCode" => action_meaning("transport-event", code),
        "transportDocumentStatus" | "amendedTransportDocumentStatus" => action_meaning("transport-document", code),
        "shippingInstructionsStatus" | "updatedShippingInstructionsStatus" => {
            action_meaning("shipping-instructions", code)
        }
        _ => list(field).iter().find(|(known, _, _)| *known == code).map(|&(_, english, chinese)| (english, chinese)),
    }
}

/// The meaning of an action code in the records of one type: English, Chinese.
#[must_use]
pub fn action_meaning(record_type: &str, code: &str) -> Option<(&'static str, &'static str)> {
    RecordType::from_code(record_type)?.action(code).map(|action| (action.words, action.words_zh))
}

fn list(field: &str) -> &'static [Meaning] {
    match field {
        "recordType" => RECORD_TYPES,
        "scheme" => SCHEMES,
        "transportDocumentTypeCode" => TRANSPORT_DOCUMENTS,
        "eventClassifierCode" => CLASSIFIERS,
        "emptyIndicatorCode" => EMPTY_INDICATORS,
        "facilityTypeCode" => FACILITIES,
        "locationTypeCode" => LOCATIONS,
        "freightPaymentTermCode" | "paymentTermCode" => PAYMENT_TERMS,
        "partyFunction" => PARTY_FUNCTIONS,
        "codeListProvider" | "carrierCodeListProvider" | "operatorCarrierCodeListProvider" => CODE_LIST_PROVIDERS,
        "invoiceTypeCode" => INVOICES,
        "taxCategoryCode" => TAX_CATEGORIES,
        "paymentMeansCode" => PAYMENT_MEANS,
        "incoTerms" => DELIVERY_TERMS,
        "mode" => CONFIRMATION_MODES,
        "unit" | "uom" => UNITS,
        "currency" | "currencyCode" | "declaredValueCurrency" => CURRENCIES,
        _ => codes_documents::list(field),
    }
}

const RECORD_TYPES: &[Meaning] = &[
    ("booking", "booking", "订舱"),
    ("shipping-instructions", "shipping instructions", "提单补料"),
    ("transport-document", "transport document", "运输单证"),
    ("title", "title to the goods", "物权"),
    ("equipment-event", "container event", "箱事件"),
    ("transport-event", "vessel event", "船舶事件"),
    ("customs", "customs", "海关"),
    ("delivery", "delivery", "交付"),
    ("receivable", "receivable", "应收账款"),
    ("party", "party", "主体"),
    ("invoice", "invoice", "发票"),
    ("clearing", "clearing round", "清算"),
];

const SCHEMES: &[Meaning] = &[
    ("receivable", "receivable", "应收账款"),
    ("transport-document", "transport document", "运输单证"),
    ("equipment", "container", "集装箱"),
    ("invoice", "invoice", "发票"),
    ("party", "party", "主体"),
    ("clearing-round", "clearing round", "清算轮次"),
];

/// DCSA's two, and the waybills of other modes of transport.
const TRANSPORT_DOCUMENTS: &[Meaning] = &[
    ("BOL", "bill of lading", "提单"),
    ("SWB", "sea waybill", "海运单"),
    ("AWB", "air waybill", "航空运单"),
    ("CMR", "road consignment note", "公路运单"),
    ("RWB", "rail consignment note", "铁路运单"),
];

const CLASSIFIERS: &[Meaning] = &[
    ("ACT", "actual: it happened", "实际"),
    ("PLN", "planned: a forecast", "计划"),
    ("EST", "estimated: a forecast", "预计"),
    ("REQ", "requested", "要求"),
];

const EMPTY_INDICATORS: &[Meaning] = &[("EMPTY", "empty", "空箱"), ("LADEN", "laden", "重箱")];

const FACILITIES: &[Meaning] = &[
    ("POTE", "port terminal", "港口码头"),
    ("INTE", "inland terminal", "内陆码头"),
    ("DEPO", "depot", "堆场"),
    ("CLOC", "customer's location", "客户地点"),
    ("COFS", "container freight station", "集装箱货运站"),
    ("COYA", "container yard", "集装箱堆场"),
    ("OFFD", "off-dock storage", "场外堆场"),
    ("RAMP", "ramp", "铁路/内河场站"),
    ("BRTH", "berth", "泊位"),
    ("ANCH", "anchorage", "锚地"),
    ("BOCR", "border crossing", "边境口岸"),
    ("WAYP", "waypoint", "途经点"),
];

const LOCATIONS: &[Meaning] = &[
    ("PRE", "place of receipt", "收货地"),
    ("POL", "port of loading", "装货港"),
    ("POD", "port of discharge", "卸货港"),
    ("PDE", "place of delivery", "交货地"),
    ("PCF", "pre-carriage from", "前程运输起点"),
    ("OIR", "onward inland routing", "内陆转运"),
    ("DRL", "depot release location", "放箱地点"),
    ("ORI", "origin of goods", "货物原产地"),
    ("IEL", "container intermediate export stop off", "出口途中停靠地"),
    ("PTP", "prohibited transshipment port", "禁止中转港"),
    ("RTP", "requested transshipment port", "要求中转港"),
    ("FCD", "full container drop-off", "重箱交箱地"),
];

const PAYMENT_TERMS: &[Meaning] = &[("PRE", "prepaid", "预付"), ("COL", "collect", "到付")];

const PARTY_FUNCTIONS: &[Meaning] = &[
    ("OS", "shipper", "托运人"),
    ("CN", "consignee", "收货人"),
    ("END", "endorsee", "被背书人"),
    ("N1", "first notify party", "第一通知方"),
    ("N2", "second notify party", "第二通知方"),
    ("NI", "other notify party", "其他通知方"),
    ("DDR", "consignor's freight forwarder", "发货人货代"),
    ("DDS", "consignee's freight forwarder", "收货人货代"),
    ("SCO", "service contract owner", "服务合同持有人"),
    ("COW", "invoice payer on behalf of the consignor", "代发货人付款方"),
    ("COX", "invoice payer on behalf of the consignee", "代收货人付款方"),
    ("BA", "booking agency", "订舱代理"),
    ("HE", "carrier booking office", "承运人订舱处"),
    ("CA", "carrier", "承运人"),
];

const CODE_LIST_PROVIDERS: &[Meaning] = &[
    ("GLEIF", "Global Legal Entity Identifier Foundation", "全球法人识别编码基金会"),
    ("SMDG", "SMDG, the container terminals' user group", "SMDG 集装箱码头用户组"),
    ("NMFTA", "National Motor Freight Traffic Association", "美国国家汽车货运协会"),
    ("DNB", "Dun & Bradstreet", "邓白氏"),
    ("FMC", "US Federal Maritime Commission", "美国联邦海事委员会"),
    ("DCSA", "Digital Container Shipping Association", "数字集装箱航运协会"),
    ("UNECE", "United Nations Economic Commission for Europe", "联合国欧洲经济委员会"),
    ("GSBN", "Global Shipping Business Network", "全球航运商业网络"),
    ("GS1", "GS1", "国际物品编码组织"),
    ("ISO", "International Organization for Standardization", "国际标准化组织"),
    ("W3C", "World Wide Web Consortium", "万维网联盟"),
];

const INVOICES: &[Meaning] = &[
    ("326", "partial invoice", "部分发票"),
    ("380", "commercial invoice", "商业发票"),
    ("381", "credit note", "贷项通知单"),
    ("383", "debit note", "借项通知单"),
    ("384", "corrected invoice", "更正发票"),
    ("386", "prepayment invoice", "预付款发票"),
    ("389", "self-billed invoice", "自开发票"),
    ("393", "factored invoice", "保理发票"),
    ("396", "factored credit note", "保理贷项通知单"),
    ("261", "self-billed credit note", "自开贷项通知单"),
    ("751", "invoice information for accounting", "记账用发票信息"),
    ("780", "freight invoice", "运费发票"),
];

/// UN/CEFACT 5305, as EN 16931 allows it.
const TAX_CATEGORIES: &[Meaning] = &[
    ("S", "standard rate", "标准税率"),
    ("AA", "lower rate", "低税率"),
    ("Z", "zero-rated", "零税率"),
    ("E", "exempt", "免税"),
    ("AE", "reverse charge", "反向征收"),
    ("K", "intra-community supply", "欧盟内供货"),
    ("G", "export outside the EU", "出口免税"),
    ("O", "outside the scope of tax", "不征税"),
    ("L", "Canary Islands tax (IGIC)", "加那利群岛税"),
    ("M", "Ceuta and Melilla tax (IPSI)", "休达和梅利利亚税"),
];

/// UN/CEFACT 4461, those in common use.
const PAYMENT_MEANS: &[Meaning] = &[
    ("1", "not defined", "未指定"),
    ("10", "cash", "现金"),
    ("20", "cheque", "支票"),
    ("30", "credit transfer", "贷记转账"),
    ("31", "debit transfer", "借记转账"),
    ("42", "payment to a bank account", "汇入银行账户"),
    ("48", "bank card", "银行卡"),
    ("49", "direct debit", "直接借记"),
    ("57", "standing agreement", "长期协议"),
    ("58", "SEPA credit transfer", "SEPA 贷记转账"),
    ("59", "SEPA direct debit", "SEPA 直接借记"),
    ("97", "clearing between partners", "伙伴间清算"),
];

/// Incoterms 2020, and DAT of 2010.
const DELIVERY_TERMS: &[Meaning] = &[
    ("EXW", "ex works", "工厂交货"),
    ("FCA", "free carrier", "货交承运人"),
    ("FAS", "free alongside ship", "船边交货"),
    ("FOB", "free on board", "船上交货"),
    ("CPT", "carriage paid to", "运费付至"),
    ("CIP", "carriage and insurance paid to", "运费和保险费付至"),
    ("CFR", "cost and freight", "成本加运费"),
    ("CIF", "cost, insurance and freight", "成本、保险费加运费"),
    ("DAP", "delivered at place", "目的地交货"),
    ("DPU", "delivered at place unloaded", "目的地卸货后交货"),
    ("DDP", "delivered duty paid", "完税后交货"),
    ("DAT", "delivered at terminal", "运输终端交货"),
];

const CONFIRMATION_MODES: &[Meaning] = &[
    ("ON_APPLICATION", "on the confirmation applicant's request", "应申请保兑"),
    ("DIRECT", "directly by the confirmer", "直接保兑"),
];

const UNITS: &[Meaning] = &[
    ("KGM", "kilograms", "千克"),
    ("LBR", "pounds", "磅"),
    ("TNE", "tonnes", "吨"),
    ("MTQ", "cubic metres", "立方米"),
    ("FTQ", "cubic feet", "立方英尺"),
    ("LTR", "litres", "升"),
    ("CEL", "degrees Celsius", "摄氏度"),
    ("C62", "pieces", "件"),
    ("CT", "cartons", "箱"),
    ("PK", "packages", "件"),
    ("PX", "pallets", "托盘"),
];

const CURRENCIES: &[Meaning] = &[
    ("CNY", "Chinese yuan", "人民币"),
    ("EUR", "euro", "欧元"),
    ("USD", "US dollar", "美元"),
    ("GBP", "pound sterling", "英镑"),
    ("JPY", "Japanese yen", "日元"),
    ("HKD", "Hong Kong dollar", "港元"),
    ("SGD", "Singapore dollar", "新加坡元"),
    ("CHF", "Swiss franc", "瑞士法郎"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::fields::{self, Kind};

    #[test]
    fn codes_of_the_industry_have_meanings() {
        assert_eq!(meaning("eventClassifierCode", "ACT"), Some("actual: it happened"));
        assert_eq!(meaning_zh("equipmentEventTypeCode", "GTIN"), Some("进闸"));
        assert_eq!(action_meaning("receivable", "CONFIRM").map(|(_, zh)| zh), Some("保兑：银行承诺付款"));
        assert_eq!(meaning("transportDocumentTypeCode", "XYZ"), None);
        assert_eq!(meaning("partyName", "ACT"), None);
        for record_type in RecordType::ALL {
            assert!(meaning("recordType", record_type.code()).is_some(), "{}", record_type.code());
            for scheme in record_type.schema().schemes {
                assert!(meaning("scheme", scheme).is_some(), "{scheme}");
            }
        }
        for name in ["mode", "locationTypeCode", "currency"] {
            assert_eq!(fields::find(name).map(|field| field.kind), Some(Kind::Code));
        }
    }
}
