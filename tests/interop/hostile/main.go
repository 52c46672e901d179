// The hostile suite: requests of real clients, damaged, against a broker that serves others at the same time.
// Nothing panics, nothing hangs, nothing grows, and those who behave lose nothing.
// -frames N: how many; -seed S: which.
package main

import (
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kabuki-interop/check"
	"kabuki-interop/hostile/corpus"
	"kabuki-interop/hostile/mutate"
	"kabuki-interop/load"
	"kabuki-interop/server"

	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	attackers = 16
	// Of these, so many also send what changes the cluster: each such change waits for the disk.
	changers         = 2
	progressPatience = 60 * time.Second
	// For what the attack left behind (connections, topics) to be gone.
	calmPatience = 60 * time.Second
	// Memory may be kept by the allocator and by topics that were made; it must not grow with the number of frames.
	growthMax = 64 << 20
	// Closed connections are named in the log, but not all of them: so many bytes, and so many more each minute.
	logBytesMax       = 8 << 20
	logBytesMinuteMax = 512 << 10
)

type suite struct {
	checks check.Checks
	server *server.Server
	load   *load.Load
	corpus [][]byte
	seed   int64
	// How many requests the broker is to read.
	frames int64
	begun  time.Time
	before figures
	read   atomic.Int64
	tally  tally
}

func main() {
	frames := flag.Int64("frames", 10_000_000, "how many requests the broker reads")
	seed := flag.Int64("seed", time.Now().UnixNano(), "of the damage")
	from := flag.String("corpus", "hostile/corpus.gz", "requests of real clients")
	flag.Parse()
	fmt.Printf("seed %d, %d frames\n", *seed, *frames)
	s := suite{seed: *seed, frames: *frames, begun: time.Now()}
	s.checks.Check("start under load", func() error { return s.start(*from) })
	if s.load != nil {
		s.checks.Check("damaged requests hold nobody up", s.attack)
		s.checks.Check("nothing of them is left", s.calm)
		s.checks.Check("nothing panicked, and the log is bounded", s.readLog)
		s.checks.Check("nothing acknowledged is lost", s.verify)
		s.load.Close()
	}
	os.Exit(s.checks.Close())
}

func (s *suite) start(from string) (err error) {
	if s.corpus, err = corpus.Read(from); err != nil {
		return err
	}
	if s.server, err = server.FromEnvironment(); err != nil {
		return err
	}
	if _, err = s.server.Start(); err != nil {
		return err
	}
	if s.load, err = load.Start(s.server.Fact("bootstrap")); err != nil {
		return err
	}
	return s.load.AwaitProgress(progressPatience)
}

// attack sends all frames, in two halves: what the broker needs after the first is the measure for the second.
func (s *suite) attack() error {
	stop := make(chan struct{})
	swept := make(chan error, 1)
	go func() { swept <- s.sweepUntil(stop) }()
	err := s.sendAll(s.frames/2, 0)
	if err == nil {
		s.before, err = s.calmFigures()
	}
	if err == nil {
		err = s.sendAll(s.frames-s.frames/2, attackers)
	}
	close(stop)
	if sweepError := <-swept; err == nil {
		err = sweepError
	}
	fmt.Printf("%d frames read over %d connections: %d closed by the broker, %d answers\n",
		s.read.Load(), s.tally.connections.Load(), s.tally.closed.Load(), s.tally.answers.Load())
	if err != nil {
		return err
	}
	return s.load.AwaitProgress(progressPatience)
}

func (s *suite) sendAll(frames int64, salt int64) error {
	var running sync.WaitGroup
	failures := make(chan error, attackers)
	until := s.read.Load() + frames
	for number := range int64(attackers) {
		requests := s.corpus
		if number >= changers {
			requests = slices.DeleteFunc(slices.Clone(requests), changesCluster)
		}
		mutator := mutate.New(s.seed+salt+number, requests)
		attacker := attacker{s.server.Fact("bootstrap"), mutator, &s.tally, number}
		running.Add(1)
		go func() {
			defer running.Done()
			for s.read.Load() < until {
				read, err := attacker.session()
				s.read.Add(read)
				if err == nil {
					err = s.load.Error()
				}
				if err != nil {
					failures <- err
					return
				}
			}
		}()
	}
	running.Wait()
	select {
	case err := <-failures:
		return err
	default:
		return nil
	}
}

// changesCluster tells whether the controller writes something down for such a request.
func changesCluster(request []byte) bool {
	switch kmsg.Key(binary.BigEndian.Uint16(request)) {
	case kmsg.CreateTopics, kmsg.DeleteTopics, kmsg.CreatePartitions, kmsg.AlterConfigs, kmsg.IncrementalAlterConfigs:
		return true
	default:
		return false
	}
}

func (s *suite) calm() error {
	after, err := s.calmFigures()
	if err != nil {
		return err
	}
	fmt.Printf("after half of it: %s; at the end: %s\n", s.before, after)
	if after.resident > s.before.resident+growthMax {
		return fmt.Errorf("memory grew from %d to %d bytes", s.before.resident, after.resident)
	}
	return nil
}

func (s *suite) readLog() error {
	log, err := os.ReadFile(s.server.Fact("log"))
	if err != nil {
		return err
	}
	if panics := strings.Count(string(log), "panicked at"); panics > 0 {
		from := strings.Index(string(log), "panicked at")
		return fmt.Errorf("%d panics: %.300s", panics, log[from:])
	}
	fmt.Printf("%d bytes of log\n", len(log))
	if minutes := int(time.Since(s.begun).Minutes()); len(log) > logBytesMax+minutes*logBytesMinuteMax {
		return fmt.Errorf("%d bytes of log", len(log))
	}
	return nil
}

func (s *suite) verify() error {
	if err := s.load.Stop(); err != nil {
		return err
	}
	records, err := s.load.Verify()
	if err != nil {
		return err
	}
	fmt.Printf("%d records verified\n", records)
	return s.server.Stop()
}
