//! Transactions, as far as a proof needs them: who spends what, the outputs, and the id. Scripts are bytes.

use crate::chain::header::reversed_hash;
use crate::crypto::hash::sha256d;
use crate::encoding::reader::{ReadError, Reader, write_compact_size};

/// Most bytes of a transaction with its witness: no block has room for more.
pub const MAX_TX_BYTES: usize = 4_000_000;
/// Most bytes without it.
pub const MAX_STRIPPED_BYTES: usize = 1_000_000;

reversed_hash! {
    /// SHA-256d of a transaction without its witness, first byte first; shown in reverse.
    Txid
}

/// Why bytes are no transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TxError {
    /// Bytes missing, left over, or a count over what can be.
    #[error("transaction: {0}")]
    Read(#[from] ReadError),
    /// Over the bound.
    #[error("transaction of {found} bytes, expected at most {limit}")]
    TooLarge {
        /// Its bytes.
        found: usize,
        /// The bound, with or without witness.
        limit: usize,
    },
    /// After the mark of a witness there must be a 1.
    #[error("transaction with witness flag {found}, expected 1")]
    Flag {
        /// The byte found.
        found: u8,
    },
    /// Nothing is spent.
    #[error("transaction without inputs")]
    NoInputs,
    /// Nothing is paid.
    #[error("transaction without outputs")]
    NoOutputs,
    /// The form with a witness, and none in it: a second spelling of the form without.
    #[error("transaction in the form with witness, without any")]
    NoWitness,
}

/// An output of an earlier transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPoint {
    /// The transaction.
    pub txid: Txid,
    /// Which of its outputs.
    pub index: u32,
}

impl OutPoint {
    /// What a coinbase names instead of an output.
    pub const NULL: Self = Self { txid: Txid([0; 32]), index: u32::MAX };
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxIn {
    /// What it spends.
    pub previous: OutPoint,
    /// Its script.
    pub script: Vec<u8>,
    /// Its sequence number.
    pub sequence: u32,
}

/// An output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxOut {
    /// Satoshis.
    pub value: u64,
    /// Its script.
    pub script: Vec<u8>,
}

/// A transaction as it was read, its witness left out: a claim until it is proven to be in a block. Its id is always that
/// of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    version: i32,
    inputs: Vec<TxIn>,
    outputs: Vec<TxOut>,
    lock_time: u32,
    txid: Txid,
    stripped_size: usize,
}

impl Transaction {
    /// From its parts.
    ///
    /// # Errors
    /// [`TxError`] without inputs or outputs, or too large.
    pub fn new(version: i32, inputs: Vec<TxIn>, outputs: Vec<TxOut>, lock_time: u32) -> Result<Self, TxError> {
        if inputs.is_empty() {
            return Err(TxError::NoInputs);
        }
        if outputs.is_empty() {
            return Err(TxError::NoOutputs);
        }
        let mut tx = Self { version, inputs, outputs, lock_time, txid: Txid([0; 32]), stripped_size: 0 };
        let bytes = tx.encode();
        if bytes.len() > MAX_STRIPPED_BYTES {
            return Err(TxError::TooLarge { found: bytes.len(), limit: MAX_STRIPPED_BYTES });
        }
        (tx.txid, tx.stripped_size) = (Txid(sha256d(&bytes)), bytes.len());
        Ok(tx)
    }

    /// Decodes one transaction, with its witness (BIP144) or without, and nothing after it.
    ///
    /// # Errors
    /// [`TxError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, TxError> {
        if bytes.len() > MAX_TX_BYTES {
            return Err(TxError::TooLarge { found: bytes.len(), limit: MAX_TX_BYTES });
        }
        let mut reader = Reader::new(bytes);
        let tx = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(tx)
    }

    /// Reads one transaction from `reader`.
    ///
    /// # Errors
    /// [`TxError`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, TxError> {
        let version = i32::from_le_bytes(reader.array()?);
        let mut input_count = count(reader)?;
        let has_witness = input_count == 0;
        if has_witness {
            match reader.u8()? {
                1 => input_count = count(reader)?,
                found => return Err(TxError::Flag { found }),
            }
        }
        let inputs = (0..input_count).map(|_| read_input(reader)).collect::<Result<Vec<_>, _>>()?;
        let outputs = (0..count(reader)?).map(|_| read_output(reader)).collect::<Result<Vec<_>, _>>()?;
        if has_witness {
            let mut items = 0;
            for _ in &inputs {
                for _ in 0..count(reader)? {
                    read_bytes(reader)?;
                    items += 1;
                }
            }
            if items == 0 {
                return Err(TxError::NoWitness);
            }
        }
        Self::new(version, inputs, outputs, reader.u32_le()?)
    }

    /// The bytes without witness, whose double hash is the id.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.version.to_le_bytes().to_vec();
        write_compact_size(&mut out, self.inputs.len() as u64);
        for input in &self.inputs {
            out.extend_from_slice(&input.previous.txid.0);
            out.extend_from_slice(&input.previous.index.to_le_bytes());
            write_bytes(&mut out, &input.script);
            out.extend_from_slice(&input.sequence.to_le_bytes());
        }
        write_compact_size(&mut out, self.outputs.len() as u64);
        for output in &self.outputs {
            out.extend_from_slice(&output.value.to_le_bytes());
            write_bytes(&mut out, &output.script);
        }
        out.extend_from_slice(&self.lock_time.to_le_bytes());
        out
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> i32 {
        self.version
    }

    /// What it spends, in order.
    #[must_use]
    pub fn inputs(&self) -> &[TxIn] {
        &self.inputs
    }

    /// What it pays, in order.
    #[must_use]
    pub fn outputs(&self) -> &[TxOut] {
        &self.outputs
    }

    /// Its lock time.
    #[must_use]
    pub fn lock_time(&self) -> u32 {
        self.lock_time
    }

    /// Its id.
    #[must_use]
    pub fn txid(&self) -> Txid {
        self.txid
    }

    /// Its bytes without witness.
    #[must_use]
    pub fn stripped_size(&self) -> usize {
        self.stripped_size
    }

    /// Whether it is a block's first transaction: one input, which spends nothing.
    #[must_use]
    pub fn is_coinbase(&self) -> bool {
        matches!(self.inputs.as_slice(), [only] if only.previous == OutPoint::NULL)
    }
}

