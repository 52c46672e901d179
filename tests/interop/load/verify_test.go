package load

import (
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	idempotent = 0
	acksAll    = 3
)

// written is a partition's log of these producer and sequence pairs.
func written(pairs ...[2]int) []*kgo.Record {
	records := make([]*kgo.Record, len(pairs))
	for offset, pair := range pairs {
		records[offset] = &kgo.Record{Offset: int64(offset), Value: encode(pair[0], pair[1])}
	}
	return records
}

func acked(producer int, offsets ...int64) [][Partitions][]int64 {
	all := make([][Partitions][]int64, len(kinds))
	all[producer][0] = offsets
	return all
}

func TestVerdicts(t *testing.T) {
	cases := []struct {
		name   string
		read   []*kgo.Record
		acked  [][Partitions][]int64
		expect string
	}{
		{"all there", written([2]int{0, 0}, [2]int{0, 1}), acked(idempotent, 0, 1), ""},
		{"the last one was never acknowledged", written([2]int{0, 0}), acked(idempotent, 0, unacked), ""},
		{"the acknowledged end is lost", written([2]int{0, 0}), acked(idempotent, 0, 1), "is lost"},
		{"one in the middle is lost", written([2]int{0, 0}, [2]int{0, 2}), acked(idempotent, 0, unacked, 1), "1 is not there"},
		{"twice though idempotent", written([2]int{0, 0}, [2]int{0, 0}), acked(idempotent, 0), "twice"},
		{"twice without idempotence", written([2]int{3, 0}, [2]int{3, 0}, [2]int{3, 1}), acked(acksAll, 1, 2), ""},
		{"out of order", written([2]int{3, 1}, [2]int{3, 0}), acked(acksAll, 1, 0), "0 is not there"},
		{"acknowledged at another offset", written([2]int{0, 0}, [2]int{0, 1}), acked(idempotent, 1, 1), "where record 1"},
	}
	for _, c := range cases {
		err := verifyPartition(0, c.read, c.acked)
		if (err == nil) != (c.expect == "") || (err != nil && !strings.Contains(err.Error(), c.expect)) {
			t.Errorf("%s: expected %q, got %v", c.name, c.expect, err)
		}
	}
}
