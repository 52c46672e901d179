package load

import (
	"context"
	"fmt"
	"time"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// readPatience is how long the next records may take to come when the whole topic is read back.
const readPatience = 60 * time.Second

// tally is what one partition's records must be: per producer, the numbers without a gap.
type tally struct {
	partition int32
	// next is the number that the producer's next record must have; those before have been seen.
	next [16]int
	// duplicates seen of producers that are not idempotent: allowed, they had to send again.
	duplicates int
}

// Verify reads everything back. Every acknowledged record must be there, at the offset that was acknowledged, in the
// order of its producer and partition; exactly once where the producer is idempotent. Returns the records read.
func (l *Load) Verify() (int, error) {
	if err := l.Error(); err != nil {
		return 0, err
	}
	acked := l.snapshot()
	if err := l.changes.verify(); err != nil {
		return 0, err
	}
	records, err := l.readAll()
	if err != nil {
		return 0, err
	}
	total := 0
	for partition, read := range records {
		total += len(read)
		if err := verifyPartition(int32(partition), read, acked); err != nil {
			return total, fmt.Errorf("%s-%d: %w", Topic, partition, err)
		}
	}
	return total, nil
}

// snapshot copies what is acknowledged now: [producer][partition][sequence] = offset.
func (l *Load) snapshot() [][Partitions][]int64 {
	copies := make([][Partitions][]int64, len(l.producers))
	for index, p := range l.producers {
		p.mu.Lock()
		for partition := range p.acked {
			copies[index][partition] = append([]int64(nil), p.acked[partition]...)
		}
		p.mu.Unlock()
	}
	return copies
}

// ends asks until every leader answers: right after a restart some do not lead yet.
func (l *Load) ends(ctx context.Context) (ends kadm.ListedOffsets, err error) {
	err = check.Soon(func() error {
		if ends, err = kadm.NewClient(l.admin).ListEndOffsets(ctx, Topic); err != nil {
			return err
		}
		return ends.Error()
	})
	return ends, err
}

func (l *Load) readAll() ([Partitions][]*kgo.Record, error) {
	var read [Partitions][]*kgo.Record
	ctx, cancel := context.WithTimeout(context.Background(), readPatience)
	defer cancel()
	ends, err := l.ends(ctx)
	if err != nil {
		return read, err
	}
	starts, missing := map[int32]kgo.Offset{}, 0
	for partition := range int32(Partitions) {
		if end := ends[Topic][partition].Offset; end > 0 {
			starts[partition] = kgo.NewOffset().At(0)
			missing++
		}
	}
	client, err := kgo.NewClient(append(patient(l.bootstrap), kgo.FetchMaxWait(100*time.Millisecond),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{Topic: starts}))...)
	if err != nil {
		return read, err
	}
	defer client.Close()
	for missing > 0 {
		fetches := poll(client)
		if err := fetches.Err(); err != nil {
			return read, fmt.Errorf("reading back: %w", err)
		}
		fetches.EachRecord(func(record *kgo.Record) {
			if record.Offset < ends[Topic][record.Partition].Offset {
				read[record.Partition] = append(read[record.Partition], record)
				if record.Offset == ends[Topic][record.Partition].Offset-1 {
					missing--
				}
			}
		})
	}
	return read, nil
}

func poll(client *kgo.Client) kgo.Fetches {
	ctx, cancel := context.WithTimeout(context.Background(), readPatience)
	defer cancel()
	return client.PollFetches(ctx)
}

func verifyPartition(partition int32, read []*kgo.Record, acked [][Partitions][]int64) error {
	tally := tally{partition: partition}
	for index, record := range read {
		if record.Offset != int64(index) {
			return fmt.Errorf("offset %d where %d must be", record.Offset, index)
		}
		if err := tally.take(record, acked); err != nil {
			return err
		}
	}
	return tally.complete(read, acked)
}

// take checks one record against its producer's numbers.
func (t *tally) take(record *kgo.Record, acked [][Partitions][]int64) error {
	producer, sequence, err := decode(record.Value)
	if err != nil {
		return fmt.Errorf("offset %d: %w", record.Offset, err)
	}
	switch expected := t.next[producer]; {
	case sequence == expected:
		t.next[producer]++
	case sequence > expected:
		return fmt.Errorf("offset %d: producer %s has record %d, but %d is not there", record.Offset, kinds[producer].name, sequence, expected)
	case kinds[producer].idempotent:
		return fmt.Errorf("offset %d: producer %s has record %d twice", record.Offset, kinds[producer].name, sequence)
	default:
		t.duplicates++
	}
	return nil
}

// complete checks that all that was acknowledged has been seen, each at its acknowledged offset.
func (t *tally) complete(read []*kgo.Record, acked [][Partitions][]int64) error {
	for producer := range acked {
		for sequence, offset := range acked[producer][t.partition] {
			if offset == unacked {
				continue
			}
			if sequence >= t.next[producer] {
				return fmt.Errorf("producer %s: record %d was acknowledged at offset %d and is lost (the log ends at %d)", kinds[producer].name, sequence, offset, len(read))
			}
			if err := isAt(read, offset, producer, sequence); err != nil {
				return err
			}
		}
	}
	return nil
}

// isAt: an idempotent record that was sent again and found to be there already may be acknowledged without its offset.
func isAt(read []*kgo.Record, offset int64, producer, sequence int) error {
	if offset < 0 && kinds[producer].idempotent {
		return nil
	}
	if offset < 0 || offset >= int64(len(read)) {
		return fmt.Errorf("producer %s: record %d was acknowledged at offset %d, outside the log", kinds[producer].name, sequence, offset)
	}
	foundProducer, foundSequence, err := decode(read[offset].Value)
	if err == nil && (foundProducer != producer || foundSequence != sequence) {
		err = fmt.Errorf("producer %s: record %d was acknowledged at offset %d, where record %d of %s is", kinds[producer].name, sequence, offset, foundSequence, kinds[foundProducer].name)
	}
	return err
}
