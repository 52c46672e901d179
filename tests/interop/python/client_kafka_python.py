"""kafka-python behind the interface of suite.py."""
import re
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition, errors
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec
from kafka.errors import KafkaError

import suite
from checks import check_code
from records import Record

PATIENCE_SECONDS = 20


def answered(call, *arguments, **options):
    try:
        return call(*arguments, **options)
    except KafkaError as error:
        check_code(getattr(error, "errno", None) or -1, repr(error))


class Client:
    name = "kafka-python"
    idempotence = True
    null_headers = False  # it refuses to send them
    alters_incrementally = True
    offset_kinds = {"earliest": OffsetSpec.EARLIEST, "latest": OffsetSpec.LATEST, "max_timestamp": OffsetSpec.MAX_TIMESTAMP,
                    "earliest_local": OffsetSpec.EARLIEST_LOCAL, "latest_tiered": OffsetSpec.LATEST_TIERED}
    describes_log_dirs = True

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.admin = KafkaAdminClient(bootstrap_servers=bootstrap)

    def close(self):
        self.admin.close()

    def create(self, topic, partitions, configs, replication=1):
        spec = {"num_partitions": partitions, "replication_factor": replication, "configs": configs}
        answered(self.admin.create_topics, {topic: spec})

    def delete(self, topic):
        answered(self.admin.delete_topics, [topic])

    def topics(self):
        return self.admin.list_topics()

    def describe(self, topic):
        (described,) = answered(self.admin.describe_topics, [topic])
        check_code(described["error_code"])
        return {p["partition_index"]: (p["leader_id"], p["replica_nodes"], p["isr_nodes"]) for p in described["partitions"]}

    def grow(self, topic, partitions):
        answered(self.admin.create_partitions, {topic: partitions})

    def configs(self, topic):
        return self.configs_of(ConfigResourceType.TOPIC, topic)

    def broker_configs(self, broker):
        return self.configs_of(ConfigResourceType.BROKER, broker)

    def configs_of(self, kind, name):
        described = answered(self.admin.describe_configs, [ConfigResource(kind, name)], config_filter="all")
        return {key: entry["value"] for key, entry in described[kind.name.lower()][name].items()}

    def alter(self, topic, configs):
        self.alter_of(ConfigResourceType.TOPIC, topic, configs)

    def alter_broker(self, broker, configs):
        self.alter_of(ConfigResourceType.BROKER, broker, {key: value or ("DELETE", None) for key, value in configs.items()})

    def alter_of(self, kind, name, configs):
        resource = ConfigResource(kind, name, configs)
        result = answered(self.admin.alter_configs, [resource], raise_on_unknown=False, incremental=True)
        outcome = result[kind.name.lower()][name]
        if outcome != "OK":  # the client tells a failure as text, with the name of its own exception
            check_code(getattr(errors, re.search(r"\w+Error\b", outcome)[0]).errno, outcome)

    def delete_records(self, topic, partition, before):
        partition = TopicPartition(topic, partition)
        deleted = answered(self.admin.delete_records, {partition: before})[partition]
        check_code(deleted["error_code"])
        return deleted["low_watermark"]

    def offset_of(self, topic, partition, kind):
        partition = TopicPartition(topic, partition)
        return answered(self.admin.list_partition_offsets, {partition: self.offset_kinds[kind]})[partition].offset

    def log_sizes(self, topic):
        (broker,) = answered(self.admin.describe_log_dirs, [topic])
        (log_dir,) = broker["log_dirs"]
        check_code(log_dir["error_code"])
        (described,) = log_dir["topics"]
        return {p["partition_index"]: p["partition_size"] for p in described["partitions"]}

    def produce(self, topic, records, codec, acks, idempotent):
        producer = KafkaProducer(bootstrap_servers=self.bootstrap, compression_type=None if codec == "none" else codec,
                                 acks=acks if acks == "all" else int(acks), enable_idempotence=idempotent, linger_ms=20,
                                 max_in_flight_requests_per_connection=5 if idempotent else 1, allow_auto_create_topics=True)
        try:
            sent = [producer.send(topic, value=r.value, key=r.key, headers=r.headers, partition=r.partition,
                                  timestamp_ms=r.timestamp) for r in records]
            return [answered(future.get, PATIENCE_SECONDS).offset for future in sent]
        finally:
            producer.close()

    def consumer(self, partitions):
        consumer = KafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False, fetch_max_wait_ms=100,
                                 group_id=None, auto_offset_reset="none")
        consumer.assign(partitions)
        return consumer

    def read(self, topic, starts, count):
        partitions = {TopicPartition(topic, partition): offset for partition, offset in starts.items()}
        consumer = self.consumer(list(partitions))
        try:
            for partition, offset in partitions.items():
                consumer.seek(partition, offset) if offset else consumer.seek_to_beginning(partition)
            return self.poll(consumer, count)
        finally:
            consumer.close()

    def poll(self, consumer, count):
        read, deadline = [], time.monotonic() + PATIENCE_SECONDS
        while len(read) < count and time.monotonic() < deadline:
            for messages in answered(consumer.poll, timeout_ms=200).values():
                read += [Record(m.partition, m.key, m.value, m.headers, m.timestamp, m.offset) for m in messages]
        return read

    def read_from_end(self, topic, partition, then):
        partition = TopicPartition(topic, partition)
        consumer = self.consumer([partition])
        try:
            consumer.seek_to_end(partition)
            consumer.position(partition)
            assert consumer.poll(timeout_ms=200) == {}, "there is something after the end"
            then()
            return self.poll(consumer, 1)
        finally:
            consumer.close()

    def offsets(self, topic, partition):
        partition = TopicPartition(topic, partition)
        consumer = self.consumer([partition])
        try:
            return consumer.beginning_offsets([partition])[partition], consumer.end_offsets([partition])[partition]
        finally:
            consumer.close()

    def offset_at(self, topic, partition, timestamp):
        partition = TopicPartition(topic, partition)
        consumer = self.consumer([partition])
        try:
            found = consumer.offsets_for_times({partition: timestamp})[partition]
        finally:
            consumer.close()
        return found and found.offset


if __name__ == "__main__":
    suite.main(Client)
