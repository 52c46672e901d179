//! What the generated record codecs stand on: the primitive types of Kafka's encoding.
//!
//! Reading takes from the front of a slice and never trusts a count or a length further than the bytes that are left.

use bytes::{BufMut, Bytes, BytesMut};
use thiserror::Error;
use uuid::Uuid;

/// Version of the frame around a record of the metadata log; the only one that Kafka reads.
const FRAME_VERSION: u32 = 1;

/// Why bytes are no record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    #[error("the record ends within a field")]
    Truncated,
    #[error("a varint is longer than five bytes")]
    MalformedVarint,
    #[error("{count} elements or bytes are announced and {left} bytes are left")]
    CountTooLarge { count: i64, left: usize },
    #[error("a field that must not be null is null")]
    NullNotAllowed,
    #[error("a string is not valid UTF-8")]
    InvalidUtf8,
    #[error("{record} has no version {version}")]
    UnsupportedVersion { record: &'static str, version: i16 },
    #[error("there is no metadata record of type {0}")]
    UnknownRecordType(i16),
    #[error("frame version {0} is not understood")]
    FrameVersion(u32),
    #[error("a frame's type or version, {0}, is above 32767")]
    FrameNumber(u32),
    #[error("tagged field {tag} does not exist in version {version}")]
    TagNotInVersion { tag: u32, version: i16 },
    #[error("tagged field {tag} is longer than its value by {left} bytes")]
    TagTooLong { tag: u32, left: usize },
    #[error("{0} bytes follow the last field")]
    TrailingBytes(usize),
}

/// Why a record cannot be written in a version.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncodeError {
    #[error("{record} has no version {version}")]
    UnsupportedVersion { record: &'static str, version: i16 },
    #[error("{record} version {version} has no field {field}, and its value would be lost")]
    FieldNotInVersion { record: &'static str, field: &'static str, version: i16 },
    #[error("a field that must not be null is null")]
    NullNotAllowed,
    #[error("{0} elements or bytes are more than the encoding can carry")]
    TooLong(usize),
}

/// A tagged field that this version of the schema does not know, kept as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTag {
    pub tag: u32,
    pub data: Bytes,
}

/// How the fields of a record are laid out.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    pub version: i16,
    /// Lengths as varints, tagged fields at the end of each struct.
    pub flexible: bool,
}

/// A value that reads and writes itself.
pub trait Field: Sized {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError>;
    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError>;
}

macro_rules! number_fields {
    ($($number:ty),*) => {$(
        impl Field for $number {
            fn read(_: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
                let (bytes, rest) = input.split_first_chunk().ok_or(DecodeError::Truncated)?;
                *input = rest;
                Ok(Self::from_be_bytes(*bytes))
            }

            fn write(&self, _: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
                out.put_slice(&self.to_be_bytes());
                Ok(())
            }
        }
    )*};
}

number_fields!(i8, u8, i16, u16, i32, u32, i64, f64);

impl Field for bool {
    fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        Ok(u8::read(format, input)? != 0)
    }

    fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        u8::from(*self).write(format, out)
    }
}

impl Field for Uuid {
    fn read(_: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let (bytes, rest) = input.split_first_chunk().ok_or(DecodeError::Truncated)?;
        *input = rest;
        Ok(Self::from_bytes(*bytes))
    }

    fn write(&self, _: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_slice(self.as_bytes());
        Ok(())
    }
}

/// How many bytes a length has where lengths are not varints.
#[derive(Clone, Copy)]
enum Width {
    /// Strings.
    Two,
    /// Bytes and arrays.
    Four,
}

/// Reads a length or count, `None` for null; it is at most what is left, as every element takes a byte.
fn read_length(
    width: Width,
    format: Format,
    input: &mut &[u8],
) -> Result<Option<usize>, DecodeError> {
    let length = match width {
        _ if format.flexible => i64::from(read_varint(input)?) - 1,
        Width::Two => i64::from(i16::read(format, input)?),
        Width::Four => i64::from(i32::read(format, input)?),
    };
    match usize::try_from(length) {
        Ok(length) if length <= input.len() => Ok(Some(length)),
        Err(_) if length == -1 => Ok(None),
        _ => Err(DecodeError::CountTooLarge { count: length, left: input.len() }),
    }
}

