"""Writes the codecs of records: a plain Rust struct per schema, reading and writing itself."""

from typing import List

from schema import Field, Message, Struct, Versions, snake_case

HEADER = "// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.\n\n"

INTEGERS = {
    "int8": "i8",
    "int16": "i16",
    "uint16": "u16",
    "int32": "i32",
    "uint32": "u32",
    "int64": "i64",
    "float64": "f64",
}
PLAIN = {**INTEGERS, "bool": "bool", "uuid": "Uuid", "string": "String", "bytes": "Bytes"}


def record_file(message: Message, runtime: str = "super::runtime") -> str:
    """The module of one record: its nested structs, then itself, then their `Field` impls."""
    structs = list(message.structs.values()) + [message.root]
    text = "".join(struct_item(message, s) for s in structs)
    text += inherent_impl(message)
    text += "".join(field_impl(message, s) for s in structs)
    return HEADER + imports(text, runtime) + text


def imports(text: str, runtime: str) -> str:
    lines = ["use std::ops::RangeInclusive;\n"]
    lines.append(f"use bytes::{{{'Bytes, ' if ': Bytes' in text or '<Bytes>' in text else ''}BytesMut}};\n")
    if "Uuid" in text:
        lines.append("use uuid::Uuid;\n")
    names = ["DecodeError", "EncodeError", "Field", "Format"]
    names += [n for n in ("RawTag", "TagWriter", "read_nullable", "read_tags") if n in text]
    lines.append(f"use {runtime}::{{{', '.join(names)}}};\n\n")
    return "".join(lines)


def rust_type(f: Field) -> str:
    element = PLAIN.get(f.element, f.element)
    whole = f"Vec<{element}>" if f.is_array else element
    return whole if f.nullable.is_empty() else f"Option<{whole}>"


def default_value(f: Field) -> str:
    """The schema's default as a Rust expression."""
    if f.default == "null":
        return "None"
    plain = plain_default(f)
    return plain if f.nullable.is_empty() else f"Some({plain})"


def plain_default(f: Field) -> str:
    if f.is_array:
        return "Vec::new()"
    if f.element in INTEGERS:
        value = str(int(f.default or "0", 0))
        return value + ".0" if f.element == "float64" else value
    if f.element == "bool":
        return (f.default or "false").lower()
    if f.element == "string":
        return f'"{f.default}".to_owned()' if f.default else "String::new()"
    return {"uuid": "Uuid::nil()", "bytes": "Bytes::new()"}.get(f.element, f"{f.element}::default()")


def is_default(f: Field, value: str) -> str:
    """A Rust condition: `value` (a place, not a reference) holds the schema's default."""
    if f.default == "null":
        return f"{value}.is_none()"
    if not f.nullable.is_empty():
        return f"{value} == {default_value(f)}" if f.element in INTEGERS or is_nullable_struct(f) else f"{value}.as_ref().is_some_and(|v| v.is_empty())"
    if f.is_array or f.element == "bytes" or (f.element == "string" and not f.default):
        return f"{value}.is_empty()"
    if f.element == "bool":
        return value if plain_default(f) == "true" else f"!{value}"
    if f.element == "uuid":
        return f"{value}.is_nil()"
    return f"{value} == {plain_default(f)}"


def derives_default(s: Struct) -> bool:
    zero = {"0", "0.0", "false", "String::new()", "Vec::new()", "Uuid::nil()", "Bytes::new()", "None"}
    return all(default_value(f) in zero or default_value(f).endswith("::default()") for f in s.fields)


def is_flexible(message: Message) -> bool:
    return not message.flexible.is_empty()


def struct_item(message: Message, s: Struct) -> str:
    derived = ", Default" if derives_default(s) else ""
    text = f"#[derive(Debug, Clone, PartialEq{derived})]\npub struct {s.name} {{\n"
    for f in s.fields:
        text += f"pub {snake_case(f.name)}: {rust_type(f)},\n"
    if is_flexible(message):
        text += "pub unknown_tags: Vec<RawTag>,\n"
    text += "}\n\n"
    return text if derived else text + default_impl(message, s)


