"""confluent-kafka (librdkafka) behind the interface of suite.py."""
import time

from confluent_kafka import (OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaException, Producer, TopicCollection,
                             TopicPartition)
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic,
                                   OffsetSpec, ResourceType)

import suite
from checks import check_code
from records import Record

PATIENCE_SECONDS = 20


def answered(call, *arguments, **options):
    """The result of a call, or of the one future that it returns."""
    try:
        result = call(*arguments, **options)
        if isinstance(result, dict) and len(result) == 1:
            (future,) = result.values()
            return future.result(PATIENCE_SECONDS)
        return result
    except KafkaException as error:
        check(error.args[0])


def check(error):
    if error is not None:
        check_code(error.code(), str(error))


class Client:
    name = "confluent-kafka"
    idempotence = True
    null_headers = True
    alters_incrementally = True
    offset_kinds = {"earliest": OffsetSpec.earliest, "latest": OffsetSpec.latest, "max_timestamp": OffsetSpec.max_timestamp}
    describes_log_dirs = False

    def __init__(self, bootstrap):
        self.settings = {"bootstrap.servers": bootstrap}
        self.admin = AdminClient(self.settings)

    def close(self):
        pass

    def create(self, topic, partitions, configs, replication=1):
        answered(self.admin.create_topics, [NewTopic(topic, partitions, replication, config=configs)])

    def delete(self, topic):
        answered(self.admin.delete_topics, [topic])

    def topics(self):
        return self.admin.list_topics(timeout=PATIENCE_SECONDS).topics

    def describe(self, topic):
        described = answered(self.admin.describe_topics, TopicCollection([topic]))
        return {p.id: (p.leader.id, [n.id for n in p.replicas], [n.id for n in p.isr]) for p in described.partitions}

    def grow(self, topic, partitions):
        answered(self.admin.create_partitions, [NewPartitions(topic, partitions)])

    def configs(self, topic):
        return self.configs_of(ResourceType.TOPIC, topic)

    def broker_configs(self, broker):
        return self.configs_of(ResourceType.BROKER, broker)

    def configs_of(self, kind, name):
        entries = answered(self.admin.describe_configs, [ConfigResource(kind, name)])
        return {name: entry.value for name, entry in entries.items()}

    def alter(self, topic, configs):
        self.alter_of(ResourceType.TOPIC, topic, configs)

    def alter_broker(self, broker, configs):
        self.alter_of(ResourceType.BROKER, broker, configs)

    def alter_of(self, kind, name, configs):
        entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET if value else AlterConfigOpType.DELETE)
                   for key, value in configs.items()]
        answered(self.admin.incremental_alter_configs, [ConfigResource(kind, name, incremental_configs=entries)])

    def delete_records(self, topic, partition, before):
        return answered(self.admin.delete_records, [TopicPartition(topic, partition, before)]).low_watermark

    def offset_of(self, topic, partition, kind):
        return answered(self.admin.list_offsets, {TopicPartition(topic, partition): self.offset_kinds[kind]()}).offset

    def produce(self, topic, records, codec, acks, idempotent):
        # Larger than the broker's limit, so that it is the broker that refuses; one request in flight keeps retries in order.
        producer = Producer({**self.settings, "compression.type": codec, "acks": acks, "enable.idempotence": idempotent,
                             "linger.ms": 20, "max.in.flight": 5 if idempotent else 1})
        outcomes = []
        for record in records:
            producer.produce(topic, value=record.value, key=record.key, partition=record.partition,
                             timestamp=record.timestamp, headers=record.headers,
                             on_delivery=lambda error, message, at=record: outcomes.append((at, error, message.offset())))
        assert producer.flush(PATIENCE_SECONDS) == 0, "not everything was acknowledged in time"
        offsets = {id(at): offset for at, error, offset in outcomes if error is None}
        for _, error, _ in outcomes:
            check(error)
        return [offsets[id(record)] for record in records]

    def consumer(self):
        # librdkafka wants a group's name even where it never joins one.
        return Consumer({**self.settings, "group.id": "unused", "enable.auto.commit": False, "fetch.wait.max.ms": 100,
                         "auto.offset.reset": "error"})

    def read(self, topic, starts, count):
        consumer = self.consumer()
        consumer.assign([TopicPartition(topic, p, offset or OFFSET_BEGINNING) for p, offset in starts.items()])
        try:
            return self.poll(consumer, count)
        finally:
            consumer.close()

    def poll(self, consumer, count):
        read, deadline = [], time.monotonic() + PATIENCE_SECONDS
        while len(read) < count and time.monotonic() < deadline:
            for message in consumer.consume(count, timeout=0.2):
                check(message.error())
                read.append(Record(message.partition(), message.key(), message.value(), message.headers() or [],
                                   message.timestamp()[1], message.offset()))
        return read

    def read_from_end(self, topic, partition, then):
        consumer = self.consumer()
        try:
            consumer.assign([TopicPartition(topic, partition, OFFSET_END)])
            assert consumer.consume(1, timeout=1) == [], "there is something after the end"
            then()
            return self.poll(consumer, 1)
        finally:
            consumer.close()

    def offsets(self, topic, partition):
        consumer = self.consumer()
        try:
            return answered(consumer.get_watermark_offsets, TopicPartition(topic, partition), timeout=PATIENCE_SECONDS)
        finally:
            consumer.close()

    def offset_at(self, topic, partition, timestamp):
        consumer = self.consumer()
        try:
            (found,) = consumer.offsets_for_times([TopicPartition(topic, partition, timestamp)], timeout=PATIENCE_SECONDS)
        finally:
            consumer.close()
        return None if found.offset == OFFSET_END else found.offset


if __name__ == "__main__":
    suite.main(Client)
