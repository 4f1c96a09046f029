package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/mailfakes/mailfakes/mailtest"
)

func showAddresses(w io.Writer, srv *mailtest.Server, user *mailtest.Account) {
	fmt.Fprintf(w, "Servers, account %s, password %s\n", user.Addr, user.Password)
	for _, p := range []struct{ name, plain, upgrade, tls string }{
		{"SMTP", srv.SMTP.Addr(), srv.SMTP.StartTLSAddr(), srv.SMTP.TLSAddr()},
		{"IMAP", srv.IMAP.Addr(), srv.IMAP.StartTLSAddr(), srv.IMAP.TLSAddr()},
		{"POP3", srv.POP3.Addr(), srv.POP3.StartTLSAddr(), srv.POP3.TLSAddr()},
	} {
		fmt.Fprintf(w, "  %s  in the clear %s  STARTTLS %s  TLS %s\n", p.name, p.plain, p.upgrade, p.tls)
	}
}

func showMessage(w io.Writer, m *mailtest.Message) {
	fmt.Fprintf(w, "\nEnvelope\n  MAIL FROM  %s\n  RCPT TO    %s\n  blind copy %s\n",
		m.MailFrom, strings.Join(m.RcptTo, ", "), strings.Join(m.Bcc(), ", "))
	fmt.Fprintf(w, "  user %s, HELO name %s, TLS %v\n", m.Via.User, m.Via.Helo, m.Via.TLS != nil)
	fmt.Fprintf(w, "\nMessage\n  From     %s\n  To       %s\n  Subject  %s\n",
		strings.Join(m.From, ", "), strings.Join(m.To, ", "), m.Subject)
	fmt.Fprintf(w, "  Text     %q\n  Links    %s\n", m.Text, strings.Join(m.Links(), ", "))
	for _, a := range m.Attachments {
		fmt.Fprintf(w, "  Attached %s, %s, %d bytes\n", a.Name, a.Type, len(a.Data))
	}
}

// transcript returns the start of what was said by SMTP; the IMAP and POP3
// servers keep theirs in the same way.
func transcript(srv *mailtest.Server) string {
	const most = 40
	lines := strings.SplitAfter(srv.SMTP.Transcript().String(), "\n")
	if len(lines) > most {
		lines = append(lines[:most:most], "...\n")
	}
	return "  " + strings.TrimSuffix(strings.Join(lines, "  "), "  ")
}
