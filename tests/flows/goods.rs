//! F2, F3, F8, F9: goods, values, delivery, freight.

use crate::told::{BILL, BOX, BUYER, CARRIER, Part, Parts, SELLER, check, lacks, named, record, withhold};
use plimsoll::trade::rule::{Lack, Rule, Ruling, Severity};
use serde_json::{Value, json};

const ISSUED: &str = "transport-document ISSUED";
const INVOICE: &str = "QY-26-0117";
const LINE: &str = "/invoiceLines/0";

fn line(changes: &[(&str, Value)]) -> Parts {
    let changes: serde_json::Map<String, Value> =
        changes.iter().map(|(name, value)| (format!("{LINE}/{name}"), value.clone())).collect();
    Parts::good().change(INVOICE, "ISSUED", Value::Object(changes))
}

fn receipt(changes: Value) -> Parts {
    Parts::good().change(BOX, "ACCEPTING", changes)
}

#[test]
fn f2_commodities_of_the_invoice_are_on_the_bill() {
    line(&[("HSCodes", json!(["8413.70.99"]))]).holds(2);
    line(&[("HSCodes", json!(["848180"]))]).breaks_at(2, Severity::Error, INVOICE, "/body/invoiceLines/0/HSCodes");
    let class = json!([{"codeListName": "HS", "code": "848180"}]);
    line(&[("HSCodes", Value::Null), ("itemClassifications", class)]).breaks_at(
        2,
        Severity::Error,
        INVOICE,
        "/body/invoiceLines/0/itemClassifications/0/code",
    );
    let mut story = Parts::good().change(INVOICE, "ISSUED", json!({"/invoiceLines/0/HSCodes": ["848180"]})).tell();
    let lack = withhold(&mut story, BILL, "ISSUED", "consignmentItems/0/HSCodes");
    lacks(&check(&story).1, 2, &lack);
}

#[test]
fn f2_descriptions_share_a_word_where_no_code_tells() {
    line(&[("HSCodes", Value::Null)]).holds(2);
    line(&[("HSCodes", Value::Null), ("itemName", json!("Frozen shrimp"))]).breaks_at(
        2,
        Severity::Warning,
        INVOICE,
        "/body/invoiceLines",
    );
    // Chinese is compared by pairs of characters.
    let chinese = |name: &str| {
        line(&[("HSCodes", Value::Null), ("itemName", json!(name))])
            .change(BILL, ISSUED, json!({"/consignmentItems/0/descriptionOfGoods": "Centrifugal pumps 不锈钢离心泵"}))
            .change(BILL, "shipping-instructions RECEIVED", json!({"/consignmentItems/0/descriptionOfGoods": "离心泵"}))
    };
    chinese("单级离心泵").holds(2);
    chinese("冷冻对虾").breaks_at(2, Severity::Warning, INVOICE, "/body/invoiceLines");
}

#[test]
fn f2_packages_are_counted_exactly() {
    let crates = |count: &str| line(&[("invoicedQuantity", json!({"value": count, "unit": "XCR"}))]);
    for count in ["19", "21"] {
        crates(count).breaks_at(2, Severity::Error, INVOICE, "/body/invoiceLines/0/invoicedQuantity");
    }
    // Pieces are no packages.
    line(&[("invoicedQuantity", json!({"value": "9999", "unit": "C62"}))])
        .without("QY-26-0118", "invoice")
        .lacks(2, &record("invoice QY-26-0118"));
}

#[test]
fn f2_goods_sold_by_weight_weigh_no_more_than_the_bill_says() {
    let sold = |kilograms: &str, unit: &str, net: Option<&str>| {
        let lines = json!([{"itemName": "Pumps", "HSCodes": ["841370"], "invoicedQuantity": {"value": kilograms, "unit": unit}}]);
        let parts = Parts::good().without("RCV-2", "").without("QY-26-0118", "").change(
            INVOICE,
            "ISSUED",
            json!({"invoiceLines": lines}),
        );
        match net {
            Some(net) => {
                let net = json!({"/consignmentItems/0/cargoItems/0/cargoNetWeight": {"value": net, "unit": "KGM"}});
                parts.change(BILL, ISSUED, net)
            }
            None => parts,
        }
    };
    let severity = |parts: Parts| parts.check().1.ruling(Rule::F(2)).severity();
    assert_eq!(severity(sold("9840", "KGM", None)), None);
    assert_eq!(severity(sold("9.84", "TNE", None)), None);
    assert_eq!(severity(sold("21693.487", "LBR", None)), None);
    assert_eq!(severity(sold("10332", "KGM", None)), None, "five percent more");
    assert_eq!(severity(sold("10333", "KGM", None)), Some(Severity::Error));
    assert_eq!(severity(sold("8000", "KGM", None)), None, "net of what it is packed in");
    assert_eq!(severity(sold("8000", "KGM", Some("9000"))), Some(Severity::Error), "the net weight is told");
    assert_eq!(severity(sold("8550", "KGM", Some("9000"))), None);
    let mut story = sold("9840", "KGM", None).tell();
    let lack = withhold(&mut story, BILL, "ISSUED", "consignmentItems/0/cargoItems/0/cargoGrossWeight");
    lacks(&check(&story).1, 2, &lack);
}

