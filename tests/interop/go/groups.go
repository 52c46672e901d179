package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

const (
	checksAtATime = 6
	// The least that a server takes by default, and one that lasts longer than any check waits.
	sessionShort, sessionLong = 6 * time.Second, time.Minute
	groupPatience             = 30 * time.Second
)

// groups is one check's part of the server: its protocol, and its members, which are closed when the check has ended.
type groups struct {
	*cluster
	protocol string
	members  []*member
}

type groupCheck struct {
	name string
	body func(*groups) error
}

// checkGroups runs several checks beside each other: mostly they wait, for sessions to time out and for other members.
func checkGroups(checks *check.Checks, c *cluster, wanted []string) {
	var running sync.WaitGroup
	slots := make(chan struct{}, checksAtATime)
	for _, protocol := range []string{"classic", "consumer"} {
		for _, one := range slices.Concat(memberChecks(protocol), offsetChecks(), adminChecks(protocol)) {
			name := protocol + ": " + one.name
			if len(wanted) > 0 && !slices.ContainsFunc(wanted, func(word string) bool { return strings.Contains(name, word) }) {
				continue
			}
			slots <- struct{}{}
			running.Go(func() {
				defer func() { <-slots }()
				g := &groups{cluster: c, protocol: protocol}
				checks.Check(name, func() error { return errors.Join(one.body(g), g.close()) })
			})
		}
	}
	running.Wait()
}

func (g *groups) close() error {
	var err error
	for _, m := range g.members {
		err = errors.Join(err, m.stop())
	}
	return err
}

// eventually asks again until the body finds nothing wrong.
func eventually(body func() error) error {
	deadline := time.Now().Add(groupPatience)
	for {
		err := body()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// write sends each number, as text, to the partition that it gives divided by their count.
func (c *cluster) write(topic string, first, end, partitions int) error {
	var records []*kgo.Record
	for number := first; number < end; number++ {
		records = append(records, &kgo.Record{Topic: topic, Partition: int32(number % partitions), Value: []byte(strconv.Itoa(number))})
	}
	_, err := c.produce(records)
	return err
}

// written makes a topic of two partitions with that many records.
func (g *groups) written(name string, count int) (string, error) {
	topic := unique(name)
	return topic, errors.Join(g.create(topic, 2, nil), g.write(topic, 0, count, 2))
}

// longSession makes members' sessions last longer than any check waits; with the new protocol it is the group's own.
func (g *groups) longSession(group string) (kgo.Opt, error) {
	if g.protocol == "consumer" {
		session := strconv.FormatInt(sessionLong.Milliseconds(), 10)
		if err := g.configure(group, "consumer.session.timeout.ms", &session); err != nil {
			return nil, err
		}
	}
	return kgo.SessionTimeout(sessionLong), nil
}

// configure sets a group's configuration, or takes it back.
func (g *groups) configure(group, key string, value *string) error {
	request := kmsg.NewPtrIncrementalAlterConfigsRequest()
	resource := kmsg.NewIncrementalAlterConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kmsg.ConfigResourceTypeGroupConfig, group
	config := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	config.Name, config.Value = key, value
	if value == nil {
		config.Op = kmsg.IncrementalAlterConfigOpDelete
	}
	resource.Configs = append(resource.Configs, config)
	request.Resources = append(request.Resources, resource)
	ctx, cancel := background()
	defer cancel()
	response, err := request.RequestWith(ctx, g.client0())
	if err != nil {
		return err
	}
	return kerr.ErrorForCode(response.Resources[0].ErrorCode)
}

// configured is the value of a group's configuration.
func (g *groups) configured(group, key string) (string, error) {
	request := kmsg.NewPtrDescribeConfigsRequest()
	resource := kmsg.NewDescribeConfigsRequestResource()
	resource.ResourceType, resource.ResourceName = kmsg.ConfigResourceTypeGroupConfig, group
	resource.ConfigNames = []string{key}
	request.Resources = append(request.Resources, resource)
	ctx, cancel := background()
	defer cancel()
	response, err := request.RequestWith(ctx, g.client0())
	if err != nil {
		return "", err
	}
	described := response.Resources[0]
	if len(described.Configs) != 1 || described.Configs[0].Value == nil {
		return "", fmt.Errorf("described %v, error %d", described.Configs, described.ErrorCode)
	}
	return *described.Configs[0].Value, kerr.ErrorForCode(described.ErrorCode)
}

// committed are the group's offsets, by partition of its only topic.
func (c *cluster) committed(group string) (map[int32]kadm.Offset, error) {
	ctx, cancel := background()
	defer cancel()
	fetched, err := c.admin.FetchOffsets(ctx, group)
	found := map[int32]kadm.Offset{}
	fetched.Each(func(offset kadm.OffsetResponse) {
		err = errors.Join(err, offset.Err)
		found[offset.Partition] = offset.Offset
	})
	return found, err
}

func (c *cluster) offsetsAre(group string, expected map[int32]int64) error {
	committed, err := c.committed(group)
	found := map[int32]int64{}
	for partition, offset := range committed {
		found[partition] = offset.At
	}
	return errors.Join(err, check.Equal("committed", expected, found))
}

func (c *cluster) metadataIs(group string, expected map[int32]string) error {
	committed, err := c.committed(group)
	found := map[int32]string{}
	for partition, offset := range committed {
		found[partition] = offset.Metadata
	}
	return errors.Join(err, check.Equal("metadata", expected, found))
}

// state is the group's, as it is listed; empty when it is not.
func (c *cluster) state(group string) (string, error) {
	ctx, cancel := background()
	defer cancel()
	listed, err := c.admin.ListGroups(ctx)
	return listed[group].State, err
}

func (c *cluster) stateIs(group, expected string) error {
	state, err := c.state(group)
	return errors.Join(err, check.Equal("state", expected, state))
}

// client0 is the administrator's connection.
func (c *cluster) client0() kmsg.Requestor { return requestor{c} }

// requestor sends requests as they are; what a group's coordinator answers goes to the check, whatever it is.
type requestor struct{ *cluster }

func (r requestor) Request(ctx context.Context, request kmsg.Request) (kmsg.Response, error) {
	client, err := r.client()
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return client.Request(ctx, request)
}

// beMember is a member in a process of its own: it reads forty records, commits 7 and 11, tells it, and polls on until its
// standard input ends, or it is killed.
func beMember(c *cluster, arguments []string) int {
	group, topic, protocol := arguments[0], arguments[1], arguments[2]
	g := &groups{cluster: c, protocol: protocol}
	m, err := g.member(group, kgo.ConsumeTopics(topic), kgo.DisableAutoCommit())
	if err == nil {
		err = errors.Join(m.hasRead(40), m.commit(topic, map[int32]kgo.EpochOffset{0: {Epoch: -1, Offset: 7}, 1: {Epoch: -1, Offset: 11}}, ""))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("committed")
	_, _ = os.Stdin.Read(make([]byte, 1))
	return 0
}

// offsetCommitByName holds OffsetCommit to version 9, the last that names topics by name.
func offsetCommitByName() *kversion.Versions {
	versions := kversion.Stable()
	versions.SetMaxKeyVersion(int16(kmsg.OffsetCommit), 9)
	return versions
}
