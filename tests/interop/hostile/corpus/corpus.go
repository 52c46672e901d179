// Package corpus keeps requests of real clients: a gzip file of frames, each with its length before it.
package corpus

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// Write makes the file.
func Write(path string, frames [][]byte) error {
	var packed bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	for _, frame := range frames {
		if err := binary.Write(zipped, binary.BigEndian, uint32(len(frame))); err != nil {
			return err
		}
		if _, err := zipped.Write(frame); err != nil {
			return err
		}
	}
	if err := zipped.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, packed.Bytes(), 0o644)
}

// Read returns the frames without their lengths.
func Read(path string) ([][]byte, error) {
	packed, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	unzipped, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	var frames [][]byte
	for {
		var length uint32
		if err := binary.Read(unzipped, binary.BigEndian, &length); err == io.EOF {
			return frames, nil
		} else if err != nil {
			return nil, err
		}
		frame := make([]byte, length)
		if _, err := io.ReadFull(unzipped, frame); err != nil {
			return nil, fmt.Errorf("the corpus is cut off: %w", err)
		}
		frames = append(frames, frame)
	}
}
