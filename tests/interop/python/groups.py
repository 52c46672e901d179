"""What the checks of groups share: topics and members of their own, and a writer that goes on meanwhile."""
import threading
import time
import uuid
from dataclasses import dataclass

from checks import equal
from members import Member, PATIENCE_SECONDS, eventually
from records import Record

# The least that a server takes by default; and one that lasts longer than any check waits.
SESSION_MS, LONG_SESSION_MS = 6000, 60_000


@dataclass
class Description:
    """What an administrator is told of a group; `owned` is what each member is assigned."""
    state: str
    assignor: str
    owned: list


class Groups:
    """One check's part of the server: its client, topics and members; closed when the check has ended."""

    def __init__(self, adapter, bootstrap, protocol):
        self.adapter, self.bootstrap, self.protocol = adapter(bootstrap), bootstrap, protocol
        self.client = self.adapter.client
        self.members = []

    def unique(self, name):
        return f"{self.client.name}.{self.protocol}.{name}.{uuid.uuid4().hex[:8]}"

    def create(self, name, partitions):
        return self.create_exactly(self.unique(name), partitions)

    def create_exactly(self, topic, partitions):
        self.client.create(topic, partitions, {})
        eventually(lambda: equal("partitions", partitions, len(self.client.describe(topic))))
        for partition in range(partitions):
            eventually(lambda: self.client.offsets(topic, partition))
        return topic

    def produce(self, topic, numbers, partitions):
        """Each number goes, as text, to the partition that it gives divided by their count."""
        now = int(time.time() * 1000)
        sent = [Record(number % partitions, None, b"%d" % number, [], now) for number in numbers]
        self.client.produce(topic, sent, "none", "all", False)

    def filled(self, name, count, partitions=2):
        topic = self.create(name, partitions)
        self.produce(topic, range(count), partitions)
        return topic

    def settings(self, settings):
        if self.protocol == "classic":
            return {"session_ms": SESSION_MS, **settings}
        return {"protocol": self.protocol, **settings}

    def long_session(self, group):
        """What makes the members' sessions last longer than any check waits; with the new protocol it is the group's own."""
        if self.protocol == "classic":
            return {"session_ms": LONG_SESSION_MS}
        self.adapter.configure_group(group, {"consumer.session.timeout.ms": str(LONG_SESSION_MS)})
        return {}

    def member(self, group, topics=None, pattern=None, **settings):
        """`settings`: reset, auto_commit, assignor, instance, session_ms."""
        member = Member(lambda: self.adapter.consumer(group, **self.settings(settings)), self.adapter.poll_seconds, topics, pattern)
        self.members.append(member)
        return member

    def consumer(self, group, **settings):
        """A consumer that this thread polls; it is for the caller to close."""
        return self.adapter.consumer(group, **self.settings(settings))

    def close(self):
        for member in self.members:
            member.stop()
        self.adapter.close()


class Flow:
    """Writes to a topic until it is stopped, a few records at a time; `written` is the count of those acknowledged."""

    def __init__(self, groups, topic, partitions):
        self.groups = Groups(type(groups.adapter), groups.bootstrap, groups.protocol)
        self.topic, self.partitions, self.written, self.error = topic, partitions, 0, None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.stopping.is_set():
                self.groups.produce(self.topic, range(self.written, self.written + 20), self.partitions)
                self.written += 20
                self.stopping.wait(0.1)
        except Exception as error:
            self.error = error

    def goes_on(self):
        """Waits until more was written, so that what was changed before met records."""
        before = self.written
        eventually(lambda: equal("the writer ended with", None, self.error) or equal("more is written", True, self.written > before + 40))

    def stop(self):
        self.stopping.set()
        self.thread.join(PATIENCE_SECONDS)
        self.groups.close()
        equal("the writer ended with", None, self.error)
        return {b"%d" % number for number in range(self.written)}
