"""Counts and prints checks; the client-independent checks themselves are in suite.py."""
import sys
import threading
import time
import traceback


class Refused(Exception):
    """A request was answered with an error; `error` is its name in the protocol, such as TOPIC_ALREADY_EXISTS."""

    def __init__(self, error):
        super().__init__(error)
        self.error = error


# The protocol's error codes that the checks expect; the clients have names of their own for some.
NAMES = {1: "OFFSET_OUT_OF_RANGE", 3: "UNKNOWN_TOPIC_OR_PARTITION", 6: "NOT_LEADER_OR_FOLLOWER", 10: "MESSAGE_TOO_LARGE",
         12: "OFFSET_METADATA_TOO_LARGE", 17: "INVALID_TOPIC_EXCEPTION", 25: "UNKNOWN_MEMBER_ID", 36: "TOPIC_ALREADY_EXISTS", 37: "INVALID_PARTITIONS",
         38: "INVALID_REPLICATION_FACTOR", 40: "INVALID_CONFIG", 42: "INVALID_REQUEST", 68: "NON_EMPTY_GROUP",
         69: "GROUP_ID_NOT_FOUND", 82: "FENCED_INSTANCE_ID", 86: "GROUP_SUBSCRIBED_TO_TOPIC", 111: "UNRELEASED_INSTANCE_ID"}


def check_code(code, otherwise=""):
    """Raises unless the code says no error; a client's own codes are told by its own text."""
    if code:
        raise Refused(NAMES.get(code, f"{code} {otherwise}".rstrip()))


class Checks:
    """Checks may run in several threads."""

    def __init__(self):
        self.passed = self.failed = 0
        self.lock = threading.Lock()

    def check(self, name, body, *arguments):
        started = time.monotonic()
        try:
            body(*arguments)
        except Exception as error:
            with self.lock:
                self.failed += 1
                print(f"FAILED {name} {type(error).__name__}: {error}".replace("\n", " ")[:2000], flush=True)
            traceback.print_exc()
        else:
            with self.lock:
                self.passed += 1
                print(f"ok {name}", flush=True)
            print(f"{name}: {(time.monotonic() - started) * 1000:.0f} ms", file=sys.stderr)

    def close(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def equal(what, expected, actual):
    assert expected == actual, f"{what}: expected {expected}, got {actual}"


def refused(error, call, *arguments):
    """The call must be refused with exactly this error."""
    try:
        call(*arguments)
    except Refused as refusal:
        equal("error", error, refusal.error)
    else:
        raise AssertionError(f"expected {error}, but it succeeded")


def soon(body):
    """A change of metadata reaches every answer soon after it was acknowledged, not at once: asks again for ten seconds."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return body()
        except (AssertionError, Refused):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
