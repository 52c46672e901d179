package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// adminChecks: what administrators ask of groups, and what nobody may ask.
func adminChecks(protocol string) []groupCheck {
	checks := []groupCheck{
		{"list groups by state and type", listing},
		{"describe groups", describing},
		{"delete a group", deleting},
		{"alter a group's offsets", altering},
		{"delete a group's offsets", deletingOffsets},
		{"offsets of many groups at once", manyGroups},
	}
	if protocol == "consumer" {
		return append(checks, groupCheck{"configure a group", configuring}, groupCheck{"bad heartbeats", badHeartbeats},
			groupCheck{"bad commits", badEpochs})
	}
	return append(checks, groupCheck{"remove static members", removing}, groupCheck{"bad joins", badJoins},
		groupCheck{"bad heartbeats, syncs and leaves", badMembers}, groupCheck{"bad commits", badGenerations})
}

func listing(g *groups) error {
	_, group, m, err := g.reader("listed")
	if err = errors.Join(err, g.stateIs(group, "Stable")); err != nil {
		return err
	}
	ctx, cancel := background()
	defer cancel()
	for _, state := range []string{"Stable", "Empty"} {
		listed, err := g.admin.ListGroups(ctx, state)
		if err = errors.Join(err, check.Equal("listed among "+state, state == "Stable", slices.Contains(listed.Groups(), group))); err != nil {
			return err
		}
	}
	for _, kind := range []string{"classic", "consumer"} {
		listed, err := g.admin.ListGroupsByType(ctx, []string{kind})
		if err = errors.Join(err, check.Equal("listed among "+kind, kind == g.protocol, slices.Contains(listed.Groups(), group))); err != nil {
			return err
		}
	}
	return errors.Join(m.stop(), eventually(func() error { return g.stateIs(group, "Empty") }))
}

func describing(g *groups) error {
	_, group, m, err := g.reader("described")
	assignor := "cooperative-sticky" // the client's default
	if g.protocol == "consumer" {
		assignor = "sticky"
	}
	if err = errors.Join(err, described(g, group, assignor, []*member{m})); err != nil {
		return err
	}
	ctx, cancel := background()
	defer cancel()
	unknown := unique("unknown")
	all, err := g.admin.DescribeGroups(ctx, group, unknown)
	err = errors.Join(err, check.Fails("an unknown group", kerr.GroupIDNotFound, all[unknown].Err))
	of, err2 := g.admin.DescribeConsumerGroups(ctx, group, unknown)
	err = errors.Join(err, err2, check.Fails("an unknown group", kerr.GroupIDNotFound, of[unknown].Err))
	if g.protocol == "classic" {
		err = errors.Join(err, check.Fails("a classic group as one of the new protocol", kerr.GroupIDNotFound, of[group].Err))
	} else {
		err = errors.Join(err, check.Fails("a group of the new protocol as a classic one", kerr.GroupIDNotFound, all[group].Err))
	}
	return errors.Join(err, m.stop(), eventually(func() error { return g.stateIs(group, "Empty") }))
}

func (g *groups) delete(group string) error {
	ctx, cancel := background()
	defer cancel()
	deleted, err := g.admin.DeleteGroup(ctx, group)
	return errors.Join(err, deleted.Err)
}

func deleting(g *groups) error {
	_, group, m, err := g.reader("deleted")
	if err = errors.Join(err, check.Fails("with a member", kerr.NonEmptyGroup, g.delete(group)), m.stop()); err != nil {
		return err
	}
	return errors.Join(g.delete(group), g.stateIs(group, ""), g.offsetsAre(group, map[int32]int64{}),
		check.Fails("again", kerr.GroupIDNotFound, g.delete(group)))
}

func altering(g *groups) error {
	topic, group, m, err := g.reader("altered", kgo.DisableAutoCommit())
	err = errors.Join(err, check.Fails("with a member", kerr.UnknownMemberID, g.commitAlone(group, topic, 0, 3)), m.stop())
	err = errors.Join(err, g.commitAlone(group, topic, 0, 3), g.commitAlone(group, topic, 1, 4))
	if err = errors.Join(err, g.offsetsAre(group, map[int32]int64{0: 3, 1: 4})); err != nil {
		return err
	}
	other, err := g.member(group, kgo.ConsumeTopics(topic))
	if err != nil {
		return err
	}
	return errors.Join(other.hasRead(33), check.Equal("first read", map[int32]int64{0: 3, 1: 4}, other.firsts()))
}

