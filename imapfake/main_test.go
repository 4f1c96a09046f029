package imapfake

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails if the tests leave a goroutine or a file descriptor behind.
func TestMain(m *testing.M) {
	before := openFiles()
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		for fd, file := range openFiles() {
			if before[fd] != file {
				fmt.Fprintf(os.Stderr, "file descriptor %s was left open: %s\n", fd, describeFile(fd, file))
				code = 1
			}
		}
		os.Exit(code)
	}))
}

// openFiles returns what the process's file descriptors are of; none where the
// system has no /proc. Those of the runtime's poller are left out, and profiles
// (-cpuprofile=x.prof).
func openFiles() map[string]string {
	files := make(map[string]string)
	list, _ := os.ReadDir("/proc/self/fd")
	for _, f := range list {
		file, err := os.Readlink("/proc/self/fd/" + f.Name())
		if err == nil && !strings.HasPrefix(file, "anon_inode:") && !strings.HasSuffix(file, ".prof") {
			files[f.Name()] = file
		}
	}
	return files
}

// describeFile adds a socket's addresses.
func describeFile(fd, file string) string {
	n, _ := strconv.Atoi(fd)
	f := os.NewFile(uintptr(n), file)
	if c, err := net.FileConn(f); err == nil {
		return fmt.Sprint(file, ", from ", c.LocalAddr(), " to ", c.RemoteAddr())
	}
	if l, err := net.FileListener(f); err == nil {
		return fmt.Sprint(file, ", listening on ", l.Addr())
	}
	return file
}
