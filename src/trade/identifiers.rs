//! Identifiers of the trade: their form, and the digit that checks them.
//!
//! Real documents hold placeholders, so a wrong digit is something to say and not a reason to refuse a record. What is right
//! here is well-formed; that the number was ever given to anybody is in its registry, which nobody asks.

use crate::trade::rule::phrase::Words;
use std::fmt;

/// Longest identifier that is looked at, in bytes.
const LONGEST: usize = 64;

/// Which identifier a text is meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// A freight container's owner code, category, serial number and check digit (ISO 6346).
    Container,
    /// A legal entity (ISO 17442; its check by ISO 7064 MOD 97-10).
    Lei,
    /// A party or place by GS1's global location number, 13 digits.
    Gln,
    /// A logistic unit by GS1's serial shipping container code, 18 digits.
    Sscc,
    /// A ship by its IMO number, seven digits (IMO resolution A.1117(30)).
    Imo,
    /// A place by its UN/LOCODE: country, then three letters or digits 2 to 9 (UNECE recommendation 16).
    UnLocode,
    /// A commodity by its Harmonized System code, 6 to 10 digits: an HS subheading and what a customs territory adds to it.
    HsCode,
    /// Money by its ISO 4217 code.
    Currency,
    /// A country by its ISO 3166-1 alpha-2 code.
    Country,
    /// A carrier by its Standard Carrier Alpha Code, two to four letters (NMFTA).
    Scac,
}

/// An identifier that is well-formed and whose check digit, where it has one, is right. Made by [`Scheme::read`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    scheme: Scheme,
    text: String,
}

impl Identifier {
    /// What it identifies by.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The identifier as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Why a text is no such identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// It has another form.
    #[error("{found:?} is not {scheme}, expected {expected}")]
    Form {
        /// What it was meant to be.
        scheme: Scheme,
        /// The form.
        expected: &'static str,
        /// The start of what was found.
        found: String,
    },
    /// Its check digits are others than its characters give.
    #[error("{scheme} {text} ends in {found}, expected {expected}")]
    CheckDigit {
        /// What it was meant to be.
        scheme: Scheme,
        /// The identifier.
        text: String,
        /// The check digits that its other characters give.
        expected: String,
        /// Those it has.
        found: String,
    },
    /// It has the form of a code and is not on the list.
    #[error("{found} is not on the list of {scheme}")]
    NotListed {
        /// Whose list.
        scheme: Scheme,
        /// The code.
        found: String,
    },
}

impl Scheme {
    /// Reads an identifier as it is written in a record: no spaces, letters in capitals.
    ///
    /// # Errors
    /// [`IdentifierError`].
    pub fn read(self, text: &str) -> Result<Identifier, IdentifierError> {
        let identifier = Identifier { scheme: self, text: text.to_owned() };
        let digits = |count: usize| text.len() == count && all(text, u8::is_ascii_digit);
        let letters = || all(text, u8::is_ascii_uppercase);
        let fits = match self {
            Self::Container => is_container(text),
            Self::Lei => text.len() == 20 && all(text, is_upper_or_digit) && all(&text[18..], u8::is_ascii_digit),
            Self::Gln => digits(13),
            Self::Sscc => digits(18),
            Self::Imo => digits(7),
            Self::UnLocode => is_un_locode(text),
            Self::HsCode => (6..=10).contains(&text.len()) && all(text, u8::is_ascii_digit),
            Self::Currency => text.len() == 3 && letters(),
            Self::Country => text.len() == 2 && letters(),
            Self::Scac => (2..=4).contains(&text.len()) && letters(),
        };
        if !fits {
            let found = text.chars().take(LONGEST).collect();
            return Err(IdentifierError::Form { scheme: self, expected: self.form().0, found });
        }
        let not_listed = |scheme: Self, code: &str| IdentifierError::NotListed { scheme, found: code.to_owned() };
        match self {
            Self::Container => checked(identifier, 1, |body| (container_sum(body) % 11 % 10).to_string()),
            Self::Lei => checked(identifier, 2, |body| format!("{:02}", 98 - mod_97(&format!("{body}00")))),
            Self::Gln | Self::Sscc => checked(identifier, 1, |body| gs1_digit(body).to_string()),
            Self::Imo => checked(identifier, 1, |body| (imo_sum(body) % 10).to_string()),
            Self::UnLocode if !is_country(&text[..2]) => Err(not_listed(Self::Country, &text[..2])),
            Self::Country if !is_country(text) => Err(not_listed(self, text)),
            Self::Currency if iso_currency::Currency::from_code(text).is_none() => Err(not_listed(self, text)),
            Self::UnLocode | Self::HsCode | Self::Currency | Self::Country | Self::Scac => Ok(identifier),
        }
    }

