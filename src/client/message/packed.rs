//! A report and the bytes it travels as.

use crate::encoding::wire::{Field, Source};
use crate::proof::report::Report;
use std::ops::Deref;

/// A report, and the bytes it travels as. The page hands these back to have an answer saved, and so needs no program to
/// write reports with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedReport {
    report: Box<Report>,
    bytes: Vec<u8>,
}

impl PackedReport {
    /// The report.
    #[must_use]
    pub fn into_report(self) -> Report {
        *self.report
    }
}

impl From<Report> for PackedReport {
    fn from(report: Report) -> Self {
        let mut bytes = Vec::new();
        report.write(&mut bytes);
        Self { report: Box::new(report), bytes }
    }
}

impl Deref for PackedReport {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.report
    }
}

impl<'a> Field<'a> for PackedReport {
    fn write(&self, out: &mut Vec<u8>) {
        self.bytes.as_slice().write(out);
    }

    fn read(source: &mut Source<'a>) -> Self {
        let bytes = <&[u8]>::read(source);
        Self { report: Box::new(source.inner(bytes)), bytes: bytes.to_vec() }
    }
}
