package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"kabuki-interop/load"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	sweepInterval = 10 * time.Second
	// What the load itself keeps open: connections, and the files of a partition for each topic that it made.
	descriptorsMax     = 2000
	descriptorsOfTopic = 4
)

// figures are what the broker process holds.
type figures struct {
	resident    int64
	descriptors int
}

func (f figures) String() string {
	return fmt.Sprintf("%d MB, %d descriptors", f.resident>>20, f.descriptors)
}

// calmFigures waits until the attackers' connections and topics are gone.
func (s *suite) calmFigures() (figures, error) {
	for deadline := time.Now().Add(calmPatience); ; time.Sleep(100 * time.Millisecond) {
		now, err := s.figures()
		if err != nil {
			return now, err
		}
		swept, kept, err := s.sweep()
		if err == nil && swept == 0 && now.descriptors < descriptorsMax+descriptorsOfTopic*kept {
			return now, nil
		}
		if time.Now().After(deadline) {
			return now, fmt.Errorf("not calm after %s: %s, %d topics swept, %d kept, %v", calmPatience, now, swept, kept, err)
		}
	}
}

var residentLine = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

func (s *suite) figures() (figures, error) {
	process := "/proc/" + s.server.Fact("pid")
	status, err := os.ReadFile(process + "/status")
	if err != nil {
		return figures{}, fmt.Errorf("the broker is gone: %w", err)
	}
	found := residentLine.FindSubmatch(status)
	if found == nil {
		return figures{}, fmt.Errorf("no VmRSS in %s", status)
	}
	kilobytes, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		return figures{}, err
	}
	descriptors, err := os.ReadDir(process + "/fd")
	return figures{kilobytes << 10, len(descriptors)}, err
}

// sweepUntil deletes the topics that damaged requests make, so that the disk does not fill.
func (s *suite) sweepUntil(stop chan struct{}) error {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return nil
		case <-ticker.C:
			if _, _, err := s.sweep(); err != nil {
				return fmt.Errorf("deleting what the attack made: %w", err)
			}
		}
	}
}

// sweep returns how many topics it deleted, and how many there are of the load's.
func (s *suite) sweep() (swept, kept int, err error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(s.server.Fact("bootstrap")))
	if err != nil {
		return 0, 0, err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), calmPatience)
	defer cancel()
	admin := kadm.NewClient(client)
	topics, err := admin.ListTopics(ctx)
	if err != nil {
		return 0, 0, err
	}
	var strange []string
	for name := range topics {
		if name != load.Topic && !strings.HasPrefix(name, "made-") {
			strange = append(strange, name)
		}
	}
	kept = len(topics) - len(strange)
	if len(strange) == 0 {
		return 0, kept, nil
	}
	_, err = admin.DeleteTopics(ctx, strange...)
	return len(strange), kept, err
}
