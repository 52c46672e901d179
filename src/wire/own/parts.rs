//! What messages are made of. The walk over the shape comes before decoding, so counts and lengths fit; what is wrong all
//! the same (text that is not UTF-8) is an error here.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use bytes::{Buf, BufMut, Bytes};
use kafka_protocol::messages::TopicName;
use kafka_protocol::protocol::buf::ByteBuf;
use uuid::Uuid;

use crate::StrBytes;

/// Bytes of the longest 32-bit number in base 128.
const VARINT_BYTES_MAX: usize = 5;

/// Fields that a newer sender added, by their tags.
pub(super) type Tagged = BTreeMap<i32, Bytes>;

pub(super) fn put_varint(buf: &mut impl BufMut, mut value: u32) {
    while value >= 0x80 {
        buf.put_u8(value as u8 | 0x80);
        value >>= 7;
    }
    buf.put_u8(value as u8);
}

pub(super) fn get_varint(buf: &mut impl Buf) -> Result<u32> {
    let mut value = 0;
    for place in 0..VARINT_BYTES_MAX {
        let byte = buf.try_get_u8()?;
        value |= u32::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return Ok(value);
        }
    }
    bail!("a number of more than {VARINT_BYTES_MAX} bytes")
}

/// The count of an array: one more in base 128 where the version is flexible.
pub(super) fn put_count(buf: &mut impl BufMut, count: usize, flexible: bool) -> Result<()> {
    match flexible {
        true => put_varint(buf, u32::try_from(count + 1)?),
        false => buf.put_i32(i32::try_from(count)?),
    }
    Ok(())
}

/// An array that is null.
pub(super) fn put_null_array(buf: &mut impl BufMut, flexible: bool) {
    match flexible {
        true => put_varint(buf, 0),
        false => buf.put_i32(-1),
    }
}

/// An array that is never null. The walk has checked that its count fits what is left of the message.
pub(super) fn get_array<B: Buf, T>(
    buf: &mut B,
    flexible: bool,
    decode: impl Fn(&mut B) -> Result<T>,
) -> Result<Vec<T>> {
    match get_nullable_array(buf, flexible, decode)? {
        Some(elements) => Ok(elements),
        None => bail!("an array that may not be null"),
    }
}

/// As [`get_array`], where the array may be null.
pub(super) fn get_nullable_array<B: Buf, T>(
    buf: &mut B,
    flexible: bool,
    decode: impl Fn(&mut B) -> Result<T>,
) -> Result<Option<Vec<T>>> {
    let count = match flexible {
        true => i64::from(get_varint(buf)?) - 1,
        false => i64::from(buf.try_get_i32()?),
    };
    let Ok(count) = usize::try_from(count) else { return Ok(None) };
    let mut elements = Vec::with_capacity(count);
    for _ in 0..count {
        elements.push(decode(buf)?);
    }
    Ok(Some(elements))
}

pub(super) fn put_text(buf: &mut impl BufMut, text: &str, flexible: bool) -> Result<()> {
    match flexible {
        true => put_varint(buf, u32::try_from(text.len() + 1)?),
        false => buf.put_i16(i16::try_from(text.len())?),
    }
    buf.put_slice(text.as_bytes());
    Ok(())
}

/// A text that is never null.
pub(super) fn get_text(buf: &mut impl ByteBuf, flexible: bool) -> Result<StrBytes> {
    let length = match flexible {
        true => i64::from(get_varint(buf)?) - 1,
        false => i64::from(buf.try_get_i16()?),
    };
    Ok(StrBytes::try_from(buf.try_get_bytes(usize::try_from(length)?)?)?)
}

pub(super) fn put_nullable_text(
    buf: &mut impl BufMut,
    text: Option<&StrBytes>,
    flexible: bool,
) -> Result<()> {
    match text {
        Some(text) => put_text(buf, text, flexible)?,
        None if flexible => put_varint(buf, 0),
        None => buf.put_i16(-1),
    }
    Ok(())
}

pub(super) fn get_nullable_text(
    buf: &mut impl ByteBuf,
    flexible: bool,
) -> Result<Option<StrBytes>> {
    let length = match flexible {
        true => i64::from(get_varint(buf)?) - 1,
        false => i64::from(buf.try_get_i16()?),
    };
    match usize::try_from(length) {
        Ok(length) => Ok(Some(StrBytes::try_from(buf.try_get_bytes(length)?)?)),
        Err(_) => Ok(None),
    }
}

/// A topic, which newer versions name by its id.
pub(super) fn put_topic(
    buf: &mut impl BufMut,
    name: &TopicName,
    id: Uuid,
    by_id: bool,
    flexible: bool,
) -> Result<()> {
    if by_id {
        buf.put_slice(id.as_bytes());
        return Ok(());
    }
    put_text(buf, name, flexible)
}

/// The name of a topic, or its id; the other one is empty.
pub(super) fn get_topic(
    buf: &mut impl ByteBuf,
    by_id: bool,
    flexible: bool,
) -> Result<(TopicName, Uuid)> {
    match by_id {
        true => Ok((TopicName::default(), Uuid::from_u128(buf.try_get_u128()?))),
        false => Ok((TopicName(get_text(buf, flexible)?), Uuid::nil())),
    }
}

pub(super) fn put_tagged(buf: &mut impl BufMut, tagged: &Tagged) -> Result<()> {
    put_varint(buf, u32::try_from(tagged.len())?);
    for (tag, value) in tagged {
        put_varint(buf, *tag as u32);
        put_varint(buf, u32::try_from(value.len())?);
        buf.put_slice(value);
    }
    Ok(())
}

pub(super) fn get_tagged(buf: &mut impl ByteBuf) -> Result<Tagged> {
    let mut tagged = Tagged::new();
    for _ in 0..get_varint(buf)? {
        let (tag, size) = (get_varint(buf)?, get_varint(buf)?);
        tagged.insert(tag as i32, buf.try_get_bytes(size as usize)?);
    }
    Ok(tagged)
}