    /// The form in words, in English and in Chinese.
    #[must_use]
    pub fn form(self) -> Words {
        match self {
            Self::Container => {
                ("three letters, one of J, U and Z, and seven digits", "三位字母，J、U、Z 之一，再加七位数字")
            }
            Self::Lei => ("18 letters or digits and two check digits", "18 位字母或数字，再加两位校验码"),
            Self::Gln => ("13 digits", "13 位数字"),
            Self::Sscc => ("18 digits", "18 位数字"),
            Self::Imo => ("seven digits", "七位数字"),
            Self::UnLocode => (
                "a country's two letters, and three letters or digits 2 to 9",
                "国家的两位字母，再加三位字母或数字 2 至 9",
            ),
            Self::HsCode => ("6 to 10 digits", "6 至 10 位数字"),
            Self::Currency => ("three letters", "三位字母"),
            Self::Country => ("two letters", "两位字母"),
            Self::Scac => ("two to four letters", "二至四位字母"),
        }
    }

    /// Its name, in English and in Chinese.
    #[must_use]
    pub fn name(self) -> Words {
        match self {
            Self::Container => ("ISO 6346 container number", "ISO 6346 箱号"),
            Self::Lei => ("LEI", "LEI"),
            Self::Gln => ("GLN", "GLN"),
            Self::Sscc => ("SSCC", "SSCC"),
            Self::Imo => ("IMO ship number", "IMO 船舶编号"),
            Self::UnLocode => ("UN/LOCODE", "UN/LOCODE"),
            Self::HsCode => ("HS code", "HS 编码"),
            Self::Currency => ("ISO 4217 currency", "ISO 4217 币种"),
            Self::Country => ("ISO 3166-1 country", "ISO 3166-1 国家"),
            Self::Scac => ("SCAC", "SCAC"),
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().0)
    }
}

fn all(text: &str, accepts: impl Fn(&u8) -> bool) -> bool {
    text.as_bytes().iter().all(accepts)
}

fn is_upper_or_digit(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn is_container(text: &str) -> bool {
    let [a, b, c, category, number @ ..] = text.as_bytes() else { return false };
    [a, b, c].iter().all(|letter| letter.is_ascii_uppercase())
        && matches!(category, b'J' | b'U' | b'Z')
        && number.len() == 7
        && number.iter().all(u8::is_ascii_digit)
}

fn is_un_locode(text: &str) -> bool {
    text.len() == 5
        && text.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && text.bytes().skip(2).all(|byte| byte.is_ascii_uppercase() || (b'2'..=b'9').contains(&byte))
}

/// Holds the last `count` characters against what the others give. The text is ASCII and longer.
fn checked(
    identifier: Identifier,
    count: usize,
    digits: impl Fn(&str) -> String,
) -> Result<Identifier, IdentifierError> {
    let (body, found) = identifier.text.split_at(identifier.text.len() - count);
    let expected = digits(body);
    if expected == found {
        return Ok(identifier);
    }
    let (scheme, text, found) = (identifier.scheme, identifier.text.clone(), found.to_owned());
    Err(IdentifierError::CheckDigit { scheme, text, expected, found })
}

/// Letters count from 10 on without the multiples of 11, digits as themselves; each place counts twice the one before.
fn container_sum(body: &str) -> u32 {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        letter => {
            let place = u32::from(letter - b'A');
            // 11, 22 and 33 are left out before B, L and V.
            10 + place + u32::from(place >= 1) + u32::from(place >= 11) + u32::from(place >= 21)
        }
    };
    body.bytes().enumerate().map(|(place, byte)| value(byte) << place).sum()
}

/// The remainder by 97 of the number that digits and letters make, a letter being two digits from 10 on.
fn mod_97(text: &str) -> u32 {
    text.bytes().fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}

/// GS1's check digit: from the right, places count three and one in turn.
pub(super) fn gs1_digit(body: &str) -> u32 {
    let weighted =
        body.bytes().rev().enumerate().map(|(place, byte)| u32::from(byte - b'0') * (3 - place as u32 % 2 * 2));
    (10 - weighted.sum::<u32>() % 10) % 10
}

/// The six digits times seven down to two.
fn imo_sum(body: &str) -> u32 {
    body.bytes().zip((2..=7).rev()).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum()
}

fn is_country(code: &str) -> bool {
    COUNTRIES.as_bytes().as_chunks::<2>().0.iter().any(|known| known == code.as_bytes())
}

