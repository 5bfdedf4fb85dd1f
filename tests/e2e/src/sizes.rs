//! How much a reader downloads, part by part, and the most that it may be. A host that compresses sends brotli.

use crate::Outcome;
use brotli::enc::BrotliEncoderParams;
use std::path::Path;

/// A part of what is downloaded, and its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// What it is.
    pub part: &'static str,
    /// How its files are named: from the beginning up to the hash, and after it.
    files: &'static [(&'static str, &'static str)],
    /// Most bytes by brotli, all its files together.
    pub most: usize,
}

/// What may grow no further. Where a figure is over the measured one, the distance is what is still to come.
pub const BUDGETS: [Budget; 5] = [
    Budget {
        part: "page",
        files: &[("app-", "_bg.wasm"), ("app-", ".js"), ("boot-", ".js"), ("", ".css")],
        most: 250_000,
    },
    Budget { part: "client", files: &[("client-", "_bg.wasm"), ("client-", ".js"), ("worker-", ".js")], most: 640_000 },
    Budget {
        part: "engine with vectors",
        files: &[("engine-simd-", "_bg.wasm"), ("engine-simd-", ".js")],
        most: 60_000,
    },
    Budget { part: "known headers", files: &[("known-", ".bin")], most: 22_000 },
    Budget { part: "engine without", files: &[("engine-", "_bg.wasm"), ("engine-", ".js")], most: 60_000 },
];

/// A file of the built page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// Its name.
    pub name: String,
    /// Its bytes as it lies.
    pub raw: usize,
    /// Its bytes as it travels.
    pub packed: usize,
    /// The budget it counts against.
    pub budget: Budget,
}

impl Budget {
    /// The part that a file belongs to, by its name.
    fn of(name: &str) -> Option<Self> {
        let fits = |(start, end): &(&str, &str)| name.starts_with(start) && name.ends_with(end);
        BUDGETS.into_iter().find(|budget| budget.files.iter().any(fits))
    }
}

/// The sizes of a built page's programs, scripts and styles.
///
/// # Errors
/// When a file cannot be read, belongs to no part, or a part has no file.
pub fn sizes(dist: &Path) -> Outcome<Vec<Size>> {
    let mut found = vec![];
    for entry in
        std::fs::read_dir(dist).map_err(|error| format!("{}: {error}; build the page first", dist.display()))?
    {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if ![".js", ".css", ".wasm", ".bin"].iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let budget = Budget::of(&name).ok_or_else(|| format!("{name} counts against no budget"))?;
        let bytes = std::fs::read(entry.path())?;
        found.push(Size { name, raw: bytes.len(), packed: brotli(&bytes)?, budget });
    }
    if let Some(budget) = BUDGETS.iter().find(|budget| found.iter().all(|size| size.budget != **budget)) {
        return Err(format!("nothing of the {} is built", budget.part).into());
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// The table of sizes, and the parts that are over their budgets.
pub fn table(sizes: &[Size]) -> (String, Vec<String>) {
    let mut text = format!("{:>10} {:>10} {:>10}  file\n", "bytes", "brotli", "budget");
    let mut over = vec![];
    for budget in BUDGETS {
        let part: Vec<&Size> = sizes.iter().filter(|size| size.budget == budget).collect();
        for size in &part {
            text += &format!("{:>10} {:>10} {:>10}  {}\n", size.raw, size.packed, "", size.name);
        }
        let sum = |of: fn(&Size) -> usize| part.iter().map(|size| of(size)).sum::<usize>();
        let (raw, packed) = (sum(|size| size.raw), sum(|size| size.packed));
        text += &format!("{raw:>10} {packed:>10} {:>10}  {}\n\n", budget.most, budget.part.to_uppercase());
        if packed > budget.most {
            over.push(format!("{}: {packed} bytes by brotli, at most {}", budget.part, budget.most));
        }
    }
    (text, over)
}

/// Bytes after the best that brotli does.
fn brotli(bytes: &[u8]) -> Outcome<usize> {
    let mut packed = Vec::new();
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters)?;
    Ok(packed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str, packed: usize) -> Size {
        Size { name: name.into(), raw: packed, packed, budget: Budget::of(name).expect(name) }
    }

    #[test]
    fn every_file_counts_against_one_part() {
        for (name, part) in [
            ("app-1a_bg.wasm", "page"),
            ("boot-1a.js", "page"),
            ("base-1a.css", "page"),
            ("worker-1a.js", "client"),
            ("engine-simd-1a_bg.wasm", "engine with vectors"),
            ("engine-1a.js", "engine without"),
        ] {
            assert_eq!(Budget::of(name).map(|budget| budget.part), Some(part), "{name}");
        }
        assert_eq!(Budget::of("other.js"), None);
    }

    #[test]
    fn a_part_over_its_budget_is_told_of() {
        let of = |packed| table(&[size("engine-1a.js", 1_000), size("engine-1a_bg.wasm", packed)]).1;
        assert!(of(59_000).is_empty());
        assert_eq!(of(59_001), ["engine without: 60001 bytes by brotli, at most 60000"]);
    }

    #[test]
    fn repetition_packs_and_noise_does_not() {
        assert!(brotli(&[7; 100_000]).expect("packs") < 100);
        assert!(brotli(b"plimsoll").expect("packs") >= 8);
    }
}
