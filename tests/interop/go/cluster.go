package main

import (
	"context"
	"fmt"
	"math/rand"
	"time"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	writer   = "franz-go"
	patience = 20 * time.Second
)

// keep holds against the default retention of a week: the common records are of 2023.
var keep = "-1"

var codecs = []struct {
	name  string
	codec kgo.CompressionCodec
}{
	{"none", kgo.NoCompression()}, {"gzip", kgo.GzipCompression()}, {"snappy", kgo.SnappyCompression()},
	{"lz4", kgo.Lz4Compression()}, {"zstd", kgo.ZstdCompression()},
}

// cluster is the server under test, and clients for it.
type cluster struct {
	bootstrap string
	admin     *kadm.Client
}

func newCluster(bootstrap string) (*cluster, error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(bootstrap))
	if err != nil {
		return nil, err
	}
	return &cluster{bootstrap, kadm.NewClient(client)}, nil
}

func background() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// unique is a topic name that no other run uses.
func unique(name string) string { return fmt.Sprintf("go.%s.%08x", name, rand.Uint32()) }

func (c *cluster) create(topic string, partitions int32, configs map[string]*string) error {
	ctx, cancel := background()
	defer cancel()
	if _, err := c.admin.CreateTopic(ctx, partitions, 1, configs, topic); err != nil {
		return err
	}
	return check.Soon(func() error { return c.serves(topic, int(partitions)) })
}

// serves asks the leaders themselves: before they answer, the records of acks=0 would be lost silently.
func (c *cluster) serves(topic string, partitions int) error {
	ctx, cancel := background()
	defer cancel()
	listed, err := c.admin.ListEndOffsets(ctx, topic)
	if err == nil {
		err = listed.Error()
	}
	if err != nil {
		return err
	}
	return check.Equal("partitions that answer", partitions, len(listed[topic]))
}

func (c *cluster) client(options ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(c.bootstrap), kgo.FetchMaxWait(100 * time.Millisecond),
		kgo.MetadataMinAge(50 * time.Millisecond), // 5 s otherwise until a fresh topic is looked up again

		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(10 * time.Millisecond)}, options...)...)
}

// produce sends in order and returns the acknowledged offsets.
func (c *cluster) produce(records []*kgo.Record, options ...kgo.Opt) ([]int64, error) {
	client, err := c.client(options...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	ctx, cancel := background()
	defer cancel()
	results := client.ProduceSync(ctx, records...)
	offsets := make([]int64, len(results))
	for index, result := range results {
		offsets[index] = result.Record.Offset
	}
	return offsets, results.FirstErr()
}

// read consumes by assignment until count records have come.
func (c *cluster) read(topic string, starts map[int32]kgo.Offset, count int, options ...kgo.Opt) ([]*kgo.Record, error) {
	client, err := c.client(append(options, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: starts}))...)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return poll(client, count)
}

func poll(client *kgo.Client, count int) ([]*kgo.Record, error) {
	ctx, cancel := background()
	defer cancel()
	var read []*kgo.Record
	for len(read) < count {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return read, fmt.Errorf("after %d of %d records: %w", len(read), count, err)
		}
		read = append(read, fetches.Records()...)
	}
	return read, nil
}

func (c *cluster) readCommon(topic, writer string) error {
	starts := map[int32]kgo.Offset{0: kgo.NewOffset().AtStart(), 1: kgo.NewOffset().AtStart()}
	read, err := c.read(topic, starts, recordCount)
	if err != nil {
		return err
	}
	return compare(topic, writer, read, map[int32]int64{0: 0, 1: 0})
}

// filled makes a topic with the common records of one codec.
func (c *cluster) filled(name string, codec kgo.CompressionCodec) (string, error) {
	topic := unique(name)
	if err := c.create(topic, partitionCount, map[string]*string{"retention.ms": &keep}); err != nil {
		return "", err
	}
	_, err := c.produce(commonSet(topic, writer), kgo.ProducerBatchCompression(codec), kgo.ProducerBatchMaxBytes(30_000))
	return topic, err
}
