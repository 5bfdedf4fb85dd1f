//! Withholding fields from a proof that is shown: what the reader chose, and what the worker made of it.

use crate::client::message::{EncryptedProof, Event, NextReader};
use crate::proof::report::{Conclusion, Problem};
use crate::ui::verification::{Answer, Given};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What the reader wishes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Begin with the proof that is shown.
    Open,
    /// Withhold the field at this JSON pointer, or show it.
    Choose(String, bool),
    /// Save the next reader's proof file.
    Save,
    /// Encrypt it, or no longer.
    Encrypt(bool),
    /// The encrypted file will lie at this address.
    Address(String),
    /// Save the encrypted file.
    SaveSealed,
    /// End it, and forget what was chosen.
    Close,
}

/// Fields being withheld.
#[derive(Debug, Clone, PartialEq)]
pub struct Withholding {
    /// The verification whose proof it is.
    pub given: Given,
    /// SHA-256 of the proof file, hexadecimal: what was chosen is kept under it.
    pub of: String,
    /// The page's address without its fragment, for whole links.
    pub base: String,
    /// JSON pointers of the fields to withhold.
    pub chosen: BTreeSet<String>,
    /// The question asked last. Answers to others are past.
    pub number: u64,
    /// The last answer.
    pub next: Option<Rc<NextReader>>,
    /// Why fields chosen earlier are not withheld any more.
    pub problem: Option<Problem>,
    /// The encrypted variant, when it is wanted.
    pub sealing: Option<Sealing>,
}

/// The next reader's proof, being encrypted. Its key is kept nowhere but here and in its link.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sealing {
    /// Where the file will lie; empty when it travels beside its link.
    pub address: String,
    /// The last answer.
    pub sealed: Option<Rc<EncryptedProof>>,
}

impl Withholding {
    /// Fields chosen earlier are withheld from this proof from now on.
    #[must_use]
    pub fn new(given: Given, of: String, base: String, chosen: BTreeSet<String>) -> Self {
        Self { given, of, base, chosen, number: 0, next: None, problem: None, sealing: None }
    }

    /// Whether the last answer is about what is chosen now.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.next.as_ref().is_some_and(|next| next.number == self.number)
    }

    /// The encrypted proof, when it is the one for what is chosen and for the address as it stands.
    #[must_use]
    pub fn sealed(&self) -> Option<&Rc<EncryptedProof>> {
        let sealing = self.sealing.as_ref()?;
        let fits = |sealed: &&Rc<EncryptedProof>| sealed.number == self.number && sealed.address == sealing.address;
        sealing.sealed.as_ref().filter(fits)
    }

    /// Whether a field goes with one around it that is withheld.
    #[must_use]
    pub fn goes_along(&self, path: &str) -> bool {
        let mut around = path.rmatch_indices('/').map(|(end, _)| &path[..end]);
        around.any(|around| self.chosen.contains(around))
    }

    pub(super) fn choose(&mut self, path: String, hide: bool) {
        if hide {
            self.chosen.insert(path);
        } else {
            self.chosen.remove(&path);
        }
        self.problem = None;
    }

    /// Hears what came of it. Says whether what the next reader sees is to be asked for again.
    pub(super) fn hear(&mut self, event: Event) -> bool {
        match event {
            Event::NextReader(next) if next.number == self.number => self.next = Some(Rc::new(next)),
            Event::NotWithheld { number, problem } => return self.refuse(number, problem),
            Event::Encrypted(sealed) => {
                if let Some(sealing) = &mut self.sealing {
                    sealing.sealed = Some(Rc::new(sealed));
                }
            }
            _ => {}
        }
        false
    }

    /// The proof is to be encrypted for this address, or not at all.
    pub(super) fn seal(&mut self, address: Option<String>) {
        let sealed = self.sealing.take().and_then(|before| before.sealed);
        self.sealing = address.map(|address| Sealing { address, sealed });
    }

    /// What cannot be withheld is not: everything chosen is shown again. Says whether that is to be asked for.
    fn refuse(&mut self, number: u64, problem: Problem) -> bool {
        if number != self.number {
            return false;
        }
        self.problem = Some(problem);
        let had = !self.chosen.is_empty();
        self.chosen.clear();
        had
    }
}

/// The proof of an answer from which fields can be withheld: one that holds.
#[must_use]
pub fn proof_of(answer: &Answer) -> Option<&str> {
    let holds = matches!(
        answer.report.conclusion,
        Conclusion::Genuine | Conclusion::GenuineNotProvenCurrent | Conclusion::AgainstRules
    );
    answer.proof.as_deref().filter(|_| holds && answer.report.record.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::problem;

    fn now() -> Withholding {
        let chosen = ["/body/a", "/body/list/0"].map(str::to_owned).into();
        Withholding { number: 7, ..Withholding::new(Given::Files(1), "ab".into(), String::new(), chosen) }
    }

    #[test]
    fn what_is_inside_goes_along() {
        let now = now();
        for (path, along) in [
            ("/body/a/x", true),
            ("/body/a/x/y", true),
            ("/body/list/0/amount", true),
            ("/body/a", false),
            ("/body/ab", false),
            ("/body/list/01", false),
            ("/body", false),
        ] {
            assert_eq!(now.goes_along(path), along, "{path}");
        }
    }

    #[test]
    fn a_refusal_shows_everything_again_and_a_late_one_does_nothing() {
        let mut now = now();
        let before = now.clone();
        assert!(!now.refuse(6, problem("not-withheld", String::new())));
        assert_eq!(now, before);
        assert!(now.refuse(7, problem("not-withheld", String::new())), "the answer without them is asked for");
        assert!(now.chosen.is_empty() && now.problem.is_some());
        assert!(!now.refuse(7, problem("not-withheld", String::new())), "and not for ever");
        now.choose("/body/b".into(), true);
        assert!(now.problem.is_none());
        now.choose("/body/b".into(), false);
        assert!(now.chosen.is_empty());
    }
}
