//! XML that is meant to do harm, cut short, or changed: refused soon, and never a panic.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/ubl.rs"]
mod ubl;

use plimsoll::trade::import::{ImportError, import};
use std::time::{Duration, Instant};
use ubl::{file, invoice, record};

/// What the XML reader says of a text that may do harm; it must say it soon.
fn harm(bytes: &[u8]) -> String {
    let start = Instant::now();
    let found = import("x.xml", bytes);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    match found {
        Err(ImportError::Xml(error)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn xml_that_is_meant_to_do_harm() {
    let good = invoice("", "");
    assert!(import("x.xml", good.as_bytes()).is_ok());
    let with = |inner: &str| harm(invoice("", inner).as_bytes());

    let laughs: String =
        (1..10).map(|at| format!("<!ENTITY l{at} \"{}\">", format!("&l{};", at - 1).repeat(10))).collect();
    let bomb = format!("<!DOCTYPE x [<!ENTITY l0 \"ha\">{laughs}]>");
    assert!(harm((bomb + &good).as_bytes()).contains("document type"));
    let file = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>";
    assert!(harm((file.to_owned() + &good).as_bytes()).contains("document type"));
    assert!(with("<cbc:Note>&f;</cbc:Note>").contains("entity"));
    assert!(with("<cbc:Note a=\"&f;\"/>").contains("entity"));

    let deep = "<cac:P>".repeat(10_000) + &"</cac:P>".repeat(10_000);
    assert!(with(&deep).contains("more than 32 elements"));
    assert!(with(&"<cac:P>".repeat(10_000)).contains("more than 32 elements"));
    assert!(with(&"<cbc:Note>x</cbc:Note>".repeat(70_000)).contains("more than 60000"));
    assert!(with(&"<cbc:N/>".repeat(400_000)).contains("more than 60000"));
    let attributes: String = (0..100_000).map(|at| format!(" a{at}=\"\"")).collect();
    assert!(with(&format!("<cbc:Note{attributes}/>")).contains("more than 32 attributes"));
    let namespaces: String = (0..50_000).map(|at| format!(" xmlns:n{at}=\"urn:{at}\"")).collect();
    assert!(with(&format!("<cbc:Note{namespaces}/>")).contains("amespace"));
    let spaces: String = (0..1000).map(|at| format!("<x xmlns=\"urn:{at}\"/>")).collect();
    assert!(with(&spaces).contains("more than 64 namespaces"));
    assert!(with(&format!("<cbc:{}/>", "n".repeat(1 << 20))).contains("more than 96 bytes"));
    // Long names, deep: their paths together would be far longer than the document.
    let (open, close) = (format!("<cbc:{}>", "n".repeat(90)), format!("</cbc:{}>", "n".repeat(90)));
    let nested = open.repeat(28) + &"<cbc:a/>".repeat(50_000) + &close.repeat(28);
    assert!(with(&nested).contains("bytes of paths"));

    for (inner, expected) in [
        ("<cbc:Note>x", "byte"),
        ("<cbc:Note>x</cbc:Other>", "byte"),
        ("</cbc:Note>", "byte"),
        ("<nobody:Note/>", "prefix"),
        ("<cbc:Note nobody:a='1'/>", "prefix"),
        ("<cbc:Note a='1' a='2'/>", "byte"),
        ("<cbc:Note a='<'/>", "byte"),
        ("<cbc:Note a=1/>", "byte"),
        ("<cbc:Note>&#0;</cbc:Note>", "byte"),
        ("<cbc:Note>&#xFFFF;</cbc:Note>", "U+FFFF"),
        ("<cbc:Note>\u{1}</cbc:Note>", "U+0001"),
        ("<cbc:Note>&#8;</cbc:Note>", "U+0008"),
        ("<cbc:Note>&</cbc:Note>", "byte"),
        ("<!-- ", "byte"),
        ("<![CDATA[ ", "byte"),
        ("<cbc:/>", "byte"),
        ("<", "byte"),
    ] {
        let found = with(inner);
        assert!(found.contains(expected), "{inner}: {found}");
    }
    for (text, expected) in [
        ("<a/><b/>", "second element"),
        ("<a/>text", "outside"),
        ("<a>", "not closed"),
        ("<?xml version=\"1.1\"?><a/>", "version"),
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>", "encoding"),
        ("<!-- only -->", "no element"),
    ] {
        let found = harm(text.as_bytes());
        assert!(found.contains(expected), "{text}: {found}");
    }
    assert!(harm(b"<a>\xff</a>").contains("not UTF-8"));
    for mark in [&b"\xff\xfe<\0a\0/\0>\0"[..], b"\xfe\xff\0<\0a\0/\0>", b"<\0a\0/\0>\0", b"\0<\0a\0/\0>"] {
        assert!(harm(mark).contains("UTF-16"));
    }
    // A large attribute is only large.
    let large = invoice("", &format!("<cbc:Note languageID=\"{}\">x</cbc:Note>", "a".repeat(3 << 20)));
    assert_eq!(import("x.xml", large.as_bytes()).unwrap().kept.len(), 1);
    let too_large = invoice("", &" ".repeat(4 << 20));
    assert!(matches!(import("x.xml", too_large.as_bytes()), Err(ImportError::TooLarge { .. })));
    // What XML has for marks and characters reads, and a mark of the encoding before it.
    let marks = invoice("", "<cbc:Note>R&amp;D &lt;&#x4E2D;&#22269;&gt; <![CDATA[<&]]></cbc:Note>");
    let draft = &import("x.xml", format!("\u{feff}{marks}").as_bytes()).unwrap().drafts[0];
    assert_eq!(draft.body["comments"], "R&D <中国> <&");
}

#[test]
fn no_cut_and_no_changed_byte_makes_it_panic() {
    let Some(bytes) = file("UBL-Waybill-2.0-Example-International.xml") else { return };
    let mut random = fastrand::Rng::with_seed(7);
    let (mut read, mut cases) = (0, 0);
    for cut in (0..bytes.len()).step_by(211) {
        assert!(import("x.xml", &bytes[..cut]).is_err());
        cases += 1;
    }
    for _ in 0..300 {
        let mut changed = bytes.clone();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..changed.len());
            changed[at] = random.u8(..);
        }
        if let Ok(imported) = import("x.xml", &changed) {
            imported.drafts.iter().for_each(|draft| drop(record(draft)));
            read += 1;
        }
        cases += 1;
    }
    common::counted("trade/ubl: a waybill cut short or changed", cases);
    assert!(read > 0);
}
