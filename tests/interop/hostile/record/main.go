// Records what real clients send: a proxy between them and a broker that keeps some requests of each kind.
// record -listen HOST:PORT -to HOST:PORT -out FILE: runs until SIGTERM, then writes the corpus.
package main

import (
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"kabuki-interop/hostile/corpus"
)

const (
	// Larger requests are forwarded and not kept: what is special about them is their size alone.
	keptBytesMax = 4 << 10
	// Requests of one API, version and size class that are kept.
	keptOfAKind = 4
)

// kind is what two requests share that need not both be kept.
type kind struct {
	api, version int16
	// The number of bits of its length.
	size int
}

type recorder struct {
	mu     sync.Mutex
	kept   map[kind]int
	seen   map[string]bool
	frames [][]byte
}

func main() {
	listen := flag.String("listen", "", "where clients connect to")
	to := flag.String("to", "", "the broker")
	out := flag.String("out", "", "the corpus's file")
	flag.Parse()
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	recorder := recorder{kept: map[kind]int{}, seen: map[string]bool{}}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go recorder.forward(client, *to)
		}
	}()
	fmt.Println("listening")
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	recorder.mu.Lock()
	defer recorder.mu.Unlock()
	if err := corpus.Write(*out, recorder.frames); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d requests of %d kinds kept\n", len(recorder.frames), len(recorder.kept))
}

func (r *recorder) forward(client net.Conn, to string) {
	defer client.Close()
	broker, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer broker.Close()
	go func() {
		_, _ = io.Copy(client, broker)
		client.Close()
	}()
	for {
		var length [4]byte
		if _, err := io.ReadFull(client, length[:]); err != nil {
			return
		}
		frame := make([]byte, binary.BigEndian.Uint32(length[:]))
		if _, err := io.ReadFull(client, frame); err != nil {
			return
		}
		r.keep(frame)
		if _, err := broker.Write(append(length[:], frame...)); err != nil {
			return
		}
	}
}

func (r *recorder) keep(frame []byte) {
	if len(frame) < 8 || len(frame) > keptBytesMax {
		return
	}
	// All but the correlation id, of which every request has another.
	essence := string(frame[:4]) + string(frame[8:])
	size := 0
	for length := len(frame); length > 0; length /= 2 {
		size++
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	kind := kind{int16(binary.BigEndian.Uint16(frame)), int16(binary.BigEndian.Uint16(frame[2:])), size}
	if r.seen[essence] || r.kept[kind] >= keptOfAKind {
		return
	}
	r.seen[essence] = true
	r.kept[kind]++
	r.frames = append(r.frames, frame)
}
