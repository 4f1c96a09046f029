// Package smtpfake is an SMTP and LMTP server for tests: RFC 5321, RFC 2033 and
// their extensions.
//
// Use [NewServer] in a test, give the code under test the server's Addr, or
// its Dial or DialContext where the code takes such a function, and look at
// what has arrived in the server's Store. A message is stored before it is
// acknowledged, byte for byte as it was sent, and its Via has how it came: the
// ESMTP parameters, the user, the TLS state.
//
// The server accepts mail from everyone to everyone. Fields of [Server] and
// [Rule] refuse some of it as real servers do; a [wire.Fault] makes the server
// misbehave. It is strict: what the RFCs forbid gets the reply that they give,
// unless Lenient is set, and is told by Violations.
//
// PIPELINING, 8BITMIME, ENHANCEDSTATUSCODES, SIZE, STARTTLS, AUTH, SMTPUTF8,
// DSN, CHUNKING, BINARYMIME, REQUIRETLS and LIMITS are offered. MT-PRIORITY,
// DELIVERBY, RRVS, FUTURERELEASE, NO-SOLICITING, ETRN, BURL, XCLIENT and
// XFORWARD are offered if Enable names them. Their parameters are checked and
// kept; the server has no queue, so that it neither holds mail nor hurries it.
//
// # Not supported
//
// No name is looked up, and SPF, DKIM and DMARC aren't checked. A text isn't
// converted for a recipient who can't take 8 bits or UTF-8. TURN, ATRN and
// CHECKPOINT are unknown, and so are extensions of products but Postfix's
// XCLIENT and XFORWARD.
package smtpfake
