//! The kinds of values that UBL has, each in the form of records.

use super::leaves::Leaves;
use crate::encoding::xml::ElementId;
use crate::time::parse_rfc3339_ms;
use crate::trade::amount::{Amount, AmountError, Decimal};
use crate::trade::import::Why;
use serde_json::json;

impl Leaves<'_> {
    /// Takes the text at a path.
    pub(super) fn text(&mut self, parent: ElementId, path: &str, field: &str) -> bool {
        let Some(id) = self.find(parent, path) else { return false };
        let Some(text) = self.read(id) else { return false };
        self.put(id, json!(text), field)
    }

    /// Takes the day at a path.
    pub(super) fn date(&mut self, parent: ElementId, path: &str, field: &str) {
        let Some(id) = self.find(parent, path) else { return };
        match self.read(id) {
            Some(day) if day.len() == 10 && parse_rfc3339_ms(&format!("{day}T00:00:00Z")).is_ok() => {
                self.put(id, json!(day), field);
            }
            Some(_) => self.expected(id, "a date such as 2026-03-02"),
            None => {}
        }
    }

    /// Takes a day and a time of day with its offset as one moment. The day alone is none.
    pub(super) fn moment(&mut self, parent: ElementId, day: &str, time: &str, field: &str) -> bool {
        let (Some(day), Some(time)) = (self.find(parent, day), self.find(parent, time)) else { return false };
        let (Some(day_text), Some(time_text)) = (self.read(day), self.read(time)) else { return false };
        let moment = format!("{day_text}T{time_text}");
        if parse_rfc3339_ms(&moment).is_err() {
            self.expected(time, "a time with its offset such as 14:20:00Z");
            return false;
        }
        if self.field(field).is_none() {
            self.set(field, json!(moment));
            self.took(day, field);
            self.took(time, field);
            return true;
        }
        false
    }

    /// Takes the decimal number at a path.
    pub(super) fn decimal(&mut self, parent: ElementId, path: &str, field: &str) -> bool {
        let Some(id) = self.find(parent, path) else { return false };
        match self.read(id).map(plain) {
            Some(number) if Decimal::parse(&number).is_ok() => self.put(id, json!(number), field),
            Some(_) => {
                self.expected(id, "a decimal number");
                false
            }
            None => false,
        }
    }

    /// Takes a number with its unit.
    pub(super) fn quantity(&mut self, parent: ElementId, path: &str, field: &str) -> bool {
        let Some(id) = self.find(parent, path) else { return false };
        let Some(number) = self.read(id).map(plain) else { return false };
        let Some(unit) = self.attribute(id, "unitCode") else {
            self.expected(id, "a quantity with its unit");
            return false;
        };
        if Decimal::parse(&number).is_err() {
            self.expected(id, "a decimal number");
            return false;
        }
        if self.field(field).is_some() {
            self.keep(id, Why::Conflict { field: field.to_owned() });
            return false;
        }
        self.set(field, json!({"value": number, "unit": unit}));
        self.took(id, &format!("{field}/value"));
        self.took_attribute(id, "unitCode", &format!("{field}/unit"));
        true
    }

    /// Takes a whole number from 0, where it is one.
    pub(super) fn count(&mut self, parent: ElementId, path: &str, field: &str) -> bool {
        let Some(id) = self.find(parent, path) else { return false };
        match self.read(id).map(str::parse::<u64>) {
            Some(Ok(count)) => self.put(id, json!(count), field),
            Some(Err(_)) => {
                self.expected(id, "a whole number from 0");
                false
            }
            None => false,
        }
    }

    /// Takes `true` or `false`.
    pub(super) fn flag(&mut self, parent: ElementId, path: &str, field: &str) {
        let Some(id) = self.find(parent, path) else { return };
        match self.read(id) {
            Some("true" | "1") => drop(self.put(id, json!(true), field)),
            Some("false" | "0") => drop(self.put(id, json!(false), field)),
            Some(_) => self.expected(id, "true or false"),
            None => {}
        }
    }

    /// Takes money. Its currency is the document's, or stands beside the number.
    pub(super) fn amount(&mut self, parent: ElementId, path: &str, field: &str) -> bool {
        let Some(id) = self.find(parent, path) else { return false };
        let Some(number) = self.read(id).map(plain) else { return false };
        let own = self.attribute(id, "currencyID");
        let currency = own.unwrap_or(&self.currency).to_owned();
        let number = match money(&number, &currency) {
            Ok(number) => number,
            Err(error) => {
                self.expected(id, &error.to_string());
                return false;
            }
        };
        if currency == self.currency {
            let taken = self.put(id, json!(number), field);
            if taken {
                self.took_attribute(id, "currencyID", "/body/currency");
            }
            return taken;
        }
        if self.field(field).is_some() {
            self.keep(id, Why::Conflict { field: field.to_owned() });
            return false;
        }
        self.set(field, json!({"value": number, "currency": currency}));
        self.took(id, &format!("{field}/value"));
        self.took_attribute(id, "currencyID", &format!("{field}/currency"));
        true
    }
    /// Takes money whose currency has a field of its own.
    pub(super) fn money_apart(
        &mut self,
        parent: ElementId,
        path: &str,
        currency: &str,
        field: &str,
        beside: &str,
    ) -> bool {
        let Some(id) = self.find(parent, path) else { return false };
        let Some(number) = self.read(id).map(plain) else { return false };
        match money(&number, currency) {
            Ok(number) => {
                let taken = self.put(id, json!(number), field);
                if taken {
                    self.set(beside, json!(currency));
                    self.took_attribute(id, "currencyID", beside);
                }
                taken
            }
            Err(error) => {
                self.expected(id, &error.to_string());
                false
            }
        }
    }
}

