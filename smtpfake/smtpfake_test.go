package smtpfake_test

import (
	"net/smtp"
	"testing"

	"github.com/mailfakes/mailfakes/smtpfake"
)

func TestSendMail(t *testing.T) {
	t.Attr("client", "net/smtp: SendMail")
	srv := smtpfake.NewServer(t)
	text := "Subject: hi\r\n\r\nhello\r\n.\r\n..x\r\n"
	err := smtp.SendMail(srv.Addr(), nil, "alice@example.com", []string{"bob@example.com", "carol@example.com"}, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"bob@example.com", "carol@example.com"} {
		box := srv.Store.Account(to).Mailbox("INBOX").Snapshot()
		if box.Len() != 1 {
			t.Fatalf("%s has %d messages, want 1", to, box.Len())
		}
		if got := string(box.At(0).Msg.Raw); got != text {
			t.Errorf("stored %q, want %q", got, text)
		}
	}
}
