//! The trade's words: assets, actions, fields and codes. Words of both languages come with the record's own rendering, so
//! that the tables of the trade are with the client alone.

use super::{Every, Lang};
use crate::trade::view::{FieldView, RecordView};

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

/// The action in plain words; its code where it has none.
#[must_use]
pub fn action(record: &RecordView, lang: Lang) -> &str {
    in_words(lang, &record.action_words, &record.action_words_zh, &record.action_code)
}

/// A field's plain word; its name where it has none.
#[must_use]
pub fn label(field: &FieldView, lang: Lang) -> &str {
    in_words(lang, &field.label, &field.label_zh, &field.name)
}

/// What a field's code or unit means; `english` came with it.
#[must_use]
pub fn meaning<'a>(field: &'a FieldView, english: &'a str, lang: Lang) -> &'a str {
    in_words(lang, english, &field.meaning_zh, "")
}

/// What is not known in Chinese shows its English word, and what is not known at all the industry's.
fn in_words<'a>(lang: Lang, english: &'a str, chinese: &'a str, code: &'a str) -> &'a str {
    match lang {
        Lang::Zh if !chinese.is_empty() => chinese,
        _ if !english.is_empty() => english,
        _ => code,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_keeps_its_english_word_or_its_code() {
        assert_eq!(in_words(Lang::Zh, "face amount", "票面金额", "faceAmount"), "票面金额");
        assert_eq!(in_words(Lang::En, "face amount", "票面金额", "faceAmount"), "face amount");
        assert_eq!(in_words(Lang::Zh, "new field", "", "newField"), "new field");
        assert_eq!(in_words(Lang::En, "", "", "ZZZZ"), "ZZZZ");
        assert_eq!(scheme("rail", Lang::En), "rail");
    }
}
