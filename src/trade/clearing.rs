//! Records of a clearing centre: a round of settlement, from the obligations that enter it to the payments that end it.

use crate::trade::action::{Action, Schema};

/// Rounds of a clearing centre.
///
/// `obligations[]{debtor, creditor, amount, currency, receivableId}`, `positions[]{participant, amount, currency}` with what a
/// participant receives counted positive, and `settlements[]{payer, payee, amount, currency, paymentReference}`.
pub const CLEARING: Schema = Schema {
    code: "clearing",
    schemes: &["clearing-round"],
    fields: &[
        "clearingCentre",
        "roundId",
        "participants",
        "obligations",
        "positions",
        "settlements",
        "currency",
        "reason",
        "comments",
    ],
    actions: &[
        Action::new("OPEN", 0x0c01, "clearing round opened", "清算轮次开启").requires(&[
            "clearingCentre",
            "participants",
            "obligations",
        ]),
        Action::new("NET", 0x0c02, "net positions computed", "轧差得出净头寸")
            .requires(&["clearingCentre", "positions"]),
        Action::new("SETTLE", 0x0c03, "clearing round settled", "清算轮次结清")
            .requires(&["clearingCentre", "settlements"]),
    ],
};
