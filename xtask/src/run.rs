//! Running other programs, and saying what is being done and how long it took.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What went wrong, said to the person who typed the command.
pub type Outcome<T = ()> = Result<T, String>;

/// Does one step and says its name, its time and whether it worked.
pub fn step<T>(name: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let since = Instant::now();
    let result = work();
    let mark = if result.is_ok() { "ok " } else { "no " };
    println!("{mark} {:>8}  {name}", seconds(since.elapsed()));
    result
}

/// A duration for people: `0.4 s`.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// Where the repository is.
pub fn root() -> PathBuf {
    // Asked for at run time, because a moved clone keeps its build.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| "xtask".into(), PathBuf::from);
    package.parent().map_or_else(|| ".".into(), Path::to_owned)
}

/// The cargo that runs us, in the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Puts folders before the others on a command's path.
pub fn before_path(command: &mut Command, folders: &[&Path]) -> Outcome {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().map(|folder| (*folder).to_owned()).chain(std::env::split_paths(&path));
    command.env("PATH", std::env::join_paths(all).map_err(|error| error.to_string())?);
    Ok(())
}

/// Runs a command to its end and shows what it says.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("{}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", shown(command))) }
}

/// Runs a command quietly; what it said on success, or what it said of its failure.
pub fn ask(command: &mut Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{}: {error}", shown(command)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.trim().lines().rev().take(12).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    Err(format!("{} ended with {}\n{}", shown(command), output.status, last.join("\n")))
}

/// Runs a command, shows what it says, and hands each line of its standard output on; whether it succeeded.
pub fn listen(command: &mut Command, mut on_line: impl FnMut(&str)) -> Outcome<bool> {
    let name = shown(command);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("{name}: {error}"))?;
    let output = child.stdout.take().ok_or_else(|| format!("{name}: no output"))?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line.map_err(|error| format!("{name}: {error}"))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        on_line(&line);
    }
    Ok(child.wait().map_err(|error| format!("{name}: {error}"))?.success())
}

/// A program on the path, by any of these names.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|folder| names.iter().map(move |name| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))))
        .find(|program| program.is_file())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let words = std::iter::once(program.file_name().unwrap_or_default()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    format!("`{}`", words.join(" "))
}
