package main

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"sync"
	"time"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A consumer that asks for records this rarely would be late for a check; it is asked for metadata this often for the same reason.
const metadataAge = 500 * time.Millisecond

// member is a consumer in a group, polled until it is stopped.
type member struct {
	client *kgo.Client
	cancel context.CancelFunc
	done   chan struct{}

	mutex      sync.Mutex
	read       []*kgo.Record
	owned      map[string]bool
	rebalances int
	err        error
	// While it owns something: when records last came, and the longest time without any.
	last   time.Time
	gap    time.Duration
	shared *owners
}

// owners are all members' partitions at one moment: none has two.
type owners struct {
	mutex sync.Mutex
	of    map[string]*member
	twice []string
}

func place(topic string, partition int32) string { return fmt.Sprintf("%s-%d", topic, partition) }

// member joins a group. The later options win.
func (g *groups) member(group string, options ...kgo.Opt) (*member, error) {
	m, err := g.join(group, nil, options...)
	if err == nil {
		g.members = append(g.members, m)
	}
	return m, err
}

func (g *groups) join(group string, shared *owners, options ...kgo.Opt) (*member, error) {
	m := &member{owned: map[string]bool{}, done: make(chan struct{}), shared: shared}
	every := []kgo.Opt{kgo.ConsumerGroup(group), kgo.SessionTimeout(sessionShort), kgo.HeartbeatInterval(300 * time.Millisecond),
		kgo.MetadataMaxAge(metadataAge), kgo.ConsiderMissingTopicDeletedAfter(time.Second), kgo.AutoCommitInterval(100 * time.Millisecond), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.OnPartitionsAssigned(m.assigned), kgo.OnPartitionsRevoked(m.revoked), kgo.OnPartitionsLost(m.revoked)}
	if g.protocol == "consumer" {
		every = append(every, kgo.ServerSideBalancer(), kgo.Balancers(kgo.StickyBalancer()))
	}
	client, err := g.client(append(every, options...)...)
	if err != nil {
		return nil, err
	}
	var ctx context.Context
	ctx, m.cancel = context.WithCancel(context.Background())
	m.client = client
	go m.run(ctx)
	return m, nil
}

func (m *member) assigned(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.rebalances++
	for topic, numbers := range partitions {
		for _, number := range numbers {
			m.owned[place(topic, number)] = true
			m.shared.take(place(topic, number), m)
		}
	}
	if len(m.owned) > 0 && m.last.IsZero() {
		m.last = time.Now()
	}
}

func (m *member) revoked(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for topic, numbers := range partitions {
		for _, number := range numbers {
			delete(m.owned, place(topic, number))
			m.shared.give(place(topic, number), m)
		}
	}
	if len(m.owned) == 0 {
		m.last = time.Time{}
	}
}

func (o *owners) take(place string, m *member) {
	if o == nil {
		return
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if owner := o.of[place]; owner != nil && owner != m {
		o.twice = append(o.twice, place)
	}
	o.of[place] = m
}

func (o *owners) give(place string, m *member) {
	if o == nil {
		return
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.of[place] == m {
		delete(o.of, place)
	}
}

func (m *member) run(ctx context.Context) {
	defer close(m.done)
	for ctx.Err() == nil {
		fetches := m.client.PollFetches(ctx)
		m.mutex.Lock()
		m.read = append(m.read, fetches.Records()...)
		if fetches.NumRecords() > 0 {
			if !m.last.IsZero() {
				m.gap = max(m.gap, time.Since(m.last))
			}
			m.last = time.Now()
		}
		fetches.EachError(func(_ string, _ int32, err error) {
			// What the client tries again is told, too, as are topics that were deleted.
			if ctx.Err() == nil && !kerr.IsRetriable(err) {
				m.err = errors.Join(m.err, err)
			}
		})
		m.mutex.Unlock()
	}
}

// stop leaves the group as the client does when it is closed.
func (m *member) stop() error {
	m.cancel()
	closed := make(chan struct{})
	go func() {
		<-m.done
		m.client.Close()
		close(closed)
	}()
	select {
	case <-closed:
		return nil
	case <-time.After(groupPatience):
		return errors.New("the consumer does not close")
	}
}

func (m *member) failure() error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.err
}

func (m *member) places() []string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	places := []string{}
	for place := range m.owned {
		places = append(places, place)
	}
	sort.Strings(places)
	return places
}

func (m *member) records() []*kgo.Record {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return append([]*kgo.Record{}, m.read...)
}

func (m *member) rebalanced() int {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.rebalances
}

// numbers are those that the members have read, and how often.
func numbers(members ...*member) map[int]int {
	found := map[int]int{}
	for _, m := range members {
		for _, record := range m.records() {
			number, _ := strconv.Atoi(string(record.Value))
			found[number]++
		}
	}
	return found
}

// once is the map of all numbers of a range, each read once.
func once(first, end int) map[int]int {
	expected := map[int]int{}
	for number := first; number < end; number++ {
		expected[number] = 1
	}
	return expected
}

func (m *member) hasRead(count int) error {
	return eventually(func() error {
		if read := len(m.records()); read < count {
			return errors.Join(m.failure(), fmt.Errorf("%d of %d records read", read, count))
		}
		return nil
	})
}

// firsts are the lowest offsets that a member has read, by partition.
func (m *member) firsts() map[int32]int64 {
	found := map[int32]int64{}
	for _, record := range m.records() {
		if first, known := found[record.Partition]; !known || record.Offset < first {
			found[record.Partition] = record.Offset
		}
	}
	return found
}

// settled waits until every partition has one owner, and none of the members more than one partition more than another.
func settled(members []*member, topics map[string]int) error {
	var expected []string
	for topic, count := range topics {
		for partition := range int32(count) {
			expected = append(expected, place(topic, partition))
		}
	}
	sort.Strings(expected)
	return eventually(func() error {
		var owned []string
		least, most := len(expected), 0
		for _, m := range members {
			if err := m.failure(); err != nil {
				return err
			}
			places := m.places()
			owned = append(owned, places...)
			least, most = min(least, len(places)), max(most, len(places))
		}
		sort.Strings(owned)
		if err := check.Equal("owned", expected, owned); err != nil {
			return err
		}
		if most-least > 1 {
			return fmt.Errorf("the shares are between %d and %d", least, most)
		}
		return nil
	})
}

// commit commits those offsets and no others, with their metadata.
func (m *member) commit(topic string, offsets map[int32]kgo.EpochOffset, metadata string) error {
	ctx, cancel := background()
	defer cancel()
	ctx = kgo.PreCommitFnContext(ctx, func(request *kmsg.OffsetCommitRequest) error {
		for t := range request.Topics {
			for p := range request.Topics[t].Partitions {
				request.Topics[t].Partitions[p].Metadata = &metadata
			}
		}
		return nil
	})
	var outcome error
	m.client.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{topic: offsets},
		func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, response *kmsg.OffsetCommitResponse, err error) {
			outcome = err
			if err == nil {
				for _, partition := range response.Topics[0].Partitions {
					outcome = errors.Join(outcome, kerr.ErrorForCode(partition.ErrorCode))
				}
			}
		})
	return outcome
}
