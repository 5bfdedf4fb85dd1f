//! The trade's words: assets, actions, fields and codes. English comes with the record's own rendering; Chinese stands
//! here, by the industry's names and codes, so that what is not known here still shows its English word.

use super::{Every, Lang};
use crate::trade::view::RecordView;

/// What kind of asset a scheme names.
#[must_use]
pub fn scheme(scheme: &str, lang: Lang) -> String {
    let every: Every = match scheme {
        "receivable" => ["Receivable", "应收账款"],
        "transport-document" => ["Bill of lading", "提单"],
        "equipment" => ["Container", "集装箱"],
        "invoice" => ["Invoice", "发票"],
        "party" => ["Party", "当事方"],
        "clearing-round" => ["Clearing round", "清算轮次"],
        other => return other.to_owned(),
    };
    lang.of(every).to_owned()
}

/// The record's asset and, where it has one, its amount: “Receivable RCV-2026-0042, EUR 84,300.00”.
#[must_use]
pub fn thing(record: &RecordView, lang: Lang) -> String {
    let mut text = format!("{} {}", scheme(&record.scheme, lang), record.reference);
    if let Some(amount) = &record.amount {
        text.push_str(lang.of([", ", "，"]));
        text.push_str(&super::format::money(&amount.value, &amount.currency));
    }
    text
}

/// The action in plain words.
#[must_use]
pub fn action(record: &RecordView, lang: Lang) -> String {
    match lang {
        Lang::En if record.action_words.is_empty() => record.action_code.clone(),
        Lang::En => record.action_words.clone(),
        Lang::Zh => action_zh(&record.action_code).map_or_else(|| action(record, Lang::En), str::to_owned),
    }
}

/// A field's plain word; `english` is the word that came with the record.
#[must_use]
pub fn label(name: &str, english: &str, lang: Lang) -> String {
    match lang {
        Lang::En => english.to_owned(),
        Lang::Zh => label_zh(name).unwrap_or(english).to_owned(),
    }
}

/// A code's plain meaning; `english` is the meaning that came with the record.
#[must_use]
pub fn meaning(code: &str, english: &str, lang: Lang) -> String {
    match lang {
        Lang::En => english.to_owned(),
        Lang::Zh => action_zh(code).or_else(|| code_zh(code)).unwrap_or(english).to_owned(),
    }
}

/// A unit of UN/ECE Recommendation 20 in plain English; the code itself where it has no word here.
#[must_use]
pub fn unit(code: &str) -> &str {
    match code {
        "KGM" => "kg",
        "LBR" => "lb",
        "MTQ" => "m³",
        "TNE" => "t",
        "MTR" => "m",
        "CEL" => "°C",
        other => other,
    }
}

fn action_zh(code: &str) -> Option<&'static str> {
    Some(match code {
        "APPLY" => "签发应收账款",
        "ACCEPT" => "承兑：付款人同意付款",
        "REJECT" => "拒绝承兑",
        "CONFIRM" => "保兑：银行承诺付款",
        "RECONFIRM" => "再保兑",
        "TRANSFER" => "转让",
        "SPLIT" => "拆分",
        "PLEDGE" => "质押",
        "RELEASE" => "解押",
        "FINANCE" => "融资",
        "PRESENT" => "提示付款",
        "PAY" => "兑付",
        "SETTLE" => "结清",
        "DEFAULT" => "逾期未付",
        "CONFIRMER_PAY" => "保兑人付款",
        "DISPUTE" => "提出争议",
        "CANCEL" => "撤销",
        "ISSUE" => "签发提单",
        "ENDORSE" => "背书",
        "ENDORSE_TO_ORDER" => "指示背书",
        "BLANK_ENDORSE" => "空白背书",
        "SIGN" => "签署",
        "SURRENDER_FOR_AMENDMENT" => "交回提单以更改",
        "SURRENDER_FOR_DELIVERY" => "交回提单以提货",
        "SURRENDERED" | "SACC" => "交单获接受",
        "SREJ" => "交单被拒",
        "REGISTER" => "登记当事方",
        "ROTATE" => "更换密钥",
        "REVOKE" => "撤销密钥",
        "GTIN" => "进闸",
        "LOAD" => "装船",
        "DISC" => "卸船",
        "GTOT" => "出闸",
        "STUF" => "装箱",
        "STRP" => "拆箱",
        "PICK" => "提取",
        "DROP" => "交付",
        "DEPA" => "离港",
        "ARRI" => "抵港",
        "INSP" => "查验",
        "RSEA" => "重新加封",
        "CUSS" => "海关选中扫描",
        "CUSI" => "海关选中查验",
        "CUSR" => "海关放行",
        "RECEIVED" => "已收到",
        "CONFIRMED" => "已确认",
        "BOOK" => "订舱",
        "DELIVER" => "交货",
        _ => return None,
    })
}

