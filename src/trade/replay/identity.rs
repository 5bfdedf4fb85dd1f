//! Are two parties the same? By key, then by a code that both have, then by name.
//!
//! A registry tells whose a key is; records name parties by name, by code, or by key. What is compared with what decides how
//! much the answer is worth, so the answer says it.

use crate::crypto::key::PublicKey;
use crate::trade::party::{Party, PartyCode};
use crate::trade::said::{Said, both};

/// How two parties were found to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SameBy {
    /// By name, as far as letters and digits go. Two may share a name.
    Name,
    /// By a code of a list that both have, such as an LEI.
    Code,
    /// By their key.
    Key,
}

/// What comparing two parties gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Same(SameBy),
    /// Others.
    Different,
    /// They have nothing in common to compare: names withheld, or codes of other lists.
    Unknown,
}

/// Who somebody is, as far as is known: his keys, and what he is called and listed as.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// Keys known to be his.
    pub keys: Vec<PublicKey>,
    /// Codes.
    pub codes: Vec<PartyCode>,
    /// Name.
    pub name: Option<String>,
    /// The name's letters and digits, lower case.
    plain: Option<String>,
}

impl Identity {
    /// A party that a record names.
    #[must_use]
    pub fn of(party: &Party) -> Self {
        Self {
            keys: party.key.iter().cloned().collect(),
            codes: party.codes.clone(),
            plain: party.name.as_deref().map(plain),
            name: party.name.clone(),
        }
    }

    /// Whoever signed with a key, as the registry has him; where that is not shown, only the key is known. What the signer
    /// wrote of himself does not count: he may have written anybody's name.
    #[must_use]
    pub fn signer(key: &PublicKey, registered: Option<&Party>) -> Self {
        let mut identity = registered.map(Self::of).unwrap_or_default();
        if !identity.keys.contains(key) {
            identity.keys.push(key.clone());
        }
        identity
    }

    /// Whether nothing at all is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.keys.is_empty() && self.codes.is_empty() && self.name.is_none()
    }

    /// What he is called, or his first code, or nothing.
    #[must_use]
    pub fn called(&self) -> Option<String> {
        self.name
            .clone()
            .or_else(|| self.codes.first().map(ToString::to_string))
            .or_else(|| self.keys.first().map(|key| format!("key {}", key.id())))
    }

    /// The same for a sentence; empty where nothing is known.
    #[must_use]
    pub fn said(&self) -> Said {
        match (&self.name, self.codes.first(), self.keys.first().map(|key| key.id())) {
            (None, None, Some(id)) => both!("key {id}", "密钥 {id}"),
            _ => Said::same(self.called().unwrap_or_default()),
        }
    }

    /// Compares with another.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Comparison {
        if self.keys.iter().any(|key| other.keys.contains(key)) {
            return Comparison::Same(SameBy::Key);
        }
        let mut same_list = false;
        for own in &self.codes {
            for its in other.codes.iter().filter(|its| same_list_as(own, its)) {
                if own.code == its.code {
                    return Comparison::Same(SameBy::Code);
                }
                same_list = true;
            }
        }
        if same_list {
            return Comparison::Different;
        }
        match (&self.plain, &other.plain) {
            (Some(own), Some(its)) if own == its => Comparison::Same(SameBy::Name),
            (Some(_), Some(_)) => Comparison::Different,
            // A rotated key is another key of the same party: keys that differ say nothing alone, unless nothing else is known of both.
            _ if !self.keys.is_empty() && !other.keys.is_empty() && only_keys(self) && only_keys(other) => {
                Comparison::Different
            }
            _ => Comparison::Unknown,
        }
    }

    /// Whether both have a code of one list: then the codes decide, and names do not count.
    #[must_use]
    pub fn shares_list(&self, other: &Self) -> bool {
        self.codes.iter().any(|own| other.codes.iter().any(|its| same_list_as(own, its)))
    }

    /// The letters and digits of the name, lower case: what names are compared by.
    #[must_use]
    pub fn plain_name(&self) -> Option<&str> {
        self.plain.as_deref()
    }

    /// Learns what another record says of the same party.
    pub fn learn(&mut self, other: &Self) {
        for key in &other.keys {
            if !self.keys.contains(key) {
                self.keys.push(key.clone());
            }
        }
        for code in &other.codes {
            if !self.codes.iter().any(|own| same_list_as(own, code)) {
                self.codes.push(code.clone());
            }
        }
        if self.name.is_none() {
            self.name.clone_from(&other.name);
            self.plain.clone_from(&other.plain);
        }
    }
}

fn only_keys(identity: &Identity) -> bool {
    identity.codes.is_empty() && identity.name.is_none()
}

/// `GLEIF` gives one list only, and writers leave its name out as often as not.
fn same_list_as(own: &PartyCode, other: &PartyCode) -> bool {
    own.provider == other.provider && (own.list == other.list || own.list.is_none() || other.list.is_none())
}

/// Letters and digits alone, in one case.
pub(in crate::trade) fn plain(name: &str) -> String {
    if name.is_ascii() {
        return name
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|letter| char::from(letter.to_ascii_lowercase()))
            .collect();
    }
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::{SecretKey, Suite};

    fn named(name: &str) -> Party {
        Party { name: Some(name.into()), ..Party::default() }
    }

    fn lei(code: &str, list: Option<&str>) -> PartyCode {
        PartyCode { provider: "GLEIF".into(), list: list.map(str::to_owned), code: code.into() }
    }

    #[test]
    fn key_then_code_then_name() {
        let key = |byte| SecretKey::from_bytes(Suite::Ed25519, &[byte; 32]).unwrap().public();
        let own = Identity::of(&Party { codes: vec![lei("A", Some("LEI"))], ..named("Plover Maritime Services Ltd.") });
        let by_code = Identity::of(&Party { codes: vec![lei("A", None)], ..named("Other") });
        assert_eq!(own.compare(&by_code), Comparison::Same(SameBy::Code));
        let other = Identity::of(&Party { codes: vec![lei("B", None)], ..named("Plover Maritime Services Ltd.") });
        assert_eq!(own.compare(&other), Comparison::Different, "a code outweighs a name");
        let by_name = Identity::of(&named("PLOVER MARITIME SERVICES, LTD"));
        assert_eq!(own.compare(&by_name), Comparison::Same(SameBy::Name));
        assert_eq!(own.compare(&Identity::of(&named("Plover Maritime"))), Comparison::Different);
        assert_eq!(own.compare(&Identity::default()), Comparison::Unknown);
        let (one, two) = (Identity::signer(&key(1), None), Identity::signer(&key(2), None));
        assert_eq!(one.compare(&two), Comparison::Different);
        assert_eq!(one.compare(&Identity::signer(&key(1), Some(&named("x")))), Comparison::Same(SameBy::Key));
        assert_eq!(own.compare(&one), Comparison::Unknown, "a key without registration names nobody");
    }

    #[test]
    fn what_is_learnt_serves_later_comparisons() {
        let key = SecretKey::from_bytes(Suite::P256, &[3; 32]).unwrap().public();
        let mut holder = Identity::of(&named("Rhine Bank"));
        let signer = Identity::signer(&key, Some(&named("Rhine Bank")));
        assert_eq!(holder.compare(&signer), Comparison::Same(SameBy::Name));
        holder.learn(&signer);
        assert_eq!(holder.compare(&Identity::signer(&key, None)), Comparison::Same(SameBy::Key));
    }
}
