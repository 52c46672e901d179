package main

import (
	"context"
	"errors"
	"strings"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

// checkTopics: topics and their configurations, created, described, listed, grown, altered, deleted, refused.
func checkTopics(checks *check.Checks, c *cluster) {
	checks.Check("describe cluster", func() error { return describeCluster(c) })
	checks.Check("api versions", func() error { return apiVersions(c) })
	checks.Check("create and describe a topic", func() error { return createAndDescribe(c) })
	checks.Check("create, list, delete", func() error { return createListDelete(c) })
	checks.Check("create: refusals", func() error { return refusals(c) })
	checks.Check("grow partitions", func() error { return grow(c) })
	checks.Check("unknown topics", func() error { return unknown(c) })
	checks.Check("configs: altered incrementally", func() error { return alterIncrementally(c) })
	checks.Check("configs: replaced as a whole", func() error { return alterWhole(c) })
}

func describeCluster(c *cluster) error {
	metadata, err := c.admin.BrokerMetadata(context.Background())
	if err != nil {
		return err
	}
	if metadata.Cluster == "" || metadata.Controller < 0 {
		return errors.New("no cluster id or no controller")
	}
	return check.Equal("brokers", 1, len(metadata.Brokers))
}

func apiVersions(c *cluster) error {
	versions, err := c.admin.ApiVersions(context.Background())
	if err != nil {
		return err
	}
	for _, broker := range versions.Sorted() {
		_, highest, _ := broker.KeyVersions(1)
		if err := errors.Join(broker.Err, check.Equal("highest Fetch", int16(18), highest)); err != nil {
			return err
		}
	}
	return nil
}

func createAndDescribe(c *cluster) error {
	topic := unique("described")
	if err := c.create(topic, 3, nil); err != nil {
		return err
	}
	listed, err := c.admin.ListTopics(context.Background(), topic)
	if err != nil {
		return err
	}
	detail := listed[topic]
	if detail.Err != nil || detail.ID == (kadm.TopicID{}) || detail.IsInternal {
		return errors.New("an error, no topic id, or internal")
	}
	for _, partition := range detail.Partitions {
		leader := []int32{partition.Leader}
		if err := errors.Join(check.Equal("replicas", leader, partition.Replicas), check.Equal("isr", leader, partition.ISR)); err != nil {
			return err
		}
	}
	return check.Equal("partitions", 3, len(detail.Partitions))
}

func createListDelete(c *cluster) error {
	topics := []string{unique("one"), unique("two")}
	for _, topic := range topics {
		if err := c.create(topic, 1, nil); err != nil {
			return err
		}
	}
	deleted, err := c.admin.DeleteTopics(context.Background(), topics...)
	if err == nil {
		err = deleted.Error()
	}
	if err != nil {
		return err
	}
	return check.Soon(func() error {
		listed, err := c.admin.ListTopics(context.Background())
		return errors.Join(err, check.Equal("still listed", false, listed.Has(topics[0]) || listed.Has(topics[1])))
	})
}

func refusals(c *cluster) error {
	topic, bad := unique("refused"), "abc"
	if err := c.create(topic, 1, nil); err != nil {
		return err
	}
	refuse := func(expected error, name string, partitions int32, replication int16, configs map[string]*string) error {
		_, err := c.admin.CreateTopic(context.Background(), partitions, replication, configs, name)
		return check.Fails("create "+name, expected, err)
	}
	return errors.Join(
		refuse(kerr.TopicAlreadyExists, topic, 1, 1, nil),
		refuse(kerr.InvalidTopicException, "not/allowed", 1, 1, nil),
		refuse(kerr.InvalidTopicException, strings.Repeat("n", 250), 1, 1, nil),
		refuse(kerr.InvalidTopicException, strings.ReplaceAll(topic, ".", "_"), 1, 1, nil),
		refuse(kerr.InvalidPartitions, topic+"0", 0, 1, nil),
		refuse(kerr.InvalidReplicationFactor, topic+"3", 1, 3, nil),
		refuse(kerr.InvalidConfig, topic+"c", 1, 1, map[string]*string{"retention.ms": &bad}),
	)
}

func grow(c *cluster) error {
	topic := unique("grows")
	if err := c.create(topic, 2, nil); err != nil {
		return err
	}
	grown, err := c.admin.UpdatePartitions(context.Background(), 5, topic)
	if err = errors.Join(err, grown.Error()); err != nil {
		return err
	}
	if err := check.Soon(func() error { return c.serves(topic, 5) }); err != nil {
		return err
	}
	shrunk, err := c.admin.UpdatePartitions(context.Background(), 3, topic)
	return errors.Join(err, check.Fails("shrink", kerr.InvalidPartitions, shrunk.Error()))
}

func unknown(c *cluster) error {
	topic := unique("unknown")
	deleted, err := c.admin.DeleteTopics(context.Background(), topic)
	if err != nil {
		return err
	}
	described, err := c.admin.ListTopics(context.Background(), topic)
	if err != nil {
		return err
	}
	offsets, err := c.admin.ListEndOffsets(context.Background(), topic)
	if err != nil {
		return err
	}
	return errors.Join(
		check.Fails("delete", kerr.UnknownTopicOrPartition, deleted.Error()),
		check.Fails("describe", kerr.UnknownTopicOrPartition, described[topic].Err),
		check.Fails("list offsets", kerr.UnknownTopicOrPartition, offsets.Error()))
}

// configs reads a topic's configuration.
func configs(c *cluster, topic string) (map[string]string, error) {
	described, err := c.admin.DescribeTopicConfigs(context.Background(), topic)
	if err != nil {
		return nil, err
	}
	resource, err := described.On(topic, nil)
	if err = errors.Join(err, resource.Err); err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, config := range resource.Configs {
		values[config.Key] = config.MaybeValue()
	}
	return values, nil
}

// expectConfigs waits until the topic's configuration has these values.
func expectConfigs(c *cluster, topic string, expected map[string]string) error {
	return check.Soon(func() error {
		values, err := configs(c, topic)
		for key, value := range expected {
			err = errors.Join(err, check.Equal(key, value, values[key]))
		}
		return err
	})
}

func alter(change func(context.Context, []kadm.AlterConfig, ...string) (kadm.AlterConfigsResponses, error), topic string, configs ...kadm.AlterConfig) error {
	responses, err := change(context.Background(), configs, topic)
	if err != nil {
		return err
	}
	response, err := responses.On(topic, nil)
	return errors.Join(err, response.Err)
}

func alterIncrementally(c *cluster) error {
	topic, retention := unique("altered"), "1000000"
	if err := c.create(topic, 1, map[string]*string{"retention.ms": &retention}); err != nil {
		return err
	}
	size, compact, bad := "54321", "compact", "soon"
	change := c.admin.AlterTopicConfigs
	if err := alter(change, topic,
		kadm.AlterConfig{Op: kadm.SetConfig, Name: "max.message.bytes", Value: &size},
		kadm.AlterConfig{Op: kadm.AppendConfig, Name: "cleanup.policy", Value: &compact}); err != nil {
		return err
	}
	if err := expectConfigs(c, topic, map[string]string{"max.message.bytes": size, "cleanup.policy": "delete,compact", "retention.ms": retention}); err != nil {
		return err
	}
	if err := alter(change, topic, kadm.AlterConfig{Op: kadm.DeleteConfig, Name: "retention.ms"}); err != nil {
		return err
	}
	return errors.Join(
		expectConfigs(c, topic, map[string]string{"retention.ms": "604800000"}),
		check.Fails("bad value", kerr.InvalidConfig, alter(change, topic, kadm.AlterConfig{Name: "retention.ms", Value: &bad})),
		check.Fails("unknown topic", kerr.UnknownTopicOrPartition, alter(change, unique("unknown"), kadm.AlterConfig{Name: "retention.ms", Value: &size})))
}

func alterWhole(c *cluster) error {
	topic, retention, size := unique("whole"), "1000000", "54321"
	if err := c.create(topic, 1, map[string]*string{"retention.ms": &retention}); err != nil {
		return err
	}
	if err := alter(c.admin.AlterTopicConfigsState, topic, kadm.AlterConfig{Name: "max.message.bytes", Value: &size}); err != nil {
		return err
	}
	return expectConfigs(c, topic, map[string]string{"max.message.bytes": size, "retention.ms": "604800000"})
}
