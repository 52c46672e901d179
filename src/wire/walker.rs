//! The walk over a message: every count and length must fit what is left, before anything is allocated for it.
//!
//! The walk refuses all that the decoder behind it cannot take, and otherwise is as lenient as Kafka: overlong varints,
//! bits above the 32nd, unknown and repeated tagged fields in any order, and bytes after the message are accepted.

use crate::error::{ShapeError, ShapeFault};
use crate::shape::{FieldShape, Kind, MessageShape, StructShape};

/// Kafka's limit for every string, however its length is encoded.
const STRING_BYTES_MAX: u32 = i16::MAX as u32;

/// What an unknown tagged field costs once decoded, in bytes: at worst a tree node of its own with room for eleven.
const UNKNOWN_TAG_DECODED_BYTES: usize = 448;

/// What the walk over a well-formed message found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Walk {
    /// Bytes that the message takes; what follows them is no part of it.
    pub(crate) used_bytes: usize,
    /// Bytes of memory that decoding will take beside the frame itself.
    pub(crate) decoded_bytes: usize,
}

/// Walks over `body` as a message of `shape` in `version`, which must be one of its versions.
pub(crate) fn walk(shape: &MessageShape, version: i16, body: &[u8]) -> Result<Walk, ShapeError> {
    let mut walker = Walker {
        cursor: Cursor::new(body),
        version,
        flexible: shape.is_flexible(version),
        decoded_bytes: shape.body.decoded_size,
        field: "",
    };
    let walked = walker.structure(shape.body);
    let offset = walker.cursor.offset();
    walked.map_err(|fault| ShapeError { field: walker.field, offset, fault })?;
    Ok(Walk { used_bytes: offset, decoded_bytes: walker.decoded_bytes })
}

/// A place in a slice; what it takes is checked against what is left.
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    whole_length: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, whole_length: bytes.len() }
    }

    /// Bytes passed so far.
    pub(crate) fn offset(&self) -> usize {
        self.whole_length - self.rest.len()
    }

    fn left(&self) -> usize {
        self.rest.len()
    }

    fn skip(&mut self, length: usize) -> Result<&'a [u8], ShapeFault> {
        let (skipped, rest) = self.rest.split_at_checked(length).ok_or(ShapeFault::Truncated)?;
        self.rest = rest;
        Ok(skipped)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ShapeFault> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(ShapeFault::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// An unsigned varint. Kafka refuses a sixth byte and drops bits above the 32nd.
    fn varint(&mut self) -> Result<u32, ShapeFault> {
        let mut value = 0;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = self.take()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(ShapeFault::MalformedVarint)
    }

    /// A count of things that take at least `bytes_each` bytes, checked against what is left.
    fn fitting(&self, announced: u32, bytes_each: usize) -> Result<usize, ShapeFault> {
        let count = announced as usize;
        let needed = count.checked_mul(bytes_each);
        if needed.is_none_or(|needed| needed > self.left()) {
            return Err(ShapeFault::TooMany { announced, left: self.left() });
        }
        Ok(count)
    }

    /// The number of tagged fields: each has at least a number and a size.
    fn tag_count(&mut self) -> Result<usize, ShapeFault> {
        let announced = self.varint()?;
        self.fitting(announced, 2)
    }

    /// One tagged field: its number and its value.
    fn tagged_field(&mut self) -> Result<(u32, &'a [u8]), ShapeFault> {
        let tag = self.varint()?;
        let size = self.varint()?;
        let size = self.fitting(size, 1)?;
        Ok((tag, self.skip(size)?))
    }

    /// Passes over tagged fields none of which is known.
    pub(crate) fn skip_tagged_fields(&mut self) -> Result<(), ShapeFault> {
        for _ in 0..self.tag_count()? {
            self.tagged_field()?;
        }
        Ok(())
    }
}

struct Walker<'a> {
    cursor: Cursor<'a>,
    version: i16,
    flexible: bool,
    decoded_bytes: usize,
    /// The field being walked over, for errors.
    field: &'static str,
}

impl<'a> Walker<'a> {
    fn structure(&mut self, shape: &StructShape) -> Result<(), ShapeFault> {
        for field in shape.fields {
            if field.tag.is_none() && field.versions.contains(self.version) {
                self.field(field)?;
            }
        }
        if self.flexible { self.tagged_fields(shape) } else { Ok(()) }
    }

    fn field(&mut self, field: &FieldShape) -> Result<(), ShapeFault> {
        self.field = field.name;
        let nullable = field.nullable.contains(self.version);
        if nullable && matches!(field.kind, Kind::Struct(_)) && self.struct_is_null()? {
            return Ok(());
        }
        let present = self.value(field.kind)?;
        if present || nullable { Ok(()) } else { Err(ShapeFault::NullNotAllowed) }
    }

