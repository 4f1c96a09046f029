package wire_test

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/mailfakes/mailfakes/imapfake"
	"github.com/mailfakes/mailfakes/mailtest/wire"
)

// Each line is a lie of a server: the reply is the command's own, but for what
// the fault edits.
func ExampleReplace() {
	imap := imapfake.New(nil)
	defer imap.Close()
	imap.Store.Account("alice@example.com").Mailbox("INBOX").Add("Subject: hi\n\nhello\n")
	imap.Inject(wire.Fault{On: "CONNECT", Conn: 1, Edit: wire.Replace("IDLE ", "")})
	imap.Inject(wire.Fault{On: "STATUS", Edit: wire.Replace("MESSAGES 1", "MESSAGES 4294967295")})
	imap.Inject(wire.Fault{On: "LIST", Edit: wire.Replace(`"/"`, "NIL")})
	imap.Inject(wire.Fault{On: "FETCH", Edit: wire.Replace("RFC822.SIZE 22", "RFC822.SIZE 0")})
	nc, err := imap.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer nc.Close()
	r := bufio.NewReader(nc)
	r.ReadString('\n')
	for _, cmd := range []string{"LOGIN alice@example.com secret", "STATUS INBOX (MESSAGES)", `LIST "" *`,
		"SELECT INBOX", "FETCH 1 RFC822.SIZE"} {
		fmt.Fprintf(nc, "a %s\r\n", cmd)
		first, _ := r.ReadString('\n')
		if cmd[0] != 'L' || cmd[1] == 'I' {
			fmt.Println(strings.TrimSpace(first))
		}
		for line := first; line[0] == '*'; {
			line, _ = r.ReadString('\n')
		}
	}
	// Output:
	// * STATUS INBOX (MESSAGES 4294967295)
	// * LIST (\HasNoChildren) NIL INBOX
	// * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
	// * 1 FETCH (RFC822.SIZE 0)
}
