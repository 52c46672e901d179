"""The records that every suite writes and expects, by their number: see "The common records" in ../README.md."""
from dataclasses import dataclass

PARTITIONS = 2
COUNT = 100
FIRST_TIMESTAMP_MS = 1_700_000_000_000


@dataclass
class Record:
    """A record as sent (offset None) or as read."""
    partition: int
    key: bytes | None
    value: bytes | None
    headers: list
    timestamp: int | None
    offset: int | None = None


def timestamp(number):
    return FIRST_TIMESTAMP_MS + 1000 * number


def common(writer, number):
    padding = 20_000 if number % 50 == 49 else number % 100
    headers = [("writer", writer.encode())]
    if writer != "kcat":
        headers.append(("number", b"%d" % number))
        if number % 4 == 2:
            headers.append(("empty", b""))
    return Record(
        partition=number % PARTITIONS,
        key=None if number % 5 == 0 else b"key-%d" % number,
        value=None if number % 10 == 3 else b"value-%d-" % number + b"x" * padding,
        headers=headers,
        timestamp=timestamp(number),
        offset=number // PARTITIONS,
    )


def common_set(writer):
    return [common(writer, number) for number in range(COUNT)]


def compare(writer, read, first=None):
    """Compares records that were read with those of their places; each partition's offsets must be dense from `first`."""
    following = dict(first or {partition: 0 for partition in range(PARTITIONS)})
    for record in read:
        place = f"partition {record.partition} offset {record.offset}"
        assert record.offset == following[record.partition], f"{place}: expected offset {following[record.partition]}"
        following[record.partition] += 1
        expected = common(writer, record.offset * PARTITIONS + record.partition)
        if writer == "kcat":
            assert record.timestamp > FIRST_TIMESTAMP_MS, f"{place}: timestamp {record.timestamp}"
            expected.timestamp = record.timestamp
        assert record == expected, f"{place}: expected {expected}, got {record}"
    ends = {partition: COUNT // PARTITIONS for partition in following}
    assert following == ends, f"read up to {following}, expected {ends}"
