//! Records and signatures against what others published: RFC 9901's examples, Wycheproof, and the Ed25519 edge cases of CCTV;
//! and a record of our own, damaged everywhere.

mod common;

use plimsoll::crypto::hash::sha256;
use plimsoll::crypto::key::{KeyError, PublicKey, SecretKey, Suite};
use plimsoll::encoding::{decode_hex, decode_hex_array, encode_base64url};
use plimsoll::trade::jws::Jws;
use plimsoll::trade::record_issue::issue_record;
use plimsoll::trade::sd_jwt::{SdJwt, SdJwtError};
use plimsoll::trade::verified_record::VerifiedRecord;
use plimsoll::trade::view::FieldValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const EXAMPLE_TYP: &str = "example+sd-jwt";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is not a text in {value}"))
}

#[test]
fn examples_of_rfc_9901() {
    let Some(data) = common::data_dir() else { return };
    let keys = common::read_json(&data, "records/sd-jwt/keys.json");
    let issuer = PublicKey::from_jwk(&keys["issuer_jwk"]).unwrap();
    let holder = PublicKey::from_jwk(&keys["holder_jwk"]).unwrap();
    let read = |name: &str| {
        let text = common::read(&data, &format!("records/sd-jwt/{name}.sd-jwt.txt"));
        String::from_utf8(text).unwrap().trim_end().to_owned()
    };
    let disclose = |text: &str| {
        let sd_jwt = SdJwt::parse(text, EXAMPLE_TYP).unwrap();
        let disclosed = sd_jwt.disclose().unwrap();
        let signature = sd_jwt.verify_signature(&issuer).unwrap();
        assert_eq!(signature.message_hash(), disclosed.message_hash());
        assert!(sd_jwt.verify_signature(&holder).is_err(), "the holder did not sign it");
        (disclosed.payload().to_value(), disclosed.withheld().len())
    };
    let claims = |more: Value| {
        let mut claims = json!({"iss": "https://issuer.example.com", "iat": 1_683_000_000, "exp": 1_883_000_000});
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        claims
    };

    let (payload, withheld) = disclose(&read("A.1"));
    assert_eq!(payload, claims(json!({"address": {"region": "港区", "country": "JP"}})));
    assert_eq!(withheld, 14);

    let (payload, withheld) = disclose(&read("A.2"));
    let address =
        json!({"locality": "Maxstadt", "postal_code": "12344", "country": "DE", "street_address": "Weidenstraße 22"});
    let verification =
        json!({"trust_framework": "de_aml", "time": "2012-04-23T18:25Z", "evidence": [{"method": "pipp"}]});
    let person = json!({"given_name": "Max", "family_name": "Müller", "address": address});
    assert_eq!(payload, claims(json!({"verified_claims": {"verification": verification, "claims": person}})));
    assert_eq!(withheld, 10);

    // With key binding: refused as a whole where none is expected, and each half is good on its own.
    let bound = read("A.4");
    assert_eq!(SdJwt::parse(&bound, EXAMPLE_TYP), Err(SdJwtError::KeyBinding));
    let (sd_jwt, binding) = bound.split_at(bound.rfind('~').unwrap() + 1);
    let (payload, withheld) = disclose(sd_jwt);
    let vaccine = json!({"type": "Vaccine", "atcCode": "J07BX03", "medicinalProductName": "COVID-19 Vaccine Moderna"});
    assert_eq!(payload["credentialSubject"]["vaccine"], vaccine);
    assert_eq!(payload["credentialSubject"]["recipient"], json!({"type": "VaccineRecipient"}));
    assert_eq!(payload["credentialSubject"]["order"], json!("3/3"));
    assert_eq!(payload["credentialSubject"]["dateOfVaccination"], json!("2021-06-23T13:40:12Z"));
    assert_eq!(payload["credentialSubject"].as_object().unwrap().len(), 5);
    assert_eq!(payload.as_object().unwrap().len(), 9);
    assert_eq!(withheld, 10);
    assert_eq!(PublicKey::from_jwk(&payload["cnf"]["jwk"]), Ok(holder.clone()));
    let binding = Jws::parse(binding, "kb+jwt").unwrap();
    assert_eq!(binding.verify(&holder).unwrap().key(), holder.id());
    assert_eq!(binding.payload()["sd_hash"], json!(encode_base64url(&sha256(sd_jwt.as_bytes()))));
    common::counted("RFC 9901 examples (A.1, A.2, A.4)", 3);
}

