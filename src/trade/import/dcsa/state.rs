//! DCSA's states in the one spelling that records have.
//!
//! DCSA writes them as four letters (shipment events, PINT 3.0) and as words (eBL 3.0), the words with spaces in earlier versions.

/// A state in words with underscores: `PENU`, `PENDING UPDATE` and `PENDING_UPDATE` are the same.
pub(super) fn in_words(state: &str) -> String {
    let upper: String = state
        .trim()
        .chars()
        .take(60)
        .map(|letter| if matches!(letter, ' ' | '-') { '_' } else { letter.to_ascii_uppercase() })
        .collect();
    let words = STATES.iter().find(|(letters, _)| *letters == upper).map(|(_, words)| (*words).to_owned());
    words.unwrap_or(upper)
}

/// The title action of a code: the endorsement chain's words, or PINT's four letters.
pub(super) fn title_action(code: &str) -> String {
    let words = in_words(code);
    TITLE.iter().find(|(letters, _)| *letters == words).map(|(_, action)| (*action).to_owned()).unwrap_or(words)
}

const STATES: &[(&str, &str)] = &[
    ("RECE", "RECEIVED"),
    ("DRFT", "DRAFT"),
    ("PENU", "PENDING_UPDATE"),
    ("PENA", "PENDING_APPROVAL"),
    ("PENC", "PENDING_CONFIRMATION"),
    ("REJE", "REJECTED"),
    ("APPR", "APPROVED"),
    ("ISSU", "ISSUED"),
    ("SURR", "SURRENDERED"),
    ("VOID", "VOIDED"),
    ("CONF", "CONFIRMED"),
    ("CMPL", "COMPLETED"),
    ("CANC", "CANCELLED"),
    ("DECL", "DECLINED"),
    ("UPRE", "UPDATE_RECEIVED"),
    ("UPCO", "UPDATE_CONFIRMED"),
];

const TITLE: &[(&str, &str)] = &[
    ("ISSUED", "ISSUE"),
    ("TRNS", "TRANSFER"),
    ("ENDO", "ENDORSE"),
    ("RESD", "SURRENDER_FOR_DELIVERY"),
    ("RESA", "SURRENDER_FOR_AMENDMENT"),
    ("SREQ", "SURRENDER_FOR_DELIVERY"),
    ("AREQ", "SURRENDER_FOR_AMENDMENT"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::action::RecordType;

    #[test]
    fn every_spelling_is_the_same_state() {
        for spelling in ["PENU", "PENDING UPDATE", "PENDING_UPDATE", "pending-update"] {
            assert_eq!(in_words(spelling), "PENDING_UPDATE");
        }
        for (letters, words) in
            [("SURR", "SURRENDERED"), ("SACC", "SACC"), ("TRNS", "TRANSFER"), ("BLANK ENDORSE", "BLANK_ENDORSE")]
        {
            assert_eq!(title_action(letters), words);
            assert!(RecordType::Title.action(words).is_some(), "{words}");
        }
        for (_, action) in TITLE {
            assert!(RecordType::Title.action(action).is_some(), "{action}");
        }
    }
}