func (g *groups) forget(group, topic string, partition int32) error {
	ctx, cancel := background()
	defer cancel()
	deleted, err := g.admin.DeleteOffsets(ctx, group, kadm.TopicsSet{topic: {partition: {}}})
	return errors.Join(err, deleted.Error())
}

func deletingOffsets(g *groups) error {
	topic, group, m, err := g.reader("forgotten", kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	err = errors.Join(m.commit(topic, map[int32]kgo.EpochOffset{0: at(20), 1: at(20)}, ""), check.Fails("while subscribed", kerr.GroupSubscribedToTopic, g.forget(group, topic, 0)), m.stop())
	return errors.Join(err, g.forget(group, topic, 0), g.offsetsAre(group, map[int32]int64{1: 20}),
		check.Fails("of an unknown group", kerr.GroupIDNotFound, g.forget(unique("unknown"), topic, 0)))
}

func manyGroups(g *groups) error {
	topic, err := g.written("many", 40)
	var names []string
	for index := range 10 {
		names = append(names, unique(fmt.Sprintf("many-%d", index)))
		err = errors.Join(err, g.commitAlone(names[index], topic, 1, int64(index)))
	}
	if err != nil {
		return err
	}
	ctx, cancel := background()
	defer cancel()
	fetched := g.admin.FetchManyOffsets(ctx, names...)
	for index, name := range names {
		offset, _ := fetched[name].Fetched.Lookup(topic, 1)
		err = errors.Join(err, fetched[name].Err, check.Equal(name, int64(index), offset.At))
	}
	return err
}

func removing(g *groups) error {
	topic, group := unique("removed"), unique("removed")
	session, err := g.longSession(group)
	if err = errors.Join(err, g.create(topic, 2, nil)); err != nil {
		return err
	}
	var members []*member
	for _, instance := range []string{"one", "two"} {
		m, err := g.member(group, kgo.ConsumeTopics(topic), kgo.InstanceID(instance), session)
		if err != nil {
			return err
		}
		members = append(members, m)
	}
	if err := errors.Join(settled(members, map[string]int{topic: 2}), members[0].stop()); err != nil {
		return err
	}
	ctx, cancel := background()
	defer cancel()
	left, err := g.admin.LeaveGroup(ctx, kadm.LeaveGroup(group).InstanceIDs("one", "three"))
	return errors.Join(err, left["one"].Err, check.Fails("an unknown one", kerr.UnknownMemberID, left["three"].Err),
		settled(members[1:], map[string]int{topic: 2}))
}

func configuring(g *groups) error {
	const key = "consumer.session.timeout.ms"
	group, other, low := unique("configured"), "7000", "1"
	before, err := g.configured(group, key)
	err = errors.Join(err, g.configure(group, key, &other))
	err = errors.Join(err, check.Soon(func() error { return g.configuredIs(group, key, other) }),
		check.Fails("too short a session", kerr.InvalidConfig, g.configure(group, key, &low)), g.configure(group, key, nil))
	return errors.Join(err, check.Soon(func() error { return g.configuredIs(group, key, before) }))
}

func (g *groups) configuredIs(group, key, expected string) error {
	value, err := g.configured(group, key)
	return errors.Join(err, check.Equal(key, expected, value))
}

// answer sends a request as it is, and returns the answer, whatever its error.
func answer[R kmsg.Response](g *groups, request kmsg.Request) (R, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	response, err := g.client0().Request(ctx, request)
	if err != nil {
		var none R
		return none, err
	}
	return response.(R), nil
}

func joinRequest(group string) *kmsg.JoinGroupRequest {
	request := kmsg.NewPtrJoinGroupRequest()
	request.Group, request.ProtocolType = group, "consumer"
	request.SessionTimeoutMillis, request.RebalanceTimeoutMillis = 6000, 6000
	protocol := kmsg.NewJoinGroupRequestProtocol()
	protocol.Name, protocol.Metadata = "range", []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	request.Protocols = append(request.Protocols, protocol)
	return request
}

func badJoins(g *groups) error {
	_, group, _, err := g.reader("joins", kgo.Balancers(kgo.RangeBalancer()))
	if err != nil {
		return err
	}
	for _, bad := range []struct {
		name     string
		expected error
		change   func(*kmsg.JoinGroupRequest)
	}{
		{"without a member id", kerr.MemberIDRequired, func(*kmsg.JoinGroupRequest) {}},
		{"an unknown member id", kerr.UnknownMemberID, func(r *kmsg.JoinGroupRequest) { r.MemberID = "nobody" }},
		{"too short a session", kerr.InvalidSessionTimeout, func(r *kmsg.JoinGroupRequest) { r.SessionTimeoutMillis = 1 }},
		{"too long a session", kerr.InvalidSessionTimeout, func(r *kmsg.JoinGroupRequest) { r.SessionTimeoutMillis = 1 << 30 }},
		{"no group", kerr.InvalidGroupID, func(r *kmsg.JoinGroupRequest) { r.Group = "" }},
		{"another protocol type", kerr.InconsistentGroupProtocol, func(r *kmsg.JoinGroupRequest) { r.ProtocolType = "connect" }},
		{"another protocol", kerr.InconsistentGroupProtocol, func(r *kmsg.JoinGroupRequest) { r.Protocols[0].Name = "strange" }},
		{"no protocols", kerr.InconsistentGroupProtocol, func(r *kmsg.JoinGroupRequest) { r.Protocols = nil }},
	} {
		request := joinRequest(group)
		bad.change(request)
		response, failed := answer[*kmsg.JoinGroupResponse](g, request)
		if failed != nil {
			return fmt.Errorf("%s: %w", bad.name, failed)
		}
		err = errors.Join(err, check.Fails(bad.name, bad.expected, kerr.ErrorForCode(response.ErrorCode)))
	}
	return errors.Join(err, g.stateIs(group, "Stable"))
}

func badMembers(g *groups) error {
	_, group, m, err := g.reader("members", kgo.Balancers(kgo.RangeBalancer()))
	if err != nil {
		return err
	}
	id, generation := m.client.GroupMetadata()
	heartbeat := func(group, id string, generation int32, expected error) error {
		request := kmsg.NewPtrHeartbeatRequest()
		request.Group, request.MemberID, request.Generation = group, id, generation
		response, err := answer[*kmsg.HeartbeatResponse](g, request)
		if err != nil {
			return err
		}
		return check.Fails("heartbeat", expected, kerr.ErrorForCode(response.ErrorCode))
	}
	kind, protocol := "consumer", "range"
	sync := func(id string, generation int32, expected error) error {
		request := kmsg.NewPtrSyncGroupRequest()
		request.ProtocolType, request.Protocol = &kind, &protocol
		request.Group, request.MemberID, request.Generation = group, id, generation
		response, err := answer[*kmsg.SyncGroupResponse](g, request)
		if err != nil {
			return err
		}
		return check.Fails("sync", expected, kerr.ErrorForCode(response.ErrorCode))
	}
	leave := kmsg.NewPtrLeaveGroupRequest()
	leaving := kmsg.NewLeaveGroupRequestMember()
	leaving.MemberID = "nobody"
	leave.Group, leave.Members = group, []kmsg.LeaveGroupRequestMember{leaving}
	left, err := answer[*kmsg.LeaveGroupResponse](g, leave)
	if err != nil {
		return err
	}
	return errors.Join(
		heartbeat(group, "nobody", generation, kerr.UnknownMemberID), heartbeat(group, id, generation+1, kerr.IllegalGeneration),
		heartbeat(group, id, generation-1, kerr.IllegalGeneration), heartbeat(unique("unknown"), id, generation, kerr.UnknownMemberID),
		sync("nobody", generation, kerr.UnknownMemberID), sync(id, generation+1, kerr.IllegalGeneration),
		check.Fails("leave", kerr.UnknownMemberID, kerr.ErrorForCode(left.Members[0].ErrorCode)),
		g.stateIs(group, "Stable"), check.Equal("the member's places", 2, len(m.places())))
}

// commitAs commits as any member that one names.
func (g *groups) commitAs(group, topic, id string, generation int32) error {
	request := kmsg.NewPtrOffsetCommitRequest()
	request.Group, request.MemberID, request.Generation = group, id, generation
	named := kmsg.NewOffsetCommitRequestTopic()
	named.Topic = topic
	partition := kmsg.NewOffsetCommitRequestTopicPartition()
	partition.Offset = 5
	named.Partitions = append(named.Partitions, partition)
	request.Topics = append(request.Topics, named)
	ctx, cancel := background()
	defer cancel()
	client, err := g.client(kgo.MaxVersions(offsetCommitByName()))
	if err != nil {
		return err
	}
	defer client.Close()
	response, err := request.RequestWith(ctx, client)
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(response.Topics[0].Partitions[0].ErrorCode)
}

func badGenerations(g *groups) error {
	topic, group, m, err := g.reader("commits", kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	id, generation := m.client.GroupMetadata()
	return errors.Join(check.Fails("nobody", kerr.UnknownMemberID, g.commitAs(group, topic, "nobody", generation)),
		check.Fails("the next generation", kerr.IllegalGeneration, g.commitAs(group, topic, id, generation+1)),
		check.Fails("the last generation", kerr.IllegalGeneration, g.commitAs(group, topic, id, generation-1)),
		check.Fails("an unknown group", kerr.GroupIDNotFound, g.commitAs(unique("unknown"), topic, id, generation)),
		g.offsetsAre(group, map[int32]int64{}), g.commitAs(group, topic, id, generation), g.offsetsAre(group, map[int32]int64{0: 5}))
}

func badEpochs(g *groups) error {
	topic, group, m, err := g.reader("commits", kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	id, epoch := m.client.GroupMetadata()
	return errors.Join(check.Fails("nobody", kerr.UnknownMemberID, g.commitAs(group, topic, "nobody", epoch)),
		check.Fails("the next epoch", kerr.StaleMemberEpoch, g.commitAs(group, topic, id, epoch+1)),
		g.offsetsAre(group, map[int32]int64{}), g.commitAs(group, topic, id, epoch), g.offsetsAre(group, map[int32]int64{0: 5}))
}

func badHeartbeats(g *groups) error {
	topic, group, m, err := g.reader("heartbeats")
	if err != nil {
		return err
	}
	id, epoch := m.client.GroupMetadata()
	heartbeat := func(name string, expected error, change func(*kmsg.ConsumerGroupHeartbeatRequest)) error {
		request := kmsg.NewPtrConsumerGroupHeartbeatRequest()
		request.Group, request.MemberID, request.MemberEpoch, request.RebalanceTimeoutMillis = group, id, epoch, 6000
		request.SubscribedTopicNames, request.Topics = []string{topic}, []kmsg.ConsumerGroupHeartbeatRequestTopic{}
		change(request)
		response, err := answer[*kmsg.ConsumerGroupHeartbeatResponse](g, request)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return check.Fails(name, expected, kerr.ErrorForCode(response.ErrorCode))
	}
	assignor, pattern := "strange", "["
	return errors.Join(
		heartbeat("nobody", kerr.UnknownMemberID, func(r *kmsg.ConsumerGroupHeartbeatRequest) { r.MemberID = "nobody" }),
		heartbeat("the next epoch", kerr.FencedMemberEpoch, func(r *kmsg.ConsumerGroupHeartbeatRequest) { r.MemberEpoch = epoch + 1 }),
		heartbeat("an unknown group", kerr.GroupIDNotFound, func(r *kmsg.ConsumerGroupHeartbeatRequest) { r.Group = unique("unknown") }),
		heartbeat("no group", kerr.InvalidRequest, func(r *kmsg.ConsumerGroupHeartbeatRequest) { r.Group = "" }),
		heartbeat("no member id", kerr.InvalidRequest, func(r *kmsg.ConsumerGroupHeartbeatRequest) { r.MemberID = "" }),
		heartbeat("an epoch below all", kerr.InvalidRequest, func(r *kmsg.ConsumerGroupHeartbeatRequest) { r.MemberEpoch = -3 }),
		heartbeat("an unknown assignor", kerr.UnsupportedAssignor, func(r *kmsg.ConsumerGroupHeartbeatRequest) { r.ServerAssignor = &assignor }),
		heartbeat("no pattern", kerr.InvalidRegularExpression, func(r *kmsg.ConsumerGroupHeartbeatRequest) { r.SubscribedTopicRegex = &pattern }),
		g.stateIs(group, "Stable"))
}
