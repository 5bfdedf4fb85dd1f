//! `cargo xtask test`: everything that must hold, stage by stage, and a count at the end.

use crate::run::{Outcome, before_path, cargo, listen, run, seconds};
use crate::system::{Chromium, chromium};
use crate::{page, tools};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

const WASM: &str = "wasm32-unknown-unknown";

/// A part of the test run.
struct Stage {
    name: &'static str,
    what: &'static str,
    needs: &'static [Need],
    work: fn(&Machine) -> Outcome<Tally>,
}

/// What a stage cannot do without.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Components,
    WasmTarget,
    WasmBindgen,
    Trunk,
    Browser,
    Python,
    Axe,
}

impl Need {
    const ALL: [Self; 7] =
        [Self::Components, Self::WasmTarget, Self::WasmBindgen, Self::Trunk, Self::Browser, Self::Python, Self::Axe];

    /// What goes unchecked without it, when tests can do without it and say so; nothing when they cannot.
    fn unchecked_without(self) -> Option<&'static str> {
        match self {
            Self::Python => Some("that Bitcoin Core judges headers as we do"),
            Self::Axe => Some("that the page is accessible by the rules of axe-core"),
            _ => None,
        }
    }
}

/// What was found or installed.
#[derive(Default)]
struct Machine {
    wasm_bindgen: Option<PathBuf>,
    trunk: Option<PathBuf>,
    chromium: Option<Chromium>,
    python: Option<PathBuf>,
    axe: Option<PathBuf>,
}

/// What a stage counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// A check without tests of its own, passed.
const ONE_PASSED: Tally = Tally { passed: 1, failed: 0, ignored: 0 };

const STAGES: &[Stage] = &[
    Stage { name: "format", what: "every file is formatted", needs: &[Need::Components], work: format },
    Stage { name: "core", what: "the core alone, native, no warnings", needs: &[Need::Components], work: core },
    Stage {
        name: "core-wasm",
        what: "the core alone, WebAssembly, no warnings",
        needs: &[Need::Components, Need::WasmTarget],
        work: core_wasm,
    },
    Stage { name: "lint", what: "everything native, no warnings", needs: &[Need::Components], work: lint },
    Stage {
        name: "lint-wasm",
        what: "the page and its tests, no warnings",
        needs: &[Need::Components, Need::WasmTarget],
        work: lint_wasm,
    },
    Stage { name: "unit", what: "unit and integration tests", needs: &[Need::Python], work: unit },
    Stage {
        name: "page",
        what: "the page builds and keeps within its budgets",
        needs: &[Need::WasmTarget, Need::WasmBindgen, Need::Trunk],
        work: build,
    },
    Stage {
        name: "browser",
        what: "tests inside a headless browser",
        needs: &[Need::WasmTarget, Need::WasmBindgen, Need::Browser],
        work: browser,
    },
    Stage {
        name: "e2e",
        what: "the built page, driven end to end",
        needs: &[Need::Browser, Need::Axe, Need::Python],
        work: e2e,
    },
];

/// Runs the stages named, or all; whether everything passed. Each runs whatever became of the others.
pub fn test(only: &[String]) -> Outcome<bool> {
    if let Some(unknown) = only.iter().find(|name| STAGES.iter().all(|stage| stage.name != **name)) {
        return Err(format!("no stage {unknown:?}; the stages are: {}", names().join(", ")));
    }
    let chosen: Vec<&Stage> =
        STAGES.iter().filter(|s| only.is_empty() || only.iter().any(|name| name == s.name)).collect();
    let mut machine = Machine::default();
    let mut missing = vec![];
    println!("What is needed:");
    page::fetch()?;
    for need in Need::ALL {
        if chosen.iter().any(|stage| stage.needs.contains(&need))
            && let Err(error) = machine.prepare(need)
        {
            println!("    {error}");
            missing.push((need, error));
        }
    }
    let mut rows = vec![];
    for stage in chosen {
        println!("\n== {}: {}", stage.name, stage.what);
        let since = Instant::now();
        let lacking = missing.iter().find(|(need, _)| need.unchecked_without().is_none() && stage.needs.contains(need));
        let result = match lacking {
            Some((_, error)) => Err(format!("not run: {error}")),
            None => (stage.work)(&machine),
        };
        let tally = result.unwrap_or_else(|error| {
            println!("{error}");
            Tally { failed: 1, ..Tally::default() }
        });
        rows.push((stage.name, tally, since.elapsed()));
    }
    Ok(summary(&rows, &missing))
}

