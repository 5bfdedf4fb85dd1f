//! The tools that the build needs, each at one version, in a per-user cache that all clones share.

use crate::run::{Outcome, ask, cargo, on_path, root, run, step};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The bundler. Later versions need a newer compiler.
const TRUNK: &str = "0.21.14";
/// Bitcoin Core's own validation, for tests of the chain that we mine; versions before 1 are all it has.
const BITCOIN_KERNEL: &str = "0.1.0a5";
/// The accessibility rules.
const AXE: &str = "4.14.1";

/// Makes sure that the compiler can build for the web.
pub fn wasm_target() -> Outcome {
    let sysroot = ask(Command::new("rustc").args(["--print", "sysroot"]))?;
    let target = "wasm32-unknown-unknown";
    step(&format!("target {target}"), || {
        if Path::new(&sysroot).join("lib/rustlib").join(target).join("lib").is_dir() {
            return Ok(());
        }
        run(Command::new("rustup").args(["target", "add", target]))
            .map_err(|error| format!("{error}\nInstall the compiler's target {target}."))
    })
}

/// Makes sure that the formatter and the linter are there.
pub fn components() -> Outcome {
    step("components rustfmt, clippy", || {
        let missing = |name: &&str| ask(cargo().args([name, "--version"])).is_err();
        let wanted: Vec<&str> = ["fmt", "clippy"].into_iter().filter(missing).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        run(Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]))
    })
}

/// The folder with wasm-bindgen and its test runner, at the version that Cargo.lock names: they must be the same.
pub fn wasm_bindgen() -> Outcome<PathBuf> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
    let version = locked_version(&lock, "wasm-bindgen").ok_or("Cargo.lock names no wasm-bindgen")?;
    let programs = ["wasm-bindgen", "wasm-bindgen-test-runner"];
    let tool =
        CargoTool { package: "wasm-bindgen-cli", version: &version, programs: &programs, options: &[], env: &[] };
    tool.folder()
}

/// The folder with Trunk. Built plainly: it needs no network, and its own work takes no time worth optimising.
pub fn trunk() -> Outcome<PathBuf> {
    let env = [
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
        ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
    ];
    let options = ["--no-default-features"];
    CargoTool { package: "trunk", version: TRUNK, programs: &["trunk"], options: &options, env: &env }.folder()
}

/// A Python that has Bitcoin Core's validation, or why there is none.
pub fn bitcoin_kernel() -> Outcome<PathBuf> {
    let name = format!("py-bitcoinkernel-{BITCOIN_KERNEL}");
    step(&name, || {
        let folder = cache()?.join("tools").join(&name);
        let python = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
        let works = |folder: &Path| ask(Command::new(folder.join(python)).args(["-c", "import pbk"])).is_ok();
        if works(&folder) {
            return Ok(folder.join(python));
        }
        let system = on_path(&["python3", "python"]).ok_or("python3 is not installed")?;
        let _lock = lock()?;
        if works(&folder) {
            return Ok(folder.join(python));
        }
        install(&folder, |new| {
            ask(Command::new(&system).args(["-m", "venv"]).arg(new))?;
            let package = format!("py-bitcoinkernel=={BITCOIN_KERNEL}");
            ask(Command::new(new.join(python)).args(["-m", "pip", "install", "--quiet", "--no-input", &package]))?;
            if works(new) { Ok(()) } else { Err(format!("{name} is installed and does not load")) }
        })?;
        Ok(folder.join(python))
    })
}

/// The script that judges whether a page is accessible, or why there is none.
pub fn axe() -> Outcome<PathBuf> {
    let name = format!("axe-core-{AXE}");
    step(&name, || {
        let folder = cache()?.join("tools").join(&name);
        let script = folder.join("node_modules/axe-core/axe.min.js");
        if script.is_file() {
            return Ok(script);
        }
        let npm = on_path(&["npm"]).ok_or("npm is not installed")?;
        let _lock = lock()?;
        if !script.is_file() {
            install(&folder, |new| {
                let mut command = Command::new(&npm);
                command.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix"]);
                ask(command.arg(new).arg(format!("axe-core@{AXE}"))).map(drop)
            })?;
        }
        Ok(script)
    })
}

struct CargoTool<'a> {
    package: &'a str,
    version: &'a str,
    /// What it installs; the first says the version.
    programs: &'a [&'a str],
    options: &'a [&'a str],
    env: &'a [(&'a str, &'a str)],
}

