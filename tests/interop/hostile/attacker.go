package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"kabuki-interop/hostile/mutate"
)

const (
	// Requests on one connection: the broker closes it at the first that cannot be read, and never sees the rest.
	sessionFrames = 8
	// A connection whose sender has said all it has to say, and that is neither answered nor closed for this long,
	// hangs.
	hangPatience = 40 * time.Second
)

type tally struct{ connections, closed, answers atomic.Int64 }

type attacker struct {
	bootstrap string
	mutator   *mutate.Mutator
	tally     *tally
	number    int64
}

// session opens a connection, sends, says that it is done, and waits for the broker to be done, too. Returns how many
// requests the broker has read: those that it answered, and the one at which it closed.
func (a attacker) session() (int64, error) {
	number := a.tally.connections.Add(1)
	connection, err := a.connect(number)
	if err != nil {
		return 0, err
	}
	defer connection.Close()
	// A broker that closes early does not read it all.
	_ = connection.SetDeadline(time.Now().Add(hangPatience))
	_, _ = connection.Write(a.requests())
	_ = connection.CloseWrite()
	answers, err := drain(connection)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("connection %d was neither answered nor closed for %s: %w", number, hangPatience, err)
	}
	a.tally.answers.Add(answers)
	if answers < sessionFrames {
		a.tally.closed.Add(1)
		answers++
	}
	return answers, err
}

func (a attacker) requests() (requests []byte) {
	for range sessionFrames {
		requests = append(requests, a.mutator.Next()...)
	}
	return requests
}

// connect comes from another address each time: the ports of one would be used up.
func (a attacker) connect(number int64) (*net.TCPConn, error) {
	own := net.TCPAddr{IP: net.IPv4(127, byte(1+a.number), byte(number>>8), byte(number))}
	dialer := net.Dialer{LocalAddr: &own, Timeout: hangPatience}
	connection, err := dialer.Dial("tcp", a.bootstrap)
	if err != nil {
		return nil, fmt.Errorf("the broker does not accept any more: %w", err)
	}
	tcp := connection.(*net.TCPConn)
	return tcp, tcp.SetLinger(0)
}

// drain counts answers until the broker ends the connection.
func drain(connection *net.TCPConn) (answers int64, err error) {
	var length [4]byte
	for {
		if _, err = io.ReadFull(connection, length[:]); err == nil {
			_, err = io.CopyN(io.Discard, connection, int64(int32(binary.BigEndian.Uint32(length[:]))))
		}
		switch {
		case err == nil:
			answers++
		case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
			return answers, nil
		default:
			return answers, err
		}
	}
}