/// The stages' names, in order.
pub fn names() -> Vec<&'static str> {
    STAGES.iter().map(|stage| stage.name).collect()
}

fn summary(rows: &[(&str, Tally, Duration)], missing: &[(Need, String)]) -> bool {
    println!("\n{:<10} {:>7} {:>7} {:>8} {:>9}", "stage", "passed", "failed", "ignored", "time");
    let mut all = Tally::default();
    for (name, tally, time) in rows {
        let Tally { passed, failed, ignored } = *tally;
        println!("{name:<10} {passed:>7} {failed:>7} {ignored:>8} {:>9}", seconds(*time));
        all = all.and(*tally);
    }
    for (need, error) in missing {
        if let Some(what) = need.unchecked_without() {
            println!("\nCould not check {what}: {error}");
        }
    }
    println!("\n{} passed, {} failed", all.passed, all.failed);
    all.failed == 0
}

impl Machine {
    fn prepare(&mut self, need: Need) -> Outcome {
        match need {
            Need::Components => tools::components()?,
            Need::WasmTarget => tools::wasm_target()?,
            Need::WasmBindgen => self.wasm_bindgen = Some(tools::wasm_bindgen()?),
            Need::Trunk => self.trunk = Some(tools::trunk()?),
            Need::Browser => self.chromium = Some(chromium()?),
            Need::Python => self.python = Some(tools::bitcoin_kernel()?),
            Need::Axe => self.axe = Some(tools::axe()?),
        }
        Ok(())
    }

    fn wasm_bindgen(&self) -> Outcome<&PathBuf> {
        self.wasm_bindgen.as_ref().ok_or_else(|| "wasm-bindgen is missing".into())
    }

    /// A cargo whose tests drive the browser that was found.
    fn cargo_with_browser(&self) -> Outcome<Command> {
        let chromium = self.chromium.as_ref().ok_or("the browser is missing")?;
        let mut command = cargo();
        command.env("CHROME", &chromium.browser).env("CHROMEDRIVER", &chromium.driver);
        Ok(command)
    }
}

impl Tally {
    /// What a test program says of itself: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn of_line(line: &str) -> Option<Self> {
        let counts = line.trim().strip_prefix("test result: ")?.split_once(". ")?.1;
        let count = |what: &str| {
            let part = counts.split(';').find(|part| part.trim().ends_with(what))?;
            part.trim().strip_suffix(what)?.trim().parse().ok()
        };
        Some(Self { passed: count("passed")?, failed: count("failed")?, ignored: count("ignored")? })
    }

    fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            ignored: self.ignored + other.ignored,
        }
    }
}

fn format(_: &Machine) -> Outcome<Tally> {
    run(cargo().args(["fmt", "--all", "--check"])).map(|()| ONE_PASSED)
}

fn clippy(arguments: &[&str]) -> Outcome<Tally> {
    run(cargo().args(["clippy", "--locked"]).args(arguments).args(["--", "-D", "warnings"])).map(|()| ONE_PASSED)
}

fn core(_: &Machine) -> Outcome<Tally> {
    clippy(&["--lib"])
}

fn core_wasm(_: &Machine) -> Outcome<Tally> {
    clippy(&["--lib", "--target", WASM])
}

fn lint(_: &Machine) -> Outcome<Tally> {
    clippy(&["--workspace", "--all-targets", "--features", "issuer"])
}

