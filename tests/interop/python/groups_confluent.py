"""confluent-kafka (librdkafka) in groups, behind the interface of groups_suite.py."""
from confluent_kafka import (OFFSET_INVALID, Consumer, ConsumerGroupState, ConsumerGroupTopicPartitions, ConsumerGroupType,
                             KafkaError, TopicPartition)
from confluent_kafka.admin import ResourceType

import groups_suite
from checks import Refused
from client_confluent import Client, answered, check
from groups import Description

METADATA_AGE_MS = 500
# Of a fatal error the client tells the text, not the code.
FATAL = {"Static consumer fenced": "FENCED_INSTANCE_ID", "instance ID is still used": "UNRELEASED_INSTANCE_ID"}


class Member:
    """A consumer."""

    def __init__(self, bootstrap, group, reset="earliest", auto_commit=True, commit_interval_ms=100, assignor=None, instance=None,
                 protocol="classic", session_ms=None):
        settings = {"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": auto_commit,
                    "auto.commit.interval.ms": commit_interval_ms, "auto.offset.reset": "error" if reset == "none" else reset,
                    "fetch.wait.max.ms": 100, "topic.metadata.refresh.interval.ms": METADATA_AGE_MS, "group.protocol": protocol}
        if protocol == "classic":
            settings.update({"session.timeout.ms": session_ms, "heartbeat.interval.ms": 300})
        if assignor:
            settings["partition.assignment.strategy" if protocol == "classic" else "group.remote.assignor"] = assignor
        if instance:
            settings["group.instance.id"] = instance
        self.consumer, self.rebalances = Consumer(settings), 0

    def subscribe(self, topics, pattern):
        self.consumer.subscribe(topics or [pattern], on_assign=self.count)  # a name that begins with ^ is a pattern

    def count(self, *_):
        self.rebalances += 1

    def assign(self, partitions):
        self.consumer.assign([TopicPartition(*partition) for partition in partitions])

    def poll(self, seconds):
        read = []
        for message in self.consumer.consume(500, timeout=seconds):
            if message.error():
                self.take_error(message.error())
            else:
                read.append((message.topic(), message.partition(), message.offset(), message.value()))
        return read

    def take_error(self, error):
        if error.code() == KafkaError._AUTO_OFFSET_RESET:
            raise Refused("no offset")
        # A topic that was deleted is told, too.
        if error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return
        for words, name in FATAL.items():
            if error.code() == KafkaError._FATAL and words in error.str():
                raise Refused(name)
        check(error)

    def owned(self):
        return {(p.topic, p.partition) for p in self.consumer.assignment()}

    def commit(self, offsets=None):
        for partition in answered(self.consumer.commit, asynchronous=False, **as_argument(offsets)):
            check(partition.error)

    def commit_async(self):
        self.consumer.commit(asynchronous=True)

    def committed(self, partitions):
        found = answered(self.consumer.committed, [TopicPartition(*partition) for partition in partitions])
        return offsets_of(found)

    def close(self):
        self.consumer.close()


def as_argument(offsets):
    if offsets is None:
        return {}
    return {"offsets": [TopicPartition(*p, offset, metadata) for p, (offset, metadata) in offsets.items()]}


def offsets_of(partitions):
    """{(topic, partition): (offset, metadata)} of those with an offset; the client has no metadata where it is empty."""
    for partition in partitions:
        check(partition.error)
    return {(p.topic, p.partition): (p.offset, p.metadata or "") for p in partitions if p.offset != OFFSET_INVALID}


class Adapter:
    protocols = ["classic", "consumer"]
    assignors = {"classic": ["range", "roundrobin", "cooperative-sticky"], "consumer": ["uniform", "range"]}
    fences = True
    filters_groups = True
    deletes_groups = True
    alters_offsets = True
    deletes_offsets = False
    removes_members = False
    configures_groups = True
    unknown_group = "DEAD"
    tells_metadata = True
    stranger = "UNKNOWN_MEMBER_ID"
    poll_seconds = 0.1
    program = __file__

    def __init__(self, bootstrap):
        self.bootstrap, self.client = bootstrap, Client(bootstrap)
        self.admin = self.client.admin

    def close(self):
        self.client.close()

    def consumer(self, group, **settings):
        return Member(self.bootstrap, group, **settings)

    def list_groups(self, states=None, types=None):
        listed = self.admin.list_consumer_groups(states=states and {ConsumerGroupState[state] for state in states},
                                                 types=types and {ConsumerGroupType[kind.upper()] for kind in types}).result()
        for error in listed.errors:
            check(error.args[0])
        return {group.group_id: group.state.name for group in listed.valid}

    def describe_group(self, group):
        described = answered(self.admin.describe_consumer_groups, [group])
        owned = [{(p.topic, p.partition) for p in member.assignment.topic_partitions} for member in described.members]
        return Description(described.state.name, described.partition_assignor, owned)

    def delete_group(self, group):
        answered(self.admin.delete_consumer_groups, [group])

    def group_offsets(self, group, partitions=None):
        wanted = partitions and [TopicPartition(*partition) for partition in partitions]
        found = answered(self.admin.list_consumer_group_offsets, [ConsumerGroupTopicPartitions(group, wanted)])
        return offsets_of(found.topic_partitions)

    def alter_offsets(self, group, offsets):
        wanted = ConsumerGroupTopicPartitions(group, as_argument(offsets)["offsets"])
        for partition in answered(self.admin.alter_consumer_group_offsets, [wanted]).topic_partitions:
            check(partition.error)

    def configure_group(self, group, configs):
        self.client.alter_of(ResourceType.GROUP, group, configs)

    def group_configs(self, group):
        return self.client.configs_of(ResourceType.GROUP, group)


if __name__ == "__main__":
    groups_suite.main(Adapter)
