"""Offsets that are committed, by every way that the clients have, and where the next consumer goes on."""
import functools

from checks import equal, refused
from members import eventually, settled

# What a server keeps of a commit's metadata, by default.
METADATA_BYTES_MAX = 4096


def checks(adapter, protocol):
    yield "commit: automatically", automatic
    yield "commit: automatically, when closed", automatic_at_the_end
    yield "commit: synchronously", functools.partial(by_hand, "commit")
    yield "commit: asynchronously", functools.partial(by_hand, "commit_async")
    yield "commit: chosen offsets with metadata", chosen
    yield "commit: too much metadata", too_much_metadata
    yield "commit: nothing, and the next reads it again", nothing
    yield "commit: without being a member", standalone
    yield "commit: into a group of others", among_others
    for reset in ("earliest", "latest", "none"):
        yield f"reset: {reset}", functools.partial(start_without_commit, reset)


def numbers(first, end):
    return [b"%d" % number for number in range(first, end)]


def goes_on_exactly(groups, topic, group, first=40):
    """What is written now is what a new member reads, and no more."""
    groups.produce(topic, range(first, first + 10), 2)
    member = groups.member(group, [topic], auto_commit=False)
    member.has_read(10)
    equal("read", sorted(numbers(first, first + 10)), sorted(member.values()))
    member.stop()


def committed_offsets(groups, group):
    return {partition: offset for (_, partition), (offset, _) in groups.adapter.group_offsets(group).items()}


def check_committed(groups, consumer_call, expected):
    """By what the consumer itself is told; some clients do not hand on the metadata."""
    if not groups.adapter.tells_metadata:
        expected = {partition: (offset, None) for partition, (offset, _) in expected.items()}
    equal("committed, asked by the member", expected, consumer_call(list(expected)))


def automatic(groups):
    topic, group = groups.filled("auto", 40), groups.unique("auto")
    member = groups.member(group, [topic])
    member.has_read(40)
    eventually(lambda: equal("committed", {0: 20, 1: 20}, committed_offsets(groups, group)))
    member.stop()
    goes_on_exactly(groups, topic, group)


def automatic_at_the_end(groups):
    topic, group = groups.filled("close", 40), groups.unique("close")
    member = groups.member(group, [topic], commit_interval_ms=60_000)
    member.has_read(40)
    equal("committed", {}, committed_offsets(groups, group))
    member.stop()
    equal("committed", {0: 20, 1: 20}, committed_offsets(groups, group))
    goes_on_exactly(groups, topic, group)


def by_hand(method, groups):
    topic, group = groups.filled("manual", 40), groups.unique("manual")
    member = groups.member(group, [topic], auto_commit=False)
    member.has_read(40)
    member.call(method)
    eventually(lambda: equal("committed", {0: 20, 1: 20}, committed_offsets(groups, group)))
    member.stop()
    goes_on_exactly(groups, topic, group)


def chosen(groups):
    topic, group = groups.filled("chosen", 40), groups.unique("chosen")
    member = groups.member(group, [topic], auto_commit=False)
    member.has_read(40)
    commits = {(topic, 0): (7, "the seventh"), (topic, 1): (11, "")}
    member.call("commit", commits)
    check_committed(groups, functools.partial(member.call, "committed"), commits)
    equal("committed, asked by an administrator", commits, groups.adapter.group_offsets(group))
    commits = {(topic, 0): (5, "back"), (topic, 1): (11, "größer")}
    member.call("commit", commits)
    check_committed(groups, functools.partial(member.call, "committed"), commits)
    member.stop()
    other = groups.member(group, [topic], auto_commit=False)
    other.has_read(24)
    equal("read", sorted((topic, p, at) for p, first in ((0, 5), (1, 11)) for at in range(first, 20)), sorted(r[:3] for r in other.read))


def too_much_metadata(groups):
    topic, group = groups.filled("metadata", 2), groups.unique("metadata")
    member = groups.member(group, [topic], auto_commit=False)
    member.has_read(2)
    much = "m" * (METADATA_BYTES_MAX - 1)  # confluent-kafka sends a null byte after it
    refused("OFFSET_METADATA_TOO_LARGE", member.call, "commit", {(topic, 0): (1, much + "mm")})
    member.call("commit", {(topic, 0): (1, much)})
    check_committed(groups, functools.partial(member.call, "committed"), {(topic, 0): (1, much)})


def nothing(groups):
    topic, group = groups.filled("nothing", 40), groups.unique("nothing")
    for _ in range(2):
        member = groups.member(group, [topic], auto_commit=False)
        member.has_read(40)
        equal("read", sorted(numbers(0, 40)), sorted(member.values()))
        member.stop()
    equal("committed", {}, committed_offsets(groups, group))


def standalone(groups):
    topic, group = groups.filled("standalone", 40), groups.unique("standalone")
    consumer = groups.consumer(group, auto_commit=False)
    try:
        consumer.assign([(topic, 0)])
        consumer.commit({(topic, 0): (13, "alone")})
        check_committed(groups, consumer.committed, {(topic, 0): (13, "alone")})
    finally:
        consumer.close()
    equal("state", "EMPTY", groups.adapter.list_groups()[group])
    other = groups.member(group, [topic], auto_commit=False)
    read = other.has_read(27)
    equal("first of partition 0", 13, min(offset for _, partition, offset, _ in read if partition == 0))


def among_others(groups):
    topic, group = groups.filled("others", 40), groups.unique("others")
    member = groups.member(group, [topic], auto_commit=False)
    settled([member], [(topic, 0), (topic, 1)])
    consumer = groups.consumer(group, auto_commit=False)
    try:
        consumer.assign([(topic, 0)])
        refused(groups.adapter.stranger, consumer.commit, {(topic, 0): (13, "")})
    finally:
        consumer.close()
    equal("committed", {}, committed_offsets(groups, group))


def start_without_commit(reset, groups):
    topic, group = groups.filled("reset", 40), groups.unique("reset")
    member = groups.member(group, [topic], reset=reset)
    if reset == "none":
        eventually(lambda: equal("error", "no offset", member.error))
        return
    if reset == "earliest":
        member.has_read(40)
        equal("read", sorted(numbers(0, 40)), sorted(member.values()))
        return
    end = 40

    def write_until_it_reads():  # it is not told when the member has looked up the end
        nonlocal end
        groups.produce(topic, [end, end + 1], 2)
        end += 2
        equal("it reads", True, bool(member.read))

    eventually(write_until_it_reads)
    groups.produce(topic, range(end, end + 10), 2)
    eventually(lambda: equal("the last ones", True, set(numbers(end, end + 10)) <= set(member.values())))
    assert min(int(value) for value in member.values()) >= 40, f"read {member.values()}"
