"""What administrators ask of groups: which there are, who is in them, what they have committed; and their end."""
import functools

from checks import equal, refused
from members import eventually, settled


def checks(adapter, protocol):
    yield "list groups by state and type", functools.partial(listing, protocol)
    yield "describe a group", functools.partial(describing, adapter)
    if adapter.deletes_groups:
        yield "delete a group", deleting
    if adapter.alters_offsets:
        yield "alter a group's offsets", altering
    if adapter.deletes_offsets:
        yield "delete a group's offsets", deleting_offsets
    if adapter.removes_members:
        yield "remove members", removing
    if adapter.configures_groups:
        yield "configure a group", configuring


def lively(groups, name):
    """A topic, and a group whose only member has read its forty records and committed."""
    topic, group = groups.filled(name, 40), groups.unique(name)
    member = groups.member(group, [topic], auto_commit=False)
    member.has_read(40)
    member.call("commit")
    return topic, group, member


def listing(protocol, groups):
    adapter = groups.adapter
    _, group, member = lively(groups, "listed")
    equal("state", "STABLE", adapter.list_groups()[group])
    if adapter.filters_groups:
        equal("among the stable", True, group in adapter.list_groups(states=["STABLE"]))
        equal("among the empty", False, group in adapter.list_groups(states=["EMPTY"]))
        for kind in ("classic", "consumer"):
            equal(f"among those of type {kind}", kind == protocol, group in adapter.list_groups(types=[kind]))
    member.stop()
    eventually(lambda: equal("state", "EMPTY", adapter.list_groups()[group]))
    if adapter.filters_groups:
        equal("among the empty", True, group in adapter.list_groups(states=["EMPTY"]))


def describing(adapter_class, groups):
    topic, group, member = lively(groups, "described")
    adapter = groups.adapter
    described = adapter.describe_group(group)
    equal("state", "STABLE", described.state)
    equal("owned", [{(topic, 0), (topic, 1)}], described.owned)
    member.stop()
    eventually(lambda: equal("state", "EMPTY", adapter.describe_group(group).state))
    equal("members", [], adapter.describe_group(group).owned)
    if adapter_class.unknown_group == "DEAD":
        equal("an unknown group", "DEAD", adapter.describe_group(groups.unique("unknown")).state)
    else:
        refused(adapter_class.unknown_group, adapter.describe_group, groups.unique("unknown"))


def deleting(groups):
    _, group, member = lively(groups, "deleted")
    refused("NON_EMPTY_GROUP", groups.adapter.delete_group, group)
    member.stop()
    groups.adapter.delete_group(group)
    equal("still listed", False, group in groups.adapter.list_groups())
    equal("committed", {}, groups.adapter.group_offsets(group))
    refused("GROUP_ID_NOT_FOUND", groups.adapter.delete_group, group)


def altering(groups):
    topic, group, member = lively(groups, "altered")
    offsets = {(topic, 0): (3, ""), (topic, 1): (4, "")}
    refused("UNKNOWN_MEMBER_ID", groups.adapter.alter_offsets, group, offsets)
    member.stop()
    groups.adapter.alter_offsets(group, offsets)
    equal("altered", offsets, groups.adapter.group_offsets(group))
    equal("one of them", {(topic, 1): (4, "")}, groups.adapter.group_offsets(group, [(topic, 1)]))
    other = groups.member(group, [topic])
    read = other.has_read(33)
    equal("first", {0: 3, 1: 4}, {p: min(offset for _, partition, offset, _ in read if partition == p) for p in (0, 1)})


def deleting_offsets(groups):
    topic, group, member = lively(groups, "forgotten")
    refused("GROUP_SUBSCRIBED_TO_TOPIC", groups.adapter.delete_offsets, group, [(topic, 0)])
    member.stop()
    groups.adapter.delete_offsets(group, [(topic, 0)])
    equal("left", {(topic, 1): (20, "")}, groups.adapter.group_offsets(group))
    refused("GROUP_ID_NOT_FOUND", groups.adapter.delete_offsets, groups.unique("unknown"), [(topic, 0)])


def removing(groups):
    topic, group = groups.create("removed", 2), groups.unique("removed")
    members = [groups.member(group, [topic], instance=instance, **groups.long_session(group)) for instance in ("one", "two")]
    settled(members, [(topic, 0), (topic, 1)])
    members[0].stop()
    groups.adapter.remove_member(group, "one")
    settled(members[1:], [(topic, 0), (topic, 1)])
    refused("UNKNOWN_MEMBER_ID", groups.adapter.remove_member, group, "three")


def configuring(groups):
    group = groups.unique("configured")
    key, default = "consumer.session.timeout.ms", groups.adapter.group_configs(group)["consumer.session.timeout.ms"]
    groups.adapter.configure_group(group, {key: "7000"})
    eventually(lambda: equal("changed", "7000", groups.adapter.group_configs(group)[key]))
    refused("INVALID_CONFIG", groups.adapter.configure_group, group, {key: "1"})
    groups.adapter.configure_group(group, {key: None})
    eventually(lambda: equal("changed back", default, groups.adapter.group_configs(group)[key]))
