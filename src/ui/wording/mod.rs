//! Every sentence the reader sees, in every language, each language beside the others: a missing translation does not
//! compile. Chinese is written by meaning, not word by word.

pub mod about;
pub mod basis;
pub mod chrome;
pub mod compared;
pub mod draft;
pub mod format;
pub mod genesis;
pub mod headers;
pub mod line;
pub mod problem;
pub mod record;
pub mod samples;
pub mod sealed;
pub mod source;
pub mod step;
pub mod storage;
pub mod verdict;
pub mod withhold;

use crate::trade::said::Said;

/// What came with an answer in both languages.
#[must_use]
pub fn said(said: &Said, lang: Lang) -> &str {
    match lang {
        Lang::En => &said.en,
        Lang::Zh => &said.zh,
    }
}

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// One text in every language: English, Chinese.
pub type Every = [&'static str; Lang::ALL.len()];

impl Lang {
    /// Every language, in the order of [`Every`].
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// This language's text.
    #[must_use]
    pub fn of(self, every: Every) -> &'static str {
        match self {
            Self::En => every[0],
            Self::Zh => every[1],
        }
    }

    /// BCP 47 tag, for the `lang` attribute and for `Intl`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.of(["en", "zh-Hans"])
    }

    /// The language's name in itself.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        self.of(["English", "中文"])
    }

    /// The language for a tag such as `zh-CN` or `en-GB`, if it is one of ours.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        assert_eq!(Lang::of_tag("zh-CN"), Some(Lang::Zh));
        assert_eq!(Lang::of_tag("zh-Hans"), Some(Lang::Zh));
        assert_eq!(Lang::of_tag("EN_gb"), Some(Lang::En));
        assert_eq!(Lang::of_tag("fr"), None);
        for lang in Lang::ALL {
            assert_eq!(Lang::of_tag(lang.tag()), Some(lang));
        }
    }
}
