//! What goes from one of the page's modules to another, as bytes. One value has one encoding: numbers are little-endian,
//! text and lists carry their length, a choice is one byte, and nothing is left over.
//!
//! The modules are of one build, so nothing says which version it is of or what a field is called.
//!
//! Reading does not stop where something is refused: what comes after it is empty, and [`whole`] says what was refused
//! first. A way out of every field would be half of the program that reads messages.

use crate::encoding::reader::{ReadError, Reader, write_compact_size};

/// Why bytes are not what was to be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Too few bytes, or too many.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A byte that says which of several things follows, and says none of them.
    #[error("{what} {found} at offset {offset}")]
    Choice {
        /// What was to be said.
        what: &'static str,
        /// The byte.
        found: u8,
        /// Where it stands.
        offset: usize,
    },
    /// Text that is not UTF-8.
    #[error("text at offset {offset} is not UTF-8")]
    Text {
        /// Where it stands.
        offset: usize,
    },
}

/// Reads bytes that are one value, and nothing after it.
///
/// # Errors
/// [`WireError`].
pub(crate) fn whole<'a, T: Field<'a>>(bytes: &'a [u8]) -> Result<T, WireError> {
    let mut source = Source { reader: Reader::new(bytes), refused: None };
    let value = T::read(&mut source);
    match source.refused {
        Some(error) => Err(error),
        None => source.reader.finish().map(|()| value).map_err(Into::into),
    }
}

/// Bytes being read, until something is refused: from then on there are none.
pub(crate) struct Source<'a> {
    reader: Reader<'a>,
    refused: Option<WireError>,
}

impl<'a> Source<'a> {
    /// What is read, unless that or anything before is refused.
    fn read<T>(&mut self, read: impl FnOnce(&mut Reader<'a>) -> Result<T, WireError>) -> Option<T> {
        if self.refused.is_some() {
            return None;
        }
        read(&mut self.reader).map_err(|error| self.refused = Some(error)).ok()
    }

    /// So many bytes; zeros once something is refused.
    pub fn array<const COUNT: usize>(&mut self) -> [u8; COUNT] {
        self.read(|reader| Ok(reader.array()?)).unwrap_or([0; COUNT])
    }

    /// A value read whole from bytes of its own; empty once something is refused.
    pub fn inner<T: Field<'a>>(&mut self, bytes: &'a [u8]) -> T {
        let mut source = Source { reader: Reader::new(bytes), refused: self.refused.take() };
        let value = T::read(&mut source);
        self.refused = source.refused.or_else(|| source.reader.finish().err().map(Into::into));
        value
    }
}

/// A value that has one encoding.
pub(crate) trait Field<'a>: Sized {
    /// Appends the encoding.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads it back; any value once something is refused, so long as that takes no bytes and little work.
    fn read(source: &mut Source<'a>) -> Self;
}

/// Declares how a structure is sent: its fields, one after another.
macro_rules! structure {
    ($type:ty { $($field:ident),+ $(,)? }) => {
        impl<'a> $crate::encoding::wire::Field<'a> for $type {
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)+
            }

            fn read(source: &mut $crate::encoding::wire::Source<'a>) -> Self {
                Self { $($field: $crate::encoding::wire::Field::read(source)),+ }
            }
        }
    };
}
pub(crate) use structure;

/// Declares how a choice is sent: a byte for the variant, in the order given, and then its fields or its one value.
macro_rules! choices {
    ($type:ident { $($variant:ident $({ $($field:ident),+ })? $(($value:ident))?),+ $(,)? }) => {
        const _: () = {
            use $crate::encoding::wire::{Field, Source, choice};

            #[derive(Clone, Copy)]
            enum Tag {
                $($variant),+
            }

            const TAGS: &[Tag] = &[$(Tag::$variant),+];

            impl<'a> Field<'a> for $type {
                fn write(&self, out: &mut Vec<u8>) {
                    match self {
                        $(Self::$variant $({ $($field),+ })? $(($value))? => {
                            out.push(Tag::$variant as u8);
                            $($($field.write(out);)+)?
                            $($value.write(out);)?
                        })+
                    }
                }

                fn read(source: &mut Source<'a>) -> Self {
                    match TAGS[choice(source, stringify!($type), TAGS.len())] {
                        $(Tag::$variant => {
                            $($(let $field = Field::read(source);)+)?
                            $(let $value = Field::read(source);)?
                            Self::$variant $({ $($field),+ })? $(($value))?
                        })+
                    }
                }
            }
        };
    };
}
pub(crate) use choices;

