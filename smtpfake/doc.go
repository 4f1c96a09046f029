// Package smtpfake is an SMTP server for tests: RFC 5321 and its extensions.
//
// Use [NewServer] in a test, give the code under test the server's Addr, or
// its Dial or DialContext where the code takes such a function, and look at
// what has arrived in the server's Store. A message is stored before it is
// acknowledged, byte for byte as it was sent.
//
// The server is strict: what RFC 5321 forbids gets the reply that the RFC
// gives, unless Lenient is set. It accepts mail from everyone to everyone;
// fields of [Server] change that, and faults make it misbehave (see
// [wire.Fault]).
//
// The engine is go-smtp. The session's loop stands before it, since go-smtp
// has replies and checks of its own that a backend can't change.
package smtpfake
