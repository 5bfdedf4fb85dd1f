//! Phrases that the breaches of several rules share, in both languages.
//!
//! No text becomes a [`Said`] by itself: whoever names one says by [`Same`] that it reads the same in every language, or gives
//! the Chinese beside it. A phrase is made of its value only where a rule is broken.

use crate::trade::amount::{Amount, Decimal, Money};
use crate::trade::said::{Said, both};
use crate::trade::seen::Day;
use std::fmt::Display;

/// What reads the same in every language: a code, a number, a name, a moment.
#[derive(Debug, Clone, Copy)]
pub struct Same<T>(pub T);

impl<T: Display> From<Same<T>> for Said {
    fn from(Same(text): Same<T>) -> Self {
        Self::same(text.to_string())
    }
}

/// Words in English, and in Chinese.
pub type Words = (&'static str, &'static str);

impl From<Words> for Said {
    fn from((english, chinese): Words) -> Self {
        Self::new(english, chinese)
    }
}

macro_rules! same {
    ($($value:ty),*) => {
        $(impl From<$value> for Said {
            fn from(value: $value) -> Self {
                Same(value).into()
            }
        })*
    };
}

same!(Amount, Money, Decimal, Day, i128, u64, usize);

macro_rules! phrases {
    ($($(#[$meaning:meta])* $name:ident($english:literal, $chinese:literal);)*) => {
        $($(#[$meaning])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<T>(pub T);

        impl<T: Display> From<$name<T>> for Said {
            fn from($name(value): $name<T>) -> Self {
                let value: &dyn Display = &value;
                Self::new(format!($english, value), format!($chinese, value))
            }
        })*
    };
}

phrases! {
    /// A moment or a day, or any after it.
    OrLater("{0} or later", "{0} 或之后");
    /// A moment or a day, or any before it.
    OrEarlier("{0} or earlier", "{0} 或之前");
    /// Any moment or day after this one.
    After("after {0}", "晚于 {0}");
    /// A quantity, or less of it.
    OrLess("{0} or less", "不超过 {0}");
    /// A quantity, or more of it.
    OrMore("{0} or more", "不少于 {0}");
    /// What is outstanding, unless it was split.
    OrSplitBefore("{0}, or SPLIT before", "{0}，否则此前须有 SPLIT");
    /// The most that receivables on one invoice may come to.
    OnOneInvoice("{0} or less, on one invoice", "同一发票合计不超过 {0}");
    /// What the invoices ask for together.
    InvoicesTotal("invoices' total {0}, or less", "不超过发票总额 {0}");
    /// What is paid out of what is financed.
    LessInterest("{0} less rate × days / 360 or 365", "{0} 减去 利率 × 天数 / 360 或 365");
    /// What was accepted at the root of a tree.
    PartsAndPayments("{0}, live parts and payments", "存续各份与已付之和为 {0}");
    /// An action, by its code, that has to go before.
    Before("{0} before", "此前须有 {0}");
    /// An action or a state, by its code, that is the last.
    NothingAfter("nothing after {0}", "{0} 之后不得再有操作");
}

/// More than zero.
pub const POSITIVE: Words = ("more than 0", "大于 0");

/// The seller of an invoice.
pub const SELLER: Words = ("seller", "卖方");
/// Whoever accepts to pay.
pub const ACCEPTOR: Words = ("acceptor", "承兑人");
/// Whoever holds a receivable.
pub const HOLDER: Words = ("holder", "持有人");
/// Whoever gives money for a receivable.
pub const FINANCIER: Words = ("financier", "资金方");
/// To whom a receivable is pledged.
pub const PLEDGEE: Words = ("pledgee", "质权人");
/// Whoever stands behind the acceptor.
pub const CONFIRMER: Words = ("confirmer", "保兑人");
/// To whom a receivable is transferred.
pub const TRANSFEREE: Words = ("transferee", "受让人");
/// The carrier that issued a bill.
pub const CARRIER: Words = ("the issuing carrier", "签发提单的承运人");
/// Whoever possesses a bill.
pub const POSSESSOR: Words = ("the possessor", "提单持有人");
/// To whom a bill is endorsed.
pub const ENDORSEE: Words = ("the endorsee", "被背书人");

/// Somebody in his part: the part, then who he is.
#[must_use]
pub fn party((english, chinese): Words, who: &Said) -> Said {
    Said::new(format!("{english}, {}", who.en), format!("{chinese} {}", who.zh))
}

/// One of several: their names with “or” between them.
#[must_use]
pub fn any_of(names: &[Said]) -> Said {
    joined(names, " or ", " 或 ")
}

/// Several, one after another.
#[must_use]
pub fn listed(names: &[Said]) -> Said {
    joined(names, ", ", "、")
}

fn joined(names: &[Said], english: &str, chinese: &str) -> Said {
    let (en, zh): (Vec<&str>, Vec<&str>) = names.iter().map(|name| (name.en.as_str(), name.zh.as_str())).unzip();
    Said::new(en.join(english), zh.join(chinese))
}

/// Two things that stand where one should.
#[must_use]
pub fn and(one: &dyn Display, other: &dyn Display) -> Said {
    both!("{one} and {other}", "{one} 与 {other}")
}
