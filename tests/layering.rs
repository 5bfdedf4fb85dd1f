//! The house as `docs/ARCHITECTURE.md` draws it: imports run down, every file has its room, every file named there exists,
//! and verifying functions hand evidence back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The floor of each room, by the room's name.
type Floors = BTreeMap<String, u32>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).expect("docs/ARCHITECTURE.md")
}

/// Reads the rows `| 3 | `chain/` | … |` of the floors' table: a number, then names in backquotes.
fn floors(page: &str) -> Floors {
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix('|')?.split('|');
        let floor: u32 = cells.next()?.trim().parse().ok()?;
        Some((floor, quoted(cells.next()?)))
    });
    rows.flat_map(|(floor, rooms)| rooms.into_iter().map(move |room| (room.trim_end_matches('/').to_owned(), floor)))
        .collect()
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Every `.rs` file under a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The modules that lead to a file: `["trade", "record"]` for `trade/record.rs`, `["trade"]` for `trade/mod.rs`.
fn module_path(file: &Path) -> Vec<String> {
    let names = file.with_extension("");
    let mut names: Vec<String> = names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|last| last == "mod" || last == "lib") {
        names.pop();
    }
    names
}

/// Words and signs of Rust source, without comments, strings and spaces; `::` is one sign.
fn tokens(source: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(hashes) = raw_string(rest) {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = hashes + 2;
            rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
        } else if first == '"' {
            string_length(rest)
        } else if let Some(length) = character(rest) {
            length
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push(&rest[..length]);
            length
        } else {
            let length = if rest.starts_with("::") || rest.starts_with("->") { 2 } else { first.len_utf8() };
            if !first.is_whitespace() {
                found.push(&rest[..length]);
            }
            length
        };
        rest = &rest[length..];
    }
    found
}

/// The number of hashes of a raw string that begins here.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            _ => escaped = letter == '\\' && !escaped,
        }
    }
    text.len()
}

/// The length of a character literal that begins here; a lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    if inner.starts_with('\\') {
        return inner[2..].find('\'').map(|at| at + 4);
    }
    let letter = inner.chars().next()?;
    inner[letter.len_utf8()..].starts_with('\'').then_some(letter.len_utf8() + 2)
}

/// The rooms a file imports from, however it spells it: `crate::x`, `crate::{x::…, y}`, `super::super::x`, `plimsoll::x`.
fn imports(source: &str, depth: usize, floors: &Floors) -> Vec<String> {
    let tokens = tokens(source);
    let mut found = vec![];
    for (at, token) in tokens.iter().enumerate() {
        let continues = at > 0 && tokens[at - 1] == "::";
        let after = match *token {
            "crate" | "plimsoll" => at + 1,
            // As many steps up as the file lies deep lead to the crate's root; a module within the file may need more.
            "super" if !continues => {
                let steps = tokens[at..].chunks(2).take_while(|pair| *pair == ["super", "::"]).count();
                if steps < depth {
                    continue;
                }
                at + 2 * steps - 1
            }
            _ => continue,
        };
        if tokens.get(after) != Some(&"::") {
            continue;
        }
        found.extend(first_segments(&tokens[after + 1..]).into_iter().filter(|name| floors.contains_key(*name)));
    }
    found.into_iter().map(str::to_owned).collect()
}

