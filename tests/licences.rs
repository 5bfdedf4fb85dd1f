//! What we build on: licences, versions and origin of every package, and the list that says why each direct one is here.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Licences under which a package may be part of the page or the command line.
const ALLOWED: &[&str] = &["MIT", "Apache-2.0", "BSD-3-Clause", "Unicode-3.0", "Unlicense", "Zlib"];

/// Packages under another licence, each only ever a tool of the tests.
const TEST_ONLY: &[(&str, &str)] = &[("webdriver", "MPL-2.0")];

/// Packages that nobody maintains, and who alone brings them. Yew 0.23 leaves no way around either.
const UNMAINTAINED: &[(&str, &str, &str)] =
    &[("bincode", "1.", "gloo-worker"), ("proc-macro-error", "1.", "yew-macro")];

/// Packages of which a second version would cost the reader or mix types, by name or by the beginning of it.
const ONCE: &[&str] = &[
    "base16ct",
    "base64ct",
    "clap",
    "curve25519-dalek",
    "digest",
    "ed25519-dalek",
    "gloo",
    "hyper",
    "js-sys",
    "miniz_oxide",
    "p256",
    "qrcodegen",
    "serde",
    "sha1",
    "sha2",
    "sha3",
    "time",
    "tokio",
    "wasm-bindgen",
    "web-sys",
    "yew",
];

struct Packages(Value);

impl Packages {
    fn read() -> Self {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["metadata", "--offline", "--locked", "--all-features", "--format-version", "1"]);
        let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\nrun `cargo fetch` once: packages of every system are looked at");
        Self(serde_json::from_slice(&output.stdout).expect("cargo writes JSON"))
    }

    fn all(&self) -> impl Iterator<Item = &Value> {
        self.0["packages"].as_array().expect("packages").iter()
    }

    /// Packages of others.
    fn foreign(&self) -> impl Iterator<Item = &Value> {
        self.all().filter(|package| !package["source"].is_null())
    }

    fn package(&self, id: &Value) -> &Value {
        self.all().find(|package| package["id"] == *id).expect("a package of the graph")
    }

    /// The packages that name this one as a dependency, in the graph as resolved.
    fn dependents(&self, package: &Value) -> BTreeSet<&str> {
        let nodes = self.0["resolve"]["nodes"].as_array().expect("nodes").iter();
        let depends = |node: &&Value| node["dependencies"].as_array().expect("ids").contains(&package["id"]);
        nodes.filter(depends).map(|node| text(&self.package(&node["id"])["name"])).collect()
    }

    /// Whether the page or the command line rests on this package.
    fn is_ours_to_ship(&self, package: &Value) -> bool {
        let mut seen = BTreeSet::new();
        let mut above = vec![package];
        while let Some(next) = above.pop() {
            if text(&next["name"]) == "plimsoll" {
                return true;
            }
            let ids = self.dependents(next);
            above.extend(
                self.all().filter(|other| ids.contains(text(&other["name"])) && seen.insert(text(&other["id"]))),
            );
        }
        false
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// An SPDX expression in one spelling: old manifests write `/` for `OR`.
fn spdx(expression: &str) -> String {
    expression.replace('/', " OR ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether an SPDX expression leaves us a choice that is allowed. One that is malformed does not.
fn allowed(expression: &str) -> bool {
    let spaced = spdx(expression).replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest) == Some(true) && rest.is_empty()
}

fn either(rest: &mut &[&str]) -> Option<bool> {
    let mut good = both(rest)?;
    while let ["OR", after @ ..] = rest {
        *rest = after;
        good |= both(rest)?;
    }
    Some(good)
}

fn both(rest: &mut &[&str]) -> Option<bool> {
    let mut good = one(rest)?;
    while let ["AND", after @ ..] = rest {
        *rest = after;
        good &= one(rest)?;
    }
    Some(good)
}

fn one(rest: &mut &[&str]) -> Option<bool> {
    match *rest {
        ["(", after @ ..] => {
            *rest = after;
            let good = either(rest)?;
            let [")", after @ ..] = rest else { return None };
            *rest = after;
            Some(good)
        }
        // An exception to a licence is another licence: none is allowed.
        [_, "WITH", _, after @ ..] => {
            *rest = after;
            Some(false)
        }
        [name, after @ ..] => {
            *rest = after;
            Some(ALLOWED.contains(name))
        }
        [] => None,
    }
}

#[test]
fn licences_are_allowed_or_named_and_for_tests_alone() {
    let packages = Packages::read();
    let mut used = BTreeSet::new();
    for package in packages.foreign() {
        let (name, licence) = (text(&package["name"]), text(&package["license"]));
        if allowed(licence) {
            continue;
        }
        assert!(TEST_ONLY.contains(&(name, licence)), "{name}: licence {licence:?} is not among {ALLOWED:?}");
        assert!(!packages.is_ours_to_ship(package), "{name} ({licence}) is in what we ship");
        used.insert(name);
    }
    assert_eq!(used.len(), TEST_ONLY.len(), "exceptions that nothing needs any more");
    println!("{} packages", packages.foreign().count());
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    for good in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "(MIT OR Apache-2.0) AND Unicode-3.0", "MIT AND (X OR Zlib)"] {
        assert!(allowed(good), "{good}");
    }
    for bad in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT)", "MIT OR", "MIT WITH X", "LGPL-3.0-only", "MIT Apache-2.0"]
    {
        assert!(!allowed(bad), "{bad}");
    }
}