/// Writes a length or count, -1 for null.
fn write_length(
    width: Width,
    length: Option<usize>,
    format: Format,
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    let too_long = |_| EncodeError::TooLong(length.unwrap_or(0));
    match width {
        _ if format.flexible => {
            let length = i32::try_from(length.map_or(0, |length| length + 1)).map_err(too_long)?;
            write_varint(length as u32, out);
        }
        Width::Two => out.put_i16(length.map_or(Ok(-1), i16::try_from).map_err(too_long)?),
        Width::Four => out.put_i32(length.map_or(Ok(-1), i32::try_from).map_err(too_long)?),
    }
    Ok(())
}

/// A value that can be null: a length stands before its content.
trait Sequence: Sized {
    const WIDTH: Width;
    fn length(&self) -> usize;
    fn read_content(length: usize, format: Format, input: &mut &[u8]) -> Result<Self, DecodeError>;
    fn write_content(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError>;
}

impl Sequence for String {
    const WIDTH: Width = Width::Two;

    fn length(&self) -> usize {
        self.len()
    }

    fn read_content(length: usize, _: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        let text = std::str::from_utf8(take(length, input)?);
        text.map(str::to_owned).map_err(|_| DecodeError::InvalidUtf8)
    }

    fn write_content(&self, _: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_slice(self.as_bytes());
        Ok(())
    }
}

impl Sequence for Bytes {
    const WIDTH: Width = Width::Four;

    fn length(&self) -> usize {
        self.len()
    }

    fn read_content(length: usize, _: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        take(length, input).map(Self::copy_from_slice)
    }

    fn write_content(&self, _: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.put_slice(self);
        Ok(())
    }
}

impl<T: Field> Sequence for Vec<T> {
    const WIDTH: Width = Width::Four;

    fn length(&self) -> usize {
        self.len()
    }

    fn read_content(count: usize, format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
        (0..count).map(|_| T::read(format, input)).collect()
    }

    fn write_content(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
        self.iter().try_for_each(|element| element.write(format, out))
    }
}

macro_rules! sequence_fields {
    ($({$($generics:tt)*} $sequence:ty;)*) => {$(
        impl<$($generics)*> Field for $sequence {
            fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
                Option::<Self>::read(format, input)?.ok_or(DecodeError::NullNotAllowed)
            }

            fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
                write_length(Self::WIDTH, Some(self.length()), format, out)?;
                self.write_content(format, out)
            }
        }

        impl<$($generics)*> Field for Option<$sequence> {
            fn read(format: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {
                match read_length(<$sequence>::WIDTH, format, input)? {
                    Some(length) => Sequence::read_content(length, format, input).map(Some),
                    None => Ok(None),
                }
            }

            fn write(&self, format: Format, out: &mut BytesMut) -> Result<(), EncodeError> {
                match self {
                    Some(value) => value.write(format, out),
                    None => write_length(<$sequence>::WIDTH, None, format, out),
                }
            }
        }
    )*};
}

sequence_fields! {
    {} String;
    {} Bytes;
    {T: Field} Vec<T>;
}

/// Takes `length` bytes off the front.
fn take<'a>(length: usize, input: &mut &'a [u8]) -> Result<&'a [u8], DecodeError> {
    let (bytes, rest) = input.split_at_checked(length).ok_or(DecodeError::Truncated)?;
    *input = rest;
    Ok(bytes)
}

/// Reads an unsigned varint of at most five bytes; bits above the 32nd are dropped, as in Kafka.
fn read_varint(input: &mut &[u8]) -> Result<u32, DecodeError> {
    let mut value = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (&byte, rest) = input.split_first().ok_or(DecodeError::Truncated)?;
        *input = rest;
        value |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(DecodeError::MalformedVarint)
}

