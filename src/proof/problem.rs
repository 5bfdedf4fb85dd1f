//! From the errors of the checks to what the reader is told: which field, what was expected, what was found.

use crate::proof::compared::Compared;
use crate::proof::report::{Outcome, Problem};
use std::error::Error;

/// Why a step did not pass: it failed, or it could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// [`Outcome::Failed`], [`Outcome::CouldNotCheck`] or [`Outcome::NotChecked`].
    pub outcome: Outcome,
    /// What to tell.
    pub problem: Problem,
}

impl Finding {
    /// Checked, and wrong.
    #[must_use]
    pub fn failed(code: &str, field: impl Into<String>) -> Self {
        Self::new(Outcome::Failed, code, field.into())
    }

    /// Something needed is not at hand.
    #[must_use]
    pub fn could_not(code: &str, field: impl Into<String>) -> Self {
        Self::new(Outcome::CouldNotCheck, code, field.into())
    }

    /// Not part of what this proof or program checks.
    #[must_use]
    pub fn not_checked(code: &str) -> Self {
        Self::new(Outcome::NotChecked, code, String::new())
    }

    fn new(outcome: Outcome, code: &str, field: String) -> Self {
        let problem =
            Problem { code: code.into(), field, expected: String::new(), found: String::new(), detail: String::new() };
        Self { outcome, problem }
    }

    /// Adds what was expected and what was found.
    #[must_use]
    pub fn comparing(mut self, expected: impl ToString, found: impl ToString) -> Self {
        self.problem.expected = expected.to_string();
        self.problem.found = found.to_string();
        self
    }

    /// Adds the check's own error, with its causes.
    #[must_use]
    pub fn because(mut self, error: &dyn Error) -> Self {
        self.problem.detail = chain_of_causes(error);
        self
    }

    /// Adds the check's own error, and what it compared, if it compared two values.
    #[must_use]
    pub fn explained_by(self, error: &impl Compared) -> Self {
        let finding = self.because(error);
        match error.compared() {
            Some((expected, found)) => finding.comparing(expected, found),
            None => finding,
        }
    }
}

/// An error and its causes in one line.
#[must_use]
pub fn chain_of_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        // Transparent wrappers repeat their cause; the reader needs it once.
        if !text.ends_with(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    text
}
