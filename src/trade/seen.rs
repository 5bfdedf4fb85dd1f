//! Reading a field that may be withheld: what is not shown is not what is not there.

use crate::time::parse_rfc3339_ms;
use crate::trade::amount::Amount;
use crate::trade::party::Party;
use crate::trade::payload::{Element, Node, Object};
use crate::trade::rule::Lack;
use serde_json::Value;

/// A field as a reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<T> {
    /// It is there, and says this.
    Shown(T),
    /// It is not shown, and something beside it is withheld: it may be that.
    Withheld,
    /// It is not there.
    Absent,
}

impl<T> Seen<T> {
    /// What it says, where it is shown.
    #[must_use]
    pub fn shown(self) -> Option<T> {
        match self {
            Self::Shown(value) => Some(value),
            Self::Withheld | Self::Absent => None,
        }
    }

    /// The same of what another reading makes of the value; unreadable counts as absent.
    #[must_use]
    pub fn and_then<U>(self, read: impl FnOnce(T) -> Option<U>) -> Seen<U> {
        match self {
            Self::Shown(value) => read(value).map_or(Seen::Absent, Seen::Shown),
            Self::Withheld => Seen::Withheld,
            Self::Absent => Seen::Absent,
        }
    }

    /// The value, or what a rule that needs it lacks.
    ///
    /// # Errors
    /// The lack, naming the field.
    pub fn or_lack(self, record: &str, field: &str) -> Result<T, Lack> {
        match self {
            Self::Shown(value) => Ok(value),
            Self::Withheld => Err(Lack::Withheld { record: record.to_owned(), field: field.to_owned() }),
            Self::Absent => Err(Lack::Field { record: record.to_owned(), field: field.to_owned() }),
        }
    }
}

impl Object {
    /// A member.
    #[must_use]
    pub fn see(&self, name: &str) -> Seen<&Node> {
        match self.members.get(name) {
            Some(field) => Seen::Shown(&field.node),
            None if self.withheld.is_empty() => Seen::Absent,
            None => Seen::Withheld,
        }
    }

    /// A member that is a text.
    #[must_use]
    pub fn see_text(&self, name: &str) -> Seen<&str> {
        self.see(name).and_then(Node::text)
    }

    /// A member that is true or false.
    #[must_use]
    pub fn see_flag(&self, name: &str) -> Seen<bool> {
        self.see(name).and_then(|node| match node {
            Node::Scalar(Value::Bool(flag)) => Some(*flag),
            _ => None,
        })
    }

    /// A member that is a whole number from 0.
    #[must_use]
    pub fn see_count(&self, name: &str) -> Seen<u64> {
        self.see(name).and_then(|node| match node {
            Node::Scalar(value) => value.as_u64(),
            _ => None,
        })
    }

    /// A member that is an object.
    #[must_use]
    pub fn see_object(&self, name: &str) -> Seen<&Object> {
        self.see(name).and_then(Node::object)
    }

    /// A member that is a party.
    #[must_use]
    pub fn see_party(&self, name: &str) -> Seen<Party> {
        self.see_object(name).and_then(|object| Some(Party::read(object)))
    }

    /// A member that is a list: its elements, each shown or withheld.
    #[must_use]
    pub fn see_list(&self, name: &str) -> Seen<&[Element]> {
        self.see(name).and_then(|node| match node {
            Node::List(elements) => Some(elements.as_slice()),
            _ => None,
        })
    }

    /// A member that is money: a text in the currency given (or in the object's own `currency`), or an object of both.
    #[must_use]
    pub fn see_amount(&self, name: &str, outer: Option<&str>) -> Seen<Amount> {
        let currency = self.text("currency").or(outer);
        self.see(name).and_then(|node| match node {
            Node::Scalar(Value::String(value)) => Amount::parse(value, currency?).ok(),
            Node::Object(money) => Amount::parse(money.text("value")?, money.text("currency")?).ok(),
            _ => None,
        })
    }

