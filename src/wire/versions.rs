//! Versions that Apache Kafka 4.3.1 speaks and the message crate does not know.
//!
//! A version whose request and response have the same fields as an older one is read and written as that one. Versions
//! that bring fields of their own need messages of their own (`own/`) and are refused until they have them.

use crate::ApiKey;

/// The version in which the message crate reads and writes a message of `version`: nearly always the same.
///
/// ListOffsets 11 differs from 10 only in the special timestamps that a request may carry (KIP-1023), not in its fields.
pub fn codec_version(api: ApiKey, version: i16) -> i16 {
    match (api, version) {
        (ApiKey::ListOffsets, 11) => 10,
        _ => version,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{FieldShape, Kind, MessageShape, StructShape};

    #[test]
    fn versions_that_share_a_codec_have_the_same_fields() {
        for api in ApiKey::ALL {
            for version in api.versions().iter() {
                let codec = codec_version(api, version);
                for message in [&api.shape().request, &api.shape().response] {
                    assert!(same_fields(message, version, codec), "{} {version}", api.name());
                }
            }
        }
    }

    fn same_fields(message: &MessageShape, one: i16, other: i16) -> bool {
        message.is_flexible(one) == message.is_flexible(other)
            && same_struct(message.body, one, other)
    }

    fn same_struct(shape: &StructShape, one: i16, other: i16) -> bool {
        let same = |field: &FieldShape| {
            field.versions.contains(one) == field.versions.contains(other)
                && field.nullable.contains(one) == field.nullable.contains(other)
                && nested(field.kind).is_none_or(|shape| same_struct(shape, one, other))
        };
        shape.fields.iter().all(same)
    }

    fn nested(kind: Kind) -> Option<&'static StructShape> {
        match kind {
            Kind::Struct(shape) => Some(shape),
            Kind::Array(element) => nested(*element),
            _ => None,
        }
    }
}
