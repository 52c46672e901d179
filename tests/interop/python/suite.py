"""What every Python client must be able to do, written once over the clients' adapters."""
import sys
import time
import uuid

import records
from admin import Admin
from checks import Checks, equal, refused, soon

# Records with timestamps of 2023 would fall to the default retention of a week.
KEEP = {"retention.ms": "-1"}
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
PER_PARTITION = records.COUNT // records.PARTITIONS
BEGINNING = {partition: 0 for partition in range(records.PARTITIONS)}


class Suite:
    keep, per_partition = KEEP, PER_PARTITION

    def __init__(self, client, checks):
        self.client, self.check = client, checks.check

    def unique(self, name):
        return f"{self.client.name}.{name}.{uuid.uuid4().hex[:8]}"

    def create(self, name, partitions=1, configs=None):
        """Makes a topic that no other run uses, and waits until it is seen with its leaders."""
        topic = self.unique(name)
        self.client.create(topic, partitions, configs or {})
        soon(lambda: equal("partitions", partitions, len(self.client.describe(topic))))
        return topic

    def filled(self, name, codec):
        topic = self.create(name, records.PARTITIONS, KEEP)
        self.client.produce(topic, records.common_set(self.client.name), codec, "all", False)
        return topic

    def run(self):
        self.topics()
        self.configs()
        for codec in CODECS:
            for acks in ("0", "1", "all"):
                self.check(f"produce {codec} acks={acks}", self.round_trip, codec, acks, False)
            if self.client.idempotence:
                self.check(f"produce {codec} idempotent", self.round_trip, codec, "all", True)
        self.check("headers: twice, nameless, null; empty key and value", self.odd_headers)
        self.check("a topic is made when produced to", self.auto_create)
        self.check("too large a record is refused", self.too_large)
        self.check("beginning and end offsets", self.bounds)
        self.check("consume from an offset", self.from_offset)
        self.check("consume from a timestamp", self.from_timestamp)
        self.check("consume from the end", self.from_end)
        self.check("thirty partitions at once", self.many_partitions)
        Admin(self).run()

    # --- topics and configurations ---

    def topics(self):
        self.check("create and describe a topic", self.create_and_describe)
        self.check("create, list, delete", self.create_list_delete)
        self.check("create: refusals", self.refusals)
        self.check("grow partitions", self.grow)
        self.check("delete an unknown topic", refused, "UNKNOWN_TOPIC_OR_PARTITION",
                   lambda: self.client.delete(self.unique("unknown")))
        self.check("describe an unknown topic", refused, "UNKNOWN_TOPIC_OR_PARTITION",
                   lambda: self.client.describe(self.unique("unknown")))

    def create_and_describe(self):
        topic = self.create("described", 3)
        described = self.client.describe(topic)
        equal("partitions", [0, 1, 2], sorted(described))
        for leader, replicas, in_sync in described.values():
            equal("replicas", [leader], replicas)
            equal("in-sync replicas", [leader], in_sync)

    def create_list_delete(self):
        topic = self.create("listed")
        soon(lambda: equal("listed", True, topic in self.client.topics()))
        self.client.delete(topic)
        soon(lambda: equal("still listed", False, topic in self.client.topics()))

    def refusals(self):
        topic = self.create("refused")
        refused("TOPIC_ALREADY_EXISTS", self.client.create, topic, 1, {})
        refused("INVALID_TOPIC_EXCEPTION", self.client.create, "not/allowed", 1, {})
        refused("INVALID_PARTITIONS", self.client.create, topic + "0", 0, {})
        refused("INVALID_REPLICATION_FACTOR", self.client.create, topic + "3", 1, {}, 3)
        refused("INVALID_CONFIG", self.client.create, topic + "c", 1, {"retention.ms": "abc"})

    def grow(self):
        topic = self.create("grows", 2)
        self.client.grow(topic, 5)
        soon(lambda: equal("partitions", 5, len(self.client.describe(topic))))
        refused("INVALID_PARTITIONS", self.client.grow, topic, 3)

    def configs(self):
        self.check("topic configs", self.topic_configs)
        self.check("alter configs", self.alter_configs)
        self.check("alter configs: refusals", self.alter_refusals)

    def topic_configs(self):
        topic = self.create("configs", 1, {"retention.ms": "1234567"})
        configs = self.client.configs(topic)
        equal("own", "1234567", configs["retention.ms"])
        equal("default", "1048588", configs["max.message.bytes"])

    def alter_configs(self):
        topic = self.create("altered", 1, {"retention.ms": "1234567"})
        self.client.alter(topic, {"max.message.bytes": "54321"})
        soon(lambda: equal("altered", "54321", self.client.configs(topic)["max.message.bytes"]))
        untouched = "1234567" if self.client.alters_incrementally else "604800000"
        equal("the other", untouched, self.client.configs(topic)["retention.ms"])

    def alter_refusals(self):
        topic = self.create("unaltered")
        refused("INVALID_CONFIG", self.client.alter, topic, {"retention.ms": "soon"})
        refused("UNKNOWN_TOPIC_OR_PARTITION", self.client.alter, self.unique("unknown"), {"retention.ms": "1"})

    # --- produce ---

    def round_trip(self, codec, acks, idempotent):
        topic = self.create(codec + acks, records.PARTITIONS, KEEP)
        for partition in range(records.PARTITIONS):  # the leaders serve, or acks=0 would lose records silently
            soon(lambda: self.client.offsets(topic, partition))
        sent = records.common_set(self.client.name)
        acknowledged = self.client.produce(topic, sent, codec, acks, idempotent)
        if acks != "0":
            equal("acknowledged offsets", [record.offset for record in sent], acknowledged)
        records.compare(self.client.name, self.client.read(topic, BEGINNING, records.COUNT))
        self.client.delete(topic)

    def odd_headers(self):
        headers = [("twice", b"1"), ("twice", b"2"), ("", b"nameless")]
        if self.client.null_headers:
            headers.append(("null", None))
        topic = self.create("headers", 1, KEEP)
        sent = records.Record(0, b"", b"", headers, records.timestamp(0), 0)
        self.client.produce(topic, [sent], "none", "all", False)
        equal("record", [sent], self.client.read(topic, {0: 0}, 1))

    def auto_create(self):
        topic = self.unique("auto")
        sent = records.Record(0, b"k", b"first", [], int(time.time() * 1000), 0)
        equal("offset", [0], self.client.produce(topic, [sent], "none", "all", False))
        equal("record", [sent], self.client.read(topic, {0: 0}, 1))

    def too_large(self):
        topic = self.create("small", 1, {"max.message.bytes": "1000", **KEEP})
        sent = records.Record(0, None, b"x" * 2000, [], records.timestamp(0))
        refused("MESSAGE_TOO_LARGE", self.client.produce, topic, [sent], "none", "all", False)

    # --- consume ---

    def bounds(self):
        topic = self.filled("bounds", "none")
        for partition in range(records.PARTITIONS):
            equal("bounds", (0, PER_PARTITION), self.client.offsets(topic, partition))

    def from_offset(self):
        for codec in ("none", "zstd"):
            topic = self.filled("offset", codec)
            read = self.client.read(topic, {1: 33}, PER_PARTITION - 33)
            records.compare(self.client.name, read, {1: 33})

    def from_timestamp(self):
        for codec in ("none", "lz4"):
            topic = self.filled("time", codec)
            equal("before all", 0, self.client.offset_at(topic, 0, 0))
            equal("between", 31, self.client.offset_at(topic, 0, records.timestamp(61)))
            equal("exactly", 31, self.client.offset_at(topic, 0, records.timestamp(62)))
            equal("after all", None, self.client.offset_at(topic, 0, records.timestamp(records.COUNT)))
            read = self.client.read(topic, {0: 31}, PER_PARTITION - 31)
            records.compare(self.client.name, read, {0: 31})

    def from_end(self):
        topic = self.filled("end", "gzip")
        late = records.Record(0, None, b"after the end", [], records.timestamp(0), PER_PARTITION)
        read = self.client.read_from_end(topic, 0, lambda: self.client.produce(topic, [late], "none", "1", False))
        equal("read", [late], read)

    def many_partitions(self):
        topic = self.create("many", 30, KEEP)
        sent = [records.Record(p, None, b"%d" % p, [], records.timestamp(p), 0) for p in range(30)]
        self.client.produce(topic, sent, "none", "all", False)
        read = self.client.read(topic, {p: 0 for p in range(30)}, 30)
        equal("records", sent, sorted(read, key=lambda record: record.partition))


def write(client):
    """This client's part of the cross-reading suite: a topic per codec."""
    for codec in CODECS:
        topic = f"cross.{client.name}.{codec}"
        client.create(topic, records.PARTITIONS, KEEP)
        soon(lambda: equal("partitions", records.PARTITIONS, len(client.describe(topic))))
        client.produce(topic, records.common_set(client.name), codec, "all", False)
        print(f"wrote {topic}")


def read(client, checks, topics):
    """The writer is the part of the topic's name between the first and the last full stop."""
    for topic in topics:
        writer = topic.partition(".")[2].rpartition(".")[0]
        checks.check(f"{client.name} reads {topic}",
                     lambda: records.compare(writer, client.read(topic, BEGINNING, records.COUNT)))


def main(make_client):
    command, bootstrap, *topics = sys.argv[1:]
    checks = Checks()
    client = make_client(bootstrap)
    try:
        if command == "check":
            Suite(client, checks).run()
        elif command == "write":
            write(client)
        elif command == "read":
            read(client, checks, topics)
        else:
            raise SystemExit(f"unknown command {command}")
    finally:
        client.close()
    sys.exit(0 if command == "write" else checks.close())
