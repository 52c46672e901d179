// Package mutate damages requests: bits, numbers, lengths, order, and record batches behind a right checksum.
package mutate

import (
	"encoding/binary"
	"hash/crc32"
	"math/rand"
)

// growthMax bounds what a mutation adds.
const growthMax = 512

// Mutator draws from a corpus; the same seed gives the same frames.
type Mutator struct {
	random *rand.Rand
	corpus [][]byte
}

// New makes a mutator.
func New(seed int64, corpus [][]byte) *Mutator {
	return &Mutator{rand.New(rand.NewSource(seed)), corpus}
}

// mutations change a copy of a frame in place, or return another one.
var mutations = []func(*Mutator, []byte) []byte{
	flipBits, flipBits, setBytes, setNumber, setNumber, setNumber, setVarint, truncate, extend, cut, repeat, splice,
	changeHeader, noise, damageBatch, damageBatch, damageBatch,
}

// Next is a request on the wire, its length before it. One in sixteen is as the client sent it.
func (m *Mutator) Next() []byte {
	frame := append([]byte(nil), m.any()...)
	for times := m.times(); times > 0; times-- {
		frame = mutations[m.random.Intn(len(mutations))](m, frame)
	}
	return append(binary.BigEndian.AppendUint32(nil, m.length(len(frame))), frame...)
}

func (m *Mutator) any() []byte { return m.corpus[m.random.Intn(len(m.corpus))] }

func (m *Mutator) times() int {
	if m.random.Intn(16) == 0 {
		return 0
	}
	if m.random.Intn(4) > 0 {
		return 1
	}
	return 2 + m.random.Intn(2)
}

// length lies now and then.
func (m *Mutator) length(right int) uint32 {
	if m.random.Intn(64) > 0 {
		return uint32(right)
	}
	return uint32(m.number())
}

// position of something of this size within the frame; false where it does not fit.
func (m *Mutator) position(frame []byte, size int) (int, bool) {
	if len(frame) < size {
		return 0, false
	}
	return m.random.Intn(len(frame) - size + 1), true
}

// number is one that code is likely to be wrong about.
func (m *Mutator) number() int64 {
	numbers := []int64{-1, -2, 0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 1 << 20, 1<<31 - 1, -1 << 31, 1<<32 - 2, 1<<63 - 1, -1 << 63}
	if m.random.Intn(4) == 0 {
		return int64(m.random.Uint64())
	}
	return numbers[m.random.Intn(len(numbers))]
}

func flipBits(m *Mutator, frame []byte) []byte {
	for count := 1 + m.random.Intn(8); count > 0 && len(frame) > 0; count-- {
		frame[m.random.Intn(len(frame))] ^= 1 << m.random.Intn(8)
	}
	return frame
}

func setBytes(m *Mutator, frame []byte) []byte {
	values := []byte{0, 1, 0x7f, 0x80, 0xff}
	for count := 1 + m.random.Intn(4); count > 0 && len(frame) > 0; count-- {
		frame[m.random.Intn(len(frame))] = values[m.random.Intn(len(values))]
	}
	return frame
}

func setNumber(m *Mutator, frame []byte) []byte {
	size := []int{2, 4, 8}[m.random.Intn(3)]
	at, fits := m.position(frame, size)
	if !fits {
		return frame
	}
	var number [8]byte
	binary.BigEndian.PutUint64(number[:], uint64(m.number()))
	copy(frame[at:at+size], number[8-size:])
	return frame
}

// setVarint puts a number of one to ten bytes where one byte was.
func setVarint(m *Mutator, frame []byte) []byte {
	at, fits := m.position(frame, 1)
	if !fits {
		return frame
	}
	varint := binary.AppendUvarint(nil, uint64(m.number()))
	return append(frame[:at:at], append(varint, frame[at+1:]...)...)
}

func truncate(m *Mutator, frame []byte) []byte {
	at, _ := m.position(frame, 0)
	return frame[:at]
}

func extend(m *Mutator, frame []byte) []byte {
	more := make([]byte, m.random.Intn(growthMax))
	m.random.Read(more)
	return append(frame, more...)
}

func cut(m *Mutator, frame []byte) []byte {
	from, _ := m.position(frame, 0)
	length := m.random.Intn(min(64, len(frame)-from) + 1)
	return append(frame[:from:from], frame[from+length:]...)
}

// repeat says a stretch of the frame twice.
func repeat(m *Mutator, frame []byte) []byte {
	from, _ := m.position(frame, 0)
	length := m.random.Intn(min(growthMax, len(frame)-from) + 1)
	return append(frame[:from+length:from+length], frame[from:]...)
}

// splice goes on as another request does.
func splice(m *Mutator, frame []byte) []byte {
	other := m.any()
	from, _ := m.position(frame, 0)
	at, _ := m.position(other, 0)
	return append(frame[:from:from], other[at:]...)
}

// changeHeader has another API or version read the body.
func changeHeader(m *Mutator, frame []byte) []byte {
	if len(frame) < 4 {
		return frame
	}
	if m.random.Intn(2) == 0 {
		copy(frame[:2], m.any()[:2])
	}
	binary.BigEndian.PutUint16(frame[2:], uint16(m.random.Intn(20)-1))
	return frame
}

// noise keeps the header's first half and nothing else.
func noise(m *Mutator, frame []byte) []byte {
	if len(frame) > 8 {
		m.random.Read(frame[8:])
	}
	return frame
}

const (
	magicAt    = 16
	checksumAt = 17
	checkedAt  = 21
)

// damageBatch damages a record batch of magic 2 and makes its checksum right again, so that what lies behind the
// check is reached.
func damageBatch(m *Mutator, frame []byte) []byte {
	for at := 8; at+61 <= len(frame); at++ {
		end := at + 12 + int(int32(binary.BigEndian.Uint32(frame[at+8:])))
		if frame[at+magicAt] != 2 || end < at+61 || end > len(frame) {
			continue
		}
		checked := frame[at+checkedAt : end]
		damage := []func(*Mutator, []byte) []byte{flipBits, setBytes, setNumber}[m.random.Intn(3)]
		damage(m, checked)
		binary.BigEndian.PutUint32(frame[at+checksumAt:], crc32.Checksum(checked, crc32.MakeTable(crc32.Castagnoli)))
		return frame
	}
	return flipBits(m, frame)
}
