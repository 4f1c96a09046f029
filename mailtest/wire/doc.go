// Package wire holds one side of a mail connection: the part that SMTP, IMAP
// and POP3 have in common below their commands.
//
// A [Host] takes connections, in memory by Dial and on loopback by Addr, and
// runs the protocol's loop on each, with a [Conn]. A Conn reads command lines
// and data, terminates TLS, writes replies, keeps the [Transcript], and asks
// the faults at each [Step]. Nothing here knows a command by name.
//
// Everything is driven by the loop's own calls: no goroutine stands between
// the client and the loop, so the order of events is fixed and virtual time
// (testing/synctest) works.
package wire
