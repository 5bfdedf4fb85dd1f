//! The table of threats, held to the tests: what it names exists, and what is tested here stands in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// Names of the functions that are tests, in these files.
fn tests(files: &[PathBuf]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        let mut lines = text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line == "#[test]" {
                let name = lines.find_map(|line| line.strip_prefix("fn ")).unwrap();
                found.insert(name.split('(').next().unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn every_threat_names_tests_that_exist_and_every_attack_is_a_threat() {
    let page = fs::read_to_string(root().join("docs/THREATS.md")).unwrap();
    let table = page.split("\n## Stopped\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| **")).collect();
    let mut named = BTreeSet::new();
    for row in &rows[2..] {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [_, _, last] = cells[..] else { panic!("three cells: {row}") };
        let names: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test: {row}");
        named.extend(names.into_iter().map(str::to_owned));
    }
    assert!(rows.len() > 40, "the table was found: {} rows", rows.len());
    let everywhere = tests(&[rust_files(&root().join("tests")), rust_files(&root().join("src"))].concat());
    let missing: Vec<&String> = named.difference(&everywhere).collect();
    assert!(missing.is_empty(), "tests that do not exist: {missing:?}");
    let mut attacks = tests(&rust_files(&root().join("tests/attacks")));
    attacks.remove("every_threat_names_tests_that_exist_and_every_attack_is_a_threat");
    let untold: Vec<&String> = attacks.difference(&named).collect();
    assert!(untold.is_empty(), "attacks that docs/THREATS.md does not tell of: {untold:?}");
}
