package imapfake

import (
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// TestFetchAllocates nothing per message: what it allocates is the command's.
func TestFetchAllocates(t *testing.T) {
	account := new(mailstore.Store).Account("alice@example.com")
	box := account.Mailbox("INBOX")
	for range 300 {
		box.Append(message.New("", nil, benchMail), []string{`\Seen`}, time.Unix(0, 0))
	}
	s := &session{cfg: &config{registry: newRegistry(newOffer(Everything).set)}, account: account}
	s.view = newView(box, true, false)
	for _, items := range []string{"FLAGS", "(UID RFC822.SIZE INTERNALDATE)", "ENVELOPE", "(BODY BODYSTRUCTURE)"} {
		fetch := func() {
			s.enc.buf = s.enc.buf[:0]
			f := parseFetch(s, &call{p: newParser(" 1:* " + items)})
			for seq, m := range s.view.eachIn(f.ranges()) {
				if s.enc.buf = s.enc.buf[:0]; seq > 0 {
					f.respond(seq, m, false)
				}
			}
		}
		fetch()
		if n := testing.AllocsPerRun(10, fetch); n > 50 {
			t.Errorf("FETCH 1:* %s of 300 messages allocates %v times", items, n)
		}
	}
}
