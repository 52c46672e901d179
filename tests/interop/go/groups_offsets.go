package main

import (
	"errors"
	"fmt"
	"strings"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// What a server keeps of a commit's metadata, by default.
const metadataBytesMax = 4096

// offsetChecks: offsets that are committed, by every way that the client has, and where the next consumer goes on.
func offsetChecks() []groupCheck {
	return []groupCheck{
		{"commit: automatically", automatic},
		{"commit: by hand, what was read", func(g *groups) error {
			return byHand(g, func(m *member) error {
				ctx, cancel := background()
				defer cancel()
				return m.client.CommitRecords(ctx, m.records()...)
			})
		}},
		{"commit: by hand, what is uncommitted", func(g *groups) error {
			return byHand(g, func(m *member) error {
				ctx, cancel := background()
				defer cancel()
				return m.client.CommitUncommittedOffsets(ctx)
			})
		}},
		{"commit: asynchronously", func(g *groups) error {
			return byHand(g, func(m *member) error {
				ctx, cancel := background()
				_ = cancel // it is sent after this has returned
				m.client.CommitOffsets(ctx, m.client.UncommittedOffsets(), nil)
				return nil
			})
		}},
		{"commit: chosen offsets with metadata", chosen},
		{"commit: too much metadata", tooMuchMetadata},
		{"commit: nothing, and the next reads it again", nothing},
		{"commit: without being a member", standalone},
		{"commit: into a group of others", amongOthers},
		{"reset: earliest", func(g *groups) error { return reset(g, kgo.NewOffset().AtStart()) }},
		{"reset: latest", resetLatest},
		{"reset: none", resetNone},
	}
}

// goesOn writes ten records, which are what a new member reads, and no more.
func (g *groups) goesOn(topic, group string) error {
	if err := g.write(topic, 40, 50, 2); err != nil {
		return err
	}
	m, err := g.member(group, kgo.ConsumeTopics(topic), kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	return errors.Join(m.hasRead(10), check.Equal("read", once(40, 50), numbers(m)))
}

// reader makes a topic of forty records, and a group whose only member has read them.
func (g *groups) reader(name string, options ...kgo.Opt) (topic, group string, m *member, err error) {
	group = unique(name)
	if topic, err = g.written(name, 40); err != nil {
		return
	}
	if m, err = g.member(group, append(options, kgo.ConsumeTopics(topic))...); err == nil {
		err = m.hasRead(40)
	}
	return
}

func automatic(g *groups) error {
	topic, group, m, err := g.reader("auto")
	if err != nil {
		return err
	}
	if err := eventually(func() error { return g.offsetsAre(group, map[int32]int64{0: 20, 1: 20}) }); err != nil {
		return err
	}
	return errors.Join(m.stop(), g.goesOn(topic, group))
}

func byHand(g *groups, commit func(*member) error) error {
	topic, group, m, err := g.reader("manual", kgo.DisableAutoCommit())
	if err = errors.Join(err, g.offsetsAre(group, map[int32]int64{})); err != nil {
		return err
	}
	if err := commit(m); err != nil {
		return err
	}
	if err := eventually(func() error { return g.offsetsAre(group, map[int32]int64{0: 20, 1: 20}) }); err != nil {
		return err
	}
	return errors.Join(m.stop(), g.goesOn(topic, group))
}

func at(offset int64) kgo.EpochOffset { return kgo.EpochOffset{Epoch: -1, Offset: offset} }

func chosen(g *groups) error {
	topic, group, m, err := g.reader("chosen", kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	err = errors.Join(m.commit(topic, map[int32]kgo.EpochOffset{0: at(7)}, "the seventh"),
		m.commit(topic, map[int32]kgo.EpochOffset{1: at(11)}, "größer"),
		g.offsetsAre(group, map[int32]int64{0: 7, 1: 11}), g.metadataIs(group, map[int32]string{0: "the seventh", 1: "größer"}),
		m.commit(topic, map[int32]kgo.EpochOffset{0: at(5)}, ""), m.stop())
	if err != nil {
		return err
	}
	other, err := g.member(group, kgo.ConsumeTopics(topic), kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	return errors.Join(other.hasRead(24), check.Equal("first read", map[int32]int64{0: 5, 1: 11}, other.firsts()))
}

func tooMuchMetadata(g *groups) error {
	topic, group, m, err := g.reader("metadata", kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	much := strings.Repeat("m", metadataBytesMax)
	err = m.commit(topic, map[int32]kgo.EpochOffset{0: at(1)}, much+"m")
	return errors.Join(check.Fails("commit", kerr.OffsetMetadataTooLarge, err), m.commit(topic, map[int32]kgo.EpochOffset{0: at(1)}, much),
		g.metadataIs(group, map[int32]string{0: much}))
}

func nothing(g *groups) error {
	topic, group, m, err := g.reader("nothing", kgo.DisableAutoCommit())
	if err = errors.Join(err, m.stop()); err != nil {
		return err
	}
	again, err := g.member(group, kgo.ConsumeTopics(topic), kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	return errors.Join(again.hasRead(40), check.Equal("read", once(0, 40), numbers(again)), g.offsetsAre(group, map[int32]int64{}))
}

// commitAlone commits as one who is no member.
func (g *groups) commitAlone(group, topic string, partition int32, offset int64) error {
	var offsets kadm.Offsets
	offsets.Add(kadm.Offset{Topic: topic, Partition: partition, At: offset, LeaderEpoch: -1, Metadata: "alone"})
	ctx, cancel := background()
	defer cancel()
	return g.admin.CommitAllOffsets(ctx, group, offsets)
}

func standalone(g *groups) error {
	topic, err := g.written("standalone", 40)
	group := unique("standalone")
	err = errors.Join(err, g.commitAlone(group, topic, 0, 13), g.offsetsAre(group, map[int32]int64{0: 13}), g.metadataIs(group, map[int32]string{0: "alone"}), g.stateIs(group, "Empty"))
	if err != nil {
		return err
	}
	m, err := g.member(group, kgo.ConsumeTopics(topic), kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	return errors.Join(m.hasRead(27), check.Equal("first read", map[int32]int64{0: 13, 1: 0}, m.firsts()))
}

func amongOthers(g *groups) error {
	topic, group, _, err := g.reader("others", kgo.DisableAutoCommit())
	if err != nil {
		return err
	}
	return errors.Join(check.Fails("commit", kerr.UnknownMemberID, g.commitAlone(group, topic, 0, 13)), g.offsetsAre(group, map[int32]int64{}))
}

func reset(g *groups, offset kgo.Offset) error {
	_, _, m, err := g.reader("reset", kgo.ConsumeResetOffset(offset))
	return errors.Join(err, check.Equal("read", once(0, 40), numbers(m)))
}

func resetLatest(g *groups) error {
	topic, err := g.written("latest", 40)
	if err != nil {
		return err
	}
	m, err := g.member(unique("latest"), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd()))
	if err != nil {
		return err
	}
	end := 40
	err = eventually(func() error { // it is not told when the member has looked up the end
		if err := g.write(topic, end, end+2, 2); err != nil {
			return err
		}
		end += 2
		if len(m.records()) == 0 {
			return errors.New("it has read nothing yet")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := g.write(topic, end, end+10, 2); err != nil {
		return err
	}
	return eventually(func() error {
		read := numbers(m)
		for number := range 40 {
			if read[number] > 0 {
				return fmt.Errorf("read %d", number)
			}
		}
		for number := end; number < end+10; number++ {
			if read[number] != 1 {
				return fmt.Errorf("%d was read %d times", number, read[number])
			}
		}
		return nil
	})
}

// The client has two options for what is one of Kafka's: no offset was committed, or one that is not in the log.
func resetNone(g *groups) error {
	topic, err := g.written("none", 2)
	group := unique("none")
	if err = errors.Join(err, g.commitAlone(group, topic, 0, 1000)); err != nil {
		return err
	}
	m, err := g.member(group, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NoResetOffset()),
		kgo.ConsumeStartOffset(kgo.NewOffset().AtCommitted()))
	if err != nil {
		return err
	}
	err = eventually(func() error { return check.Fails("the committed offset", kerr.OffsetOutOfRange, m.failure()) })
	return errors.Join(err, check.Equal("read", 0, len(m.records())))
}
