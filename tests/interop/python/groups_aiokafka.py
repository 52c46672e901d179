"""aiokafka in groups, behind the interface of groups_suite.py: every consumer runs on one event loop in a thread of its own."""
import asyncio
import threading

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import CommitFailedError, KafkaError, NoOffsetForPartitionError
from aiokafka.structs import OffsetAndMetadata

import groups_suite
from checks import Refused, check_code
from client_aiokafka import Client
from groups import Description

PATIENCE_SECONDS = 30
METADATA_AGE_MS = 500
ASSIGNORS = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor}


class Loop:
    """The event loop of all consumers; made when the first one is."""
    loop = None
    lock = threading.Lock()

    @classmethod
    def get(cls):
        with cls.lock:
            if not cls.loop:
                cls.loop = asyncio.new_event_loop()
                threading.Thread(target=cls.loop.run_forever, daemon=True).start()
            return cls.loop


def wait(coroutine):
    try:
        return asyncio.run_coroutine_threadsafe(coroutine, Loop.get()).result(PATIENCE_SECONDS)
    except NoOffsetForPartitionError:
        raise Refused("no offset") from None
    except CommitFailedError:
        raise Refused("commit failed") from None
    except KafkaError as error:
        check_code(getattr(error, "errno", None) or -1, repr(error))


class Member(ConsumerRebalanceListener):
    """A consumer."""

    def __init__(self, bootstrap, group, reset="earliest", auto_commit=True, commit_interval_ms=100, assignor=None, instance=None,
                 session_ms=None):
        self.rebalances = 0
        self.settings = {"partition_assignment_strategy": [ASSIGNORS[assignor]]} if assignor else {}
        self.settings.update(bootstrap_servers=bootstrap, group_id=group, group_instance_id=instance, auto_offset_reset=reset,
                             enable_auto_commit=auto_commit, auto_commit_interval_ms=commit_interval_ms,
                             session_timeout_ms=session_ms, rebalance_timeout_ms=session_ms, heartbeat_interval_ms=300,
                             fetch_max_wait_ms=100, metadata_max_age_ms=METADATA_AGE_MS)
        self.consumer = wait(self.start())

    async def start(self):
        consumer = AIOKafkaConsumer(**self.settings)
        await consumer.start()
        return consumer

    def subscribe(self, topics, pattern):
        async def body():
            self.consumer.subscribe(topics=topics or (), pattern=pattern, listener=self)
        wait(body())

    async def on_partitions_revoked(self, revoked):
        pass

    async def on_partitions_assigned(self, assigned):
        self.rebalances += 1

    def assign(self, partitions):
        async def body():
            self.consumer.assign([TopicPartition(*partition) for partition in partitions])
        wait(body())

    def poll(self, seconds):
        fetched = wait(self.consumer.getmany(timeout_ms=int(seconds * 1000)))
        return [(m.topic, m.partition, m.offset, m.value) for messages in fetched.values() for m in messages]

    def owned(self):
        return {tuple(partition) for partition in self.consumer.assignment()}

    def commit(self, offsets=None):
        wait(self.consumer.commit(offsets and {TopicPartition(*p): committed for p, committed in offsets.items()}))

    def commit_async(self):
        asyncio.run_coroutine_threadsafe(self.consumer.commit(), Loop.get())

    def committed(self, partitions):
        found = {partition: wait(self.consumer.committed(TopicPartition(*partition))) for partition in partitions}
        return {partition: (offset, None) for partition, offset in found.items() if offset is not None}

    def close(self):
        wait(self.consumer.stop())


class Adapter:
    protocols = ["classic"]
    assignors = {"classic": list(ASSIGNORS)}
    fences = False  # it does not know the error, and goes on
    filters_groups = False
    deletes_groups = False
    alters_offsets = False
    deletes_offsets = False
    removes_members = False
    configures_groups = False
    unknown_group = "DEAD"
    tells_metadata = False  # not to the member; it does to administrators
    stranger = "commit failed"  # the client tells no more than that the group has gone on
    poll_seconds = 0.1
    program = __file__

    def __init__(self, bootstrap):
        self.bootstrap, self.client = bootstrap, Client(bootstrap)
        self.admin = self.client.admin

    def close(self):
        self.client.close()

    def consumer(self, group, **settings):
        return Member(self.bootstrap, group, **settings)

    def list_groups(self):
        """The client tells the groups, not their states."""
        listed = self.client.wait(self.admin.list_consumer_groups())
        return {group[0]: self.describe_group(group[0]).state for group in listed}

    def describe_group(self, group):
        (answer,) = self.client.wait(self.admin.describe_consumer_groups([group]))
        ((code, _, state, _, assignor, members, *_),) = answer.groups
        check_code(code)
        decoded = [ConsumerProtocolMemberAssignment.decode(member[-1]) for member in members if member[-1]]
        owned = [{(topic, partition) for topic, partitions in part.assignment for partition in partitions} for part in decoded]
        return Description(state.upper(), assignor, owned)

    def group_offsets(self, group, partitions=None):
        wanted = partitions and [TopicPartition(*partition) for partition in partitions]
        found = self.client.wait(self.admin.list_consumer_group_offsets(group, partitions=wanted))
        return {tuple(partition): (offset.offset, offset.metadata) for partition, offset in found.items() if offset.offset >= 0}


if __name__ == "__main__":
    groups_suite.main(Adapter)
