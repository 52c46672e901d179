"""What administrators ask for besides topics: brokers' configurations, deleted records, offsets by kind, sizes of logs."""
import records
from checks import equal, refused, soon

# Changed at run time and back again; no other check depends on it.
BROKER_KEY, BROKER_DEFAULT = "log.segment.delete.delay.ms", "60000"
BROKER = "1"
THE_END = -1


class Admin:
    """Checks over a client's adapter; topics come from the suite."""

    def __init__(self, suite):
        self.client, self.check, self.suite = suite.client, suite.check, suite

    def run(self):
        self.check("delete records", self.delete_records)
        self.check("delete records: past the end", self.delete_past_the_end)
        self.check("configure a broker", self.configure_broker)
        self.check("configure a broker: refusals", self.broker_refusals)
        if self.client.offset_kinds:
            self.check("offsets by kind", self.offsets_by_kind)
        if self.client.describes_log_dirs:
            self.check("sizes in the log dir", self.sizes)

    def delete_records(self):
        topic = self.suite.filled("shortened", "lz4")
        equal("low watermark", 20, self.client.delete_records(topic, 0, 20))
        equal("low watermark, lower", 20, self.client.delete_records(topic, 0, 10))
        equal("bounds", (20, self.suite.per_partition), self.client.offsets(topic, 0))
        read = self.client.read(topic, {0: 20}, self.suite.per_partition - 20)
        records.compare(self.client.name, read, {0: 20})
        equal("low watermark, all", self.suite.per_partition, self.client.delete_records(topic, 0, THE_END))
        equal("the other partition", (0, self.suite.per_partition), self.client.offsets(topic, 1))

    def delete_past_the_end(self):
        topic = self.suite.filled("unshortened", "none")
        refused("OFFSET_OUT_OF_RANGE", self.client.delete_records, topic, 0, self.suite.per_partition + 1)

    def configure_broker(self):
        equal("at first", BROKER_DEFAULT, self.client.broker_configs(BROKER)[BROKER_KEY])
        self.client.alter_broker(BROKER, {BROKER_KEY: "61000"})
        soon(lambda: equal("changed", "61000", self.client.broker_configs(BROKER)[BROKER_KEY]))
        self.client.alter_broker(BROKER, {BROKER_KEY: None})
        soon(lambda: equal("changed back", BROKER_DEFAULT, self.client.broker_configs(BROKER)[BROKER_KEY]))

    def broker_refusals(self):
        refused("INVALID_REQUEST", self.client.alter_broker, BROKER, {"broker.rack": "a"})
        refused("INVALID_REQUEST", self.client.alter_broker, BROKER, {BROKER_KEY: "soon"})

    def offsets_by_kind(self):
        topic = self.suite.create("kinds", 1, self.suite.keep)
        sent = [records.Record(0, None, b"v", [], records.timestamp(n), at) for at, n in enumerate((5, 9, 1))]
        self.client.produce(topic, sent, "none", "all", False)
        expected = {"earliest": 0, "latest": 3, "max_timestamp": 1, "earliest_local": 0, "latest_tiered": -1}
        for kind in self.client.offset_kinds:
            equal(kind, expected[kind], self.client.offset_of(topic, 0, kind))

    def sizes(self):
        topic = self.suite.filled("sized", "none")
        sizes = self.client.log_sizes(topic)
        equal("partitions", [0, 1], sorted(sizes))
        assert all(size > 0 for size in sizes.values()), sizes
