package load

import (
	"bytes"
	"fmt"
)

// paddingBytes makes records of a usual size, so that segments and indexes see some traffic.
const paddingBytes = 100

var padding = bytes.Repeat([]byte("."), paddingBytes)

func encode(producer, sequence int) []byte {
	return append(fmt.Appendf(nil, "%d %d ", producer, sequence), padding...)
}

func decode(value []byte) (producer, sequence int, err error) {
	if _, err = fmt.Sscanf(string(value), "%d %d", &producer, &sequence); err != nil {
		return 0, 0, fmt.Errorf("not a record of ours: %q", value)
	}
	if !bytes.HasSuffix(value, padding) || producer < 0 || producer >= len(kinds) {
		return 0, 0, fmt.Errorf("a damaged record: %q", value)
	}
	return producer, sequence, nil
}
