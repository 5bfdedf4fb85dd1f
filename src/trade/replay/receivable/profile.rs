//! What differs from place to place, as plain data: nothing in the machine asks where it is.

/// What a second confirmer undertakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reconfirmation {
    /// To pay when the confirmer before him does not: like confirming a confirmed credit. The project's own reading, since the
    /// accounts that such platforms publish do not define the word.
    BehindConfirmer,
    /// To pay when the debtor does not, side by side with the confirmer before him.
    BesideConfirmer,
}

/// The rules of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name, as `profile` of the first record gives it.
    pub code: &'static str,
    /// Whether only a confirmed receivable may be transferred, financed or paid with (rule R4).
    pub confirm_before_transfer: bool,
    /// Months from issue to due date beyond which it is unusual.
    pub unusual_months: Option<u32>,
    /// Months from issue to due date beyond which it is not allowed.
    pub longest_months: Option<u32>,
    /// Days after the due date before which nobody is in default.
    pub grace_days: i64,
    /// What a second confirmer undertakes.
    pub reconfirmation: Reconfirmation,
}

/// Where nothing else is said.
pub const GENERAL: Profile = Profile {
    code: "GENERAL",
    confirm_before_transfer: false,
    unusual_months: None,
    longest_months: None,
    grace_days: 0,
    reconfirmation: Reconfirmation::BehindConfirmer,
};

/// Platforms whose rules let only confirmed receivables pass from hand to hand.
pub const CONFIRM_FIRST: Profile = Profile { code: "CONFIRM-FIRST", confirm_before_transfer: true, ..GENERAL };

/// China, electronic receivable vouchers as regulated from 2025: six months as a rule, one year at most.
pub const CN_2025: Profile = Profile { code: "CN-2025", unusual_months: Some(6), longest_months: Some(12), ..GENERAL };

/// Every profile.
pub const PROFILES: [&Profile; 3] = [&GENERAL, &CONFIRM_FIRST, &CN_2025];

/// The profile of a code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Profile> {
    PROFILES.into_iter().find(|profile| profile.code == code)
}
