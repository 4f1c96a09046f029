//go:build unix

package wire

import (
	"net"
	"syscall"
)

// peek reports whether a read would return at once, io.EOF included.
func peek(nc *net.TCPConn) (ready bool) {
	raw, err := nc.SyscallConn()
	if err != nil {
		return false
	}
	raw.Control(func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		ready = err == nil
	})
	return ready
}
