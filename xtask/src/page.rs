//! Building the page with Trunk, finishing what Trunk leaves, and how much a reader downloads.

use crate::run::{Outcome, ask, before_path, cargo, on_path, root, run, seconds, step};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Where the built page is.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Fetches what Cargo.lock names and this machine has not yet; everything after this needs no network.
pub fn fetch() -> Outcome {
    step("crates that Cargo.lock names", || run(cargo().args(["fetch", "--quiet", "--locked"])))
}

/// Builds the page into `dist/`.
pub fn build(trunk: &Path, wasm_bindgen: &Path) -> Outcome {
    let mut command = Command::new(trunk.join("trunk"));
    command.args(["build", "--release", "--offline", "true", "--locked", "--log", "warn"]);
    // Trunk reads NO_COLOR=1 as a wrong value and stops.
    command.current_dir(root()).stdin(Stdio::null()).env_remove("NO_COLOR");
    before_path(&mut command, &[trunk, wasm_bindgen])?;
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", without_local_paths());
    run(&mut command)?;
    names_no_home(&dist())
}

/// Flags that keep this machine's folders out of the program: panics name the files they come from. Without these the
/// program, and the hash that guards it, would differ from one builder to the next.
fn without_local_paths() -> String {
    let home = std::env::home_dir().unwrap_or_default();
    let folder = |variable: &str, name: &str| std::env::var_os(variable).map_or_else(|| home.join(name), PathBuf::from);
    let named = [
        (folder("CARGO_HOME", ".cargo"), "/cargo"),
        (folder("RUSTUP_HOME", ".rustup"), "/rustup"),
        (root(), "/plimsoll"),
    ];
    let flags = named.iter().filter(|(from, _)| !from.to_string_lossy().contains(' '));
    flags.map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect::<Vec<_>>().join(" ")
}

/// Looks whether the program names this user's home after all.
fn names_no_home(dist: &Path) -> Outcome {
    let home = std::env::home_dir().map(|home| format!("{}/.", home.display())).unwrap_or_default();
    for entry in std::fs::read_dir(dist).map_err(|error| format!("{}: {error}", dist.display()))?.flatten() {
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        if home.len() > 2 && bytes.windows(home.len()).any(|window| window == home.as_bytes()) {
            return Err(format!("{} names {home}", entry.path().display()));
        }
    }
    Ok(())
}

/// Trunk's hook after each build. Browsers ignore `integrity` on the module's preload, and say so in the console, so it
/// goes into `data-integrity`, from where `boot.js` takes it to the fetch, which enforces it.
pub fn finish() -> Outcome {
    let folder =
        std::env::var_os("TRUNK_STAGING_DIR").ok_or("TRUNK_STAGING_DIR is not set: this is a hook of Trunk's")?;
    let path = Path::new(&folder).join("index.html");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let page = std::fs::read_to_string(&path).map_err(failed)?;
    std::fs::write(&path, with_readable_integrity(&page)?).map_err(failed)
}

fn with_readable_integrity(page: &str) -> Outcome<String> {
    let absent = "Trunk's page has no one preload of the module with an integrity";
    let (before, rest) = page.split_once("<link rel=\"preload\"").ok_or(absent)?;
    let (tag, after) = rest.split_once('>').ok_or(absent)?;
    if !tag.contains("as=\"fetch\"") || tag.matches(" integrity=\"sha384-").count() != 1 {
        return Err(absent.into());
    }
    let tag = tag.replace(" integrity=", " data-integrity=");
    Ok(format!("{before}<link rel=\"preload\"{tag}>{after}"))
}

/// Says how large each file of the built page is, as it lies and as it travels.
pub fn print_sizes() -> Outcome {
    let mut files = vec![];
    collect(&dist(), &mut files)?;
    files.sort();
    let packer = [("brotli", &["-q", "11", "-c"][..]), ("gzip", &["-9", "-c"][..])];
    let packer = packer.into_iter().find_map(|(name, options)| on_path(&[name]).map(|path| (name, path, options)));
    let packed_name = packer.as_ref().map_or("", |(name, ..)| name);
    println!("{:>10} {packed_name:>10}  file", "bytes");
    let (mut all, mut all_packed) = (0, 0);
    for path in &files {
        let bytes = std::fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?.len();
        let packed = match &packer {
            Some((_, program, options)) => packed_length(program, options, path)?,
            None => 0,
        };
        (all, all_packed) = (all + bytes, all_packed + packed);
        let name = path.strip_prefix(dist()).unwrap_or(path);
        println!("{bytes:>10} {:>10}  {}", shown(packed, packer.is_some()), name.display());
    }
    println!("{all:>10} {:>10}  in all", shown(all_packed, packer.is_some()));
    Ok(())
}

fn shown(length: u64, known: bool) -> String {
    if known { length.to_string() } else { String::new() }
}

fn packed_length(program: &Path, options: &[&str], path: &Path) -> Outcome<u64> {
    let output = Command::new(program).args(options).arg(path).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    if output.status.success() { Ok(output.stdout.len() as u64) } else { Err(format!("{} failed", program.display())) }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let failed = |error: std::io::Error| format!("{}: {error}; build the page first", folder.display());
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// Makes the sample anew: its registry, records and links, with the command line.
pub fn sample() -> Outcome {
    step("sample", || {
        let since = Instant::now();
        let program =
            ["run", "--quiet", "--locked", "--profile", "tool", "--features", "issuer", "--bin", "plimsoll", "--"];
        run(cargo().args(program).args(["sample", "--out", "static"]))?;
        let changed = ask(Command::new("git").current_dir(root()).args(["status", "--short", "--", "static"]))?;
        let said = if changed.is_empty() { "nothing changed" } else { &changed };
        println!("    {} after {}", said, seconds(since.elapsed()));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrity_moves_on_the_preload_alone() {
        let page = "<link rel=\"modulepreload\" integrity=\"sha384-a\"><link rel=\"preload\" href=\"./a\" \
            integrity=\"sha384-b\" as=\"fetch\" type=\"application/wasm\"></head>";
        let finished = with_readable_integrity(page).expect("has one");
        assert!(finished.contains("<link rel=\"modulepreload\" integrity=\"sha384-a\">"), "{finished}");
        assert!(finished.contains("href=\"./a\" data-integrity=\"sha384-b\" as=\"fetch\""), "{finished}");
        assert!(with_readable_integrity(&finished).is_err());
        assert!(with_readable_integrity("<head></head>").is_err());
    }
}
