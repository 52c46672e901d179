"""Members that come, go, crash and are replaced; partitions and topics that come and go; who owns what meanwhile."""
import functools
import time

from checks import equal
from groups import Flow
from members import Process, eventually, settled


def checks(adapter, protocol):
    yield "a crashed member's partitions go on from the committed offset", crash
    yield "topics that match a pattern come and go", pattern
    yield "no record is skipped while members come and go", changes
    yield "a static member comes back without a rebalance", static
    if adapter.fences:
        yield "two members of one instance id", functools.partial(fenced, adapter)
    yield "a member that leaves is replaced at once", leave
    for assignor in adapter.assignors[protocol]:
        yield f"assignor {assignor}", functools.partial(assignor_shares, assignor)


def assignor_shares(assignor, groups):
    topics = {groups.create("shared", 4): 4, groups.create("shared-too", 3): 3}
    partitions = [(topic, partition) for topic, count in topics.items() for partition in range(count)]
    group = groups.unique("assignor")
    members = [groups.member(group, list(topics), assignor=assignor) for _ in range(3)]
    settled(members, partitions)
    for topic, count in topics.items():
        groups.produce(topic, range(70), count)
    expected = {(topic, number % count, number // count, b"%d" % number) for topic, count in topics.items() for number in range(70)}
    eventually(lambda: equal("read", expected, {record for member in members for record in member.read}))
    equal("records read", len(expected), sum(len(member.read) for member in members))
    described = groups.adapter.describe_group(group)
    equal("state", "STABLE", described.state)
    equal("assignor", assignor, described.assignor)
    equal("assignments", sorted(sorted(member.owned) for member in members), sorted(sorted(owned) for owned in described.owned))
    members.append(groups.member(group, list(topics), assignor=assignor))
    settled(members, partitions)
    members.pop(0).stop()
    settled(members, partitions)


def crash(groups):
    topic, group = groups.filled("crash", 40), groups.unique("crash")
    process = Process(groups.adapter.program, groups.bootstrap, group=group, topic=topic, count=40, offsets=[7, 11],
                      settings=groups.settings({}))
    other = groups.member(group, [topic], auto_commit=False)
    eventually(lambda: equal("partitions of the other", 1, len(other.owned)))
    process.kill()
    killed = time.monotonic()
    settled([other], [(topic, 0), (topic, 1)])
    print(f"{groups.protocol}: a crashed member's partitions were taken over after {time.monotonic() - killed:.1f} s", flush=True)
    expected = {(topic, n % 2, n // 2, b"%d" % n) for n in range(40) if n // 2 >= (7, 11)[n % 2]}
    eventually(lambda: equal("read", expected, set(other.read)))


# The session lasts longer than the check waits.
def leave(groups):
    topic, group = groups.filled("leave", 40), groups.unique("leave")
    settings = groups.long_session(group)
    first = groups.member(group, [topic], **settings)
    first.has_read(40)
    second = groups.member(group, [topic], **settings)
    settled([first, second], [(topic, 0), (topic, 1)])
    first.stop()
    left = time.monotonic()
    settled([second], [(topic, 0), (topic, 1)])
    print(f"{groups.protocol}: a member that left was replaced after {time.monotonic() - left:.1f} s", flush=True)
    groups.produce(topic, range(40, 50), 2)
    second.has_read(10)
    equal("read", [b"%d" % n for n in range(40, 50)], sorted(second.values()))


def changes(groups):
    topic, group = groups.create("changes", 4), groups.unique("changes")
    flow = Flow(groups, topic, 4)
    members = [groups.member(group, [topic])]
    flow.goes_on()
    for _ in range(2):
        members.append(groups.member(group, [topic]))
        settled(members, [(topic, p) for p in range(4)])
        flow.goes_on()
    members[0].stop()
    settled(members[1:], [(topic, p) for p in range(4)])
    flow.goes_on()
    groups.client.grow(topic, 6)
    settled(members[1:], [(topic, p) for p in range(6)])
    flow.partitions = 6
    flow.goes_on()
    written = flow.stop()
    eventually(lambda: equal("not read", set(), written - {value for member in members for value in member.values()}))


def pattern(groups):
    prefix, group = groups.unique("pattern"), groups.unique("pattern")
    first = groups.create_exactly(f"{prefix}.first", 1)
    groups.create_exactly(f"not.{prefix}", 1)
    # Commits of what is deleted keep some clients from going on.
    member = groups.member(group, pattern=f"^{prefix.replace('.', '[.]')}[.].*", auto_commit=False)
    settled([member], [(first, 0)])
    second = groups.create_exactly(f"{prefix}.second", 2)
    groups.produce(second, range(10), 2)
    settled([member], [(first, 0), (second, 0), (second, 1)])
    member.has_read(10)
    groups.client.delete(first)
    settled([member], [(second, 0), (second, 1)])
    groups.produce(second, range(10, 20), 2)
    member.has_read(20)


# The session lasts longer than the check waits: while it does, nobody else is given the partitions.
def static(groups):
    topic, group = groups.create("static", 2), groups.unique("static")
    settings = groups.long_session(group)
    members = [groups.member(group, [topic], instance=instance, **settings) for instance in ("one", "two")]
    settled(members, [(topic, 0), (topic, 1)])
    owned, rebalances = members[0].owned, members[1].rebalances
    members[0].stop()
    again = groups.member(group, [topic], instance="one", **settings)
    settled([again, members[1]], [(topic, 0), (topic, 1)])
    groups.produce(topic, range(10), 2)
    again.has_read(5)
    members[1].has_read(5)
    equal("owned again", owned, again.owned)
    equal("rebalances of the other", rebalances, members[1].rebalances)


def fenced(adapter, groups):
    topic, group = groups.create("fenced", 2), groups.unique("fenced")
    first = groups.member(group, [topic], instance="same")
    settled([first], [(topic, 0), (topic, 1)])
    second = groups.member(group, [topic], instance="same")
    # The classic protocol lets the newcomer in, the new one the holder stay.
    loser, error, winner = (first, "FENCED_INSTANCE_ID", second) if groups.protocol == "classic" else (
        second, "UNRELEASED_INSTANCE_ID", first)
    eventually(lambda: equal("error", error, loser.error))
    settled([winner], [(topic, 0), (topic, 1)])
