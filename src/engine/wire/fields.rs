//! Numbers, text, lists and choices as bytes.

use super::WireError;
use crate::encoding::reader::{Reader, write_compact_size};

/// A value that has one encoding.
pub(in crate::engine) trait Field<'a>: Sized {
    /// Appends the encoding.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads it back.
    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError>;
}

/// Declares how a structure is sent: its fields, one after another.
macro_rules! structure {
    ($type:ty { $($field:ident),+ $(,)? }) => {
        impl<'a> $crate::engine::wire::Field<'a> for $type {
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)+
            }

            fn read(reader: &mut $crate::encoding::reader::Reader<'a>) -> Result<Self, $crate::engine::wire::WireError> {
                Ok(Self { $($field: $crate::engine::wire::Field::read(reader)?),+ })
            }
        }
    };
}
pub(super) use structure;

/// Reads the byte that says which of several things follows.
pub(super) fn choice<T>(
    reader: &mut Reader<'_>,
    what: &'static str,
    of: impl FnOnce(u8) -> Option<T>,
) -> Result<T, WireError> {
    let offset = reader.offset();
    let found = reader.u8()?;
    of(found).ok_or(WireError::Choice { what, found, offset })
}

impl Field<'_> for () {
    fn write(&self, _: &mut Vec<u8>) {}

    fn read(_: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(())
    }
}

impl Field<'_> for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        choice(reader, "truth value", |byte| [false, true].get(usize::from(byte)).copied())
    }
}

macro_rules! numbers {
    ($($type:ty),+) => {
        $(impl Field<'_> for $type {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
                Ok(Self::from_le_bytes(reader.array()?))
            }
        })+
    };
}
numbers!(u32, u64, i64);

impl<'a> Field<'a> for &'a [u8] {
    fn write(&self, out: &mut Vec<u8>) {
        write_compact_size(out, self.len() as u64);
        out.extend_from_slice(self);
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let length = reader.compact_size(u64::from(u32::MAX))?;
        Ok(reader.take(usize::try_from(length).unwrap_or(usize::MAX))?)
    }
}

impl<'a> Field<'a> for &'a str {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_bytes().write(out);
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let offset = reader.offset();
        std::str::from_utf8(Field::read(reader)?).map_err(|_| WireError::Text { offset })
    }
}

impl Field<'_> for String {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_str().write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        <&str>::read(reader).map(str::to_owned)
    }
}

impl<'a, T: Field<'a>> Field<'a> for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        bool::read(reader)?.then(|| T::read(reader)).transpose()
    }
}

impl<'a, T: Field<'a>, E: Field<'a>> Field<'a> for Result<T, E> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_ok().write(out);
        match self {
            Ok(value) => value.write(out),
            Err(error) => error.write(out),
        }
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        Ok(if bool::read(reader)? { Ok(T::read(reader)?) } else { Err(E::read(reader)?) })
    }
}

impl<'a, T: Field<'a>> Field<'a> for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_compact_size(out, self.len() as u64);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        // Every item takes a byte or more: a count beyond the bytes there are is refused before room is made.
        let count = reader.compact_size(reader.left() as u64)?;
        (0..count).map(|_| T::read(reader)).collect()
    }
}

impl<'a, A: Field<'a>, B: Field<'a>> Field<'a> for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        Ok((A::read(reader)?, B::read(reader)?))
    }
}

impl<'a, A: Field<'a>, B: Field<'a>, C: Field<'a>> Field<'a> for (A, B, C) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
        self.2.write(out);
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        Ok((A::read(reader)?, B::read(reader)?, C::read(reader)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::wire::whole;

    #[test]
    fn a_value_has_one_encoding_and_nothing_after_it() {
        type Value<'a> = (Option<&'a str>, Vec<u32>, Result<bool, i64>);
        let value: Value<'_> = (Some("é"), vec![1, u32::MAX], Err(-2));
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        assert_eq!(whole::<Value<'_>>(&bytes).unwrap(), value);
        for cut in 0..bytes.len() {
            assert!(whole::<Value<'_>>(&bytes[..cut]).is_err(), "{cut}");
        }
        assert!(whole::<Value<'_>>(&[&bytes[..], &[0]].concat()).is_err());
        assert_eq!(whole::<bool>(&[2]), Err(WireError::Choice { what: "truth value", found: 2, offset: 0 }));
        assert_eq!(whole::<&str>(&[1, 0xff]), Err(WireError::Text { offset: 0 }));
        assert!(matches!(whole::<&[u8]>(&[0xfd, 1, 0, 7]), Err(WireError::Read(_))), "not the shortest form");
        assert!(matches!(whole::<Vec<()>>(&[0xfe, 0xff, 0xff, 0xff, 0xff]), Err(WireError::Read(_))), "no bomb");
    }
}