#[test]
fn packages_come_from_the_registry_and_the_large_ones_once() {
    let packages = Packages::read();
    let mut versions = BTreeMap::<&str, BTreeSet<&str>>::new();
    for package in packages.foreign() {
        let source = text(&package["source"]);
        assert!(source.starts_with("registry+"), "{}: from {source}", package["name"]);
        versions.entry(text(&package["name"])).or_default().insert(text(&package["version"]));
    }
    for name in ONCE {
        assert!(versions.contains_key(name), "{name} is not used any more");
    }
    let family = |name: &str| ONCE.iter().any(|once| name == *once || name.starts_with(&format!("{once}-")));
    let twice: Vec<_> = versions.iter().filter(|(name, versions)| family(name) && versions.len() > 1).collect();
    assert!(twice.is_empty(), "in more than one version: {twice:?}");
}

#[test]
fn unmaintained_packages_are_known_and_come_one_way() {
    let packages = Packages::read();
    for (name, version, by) in UNMAINTAINED {
        let of_version =
            |package: &&Value| text(&package["name"]) == *name && text(&package["version"]).starts_with(version);
        let package = packages.foreign().find(of_version).unwrap_or_else(|| panic!("{name} is not used any more"));
        assert_eq!(packages.dependents(package), BTreeSet::from([*by]), "{name} {version}");
    }
}

#[test]
fn every_direct_dependency_is_listed_with_its_licence() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/DEPENDENCIES.md");
    let page = std::fs::read_to_string(page).expect("docs/DEPENDENCIES.md");
    let row = |line: &str| {
        let cells: Vec<String> = line.strip_prefix("| `")?.split('|').map(|cell| cell.trim().to_owned()).collect();
        let [name, licence, why, ..] = cells.as_slice() else { return None };
        assert!(why.len() > 10, "{name}: no reason given");
        Some((name.trim_end_matches('`').to_owned(), licence.clone()))
    };
    let listed: BTreeMap<String, String> = page.lines().filter_map(row).collect();

    let packages = Packages::read();
    let own = packages.all().filter(|package| package["source"].is_null());
    let named: BTreeSet<&str> = own
        .flat_map(|package| package["dependencies"].as_array().expect("dependencies"))
        .filter(|dependency| !dependency["source"].is_null())
        .map(|dependency| text(&dependency["name"]))
        .collect();
    let listed_names: BTreeSet<&str> = listed.keys().map(String::as_str).collect();
    assert_eq!(listed_names, named, "docs/DEPENDENCIES.md on the left, the manifests on the right");
    for package in packages.foreign().filter(|package| named.contains(text(&package["name"]))) {
        let name = text(&package["name"]);
        // `http` is also somebody else's dependency in an older version: one licence for all of them.
        assert_eq!(listed[name], spdx(text(&package["license"])), "{name}");
    }
}