impl CargoTool<'_> {
    /// Where its programs are: on the path when the version there is the very same, else in the cache, built if need be.
    fn folder(&self) -> Outcome<PathBuf> {
        let name = format!("{} {}", self.package, self.version);
        let folder = cache()?.join("tools").join(format!("{}-{}", self.package, self.version));
        let programs = folder.join("bin");
        step(&name, || {
            let paths = std::env::var_os("PATH").unwrap_or_default();
            let fitting =
                std::iter::once(programs.clone()).chain(std::env::split_paths(&paths)).find(|at| self.is_in(at));
            if let Some(found) = fitting {
                return Ok(found);
            }
            let _lock = lock()?;
            if !self.is_in(&programs) {
                println!("    building {name}, once for this user: two to four minutes on two cores");
                install(&folder, |new| self.build(new))?;
            }
            Ok(programs)
        })
    }

    fn is_in(&self, folder: &Path) -> bool {
        let program = |name: &str| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        self.programs.iter().all(|name| program(name).is_file())
            && ask(Command::new(program(self.programs[0])).arg("--version"))
                .is_ok_and(|said| said.split_whitespace().nth(1) == Some(self.version))
    }

    fn build(&self, new: &Path) -> Outcome {
        let cache = cache()?;
        // A build that was cut short goes on from here.
        let build = cache.join("build").join(format!("{}-{}", self.package, self.version));
        let mut command = cargo();
        // Outside the repository, so that its settings, which are for the page, do not reach the tools.
        command.current_dir(&cache).stdin(Stdio::null());
        for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
            command.env_remove(name);
        }
        command.envs(self.env.iter().copied()).env("CARGO_TARGET_DIR", &build);
        command.args(["install", "--quiet", "--locked", self.package, "--version", self.version]).args(self.options);
        for program in self.programs {
            command.args(["--bin", program]);
        }
        run(command.arg("--root").arg(new))?;
        std::fs::remove_dir_all(&build).map_err(|error| format!("{}: {error}", build.display()))
    }
}

/// Installs into a new folder beside the wanted one and renames it when it is whole: one cut short is never taken for good.
fn install(folder: &Path, work: impl FnOnce(&Path) -> Outcome) -> Outcome {
    let new = PathBuf::from(format!("{}.new", folder.display()));
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for old in [&new, folder] {
        if old.exists() {
            std::fs::remove_dir_all(old).map_err(failed)?;
        }
    }
    std::fs::create_dir_all(&new).map_err(failed)?;
    work(&new)?;
    std::fs::rename(&new, folder).map_err(failed)
}

/// Held while something is installed: clones share the cache, and two builds at once take longer than one after the other.
fn lock() -> Outcome<File> {
    let path = cache()?.join("lock");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = File::create(&path).map_err(failed)?;
    if file.try_lock().is_err() {
        println!("    waiting for another installation to end");
        file.lock().map_err(failed)?;
    }
    Ok(file)
}

/// The per-user cache, made if need be.
fn cache() -> Outcome<PathBuf> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || of("HOME").ok_or("neither XDG_CACHE_HOME nor HOME is set");
    let base = match of("XDG_CACHE_HOME") {
        Some(base) => base,
        None if cfg!(windows) => of("LOCALAPPDATA").ok_or("LOCALAPPDATA is not set")?,
        None if cfg!(target_os = "macos") => home()?.join("Library/Caches"),
        None => home()?.join(".cache"),
    };
    let cache = base.join("plimsoll");
    std::fs::create_dir_all(&cache).map_err(|error| format!("{}: {error}", cache.display()))?;
    Ok(cache)
}

/// A package's version in the text of a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_locked_version_and_no_other_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.78\"\n\n\
            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.128\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.128"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn installation_cut_short_is_not_taken_for_good() {
        let folder = std::env::temp_dir().join(format!("plimsoll-install-{}", std::process::id()));
        let cut_short = install(&folder, |new| {
            std::fs::write(new.join("half"), "").map_err(|error| error.to_string())?;
            Err("cut short".into())
        });
        assert_eq!(cut_short, Err("cut short".into()));
        assert!(!folder.exists());
        install(&folder, |new| {
            assert!(!new.join("half").exists());
            std::fs::write(new.join("whole"), "").map_err(|error| error.to_string())
        })
        .expect("installs");
        assert!(folder.join("whole").is_file());
        std::fs::remove_dir_all(&folder).expect("cleans up");
    }
}
