//! An answer as a file to be saved: the client writes it, so that the page needs no program that writes JSON.

use crate::client::chain_parts::chain_part;
use crate::client::intake::TIMESTAMP_MAGIC;
use crate::client::message::{Event, ExportKind, Material};
use crate::proof::bundle::Bytes;
use crate::proof::recheck::{ClaimedExport, EXPORT_FORMAT, Export, ExportedFile};
use crate::proof::report::{DocumentKind, Problem, Report};
use crate::proof::table::csv;

/// Most letters of what a file's name says it is of.
const NAME_LETTERS: usize = 60;

/// Writes an answer as a file; `material` are the files it is about, where it has no proof.
#[must_use]
pub fn export(kind: ExportKind, report: &Report, proof: Option<String>, material: Vec<Material>) -> Event {
    let (suffix, media_type, text) = match kind {
        ExportKind::Proof => match proof {
            Some(proof) => ("proof.json", "application/json", proof),
            None => return Event::ExportFailed { problem: without_proof() },
        },
        ExportKind::Table => ("csv", "text/csv;charset=utf-8", csv(report)),
        ExportKind::Report => {
            let files = if proof.is_some() { Vec::new() } else { files_of(report, material) };
            let export = Export { format: EXPORT_FORMAT.to_owned(), report: report.clone(), proof, files };
            ("report.json", "application/json", export.to_json())
        }
    };
    Event::Exported { name: format!("{}.{suffix}", name_of(report)), media_type: media_type.to_owned(), text }
}

/// The files an exported report needs to be checked again: a timestamp and its document, or a sealed document and
/// what served it. A proof needs none.
fn files_of(report: &Report, material: Vec<Material>) -> Vec<ExportedFile> {
    let document = report.document.as_ref().map(|document| document.name.as_str());
    let is_certificate = report.document.as_ref().is_some_and(|document| document.kind == DocumentKind::Blockcerts);
    let mut files = Vec::new();
    for item in material {
        let Material::File { name, bytes } = item else { continue };
        let serves = bytes.starts_with(TIMESTAMP_MAGIC) || (is_certificate && chain_part(&bytes).is_some());
        if serves || Some(name.as_str()) == document {
            files.push(ExportedFile { name, bytes: Bytes(bytes) });
        } else if let Ok(earlier) = ClaimedExport::parse(&bytes) {
            files.extend(earlier.files);
        }
    }
    files
}

fn without_proof() -> Problem {
    let empty = String::new;
    let detail = "the answer came without a proof".to_owned();
    Problem { code: "export-failed".into(), field: empty(), expected: empty(), found: empty(), detail }
}

/// A file name that says what it is of, without the signs that systems keep for themselves.
#[must_use]
pub fn name_of(report: &Report) -> String {
    let of = match (&report.record, &report.document) {
        (Some(record), _) => record.reference.as_str(),
        (None, Some(document)) => document.name.as_str(),
        (None, None) => "",
    };
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || !letter.is_ascii() || "-_.".contains(letter);
    let letters = of.chars().map(|letter| if is_plain(letter) { letter } else { '-' });
    let clean: String = letters.take(NAME_LETTERS).collect();
    match clean.trim_matches(['.', '-']) {
        "" => "plimsoll".to_owned(),
        clean => format!("plimsoll-{clean}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::report::{Conclusion, DocumentView, InputKind};
    use crate::time::UnixTime;

    fn stamped(name: &str) -> Report {
        let (name, algorithm, digest) = (name.to_owned(), "SHA-256".to_owned(), "00".to_owned());
        let kind = DocumentKind::Timestamped;
        let document = DocumentView { kind, name, size: None, algorithm, digest, heights: vec![], others: vec![] };
        let empty = Report::empty(InputKind::Timestamp, Conclusion::Stamped, UnixTime(0));
        Report { document: Some(document), ..empty }
    }

    fn file(name: &str, bytes: &[u8]) -> Material {
        Material::File { name: name.into(), bytes: bytes.to_vec() }
    }

    fn exported(event: Event) -> (String, String) {
        match event {
            Event::Exported { name, text, .. } => (name, text),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_timestamp_is_exported_with_its_files_and_again_from_its_own_export() {
        let (report, timestamp) = (stamped("a b.pdf"), [TIMESTAMP_MAGIC, b"x"].concat());
        let given = vec![file("a b.pdf", b"document"), file("other.txt", b"other"), file("a.ots", &timestamp)];
        let (name, text) = exported(export(ExportKind::Report, &report, None, given));
        assert_eq!(name, "plimsoll-a-b.pdf.report.json");
        let files = ClaimedExport::parse(text.as_bytes()).expect("is an export").files;
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a b.pdf", "a.ots"], "and not what it does not speak of");
        let again = export(ExportKind::Report, &report, None, vec![file("kept.json", text.as_bytes())]);
        assert_eq!(exported(again).1, text);
    }

    #[test]
    fn a_proof_needs_no_files_and_is_saved_as_it_came() {
        let report = stamped("../..");
        let (name, text) = exported(export(ExportKind::Proof, &report, Some("{ }".into()), vec![]));
        assert_eq!((name.as_str(), text.as_str()), ("plimsoll.proof.json", "{ }"));
        let given = vec![file("../..", b"document")];
        let (_, text) = exported(export(ExportKind::Report, &report, Some("{ }".into()), given));
        let claimed = ClaimedExport::parse(text.as_bytes()).expect("is an export");
        assert_eq!((claimed.proof.as_deref(), claimed.files.len()), (Some("{ }"), 0));
        let (name, text) = exported(export(ExportKind::Table, &report, None, vec![]));
        assert!(name == "plimsoll.csv" && text.contains("\"../..\""), "{name}: {text}");
        let none = export(ExportKind::Proof, &report, None, vec![]);
        assert!(matches!(none, Event::ExportFailed { problem } if problem.code == "export-failed"));
    }
}
