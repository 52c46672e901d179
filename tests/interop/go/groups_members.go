package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"sort"
	"sync/atomic"
	"time"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// balancers of both protocols; the new one's are the server's: the client calls uniform sticky.
var balancers = map[string][]kgo.GroupBalancer{
	"classic":  {kgo.RangeBalancer(), kgo.RoundRobinBalancer(), kgo.StickyBalancer(), kgo.CooperativeStickyBalancer()},
	"consumer": {kgo.StickyBalancer(), kgo.RangeBalancer()},
}

// memberChecks: members that come, go, crash and are replaced; partitions and topics that come and go; who owns what meanwhile.
func memberChecks(protocol string) []groupCheck {
	checks := []groupCheck{
		{"a crashed member's partitions go on from the committed offset", crash},
		{"topics that match a pattern come and go", pattern},
		{"no record is skipped while members come and go", changes},
		{"two members of one instance id", fenced},
		{"a member that leaves is replaced at once", leave},
	}
	if protocol == "classic" { // with the new one, the client forgets to name its instance when it goes, and is refused when it comes back
		checks = append(checks, groupCheck{"a static member comes back without a rebalance", static})
	}
	for _, balancer := range balancers[protocol] {
		checks = append(checks, groupCheck{"assignor " + balancer.ProtocolName(), func(g *groups) error { return shares(g, balancer) }})
	}
	return checks
}

func shares(g *groups, balancer kgo.GroupBalancer) error {
	first, second, group := unique("shared"), unique("shared-too"), unique("assignor")
	topics := map[string]int{first: 4, second: 3}
	if err := errors.Join(g.create(first, 4, nil), g.create(second, 3, nil)); err != nil {
		return err
	}
	var members []*member
	for range 3 {
		m, err := g.member(group, kgo.ConsumeTopics(first, second), kgo.Balancers(balancer))
		if err != nil {
			return err
		}
		members = append(members, m)
	}
	err := settled(members, topics)
	err = errors.Join(err, g.write(first, 0, 70, 4), g.write(second, 70, 140, 3))
	if err != nil {
		return err
	}
	if err := eventually(func() error { return check.Equal("read", once(0, 140), numbers(members...)) }); err != nil {
		return err
	}
	if err := described(g, group, balancer.ProtocolName(), members); err != nil {
		return err
	}
	fourth, err := g.member(group, kgo.ConsumeTopics(first, second), kgo.Balancers(balancer))
	if err != nil {
		return err
	}
	if err := settled(append(members, fourth), topics); err != nil {
		return err
	}
	return errors.Join(members[0].stop(), settled(append(members[1:], fourth), topics))
}

// described compares what an administrator is told with what the members know.
func described(g *groups, group, assignor string, members []*member) error {
	ctx, cancel := background()
	defer cancel()
	var state, told string
	var owned, expected []string
	if g.protocol == "classic" {
		all, err := g.admin.DescribeGroups(ctx, group)
		if err = errors.Join(err, all[group].Err); err != nil {
			return err
		}
		state, told = all[group].State, all[group].Protocol
		for _, m := range all[group].Members {
			var places []string
			if assigned, ok := m.Assigned.AsConsumer(); ok {
				for _, topic := range assigned.Topics {
					for _, partition := range topic.Partitions {
						places = append(places, place(topic.Topic, partition))
					}
				}
			}
			sort.Strings(places)
			owned = append(owned, fmt.Sprint(places))
		}
	} else {
		all, err := g.admin.DescribeConsumerGroups(ctx, group)
		if err = errors.Join(err, all[group].Err); err != nil {
			return err
		}
		state, told = all[group].State, all[group].AssignorName
		for _, m := range all[group].Members {
			var places []string
			m.Assignment.Each(func(topic string, partition int32) { places = append(places, place(topic, partition)) })
			sort.Strings(places)
			owned = append(owned, fmt.Sprint(places))
		}
		if assignor == "sticky" {
			assignor = "uniform"
		}
	}
	for _, m := range members {
		expected = append(expected, fmt.Sprint(m.places()))
	}
	sort.Strings(owned)
	sort.Strings(expected)
	return errors.Join(check.Equal("state", "Stable", state), check.Equal("assignor", assignor, told), check.Equal("owned", expected, owned))
}