fn code_zh(code: &str) -> Option<&'static str> {
    Some(match code {
        "EUR" => "欧元",
        "USD" => "美元",
        "CNY" => "人民币",
        "GBP" => "英镑",
        "JPY" => "日元",
        "HKD" => "港元",
        "SGD" => "新加坡元",
        "CHF" => "瑞士法郎",
        "true" => "是",
        "false" => "否",
        "ACT" => "实际发生",
        "PLN" => "计划",
        "EST" => "预计",
        "EMPTY" => "空箱",
        "LADEN" => "重箱",
        "POTE" => "港口码头",
        "DEPO" => "堆场",
        "CLOC" => "客户地点",
        "BOL" => "提单",
        "SWB" => "海运单",
        "POL" => "装货港",
        "POD" => "卸货港",
        "KGM" => "千克",
        "LBR" => "磅",
        "MTQ" => "立方米",
        "PRE" => "运费预付",
        "COL" => "运费到付",
        "ON_APPLICATION" => "应申请",
        "DIRECT" => "直接",
        "380" => "商业发票",
        "393" => "保理发票",
        "GLEIF" => "全球法人识别编码基金会",
        "SMDG" => "SMDG 船公司代码",
        _ => return None,
    })
}

#[allow(clippy::too_many_lines, reason = "one row a field")]
fn label_zh(name: &str) -> Option<&'static str> {
    Some(match name {
        "recordType" => "单据类型",
        "recordId" => "单据编号",
        "schemaVersion" => "格式版本",
        "subject" => "资产",
        "scheme" => "资产类别",
        "reference" => "资产编号",
        "blinding" => "盲化值",
        "sequence" => "事项序号",
        "previousRecordHash" => "前一份单据的指纹",
        "actionCode" => "事项代码",
        "actionDateTime" => "事项时间",
        "actor" => "行为方",
        "recipient" => "接受方",
        "body" => "内容",
        "key" => "公钥",
        "kty" => "密钥类型",
        "crv" => "曲线",
        "x" => "公钥 x",
        "y" => "公钥 y",
        "partyName" => "名称",
        "identifyingCodes" => "识别代码",
        "codeListProvider" => "代码发布机构",
        "codeListName" => "代码表",
        "partyCode" => "代码",
        "address" => "地址",
        "street" => "街道",
        "streetNumber" => "门牌号",
        "city" | "cityName" => "城市",
        "postCode" | "postalCode" => "邮编",
        "country" | "countryCode" => "国家或地区",
        "taxLegalReferences" => "税务登记",
        "receivableId" => "应收账款编号",
        "issueDate" => "签发日期",
        "maturityDate" => "到期日",
        "faceAmount" => "票面金额",
        "acceptedAmount" => "承兑金额",
        "amount" | "value" => "金额",
        "currency" => "币种",
        "seller" => "卖方",
        "buyer" => "买方",
        "acceptor" => "付款人",
        "holder" => "持有人",
        "confirmer" => "保兑人",
        "confirmations" => "保兑",
        "mode" => "方式",
        "rank" => "顺位",
        "undertaking" => "承诺",
        "recourse" | "withRecourse" => "追索权",
        "expiry" | "expiryDate" => "有效期至",
        "consideration" => "对价",
        "children" => "拆分后的各份",
        "id" => "编号",
        "securedAmount" => "担保金额",
        "registrationNumber" => "登记号",
        "pledgee" => "质权人",
        "invoiceReferences" => "所依发票",
        "documentNumber" => "发票号",
        "totalInvoiceAmount" => "发票总额",
        "invoiceTypeCode" => "发票类型",
        "checksum" => "校验值",
        "shipmentReferences" => "所依运输单据",
        "purchaseOrderReference" => "订单号",
        "parentReceivableId" => "上级应收账款",
        "governingLaw" => "适用法律",
        "carrierCode" => "船公司代码",
        "carrierCodeListProvider" => "船公司代码来源",
        "carrierBookingReference" => "订舱号",
        "transportDocumentReference" => "提单号",
        "transportDocumentSubReference" => "提单版本",
        "transportDocumentChecksum" => "提单校验值",
        "transportDocumentTypeCode" => "运输单据类型",
        "isShippedOnBoardType" => "已装船提单",
        "isToOrder" => "指示提单",
        "isElectronic" => "电子提单",
        "shippedOnBoardDate" => "装船日期",
        "receivedForShipmentDate" => "收货待运日期",
        "placeOfIssue" => "签发地",
        "declaredValue" => "申报价值",
        "declaredValueCurrency" => "申报币种",
        "freightPaymentTermCode" => "运费条款",
        "documentParties" => "单据各方",
        "shipper" => "托运人",
        "consignee" => "收货人",
        "notifyParties" | "notifyParty" => "通知方",
        "issuingParty" => "签发方",
        "endorsee" => "被背书人",
        "transports" => "运输",
        "portOfLoading" => "装货港",
        "portOfDischarge" => "卸货港",
        "placeOfReceipt" => "收货地",
        "placeOfDelivery" => "交货地",
        "vesselVoyages" => "船名航次",
        "vesselName" => "船名",
        "vesselIMONumber" => "船舶 IMO 编号",
        "carrierExportVoyageNumber" => "出口航次",
        "consignmentItems" => "货物",
        "descriptionOfGoods" => "货物描述",
        "HSCodes" => "HS 编码",
        "cargoItems" => "箱货",
        "equipmentReference" => "箱号",
        "cargoGrossWeight" => "毛重",
        "cargoGrossVolume" => "体积",
        "outerPackaging" => "外包装",
        "packageCode" => "包装代码",
        "numberOfPackages" => "件数",
        "unit" => "单位",
        "utilizedTransportEquipments" => "所用集装箱",
        "equipment" => "集装箱",
        "ISOEquipmentCode" => "箱型代码",
        "isShipperOwned" => "货主自备箱",
        "seals" => "封条",
        "number" => "号码",
        "charges" => "费用",
        "customsReferences" => "海关编号",
        "eventID" => "事件编号",
        "eventDateTime" => "事件时间",
        "eventClassifierCode" => "事件性质",
        "equipmentEventTypeCode" => "箱事件",
        "transportEventTypeCode" => "运输事件",
        "emptyIndicatorCode" => "空重状态",
        "eventLocation" => "地点",
        "locationName" => "地点名称",
        "UNLocationCode" => "UN/LOCODE 地点代码",
        "facilityTypeCode" => "设施类型",
        "facilityCode" => "设施代码",
        "isTransshipmentMove" => "中转",
        "role" => "角色",
        "reason" => "原因",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_keep_their_english_word() {
        assert_eq!(label("faceAmount", "face amount", Lang::Zh), "票面金额");
        assert_eq!(label("newField", "new field", Lang::Zh), "new field");
        assert_eq!(meaning("GTIN", "gate in", Lang::Zh), "进闸");
        assert_eq!(meaning("ZZZZ", "", Lang::Zh), "");
        assert_eq!(scheme("rail", Lang::En), "rail");
    }
}
