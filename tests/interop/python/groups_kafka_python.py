"""kafka-python in groups, behind the interface of groups_suite.py."""
import re
import time

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition, errors
from kafka.admin import ConfigResourceType, MemberToRemove
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import CommitFailedError, KafkaError, NoOffsetForPartitionError
from kafka.structs import MemberState, OffsetAndMetadata

import groups_suite
from checks import Refused, check_code
from client_kafka_python import Client, answered
from groups import Description

METADATA_AGE_MS = 500
# No rebalance of the checks takes that long.
STUCK_SECONDS = 4
ASSIGNORS = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor,
             "cooperative-sticky": CooperativeStickyAssignor}


class Member(ConsumerRebalanceListener):
    """A consumer."""

    def __init__(self, bootstrap, group, reset="earliest", auto_commit=True, commit_interval_ms=100, assignor=None, instance=None,
                 session_ms=None):
        self.rebalances, self.rebalancing_since = 0, None
        settings = {"partition_assignment_strategy": [ASSIGNORS[assignor]]} if assignor else {}
        self.consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=group, group_instance_id=instance, auto_offset_reset=reset,
                                      enable_auto_commit=auto_commit, auto_commit_interval_ms=commit_interval_ms,
                                      session_timeout_ms=session_ms, heartbeat_interval_ms=300, fetch_max_wait_ms=100,
                                      metadata_max_age_ms=METADATA_AGE_MS, **settings)

    def subscribe(self, topics, pattern):
        self.subscription = topics, pattern
        self.consumer.subscribe(topics=topics or (), pattern=pattern, listener=self)

    def on_partitions_revoked(self, revoked):
        pass

    def on_partitions_assigned(self, assigned):
        self.rebalances += 1

    def assign(self, partitions):
        self.consumer.assign([TopicPartition(*partition) for partition in partitions])

    def poll(self, seconds):
        self.free_if_stuck()
        try:
            fetched = self.consumer.poll(timeout_ms=int(seconds * 1000))
        except NoOffsetForPartitionError:
            raise Refused("no offset") from None
        except KafkaError as error:
            check_code(getattr(error, "errno", None) or -1, repr(error))
        return [(m.topic, m.partition, m.offset, m.value) for messages in fetched.values() for m in messages]

    def free_if_stuck(self):
        """A join that the client began since it saw metadata change is lost when the poll ends meanwhile: it never goes on with it."""
        if self.consumer.group_metadata().state is not MemberState.REBALANCING:
            self.rebalancing_since = None
        elif self.rebalancing_since is None:
            self.rebalancing_since = time.monotonic()
        elif time.monotonic() > self.rebalancing_since + STUCK_SECONDS:
            self.rebalancing_since = None
            self.consumer.unsubscribe()
            self.subscribe(*self.subscription)

    def owned(self):
        return {tuple(partition) for partition in self.consumer.assignment()}

    def commit(self, offsets=None):
        try:
            self.consumer.commit(as_argument(offsets))
        except CommitFailedError:
            raise Refused("commit failed") from None
        except KafkaError as error:
            check_code(getattr(error, "errno", None) or -1, repr(error))

    def commit_async(self):
        self.consumer.commit_async()

    def committed(self, partitions):
        found = {p: answered(self.consumer.committed, TopicPartition(*p), metadata=True) for p in partitions}
        return {p: (offset.offset, offset.metadata) for p, offset in found.items() if offset}

    def close(self):
        self.consumer.close()


def as_argument(offsets):
    if offsets is None:
        return None
    return {TopicPartition(*partition): OffsetAndMetadata(offset, metadata, -1) for partition, (offset, metadata) in offsets.items()}


def check_classes(outcomes):
    """The client tells the outcome per partition, or per member, as an exception's class."""
    for outcome in outcomes.values():
        check_code(outcome.errno, outcome.__name__)


class Adapter:
    protocols = ["classic"]
    assignors = {"classic": list(ASSIGNORS)}
    fences = True
    filters_groups = True
    deletes_groups = True
    alters_offsets = True
    deletes_offsets = True
    removes_members = True
    configures_groups = True
    unknown_group = "GROUP_ID_NOT_FOUND"
    tells_metadata = True
    stranger = "commit failed"  # the client's own exception
    # A poll that ends before the client has joined begins to join anew.
    poll_seconds = 0.5
    program = __file__

    def __init__(self, bootstrap):
        self.bootstrap, self.client = bootstrap, Client(bootstrap)
        self.admin = self.client.admin

    def close(self):
        self.client.close()

    def consumer(self, group, **settings):
        return Member(self.bootstrap, group, **settings)

    def list_groups(self, states=None, types=None):
        listed = answered(self.admin.list_groups, states_filter=states, types_filter=types)
        return {group["group_id"]: group["group_state"].upper() for group in listed}

    def describe_group(self, group):
        described = answered(self.admin.describe_groups, [group])[group]
        if described["error"]:  # the client tells a failure as text only
            check_code(getattr(errors, re.search(r"\w+Error\b", described["error"])[0]).errno, described["error"])
        owned = [{(topic["topic"], partition) for topic in member["member_assignment"]["assigned_partitions"]
                  for partition in topic["partitions"]} for member in described["members"]]
        return Description(described["group_state"].upper(), described["protocol_data"], owned)

    def delete_group(self, group):
        outcome = answered(self.admin.delete_groups, [group])[group]
        if outcome != "OK":
            check_code(getattr(errors, outcome).errno, outcome)

    def group_offsets(self, group, partitions=None):
        wanted = partitions and [TopicPartition(*partition) for partition in partitions]
        found = answered(self.admin.list_group_offsets, {group: wanted})[group]
        return {tuple(partition): (offset.offset, offset.metadata) for partition, offset in found.items() if offset.offset >= 0}

    def alter_offsets(self, group, offsets):
        check_classes(answered(self.admin.alter_group_offsets, group, as_argument(offsets)))

    def delete_offsets(self, group, partitions):
        check_classes(answered(self.admin.delete_group_offsets, group, [TopicPartition(*partition) for partition in partitions]))

    def remove_member(self, group, instance):
        check_classes(answered(self.admin.remove_group_members, group, [MemberToRemove(group_instance_id=instance)]))

    def configure_group(self, group, configs):
        self.client.alter_of(ConfigResourceType.GROUP, group, {key: value or ("DELETE", None) for key, value in configs.items()})

    def group_configs(self, group):
        return self.client.configs_of(ConfigResourceType.GROUP, group)


if __name__ == "__main__":
    groups_suite.main(Adapter)
