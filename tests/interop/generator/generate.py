#!/usr/bin/env python3
"""Writes the Rust that follows from Apache Kafka's message schemas.

    generate.py            writes into the source tree
    generate.py --check    writes into a temporary folder and compares; exit 1 when they differ

The schemas are read out of the jars in the local Maven repository (--repository) and are not kept here;
what is written is committed. Needs Python 3.9 or newer and rustfmt.
"""

import argparse
import filecmp
import os
import subprocess
import sys
import tempfile

import rust_records
import rust_shapes
import schema

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
METADATA = "src/metadata/generated"
GROUPS = "src/groups/generated"
WIRE = "src/wire/generated"

# The control records of the metadata log and of its snapshots, which the clients jar describes.
CONTROL_RECORDS = {
    "LeaderChangeMessage",
    "SnapshotHeaderRecord",
    "SnapshotFooterRecord",
    "KRaftVersionRecord",
    "VotersRecord",
}

# Records of the group coordinator that are served; those of share and streams groups are kept as they are.
GROUP_RECORDS = ("OffsetCommit", "LegacyOffsetCommit", "GroupMetadata", "ConsumerGroup")
GROUPS_RUNTIME = "kabuki_metadata::generated::runtime"


def outputs(repository: str) -> dict:
    """Every generated file: path in the source tree to text."""
    clients = schema.load(schema.jar(repository, "kafka-clients"))
    metadata = schema.load(schema.jar(repository, "kafka-metadata"))
    controls = [m for m in clients if m.name in CONTROL_RECORDS]
    files = {
        f"{METADATA}/{schema.snake_case(m.name)}.rs": rust_records.record_file(m)
        for m in metadata + controls
    }
    files[f"{METADATA}/mod.rs"] = rust_records.module_file(metadata, controls)
    files[f"{METADATA}/metadata_record.rs"] = rust_records.enum_file(metadata)
    files.update(rust_shapes.files(clients, WIRE))
    groups = schema.load(schema.jar(repository, "kafka-group-coordinator"), GROUP_RECORDS)
    files.update(
        (f"{GROUPS}/{schema.snake_case(m.name)}.rs", rust_records.record_file(m, GROUPS_RUNTIME)) for m in groups
    )
    files[f"{GROUPS}/mod.rs"] = rust_records.group_module_file(groups)
    return files


def write(files: dict, root: str) -> None:
    for path, text in files.items():
        target = os.path.join(root, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as out:
            out.write(formatted(text))


def formatted(text: str) -> str:
    """Through rustfmt, with the workspace's settings; on standard input it follows no `mod`."""
    command = ["rustfmt", "--edition", "2024", "--config-path", os.path.join(ROOT, "rustfmt.toml")]
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=ROOT)
    if done.returncode != 0:
        raise SystemExit(f"rustfmt refused:\n{done.stderr}")
    return done.stdout


def check(files: dict) -> int:
    with tempfile.TemporaryDirectory() as fresh:
        write(files, fresh)
        stale = [p for p in files if not same(os.path.join(fresh, p), os.path.join(ROOT, p))]
    for path in stale:
        print(f"{path} is not what the generator writes", file=sys.stderr)
    return 1 if stale else 0


def same(one: str, other: str) -> bool:
    return os.path.exists(other) and filecmp.cmp(one, other, shallow=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    default = os.path.expanduser("~/.m2/repository")
    parser.add_argument("--repository", default=default, help="local Maven repository (default: %(default)s)")
    arguments = parser.parse_args()
    files = outputs(arguments.repository)
    if arguments.check:
        return check(files)
    write(files, ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
