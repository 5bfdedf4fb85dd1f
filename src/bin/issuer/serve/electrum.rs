//! The Electrum protocol, 1.4 to 1.6, as far as headers answer it: one JSON-RPC object a message.

use super::served::Served;
use plimsoll::encoding::encode_hex;
use serde_json::{Value, json};

const NAME: &str = concat!("plimsoll ", env!("CARGO_PKG_VERSION"));
/// Versions spoken, oldest first.
const VERSIONS: [&str; 4] = ["1.4", "1.4.2", "1.4.3", "1.6"];
const MOST: u64 = 2016;

// JSON-RPC 2.0 §5.1, and the protocol's own number for a request it does not take.
const NOT_JSON: i32 = -32700;
const NOT_A_REQUEST: i32 = -32600;
const NO_SUCH_METHOD: i32 = -32601;
const BAD_REQUEST: i32 = 1;

/// What a connection has agreed on.
#[derive(Debug, Default)]
pub struct Session {
    /// The place in [`VERSIONS`].
    version: Option<usize>,
}

type Refusal = (i32, String);

impl Session {
    /// The answer to a message.
    pub fn answer(&mut self, message: &str, served: &Served) -> String {
        let (id, result) = match serde_json::from_str::<Value>(message) {
            Ok(request) => {
                let id = request.get("id").cloned().unwrap_or(Value::Null);
                (id, self.call(&request, served))
            }
            Err(error) => (Value::Null, Err((NOT_JSON, error.to_string()))),
        };
        let answer = match result {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err((code, message)) => {
                json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
            }
        };
        answer.to_string()
    }

    fn call(&mut self, request: &Value, served: &Served) -> Result<Value, Refusal> {
        let method = request.get("method").and_then(Value::as_str);
        let method = method.ok_or_else(|| (NOT_A_REQUEST, "no method".to_owned()))?;
        let none = Vec::new();
        let params = match request.get("params") {
            None => &none,
            Some(params) => params.as_array().ok_or_else(|| (NOT_A_REQUEST, "params are no list".to_owned()))?,
        };
        if method == "server.version" {
            return self.agree(params);
        }
        let Some(version) = self.version else {
            return Err((BAD_REQUEST, "server.version comes first".into()));
        };
        match method {
            "server.ping" => Ok(Value::Null),
            "server.banner" => Ok(json!(NAME)),
            "server.features" => Ok(features(served)),
            "blockchain.headers.subscribe" => {
                let tip = served.tree().tip();
                let hex = served.tree().header_at(tip.height).map(|header| header.to_string());
                Ok(json!({ "height": tip.height, "hex": hex }))
            }
            "blockchain.block.header" => {
                let height = height_in(params, 0)?;
                without_proof(params, 1)?;
                let header = u32::try_from(height).ok().and_then(|height| served.tree().header_at(height));
                header.map(|header| json!(header.to_string())).ok_or_else(|| out_of_range(height))
            }
            "blockchain.block.headers" => {
                let (start, count) = (height_in(params, 0)?, height_in(params, 1)?);
                without_proof(params, 2)?;
                headers(start, count.min(MOST), VERSIONS[version] == "1.6", served)
            }
            _ => Err((NO_SUCH_METHOD, format!("{method:.60}: only headers are served here"))),
        }
    }

    /// The highest version that both sides speak.
    fn agree(&mut self, params: &[Value]) -> Result<Value, Refusal> {
        if self.version.is_some() {
            return Err((BAD_REQUEST, "server.version was sent before".into()));
        }
        let (lowest, highest) = match params.get(1) {
            None => (Some("1.4"), Some("1.4")),
            Some(Value::Array(range)) => (range.first().and_then(Value::as_str), range.get(1).and_then(Value::as_str)),
            Some(one) => (one.as_str(), one.as_str()),
        };
        let range = lowest.and_then(parts).zip(highest.and_then(parts));
        let spoken = |at: &usize| {
            let ours = parts(VERSIONS[*at]);
            range.is_some_and(|(lowest, highest)| ours.is_some_and(|ours| (lowest..=highest).contains(&ours)))
        };
        let agreed = (0..VERSIONS.len()).rev().find(spoken);
        let agreed = agreed.ok_or_else(|| (BAD_REQUEST, "unsupported protocol version".to_owned()))?;
        self.version = Some(agreed);
        Ok(json!([NAME, VERSIONS[agreed]]))
    }
}

/// The numbers of a version, so that 1.10 comes after 1.9.
fn parts(version: &str) -> Option<[u32; 3]> {
    let mut parts = [0; 3];
    for (place, number) in version.split('.').enumerate() {
        *parts.get_mut(place)? = number.parse().ok()?;
    }
    Some(parts)
}

fn features(served: &Served) -> Value {
    json!({
        "genesis_hash": served.tree().params().genesis().hash().to_string(),
        "hash_function": "sha256",
        "server_version": NAME,
        "protocol_min": VERSIONS[0],
        "protocol_max": VERSIONS[VERSIONS.len() - 1],
        "hosts": {},
        "pruning": null,
    })
}

fn height_in(params: &[Value], at: usize) -> Result<u64, Refusal> {
    let number = params.get(at).and_then(Value::as_u64);
    number.ok_or_else(|| (BAD_REQUEST, format!("parameter {at} is no height or count")))
}

/// A proof against a checkpoint is made of all hashes below it: not for everybody who asks.
fn without_proof(params: &[Value], at: usize) -> Result<(), Refusal> {
    match params.get(at) {
        None => Ok(()),
        Some(height) if height.as_u64() == Some(0) => Ok(()),
        Some(_) => Err((BAD_REQUEST, "cp_height: proofs against a checkpoint are not served here".into())),
    }
}

fn out_of_range(height: u64) -> Refusal {
    (BAD_REQUEST, format!("height {height} out of range"))
}

fn headers(start: u64, count: u64, as_list: bool, served: &Served) -> Result<Value, Refusal> {
    let first = u32::try_from(start).map_err(|_| out_of_range(start))?;
    if first < served.tree().first_height() {
        return Err(out_of_range(start));
    }
    let last = u64::from(first) + count;
    let found = served.tree().best_chain(first..=u32::try_from(last).unwrap_or(u32::MAX)).take(count as usize);
    let headers: Vec<[u8; 80]> = found.map(|(_, header)| header.encode()).collect();
    let mut answer = json!({ "count": headers.len(), "max": MOST });
    if as_list {
        answer["headers"] = headers.iter().map(|header| encode_hex(header)).collect();
    } else {
        answer["hex"] = json!(encode_hex(headers.as_flattened()));
    }
    Ok(answer)
}