def default_impl(message: Message, s: Struct) -> str:
    text = f"impl Default for {s.name} {{\nfn default() -> Self {{\nSelf {{\n"
    for f in s.fields:
        text += f"{snake_case(f.name)}: {default_value(f)},\n"
    if is_flexible(message):
        text += "unknown_tags: Vec::new(),\n"
    return text + "}\n}\n}\n\n"


def inherent_impl(message: Message) -> str:
    """What callers use: the key, the versions, `encode` and `decode`."""
    name = message.name
    versions = f"{message.versions.low}..={message.versions.high}"
    key = f"pub const API_KEY: i16 = {message.api_key};\n" if message.api_key is not None else ""
    return f"""impl {name} {{
        {key}pub const VERSIONS: RangeInclusive<i16> = {versions};

        pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {{
            if !Self::VERSIONS.contains(&version) {{
                return Err(EncodeError::UnsupportedVersion {{ record: "{name}", version }});
            }}
            self.write(Self::format(version), out)
        }}

        pub fn decode(version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {{
            if !Self::VERSIONS.contains(&version) {{
                return Err(DecodeError::UnsupportedVersion {{ record: "{name}", version }});
            }}
            Self::read(Self::format(version), input)
        }}

        fn format(version: i16) -> Format {{
            Format {{ version, flexible: {flexible_condition(message)} }}
        }}
    }}

    """


def flexible_condition(message: Message) -> str:
    if message.flexible.is_empty():
        return "false"
    if message.flexible.covers(message.versions):
        return "true"
    return f"version >= {message.flexible.low}"


def field_impl(message: Message, s: Struct) -> str:
    used = "format" if s.fields else "_format"
    return f"""impl Field for {s.name} {{
        fn read({used}: Format, input: &mut &[u8]) -> Result<Self, DecodeError> {{
            {read_body(message, s)}
        }}

        fn write(&self, {used}: Format, out: &mut BytesMut) -> Result<(), EncodeError> {{
            {write_body(message, s)}
        }}
    }}

    """


def in_versions(message: Message, versions: Versions) -> str:
    """The condition on `format.version`, or nothing when it always holds."""
    narrower = versions.low > message.versions.low and versions.high < message.versions.high
    if narrower and versions.low == versions.high:
        return f"format.version == {versions.low}"
    parts = []
    if versions.low > message.versions.low:
        parts.append(f"format.version >= {versions.low}")
    if versions.high < message.versions.high:
        parts.append(f"format.version <= {versions.high}")
    return " && ".join(parts)


def when(condition: str, body: str) -> str:
    return f"if {condition} {{ {body} }}\n" if condition else body + "\n"


def plain_fields(s: Struct) -> List[Field]:
    return [f for f in s.fields if f.tagged.is_empty()]


def tagged_fields(s: Struct) -> List[Field]:
    return sorted((f for f in s.fields if not f.tagged.is_empty()), key=lambda f: f.tag)


def is_nullable_struct(f: Field) -> bool:
    """Kafka's schemas of records have such structs as tagged fields only."""
    return f.is_struct() and not f.is_array and not f.nullable.is_empty()


def read_body(message: Message, s: Struct) -> str:
    if not s.fields and not is_flexible(message):
        return "let _ = input; Ok(Self::default())"
    text = "let mut record = Self::default();\n"
    for f in plain_fields(s):
        text += when(in_versions(message, f.versions), read_field(message, f))
    if is_flexible(message):
        text += when("" if message.flexible.covers(message.versions) else "format.flexible", read_tag_section(message, s))
    return text + "Ok(record)"


def read_field(message: Message, f: Field) -> str:
    place = f"record.{snake_case(f.name)}"
    text = f"{place} = Field::read(format, input)?;"
    never_null = in_versions(message, f.nullable)
    if not f.nullable.is_empty() and not f.nullable.covers(f.versions):
        text += f"if {place}.is_none() && !({never_null}) {{ return Err(DecodeError::NullNotAllowed); }}"
    return text


