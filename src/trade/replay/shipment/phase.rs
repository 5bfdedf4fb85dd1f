//! The container machine: which event may follow in which phase. Only what happened moves it.
//!
//! Empty out, stuffed, into the terminal, on board, discharged (and on board again, where it is transshipped), released, out of
//! the terminal, delivered, returned empty. What others than the terminals and the carrier tell may be left out: stuffing and
//! stripping by the cargo's side, customs, a vessel's departure and arrival.

use crate::trade::replay::shipment::container::Phase;
use crate::trade::rule::phrase::Words;

/// What a container has to be that is said to be empty.
const EMPTY: Words = ("a container that is empty", "须为空箱");

/// An event as the machine sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Act<'a> {
    pub(super) code: &'a str,
    /// `emptyIndicatorCode`: true for laden.
    pub(super) laden: Option<bool>,
    pub(super) facility_type: Option<&'a str>,
}

/// What the machine answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It is in this phase now.
    To(Phase),
    /// It stays in its phase.
    Stay,
    /// It may not follow: what would have to go before.
    Refused(Words),
}

impl Act<'_> {
    fn may_be_laden(self) -> bool {
        self.laden != Some(false)
    }

    fn may_be_empty(self) -> bool {
        self.laden != Some(true)
    }

    /// At a facility inland, on the way to the port or from it.
    fn inland(self) -> bool {
        matches!(self.facility_type, Some("INTE" | "RAMP" | "DEPO" | "COYA" | "OFFD" | "BOCR" | "COFS"))
    }

    fn at_customer(self) -> bool {
        matches!(self.facility_type, None | Some("CLOC"))
    }
}

/// What becomes of a phase. `from` is none before the first event; `full` says whether goods are known to be in the container.
pub(super) fn next(from: Option<Phase>, full: Option<bool>, act: Act<'_>) -> Next {
    let aboard = matches!(from, Some(Phase::OnBoard | Phase::Sailing | Phase::Arrived));
    match act.code {
        "GTOT" => gate_out(from, act),
        "GTIN" => gate_in(from, act),
        "PICK" | "DROP" | "STUF" | "STRP" if aboard => Next::Refused(("DISC before", "此前须有 DISC")),
        "PICK" => match from {
            None | Some(Phase::EmptyReturned) if act.may_be_empty() => Next::To(Phase::EmptyOut),
            None => Next::To(Phase::Stuffed),
            _ => Next::Stay,
        },
        "DROP" => match from {
            Some(Phase::OutOfTerminal) if act.may_be_laden() && act.at_customer() => Next::To(Phase::Delivered),
            Some(Phase::OutOfTerminal) if act.may_be_laden() => Next::Stay,
            Some(Phase::Stuffed) if act.may_be_laden() => Next::Stay,
            Some(Phase::EmptyOut | Phase::Delivered) if act.may_be_empty() => Next::Stay,
            _ => Next::Refused(("GTOT before", "此前须有 GTOT")),
        },
        "STUF" => match from {
            None | Some(Phase::EmptyOut | Phase::EmptyReturned) => Next::To(Phase::Stuffed),
            _ => Next::Refused(("GTOT EMPTY before", "此前须有空箱 GTOT")),
        },
        "STRP" => match from {
            _ if full == Some(false) => Next::Refused(("a laden container", "须为重箱")),
            Some(Phase::OutOfTerminal | Phase::Delivered) => Next::To(Phase::Delivered),
            // Less than a container's load is handed out where the container is stripped, at a freight station.
            Some(Phase::Discharged | Phase::Released) if act.inland() => Next::To(Phase::Delivered),
            _ => Next::Refused(("GTOT LADEN before", "此前须有重箱 GTOT")),
        },
        "LOAD" => match from {
            Some(Phase::InTerminal | Phase::Discharged) if act.may_be_laden() => Next::To(Phase::OnBoard),
            _ => Next::Refused((
                "GTIN LADEN, or DISC at a port of transshipment, before",
                "此前须有重箱 GTIN，或在中转港 DISC",
            )),
        },
        "DISC" => match aboard && act.may_be_laden() {
            true => Next::To(Phase::Discharged),
            false => Next::Refused(("LOAD before", "此前须有 LOAD")),
        },
        "RSEA" => match from {
            Some(Phase::InTerminal | Phase::Discharged | Phase::Released) => Next::Stay,
            _ => Next::Refused(("a container in a terminal", "箱须在码头内")),
        },
        "INSP" => match from {
            Some(Phase::InTerminal | Phase::Discharged | Phase::Released | Phase::EmptyReturned) => Next::Stay,
            _ => Next::Refused(("a container in a terminal", "箱须在码头内")),
        },
        "AVPU" | "AVDO" if aboard => Next::Refused(("DISC before", "此前须有 DISC")),
        "CUSS" | "CUSI" => match from {
            Some(Phase::Released) => Next::Refused(("no selection by customs after CUSR", "CUSR 之后海关不再布控")),
            Some(Phase::EmptyOut | Phase::OutOfTerminal | Phase::Delivered | Phase::EmptyReturned) => {
                Next::Refused(("a laden container before its delivery", "交付前的重箱"))
            }
            _ => Next::Stay,
        },
        "CUSR" => match from {
            Some(Phase::Discharged) => Next::To(Phase::Released),
            Some(Phase::Released) => Next::Refused(("one CUSR", "仅一次 CUSR")),
            Some(Phase::EmptyOut | Phase::Delivered | Phase::EmptyReturned) => {
                Next::Refused(("a laden container before its delivery", "交付前的重箱"))
            }
            // Cleared for export, or for import while still at sea; and what comes too late is told under S12.
            _ => Next::Stay,
        },
        "RECEIVING" | "ACCEPTING" => match from {
            Some(Phase::OutOfTerminal) => Next::To(Phase::Delivered),
            None | Some(Phase::Delivered | Phase::EmptyReturned) => Next::Stay,
            _ => Next::Refused(("GTOT LADEN before", "此前须有重箱 GTOT")),
        },
        "REJECTING" => match from {
            None | Some(Phase::OutOfTerminal | Phase::Delivered | Phase::EmptyReturned) => Next::Stay,
            _ => Next::Refused(("GTOT LADEN before", "此前须有重箱 GTOT")),
        },
        _ => Next::Stay,
    }
}

