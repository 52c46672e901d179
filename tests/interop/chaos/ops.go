package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// errNotAlive: the actor that was to be killed has just ended by itself, or is being made again.
var errNotAlive = errors.New("the actor is not alive")

// actor is what the suite needs of an actor in `GET /actors`.
type actor struct {
	Path        string `json:"path"`
	Kind        string `json:"kind"`
	State       string `json:"state"`
	Incarnation uint64 `json:"incarnation"`
	// Microseconds from the last end to hearing messages again; null before the first restart.
	LastRestartMicros *int64 `json:"last_restart_micros"`
}

// ops is the broker's HTTP endpoint.
type ops struct {
	url    string
	client http.Client
}

func newOps(url string) *ops {
	// A connection of its own for each request: the endpoint itself is killed, too.
	return &ops{url, http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
}

func (o *ops) actors() ([]actor, error) {
	response, err := o.client.Get(o.url + "/actors")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var report struct {
		Actors []actor `json:"actors"`
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET /actors: %s", response.Status)
	}
	return report.Actors, json.NewDecoder(response.Body).Decode(&report)
}

// find is the actor at the path, or nil when there is none.
func (o *ops) find(path string) (*actor, error) {
	actors, err := o.actors()
	if err != nil {
		return nil, err
	}
	for _, actor := range actors {
		if actor.Path == path {
			return &actor, nil
		}
	}
	return nil, nil
}

// kill ends an actor. What serves this request may die of it before it answers.
func (o *ops) kill(path, how string) error {
	response, err := o.client.Post(o.url+"/actors/"+path+"/kill?how="+how, "", nil)
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusConflict || response.StatusCode == http.StatusNotFound {
		return fmt.Errorf("%w: %s", errNotAlive, path)
	}
	if response.StatusCode/100 != 2 {
		body, _ := io.ReadAll(response.Body)
		return fmt.Errorf("POST kill: %s: %s", response.Status, body)
	}
	return nil
}