/// A number of XML Schema in the plain form of records: no plus, no spare zeros before it, digits on both sides of a point.
fn plain(number: &str) -> String {
    let (sign, digits) = match number.as_bytes().first() {
        Some(b'+') => ("", &number[1..]),
        Some(b'-') => ("-", &number[1..]),
        _ => ("", number),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = match whole.trim_start_matches('0') {
        "" if whole.is_empty() && fraction.is_empty() => return number.to_owned(),
        "" => "0",
        whole => whole,
    };
    let sign = if whole == "0" && fraction.bytes().all(|digit| digit == b'0') { "" } else { sign };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Money as a record has it: zeros beyond the currency's decimals are left out, other digits are an error.
fn money(number: &str, currency: &str) -> Result<String, AmountError> {
    let Err(error) = Amount::parse(number, currency) else { return Ok(number.to_owned()) };
    let AmountError::Decimals { expected, found, .. } = error else { return Err(error) };
    let (kept, cut) = number.split_at(number.len() - (found - expected));
    if cut.bytes().any(|digit| digit != b'0') {
        return Err(error);
    }
    let shorter = plain(kept.strip_suffix('.').unwrap_or(kept));
    Amount::parse(&shorter, currency)?;
    Ok(shorter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_xml_schema_in_plain_form() {
        for (written, expected) in [
            ("100", "100"),
            ("+1.50", "1.50"),
            ("00012.0", "12.0"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("7.", "7"),
            ("-0", "0"),
            ("-0.00", "0.00"),
            ("0", "0"),
        ] {
            assert_eq!(plain(written), expected);
            assert!(Decimal::parse(expected).is_ok());
        }
        for wrong in ["", ".", "-", "+", "1e3", "1,5", "--1", "abc"] {
            assert!(Decimal::parse(&plain(wrong)).is_err(), "{wrong}");
        }
        assert_eq!(money("1436.500", "EUR").unwrap(), "1436.50");
        assert_eq!(money("1436.000", "JPY").unwrap(), "1436");
        assert!(money("-0.396", "EUR").is_err());
        assert!(money("1", "XYZ").is_err());
    }
}
