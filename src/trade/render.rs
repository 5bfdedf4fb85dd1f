//! Rendering a record: every field in reading order, plain words beside the industry's codes, what is withheld in its place.

use crate::trade::action::{Action, RecordType};
use crate::trade::codes;
use crate::trade::fields::{self, Kind};
use crate::trade::payload::{Element, Field, Node, Object, Payload, child};
use crate::trade::record::{Record, missing_required};
use crate::trade::sd_jwt::SdJwt;
use crate::trade::typed::currency_of;
use crate::trade::verified_record::VerifiedRecord;
use crate::trade::view::{AmountView, FieldValue, FieldView, RecordView};
use serde_json::Value;

/// The amount that matters most, when the action itself names none.
const HEADLINES: [&str; 8] = [
    "faceAmount",
    "acceptedAmount",
    "TotalFinancedAmount",
    "securedAmount",
    "payableAmount",
    "amount",
    "unpaidAmount",
    "declaredValue",
];

impl Record {
    /// The record as a person reads it.
    #[must_use]
    pub fn view(&self) -> RecordView {
        render(&self.payload)
    }
}

impl VerifiedRecord {
    /// The record as a person reads it.
    #[must_use]
    pub fn view(&self) -> RecordView {
        self.record().view()
    }
}

impl SdJwt {
    /// What was handed over, as far as it can be read, whether or not it verifies: fields that came in a disclosure that was
    /// never signed are marked, and stand where they seem to belong, or else at the end.
    #[must_use]
    pub fn unverified_view(&self) -> RecordView {
        render(&self.unverified_payload())
    }
}

/// Renders a payload. It need not be a record: what is missing is empty.
#[must_use]
pub fn render(payload: &Payload) -> RecordView {
    let root = &payload.root;
    let text = |name: &str| root.text(name).unwrap_or_default().to_owned();
    let inner = |pointer: &str| payload.field(pointer).and_then(|field| field.node.text()).map(str::to_owned);
    let record_type = root.text("recordType").and_then(RecordType::from_code);
    let action = record_type.and_then(|record_type| record_type.action(root.text("actionCode")?));
    let body = root.members.get("body").and_then(|field| field.node.object());
    let sequence = match root.members.get("sequence").map(|field| &field.node) {
        Some(Node::Scalar(Value::Number(number))) => number.as_u64().unwrap_or_default(),
        _ => 0,
    };

    let mut page = Page { record_type, action, fields: Vec::new() };
    page.root(root);
    for stray in &payload.strays {
        let unnamed = ("", ["altered field", "被改动的字段"]);
        let (name, label) = stray.name.as_deref().map_or(unnamed, |name| (name, labels(name)));
        let field = Field { node: stray.node.clone(), disclosure: Some(stray.disclosure), altered: true };
        page.field(&Place { path: format!("~disclosure/{}", stray.disclosure), name, label, level: 0 }, &field, None);
    }
    RecordView {
        record_type: text("recordType"),
        record_id: text("recordId"),
        scheme: inner("/subject/scheme").unwrap_or_default(),
        reference: inner("/subject/reference").unwrap_or_default(),
        sequence,
        action_code: text("actionCode"),
        action_words: action.map(|action| action.words.to_owned()).unwrap_or_default(),
        action_words_zh: action.map(|action| action.words_zh.to_owned()).unwrap_or_default(),
        action_date_time: text("actionDateTime"),
        actor: inner("/actor/partyName"),
        recipient: inner("/recipient/partyName"),
        amount: body.and_then(|body| headline(action, body)),
        fields: page.fields,
        withheld: payload.withheld().len() as u64,
    }
}

fn headline(action: Option<&Action>, body: &Object) -> Option<AmountView> {
    let required = action.map_or(&[][..], |action| action.required);
    required.iter().chain(&HEADLINES).find_map(|name| {
        let kind = fields::find(name).map(|info| info.kind).filter(|kind| matches!(kind, Kind::Amount(_)))?;
        match amount(&body.members.get(*name)?.node, currency_of(body, kind))? {
            FieldValue::Amount { value, currency } => Some(AmountView { value, currency }),
            _ => None,
        }
    })
}

