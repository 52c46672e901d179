package load

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// entry is what stands at an offset: which record of which producer.
type entry struct {
	producer uint8
	sequence uint32
}

// Follower is a consumer that reads the topic while it is written, from its begin, and judges every record as it comes.
type Follower struct {
	client *kgo.Client
	stop   context.CancelFunc
	done   sync.WaitGroup

	mu      sync.Mutex
	logs    [Partitions][]entry
	tallies [Partitions]tally
	err     error
}

// Follow starts a follower beside the load.
func (l *Load) Follow() (*Follower, error) {
	starts := map[int32]kgo.Offset{}
	for partition := range int32(Partitions) {
		starts[partition] = kgo.NewOffset().At(0)
	}
	// An offset that is out of range must not be got over: nothing may vanish.
	client, err := kgo.NewClient(append(patient(l.bootstrap), kgo.FetchMaxWait(100*time.Millisecond), kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{Topic: starts}))...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	f := &Follower{client: client, stop: cancel}
	f.done.Add(1)
	go func() {
		defer f.done.Done()
		f.run(ctx)
	}()
	return f, nil
}

func (f *Follower) run(ctx context.Context) {
	for ctx.Err() == nil {
		fetches := f.client.PollFetches(ctx)
		f.mu.Lock()
		fetches.EachError(func(topic string, partition int32, err error) { f.note(ctx, partition, err) })
		fetches.EachRecord(f.take)
		f.mu.Unlock()
	}
}

// note keeps an error that no retry can cure. Others are the client's to get over.
func (f *Follower) note(ctx context.Context, partition int32, err error) {
	var answer *kerr.Error
	if ctx.Err() == nil && f.err == nil && errors.As(err, &answer) && !answer.Retriable {
		f.err = fmt.Errorf("reading %s-%d: %w", Topic, partition, err)
	}
}

func (f *Follower) take(record *kgo.Record) {
	log := &f.logs[record.Partition]
	err := f.tallies[record.Partition].take(record, nil)
	if record.Offset != int64(len(*log)) {
		err = fmt.Errorf("offset %d where %d must be", record.Offset, len(*log))
	}
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("following %s-%d: %w", Topic, record.Partition, err)
	}
	producer, sequence, _ := decode(record.Value)
	*log = append(*log, entry{uint8(producer), uint32(sequence)})
}

// Error is the first thing that was wrong.
func (f *Follower) Error() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// Read is how many records have come of each partition.
func (f *Follower) Read() []int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	counts := make([]int64, Partitions)
	for partition, log := range f.logs {
		counts[partition] = int64(len(log))
	}
	return counts
}

// Verify waits until the follower has everything that is there, and compares it with what was acknowledged; the load has
// stopped. Returns how many records there are, and how many of those came twice of producers that are not idempotent.
func (f *Follower) Verify(l *Load, patience time.Duration) (records, duplicates int, err error) {
	acked := l.snapshot()
	if err := f.await(l, patience); err != nil {
		return 0, 0, err
	}
	if err := l.changes.verify(); err != nil {
		return 0, 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for partition, log := range f.logs {
		records += len(log)
		duplicates += f.tallies[partition].duplicates
		for producer := range acked {
			for sequence, offset := range acked[producer][partition] {
				if err := f.judge(log, f.tallies[partition].next[producer], producer, sequence, offset); err != nil {
					return records, duplicates, fmt.Errorf("%s-%d: %w", Topic, partition, err)
				}
			}
		}
	}
	return records, duplicates, f.err
}

// judge: an acknowledged record is there, at the offset that was acknowledged, if any was.
func (f *Follower) judge(log []entry, next, producer, sequence int, offset int64) error {
	if offset == unacked {
		return nil
	}
	name := kinds[producer].name
	switch {
	case sequence >= next:
		return fmt.Errorf("producer %s: record %d was acknowledged at offset %d and is lost (the log ends at %d)", name, sequence, offset, len(log))
	case offset < 0 && kinds[producer].idempotent:
		return nil
	case offset < 0 || offset >= int64(len(log)) || log[offset] != entry{uint8(producer), uint32(sequence)}:
		return fmt.Errorf("producer %s: record %d was acknowledged at offset %d, where it is not", name, sequence, offset)
	}
	return nil
}

func (f *Follower) await(l *Load, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ends, err := l.ends(ctx)
	if err != nil {
		return err
	}
	for {
		behind := int32(-1)
		for partition, read := range f.Read() {
			if read < ends[Topic][int32(partition)].Offset {
				behind = int32(partition)
			}
		}
		if behind < 0 || f.Error() != nil {
			return f.Error()
		}
		if ctx.Err() != nil {
			return fmt.Errorf("the consumer does not come to the end of %s-%d within %s", Topic, behind, patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Close ends the consumer.
func (f *Follower) Close() {
	f.stop()
	f.done.Wait()
	f.client.Close()
}
