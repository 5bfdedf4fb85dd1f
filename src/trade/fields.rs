//! Field names: what kind of value each has, and its plain words in English and in Chinese, in the trade's own terms.
//!
//! A name means the same wherever it stands, as in DCSA's schemas, so one table serves every record. It is in reading order.

use crate::trade::fields_documents::DOCUMENT_FIELDS;
use Kind::{
    Address, Amount, Code, Count, Date, Decimal, Flag, Group, Hash, Key, Moment, Party, Place, Quantity, Text, Texts,
};

/// What kind of value a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A text, or a list of texts.
    Texts,
    /// A code of the industry; its meanings stand in [`crate::trade::codes`].
    Code,
    /// True or false.
    Flag,
    /// A whole number from 0.
    Count,
    /// A decimal number as a text, such as a rate.
    Decimal,
    /// Money: a decimal text whose currency is in the member named here (or else in `currency`), or an object of `value` and
    /// `currency`.
    Amount(&'static str),
    /// An object of `value` and `unit`.
    Quantity,
    /// A day, `2026-03-02`.
    Date,
    /// A moment with its offset, RFC 3339.
    Moment,
    /// A place: its UN/LOCODE or name as a text, or an object.
    Place,
    /// A postal address: a text, or an object.
    Address,
    /// A party.
    Party,
    /// An object, or a list of objects.
    Group,
    /// A public key, JWK.
    Key,
    /// 32 bytes, lower-case hexadecimal.
    Hash,
}

/// A field.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// The industry's name.
    pub name: &'static str,
    /// What kind of value it has.
    pub kind: Kind,
    /// Plain words, English.
    pub label: &'static str,
    /// Plain words, Chinese.
    pub label_zh: &'static str,
}

/// What is known of a field's name.
#[must_use]
pub fn find(name: &str) -> Option<&'static FieldInfo> {
    all().find(|field| field.name == name)
}

/// The plain English words of a field; its name where there are none.
#[must_use]
pub fn label(name: &str) -> &str {
    find(name).map_or(name, |field| field.label)
}

/// The plain Chinese words of a field.
#[must_use]
pub fn label_zh(name: &str) -> Option<&'static str> {
    let other = || OTHERS_ZH.iter().find(|(other, _)| *other == name).map(|(_, label_zh)| *label_zh);
    find(name).map(|field| field.label_zh).or_else(other)
}

/// Names that are no fields of ours, and are met inside keys and addresses: English shows the name itself.
const OTHERS_ZH: &[(&str, &str)] = &[
    ("kty", "密钥类型"),
    ("crv", "曲线"),
    ("x", "公钥 x"),
    ("y", "公钥 y"),
    ("cityName", "城市"),
    ("postalCode", "邮编"),
    ("country", "国家或地区"),
    ("expiry", "有效期至"),
    ("notifyParty", "通知方"),
    ("unit", "单位"),
];

/// Where a name stands in reading order; unknown names come last.
#[must_use]
pub(super) fn rank(name: &str) -> usize {
    all().position(|field| field.name == name).unwrap_or(usize::MAX)
}

fn all() -> impl Iterator<Item = &'static FieldInfo> {
    FIELDS.iter().chain(DOCUMENT_FIELDS)
}

pub(super) const fn field(name: &'static str, kind: Kind, label: &'static str, label_zh: &'static str) -> FieldInfo {
    FieldInfo { name, kind, label, label_zh }
}

