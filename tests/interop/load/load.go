// Package load writes numbered records through several kinds of producers, remembers what was acknowledged, and tells
// whether a broker still has all of it, in order.
package load

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	// Topic is where the load goes.
	Topic = "load"
	// Partitions of the topic; every producer writes to all of them.
	Partitions = 6
	// Each producer writes a burst every interval, 2,000 records a second: batches form, and a run stays quick to read back.
	burst         = 20
	burstInterval = 10 * time.Millisecond
)

// kinds are the producers that run side by side.
var kinds = []struct {
	name       string
	idempotent bool
	options    []kgo.Opt
}{
	{"idempotent", true, []kgo.Opt{kgo.ProducerBatchCompression(kgo.NoCompression())}},
	{"idempotent lz4", true, []kgo.Opt{kgo.ProducerBatchCompression(kgo.Lz4Compression())}},
	{"idempotent, small batches", true, []kgo.Opt{kgo.ProducerBatchMaxBytes(1000), kgo.ProducerLinger(0), kgo.ProducerBatchCompression(kgo.NoCompression())}},
	{"acks=all", false, []kgo.Opt{kgo.DisableIdempotentWrite(), kgo.ProducerBatchCompression(kgo.ZstdCompression())}},
	{"acks=1", false, []kgo.Opt{kgo.DisableIdempotentWrite(), kgo.RequiredAcks(kgo.LeaderAck()), kgo.ProducerBatchCompression(kgo.NoCompression())}},
}

// producer numbers its records per partition.
type producer struct {
	id     int
	client *kgo.Client

	mu sync.Mutex
	// acked[partition][sequence] is the acknowledged offset, or unacked.
	acked [Partitions][]int64
	count int64
	err   error
}

const unacked = -1

// Load is the running producers.
type Load struct {
	bootstrap string
	producers []*producer
	admin     *kgo.Client
	changes   *changes
	stop      context.CancelFunc
	done      sync.WaitGroup
}

// patient options: the broker goes away and comes back, and nothing may be given up.
func patient(bootstrap string) []kgo.Opt {
	return []kgo.Opt{
		kgo.SeedBrokers(bootstrap),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.UnknownTopicRetries(-1),
		// A broker killed just after it accepted looks to franz-go like one that wants SASL.
		kgo.AlwaysRetryEOF(),
		kgo.MetadataMinAge(20 * time.Millisecond),
		kgo.RetryBackoffFn(func(int) time.Duration { return 20 * time.Millisecond }),
		kgo.DialTimeout(2 * time.Second),
		kgo.ProduceRequestTimeout(5 * time.Second),
	}
}

// Start makes the topic and sets all producers going.
func Start(bootstrap string) (*Load, error) {
	admin, err := kgo.NewClient(patient(bootstrap)...)
	if err != nil {
		return nil, err
	}
	if _, err := kadm.NewClient(admin).CreateTopic(context.Background(), Partitions, 1, nil, Topic); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	load := &Load{bootstrap: bootstrap, admin: admin, changes: newChanges(kadm.NewClient(admin)), stop: cancel}
	for id, kind := range kinds {
		client, err := kgo.NewClient(append(patient(bootstrap), kind.options...)...)
		if err != nil {
			cancel()
			return nil, err
		}
		load.producers = append(load.producers, &producer{id: id, client: client})
	}
	for _, p := range load.producers {
		load.run(func() { p.run(ctx) })
	}
	load.run(func() { load.changes.run(ctx) })
	return load, nil
}

func (l *Load) run(body func()) {
	l.done.Add(1)
	go func() {
		defer l.done.Done()
		body()
	}()
}

// Stop ends the load once everything that was sent is acknowledged.
func (l *Load) Stop() error {
	l.stop()
	l.done.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	for _, p := range l.producers {
		if err := p.client.Flush(ctx); err != nil {
			return fmt.Errorf("producer %s: not everything was acknowledged in time: %w", kinds[p.id].name, err)
		}
	}
	return nil
}

// Close ends all clients.
func (l *Load) Close() {
	for _, p := range l.producers {
		p.client.Close()
	}
	l.admin.Close()
}

func (p *producer) run(ctx context.Context) {
	ticker := time.NewTicker(burstInterval)
	defer ticker.Stop()
	for sequence := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for range burst {
			p.send(ctx, int32(sequence%Partitions), sequence/Partitions)
			sequence++
		}
	}
}

// send blocks while the client's buffer is full: the broker is down. A record whose send is abandoned at the end of
// the run never reached the client's buffer; it is the last of its partition.
func (p *producer) send(ctx context.Context, partition int32, sequence int) {
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	p.acked[partition] = append(p.acked[partition], unacked)
	p.mu.Unlock()
	record := &kgo.Record{Topic: Topic, Partition: partition, Value: encode(p.id, sequence)}
	p.client.Produce(context.Background(), record, func(record *kgo.Record, err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if err != nil {
			if p.err == nil {
				p.err = fmt.Errorf("producer %s: %w", kinds[p.id].name, err)
			}
			return
		}
		p.acked[partition][sequence] = record.Offset
		p.count++
	})
}

// Error is the first error that a client did not get over by itself: there must be none.
func (l *Load) Error() error {
	for _, p := range l.producers {
		p.mu.Lock()
		err := p.err
		p.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return l.changes.error()
}

// Acked is how many records each producer has had acknowledged.
func (l *Load) Acked() []int64 {
	counts := make([]int64, len(l.producers))
	for index, p := range l.producers {
		p.mu.Lock()
		counts[index] = p.count
		p.mu.Unlock()
	}
	return counts
}

// Changes is how many changes of metadata were acknowledged.
func (l *Load) Changes() (count int64) {
	l.changes.note(func() { count = l.changes.acknowledged })
	return count
}

// AwaitProgress waits until every producer has had more than a burst acknowledged since now.
func (l *Load) AwaitProgress(patience time.Duration) error {
	before, deadline := l.Acked(), time.Now().Add(patience)
	for {
		slow := -1
		for index, count := range l.Acked() {
			if count < before[index]+burst {
				slow = index
			}
		}
		if slow < 0 {
			return nil
		}
		if err := l.Error(); err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("producer %s made no progress within %s", kinds[slow].name, patience)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
