package imapfake

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// FuzzMailboxCommands sends commands about rights, quota, annotations, names
// and notifications: each is answered, and the session goes on.
func FuzzMailboxCommands(f *testing.F) {
	for _, s := range []string{
		`LIST (SUBSCRIBED RECURSIVEMATCH) "" ("%" "x/*") RETURN (CHILDREN STATUS (MESSAGES) MYRIGHTS METADATA (/shared/comment))`,
		`LIST (SPECIAL-USE) "" "*" RETURN (SUBSCRIBED SPECIAL-USE)`, `XLIST "" "%"`, `CREATE x (USE (\Sent))`,
		`GETQUOTA ""`, `GETQUOTAROOT INBOX`, `SETQUOTA "" (STORAGE 1 MESSAGE 0)`, `STATUS INBOX (DELETED-STORAGE)`,
		`SETACL INBOX anyone +lr`, `DELETEACL INBOX anyone`, `GETACL INBOX`, `LISTRIGHTS INBOX x`, `MYRIGHTS INBOX`,
		`SETACL INBOX alice@example.com ""`, `SELECT "Other Users/alice@example.com"`,
		`GETMETADATA (DEPTH infinity MAXSIZE 1) INBOX (/private /shared/a)`, `GETMETADATA "" (DEPTH 1) /shared`,
		`SETMETADATA INBOX (/private/a "x" /shared/b NIL /private/specialuse "\\Sent")`, `ENABLE METADATA UIDONLY`,
		`NOTIFY SET STATUS (SELECTED (MessageNew (UID FLAGS) MessageExpunge FlagChange)) (SUBTREE (a b) NONE) (PERSONAL (MailboxName ServerMetadataChange))`,
		`NOTIFY NONE`, `LANGUAGE de-AT *`, `COMPARATOR "i;*"`, `GETJMAPACCESS`, `RENAME INBOX x`, `DELETE x`, `NAMESPACE`,
		`APPEND INBOX CATENATE (URL "/INBOX;UIDVALIDITY=1/;UID=1/;SECTION=TEXT/;PARTIAL=0.1")`, `UID REPLACE 1 INBOX ""`,
	} {
		f.Add(s, `FETCH 1 FLAGS`)
		f.Add(`SELECT INBOX`, s)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		if strings.ContainsAny(first+second, "{\r\n") || strings.Contains(strings.ToUpper(first+second), "E") &&
			endsSession(first+" "+second) {
			return
		}
		synctest.Test(t, func(t *testing.T) { fuzzMailboxes(t, first, second) })
	})
}

func fuzzMailboxes(t *testing.T, first, second string) {
	srv := NewServer(t)
	srv.Caps = Everything
	a := srv.Store.Account("alice@example.com")
	a.Mailbox("INBOX").Add("Subject: hi\n\nx\n")
	a.SetQuota(mailstore.Quota{Bytes: 1 << 20})
	c := dialRaw(t, srv, "")
	c.bring("login")
	c.send("a " + first + "\r\nb " + second + "\r\n")
	a.Mailbox("x/y").Add("Subject: hi\n\nx\n")
	c.send("zz9 NOOP\r\n")
	c.skip = true
	c.expect("zz9 ...")
}

// endsSession reports whether commands end or change the session in a way that
// NOOP isn't answered.
func endsSession(s string) bool {
	s = strings.ToUpper(s)
	for _, name := range []string{"LOGOUT", "IDLE", "COMPRESS", "AUTHENTICATE", "STARTTLS", "DELETE", "RENAME"} {
		if strings.Contains(s, name) {
			return true
		}
	}
	return false
}
