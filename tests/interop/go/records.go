package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The common records: see "The common records" in ../README.md.
const (
	partitionCount   = 2
	recordCount      = 100
	perPartition     = recordCount / partitionCount
	firstTimestampMs = 1_700_000_000_000
)

func timestampMs(number int) int64 { return firstTimestampMs + 1000*int64(number) }

// common is the record of that number, with the offset that it must get.
func common(topic, writer string, number int) *kgo.Record {
	record := &kgo.Record{
		Topic:     topic,
		Partition: int32(number % partitionCount),
		Offset:    int64(number / partitionCount),
		Timestamp: time.UnixMilli(timestampMs(number)),
		Headers:   []kgo.RecordHeader{{Key: "writer", Value: []byte(writer)}},
	}
	if number%5 != 0 {
		record.Key = []byte("key-" + strconv.Itoa(number))
	}
	if number%10 != 3 {
		padding := number % 100
		if number%50 == 49 {
			padding = 20_000
		}
		record.Value = []byte("value-" + strconv.Itoa(number) + "-" + strings.Repeat("x", padding))
	}
	if writer != "kcat" {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: "number", Value: []byte(strconv.Itoa(number))})
		if number%4 == 2 {
			record.Headers = append(record.Headers, kgo.RecordHeader{Key: "empty", Value: []byte{}})
		}
	}
	return record
}

func commonSet(topic, writer string) []*kgo.Record {
	set := make([]*kgo.Record, recordCount)
	for number := range set {
		set[number] = common(topic, writer, number)
	}
	return set
}

// shown is everything of a record that is compared, as text; nil and empty differ.
func shown(record *kgo.Record) string {
	text := fmt.Sprintf("%s-%d@%d time=%d key=%s value=%s", record.Topic, record.Partition, record.Offset,
		record.Timestamp.UnixMilli(), quoted(record.Key), quoted(record.Value))
	for _, header := range record.Headers {
		text += fmt.Sprintf(" %s=%s", header.Key, quoted(header.Value))
	}
	return text
}

func quoted(value []byte) string {
	if value == nil {
		return "null"
	}
	return strconv.Quote(string(value))
}

// compare wants the records of these partitions from their first offsets to the end, each partition dense and in order.
func compare(topic, writer string, read []*kgo.Record, first map[int32]int64) error {
	next := map[int32]int64{}
	for partition, offset := range first {
		next[partition] = offset
	}
	for _, record := range read {
		expected := common(topic, writer, int(next[record.Partition])*partitionCount+int(record.Partition))
		next[record.Partition]++
		if writer == "kcat" && record.Timestamp.UnixMilli() > firstTimestampMs {
			expected.Timestamp = record.Timestamp
		}
		if shown(expected) != shown(record) {
			return fmt.Errorf("expected %.300s, got %.300s", shown(expected), shown(record))
		}
	}
	for partition, end := range next {
		if end != perPartition {
			return fmt.Errorf("partition %d: read up to offset %d of %d", partition, end, perPartition)
		}
	}
	return nil
}