fn gate_out(from: Option<Phase>, act: Act<'_>) -> Next {
    match from {
        None | Some(Phase::EmptyReturned) if act.may_be_empty() => Next::To(Phase::EmptyOut),
        Some(Phase::EmptyOut | Phase::Delivered) if act.laden == Some(false) => Next::Stay,
        Some(Phase::Discharged | Phase::Released) if act.may_be_laden() => Next::To(Phase::OutOfTerminal),
        Some(Phase::Stuffed | Phase::OutOfTerminal) if act.may_be_laden() && (act.inland() || act.at_customer()) => {
            Next::Stay
        }
        _ => Next::Refused(if act.laden == Some(false) { EMPTY } else { ("DISC before", "此前须有 DISC") }),
    }
}

fn gate_in(from: Option<Phase>, act: Act<'_>) -> Next {
    match from {
        None | Some(Phase::EmptyOut | Phase::Stuffed) if act.may_be_laden() => match act.inland() {
            // On its way to the port.
            true => Next::To(Phase::Stuffed),
            false => Next::To(Phase::InTerminal),
        },
        Some(Phase::OutOfTerminal) if act.laden == Some(true) && act.inland() => Next::Stay,
        None | Some(Phase::EmptyOut | Phase::OutOfTerminal | Phase::Delivered) if act.may_be_empty() => {
            Next::To(Phase::EmptyReturned)
        }
        _ => Next::Refused(if act.laden == Some(false) {
            EMPTY
        } else {
            ("STUF or GTOT before", "此前须有 STUF 或 GTOT")
        }),
    }
}

/// The phase that an event speaks of by itself: where a history has a gap, or the event before was out of order.
pub(super) fn spoken_of(act: Act<'_>) -> Option<Phase> {
    Some(match (act.code, act.laden) {
        ("GTOT", Some(false)) => Phase::EmptyOut,
        ("GTOT", _) => Phase::OutOfTerminal,
        ("STUF", _) => Phase::Stuffed,
        ("GTIN", Some(false)) => Phase::EmptyReturned,
        ("GTIN", _) => Phase::InTerminal,
        ("LOAD", _) => Phase::OnBoard,
        ("DISC", _) => Phase::Discharged,
        ("CUSR", _) => Phase::Released,
        ("STRP" | "RECEIVING" | "ACCEPTING", _) => Phase::Delivered,
        ("DROP", Some(true)) if act.at_customer() => Phase::Delivered,
        _ => return None,
    })
}
