//! Making SD-JWTs (RFC 9901 §4.2). Randomness is the caller's to bring.

use crate::crypto::key::SecretKey;
use crate::trade::disclosure::{Disclosure, RESERVED_NAMES, Salt};
use crate::trade::jws::{Jws, JwsError};
use crate::trade::payload::child;
use crate::trade::sd_jwt::{SdJwt, SdJwtError};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// Why an SD-JWT cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// A name of the payload is reserved for digests.
    #[error("reserved name {name:?} at {at:?}")]
    ReservedName {
        /// JSON pointer of the object.
        at: String,
        /// The name.
        name: String,
    },
    /// The source of salts gave one twice.
    #[error("the salt for {at:?} was given before")]
    RepeatedSalt {
        /// JSON pointer of the field.
        at: String,
    },
    /// The payload cannot be signed.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// No verifier would accept the result: too long, too many disclosures, nested too deep.
    #[error("what was issued would be refused")]
    Refused(#[source] SdJwtError),
}

/// Signs `payload`, with a disclosure for every field whose JSON pointer `disclosable` says yes to; fields inside a disclosed
/// one may be disclosures too (recursive disclosure). `salts` must give fresh random bits each time.
///
/// # Errors
/// [`IssueError`].
pub fn issue(
    payload: &Map<String, Value>,
    typ: &str,
    disclosable: &dyn Fn(&str) -> bool,
    salts: &mut dyn FnMut() -> Salt,
    key: &SecretKey,
) -> Result<SdJwt, IssueError> {
    let mut packer = Packer { disclosable, salts, seen: HashSet::new() };
    let (mut signed, disclosures) = packer.object(payload, "")?;
    signed.insert("_sd_alg".to_owned(), json!("sha-256"));
    let issued = SdJwt::from_parts(Jws::sign(&signed, typ, key)?, disclosures);
    let read = SdJwt::parse(&issued.to_string(), typ).map_err(IssueError::Refused)?;
    let _fits = read.disclose().map_err(IssueError::Refused)?;
    Ok(read)
}

struct Packer<'a> {
    disclosable: &'a dyn Fn(&str) -> bool,
    salts: &'a mut dyn FnMut() -> Salt,
    seen: HashSet<Salt>,
}

impl Packer<'_> {
    fn object(
        &mut self,
        members: &Map<String, Value>,
        at: &str,
    ) -> Result<(Map<String, Value>, Vec<Disclosure>), IssueError> {
        let mut packed = Map::new();
        let mut digests = Vec::new();
        let mut disclosures = Vec::new();
        for (name, value) in members {
            if RESERVED_NAMES.contains(&name.as_str()) {
                return Err(IssueError::ReservedName { at: at.to_owned(), name: name.clone() });
            }
            let pointer = child(at, name);
            let (value, inner) = self.value(value, &pointer)?;
            match self.disclosure(Some(name), &value, &pointer)? {
                Some(disclosure) => {
                    digests.push(disclosure.digest().to_string());
                    disclosures.push(disclosure);
                }
                None => {
                    packed.insert(name.clone(), value);
                }
            }
            disclosures.extend(inner);
        }
        if !digests.is_empty() {
            // Sorted, so that their order tells nothing about the fields behind them.
            digests.sort_unstable();
            packed.insert("_sd".to_owned(), json!(digests));
        }
        Ok((packed, disclosures))
    }

    fn value(&mut self, value: &Value, at: &str) -> Result<(Value, Vec<Disclosure>), IssueError> {
        match value {
            Value::Object(members) => {
                let (packed, disclosures) = self.object(members, at)?;
                Ok((Value::Object(packed), disclosures))
            }
            Value::Array(elements) => self.list(elements, at),
            scalar => Ok((scalar.clone(), Vec::new())),
        }
    }

    fn list(&mut self, elements: &[Value], at: &str) -> Result<(Value, Vec<Disclosure>), IssueError> {
        let mut packed = Vec::new();
        let mut disclosures = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let pointer = child(at, index);
            let (value, inner) = self.value(element, &pointer)?;
            match self.disclosure(None, &value, &pointer)? {
                Some(disclosure) => {
                    packed.push(json!({"...": disclosure.digest().to_string()}));
                    disclosures.push(disclosure);
                }
                None => packed.push(value),
            }
            disclosures.extend(inner);
        }
        Ok((Value::Array(packed), disclosures))
    }

    fn disclosure(&mut self, name: Option<&str>, value: &Value, at: &str) -> Result<Option<Disclosure>, IssueError> {
        if !(self.disclosable)(at) {
            return Ok(None);
        }
        let salt = (self.salts)();
        if !self.seen.insert(salt) {
            return Err(IssueError::RepeatedSalt { at: at.to_owned() });
        }
        Ok(Some(Disclosure::new(&salt, name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::fixture::{key, object, salts};

    const TYP: &str = "example+sd-jwt";

    fn payload() -> Map<String, Value> {
        object(json!({"clear": 1, "hidden": {"inner": [10, {"deep": true}, 30]}, "other": "x"}))
    }

    fn issued() -> SdJwt {
        let clear = ["/clear", "/hidden/inner/2"];
        issue(&payload(), TYP, &|at| !clear.contains(&at), &mut salts(), &key()).unwrap()
    }

    #[test]
    fn what_is_issued_is_read_again() {
        let issued = issued();
        assert_eq!(issued.disclosures().len(), 6);
        assert_eq!(issued.disclose().unwrap().payload().to_value(), Value::Object(payload()));
        assert!(issued.verify_signature(&key().public()).is_ok());
        let signed = issued.signed_payload();
        assert_eq!(signed.keys().collect::<Vec<_>>(), ["_sd", "_sd_alg", "clear"]);
        let digests = signed["_sd"].as_array().unwrap();
        assert!(digests.is_sorted_by_key(|digest| digest.as_str()), "their order tells nothing");
    }

    #[test]
    fn what_cannot_be_issued_is_said() {
        let all = |_: &str| true;
        let again = issue(&payload(), TYP, &all, &mut || [1; 16], &key());
        assert!(matches!(again, Err(IssueError::RepeatedSalt { .. })));
        for name in RESERVED_NAMES {
            let reserved = issue(&object(json!({"x": {name: 1}})), TYP, &all, &mut salts(), &key());
            assert_eq!(reserved, Err(IssueError::ReservedName { at: "/x".to_owned(), name: name.to_owned() }));
        }
        let many = object(json!({"x": vec![0; 1_024]}));
        let many = issue(&many, TYP, &all, &mut salts(), &key());
        assert_eq!(many, Err(IssueError::Refused(SdJwtError::TooMany { found: 1_025 })));
        let deep = (0..20).fold(json!(1), |value, _| json!([value]));
        let deep = issue(&object(json!({"x": deep})), TYP, &|_| false, &mut salts(), &key());
        assert!(matches!(deep, Err(IssueError::Jws(JwsError::Json { .. }))));
    }
}
