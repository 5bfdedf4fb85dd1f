//! Many parties told apart in one pass: each gets a number, and whoever is named again gets the same one.
//!
//! By key, then by code, then by name, as [`Identity::compare`] has it; what one record tells of a party serves to find it in
//! the next.

use crate::crypto::key::KeyId;
use crate::trade::replay::identity::{Comparison, Identity, SameBy};
use std::collections::HashMap;

/// Most parties of one name, or one code, that are looked at; one beyond them counts as another party.
const MAX_NAMESAKES: usize = 16;

/// Where a party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// His number.
    pub number: usize,
    /// By what he was known again; none at his first mention.
    pub by: Option<SameBy>,
}

/// The parties.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    parties: Vec<Identity>,
    by_key: HashMap<KeyId, usize>,
    by_code: HashMap<(String, String), Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Directory {
    /// The number of a party, which is entered where it is new; none where nothing at all is known of it.
    pub fn enter(&mut self, party: &Identity) -> Option<Found> {
        if party.is_unknown() {
            return None;
        }
        let found = self.find(party);
        let number = found.map_or(self.parties.len(), |found| found.number);
        match found {
            Some(_) if self.knows_all(number, party) => {}
            Some(_) => {
                self.parties[number].learn(party);
                self.index(number);
            }
            None => {
                self.parties.push(party.clone());
                self.index(number);
            }
        }
        Some(found.unwrap_or(Found { number, by: None }))
    }

    /// Where a party stands, if it was entered.
    #[must_use]
    pub fn find(&self, party: &Identity) -> Option<Found> {
        if let Some(&number) = party.keys.iter().find_map(|key| self.by_key.get(&key.id())) {
            return Some(Found { number, by: Some(SameBy::Key) });
        }
        let by_code =
            party.codes.iter().filter_map(|code| self.by_code.get(&(code.provider.clone(), code.code.clone())));
        let by_name = party.plain_name().and_then(|name| self.by_name.get(name));
        by_code.chain(by_name).flatten().find_map(|&number| match self.parties[number].compare(party) {
            Comparison::Same(by) => Some(Found { number, by: Some(by) }),
            Comparison::Different | Comparison::Unknown => None,
        })
    }

    /// A party by its number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&Identity> {
        self.parties.get(number)
    }

    /// What a party is called.
    #[must_use]
    pub fn called(&self, number: usize) -> String {
        self.get(number).and_then(Identity::called).unwrap_or_default()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parties.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parties.is_empty()
    }

    fn knows_all(&self, number: usize, party: &Identity) -> bool {
        let own = &self.parties[number];
        party.keys.iter().all(|key| own.keys.contains(key))
            && party.codes.iter().all(|code| own.codes.contains(code))
            && (own.name.is_some() || party.name.is_none())
    }

    fn index(&mut self, number: usize) {
        let Self { parties, by_key, by_code, by_name } = self;
        let party = &parties[number];
        for key in &party.keys {
            by_key.entry(key.id()).or_insert(number);
        }
        let note = |place: &mut Vec<usize>| {
            if place.len() < MAX_NAMESAKES && !place.contains(&number) {
                place.push(number);
            }
        };
        for code in &party.codes {
            note(by_code.entry((code.provider.clone(), code.code.clone())).or_default());
        }
        if let Some(name) = party.plain_name() {
            note(by_name.entry(name.to_owned()).or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::party::{Party, PartyCode};

    fn named(name: Option<&str>, lei: Option<&str>) -> Identity {
        let code = |code: &str| PartyCode { provider: "GLEIF".into(), list: None, code: code.into() };
        Identity::of(&Party {
            name: name.map(str::to_owned),
            codes: lei.map(code).into_iter().collect(),
            ..Party::default()
        })
    }

    #[test]
    fn one_number_a_party() {
        let mut directory = Directory::default();
        let mut number = |name, lei| directory.enter(&named(name, lei)).map(|found| (found.number, found.by));
        assert_eq!(number(Some("Plover Ltd"), None), Some((0, None)));
        assert_eq!(number(Some("PLOVER LTD."), Some("A")), Some((0, Some(SameBy::Name))));
        assert_eq!(number(None, Some("A")), Some((0, Some(SameBy::Code))), "learnt with the name");
        assert_eq!(number(Some("Plover Ltd"), Some("B")), Some((1, None)), "a code outweighs a name");
        assert_eq!(number(Some("Other"), Some("B")), Some((1, Some(SameBy::Code))));
        assert_eq!(number(None, None), None);
        assert_eq!(directory.len(), 2);
    }

    #[test]
    fn namesakes_are_bounded() {
        let mut directory = Directory::default();
        for code in 0..1000 {
            let _ = directory.enter(&named(Some("Same"), Some(&code.to_string())));
        }
        assert_eq!(directory.len(), 1000);
        assert_eq!(directory.by_name["same"].len(), MAX_NAMESAKES);
    }
}