const FIELDS: &[FieldInfo] = &[
    // The envelope.
    field("actionCode", Code, "action", "操作"),
    field("actionDateTime", Moment, "date and time of the action", "操作时间"),
    field("actor", Party, "signed by", "签署方"),
    field("recipient", Party, "recipient", "接收方"),
    field("body", Group, "contents", "内容"),
    field("subject", Group, "asset", "标的"),
    field("scheme", Code, "kind of asset", "标的类别"),
    field("reference", Text, "reference", "编号"),
    field("blinding", Text, "blinding", "盲化值"),
    field("sequence", Count, "number in the asset's history", "历史序号"),
    field("previousRecordHash", Hash, "hash of the record before", "前一记录哈希"),
    field("recordType", Code, "kind of record", "记录类型"),
    field("recordId", Text, "record number", "记录编号"),
    field("schemaVersion", Text, "schema version", "模式版本"),
    // Parties.
    field("partyFunction", Code, "function", "职能"),
    field("role", Text, "role", "角色"),
    field("partyName", Text, "name", "名称"),
    field("party", Party, "party", "当事方"),
    field("identifyingCodes", Group, "codes", "识别代码"),
    field("codeListProvider", Code, "code given by", "代码发布机构"),
    field("codeListName", Text, "code list", "代码表"),
    field("partyCode", Text, "code", "代码"),
    field("taxLegalReferences", Group, "tax and legal numbers", "税务及法律登记号"),
    field("address", Address, "address", "地址"),
    field("street", Text, "street", "街道"),
    field("streetNumber", Text, "street number", "门牌号"),
    field("postCode", Text, "postcode", "邮政编码"),
    field("city", Text, "city", "城市"),
    field("stateRegion", Text, "state or region", "州/省"),
    field("countryCode", Text, "country", "国家"),
    field("representedParty", Party, "on behalf of", "被代表方"),
    field("key", Key, "public key", "公钥"),
    field("shipper", Party, "shipper", "托运人"),
    field("onBehalfOfShipper", Party, "on behalf of the shipper", "代表托运人"),
    field("consignee", Party, "consignee", "收货人"),
    field("onBehalfOfConsignee", Party, "on behalf of the consignee", "代表收货人"),
    field("endorsee", Party, "endorsee", "被背书人"),
    field("notifyParties", Group, "notify parties", "通知方"),
    field("issuingParty", Party, "issued by", "签发方"),
    field("other", Group, "other parties", "其他当事方"),
    // Receivables.
    field("receivableId", Text, "receivable", "应收账款编号"),
    field("parentReceivableId", Text, "split from", "拆分自"),
    field("id", Text, "number", "编号"),
    field("faceAmount", Amount("currency"), "face amount", "票面金额"),
    field("acceptedAmount", Amount("currency"), "accepted amount", "承兑金额"),
    field("amount", Amount("currency"), "amount", "金额"),
    field("issueDate", Date, "issue date", "签发日期"),
    field("maturityDate", Date, "due date", "到期日"),
    field("seller", Party, "seller (creditor)", "卖方（债权人）"),
    field("acceptor", Party, "acceptor (debtor)", "承兑人（债务人）"),
    field("holder", Party, "holder", "持有人"),
    field("confirmer", Party, "confirmer", "保兑人"),
    field("pledgee", Party, "pledgee", "质权人"),
    field("financier", Party, "financier", "资金方"),
    field("payer", Party, "payer", "付款人"),
    field("payerRole", Text, "payer's role", "付款人角色"),
    field("mode", Code, "how the confirmation came about", "保兑方式"),
    field("rank", Count, "rank", "顺位"),
    field("undertaking", Text, "undertaking", "承诺"),
    field("expiryDate", Date, "expiry date", "有效期至"),
    field("recourse", Text, "recourse", "追索权"),
    field("withRecourse", Flag, "with recourse", "有追索权"),
    field("consideration", Amount("currency"), "consideration", "对价"),
    field("children", Group, "parts", "拆分明细"),
    field("securedAmount", Amount("currency"), "secured amount", "担保金额"),
    field("registrationNumber", Text, "registration number", "登记编号"),
    field("TotalAcceptedItemsAmount", Amount("currency"), "total accepted", "受理总额"),
    field("AppliedPercentage", Decimal, "percentage applied", "融资比例"),
    field("TotalFinancedAmount", Amount("currency"), "total financed", "融资总额"),
    field("rate", Decimal, "rate", "利率"),
    field("days", Count, "days", "天数"),
    field("unpaidAmount", Amount("currency"), "unpaid amount", "未付金额"),
    field("paymentDate", Date, "payment date", "付款日期"),
    field("paymentReference", Text, "payment reference", "付款参考号"),
    field("confirmations", Group, "confirmations", "保兑"),
    field("invoiceReferences", Group, "invoices", "发票"),
    field("documentNumber", Text, "document number", "单据号码"),
    field("totalInvoiceAmount", Amount("currency"), "invoice total", "发票总额"),
    field("invoiceTypeCode", Code, "kind of invoice", "发票类型"),
    field("checksum", Text, "checksum", "校验和"),
    field("shipmentReferences", Group, "shipments", "货运"),
    field("purchaseOrderReference", Text, "purchase order", "采购订单"),
    field("governingLaw", Text, "governing law", "适用法律"),
    // Invoices.
    field("dueDate", Date, "payment due date", "付款到期日"),
    field("taxPointDate", Date, "date the tax falls due", "纳税义务日期"),
    field("buyer", Party, "buyer (debtor)", "买方（债务人）"),
    field("payee", Party, "payee", "收款人"),
    field("tradingName", Text, "trading name", "商号"),
    field("sellerTaxRepresentative", Party, "seller's tax representative", "卖方税务代表"),
    field("buyerReference", Text, "buyer's reference", "买方参考号"),
    field("buyerAccountingReference", Text, "buyer's accounting reference", "买方记账参考"),
    field("purchaseOrderLineReference", Text, "line of the purchase order", "采购订单行号"),
    field("salesOrderReference", Text, "sales order", "销售订单"),
    field("contractReference", Text, "contract", "合同号"),
    field("precedingInvoiceReferences", Group, "invoices before", "先前发票"),
    field("despatchAdviceReference", Text, "despatch advice", "发货通知"),
    field("receivingAdviceReference", Text, "receipt advice", "收货通知"),
    field("incoTerms", Code, "delivery term", "贸易术语"),
    field("deliveryDate", Date, "delivered on", "交货日期"),
    field("deliveryParty", Party, "delivered to", "收货方"),
    field("invoicePeriod", Group, "invoiced period", "开票期间"),
    field("startDate", Date, "from", "开始日期"),
    field("endDate", Date, "to", "结束日期"),
    field("invoiceLines", Group, "lines", "发票行"),
    field("itemName", Text, "item", "品名"),
    field("sellersItemIdentifier", Text, "seller's item number", "卖方商品编号"),
    field("buyersItemIdentifier", Text, "buyer's item number", "买方商品编号"),
    field("standardItemIdentifier", Group, "standard item number", "标准商品编号"),
    field("itemClassifications", Group, "classifications", "商品分类"),
    field("originCountryCode", Text, "country of origin", "原产国"),
    field("invoicedQuantity", Quantity, "quantity", "数量"),
    field("priceAmount", Decimal, "unit price", "单价"),
    field("priceCurrency", Code, "currency of the price", "单价币种"),
    field("baseQuantity", Quantity, "price for this quantity", "计价数量"),
    field("allowanceCharges", Group, "allowances and charges", "折让与附加费"),
    field("chargeIndicator", Flag, "charge, not allowance", "为附加费"),
    field("allowanceChargeReason", Text, "reason", "原因"),
    field("allowanceChargeReasonCode", Text, "reason code", "原因代码"),
    field("multiplierFactorNumeric", Decimal, "factor", "系数"),
    field("baseAmount", Amount("currency"), "base amount", "基数金额"),
    field("taxSubtotals", Group, "tax by category", "分类税额"),
    field("taxableAmount", Amount("currency"), "taxable amount", "计税金额"),
    field("taxCategoryCode", Code, "tax category", "税类"),
    field("taxPercentage", Decimal, "tax rate, percent", "税率（%）"),
    field("taxSchemeCode", Text, "tax", "税种"),
    field("taxExemptionReason", Text, "reason for exemption", "免税原因"),
    field("taxExemptionReasonCode", Text, "code of the exemption", "免税原因代码"),
    field("lineExtensionAmount", Amount("currency"), "sum without tax", "行金额（不含税）"),
    field("allowanceTotalAmount", Amount("currency"), "allowances in total", "折让合计"),
    field("chargeTotalAmount", Amount("currency"), "charges in total", "附加费合计"),
    field("taxExclusiveAmount", Amount("currency"), "total without tax", "不含税总额"),
    field("taxAmount", Amount("currency"), "tax", "税额"),
    field("taxInclusiveAmount", Amount("currency"), "total with tax", "含税总额"),
    field("prepaidAmount", Amount("currency"), "prepaid", "预付金额"),
    field("payableRoundingAmount", Amount("currency"), "rounding", "舍入金额"),
    field("payableAmount", Amount("currency"), "payable", "应付金额"),
    field("taxAccountingAmount", Amount("currency"), "tax in the accounting currency", "记账币种税额"),
    field("paymentMeans", Group, "ways to pay", "付款方式"),
    field("paymentMeansCode", Code, "way to pay", "付款方式代码"),
    field("paymentChannelCode", Text, "payment channel", "付款渠道"),
    field("accountIdentifier", Text, "account", "账号"),
    field("accountName", Text, "account holder", "户名"),
    field("serviceProviderIdentifier", Text, "bank", "开户行"),
    field("paymentTerms", Text, "payment terms", "付款条件"),
    // Clearing.
    field("clearingCentre", Party, "clearing centre", "清算中心"),
    field("roundId", Text, "round", "清算轮次"),
    field("participants", Group, "participants", "参与方"),
    field("participant", Party, "participant", "参与方"),
    field("obligations", Group, "obligations", "债务"),
    field("debtor", Party, "debtor", "债务人"),
    field("creditor", Party, "creditor", "债权人"),
    field("positions", Group, "net positions", "净头寸"),
    field("settlements", Group, "settlement payments", "结算付款"),
    field("profile", Text, "rules it lives under", "适用规则"),
    // Transport documents.
    field("transportDocumentReference", Text, "bill of lading number", "提单号"),
    field("transportDocumentSubReference", Text, "version of the bill of lading", "提单版本号"),
    field("transportDocumentChecksum", Text, "checksum of the bill of lading", "提单校验和"),
    field("transportDocumentTypeCode", Code, "kind of transport document", "运输单证类型"),
    field("carrierBookingReference", Text, "booking number", "订舱号"),
    field("carrierBookingRequestReference", Text, "booking request number", "订舱请求号"),
    field("shippingInstructionsReference", Text, "shipping instructions number", "补料编号"),
    field("serviceContractReference", Text, "service contract", "服务合同号"),
    field("isToOrder", Flag, "to order", "指示提单"),
    field("isElectronic", Flag, "electronic", "电子单证"),
    field("isShippedOnBoardType", Flag, "shipped on board", "已装船提单"),
    field("carrierCode", Text, "carrier code", "承运人代码"),
    field("carrierCodeListProvider", Code, "carrier code given by", "承运人代码发布机构"),
    field("documentParties", Group, "parties", "当事方"),
    field("transports", Group, "voyage", "航程"),
    field("placeOfReceipt", Place, "place of receipt", "收货地"),
    field("portOfLoading", Place, "port of loading", "装货港"),
    field("portOfDischarge", Place, "port of discharge", "卸货港"),
    field("placeOfDelivery", Place, "place of delivery", "交货地"),
    field("vesselVoyages", Group, "vessels and voyages", "船名航次"),
    field("vesselName", Text, "vessel", "船名"),
    field("vesselIMONumber", Text, "vessel's IMO number", "船舶 IMO 编号"),
    field("carrierExportVoyageNumber", Text, "voyage", "航次"),
    field("plannedDepartureDate", Date, "planned departure", "计划离港日"),
    field("plannedArrivalDate", Date, "planned arrival", "计划抵港日"),
    field("receivedForShipmentDate", Date, "received for shipment on", "收妥待运日期"),
    field("shippedOnBoardDate", Date, "shipped on board on", "装船日期"),
    field("placeOfIssue", Place, "place of issue", "签发地"),
    field("declaredValue", Amount("declaredValueCurrency"), "declared value", "声明价值"),
    field("declaredValueCurrency", Code, "currency of the declared value", "声明价值币种"),
    field("shipmentLocations", Group, "places", "地点"),
    field("locationTypeCode", Code, "kind of place", "地点类型"),
    field("location", Place, "place", "地点"),
    field("locationName", Text, "place", "地点名称"),
    field("UNLocationCode", Text, "UN/LOCODE", "联合国口岸代码"),
    field("facilityCode", Text, "facility code", "设施代码"),
    field("facilityTypeCode", Code, "kind of facility", "设施类型"),
    field("consignmentItems", Group, "goods", "货物"),
    field("descriptionOfGoods", Texts, "description of goods", "货物描述"),
    field("HSCodes", Texts, "HS codes", "HS 编码"),
    field("cargoItems", Group, "cargo items", "货物明细"),
    field("outerPackaging", Group, "packages", "外包装"),
    field("numberOfPackages", Count, "number of packages", "件数"),
    field("packageCode", Text, "package code", "包装代码"),
    field("description", Text, "description", "描述"),
    field("cargoGrossWeight", Quantity, "gross weight", "毛重"),
    field("cargoNetWeight", Quantity, "net weight", "净重"),
    field("cargoGrossVolume", Quantity, "volume", "体积"),
    field("requestedEquipments", Group, "containers requested", "所需箱"),
    field("utilizedTransportEquipments", Group, "containers used", "所用箱"),
    field("equipment", Group, "container", "集装箱"),
    field("equipmentReference", Text, "container number", "箱号"),
    field("ISOEquipmentCode", Text, "container type", "箱型"),
    field("units", Count, "number of containers", "箱量"),
    field("isShipperOwned", Flag, "shipper's own container", "货主自备箱"),
    field("seals", Group, "seals", "铅封"),
    field("number", Text, "number", "号码"),
    field("freightPaymentTermCode", Code, "freight payment", "运费支付方式"),
    field("charges", Group, "charges", "费用"),
    field("chargeName", Text, "charge", "费用名称"),
    field("currencyAmount", Amount("currencyCode"), "amount", "金额"),
    field("currencyCode", Code, "currency", "币种"),
    field("currency", Code, "currency", "币种"),
    field("paymentTermCode", Code, "payment", "支付方式"),
    field("unitPrice", Decimal, "unit price", "单价"),
    field("quantity", Decimal, "quantity", "数量"),
    field("customsReferences", Group, "customs references", "海关编号"),
    field("type", Text, "kind", "类别"),
    field("values", Texts, "values", "值"),
    field("declarationNumber", Text, "customs declaration", "报关单号"),
    field("termsAndConditions", Text, "terms and conditions", "条款"),
    // Events.
    field("eventDateTime", Moment, "date and time", "时间"),
    field("eventClassifierCode", Code, "fact or forecast", "事实或预测"),
    field("equipmentEventTypeCode", Code, "container event", "箱事件"),
    field("transportEventTypeCode", Code, "vessel event", "船舶事件"),
    field("emptyIndicatorCode", Code, "empty or laden", "空箱或重箱"),
    field("eventLocation", Place, "place", "地点"),
    field("isTransshipmentMove", Flag, "transshipment", "中转"),
    field("delayReasonCode", Text, "reason for the delay", "延误原因"),
    field("eventID", Text, "event number", "事件编号"),
    field("retractedEventID", Text, "takes back event", "撤回的事件"),
    field("documentReferences", Group, "documents", "相关单证"),
    // Title and delivery.
    field("surrenderRequestReference", Text, "surrender request", "交回申请编号"),
    field("auditReference", Text, "audit reference", "审计参考号"),
    field("deliveredQuantity", Quantity, "delivered", "交付数量"),
    field("receivedQuantity", Quantity, "received", "实收数量"),
    field("shortQuantity", Quantity, "short", "短少数量"),
    field("damagedQuantity", Quantity, "damaged", "损坏数量"),
    field("rejectedQuantity", Quantity, "refused", "拒收数量"),
    field("receiptLines", Group, "lines received", "收货行"),
    field("damageRemarks", Text, "damage", "损坏说明"),
    field("sealsIntact", Flag, "seals intact", "铅封完好"),
    field("reason", Text, "reason", "原因"),
    field("comments", Text, "remarks", "备注"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_name_stands_once_and_has_its_words() {
        let names: HashSet<&str> = all().map(|field| field.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(all().all(|field| !field.label.is_empty() && !field.label_zh.is_empty()));
        for field in all() {
            if let Amount(currency) = field.kind {
                assert_eq!(find(currency).map(|found| found.kind), Some(Code), "{}", field.name);
            }
        }
        assert_eq!(label("faceAmount"), "face amount");
        assert_eq!(label("no such name"), "no such name");
    }
}
