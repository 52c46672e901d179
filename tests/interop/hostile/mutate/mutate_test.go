package mutate

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"
)

// batch is a record batch of magic 2 with nothing in it, behind a header of 8 bytes.
func batch() []byte {
	frame := make([]byte, 8+61)
	binary.BigEndian.PutUint32(frame[8+8:], 61-12)
	frame[8+magicAt] = 2
	return frame
}

func TestTheSameSeedGivesTheSameFrames(t *testing.T) {
	corpus := [][]byte{batch(), bytes.Repeat([]byte("request"), 20)}
	one, other := New(7, corpus), New(7, corpus)
	for range 1000 {
		if !bytes.Equal(one.Next(), other.Next()) {
			t.Fatal("two mutators of one seed differ")
		}
	}
}

func TestTheCorpusItselfIsNotDamaged(t *testing.T) {
	corpus := [][]byte{batch()}
	mutator := New(7, corpus)
	for range 10000 {
		mutator.Next()
	}
	if !bytes.Equal(corpus[0], batch()) {
		t.Fatal("a mutation wrote into the corpus")
	}
}

func TestADamagedBatchHasARightChecksum(t *testing.T) {
	mutator := New(7, [][]byte{batch()})
	frame := damageBatch(mutator, batch())
	checksum := crc32.Checksum(frame[8+checkedAt:], crc32.MakeTable(crc32.Castagnoli))
	if binary.BigEndian.Uint32(frame[8+checksumAt:]) != checksum || bytes.Equal(frame, batch()) {
		t.Fatal("not damaged, or with a wrong checksum")
	}
}
