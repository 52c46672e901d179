"""The common records of one partition (or of all, one after the other), as lines.

common.py input PARTITION              what kcat -P -K TAB -Z takes: key, tab, value; an empty one is null
common.py output PARTITION|all WRITER  what kcat -C must print for them, in the format of ./run
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python"))
import records  # noqa: E402


def text(value):
    return "" if value is None else value.decode()


def input_line(record):
    return f"{text(record.key)}\t{text(record.value)}"


def output_line(record):
    key_length, value_length = (-1 if v is None else len(v) for v in (record.key, record.value))
    headers = ",".join(f"{key}={text(value)}" for key, value in record.headers)
    return f"{record.partition} {record.offset} {key_length} {text(record.key)} {value_length} {text(record.value)} {headers}"


def main(form, partition, writer="kcat"):
    line = input_line if form == "input" else output_line
    for record in sorted(records.common_set(writer), key=lambda record: record.partition):
        if partition in ("all", str(record.partition)):
            print(line(record))


main(*sys.argv[1:])
