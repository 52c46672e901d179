"""Members of groups: consumers that are polled in threads of their own, or in processes that can be killed."""
import json
import queue
import signal
import subprocess
import sys
import threading
import time

from checks import Refused, equal

PATIENCE_SECONDS = 30


def eventually(body, seconds=PATIENCE_SECONDS):
    """Asks again until the body's assertions hold; returns what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return body()
        except (AssertionError, Refused):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class Member:
    """Polls a consumer in a thread of its own, in which it is also made and closed.

    `read` holds (topic, partition, offset, value) of every record in the order of its coming, `owned` the partitions that it was
    assigned at last, and `error` the name of the error that ended it.
    """

    def __init__(self, make_consumer, poll_seconds, topics=None, pattern=None):
        self.read, self.owned, self.rebalances, self.error = [], frozenset(), 0, None
        self.tasks, self.ended = queue.Queue(), threading.Event()
        self.thread = threading.Thread(target=self.run, args=(make_consumer, poll_seconds, topics, pattern), daemon=True)
        self.thread.start()

    def run(self, make_consumer, poll_seconds, topics, pattern):
        consumer = None
        try:
            consumer = make_consumer()
            consumer.subscribe(topics, pattern)
            while not self.ended.is_set():
                while not self.tasks.empty():
                    self.tasks.get()(consumer)
                self.read += consumer.poll(poll_seconds)
                self.owned, self.rebalances = frozenset(consumer.owned()), consumer.rebalances
        except Refused as refusal:
            self.error = refusal.error
        except Exception as error:
            self.error = repr(error)
            raise
        finally:
            self.owned = frozenset()
            if consumer:
                consumer.close()

    def call(self, method, *arguments):
        """Calls a method of the consumer between two polls."""
        done, outcome = threading.Event(), {}

        def task(consumer):
            try:
                outcome["result"] = getattr(consumer, method)(*arguments)
            except Exception as error:
                outcome["error"] = error
            done.set()
        self.tasks.put(task)
        assert done.wait(PATIENCE_SECONDS), f"{method} took too long; the member ended with {self.error}"
        if "error" in outcome:
            raise outcome["error"]
        return outcome["result"]

    def stop(self):
        """Leaves the group as the client does when it is closed."""
        self.ended.set()
        self.thread.join(PATIENCE_SECONDS)
        assert not self.thread.is_alive(), "the consumer does not close"

    def values(self):
        return [value for *_, value in self.read]

    def has_read(self, count):
        return eventually(lambda: equal("records read", True, len(self.read) >= count) or list(self.read))


def settled(members, partitions):
    """Waits until every partition has one owner, and each member at most one partition more than another."""
    def body():
        for member in members:
            assert member.error is None, f"a member ended with {member.error}"
        owned = [member.owned for member in members]
        equal("owned", sorted(partitions), sorted(partition for part in owned for partition in part))
        sizes = [len(part) for part in owned]
        assert max(sizes) - min(sizes) <= 1, f"the shares are {sizes}"
    eventually(body)


class Process:
    """A member in a process of its own: it commits what it is told when it has read that many records, and polls on."""

    def __init__(self, program, bootstrap, **orders):
        command = [sys.executable, program, "member", bootstrap, json.dumps(orders)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        told = self.process.stdout.readline().strip()
        equal("what the process said", "committed", told)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def be_process(adapter, orders):
    """The other side of `Process`; ends when its standard input does."""
    orders = json.loads(orders)
    settings = dict(orders["settings"], auto_commit=False)
    member = Member(lambda: adapter.consumer(orders["group"], **settings), adapter.poll_seconds, [orders["topic"]])
    member.has_read(orders["count"])
    member.call("commit", {(orders["topic"], partition): (offset, "") for partition, offset in enumerate(orders["offsets"])})
    print("committed", flush=True)
    sys.stdin.read()