/// Where a field stands and what it is called.
struct Place<'a> {
    path: String,
    name: &'a str,
    /// In English and in Chinese.
    label: [&'a str; 2],
    level: u8,
}

struct Page {
    record_type: Option<RecordType>,
    action: Option<&'static Action>,
    fields: Vec<FieldView>,
}

impl Page {
    fn root(&mut self, root: &Object) {
        for (name, field) in in_order(root, None) {
            match &field.node {
                Node::Object(body) if name == "body" => self.body(body),
                _ => {
                    let place = Place { path: child("", name), name, label: labels(name), level: 0 };
                    self.field(&place, field, None);
                    if name == "actor" {
                        self.withheld_recipient(root);
                    }
                }
            }
        }
        if !root.members.contains_key("actor") {
            self.withheld_recipient(root);
        }
        let named = usize::from(self.lacks_recipient(root));
        self.withheld("", root.withheld.len().saturating_sub(named), 0);
    }

    fn lacks_recipient(&self, root: &Object) -> bool {
        let expected = self.action.is_some_and(|action| action.recipient);
        expected && !root.members.contains_key("recipient") && !root.withheld.is_empty()
    }

    fn withheld_recipient(&mut self, root: &Object) {
        if self.lacks_recipient(root) {
            self.withheld_one("/recipient".to_owned(), "recipient", labels("recipient"), 0);
        }
    }

    /// The body's members stand at the top. Those its action must have and that are not shown are the withheld ones, named.
    fn body(&mut self, body: &Object) {
        let schema = self.record_type.map(RecordType::schema);
        let mut missing = self.action.map_or_else(Vec::new, |action| missing_required(action, body));
        missing.truncate(body.withheld.len());
        for name in &missing {
            self.withheld_one(child("/body", name), name, labels(name), 0);
        }
        for (name, field) in in_order(body, schema.map(|schema| schema.fields)) {
            let place = Place { path: child("/body", name), name, label: labels(name), level: 0 };
            self.member(&place, field, body, None);
        }
        self.withheld("/body", body.withheld.len() - missing.len(), 0);
    }

    fn object(&mut self, object: &Object, at: &str, level: u8, currency: Option<&str>) {
        for (name, field) in in_order(object, None) {
            let place = Place { path: child(at, name), name, label: labels(name), level };
            self.member(&place, field, object, currency);
        }
        self.withheld(at, object.withheld.len(), level);
    }

    /// A member of an object, with the currency that stands beside it or further up.
    fn member(&mut self, place: &Place, field: &Field, parent: &Object, inherited: Option<&str>) {
        let kind = fields::find(place.name).map_or(Kind::Text, |info| info.kind);
        self.field(place, field, currency_of(parent, kind).or(inherited));
    }

