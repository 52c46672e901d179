package load

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

const (
	changeInterval = 50 * time.Millisecond
	// Of so many topics that are made, one is not deleted again.
	keptEvery = 10
	// changedConfig counts the changes: its value never goes back.
	changedConfig = "retention.ms"
	configBase    = 1_000_000_000
)

// changes makes and deletes topics and alters a configuration while the records flow; what was acknowledged must last.
type changes struct {
	admin *kadm.Client

	mu sync.Mutex
	// made and deleted, by the topic's number; a topic whose change was not acknowledged may be there or not.
	made, deleted map[int]bool
	// acknowledged counts the changes.
	acknowledged int64
	// altered is the last acknowledged value.
	altered int
	err     error
}

func newChanges(admin *kadm.Client) *changes {
	return &changes{admin: admin, made: map[int]bool{}, deleted: map[int]bool{}}
}

func topicName(number int) string { return "made-" + strconv.Itoa(number) }

func (c *changes) run(ctx context.Context) {
	ticker := time.NewTicker(changeInterval)
	defer ticker.Stop()
	for number := 0; ctx.Err() == nil; number++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.change(number)
		}
	}
}

// change makes one topic, deletes most of those made ten rounds before, and alters the configuration. Each step may
// fail where the broker dies, and is not repeated: its outcome is unknown then.
func (c *changes) change(number int) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if _, err := c.admin.CreateTopic(ctx, 1, 1, nil, topicName(number)); c.succeeded(err, kerr.TopicAlreadyExists) {
		c.note(func() { c.made[number] = true })
	}
	if old := number - 10; old >= 0 && old%keptEvery != 0 {
		c.note(func() { delete(c.made, old) })
		if _, err := c.admin.DeleteTopic(ctx, topicName(old)); c.succeeded(err, kerr.UnknownTopicOrPartition) {
			c.note(func() { c.deleted[old] = true })
		}
	}
	value := strconv.Itoa(configBase + number)
	responses, err := c.admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Name: changedConfig, Value: &value}}, Topic)
	if err == nil {
		err = responses[0].Err
	}
	if c.succeeded(err) {
		c.note(func() { c.altered = configBase + number })
	}
}

// succeeded tells whether the change has certainly been made. An error of the protocol that no retry can cure is kept.
func (c *changes) succeeded(err error, asGood ...error) bool {
	for _, good := range asGood {
		if errors.Is(err, good) { // the client asked again after an answer that was lost
			return true
		}
	}
	var answer *kerr.Error
	if errors.As(err, &answer) && !answer.Retriable {
		c.note(func() { c.err = fmt.Errorf("a change of metadata: %w", err) })
	}
	if err == nil {
		c.note(func() { c.acknowledged++ })
	}
	return err == nil
}

func (c *changes) note(body func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body()
}

func (c *changes) error() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// verify: what was acknowledged before the question is seen in the answer, soon.
func (c *changes) verify() error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		err := c.verifyOnce()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (c *changes) verifyOnce() error {
	var made, deleted []int
	var altered int
	c.note(func() {
		altered = c.altered
		for number := range c.made {
			made = append(made, number)
		}
		for number := range c.deleted {
			deleted = append(deleted, number)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	listed, err := c.admin.ListTopics(ctx)
	if err != nil {
		return err
	}
	for _, number := range made {
		if !listed.Has(topicName(number)) && c.stillMade(number) {
			return fmt.Errorf("topic %s was acknowledged and is lost", topicName(number))
		}
	}
	for _, number := range deleted {
		if listed.Has(topicName(number)) {
			return fmt.Errorf("topic %s was deleted and is there", topicName(number))
		}
	}
	return c.verifyConfig(ctx, altered)
}

// stillMade: the deletion of a topic may have begun since it was looked up.
func (c *changes) stillMade(number int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[number]
}

func (c *changes) verifyConfig(ctx context.Context, altered int) error {
	described, err := c.admin.DescribeTopicConfigs(ctx, Topic)
	if err != nil {
		return err
	}
	for _, config := range described[0].Configs {
		if config.Key == changedConfig && altered > 0 {
			value, err := strconv.Atoi(config.MaybeValue())
			if err != nil || value < altered {
				return fmt.Errorf("%s was set to %d and is %s", changedConfig, altered, config.MaybeValue())
			}
		}
	}
	return described[0].Err
}