/// The names that follow `crate::`: one, or the first of each branch of a group in braces.
fn first_segments<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    match tokens {
        ["{", rest @ ..] => {
            let (mut depth, mut found, mut fresh) = (1, vec![], true);
            for token in rest {
                match *token {
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    "," if depth == 1 => fresh = true,
                    name if fresh => {
                        found.push(name);
                        fresh = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            found
        }
        [name, ..] => vec![name],
        [] => vec![],
    }
}

/// What is wrong with the imports of one file, which lies at `file` under `src/`.
fn wrong_imports(file: &Path, source: &str, floors: &Floors) -> Vec<String> {
    let path = module_path(file);
    let Some(room) = path.first() else { return vec![] };
    let Some(floor) = floors.get(room) else { return vec![format!("{}: {room} has no floor", file.display())] };
    let wrong =
        imports(source, path.len(), floors).into_iter().filter(|other| other != room && floors[other] >= *floor);
    wrong
        .map(|other| format!("{}: floor {floor} imports {other} on floor {}", file.display(), floors[&other]))
        .collect()
}

/// Functions whose name says that they verify and that hand back nothing to hold on to.
fn functions_without_evidence(source: &str) -> Vec<String> {
    let tokens = tokens(source.split("#[cfg(test)]").next().unwrap_or(source));
    let mut found = vec![];
    for (at, name) in tokens.iter().enumerate().filter(|(at, _)| *at > 0 && tokens[at - 1] == "fn") {
        let verb = name.split('_').next().unwrap_or(name);
        if !["verify", "check", "validate"].contains(&verb) {
            continue;
        }
        let end = tokens[at..].iter().position(|token| ["{", ";", "where"].contains(token)).unwrap_or(0);
        let signature = &tokens[at..at + end];
        let returned: String = match signature.iter().rposition(|token| *token == "->") {
            Some(arrow) => signature[arrow + 1..].concat(),
            None => "()".into(),
        };
        if ["bool", "()"].contains(&returned.as_str())
            || returned.starts_with("Result<()")
            || returned.starts_with("Option<()")
        {
            found.push(format!("{name} returns {returned}"));
        }
    }
    found
}

/// The types of a file's source that a message could make: those that implement or derive `Deserialize`.
fn deserializable(source: &str) -> Vec<&str> {
    let tokens = tokens(source);
    let mut found = vec![];
    for (at, pair) in tokens.windows(2).enumerate() {
        let back = |ends: &[&str]| tokens[..at].iter().rposition(|token| ends.contains(token)).map_or(0, |end| end + 1);
        let before = match pair[0] {
            "struct" | "enum" => &tokens[back(&[";", "}"])..at],
            "for" => &tokens[back(&[";", "{", "}"])..at],
            _ => continue,
        };
        if before.contains(&"Deserialize") {
            found.push(pair[1]);
        }
    }
    found
}

/// What the straight line's table calls evidence: the types after its arrows, but for claims and words.
fn evidence(page: &str) -> Vec<&str> {
    let results = page.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('→').skip(1));
    let names = results.filter_map(|result| quoted(result).first().copied());
    names.filter(|name| name.starts_with(char::is_uppercase) && !["Bundle", "Event"].contains(name)).collect()
}

#[test]
fn imports_run_down_and_every_file_has_its_room() {
    let floors = floors(&page());
    assert!(
        floors.len() > 8 && floors.values().any(|floor| *floor == 9),
        "the table of floors is not read: {floors:?}"
    );
    let src = root().join("src");
    let files = sources(&src);
    let mut wrong = vec![];
    for path in &files {
        let source = std::fs::read_to_string(path).expect("a source file");
        let file = path.strip_prefix(&src).expect("under src");
        wrong.extend(wrong_imports(file, &source, &floors));
    }
    println!("{} files on {} floors", files.len(), floors.values().max().unwrap_or(&0));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_and_room_that_the_page_names_exists() {
    let page = page();
    let exists = |name: &str| [root().join("src").join(name), root().join(name)].iter().any(|path| path.exists());
    for (room, _) in floors(&page) {
        assert!(exists(&room) || exists(&format!("{room}.rs")), "the table names {room}, which is not there");
    }
    let named = quoted(&page).into_iter().filter(|name| name.contains('/') && name.ends_with(".rs"));
    let missing: Vec<&str> = named.filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "named in docs/ARCHITECTURE.md and not there: {missing:?}");
}

#[test]
fn verifying_functions_return_evidence() {
    let mut wrong = vec![];
    for path in sources(&root().join("src")) {
        let source = std::fs::read_to_string(&path).expect("a source file");
        wrong.extend(functions_without_evidence(&source).into_iter().map(|what| format!("{}: {what}", path.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn unsafe_stands_in_one_room_and_says_why() {
    let room = root().join("src/crypto/hash_lanes");
    let mut uses = 0;
    for path in sources(&root().join("src")) {
        let source = std::fs::read_to_string(&path).expect("a source file");
        let blocks = tokens(&source).iter().filter(|token| **token == "unsafe").count();
        assert!(blocks == 0 || path.starts_with(&room), "{}: unsafe", path.display());
        let reasons = source.matches("// SAFETY:").count();
        assert_eq!(blocks, reasons, "{}: as many reasons as uses of unsafe", path.display());
        uses += blocks;
    }
    assert!(uses > 0, "nothing found where there is something");
}

#[test]
fn no_message_can_forge_evidence() {
    let page = page();
    let evidence = evidence(&page);
    assert!(
        ["VerifiedRecord", "Logged", "Confirmed", "Anchored", "Verdict"].iter().all(|name| evidence.contains(name))
    );
    let sources: Vec<String> =
        sources(&root().join("src")).iter().map(|path| std::fs::read_to_string(path).expect("a source file")).collect();
    for name in evidence {
        let defined =
            |source: &String| ["struct", "enum"].iter().any(|kind| source.contains(&format!("pub {kind} {name} ")));
        assert!(sources.iter().any(defined), "{name} is nowhere");
        assert!(sources.iter().all(|source| !deserializable(source).contains(&name)), "{name} implements Deserialize");
    }
}

/// The one name by which evidence is put together a second time, and the rooms that may say it.
const RELAYED: &str = "into_confirmed_as_relayed";

/// Whether a file may put relayed evidence together: where that is defined, and the engine's line of bytes.
fn may_relay(file: &Path) -> bool {
    file == Path::new("chain/confirm/relayed.rs") || file.starts_with("engine/wire")
}

#[test]
fn only_the_engine_s_line_puts_relayed_evidence_together() {
    let src = root().join("src");
    let mut users = vec![];
    for path in sources(&src).into_iter().chain(sources(&root().join("tests"))) {
        let source = std::fs::read_to_string(&path).expect("a source file");
        if tokens(&source).contains(&RELAYED) {
            users.push(path.strip_prefix(&src).unwrap_or(&path).to_owned());
        }
    }
    let (allowed, others): (Vec<_>, Vec<_>) = users.into_iter().partition(|file| may_relay(file));
    assert_eq!(allowed.len(), 2, "defined once and used once: {allowed:?}");
    assert!(others.is_empty(), "{others:?} make evidence without a check");
    assert!(!may_relay(Path::new("engine/remote.rs")) && !may_relay(Path::new("client/examine.rs")));
}

/// The one name by which a judged segment is put together from another worker's word, and the files that may say it.
#[test]
fn only_the_engine_takes_in_what_another_worker_judged() {
    let src = root().join("src");
    let users = sources(&src).into_iter().filter(|path| {
        let source = std::fs::read_to_string(path).expect("a source file");
        tokens(&source).contains(&"from_relay")
    });
    let users: Vec<PathBuf> = users.map(|path| path.strip_prefix(&src).expect("is in it").to_owned()).collect();
    assert_eq!(users, ["chain/segment_relay.rs", "engine/local.rs"].map(PathBuf::from));
}

#[test]
fn checker_sees_what_a_message_could_make() {
    for source in [
        "#[derive(Debug, Deserialize)] #[must_use] pub struct Logged { x: u8 }",
        "use x; #[derive(serde::Deserialize)] enum Logged { A }",
        "impl<'de> Deserialize<'de> for Logged { }",
    ] {
        assert_eq!(deserializable(source), ["Logged"], "{source}");
    }
    for source in
        ["#[derive(Deserialize)] struct A { x: u8 } #[derive(Debug)] struct Logged;", "impl Serialize for Logged {}"]
    {
        assert!(!deserializable(source).contains(&"Logged"), "{source}");
    }
}

#[test]
fn checker_sees_imports_that_run_up_or_sideways() {
    let floors =
        floors("| 1 | `encoding/`, `time` |\n| 3 | `chain/` |\n| 3 | `tlog/` |\n| 4 | `proof/` |\n| 8 | `bin/` |\n");
    let wrong = |file: &str, source: &str| wrong_imports(Path::new(file), source, &floors).len();
    for (file, source) in [
        ("chain/header.rs", "use crate::proof::verify;"),
        ("chain/header.rs", "use crate::tlog::Note;"),
        ("chain/header.rs", "use crate::{encoding::Reader, tlog::{Note, Log}};"),
        ("chain/header.rs", "fn f() { let x = crate :: proof::x(); }"),
        ("chain/header.rs", "use super::super::proof;"),
        ("chain/mod.rs", "use super::proof;"),
        ("encoding/mod.rs", "use crate::time::UnixTime;"),
        ("time.rs", "const X: &str = r#\"\"#; const Y: char = '\"'; use crate::chain;"),
        ("proof/verify/steps.rs", "fn f<'a>(x: &'a str) { plimsoll::bin::main() }"),
        ("elsewhere/mod.rs", ""),
    ] {
        assert_eq!(wrong(file, source), 1, "{file}: {source}");
    }
    for (file, source) in [
        ("proof/verify.rs", "use crate::{chain::Header, tlog};"),
        ("chain/header.rs", "use crate::chain::pow; use super::pow; // crate::proof\n/* crate::proof */"),
        ("chain/header.rs", "const X: &str = \"crate::proof \\\" crate::proof\"; const Y: &str = r\"crate::proof\";"),
        ("chain/header.rs", "use crate::{chain::{proof, tlog}};"),
        ("bin/app.rs", "use plimsoll::proof;"),
        ("lib.rs", "pub mod proof;"),
    ] {
        assert_eq!(wrong(file, source), 0, "{file}: {source}");
    }
}

#[test]
fn checker_sees_functions_without_evidence() {
    for source in [
        "pub fn verify(x: u8) -> bool {",
        "fn check_root(&self) {",
        "fn validate<T>(x: impl Fn() -> T) -> Result<(), E> where T: Copy {",
        "fn verify_all() -> Option<()> {",
    ] {
        assert_eq!(functions_without_evidence(source).len(), 1, "{source}");
    }
    for source in [
        "pub fn verify(x: u8) -> Result<Logged, E> {",
        "fn verified() -> bool {",
        "#[cfg(test)] mod tests { fn verify() {} }",
    ] {
        assert_eq!(functions_without_evidence(source), Vec::<String>::new(), "{source}");
    }
}