/// Wycheproof's cases: how many there are, how many the verifier accepts, and the numbers of those it judges otherwise.
fn wycheproof(file: &Value, verify: impl Fn(&Value, &[u8], &[u8]) -> bool) -> (usize, usize, Vec<u64>) {
    let (mut cases, mut accepted, mut otherwise) = (0, 0, Vec::new());
    for group in file["testGroups"].as_array().unwrap() {
        for case in group["tests"].as_array().unwrap() {
            let expected = match text(case, "result") {
                "valid" => true,
                "invalid" => false,
                other => panic!("{other}: neither valid nor invalid"),
            };
            let found = verify(group, &decode_hex(text(case, "msg")).unwrap(), &decode_hex(text(case, "sig")).unwrap());
            cases += 1;
            accepted += usize::from(found);
            if found != expected {
                otherwise.push(case["tcId"].as_u64().unwrap());
            }
        }
    }
    assert_eq!(cases as u64, file["numberOfTests"].as_u64().unwrap());
    (cases, accepted, otherwise)
}

#[test]
fn wycheproof_ed25519() {
    let Some(data) = common::data_dir() else { return };
    let file = common::read_json(&data, "records/wycheproof/ed25519_test.json");
    let (cases, accepted, otherwise) = wycheproof(&file, |group, message, signature| {
        let bytes = decode_hex_array(text(&group["publicKey"], "pk")).unwrap();
        let key = PublicKey::ed25519(&bytes).unwrap();
        assert_eq!(PublicKey::from_jwk(&group["publicKeyJwk"]), Ok(key.clone()));
        key.verify(message, signature).is_ok()
    });
    // Strict verification refuses more than RFC 8032 asks for; none of these cases is in between.
    assert_eq!(otherwise, [] as [u64; 0]);
    common::counted(&format!("Wycheproof Ed25519, {accepted} accepted, no disagreement"), cases);
}

#[test]
fn wycheproof_p256() {
    let Some(data) = common::data_dir() else { return };
    let file = common::read_json(&data, "records/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json");
    let key = |group: &Value| {
        let sec1 = decode_hex(text(&group["publicKey"], "uncompressed")).unwrap();
        let key = PublicKey::p256(&sec1).unwrap();
        if let Some(jwk) = group.get("publicKeyJwk") {
            assert_eq!(PublicKey::from_jwk(jwk), Ok(key.clone()));
        }
        key
    };
    let (cases, accepted, otherwise) =
        wycheproof(&file, |group, message, signature| key(group).verify(message, signature).is_ok());
    assert_eq!(otherwise, [] as [u64; 0]);

    // Events ask for low S: of the valid signatures, exactly those in their second spelling are refused, and for that reason.
    let high = std::cell::Cell::new(0);
    let (_, low, refused) =
        wycheproof(&file, |group, message, signature| match key(group).verify_low_s(message, signature) {
            Ok(_) => true,
            Err(KeyError::HighS) => {
                high.set(high.get() + usize::from(key(group).verify(message, signature).is_ok()));
                false
            }
            Err(_) => false,
        });
    assert_eq!((refused.len(), accepted - low), (high.get(), high.get()));
    assert!(high.get() > 0);
    let what =
        format!("Wycheproof P-256, {accepted} accepted, no disagreement; {} of them refused for high S", high.get());
    common::counted(&what, cases);
}

