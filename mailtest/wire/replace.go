package wire

import "bytes"

// Replace returns an Edit for a [Fault] that replaces old by new wherever it
// stands in the reply: a server that lies, about its capabilities, the number
// of messages, their sizes and UIDs. Several faults tell a lie at several steps
// alike, and Fault.Conn tells it to one connection. It leaves the sizes of
// literals as they are.
func Replace(old, new string) func(*Exchange, []byte) []byte {
	return func(_ *Exchange, reply []byte) []byte {
		return bytes.ReplaceAll(reply, []byte(old), []byte(new))
	}
}
