//! Writes messages from their shapes alone: valid ones of random content, and ones with a count of the largest size.

use crate::shape::{FieldShape, Kind, MessageShape, StructShape};

/// Tagged fields are tried up to this number; Kafka's go up to 3.
const TAGS_MAX: u32 = 12;

/// A small repeatable source of numbers (SplitMix64).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

/// What a message is filled with.
enum Content {
    /// One element in every array, one byte in every string, every tagged field, nothing null; the count or length at
    /// this position, if any, is the largest that its encoding can carry.
    One { largest_at: Option<usize> },
    /// Anything that is valid.
    Random(Random),
}

pub(super) struct Filler {
    content: Content,
    version: i16,
    flexible: bool,
    out: Vec<u8>,
    /// Counts and lengths written so far.
    positions: usize,
    /// Whether a tagged field was written that may hold its default value, and so may not be written again.
    wrote_known_tag: bool,
}

/// A valid message of random content, and whether encoding it again must give the same bytes.
pub(super) fn random_message(shape: &MessageShape, version: i16, seed: u64) -> (Vec<u8>, bool) {
    let filler = Filler::filled(shape, version, Content::Random(Random::new(seed)));
    (filler.out, !filler.wrote_known_tag)
}

/// A valid message with one element in every array.
pub(super) fn small_message(shape: &MessageShape, version: i16) -> Vec<u8> {
    Filler::filled(shape, version, Content::One { largest_at: None }).out
}

/// The number of counts and lengths in a message with one element in every array.
pub(super) fn count_positions(shape: &MessageShape, version: i16) -> usize {
    Filler::filled(shape, version, Content::One { largest_at: None }).positions
}

/// A message in which the count or length at `position` is the largest that its encoding can carry.
pub(super) fn message_with_largest_count(
    shape: &MessageShape,
    version: i16,
    position: usize,
) -> Vec<u8> {
    Filler::filled(shape, version, Content::One { largest_at: Some(position) }).out
}

impl Filler {
    fn filled(shape: &MessageShape, version: i16, content: Content) -> Self {
        let flexible = shape.is_flexible(version);
        let mut filler =
            Self { content, version, flexible, out: vec![], positions: 0, wrote_known_tag: false };
        filler.structure(shape.body);
        filler
    }

    fn structure(&mut self, shape: &StructShape) {
        for field in shape.fields {
            if field.tag.is_none() && field.versions.contains(self.version) {
                self.field(field);
            }
        }
        if self.flexible {
            self.tagged_fields(shape);
        }
    }

    fn field(&mut self, field: &FieldShape) {
        let nullable = field.nullable.contains(self.version);
        let null = nullable && self.happens(4, false);
        if nullable && matches!(field.kind, Kind::Struct(_)) {
            self.out.push(if null { 0xff } else { 1 });
        } else if null {
            self.length(field.kind, None);
        }
        if !null {
            self.value(field.kind);
        }
    }

    fn value(&mut self, kind: Kind) {
        match kind {
            Kind::Bool => {
                let value = self.below(2) as u8;
                self.out.push(value);
            }
            Kind::Fixed(size) => self.bytes_below(size, 0x7f),
            Kind::Struct(shape) => self.structure(shape),
            Kind::String | Kind::Bytes => {
                let length = self.size();
                self.length(kind, Some(length));
                self.bytes_below(length, 0x7f);
            }
            Kind::Array(element) => {
                let count = self.size();
                self.length(kind, Some(count));
                (0..count).for_each(|_| self.value(*element));
            }
        }
    }

    /// Bytes below 0x7f are valid UTF-8, and no such eight are a number that differs from itself.
    fn bytes_below(&mut self, count: usize, limit: usize) {
        for _ in 0..count {
            let byte = self.below(limit) as u8;
            self.out.push(byte);
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        match &mut self.content {
            Content::Random(random) => random.below(limit),
            Content::One { .. } => 1,
        }
    }

    /// Elements of an array or bytes of a string.
    fn size(&mut self) -> usize {
        match &mut self.content {
            Content::Random(random) => {
                [0, 1, 2, 3, 1, 1, 200][random.below(7)].min(1 + random.below(50))
            }
            Content::One { .. } => 1,
        }
    }

    fn length(&mut self, kind: Kind, length: Option<usize>) {
        let largest = self.largest_is_here();
        let two_bytes = matches!(kind, Kind::String);
        match length {
            _ if self.flexible && largest => self.varint(u32::MAX),
            _ if self.flexible => self.varint(length.map_or(0, |length| length as u32 + 1)),
            _ if largest && two_bytes => self.out.extend(i16::MAX.to_be_bytes()),
            _ if largest => self.out.extend(i32::MAX.to_be_bytes()),
            Some(length) if two_bytes => self.out.extend((length as i16).to_be_bytes()),
            Some(length) => self.out.extend((length as i32).to_be_bytes()),
            None if two_bytes => self.out.extend((-1_i16).to_be_bytes()),
            None => self.out.extend((-1_i32).to_be_bytes()),
        }
    }

    /// The number of tagged fields, or the size of one.
    fn size_of_tags(&mut self, size: usize) {
        let largest = self.largest_is_here();
        self.varint(if largest { u32::MAX } else { size as u32 });
    }

    /// Whether the largest count or length belongs at this position, which is then over.
    fn largest_is_here(&mut self) -> bool {
        let position = Some(self.positions);
        self.positions += 1;
        matches!(self.content, Content::One { largest_at } if largest_at == position)
    }

    fn varint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    /// Known tagged fields of the version, and numbers near them that no version knows.
    fn tagged_fields(&mut self, shape: &StructShape) {
        let fields: Vec<_> =
            (0..TAGS_MAX).filter_map(|tag| Some((tag, self.tagged_field(shape, tag)?))).collect();
        self.size_of_tags(fields.len());
        for (tag, value) in fields {
            self.varint(tag);
            self.size_of_tags(value.len());
            self.out.extend(value);
        }
    }

    fn tagged_field(&mut self, shape: &StructShape, tag: u32) -> Option<Vec<u8>> {
        let known = shape.fields.iter().find(|field| field.tag == Some(tag));
        match known {
            Some(field) if field.versions.contains(self.version) && self.happens(2, true) => {
                self.wrote_known_tag = true;
                Some(self.apart(|filler| filler.field(field)))
            }
            // What would be the largest count, if the decoder took this field for one that it knows.
            None if self.happens(40, false) => Some(vec![0xff, 0xff, 0xff, 0xff, 0x0f]),
            _ => None,
        }
    }

    /// One time in so many, in random content.
    fn happens(&mut self, one_in: usize, otherwise: bool) -> bool {
        match &mut self.content {
            Content::Random(random) => random.chance(one_in),
            Content::One { .. } => otherwise,
        }
    }

    /// What `write` writes, in a buffer of its own.
    fn apart(&mut self, write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let before = std::mem::take(&mut self.out);
        write(self);
        std::mem::replace(&mut self.out, before)
    }
}