    fn field(&mut self, place: &Place, field: &Field, currency: Option<&str>) {
        let value = self.value(place.name, &field.node, currency);
        self.fields.push(FieldView {
            path: place.path.clone(),
            name: place.name.to_owned(),
            label: place.label[0].to_owned(),
            label_zh: place.label[1].to_owned(),
            level: place.level,
            altered: field.altered,
            meaning_zh: self.meaning_zh(place.name, &value).to_owned(),
            value,
        });
        if !matches!(self.fields.last(), Some(FieldView { value: FieldValue::Group { .. }, .. })) {
            return;
        }
        let level = place.level.saturating_add(1);
        match &field.node {
            Node::Scalar(_) => {}
            Node::Object(object) => self.object(object, &place.path, level, currency),
            Node::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    let (path, number) = (child(&place.path, index), (index + 1).to_string());
                    match element {
                        Element::Shown(field) => {
                            self.field(&Place { path, name: &number, label: [&number; 2], level }, field, currency);
                        }
                        Element::Withheld(_) => self.withheld_one(path, &number, [&number; 2], level),
                    }
                }
            }
        }
    }

    fn value(&self, name: &str, node: &Node, currency: Option<&str>) -> FieldValue {
        let kind = fields::find(name).map(|info| info.kind);
        match (kind, node) {
            (Some(Kind::Amount(_)), node) if let Some(amount) = amount(node, currency) => amount,
            (Some(Kind::Quantity), Node::Object(object)) if let Some(quantity) = quantity(object) => quantity,
            (Some(Kind::Code), Node::Scalar(Value::String(code))) => {
                let meaning = match (name, self.action) {
                    ("actionCode", Some(action)) => Some(action.words),
                    _ => codes::meaning(name, code),
                };
                FieldValue::Code { code: code.clone(), meaning: meaning.unwrap_or_default().to_owned() }
            }
            (Some(Kind::Date | Kind::Moment), Node::Scalar(Value::String(text))) => {
                FieldValue::Moment { text: text.clone() }
            }
            (_, Node::Scalar(Value::Bool(flag))) => {
                FieldValue::Code { code: flag.to_string(), meaning: if *flag { "yes" } else { "no" }.to_owned() }
            }
            (_, Node::Scalar(value)) => FieldValue::Text { text: plain(value) },
            (_, Node::Object(object)) => {
                FieldValue::Group { members: (object.members.len() + object.withheld.len()) as u64 }
            }
            (_, Node::List(elements)) => match elements.iter().map(scalar).collect::<Option<Vec<String>>>() {
                Some(texts) => FieldValue::Text { text: texts.join(", ") },
                None => FieldValue::Group { members: elements.len() as u64 },
            },
        }
    }

    /// Withheld members of which not even the name is known; a path of `_sd` and a number stands for each.
    fn withheld(&mut self, at: &str, count: usize, level: u8) {
        for number in 0..count {
            let path = child(&child(at, "_sd"), number);
            self.withheld_one(path, "", ["withheld field", "未披露的字段"], level);
        }
    }

    fn withheld_one(&mut self, path: String, name: &str, label: [&str; 2], level: u8) {
        let (name, [label, label_zh]) = (name.to_owned(), label.map(str::to_owned));
        let (value, meaning_zh) = (FieldValue::Withheld, String::new());
        self.fields.push(FieldView { path, name, label, label_zh, level, value, meaning_zh, altered: false });
    }

    /// What a value's code or unit means in Chinese.
    fn meaning_zh(&self, name: &str, value: &FieldValue) -> &'static str {
        let meaning = match (value, self.action) {
            (FieldValue::Code { .. }, Some(action)) if name == "actionCode" => Some(action.words_zh),
            (FieldValue::Code { code, .. }, _) => match code.as_str() {
                "true" => Some("是"),
                "false" => Some("否"),
                code => codes::meaning_zh(name, code),
            },
            (FieldValue::Quantity { unit, .. }, _) => codes::meaning_zh("unit", unit),
            _ => None,
        };
        meaning.unwrap_or_default()
    }
}

/// A field's plain words, English and Chinese; its name where there are none.
fn labels(name: &str) -> [&str; 2] {
    [fields::label(name), fields::label_zh(name).unwrap_or(name)]
}

/// Members in reading order: those of `first` in its order, then the other known ones, then the rest by name.
fn in_order<'a>(object: &'a Object, first: Option<&[&str]>) -> Vec<(&'a str, &'a Field)> {
    let mut members: Vec<(&str, &Field)> = object.members.iter().map(|(name, field)| (name.as_str(), field)).collect();
    let first = first.unwrap_or_default();
    members.sort_by_key(|(name, _)| {
        (first.iter().position(|known| known == name).unwrap_or(first.len()), fields::rank(name))
    });
    members
}

fn amount(node: &Node, currency: Option<&str>) -> Option<FieldValue> {
    match node {
        Node::Scalar(Value::String(value)) => {
            Some(FieldValue::Amount { value: value.clone(), currency: currency.unwrap_or_default().to_owned() })
        }
        Node::Object(object) if object.members.len() == 2 && is_whole(object) => Some(FieldValue::Amount {
            value: object.text("value")?.to_owned(),
            currency: object.text("currency")?.to_owned(),
        }),
        _ => None,
    }
}