fn write_varint(mut value: u32, out: &mut BytesMut) {
    while value >= 0x80 {
        out.put_u8(value as u8 | 0x80);
        value >>= 7;
    }
    out.put_u8(value as u8);
}

/// Reads a struct's tagged fields. `known` takes a field and says so, or leaves it to be kept as it came.
pub fn read_tags(
    input: &mut &[u8],
    mut known: impl FnMut(u32, &mut &[u8]) -> Result<bool, DecodeError>,
) -> Result<Vec<RawTag>, DecodeError> {
    let mut unknown = Vec::new();
    for _ in 0..read_varint(input)? {
        let tag = read_varint(input)?;
        let length = read_varint(input)? as usize;
        let mut field = take(length, input)?;
        if !known(tag, &mut field)? {
            unknown.push(RawTag { tag, data: Bytes::copy_from_slice(field) });
        } else if !field.is_empty() {
            return Err(DecodeError::TagTooLong { tag, left: field.len() });
        }
    }
    Ok(unknown)
}

/// Reads a nullable struct of a tagged field: a 0 stands for null, and a 1 before what is there.
pub fn read_nullable<T: Field>(
    format: Format,
    input: &mut &[u8],
) -> Result<Option<T>, DecodeError> {
    if read_varint(input)? == 0 { Ok(None) } else { T::read(format, input).map(Some) }
}

/// Collects a struct's tagged fields, which are written in the order of their tags.
#[derive(Default)]
pub struct TagWriter {
    tags: Vec<RawTag>,
}

impl TagWriter {
    pub fn add(&mut self, tag: u32, format: Format, value: &impl Field) -> Result<(), EncodeError> {
        let mut data = BytesMut::new();
        value.write(format, &mut data)?;
        self.tags.push(RawTag { tag, data: data.freeze() });
        Ok(())
    }

    /// Adds a nullable struct, as [`read_nullable`] reads it.
    pub fn add_nullable(
        &mut self,
        tag: u32,
        format: Format,
        value: &Option<impl Field>,
    ) -> Result<(), EncodeError> {
        let mut data = BytesMut::new();
        write_varint(u32::from(value.is_some()), &mut data);
        if let Some(value) = value {
            value.write(format, &mut data)?;
        }
        self.tags.push(RawTag { tag, data: data.freeze() });
        Ok(())
    }

    pub fn finish(mut self, unknown: &[RawTag], out: &mut BytesMut) -> Result<(), EncodeError> {
        self.tags.extend_from_slice(unknown);
        self.tags.sort_by_key(|field| field.tag);
        write_varint(self.tags.len() as u32, out);
        for field in &self.tags {
            let length = u32::try_from(field.data.len());
            let length = length.map_err(|_| EncodeError::TooLong(field.data.len()))?;
            write_varint(field.tag, out);
            write_varint(length, out);
            out.put_slice(&field.data);
        }
        Ok(())
    }
}

/// The head of a metadata record's value: frame version, type, version.
pub(super) fn write_frame(api_key: i16, version: i16, out: &mut BytesMut) {
    write_varint(FRAME_VERSION, out);
    write_varint(api_key as u32, out);
    write_varint(version as u32, out);
}

/// Reads what [`write_frame`] wrote: type and version.
pub(super) fn read_frame(input: &mut &[u8]) -> Result<(i16, i16), DecodeError> {
    match read_varint(input)? {
        FRAME_VERSION => Ok((read_frame_number(input)?, read_frame_number(input)?)),
        other => Err(DecodeError::FrameVersion(other)),
    }
}

fn read_frame_number(input: &mut &[u8]) -> Result<i16, DecodeError> {
    let number = read_varint(input)?;
    i16::try_from(number).map_err(|_| DecodeError::FrameNumber(number))
}

pub(super) fn check_no_bytes_left(input: &[u8]) -> Result<(), DecodeError> {
    if input.is_empty() { Ok(()) } else { Err(DecodeError::TrailingBytes(input.len())) }
}