fn lint_wasm(_: &Machine) -> Outcome<Tally> {
    let page = ["--target", WASM, "--features", "app,client", "--lib", "--bin", "app", "--bin", "client"];
    clippy(&[&page, BROWSER_TESTS].concat())?;
    clippy(&["--target", WASM, "--features", "engine", "--bin", "engine"])
}

fn unit(machine: &Machine) -> Outcome<Tally> {
    let mut command = cargo();
    if let Some(python) = &machine.python {
        command.env("PLIMSOLL_PYTHON", python);
    }
    count(command.args([
        "test",
        "--locked",
        "--workspace",
        "--exclude",
        "e2e",
        "--features",
        "issuer,ssr",
        "--no-fail-fast",
    ]))
}

fn build(machine: &Machine) -> Outcome<Tally> {
    let trunk = machine.trunk.as_ref().ok_or("Trunk is missing")?;
    page::build(trunk, machine.wasm_bindgen()?)?;
    page::print_sizes().map(|()| ONE_PASSED)
}

/// The test files that run inside a browser: one as a page does, the others as a worker does.
const BROWSER_TESTS: &[&str] =
    &["--test", "browser", "--test", "worker", "--test", "storage", "--test", "storage_tabs"];

fn browser(machine: &Machine) -> Outcome<Tally> {
    let whole = count(browser_test(machine)?.args(["--features", "app", "--test", "hash_lanes"]).args(BROWSER_TESTS))?;
    // The lanes once more, of WebAssembly's 128-bit words; built beside the others, which would else be built anew.
    let mut lanes = browser_test(machine)?;
    lanes.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Ctarget-feature=+simd128");
    let lanes = count(lanes.args(["--target-dir", "target/simd128", "--test", "hash_lanes"]))?;
    Ok(whole.and(lanes))
}

fn browser_test(machine: &Machine) -> Outcome<Command> {
    let folder = machine.wasm_bindgen()?;
    let mut command = machine.cargo_with_browser()?;
    before_path(&mut command, &[folder])?;
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", folder.join("wasm-bindgen-test-runner"));
    // The runner's own limit is 20 seconds, too few for a busy machine.
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    command.args(["test", "--locked", "--target", WASM, "--no-fail-fast"]);
    Ok(command)
}

fn e2e(machine: &Machine) -> Outcome<Tally> {
    // Links are made, headers served and reports checked by the command line.
    run(cargo().args(["build", "--locked", "--features", "issuer"]))?;
    let mut command = machine.cargo_with_browser()?;
    if let Some(axe) = &machine.axe {
        command.env("PLIMSOLL_AXE", axe);
    }
    if let Some(python) = &machine.python {
        command.env("PLIMSOLL_PYTHON", python);
    }
    // Two browsers at a time: more make one another late.
    count(command.args(["test", "--locked", "--package", "e2e", "--no-fail-fast", "--", "--test-threads=2"]))
}

/// Runs tests and counts them. No test at all is a failure, and so is one that ends without saying its result.
fn count(command: &mut Command) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let good = listen(command, |line| {
        if let Some(more) = Tally::of_line(line) {
            tally = tally.and(more);
        }
    })?;
    if (!good && tally.failed == 0) || tally.passed + tally.failed == 0 {
        tally.failed += 1;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_test_programs_say() {
        let line = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.02s";
        assert_eq!(Tally::of_line(line), Some(Tally { passed: 12, failed: 0, ignored: 1 }));
        let line = "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out";
        assert_eq!(Tally::of_line(line), Some(Tally { passed: 1, failed: 2, ignored: 0 }));
        assert_eq!(Tally::of_line("test reads ... ok"), None);
        assert_eq!(Tally::of_line("test result: ok. many passed; 0 failed; 0 ignored"), None);
    }

    #[test]
    fn silence_and_an_unexplained_end_are_failures() {
        let say = |text: &str| count(Command::new("sh").args(["-c", text])).expect("runs");
        let passed = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored;'";
        assert_eq!(say(passed), Tally { passed: 2, failed: 0, ignored: 0 });
        assert_eq!(say("true").failed, 1);
        assert_eq!(say(&format!("{passed}; exit 101")).failed, 1);
    }
}
