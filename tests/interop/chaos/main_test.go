package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

const tree = `{"version": "1", "actors": [
	{"path": "broker", "kind": "broker", "state": "running", "incarnation": 1, "last_restart_micros": null},
	{"path": "broker/shard-0/load-3", "kind": "partition", "state": "running", "incarnation": 2, "last_restart_micros": 1500}]}`

func TestActorsAreFoundAndKilledByPath(t *testing.T) {
	var killed string
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			killed = r.URL.String()
			w.WriteHeader(http.StatusAccepted)
			return
		}
		_, _ = w.Write([]byte(tree))
	}))
	defer endpoint.Close()
	ops := newOps(endpoint.URL)
	found, err := ops.find("broker/shard-0/load-3")
	if err != nil || found == nil || found.Incarnation != 2 || *found.LastRestartMicros != 1500 {
		t.Fatalf("found %+v, %v", found, err)
	}
	if gone, err := ops.find("broker/shard-1"); err != nil || gone != nil {
		t.Fatalf("found what is not there: %+v, %v", gone, err)
	}
	if err := ops.kill(found.Path, "panic"); err != nil || killed != "/actors/broker/shard-0/load-3/kill?how=panic" {
		t.Fatalf("asked for %s, %v", killed, err)
	}
}

func TestARefusedKillIsAnError(t *testing.T) {
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "kabuki.chaos.enabled is false", http.StatusForbidden)
	}))
	defer endpoint.Close()
	err := newOps(endpoint.URL).kill("broker", "stop")
	if err == nil || !strings.Contains(err.Error(), "kabuki.chaos.enabled is false") {
		t.Fatalf("got %v", err)
	}
}
