//! What a command has to say, and how the program ends.

use std::io::{self, Write as _};
use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything passed, or was done.
    Passed,
    /// A check failed.
    Failed,
    /// Malformed input, or wrong use.
    Malformed,
    /// Something could not be checked, and nothing failed.
    CouldNotCheck,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Passed => 0,
            Exit::Failed => 1,
            Exit::Malformed => 2,
            Exit::CouldNotCheck => 3,
        })
    }
}

/// What a command has to say.
#[derive(Debug)]
pub struct Answer {
    /// For standard output.
    pub text: String,
    /// For standard error, line by line.
    pub notes: Vec<String>,
    /// How the program ends.
    pub exit: Exit,
}

impl Answer {
    /// Something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), notes: Vec::new(), exit: Exit::Passed }
    }

    /// Says it, and gives the exit code.
    pub fn say(self) -> ExitCode {
        // Nobody may be listening any more (`plimsoll … | head`); what was done is done all the same.
        let _ = self.notes.iter().try_for_each(|note| writeln!(io::stderr(), "{note}"));
        let _ = io::stdout().write_all(self.text.as_bytes()).and_then(|()| io::stdout().flush());
        self.exit.into()
    }
}
