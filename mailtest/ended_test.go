package mailtest_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mailfakes/mailfakes/mailtest"
)

// A mayfly is a test that ends before the one that it stands for, as t.Run's
// do. What is logged after its end panics in package testing, and is kept here.
type mayfly struct {
	testing.TB // nil: a method that isn't here panics

	mu       sync.Mutex
	failed   bool     // guarded by mu
	ended    bool     // guarded by mu
	logs     int      // guarded by mu
	late     []string // guarded by mu; logged after the end
	cleanups []func()
}

func (m *mayfly) Helper()          {}
func (m *mayfly) Name() string     { return "TestMayfly" }
func (m *mayfly) Cleanup(f func()) { m.cleanups = append(m.cleanups, f) }

func (m *mayfly) Failed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failed
}

func (m *mayfly) Logf(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.logs++
	if m.ended {
		m.late = append(m.late, fmt.Sprintf(format, args...))
	}
}

func (m *mayfly) Errorf(format string, args ...any) {
	m.Logf(format, args...)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed = true
}

// end runs the cleanups, as the end of a test does.
func (m *mayfly) end() {
	for _, f := range slices.Backward(m.cleanups) {
		f()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
}

// Whatever still goes on when a test ends, nothing is logged to it afterwards.
func TestNothingAfterTheEnd(t *testing.T) {
	const say = "EHLO c\r\nMAIL FROM:<a@shop.example>\r\nRCPT TO:<alice@example.com>\r\n"
	tests := []struct {
		name string
		logs int // at least
		live func(t *testing.T, m *mayfly, srv *mailtest.Server, background func(func()))
	}{
		{"a failure, with transcripts", 2, func(t *testing.T, m *mayfly, srv *mailtest.Server, _ func(func())) {
			leave(t, srv, "25", say)
			leave(t, srv, "143", "a LOGIN alice@example.com secret\r\n")
			leave(t, srv, "110", "USER alice@example.com\r\n")
			m.Errorf("failed")
		}},
		{"a fault that never struck", 1, func(t *testing.T, _ *mayfly, srv *mailtest.Server, _ func(func())) {
			srv.SMTP.Inject(mailtest.Fault{On: "RSET", Hangup: true})
		}},
		{"violations", 1, func(t *testing.T, _ *mayfly, srv *mailtest.Server, _ func(func())) {
			srv.SMTP.Strict = true
			leave(t, srv, "25", "NOOP\n")
		}},
		{"late connections", 0, func(t *testing.T, _ *mayfly, srv *mailtest.Server, background func(func())) {
			for _, port := range []string{"25", "143", "110", "465", "993", "995"} {
				background(func() {
					for range 100 {
						nc, err := srv.DialContext(context.Background(), "tcp", "mail.example.com:"+port)
						if err == nil {
							io.WriteString(nc, "garbage\n")
							nc.Close()
						}
						time.Sleep(100 * time.Millisecond)
					}
				})
			}
		}},
		{"faults in Close", 0, func(t *testing.T, _ *mayfly, srv *mailtest.Server, _ func(func())) {
			for _, f := range []mailtest.Fault{
				{On: "NOOP", Conn: 1, Delay: time.Hour}, {On: "NOOP", Conn: 2, Stall: true},
				{On: "NOOP", Conn: 3, StopReading: true}, {On: "NOOP", Conn: 4, Rate: 1},
				{On: "NOOP", Conn: 5, Reply: "421 4.3.2 Bye", Drain: true},
			} {
				srv.SMTP.Inject(f)
				leave(t, srv, "25", say+"NOOP\r\n")
			}
			srv.IMAP.Hold(mailtest.Fault{On: "NOOP", After: true})
			leave(t, srv, "143", "a NOOP\r\n")
		}},
		{"clients that don't read", 0, func(t *testing.T, m *mayfly, srv *mailtest.Server, background func(func())) {
			srv.Account("alice@example.com").Mailbox("INBOX").Add(string(make([]byte, 1<<20)))
			leave(t, srv, "110", "USER alice@example.com\r\nPASS secret\r\nRETR 1\r\n")
			leave(t, srv, "143", "a LOGIN alice@example.com secret\r\nb SELECT INBOX\r\nc FETCH 1 BODY[]\r\n")
			m.Errorf("failed")
		}},
		{"deliveries", 0, func(t *testing.T, _ *mayfly, srv *mailtest.Server, background func(func())) {
			background(func() {
				for range 100 {
					nc, err := srv.DialContext(context.Background(), "tcp", "mail.example.com:25")
					if err != nil {
						time.Sleep(time.Minute) // and still there is the store
						srv.Account("alice@example.com").Mailbox("INBOX").Add("Subject: late\n\nhi\n")
						continue
					}
					io.WriteString(nc, say+"DATA\r\nhi\r\n.\r\nQUIT\r\n")
					io.Copy(io.Discard, nc)
					nc.Close()
					time.Sleep(time.Millisecond)
				}
			})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := new(mayfly)
				srv := mailtest.NewServer(m)
				srv.Account("alice@example.com")
				var wg sync.WaitGroup
				tt.live(t, m, srv, wg.Go)
				time.Sleep(20 * time.Millisecond)
				m.end()
				time.Sleep(24 * time.Hour)
				wg.Wait()
				if len(m.late) > 0 {
					t.Errorf("logged after the end: %q", m.late)
				}
				if m.logs < tt.logs {
					t.Errorf("logged %d times, want %d at least", m.logs, tt.logs)
				}
			})
		})
	}
}

// leave says something, and leaves the connection as it is.
func leave(t *testing.T, srv *mailtest.Server, port, say string) {
	t.Helper()
	nc, err := srv.DialContext(t.Context(), "tcp", "mail.example.com:"+port)
	check(t, err)
	t.Cleanup(func() { nc.Close() })
	_, err = io.WriteString(nc, say)
	check(t, err)
	synctest.Wait()
}
