//! The worker's WebAssembly modules, which Trunk does not build: the client, and the verifying engine with and without
//! 128-bit vectors. Each file is named by its content, and its hash is written where it is loaded.

use crate::run::{Outcome, cargo, root, run};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha384};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const WASM: &str = "wasm32-unknown-unknown";
/// Flags of the compiler for this target; what `page::build` sets comes in by it.
const RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
/// What stands in `static/worker.js` where the files are named.
const PLACE: &str = "\"FILES\"";

/// A module to be built.
struct Module {
    /// Its name among the built files, and in `static/worker.js`.
    name: &'static str,
    key: &'static str,
    bin: &'static str,
    /// The client's are those of the page, so that both share the library as built.
    features: &'static str,
    profile: &'static str,
    flags: &'static str,
}

/// Fewer functions are put into those that call them than opt-level 3 would: a tenth of the engine's size and none of its
/// speed, for what is called for every header says itself that it is inlined.
const FEW_INLINED: &str = "-Cllvm-args=-inline-threshold=80";

const MODULES: [Module; 3] = [
    Module { name: "client", key: "client", bin: "client", features: "app,client", profile: "release", flags: "" },
    Module { name: "engine", key: "engine", bin: "engine", features: "engine", profile: "engine", flags: FEW_INLINED },
    Module {
        name: "engine-simd",
        key: "engineSimd",
        bin: "engine",
        features: "engine",
        profile: "engine",
        flags: "-Ctarget-feature=+simd128 -Cllvm-args=-inline-threshold=80",
    },
];

/// Builds the worker's modules into a folder that holds the page's `worker.js`, and gives that its names; gives
/// the worker's script as it is called now.
pub fn build(folder: &Path) -> Outcome<Named> {
    let mut table = String::new();
    let mut programs: Vec<Vec<u8>> = vec![];
    for module in &MODULES {
        let (script, program) = module.build(folder)?;
        let bytes = read(&folder.join(&program.name))?;
        if programs.contains(&bytes) {
            return Err(format!("{} is no other program than the one before: flags did not arrive", module.name));
        }
        programs.push(bytes);
        let parts = [("script", script), ("program", program)].map(|(part, file)| format!("{part}: {}", file.shown()));
        write!(table, "{}: {{ {} }}, ", module.key, parts.join(", ")).expect("text takes text");
    }
    write!(table, "knownHeaders: {}, ", known_headers(folder)?.shown()).expect("text takes text");
    let path = folder.join("worker.js");
    let text = String::from_utf8(read(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    write_file(&path, filled_in(&text, &table)?.as_bytes())?;
    named_by_content(&path, "worker", ".js")
}

/// Writes the tables of known headers into one file, each after its length, as `KnownHeaders::from_file` reads them.
fn known_headers(folder: &Path) -> Outcome<Named> {
    let mut bytes = vec![];
    for name in ["mainnet-period-ends", "testnet4-period-ends", "signet-period-ends", "stated-by-core"] {
        let table = read(&root().join("src/chain/data").join(format!("{name}.bin")))?;
        let length = u32::try_from(table.len()).map_err(|error| format!("{name}: {error}"))?;
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&table);
    }
    let path = folder.join("known.bin");
    write_file(&path, &bytes)?;
    named_by_content(&path, "known", ".bin")
}

/// Writes the table of files into the worker's script.
fn filled_in(script: &str, table: &str) -> Outcome<String> {
    match script.matches(PLACE).count() {
        1 => Ok(script.replace(PLACE, &format!("{{ {}}}", table.trim_end_matches(", ").to_owned() + " "))),
        found => Err(format!("worker.js has {found} places for its files, expected one")),
    }
}

/// A built file, and its hash as browsers take it.
pub struct Named {
    /// Its name, which says its content.
    pub name: String,
    /// SHA-384 of its content, as browsers take it.
    pub integrity: String,
}

impl Named {
    /// As the worker's script holds it.
    fn shown(&self) -> String {
        format!("{{ name: \"{}\", hash: \"{}\" }}", self.name, self.integrity)
    }
}

impl Module {
    /// Compiles it and binds it to the browser; its script and its program.
    fn build(&self, folder: &Path) -> Outcome<(Named, Named)> {
        let target = root().join("target");
        let mut command = cargo();
        let common = ["build", "--quiet", "--locked", "--offline", "--target", WASM, "--no-default-features"];
        command.args(common).args(["--bin", self.bin, "--features", self.features, "--profile", self.profile]);
        command.arg("--target-dir").arg(&target);
        // Either of these would take the place of the flags below.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        let given = std::env::var(RUSTFLAGS).unwrap_or_default();
        command.env(RUSTFLAGS, format!("{given} {}", self.flags).trim());
        run(&mut command)?;
        let program = target.join(WASM).join(self.profile).join(format!("{}.wasm", self.bin));
        let bound = target.join("bound").join(self.name);
        if bound.exists() {
            std::fs::remove_dir_all(&bound).map_err(|error| format!("{}: {error}", bound.display()))?;
        }
        let mut command = Command::new("wasm-bindgen");
        command.args(["--target", "web", "--no-typescript", "--out-name", self.name, "--out-dir"]);
        run(command.arg(&bound).arg(&program).stdin(Stdio::null()))?;
        let expected = [format!("{}.js", self.name), format!("{}_bg.wasm", self.name)];
        let entries = std::fs::read_dir(&bound).map_err(|error| format!("{}: {error}", bound.display()))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !expected.contains(&name) {
                return Err(format!("{} has {name}, which nothing would load under its hash", self.name));
            }
            write_file(&folder.join(&name), &read(&entry.path())?)?;
        }
        let script = named_by_content(&folder.join(&expected[0]), self.name, ".js")?;
        Ok((script, named_by_content(&folder.join(&expected[1]), self.name, "_bg.wasm")?))
    }
}

/// Renames a file so that its name says its content.
pub fn named_by_content(path: &Path, stem: &str, end: &str) -> Outcome<Named> {
    let hash = Sha384::digest(read(path)?);
    let short: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{stem}-{short}{end}");
    let to: PathBuf = path.with_file_name(&name);
    std::fs::rename(path, &to).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Named { name, integrity: format!("sha384-{}", Base64::encode_string(&hash)) })
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write_file(path: &Path, bytes: &[u8]) -> Outcome {
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_into_the_one_place_for_them() {
        let filled = filled_in("const FILES = \"FILES\";", "a: { }, b: { }, ").expect("has one");
        assert_eq!(filled, "const FILES = { a: { }, b: { } };");
        assert!(filled_in(&filled, "").is_err() && filled_in("\"FILES\"\"FILES\"", "").is_err());
        let script = std::fs::read_to_string(root().join("static/worker.js")).expect("is there");
        assert!(filled_in(&script, "").is_ok());
        assert!(MODULES.iter().all(|module| script.contains(&format!("FILES.{}", module.key))));
    }

    #[test]
    fn a_file_is_named_by_its_content_and_its_integrity_is_the_browser_s() {
        let path = std::env::temp_dir().join(format!("plimsoll-named-{}.js", std::process::id()));
        write_file(&path, b"").expect("is written");
        let Named { name, integrity } = named_by_content(&path, "empty", ".js").expect("is renamed");
        // The hash of nothing, FIPS 180-4.
        assert_eq!(integrity, "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb");
        assert_eq!(name, "empty-38b060a751ac9638.js");
        std::fs::remove_file(path.with_file_name(name)).expect("was renamed");
    }
}