def read_tag_section(message: Message, s: Struct) -> str:
    arms = ""
    for f in tagged_fields(s):
        condition = in_versions(message, f.tagged)
        guard = f" if {condition}" if condition else ""
        read = "read_nullable" if is_nullable_struct(f) else "Field::read"
        arms += f"{f.tag}{guard} => record.{snake_case(f.name)} = {read}(format, field)?,\n"
        if condition:
            arms += f"{f.tag} => return Err(DecodeError::TagNotInVersion {{ tag, version: format.version }}),\n"
    if not arms:
        return "record.unknown_tags = read_tags(input, |_, _| Ok(false))?;"
    return f"""let unknown_tags = read_tags(input, |tag, field| {{
        match tag {{ {arms} _ => return Ok(false), }}
        Ok(true)
    }})?;
    record.unknown_tags = unknown_tags;"""


def write_body(message: Message, s: Struct) -> str:
    if not s.fields and not is_flexible(message):
        return "let _ = out; Ok(())"
    text = ""
    for f in plain_fields(s):
        text += write_field(message, s, f, f"self.{snake_case(f.name)}.write(format, out)?;")
    if not is_flexible(message):
        return text + "Ok(())"
    text += "let mut tags = TagWriter::default();\n" if tagged_fields(s) else ""
    for f in tagged_fields(s):
        place = f"self.{snake_case(f.name)}"
        body = f"if {negated(is_default(f, place))} {{ tags.add({f.tag}, format, &{place})?; }}"
        if is_nullable_struct(f):
            body = f"if {negated(is_default(f, place))} {{ tags.add_nullable({f.tag}, format, &{place})?; }}"
        text += write_field(message, s, f, body)
    writer = "tags" if tagged_fields(s) else "TagWriter::default()"
    finish = f"{writer}.finish(&self.unknown_tags, out)"
    if message.flexible.covers(message.versions):
        return text + finish
    return text + f"if format.flexible {{ {finish} }} else {{ Ok(()) }}"


def write_field(message: Message, s: Struct, f: Field, body: str) -> str:
    """Writes a field in its versions; in others it must hold its default, or it would be lost."""
    condition = in_versions(message, f.versions)
    place = f"self.{snake_case(f.name)}"
    if not f.nullable.is_empty() and not f.nullable.covers(f.versions):
        never_null = in_versions(message, f.nullable)
        body = f"if {place}.is_none() && !({never_null}) {{ return Err(EncodeError::NullNotAllowed); }} {body}"
    if not condition:
        return body + "\n"
    if f.ignorable:
        return f"if {condition} {{ {body} }}\n"
    lost = f'EncodeError::FieldNotInVersion {{ record: "{s.name}", field: "{snake_case(f.name)}", version: format.version }}'
    return f"if {condition} {{ {body} }} else if {negated(is_default(f, place))} {{ return Err({lost}); }}\n"


def negated(condition: str) -> str:
    if condition.startswith("!"):
        return condition[1:]
    if " == " in condition:
        return condition.replace(" == ", " != ")
    if condition.endswith(".is_none()"):
        return condition.replace(".is_none()", ".is_some()")
    return "!" + condition


def module_file(records: List[Message], controls: List[Message]) -> str:
    """`mod.rs`: one module per record, their types re-exported."""
    names = [m.name for m in records + controls]
    mods = "".join(f"pub mod {snake_case(n)};\n" for n in sorted(names, key=snake_case))
    uses = "".join(f"pub use {snake_case(n)}::{n};\n" for n in names)
    return HEADER + f"""//! Codecs of the records in Kafka's metadata log, one module per record, written by a generator.
    //!
    //! A record's nested structs stand in its module, the records themselves are re-exported here. Field names and
    //! defaults are Kafka's. `encode` refuses to lose a field that the version does not have; `decode` keeps tagged
    //! fields that it does not know. [`MetadataRecord`] adds the frame that the metadata log puts around a record.
    #![allow(missing_docs, clippy::field_reassign_with_default, clippy::large_enum_variant)]

    mod metadata_record;
    {mods}
    pub mod runtime;
    #[cfg(test)]
    mod tests;

    pub use metadata_record::MetadataRecord;
    {uses}
    pub use runtime::{{DecodeError, EncodeError, Field, Format, RawTag}};
    """