func crash(g *groups) error {
	topic, err := g.written("crash", 40)
	group := unique("crash")
	if err != nil {
		return err
	}
	process := exec.Command(os.Args[0], "member", g.bootstrap, group, topic, g.protocol)
	process.Stderr = os.Stderr
	stdin, err1 := process.StdinPipe()
	stdout, err2 := process.StdoutPipe()
	if err := errors.Join(err1, err2, process.Start()); err != nil {
		return err
	}
	defer stdin.Close()
	told, _ := bufio.NewReader(stdout).ReadString('\n')
	if err := check.Equal("what the process said", "committed\n", told); err != nil {
		return err
	}
	other, err := g.member(group, kgo.ConsumeTopics(topic), kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	if err := eventually(func() error { return check.Equal("partitions of the other", 1, len(other.places())) }); err != nil {
		return err
	}
	if err := process.Process.Kill(); err != nil {
		return err
	}
	_ = process.Wait() // fails, since it was killed
	killed := time.Now()
	if err := settled([]*member{other}, map[string]int{topic: 2}); err != nil {
		return err
	}
	fmt.Printf("%s: a crashed member's partitions were taken over after %.1f s\n", g.protocol, time.Since(killed).Seconds())
	return eventually(func() error {
		ends := map[int32]int64{}
		for _, record := range other.records() {
			ends[record.Partition] = record.Offset + 1
		}
		return errors.Join(check.Equal("first read", map[int32]int64{0: 7, 1: 11}, other.firsts()),
			check.Equal("end of what was read", map[int32]int64{0: 20, 1: 20}, ends))
	})
}

// The session lasts longer than the check waits.
func leave(g *groups) error {
	topic, err := g.written("leave", 40)
	group := unique("leave")
	if err != nil {
		return err
	}
	session, err := g.longSession(group)
	if err != nil {
		return err
	}
	first, err := g.member(group, kgo.ConsumeTopics(topic), session)
	if err != nil {
		return err
	}
	if err := first.hasRead(40); err != nil {
		return err
	}
	second, err := g.member(group, kgo.ConsumeTopics(topic), session)
	if err != nil {
		return err
	}
	if err := errors.Join(settled([]*member{first, second}, map[string]int{topic: 2}), first.stop()); err != nil {
		return err
	}
	left := time.Now()
	if err := settled([]*member{second}, map[string]int{topic: 2}); err != nil {
		return err
	}
	fmt.Printf("%s: a member that left was replaced after %.1f s\n", g.protocol, time.Since(left).Seconds())
	err = g.write(topic, 40, 50, 2)
	return errors.Join(err, second.hasRead(10), check.Equal("read", once(40, 50), numbers(second)))
}

// flow writes to a topic until it is stopped, a few records at a time.
type flow struct {
	written    atomic.Int64
	partitions atomic.Int64
	stopping   chan struct{}
	done       chan error
}

func (c *cluster) flow(topic string, partitions int) *flow {
	f := &flow{stopping: make(chan struct{}), done: make(chan error, 1)}
	f.partitions.Store(int64(partitions))
	go func() {
		for {
			select {
			case <-f.stopping:
				f.done <- nil
				return
			case <-time.After(50 * time.Millisecond):
			}
			written := int(f.written.Load())
			if err := c.write(topic, written, written+20, int(f.partitions.Load())); err != nil {
				f.done <- err
				return
			}
			f.written.Add(20)
		}
	}()
	return f
}

// goesOn waits until more was written, so that what was changed before met records.
func (f *flow) goesOn() error {
	before := f.written.Load()
	return eventually(func() error {
		if f.written.Load() < before+60 {
			return errors.New("the writer does not go on")
		}
		return nil
	})
}

func (f *flow) stop() (int, error) {
	close(f.stopping)
	err := <-f.done
	return int(f.written.Load()), err
}

func changes(g *groups) error {
	topic, group := unique("changes"), unique("changes")
	if err := g.create(topic, 4, nil); err != nil {
		return err
	}
	flow := g.flow(topic, 4)
	members, err := changing(g, topic, group, flow)
	written, stopped := flow.stop()
	if err = errors.Join(err, stopped); err != nil {
		return err
	}
	return eventually(func() error {
		read := numbers(members...)
		return check.Equal("numbers read", written, len(read))
	})
}

func changing(g *groups, topic, group string, flow *flow) ([]*member, error) {
	var members []*member
	for range 3 {
		m, err := g.member(group, kgo.ConsumeTopics(topic))
		if err != nil {
			return nil, err
		}
		members = append(members, m)
		if err := errors.Join(settled(members, map[string]int{topic: 4}), flow.goesOn()); err != nil {
			return nil, err
		}
	}
	err := errors.Join(members[0].stop(), settled(members[1:], map[string]int{topic: 4}), flow.goesOn())
	if err != nil {
		return nil, err
	}
	ctx, cancel := background()
	defer cancel()
	grown, err := g.admin.UpdatePartitions(ctx, 6, topic)
	if err = errors.Join(err, grown.Error(), settled(members[1:], map[string]int{topic: 6})); err != nil {
		return nil, err
	}
	flow.partitions.Store(6)
	return members, flow.goesOn()
}

// The client resolves the pattern in the classic protocol, the server in the new one.
func pattern(g *groups) error {
	prefix, group := unique("pattern"), unique("pattern")
	first, second := prefix+".first", prefix+".second"
	if err := errors.Join(g.create(first, 1, nil), g.create("not."+prefix, 1, nil)); err != nil {
		return err
	}
	m, err := g.member(group, kgo.ConsumeRegex(), kgo.ConsumeTopics("^"+regexp.QuoteMeta(prefix)+"[.].*"))
	if err != nil {
		return err
	}
	err = errors.Join(settled([]*member{m}, map[string]int{first: 1}), g.create(second, 2, nil))
	if err != nil {
		return err
	}
	err = errors.Join(g.write(second, 0, 10, 2), settled([]*member{m}, map[string]int{first: 1, second: 2}), m.hasRead(10))
	if err != nil {
		return err
	}
	ctx, cancel := background()
	defer cancel()
	deleted, err := g.admin.DeleteTopics(ctx, first)
	err = errors.Join(err, deleted.Error(), settled([]*member{m}, map[string]int{second: 2}), g.write(second, 10, 20, 2))
	return errors.Join(err, m.hasRead(20))
}

// The session lasts longer than the check waits: while it does, nobody else is given the partitions.
func static(g *groups) error {
	topic, group := unique("static"), unique("static")
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
	if err := settled(members, map[string]int{topic: 2}); err != nil {
		return err
	}
	// Who reads has heard of the last rebalance.
	err = errors.Join(g.write(topic, 0, 10, 2), members[0].hasRead(5), members[1].hasRead(5))
	if err != nil {
		return err
	}
	owned, rebalanced := members[0].places(), members[1].rebalanced()
	if err := members[0].stop(); err != nil {
		return err
	}
	again, err := g.member(group, kgo.ConsumeTopics(topic), kgo.InstanceID("one"), session)
	if err != nil {
		return err
	}
	err = eventually(func() error { return check.Equal("owned again", owned, again.places()) })
	err = errors.Join(err, g.write(topic, 10, 20, 2), again.hasRead(5), members[1].hasRead(10))
	return errors.Join(err, check.Equal("rebalances of the other", rebalanced, members[1].rebalanced()))
}

// The classic protocol lets the newcomer in, the new one the holder stay.
func fenced(g *groups) error {
	topic, group := unique("fenced"), unique("fenced")
	if err := g.create(topic, 2, nil); err != nil {
		return err
	}
	first, err := g.member(group, kgo.ConsumeTopics(topic), kgo.InstanceID("same"))
	if err = errors.Join(err, settled([]*member{first}, map[string]int{topic: 2})); err != nil {
		return err
	}
	second, err := g.member(group, kgo.ConsumeTopics(topic), kgo.InstanceID("same"))
	if err != nil {
		return err
	}
	loser, winner, expected := first, second, error(kerr.FencedInstanceID)
	if g.protocol == "consumer" {
		loser, winner, expected = second, first, kerr.UnreleasedInstanceID
	}
	err = eventually(func() error { return check.Fails("the one that loses", expected, loser.failure()) })
	return errors.Join(err, settled([]*member{winner}, map[string]int{topic: 2}))
}
