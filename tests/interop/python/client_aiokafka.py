"""aiokafka behind the interface of suite.py: one event loop, each call run to its end."""
import asyncio
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

import suite
from checks import check_code
from records import Record

PATIENCE_SECONDS = 20


class Client:
    name = "aiokafka"
    idempotence = True
    null_headers = True
    alters_incrementally = False  # it knows AlterConfigs only, which replaces all of a topic's configs
    offset_kinds = {}
    describes_log_dirs = False

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.loop = asyncio.new_event_loop()
        self.admin = self.wait(self.make_admin())

    async def make_admin(self):
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        return admin

    def wait(self, coroutine):
        try:
            return self.loop.run_until_complete(asyncio.wait_for(coroutine, 2 * PATIENCE_SECONDS))
        except KafkaError as error:
            check_code(getattr(error, "errno", None) or -1, repr(error))

    def close(self):
        self.wait(self.admin.close())
        self.loop.close()

    def create(self, topic, partitions, configs, replication=1):
        answer = self.wait(self.admin.create_topics([NewTopic(topic, partitions, replication, topic_configs=configs)]))
        check_code(answer.topic_errors[0][1])

    def delete(self, topic):
        answer = self.wait(self.admin.delete_topics([topic]))
        check_code(answer.topic_error_codes[0][1])

    def topics(self):
        return self.wait(self.admin.list_topics())

    def describe(self, topic):
        (described,) = self.wait(self.admin.describe_topics([topic]))
        check_code(described["error_code"])
        return {p["partition"]: (p["leader"], p["replicas"], p["isr"]) for p in described["partitions"]}

    def grow(self, topic, partitions):
        self.wait(self.admin.create_partitions({topic: NewPartitions(partitions)}))

    def configs(self, topic):
        return self.configs_of(ConfigResourceType.TOPIC, topic)

    def broker_configs(self, broker):
        return self.configs_of(ConfigResourceType.BROKER, broker)

    def configs_of(self, kind, name):
        answers = self.wait(self.admin.describe_configs([ConfigResource(kind, name)]))
        code, _, _, _, entries = self.only_resource(answers)
        check_code(code)
        return {entry[0]: entry[1] for entry in entries}

    def alter(self, topic, configs):
        self.alter_of(ConfigResourceType.TOPIC, topic, configs)

    def alter_broker(self, broker, configs):
        self.alter_of(ConfigResourceType.BROKER, broker, {key: value for key, value in configs.items() if value})

    def alter_of(self, kind, name, configs):
        answers = self.wait(self.admin.alter_configs([ConfigResource(kind, name, configs)]))
        check_code(self.only_resource(answers)[0])

    def only_resource(self, answers):
        """A broker's resource goes to that broker; to another the client sends a request with none."""
        (resource,) = (resource for answer in answers for resource in answer.resources)
        return resource

    def delete_records(self, topic, partition, before):
        partition = TopicPartition(topic, partition)
        return self.wait(self.admin.delete_records({partition: RecordsToDelete(before_offset=before)}))[partition]

    def produce(self, topic, records, codec, acks, idempotent):
        return self.wait(self.produce_all(topic, records, codec, acks, idempotent))

    async def produce_all(self, topic, records, codec, acks, idempotent):
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, compression_type=None if codec == "none" else codec,
                                    acks=acks if acks == "all" else int(acks), enable_idempotence=idempotent, linger_ms=20)
        await producer.start()
        try:
            sent = [await producer.send(topic, r.value, r.key, r.partition, r.timestamp, r.headers) for r in records]
            acknowledged = [await future for future in sent]
            return [metadata and metadata.offset for metadata in acknowledged]
        finally:
            await producer.stop()

    async def with_consumer(self, partitions, body):
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False, group_id=None,
                                    fetch_max_wait_ms=100, auto_offset_reset="none")
        await consumer.start()
        try:
            consumer.assign(partitions)
            return await body(consumer)
        finally:
            await consumer.stop()

    def read(self, topic, starts, count):
        partitions = {TopicPartition(topic, partition): offset for partition, offset in starts.items()}

        async def body(consumer):
            for partition, offset in partitions.items():
                if offset:
                    consumer.seek(partition, offset)
                else:
                    await consumer.seek_to_beginning(partition)
            return await self.poll(consumer, count)
        return self.wait(self.with_consumer(list(partitions), body))

    async def poll(self, consumer, count):
        read, deadline = [], time.monotonic() + PATIENCE_SECONDS
        while len(read) < count and time.monotonic() < deadline:
            for messages in (await consumer.getmany(timeout_ms=200)).values():
                read += [Record(m.partition, m.key, m.value, list(m.headers), m.timestamp, m.offset) for m in messages]
        return read

    def read_from_end(self, topic, partition, then):
        partition = TopicPartition(topic, partition)

        async def start():
            consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False, fetch_max_wait_ms=100)
            await consumer.start()
            consumer.assign([partition])
            await consumer.seek_to_end(partition)
            assert await consumer.getmany(timeout_ms=200) == {}, "there is something after the end"
            return consumer

        async def finish(consumer):
            try:
                return await self.poll(consumer, 1)
            finally:
                await consumer.stop()
        consumer = self.wait(start())
        then()
        return self.wait(finish(consumer))

    def offsets(self, topic, partition):
        partition = TopicPartition(topic, partition)

        async def body(consumer):
            return ((await consumer.beginning_offsets([partition]))[partition],
                    (await consumer.end_offsets([partition]))[partition])
        return self.wait(self.with_consumer([partition], body))

    def offset_at(self, topic, partition, timestamp):
        partition = TopicPartition(topic, partition)

        async def body(consumer):
            return (await consumer.offsets_for_times({partition: timestamp}))[partition]
        found = self.wait(self.with_consumer([partition], body))
        return found and found.offset


if __name__ == "__main__":
    suite.main(Client)
