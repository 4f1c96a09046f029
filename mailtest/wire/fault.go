package wire

import (
	"crypto/tls"
	"reflect"
	"time"
)

// A Fault makes a server misbehave. The zero Fault does nothing.
//
// It strikes at one step of a session: a command, or a pseudo step such as
// CONNECT. If several fit, the one that was injected first strikes. Whatever
// the order of its fields, it does this:
//
//  1. Unless After is set, nothing has happened yet but that the command was
//     read. With After it has run, and its reply is ready and not sent.
//  2. Do is called. It may act, and change what follows.
//  3. Delay is waited.
//  4. The command is run, if it hasn't and is to be: see below.
//  5. Clear is sent, below TLS.
//  6. Raw is sent, Repeat times.
//  7. The reply is sent: Reply, or the command's own, changed by Tag and Edit.
//  8. RawAfter is sent.
//  9. The connection ends by one of TLSAlert, Drain, Stall, StopReading, Torn,
//     NoCloseNotify, Reset and Hangup.
//
// Split, Rate and Cut act on 6 to 8 as on one stream of bytes.
//
// Whether the command is run, and what is replied:
//
//	fault                                 command   reply
//	Reply                                 no        Reply
//	Reply, After                          run       Reply
//	Silent                                no        none
//	Silent, After                         run       none: it is lost
//	an ending                             no        none
//	an ending, After                      run       none: it is lost
//	an ending, Answered                   run       its own, before the ending
//	an ending, and Edit, Tag, Split,
//	  Rate or Cut                         run       its own, or what is left of it
//	none of these (Delay, Raw, Edit ...)  run       its own
//
// At the step "TLS" the reply is the handshake. Whatever is sent there (Raw,
// Reply, Clear) is sent in the clear, in answer to the client's hello, instead
// of a handshake, and the connection ends.
type Fault struct {
	// When: the conditions all hold.

	// On is a command, "RCPT", "UID FETCH" or "RETR", or a pseudo step:
	// "CONNECT" is before the greeting, "TLS" the handshake, "." the end
	// of the text. "" is any command.
	On    string
	Arg   string // text that its argument contains, such as "bob@"
	User  string // only once this user has logged in; in any case
	State string // only in this state of the session; the server's package names them
	Conn  int    // only on the nth connection, from 1; 0 is any
	Nth   int    // only the nth time that all this fits, from 1; 0 is every time
	Times int    // strike at most so many times; 0 is no limit
	// Mid makes it strike not at the step but within the data that follows,
	// when the client has sent so many bytes of it: On is "DATA", "BDAT" or
	// "LITERAL". If the connection doesn't end, the rest is read, and there
	// is no second reply.
	Mid int

	// What: in the order of the table above.

	After bool            // the command runs first
	Do    func(*Exchange) // is called; it may change Exchange.Fault
	Delay time.Duration   // is waited
	TLS   TLSCase         // the client meets this (On is "TLS")
	Conf  *tls.Config     // is the server's (On is "TLS"); see ServerCert
	Clear []byte          // is sent in the clear though TLS is active
	Raw   []byte          // is sent before the reply as it stands: garbage, injected replies
	// Reply is sent: "451 4.3.0 Later", "NO [UNAVAILABLE] busy", "-ERR".
	// Lines are separated by "\n". IMAP's tag is put before each that
	// doesn't begin with "*" or "+".
	Reply string
	Tag   string // stands in place of IMAP's tag
	// Edit changes the reply.
	Edit func(x *Exchange, reply []byte) []byte

	Silent   bool   // there is no reply, and the session goes on
	RawAfter []byte // is sent after the reply
	Repeat   int    // Raw is sent so many times; below 0 until the client has gone
	Split    int    // send in pieces of so many bytes
	Rate     int    // send so many bytes per second
	Cut      int    // send only so many bytes; below 0, so many less than there are

	Answered bool // the command is run and its reply sent before the ending

	TLSAlert bool // send a fatal TLS alert, and close
	// Drain sends the end of the stream, reads what the client sends until
	// it closes, and closes: the client reads what was sent before, even
	// though it is still sending.
	Drain         bool
	Stall         bool // send nothing more; what the client sends is read and dropped
	StopReading   bool // neither read nor send anything more
	Torn          bool // break off within the last TLS record, and close
	NoCloseNotify bool // close without the alert by which TLS ends
	Reset         bool // close by RST
	Hangup        bool // close

	Optional bool // otherwise a fault that never struck fails the test
}

// ends reports whether the connection isn't served any more.
func (f *Fault) ends() bool { return len(f.endings()) > 0 }

// endings returns the names of the endings, of which one is allowed. Hangup is
// part of most.
func (f *Fault) endings() []string {
	var names []string
	for _, e := range []struct {
		set  bool
		name string
	}{
		{f.TLSAlert, "TLSAlert"}, {f.Drain, "Drain"}, {f.Stall, "Stall"},
		{f.StopReading, "StopReading"}, {f.Torn, "Torn"},
		{f.NoCloseNotify, "NoCloseNotify"}, {f.Reset, "Reset"},
	} {
		if e.set {
			names = append(names, e.name)
		}
	}
	if len(names) == 0 && f.Hangup {
		names = append(names, "Hangup")
	}
	return names
}

// keeps reports whether the command's own reply is sent.
func (f *Fault) keeps() bool {
	shaped := f.Edit != nil || f.Tag != "" || f.Split != 0 || f.Rate != 0 || f.Cut != 0
	return f.Reply == "" && !f.Silent && (!f.ends() || f.Answered || shaped)
}

// runs reports whether the command is run.
func (f *Fault) runs() bool { return f.After || f.keeps() }

// acts reports whether the fault does anything.
func (f *Fault) acts() bool {
	what := *f
	what.On, what.Arg, what.User, what.State = "", "", "", ""
	what.Conn, what.Nth, what.Times, what.Mid, what.Optional = 0, 0, 0, 0, false
	return !reflect.ValueOf(what).IsZero()
}

// An Exchange is what a fault's functions are told about the step at which it
// strikes. They are called on the goroutine that serves the connection, and
// may take their time, but no longer than Done.
type Exchange struct {
	Step  Step
	Conn  int    // the connection, numbered from 1
	User  string // who has logged in
	State string // of the session; the server's package names them
	TLS   bool   // whether TLS is active
	Hit   int    // how many times the fault has struck, this one included

	// Fault is what is done at this step. Do may change all that its
	// table names after Do, for this once.
	Fault Fault

	// Done is closed when the server is being closed.
	Done <-chan struct{}
}
