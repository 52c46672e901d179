// The crash suite: kill -9 under load at random moments. After each restart every acknowledged record is there, in
// order, and exactly once where the producer is idempotent; so is every acknowledged change of metadata.
package main

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"time"

	"kabuki-interop/check"
	"kabuki-interop/load"
	"kabuki-interop/server"
)

const (
	// A kill comes up to this long after the load runs again.
	killDelayMax = 1200 * time.Millisecond
	// Every fourth time the broker is killed once more while it starts, up to this long after its process exists.
	secondKillDelayMax = 60 * time.Millisecond
	secondKillEvery    = 4
	// For the clients to find the broker again.
	progressPatience = 60 * time.Second
)

type suite struct {
	checks check.Checks
	server *server.Server
	load   *load.Load
	random *rand.Rand
	starts []time.Duration
}

func main() {
	rounds := flag.Int("rounds", 20, "how often the broker is killed")
	seed := flag.Int64("seed", time.Now().UnixNano(), "of the moments at which it is killed")
	flag.Parse()
	fmt.Printf("seed %d, %d rounds\n", *seed, *rounds)
	s := suite{random: rand.New(rand.NewSource(*seed))}
	s.checks.Check("start under load", s.start)
	if s.load != nil {
		s.killAll(*rounds)
		s.checks.Check("a clean restart keeps everything", s.restartCleanly)
		s.load.Close()
	}
	os.Exit(s.checks.Close())
}

func (s *suite) start() error {
	var err error
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

// killAll ends with the first round that fails: what follows would fail for the same reason.
func (s *suite) killAll(rounds int) {
	for round := 1; round <= rounds; round++ {
		failed := false
		s.checks.Check(fmt.Sprintf("kill -9, round %d", round), func() error {
			err := s.kill(round)
			failed = err != nil
			return err
		})
		if failed {
			return
		}
	}
	slices.Sort(s.starts)
	fmt.Printf("restarts: median %s, slowest %s\n", s.starts[len(s.starts)/2], s.starts[len(s.starts)-1])
}

func (s *suite) kill(round int) error {
	delay := time.Duration(s.random.Int63n(int64(killDelayMax)))
	time.Sleep(delay)
	if err := s.server.Kill(); err != nil {
		return err
	}
	if round%secondKillEvery == 0 {
		if err := s.server.StartAndKill(time.Duration(s.random.Int63n(int64(secondKillDelayMax)))); err != nil {
			return err
		}
	}
	started, err := s.server.Start()
	if err != nil {
		return err
	}
	s.starts = append(s.starts, started)
	records, err := s.load.Verify()
	if err != nil {
		return err
	}
	fmt.Printf("round %d: killed after %s, ready again in %s, %d records verified\n", round,
		delay.Round(time.Millisecond), started.Round(time.Millisecond), records)
	return s.load.AwaitProgress(progressPatience)
}

func (s *suite) restartCleanly() error {
	if err := s.load.Stop(); err != nil {
		return err
	}
	if _, err := s.load.Verify(); err != nil {
		return fmt.Errorf("before: %w", err)
	}
	if err := s.server.Stop(); err != nil {
		return err
	}
	if _, err := s.server.Start(); err != nil {
		return err
	}
	if _, err := s.load.Verify(); err != nil {
		return err
	}
	return s.server.Stop()
}