def group_module_file(records: List[Message]) -> str:
    """`mod.rs` of the group coordinator's records."""
    names = [m.name for m in records]
    mods = "".join(f"pub mod {snake_case(n)};\n" for n in sorted(names, key=snake_case))
    uses = "".join(f"pub use {snake_case(n)}::{n};\n" for n in names)
    return HEADER + f"""//! Codecs of the keys and values of records in `__consumer_offsets`, one module each, written by a generator.
    //!
    //! In the log two bytes of type (`API_KEY`) stand before a key's fields, and two bytes of version before a value's.
    //! Field names and defaults are Kafka's.
    #![allow(missing_docs, clippy::collapsible_if, clippy::field_reassign_with_default)]

    {mods}
    {uses}"""


def variant(message: Message) -> str:
    return message.name[: -len("Record")]


def enum_file(records: List[Message]) -> str:
    """The enum of all metadata records, and the frame around a record in the log."""
    records = sorted(records, key=lambda m: m.api_key)
    text = HEADER + "use bytes::BytesMut;\n\nuse super::*;\nuse super::runtime::{check_no_bytes_left, read_frame, write_frame};\n\n"
    text += "/// Any record of the metadata log.\n#[derive(Debug, Clone, PartialEq)]\npub enum MetadataRecord {\n"
    text += "".join(f"{variant(m)}({m.name}),\n" for m in records) + "}\n\n"
    text += "".join(
        f"impl From<{m.name}> for MetadataRecord {{ fn from(record: {m.name}) -> Self {{ Self::{variant(m)}(record) }} }}\n\n"
        for m in records
    )
    arms = lambda body: "".join(f"Self::{variant(m)}({'record' if 'record.' in body else '_'}) => {body.replace('NAME', m.name)},\n" for m in records)
    decode_arms = "".join(f"{m.name}::API_KEY => {m.name}::decode(version, input)?.into(),\n" for m in records)
    return text + f"""impl MetadataRecord {{
        /// The number that names the record's type in the log.
        pub fn api_key(&self) -> i16 {{ match self {{ {arms("NAME::API_KEY")} }} }}

        /// The record's name in Kafka's schemas.
        pub fn name(&self) -> &'static str {{ match self {{ {arms('"NAME"')} }} }}

        /// The newest version of this record's schema. Which version may be written depends on the cluster's
        /// `metadata.version`.
        pub fn latest_version(&self) -> i16 {{ match self {{ {arms("*NAME::VERSIONS.end()")} }} }}

        /// Appends the fields alone, without the frame.
        pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {{
            match self {{ {arms("record.encode(version, out)")} }}
        }}

        /// Reads the fields alone, without the frame.
        pub fn decode(api_key: i16, version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {{
            Ok(match api_key {{
                {decode_arms}
                _ => return Err(DecodeError::UnknownRecordType(api_key)),
            }})
        }}

        /// Appends the value of a record of the metadata log: frame version, type and version as varints, then the fields.
        pub fn encode_framed(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {{
            write_frame(self.api_key(), version, out);
            self.encode(version, out)
        }}

        /// Reads the value of a record of the metadata log, whole: the record and the version it was written in.
        /// Bytes after the last field are an error, as in Kafka.
        pub fn decode_framed(mut input: &[u8]) -> Result<(Self, i16), DecodeError> {{
            let (api_key, version) = read_frame(&mut input)?;
            let record = Self::decode(api_key, version, &mut input)?;
            check_no_bytes_left(input)?;
            Ok((record, version))
        }}
    }}
    """
