//go:build !unix

package wire

import "net"

// peek can't tell whether a read would return at once.
func peek(*net.TCPConn) bool { return false }
