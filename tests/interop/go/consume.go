package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// checkConsume: by assignment from the beginning, the end, an offset, a timestamp; sessions, limits and waiting.
func checkConsume(checks *check.Checks, c *cluster) {
	checks.Check("start and end offsets", func() error { return bounds(c) })
	checks.Check("consume from an offset", func() error { return fromOffset(c) })
	checks.Check("consume from a timestamp", func() error { return fromTimestamp(c) })
	checks.Check("max timestamp", func() error { return maxTimestamp(c) })
	checks.Check("offsets for leader epochs", func() error { return leaderEpochs(c) })
	checks.Check("consume from the end, woken", func() error { return fromEnd(c) })
	checks.Check("an offset out of range", func() error { return outOfRange(c) })
	checks.Check("forty partitions in one session", func() error { return manyPartitions(c) })
	checks.Check("small fetches make progress", func() error { return smallFetches(c) })
	checks.Check("without a fetch session", func() error { return sessionless(c) })
}

// fromStart is where readers of both partitions begin.
func fromStart() map[int32]kgo.Offset {
	return map[int32]kgo.Offset{0: kgo.NewOffset().AtStart(), 1: kgo.NewOffset().AtStart()}
}

func offsetsOf(listed kadm.ListedOffsets, err error, topic string) ([]int64, error) {
	if err = errors.Join(err, listed.Error()); err != nil {
		return nil, err
	}
	return []int64{listed[topic][0].Offset, listed[topic][1].Offset}, nil
}

func bounds(c *cluster) error {
	topic, err := c.filled("bounds", kgo.NoCompression())
	if err != nil {
		return err
	}
	listed, err := c.admin.ListStartOffsets(context.Background(), topic)
	starts, err1 := offsetsOf(listed, err, topic)
	listed, err = c.admin.ListEndOffsets(context.Background(), topic)
	ends, err2 := offsetsOf(listed, err, topic)
	listed, err = c.admin.ListCommittedOffsets(context.Background(), topic)
	stable, err3 := offsetsOf(listed, err, topic)
	return errors.Join(err1, err2, err3, check.Equal("starts", []int64{0, 0}, starts),
		check.Equal("ends", []int64{perPartition, perPartition}, ends), check.Equal("stable", ends, stable))
}

// The codec matters: the offset lies inside a compressed batch, and the client skips what comes before.
func fromOffset(c *cluster) error {
	for _, codec := range codecs {
		topic, err := c.filled("offset", codec.codec)
		if err != nil {
			return err
		}
		read, err := c.read(topic, map[int32]kgo.Offset{1: kgo.NewOffset().At(33)}, perPartition-33)
		if err = errors.Join(err, compare(topic, writer, read, map[int32]int64{1: 33})); err != nil {
			return fmt.Errorf("%s: %w", codec.name, err)
		}
	}
	return nil
}

func fromTimestamp(c *cluster) error {
	for _, codec := range codecs {
		topic, err := c.filled("time", codec.codec)
		if err != nil {
			return err
		}
		for number := 0; number <= recordCount; number++ {
			listed, err := c.admin.ListOffsetsAfterMilli(context.Background(), timestampMs(number), topic)
			offsets, err := offsetsOf(listed, err, topic)
			expected := []int64{int64(number+1) / 2, int64(number) / 2}
			if err = errors.Join(err, check.Equal(fmt.Sprintf("%s from record %d", codec.name, number), expected, offsets)); err != nil {
				return err
			}
		}
		read, err := c.read(topic, map[int32]kgo.Offset{0: kgo.NewOffset().AfterMilli(timestampMs(61))}, perPartition-31)
		if err = errors.Join(err, compare(topic, writer, read, map[int32]int64{0: 31})); err != nil {
			return err
		}
	}
	return nil
}

func maxTimestamp(c *cluster) error {
	topic, err := c.filled("max", kgo.Lz4Compression())
	if err != nil {
		return err
	}
	late := &kgo.Record{Topic: topic, Partition: 1, Value: []byte("old"), Timestamp: time.UnixMilli(timestampMs(5))}
	if _, err := c.produce([]*kgo.Record{late}); err != nil {
		return err
	}
	listed, err := c.admin.ListMaxTimestampOffsets(context.Background(), topic)
	offsets, err := offsetsOf(listed, err, topic)
	return errors.Join(err, check.Equal("offsets", []int64{perPartition - 1, perPartition - 1}, offsets),
		check.Equal("timestamp", timestampMs(recordCount-1), listed[topic][1].Timestamp))
}