#[test]
fn edge_cases_of_ed25519() {
    let Some(data) = common::data_dir() else { return };
    let file = common::read_json(&data, "records/cctv-ed25519/ed25519vectors.json");
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut cases = 0;
    for case in file.as_array().unwrap() {
        let flags: Vec<&str> = case["flags"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        // What strict verification refuses, and why; a point that only has a low-order component passes, since the
        // equation holds without the cofactor unless there is a residue.
        let reason = ["low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R", "low_order_residue"]
            .into_iter()
            .find(|reason| flags.contains(reason))
            .unwrap_or("accepted");
        let key = PublicKey::ed25519(&decode_hex_array(text(case, "key")).unwrap());
        let signature = decode_hex(text(case, "sig")).unwrap();
        let verified = key.and_then(|key| key.verify(text(case, "msg").as_bytes(), &signature));
        assert_eq!(verified.is_ok(), reason == "accepted", "case {}: {flags:?}: {verified:?}", case["number"]);
        *reasons.entry(reason).or_default() += 1;
        cases += 1;
    }
    assert_eq!(cases, 914);
    common::counted(&format!("CCTV Ed25519 edge cases under strict verification {reasons:?}"), cases);
}

fn secret(suite: Suite) -> SecretKey {
    SecretKey::from_bytes(suite, &[7; 32]).unwrap()
}

fn record(suite: Suite) -> Map<String, Value> {
    let record = json!({
        "recordType": "receivable", "recordId": "R-1", "schemaVersion": "1",
        "subject": {"scheme": "receivable", "reference": "RCV-1", "blinding": ""},
        "sequence": 1, "actionCode": "APPLY", "actionDateTime": "2026-03-02T22:10:00+08:00",
        "actor": {"key": secret(suite).public().to_jwk(), "partyName": "Ningbo Exports"},
        "body": {"faceAmount": "84300.00", "currency": "EUR", "maturityDate": "2026-09-01",
            "invoiceReferences": [{"documentNumber": "INV-7", "totalInvoiceAmount": "84300.00"}]},
    });
    record.as_object().unwrap().clone()
}

fn issued(suite: Suite) -> SdJwt {
    let mut count = 0_u128;
    let mut salts = || {
        count += 1;
        count.to_be_bytes()
    };
    issue_record(&record(suite), &mut salts, &secret(suite)).unwrap()
}

fn verify(text: &str) -> Option<VerifiedRecord> {
    let sd_jwt = SdJwt::parse_record(text).ok()?;
    let disclosed = sd_jwt.disclose().ok()?;
    let signature = sd_jwt.verify_signature(&sd_jwt.signer().ok()?).ok()?;
    VerifiedRecord::new(&disclosed, signature).ok()
}

#[test]
fn no_character_of_a_record_can_be_changed() {
    for suite in [Suite::Ed25519, Suite::P256] {
        let text = issued(suite).to_string();
        let good = verify(&text).expect("it is good as issued");
        assert_eq!(good.record().payload.to_value(), Value::Object(record(suite)));
        let (mut changed, mut shown) = (0, 0);
        for (place, byte) in text.bytes().enumerate() {
            for other in [byte ^ 1, byte ^ 2, byte ^ 0x20, b'A', b'_', b'.', b'~'] {
                if other == byte || !other.is_ascii() {
                    continue;
                }
                let mut bytes = text.clone().into_bytes();
                bytes[place] = other;
                let damaged = String::from_utf8(bytes).unwrap();
                assert_eq!(verify(&damaged), None, "{suite:?}: {:?} at {place}", char::from(other));
                changed += 1;
                // As long as its signed part can be read, it can be shown.
                shown += usize::from(
                    SdJwt::parse_record(&damaged).is_ok_and(|sd_jwt| !sd_jwt.unverified_view().fields.is_empty()),
                );
            }
        }
        println!("{suite:?}: {changed} damaged records, none verified, {shown} could still be shown");
    }
}

#[test]
fn parts_cannot_be_left_out_moved_or_added() {
    let text = issued(Suite::Ed25519).to_string();
    let parts: Vec<&str> = text.trim_end_matches('~').split('~').collect();
    let join = |parts: &[&str]| format!("{}~", parts.join("~"));
    let good = verify(&text).unwrap();

    // Order among disclosures means nothing; leaving one out withholds it, unless it is the only way to others.
    let mut reversed = parts.clone();
    reversed[1..].reverse();
    assert_eq!(verify(&join(&reversed)).unwrap().record_hash(), good.record_hash());
    let mut still_good = 0;
    for left_out in 1..parts.len() {
        let mut fewer = parts.clone();
        fewer.remove(left_out);
        if let Some(verified) = verify(&join(&fewer)) {
            still_good += 1;
            assert_eq!(verified.record_hash(), good.record_hash());
            assert_eq!(verified.withheld().len(), 1);
            assert!(verified.view().fields.iter().any(|field| field.value == FieldValue::Withheld));
        }
        for length in 0..parts[left_out].len() {
            let mut shorter = parts.clone();
            shorter[left_out] = &parts[left_out][..length];
            assert_eq!(verify(&join(&shorter)), None, "part {left_out} cut to {length}");
        }
    }
    // All but the list of invoices and the invoice in it, which lead to others.
    assert_eq!(still_good, parts.len() - 1 - 2);
    // A disclosure that was never signed.
    let foreign = SdJwt::parse_record(&issued(Suite::P256).to_string()).unwrap();
    let mut more = parts.clone();
    let stranger = plimsoll::trade::disclosure::Disclosure::new(&[9; 16], Some("amount"), &json!("1.00"));
    more.push(stranger.text());
    assert_eq!(verify(&join(&more)), None);
    // Another record's signature, payload or header.
    let (ours, theirs): (Vec<&str>, Vec<&str>) =
        (parts[0].split('.').collect(), foreign.jws().text().split('.').collect());
    for swapped in 0..3 {
        let mut jws = ours.clone();
        jws[swapped] = theirs[swapped];
        let jws = jws.join(".");
        let mut mixed = parts.clone();
        mixed[0] = &jws;
        assert_eq!(verify(&join(&mixed)), None, "part {swapped} of another JWS");
    }
}

#[test]
fn a_changed_field_is_named_and_shown() {
    let sd_jwt = issued(Suite::Ed25519);
    let text = sd_jwt.to_string();
    let named = |name: &str| {
        let found = |disclosure: &&plimsoll::trade::disclosure::Disclosure| {
            disclosure.contents().is_ok_and(|contents| contents.name.as_deref() == Some(name))
        };
        sd_jwt.disclosures().iter().find(found).unwrap()
    };
    for (name, at, value) in [
        ("faceAmount", "/body/faceAmount", json!("94300.00")),
        ("partyName", "/actor/partyName", json!("Another")),
        ("documentNumber", "/body/invoiceReferences/0/documentNumber", json!("INV-8")),
    ] {
        let changed = plimsoll::trade::disclosure::Disclosure::new(&[9; 16], Some(name), &value);
        let damaged = text.replace(named(name).text(), changed.text());
        assert_eq!(verify(&damaged), None);
        let damaged = SdJwt::parse_record(&damaged).unwrap();
        let error = damaged.disclose().unwrap_err();
        assert!(matches!(&error, SdJwtError::NotReferenced { name: Some(found), .. } if found == name), "{error}");
        assert_eq!(error.pointer(), Some(at));
        assert!(damaged.verify_signature(&damaged.signer().unwrap()).is_ok(), "the signature alone does not see it");
        let view = damaged.unverified_view();
        let altered: Vec<&str> =
            view.fields.iter().filter(|field| field.altered).map(|field| field.path.as_str()).collect();
        assert_eq!(altered, [at]);
    }
}
