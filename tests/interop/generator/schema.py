"""Kafka's message schemas, as the jars carry them, in the form the writers of Rust need."""

import json
import os
import re
import zipfile
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Tuple

KAFKA_VERSION = "4.3.1"

# "No upper end": a version range written as "3+".
OPEN_END = 32767


@dataclass(frozen=True)
class Versions:
    """A range of versions, both ends included; empty when `low` is above `high`."""

    low: int
    high: int

    @staticmethod
    def parse(text: Optional[str]) -> "Versions":
        if text is None or text == "none":
            return Versions(0, -1)
        if text.endswith("+"):
            return Versions(int(text[:-1]), OPEN_END)
        low, _, high = text.partition("-")
        return Versions(int(low), int(high or low))

    def is_empty(self) -> bool:
        return self.low > self.high

    def within(self, other: "Versions") -> "Versions":
        return Versions(max(self.low, other.low), min(self.high, other.high))

    def covers(self, other: "Versions") -> bool:
        return other.is_empty() or (self.low <= other.low and other.high <= self.high)


@dataclass
class Field:
    name: str
    # Without the leading "[]" of an array.
    element: str
    is_array: bool
    versions: Versions
    nullable: Versions
    tagged: Versions
    tag: Optional[int]
    default: Optional[str]
    ignorable: bool

    def is_struct(self) -> bool:
        return self.element[0].isupper()


@dataclass
class Struct:
    name: str
    fields: List[Field]


@dataclass
class Message:
    """One schema file. `structs` holds the nested structs in the order of their first mention."""

    kind: str
    api_key: Optional[int]
    versions: Versions
    flexible: Versions
    root: Struct
    # The servers that answer a request: "broker", "controller".
    listeners: List[str]
    # The newest version that is not in development.
    stable_version_max: int
    structs: Dict[str, Struct] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.root.name


def jar(repository: str, artifact: str) -> str:
    """The path of a jar in the local Maven repository; tells how to get it when it is not there."""
    path = os.path.join(
        repository, "org/apache/kafka", artifact, KAFKA_VERSION, f"{artifact}-{KAFKA_VERSION}.jar"
    )
    if not os.path.exists(path):
        raise SystemExit(
            f"{path} is missing; get it with: "
            f"mvn -q dependency:get -Dartifact=org.apache.kafka:{artifact}:{KAFKA_VERSION}"
        )
    return path


def load(path: str, prefixes: Tuple[str, ...] = ("",)) -> List[Message]:
    """The message schemas of a jar whose names begin so, sorted by name."""
    messages = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            wanted = os.path.basename(name).startswith(prefixes)
            if name.startswith("common/") and name.endswith(".json") and wanted:
                text = archive.read(name).decode("utf-8")
                messages.append(parse(json.loads(without_comments(text))))
    return sorted((m for m in messages if m is not None), key=lambda m: m.name)


def without_comments(text: str) -> str:
    """The schemas' comments stand alone on their lines."""
    return re.sub(r"(?m)^\s*//.*$", "", text)


def parse(source: dict) -> Optional[Message]:
    """`None` for a message that has no version left (the requests of the ZooKeeper era)."""
    versions = Versions.parse(source.get("validVersions"))
    if versions.is_empty():
        return None
    message = Message(
        kind=source["type"],
        api_key=source.get("apiKey"),
        versions=versions,
        flexible=Versions.parse(source.get("flexibleVersions")).within(versions),
        root=Struct(source["name"], []),
        listeners=source.get("listeners", []),
        stable_version_max=versions.high - (1 if source.get("latestVersionUnstable") else 0),
    )
    common = {c["name"]: c["fields"] for c in source.get("commonStructs", [])}
    message.root.fields = parse_fields(message, source["fields"], common)
    return message


def parse_fields(message: Message, sources: List[dict], common: dict) -> List[Field]:
    fields = []
    for source in sources:
        versions = Versions.parse(source["versions"]).within(message.versions)
        if not versions.is_empty():
            fields.append(parse_field(source, versions))
        element = source["type"].replace("[]", "")
        if element[0].isupper() and element not in message.structs:
            message.structs[element] = Struct(element, [])
            nested = source.get("fields") or common[element]
            message.structs[element].fields = parse_fields(message, nested, common)
    return fields


def parse_field(source: dict, versions: Versions) -> Field:
    # Kafka's generator takes the text "null" for a default of null, and a JSON null for no default at all.
    default = source.get("default")
    return Field(
        name=source["name"],
        element=source["type"].replace("[]", ""),
        is_array=source["type"].startswith("[]"),
        versions=versions,
        nullable=Versions.parse(source.get("nullableVersions")).within(versions),
        tagged=Versions.parse(source.get("taggedVersions")).within(versions),
        tag=source.get("tag"),
        default=None if default is None else str(default),
        ignorable=source.get("ignorable", False),
    )


def snake_case(name: str) -> str:
    """`KRaftVersion` and `IsrRequest` as Rust names them; a keyword gets a trailing underscore."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    text = text.replace("k_raft", "kraft")
    return text + "_" if text in ("type", "match", "final", "move") else text
