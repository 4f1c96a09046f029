package mailstore_test

import (
	"testing"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

func TestReplace(t *testing.T) {
	a := new(mailstore.Store).Account("alice@example.com")
	drafts, sent := a.Mailbox("Drafts"), a.Mailbox("Sent")
	drafts.Add("Subject: draft\n\n1234567890\n")
	a.SetQuota(mailstore.Quota{Bytes: 40, Messages: 1})
	msg := func(text string) mailstore.NewMessage {
		return mailstore.NewMessage{Msg: message.New("", nil, []byte(text)), Date: time.Unix(0, 0)}
	}
	e, err := drafts.Replace(1, drafts, msg("Subject: longer draft\r\n\r\nx\r\n"))
	if err != nil || e.UID != 2 || drafts.Snapshot().Len() != 1 {
		t.Fatalf("Replace = %+v, %v, with %d messages", e, err, drafts.Snapshot().Len())
	}
	if e, err := drafts.Replace(1, sent, msg("\r\n")); e != nil || err != nil || sent.Snapshot().Len() != 0 {
		t.Errorf("Replace of what is gone = %+v, %v", e, err)
	}
	if _, err := drafts.Replace(2, sent, msg("Subject: far too long for this quota\r\n\r\nxxxxxxxxxxx\r\n")); err != mailstore.ErrOverQuota {
		t.Errorf("Replace over the quota: %v", err)
	}
	if e, err := drafts.Replace(2, sent, msg("Subject: x\r\n\r\n")); err != nil || e.UID != 1 {
		t.Errorf("Replace in another mailbox = %+v, %v", e, err)
	}
	if n, used := drafts.Snapshot().Len(), a.Used(); n != 0 || used.Bytes != 14 || used.Messages != 1 {
		t.Errorf("%d drafts, used %+v", n, used)
	}
	a.Delete("Sent")
	if _, err := drafts.Replace(2, sent, msg("x")); err != mailstore.ErrNotExist {
		t.Errorf("Replace in a deleted mailbox: %v", err)
	}
}
