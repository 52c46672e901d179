package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// checkProduce: every codec with every acks, idempotent and not; limits and refusals.
func checkProduce(checks *check.Checks, c *cluster) {
	acks := []struct {
		name    string
		options []kgo.Opt
	}{
		{"acks=0", []kgo.Opt{kgo.RequiredAcks(kgo.NoAck()), kgo.DisableIdempotentWrite()}},
		{"acks=1", []kgo.Opt{kgo.RequiredAcks(kgo.LeaderAck()), kgo.DisableIdempotentWrite()}},
		{"acks=all", []kgo.Opt{kgo.RequiredAcks(kgo.AllISRAcks()), kgo.DisableIdempotentWrite()}},
		{"idempotent", nil},
	}
	for _, codec := range codecs {
		for _, mode := range acks {
			options := append([]kgo.Opt{kgo.ProducerBatchCompression(codec.codec)}, mode.options...)
			checks.Check("produce "+codec.name+" "+mode.name, func() error { return roundTrip(c, codec.name, options) })
		}
	}
	checks.Check("many small idempotent batches", func() error { return manyBatches(c) })
	checks.Check("odd headers, empty key and value", func() error { return oddHeaders(c) })
	checks.Check("too large a record is refused", func() error { return tooLarge(c) })
	checks.Check("a timestamp of tomorrow is refused", func() error { return futureTimestamp(c) })
	checks.Check("a topic is made when produced to", func() error { return autoCreate(c) })
	checks.Check("a topic is not made when not asked for", func() error { return notCreated(c) })
}

func roundTrip(c *cluster, name string, options []kgo.Opt) error {
	topic := unique(name)
	if err := c.create(topic, partitionCount, map[string]*string{"retention.ms": &keep}); err != nil {
		return err
	}
	if _, err := c.produce(commonSet(topic, writer), options...); err != nil {
		return err
	}
	if err := c.readCommon(topic, writer); err != nil {
		return err
	}
	_, err := c.admin.DeleteTopics(context.Background(), topic)
	return err
}

func manyBatches(c *cluster) error {
	const count = 2000
	topic := unique("batches")
	if err := c.create(topic, 1, map[string]*string{"retention.ms": &keep}); err != nil {
		return err
	}
	records := make([]*kgo.Record, count)
	for number := range records {
		records[number] = &kgo.Record{Topic: topic, Value: []byte(fmt.Sprintf("%050d", number))}
	}
	offsets, err := c.produce(records, kgo.ProducerBatchMaxBytes(512), kgo.ProducerLinger(0))
	if err != nil {
		return err
	}
	read, err := c.read(topic, map[int32]kgo.Offset{0: kgo.NewOffset().AtStart()}, count)
	if err != nil {
		return err
	}
	for number, record := range read {
		expected := fmt.Sprintf("%d %d %050d", number, number, number)
		if err := check.Equal("record", expected, fmt.Sprintf("%d %d %s", offsets[number], record.Offset, record.Value)); err != nil {
			return err
		}
	}
	return nil
}

func oddHeaders(c *cluster) error {
	topic := unique("headers")
	if err := c.create(topic, 1, map[string]*string{"retention.ms": &keep}); err != nil {
		return err
	}
	sent := &kgo.Record{Topic: topic, Key: []byte{}, Value: []byte{}, Timestamp: time.UnixMilli(timestampMs(0)), Headers: []kgo.RecordHeader{
		{Key: "twice", Value: []byte("1")}, {Key: "twice", Value: []byte("2")}, {Key: "null"}, {Key: "", Value: []byte("nameless")}}}
	expected := shown(sent)
	if _, err := c.produce([]*kgo.Record{sent}); err != nil {
		return err
	}
	read, err := c.read(topic, map[int32]kgo.Offset{0: kgo.NewOffset().AtStart()}, 1)
	if err != nil {
		return err
	}
	return check.Equal("record", expected, shown(read[0]))
}

func tooLarge(c *cluster) error {
	topic, limit := unique("small"), "1000"
	if err := c.create(topic, 1, map[string]*string{"max.message.bytes": &limit}); err != nil {
		return err
	}
	_, err := c.produce([]*kgo.Record{{Topic: topic, Value: []byte(strings.Repeat("x", 2000))}}, kgo.ProducerBatchCompression(kgo.NoCompression()))
	return check.Fails("produce", kerr.MessageTooLarge, err)
}

func futureTimestamp(c *cluster) error {
	topic := unique("future")
	if err := c.create(topic, 1, nil); err != nil {
		return err
	}
	_, err := c.produce([]*kgo.Record{{Topic: topic, Value: []byte("v"), Timestamp: time.Now().Add(24 * time.Hour)}})
	return check.Fails("produce", kerr.InvalidTimestamp, err)
}

func autoCreate(c *cluster) error {
	topic := unique("auto")
	offsets, err := c.produce([]*kgo.Record{{Topic: topic, Value: []byte("first")}}, kgo.AllowAutoTopicCreation())
	if err != nil {
		return err
	}
	return check.Equal("offsets", []int64{0}, offsets)
}

func notCreated(c *cluster) error {
	topic := unique("notmade")
	_, err := c.produce([]*kgo.Record{{Topic: topic, Value: []byte("v")}}, kgo.UnknownTopicRetries(1))
	return check.Fails("produce", kerr.UnknownTopicOrPartition, err)
}
