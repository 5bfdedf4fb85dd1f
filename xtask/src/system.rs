//! What the machine's package manager installs: the browser that the tests drive.

use crate::run::{Outcome, ask, on_path, run, step};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A browser and the driver that fits it.
#[derive(Debug, Clone)]
pub struct Chromium {
    /// The browser.
    pub browser: PathBuf,
    /// Its driver.
    pub driver: PathBuf,
}

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MAC_BROWSER: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const ADVICE: &str = "Install Chromium (or Chrome) and the chromedriver of the same version, or name them in $CHROME and \
    $CHROMEDRIVER.";

/// Finds Chromium and its driver, and has the package manager install them where it may.
pub fn chromium() -> Outcome<Chromium> {
    step("Chromium and its driver", || {
        let found = match find() {
            Some(found) => found,
            None => {
                debian_install(&["chromium", "chromium-driver", "fonts-noto-cjk"])
                    .map_err(|error| format!("{error}\n{ADVICE}"))?;
                find().ok_or(ADVICE)?
            }
        };
        let (browser, driver) = (major(&found.browser)?, major(&found.driver)?);
        if browser == driver {
            return Ok(found);
        }
        Err(format!(
            "{} is version {browser}, but {} is for version {driver}. {ADVICE}",
            found.browser.display(),
            found.driver.display()
        ))
    })
}

fn find() -> Option<Chromium> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let mac = || Some(PathBuf::from(MAC_BROWSER)).filter(|path| path.is_file());
    let browser = named("CHROME").or_else(|| on_path(BROWSERS)).or_else(mac)?;
    let driver = named("CHROMEDRIVER").or_else(|| on_path(&["chromedriver"]))?;
    Some(Chromium { browser, driver })
}

/// The first number of what a program says is its version.
fn major(program: &Path) -> Outcome<u32> {
    let said = ask(Command::new(program).arg("--version"))?;
    let number = said.split_whitespace().find_map(|word| word.split('.').next()?.parse().ok());
    number.ok_or_else(|| format!("{} does not say its version: {said}", program.display()))
}

/// Installs packages of Debian's, or of a system made from it, when that needs no password.
fn debian_install(packages: &[&str]) -> Outcome {
    let apt = on_path(&["apt-get"]).ok_or("there is no apt-get here")?;
    let root = ask(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if !root && ask(Command::new("sudo").args(["-n", "true"])).is_err() {
        return Err(format!("to install {} needs root", packages.join(", ")));
    }
    println!("    installing {}", packages.join(", "));
    let with_rights = |arguments: &[&str]| {
        let mut command = if root { Command::new(&apt) } else { Command::new("sudo") };
        if !root {
            command.arg("-n").arg("DEBIAN_FRONTEND=noninteractive").arg(&apt);
        }
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).stdout(Stdio::null());
        run(&mut command)
    };
    with_rights(&["update", "-q"])?;
    with_rights(&[&["install", "-y", "-q", "--no-install-recommends"], packages].concat())
}
