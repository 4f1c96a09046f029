// Package wire holds one side of a mail connection: the part that SMTP, IMAP
// and POP3 have in common below their commands.
//
// A [Host] takes connections, in memory by Dial and on loopback by Addr, and
// runs the protocol's loop on each, with a [Conn]. A Conn reads command lines
// and data, terminates TLS, writes replies, keeps the [Transcript], and asks
// the faults at each [Step]. Nothing here knows a command by name.
//
// Everything is driven by the loop's own calls: no goroutine stands between
// the client and the loop, so the order of events is fixed, and a fault
// strikes at the same byte each time.
//
// # Faults
//
// A [Fault] says when and how a server misbehaves, a [TLSCase] what a client
// meets that asks for TLS, a [Hold] stops a connection at a step so that the
// test can act, and [Play] plays a written conversation, for what no server
// says. Host.Check fails the test for a fault that never struck.
//
// # Virtual time
//
// All works inside a testing/synctest bubble: delays, rates, timeouts and TLS
// take virtual time, so a test of an hour's backoff takes no time. Make the
// server inside the bubble, connect by Dial, since a bubble's clock doesn't
// advance while a goroutine waits for a socket, and close the server before
// the bubble ends. Certificates are valid in the year 2000, when a bubble's
// clock starts.
//
// # Not supported
//
// Only loopback is bound. What TCP makes of the pieces of a reply isn't
// ours to say: for exact segments, connect in memory.
package wire
