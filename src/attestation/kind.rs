//! Which sealed document a file is, by what it says of its own seal.

use serde::Deserialize;
use serde_json::Value;

/// Most bytes of a sealed document: it may hold pictures and attachments as text.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// What a file says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// OpenAttestation 2.0.
    OpenAttestation,
    /// Blockcerts 2.
    Blockcerts,
    /// A sealed document of a form that is not read here, by the name it gives its seal.
    Other {
        /// Such as `MerkleProof2019`.
        seal: String,
    },
}

/// Seals of other versions: Blockcerts 3, OpenAttestation 3 and 4.
const OTHERS: [&str; 3] =
    ["MerkleProof2019", "OpenAttestationMerkleProofSignature2018", "OpenAttestationHashProof2018"];

/// A `type` of JSON-LD: one name or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Type {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Seal {
    r#type: Type,
}

#[derive(Deserialize)]
struct Sealed {
    signature: Option<Seal>,
    proof: Option<Seal>,
}

/// Looks at the type of the seal alone, without building the rest of what may be a large document. A repeated member is no
/// seal. What is recognised may still be refused.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Option<Kind> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') || bytes.len() > MAX_BYTES {
        return None;
    }
    let names = |seal: Seal| match seal.r#type {
        Type::One(name) => vec![name],
        Type::Several(names) => names,
    };
    // A list of proofs stands beside a signature in documents that a key signed: only one of the two is a seal.
    let seal = serde_json::from_slice::<Signed>(bytes)
        .ok()
        .and_then(|found| found.signature)
        .or_else(|| serde_json::from_slice::<Sealed>(bytes).ok().and_then(|found| found.signature.or(found.proof)))?;
    names(seal).into_iter().find_map(|name| match name.as_str() {
        "SHA3MerkleProof" => Some(Kind::OpenAttestation),
        "MerkleProof2017" => Some(Kind::Blockcerts),
        other if OTHERS.contains(&other) => Some(Kind::Other { seal: name }),
        _ => None,
    })
}

#[derive(Deserialize)]
struct Signed {
    signature: Option<Seal>,
}

/// What stands at a place, cut to a few letters.
pub(super) fn in_short(found: &Value) -> String {
    match found {
        Value::Null => "nothing".to_owned(),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
        plain => plain.to_string().chars().take(80).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_known_by_its_seal() {
        let kind = |text: &str| recognise(text.as_bytes());
        assert_eq!(kind(r#" {"signature":{"type":"SHA3MerkleProof"}}"#), Some(Kind::OpenAttestation));
        let signed = r#"{"signature":{"type":"SHA3MerkleProof"},"proof":[{"type":"OpenAttestationSignature2018"}]}"#;
        assert_eq!(kind(signed), Some(Kind::OpenAttestation));
        let certificate = r#"{"signature":{"type":["MerkleProof2017","Extension"]}}"#;
        assert_eq!(kind(certificate), Some(Kind::Blockcerts));
        let other = |seal: &str| Some(Kind::Other { seal: seal.into() });
        assert_eq!(kind(r#"{"proof":{"type":["X","MerkleProof2019"]}}"#), other("MerkleProof2019"));
        for none in ["", "[]", "{}", r#"{"signature":7}"#, r#"{"signature":{"type":"x"}}"#, r#"{"signature":{"type":""#]
        {
            assert_eq!(kind(none), None, "{none}");
        }
        assert_eq!(kind(&format!("{}{}", " ".repeat(MAX_BYTES), signed)), None);
    }
}
