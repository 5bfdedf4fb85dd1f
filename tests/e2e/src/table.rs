//! What came of every run by every way, for whoever reads the test's print-out.

use std::collections::BTreeMap;

/// Rows by name, columns in their order.
#[derive(Debug)]
pub struct Table {
    columns: Vec<&'static str>,
    rows: BTreeMap<String, BTreeMap<&'static str, String>>,
    why_not: Vec<String>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(columns: Vec<&'static str>) -> Self {
        Self { columns, rows: BTreeMap::new(), why_not: vec![] }
    }

    /// What was compared and found alike.
    pub fn note(&mut self, row: &str, column: &'static str, said: impl Into<String>) {
        self.rows.entry(row.to_owned()).or_default().insert(column, said.into());
    }

    /// What cannot mean anything, and why.
    pub fn leave_out(&mut self, row: &str, column: &'static str, why: &str) {
        let known = self.why_not.iter().position(|known| known == why);
        let at = known.unwrap_or_else(|| {
            self.why_not.push(why.to_owned());
            self.why_not.len() - 1
        });
        self.note(row, column, format!("({})", at + 1));
    }

    /// Prints it. A place about which nothing is said is empty: the number of those.
    #[must_use]
    pub fn print(&self) -> usize {
        let (mut compared, mut left_out) = (0, 0);
        for columns in self.columns.chunks(6) {
            println!("{:<34}{}", "", columns.iter().map(|name| format!(" {name:<16}")).collect::<String>());
            for (row, cells) in &self.rows {
                let cell = |name: &&str| format!(" {:<16}", cells.get(*name).map_or("", String::as_str));
                println!("{row:<34}{}", columns.iter().map(cell).collect::<String>());
            }
            println!();
        }
        for cell in self.rows.values().flat_map(BTreeMap::values) {
            *(if cell.starts_with('(') { &mut left_out } else { &mut compared }) += 1;
        }
        println!("{compared} compared, {left_out} left out:");
        for (at, why) in self.why_not.iter().enumerate() {
            println!("  ({}) {why}", at + 1);
        }
        self.rows.len() * self.columns.len() - compared - left_out
    }
}
