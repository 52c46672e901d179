// Package server starts, kills and stops a broker through one of the launchers (../kabuki, ../kafka/kafka).
package server

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Server is one broker in one directory; started again, it keeps its port and its data.
type Server struct{ launcher, dir string }

// FromEnvironment takes the launcher and the directory that ../run chose.
func FromEnvironment() (*Server, error) {
	launcher, dir := os.Getenv("INTEROP_LAUNCHER"), os.Getenv("INTEROP_DIR")
	if launcher == "" || dir == "" {
		return nil, fmt.Errorf("INTEROP_LAUNCHER and INTEROP_DIR must be set: start this through tests/interop/run")
	}
	return &Server{launcher, dir}, nil
}

// Start returns once the broker is ready, with the time that it took.
func (s *Server) Start() (time.Duration, error) {
	started := time.Now()
	err := s.call("start")
	return time.Since(started), err
}

// Stop is SIGTERM and waits for the end.
func (s *Server) Stop() error { return s.call("stop") }

func (s *Server) call(verb string) error {
	output, err := exec.Command(s.launcher, verb, s.dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", s.launcher, verb, err, output)
	}
	return nil
}

// Fact is one of the facts that the launcher wrote: bootstrap, pid, ops; empty where there is none.
func (s *Server) Fact(key string) string {
	content, err := os.ReadFile(filepath.Join(s.dir, "server"))
	if err != nil {
		return ""
	}
	for _, line := range strings.Split(string(content), "\n") {
		if value, found := strings.CutPrefix(line, key+"="); found {
			return value
		}
	}
	return ""
}

// Kill is SIGKILL, at once, and waits until the process is gone.
func (s *Server) Kill() error {
	pid, err := strconv.Atoi(s.Fact("pid"))
	if err != nil {
		return fmt.Errorf("no pid to kill: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return err
	}
	return s.WaitGone(10 * time.Second)
}

// WaitGone waits until the process has ended.
func (s *Server) WaitGone(patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for s.Lives() {
		if time.Now().After(deadline) {
			return fmt.Errorf("the process did not end within %s", patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

// Lives tells whether the process runs; a zombie does not.
func (s *Server) Lives() bool {
	stat, err := os.ReadFile("/proc/" + s.Fact("pid") + "/stat")
	if err != nil {
		return false
	}
	_, state, found := strings.Cut(string(stat), ") ")
	return found && !strings.HasPrefix(state, "Z")
}

// StartAndKill starts the broker and kills it again after the delay, most likely while it recovers.
func (s *Server) StartAndKill(delay time.Duration) error {
	before := s.Fact("pid")
	command := exec.Command(s.launcher, "start", s.dir)
	if err := command.Start(); err != nil {
		return err
	}
	for deadline := time.Now().Add(30 * time.Second); s.Fact("pid") == before || s.Fact("pid") == ""; {
		if time.Now().After(deadline) {
			return fmt.Errorf("the launcher started no process")
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(delay)
	err := s.Kill()
	_ = command.Wait() // fails where the process was killed before it was ready
	return err
}
