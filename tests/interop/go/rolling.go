package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	rollingMembers, rollingPartitions, rollingProducers = 20, 40, 3
	// What each producer writes at a time, and how often; every partition gets a record of each.
	rollingBatch = rollingPartitions
	rollingPause = 20 * time.Millisecond
)

// checkRolling restarts every member of a group, one after another, while producers write.
func checkRolling(checks *check.Checks, c *cluster) {
	checks.Check("cooperative-sticky: no record is skipped", func() error {
		return rolling(&groups{cluster: c, protocol: "classic"}, kgo.Balancers(kgo.CooperativeStickyBalancer()))
	})
	checks.Check("consumer: no record is skipped", func() error {
		return rolling(&groups{cluster: c, protocol: "consumer"})
	})
}

// rollout is a group under restart; `gone` are the members that have left, whose records count too.
type rollout struct {
	*groups
	topic, group string
	shared       *owners
	options      []kgo.Opt
	running      []*member
	gone         []*member
	written      atomic.Int64
	stopping     chan struct{}
}

func rolling(g *groups, options ...kgo.Opt) error {
	r := &rollout{groups: g, topic: unique("rolling"), group: unique("rolling"), shared: &owners{of: map[string]*member{}},
		stopping: make(chan struct{})}
	r.options = append(options, kgo.ConsumeTopics(r.topic))
	if err := g.create(r.topic, rollingPartitions, nil); err != nil {
		return err
	}
	defer r.stopAll()
	for range rollingMembers {
		if err := r.start(); err != nil {
			return err
		}
	}
	if err := settled(r.running, map[string]int{r.topic: rollingPartitions}); err != nil {
		return err
	}
	return r.roll()
}

func (r *rollout) start() error {
	m, err := r.join(r.group, r.shared, r.options...)
	if err == nil {
		r.running = append(r.running, m)
	}
	return err
}

// stopAll ends the members beside each other: one by one, each would wait for the rebalance that another has begun.
func (r *rollout) stopAll() {
	var stopping sync.WaitGroup
	for _, m := range r.running {
		stopping.Go(func() { _ = m.stop() })
	}
	stopping.Wait()
}

// roll restarts every member once, then stops the producers and waits for the last record.
func (r *rollout) roll() error {
	outcomes := make(chan error, rollingProducers)
	for range rollingProducers {
		go func() { outcomes <- r.produceOn() }()
	}
	for _, m := range r.running {
		m.resetGap()
	}
	started := time.Now()
	err := r.restartEach()
	took := time.Since(started)
	close(r.stopping)
	for range rollingProducers {
		err = errors.Join(err, <-outcomes)
	}
	if err != nil {
		return err
	}
	if err := eventually(r.missing); err != nil {
		return err
	}
	r.report(took)
	r.shared.mutex.Lock()
	defer r.shared.mutex.Unlock()
	return check.Equal("partitions that had two owners at a time", 0, len(r.shared.twice))
}

// A member comes before another goes, as where applications are replaced.
func (r *rollout) restartEach() error {
	for range rollingMembers {
		oldest := r.running[0]
		if err := r.start(); err != nil {
			return err
		}
		if err := settled(r.running, map[string]int{r.topic: rollingPartitions}); err != nil {
			return err
		}
		r.running = r.running[1:]
		r.gone = append(r.gone, oldest)
		if err := oldest.stop(); err != nil {
			return err
		}
		if err := settled(r.running, map[string]int{r.topic: rollingPartitions}); err != nil {
			return err
		}
	}
	return nil
}

// produceOn writes until it is stopped; a number is counted as written when all of its batch are acknowledged.
func (r *rollout) produceOn() error {
	client, err := r.client()
	if err != nil {
		return err
	}
	defer client.Close()
	for {
		select {
		case <-r.stopping:
			return nil
		case <-time.After(rollingPause):
		}
		end := r.written.Add(rollingBatch)
		records := make([]*kgo.Record, 0, rollingBatch)
		for number := end - rollingBatch; number < end; number++ {
			records = append(records, &kgo.Record{Topic: r.topic, Partition: int32(number % rollingPartitions), Value: fmt.Append(nil, number)})
		}
		ctx, cancel := background()
		err := client.ProduceSync(ctx, records...).FirstErr()
		cancel()
		if err != nil {
			return err
		}
	}
}

// missing tells how many of the written numbers nobody has read.
func (r *rollout) missing() error {
	read := numbers(slices.Concat(r.running, r.gone)...)
	for _, m := range r.running {
		if err := m.failure(); err != nil {
			return err
		}
	}
	return check.Equal("numbers read", int(r.written.Load()), len(read))
}

func (m *member) resetGap() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.gap = 0
}

// report tells what is not judged: how long members were without records, and how many came twice.
func (r *rollout) report(took time.Duration) {
	var gaps []time.Duration
	for _, m := range slices.Concat(r.running, r.gone) {
		m.mutex.Lock()
		gaps = append(gaps, m.gap)
		m.mutex.Unlock()
	}
	slices.Sort(gaps)
	twice := 0
	for times := range maps.Values(numbers(slices.Concat(r.running, r.gone)...)) {
		twice += times - 1
	}
	fmt.Printf("%s: %d members restarted in %.1f s, %d records written, %d read again; longest time without records of a member that had "+
		"partitions: median %d ms, longest %d ms\n", r.protocol, rollingMembers, took.Seconds(), r.written.Load(), twice,
		gaps[len(gaps)/2].Milliseconds(), gaps[len(gaps)-1].Milliseconds())
}
