"""Writes the table of shapes: what each request and response looks like on the wire, version by version."""

from typing import Dict, List

from rust_records import HEADER
from schema import OPEN_END, Field, Message, Struct, snake_case

# Bytes on the wire, and in memory once decoded, of what has a fixed size.
FIXED = {"int8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "float64": 8, "uuid": 16}

# Bytes in memory once decoded, on a 64-bit machine: a reference-counted slice, a vector, a map.
SLICE, VECTOR, MAP, ALIGNMENT = 32, 24, 24, 8


def api_file(requests: List[Message]) -> str:
    """`api_key.rs`: the enum of API keys."""
    variants = "".join(f"{api_name(m)} = {m.api_key},\n" for m in requests)
    numbers = "".join(f"{m.api_key} => Some(Self::{api_name(m)}),\n" for m in requests)
    names = "".join(f'Self::{api_name(m)} => "{api_name(m)}",\n' for m in requests)
    tables = "".join(f"Self::{api_name(m)} => &shapes::{constant(api_name(m))},\n" for m in requests)
    all_keys = "".join(f"Self::{api_name(m)},\n" for m in requests)
    return HEADER + f"""use crate::shape::ApiShape;
    use super::shapes;

    /// The number that a request names its API by. The variants bear Kafka's names.
    #[allow(missing_docs)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[repr(i16)]
    pub enum ApiKey {{ {variants} }}

    impl ApiKey {{
        /// Every API of Apache Kafka 4.3.1, by rising key.
        pub const ALL: [Self; {len(requests)}] = [{all_keys}];

        /// The API of a number; `None` for one that Kafka does not have, or has no version left of.
        pub const fn from_number(number: i16) -> Option<Self> {{
            match number {{ {numbers} _ => None, }}
        }}

        /// Kafka's name of the API, for example `ListOffsets`.
        pub const fn name(self) -> &'static str {{ match self {{ {names} }} }}

        /// What the API's messages look like on the wire.
        pub const fn shape(self) -> &'static ApiShape {{ match self {{ {tables} }} }}
    }}
    """


def shapes_file(requests: List[Message], responses: List[Message]) -> str:
    """`shapes.rs`: one table per API, which refers to the shapes of its request and its response."""
    by_key = {m.api_key: m for m in responses}
    text = HEADER + "use super::{request_shapes, response_shapes, ApiKey};\nuse crate::shape::{ApiShape, MessageShape, Versions};\n\n"
    for request in requests:
        response = by_key[request.api_key]
        name = api_name(request)
        text += f"""pub(crate) static {constant(name)}: ApiShape = ApiShape {{
            key: ApiKey::{name},
            stable_version_max: {request.stable_version_max},
            on_broker: {str("broker" in request.listeners).lower()},
            on_controller: {str("controller" in request.listeners).lower()},
            request: {message_shape(request, "request_shapes")},
            response: {message_shape(response, "response_shapes")},
        }};\n\n"""
    return text


def message_shape(message: Message, module: str) -> str:
    flexible = "i16::MAX" if message.flexible.is_empty() else str(message.flexible.low)
    return f"""MessageShape {{
        versions: Versions::new({message.versions.low}, {message.versions.high}),
        flexible_from: {flexible},
        body: &{module}::{snake_case(message.name)}::BODY,
    }}"""


def bodies_file(messages: List[Message]) -> str:
    """`request_shapes.rs` or `response_shapes.rs`: one module per message, one table per struct."""
    text = HEADER + "use crate::shape::{Kind, StructShape, field};\n\n"
    for message in messages:
        text += f"pub(super) mod {snake_case(message.name)} {{\nuse super::*;\n\n"
        for s in list(message.structs.values()):
            text += struct_shape(message, s, f"static {constant(s.name)}")
        text += struct_shape(message, message.root, "pub(crate) static BODY")
        text += "}\n\n"
    return text


def struct_shape(message: Message, s: Struct, head: str) -> str:
    fields = "".join(field_shape(message, f) + ",\n" for f in s.fields)
    return f"{head}: StructShape = StructShape {{ decoded_size: {decoded_size(message, s)}, fields: &[{fields}] }};\n\n"


def field_shape(message: Message, f: Field) -> str:
    """Ranges that reach the message's newest version are written as open."""
    versions = span(message, f.versions)
    text = f'field("{f.name}", {kind(f)}, {versions})'
    if not f.nullable.is_empty():
        text += f".nullable({span(message, f.nullable)})"
    if not f.tagged.is_empty():
        assert f.tagged == f.versions, f"{f.name} is tagged in only some of its versions"
        text += f".tagged({f.tag})"
    return text


def span(message: Message, versions) -> str:
    high = "i16::MAX" if versions.high >= message.versions.high else str(versions.high)
    return f"{versions.low}, {high}"


def kind(f: Field) -> str:
    if f.is_array:
        return f"Kind::Array(&{element_kind(f.element)})"
    return element_kind(f.element)


def element_kind(name: str) -> str:
    if name in FIXED:
        return f"Kind::Fixed({FIXED[name]})"
    if name[0].isupper():
        return f"Kind::Struct(&{constant(name)})"
    return {"bool": "Kind::Bool", "string": "Kind::String", "bytes": "Kind::Bytes", "records": "Kind::Bytes"}[name]


def decoded_size(message: Message, s: Struct) -> int:
    """What the decoded struct takes in memory, at least: its fields, its map of unknown tagged fields, padding."""
    size = MAP + sum(field_size(message, f) for f in s.fields)
    return -(-size // ALIGNMENT) * ALIGNMENT


def field_size(message: Message, f: Field) -> int:
    if f.is_array:
        return VECTOR
    if f.is_struct():
        present = 0 if f.nullable.is_empty() else ALIGNMENT
        return present + decoded_size(message, message.structs[f.element])
    return 1 if f.element == "bool" else FIXED.get(f.element, SLICE)


def api_name(request: Message) -> str:
    return request.name[: -len("Request")]


def constant(name: str) -> str:
    return snake_case(name).upper()


def files(messages: List[Message], folder: str) -> Dict[str, str]:
    requests = sorted((m for m in messages if m.kind == "request"), key=lambda m: m.api_key)
    responses = sorted((m for m in messages if m.kind == "response"), key=lambda m: m.api_key)
    return {
        f"{folder}/api_key.rs": api_file(requests),
        f"{folder}/shapes.rs": shapes_file(requests, responses),
        f"{folder}/request_shapes.rs": bodies_file(requests),
        f"{folder}/response_shapes.rs": bodies_file(responses),
    }