/// Reads the byte that says which of so many things follows; the first once something is refused.
pub(crate) fn choice(source: &mut Source<'_>, what: &'static str, count: usize) -> usize {
    let which = source.read(|reader| {
        let (offset, found) = (reader.offset(), reader.u8()?);
        let which = usize::from(found);
        if which < count { Ok(which) } else { Err(WireError::Choice { what, found, offset }) }
    });
    which.unwrap_or_default()
}

impl Field<'_> for () {
    fn write(&self, _: &mut Vec<u8>) {}

    fn read(_: &mut Source<'_>) {}
}

impl Field<'_> for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(source: &mut Source<'_>) -> Self {
        choice(source, "truth value", 2) == 1
    }
}

macro_rules! numbers {
    ($($type:ty),+) => {
        $(impl Field<'_> for $type {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn read(source: &mut Source<'_>) -> Self {
                Self::from_le_bytes(source.array())
            }
        })+
    };
}
numbers!(u8, u16, u32, u64, i64);

impl<'a> Field<'a> for &'a [u8] {
    fn write(&self, out: &mut Vec<u8>) {
        write_compact_size(out, self.len() as u64);
        out.extend_from_slice(self);
    }

    fn read(source: &mut Source<'a>) -> Self {
        let bytes = source.read(|reader| {
            let length = reader.compact_size(u64::from(u32::MAX))?;
            Ok(reader.take(usize::try_from(length).unwrap_or(usize::MAX))?)
        });
        bytes.unwrap_or_default()
    }
}

impl<'a> Field<'a> for &'a str {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_bytes().write(out);
    }

    fn read(source: &mut Source<'a>) -> Self {
        let offset = source.reader.offset();
        let bytes = <&[u8]>::read(source);
        let text = source.read(|_| std::str::from_utf8(bytes).map_err(|_| WireError::Text { offset }));
        text.unwrap_or_default()
    }
}

impl Field<'_> for String {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_str().write(out);
    }

    fn read(source: &mut Source<'_>) -> Self {
        <&str>::read(source).to_owned()
    }
}

impl<'a, T: Field<'a>> Field<'a> for Box<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }

    fn read(source: &mut Source<'a>) -> Self {
        Self::new(T::read(source))
    }
}

impl<'a, T: Field<'a>> Field<'a> for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(source: &mut Source<'a>) -> Self {
        bool::read(source).then(|| T::read(source))
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

    fn read(source: &mut Source<'a>) -> Self {
        if bool::read(source) { Ok(T::read(source)) } else { Err(E::read(source)) }
    }
}

impl<'a, T: Field<'a>> Field<'a> for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_compact_size(out, self.len() as u64);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(source: &mut Source<'a>) -> Self {
        // Every item takes a byte or more: a count beyond the bytes there are is refused before room is made.
        let count = source.read(|reader| Ok(reader.compact_size(reader.left() as u64)?)).unwrap_or_default();
        let mut items = Self::new();
        for _ in 0..count {
            items.push(T::read(source));
            if source.refused.is_some() {
                break;
            }
        }
        items
    }
}

impl<'a, A: Field<'a>, B: Field<'a>> Field<'a> for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(source: &mut Source<'a>) -> Self {
        (A::read(source), B::read(source))
    }
}

impl<'a, A: Field<'a>, B: Field<'a>, C: Field<'a>> Field<'a> for (A, B, C) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
        self.2.write(out);
    }

    fn read(source: &mut Source<'a>) -> Self {
        (A::read(source), B::read(source), C::read(source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[derive(Debug, PartialEq)]
    enum Said {
        Nothing,
        Number { number: u16, known: bool },
        Text(String),
    }

    choices!(Said { Nothing, Number { number, known }, Text(text) });

    #[test]
    fn a_choice_is_a_byte_and_what_belongs_to_it() {
        for (said, bytes) in [
            (Said::Nothing, vec![0]),
            (Said::Number { number: 0x102, known: true }, vec![1, 2, 1, 1]),
            (Said::Text("é".into()), vec![2, 2, 0xc3, 0xa9]),
        ] {
            let mut written = Vec::new();
            said.write(&mut written);
            assert_eq!(written, bytes);
            assert_eq!(whole::<Said>(&bytes), Ok(said));
        }
        assert_eq!(whole::<Said>(&[3]), Err(WireError::Choice { what: "Said", found: 3, offset: 0 }));
    }
}