/// ISO 3166-1 alpha-2: the codes that are officially assigned, one after another.
const COUNTRIES: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCV\
CWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKG\
KHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPM\
PNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWS\
YEYTZAZMZW";

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(scheme: Scheme, text: &str) -> Option<(String, String)> {
        match scheme.read(text) {
            Err(IdentifierError::CheckDigit { expected, found, .. }) => Some((expected, found)),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn published_examples_are_well_formed() {
        let examples = [
            // The standards' own, and numbers that their registries print.
            (Scheme::Container, "CSQU3054383"),
            (Scheme::Container, "MSKU0000011"),
            (Scheme::Lei, "5493001KJTIIGC8Y1R12"),
            (Scheme::Lei, "506700GE1G29325QX363"),
            (Scheme::Gln, "9501101530003"),
            (Scheme::Sscc, "340123450000000000"),
            (Scheme::Imo, "9074729"),
            (Scheme::Imo, "9321483"),
            (Scheme::UnLocode, "NLRTM"),
            (Scheme::UnLocode, "USNYC"),
            (Scheme::HsCode, "850760"),
            (Scheme::HsCode, "8507600020"),
            (Scheme::Currency, "CNY"),
            (Scheme::Country, "CN"),
            (Scheme::Scac, "MAEU"),
        ];
        for (scheme, text) in examples {
            let read = scheme.read(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((read.scheme(), read.text()), (scheme, text));
        }
    }

    #[test]
    fn every_wrong_digit_is_found() {
        for (scheme, text, checks) in [
            (Scheme::Container, "CSQU3054383", 1),
            (Scheme::Lei, "5493001KJTIIGC8Y1R12", 2),
            (Scheme::Gln, "9501101530003", 1),
            (Scheme::Sscc, "340123450000000000", 1),
            (Scheme::Imo, "9074729", 1),
        ] {
            let (body, right) = text.split_at(text.len() - checks);
            for number in 0..10_u32.pow(checks as u32) {
                let found = format!("{number:0checks$}");
                if found != right {
                    assert_eq!(digits(scheme, &format!("{body}{found}")), Some((right.to_owned(), found)));
                }
            }
        }
        // Two places exchanged, where the scheme weighs them differently.
        assert!(Scheme::Container.read("CSQU3045383").is_err() && Scheme::Lei.read("4593001KJTIIGC8Y1R12").is_err());
        assert!(Scheme::Imo.read("9047729").is_err() && Scheme::Gln.read("5901101530003").is_err());
    }

    #[test]
    fn other_forms_are_named() {
        for (scheme, texts) in [
            (
                Scheme::Container,
                &["", "CSQU305438", "CSQU30543830", "CSQX3054383", "csqu3054383", "CSQU 305438", "ЖSQU305438"][..],
            ),
            (Scheme::Lei, &["5493001KJTIIGC8Y1R1", "5493001KJTIIGC8Y1RAB", "5493001kjtiigc8y1r12", "ÄÄÄÄÄÄÄÄÄÄ"]),
            (Scheme::Gln, &["950110153000", "95011015300031", "950110153000X"]),
            (Scheme::Sscc, &["34012345000000000"]),
            (Scheme::Imo, &["IMO9074729", "907472"]),
            (Scheme::UnLocode, &["NLRT", "NL RTM", "NLRT1", "NLRT0", "nlrtm"]),
            (Scheme::HsCode, &["85076", "85076000201", "8507.60"]),
            (Scheme::Currency, &["EURO", "eur", "€"]),
            (Scheme::Country, &["NLD", "n", "é"]),
            (Scheme::Scac, &["M", "MAERS", "M4EU"]),
        ] {
            for text in texts {
                let error = scheme.read(text).unwrap_err();
                assert!(matches!(&error, IdentifierError::Form { scheme: of, .. } if *of == scheme), "{error}");
            }
        }
        let long = "9".repeat(1 << 20);
        assert!(Scheme::Gln.read(&long).unwrap_err().to_string().len() < 200, "an error holds no more than it takes");
    }

    #[test]
    fn codes_are_on_their_lists() {
        for (scheme, text) in [(Scheme::Country, "XX"), (Scheme::Currency, "XYZ"), (Scheme::UnLocode, "QQRTM")] {
            assert!(matches!(scheme.read(text), Err(IdentifierError::NotListed { .. })), "{text}");
        }
        let listed = COUNTRIES.as_bytes().as_chunks::<2>().0;
        assert_eq!(listed.len(), 249, "as many as ISO 3166-1 assigns");
        assert!(listed.is_sorted() && COUNTRIES.len() == 498);
    }
}
