//! A report and the bytes it travels as.

use crate::encoding::wire::{Field, Source};
use crate::proof::report::Report;
use std::ops::Deref;
use std::sync::Arc;

/// A report, and the bytes it travels as. The page hands these back to have an answer saved, and so needs no program to
/// write reports with.
#[derive(Debug, Clone)]
pub struct PackedReport {
    report: Arc<Report>,
    bytes: Arc<[u8]>,
}

/// A report has one encoding: equal bytes are equal reports.
impl PartialEq for PackedReport {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for PackedReport {}

impl PackedReport {
    /// The report.
    #[must_use]
    pub fn into_report(self) -> Report {
        Arc::unwrap_or_clone(self.report)
    }
}

impl From<Report> for PackedReport {
    fn from(report: Report) -> Self {
        let mut bytes = Vec::new();
        report.write(&mut bytes);
        Self { report: Arc::new(report), bytes: bytes.into() }
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
        (&*self.bytes).write(out);
    }

    fn read(source: &mut Source<'a>) -> Self {
        let bytes = <&[u8]>::read(source);
        Self { report: Arc::new(source.inner(bytes)), bytes: bytes.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::wire::whole;
    use crate::proof::report::{Conclusion, InputKind};
    use crate::time::UnixTime;

    #[test]
    fn bytes_are_one_report_and_nothing_after_it() {
        let packed = PackedReport::from(Report::empty(InputKind::Report, Conclusion::CannotTell, UnixTime(1)));
        let sent = |inner: &[u8]| {
            let mut bytes = Vec::new();
            inner.write(&mut bytes);
            whole::<PackedReport>(&bytes)
        };
        assert_eq!(sent(&packed.bytes).as_ref(), Ok(&packed));
        assert!(sent(&[&packed.bytes[..], &[0]].concat()).is_err());
        assert!(sent(&packed.bytes[1..]).is_err());
        assert_ne!(packed, Report::empty(InputKind::Report, Conclusion::CannotTell, UnixTime(2)).into());
    }
}
