// Package check counts and prints checks: "ok NAME" or "FAILED NAME why" per check, and a closing line.
package check

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"
)

// Checks counts; the zero value is ready. Checks may run beside each other.
type Checks struct {
	mutex          sync.Mutex
	passed, failed int
}

// Check runs one check; an error or a panic fails it, and the next one runs.
func (c *Checks) Check(name string, body func() error) {
	started := time.Now()
	err := guarded(body)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if err != nil {
		c.failed++
		fmt.Printf("FAILED %s %s\n", name, strings.ReplaceAll(err.Error(), "\n", " "))
		return
	}
	c.passed++
	fmt.Printf("ok %s\n", name)
	fmt.Fprintf(os.Stderr, "%s: %d ms\n", name, time.Since(started).Milliseconds())
}

func guarded(body func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("panic: %v", reason)
		}
	}()
	return body()
}

// Close prints the closing line and returns the exit code.
func (c *Checks) Close() int {
	fmt.Printf("%d passed, %d failed\n", c.passed, c.failed)
	if c.failed > 0 {
		return 1
	}
	return 0
}

// Equal is nil when both are deeply equal.
func Equal(what string, expected, actual any) error {
	if reflect.DeepEqual(expected, actual) {
		return nil
	}
	return fmt.Errorf("%s: expected %v, got %v", what, expected, actual)
}

// Fails is nil when err is (or wraps) the expected error.
func Fails(what string, expected, err error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return fmt.Errorf("%s: expected %v, got %v", what, expected, err)
}

// Soon asks again for ten seconds: a change of metadata reaches every answer soon after it was acknowledged, not at once.
func Soon(body func() error) error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		err := body()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