    /// A member that is a day, as milliseconds since 1970 of its midnight in UTC.
    #[must_use]
    pub fn see_day(&self, name: &str) -> Seen<Day> {
        self.see_text(name).and_then(Day::parse)
    }

    /// A member that is a moment, in milliseconds since 1970.
    #[must_use]
    pub fn see_moment(&self, name: &str) -> Seen<i64> {
        self.see_text(name).and_then(|text| parse_rfc3339_ms(text).ok())
    }
}

/// The object in an element of a list, where it is shown.
#[must_use]
pub fn element_object(element: &Element) -> Seen<&Object> {
    match element {
        Element::Shown(field) => field.node.object().map_or(Seen::Absent, Seen::Shown),
        Element::Withheld(_) => Seen::Withheld,
    }
}

/// A day of the calendar, without a zone: the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    const MS: i64 = 86_400_000;

    /// Parses `2026-03-02`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 10 {
            return None;
        }
        Some(Self(parse_rfc3339_ms(&format!("{text}T00:00:00Z")).ok()?.div_euclid(Self::MS)))
    }

    /// The day, in UTC, of a moment in milliseconds.
    #[must_use]
    pub fn of_ms(ms: i64) -> Self {
        Self(ms.div_euclid(Self::MS))
    }

    /// The same day some months later, or the last of that month where it has no such day. `None` beyond the calendar.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Option<Self> {
        let date = time::OffsetDateTime::from_unix_timestamp(self.0.checked_mul(86_400)?).ok()?.date();
        let month = i64::from(date.year()) * 12 + i64::from(u8::from(date.month())) - 1 + i64::from(months);
        let year = i32::try_from(month.div_euclid(12)).ok()?;
        let month = time::Month::try_from(u8::try_from(month.rem_euclid(12) + 1).ok()?).ok()?;
        let later = time::Date::from_calendar_date(year, month, date.day().min(month.length(year))).ok()?;
        Some(Self(later.midnight().assume_utc().unix_timestamp().div_euclid(86_400)))
    }

    /// The day that stands in a moment's own text, `2026-03-02T…`, whatever its zone.
    #[must_use]
    pub fn written(moment: &str) -> Option<Self> {
        Self::parse(moment.get(..10)?)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = crate::time::UnixTime(self.0.saturating_mul(86_400)).to_string();
        f.write_str(text.get(..10).unwrap_or(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn withheld_is_not_absent() {
        let Node::Object(mut object) = Node::clear(
            &json!({"a": "1", "currency": "EUR", "n": 2, "f": true, "d": "2026-03-02", "m": {"value": "2", "currency": "USD"}}),
        ) else {
            unreachable!("an object was written")
        };
        assert_eq!(object.see_text("a"), Seen::Shown("1"));
        assert_eq!(object.see_count("n"), Seen::Shown(2));
        assert_eq!(object.see_flag("f"), Seen::Shown(true));
        assert_eq!(object.see_amount("a", None).shown().map(|amount| amount.to_string()), Some("1.00 EUR".into()));
        assert_eq!(object.see_amount("m", None).shown().map(|amount| amount.to_string()), Some("2.00 USD".into()));
        let day = object.see_day("d").shown().unwrap();
        assert_eq!((day.to_string(), day), ("2026-03-02".into(), Day::written("2026-03-02T23:59:59-11:00").unwrap()));
        for (from, months, to) in
            [("2026-01-31", 1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2026-11-30", 6, "2027-05-30")]
        {
            assert_eq!(Day::parse(from).unwrap().plus_months(months).unwrap().to_string(), to);
        }
        assert_eq!(object.see_text("b"), Seen::Absent);
        object.withheld.push(crate::trade::disclosure::Digest([0; 32]));
        assert_eq!(object.see_text("b"), Seen::Withheld);
        assert_eq!(
            object.see_text("b").or_lack("r", "/body/b"),
            Err(Lack::Withheld { record: "r".into(), field: "/body/b".into() })
        );
    }
}