/// A number of things still to come, each at least one byte long.
fn count(reader: &mut Reader<'_>) -> Result<u64, ReadError> {
    reader.compact_size(reader.left() as u64)
}

fn read_bytes<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], ReadError> {
    let length = count(reader)?;
    reader.take(length as usize)
}

fn read_input(reader: &mut Reader<'_>) -> Result<TxIn, ReadError> {
    Ok(TxIn {
        previous: OutPoint { txid: Txid(reader.array()?), index: reader.u32_le()? },
        script: read_bytes(reader)?.to_vec(),
        sequence: reader.u32_le()?,
    })
}

fn read_output(reader: &mut Reader<'_>) -> Result<TxOut, ReadError> {
    Ok(TxOut { value: u64::from_le_bytes(reader.array()?), script: read_bytes(reader)?.to_vec() })
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_compact_size(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{decode_hex, encode_hex};

    // The coinbase of mainnet's first block.
    const COINBASE: &str = "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff00\
        1d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e6420\
        6261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909\
        a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

    fn with_witness(items: &[u8]) -> Vec<u8> {
        let stripped = decode_hex(COINBASE).unwrap();
        let (head, rest) = stripped.split_at(4);
        let (body, lock_time) = rest.split_at(rest.len() - 4);
        [head, &[0, 1], body, items, lock_time].concat()
    }

    #[test]
    fn the_first_coinbase_there_and_back() {
        let bytes = decode_hex(COINBASE).unwrap();
        let tx = Transaction::decode(&bytes).unwrap();
        assert_eq!(tx.txid().to_string(), "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b");
        assert_eq!((encode_hex(&tx.encode()), tx.stripped_size()), (encode_hex(&bytes), 204));
        assert!(tx.is_coinbase());
        assert_eq!(tx.outputs()[0].value, 5_000_000_000);
        let spend = TxIn { previous: OutPoint { txid: tx.txid(), index: u32::MAX }, ..tx.inputs()[0].clone() };
        let twice = vec![tx.inputs()[0].clone(), spend.clone()];
        for inputs in [vec![spend], twice] {
            assert!(!Transaction::new(1, inputs, tx.outputs().to_vec(), 0).unwrap().is_coinbase());
        }
    }

    #[test]
    fn the_witness_does_not_change_the_id() {
        let stripped = Transaction::decode(&decode_hex(COINBASE).unwrap()).unwrap();
        assert_eq!(Transaction::decode(&with_witness(&[2, 1, 0xaa, 0])), Ok(stripped));
        assert_eq!(Transaction::decode(&with_witness(&[0])), Err(TxError::NoWitness));
        let mut flagged = with_witness(&[1, 0]);
        flagged[5] = 2;
        assert_eq!(Transaction::decode(&flagged), Err(TxError::Flag { found: 2 }));
    }

    #[test]
    fn no_prefix_no_extension_and_no_absurd_count_is_read() {
        for bytes in [decode_hex(COINBASE).unwrap(), with_witness(&[2, 1, 0xaa, 0])] {
            for end in 0..bytes.len() {
                assert!(Transaction::decode(&bytes[..end]).is_err(), "{end}");
            }
            assert!(Transaction::decode(&[&bytes[..], &[0]].concat()).is_err());
        }
        let mut many = vec![1, 0, 0, 0, 0xff];
        many.extend([0xff; 8]);
        assert!(matches!(Transaction::decode(&many), Err(TxError::Read(ReadError::TooMany { .. }))));
        assert!(matches!(Transaction::decode(&vec![0; MAX_TX_BYTES + 1]), Err(TxError::TooLarge { .. })));
        assert_eq!(Transaction::new(1, vec![], vec![], 0), Err(TxError::NoInputs));
        let input = TxIn { previous: OutPoint::NULL, script: vec![], sequence: 0 };
        assert_eq!(Transaction::new(1, vec![input.clone()], vec![], 0), Err(TxError::NoOutputs));
        let big = TxOut { value: 0, script: vec![0; MAX_STRIPPED_BYTES] };
        assert!(matches!(Transaction::new(1, vec![input], vec![big], 0), Err(TxError::TooLarge { .. })));
    }
}
