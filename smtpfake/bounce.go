package smtpfake

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// Delivery status notifications: RFC 3464, and RFC 3461 sections 5 and 6 for
// when they are sent.

// A status is what a notification tells of one recipient.
type status struct {
	rcpt   recipient
	action string // failed, delayed or delivered
	code   string // enhanced status code
	reply  string // the reply that says why, "" if there is none
}

// notify sends a notification to the sender if one is due. There is none for
// the null reverse-path, so that notifications don't beget others.
func (s *session) notify(rcpts []recipient, raw []byte) {
	var due []status
	for _, r := range rcpts {
		if st, ok := s.status(r); ok && s.tx.from != "" {
			due = append(due, st)
		}
	}
	if len(due) == 0 {
		return
	}
	m := message.New("", []string{s.tx.from}, s.report(due, raw))
	// A full mailbox loses its notifications, as with any server.
	_ = s.cfg.Store.Deliver(m)
}

// status returns what is to be told of a recipient, and false if that is
// nothing.
func (s *session) status(r recipient) (status, bool) {
	value, asked := r.params.get("NOTIFY")
	wants := func(event string) bool { return slices.Contains(strings.Split(value, ","), event) }
	code, _ := cutStatus(r.bounce)
	switch {
	case r.relayed && r.bounce == "":
		return status{r, "relayed", "2.0.0", ""}, wants("SUCCESS")
	case r.hop != "" && r.bounce == "":
		return status{}, false // the next server will tell
	case r.bounce == "":
		return status{r, "delivered", "2.0.0", ""}, s.cfg.ReportSuccess && wants("SUCCESS")
	case r.bounce[0] == '4' && r.hop == "":
		return status{r, "delayed", code, r.bounce}, !asked || wants("DELAY")
	}
	return status{r, "failed", code, r.bounce}, !asked || wants("FAILURE")
}

// cutStatus returns the enhanced status code of a reply, or the one that its
// code stands for.
func cutStatus(reply string) (code, text string) {
	if len(reply) < 4 {
		return "", ""
	}
	code, text, _ = strings.Cut(reply[4:], " ")
	if p := strings.Split(code, "."); len(p) == 3 && p[0] == reply[:1] {
		return code, text
	}
	return reply[:1] + ".0.0", reply[4:]
}

// boundaryFor returns a boundary that is not in the message.
func boundaryFor(raw []byte) string {
	b := "=_dsn"
	for bytes.Contains(raw, []byte(b)) {
		b += "_"
	}
	return b
}

// report returns a multipart/report (RFC 3462, RFC 3464 section 2).
func (s *session) report(due []status, raw []byte) []byte {
	var b bytes.Buffer
	boundary := boundaryFor(raw)
	fmt.Fprintf(&b, "Date: %s\r\n", time.Now().UTC().Format(time.RFC1123Z))
	fmt.Fprintf(&b, "From: Mail Delivery System <mailer-daemon@%s>\r\n", s.cfg.Hostname)
	fmt.Fprintf(&b, "To: <%s>\r\n", s.tx.from)
	fmt.Fprintf(&b, "Message-ID: <%s.dsn@%s>\r\n", s.tx.id, s.cfg.Hostname)
	b.WriteString("Subject: Delivery Status Notification\r\n" +
		"Auto-Submitted: auto-replied\r\n" +
		"MIME-Version: 1.0\r\n" +
		"Content-Type: multipart/report; report-type=delivery-status;\r\n" +
		"\tboundary=\"" + boundary + "\"\r\n")
	next := "\r\n--" + boundary
	b.WriteString(next + "\r\n")
	s.writeText(&b, due)
	b.WriteString(next + "\r\n")
	s.writeStatus(&b, due)
	b.WriteString(next + "\r\n")
	s.writeOriginal(&b, due, raw)
	b.WriteString(next + "--\r\n")
	return b.Bytes()
}

// writeText writes the part for people.
func (s *session) writeText(b *bytes.Buffer, due []status) {
	b.WriteString("Content-Type: text/plain; charset=utf-8\r\n\r\n")
	for _, st := range due {
		what := strings.TrimSpace(st.action + " " + firstLine(st.reply))
		fmt.Fprintf(b, "%s: %s\r\n", st.rcpt.addr, what)
	}
}

// writeStatus writes the fields of RFC 3464 sections 2.2 and 2.3.
func (s *session) writeStatus(b *bytes.Buffer, due []status) {
	var fields strings.Builder
	if id, ok := s.tx.params.get("ENVID"); ok {
		fmt.Fprintf(&fields, "Original-Envelope-Id: %s\r\n", id)
	}
	fmt.Fprintf(&fields, "Reporting-MTA: dns; %s\r\n", s.cfg.Hostname)
	for _, st := range due {
		fields.WriteString("\r\n")
		if orcpt, ok := st.rcpt.params.get("ORCPT"); ok {
			fmt.Fprintf(&fields, "Original-Recipient: %s\r\n", orcpt)
		}
		kind := global(st.rcpt.addr, "rfc822", "utf-8")
		fmt.Fprintf(&fields, "Final-Recipient: %s; %s\r\n", kind, st.rcpt.addr)
		fmt.Fprintf(&fields, "Action: %s\r\nStatus: %s\r\n", st.action, st.code)
		if st.reply != "" {
			fmt.Fprintf(&fields, "Diagnostic-Code: smtp; %s\r\n", firstLine(st.reply))
		}
	}
	kind := global(fields.String(), "message/delivery-status", "message/global-delivery-status")
	b.WriteString("Content-Type: " + kind + "\r\n\r\n" + fields.String())
}

// writeOriginal writes the message, or its header if that is enough: for
// RET=HDRS, and when nothing has failed (RFC 3461 section 4.3).
func (s *session) writeOriginal(b *bytes.Buffer, due []status, raw []byte) {
	failed := slices.ContainsFunc(due, func(st status) bool { return st.action == "failed" })
	header := message.New("", nil, raw).Tree().HeaderBytes()
	kind := global(string(header), "message/rfc822", "message/global")
	if ret, _ := s.tx.params.get("RET"); ret == "HDRS" || !failed {
		kind = global(string(header), "text/rfc822-headers", "message/global-headers")
		raw = header
	}
	b.WriteString("Content-Type: " + kind + "\r\n\r\n")
	b.Write(raw)
}

// global returns what something with this text is called: another name if it
// is beyond US-ASCII (RFC 6533).
func global(text, name, beyond string) string {
	if isASCII(text) {
		return name
	}
	return beyond
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}
