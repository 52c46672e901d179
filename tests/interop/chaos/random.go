package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"kabuki-interop/load"
)

const (
	// The longest pause between two deaths.
	pauseMax = 300 * time.Millisecond
	// How often the whole process dies, on average, in deaths.
	processDeathEvery = 100
	// Deaths of one actor within the window; past ten the broker retries slowly, or ends, by design.
	deathsPerWindowMax = 8
	deathsWindow       = time.Minute
	// Nothing may stand still for so long: not a producer, not a partition's reader, not the changes of metadata. This is
	// a limit for what hangs, far above what any recovery takes, and says nothing of speed.
	stillMax = 60 * time.Second
)

// randomly kills actors of every kind, chosen at random, at random moments, and the process now and then.
type randomly struct {
	*suite
	follower *load.Follower
	// deaths by path, within the window
	deaths map[string][]time.Time
	// restarts already noted, by path
	noted         map[string]uint64
	kills         map[string]int
	processDeaths int
	readyAgain    []time.Duration
	watch         watchdog
}

func (s *suite) killAtRandom(duration time.Duration) error {
	follower, err := s.load.Follow()
	if err != nil {
		return err
	}
	defer follower.Close()
	r := &randomly{suite: s, follower: follower, deaths: map[string][]time.Time{}, noted: map[string]uint64{}, kills: map[string]int{}}
	for deadline := time.Now().Add(duration); time.Now().Before(deadline); {
		time.Sleep(time.Duration(s.random.Int63n(int64(pauseMax))))
		if err := r.step(); err != nil {
			return err
		}
	}
	return r.finish()
}

func (r *randomly) step() error {
	if err := r.watch.look(r.load, r.follower); err != nil {
		return err
	}
	if r.random.Intn(processDeathEvery) == 0 {
		return r.killProcess()
	}
	actors, err := r.ops.actors()
	if err != nil {
		if !r.server.Lives() {
			return fmt.Errorf("the process ended by itself")
		}
		return nil // the endpoint died a moment ago
	}
	r.noteRestarts(actors)
	target := r.pick(actors)
	if target == nil {
		return nil
	}
	how := []string{"panic", "stop"}[r.random.Intn(2)]
	r.deaths[target.Path] = append(r.deaths[target.Path], time.Now())
	r.kills[target.Kind]++
	if err := r.ops.kill(target.Path, how); err != nil && !errors.Is(err, errNotAlive) {
		return fmt.Errorf("%s by %s: %w", target.Path, how, err)
	}
	return nil
}

// pick chooses a kind, then an actor of it; those that have died too often lately are left alone.
func (r *randomly) pick(actors []actor) *actor {
	byKind := map[string][]actor{}
	for _, actor := range actors {
		if actor.State == "running" && fates[actor.Kind] != endsProcess && r.mayDie(actor.Path) {
			byKind[actor.Kind] = append(byKind[actor.Kind], actor)
		}
	}
	kinds := make([]string, 0, len(byKind))
	for kind := range byKind {
		kinds = append(kinds, kind)
	}
	if len(kinds) == 0 {
		return nil
	}
	slices.Sort(kinds)
	candidates := byKind[kinds[r.random.Intn(len(kinds))]]
	return &candidates[r.random.Intn(len(candidates))]
}

func (r *randomly) mayDie(path string) bool {
	recent := slices.DeleteFunc(r.deaths[path], func(at time.Time) bool { return time.Since(at) > deathsWindow })
	if len(recent) == 0 {
		delete(r.deaths, path)
	} else {
		r.deaths[path] = recent
	}
	return len(recent) < deathsPerWindowMax
}

func (r *randomly) noteRestarts(actors []actor) {
	for _, actor := range actors {
		if actor.State == "running" && actor.LastRestartMicros != nil && actor.Incarnation > r.noted[actor.Path] {
			r.noted[actor.Path] = actor.Incarnation
			r.micros[actor.Kind] = append(r.micros[actor.Kind], *actor.LastRestartMicros)
		}
	}
}

// killProcess is kill -9, or the death of the root, which takes the process with it.
func (r *randomly) killProcess() error {
	r.processDeaths++
	if r.random.Intn(4) == 0 {
		if err := r.killRoot(); err != nil {
			return err
		}
	} else if err := r.server.Kill(); err != nil {
		return err
	}
	took, err := r.server.Start()
	if err != nil {
		return err
	}
	r.readyAgain = append(r.readyAgain, took)
	r.ops = newOps(r.server.Fact("ops"))
	clear(r.deaths)
	clear(r.noted)
	return nil
}

// killRoot asks again where the endpoint itself has just been killed.
func (r *randomly) killRoot() error {
	for deadline := time.Now().Add(returnPatience); r.server.Lives(); time.Sleep(20 * time.Millisecond) {
		if err := r.ops.kill("broker", "panic"); err != nil && !errors.Is(err, errNotAlive) && time.Now().After(deadline) {
			return fmt.Errorf("the root does not die: %w", err)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the process outlives its root for %s", returnPatience)
		}
	}
	return nil
}

func (r *randomly) finish() error {
	if err := r.load.Stop(); err != nil {
		return err
	}
	records, duplicates, err := r.follower.Verify(r.load, stillMax)
	if err != nil {
		return err
	}
	fmt.Printf("%d records verified, %d of them again by producers that are not idempotent\n", records, duplicates)
	fmt.Printf("killed: %v, the process %d times\n", r.kills, r.processDeaths)
	if slices.Sort(r.readyAgain); len(r.readyAgain) > 0 {
		fmt.Printf("the process was ready again in %s in the median, %s at most\n", r.readyAgain[len(r.readyAgain)/2].Round(time.Millisecond), r.readyAgain[len(r.readyAgain)-1].Round(time.Millisecond))
	}
	return r.server.Stop()
}

// watchdog remembers when each of the counts rose last.
type watchdog struct {
	counts []int64
	rose   []time.Time
}

func (w *watchdog) look(l *load.Load, f *load.Follower) error {
	if err := l.Error(); err != nil {
		return err
	}
	if err := f.Error(); err != nil {
		return err
	}
	counts := append(append(l.Acked(), l.Changes()), f.Read()...)
	if w.counts == nil {
		w.counts, w.rose = make([]int64, len(counts)), make([]time.Time, len(counts))
		for index := range w.rose {
			w.rose[index] = time.Now()
		}
	}
	for index, count := range counts {
		if count > w.counts[index] {
			w.counts[index], w.rose[index] = count, time.Now()
		} else if time.Since(w.rose[index]) > stillMax {
			return fmt.Errorf("count %d of %v (producers, changes, partitions read) has not risen for %s", index, counts, stillMax)
		}
	}
	return nil
}
