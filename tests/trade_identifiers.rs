//! Identifiers as real trade documents have them: DCSA's published examples, GS1's EPCIS examples, UBL's.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use plimsoll::trade::identifiers::{IdentifierError, Scheme};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The scheme that a DCSA field promises.
fn promised(name: &str, object: &serde_json::Map<String, Value>) -> Option<Scheme> {
    let provider = object.get("codeListProvider").and_then(Value::as_str);
    Some(match name {
        "equipmentReference" => Scheme::Container,
        "UNLocationCode" => Scheme::UnLocode,
        "vesselIMONumber" => Scheme::Imo,
        "HSCodes" => Scheme::HsCode,
        "currencyCode" => Scheme::Currency,
        "countryCode" => Scheme::Country,
        "partyCode" if provider == Some("GLEIF") => Scheme::Lei,
        _ => return None,
    })
}

fn collect(value: &Value, found: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(object) => {
            for (name, member) in object {
                let texts: Vec<&Value> = member.as_array().map_or_else(|| vec![member], |list| list.iter().collect());
                if let Some(scheme) = promised(name, object) {
                    found.extend(texts.iter().filter_map(|text| Some((scheme.to_string(), text.as_str()?.to_owned()))));
                }
                collect(member, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|member| collect(member, found)),
        _ => {}
    }
}

const ALL: [Scheme; 7] =
    [Scheme::Container, Scheme::UnLocode, Scheme::Imo, Scheme::HsCode, Scheme::Currency, Scheme::Country, Scheme::Lei];

#[test]
fn dcsa_s_examples_hold_well_formed_identifiers_and_placeholders() {
    let Some(data) = common::data_dir().map(|data| data.join("trade/dcsa")) else { return };
    let files = files(&data, "json");
    let mut found = BTreeSet::new();
    for file in &files {
        collect(&serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap(), &mut found);
    }
    let read = |of: &str, text: &str| ALL.into_iter().find(|scheme| scheme.to_string() == of).unwrap().read(text);
    let wrong: Vec<IdentifierError> = found.iter().filter_map(|(of, text)| read(of, text).err()).collect();
    println!(
        "published data: trade/dcsa: {} files read, {} identifiers, {} not well-formed",
        files.len(),
        found.len(),
        wrong.len()
    );
    wrong.iter().for_each(|error| println!("  {error}"));
    assert!(files.len() >= 100 && found.len() >= 15, "{} {}", files.len(), found.len());
    // Container numbers are made up, one of them with a category that no container has; all else is right.
    let containers = found.iter().filter(|(scheme, _)| *scheme == Scheme::Container.to_string()).count();
    assert!(wrong.len() < containers, "some numbers are real ones");
    for error in &wrong {
        let (IdentifierError::Form { scheme, .. }
        | IdentifierError::CheckDigit { scheme, .. }
        | IdentifierError::NotListed { scheme, .. }) = error;
        assert_eq!(*scheme, Scheme::Container, "{error}");
    }
}

/// EPC URIs leave the check digit out: it is made again, and the number then reads.
#[test]
fn gs1_keys_of_epcis_examples_read_with_the_digit_that_they_leave_out() {
    let Some(data) = common::data_dir().map(|data| data.join("trade/epcis")) else { return };
    let (mut glns, mut ssccs) = (BTreeSet::new(), BTreeSet::new());
    for file in files(&data, "jsonld") {
        let text = std::fs::read_to_string(file).unwrap();
        for (uri, into) in [("urn:epc:id:sgln:", &mut glns), ("urn:epc:id:sscc:", &mut ssccs)] {
            for part in text.split(uri).skip(1) {
                into.insert(part.split(['"', '#', '?']).next().unwrap_or_default().to_owned());
            }
        }
    }
    let with_digit = |scheme: Scheme, body: String| {
        let expected = match scheme.read(&format!("{body}0")) {
            Ok(_) => "0".to_owned(),
            Err(IdentifierError::CheckDigit { expected, .. }) => expected,
            Err(other) => panic!("{other}"),
        };
        assert!(scheme.read(&format!("{body}{expected}")).is_ok());
    };
    let mut read = 0;
    for gln in &glns {
        let parts: Vec<&str> = gln.split('.').collect();
        if let [company, location, ..] = parts[..]
            && company.len() + location.len() == 12
        {
            with_digit(Scheme::Gln, format!("{company}{location}"));
            read += 1;
        }
    }
    for sscc in &ssccs {
        // The extension digit stands first in the number, and after the company in the URI.
        if let Some((company, reference)) = sscc.split_once('.')
            && company.len() + reference.len() == 17
        {
            with_digit(Scheme::Sscc, format!("{}{company}{}", &reference[..1], &reference[1..]));
            read += 1;
        }
    }
    println!("published data: trade/epcis: {} GLNs and {} SSCCs, {read} read", glns.len(), ssccs.len());
    assert!(read >= 10, "{read}");
}
