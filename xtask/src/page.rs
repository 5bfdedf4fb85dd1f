//! Building the page with Trunk, finishing what Trunk leaves, and how much a reader downloads.

use crate::modules::{self, Named};
use crate::run::{Outcome, ask, before_path, cargo, root, run, seconds, step};
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

/// Trunk's hook after each build: builds the worker's modules, and writes into the page what Trunk leaves out.
pub fn finish() -> Outcome {
    let folder =
        std::env::var_os("TRUNK_STAGING_DIR").ok_or("TRUNK_STAGING_DIR is not set: this is a hook of Trunk's")?;
    let folder = Path::new(&folder);
    let worker = modules::build(folder)?;
    let path = folder.join("index.html");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let page = with_readable_integrity(&std::fs::read_to_string(&path).map_err(failed)?)?;
    let page = with_one_style(&page, folder)?;
    let boot = modules::named_by_content(&folder.join("boot.js"), "boot", ".js")?;
    std::fs::write(&path, with_scripts(&page, &boot, &worker)?).map_err(failed)
}

/// Browsers ignore `integrity` on the module's preload, and say so in the console, so it goes into `data-integrity`, from
/// where `boot.js` takes it to the fetch, which enforces it.
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

/// Puts the page's styles, in their order, into one file: one request, and a fifth less to download.
fn with_one_style(page: &str, folder: &Path) -> Outcome<String> {
    const LINK: &str = "<link rel=\"stylesheet\" href=\"./";
    let (mut styles, mut rest) = (Vec::new(), String::new());
    let mut parts = page.split(LINK);
    rest.push_str(parts.next().unwrap_or_default());
    let place = rest.len();
    for part in parts {
        let (tag, after) = part.split_once('>').ok_or("a link to a style does not end")?;
        let (name, _) = tag.split_once('"').ok_or("a link to a style names none")?;
        let file = folder.join(name);
        let failed = |error: std::io::Error| format!("{}: {error}", file.display());
        styles.extend(std::fs::read(&file).map_err(failed)?);
        styles.push(b'\n');
        std::fs::remove_file(&file).map_err(failed)?;
        rest.push_str(after.trim_start());
    }
    let file = folder.join("style.css");
    std::fs::write(&file, styles).map_err(|error| format!("{}: {error}", file.display()))?;
    let Named { name, integrity } = modules::named_by_content(&file, "style", ".css")?;
    rest.insert_str(place, &format!("{LINK}{name}\" integrity=\"{integrity}\">\n"));
    Ok(rest)
}

/// Names `boot.js` and the worker's script as they are called now, and holds the first to its hash. Browsers take none for
/// the second.
fn with_scripts(page: &str, boot: &Named, worker: &Named) -> Outcome<String> {
    let tag = "<script type=\"module\" src=\"./boot.js\"";
    match page.matches(tag).count() {
        1 => {
            let Named { name, integrity } = boot;
            let attributes = format!("integrity=\"{integrity}\" data-worker=\"./{}\"", worker.name);
            Ok(page.replace(tag, &format!("<script type=\"module\" src=\"./{name}\" {attributes}")))
        }
        found => Err(format!("the page starts boot.js {found} times, expected once")),
    }
}

/// Says how large what a reader downloads is, and fails where it is over its budget.
pub fn print_sizes() -> Outcome {
    run(cargo().args(["run", "--quiet", "--locked", "--package", "e2e", "--bin", "sizes"]))
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

    #[test]
    fn styles_become_one_in_their_order() {
        let folder = std::env::temp_dir().join(format!("plimsoll-styles-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("is made");
        for (name, text) in [("a-1.css", "a{}"), ("b-2.css", "b{}")] {
            std::fs::write(folder.join(name), text).expect("is written");
        }
        let link = |name: &str| format!("<link rel=\"stylesheet\" href=\"./{name}\" integrity=\"sha384-x\"/>\n");
        let page = format!("<title>x</title>\n{}{}</head>", link("b-2.css"), link("a-1.css"));
        let one = with_one_style(&page, &folder).expect("has two");
        let left: Vec<_> = std::fs::read_dir(&folder).expect("is there").flatten().map(|entry| entry.path()).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(std::fs::read_to_string(&left[0]).expect("is there"), "b{}\na{}\n");
        let name = left[0].file_name().expect("has one").to_string_lossy();
        let begin = format!("<title>x</title>\n<link rel=\"stylesheet\" href=\"./{name}\" integrity=\"sha384-");
        assert!(
            one.starts_with(&begin) && one.ends_with("\">\n</head>") && one.matches("stylesheet").count() == 1,
            "{one}"
        );
        assert!(with_one_style(&page, &folder).is_err(), "a style that is not there");
        std::fs::remove_dir_all(&folder).expect("is removed");
    }

    #[test]
    fn the_page_names_its_worker_once() {
        let page = "<script type=\"module\" src=\"./boot.js\" data-js=\"./a.js\"></script>";
        let file = |name: &str| Named { name: name.into(), integrity: "sha384-a".into() };
        let (boot, worker) = (file("boot-1.js"), file("worker-1.js"));
        let named = with_scripts(page, &boot, &worker).expect("starts it");
        let expected = "src=\"./boot-1.js\" integrity=\"sha384-a\" data-worker=\"./worker-1.js\" data-js=\"./a.js\"";
        assert!(named.contains(expected), "{named}");
        assert!(with_scripts("", &boot, &worker).is_err());
        assert!(with_scripts(&[page, page].concat(), &boot, &worker).is_err());
    }
}
