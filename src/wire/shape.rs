//! The shape of a message: its fields, their types and the versions they exist in, as static tables.
//!
//! The tables are generated from Apache Kafka's schemas (`tests/interop/generator`). The walk over them is what makes
//! decoding safe; see [`crate::decode`].

use crate::ApiKey;

/// A range of versions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// The oldest version.
    pub low: i16,
    /// The newest version.
    pub high: i16,
}

impl Versions {
    /// No version at all.
    pub const NONE: Self = Self::new(0, -1);

    /// From `low` to `high`, both included.
    pub const fn new(low: i16, high: i16) -> Self {
        Self { low, high }
    }

    /// Whether `version` is in the range.
    pub const fn contains(self, version: i16) -> bool {
        self.low <= version && version <= self.high
    }

    /// The versions, rising.
    pub fn iter(self) -> impl Iterator<Item = i16> {
        self.low..=self.high
    }
}

/// Both messages of an API.
#[derive(Debug)]
pub struct ApiShape {
    /// The API.
    pub key: ApiKey,
    /// The newest version that is not in development.
    pub stable_version_max: i16,
    /// Brokers answer it.
    pub on_broker: bool,
    /// Controllers answer it.
    pub on_controller: bool,
    /// The request.
    pub request: MessageShape,
    /// The response.
    pub response: MessageShape,
}

/// A request or a response.
#[derive(Debug)]
pub struct MessageShape {
    /// The versions that exist.
    pub versions: Versions,
    /// The first version in the flexible encoding; `i16::MAX` when none is.
    pub flexible_from: i16,
    /// Its fields.
    pub body: &'static StructShape,
}

impl MessageShape {
    /// Whether lengths are varints and structs end with tagged fields in this version.
    pub const fn is_flexible(&self, version: i16) -> bool {
        version >= self.flexible_from
    }
}

/// A message body or a struct in it.
#[derive(Debug)]
pub struct StructShape {
    /// Bytes of memory that one takes once decoded, without what its fields point to.
    pub decoded_size: usize,
    /// The fields in the order they are written in; tagged ones are written last.
    pub fields: &'static [FieldShape],
}

/// A field of a struct.
#[derive(Debug)]
pub struct FieldShape {
    /// Kafka's name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// The versions that have it.
    pub versions: Versions,
    /// The versions in which it may be null.
    pub nullable: Versions,
    /// Its number, where it is a tagged field.
    pub tag: Option<u32>,
}

/// The type of a field or of an array's elements.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One byte, of which zero is false.
    Bool,
    /// A number or an id of so many bytes, of which any are valid.
    Fixed(usize),
    /// At most 32767 bytes of UTF-8.
    String,
    /// Any bytes; record batches too.
    Bytes,
    /// Fields in a row.
    Struct(&'static StructShape),
    /// A count, then the elements.
    Array(&'static Kind),
}

impl Kind {
    /// Bytes of memory that one value takes once decoded, without what it points to. Strings and bytes are slices of
    /// the frame and point to nothing of their own.
    pub const fn decoded_size(self) -> usize {
        match self {
            Self::Bool => 1,
            Self::Fixed(size) => size,
            Self::String | Self::Bytes => 32,
            Self::Array(_) => 24,
            Self::Struct(shape) => shape.decoded_size,
        }
    }
}

/// A field in versions `low..=high`; how the generated tables write it.
pub(crate) const fn field(name: &'static str, kind: Kind, low: i16, high: i16) -> FieldShape {
    let versions = Versions::new(low, high);
    FieldShape { name, kind, versions, nullable: Versions::NONE, tag: None }
}

impl FieldShape {
    /// The same field, which may be null in these versions.
    pub(crate) const fn nullable(mut self, low: i16, high: i16) -> Self {
        self.nullable = Versions::new(low, high);
        self
    }

    /// The same field as a tagged one. No field of Kafka's is tagged in only some of its versions.
    pub(crate) const fn tagged(mut self, tag: u32) -> Self {
        self.tag = Some(tag);
        self
    }
}