#[test]
fn f2_the_bill_says_what_the_instructions_asked() {
    let asked = |changes: Value| Parts::good().change(BILL, "shipping-instructions RECEIVED", changes);
    for changes in [
        json!({"/consignmentItems/0/HSCodes": ["848180"]}),
        json!({"/consignmentItems/0/cargoItems/0/outerPackaging": {"packageCode": "CR", "numberOfPackages": 23}}),
        json!({"/consignmentItems/0/cargoItems/0/outerPackaging": {"packageCode": "CT", "numberOfPackages": 24}}),
        json!({"/consignmentItems/0/cargoItems/0/cargoGrossWeight": {"value": "9300", "unit": "KGM"}}),
    ] {
        asked(changes).breaks_at(2, Severity::Error, BILL, "/body/consignmentItems");
    }
    asked(json!({"/consignmentItems/0/cargoItems/0/cargoGrossWeight": {"value": "9400", "unit": "KGM"}})).holds(2);
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, BILL, "RECEIVED", "consignmentItems/0/cargoItems/0/outerPackaging");
    lacks(&check(&story).1, 2, &lack);
}

#[test]
fn f2_a_receipt_accounts_for_what_was_shipped() {
    let found = |received: &str, short: Option<&str>| {
        let mut changes = json!({"receivedQuantity": {"value": received, "unit": "CR"}});
        if let Some(short) = short {
            changes["shortQuantity"] = json!({"value": short, "unit": "CR"});
        }
        receipt(changes).check().1
    };
    for (received, short, right) in [
        ("24", None, true),
        ("22", Some("2"), true),
        ("22", None, false),
        ("25", None, false),
        ("22", Some("1"), false),
    ] {
        let ruling = found(received, short).ruling(Rule::F(2));
        assert_eq!(ruling.severity(), (!right).then_some(Severity::Error), "{received} {short:?}: {ruling:?}");
    }
    receipt(json!({"receivedQuantity": {"value": "9840", "unit": "KGM"}})).holds(2);
    let what = format!("PCE shipped, by {BILL}-4");
    receipt(json!({"receivedQuantity": {"value": "24", "unit": "PCE"}})).lacks(2, &record(&what));
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, BOX, "ACCEPTING", "receivedQuantity");
    lacks(&check(&story).1, 2, &lack);
}

#[test]
fn f3_the_declared_value_is_the_invoices() {
    let declared = |value: &str| Parts::good().change(BILL, ISSUED, json!({"declaredValue": value}));
    // 100,300.00 of invoices, within ten percent.
    for (value, severity) in [
        ("90270.00", None),
        ("90269.99", Some(Severity::Error)),
        ("110330.00", None),
        ("110330.01", Some(Severity::Warning)),
    ] {
        let ruling = declared(value).check().1.ruling(Rule::F(3));
        assert_eq!(ruling.severity(), severity, "{value}: {ruling:?}");
    }
    declared("50000.00").breaks_at(3, Severity::Error, BILL, "/body/declaredValue");
    // To customs too.
    Parts::good().change(BOX, "CUSR", json!({"declaredValue": "50000.00"})).breaks_at(
        3,
        Severity::Error,
        BOX,
        "/body/declaredValue",
    );
}

#[test]
fn f3_is_not_checked_without_values_of_one_currency() {
    let parts = Parts::good().change(BILL, ISSUED, json!({"declaredValue": null, "declaredValueCurrency": null}));
    parts.lacks(3, &Lack::Field { record: format!("{BILL}-4"), field: "/body/declaredValue".into() });
    Parts::good()
        .change(BILL, ISSUED, json!({"declaredValueCurrency": "USD"}))
        .lacks(3, &record("rate of exchange of EUR to USD"));
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, BILL, "ISSUED", "declaredValue");
    lacks(&check(&story).1, 3, &lack);
}