func leaderEpochs(c *cluster) error {
	topic, err := c.filled("epochs", kgo.NoCompression())
	if err != nil {
		return err
	}
	listed, err := c.admin.ListEndOffsets(context.Background(), topic)
	if err != nil {
		return err
	}
	epoch := listed[topic][0].LeaderEpoch
	if epoch < 0 {
		return errors.New("no leader epoch is told")
	}
	var request kadm.OffsetForLeaderEpochRequest
	request.Add(topic, 0, epoch)
	found, err := c.admin.OffsetForLeaderEpoch(context.Background(), request)
	if err != nil {
		return err
	}
	return errors.Join(found[topic][0].Err, check.Equal("end of the epoch", int64(perPartition), found[topic][0].EndOffset))
}

// With a wait of 15 s per fetch, the reader is woken by the record, or it comes too late for the poll.
func fromEnd(c *cluster) error {
	topic, err := c.filled("end", kgo.GzipCompression())
	if err != nil {
		return err
	}
	client, err := c.client(kgo.FetchMaxWait(15*time.Second),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().AtEnd()}}))
	if err != nil {
		return err
	}
	defer client.Close()
	short, cancel := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer cancel()
	if early := client.PollFetches(short).Records(); len(early) > 0 {
		return fmt.Errorf("there is something after the end: %s", shown(early[0]))
	}
	if _, err := c.produce([]*kgo.Record{{Topic: topic, Value: []byte("late")}}); err != nil {
		return err
	}
	read, err := poll(client, 1)
	if err != nil {
		return err
	}
	return check.Equal("record", "50 late", fmt.Sprintf("%d %s", read[0].Offset, read[0].Value))
}

func outOfRange(c *cluster) error {
	topic, err := c.filled("range", kgo.NoCompression())
	if err != nil {
		return err
	}
	start := map[int32]kgo.Offset{0: kgo.NewOffset().At(1000)}
	_, err = c.read(topic, start, 1, kgo.ConsumeResetOffset(kgo.NoResetOffset()))
	return check.Fails("read", kerr.OffsetOutOfRange, err)
}

// Each round writes to a few partitions only: an incremental fetch session must bring exactly those.
func manyPartitions(c *cluster) error {
	const count = 40
	topic := unique("session")
	if err := c.create(topic, count, nil); err != nil {
		return err
	}
	starts := map[int32]kgo.Offset{}
	for partition := int32(0); partition < count; partition++ {
		starts[partition] = kgo.NewOffset().AtStart()
	}
	client, err := c.client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: starts}))
	if err != nil {
		return err
	}
	defer client.Close()
	for round := int32(0); round < 5; round++ {
		if err := oneRound(client, topic, round, count); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	return nil
}

func oneRound(client *kgo.Client, topic string, round, count int32) error {
	expected, actual := map[string]bool{}, map[string]bool{}
	for partition := round; partition < count; partition += 7 {
		value := fmt.Sprintf("%d/%d", round, partition)
		record := &kgo.Record{Topic: topic, Partition: partition, Value: []byte(value)}
		if err := client.ProduceSync(context.Background(), record).FirstErr(); err != nil {
			return err
		}
		expected[value] = true
	}
	read, err := poll(client, len(expected))
	for _, record := range read {
		actual[string(record.Value)] = true
	}
	return errors.Join(err, check.Equal("read", expected, actual))
}

// Batches larger than the limits are returned whole, one at a time.
func smallFetches(c *cluster) error {
	topic, err := c.filled("smallfetches", kgo.NoCompression())
	if err != nil {
		return err
	}
	read, err := c.read(topic, fromStart(), recordCount, kgo.FetchMaxBytes(150), kgo.FetchMaxPartitionBytes(100))
	return errors.Join(err, compare(topic, writer, read, map[int32]int64{0: 0, 1: 0}))
}

func sessionless(c *cluster) error {
	topic, err := c.filled("sessionless", kgo.SnappyCompression())
	if err != nil {
		return err
	}
	read, err := c.read(topic, fromStart(), recordCount, kgo.DisableFetchSessions())
	return errors.Join(err, compare(topic, writer, read, map[int32]int64{0: 0, 1: 0}))
}