fn quantity(object: &Object) -> Option<FieldValue> {
    if object.members.len() != 2 || !is_whole(object) {
        return None;
    }
    let Node::Scalar(value) = &object.members.get("value")?.node else { return None };
    Some(FieldValue::Quantity { value: plain(value), unit: object.text("unit")?.to_owned() })
}

/// Whether nothing in it is withheld or can be: what can be withheld by itself stands by itself.
fn is_whole(object: &Object) -> bool {
    object.withheld.is_empty() && object.members.values().all(|member| member.disclosure.is_none())
}

fn scalar(element: &Element) -> Option<String> {
    match element {
        Element::Shown(Field { node: Node::Scalar(value), altered: false, disclosure: None }) => Some(plain(value)),
        _ => None,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::fixture::{key, object, receivable, salts};
    use crate::trade::record_issue::issue_record;
    use serde_json::json;

    fn shown(view: &RecordView) -> Vec<(&str, &str, &FieldValue)> {
        view.fields.iter().map(|field| (field.path.as_str(), field.label.as_str(), &field.value)).collect()
    }

    fn text(text: &str) -> FieldValue {
        FieldValue::Text { text: text.to_owned() }
    }

    #[test]
    fn every_field_in_reading_order() {
        let view = Record::from_json(&receivable()).unwrap().view();
        assert_eq!((view.record_type.as_str(), view.reference.as_str()), ("receivable", "RCV-2026-0042"));
        assert_eq!((view.action_words.as_str(), view.sequence, view.withheld), ("pledged", 2, 0));
        assert_eq!((view.actor.as_deref(), view.recipient.as_deref()), (Some("Ningbo Exports"), Some("Rhine Bank")));
        let money = FieldValue::Amount { value: "84300.00".into(), currency: "EUR".into() };
        assert_eq!(view.amount, Some(AmountView { value: "84300.00".into(), currency: "EUR".into() }));
        let paths: Vec<&str> = view.fields.iter().map(|field| field.path.as_str()).collect();
        let expected = "/actionCode /actionDateTime /actor /actor/partyName /actor/address /actor/address/city /actor/key \
            /actor/key/crv /actor/key/kty /actor/key/x /recipient /recipient/partyName /body/currency /body/securedAmount \
            /body/registrationNumber /body/own /body/own/x /subject /subject/scheme /subject/reference /subject/blinding \
            /sequence /previousRecordHash /recordType /recordId /schemaVersion";
        assert_eq!(paths, expected.split_whitespace().collect::<Vec<_>>());
        let shown = shown(&view);
        let code = FieldValue::Code { code: "PLEDGE".into(), meaning: "pledged".into() };
        assert_eq!(shown[0], ("/actionCode", "action", &code));
        assert!(shown.contains(&("/body/securedAmount", "secured amount", &money)));
        assert!(shown.contains(&("/body/own/x", "x", &text("1"))), "an unknown field is shown under its own name");
        let zh = |path: &str| {
            let field = view.fields.iter().find(|field| field.path == path).expect("is shown");
            (field.label_zh.as_str(), field.meaning_zh.as_str())
        };
        assert_eq!((view.action_words_zh.as_str(), zh("/actionCode")), ("质押", ("操作", "质押")));
        assert_eq!(zh("/subject/scheme"), ("标的类别", "应收账款"));
        assert_eq!((zh("/body/own"), zh("/actor/key/kty")), (("own", ""), ("密钥类型", "")));
    }

    #[test]
    fn withheld_fields_stand_in_their_place() {
        let issued = issue_record(&receivable(), &mut salts(), &key()).unwrap();
        let fewer =
            issued.withhold(["/body/securedAmount", "/body/registrationNumber", "/actor/partyName", "/recipient"]);
        let view = fewer.unwrap().unverified_view();
        assert_eq!((view.withheld, &view.actor, &view.recipient, &view.amount), (4, &None, &None, &None));
        let withheld: Vec<(&str, &str)> = view
            .fields
            .iter()
            .filter(|field| field.value == FieldValue::Withheld)
            .map(|field| (field.path.as_str(), field.name.as_str()))
            .collect();
        // The action must have an amount and a recipient, so these are named; the recipient's own name was inside it.
        let expected = [
            ("/actor/_sd/0", ""),
            ("/recipient", "recipient"),
            ("/body/securedAmount", "securedAmount"),
            ("/body/_sd/0", ""),
        ];
        assert_eq!(withheld, expected);
    }

    #[test]
    fn an_altered_field_is_marked_where_it_stands() {
        let issued = issue_record(&receivable(), &mut salts(), &key()).unwrap();
        let text = issued.to_string();
        let disclosure = issued
            .disclosures()
            .iter()
            .find(|disclosure| disclosure.contents().unwrap().name.as_deref() == Some("securedAmount"))
            .unwrap();
        let altered = crate::trade::disclosure::Disclosure::new(&[1; 16], Some("securedAmount"), &json!("94300.00"));
        let altered = SdJwt::parse_record(&text.replace(disclosure.text(), altered.text())).unwrap();
        assert_eq!(altered.disclose().unwrap_err().pointer(), Some("/body/securedAmount"));
        let view = altered.unverified_view();
        let marked: Vec<&FieldView> = view.fields.iter().filter(|field| field.altered).collect();
        assert_eq!(marked.len(), 1);
        assert_eq!(marked[0].path, "/body/securedAmount");
        assert_eq!(marked[0].value, FieldValue::Amount { value: "94300.00".into(), currency: "EUR".into() });
        assert_eq!(view.withheld, 0);
    }

    #[test]
    fn kinds_of_values() {
        let record = json!({"recordType": "transport-document", "actionCode": "ISSUED", "body": {
            "transportDocumentTypeCode": "BOL", "isToOrder": true, "shippedOnBoardDate": "2026-03-01",
            "declaredValue": "5.00", "declaredValueCurrency": "USD",
            "consignmentItems": [{"HSCodes": ["870323", "870324"], "cargoGrossWeight": {"value": 12400, "unit": "KGM"}}],
            "charges": [{"currencyAmount": {"value": "1.00", "currency": "CNY"}}]}});
        let view = render(&Payload::clear(&object(record)));
        let values: Vec<(&str, &FieldValue)> =
            view.fields.iter().map(|field| (field.path.as_str(), &field.value)).collect();
        let code = |code: &str, meaning: &str| FieldValue::Code { code: code.into(), meaning: meaning.into() };
        for (path, value) in [
            ("/body/transportDocumentTypeCode", code("BOL", "bill of lading")),
            ("/body/isToOrder", code("true", "yes")),
            ("/body/shippedOnBoardDate", FieldValue::Moment { text: "2026-03-01".into() }),
            ("/body/declaredValue", FieldValue::Amount { value: "5.00".into(), currency: "USD".into() }),
            ("/body/consignmentItems", FieldValue::Group { members: 1 }),
            ("/body/consignmentItems/0/HSCodes", text("870323, 870324")),
            (
                "/body/consignmentItems/0/cargoGrossWeight",
                FieldValue::Quantity { value: "12400".into(), unit: "KGM".into() },
            ),
            ("/body/charges/0/currencyAmount", FieldValue::Amount { value: "1.00".into(), currency: "CNY".into() }),
        ] {
            assert!(values.contains(&(path, &value)), "{path}: {values:?}");
        }
    }

    #[test]
    fn whatever_was_handed_over_is_rendered() {
        for record in [json!({}), json!({"body": 1, "actor": [], "sequence": "x", "subject": {"scheme": 3}})] {
            let members = object(record);
            let count = members.len();
            let view = render(&Payload::clear(&members));
            assert!(view.fields.len() >= count);
            assert_eq!((view.sequence, view.reference.as_str()), (0, ""));
        }
    }
}