#[test]
fn f8_full_payment_only_for_a_full_delivery() {
    Parts::good().holds(8);
    let fault = |changes: Value| receipt(changes).check().1.ruling(Rule::F(8));
    for changes in [
        json!({"receivedQuantity": {"value": "22", "unit": "CR"}, "shortQuantity": {"value": "2", "unit": "CR"}}),
        json!({"receivedQuantity": {"value": "22", "unit": "CR"}}),
        json!({"damagedQuantity": {"value": "1", "unit": "CR"}}),
        json!({"damageRemarks": "two crates wet"}),
        json!({"receivedQuantity": {"value": "9000", "unit": "KGM"}}),
    ] {
        let ruling = fault(changes.clone());
        assert_eq!(ruling.severity(), Some(Severity::Error), "{changes}: {ruling:?}");
    }
    assert_eq!(fault(json!({"shortQuantity": {"value": "0", "unit": "CR"}})).severity(), None);
    let mut refused = Parts::good();
    refused.part(BOX, "ACCEPTING").what = "delivery REJECTING".into();
    assert_eq!(refused.breaks(8).len(), 2, "of both receivables");

    // Not yet paid, it is to be disputed; disputed, it is as it should be.
    let short = || receipt(json!({"damageRemarks": "wet"})).without("RCV-1", "PAY").without("RCV-2", "");
    let ruling = short().check().1.ruling(Rule::F(8));
    assert_eq!(ruling.severity(), Some(Severity::Warning), "{ruling:?}");
    let mut disputed = short();
    disputed.0.push(Part {
        who: BUYER.into(),
        asset: "receivable/RCV-1".into(),
        what: "receivable DISPUTE".into(),
        at: "2026-02-26T08:00:00Z".into(),
        to: None,
        body: json!({"reason": "wet"}),
    });
    assert_eq!(disputed.check().1.ruling(Rule::F(8)).severity(), None);
}

#[test]
fn f8_is_not_checked_without_the_receipt() {
    Parts::good().without(BOX, "delivery").lacks(8, &record("delivery of PLMS0042"));
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, BOX, "ACCEPTING", "receivedQuantity");
    lacks(&check(&story).1, 8, &lack);
}

#[test]
fn f9_charges_multiply() {
    let charge = |changes: Value| Parts::good().change(BILL, ISSUED, changes);
    charge(json!({"/charges/0/quantity": "3"})).breaks_at(9, Severity::Error, BILL, "/body/charges/0/currencyAmount");
    // A third of a cent is rounded.
    charge(json!({"/charges/0/quantity": "3", "/charges/0/unitPrice": "616.66667"})).holds(9);
    let parts = charge(json!({"/charges/0/quantity": null}));
    parts.lacks(9, &Lack::Field { record: format!("{BILL}-4"), field: "/body/charges/0/quantity".into() });
}

#[test]
fn f9_the_freight_is_charged_to_whom_it_is_to() {
    let freight = |changes: Value| Parts::good().change("FR-9", "ISSUED", changes);
    freight(json!({"payableAmount": "1895.51"})).breaks_at(9, Severity::Error, "FR-9", "/body/payableAmount");
    freight(json!({"buyer": named(BUYER)})).breaks_at(9, Severity::Error, "FR-9", "/body/buyer");
    Parts::good().without("FR-9", "").lacks(9, &record(&format!("freight invoice of {BILL} to {SELLER}")));
    // Collect freight is the consignee's.
    let collect = json!({"/charges/0/paymentTermCode": "COL", "/charges/1/paymentTermCode": "COL", "isToOrder": false,
        "/documentParties/consignee": named(BUYER)});
    let collect = || Parts::good().change(BILL, ISSUED, collect.clone());
    let ruling = collect().change("FR-9", "ISSUED", json!({"buyer": named(BUYER)})).check().1.ruling(Rule::F(9));
    assert!(matches!(ruling, Ruling::Held { .. }), "{ruling:?}");
    assert_eq!(collect().check().1.ruling(Rule::F(9)).severity(), Some(Severity::Error));
    // Some of it hidden, the sum is not known.
    let mut story = Parts::good().tell();
    withhold(&mut story, BILL, "ISSUED", "charges/0/currencyAmount");
    let what = format!("whom the PRE freight of {BILL} is charged to");
    let (_, sheet) = check(&story);
    assert!(matches!(sheet.ruling(Rule::F(9)), Ruling::NotChecked { .. }), "{:?} {what}", sheet.ruling(Rule::F(9)));
    let _ = CARRIER;
}
