//! The table of a report, read back by a reader of CSV that is not ours.
#![cfg(not(target_arch = "wasm32"))]

#[path = "view/reports.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod reports;

use plimsoll::proof::report::Report;
use plimsoll::proof::table::csv;
use plimsoll::trade::view::FieldValue;

fn rows(report: &Report) -> Vec<Vec<String>> {
    let text = csv(report);
    let text = text.strip_prefix('\u{feff}').expect("the mark that tells spreadsheets it is UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

fn row<'a>(rows: &'a [Vec<String>], section: &str, item: &str) -> &'a [String] {
    rows.iter().find(|row| row[0] == section && row[1] == item).unwrap_or_else(|| panic!("no {section} / {item}"))
}

#[test]
fn every_fact_of_a_report_has_its_row() {
    let rows = rows(&reports::genuine());
    assert!(rows.iter().all(|row| row.len() == 4));
    assert_eq!(rows[0], ["section", "item", "value", "beside"]);
    assert_eq!(row(&rows, "report", "conclusion")[2], "genuine-not-proven-current");
    assert_eq!(row(&rows, "field", "/body/faceAmount")[2..], ["84300.00", "EUR"]);
    assert_eq!(row(&rows, "field", "/body/undertaking")[2..], ["", "withheld"]);
    assert_eq!(row(&rows, "line", "status")[2], "not-checked");
    assert_eq!(row(&rows, "step value", "log-inclusion / log-size")[2], "42");
    assert_eq!(rows.iter().filter(|row| row[0] == "step").count(), 17);
    let changed = self::rows(&reports::changed());
    assert_eq!(row(&changed, "field", "/body/faceAmount")[2..], ["94300.00", "EUR; altered"]);
    assert_eq!(row(&changed, "step problem", "disclosures / field")[2], "/body/faceAmount");
}

#[test]
fn hostile_text_stays_one_cell_and_is_no_formula() {
    let hostile = ["=HYPERLINK(\"http://x\")", "a,b\"c", "two\r\nlines", "@SUM(1)", "+49 40 1", "-1", "-1+1", "\t=1"];
    for text in hostile {
        let mut report = reports::genuine();
        let record = report.record.as_mut().expect("has a record");
        record.fields[0].value = FieldValue::Text { text: text.into() };
        let path = record.fields[0].path.clone();
        let rows = rows(&report);
        let cell = &row(&rows, "field", &path)[2];
        assert!(cell == text || *cell == format!("'{text}"), "{cell:?}");
        let starts_formula = cell.starts_with(['=', '+', '@', '\t', '\r', '-']) && cell.parse::<f64>().is_err();
        assert!(!starts_formula, "{cell:?}");
    }
}