    /// Walks over a value; false when it is null.
    fn value(&mut self, kind: Kind) -> Result<bool, ShapeFault> {
        match kind {
            Kind::Bool => self.cursor.skip(1).map(|_| true),
            Kind::Fixed(size) => self.cursor.skip(size).map(|_| true),
            Kind::String => self.string(),
            Kind::Bytes => self.bytes(),
            Kind::Struct(shape) => self.structure(shape).map(|()| true),
            Kind::Array(element) => self.array(*element),
        }
    }

    /// The byte before a struct in the versions in which it may be null. Kafka takes anything but a negative number as
    /// present, the decoder behind only 1.
    fn struct_is_null(&mut self) -> Result<bool, ShapeFault> {
        match self.cursor.take().map(i8::from_be_bytes)? {
            1 => Ok(false),
            marker if marker < 0 => Ok(true),
            marker => Err(ShapeFault::StructMarker(marker)),
        }
    }

    /// Walks over a string; false when it is null.
    fn string(&mut self) -> Result<bool, ShapeFault> {
        let length = if self.flexible {
            self.compact_length()?
        } else {
            let length = i16::from_be_bytes(self.cursor.take()?);
            signed_length(i32::from(length))?
        };
        match length {
            Some(length) if length > STRING_BYTES_MAX => Err(ShapeFault::StringTooLong(length)),
            length => self.content(length),
        }
    }

    /// Walks over bytes; false when they are null.
    fn bytes(&mut self) -> Result<bool, ShapeFault> {
        let length = self.length()?;
        self.content(length)
    }

    fn content(&mut self, length: Option<u32>) -> Result<bool, ShapeFault> {
        let Some(length) = length else { return Ok(false) };
        let length = self.cursor.fitting(length, 1)?;
        self.cursor.skip(length).map(|_| true)
    }

    /// Walks over an array; false when it is null. Each element takes a byte at least, so what is left bounds the work.
    fn array(&mut self, element: Kind) -> Result<bool, ShapeFault> {
        let Some(announced) = self.length()? else { return Ok(false) };
        let bytes_each = if let Kind::Fixed(size) = element { size } else { 1 };
        let count = self.cursor.fitting(announced, bytes_each)?;
        let decoded = count.saturating_mul(element.decoded_size());
        self.decoded_bytes = self.decoded_bytes.saturating_add(decoded);
        if let Kind::Bool | Kind::Fixed(_) = element {
            self.cursor.skip(count * bytes_each)?;
        } else {
            for _ in 0..count {
                if !self.value(element)? {
                    return Err(ShapeFault::NullNotAllowed);
                }
            }
        }
        Ok(true)
    }

    /// The length of bytes or the count of an array, `None` for null.
    fn length(&mut self) -> Result<Option<u32>, ShapeFault> {
        if self.flexible {
            self.compact_length()
        } else {
            signed_length(i32::from_be_bytes(self.cursor.take()?))
        }
    }

    /// One more than the length, as a varint; zero for null.
    fn compact_length(&mut self) -> Result<Option<u32>, ShapeFault> {
        Ok(self.cursor.varint()?.checked_sub(1))
    }

    fn tagged_fields(&mut self, shape: &StructShape) -> Result<(), ShapeFault> {
        for _ in 0..self.cursor.tag_count()? {
            let (tag, value) = self.cursor.tagged_field()?;
            match shape.fields.iter().find(|field| field.tag == Some(tag)) {
                Some(field) => self.known_tagged_field(field, tag, value)?,
                None => self.decoded_bytes += UNKNOWN_TAG_DECODED_BYTES,
            }
        }
        Ok(())
    }

    /// A tagged field must fill its announced size exactly: the decoder behind does not look at the size.
    fn known_tagged_field(
        &mut self,
        field: &FieldShape,
        tag: u32,
        value: &'a [u8],
    ) -> Result<(), ShapeFault> {
        self.field = field.name;
        if !field.versions.contains(self.version) {
            return Err(ShapeFault::TagNotInVersion { tag, version: self.version });
        }
        let after = std::mem::replace(&mut self.cursor, Cursor::new(value));
        let walked = self.field(field);
        let left = std::mem::replace(&mut self.cursor, after).left();
        match walked {
            Ok(()) if left > 0 => Err(ShapeFault::TagTooLong { tag, left }),
            other => other,
        }
    }
}

fn signed_length(length: i32) -> Result<Option<u32>, ShapeFault> {
    match length {
        -1 => Ok(None),
        length => u32::try_from(length).map(Some).map_err(|_| ShapeFault::NegativeLength(length)),
    }
}
