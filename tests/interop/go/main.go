// The franz-go suite: "check BOOTSTRAP" runs every check; "write" and "read" are this client's part of the
// cross-reading suite; "groups" runs the checks of consumer groups, "rolling" restarts one member of a group after another.
package main

import (
	"fmt"
	"os"
	"strings"

	"kabuki-interop/check"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	cluster, err := newCluster(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var checks check.Checks
	switch os.Args[1] {
	case "check":
		checkTopics(&checks, cluster)
		checkProduce(&checks, cluster)
		checkConsume(&checks, cluster)
	case "groups":
		checkGroups(&checks, cluster, os.Args[3:])
	case "rolling":
		checkRolling(&checks, cluster)
	case "member":
		os.Exit(beMember(cluster, os.Args[3:]))
	case "write":
		os.Exit(write(cluster))
	case "read":
		read(&checks, cluster, os.Args[3:])
	default:
		fmt.Fprintln(os.Stderr, "unknown command", os.Args[1])
		os.Exit(2)
	}
	os.Exit(checks.Close())
}

func write(c *cluster) int {
	for _, codec := range codecs {
		topic := "cross." + writer + "." + codec.name
		err := c.create(topic, partitionCount, map[string]*string{"retention.ms": &keep})
		if err == nil {
			_, err = c.produce(commonSet(topic, writer), kgo.ProducerBatchCompression(codec.codec))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println("wrote", topic)
	}
	return 0
}

// read takes the writer from the topic's name: it is between the first and the last full stop.
func read(checks *check.Checks, c *cluster, topics []string) {
	for _, topic := range topics {
		topicWriter := topic[strings.Index(topic, ".")+1 : strings.LastIndex(topic, ".")]
		checks.Check(writer+" reads "+topic, func() error { return c.readCommon(topic, topicWriter) })
	}
}
