//! One verification: what the reader handed in, and how far it is.

use crate::client::message::{Drafts, PackedReport, Stage, VerificationId};
use crate::proof::report::Problem;
use crate::ui::route::Route;
use crate::ui::wording::samples::SampleId;
use std::rc::Rc;

/// What the reader wants verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A proof link's fragment, without `#`.
    Link(String),
    /// A sample, whose link the client finds.
    Sample(SampleId),
    /// Files, which the bridge holds under this number.
    Files(u64),
}

impl Given {
    /// Where its verdict is shown.
    #[must_use]
    pub fn route(&self) -> Route {
        match self {
            Self::Link(text) => Route::Proof(text.clone()),
            Self::Sample(sample) => Route::Sample(*sample),
            Self::Files(number) => Route::Files(*number),
        }
    }
}

/// How far a verification is.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// To be handed to the worker.
    Queued,
    /// With the worker.
    Running(Running),
    /// Answered.
    Done(Rc<Answer>),
    /// No proof but documents, read into drafts.
    Drafted(Rc<Drafts>),
    /// Over without an answer.
    Refused(Problem),
    /// Stopped by the reader.
    Stopped,
}

/// A verification with the worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// What it is doing.
    pub stage: Stage,
    /// When it began doing that, milliseconds since 1970.
    pub since_ms: f64,
    /// When that was last heard.
    pub heard_ms: f64,
}

/// The worker's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The whole report.
    pub report: PackedReport,
    /// The proof file's JSON, when the input held one.
    pub proof: Option<String>,
    /// The link to that proof, `/v/1.…`.
    pub link: Option<String>,
}

/// One verification.
#[derive(Debug, Clone, PartialEq)]
pub struct Verification {
    /// Its name in messages; a new one each time it is begun anew.
    pub id: VerificationId,
    /// What is verified.
    pub given: Given,
    /// How far it is.
    pub phase: Phase,
    /// Times it was handed to a worker.
    pub sendings: u8,
}
